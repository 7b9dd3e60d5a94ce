//! Local search: single areas change school, pairs change places, as long as the plan gets better.

use super::{Effort, State};

impl State<'_> {
    /// Tries every move, again and again, until a whole pass makes the plan no better. The order
    /// is that of the areas, so the outcome is the same everywhere.
    pub(crate) fn descend(&mut self, effort: &Effort) {
        loop {
            let mut better = false;
            for area in 0..self.problem.area_count() {
                if effort.is_over() {
                    return;
                }
                better |= self.shift(area) || self.swap(area);
            }
            if !better {
                return;
            }
        }
    }

    /// Gives the area to another school it may join.
    fn shift(&mut self, area: usize) -> bool {
        let from = self.school_of(area);
        self.joinable(area).into_iter().any(|to| to != from && self.improve(&[(area, to)]))
    }

    /// Gives the area to another school and takes one of that school's areas in return.
    fn swap(&mut self, area: usize) -> bool {
        let from = self.school_of(area);
        for to in self.joinable(area) {
            if to == from {
                continue;
            }
            for other in self.members(to).to_vec() {
                let reaches = self.problem.allows(other, from) && self.joins(other, from);
                if reaches && self.improve(&[(area, to), (other, from)]) {
                    return true;
                }
            }
        }
        false
    }

    /// Schools that the area may use and whose catchment, or own area, it touches.
    fn joinable(&self, area: usize) -> Vec<usize> {
        let schools = 0..self.problem.school_count();
        let usable = schools.filter(|&s| self.rules.allows(self.problem, area, s));
        usable.filter(|&s| self.joins(area, s)).collect()
    }

    fn joins(&self, area: usize, school: usize) -> bool {
        let root = self.problem.roots[school];
        let free = !self.rules.contiguous
            || root == Some(area)
            || (root.is_none() && self.members(school).is_empty());
        free || self.problem.neighbours[area]
            .iter()
            .any(|&next| self.school_of(next) == school || root == Some(next))
    }
}

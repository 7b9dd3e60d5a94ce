//! A plan that is being rearranged by hand: loads, pieces and what moving an area changes.

use crate::Problem;
use crate::check::pieces;

/// A plan with some areas moved.
#[derive(Clone, Debug)]
pub(crate) struct Draft<'a> {
    pub(crate) problem: &'a Problem,
    pub(crate) school_of: Vec<usize>,
    pub(crate) load: Vec<f64>,
}

impl<'a> Draft<'a> {
    pub(crate) fn new(problem: &'a Problem, plan: &[usize]) -> Self {
        let mut load = vec![0.0; problem.school_count()];
        for (area, &school) in plan.iter().enumerate() {
            load[school] += problem.pupils(area);
        }
        Self { problem, school_of: plan.to_vec(), load }
    }

    /// Moves an area.
    pub(crate) fn send(&mut self, area: usize, to: usize) {
        let pupils = self.problem.pupils(area);
        self.load[self.school_of[area]] -= pupils;
        self.load[to] += pupils;
        self.school_of[area] = to;
    }

    /// The plan with one area moved.
    pub(crate) fn with(&self, area: usize, to: usize) -> Self {
        let mut moved = self.clone();
        moved.send(area, to);
        moved
    }

    /// The areas of a catchment.
    pub(crate) fn members(&self, school: usize) -> impl Iterator<Item = usize> + '_ {
        (0..self.school_of.len()).filter(move |&area| self.school_of[area] == school)
    }

    /// Pupils above the seats of a school.
    pub(crate) fn above(&self, school: usize) -> f64 {
        (self.load[school] - self.problem.schools[school].seats).max(0.0)
    }

    /// Connected pieces of a catchment together with the area its school stands in.
    pub(crate) fn pieces(&self, school: usize) -> u32 {
        pieces(self.problem, school, &|area| self.school_of[area] == school)
    }

    /// The areas of a catchment that no way inside it joins to the area of its school, piece by
    /// piece; where the school's area is not known, to its largest piece.
    pub(crate) fn detached(&self, school: usize) -> Vec<Vec<usize>> {
        let root = self.problem.roots[school];
        let belongs = |area: usize| self.school_of[area] == school || root == Some(area);
        let mut seen = vec![false; self.school_of.len()];
        let mut parts: Vec<Vec<usize>> = Vec::new();
        for start in (0..self.school_of.len()).filter(|&area| belongs(area)) {
            if seen[start] {
                continue;
            }
            seen[start] = true;
            let mut part = vec![start];
            let mut next = 0;
            while let Some(&area) = part.get(next) {
                for &beside in &self.problem.neighbours[area] {
                    if belongs(beside) && !seen[beside] {
                        seen[beside] = true;
                        part.push(beside);
                    }
                }
                next += 1;
            }
            part.sort_unstable();
            parts.push(part);
        }
        let pupils = |part: &[usize]| -> f64 { part.iter().map(|&a| self.problem.pupils(a)).sum() };
        let main = match root {
            Some(root) => parts.iter().position(|part| part.contains(&root)),
            None => (0..parts.len())
                .max_by(|&a, &b| pupils(&parts[a]).total_cmp(&pupils(&parts[b])).then(b.cmp(&a))),
        };
        if let Some(main) = main {
            parts.remove(main);
        }
        parts
    }

    /// Whether an area touches a catchment, or its school stands in it or beside it.
    pub(crate) fn touches(&self, area: usize, school: usize) -> bool {
        let root = self.problem.roots[school];
        let joins = |&beside: &usize| self.school_of[beside] == school || root == Some(beside);
        root == Some(area) || self.problem.neighbours[area].iter().any(joins)
    }

    /// Whether a pair may be used at all.
    pub(crate) fn may(&self, area: usize, school: usize) -> bool {
        self.problem.allows(area, school)
            && !self.problem.is_alarm_forbidden(area, school)
            && !self.problem.is_walker_forbidden(area, school)
    }

    /// Pupil-metres that moving an area adds; an unknown way counts as the longest one.
    pub(crate) fn extra_travel(&self, area: usize, to: usize) -> f64 {
        let far = |school| self.problem.distance(area, school).unwrap_or(self.problem.longest);
        self.problem.pupils(area) * (far(to) - far(self.school_of[area]))
    }
}

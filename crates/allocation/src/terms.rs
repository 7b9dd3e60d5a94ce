//! The problem as plain numbers: what every engine minimises, and what it may not do.
//!
//! ```text
//! min  Σ_a pair(a, s(a)) + Σ_s charge_s(C_s)
//!      allowed(a, s(a)) · pieces of C_s ∪ {root_s} ≤ pieces_allowed_s · excess_s(C_s) = 0
//!      Σ_a amount_k(a, s(a)) + Σ_s amount_ks(C_s) ≤ limit_k        for each budget k
//! ```
//!
//! A charge and an excess look at a catchment C_s only through its [`Account`]: pupils in each
//! scenario of demand, and how many areas of each group it has. Local search, integer programs and
//! column generation therefore share one truth.

mod account;
mod convert;

pub(crate) use account::{Account, Change};

use crate::constraints::classes::ClassRule;

/// A load above the seats by no more than this is rounding, never a pupil.
pub(crate) const SEAT_SLACK: f64 = 5e-7;

/// The borders between areas: the neighbours of all areas, one after another.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Borders {
    first: Vec<u32>,
    neighbours: Vec<u32>,
}

impl Borders {
    /// The neighbours of an area, in order.
    pub(crate) fn of(&self, area: usize) -> &[u32] {
        &self.neighbours[self.first[area] as usize..self.first[area + 1] as usize]
    }
}

/// What demand may be: one scenario for each planned year, then, where the probability of overload
/// is bounded, futures × years. Futures count in no goal: their chance is 0.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Scenarios {
    /// What each counts in a goal; they sum to 1.
    pub(crate) chance: Vec<f64>,
    /// Pupils, by area, then scenario.
    pub(crate) pupils: Vec<f64>,
    /// Seats, by school, then scenario.
    pub(crate) seats: Vec<f64>,
}

impl Scenarios {
    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.chance.len()
    }

    /// How many count in goals: the planned years, which come first.
    pub(crate) fn planned(&self) -> usize {
        self.chance.iter().take_while(|chance| **chance > 0.0).count()
    }

    /// Pupils of an area in each scenario.
    pub(crate) fn pupils_of(&self, area: usize) -> &[f64] {
        &self.pupils[area * self.count()..(area + 1) * self.count()]
    }

    /// Seats of a school in each scenario.
    pub(crate) fn seats_of(&self, school: usize) -> &[f64] {
        &self.seats[school * self.count()..(school + 1) * self.count()]
    }
}

/// Areas that belong together: of one primary school, of one khu phố.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Grouping {
    /// The group of each area; `None` where it belongs to none.
    pub(crate) group_of: Vec<Option<u32>>,
    /// Groups that there are.
    pub(crate) groups: usize,
}

/// Something a plan should have little of.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Goal {
    /// What sending an area to a school adds, by area, then school.
    pub(crate) pair: Vec<f64>,
    /// What catchments add beyond their areas.
    pub(crate) charges: Vec<Charge>,
}

/// What a catchment adds beyond the sum over its areas.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Charge {
    /// So much for each pupil expected above the seats: `weight · Σ_k chance_k · (load_k − seats_k)⁺`.
    Overload {
        /// Cost of one pupil above the seats.
        weight: f64,
    },
    /// So much for each class opened: `weight · Σ_k chance_k · classes(load_k)`.
    Classes {
        /// Cost of one class.
        weight: f64,
        /// How the pupils of each school make classes.
        rules: Vec<ClassRule>,
    },
    /// So much for each pupil above an even filling: `weight · Σ_k chance_k · (load_k − fill_k · seats_k)⁺`.
    Balance {
        /// Cost of one pupil more.
        weight: f64,
        /// The filling wanted in each scenario, as a share of the seats; `None` where the scenario
        /// does not count.
        fill: Vec<Option<f64>>,
    },
    /// So much for each group of which the catchment has an area. The sum over schools is the
    /// number of groups plus how often they are split.
    Groups {
        /// Cost of one group at one school.
        weight: f64,
        /// Place of the grouping in [`Terms::groupings`].
        grouping: usize,
    },
}

/// A hard rule that each catchment keeps by itself.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum CatchmentRule {
    /// No more pupils than seats, in any planned year.
    Seats,
    /// More pupils than seats in at most so many of some scenarios: the futures of one year.
    Chance {
        /// The first of them.
        from: usize,
        /// One past the last.
        to: usize,
        /// How many.
        times: usize,
    },
    /// No class for fewer pupils than the least, in any planned year. Unlike the others, it may be
    /// kept again with more areas.
    LeastClass {
        /// How the pupils of each school make classes.
        rules: Vec<ClassRule>,
    },
}

/// A goal that may not pass a limit: moved pupils, a tier that was settled before.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Budget {
    /// What is counted.
    pub(crate) goal: Goal,
    /// How much there may be, rounding included.
    pub(crate) limit: f64,
}

/// One tier of a problem as plain numbers.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Terms {
    pub(crate) borders: Borders,
    /// The area each school stands in.
    pub(crate) roots: Vec<Option<usize>>,
    /// Pieces that each catchment, with its root, may have; `u32::MAX` where it may lie anywhere.
    pub(crate) pieces_allowed: Vec<u32>,
    pub(crate) scenarios: Scenarios,
    pub(crate) groupings: Vec<Grouping>,
    pub(crate) rules: Vec<CatchmentRule>,
    pub(crate) goal: Goal,
    pub(crate) budgets: Vec<Budget>,
    /// By area, then school.
    allowed: Vec<bool>,
}

impl Terms {
    pub(crate) fn area_count(&self) -> usize {
        self.borders.first.len() - 1
    }

    pub(crate) fn school_count(&self) -> usize {
        self.roots.len()
    }

    /// Whether an area may go to a school.
    pub(crate) fn allows(&self, area: usize, school: usize) -> bool {
        self.allowed[area * self.school_count() + school]
    }

    /// Closes every pair that is not among these.
    pub(crate) fn close_all_but(&mut self, open: &[bool]) {
        self.allowed.iter_mut().zip(open).for_each(|(allowed, open)| *allowed &= *open);
    }

    /// What sending an area to a school adds to a goal.
    pub(crate) fn pair(&self, goal: &Goal, area: usize, school: usize) -> f64 {
        goal.pair[area * self.school_count() + school]
    }

    /// The areas of each school under a plan, in order.
    pub(crate) fn catchments(&self, plan: &[usize]) -> Vec<Vec<usize>> {
        let mut catchments = vec![Vec::new(); self.school_count()];
        plan.iter().enumerate().for_each(|(area, &school)| catchments[school].push(area));
        catchments
    }

    /// A goal of one catchment.
    pub(crate) fn catchment_value(&self, goal: &Goal, school: usize, areas: &[usize]) -> f64 {
        let pairs: f64 = areas.iter().map(|&area| self.pair(goal, area, school)).sum();
        pairs + self.charge(goal, school, &self.account(areas))
    }

    /// A goal of a whole plan.
    pub(crate) fn value(&self, goal: &Goal, plan: &[usize]) -> f64 {
        let catchments = self.catchments(plan);
        let by_school = catchments.iter().enumerate();
        by_school.map(|(school, areas)| self.catchment_value(goal, school, areas)).sum()
    }

    /// Whether a plan keeps every rule: pairs, catchments, borders and budgets.
    pub(crate) fn keeps_rules(&self, plan: &[usize]) -> bool {
        let pairs = plan.iter().enumerate().all(|(area, &school)| self.allows(area, school));
        let catchments = self.catchments(plan);
        let mut by_school = catchments.iter().enumerate();
        pairs
            && by_school.all(|(school, areas)| {
                self.excess(school, &self.account(areas)) <= 0.0
                    && self.pieces(school, areas) <= self.pieces_allowed[school]
            })
            && self.budgets.iter().all(|budget| self.value(&budget.goal, plan) <= budget.limit)
    }

    /// Connected pieces of a catchment together with the area its school stands in.
    pub(crate) fn pieces(&self, school: usize, areas: &[usize]) -> u32 {
        let mut open = vec![false; self.area_count()];
        areas.iter().chain(&self.roots[school]).for_each(|&area| open[area] = true);
        let mut pieces = 0;
        let mut queue = Vec::new();
        for &start in areas.iter().chain(&self.roots[school]) {
            if !std::mem::replace(&mut open[start], false) {
                continue;
            }
            pieces += 1;
            queue.push(start);
            while let Some(area) = queue.pop() {
                for &next in self.borders.of(area) {
                    let next = next as usize;
                    if std::mem::replace(&mut open[next], false) {
                        queue.push(next);
                    }
                }
            }
        }
        pieces
    }
}

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) use tests::{grid, row};

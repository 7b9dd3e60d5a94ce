//! From a problem, the rules in force and one tier to plain numbers.

use super::{Borders, Budget, CatchmentRule, Charge, Goal, Scenarios, Terms};
use crate::Problem;
use crate::objective::Measure;
use crate::search::Rules;

/// A limit this small is none at all: what it counts is forbidden.
const NOTHING: f64 = 1e-6;

impl Terms {
    /// The tier `objective` while the measures of the tiers above keep their limits.
    ///
    /// A limit of nothing becomes a rule: no overload is [`CatchmentRule::Seats`], no pupil beyond
    /// the alarm closes the pairs. Any other limit is a [`Budget`].
    pub(crate) fn of(
        problem: &Problem,
        rules: &Rules,
        objective: Measure,
        limits: &[(Measure, f64)],
    ) -> Self {
        let (areas, schools) = (problem.area_count(), problem.school_count());
        let pairs = || (0..areas).flat_map(|area| (0..schools).map(move |school| (area, school)));
        let mut terms = Self {
            borders: borders(&problem.neighbours),
            roots: problem.roots.clone(),
            pieces_allowed: (0..schools).map(|s| rules.pieces_allowed(problem, s)).collect(),
            scenarios: Scenarios {
                chance: vec![1.0],
                pupils: (0..areas).map(|area| problem.pupils(area)).collect(),
                seats: problem.schools.iter().map(|school| school.seats).collect(),
            },
            groupings: Vec::new(),
            rules: Vec::new(),
            goal: goal(problem, objective),
            budgets: Vec::new(),
            allowed: pairs().map(|(area, school)| rules.allows(problem, area, school)).collect(),
        };
        let moved = rules.moved.map(|limit| (Measure::Moved, limit));
        for (measure, limit) in limits.iter().copied().chain(moved) {
            terms.limit(goal(problem, measure), limit);
        }
        terms
    }

    fn limit(&mut self, goal: Goal, limit: f64) {
        let no_pair = goal.pair.iter().all(|&amount| amount <= 0.0);
        match (&goal.charges[..], limit <= NOTHING) {
            ([Charge::Overload { .. }], true) if no_pair => self.rules.push(CatchmentRule::Seats),
            ([], true) => {
                let used = goal.pair.iter().map(|&amount| amount > 0.0);
                self.allowed.iter_mut().zip(used).for_each(|(allowed, used)| *allowed &= !used);
            }
            _ => {
                let limit = limit + NOTHING + 1e-9 * limit.abs();
                self.budgets.push(Budget { goal, limit });
            }
        }
    }
}

pub(super) fn borders(neighbours: &[Vec<usize>]) -> Borders {
    let place = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let mut borders = Borders { first: vec![0], neighbours: Vec::new() };
    for around in neighbours {
        borders.neighbours.extend(around.iter().map(|&next| place(next)));
        borders.first.push(place(borders.neighbours.len()));
    }
    borders
}

fn goal(problem: &Problem, measure: Measure) -> Goal {
    let (areas, schools) = (problem.area_count(), problem.school_count());
    let pairs = (0..areas).flat_map(|area| (0..schools).map(move |school| (area, school)));
    let weight = measure.of_overload(problem);
    Goal {
        pair: pairs.map(|(area, school)| measure.of_pair(problem, area, school)).collect(),
        charges: (weight > 0.0).then_some(Charge::Overload { weight }).into_iter().collect(),
    }
}

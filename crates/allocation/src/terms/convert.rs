//! From a problem, the rules in force and one tier to plain numbers.

use super::{Borders, Budget, CatchmentRule, Charge, Goal, Grouping, Scenarios, Terms};
use crate::Problem;
use crate::constraints::years::PlannedYear;
use crate::constraints::{chance, units};
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
            scenarios: scenarios(problem, rules),
            groupings: [&problem.units, &problem.feeders.primaries].map(grouping).into(),
            rules: catchment_rules(problem, rules),
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

/// Where the groupings stand in [`Terms::groupings`].
const UNITS: usize = 0;
const PRIMARIES: usize = 1;

/// The planned years, then the futures where the probability of overload is bounded.
fn scenarios(problem: &Problem, rules: &Rules) -> Scenarios {
    let futures = if rules.chance { &problem.futures[..] } else { &[] };
    let mut chance = vec![problem.year_weight(); problem.years.len()];
    chance.extend(futures.iter().flat_map(|futures| vec![0.0; futures.count]));
    let pupils = (0..problem.area_count()).flat_map(|area| {
        let planned = problem.years.iter().map(move |year| year.pupils[area]);
        planned.chain(futures.iter().flat_map(move |futures| {
            (0..futures.count).map(move |future| futures.of(future, area))
        }))
    });
    let seats = (0..problem.school_count()).flat_map(|school| {
        let of_year = move |year: usize| problem.years[year].seats[school];
        let planned = (0..problem.years.len()).map(of_year);
        planned.chain(
            futures
                .iter()
                .flat_map(move |futures| std::iter::repeat_n(of_year(futures.year), futures.count)),
        )
    });
    Scenarios { chance, pupils: pupils.collect(), seats: seats.collect() }
}

/// The rules that a catchment keeps by itself, besides seats, which come as a limit on overload.
fn catchment_rules(problem: &Problem, rules: &Rules) -> Vec<CatchmentRule> {
    let mut of_catchments = Vec::new();
    if rules.classes {
        let rules = problem.class_rules.clone();
        of_catchments.push(CatchmentRule::LeastClass { rules });
    }
    let mut from = problem.years.len();
    for futures in problem.futures.iter().filter(|_| rules.chance) {
        let to = from + futures.count;
        if let Some(times) = chance::allowed(problem, futures.count) {
            of_catchments.push(CatchmentRule::Chance { from, to, times });
        }
        from = to;
    }
    of_catchments
}

fn grouping(units: &units::Grouping) -> Grouping {
    let place = |unit: &Option<usize>| unit.and_then(|unit| u32::try_from(unit).ok());
    let group_of = units.of_area.iter().map(place);
    Grouping { group_of: group_of.collect(), groups: units.names.len() }
}

/// A measure as plain numbers. Each group adds one at each school where it is present; so that
/// only the further schools count, its areas together take one off.
fn goal(problem: &Problem, measure: Measure) -> Goal {
    let (areas, schools) = (problem.area_count(), problem.school_count());
    let part = measure.of_school(problem);
    let mut charges = Vec::new();
    if part.overload > 0.0 {
        charges.push(Charge::Overload { weight: part.overload });
    }
    if part.balance > 0.0 {
        charges.push(Charge::Balance { weight: part.balance, fill: fill(problem) });
    }
    if part.classes > 0.0 {
        let rules = problem.class_rules.clone();
        charges.push(Charge::Classes { weight: part.classes, rules });
    }
    let mut off = vec![0.0; areas];
    for (weight, place, grouping) in [
        (part.units, UNITS, &problem.units),
        (part.primaries, PRIMARIES, &problem.feeders.primaries),
    ] {
        if weight > 0.0 && !grouping.is_empty() {
            charges.push(Charge::Groups { weight, grouping: place });
            let parts = grouping.part_of_unit();
            off.iter_mut().zip(parts).for_each(|(off, part)| *off += weight * part);
        }
    }
    let pair = |area: usize, school: usize| measure.of_pair(problem, area, school) - off[area];
    let pairs = (0..areas).flat_map(|area| (0..schools).map(move |school| (area, school)));
    Goal { pair: pairs.map(|(area, school)| pair(area, school)).collect(), charges }
}

/// The common fullness of each planned year that has seats; futures count in no goal.
fn fill(problem: &Problem) -> Vec<Option<f64>> {
    let futures = problem.futures.iter().map(|futures| futures.count).sum();
    let planned = problem.years.iter().map(PlannedYear::fullness);
    planned.chain(std::iter::repeat_n(None, futures)).collect()
}

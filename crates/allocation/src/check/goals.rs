//! The judge's own count of the goals beyond seats, ways and moves, from the parts alone.

use super::{Part, total};
use crate::Problem;
use crate::constraints::chance::Futures;
use crate::constraints::units::Grouping;
use crate::constraints::years::PlannedYear;
use crate::rounding::PART_OF_A_PUPIL;
use phantuyen_model::{
    GoalFigures, SchoolCode, SchoolRisk, SchoolYearFigures, SplitUnit, YearFigures,
};
use std::collections::{BTreeMap, BTreeSet};

/// How a plan does on the further goals.
pub(super) fn goal_figures(
    problem: &Problem,
    parts: &[Part],
    years: &[YearFigures],
) -> GoalFigures {
    let when = |known: bool, figure: &dyn Fn() -> f64| known.then(figure);
    let share = |part: &Part| share(problem, part);
    let zone = problem.settings.walk_zone_m;
    let is_walk = |part: &&Part| {
        problem.distance(part.area, part.school).is_some_and(|d| zone.is_some_and(|z| d <= z))
    };
    let apart = |part: &Part| share(part) * problem.siblings_apart(part.area, part.school);
    let off = |part: &&Part| problem.is_off_feeder(part.area, part.school);
    GoalFigures {
        uneven_pupils: uneven(problem, years),
        walkers: when(zone.is_some(), &|| total(parts.iter().filter(is_walk).map(|p| p.pupils))),
        siblings_apart: when(!problem.siblings_apart.is_empty(), &|| {
            total(parts.iter().map(apart))
        }),
        off_feeder_pupils: when(!problem.feeders.off.is_empty(), &|| {
            total(parts.iter().filter(off).map(|part| part.pupils))
        }),
        split_feeders: split_count(&problem.feeders.primaries, parts),
        split_units: split_units(problem, parts),
        years: if years.len() > 1 { years.to_vec() } else { Vec::new() },
    }
}

/// How sure the seats of a school are. `upper` is the high end of its pupils.
pub(super) fn risk(
    problem: &Problem,
    parts: &[Part],
    school: usize,
    upper: Option<f64>,
) -> SchoolRisk {
    let pupils = total(parts.iter().filter(|part| part.school == school).map(|p| p.pupils));
    let worst = |futures: &[Futures]| {
        let by_year = futures.iter().map(|f| probability(problem, f, parts, school));
        by_year.reduce(f64::max)
    };
    SchoolRisk {
        may_lack_seats: upper.map(|upper| upper > problem.schools[school].seats + PART_OF_A_PUPIL),
        overload_probability: worst(&problem.futures),
        overload_probability_unseen: worst(&problem.unseen),
        mixed_class: problem.class_rules[school].is_mixed(pupils),
    }
}

/// The share of the futures of one year in which a school has more pupils than seats.
pub(super) fn probability(
    problem: &Problem,
    futures: &Futures,
    parts: &[Part],
    school: usize,
) -> f64 {
    let seats = problem.years[futures.year].seats[school];
    let own: Vec<(usize, f64)> = parts
        .iter()
        .filter(|part| part.school == school)
        .map(|part| (part.area, share(problem, part)))
        .collect();
    let load =
        |future: usize| own.iter().map(|(area, s)| s * futures.of(future, *area)).sum::<f64>();
    let above = (0..futures.count).filter(|&future| load(future) > seats + PART_OF_A_PUPIL);
    let count = |n: usize| u32::try_from(n).map_or(f64::INFINITY, f64::from);
    if futures.count == 0 { 0.0 } else { count(above.count()) / count(futures.count) }
}

/// Pupils and overload of each school in each year. Probabilities are worked out where the plan
/// serves several years; of a single one, [`risk`] tells them.
pub(super) fn years(problem: &Problem, parts: &[Part]) -> Vec<YearFigures> {
    let several = problem.years.len() > 1;
    let of_year = |(place, year): (usize, &PlannedYear)| {
        let mut loads = vec![0.0; problem.school_count()];
        let mut pupil_m = 0.0;
        for part in parts {
            let pupils = share(problem, part) * year.pupils[part.area];
            loads[part.school] += pupils;
            pupil_m += pupils * problem.distance(part.area, part.school).unwrap_or(0.0);
        }
        let schools = loads.into_iter().enumerate().map(|(school, pupils)| {
            let likely = |futures: &[Futures]| {
                let futures = futures.iter().find(|futures| several && futures.year == place)?;
                Some(probability(problem, futures, parts, school))
            };
            SchoolYearFigures {
                school_code: problem.schools[school].school_code.clone(),
                pupils,
                seats: year.seats[school],
                overload_pupils: (pupils - year.seats[school]).max(0.0),
                overload_probability: likely(&problem.futures),
                overload_probability_unseen: likely(&problem.unseen),
            }
        });
        let schools: Vec<SchoolYearFigures> = schools.collect();
        YearFigures {
            school_year: year.school_year,
            pupils: total(schools.iter().map(|school| school.pupils)),
            pupil_m,
            overload_pupils: total(schools.iter().map(|school| school.overload_pupils)),
            schools,
        }
    };
    problem.years.iter().enumerate().map(of_year).collect()
}

/// Pupils above the common fullness of the ward, on average over the years.
fn uneven(problem: &Problem, years: &[YearFigures]) -> Option<f64> {
    problem.years.iter().any(|year| year.fullness().is_some()).then(|| {
        let of_year = |year: &YearFigures| {
            let (pupils, seats) = (year.pupils, total(year.schools.iter().map(|s| s.seats)));
            let fair = |seats_of: f64| if seats > 0.0 { pupils / seats * seats_of } else { pupils };
            total(year.schools.iter().map(|s| (s.pupils - fair(s.seats)).max(0.0)))
        };
        total(years.iter().map(of_year)) * problem.year_weight()
    })
}

/// The part of its area that a part is; a whole area where nobody lives.
fn share(problem: &Problem, part: &Part) -> f64 {
    let whole = problem.pupils(part.area);
    if whole > 0.0 { part.pupils / whole } else { 1.0 }
}

/// The schools that each unit's areas go to.
fn schools_of_units(grouping: &Grouping, parts: &[Part]) -> BTreeMap<usize, BTreeSet<usize>> {
    let mut schools: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for part in parts {
        if let Some(unit) = grouping.of_area[part.area] {
            schools.entry(unit).or_default().insert(part.school);
        }
    }
    schools
}

/// How many schools the units have beyond one each; `None` where there are no units.
pub(super) fn split_count(grouping: &Grouping, parts: &[Part]) -> Option<u32> {
    let further = schools_of_units(grouping, parts).values().map(|s| s.len() - 1).sum::<usize>();
    (!grouping.is_empty()).then(|| u32::try_from(further).unwrap_or(u32::MAX))
}

fn split_units(problem: &Problem, parts: &[Part]) -> Option<Vec<SplitUnit>> {
    let code = |school: &usize| -> SchoolCode { problem.schools[*school].school_code.clone() };
    let schools = schools_of_units(&problem.units, parts);
    let split = schools.iter().filter(|(_, schools)| schools.len() > 1);
    let listed = split.map(|(unit, schools)| SplitUnit {
        unit: problem.units.names[*unit].clone(),
        schools: schools.iter().map(code).collect(),
    });
    (!problem.units.is_empty()).then(|| listed.collect())
}

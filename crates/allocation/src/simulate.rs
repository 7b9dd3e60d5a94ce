//! What if: rooms, schools and pupils change, and the plan is solved again from the one in force.

use crate::allocate::{AllocateError, Allocated, Watch, allocate};
use crate::conflict::{add_classes, rows_of};
use crate::{Demand, Problem, ProblemParts, SchoolSeats};
use phantuyen_model::{
    AreaCode, DemandDraws, Finding, Metres, Plan, PlanFigures, PlanRow, SchoolCode, SchoolYear,
    WayChange,
};

/// One thing that becomes different.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// Classes more or fewer at a school, and the seats that go with them.
    Classes {
        /// The school.
        school_code: SchoolCode,
        /// How many more; fewer when negative.
        more: i32,
    },
    /// Seats more or fewer at a school whose classes are not known.
    Seats {
        /// The school.
        school_code: SchoolCode,
        /// How many more; fewer when negative.
        more: f64,
    },
    /// A new school.
    Open {
        /// Its seats and the area it stands in.
        school: SchoolSeats,
        /// The way to it from each area.
        ways: Vec<(AreaCode, Metres)>,
    },
    /// A school takes no pupils any more; its seats are lost.
    Close {
        /// The school.
        school_code: SchoolCode,
    },
    /// Two schools become one, at the place of the second and with the seats of both.
    Merge {
        /// The school that is given up.
        from: SchoolCode,
        /// The school that goes on.
        into: SchoolCode,
    },
    /// Pupils more or fewer in an area, in every year and every future.
    Pupils {
        /// The area.
        area_code: AreaCode,
        /// How many more; fewer when negative.
        more: f64,
    },
    /// The pupils as they are forecast with something new: a housing estate.
    Forecast(Box<Forecast>),
}

/// Pupils forecast anew, in place of those that the problem has.
#[derive(Clone, Debug, PartialEq)]
pub struct Forecast {
    /// Pupils by area in the first year.
    pub demand: Vec<Demand>,
    /// The error that all areas share.
    pub common_error: f64,
    /// Pupils by area in the years after it.
    pub later: Vec<(SchoolYear, Vec<Demand>)>,
    /// Futures to plan with, by year.
    pub draws: Vec<DemandDraws>,
    /// Futures that only judge, by year.
    pub unseen_draws: Vec<DemandDraws>,
}

/// Why nothing could be simulated.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum SimulateError {
    /// A change names a school that the grade does not have.
    #[error("no school {0} takes the grade")]
    UnknownSchool(SchoolCode),
    /// A change names an area that is not assigned.
    #[error("no area {0}")]
    UnknownArea(AreaCode),
    /// With the changes the problem is ill-posed.
    #[error("{} findings speak against the changed ward", .0.len())]
    IllPosed(Vec<Finding>),
    /// The search failed.
    #[error(transparent)]
    Allocate(#[from] AllocateError),
}

/// The ward with the changes.
#[derive(Clone, Debug)]
pub struct Simulated {
    /// The changed problem; its present plan is the plan before.
    pub problem: Problem,
    /// The plan after.
    pub allocated: Allocated,
    /// The way to school of each area before and after, in the order of areas.
    pub ways: Vec<WayChange>,
}

/// Solves the ward again with changes, starting from the plan in force: it is the present plan of
/// the changed problem, so that pupils who change school are counted against it and limits on moves
/// hold. Where two schools merge, the pupils of both are at home in the one that goes on.
///
/// Each area's way to school is compared; a longer one is marked, because mergers must not lengthen
/// the way to school.
///
/// # Errors
/// [`SimulateError`] where a change names what is not there, the changed ward is ill-posed, or the
/// search fails.
pub fn simulate(
    problem: &Problem,
    before: &Plan,
    changes: &[Change],
    watch: &Watch<'_>,
) -> Result<Simulated, SimulateError> {
    let mut parts = problem.parts().clone();
    parts.present = present(&before.figures, &parts);
    for change in changes {
        apply(&mut parts, change)?;
    }
    let (problem, _) = Problem::new(parts).map_err(SimulateError::IllPosed)?;
    let allocated = allocate(&problem, watch)?;
    let ways = ways(&before.figures, &allocated.plan.figures);
    Ok(Simulated { problem, allocated, ways })
}

fn present(before: &PlanFigures, parts: &ProblemParts) -> Vec<PlanRow> {
    let row = |row: &phantuyen_model::Assignment| PlanRow {
        grade: parts.grade,
        area_code: row.area_code.clone(),
        school_code: row.school_code.clone(),
        share: 1.0,
    };
    before.assignment.iter().map(row).collect()
}

fn apply(parts: &mut ProblemParts, change: &Change) -> Result<(), SimulateError> {
    let known = |parts: &ProblemParts, code: &SchoolCode| {
        let there = parts.schools.iter().any(|school| school.school_code == *code);
        if there { Ok(()) } else { Err(SimulateError::UnknownSchool(code.clone())) }
    };
    match change {
        Change::Classes { school_code, more } => {
            known(parts, school_code)?;
            match u32::try_from(*more) {
                Ok(more) => add_classes(parts, school_code, more),
                Err(_) => close_classes(parts, school_code, more.unsigned_abs()),
            }
        }
        Change::Seats { school_code, more } => {
            known(parts, school_code)?;
            for school in rows_of(parts, school_code) {
                school.seats = (school.seats + more).max(0.0);
            }
        }
        Change::Open { school, ways } => {
            let code = &school.school_code;
            for (area, metres) in ways {
                parts.distances.fill(area.clone(), code.clone(), *metres);
            }
            parts.schools.push(school.clone());
            parts.later_years.iter_mut().for_each(|year| year.schools.push(school.clone()));
        }
        Change::Close { school_code } => {
            known(parts, school_code)?;
            forget(parts, school_code);
        }
        Change::Merge { from, into } => {
            known(parts, from)?;
            known(parts, into)?;
            if from != into {
                join_seats(&mut parts.schools, from, into);
                parts.later_years.iter_mut().for_each(|y| join_seats(&mut y.schools, from, into));
                for row in parts.present.iter_mut().filter(|row| row.school_code == *from) {
                    row.school_code = into.clone();
                }
                forget(parts, from);
            }
        }
        Change::Pupils { area_code, more } => {
            if parts.demand.iter().all(|demand| demand.area_code != *area_code) {
                return Err(SimulateError::UnknownArea(area_code.clone()));
            }
            add_pupils(parts, area_code, *more);
        }
        Change::Forecast(forecast) => {
            parts.demand = forecast.demand.clone();
            parts.common_error = forecast.common_error;
            for year in &mut parts.later_years {
                let known = forecast.later.iter().find(|(later, _)| *later == year.school_year);
                year.demand =
                    known.map_or_else(|| year.demand.clone(), |(_, demand)| demand.clone());
            }
            parts.draws = forecast.draws.clone();
            parts.unseen_draws = forecast.unseen_draws.clone();
        }
    }
    Ok(())
}

/// Pupils more in an area, in each year and in each future.
fn add_pupils(parts: &mut ProblemParts, area_code: &AreaCode, more: f64) {
    let changed = |value: f64| (value + more).max(0.0);
    let later = parts.later_years.iter_mut().flat_map(|year| &mut year.demand);
    for demand in parts.demand.iter_mut().chain(later).filter(|d| d.area_code == *area_code) {
        demand.pupils = changed(demand.pupils);
        demand.lower = demand.lower.map(changed);
        demand.upper = demand.upper.map(changed);
    }
    let grade = parts.grade;
    let futures = parts.draws.iter_mut().chain(&mut parts.unseen_draws);
    for futures in futures.filter(|futures| futures.grade == grade) {
        let Some(place) = futures.areas.iter().position(|area| area == area_code) else { continue };
        for pupils in futures.draws.iter_mut().filter_map(|future| future.get_mut(place)) {
            *pupils = changed(*pupils);
        }
    }
}

/// The seats of one school join those of another.
fn join_seats(schools: &mut [SchoolSeats], from: &SchoolCode, into: &SchoolCode) {
    let gone = schools.iter().find(|school| school.school_code == *from).cloned();
    let goes_on = schools.iter_mut().find(|school| school.school_code == *into);
    if let (Some(gone), Some(school)) = (gone, goes_on) {
        school.seats += gone.seats;
        school.classes = school.classes.zip(gone.classes).map(|(a, b)| a + b);
    }
}

fn close_classes(parts: &mut ProblemParts, school_code: &SchoolCode, fewer: u32) {
    for school in rows_of(parts, school_code) {
        let lost = f64::from(fewer) * f64::from(school.class_size.unwrap_or(0));
        school.seats = (school.seats - lost).max(0.0);
        school.classes = school.classes.map(|open| open.saturating_sub(fewer));
    }
}

/// A school that is gone, with the decisions and the last catchment that name it.
fn forget(parts: &mut ProblemParts, school_code: &SchoolCode) {
    parts.schools.retain(|school| school.school_code != *school_code);
    for year in &mut parts.later_years {
        year.schools.retain(|school| school.school_code != *school_code);
    }
    parts.locks.retain(|lock| lock.school_code != *school_code);
    parts.present.retain(|row| row.school_code != *school_code);
}

fn ways(before: &PlanFigures, after: &PlanFigures) -> Vec<WayChange> {
    let of_area = |row: &phantuyen_model::Assignment| {
        let old = before.assignment.iter().find(|old| old.area_code == row.area_code)?;
        let longer = match (old.distance_m, row.distance_m) {
            (Some(before), Some(after)) => after > before + 1e-6 * before.max(1.0),
            _ => false,
        };
        Some(WayChange {
            area_code: row.area_code.clone(),
            pupils: row.pupils,
            from: old.school_code.clone(),
            to: row.school_code.clone(),
            before_m: old.distance_m,
            after_m: row.distance_m,
            is_longer: longer && row.pupils > 0.0,
        })
    };
    after.assignment.iter().filter_map(of_area).collect()
}

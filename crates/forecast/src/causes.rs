//! The latest intake in the parts of a forecast, so that the change on it falls into causes.
//!
//! The intake of the latest known year y is set beside a forecast `h` years ahead like for like:
//!
//! ```text
//! cohort    children of the same birth year in the register of y − h
//! movement  children of the entry age in the register of y, less the cohort
//! capture   the intake, less those children, by the columns of the year's roll
//! ```
//!
//! Where the register of y − h is not known, the children of the entry age are the cohort and
//! nothing is called movement.

use crate::panel::Known;
use crate::rolls::Column;
use phantuyen_model::{CaptureParts, Grade, Parts};

/// The parts of the latest intake.
pub(crate) struct Latest {
    /// Of the ward.
    pub(crate) ward: Option<Parts>,
    /// Of each area.
    pub(crate) areas: Vec<Option<Parts>>,
}

/// Takes the latest intake of a grade apart, beside a forecast `horizon` years ahead. Where pupils
/// are not what is forecast, the children of the entry age in the last register stand for it.
pub(crate) fn latest(known: &Known<'_>, grade: Grade, horizon: usize, of_pupils: bool) -> Latest {
    let age = usize::try_from(grade.age()).unwrap_or(0);
    let years = || (0..=known.last).rev();
    let ward_year =
        if of_pupils { years().find(|y| known.roll(grade, *y).is_some()) } else { None };
    let area_year =
        if of_pupils { years().find(|y| known.area_rolls(grade, *y).is_some()) } else { None };
    // Children who were not born h years before are compared with themselves at birth.
    let back = horizon.min(age);
    let cohort = |year: usize| Some((year.checked_sub(back)?, age - back));

    let year = if of_pupils { ward_year } else { Some(known.last) };
    let ward = year.and_then(|year| {
        let children = known.ward_children(year, age);
        let root = cohort(year).map(|(year, age)| known.ward_children(year, age));
        let intake = known.roll(grade, year).filter(|_| of_pupils);
        let told = intake.map(|_| ward_columns(known, grade, year)).unwrap_or_default();
        taken_apart(root, children, intake, told, horizon > age)
    });
    let year = if of_pupils { area_year } else { Some(known.last) };
    let area = |area: usize| {
        let year = year?;
        let children = known.children(year, age)[area];
        let root = cohort(year).map(|(year, age)| known.children(year, age)[area]);
        let intakes = known.area_rolls(grade, year).filter(|_| of_pupils);
        let share = children / known.ward_children(year, age);
        let told = intakes.map(|_| area_columns(known, grade, year, area, share));
        let intake = intakes.map(|intakes| intakes[area]);
        taken_apart(root, children, intake, told.unwrap_or_default(), horizon > age)
    };
    Latest { ward, areas: (0..known.areas()).map(area).collect() }
}

/// What the columns of a year's roll count in the ward.
fn ward_columns(known: &Known<'_>, grade: Grade, year: usize) -> CaptureParts {
    let count = |column| known.part(grade, year, column).unwrap_or(0.0);
    columns(count)
}

/// What they count in an area: its own number where the year tells it, else its share of the ward's.
fn area_columns(
    known: &Known<'_>,
    grade: Grade,
    year: usize,
    area: usize,
    share: f64,
) -> CaptureParts {
    let count = |column| match known.area_parts(grade, year, column) {
        Some(areas) => areas[area],
        None if share.is_finite() => share * known.part(grade, year, column).unwrap_or(0.0),
        None => 0.0,
    };
    columns(count)
}

fn columns(count: impl Fn(Column) -> f64) -> CaptureParts {
    CaptureParts {
        private: -count(Column::Private),
        to_outside: -count(Column::ToOutside),
        from_outside: count(Column::FromOutside),
        repeaters: count(Column::Repeaters),
        ..CaptureParts::default()
    }
}

/// The parts; `None` where not even the children of the entry age are known.
fn taken_apart(
    root: Option<f64>,
    children: f64,
    intake: Option<f64>,
    told: CaptureParts,
    was_unborn: bool,
) -> Option<Parts> {
    if children.is_nan() {
        return None;
    }
    let root = root.filter(|root| !root.is_nan()).unwrap_or(children);
    let difference = intake.map_or(0.0, |intake| intake - children);
    let capture = CaptureParts { other: difference - told.sum(), ..told };
    Some(Parts {
        cohort: if was_unborn { 0.0 } else { root },
        births: if was_unborn { root } else { 0.0 },
        movement: children - root,
        capture,
        ..Parts::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_an_intake_add_up_to_it() {
        let told = CaptureParts { private: -3.0, repeaters: 0.5, ..CaptureParts::default() };
        let parts = taken_apart(Some(20.0), 23.0, Some(21.0), told, false).expect("parts");
        assert_eq!((parts.cohort, parts.movement, parts.capture.other), (20.0, 3.0, 0.5));
        assert_eq!(parts.sum(), 21.0);
        let nothing = CaptureParts::default();
        let unborn = taken_apart(Some(f64::NAN), 23.0, None, nothing, true).expect("parts");
        assert_eq!((unborn.births, unborn.sum()), (23.0, 23.0));
        assert_eq!(taken_apart(Some(1.0), f64::NAN, Some(2.0), nothing, false), None);
    }
}

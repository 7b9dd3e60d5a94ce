//! One plan for several years: the same catchments, each year with its own pupils and seats.
//!
//! Ways, alarms and overload are averages over the years; a hard rule holds in each of them. What
//! happens when the plan comes into force (moved pupils, siblings) is counted in the first year.

use crate::problem::Codes;
use crate::{ProblemParts, SchoolSeats};
use phantuyen_model::{Finding, FindingCode, SchoolYear};

/// Pupils and seats of one year.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PlannedYear {
    pub(crate) school_year: SchoolYear,
    /// By area.
    pub(crate) pupils: Vec<f64>,
    /// By school; a school that does not take the grade that year has none.
    pub(crate) seats: Vec<f64>,
}

impl PlannedYear {
    /// Pupils per seat over the whole ward; `None` without seats.
    pub(crate) fn fullness(&self) -> Option<f64> {
        let seats: f64 = self.seats.iter().sum();
        (seats > 0.0).then(|| self.pupils.iter().sum::<f64>() / seats)
    }
}

/// The years of the plan, the first one first.
///
/// An area that a later year does not name has the pupils of the first; a school that a later
/// year does not name has no seats then; one that only a later year names is left out, with a
/// finding, since the first year cannot use it.
pub(crate) fn years(
    parts: &ProblemParts,
    codes: &Codes,
    findings: &mut Vec<Finding>,
) -> Vec<PlannedYear> {
    let first = PlannedYear {
        school_year: parts.school_year,
        pupils: parts.demand.iter().map(|demand| demand.pupils).collect(),
        seats: parts.schools.iter().map(|school| school.seats).collect(),
    };
    let mut years = vec![first.clone()];
    for later in &parts.later_years {
        let mut year = PlannedYear {
            school_year: later.school_year,
            pupils: first.pupils.clone(),
            seats: vec![0.0; parts.schools.len()],
        };
        for demand in &later.demand {
            if let Some(&area) = codes.areas.get(&demand.area_code) {
                year.pupils[area] = demand.pupils;
            }
            if !demand.pupils.is_finite() || demand.pupils < 0.0 {
                let finding = Finding::new(FindingCode::BadValue).table("demand").column("pupils");
                let finding = finding.area(&demand.area_code).fact("values", demand.pupils);
                findings.push(finding.fact("expected", "≥ 0"));
            }
        }
        for school in &later.schools {
            match codes.schools.get(&school.school_code) {
                Some(&place) => year.seats[place] = school.seats,
                None => findings.push(opens_later(school, later.school_year, parts)),
            }
        }
        for (place, school) in parts.schools.iter().enumerate() {
            if later.schools.iter().all(|other| other.school_code != school.school_code)
                && year.seats[place] <= 0.0
            {
                let finding = Finding::new(FindingCode::SchoolClosesLater).table("schools");
                let finding = finding.fact("school", &school.school_code);
                findings.push(finding.fact("school_year", later.school_year));
            }
        }
        years.push(year);
    }
    years
}

fn opens_later(school: &SchoolSeats, year: SchoolYear, parts: &ProblemParts) -> Finding {
    let finding = Finding::new(FindingCode::SchoolOpensLater).table("schools");
    let finding = finding.fact("school", &school.school_code).fact("school_year", year);
    finding.fact("first_year", parts.school_year)
}

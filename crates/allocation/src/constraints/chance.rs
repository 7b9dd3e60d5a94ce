//! How likely a school is to have more pupils than seats.
//!
//! The forecast draws futures jointly over areas: future `k` of year `y` gives each area its
//! pupils. Over the futures planned with, in each year on its own:
//!
//! ```text
//! P(s, y) = #{k : Σ_{a ∈ C_s} pupils(k, y, a) > seats(s, y)} / K      ≤ max_overload_probability
//! ```
//!
//! The same share over futures that the search has not seen judges the plan without bias.

use crate::problem::Codes;
use crate::{Problem, ProblemParts};
use phantuyen_model::{DemandDraws, Finding, FindingCode};

/// The futures of one planned year.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Futures {
    /// The place of the year among the planned years.
    pub(crate) year: usize,
    /// How many there are.
    pub(crate) count: usize,
    /// Pupils by future, then area.
    pub(crate) pupils: Vec<f64>,
}

impl Futures {
    /// Pupils of an area in a future.
    pub(crate) fn of(&self, future: usize, area: usize) -> f64 {
        self.pupils[future * (self.pupils.len() / self.count.max(1)) + area]
    }
}

/// Futures that a school may be overloaded in, of so many.
pub(crate) fn allowed(problem: &Problem, count: usize) -> Option<usize> {
    let share = problem.settings.max_overload_probability?;
    #[expect(clippy::cast_precision_loss, reason = "futures, some hundreds")]
    let most = (share.clamp(0.0, 1.0) * count as f64 + 1e-9).floor();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 ≤ most ≤ count")]
    let most = most as usize;
    Some(most)
}

/// The futures of the planned years, in their order.
///
/// Draws that leave out an area, or whose rows are not all as long as their areas, are refused;
/// draws of other grades or years are left aside. A bound on the probability without any draws is
/// refused, too: nothing would say how sure the pupils are.
pub(crate) fn futures(
    problem: &Problem,
    draws: &[DemandDraws],
    codes: &Codes,
    findings: &mut Vec<Finding>,
) -> Vec<Futures> {
    let mut all = Vec::new();
    for (year, planned) in problem.years.iter().enumerate() {
        let of_year = |draws: &&DemandDraws| {
            draws.grade == problem.grade && draws.school_year == planned.school_year
        };
        let Some(draws) = draws.iter().find(of_year) else { continue };
        match by_number(problem, draws, codes) {
            Some(pupils) => all.push(Futures { year, count: draws.draws.len(), pupils }),
            None => {
                let finding = Finding::new(FindingCode::DrawsIncomplete).table("demand");
                findings.push(finding.fact("school_year", planned.school_year));
            }
        }
    }
    all
}

/// A bound needs futures in each planned year.
pub(crate) fn check(parts: &ProblemParts, problem: &Problem, findings: &mut Vec<Finding>) {
    if parts.settings.max_overload_probability.is_none() {
        return;
    }
    for (year, planned) in problem.years.iter().enumerate() {
        if !problem.futures.iter().any(|futures| futures.year == year && futures.count > 0) {
            let finding = Finding::new(FindingCode::DrawsMissing).table("demand");
            findings.push(finding.fact("school_year", planned.school_year));
        }
    }
}

fn by_number(problem: &Problem, draws: &DemandDraws, codes: &Codes) -> Option<Vec<f64>> {
    let areas = problem.area_count();
    let places: Vec<Option<usize>> =
        draws.areas.iter().map(|code| codes.areas.get(code).copied()).collect();
    let mut named = vec![false; areas];
    places.iter().flatten().for_each(|&area| named[area] = true);
    let complete = named.iter().all(|named| *named);
    let sound = |row: &Vec<f64>| {
        row.len() == places.len() && row.iter().all(|pupils| pupils.is_finite() && *pupils >= 0.0)
    };
    if !complete || !draws.draws.iter().all(sound) {
        return None;
    }
    let mut pupils = vec![0.0; draws.draws.len() * areas];
    for (future, row) in draws.draws.iter().enumerate() {
        for (place, value) in places.iter().zip(row) {
            if let Some(area) = place {
                pupils[future * areas + area] = *value;
            }
        }
    }
    Some(pupils)
}

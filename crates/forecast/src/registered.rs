//! Registered births beside children under 1: two counts of the same cohorts, late each in its way.
//!
//! Children are registered late, so the register of December lacks some of those born in its year;
//! who moves away with an infant is in the births and in no register. Two second opinions follow, both
//! of the ward's number:
//!
//! - of the **youngest cohort**: births of the year × Σ children of 1 a year later / Σ births;
//! - of **cohorts not yet born**: births of the last three years (weights 3-2-1) × Σ children under 1 /
//!   Σ births.
//!
//! Each is believed with the weight that past years would have supported ([`rolls::weight_of_rolls`]):
//! none unless it beats children under 1 alone on years left out one by one, and with fewer than
//! [`FEWEST`] years to learn from.

use crate::births::LATEST_YEARS;
use crate::panel::Known;
use crate::rolls::{self, Pair};
use crate::shrink::DECAY;
use phantuyen_model::{Finding, FindingCode, round_half_up};

/// Fewest past years that can speak for births.
const FEWEST: usize = 3;

/// The weight of births before any year was compared.
const PRIOR: f64 = 0.5;

/// What registered births change.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Registered {
    /// Their weight in the youngest cohort of the register.
    pub(crate) start_weight: f64,
    /// What the youngest cohort is multiplied by.
    pub(crate) start: f64,
    /// Their weight in the cohorts not yet born.
    pub(crate) later_weight: f64,
    /// What cohorts not yet born are multiplied by.
    pub(crate) later: f64,
    /// Share of the children under 1 that a December register has held, movement set aside.
    pub(crate) complete: Option<f64>,
}

/// Sums of a year and of what followed, fading.
fn ratio(years: impl Iterator<Item = (f64, f64)>) -> Option<f64> {
    let (mut before, mut after, mut weight) = (0.0, 0.0, 1.0);
    for (of, came) in years {
        if of.is_finite() && came.is_finite() {
            before += weight * of;
            after += weight * came;
        }
        weight *= DECAY;
    }
    (before > 0.0 && after > 0.0).then(|| after / before)
}

/// Compares births and children under 1; `None` where no births are registered in the origin's year.
///
/// `expected` tells how many children under 1 the model without births would have expected in the
/// year after the one of that number.
pub(crate) fn fit(
    known: &Known<'_>,
    expected: impl Fn(usize) -> Option<f64>,
) -> Option<Registered> {
    let births = |year: usize| known.births(year).unwrap_or(f64::NAN);
    let children = |year: usize, age: usize| known.ward_children(year, age);
    let ages_on = |until: usize, age: usize| {
        ratio((0..until).rev().map(|y| (children(y, age), children(y + 1, age + 1))))
    };
    let born_on = |until: usize| ratio((0..until).rev().map(|y| (births(y), children(y + 1, 1))));
    let held = |until: usize| ratio((0..=until).rev().map(|y| (births(y), children(y, 0))));
    let last = known.last;
    let now = known.births(last)?;

    // The youngest cohort, seen a year later.
    let pairs: Vec<Pair> = (1..last)
        .filter_map(|year| {
            let residents = children(year, 0) * ages_on(year, 0)?;
            let rolls = births(year) * born_on(year)?;
            let actual = children(year + 1, 1);
            all_known(Pair { residents, rolls, actual })
        })
        .collect();
    let start_weight = weight(&pairs);
    let second = born_on(last).zip(ages_on(last, 0)).map(|(born, ages)| now * born / ages);
    let start = corrected(children(last, 0), second, start_weight);

    // The next cohort, seen when it is born.
    let level = |year: usize| {
        let latest = (0..=year).rev().map(births).zip(LATEST_YEARS);
        let (sum, by) = latest
            .filter(|(births, _)| births.is_finite())
            .fold((0.0, 0.0), |(sum, by), (births, weight)| (sum + weight * births, by + weight));
        if by > 0.0 { sum / by } else { f64::NAN }
    };
    let pairs: Vec<Pair> = (1..last)
        .filter_map(|year| {
            let rolls = level(year) * held(year)?;
            all_known(Pair { residents: expected(year)?, rolls, actual: children(year + 1, 0) })
        })
        .collect();
    let later_weight = weight(&pairs);
    let second = held(last).map(|held| level(last) * held);
    let later = corrected(expected(last).unwrap_or(f64::NAN), second, later_weight);

    let complete = ages_on(last, 0).zip(ages_on(last, 1));
    let complete = complete.map(|(first, next)| (next / first).min(1.0));
    Some(Registered { start_weight, start, later_weight, later, complete })
}

/// What registered births do to a forecast; nothing where none are known.
pub(crate) fn finding(known: &Known<'_>, registered: Option<&Registered>) -> Option<Finding> {
    (0..=known.last).find_map(|year| known.births(year))?;
    let finding = |code| Finding::new(code).table("births");
    let percent = |share: f64| round_half_up(100.0 * share);
    let used = registered.filter(|told| told.start_weight > 0.0 || told.later_weight > 0.0);
    let Some(told) = used else { return Some(finding(FindingCode::BirthsLeftOut)) };
    Some(
        finding(FindingCode::BirthsUsed)
            .fact("year", known.origin().0)
            .fact("start_pct", percent(told.start_weight))
            .fact("later_pct", percent(told.later_weight))
            .fact("complete_pct", percent(told.complete.unwrap_or(1.0))),
    )
}

fn all_known(pair: Pair) -> Option<Pair> {
    [pair.residents, pair.rolls, pair.actual].iter().all(|n| n.is_finite()).then_some(pair)
}

fn weight(pairs: &[Pair]) -> f64 {
    if pairs.len() < FEWEST { 0.0 } else { rolls::weight_of_rolls(pairs, PRIOR) }
}

/// The factor that brings the first opinion to the mean of both.
fn corrected(first: f64, second: Option<f64>, weight: f64) -> f64 {
    match second {
        Some(second) if first > 0.0 && second.is_finite() => {
            (1.0 - weight) + weight * second / first
        }
        _ => 1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_fade_and_unknown_ones_say_nothing() {
        let years = [(10.0, 12.0), (f64::NAN, 3.0), (20.0, 18.0)];
        let expected = (12.0 + 0.7225 * 18.0) / (10.0 + 0.7225 * 20.0);
        assert!((ratio(years.into_iter()).expect("a ratio") - expected).abs() < 1e-12);
        assert_eq!(ratio([(0.0, 0.0)].into_iter()), None);
    }

    #[test]
    fn a_second_opinion_moves_the_first_by_its_weight() {
        assert!((corrected(80.0, Some(100.0), 0.5) - 90.0 / 80.0).abs() < 1e-12);
        assert_eq!(corrected(80.0, Some(100.0), 0.0), 1.0);
        assert_eq!(corrected(0.0, Some(100.0), 1.0), 1.0);
        assert_eq!(corrected(80.0, None, 1.0), 1.0);
    }
}

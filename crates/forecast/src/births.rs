//! Children not yet born at the origin: children under 1 for each woman aged 20 to 39.
//!
//! ```text
//! children₀(area, Y+k) = ½ · women(area, Y) × rate(ward, Y+k) × index(area)
//!                      + ½ · children₀(ward, Y) × share(area) × rate(ward, Y+k) / rate(ward, Y)
//! ```
//!
//! The second half is the area's share of the ward's children under 1 of late: women say
//! how many could be born, children how many were.
//! Women are held at the origin's number. The ward's rate is that of its last three years (weights
//! 3, 2, 1); where its own past says that its trend would have been the better guide, the rate
//! follows the straight line through the logarithms of the rates (least squares), fading by
//! [`DECAY`] a year. The index is the area's rate against the ward's, drawn towards 1. Where births
//! are registered they are a second opinion ([`crate::registered`]).

use crate::panel::Known;
use crate::reading::Ingredient;
use crate::registered::{self, Registered};
use crate::shrink::{self, DECAY, Record};
use linfa::Dataset;
use linfa::traits::Fit;
use linfa_linear::LinearRegression;
use ndarray::{Array1, Array2};
use std::ops::RangeInclusive;

/// Weights of the latest years, latest first: the habit of planning offices.
pub(crate) const LATEST_YEARS: [f64; 3] = [3.0, 2.0, 1.0];

/// Fewest years through which a trend is drawn.
const TREND_YEARS: usize = 4;

/// How much a year counts against the year after it in an area's recent children under 1.
const RECENT: f64 = 0.7;

/// Fewest past forecasts that can speak for a trend: four origins, two years ahead but for the last.
const FEWEST_TRIALS: u32 = 7;

/// A trend must have been better than no trend by a tenth.
const CLEARLY: f64 = 0.9;

/// Children under 1 to come.
pub(crate) struct Births {
    /// Of each area, at the rate of the origin; `NaN` where its women were never counted.
    level: Vec<f64>,
    /// Growth of the ward's logarithmic rate a year, 0 where it is held.
    slope: f64,
    /// Weight of each area's own record.
    own: Vec<f64>,
    /// What registered births change, where they are known.
    registered: Option<Registered>,
}

impl Births {
    /// Children under 1 of each area, `years` after the origin; `NaN` where women are unknown.
    pub(crate) fn after(&self, years: u32) -> impl Iterator<Item = f64> {
        let later = self.registered.map_or(1.0, |registered| registered.later);
        let factor = growth(self.slope, years) * later;
        self.level.iter().map(move |level| level * factor)
    }

    /// The weights of the areas' own records.
    pub(crate) fn own(&self) -> &[f64] {
        &self.own
    }

    /// What registered births change, where they are known.
    pub(crate) fn registered(&self) -> Option<&Registered> {
        self.registered.as_ref()
    }

    /// Births given by hand, without a trend.
    pub(crate) fn given(level: Vec<f64>) -> Self {
        Self { own: vec![1.0; level.len()], level, slope: 0.0, registered: None }
    }
}

/// Areas whose women were never counted; all where none was in a year with children under 1.
pub(crate) fn areas_without_women(known: &Known<'_>) -> usize {
    let unknown = latest_women(known).iter().filter(|women| women.is_nan()).count();
    let is_told = ward_rates(known, 0..=known.last).iter().any(Option::is_some);
    if is_told { unknown } else { known.areas() }
}

/// Learns births from the years up to the origin; `None` where women are not counted, or were
/// never counted in a year that has children under 1, and no births are registered either.
pub(crate) fn fit(
    known: &Known<'_>,
    history_years: Option<u32>,
    without: Option<Ingredient>,
) -> Option<Births> {
    let most = history_years.and_then(|years| usize::try_from(years).ok()).unwrap_or(usize::MAX);
    let first = known.last.saturating_sub(most);
    let rates = ward_rates(known, first..=known.last);
    let Some(held) = level_of(&rates) else { return without_women(known) };
    let slope = if trend_was_better(&rates) { trend(&rates).unwrap_or(0.0) } else { 0.0 };

    let mut records = vec![Record::default(); known.areas()];
    let mut weight = 1.0;
    for (back, rate) in rates.iter().rev().enumerate() {
        let year = known.last - back;
        if let Some(rate) = rate {
            let children = known.children(year, 0);
            for ((record, children), women) in
                records.iter_mut().zip(children).zip(known.women(year))
            {
                record.add(weight, *children, women * rate);
            }
        }
        weight *= DECAY;
    }
    let kappa = shrink::kappa(records.iter());
    let (index, own): (Vec<f64>, Vec<f64>) =
        records.iter().map(|record| shrink::shrunk(record, kappa)).unzip();
    let women = latest_women(known);
    let by_women = women.iter().zip(&index).map(|(women, index)| women * index * held);
    let by_children = recent_children(known);
    let level = by_women.zip(by_children).map(|(women, children)| {
        let is_told = !children.is_nan() && without != Some(Ingredient::RecentChildren);
        if is_told { women.midpoint(children) } else { women }
    });
    // What the same rule would have expected in the year after an earlier one.
    let expected = |year: usize| {
        let until = year.checked_sub(first)? + 1;
        let slope = if trend_was_better(&rates[..until]) { trend(&rates[..until]) } else { None };
        let women: f64 = known.women(year).iter().filter(|women| !women.is_nan()).sum();
        let by_women = Some(women).filter(|women| *women > 0.0)? * level_of(&rates[..until])?;
        let children = known.ward_children(year, 0);
        let level = if children.is_nan() { by_women } else { by_women.midpoint(children) };
        Some(level * growth(slope.unwrap_or(0.0), 1))
    };
    let registered = registered::fit(known, expected);
    Some(Births { level: level.collect(), slope, own, registered })
}

/// Without women, registered births alone can speak beside the last children under 1; `None`
/// where there are none.
fn without_women(known: &Known<'_>) -> Option<Births> {
    let expected = |year: usize| Some(known.ward_children(year, 0));
    let registered = registered::fit(known, expected)?;
    let level = known.children(known.last, 0).to_vec();
    let own = vec![1.0; level.len()];
    Some(Births { level, slope: 0.0, own, registered: Some(registered) })
}

/// The ward's latest children under 1, shared among the areas by those they had of late; `NaN` for
/// areas that never told.
fn recent_children(known: &Known<'_>) -> Vec<f64> {
    let mut latest = f64::NAN;
    let mut of_area = vec![(0.0, 0.0); known.areas()];
    for year in 0..=known.last {
        let ward = known.ward_children(year, 0);
        if ward.is_nan() {
            continue;
        }
        latest = ward;
        for ((area, whole), children) in of_area.iter_mut().zip(known.children(year, 0)) {
            (*area, *whole) = (RECENT * *area, RECENT * *whole);
            if !children.is_nan() {
                *area += children;
                *whole += ward;
            }
        }
    }
    of_area.iter().map(|(area, whole)| latest * area / whole).collect()
}

/// The latest known number of women of each area, `NaN` where none ever was.
pub(crate) fn latest_women(known: &Known<'_>) -> Vec<f64> {
    let mut latest = vec![f64::NAN; known.areas()];
    for year in 0..=known.last {
        for (latest, women) in latest.iter_mut().zip(known.women(year)) {
            if !women.is_nan() {
                *latest = *women;
            }
        }
    }
    latest
}

/// The ward's children under 1 for each woman, year by year, over areas that know both.
fn ward_rates(known: &Known<'_>, years: RangeInclusive<usize>) -> Vec<Option<f64>> {
    let rate = |year: usize| {
        let pairs = known.children(year, 0).iter().zip(known.women(year));
        let (children, women) = pairs
            .filter(|(children, women)| !children.is_nan() && !women.is_nan())
            .fold((0.0, 0.0), |(a, b), (c, d)| (a + c, b + d));
        (women > 0.0 && children > 0.0).then(|| children / women)
    };
    years.map(rate).collect()
}

/// The rate of the latest years that are known, by [`LATEST_YEARS`].
fn level_of(rates: &[Option<f64>]) -> Option<f64> {
    let latest = rates.iter().rev().flatten().zip(LATEST_YEARS);
    let (sum, weight) = latest.fold((0.0, 0.0), |(s, w), (rate, by)| (s + by * rate, w + by));
    (weight > 0.0).then(|| sum / weight)
}

/// The slope of the line through the logarithms of the rates.
fn trend(rates: &[Option<f64>]) -> Option<f64> {
    let points: Vec<(f64, f64)> = (0_u32..)
        .zip(rates)
        .filter_map(|(year, rate)| Some((f64::from(year), (*rate)?.ln())))
        .collect();
    if points.len() < TREND_YEARS {
        return None;
    }
    let years: Vec<f64> = points.iter().map(|point| point.0).collect();
    let logs: Array1<f64> = points.iter().map(|point| point.1).collect();
    let years = Array2::from_shape_vec((years.len(), 1), years).ok()?;
    let line = LinearRegression::new().fit(&Dataset::new(years, logs)).ok()?;
    Some(line.params()[0]).filter(|slope| slope.is_finite())
}

/// What a fading trend makes of 1 after some years.
fn growth(slope: f64, years: u32) -> f64 {
    let mut faded = 0.0;
    let mut step = 1.0;
    for _ in 0..years {
        step *= DECAY;
        faded += step;
    }
    (slope * faded).exp()
}

/// Whether the trend would have foretold the ward's known rates, one and two years ahead, better
/// than the level held, and clearly so.
fn trend_was_better(rates: &[Option<f64>]) -> bool {
    let (mut held_error, mut trend_error, mut tried) = (0.0, 0.0, 0);
    for origin in TREND_YEARS..rates.len() {
        let past = &rates[..origin];
        let (Some(held), Some(slope)) = (level_of(past), trend(past)) else { continue };
        for (years, rate) in (1..=2).zip(&rates[origin..]) {
            if let Some(rate) = rate {
                held_error += (held / rate).ln().abs();
                trend_error += (held * growth(slope, years) / rate).ln().abs();
                tried += 1;
            }
        }
    }
    tried >= FEWEST_TRIALS && trend_error < CLEARLY * held_error
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rates(of: impl Fn(i32) -> f64) -> Vec<Option<f64>> {
        (0..9).map(|year| Some(of(year))).collect()
    }

    #[test]
    fn a_steady_fall_is_followed_and_fades() {
        let falling = rates(|year| 0.08 * 0.95_f64.powi(year));
        let slope = trend(&falling).expect("a line");
        assert!((slope - 0.95_f64.ln()).abs() < 1e-9);
        assert!(trend_was_better(&falling));
        assert!((growth(slope, 2) - 0.95_f64.powf(0.85 + 0.7225)).abs() < 1e-9);
    }

    #[test]
    fn a_rate_that_only_wavers_is_held() {
        let wavering = rates(|year| if year % 2 == 0 { 0.07 } else { 0.08 });
        assert!(!trend_was_better(&wavering));
    }

    #[test]
    fn the_level_is_that_of_the_latest_known_years() {
        // (3·0.06 + 2·0.09 + 1·0.12) / 6
        let known = [Some(0.5), Some(0.12), None, Some(0.09), Some(0.06)];
        assert!((level_of(&known).expect("a level") - 0.08).abs() < 1e-12);
        assert_eq!(level_of(&[None]), None);
    }

    #[test]
    fn too_few_years_have_no_trend() {
        assert_eq!(trend(&[Some(0.1), Some(0.2), Some(0.3)]), None);
    }
}

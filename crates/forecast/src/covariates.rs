//! Covariates: what else is known of an area, as the prior that its movement is drawn to.
//!
//! An area of short or wavering history is drawn to the ward. But an area of many temporary residents, or one
//! that many families left last year, need not move as the ward does. With own weight W and own
//! record m of an area, what is known of it says so much more about its next year:
//!
//! ```text
//! index = W·m + (1 − W)·(1 + β·x)
//! ```
//!
//! x are [`Set`]s of features, each as a difference from the ward: the share of temporary residents
//! (which makes two stocks with a ratio each: in a ward of shares s and 1 − s the ratio is linear in s),
//! children who came and who went in the last year, for each child. β comes from all areas and past
//! years by an elastic net (linfa; Zou and Hastie 2005, doi 10.1111/j.1467-9868.2005.00503.x).
//!
//! Year by year every set foretells the next one from the years before it. A set is used only from the
//! year on at which its past forecasts were better than those without it by [`GAIN`], over
//! [`FEWEST`] years at least; of several the best.

use crate::panel::AGES;
use crate::shrink::{self, DECAY, Record};
use crate::tree::Units;
use linfa::Dataset;
use linfa::traits::Fit;
use linfa_elasticnet::ElasticNet;
use ndarray::{Array1, Array2};
use phantuyen_model::{Finding, FindingCode};

/// Ages that have a next one.
const STEPS: usize = AGES - 1;

/// By how much past forecasts must have been better.
const GAIN: f64 = 0.05;

/// Fewest past years that can speak for a set.
const FEWEST: usize = 3;

/// Features of an area: temporary residents, arrivals, departures.
pub(crate) const FEATURES: usize = 3;

/// The penalty, as a part of the one at which all coefficients vanish.
const PENALTY: f64 = 0.05;

/// How much of the penalty is on sums rather than on squares.
const SPARSE: f64 = 0.5;

/// The most that a prior may lie from the ward's movement.
const FARTHEST: f64 = 0.3;

/// What is known of each area at the end of a year, less the ward's; `NaN` where it is not known.
pub(crate) type Features = [Vec<f64>; FEATURES];

/// Features that are tried together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Set {
    /// Temporary residents.
    Residence,
    /// Arrivals and departures.
    Moves,
    /// All.
    Both,
}

impl Set {
    const ALL: [Self; 3] = [Self::Residence, Self::Moves, Self::Both];

    fn holds(self, feature: usize) -> bool {
        match self {
            Self::Residence => feature == 0,
            Self::Moves => feature > 0,
            Self::Both => true,
        }
    }

    /// The name used in facts.
    fn name(self) -> &'static str {
        match self {
            Self::Residence => "residence",
            Self::Moves => "moves",
            Self::Both => "residence_and_moves",
        }
    }
}

/// What the covariates say at the end of a year.
#[derive(Clone, Debug, Default)]
pub(crate) struct Verdict {
    /// The set in use and by which part past errors fall.
    used: Option<(Set, f64)>,
    /// By area: what its movement of the next year is multiplied by; empty without a set in use.
    pub(crate) tilt: Vec<f64>,
}

/// One past area and year.
struct Row {
    /// Features times what the own record leaves open.
    features: [f64; FEATURES],
    /// What the own record did not foretell.
    surprise: f64,
    /// Children expected.
    weight: f64,
}

/// Learns year by year.
pub(crate) struct Covariates {
    records: Vec<Record>,
    rows: Vec<Row>,
    /// Σ |error| without covariates and with each set, and over how many years.
    errors: [f64; Set::ALL.len() + 1],
    years: usize,
}

impl Covariates {
    /// Knows nothing yet.
    pub(crate) fn new(areas: usize) -> Self {
        Self {
            records: vec![Record::default(); areas],
            rows: Vec::new(),
            errors: [0.0; Set::ALL.len() + 1],
            years: 0,
        }
    }

    /// Takes in a year: the features at its beginning, and how children moved in it (`left` and
    /// `arrived`, age × unit). First the year is foretold, then it is learnt from.
    pub(crate) fn see(
        &mut self,
        features: &Features,
        units: &Units,
        left: &[f64],
        arrived: &[f64],
    ) {
        let moved = moved(units, left, arrived);
        let kappa = shrink::kappa(self.records.iter());
        let own: Vec<(f64, f64)> =
            self.records.iter().map(|record| shrink::shrunk(record, kappa)).collect();
        let slopes = Set::ALL.map(|set| slopes(&self.rows, set));
        let is_trial = slopes.iter().any(Option::is_some);
        for (area, (came, expected)) in moved.iter().enumerate().filter(|(_, m)| m.1 > 0.0) {
            let (index, weight) = own[area];
            let x = open(features, area, weight);
            if is_trial {
                self.errors[0] += (came - index * expected).abs();
                for (error, slopes) in self.errors[1..].iter_mut().zip(&slopes) {
                    let with = index + prior(slopes.as_ref(), &x);
                    *error += (came - with * expected).abs();
                }
            }
            if let Some(features) = x {
                let surprise = came / expected - index;
                self.rows.push(Row { features, surprise, weight: *expected });
            }
        }
        self.years += usize::from(is_trial);
        for (record, (came, expected)) in self.records.iter_mut().zip(moved) {
            record.fade(DECAY);
            record.add(1.0, came, expected);
        }
    }

    /// What can be said at the end of a year with these features.
    pub(crate) fn verdict(&self, features: &Features) -> Verdict {
        let [without, with @ ..] = self.errors;
        let best = Set::ALL
            .into_iter()
            .zip(with)
            .min_by(|a, b| a.1.total_cmp(&b.1))
            .filter(|(_, error)| self.years >= FEWEST && *error < (1.0 - GAIN) * without);
        let Some((set, error)) = best else { return Verdict::default() };
        let slopes = slopes(&self.rows, set);
        let kappa = shrink::kappa(self.records.iter());
        let tilt = |(area, record): (usize, &Record)| {
            let (index, weight) = shrink::shrunk(record, kappa);
            let by = prior(slopes.as_ref(), &open(features, area, weight));
            if index > 0.0 { ((index + by) / index).max(0.0) } else { 1.0 }
        };
        Verdict {
            used: Some((set, 1.0 - error / without)),
            tilt: self.records.iter().enumerate().map(tilt).collect(),
        }
    }
}

impl Verdict {
    /// What covariates did to a forecast.
    pub(crate) fn finding(&self) -> Finding {
        let percent = |share: f64| phantuyen_model::round_half_up(100.0 * share);
        match self.used {
            Some((set, gain)) => Finding::new(FindingCode::CovariatesUsed)
                .fact("covariates", set.name())
                .fact("gain_pct", percent(gain)),
            None => Finding::new(FindingCode::CovariatesLeftOut),
        }
    }
}

/// Children of each area a year later, and as many as the ward's ratios of the same year expect.
fn moved(units: &Units, left: &[f64], arrived: &[f64]) -> Vec<(f64, f64)> {
    let mut moved = vec![(0.0, 0.0); units.ward()];
    for age in 0..STEPS {
        let row = age * units.len();
        let ward = row + units.ward();
        if left[ward] <= 0.0 {
            continue;
        }
        let ratio = arrived[ward] / left[ward];
        for (area, (came, expected)) in moved.iter_mut().enumerate() {
            *came += arrived[row + area];
            *expected += ratio * left[row + area];
        }
    }
    moved
}

/// Features of an area times what its own record leaves open; `None` where one is not known.
fn open(features: &Features, area: usize, own_weight: f64) -> Option<[f64; FEATURES]> {
    let mut open = [0.0; FEATURES];
    let mut is_told = false;
    for (open, of_areas) in open.iter_mut().zip(features) {
        let value = of_areas.get(area).copied().unwrap_or(f64::NAN);
        // A feature that the ward does not have says nothing.
        if value.is_finite() {
            *open = (1.0 - own_weight) * value;
            is_told = true;
        }
    }
    is_told.then_some(open)
}

fn prior(slopes: Option<&[f64; FEATURES]>, open: &Option<[f64; FEATURES]>) -> f64 {
    let (Some(slopes), Some(open)) = (slopes, open) else { return 0.0 };
    let sum: f64 = slopes.iter().zip(open).map(|(slope, x)| slope * x).sum();
    sum.clamp(-FARTHEST, FARTHEST)
}

/// The coefficients of a set, by an elastic net on rows weighted by their children; `None` before
/// there is anything to learn from.
fn slopes(rows: &[Row], set: Set) -> Option<[f64; FEATURES]> {
    let count = f64::from(u32::try_from(rows.len()).ok()?);
    // Each feature is measured in its own spread, so that the penalty treats all alike.
    let spread: [f64; FEATURES] = std::array::from_fn(|feature| {
        let squares =
            rows.iter().map(|row| row.weight * row.features[feature].powi(2)).sum::<f64>();
        if set.holds(feature) { (squares / count).sqrt() } else { 0.0 }
    });
    let chosen: Vec<usize> = (0..FEATURES).filter(|feature| spread[*feature] > 0.0).collect();
    if chosen.is_empty() {
        return None;
    }
    let x: Vec<f64> = rows
        .iter()
        .flat_map(|row| {
            let root = row.weight.sqrt();
            let spread = &spread;
            chosen.iter().map(move |feature| root * row.features[*feature] / spread[*feature])
        })
        .collect();
    let x = Array2::from_shape_vec((rows.len(), chosen.len()), x).ok()?;
    let y: Array1<f64> = rows.iter().map(|row| row.weight.sqrt() * row.surprise).collect();
    let largest = x.t().dot(&y).iter().fold(0.0_f64, |most, product| most.max(product.abs()));
    if largest <= 0.0 {
        return None;
    }
    let fitted = ElasticNet::params()
        .penalty(PENALTY * largest / (count * SPARSE))
        .l1_ratio(SPARSE)
        .with_intercept(false)
        .fit(&Dataset::new(x, y))
        .ok()?;
    let mut slopes = [0.0; FEATURES];
    for (feature, slope) in chosen.into_iter().zip(fitted.hyperplane()) {
        slopes[feature] = slope / spread[feature];
    }
    slopes.iter().all(|slope| slope.is_finite()).then_some(slopes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(slope: f64) -> Vec<Row> {
        (0..40)
            .map(|place| {
                let x = f64::from(place % 8) / 10.0 - 0.35;
                let wobble = f64::from(place % 5 - 2) / 100.0;
                Row {
                    features: [x, f64::from(place % 3) / 10.0, 0.0],
                    surprise: slope * x + wobble,
                    weight: 100.0,
                }
            })
            .collect()
    }

    #[test]
    fn a_slope_is_recovered_but_for_the_penalty() {
        let found = slopes(&rows(-0.2), Set::Residence).expect("slopes");
        assert!((found[0] / -0.2 - 1.0).abs() < 0.15 && found[1] == 0.0, "{found:?}");
        assert!(slopes(&rows(-0.2), Set::Both).expect("slopes")[1].abs() < 0.05);
        assert_eq!(slopes(&[], Set::Both), None);
    }

    #[test]
    fn what_the_own_record_tells_needs_no_prior() {
        let features = [vec![0.2], vec![f64::NAN], vec![f64::NAN]];
        assert_eq!(open(&features, 0, 1.0), Some([0.0; FEATURES]));
        let half = open(&features, 0, 0.5);
        assert_eq!(half, Some([0.1, 0.0, 0.0]));
        assert!((prior(Some(&[2.0, 9.0, 9.0]), &half) - 0.2).abs() < 1e-12);
        assert_eq!(prior(Some(&[9.0, 0.0, 0.0]), &half), FARTHEST);
        let unknown = [vec![f64::NAN], vec![f64::NAN], vec![f64::NAN]];
        assert_eq!(open(&unknown, 0, 0.5), None);
    }
}

//! The choice between readings: shares that would have foretold this ward's own past best.
//!
//! For each grade and horizon, the two readings' forecasts of children are averaged with the shares that
//! minimise the squared errors of past forecasts whose targets had been seen by the origin (stacking,
//! Wolpert 1992, doi 10.1016/S0893-6080(05)80023-1; shares ≥ 0 that add up to one, Breiman 1996,
//! doi 10.1007/BF00117832):
//!
//! ```text
//! w = argmin  Σ (w·e₁ + (1 − w)·e₂)² / (h·n)  +  one imagined origin at which both were equally wrong
//! ```
//!
//! Neighbouring horizons speak too, half for each year between. Without any past both readings count
//! alike, which is the documented default.

use crate::learner::Learner;
use crate::panel::Panel;
use crate::paths::{self, Paths};
use crate::reading::{Ingredient, READING_COUNT as COUNT, Reading, readings};
use crate::{ForecastSettings, births};
use phantuyen_model::{Grade, RegisterYear};
use rayon::prelude::*;
use std::ops::AddAssign;

/// How much a neighbouring horizon counts, for each year between.
const NEXT_HORIZON: f64 = 0.5;

/// Sums of products of the two readings' errors.
#[derive(Clone, Copy, Debug, Default)]
struct Products {
    first: f64,
    second: f64,
    both: f64,
}

impl Products {
    fn times(self, by: f64) -> Self {
        Self { first: by * self.first, second: by * self.second, both: by * self.both }
    }

    /// The share of the first reading that makes the sum of squares least, beside one imagined
    /// origin of all the origins that were seen (`weight`).
    fn share_of_first(self, weight: f64) -> f64 {
        if weight <= 0.0 {
            return 0.5;
        }
        let imagined = (self.first + self.second) / (2.0 * weight);
        let curve = self.first + self.second + 2.0 * imagined - 2.0 * self.both;
        if curve > 0.0 {
            ((self.second + imagined - self.both) / curve).clamp(0.0, 1.0)
        } else {
            0.5
        }
    }
}

impl AddAssign for Products {
    fn add_assign(&mut self, other: Self) {
        self.first += other.first;
        self.second += other.second;
        self.both += other.both;
    }
}

/// The weights of the readings for one grade and horizon, as chosen at an origin.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// The grade.
    pub grade: Grade,
    /// Years ahead.
    pub horizon: u32,
    /// Past forecasts that the weights rest on, as pairs of origin and horizon; none where all
    /// readings count alike.
    pub seen: u32,
    /// The share of each reading, in the order of the readings; they add up to one.
    pub shares: [f64; COUNT],
}

/// What one origin expects, with the choice it rests on.
pub(crate) struct Chosen {
    /// The origin.
    pub(crate) origin: RegisterYear,
    /// Whether ratios could be learnt.
    pub(crate) is_scored: bool,
    /// The paths.
    pub(crate) paths: Paths,
    /// By grade and horizon.
    pub(crate) choices: Vec<Choice>,
}

/// One origin as every reading sees it.
struct Seen {
    origin: RegisterYear,
    is_scored: bool,
    readings: [Paths; COUNT],
    /// Grade × horizon; `None` where no register tells what came.
    errors: Vec<Option<Products>>,
}

/// Reads the past in both ways, origin by origin up to the last one that is asked for, and chooses.
/// One ingredient of the method may be left out.
pub(crate) fn all(
    panel: &Panel,
    settings: &ForecastSettings,
    last: RegisterYear,
    without: Option<Ingredient>,
) -> Vec<Chosen> {
    let origins: Vec<RegisterYear> = panel.registers().filter(|origin| *origin <= last).collect();
    let births: Vec<Option<births::Births>> = origins
        .par_iter()
        .map(|origin| births::fit(&panel.until(*origin)?, settings.history_years, without))
        .collect();
    let [first, second] = readings(without);
    let walk = |reading| walks(panel, settings, reading, &births);
    let (first, second) = rayon::join(|| walk(first), || walk(second));

    let read: Vec<[Paths; COUNT]> = first.into_iter().zip(second).map(|(a, b)| [a, b]).collect();
    let mut by_origin: Vec<Seen> = origins
        .into_par_iter()
        .zip(read)
        .map(|(origin, readings)| {
            let is_scored = panel.until(origin).is_some_and(|known| known.transitions() > 0);
            let mut seen = Seen { origin, is_scored, readings, errors: Vec::new() };
            seen.errors = errors(panel, settings, &seen);
            seen
        })
        .collect();
    if without == Some(Ingredient::Choice) {
        by_origin.iter_mut().for_each(|seen| seen.errors.fill(None));
    }
    let choices: Vec<Vec<Choice>> =
        (0..by_origin.len()).map(|place| choose(&by_origin, place, settings)).collect();
    let chosen = by_origin.into_par_iter().zip(choices).map(|(seen, choices)| Chosen {
        origin: seen.origin,
        is_scored: seen.is_scored,
        paths: mixed(seen.readings, &choices),
        choices,
    });
    chosen.collect()
}

/// The paths of every origin by one reading.
fn walks(
    panel: &Panel,
    settings: &ForecastSettings,
    reading: Reading,
    births: &[Option<births::Births>],
) -> Vec<Paths> {
    let last = births.len();
    let mut births = births.iter();
    let mut learner = Learner::new(reading, panel.units());
    let mut walks = Vec::with_capacity(births.len());
    for (year, known) in panel.years() {
        if walks.len() == last {
            break;
        }
        learner.see(&known);
        if panel.until(year).is_none() {
            continue;
        }
        if let Some(years) = settings.history_years.and_then(|years| usize::try_from(years).ok()) {
            learner = Learner::new(reading, panel.units());
            let first = known.last.saturating_sub(years);
            panel
                .years()
                .take(known.last + 1)
                .skip(first)
                .for_each(|(_, known)| learner.see(&known));
        }
        let births = births.next().and_then(Option::as_ref);
        walks.push(paths::walk(&known, settings, &learner.ratios(), births));
    }
    walks
}

/// How wrong the readings of an origin were, by grade and horizon.
fn errors(panel: &Panel, settings: &ForecastSettings, seen: &Seen) -> Vec<Option<Products>> {
    let horizons = settings.horizon;
    let cells = settings.grades.iter().flat_map(|grade| (1..=horizons).map(move |h| (*grade, h)));
    cells
        .enumerate()
        .map(|(cell, (grade, horizon))| {
            let came = panel.came(RegisterYear(seen.origin.school_year(horizon).0), grade.age())?;
            let is_told = seen.is_scored && !seen.readings[0].missing[cell];
            is_told.then(|| products(seen, cell, horizon, came))
        })
        .collect()
}

fn products(seen: &Seen, cell: usize, horizon: u32, came: &[f64]) -> Products {
    let cells = cell * came.len()..(cell + 1) * came.len();
    let [first, second] = seen.readings.each_ref().map(|paths| &paths.children[cells.clone()]);
    let mut sums = Products::default();
    for (came, (first, second)) in came.iter().zip(first.iter().zip(second)) {
        if !came.is_nan() {
            let scale = f64::from(horizon) * f64::midpoint(*first, *second).max(1.0);
            let (first, second) = (first - came, second - came);
            let products =
                Products { first: first * first, second: second * second, both: first * second };
            sums += products.times(scale.recip());
        }
    }
    sums
}

/// The choice at the origin of the given place, by grade and horizon.
fn choose(by_origin: &[Seen], place: usize, settings: &ForecastSettings) -> Vec<Choice> {
    let now = by_origin[place].origin;
    let mut choices = Vec::new();
    for (number, grade) in settings.grades.iter().enumerate() {
        for horizon in 1..=settings.horizon {
            let mut sums = Products::default();
            let (mut seen, mut weights) = (0, 0.0);
            for past in &by_origin[..place] {
                for other in 1..=settings.horizon {
                    let step = usize::try_from(other).unwrap_or(1) - 1;
                    let cell = number * usize::try_from(settings.horizon).unwrap_or(0) + step;
                    let is_seen = past.origin.school_year(other).0 <= now.0;
                    let Some(errors) = past.errors[cell].filter(|_| is_seen) else { continue };
                    let weight =
                        NEXT_HORIZON.powi(i32::try_from(other.abs_diff(horizon)).unwrap_or(0));
                    sums += errors.times(weight);
                    weights += weight;
                    seen += 1;
                }
            }
            let first = sums.share_of_first(weights);
            choices.push(Choice { grade: *grade, horizon, seen, shares: [first, 1.0 - first] });
        }
    }
    choices
}

/// The readings' paths, averaged by the shares of each grade and horizon.
fn mixed([mut first, second]: [Paths; COUNT], choices: &[Choice]) -> Paths {
    let areas = first.children.len().checked_div(choices.len()).unwrap_or(0).max(1);
    let average = |to: &mut [f64], from: &[f64]| {
        let cells = to.chunks_exact_mut(areas).zip(from.chunks_exact(areas));
        for ((to, from), Choice { shares: [of_to, of_from], .. }) in cells.zip(choices) {
            to.iter_mut().zip(from).for_each(|(to, from)| *to = of_to * *to + of_from * from);
        }
    };
    average(&mut first.children, &second.children);
    average(&mut first.roots, &second.roots);
    average(&mut first.housing, &second.housing);
    average(&mut first.own, &second.own);
    first
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_past_both_readings_count_alike() {
        assert!((Products::default().share_of_first(0.0) - 0.5).abs() < 1e-12);
        assert!((Products::default().share_of_first(3.0) - 0.5).abs() < 1e-12);
    }

    #[test]
    fn the_better_reading_gets_more() {
        // Independent errors are weighed by the inverse of their squares, one imagined origin of
        // the mean size 5 / 20 included: 4.25 / (1.25 + 4.25).
        let products = Products { first: 1.0, second: 4.0, both: 0.0 };
        assert!((products.share_of_first(10.0) - 4.25 / 5.5).abs() < 1e-12);
    }

    #[test]
    fn a_reading_that_only_repeats_the_other_with_more_error_gets_nothing() {
        let products = Products { first: 1.0, second: 9.0, both: 3.0 };
        assert!((products.share_of_first(1000.0) - 1.0).abs() < 1e-12);
    }
}

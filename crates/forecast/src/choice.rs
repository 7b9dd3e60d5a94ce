//! The choice among readings: weights that would have foretold this ward's own past best.
//!
//! For each grade and horizon, the readings' forecasts of children are averaged with weights that
//! minimise the squared errors of past forecasts whose targets had been seen by the origin (stacking,
//! Wolpert 1992, doi 10.1016/S0893-6080(05)80023-1; weights ≥ 0 that add up to one, Breiman 1996,
//! doi 10.1007/BF00117832):
//!
//! ```text
//! w = argmin  Σ (Σᵢ wᵢ·eᵢ)² / (h·n)  +  one imagined origin at which all were equally wrong
//! ```
//!
//! Neighbouring horizons speak too, half for each year between. Without any past all readings count
//! alike, which is the documented default.

use crate::learner::Learner;
use crate::panel::Panel;
use crate::paths::{self, Paths};
use crate::reading::{Ingredient, READING_COUNT as COUNT, Reading, readings};
use crate::{ForecastSettings, births};
use phantuyen_model::{Grade, RegisterYear};
use rayon::prelude::*;

/// How much a neighbouring horizon counts, for each year between.
const NEXT_HORIZON: f64 = 0.5;

/// Rounds of pairwise improvement; a handful of readings settles in a few.
const ROUNDS: usize = 50;

/// Products of errors, reading × reading.
type Products = [[f64; COUNT]; COUNT];

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
    pub shares: Vec<f64>,
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
    readings: Vec<Paths>,
    /// Grade × horizon; `None` where no register tells what came.
    errors: Vec<Option<Products>>,
}

/// Reads the past in every way, origin by origin, and chooses.
/// One ingredient of the method may be left out.
pub(crate) fn all(
    panel: &Panel,
    settings: &ForecastSettings,
    without: Option<Ingredient>,
) -> Vec<Chosen> {
    let origins: Vec<RegisterYear> = panel.registers().collect();
    let births: Vec<Option<births::Births>> = origins
        .par_iter()
        .map(|origin| births::fit(&panel.until(*origin)?, settings.history_years, without))
        .collect();
    let read: Vec<Vec<Paths>> = readings(without)
        .par_iter()
        .map(|reading| walks(panel, settings, *reading, &births))
        .collect();

    let mut by_origin: Vec<Seen> = Vec::with_capacity(origins.len());
    let mut read: Vec<_> = read.into_iter().map(Vec::into_iter).collect();
    for origin in &origins {
        let readings = read.iter_mut().filter_map(Iterator::next).collect();
        let is_scored = panel.until(*origin).is_some_and(|known| known.transitions() > 0);
        by_origin.push(Seen { origin: *origin, is_scored, readings, errors: Vec::new() });
    }
    by_origin.par_iter_mut().for_each(|seen| seen.errors = errors(panel, settings, seen));
    if without == Some(Ingredient::Choice) {
        by_origin.iter_mut().for_each(|seen| seen.errors.fill(None));
    }
    let shares: Vec<Vec<Choice>> = (0..by_origin.len())
        .into_par_iter()
        .map(|place| choose(&by_origin, place, settings))
        .collect();
    let chosen = by_origin.into_iter().zip(shares).map(|(seen, choices)| Chosen {
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
    let mut births = births.iter();
    let mut learner = Learner::new(reading, panel.units());
    let mut walks = Vec::with_capacity(births.len());
    for (year, known) in panel.years() {
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
            let is_told = seen.is_scored && !seen.readings.first()?.missing[cell];
            is_told.then(|| products(seen, cell, horizon, came))
        })
        .collect()
}

fn products(seen: &Seen, cell: usize, horizon: u32, came: &[f64]) -> Products {
    let start = cell * came.len();
    let mut products = [[0.0; COUNT]; COUNT];
    for (area, came) in came.iter().enumerate().filter(|(_, came)| !came.is_nan()) {
        let mut errors = [0.0; COUNT];
        let mut mean = 0.0;
        for (error, paths) in errors.iter_mut().zip(&seen.readings) {
            *error = paths.children[start + area] - came;
            mean += paths.children[start + area];
        }
        let scale = f64::from(horizon) * (mean / COUNT_F).max(1.0);
        for (row, one) in products.iter_mut().zip(&errors) {
            row.iter_mut().zip(&errors).for_each(|(sum, other)| *sum += one * other / scale);
        }
    }
    products
}

/// [`COUNT`] as a number to divide by.
#[expect(clippy::cast_precision_loss, reason = "a handful")]
const COUNT_F: f64 = COUNT as f64;

/// The choice at the origin of the given place, by grade and horizon.
fn choose(by_origin: &[Seen], place: usize, settings: &ForecastSettings) -> Vec<Choice> {
    let now = by_origin[place].origin;
    let mut choices = Vec::new();
    for (number, grade) in settings.grades.iter().enumerate() {
        for horizon in 1..=settings.horizon {
            let mut sums = [[0.0; COUNT]; COUNT];
            let (mut seen, mut weights) = (0, 0.0);
            for past in &by_origin[..place] {
                for other in 1..=settings.horizon {
                    let step = usize::try_from(other).unwrap_or(1) - 1;
                    let cell = number * usize::try_from(settings.horizon).unwrap_or(0) + step;
                    let is_seen = past.origin.school_year(other).0 <= now.0;
                    let Some(errors) = past.errors[cell].filter(|_| is_seen) else { continue };
                    let weight =
                        NEXT_HORIZON.powi(i32::try_from(other.abs_diff(horizon)).unwrap_or(0));
                    for (row, errors) in sums.iter_mut().zip(&errors) {
                        row.iter_mut().zip(errors).for_each(|(sum, e)| *sum += weight * e);
                    }
                    weights += weight;
                    seen += 1;
                }
            }
            choices.push(Choice {
                grade: *grade,
                horizon,
                seen,
                shares: shares(sums, weights).to_vec(),
            });
        }
    }
    choices
}

/// The shares that minimise the sums of squares, with one imagined origin (of `weight` seen ones).
fn shares(mut sums: Products, weight: f64) -> [f64; COUNT] {
    let mut shares = [COUNT_F.recip(); COUNT];
    if weight <= 0.0 {
        return shares;
    }
    let usual: f64 = (0..COUNT).map(|i| sums[i][i]).sum::<f64>() / (COUNT_F * weight);
    (0..COUNT).for_each(|i| sums[i][i] += usual);
    let pairs = (0..COUNT).flat_map(|i| (0..COUNT).map(move |j| (i, j))).filter(|(i, j)| i != j);
    for (i, j) in (0..ROUNDS).flat_map(|_| pairs.clone()) {
        // The best that moving weight from j to i can do.
        let slope = |row: usize| -> f64 { (0..COUNT).map(|k| sums[row][k] * shares[k]).sum() };
        let curve = sums[i][i] - 2.0 * sums[i][j] + sums[j][j];
        if curve > 0.0 {
            let by = ((slope(j) - slope(i)) / curve).clamp(-shares[i], shares[j]);
            shares[i] += by;
            shares[j] -= by;
        }
    }
    shares
}

/// The readings' paths, averaged by the shares of each grade and horizon.
fn mixed(readings: Vec<Paths>, choices: &[Choice]) -> Paths {
    let Some(first) = readings.first() else { return Paths::default() };
    let areas = first.children.len().checked_div(choices.len()).unwrap_or(0);
    let average = |of: fn(&Paths) -> &[f64]| {
        let mut average = vec![0.0; first.children.len()];
        for (place, reading) in readings.iter().enumerate() {
            let cells =
                average.chunks_exact_mut(areas.max(1)).zip(of(reading).chunks(areas.max(1)));
            for ((to, from), choice) in cells.zip(choices) {
                let share = choice.shares[place];
                to.iter_mut().zip(from).for_each(|(to, from)| *to += share * from);
            }
        }
        average
    };
    Paths {
        children: average(|paths| &paths.children),
        roots: average(|paths| &paths.roots),
        housing: match first.housing.is_empty() {
            true => Vec::new(),
            false => average(|paths| &paths.housing),
        },
        own: average(|paths| &paths.own),
        missing: first.missing.clone(),
        areas_without_women: first.areas_without_women,
        registered: first.registered,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Products of errors that are independent, of these sizes.
    fn independent(squares: [f64; COUNT]) -> Products {
        let mut products = [[0.0; COUNT]; COUNT];
        (0..COUNT).for_each(|i| products[i][i] = squares[i]);
        products
    }

    #[test]
    fn without_a_past_all_readings_count_alike() {
        assert_eq!(shares(independent([0.0; COUNT]), 0.0), [0.25; COUNT]);
    }

    #[test]
    fn the_better_reading_gets_more_and_the_shares_add_up() {
        let shares = shares(independent([1.0, 4.0, 4.0, 4.0]), 10.0);
        assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-9);
        assert!(shares[0] > 0.5 && shares[1] > 0.1);
        // Independent errors are weighted by the inverse of their squares, one imagined origin of
        // the mean size 0.325 included.
        let inverse = [1.0 / 1.325, 1.0 / 4.325];
        assert!((shares[0] / shares[1] - inverse[0] / inverse[1]).abs() < 1e-6);
    }

    #[test]
    fn a_reading_that_only_repeats_another_with_more_error_gets_nothing() {
        let mut products = independent([1.0, 9.0, 1.0, 1.0]);
        for (i, j) in [(0, 1), (1, 0)] {
            products[i][j] = 3.0;
        }
        assert!(shares(products, 100.0)[1] < 1e-9);
    }
}

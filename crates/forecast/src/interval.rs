//! Intervals from past errors: how far off forecasts of this grade, horizon and size have been.
//!
//! Split conformal on scaled errors, class by class (Lei et al. 2018, doi
//! 10.1080/01621459.2017.1307116; Vovk et al. 2003 on classes; empirical intervals of school
//! forecasts: Grip and Grip 2020, doi 10.1007/s11113-019-09533-2):
//!
//! ```text
//! score    = |actual − mean| / scale          scale(n, h) = √( h·n + c²·h^1.5·n² )
//! interval = mean ± q(n)·scale                q = the (m + 1)·level-th smallest of m scores
//! ```
//!
//! `n` is the mean, at least one child. The first part under the root is families who move one by
//! one, the second what moves everybody together, which from year to year neither starts afresh (h)
//! nor repeats itself (h²). The quantile is taken for each size class of the
//! mean, so that an interval holds as often for hamlets as for towns. A class with fewer than
//! [`ENOUGH`] scores borrows what it lacks from the classes beside it, the nearest first.
//! Between the middles of two classes `q` follows a straight line in ln n.
//!
//! With too few scores for that rank, `q` is Student's t times the root mean square of the scores,
//! and at least the largest score. The ward has its own scores and one `q`. No interval is
//! narrower than [`FEWEST_MOVES`] allow, however well the past was foretold.
//! Before two origins were seen there is a prior: [`PRIOR_MOVES`], or what the registers
//! themselves have shown of how children come and go, whichever is wider.
//! The interval of a longer horizon is at least as wide, for the same mean, as that of a shorter
//! one: the running maximum of `q·scale` over the horizons, since chance may have been kind to a
//! later year.
//! Origins whose targets were seen after the forecast's own origin never count.

use crate::ForecastSettings;
use crate::normal::normal_quantile;
use crate::panel::Known;
use crate::quantile::{count, quantile};
use crate::runs::Run;
use std::cell::LazyCell;

/// Upper ends of the size classes but for the last, as those of [`phantuyen_model::SizeClass`].
const BOUNDS: [f64; CLASSES - 1] = [10.0, 20.0, 40.0, 80.0, 200.0];

/// Middles of the size classes, in children.
const MIDDLES: [f64; CLASSES] = [5.0, 14.0, 28.0, 57.0, 126.0, 300.0];

/// How many size classes.
const CLASSES: usize = 6;

/// Scores from which a class stands on its own.
const ENOUGH: f64 = 60.0;

/// How the common part of the error grows with the horizon.
const COMMON_GROWTH: f64 = 1.5;

/// Fewest past origins that make an interval of their own errors.
const FEWEST_ORIGINS: usize = 2;

/// Prior: three of ten children come or go within a year, as in the quarters of a big city. A ward
/// that has shown little of its past may be one.
const PRIOR_MOVES: f64 = 0.3;

/// Floor: one of a hundred children comes or goes within a year, each by himself. A past without any
/// error is luck, not certainty.
const FEWEST_MOVES: f64 = 0.01;

/// `c`, what moves everybody together beside what moves one by one.
const COMMON: f64 = 0.063;

/// The root of the variance that a unit of error is measured in.
pub(crate) fn scale(mean: f64, horizon: f64) -> f64 {
    let mean = mean.max(1.0);
    (horizon * mean + horizon.powf(COMMON_GROWTH) * (COMMON * mean).powi(2)).sqrt()
}

/// One past error and the mean it belongs to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Miss {
    /// |actual − mean|.
    pub(crate) error: f64,
    /// The mean.
    pub(crate) mean: f64,
}

impl Miss {
    fn score(&self, horizon: u32) -> f64 {
        self.error / scale(self.mean, f64::from(horizon))
    }
}

/// The errors of one origin, grade and horizon, in units of their scale.
#[derive(Clone, Debug, Default)]
pub(crate) struct Misses {
    /// Of areas whose actual is known, by size class, in order.
    areas: [Vec<f64>; CLASSES],
    /// Of the ward.
    ward: Option<f64>,
}

impl Misses {
    /// Gathers the errors of a horizon.
    pub(crate) fn new(areas: &[Miss], ward: Option<Miss>, horizon: u32) -> Self {
        let mut of_areas: [Vec<f64>; CLASSES] = Default::default();
        for miss in areas {
            of_areas[class(miss.mean)].push(miss.score(horizon));
        }
        of_areas.iter_mut().for_each(|scores| scores.sort_by(f64::total_cmp));
        Self { areas: of_areas, ward: ward.map(|miss| miss.score(horizon)) }
    }

    fn knows_areas(&self) -> bool {
        self.areas.iter().any(|scores| !scores.is_empty())
    }
}

/// The size class of a mean.
fn class(mean: f64) -> usize {
    BOUNDS.iter().position(|bound| mean < *bound).unwrap_or(CLASSES - 1)
}

/// Half the width of an interval, as a function of the mean.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Margin {
    /// Of this horizon and of the shorter ones; the widest counts.
    widths: Vec<Width>,
    /// Half the width is at least so many times the root of the mean.
    floor: f64,
    /// Whether it rests on the documented prior.
    pub(crate) is_prior: bool,
}

/// The width that the errors of one horizon support.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Width {
    /// By size class.
    quantiles: [f64; CLASSES],
    horizon: f64,
}

impl Width {
    /// Half the width of the interval around a mean.
    fn half(&self, mean: f64) -> f64 {
        self.quantile(mean) * scale(mean, self.horizon)
    }

    fn quantile(&self, mean: f64) -> f64 {
        let above = MIDDLES.iter().position(|middle| mean < *middle).unwrap_or(CLASSES);
        if above == 0 || above == CLASSES {
            return self.quantiles[above.min(CLASSES - 1)];
        }
        let (low, high) = (MIDDLES[above - 1].ln(), MIDDLES[above].ln());
        let way = (mean.ln() - low) / (high - low);
        self.quantiles[above - 1] + way * (self.quantiles[above] - self.quantiles[above - 1])
    }
}

impl Margin {
    fn new(quantiles: [f64; CLASSES], horizon: u32, level: f64, is_prior: bool) -> Self {
        let horizon = f64::from(horizon);
        let floor = within(level) * (FEWEST_MOVES * horizon).sqrt();
        Self { widths: vec![Width { quantiles, horizon }], floor, is_prior }
    }

    /// The interval around a mean; nothing negative.
    pub(crate) fn around(&self, mean: f64) -> (f64, f64) {
        let floor = self.floor * mean.max(1.0).sqrt();
        let half = self.widths.iter().map(|width| width.half(mean)).fold(floor, f64::max);
        ((mean - half).max(0.0), mean + half)
    }

    /// The prior, where too few past forecasts can be scored; `moves` are those of [`past_moves`].
    fn prior(moves: &[f64], horizon: u32, level: f64) -> Self {
        let shown = if moves.is_empty() { 0.0 } else { quantile(&[(moves, 1.0)], level) };
        let widest = shown.max(within(level) * PRIOR_MOVES.sqrt());
        Self::new([widest; CLASSES], horizon, level, true)
    }
}

/// Within how many standard deviations a normal number falls with probability `level`.
fn within(level: f64) -> f64 {
    normal_quantile(f64::midpoint(1.0, level))
}

/// How far the areas of each register departed a year later from what the ward's ratio made of
/// them, in units of the scale, in order: what is known of errors before there are any forecasts.
fn past_moves(known: &Known<'_>) -> Vec<f64> {
    let ward = known.areas();
    let mut moves = Vec::new();
    for (left, arrived) in (0..known.last).flat_map(|year| known.moves_of(year)) {
        if left[ward] > 0.0 {
            let ratio = arrived[ward] / left[ward];
            let pairs = left[..ward].iter().zip(&arrived[..ward]).filter(|(left, _)| **left > 0.0);
            moves.extend(pairs.map(|(left, arrived)| {
                let mean = ratio * left;
                (arrived - mean).abs() / scale(mean, 1.0)
            }));
        }
    }
    moves.sort_by(f64::total_cmp);
    moves
}

/// The margins of one grade and horizon, by level of the settings.
#[derive(Clone, Debug)]
pub(crate) struct Margins {
    /// For areas.
    pub(crate) areas: Vec<Margin>,
    /// For the ward.
    pub(crate) ward: Vec<Margin>,
}

impl Margins {
    /// At least as wide as the margins of a shorter horizon.
    fn widen(&mut self, shorter: &Self) {
        let pairs = self.areas.iter_mut().zip(&shorter.areas);
        for (margin, shorter) in pairs.chain(self.ward.iter_mut().zip(&shorter.ward)) {
            margin.widths.extend(shorter.widths.iter().copied());
            margin.floor = margin.floor.max(shorter.floor);
        }
    }
}

/// The margins of a grade by horizon, none narrower than a shorter one for the same mean.
pub(crate) fn margins(
    (known, runs, place): (&Known<'_>, &[Run], usize),
    grade: usize,
    settings: &ForecastSettings,
) -> Vec<Margins> {
    let moves = LazyCell::new(|| past_moves(known));
    let mut all: Vec<Margins> = Vec::new();
    for horizon in 1..=settings.horizon {
        let mut margins = own_margins((runs, place), grade, horizon, settings, &moves);
        if let Some(shorter) = all.last() {
            margins.widen(shorter);
        }
        all.push(margins);
    }
    all
}

/// The margins of the run at `place`, from runs whose targets were seen by then.
///
/// A long horizon that too few origins have seen takes the scores of the longest shorter one that
/// enough have: the scale grows with the horizon. The prior is left for histories in which not
/// even one year ahead was seen often enough.
fn own_margins<F: FnOnce() -> Vec<f64>>(
    (runs, place): (&[Run], usize),
    grade: usize,
    horizon: u32,
    settings: &ForecastSettings,
    moves: &LazyCell<Vec<f64>, F>,
) -> Margins {
    let seen: Vec<Vec<&Misses>> =
        (1..=horizon).rev().map(|seen| seen_misses(runs, place, grade, seen)).collect();
    let levels = || settings.levels_pct.iter().map(|pct| pct / 100.0);
    let prior = || levels().map(|level| Margin::prior(moves, horizon, level)).collect();

    let areas = seen.iter().find_map(|misses| {
        let blocks: Vec<&Misses> =
            misses.iter().copied().filter(|misses| misses.knows_areas()).collect();
        let margin = |level| Margin::new(class_quantiles(&blocks, level), horizon, level, false);
        let margins = levels().map(margin).collect();
        (blocks.len() >= FEWEST_ORIGINS).then_some(margins)
    });
    let ward = seen.iter().find_map(|misses| {
        let mut scores: Vec<f64> = misses.iter().filter_map(|misses| misses.ward).collect();
        scores.sort_by(f64::total_cmp);
        let quantiles = |level| [quantile(&[(&scores, 1.0)], level); CLASSES];
        let margin = |level| Margin::new(quantiles(level), horizon, level, false);
        let margins = levels().map(margin).collect();
        (scores.len() >= FEWEST_ORIGINS).then_some(margins)
    });
    Margins { areas: areas.unwrap_or_else(prior), ward: ward.unwrap_or_else(prior) }
}

/// The errors of a horizon that were seen by the origin of the run at `place`.
fn seen_misses(runs: &[Run], place: usize, grade: usize, horizon: u32) -> Vec<&Misses> {
    let now = runs[place].origin.0;
    runs[..place]
        .iter()
        .filter(|run| run.is_scored && run.origin.school_year(horizon).0 <= now)
        .filter_map(|run| run.misses(grade, horizon))
        .collect()
}

/// The quantile of each size class; classes with few scores borrow from those beside them.
fn class_quantiles(blocks: &[&Misses], level: f64) -> [f64; CLASSES] {
    let counts: [f64; CLASSES] = std::array::from_fn(|class| {
        count(blocks.iter().map(|misses| misses.areas[class].len()).sum())
    });
    std::array::from_fn(|class| {
        let weights = weights(&counts, class);
        let scores: Vec<(&[f64], f64)> = blocks
            .iter()
            .flat_map(|misses| misses.areas.iter().zip(weights))
            .filter(|(scores, weight)| !scores.is_empty() && *weight > 0.0)
            .map(|(scores, weight)| (scores.as_slice(), weight))
            .collect();
        quantile(&scores, level)
    })
}

/// How much a score of each class counts for one of them, given how many each has.
fn weights(counts: &[f64; CLASSES], class: usize) -> [f64; CLASSES] {
    let mut weights = [0.0; CLASSES];
    weights[class] = 1.0;
    let mut missing = ENOUGH - counts[class];
    for away in 1..CLASSES {
        let beside =
            [class.checked_sub(away), Some(class + away).filter(|beside| *beside < CLASSES)];
        let offered: f64 = beside.iter().flatten().map(|beside| counts[*beside]).sum();
        if missing > 0.0 && offered > 0.0 {
            let weight = (missing / offered).min(1.0);
            beside.into_iter().flatten().for_each(|beside| weights[beside] = weight);
            missing -= weight * offered;
        }
    }
    weights
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_class_lacks_comes_from_the_nearest_classes() {
        let counts = [20.0, 30.0, 100.0, 0.0, 0.0, 500.0];
        assert_eq!(weights(&counts, 2), [0.0, 0.0, 1.0, 0.0, 0.0, 0.0]);
        // 40 are lacking: all 30 of the next class and a tenth of the 100 after it.
        assert_eq!(weights(&counts, 0), [1.0, 1.0, 0.1, 0.0, 0.0, 0.0]);
        assert_eq!(weights(&counts, 3), [0.0, 0.0, 0.6, 1.0, 0.6, 0.0]);
    }

    #[test]
    fn each_size_class_has_its_own_quantile_and_small_ones_borrow() {
        // Hamlets miss by one to four scales, towns by a tenth of that; one area lies between.
        let hamlets = (0..400).map(|i| (5.0, f64::from(1 + i % 4)));
        let towns = (0..400).map(|i| (300.0, 0.1 * f64::from(1 + i % 4)));
        let between = std::iter::once((30.0, 1.0));
        let misses: Vec<Miss> = hamlets
            .chain(towns)
            .chain(between)
            .map(|(mean, score)| Miss { error: score * scale(mean, 1.0), mean })
            .collect();
        let quantiles = class_quantiles(&[&Misses::new(&misses, None, 1)], 0.7);
        assert!((quantiles[0] - 3.0).abs() < 1e-6 && (quantiles[5] - 0.3).abs() < 1e-6);
        assert!(quantiles[2] > 0.3, "the lone score between them borrows: {quantiles:?}");
        // Between the middles of classes nothing jumps.
        let width = Width { quantiles, horizon: 1.0 };
        for middle in MIDDLES {
            let (below, above) = (width.quantile(middle - 1e-9), width.quantile(middle + 1e-9));
            assert!((below - above).abs() < 1e-6);
        }
    }

    #[test]
    fn a_longer_horizon_is_never_narrower() {
        let margins = |quantile: f64, horizon: u32| {
            let margin = Margin::new([quantile; CLASSES], horizon, 0.8, false);
            Margins { areas: vec![margin.clone()], ward: vec![margin] }
        };
        // 2·√139.7 = 23.6 after one year; 1·√312 = 17.7 after two is widened to 23.6.
        let mut later = margins(1.0, 2);
        later.widen(&margins(2.0, 1));
        let half = 2.0 * scale(100.0, 1.0);
        for margin in [&later.areas[0], &later.ward[0]] {
            let (lower, upper) = margin.around(100.0);
            assert!((lower - (100.0 - half)).abs() < 1e-9 && (upper - (100.0 + half)).abs() < 1e-9);
        }
    }

    #[test]
    fn an_interval_holds_its_mean_and_nothing_negative() {
        let (lower, upper) = Margin::prior(&[], 5, 0.9).around(2.0);
        assert!((0.0..=2.0).contains(&lower) && upper > 2.0);
    }

    #[test]
    fn the_prior_is_as_wide_as_the_moves_that_registers_show() {
        let half = |moves: &[f64]| Margin::prior(moves, 1, 0.8).around(100.0).1 - 100.0;
        let calm = [0.1; 99];
        assert!((half(&calm) - half(&[])).abs() < 1e-12);
        // The 80th of 99 scores from 0.05 to 4.95 is 4.
        let lively: Vec<f64> = (1..=99).map(|i| f64::from(i) / 20.0).collect();
        assert!((half(&lively) - 4.0 * scale(100.0, 1.0)).abs() < 1e-6);
    }

    #[test]
    fn a_perfect_past_still_leaves_a_child_or_so() {
        // 1.2816 · √(0.01 · 25) = 0.64 children of 25 after a year, twice as many after four.
        let half = |horizon| Margin::new([0.0; CLASSES], horizon, 0.8, false).around(25.0).1 - 25.0;
        assert!((half(1) - 0.6408).abs() < 1e-3 && (half(4) - 1.2816).abs() < 1e-3);
    }
}

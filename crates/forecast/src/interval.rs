//! Intervals from past errors: how far off forecasts of this grade and horizon have been.
//!
//! Split conformal on scaled errors (Lei et al. 2018, doi 10.1080/01621459.2017.1307116; empirical
//! intervals of school forecasts: Grip and Grip 2020, doi 10.1007/s11113-019-09533-2):
//!
//! ```text
//! score    = |actual − mean| / scale          scale(n, h) = √( h·n + (c·h·n)² )
//! interval = mean ± q·scale                   q = the ⌈(m + 1)·level⌉-th smallest of m scores
//! ```
//!
//! `n` is the mean, at least one child. The first part under the root is families who move one by
//! one, the second what moves everybody together; `c` is the one of [`SHARES`] under which past
//! errors are likeliest (Laplace), so that small and large areas can share their scores. With too
//! few scores for that rank, `q` is Student's t times the root mean square of the scores, and at
//! least the largest score.
//! The interval of a longer horizon is at least as wide, for the same mean, as that of a shorter
//! one: the running maximum of `q·scale` over the horizons, since chance may have been kind to a
//! later year.
//! Origins whose targets were seen after the forecast's own origin never count.

use crate::ForecastSettings;
use crate::runs::Run;

/// What may stand for `c`.
pub(crate) const SHARES: [f64; 8] = [0.0, 0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64];

/// Fewest past origins that make an interval of their own errors.
const FEWEST_ORIGINS: usize = 2;

/// Prior, one by one: of ten children one changes the area within a year.
const PRIOR_MOVES: f64 = 0.1;

/// Prior, together: a year moves the whole number by two in a hundred.
const PRIOR_SHARE: f64 = 0.02;

/// The root of the variance that a unit of error is measured in.
pub(crate) fn scale(mean: f64, horizon: f64, share: f64) -> f64 {
    let mean = mean.max(1.0);
    (horizon * mean + (share * horizon * mean).powi(2)).sqrt()
}

/// One past error and the mean it belongs to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Miss {
    /// |actual − mean|.
    pub(crate) error: f64,
    /// The mean.
    pub(crate) mean: f64,
}

/// The errors of one origin, grade and horizon.
#[derive(Clone, Debug, Default)]
pub(crate) struct Misses {
    /// Of areas whose actual is known.
    pub(crate) areas: Vec<Miss>,
    /// Of the ward.
    pub(crate) ward: Option<Miss>,
    /// Σ ln scale and Σ error / scale over the areas, for each of [`SHARES`].
    fit: [(f64, f64); SHARES.len()],
}

impl Misses {
    /// Gathers the errors of a horizon.
    pub(crate) fn new(areas: Vec<Miss>, ward: Option<Miss>, horizon: u32) -> Self {
        let mut fit = [(0.0, 0.0); SHARES.len()];
        for (fit, share) in fit.iter_mut().zip(SHARES) {
            for miss in &areas {
                let scale = scale(miss.mean, f64::from(horizon), share);
                fit.0 += scale.ln();
                fit.1 += miss.error / scale;
            }
        }
        Self { areas, ward, fit }
    }
}

/// Half the width of an interval, as a function of the mean.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Margin {
    /// Of this horizon and of the shorter ones; the widest counts.
    widths: Vec<Width>,
    /// Whether it rests on the documented prior.
    pub(crate) is_prior: bool,
}

/// The width that the errors of one horizon support.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Width {
    quantile: f64,
    share: f64,
    horizon: f64,
}

impl Width {
    /// Half the width of the interval around a mean.
    fn half(&self, mean: f64) -> f64 {
        self.quantile * scale(mean, self.horizon, self.share)
    }
}

impl Margin {
    /// The interval around a mean; nothing negative.
    pub(crate) fn around(&self, mean: f64) -> (f64, f64) {
        let half = self.widths.iter().map(|width| width.half(mean)).fold(0.0, f64::max);
        ((mean - half).max(0.0), mean + half)
    }

    /// The prior, where too few past forecasts can be scored.
    fn prior(horizon: u32, level: f64) -> Self {
        let width = Width {
            quantile: normal_quantile(level) * PRIOR_MOVES.sqrt(),
            share: PRIOR_SHARE / PRIOR_MOVES.sqrt(),
            horizon: f64::from(horizon),
        };
        Self { widths: vec![width], is_prior: true }
    }
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
        }
    }
}

/// The margins of a grade by horizon, none narrower than a shorter one for the same mean.
pub(crate) fn margins(
    runs: &[Run],
    place: usize,
    grade: usize,
    settings: &ForecastSettings,
) -> Vec<Margins> {
    let mut all: Vec<Margins> = Vec::new();
    for horizon in 1..=settings.horizon {
        let mut margins = own_margins(runs, place, grade, horizon, settings);
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
fn own_margins(
    runs: &[Run],
    place: usize,
    grade: usize,
    horizon: u32,
    settings: &ForecastSettings,
) -> Margins {
    let levels: Vec<f64> = settings.levels_pct.iter().map(|pct| pct / 100.0).collect();
    let prior = || levels.iter().map(|level| Margin::prior(horizon, *level)).collect();
    let shorter = || (1..=horizon).rev().map(|seen| (seen, seen_misses(runs, place, grade, seen)));

    let areas = shorter().find_map(|(seen, misses)| {
        let blocks: Vec<&Misses> =
            misses.into_iter().filter(|misses| !misses.areas.is_empty()).collect();
        let share = (blocks.len() >= FEWEST_ORIGINS).then(|| likeliest_share(&blocks))?;
        let scores = scores(blocks.iter().flat_map(|misses| &misses.areas), seen, share);
        Some(calibrated(scores, share, horizon, &levels))
    });
    let ward = shorter().find_map(|(seen, misses)| {
        let wards: Vec<&Miss> = misses.into_iter().filter_map(|m| m.ward.as_ref()).collect();
        let share = PRIOR_SHARE / PRIOR_MOVES.sqrt();
        let enough = wards.len() >= FEWEST_ORIGINS;
        enough.then(|| calibrated(scores(wards.into_iter(), seen, share), share, horizon, &levels))
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

/// The share of [`SHARES`] under which the errors are likeliest.
fn likeliest_share(blocks: &[&Misses]) -> f64 {
    let count = blocks.iter().map(|misses| misses.areas.len()).sum::<usize>();
    let count = f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    let cost = |place: usize| {
        let (logs, scores) = blocks
            .iter()
            .map(|misses| misses.fit[place])
            .fold((0.0, 0.0), |(a, b), (c, d)| (a + c, b + d));
        if scores > 0.0 { logs / count + (scores / count).ln() } else { 0.0 }
    };
    let best = (0..SHARES.len()).min_by(|a, b| cost(*a).total_cmp(&cost(*b)));
    SHARES[best.unwrap_or(0)]
}

/// Errors in units of their scale.
fn scores<'a>(misses: impl Iterator<Item = &'a Miss>, horizon: u32, share: f64) -> Vec<f64> {
    misses.map(|miss| miss.error / scale(miss.mean, f64::from(horizon), share)).collect()
}

/// The margins that the scores support at each level.
fn calibrated(mut scores: Vec<f64>, share: f64, horizon: u32, levels: &[f64]) -> Vec<Margin> {
    let horizon = f64::from(horizon);
    let margin = |level: &f64| {
        let width = Width { quantile: quantile(&mut scores, *level), share, horizon };
        Margin { widths: vec![width], is_prior: false }
    };
    levels.iter().map(margin).collect()
}

/// The conformal quantile of scores; Student's t where their number cannot reach the level.
fn quantile(scores: &mut [f64], level: f64) -> f64 {
    let count = u32::try_from(scores.len()).unwrap_or(u32::MAX);
    let rank = ((f64::from(count) + 1.0) * level).ceil();
    if rank >= 1.0 && rank <= f64::from(count) {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a whole number from 1 to the number of scores"
        )]
        let place = rank as usize - 1;
        *scores.select_nth_unstable_by(place, f64::total_cmp).1
    } else {
        let squares: f64 = scores.iter().map(|score| score * score).sum();
        let spread = (squares / f64::from(count.max(1))).sqrt();
        // Never below the worst that was seen, so that higher levels hold the lower ones.
        scores.iter().copied().fold(student_quantile(level, count) * spread, f64::max)
    }
}

/// Within how many standard deviations a normal number falls with probability `level`
/// (Abramowitz and Stegun 26.2.23, good to 0.0005).
fn normal_quantile(level: f64) -> f64 {
    let t = (-2.0 * ((1.0 - level) / 2.0).ln()).sqrt();
    t - (2.515_517 + 0.802_853 * t + 0.010_328 * t * t)
        / (1.0 + 1.432_788 * t + 0.189_269 * t * t + 0.001_308 * t * t * t)
}

/// Within how many standard errors Student's t of `freedom` degrees falls with probability `level`.
fn student_quantile(level: f64, freedom: u32) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    while student_within(high, freedom) < level && high < 1e6 {
        high *= 2.0;
    }
    for _ in 0..60 {
        let middle = (low + high) / 2.0;
        if student_within(middle, freedom) < level { low = middle } else { high = middle }
    }
    high
}

/// The probability that |t| stays below `t` (Abramowitz and Stegun 26.7.3 and 26.7.4).
fn student_within(t: f64, freedom: u32) -> f64 {
    let freedom = freedom.max(1);
    let angle = (t / f64::from(freedom).sqrt()).atan();
    let (sine, cosine) = angle.sin_cos();
    let is_odd = freedom % 2 == 1;
    let (mut term, mut sum) = if is_odd { (cosine, 0.0) } else { (1.0, 0.0) };
    let mut power = if is_odd { 1 } else { 0 };
    while power + 2 <= freedom {
        sum += term;
        let above = f64::from(power + 1);
        term *= cosine * cosine * above / (above + 1.0);
        power += 2;
    }
    if is_odd { std::f64::consts::FRAC_2_PI * (angle + sine * sum) } else { sine * sum }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn students_t_is_that_of_the_tables() {
        for (level, freedom, table) in
            [(0.9, 1, 6.314), (0.9, 2, 2.920), (0.8, 3, 1.638), (0.9, 4, 2.132), (0.95, 9, 2.262)]
        {
            assert!((student_quantile(level, freedom) - table).abs() < 1e-3, "{level} {freedom}");
        }
    }

    #[test]
    fn the_normal_quantile_is_that_of_the_tables() {
        for (level, table) in [(0.8, 1.2816), (0.9, 1.6449), (0.95, 1.96)] {
            assert!((normal_quantile(level) - table).abs() < 1e-3);
        }
    }

    #[test]
    fn the_rank_is_conformal() {
        // ⌈(9 + 1)·0.8⌉ = 8, ⌈10·0.9⌉ = 9.
        let mut scores: Vec<f64> = (1..=9).rev().map(f64::from).collect();
        assert_eq!(quantile(&mut scores, 0.8), 8.0);
        assert_eq!(quantile(&mut scores, 0.9), 9.0);
        // ⌈10·0.95⌉ = 10 of 9: Student's t of 9 times the root of 285/9.
        let expected = 2.262 * (285.0_f64 / 9.0).sqrt();
        assert!((quantile(&mut scores, 0.95) - expected).abs() < 0.01);
    }

    #[test]
    fn errors_that_grow_with_size_choose_a_large_share() {
        let misses = |error: fn(f64) -> f64| {
            let areas = [10.0, 100.0, 1000.0, 10_000.0];
            let areas = areas.map(|mean| Miss { error: error(mean), mean });
            Misses::new(areas.to_vec(), None, 1)
        };
        assert_eq!(likeliest_share(&[&misses(f64::sqrt)]), 0.0);
        assert!(likeliest_share(&[&misses(|mean| 0.3 * mean)]) >= 0.32);
    }

    #[test]
    fn a_longer_horizon_is_never_narrower() {
        let margins = |quantile: f64, horizon: f64| {
            let width = Width { quantile, share: 0.0, horizon };
            let margin = Margin { widths: vec![width], is_prior: false };
            Margins { areas: vec![margin.clone()], ward: vec![margin] }
        };
        // 2·√100 = 20 after one year; 1·√200 = 14.1 after two is widened to 20.
        let mut later = margins(1.0, 2.0);
        later.widen(&margins(2.0, 1.0));
        assert_eq!(later.areas[0].around(100.0), (80.0, 120.0));
        assert_eq!(later.ward[0].around(100.0), (80.0, 120.0));
    }

    #[test]
    fn an_interval_holds_its_mean_and_nothing_negative() {
        let (lower, upper) = Margin::prior(5, 0.9).around(2.0);
        assert!((0.0..=2.0).contains(&lower) && upper > 2.0);
    }
}

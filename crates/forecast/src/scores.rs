//! Scores: what past forecasts were worth, by grade, level, size and horizon.

use crate::ForecastSettings;
use phantuyen_model::{RegisterYear, Score, SizeClass, UnitLevel};

/// Every size class, in order.
const SIZES: [SizeClass; 7] = [
    SizeClass::All,
    SizeClass::To9,
    SizeClass::To19,
    SizeClass::To39,
    SizeClass::To79,
    SizeClass::To199,
    SizeClass::From200,
];

/// Areas first, then the ward.
const LEVELS: [UnitLevel; 2] = [UnitLevel::Area, UnitLevel::Ward];

/// "Within 10 per cent", the plan's own word for a good forecast.
const CLOSE: f64 = 0.1;

/// One past forecast beside what happened and beside its rivals.
#[derive(Clone, Copy)]
pub(crate) struct Trial {
    /// The area, `None` for the ward.
    pub(crate) area: Option<usize>,
    /// The origin.
    pub(crate) origin: RegisterYear,
    /// The entry cohort's headcount at the origin.
    pub(crate) size: u32,
    /// What happened.
    pub(crate) actual: f64,
    /// What was expected.
    pub(crate) mean: f64,
    /// The number of the interval level.
    pub(crate) interval: usize,
    /// Low end.
    pub(crate) lower: f64,
    /// High end.
    pub(crate) upper: f64,
    /// Whether the interval rests on the prior.
    pub(crate) is_prior: bool,
    /// What "same as last year" would have said, `NaN` where no such year is known.
    pub(crate) same_as_last_year: f64,
    /// What the 3-2-1 practice would have said, `NaN` where it has no capture.
    pub(crate) practice: f64,
    /// What cohort survival over five years would have said, likewise.
    pub(crate) survival_5: f64,
}

/// Running sums of one score.
#[derive(Clone, Copy, Default)]
struct Sums {
    last_origin: Option<RegisterYear>,
    origins: u32,
    n: u32,
    actual: f64,
    error: f64,
    signed: f64,
    relative: f64,
    with_relative: u32,
    close: u32,
    inside: u32,
    width: f64,
    is_prior: bool,
    /// Error, actual and error of the rival, over trials that know the rival.
    same: Rival,
    practice: Rival,
    survival_5: Rival,
}

/// Sums over the trials in which a rival could speak.
#[derive(Clone, Copy, Default)]
struct Rival {
    own_error: f64,
    error: f64,
    actual: f64,
}

impl Rival {
    fn add(&mut self, trial: &Trial, said: f64) {
        if !said.is_nan() {
            self.own_error += (trial.mean - trial.actual).abs();
            self.error += (said - trial.actual).abs();
            self.actual += trial.actual;
        }
    }
}

impl Sums {
    fn add(&mut self, trial: &Trial) {
        if self.last_origin != Some(trial.origin) {
            self.last_origin = Some(trial.origin);
            self.origins += 1;
        }
        let error = (trial.mean - trial.actual).abs();
        self.n += 1;
        self.actual += trial.actual;
        self.error += error;
        self.signed += trial.mean - trial.actual;
        if trial.actual > 0.0 {
            self.relative += error / trial.actual;
            self.with_relative += 1;
        }
        self.close += u32::from(error <= CLOSE * trial.actual);
        self.inside += u32::from((trial.lower..=trial.upper).contains(&trial.actual));
        self.width += trial.upper - trial.lower;
        self.is_prior |= trial.is_prior;
        self.same.add(trial, trial.same_as_last_year);
        self.practice.add(trial, trial.practice);
        self.survival_5.add(trial, trial.survival_5);
    }
}

/// The running sums of a grade and horizon.
pub(crate) struct Scoring {
    levels: usize,
    /// Level of the unit × size × interval level.
    sums: Vec<Sums>,
}

impl Scoring {
    /// Nothing scored yet, with so many interval levels.
    pub(crate) fn new(levels: usize) -> Self {
        Self { levels, sums: vec![Sums::default(); LEVELS.len() * SIZES.len() * levels] }
    }

    /// Adds a trial to its size class and to all sizes. Origins come one after the other.
    pub(crate) fn add(&mut self, trial: &Trial) {
        let level = usize::from(trial.area.is_none());
        for size in [SizeClass::All, SizeClass::of(trial.size)] {
            let size = SIZES.iter().position(|known| *known == size).unwrap_or(0);
            let cell = self.cell(level, size, trial.interval);
            self.sums[cell].add(trial);
        }
    }

    fn cell(&self, level: usize, size: usize, interval: usize) -> usize {
        (level * SIZES.len() + size) * self.levels + interval
    }
}

/// The scores of every place that has a trial, in the order grade, level, size, horizon, interval
/// level; `scored` by grade and horizon.
pub(crate) fn in_order(scored: &[Scoring], settings: &ForecastSettings) -> Vec<Score> {
    let horizons = usize::try_from(settings.horizon).unwrap_or(1).max(1);
    let mut scores = Vec::new();
    for (grade, scored) in settings.grades.iter().zip(scored.chunks(horizons)) {
        for (level_number, level) in LEVELS.into_iter().enumerate() {
            for (size_number, size_class) in SIZES.into_iter().enumerate() {
                for (horizon, scoring) in (1..).zip(scored) {
                    for (interval, level_pct) in settings.levels_pct.iter().enumerate() {
                        let sums = &scoring.sums[scoring.cell(level_number, size_number, interval)];
                        let level_pct = *level_pct;
                        let empty =
                            Score { level, size_class, horizon, level_pct, ..nothing(*grade) };
                        scores.extend((sums.n > 0).then(|| filled(empty, sums)));
                    }
                }
            }
        }
    }
    scores
}

fn nothing(grade: phantuyen_model::Grade) -> Score {
    Score {
        grade,
        level: UnitLevel::Area,
        size_class: SizeClass::All,
        horizon: 0,
        level_pct: 0.0,
        origins: 0,
        n: 0,
        wape: None,
        mape: None,
        bias: None,
        within_10: None,
        coverage: None,
        interval_width: None,
        mase: None,
        wape_same_as_last_year: None,
        wape_practice: None,
        wape_survival_5: None,
        method_interval: String::new(),
    }
}

fn filled(score: Score, sums: &Sums) -> Score {
    let share = |part: f64, whole: f64| (whole > 0.0).then(|| part / whole);
    let n = f64::from(sums.n);
    Score {
        origins: sums.origins,
        n: sums.n,
        wape: share(sums.error, sums.actual),
        mape: share(sums.relative, f64::from(sums.with_relative)),
        bias: share(sums.signed, sums.actual),
        within_10: share(f64::from(sums.close), n),
        coverage: share(f64::from(sums.inside), n),
        interval_width: share(sums.width, sums.actual),
        mase: share(sums.same.own_error, sums.same.error),
        wape_same_as_last_year: share(sums.same.error, sums.same.actual),
        wape_practice: share(sums.practice.error, sums.practice.actual),
        wape_survival_5: share(sums.survival_5.error, sums.survival_5.actual),
        method_interval: if sums.is_prior { "prior" } else { "conformal" }.to_owned(),
        ..score
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use phantuyen_model::Grade;

    #[test]
    fn scores_are_those_of_the_definitions() {
        let settings = ForecastSettings {
            grades: vec![Grade::G1],
            horizon: 1,
            history_years: None,
            levels_pct: vec![80.0],
        };
        let mut scoring = Scoring::new(1);
        let trial = |origin: i32, actual: f64, mean: f64| Trial {
            area: Some(3),
            interval: 0,
            origin: RegisterYear(origin),
            size: 12,
            actual,
            mean,
            lower: mean - 2.0,
            upper: mean + 2.0,
            is_prior: false,
            same_as_last_year: actual + 4.0,
            practice: f64::NAN,
            survival_5: actual + 1.0,
        };
        scoring.add(&trial(2019, 10.0, 11.0));
        scoring.add(&trial(2020, 30.0, 27.0));
        let scores = in_order(&[scoring], &settings);
        assert_eq!(scores.len(), 2);
        assert_eq!([scores[0].size_class, scores[1].size_class], [SizeClass::All, SizeClass::To19]);
        let all = &scores[0];
        assert_eq!((all.origins, all.n), (2, 2));
        assert_eq!(all.wape, Some(4.0 / 40.0));
        assert_eq!(all.mape, Some((0.1 + 0.1) / 2.0));
        assert_eq!(all.bias, Some(-2.0 / 40.0));
        assert_eq!(all.within_10, Some(1.0));
        assert_eq!(all.coverage, Some(0.5));
        assert_eq!(all.interval_width, Some(8.0 / 40.0));
        assert_eq!(all.mase, Some(4.0 / 8.0));
        assert_eq!(all.wape_same_as_last_year, Some(8.0 / 40.0));
        assert_eq!(all.wape_practice, None);
        assert_eq!(all.wape_survival_5, Some(2.0 / 40.0));
    }
}

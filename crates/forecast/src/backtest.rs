//! Rolling origins: what the program would have said in each past December, and what happened.

use crate::interval::{self, Margins};
use crate::panel::{Actual, Known, Panel};
use crate::practice::{self, Habit};
use crate::project::Points;
use crate::reading::Ingredient;
use crate::runs::{self, Run};
use crate::scores::{Place, Scoring, Trial};
use crate::{ForecastError, ForecastSettings, History};
use phantuyen_model::{
    AreaCode, AreaTree, BacktestError, Finding, FindingCode, Grade, RegisterYear, Score, UnitLevel,
    round_half_up,
};
use rayon::prelude::*;

/// Past forecasts and what they were worth.
#[derive(Clone, Debug)]
pub struct Backtest {
    /// By grade, level, size class, horizon and interval level, in this order.
    pub scores: Vec<Score>,
    /// Each past forecast: by origin, grade, horizon, ward first, then areas, then interval level.
    pub errors: Vec<BacktestError>,
    /// Origins left out, and whether nothing could be scored.
    pub findings: Vec<Finding>,
}

/// Forecasts from past origins (every one that can be scored, if none is named) and scores them.
///
/// Each origin sees what was dated on or before it, for its ratios, its captures and its intervals
/// alike: its numbers are those that [`crate::forecast`] gives for it. Its rivals are "same as last
/// year" (the latest known intake, or children of the entry age in the origin's register), the
/// 3-2-1 practice and cohort survival over five years. Where a grade has intakes in any year, its target is the intake, and origins
/// before the first one are not scored for it.
///
/// # Errors
/// [`ForecastError`] when the settings cannot be used.
pub fn backtest(
    history: &History,
    origins: &[RegisterYear],
    settings: &ForecastSettings,
) -> Result<Backtest, ForecastError> {
    backtest_without(history, origins, settings, None)
}

/// [`backtest`] of the method without one of its ingredients, to see what it buys.
///
/// # Errors
/// [`ForecastError`] when the settings cannot be used.
pub fn backtest_without(
    history: &History,
    origins: &[RegisterYear],
    settings: &ForecastSettings,
    without: Option<Ingredient>,
) -> Result<Backtest, ForecastError> {
    let settings = settings.checked()?;
    let flat = (without == Some(Ingredient::Tree))
        .then(|| History { tree: AreaTree::default(), ..history.clone() });
    let history = flat.as_ref().unwrap_or(history);
    let findings = history.information.undated();
    let mut made = Backtest { scores: Vec::new(), errors: Vec::new(), findings };
    let panel = Panel::new(history);
    let runs = panel.as_ref().map_or_else(Vec::new, |panel| runs::all(panel, &settings, without));
    let can_be_scored = |run: &Run| {
        run.is_scored
            && (0..settings.grades.len())
                .any(|grade| (1..=settings.horizon).any(|h| run.misses(grade, h).is_some()))
    };
    let places: Vec<usize> = (0..runs.len())
        .filter(|place| can_be_scored(&runs[*place]))
        .filter(|place| origins.is_empty() || origins.contains(&runs[*place].origin))
        .collect();
    for origin in origins {
        if !places.iter().any(|place| runs[*place].origin == *origin) {
            let finding = Finding::new(FindingCode::OriginSkipped).table("cohorts");
            made.findings.push(finding.fact("origin", origin));
        }
    }
    if places.is_empty() {
        made.findings.push(Finding::new(FindingCode::NothingToScore).table("cohorts"));
    }
    let Some(panel) = &panel else { return Ok(made) };

    let judged: Vec<Vec<Judged>> =
        places.par_iter().map(|place| judge(panel, &runs, *place, &settings)).collect();
    let mut scoring = Scoring::new(&settings);
    let areas = history.cohorts.areas();
    for judged in judged.into_iter().flatten() {
        judged.tell(areas, &settings, &mut scoring, &mut made.errors);
    }
    made.scores = scoring.scores();
    Ok(made)
}

/// The trials of one origin, grade and horizon.
struct Judged {
    origin: RegisterYear,
    grade: usize,
    horizon: u32,
    /// Of the ward (`None`) or an area, without interval.
    trials: Vec<(Option<usize>, Trial)>,
    margins: Margins,
}

impl Judged {
    /// Adds the trials to the scores and to the list of errors.
    fn tell(
        &self,
        areas: &[AreaCode],
        settings: &ForecastSettings,
        scoring: &mut Scoring<'_>,
        errors: &mut Vec<BacktestError>,
    ) {
        let grade: Grade = settings.grades[self.grade];
        for (area, trial) in &self.trials {
            let (level, margins) = match area {
                Some(_) => (UnitLevel::Area, &self.margins.areas),
                None => (UnitLevel::Ward, &self.margins.ward),
            };
            for (interval, (margin, level_pct)) in
                margins.iter().zip(&settings.levels_pct).enumerate()
            {
                let (lower, upper) = margin.around(trial.mean);
                let trial = Trial { lower, upper, is_prior: margin.is_prior, ..*trial };
                let place = Place { grade: self.grade, level, horizon: self.horizon, interval };
                scoring.add(place, &trial);
                errors.push(BacktestError {
                    grade,
                    area_code: area.map(|area| areas[area].clone()),
                    origin: self.origin,
                    horizon: self.horizon,
                    actual: trial.actual,
                    mean: trial.mean,
                    lower,
                    upper,
                    level_pct: *level_pct,
                });
            }
        }
    }
}

/// Sets the forecasts of one origin beside what happened.
fn judge(panel: &Panel, runs: &[Run], place: usize, settings: &ForecastSettings) -> Vec<Judged> {
    let run = &runs[place];
    let Some(known) = panel.until(run.origin) else { return Vec::new() };
    let is_intake: Vec<bool> = settings.grades.iter().map(|g| panel.has_intake(*g)).collect();
    let rivals = Rivals {
        practice: practice::points(&known, settings, &is_intake, Habit::ThreeTwoOne),
        survival_5: practice::points(&known, settings, &is_intake, Habit::FiveYears),
    };
    let mut judged = Vec::new();
    for (number, grade) in settings.grades.iter().enumerate() {
        if !run.points.is_of_target[number] {
            continue;
        }
        let last_year = LastYear::of(&known, *grade, is_intake[number]);
        let margins = interval::margins(runs, place, number, settings);
        for (horizon, margins) in (1..=settings.horizon).zip(margins) {
            let year = run.origin.school_year(horizon).0;
            let Some(actual) = panel.actual(*grade, year) else { continue };
            let step = usize::try_from(horizon).unwrap_or(1);
            if run.points.is_missing(number, step) {
                continue;
            }
            let sizes = sizes(&known, *grade, horizon);
            let trials = trials(run, &rivals, &last_year, &actual, &sizes, (number, step));
            if !trials.is_empty() {
                judged.push(Judged { origin: run.origin, grade: number, horizon, trials, margins });
            }
        }
    }
    judged
}

/// What offices would have said.
struct Rivals {
    practice: Points,
    survival_5: Points,
}

fn trials(
    run: &Run,
    rivals: &Rivals,
    last_year: &LastYear<'_>,
    actual: &Actual<'_>,
    sizes: &[u32],
    (grade, step): (usize, usize),
) -> Vec<(Option<usize>, Trial)> {
    // Of the ward (`None`) or of an area; `NaN` where the rival knows nothing of the grade.
    let says = |points: &Points, area: Option<usize>| {
        let knows = points.is_of_target[grade] && !points.is_missing(grade, step);
        match area {
            _ if !knows => f64::NAN,
            Some(area) => points.areas(grade, step)[area],
            None => points.ward(grade, step),
        }
    };
    let trial = |area: Option<usize>, size, actual, same_as_last_year| {
        let mean = area.map_or_else(
            || run.points.ward(grade, step),
            |area| run.points.areas(grade, step)[area],
        );
        let trial = Trial {
            origin: run.origin,
            size,
            actual,
            mean,
            lower: mean,
            upper: mean,
            is_prior: false,
            same_as_last_year,
            practice: says(&rivals.practice, area),
            survival_5: says(&rivals.survival_5, area),
        };
        (area, trial)
    };
    let mut trials = Vec::new();
    if let Some(actual) = actual.ward {
        trials.push(trial(None, sizes.iter().sum(), actual, last_year.ward));
    }
    for (area, actual) in actual.areas.into_iter().flatten().enumerate() {
        if !actual.is_nan() {
            let same = last_year.areas.map_or(f64::NAN, |areas| areas[area]);
            trials.push(trial(Some(area), sizes[area], *actual, same));
        }
    }
    trials
}

/// The latest value of a grade that is known at the origin.
struct LastYear<'a> {
    ward: f64,
    areas: Option<&'a [f64]>,
}

impl<'a> LastYear<'a> {
    fn of(known: &Known<'a>, grade: Grade, is_intake: bool) -> Self {
        let mut years = (0..=known.last).rev();
        if is_intake {
            let ward = years.clone().find_map(|year| known.roll(grade, year));
            let areas = years.find_map(|year| known.area_rolls(grade, year));
            return Self { ward: ward.unwrap_or(f64::NAN), areas };
        }
        let age = usize::try_from(grade.age()).unwrap_or(0);
        Self {
            ward: known.ward_children(known.last, age),
            areas: Some(known.children(known.last, age)),
        }
    }
}

/// The entry cohort's headcount at the origin; for children not yet born, that of age 0.
fn sizes(known: &Known<'_>, grade: Grade, horizon: u32) -> Vec<u32> {
    let age = usize::try_from(grade.age().saturating_sub(horizon)).unwrap_or(0);
    let counts = known.children(known.last, age).iter();
    counts.map(|count| u32::try_from(round_half_up(count.max(0.0))).unwrap_or(0)).collect()
}

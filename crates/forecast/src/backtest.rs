//! Rolling origins: what the program would have said in each past December, and what happened.

use crate::interval::{self, Margins};
use crate::panel::{Actual, Known, Panel};
use crate::practice::{self, Habit};
use crate::project::Points;
use crate::reading::Ingredient;
use crate::runs::{self, Run};
use crate::scores::{self, Scoring, Trial};
use crate::{ForecastError, ForecastSettings, History};
use phantuyen_model::{
    AreaCode, AreaTree, BacktestError, Finding, FindingCode, Grade, RegisterYear, Score,
    round_half_up,
};
use rayon::prelude::*;
use std::sync::Arc;

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
    // What came after the last origin that is asked for could teach it nothing.
    let last = origins.iter().max().copied().unwrap_or(RegisterYear(i32::MAX));
    let runs =
        panel.as_ref().map_or_else(Vec::new, |panel| runs::all(panel, &settings, last, without));
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

    let cases: Vec<Vec<Case<'_>>> =
        places.par_iter().map(|place| judge(panel, &runs, *place, &settings)).collect();
    let cases: Vec<Case<'_>> = cases.into_iter().flatten().collect();
    made.scores = scores(&cases, &settings);
    let areas = history.cohorts.areas();
    let errors: Vec<Vec<BacktestError>> =
        cases.par_iter().map(|case| case.errors(areas, &settings).collect()).collect();
    made.errors = errors.into_iter().flatten().collect();
    Ok(made)
}

/// The scores of all cases. Those of a grade and horizon add up by themselves, origins in order.
fn scores(cases: &[Case<'_>], settings: &ForecastSettings) -> Vec<Score> {
    let grades = 0..settings.grades.len();
    let cells: Vec<(usize, u32)> =
        grades.flat_map(|grade| (1..=settings.horizon).map(move |h| (grade, h))).collect();
    let scored = cells.into_par_iter().map(|(grade, horizon)| {
        let mut scoring = Scoring::new(settings.levels_pct.len());
        for case in cases.iter().filter(|case| (case.grade, case.horizon) == (grade, horizon)) {
            case.trials().for_each(|trial| scoring.add(&trial));
        }
        scoring
    });
    scores::in_order(&scored.collect::<Vec<Scoring>>(), settings)
}

/// The forecasts of one origin, grade and horizon beside what happened.
struct Case<'a> {
    run: &'a Run,
    rivals: Arc<Rivals>,
    grade: usize,
    horizon: u32,
    actual: Actual<'a>,
    last_year: LastYear<'a>,
    sizes: Vec<u32>,
    margins: Margins,
}

impl Case<'_> {
    /// The ward's trials, then the areas'; of each unit one for each interval level.
    fn trials(&self) -> impl Iterator<Item = Trial> {
        let ward = self.actual.ward.map(|actual| (None, actual));
        let areas = self.actual.areas.into_iter().flatten().enumerate();
        let areas = areas.map(|(area, actual)| (Some(area), *actual));
        let known = ward.into_iter().chain(areas.filter(|(_, actual)| !actual.is_nan()));
        known.flat_map(|(area, actual)| self.trials_of(area, actual))
    }

    /// The trials of the ward (`None`) or an area.
    fn trials_of(&self, area: Option<usize>, actual: f64) -> impl Iterator<Item = Trial> {
        let mean = self.says(&self.run.points, area);
        let margins = if area.is_some() { &self.margins.areas } else { &self.margins.ward };
        let trial = Trial {
            area,
            origin: self.run.origin,
            size: area.map_or_else(|| self.sizes.iter().sum(), |area| self.sizes[area]),
            actual,
            mean,
            interval: 0,
            lower: mean,
            upper: mean,
            is_prior: false,
            same_as_last_year: self.last_year.of(area),
            practice: self.says(&self.rivals.practice, area),
            survival_5: self.says(&self.rivals.survival_5, area),
        };
        margins.iter().enumerate().map(move |(interval, margin)| {
            let (lower, upper) = margin.around(mean);
            Trial { interval, lower, upper, is_prior: margin.is_prior, ..trial }
        })
    }

    /// What is expected of the ward (`None`) or of an area; `NaN` where nothing is known of the grade.
    fn says(&self, points: &Points, area: Option<usize>) -> f64 {
        let step = usize::try_from(self.horizon).unwrap_or(1);
        if !points.is_of_target[self.grade] || points.is_missing(self.grade, step) {
            return f64::NAN;
        }
        match area {
            Some(area) => points.areas(self.grade, step)[area],
            None => points.ward(self.grade, step),
        }
    }

    /// The trials as rows.
    fn errors(
        &self,
        areas: &[AreaCode],
        settings: &ForecastSettings,
    ) -> impl Iterator<Item = BacktestError> {
        self.trials().map(|trial| BacktestError {
            grade: settings.grades[self.grade],
            area_code: trial.area.map(|area| areas[area].clone()),
            origin: trial.origin,
            horizon: self.horizon,
            actual: trial.actual,
            mean: trial.mean,
            lower: trial.lower,
            upper: trial.upper,
            level_pct: settings.levels_pct[trial.interval],
        })
    }
}

/// Sets the forecasts of one origin beside what happened.
fn judge<'a>(
    panel: &'a Panel,
    runs: &'a [Run],
    place: usize,
    settings: &ForecastSettings,
) -> Vec<Case<'a>> {
    let run = &runs[place];
    let Some(known) = panel.until(run.origin) else { return Vec::new() };
    let is_intake: Vec<bool> = settings.grades.iter().map(|g| panel.has_intake(*g)).collect();
    let rivals = Arc::new(Rivals {
        practice: practice::points(&known, settings, &is_intake, Habit::ThreeTwoOne),
        survival_5: practice::points(&known, settings, &is_intake, Habit::FiveYears),
    });
    let mut cases = Vec::new();
    for (number, grade) in settings.grades.iter().enumerate() {
        if !run.points.is_of_target[number] {
            continue;
        }
        let last_year = LastYear::latest(&known, *grade, is_intake[number]);
        let margins = interval::margins((&known, runs, place), number, settings);
        for (horizon, margins) in (1..=settings.horizon).zip(margins) {
            let year = run.origin.school_year(horizon).0;
            let Some(actual) = panel.actual(*grade, year) else { continue };
            if run.points.is_missing(number, usize::try_from(horizon).unwrap_or(1)) {
                continue;
            }
            cases.push(Case {
                run,
                rivals: Arc::clone(&rivals),
                grade: number,
                horizon,
                actual,
                last_year,
                sizes: sizes(&known, *grade, horizon),
                margins,
            });
        }
    }
    cases
}

/// What offices would have said.
struct Rivals {
    practice: Points,
    survival_5: Points,
}

/// The latest value of a grade that is known at the origin.
#[derive(Clone, Copy)]
struct LastYear<'a> {
    ward: f64,
    areas: Option<&'a [f64]>,
}

impl<'a> LastYear<'a> {
    /// Of the ward (`None`) or of an area, `NaN` where it is not known.
    fn of(&self, area: Option<usize>) -> f64 {
        area.map_or(self.ward, |area| self.areas.map_or(f64::NAN, |areas| areas[area]))
    }

    fn latest(known: &Known<'a>, grade: Grade, is_intake: bool) -> Self {
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

//! Runs: the point forecasts of every origin, each from what was known then, and their errors.
//!
//! All origins are run once and kept; learning from past errors then only looks up runs whose
//! targets had been seen.

use crate::choice::{self, Choice};
use crate::interval::{Miss, Misses};
use crate::panel::Panel;
use crate::project::{self, Points};
use crate::reading::Ingredient;
use crate::rolls::{self, Pair};
use crate::{ForecastSettings, capture, edits};
use phantuyen_model::{Grade, RegisterYear};
use rayon::prelude::*;

/// The forecast of one origin and how it turned out.
pub(crate) struct Run {
    /// The register it starts from.
    pub(crate) origin: RegisterYear,
    /// Whether ratios could be learnt: only then it may be scored.
    pub(crate) is_scored: bool,
    /// How the readings of the past were weighed, by grade and horizon.
    pub(crate) choices: Vec<Choice>,
    /// What is expected.
    pub(crate) points: Points,
    /// Weight of the rolls in the ward's grade 6, by horizon.
    pub(crate) roll_weights: Vec<f64>,
    /// The ward's grade 6 from residents alone, by horizon.
    residents: Vec<f64>,
    /// Grade × horizon.
    misses: Vec<Option<Misses>>,
    horizon: usize,
}

impl Run {
    /// The errors of a grade and horizon, where what happened is known.
    pub(crate) fn misses(&self, grade: usize, horizon: u32) -> Option<&Misses> {
        self.misses[grade * self.horizon + usize::try_from(horizon).ok()? - 1].as_ref()
    }
}

/// Runs every origin that has a register, oldest first, up to the last one that is asked for.
pub(crate) fn all(
    panel: &Panel,
    settings: &ForecastSettings,
    last: RegisterYear,
    without: Option<Ingredient>,
) -> Vec<Run> {
    let is_intake: Vec<bool> = settings.grades.iter().map(|g| panel.has_intake(*g)).collect();
    let mut runs: Vec<Run> = choice::all(panel, settings, last, without)
        .into_par_iter()
        .filter_map(|chosen| {
            let known = panel.until(chosen.origin)?;
            let points =
                project::points(&known, settings, &is_intake, chosen.paths, capture::decayed);
            let horizon = usize::try_from(settings.horizon).unwrap_or(0);
            let residents = points.grade_6().map_or_else(Vec::new, |grade| {
                (1..=horizon).map(|h| points.ward(grade, h)).collect()
            });
            Some(Run {
                origin: chosen.origin,
                is_scored: chosen.is_scored,
                choices: chosen.choices,
                points,
                roll_weights: vec![0.0; horizon],
                residents,
                misses: Vec::new(),
                horizon,
            })
        })
        .collect();
    if panel.has_intake(Grade::G6) {
        combine_with_rolls(panel, &mut runs);
    }
    runs.par_iter_mut().for_each(|run| {
        if let Some(known) = panel.until(run.origin) {
            edits::apply(&mut run.points, &known, settings);
        }
        run.misses = misses(panel, settings, run);
    });
    runs
}

/// Lets primary rolls correct the ward's grade 6 of each run, as far as earlier runs speak for it.
fn combine_with_rolls(panel: &Panel, runs: &mut [Run]) {
    for place in 0..runs.len() {
        let Some(grade) = runs[place].points.grade_6() else { return };
        let now = runs[place].origin.0;
        let mut prior = 0.5;
        for horizon in 1..=runs[place].horizon {
            let pairs: Vec<Pair> = runs[..place]
                .iter()
                .filter(|run| run.is_scored && run.points.is_of_target[grade])
                .filter(|run| !run.points.is_missing(grade, horizon))
                .filter_map(|run| {
                    let year = run.origin.0 + i32::try_from(horizon).ok()?;
                    let actual = panel.actual(Grade::G6, year).filter(|_| year <= now)?.ward?;
                    let rolls = run.points.grade_6_from_rolls[horizon - 1]?;
                    let residents = run.residents[horizon - 1];
                    Some(Pair { residents, rolls, actual })
                })
                .collect();
            let Some(rolls) = runs[place].points.grade_6_from_rolls[horizon - 1] else { continue };
            if runs[place].points.is_missing(grade, horizon) {
                continue;
            }
            // A horizon that was never seen yet trusts the rolls as the one before it does.
            let weight = match (pairs.is_empty(), horizon) {
                (true, 1) => 0.0,
                (true, _) => runs[place].roll_weights[horizon - 2],
                (false, _) => rolls::weight_of_rolls(&pairs, prior),
            };
            prior = weight;
            let residents = runs[place].residents[horizon - 1];
            runs[place].roll_weights[horizon - 1] = weight;
            if weight > 0.0 {
                let ward = residents + weight * (rolls - residents);
                runs[place].points.bring_ward_to(grade, horizon, ward);
            }
        }
    }
}

/// The errors of a run, by grade and horizon.
fn misses(panel: &Panel, settings: &ForecastSettings, run: &Run) -> Vec<Option<Misses>> {
    let grades = settings.grades.iter().enumerate();
    grades
        .flat_map(|(place, grade)| (1..=settings.horizon).map(move |h| (place, *grade, h)))
        .map(|(place, grade, horizon)| {
            if !run.points.is_of_target[place] {
                return None;
            }
            let step = usize::try_from(horizon).ok()?;
            if run.points.is_missing(place, step) {
                return None;
            }
            let actual = panel.actual(grade, run.origin.school_year(horizon).0)?;
            let means = run.points.areas(place, step);
            let ward: f64 = means.iter().sum();
            let miss = |actual: f64, mean: f64| Miss { error: (actual - mean).abs(), mean };
            let areas: Vec<Miss> = actual.areas.map_or_else(Vec::new, |actuals| {
                let known = actuals.iter().zip(means).filter(|(actual, _)| !actual.is_nan());
                known.map(|(actual, mean)| miss(*actual, *mean)).collect()
            });
            let ward = actual.ward.map(|actual| miss(actual, ward));
            (ward.is_some() || !areas.is_empty()).then(|| Misses::new(&areas, ward, horizon))
        })
        .collect()
}

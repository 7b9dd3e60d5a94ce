//! The December story: register → cohorts → forecast, and how good it would have been.

use crate::{PipelineError, Project};
use chrono::NaiveDate;
use phantuyen_data::WardData;
use phantuyen_forecast::{Backtest, ForecastSettings, History, Information, Projected};
use phantuyen_model::{
    CohortRow, Cohorts, EnrollmentRow, Finding, FindingCode, FrozenForecast, FrozenScore, Grade,
    HousingStandard, LevelRooms, RegisterYear, Residence, SchoolYear, Why, Women,
};
use std::collections::{BTreeMap, BTreeSet};

/// A December forecast with what it rests on.
#[derive(Clone, Debug)]
pub struct December {
    /// The register it starts from.
    pub origin: RegisterYear,
    /// The forecast.
    pub projected: Projected,
    /// What was found on the way.
    pub findings: Vec<Finding>,
}

/// All that December says: the forecast, the classes and rooms that it asks for, and how earlier
/// Decembers turned out.
#[derive(Clone, Debug)]
pub struct Outlook {
    /// The forecast.
    pub december: December,
    /// Why the numbers of the next school year are what they are.
    pub whys: Vec<Why>,
    /// Classes and rooms of the years ahead.
    pub rooms: Vec<LevelRooms>,
    /// The forecast as it is to be kept.
    pub to_keep: FrozenForecast,
    /// Kept forecasts beside what has happened since.
    pub frozen: Vec<FrozenScore>,
}

/// How good forecasts were: those that would have been made, and those that were.
#[derive(Clone, Debug)]
pub struct LookedBack {
    /// Forecasts that would have been made in past Decembers.
    pub backtest: Backtest,
    /// Forecasts that were kept, beside what has happened since.
    pub frozen: Vec<FrozenScore>,
}

/// Looks back over what the ward has: the memory that forecasts are made from.
pub fn remember(ward: &WardData) -> (History, Vec<Finding>) {
    let codes = || ward.areas.iter().map(|area| area.area_code.clone());
    let (enrollment, findings) = intakes(&ward.enrollment, &ward.actuals);
    let history = History {
        cohorts: Cohorts::from_rows(codes(), &ward.cohorts),
        women: Women::from_rows(&ward.women),
        births: ward.births.clone(),
        enrollment,
        tree: ward.tree.clone(),
        information: Information {
            temporary: temporary(&ward.cohorts).map(|rows| Cohorts::from_rows(codes(), &rows)),
            moves: ward.moves.clone(),
            housing: ward.housing.clone(),
            housing_standard: None,
            targets: ward.targets.clone(),
            adjustments: ward.adjustments.clone(),
            control_totals: ward.control_totals.clone(),
        },
    };
    (history, findings)
}

/// How dwellings fill by the rule book, for housing whose table does not tell.
fn housing_standard(project: &Project) -> Option<HousingStandard> {
    HousingStandard::of(&project.rules).ok().map(|(standard, _)| standard)
}

/// Of registers that tell residence, the children who are temporary residents: a cohort without
/// any has none. `None` where no register tells it.
fn temporary(rows: &[CohortRow]) -> Option<Vec<CohortRow>> {
    let told: BTreeSet<NaiveDate> =
        rows.iter().filter(|row| row.residence.is_some()).map(|row| row.as_of).collect();
    let count = |row: &CohortRow| match row.residence {
        Some(Residence::Temporary) => row.headcount,
        _ => 0,
    };
    let of_told = rows.iter().filter(|row| told.contains(&row.as_of));
    let rows: Vec<CohortRow> =
        of_told.map(|row| CohortRow { headcount: count(row), ..row.clone() }).collect();
    (!rows.is_empty()).then_some(rows)
}

/// `actuals` adds the years and grades that `enrollment` does not have; where both have them,
/// `enrollment` counts and a difference is a finding.
fn intakes(
    enrollment: &[EnrollmentRow],
    actuals: &[EnrollmentRow],
) -> (Vec<EnrollmentRow>, Vec<Finding>) {
    let totals = |rows: &[EnrollmentRow]| {
        let mut totals: BTreeMap<(SchoolYear, Grade), u64> = BTreeMap::new();
        for row in rows {
            *totals.entry((row.school_year, row.grade)).or_default() += u64::from(row.pupils);
        }
        totals
    };
    let known = totals(enrollment);
    let mut findings = Vec::new();
    for (key, happened) in totals(actuals) {
        if let Some(rolled) = known.get(&key).filter(|rolled| **rolled != happened) {
            findings.push(
                Finding::new(FindingCode::ActualsDiffer)
                    .table("actuals")
                    .fact("year", key.0)
                    .fact("grade", key.1)
                    .fact("actuals", happened)
                    .fact("enrollment", rolled),
            );
        }
    }
    let added = actuals.iter().filter(|row| !known.contains_key(&(row.school_year, row.grade)));
    (enrollment.iter().chain(added).cloned().collect(), findings)
}

/// The register from which the forecast starts: the last one that is not after `as_of`.
///
/// # Errors
/// [`PipelineError::Blocked`] when there is none.
pub fn origin(history: &History, as_of: Option<NaiveDate>) -> Result<RegisterYear, PipelineError> {
    let last = as_of.map_or(RegisterYear(i32::MAX), |day| {
        // A day that stands for no register itself still shuts out the registers after it.
        RegisterYear::of(day).unwrap_or(RegisterYear(chrono::Datelike::year(&day) - 1))
    });
    let registers = history.cohorts.registers();
    registers.iter().rev().find(|register| **register <= last).copied().ok_or_else(|| {
        PipelineError::Blocked(vec![Finding::new(FindingCode::NoRegister).table("cohorts")])
    })
}

/// Forecasts the entry grades from the last register.
///
/// # Errors
/// When no register is early enough, or the forecast itself fails.
pub fn forecast_december(project: &Project, ward: &WardData) -> Result<December, PipelineError> {
    let (mut history, mut findings) = remember(ward);
    history.information.housing_standard = housing_standard(project);
    let origin = origin(&history, project.settings.as_of)?;
    let projected = phantuyen_forecast::forecast(&history, origin, &settings(project))
        .map_err(PipelineError::fault)?;
    findings.extend(projected.findings.clone());
    findings.extend(year_finding(project, origin));
    Ok(December { origin, projected, findings })
}

/// Scores the forecasts that would have been made in past Decembers.
///
/// `origins` empty: every register from which a forecast can be scored.
///
/// # Errors
/// When no register is early enough, or the backtest itself fails.
pub fn look_back(
    project: &Project,
    ward: &WardData,
    origins: &[RegisterYear],
) -> Result<Backtest, PipelineError> {
    let (mut history, mut findings) = remember(ward);
    history.information.housing_standard = housing_standard(project);
    let last = origin(&history, project.settings.as_of)?;
    let mut backtest =
        phantuyen_forecast::backtest(&history.until(last), origins, &settings(project))
            .map_err(PipelineError::fault)?;
    findings.append(&mut backtest.findings);
    backtest.findings = findings;
    Ok(backtest)
}

/// Sets forecasts that were kept beside everything known by `as_of`: intakes count as soon as their
/// school year has opened, registers when they are made.
pub fn score_kept(project: &Project, ward: &WardData, kept: &[FrozenForecast]) -> Vec<FrozenScore> {
    let (mut known, _) = remember(ward);
    if let Some(day) = project.settings.as_of {
        let register = RegisterYear::of(day);
        let register = register.unwrap_or(RegisterYear(chrono::Datelike::year(&day) - 1));
        known.cohorts = known.cohorts.until(register);
        known.enrollment.retain(|row| row.school_year.opens() <= day);
    }
    kept.iter().flat_map(|frozen| phantuyen_forecast::score_frozen(&known, frozen)).collect()
}

fn settings(project: &Project) -> ForecastSettings {
    ForecastSettings {
        grades: Grade::ENTRY.to_vec(),
        horizon: project.settings.forecast.horizon,
        history_years: project.settings.forecast.history_years,
        levels_pct: project.levels.iter().map(|level| level * 100.0).collect(),
    }
}

fn year_finding(project: &Project, origin: RegisterYear) -> Option<Finding> {
    let expected = origin.school_year(1);
    let set = project.settings.ward.school_year?;
    (set != expected).then(|| {
        Finding::new(FindingCode::SchoolYearDiffers)
            .file(crate::project::SETTINGS_FILE)
            .fact("set", set)
            .fact("expected", expected)
            .fact("register", origin)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roll(year: i32, pupils: u32) -> EnrollmentRow {
        EnrollmentRow {
            school_year: SchoolYear(year),
            grade: Grade::G1,
            pupils,
            school_code: None,
            area_code: None,
            from_outside: None,
            repeaters: None,
            to_outside: None,
            private: None,
        }
    }

    #[test]
    fn actuals_add_years_and_do_not_replace_them() {
        let (rows, findings) = intakes(&[roll(2025, 100)], &[roll(2025, 90), roll(2026, 80)]);
        let pupils: Vec<u32> = rows.iter().map(|row| row.pupils).collect();
        assert_eq!(pupils, [100, 80]);
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].facts["actuals"], "90");
    }
}

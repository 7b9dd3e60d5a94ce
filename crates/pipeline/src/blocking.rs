//! Which errors stop which step.

use crate::{PipelineError, Project};
use phantuyen_data::WardData;
use phantuyen_model::{Finding, FindingCode, Severity};

/// What a step needs: tables that must be there, and tables whose errors stop it.
#[derive(Clone, Copy, Debug)]
pub struct Needs {
    /// The command.
    pub verb: &'static str,
    tables: &'static [&'static str],
}

impl Needs {
    /// Whether the step rests on the table.
    pub fn reads(&self, table: &str) -> bool {
        self.tables.contains(&table)
    }
}

/// Needs of `forecast` and `backtest`.
pub const FORECAST: Needs = Needs {
    verb: "forecast",
    tables: &[
        "residents",
        "cohorts",
        "women",
        "births",
        "areas",
        "area_tree",
        "area_changes",
        "enrollment",
        "actuals",
        "housing",
        "targets",
        "adjustments",
        "control_totals",
    ],
};

/// Needs of `allocate`, `map` and all that follow from a plan.
pub const ALLOCATE: Needs = Needs {
    verb: "allocate",
    tables: &[
        "residents",
        "cohorts",
        "women",
        "births",
        "areas",
        "area_tree",
        "area_changes",
        "enrollment",
        "actuals",
        "housing",
        "targets",
        "adjustments",
        "control_totals",
        "areas.geojson",
        "schools",
        "seats",
        "classes",
        "demand",
        "links",
        "distances",
        "adjacency",
        "current_plan",
        "locks",
    ],
};

/// Stops a step where a table it needs is missing or has errors.
///
/// A project that is asked to go on provisionally passes over rows with errors; missing tables
/// still stop it.
///
/// # Errors
/// [`PipelineError::Blocked`] with all findings of the ward, so that they are shown together.
pub fn stop(project: &Project, ward: &WardData, needs: Needs) -> Result<(), PipelineError> {
    let told =
        |table: &str| ward.findings.iter().any(|f| grave(f) && f.table.as_deref() == Some(table));
    let mut missing: Vec<Finding> = missing_tables(ward, needs)
        .into_iter()
        .filter(|table| !told(table))
        .map(|table| Finding::new(FindingCode::MissingTable).table(table).fact("needs", needs.verb))
        .collect();
    let blocks = |finding: &&Finding| {
        grave(finding)
            && finding.table.as_deref().is_none_or(|table| needs.tables.contains(&table))
            && !(project.provisional && passable(finding.code))
    };
    if missing.is_empty() && !ward.findings.iter().any(|f| blocks(&f)) {
        return Ok(());
    }
    missing.extend(ward.findings.iter().cloned());
    missing.extend(project.findings.iter().cloned());
    crate::steps::settle(&mut missing);
    Err(PipelineError::Blocked(missing))
}

/// Stops a step at errors that were found on its way.
///
/// # Errors
/// [`PipelineError::Blocked`] with these findings and those known before.
pub fn stop_at(
    project: &Project,
    found: &[Finding],
    before: &[Finding],
) -> Result<(), PipelineError> {
    let blocks = |f: &Finding| grave(f) && !(project.provisional && passable(f.code));
    if !found.iter().any(blocks) {
        return Ok(());
    }
    let mut all: Vec<Finding> = found.iter().chain(before).cloned().collect();
    crate::steps::settle(&mut all);
    Err(PipelineError::Blocked(all))
}

/// The tables without which a step has nothing to work on.
pub fn missing_tables(ward: &WardData, needs: Needs) -> Vec<&'static str> {
    let mut missing = Vec::new();
    let mut need = |there: bool, table| missing.extend((!there).then_some(table));
    need(!ward.areas.is_empty(), "areas");
    if needs.verb == FORECAST.verb {
        need(!ward.cohorts.is_empty(), "cohorts");
    } else {
        // Without a demand of its own, a plan is drawn for the forecast.
        need(ward.demand.is_some() || !ward.cohorts.is_empty(), "cohorts");
        need(!ward.schools.is_empty(), "schools");
    }
    missing
}

fn grave(finding: &Finding) -> bool {
    finding.severity == Severity::Error
}

/// Errors of single rows, which were left out and counted. Files and columns that cannot be read
/// are never passed over.
fn passable(code: FindingCode) -> bool {
    !matches!(
        code,
        FindingCode::MissingTable
            | FindingCode::MissingFile
            | FindingCode::UnreadableFile
            | FindingCode::MissingColumn
            | FindingCode::MixedRegisterForms
            | FindingCode::RegisterDateMissing
    )
}

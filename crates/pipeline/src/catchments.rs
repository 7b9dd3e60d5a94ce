//! The catchment story: demand → seats → way to school → plan, judged and explained.

use crate::demand::GradeDemand;
use crate::settings::{ContiguityKey, OwnAreaKey, StrictnessKey};
use crate::way::{Limits, Way, limits};
use crate::{PipelineError, Project};
use phantuyen_allocation::{
    Allocated, AllocationSettings, Contiguity, Diagnosis, OwnArea, Problem, ProblemParts,
    SeatsFound, Strictness, Watch, allocate, diagnose, entry_seats, explain,
};
use phantuyen_data::WardData;
use phantuyen_model::{
    AreaCode, Explanation, Finding, FindingCode, Grade, PlanStatus, Rule, School, SchoolYear,
};
use std::sync::atomic::Ordering;
use std::time::Instant;

/// One grade's catchments.
#[derive(Clone, Debug)]
pub struct Drawn {
    /// The grade.
    pub grade: Grade,
    /// The plan, its baselines and what was found.
    pub allocated: Allocated,
    /// What was asked, for answering why and what if.
    pub problem: Problem,
    /// For each area that passes a nearer school: why, and what would have to change.
    pub explanations: Vec<Explanation>,
    /// Where no plan keeps all rules: what clashes, and what would mend it.
    pub diagnosis: Option<Diagnosis>,
    /// Seats of each school and how they came about.
    pub seats: SeatsFound,
    /// Target and alarm.
    pub limits: Limits,
    /// How long the search took. Shown on screen only, never in a file.
    pub seconds: f64,
}

impl Drawn {
    /// Why an area passes a nearer school; `None` where it does not.
    pub fn explanation(&self, area: &AreaCode) -> Option<&Explanation> {
        let place = self.explanations.binary_search_by(|told| told.area_code.cmp(area));
        place.ok().and_then(|place| self.explanations.get(place))
    }
}

/// Catchments of all grades asked for.
#[derive(Clone, Debug)]
pub struct Catchments {
    /// The school year.
    pub school_year: SchoolYear,
    /// By grade.
    pub drawn: Vec<Drawn>,
    /// What was found on the way.
    pub findings: Vec<Finding>,
    /// Rules used.
    pub rules: Vec<Rule>,
}

impl Catchments {
    /// Whether every grade has a plan that satisfies the hard rules.
    pub fn all_hold(&self) -> bool {
        self.drawn.iter().all(|drawn| {
            matches!(drawn.allocated.plan.status, PlanStatus::Optimal | PlanStatus::Feasible)
        })
    }
}

/// Draws the catchments of each grade whose demand is given.
///
/// # Errors
/// [`PipelineError::Blocked`] with everything that makes the problem ill-posed, over all grades.
pub fn draw_catchments(
    project: &Project,
    ward: &WardData,
    way: &Way,
    year: SchoolYear,
    demand: &[GradeDemand],
    watch: &Watch<'_>,
) -> Result<Catchments, PipelineError> {
    let mut catchments = Catchments {
        school_year: year,
        drawn: Vec::new(),
        findings: way.findings.clone(),
        rules: Vec::new(),
    };
    let mut problems = Vec::new();
    let mut blocked = Vec::new();
    for demand in demand {
        match pose(project, ward, way, year, demand) {
            Ok(posed) => problems.push(posed),
            Err(PipelineError::Blocked(findings)) => blocked.extend(findings),
            Err(fault) => return Err(fault),
        }
    }
    if !blocked.is_empty() {
        blocked.extend(catchments.findings);
        return Err(PipelineError::Blocked(blocked));
    }
    for posed in problems {
        let start = Instant::now();
        let allocated = allocate(&posed.problem, watch).map_err(PipelineError::fault)?;
        let seconds = start.elapsed().as_secs_f64();
        let diagnosis =
            diagnose(&posed.problem, &allocated, watch).map_err(PipelineError::fault)?;
        catchments.findings.extend(posed.findings);
        catchments.findings.extend(allocated.findings.iter().map(|f| ended_by(f, watch)));
        catchments.rules.extend(posed.seats.rules.iter().chain(&posed.limits.rules).cloned());
        catchments.drawn.push(Drawn {
            grade: posed.grade,
            diagnosis,
            explanations: explain(&posed.problem, &allocated.plan.figures),
            allocated,
            problem: posed.problem,
            seats: posed.seats,
            limits: posed.limits,
            seconds,
        });
    }
    crate::rules_used::settle(&mut catchments.rules);
    catchments.findings.extend(crate::rules_used::unverified(&catchments.rules));
    Ok(catchments)
}

struct Posed {
    grade: Grade,
    problem: Problem,
    seats: SeatsFound,
    limits: Limits,
    findings: Vec<Finding>,
}

/// Seats of a grade by the rules in force when its school year opens, or on the day that the
/// project names.
///
/// # Errors
/// When the book has no rule for that day.
pub fn seats(
    project: &Project,
    ward: &WardData,
    schools: &[School],
    grade: Grade,
    year: SchoolYear,
) -> Result<SeatsFound, PipelineError> {
    let day = project.rule_day(year);
    entry_seats(grade, year, day, schools, &ward.seats, &ward.classes, &project.rules)
        .map_err(PipelineError::fault)
}

/// From what the ward has to a well-posed problem of one grade.
fn pose(
    project: &Project,
    ward: &WardData,
    way: &Way,
    year: SchoolYear,
    demand: &GradeDemand,
) -> Result<Posed, PipelineError> {
    let grade = demand.grade;
    let missing = |rule: phantuyen_model::MissingRule| PipelineError::fault(rule);
    let seats = seats(project, ward, &way.schools, grade, year)?;
    crate::blocking::stop_at(project, &seats.findings, &[])?;
    let limits = limits(project, grade, year).map_err(missing)?;
    let parts = ProblemParts {
        grade,
        school_year: year,
        demand: demand.areas.clone(),
        common_error: demand.common_error,
        schools: seats.schools.clone(),
        distances: way.distances.clone(),
        adjacency: way.adjacency.clone(),
        present: ward.current_plan.iter().filter(|row| row.grade == grade).cloned().collect(),
        locks: ward.locks.iter().filter(|lock| lock.grade == grade).cloned().collect(),
        settings: settings(project, &limits),
    };
    let mut findings = seats.findings.clone();
    findings.extend(limits.findings.clone());
    match Problem::new(parts) {
        Ok((problem, warnings)) => {
            findings.extend(warnings);
            Ok(Posed { grade, problem, seats, limits, findings })
        }
        Err(mut errors) => {
            errors.extend(findings);
            Err(PipelineError::Blocked(errors))
        }
    }
}

fn settings(project: &Project, limits: &Limits) -> AllocationSettings {
    let keys = &project.settings.allocation;
    AllocationSettings {
        contiguity: match keys.contiguity {
            ContiguityKey::Flag(true) => Contiguity::Required,
            ContiguityKey::Flag(false) => Contiguity::NotRequired,
            ContiguityKey::Name(_) => Contiguity::NoNewPieces,
        },
        own_area: match keys.own_area {
            OwnAreaKey::Prefer => OwnArea::Prefer,
            OwnAreaKey::Must => OwnArea::Must,
        },
        target_m: limits.target_m,
        alarm_m: limits.alarm_m,
        beyond_alarm: strictness(keys.beyond_alarm),
        overload: strictness(keys.overload),
        overload_weight_m: keys.overload_weight_m,
        moved_weight_m: keys.moved_weight_m,
        max_moved_share: keys.max_moved_share,
        max_moved_pupils: keys.max_moved_pupils,
        only_rules: false,
        gap: keys.gap,
        time_limit_s: keys.time_limit_s,
        work_limit: keys.work_limit,
        seed: keys.seed,
    }
}

fn strictness(key: StrictnessKey) -> Strictness {
    match key {
        StrictnessKey::Penalise => Strictness::Penalise,
        StrictnessKey::Forbid => Strictness::Forbid,
    }
}

/// A search that the user ended is not one that ran out of time.
fn ended_by(finding: &Finding, watch: &Watch<'_>) -> Finding {
    let mut finding = finding.clone();
    if finding.code == FindingCode::StoppedByTime && watch.interrupted.load(Ordering::Relaxed) {
        finding.code = FindingCode::Interrupted;
    }
    finding
}

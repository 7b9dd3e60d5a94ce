//! The catchment story: demand → seats → way to school → plan, judged and explained.

use crate::demand::{GradeDemand, whole_areas};
use crate::posing::Pose;
use crate::way::{Limits, Way};
use crate::{PipelineError, Project};
use phantuyen_allocation::{
    Allocated, Diagnosis, Problem, SeatsFound, Watch, allocate, diagnose, explain,
};
use phantuyen_data::WardData;
use phantuyen_model::{
    AreaCode, Assignment, Explanation, Finding, FindingCode, Grade, PlanRow, PlanStatus, Rule,
    SchoolYear,
};
use std::sync::atomic::Ordering;
use std::time::Instant;

pub use crate::posing::seats;

/// One grade's catchments.
#[derive(Clone, Debug)]
pub struct Drawn {
    /// The grade.
    pub grade: Grade,
    /// The plan, its baselines and what was found.
    pub allocated: Allocated,
    /// The plans of the years after the first, where each year has a plan of its own.
    pub yearly: Vec<Allocated>,
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
    let pose = |demand| Pose {
        project,
        ward,
        way,
        year,
        demand,
        present: ward.current_plan.clone(),
        grade_1: None,
    };
    let mut posed = Vec::new();
    let mut blocked = Vec::new();
    for demand in demand {
        match pose(demand).pose() {
            Ok(one) => posed.push((pose(demand), one)),
            Err(PipelineError::Blocked(findings)) => blocked.extend(findings),
            Err(fault) => return Err(fault),
        }
    }
    if !blocked.is_empty() {
        blocked.extend(catchments.findings);
        return Err(PipelineError::Blocked(blocked));
    }
    // Grade 6 looks at the plan of grade 1, whatever the order in which they were asked for.
    posed.sort_by_key(|(_, one)| one.grade);
    for (mut pose, mut one) in posed {
        let grade_1 = catchments.drawn.iter().find(|drawn| drawn.grade == Grade::G1);
        if let (Grade::G6, Some(drawn)) = (one.grade, grade_1) {
            pose.grade_1 = Some(whole_areas(&rows(&drawn.allocated, Grade::G1), Grade::G1));
            one = pose.pose()?;
        }
        let start = Instant::now();
        let allocated = allocate(&one.problem, watch).map_err(PipelineError::fault)?;
        let yearly = year_after_year(&allocated, &pose, watch)?;
        let seconds = start.elapsed().as_secs_f64();
        let diagnosis = diagnose(&one.problem, &allocated, watch).map_err(PipelineError::fault)?;
        catchments.findings.extend(one.findings);
        let told = allocated.findings.iter().chain(yearly.iter().flat_map(|plan| &plan.findings));
        catchments.findings.extend(told.map(|finding| ended_by(finding, watch)));
        catchments.rules.extend(one.seats.rules.iter().chain(&one.limits.rules).cloned());
        catchments.rules.extend(one.rules);
        let drawn = Drawn {
            grade: one.grade,
            diagnosis,
            explanations: explain(&one.problem, &allocated.plan.figures),
            allocated,
            yearly,
            problem: one.problem,
            seats: one.seats,
            limits: one.limits,
            seconds,
        };
        catchments.findings.extend(told_of(&drawn));
        catchments.drawn.push(drawn);
    }
    let order = |drawn: &Drawn| demand.iter().position(|demand| demand.grade == drawn.grade);
    catchments.drawn.sort_by_key(order);
    crate::rules_used::settle(&mut catchments.rules);
    catchments.findings.extend(crate::rules_used::unverified(&catchments.rules));
    Ok(catchments)
}

/// What the schools may lack and which units the plan splits: good to know beside the plan.
fn told_of(drawn: &Drawn) -> Vec<Finding> {
    let figures = &drawn.allocated.plan.figures;
    let mut findings = Vec::new();
    let lacking: Vec<&str> = figures
        .schools
        .iter()
        .filter(|school| school.risk.may_lack_seats == Some(true) && school.pupils <= school.seats)
        .map(|school| school.school_code.as_str())
        .collect();
    if !lacking.is_empty() {
        let finding = Finding::new(FindingCode::MayLackSeats).fact("grade", drawn.grade);
        let count = u64::try_from(lacking.len()).unwrap_or(u64::MAX);
        findings.push(finding.count(count).fact("schools", lacking.join(", ")));
    }
    let split: Vec<&str> =
        figures.goals.split_units.iter().flatten().map(|split| split.unit.as_str()).collect();
    if !split.is_empty() {
        let finding = Finding::new(FindingCode::UnitsSplit).fact("grade", drawn.grade);
        let count = u64::try_from(split.len()).unwrap_or(u64::MAX);
        findings.push(finding.count(count).fact("units", split.join(", ")));
    }
    findings
}

/// The plans of the years after the first, each from the one before, where only so many pupils
/// may change school from one year to the next.
fn year_after_year(
    first: &Allocated,
    pose: &Pose<'_>,
    watch: &Watch<'_>,
) -> Result<Vec<Allocated>, PipelineError> {
    let mut plans = Vec::new();
    if pose.project.settings.allocation.max_moved_per_year.is_none() {
        return Ok(plans);
    }
    for later in &pose.demand.later {
        let before = plans.last().unwrap_or(first);
        let demand = pose.demand.of_year(later);
        let next = Pose {
            year: later.school_year,
            demand: &demand,
            present: rows(before, pose.demand.grade),
            grade_1: pose.grade_1.clone(),
            ..*pose
        };
        let posed = next.pose()?;
        plans.push(allocate(&posed.problem, watch).map_err(PipelineError::fault)?);
    }
    Ok(plans)
}

/// A plan as the present catchments of the year after it.
fn rows(allocated: &Allocated, grade: Grade) -> Vec<PlanRow> {
    let row = |row: &Assignment| PlanRow {
        grade,
        area_code: row.area_code.clone(),
        school_code: row.school_code.clone(),
        share: 1.0,
    };
    allocated.plan.figures.assignment.iter().map(row).collect()
}

/// A search that the user ended is not one that ran out of time.
fn ended_by(finding: &Finding, watch: &Watch<'_>) -> Finding {
    let mut finding = finding.clone();
    if finding.code == FindingCode::StoppedByTime && watch.interrupted.load(Ordering::Relaxed) {
        finding.code = FindingCode::Interrupted;
    }
    finding
}

//! The arrow from problem to plan: search on a thread of its own, watch it, judge what it found.

use crate::baselines::baselines;
use crate::bound::{Ended, SolverFault};
use crate::check::{Judgement, Violation, judge};
use crate::objective::Measure;
use crate::search::{Effort, Found, search};
use crate::{Problem, Strictness};
use phantuyen_model::{Baselines, Finding, FindingCode, Plan, PlanStatus, StoppedBy, Tier};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

/// How often the user's wish to stop is looked at.
const LOOK: Duration = Duration::from_millis(100);
/// How long after its deadline the search may take to end by itself.
const GRACE: Duration = Duration::from_secs(2);

/// Who looks on while the search runs.
pub struct Watch<'a> {
    /// Set to end the search; the best plan so far comes back within about a second.
    pub interrupted: &'a AtomicBool,
    /// Told of each step.
    pub progress: &'a (dyn Fn(&SearchProgress) + Sync),
}

/// How far the search is.
#[derive(Clone, Debug, PartialEq)]
pub struct SearchProgress {
    /// Steps so far.
    pub round: u32,
    /// Value of the tier under way in the best plan.
    pub best: Option<f64>,
    /// What no plan can be below in that tier.
    pub bound: Option<f64>,
    /// `first_plan`, the name of a tier, or `done`.
    pub phase: &'static str,
}

/// A plan, judged, with what people compare it with.
#[derive(Clone, Debug, PartialEq)]
pub struct Allocated {
    /// The plan; the least bad one when its status is `infeasible` or `not_found`.
    pub plan: Plan,
    /// The plans people compare with.
    pub baselines: Baselines,
    /// What should be known about the outcome.
    pub findings: Vec<Finding>,
    /// Why no plan keeps all hard rules; only when that is proven.
    pub conflict: Option<Conflict>,
    /// Whether every area of the present plan keeps its school.
    pub present_kept: bool,
}

/// A hard rule of the ward.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HardRule {
    /// No school above its seats.
    Overload,
    /// Nobody beyond the alarm distance.
    BeyondAlarm,
    /// A limit on pupils who change school.
    Moved,
    /// No class for fewer pupils than the least.
    SmallClass,
    /// A bound on the probability of overload.
    OverloadProbability,
    /// Who walks today goes on walking.
    Walkers,
    /// Catchments in no more pieces than allowed.
    Contiguity,
}

impl HardRule {
    /// The name used in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Overload => "overload",
            Self::BeyondAlarm => "beyond_alarm",
            Self::Moved => "moved",
            Self::SmallClass => "small_class",
            Self::OverloadProbability => "overload_probability",
            Self::Walkers => "walkers",
            Self::Contiguity => "contiguity",
        }
    }
}

/// Why no plan keeps all hard rules.
#[derive(Clone, Debug, PartialEq)]
pub struct Conflict {
    /// Seats of all schools.
    pub seats: f64,
    /// Pupils of all areas.
    pub pupils: f64,
    /// Pupils without a seat in the least bad plan.
    pub missing_seats: f64,
    /// No plan has fewer pupils without a seat, the rules given up aside.
    pub missing_seats_bound: f64,
    /// The rules that the least bad plan gives up; kept with the others, they admit no plan.
    pub rules: Vec<HardRule>,
}

/// We or the machine failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AllocateError {
    /// The solver refused a program or failed.
    #[error("the solver failed: {0}")]
    Solver(String),
    /// The search ended without leaving anything.
    #[error("the search ended without a result")]
    NoResult,
    /// The search thread cannot be started.
    #[error("the search cannot be started: {0}")]
    NoThread(String),
    /// The judge's figures are not those of the search, or a rule is broken unsaid.
    #[error("the judge disagrees with the search: {0}")]
    Disagreement(String),
}

impl From<SolverFault> for AllocateError {
    fn from(fault: SolverFault) -> Self {
        Self::Solver(fault.to_string())
    }
}

/// Finds a plan and proves how good it is.
///
/// The solver cannot be interrupted from safe code, so the search has its own thread and posts
/// every better plan. When the user or the clock ends it, the best plan posted so far is taken;
/// the thread sees the same sign at its next step and ends.
///
/// # Errors
/// [`AllocateError`] when the solver fails, or when the judge finds other figures than the search.
pub fn allocate(problem: &Problem, watch: &Watch<'_>) -> Result<Allocated, AllocateError> {
    let stop = Arc::new(AtomicBool::new(false));
    let settings = &problem.settings;
    let mut effort = Effort::new(settings.work_limit, settings.time_limit_s, Arc::clone(&stop));
    let (sender, receiver) = channel();
    let theirs = problem.clone();
    std::thread::Builder::new()
        .name("search".to_owned())
        .spawn(move || run(&theirs, &mut effort, &sender))
        .map_err(|error| AllocateError::NoThread(error.to_string()))?;
    let (found, cut_short) = listen(problem, watch, &receiver, &stop)?;
    finish(problem, &found, cut_short)
}

enum Message {
    Step(Found, &'static str),
    End(Result<Found, SolverFault>),
}

fn run(problem: &Problem, effort: &mut Effort, sender: &Sender<Message>) {
    // A send fails only when nobody listens any more.
    let mut post = |found: &Found, phase| {
        let _ = sender.send(Message::Step(found.clone(), phase));
    };
    let end = search(problem, effort, &mut post);
    let _ = sender.send(Message::End(end));
}

/// Passes on progress until the search ends; the second value says whether it was cut short.
fn listen(
    problem: &Problem,
    watch: &Watch<'_>,
    receiver: &Receiver<Message>,
    stop: &AtomicBool,
) -> Result<(Found, bool), AllocateError> {
    let span = problem.settings.time_limit_s;
    let span = span.and_then(|s| Duration::try_from_secs_f64(s.max(0.0)).ok());
    let deadline = span.and_then(|span| Instant::now().checked_add(span + GRACE));
    let mut last: Option<Found> = None;
    let mut round = 0;
    loop {
        match receiver.recv_timeout(LOOK) {
            Ok(Message::Step(found, phase)) => {
                round += 1;
                let tier = found.tiers.last();
                let known = |value: f64| value.is_finite().then_some(value);
                (watch.progress)(&SearchProgress {
                    round,
                    best: tier.and_then(|tier| known(tier.value)),
                    bound: tier.and_then(|tier| known(tier.bound)),
                    phase,
                });
                last = Some(found);
            }
            Ok(Message::End(end)) => return Ok((end?, false)),
            Err(RecvTimeoutError::Disconnected) => return Err(AllocateError::NoResult),
            Err(RecvTimeoutError::Timeout) => {}
        }
        let late = deadline.is_some_and(|deadline| Instant::now() >= deadline);
        if watch.interrupted.load(Ordering::Relaxed) || late {
            stop.store(true, Ordering::Relaxed);
            if let Some(found) = last.take() {
                return Ok((found, true));
            }
        }
    }
}

fn finish(problem: &Problem, found: &Found, cut_short: bool) -> Result<Allocated, AllocateError> {
    let assignment: Vec<Option<usize>> = found.plan.iter().map(|&school| Some(school)).collect();
    let judgement = judge(problem, &assignment);
    let (tiers, objective) = tiers(problem, found, &judgement)?;
    let status = status(problem, found, &judgement, &tiers);
    check_violations(&judgement, found, status)?;

    let by_time = cut_short || found.tiers.iter().any(|tier| tier.ended == Ended::Time);
    let stopped_by = match (status, by_time) {
        (PlanStatus::Optimal | PlanStatus::Infeasible, _) => StoppedBy::Gap,
        (_, true) => StoppedBy::Time,
        (_, false) => StoppedBy::Work,
    };
    let mut findings = Vec::new();
    if stopped_by == StoppedBy::Time {
        findings.push(Finding::new(FindingCode::StoppedByTime).fact("grade", problem.grade));
    }
    let missing_seats = judgement.goal(Measure::Overload.name());
    if matches!(status, PlanStatus::Infeasible | PlanStatus::NotFound) {
        let finding = Finding::new(FindingCode::NoPlan).fact("grade", problem.grade);
        let proof = if status == PlanStatus::Infeasible { "infeasible" } else { "not_found" };
        findings.push(finding.fact("proof", proof).fact("overload", missing_seats));
    }
    let conflict = (status == PlanStatus::Infeasible).then(|| {
        let is_overload = |tier: &&crate::search::TierFound| tier.measure == Measure::Overload;
        let overload = found.tiers.iter().find(is_overload);
        let bound = overload.map_or(0.0, |tier| tier.bound);
        let mut rules = found.given_up.clone();
        let forbid = problem.settings.overload == Strictness::Forbid;
        rules.extend((forbid && missing_seats > TOLERANCE).then_some(HardRule::Overload));
        Conflict {
            seats: problem.all_seats(),
            pupils: problem.all_pupils(),
            missing_seats,
            missing_seats_bound: bound,
            rules,
        }
    });
    let plan = Plan {
        grade: problem.grade,
        school_year: problem.school_year,
        status,
        stopped_by,
        objective: objective.value,
        bound: objective.bound,
        gap: gap(&objective),
        tiers,
        figures: judgement.figures,
    };
    let present_kept = problem.has_present
        && found.plan.iter().enumerate().all(|(area, &school)| !problem.moves(area, school));
    Ok(Allocated { plan, baselines: baselines(problem), findings, conflict, present_kept })
}

/// Figures may differ by rounding, in parts of themselves.
const TOLERANCE: f64 = 1e-6;

/// The tiers with the judge's values, and the one that is the objective.
fn tiers(
    problem: &Problem,
    found: &Found,
    judgement: &Judgement,
) -> Result<(Vec<Tier>, Tier), AllocateError> {
    let mut tiers = Vec::new();
    for measure in crate::objective::tiers(problem) {
        let known = found.tiers.iter().find(|tier| tier.measure == measure);
        let value = judgement.goal(measure.name());
        let claimed = measure.of_plan(problem, &found.plan);
        let agrees = (claimed - value).abs() <= TOLERANCE * value.abs().max(1.0);
        if !agrees {
            let name = measure.name();
            let text = format!("{name}: {claimed} by the search, {value} by the judge");
            return Err(AllocateError::Disagreement(text));
        }
        let bound = known.map_or_else(|| measure.trivial_bound(problem), |tier| tier.bound);
        tiers.push(Tier { name: measure.name().to_owned(), value, bound: bound.min(value) });
    }
    let objective =
        tiers.iter().find(|tier| is_objective(tier)).cloned().ok_or(AllocateError::NoResult)?;
    let forbid = problem.settings.overload == Strictness::Forbid;
    if forbid && judgement.goal(Measure::Overload.name()) <= TOLERANCE {
        tiers.retain(|tier| tier.name != "overload");
    }
    Ok((tiers, objective))
}

fn status(problem: &Problem, found: &Found, judgement: &Judgement, tiers: &[Tier]) -> PlanStatus {
    let forbid = problem.settings.overload == Strictness::Forbid;
    let overload = found.tiers.iter().find(|tier| tier.measure == Measure::Overload);
    let proven_short = overload.is_some_and(|tier| tier.bound > TOLERANCE);
    let short = forbid && judgement.goal(Measure::Overload.name()) > TOLERANCE;
    if !found.given_up.is_empty() || (short && proven_short) {
        return PlanStatus::Infeasible;
    }
    if !found.keeps_rules || short {
        return PlanStatus::NotFound;
    }
    // Rounding of the solver must not turn a closed gap into an open one. The tiers below the
    // objective choose among its best plans: each has a bound of its own, but no say here. A tier
    // above it may be given up as far as the ward says.
    let given_up = |tier: &Tier| match is_objective(tier) {
        true => 0.0,
        false => problem.settings.tolerance(&tier.name) * tier.bound.abs(),
    };
    let closed = |tier: &Tier| {
        let open = tier.value - tier.bound - given_up(tier);
        open <= (problem.settings.gap + 1e-9) * tier.value.abs().max(1.0)
    };
    let below = tiers.iter().position(is_objective).map_or(0, |place| place + 1);
    if tiers[..below].iter().all(closed) { PlanStatus::Optimal } else { PlanStatus::Feasible }
}

/// Whether a tier is the objective: the way to school, or the sum of all goals.
fn is_objective(tier: &Tier) -> bool {
    tier.name == "travel" || tier.name == "sum"
}

fn gap(tier: &Tier) -> f64 {
    ((tier.value - tier.bound) / tier.value.abs().max(1.0)).max(0.0)
}

/// A rule may be broken only where the outcome says so.
fn check_violations(
    judgement: &Judgement,
    found: &Found,
    status: PlanStatus,
) -> Result<(), AllocateError> {
    let said = |violation: &&Violation| match violation {
        Violation::Unassigned { .. } => false,
        Violation::Overload { .. } => {
            matches!(status, PlanStatus::Infeasible | PlanStatus::NotFound)
        }
        Violation::NotAllowed { .. } => found.given_up.contains(&HardRule::BeyondAlarm),
        Violation::Pieces { .. } => {
            !found.keeps_rules || found.given_up.contains(&HardRule::Contiguity)
        }
        Violation::Moved { .. } => !found.keeps_rules || found.given_up.contains(&HardRule::Moved),
        Violation::Walkers { .. } => found.given_up.contains(&HardRule::Walkers),
        Violation::SmallClass { .. } => {
            !found.keeps_rules || found.given_up.contains(&HardRule::SmallClass)
        }
        Violation::Chance { .. } => {
            !found.keeps_rules || found.given_up.contains(&HardRule::OverloadProbability)
        }
    };
    match judgement.violations.iter().find(|violation| !said(violation)) {
        None => Ok(()),
        Some(violation) => Err(AllocateError::Disagreement(format!("{violation:?}"))),
    }
}

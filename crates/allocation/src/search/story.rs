//! The whole search: first plan, tier after tier, and what to give up when nothing fits.

use super::grow::grow;
use super::keep::keep_rules;
use super::neighbourhood::improve_neighbourhoods;
use super::tier::solve_tier;
use super::{Anytime, Effort, Rules, State};
use crate::allocate::HardRule;
use crate::bound::{CutPool, Ended, SolverFault, Stage};
use crate::conflict::is_short;
use crate::objective::{Measure, tiers};
use crate::rounding::PART_OF_A_PUPIL;
use crate::terms::Terms;
use crate::{Problem, Strictness};

/// Rounds of walks that look for a plan in which everybody has a seat.
const SEATING: usize = 10;

/// Nodes for each tier once it is proven that no plan keeps the rules: the plan is the least bad
/// that is found, and people wait for the conflict and the ways out.
const LEAST_BAD_NODES: u64 = 10;

/// Areas up to which the first plan is improved by moves at once; walks do it faster.
const DESCENDED: usize = 2_000;

/// A tier as it stands.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct TierFound {
    pub(crate) measure: Measure,
    pub(crate) value: f64,
    pub(crate) bound: f64,
    pub(crate) ended: Ended,
}

/// The best plan so far and what is known about it; also what an interrupted search leaves.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Found {
    /// A school for each area: the best plan, or the least bad one.
    pub(crate) plan: Vec<usize>,
    /// The tiers that were begun.
    pub(crate) tiers: Vec<TierFound>,
    /// Rules that had to be given up because no plan keeps them all: proven.
    pub(crate) given_up: Vec<HardRule>,
    /// Whether the plan keeps the rules that were not given up, overload aside.
    pub(crate) keeps_rules: bool,
}

/// Searches. `post` is told of every step with a word for what is done.
pub(crate) fn search(
    problem: &Problem,
    effort: &mut Effort,
    post: &mut dyn FnMut(&Found, &'static str),
) -> Result<Found, SolverFault> {
    let mut given_up: Vec<HardRule> = Vec::new();
    let mut rules = Rules::all(problem);
    loop {
        if let Some(found) = with_rules(problem, &rules, &given_up, effort, post)? {
            return Ok(found);
        }
        // Nothing fits: give up the next rule, the one that costs families least first.
        if rules.moved.take().is_some() {
            given_up.push(HardRule::Moved);
        } else if std::mem::take(&mut rules.classes) {
            given_up.push(HardRule::SmallClass);
        } else if std::mem::take(&mut rules.chance) {
            given_up.push(HardRule::OverloadProbability);
        } else if std::mem::take(&mut rules.walkers) {
            given_up.push(HardRule::Walkers);
        } else if rules.alarm && (problem.settings.beyond_alarm == Strictness::Forbid) {
            rules.alarm = false;
            given_up.push(HardRule::BeyondAlarm);
        } else if rules.contiguous {
            rules.contiguous = false;
            given_up.push(HardRule::Contiguity);
        } else {
            let status = "no plan even without hard rules".to_owned();
            return Err(SolverFault { at: "last resort", status });
        }
    }
}

/// The search under one set of rules; `None` when it is proven that no plan keeps them.
fn with_rules(
    problem: &Problem,
    rules: &Rules,
    given_up: &[HardRule],
    effort: &mut Effort,
    post: &mut dyn FnMut(&Found, &'static str),
) -> Result<Option<Found>, SolverFault> {
    let mut measures = tiers(problem);
    if problem.settings.only_rules {
        measures.truncate(1);
    }
    let Some(first) = first_plan(problem, rules, &measures, effort) else { return Ok(None) };
    let whole = Terms::of(problem, rules, Measure::Travel, &[]);
    let mut found = Found {
        keeps_rules: whole.keeps_rules(first.plan()),
        plan: first.plan().to_vec(),
        tiers: Vec::new(),
        given_up: given_up.to_vec(),
    };
    // Growth and moves look neither at futures nor at classes.
    if !found.keeps_rules
        && let Some(kept) = keep_rules(&whole, &found.plan, effort)
    {
        found.plan = kept;
        found.keeps_rules = true;
    }
    post(&found, "first_plan");
    let forbids = problem.settings.overload == Strictness::Forbid;
    let mut rules_clash = !given_up.is_empty() || (forbids && is_short(problem));
    let is_least_bad = |rules_clash: bool| rules_clash && !problem.settings.only_rules;
    let mut pool = CutPool::default();
    if measures.first() == Some(&Measure::Overload) && found.keeps_rules {
        let nodes = if is_least_bad(rules_clash) { LEAST_BAD_NODES } else { u64::MAX };
        let held_back = effort.hold_back_all_but(nodes);
        found.plan = seat_more(problem, rules, found.plan, &mut pool, effort)?;
        effort.give_back(held_back);
        post(&found, "first_plan");
    }
    let mut limits: Vec<(Measure, f64)> = Vec::new();
    let mut open: Option<Vec<bool>> = None;
    for &objective in &measures {
        let nodes = if is_least_bad(rules_clash) { LEAST_BAD_NODES } else { u64::MAX };
        let held_back = effort.hold_back_all_but(nodes);
        let stage = Stage::new(problem, rules, objective, limits.clone()).only(open.as_deref());
        let start = found.keeps_rules.then(|| found.plan.clone());
        let mut watch = |plan: Option<&[usize]>, value: f64, bound: f64| {
            let ended = Ended::Time;
            let tier = TierFound { measure: objective, value, bound: bound.min(value), ended };
            found.tiers.retain(|tier| tier.measure != objective);
            found.tiers.push(tier);
            if let Some(plan) = plan {
                found.plan = plan.to_vec();
                found.keeps_rules = true;
            }
            post(&found, objective.name());
        };
        let outcome = solve_tier(&stage, &measures, start, &mut pool, effort, &mut watch)?;
        effort.give_back(held_back);
        let Some(plan) = outcome.plan else {
            let proven = outcome.ended == Ended::Nothing;
            return Ok((!proven).then_some(found));
        };
        let mut state = State::new(problem, rules, &measures, plan);
        let merit = |plan: &[usize]| -> Vec<f64> {
            let all = std::iter::once(&objective).chain(&measures);
            all.map(|measure| measure.of_plan(problem, plan)).collect()
        };
        found.plan = state.plan().to_vec();
        state.descend(effort);
        // Moves know neither groups nor classes: what they do is taken only where it is no worse.
        if stage.terms().keeps_rules(state.plan())
            && is_no_worse(&merit(state.plan()), &merit(&found.plan))
        {
            found.plan = state.plan().to_vec();
        }
        found.keeps_rules = true;
        let value = objective.of_plan(problem, &found.plan);
        let (bound, ended) = (outcome.bound.min(value), outcome.ended);
        found.tiers.retain(|tier| tier.measure != objective);
        found.tiers.push(TierFound { measure: objective, value, bound, ended });
        rules_clash |= forbids && objective == Measure::Overload && bound > PART_OF_A_PUPIL;
        // A stated tolerance lets the tiers below have their say within it.
        let tolerance = problem.settings.tolerance(objective.name());
        if tolerance <= 0.0 && outcome.open.is_some() {
            open = outcome.open;
        }
        limits.push((objective, value * (1.0 + tolerance)));
    }
    for tier in &mut found.tiers {
        tier.value = tier.measure.of_plan(problem, &found.plan);
    }
    post(&found, "done");
    Ok(Some(found))
}

/// Whether a merit is at least as good as another, the first place that differs by more than
/// rounding deciding.
fn is_no_worse(merit: &[f64], other: &[f64]) -> bool {
    let differs = |(a, b): &(&f64, &f64)| (*a - *b).abs() > 1e-9 * b.abs().max(1.0);
    merit.iter().zip(other).find(differs).is_none_or(|(a, b)| a < b)
}

/// A plan with more pupils seated and short ways, where the first plan overloads schools more
/// than counting says it must: neighbourhoods led by both at once.
fn seat_more(
    problem: &Problem,
    rules: &Rules,
    plan: Vec<usize>,
    pool: &mut CutPool,
    effort: &mut Effort,
) -> Result<Vec<usize>, SolverFault> {
    let least = Measure::Overload.trivial_bound(problem);
    if Measure::Overload.of_plan(problem, &plan) <= least + problem.settings.gap {
        return Ok(plan);
    }
    let mut plan = plan;
    if least <= problem.settings.gap {
        let seated = seat_all(problem, rules, &plan, effort)?;
        if Terms::of(problem, rules, Measure::Guide, &[]).keeps_rules(&seated) {
            plan = seated;
        }
        if Measure::Overload.of_plan(problem, &plan) <= least + problem.settings.gap {
            return Ok(plan);
        }
    }
    let stage = Stage::new(problem, rules, Measure::Guide, Vec::new());
    improve_neighbourhoods(&stage, pool, plan, 0.0, effort, &mut |_| {})
}

/// A plan of short ways in which everybody has a seat, or nearly so, as walks find it.
fn seat_all(
    problem: &Problem,
    rules: &Rules,
    plan: &[usize],
    effort: &mut Effort,
) -> Result<Vec<usize>, SolverFault> {
    let terms = Terms::of(problem, rules, Measure::Travel, &[(Measure::Overload, 0.0)]);
    let seed = problem.settings.seed;
    let Some(mut anytime) = Anytime::new(&terms, Some(plan), seed) else {
        return Ok(plan.to_vec());
    };
    for _ in 0..SEATING {
        if anytime.best().is_some() || effort.is_over() {
            break;
        }
        anytime.go_on(effort)?;
    }
    let nearest = anytime.nearest().to_vec();
    Ok(anytime.best().map_or(nearest, |(_, plan)| plan.to_vec()))
}

/// The best of these: catchments grown from the schools, the present plan mended, the plan hinted
/// at; each improved by moves. `None` when an area may use no school at all.
fn first_plan<'a>(
    problem: &'a Problem,
    rules: &'a Rules,
    measures: &'a [Measure],
    effort: &Effort,
) -> Option<State<'a>> {
    let schools: Vec<usize> = (0..problem.school_count()).collect();
    let allowed =
        |area: usize| problem.present[area].filter(|&school| rules.allows(problem, area, school));
    let present: Vec<Option<usize>> = (0..problem.area_count()).map(allowed).collect();
    let mut starts = vec![vec![None; problem.area_count()]];
    starts.extend(problem.has_present.then_some(present));
    starts.extend(problem.hint.as_ref().map(|plan| {
        let kept = |(area, &school)| rules.allows(problem, area, school).then_some(school);
        plan.iter().enumerate().map(kept).collect()
    }));
    let mut best: Option<State<'a>> = None;
    for given in starts {
        let plan = grow(problem, rules, &given, &schools)?;
        let mut state = State::new(problem, rules, measures, plan);
        if problem.area_count() <= DESCENDED {
            state.descend(effort);
        }
        let merit = |state: &State<'_>| {
            let values = measures.iter().map(|measure| measure.of_plan(problem, state.plan()));
            (!state.keeps_rules(), values.collect::<Vec<f64>>())
        };
        if best.as_ref().is_none_or(|best| merit(&state) < merit(best)) {
            best = Some(state);
        }
    }
    best
}

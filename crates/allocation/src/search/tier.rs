//! One tier from a first plan to the proof.

use super::neighbourhood::improve_neighbourhoods;
use super::{Anytime, Effort, State};
use crate::bound::{CutPool, Ended, Plea, Scope, SolverFault, Stage, relax, solve_in_rounds};
use crate::columns;
use crate::objective::Measure;
use crate::pool::Pool;
use crate::terms::Terms;

/// Rounds of the last proof.
const ROUNDS: usize = 200;
/// Rounds of walks before the proof begins, and how many of them in a row may gain nothing.
const WALKS: usize = 24;
const PATIENCE: u32 = 3;
/// Such rounds before neighbourhoods are solved, where columns do not follow.
const IDLE: u32 = 2;
/// A gain of no more than this share is none.
const LITTLE: f64 = 3e-4;
/// Areas a school up to which columns follow at once; with more they take their time.
const FEW_AREAS: usize = 16;
/// Rounds and nodes for a tier below the objective that may only choose among its best plans.
const BELOW: (usize, u64) = (20, 200);
/// Reduced costs are trusted to this share of the objective.
const TRUST: f64 = 1e-7;

/// Told on the way: the plan if it is better, the value and the bound of the tier.
pub(crate) type Watcher<'w> = dyn FnMut(Option<&[usize]>, f64, f64) + 'w;

/// What is known of a tier.
#[derive(Clone, Debug)]
pub(crate) struct TierOutcome {
    pub(crate) plan: Option<Vec<usize>>,
    pub(crate) bound: f64,
    pub(crate) ended: Ended,
    /// By area, then school: the pairs that plans as good as this one may have, where known.
    pub(crate) open: Option<Vec<bool>>,
}

/// Minimises the tier.
///
/// 1. Counting gives a bound; a plan that meets it is done.
/// 2. Walks and set partitioning find good plans; pupils flowing freely give a better bound.
/// 3. Where few areas make a catchment, columns prove the tier ([`columns::prove`]). Else, and where
///    they do not get through:
/// 4. The relaxation with cuts gives a better one, and a plan: each area where it leans to, mended.
/// 5. Neighbourhoods of a few schools are solved exactly.
/// 6. Pairs whose reduced cost exceeds what is between plan and bound are left out (they are in
///    no better plan), and branch and bound closes the rest in rounds.
pub(crate) fn solve_tier(
    stage: &Stage<'_>,
    tiers: &[Measure],
    start: Option<Vec<usize>>,
    pool: &mut CutPool,
    effort: &mut Effort,
    watch: &mut Watcher<'_>,
) -> Result<TierOutcome, SolverFault> {
    let problem = stage.problem;
    let gap = problem.settings.gap;
    let mut tier = Tier {
        stage,
        tiers,
        best: start,
        bound: stage.objective.trivial_bound(problem),
        seen: Pool::default(),
        open: None,
    };
    tier.tell(watch);
    if tier.is_closed(gap) {
        return Ok(tier.end(Ended::Closed));
    }

    if matches!(stage.objective, Measure::Travel | Measure::Sum) {
        tier.walk(gap, pool, effort, watch)?;
        if tier.is_closed(gap) {
            return Ok(tier.end(Ended::Closed));
        }
    }

    // Counting is mostly the whole truth about overload, and a few schools can settle it.
    if stage.objective == Measure::Overload {
        tier.improve(gap, pool, effort, watch)?;
        if tier.is_closed(gap) {
            return Ok(tier.end(Ended::Closed));
        }
    }
    let terms = stage.terms();
    // Where ways cost nothing, prices have little to tell catchments apart by.
    let by_ways = matches!(stage.objective, Measure::Travel | Measure::Sum);
    if by_ways && columns::fits(terms) {
        let ended = tier.by_columns(terms, gap, effort, watch)?;
        if ended != Ended::Work || effort.nodes_left() == 0 {
            return Ok(tier.end(ended));
        }
    }
    let best = tier.value();
    let known = tier.bound;
    let relaxed =
        relax(stage, pool, best, effort, &mut |bound| watch(None, best, bound.max(known)))?;
    let Some(relaxed) = relaxed else { return Ok(tier.end(Ended::Time)) };
    if relaxed.bound.is_infinite() {
        return Ok(tier.end(Ended::Nothing));
    }
    tier.bound = tier.bound.max(relaxed.bound);
    tier.try_leaning(&relaxed.leaning, effort);
    tier.tell(watch);
    if tier.is_closed(gap) {
        return Ok(tier.end(Ended::Closed));
    }

    let only_chooses = !problem.settings.has_tolerance()
        && stage.limits.iter().any(|(above, _)| matches!(above, Measure::Travel | Measure::Sum));
    if !only_chooses {
        tier.improve(gap, pool, effort, watch)?;
        if tier.is_closed(gap) {
            return Ok(tier.end(Ended::Closed));
        }
    }

    let room = tier.value() - relaxed.bound + TRUST * relaxed.bound.abs() + 1e-6;
    let schools = problem.school_count();
    let best = tier.best.clone();
    let keeps = |area: usize, school: usize| {
        relaxed.price[area * schools + school] <= room
            || best.as_ref().is_some_and(|best| best[area] == school)
    };
    let plea = Plea {
        scope: &Scope::whole(problem),
        start: best.as_deref(),
        keeps: &keeps,
        gap: gap / 2.0,
        rounds: if only_chooses { BELOW.0 } else { ROUNDS },
        nodes: if only_chooses { BELOW.1 } else { u64::MAX },
    };
    let proof = solve_in_rounds(stage, pool, &plea, effort)?;
    tier.best = proof.best;
    tier.bound = tier.bound.max(proof.bound.min(tier.value()));
    tier.tell(watch);
    let ended = match proof.ended {
        Ended::Nothing if tier.best.is_some() => Ended::Closed,
        Ended::Work | Ended::Time if tier.is_closed(gap) => Ended::Closed,
        ended => ended,
    };
    Ok(tier.end(ended))
}

/// The best plan and bound so far.
struct Tier<'s> {
    stage: &'s Stage<'s>,
    tiers: &'s [Measure],
    best: Option<Vec<usize>>,
    bound: f64,
    /// Catchments seen on walks.
    seen: Pool,
    open: Option<Vec<bool>>,
}

impl Tier<'_> {
    fn value(&self) -> f64 {
        let value = |plan: &Vec<usize>| self.stage.objective.of_plan(self.stage.problem, plan);
        self.best.as_ref().map_or(f64::INFINITY, value)
    }

    fn is_closed(&self, gap: f64) -> bool {
        let value = self.value();
        value.is_finite() && value - self.bound <= gap * value.abs().max(1.0)
    }

    fn tell(&self, watch: &mut Watcher<'_>) {
        watch(self.best.as_deref(), self.value(), self.bound);
    }

    fn end(self, ended: Ended) -> TierOutcome {
        TierOutcome { plan: self.best, bound: self.bound, ended, open: self.open }
    }

    /// Proves the tier by catchments as columns, from the best plan.
    fn by_columns(
        &mut self,
        terms: &Terms,
        gap: f64,
        effort: &mut Effort,
        watch: &mut Watcher<'_>,
    ) -> Result<Ended, SolverFault> {
        let start = self.best.clone().filter(|plan| terms.keeps_rules(plan));
        let (stage, known) = (self.stage, self.bound);
        let mut value = self.value();
        let mut told = |plan: Option<&[usize]>, bound: f64| {
            value = plan.map_or(value, |plan| stage.objective.of_plan(stage.problem, plan));
            watch(plan, value, bound.max(known));
        };
        let seen = std::mem::take(&mut self.seen);
        let proven = columns::prove(terms, start.as_deref(), &seen, gap, effort, &mut told)?;
        self.best = proven.plan.or(self.best.take());
        self.open = proven.open;
        self.bound = self.bound.max(proven.bound.min(self.value()));
        self.tell(watch);
        Ok(proven.ended)
    }

    /// Walks until rounds have gained nothing several times; where columns do not follow, solves
    /// neighbourhoods in between, until neither finds anything better. Takes the bound of the flow.
    fn walk(
        &mut self,
        gap: f64,
        pool: &mut CutPool,
        effort: &mut Effort,
        watch: &mut Watcher<'_>,
    ) -> Result<(), SolverFault> {
        let terms = self.stage.terms();
        let seed = self.stage.problem.settings.seed;
        let Some(mut anytime) = Anytime::new(terms, self.best.as_deref(), seed) else {
            return Ok(());
        };
        self.bound = self.bound.max(anytime.bound());
        let columns =
            columns::fits(terms) && terms.area_count() <= FEW_AREAS * terms.school_count();
        let mut idle = 0;
        for _ in 0..WALKS {
            if effort.is_over() || effort.nodes_left() == 0 {
                break;
            }
            let before = self.value();
            anytime.go_on(effort)?;
            if let Some((_, plan)) = anytime.best() {
                self.best = Some(plan.to_vec());
            }
            self.tell(watch);
            if self.is_closed(gap) {
                break;
            }
            let gained = before - self.value() > LITTLE * before.abs();
            idle = if gained { 0 } else { idle + 1 };
            // Columns find the last bit themselves, and sooner.
            if columns && idle >= PATIENCE {
                break;
            }
            if !columns && idle >= IDLE {
                let walked = self.value();
                self.improve(gap, pool, effort, watch)?;
                self.best.iter().for_each(|plan| anytime.hear_of(plan));
                if self.value() >= walked {
                    break;
                }
            }
        }
        self.seen = anytime.into_pool();
        Ok(())
    }

    /// Solves neighbourhoods of the best plan.
    fn improve(
        &mut self,
        gap: f64,
        pool: &mut CutPool,
        effort: &mut Effort,
        watch: &mut Watcher<'_>,
    ) -> Result<(), SolverFault> {
        let Some(plan) = self.best.take() else { return Ok(()) };
        let (stage, bound) = (self.stage, self.bound);
        let enough = bound + gap * bound.abs().max(1.0);
        let value = |plan: &[usize]| stage.objective.of_plan(stage.problem, plan);
        let mut tell = |plan: &[usize]| watch(Some(plan), value(plan), bound);
        let better = improve_neighbourhoods(stage, pool, plan, enough, effort, &mut tell)?;
        self.best = Some(better);
        Ok(())
    }

    /// Mends the plan that the relaxation leans to and improves it by moves.
    fn try_leaning(&mut self, leaning: &[Option<usize>], effort: &Effort) {
        let (problem, rules) = (self.stage.problem, self.stage.rules);
        let mended = State::mend(problem, rules, leaning, &Scope::whole(problem));
        let Some(plan) = mended else { return };
        let mut state = State::new(problem, rules, self.tiers, plan);
        state.descend(effort);
        let keeps = self.stage.terms().keeps_rules(state.plan());
        let candidate = self.stage.objective.of_plan(problem, state.plan());
        if keeps && candidate < self.value() {
            self.best = Some(state.plan().to_vec());
        }
    }
}

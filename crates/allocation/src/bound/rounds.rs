//! Branch and bound in rounds: the solver takes no cuts on the way, so a plan that falls into
//! pieces is cut off and the program solved again.

use super::program::{Leash, SolverFault, Verdict};
use super::{CutPool, Scope, Stage};
use crate::objective::Measure;
use crate::search::{Effort, State};

/// Up to this many pairs, each gets a row that it needs a neighbour; more would slow the solver
/// down by more than they save rounds.
const WITH_NEIGHBOURS: usize = 4_000;

/// How the rounds ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// The best plan and the bound are within the gap.
    Closed,
    /// No plan fits; with a start, none is better than it.
    Nothing,
    /// A limit of work, or of rounds.
    Work,
    /// The clock or the user.
    Time,
}

/// The best plan of the rounds and what they prove about their scope.
pub(crate) struct Rounds {
    pub(crate) ended: Ended,
    pub(crate) best: Option<Vec<usize>>,
    /// No plan of the scope is below this.
    pub(crate) bound: f64,
}

/// What one call may spend and prove.
pub(crate) struct Plea<'a> {
    pub(crate) scope: &'a Scope,
    /// The plan to start from: complete, and in pieces no more than allowed.
    pub(crate) start: Option<&'a [usize]>,
    pub(crate) keeps: &'a dyn Fn(usize, usize) -> bool,
    pub(crate) gap: f64,
    pub(crate) rounds: usize,
    pub(crate) nodes: u64,
}

/// Solves a stage over a scope.
///
/// 1. Solve the program with the cuts known so far, starting from the best plan.
/// 2. Where its plan falls into too many pieces, add the cuts it violates; mend it into a plan
///    that holds together, which may be better than the best.
/// 3. Again, until the plan holds together: then it is the best within the gap.
pub(crate) fn solve_in_rounds(
    stage: &Stage<'_>,
    pool: &mut CutPool,
    plea: &Plea<'_>,
    effort: &mut Effort,
) -> Result<Rounds, SolverFault> {
    let problem = stage.problem;
    let terms = stage.terms();
    let mut layout = stage.lay_out(plea.scope, plea.start, plea.keeps);
    if layout.pairs.len() <= WITH_NEIGHBOURS {
        layout.add_neighbour_rows(stage);
    }
    let mut used = 0;
    let value = |plan: &[usize]| stage.objective.of_plan(problem, plan);
    let mut best: Option<Vec<usize>> = plea.start.map(<[usize]>::to_vec);
    let mut bound = f64::NEG_INFINITY;
    let finish = |ended, best, bound| Ok(Rounds { ended, best, bound });
    for _ in 0..plea.rounds {
        let rows = pool.cuts()[used..].iter().filter_map(|cut| layout.row_of(cut));
        let rows: Vec<_> = rows.collect();
        layout.program.rows.extend(rows);
        used = pool.cuts().len();
        if effort.is_over() {
            return finish(Ended::Time, best, bound);
        }
        let nodes = plea.nodes.min(effort.nodes_left());
        if nodes == 0 {
            return finish(Ended::Work, best, bound);
        }
        let leash = Leash {
            gap: plea.gap,
            nodes,
            seconds: effort.seconds_left(),
            seed: problem.settings.seed,
        };
        let start = best.as_ref().map(|plan| layout.values_of(plan));
        let answer = layout.program.solve(start.as_deref(), leash)?;
        effort.spend(if answer.verdict == Verdict::OutOfWork { nodes } else { 1 });
        if answer.verdict == Verdict::Infeasible {
            return finish(Ended::Nothing, best, f64::INFINITY);
        }
        if answer.bound.is_finite() {
            bound = bound.max(answer.bound * layout.scale + layout.outside);
        }
        let mut whole = true;
        if let Some(values) = &answer.values {
            let mut plan: Vec<Option<usize>> = match plea.start {
                Some(start) => start.iter().map(|&school| Some(school)).collect(),
                None => vec![None; problem.area_count()],
            };
            layout.read(values, &mut plan);
            whole = pool.cut_off_whole(problem, stage.rules, &plan) == 0;
            let solved: Option<Vec<usize>> = plan.iter().copied().collect();
            let mended = State::mend(problem, stage.rules, &plan, plea.scope);
            let improved = mended.clone().map(|plan| descended(stage, plan, effort));
            for candidate in [solved.filter(|_| whole), mended, improved].into_iter().flatten() {
                if terms.keeps_rules(&candidate)
                    && best.as_ref().is_none_or(|best| value(&candidate) < value(best))
                {
                    best = Some(candidate);
                }
            }
        }
        let near = |best: &Vec<usize>| {
            let value = value(best);
            value - bound <= plea.gap * value.abs().max(1.0)
        };
        if best.as_ref().is_some_and(near) {
            return finish(Ended::Closed, best, bound);
        }
        match answer.verdict {
            Verdict::OutOfTime => return finish(Ended::Time, best, bound),
            Verdict::OutOfWork if whole => return finish(Ended::Work, best, bound),
            _ if whole => return finish(Ended::Closed, best, bound),
            _ => {}
        }
    }
    finish(Ended::Work, best, bound)
}

/// The plan improved by moves, the tiers above standing before the stage's own.
fn descended(stage: &Stage<'_>, plan: Vec<usize>, effort: &Effort) -> Vec<usize> {
    let above = stage.limits.iter().map(|(measure, _)| *measure);
    let measures: Vec<Measure> = above.chain([stage.objective]).collect();
    let mut state = State::new(stage.problem, stage.rules, &measures, plan);
    state.descend(effort);
    state.plan().to_vec()
}

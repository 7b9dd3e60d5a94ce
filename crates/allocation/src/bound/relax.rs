//! The linear relaxation of a tier with cuts: a bound, and which pairs no better plan can use.

use super::program::{GrowingProgram, Leash, SolverFault, Verdict};
use super::{CutPool, Scope, Stage};
use crate::search::Effort;

/// Rounds of cuts; later ones move the bound by less than the branching does.
const ROUNDS: usize = 40;
/// Rounds end when this many in a row have raised the bound by less than a share of the gap.
const PATIENCE: usize = 4;

/// What the relaxation says.
pub(crate) struct Relaxed {
    /// No plan is below this. Infinite when there is no plan at all.
    pub(crate) bound: f64,
    /// The school that has most of each area, where the program was solved.
    pub(crate) leaning: Vec<Option<usize>>,
    /// By area, then school: how much the objective rises at least if the pair is used.
    pub(crate) price: Vec<f64>,
}

/// Solves the relaxation, adds the cuts that its solution violates, and again, until nothing is
/// violated, the bound stands still, or the bound meets `best`. `None` when not even the first
/// program was solved.
pub(crate) fn relax(
    stage: &Stage<'_>,
    pool: &mut CutPool,
    best: f64,
    effort: &mut Effort,
    watch: &mut dyn FnMut(f64),
) -> Result<Option<Relaxed>, SolverFault> {
    let problem = stage.problem;
    let layout = stage.lay_out(&Scope::whole(problem), None, &|_, _| true);
    let settings = &problem.settings;
    let leash = Leash { gap: settings.gap, nodes: 0, seconds: None, seed: settings.seed };
    let mut program = GrowingProgram::new(&layout.program, leash)?;
    let mut used = 0;
    let mut relaxed: Option<Relaxed> = None;
    let mut still = 0;
    for _ in 0..ROUNDS {
        for row in pool.cuts()[used..].iter().filter_map(|cut| layout.row_of(cut)) {
            program.add(&row)?;
        }
        used = pool.cuts().len();
        if effort.is_over() {
            break;
        }
        let answer = program.solve(effort.seconds_left())?;
        if answer.verdict == Verdict::Infeasible {
            return Ok(Some(Relaxed { bound: f64::INFINITY, leaning: vec![], price: vec![] }));
        }
        let Some(values) = answer.values else { break };
        let bound = answer.bound * layout.scale;
        let before = relaxed.as_ref().map_or(f64::NEG_INFINITY, |r| r.bound);
        let mut price = vec![0.0; problem.area_count() * problem.school_count()];
        for (&(area, school), reduced) in layout.pairs.iter().zip(&answer.reduced_costs) {
            price[area * problem.school_count() + school] = reduced.max(0.0) * layout.scale;
        }
        let mut leaning = vec![None; problem.area_count()];
        layout.read(&values, &mut leaning);
        relaxed = Some(Relaxed { bound: bound.max(before), leaning, price });
        watch(bound.max(before));
        let gap = settings.gap * best.abs().max(1.0);
        let small = if best.is_finite() { 0.02 * (best - bound).max(gap) } else { gap };
        still = if bound - before < small { still + 1 } else { 0 };
        if best - bound <= gap || still >= PATIENCE {
            break;
        }
        for school in 0..problem.school_count() {
            let shares = layout.shares(&values, school, problem.area_count());
            pool.cut_off_shares(problem, stage.rules, school, &shares);
        }
        if pool.cuts().len() == used {
            break;
        }
    }
    Ok(relaxed)
}

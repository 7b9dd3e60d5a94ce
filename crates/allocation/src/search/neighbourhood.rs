//! Large neighbourhoods: a few schools side by side are solved exactly while the others stay.

use super::{Effort, State};
use crate::bound::{CutPool, Plea, Scope, SolverFault, Stage, solve_in_rounds};
use std::collections::BTreeSet;

/// Pairs of area and school that one neighbourhood may open.
const PAIRS: usize = 700;
/// Schools of one neighbourhood.
const SCHOOLS: usize = 5;
/// Branch-and-bound nodes and rounds for one neighbourhood.
const NODES: u64 = 200;
const ROUNDS: usize = 8;
/// Passes over all neighbourhoods.
const PASSES: usize = 3;

/// Re-solves the neighbourhood of each school in turn until a whole pass finds nothing better,
/// the plan is as good as `enough`, or the effort ends. Returns the best plan.
pub(crate) fn improve_neighbourhoods(
    stage: &Stage<'_>,
    pool: &mut CutPool,
    plan: Vec<usize>,
    enough: f64,
    effort: &mut Effort,
    better: &mut dyn FnMut(&[usize]),
) -> Result<Vec<usize>, SolverFault> {
    let problem = stage.problem;
    let mut best = plan;
    let mut tried: BTreeSet<Vec<usize>> = BTreeSet::new();
    for _ in 0..PASSES {
        let before = stage.objective.of_plan(problem, &best);
        for seed in 0..problem.school_count() {
            let value = stage.objective.of_plan(problem, &best);
            if effort.is_over() || value <= enough {
                return Ok(best);
            }
            let schools = side_by_side(stage, &best, seed);
            let scope = Scope::of_schools(&schools, &best);
            // A group whose areas are as they were when it was last solved has nothing to give.
            let key = scope.areas.iter().map(|&a| a * problem.school_count() + best[a]).collect();
            if schools.len() < 2 || !tried.insert(key) {
                continue;
            }
            let plea = Plea {
                scope: &scope,
                start: Some(&best),
                keeps: &|_, _| true,
                gap: 1e-6,
                rounds: ROUNDS,
                nodes: NODES,
            };
            let found = solve_in_rounds(stage, pool, &plea, effort)?;
            if let Some(found) = found.best
                && stage.objective.of_plan(problem, &found) < value * (1.0 - 1e-9)
            {
                best = found;
                better(&best);
            }
        }
        if stage.objective.of_plan(problem, &best) >= before * (1.0 - 1e-9) {
            break;
        }
    }
    Ok(best)
}

/// A school and those whose catchments share most borders with the group, up to the size allowed.
fn side_by_side(stage: &Stage<'_>, plan: &[usize], seed: usize) -> Vec<usize> {
    let problem = stage.problem;
    let state = State::new(problem, stage.rules, &[], plan.to_vec());
    let mut group = vec![seed];
    let mut areas = state.members(seed).len();
    while group.len() < SCHOOLS {
        let mut borders = vec![0_usize; problem.school_count()];
        for (area, &school) in plan.iter().enumerate() {
            for &next in &problem.neighbours[area] {
                if group.contains(&school) && !group.contains(&plan[next]) {
                    borders[plan[next]] += 1;
                }
            }
        }
        let candidates = (0..borders.len()).filter(|&s| borders[s] > 0);
        let Some(next) = candidates.max_by_key(|&s| (borders[s], usize::MAX - s)) else { break };
        let more = areas + state.members(next).len();
        if group.len() >= 2 && more * (group.len() + 1) > PAIRS {
            break;
        }
        areas = more;
        group.push(next);
    }
    group.sort_unstable();
    group
}

//! The best plan out of the catchments seen: set partitioning as an integer program.

use super::Effort;
use crate::bound::{Column, GrowingProgram, Leash, Program, Row, SolverFault, Verdict};
use crate::pool::{Catchment, Pool};
use crate::terms::Terms;

/// Entries, an area of a catchment each, of the relaxation and of the integer program: the newest
/// catchments go into the one, the most promising of them into the other.
const RELAXED: usize = 100_000;
const CHOSEN: usize = 15_000;
/// Branch-and-bound nodes for one choice.
const NODES: u64 = 60;
/// Costs are divided so that the dearest catchment costs this much.
const DEAREST: f64 = 1e4;

/// A plan better than `best` put together from catchments of the pool, if the search finds one.
///
/// 1. The relaxation over all catchments gives each a reduced cost.
/// 2. Those whose reduced cost exceeds what is between the relaxation and `best` are in no better
///    plan; of the others the most promising go into the integer program.
pub(crate) fn best_partition(
    terms: &Terms,
    pool: &Pool,
    best: &[usize],
    effort: &mut Effort,
) -> Result<Option<Vec<usize>>, SolverFault> {
    let mut own = Pool::default();
    own.add_plan(terms, best);
    let own = own.catchments();
    if own.len() < terms.school_count() {
        return Ok(None);
    }
    let per_catchment = terms.area_count().div_ceil(terms.school_count()) + 1;
    let newest = pool.catchments().iter().rev().take(RELAXED / per_catchment);
    let others = newest.filter(|catchment| !own.contains(catchment));
    let all: Vec<&Catchment> = own.iter().chain(others).collect();
    let dearest = all.iter().map(|catchment| catchment.cost.abs()).fold(1.0, f64::max);
    let scale = dearest / DEAREST;

    let relaxed = program(terms, &all, scale);
    let leash = Leash { gap: 0.0, nodes: NODES, seconds: effort.seconds_left(), seed: 0 };
    let answer = GrowingProgram::new(&relaxed, leash)?.solve(effort.seconds_left())?;
    if answer.verdict != Verdict::Optimal || effort.is_over() {
        return Ok(None);
    }
    let value = own.iter().map(|catchment| catchment.cost).sum::<f64>() / scale;
    let room = value - answer.bound;
    if room <= 1e-9 * value.abs() {
        return Ok(None);
    }
    let mut ranked: Vec<(f64, usize)> =
        answer.reduced_costs.iter().copied().zip(0..all.len()).skip(own.len()).collect();
    ranked.retain(|(reduced, _)| *reduced <= room);
    ranked.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    ranked.truncate(CHOSEN / per_catchment);
    let chosen: Vec<&Catchment> =
        own.iter().chain(ranked.iter().map(|&(_, place)| all[place])).collect();

    let start: Vec<f64> =
        (0..chosen.len()).map(|place| f64::from(u8::from(place < own.len()))).collect();
    let leash = Leash { gap: 1e-7, seconds: effort.seconds_left(), ..leash };
    let answer = program(terms, &chosen, scale).solve(Some(&start), leash)?;
    effort.spend(NODES);
    let Some(values) = answer.values else { return Ok(None) };
    let mut plan: Vec<Option<usize>> = vec![None; terms.area_count()];
    for (catchment, _) in chosen.iter().zip(values).filter(|(_, value)| *value > 0.5) {
        for &area in &catchment.areas {
            plan[area as usize] = Some(catchment.school as usize);
        }
    }
    let plan: Option<Vec<usize>> = plan.into_iter().collect();
    Ok(plan.filter(|plan| terms.keeps_rules(plan)))
}

/// One catchment for each school, each area in one of them, budgets kept.
fn program(terms: &Terms, catchments: &[&Catchment], scale: f64) -> Program {
    let (areas, schools) = (terms.area_count(), terms.school_count());
    let one = || Row { lower: 1.0, upper: 1.0, terms: Vec::new() };
    let mut rows: Vec<Row> = (0..areas + schools).map(|_| one()).collect();
    let limits = terms.budgets.iter().map(|budget| budget.limit);
    rows.extend(limits.map(|upper| Row { lower: f64::NEG_INFINITY, upper, terms: Vec::new() }));
    let mut columns = Vec::with_capacity(catchments.len());
    for (place, catchment) in catchments.iter().enumerate() {
        let cost = catchment.cost / scale;
        columns.push(Column { cost, lower: 0.0, upper: 1.0, whole: true });
        for &area in &catchment.areas {
            rows[area as usize].terms.push((place, 1.0));
        }
        rows[areas + catchment.school as usize].terms.push((place, 1.0));
        let amounts = catchment.amounts.iter().enumerate().filter(|(_, amount)| **amount != 0.0);
        amounts.for_each(|(at, &amount)| rows[areas + schools + at].terms.push((place, amount)));
    }
    Program { columns, rows }
}

#[cfg(test)]
mod tests {
    use super::best_partition;
    use crate::pool::Pool;
    use crate::search::Effort;
    use crate::terms::grid;
    use std::sync::Arc;
    use std::sync::atomic::AtomicBool;

    #[test]
    fn the_halves_of_two_plans_make_a_better_third() {
        // 4 × 4 areas, one school in each corner.
        let mut terms = grid(4, &[0, 3, 12, 15]);
        terms.rules.clear();
        let quarter = |area: usize| usize::from(area % 4 > 1) + 2 * usize::from(area > 7);
        let best: Vec<usize> = (0..16).map(quarter).collect();
        let (mut left, mut right) = (best.clone(), best.clone());
        left[4] = 2;
        right[7] = 3;
        let mut pool = Pool::default();
        pool.add_plan(&terms, &left);
        pool.add_plan(&terms, &right);
        let mut effort = Effort::new(None, None, Arc::new(AtomicBool::new(false)));
        let found = best_partition(&terms, &pool, &left, &mut effort).expect("no fault");
        assert_eq!(found.as_deref(), Some(&best[..]));
        let again = best_partition(&terms, &pool, &best, &mut effort).expect("no fault");
        assert_eq!(again, None);
    }
}

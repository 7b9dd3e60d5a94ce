//! Cuts that keep the probability of overload within its bound: areas that are too many for a
//! school together.
//!
//! ```text
//! Σ_{a ∈ C} x(a,s) ≤ |C| − 1      for each smallest set C whose pupils exceed the seats too often
//! ```
//!
//! More areas bring more pupils in every future, so a set that is too many stays too many.

use crate::Problem;
use crate::constraints::chance::{Futures, allowed};
use crate::terms::SEAT_SLACK;

/// A smallest part of the areas that one school cannot have together; `None` where it can have
/// them all. Small areas are left out first, so that few large ones remain.
pub(super) fn cover(problem: &Problem, school: usize, areas: &[usize]) -> Option<Vec<usize>> {
    let too_often = |futures: &&Futures| is_too_often(problem, futures, school, areas);
    let futures = problem.futures.iter().find(too_often)?;
    let mut cover = areas.to_vec();
    let mut small_first = areas.to_vec();
    let size = |area: &usize| problem.mean_pupils(*area);
    small_first.sort_by(|a, b| size(a).total_cmp(&size(b)).then(a.cmp(b)));
    for area in small_first {
        let rest: Vec<usize> = cover.iter().copied().filter(|&other| other != area).collect();
        if is_too_often(problem, futures, school, &rest) {
            cover = rest;
        }
    }
    cover.sort_unstable();
    Some(cover)
}

/// A cover that fractional shares violate: the areas that the school has most of, as many as are
/// too many. By how much they may not all be there must be told by more than `by`.
pub(super) fn violated(
    problem: &Problem,
    school: usize,
    shares: &[f64],
    by: f64,
) -> Option<Vec<usize>> {
    let mut areas: Vec<usize> = (0..shares.len()).filter(|&area| shares[area] > by).collect();
    areas.sort_by(|&a, &b| shares[b].total_cmp(&shares[a]).then(a.cmp(&b)));
    // The missing shares of a prefix only grow; beyond one whole area no cover is violated.
    let mut missing = 0.0;
    let whole = areas.iter().take_while(|&&area| {
        missing += 1.0 - shares[area];
        missing < 1.0 - by
    });
    let prefix: Vec<usize> = whole.copied().collect();
    cover(problem, school, &prefix)
}

fn is_too_often(problem: &Problem, futures: &Futures, school: usize, areas: &[usize]) -> bool {
    let Some(most) = allowed(problem, futures.count) else { return false };
    let seats = problem.years[futures.year].seats[school];
    let load = |future: usize| areas.iter().map(|&area| futures.of(future, area)).sum::<f64>();
    (0..futures.count).filter(|&future| load(future) > seats + SEAT_SLACK).count() > most
}

//! Makes the knapsack of a school all but hang together by prices: a Lagrangian relaxation of the
//! separators inside one pricing.
//!
//! An area pays for needing one of the areas that part it from the school, and those earn it. A
//! catchment that hangs together pays no more than it earns, so under the new profits it has at
//! least its own; the knapsack, which takes areas beyond a gap, has less and less. What a catchment
//! pays for triples is shared among their areas in the same way.

use super::ask::{Ask, Triple};
use super::tighten::{Knapsack, Tight, by_worth};
use std::collections::BTreeMap;

/// What is known of a school from one pricing to the next: who pays whom, and how much.
#[derive(Clone, Debug, Default)]
pub(super) struct Persuasion {
    /// By the area that pays and those that earn.
    fees: BTreeMap<Fee, f64>,
    /// What each area of a triple pays beyond the first.
    shares: BTreeMap<[u32; 3], f64>,
}

/// The area that pays, and those that earn.
type Fee = (usize, Vec<usize>);

/// Profits that a knapsack may be filled by.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Lead {
    pub(super) profit: Vec<f64>,
    /// What each area of a triple pays, by triple asked about; at most half of what a catchment
    /// with two of them pays. The first area gets it back, so a catchment with n pays n − 1 times.
    pub(super) shares: Vec<f64>,
}

impl Lead {
    /// What all catchments get back.
    pub(super) fn back(&self) -> f64 {
        self.shares.iter().sum()
    }
}

/// Steps without a better bound after which they are halved.
const PATIENCE: usize = 6;
/// Steps this small move nothing any more.
const LEAST_STEP: f64 = 0.02;
/// The first aim when nothing is known: a bound lower by this share.
const AIM: f64 = 0.1;
/// A fee below this part of the bound is forgotten.
const NOTHING: f64 = 1e-9;

/// The profits found, under which the knapsack is a bound on every connected catchment; `None`
/// when the bound proves that none is worth having.
pub(super) fn persuade(ask: &Ask<'_>, tight: &Tight, known: &mut Persuasion) -> Option<Lead> {
    let areas: Vec<usize> = (0..ask.profit.len()).filter(|&a| tight.usable[a]).collect();
    let mut fees = std::mem::take(&mut known.fees);
    fees.retain(|(end, between), _| {
        !tight.usable[*end] || parts(ask, tight, &areas, between, *end)
    });
    let mut shares: Vec<f64> =
        ask.triples.iter().map(|triple| known.share(tight, triple)).collect();
    let mut best =
        (f64::INFINITY, Lead { profit: ask.profit.to_vec(), shares: Vec::new() }, BTreeMap::new());
    ascend(ask, tight, &areas, &mut fees, &shares);
    let (mut step, mut still) = (1.0, 0);
    for _ in 0..=ask.rounds {
        let lead = lead(ask, tight, &fees, &shares);
        let mut taken = vec![0.0; ask.profit.len()];
        let bound = fill(ask, tight, &areas, &lead, &mut taken)?;
        if bound <= ask.above {
            known.fees = fees;
            return None;
        }
        if bound < best.0 - NOTHING * bound.abs() {
            best = (bound, lead, fees.clone());
            still = 0;
        } else {
            still += 1;
        }
        if still > PATIENCE {
            step *= 0.5;
            still = 0;
        }
        gather(ask, tight, &areas, &taken, &mut fees);
        let moves = Moves::new(ask, &taken, &fees, &shares);
        let norm = moves.norm();
        if norm < NOTHING || step < LEAST_STEP {
            break;
        }
        let length = step * (bound - ask.above.max(bound - AIM * bound.abs())) / norm;
        for (fee, slack) in fees.values_mut().zip(&moves.fees) {
            *fee = (*fee + length * slack).max(0.0);
        }
        for ((share, slack), triple) in shares.iter_mut().zip(&moves.shares).zip(ask.triples) {
            if is_near(tight, triple) {
                *share = (*share + length * slack).clamp(0.0, 0.5 * triple.pays);
            }
        }
    }
    known.fees = best.2;
    known.fees.retain(|_, fee| *fee > NOTHING);
    known.shares = ask.triples.iter().map(|t| t.areas).zip(best.1.shares.iter().copied()).collect();
    Some(best.1)
}

/// Dual ascent: each area that brings something but is parted from the school by areas that cost
/// pays them, until it brings nothing or they cost nothing; then the next ones on the way. An area
/// that is required pays whatever it takes. No step makes the knapsack bring more.
fn ascend(
    ask: &Ask<'_>,
    tight: &Tight,
    areas: &[usize],
    fees: &mut BTreeMap<Fee, f64>,
    shares: &[f64],
) {
    let mut lead = lead(ask, tight, fees, shares).profit;
    let mut payers: Vec<usize> =
        areas.iter().copied().filter(|&a| tight.required[a] || lead[a] > FREE).collect();
    payers.sort_by(|&a, &b| {
        tight.required[b].cmp(&tight.required[a]).then(lead[b].total_cmp(&lead[a])).then(a.cmp(&b))
    });
    for payer in payers {
        while let Some(between) = parted(ask, tight, areas, &lead, payer) {
            let cost = between.iter().map(|&area| -lead[area]).fold(f64::INFINITY, f64::min);
            let fee = if tight.required[payer] { cost } else { cost.min(lead[payer]) };
            if fee <= FREE || !fee.is_finite() {
                break;
            }
            lead[payer] -= fee;
            between.iter().for_each(|&area| lead[area] += fee);
            *fees.entry((payer, between)).or_insert(0.0) += fee;
        }
    }
}

/// Costs below this are none.
const FREE: f64 = 1e-7;

/// The costly areas that part an area, with all it reaches at no cost, from the school.
fn parted(
    ask: &Ask<'_>,
    tight: &Tight,
    areas: &[usize],
    lead: &[f64],
    from: usize,
) -> Option<Vec<usize>> {
    let is_free = |area: usize| tight.required[area] || lead[area] >= -FREE;
    let mut wall = vec![false; lead.len()];
    let mut seen = vec![false; lead.len()];
    let mut queue = vec![from];
    seen[from] = true;
    while let Some(area) = queue.pop() {
        if ask.ground.begins[area] {
            return None;
        }
        for &next in ask.terms.borders.of(area) {
            let next = next as usize;
            if !tight.usable[next] {
                continue;
            }
            if !is_free(next) {
                wall[next] = true;
            } else if !std::mem::replace(&mut seen[next], true) {
                queue.push(next);
            }
        }
    }
    Some(reached(ask, tight, areas, &wall).0)
}

impl Persuasion {
    /// The share that the areas of a triple paid last time; at first a third of all.
    fn share(&self, tight: &Tight, triple: &Triple) -> f64 {
        if !is_near(tight, triple) {
            return 0.0;
        }
        self.shares.get(&triple.areas).copied().unwrap_or(triple.pays / 3.0).min(0.5 * triple.pays)
    }
}

/// Whether a catchment may have two of the three.
fn is_near(tight: &Tight, triple: &Triple) -> bool {
    triple.areas.iter().filter(|&&area| tight.usable[area as usize]).count() >= 2
}

/// Where fees and shares should go: how much more each pays than it should.
struct Moves {
    fees: Vec<f64>,
    shares: Vec<f64>,
}

impl Moves {
    fn new(ask: &Ask<'_>, taken: &[f64], fees: &BTreeMap<Fee, f64>, shares: &[f64]) -> Self {
        let of = |((end, between), &fee): (&Fee, &f64)| {
            let slack = taken[*end] - between.iter().map(|&area| taken[area]).sum::<f64>();
            if fee <= 0.0 && slack < 0.0 { 0.0 } else { slack }
        };
        let inside = |triple: &Triple| triple.areas.iter().map(|&a| taken[a as usize]).sum::<f64>();
        let triples = ask.triples.iter().zip(shares).map(|(triple, &share)| {
            let slack = inside(triple) - 1.0;
            let stuck =
                (share <= 0.0 && slack < 0.0) || (share >= 0.5 * triple.pays && slack > 0.0);
            if stuck { 0.0 } else { slack }
        });
        Self { fees: fees.iter().map(of).collect(), shares: triples.collect() }
    }

    fn norm(&self) -> f64 {
        self.fees.iter().chain(&self.shares).map(|slack| slack * slack).sum()
    }
}

/// Whether every way from the school to `end` crosses `between`; other prices may have left
/// other areas usable.
fn parts(ask: &Ask<'_>, tight: &Tight, areas: &[usize], between: &[usize], end: usize) -> bool {
    let mut wall = vec![false; tight.usable.len()];
    between.iter().for_each(|&area| wall[area] = true);
    !reached(ask, tight, areas, &wall).1[end]
}

/// Profits after fees and shares; an area that is not usable pays nothing.
fn lead(ask: &Ask<'_>, tight: &Tight, fees: &BTreeMap<Fee, f64>, shares: &[f64]) -> Lead {
    let mut profit = ask.profit.to_vec();
    for ((end, between), fee) in fees {
        if tight.usable[*end] {
            profit[*end] -= fee;
            between.iter().for_each(|&area| profit[area] += fee);
        }
    }
    for (triple, share) in ask.triples.iter().zip(shares) {
        triple.areas.iter().for_each(|&area| profit[area as usize] -= share);
    }
    Lead { profit, shares: shares.to_vec() }
}

/// The knapsack under the profits: its bound, and how much of each area it takes.
fn fill(
    ask: &Ask<'_>,
    tight: &Tight,
    areas: &[usize],
    lead: &Lead,
    share: &mut [f64],
) -> Option<f64> {
    let lead_of = &lead.profit;
    let (mut base, mut load) = (lead.back(), 0.0);
    for &area in areas.iter().filter(|&&area| tight.required[area]) {
        share[area] = 1.0;
        base += lead_of[area];
        load += ask.ground.weight[area];
    }
    let free = areas.iter().copied().filter(|&a| !tight.required[a] && lead_of[a] > 0.0);
    let mut order: Vec<usize> = free.collect();
    by_worth(&mut order, lead_of, &ask.ground.weight);
    let mut knapsack = Knapsack::begin(ask, load)?;
    for area in order {
        share[area] = knapsack.take(lead_of[area], ask.ground.weight[area]);
        if share[area] < 1.0 {
            break;
        }
    }
    Some(base + knapsack.sum())
}

/// New fees: each area of a part that lies apart pays those around the part that the school
/// reaches first.
fn gather(
    ask: &Ask<'_>,
    tight: &Tight,
    areas: &[usize],
    share: &[f64],
    fees: &mut BTreeMap<Fee, f64>,
) {
    let near = |area: usize| ask.terms.borders.of(area).iter().map(|&next| next as usize);
    let mut seen = vec![false; share.len()];
    let mut queue: Vec<usize> =
        areas.iter().copied().filter(|&a| ask.ground.begins[a] && share[a] > 0.0).collect();
    queue.iter().for_each(|&area| seen[area] = true);
    while let Some(area) = queue.pop() {
        for next in near(area).filter(|&next| tight.usable[next] && share[next] > 0.0) {
            if !std::mem::replace(&mut seen[next], true) {
                queue.push(next);
            }
        }
    }
    for &start in areas {
        if share[start] <= 0.0 || std::mem::replace(&mut seen[start], true) {
            continue;
        }
        let mut part = vec![start];
        let mut wall = vec![false; share.len()];
        let mut place = 0;
        while place < part.len() {
            for next in near(part[place]).filter(|&next| tight.usable[next]) {
                if share[next] <= 0.0 {
                    wall[next] = true;
                } else if !std::mem::replace(&mut seen[next], true) {
                    part.push(next);
                }
            }
            place += 1;
        }
        let between = reached(ask, tight, areas, &wall).0;
        for end in part {
            fees.entry((end, between.clone())).or_insert(0.0);
        }
    }
}

/// The areas of a wall that the school reaches first, and all that it reaches without crossing
/// the wall.
fn reached(
    ask: &Ask<'_>,
    tight: &Tight,
    areas: &[usize],
    wall: &[bool],
) -> (Vec<usize>, Vec<bool>) {
    let mut met = vec![false; wall.len()];
    let mut queue: Vec<usize> = areas.iter().copied().filter(|&a| ask.ground.begins[a]).collect();
    queue.iter().for_each(|&area| met[area] = true);
    let mut first = Vec::new();
    let mut within = vec![false; wall.len()];
    while let Some(area) = queue.pop() {
        if wall[area] {
            first.push(area);
            continue;
        }
        within[area] = true;
        for &next in ask.terms.borders.of(area) {
            let next = next as usize;
            if tight.usable[next] && !std::mem::replace(&mut met[next], true) {
                queue.push(next);
            }
        }
    }
    first.sort_unstable();
    (first, within)
}

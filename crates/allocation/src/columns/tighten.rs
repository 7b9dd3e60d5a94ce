//! Leaves out of a pricing what cannot be in any catchment worth having, before it is searched.

use super::ask::Ask;
use crate::terms::SEAT_SLACK;
use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// Rounds; each can make the next one sharper.
const ROUNDS: usize = 4;
/// What counts as no weight when profits are weighed.
const WEIGHTLESS: f64 = 1e-12;

/// The areas that are left, and those that every catchment worth having has.
#[derive(Clone, Debug)]
pub(super) struct Tight {
    pub(super) usable: Vec<bool>,
    pub(super) required: Vec<bool>,
}

/// 1. Areas that no usable ones lead to are left out.
/// 2. An area is left out when the fractional knapsack with it, less the losses on the cheapest
///    way to it, is not worth having; it is required when the knapsack without it is not.
///
/// `None` when nothing is worth having.
pub(super) fn tighten(ask: &Ask<'_>) -> Option<Tight> {
    let areas = ask.profit.len();
    let mut tight = Tight { usable: ask.usable.to_vec(), required: ask.required.to_vec() };
    let mut order: Vec<usize> =
        (0..areas).filter(|&a| tight.usable[a] && ask.profit[a] > 0.0).collect();
    by_worth(&mut order, ask.profit, &ask.ground.weight);
    for _ in 0..ROUNDS {
        let loss = losses(ask, &tight);
        for (area, loss) in loss.iter().enumerate() {
            if tight.usable[area] && loss.is_infinite() {
                if tight.required[area] {
                    return None;
                }
                tight.usable[area] = false;
            }
        }
        if !squeeze(ask, &mut tight, &mut order, &loss)? {
            break;
        }
    }
    Some(tight)
}

/// One round of step 2; says whether anything changed.
fn squeeze(ask: &Ask<'_>, tight: &mut Tight, order: &mut Vec<usize>, loss: &[f64]) -> Option<bool> {
    order.retain(|&area| tight.usable[area] && !tight.required[area]);
    let required = (0..ask.profit.len()).filter(|&area| tight.required[area]);
    let (mut base, mut load) = (0.0, 0.0);
    for area in required {
        base += ask.profit[area];
        load += ask.ground.weight[area];
    }
    let worth = |skip: Option<usize>, load: f64| {
        let seats = Knapsack::begin(ask, load)?;
        let items = order.iter().copied().filter(|&area| Some(area) != skip);
        Some(seats.fill(items.map(|area| (ask.profit[area], ask.ground.weight[area]))))
    };
    if base + worth(None, load)? <= ask.above {
        return None;
    }
    let mut changed = false;
    for (area, loss) in loss.iter().enumerate() {
        if !tight.usable[area] || tight.required[area] {
            continue;
        }
        let with = worth(Some(area), load + ask.ground.weight[area]);
        let with = with.map(|worth| base + worth + ask.profit[area] - loss);
        if with.is_none_or(|with| with <= ask.above) {
            tight.usable[area] = false;
            changed = true;
        } else if ask.profit[area] > 0.0 && base + worth(Some(area), load)? <= ask.above {
            tight.required[area] = true;
            changed = true;
        }
    }
    Some(changed)
}

/// The seats of a school being filled with the areas of most profit a pupil first, the last one
/// in part: no catchment of these areas has more.
#[derive(Clone, Copy, Debug)]
pub(super) struct Knapsack {
    seats: f64,
    over: f64,
    load: f64,
    sum: f64,
}

impl Knapsack {
    /// With so many pupils in; `None` where they are too many.
    pub(super) fn begin(ask: &Ask<'_>, load: f64) -> Option<Self> {
        let (seats, over) = (ask.ground.seats, ask.over());
        let above = load - seats;
        if above > SEAT_SLACK && over.is_infinite() {
            return None;
        }
        let sum = if above > 0.0 && over.is_finite() { -above * over } else { 0.0 };
        Some(Self { seats, over, load, sum })
    }

    /// What areas of (profit, weight), the worthiest first, bring at most.
    pub(super) fn fill(mut self, areas: impl Iterator<Item = (f64, f64)>) -> f64 {
        for (profit, weight) in areas {
            let part = self.take(profit, weight);
            if part < 1.0 {
                break;
            }
        }
        self.sum
    }

    /// Takes the part of an area that pays; says how much of it.
    pub(super) fn take(&mut self, profit: f64, weight: f64) -> f64 {
        let room = (self.seats - self.load).max(0.0);
        if weight <= room {
            self.sum += profit;
            self.load += weight;
            return 1.0;
        }
        let within = profit * room / weight;
        let beyond = (weight - room) * (profit / weight - self.over);
        if beyond > 0.0 {
            self.sum += within + beyond;
            self.load += weight;
            return 1.0;
        }
        self.sum += within;
        self.load += room;
        room / weight
    }

    pub(super) fn sum(&self) -> f64 {
        self.sum
    }
}

/// Sorts areas by profit a pupil, the most first; equals by place.
pub(super) fn by_worth(areas: &mut [usize], profit: &[f64], weight: &[f64]) {
    let worth = |area: usize| profit[area] / weight[area].max(WEIGHTLESS);
    areas.sort_by(|&a, &b| worth(b).total_cmp(&worth(a)).then(a.cmp(&b)));
}

/// For each area, the least that areas of negative profit on the way to it cost; infinite where
/// there is no way.
fn losses(ask: &Ask<'_>, tight: &Tight) -> Vec<f64> {
    let mut loss = vec![f64::INFINITY; ask.profit.len()];
    let mut heap = BinaryHeap::new();
    for area in (0..loss.len()).filter(|&a| tight.usable[a] && ask.ground.begins[a]) {
        loss[area] = 0.0;
        heap.push(Way { loss: 0.0, area });
    }
    while let Some(way) = heap.pop() {
        if way.loss > loss[way.area] {
            continue;
        }
        let own = if tight.required[way.area] { 0.0 } else { (-ask.profit[way.area]).max(0.0) };
        for &next in ask.terms.borders.of(way.area) {
            let next = next as usize;
            if tight.usable[next] && way.loss + own < loss[next] {
                loss[next] = way.loss + own;
                heap.push(Way { loss: loss[next], area: next });
            }
        }
    }
    loss
}

/// The end of a way under Dijkstra's search; the least loss is the greatest.
#[derive(PartialEq)]
struct Way {
    loss: f64,
    area: usize,
}

impl Eq for Way {}

impl PartialOrd for Way {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Way {
    fn cmp(&self, other: &Self) -> Ordering {
        other.loss.total_cmp(&self.loss).then(other.area.cmp(&self.area))
    }
}

//! Pupils as a flow from areas to seats, areas split at will: a bound on every plan, prices of
//! seats, and where each area leans.

use crate::terms::{CatchmentRule, Charge, Terms};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// What the flow says.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Flow {
    /// No plan is below this.
    pub(crate) bound: f64,
    /// What one more seat at each school would save.
    pub(crate) price: Vec<f64>,
    /// The school that has most of each area; `None` where an area may use none.
    pub(crate) leaning: Vec<Option<usize>>,
    /// Pupils for whom there is no seat at any school they may use.
    pub(crate) unseated: f64,
    /// A price of this much or more says that seats are missing, not what they are worth.
    pub(crate) dear: f64,
}

/// A pupil without a seat costs this many times the dearest seat where seats are a rule.
const DEAR: f64 = 100.0;
/// Amounts below this are rounding.
const NOTHING: f64 = 1e-9;

/// The cheapest flow for the expected pupils (successive shortest paths over schools).
///
/// 1. Areas are taken in one by one. The cheapest way for an area is to a school with seats, or to
///    one that passes pupils of another area on, and so forth: a shortest path over schools, where
///    the step from school s to t costs `min_a cost(a, t) − cost(a, s)` over the areas with pupils at s.
/// 2. Pupils above the seats cost what the goal says, or dear where a rule forbids them.
///
/// Charges other than overload are left out, which keeps the bound a bound.
pub(crate) fn flow(terms: &Terms) -> Flow {
    let (areas, schools) = (terms.area_count(), terms.school_count());
    let mean = |values: &[f64]| -> f64 {
        values.iter().zip(&terms.scenarios.chance).map(|(value, chance)| value * chance).sum()
    };
    let pupils: Vec<f64> = (0..areas).map(|area| mean(terms.scenarios.pupils_of(area))).collect();
    let per_pupil = |area: usize, school: usize| {
        let pupils = pupils[area].max(NOTHING);
        terms.allows(area, school).then(|| terms.pair(&terms.goal, area, school) / pupils)
    };
    let cost: Vec<f64> = (0..areas * schools)
        .map(|at| per_pupil(at / schools, at % schools).unwrap_or(f64::INFINITY))
        .collect();
    let dearest = cost.iter().copied().filter(|cost| cost.is_finite()).fold(1.0, f64::max);
    let is_rule = terms.rules.contains(&CatchmentRule::Seats);
    let above = terms.goal.charges.iter().find_map(|charge| match charge {
        Charge::Overload { weight } => Some(*weight),
        _ => None,
    });
    let above = if is_rule { DEAR * dearest } else { above.unwrap_or(0.0) };
    let mut river = River {
        schools,
        cost: &cost,
        left: (0..schools).map(|school| mean(terms.scenarios.seats_of(school))).collect(),
        above,
        share: vec![0.0; areas * schools],
        steps: vec![BinaryHeap::new(); schools * schools],
        onward: vec![f64::INFINITY; schools * schools],
        rounding: NOTHING * dearest,
    };
    let mut bound = 0.0;
    for (area, &pupils) in pupils.iter().enumerate() {
        if pupils > NOTHING {
            river.take_in(area, pupils);
        } else {
            let costs = (0..schools).filter(|&s| terms.allows(area, s));
            let least =
                costs.map(|s| terms.pair(&terms.goal, area, s)).fold(f64::INFINITY, f64::min);
            bound += if least.is_finite() { least } else { 0.0 };
        }
    }
    let mut leaning = vec![None; areas];
    for area in 0..areas {
        let of = |school: usize| river.share[area * schools + school];
        let usable = (0..schools).filter(|&s| terms.allows(area, s));
        let most = |&a: &usize, &b: &usize| {
            let nearer = cost[area * schools + b].total_cmp(&cost[area * schools + a]);
            of(a).total_cmp(&of(b)).then(nearer).then(b.cmp(&a))
        };
        leaning[area] = usable.max_by(most);
        for school in (0..schools).filter(|&s| of(s) > 0.0) {
            bound += of(school) * cost[area * schools + school];
        }
    }
    let unseated: f64 = river.left.iter().map(|left| (-left).max(0.0)).sum();
    bound += if is_rule { 0.0 } else { above * unseated };
    Flow { bound, price: river.prices(), leaning, unseated, dear: DEAR * dearest * 0.5 }
}

struct River<'c> {
    schools: usize,
    cost: &'c [f64],
    /// Seats left; below nothing where a school is over.
    left: Vec<f64>,
    above: f64,
    /// Pupils of each area at each school.
    share: Vec<f64>,
    /// For each pair of schools, the areas that could be passed on, cheapest first; an area may
    /// stand there that has left.
    steps: Vec<BinaryHeap<Reverse<Step>>>,
    /// What the cheapest of them costs.
    onward: Vec<f64>,
    /// Ways closer than this are the same: sums of costs cannot tell them apart.
    rounding: f64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Step {
    cost: f64,
    area: usize,
}

impl Eq for Step {}

impl PartialOrd for Step {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Step {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.cost.total_cmp(&other.cost).then(self.area.cmp(&other.area))
    }
}

impl River<'_> {
    fn take_in(&mut self, area: usize, pupils: f64) {
        let mut waiting = pupils;
        while waiting > NOTHING {
            let first = self.cost[area * self.schools..(area + 1) * self.schools].to_vec();
            let (way, from) = self.ways(first);
            let ends = (0..self.schools).filter(|&school| way[school].is_finite());
            let open = |school: usize| self.left[school] > NOTHING;
            let total = |school: usize| way[school] + if open(school) { 0.0 } else { self.above };
            let Some(end) = ends.min_by(|&a, &b| total(a).total_cmp(&total(b)).then(a.cmp(&b)))
            else {
                return;
            };
            let mut path = vec![end];
            while let Some(before) = from[path[path.len() - 1]].filter(|at| !path.contains(at)) {
                path.push(before);
            }
            path.reverse();
            let mut amount = if open(end) { waiting.min(self.left[end]) } else { waiting };
            let mut passed = Vec::new();
            for pair in path.windows(2) {
                let Some(step) = self.step(pair[0], pair[1]) else { return };
                amount = amount.min(self.share[step.area * self.schools + pair[0]]);
                passed.push((step.area, pair[0], pair[1]));
            }
            self.add(area, path[0], amount);
            for (other, from, to) in passed {
                self.share[other * self.schools + from] -= amount;
                self.add(other, to, amount);
            }
            path.iter().for_each(|&school| self.look_onward(school));
            self.left[end] -= amount;
            waiting -= amount;
        }
    }

    /// The cheapest way to each school, and the school before it on that way (Bellman and Ford:
    /// steps may save).
    fn ways(&self, mut way: Vec<f64>) -> (Vec<f64>, Vec<Option<usize>>) {
        let mut from = vec![None; self.schools];
        for _ in 0..self.schools {
            let mut shorter = false;
            for a in 0..self.schools {
                // Who has seats left passes nobody on.
                if !way[a].is_finite() || self.left[a] > NOTHING {
                    continue;
                }
                let onward = &self.onward[a * self.schools..(a + 1) * self.schools];
                for (b, step) in onward.iter().enumerate() {
                    if way[a] + step < way[b] - self.rounding {
                        way[b] = way[a] + step;
                        from[b] = Some(a);
                        shorter = true;
                    }
                }
            }
            if !shorter {
                break;
            }
        }
        (way, from)
    }

    /// Works out what passing on from a school costs.
    fn look_onward(&mut self, from: usize) {
        for to in (0..self.schools).filter(|&to| to != from) {
            let cost = self.step(from, to).map_or(f64::INFINITY, |step| step.cost);
            self.onward[from * self.schools + to] = cost;
        }
    }

    fn step(&mut self, from: usize, to: usize) -> Option<Step> {
        let heap = &mut self.steps[from * self.schools + to];
        while let Some(Reverse(step)) = heap.peek() {
            if self.share[step.area * self.schools + from] > NOTHING {
                return Some(*step);
            }
            heap.pop();
        }
        None
    }

    fn add(&mut self, area: usize, school: usize, amount: f64) {
        let share = &mut self.share[area * self.schools + school];
        let is_new = *share <= NOTHING;
        *share += amount;
        if is_new {
            let here = self.cost[area * self.schools + school];
            for other in (0..self.schools).filter(|&other| other != school) {
                let there = self.cost[area * self.schools + other];
                if there.is_finite() {
                    let step = Step { cost: there - here, area };
                    self.steps[school * self.schools + other].push(Reverse(step));
                }
            }
        }
    }

    /// What one more pupil at each school costs beyond his way: the cheapest way on from there.
    fn prices(&mut self) -> Vec<f64> {
        let schools = self.schools;
        let mut price: Vec<f64> =
            self.left.iter().map(|left| if *left > NOTHING { 0.0 } else { self.above }).collect();
        for _ in 0..schools {
            let mut cheaper = false;
            for a in (0..schools).filter(|&a| self.left[a] <= NOTHING).collect::<Vec<_>>() {
                for b in (0..schools).filter(|&b| b != a) {
                    let Some(step) = self.step(a, b) else { continue };
                    if step.cost + price[b] < price[a] - self.rounding {
                        price[a] = step.cost + price[b];
                        cheaper = true;
                    }
                }
            }
            if !cheaper {
                break;
            }
        }
        price
    }
}

#[cfg(test)]
mod tests {
    use super::flow;
    use crate::terms::{CatchmentRule, row};

    #[test]
    fn no_plan_is_below_the_flow_and_the_flow_fills_seats() {
        // 4 areas of 11 pupils expected, 20 seats each: two pupils go over in any case.
        let terms = row();
        let flow = flow(&terms);
        let plans = (0..16_usize).map(|bits| (0..4).map(|a| bits >> a & 1).collect::<Vec<_>>());
        let best = plans.map(|plan| terms.value(&terms.goal, &plan)).fold(f64::INFINITY, f64::min);
        assert!((flow.unseated - 4.0).abs() < 1e-9);
        assert!((flow.bound - (2.0 + 3.0 * 4.0)).abs() < 1e-9);
        assert!(flow.bound <= best);
        assert_eq!(flow.leaning, [Some(0), Some(0), Some(1), Some(1)]);
    }

    #[test]
    fn seats_that_are_short_have_a_price() {
        // School 0 has seats for half an area: the other 1½ of its own areas go on to school 1.
        let mut terms = row();
        terms.rules = vec![CatchmentRule::Seats];
        terms.scenarios.seats = vec![5.5, 5.5, 60.0, 60.0];
        let flow = flow(&terms);
        assert!(flow.unseated < 1e-9);
        // Half of area 0 walks 3 steps, the others 2, 1 and 0; steps are per area.
        assert!((flow.bound - (1.5 + 2.0 + 1.0)).abs() < 1e-9);
        assert!((flow.price[0] - 3.0 / 11.0).abs() < 1e-9 && flow.price[1] < 1e-9);
    }
}

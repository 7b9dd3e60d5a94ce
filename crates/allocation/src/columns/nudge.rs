//! Catchments near those known: areas at the edge join or leave as long as that brings more. Most
//! of what prices call for is found so, at a small part of what a proof costs.

use super::ask::{Ask, Triple};
use super::tighten::Knapsack;
use crate::terms::Account;

/// Catchments of a school that are begun with.
pub(super) const BEGUN: usize = 3;
/// Steps of one climb.
const STEPS: usize = 60;
/// A step must bring this much.
const BRINGS: f64 = 1e-7;

/// A catchment of more profit that a climb from `begin` ends at, with its profit; `None` where no
/// step is better.
///
/// A step takes an area at the edge in, lets one go that holds nothing together, or does both.
pub(super) fn climb(ask: &Ask<'_>, begin: &[u32]) -> Option<(f64, Vec<u32>)> {
    let mut climber = Climber::new(ask, begin);
    let first = climber.profit()?;
    let mut now = first;
    for _ in 0..STEPS {
        let Some((profit, step)) = climber.best_step(now) else { break };
        climber.make(step);
        now = profit;
    }
    (now > first + BRINGS).then(|| (now, climber.areas()))
}

/// An area that comes, one that goes.
type Step = (Option<usize>, Option<usize>);

struct Climber<'a> {
    ask: &'a Ask<'a>,
    inside: Vec<bool>,
    account: Account,
    brings: f64,
}

impl<'a> Climber<'a> {
    fn new(ask: &'a Ask<'a>, begin: &[u32]) -> Self {
        let mut inside = vec![false; ask.profit.len()];
        begin.iter().for_each(|&area| inside[area as usize] = true);
        let places: Vec<usize> = begin.iter().map(|&area| area as usize).collect();
        let brings = places.iter().map(|&area| ask.profit[area]).sum();
        Self { ask, inside, account: ask.terms.account(&places), brings }
    }

    fn areas(&self) -> Vec<u32> {
        let inside = (0..self.inside.len()).filter(|&area| self.inside[area]);
        inside.filter_map(|area| u32::try_from(area).ok()).collect()
    }

    fn profit(&self) -> Option<f64> {
        let met = self.ask.triples.iter().filter(|triple| self.meets(triple));
        let triples: f64 = met.map(|triple| triple.pays).sum();
        let pays = if self.ask.ground.is_plain {
            Knapsack::begin(self.ask, self.account.loads[0]).map(|knapsack| -knapsack.sum())
        } else {
            self.ask.pays(&self.account)
        };
        Some(self.brings - triples - pays?)
    }

    fn meets(&self, triple: &Triple) -> bool {
        triple.areas.iter().filter(|&&area| self.inside[area as usize]).count() >= 2
    }

    fn best_step(&mut self, now: f64) -> Option<(f64, Step)> {
        let comers = self.comers();
        let goers = self.goers();
        let mut best: Option<(f64, Step)> = None;
        let mut steps: Vec<Step> = comers.iter().map(|&area| (Some(area), None)).collect();
        steps.extend(goers.iter().map(|&area| (None, Some(area))));
        // Where single steps bring nothing, one that comes may take the seats of one that goes.
        let pairs = comers.iter().flat_map(|&a| goers.iter().map(move |&b| (Some(a), Some(b))));
        let pairs: Vec<Step> = pairs.filter(|&step| self.is_worth_a_look(step)).collect();
        for (place, step) in steps.iter().chain(&pairs).copied().enumerate() {
            if place == steps.len() && best.is_some() {
                break;
            }
            self.make(step);
            let profit = self.profit();
            let holds = step.0.is_none() || step.1.is_none() || self.hangs_together();
            self.make((step.1, step.0));
            let Some(profit) = profit.filter(|_| holds) else { continue };
            if profit > best.map_or(now + BRINGS, |best| best.0) {
                best = Some((profit, step));
            }
        }
        best
    }

    /// Whether the areas alone bring more, before anything is paid.
    fn is_worth_a_look(&self, step: Step) -> bool {
        let of = |area: Option<usize>| area.map_or(0.0, |area| self.ask.profit[area]);
        let weight = |area: Option<usize>| area.map_or(0.0, |area| self.ask.ground.weight[area]);
        of(step.0) > of(step.1) || weight(step.0) < weight(step.1)
    }

    fn make(&mut self, (comes, goes): Step) {
        if let Some(area) = comes {
            self.inside[area] = true;
            self.brings += self.ask.profit[area];
            self.ask.terms.enter(&mut self.account, area);
        }
        if let Some(area) = goes {
            self.inside[area] = false;
            self.brings -= self.ask.profit[area];
            self.ask.terms.leave(&mut self.account, area);
        }
    }

    /// Areas that may join: usable, and beside the catchment or the school.
    fn comers(&self) -> Vec<usize> {
        let borders = &self.ask.terms.borders;
        let touches = |area: usize| {
            self.ask.ground.begins[area]
                || borders.of(area).iter().any(|&next| self.inside[next as usize])
        };
        let open = (0..self.inside.len()).filter(|&area| !self.inside[area]);
        open.filter(|&area| self.ask.usable[area] && touches(area)).collect()
    }

    /// Areas that may go without parting the rest from the school.
    fn goers(&mut self) -> Vec<usize> {
        let free = (0..self.inside.len())
            .filter(|&area| self.inside[area] && !self.ask.required[area])
            .collect::<Vec<usize>>();
        let mut goers = Vec::new();
        for area in free {
            self.inside[area] = false;
            if self.hangs_together() {
                goers.push(area);
            }
            self.inside[area] = true;
        }
        goers
    }

    fn hangs_together(&self) -> bool {
        let mut open = self.inside.clone();
        let begins = |area: usize| self.ask.ground.begins[area];
        let mut queue: Vec<usize> =
            (0..open.len()).filter(|&area| open[area] && begins(area)).collect();
        queue.iter().for_each(|&area| open[area] = false);
        while let Some(area) = queue.pop() {
            for &next in self.ask.terms.borders.of(area) {
                if std::mem::replace(&mut open[next as usize], false) {
                    queue.push(next as usize);
                }
            }
        }
        open.iter().all(|open| !open)
    }
}

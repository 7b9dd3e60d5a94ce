//! Column generation: prices call for catchments, catchments change prices, and at every step the
//! prices prove a bound.

use super::ask::{Ask, Ground, Wanted};
use super::master::{Master, Prices, Relaxation};
use super::nudge::{BEGUN, climb};
use super::persuade::Persuasion;
use super::pricing::{Priced, price};
use crate::bound::SolverFault;
use crate::search::Effort;
use crate::terms::{Charge, Goal, Terms};
use rayon::prelude::*;

/// How hard schools are priced: steps of the search and rounds of persuasion.
#[derive(Clone, Copy, Debug)]
pub(super) struct Level {
    pub(super) nodes: u64,
    pub(super) rounds: usize,
}

/// From a glance to a proof.
pub(super) const LEVELS: [Level; 5] = [
    Level { nodes: 1_000, rounds: 8 },
    Level { nodes: 10_000, rounds: 20 },
    Level { nodes: 100_000, rounds: 60 },
    Level { nodes: 2_000_000, rounds: 150 },
    Level { nodes: 40_000_000, rounds: 150 },
];

/// Pairs of area and school below which threads cost more than they bring.
const WORTH_THREADS: usize = 1_500;
/// Share of the stable prices in those asked with.
const STABLE: f64 = 0.6;
/// Catchments that one pricing may add.
const NEW: usize = 4;
/// A catchment must improve the program by this much to be added.
const IMPROVES: f64 = 1e-7;
/// Steps of pricing that count as one node of branch and bound.
const STEPS_PER_NODE: u64 = 5_000;
/// Costs inside are divided so that the dearest area costs this much.
const DEAREST: f64 = 1e2;
/// The box around the prices, in parts of them: at first, and at last.
const NARROW: f64 = 0.3;
const WIDEST: f64 = 3e4;
/// What a school without a catchment costs for that width, in the dearest areas.
const NONE: f64 = 30.0;
/// Part of an area that may be missing by rounding.
const MISSING: f64 = 1e-6;

/// A tier, its catchments so far and what is known of its schools.
pub(super) struct Engine<'a> {
    pub(super) terms: &'a Terms,
    pub(super) grounds: Vec<Ground>,
    /// One unit inside is so many of the goal.
    pub(super) scale: f64,
    pub(super) master: Master,
    /// By school, then area: what catchments may have, and must have.
    pub(super) usable: Vec<Vec<bool>>,
    pub(super) required: Vec<Vec<bool>>,
    persuasions: Vec<Persuasion>,
    /// Prices that catchments are asked with stay near these.
    pub(super) center: Prices,
    width: f64,
}

/// Prices with what they prove.
#[derive(Clone, Debug)]
pub(super) struct Settled {
    pub(super) prices: Prices,
    /// No catchment of a school has more profit at the prices.
    pub(super) ceilings: Vec<f64>,
    pub(super) bound: f64,
    /// The last solution of the program.
    pub(super) relaxation: Relaxation,
    /// Whether no catchment is missing: the relaxation is the best there is.
    pub(super) is_settled: bool,
}

impl<'a> Engine<'a> {
    pub(super) fn new(terms: &'a Terms) -> Result<Self, SolverFault> {
        let (areas, schools) = (terms.area_count(), terms.school_count());
        let pairs = (0..areas).flat_map(|area| (0..schools).map(move |school| (area, school)));
        let allowed = pairs.filter(|&(area, school)| terms.allows(area, school));
        let over = |charge: &Charge| match charge {
            Charge::Overload { weight } => *weight,
            _ => 0.0,
        };
        let over: f64 = terms.goal.charges.iter().map(over).sum();
        let most =
            |area: usize| terms.scenarios.pupils_of(area).iter().copied().fold(0.0, f64::max);
        let dearest = allowed
            .map(|(area, school)| terms.pair(&terms.goal, area, school) + over * most(area))
            .fold(0.0, f64::max);
        let limits: Vec<f64> = terms.budgets.iter().map(|budget| budget.limit).collect();
        let usable =
            |school: usize| (0..areas).map(|area| terms.allows(area, school)).collect::<Vec<_>>();
        let mut engine = Self {
            terms,
            grounds: (0..schools).map(|school| Ground::new(terms, school)).collect(),
            scale: if dearest > 0.0 { dearest / DEAREST } else { 1.0 },
            master: Master::new(areas, schools, &limits)?,
            usable: (0..schools).map(usable).collect(),
            required: vec![vec![false; areas]; schools],
            persuasions: vec![Persuasion::default(); schools],
            center: Prices::default(),
            width: NARROW,
        };
        engine.require_the_only();
        Ok(engine)
    }

    /// Opens every pair that the rules allow again.
    pub(super) fn open_all(&mut self) {
        let (terms, areas) = (self.terms, self.terms.area_count());
        for (school, usable) in self.usable.iter_mut().enumerate() {
            *usable = (0..areas).map(|area| terms.allows(area, school)).collect();
        }
        self.required = vec![vec![false; areas]; self.grounds.len()];
        self.require_the_only();
    }

    /// What prices prove about all catchments that are open.
    pub(super) fn settled_at(&mut self, prices: Prices, effort: &mut Effort) -> Settled {
        let priced = self.ask_all(&prices, LEVELS[2], effort);
        let ceilings: Vec<f64> = priced.iter().map(|priced| priced.ceiling).collect();
        let bound = self.bound(&prices, &ceilings);
        let value = bound;
        let shares = Vec::new();
        let relaxation = Relaxation { value, prices: prices.clone(), shares, missing: 0.0 };
        Settled { prices, ceilings, bound, relaxation, is_settled: false }
    }

    /// Areas with one school left belong to it.
    pub(super) fn require_the_only(&mut self) {
        for area in 0..self.terms.area_count() {
            let mut left = (0..self.usable.len()).filter(|&school| self.usable[school][area]);
            if let (Some(only), None) = (left.next(), left.next()) {
                self.required[only][area] = true;
            }
        }
    }

    /// Adds a catchment that keeps the rules, unless it is known.
    pub(super) fn add(&mut self, school: usize, areas: Vec<u32>) -> Result<bool, SolverFault> {
        let places: Vec<usize> = areas.iter().map(|&area| area as usize).collect();
        let of = |goal: &Goal| self.terms.catchment_value(goal, school, &places);
        let cost = of(&self.terms.goal) / self.scale;
        let amounts = self.terms.budgets.iter().map(|budget| of(&budget.goal)).collect();
        self.master.add(school, areas, cost, amounts)
    }

    /// What the goals weigh at the prices: the tier's own, and the budgets by what they pay.
    fn goals(&self, prices: &Prices) -> Vec<(f64, &'a Goal)> {
        let budgets = self.terms.budgets.iter().zip(&prices.budgets);
        let own = (1.0 / self.scale, &self.terms.goal);
        let budgets = budgets.filter(|(_, pays)| **pays > 0.0);
        std::iter::once(own).chain(budgets.map(|(budget, pays)| (*pays, &budget.goal))).collect()
    }

    /// Looks at every school at the prices, side by side: `look` gets the question to the school,
    /// to be completed by what is wanted, and what is known from earlier ones.
    pub(super) fn each_school<R: Send>(
        &mut self,
        prices: &Prices,
        effort: &Effort,
        look: &(dyn Fn(Ask<'_>, &mut Persuasion) -> R + Sync),
    ) -> Vec<R> {
        let goals = self.goals(prices);
        let triples = self.master.priced_triples(prices);
        let (terms, usable, required) = (self.terms, &self.usable, &self.required);
        let one = |(ground, known): (&Ground, &mut Persuasion)| {
            let school = ground.school;
            let ask = Ask {
                terms,
                ground,
                profit: &profit(terms, school, prices, &goals),
                usable: &usable[school],
                required: &required[school],
                goals: &goals,
                triples: &triples,
                above: f64::NEG_INFINITY,
                nodes: 0,
                rounds: 0,
                wanted: Wanted::Best,
                effort,
            };
            look(ask, known)
        };
        if self.grounds.len() * self.terms.area_count() < WORTH_THREADS {
            return self.grounds.iter().zip(&mut self.persuasions).map(one).collect();
        }
        self.grounds.par_iter().zip(self.persuasions.par_iter_mut()).map(one).collect()
    }

    /// The profit of the best known catchment of each school.
    fn best_known(&self, prices: &Prices) -> Vec<f64> {
        let mut best = vec![f64::NEG_INFINITY; self.grounds.len()];
        let triples = self.master.priced_triples(prices);
        for column in self.master.columns.iter().filter(|column| column.is_open) {
            let profit = self.profit_of(column, prices, &triples);
            best[column.school] = best[column.school].max(profit);
        }
        best
    }

    pub(super) fn profit_of(
        &self,
        column: &super::master::MasterColumn,
        prices: &Prices,
        triples: &[super::ask::Triple],
    ) -> f64 {
        let brings: f64 = column.areas.iter().map(|&area| prices.areas[area as usize]).sum();
        let budgets = column.amounts.iter().zip(&prices.budgets);
        let pays: f64 = budgets.map(|(amount, pays)| amount * pays).sum();
        let met = triples.iter().filter(|t| super::master::meets(&t.areas, &column.areas));
        brings - column.cost - pays - met.map(|t| t.pays).sum::<f64>()
    }

    /// What prices prove when no catchment of a school has more profit than its ceiling.
    pub(super) fn bound(&self, prices: &Prices, ceilings: &[f64]) -> f64 {
        let budgets = self.terms.budgets.iter().zip(&prices.budgets);
        let pays: f64 = budgets.map(|(budget, pays)| budget.limit * pays).sum();
        prices.areas.iter().sum::<f64>()
            - pays
            - prices.triples.iter().sum::<f64>()
            - ceilings.iter().sum::<f64>()
    }

    /// Generates catchments until none improves the program, prices prove `enough`, or the effort
    /// ends. Levels are climbed only as far as `highest`.
    ///
    /// Prices asked with lie between those of the program and those of the best bound, which keeps
    /// them from swinging (Wentges 1997); where that finds nothing, the program's own are asked.
    /// `None` where the solver does not get through.
    pub(super) fn settle(
        &mut self,
        enough: f64,
        highest: usize,
        effort: &mut Effort,
    ) -> Result<Option<Settled>, SolverFault> {
        let mut best: Option<Settled> = None;
        let mut level = 0;
        loop {
            let Some(relaxation) = self.master.solve()? else { return Ok(None) };
            if self.nudge(&relaxation, effort)? > 0 {
                continue;
            }
            let mut share = if best.is_none() { 1.0 } else { STABLE };
            let added = loop {
                let prices = self.center.mixed(&relaxation.prices, share);
                let priced = self.ask_all(&prices, LEVELS[level], effort);
                let ceilings: Vec<f64> = priced.iter().map(|priced| priced.ceiling).collect();
                let bound = self.bound(&prices, &ceilings);
                let before = best.as_ref().map_or(f64::NEG_INFINITY, |best| best.bound);
                if bound > before || best.is_none() {
                    self.center = prices.clone();
                    let relaxation = relaxation.clone();
                    let is_settled = false;
                    best = Some(Settled { prices, ceilings, bound, relaxation, is_settled });
                } else {
                    self.center = self.center.mixed(&relaxation.prices, 0.9);
                }
                let added = self.take_over(priced, &relaxation)?;
                if added > 0 || share <= 0.0 || effort.is_over() {
                    break added;
                }
                share = 0.0;
            };
            let Some(mut settled) = best.take() else { continue };
            settled.relaxation = relaxation;
            let missing = settled.relaxation.missing > MISSING;
            if settled.bound >= enough || effort.is_over() || effort.nodes_left() == 0 {
                return Ok(Some(settled));
            }
            if added == 0 && missing && self.widen()? {
                best = Some(settled);
                continue;
            }
            if added == 0 {
                if level >= highest {
                    settled.is_settled = !missing;
                    return Ok(Some(settled));
                }
                level += 1;
            }
            best = Some(settled);
        }
    }

    /// Adds better neighbours of the catchments that are worth most at the prices of the program;
    /// says how many improve it.
    fn nudge(&mut self, relaxation: &Relaxation, effort: &Effort) -> Result<usize, SolverFault> {
        if effort.is_over() {
            return Ok(0);
        }
        let prices = &relaxation.prices;
        let triples = self.master.priced_triples(prices);
        let mut begun: Vec<Vec<(f64, usize)>> = vec![Vec::new(); self.grounds.len()];
        for (place, column) in self.master.columns.iter().enumerate().filter(|(_, c)| c.is_open) {
            begun[column.school].push((self.profit_of(column, prices, &triples), place));
        }
        for places in &mut begun {
            places.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
            places.truncate(BEGUN);
        }
        let begun: Vec<Vec<Vec<u32>>> = begun
            .into_iter()
            .map(|places| {
                let areas = |(_, place): (f64, usize)| self.master.columns[place].areas.clone();
                places.into_iter().map(areas).collect()
            })
            .collect();
        let look = |ask: Ask<'_>, _: &mut Persuasion| -> Vec<(f64, Vec<u32>)> {
            let climbs = begun[ask.ground.school].iter().filter_map(|areas| climb(&ask, areas));
            climbs.collect()
        };
        let found = self.each_school(prices, effort, &look);
        let mut added = 0;
        for (school, found) in found.into_iter().enumerate() {
            for (profit, areas) in found {
                let improves = profit > prices.schools[school] + IMPROVES;
                added += usize::from(improves && self.add(school, areas)?);
            }
        }
        Ok(added)
    }

    /// Opens the box around the prices; `false` when it is as wide as it gets.
    fn widen(&mut self) -> Result<bool, SolverFault> {
        self.width *= 2.0;
        self.set_box()?;
        Ok(self.width < WIDEST)
    }

    pub(super) fn set_box(&mut self) -> Result<(), SolverFault> {
        let center = self.center.areas.clone();
        let least = center.iter().map(|price| price.abs()).sum::<f64>() / 1e2;
        let least = (least / f64::from(u32::try_from(center.len()).unwrap_or(1).max(1))).max(0.1);
        let width: Vec<f64> =
            center.iter().map(|price| self.width * (price.abs() + 10.0 * least)).collect();
        self.master.set_box(&center, &width, NONE * DEAREST * self.width / NARROW)
    }

    /// Asks all schools for what is better than the best known.
    fn ask_all(&mut self, prices: &Prices, level: Level, effort: &mut Effort) -> Vec<Priced> {
        let above: Vec<f64> =
            self.best_known(prices).iter().map(|best| best - IMPROVES / 10.0).collect();
        let look = |ask: Ask<'_>, known: &mut Persuasion| {
            let above = above[ask.ground.school];
            price(&Ask { above, nodes: level.nodes, rounds: level.rounds, ..ask }, known)
        };
        let priced = self.each_school(prices, effort, &look);
        let steps: u64 = priced.iter().map(|priced| priced.nodes).sum();
        effort.spend(steps / STEPS_PER_NODE);
        priced
    }

    /// Adds what improves the program.
    fn take_over(
        &mut self,
        priced: Vec<Priced>,
        relaxation: &Relaxation,
    ) -> Result<usize, SolverFault> {
        let triples = self.master.priced_triples(&relaxation.prices);
        let mut added = 0;
        for (school, priced) in priced.into_iter().enumerate() {
            for (_, areas) in priced.catchments.into_iter().rev().take(NEW) {
                let known = self.master.columns.len();
                if !self.add(school, areas)? {
                    continue;
                }
                let column = &self.master.columns[known];
                let profit = self.profit_of(column, &relaxation.prices, &triples);
                added += usize::from(profit > relaxation.prices.schools[school] + IMPROVES);
            }
        }
        Ok(added)
    }
}

/// What each area brings a school at the prices.
fn profit(terms: &Terms, school: usize, prices: &Prices, goals: &[(f64, &Goal)]) -> Vec<f64> {
    let costs = |area: usize| -> f64 {
        goals.iter().map(|(factor, goal)| factor * terms.pair(goal, area, school)).sum()
    };
    prices.areas.iter().enumerate().map(|(area, price)| price - costs(area)).collect()
}

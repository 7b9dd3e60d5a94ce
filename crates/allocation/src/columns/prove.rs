//! From a plan to the proof that none is better: bound, cuts, fixing, list, branches.

use super::engine::{Engine, LEVELS, Settled};
use super::master::{MasterColumn, Prices};
use super::triples::violated;
use crate::bound::{Ended, SolverFault, Verdict};
use crate::pool::Pool;
use crate::search::Effort;
use crate::terms::{Charge, Terms};

/// Told on the way: a better plan, and the bound.
pub(crate) type Told<'w> = dyn FnMut(Option<&[usize]>, f64) + 'w;

/// What columns say of a tier.
#[derive(Clone, Debug)]
pub(crate) struct Proven {
    /// The best plan known, if any.
    pub(crate) plan: Option<Vec<usize>>,
    /// No plan has less.
    pub(crate) bound: f64,
    pub(crate) ended: Ended,
    /// By area, then school: the pairs that plans as good as the best may have; `None` where that
    /// was not asked for or not worked out.
    pub(crate) open: Option<Vec<bool>>,
}

/// Whether columns are the way to prove a tier: few enough areas a school, and each catchment
/// connected with its school or free of borders; pieces beyond that are not priced.
pub(crate) fn fits(terms: &Terms) -> bool {
    let priced = (0..terms.school_count()).all(|school| {
        let pieces = terms.pieces_allowed[school];
        pieces == u32::MAX || (pieces == 1 && terms.roots[school].is_some())
    });
    priced && terms.area_count() <= MOST_AREAS * terms.school_count()
}

/// Areas a school beyond which separators prove more than columns.
const MOST_AREAS: usize = 32;
/// Rounds at the root.
const ROUNDS: usize = 80;
/// Triples of one round.
const TRIPLES: usize = 40;
/// Catchments are listed when bound and target are this close.
const NEAR: f64 = 0.03;
/// Nodes of the program over a list, and over the catchments known.
const LIST_NODES: u64 = 300;
const KNOWN_NODES: u64 = 50;
/// Catchments of that.
const KNOWN: usize = 2_000;
/// Part of the gap that is used; the rest is for rounding.
const USED: f64 = 0.9;
/// The last level of pricing.
const LAST: usize = LEVELS.len() - 1;
/// Plans whose values differ by less than this part are equally good.
const SAME: f64 = 1e-8;
/// Shares this close to nothing or all are whole.
const WHOLE: f64 = 1e-6;
/// Catchments of the pool that the program begins with.
const FROM_POOL: usize = 3_000;

/// Proves a bound on the goal of `terms`, and finds better plans on the way.
///
/// 1. Column generation gives the bound of connected catchments ([`Engine::settle`]).
/// 2. Triples of areas that the fractional choice violates become rows, and again.
/// 3. Pairs that no better plan has are closed; once few catchments are left, they are listed and
///    the best choice among them settles it.
/// 4. Else the pair that the choice is most undecided about is closed in one branch and bound in
///    the other.
pub(crate) fn prove(
    terms: &Terms,
    start: Option<&[usize]>,
    pool: &Pool,
    gap: f64,
    effort: &mut Effort,
    told: &mut Told<'_>,
) -> Result<Proven, SolverFault> {
    let mut proof = Proof::new(terms, start, pool, gap)?;
    let ended = proof.root(effort, told)?;
    let ended = match ended {
        Some(ended) => ended,
        None => proof.branch(effort, told)?,
    };
    let bound = proof.bound * proof.engine.scale;
    let open = if ended == Ended::Closed { proof.open_pairs(effort) } else { None };
    Ok(Proven { plan: proof.best.map(|(_, plan)| plan), bound, ended, open })
}

/// A subset of all plans, and what is known of it.
struct Branch {
    bound: f64,
    usable: Vec<Vec<bool>>,
    required: Vec<Vec<bool>>,
}

struct Proof<'a> {
    engine: Engine<'a>,
    /// Value inside, and plan.
    best: Option<(f64, Vec<usize>)>,
    bound: f64,
    gap: f64,
    /// Prices of the last step at the root.
    last: Option<Prices>,
}

impl<'a> Proof<'a> {
    fn new(
        terms: &'a Terms,
        start: Option<&[usize]>,
        pool: &Pool,
        gap: f64,
    ) -> Result<Self, SolverFault> {
        let mut engine = Engine::new(terms)?;
        let value = |plan: &[usize]| terms.value(&terms.goal, plan) / engine.scale;
        let best = start.map(|plan| (value(plan), plan.to_vec()));
        engine.begin_prices(best.as_ref().map_or(f64::INFINITY, |best| best.0));
        engine.set_box()?;
        let areas = |areas: &[usize]| areas.iter().filter_map(|&a| u32::try_from(a).ok()).collect();
        if let Some((_, plan)) = &best {
            for (school, catchment) in terms.catchments(plan).iter().enumerate() {
                engine.add(school, areas(catchment))?;
            }
        }
        let latest = pool.len().saturating_sub(FROM_POOL);
        for catchment in &pool.catchments()[latest..] {
            engine.add(catchment.school as usize, catchment.areas.to_vec())?;
        }
        Ok(Self { engine, best, bound: f64::NEG_INFINITY, gap: USED * gap, last: None })
    }

    /// A plan below this is worth finding.
    fn target(&self) -> f64 {
        let least = 1.0 / self.engine.scale;
        self.best
            .as_ref()
            .map_or(f64::INFINITY, |(value, _)| value - self.gap * value.abs().max(least))
    }

    /// Takes a plan if it is better.
    fn take(&mut self, plan: Vec<usize>, told: &mut Told<'_>) {
        let terms = self.engine.terms;
        let value = terms.value(&terms.goal, &plan) / self.engine.scale;
        if self.best.as_ref().is_none_or(|best| value < best.0) && terms.keeps_rules(&plan) {
            told(Some(&plan), self.bound * self.engine.scale);
            self.best = Some((value, plan));
        }
    }

    fn raise(&mut self, bound: f64, told: &mut Told<'_>) {
        if bound > self.bound {
            self.bound = bound.min(self.target().max(self.bound));
            told(None, self.bound * self.engine.scale);
        }
    }

    fn is_closed(&self) -> bool {
        self.best.is_some() && self.bound >= self.target()
    }

    /// Steps 1 to 3; `None` when branches have to follow.
    fn root(
        &mut self,
        effort: &mut Effort,
        told: &mut Told<'_>,
    ) -> Result<Option<Ended>, SolverFault> {
        let mut level = 1;
        let mut chosen_at = 0;
        for _ in 0..ROUNDS {
            let settled = self.engine.settle(self.target(), level, effort)?;
            let Some(settled) = settled else { return Ok(Some(Ended::Work)) };
            self.last = Some(settled.prices.clone());
            self.raise(settled.bound, told);
            self.take_whole(&settled, told);
            if !self.is_closed() && !effort.is_over() && level != chosen_at {
                chosen_at = level;
                self.choose_known(&settled, effort, told)?;
            }
            if self.best.is_none() && settled.bound > self.dearest() {
                return Ok(Some(Ended::Nothing));
            }
            if let Some(ended) = self.ends(effort) {
                return Ok(Some(ended));
            }
            if self.narrow(&settled, effort, told)? {
                self.raise(self.target(), told);
                return Ok(Some(Ended::Closed));
            }
            let unproven = settled.relaxation.value - settled.bound;
            let open = self.target() - settled.relaxation.value;
            // The last level is for a proof that lacks nothing else.
            let top = if open <= 0.0 { LAST } else { LAST - 1 };
            if level < top && (unproven > 0.5 * open || !settled.is_settled) {
                level += 1;
                continue;
            }
            let triples = violated(&self.engine.master, &settled.relaxation, TRIPLES);
            if triples.is_empty() {
                if level >= top {
                    break;
                }
                level += 1;
            }
            for triple in triples {
                self.engine.master.add_triple(triple)?;
            }
        }
        Ok(self.ends(effort))
    }

    /// The pairs that plans no worse than the best may have: for the tiers below, which choose
    /// among those.
    fn open_pairs(&mut self, effort: &mut Effort) -> Option<Vec<bool>> {
        let (best, _) = self.best.as_ref()?;
        let prices = self.last.take()?;
        let target = best + SAME * best.abs().max(1.0 / self.engine.scale);
        self.engine.open_all();
        self.open_columns().ok()?;
        let settled = self.engine.settled_at(prices, effort);
        self.engine.fix(&settled, target, effort)?;
        let (areas, schools) = (self.engine.terms.area_count(), self.engine.grounds.len());
        let pairs = (0..areas).flat_map(|area| (0..schools).map(move |school| (area, school)));
        Some(pairs.map(|(area, school)| self.engine.usable[school][area]).collect())
    }

    fn ends(&self, effort: &Effort) -> Option<Ended> {
        if self.is_closed() {
            return Some(Ended::Closed);
        }
        if effort.is_over() {
            return Some(Ended::Time);
        }
        (effort.nodes_left() == 0).then_some(Ended::Work)
    }

    /// What no plan of a goal with plain charges passes; infinite for others.
    fn dearest(&self) -> f64 {
        let terms = self.engine.terms;
        let charge = |charge: &Charge| match charge {
            Charge::Overload { weight } => weight * terms.scenarios.pupils.iter().sum::<f64>(),
            _ => f64::INFINITY,
        };
        let pair = |area: usize| {
            let schools = (0..terms.school_count()).filter(|&school| terms.allows(area, school));
            schools.map(|school| terms.pair(&terms.goal, area, school)).fold(0.0, f64::max)
        };
        let pairs: f64 = (0..terms.area_count()).map(pair).sum();
        (pairs + terms.goal.charges.iter().map(charge).sum::<f64>()) / self.engine.scale
    }

    /// The fractional choice as a plan, where it is whole.
    fn take_whole(&mut self, settled: &Settled, told: &mut Told<'_>) {
        let relaxation = &settled.relaxation;
        let is_whole = |share: &f64| *share < WHOLE || *share > 1.0 - WHOLE;
        if relaxation.missing > WHOLE || !relaxation.shares.iter().all(is_whole) {
            return;
        }
        let mut plan = vec![usize::MAX; self.engine.terms.area_count()];
        let columns = self.engine.master.columns.iter().zip(&relaxation.shares);
        for (column, _) in columns.filter(|(_, share)| **share > 0.5) {
            column.areas.iter().for_each(|&area| plan[area as usize] = column.school);
        }
        if !plan.contains(&usize::MAX) {
            self.take(plan, told);
        }
    }

    /// Closes pairs; lists what is left and chooses among it. `true` when no better plan is left.
    fn narrow(
        &mut self,
        settled: &Settled,
        effort: &mut Effort,
        told: &mut Told<'_>,
    ) -> Result<bool, SolverFault> {
        let target = self.target();
        if target.is_infinite() {
            return Ok(false);
        }
        if self.engine.fix(settled, target, effort).is_none() {
            return Ok(true);
        }
        self.open_columns()?;
        if target - settled.bound > NEAR * target.abs() {
            return Ok(false);
        }
        let Some(list) = self.engine.list(settled, target, effort) else { return Ok(false) };
        let chosen = self.engine.choose(&list, LIST_NODES.min(effort.nodes_left()), effort)?;
        effort.spend(1);
        if let Some(plan) = chosen.plan {
            self.take(plan, told);
        }
        Ok(matches!(chosen.answer.verdict, Verdict::Optimal | Verdict::Infeasible))
    }

    fn open_columns(&mut self) -> Result<(), SolverFault> {
        let (usable, required) = (self.engine.usable.clone(), self.engine.required.clone());
        let keeps = |column: &MasterColumn| {
            let has = |area: usize| {
                u32::try_from(area).is_ok_and(|area| column.areas.binary_search(&area).is_ok())
            };
            let (usable, required) = (&usable[column.school], &required[column.school]);
            column.areas.iter().all(|&area| usable[area as usize])
                && (0..required.len()).all(|area| !required[area] || has(area))
        };
        self.engine.master.open_only(&keeps)
    }

    /// The best plan of the catchments known: those whose reduced cost leaves room for a plan
    /// better than the target.
    fn choose_known(
        &mut self,
        settled: &Settled,
        effort: &mut Effort,
        told: &mut Told<'_>,
    ) -> Result<(), SolverFault> {
        let prices = &settled.relaxation.prices;
        let room = self.target() - settled.relaxation.value;
        if settled.relaxation.missing > WHOLE || room <= 0.0 {
            return Ok(());
        }
        let engine = &self.engine;
        let triples = engine.master.priced_triples(prices);
        let open = engine.master.columns.iter().filter(|column| column.is_open);
        let reduced = |column: &MasterColumn| {
            prices.schools[column.school] - engine.profit_of(column, prices, &triples)
        };
        let mut known: Vec<(f64, &MasterColumn)> = open.map(|c| (reduced(c), c)).collect();
        known.retain(|(reduced, _)| *reduced <= room);
        known.sort_by(|a, b| a.0.total_cmp(&b.0));
        known.truncate(KNOWN);
        let known: Vec<(usize, Vec<u32>)> =
            known.into_iter().map(|(_, column)| (column.school, column.areas.clone())).collect();
        let chosen = self.engine.choose(&known, KNOWN_NODES.min(effort.nodes_left()), effort)?;
        effort.spend(1);
        if let Some(plan) = chosen.plan {
            self.take(plan, told);
        }
        Ok(())
    }

    /// Branches, the one of least bound first.
    fn branch(&mut self, effort: &mut Effort, told: &mut Told<'_>) -> Result<Ended, SolverFault> {
        let root = Branch {
            bound: self.bound,
            usable: self.engine.usable.clone(),
            required: self.engine.required.clone(),
        };
        let mut open = vec![root];
        loop {
            let target = self.target();
            open.retain(|branch| branch.bound < target);
            let least = open.iter().map(|branch| branch.bound).fold(target, f64::min);
            if least.is_finite() {
                self.raise(least, told);
            }
            if open.is_empty() {
                let nothing = self.best.is_none();
                return Ok(if nothing { Ended::Nothing } else { Ended::Closed });
            }
            if let Some(ended) = self.ends(effort) {
                return Ok(ended);
            }
            let first =
                |&a: &usize, &b: &usize| open[a].bound.total_cmp(&open[b].bound).then(b.cmp(&a));
            let Some(place) = (0..open.len()).min_by(first) else { return Ok(Ended::Closed) };
            let branch = open.swap_remove(place);
            let Some(parts) = self.split(branch, effort, told)? else { return Ok(Ended::Work) };
            open.extend(parts);
            effort.spend(1);
        }
    }

    /// Bounds a branch and parts it in two, or in nothing where it holds no better plan. An effort
    /// that ends on the way leaves the branch as it is. `None` where pricing or the solver do not
    /// get through.
    fn split(
        &mut self,
        branch: Branch,
        effort: &mut Effort,
        told: &mut Told<'_>,
    ) -> Result<Option<Vec<Branch>>, SolverFault> {
        self.engine.usable.clone_from(&branch.usable);
        self.engine.required.clone_from(&branch.required);
        self.open_columns()?;
        let settled = self.engine.settle(self.target(), LAST - 1, effort)?;
        let Some(settled) = settled else { return Ok(None) };
        let bound = settled.bound.max(branch.bound);
        if bound >= self.target() || (self.best.is_none() && settled.bound > self.dearest()) {
            return Ok(Some(Vec::new()));
        }
        if effort.is_over() {
            return Ok(Some(vec![Branch { bound, ..branch }]));
        }
        self.take_whole(&settled, told);
        if self.narrow(&settled, effort, told)? {
            return Ok(Some(Vec::new()));
        }
        let (usable, required) = (self.engine.usable.clone(), self.engine.required.clone());
        let Some((area, school)) = self.undecided(&settled) else {
            // Whole at prices that are not proven: more of the same would prove no more.
            return Ok(None);
        };
        let mut without = Branch { bound, usable, required };
        let mut with =
            Branch { bound, usable: without.usable.clone(), required: without.required.clone() };
        without.usable[school][area] = false;
        with.required[school][area] = true;
        for other in (0..with.usable.len()).filter(|&other| other != school) {
            with.usable[other][area] = false;
        }
        Ok(Some(vec![with, without]))
    }

    /// The pair whose share is nearest to a half.
    fn undecided(&self, settled: &Settled) -> Option<(usize, usize)> {
        let areas = self.engine.terms.area_count();
        let mut share = vec![0.0; areas * self.engine.grounds.len()];
        for (column, part) in self.engine.master.columns.iter().zip(&settled.relaxation.shares) {
            column.areas.iter().for_each(|&a| share[column.school * areas + a as usize] += part);
        }
        let off = |&pair: &usize| (share[pair] - 0.5_f64).abs();
        let open = (0..share.len()).filter(|pair| off(pair) < 0.5 - WHOLE);
        let pair = open.min_by(|a, b| off(a).total_cmp(&off(b)).then(a.cmp(b)))?;
        Some((pair % areas, pair / areas))
    }
}

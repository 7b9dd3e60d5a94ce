//! The most profitable connected catchment of one school: a rooted connected knapsack, searched
//! by taking or leaving one area at its edge after the other.

use super::ask::{Ask, Wanted};
use super::mask::Mask;
use super::persuade::{Lead, Persuasion, persuade};
use super::tighten::{Knapsack, Tight, by_worth, tighten};
use crate::terms::{Account, SEAT_SLACK};

/// What a pricing found.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Priced {
    /// Catchments worth having with their profits, in the order found; areas ascending.
    pub(super) catchments: Vec<(f64, Vec<u32>)>,
    /// No catchment has more profit than this.
    pub(super) ceiling: f64,
    pub(super) nodes: u64,
    /// Whether the search came to its end.
    pub(super) is_complete: bool,
}

/// Profits closer than this to the mark are not above it.
const ROUNDING: f64 = 1e-9;

/// Steps after which the clock is looked at.
const LOOK: u64 = 1 << 14;

/// Prices one school.
///
/// 1. Areas that cannot be in a catchment worth having are left out ([`tighten`]).
/// 2. Fees between areas make the knapsack all but hang together ([`persuade`]).
/// 3. From the school outwards, an area at the edge is taken, then left, the one of most profit a
///    pupil first. A branch ends where the fractional knapsack of what it can still reach is not
///    above the mark.
///
/// A search that takes too long is parted at one area, with and without it, and each part is
/// prepared anew. When the steps run out, the ceiling is the highest bound of what is left.
pub(super) fn price(ask: &Ask<'_>, known: &mut Persuasion) -> Priced {
    let mut priced =
        Priced { catchments: Vec::new(), ceiling: ask.above, nodes: 0, is_complete: true };
    let whole = Part {
        usable: ask.usable.to_vec(),
        required: ask.required.to_vec(),
        ceiling: f64::INFINITY,
    };
    let mut parts = vec![whole];
    while let Some(part) = take_highest(&mut parts, ask, &priced) {
        let left = ask.nodes.saturating_sub(priced.nodes);
        let ended = left == 0 || ask.effort.is_over() || is_enough(ask, &priced);
        if ended {
            priced.is_complete = false;
            priced.ceiling = priced.ceiling.max(part.ceiling);
            break;
        }
        let above = match ask.wanted {
            Wanted::Best => priced.catchments.last().map_or(ask.above, |(profit, _)| *profit),
            Wanted::All(_) => ask.above,
        };
        let nodes = if ask.nodes <= WITHOUT_PARTS { left } else { left.min(PART) };
        let part_ask =
            Ask { above, nodes, usable: &part.usable, required: &part.required, ..ask.clone() };
        let Some((tight, lead)) = prepare(&part_ask, known) else { continue };
        let searched = search(&part_ask, &tight, &lead);
        priced.nodes += searched.nodes + PREPARING;
        let split =
            (!searched.is_complete).then(|| split(&part_ask, tight, &lead, searched.ceiling));
        match (split.flatten(), ask.wanted) {
            // The halves will find what the whole found.
            (Some(halves), Wanted::All(most)) if searched.catchments.len() < most => {
                parts.extend(halves);
            }
            (Some(halves), _) => {
                priced.catchments.extend(searched.catchments);
                parts.extend(halves);
            }
            (None, _) => {
                priced.catchments.extend(searched.catchments);
                priced.ceiling = priced.ceiling.max(searched.ceiling);
                priced.is_complete &= searched.is_complete;
            }
        }
    }
    let best = priced.catchments.iter().map(|(profit, _)| *profit);
    priced.ceiling = best.fold(priced.ceiling, f64::max);
    priced
}

/// Up to so many steps a school is searched as a whole; beyond, in parts of so many, each of
/// which counts some steps for being prepared.
const WITHOUT_PARTS: u64 = 10_000;
const PART: u64 = 20_000;
const PREPARING: u64 = 500;

/// Catchments with some areas and without others.
struct Part {
    usable: Vec<bool>,
    required: Vec<bool>,
    /// None of them has more profit.
    ceiling: f64,
}

/// The part that may hold the most, or the next one when all are wanted.
fn take_highest(parts: &mut Vec<Part>, ask: &Ask<'_>, priced: &Priced) -> Option<Part> {
    if let Wanted::All(_) = ask.wanted {
        return parts.pop();
    }
    let above = priced.catchments.last().map_or(ask.above, |(profit, _)| *profit);
    parts.retain(|part| part.ceiling > above + ROUNDING);
    let highest =
        |&a: &usize, &b: &usize| parts[a].ceiling.total_cmp(&parts[b].ceiling).then(a.cmp(&b));
    (0..parts.len()).max_by(highest).map(|place| parts.swap_remove(place))
}

fn is_enough(ask: &Ask<'_>, priced: &Priced) -> bool {
    matches!(ask.wanted, Wanted::All(most) if priced.catchments.len() >= most)
}

fn prepare(ask: &Ask<'_>, known: &mut Persuasion) -> Option<(Tight, Lead)> {
    let tight = tighten(ask)?;
    let lead = persuade(ask, &tight, known)?;
    Some((tight, lead))
}

fn search(ask: &Ask<'_>, tight: &Tight, lead: &Lead) -> Priced {
    let order = order(ask, tight, &lead.profit);
    match order.len() {
        0..=64 => Search::<1>::new(ask, tight, lead, order).run(),
        65..=128 => Search::<2>::new(ask, tight, lead, order).run(),
        129..=256 => Search::<4>::new(ask, tight, lead, order).run(),
        257..=512 => Search::<8>::new(ask, tight, lead, order).run(),
        513..=2048 => Search::<32>::new(ask, tight, lead, order).run(),
        _ => {
            let ceiling = knapsack(ask, lead, &order, tight);
            Priced { catchments: Vec::new(), ceiling, nodes: 0, is_complete: false }
        }
    }
}

/// The part with and the part without the area whose fees are the highest: what others need most
/// to hang together. `None` where nothing is left to be decided.
fn split(ask: &Ask<'_>, tight: Tight, lead: &Lead, ceiling: f64) -> Option<[Part; 2]> {
    let open = (0..ask.profit.len()).filter(|&area| tight.usable[area] && !tight.required[area]);
    let fees = |area: usize| (lead.profit[area] - ask.profit[area]).abs();
    let area = open.max_by(|&a, &b| fees(a).total_cmp(&fees(b)).then(b.cmp(&a)))?;
    let mut with = Part { usable: tight.usable.clone(), required: tight.required.clone(), ceiling };
    with.required[area] = true;
    let mut without = Part { usable: tight.usable, required: tight.required, ceiling };
    without.usable[area] = false;
    Some([without, with])
}

/// The areas in the order of the knapsack, those that bring nothing last.
fn order(ask: &Ask<'_>, tight: &Tight, lead: &[f64]) -> Vec<usize> {
    let usable = (0..lead.len()).filter(|&area| tight.usable[area]);
    let (mut order, mut rest): (Vec<usize>, Vec<usize>) = usable.partition(|&a| lead[a] > 0.0);
    by_worth(&mut order, lead, &ask.ground.weight);
    rest.sort_by(|&a, &b| lead[b].total_cmp(&lead[a]).then(a.cmp(&b)));
    order.extend(rest);
    order
}

/// The bound of a school with too many areas to search.
fn knapsack(ask: &Ask<'_>, lead: &Lead, order: &[usize], tight: &Tight) -> f64 {
    let back = lead.back();
    let lead = &lead.profit;
    let required = order.iter().filter(|&&area| tight.required[area]);
    let (mut base, mut load) = (back, 0.0);
    for &area in required {
        base += lead[area];
        load += ask.ground.weight[area];
    }
    let free = order.iter().filter(|&&area| !tight.required[area] && lead[area] > 0.0);
    let items = free.map(|&area| (lead[area], ask.ground.weight[area]));
    Knapsack::begin(ask, load).map_or(ask.above, |knapsack| base + knapsack.fill(items))
}

/// A catchment under construction.
#[derive(Clone, Copy)]
struct Branch<const W: usize> {
    inside: Mask<W>,
    /// Areas that may still be taken.
    open: Mask<W>,
    /// Areas at the edge, or taken or left before.
    touched: Mask<W>,
    profit: f64,
    /// The profit after fees.
    lead: f64,
    load: f64,
}

struct Search<'a, const W: usize> {
    ask: &'a Ask<'a>,
    order: Vec<usize>,
    near: Vec<Mask<W>>,
    begins: Mask<W>,
    required: Mask<W>,
    /// How many areas, the first ones, bring something after fees.
    bringing: usize,
    profit: Vec<f64>,
    lead: Vec<f64>,
    weight: Vec<f64>,
    /// The triples of each area, and how many of each are inside.
    triples_of: Vec<Vec<u32>>,
    inside_of: Vec<u8>,
    /// What each area of a triple has paid in the lead, and what is given back for all of them.
    shares: Vec<f64>,
    back: f64,
    /// The account of the branch, where a catchment pays by more than its expected pupils.
    account: Option<Account>,
    above: f64,
    ceiling: f64,
    nodes: u64,
    is_complete: bool,
    found: Vec<(f64, Mask<W>)>,
}

impl<'a, const W: usize> Search<'a, W> {
    fn new(ask: &'a Ask<'a>, tight: &Tight, lead: &Lead, order: Vec<usize>) -> Self {
        let mut place = vec![usize::MAX; lead.profit.len()];
        order.iter().enumerate().for_each(|(k, &area)| place[area] = k);
        let mut near = vec![Mask::EMPTY; order.len()];
        let (mut begins, mut required) = (Mask::EMPTY, Mask::EMPTY);
        for (k, &area) in order.iter().enumerate() {
            for &next in ask.terms.borders.of(area) {
                if place[next as usize] != usize::MAX {
                    near[k].put(place[next as usize]);
                }
            }
            if ask.ground.begins[area] {
                begins.put(k);
            }
            if tight.required[area] {
                required.put(k);
            }
        }
        let mut triples_of = vec![Vec::new(); order.len()];
        for (triple, number) in ask.triples.iter().zip(0..) {
            for &area in triple.areas.iter().filter(|&&a| place[a as usize] != usize::MAX) {
                triples_of[place[area as usize]].push(number);
            }
        }
        let of = |values: &[f64]| order.iter().map(|&area| values[area]).collect::<Vec<f64>>();
        let back = lead.back();
        let shares = lead.shares.clone();
        let lead = of(&lead.profit);
        Self {
            back,
            shares,
            bringing: lead.iter().filter(|&&lead| lead > 0.0).count(),
            profit: of(ask.profit),
            weight: of(&ask.ground.weight),
            lead,
            near,
            begins,
            required,
            triples_of,
            inside_of: vec![0; ask.triples.len()],
            account: (!ask.ground.is_plain).then(|| ask.terms.account(&[])),
            above: ask.above,
            ceiling: ask.above,
            nodes: 0,
            is_complete: true,
            found: Vec::new(),
            order,
            ask,
        }
    }

    fn run(mut self) -> Priced {
        let mut open = Mask::EMPTY;
        (0..self.order.len()).for_each(|place| open.put(place));
        let start = Branch {
            inside: Mask::EMPTY,
            open,
            touched: self.begins,
            profit: 0.0,
            lead: self.back,
            load: 0.0,
        };
        self.note(&start);
        self.explore(start);
        let areas = |mask: &Mask<W>| {
            let mut areas: Vec<u32> =
                mask.places().filter_map(|place| u32::try_from(self.order[place]).ok()).collect();
            areas.sort_unstable();
            areas
        };
        let catchments: Vec<(f64, Vec<u32>)> =
            self.found.iter().map(|(profit, mask)| (*profit, areas(mask))).collect();
        let best = catchments.iter().map(|(profit, _)| *profit).fold(self.ceiling, f64::max);
        Priced { catchments, ceiling: best, nodes: self.nodes, is_complete: self.is_complete }
    }

    /// Keeps the branch as a catchment where it is one worth having.
    fn note(&mut self, branch: &Branch<W>) {
        if !self.required.without(&branch.inside).is_empty() {
            return;
        }
        let pays = match &self.account {
            Some(account) => self.ask.pays(account),
            None => Knapsack::begin(self.ask, branch.load).map(|knapsack| -knapsack.sum()),
        };
        let Some(pays) = pays else { return };
        let profit = branch.profit - pays;
        if profit <= self.above {
            return;
        }
        self.found.push((profit, branch.inside));
        match self.ask.wanted {
            Wanted::Best => self.above = profit,
            Wanted::All(most) if self.found.len() >= most => self.nodes = self.ask.nodes,
            Wanted::All(_) => {}
        }
    }

    /// What a branch can still become.
    fn bound(&self, branch: &Branch<W>, pays: f64) -> f64 {
        let need = self.required.and(&branch.open);
        let (mut sum, mut load) = (branch.lead - pays, branch.load);
        for place in need.places() {
            sum += self.lead[place];
            load += self.weight[place];
        }
        let Some(knapsack) = Knapsack::begin(self.ask, load) else { return f64::NEG_INFINITY };
        let free = branch.open.without(&need).places().take_while(|&place| place < self.bringing);
        sum + knapsack.fill(free.map(|place| (self.lead[place], self.weight[place])))
    }

    fn explore(&mut self, mut branch: Branch<W>) {
        let pays = match &self.account {
            Some(account) => self.ask.pays_at_least(account),
            None => Some(0.0),
        };
        let Some(pays) = pays else { return };
        loop {
            let mark = self.above + ROUNDING;
            if self.bound(&branch, pays) <= mark || !self.keep_reachable(&mut branch) {
                return;
            }
            let bound = self.bound(&branch, pays);
            if bound <= mark {
                return;
            }
            if self.nodes >= self.ask.nodes {
                self.is_complete = false;
                self.ceiling = self.ceiling.max(bound);
                return;
            }
            let edge = branch.touched.and(&branch.open);
            let needed = edge.and(&self.required);
            let Some(place) = needed.first().or_else(|| edge.first()) else { return };
            self.nodes += 1;
            if self.nodes.is_multiple_of(LOOK) && self.ask.effort.is_over() {
                self.nodes = self.ask.nodes;
            }
            branch.open.take(place);
            self.take(&branch, place);
            if self.required.has(place) {
                return;
            }
        }
    }

    /// Explores the branch with one more area inside.
    fn take(&mut self, branch: &Branch<W>, place: usize) {
        let mut next = *branch;
        next.inside.put(place);
        next.touched = next.touched.or(&self.near[place]);
        next.profit += self.profit[place];
        next.lead += self.lead[place];
        next.load += self.weight[place];
        for &triple in &self.triples_of[place] {
            let inside = &mut self.inside_of[triple as usize];
            *inside += 1;
            if *inside == 2 {
                let pays = self.ask.triples[triple as usize].pays;
                next.profit -= pays;
                // Two areas have paid a share each and one came back; a third would pay its own.
                next.lead -= pays - 2.0 * self.shares[triple as usize];
            }
        }
        let area = self.order[place];
        if let Some(account) = &mut self.account {
            self.ask.terms.enter(account, area);
        }
        self.note(&next);
        self.explore(next);
        if let Some(account) = &mut self.account {
            self.ask.terms.leave(account, area);
        }
        self.triples_of[place].iter().for_each(|&t| self.inside_of[t as usize] -= 1);
    }

    /// Leaves open only what the branch can reach and seat; `false` when a required area is not
    /// among it.
    fn keep_reachable(&self, branch: &mut Branch<W>) -> bool {
        let mut new = branch.touched.and(&branch.open);
        let mut reach = new;
        while let Some(place) = new.first() {
            new.take(place);
            let more = self.near[place].and(&branch.open).without(&reach);
            new = new.or(&more);
            reach = reach.or(&more);
        }
        branch.open = reach;
        if self.ask.ground.is_hard {
            let room = self.ask.ground.seats - branch.load + SEAT_SLACK;
            for place in reach.places().filter(|&place| self.weight[place] > room) {
                branch.open.take(place);
            }
        }
        self.required.without(&branch.inside).without(&branch.open).is_empty()
    }
}

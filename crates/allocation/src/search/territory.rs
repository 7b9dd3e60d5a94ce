//! A complete plan under change, as numbers: accounts, borders and pieces, kept up to date.

use super::rings::Rings;
use crate::terms::{Account, Budget, Change, Terms};

/// What rule-breaking costs a search: so much for each pupil of excess, and for each unit above
/// each budget.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Penalty {
    pub(crate) excess: f64,
    pub(crate) budgets: Vec<f64>,
    /// Pupils that a broken rule counts as beyond those that break it.
    pub(crate) step: f64,
    /// What a seat at each school costs a pupil.
    pub(crate) price: Vec<f64>,
}

/// A plan that moves are tried on.
#[derive(Clone, Debug)]
pub(crate) struct Territory<'t> {
    pub(crate) terms: &'t Terms,
    rings: &'t Rings,
    school_of: Vec<u32>,
    /// Pupils expected of each area.
    pub(crate) pupils: Vec<f64>,
    members: Vec<Vec<u32>>,
    /// Place of each area among the members of its school.
    place: Vec<u32>,
    accounts: Vec<Account>,
    charge: Vec<f64>,
    excess: Vec<f64>,
    /// Schools that break a rule.
    broken: usize,
    /// Of each budget: the charges by school, and the sum over everything.
    budget_charge: Vec<Vec<f64>>,
    budget_value: Vec<f64>,
    value: f64,
    /// Neighbours of each area that go elsewhere.
    foreign: Vec<u32>,
    /// Areas with such neighbours, and the place of each.
    border: Vec<u32>,
    border_place: Vec<u32>,
    seen: PiecesSeen,
}

/// Pieces of catchments and where areas hold them together, worked out when asked for.
#[derive(Clone, Debug)]
struct PiecesSeen {
    fresh: Vec<bool>,
    pieces: Vec<u32>,
    /// Parts into which the piece of an area falls without it.
    splits: Vec<u32>,
    order: Vec<u32>,
    low: Vec<u32>,
}

const NOWHERE: u32 = u32::MAX;

impl Terms {
    /// The mean over what counts.
    pub(crate) fn expected(&self, values: &[f64]) -> f64 {
        values.iter().zip(&self.scenarios.chance).map(|(value, chance)| value * chance).sum()
    }
}

impl<'t> Territory<'t> {
    pub(crate) fn new(terms: &'t Terms, rings: &'t Rings, plan: &[usize]) -> Self {
        let (areas, schools) = (terms.area_count(), terms.school_count());
        let place = |n: usize| u32::try_from(n).unwrap_or(NOWHERE);
        let mut territory = Self {
            terms,
            rings,
            school_of: plan.iter().map(|&school| place(school)).collect(),
            pupils: (0..areas)
                .map(|area| terms.expected(terms.scenarios.pupils_of(area)))
                .collect(),
            members: vec![Vec::new(); schools],
            place: vec![0; areas],
            accounts: Vec::new(),
            charge: vec![0.0; schools],
            excess: vec![0.0; schools],
            broken: 0,
            budget_charge: vec![vec![0.0; schools]; terms.budgets.len()],
            budget_value: vec![0.0; terms.budgets.len()],
            value: 0.0,
            foreign: vec![0; areas],
            border: Vec::new(),
            border_place: vec![NOWHERE; areas],
            seen: PiecesSeen {
                fresh: vec![false; schools],
                pieces: vec![0; schools],
                splits: vec![0; areas],
                order: vec![0; areas],
                low: vec![0; areas],
            },
        };
        for (area, &school) in plan.iter().enumerate() {
            territory.place[area] = place(territory.members[school].len());
            territory.members[school].push(place(area));
        }
        for area in 0..areas {
            let own = territory.school_of[area];
            let elsewhere = |&&next: &&u32| territory.school_of[next as usize] != own;
            territory.foreign[area] =
                place(terms.borders.of(area).iter().filter(elsewhere).count());
            if territory.foreign[area] > 0 {
                territory.border_place[area] = place(territory.border.len());
                territory.border.push(place(area));
            }
        }
        territory.count_anew();
        territory
    }

    /// Works out all sums from nothing, so that rounding does not pile up.
    pub(crate) fn count_anew(&mut self) {
        let terms = self.terms;
        let plan = self.plan();
        let catchments = terms.catchments(&plan);
        self.accounts = catchments.iter().map(|areas| terms.account(areas)).collect();
        for (school, account) in self.accounts.iter().enumerate() {
            self.charge[school] = terms.charge(&terms.goal, school, account);
            self.excess[school] = terms.excess(school, account);
            for (budget, charge) in terms.budgets.iter().zip(&mut self.budget_charge) {
                charge[school] = terms.charge(&budget.goal, school, account);
            }
        }
        self.broken = self.excess.iter().filter(|&&excess| excess > 0.0).count();
        self.value = terms.value(&terms.goal, &plan);
        let value = |budget: &Budget| terms.value(&budget.goal, &plan);
        self.budget_value = terms.budgets.iter().map(value).collect();
    }

    pub(crate) fn plan(&self) -> Vec<usize> {
        self.school_of.iter().map(|&school| school as usize).collect()
    }

    pub(crate) fn school_of(&self, area: usize) -> usize {
        self.school_of[area] as usize
    }

    pub(crate) fn members(&self, school: usize) -> &[u32] {
        &self.members[school]
    }

    /// Areas with a neighbour that goes elsewhere.
    pub(crate) fn border(&self) -> &[u32] {
        &self.border
    }

    /// Pupils expected above the seats; below nothing where seats are free.
    pub(crate) fn above_seats(&self, school: usize) -> f64 {
        self.terms.expected(&self.accounts[school].loads)
            - self.terms.expected(self.terms.scenarios.seats_of(school))
    }

    /// Pupils by whom catchments break their rules.
    pub(crate) fn excess(&self) -> f64 {
        self.excess.iter().sum()
    }

    /// How far each budget is passed.
    pub(crate) fn budget_excess(&self, place: usize) -> f64 {
        (self.budget_value[place] - self.terms.budgets[place].limit).max(0.0)
    }

    /// Whether every rule is kept, borders aside.
    pub(crate) fn keeps_numbers(&self) -> bool {
        self.broken == 0
            && (0..self.terms.budgets.len()).all(|budget| self.budget_excess(budget) <= 0.0)
    }

    pub(crate) fn value(&self) -> f64 {
        self.value
    }

    /// By how much the merit changes if areas change school. Each school is left by at most one
    /// area and entered by at most one.
    pub(crate) fn difference(&self, moves: &[(u32, u32)], penalty: &Penalty) -> f64 {
        let terms = self.terms;
        let mut difference = 0.0;
        for &(area, to) in moves {
            let from = self.school_of(area as usize);
            difference += terms.pair(&terms.goal, area as usize, to as usize)
                - terms.pair(&terms.goal, area as usize, from)
                + self.pupils[area as usize] * (penalty.price[to as usize] - penalty.price[from]);
        }
        self.each_change(moves, |school, change| {
            let account = &self.accounts[school];
            if !terms.goal.charges.is_empty() {
                difference +=
                    terms.charge_after(&terms.goal, school, account, change) - self.charge[school];
            }
            if !terms.rules.is_empty() {
                let excess = terms.excess_after(school, account, change);
                let broken = |excess: f64| if excess > 0.0 { excess + penalty.step } else { 0.0 };
                difference += penalty.excess * (broken(excess) - broken(self.excess[school]));
            }
        });
        for (place, budget) in terms.budgets.iter().enumerate() {
            let after = self.budget_value[place] + self.budget_difference(place, moves);
            let over = (after - budget.limit).max(0.0) - self.budget_excess(place);
            difference += penalty.budgets[place] * over;
        }
        difference
    }

    fn budget_difference(&self, place: usize, moves: &[(u32, u32)]) -> f64 {
        let terms = self.terms;
        let goal = &terms.budgets[place].goal;
        let mut difference = 0.0;
        for &(area, to) in moves {
            let from = self.school_of(area as usize);
            difference += terms.pair(goal, area as usize, to as usize)
                - terms.pair(goal, area as usize, from);
        }
        if !goal.charges.is_empty() {
            self.each_change(moves, |school, change| {
                difference += terms.charge_after(goal, school, &self.accounts[school], change)
                    - self.budget_charge[place][school];
            });
        }
        difference
    }

    /// Calls with each school that the moves touch, once.
    fn each_change(&self, moves: &[(u32, u32)], mut call: impl FnMut(usize, Change)) {
        for (at, &(area, to)) in moves.iter().enumerate() {
            let from = self.school_of[area as usize];
            let leaver = |school: u32| {
                moves.iter().find(|&&(a, _)| self.school_of[a as usize] == school).map(|m| m.0)
            };
            let comer = |school: u32| moves.iter().find(|m| m.1 == school).map(|m| m.0);
            call(from as usize, Change { enters: comer(from), leaves: Some(area) });
            // A school that is also left is called where it is left.
            let is_left = leaver(to).is_some();
            let again = moves[..at].iter().any(|m| m.1 == to);
            if !is_left && !again {
                call(to as usize, Change { enters: Some(area), leaves: None });
            }
        }
    }

    /// Gives an area to another school.
    pub(crate) fn shift(&mut self, area: usize, to: usize) {
        let terms = self.terms;
        let from = self.school_of(area);
        let moves = [(as_place(area), as_place(to))];
        for place in 0..terms.budgets.len() {
            self.budget_value[place] += self.budget_difference(place, &moves);
        }
        self.value += terms.pair(&terms.goal, area, to) - terms.pair(&terms.goal, area, from);
        self.move_member(area, from, to);
        terms.leave(&mut self.accounts[from], area);
        terms.enter(&mut self.accounts[to], area);
        for school in [from, to] {
            let account = &self.accounts[school];
            let charge = terms.charge(&terms.goal, school, account);
            self.value += charge - self.charge[school];
            self.charge[school] = charge;
            let excess = terms.excess(school, account);
            self.broken += usize::from(excess > 0.0);
            self.broken -= usize::from(self.excess[school] > 0.0);
            self.excess[school] = excess;
            for (budget, charge) in terms.budgets.iter().zip(&mut self.budget_charge) {
                charge[school] = terms.charge(&budget.goal, school, account);
            }
            self.seen.fresh[school] = false;
        }
    }

    fn move_member(&mut self, area: usize, from: usize, to: usize) {
        let place = self.place[area] as usize;
        self.members[from].swap_remove(place);
        if let Some(&filler) = self.members[from].get(place) {
            self.place[filler as usize] = as_place(place);
        }
        self.place[area] = as_place(self.members[to].len());
        self.members[to].push(as_place(area));
        self.school_of[area] = as_place(to);
        let terms = self.terms;
        let mut foreign = 0;
        for &next in terms.borders.of(area) {
            let next = next as usize;
            let school = self.school_of(next);
            foreign += u32::from(school != to);
            if school == from {
                self.foreign[next] += 1;
                self.note_border(next);
            } else if school == to {
                self.foreign[next] -= 1;
                self.note_border(next);
            }
        }
        self.foreign[area] = foreign;
        self.note_border(area);
    }

    fn note_border(&mut self, area: usize) {
        let place = self.border_place[area];
        if (self.foreign[area] > 0) == (place != NOWHERE) {
            return;
        }
        if place == NOWHERE {
            self.border_place[area] = as_place(self.border.len());
            self.border.push(as_place(area));
        } else {
            self.border.swap_remove(place as usize);
            if let Some(&filler) = self.border.get(place as usize) {
                self.border_place[filler as usize] = place;
            }
            self.border_place[area] = NOWHERE;
        }
    }

    fn belongs(&self, area: usize, school: usize) -> bool {
        self.school_of(area) == school || self.terms.roots[school] == Some(area)
    }

    /// Whether the area's catchment has no more pieces than it may have, or than it has now,
    /// without the area.
    pub(crate) fn may_leave(&mut self, area: usize) -> bool {
        let school = self.school_of(area);
        let allowed = self.terms.pieces_allowed[school];
        if allowed == u32::MAX || self.terms.roots[school] == Some(area) {
            return true;
        }
        if self.rings.holds_without(area, |next| self.belongs(next as usize, school)) {
            return true;
        }
        self.see(school);
        let pieces = self.seen.pieces[school];
        pieces + self.seen.splits[area] - 1 <= allowed.max(pieces)
    }

    /// Whether the school's catchment has no more pieces than it may have with the area.
    pub(crate) fn may_enter(&mut self, area: usize, school: usize) -> bool {
        let allowed = self.terms.pieces_allowed[school];
        if allowed == u32::MAX || self.terms.roots[school] == Some(area) {
            return true;
        }
        let terms = self.terms;
        let touches = |&next: &u32| self.belongs(next as usize, school);
        if terms.borders.of(area).iter().any(touches) {
            return true;
        }
        self.see(school);
        self.seen.pieces[school] < allowed
    }

    /// Counts pieces and how many parts each area holds together (Tarjan's lowest points of a
    /// depth-first walk), unless that is known.
    fn see(&mut self, school: usize) {
        if std::mem::replace(&mut self.seen.fresh[school], true) {
            return;
        }
        let root = self.terms.roots[school];
        let starts: Vec<usize> = root
            .into_iter()
            .chain(self.members[school].iter().map(|&area| area as usize))
            .collect();
        starts.iter().for_each(|&area| self.seen.order[area] = 0);
        self.seen.pieces[school] = 0;
        // The walk writes on the school's own area, which may be another school's.
        if let Some(owner) = root.map(|root| self.school_of(root)).filter(|&own| own != school) {
            self.seen.fresh[owner] = false;
        }
        let mut now = 0;
        let mut path: Vec<(usize, usize)> = Vec::new();
        for start in starts {
            if self.seen.order[start] != 0 {
                continue;
            }
            self.seen.pieces[school] += 1;
            now += 1;
            self.begin(start, now, true);
            path.push((start, 0));
            while let Some(&mut (area, ref mut at)) = path.last_mut() {
                let around = self.terms.borders.of(area);
                if let Some(&next) = around.get(*at) {
                    *at += 1;
                    let next = next as usize;
                    if !self.belongs(next, school) {
                        continue;
                    }
                    if self.seen.order[next] == 0 {
                        now += 1;
                        self.begin(next, now, false);
                        path.push((next, 0));
                    } else {
                        self.seen.low[area] = self.seen.low[area].min(self.seen.order[next]);
                    }
                    continue;
                }
                path.pop();
                if let Some(&(above, _)) = path.last() {
                    self.seen.low[above] = self.seen.low[above].min(self.seen.low[area]);
                    if self.seen.low[area] >= self.seen.order[above] {
                        self.seen.splits[above] += 1;
                    }
                }
            }
        }
    }

    /// An area is met for the first time. The first of a piece has nothing above it that would
    /// stay as a part of its own.
    fn begin(&mut self, area: usize, now: u32, first: bool) {
        self.seen.order[area] = now;
        self.seen.low[area] = now;
        self.seen.splits[area] = u32::from(!first);
    }
}

fn as_place(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(NOWHERE)
}

#[cfg(test)]
mod tests {
    use super::{Penalty, Territory};
    use crate::search::dice::Dice;
    use crate::search::rings::Rings;
    use crate::terms::{Budget, Goal, Terms, grid};

    fn terms(pieces: u32) -> Terms {
        let mut terms = grid(6, &[7, 10, 27]);
        terms.pieces_allowed = vec![1, pieces, 1];
        let pair = (0..108).map(|at| f64::from(u8::from(at % 5 == 0))).collect();
        terms.budgets.push(Budget { goal: Goal { pair, charges: Vec::new() }, limit: 4.0 });
        terms
    }

    fn penalty() -> Penalty {
        Penalty { excess: 3.0, budgets: vec![2.0], step: 1.5, price: vec![0.5, 0.0, 1.0] }
    }

    /// The goal with what rule-breaking and seats cost, worked out from nothing.
    fn merit(terms: &Terms, plan: &[usize], penalty: &Penalty) -> f64 {
        let catchments = terms.catchments(plan);
        let of = |(school, areas): (usize, &Vec<usize>)| {
            let account = terms.account(areas);
            let excess = terms.excess(school, &account);
            let broken = if excess > 0.0 { excess + penalty.step } else { 0.0 };
            penalty.price[school] * account.loads[0] + penalty.excess * broken
        };
        let over = terms.value(&terms.budgets[0].goal, plan) - terms.budgets[0].limit;
        terms.value(&terms.goal, plan)
            + catchments.iter().enumerate().map(of).sum::<f64>()
            + penalty.budgets[0] * over.max(0.0)
    }

    #[test]
    fn walks_at_random_agree_with_counting_from_nothing() {
        for (seed, pieces) in [(1, 1), (2, 2), (3, 3)] {
            let terms = terms(pieces);
            let rings = Rings::new(&terms.borders, 36);
            let plan: Vec<usize> = (0..36).map(|area| usize::from(area % 6 > 2)).collect();
            let plan: Vec<usize> =
                plan.iter().enumerate().map(|(a, &s)| if a >= 24 { 2 } else { s }).collect();
            let mut territory = Territory::new(&terms, &rings, &plan);
            let mut dice = Dice::of(seed, 0, 0);
            let (mut made, mut refused) = (0, 0);
            for _ in 0..3_000 {
                let (area, to) = (dice.below(36), dice.below(3));
                let from = territory.school_of(area);
                if from == to {
                    continue;
                }
                let before = territory.plan();
                let mut after = before.clone();
                after[area] = to;
                let pieces = |plan: &[usize], school: usize| {
                    terms.pieces(school, &terms.catchments(plan)[school])
                };
                let fits = |school: usize| pieces(&after, school) <= terms.pieces_allowed[school];
                assert_eq!(territory.may_leave(area), fits(from), "{area} {from} {before:?}");
                let may = territory.may_enter(area, to) && territory.may_leave(area);
                assert_eq!(may, fits(from) && fits(to), "{area} {from} {to} {before:?}");
                refused += usize::from(!may);
                let change = territory.difference(&[(area as u32, to as u32)], &penalty());
                let counted =
                    merit(&terms, &after, &penalty()) - merit(&terms, &before, &penalty());
                assert!((change - counted).abs() < 1e-6, "{change} {counted}");
                if may {
                    made += 1;
                    territory.shift(area, to);
                    assert!((territory.value() - terms.value(&terms.goal, &after)).abs() < 1e-6);
                    let elsewhere = |a: usize| {
                        terms.borders.of(a).iter().any(|&next| after[next as usize] != after[a])
                    };
                    let mut border = territory.border().to_vec();
                    border.sort_unstable();
                    let counted: Vec<u32> =
                        (0..36).filter(|&a| elsewhere(a)).map(|a| a as u32).collect();
                    assert_eq!(border, counted);
                    assert_eq!(territory.keeps_numbers(), {
                        let keeps = |s: usize| {
                            terms.excess(s, &terms.account(&terms.catchments(&after)[s])) <= 0.0
                        };
                        let budget = terms.value(&terms.budgets[0].goal, &after) <= 4.0;
                        (0..3).all(keeps) && budget
                    });
                }
            }
            assert!(made > 300 && refused > 300, "{made} made, {refused} refused");
        }
    }

    #[test]
    fn a_chain_weighs_what_its_moves_weigh_together() {
        let terms = terms(1);
        let rings = Rings::new(&terms.borders, 36);
        let plan: Vec<usize> = (0..36).map(|area| area / 12).collect();
        let territory = Territory::new(&terms, &rings, &plan);
        for chain in [&[(11, 1), (12, 0)][..], &[(11, 1), (23, 2), (24, 0)], &[(3, 1), (14, 2)]] {
            let mut after = plan.clone();
            chain.iter().for_each(|&(area, to)| after[area as usize] = to as usize);
            let counted = merit(&terms, &after, &penalty()) - merit(&terms, &plan, &penalty());
            assert!((territory.difference(chain, &penalty()) - counted).abs() < 1e-6, "{chain:?}");
        }
    }
}

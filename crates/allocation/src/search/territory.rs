//! A complete plan under change, as numbers: accounts, borders and pieces, kept up to date.

mod pieces;
mod plain;
mod rolls;
#[cfg(test)]
mod tests;

use self::pieces::Pieces;
use self::plain::Plain;
use self::rolls::{Rolls, as_place};
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
    /// The part of what the goal charges for overload that counts, where it is the only charge.
    pub(crate) over: f64,
    /// What a border between two areas of different schools costs. In proportion to the heat of a
    /// walk it keeps catchments from growing into each other, which no later move could undo.
    pub(crate) tension: f64,
}

/// A plan that moves are tried on.
#[derive(Clone, Debug)]
pub(crate) struct Territory<'t> {
    pub(crate) terms: &'t Terms,
    rings: &'t Rings,
    school_of: Vec<u32>,
    /// Pupils expected of each area.
    pub(crate) pupils: Vec<f64>,
    /// The areas of each school.
    members: Rolls,
    accounts: Vec<Account>,
    charge: Vec<f64>,
    excess: Vec<f64>,
    /// Schools that break a rule.
    broken: usize,
    /// Of each budget: the charges by school, and the sum over everything.
    budget_charge: Vec<Vec<f64>>,
    budget_value: Vec<f64>,
    value: f64,
    /// Schools that an area may join because they stand in it or beside it.
    doors: Vec<Vec<u32>>,
    /// Neighbours of each area that go elsewhere, and doors of other schools.
    foreign: Vec<u32>,
    /// Areas with such neighbours: all in one list, and those of each school.
    border: Rolls,
    border_of: Rolls,
    plain: Option<Plain>,
    pieces: Pieces,
    /// Shifts since the mark, with the school that each area left; `None` without a mark.
    trail: Option<Vec<(u32, u32)>>,
    /// Schools whose catchment has changed since it was last gathered.
    changed: Vec<bool>,
}

/// For each area, the schools that stand in it or beside it.
fn doors(terms: &Terms) -> Vec<Vec<u32>> {
    let mut doors = vec![Vec::new(); terms.area_count()];
    for (school, root) in terms.roots.iter().enumerate() {
        let Some(root) = *root else { continue };
        doors[root].push(as_place(school));
        let around = terms.borders.of(root).iter();
        around.for_each(|&next| doors[next as usize].push(as_place(school)));
    }
    doors
}

impl Terms {
    /// The mean over what counts.
    pub(crate) fn expected(&self, values: &[f64]) -> f64 {
        values.iter().zip(&self.scenarios.chance).map(|(value, chance)| value * chance).sum()
    }
}

impl<'t> Territory<'t> {
    pub(crate) fn new(terms: &'t Terms, rings: &'t Rings, plan: &[usize]) -> Self {
        let (areas, schools) = (terms.area_count(), terms.school_count());
        let mut territory = Self {
            terms,
            rings,
            school_of: plan.iter().map(|&school| as_place(school)).collect(),
            pupils: (0..areas)
                .map(|area| terms.expected(terms.scenarios.pupils_of(area)))
                .collect(),
            members: Rolls::new(schools, areas),
            accounts: Vec::new(),
            charge: vec![0.0; schools],
            excess: vec![0.0; schools],
            broken: 0,
            budget_charge: vec![vec![0.0; schools]; terms.budgets.len()],
            budget_value: vec![0.0; terms.budgets.len()],
            value: 0.0,
            doors: doors(terms),
            foreign: vec![0; areas],
            border: Rolls::new(1, areas),
            border_of: Rolls::new(schools, areas),
            plain: Plain::new(terms),
            pieces: Pieces::new(areas, schools),
            trail: None,
            changed: vec![true; schools],
        };
        for (area, &school) in plan.iter().enumerate() {
            territory.members.put(school, area);
        }
        for area in 0..areas {
            territory.foreign[area] = territory.count_foreign(area);
            territory.note_border(area);
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
        if let Some(plain) = &mut self.plain {
            let loads = self.accounts.iter().map(|account| account.loads[0]);
            plain.load.iter_mut().zip(loads).for_each(|(load, now)| *load = now);
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

    /// The same, as lists keep their numbers.
    pub(crate) fn of(&self, area: u32) -> u32 {
        self.school_of[area as usize]
    }

    pub(crate) fn members(&self, school: usize) -> &[u32] {
        self.members.of(school)
    }

    /// The school behind one of the ways on from an area, by number: its neighbours' schools, then
    /// those that stand in it or beside it; also one that has no area left is found so.
    pub(crate) fn behind(&self, area: u32, way: usize) -> Option<u32> {
        let around = self.terms.borders.of(area as usize);
        let door = || self.doors[area as usize].get(way - around.len()).copied();
        around.get(way).map_or_else(door, |&next| Some(self.of(next)))
    }

    /// How many ways on there are.
    pub(crate) fn ways_on(&self, area: u32) -> usize {
        self.terms.borders.of(area as usize).len() + self.doors[area as usize].len()
    }

    /// Areas with a way on to another school.
    pub(crate) fn border(&self) -> &[u32] {
        self.border.of(0)
    }

    /// Those of one school.
    pub(crate) fn border_of(&self, school: usize) -> &[u32] {
        self.border_of.of(school)
    }

    /// Marks the plan as one to come back to.
    pub(crate) fn mark(&mut self) {
        self.trail.get_or_insert_default().clear();
    }

    /// Forgets the mark.
    pub(crate) fn forget(&mut self) {
        self.trail = None;
    }

    /// Shifts since the mark.
    pub(crate) fn since_mark(&self) -> usize {
        self.trail.as_ref().map_or(0, Vec::len)
    }

    /// The plan that was marked.
    pub(crate) fn marked(&self) -> Option<Vec<usize>> {
        let mut plan = self.plan();
        let shifts = self.trail.as_ref()?.iter().rev();
        shifts.for_each(|&(area, from)| plan[area as usize] = from as usize);
        Some(plan)
    }

    /// The schools whose catchment has changed since this was last asked.
    pub(crate) fn take_changed(&mut self) -> Vec<usize> {
        let changed = (0..self.changed.len()).filter(|&school| self.changed[school]).collect();
        self.changed.fill(false);
        changed
    }

    /// What the goal charges for a pupil above the seats, where that is its only charge.
    pub(crate) fn over(&self) -> Option<f64> {
        self.plain.as_ref().map(|plain| plain.over).filter(|over| *over > 0.0)
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
        if penalty.tension > 0.0 {
            let more = moves.iter().map(|&(area, to)| self.borders_more(area, to)).sum::<i32>();
            difference += penalty.tension * f64::from(more);
        }
        if let Some(plain) = &self.plain {
            let pupils = |area: u32| self.pupils[area as usize];
            let moves = moves.iter().map(|&(area, to)| (pupils(area), self.of(area), to));
            return difference + plain.difference(moves, penalty);
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

    /// How many borders between schools there are more if the area goes to another one.
    fn borders_more(&self, area: u32, to: u32) -> i32 {
        let from = self.of(area);
        let around = self.terms.borders.of(area as usize).iter().map(|&next| self.of(next));
        around.map(|school| i32::from(school == from) - i32::from(school == to)).sum()
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
            self.pieces.fresh[school] = false;
            self.changed[school] = true;
        }
        if let Some(plain) = &mut self.plain {
            plain.load[from] -= self.pupils[area];
            plain.load[to] += self.pupils[area];
        }
        if let Some(trail) = &mut self.trail {
            trail.push((as_place(area), as_place(from)));
        }
    }

    fn move_member(&mut self, area: usize, from: usize, to: usize) {
        self.members.take(from, area);
        self.members.put(to, area);
        if self.border_of.has(area) {
            self.border_of.take(from, area);
            self.border_of.put(to, area);
        }
        self.school_of[area] = as_place(to);
        let terms = self.terms;
        for &next in terms.borders.of(area) {
            let next = next as usize;
            let school = self.school_of(next);
            if school == from {
                self.foreign[next] += 1;
                self.note_border(next);
            } else if school == to {
                self.foreign[next] -= 1;
                self.note_border(next);
            }
        }
        self.foreign[area] = self.count_foreign(area);
        self.note_border(area);
    }

    fn count_foreign(&self, area: usize) -> u32 {
        let own = self.school_of[area];
        let around = self.terms.borders.of(area).iter().map(|&next| self.of(next));
        let elsewhere = around.chain(self.doors[area].iter().copied());
        as_place(elsewhere.filter(|&school| school != own).count())
    }

    fn note_border(&mut self, area: usize) {
        let (is_border, school) = (self.foreign[area] > 0, self.school_of(area));
        if is_border == self.border.has(area) {
            return;
        }
        if is_border {
            self.border.put(0, area);
            self.border_of.put(school, area);
        } else {
            self.border.take(0, area);
            self.border_of.take(school, area);
        }
    }
}

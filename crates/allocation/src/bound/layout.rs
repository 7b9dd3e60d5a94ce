//! A stage as an integer program: every charge and every rule as columns and rows.
//!
//! ```text
//! min  Σ cost(a,s)·x(a,s) + Σ weight·column
//!      Σ_s x(a,s) = 1                                   load(s,k) = Σ_a pupils(a,k)·x(a,s)
//!      load(s,k) − over(s,k) ≤ seats(s,k)               overload; without over: seats are hard
//!      load(s,k) − above(s,k) ≤ fill(k)·seats(s,k)      balance
//!      load(s,k) ≤ size·(classes(s,k) + mixed(s,k))     classes, whole numbers
//!      least·own(s,k) ≤ load(s,k) ≤ few·mixed(s,k) + all·own(s,k)      no class too small
//!      x(a,s) ≤ group(s,g)  for the areas of g          groups kept together
//!      load(s,k) ≤ seats(s,k) + all·exceeds(s,k),  Σ_k exceeds(s,k) ≤ times      chance
//! ```
//!
//! Contiguity comes as cuts (`cuts.rs`).

use super::cuts::Cut;
use super::program::{Column, Program, Row};
use super::stage::{Scope, Stage};
use crate::constraints::classes::ClassRule;
use crate::terms::{Account, CatchmentRule, Charge, Goal, Terms};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Up to so many futures of a year get columns of their own.
const FEW_FUTURES: usize = 16;
/// Fewer pupils than the least class by this much are fewer for the solver, too.
const CLEARLY: f64 = 1e-5;

/// What a column beyond the pairs stands for, by school, then scenario or group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Aid {
    /// Pupils above the seats.
    Over(usize, usize),
    /// Pupils above an even filling.
    Above(usize, usize),
    /// Classes.
    Classes(usize, usize),
    /// Whether its pupils join classes of other grades.
    Mixed(usize, usize),
    /// Whether it has a class of its own.
    Own(usize, usize),
    /// Whether it has more pupils than seats.
    Exceeds(usize, usize),
    /// Whether it has an area of a group: school, grouping, group.
    Group(usize, usize, u32),
}

/// The program of a stage and what its columns mean.
pub(crate) struct Layout {
    pub(crate) program: Program,
    pub(crate) pairs: Vec<(usize, usize)>,
    /// The column of a pair, by area, then school; `usize::MAX` where there is none.
    column: Vec<usize>,
    schools: usize,
    aids: BTreeMap<Aid, usize>,
    /// Objective values are divided by this inside the program.
    pub(crate) scale: f64,
    /// The part of the objective that lies outside the scope.
    pub(crate) outside: f64,
    scope: Scope,
    terms: Arc<Terms>,
}

impl Layout {
    /// Lays the terms out over a scope; `elsewhere` says where areas outside the scope stay, and
    /// is `None` where there are none. Only pairs that `keeps` says yes to get a column.
    pub(super) fn new(
        terms: Arc<Terms>,
        scope: &Scope,
        elsewhere: Option<&[usize]>,
        keeps: &dyn Fn(usize, usize) -> bool,
    ) -> Self {
        let schools = terms.school_count();
        let mut pairs = Vec::new();
        let mut column = vec![usize::MAX; terms.area_count() * schools];
        for &area in &scope.areas {
            for &school in &scope.schools {
                if terms.allows(area, school) && keeps(area, school) {
                    column[area * schools + school] = pairs.len();
                    pairs.push((area, school));
                }
            }
        }
        let open = Column { cost: 0.0, lower: 0.0, upper: 1.0, whole: true };
        let mut layout = Self {
            program: Program { columns: vec![open; pairs.len()], rows: Vec::new() },
            pairs,
            column,
            schools,
            aids: BTreeMap::new(),
            scale: 1.0,
            outside: 0.0,
            scope: scope.clone(),
            terms,
        };
        for &area in &scope.areas {
            let terms = scope.schools.iter().filter_map(|&s| Some((layout.column(area, s)?, 1.0)));
            let row = Row { lower: 1.0, upper: 1.0, terms: terms.collect() };
            layout.program.rows.push(row);
        }
        layout.add_rules();
        layout.add_objective(elsewhere);
        layout.add_budgets(elsewhere);
        layout
    }

    pub(crate) fn column(&self, area: usize, school: usize) -> Option<usize> {
        let column = self.column[area * self.schools + school];
        (column != usize::MAX).then_some(column)
    }

    fn add_objective(&mut self, elsewhere: Option<&[usize]>) {
        let goal = self.terms.goal.clone();
        self.outside = self.outside_of(&goal, elsewhere);
        let costs = self.goal_terms(&goal);
        let highest = costs.iter().map(|(_, cost)| cost.abs()).fold(0.0, f64::max);
        self.scale = if highest > 0.0 { highest / 1e3 } else { 1.0 };
        for (column, cost) in costs {
            self.program.columns[column].cost += cost / self.scale;
        }
    }

    fn add_budgets(&mut self, elsewhere: Option<&[usize]>) {
        for budget in self.terms.budgets.clone() {
            let limit = budget.limit - self.outside_of(&budget.goal, elsewhere);
            let mut terms = self.goal_terms(&budget.goal);
            terms.retain(|(_, factor)| *factor != 0.0);
            let highest = terms.iter().map(|(_, factor)| factor.abs()).fold(0.0, f64::max);
            if highest > 0.0 {
                let scale = (highest / 1e2).max(1.0);
                terms.iter_mut().for_each(|(_, factor)| *factor /= scale);
                let upper = limit / scale;
                self.program.rows.push(Row { lower: f64::NEG_INFINITY, upper, terms });
            }
        }
    }

    /// The part of a goal that the schools outside the scope make up.
    fn outside_of(&self, goal: &Goal, elsewhere: Option<&[usize]>) -> f64 {
        let Some(plan) = elsewhere else { return 0.0 };
        let catchments = self.terms.catchments(plan);
        let outside = (0..self.schools).filter(|school| !self.scope.schools.contains(school));
        outside.map(|school| self.terms.catchment_value(goal, school, &catchments[school])).sum()
    }

    /// A goal over columns.
    fn goal_terms(&mut self, goal: &Goal) -> Vec<(usize, f64)> {
        let pairs = self.pairs.iter().enumerate();
        let mut terms: Vec<(usize, f64)> =
            pairs.map(|(column, &(a, s))| (column, self.terms.pair(goal, a, s))).collect();
        let schools = self.scope.schools.clone();
        for charge in &goal.charges {
            for &school in &schools {
                match charge {
                    Charge::Groups { weight, grouping } => {
                        let groups = self.terms.groupings[*grouping].groups;
                        let groups = u32::try_from(groups).unwrap_or(u32::MAX);
                        for group in 0..groups {
                            let column = self.aid(Aid::Group(school, *grouping, group));
                            terms.push((column, *weight));
                        }
                    }
                    Charge::Overload { weight } => {
                        self.each_year(&mut terms, *weight, |k| Some(Aid::Over(school, k)));
                    }
                    Charge::Balance { weight, fill } => {
                        let aid = |k: usize| fill[k].map(|_| Aid::Above(school, k));
                        self.each_year(&mut terms, *weight, aid);
                    }
                    Charge::Classes { weight, rules } => {
                        let known = rules[school].size.is_some();
                        let aid = |k: usize| known.then_some(Aid::Classes(school, k));
                        self.each_year(&mut terms, *weight, aid);
                    }
                }
            }
        }
        terms
    }

    fn each_year(
        &mut self,
        terms: &mut Vec<(usize, f64)>,
        weight: f64,
        aid: impl Fn(usize) -> Option<Aid>,
    ) {
        for k in self.planned() {
            if let Some(aid) = aid(k) {
                let weight = weight * self.terms.scenarios.chance[k];
                terms.push((self.aid(aid), weight));
            }
        }
    }

    /// The scenarios that count: the planned years.
    fn planned(&self) -> Vec<usize> {
        let chance = &self.terms.scenarios.chance;
        (0..chance.len()).filter(|&k| chance[k] > 0.0).collect()
    }

    fn add_rules(&mut self) {
        let schools = self.scope.schools.clone();
        for rule in self.terms.rules.clone() {
            for &school in &schools {
                match &rule {
                    CatchmentRule::Seats => {
                        for k in self.planned() {
                            let upper = self.terms.scenarios.seats_of(school)[k];
                            let terms = self.load(school, k);
                            self.program.rows.push(Row { lower: f64::NEG_INFINITY, upper, terms });
                        }
                    }
                    // Many futures come as cuts (`covers.rs`): so many columns would slow it down.
                    CatchmentRule::Chance { from, to, .. } if to - from > FEW_FUTURES => {}
                    CatchmentRule::Chance { from, to, times } => {
                        let exceeds: Vec<(usize, f64)> = (*from..*to)
                            .map(|k| (self.aid(Aid::Exceeds(school, k)), 1.0))
                            .collect();
                        #[expect(clippy::cast_precision_loss, reason = "futures, some hundreds")]
                        let upper = *times as f64;
                        self.at_most(exceeds, upper);
                    }
                    CatchmentRule::LeastClass { rules } if rules[school].least > 0.0 => {
                        for k in self.planned() {
                            self.aid(Aid::Own(school, k));
                        }
                    }
                    CatchmentRule::LeastClass { .. } => {}
                }
            }
        }
    }

    fn at_most(&mut self, terms: Vec<(usize, f64)>, upper: f64) {
        self.program.rows.push(Row { lower: f64::NEG_INFINITY, upper, terms });
    }

    /// Pupils of a school in a scenario, over columns.
    fn load(&self, school: usize, k: usize) -> Vec<(usize, f64)> {
        let pupils = |area: usize| self.terms.scenarios.pupils_of(area)[k];
        let areas = self.scope.areas.iter().filter(|&&area| pupils(area) > 0.0);
        areas.filter_map(|&area| Some((self.column(area, school)?, pupils(area)))).collect()
    }

    /// The column of an aid, made with its rows when it is first asked for.
    fn aid(&mut self, aid: Aid) -> usize {
        if let Some(&column) = self.aids.get(&aid) {
            return column;
        }
        let column = self.program.columns.len();
        let (upper, whole) = match aid {
            Aid::Over(..) | Aid::Above(..) => (f64::INFINITY, false),
            Aid::Classes(..) => (f64::INFINITY, true),
            Aid::Group(..) => (1.0, false),
            Aid::Mixed(..) | Aid::Own(..) | Aid::Exceeds(..) => (1.0, true),
        };
        self.program.columns.push(Column { cost: 0.0, lower: 0.0, upper, whole });
        self.aids.insert(aid, column);
        self.define(aid, column);
        column
    }

    fn define(&mut self, aid: Aid, column: usize) {
        let seats =
            |layout: &Self, school: usize, k: usize| layout.terms.scenarios.seats_of(school)[k];
        match aid {
            Aid::Over(school, k) => {
                let mut terms = self.load(school, k);
                terms.push((column, -1.0));
                self.at_most(terms, seats(self, school, k));
            }
            Aid::Above(school, k) => {
                let mut terms = self.load(school, k);
                terms.push((column, -1.0));
                let fill = self.fill(k);
                self.at_most(terms, fill * seats(self, school, k));
            }
            Aid::Exceeds(school, k) => {
                let mut terms = self.load(school, k);
                let all: f64 = terms.iter().map(|(_, pupils)| pupils).sum();
                let seats = seats(self, school, k);
                terms.push((column, -(all - seats).max(0.0)));
                self.at_most(terms, seats);
            }
            Aid::Classes(school, k) => {
                let Some(rule) = self.class_rule(school) else { return };
                let size = rule.size.unwrap_or(1.0);
                let mut terms = self.load(school, k);
                terms.push((column, -size));
                if rule.mixed > 0.0 {
                    terms.push((self.aid(Aid::Mixed(school, k)), -size));
                }
                self.at_most(terms, CLEARLY / 10.0);
            }
            Aid::Mixed(school, k) => {
                let Some(rule) = self.class_rule(school) else { return };
                let few = rule.mixed.min(rule.least - CLEARLY);
                let mut terms = self.load(school, k);
                let all: f64 = terms.iter().map(|(_, pupils)| pupils).sum();
                terms.push((column, all));
                self.at_most(terms, few + all);
            }
            Aid::Own(school, k) => {
                let Some(rule) = self.class_rule(school) else { return };
                let load = self.load(school, k);
                let all: f64 = load.iter().map(|(_, pupils)| pupils).sum();
                let mut most = load.clone();
                most.push((column, -all));
                if rule.mixed > 0.0 {
                    let mixed = self.aid(Aid::Mixed(school, k));
                    most.push((mixed, -rule.mixed.min(rule.least - CLEARLY)));
                    self.at_most(vec![(mixed, 1.0), (column, 1.0)], 1.0);
                }
                self.at_most(most, 0.0);
                let mut least: Vec<(usize, f64)> = load.iter().map(|(c, p)| (*c, -p)).collect();
                least.push((column, rule.least));
                self.at_most(least, 0.0);
            }
            Aid::Group(school, grouping, group) => {
                let members =
                    self.scope.areas.iter().filter(|&&area| {
                        self.terms.groupings[grouping].group_of[area] == Some(group)
                    });
                let columns: Vec<usize> =
                    members.filter_map(|&area| self.column(area, school)).collect();
                for member in columns {
                    self.at_most(vec![(member, 1.0), (column, -1.0)], 0.0);
                }
            }
        }
    }

    fn goals(&self) -> impl Iterator<Item = &Goal> {
        std::iter::once(&self.terms.goal).chain(self.terms.budgets.iter().map(|b| &b.goal))
    }

    fn fill(&self, k: usize) -> f64 {
        let of = |charge: &Charge| match charge {
            Charge::Balance { fill, .. } => fill[k],
            _ => None,
        };
        self.goals().flat_map(|goal| &goal.charges).find_map(of).unwrap_or(0.0)
    }

    fn class_rule(&self, school: usize) -> Option<ClassRule> {
        let by_rule = self.terms.rules.iter().find_map(|rule| match rule {
            CatchmentRule::LeastClass { rules } => Some(rules[school]),
            _ => None,
        });
        let by_charge = || {
            self.goals().flat_map(|goal| &goal.charges).find_map(|charge| match charge {
                Charge::Classes { rules, .. } => Some(rules[school]),
                _ => None,
            })
        };
        by_rule.or_else(by_charge)
    }

    /// Rows that say: an area that does not touch its school's own area needs a neighbour with it.
    pub(crate) fn add_neighbour_rows(&mut self, stage: &Stage<'_>) {
        let problem = stage.problem;
        for (column, &(area, school)) in self.pairs.iter().enumerate() {
            let Some(root) = problem.roots[school] else { continue };
            let around = &problem.neighbours[area];
            let single = stage.rules.pieces_allowed(problem, school) == 1;
            if !single || area == root || around.contains(&root) {
                continue;
            }
            let beside = around.iter().filter_map(|&next| self.column(next, school));
            let terms = beside.map(|next| (next, -1.0)).chain([(column, 1.0)]).collect();
            self.program.rows.push(Row { lower: f64::NEG_INFINITY, upper: 0.0, terms });
        }
    }

    /// A cut as a row; `None` when it is about a school outside the scope.
    pub(crate) fn row_of(&self, cut: &Cut) -> Option<Row> {
        if !self.scope.schools.contains(&cut.school) {
            return None;
        }
        let column = |&area: &usize| self.column(area, cut.school);
        let mut terms: Vec<(usize, f64)> =
            cut.ends.iter().filter_map(column).map(|c| (c, 1.0)).collect();
        terms.extend(cut.between.iter().filter_map(column).map(|c| (c, -1.0)));
        Some(Row { lower: f64::NEG_INFINITY, upper: f64::from(cut.most), terms })
    }

    /// The values of the columns under an assignment.
    pub(crate) fn values_of(&self, school_of: &[usize]) -> Vec<f64> {
        let mut values = vec![0.0; self.program.columns.len()];
        for &area in &self.scope.areas {
            if let Some(column) = self.column(area, school_of[area]) {
                values[column] = 1.0;
            }
        }
        let catchments = self.terms.catchments(school_of);
        let accounts: Vec<Account> =
            catchments.iter().map(|areas| self.terms.account(areas)).collect();
        for (&aid, &column) in &self.aids {
            values[column] = self.value_of(aid, &accounts, &catchments);
        }
        values
    }

    fn value_of(&self, aid: Aid, accounts: &[Account], catchments: &[Vec<usize>]) -> f64 {
        let load = |school: usize, k: usize| accounts[school].loads[k];
        let seats = |school: usize, k: usize| self.terms.scenarios.seats_of(school)[k];
        let flag = |yes: bool| f64::from(u8::from(yes));
        match aid {
            Aid::Over(s, k) => (load(s, k) - seats(s, k)).max(0.0),
            Aid::Above(s, k) => (load(s, k) - self.fill(k) * seats(s, k)).max(0.0),
            Aid::Exceeds(s, k) => flag(load(s, k) > seats(s, k)),
            Aid::Classes(s, k) => self.class_rule(s).map_or(0.0, |r| r.classes(load(s, k))),
            Aid::Mixed(s, k) => self.class_rule(s).map_or(0.0, |r| flag(r.is_mixed(load(s, k)))),
            Aid::Own(s, k) => {
                flag(self.class_rule(s).is_some_and(|r| load(s, k) > r.least - CLEARLY))
            }
            Aid::Group(s, grouping, group) => flag(
                catchments[s]
                    .iter()
                    .any(|&a| self.terms.groupings[grouping].group_of[a] == Some(group)),
            ),
        }
    }

    /// The assignment that the values stand for: each area in scope to the school it has most of.
    pub(crate) fn read(&self, values: &[f64], school_of: &mut [Option<usize>]) {
        let mut most = vec![0.0; school_of.len()];
        for (&(area, school), &value) in self.pairs.iter().zip(values) {
            if value > most[area] {
                most[area] = value;
                school_of[area] = Some(school);
            }
        }
    }

    /// How much of each area a school has, by area.
    pub(crate) fn shares(&self, values: &[f64], school: usize, areas: usize) -> Vec<f64> {
        (0..areas).map(|area| self.column(area, school).map_or(0.0, |c| values[c])).collect()
    }
}

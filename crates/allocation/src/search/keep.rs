//! From a plan that breaks rules of single catchments to one that keeps them: too many pupils in too
//! many futures, classes too small.

use super::Effort;
use crate::terms::{Account, Change, Terms};

/// Steps for each area; a plan that needs more is too far from the rules.
const STEPS: usize = 4;

/// The plan changed step by step, each the one that loses most excess for what it costs, until
/// every catchment keeps its rules. `None` where no step helps any more.
///
/// A step sends an area at the edge of a broken catchment to a school beside it, alone, in exchange
/// for another area, or while that school sends one of its own on to a third.
pub(crate) fn keep_rules(terms: &Terms, plan: &[usize], effort: &Effort) -> Option<Vec<usize>> {
    let mut keeper = Keeper::new(terms, plan);
    for _ in 0..STEPS * terms.area_count() {
        let broken = keeper.excess.iter().any(|excess| *excess > 0.0);
        if !broken || effort.is_over() {
            break;
        }
        let step = keeper.best_step()?;
        keeper.take(&step);
    }
    terms.keeps_rules(&keeper.plan).then_some(keeper.plan)
}

/// Areas and where they go.
type Step = Vec<(usize, usize)>;

struct Keeper<'t> {
    terms: &'t Terms,
    plan: Vec<usize>,
    accounts: Vec<Account>,
    excess: Vec<f64>,
}

impl<'t> Keeper<'t> {
    fn new(terms: &'t Terms, plan: &[usize]) -> Self {
        let catchments = terms.catchments(plan);
        let accounts: Vec<Account> = catchments.iter().map(|areas| terms.account(areas)).collect();
        let excess = accounts.iter().enumerate().map(|(s, account)| terms.excess(s, account));
        Self { terms, plan: plan.to_vec(), excess: excess.collect(), accounts }
    }

    fn take(&mut self, step: &Step) {
        for &(area, to) in step {
            let from = std::mem::replace(&mut self.plan[area], to);
            self.terms.leave(&mut self.accounts[from], area);
            self.terms.enter(&mut self.accounts[to], area);
            for school in [from, to] {
                self.excess[school] = self.terms.excess(school, &self.accounts[school]);
            }
        }
    }

    /// The schools that touch an area, other than its own, which it may use.
    fn beside(&self, area: usize) -> Vec<usize> {
        let near = self.terms.borders.of(area).iter().map(|&next| self.plan[next as usize]);
        let mut schools: Vec<usize> = near
            .filter(|&school| school != self.plan[area] && self.terms.allows(area, school))
            .collect();
        schools.sort_unstable();
        schools.dedup();
        schools
    }

    fn best_step(&self) -> Option<Step> {
        let mut best: Option<(f64, Step)> = None;
        let areas = 0..self.plan.len();
        for area in areas.clone().filter(|&area| self.excess[self.plan[area]] > 0.0) {
            let from = self.plan[area];
            for to in self.beside(area) {
                let mut steps: Vec<Step> = vec![vec![(area, to)]];
                if self.after(to, Some(area), None) > 0.0 {
                    for other in areas.clone().filter(|&other| self.plan[other] == to) {
                        let mut on = self.beside(other);
                        if self.terms.allows(other, from) && !on.contains(&from) {
                            on.push(from);
                        }
                        steps.extend(on.into_iter().map(|on| vec![(area, to), (other, on)]));
                    }
                }
                for step in steps {
                    let worth = self.worth(&step);
                    let is_best = |worth: f64| best.as_ref().is_none_or(|best| worth > best.0);
                    if let Some(worth) = worth.filter(|worth| is_best(*worth))
                        && self.holds_together(&step)
                    {
                        best = Some((worth, step));
                    }
                }
            }
        }
        best.map(|(_, step)| step)
    }

    fn after(&self, school: usize, enters: Option<usize>, leaves: Option<usize>) -> f64 {
        let place = |area: Option<usize>| area.and_then(|area| u32::try_from(area).ok());
        let change = Change { enters: place(enters), leaves: place(leaves) };
        self.terms.excess_after(school, &self.accounts[school], change)
    }

    /// Excess lost for what the step costs; `None` where it loses none.
    fn worth(&self, step: &Step) -> Option<f64> {
        let mut schools: Vec<usize> =
            step.iter().flat_map(|&(area, to)| [self.plan[area], to]).collect();
        schools.sort_unstable();
        schools.dedup();
        let excess = |school: usize| {
            let enters = step.iter().find(|(_, to)| *to == school).map(|(area, _)| *area);
            let leaves = step.iter().find(|(area, _)| self.plan[*area] == school);
            self.after(school, enters, leaves.map(|(area, _)| *area))
        };
        let before: f64 = schools.iter().map(|&school| self.excess[school]).sum();
        let lost = before - schools.iter().map(|&school| excess(school)).sum::<f64>();
        let pair = |area, school| self.terms.pair(&self.terms.goal, area, school);
        let cost: f64 =
            step.iter().map(|&(area, to)| pair(area, to) - pair(area, self.plan[area])).sum();
        // A step that saves is worth more than any that costs.
        (lost > 1e-6).then(|| if cost > 0.0 { lost / cost } else { f64::MAX / 2.0 - cost })
    }

    /// Whether the catchments that a step changes have no more pieces than they may.
    fn holds_together(&self, step: &Step) -> bool {
        let mut plan = self.plan.clone();
        step.iter().for_each(|&(area, to)| plan[area] = to);
        let catchments = self.terms.catchments(&plan);
        let mut touched = step.iter().flat_map(|&(area, to)| [self.plan[area], to]);
        touched.all(|school| {
            self.terms.pieces(school, &catchments[school]) <= self.terms.pieces_allowed[school]
        })
    }
}

//! What one school is asked when catchments are priced: how much each area is worth to it today,
//! what it weighs, and where its catchment may begin.

use crate::search::Effort;
use crate::terms::{Account, CatchmentRule, Charge, Goal, SEAT_SLACK, Terms};

/// A tier seen by one school; what does not change while prices do.
#[derive(Clone, Debug)]
pub(super) struct Ground {
    pub(super) school: usize,
    /// Whether a catchment may begin here: at or beside the area the school stands in.
    pub(super) begins: Vec<bool>,
    /// Pupils of the planned years, on average, and the seats of those years.
    pub(super) weight: Vec<f64>,
    pub(super) seats: f64,
    /// Whether seats may not be passed; else they cost what the goals say.
    pub(super) is_hard: bool,
    /// Whether pupils of one scenario and their overload are all there is to a catchment.
    pub(super) is_plain: bool,
}

impl Ground {
    pub(super) fn new(terms: &Terms, school: usize) -> Self {
        let areas = terms.area_count();
        let anywhere = terms.pieces_allowed[school] == u32::MAX;
        let mut begins = vec![anywhere; areas];
        if let Some(root) = terms.roots[school] {
            begins[root] = true;
            terms.borders.of(root).iter().for_each(|&next| begins[next as usize] = true);
        }
        let chance = &terms.scenarios.chance;
        let expected = |of: &[f64]| -> f64 {
            of.iter().zip(chance).map(|(amount, chance)| amount * chance).sum()
        };
        let weight = (0..areas).map(|area| expected(terms.scenarios.pupils_of(area)));
        let overload_only =
            |goal: &Goal| goal.charges.iter().all(|c| matches!(c, Charge::Overload { .. }));
        let seats_only = terms.rules.iter().all(|rule| *rule == CatchmentRule::Seats);
        let mut goals = std::iter::once(&terms.goal).chain(terms.budgets.iter().map(|b| &b.goal));
        Self {
            school,
            begins,
            weight: weight.collect(),
            seats: expected(terms.scenarios.seats_of(school)),
            is_hard: terms.rules.contains(&CatchmentRule::Seats),
            is_plain: terms.scenarios.count() == 1 && seats_only && goals.all(overload_only),
        }
    }

    /// Whether every catchment with at least these areas breaks a rule: pupils only become more.
    fn is_hopeless(&self, terms: &Terms, account: &Account) -> bool {
        let seats = terms.scenarios.seats_of(self.school);
        let above = account.loads.iter().zip(seats).map(|(load, seats)| load - seats > SEAT_SLACK);
        let broken = |rule: &CatchmentRule| match rule {
            CatchmentRule::Seats => {
                let planned = above.clone().zip(&terms.scenarios.chance);
                planned.into_iter().any(|(above, chance)| above && *chance > 0.0)
            }
            CatchmentRule::Chance { from, to, times } => {
                above.clone().take(*to).skip(*from).filter(|above| *above).count() > *times
            }
            // More pupils may make a class large enough.
            CatchmentRule::LeastClass { .. } => false,
        };
        terms.rules.iter().any(broken)
    }
}

/// Three areas of which a plan has at most one catchment with two or more; what such a catchment
/// pays (a subset-row cut of Jepsen et al. 2008).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Triple {
    pub(super) areas: [u32; 3],
    pub(super) pays: f64,
}

/// Prices, and what is wanted of one school at them.
#[derive(Clone, Debug)]
pub(super) struct Ask<'a> {
    pub(super) terms: &'a Terms,
    pub(super) ground: &'a Ground,
    /// What each area brings: its price less what sending it to the school costs.
    pub(super) profit: &'a [f64],
    /// Areas the catchment may have, and must have.
    pub(super) usable: &'a [bool],
    pub(super) required: &'a [bool],
    /// What catchments pay by their account: goals with their factors.
    pub(super) goals: &'a [(f64, &'a Goal)],
    pub(super) triples: &'a [Triple],
    /// Only catchments of more profit than this are wanted.
    pub(super) above: f64,
    /// Steps of the search.
    pub(super) nodes: u64,
    /// Rounds of persuasion before it.
    pub(super) rounds: usize,
    pub(super) wanted: Wanted,
    /// Whose end ends the search.
    pub(super) effort: &'a Effort,
}

/// Which catchments are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// The most profitable, and better and better ones on the way.
    Best,
    /// All above the mark; no more than so many.
    All(usize),
}

impl Ask<'_> {
    /// Cost of one pupil above the seats; infinite where that is forbidden.
    pub(super) fn over(&self) -> f64 {
        if self.ground.is_hard {
            return f64::INFINITY;
        }
        let of = |charge: &Charge| match charge {
            Charge::Overload { weight } => *weight,
            _ => 0.0,
        };
        let goals = self.goals.iter();
        goals.map(|(factor, goal)| factor * goal.charges.iter().map(of).sum::<f64>()).sum()
    }

    /// What a catchment with this account pays; `None` when it breaks a rule.
    pub(super) fn pays(&self, account: &Account) -> Option<f64> {
        if self.terms.excess(self.ground.school, account) > 0.0 {
            return None;
        }
        let of = |(factor, goal): &(f64, &Goal)| {
            factor * self.terms.charge(goal, self.ground.school, account)
        };
        Some(self.goals.iter().map(of).sum())
    }

    /// What every catchment with at least these areas pays beyond the overload of expected
    /// pupils; `None` when all of them break a rule.
    pub(super) fn pays_at_least(&self, account: &Account) -> Option<f64> {
        let (terms, school) = (self.terms, self.ground.school);
        if self.ground.is_hopeless(terms, account) {
            return None;
        }
        let planned = |of: &dyn Fn(usize, f64) -> f64| -> f64 {
            let loads = account.loads.iter().zip(&terms.scenarios.chance).enumerate();
            let planned = loads.filter(|(_, (_, chance))| **chance > 0.0);
            planned.map(|(k, (&load, chance))| chance * of(k, load)).sum()
        };
        let seats = terms.scenarios.seats_of(school);
        let of = |charge: &Charge| match charge {
            Charge::Overload { .. } => 0.0,
            // More areas: more above the common fullness, more classes, more groups.
            Charge::Balance { weight, fill } => {
                let above =
                    |k: usize, load: f64| fill[k].map_or(0.0, |f| (load - f * seats[k]).max(0.0));
                weight * planned(&above)
            }
            Charge::Classes { weight, rules } => {
                weight * planned(&|_, load| rules[school].classes(load))
            }
            Charge::Groups { weight, grouping } => weight * f64::from(account.present[*grouping]),
        };
        let goals = self.goals.iter();
        Some(goals.map(|(factor, goal)| factor * goal.charges.iter().map(of).sum::<f64>()).sum())
    }
}

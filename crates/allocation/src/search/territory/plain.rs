//! Moves weighed where pupils of one year are all there is to a catchment: the common case, and
//! the loop in which a search spends its time.

use super::Penalty;
use crate::terms::{CatchmentRule, Charge, SEAT_SLACK, Terms};

/// Loads and seats side by side.
#[derive(Clone, Debug)]
pub(super) struct Plain {
    pub(super) load: Vec<f64>,
    seats: Vec<f64>,
    /// What a pupil above the seats adds to the goal.
    pub(super) over: f64,
    /// Whether seats are a rule.
    is_rule: bool,
}

/// Schools that a chain of three areas touches.
const TOUCHED: usize = 6;

impl Plain {
    /// `None` where charges, rules, budgets or several years have a say; loads are all 0.
    pub(super) fn new(terms: &Terms) -> Option<Self> {
        let mut over = 0.0;
        for charge in &terms.goal.charges {
            let Charge::Overload { weight } = charge else { return None };
            over += weight;
        }
        let only_seats = terms.rules.iter().all(|rule| *rule == CatchmentRule::Seats);
        let is_plain = only_seats && terms.budgets.is_empty() && terms.scenarios.chance == [1.0];
        is_plain.then(|| Self {
            load: vec![0.0; terms.school_count()],
            seats: terms.scenarios.seats.clone(),
            over,
            is_rule: !terms.rules.is_empty(),
        })
    }

    /// What catchments add when areas of so many pupils change from one school to another.
    pub(super) fn difference(
        &self,
        moves: impl Iterator<Item = (f64, u32, u32)>,
        penalty: &Penalty,
    ) -> f64 {
        let mut touched = [(0, 0.0); TOUCHED];
        let mut count = 0;
        let mut add = |school: u32, pupils: f64| {
            let known = touched[..count].iter_mut().find(|(other, _)| *other == school);
            if let Some((_, change)) = known {
                *change += pupils;
            } else if count < TOUCHED {
                touched[count] = (school, pupils);
                count += 1;
            }
        };
        for (pupils, from, to) in moves {
            add(from, -pupils);
            add(to, pupils);
        }
        let of = |&(school, change): &(u32, f64)| {
            let above = self.load[school as usize] - self.seats[school as usize];
            self.cost(above + change, penalty) - self.cost(above, penalty)
        };
        touched[..count].iter().map(of).sum()
    }

    fn cost(&self, above: f64, penalty: &Penalty) -> f64 {
        if above <= 0.0 {
            return 0.0;
        }
        let broken = if self.is_rule && above > SEAT_SLACK { above + penalty.step } else { 0.0 };
        self.over * penalty.over * above + penalty.excess * broken
    }
}

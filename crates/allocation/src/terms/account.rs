//! What a charge and a rule may know of a catchment.

use super::{CatchmentRule, Charge, Goal, SEAT_SLACK, Terms};
use std::ops::Range;

/// The account of one catchment, kept up to date as areas come and go.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Account {
    /// Pupils in each scenario.
    pub(crate) loads: Vec<f64>,
    /// Areas of each group, grouping after grouping.
    members: Vec<u32>,
    /// Groups present, by grouping.
    pub(crate) present: Vec<u32>,
}

impl Terms {
    /// The account of a catchment.
    pub(crate) fn account(&self, areas: &[usize]) -> Account {
        let mut account = Account {
            loads: vec![0.0; self.scenarios.count()],
            members: vec![0; self.groupings.iter().map(|grouping| grouping.groups).sum()],
            present: vec![0; self.groupings.len()],
        };
        areas.iter().for_each(|&area| self.enter(&mut account, area));
        account
    }

    /// An area comes.
    pub(crate) fn enter(&self, account: &mut Account, area: usize) {
        let pupils = self.scenarios.pupils_of(area);
        account.loads.iter_mut().zip(pupils).for_each(|(load, pupils)| *load += pupils);
        let mut first = 0;
        for (place, grouping) in self.groupings.iter().enumerate() {
            if let Some(group) = grouping.group_of[area] {
                let members = &mut account.members[first + group as usize];
                *members += 1;
                account.present[place] += u32::from(*members == 1);
            }
            first += grouping.groups;
        }
    }

    /// An area goes.
    pub(crate) fn leave(&self, account: &mut Account, area: usize) {
        let pupils = self.scenarios.pupils_of(area);
        account.loads.iter_mut().zip(pupils).for_each(|(load, pupils)| *load -= pupils);
        let mut first = 0;
        for (place, grouping) in self.groupings.iter().enumerate() {
            if let Some(group) = grouping.group_of[area] {
                let members = &mut account.members[first + group as usize];
                *members -= 1;
                account.present[place] -= u32::from(*members == 0);
            }
            first += grouping.groups;
        }
    }

    /// What the charges of a goal add for a catchment.
    pub(crate) fn charge(&self, goal: &Goal, school: usize, account: &Account) -> f64 {
        self.charge_after(goal, school, account, Change::default())
    }

    /// The same as if areas had come and gone.
    pub(crate) fn charge_after(
        &self,
        goal: &Goal,
        school: usize,
        account: &Account,
        change: Change,
    ) -> f64 {
        goal.charges.iter().map(|charge| self.one_charge(charge, school, account, change)).sum()
    }

    fn one_charge(&self, charge: &Charge, school: usize, account: &Account, change: Change) -> f64 {
        let (seats, chance) = (self.scenarios.seats_of(school), &self.scenarios.chance);
        let expected = |of: &dyn Fn(usize, f64) -> f64| -> f64 {
            let mut sum = 0.0;
            let planned = 0..self.scenarios.planned();
            self.each_load(account, change, planned, |k, load| sum += chance[k] * of(k, load));
            sum
        };
        match charge {
            Charge::Overload { weight } => weight * expected(&|k, load| (load - seats[k]).max(0.0)),
            Charge::Classes { weight, rules } => {
                weight * expected(&|_, load| rules[school].classes(load))
            }
            Charge::Balance { weight, fill } => {
                let above =
                    |k: usize, load: f64| fill[k].map_or(0.0, |f| (load - f * seats[k]).max(0.0));
                weight * expected(&above)
            }
            Charge::Groups { weight, grouping } => {
                weight * f64::from(self.present_after(account, *grouping, change))
            }
        }
    }

    /// By how many pupils a catchment breaks the hard rules; 0 when it keeps them.
    pub(crate) fn excess(&self, school: usize, account: &Account) -> f64 {
        self.excess_after(school, account, Change::default())
    }

    /// The same as if areas had come and gone.
    pub(crate) fn excess_after(&self, school: usize, account: &Account, change: Change) -> f64 {
        let seats = self.scenarios.seats_of(school);
        let planned = 0..self.scenarios.planned();
        let worst_of = |of: &dyn Fn(usize, f64) -> f64| -> f64 {
            let mut worst = 0.0;
            self.each_load(account, change, planned.clone(), |k, load| {
                worst = of(k, load).max(worst);
            });
            worst
        };
        let of = |rule: &CatchmentRule| match rule {
            CatchmentRule::Seats => worst_of(&|k, load| load - seats[k]),
            CatchmentRule::Chance { from, to, times } => {
                let mut above = 0;
                self.each_load(account, change, *from..*to, |k, load| {
                    above += usize::from(load - seats[k] > SEAT_SLACK);
                });
                if above <= *times {
                    return 0.0;
                }
                let mut all = Vec::with_capacity(to - from);
                self.each_load(account, change, *from..*to, |k, load| all.push(load - seats[k]));
                *all.select_nth_unstable_by(*times, |a, b| f64::total_cmp(b, a)).1
            }
            CatchmentRule::LeastClass { rules } => worst_of(&|_, load| rules[school].missing(load)),
        };
        let worst = self.rules.iter().map(of).fold(0.0, f64::max);
        if worst <= SEAT_SLACK { 0.0 } else { worst }
    }

    /// Hands each load of a range of scenarios to `take`. One plain loop a case: under futures this
    /// is where the search spends its time.
    fn each_load(
        &self,
        account: &Account,
        change: Change,
        scenarios: Range<usize>,
        mut take: impl FnMut(usize, f64),
    ) {
        let loads = account.loads[scenarios.clone()].iter();
        let pupils = |area: Option<u32>| {
            Some(self.scenarios.pupils_of(area? as usize)[scenarios.clone()].iter())
        };
        let from = scenarios.start;
        match (pupils(change.enters), pupils(change.leaves)) {
            (None, None) => loads.enumerate().for_each(|(k, load)| take(from + k, *load)),
            (Some(more), None) => {
                let loads = loads.zip(more).enumerate();
                loads.for_each(|(k, (load, more))| take(from + k, load + more));
            }
            (None, Some(less)) => {
                let loads = loads.zip(less).enumerate();
                loads.for_each(|(k, (load, less))| take(from + k, load - less));
            }
            (Some(more), Some(less)) => {
                let loads = loads.zip(more).zip(less).enumerate();
                loads.for_each(|(k, ((load, more), less))| take(from + k, load + more - less));
            }
        }
    }

    fn present_after(&self, account: &Account, place: usize, change: Change) -> u32 {
        let first: usize = self.groupings[..place].iter().map(|grouping| grouping.groups).sum();
        let group = |area: Option<u32>| self.groupings[place].group_of[area? as usize];
        let (enters, leaves) = (group(change.enters), group(change.leaves));
        let mut present = account.present[place];
        if enters != leaves {
            let members = |group: u32| account.members[first + group as usize];
            present += u32::from(enters.is_some_and(|group| members(group) == 0));
            present -= u32::from(leaves.is_some_and(|group| members(group) == 1));
        }
        present
    }
}

/// One area that comes, one that goes, or both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) enters: Option<u32>,
    pub(crate) leaves: Option<u32>,
}

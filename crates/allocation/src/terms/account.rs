//! What a charge and a rule may know of a catchment.

use super::{CatchmentRule, Charge, Goal, SEAT_SLACK, Terms};

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
        let seats = self.scenarios.seats_of(school);
        let expected = |of: &dyn Fn(f64, f64) -> f64| -> f64 {
            let loads = self.loads_after(account, change).zip(seats);
            let loads = loads.zip(&self.scenarios.chance).filter(|(_, chance)| **chance > 0.0);
            loads.map(|((load, &s), chance)| chance * of(load, s)).sum()
        };
        match charge {
            Charge::Overload { weight } => {
                let loads = self.loads_after(account, change).zip(seats);
                let above = loads.zip(&self.scenarios.chance);
                weight * above.map(|((load, s), chance)| chance * (load - s).max(0.0)).sum::<f64>()
            }
            Charge::Classes { weight, rules } => {
                weight * expected(&|load, _| rules[school].classes(load))
            }
            Charge::Balance { weight, fill } => {
                let loads = self.loads_after(account, change).zip(seats).zip(fill);
                let above = loads
                    .zip(&self.scenarios.chance)
                    .filter_map(|(((load, s), fill), c)| Some(c * (load - (*fill)? * s).max(0.0)));
                weight * above.sum::<f64>()
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
        let above = || self.loads_after(account, change).zip(seats).map(|(load, s)| load - s);
        let of = |rule: &CatchmentRule| match rule {
            CatchmentRule::Seats => {
                let planned = above().zip(&self.scenarios.chance);
                let planned = planned.filter(|(_, chance)| **chance > 0.0);
                planned.map(|(above, _)| above).fold(0.0, f64::max)
            }
            CatchmentRule::Chance { from, to, times } => {
                let above = || above().take(*to).skip(*from);
                if above().filter(|above| *above > SEAT_SLACK).count() <= *times {
                    return 0.0;
                }
                let mut above: Vec<f64> = above().collect();
                *above.select_nth_unstable_by(*times, |a, b| f64::total_cmp(b, a)).1
            }
            CatchmentRule::LeastClass { rules } => {
                let planned = self.loads_after(account, change).zip(&self.scenarios.chance);
                let planned = planned.filter(|(_, chance)| **chance > 0.0);
                planned.map(|(load, _)| rules[school].missing(load)).fold(0.0, f64::max)
            }
        };
        let worst = self.rules.iter().map(of).fold(0.0, f64::max);
        if worst <= SEAT_SLACK { 0.0 } else { worst }
    }

    fn loads_after<'t>(
        &'t self,
        account: &'t Account,
        change: Change,
    ) -> impl Iterator<Item = f64> + 't {
        let pupils = |area: Option<u32>| area.map(|area| self.scenarios.pupils_of(area as usize));
        let (enters, leaves) = (pupils(change.enters), pupils(change.leaves));
        account.loads.iter().enumerate().map(move |(k, &load)| {
            load + enters.map_or(0.0, |pupils| pupils[k]) - leaves.map_or(0.0, |pupils| pupils[k])
        })
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

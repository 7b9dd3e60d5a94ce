//! Catchments seen on the way: what set partitioning puts together to a plan.

use crate::terms::Terms;
use std::collections::HashMap;

/// A catchment that keeps the rules it can keep by itself.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Catchment {
    pub(crate) school: u32,
    /// Its areas, in order.
    pub(crate) areas: Box<[u32]>,
    /// What it adds to the goal, charges included.
    pub(crate) cost: f64,
    /// What it adds to each budget.
    pub(crate) amounts: Box<[f64]>,
}

/// Distinct catchments of one [`Terms`], in the order in which they were first seen.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pool {
    catchments: Vec<Catchment>,
    /// Places of the catchments with the same mark; only looked up, never walked over.
    known: HashMap<u64, Vec<u32>>,
}

impl Pool {
    pub(crate) fn catchments(&self) -> &[Catchment] {
        &self.catchments
    }

    pub(crate) fn len(&self) -> usize {
        self.catchments.len()
    }

    /// Takes a catchment, its areas in any order, unless it is known. It must keep the rules; that
    /// is the caller's promise. Says whether it was new.
    pub(crate) fn add(&mut self, terms: &Terms, school: usize, areas: &[usize]) -> bool {
        let place = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let mut sorted: Vec<u32> = areas.iter().map(|&area| place(area)).collect();
        sorted.sort_unstable();
        let budgets = terms.budgets.iter();
        let amount = |goal| terms.catchment_value(goal, school, areas);
        self.take(place(school), sorted.into(), || {
            let cost = terms.catchment_value(&terms.goal, school, areas);
            (cost, budgets.map(|budget| amount(&budget.goal)).collect())
        })
    }

    /// Takes a catchment unless it is known; what it costs is only worked out then.
    fn take(
        &mut self,
        school: u32,
        areas: Box<[u32]>,
        costs: impl FnOnce() -> (f64, Box<[f64]>),
    ) -> bool {
        let same = self.known.entry(mark(school, &areas)).or_default();
        let equal = |&at: &u32| {
            let known = &self.catchments[at as usize];
            known.school == school && known.areas == areas
        };
        if same.iter().any(equal) {
            return false;
        }
        same.push(u32::try_from(self.catchments.len()).unwrap_or(u32::MAX));
        let (cost, amounts) = costs();
        self.catchments.push(Catchment { school, areas, cost, amounts });
        true
    }

    /// Takes all catchments of a plan that keep their rules.
    pub(crate) fn add_plan(&mut self, terms: &Terms, plan: &[usize]) {
        for (school, areas) in terms.catchments(plan).iter().enumerate() {
            if terms.excess(school, &terms.account(areas)) <= 0.0
                && terms.pieces(school, areas) <= terms.pieces_allowed[school]
            {
                self.add(terms, school, areas);
            }
        }
    }

    /// Takes all catchments of another pool of the same terms.
    pub(crate) fn merge(&mut self, other: Self) {
        for Catchment { school, areas, cost, amounts } in other.catchments {
            self.take(school, areas, || (cost, amounts));
        }
    }
}

/// A number that equal catchments share (FNV-1a).
fn mark(school: u32, areas: &[u32]) -> u64 {
    let step = |mark: u64, part: &u32| (mark ^ u64::from(*part)).wrapping_mul(0x100_0000_01b3);
    areas.iter().fold(step(0xcbf2_9ce4_8422_2325, &school), step)
}

#[cfg(test)]
mod tests {
    use super::Pool;
    use crate::terms::row;

    #[test]
    fn a_catchment_is_kept_once_and_only_if_it_hangs_together() {
        let terms = row();
        let mut pool = Pool::default();
        assert!(pool.add(&terms, 0, &[1, 0]));
        assert!(!pool.add(&terms, 0, &[0, 1]));
        assert!(pool.add(&terms, 1, &[0, 1]));
        assert_eq!((pool.len(), &*pool.catchments()[0].areas), (2, &[0, 1][..]));
        pool.add_plan(&terms, &[0, 1, 0, 1]);
        assert_eq!(pool.len(), 2);
        pool.add_plan(&terms, &[0, 0, 1, 1]);
        assert_eq!(pool.len(), 3);
        let mut other = Pool::default();
        other.merge(pool.clone());
        assert_eq!(other.catchments(), pool.catchments());
    }
}

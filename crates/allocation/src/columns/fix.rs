//! What no better plan has: pairs of area and school by their reduced cost, and all catchments
//! that are left.

use super::ask::{Ask, Wanted};
use super::engine::{Engine, Settled};
use super::persuade::Persuasion;
use super::pricing::price;
use super::tighten::tighten;
use crate::search::Effort;

/// Steps and rounds for one pair.
const PAIR_NODES: u64 = 400;
const PAIR_ROUNDS: usize = 8;
/// Steps and catchments for the list of one school, and catchments of all.
const LIST_NODES: u64 = 200_000;
const LIST_ROUNDS: usize = 60;
const LIST: usize = 2_000;
const LISTS: usize = 8_000;
/// Reduced costs are trusted to this part of a bound.
const TRUST: f64 = 1e-9;

impl Engine<'_> {
    /// How much profit below its ceiling a catchment of a plan better than `target` has at most.
    fn room(settled: &Settled, target: f64) -> f64 {
        (target - settled.bound).max(0.0) + TRUST * settled.bound.abs().max(1.0)
    }

    /// Closes pairs that are in no plan better than `target`, and binds those that are in all:
    /// the best catchment with the pair (without it) would raise the bound to the target.
    ///
    /// Returns how many pairs are left; `None` when a school has no catchment left at all, so that
    /// there is no better plan.
    pub(super) fn fix(&mut self, settled: &Settled, target: f64, effort: &Effort) -> Option<usize> {
        let room = Self::room(settled, target);
        let look = |ask: Ask<'_>, known: &mut Persuasion| {
            let above = settled.ceilings[ask.ground.school] - room;
            let tight = tighten(&Ask { above, ..ask.clone() })?;
            let (mut usable, mut required) = (tight.usable, tight.required);
            let mut seen = required.clone();
            for area in 0..usable.len() {
                if !usable[area] || seen[area] {
                    continue;
                }
                let bound = std::mem::replace(&mut required[area], true);
                let priced = price(
                    &Ask {
                        above,
                        usable: &usable,
                        required: &required,
                        nodes: PAIR_NODES,
                        rounds: PAIR_ROUNDS,
                        wanted: Wanted::All(1),
                        ..ask.clone()
                    },
                    known,
                );
                required[area] = bound;
                usable[area] = !(priced.is_complete && priced.catchments.is_empty());
                let with = priced.catchments.iter().flat_map(|(_, areas)| areas);
                with.for_each(|&area| seen[area as usize] = true);
            }
            Some((usable, required))
        };
        let fixed: Option<Vec<_>> =
            self.each_school(&settled.prices, effort, &look).into_iter().collect();
        for (school, (usable, required)) in fixed?.into_iter().enumerate() {
            self.usable[school] = usable;
            self.required[school] = required;
        }
        self.require_the_only();
        Some(self.usable.iter().flatten().filter(|usable| **usable).count())
    }

    /// All catchments that a plan better than `target` can have, by school; `None` when they are
    /// too many.
    pub(super) fn list(
        &mut self,
        settled: &Settled,
        target: f64,
        effort: &Effort,
    ) -> Option<Vec<(usize, Vec<u32>)>> {
        let room = Self::room(settled, target);
        let look = |ask: Ask<'_>, known: &mut Persuasion| {
            let above = settled.ceilings[ask.ground.school] - room;
            let wanted = Wanted::All(LIST);
            let (nodes, rounds) = (LIST_NODES, LIST_ROUNDS);
            let priced = price(&Ask { above, nodes, rounds, wanted, ..ask }, known);
            priced.is_complete.then_some(priced.catchments)
        };
        let lists: Option<Vec<_>> =
            self.each_school(&settled.prices, effort, &look).into_iter().collect();
        let by_school = lists?.into_iter().enumerate();
        let all: Vec<(usize, Vec<u32>)> = by_school
            .flat_map(|(school, list)| list.into_iter().map(move |(_, areas)| (school, areas)))
            .collect();
        (all.len() <= LISTS).then_some(all)
    }
}

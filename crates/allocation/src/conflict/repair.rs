//! What would mend a conflict: tried out, then ranked.

mod least_bad;
mod lifted;
mod links;
mod seats;

use super::oracle::{Oracle, side_by_side};
use crate::allocate::AllocateError;
use crate::explain::Draft;
use crate::{Problem, ProblemParts};
use phantuyen_model::{Clash, Repair, RepairStep, WardRule};

/// Repairs of one kind that are told.
const OF_A_KIND: usize = 3;

/// The repairs that mend all conflicts, cheapest first.
///
/// Cheapest means: what the ward can decide alone before what needs approval; then by kind — a
/// decision lifted, more moves allowed, an own area let go, an area split, a catchment in pieces,
/// classes, a link, the alarm, fuller classes; then by the pupils concerned, and of equal ones that
/// first which is nearest to the least bad plan.
///
/// What the least bad plan itself shows needs no search. The others are tried side by side, each
/// on its ladder, and are told in the order in which they were thought of.
pub(super) fn repairs(
    problem: &Problem,
    clashes: &[Clash],
    rules: &[WardRule],
    least_bad: Option<&[usize]>,
    oracle: &Oracle<'_>,
) -> Result<Vec<Repair>, AllocateError> {
    let shop = Workshop { problem, clashes };
    let draft = least_bad.map(|plan| Draft::new(problem, plan));
    let mut found: Vec<Repair> = draft.iter().flat_map(|draft| shop.shown_by(draft)).collect();
    let mut ladders: Vec<Ladder> =
        rules.iter().filter(|rule| **rule != WardRule::Overload).map(|r| shop.lift(r)).collect();
    ladders.extend(draft.as_ref().map(|draft| shop.classes_spread(draft)));
    ladders.extend(shop.classes());
    ladders.extend(shop.links(draft.as_ref()));
    let climbed = side_by_side(ladders.len(), |place| shop.climb(&ladders[place], oracle));
    for repair in climbed {
        found.extend(repair?);
    }
    Ok(ranked(found))
}

/// Something to try.
struct Try {
    /// The ward with it.
    parts: ProblemParts,
    then: Then,
}

/// What to tell once it is enough.
enum Then {
    /// These steps, which concern so many pupils.
    Told(Vec<RepairStep>, f64),
    /// How far the rule has to be given up: from the best plan without it.
    AsFarAsNeeded(WardRule),
}

/// Tries one after the other until one is enough.
type Ladder = Vec<Try>;

struct Workshop<'a> {
    problem: &'a Problem,
    clashes: &'a [Clash],
}

impl Workshop<'_> {
    fn parts(&self) -> &ProblemParts {
        self.problem.parts()
    }

    fn climb(&self, ladder: &Ladder, oracle: &Oracle<'_>) -> Result<Option<Repair>, AllocateError> {
        for rung in ladder {
            if !oracle.is_mended(rung.parts.clone())? {
                continue;
            }
            return match &rung.then {
                Then::Told(steps, pupils) => Ok(Some(repair(steps.clone(), *pupils))),
                Then::AsFarAsNeeded(rule) => self.as_far_as_needed(rule, &rung.parts, oracle),
            };
        }
        Ok(None)
    }
}

/// A repair that the ward can decide alone.
fn repair(steps: Vec<RepairStep>, pupils: f64) -> Repair {
    Repair { steps, pupils, needs_approval: false }
}

/// In the order told above; each once, and of a kind only the first few.
fn ranked(mut repairs: Vec<Repair>) -> Vec<Repair> {
    let kind = |repair: &Repair| match repair.steps.first() {
        Some(RepairStep::Unlock { .. }) => 0,
        Some(RepairStep::MovedLimit { .. }) => 1,
        Some(RepairStep::OwnArea | RepairStep::GiveUp { .. }) => 2,
        Some(RepairStep::SplitArea { .. }) => 3,
        Some(RepairStep::Pieces { .. }) => 4,
        Some(RepairStep::Classes { .. } | RepairStep::Seats { .. }) => 5,
        Some(RepairStep::Link { .. }) => 6,
        Some(RepairStep::Alarm { .. }) => 7,
        Some(RepairStep::ClassSize { .. }) | None => 8,
    };
    repairs.sort_by(|a, b| {
        let order = (a.needs_approval, kind(a)).cmp(&(b.needs_approval, kind(b)));
        order.then(a.pupils.total_cmp(&b.pupils))
    });
    let mut told: Vec<Repair> = Vec::new();
    for repair in repairs {
        let is_known = repair.steps.is_empty() || told.iter().any(|t| t.steps == repair.steps);
        let of_kind = told.iter().filter(|known| kind(known) == kind(&repair)).count();
        if !is_known && of_kind < OF_A_KIND {
            told.push(repair);
        }
    }
    told
}

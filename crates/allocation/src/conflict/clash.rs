//! Conflicts as small as they can be made.

use super::flow::{Deficit, deficits};
use super::lift::{rules_in_force, without};
use super::oracle::{Oracle, side_by_side};
use crate::allocate::AllocateError;
use crate::explain::Draft;
use crate::{Problem, ProblemParts, Strictness};
use phantuyen_model::{Clash, WardRule};

/// Conflicts that counting alone shows: areas without any school, and areas whose schools have too
/// few seats. The rules of each are those without which it would not be there.
pub(super) fn by_counting(problem: &Problem) -> Vec<Clash> {
    let mut clashes = Vec::new();
    for area in 0..problem.area_count() {
        if problem.by_nearness(area).is_empty() {
            let nowhere =
                Deficit { areas: vec![area], schools: Vec::new(), missing: problem.pupils(area) };
            let mends = |lifted: &Problem| !lifted.by_nearness(area).is_empty();
            clashes.push(narrowed(problem, nowhere, &mends, None));
        }
    }
    if problem.settings.overload == Strictness::Forbid {
        let known = |deficit: &Deficit| !deficit.schools.is_empty();
        for deficit in deficits(problem).into_iter().filter(known) {
            let areas = deficit.areas.clone();
            let mends = |lifted: &Problem| {
                let meets = |other: &Deficit| other.areas.iter().any(|area| areas.contains(area));
                lifted.settings.overload != Strictness::Forbid
                    || !deficits(lifted).iter().any(meets)
            };
            clashes.push(narrowed(problem, deficit, &mends, Some(WardRule::Overload)));
        }
    }
    clashes
}

/// Keeps of the rules those that the conflict needs: a rule is idle when the conflict stays
/// without it.
fn narrowed(
    problem: &Problem,
    deficit: Deficit,
    mends: &dyn Fn(&Problem) -> bool,
    always: Option<WardRule>,
) -> Clash {
    let mut parts = problem.parts().clone();
    let mut needed = Vec::new();
    let pair_rule = |rule: &WardRule| {
        matches!(
            rule,
            WardRule::Lock { .. } | WardRule::OwnArea | WardRule::BeyondAlarm | WardRule::Walkers
        )
    };
    for rule in rules_in_force(problem).into_iter().filter(pair_rule) {
        let lifted = without(problem, &parts, &rule);
        match Problem::new(lifted.clone()) {
            Ok((lifted_problem, _)) if !mends(&lifted_problem) => parts = lifted,
            _ => needed.push(rule),
        }
    }
    needed.extend(always);
    told(problem, needed, &deficit.areas, &deficit.schools, deficit.missing, true)
}

fn told(
    problem: &Problem,
    rules: Vec<WardRule>,
    areas: &[usize],
    schools: &[usize],
    missing: f64,
    is_minimal: bool,
) -> Clash {
    let pupils: f64 = areas.iter().map(|&area| problem.pupils(area)).sum();
    let seats: f64 = schools.iter().map(|&school| problem.schools[school].seats).sum();
    Clash {
        rules,
        areas: areas.iter().map(|&area| problem.demand[area].area_code.clone()).collect(),
        schools: schools.iter().map(|&s| problem.schools[s].school_code.clone()).collect(),
        pupils: pupils + 0.0,
        seats: seats + 0.0,
        missing_seats: missing.max(0.0),
        is_minimal,
    }
}

/// Rules asked about one by one; a ward with more decisions than this keeps the rest as suspects.
const RULES: usize = 60;
/// Questions spent on narrowing the areas.
const QUESTIONS: usize = 24;

/// The conflict of rules where counting shows none: a deletion filter over rules, then over areas.
///
/// Each rule is lifted alone first, side by side: where there is a plan without it, the conflict
/// needs it. The others are mostly idle together; only where they are not, they are lifted one
/// after the other.
pub(super) fn by_rules(
    problem: &Problem,
    least_bad: &[usize],
    oracle: &Oracle<'_>,
) -> Result<Clash, AllocateError> {
    let mut parts = problem.parts().clone();
    let mut settled = true;
    let all = rules_in_force(problem);
    let (mut suspects, others): (Vec<WardRule>, Vec<WardRule>) =
        all.into_iter().partition(|rule| matches!(rule, WardRule::Lock { .. }));

    // Decisions are mostly innocent: all of them at once first.
    if !suspects.is_empty() {
        let free = without_all(problem, &parts, &suspects);
        if oracle.can_be_kept(free.clone())? == Some(false) {
            parts = free;
            suspects.clear();
        }
    }
    suspects.extend(others);
    let asked = suspects.len().min(RULES);
    let alone =
        side_by_side(asked, |place| oracle.can_be_kept(without(problem, &parts, &suspects[place])));
    let mut needed = Vec::new();
    let mut idle = Vec::new();
    let answers = alone.into_iter().chain((asked..suspects.len()).map(|_| Ok(None)));
    for (rule, answer) in suspects.into_iter().zip(answers) {
        match answer? {
            Some(false) => idle.push(rule),
            Some(true) => needed.push(rule),
            None => {
                settled = false;
                needed.push(rule);
            }
        }
    }
    let bare = without_all(problem, &parts, &idle);
    if idle.len() < 2 || oracle.can_be_kept(bare.clone())? == Some(false) {
        parts = bare;
    } else {
        for rule in idle {
            let lifted = without(problem, &parts, &rule);
            match oracle.can_be_kept(lifted.clone())? {
                Some(false) => parts = lifted,
                Some(true) => needed.push(rule),
                None => {
                    settled = false;
                    needed.push(rule);
                }
            }
        }
    }
    let (areas, narrow) = if needed.contains(&WardRule::Overload) {
        short_of_seats(problem, &parts, oracle)?
    } else {
        (hanging(problem, &needed, least_bad), true)
    };
    let schools: Vec<usize> = (0..problem.school_count())
        .filter(|&school| {
            areas.iter().any(|&area| Draft::new(problem, least_bad).may(area, school))
        })
        .collect();
    Ok(told(problem, needed, &areas, &schools, 0.0, settled && narrow))
}

fn without_all(problem: &Problem, parts: &ProblemParts, rules: &[WardRule]) -> ProblemParts {
    rules.iter().fold(parts.clone(), |parts, rule| without(problem, &parts, rule))
}

/// The areas whose pupils are needed for the conflict: those of a group are taken away together
/// where there is no plan without them either.
fn short_of_seats(
    problem: &Problem,
    parts: &ProblemParts,
    oracle: &Oracle<'_>,
) -> Result<(Vec<usize>, bool), AllocateError> {
    let mut needed: Vec<usize> =
        (0..problem.area_count()).filter(|&area| problem.pupils(area) > 0.0).collect();
    // Few pupils first: they are most likely idle.
    needed.sort_by(|&a, &b| problem.pupils(a).total_cmp(&problem.pupils(b)).then(a.cmp(&b)));
    let mut asked = 0;
    let mut size = needed.len().div_ceil(2);
    while size > 0 && asked < QUESTIONS {
        let mut at = 0;
        while at < needed.len() && asked < QUESTIONS {
            let end = (at + size).min(needed.len());
            let kept: Vec<usize> = needed[..at].iter().chain(&needed[end..]).copied().collect();
            asked += 1;
            if !kept.is_empty() && oracle.can_be_kept(only(problem, parts, &kept))? == Some(false) {
                needed = kept;
            } else {
                at = end;
            }
        }
        if size == 1 {
            needed.sort_unstable();
            return Ok((needed, asked < QUESTIONS));
        }
        size = size.div_ceil(2);
    }
    needed.sort_unstable();
    Ok((needed, false))
}

/// The problem with the pupils of these areas only; borders and rules stay.
fn only(problem: &Problem, parts: &ProblemParts, areas: &[usize]) -> ProblemParts {
    let mut parts = parts.clone();
    for demand in &mut parts.demand {
        let place = problem.demand.binary_search_by(|d| d.area_code.cmp(&demand.area_code));
        if !place.is_ok_and(|place| areas.contains(&place)) {
            demand.pupils = 0.0;
        }
    }
    parts
}

/// The areas that decisions bind and those that hang in the air in the least bad plan.
fn hanging(problem: &Problem, rules: &[WardRule], least_bad: &[usize]) -> Vec<usize> {
    let draft = Draft::new(problem, least_bad);
    let mut areas: Vec<usize> = (0..problem.school_count())
        .filter(|&school| draft.pieces(school) > problem.pieces_allowed[school])
        .flat_map(|school| draft.detached(school).concat())
        .collect();
    for rule in rules {
        if let WardRule::Lock { area_code, .. } = rule
            && let Ok(area) = problem.demand.binary_search_by(|d| d.area_code.cmp(area_code))
        {
            areas.push(area);
        }
    }
    areas.sort_unstable();
    areas.dedup();
    areas
}

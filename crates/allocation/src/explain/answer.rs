//! The whole answer for each area that passes a nearer school.

use super::draft::Draft;
use super::exchange::exchange;
use crate::objective::tiers;
use crate::rounding::{PART_OF_A_PUPIL, classes_for};
use crate::{OwnArea, Problem};
use phantuyen_model::{
    Barrier, Explanation, Filling, LockRule, Nearer, PlanFigures, Shift, WayOut, WhatIf,
};

/// Nearer schools that are gone through for one area.
const SCHOOLS: usize = 5;
/// Areas looked at in search of exchanges, over a whole plan: seconds on a large ward, and the same
/// on every machine.
const WORK: u64 = 400_000_000;
/// Of these, for one area at most.
const WORK_OF_ONE: u64 = 4_000_000;

/// Explains each area that does not go to its nearest school, in the order of areas.
///
/// Empty where the figures are not a whole plan of the problem (an area twice or not at all).
pub fn explain(problem: &Problem, figures: &PlanFigures) -> Vec<Explanation> {
    let Some(plan) = school_of(problem, figures) else { return Vec::new() };
    let draft = Draft::new(problem, &plan);
    let passing: Vec<usize> =
        (0..plan.len()).filter(|&area| !nearer_schools(&draft, area).is_empty()).collect();
    let share = WORK / u64::try_from(passing.len().max(1)).unwrap_or(u64::MAX);
    let mut answers = Vec::new();
    for area in passing {
        let mut work = share.min(WORK_OF_ONE);
        answers.push(answer(&draft, area, &mut work));
    }
    answers
}

/// The school of each area, by their places in the orders of the problem.
pub(crate) fn school_of(problem: &Problem, figures: &PlanFigures) -> Option<Vec<usize>> {
    let mut plan = vec![None; problem.area_count()];
    for row in &figures.assignment {
        let area = problem.demand.binary_search_by(|d| d.area_code.cmp(&row.area_code)).ok()?;
        let place = |s: &crate::SchoolSeats| s.school_code.cmp(&row.school_code);
        let school = problem.schools.binary_search_by(place).ok()?;
        if plan[area].replace(school).is_some() {
            return None;
        }
    }
    plan.into_iter().collect()
}

fn answer(draft: &Draft<'_>, area: usize, work: &mut u64) -> Explanation {
    let problem = draft.problem;
    let here = draft.school_of[area];
    let nearer = nearer_schools(draft, area);
    let code = |school: usize| problem.schools[school].school_code.clone();
    let told: Vec<Nearer> =
        nearer.iter().take(SCHOOLS).map(|&school| passed(draft, area, school)).collect();
    let ways_out = match (nearer.first(), told.first()) {
        (Some(&nearest), Some(first)) => ways_out(draft, area, nearest, first, work),
        _ => Vec::new(),
    };
    Explanation {
        area_code: problem.demand[area].area_code.clone(),
        pupils: problem.pupils(area),
        school_code: code(here),
        distance_m: problem.distance(area, here),
        present_school: problem.present[area].map(code),
        nearer: told,
        ways_out,
    }
}

/// The schools of known distance that the area passes, nearest first.
fn nearer_schools(draft: &Draft<'_>, area: usize) -> Vec<usize> {
    let problem = draft.problem;
    let here = draft.school_of[area];
    let far = |school: usize| problem.distance(area, school).unwrap_or(f64::INFINITY);
    let mut nearer: Vec<usize> = (0..problem.school_count())
        .filter(|&s| far(s) < far(here) && !problem.is_as_near(area, s, here))
        .collect();
    nearer.sort_by(|&a, &b| far(a).total_cmp(&far(b)).then(a.cmp(&b)));
    nearer
}

fn passed(draft: &Draft<'_>, area: usize, school: usize) -> Nearer {
    let problem = draft.problem;
    let far = problem.distance(area, school).unwrap_or(f64::INFINITY);
    let closer = |&other: &usize| problem.distance(other, school).is_some_and(|d| d < far);
    let closer: Vec<usize> = draft.members(school).filter(closer).collect();
    Nearer {
        school_code: problem.schools[school].school_code.clone(),
        distance_m: far,
        nearer_areas: u32::try_from(closer.len()).unwrap_or(u32::MAX),
        nearer_pupils: closer.iter().map(|&a| problem.pupils(a)).sum::<f64>() + 0.0,
        what_if: what_if(draft, area, school),
        barriers: barriers(draft, area, school),
    }
}

fn what_if(draft: &Draft<'_>, area: usize, to: usize) -> WhatIf {
    let problem = draft.problem;
    let here = draft.school_of[area];
    let after = draft.with(area, to);
    let above = |d: &Draft<'_>| d.above(here) + d.above(to);
    let moved = |school| if problem.moves(area, school) { problem.pupils(area) } else { 0.0 };
    WhatIf {
        joined: filling(draft, &after, to),
        left: filling(draft, &after, here),
        overload_pupils: above(&after) - above(draft),
        pupil_m: draft.extra_travel(area, to),
        moved_pupils: problem.has_present.then(|| moved(to) - moved(here)),
    }
}

fn filling(before: &Draft<'_>, after: &Draft<'_>, school: usize) -> Filling {
    let seats = &before.problem.schools[school];
    let per_class = |pupils: f64| per_class(pupils, seats.classes, seats.class_size);
    Filling {
        school_code: seats.school_code.clone(),
        seats: seats.seats,
        classes: seats.classes,
        class_size: seats.class_size,
        pupils_before: before.load[school],
        pupils_after: after.load[school],
        per_class_before: per_class(before.load[school]),
        per_class_after: per_class(after.load[school]),
    }
}

/// Pupils per class when no more classes are opened than needed, nor more than there are.
fn per_class(pupils: f64, classes: Option<u32>, class_size: Option<u32>) -> Option<f64> {
    let needed = classes_for(pupils, class_size.filter(|size| *size > 0)?);
    let open = classes.map_or(needed, |classes| needed.min(classes));
    (open > 0).then(|| pupils / f64::from(open))
}

/// The rules that stand against moving the area alone, gravest first.
fn barriers(draft: &Draft<'_>, area: usize, to: usize) -> Vec<Barrier> {
    let problem = draft.problem;
    let after = draft.with(area, to);
    let mut found = pair_barriers(draft, area, to);
    let pupils = problem.pupils(area);
    let missing = after.above(to) - draft.above(to);
    if pupils > 0.0 && missing > PART_OF_A_PUPIL {
        let free = (problem.schools[to].seats - draft.load[to]).max(0.0);
        found.push(Barrier::Seats { free, missing });
    }
    if problem.is_contiguous() {
        found.extend(splits(draft, &after, area, to));
    }
    if let (true, Some(limit)) = (problem.has_present, problem.moved_limit()) {
        let moved = moved_pupils(&after);
        if moved > limit + PART_OF_A_PUPIL && moved > moved_pupils(draft) + PART_OF_A_PUPIL {
            found.push(Barrier::Moved { moved, limit });
        }
    }
    if found.is_empty() {
        found.extend(worse(draft, &after));
    }
    found
}

fn pair_barriers(draft: &Draft<'_>, area: usize, to: usize) -> Vec<Barrier> {
    let problem = draft.problem;
    let here = draft.school_of[area];
    let code = |school: usize| &problem.schools[school].school_code;
    let lock = |rule: LockRule, school: usize| {
        let area_code = &problem.demand[area].area_code;
        problem.parts().locks.iter().find(|lock| {
            lock.rule == rule && lock.area_code == *area_code && lock.school_code == *code(school)
        })
    };
    let stands_in = |school: usize| problem.roots[school] == Some(area);
    let mut found = Vec::new();
    if let Some(lock) = lock(LockRule::Must, here) {
        found.push(Barrier::Lock { reason: lock.reason.clone() });
    } else if problem.settings.own_area == OwnArea::Must && stands_in(here) {
        found.push(Barrier::OwnArea { school_code: code(here).clone() });
    } else if let Some(lock) = lock(LockRule::Never, to) {
        found.push(Barrier::Never { reason: lock.reason.clone() });
    } else if !problem.allows(area, to) && !reaches(problem, area, to) {
        found.push(Barrier::Water);
    }
    if let (true, Some(alarm_m)) = (problem.is_alarm_forbidden(area, to), problem.settings.alarm_m)
    {
        found.push(Barrier::Alarm { alarm_m });
    }
    if problem.is_walker_forbidden(area, to) {
        found.push(Barrier::Walkers);
    }
    found
}

/// Whether borders and links lead from the area to the one that the school stands in.
pub(crate) fn reaches(problem: &Problem, area: usize, school: usize) -> bool {
    let Some(root) = problem.roots[school] else { return true };
    let mut seen = vec![false; problem.area_count()];
    seen[area] = true;
    let mut queue = vec![area];
    while let Some(at) = queue.pop() {
        if at == root {
            return true;
        }
        for &next in &problem.neighbours[at] {
            if !seen[next] {
                seen[next] = true;
                queue.push(next);
            }
        }
    }
    false
}

/// Catchments that the move gives more pieces than they have and may have.
fn splits(draft: &Draft<'_>, after: &Draft<'_>, area: usize, to: usize) -> Vec<Barrier> {
    let problem = draft.problem;
    let mut found = Vec::new();
    for school in [draft.school_of[area], to] {
        let pieces = after.pieces(school);
        if pieces <= problem.pieces_allowed[school].max(draft.pieces(school)) {
            continue;
        }
        let before: Vec<usize> = draft.detached(school).concat();
        let detached = after.detached(school).concat();
        let cut_off = detached.into_iter().filter(|area| !before.contains(area));
        found.push(Barrier::Split {
            school_code: problem.schools[school].school_code.clone(),
            cut_off: cut_off.map(|area| problem.demand[area].area_code.clone()).collect(),
        });
    }
    found
}

fn moved_pupils(draft: &Draft<'_>) -> f64 {
    let moved = draft.school_of.iter().enumerate();
    let moved = moved.filter(|(area, school)| draft.problem.moves(*area, **school));
    moved.map(|(area, _)| draft.problem.pupils(area)).sum::<f64>() + 0.0
}

/// The first goal, in their order, that tells the plans apart, where it gets worse.
fn worse(draft: &Draft<'_>, after: &Draft<'_>) -> Option<Barrier> {
    for goal in tiers(draft.problem) {
        let by = goal.of_plan(draft.problem, &after.school_of)
            - goal.of_plan(draft.problem, &draft.school_of);
        if by.abs() > PART_OF_A_PUPIL {
            return (by > 0.0).then(|| Barrier::Worse { goal: goal.name().to_owned(), by });
        }
    }
    None
}

/// What would let the area go to its nearest school.
fn ways_out(
    draft: &Draft<'_>,
    area: usize,
    nearest: usize,
    told: &Nearer,
    work: &mut u64,
) -> Vec<WayOut> {
    let problem = draft.problem;
    let mut ways = Vec::new();
    for barrier in &told.barriers {
        match barrier {
            Barrier::Lock { .. } | Barrier::Never { .. } | Barrier::OwnArea { .. } => {
                ways.push(WayOut::Unlock);
            }
            Barrier::Water => ways.push(WayOut::Link),
            Barrier::Alarm { .. } => ways.push(WayOut::Alarm { to_m: told.distance_m }),
            Barrier::Moved { moved, .. } => ways.push(WayOut::MovedLimit { to: *moved }),
            Barrier::Seats { missing, .. } => {
                let size = problem.schools[nearest].class_size.filter(|size| *size > 0);
                if let (1, Some(size)) = (told.barriers.len(), size) {
                    let school_code = told.school_code.clone();
                    let classes = classes_for(*missing, size).max(1);
                    ways.push(WayOut::Classes { school_code, classes });
                }
            }
            Barrier::Walkers | Barrier::Split { .. } | Barrier::Worse { .. } => {}
        }
    }
    let by_exchange = told
        .barriers
        .iter()
        .all(|barrier| matches!(barrier, Barrier::Seats { .. } | Barrier::Split { .. }));
    if by_exchange
        && !told.barriers.is_empty()
        && let Some(found) = exchange(problem, &draft.school_of, area, nearest, work)
    {
        let shifts = found.moves.iter().map(|&(other, to)| shift(draft, other, to)).collect();
        ways.push(WayOut::Exchange { shifts, pupil_m: found.pupil_m });
    }
    ways
}

fn shift(draft: &Draft<'_>, area: usize, to: usize) -> Shift {
    let problem = draft.problem;
    let from = draft.school_of[area];
    Shift {
        area_code: problem.demand[area].area_code.clone(),
        pupils: problem.pupils(area),
        from: problem.schools[from].school_code.clone(),
        to: problem.schools[to].school_code.clone(),
        before_m: problem.distance(area, from),
        after_m: problem.distance(area, to),
    }
}

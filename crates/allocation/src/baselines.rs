//! The plans people compare with: today's, everybody to the nearest school, and the usual
//! practice of filling schools by nearness.

use crate::Problem;
use crate::check::{Part, figures};
use phantuyen_model::{Baselines, PlanFigures, Reason};
use std::collections::{BTreeMap, VecDeque};

/// All three, with the same figures as a plan.
pub(crate) fn baselines(problem: &Problem) -> Baselines {
    Baselines {
        current: problem.has_present.then(|| current(problem)),
        nearest: nearest(problem),
        nearest_first_quota: nearest_first_quota(problem),
    }
}

fn current(problem: &Problem) -> PlanFigures {
    let placed = |area: usize| Some(whole(problem, area, problem.present[area]?));
    let parts: Vec<Part> = (0..problem.area_count()).filter_map(placed).collect();
    figures(problem, &parts, &|part| match problem.nearest_beside(part.area, part.school) {
        Some(nearest) if nearest == part.school => Reason::Nearest,
        _ => Reason::KeepsPresentSchool,
    })
}

fn nearest(problem: &Problem) -> PlanFigures {
    let placed = |area: usize| Some(whole(problem, area, problem.nearest(area)?));
    let parts: Vec<Part> = (0..problem.area_count()).filter_map(placed).collect();
    figures(problem, &parts, &|part| lock_or(problem, part, Reason::Nearest))
}

fn whole(problem: &Problem, area: usize, school: usize) -> Part {
    Part { area, school, pupils: problem.pupils(area) }
}

fn lock_or(problem: &Problem, part: &Part, reason: Reason) -> Reason {
    if problem.must[part.area] == Some(part.school) { Reason::Locked } else { reason }
}

/// As practised: every pupil asks at the nearest school; a school with more than its quota keeps
/// the nearest, and its farthest go on to their next nearest, where the same holds (deferred
/// acceptance by distance). Pupils whom no school keeps go to their nearest all the same.
/// Areas may be split; borders play no part.
fn nearest_first_quota(problem: &Problem) -> PlanFigures {
    let wishes: Vec<Vec<usize>> =
        (0..problem.area_count()).map(|area| problem.by_nearness(area)).collect();
    let mut kept: Vec<BTreeMap<usize, f64>> = vec![BTreeMap::new(); problem.school_count()];
    let mut asking: VecDeque<(usize, usize, f64)> =
        (0..problem.area_count()).map(|area| (area, 0, problem.pupils(area))).collect();
    let mut left_over: Vec<(usize, f64)> = Vec::new();
    while let Some((area, wish, pupils)) = asking.pop_front() {
        let Some(&school) = wishes[area].get(wish) else {
            left_over.push((area, pupils));
            continue;
        };
        *kept[school].entry(area).or_insert(0.0) += pupils;
        for (sent, count) in send_on(problem, school, &mut kept[school]) {
            let tried = wishes[sent].iter().position(|s| *s == school).unwrap_or(0);
            asking.push_back((sent, tried + 1, count));
        }
    }
    for (area, pupils) in left_over {
        if let Some(&school) = wishes[area].first() {
            *kept[school].entry(area).or_insert(0.0) += pupils;
        }
    }
    let mut parts: Vec<Part> = Vec::new();
    for (school, areas) in kept.into_iter().enumerate() {
        parts.extend(areas.into_iter().map(|(area, pupils)| Part { area, school, pupils }));
    }
    parts.sort_by_key(|part| (part.area, part.school));
    let taken: Vec<f64> = (0..problem.school_count())
        .map(|school| parts.iter().filter(|p| p.school == school).map(|p| p.pupils).sum())
        .collect();
    figures(problem, &parts, &|part| {
        let nearest = problem.nearest_beside(part.area, part.school).unwrap_or(part.school);
        let seats = problem.schools[nearest].seats;
        let full = Reason::NearestFull { seats, taken: taken[nearest], pupils: part.pupils };
        lock_or(problem, part, if nearest == part.school { Reason::Nearest } else { full })
    })
}

/// The farthest pupils above the quota, by area; the school keeps the rest. Pupils bound to the
/// school by a lock go on last.
fn send_on(problem: &Problem, school: usize, kept: &mut BTreeMap<usize, f64>) -> Vec<(usize, f64)> {
    let mut above = kept.values().sum::<f64>() - problem.schools[school].seats;
    let mut farthest_first: Vec<usize> = kept.keys().copied().collect();
    let far = |area: usize| match problem.must[area] {
        Some(_) => f64::NEG_INFINITY,
        None => problem.distance(area, school).unwrap_or(f64::INFINITY),
    };
    farthest_first.sort_by(|&a, &b| far(b).total_cmp(&far(a)).then(b.cmp(&a)));
    let mut sent = Vec::new();
    for area in farthest_first {
        if above <= 1e-9 {
            break;
        }
        let Some(here) = kept.get_mut(&area).filter(|here| **here > 0.0) else { continue };
        let going = here.min(above);
        above -= going;
        *here -= going;
        if *here <= 1e-9 {
            kept.remove(&area);
        }
        sent.push((area, going));
    }
    sent
}

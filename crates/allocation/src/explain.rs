//! Why an area goes where it goes: what would happen if it alone went to its nearest school.

mod answer;
mod draft;
mod exchange;

pub use answer::explain;
pub(crate) use answer::{reaches, school_of};
pub(crate) use draft::Draft;

use crate::Problem;
use crate::check::pieces;
use crate::rounding::PART_OF_A_PUPIL;
use phantuyen_model::Reason;

/// The reason for one area of a plan, found by moving it alone to the nearest school it may use
/// and looking which rule breaks first: the lock, the distance rules, the seats, the borders,
/// and, when none breaks, what the ward would lose.
pub(crate) fn reason(problem: &Problem, assignment: &[Option<usize>], area: usize) -> Reason {
    let school_of = |a: usize| assignment.get(a).copied().flatten();
    let Some(here) = school_of(area) else { return Reason::Forbidden };
    if problem.must[area] == Some(here) {
        return Reason::Locked;
    }
    let Some(nearest) = nearest_of_all(problem, area) else { return Reason::Forbidden };
    let farther = problem.distance(area, here).unwrap_or(f64::INFINITY)
        - problem.distance(area, nearest).unwrap_or(f64::INFINITY);
    if here == nearest || problem.is_as_near(area, here, nearest) {
        return Reason::Nearest;
    }
    if !problem.allows(area, nearest) || problem.is_alarm_forbidden(area, nearest) {
        return Reason::Forbidden;
    }
    let pupils = problem.pupils(area);
    let seats = problem.schools[nearest].seats;
    let at_nearest = (0..problem.area_count()).filter(|&a| school_of(a) == Some(nearest));
    let taken: f64 = at_nearest.map(|a| problem.pupils(a)).sum();
    if pupils > 0.0 && taken + pupils > seats + PART_OF_A_PUPIL {
        return Reason::NearestFull { seats, taken, pupils };
    }
    if splits(problem, assignment, area, here, nearest) {
        return Reason::WouldSplit;
    }
    if problem.present[area] == Some(here) && keeping_counts(problem) {
        return Reason::KeepsPresentSchool;
    }
    Reason::BetterForAll { extra_pupil_m: -pupils * farther }
}

/// The nearest school of known distance, whether or not the area may use it.
fn nearest_of_all(problem: &Problem, area: usize) -> Option<usize> {
    let known = (0..problem.school_count()).filter(|&s| problem.distance(area, s).is_some());
    let far = |s: usize| problem.distance(area, s).unwrap_or(f64::INFINITY);
    known.min_by(|&a, &b| far(a).total_cmp(&far(b)).then(a.cmp(&b)))
}

/// Whether moving the area alone gives one of the two catchments more pieces than it may have.
fn splits(
    problem: &Problem,
    assignment: &[Option<usize>],
    area: usize,
    here: usize,
    nearest: usize,
) -> bool {
    if !problem.is_contiguous() {
        return false;
    }
    let after = |a: usize| if a == area { Some(nearest) } else { assignment[a] };
    [here, nearest].into_iter().any(|school| {
        let allowed = problem.pieces_allowed[school];
        pieces(problem, school, &|a| after(a) == Some(school)) > allowed
    })
}

fn keeping_counts(problem: &Problem) -> bool {
    let weight = problem.settings.moved_weight_m.is_some_and(|weight| weight > 0.0);
    weight || problem.moved_limit().is_some()
}

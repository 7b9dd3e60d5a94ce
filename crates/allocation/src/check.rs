//! The independent judge: recomputes every figure of a plan from the assignment alone.
//!
//! It knows the problem and nothing of how plans are found; connectivity is its own.

mod goals;
mod tiers;

use crate::constraints::chance;
use crate::explain::reason;
use crate::rounding::{PART_OF_A_PUPIL, classes_for};
use crate::{Contiguity, OwnArea, Problem, Strictness};
use phantuyen_model::{Assignment, PlanFigures, Reason, SchoolFigures, YearFigures};
use std::collections::BTreeMap;

/// A hard rule that a plan breaks.
#[derive(Clone, Debug, PartialEq)]
pub enum Violation {
    /// An area without a school.
    Unassigned {
        /// Its place in the order of areas.
        area: usize,
    },
    /// An area at a school that it may not use: a lock, an unknown distance, no path, or an alarm
    /// that may not be passed.
    NotAllowed {
        /// Its place in the order of areas.
        area: usize,
        /// The school's place in the order of schools.
        school: usize,
    },
    /// A catchment in more pieces than it may have.
    Pieces {
        /// The school's place in the order of schools.
        school: usize,
        /// Its pieces.
        pieces: u32,
        /// What it may have.
        allowed: u32,
    },
    /// More pupils than seats where that is forbidden.
    Overload {
        /// The school's place in the order of schools.
        school: usize,
        /// Pupils without a seat.
        pupils: f64,
    },
    /// Pupils who walk today would no longer.
    Walkers {
        /// The area's place in the order of areas.
        area: usize,
        /// The school's place in the order of schools.
        school: usize,
    },
    /// A school with too few pupils for a class of the grade.
    SmallClass {
        /// The school's place in the order of schools.
        school: usize,
        /// Its pupils in the year that has the fewest.
        pupils: f64,
    },
    /// A school that is overloaded in more futures than the ward allows.
    Chance {
        /// The school's place in the order of schools.
        school: usize,
        /// The share of futures, in the school's worst year.
        probability: f64,
    },
    /// More pupils moved than the ward allows.
    Moved {
        /// Pupils moved.
        pupils: f64,
        /// What is allowed.
        allowed: f64,
    },
}

/// What the judge says.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// All figures. Areas without a school are in none of them.
    pub figures: PlanFigures,
    /// The hard rules that the plan breaks; none when it is good.
    pub violations: Vec<Violation>,
    /// What each goal comes to, by its name; `classes` and `sum` besides the names of tiers.
    pub goals: BTreeMap<&'static str, f64>,
}

impl Judgement {
    /// What a goal comes to; not a number for a name that is none.
    pub fn goal(&self, name: &str) -> f64 {
        self.goals.get(name).copied().unwrap_or(f64::NAN)
    }
}

/// Judges an assignment: for each area, in order, the place of its school.
pub fn judge(problem: &Problem, assignment: &[Option<usize>]) -> Judgement {
    judged(problem, assignment, &|part| reason(problem, assignment, part.area))
}

/// The same without asking why each area goes where it goes: every reason reads `Nearest`.
pub(crate) fn weigh(problem: &Problem, assignment: &[Option<usize>]) -> Judgement {
    judged(problem, assignment, &|_| Reason::Nearest)
}

fn judged(
    problem: &Problem,
    assignment: &[Option<usize>],
    reason: &dyn Fn(&Part) -> Reason,
) -> Judgement {
    let mut parts = Vec::new();
    let mut violations = Vec::new();
    for area in 0..problem.area_count() {
        match assignment.get(area).copied().flatten() {
            Some(school) if school < problem.school_count() => {
                if breaks_a_pair_rule(problem, area, school) {
                    violations.push(Violation::NotAllowed { area, school });
                }
                if stops_walking(problem, area, school) {
                    violations.push(Violation::Walkers { area, school });
                }
                parts.push(Part { area, school, pupils: problem.pupils(area) });
            }
            _ => violations.push(Violation::Unassigned { area }),
        }
    }
    let years = goals::years(problem, &parts);
    let figures = figures_with(problem, &parts, reason, &years);
    violations.extend(catchment_violations(problem, &parts, &figures, &years));
    let goals = tiers::values(problem, &parts, &figures, &years);
    Judgement { figures, violations, goals }
}

/// Pupils of an area that go to one school; a whole area is one part.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Part {
    pub(crate) area: usize,
    pub(crate) school: usize,
    pub(crate) pupils: f64,
}

/// The figures of parts, given in the order of their areas.
pub(crate) fn figures(
    problem: &Problem,
    parts: &[Part],
    reason: &dyn Fn(&Part) -> Reason,
) -> PlanFigures {
    figures_with(problem, parts, reason, &goals::years(problem, parts))
}

fn figures_with(
    problem: &Problem,
    parts: &[Part],
    reason: &dyn Fn(&Part) -> Reason,
    years: &[YearFigures],
) -> PlanFigures {
    let schools: Vec<SchoolFigures> =
        (0..problem.school_count()).map(|school| school_figures(problem, parts, school)).collect();
    let pupils = total(parts.iter().map(|part| part.pupils));
    let pupil_m = travel(problem, parts.iter());
    let beyond = |limit: f64| {
        let far =
            |part: &&Part| problem.distance(part.area, part.school).is_some_and(|d| d > limit);
        total(parts.iter().filter(far).map(|part| part.pupils))
    };
    let moved = || parts.iter().filter(|part| problem.moves(part.area, part.school));
    let mut moved_areas: Vec<usize> = moved().map(|part| part.area).collect();
    moved_areas.dedup();
    let above = |s: &SchoolFigures| (s.pupils - s.seats).max(0.0);
    PlanFigures {
        pupils,
        pupil_m,
        mean_m: if pupils > 0.0 { pupil_m / pupils } else { 0.0 },
        farthest_m: farthest(problem, parts.iter()).unwrap_or(0.0),
        beyond_target: problem.settings.target_m.map(beyond),
        beyond_alarm: problem.settings.alarm_m.map(beyond),
        overload_pupils: total(schools.iter().map(above)),
        overloaded_schools: count(schools.iter().filter(|s| above(s) > PART_OF_A_PUPIL)),
        moved_pupils: problem.has_present.then(|| total(moved().map(|part| part.pupils))),
        moved_areas: problem.has_present.then(|| count(moved_areas.iter())),
        pieces: schools.iter().map(|school| school.pieces).sum(),
        goals: goals::goal_figures(problem, parts, years),
        assignment: parts.iter().map(|part| assignment_row(problem, part, reason(part))).collect(),
        schools,
    }
}

/// Connected pieces of a catchment together with the area its school stands in: union-find over
/// the borders between its areas.
pub(crate) fn pieces(
    problem: &Problem,
    school: usize,
    in_catchment: &dyn Fn(usize) -> bool,
) -> u32 {
    let belongs = |area: usize| in_catchment(area) || problem.roots[school] == Some(area);
    let mut leader: Vec<usize> = (0..problem.area_count()).collect();
    for area in (0..problem.area_count()).filter(|&area| belongs(area)) {
        for &next in problem.neighbours[area].iter().filter(|&&next| belongs(next)) {
            let (a, b) = (find(&mut leader, area), find(&mut leader, next));
            leader[a.max(b)] = a.min(b);
        }
    }
    count((0..problem.area_count()).filter(|&area| belongs(area) && leader[area] == area))
}

fn find(leader: &mut [usize], mut area: usize) -> usize {
    while leader[area] != area {
        leader[area] = leader[leader[area]];
        area = leader[area];
    }
    area
}

fn school_figures(problem: &Problem, parts: &[Part], school: usize) -> SchoolFigures {
    let seats = &problem.schools[school];
    let own = || parts.iter().filter(|part| part.school == school);
    let pupils = total(own().map(|part| part.pupils));
    let share = |part: &Part| {
        let whole = problem.pupils(part.area);
        if whole > 0.0 { part.pupils / whole } else { 1.0 }
    };
    let demand = |part: &Part| &problem.demand[part.area];
    let below = own().map(|p| Some((demand(p).pupils - demand(p).lower?).max(0.0) * share(p)));
    let above = own().map(|p| Some((demand(p).upper? - demand(p).pupils).max(0.0) * share(p)));
    let (below, above): (Option<Vec<f64>>, Option<Vec<f64>>) = (below.collect(), above.collect());
    let common = problem.common_error * pupils;
    let mut catchment = vec![false; problem.area_count()];
    own().for_each(|part| catchment[part.area] = true);
    let upper = above.map(|parts| pupils + together(&parts, common));
    SchoolFigures {
        school_code: seats.school_code.clone(),
        areas: count(own()),
        pupils,
        lower: below.map(|parts| (pupils - together(&parts, common)).max(0.0)),
        upper,
        classes: seats.class_size.filter(|size| *size > 0).map(|size| classes_for(pupils, size)),
        seats: seats.seats,
        class_size: seats.class_size,
        mean_m: (pupils > 0.0).then(|| travel(problem, own()) / pupils),
        farthest_m: farthest(problem, own()),
        pieces: pieces(problem, school, &|area| catchment[area]),
        risk: goals::risk(problem, parts, school, upper),
    }
}

/// How far a sum may lie off, from how far its parts may: what is each part's own cancels out as
/// the square root of squares, what is common to the whole ward does not. Never more than the
/// plain sum, which would take every part to err to the same side at once.
pub(crate) fn together(parts: &[f64], common: f64) -> f64 {
    let squares: f64 = parts.iter().map(|part| part * part).sum();
    (squares + common * common).sqrt().min(parts.iter().sum())
}

fn travel<'a>(problem: &Problem, parts: impl Iterator<Item = &'a Part>) -> f64 {
    total(parts.map(|p| p.pupils * problem.distance(p.area, p.school).unwrap_or(0.0)))
}

fn farthest<'a>(problem: &Problem, parts: impl Iterator<Item = &'a Part>) -> Option<f64> {
    let with_pupils = parts.filter(|part| part.pupils > 0.0);
    with_pupils.filter_map(|part| problem.distance(part.area, part.school)).reduce(f64::max)
}

fn assignment_row(problem: &Problem, part: &Part, reason: Reason) -> Assignment {
    let school_code = |school: usize| problem.schools[school].school_code.clone();
    Assignment {
        area_code: problem.demand[part.area].area_code.clone(),
        school_code: school_code(part.school),
        pupils: part.pupils,
        distance_m: problem.distance(part.area, part.school),
        nearest_school: problem.nearest_beside(part.area, part.school).map(school_code),
        reason,
    }
}

fn breaks_a_pair_rule(problem: &Problem, area: usize, school: usize) -> bool {
    let own_area_elsewhere = problem.settings.own_area == OwnArea::Must
        && problem.roots.contains(&Some(area))
        && problem.roots[school] != Some(area);
    !problem.allows(area, school) || problem.is_alarm_forbidden(area, school) || own_area_elsewhere
}

/// Whether an area that is a walk away from its present school, or, without one, from any school
/// that it may use, is sent elsewhere although the ward keeps its walkers.
fn stops_walking(problem: &Problem, area: usize, school: usize) -> bool {
    let Some(zone) = problem.settings.walk_zone_m.filter(|_| problem.settings.keep_walkers) else {
        return false;
    };
    let walks = |to: usize| {
        problem.allows(area, to) && problem.distance(area, to).is_some_and(|far| far <= zone)
    };
    problem.must[area].is_none()
        && match problem.present[area] {
            Some(now) => walks(now) && school != now,
            None => !walks(school) && (0..problem.school_count()).any(walks),
        }
}

fn catchment_violations(
    problem: &Problem,
    parts: &[Part],
    figures: &PlanFigures,
    years: &[YearFigures],
) -> Vec<Violation> {
    let mut violations = Vec::new();
    for (school, of_school) in figures.schools.iter().enumerate() {
        let (pieces, allowed) = (of_school.pieces, problem.pieces_allowed[school]);
        if problem.settings.contiguity != Contiguity::NotRequired && pieces > allowed {
            violations.push(Violation::Pieces { school, pieces, allowed });
        }
        let of_years = || years.iter().map(|year| &year.schools[school]);
        let pupils = of_years().map(|year| year.overload_pupils).fold(0.0, f64::max);
        if problem.settings.overload == Strictness::Forbid && pupils > PART_OF_A_PUPIL {
            violations.push(Violation::Overload { school, pupils });
        }
        let few = of_years().map(|year| year.pupils);
        let few = few.filter(|pupils| problem.class_rules[school].is_too_small(*pupils));
        if let Some(pupils) = few.reduce(f64::min) {
            violations.push(Violation::SmallClass { school, pupils });
        }
        let too_likely = problem.futures.iter().filter_map(|futures| {
            let most = chance::allowed(problem, futures.count)?;
            let share = goals::probability(problem, futures, parts, school);
            #[expect(clippy::cast_precision_loss, reason = "futures, some hundreds")]
            let within = share * futures.count as f64 <= most as f64 + 0.5;
            (!within).then_some(share)
        });
        if let Some(probability) = too_likely.reduce(f64::max) {
            violations.push(Violation::Chance { school, probability });
        }
    }
    if let (Some(pupils), Some(allowed)) = (figures.moved_pupils, problem.moved_limit())
        && pupils > allowed + PART_OF_A_PUPIL
    {
        violations.push(Violation::Moved { pupils, allowed });
    }
    violations
}

/// The sum, which of nothing is 0 and not the −0 that empty sums of floats have.
fn total(values: impl Iterator<Item = f64>) -> f64 {
    values.sum::<f64>() + 0.0
}

fn count<T>(things: impl Iterator<Item = T>) -> u32 {
    u32::try_from(things.count()).unwrap_or(u32::MAX)
}

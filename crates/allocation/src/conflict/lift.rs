//! Rules that can be given up, and problems without them.

use crate::explain::reaches;
use crate::{Contiguity, OwnArea, Problem, ProblemParts, SplitUnits, Strictness};
use phantuyen_model::{Lock, LockRule, WardRule};

/// The hard rules of a problem, those that a ward gives up most easily first.
pub(crate) fn rules_in_force(problem: &Problem) -> Vec<WardRule> {
    let (settings, parts) = (&problem.settings, problem.parts());
    let of_grade = parts.locks.iter().filter(|lock| lock.grade == parts.grade);
    let mut rules: Vec<WardRule> = of_grade.map(lock_rule).collect();
    let mut add = |holds: bool, rule: WardRule| rules.extend(holds.then_some(rule));
    add(settings.own_area == OwnArea::Must, WardRule::OwnArea);
    add(settings.min_class.is_some(), WardRule::SmallClass);
    add(settings.keep_walkers, WardRule::Walkers);
    add(settings.max_overload_probability.is_some(), WardRule::Chance);
    add(problem.has_present && problem.moved_limit().is_some(), WardRule::Moved);
    add(
        settings.alarm_m.is_some() && settings.beyond_alarm == Strictness::Forbid,
        WardRule::BeyondAlarm,
    );
    add(problem.is_contiguous(), WardRule::Contiguity);
    add(settings.overload == Strictness::Forbid, WardRule::Overload);
    rules
}

pub(super) fn lock_rule(lock: &Lock) -> WardRule {
    WardRule::Lock {
        area_code: lock.area_code.clone(),
        school_code: lock.school_code.clone(),
        lock: lock.rule,
    }
}

/// The parts of a problem without one of its rules. Without contiguity water still parts areas
/// from schools: nobody swims because catchments may lie in pieces.
pub(crate) fn without(problem: &Problem, parts: &ProblemParts, rule: &WardRule) -> ProblemParts {
    let mut parts = parts.clone();
    let settings = &mut parts.settings;
    match rule {
        WardRule::Overload => settings.overload = Strictness::Penalise,
        WardRule::BeyondAlarm => settings.beyond_alarm = Strictness::Penalise,
        WardRule::Moved => {
            settings.max_moved_share = None;
            settings.max_moved_pupils = None;
        }
        WardRule::Contiguity => {
            settings.contiguity = Contiguity::NotRequired;
            keep_water(problem, &mut parts);
        }
        WardRule::OwnArea => settings.own_area = OwnArea::Prefer,
        WardRule::SmallClass => settings.min_class = None,
        WardRule::Walkers => settings.keep_walkers = false,
        WardRule::Chance => settings.max_overload_probability = None,
        WardRule::WholeUnits => settings.split_units = SplitUnits::Freely,
        WardRule::Lock { .. } => parts.locks.retain(|lock| lock_rule(lock) != *rule),
        WardRule::Classes { school_code } => add_classes(&mut parts, school_code, 1),
    }
    parts
}

/// Opens classes more at a school; where its class size is not known, nothing.
pub(crate) fn add_classes(
    parts: &mut ProblemParts,
    school_code: &phantuyen_model::SchoolCode,
    classes: u32,
) {
    for school in rows_of(parts, school_code) {
        let size = school.class_size.unwrap_or(0);
        school.seats += f64::from(classes) * f64::from(size);
        school.classes = school.classes.map(|open| open.saturating_add(classes));
    }
}

/// A school in every year that the plan must serve.
pub(crate) fn rows_of<'p>(
    parts: &'p mut ProblemParts,
    school_code: &phantuyen_model::SchoolCode,
) -> impl Iterator<Item = &'p mut crate::SchoolSeats> {
    let later = parts.later_years.iter_mut().flat_map(|year| &mut year.schools);
    parts.schools.iter_mut().chain(later).filter(move |school| school.school_code == *school_code)
}

fn keep_water(problem: &Problem, parts: &mut ProblemParts) {
    for area in 0..problem.area_count() {
        let dry = |&school: &usize| reaches(problem, area, school);
        let reached: Vec<usize> = (0..problem.school_count()).filter(dry).collect();
        if reached.is_empty() || problem.must[area].is_some() {
            continue;
        }
        for school in (0..problem.school_count()).filter(|school| !reached.contains(school)) {
            parts.locks.push(Lock {
                grade: parts.grade,
                area_code: problem.demand[area].area_code.clone(),
                school_code: problem.schools[school].school_code.clone(),
                rule: LockRule::Never,
                reason: None,
            });
        }
    }
}

//! What each rule costs: the best plan without it beside the best plan with it.

use crate::allocate::{AllocateError, Watch, allocate};
use crate::conflict::{rules_in_force, side_by_side, without};
use crate::{Problem, SplitUnits, Strictness};
use phantuyen_model::{PlanFigures, PlanStatus, RulePrice, WardRule};

/// The price of every rule in force, and of one class more at each school, given the plan that was
/// found with all of them. Each is the problem solved again with that one rule given up and the
/// same limits of work.
///
/// # Errors
/// When the solver fails on the way.
pub fn prices(
    problem: &Problem,
    plan: &phantuyen_model::Plan,
    watch: &Watch<'_>,
) -> Result<Vec<RulePrice>, AllocateError> {
    let quiet = Watch { interrupted: watch.interrupted, progress: &|_| {} };
    let sized = problem.schools.iter().filter(|school| school.class_size.is_some());
    let classes = sized.map(|school| WardRule::Classes { school_code: school.school_code.clone() });
    let mut rules = rules_in_force(problem);
    if problem.settings.overload == Strictness::Forbid {
        // Without the ban, overload is still the first goal: its price shows in seats, not in ways.
        rules.retain(|rule| *rule != WardRule::Overload);
        rules.push(WardRule::Overload);
    }
    let keeps_units = problem.settings.split_units == SplitUnits::OnlyWhereItPays;
    rules.extend((keeps_units && !problem.units.is_empty()).then_some(WardRule::WholeUnits));
    let rules: Vec<WardRule> = rules.into_iter().chain(classes).collect();
    let priced = side_by_side(rules.len(), |place| {
        let rule = &rules[place];
        let Ok((lifted, _)) = Problem::new(without(problem, problem.parts(), rule)) else {
            return Ok(None);
        };
        let found = allocate(&lifted, &quiet)?.plan;
        let is_proven =
            [plan.status, found.status].iter().all(|status| *status == PlanStatus::Optimal);
        Ok(Some(price(rule.clone(), is_proven, &plan.figures, &found.figures)))
    });
    priced.into_iter().filter_map(Result::transpose).collect()
}

fn price(rule: WardRule, is_proven: bool, with: &PlanFigures, without: &PlanFigures) -> RulePrice {
    let less = |a: Option<f64>, b: Option<f64>| Some(b? - a?);
    let rows = with.assignment.iter().zip(&without.assignment);
    let changed = rows.filter(|(a, b)| a.school_code != b.school_code).count();
    RulePrice {
        rule,
        is_proven,
        overload_pupils: without.overload_pupils - with.overload_pupils,
        beyond_alarm: less(with.beyond_alarm, without.beyond_alarm),
        pupil_m: without.pupil_m - with.pupil_m,
        mean_m: without.mean_m - with.mean_m,
        moved_pupils: less(with.moved_pupils, without.moved_pupils),
        changed_areas: u32::try_from(changed).unwrap_or(u32::MAX),
    }
}

//! What each goal comes to in a plan, counted by the judge for itself.

use super::goals::split_count;
use super::{Part, total};
use crate::{Problem, TIER_NAMES};
use phantuyen_model::{PlanFigures, YearFigures};
use std::collections::BTreeMap;

/// The value of each goal by its name, `classes` and `sum` among them.
///
/// Overload, alarm, ways, fullness and classes are averages over the years of the plan; moved
/// pupils, siblings and feeders are those of its first year.
pub(super) fn values(
    problem: &Problem,
    parts: &[Part],
    figures: &PlanFigures,
    years: &[YearFigures],
) -> BTreeMap<&'static str, f64> {
    let names = TIER_NAMES.into_iter().chain(["classes"]);
    let values = names.map(|goal| (goal, value(problem, parts, figures, years, goal)));
    let mut values: BTreeMap<&'static str, f64> = values.collect();
    let settings = &problem.settings;
    let weighted = [
        ("overload", settings.overload_weight_m),
        ("moved", settings.moved_weight_m),
        ("balance", settings.balance_weight),
        ("classes", settings.class_weight_m),
        ("feeders", settings.feeder_weight_m),
        ("siblings", settings.sibling_weight_m),
        ("splits", settings.split_weight_m),
    ];
    let weigh = |(goal, weight): (&str, Option<f64>)| weight.map_or(0.0, |w| w * values[goal]);
    let sum = values["travel"] + weighted.into_iter().map(weigh).sum::<f64>();
    values.insert("sum", sum);
    values
}

fn value(
    problem: &Problem,
    parts: &[Part],
    figures: &PlanFigures,
    years: &[YearFigures],
    goal: &str,
) -> f64 {
    let goals = &figures.goals;
    let mean =
        |of: &dyn Fn(&YearFigures) -> f64| total(years.iter().map(of)) * problem.year_weight();
    match goal {
        "overload" => mean(&|year| year.overload_pupils),
        "beyond_alarm" => {
            let beyond = |part: &&Part| problem.is_beyond_alarm(part.area, part.school);
            total(parts.iter().filter(beyond).map(|part| problem.mean_pupils(part.area)))
        }
        "travel" => mean(&|year| year.pupil_m),
        "moved" => figures.moved_pupils.unwrap_or(0.0),
        "siblings" => goals.siblings_apart.unwrap_or(0.0),
        "feeders" => {
            let splits = f64::from(goals.split_feeders.unwrap_or(0));
            goals.off_feeder_pupils.unwrap_or(splits)
        }
        "splits" => f64::from(split_count(&problem.units, parts).unwrap_or(0)),
        "balance" => goals.uneven_pupils.unwrap_or(0.0),
        _ => mean(&|year| {
            let schools = year.schools.iter().zip(&problem.class_rules);
            total(schools.map(|(school, rule)| rule.classes(school.pupils)))
        }),
    }
}

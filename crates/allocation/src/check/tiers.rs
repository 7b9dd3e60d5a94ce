//! What each goal comes to in a plan, counted by the judge for itself.

use super::goals::{split_count, years};
use super::{Part, total};
use crate::Problem;
use phantuyen_model::PlanFigures;

/// The value of a goal by its name; `None` for a name that is no goal.
///
/// Overload, alarm, ways, fullness and classes are averages over the years of the plan; moved
/// pupils, siblings and feeders are those of its first year.
pub(super) fn value(
    problem: &Problem,
    parts: &[Part],
    figures: &PlanFigures,
    goal: &str,
) -> Option<f64> {
    let weight = problem.year_weight();
    let years = || years(problem, parts);
    let goals = &figures.goals;
    let settings = &problem.settings;
    Some(match goal {
        "overload" => total(years().iter().map(|year| year.overload_pupils)) * weight,
        "beyond_alarm" => {
            let beyond = |part: &&Part| problem.is_beyond_alarm(part.area, part.school);
            total(parts.iter().filter(beyond).map(|part| problem.mean_pupils(part.area)))
        }
        "travel" => total(years().iter().map(|year| year.pupil_m)) * weight,
        "moved" => figures.moved_pupils.unwrap_or(0.0),
        "siblings" => goals.siblings_apart.unwrap_or(0.0),
        "feeders" => match goals.off_feeder_pupils {
            Some(pupils) => pupils,
            None => f64::from(goals.split_feeders.unwrap_or(0)),
        },
        "splits" => f64::from(split_count(&problem.units, parts).unwrap_or(0)),
        "balance" => goals.uneven_pupils.unwrap_or(0.0),
        "classes" => {
            let of_school = |school: usize, pupils: f64| {
                let rule = &problem.class_rules[school];
                rule.classes(pupils)
            };
            let years = years();
            let by_year = years.iter().map(|year| {
                total(year.schools.iter().enumerate().map(|(s, of)| of_school(s, of.pupils)))
            });
            total(by_year) * weight
        }
        "sum" => {
            let weighted = [
                ("overload", settings.overload_weight_m),
                ("moved", settings.moved_weight_m),
                ("balance", settings.balance_weight),
                ("classes", settings.class_weight_m),
                ("feeders", settings.feeder_weight_m),
                ("siblings", settings.sibling_weight_m),
                ("splits", settings.split_weight_m),
            ];
            let one = |goal: &str| value(problem, parts, figures, goal).unwrap_or(0.0);
            let weigh = |(goal, weight): (&str, Option<f64>)| weight.map_or(0.0, |w| w * one(goal));
            one("travel") + weighted.into_iter().map(weigh).sum::<f64>()
        }
        _ => return None,
    })
}

//! The arguments as the manifest tells them.

use super::{overrides, plan_arguments};
use crate::arguments::{Arguments, Verb};

/// The arguments that change a result, in one order, without places and ways of speaking.
pub(super) fn told_arguments(arguments: &Arguments) -> Vec<String> {
    let global = &arguments.global;
    let mut told = Vec::new();
    let mut tell = |name: &str, value: Option<String>| {
        told.extend(value.map(|value| format!("--{name}={value}")));
    };
    let list = |values: &[f64]| {
        let texts: Vec<String> = values.iter().map(f64::to_string).collect();
        (!texts.is_empty()).then(|| texts.join(","))
    };
    if let Some(plan) = plan_arguments(&arguments.verb) {
        let grades: Vec<&str> = plan.grade.iter().map(|grade| grade.name()).collect();
        tell("grade", (!grades.is_empty()).then(|| grades.join(",")));
        let file = plan.demand.as_ref().and_then(|path| path.file_name());
        tell("demand", file.map(|name| name.to_string_lossy().into_owned()));
    }
    let changed = overrides(arguments);
    tell("as-of", changed.as_of.map(|day| day.to_string()));
    tell("horizon", changed.horizon.map(|years| years.to_string()));
    if let Verb::Backtest(asked) = &arguments.verb {
        tell("frozen", asked.frozen.then(|| "true".to_owned()));
        let range = asked.origins.as_ref();
        tell("origins", range.map(|range| format!("{}..{}", range.start(), range.end())));
    }
    tell("level", list(&global.level));
    tell("seed", global.seed.map(|seed| seed.to_string()));
    tell("time-limit", global.time_limit.map(|seconds| seconds.to_string()));
    tell("provisional", global.provisional.then(|| "true".to_owned()));
    told
}

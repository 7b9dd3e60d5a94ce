//! The keys that `phantuyen.toml` may hold, and what a misspelt one may have meant.

use super::SettingProblem;
use toml::{Table, Value};

/// Sections and their keys. `inputs` and `rules` hold names of their own.
const KEYS: [(&str, &[&str]); 7] = [
    (
        "ward",
        &[
            "name",
            "code",
            "province",
            "province_code",
            "kind",
            "school_year",
            "made_up",
            "region",
            "terrain",
            "urban",
            "difficult",
        ],
    ),
    ("inputs", TABLES),
    ("rules", &[]),
    ("forecast", &["horizon", "history_years", "level", "seed"]),
    ("distance", &["method", "detour", "missing", "unit"]),
    (
        "allocation",
        &[
            "grades",
            "planning_quantile",
            "contiguity",
            "own_area",
            "target_m",
            "alarm_m",
            "beyond_alarm",
            "max_moved_share",
            "max_moved_pupils",
            "max_moved_per_year",
            "walk_zone_m",
            "keep_walkers",
            "overload",
            "max_overload_probability",
            "draws",
            "years",
            "extra_classes",
            "min_class",
            "mixed_classes",
            "split_areas",
            "tolerance",
            "overload_weight_m",
            "moved_weight_m",
            "balance_weight",
            "class_weight_m",
            "feeder_weight_m",
            "sibling_weight_m",
            "split_weight_m",
            "gap",
            "time_limit_s",
            "work_limit",
            "threads",
            "seed",
        ],
    ),
    ("publish", &["suppress_below", "lang"]),
];

const TABLES: &[&str] = &[
    "residents",
    "cohorts",
    "women",
    "births",
    "areas",
    "areas.geojson",
    "area_tree",
    "area_changes",
    "schools",
    "seats",
    "classes",
    "enrollment",
    "demand",
    "links",
    "distances",
    "roads",
    "adjacency",
    "current_plan",
    "locks",
    "siblings",
    "feeders",
    "housing",
    "actuals",
    "adjustments",
    "control_totals",
    "targets",
    "shapes",
];

/// What a key may hold, as it would be written.
pub(super) fn example(key: &str) -> &'static str {
    match key {
        "ward.name" | "ward.province" => "\"…\"",
        "ward.code" | "ward.province_code" => "\"25220\"",
        "ward.kind" => "\"ward\" | \"commune\" | \"special_zone\" | \"province\"",
        "ward.school_year" => "2027",
        "ward.region" => "1 | 2 | 3",
        "ward.terrain" => "\"plain\" | \"mountain\" | \"island\"",
        "ward.made_up" | "ward.urban" | "ward.difficult" => "true | false",
        "distance.method" => "\"table\" | \"straight\"",
        "distance.missing" => "\"forbid\" | \"straight\"",
        "distance.unit" => "\"m\" | \"s\"",
        "allocation.grades" => "[\"preschool-5\", \"1\", \"6\"]",
        "allocation.contiguity" => "true | false | \"no-new-pieces\"",
        "allocation.own_area" => "\"prefer\" | \"must\"",
        "allocation.overload" | "allocation.beyond_alarm" => "\"penalise\" | \"forbid\"",
        "allocation.target_m" | "allocation.alarm_m" | "allocation.walk_zone_m" => {
            "4000 | { \"1\" = 4000, \"6\" = 7000 }"
        }
        "allocation.keep_walkers" | "allocation.mixed_classes" | "allocation.split_areas" => {
            "true | false"
        }
        "allocation.tolerance" => "{ travel = 0.01, moved = 0.05 }",
        "allocation.max_overload_probability" => "0.05",
        "publish.lang" => "\"vi\" | \"en\"",
        _ => "1",
    }
}

/// Every key that does not belong, with the nearest one that does.
pub fn unknown_keys(settings: &Table) -> Vec<SettingProblem> {
    let mut problems = Vec::new();
    for (section, value) in settings {
        let Some((_, keys)) = KEYS.iter().find(|(known, _)| known == section) else {
            let known = KEYS.iter().map(|(known, _)| *known);
            problems.push(unknown(section, section, known));
            continue;
        };
        let Value::Table(entries) = value else {
            problems.push(unknown(section, section, [format!("[{section}]").as_str()].into_iter()));
            continue;
        };
        for key in entries.keys() {
            let full = format!("{section}.{key}");
            if *section != "rules" && !keys.contains(&key.as_str()) {
                problems.push(unknown(&full, key, keys.iter().copied()));
            }
        }
    }
    problems
}

fn unknown<'a>(full: &str, key: &str, known: impl Iterator<Item = &'a str>) -> SettingProblem {
    SettingProblem {
        kind: "unknown_key",
        key: full.to_owned(),
        read: key.to_owned(),
        expected: nearest(key, known).unwrap_or_default(),
    }
}

/// The known word that is most like the one read, when it is like enough to be a slip.
pub fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    const LIKE_ENOUGH: f64 = 0.6;
    known
        .map(|candidate| (strsim::jaro_winkler(word, candidate), candidate))
        .filter(|(likeness, _)| *likeness >= LIKE_ENOUGH)
        .max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(a.1)))
        .map(|(_, candidate)| candidate.to_owned())
}

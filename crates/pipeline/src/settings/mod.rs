//! `phantuyen.toml`: read raw, then checked. Unknown keys are errors with a suggestion.

mod keys;
mod ranges;
mod rules;
mod sections;

pub(crate) use keys::nearest;
pub use sections::{
    AllocationKeys, ByGrade, ContiguityKey, DistanceKeys, DistanceMethod, ForecastKeys,
    MissingDistance, OwnAreaKey, PublishKeys, StrictnessKey, Terrain, Ward, WardKind,
};

use chrono::NaiveDate;
use keys::unknown_keys;
use phantuyen_model::{Grade, Residence};
use rules::Rules;
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Value;

/// One thing that is wrong in the settings. Its sentence is `setting.<kind>` of the catalogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingProblem {
    /// What kind: `unknown_key`, `bad_value`, `syntax`, `not_yet`, `unknown_rule`.
    pub kind: &'static str,
    /// The key, with its section: `allocation.gap`.
    pub key: String,
    /// What was read, or what the parser said.
    pub read: String,
    /// What may have been meant, or what is allowed.
    pub expected: String,
}

/// Settings of a project, checked.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `[ward]`.
    pub ward: Ward,
    /// `[inputs]`: table name → path.
    pub inputs: BTreeMap<String, String>,
    /// `[rules]`: numbers that replace rules of the book.
    pub rules: BTreeMap<String, f64>,
    /// `[rules] as_of`: the date of the register.
    pub as_of: Option<NaiveDate>,
    /// `[rules] count_at`: which residence counts where a person has several.
    pub count_at: Vec<Residence>,
    /// `[forecast]`.
    pub forecast: ForecastKeys,
    /// `[distance]`.
    pub distance: DistanceKeys,
    /// `[allocation]`.
    pub allocation: AllocationKeys,
    /// `[publish]`.
    pub publish: PublishKeys,
    /// Keys that were set but that nothing in this version acts on.
    pub not_used: Vec<String>,
}

impl Settings {
    /// Reads and checks the text of `phantuyen.toml`.
    ///
    /// # Errors
    /// All problems at once.
    pub fn read(text: &str) -> Result<Self, Vec<SettingProblem>> {
        let table: toml::Table = toml::from_str(text).map_err(|cause| {
            let line = cause.span().map_or(1, |span| 1 + text[..span.start].matches('\n').count());
            vec![SettingProblem {
                kind: "syntax",
                key: line.to_string(),
                read: cause.message().to_owned(),
                expected: String::new(),
            }]
        })?;
        let mut problems = unknown_keys(&table);
        let mut inputs = BTreeMap::new();
        if let Some(Value::Table(section)) = table.get("inputs") {
            for (name, path) in section {
                match path {
                    Value::String(path) => drop(inputs.insert(name.clone(), path.clone())),
                    other => problems.push(bad(&format!("inputs.{name}"), other, "\"…\"")),
                }
            }
        }
        let mut rules = Rules::read(&table, &mut problems);
        let settings = Self {
            ward: section(&table, "ward", &mut problems),
            inputs,
            as_of: rules.as_of.take(),
            count_at: rules.count_at,
            rules: rules.values,
            forecast: section(&table, "forecast", &mut problems),
            distance: section(&table, "distance", &mut problems),
            allocation: section(&table, "allocation", &mut problems),
            publish: section(&table, "publish", &mut problems),
            not_used: table
                .get("publish")
                .and_then(Value::as_table)
                .into_iter()
                .flat_map(|publish| publish.keys().map(|key| format!("publish.{key}")))
                .collect(),
        };
        settings.check_ranges(&mut problems);
        if problems.is_empty() { Ok(settings) } else { Err(problems) }
    }

    fn check_ranges(&self, problems: &mut Vec<SettingProblem>) {
        let mut range = |key: &str, value: f64, low: f64, high: f64| {
            if !(low..=high).contains(&value) {
                problems.push(SettingProblem {
                    kind: "bad_value",
                    key: key.to_owned(),
                    read: value.to_string(),
                    expected: format!("{low} … {high}"),
                });
            }
        };
        range("forecast.horizon", f64::from(self.forecast.horizon), 1.0, 15.0);
        range("forecast.level", self.forecast.level, 0.01, 0.99);
        range("distance.detour", self.distance.detour, 1.0, 10.0);
        range(
            "forecast.history_years",
            f64::from(self.forecast.history_years.unwrap_or(1)),
            1.0,
            100.0,
        );
        self.allocation.check_ranges(&mut range);
        if let Some(grade) = self.allocation.grades.iter().find(|grade| !grade.is_entry()) {
            problems.push(SettingProblem {
                kind: "bad_value",
                key: "allocation.grades".to_owned(),
                read: grade.to_string(),
                expected: Grade::ENTRY.map(Grade::name).join(" | "),
            });
        }
        problems.extend(self.allocation.contradictions());
        if self.distance.method == Some(DistanceMethod::Roads) {
            problems.push(SettingProblem {
                kind: "not_yet",
                key: "distance.method".to_owned(),
                read: "roads".to_owned(),
                expected: "table | straight".to_owned(),
            });
        }
    }
}

/// A section with its defaults. Where it cannot be read, each key is tried alone, so that every
/// bad one is named.
fn section<T: Default + for<'de> Deserialize<'de>>(
    table: &toml::Table,
    name: &str,
    problems: &mut Vec<SettingProblem>,
) -> T {
    let Some(Value::Table(section)) = table.get(name) else { return T::default() };
    if let Ok(read) = Value::Table(section.clone()).try_into() {
        return read;
    }
    for (key, value) in section {
        let alone = toml::Table::from_iter([(key.clone(), value.clone())]);
        if Value::Table(alone).try_into::<T>().is_err() {
            let full = format!("{name}.{key}");
            problems.push(bad(&full, value, keys::example(&full)));
        }
    }
    T::default()
}

fn bad(key: &str, value: &Value, expected: &str) -> SettingProblem {
    SettingProblem {
        kind: "bad_value",
        key: key.to_owned(),
        read: value.to_string(),
        expected: expected.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_key_is_an_error_with_a_suggestion() {
        let problems =
            Settings::read("[allocation]\noverlaod = \"forbid\"\n").expect_err("a problem");
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].key, "allocation.overlaod");
        assert_eq!(problems[0].expected, "overload");
    }

    #[test]
    fn all_problems_come_at_once() {
        let text =
            "[warp]\nname = \"x\"\n[forecast]\nlevel = 3.0\n[distance]\nmethod = \"roads\"\n";
        let kinds: Vec<&str> =
            Settings::read(text).expect_err("problems").iter().map(|p| p.kind).collect();
        assert_eq!(kinds, ["unknown_key", "bad_value", "not_yet"]);
    }

    #[test]
    fn rules_can_be_written_in_two_ways() {
        let text = "[rules]\nas_of = 2026-12-31\n\"class_size.primary\" = 30\nclass_size.preschool_5 = 28\n";
        let settings = Settings::read(text).expect("settings");
        assert_eq!(settings.rules["class_size.primary"], 30.0);
        assert_eq!(settings.rules["class_size.preschool_5"], 28.0);
        assert_eq!(settings.as_of, NaiveDate::from_ymd_opt(2026, 12, 31));
    }

    #[test]
    fn each_bad_key_is_named_with_an_example() {
        let text = "[ward]\nschool_year = \"2027-2028\"\nkind = \"phường\"\nmade_up = true\n";
        let problems = Settings::read(text).expect_err("problems");
        let told: Vec<(&str, &str)> =
            problems.iter().map(|p| (p.key.as_str(), p.expected.as_str())).collect();
        assert_eq!(
            told,
            [
                ("ward.kind", "\"ward\" | \"commune\" | \"special_zone\" | \"province\""),
                ("ward.school_year", "2027"),
            ]
        );
    }

    #[test]
    fn alarms_may_differ_by_grade() {
        let text = "[allocation]\nalarm_m = { \"1\" = 3000, \"6\" = 5000 }\n";
        let alarm = Settings::read(text).expect("settings").allocation.alarm_m.expect("an alarm");
        assert_eq!((alarm.of(Grade::G1), alarm.of(Grade::Preschool5)), (Some(3000.0), None));
    }
}

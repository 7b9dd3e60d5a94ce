//! `phantuyen.toml`: read raw, then checked. Unknown keys are errors with a suggestion.

use crate::settings_keys::unknown_keys;
use chrono::NaiveDate;
use phantuyen_model::{DistanceUnit, Grade, Residence, SchoolYear};
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
}

/// What kind of unit the project is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WardKind {
    /// Phường.
    #[default]
    Ward,
    /// Xã.
    Commune,
    /// Đặc khu.
    SpecialZone,
    /// Tỉnh, thành phố.
    Province,
}

impl WardKind {
    /// The name used in files and in the catalogue.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ward => "ward",
            Self::Commune => "commune",
            Self::SpecialZone => "special_zone",
            Self::Province => "province",
        }
    }
}

/// The lie of the land, which sets the target for the way to school.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Terrain {
    /// Đồng bằng.
    Plain,
    /// Miền núi.
    Mountain,
    /// Hải đảo.
    Island,
}

/// `[ward]`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Ward {
    /// Its name, as printed.
    pub name: String,
    /// Its code, five digits.
    pub code: String,
    /// The province.
    pub province: String,
    /// The code of the province.
    pub province_code: String,
    /// Ward, commune, special zone or province.
    pub kind: WardKind,
    /// The first school year to be planned.
    pub school_year: Option<SchoolYear>,
    /// Whether people and schools are made up.
    pub made_up: bool,
    /// Region 1, 2 or 3 of TT 20/2023.
    pub region: Option<u8>,
    /// Plain, mountain or island.
    pub terrain: Option<Terrain>,
    /// Whether it is a town.
    pub urban: Option<bool>,
    /// Whether it is a difficult area.
    pub difficult: Option<bool>,
}

/// `[forecast]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(default)]
pub struct ForecastKeys {
    /// Years ahead.
    pub horizon: u32,
    /// Registers to look back on; all where absent.
    pub history_years: Option<u32>,
    /// How often the interval should contain what happens, 0 to 1.
    pub level: f64,
    /// Seed of anything random.
    pub seed: u64,
}

impl Default for ForecastKeys {
    fn default() -> Self {
        Self { horizon: 5, history_years: None, level: 0.80, seed: 0 }
    }
}

/// Where distances come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DistanceMethod {
    /// The table `distances`.
    Table,
    /// The walking network of an OpenStreetMap extract.
    Roads,
    /// Straight line × detour.
    Straight,
}

/// What happens to a pair that the table does not have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MissingDistance {
    /// The pair is never used.
    #[default]
    Forbid,
    /// It is estimated by straight line × detour.
    Straight,
}

/// `[distance]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(default)]
pub struct DistanceKeys {
    /// Where distances come from; the table where there is one, else straight lines.
    pub method: Option<DistanceMethod>,
    /// How much longer the way is than the straight line.
    pub detour: f64,
    /// What happens to missing pairs.
    pub missing: MissingDistance,
    /// Metres or seconds.
    pub unit: DistanceUnit,
}

impl Default for DistanceKeys {
    fn default() -> Self {
        Self {
            method: None,
            detour: 1.3,
            missing: MissingDistance::Forbid,
            unit: DistanceUnit::Metres,
        }
    }
}

/// A number for all grades, or a table by grade.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum ByGrade {
    /// The same for all.
    All(f64),
    /// By the name of the grade.
    Each(BTreeMap<Grade, f64>),
}

impl ByGrade {
    /// The number of a grade.
    pub fn of(&self, grade: Grade) -> Option<f64> {
        match self {
            Self::All(value) => Some(*value),
            Self::Each(values) => values.get(&grade).copied(),
        }
    }
}

/// `true`, `false` or a name.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum ContiguityKey {
    /// Required or not.
    Flag(bool),
    /// `no-new-pieces`.
    Name(ContiguityName),
}

/// The one contiguity rule with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum ContiguityName {
    /// No more pieces than the present plan has.
    #[serde(rename = "no-new-pieces")]
    NoNewPieces,
}

/// Whether a school's own area must go to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OwnAreaKey {
    /// Where nothing else speaks against it.
    #[default]
    Prefer,
    /// Always.
    Must,
}

/// Whether a rule may be broken at a price.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StrictnessKey {
    /// Shown and kept as small as possible.
    #[default]
    Penalise,
    /// Never broken.
    Forbid,
}

/// `[allocation]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(default)]
pub struct AllocationKeys {
    /// Grades that get catchments.
    pub grades: Vec<Grade>,
    /// Which future to plan for: 0.5 is the middle one.
    pub planning_quantile: f64,
    /// Whether catchments are connected.
    pub contiguity: ContiguityKey,
    /// Whether a school's own area must go to it.
    pub own_area: OwnAreaKey,
    /// Distance that the way to school should not exceed.
    pub target_m: Option<ByGrade>,
    /// Distance from which the way is too long.
    pub alarm_m: Option<ByGrade>,
    /// Whether the alarm may be exceeded.
    pub beyond_alarm: StrictnessKey,
    /// Share of pupils that may change school.
    pub max_moved_share: Option<f64>,
    /// Pupils that may change school.
    pub max_moved_pupils: Option<f64>,
    /// Whether seats may be exceeded.
    pub overload: StrictnessKey,
    /// Metres that one pupil above the seats costs.
    pub overload_weight_m: Option<f64>,
    /// Metres that one pupil costs who changes school.
    pub moved_weight_m: Option<f64>,
    /// Gap at which the search ends.
    pub gap: f64,
    /// Seconds after which the search ends.
    pub time_limit_s: Option<f64>,
    /// Work after which the search ends.
    pub work_limit: Option<u64>,
    /// Threads.
    pub threads: Option<usize>,
    /// Seed of anything random.
    pub seed: u64,
}

impl Default for AllocationKeys {
    fn default() -> Self {
        Self {
            grades: vec![Grade::Preschool5, Grade::G1, Grade::G6],
            planning_quantile: 0.5,
            contiguity: ContiguityKey::Flag(true),
            own_area: OwnAreaKey::Prefer,
            target_m: None,
            alarm_m: None,
            beyond_alarm: StrictnessKey::Penalise,
            max_moved_share: None,
            max_moved_pupils: None,
            overload: StrictnessKey::Penalise,
            overload_weight_m: None,
            moved_weight_m: None,
            gap: 1e-4,
            time_limit_s: None,
            work_limit: None,
            threads: None,
            seed: 0,
        }
    }
}

/// `[publish]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(default)]
pub struct PublishKeys {
    /// Counts below this are hidden in public files.
    pub suppress_below: u32,
    /// Language of the documents.
    pub lang: Option<String>,
}

impl Default for PublishKeys {
    fn default() -> Self {
        Self { suppress_below: 5, lang: None }
    }
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
        range("allocation.planning_quantile", self.allocation.planning_quantile, 0.01, 0.99);
        range("allocation.gap", self.allocation.gap, 0.0, 1.0);
        range(
            "allocation.max_moved_share",
            self.allocation.max_moved_share.unwrap_or(0.0),
            0.0,
            1.0,
        );
        for (key, value) in [
            ("allocation.overload_weight_m", self.allocation.overload_weight_m),
            ("allocation.moved_weight_m", self.allocation.moved_weight_m),
            ("allocation.max_moved_pupils", self.allocation.max_moved_pupils),
            ("allocation.time_limit_s", self.allocation.time_limit_s),
        ] {
            range(key, value.unwrap_or(0.0), 0.0, 1e12);
        }
        if let Some(grade) = self.allocation.grades.iter().find(|grade| !grade.is_entry()) {
            problems.push(SettingProblem {
                kind: "bad_value",
                key: "allocation.grades".to_owned(),
                read: grade.to_string(),
                expected: Grade::ENTRY.map(Grade::name).join(" | "),
            });
        }
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

/// `[rules]`, which mixes two settings of its own with the names of rules.
struct Rules {
    as_of: Option<NaiveDate>,
    count_at: Vec<Residence>,
    values: BTreeMap<String, f64>,
}

impl Rules {
    fn read(table: &toml::Table, problems: &mut Vec<SettingProblem>) -> Self {
        let mut rules = Self {
            as_of: None,
            count_at: vec![Residence::Current, Residence::Temporary, Residence::Permanent],
            values: BTreeMap::new(),
        };
        let Some(Value::Table(section)) = table.get("rules") else { return rules };
        for (key, value) in section {
            let name = format!("rules.{key}");
            match (key.as_str(), value) {
                ("as_of", _) => match date_of(value) {
                    Some(day) => rules.as_of = Some(day),
                    None => problems.push(bad(&name, value, "2026-12-31")),
                },
                ("count_at", _) => match residence_order(value) {
                    Some(order) => rules.count_at = order,
                    None => problems.push(bad(&name, value, "current | temporary | permanent")),
                },
                (_, Value::Table(inner)) => Self::numbers(key, inner, &mut rules.values, problems),
                (_, value) => Self::number(key, value, &mut rules.values, problems),
            }
        }
        rules
    }

    /// `[rules.class_size] primary = 30` says the same as `"class_size.primary" = 30`.
    fn numbers(
        prefix: &str,
        table: &toml::Table,
        values: &mut BTreeMap<String, f64>,
        problems: &mut Vec<SettingProblem>,
    ) {
        for (key, value) in table {
            Self::number(&format!("{prefix}.{key}"), value, values, problems);
        }
    }

    fn number(
        id: &str,
        value: &Value,
        values: &mut BTreeMap<String, f64>,
        problems: &mut Vec<SettingProblem>,
    ) {
        #[expect(clippy::cast_precision_loss, reason = "rules are small numbers")]
        let number = match value {
            Value::Integer(whole) => Some(*whole as f64),
            Value::Float(number) => Some(*number),
            _ => None,
        };
        match number {
            Some(number) => drop(values.insert(id.to_owned(), number)),
            None => problems.push(bad(&format!("rules.{id}"), value, "35")),
        }
    }
}

fn date_of(value: &Value) -> Option<NaiveDate> {
    match value {
        Value::Datetime(date) => date.to_string().get(..10)?.parse().ok(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

/// One name or a list; the residences not named follow in their usual order.
fn residence_order(value: &Value) -> Option<Vec<Residence>> {
    let names: Vec<&str> = match value {
        Value::String(name) => vec![name],
        Value::Array(names) => names.iter().map(Value::as_str).collect::<Option<_>>()?,
        _ => return None,
    };
    let read = |name: &str| match name {
        "current" => Some(Residence::Current),
        "temporary" => Some(Residence::Temporary),
        "permanent" => Some(Residence::Permanent),
        _ => None,
    };
    let mut order: Vec<Residence> = names.into_iter().map(read).collect::<Option<_>>()?;
    for residence in [Residence::Current, Residence::Temporary, Residence::Permanent] {
        if !order.contains(&residence) {
            order.push(residence);
        }
    }
    Some(order)
}

fn section<T: Default + for<'de> Deserialize<'de>>(
    table: &toml::Table,
    name: &str,
    problems: &mut Vec<SettingProblem>,
) -> T {
    let Some(value) = table.get(name) else { return T::default() };
    value.clone().try_into().unwrap_or_else(|cause: toml::de::Error| {
        problems.push(SettingProblem {
            kind: "bad_value",
            key: name.to_owned(),
            read: cause.message().to_owned(),
            expected: cause.to_string().trim().replace('\n', " "),
        });
        T::default()
    })
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
    fn alarms_may_differ_by_grade() {
        let text = "[allocation]\nalarm_m = { \"1\" = 3000, \"6\" = 5000 }\n";
        let alarm = Settings::read(text).expect("settings").allocation.alarm_m.expect("an alarm");
        assert_eq!((alarm.of(Grade::G1), alarm.of(Grade::Preschool5)), (Some(3000.0), None));
    }
}

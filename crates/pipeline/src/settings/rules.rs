//! `[rules]`: numbers over the rule book, and how residents are counted.

use super::{SettingProblem, bad};
use chrono::NaiveDate;
use phantuyen_model::Residence;
use std::collections::BTreeMap;
use toml::Value;

/// `[rules]`, which mixes two settings of its own with the names of rules.
pub(super) struct Rules {
    pub(super) as_of: Option<NaiveDate>,
    pub(super) count_at: Vec<Residence>,
    pub(super) values: BTreeMap<String, f64>,
}

impl Rules {
    pub(super) fn read(table: &toml::Table, problems: &mut Vec<SettingProblem>) -> Self {
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

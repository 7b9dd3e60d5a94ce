//! The rule book: legal numbers as dated data, each with its source.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One rule: a number that a legal text sets, for a time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Its name, such as `class_size.primary`.
    pub id: String,
    /// The number.
    pub value: f64,
    /// What the number counts.
    pub unit: String,
    /// The text that sets it.
    pub source: String,
    /// Where in the text.
    #[serde(default)]
    pub article: String,
    /// First day in force.
    pub valid_from: NaiveDate,
    /// Last day in force; open if absent.
    #[serde(default)]
    pub valid_to: Option<NaiveDate>,
    /// Whether somebody has read the number in its source.
    pub verified: bool,
    /// What a reader should know.
    #[serde(default)]
    pub note: String,
}

impl Rule {
    /// Whether it is in force on that day.
    pub fn holds_on(&self, day: NaiveDate) -> bool {
        self.valid_from <= day && self.valid_to.is_none_or(|last| day <= last)
    }
}

/// No rule of that name is in force on that day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no rule `{id}` is in force on {day}")]
pub struct MissingRule {
    /// The name that was asked for.
    pub id: String,
    /// The day.
    pub day: NaiveDate,
}

/// A rule file that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RuleError {
    /// It is not TOML of the expected shape.
    #[error("rule file {file}: {cause}")]
    Syntax {
        /// The file.
        file: String,
        /// What the parser says.
        cause: Box<toml::de::Error>,
    },
    /// Two rules of one name hold on the same day.
    #[error("rule `{id}` is given twice for {day}")]
    Overlap {
        /// The name.
        id: String,
        /// A day on which both hold.
        day: NaiveDate,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleFile {
    rule: Vec<Rule>,
}

/// All rules that are known, by name, oldest first.
#[derive(Clone, Debug, PartialEq)]
pub struct RuleBook {
    rules: BTreeMap<String, Vec<Rule>>,
}

/// The rules that ship with the program.
const SHIPPED: [(&str, &str); 7] = [
    ("accuracy.toml", include_str!("../rules/accuracy.toml")),
    ("class_size.toml", include_str!("../rules/class_size.toml")),
    ("housing.toml", include_str!("../rules/housing.toml")),
    ("schools.toml", include_str!("../rules/schools.toml")),
    ("rooms.toml", include_str!("../rules/rooms.toml")),
    ("staff.toml", include_str!("../rules/staff.toml")),
    ("way_to_school.toml", include_str!("../rules/way_to_school.toml")),
];

impl RuleBook {
    /// The rules that ship with the program.
    ///
    /// # Errors
    /// When a shipped file is damaged; the tests of this crate exclude it.
    pub fn shipped() -> Result<Self, RuleError> {
        Self::read(&SHIPPED)
    }

    /// Reads rule files, given as name and text.
    ///
    /// # Errors
    /// [`RuleError`] when a file has another shape or two rules of one name overlap in time.
    pub fn read(files: &[(&str, &str)]) -> Result<Self, RuleError> {
        let mut rules: BTreeMap<String, Vec<Rule>> = BTreeMap::new();
        for (file, text) in files {
            let read: RuleFile = toml::from_str(text).map_err(|cause| RuleError::Syntax {
                file: (*file).to_owned(),
                cause: Box::new(cause),
            })?;
            for rule in read.rule {
                rules.entry(rule.id.clone()).or_default().push(rule);
            }
        }
        for (id, versions) in &mut rules {
            versions.sort_by_key(|rule| rule.valid_from);
            for pair in versions.windows(2) {
                if pair[0].holds_on(pair[1].valid_from) {
                    return Err(RuleError::Overlap { id: id.clone(), day: pair[1].valid_from });
                }
            }
        }
        Ok(Self { rules })
    }

    /// The rule in force on that day.
    ///
    /// # Errors
    /// [`MissingRule`]: a missing rule is never replaced by a default.
    pub fn get(&self, id: &str, day: NaiveDate) -> Result<&Rule, MissingRule> {
        self.rules
            .get(id)
            .into_iter()
            .flatten()
            .find(|rule| rule.holds_on(day))
            .ok_or_else(|| MissingRule { id: id.to_owned(), day })
    }

    /// The newest version of a rule, for aims by which past years are measured too.
    ///
    /// # Errors
    /// [`MissingRule`] when the book has none of that name.
    pub fn newest(&self, id: &str) -> Result<&Rule, MissingRule> {
        let versions = self.rules.get(id).and_then(|versions| versions.last());
        versions.ok_or_else(|| MissingRule { id: id.to_owned(), day: NaiveDate::MAX })
    }

    /// The names of all rules.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.rules.keys().map(String::as_str)
    }

    /// Replaces a rule by a number of the project's settings, for all time. Returns whether the
    /// name is known; an unknown name changes nothing.
    pub fn replace(&mut self, id: &str, value: f64, source: &str) -> bool {
        let Some(versions) = self.rules.get_mut(id) else { return false };
        let Some(last) = versions.last().cloned() else { return false };
        *versions = vec![Rule {
            value,
            source: source.to_owned(),
            article: String::new(),
            valid_from: NaiveDate::MIN,
            valid_to: None,
            verified: true,
            note: String::new(),
            ..last
        }];
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).expect("a real date")
    }

    #[test]
    fn the_shipped_rules_can_be_read() {
        let book = RuleBook::shipped().expect("shipped rules");
        assert_eq!(book.get("class_size.primary", day(2026, 1, 1)).expect("a rule").value, 35.0);
    }

    #[test]
    fn a_replaced_circular_is_not_taken_as_checked() {
        let book = RuleBook::shipped().expect("shipped rules");
        assert!(book.get("class_size.primary", day(2026, 1, 1)).expect("a rule").verified);
        assert!(!book.get("class_size.primary", day(2026, 12, 1)).expect("a rule").verified);
    }

    #[test]
    fn a_missing_rule_is_an_error() {
        let book = RuleBook::shipped().expect("shipped rules");
        assert!(book.get("class_size.primary", day(1990, 1, 1)).is_err());
        assert!(book.get("class_size.university", day(2026, 1, 1)).is_err());
    }

    #[test]
    fn two_versions_of_one_rule_must_not_overlap() {
        let rule = |from: &str| {
            format!(
                "[[rule]]\nid = \"a\"\nvalue = 1\nunit = \"x\"\nsource = \"s\"\nvalid_from = \"{from}\"\nverified = true\n"
            )
        };
        let text = rule("2020-01-01") + &rule("2021-01-01");
        assert!(matches!(RuleBook::read(&[("f", &text)]), Err(RuleError::Overlap { .. })));
    }

    #[test]
    fn the_settings_replace_a_rule_for_all_time() {
        let mut book = RuleBook::shipped().expect("shipped rules");
        assert!(book.replace("class_size.primary", 30.0, "phantuyen.toml"));
        assert!(!book.replace("class_size.primery", 30.0, "phantuyen.toml"));
        assert_eq!(book.get("class_size.primary", day(1999, 1, 1)).expect("a rule").value, 30.0);
    }
}

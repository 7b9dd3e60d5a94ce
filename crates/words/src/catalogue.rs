//! Sentences by key, with places for facts: `{count}`.

use crate::{Lang, date, decimal, whole};
use chrono::NaiveDate;
use phantuyen_model::Finding;
use serde::Deserialize;
use std::collections::BTreeMap;

/// What a sentence is filled with, by name.
pub type Facts<'a> = [(&'a str, String)];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sentence {
    vi: String,
    en: String,
}

/// The catalogue's files cannot be used.
#[derive(Debug)]
pub struct CatalogueError {
    /// Which file.
    pub file: String,
    /// What is wrong.
    pub cause: String,
}

impl std::fmt::Display for CatalogueError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "catalogue {}: {}", self.file, self.cause)
    }
}

impl std::error::Error for CatalogueError {}

/// All sentences of the program in both languages.
#[derive(Debug)]
pub struct Catalogue {
    sentences: BTreeMap<String, Sentence>,
}

const SHIPPED: [(&str, &str); 14] = [
    ("findings_data.toml", include_str!("../catalogue/findings_data.toml")),
    ("findings_network.toml", include_str!("../catalogue/findings_network.toml")),
    ("findings_allocation.toml", include_str!("../catalogue/findings_allocation.toml")),
    ("findings_forecast.toml", include_str!("../catalogue/findings_forecast.toml")),
    ("findings_pipeline.toml", include_str!("../catalogue/findings_pipeline.toml")),
    ("check.toml", include_str!("../catalogue/check.toml")),
    ("terms.toml", include_str!("../catalogue/terms.toml")),
    ("answers.toml", include_str!("../catalogue/answers.toml")),
    ("reasons.toml", include_str!("../catalogue/reasons.toml")),
    ("documents.toml", include_str!("../catalogue/documents.toml")),
    ("lookup.toml", include_str!("../catalogue/lookup.toml")),
    ("papers.toml", include_str!("../catalogue/papers.toml")),
    ("scorecard.toml", include_str!("../catalogue/scorecard.toml")),
    ("screen.toml", include_str!("../catalogue/screen.toml")),
];

impl Catalogue {
    /// The catalogue that ships with the program.
    ///
    /// # Errors
    /// When a shipped file is damaged or a key stands twice; the tests exclude it.
    pub fn shipped() -> Result<Self, CatalogueError> {
        let mut sentences = BTreeMap::new();
        for (file, text) in SHIPPED {
            let fail = |cause: String| CatalogueError { file: file.to_owned(), cause };
            let read: BTreeMap<String, Sentence> =
                toml::from_str(text).map_err(|e| fail(e.to_string()))?;
            for (key, sentence) in read {
                if sentences.insert(key.clone(), sentence).is_some() {
                    return Err(fail(format!("`{key}` stands twice")));
                }
            }
        }
        Ok(Self { sentences })
    }

    /// Whether the catalogue has the key.
    pub fn has(&self, key: &str) -> bool {
        self.sentences.contains_key(key)
    }

    /// All keys, in order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.sentences.keys().map(String::as_str)
    }

    /// The sentence of a key, each `{name}` replaced by the fact of that name.
    ///
    /// An unknown key gives the key itself in angle brackets: visible, and never in the way.
    pub fn say(&self, lang: Lang, key: &str, facts: &Facts<'_>) -> String {
        let Some(sentence) = self.sentences.get(key) else { return format!("⟨{key}⟩") };
        let pattern = match lang {
            Lang::Vi => &sentence.vi,
            Lang::En => &sentence.en,
        };
        fill(pattern, facts)
    }

    /// The short form of [`Catalogue::say`] for a sentence without facts.
    pub fn term(&self, lang: Lang, key: &str) -> String {
        self.say(lang, key, &[])
    }

    /// What was found, as a sentence.
    pub fn message(&self, lang: Lang, finding: &Finding) -> String {
        self.of_finding(lang, finding, "message")
    }

    /// How to mend it, and whether one can go on.
    pub fn help(&self, lang: Lang, finding: &Finding) -> String {
        self.of_finding(lang, finding, "help")
    }

    fn of_finding(&self, lang: Lang, finding: &Finding, part: &str) -> String {
        let place = [
            ("table", finding.table.clone()),
            ("file", finding.file.clone()),
            ("row", finding.row.map(|row| row.to_string())),
            ("column", finding.column.clone()),
            ("area", finding.area_code.as_ref().map(ToString::to_string)),
            ("count", Some(whole(lang, finding.count as f64))),
        ];
        let facts = finding.facts.iter();
        let mut facts: Vec<(&str, String)> =
            facts.map(|(name, value)| (name.as_str(), self.spoken(lang, name, value))).collect();
        facts.extend(place.map(|(name, value)| (name, value.unwrap_or_else(|| "–".to_owned()))));
        capitalised(&self.say(lang, &format!("finding.{}.{part}", finding.code), &facts))
    }

    /// A fact as people say it: grades, units and proofs by their terms, days and numbers in the
    /// manner of the language; everything else as it was read.
    fn spoken(&self, lang: Lang, name: &str, value: &str) -> String {
        // What was read, and how it should be written, are quoted to the letter.
        if matches!(name, "expected" | "values" | "read") {
            return value.to_owned();
        }
        let term = format!("term.{name}.{}", value.replace(' ', "_"));
        if self.has(&term) {
            return self.term(lang, &term);
        }
        if let Ok(day) = value.parse::<NaiveDate>() {
            return date(day);
        }
        match (name, value.parse::<f64>()) {
            (
                "detour" | "value" | "overload" | "seats" | "pupils" | "m2" | "metres",
                Ok(number),
            ) => {
                let decimals = value.split_once('.').map_or(0, |(_, rest)| rest.len().min(2));
                decimal(lang, number, decimals)
            }
            _ => value.to_owned(),
        }
    }
}

/// With its first letter in upper case, for a sentence that begins with a fact.
fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Replaces each `{name}`; a name without a fact stays as it stands, so that it is seen.
fn fill(pattern: &str, facts: &Facts<'_>) -> String {
    let mut text = String::with_capacity(pattern.len());
    let mut rest = pattern;
    while let Some(open) = rest.find('{') {
        let Some(length) = rest[open..].find('}') else { break };
        let name = &rest[open + 1..open + length];
        text.push_str(&rest[..open]);
        match facts.iter().find(|(known, _)| *known == name) {
            Some((_, value)) => text.push_str(value),
            None => text.push_str(&rest[open..=open + length]),
        }
        rest = &rest[open + length + 1..];
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use phantuyen_model::FindingCode;

    #[test]
    fn facts_fill_their_places_and_missing_ones_stay_visible() {
        assert_eq!(fill("a {x} b {y}", &[("x", "1".into())]), "a 1 b {y}");
    }

    #[test]
    fn each_finding_has_a_message_and_a_help_in_both_languages() {
        let catalogue = Catalogue::shipped().expect("catalogue");
        let missing: Vec<String> = FindingCode::ALL
            .iter()
            .flat_map(|code| ["message", "help"].map(|part| format!("finding.{code}.{part}")))
            .filter(|key| !catalogue.has(key))
            .collect();
        assert!(missing.is_empty(), "missing: {missing:#?}");
    }

    #[test]
    fn both_languages_use_the_same_facts() {
        let catalogue = Catalogue::shipped().expect("catalogue");
        let names = |text: &str| -> std::collections::BTreeSet<String> {
            let parts = text.split('{').skip(1).filter_map(|part| part.split_once('}'));
            parts.map(|(name, _)| name.to_owned()).collect()
        };
        for (key, sentence) in &catalogue.sentences {
            assert!(!sentence.vi.is_empty() && !sentence.en.is_empty(), "{key} is empty");
            assert_eq!(names(&sentence.vi), names(&sentence.en), "facts of {key}");
        }
    }
}

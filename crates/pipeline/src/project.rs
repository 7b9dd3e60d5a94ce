//! A project: one folder with settings, inputs and results.

use crate::{PipelineError, SettingProblem, Settings, settings::nearest};
use chrono::NaiveDate;
use phantuyen_data::{ReadOptions, WardData};
use phantuyen_model::{Finding, FindingCode, InputFile, RuleBook, SchoolYear};
use std::fs;
use std::path::{Path, PathBuf};

/// What the command line says over the settings.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// Nothing dated later is used.
    pub as_of: Option<NaiveDate>,
    /// Interval levels, 0 to 1.
    pub levels: Vec<f64>,
    /// Years ahead.
    pub horizon: Option<u32>,
    /// Seed.
    pub seed: Option<u64>,
    /// Seconds after which a search ends.
    pub time_limit_s: Option<f64>,
    /// Whether steps go on without the rows that have errors.
    pub provisional: bool,
}

/// A project, opened: settings checked, rules at hand, nothing read from the tables yet.
#[derive(Clone, Debug)]
pub struct Project {
    /// The folder.
    pub root: PathBuf,
    /// The settings, with what the command line says over them.
    pub settings: Settings,
    /// The rules, with what the settings say over them.
    pub rules: RuleBook,
    /// The day of `[rules] as_of` on which the rules are read, where the settings name one.
    pub rules_as_of: Option<NaiveDate>,
    /// Interval levels, 0 to 1, the first one is shown to people.
    pub levels: Vec<f64>,
    /// Whether steps go on without the rows that have errors.
    pub provisional: bool,
    /// What opening found: rules replaced.
    pub findings: Vec<Finding>,
    /// The settings file itself.
    pub settings_file: InputFile,
}

/// The name of the settings file.
pub const SETTINGS_FILE: &str = "phantuyen.toml";

impl Project {
    /// Opens the project in a folder.
    ///
    /// # Errors
    /// No settings file, settings with problems (all of them), or a shipped rule book that is
    /// damaged.
    pub fn open(root: &Path, overrides: &Overrides) -> Result<Self, PipelineError> {
        let path = root.join(SETTINGS_FILE);
        if !path.is_file() {
            return Err(PipelineError::NoProject { folder: root.to_owned() });
        }
        let bytes = fs::read(&path).map_err(|cause| PipelineError::Read {
            path: path.clone(),
            cause: cause.to_string(),
        })?;
        // Notepad of older Windows puts a mark in front that TOML does not know.
        let text = String::from_utf8_lossy(&bytes);
        let mut settings =
            Settings::read(text.trim_start_matches('\u{feff}')).map_err(PipelineError::Settings)?;
        let rules_as_of = settings.as_of;
        overlay(&mut settings, overrides);

        let mut rules = RuleBook::shipped().map_err(PipelineError::fault)?;
        let mut findings = replace_rules(&mut rules, &settings)?;
        findings.extend(settings.not_used.iter().map(|key| {
            Finding::new(FindingCode::SettingNotUsed).file(SETTINGS_FILE).fact("key", key)
        }));
        let levels = if overrides.levels.is_empty() {
            vec![settings.forecast.level]
        } else {
            overrides.levels.clone()
        };
        Ok(Self {
            root: root.to_owned(),
            settings,
            rules,
            rules_as_of,
            levels,
            provisional: overrides.provisional,
            findings,
            settings_file: InputFile {
                path: SETTINGS_FILE.to_owned(),
                sha256: crate::results::sha256(&bytes),
            },
        })
    }

    /// Reads every table of the project and counts residents into cohorts.
    ///
    /// # Errors
    /// When a file's bytes cannot be read; everything else is a finding.
    pub fn read(&self) -> Result<WardData, PipelineError> {
        let options = ReadOptions {
            ward_code: self.settings.ward.code.clone(),
            as_of: self.settings.as_of,
            count_at: self.settings.count_at.clone(),
            ..ReadOptions::default()
        };
        phantuyen_data::read_ward(&self.root, &self.settings.inputs, &options).map_err(|cause| {
            PipelineError::Read { path: self.root.clone(), cause: cause.to_string() }
        })
    }

    /// The day on which rules must be in force: the one of `[rules] as_of`, else the opening of the
    /// school year, 5 September.
    pub fn rule_day(&self, year: SchoolYear) -> NaiveDate {
        self.rules_as_of.unwrap_or(year.opens())
    }
}

fn overlay(settings: &mut Settings, overrides: &Overrides) {
    if let Some(as_of) = overrides.as_of {
        settings.as_of = Some(as_of);
    }
    if let Some(horizon) = overrides.horizon {
        settings.forecast.horizon = horizon;
    }
    if let Some(seed) = overrides.seed {
        settings.forecast.seed = seed;
        settings.allocation.seed = seed;
    }
    if let Some(limit) = overrides.time_limit_s {
        settings.allocation.time_limit_s = Some(limit);
    }
}

fn replace_rules(rules: &mut RuleBook, settings: &Settings) -> Result<Vec<Finding>, PipelineError> {
    let mut findings = Vec::new();
    let mut problems = Vec::new();
    for (id, value) in &settings.rules {
        if rules.replace(id, *value, SETTINGS_FILE) {
            findings.push(
                Finding::new(FindingCode::RuleReplaced)
                    .file(SETTINGS_FILE)
                    .fact("rule", id)
                    .fact("value", value),
            );
        } else {
            problems.push(SettingProblem {
                kind: "unknown_key",
                key: format!("rules.{id}"),
                read: id.clone(),
                expected: nearest(id, rules.ids()).unwrap_or_default(),
            });
        }
    }
    if problems.is_empty() { Ok(findings) } else { Err(PipelineError::Settings(problems)) }
}

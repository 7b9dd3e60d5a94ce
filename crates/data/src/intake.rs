//! What a project knows about its own files: words of its offices, and what was confirmed.
//!
//! It stands in `.phantuyen/aliases.toml`:
//!
//! ```toml
//! [files]              # what a file, or one sheet of it, holds; "none" leaves it unread
//! "data/danh sach.xlsx" = "residents"
//! "data/so lieu.xlsx#Sheet2" = "classes"
//!
//! [areas]              # a name as it is written → the code of the area
//! "Khuy phố 4" = "KP04"
//!
//! [schools]            # a name as it is written → the code of the school
//! "TH Long Phước cũ" = "TH01"
//!
//! [headers.residents]  # column → what is written over it; a table's name, or "any"
//! area_code = ["địa bàn cư trú"]
//! ```

use crate::headers::{Headers, Synonyms};
use crate::log::Log;
use chrono::NaiveDate;
use phantuyen_model::{Finding, FindingCode};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::{fs, path::Path};

/// Where a project keeps what was confirmed, relative to it.
pub const CONFIRMATIONS: &str = ".phantuyen/aliases.toml";

/// The word that leaves a file or a sheet unread.
const UNREAD: &str = "none";

/// What was confirmed, as it stands in the file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Confirmed {
    files: BTreeMap<String, String>,
    areas: BTreeMap<String, String>,
    schools: BTreeMap<String, String>,
    headers: Synonyms,
}

/// What is known about the files of a project before they are read.
#[derive(Default)]
pub(crate) struct Intake {
    pub(crate) headers: Headers,
    files: BTreeMap<String, String>,
    pub(crate) areas: BTreeMap<String, String>,
    pub(crate) schools: BTreeMap<String, String>,
    /// The date of a list that does not tell its own.
    pub(crate) as_of: Option<NaiveDate>,
}

/// What was said about a file or a sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Said {
    /// It holds this table.
    Table(String),
    /// It is not to be read.
    Nothing,
}

impl Intake {
    /// Reads what was confirmed in a project; none where there is no file of it.
    pub(crate) fn of(project: &Path, as_of: Option<NaiveDate>, log: &mut Log) -> Self {
        let path = project.join(CONFIRMATIONS);
        let nothing = || Self { as_of, ..Self::default() };
        if !path.exists() {
            return nothing();
        }
        let read = fs::read_to_string(&path).ok();
        match read.and_then(|text| toml::from_str::<Confirmed>(&text).ok()) {
            None => {
                let finding = Finding::new(FindingCode::ConfirmationsUnreadable);
                log.add(finding.file(CONFIRMATIONS));
                nothing()
            }
            Some(confirmed) => Self {
                headers: Headers::with(confirmed.headers),
                files: confirmed.files.into_iter().map(|(f, t)| (f.to_lowercase(), t)).collect(),
                areas: confirmed.areas,
                schools: confirmed.schools,
                as_of,
            },
        }
    }

    /// Whether something was said about this very sheet.
    pub(crate) fn has_sheet(&self, file: &str, sheet: &str) -> bool {
        self.files.contains_key(&format!("{file}#{sheet}").to_lowercase())
    }

    /// What was said about a file, or about one sheet of it.
    pub(crate) fn said(&self, file: &str, sheet: Option<&str>) -> Option<Said> {
        let of_sheet =
            sheet.and_then(|sheet| self.files.get(&format!("{file}#{sheet}").to_lowercase()));
        let table = of_sheet.or_else(|| self.files.get(&file.to_lowercase()))?;
        Some(if table == UNREAD { Said::Nothing } else { Said::Table(table.clone()) })
    }
}

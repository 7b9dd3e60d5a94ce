//! What a project knows about its own files before they are read: words of its offices, and what
//! its users have confirmed.

use crate::confirmed::Confirmed;
use crate::headers::Headers;
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// The word that leaves a file or a sheet unread.
const UNREAD: &str = "none";

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
    /// What was confirmed, and the day of lists that do not tell theirs.
    pub(crate) fn of(confirmed: Confirmed, as_of: Option<NaiveDate>) -> Self {
        let Confirmed { areas, schools, files, headers } = confirmed;
        Self {
            headers: Headers::with(&headers),
            files: files.into_iter().map(|(file, table)| (file.to_lowercase(), table)).collect(),
            areas,
            schools,
            as_of,
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

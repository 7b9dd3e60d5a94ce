//! One finding: its code, its place and its facts.

use super::{FindingCode, Severity};
use crate::AreaCode;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// One questionable thing, or many of the same kind at one place (`count`).
///
/// `facts` carries what the sentences need; it never holds a name, an id, a date of birth, an
/// address or a telephone number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Finding {
    /// How grave.
    pub severity: Severity,
    /// What kind.
    pub code: FindingCode,
    /// The table of `docs/data` it is about.
    pub table: Option<String>,
    /// The file, relative to the project.
    pub file: Option<String>,
    /// The sheet of a workbook.
    pub sheet: Option<String>,
    /// The first row, as a spreadsheet counts: the header is row 1.
    pub row: Option<u32>,
    /// The column, by its name.
    pub column: Option<String>,
    /// The cell of that row and column as a spreadsheet names it: `C12`.
    pub cell: Option<String>,
    /// The area.
    pub area_code: Option<AreaCode>,
    /// How many rows or things are alike.
    pub count: u64,
    /// What the sentences need, by name.
    pub facts: BTreeMap<String, String>,
}

impl Finding {
    /// A finding of this kind, about one thing, without a place.
    pub fn new(code: FindingCode) -> Self {
        Self {
            severity: code.severity(),
            code,
            table: None,
            file: None,
            sheet: None,
            row: None,
            column: None,
            cell: None,
            area_code: None,
            count: 1,
            facts: BTreeMap::new(),
        }
    }

    /// In this table.
    #[must_use]
    pub fn table(mut self, table: impl Into<String>) -> Self {
        self.table = Some(table.into());
        self
    }

    /// In this file.
    #[must_use]
    pub fn file(mut self, file: impl Into<String>) -> Self {
        self.file = Some(file.into());
        self
    }

    /// At this row, as a spreadsheet counts.
    #[must_use]
    pub fn row(mut self, row: u32) -> Self {
        self.row = Some(row);
        self
    }

    /// In this column.
    #[must_use]
    pub fn column(mut self, column: impl Into<String>) -> Self {
        self.column = Some(column.into());
        self
    }

    /// About this area.
    #[must_use]
    pub fn area(mut self, area: &AreaCode) -> Self {
        self.area_code = Some(area.clone());
        self
    }

    /// That many alike.
    #[must_use]
    pub fn count(mut self, count: u64) -> Self {
        self.count = count;
        self
    }

    /// With a fact for its sentences.
    #[must_use]
    pub fn fact(mut self, name: &str, value: impl fmt::Display) -> Self {
        self.facts.insert(name.to_owned(), value.to_string());
        self
    }

    /// With another severity than the usual one of its code.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }
}

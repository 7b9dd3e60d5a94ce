//! The one form in which every source arrives: rows of text cells under a header.

use crate::folder::{Format, Source};
use crate::{delimited, parquet, workbook};
use phantuyen_model::FindingCode;
use polars::prelude::StringChunked;

/// A table as it stands in its file, all cells as text, codes with their leading zeros.
pub(crate) struct Cells {
    /// The header, trimmed and in lower case.
    pub(crate) header: Vec<String>,
    /// One column of text for each name of the header.
    pub(crate) columns: Vec<StringChunked>,
    /// For each row, its number as a spreadsheet counts: the header is row 1.
    pub(crate) numbers: Vec<u32>,
    /// Numbers of rows with more cells than the header; they are not among the rows.
    pub(crate) too_long: Vec<u32>,
    /// Sheets of the workbook that were not read.
    pub(crate) other_sheets: Vec<String>,
}

impl Cells {
    /// A cell without the white space around it; an empty one is `None`.
    pub(crate) fn get(&self, column: usize, row: usize) -> Option<&str> {
        self.columns[column].get(row).map(str::trim).filter(|text| !text.is_empty())
    }

    /// Whether a row has nothing in it; such rows are no rows.
    pub(crate) fn is_blank(&self, row: usize) -> bool {
        (0..self.columns.len()).all(|column| self.get(column, row).is_none())
    }
}

/// Why a file gives no cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unreadable(pub(crate) FindingCode);

/// Reads the cells of a file; `None` when it holds nothing at all.
///
/// # Errors
/// [`Unreadable`] when the bytes are not what the file's ending says.
pub(crate) fn read(source: &Source) -> Result<Option<Cells>, Unreadable> {
    match source.format {
        Format::Csv => delimited::read(&source.bytes),
        Format::Xlsx | Format::Ods => workbook::read(&source.bytes, source.format, source.table),
        Format::Parquet => parquet::read(&source.bytes),
    }
}

/// A name of the header as it is compared: without white space around it, in lower case.
pub(crate) fn header_name(text: &str) -> String {
    text.trim().to_lowercase()
}

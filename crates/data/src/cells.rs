//! The one form in which every source arrives: rows of text cells under a header.

use crate::folder::Format;
use crate::schema::Table;
use crate::text::encoding::Encoding;
use crate::text::legacy;
use crate::text::normal::normal;
use crate::{delimited, parquet, workbook};
use phantuyen_model::FindingCode;
use polars::prelude::StringChunked;

/// A table as it stands in its file, all cells as text, codes with their leading zeros.
pub(crate) struct Cells {
    /// The header, each name in its one form ([`header_names`]).
    pub(crate) header: Vec<String>,
    /// The header as it is written in the file.
    pub(crate) written: Vec<String>,
    /// One column of text for each name of the header.
    pub(crate) columns: Vec<StringChunked>,
    /// For each row, its number as a spreadsheet counts; the header stands above the first.
    pub(crate) numbers: Vec<u32>,
    /// Numbers of rows with more cells than the header; they are not among the rows.
    pub(crate) too_long: Vec<u32>,
    /// Numbers of rows that their sender corrected, in order.
    pub(crate) corrected: Vec<u32>,
    /// Numbers of rows that their sender left out; they are not among the rows.
    pub(crate) left_out: Vec<u32>,
    /// Rows above the header: titles of the sheet.
    pub(crate) titles: u32,
    /// Sheets of the workbook that were not read.
    pub(crate) other_sheets: Vec<String>,
    /// How the bytes of a text file spelt its letters.
    pub(crate) encoding: Encoding,
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
pub(crate) fn read(
    bytes: &[u8],
    format: Format,
    table: &Table,
) -> Result<Option<Cells>, Unreadable> {
    match format {
        Format::Csv => delimited::read(bytes),
        Format::Parquet => parquet::read(bytes),
        _ => workbook::read(bytes, format, table),
    }
}

/// The names of a header as they are compared: read out of an old Vietnamese font where they are
/// typed in one, one way of writing each letter, one space between words, in lower case.
pub(crate) fn header_names<S: AsRef<str>>(titles: &[S]) -> Vec<String> {
    let font = legacy::detect(titles.iter().map(AsRef::as_ref));
    titles.iter().map(|title| header_name(&legacy::decoded(font, title.as_ref()))).collect()
}

/// One name of a header, or of a sheet, as it is compared.
pub(crate) fn header_name(text: &str) -> String {
    normal(text).to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

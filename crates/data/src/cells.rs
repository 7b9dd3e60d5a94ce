//! The one form in which every source arrives: rows of text cells under a header.

use crate::book::Book;
use crate::folder::Format;
use crate::intake::Intake;
use crate::schema::Table;
use crate::text::encoding::Encoding;
use crate::text::legacy;
use crate::text::normal::normal;
use crate::{delimited, layouts, parquet};
use phantuyen_model::FindingCode;
use polars::prelude::{NewChunkedArray, StringChunked};

/// The place of a column that stands nowhere in the sheet.
pub(crate) const NO_PLACE: u32 = u32::MAX;

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
    /// What the titles say.
    pub(crate) title_texts: Vec<String>,
    /// Sheets of the workbook that were not read.
    pub(crate) other_sheets: Vec<String>,
    /// How the bytes of a text file spelt its letters.
    pub(crate) encoding: Encoding,
    /// The sheet they are from.
    pub(crate) sheet: Option<String>,
    /// The column of the sheet, from 0, in which each name of the header stands.
    pub(crate) places: Vec<u32>,
    /// Numbers of rows that the sheet hides.
    pub(crate) hidden: Vec<u32>,
    /// How many cells were filled because they are merged with one above.
    pub(crate) merged: u64,
    /// Whether the header stands in two rows.
    pub(crate) two_rows: bool,
    /// Columns that the titles told, with what they told.
    pub(crate) from_titles: Vec<(&'static str, String)>,
    /// What each name of the header means among the columns of the table.
    pub(crate) meant: Vec<Option<&'static str>>,
    /// Of parts that are one list laid out in columns, the place among them; 0 for others.
    pub(crate) part_of: usize,
    /// Whether the rows are not those of the sheet, but what its layout says.
    pub(crate) laid_out: bool,
    /// What was seen while the sheet was laid out as rows of the table.
    pub(crate) notes: Vec<Note>,
}

/// Something about one row, told when the table is read.
#[derive(Clone, Debug)]
pub(crate) struct Note {
    pub(crate) code: FindingCode,
    pub(crate) row: u32,
    /// What it is about; never personal.
    pub(crate) value: String,
}

impl Cells {
    /// A cell without the white space around it; an empty one is `None`.
    pub(crate) fn get(&self, column: usize, row: usize) -> Option<&str> {
        self.columns[column].get(row).map(str::trim).filter(|text| !text.is_empty())
    }

    /// Numbers the rows on from another number.
    pub(crate) fn number_on(&mut self, from: u32) {
        let rows = self.numbers.iter_mut().chain(&mut self.too_long).chain(&mut self.hidden);
        rows.chain(self.notes.iter_mut().map(|note| &mut note.row)).for_each(|row| *row += from);
    }

    /// Adds a column with one value in every row; it stands in no column of the sheet.
    pub(crate) fn add_column(&mut self, name: &str, value: Option<&str>) {
        let texts = std::iter::repeat_n(value, self.numbers.len());
        self.columns.push(StringChunked::from_iter_options(name.into(), texts));
        self.header.push(name.to_owned());
        self.places.push(NO_PLACE);
    }

    /// Whether a row has nothing in it, apart from what was added to it; such rows are no rows.
    pub(crate) fn is_blank(&self, row: usize) -> bool {
        let own = (0..self.columns.len()).filter(|column| self.places[*column] != NO_PLACE);
        own.into_iter().all(|column| self.get(column, row).is_none())
    }
}

/// Why a file gives no cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unreadable(pub(crate) FindingCode);

/// Reads the parts of a file that hold a table; none when it holds nothing at all. `file` is the
/// path by which the file is known.
///
/// # Errors
/// [`Unreadable`] when the bytes are not what the file's ending says.
pub(crate) fn read(
    bytes: &[u8],
    format: Format,
    file: &str,
    table: &Table,
    intake: &Intake,
) -> Result<Vec<Cells>, Unreadable> {
    let parts: Vec<Cells> = match format {
        Format::Csv => delimited::read(bytes, table, intake)?.into_iter().collect(),
        Format::Parquet => parquet::read(bytes)?.into_iter().collect(),
        _ => Book::open(bytes, format)?.table(file, table, intake),
    };
    Ok(parts.into_iter().flat_map(|cells| layouts::tidy(cells, table, intake)).collect())
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

//! `Giải thích`: what each column means.

use super::WorkbookInput;
use super::sheet::{Cell, Row, Sheet, column};
use crate::ReportError;
use phantuyen_words::Catalogue;
use rust_xlsxwriter::Workbook;

/// Columns that need a word of explanation, in the order in which they are met.
pub(super) const EXPLAINED: [&str; 31] = [
    "children_now",
    "capture",
    "last_intake",
    "forecast",
    "lower",
    "upper",
    "intake",
    "change",
    "rooms",
    "usable_classes",
    "staying_classes",
    "free_classes",
    "class_size",
    "seats",
    "pupils",
    "pupils_per_class",
    "balance",
    "farthest",
    "children",
    "way",
    "school_before",
    "reason",
    "territory",
    "places",
    "horizon",
    "accuracy",
    "error",
    "same_as_last_year",
    "practice",
    "bias",
    "coverage",
];

pub(super) fn write(
    book: &mut Workbook,
    input: &WorkbookInput<'_>,
    words: &Catalogue,
) -> Result<(), ReportError> {
    let term = |key: &str| words.term(input.lang, key);
    let columns = [column(input, words, "name", 30.0), column(input, words, "meaning", 100.0)];
    let (name, title) = (term("doc.book.glossary"), term("doc.book.glossary_title"));
    let mut sheet = Sheet::add(book, input, words, &name, &title, columns.len())?;
    let rows: Vec<Row> = EXPLAINED
        .iter()
        .map(|name| {
            Row::plain(vec![
                Cell::text(term(&format!("term.column.{name}"))),
                Cell::text(term(&format!("doc.meaning.{name}"))),
            ])
        })
        .collect();
    sheet.main_table(&columns, &rows)
}

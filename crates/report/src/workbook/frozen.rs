//! `Đã nói – thực tế`: forecasts that were kept, beside what happened, the error taken apart.

use super::WorkbookInput;
use super::sheet::{Cell, Emphasis, Row, Sheet, column};
use crate::ReportError;
use phantuyen_model::{AreaCode, ErrorPart, FrozenScore, told_at_the_time};
use phantuyen_words::{Catalogue, date};
use rust_xlsxwriter::Workbook;
use std::collections::BTreeMap;

/// Written only where a kept forecast can be held against anything.
pub(super) fn write(
    book: &mut Workbook,
    input: &WorkbookInput<'_>,
    words: &Catalogue,
) -> Result<(), ReportError> {
    let mut told = told_at_the_time(input.frozen);
    if told.is_empty() {
        return Ok(());
    }
    // The latest December first; the ward before its areas.
    told.sort_by_key(|score| {
        (std::cmp::Reverse(score.origin), score.grade, score.school_year, score.area_code.clone())
    });
    let term = |key: &str| words.term(input.lang, key);
    let columns = [
        column(input, words, "said_on", 12.0),
        column(input, words, "grade", 20.0),
        column(input, words, "unit", 22.0),
        column(input, words, "school_year", 12.0),
        column(input, words, "said", 10.0),
        column(input, words, "lower", 8.0),
        column(input, words, "upper", 8.0),
        column(input, words, "happened", 10.0),
        column(input, words, "off", 9.0),
        column(input, words, "part_cohort", 10.0),
        column(input, words, "part_movement", 10.0),
        column(input, words, "part_housing", 10.0),
        column(input, words, "part_capture", 10.0),
        column(input, words, "part_adjusted", 10.0),
        column(input, words, "part_together", 12.0),
    ];
    let (name, title) = (term("doc.book.frozen"), term("doc.book.frozen_title"));
    let mut sheet = Sheet::add(book, input, words, &name, &title, columns.len())?;
    let names: BTreeMap<&AreaCode, &str> =
        input.areas.iter().map(|area| (&area.area_code, area.name.as_str())).collect();
    let rows: Vec<Row> = told.into_iter().map(|score| row(input, words, score, &names)).collect();
    sheet.main_table(&columns, &rows)?;
    sheet.row += 1;
    sheet.line(&term("doc.score.frozen_note"))?;
    sheet.line(&term("doc.book.frozen_note"))
}

fn row(
    input: &WorkbookInput<'_>,
    words: &Catalogue,
    score: &FrozenScore,
    names: &BTreeMap<&AreaCode, &str>,
) -> Row {
    let unit = match &score.area_code {
        Some(code) => names.get(code).copied().unwrap_or(code.as_str()).to_owned(),
        None => words.term(input.lang, "doc.book.whole_ward"),
    };
    let mut cells = vec![
        Cell::text(date(score.origin.date())),
        Cell::text(input.grade_name(score.grade, words)),
        Cell::text(unit),
        Cell::text(score.school_year.to_string()),
        Cell::Mean(score.said),
        Cell::Count(score.lower),
        Cell::Count(score.upper),
        Cell::Count(score.happened),
        Cell::SignedMean(score.error),
    ];
    cells.extend(
        ErrorPart::ALL.map(|part| score.parts.part(part).map_or(Cell::Unknown, Cell::SignedMean)),
    );
    cells.push(Cell::SignedMean(score.parts.adjusted));
    cells.push(Cell::SignedMean(score.parts.together));
    let emphasis = if score.area_code.is_none() { Emphasis::Total } else { Emphasis::None };
    Row { cells, emphasis }
}

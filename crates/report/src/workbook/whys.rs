//! `Vì sao`: what each number of the next school year is made of, in figures and in words.

use super::WorkbookInput;
use super::sheet::{Cell, Emphasis, Row, Sheet, column};
use crate::ReportError;
use phantuyen_model::{AreaCode, Why};
use phantuyen_words::{Catalogue, natural_order};
use rust_xlsxwriter::Workbook;
use std::collections::BTreeMap;

pub(super) fn write(
    book: &mut Workbook,
    input: &WorkbookInput<'_>,
    words: &Catalogue,
) -> Result<(), ReportError> {
    let Some(first) = input.whys.first() else { return Ok(()) };
    let columns = [
        column(input, words, "grade", 15.0),
        column(input, words, "area", 18.0),
        column(input, words, "forecast", 9.0),
        column(input, words, "lower", 7.0),
        column(input, words, "upper", 7.0),
        column(input, words, "part_register", 14.0),
        column(input, words, "part_movement", 12.0),
        column(input, words, "part_housing", 10.0),
        column(input, words, "part_capture", 10.0),
        column(input, words, "part_adjustments", 11.0),
        column(input, words, "own_weight", 11.0),
        column(input, words, "why", 96.0),
    ];
    let name = words.term(input.lang, "doc.book.why");
    let facts = [("year", first.school_year.to_string())];
    let title = words.say(input.lang, "doc.book.why_title", &facts);
    let mut sheet = Sheet::add(book, input, words, &name, &title, columns.len())?;
    let names: BTreeMap<&AreaCode, &str> =
        input.areas.iter().map(|area| (&area.area_code, area.name.as_str())).collect();
    let name = |why: &Why| match &why.area_code {
        Some(code) => names.get(code).copied().unwrap_or(code.as_str()).to_owned(),
        None => words.term(input.lang, "doc.book.whole_ward"),
    };
    let mut whys: Vec<&Why> = input.whys.iter().collect();
    whys.sort_by(|a, b| {
        (a.grade, a.area_code.is_some())
            .cmp(&(b.grade, b.area_code.is_some()))
            .then_with(|| natural_order(&name(a), &name(b)))
            .then_with(|| a.area_code.cmp(&b.area_code))
    });
    let rows: Vec<Row> = whys
        .into_iter()
        .map(|why| row(input.grade_name(why.grade, words), name(why), why))
        .collect();
    sheet.main_table(&columns, &rows)?;
    sheet.row += 1;
    sheet.line(&words.term(input.lang, "doc.book.why_note"))
}

fn row(grade: String, unit: String, why: &Why) -> Row {
    let parts = &why.parts;
    let cells = vec![
        Cell::text(grade),
        Cell::text(unit),
        Cell::Count(super::grades::whole_children(why.pupils)),
        Cell::Count(why.lower),
        Cell::Count(why.upper),
        Cell::Mean(parts.cohort + parts.births),
        Cell::SignedMean(parts.movement),
        Cell::SignedMean(parts.housing),
        Cell::SignedMean(parts.capture.sum()),
        Cell::SignedMean(parts.rolls + parts.edits + parts.control),
        Cell::Share(why.own_weight),
        Cell::text(&why.sentence),
    ];
    let emphasis = if why.area_code.is_none() { Emphasis::Total } else { Emphasis::None };
    Row { cells, emphasis }
}

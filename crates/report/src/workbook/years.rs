//! `Nhiều năm`: past intakes and forecasts of the whole ward, year by year.

use super::WorkbookInput;
use super::sheet::{Cell, Row, Sheet, column};
use crate::ReportError;
use phantuyen_model::{Grade, SchoolYear};
use phantuyen_words::Catalogue;
use rust_xlsxwriter::Workbook;
use std::collections::BTreeMap;

pub(super) fn write(
    book: &mut Workbook,
    input: &WorkbookInput<'_>,
    words: &Catalogue,
) -> Result<(), ReportError> {
    let term = |key: &str| words.term(input.lang, key);
    let columns = [
        column(input, words, "grade", 22.0),
        column(input, words, "school_year", 14.0),
        column(input, words, "actual", 14.0),
        column(input, words, "forecast", 14.0),
        column(input, words, "lower", 12.0),
        column(input, words, "upper", 12.0),
        column(input, words, "horizon", 14.0),
    ];
    let (name, title) = (term("doc.book.years"), term("doc.book.years_title"));
    let mut sheet = Sheet::add(book, input, words, &name, &title, columns.len())?;
    let rows: Vec<Row> =
        input.grades().into_iter().flat_map(|grade| years_of(input, words, grade)).collect();
    sheet.main_table(&columns, &rows)?;
    sheet.row += 1;
    sheet.line(&term("doc.book.years_note"))
}

fn years_of(input: &WorkbookInput<'_>, words: &Catalogue, grade: Grade) -> Vec<Row> {
    let counted: BTreeMap<SchoolYear, u32> = input
        .history
        .iter()
        .filter(|(known, _, _)| *known == grade)
        .map(|(_, year, pupils)| (*year, *pupils))
        .collect();
    let mut years = input.years(grade);
    years.extend(counted.keys());
    years
        .into_iter()
        .map(|year| {
            let ward = input.forecast.ward(grade, year);
            Row::plain(vec![
                Cell::text(input.grade_name(grade, words)),
                Cell::text(year.to_string()),
                Cell::count(counted.get(&year).copied()),
                Cell::count(ward.map(|row| super::grades::whole_children(row.pupils))),
                Cell::count(ward.map(|row| row.lower)),
                Cell::count(ward.map(|row| row.upper)),
                ward.map_or(Cell::Unknown, |row| Cell::Number(f64::from(row.horizon))),
            ])
        })
        .collect()
}

//! One sheet a grade: the forecast of each area, and of the whole ward below.

use super::WorkbookInput;
use super::sheet::{Cell, Column, Emphasis, Row, Sheet, column};
use crate::ReportError;
use phantuyen_model::{AreaCode, ForecastRow, Grade, SchoolYear};
use phantuyen_words::{Catalogue, natural_order};
use rust_xlsxwriter::Workbook;
use std::collections::BTreeMap;

pub(super) fn write(
    book: &mut Workbook,
    input: &WorkbookInput<'_>,
    words: &Catalogue,
    grade: Grade,
) -> Result<(), ReportError> {
    let name = input.grade_name(grade, words);
    let years: Vec<SchoolYear> = input.years(grade).into_iter().collect();
    let columns = columns(input, words, &years);
    let first = years.first().map(ToString::to_string).unwrap_or_default();
    let facts = [("grade", name.clone()), ("year", first)];
    let title = words.say(input.lang, "doc.book.grade_title", &facts);

    let mut sheet = Sheet::add(book, input, words, &name, &title, columns.len())?;
    sheet.main_table(&columns, &rows(input, words, grade, &years))?;
    sheet.row += 1;
    sheet.line(&words.term(input.lang, "doc.book.total_note"))?;
    sheet.line(&words.term(input.lang, "doc.book.capture_note"))
}

fn columns(input: &WorkbookInput<'_>, words: &Catalogue, years: &[SchoolYear]) -> Vec<Column> {
    let mut columns = vec![
        column(input, words, "number", 6.0),
        column(input, words, "area", 28.0),
        column(input, words, "children_now", 12.0),
        column(input, words, "capture", 11.0),
        column(input, words, "last_intake", 11.0),
    ];
    for (place, year) in years.iter().enumerate() {
        let facts = [("year", year.to_string())];
        let heading = words.say(input.lang, "doc.book.forecast_of", &facts);
        columns.push(Column { heading, width: 12.0 });
        if place == 0 {
            columns.push(column(input, words, "lower", 9.0));
            columns.push(column(input, words, "upper", 9.0));
        }
    }
    columns
}

fn rows(
    input: &WorkbookInput<'_>,
    words: &Catalogue,
    grade: Grade,
    years: &[SchoolYear],
) -> Vec<Row> {
    let names: BTreeMap<&AreaCode, &str> =
        input.areas.iter().map(|area| (&area.area_code, area.name.as_str())).collect();
    let by_year: Vec<BTreeMap<Option<&AreaCode>, &ForecastRow>> = years
        .iter()
        .map(|year| {
            let rows = input.forecast.of(grade, *year);
            rows.map(|row| (row.area_code.as_ref(), row)).collect()
        })
        .collect();
    let mut units: Vec<(&AreaCode, &str)> = by_year
        .first()
        .into_iter()
        .flat_map(|rows| rows.keys().copied().flatten())
        .map(|code| (code, names.get(code).copied().unwrap_or(code.as_str())))
        .collect();
    units.sort_by(|a, b| natural_order(a.1, b.1).then(a.0.cmp(b.0)));

    let mut rows: Vec<Row> = (1_u32..)
        .zip(units)
        .map(|(number, (code, name))| {
            let start = vec![Cell::Number(f64::from(number)), Cell::text(name)];
            Row::plain(row(input, grade, Some(code), start, &by_year))
        })
        .collect();
    let start = vec![Cell::text(""), Cell::text(words.term(input.lang, "doc.book.whole_ward"))];
    let cells = row(input, grade, None, start, &by_year);
    rows.push(Row { cells, emphasis: Emphasis::Total });
    rows
}

fn row(
    input: &WorkbookInput<'_>,
    grade: Grade,
    area: Option<&AreaCode>,
    mut cells: Vec<Cell>,
    by_year: &[BTreeMap<Option<&AreaCode>, &ForecastRow>],
) -> Vec<Cell> {
    let base =
        input.base.iter().find(|base| base.grade == grade && base.area_code.as_ref() == area);
    cells.extend([
        Cell::count(base.and_then(|base| base.children_now)),
        Cell::share(base.and_then(|base| base.capture)),
        Cell::count(base.and_then(|base| base.last_intake)),
    ]);
    for (place, rows) in by_year.iter().enumerate() {
        let forecast = rows.get(&area);
        cells.push(Cell::count(forecast.map(|row| whole_children(row.pupils))));
        if place == 0 {
            cells.push(Cell::count(forecast.map(|row| row.lower)));
            cells.push(Cell::count(forecast.map(|row| row.upper)));
        }
    }
    cells
}

/// A count of children as a spreadsheet holds it.
pub(crate) fn whole_children(count: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "children of a ward are far below 2⁵³")]
    let value = count as f64;
    value
}

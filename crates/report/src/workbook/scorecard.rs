//! `Phiếu điểm`: how right forecasts have been, on one page for a chairman.

use super::WorkbookInput;
use super::sheet::{Cell, Emphasis, Row, Sheet, column};
use crate::ReportError;
use crate::scorecard::{WardLine, area_lines, verdict_key, ward_lines};
use phantuyen_model::Verdict;
use phantuyen_words::{Catalogue, per_cent};
use rust_xlsxwriter::{Image, Workbook};

pub(super) fn write(
    book: &mut Workbook,
    input: &WorkbookInput<'_>,
    words: &Catalogue,
) -> Result<(), ReportError> {
    let lines = ward_lines(input.scores, input.errors, input.aim);
    let term = |key: &str| words.term(input.lang, key);
    let columns = [
        column(input, words, "grade", 20.0),
        column(input, words, "horizon", 12.0),
        column(input, words, "aim", 20.0),
        column(input, words, "accuracy", 12.0),
        column(input, words, "off_on_the_whole", 12.0),
        column(input, words, "lowest_year", 12.0),
        column(input, words, "highest_year", 12.0),
        column(input, words, "trials", 9.0),
        column(input, words, "range_held", 12.0),
    ];
    let (name, title) = (term("doc.book.scorecard"), term("doc.score.title"));
    let mut sheet = Sheet::add(book, input, words, &name, &title, columns.len())?;
    if lines.is_empty() {
        return sheet.line(&term("doc.score.nothing"));
    }
    let share = |share: f64| per_cent(input.lang, share, 0);
    let facts = [("least", share(input.aim.least)), ("aim", share(input.aim.aim))];
    sheet.line(&words.say(input.lang, "doc.score.lead", &facts))?;
    sheet.row += 1;
    let rows: Vec<Row> = lines.iter().map(|line| row(input, words, line)).collect();
    sheet.widths(&columns)?;
    sheet.table(&columns, &rows)?;
    small_areas(&mut sheet, input, words)?;
    if let Some(chart) = &input.score_png {
        sheet.row += 1;
        const PIXELS: [f64; 2] = [900.0, 265.0];
        let image = Image::new_from_buffer(chart)?
            .set_scale_to_size(PIXELS[0], PIXELS[1], true)
            .set_alt_text(term("doc.score.chart_alt"));
        sheet.sheet.insert_image(sheet.row, 0, &image)?;
    }
    Ok(())
}

fn row(input: &WorkbookInput<'_>, words: &Catalogue, line: &WardLine) -> Row {
    let (low, high) = line.range();
    let cells = vec![
        Cell::text(input.grade_name(line.grade, words)),
        Cell::Number(f64::from(line.horizon)),
        Cell::text(words.term(input.lang, verdict_key(line.verdict))),
        Cell::Share(line.accuracy),
        Cell::SignedShare(line.bias),
        Cell::SignedShare(low),
        Cell::SignedShare(high),
        Cell::Number(f64::from(line.n)),
        Cell::Number(f64::from(line.inside)),
    ];
    let missed = line.verdict == Verdict::Below;
    Row { cells, emphasis: if missed { Emphasis::Alarm } else { Emphasis::None } }
}

/// Areas by the children expected there: how wide the range was, and how often it held.
fn small_areas(
    sheet: &mut Sheet<'_>,
    input: &WorkbookInput<'_>,
    words: &Catalogue,
) -> Result<(), ReportError> {
    let lines = area_lines(input.errors);
    if lines.is_empty() {
        return Ok(());
    }
    sheet.heading(&words.term(input.lang, "doc.score.areas"))?;
    sheet.line(&words.term(input.lang, "doc.score.area_note"))?;
    let columns = [
        column(input, words, "grade", 20.0),
        column(input, words, "expected_there", 12.0),
        column(input, words, "half_width", 20.0),
        column(input, words, "trials", 12.0),
        column(input, words, "range_held", 12.0),
        column(input, words, "off", 12.0),
    ];
    let rows: Vec<Row> = lines
        .iter()
        .map(|line| {
            Row::plain(vec![
                Cell::text(input.grade_name(line.grade, words)),
                Cell::text(line.size.name()),
                Cell::Mean(line.half_width),
                Cell::Number(f64::from(line.n)),
                Cell::Number(f64::from(line.inside)),
                Cell::Mean(line.error),
            ])
        })
        .collect();
    sheet.table(&columns, &rows)
}

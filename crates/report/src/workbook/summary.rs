//! `Tóm tắt`: one page that a meeting can decide from.

use super::WorkbookInput;
use super::sheet::{Cell, Row, Sheet, column};
use crate::ReportError;
use phantuyen_model::{Grade, SchoolYear, Score, SizeClass, UnitLevel};
use phantuyen_words::{Catalogue, per_cent};
use rust_xlsxwriter::{Image, Workbook};
use std::collections::BTreeMap;

/// The title of the workbook.
pub(super) fn title(input: &WorkbookInput<'_>, words: &Catalogue) -> String {
    let facts = [("year", input.provenance.school_year.to_string())];
    words.say(input.lang, "doc.book.title", &facts)
}

pub(super) fn write(
    book: &mut Workbook,
    input: &WorkbookInput<'_>,
    words: &Catalogue,
) -> Result<(), ReportError> {
    let name = words.term(input.lang, "doc.book.summary");
    let columns = [
        column(input, words, "grade", 20.0),
        column(input, words, "school_year", 14.0),
        column(input, words, "forecast", 12.0),
        column(input, words, "lower", 12.0),
        column(input, words, "upper", 12.0),
        column(input, words, "intake", 14.0),
        column(input, words, "change", 12.0),
    ];
    let mut sheet = Sheet::add(book, input, words, &name, &title(input, words), columns.len())?;
    sheet.sheet.set_portrait().set_print_fit_to_pages(1, 1);
    sheet.main_table(&columns, &rows(input, words))?;

    sheet.row += 1;
    for line in notes(input, words) {
        sheet.line_in(&line, 92)?;
    }
    if let Some(chart) = &input.chart_png {
        sheet.row += 1;
        const PIXELS: [f64; 2] = [720.0, 300.0];
        let text = words.term(input.lang, "doc.book.chart_alt");
        let image = Image::new_from_buffer(chart)?
            .set_scale_to_size(PIXELS[0], PIXELS[1], true)
            .set_alt_text(text);
        sheet.sheet.insert_image(sheet.row, 0, &image)?;
    }
    Ok(())
}

fn rows(input: &WorkbookInput<'_>, words: &Catalogue) -> Vec<Row> {
    let mut rows = Vec::new();
    for grade in input.grades() {
        let intake = input.latest_intake(grade).map(|(_, pupils)| f64::from(pupils));
        for year in input.years(grade) {
            let Some(ward) = input.forecast.ward(grade, year) else { continue };
            let pupils = super::grades::whole_children(ward.pupils);
            rows.push(Row::plain(vec![
                Cell::text(input.grade_name(grade, words)),
                Cell::text(year.to_string()),
                Cell::Count(pupils),
                Cell::Count(ward.lower),
                Cell::Count(ward.upper),
                Cell::count(intake),
                intake.map_or(Cell::Unknown, |intake| Cell::Signed(pupils - intake)),
            ]));
        }
    }
    rows
}

fn notes(input: &WorkbookInput<'_>, words: &Catalogue) -> Vec<String> {
    let lang = input.lang;
    let mut lines = Vec::new();
    for grade in input.grades() {
        lines.push(accuracy_sentence(input, words, grade));
    }
    let mut grades_of_year: BTreeMap<SchoolYear, Vec<String>> = BTreeMap::new();
    for grade in input.grades() {
        if let Some((year, _)) = input.latest_intake(grade) {
            grades_of_year.entry(year).or_default().push(input.grade_name(grade, words));
        }
    }
    for (year, grades) in grades_of_year {
        let facts = [("grades", grades.join(", ")), ("year", year.to_string())];
        lines.push(words.say(lang, "doc.book.intake_note", &facts));
    }
    let level = input.forecast.rows.first().map_or(0.0, |row| row.level_pct);
    let facts = [("level", per_cent(lang, level / 100.0, 0))];
    lines.push(words.say(lang, "doc.book.range_note", &facts));
    lines.push(words.term(lang, "doc.book.total_note"));
    lines
}

/// How far forecasts of the past for the next year were off, in one sentence.
fn accuracy_sentence(input: &WorkbookInput<'_>, words: &Catalogue, grade: Grade) -> String {
    let grade_name = input.grade_name(grade, words);
    let Some((score, wape)) =
        ward_score(input.scores, grade).and_then(|score| Some((score, score.wape?)))
    else {
        return words.say(input.lang, "doc.book.no_score", &[("grade", grade_name)]);
    };
    let share = |value: Option<f64>| {
        value.map_or_else(|| "–".to_owned(), |value| per_cent(input.lang, value, 1))
    };
    let facts = [
        ("grade", grade_name),
        ("origins", score.origins.to_string()),
        ("error", share(Some(wape))),
        ("accuracy", share(Some(1.0 - wape))),
        ("same", share(score.wape_same_as_last_year)),
        ("practice", share(score.wape_practice)),
    ];
    words.say(input.lang, "doc.book.score", &facts)
}

/// The score of the ward's total for the next year, at the first interval level.
fn ward_score(scores: &[Score], grade: Grade) -> Option<&Score> {
    scores.iter().find(|score| {
        score.grade == grade
            && score.level == UnitLevel::Ward
            && score.size_class == SizeClass::All
            && score.horizon == 1
    })
}

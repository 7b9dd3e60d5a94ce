//! `Độ chính xác`: forecasts of the past beside what happened, and beside simpler ways.

use super::WorkbookInput;
use super::sheet::{Cell, Emphasis, Row, Sheet, column};
use crate::ReportError;
use crate::scorecard::is_few;
use phantuyen_model::{Score, SizeClass, UnitLevel, Verdict};
use phantuyen_words::Catalogue;
use rust_xlsxwriter::Workbook;

pub(super) fn write(
    book: &mut Workbook,
    input: &WorkbookInput<'_>,
    words: &Catalogue,
) -> Result<(), ReportError> {
    let term = |key: &str| words.term(input.lang, key);
    let columns = [
        column(input, words, "grade", 20.0),
        column(input, words, "unit", 24.0),
        column(input, words, "horizon", 10.0),
        column(input, words, "origins", 10.0),
        column(input, words, "accuracy", 11.0),
        column(input, words, "aim", 16.0),
        column(input, words, "error", 10.0),
        column(input, words, "same_as_last_year", 13.0),
        column(input, words, "practice", 13.0),
        column(input, words, "bias", 10.0),
        column(input, words, "coverage", 11.0),
        column(input, words, "level", 10.0),
    ];
    let (name, title) = (term("doc.book.accuracy"), term("doc.book.accuracy_title"));
    let mut sheet = Sheet::add(book, input, words, &name, &title, columns.len())?;
    if input.scores.is_empty() {
        return sheet.line(&term("doc.book.no_scores"));
    }
    // The ward is one unit of one size: a row for its size class would say the same again.
    let once =
        |score: &&Score| score.level == UnitLevel::Area || score.size_class == SizeClass::All;
    let mut scores: Vec<&Score> = input.scores.iter().filter(once).collect();
    // The ward's total decides; areas follow, all sizes before each size.
    scores.sort_by_key(|score| {
        (score.grade, score.level == UnitLevel::Area, score.horizon, score.size_class)
    });
    let rows: Vec<Row> = scores.into_iter().map(|score| row(input, words, score)).collect();
    sheet.main_table(&columns, &rows)?;
    sheet.row += 1;
    sheet.line(&term("doc.book.accuracy_note"))
}

fn row(input: &WorkbookInput<'_>, words: &Catalogue, score: &Score) -> Row {
    // The aim is set for the ward's total; single areas get no verdict.
    let verdict = input.aim.verdict(score);
    let aim = verdict.map(|verdict| match verdict {
        Verdict::Above => "doc.book.aim_above",
        Verdict::Within => "doc.book.aim_met",
        Verdict::Below => "doc.book.aim_missed",
    });
    let missed = verdict == Some(Verdict::Below);
    let emphasis = if missed { Emphasis::Alarm } else { Emphasis::None };
    // Of few children a percentage says nothing; the scorecard tells of their range.
    let few = score.level == UnitLevel::Area && is_few(score.size_class);
    let plain = |share: Option<f64>| Cell::share(share.filter(|_| !few));
    let aim = match (few, aim) {
        (true, _) => Cell::text(words.term(input.lang, "doc.score.see_range")),
        (false, Some(key)) => Cell::text(words.term(input.lang, key)),
        (false, None) => Cell::Unknown,
    };
    let cells = vec![
        Cell::text(input.grade_name(score.grade, words)),
        Cell::text(unit(input, words, score)),
        Cell::Number(f64::from(score.horizon)),
        Cell::Number(f64::from(score.origins)),
        plain(score.wape.map(|wape| 1.0 - wape)),
        aim,
        plain(score.wape),
        plain(score.wape_same_as_last_year),
        plain(score.wape_practice),
        score.bias.filter(|_| !few).map_or(Cell::Unknown, Cell::SignedShare),
        Cell::share(score.coverage),
        Cell::Share(score.level_pct / 100.0),
    ];
    Row { cells, emphasis }
}

fn unit(input: &WorkbookInput<'_>, words: &Catalogue, score: &Score) -> String {
    match (score.level, score.size_class) {
        (UnitLevel::Ward, _) => words.term(input.lang, "doc.book.whole_ward"),
        (UnitLevel::Area, SizeClass::All) => words.term(input.lang, "doc.book.each_area"),
        (UnitLevel::Area, size) => {
            let facts = [("size", size.name().to_owned())];
            words.say(input.lang, "doc.book.areas_of_size", &facts)
        }
    }
}

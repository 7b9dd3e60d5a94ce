//! `Lớp và phòng`: classes that each school needs in the years ahead, and the rooms it lacks.

use super::WorkbookInput;
use super::sheet::{Cell, Emphasis, Row, Sheet, column};
use crate::ReportError;
use crate::chart::capital;
use phantuyen_model::{LevelRooms, SchoolCode, Shortage};
use phantuyen_words::{Catalogue, natural_order, whole};
use rust_xlsxwriter::Workbook;

pub(super) fn write(
    book: &mut Workbook,
    input: &WorkbookInput<'_>,
    words: &Catalogue,
) -> Result<(), ReportError> {
    if input.rooms.is_empty() {
        return Ok(());
    }
    let term = |key: &str| words.term(input.lang, key);
    let columns = [
        column(input, words, "level_of_school", 20.0),
        column(input, words, "school", 26.0),
        column(input, words, "school_year", 12.0),
        column(input, words, "entering", 12.0),
        column(input, words, "needed_classes", 10.0),
        column(input, words, "lower", 8.0),
        column(input, words, "upper", 8.0),
        column(input, words, "usable_classes", 10.0),
        column(input, words, "short_classes", 10.0),
        column(input, words, "short_upper", 12.0),
        column(input, words, "rooms_verdict", 44.0),
    ];
    let (name, title) = (term("doc.book.rooms"), term("doc.book.rooms_title"));
    let mut sheet = Sheet::add(book, input, words, &name, &title, columns.len())?;
    let mut levels: Vec<&LevelRooms> = input.rooms.iter().collect();
    levels.sort_by(|a, b| {
        let place = |level: &LevelRooms| (level.level, level.school_code.is_some());
        place(a)
            .cmp(&place(b))
            .then_with(|| natural_order(&school(input, a, words), &school(input, b, words)))
            .then_with(|| a.school_code.cmp(&b.school_code))
            .then(a.school_year.cmp(&b.school_year))
    });
    let rows: Vec<Row> = levels.into_iter().map(|level| row(input, words, level)).collect();
    sheet.main_table(&columns, &rows)?;
    sheet.row += 1;
    for key in ["doc.book.rooms_note_1", "doc.book.rooms_note_2", "doc.book.rooms_note_3"] {
        sheet.line(&term(key))?;
    }
    Ok(())
}

fn row(input: &WorkbookInput<'_>, words: &Catalogue, level: &LevelRooms) -> Row {
    let level_name = words.term(input.lang, &format!("term.level.{}", level.level));
    let short = level.shortage.map(|_| level.short_classes);
    let cells = vec![
        Cell::text(capital(&level_name)),
        Cell::text(school(input, level, words)),
        Cell::text(level.school_year.to_string()),
        Cell::count(entering(level)),
        Cell::count(Some(level.needed_classes.expected)),
        Cell::count(Some(level.needed_classes.lower)),
        Cell::count(Some(level.needed_classes.upper)),
        Cell::count(level.usable_classes),
        Cell::count(short.map(|short| short.expected)),
        Cell::count(short.map(|short| short.upper)),
        Cell::text(verdict(input, words, level)),
    ];
    let emphasis = match (level.shortage, &level.school_code) {
        (Some(Shortage::Likely), _) => Emphasis::Alarm,
        (_, None) => Emphasis::Total,
        _ => Emphasis::None,
    };
    Row { cells, emphasis }
}

/// Pupils of the grades that are forecast.
fn entering(level: &LevelRooms) -> Option<f64> {
    let forecast = level.grades.iter().filter(|g| g.from == phantuyen_model::ClassesFrom::Forecast);
    let pupils: Vec<f64> = forecast.filter_map(|grade| grade.pupils).collect();
    (!pupils.is_empty()).then(|| pupils.iter().sum())
}

/// In words: enough, or which grades lack how many classes.
fn verdict(input: &WorkbookInput<'_>, words: &Catalogue, level: &LevelRooms) -> String {
    let Some(shortage) = level.shortage else {
        return words.term(input.lang, "doc.rooms.unknown");
    };
    if shortage == Shortage::None {
        return words.term(input.lang, "doc.rooms.enough");
    }
    let of_grade = |grade: &phantuyen_model::GradeRooms| {
        let shortage = grade.shortage.filter(|shortage| *shortage != Shortage::None)?;
        let facts = [
            ("grade", words.term(input.lang, &format!("term.grade.{}", grade.grade))),
            ("classes", whole(input.lang, f64::from(grade.short_classes.expected))),
            ("upper", whole(input.lang, f64::from(grade.short_classes.upper))),
        ];
        let key = match (shortage, grade.short_classes.upper > grade.short_classes.expected) {
            (Shortage::Possible, _) => "doc.rooms.possible",
            (_, true) => "doc.rooms.likely_up_to",
            _ => "doc.rooms.likely",
        };
        Some(words.say(input.lang, key, &facts))
    };
    let told: Vec<String> = level.grades.iter().filter_map(of_grade).collect();
    capital(&told.join("; "))
}

fn school(input: &WorkbookInput<'_>, level: &LevelRooms, words: &Catalogue) -> String {
    let name = |code: &SchoolCode| {
        let known = input.schools.iter().find(|school| school.school_code == *code);
        known.map_or_else(|| code.to_string(), |school| school.name.clone())
    };
    level.school_code.as_ref().map_or_else(|| words.term(input.lang, "doc.rooms.all_schools"), name)
}

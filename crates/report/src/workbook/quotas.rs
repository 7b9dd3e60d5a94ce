//! `Phòng học và chỉ tiêu`: from rooms to seats, and seats against the pupils of the catchment.

use super::sheet::{Cell, Emphasis, Row, Sheet, column};
use super::{QuotaSheet, RoomRow, WorkbookInput};
use crate::ReportError;
use crate::counts::count;
use phantuyen_model::{SchoolCode, SchoolFigures};
use phantuyen_words::{Catalogue, natural_order};
use rust_xlsxwriter::Workbook;

pub(super) fn write(
    book: &mut Workbook,
    input: &WorkbookInput<'_>,
    words: &Catalogue,
) -> Result<(), ReportError> {
    let term = |key: &str| words.term(input.lang, key);
    let columns = [
        column(input, words, "grade", 18.0),
        column(input, words, "school", 30.0),
        column(input, words, "rooms", 10.0),
        column(input, words, "usable_classes", 10.0),
        column(input, words, "staying_classes", 10.0),
        column(input, words, "free_classes", 10.0),
        column(input, words, "class_size", 10.0),
        column(input, words, "seats", 11.0),
        column(input, words, "pupils", 12.0),
        column(input, words, "pupils_per_class", 12.0),
        column(input, words, "lower", 9.0),
        column(input, words, "upper", 9.0),
        column(input, words, "balance", 12.0),
        column(input, words, "farthest", 10.0),
        column(input, words, "verdict", 20.0),
    ];
    let (name, title) = (term("doc.book.quotas"), term("doc.book.quotas_title"));
    let mut sheet = Sheet::add(book, input, words, &name, &title, columns.len())?;
    let rows: Vec<Row> =
        input.quotas.iter().flat_map(|quota| quota_rows(input, words, quota)).collect();
    sheet.main_table(&columns, &rows)?;
    sheet.row += 1;
    sheet.line(&term("doc.book.quotas_note"))
}

fn quota_rows(input: &WorkbookInput<'_>, words: &Catalogue, quota: &QuotaSheet<'_>) -> Vec<Row> {
    let grade = input.grade_name(quota.grade, words);
    let mut rooms: Vec<(&RoomRow, &str)> =
        quota.rooms.iter().map(|row| (row, name_of(quota, &row.school_code))).collect();
    rooms.sort_by(|a, b| {
        natural_order(a.1, b.1).then_with(|| a.0.school_code.cmp(&b.0.school_code))
    });
    let mut rows: Vec<Row> = rooms
        .iter()
        .map(|(room, name)| {
            let figures = quota.plan.and_then(|plan| {
                plan.figures.schools.iter().find(|school| school.school_code == room.school_code)
            });
            school_row(input, words, &grade, name, room, figures)
        })
        .collect();
    if !rows.is_empty() {
        rows.push(total(input, words, &grade, quota));
    }
    rows
}

/// The name of a school, its code where the sheet does not know it.
pub(super) fn name_of<'q>(quota: &'q QuotaSheet<'_>, code: &'q SchoolCode) -> &'q str {
    let school = quota.schools.iter().find(|school| school.school_code == *code);
    school.map_or(code.as_str(), |school| school.name.as_str())
}

fn school_row(
    input: &WorkbookInput<'_>,
    words: &Catalogue,
    grade: &str,
    name: &str,
    room: &RoomRow,
    figures: Option<&SchoolFigures>,
) -> Row {
    let term = |key: &str| words.term(input.lang, key);
    let (verdict, emphasis) = match figures {
        None => (term("doc.book.no_plan"), Emphasis::None),
        Some(school) if school.pupils > room.seats => {
            let facts = [("count", count(input.lang, school.pupils - room.seats))];
            (words.say(input.lang, "doc.book.short", &facts), Emphasis::Alarm)
        }
        Some(school) if school.upper.is_some_and(|upper| upper > room.seats) => {
            (term("doc.book.may_be_short"), Emphasis::None)
        }
        Some(_) => (term("doc.book.enough"), Emphasis::None),
    };
    // What the rooms would have to bear: the legal class size alone makes a full school look well.
    let classes = room.free_classes.filter(|classes| *classes > 0);
    let per_class = match (figures, classes) {
        (Some(school), Some(classes)) => Cell::Mean(school.pupils / f64::from(classes)),
        _ => Cell::Unknown,
    };
    let cells = vec![
        Cell::text(grade),
        Cell::text(name),
        Cell::count(room.rooms),
        Cell::count(room.usable_classes),
        Cell::count(room.staying_classes),
        Cell::count(room.free_classes),
        Cell::count(room.class_size),
        Cell::Count(room.seats),
        Cell::count(figures.map(|school| school.pupils)),
        per_class,
        Cell::count(figures.and_then(|school| school.lower)),
        Cell::count(figures.and_then(|school| school.upper)),
        figures.map_or(Cell::Unknown, |school| Cell::Signed(room.seats - school.pupils)),
        Cell::count(figures.and_then(|school| school.farthest_m)),
        Cell::text(verdict),
    ];
    Row { cells, emphasis }
}

/// Sums of rooms, classes, seats and pupils; a range is never summed.
fn total(input: &WorkbookInput<'_>, words: &Catalogue, grade: &str, quota: &QuotaSheet<'_>) -> Row {
    let sum = |part: fn(&RoomRow) -> Option<u32>| {
        let known: Option<Vec<u32>> = quota.rooms.iter().map(part).collect();
        Cell::count(known.map(|known| f64::from(known.iter().sum::<u32>())))
    };
    let seats: f64 = quota.rooms.iter().map(|row| row.seats).sum();
    let pupils = quota.plan.map(|plan| plan.figures.pupils);
    let cells = vec![
        Cell::text(grade),
        Cell::text(words.term(input.lang, "doc.book.sum")),
        sum(|row| row.rooms),
        sum(|row| row.usable_classes),
        sum(|row| row.staying_classes),
        sum(|row| row.free_classes),
        Cell::text(""),
        Cell::Count(seats),
        Cell::count(pupils),
        Cell::text(""),
        Cell::text(""),
        Cell::text(""),
        pupils.map_or(Cell::Unknown, |pupils| Cell::Signed(seats - pupils)),
        Cell::text(""),
        Cell::text(""),
    ];
    Row { cells, emphasis: Emphasis::Total }
}

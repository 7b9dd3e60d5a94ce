//! Annex II: rooms, classes and quota of each school.

use super::Scribe;
use super::form::annex_head;
use super::plan::needed;
use crate::paper::{Block, Section, Table, TableCell, TableRow, Text};
use crate::{QuotaSheet, RoomRow};
use phantuyen_model::{Plan, SchoolFigures};
use phantuyen_words::natural_order;

const COLUMNS: [(&str, u32); 10] = [
    ("number", 6),
    ("school", 26),
    ("rooms", 9),
    ("staying", 9),
    ("free", 9),
    ("class_size", 8),
    ("places", 9),
    ("pupils", 11),
    ("range", 15),
    ("needed_classes", 9),
];

pub(super) fn annex(scribe: &Scribe<'_>) -> Section {
    let title = scribe.say("paper.quotas.title", &scribe.facts());
    let mut blocks = annex_head(scribe, 2, title);
    let mut rows = Vec::new();
    for (quota, plan) in scribe.plans() {
        rows.push(TableRow::heading(scribe.grade_title(quota.grade), COLUMNS.len()));
        rows.extend(schools(scribe, quota, plan));
        rows.push(total(scribe, quota, plan));
    }
    blocks.push(Block::Table(Table {
        widths: COLUMNS.map(|(_, width)| width).into(),
        header: COLUMNS.map(|(key, _)| scribe.term(&format!("paper.column.{key}"))).into(),
        rows,
    }));
    blocks.push(Block::Text(Text::body(scribe.term("paper.quotas.note"))));
    Section { landscape: true, blocks }
}

fn schools(scribe: &Scribe<'_>, quota: &QuotaSheet<'_>, plan: &Plan) -> Vec<TableRow> {
    let mut rooms: Vec<(&RoomRow, &str)> =
        quota.rooms.iter().map(|room| (room, scribe.school(&room.school_code))).collect();
    rooms.sort_by(|a, b| {
        natural_order(a.1, b.1).then_with(|| a.0.school_code.cmp(&b.0.school_code))
    });
    let row = |(place, (room, name)): (usize, &(&RoomRow, &str))| {
        let school = figures(plan, room);
        let maybe = |value: Option<u32>| {
            TableCell::number(value.map_or_else(|| "–".into(), |n| scribe.whole(f64::from(n))))
        };
        let range = school.and_then(|school| Some(scribe.range(school.lower?, school.upper?)));
        TableRow::plain(vec![
            TableCell::centred((place + 1).to_string()),
            TableCell::text(*name),
            maybe(room.rooms),
            maybe(room.staying_classes),
            maybe(room.free_classes),
            maybe(room.class_size),
            TableCell::number(scribe.count(room.seats)),
            TableCell::number(
                school.map_or_else(|| "–".into(), |school| scribe.count(school.pupils)),
            ),
            TableCell::centred(range.unwrap_or_else(|| "–".into())),
            maybe(school.and_then(|school| school.classes)),
        ])
    };
    rooms.iter().enumerate().map(row).collect()
}

/// Sums of places and pupils; a range is never summed.
fn total(scribe: &Scribe<'_>, quota: &QuotaSheet<'_>, plan: &Plan) -> TableRow {
    let sum = |part: fn(&RoomRow) -> Option<u32>| {
        let all: Option<u32> = quota.rooms.iter().map(part).sum();
        TableCell::number(all.map_or_else(|| "–".into(), |n| scribe.whole(f64::from(n))))
    };
    let seats: f64 = quota.rooms.iter().map(|room| room.seats).sum();
    let classes = needed(plan).map_or_else(|| "–".into(), |n| scribe.whole(f64::from(n)));
    TableRow {
        bold: true,
        cells: vec![
            TableCell::text(""),
            TableCell::text(scribe.term("paper.total")),
            sum(|room| room.rooms),
            sum(|room| room.staying_classes),
            sum(|room| room.free_classes),
            TableCell::text(""),
            TableCell::number(scribe.count(seats)),
            TableCell::number(scribe.count(plan.figures.pupils)),
            TableCell::text(""),
            TableCell::number(classes),
        ],
    }
}

fn figures<'p>(plan: &'p Plan, room: &RoomRow) -> Option<&'p SchoolFigures> {
    plan.figures.schools.iter().find(|school| school.school_code == room.school_code)
}

/// Schools with more pupils than places, each with how many.
pub(super) fn short(scribe: &Scribe<'_>, quota: &QuotaSheet<'_>, plan: &Plan) -> Vec<String> {
    let lacking = |room: &RoomRow| {
        let school = figures(plan, room)?;
        let missing = school.pupils - room.seats;
        (missing > 1e-9).then(|| {
            let facts = [
                ("school", scribe.school(&room.school_code).to_owned()),
                ("count", scribe.count(missing)),
            ];
            scribe.say("paper.plan.short_school", &facts)
        })
    };
    quota.rooms.iter().filter_map(lacking).collect()
}

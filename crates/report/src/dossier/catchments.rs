//! The list of catchments: by school, by area, what changes and why, and who passes a nearer
//! school and why; and the maps.

use super::Scribe;
use super::form::annex_head;
use crate::map::names::listed_to;
use crate::paper::{Align, Block, Picture, Section, Table, TableCell, TableRow, Text};
use phantuyen_model::{AreaCode, Assignment, Grade, Plan, Reason, SchoolFigures};
use phantuyen_words::natural_order;
use std::collections::BTreeMap;

/// Height of an annex's head and of a map's heading on the page, in millimetres.
const HEAD_MM: f64 = 34.0;
const HEADING_MM: f64 = 22.0;

pub(super) fn annex(scribe: &Scribe<'_>, number: usize) -> Section {
    let title = scribe.say("paper.catchments.title", &scribe.facts());
    let mut blocks = annex_head(scribe, number, title);
    blocks.push(Block::Text(Text::body(scribe.term("paper.catchments.lead"))));
    let parts = [
        ("by_school", by_school(scribe)),
        ("by_area", by_area(scribe)),
        ("changes", changes(scribe)),
        ("passing", passing(scribe)),
    ];
    for (key, table) in parts {
        blocks.push(Block::Text(Text::heading(scribe.term(&format!("paper.catchments.{key}")))));
        if table.rows.is_empty() {
            let nothing = scribe.term(&format!("paper.catchments.{key}.none"));
            blocks.push(Block::Text(Text::body(nothing)));
        } else {
            blocks.push(Block::Table(table));
        }
    }
    Section { landscape: true, blocks }
}

/// A page with the map of each grade.
pub(super) fn maps(scribe: &Scribe<'_>, number: usize) -> Vec<Section> {
    let page = |(place, (grade, png)): (usize, &(Grade, Vec<u8>))| {
        let facts = [("grade", scribe.grade_title(*grade))];
        let (mut blocks, above_mm) = if place == 0 {
            let title = scribe.say("paper.maps.title", &scribe.facts());
            (annex_head(scribe, number, title), HEAD_MM + HEADING_MM)
        } else {
            (Vec::new(), HEADING_MM)
        };
        let heading = Text::line(scribe.say("paper.maps.grade", &facts), 13, Align::Centre);
        blocks.push(Block::Text(heading.bold().after(4)));
        let alt = scribe.say("paper.maps.alt", &facts);
        blocks.push(Block::Picture(Picture { png: png.clone(), alt, above_mm }));
        Section { landscape: true, blocks }
    };
    scribe.input.maps.iter().enumerate().map(page).collect()
}

fn table(scribe: &Scribe<'_>, columns: &[(&str, u32)], rows: Vec<TableRow>) -> Table {
    let header = columns.iter().map(|(key, _)| scribe.term(&format!("paper.column.{key}")));
    Table {
        widths: columns.iter().map(|(_, width)| *width).collect(),
        header: header.collect(),
        rows,
    }
}

fn by_school(scribe: &Scribe<'_>) -> Table {
    let columns = [
        ("number", 9),
        ("school", 26),
        ("territory", 56),
        ("needed_classes", 9),
        ("places", 9),
        ("note", 34),
    ];
    let mut rows = Vec::new();
    for (quota, plan) in scribe.plans() {
        rows.push(TableRow::heading(scribe.grade_title(quota.grade), columns.len()));
        let mut schools: Vec<(&SchoolFigures, &str)> = plan
            .figures
            .schools
            .iter()
            .map(|school| (school, scribe.school(&school.school_code)))
            .collect();
        schools.sort_by(|a, b| {
            natural_order(a.1, b.1).then_with(|| a.0.school_code.cmp(&b.0.school_code))
        });
        for (place, (school, name)) in schools.iter().enumerate() {
            let classes = school.classes.map_or_else(|| "–".into(), |n| n.to_string());
            rows.push(TableRow::plain(vec![
                TableCell::centred((place + 1).to_string()),
                TableCell::text(*name),
                TableCell::text(territory(scribe, plan, school)),
                TableCell::number(classes),
                TableCell::number(scribe.count(school.seats)),
                TableCell::text(taken_on(scribe, quota.grade, plan, school)),
            ]));
        }
    }
    table(scribe, &columns, rows)
}

fn names(scribe: &Scribe<'_>, areas: Vec<&AreaCode>) -> String {
    let mut names: Vec<&str> = areas.into_iter().map(|code| scribe.area(code)).collect();
    names.sort_by(|a, b| natural_order(a, b).then_with(|| a.cmp(b)));
    listed_to(&names, &format!(" {} ", scribe.term("paper.to")))
}

fn territory(scribe: &Scribe<'_>, plan: &Plan, school: &SchoolFigures) -> String {
    let lines = plan.figures.assignment.iter();
    let own: Vec<&AreaCode> = lines
        .filter(|line| line.school_code == school.school_code)
        .map(|line| &line.area_code)
        .collect();
    if own.is_empty() { "–".to_owned() } else { names(scribe, own) }
}

/// Which areas a school takes on that went elsewhere, by the school they come from.
fn taken_on(scribe: &Scribe<'_>, grade: Grade, plan: &Plan, school: &SchoolFigures) -> String {
    let mut from: BTreeMap<&str, Vec<&AreaCode>> = BTreeMap::new();
    for line in plan.figures.assignment.iter().filter(|l| l.school_code == school.school_code) {
        if let Some(row) = moved_from(scribe, grade, line) {
            from.entry(scribe.school(row)).or_default().push(&line.area_code);
        }
    }
    let said = from.into_iter().map(|(school, areas)| {
        let facts = [("areas", names(scribe, areas)), ("school", school.to_owned())];
        scribe.say("paper.catchments.taken_on", &facts)
    });
    said.collect::<Vec<String>>().join("; ")
}

/// The school an area leaves, where it leaves one.
fn moved_from<'a>(
    scribe: &Scribe<'a>,
    grade: Grade,
    line: &Assignment,
) -> Option<&'a phantuyen_model::SchoolCode> {
    let present = &scribe.present(grade, &line.area_code)?.school_code;
    (*present != line.school_code).then_some(present)
}

/// What parents read: each area with its school of each grade.
fn by_area(scribe: &Scribe<'_>) -> Table {
    let plans = scribe.plans();
    let with_old = scribe.input.figures.areas.iter().any(|area| area.old_unit.is_some());
    let mut header = vec![scribe.term("paper.column.number"), scribe.term("paper.column.area")];
    let mut widths = vec![8, 28];
    if with_old {
        header.push(scribe.term("paper.column.old_unit"));
        widths.push(24);
    }
    header.extend(plans.iter().map(|(quota, _)| scribe.grade_title(quota.grade)));
    widths.extend(plans.iter().map(|_| 30));
    let rows = scribe.areas().into_iter().enumerate().map(|(place, area)| {
        let mut cells =
            vec![TableCell::centred((place + 1).to_string()), TableCell::text(&area.name)];
        if with_old {
            cells.push(TableCell::text(area.old_unit.as_deref().unwrap_or("")));
        }
        for (_, plan) in &plans {
            let lines = plan.figures.assignment.iter();
            let schools: Vec<&str> = lines
                .filter(|line| line.area_code == area.area_code)
                .map(|line| scribe.school(&line.school_code))
                .collect();
            let text = if schools.is_empty() { "–".to_owned() } else { schools.join("; ") };
            cells.push(TableCell::text(text));
        }
        TableRow::plain(cells)
    });
    Table { widths, rows: rows.collect(), header }
}

/// Areas whose school changes, with the way before and after and the reason.
fn changes(scribe: &Scribe<'_>) -> Table {
    let columns =
        [("area", 24), ("pupils", 11), ("from", 26), ("to", 26), ("way", 14), ("reason", 52)];
    let rows = lines(scribe, &columns, |grade, line, hidden| {
        let from = moved_from(scribe, grade, line)?;
        Some(vec![
            TableCell::text(scribe.area(&line.area_code)),
            TableCell::number(scribe.pupils(line, hidden)),
            TableCell::text(scribe.school(from)),
            TableCell::text(scribe.school(&line.school_code)),
            TableCell::number(scribe.way(line.distance_m)),
            TableCell::text(scribe.reason(grade, line, hidden)),
        ])
    });
    table(scribe, &columns, rows)
}

/// Areas that do not go to their nearest school, and why.
fn passing(scribe: &Scribe<'_>) -> Table {
    let columns = [("area", 24), ("school", 26), ("way", 14), ("nearest", 26), ("reason", 63)];
    let rows = lines(scribe, &columns, |grade, line, hidden| {
        let nearest = line.nearest_school.as_ref().filter(|near| **near != line.school_code)?;
        if line.reason == Reason::Nearest {
            return None;
        }
        Some(vec![
            TableCell::text(scribe.area(&line.area_code)),
            TableCell::text(scribe.school(&line.school_code)),
            TableCell::number(scribe.way(line.distance_m)),
            TableCell::text(scribe.school(nearest)),
            TableCell::text(scribe.reason(grade, line, hidden)),
        ])
    });
    table(scribe, &columns, rows)
}

/// Rows for some areas of each grade, in natural order below the grade's name.
fn lines<'a>(
    scribe: &Scribe<'a>,
    columns: &[(&str, u32)],
    row: impl Fn(Grade, &'a Assignment, bool) -> Option<Vec<TableCell>>,
) -> Vec<TableRow> {
    let mut rows = Vec::new();
    for (quota, plan) in scribe.plans() {
        let mut of_grade: Vec<(&str, Vec<TableCell>)> = plan
            .figures
            .assignment
            .iter()
            .zip(scribe.hidden(plan))
            .filter_map(|(line, hidden)| {
                Some((scribe.area(&line.area_code), row(quota.grade, line, hidden)?))
            })
            .collect();
        if of_grade.is_empty() {
            continue;
        }
        of_grade.sort_by(|a, b| natural_order(a.0, b.0));
        rows.push(TableRow::heading(scribe.grade_title(quota.grade), columns.len()));
        rows.extend(of_grade.into_iter().map(|(_, cells)| TableRow::plain(cells)));
    }
    rows
}

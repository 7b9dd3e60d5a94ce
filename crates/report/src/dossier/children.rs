//! Annex I: children by area and grade. Small counts are hidden.

use super::Scribe;
use super::form::annex_head;
use crate::paper::{Block, Section, Table, TableCell, TableRow, Text};
use phantuyen_model::{AreaCode, Assignment};
use std::collections::BTreeMap;

pub(super) fn annex(scribe: &Scribe<'_>) -> Section {
    let title = scribe.say("paper.children.title", &scribe.facts());
    let mut blocks = annex_head(scribe, 1, title);
    blocks.push(Block::Table(table(scribe)));
    let below = [("below", scribe.input.suppress_below.to_string())];
    blocks.push(Block::Text(Text::body(scribe.say("paper.children.note", &below))));
    Section { landscape: false, blocks }
}

fn table(scribe: &Scribe<'_>) -> Table {
    let plans = scribe.plans();
    let shown: Vec<BTreeMap<&AreaCode, (&Assignment, bool)>> = plans
        .iter()
        .map(|(_, plan)| {
            let lines = plan.figures.assignment.iter().zip(scribe.hidden(plan));
            lines.map(|(line, hidden)| (&line.area_code, (line, hidden))).collect()
        })
        .collect();
    let mut header = vec![scribe.term("paper.column.number"), scribe.term("paper.column.area")];
    header.extend(plans.iter().map(|(quota, _)| scribe.grade_title(quota.grade)));
    let mut widths = vec![8, 40];
    widths.extend(plans.iter().map(|_| 18));
    let mut rows: Vec<TableRow> = scribe
        .areas()
        .into_iter()
        .filter(|area| shown.iter().any(|lines| lines.contains_key(&area.area_code)))
        .enumerate()
        .map(|(place, area)| {
            let mut cells =
                vec![TableCell::centred((place + 1).to_string()), TableCell::text(&area.name)];
            cells.extend(shown.iter().map(|lines| {
                let line = lines.get(&area.area_code);
                TableCell::number(
                    line.map_or_else(|| "–".into(), |(line, hidden)| scribe.pupils(line, *hidden)),
                )
            }));
            TableRow::plain(cells)
        })
        .collect();
    let mut total = vec![TableCell::text(""), TableCell::text(scribe.term("paper.total"))];
    total
        .extend(plans.iter().map(|(_, plan)| TableCell::number(scribe.count(plan.figures.pupils))));
    rows.push(TableRow { cells: total, bold: true });
    Table { widths, header, rows }
}

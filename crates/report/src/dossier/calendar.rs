//! Annex IV: the calendar of the enrolment year.

use super::Scribe;
use super::form::annex_head;
use crate::paper::{Block, Section, Table, TableCell, TableRow, Text};

/// What is done when: keys of the catalogue, in the order of time.
const STEPS: [&str; 7] = ["review", "forecast", "plan", "publish", "register", "report", "opening"];

pub(super) fn annex(scribe: &Scribe<'_>) -> Section {
    let facts = scribe.facts();
    let mut blocks = annex_head(scribe, 4, scribe.say("paper.calendar.title", &facts));
    let row = |(place, step): (usize, &&str)| {
        let part = |part: &str| scribe.say(&format!("paper.calendar.{step}.{part}"), &facts);
        TableRow::plain(vec![
            TableCell::centred((place + 1).to_string()),
            TableCell::text(part("when")),
            TableCell::text(part("what")),
            TableCell::text(part("who")),
        ])
    };
    blocks.push(Block::Table(Table {
        widths: vec![10, 32, 70, 42],
        header: ["number", "when", "what", "who"]
            .map(|key| scribe.term(&format!("paper.column.{key}")))
            .into(),
        rows: STEPS.iter().enumerate().map(row).collect(),
    }));
    blocks.push(Block::Text(Text::body(scribe.term("paper.calendar.note"))));
    Section { landscape: false, blocks }
}

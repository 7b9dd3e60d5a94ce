//! The rows that go back: those with errors, and those that were corrected before.

use crate::cells::Cells;
use crate::log::RowFaults;
use crate::rows::Known;
use crate::schema::{Kind, Table};
use crate::text::names::Meaning;
use phantuyen_model::{AreaCode, Finding, FindingCode, InputFile};
use std::collections::BTreeMap;
use std::fmt;

/// Rows with errors, with everything that stands in them. Personal: its cells can only be written
/// into the workbooks that go back to their senders.
#[derive(Clone, Default, PartialEq)]
pub struct BadRows {
    pub(super) sheets: Vec<BadSheet>,
}

impl BadRows {
    /// How many rows have errors.
    pub fn count(&self) -> usize {
        self.sheets
            .iter()
            .flat_map(|sheet| &sheet.rows)
            .filter(|row| !row.faults.is_empty())
            .count()
    }

    /// Keeps the rows of a table in which something was found. Where nothing was, rows corrected
    /// before are not kept either: they need nobody any more.
    pub(crate) fn keep(
        &mut self,
        table: &'static Table,
        cells: &Cells,
        input: &InputFile,
        faults: RowFaults,
        known: &Known,
    ) {
        let meant = &cells.meant;
        let position = |name: &str| meant.iter().position(|column| *column == Some(name));
        let mut rows: BTreeMap<u32, BadRow> = BTreeMap::new();
        for (number, found) in faults {
            let found: Vec<Finding> = found.into_iter().filter(of_a_row).collect();
            if found.is_empty() {
                continue;
            }
            let own = own_cells(cells, number);
            let slip = |finding: Finding| {
                let column = finding.column.as_deref().and_then(position);
                let suggestion = match column.and_then(|column| own.get(column)?.as_deref()) {
                    Some(written) => suggestion(&finding, table, written, known),
                    None => Suggestion::None,
                };
                Slip { column, finding, suggestion }
            };
            let faults = found.into_iter().map(slip).collect();
            rows.insert(number, BadRow { number, cells: own, faults });
        }
        if rows.is_empty() {
            return;
        }
        for &number in cells.corrected.iter().chain(&cells.left_out) {
            let cells = own_cells(cells, number);
            rows.entry(number).or_insert(BadRow { number, cells, faults: Vec::new() });
        }
        let of_kind = |kind| {
            let names = table.columns.iter().filter(move |column| column.kind == kind);
            names.filter_map(|column| position(column.name)).collect()
        };
        self.sheets.push(BadSheet {
            table: table.name,
            input: input.clone(),
            titles: cells.written.clone(),
            areas: of_kind(Kind::Area),
            schools: of_kind(Kind::School),
            rows: rows.into_values().collect(),
        });
    }
}

impl fmt::Debug for BadRows {
    /// How many, never what stands in them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BadRows({})", self.count())
    }
}

/// The rows of one table of one file.
#[derive(Clone, PartialEq)]
pub(super) struct BadSheet {
    pub(super) table: &'static str,
    pub(super) input: InputFile,
    /// The sender's own header.
    pub(super) titles: Vec<String>,
    /// Places of columns that name areas, and schools.
    pub(super) areas: Vec<usize>,
    pub(super) schools: Vec<usize>,
    pub(super) rows: Vec<BadRow>,
}

/// One row as its sender wrote it, last.
#[derive(Clone, PartialEq)]
pub(super) struct BadRow {
    pub(super) number: u32,
    pub(super) cells: Vec<Option<String>>,
    /// None where it was corrected before.
    pub(super) faults: Vec<Slip>,
}

/// One fault of a row.
#[derive(Clone, PartialEq)]
pub(super) struct Slip {
    /// The place of the column.
    pub(super) column: Option<usize>,
    pub(super) finding: Finding,
    pub(super) suggestion: Suggestion,
}

/// What could stand in the cell.
#[derive(Clone, PartialEq)]
pub(super) enum Suggestion {
    None,
    /// A cell that would be right.
    Like(&'static str),
    /// One of these areas, perhaps.
    Areas(Vec<AreaCode>),
}

/// Whether something is wrong with a row, rather than with the whole table.
fn of_a_row(finding: &Finding) -> bool {
    !matches!(finding.code, FindingCode::MixedRegisterForms | FindingCode::RegisterDateMissing)
}

fn own_cells(cells: &Cells, number: u32) -> Vec<Option<String>> {
    let row = cells.numbers.binary_search(&number).ok();
    let columns = 0..cells.written.len();
    columns.map(|column| cells.get(column, row?).map(str::to_owned)).collect()
}

fn suggestion(finding: &Finding, table: &Table, written: &str, known: &Known) -> Suggestion {
    let name = finding.column.as_deref().unwrap_or("");
    let Some(column) = table.columns.iter().find(|column| column.name == name) else {
        return Suggestion::None;
    };
    match (column.kind, finding.code) {
        (Kind::Area, _) => match known.names.meaning(written) {
            Meaning::Area(code) => Suggestion::Areas(vec![code]),
            Meaning::OneOf(codes) | Meaning::Perhaps(codes) => Suggestion::Areas(codes),
        },
        (kind, FindingCode::BadValue) => Suggestion::Like(kind.example()),
        _ => Suggestion::None,
    }
}

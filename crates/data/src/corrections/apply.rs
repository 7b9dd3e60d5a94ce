//! Workbooks that came back: their rows stand over those of the source.

use super::{ABOVE, FRONT, MARK, MARK_SHEET};
use crate::ReadError;
use crate::book::text;
use crate::cells::Cells;
use crate::folder::{Folder, Format, format_of, read, sha256};
use crate::log::Log;
use crate::schema::Table;
use crate::text::normal::normal;
use calamine::{Data, Ods, Reader, Xlsx};
use phantuyen_model::{Finding, FindingCode, InputFile};
use polars::prelude::{NewChunkedArray, StringChunked};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;

/// The cells of corrected rows by their number in the source.
type Rows = BTreeMap<u32, Vec<Option<String>>>;

/// The sheet of one workbook that corrects one file.
struct Correction {
    /// The workbook, as results show it.
    workbook: String,
    /// The file that it corrects, as it was called and as it was.
    source: InputFile,
    /// The table whose rows they are: one file may hold several.
    table: String,
    rows: Rows,
    used: bool,
}

/// All corrections that came back, in the order of the names of their workbooks.
#[derive(Default)]
pub(crate) struct Corrections {
    all: Vec<Correction>,
}

impl Corrections {
    /// Reads the workbooks of a folder; they are inputs themselves.
    pub(crate) fn read(
        folder: &Folder<'_>,
        log: &mut Log,
    ) -> Result<(Self, Vec<InputFile>), ReadError> {
        let (mut all, mut files) = (Vec::new(), Vec::new());
        for path in &folder.corrections {
            let bytes = read(path)?;
            let workbook = folder.shown(path);
            files.push(InputFile { path: workbook.clone(), sha256: sha256(&bytes) });
            let sheets = match format_of(&workbook) {
                Some(Format::Ods) => Ods::new(Cursor::new(&bytes[..])).ok().and_then(sheets),
                _ => Xlsx::new(Cursor::new(&bytes[..])).ok().and_then(sheets),
            };
            match sheets {
                None => log.add(Finding::new(FindingCode::CorrectionsUnreadable).file(workbook)),
                Some(sheets) => all.extend(sheets.into_iter().map(|sheet| Correction {
                    workbook: workbook.clone(),
                    source: sheet.source,
                    table: sheet.table,
                    rows: sheet.rows,
                    used: false,
                })),
            }
        }
        Ok((Self { all }, files))
    }

    /// Puts corrected rows in the place of those of the source. A row that came back empty is left
    /// out, one that came back unchanged stays as it is.
    pub(crate) fn apply(
        &mut self,
        cells: &mut Cells,
        table: &Table,
        input: &InputFile,
        log: &mut Log,
    ) {
        let place = |code| Finding::new(code).table(table.name).file(&input.path);
        let mut rows: BTreeMap<u32, (usize, Vec<Option<String>>)> = BTreeMap::new();
        let fitting =
            |one: &Correction| one.source.sha256 == input.sha256 && one.table == table.name;
        for (at, one) in self.all.iter_mut().enumerate().filter(|(_, one)| fitting(one)) {
            one.used = true;
            for (number, own) in std::mem::take(&mut one.rows) {
                let changed = own != own_cells(cells, number);
                let before = rows.get(&number).filter(|(_, other)| changed && *other != own);
                if before.is_some() {
                    let clash = place(FindingCode::CorrectionsClash).row(number);
                    log.add_value(clash, &one.workbook);
                }
                if changed {
                    rows.insert(number, (at, own));
                }
            }
        }
        if rows.is_empty() {
            return;
        }
        let used: BTreeSet<usize> = rows.values().map(|(at, _)| *at).collect();
        let finding = place(FindingCode::CorrectionsUsed).count(rows.len() as u64);
        let workbooks: Vec<&str> = used.iter().map(|at| self.all[*at].workbook.as_str()).collect();
        log.add(finding.fact("workbooks", workbooks.join(", ")));
        replace(cells, rows.into_iter().map(|(number, (_, own))| (number, own)).collect());
    }

    /// Tells of corrections whose file is not there any more as it was.
    pub(crate) fn report_unused(&self, log: &mut Log) {
        for one in self.all.iter().filter(|one| !one.used) {
            let finding = Finding::new(FindingCode::CorrectionsStale).file(&one.workbook);
            let finding = finding.count(one.rows.len() as u64).column(&one.source.path);
            log.add(Finding { column: None, ..finding }.fact("source", &one.source.path));
        }
    }
}

/// Replaces rows; those too long before get the cells that were written for them.
fn replace(cells: &mut Cells, corrected: Rows) {
    let width = cells.written.len();
    // What titles tell holds for corrected rows, too.
    let told: Vec<Option<String>> =
        cells.columns[width..].iter().map(|column| column.get(0).map(str::to_owned)).collect();
    let mut rows: Rows = BTreeMap::new();
    for (at, number) in cells.numbers.iter().enumerate() {
        let own = |column: &StringChunked| column.get(at).map(str::to_owned);
        rows.insert(*number, cells.columns.iter().map(own).collect());
    }
    for (number, mut own) in corrected {
        cells.too_long.retain(|long| *long != number);
        own.resize(width, None);
        if own.iter().all(Option::is_none) {
            rows.remove(&number);
            cells.left_out.push(number);
        } else {
            own.extend(told.iter().cloned());
            rows.insert(number, own);
            cells.corrected.push(number);
        }
    }
    cells.numbers = rows.keys().copied().collect();
    for (place, column) in cells.columns.iter_mut().enumerate() {
        let name = column.name().clone();
        let texts = rows.values_mut().map(|row| row.get_mut(place).and_then(Option::take));
        *column = StringChunked::from_iter_options(name, texts);
    }
}

fn own_cells(cells: &Cells, number: u32) -> Vec<Option<String>> {
    let row = cells.numbers.binary_search(&number).ok();
    let columns = 0..cells.written.len();
    columns.map(|column| cells.get(column, row?).map(str::to_owned)).collect()
}

/// One sheet of a workbook that came back.
struct Sheet {
    source: InputFile,
    table: String,
    rows: Rows,
}

/// The corrected rows of each sheet with the file they belong to; `None` where the workbook has
/// not the form of a workbook of corrections.
fn sheets<'a, R: Reader<Cursor<&'a [u8]>>>(mut workbook: R) -> Option<Vec<Sheet>> {
    let mark = workbook.worksheet_range(MARK_SHEET).ok()?;
    let cell = |row: &[Data], column: usize| row.get(column).and_then(text);
    let mut lines = mark.rows();
    if lines.next().and_then(|row| cell(row, 0)).as_deref() != Some(MARK) {
        return None;
    }
    let mut sheets = Vec::new();
    for line in lines {
        let (sheet, path, hash) = (cell(line, 0)?, cell(line, 1)?, cell(line, 2)?);
        let (width, table) = (cell(line, 3)?.parse::<usize>().ok()?, cell(line, 4)?);
        let range = workbook.worksheet_range(&sheet).ok()?;
        let first = range.start().map_or(0, |(row, _)| row as usize);
        let mut rows = Rows::new();
        for row in range.rows().skip(ABOVE.saturating_sub(first)) {
            let Some(number) = cell(row, 0).and_then(|text| text.trim().parse().ok()) else {
                continue;
            };
            let own = (FRONT..FRONT + width).map(|column| {
                let text = cell(row, column)?;
                Some(normal(text.trim()).into_owned()).filter(|text| !text.is_empty())
            });
            rows.insert(number, own.collect());
        }
        sheets.push(Sheet { source: InputFile { path, sha256: hash }, table, rows });
    }
    Some(sheets)
}

//! Workbooks: XLSX, XLS, XLSB and ODS, opened once and searched for the tables they hold.

use crate::cells::{Cells, Note, Unreadable, header_name, header_names};
use crate::folder::Format;
use crate::intake::{Intake, Said};
use crate::layouts::survey;
use crate::schema::{READ, RESIDENTS, Table};
use crate::sheet_look::{self, Look, Region};
use crate::text::encoding::Encoding;
use calamine::{Data, Dimensions, Ods, Range, Reader, SheetVisible, Xls, Xlsb, Xlsx};
use phantuyen_model::FindingCode;
use polars::prelude::{NewChunkedArray, StringChunked};
use std::collections::BTreeMap;
use std::io::Cursor;

const UNREADABLE: Unreadable = Unreadable(FindingCode::UnreadableFile);

/// Under how many rows of titles the header is looked for.
const TITLES: usize = 20;

/// The most parts that one file may have; see [`crate::log::PART`].
const PARTS: usize = 1000;

/// A workbook whose cells are all text.
pub(crate) struct Book {
    pub(crate) grids: Vec<Grid>,
}

/// One sheet.
pub(crate) struct Grid {
    pub(crate) name: String,
    /// Whether the workbook hides it.
    hidden: bool,
    /// Row and column, from 0, of the first cell below.
    first: (u32, u32),
    pub(crate) rows: Vec<Vec<Option<String>>>,
    look: Look,
    /// Cells that were filled because they are merged with one above.
    filled: u64,
}

/// Where one table stands in a sheet.
struct Part {
    header: Vec<String>,
    /// The first row of the header, and the first below it, and the end.
    from: usize,
    body: usize,
    to: usize,
    /// The header of another table that ends it.
    other: Option<usize>,
}

impl Book {
    /// Opens a workbook.
    ///
    /// # Errors
    /// [`Unreadable`] when the bytes are not what the file's ending says.
    pub(crate) fn open(bytes: &[u8], format: Format) -> Result<Self, Unreadable> {
        let cursor = Cursor::new(bytes);
        match format {
            Format::Ods => {
                let looks = sheet_look::ods(bytes);
                Self::of(Ods::new(cursor).map_err(|_| UNREADABLE)?, looks)
            }
            Format::Xls => {
                let book = Xls::new(cursor).map_err(|_| UNREADABLE)?;
                let merged = |name: &String| book.merge_cells_by_sheet_name(name).ok();
                let looks = book.sheet_names().into_iter().filter_map(|name| {
                    let merged = merged(&name)?.iter().map(region).collect();
                    Some((name, Look { merged, ..Look::default() }))
                });
                let looks = looks.collect();
                Self::of(book, looks)
            }
            Format::Xlsb => Self::of(Xlsb::new(cursor).map_err(|_| UNREADABLE)?, BTreeMap::new()),
            _ => {
                let looks = sheet_look::xlsx(bytes);
                Self::of(Xlsx::new(cursor).map_err(|_| UNREADABLE)?, looks)
            }
        }
    }

    fn of<'a, R: Reader<Cursor<&'a [u8]>>>(
        mut workbook: R,
        mut looks: BTreeMap<String, Look>,
    ) -> Result<Self, Unreadable> {
        let shown: BTreeMap<String, bool> = workbook
            .sheets_metadata()
            .iter()
            .map(|sheet| (sheet.name.clone(), sheet.visible == SheetVisible::Visible))
            .collect();
        let mut grids = Vec::new();
        for name in workbook.sheet_names() {
            let range = workbook.worksheet_range(&name).map_err(|_| UNREADABLE)?;
            let look = looks.remove(&name).unwrap_or_default();
            let hidden = !shown.get(&name).copied().unwrap_or(true);
            grids.push(Grid::of(name, hidden, &range, look));
        }
        Ok(Self { grids })
    }

    /// The headers of all sheets that are shown, read as this table's, each with a few rows.
    pub(crate) fn heads(&self, file: &str, table: &Table, intake: &Intake) -> Vec<Cells> {
        let shown = self.grids.iter().filter(|grid| !grid.hidden && !grid.rows.is_empty());
        let unread = |grid: &&Grid| intake.said(file, Some(&grid.name)) != Some(Said::Nothing);
        let heads = shown.filter(unread).flat_map(|grid| {
            let parts = grid.parts(table, intake).into_iter();
            parts.map(|part| grid.cells(&Part { to: part.body, ..part }, false))
        });
        heads.collect()
    }

    /// The parts of a workbook that hold a table; where none does, the first sheet as it stands,
    /// so that what it lacks can be told. Empty where no sheet has a cell.
    ///
    /// 1. A sheet with the table's own name is the table.
    /// 2. Otherwise every sheet that is shown and has a header with all that the table must have.
    pub(crate) fn table(&self, file: &str, table: &Table, intake: &Intake) -> Vec<Cells> {
        let own = |grid: &&Grid| header_name(&grid.name) == table.name;
        let said = |grid: &Grid| intake.said(file, Some(&grid.name));
        let confirmed = |grid: &&Grid| said(grid) == Some(Said::Table(table.name.to_owned()));
        let by_sheet = |grid: &&Grid| intake.has_sheet(file, &grid.name);
        let mut chosen: Vec<&Grid> = self.grids.iter().filter(by_sheet).filter(confirmed).collect();
        if chosen.is_empty() {
            chosen = self.grids.iter().filter(own).take(1).collect();
        }
        let mut parts: Vec<(&Grid, Part)> = Vec::new();
        if chosen.is_empty() {
            let readable = |grid: &&Grid| {
                let other = matches!(said(grid), Some(Said::Table(name)) if name != table.name);
                !grid.hidden && said(grid) != Some(Said::Nothing) && !other
            };
            for grid in self.grids.iter().filter(readable) {
                let found = grid.parts(table, intake);
                let complete = found.into_iter().filter(|part| {
                    let titles = grid.titles(part.from);
                    crate::layouts::complete(table, &part.header, &grid.name, &titles, intake)
                });
                parts.extend(complete.map(|part| (grid, part)));
            }
        }
        if parts.is_empty() {
            if chosen.is_empty() {
                chosen = self.grids.iter().filter(|grid| !grid.rows.is_empty()).take(1).collect();
            }
            for grid in &chosen {
                parts.extend(grid.parts(table, intake).into_iter().map(|part| (*grid, part)));
            }
        }
        parts.truncate(PARTS);
        let read: Vec<&str> = parts.iter().map(|(grid, _)| grid.name.as_str()).collect();
        let others = self.grids.iter().filter(|grid| !read.contains(&grid.name.as_str()));
        let mut others: Vec<String> = others.map(|grid| grid.name.clone()).collect();
        let mut told_of: Option<&str> = None;
        let mut cells = Vec::new();
        for (grid, part) in &parts {
            let first_of_grid = told_of != Some(grid.name.as_str());
            told_of = Some(&grid.name);
            let of_part = grid.cells(part, first_of_grid);
            cells.push(Cells { other_sheets: std::mem::take(&mut others), ..of_part });
        }
        cells
    }
}

impl Grid {
    fn of(name: String, hidden: bool, range: &Range<Data>, look: Look) -> Self {
        let first = range.start().unwrap_or((0, 0));
        let mut rows: Vec<Vec<Option<String>>> =
            range.rows().map(|row| row.iter().map(text).collect()).collect();
        let filled = fill_merged(&mut rows, range, first, &look.merged);
        Self { name, hidden, first, rows, look, filled }
    }

    /// Where tables stand in the sheet, read as this one.
    ///
    /// The first header is the row, of the first with anything in them, that names most of the
    /// table's columns; the first of all where none names two. Rows above it are titles. Below,
    /// a row after an empty one (or after a title alone in its row) that is the header of some
    /// table ends the part, and begins another where it is a header of this table.
    fn parts(&self, table: &Table, intake: &Intake) -> Vec<Part> {
        if self.rows.is_empty() {
            return Vec::new();
        }
        let mut parts: Vec<Part> = Vec::new();
        let to = self.rows.len();
        if table.name == RESIDENTS.name && survey::is_survey(&self.name) {
            let (header, body) = survey::layout(self.first.0, self.rows[0].len());
            let body = body.clamp(1, to);
            return vec![Part { header, from: body - 1, body, to, other: None }];
        }
        let (from, header, body) = self.first_header(table, intake);
        let mut part = Some(Part { header, from, body, to: self.rows.len(), other: None });
        let mut at = body;
        while at < self.rows.len() {
            let title = at.checked_sub(1).is_some_and(|above| {
                self.filled_cells(above) == 0
                    || (self.filled_cells(above) == 1
                        && above.checked_sub(1).is_some_and(|blank| self.filled_cells(blank) == 0))
            });
            if !title || self.filled_cells(at) < 2 {
                at += 1;
                continue;
            }
            let names = self.names(at);
            let begun = part.as_ref().is_some_and(|part| part.header == names);
            let titles = self.titles(at);
            let own = crate::layouts::complete(table, &names, &self.name, &titles, intake);
            let other = !own && READ.iter().any(|known| intake.headers.complete(known, &names));
            if !begun && (own || other) {
                let end = if self.filled_cells(at - 1) == 1 { at - 1 } else { at };
                parts.extend(part.take().map(|part| Part {
                    to: end,
                    other: other.then_some(at),
                    ..part
                }));
                if own {
                    let to = self.rows.len();
                    part = Some(Part { header: names, from: at, body: at + 1, to, other: None });
                }
            }
            at += 1;
        }
        parts.extend(part);
        parts
    }

    /// What stands in the rows above a header.
    fn titles(&self, header: usize) -> Vec<&str> {
        let above = &self.rows[header.saturating_sub(TITLES)..header];
        above.iter().flatten().flatten().map(String::as_str).collect()
    }

    fn filled_cells(&self, row: usize) -> usize {
        self.rows[row].iter().flatten().count()
    }

    fn names(&self, row: usize) -> Vec<String> {
        let titles: Vec<&str> =
            self.rows[row].iter().map(|cell| cell.as_deref().unwrap_or("")).collect();
        header_names(&titles)
    }

    /// The header: its first row, its names, and the first row below it. Two rows are one header
    /// where together they name more of the table than the upper alone and the lower has no digit.
    fn first_header(&self, table: &Table, intake: &Intake) -> (usize, Vec<String>, usize) {
        let named = |names: &[String]| {
            let known = intake.headers.columns_meant(table, names).iter().flatten().count();
            known.max(crate::layouts::years_in(names))
        };
        let mut best = (1, 0, self.names(0), 1);
        for row in 0..self.rows.len().min(TITLES) {
            let names = self.names(row);
            if named(&names) > best.0 {
                best = (named(&names), row, names.clone(), row + 1);
            }
            if let Some(both) = self.two_rows(row, table, intake)
                && named(&both) > best.0
            {
                best = (named(&both), row, both, row + 2);
            }
        }
        (best.1, best.2, best.3)
    }

    /// The names of two rows read as one header: the lower name where it says enough, else the
    /// upper before it.
    fn two_rows(&self, row: usize, table: &Table, intake: &Intake) -> Option<Vec<String>> {
        let below = self.rows.get(row + 1)?;
        let upper = self.spread(row);
        let lower = self.names(row + 1);
        let is_body = |cell: &String| {
            cell.parse::<f64>().is_ok() && crate::layouts::year_of(&header_name(cell)).is_none()
        };
        if below.iter().flatten().any(is_body) || self.filled_cells(row) < 2 {
            return None;
        }
        let alone = intake.headers.columns_meant(table, &lower);
        let both = upper.iter().zip(&lower).zip(alone).map(|((upper, lower), alone)| {
            if lower.is_empty() || upper == lower {
                upper.clone()
            } else if alone.is_some() || upper.is_empty() {
                lower.clone()
            } else {
                format!("{upper} {lower}")
            }
        });
        Some(both.collect())
    }

    /// The names of a row, those of cells merged across the columns over each of them.
    fn spread(&self, row: usize) -> Vec<String> {
        let mut names = self.names(row);
        let sheet_row = self.first.0 + u32::try_from(row).unwrap_or(u32::MAX);
        for region in &self.look.merged {
            if !(region.rows.0..=region.rows.1).contains(&sheet_row) {
                continue;
            }
            let place = |column: u32| usize::try_from(column.checked_sub(self.first.1)?).ok();
            let Some(from) = place(region.columns.0) else { continue };
            let Some(name) = names.get(from).cloned() else { continue };
            let to = place(region.columns.1).unwrap_or(from);
            names.iter_mut().take(to + 1).skip(from + 1).for_each(|next| next.clone_from(&name));
        }
        names
    }

    /// The cells of a part. Titles and what the sheet shows are told of its first part alone.
    fn cells(&self, part: &Part, is_first: bool) -> Cells {
        let header = &part.header;
        let width = header.iter().rposition(|name| !name.is_empty()).map_or(0, |last| last + 1);
        let number = |row: usize| u32::try_from(row).unwrap_or(u32::MAX);
        let mut columns: Vec<Vec<Option<String>>> = vec![Vec::new(); width];
        let mut numbers = Vec::new();
        let mut too_long = Vec::new();
        let mut hidden = Vec::new();
        for (at, row) in self.rows.iter().enumerate().take(part.to).skip(part.body) {
            let sheet_row = self.first.0 + number(at);
            if self.look.hidden.contains(&sheet_row) && row.iter().any(Option::is_some) {
                hidden.push(sheet_row + 1);
            }
            if row[width..].iter().any(Option::is_some) {
                too_long.push(sheet_row + 1);
                continue;
            }
            for (column, cell) in columns.iter_mut().zip(row) {
                column.push(cell.clone());
            }
            numbers.push(sheet_row + 1);
        }
        let below = |row: usize| Note {
            code: FindingCode::OtherTableBelow,
            row: self.first.0 + number(row) + 1,
            value: String::new(),
        };
        let columns = header.iter().zip(columns).map(|(name, cells)| {
            StringChunked::from_iter_options(name.as_str().into(), cells.into_iter())
        });
        let title_texts = self.titles(part.from).into_iter().map(str::to_owned).collect();
        Cells {
            columns: columns.collect(),
            header: header[..width].to_vec(),
            written: self.rows[part.body - 1][..width]
                .iter()
                .zip(header)
                .map(|(cell, name)| cell.clone().unwrap_or_else(|| name.clone()))
                .collect(),
            numbers,
            too_long,
            corrected: Vec::new(),
            left_out: Vec::new(),
            titles: if is_first { number(part.from) } else { 0 },
            title_texts,
            other_sheets: Vec::new(),
            encoding: Encoding::Utf8,
            sheet: Some(self.name.clone()),
            places: (0..width).map(|place| self.first.1 + number(place)).collect(),
            hidden,
            merged: if is_first { self.filled } else { 0 },
            two_rows: part.body > part.from + 1,
            from_titles: Vec::new(),
            meant: Vec::new(),
            part_of: 0,
            notes: part.other.map(below).into_iter().collect(),
            laid_out: false,
        }
    }
}

/// Writes what stands in the first of merged cells into those below it, and counts them. A number
/// is not repeated: a head count of three rows would be counted three times.
fn fill_merged(
    rows: &mut [Vec<Option<String>>],
    range: &Range<Data>,
    first: (u32, u32),
    merged: &[Region],
) -> u64 {
    let mut filled = 0;
    for region in merged.iter().filter(|region| region.rows.1 > region.rows.0) {
        let (Some(from), Some(to)) =
            (region.rows.0.checked_sub(first.0), region.rows.1.checked_sub(first.0))
        else {
            continue;
        };
        let Some(column) = region.columns.0.checked_sub(first.1) else { continue };
        let place = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
        let (from, to, column) = (place(from), place(to), place(column));
        let cell = range.get((from, column));
        if !matches!(cell, Some(Data::String(_) | Data::DateTime(_) | Data::DateTimeIso(_))) {
            continue;
        }
        let Some(written) = rows.get(from).and_then(|row| row.get(column)).cloned().flatten()
        else {
            continue;
        };
        for row in rows.iter_mut().take(to.saturating_add(1)).skip(from + 1) {
            if let Some(cell) = row.get_mut(column).filter(|cell| cell.is_none()) {
                *cell = Some(written.clone());
                filled += 1;
            }
        }
    }
    filled
}

fn region(merged: &Dimensions) -> Region {
    Region { rows: (merged.start.0, merged.end.0), columns: (merged.start.1, merged.end.1) }
}

/// A cell as text: whole numbers without a decimal point, days as ISO.
pub(crate) fn text(cell: &Data) -> Option<String> {
    match cell {
        Data::Empty => None,
        Data::String(text) => Some(text.clone()).filter(|text| !text.trim().is_empty()),
        Data::Int(number) => Some(number.to_string()),
        Data::Float(number) => Some(decimal(*number)),
        Data::Bool(yes) => Some(yes.to_string()),
        Data::DateTimeIso(moment) | Data::DurationIso(moment) => Some(moment.clone()),
        Data::DateTime(moment) => {
            let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
            let date = format!("{year:04}-{month:02}-{day:02}");
            Some(match (hour, minute, second) {
                (0, 0, 0) => date,
                _ => format!("{date}T{hour:02}:{minute:02}:{second:02}"),
            })
        }
        Data::Error(error) => Some(error.to_string()),
    }
}

/// A number of a typed cell. Three decimals get a fourth, so that `1.234` of a cell that is a
/// number is never taken for the thousands of one that is text.
pub(crate) fn decimal(number: f64) -> String {
    let text = number.to_string();
    match text.split_once('.') {
        Some((_, decimals)) if decimals.len() == 3 => format!("{text}0"),
        _ => text,
    }
}

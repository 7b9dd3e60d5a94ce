//! The walk from file to table: open, hash, read, count, report.

use crate::cells::{self, Cells, Unreadable};
use crate::corrections::{BadRows, Corrections};
use crate::folder::{Folder, format_of};
use crate::intake::Intake;
use crate::log::{Log, PART};
use crate::rows::Known;
use crate::schema::{self, Table};
use crate::tables::Open;
use crate::text::encoding::Encoding;
use crate::text::tidy::tidy;
use crate::{ReadError, TableCount, WardData, dates, polygons};
use phantuyen_model::{Area, AreaShape, Finding, FindingCode, InputFile};

/// The inputs of a project while they are read.
pub(crate) struct Reader<'a> {
    pub(crate) folder: Folder<'a>,
    pub(crate) log: Log,
    files: Vec<InputFile>,
    pub(crate) tables: Vec<TableCount>,
    corrections: Corrections,
    bad_rows: BadRows,
}

impl<'a> Reader<'a> {
    /// Reads the corrections that came back, since they stand over the rows of other files.
    pub(crate) fn new(folder: Folder<'a>, mut log: Log) -> Result<Self, ReadError> {
        let (corrections, files) = Corrections::read(&folder, &mut log)?;
        let bad_rows = BadRows::default();
        Ok(Self { folder, log, files, tables: Vec::new(), corrections, bad_rows })
    }

    /// The cells of a table and their file, or `None` where there is no such table.
    pub(crate) fn cells(
        &mut self,
        table: &'static Table,
    ) -> Result<Option<(Vec<Cells>, String)>, ReadError> {
        let Some((bytes, input)) = self.folder.bytes(table.name, &mut self.log)? else {
            return Ok(None);
        };
        let file = input.path.clone();
        let mut cells = open_cells(&bytes, table, &file, &self.folder.intake, &mut self.log);
        match &mut cells {
            Some(parts) => {
                for cells in parts.iter_mut().filter(|cells| !cells.laid_out) {
                    self.corrections.apply(cells, table, &input, &mut self.log);
                }
            }
            None => self.tables.push(TableCount::new(table.name, &file)),
        }
        // One workbook may hold several tables.
        if !self.files.contains(&input) {
            self.files.push(input);
        }
        Ok(cells.map(|cells| (cells, file)))
    }

    /// Keeps the rows in which errors were found, for the workbook that goes back to their sender.
    pub(crate) fn keep_bad_rows(
        &mut self,
        table: &'static Table,
        parts: &[Cells],
        file: &str,
        known: &Known,
    ) {
        let mut faults = self.log.take_faults(file);
        let Some(input) = self.files.iter().find(|input| input.path == file) else { return };
        for (number, cells) in (1..).zip(parts) {
            let later = faults.split_off(&PART.saturating_mul(number));
            let own = std::mem::replace(&mut faults, later);
            if !cells.laid_out {
                self.bad_rows.keep(table, cells, input, own, known);
            }
        }
    }

    /// The rows of a table, or `None` where there is no such table.
    pub(crate) fn table<T>(
        &mut self,
        table: &'static Table,
        known: &Known,
        gather: impl FnOnce(&mut Open<'_>) -> (Vec<T>, TableCount),
    ) -> Result<Option<Vec<T>>, ReadError> {
        let Some((cells, file)) = self.cells(table)? else { return Ok(None) };
        let mut open = Open { cells: &cells, file: &file, known, log: &mut self.log };
        let (rows, count) = gather(&mut open);
        self.keep_bad_rows(table, &cells, &file, known);
        self.tables.push(count);
        Ok(Some(rows))
    }

    /// A finding about a table whose file has been opened.
    pub(crate) fn place(&self, table: &Table, code: FindingCode) -> Finding {
        let finding = Finding::new(code).table(table.name);
        match self.tables.iter().find(|count| count.table == table.name) {
            Some(count) => finding.file(&count.file),
            None => finding,
        }
    }

    /// The outlines of areas.
    pub(crate) fn shapes(
        &mut self,
        areas: &[Area],
        known: &Known,
    ) -> Result<Vec<AreaShape>, ReadError> {
        let Some((bytes, input)) = self.folder.bytes(schema::POLYGONS, &mut self.log)? else {
            return Ok(Vec::new());
        };
        let (shapes, count) = polygons::read(&bytes, &input.path, &known.areas, &mut self.log);
        if !shapes.is_empty() {
            polygons::report_missing(&shapes, areas, &input.path, &mut self.log);
        }
        self.tables.push(count);
        self.files.push(input);
        Ok(shapes)
    }

    /// The data with what was noted on the way.
    pub(crate) fn finish(mut self, data: WardData) -> WardData {
        self.corrections.report_unused(&mut self.log);
        self.files.sort();
        self.tables.sort_by(|a, b| a.table.cmp(&b.table));
        let (files, tables, bad_rows) = (self.files, self.tables, self.bad_rows);
        WardData { files, tables, bad_rows, findings: self.log.into_findings(), ..data }
    }
}

/// The parts of a file that hold a table; a file without any, or one that is not what its ending
/// says, is reported. Rows of the second part and those after it are numbered on from [`PART`].
pub(crate) fn open_cells(
    bytes: &[u8],
    table: &'static Table,
    file: &str,
    intake: &Intake,
    log: &mut Log,
) -> Option<Vec<Cells>> {
    let place = |code| Finding::new(code).table(table.name).file(file);
    let parts = match format_of(file) {
        Some(format) => cells::read(bytes, format, file, table, intake),
        None => Err(Unreadable(FindingCode::UnreadableFile)),
    };
    match parts {
        Ok(mut parts) if !parts.is_empty() => {
            for (number, cells) in (0..).zip(&mut parts) {
                cells.number_on(PART.saturating_mul(number));
                log.begin_part(table.name, file, cells.sheet.as_deref());
                tell(cells, table, &place, log);
            }
            let sheets: Vec<&str> = parts
                .iter()
                .filter(|part| part.part_of == 0)
                .filter_map(|part| part.sheet.as_deref())
                .collect();
            if sheets.len() > 1 {
                let count = u64::try_from(sheets.len()).unwrap_or(u64::MAX);
                log.add(place(FindingCode::SeveralParts).count(count));
            }
            Some(parts)
        }
        Ok(_) => {
            log.add(place(FindingCode::EmptyTable));
            None
        }
        Err(Unreadable(code)) => {
            log.add(place(code));
            None
        }
    }
}

/// Brings the cells of a part into one way of writing, and tells what its sheet looked like and
/// what had to be done.
fn tell(cells: &mut Cells, table: &Table, place: &dyn Fn(FindingCode) -> Finding, log: &mut Log) {
    if cells.titles > 0 {
        log.add(place(FindingCode::TitlesSkipped).count(u64::from(cells.titles)));
    }
    if cells.encoding != Encoding::Utf8 {
        log.add(place(FindingCode::EncodingRead).fact("encoding", cells.encoding.name()));
    }
    if cells.two_rows {
        log.add(place(FindingCode::HeaderTwoRows));
    }
    for row in &cells.hidden {
        log.add(place(FindingCode::RowsHidden).row(*row));
    }
    if cells.merged > 0 {
        log.add(place(FindingCode::CellsMerged).count(cells.merged));
    }
    if cells.part_of == 0 {
        for (column, value) in &cells.from_titles {
            log.add_value(place(FindingCode::ColumnFromTitle).column(*column), value);
        }
    }
    for note in &cells.notes {
        let finding = place(note.code).row(note.row);
        match note.value.is_empty() {
            true => log.add(finding),
            false => log.add_value(finding, &note.value),
        }
    }
    for tidied in tidy(cells) {
        let column = cells.header[tidied.column].clone();
        let place = |code| place(code).column(&column);
        if let Some((font, count)) = tidied.legacy {
            let finding = place(FindingCode::LegacyFont).count(count);
            log.add(finding.fact("font", font.name()));
        }
        for row in tidied.damaged {
            log.add(place(FindingCode::LettersDamaged).row(row));
        }
    }
    for dated in dates::settle(cells, table) {
        let column = cells.meant[dated.column].unwrap_or("");
        let finding = place(dated.code).column(column);
        match dated.rows.is_empty() {
            true => log.add(finding.count(dated.count)),
            false => dated.rows.iter().for_each(|row| log.add(finding.clone().row(*row))),
        }
    }
}

//! Everything that is known about a ward, gathered from its tables.

use crate::cells::{self, Cells, Unreadable};
use crate::count::scale_youngest;
use crate::crosswalk::{AreaChange, Crosswalk};
use crate::folder::{Folder, Source, format_of};
use crate::log::Log;
use crate::registers::{Standing, report_standing, standing_date, standings};
use crate::residents::{self, Wanted};
use crate::rows::{Known, need};
use crate::schema::{self, Table};
use crate::tables::Open;
use crate::{ReadError, checks, polygons};
use chrono::{Datelike, NaiveDate};
use phantuyen_model::{
    Adjacency, Area, AreaCode, AreaShape, AreaTree, BirthsRow, ClassesRow, CohortRow, DemandRow,
    Distances, EnrollmentRow, Finding, FindingCode, InputFile, Lock, OLDEST_AGE, PlanRow,
    Residence, School, SeatsRow, TreeUnit, WomenRow,
};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// How to read.
#[derive(Clone, Debug)]
pub struct ReadOptions {
    /// The code of the ward, under which areas may stand directly.
    pub ward_code: String,
    /// The date of the last register, where the settings or the command line give one.
    pub as_of: Option<NaiveDate>,
    /// Of several addresses of one person, the first kind that there is counts.
    pub count_at: Vec<Residence>,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self {
            ward_code: String::new(),
            as_of: None,
            count_at: vec![Residence::Current, Residence::Temporary, Residence::Permanent],
        }
    }
}

/// What became of the rows of one table. `rows = used + reported`, always: each row is counted
/// on one side when its fate is known, and neither side is computed from the other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TableCount {
    /// The table.
    pub table: String,
    /// Its file, relative to the project.
    pub file: String,
    /// Rows with anything in them.
    pub rows: u64,
    /// Rows that went into the data.
    pub used: u64,
    /// Rows that did not; findings tell why.
    pub reported: u64,
}

impl TableCount {
    pub(crate) fn new(table: &str, file: &str) -> Self {
        Self { table: table.to_owned(), file: file.to_owned(), rows: 0, used: 0, reported: 0 }
    }

    /// Counts a row that is used.
    pub(crate) fn accept(&mut self) {
        self.rows += 1;
        self.used += 1;
    }

    /// Counts a row that is reported.
    pub(crate) fn report(&mut self) {
        self.rows += 1;
        self.reported += 1;
    }

    /// A row that was accepted turns out not to count.
    pub(crate) fn withdraw(&mut self) {
        self.used -= 1;
        self.reported += 1;
    }
}

/// Everything that is known about a ward; nobody in it has a name.
///
/// Lists are in the order of their codes and dates, whatever the order of the rows in the files.
#[derive(Clone, Debug, PartialEq)]
pub struct WardData {
    /// The files that were read, by path, with the hash of their bytes.
    pub files: Vec<InputFile>,
    /// What became of the rows of each table, by the name of the table.
    pub tables: Vec<TableCount>,
    /// What is questionable, gravest first.
    pub findings: Vec<Finding>,
    /// The areas of today.
    pub areas: Vec<Area>,
    /// The units above them.
    pub tree: AreaTree,
    /// Their outlines, where given.
    pub shapes: Vec<AreaShape>,
    /// Children by area, register, birth year and residence.
    pub cohorts: Vec<CohortRow>,
    /// Women aged 20 to 39 by area and register.
    pub women: Vec<WomenRow>,
    /// Births by year.
    pub births: Vec<BirthsRow>,
    /// Rolls of the schools.
    pub enrollment: Vec<EnrollmentRow>,
    /// Intakes from the table `actuals`.
    pub actuals: Vec<EnrollmentRow>,
    /// Classes by school, year and grade.
    pub classes: Vec<ClassesRow>,
    /// The schools.
    pub schools: Vec<School>,
    /// What schools offer single grades.
    pub seats: Vec<SeatsRow>,
    /// Pupils to be seated, where given instead of a forecast.
    pub demand: Option<Vec<DemandRow>>,
    /// Distances, where given.
    pub distances: Option<Distances>,
    /// Which areas touch, where given.
    pub adjacency: Option<Adjacency>,
    /// Areas that count as touching though no border joins them.
    pub links: Vec<(AreaCode, AreaCode)>,
    /// Last year's catchments.
    pub current_plan: Vec<PlanRow>,
    /// Decisions that were taken before.
    pub locks: Vec<Lock>,
}

/// Reads every table that is there.
///
/// `named` is `[inputs]` of the settings: table name → path relative to the project, or absolute;
/// other tables are looked for as `data/<table>.csv`, `.xlsx`, `.ods`, `.parquet`, and the
/// outlines as `data/areas.geojson`. The steps, so that each finds the codes it needs:
///
/// 1. areas, the units above them and their changes; from then on old codes are carried;
/// 2. schools, then every table that names areas and schools;
/// 3. residents, counted at each register, or else the tables `cohorts` and `women`.
///
/// Files are only ever opened for reading.
///
/// # Errors
/// [`ReadError`] when the project folder or a file that is there cannot be read. What is wrong
/// inside a file is a finding, and all findings are collected.
pub fn read_ward(
    project: &Path,
    named: &BTreeMap<String, String>,
    options: &ReadOptions,
) -> Result<WardData, ReadError> {
    let mut log = Log::default();
    let folder = Folder::list(project, named, &mut log)?;
    let mut reader = Reader { folder, log, files: Vec::new(), tables: Vec::new() };
    let (areas, tree_units, known) = reader.units(options)?;
    let mut known = known;
    let schools: Vec<School> =
        reader.table(&schema::SCHOOLS, &known, |open| open.schools())?.unwrap_or_default();
    if !schools.is_empty() {
        known.schools = Some(schools.iter().map(|school| school.school_code.clone()).collect());
    }
    let shapes = reader.shapes(&areas, &known)?;
    let (cohorts, women) = reader.people(&known, options)?;

    let mut read = Tables { reader: &mut reader, known: &known };
    let data = WardData {
        births: read.all(&schema::BIRTHS, |open| open.births())?,
        enrollment: read.all(&schema::ENROLLMENT, |open| open.enrollment(&schema::ENROLLMENT))?,
        actuals: read.all(&schema::ACTUALS, |open| open.enrollment(&schema::ACTUALS))?,
        classes: sorted_by(read.all(&schema::CLASSES, |open| open.classes())?, |row| {
            (row.school_year, row.school_code.clone(), row.grade)
        }),
        seats: sorted_by(read.all(&schema::SEATS, |open| open.seats())?, |row| {
            (row.school_code.clone(), row.grade)
        }),
        demand: read.some(&schema::DEMAND, |open| open.demand())?,
        distances: read
            .some(&schema::DISTANCES, |open| open.distances())?
            .map(Distances::from_pairs),
        adjacency: read
            .some(&schema::ADJACENCY, |open| open.pairs(&schema::ADJACENCY, "neighbour_code"))?
            .map(Adjacency::from_pairs),
        links: read.all(&schema::LINKS, |open| open.pairs(&schema::LINKS, "area_code_2"))?,
        current_plan: read.all(&schema::CURRENT_PLAN, |open| open.current_plan())?,
        locks: read.all(&schema::LOCKS, |open| open.locks())?,
        tree: AreaTree::new(&areas, &tree_units),
        areas,
        shapes,
        cohorts,
        women,
        schools,
        files: Vec::new(),
        tables: Vec::new(),
        findings: Vec::new(),
    };
    Ok(reader.finish(data))
}

/// Reads a table of demand from a file of its own (`--demand FILE`); areas not in `known` are
/// reported. The path of the result is the one given, with `/`.
///
/// # Errors
/// [`ReadError::File`] when the file cannot be read.
pub fn read_demand(
    path: &Path,
    known: &[Area],
) -> Result<(Vec<DemandRow>, Vec<Finding>, InputFile), ReadError> {
    let bytes = crate::folder::read(path)?;
    let file = crate::paths::shown(Path::new(""), path);
    let input = InputFile { path: file.clone(), sha256: crate::folder::sha256(&bytes) };
    let mut log = Log::default();
    let today = known.iter().map(|area| area.area_code.clone()).collect();
    let known = Known { areas: Crosswalk::new(Some(today), &[]), schools: None };
    let table = schema::DEMAND.name;
    let mut demand = Vec::new();
    if let Some(cells) = open_cells(bytes, table, &file, &mut log) {
        let mut open = Open { cells: &cells, file: &file, known: &known, log: &mut log };
        demand = open.demand().0;
    }
    Ok((demand, log.into_findings(), input))
}

/// SHA-256 of a file's bytes, hexadecimal, lower case.
///
/// # Errors
/// [`ReadError::File`] when the file cannot be read.
pub fn sha256_file(path: &Path) -> Result<String, ReadError> {
    Ok(crate::folder::sha256(&crate::folder::read(path)?))
}

fn sorted_by<T, K: Ord>(mut rows: Vec<T>, key: impl Fn(&T) -> K) -> Vec<T> {
    rows.sort_by_key(key);
    rows
}

/// The cells of a file; a file without any, or one that is not what its ending says, is reported.
fn open_cells(bytes: Vec<u8>, table: &'static str, file: &str, log: &mut Log) -> Option<Cells> {
    let place = |code| Finding::new(code).table(table).file(file);
    let cells = match format_of(file) {
        Some(format) => cells::read(&Source { table, format, bytes }),
        None => Err(Unreadable(FindingCode::UnreadableFile)),
    };
    match cells {
        Ok(Some(cells)) => Some(cells),
        Ok(None) => {
            log.add(place(FindingCode::EmptyTable));
            None
        }
        Err(Unreadable(code)) => {
            log.add(place(code));
            None
        }
    }
}

struct Reader<'a> {
    folder: Folder<'a>,
    log: Log,
    files: Vec<InputFile>,
    tables: Vec<TableCount>,
}

/// The tables that need nothing but the codes that are known.
struct Tables<'r, 'a> {
    reader: &'r mut Reader<'a>,
    known: &'r Known,
}

impl Tables<'_, '_> {
    /// The rows of a table; none where there is no such table.
    fn all<T>(
        &mut self,
        table: &'static Table,
        gather: impl FnOnce(&mut Open<'_>) -> (Vec<T>, TableCount),
    ) -> Result<Vec<T>, ReadError> {
        Ok(self.some(table, gather)?.unwrap_or_default())
    }

    /// The rows of a table, or `None` where there is no such table.
    fn some<T>(
        &mut self,
        table: &'static Table,
        gather: impl FnOnce(&mut Open<'_>) -> (Vec<T>, TableCount),
    ) -> Result<Option<Vec<T>>, ReadError> {
        self.reader.table(table, self.known, gather)
    }
}

impl Reader<'_> {
    fn cells(&mut self, table: &'static Table) -> Result<Option<(Cells, String)>, ReadError> {
        let Some((bytes, input)) = self.folder.bytes(table.name, &mut self.log)? else {
            return Ok(None);
        };
        let file = input.path.clone();
        self.files.push(input);
        let cells = open_cells(bytes, table.name, &file, &mut self.log);
        if cells.is_none() {
            self.tables.push(TableCount::new(table.name, &file));
        }
        Ok(cells.map(|cells| (cells, file)))
    }

    fn table<T>(
        &mut self,
        table: &'static Table,
        known: &Known,
        gather: impl FnOnce(&mut Open<'_>) -> (Vec<T>, TableCount),
    ) -> Result<Option<Vec<T>>, ReadError> {
        let Some((cells, file)) = self.cells(table)? else { return Ok(None) };
        let mut open = Open { cells: &cells, file: &file, known, log: &mut self.log };
        let (rows, count) = gather(&mut open);
        self.tables.push(count);
        Ok(Some(rows))
    }

    /// The areas of today, the units above them, and the codes that rows may name.
    fn units(
        &mut self,
        options: &ReadOptions,
    ) -> Result<(Vec<Area>, Vec<TreeUnit>, Known), ReadError> {
        let nothing = Known::default();
        let listed = self.table(&schema::AREAS, &nothing, |open| open.areas())?;
        let units =
            self.table(&schema::AREA_TREE, &nothing, |open| open.tree())?.unwrap_or_default();
        let changes =
            self.table(&schema::AREA_CHANGES, &nothing, |open| open.changes())?.unwrap_or_default();
        let Some(listed) = listed else {
            let table = Finding::new(FindingCode::MissingTable).table(schema::AREAS.name);
            self.log.add(table.file("data/areas.csv"));
            return Ok((Vec::new(), units, nothing));
        };
        let areas = self.areas_of_today(listed, &changes, options.as_of);
        self.report_parents(&areas, &units, &options.ward_code);
        let today: BTreeSet<AreaCode> = areas.iter().map(|area| area.area_code.clone()).collect();
        let known = Known { areas: Crosswalk::new(Some(today), &changes), schools: None };
        self.report_lost_successors(&changes, &known);
        Ok((areas, units, known))
    }

    /// Leaves out areas that have ended: before `as_of`, or by a change that names a successor.
    fn areas_of_today(
        &mut self,
        listed: Vec<Area>,
        changes: &[AreaChange],
        as_of: Option<NaiveDate>,
    ) -> Vec<Area> {
        let walk = Crosswalk::new(None, changes);
        let mut areas: Vec<Area> = Vec::new();
        for area in listed {
            let by_change = area.valid_to.is_some() && walk.is_old(&area.area_code);
            let by_date = area.valid_to.zip(as_of).is_some_and(|(end, now)| end < now);
            let place = |code| self.place(&schema::AREAS, code).column("area_code");
            if by_change || by_date {
                self.log.add_value(place(FindingCode::AreaEnded), area.area_code.as_str());
            } else if areas.last().is_some_and(|last| last.area_code == area.area_code) {
                let finding = place(FindingCode::DuplicateRow).fact("key", "area_code");
                self.log.add_value(finding, area.area_code.as_str());
                if let Some(count) =
                    self.tables.iter_mut().find(|count| count.table == schema::AREAS.name)
                {
                    count.withdraw();
                }
            } else {
                areas.push(area);
            }
        }
        areas
    }

    /// A finding about a table whose file has been opened.
    fn place(&self, table: &Table, code: FindingCode) -> Finding {
        let finding = Finding::new(code).table(table.name);
        match self.tables.iter().find(|count| count.table == table.name) {
            Some(count) => finding.file(&count.file),
            None => finding,
        }
    }

    fn report_parents(&mut self, areas: &[Area], units: &[TreeUnit], ward: &str) {
        let above: BTreeSet<&str> = units.iter().map(|unit| unit.code.as_str()).collect();
        for parent in areas.iter().filter_map(|area| area.parent_code.as_deref()) {
            if parent != ward && !above.contains(parent) {
                let finding = self.place(&schema::AREAS, FindingCode::UnknownParent);
                self.log.add_value(finding.column("parent_code"), parent);
            }
        }
    }

    fn report_lost_successors(&mut self, changes: &[AreaChange], known: &Known) {
        for change in changes {
            if let Err(FindingCode::UnknownArea) = known.areas.carry(change.new.clone(), None) {
                let finding = self.place(&schema::AREA_CHANGES, FindingCode::UnknownArea);
                self.log.add_value(finding.column("new_code"), change.new.as_str());
            }
        }
    }

    fn shapes(&mut self, areas: &[Area], known: &Known) -> Result<Vec<AreaShape>, ReadError> {
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

    /// Children and women: counted from residents where they are given, else from their tables.
    fn people(
        &mut self,
        known: &Known,
        options: &ReadOptions,
    ) -> Result<(Vec<CohortRow>, Vec<WomenRow>), ReadError> {
        let women = self.women(known, options)?;
        let given = self.cohorts(known, options)?;
        let (cohorts, counted_women, table) = match self.cells(&schema::RESIDENTS)? {
            None => (given.unwrap_or_default(), Vec::new(), &schema::COHORTS),
            Some((cells, file)) => {
                let wanted = Wanted {
                    as_of: options.as_of,
                    count_at: &options.count_at,
                    women: women.is_none(),
                };
                let counted = residents::count(&cells, &file, known, &wanted, &mut self.log)?;
                self.tables.push(counted.count);
                (counted.cohorts, counted.women, &schema::RESIDENTS)
            }
        };
        let cohorts = total_by_cell(cohorts);
        let place = self.place(table, FindingCode::CohortJump);
        checks::register_gaps(&cohorts, &place, &mut self.log);
        checks::cohort_jumps(&cohorts, &place, &mut self.log);
        Ok((cohorts, women.unwrap_or(counted_women)))
    }

    /// The table `cohorts`. Where residents are given, too, its rows are all reported.
    fn cohorts(
        &mut self,
        known: &Known,
        options: &ReadOptions,
    ) -> Result<Option<Vec<CohortRow>>, ReadError> {
        let table = &schema::COHORTS;
        let mut numbers = Vec::new();
        let rows = self.table(table, known, |open| {
            open.gather(table, |row| {
                let cohort = CohortRow {
                    area_code: need(row.area("area_code"), "area_code")?,
                    as_of: need(row.date("as_of"), "as_of")?,
                    birth_year: need(row.year("birth_year"), "birth_year")?,
                    headcount: need(row.count("headcount"), "headcount")?,
                    residence: row.residence("residence"),
                };
                numbers.push(row.number);
                Ok(cohort)
            })
        })?;
        let Some(rows) = rows else { return Ok(None) };
        let given_twice = self.folder.has(schema::RESIDENTS.name);
        let dates: BTreeSet<NaiveDate> = rows.iter().map(|row| row.as_of).collect();
        let standings = standings(&dates, options.as_of);
        let place = self.place(table, FindingCode::CohortsGivenTwice);
        let mut counted = self.tables.pop_if(|count| count.table == table.name);
        let mut registers = BTreeMap::new();
        let mut kept = Vec::new();
        for (row, number) in rows.into_iter().zip(numbers) {
            let standing = standings.get(&row.as_of).copied().unwrap_or(Standing::Far);
            let at =
                |code: FindingCode| Finding { code, severity: code.severity(), ..place.clone() };
            let refused = match standing {
                _ if given_twice => Some(at(FindingCode::CohortsGivenTwice)),
                Standing::For(year) if row.birth_year > year.0 => {
                    let code = match row.birth_year > row.as_of.year() {
                        true => FindingCode::BirthAfterRegister,
                        false => FindingCode::BornAfterRegisterYear,
                    };
                    Some(at(code).column("birth_year"))
                }
                Standing::For(year) if year.0 - row.birth_year > OLDEST_AGE.cast_signed() => {
                    Some(at(FindingCode::BeyondAgeRange).column("birth_year"))
                }
                Standing::For(year) => {
                    registers.insert(row.as_of, year);
                    kept.push(row);
                    continue;
                }
                _ => {
                    report_standing(place.clone().row(number), standing, row.as_of, &mut self.log);
                    counted.iter_mut().for_each(TableCount::withdraw);
                    continue;
                }
            };
            counted.iter_mut().for_each(TableCount::withdraw);
            self.log.add(refused.unwrap_or(place.clone()).row(number));
        }
        self.tables.extend(counted);
        let mut cohorts = total_by_cell(kept);
        scale_youngest(&mut cohorts, &registers, &place, &mut self.log);
        for row in &mut cohorts {
            if let Some(year) = registers.get(&row.as_of) {
                row.as_of = standing_date(row.as_of, *year);
            }
        }
        Ok(Some(cohorts))
    }

    /// The table `women`.
    fn women(
        &mut self,
        known: &Known,
        options: &ReadOptions,
    ) -> Result<Option<Vec<WomenRow>>, ReadError> {
        let table = &schema::WOMEN;
        let mut numbers = Vec::new();
        let rows = self.table(table, known, |open| {
            open.gather(table, |row| {
                let women = WomenRow {
                    area_code: need(row.area("area_code"), "area_code")?,
                    as_of: need(row.date("as_of"), "as_of")?,
                    headcount: need(row.count("headcount"), "headcount")?,
                };
                numbers.push(row.number);
                Ok(women)
            })
        })?;
        let Some(rows) = rows else { return Ok(None) };
        let dates: BTreeSet<NaiveDate> = rows.iter().map(|row| row.as_of).collect();
        let standings = standings(&dates, options.as_of);
        let place = self.place(table, FindingCode::RegisterDateFar);
        let mut counted = self.tables.pop_if(|count| count.table == table.name);
        let mut cells: BTreeMap<(AreaCode, NaiveDate), u32> = BTreeMap::new();
        for (row, number) in rows.into_iter().zip(numbers) {
            match standings.get(&row.as_of) {
                Some(Standing::For(year)) => {
                    let date = standing_date(row.as_of, *year);
                    *cells.entry((row.area_code, date)).or_insert(0) += row.headcount;
                }
                other => {
                    let standing = other.copied().unwrap_or(Standing::Far);
                    report_standing(place.clone().row(number), standing, row.as_of, &mut self.log);
                    counted.iter_mut().for_each(TableCount::withdraw);
                }
            }
        }
        self.tables.extend(counted);
        let rows = cells.into_iter().map(|((area_code, as_of), headcount)| WomenRow {
            area_code,
            as_of,
            headcount,
        });
        Ok(Some(rows.collect()))
    }

    fn finish(mut self, data: WardData) -> WardData {
        self.files.sort();
        self.tables.sort_by(|a, b| a.table.cmp(&b.table));
        let (files, tables) = (self.files, self.tables);
        WardData { files, tables, findings: self.log.into_findings(), ..data }
    }
}

/// One row for each area, register, birth year and residence.
fn total_by_cell(rows: Vec<CohortRow>) -> Vec<CohortRow> {
    let mut cells: BTreeMap<(AreaCode, NaiveDate, i32, Option<Residence>), u32> = BTreeMap::new();
    for row in rows {
        let cell = (row.area_code, row.as_of, row.birth_year, row.residence);
        *cells.entry(cell).or_insert(0) += row.headcount;
    }
    let rows = cells.into_iter().map(|((area_code, as_of, birth_year, residence), headcount)| {
        CohortRow { area_code, as_of, birth_year, headcount, residence }
    });
    rows.collect()
}

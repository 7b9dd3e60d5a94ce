//! Everything that is known about a ward, gathered from its tables.

use crate::ReadError;
use crate::corrections::BadRows;
use crate::coverage::CoverageRow;
use crate::crosswalk::Crosswalk;
use crate::folder::{Folder, read, sha256};
use crate::intake::Intake;
use crate::log::Log;
use crate::paths::shown;
use crate::reader::{Reader, open_cells};
use crate::rows::Known;
use crate::schema::{self, Table};
use crate::tables::Open;
use crate::text::names::AreaNames;
use crate::text::schools::SchoolNames;
use chrono::NaiveDate;
use phantuyen_model::{
    Adjacency, Adjustment, Area, AreaCode, AreaShape, AreaTree, BirthsRow, ClassesRow, CohortRow,
    ControlTotal, DemandRow, Distances, EnrollmentRow, FeederRow, Finding, HousingRow, InputFile,
    Lock, MovesRow, PlanRow, Residence, School, SeatsRow, SiblingsRow, TargetRow, WomenRow,
};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::Path;

/// The days within which a change of residence must be registered where no rule says otherwise.
const RECORDED_WITHIN: u32 = 30;

/// How to read.
#[derive(Clone, Debug)]
pub struct ReadOptions {
    /// The code of the ward, under which areas may stand directly.
    pub ward_code: String,
    /// The date of the last register, where the settings or the command line give one.
    pub as_of: Option<NaiveDate>,
    /// Of several addresses of one person, the first kind that there is counts.
    pub count_at: Vec<Residence>,
    /// Within how many days a change of residence is recorded in time.
    pub recorded_within: u32,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self {
            ward_code: String::new(),
            as_of: None,
            count_at: vec![Residence::Current, Residence::Temporary, Residence::Permanent],
            recorded_within: RECORDED_WITHIN,
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
    /// Rows with errors, for the workbooks that go back to their senders.
    pub bad_rows: BadRows,
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
    /// Children who came and went between registers, where persons can be followed.
    pub moves: Vec<MovesRow>,
    /// How complete the list of residents is, by area; empty where there is no such list.
    pub coverage: Vec<CoverageRow>,
    /// Housing to be handed over.
    pub housing: Vec<HousingRow>,
    /// Targets of the ward's plan.
    pub targets: Vec<TargetRow>,
    /// Edits of the forecast by staff.
    pub adjustments: Vec<Adjustment>,
    /// Totals of the ward set by a higher office.
    pub control_totals: Vec<ControlTotal>,
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
    /// Pupils with an older brother or sister at a school.
    pub siblings: Vec<SiblingsRow>,
    /// Where the pupils of primary schools go on to; `None` where no table says.
    pub feeders: Option<Vec<FeederRow>>,
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
    let folder = Folder::list(project, named, options.as_of, &mut log)?;
    let mut reader = Reader::new(folder, log)?;
    let (areas, tree_units, mut known) = reader.units(options)?;
    let schools: Vec<School> =
        reader.table(&schema::SCHOOLS, &known, |open| open.schools())?.unwrap_or_default();
    if !schools.is_empty() {
        known.schools = Some(schools.iter().map(|school| school.school_code.clone()).collect());
        known.school_names = SchoolNames::of(&schools, &reader.folder.intake.schools);
    }
    let shapes = reader.shapes(&areas, &known)?;
    let people = reader.people(&known, options)?;
    let as_of = options.as_of;

    let mut read = Tables { reader: &mut reader, known: &known };
    let data = WardData {
        births: read.all(&schema::BIRTHS, |open| open.births())?,
        housing: read.all(&schema::HOUSING, |open| open.housing(as_of))?,
        targets: read.all(&schema::TARGETS, |open| open.targets(as_of))?,
        adjustments: read.all(&schema::ADJUSTMENTS, |open| open.adjustments(as_of))?,
        control_totals: read.all(&schema::CONTROL_TOTALS, |open| open.control_totals(as_of))?,
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
        siblings: read.all(&schema::SIBLINGS, |open| open.siblings())?,
        feeders: read.some(&schema::FEEDERS, |open| open.feeders())?,
        tree: AreaTree::new(&areas, &tree_units),
        areas,
        shapes,
        cohorts: people.cohorts,
        women: people.women,
        moves: people.moves,
        coverage: people.coverage,
        schools,
        files: Vec::new(),
        tables: Vec::new(),
        findings: Vec::new(),
        bad_rows: BadRows::default(),
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
    let bytes = read(path)?;
    let file = shown(Path::new(""), path);
    let input = InputFile { path: file.clone(), sha256: sha256(&bytes) };
    let mut log = Log::default();
    let today = known.iter().map(|area| area.area_code.clone()).collect();
    let names = AreaNames::of(known);
    let known = Known { areas: Crosswalk::new(Some(today), &[]), names, ..Known::default() };
    let mut demand = Vec::new();
    let intake = Intake::default();
    if let Some(cells) = open_cells(&bytes, &schema::DEMAND, &file, &intake, &mut log) {
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
    Ok(sha256(&read(path)?))
}

fn sorted_by<T, K: Ord>(mut rows: Vec<T>, key: impl Fn(&T) -> K) -> Vec<T> {
    rows.sort_by_key(key);
    rows
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

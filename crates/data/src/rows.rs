//! Every row accepted or reported: the walk over a table by its schema.

use crate::TableCount;
use crate::cells::{Cells, NO_PLACE};
use crate::crosswalk::{Crosswalk, Successor};
use crate::log::Log;
use crate::schema::{Column, Kind, Table};
use crate::split;
use crate::text::names::AreaNames;
use crate::text::schools::SchoolNames;
use crate::value::Value;
use crate::walker::{Walker, told};
use chrono::NaiveDate;
use phantuyen_model::{
    AreaCode, Finding, FindingCode, Grade, Level, LockRule, Residence, SchoolCode, SchoolYear,
};
use std::cell::RefCell;
use std::collections::{BTreeSet, HashSet};

/// The codes that rows may name.
#[derive(Default)]
pub(crate) struct Known {
    pub(crate) areas: Crosswalk,
    /// The names of areas, those of former ones among them.
    pub(crate) names: AreaNames,
    /// `None` where no list of schools is given: then no code is refused.
    pub(crate) schools: Option<BTreeSet<SchoolCode>>,
    /// The names of schools.
    pub(crate) school_names: SchoolNames,
}

/// Why a row that its schema accepts is not used.
pub(crate) struct Reject {
    pub(crate) code: FindingCode,
    pub(crate) column: Option<&'static str>,
    /// What stands in the row, which must not be personal, and what could stand there.
    pub(crate) seen: Option<(String, &'static str)>,
}

impl Reject {
    /// For a fault of one column.
    pub(crate) fn at(column: &'static str, code: FindingCode) -> Self {
        Self { code, column: Some(column), seen: None }
    }

    /// For a value that cannot be; the value must not be personal.
    pub(crate) fn bad_value(column: &'static str, value: String, expected: &'static str) -> Self {
        let code = FindingCode::BadValue;
        Self { code, column: Some(column), seen: Some((value, expected)) }
    }
}

/// One row whose cells are all understood.
#[derive(Clone)]
pub(crate) struct Row<'c> {
    pub(crate) columns: &'static [Column],
    pub(crate) values: Vec<Value<'c>>,
    /// Its number as a spreadsheet counts.
    pub(crate) number: u32,
    /// Whether an area of it was carried from an old code.
    pub(crate) carried: bool,
    /// Columns whose area was written by name, with the code that the name means.
    pub(crate) named: Vec<(&'static str, AreaCode)>,
    /// Columns whose area has been split, with the areas of today and their shares.
    pub(crate) successors: Vec<(&'static str, Vec<Successor>)>,
}

macro_rules! accessors {
    ($($(#[$doc:meta])* $name:ident: $variant:ident -> $type:ty;)+) => {
        $($(#[$doc])*
        pub(crate) fn $name(&self, column: &str) -> Option<$type> {
            match self.value(column)? {
                Value::$variant(value) => Some(<$type>::clone(value)),
                _ => None,
            }
        })+
    };
}

impl<'c> Row<'c> {
    pub(crate) fn value(&self, column: &str) -> Option<&Value<'c>> {
        let place = self.columns.iter().position(|known| known.name == column)?;
        self.values.get(place)
    }

    accessors! {
        text: Text -> &'c str;
        area: Area -> AreaCode;
        school: School -> SchoolCode;
        count: Count -> u32;
        number: Number -> f64;
        year: Year -> i32;
        school_year: SchoolYear -> SchoolYear;
        date: Date -> NaiveDate;
        yes: Yes -> bool;
        female: Female -> bool;
        grade: Grade -> Grade;
        levels: Levels -> Vec<Level>;
        residence: Residence -> Residence;
        lock_rule: LockRule -> LockRule;
    }
}

/// A required cell of an accepted row. The schema has made sure that it is there; were it not,
/// the row would be reported, not lost.
pub(crate) fn need<T>(value: Option<T>, column: &'static str) -> Result<T, Reject> {
    value.ok_or(Reject::at(column, FindingCode::EmptyCell))
}

/// Walks over the rows of a table: reads each cell by its column's kind, carries old area codes,
/// refuses unknown codes and repeated keys, and hands what is left to `accept`. A row whose area
/// has been split is handed over once for each part, with its share of every count.
///
/// A row is `used` when `accept` takes it, else `reported`, and then at least one finding tells
/// why. Rows without any cell are no rows.
pub(crate) fn walk(
    table: &'static Table,
    parts: &[Cells],
    file: &str,
    known: &Known,
    log: &mut Log,
    accept: impl FnMut(&Row<'_>) -> Result<(), Reject>,
) -> TableCount {
    walk_all(table, parts, file, known, log, accept, |_| {})
}

/// [`walk`] that also shows rows with a fault, with what could be read of them.
pub(crate) fn walk_all(
    table: &'static Table,
    parts: &[Cells],
    file: &str,
    known: &Known,
    log: &mut Log,
    mut accept: impl FnMut(&Row<'_>) -> Result<(), Reject>,
    mut refused: impl FnMut(&Row<'_>),
) -> TableCount {
    let mut count = TableCount::new(table.name, file);
    let place = |code| Finding::new(code).table(table.name).file(file);
    let mut keys = HashSet::new();
    let meanings = RefCell::default();
    let mut some = false;
    for (part, cells) in parts.iter().enumerate() {
        for &number in &cells.too_long {
            log.add(place(FindingCode::RowTooLong).row(number));
            count.report();
        }
        for &number in &cells.left_out {
            log.add(place(FindingCode::RowLeftOut).row(number));
            count.report();
        }
        for sheet in &cells.other_sheets {
            log.add_value(place(FindingCode::SheetNotRead), &told(table, sheet));
        }
        let rows: Vec<usize> =
            (0..cells.numbers.len()).filter(|row| !cells.is_blank(*row)).collect();
        some |= !rows.is_empty() || !cells.too_long.is_empty() || !cells.left_out.is_empty();
        let Some(positions) = match_header(table, cells, file, log) else {
            rows.iter().for_each(|_| count.report());
            continue;
        };
        let columns = table.columns.iter().zip(&positions).filter_map(|(column, position)| {
            let place = *cells.places.get((*position)?)?;
            (place != NO_PLACE).then_some((column.name, place))
        });
        log.lay_out(table.name, file, part, columns);
        let walker = Walker { table, cells, positions, place: &place, known, meanings: &meanings };
        for row in rows {
            if let Some(code) = walker.is_no_record(row) {
                log.add(place(code).row(cells.numbers[row]));
                count.report();
                continue;
            }
            let (read, sound) = walker.read(row, &mut keys, log);
            if !sound {
                refused(&read);
                count.report();
                continue;
            }
            let verdict = split::parts(table, &read).iter().try_for_each(&mut accept);
            match verdict {
                Ok(()) => count.accept(),
                Err(reject) => {
                    refused(&read);
                    report(&reject, place(reject.code).row(read.number), log);
                    count.report();
                }
            }
        }
    }
    if !some {
        log.add(place(FindingCode::EmptyTable));
    }
    count
}

fn report(reject: &Reject, finding: Finding, log: &mut Log) {
    let finding = match reject.column {
        Some(column) => finding.column(column),
        None => finding,
    };
    match &reject.seen {
        Some((value, expected)) => log.add_value(finding.fact("expected", expected), value),
        None => log.add(finding),
    }
}

/// Where each column of the schema stands in the file; `None` when a required one is missing.
///
/// In a list of persons the first row may be no header but a person, or a title with a name in
/// it. An unknown column of such a list is told by its name only where the row has half of the
/// required columns and the cell could be a column's name, else by its place.
fn match_header(
    table: &Table,
    cells: &Cells,
    file: &str,
    log: &mut Log,
) -> Option<Vec<Option<usize>>> {
    let place = |code| Finding::new(code).table(table.name).file(file);
    let meant = &cells.meant;
    let required = table.columns.iter().filter(|column| column.required);
    let (found, absent): (Vec<&Column>, Vec<&Column>) =
        required.partition(|column| meant.contains(&Some(column.name)));
    let is_header = found.len() >= absent.len();
    let by_place = |position: usize| format!("({})", position + 1);
    let mut positions = vec![None; table.columns.len()];
    for (position, name) in cells.header.iter().enumerate() {
        let column = table.columns.iter().position(|column| meant[position] == Some(column.name));
        match column {
            Some(column) if positions[column].is_none() => {
                positions[column] = Some(position);
                let own = table.columns[column].name;
                if name != own && cells.part_of == 0 {
                    let told = format!("{name} → {own}");
                    log.add_value(place(FindingCode::ColumnBySynonym), &told);
                }
            }
            // Told with the first of the parts that are one list.
            _ if cells.part_of > 0 => {}
            _ if name.is_empty() => {
                let has_cells =
                    (0..cells.numbers.len()).any(|row| cells.get(position, row).is_some());
                if has_cells {
                    log.add_value(place(FindingCode::UnknownColumn), &by_place(position));
                }
            }
            _ if table.is_personal() && !(is_header && is_column_name(name)) => {
                log.add_value(place(FindingCode::UnknownColumn), &by_place(position));
            }
            _ => log.add_value(place(FindingCode::UnknownColumn), name),
        }
    }
    let mut complete = true;
    for columns in table.one_of {
        let has = |name: &&str| meant.contains(&Some(*name));
        if let (false, Some(first)) = (columns.iter().any(has), columns.first()) {
            log.add(place(FindingCode::MissingColumn).column(*first));
            complete = false;
        }
    }
    for (column, position) in table.columns.iter().zip(&positions) {
        if column.kind == Kind::NotUsed && position.is_some() {
            log.add_value(place(FindingCode::ColumnNotUsed), column.name);
        }
    }
    let missing = table.columns.iter().zip(&positions);
    for (column, _) in missing.filter(|(column, position)| column.required && position.is_none()) {
        log.add(place(FindingCode::MissingColumn).column(column.name));
        complete = false;
    }
    complete.then_some(positions)
}

/// Whether a cell of the header could be a column's name: ASCII letters and `_`, and not many.
fn is_column_name(text: &str) -> bool {
    const LONGEST: usize = 24;
    text.len() <= LONGEST && text.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'_')
}

//! Every row accepted or reported: the walk over a table by its schema.

use crate::TableCount;
use crate::cells::{Cells, header_name};
use crate::crosswalk::Crosswalk;
use crate::headers::columns_meant;
use crate::log::{Log, is_short_code, masked, shape};
use crate::schema::{Column, Kind, Table};
use crate::text::names::{AreaNames, Meaning};
use crate::value::{self, Value};
use chrono::NaiveDate;
use phantuyen_model::{
    AreaCode, Finding, FindingCode, Grade, Level, LockRule, RegisterYear, Residence, SchoolCode,
    SchoolYear,
};
use std::collections::{BTreeSet, HashSet};

/// The codes that rows may name.
#[derive(Default)]
pub(crate) struct Known {
    pub(crate) areas: Crosswalk,
    /// The names of areas, those of former ones among them.
    pub(crate) names: AreaNames,
    /// `None` where no list of schools is given: then no code is refused.
    pub(crate) schools: Option<BTreeSet<SchoolCode>>,
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
pub(crate) struct Row<'c> {
    columns: &'static [Column],
    values: Vec<Value<'c>>,
    /// Its number as a spreadsheet counts.
    pub(crate) number: u32,
    /// Whether an area of it was carried from an old code.
    pub(crate) carried: bool,
    /// Columns whose area was written by name, with the code that the name means.
    named: Vec<(&'static str, AreaCode)>,
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
    fn value(&self, column: &str) -> Option<&Value<'c>> {
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
/// refuses unknown codes and repeated keys, and hands what is left to `accept`.
///
/// A row is `used` when `accept` takes it, else `reported`, and then at least one finding tells
/// why. Rows without any cell are no rows.
pub(crate) fn walk(
    table: &'static Table,
    cells: &Cells,
    file: &str,
    known: &Known,
    log: &mut Log,
    mut accept: impl FnMut(&Row<'_>) -> Result<(), Reject>,
) -> TableCount {
    let mut count = TableCount::new(table.name, file);
    let place = |code| Finding::new(code).table(table.name).file(file);
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
    let rows: Vec<usize> = (0..cells.numbers.len()).filter(|row| !cells.is_blank(*row)).collect();
    if rows.is_empty() && count.rows == 0 {
        log.add(place(FindingCode::EmptyTable));
    }
    let Some(positions) = match_header(table, cells, file, log) else {
        rows.iter().for_each(|_| count.report());
        return count;
    };

    let walker = Walker { table, cells, positions, place: &place, known };
    let mut keys = HashSet::new();
    for row in rows {
        if let Some(code) = walker.is_no_record(row) {
            log.add(place(code).row(cells.numbers[row]));
            count.report();
            continue;
        }
        let accepted = walker.read(row, &mut keys, log).is_some_and(|read| {
            let verdict = accept(&read);
            if let Err(reject) = &verdict {
                let finding = place(reject.code).row(read.number);
                let finding = match reject.column {
                    Some(column) => finding.column(column),
                    None => finding,
                };
                match &reject.seen {
                    Some((value, expected)) => {
                        log.add_value(finding.fact("expected", expected), value);
                    }
                    None => log.add(finding),
                }
            }
            verdict.is_ok()
        });
        if accepted { count.accept() } else { count.report() }
    }
    count
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
    let meant = columns_meant(table, &cells.header);
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
                if name != own {
                    let told = format!("{name} → {own}");
                    log.add_value(place(FindingCode::ColumnBySynonym), &told);
                }
            }
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
    for (column, position) in table.columns.iter().zip(&positions) {
        if column.kind == Kind::NotUsed && position.is_some() {
            log.add_value(place(FindingCode::ColumnNotUsed), column.name);
        }
    }
    let missing = table.columns.iter().zip(&positions);
    let mut complete = true;
    for (column, _) in missing.filter(|(column, position)| column.required && position.is_none()) {
        log.add(place(FindingCode::MissingColumn).column(column.name));
        complete = false;
    }
    complete.then_some(positions)
}

struct Walker<'w, P> {
    table: &'static Table,
    cells: &'w Cells,
    positions: Vec<Option<usize>>,
    place: &'w P,
    known: &'w Known,
}

impl<'w, P: Fn(FindingCode) -> Finding> Walker<'w, P> {
    /// Reads a row, and reports each fault in it; `None` when there is one.
    fn read(&self, row: usize, keys: &mut HashSet<String>, log: &mut Log) -> Option<Row<'w>> {
        let number = self.cells.numbers[row];
        let fault = |code, column: &Column| (self.place)(code).row(number).column(column.name);
        let mut sound = true;
        let mut values = Vec::with_capacity(self.table.columns.len());
        for (column, position) in self.table.columns.iter().zip(&self.positions) {
            let Some(text) = position.and_then(|position| self.cells.get(position, row)) else {
                if column.required {
                    log.add(fault(FindingCode::EmptyCell, column));
                    sound = false;
                }
                values.push(Value::Empty);
                continue;
            };
            match value::read(column.kind, text) {
                Ok(value) => values.push(value),
                Err(code) => {
                    let finding = fault(code, column).fact("expected", column.kind.example());
                    log.add_value(finding, &shown(self.table, column.kind, text));
                    values.push(Value::Empty);
                    sound = false;
                }
            }
        }
        let columns = self.table.columns;
        let mut read = Row { columns, values, number, carried: false, named: Vec::new() };
        sound &= self.place_codes(&mut read, log);
        sound &= !sound || self.is_new(row, &read, keys, log);
        sound.then_some(read)
    }

    /// Whether a row is a sum over others or the header once more, and so tells of nothing itself.
    fn is_no_record(&self, row: usize) -> Option<FindingCode> {
        let cells = || {
            let places = 0..self.cells.header.len();
            places.filter_map(|place| self.cells.get(place, row).map(|text| (place, text)))
        };
        if cells().any(|(_, text)| is_sum(text)) {
            return Some(FindingCode::SumRow);
        }
        let is_title = |(place, text): (usize, &str)| {
            self.cells.header.get(place).is_some_and(|name| *name == header_name(text))
        };
        let repeats = cells().count() > 1 && cells().all(is_title);
        repeats.then_some(FindingCode::HeaderRepeated)
    }

    /// Carries old area codes to today's, and refuses codes that nobody knows.
    fn place_codes(&self, row: &mut Row<'w>, log: &mut Log) -> bool {
        let day = self.table.dated_by.and_then(|column| moment(row.value(column)?));
        let mut sound = true;
        for (column, value) in self.table.columns.iter().zip(&mut row.values) {
            let fault = |code| (self.place)(code).row(row.number).column(column.name);
            match value {
                Value::Area(written) => match self.carry(written, day) {
                    Ok(today) if today != *written => {
                        let carried = format!("{} → {today}", told(self.table, written.as_str()));
                        log.add_value(fault(FindingCode::AreaCarried), &carried);
                        row.carried = true;
                        *written = today;
                    }
                    Ok(_) => {}
                    Err(FindingCode::UnknownArea) => {
                        match self.by_name(written, day, &fault, log) {
                            Some((named, today)) => {
                                row.carried |= named != today;
                                row.named.push((column.name, named));
                                *written = today;
                            }
                            None => sound = false,
                        }
                    }
                    Err(code) => {
                        log.add_value(fault(code), &told(self.table, written.as_str()));
                        sound = false;
                    }
                },
                Value::School(code) => {
                    let schools = self.known.schools.as_ref();
                    if schools.is_some_and(|schools| !schools.contains(code)) {
                        log.add_value(fault(FindingCode::UnknownSchool), code.as_str());
                        sound = false;
                    }
                }
                _ => {}
            }
        }
        sound
    }

    /// The area of today that a row means. Where no list of areas is given every code is accepted,
    /// but not what may be a name or an id in a list of persons: codes stand in results.
    fn carry(&self, code: &AreaCode, day: Option<NaiveDate>) -> Result<AreaCode, FindingCode> {
        let unlisted = self.known.areas.today().is_none();
        if unlisted && self.table.is_personal() && !is_short_code(code.as_str()) {
            return Err(FindingCode::UnknownArea);
        }
        self.known.areas.carry(code.clone(), day)
    }

    /// The area that a cell means by name: the one it names and the one of today. Where no area is
    /// meant for certain the cell is reported, with what may have been meant.
    fn by_name(
        &self,
        written: &AreaCode,
        day: Option<NaiveDate>,
        fault: &dyn Fn(FindingCode) -> Finding,
        log: &mut Log,
    ) -> Option<(AreaCode, AreaCode)> {
        let perhaps = |codes: Vec<AreaCode>, end: &str| {
            let codes: Vec<&str> = codes.iter().map(AreaCode::as_str).collect();
            format!("{written} (→ {}{end})", codes.join(" / "))
        };
        let refused = told(self.table, written.as_str());
        match self.known.names.meaning(written.as_str()) {
            Meaning::Area(named) => match self.carry(&named, day) {
                Ok(today) => {
                    let shown = format!("{written} → {today}");
                    log.add_value(fault(FindingCode::AreaByName), &shown);
                    return Some((named, today));
                }
                Err(code) => log.add_value(fault(code), &refused),
            },
            Meaning::OneOf(codes) => {
                log.add_value(fault(FindingCode::AreaAmbiguous), &perhaps(codes, ""));
            }
            Meaning::Perhaps(codes) if codes.is_empty() || self.table.is_personal() => {
                log.add_value(fault(FindingCode::UnknownArea), &refused);
            }
            Meaning::Perhaps(codes) => {
                log.add_value(fault(FindingCode::UnknownArea), &perhaps(codes, "?"));
            }
        }
        None
    }

    /// Whether the row's key stands here for the first time: as written, an area written by name
    /// by its code.
    fn is_new(
        &self,
        row: usize,
        read: &Row<'_>,
        keys: &mut HashSet<String>,
        log: &mut Log,
    ) -> bool {
        if self.table.key.is_empty() {
            return true;
        }
        let mut key = String::new();
        for (column, position) in self.table.columns.iter().zip(&self.positions) {
            if self.table.key.contains(&column.name) {
                let named = read.named.iter().find(|(name, _)| *name == column.name);
                let written = position.and_then(|place| self.cells.get(place, row)).unwrap_or("");
                key.push_str(named.map_or(written, |(_, code)| code.as_str()));
                key.push_str(" · ");
            }
        }
        let is_new = keys.insert(key.clone());
        if !is_new {
            let finding = (self.place)(FindingCode::DuplicateRow).row(read.number);
            log.add_value(
                finding.fact("key", self.table.key.join(", ")),
                key.trim_end_matches(" · "),
            );
        }
        is_new
    }
}

/// Whether a cell says that its row is a sum: `Cộng`, `Tổng cộng`, `TC` and their like.
fn is_sum(text: &str) -> bool {
    const SUMS: [&str; 7] =
        ["cộng", "tổng", "tổng cộng", "tổng số", "tc", "cộng chung", "tổng cộng:"];
    // Most cells are short and are told by their first letter.
    text.starts_with(['c', 'C', 't', 'T']) && {
        let name = header_name(text);
        SUMS.contains(&name.trim_end_matches(':'))
    }
}

/// A value as a finding may show it.
fn shown(table: &Table, kind: Kind, text: &str) -> String {
    const LONGEST: usize = 40;
    if kind.is_personal() || (table.is_personal() && kind.is_words()) {
        shape(text)
    } else if table.is_personal() {
        masked(text)
    } else {
        text.chars().take(LONGEST).collect()
    }
}

/// A code, or the name of a sheet, as a finding about this table may show it.
fn told(table: &Table, text: &str) -> String {
    if table.is_personal() { masked(text) } else { text.to_owned() }
}

/// Whether a cell of the header could be a column's name: ASCII letters and `_`, and not many.
fn is_column_name(text: &str) -> bool {
    const LONGEST: usize = 24;
    text.len() <= LONGEST && text.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'_')
}

/// The day for which a row holds.
fn moment(value: &Value<'_>) -> Option<NaiveDate> {
    match value {
        Value::Date(day) => Some(*day),
        Value::Year(year) => Some(RegisterYear(*year).date()),
        // Every school year opens on 5 September.
        Value::SchoolYear(year) => NaiveDate::from_ymd_opt(year.0, 9, 5),
        _ => None,
    }
}

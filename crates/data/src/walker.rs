//! One row of a table, cell by cell: read, its codes placed, its key new.

use crate::cells::{Cells, NO_PLACE, header_name};
use crate::crosswalk::Successor;
use crate::log::{Log, is_short_code, masked, shape};
use crate::rows::{Known, Row};
use crate::schema::{Column, Kind, Table};
use crate::split::{self, Way};
use crate::text::names::Meaning;
use crate::value::{self, Value};
use chrono::NaiveDate;
use phantuyen_model::{AreaCode, Finding, FindingCode, RegisterYear};
use std::cell::RefCell;
use std::collections::{BTreeMap, HashSet};

pub(crate) struct Walker<'w, P> {
    pub(crate) table: &'static Table,
    pub(crate) cells: &'w Cells,
    pub(crate) positions: Vec<Option<usize>>,
    pub(crate) place: &'w P,
    pub(crate) known: &'w Known,
    /// What names meant that were met before.
    pub(crate) meanings: &'w RefCell<BTreeMap<String, Meaning>>,
}

impl<'w, P: Fn(FindingCode) -> Finding> Walker<'w, P> {
    /// Reads a row, and reports each fault in it. The row has what could be read; the flag tells
    /// whether that is all.
    pub(crate) fn read(
        &self,
        row: usize,
        keys: &mut HashSet<String>,
        log: &mut Log,
    ) -> (Row<'w>, bool) {
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
        let mut read = Row {
            columns,
            values,
            number,
            carried: false,
            named: Vec::new(),
            successors: Vec::new(),
        };
        sound &= self.place_codes(&mut read, log);
        sound &= !sound || self.is_new(row, &read, keys, log);
        (read, sound)
    }

    /// Whether a row is a sum over others or the header once more, and so tells of nothing itself.
    pub(crate) fn is_no_record(&self, row: usize) -> Option<FindingCode> {
        let cells = || {
            let own = |place: &usize| self.cells.places[*place] != NO_PLACE;
            let places = (0..self.cells.header.len()).filter(own);
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
                Value::Area(written) => {
                    let meant = match self.carry(written, day) {
                        Ok(today) => Some((written.clone(), today)),
                        Err(FindingCode::UnknownArea) => {
                            let named = self.by_name(written, day, &fault, log);
                            row.named
                                .extend(named.iter().map(|(code, _)| (column.name, code.clone())));
                            named
                        }
                        Err(code) => {
                            log.add_value(fault(code), &told(self.table, written.as_str()));
                            None
                        }
                    };
                    let Some((named, today)) = meant else {
                        sound = false;
                        continue;
                    };
                    match self.succeed(&named, today, &fault, log) {
                        Some((code, successors)) => {
                            row.carried |= code != named || !successors.is_empty();
                            *written = code;
                            if !successors.is_empty() {
                                row.successors.push((column.name, successors));
                            }
                        }
                        None => sound = false,
                    }
                }
                Value::School(code) => {
                    let schools = self.known.schools.as_ref();
                    if schools.is_some_and(|schools| !schools.contains(code)) {
                        match self.known.school_names.get(code.as_str()) {
                            Some(named) => {
                                let shown = format!("{code} → {named}");
                                log.add_value(fault(FindingCode::SchoolByName), &shown);
                                *code = named;
                            }
                            None => {
                                log.add_value(fault(FindingCode::UnknownSchool), code.as_str());
                                sound = false;
                            }
                        }
                    }
                }
                _ => {}
            }
        }
        sound
    }

    /// The areas of today that a row means, with their shares. Where no list of areas is given every
    /// code is accepted, but not what may be a name or an id in a list of persons: codes stand in
    /// results.
    fn carry(
        &self,
        code: &AreaCode,
        day: Option<NaiveDate>,
    ) -> Result<Vec<Successor>, FindingCode> {
        let unlisted = self.known.areas.today().is_none();
        if unlisted && self.table.is_personal() && !is_short_code(code.as_str()) {
            return Err(FindingCode::UnknownArea);
        }
        self.known.areas.carry(code.clone(), day)
    }

    /// What a row's area becomes: one area of today, or several between which the row is shared.
    /// `None` where the table cannot be shared; that is then told.
    fn succeed(
        &self,
        named: &AreaCode,
        today: Vec<Successor>,
        fault: &dyn Fn(FindingCode) -> Finding,
        log: &mut Log,
    ) -> Option<(AreaCode, Vec<Successor>)> {
        let from = told(self.table, named.as_str());
        if let [Successor { code, share }] = today.as_slice()
            && split::is_whole(*share)
        {
            if code != named {
                log.add_value(fault(FindingCode::AreaCarried), &format!("{from} → {code}"));
            }
            return Some((code.clone(), Vec::new()));
        }
        if split::way(self.table) == Way::Never {
            log.add_value(fault(FindingCode::AreaSplit), &from);
            return None;
        }
        let parts: Vec<String> =
            today.iter().map(|to| format!("{} {:.3}", to.code, to.share)).collect();
        let shown = format!("{from} → {}", parts.join(" + "));
        log.add_value(fault(FindingCode::AreaShared), &shown);
        let kept: f64 = today.iter().map(|to| to.share).sum();
        if !split::is_whole(kept) && split::way(self.table) != Way::Copy {
            log.add_value(fault(FindingCode::AreaPartLost), &format!("{from} ({:.3})", 1.0 - kept));
        }
        Some((named.clone(), today))
    }

    /// The area that a cell means by name: the one it names and those of today. Where no area is
    /// meant for certain the cell is reported, with what may have been meant. In a list of persons
    /// the cell may be an address, of which one part names the area.
    fn by_name(
        &self,
        written: &AreaCode,
        day: Option<NaiveDate>,
        fault: &dyn Fn(FindingCode) -> Finding,
        log: &mut Log,
    ) -> Option<(AreaCode, Vec<Successor>)> {
        let perhaps = |codes: Vec<AreaCode>, end: &str| {
            let codes: Vec<&str> = codes.iter().map(AreaCode::as_str).collect();
            format!("{written} (→ {}{end})", codes.join(" / "))
        };
        let refused = told(self.table, written.as_str());
        let mut name = written.as_str().to_owned();
        let mut meaning = self.meaning(&name);
        if self.table.is_personal() && !matches!(meaning, Meaning::Area(_)) {
            let parts = name.split([',', ';', '-', '–']).map(str::trim);
            let named: BTreeMap<AreaCode, String> = parts
                .filter(|part| !part.is_empty())
                .filter_map(|part| match self.meaning(part) {
                    // A number alone is that of a house.
                    Meaning::Area(code) if part.contains(char::is_alphabetic) => {
                        Some((code, part.to_owned()))
                    }
                    _ => None,
                })
                .collect();
            if let (1, Some((code, part))) = (named.len(), named.into_iter().next()) {
                meaning = Meaning::Area(code);
                name = part;
            }
        }
        match meaning {
            Meaning::Area(named) => match self.carry(&named, day) {
                Ok(today) => {
                    let to =
                        today.iter().map(|to| to.code.as_str()).collect::<Vec<_>>().join(" + ");
                    log.add_value(fault(FindingCode::AreaByName), &format!("{name} → {to}"));
                    return Some((named, today));
                }
                Err(code) => log.add_value(fault(code), &refused),
            },
            Meaning::OneOf(_) if self.table.is_personal() => {
                log.add_value(fault(FindingCode::AreaAmbiguous), &refused);
            }
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

    /// What a name means; the same name is looked up once.
    fn meaning(&self, written: &str) -> Meaning {
        if let Some(known) = self.meanings.borrow().get(written) {
            return known.clone();
        }
        let meaning = self.known.names.meaning(written);
        self.meanings.borrow_mut().insert(written.to_owned(), meaning.clone());
        meaning
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
pub(crate) fn told(table: &Table, text: &str) -> String {
    if table.is_personal() { masked(text) } else { text.to_owned() }
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

//! The list of residents, counted into cohorts. **Personal data ends here**: nothing in this file
//! has `Debug`, and what leaves it is head counts and findings about places in the file.

use crate::cells::Cells;
use crate::count::{Heads, RESIDENCES, scale_youngest};
use crate::coverage::{Coverage, CoverageRow, SCHOOL_AGES};
use crate::crosswalk::Successor;
use crate::log::{Log, shape};
use crate::moves::{self, Whereabouts};
use crate::persons::{Identity, Persons, Sureness};
use crate::registers::{self, Standing};
use crate::rows::{Known, Reject, Row, need, walk_all};
use crate::schema::RESIDENTS;
use crate::split::largest_remainder;
use crate::standing;
use crate::{ReadError, TableCount};
use chrono::{Datelike, NaiveDate};
use phantuyen_model::{
    AreaCode, CohortRow, Finding, FindingCode, MovesRow, OLDEST_AGE, RegisterYear, Residence,
    WomenRow,
};
use polars::prelude::PolarsResult;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

/// The ages of women by whom most children are born.
const WOMEN: RangeInclusive<i32> = 20..=39;

/// Rows that carry a date from which it is taken for the date of a list and may be told. A date
/// of few rows may be of their birth, under the wrong column.
const ROWS_OF_A_LIST: usize = 10;

/// What is counted, and how.
pub(crate) struct Wanted<'a> {
    pub(crate) as_of: Option<NaiveDate>,
    /// Which of several addresses of one person counts, the first that there is.
    pub(crate) count_at: &'a [Residence],
    /// Whether women are counted, too.
    pub(crate) women: bool,
    /// Within how many days a change is recorded in time.
    pub(crate) recorded_within: u32,
}

/// What is left of a list of residents: head counts.
pub(crate) struct Counted {
    pub(crate) cohorts: Vec<CohortRow>,
    pub(crate) women: Vec<WomenRow>,
    pub(crate) moves: Vec<MovesRow>,
    pub(crate) count: TableCount,
    pub(crate) coverage: Vec<CoverageRow>,
}

/// When a person lived at an address.
#[derive(Clone, Copy)]
enum Presence {
    /// On the day of a list.
    On(NaiveDate),
    /// From a day on, before another; open where absent.
    Stay(Option<NaiveDate>, Option<NaiveDate>),
    /// Neither is told: the list is of the date that the user gives.
    Untold,
}

/// One row: one person at one address.
struct Resident {
    row: u32,
    /// Rows of one person share the number; it means nothing outside this file.
    person: u32,
    born: Option<NaiveDate>,
    birth_year: i32,
    area: AreaCode,
    female: bool,
    residence: Option<Residence>,
    presence: Presence,
    /// Why the person is not counted, where the list says that.
    gone: Option<FindingCode>,
    /// Whether the list says something of the person that nobody knows to read.
    strange: bool,
    happened: Option<NaiveDate>,
    recorded: Option<NaiveDate>,
}

/// Counts the residents.
///
/// A row is *used* when it counts at one register at least, as a child of 0 to 17 or among women
/// of 20 to 39; otherwise it is *reported*, under the fault found in it, or as outside all
/// registers, as the second address of a person, or as beyond the ages that are counted.
pub(crate) fn count(
    cells: &[Cells],
    file: &str,
    known: &Known,
    wanted: &Wanted<'_>,
    log: &mut Log,
) -> Result<Counted, ReadError> {
    let mut persons = Persons::default();
    let mut identities = Vec::new();
    let mut residents = Vec::new();
    let mut split = Splits::new();
    let mut refused: Vec<(Option<AreaCode>, Option<i32>)> = Vec::new();
    let accept = |row: &Row<'_>| {
        let (resident, identity) = resident(row, &mut persons, &mut split)?;
        residents.push(resident);
        identities.push(identity);
        Ok(())
    };
    let mut count = walk_all(&RESIDENTS, cells, file, known, log, accept, |row| {
        let born = row.date("birth_date").map(|date| date.year());
        let area = row
            .area("area_code")
            .filter(|area| known.areas.today().is_some_and(|today| today.contains(area)));
        refused.push((
            area,
            born.or_else(|| row.year("birth_date")).or_else(|| row.year("birth_year")),
        ));
    });

    let place = Finding::new(FindingCode::BeyondAgeRange).table(RESIDENTS.name).file(file);
    let coverage = Coverage::default();
    let mut counter = Counter {
        wanted,
        place,
        log,
        count: &mut count,
        registers: Vec::new(),
        years: Vec::new(),
        split,
        coverage,
    };
    counter.tell_persons(&persons, &identities, &mut residents);
    drop((persons, identities));
    let present = counter.presences(&mut residents);
    counter.cover_refused(&refused);
    let heads = counter.heads(&residents, &present).map_err(ReadError::Count)?;
    let coverage = counter.coverage.into_rows();
    let (cohorts, women, moves) = heads;
    Ok(Counted { cohorts, women, moves, count, coverage })
}

/// The areas of today, with their shares, of an area that was split.
type Splits = BTreeMap<AreaCode, Vec<Successor>>;

/// The name under which the people of an area that was split are counted until the cohort is
/// shared: no area of today has it.
fn split_name(area: &AreaCode, to: &[Successor]) -> AreaCode {
    let parts: Vec<String> = to.iter().map(|to| format!("{}:{}", to.code, to.share)).collect();
    AreaCode::new(format!("{area} ⇒ {}", parts.join(" + ")))
}

/// When a person was born: the date, and the year.
fn birth(row: &Row<'_>) -> Result<(Option<NaiveDate>, i32), Reject> {
    if let Some(date) = row.date("birth_date") {
        return Ok((Some(date), date.year()));
    }
    let year = row.year("birth_date").or_else(|| row.year("birth_year"));
    let year = year.ok_or(Reject::at("birth_date", FindingCode::BirthMissing))?;
    // Day and month in columns of their own; 0 or nothing where only the year is known.
    let part = |name| row.count(name).filter(|part| *part > 0);
    match (part("birth_day"), part("birth_month")) {
        (Some(day), Some(month)) => {
            let date = NaiveDate::from_ymd_opt(year, month, day);
            date.map(|date| (Some(date), year))
                .ok_or(Reject::at("birth_day", FindingCode::BirthImpossible))
        }
        _ => Ok((None, year)),
    }
}

fn resident(
    row: &Row<'_>,
    persons: &mut Persons,
    split: &mut Splits,
) -> Result<(Resident, Identity), Reject> {
    let (born, birth_year) = birth(row)?;
    let (arrived, left) = (row.date("arrived"), row.date("left"));
    let presence = match row.date("as_of") {
        Some(_) if arrived.is_some() || left.is_some() => {
            return Err(Reject::at("as_of", FindingCode::MixedRegisterForms));
        }
        Some(date) => Presence::On(date),
        None if arrived.is_none() && left.is_none() => Presence::Untold,
        None => Presence::Stay(arrived, left),
    };
    if matches!((arrived, left), (Some(arrived), Some(left)) if left < arrived) {
        return Err(Reject::at("left", FindingCode::LeftBeforeArrived));
    }
    let sex = row.female("sex").or_else(|| {
        let marked = row.columns.iter().any(|column| column.name == "female");
        row.yes("female").filter(|_| marked)
    });
    let parts = [row.text("family_name"), row.text("given_name")];
    let joined = parts.iter().flatten().copied().collect::<Vec<_>>().join(" ");
    let name = row.text("full_name").or((!joined.is_empty()).then_some(joined.as_str()));
    let id = row.text("person_id");
    if id.is_none() && name.is_none() {
        return Err(Reject::at("person_id", FindingCode::EmptyCell));
    }
    let identity = persons.note(id, name, born, sex);
    let mut area = need(row.area("area_code"), "area_code")?;
    if let Some((_, successors)) = row.successors.first() {
        area = split_name(&area, successors);
        split.entry(area.clone()).or_insert_with(|| successors.clone());
    }
    let marks = || ["event", "status"].into_iter().filter_map(|name| row.text(name));
    let gone = marks().find_map(standing::gone);
    let strange = gone.is_none() && marks().any(|words| !standing::is_here(words));
    let resident = Resident {
        row: row.number,
        person: identity.person,
        born,
        birth_year,
        area,
        female: sex.unwrap_or(false),
        residence: row.residence("residence"),
        presence,
        gone,
        strange,
        happened: left.or(arrived),
        recorded: row.date("recorded"),
    };
    Ok((resident, identity))
}

struct Counter<'c, 'w> {
    wanted: &'c Wanted<'w>,
    place: Finding,
    log: &'c mut Log,
    count: &'c mut TableCount,
    /// The registers, as dates and as years, in order.
    registers: Vec<NaiveDate>,
    years: Vec<RegisterYear>,
    split: Splits,
    coverage: Coverage,
}

impl Counter<'_, '_> {
    /// Says which rows are of one person by name alone, and takes out those of whom nobody can say
    /// who they are, and those of people who are dead, have moved or live elsewhere.
    fn tell_persons(
        &mut self,
        persons: &Persons,
        identities: &[Identity],
        residents: &mut Vec<Resident>,
    ) {
        if persons.padded > 0 {
            let finding = self.finding(FindingCode::IdZerosLost).column("person_id");
            self.log.add(finding.count(persons.padded));
        }
        let all = std::mem::take(residents);
        for (mut resident, identity) in all.into_iter().zip(identities) {
            let (person, sure) = persons.settle(identity);
            resident.person = person;
            let row = resident.row;
            if let Some(recorded) = resident.recorded {
                let happened = resident.happened.or(resident.born);
                if let Some(happened) = happened {
                    let area = self.area_told(&resident.area);
                    let within = self.wanted.recorded_within;
                    self.coverage.change(area.as_ref(), happened, recorded, within);
                }
            }
            if resident.strange {
                let finding = self.finding(FindingCode::StatusUnknown).row(row);
                self.log.add(finding.column("status"));
            }
            match sure {
                _ if resident.gone.is_some() => {}
                Sureness::Unclear => {
                    self.reject(&resident, FindingCode::PersonUnclear, Some("person_id"));
                    continue;
                }
                Sureness::ByName => {
                    let finding = self.finding(FindingCode::SamePersonByName).row(row);
                    self.log.add(finding.column("full_name"));
                }
                Sureness::Perhaps => {
                    let finding = self.finding(FindingCode::PerhapsSamePerson).row(row);
                    self.log.add(finding.column("full_name"));
                }
                Sureness::Sure => {}
            }
            residents.push(resident);
        }
    }

    /// An area as it may be told: none for one that was split.
    fn area_told(&self, area: &AreaCode) -> Option<AreaCode> {
        (!self.split.contains_key(area)).then(|| area.clone())
    }

    /// Whether a year of birth is that of a child of school age at the last register.
    fn is_of_school_age(&self, birth_year: i32) -> bool {
        self.years.last().is_some_and(|last| SCHOOL_AGES.contains(&(last.0 - birth_year)))
    }

    /// Rows with a fault are children not accounted for, unless they tell another age.
    fn cover_refused(&mut self, refused: &[(Option<AreaCode>, Option<i32>)]) {
        for (area, born) in refused {
            if born.is_none_or(|born| self.is_of_school_age(born)) {
                self.coverage.child(area.as_ref(), false);
            }
        }
    }

    fn finding(&self, code: FindingCode) -> Finding {
        Finding { code, severity: code.severity(), ..self.place.clone() }
    }

    /// An accepted row turns out not to count.
    fn reject(&mut self, resident: &Resident, code: FindingCode, column: Option<&str>) {
        let finding = self.finding(code).row(resident.row);
        self.log.add(match column {
            Some(column) => finding.column(column),
            None => finding,
        });
        self.count.withdraw();
    }

    /// For each resident the registers (by their place) in which the row stands. Rows that can
    /// stand in none are reported here and taken out of the list.
    fn presences(&mut self, residents: &mut Vec<Resident>) -> Vec<Vec<u32>> {
        let gone: Vec<Resident> = residents.extract_if(.., |r| r.gone.is_some()).collect();
        let present = self.of_those_here(residents);
        for resident in gone {
            if let Some(code) = resident.gone {
                self.reject(&resident, code, Some("status"));
                if self.is_of_school_age(resident.birth_year) {
                    let area = self.area_told(&resident.area);
                    self.coverage.child(area.as_ref(), true);
                }
            }
        }
        present
    }

    fn of_those_here(&mut self, residents: &mut Vec<Resident>) -> Vec<Vec<u32>> {
        let stays = residents.iter().any(|r| matches!(r.presence, Presence::Stay(..)));
        let snapshots = residents.iter().any(|r| matches!(r.presence, Presence::On(_)));
        let all = std::mem::take(residents);
        if stays && snapshots {
            for resident in &all {
                self.reject(resident, FindingCode::MixedRegisterForms, Some("as_of"));
            }
            return Vec::new();
        }
        if stays { self.of_stays(all, residents) } else { self.of_snapshots(all, residents) }
    }

    fn of_snapshots(&mut self, all: Vec<Resident>, kept: &mut Vec<Resident>) -> Vec<Vec<u32>> {
        let snapshots = all.iter().any(|r| matches!(r.presence, Presence::On(_)));
        let date_of = |resident: &Resident| match resident.presence {
            Presence::On(date) => Some(date),
            // A list without any date is of the day that the user gives.
            _ if !snapshots => self.wanted.as_of,
            _ => None,
        };
        let dated: Vec<Option<NaiveDate>> = all.iter().map(date_of).collect();
        let mut carriers: BTreeMap<NaiveDate, usize> = BTreeMap::new();
        for date in dated.iter().flatten() {
            *carriers.entry(*date).or_insert(0) += 1;
        }
        let dates: BTreeSet<NaiveDate> = carriers.keys().copied().collect();
        let standings = registers::standings(&dates, self.wanted.as_of);
        let standing_of = |date: &NaiveDate| match standings.get(date) {
            Some(Standing::For(year)) => Some((*year, *date)),
            _ => None,
        };
        let registers: BTreeMap<RegisterYear, NaiveDate> =
            dates.iter().filter_map(standing_of).collect();
        self.set_registers(registers);

        let mut present = Vec::new();
        for (resident, date) in all.into_iter().zip(dated) {
            let Some(date) = date else {
                let code = match snapshots {
                    true => FindingCode::EmptyCell,
                    false => FindingCode::RegisterDateMissing,
                };
                self.reject(&resident, code, Some("as_of"));
                continue;
            };
            let standing = standings.get(&date).copied().unwrap_or(Standing::Far);
            let Standing::For(year) = standing else {
                let place = self.place.clone().row(resident.row);
                let is_list = carriers.get(&date).is_some_and(|rows| *rows >= ROWS_OF_A_LIST);
                let told = date.to_string();
                let told = if is_list { told } else { shape(&told) };
                registers::report_standing(place, standing, &told, self.log);
                self.count.withdraw();
                continue;
            };
            if resident.born.is_some_and(|born| born > date) || resident.birth_year > date.year() {
                self.reject(&resident, FindingCode::BirthAfterRegister, Some("birth_date"));
            } else if resident.birth_year > year.0 {
                self.reject(&resident, FindingCode::BornAfterRegisterYear, Some("birth_date"));
            } else {
                present.push(self.places(|register, _| register == year));
                kept.push(resident);
            }
        }
        present
    }

    fn of_stays(&mut self, all: Vec<Resident>, kept: &mut Vec<Resident>) -> Vec<Vec<u32>> {
        let ends = |resident: &Resident| match resident.presence {
            Presence::Stay(arrived, left) => (arrived, left),
            _ => (None, None),
        };
        // Departures may lie in the future, or decades ahead by a slip of the pen.
        let latest = all.iter().filter_map(|resident| ends(resident).0).max();
        let Some(last) = self.wanted.as_of.or(latest) else {
            for resident in &all {
                self.reject(resident, FindingCode::RegisterDateMissing, Some("as_of"));
            }
            return Vec::new();
        };
        let departures = all.iter().filter_map(|resident| ends(resident).1);
        self.set_registers(registers::from_stays(departures, last));
        self.tell_registers(last);

        let Some(&end) = self.registers.last() else { return Vec::new() };
        let mut present = Vec::new();
        for resident in all {
            let (arrived, left) = ends(&resident);
            let unborn = |date: NaiveDate, year: RegisterYear| {
                resident.birth_year > year.0 || resident.born.is_some_and(|born| born > date)
            };
            let places = self.places(|year, date| {
                !unborn(date, year)
                    && arrived.is_none_or(|arrived| arrived <= date)
                    && left.is_none_or(|left| date < left)
            });
            let born_too_late =
                resident.born.map_or(resident.birth_year > end.year(), |born| born > end);
            if !places.is_empty() {
                present.push(places);
                kept.push(resident);
            } else if born_too_late && arrived.is_none_or(|arrived| arrived <= end) {
                self.reject(&resident, FindingCode::BirthAfterRegister, Some("birth_date"));
            } else {
                self.reject(&resident, FindingCode::OutsideRegisters, None);
            }
        }
        present
    }

    /// Says which registers were taken from the stays, since nothing in the file names them.
    fn tell_registers(&mut self, last: NaiveDate) {
        if self.wanted.as_of.is_none() {
            let finding = self.finding(FindingCode::RegisterDateTaken).column("arrived");
            self.log.add(finding.fact("date", last));
        }
        let (Some(first), Some(end)) = (self.registers.first(), self.registers.last()) else {
            return;
        };
        let registers = u64::try_from(self.registers.len()).unwrap_or(u64::MAX);
        let finding = self.finding(FindingCode::RegistersFromStays).count(registers);
        self.log.add(finding.fact("first", first).fact("last", end));
    }

    fn set_registers(&mut self, registers: BTreeMap<RegisterYear, NaiveDate>) {
        (self.years, self.registers) = registers.into_iter().unzip();
    }

    /// The places of the registers that satisfy a condition.
    fn places(&self, holds: impl Fn(RegisterYear, NaiveDate) -> bool) -> Vec<u32> {
        let registers = self.years.iter().zip(&self.registers).zip(0..);
        registers
            .filter(|((year, date), _)| holds(**year, **date))
            .map(|(_, place)| place)
            .collect()
    }

    /// Decides which row counts for each person and register, and adds up.
    fn heads(
        &mut self,
        residents: &[Resident],
        present: &[Vec<u32>],
    ) -> PolarsResult<(Vec<CohortRow>, Vec<WomenRow>, Vec<MovesRow>)> {
        let areas: Vec<AreaCode> = {
            let set: BTreeSet<&AreaCode> = residents.iter().map(|r| &r.area).collect();
            set.into_iter().cloned().collect()
        };
        let (mut children, mut women) = (Heads::default(), Heads::default());
        let mut whereabouts = Vec::new();
        let chosen = self.one_address_each(residents, present);
        for ((resident, registers), standing_at) in residents.iter().zip(&chosen).zip(present) {
            let area = areas.binary_search(&resident.area).unwrap_or(usize::MAX);
            let area = u32::try_from(area).unwrap_or(u32::MAX);
            let last =
                self.registers.len().checked_sub(1).and_then(|last| u32::try_from(last).ok());
            let here = last.is_some_and(|last| standing_at.contains(&last));
            if here && self.is_of_school_age(resident.birth_year) {
                let area = self.area_told(&resident.area);
                self.coverage.child(area.as_ref(), true);
            }
            let mut used = false;
            for &register in registers {
                let place = usize::try_from(register).unwrap_or(usize::MAX);
                let age = self.years[place].0 - resident.birth_year;
                if (0..=OLDEST_AGE.cast_signed()).contains(&age) {
                    let residence = residence_number(resident.residence);
                    children.add(area, register, resident.birth_year, residence);
                    whereabouts.push(Whereabouts {
                        person: resident.person,
                        register,
                        area,
                        birth_year: resident.birth_year,
                    });
                    used = true;
                } else if self.wanted.women && resident.female && WOMEN.contains(&age) {
                    women.add(area, register, 0, 0);
                    used = true;
                }
            }
            if !used {
                match registers.is_empty() {
                    // Told by `one_address_each`.
                    true => self.count.withdraw(),
                    false => self.reject(resident, FindingCode::BeyondAgeRange, None),
                }
            }
        }
        let cohorts = children.cohorts(&areas, &self.registers)?;
        let women = women.women(&areas, &self.registers)?;
        let mut cohorts =
            shared(cohorts, &self.split, |row| (&mut row.area_code, &mut row.headcount));
        let mut women = shared(women, &self.split, |row| (&mut row.area_code, &mut row.headcount));
        let by_date: BTreeMap<NaiveDate, RegisterYear> =
            self.registers.iter().copied().zip(self.years.iter().copied()).collect();
        scale_youngest(&mut cohorts, &by_date, &self.place, self.log);
        let dates = cohorts.iter_mut().map(|row| &mut row.as_of);
        for date in dates.chain(women.iter_mut().map(|row| &mut row.as_of)) {
            if let Some(year) = by_date.get(date) {
                *date = registers::standing_date(*date, *year);
            }
        }
        let unknown = |area: u32| {
            let area = usize::try_from(area).ok().and_then(|place| areas.get(place));
            area.is_some_and(|area| self.split.contains_key(area))
        };
        Ok((cohorts, women, moves::count(whereabouts, &areas, &self.years, unknown)))
    }

    /// Per person and register exactly one row counts: the first kind of residence in `count_at`
    /// that there is, of equals the address taken up last (then the order of codes, so that the
    /// order of rows decides nothing). Returns for each row the registers it counts in.
    fn one_address_each(&mut self, residents: &[Resident], present: &[Vec<u32>]) -> Vec<Vec<u32>> {
        let last = self.wanted.count_at.len();
        let rank = |resident: &Resident| {
            let mut kinds = self.wanted.count_at.iter();
            let kind = kinds.position(|kind| Some(*kind) == resident.residence).unwrap_or(last);
            let arrived = match resident.presence {
                Presence::Stay(arrived, _) => arrived,
                _ => None,
            };
            (kind, Reverse(arrived))
        };
        let mut order: Vec<usize> = (0..residents.len()).collect();
        order.sort_by_cached_key(|at| {
            let resident = &residents[*at];
            let same = (&resident.area, resident.birth_year, resident.female, resident.row);
            (resident.person, rank(resident), same)
        });
        let mut chosen = vec![Vec::new(); residents.len()];
        let mut losers = Vec::new();
        for rows in order.chunk_by(|a, b| residents[*a].person == residents[*b].person) {
            let mut taken: BTreeSet<u32> = BTreeSet::new();
            for &at in rows {
                let free = present[at].iter().copied().filter(|register| taken.insert(*register));
                chosen[at] = free.collect();
                if chosen[at].len() < present[at].len() {
                    losers.push(at);
                }
            }
        }
        for at in losers {
            let finding = self.finding(FindingCode::SamePersonTwice).row(residents[at].row);
            self.log.add(finding.column("person_id"));
        }
        chosen
    }
}

/// Counts of areas that were split, shared between the areas of today: each cell by largest
/// remainder, so that nobody is lost.
fn shared<T: Clone>(
    rows: Vec<T>,
    split: &Splits,
    parts: impl Fn(&mut T) -> (&mut AreaCode, &mut u32),
) -> Vec<T> {
    let mut out = Vec::with_capacity(rows.len());
    for mut row in rows {
        let (area, count) = parts(&mut row);
        let Some(successors) = split.get(area) else {
            out.push(row);
            continue;
        };
        let shares: Vec<f64> = successors.iter().map(|to| to.share).collect();
        let counts = largest_remainder(*count, &shares);
        for (to, count) in successors.iter().zip(counts).filter(|(_, count)| *count > 0) {
            let mut part = row.clone();
            let (area, headcount) = parts(&mut part);
            (*area, *headcount) = (to.code.clone(), count);
            out.push(part);
        }
    }
    out
}

fn residence_number(residence: Option<Residence>) -> u32 {
    let place = residence.and_then(|kind| RESIDENCES.iter().position(|known| *known == kind));
    place.and_then(|place| u32::try_from(place + 1).ok()).unwrap_or(0)
}

//! Children and women as the ward's tables give them, register by register.

use crate::count::scale_youngest;
use crate::coverage::CoverageRow;
use crate::reader::Reader;
use crate::registers::{Standing, report_standing, standing_date, standings};
use crate::residents::{self, Wanted};
use crate::rows::{Known, need};
use crate::{ReadError, ReadOptions, TableCount, checks, schema};
use chrono::{Datelike, NaiveDate};
use phantuyen_model::{
    AreaCode, CohortRow, Finding, FindingCode, MovesRow, OLDEST_AGE, RegisterYear, Residence,
    WomenRow,
};
use std::collections::{BTreeMap, BTreeSet};

/// Who lives in the ward, as head counts.
pub(crate) struct People {
    pub(crate) cohorts: Vec<CohortRow>,
    pub(crate) women: Vec<WomenRow>,
    /// None where no list of persons is given.
    pub(crate) moves: Vec<MovesRow>,
    /// How complete the list of persons is.
    pub(crate) coverage: Vec<CoverageRow>,
}

impl Reader<'_> {
    /// Children and women: counted from residents where they are given, else from their tables.
    pub(crate) fn people(
        &mut self,
        known: &Known,
        options: &ReadOptions,
    ) -> Result<People, ReadError> {
        let women = self.women(known, options)?;
        let given = self.cohorts(known, options)?;
        let mut coverage = Vec::new();
        let (cohorts, counted_women, moves, table) = match self.cells(&schema::RESIDENTS)? {
            None => (given.unwrap_or_default(), Vec::new(), Vec::new(), &schema::COHORTS),
            Some((cells, file)) => {
                let wanted = Wanted {
                    as_of: options.as_of,
                    count_at: &options.count_at,
                    women: women.is_none(),
                    recorded_within: options.recorded_within,
                };
                let counted = residents::count(&cells, &file, known, &wanted, &mut self.log)?;
                self.keep_bad_rows(&schema::RESIDENTS, &cells, &file, known);
                self.tables.push(counted.count);
                coverage = counted.coverage;
                (counted.cohorts, counted.women, counted.moves, &schema::RESIDENTS)
            }
        };
        let cohorts = total_by_cell(cohorts);
        let place = self.place(table, FindingCode::CohortJump);
        checks::register_gaps(&cohorts, &place, &mut self.log);
        checks::cohort_jumps(&cohorts, &place, &mut self.log);
        if let Some(today) = known.areas.today() {
            checks::areas_without_children(&cohorts, today, &place, &mut self.log);
        }
        Ok(People { cohorts, women: women.unwrap_or(counted_women), moves, coverage })
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
            let fault = match (given_twice, standing) {
                (true, _) => Some((FindingCode::CohortsGivenTwice, None)),
                (false, Standing::For(year)) => age_fault(&row, year),
                (false, _) => None,
            };
            match (fault, standing) {
                (None, Standing::For(year)) => {
                    registers.insert(row.as_of, year);
                    kept.push(row);
                    continue;
                }
                (None, _) => {
                    let date = row.as_of.to_string();
                    report_standing(place.clone().row(number), standing, &date, &mut self.log);
                }
                (Some((code, column)), _) => {
                    let column = column.map(str::to_owned);
                    let severity = code.severity();
                    let finding = Finding { code, severity, column, ..place.clone() };
                    self.log.add(finding.row(number));
                }
            }
            counted.iter_mut().for_each(TableCount::withdraw);
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
                    let cell = cells.entry((row.area_code, date)).or_insert(0);
                    *cell = cell.saturating_add(row.headcount);
                }
                other => {
                    let standing = other.copied().unwrap_or(Standing::Far);
                    let date = row.as_of.to_string();
                    report_standing(place.clone().row(number), standing, &date, &mut self.log);
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
}

/// Why a cohort is not among the ages that a register holds, and in which column it shows.
fn age_fault(row: &CohortRow, year: RegisterYear) -> Option<(FindingCode, Option<&'static str>)> {
    let code = if row.birth_year > row.as_of.year() {
        FindingCode::BirthAfterRegister
    } else if row.birth_year > year.0 {
        FindingCode::BornAfterRegisterYear
    } else if year.0 - row.birth_year > OLDEST_AGE.cast_signed() {
        FindingCode::BeyondAgeRange
    } else {
        return None;
    };
    Some((code, Some("birth_year")))
}

/// One row for each area, register, birth year and residence.
fn total_by_cell(rows: Vec<CohortRow>) -> Vec<CohortRow> {
    let mut cells: BTreeMap<(AreaCode, NaiveDate, i32, Option<Residence>), u32> = BTreeMap::new();
    for row in rows {
        let cell = (row.area_code, row.as_of, row.birth_year, row.residence);
        let total = cells.entry(cell).or_insert(0);
        *total = total.saturating_add(row.headcount);
    }
    let rows = cells.into_iter().map(|((area_code, as_of, birth_year, residence), headcount)| {
        CohortRow { area_code, as_of, birth_year, headcount, residence }
    });
    rows.collect()
}

//! Dates of a whole column, brought into one form before its cells are read.
//!
//! A date in figures has the day first, as Vietnamese writes it. One cell cannot tell whether an
//! American program swapped day and month; the column can:
//!
//! 1. Some figures can only be month-first (`05/25/2020`) and none only day-first: the whole
//!    column is month-first.
//! 2. Both occur: those that can only be month-first are read so, and told one by one; the others
//!    are day-first.
//! 3. Cells typed as days all have a day of at most 12, and beside them stand texts with a day
//!    above 12: the sheet took `05/03/2020` for May and left `25/03/2020` as text. The typed ones
//!    are swapped back.

use crate::cells::Cells;
use crate::schema::{Kind, Table};
use chrono::{Datelike, NaiveDate};
use phantuyen_model::FindingCode;
use polars::prelude::{NewChunkedArray, StringChunked};

/// Years of two figures up to this one are of this century, the others of the last.
const PIVOT: u32 = 30;

/// Typed days that must all be at most 12 before they are taken to be swapped: by chance less
/// than one column in a thousand has so many.
const TYPED: usize = 8;

/// The first and the last serial number of a day that is read as one (1932 to 2064).
const SERIALS: std::ops::RangeInclusive<i64> = 12_000..=60_000;

/// What was done to a column.
pub(crate) struct Dated {
    /// The place of the column.
    pub(crate) column: usize,
    pub(crate) code: FindingCode,
    /// Rows that are told one by one; none where the column as a whole is told.
    pub(crate) rows: Vec<u32>,
    pub(crate) count: u64,
}

/// Three figures, as they stand.
#[derive(Clone, Copy)]
struct Figures {
    first: u32,
    second: u32,
    year: i32,
    /// Whether the year has two figures.
    short: bool,
}

impl Figures {
    fn of(text: &str) -> Option<Self> {
        let separator =
            text.chars().find(|letter| matches!(letter, '/' | '-' | '.' | '\\' | ' '))?;
        let parts: Vec<&str> =
            text.split(separator).map(str::trim).filter(|part| !part.is_empty()).collect();
        let [first, second, year] = parts.as_slice() else { return None };
        let number = |part: &str, longest: usize| -> Option<u32> {
            let digits = part.len() <= longest && part.bytes().all(|byte| byte.is_ascii_digit());
            digits.then(|| part.parse().ok())?
        };
        let figures = number(year, 4)?;
        let (short, year) = match year.len() {
            2 if figures <= PIVOT => (true, 2000 + figures),
            2 => (true, 1900 + figures),
            4 => (false, figures),
            _ => return None,
        };
        let (first, second) = (number(first, 2)?, number(second, 2)?);
        Some(Self { first, second, year: year.cast_signed(), short })
    }

    fn day_first(self) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(self.year, self.second, self.first)
    }

    fn month_first(self) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(self.year, self.first, self.second)
    }
}

/// Brings the dates of a table into one form. What cannot be read stays as it stands.
pub(crate) fn settle(cells: &mut Cells, table: &Table) -> Vec<Dated> {
    let mut told = Vec::new();
    for place in 0..cells.header.len() {
        let kind = cells.meant[place]
            .and_then(|name| table.columns.iter().find(|column| column.name == name))
            .map(|column| column.kind);
        if matches!(kind, Some(Kind::Date | Kind::BirthDate)) {
            told.extend(column(cells, place, kind == Some(Kind::BirthDate)));
        }
    }
    told
}

fn column(cells: &mut Cells, place: usize, of_birth: bool) -> Vec<Dated> {
    let texts: Vec<Option<&str>> =
        (0..cells.numbers.len()).map(|row| cells.get(place, row)).collect();
    if texts.iter().flatten().all(|text| typed(text).is_some()) {
        return Vec::new();
    }
    let figures: Vec<Option<Figures>> =
        texts.iter().map(|text| text.and_then(Figures::of)).collect();
    let only_day_first =
        figures.iter().flatten().any(|f| f.day_first().is_some() && f.month_first().is_none());
    let only_month_first = |f: &Figures| f.day_first().is_none() && f.month_first().is_some();
    let some_month_first = figures.iter().flatten().any(only_month_first);
    let month_first = some_month_first && !only_day_first;

    let days: Vec<NaiveDate> = texts.iter().flatten().filter_map(|text| typed(text)).collect();
    let ambiguous = figures.iter().flatten().any(|f| f.first <= 12 && f.second <= 12);
    let swapped_by_sheet = only_day_first
        && !ambiguous
        && days.len() >= TYPED
        && days.iter().all(|day| day.day() <= 12);

    let mut swapped = Vec::new();
    let (mut short, mut serial, mut unsure) = (0_u64, 0_u64, 0_u64);
    let settled: Vec<Option<String>> = texts
        .iter()
        .zip(&figures)
        .zip(&cells.numbers)
        .map(|((text, figures), row)| {
            let text = (*text)?;
            let as_written = || Some(text.to_owned());
            if let Some(day) = typed(text) {
                if !swapped_by_sheet {
                    return as_written();
                }
                let swapped = NaiveDate::from_ymd_opt(day.year(), day.day(), day.month());
                return swapped.map(|day| day.to_string()).or_else(as_written);
            }
            if let Some(day) = serial_day(text) {
                serial += 1;
                return Some(day.to_string());
            }
            let Some(figures) = figures else { return as_written() };
            let date = match (month_first, only_month_first(figures)) {
                (true, _) => figures.month_first(),
                (false, true) => {
                    swapped.push(*row);
                    figures.month_first()
                }
                (false, false) => figures.day_first(),
            };
            match date {
                Some(date) => {
                    short += u64::from(figures.short);
                    Some(date.to_string())
                }
                // `00/00/2020`: the year is known and nothing else.
                None if of_birth && (figures.first == 0 || figures.second == 0) => {
                    unsure += 1;
                    Some(figures.year.to_string())
                }
                None => as_written(),
            }
        })
        .collect();
    let name = cells.columns[place].name().clone();
    cells.columns[place] = StringChunked::from_iter_options(name, settled.into_iter());

    let count = |items: usize| u64::try_from(items).unwrap_or(u64::MAX);
    let whole = |code, count| Dated { column: place, code, rows: Vec::new(), count };
    let mut told = Vec::new();
    if month_first {
        told.push(whole(FindingCode::DatesMonthFirst, count(figures.iter().flatten().count())));
    }
    if swapped_by_sheet {
        told.push(whole(FindingCode::DatesSwappedBySheet, count(days.len())));
    }
    if !swapped.is_empty() {
        let count = count(swapped.len());
        told.push(Dated { column: place, code: FindingCode::DateSwapped, rows: swapped, count });
    }
    for (code, count) in [
        (FindingCode::YearOfTwoFigures, short),
        (FindingCode::DateSerial, serial),
        (FindingCode::BirthYearOnly, unsure),
    ] {
        if count > 0 {
            told.push(whole(code, count));
        }
    }
    told
}

/// A day as a spreadsheet's own cell or a tidy table has it: `2026-12-31`.
fn typed(text: &str) -> Option<NaiveDate> {
    text.get(..10).and_then(|day| day.parse().ok())
}

/// A day as the number that spreadsheets count them by, where the cell lost its format.
fn serial_day(text: &str) -> Option<NaiveDate> {
    let serial: i64 = text.parse().ok().filter(|serial| SERIALS.contains(serial))?;
    NaiveDate::from_ymd_opt(1899, 12, 30)?.checked_add_signed(chrono::TimeDelta::days(serial))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::Intake;
    use crate::schema::RESIDENTS;

    fn settled(dates: &[&str]) -> (Vec<String>, Vec<FindingCode>) {
        let text = format!("birth_date\n{}\n", dates.join("\n"));
        let cells = crate::delimited::read(text.as_bytes(), &RESIDENTS, &Intake::default());
        let mut cells = cells.ok().flatten().expect("cells");
        cells.meant = vec![Some("birth_date")];
        let told = settle(&mut cells, &RESIDENTS);
        let texts = (0..dates.len()).map(|row| cells.get(0, row).unwrap_or("").to_owned());
        (texts.collect(), told.iter().map(|told| told.code).collect())
    }

    #[test]
    fn the_day_comes_first_unless_the_column_cannot_be() {
        let (dates, told) = settled(&["5/3/2020", "25.03.2020"]);
        assert_eq!((dates, told), (vec!["2020-03-05".into(), "2020-03-25".into()], vec![]));
        let (dates, told) = settled(&["05/03/2020", "05/25/2020"]);
        assert_eq!(dates, ["2020-05-03", "2020-05-25"]);
        assert_eq!(told, [FindingCode::DatesMonthFirst]);
        let (dates, told) = settled(&["05/03/2020", "05/25/2020", "25/05/2020"]);
        assert_eq!(dates, ["2020-03-05", "2020-05-25", "2020-05-25"]);
        assert_eq!(told, [FindingCode::DateSwapped]);
    }

    #[test]
    fn days_that_the_sheet_took_for_months_are_swapped_back() {
        let mut dates: Vec<String> = (1..=8).map(|day| format!("2020-05-{day:02}")).collect();
        dates.push("25/03/2020".to_owned());
        let (settled, told) = settled(&dates.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!((settled[0].as_str(), settled[7].as_str()), ("2020-01-05", "2020-08-05"));
        assert_eq!(told, [FindingCode::DatesSwappedBySheet]);
    }

    #[test]
    fn short_years_serial_numbers_and_years_alone() {
        let (dates, told) =
            settled(&["1/9/20", "1/9/87", "43831", "00/00/2020", "31/02/2020", "2019"]);
        assert_eq!(dates, ["2020-09-01", "1987-09-01", "2020-01-01", "2020", "31/02/2020", "2019"]);
        let codes =
            [FindingCode::YearOfTwoFigures, FindingCode::DateSerial, FindingCode::BirthYearOnly];
        assert_eq!(told, codes);
    }
}

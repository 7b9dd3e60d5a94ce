//! Which register, that is which 31 December, a dated list stands for.

use crate::log::Log;
use chrono::{Datelike, NaiveDate};
use phantuyen_model::{Finding, FindingCode, RegisterYear};
use std::collections::{BTreeMap, BTreeSet};

/// The last month whose lists, accepted only by the user's word, belong to the year before.
const LAST_MONTH_OF_YEAR_BEFORE: u32 = 6;

/// What becomes of a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// It stands for this register.
    For(RegisterYear),
    /// It is too far from any 31 December.
    Far,
    /// Another date stands nearer to the same 31 December.
    Beaten,
    /// It lies after the date that was asked for.
    Later,
}

/// Decides for each date of a table which register it stands for.
///
/// 1 October Y to 31 January Y+1 stand for 31 December Y. Another date counts only when it is
/// `as_of`, the date that the user vouches for: it then stands for the nearest 31 December. Where
/// two dates stand for one register the nearer to its 31 December counts (of two equally near the
/// earlier), so that nobody is counted twice. A date after `as_of` takes no part in any of this:
/// on that day nobody knew the list.
pub(crate) fn standings(
    dates: &BTreeSet<NaiveDate>,
    as_of: Option<NaiveDate>,
) -> BTreeMap<NaiveDate, Standing> {
    let year_of = |date: NaiveDate| {
        RegisterYear::of(date).or_else(|| (as_of == Some(date)).then(|| nearest(date)))
    };
    let later = |date: NaiveDate| as_of.is_some_and(|as_of| date > as_of);
    let mut best: BTreeMap<RegisterYear, NaiveDate> = BTreeMap::new();
    for &date in dates.iter().filter(|date| !later(**date)) {
        let Some(year) = year_of(date) else { continue };
        let distance = |date: NaiveDate| (year.date() - date).num_days().abs();
        best.entry(year)
            .and_modify(|known| {
                if distance(date) < distance(*known) {
                    *known = date;
                }
            })
            .or_insert(date);
    }
    let standing = |date: NaiveDate| match year_of(date) {
        _ if later(date) => Standing::Later,
        None => Standing::Far,
        Some(year) if best.get(&year) == Some(&date) => Standing::For(year),
        Some(_) => Standing::Beaten,
    };
    dates.iter().map(|date| (*date, standing(*date))).collect()
}

fn nearest(date: NaiveDate) -> RegisterYear {
    let before = date.month() <= LAST_MONTH_OF_YEAR_BEFORE;
    RegisterYear(if before { date.year() - 1 } else { date.year() })
}

/// A date that stands for a register by the user's word alone is written as that register's date,
/// so that every later step understands it; other dates stay.
pub(crate) fn standing_date(date: NaiveDate, year: RegisterYear) -> NaiveDate {
    if RegisterYear::of(date) == Some(year) { date } else { year.date() }
}

/// Reports a row whose date stands for no register; `shown` is the date as it may be told.
pub(crate) fn report_standing(place: Finding, standing: Standing, shown: &str, log: &mut Log) {
    let code = match standing {
        Standing::Far => FindingCode::RegisterDateFar,
        Standing::Later => FindingCode::AfterAsOf,
        Standing::For(_) | Standing::Beaten => FindingCode::RegisterTwice,
    };
    let finding = Finding { code, severity: code.severity(), ..place }.column("as_of");
    match code {
        FindingCode::AfterAsOf => log.add(finding),
        _ => log.add_value(finding, shown),
    }
}

/// The share of a usual year's departures from which a list is taken to be kept.
const KEPT: f64 = 0.25;

/// The registers that a list of stays can give.
///
/// The last one is `as_of`, or 31 December before it when it stands for none. The first one: who
/// left before a list was begun is not in it, so registers before that time would hold only those
/// who stayed. A list knows of departures only from its beginning on; the first year whose
/// departures number at least a quarter of the median year's is therefore the first year of the
/// list, and 31 December before it the first register. (A quarter, so that one slip of the pen in
/// an early year does not move it.) A list without departures gives the last register alone.
pub(crate) fn from_stays(
    departures: impl IntoIterator<Item = NaiveDate>,
    as_of: NaiveDate,
) -> BTreeMap<RegisterYear, NaiveDate> {
    let (last, last_date) = match RegisterYear::of(as_of) {
        Some(year) => (year, as_of),
        None => (RegisterYear(as_of.year() - 1), RegisterYear(as_of.year() - 1).date()),
    };
    let mut by_year: BTreeMap<i32, u32> = BTreeMap::new();
    for departure in departures.into_iter().filter(|departure| *departure <= last_date) {
        *by_year.entry(departure.year()).or_insert(0) += 1;
    }
    let mut usual: Vec<u32> = by_year.values().copied().collect();
    usual.sort_unstable();
    let median = usual.get(usual.len() / 2).copied().unwrap_or(0);
    let begins = by_year
        .iter()
        .find(|(_, count)| f64::from(**count) >= KEPT * f64::from(median))
        .map_or(last.0, |(year, _)| year - 1);
    let mut registers: BTreeMap<RegisterYear, NaiveDate> =
        (begins..last.0).map(|year| (RegisterYear(year), RegisterYear(year).date())).collect();
    registers.insert(last, last_date);
    registers
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).expect("a real date")
    }

    #[test]
    fn two_lists_of_one_winter_are_one_register() {
        let dates = [day(2026, 11, 30), day(2027, 1, 15), day(2027, 6, 30)].into();
        let found = standings(&dates, None);
        assert_eq!(found[&day(2026, 11, 30)], Standing::Beaten);
        assert_eq!(found[&day(2027, 1, 15)], Standing::For(RegisterYear(2026)));
        assert_eq!(found[&day(2027, 6, 30)], Standing::Far);
    }

    #[test]
    fn a_far_date_counts_when_the_user_vouches_for_it() {
        let june = day(2027, 6, 30);
        let found = standings(&[june].into(), Some(june));
        assert_eq!(found[&june], Standing::For(RegisterYear(2026)));
    }

    #[test]
    fn what_lies_after_the_day_asked_for_takes_no_part() {
        let (november, january) = (day(2026, 11, 30), day(2027, 1, 15));
        let dates = [november, january].into();
        let found = standings(&dates, Some(day(2026, 12, 31)));
        assert_eq!(found[&november], Standing::For(RegisterYear(2026)));
        assert_eq!(found[&january], Standing::Later);
        let found = standings(&dates, Some(january));
        assert_eq!(found[&november], Standing::Beaten);
        assert_eq!(found[&january], Standing::For(RegisterYear(2026)));
    }

    #[test]
    fn a_list_of_stays_begins_with_its_departures() {
        let departures = [2012, 2020, 2020, 2021, 2021, 2021, 2021, 2021, 2022, 2022, 2022, 2022]
            .map(|year| day(year, 5, 1));
        let years: Vec<i32> = from_stays(departures.into_iter().skip(1), day(2022, 12, 31))
            .into_keys()
            .map(|register| register.0)
            .collect();
        assert_eq!(years, [2019, 2020, 2021, 2022]);
        // One departure of 2012 against a median of four a year is no slip below a quarter.
        assert_eq!(from_stays(departures, day(2022, 12, 31)).len(), 12);
        assert_eq!(from_stays([], day(2022, 12, 31)).len(), 1);
    }

    #[test]
    fn the_last_register_of_stays_is_the_date_asked_for() {
        let last = |date| from_stays([], date).pop_last();
        assert_eq!(last(day(2026, 11, 30)), Some((RegisterYear(2026), day(2026, 11, 30))));
        assert_eq!(last(day(2026, 6, 30)), Some((RegisterYear(2025), day(2025, 12, 31))));
    }
}

//! The two calendars: school years and the registers of 31 December.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A school year, named by the calendar year in which it opens; prints `2027-2028`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SchoolYear(pub i32);

impl SchoolYear {
    /// The day it opens, 5 September, of which its rolls are.
    pub fn opens(self) -> NaiveDate {
        // Years outside the range of the calendar are read as its ends.
        NaiveDate::from_ymd_opt(self.0, 9, 5).unwrap_or(NaiveDate::MAX)
    }
}

impl fmt::Display for SchoolYear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.0, self.0 + 1)
    }
}

/// A population register that stands for 31 December of the year.
///
/// A child born in year `b` is of age `year − b` in it, whatever the birthday.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RegisterYear(pub i32);

impl RegisterYear {
    /// The register that a list of this date stands for, or `None` when the date is too far from
    /// 31 December: 1 October Y to 31 January Y+1 stand for 31 December Y.
    ///
    /// ```
    /// use chrono::NaiveDate;
    /// use phantuyen_model::RegisterYear;
    ///
    /// let date = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).expect("a real date");
    /// assert_eq!(RegisterYear::of(date(2026, 11, 30)), Some(RegisterYear(2026)));
    /// assert_eq!(RegisterYear::of(date(2027, 1, 31)), Some(RegisterYear(2026)));
    /// assert_eq!(RegisterYear::of(date(2026, 6, 30)), None);
    /// ```
    pub fn of(date: NaiveDate) -> Option<Self> {
        match date.month() {
            10..=12 => Some(Self(date.year())),
            1 => Some(Self(date.year() - 1)),
            _ => None,
        }
    }

    /// 31 December of the year.
    pub fn date(self) -> NaiveDate {
        // Every year chrono can hold has a 31 December; years outside its range are read as its ends.
        NaiveDate::from_ymd_opt(self.0, 12, 31).unwrap_or(NaiveDate::MAX)
    }

    /// The school year whose intake is `horizon` years after this register.
    pub fn school_year(self, horizon: u32) -> SchoolYear {
        SchoolYear(self.0 + horizon.cast_signed())
    }
}

impl fmt::Display for RegisterYear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-12-31", self.0)
    }
}

//! How complete a list of residents is: the two figures by which the plan is measured.
//!
//! - *Accounted for*: of the rows of children of school age at the last register, the share that is
//!   counted, or left out by a rule that is told (dead, moved, living elsewhere, second row of one
//!   person). Rows with a fault are not accounted for; where the fault hides the age, they count
//!   among the children.
//! - *Recorded in time*: of the rows that tell when something happened (moved in, moved out, born)
//!   and when that was recorded, the share recorded within the days of the rule.

use chrono::NaiveDate;
use phantuyen_model::AreaCode;
use serde::Serialize;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// The ages of school, from preschool to the last grade of lower secondary school.
pub(crate) const SCHOOL_AGES: RangeInclusive<i32> = 3..=14;

/// The figures of one area; `None` for rows that name none that is known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CoverageRow {
    /// The area.
    pub area_code: Option<AreaCode>,
    /// Rows of children of school age.
    pub children: u64,
    /// Those that are accounted for.
    pub accounted: u64,
    /// Changes of which both days are known.
    pub changes: u64,
    /// Those recorded in time.
    pub in_time: u64,
}

/// The figures while a list is read.
#[derive(Default)]
pub(crate) struct Coverage {
    rows: BTreeMap<Option<AreaCode>, CoverageRow>,
}

impl Coverage {
    fn row(&mut self, area: Option<&AreaCode>) -> &mut CoverageRow {
        let area_code = area.cloned();
        let fresh = CoverageRow { area_code: area_code.clone(), ..CoverageRow::default() };
        self.rows.entry(area_code).or_insert(fresh)
    }

    /// Notes a row of a child of school age.
    pub(crate) fn child(&mut self, area: Option<&AreaCode>, accounted: bool) {
        let row = self.row(area);
        row.children += 1;
        row.accounted += u64::from(accounted);
    }

    /// Notes a change and the day on which it was recorded. A day before the change itself is no
    /// record of it.
    pub(crate) fn change(
        &mut self,
        area: Option<&AreaCode>,
        happened: NaiveDate,
        recorded: NaiveDate,
        within: u32,
    ) {
        let days = (recorded - happened).num_days();
        if days < 0 {
            return;
        }
        let row = self.row(area);
        row.changes += 1;
        row.in_time += u64::from(days <= i64::from(within));
    }

    /// The figures by area; rows without one come first.
    pub(crate) fn into_rows(self) -> Vec<CoverageRow> {
        self.rows.into_values().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_recorded_in_time_up_to_the_last_day() {
        let day = |day| NaiveDate::from_ymd_opt(2026, 3, day).expect("a day");
        let mut coverage = Coverage::default();
        for recorded in [1, 11, 12] {
            coverage.change(None, day(1), day(recorded), 10);
        }
        coverage.change(None, day(5), day(1), 10);
        let rows = coverage.into_rows();
        assert_eq!((rows[0].changes, rows[0].in_time), (3, 2));
    }
}

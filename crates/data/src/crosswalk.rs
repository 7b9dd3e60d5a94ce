//! From old area codes to those of today.

use chrono::NaiveDate;
use phantuyen_model::{AreaCode, FindingCode};
use std::collections::{BTreeMap, BTreeSet};

/// How far a share may be from 1 and still mean the whole area (shares are typed by hand).
const WHOLE: f64 = 1.0 - 1e-9;

/// One line of the table `area_changes`.
pub(crate) struct AreaChange {
    pub(crate) old: AreaCode,
    pub(crate) new: AreaCode,
    pub(crate) share: f64,
    pub(crate) effective: NaiveDate,
}

/// What became of an area on one day.
struct Step {
    effective: NaiveDate,
    /// Its successor, or `None` when it was split.
    to: Option<AreaCode>,
}

/// The areas of today and how old ones became them.
#[derive(Default)]
pub(crate) struct Crosswalk {
    today: Option<BTreeSet<AreaCode>>,
    steps: BTreeMap<AreaCode, Vec<Step>>,
}

impl Crosswalk {
    /// `today` is `None` where no list of areas is given: then no code is refused.
    pub(crate) fn new(today: Option<BTreeSet<AreaCode>>, changes: &[AreaChange]) -> Self {
        let mut by_day: BTreeMap<(&AreaCode, NaiveDate), Vec<&AreaChange>> = BTreeMap::new();
        for change in changes {
            by_day.entry((&change.old, change.effective)).or_default().push(change);
        }
        let mut steps: BTreeMap<AreaCode, Vec<Step>> = BTreeMap::new();
        for ((old, effective), parts) in by_day {
            let to = match parts.as_slice() {
                [only] if only.share >= WHOLE => Some(only.new.clone()),
                _ => None,
            };
            steps.entry(old.clone()).or_default().push(Step { effective, to });
        }
        Self { today, steps }
    }

    /// The areas of today, or `None` where no list of areas is given.
    pub(crate) fn today(&self) -> Option<&BTreeSet<AreaCode>> {
        self.today.as_ref()
    }

    /// Whether some change begins from this code.
    pub(crate) fn is_old(&self, code: &AreaCode) -> bool {
        self.steps.contains_key(code)
    }

    /// The area of today that a row of that day means.
    ///
    /// 1. A change after the row's day is applied: the code then meant the old area.
    /// 2. A row without a day, or after all changes of its code, means today's area of that code;
    ///    where there is none today, the code was used late and its last change is applied.
    /// 3. From the successor on, only changes after the one before are applied, so that two areas
    ///    that swap their codes on one day are not carried back.
    ///
    /// # Errors
    /// [`FindingCode::AreaSplit`] or [`FindingCode::UnknownArea`].
    pub(crate) fn carry(
        &self,
        code: AreaCode,
        day: Option<NaiveDate>,
    ) -> Result<AreaCode, FindingCode> {
        let Some(today) = &self.today else { return Ok(code) };
        let mut step = self.steps.get(&code).and_then(|steps| {
            let after = day.and_then(|day| steps.iter().find(|step| step.effective > day));
            after.or_else(|| if today.contains(&code) { None } else { steps.last() })
        });
        let mut carried = code;
        while let Some(applied) = step {
            carried = applied.to.clone().ok_or(FindingCode::AreaSplit)?;
            step = self
                .steps
                .get(&carried)
                .and_then(|steps| steps.iter().find(|step| step.effective > applied.effective));
        }
        if today.contains(&carried) { Ok(carried) } else { Err(FindingCode::UnknownArea) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, 7, 1).expect("a real date")
    }

    fn change(old: &str, new: &str, share: f64, year: i32) -> AreaChange {
        AreaChange { old: AreaCode::new(old), new: AreaCode::new(new), share, effective: day(year) }
    }

    fn walk(today: &[&str], changes: &[AreaChange]) -> Crosswalk {
        Crosswalk::new(Some(today.iter().map(AreaCode::new).collect()), changes)
    }

    fn carried(walk: &Crosswalk, code: &str, year: Option<i32>) -> Result<String, FindingCode> {
        walk.carry(AreaCode::new(code), year.map(day)).map(|code| code.to_string())
    }

    #[test]
    fn a_chain_of_changes_is_followed() {
        let walk = walk(&["C"], &[change("A", "B", 1.0, 2020), change("B", "C", 1.0, 2025)]);
        assert_eq!(carried(&walk, "A", Some(2019)), Ok("C".into()));
        assert_eq!(carried(&walk, "A", None), Ok("C".into()));
        assert_eq!(carried(&walk, "B", Some(2026)), Ok("C".into()), "an old code used late");
        assert_eq!(carried(&walk, "X", None), Err(FindingCode::UnknownArea));
    }

    #[test]
    fn a_code_that_lives_on_means_another_area_before_the_change() {
        let swap = [change("A", "B", 1.0, 2025), change("B", "A", 1.0, 2025)];
        let walk = walk(&["A", "B"], &swap);
        assert_eq!(carried(&walk, "A", Some(2024)), Ok("B".into()));
        assert_eq!(carried(&walk, "A", Some(2025)), Ok("A".into()));
        assert_eq!(carried(&walk, "A", None), Ok("A".into()));
    }

    #[test]
    fn a_split_area_cannot_be_carried() {
        let walk = walk(&["B", "C"], &[change("A", "B", 0.6, 2025), change("A", "C", 0.4, 2025)]);
        assert_eq!(carried(&walk, "A", Some(2020)), Err(FindingCode::AreaSplit));
    }
}

//! Housing: children of families who move into dwellings to be handed over.
//!
//! ```text
//! children of an age in the dwellings (31 Dec t) = dwellings × yield × lived in (t) × shape (age)
//! ```
//!
//! What is lived in grows by the handover profile of the rule book; the yield is that of the table,
//! else of the rule book. What stands there more in one December than in the one before has moved in,
//! and ages from then on with the area's other children.
//!
//! Past handovers teach twice. Their planned arrivals are set against what their areas gained beyond
//! the rest of the ward, which gives the **share** of the plan that comes, of small children and of
//! older ones (drawn towards all of it by [`SHARE_SPREAD`]). And that share of the planned arrivals is taken out of the area's movement, so that
//! a year of handing over is not taken for a habit. Both use only what was known in the year itself.

use crate::news::{Day, News};
use crate::panel::AGES;
use chrono::NaiveDate;
use phantuyen_model::{
    Finding, FindingCode, HousingRow, HousingStandard, RegisterYear, round_half_up,
};

/// Up to this age new dwellings hold as many children of each age as of any other.
const YOUNG: usize = 6;

/// Beyond it each age holds so many of the age before: families move while their children are small.
const OLDER: f64 = 0.95;

/// The oldest of the small children, whose share is learnt apart from that of older ones: families
/// who move in are mostly young.
const SMALL: usize = 8;

/// No more than so many times the plan is believed to come.
const MOST: f64 = 2.0;

/// The shares of small and of older children that come.
pub(crate) type Shares = [f64; 2];

/// The place of an age in [`Shares`].
pub(crate) fn group(age: usize) -> usize {
    usize::from(age > SMALL)
}

/// How far, before any handover was seen, the share that comes is expected to lie from 1.
const SHARE_SPREAD: f64 = 0.5;

/// Variance of a year's net movement for each child: as in the prior of intervals, one of ten moves.
const MOVES: f64 = 0.1;

/// Days of a year.
const YEAR: f64 = 365.25;

/// One handover.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Handover {
    area: usize,
    day: NaiveDate,
    /// Children of one young age when all dwellings are lived in.
    children: f64,
}

/// The handovers known on a day.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Estates {
    handovers: Vec<Handover>,
    lived_in: [f64; 3],
    shares: Shares,
}

impl Estates {
    /// The handovers that are known on the day and whose yield is known.
    pub(crate) fn new(news: &News, day: Day, shares: Shares) -> Self {
        let known = news.housing.iter().filter(|(_, row)| day.knows(row.announced));
        let handovers = known.filter_map(|(area, row)| {
            let children = f64::from(row.dwellings) * used_yield(row, news.standard.as_ref())?;
            Some(Handover { area: *area, day: row.handover, children })
        });
        let lived_in = news.standard.as_ref().map_or([1.0; 3], |standard| standard.lived_in);
        Self { handovers: handovers.collect(), lived_in, shares }
    }

    /// Whether none is known.
    pub(crate) fn is_empty(&self) -> bool {
        self.handovers.is_empty()
    }

    /// How many children of an age come for each planned child of a young age.
    pub(crate) fn come(&self, age: usize) -> f64 {
        shape(age) * self.shares[group(age)]
    }

    /// Children of one young age planned to move in between the registers of a year and the next, by
    /// area.
    pub(crate) fn arrivals(&self, before: RegisterYear) -> Vec<(usize, f64)> {
        self.between(before, RegisterYear(before.0 + 1))
    }

    /// What is planned to stand there more in the later register than in the earlier one.
    pub(crate) fn between(&self, earlier: RegisterYear, later: RegisterYear) -> Vec<(usize, f64)> {
        let more = |handover: &Handover| {
            let at = |year: RegisterYear| self.lived_in(handover.day, year.date());
            let children = handover.children * (at(later) - at(earlier));
            (children != 0.0).then_some((handover.area, children))
        };
        self.handovers.iter().filter_map(more).collect()
    }

    /// The share of dwellings that is lived in on a day.
    fn lived_in(&self, handover: NaiveDate, day: NaiveDate) -> f64 {
        let days = i32::try_from((day - handover).num_days()).unwrap_or(i32::MAX);
        let years = f64::from(days) / YEAR;
        let mut before = (0.0, 0.0);
        for after in [1.0, 2.0, 3.0].into_iter().zip(self.lived_in) {
            if years <= after.0 {
                let part = ((years - before.0) / (after.0 - before.0)).max(0.0);
                return before.1 + part * (after.1 - before.1);
            }
            before = after;
        }
        before.1
    }
}

/// Children of one young age for each dwelling.
fn used_yield(row: &HousingRow, standard: Option<&HousingStandard>) -> Option<f64> {
    let given = row.yield_per_dwelling.or_else(|| standard.map(|rule| rule.yield_per_dwelling))?;
    let all_ages: f64 = (0..AGES).map(shape).sum();
    Some(if is_of_all_ages(row, standard) { given / all_ages } else { given })
}

/// Whether the yield of a row is too high for one age, and so must mean all of them.
fn is_of_all_ages(row: &HousingRow, standard: Option<&HousingStandard>) -> bool {
    let limit = standard.map_or(f64::INFINITY, |rule| rule.largest_yield);
    row.yield_per_dwelling.is_some_and(|given| given > limit)
}

/// How many children of an age new dwellings hold, against a young age.
pub(crate) fn shape(age: usize) -> f64 {
    OLDER.powi(i32::try_from(age.saturating_sub(YOUNG)).unwrap_or(i32::MAX))
}

/// What past handovers taught about the share that comes.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Lesson {
    /// Σ plan·surplus / variance and Σ plan² / variance.
    come: f64,
    planned: f64,
}

impl Lesson {
    /// Adds an area's year: children planned to move in, children gained beyond what the rest of the
    /// ward makes of those who were there, and how many these were.
    pub(crate) fn see(&mut self, planned: f64, surplus: f64, children: f64) {
        let variance = MOVES * children.max(1.0);
        self.come += planned * surplus / variance;
        self.planned += planned * planned / variance;
    }

    /// The share of the plan that comes: 1 before anything was seen, from 0 to [`MOST`].
    pub(crate) fn share(&self) -> f64 {
        let prior = SHARE_SPREAD.powi(-2);
        ((prior + self.come) / (prior + self.planned)).clamp(0.0, MOST)
    }
}

/// What housing does to a forecast from a day on which it was known.
pub(crate) fn findings(news: &News, day: Day, shares: Shares) -> Vec<Finding> {
    let rows: Vec<&HousingRow> =
        news.housing.iter().map(|(_, row)| row).filter(|row| day.knows(row.announced)).collect();
    let standard = news.standard.as_ref();
    let count = |holds: &dyn Fn(&HousingRow) -> bool| {
        u64::try_from(rows.iter().filter(|row| holds(row)).count()).unwrap_or(u64::MAX)
    };
    let used = |row: &HousingRow| used_yield(row, standard).is_some();
    let dwellings: u64 =
        rows.iter().filter(|row| used(row)).map(|row| u64::from(row.dwellings)).sum();
    let limit = standard.map_or(0.0, |rule| rule.largest_yield);
    let assumed = standard.map_or(0.0, |rule| rule.yield_per_dwelling);
    let found = [
        (
            count(&used),
            Finding::new(FindingCode::HousingUsed)
                .fact("dwellings", dwellings)
                .fact("share_pct", round_half_up(100.0 * shares[0]))
                .fact("older_pct", round_half_up(100.0 * shares[1])),
        ),
        (
            count(&|row| row.yield_per_dwelling.is_none() && standard.is_some()),
            Finding::new(FindingCode::HousingYieldAssumed).fact("value", assumed),
        ),
        (
            count(&|row| is_of_all_ages(row, standard)),
            Finding::new(FindingCode::HousingYieldHigh).fact("value", limit),
        ),
        (count(&|row| !used(row)), Finding::new(FindingCode::HousingYieldMissing)),
    ];
    let found = found.into_iter().filter(|(count, _)| *count > 0);
    found.map(|(count, finding)| finding.table("housing").count(count)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32, month: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, 30).expect("a real date")
    }

    #[test]
    fn dwellings_fill_by_the_profile() {
        let estates = Estates {
            handovers: vec![Handover { area: 3, day: day(2027, 12), children: 10.0 }],
            lived_in: [0.5, 0.8, 0.9],
            shares: [1.0; 2],
        };
        let arrivals = |year| estates.arrivals(RegisterYear(year)).first().map(|row| row.1);
        let near = |value: Option<f64>, expected: f64| {
            assert!((value.expect("arrivals") - expected).abs() < 0.05, "{value:?} {expected}");
        };
        assert_eq!(arrivals(2025), None);
        near(arrivals(2027), 5.0);
        near(arrivals(2028), 3.0);
        near(arrivals(2029), 1.0);
        assert_eq!(arrivals(2031), None);
    }

    #[test]
    fn the_share_that_comes_is_learnt_and_drawn_to_the_plan() {
        let mut lesson = Lesson::default();
        assert_eq!(lesson.share(), 1.0);
        // Half of 40 planned children among 100: (4 + 40·20/10) / (4 + 40²/10) = 84/164.
        lesson.see(40.0, 20.0, 100.0);
        assert!((lesson.share() - 84.0 / 164.0).abs() < 1e-12);
        lesson.see(400.0, -400.0, 100.0);
        assert_eq!(lesson.share(), 0.0);
        lesson.see(400.0, 4000.0, 100.0);
        assert_eq!(lesson.share(), MOST);
    }

    #[test]
    fn a_yield_beyond_one_age_is_of_all_ages() {
        let standard = HousingStandard {
            yield_per_dwelling: 0.05,
            lived_in: [0.5, 0.8, 0.9],
            largest_yield: 0.15,
        };
        let row = |given| HousingRow {
            project: "P".into(),
            area_code: phantuyen_model::AreaCode::new("A"),
            dwellings: 100,
            handover: day(2027, 6),
            yield_per_dwelling: given,
            announced: None,
        };
        assert_eq!(used_yield(&row(Some(0.1)), Some(&standard)), Some(0.1));
        assert_eq!(used_yield(&row(None), Some(&standard)), Some(0.05));
        assert_eq!(used_yield(&row(None), None), None);
        let all_ages: f64 = (0..AGES).map(shape).sum();
        let shared = used_yield(&row(Some(0.9)), Some(&standard)).expect("a yield");
        assert!((shared * all_ages - 0.9).abs() < 1e-12 && shared < 0.1);
    }
}

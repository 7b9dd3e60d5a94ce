//! From old area codes to those of today.

use chrono::NaiveDate;
use phantuyen_model::{AreaCode, FindingCode};
use std::collections::{BTreeMap, BTreeSet};

/// One line of the table `area_changes`.
pub(crate) struct AreaChange {
    pub(crate) old: AreaCode,
    pub(crate) new: AreaCode,
    /// `None` for what the other lines of the same change leave.
    pub(crate) share: Option<f64>,
    pub(crate) effective: NaiveDate,
}

/// An area of today, and how much of an old one became part of it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Successor {
    pub(crate) code: AreaCode,
    pub(crate) share: f64,
}

/// What became of an area on one day.
struct Step {
    effective: NaiveDate,
    to: Vec<Successor>,
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
            let told: f64 = parts.iter().filter_map(|part| part.share).sum();
            let rests = parts.iter().filter(|part| part.share.is_none());
            let rest = (1.0 - told).max(0.0) / rests.fold(0.0, |count, _| count + 1.0);
            let successor = |part: &&AreaChange| Successor {
                code: part.new.clone(),
                share: part.share.unwrap_or(rest),
            };
            let to = parts.iter().map(successor).collect();
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
    /// 4. Where an area was split, each part is followed, and shares multiply; parts that meet again
    ///    in one area add up.
    ///
    /// # Errors
    /// [`FindingCode::UnknownArea`] when a part leads to no area of today.
    pub(crate) fn carry(
        &self,
        code: AreaCode,
        day: Option<NaiveDate>,
    ) -> Result<Vec<Successor>, FindingCode> {
        let Some(today) = &self.today else { return Ok(vec![Successor { code, share: 1.0 }]) };
        let first = self.steps.get(&code).and_then(|steps| {
            let after = day.and_then(|day| steps.iter().find(|step| step.effective > day));
            after.or_else(|| if today.contains(&code) { None } else { steps.last() })
        });
        let mut shares: BTreeMap<AreaCode, f64> = BTreeMap::new();
        let mut open = vec![(code, 1.0, first)];
        while let Some((code, share, step)) = open.pop() {
            let Some(step) = step else {
                if !today.contains(&code) {
                    return Err(FindingCode::UnknownArea);
                }
                *shares.entry(code).or_insert(0.0) += share;
                continue;
            };
            for to in &step.to {
                let later = self
                    .steps
                    .get(&to.code)
                    .and_then(|steps| steps.iter().find(|next| next.effective > step.effective));
                open.push((to.code.clone(), share * to.share, later));
            }
        }
        Ok(shares.into_iter().map(|(code, share)| Successor { code, share }).collect())
    }

    /// Changes whose shares do not add up to one: the old area, the day, and the sum.
    pub(crate) fn uneven(&self) -> impl Iterator<Item = (&AreaCode, NaiveDate, f64)> {
        let steps = self.steps.iter().flat_map(|(old, steps)| steps.iter().map(move |s| (old, s)));
        steps.filter_map(|(old, step)| {
            let sum: f64 = step.to.iter().map(|to| to.share).sum();
            (!crate::split::is_whole(sum)).then_some((old, step.effective, sum))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, 7, 1).expect("a real date")
    }

    fn change(old: &str, new: &str, share: f64, year: i32) -> AreaChange {
        AreaChange {
            old: AreaCode::new(old),
            new: AreaCode::new(new),
            share: Some(share),
            effective: day(year),
        }
    }

    fn walk(today: &[&str], changes: &[AreaChange]) -> Crosswalk {
        Crosswalk::new(Some(today.iter().map(AreaCode::new).collect()), changes)
    }

    fn carried(walk: &Crosswalk, code: &str, year: Option<i32>) -> Result<String, FindingCode> {
        let carried = walk.carry(AreaCode::new(code), year.map(day))?;
        let told = carried.iter().map(|to| match crate::split::is_whole(to.share) {
            true => to.code.to_string(),
            false => format!("{} {:.2}", to.code, to.share),
        });
        Ok(told.collect::<Vec<_>>().join(" + "))
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
    fn a_split_area_is_shared_and_parts_that_meet_again_add_up() {
        let mut changes = vec![change("A", "B", 0.6, 2020), change("A", "C", 0.0, 2020)];
        changes[1].share = None;
        let walk_one = walk(&["B", "C"], &changes);
        assert_eq!(carried(&walk_one, "A", Some(2019)), Ok("B 0.60 + C 0.40".into()));
        changes.push(change("B", "D", 0.5, 2024));
        changes.push(change("B", "C", 0.5, 2024));
        let walk_two = walk(&["C", "D"], &changes);
        assert_eq!(carried(&walk_two, "A", Some(2019)), Ok("C 0.70 + D 0.30".into()));
        assert_eq!(walk_two.uneven().count(), 0);
        let half = walk(&["B"], &[change("A", "B", 0.5, 2020)]);
        assert_eq!(half.uneven().count(), 1);
    }
}

//! Participation: which share of the children goes to preschool, and where the ward's plan wants it.
//!
//! The observed rate counts every child of the ward who is at some school. From the last observed
//! year the path runs in even steps to each target of the plan and stays there; a target below what
//! is already reached changes nothing, one above 100 per cent is taken as 100.

use crate::panel::Known;
use phantuyen_model::{Finding, FindingCode, Grade, Level, SchoolYear, TargetRow, round_half_up};
use std::collections::BTreeMap;

/// How an indicator of participation may be called.
const NAMES: [&str; 4] = ["participation", "huy động", "huy_dong", "huy dong"];

/// How preschool may be called as a level.
const PRESCHOOL: [&str; 3] = ["mầm non", "mẫu giáo", "mau giao"];

/// The path of one grade.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Path {
    /// The last observed year and its rate.
    pub(crate) from: (SchoolYear, f64),
    /// Years and rates to reach, in order, none below the one before.
    pub(crate) to: Vec<(SchoolYear, f64)>,
}

impl Path {
    /// The rate of a school year after the last observed one.
    pub(crate) fn at(&self, year: SchoolYear) -> f64 {
        let mut before = self.from;
        for target in &self.to {
            if year <= target.0 {
                let share = f64::from(year.0 - before.0.0) / f64::from(target.0.0 - before.0.0);
                return before.1 + share.max(0.0) * (target.1 - before.1);
            }
            before = *target;
        }
        before.1
    }
}

/// Whether an indicator is about who goes to school.
pub(crate) fn is_participation(row: &TargetRow) -> bool {
    let indicator = row.indicator.to_lowercase();
    NAMES.iter().any(|name| indicator.contains(name))
}

/// The preschool grades that a target's level means; `None` where it means no grade or level.
fn grades_of(level: &str) -> Option<Vec<Grade>> {
    let level = level.trim().to_lowercase();
    if let Ok(grade) = level.parse::<Grade>() {
        return Some(vec![grade]);
    }
    let is_preschool = PRESCHOOL.contains(&level.as_str());
    let level = if is_preschool { Some(Level::Preschool) } else { level.parse::<Level>().ok() };
    // Nursery is an age group of its own, with targets of its own.
    let of = |grade: &Grade| Some(grade.level()) == level && *grade != Grade::Nursery;
    level.map(|_| Grade::ALL.into_iter().filter(of).collect())
}

/// The path of a grade by the targets known at the origin; `None` where none is about it, or all of
/// them are reached or past.
pub(crate) fn path(known: &Known<'_>, grade: Grade, from: (SchoolYear, f64)) -> Option<Path> {
    if grade.level() != Level::Preschool {
        return None;
    }
    // A target of the very grade stands before one of the level, a later decision before others.
    let mut wanted: BTreeMap<SchoolYear, (bool, Option<chrono::NaiveDate>, f64)> = BTreeMap::new();
    for row in known.targets().filter(|row| is_participation(row)) {
        let Some(grades) = grades_of(&row.level).filter(|grades| grades.contains(&grade)) else {
            continue;
        };
        let said = (grades.len() == 1, row.decided, (row.target_pct / 100.0).min(1.0));
        let best = wanted.entry(row.year).or_insert(said);
        if (said.0, said.1) > (best.0, best.1) {
            *best = said;
        }
    }
    let mut reached = from.1;
    let mut to = Vec::new();
    for (year, (_, _, rate)) in wanted {
        if year > from.0 && rate > reached {
            to.push((year, rate));
            reached = rate;
        }
    }
    (!to.is_empty()).then_some(Path { from, to })
}

/// What the targets mean for the grades of a forecast. `paths` has a place for each grade.
pub(crate) fn findings(
    known: &Known<'_>,
    grades: &[Grade],
    paths: &[Option<&Path>],
    has_rolls: &[bool],
) -> Vec<Finding> {
    let finding = |code| Finding::new(code).table("targets");
    let percent =
        |rate: f64| f64::from(i32::try_from(round_half_up(1000.0 * rate)).unwrap_or(0)) / 10.0;
    let mut findings = Vec::new();
    let (mut other, mut unknown) = (0, Vec::new());
    for row in known.targets() {
        match grades_of(&row.level).filter(|_| is_participation(row)) {
            Some(of) if of.iter().any(|grade| grade.level() == Level::Preschool) => {}
            None if is_participation(row) => unknown.push(row.level.clone()),
            _ => other += 1,
        }
    }
    for ((grade, path), has_rolls) in grades.iter().zip(paths).zip(has_rolls) {
        let about = |row: &&TargetRow| {
            is_participation(row) && grades_of(&row.level).is_some_and(|of| of.contains(grade))
        };
        let is_told = grade.level() == Level::Preschool && known.targets().any(|row| about(&row));
        if is_told && !has_rolls {
            findings.push(finding(FindingCode::TargetWithoutRolls).fact("grade", grade));
        }
        if let Some((path, (year, rate))) = path.and_then(|path| Some((path, path.to.last()?))) {
            findings.push(
                finding(FindingCode::TargetsUsed)
                    .fact("grade", grade)
                    .fact("from_year", path.from.0)
                    .fact("from_pct", percent(path.from.1))
                    .fact("to_year", year)
                    .fact("to_pct", percent(*rate)),
            );
        }
    }
    if other > 0 {
        findings.push(finding(FindingCode::TargetsNotForecast).count(other));
    }
    if !unknown.is_empty() {
        let count = u64::try_from(unknown.len()).unwrap_or(u64::MAX);
        unknown.sort();
        unknown.dedup();
        let found = finding(FindingCode::TargetLevelUnknown).count(count);
        findings.push(found.fact("values", unknown.join(", ")));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_runs_in_even_steps_and_stays() {
        let year = SchoolYear;
        let path = Path { from: (year(2026), 0.8), to: vec![(year(2028), 0.9), (year(2030), 1.0)] };
        let rates = [2026, 2027, 2028, 2029, 2030, 2035].map(|at| path.at(year(at)));
        for (rate, expected) in rates.into_iter().zip([0.8, 0.85, 0.9, 0.95, 1.0, 1.0]) {
            assert!((rate - expected).abs() < 1e-12, "{rates:?}");
        }
    }

    #[test]
    fn levels_are_grades_or_preschool_as_a_whole() {
        let preschool = vec![Grade::Preschool3, Grade::Preschool4, Grade::Preschool5];
        assert_eq!(grades_of("preschool"), Some(preschool.clone()));
        assert_eq!(grades_of(" Mẫu giáo "), Some(preschool));
        assert_eq!(grades_of("preschool-5"), Some(vec![Grade::Preschool5]));
        assert_eq!(grades_of("toàn phường"), None);
    }
}

//! Frozen Decembers: what a forecast said, and how wrong it turned out, part by part.
//!
//! Pupils come about in a chain, and the error is taken apart along it: what was said is replaced,
//! link by link, by what happened.
//!
//! ```text
//! V₀ = k·(start·m + housing)      said, by the capture alone
//! V₁ = k·(start'·m + housing)     with the cohort as it was
//! V₂ = k·(children' − housing' + housing)   with the movement as it was
//! V₃ = k·children'                with the housing as it was
//! V₄ = intake'                    with the capture as it was
//! ```
//!
//! `'` marks what happened, `k` is the capture said and `m` the movement said. The parts are
//! V₀ − V₁ (cohort), V₁ − V₂ (movement), V₂ − V₃ (housing) and V₃ − V₄ (capture), so they add up to
//! the error whatever the numbers. Where a link is not known its two neighbours cannot be told
//! apart and are given together.
//!
//! Nobody counts who came with new housing. `housing'` is what the same rule makes of the handovers
//! as the table `housing` has them by now: those that were put off, given up or announced later.

use crate::december::{BaseRow, Projected, forecast};
use crate::panel::{Known, Panel};
use crate::{ForecastSettings, History};
use phantuyen_model::{
    AreaCode, ErrorPart, ErrorParts, ForecastRow, FrozenForecast, FrozenScore, Grade, RegisterYear,
    SaidRow, SchoolYear, UnitLevel,
};
use std::collections::BTreeMap;

/// What a forecast says, as it is to be kept: one row a grade, school year and unit.
pub fn said(projected: &Projected) -> Vec<SaidRow> {
    let base: BTreeMap<_, &BaseRow> = projected
        .base
        .iter()
        .map(|base| ((base.grade, base.school_year, base.area_code.clone()), base))
        .collect();
    let mut said: Vec<SaidRow> = Vec::new();
    let rows: Vec<&ForecastRow> = projected.forecast.rows.iter().collect();
    let same = |a: &&ForecastRow, b: &&ForecastRow| {
        (a.grade, a.school_year, &a.area_code) == (b.grade, b.school_year, &b.area_code)
    };
    for levels in rows.chunk_by(same) {
        let row = levels[0];
        let key = (row.grade, row.school_year, row.area_code.clone());
        let Some(base) = base.get(&key) else { continue };
        let parts = &base.parts;
        let start = parts.cohort + parts.births;
        let children = start + parts.movement + parts.housing;
        said.push(SaidRow {
            grade: row.grade,
            area_code: row.area_code.clone(),
            school_year: row.school_year,
            horizon: row.horizon,
            is_intake: base.capture.is_some(),
            mean: row.mean,
            pupils: row.pupils,
            ranges: levels.iter().map(|row| (row.lower, row.upper)).collect(),
            start: Some(start),
            children: Some(children),
            housing: parts.housing,
            captured: Some(children + parts.capture.sum()),
        });
    }
    said
}

/// Sets what was said beside what is known by now; rows of which nothing has happened yet are
/// left out. Everything in `history` may be used.
pub fn score_frozen(history: &History, frozen: &FrozenForecast) -> Vec<FrozenScore> {
    let Some(panel) = Panel::new(history) else { return Vec::new() };
    let housing = housing_by_now(history, frozen);
    let facts = Facts { panel: &panel, areas: history.cohorts.areas(), housing };
    frozen.said.iter().filter_map(|row| facts.score(frozen, row)).collect()
}

/// A number of a forecast: grade, school year and unit.
type Key = (Grade, SchoolYear, Option<AreaCode>);

/// Children of new housing as the forecast would have had them with the handovers known by now;
/// `None` where no housing is known.
fn housing_by_now(history: &History, frozen: &FrozenForecast) -> Option<BTreeMap<Key, f64>> {
    if history.information.housing.is_empty() {
        return None;
    }
    // Registers end at the origin, so that the forecast takes all information there is by now.
    let mut then = history.until(frozen.origin);
    then.information = history.information.clone();
    let settings = ForecastSettings {
        grades: Grade::ENTRY.to_vec(),
        horizon: frozen.settings.horizon,
        history_years: frozen.settings.history_years,
        levels_pct: frozen.settings.levels_pct.clone(),
    };
    let again = forecast(&then, frozen.origin, &settings).ok()?;
    let rows = again.base.into_iter();
    Some(rows.map(|b| ((b.grade, b.school_year, b.area_code), b.parts.housing)).collect())
}

/// What has happened.
struct Facts<'a> {
    panel: &'a Panel,
    areas: &'a [AreaCode],
    housing: Option<BTreeMap<Key, f64>>,
}

/// What happened to one cohort of one unit.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Happened {
    /// Children that the cohort started with, by the lists as they are now.
    start: Option<f64>,
    /// Children of the entry age in the register of the school year.
    children: Option<f64>,
    /// Of these, children who came with new housing.
    housing: Option<f64>,
    /// Pupils, or the children where these were forecast.
    target: f64,
}

impl Facts<'_> {
    fn score(&self, frozen: &FrozenForecast, row: &SaidRow) -> Option<FrozenScore> {
        let unit = match &row.area_code {
            Some(code) => Some(self.areas.binary_search(code).ok()?),
            None => None,
        };
        let (&(lower, upper), level_pct) =
            (row.ranges.first()?, *frozen.settings.levels_pct.first()?);
        let age = row.grade.age();
        let children = self.children(row.school_year.0, age, unit);
        let target =
            if row.is_intake { self.intake(row.grade, row.school_year, unit)? } else { children? };
        let is_born = row.horizon <= age;
        let start = if is_born {
            self.children(frozen.origin.0, age - row.horizon, unit)
        } else {
            self.children(row.grade.birth_year(row.school_year), 0, unit)
        };
        let key = (row.grade, row.school_year, row.area_code.clone());
        let housing = match &self.housing {
            Some(by_now) => by_now.get(&key).copied(),
            None => (row.housing == 0.0).then_some(0.0),
        };
        let happened = Happened { start, children, housing, target };
        Some(FrozenScore {
            origin: frozen.origin,
            version: frozen.version,
            hindsight: frozen.hindsight,
            grade: row.grade,
            area_code: row.area_code.clone(),
            level: if unit.is_some() { UnitLevel::Area } else { UnitLevel::Ward },
            school_year: row.school_year,
            horizon: row.horizon,
            is_intake: row.is_intake,
            said: row.mean,
            lower,
            upper,
            level_pct,
            happened: target,
            error: row.mean - target,
            is_inside: (lower..=upper).contains(&target),
            parts: take_apart(row, &happened),
        })
    }

    /// Children of an age in the register of a year, where there is one that knows them.
    fn children(&self, year: i32, age: u32, unit: Option<usize>) -> Option<f64> {
        let known: Known<'_> = self.panel.until(RegisterYear(year))?;
        let age = usize::try_from(age).ok()?;
        let count = match unit {
            Some(area) => known.children(known.last, age)[area],
            None => known.ward_children(known.last, age),
        };
        (!count.is_nan()).then_some(count)
    }

    fn intake(&self, grade: Grade, year: SchoolYear, unit: Option<usize>) -> Option<f64> {
        let actual = self.panel.actual(grade, year.0).filter(|_| self.panel.has_intake(grade))?;
        let count = match unit {
            Some(area) => actual.areas?[area],
            None => actual.ward?,
        };
        (!count.is_nan()).then_some(count)
    }
}

/// Takes the error apart along the chain of the head of this file.
fn take_apart(said: &SaidRow, happened: &Happened) -> ErrorParts {
    let captured = said.captured.unwrap_or(said.mean);
    let mut parts = ErrorParts { adjusted: said.mean - captured, ..ErrorParts::default() };
    let capture = said.children.map(|children| ratio(captured, children));
    let movement = said.children.zip(said.start).map(|(c, start)| ratio(c - said.housing, start));
    // Written so that a link that was right changes nothing at all, not even a last digit.
    let cohort = capture.zip(movement).zip(said.start.zip(happened.start));
    let with_children = capture.zip(happened.children).map(|(k, children)| k * children);
    let housing = capture.zip(happened.housing).map(|(k, housing)| k * (said.housing - housing));
    let links = [
        cohort.map(|((k, m), (start, happened))| captured - k * m * (start - happened)),
        with_children.zip(housing).map(|(children, housing)| children + housing),
        with_children,
        Some(happened.target),
    ];
    let mut before = captured;
    let mut open = Vec::new();
    for (part, link) in ErrorPart::ALL.into_iter().zip(links) {
        open.push(part);
        let Some(after) = link else { continue };
        if open.len() == 1 {
            parts.set(part, before - after);
        } else {
            parts.together += before - after;
            parts.not_told.append(&mut open);
        }
        open.clear();
        before = after;
    }
    parts
}

/// What was said for each one at the start; 1 where nobody was.
fn ratio(end: f64, start: f64) -> f64 {
    if start > 0.0 { end / start } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 100 children of the register become 110, 4 of them in new housing; 99 enrol, and rolls add 1.
    fn row() -> SaidRow {
        SaidRow {
            grade: Grade::G1,
            area_code: None,
            school_year: SchoolYear(2027),
            horizon: 1,
            is_intake: true,
            mean: 100.0,
            pupils: 100,
            ranges: vec![(90.0, 110.0)],
            start: Some(100.0),
            children: Some(110.0),
            housing: 4.0,
            captured: Some(99.0),
        }
    }

    fn all() -> Happened {
        let (start, children, housing) = (Some(98.0), Some(102.0), Some(1.0));
        Happened { start, children, housing, target: 88.0 }
    }

    fn close(part: Option<f64>, expected: f64) {
        let part = part.expect("a part that can be told");
        assert!((part - expected).abs() < 1e-9, "{part} is not {expected}");
    }

    #[test]
    fn each_part_is_what_its_link_changes() {
        // k = 99/110 = 0.9 and m = 106/100 = 1.06.
        let parts = take_apart(&row(), &all());
        close(parts.cohort, 0.9 * 1.06 * 2.0);
        close(parts.movement, 0.9 * (98.0 * 1.06 - (102.0 - 1.0)));
        close(parts.housing, 0.9 * 3.0);
        close(parts.capture, 0.9 * 102.0 - 88.0);
        assert_eq!((parts.adjusted, parts.together), (1.0, 0.0));
        assert!((parts.sum() - 12.0).abs() < 1e-9);
    }

    #[test]
    fn what_cannot_be_told_apart_is_given_together_and_the_sum_holds() {
        let without = |change: fn(&mut Happened)| {
            let mut happened = all();
            change(&mut happened);
            take_apart(&row(), &happened)
        };
        let cases = [
            (without(|h| h.start = None), vec![ErrorPart::Cohort, ErrorPart::Movement]),
            (without(|h| h.housing = None), vec![ErrorPart::Movement, ErrorPart::Housing]),
            (
                without(|h| (h.children, h.housing) = (None, None)),
                vec![ErrorPart::Movement, ErrorPart::Housing, ErrorPart::Capture],
            ),
            (without(|h| (h.start, h.children) = (None, None)), ErrorPart::ALL.to_vec()),
        ];
        for (parts, not_told) in cases {
            assert_eq!(parts.not_told, not_told);
            assert!((parts.sum() - 12.0).abs() < 1e-9);
            assert!(not_told.iter().all(|part| parts.part(*part).is_none()));
        }
    }

    #[test]
    fn an_area_that_was_empty_has_a_ratio_of_one() {
        let said = SaidRow {
            mean: 0.0,
            start: Some(0.0),
            children: Some(0.0),
            housing: 0.0,
            captured: Some(0.0),
            ..row()
        };
        let happened =
            Happened { start: Some(2.0), children: Some(3.0), housing: Some(0.0), target: 3.0 };
        let parts = take_apart(&said, &happened);
        close(parts.cohort, -2.0);
        close(parts.movement, -1.0);
        close(parts.capture, 0.0);
        assert_eq!(parts.sum(), -3.0);
    }
}

//! Whether the counted cohorts are plausible from one register to the next.

use crate::log::Log;
use phantuyen_model::{AreaCode, CohortRow, Finding, FindingCode, RegisterYear};
use std::collections::{BTreeMap, BTreeSet};

/// Children from which a cohort is large enough for a jump to mean something.
const LARGE_COHORT: u64 = 30;

/// The growth, or its inverse, beyond which a year's change is implausible.
const JUMP: u64 = 3;

/// Reports years without a register between others.
pub(crate) fn register_gaps(cohorts: &[CohortRow], place: &Finding, log: &mut Log) {
    let years: BTreeSet<RegisterYear> =
        cohorts.iter().filter_map(|row| RegisterYear::of(row.as_of)).collect();
    let (Some(first), Some(last)) = (years.first(), years.last()) else { return };
    for year in (first.0..last.0).filter(|year| !years.contains(&RegisterYear(*year))) {
        let code = FindingCode::RegisterGap;
        let finding = Finding { code, severity: code.severity(), ..place.clone() };
        log.add_value(finding, &year.to_string());
    }
}

/// Reports cohorts of at least 30 children that more than triple, or fall below a third, within a
/// year: an area renumbered, a list cut off, a bloc counted twice. One finding an area.
pub(crate) fn cohort_jumps(cohorts: &[CohortRow], place: &Finding, log: &mut Log) {
    let mut counts: BTreeMap<(&AreaCode, RegisterYear), BTreeMap<i32, u64>> = BTreeMap::new();
    for row in cohorts {
        let Some(year) = RegisterYear::of(row.as_of) else { continue };
        let cohort = counts.entry((&row.area_code, year)).or_default();
        *cohort.entry(row.birth_year).or_insert(0) += u64::from(row.headcount);
    }
    for ((area, year), before) in &counts {
        let next = RegisterYear(year.0 + 1);
        let Some(after) = counts.get(&(*area, next)) else { continue };
        // A birth year beyond the ages that the later register holds is not a jump to zero.
        let Some(oldest) = after.keys().next() else { continue };
        for (birth_year, &from) in before.range(oldest..) {
            let to = after.get(birth_year).copied().unwrap_or(0);
            if from >= LARGE_COHORT && (to > from * JUMP || to * JUMP < from) {
                let code = FindingCode::CohortJump;
                let finding = Finding { code, severity: code.severity(), ..place.clone() };
                let change = format!("{birth_year}: {from} → {to} ({})", next.0);
                log.add_value(finding.area(area), &change);
            }
        }
    }
}

/// Reports areas of today without any child in the last register, although others have some: an
/// area forgotten in the list, or renumbered. Told of areas that had children a year earlier, and
/// of those that never had any; one that was empty a year ago and not always is not told again.
pub(crate) fn areas_without_children(
    cohorts: &[CohortRow],
    today: &BTreeSet<AreaCode>,
    place: &Finding,
    log: &mut Log,
) {
    let mut counts: BTreeMap<RegisterYear, BTreeMap<&AreaCode, u64>> = BTreeMap::new();
    for row in cohorts.iter().filter(|row| row.headcount > 0) {
        let Some(year) = RegisterYear::of(row.as_of) else { continue };
        let areas = counts.entry(year).or_default();
        *areas.entry(&row.area_code).or_insert(0) += u64::from(row.headcount);
    }
    let dated = cohorts.iter().filter_map(|row| RegisterYear::of(row.as_of));
    let Some(last) = dated.max() else { return };
    if !counts.contains_key(&last) {
        return;
    }
    let ever: BTreeSet<&AreaCode> =
        counts.values().flat_map(|areas| areas.keys().copied()).collect();
    let children = |year: RegisterYear, area: &AreaCode| -> u64 {
        counts.get(&year).and_then(|areas| areas.get(area)).copied().unwrap_or(0)
    };
    for area in today.iter().filter(|area| children(last, area) == 0) {
        let before = children(RegisterYear(last.0 - 1), area);
        if before > 0 || !ever.contains(area) {
            let code = FindingCode::AreaWithoutChildren;
            let finding = Finding { code, severity: code.severity(), ..place.clone() };
            log.add(finding.area(area).fact("register", last.0).fact("before", before));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(area: &str, year: i32, birth_year: i32, headcount: u32) -> CohortRow {
        CohortRow {
            area_code: AreaCode::new(area),
            as_of: RegisterYear(year).date(),
            birth_year,
            headcount,
            residence: None,
        }
    }

    #[test]
    fn only_large_cohorts_jump() {
        let rows = [
            row("A", 2024, 2018, 30),
            row("A", 2025, 2018, 9),
            row("A", 2024, 2019, 29),
            row("A", 2025, 2019, 0),
            row("B", 2024, 2018, 40),
            row("B", 2025, 2018, 120),
            row("B", 2026, 2018, 361),
        ];
        let mut log = Log::default();
        cohort_jumps(&rows, &Finding::new(FindingCode::CohortJump), &mut log);
        let findings = log.into_findings();
        let told: Vec<&str> = findings.iter().map(|f| f.facts["values"].as_str()).collect();
        assert_eq!(told, ["2018: 30 → 9 (2025)", "2018: 120 → 361 (2026)"]);
    }

    #[test]
    fn huge_cohorts_are_compared_without_overflow() {
        let rows = [
            row("A", 2024, 2018, 4_000_000_000),
            row("A", 2024, 2018, 4_000_000_000),
            row("A", 2025, 2018, 4_000_000_000),
        ];
        let mut log = Log::default();
        cohort_jumps(&rows, &Finding::new(FindingCode::CohortJump), &mut log);
        assert!(log.into_findings().is_empty());
    }

    #[test]
    fn areas_without_children_are_told_once() {
        let today: BTreeSet<AreaCode> =
            ["A", "B", "C", "D", "E"].map(AreaCode::new).into_iter().collect();
        let rows = [
            row("A", 2025, 2018, 3),
            row("A", 2026, 2018, 3),
            row("B", 2025, 2018, 4),
            row("B", 2025, 2019, 2),
            row("B", 2026, 2018, 0),
            // Empty for more than a year, and so not told; D never had a child.
            row("C", 2024, 2018, 5),
            row("E", 2025, 2018, 1),
        ];
        let mut log = Log::default();
        let place = Finding::new(FindingCode::CohortJump);
        areas_without_children(&rows, &today, &place, &mut log);
        let findings = log.into_findings();
        let told: Vec<(&str, &str, &str)> = findings
            .iter()
            .map(|f| {
                let area = f.area_code.as_ref().map_or("", |area| area.as_str());
                (area, f.facts["register"].as_str(), f.facts["before"].as_str())
            })
            .collect();
        assert_eq!(told, [("B", "2026", "6"), ("D", "2026", "0"), ("E", "2026", "1")]);
        let mut log = Log::default();
        areas_without_children(&[row("A", 2026, 2018, 0)], &today, &place, &mut log);
        assert!(log.into_findings().is_empty(), "nobody has children: not this finding");
    }

    #[test]
    fn a_missing_year_is_told() {
        let mut log = Log::default();
        let rows = [row("A", 2020, 2018, 1), row("A", 2023, 2018, 1)];
        register_gaps(&rows, &Finding::new(FindingCode::RegisterGap), &mut log);
        let findings = log.into_findings();
        assert_eq!((findings[0].count, findings[0].facts["values"].as_str()), (2, "2021, 2022"));
    }
}

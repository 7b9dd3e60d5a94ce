//! Lower secondary schools that follow the primary schools.
//!
//! Where the table `feeders` says which lower secondary schools a primary school feeds, a pupil
//! whose area goes elsewhere is off the feeders. Where no table says, the areas of one primary
//! school should go to one lower secondary school: each further one counts (`units.rs`).

use super::units::Grouping;
use crate::ProblemParts;
use crate::problem::Codes;
use phantuyen_model::{AreaCode, Finding, FindingCode, SchoolCode, Severity};
use std::collections::BTreeSet;

/// Primary schools as groups of areas, and the pairs off the feeders.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Feeders {
    /// The areas of each primary school.
    pub(crate) primaries: Grouping,
    /// Whether the area's primary school feeds other schools than this one, by area, then school;
    /// empty where no table says.
    pub(crate) off: Vec<bool>,
}

/// What is known of the primary schools. A row of the table whose lower secondary school does not
/// take the grade is left aside with a finding; a primary school that feeds none of the schools
/// binds nobody.
pub(crate) fn feeders(parts: &ProblemParts, codes: &Codes, findings: &mut Vec<Finding>) -> Feeders {
    let primary_of = |area: &AreaCode| parts.primaries.of_area.get(area).map(SchoolCode::as_str);
    let areas = || parts.demand.iter().map(|demand| &demand.area_code);
    let primaries = Grouping::by(areas(), primary_of);
    let Some(rows) = &parts.primaries.feeders else {
        return Feeders { primaries, off: Vec::new() };
    };
    let mut fed: BTreeSet<(&SchoolCode, usize)> = BTreeSet::new();
    for row in rows.iter().filter(|row| row.share > 0.0) {
        match codes.schools.get(&row.to_school) {
            Some(&school) => drop(fed.insert((&row.from_school, school))),
            None => {
                let finding = Finding::new(FindingCode::SchoolNotOfGrade).table("feeders");
                let finding = finding.severity(Severity::Warning).fact("grade", parts.grade);
                findings.push(finding.fact("school", &row.to_school));
            }
        }
    }
    let known = |from: &SchoolCode| fed.iter().any(|(primary, _)| *primary == from);
    let unknown = areas().filter(|area| !parts.primaries.of_area.contains_key(*area)).count();
    if unknown > 0 {
        let finding = Finding::new(FindingCode::PrimaryUnknown).table("feeders");
        findings.push(finding.count(u64::try_from(unknown).unwrap_or(u64::MAX)));
    }
    let off = areas().flat_map(|area| {
        let primary = parts.primaries.of_area.get(area).filter(|primary| known(primary));
        let fed = &fed;
        (0..parts.schools.len())
            .map(move |school| primary.is_some_and(|from| !fed.contains(&(from, school))))
    });
    Feeders { primaries, off: off.collect() }
}

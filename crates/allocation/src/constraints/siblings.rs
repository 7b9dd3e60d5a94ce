//! Brothers and sisters at one school.
//!
//! The table `siblings` says how many pupils of an area have an older brother or sister at a
//! school. Sending the area elsewhere parts them:
//!
//! ```text
//! apart(a, s) = Σ_{s' ≠ s} siblings(a, s')
//! ```

use crate::ProblemParts;
use crate::problem::Codes;
use crate::rounding::PART_OF_A_PUPIL;
use phantuyen_model::{Finding, FindingCode, SchoolCode, Severity};
use std::collections::BTreeMap;

/// Pupils parted from a brother or sister, by area, then school; empty where no table says.
///
/// Rows of a school that does not take the grade are left aside with a finding: those pupils are
/// apart in every plan. More siblings than pupils in an area is a finding, too.
pub(crate) fn apart(parts: &ProblemParts, codes: &Codes, findings: &mut Vec<Finding>) -> Vec<f64> {
    let rows = || parts.siblings.iter().filter(|row| row.grade == parts.grade);
    if rows().next().is_none() {
        return Vec::new();
    }
    let schools = parts.schools.len();
    let mut at = vec![0.0; parts.demand.len() * schools];
    let mut elsewhere: BTreeMap<&SchoolCode, u64> = BTreeMap::new();
    for row in rows() {
        let Some(&area) = codes.areas.get(&row.area_code) else {
            let finding = Finding::new(FindingCode::UnknownArea).table("siblings");
            let finding = finding.area(&row.area_code).column("area_code");
            findings.push(finding.fact("values", &row.area_code));
            continue;
        };
        if !row.pupils.is_finite() || row.pupils < 0.0 {
            let finding = Finding::new(FindingCode::BadValue).table("siblings").column("pupils");
            let finding = finding.area(&row.area_code).fact("values", row.pupils);
            findings.push(finding.fact("expected", "≥ 0"));
            continue;
        }
        match codes.schools.get(&row.school_code) {
            Some(&school) => at[area * schools + school] += row.pupils,
            None => *elsewhere.entry(&row.school_code).or_insert(0) += 1,
        }
    }
    for (school, count) in elsewhere {
        let finding = Finding::new(FindingCode::SchoolNotOfGrade).table("siblings");
        let finding = finding.severity(Severity::Warning).count(count);
        findings.push(finding.fact("school", school).fact("grade", parts.grade));
    }
    let mut apart = at.clone();
    for (area, demand) in parts.demand.iter().enumerate() {
        let own = area * schools..(area + 1) * schools;
        let all: f64 = at[own.clone()].iter().sum();
        if all > demand.pupils + PART_OF_A_PUPIL {
            let finding = Finding::new(FindingCode::SiblingsAbovePupils).table("siblings");
            let finding = finding.area(&demand.area_code).fact("siblings", all);
            findings.push(finding.fact("pupils", demand.pupils));
        }
        apart[own].iter_mut().for_each(|here| *here = all - *here);
    }
    apart
}

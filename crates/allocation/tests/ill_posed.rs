//! What a problem refuses or tells about siblings, feeders, years and futures.
//!
//! Two areas side by side, a school in each with ten seats.

use phantuyen_allocation::{Demand, Primaries, Problem, ProblemParts, SchoolSeats, YearParts};
use phantuyen_model::{
    Adjacency, AreaCode, DemandDraws, Distances, FeederRow, FindingCode, Grade, Metres, SchoolCode,
    SchoolYear, Severity, SiblingsRow,
};

const GRADE: Grade = Grade::G6;
const YEAR: SchoolYear = SchoolYear(2027);

fn area(number: usize) -> AreaCode {
    AreaCode::new(format!("A{number}"))
}

fn school(number: usize) -> SchoolSeats {
    SchoolSeats {
        school_code: SchoolCode::new(format!("S{number}")),
        area_code: Some(area(number)),
        seats: 10.0,
        classes: None,
        class_size: Some(5),
        rooms: None,
    }
}

fn demand(pupils: f64) -> Vec<Demand> {
    let one = |a| Demand { area_code: area(a), pupils, lower: None, upper: None };
    (0..2).map(one).collect()
}

fn parts() -> ProblemParts {
    let way =
        |a: usize, s: usize| (area(a), school(s).school_code, Metres(100.0 + a.abs_diff(s) as f64));
    ProblemParts {
        demand: demand(6.0),
        schools: vec![school(0), school(1)],
        distances: Distances::from_pairs([way(0, 0), way(0, 1), way(1, 0), way(1, 1)]),
        adjacency: Adjacency::from_pairs([(area(0), area(1))]),
        ..ProblemParts::of(GRADE, YEAR)
    }
}

/// The findings of parts by code and severity, whether they stop the problem or not.
fn found(parts: ProblemParts) -> Vec<(FindingCode, Severity)> {
    let findings = match Problem::new(parts) {
        Ok((_, findings)) | Err(findings) => findings,
    };
    findings.iter().map(|finding| (finding.code, finding.severity)).collect()
}

fn futures(areas: usize, pupils: f64) -> DemandDraws {
    let draws = vec![vec![pupils; areas]; 4];
    DemandDraws { grade: GRADE, school_year: YEAR, areas: (0..areas).map(area).collect(), draws }
}

#[test]
fn siblings_beyond_the_pupils_or_at_a_school_of_another_grade_are_told() {
    let row = |school: &str, pupils| SiblingsRow {
        grade: GRADE,
        area_code: area(0),
        school_code: SchoolCode::new(school),
        pupils,
    };
    let mut parts = parts();
    parts.siblings = vec![row("S1", 7.0), row("TH9", 1.0)];
    let told = found(parts.clone());
    assert!(told.contains(&(FindingCode::SiblingsAbovePupils, Severity::Warning)), "{told:?}");
    assert!(told.contains(&(FindingCode::SchoolNotOfGrade, Severity::Warning)), "{told:?}");
    parts.siblings = vec![row("S1", f64::NAN)];
    assert_eq!(found(parts), [(FindingCode::BadValue, Severity::Error)]);
}

#[test]
fn feeders_without_primary_schools_are_told() {
    let mut parts = parts();
    let row = |to: &str| FeederRow {
        from_school: SchoolCode::new("P"),
        to_school: SchoolCode::new(to),
        share: 1.0,
    };
    parts.primaries = Primaries {
        of_area: [(area(0), SchoolCode::new("P"))].into_iter().collect(),
        feeders: Some(vec![row("S0"), row("CS9")]),
    };
    let told = found(parts);
    let warned = |code| (code, Severity::Warning);
    assert_eq!(told, [warned(FindingCode::SchoolNotOfGrade), warned(FindingCode::PrimaryUnknown)]);
}

#[test]
fn schools_that_open_or_close_on_the_way_are_told_and_years_must_hold_numbers() {
    let mut parts = parts();
    let later = |year, pupils, schools| YearParts {
        school_year: SchoolYear(year),
        demand: demand(pupils),
        schools,
    };
    parts.later_years = vec![later(2028, 6.0, vec![school(0), school(2)])];
    let told = found(parts.clone());
    let warned = |code| (code, Severity::Warning);
    assert_eq!(
        told,
        [warned(FindingCode::SchoolOpensLater), warned(FindingCode::SchoolClosesLater)]
    );
    parts.later_years = vec![later(2028, f64::INFINITY, vec![school(0), school(1)])];
    let told = found(parts);
    assert!(told.iter().all(|(code, _)| *code == FindingCode::BadValue) && !told.is_empty());
}

#[test]
fn a_bounded_probability_needs_whole_futures_of_each_year() {
    let mut parts = parts();
    parts.settings.max_overload_probability = Some(0.1);
    let refused = |code| (code, Severity::Error);
    assert_eq!(found(parts.clone()), [refused(FindingCode::DrawsMissing)]);
    parts.draws = vec![futures(1, 5.0)];
    let told = found(parts.clone());
    assert!(told.contains(&refused(FindingCode::DrawsIncomplete)), "{told:?}");
    parts.draws = vec![futures(2, f64::NAN)];
    assert!(found(parts.clone()).contains(&refused(FindingCode::DrawsIncomplete)));
    parts.draws = vec![futures(2, 5.0)];
    assert_eq!(found(parts), []);
}

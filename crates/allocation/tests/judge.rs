//! Plans made by hand, and what the judge, the refusal of problems and the baselines say of them.
//!
//! Four areas in a row, a school at each end with 10 seats:
//!
//! ```text
//! A0 (6 pupils, W) – A1 (3) – A2 (2) – A3 (4, E)      1,000 m from one area to the next
//! ```

use phantuyen_allocation::{
    AllocateError, Allocated, AllocationSettings, Contiguity, Demand, OwnArea, Problem,
    ProblemParts, SchoolSeats, Strictness, Violation, Watch, allocate, judge,
};
use phantuyen_model::{
    Adjacency, AreaCode, Distances, FindingCode, Grade, Lock, LockRule, Metres, PlanRow,
    PlanStatus, Reason, SchoolCode, SchoolYear, Severity,
};
use std::sync::atomic::AtomicBool;

fn area(number: usize) -> AreaCode {
    AreaCode::new(format!("A{number}"))
}

fn row_of_four() -> ProblemParts {
    let pupils = [6.0, 3.0, 2.0, 4.0];
    let demand = pupils.iter().enumerate().map(|(a, &pupils)| Demand {
        area_code: area(a),
        pupils,
        lower: Some(pupils - 1.0),
        upper: Some(pupils + 1.0),
    });
    let school = |code: &str, at: usize| SchoolSeats {
        school_code: SchoolCode::new(code),
        area_code: Some(area(at)),
        seats: 10.0,
        classes: None,
        class_size: Some(4),
        rooms: None,
    };
    let distances = (0..4).flat_map(|a| {
        let far = |steps: usize| Metres(1000.0 * steps as f64);
        [(area(a), SchoolCode::new("W"), far(a)), (area(a), SchoolCode::new("E"), far(3 - a))]
    });
    ProblemParts {
        demand: demand.collect(),
        schools: vec![school("W", 0), school("E", 3)],
        distances: Distances::from_pairs(distances),
        adjacency: Adjacency::from_pairs((0..3).map(|a| (area(a), area(a + 1)))),
        settings: AllocationSettings::default(),
        ..ProblemParts::of(Grade::G1, SchoolYear(2027))
    }
}

/// Schools stand in the order of their codes: E is 0, W is 1.
const E: Option<usize> = Some(0);
const W: Option<usize> = Some(1);

fn posed(parts: ProblemParts) -> Problem {
    Problem::new(parts).expect("well posed").0
}

fn solved(parts: ProblemParts) -> Result<Allocated, AllocateError> {
    let interrupted = AtomicBool::new(false);
    allocate(&posed(parts), &Watch { interrupted: &interrupted, progress: &|_| {} })
}

fn codes(parts: ProblemParts) -> Vec<FindingCode> {
    let found = match Problem::new(parts) {
        Ok((_, findings)) | Err(findings) => findings,
    };
    found.iter().map(|finding| finding.code).collect()
}

fn lock(at: usize, school: &str, rule: LockRule) -> Lock {
    Lock {
        grade: Grade::G1,
        area_code: area(at),
        school_code: SchoolCode::new(school),
        rule,
        reason: None,
    }
}

#[test]
fn figures_are_those_of_the_hand() {
    let mut parts = row_of_four();
    parts.settings.target_m = Some(500.0);
    parts.settings.alarm_m = Some(1500.0);
    parts.common_error = 1.0 / 11.0;
    let judgement = judge(&posed(parts), &[W, W, W, E]);
    assert_eq!(judgement.violations, []);
    let figures = judgement.figures;
    // 3 × 1,000 + 2 × 2,000
    assert_eq!((figures.pupils, figures.pupil_m), (15.0, 7000.0));
    assert_eq!(figures.farthest_m, 2000.0);
    assert_eq!((figures.beyond_target, figures.beyond_alarm), (Some(5.0), Some(2.0)));
    assert_eq!((figures.overload_pupils, figures.overloaded_schools), (1.0, 1));
    assert_eq!((figures.moved_pupils, figures.pieces), (None, 2));
    let west = &figures.schools[1];
    assert_eq!((west.areas, west.pupils, west.classes), (3, 11.0, Some(3)));
    // Three areas, each one pupil up or down on its own, and one of eleven shared by all:
    // √(1 + 1 + 1 + 1) = 2, less than the plain sum of 3.
    assert_eq!((west.lower, west.upper), (Some(9.0), Some(13.0)));
}

#[test]
fn own_areas_connect_whoever_has_them() {
    // W has A0, A2 and stands in A0: two pieces. E has A1 and A3, and stands in A3: two pieces.
    let judgement = judge(&posed(row_of_four()), &[W, E, W, E]);
    assert_eq!(judgement.figures.pieces, 4);
    assert_eq!(judgement.violations.len(), 2);
    assert!(judgement.violations.contains(&Violation::Pieces { school: 0, pieces: 2, allowed: 1 }));
    // E has nothing but A2, beside its own area, which W has: E is one piece, W two.
    let judgement = judge(&posed(row_of_four()), &[W, W, E, W]);
    let pieces: Vec<u32> = judgement.figures.schools.iter().map(|s| s.pieces).collect();
    assert_eq!(pieces, [1, 2]);
}

#[test]
fn a_hole_in_the_assignment_is_seen() {
    let judgement = judge(&posed(row_of_four()), &[W, None, E]);
    assert!(judgement.violations.contains(&Violation::Unassigned { area: 1 }));
    assert!(judgement.violations.contains(&Violation::Unassigned { area: 3 }));
}

#[test]
fn the_best_plan_of_the_row_is_found_and_explained() {
    let allocated = solved(row_of_four()).expect("no fault");
    let plan = &allocated.plan;
    assert_eq!(plan.status, PlanStatus::Optimal);
    assert_eq!((plan.objective, plan.bound), (5000.0, 5000.0));
    assert!(plan.figures.assignment.iter().all(|row| row.reason == Reason::Nearest));
}

#[test]
fn a_full_school_is_the_reason_with_its_numbers() {
    let mut parts = row_of_four();
    parts.schools[0].seats = 8.0;
    let plan = solved(parts).expect("no fault").plan;
    // W keeps A0 and has 2 seats left; the 3 pupils of A1 go east.
    let row = &plan.figures.assignment[1];
    assert_eq!(row.school_code.as_str(), "E");
    assert_eq!(row.reason, Reason::NearestFull { seats: 8.0, taken: 6.0, pupils: 3.0 });
}

#[test]
fn practice_fills_by_nearness_and_sends_the_farthest_on() {
    let mut parts = row_of_four();
    parts.schools[0].seats = 8.0;
    let quota = solved(parts).expect("no fault").baselines.nearest_first_quota;
    // One of the three pupils of A1 goes on to E: the area is split.
    let of_a1: Vec<(&str, f64)> =
        quota.assignment[1..3].iter().map(|row| (row.school_code.as_str(), row.pupils)).collect();
    assert_eq!(of_a1, [("E", 1.0), ("W", 2.0)]);
    assert_eq!((quota.overload_pupils, quota.pupils), (0.0, 15.0));
    assert_eq!(quota.pupil_m, 2.0 * 1000.0 + 2000.0 + 2.0 * 1000.0);
}

#[test]
fn forbidden_overload_without_seats_is_proven_and_the_conflict_says_how_many_are_missing() {
    let mut parts = row_of_four();
    parts.settings.overload = Strictness::Forbid;
    parts.schools[0].seats = 6.0;
    parts.schools[1].seats = 6.0;
    assert_eq!(codes(parts.clone()), [FindingCode::SeatsBelowPupils]);
    let allocated = solved(parts).expect("no fault");
    assert_eq!(allocated.plan.status, PlanStatus::Infeasible);
    let conflict = allocated.conflict.expect("a conflict");
    assert_eq!((conflict.seats, conflict.pupils, conflict.missing_seats), (12.0, 15.0, 3.0));
    assert!(allocated.findings.iter().any(|finding| finding.code == FindingCode::NoPlan));
}

#[test]
fn an_island_is_refused_until_a_lock_or_a_link_places_it() {
    let mut parts = row_of_four();
    parts.adjacency = Adjacency::from_pairs([(area(0), area(1)), (area(1), area(3))]);
    assert_eq!(codes(parts.clone()), [FindingCode::AreaCutOff, FindingCode::IslandShort]);
    let mut locked = parts.clone();
    locked.locks.push(lock(2, "W", LockRule::Must));
    let plan = solved(locked).expect("no fault").plan;
    assert_eq!(plan.figures.assignment[2].reason, Reason::Locked);
    assert_eq!(plan.figures.pieces, 3);
    parts.adjacency.join(area(2), area(3));
    assert_eq!(solved(parts).expect("no fault").plan.figures.pieces, 2);
}

#[test]
fn all_faults_of_a_problem_are_told_at_once() {
    let mut parts = row_of_four();
    parts.demand[1].pupils = -1.0;
    parts.locks = vec![
        lock(0, "W", LockRule::Must),
        lock(0, "E", LockRule::Must),
        lock(9, "W", LockRule::Must),
        lock(1, "X", LockRule::Never),
    ];
    parts.schools[1].area_code = Some(area(0));
    parts.settings.own_area = OwnArea::Must;
    let found = codes(parts);
    for code in [
        FindingCode::BadValue,
        FindingCode::LocksClash,
        FindingCode::UnknownArea,
        FindingCode::SchoolNotOfGrade,
        FindingCode::TwoSchoolsOneArea,
    ] {
        assert!(found.contains(&code), "{code} not in {found:?}");
    }
}

#[test]
fn a_clash_names_each_school_once_and_a_school_of_another_grade_is_called_that() {
    let mut parts = row_of_four();
    parts.locks = vec![lock(0, "W", LockRule::Must), lock(0, "W", LockRule::Never)];
    parts.present = vec![PlanRow {
        grade: Grade::G1,
        area_code: area(0),
        school_code: SchoolCode::new("X"),
        share: 1.0,
    }];
    let findings = Problem::new(parts).expect_err("locks clash");
    let of = |code: FindingCode| findings.iter().find(|finding| finding.code == code);
    let clash = of(FindingCode::LocksClash).expect("a clash");
    assert_eq!(clash.facts.get("schools").map(String::as_str), Some("W"));
    let strange = of(FindingCode::SchoolNotOfGrade).expect("a school of another grade");
    assert_eq!(strange.severity, Severity::Warning);
    assert_eq!(strange.facts.get("school").map(String::as_str), Some("X"));
}

#[test]
fn a_school_exactly_as_near_is_the_nearest_and_nobody_is_no_negative_zero() {
    let mut parts = row_of_four();
    let far = |a: usize, school: &str| (area(a), SchoolCode::new(school), Metres(1000.0));
    parts.distances = Distances::from_pairs((0..4).flat_map(|a| [far(a, "W"), far(a, "E")]));
    parts.settings.alarm_m = Some(5000.0);
    let figures = judge(&posed(parts), &[W, W, E, E]).figures;
    for row in &figures.assignment {
        assert_eq!(row.reason, Reason::Nearest);
        assert_eq!(row.nearest_school.as_ref(), Some(&row.school_code));
    }
    assert!(figures.beyond_alarm.is_some_and(f64::is_sign_positive));
    let nobody = judge(&posed(row_of_four()), &[None; 4]).figures;
    let sums = [nobody.pupils, nobody.pupil_m, nobody.overload_pupils, nobody.schools[0].pupils];
    assert!(sums.iter().all(|sum| sum.is_sign_positive()));
}

#[test]
fn an_area_of_unknown_distance_is_refused_and_no_school_too() {
    let mut parts = row_of_four();
    parts.distances =
        Distances::from_pairs((0..3).map(|a| (area(a), SchoolCode::new("W"), Metres(1.0))));
    assert!(codes(parts.clone()).contains(&FindingCode::AreaUnreachable));
    parts.schools.clear();
    assert!(codes(parts).contains(&FindingCode::NoSchoolForGrade));
}

#[test]
fn the_present_plan_counts_by_its_larger_share() {
    let mut parts = row_of_four();
    let row = |at: usize, school: &str, share: f64| PlanRow {
        grade: Grade::G1,
        area_code: area(at),
        school_code: SchoolCode::new(school),
        share,
    };
    parts.present = vec![row(0, "W", 1.0), row(1, "E", 0.4), row(1, "W", 0.6), row(2, "W", 1.0)];
    parts.settings.contiguity = Contiguity::NoNewPieces;
    let found = codes(parts.clone());
    assert_eq!(found, [FindingCode::PresentPlanSplit, FindingCode::PresentPlanIncomplete]);
    let allocated = solved(parts).expect("no fault");
    assert_eq!(allocated.plan.figures.moved_pupils, Some(2.0));
    assert_eq!(allocated.plan.figures.moved_areas, Some(1));
    assert!(!allocated.present_kept);
}

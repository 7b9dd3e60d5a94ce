//! Bad input: each kind gets its finding and its exit code; nothing is left half-written.

use crate::command::{Ran, phantuyen};
use crate::tiny::{Tiny, square};

fn check(tiny: &Tiny) -> Ran {
    phantuyen(&tiny.root, &["check", "--format", "json", "-n"])
}

fn allocate(tiny: &Tiny) -> Ran {
    phantuyen(&tiny.root, &["allocate", "--format", "json"])
}

#[track_caller]
fn has(ran: &Ran, code: &str) {
    assert!(ran.codes().iter().any(|c| c == code), "{code} not in {:?}", ran.codes());
}

#[test]
fn a_sound_ward_passes() {
    let tiny = Tiny::new("sound");
    let ran = check(&tiny);
    assert_eq!(ran.exit, 0, "{}{}", ran.stdout, ran.stderr);
    assert_eq!(allocate(&tiny).exit, 0);
}

#[test]
fn a_missing_file_is_named() {
    let tiny = Tiny::new("missing_file");
    tiny.change(
        "phantuyen.toml",
        "[allocation]",
        "[inputs]\nschools = \"data/truong.csv\"\n[allocation]",
    );
    let ran = check(&tiny);
    has(&ran, "missing_file");
    assert_eq!(ran.exit, 3);
    assert!(ran.stdout.contains("data/truong.csv"));
    assert_eq!(phantuyen(&tiny.root, &["allocate"]).exit, 3);
    assert!(tiny.is_untouched());
}

#[test]
fn a_missing_column_is_named() {
    let tiny = Tiny::new("missing_column");
    tiny.change("data/demand.csv", "pupils", "hoc_sinh");
    let ran = check(&tiny);
    has(&ran, "missing_column");
    has(&ran, "unknown_column");
    assert_eq!(ran.exit, 3);
    assert_eq!(phantuyen(&tiny.root, &["allocate"]).exit, 3);
    assert!(tiny.is_untouched());
}

#[test]
fn an_area_without_polygon_and_a_polygon_without_area_are_both_told() {
    let tiny = Tiny::new("polygons");
    let mut squares: Vec<String> = (1..=8).map(|n| square(&format!("A{n}"), n - 1, 1.0)).collect();
    squares.push(square("A99", 8, 1.0));
    tiny.write_squares(&squares);
    let ran = check(&tiny);
    has(&ran, "area_without_polygon");
    has(&ran, "polygon_without_area");
}

#[test]
fn overlapping_polygons_are_told_with_their_size() {
    let tiny = Tiny::new("overlap");
    let mut squares: Vec<String> = (1..=9).map(|n| square(&format!("A{n}"), n - 1, 1.0)).collect();
    squares[0] = square("A1", 0, 1.5);
    tiny.write_squares(&squares);
    has(&check(&tiny), "polygons_overlap");
}

#[test]
fn an_area_that_no_school_can_be_reached_from_blocks_the_plan() {
    let tiny = Tiny::new("unreachable");
    let pairs = (1..=8)
        .flat_map(|n| [format!("A{n},S1,{}\n", n * 500), format!("A{n},S2,{}\n", 5000 - n * 500)]);
    tiny.write(
        "data/distances.csv",
        &format!("area_code,school_code,distance_m\n{}", pairs.collect::<String>()),
    );
    let ran = phantuyen(&tiny.root, &["allocate", "--lang", "en"]);
    assert_eq!(ran.exit, 3, "{}", ran.stderr);
    assert!(
        ran.stderr.contains("[area_unreachable]") && ran.stderr.contains("A9"),
        "{}",
        ran.stderr
    );
    assert!(tiny.is_untouched());
}

#[test]
fn a_birth_after_the_register_is_an_error_that_does_not_show_the_date() {
    let tiny = Tiny::new("birth");
    tiny.write(
        "data/residents.csv",
        "person_id,birth_date,area_code,as_of\nP1,2020-05-05,A1,2026-12-31\nP2,2027-03-04,A1,2026-12-31\n",
    );
    let ran = check(&tiny);
    has(&ran, "birth_after_register");
    assert_eq!(ran.exit, 3);
    assert!(!(ran.stdout.contains("2027-03-04") || ran.stderr.contains("2027-03-04")));
    assert!(!ran.stdout.contains("P2"));
}

#[test]
fn an_unknown_school_code_blocks() {
    let tiny = Tiny::new("unknown_school");
    tiny.write("data/locks.csv", "grade,area_code,school_code,rule\n1,A1,S7,must\n");
    let ran = check(&tiny);
    has(&ran, "unknown_school");
    assert_eq!(ran.exit, 3);
    assert_eq!(phantuyen(&tiny.root, &["allocate"]).exit, 3);
    // The faulty row alone can be passed over when the office says so.
    assert_eq!(phantuyen(&tiny.root, &["allocate", "-n", "--tam"]).exit, 0);
}

#[test]
fn seats_below_pupils_give_the_least_overload_and_exit_5() {
    let tiny = Tiny::new("seats");
    tiny.change("data/schools.csv", "A1,80", "A1,60");
    tiny.change("phantuyen.toml", "grades", "overload = \"forbid\"\ngrades");
    let ran = allocate(&tiny);
    assert_eq!(ran.exit, 5, "{}", ran.stderr);
    let plan = ran.json()["data"]["plans"][0].clone();
    assert_eq!(plan["status"], "infeasible");
    // 150 pupils, 140 seats, areas in tens: the least that can be over is ten.
    assert_eq!(plan["overload_pupils"], 10.0);
    has(&ran, "seats_below_pupils");
    has(&ran, "no_plan");
    assert!(!tiny.is_untouched(), "the least bad plan is written");
}

#[test]
fn a_misspelt_setting_is_refused_with_a_suggestion() {
    let tiny = Tiny::new("setting");
    tiny.change("phantuyen.toml", "grades", "overlaod = \"forbid\"\ngrades");
    let ran = phantuyen(&tiny.root, &["allocate", "--lang", "en"]);
    assert_eq!(ran.exit, 2);
    assert!(ran.stderr.contains("allocation.overlaod"), "{}", ran.stderr);
    assert!(ran.stderr.contains("did you mean \"overload\"?"), "{}", ran.stderr);
    assert!(tiny.is_untouched());
}

#[test]
fn an_unreadable_workbook_is_exit_6() {
    let tiny = Tiny::new("unreadable");
    std::fs::remove_file(tiny.root.join("data/schools.csv")).expect("removed");
    tiny.write("data/schools.xlsx", "this is no workbook");
    has(&check(&tiny), "unreadable_file");
    assert_eq!(phantuyen(&tiny.root, &["allocate"]).exit, 6);
    assert!(tiny.is_untouched());
}

#[test]
fn several_faults_are_told_at_once() {
    let tiny = Tiny::new("several");
    tiny.change("data/demand.csv", "A2,10", "A2,mười");
    tiny.change("data/demand.csv", "A3,20", "A33,20");
    tiny.write("data/locks.csv", "grade,area_code,school_code,rule\n1,A1,S7,must\n1,A1,S1,may\n");
    let ran = check(&tiny);
    for code in ["bad_value", "unknown_area", "unknown_school"] {
        has(&ran, code);
    }
}

#[test]
fn no_project_and_a_full_folder_are_usage_and_file_errors() {
    let tiny = Tiny::new("no_project");
    assert_eq!(phantuyen(&tiny.root.join("data"), &["check"]).exit, 2);
    let data = tiny.root.join("data");
    let out = crate::tiny::text(&data);
    assert_eq!(phantuyen(&tiny.root, &["check", "-o", out]).exit, 6);
    assert_eq!(phantuyen(&tiny.root, &["chek"]).exit, 2);
}

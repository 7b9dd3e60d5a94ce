//! The wording of messages is reviewed like code: what a clerk reads, in both languages.

use crate::command::phantuyen;
use crate::tiny::Tiny;

/// A ward with one fault of each common kind.
fn faulty(name: &str) -> Tiny {
    let tiny = Tiny::new(name);
    tiny.change("data/demand.csv", "A2,10", "A2,mười");
    tiny.change("data/demand.csv", "A3,20", "A33,20");
    tiny.write("data/locks.csv", "grade,area_code,school_code,rule\n1,A1,S7,must\n1,A1,S1,may\n");
    tiny.write(
        "data/residents.csv",
        "person_id,birth_date,area_code,as_of\nP1,2020-05-05,A1,2026-12-31\nP2,2027-03-04,A1,2026-12-31\n\
         P3,31/02/2020,A1,2026-12-31\nP4,,A1,2026-12-31\n",
    );
    tiny
}

#[test]
fn findings_in_vietnamese() {
    let ran = phantuyen(&faulty("wording_vi").root, &["check", "-n"]);
    insta::assert_snapshot!(ran.stderr);
}

#[test]
fn findings_in_english() {
    let ran = phantuyen(&faulty("wording_en").root, &["check", "-n", "--lang", "en"]);
    insta::assert_snapshot!(ran.stderr);
}

#[test]
fn settings_in_both_languages() {
    let tiny = Tiny::new("wording_settings");
    tiny.change("phantuyen.toml", "grades", "overlaod = \"forbid\"\ngap = 7\ngrades");
    tiny.change("phantuyen.toml", "[allocation]", "[distance]\nmethod = \"roads\"\n[allocation]");
    let vietnamese = phantuyen(&tiny.root, &["allocate"]);
    let english = phantuyen(&tiny.root, &["allocate", "--lang", "en"]);
    assert_eq!((vietnamese.exit, english.exit), (2, 2));
    insta::assert_snapshot!(format!("{}\n{}", vietnamese.stderr, english.stderr));
}

#[test]
fn a_plan_on_screen() {
    let tiny = Tiny::new("wording_plan");
    let ran = phantuyen(&tiny.root, &["allocate", "-n"]);
    // The seconds of the search are the clock's, not the plan's.
    let steady: Vec<&str> = ran.stdout.lines().filter(|line| !line.contains("giây")).collect();
    insta::assert_snapshot!(steady.join("\n"));
}

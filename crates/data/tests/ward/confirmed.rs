//! What was confirmed once is not asked again.

use crate::project::{Project, counts, only};
use phantuyen_data::Confirmed;
use phantuyen_model::FindingCode;

const COHORTS: &str = "area_code,as_of,birth_year,headcount\nKP 21 (cũ P.5),2026-12-31,2020,7\n";

fn confirmed(areas: &[(&str, &str)], files: &[(&str, &str)]) -> Confirmed {
    let own = |pairs: &[(&str, &str)]| {
        pairs.iter().map(|(one, other)| ((*one).to_owned(), (*other).to_owned())).collect()
    };
    Confirmed { areas: own(areas), files: own(files), ..Confirmed::default() }
}

#[test]
fn a_way_of_writing_that_was_confirmed_is_understood() {
    let project = Project::new().with("cohorts.csv", COHORTS);
    assert_eq!(counts(&project.read(), "cohorts"), (1, 0, 1));
    confirmed(&[("kp 21 (cũ P.5)", "KP2")], &[]).write(&project.path).expect("writable");
    let data = project.read();
    assert_eq!(counts(&data, "cohorts"), (1, 1, 0));
    assert_eq!(data.cohorts[0].area_code.as_str(), "KP2");
}

#[test]
fn a_file_that_was_confirmed_is_read_as_its_table() {
    // The columns of two tables: areas that touch, and links.
    let rows = "area_code,area_code_2,neighbour_code\nKP1,KP2,KP2\n";
    let project = Project::new().with("noi.csv", rows);
    let unsure = project.read();
    assert!(unsure.links.is_empty() && unsure.adjacency.is_none());
    assert_eq!(only(&unsure, FindingCode::FileUnsure).file.as_deref(), Some("data/noi.csv"));
    confirmed(&[], &[("data/noi.csv", "links")]).write(&project.path).expect("writable");
    assert_eq!(project.read().links.len(), 1);
}

#[test]
fn confirmations_that_cannot_be_are_told() {
    let project = Project::new().with("cohorts.csv", COHORTS);
    confirmed(&[("KP 21", "KP99")], &[]).write(&project.path).expect("writable");
    assert_eq!(only(&project.read(), FindingCode::ConfirmedAreaUnknown).facts["values"], "KP99");
    std::fs::write(project.path.join(".phantuyen/confirmed.toml"), "what?").expect("writable");
    only(&project.read(), FindingCode::ConfirmedUnreadable);
}

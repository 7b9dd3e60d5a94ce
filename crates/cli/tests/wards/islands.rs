//! The bundled islands: nobody crosses water unless a link says so, and each island is told what it
//! lacks.

use crate::command::{Ran, fresh_folder, phantuyen, workspace};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The ấp of each island, or group of islands that boats join, by the story of the fixture.
const GROUPS: [&[u32]; 3] = [&[1, 2, 3, 4], &[5, 6, 7, 10, 11, 12, 13], &[8, 9]];

fn group_of(area: &str) -> usize {
    let number: u32 = area.trim_start_matches("AP-").parse().expect("AP-…");
    GROUPS.iter().position(|group| group.contains(&number)).expect("a group")
}

/// The area that each school stands in.
fn homes() -> BTreeMap<String, String> {
    let path = workspace().join("fixtures/kien-hai/data/schools.csv");
    let text = fs::read_to_string(path).expect("schools");
    let cells = |line: &str| line.split(',').map(str::to_owned).collect::<Vec<_>>();
    let rows = text.lines().skip(1).map(cells);
    rows.map(|row| (row[0].clone(), row[5].clone())).collect()
}

fn allocate(project: &Path, more: &[&str]) -> Ran {
    phantuyen(project, &[&["allocate", "-n", "--format", "json"], more].concat())
}

#[test]
fn no_pupil_crosses_water_unless_a_link_says_so() {
    let ran = allocate(&workspace().join("fixtures/kien-hai"), &[]);
    assert_eq!(ran.exit, 0, "{}", ran.stderr);
    let homes = homes();
    let document = ran.json();
    let plans = document["data"]["plans"].as_array().expect("plans");
    assert_eq!(plans.len(), 3);
    for plan in plans {
        for row in plan["assignment"].as_array().expect("rows") {
            let code = |key: &str| row[key].as_str().expect("a code").to_owned();
            let home = &homes[&code("school_code")];
            assert_eq!(group_of(&code("area_code")), group_of(home), "{row}");
        }
    }
}

#[test]
fn an_island_that_lacks_seats_is_named() {
    let ran = allocate(&workspace().join("fixtures/kien-hai"), &["--grade", "6"]);
    let document = ran.json();
    let short: Vec<&Value> = document["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .filter(|finding| finding["code"] == "island_short")
        .collect();
    assert_eq!(short.len(), 1, "{short:#?}");
    assert_eq!(
        (short[0]["area_code"].as_str(), short[0]["count"].as_u64()),
        (Some("AP-05"), Some(7))
    );
}

#[test]
fn where_overload_is_forbidden_the_conflict_is_that_islands_own() {
    let from = workspace().join("fixtures/kien-hai");
    let to = fresh_folder("islands_forbid");
    fs::create_dir_all(to.join("data")).expect("data");
    for entry in fs::read_dir(from.join("data")).expect("data") {
        let path = entry.expect("an entry").path();
        fs::copy(&path, to.join("data").join(path.file_name().expect("a name"))).expect("copied");
    }
    let settings = fs::read_to_string(from.join("phantuyen.toml")).expect("settings");
    fs::write(to.join("phantuyen.toml"), format!("{settings}overload = \"forbid\"\n"))
        .expect("settings");
    let ran = allocate(&to, &["--grade", "6"]);
    assert_eq!(ran.exit, 5, "{}", ran.stderr);
    let document = ran.json();
    let conflict = &document["data"]["conflicts"][0];
    let clashes = conflict["clashes"].as_array().expect("clashes");
    assert_eq!(clashes.len(), 1);
    let areas = clashes[0]["areas"].as_array().expect("areas");
    assert!(areas.iter().all(|area| group_of(area.as_str().expect("a code")) == 1));
    assert_eq!(clashes[0]["schools"], serde_json::json!(["CS-2"]));
    let steps: Vec<&str> = conflict["repairs"]
        .as_array()
        .expect("repairs")
        .iter()
        .filter_map(|repair| repair["steps"][0]["step"].as_str())
        .collect();
    // A class on the island, a boat to another island, fuller classes.
    assert!(["classes", "link", "class_size"].iter().all(|step| steps.contains(step)), "{steps:?}");
}

//! Complaints of parents that are on record, each as a small ward: the program avoids the fault,
//! or answers in sentences that a parent can accept.

use crate::command::{fresh_folder, phantuyen};
use serde_json::Value;
use std::fs;
use std::path::PathBuf;

/// A ward of areas A, B, C … in a row, with distances as given.
struct Row {
    root: PathBuf,
}

impl Row {
    /// Pupils of the areas; for each school its seats, the area it stands in (from 0) and the way
    /// to it from each area.
    fn new(name: &str, pupils: &[u32], schools: &[(&str, u32, usize, &[u32])]) -> Self {
        let row = Self { root: fresh_folder(name) };
        fs::create_dir_all(row.root.join("data")).expect("data folder");
        row.write(
            "phantuyen.toml",
            "[ward]\nname = \"Mẫu (hư cấu)\"\ncode = \"00000\"\nschool_year = 2027\nmade_up = true\nterrain = \"plain\"\n\
             [allocation]\ngrades = [\"1\"]\n",
        );
        let code = |place: usize| char::from(b'A' + u8::try_from(place).expect("a short row"));
        let lines =
            |heading: &str, lines: Vec<String>| format!("{heading}\n{}\n", lines.join("\n"));
        let areas = (0..pupils.len()).map(|a| format!("{},Khu phố {}", code(a), a + 1));
        row.write("data/areas.csv", &lines("area_code,name", areas.collect()));
        let demand = pupils.iter().enumerate().map(|(a, n)| format!("{},{n}", code(a)));
        row.write("data/demand.csv", &lines("area_code,pupils", demand.collect()));
        let touching = (1..pupils.len()).map(|a| format!("{},{}", code(a - 1), code(a)));
        row.write("data/adjacency.csv", &lines("area_code,neighbour_code", touching.collect()));
        let mut told = Vec::new();
        let mut ways = Vec::new();
        for (name, seats, home, from) in schools {
            told.push(format!("{name},Tiểu học {name},primary,{},{}", code(*home), seats / 35));
            let way = |(a, metres): (usize, &u32)| format!("{},{name},{metres}", code(a));
            ways.extend(from.iter().enumerate().map(way));
        }
        let heading = "school_code,name,level,area_code,rooms";
        row.write("data/schools.csv", &lines(heading, told));
        row.write("data/distances.csv", &lines("area_code,school_code,distance_m", ways));
        row
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.root.join(name), text).expect("a file is written");
    }

    fn set(&self, keys: &str) {
        let path = self.root.join("phantuyen.toml");
        let text = fs::read_to_string(&path).expect("settings");
        fs::write(path, format!("{text}{keys}\n")).expect("settings are written");
    }

    fn plan(&self) -> Value {
        let ran = phantuyen(&self.root, &["allocate", "-n", "--format", "json"]);
        ran.json()["data"]["plans"][0].clone()
    }

    fn school_of(&self, area: &str) -> String {
        let plan = self.plan();
        let rows = plan["assignment"].as_array().expect("rows");
        let row = rows.iter().find(|row| row["area_code"] == area).expect("the area");
        row["school_code"].as_str().expect("a school").to_owned()
    }

    /// The whole answer about an area, in both languages.
    fn answer(&self, area: &str) -> String {
        let say =
            |lang: &str| phantuyen(&self.root, &["explain", "--area", area, "--lang", lang]).stdout;
        format!("{}\n{}", say("vi"), say("en"))
    }
}

/// S1 at 500 m and S2 at 1 km have room; S3 is 6.5 km away.
fn three_schools(name: &str) -> Row {
    Row::new(
        name,
        &[30, 30, 30, 5],
        &[
            ("S1", 70, 0, &[300, 500, 2000, 7000]),
            ("S2", 70, 2, &[2500, 1000, 300, 6000]),
            ("S3", 70, 3, &[7000, 6500, 6000, 300]),
        ],
    )
}

#[test]
fn five_hundred_metres_from_a_school_but_sent_six_kilometres() {
    assert_eq!(three_schools("complaint_far").school_of("B"), "S1");
}

#[test]
fn sent_far_by_a_decision_it_is_told_which_and_past_which_schools() {
    let row = three_schools("complaint_far_locked");
    row.write(
        "data/locks.csv",
        "grade,area_code,school_code,rule,reason\n1,B,S3,must,trường mới xây\n1,C,S3,must,trường mới xây\n",
    );
    insta::assert_snapshot!(row.answer("B"));
}

#[test]
fn a_few_hundred_metres_from_a_school_but_sent_farther() {
    // A and B fill S1's 70 seats; C is 400 m from S1 and must go 1.5 km to S2.
    let row = Row::new(
        "complaint_near",
        &[40, 30, 30, 10],
        &[("S1", 70, 1, &[300, 200, 400, 1600]), ("S2", 70, 3, &[2900, 2200, 1500, 300])],
    );
    assert_eq!(row.school_of("C"), "S2");
    insta::assert_snapshot!(row.answer("C"));
}

#[test]
fn temporary_residents_are_not_ranked_below_permanent_ones() {
    let ward = |name: &str, of_b: &str| {
        let row = three_schools(name);
        fs::remove_file(row.root.join("data/demand.csv")).expect("no demand");
        let mut rows = String::from("area_code,as_of,birth_year,headcount,residence\n");
        for year in 2021..=2026 {
            for (area, residence) in
                [("A", "permanent"), ("B", of_b), ("C", "permanent"), ("D", "permanent")]
            {
                for age in 0..=10 {
                    rows.push_str(&format!("{area},{year}-12-31,{},30,{residence}\n", year - age));
                }
            }
        }
        row.write("data/cohorts.csv", &rows);
        row.plan()["assignment"].clone()
    };
    assert_eq!(ward("complaint_permanent", "permanent"), ward("complaint_temporary", "temporary"));
}

#[test]
fn renumbered_khu_pho_keep_their_children() {
    let ward = |name: &str, old_code: &str| {
        let row = three_schools(name);
        fs::remove_file(row.root.join("data/demand.csv")).expect("no demand");
        let mut rows = String::from("area_code,as_of,birth_year,headcount\n");
        for year in 2021..=2026 {
            for area in ["A", "B", "C", "D"] {
                let code = if area == "B" && year < 2025 { old_code } else { area };
                for age in 0..=10 {
                    rows.push_str(&format!("{code},{year}-12-31,{},30\n", year - age));
                }
            }
        }
        row.write("data/cohorts.csv", &rows);
        row.write(
            "data/area_changes.csv",
            "old_code,new_code,share,effective\nOLD-7,B,1,2025-07-01\n",
        );
        row.plan()["assignment"].clone()
    };
    assert_eq!(ward("complaint_renumbered", "OLD-7"), ward("complaint_not_renumbered", "B"));
}

#[test]
fn siblings_at_two_schools_are_counted_and_can_be_kept_together() {
    let row = Row::new(
        "complaint_siblings",
        &[30, 20, 30],
        &[("S1", 70, 0, &[300, 1000, 2000]), ("S2", 70, 2, &[2000, 1100, 300])],
    );
    row.write("data/siblings.csv", "grade,area_code,school_code,pupils\n1,B,S2,12\n");
    assert_eq!(row.plan()["siblings_apart"], 12.0);
    row.set("sibling_weight_m = 1000");
    let plan = row.plan();
    assert_eq!((plan["siblings_apart"].as_f64(), row.school_of("B").as_str()), (Some(0.0), "S2"));
}

#[test]
fn another_line_every_year_can_be_ruled_out_and_is_then_the_reason() {
    let row = three_schools("complaint_every_year");
    row.write(
        "data/current_plan.csv",
        "grade,area_code,school_code\n1,A,S1\n1,B,S2\n1,C,S2\n1,D,S3\n",
    );
    assert_eq!(row.school_of("B"), "S1");
    row.set("max_moved_pupils = 0");
    assert_eq!(row.school_of("B"), "S2");
    insta::assert_snapshot!(row.answer("B"));
}

#[test]
fn classes_of_more_than_the_rule_are_spread_over_the_ward() {
    // Last year's lines put 100 pupils into the two classes of S1: 50 in a class.
    let row = Row::new(
        "complaint_classes",
        &[35, 35, 30, 10],
        &[("S1", 70, 0, &[300, 600, 900, 2500]), ("S2", 70, 3, &[2600, 2000, 1300, 300])],
    );
    row.write(
        "data/current_plan.csv",
        "grade,area_code,school_code\n1,A,S1\n1,B,S1\n1,C,S1\n1,D,S2\n",
    );
    let ran = phantuyen(&row.root, &["allocate", "-n", "--format", "json"]).json();
    assert_eq!(ran["data"]["baselines"]["current"][0]["overload_pupils"], 30.0);
    assert_eq!(ran["data"]["plans"][0]["overload_pupils"], 0.0);
    insta::assert_snapshot!(row.answer("C"));
}

#[test]
fn too_few_seats_name_the_conflict_and_three_ways_out() {
    let row = Row::new(
        "conflict_seats",
        &[40, 40, 30, 10],
        &[("S1", 70, 0, &[300, 600, 900, 2500]), ("S2", 35, 3, &[2600, 2000, 1300, 300])],
    );
    row.set("overload = \"forbid\"");
    let ran = phantuyen(&row.root, &["allocate", "-n", "--format", "json"]);
    assert_eq!(ran.exit, 5);
    let conflict = &ran.json()["data"]["conflicts"][0];
    assert_eq!(conflict["clashes"][0]["missing_seats"], 15.0);
    assert_eq!(conflict["clashes"][0]["is_minimal"], true);
    let repairs = conflict["repairs"].as_array().expect("repairs");
    assert!(repairs.len() >= 3, "{repairs:#?}");
    insta::assert_snapshot!(said(&row));
}

#[test]
fn seats_that_would_do_for_pupils_but_not_for_whole_areas() {
    // 105 seats for 100 pupils, but 60 and 40 do not fit into 70 and 35 without parting an area.
    let row = Row::new(
        "conflict_packing",
        &[30, 30, 40],
        &[("S1", 70, 0, &[300, 600, 900]), ("S2", 35, 2, &[1600, 1000, 300])],
    );
    row.set("overload = \"forbid\"");
    let ran = phantuyen(&row.root, &["allocate", "-n", "--format", "json"]);
    assert_eq!(ran.exit, 5);
    let conflict = &ran.json()["data"]["conflicts"][0];
    let steps: Vec<&str> = conflict["repairs"]
        .as_array()
        .expect("repairs")
        .iter()
        .filter_map(|repair| repair["steps"][0]["step"].as_str())
        .collect();
    assert!(steps.contains(&"split_area") && steps.contains(&"classes"), "{steps:?}");
    insta::assert_snapshot!(said(&row));
}

#[test]
fn decisions_that_tear_a_catchment_apart_are_named() {
    // B is bound to S2 at the far end; A and C would have to go round it, and C is bound to S1.
    let row = Row::new(
        "conflict_locks",
        &[20, 20, 20, 20],
        &[("S1", 70, 0, &[300, 600, 900, 2500]), ("S2", 70, 3, &[2600, 2000, 1300, 300])],
    );
    row.write(
        "data/locks.csv",
        "grade,area_code,school_code,rule\n1,B,S2,must\n1,C,S1,must\n1,A,S1,must\n",
    );
    let ran = phantuyen(&row.root, &["allocate", "-n", "--format", "json"]);
    assert_eq!(ran.exit, 5);
    let clash = &ran.json()["data"]["conflicts"][0]["clashes"][0];
    let rules: Vec<&str> = clash["rules"]
        .as_array()
        .expect("rules")
        .iter()
        .filter_map(|r| r["rule"].as_str())
        .collect();
    assert!(rules.contains(&"contiguity") && rules.contains(&"lock"), "{rules:?}");
    insta::assert_snapshot!(said(&row));
}

/// The conflict on screen in both languages, without the seconds of the search.
fn said(row: &Row) -> String {
    let say = |lang: &str| {
        let text = phantuyen(&row.root, &["allocate", "-n", "--lang", lang]).stdout;
        let lines: Vec<&str> = text.lines().filter(|line| !line.contains("giây")).collect();
        lines.join("\n")
    };
    format!("{}\n\n{}", say("vi"), say("en"))
}

#[test]
fn a_merger_that_lengthens_the_way_is_flagged() {
    let row = three_schools("what_if_merger");
    let ran = phantuyen(&row.root, &["simulate", "--merge", "S2>S1", "--format", "json"]);
    assert_eq!(ran.exit, 0, "{}", ran.stderr);
    let grade = &ran.json()["data"]["grades"][0];
    assert_eq!(
        (grade["longer_areas"].as_u64(), grade["longer_pupils"].as_f64()),
        (Some(1), Some(30.0))
    );
    let say =
        |lang: &str| phantuyen(&row.root, &["simulate", "--merge", "S2>S1", "--lang", lang]).stdout;
    insta::assert_snapshot!(format!("{}\n{}", say("vi"), say("en")));
}

#[test]
fn a_name_that_is_nearly_right_is_offered_not_taken() {
    let row = three_schools("near_names");
    let ran = phantuyen(&row.root, &["explain", "--area", "khu pho 2"]);
    assert_eq!(ran.exit, 2);
    assert!(ran.stderr.contains("Khu phố 2 (B)"), "{}", ran.stderr);
    assert_eq!(phantuyen(&row.root, &["explain", "--area", "KHU  PHỐ 2"]).exit, 0);
}

#[test]
fn a_school_tells_who_comes_and_who_nearly_came() {
    let row = Row::new(
        "explain_school",
        &[40, 30, 30, 10],
        &[("S1", 70, 1, &[300, 200, 400, 1600]), ("S2", 70, 3, &[2900, 2200, 1500, 300])],
    );
    let say = |lang: &str| {
        phantuyen(&row.root, &["explain", "--school", "S1", "--prices", "--lang", lang]).stdout
    };
    insta::assert_snapshot!(format!("{}\n{}", say("vi"), say("en")));
}

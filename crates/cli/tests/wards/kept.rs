//! Forecasts that are kept, held against what happens, and the rooms they ask for.

use crate::command::{fresh_folder, phantuyen};
use crate::tiny::text;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

/// Two areas of 20 and 30 children of every age; nobody moves. Half of area A goes to S2.
struct Village {
    root: PathBuf,
}

impl Village {
    fn new(name: &str) -> Self {
        let village = Self { root: fresh_folder(name) };
        fs::create_dir_all(village.root.join("data")).expect("data folder");
        village.write(
            "phantuyen.toml",
            "[ward]\nname = \"Mẫu (hư cấu)\"\ncode = \"00000\"\nschool_year = 2025\nmade_up = true\n",
        );
        village.write("data/areas.csv", "area_code,name\nA,Khu phố 1\nB,Khu phố 2\n");
        village.registers(2020..=2024, 20, 30);
        village.rolls(2020..=2024, 40);
        village
    }

    fn write(&self, name: &str, content: &str) {
        fs::write(self.root.join(name), content).expect("a file is written");
    }

    /// Registers of 31 December, every age from 0 to 12 alike.
    fn registers(&self, years: std::ops::RangeInclusive<i32>, a: u32, b: u32) {
        let mut rows = String::from("area_code,as_of,birth_year,headcount\n");
        for year in years {
            for age in 0..=12 {
                for (area, count) in [("A", a), ("B", b)] {
                    rows.push_str(&format!("{area},{year}-12-31,{},{count}\n", year - age));
                }
            }
        }
        self.write("data/cohorts.csv", &rows);
    }

    fn rolls(&self, years: std::ops::RangeInclusive<i32>, pupils: u32) {
        let rows: String = years.map(|year| format!("{year},1,{pupils}\n")).collect();
        self.write("data/enrollment.csv", &format!("school_year,grade,pupils\n{rows}"));
    }

    fn schools(&self) {
        self.write(
            "data/schools.csv",
            "school_code,name,level,area_code,rooms\nS1,Tiểu học Mẫu 1,primary,A,6\nS2,Tiểu học Mẫu 2,primary,B,3\n",
        );
        self.write(
            "data/current_plan.csv",
            "grade,area_code,school_code,share\n1,A,S1,0.5\n1,A,S2,0.5\n1,B,S2,1\n",
        );
        let mut rows = String::from("school_year,school_code,grade,classes,pupils\n");
        for year in [2023, 2024] {
            for grade in 1..=5 {
                for school in ["S1", "S2"] {
                    rows.push_str(&format!("{year},{school},{grade},1,20\n"));
                }
            }
        }
        self.write("data/classes.csv", &rows);
    }

    fn kept(&self) -> Vec<String> {
        let folder = self.root.join(".phantuyen/forecasts");
        let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
        let mut names: Vec<String> = entries
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    fn run(&self, arguments: &[&str]) -> Value {
        let ran = phantuyen(&self.root, arguments);
        assert_eq!(ran.exit, 0, "{}\n{}", ran.stdout, ran.stderr);
        ran.json()
    }
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

fn row(rows: &Value, is_it: impl Fn(&Value) -> bool) -> &Value {
    rows.as_array().expect("rows").iter().find(|row| is_it(row)).expect("a row")
}

#[test]
fn the_same_forecast_is_kept_once_and_another_beside_it() {
    let village = Village::new("kept_once");
    let json = ["forecast", "--format", "json"];
    let first = village.run(&json)["data"]["kept"].clone();
    assert_eq!((&first["state"], &first["version"]), (&"stored".into(), &1.into()));
    let file = village.root.join(first["path"].as_str().expect("a path"));
    let bytes = fs::read(&file).expect("the kept forecast");
    let again = village.run(&json)["data"]["kept"].clone();
    assert_eq!((&again["state"], &again["sha256"]), (&"unchanged".into(), &first["sha256"]));
    assert_eq!(village.kept(), ["2024-12-31.json"]);

    village.rolls(2020..=2024, 44);
    let ran = phantuyen(&village.root, &json);
    assert!(ran.codes().contains(&"forecast_kept_again".to_owned()));
    assert_eq!(ran.json()["data"]["kept"]["version"], 2);
    assert_eq!(village.kept(), ["2024-12-31.json", "2024-12-31_2.json"]);
    assert!(fs::read(&file).expect("still there") == bytes, "a kept forecast has changed");
}

#[test]
fn a_dry_run_keeps_nothing() {
    let village = Village::new("kept_dry");
    let data = village.run(&["forecast", "--format", "json", "-n"])["data"].clone();
    assert_eq!(data["kept"], Value::Null);
    assert!(!village.root.join(".phantuyen").exists());
}

#[test]
fn what_happened_takes_the_error_apart_by_hand() {
    let village = Village::new("kept_scored");
    village.run(&["forecast", "--format", "json"]);
    // Said: 50 children, of whom 40 of 50 enrol. It happens: 40 children, 36 enrol.
    village.registers(2020..=2024, 20, 30);
    let mut rows = fs::read_to_string(village.root.join("data/cohorts.csv")).expect("cohorts");
    for age in 0..=12 {
        rows.push_str(&format!("A,2025-12-31,{},14\nB,2025-12-31,{},26\n", 2025 - age, 2025 - age));
    }
    village.write("data/cohorts.csv", &rows);
    let rolls = fs::read_to_string(village.root.join("data/enrollment.csv")).expect("rolls");
    village.write("data/enrollment.csv", &format!("{rolls}2025,1,36\n"));

    let data = village.run(&["backtest", "--frozen", "--format", "json", "-n"])["data"].clone();
    let score = row(&data["frozen"], |row| {
        row["grade"] == "1" && row["level"] == "ward" && row["school_year"] == 2025
    });
    let parts = &score["parts"];
    let close = |value: &Value, expected: f64| {
        assert!((number(value) - expected).abs() < 1e-6, "{value} is not {expected}: {score}");
    };
    close(&score["said"], 40.0);
    close(&score["happened"], 36.0);
    close(&score["error"], 4.0);
    close(&parts["cohort"], 0.0);
    close(&parts["movement"], 0.8 * (50.0 - 40.0));
    close(&parts["housing"], 0.0);
    close(&parts["capture"], 0.8 * 40.0 - 36.0);
    close(&parts["together"], 0.0);

    // Every row of every grade adds up, whatever can be told of it.
    for score in data["frozen"].as_array().expect("rows") {
        let part = |name: &str| score["parts"][name].as_f64().unwrap_or(0.0);
        let names = ["cohort", "movement", "housing", "capture", "adjusted", "together"];
        let sum: f64 = names.into_iter().map(part).sum();
        assert!((sum - number(&score["error"])).abs() < 1e-9, "{score}");
    }
}

#[test]
fn an_intake_without_a_register_says_what_it_cannot_tell() {
    let village = Village::new("kept_early");
    village.run(&["forecast", "--format", "json"]);
    village.write("data/actuals.csv", "school_year,grade,pupils\n2025,1,43\n");
    let data = village.run(&["forecast", "--format", "json", "-n"])["data"].clone();
    let score = row(&data["frozen"], |row| row["level"] == "ward" && row["grade"] == "1");
    assert_eq!(score["parts"]["not_told"], serde_json::json!(["movement", "housing", "capture"]));
    assert!((number(&score["parts"]["together"]) + 3.0).abs() < 1e-6, "{score}");
}

#[test]
fn a_project_that_cannot_be_written_gets_a_finding() {
    let village = Village::new("kept_locked");
    lock(&village.root, true);
    let ran = phantuyen(&village.root, &["forecast", "--format", "json"]);
    lock(&village.root, false);
    assert_eq!(ran.exit, 0, "{}", ran.stderr);
    assert!(ran.codes().contains(&"forecast_not_kept".to_owned()));
    assert_eq!(ran.json()["data"]["kept"]["state"], "not_stored");
}

fn lock(folder: &Path, locked: bool) {
    let mut permissions = fs::metadata(folder).expect("a folder").permissions();
    permissions.set_readonly(locked);
    fs::set_permissions(folder, permissions).expect("permissions");
}

#[test]
fn rooms_follow_from_forecast_catchments_and_classes_that_move_up() {
    let village = Village::new("kept_rooms");
    village.schools();
    let out = village.root.join("out");
    let data = village.run(&["forecast", "--format", "json", "-o", text(&out)])["data"].clone();
    // Of 40 pupils, A's 16 are shared 8 and 8; B's 24 go to S2: S1 has 8, S2 has 32 in grade 1.
    let of = |school: &str, year: i32| {
        row(&data["rooms"], |row| row["school_code"] == school && row["school_year"] == year)
            .clone()
    };
    let first = of("S2", 2025);
    assert!((number(&first["grades"][0]["pupils"]) - 32.0).abs() < 1e-6, "{first}");
    // Five classes of which four moved up, in three rooms.
    assert_eq!(first["needed_classes"]["expected"], 5);
    assert_eq!(
        (&first["short_classes"]["expected"], &first["shortage"]),
        (&2.into(), &"likely".into())
    );
    assert_eq!(first["grades"][0]["short_classes"]["expected"], 1);
    assert_eq!(of("S1", 2025)["shortage"], "none");
    let ward = row(&data["rooms"], |row| {
        row["school_code"].is_null() && row["school_year"] == 2025 && row["level"] == "primary"
    });
    assert_eq!(
        (&ward["usable_classes"], &ward["needed_classes"]["expected"]),
        (&9.into(), &10.into())
    );
    let csv = fs::read_to_string(out.join("rooms.csv")).expect("rooms.csv");
    assert!(csv.starts_with("school_code,level,grade,school_year,pupils,"));
    assert!(csv.lines().any(|line| line.starts_with("S2,primary,1,2025,")));
}

#[test]
fn each_number_is_explained_in_both_languages() {
    let village = Village::new("kept_why");
    let sentence = |lang: &str| {
        let arguments = ["forecast", "--format", "json", "-n", "--lang", lang];
        let data = village.run(&arguments)["data"].clone();
        let why = row(&data["explanations"], |row| row["grade"] == "1" && row["area_code"] == "A");
        why["sentence"].as_str().expect("a sentence").to_owned()
    };
    insta::assert_snapshot!(format!("{}\n{}", sentence("vi"), sentence("en")));
}

#[test]
fn the_screen_tells_rooms_and_kept_forecasts() {
    let village = Village::new("kept_screen");
    village.schools();
    phantuyen(&village.root, &["forecast", "-q"]);
    village.write("data/actuals.csv", "school_year,grade,pupils\n2025,1,43\n");
    let forecast = phantuyen(&village.root, &["forecast", "-n", "-q"]).stdout;
    let english = phantuyen(&village.root, &["backtest", "-n", "-q", "--lang", "en"]).stdout;
    insta::assert_snapshot!(format!("{forecast}\n{english}"));
}

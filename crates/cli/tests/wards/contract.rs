//! The contract with scripts: JSON documents, folders, exit codes, languages.

use crate::command::{files_below, fresh_folder, phantuyen};
use crate::tiny::{PUPILS, Tiny, text};
use serde_json::Value;

#[test]
fn the_document_has_the_agreed_shape() {
    let tiny = Tiny::new("envelope");
    let document = phantuyen(&tiny.root, &["allocate", "--format", "json", "-n"]).json();
    assert_eq!(document["schema"], "phantuyen.allocate/1");
    let inputs = document["inputs"].as_array().expect("inputs");
    assert!(inputs.iter().all(|input| input["sha256"].as_str().expect("a hash").len() == 64));
    let plan = &document["data"]["plans"][0];
    for key in [
        "grade",
        "school_year",
        "status",
        "stopped_by",
        "objective",
        "bound",
        "gap",
        "tiers",
        "seconds",
        "pupils",
        "pupil_m",
        "mean_m",
        "farthest_m",
        "beyond_target",
        "beyond_alarm",
        "overload_pupils",
        "overloaded_schools",
        "moved_pupils",
        "moved_areas",
        "pieces",
        "schools",
        "assignment",
    ] {
        assert!(plan.get(key).is_some(), "plan lacks {key}");
    }
    for key in [
        "school_code",
        "areas",
        "pupils",
        "lower",
        "upper",
        "classes",
        "seats",
        "class_size",
        "mean_m",
        "farthest_m",
        "pieces",
    ] {
        assert!(plan["schools"][0].get(key).is_some(), "school lacks {key}");
    }
    for key in [
        "area_code",
        "school_code",
        "pupils",
        "distance_m",
        "nearest_school",
        "reason_code",
        "reason",
    ] {
        assert!(plan["assignment"][0].get(key).is_some(), "assignment lacks {key}");
    }
    for key in ["nearest", "nearest_first_quota"] {
        assert!(document["data"]["baselines"][key][0].get("pupil_m").is_some(), "{key}");
    }
    assert_eq!(plan["pupils"], f64::from(PUPILS.iter().sum::<u32>()));
}

#[test]
fn the_forecast_document_adds_up() {
    let tiny = Tiny::new("forecast_document");
    tiny.with_registers();
    let ran = phantuyen(&tiny.root, &["forecast", "--format", "json", "-n"]);
    assert_eq!(ran.exit, 0, "{}", ran.stderr);
    let document = ran.json();
    let rows = document["data"]["forecasts"].as_array().expect("rows");
    let of = |ward: bool| -> Vec<&Value> {
        rows.iter()
            .filter(|r| {
                r["grade"] == "1" && r["school_year"] == 2027 && r["area_code"].is_null() == ward
            })
            .collect()
    };
    let (ward, areas) = (of(true), of(false));
    assert_eq!((ward.len(), areas.len()), (1, 9));
    let number = |row: &Value, key: &str| row[key].as_f64().expect("a number");
    let sum = |key: &str| areas.iter().map(|row| number(row, key)).sum::<f64>();
    assert!((sum("mean") - number(ward[0], "mean")).abs() < 1e-6);
    assert_eq!(sum("pupils"), number(ward[0], "pupils"));
    for row in rows {
        assert!(number(row, "lower") <= number(row, "mean") + 1e-9);
        assert!(number(row, "mean") <= number(row, "upper") + 1e-9);
    }
    assert_eq!(ward[0]["birth_year"], 2021);
    assert_eq!(ward[0]["level_pct"], 80.0);
}

#[test]
fn the_backtest_scores_past_years() {
    let tiny = Tiny::new("backtest_document");
    tiny.with_registers();
    let ran = phantuyen(&tiny.root, &["backtest", "--format", "json", "-n", "--horizon", "2"]);
    assert_eq!(ran.exit, 0, "{}", ran.stderr);
    let data = ran.json()["data"].clone();
    let score = &data["scores"][0];
    for key in [
        "grade",
        "level",
        "size_class",
        "horizon",
        "level_pct",
        "origins",
        "n",
        "wape",
        "mape",
        "bias",
        "within_10",
        "coverage",
        "interval_width",
        "mase",
        "wape_same_as_last_year",
        "wape_practice",
        "method_interval",
    ] {
        assert!(score.get(key).is_some(), "score lacks {key}");
    }
    // Every cohort of this ward stays as it is, so nothing can be wrong.
    assert!(data["errors"].as_array().expect("errors").iter().all(|e| {
        (e["actual"].as_f64().expect("a number") - e["mean"].as_f64().expect("a number")).abs()
            < 1e-6
    }));
}

#[test]
fn results_go_to_a_new_folder_each_time_and_never_over_another() {
    let tiny = Tiny::new("folders");
    for _ in 0..2 {
        assert_eq!(phantuyen(&tiny.root, &["check", "--date", "2026-12-15"]).exit, 0);
    }
    let results = tiny.root.join("results");
    assert!(results.join("2026-12-15_check/MANIFEST.json").is_file());
    assert!(results.join("2026-12-15_check_2/MANIFEST.json").is_file());
    let manifest: Value = serde_json::from_slice(
        &std::fs::read(results.join("2026-12-15_check/MANIFEST.json")).expect("a file"),
    )
    .expect("JSON");
    assert_eq!(manifest["verb"], "check");
    assert_eq!(manifest["made_up"], true);
    assert!(!manifest["outputs"].as_array().expect("outputs").is_empty());
}

#[test]
fn a_dry_run_writes_nothing_and_inputs_never_change() {
    let tiny = Tiny::new("dry");
    let before = files_below(&tiny.root);
    assert_eq!(phantuyen(&tiny.root, &["allocate", "-n"]).exit, 0);
    assert_eq!(files_below(&tiny.root), before);
    let out = fresh_folder("dry_out");
    assert_eq!(phantuyen(&tiny.root, &["allocate", "-o", text(&out)]).exit, 0);
    assert_eq!(files_below(&tiny.root), before);
    assert!(out.join("assignment.csv").is_file());
}

#[test]
fn a_project_that_cannot_be_written_still_answers_in_json() {
    let tiny = Tiny::new("locked");
    let mut permissions = std::fs::metadata(&tiny.root).expect("a folder").permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(&tiny.root, permissions.clone()).expect("locked");
    let ran = phantuyen(&tiny.root, &["allocate", "--format", "json"]);
    let text_run = phantuyen(&tiny.root, &["allocate"]);
    #[expect(clippy::permissions_set_readonly_false, reason = "a folder of this test alone")]
    permissions.set_readonly(false);
    std::fs::set_permissions(&tiny.root, permissions).expect("unlocked");
    assert_eq!(ran.exit, 0, "{}", ran.stderr);
    assert!(ran.codes().contains(&"not_stored".to_owned()));
    assert_eq!(text_run.exit, 6);
    assert!(tiny.is_untouched());
}

#[test]
fn vietnamese_is_spoken_unless_english_is_asked_for() {
    let tiny = Tiny::new("languages");
    let vietnamese = phantuyen(&tiny.root, &["phan-tuyen", "-n"]);
    let english = phantuyen(&tiny.root, &["allocate", "-n", "--lang", "en"]);
    assert!(vietnamese.stdout.contains("Phân tuyến lớp 1"), "{}", vietnamese.stdout);
    assert!(english.stdout.contains("Catchments of grade 1"), "{}", english.stdout);
    for ran in [&vietnamese, &english] {
        assert!(
            !ran.stdout.contains('⟨') && !ran.stderr.contains('⟨'),
            "{}{}",
            ran.stdout,
            ran.stderr
        );
    }
}

#[test]
fn strict_counts_warnings() {
    let tiny = Tiny::new("strict");
    tiny.change("phantuyen.toml", "terrain = \"plain\"\n", "");
    assert_eq!(phantuyen(&tiny.root, &["allocate", "-n"]).exit, 0);
    assert_eq!(phantuyen(&tiny.root, &["allocate", "-n", "--strict"]).exit, 4);
}

#[test]
fn the_demand_of_a_file_takes_the_place_of_the_projects() {
    let tiny = Tiny::new("demand_file");
    tiny.write("other.csv", "area_code,pupils\nA5,12.5\n");
    let other = tiny.root.join("other.csv");
    let ran = phantuyen(
        &tiny.root,
        &["allocate", "--format", "json", "-n", "--demand", text(&other), "--grade", "1"],
    );
    assert_eq!(ran.json()["data"]["plans"][0]["pupils"], 12.5);
}

#[test]
fn a_script_finds_a_document_even_where_there_is_no_result() {
    let tiny = Tiny::new("failure_document");
    tiny.change("data/demand.csv", "A2,10", "A2,-10");
    let blocked = phantuyen(&tiny.root, &["allocate", "--format", "json"]);
    assert_eq!(blocked.exit, 3);
    assert!(blocked.codes().contains(&"negative_count".to_owned()), "{:?}", blocked.codes());
    assert_eq!(blocked.json()["error"]["exit"], 3);
    tiny.change("phantuyen.toml", "grades", "overlaod = 1\ngrades");
    let settings = phantuyen(&tiny.root, &["allocate", "--format", "json"]);
    assert_eq!((settings.exit, settings.json()["error"]["exit"].as_i64()), (2, Some(2)));
}

//! The bundled made-up ward, from register to maps, twice: the same bytes at any thread count.

use crate::command::{files_below, fresh_folder, phantuyen, workspace};
use crate::tiny::text;
use serde_json::Value;

#[test]
fn the_whole_run_gives_the_same_bytes_with_one_and_two_threads() {
    let project = workspace().join("fixtures/phuoc-binh");
    let mut results = Vec::new();
    for threads in ["1", "2"] {
        let out = fresh_folder(&format!("bundled_{threads}"));
        let ran = phantuyen(
            &project,
            &[
                "run",
                "--format",
                "json",
                "--date",
                "2026-12-15",
                "--threads",
                threads,
                "-o",
                text(&out),
            ],
        );
        assert_eq!(ran.exit, 0, "{}", ran.stderr);
        let steps = ran.json()["data"]["steps"].as_array().expect("steps").clone();
        let verbs: Vec<&str> =
            steps.iter().map(|step| step["verb"].as_str().expect("a verb")).collect();
        assert_eq!(verbs, ["check", "forecast", "backtest", "allocate", "map", "report"]);
        assert!(steps.iter().all(|step| step["exit"] == 0));
        results.push(files_below(&out));
    }
    let names = |files: &[(String, Vec<u8>)]| files.iter().map(|f| f.0.clone()).collect::<Vec<_>>();
    assert_eq!(names(&results[0]), names(&results[1]));
    for (one, two) in results[0].iter().zip(&results[1]) {
        assert!(one.1 == two.1, "{} differs between one and two threads", one.0);
    }
    promises(&results[0]);
}

/// What a newcomer is promised, and that nothing personal left the reading crate.
fn promises(files: &[(String, Vec<u8>)]) {
    let find =
        |name: &str| &files.iter().find(|f| f.0 == name).unwrap_or_else(|| panic!("{name}")).1;
    for name in [
        "map/BAN-DO_lop-1.svg",
        "map/BAN-DO_lop-1.png",
        "map/BAN-DO_lop-6.svg",
        "map/BAN-DO_lop-6.png",
        "map/catchments.geojson",
        "report/DU-BAO_2027-2028.xlsx",
        "report/KE-HOACH_tuyen-sinh.docx",
        "report/PHU-LUC_phan-tuyen.docx",
        "report/tra-cuu.html",
        "report/forecasts.csv",
        "report/assignment.csv",
        "MANIFEST.json",
    ] {
        assert!(!find(name).is_empty(), "{name} is empty");
    }
    let manifest: Value = serde_json::from_slice(find("MANIFEST.json")).expect("JSON");
    assert_eq!(manifest["outputs"].as_array().expect("outputs").len(), files.len() - 1);

    let residents =
        std::fs::read_to_string(workspace().join("fixtures/phuoc-binh/data/residents.csv"))
            .expect("the register");
    let ids: Vec<&str> =
        residents.lines().skip(1).step_by(997).filter_map(|l| l.split(',').next()).collect();
    assert!(ids.len() > 20);
    for (name, bytes) in files {
        let content = String::from_utf8_lossy(bytes);
        assert!(!ids.iter().any(|id| content.contains(&format!("{id},"))), "{name} names a person");
    }
}

#[test]
fn rows_in_are_rows_used_and_rows_reported() {
    let project = workspace().join("fixtures/phuoc-binh");
    let ran = phantuyen(&project, &["check", "--format", "json", "-n"]);
    assert_eq!(ran.exit, 0, "{}", ran.stderr);
    let data = ran.json()["data"].clone();
    for table in data["tables"].as_array().expect("tables") {
        let count = |key: &str| table[key].as_u64().expect("a count");
        assert_eq!(count("rows"), count("used") + count("reported"), "{table}");
    }
    assert!(data["cohorts_total"].as_u64().expect("a count") > 50_000);
}

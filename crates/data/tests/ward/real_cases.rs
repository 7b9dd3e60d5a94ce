//! Real registers and school data, where they lie beside the project.

use crate::project::counts;
use chrono::Datelike;
use phantuyen_data::{ReadOptions, WardData, read_ward};
use phantuyen_model::{FindingCode, Severity};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn case(name: &str, ward_code: &str) -> Option<WardData> {
    let beside = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared"));
    let shared = std::env::var_os("PHANTUYEN_SHARED").map_or(beside, PathBuf::from);
    let path = shared.join("cases").join(name);
    if !path.is_dir() {
        say_skipped(&path);
        return None;
    }
    let options = ReadOptions { ward_code: ward_code.into(), ..ReadOptions::default() };
    Some(read_ward(&path, &BTreeMap::new(), &options).expect("readable"))
}

#[expect(clippy::print_stdout, reason = "a test that is skipped says so")]
pub fn say_skipped(path: &Path) {
    println!("skipped: {} absent", path.display());
}

#[test]
fn norway_is_read_to_the_last_row() {
    let Some(data) = case("norway", "NO") else { return };
    assert_eq!(counts(&data, "cohorts"), (96_516, 96_516, 0));
    assert_eq!(counts(&data, "women"), (5_362, 5_362, 0));
    assert_eq!((data.cohorts.len(), data.women.len(), data.areas.len()), (96_516, 5_362, 383));
    assert_eq!(data.tree.ancestors(&data.areas[0].area_code).last(), Some(&"NO"));
    let grave = data.findings.iter().filter(|finding| finding.severity == Severity::Error);
    assert_eq!(grave.count(), 0, "{:#?}", data.findings);
}

#[test]
fn the_bundled_ward_is_read_without_an_error() {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/phuoc-binh"));
    if !path.is_dir() {
        say_skipped(&path);
        return;
    }
    let options = ReadOptions {
        ward_code: "25220".into(),
        as_of: chrono::NaiveDate::from_ymd_opt(2026, 12, 31),
        ..ReadOptions::default()
    };
    let data = read_ward(&path, &BTreeMap::new(), &options).expect("readable");
    let grave = data.findings.iter().filter(|finding| finding.severity == Severity::Error);
    assert_eq!(grave.count(), 0, "{:#?}", data.findings);
    let counted: Vec<(i32, u32)> = (2019..=2026)
        .map(|year| {
            let there = data.cohorts.iter().filter(|row| row.as_of.year() == year);
            (year, there.map(|row| row.headcount).sum())
        })
        .collect();
    assert!(counted.iter().all(|(_, children)| *children > 1000), "{counted:?}");
    let (rows, used, reported) = counts(&data, "residents");
    assert!(rows == used + reported && used > 0, "{rows} {used} {reported}");
}

#[test]
fn fairfax_and_kong_are_read_without_an_error() {
    for (name, areas, schools) in [("fairfax-region6", 748, 13), ("kong-gy2_22a", 0, 0)] {
        let Some(data) = case(name, name) else { return };
        let errors = data.findings.iter().filter(|finding| finding.severity == Severity::Error);
        assert_eq!(errors.count(), 0, "{name}: {:#?}", data.findings);
        assert!(data.tables.iter().all(|count| count.reported == 0), "{:#?}", data.tables);
        assert!(data.distances.is_some() && data.adjacency.is_some() && data.demand.is_some());
        if areas > 0 {
            assert_eq!((data.areas.len(), data.schools.len()), (areas, schools));
            assert_eq!(data.shapes.len(), areas);
            assert!(data.findings.iter().any(|f| f.code == FindingCode::ColumnNotUsed));
        }
    }
}

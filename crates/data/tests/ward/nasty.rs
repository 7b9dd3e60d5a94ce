//! The nasty files of `fixtures/nasty`: what is said of each, in both languages, and that each of
//! their records is used or told about.
//!
//! When what is said changes on purpose: `INSTA_UPDATE=always cargo test --workspace --test ward
//! nasty`, and read the difference.

use crate::project::Project;
use phantuyen_data::WardData;
use phantuyen_model::FindingCode;
use phantuyen_words::{Catalogue, Lang};
use std::fs;
use std::path::{Path, PathBuf};

/// Files and tables that are not used at all, and told so.
const NOT_READ: [FindingCode; 6] = [
    FindingCode::MissingColumn,
    FindingCode::UnreadableFile,
    FindingCode::UnknownFile,
    FindingCode::FileUnsure,
    FindingCode::SheetNotRead,
    FindingCode::EmptyTable,
];

struct Nasty {
    path: String,
    records: u64,
    note: String,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/nasty")
}

/// The list of the files, as their README gives it.
fn all() -> Vec<Nasty> {
    let list = fs::read_to_string(folder().join("README.md")).expect("the list");
    let rows = list.lines().filter_map(|line| line.strip_prefix("| `"));
    rows.map(|line| {
        let mut cells = line.trim_end_matches(" |").split(" | ");
        let path = cells.next().expect("a path").trim_end_matches('`').to_owned();
        let records = cells.next().and_then(|cell| cell.parse().ok()).expect("a number");
        Nasty { path, records, note: cells.collect::<Vec<_>>().join(" | ") }
    })
    .collect()
}

fn read(nasty: &Nasty) -> WardData {
    let (_, file) = nasty.path.split_once('/').expect("a file in a folder");
    let mut project = Project::empty().dated("2026-12-31");
    for name in ["areas.csv", "schools.csv"] {
        let bytes = fs::read(folder().join("around/data").join(name)).expect("a tidy file");
        project = project.with_bytes(name, &bytes);
    }
    let bytes = fs::read(folder().join(&nasty.path)).expect("a nasty file");
    project.with_bytes(file, &bytes).read()
}

/// What is said of the file, the tidy ones beside it left out.
fn said(nasty: &Nasty, data: &WardData, words: &Catalogue) -> String {
    let tidy = |file: &str| file == "data/areas.csv" || file == "data/schools.csv";
    let mut text = format!("{}\n\n", nasty.note);
    for count in data.tables.iter().filter(|count| !tidy(&count.file)) {
        text.push_str(&format!(
            "{} ({}): {} rows, {} used, {} reported\n",
            count.table, count.file, count.rows, count.used, count.reported
        ));
    }
    for lang in [Lang::Vi, Lang::En] {
        text.push('\n');
        for finding in &data.findings {
            if finding.file.as_deref().is_some_and(tidy) {
                continue;
            }
            text.push_str(&format!(
                "[{}] {}\n  → {}\n",
                finding.code,
                words.message(lang, finding),
                words.help(lang, finding)
            ));
        }
    }
    text
}

#[test]
fn what_is_said_of_nasty_files() {
    let words = Catalogue::shipped().expect("the catalogue");
    let all = all();
    assert!(all.len() >= 30);
    for nasty in &all {
        let (name, _) = nasty.path.split_once('/').expect("a name");
        insta::assert_snapshot!(format!("nasty_{name}"), said(nasty, &read(nasty), &words));
    }
}

#[test]
fn no_record_of_nasty_files_is_lost() {
    for nasty in all() {
        let (_, file) = nasty.path.split_once('/').expect("a file");
        let file = format!("data/{file}");
        let data = read(&nasty);
        let of_file = data.tables.iter().filter(|count| count.file == file);
        let told: u64 = of_file.map(|count| count.used + count.reported).sum();
        let not_read = data
            .findings
            .iter()
            .any(|f| NOT_READ.contains(&f.code) && f.file.as_deref() == Some(file.as_str()));
        assert!(told >= nasty.records || not_read, "{}: {told}: {:#?}", nasty.path, data.findings);
    }
}

#[test]
fn nobody_of_nasty_files_is_told() {
    for nasty in all() {
        let data = read(&nasty);
        let told = format!("{data:?}");
        for mark in
            ["Trẻ Mẫu", "trẻ mẫu", "0752190", "0753190", "752190", "2019-05-04", "04/05/2019"]
        {
            assert!(!told.contains(mark), "{mark} of {} in {:#?}", nasty.path, data.findings);
        }
        for mark in ["DÂN TỘC MẪU", "TÔN GIÁO MẪU", "KHUYẾT TẬT MẪU"] {
            assert!(!told.contains(mark), "{mark} of {}", nasty.path);
        }
    }
}

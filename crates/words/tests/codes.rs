//! `docs/data/codes.md` is what the code says, and each code is met in a test.
//!
//! `cargo xtask codes` writes the document again.

use phantuyen_model::{Finding, FindingCode, Severity};
use phantuyen_words::{Catalogue, Lang};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

const SOURCE: &str = include_str!("../../model/src/finding.rs");

/// Codes that no test meets yet. The list may only become shorter.
const UNMET: [&str; 18] = [
    "distance_unknown",
    "no_demand_for_grade",
    "border_unknown",
    "adjacency_missing",
    "overload_free",
    "pupils_without_school",
    "rooms_left_out",
    "years_beyond_forecast",
    "units_split",
    "actuals_differ",
    "school_year_differs",
    "kept_forecast_unreadable",
    "nothing_kept",
    "rule_unverified",
    "rule_replaced",
    "ward_fact_missing",
    "setting_not_used",
    "stopped_by_time",
];

const HEAD: &str = "\
# Codes of findings

Everything that the program may say about data, by its code. Generated from the code by `cargo xtask codes`; do not
edit. *Error*: the step stops (`--provisional` goes on without the rows). *Warning*: the step goes on and the result may be
worse for it. *Info*: good to know. `{name}` stands for a fact of the case. Of columns about persons only the kind of
fault and the place are ever told.
";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// What the code says a code means, and under which heading it stands there.
fn meanings() -> BTreeMap<String, (String, String)> {
    let mut meanings = BTreeMap::new();
    let (mut heading, mut meaning) = (String::new(), String::new());
    let body = SOURCE.split_once("finding_codes! {\n    //").expect("the list of codes").1;
    for line in format!("    //{body}").lines().map(str::trim) {
        if let Some(text) = line.strip_prefix("/// ") {
            meaning.push_str(if meaning.is_empty() { "" } else { " " });
            meaning.push_str(text);
        } else if let Some(text) = line.strip_prefix("// ") {
            heading = text.trim_end_matches('.').to_owned();
        } else if let Some((_, rest)) = line.split_once(" = \"") {
            let (code, _) = rest.split_once('"').expect("a code");
            meanings.insert(code.to_owned(), (heading.clone(), std::mem::take(&mut meaning)));
        } else if line == "}" {
            break;
        }
    }
    meanings
}

/// A finding that leaves every place of its sentences open, as the document shows them.
fn template(code: FindingCode, words: &Catalogue, lang: Lang, part: &str) -> String {
    let open = words.say(lang, &format!("finding.{code}.{part}"), &[]);
    open.replace('|', "\\|")
}

fn document() -> String {
    let words = Catalogue::shipped().expect("the catalogue");
    let meanings = meanings();
    let mut text = HEAD.to_owned();
    let mut under = "";
    for code in FindingCode::ALL {
        let (heading, meaning) = &meanings[code.text()];
        if heading != under {
            text.push_str(&format!("\n## {heading}\n"));
            under = heading;
        }
        let severity = match Finding::new(*code).severity {
            Severity::Error => "Error",
            Severity::Warning => "Warning",
            Severity::Info => "Info",
        };
        let say = |lang, part| template(*code, &words, lang, part);
        text.push_str(&format!(
            "\n### `{code}`\n\n*{severity}.* {meaning}\n\n- {} → {}\n- {} → {}\n",
            say(Lang::Vi, "message"),
            say(Lang::Vi, "help"),
            say(Lang::En, "message"),
            say(Lang::En, "help"),
        ));
    }
    text
}

#[test]
fn the_document_is_what_the_code_says() {
    let path = root().join("docs/data/codes.md");
    let written = document();
    if std::env::var_os("PHANTUYEN_WRITE").is_some() {
        fs::write(&path, &written).expect("writable");
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == written, "docs/data/codes.md is out of date: cargo xtask codes");
}

#[test]
fn each_code_has_its_meaning() {
    let meanings = meanings();
    let told: Vec<&str> = meanings.keys().map(String::as_str).collect();
    let mut all: Vec<&str> = FindingCode::ALL.iter().map(|code| code.text()).collect();
    all.sort_unstable();
    assert_eq!(told, all);
    assert!(meanings.values().all(|(heading, meaning)| !heading.is_empty() && meaning.len() > 20));
}

#[test]
fn each_sentence_of_a_finding_is_of_a_code() {
    let words = Catalogue::shipped().expect("the catalogue");
    let codes: Vec<&str> = FindingCode::ALL.iter().map(|code| code.text()).collect();
    for key in words.keys().filter_map(|key| key.strip_prefix("finding.")) {
        let (code, _) = key.split_once('.').expect("a part of a finding");
        assert!(codes.contains(&code), "finding.{key}");
    }
}

/// Everything that tests say: their own folders, the tests inside of sources, and snapshots.
fn tests_of(folder: &Path, inside_tests: bool, said: &mut String) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.map_while(Result::ok) {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if path.is_dir() {
            let skipped = ["target", "data", "results"].contains(&name.as_str()) && !inside_tests;
            if !skipped || name == "data" {
                let tests = inside_tests || ["tests", "nasty"].contains(&name.as_str());
                tests_of(&path, tests, said);
            }
        } else if name == "codes.rs" {
            // This file names codes because no test meets them.
        } else if inside_tests || name == "tests.rs" {
            said.push_str(&fs::read_to_string(&path).unwrap_or_default());
        } else if name.ends_with(".rs") {
            let text = fs::read_to_string(&path).unwrap_or_default();
            said.push_str(text.split_once("#[cfg(test)]").map_or("", |(_, tests)| tests));
        }
    }
}

#[test]
fn each_code_is_met_in_a_test() {
    // Words of a test are the names of codes in Rust, or the codes as users see them.
    let mut all = String::new();
    for folder in ["crates", "fixtures"] {
        tests_of(&root().join(folder), false, &mut all);
    }
    let ends = |c: char| !(c.is_ascii_alphanumeric() || c == '_');
    let said: BTreeSet<&str> = all.split(ends).collect();
    let unmet = |code: &&FindingCode| {
        !said.contains(format!("{code:?}").as_str()) && !said.contains(code.text())
    };
    let mut untested: Vec<&str> =
        FindingCode::ALL.iter().filter(unmet).map(|code| code.text()).collect();
    untested.sort_unstable();
    let mut known = UNMET.to_vec();
    known.sort_unstable();
    assert_eq!(untested, known);
}

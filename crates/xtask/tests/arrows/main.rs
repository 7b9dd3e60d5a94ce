//! The arrows between our crates, and the walls around heavy crates from elsewhere, are those
//! of the picture in `docs/architecture.md`.

mod json;

use json::Json;
use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

const MIDDLE: [&str; 5] = ["data", "forecast", "network", "allocation", "report"];

/// Which of our own crates each may use, for its program (`build`) and beyond that for tests.
const MAY_USE: [(&str, &[&str]); 12] = [
    ("model", &[]),
    ("words", &["model"]),
    ("data", &["model", "words"]),
    ("forecast", &["model"]),
    ("network", &["model"]),
    ("allocation", &["model"]),
    ("report", &["model", "words"]),
    ("pipeline", &["model", "words", "data", "forecast", "network", "allocation", "report"]),
    ("cli", &["model", "words", "pipeline"]),
    ("fixtures", &["model"]),
    ("benches", &["model", "data", "forecast", "allocation", "network"]),
    ("xtask", &[]),
];

/// Crates from elsewhere that stay behind one wall.
const ONLY_IN: [(&str, &[&str]); 13] = [
    ("polars", &["data"]),
    ("polars-io", &["data"]),
    ("calamine", &["data"]),
    ("linfa", &["forecast"]),
    ("linfa-linear", &["forecast"]),
    ("highs", &["allocation"]),
    ("rstar", &["network"]),
    ("plotters", &["report"]),
    ("resvg", &["report"]),
    ("rust_xlsxwriter", &["report", "data", "fixtures", "benches"]),
    ("clap", &["cli"]),
    ("indicatif", &["cli"]),
    ("divan", &["benches"]),
];

/// Uses that serve tests only and are no arrow: reading a workbook back, open registers to measure on.
const TESTS_ONLY: [(&str, &str); 2] = [("report", "calamine"), ("forecast", "fixtures")];

/// One line of a crate's manifest.
#[derive(Debug)]
struct Use {
    name: String,
    tests_only: bool,
}

impl Use {
    /// Whether it is one of [`TESTS_ONLY`].
    fn is_for_tests_of(&self, name: &str) -> bool {
        self.tests_only && TESTS_ONLY.contains(&(name, self.name.as_str()))
    }
}

/// Our crates and what each uses, as cargo understands the manifests.
fn uses() -> BTreeMap<String, Vec<Use>> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let arguments = ["metadata", "--format-version", "1", "--no-deps", "--offline"];
    let output = Command::new(cargo)
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata = Json::read(&String::from_utf8(output.stdout).expect("UTF-8"));
    let used = |dependency: &Json| Use {
        name: short(dependency.get("name")),
        tests_only: dependency.get("kind").text() == Some("dev"),
    };
    let packages = metadata.get("packages").list().iter();
    packages
        .map(|package| {
            let all = package.get("dependencies").list().iter().map(used);
            (short(package.get("name")), all.collect())
        })
        .collect()
}

/// `phantuyen-model` is called `model`.
fn short(name: &Json) -> String {
    let name = name.text().expect("a name");
    name.strip_prefix("phantuyen-").unwrap_or(name).to_owned()
}

#[test]
fn each_crate_stands_in_the_picture() {
    let ours: BTreeSet<String> = uses().into_keys().collect();
    let picture: BTreeSet<String> = MAY_USE.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(ours, picture);
}

#[test]
fn no_arrow_that_the_picture_does_not_have() {
    let uses = uses();
    for (name, may_use) in MAY_USE {
        let ours = uses[name].iter().filter(|used| uses.contains_key(&used.name));
        for used in ours {
            let is_drawn = may_use.contains(&used.name.as_str());
            assert!(is_drawn || used.is_for_tests_of(name), "{name} must not use {}", used.name);
        }
    }
}

#[test]
fn the_middle_crates_do_not_know_each_other() {
    for (name, may_use) in MAY_USE.iter().filter(|(name, _)| MIDDLE.contains(name)) {
        assert!(may_use.iter().all(|other| !MIDDLE.contains(other)), "{name}: {may_use:?}");
    }
}

#[test]
fn heavy_crates_stay_behind_their_walls() {
    for (name, all) in uses() {
        for used in all {
            let wall = ONLY_IN.iter().find(|(heavy, _)| *heavy == used.name);
            let inside = wall.is_none_or(|(_, places)| places.contains(&name.as_str()));
            assert!(inside || used.is_for_tests_of(&name), "{name} must not use {}", used.name);
        }
    }
}

#[test]
fn xtask_depends_on_nothing() {
    assert!(uses()["xtask"].is_empty());
}

#[test]
fn every_wall_stands_around_something() {
    let uses = uses();
    for (heavy, places) in ONLY_IN {
        let inside = places.iter().flat_map(|place| &uses[*place]);
        assert!(
            inside.into_iter().any(|used| used.name == heavy),
            "nobody uses {heavy}: strike it"
        );
    }
}

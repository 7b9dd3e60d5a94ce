//! Real registers and districts, where they are at hand. Their files are not part of the project.

use crate::command::{fresh_folder, phantuyen, workspace};
use crate::tiny::text;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The folder of a real case, or `None` with a line that says so.
fn case(name: &str) -> Option<PathBuf> {
    let shared = std::env::var_os("PHANTUYEN_SHARED")
        .map_or_else(|| workspace().join("../shared"), PathBuf::from);
    let folder = shared.join("cases").join(name);
    if folder.join("phantuyen.toml").is_file() {
        return Some(folder);
    }
    // The test runner's counts take this line up as a skipped test.
    println!("skipped: {name} is absent");
    None
}

#[test]
fn norway_is_at_least_as_good_as_five_year_cohort_survival() {
    let Some(folder) = case("norway") else { return };
    let ran = phantuyen(
        &folder,
        &["backtest", "--origins", "2009..2012", "--horizon", "5", "--format", "json"],
    );
    assert_eq!(ran.exit, 0, "{}", ran.stderr);
    // Unit WAPE in per cent, published beside the method (docs/method/forecast.md).
    let bars = [("1", [1.83, 2.63, 3.34, 4.09, 4.76]), ("6", [1.37, 1.90, 2.40, 2.88, 3.25])];
    let data = ran.json()["data"].clone();
    for (grade, bar) in bars {
        for (horizon, most) in (1..).zip(bar) {
            let score = data["scores"]
                .as_array()
                .expect("scores")
                .iter()
                .find(|s| {
                    s["grade"] == grade
                        && s["horizon"] == horizon
                        && s["level"] == "area"
                        && s["size_class"] == "all"
                })
                .expect("a score");
            let wape = 100.0 * score["wape"].as_f64().expect("a number");
            assert!(wape <= most + 0.005, "grade {grade}, {horizon} years: {wape:.2} % > {most} %");
            assert_eq!(score["n"], 4 * 383);
        }
    }
}

#[test]
fn fairfax_and_kong_get_an_honest_plan() {
    for name in ["fairfax-region6", "kong-gy2_22a"] {
        let Some(folder) = case(name) else { continue };
        let out = fresh_folder(&format!("real_{name}"));
        let ran = phantuyen(&folder, &["allocate", "--format", "json", "-o", text(&out)]);
        assert_eq!(ran.exit, 0, "{name}: {}", ran.stderr);
        let plan = ran.json()["data"]["plans"][0].clone();
        let number = |key: &str| plan[key].as_f64().unwrap_or_else(|| panic!("{key}"));
        assert!(number("bound") <= number("objective") + 1e-6);
        let gap = (number("objective") - number("bound")) / number("objective").abs().max(1.0);
        assert!((gap - number("gap")).abs() < 1e-9, "{name}: the gap is not what it says");
        let again = Recomputed::of(&folder, &out.join("assignment.csv"));
        assert!((again.pupil_m - number("pupil_m")).abs() <= 1e-6 * again.pupil_m, "{name}");
        assert!((again.overload - number("overload_pupils")).abs() < 1e-6, "{name}");
        assert_eq!(again.pieces as f64, number("pieces"), "{name}");
        assert_eq!(again.pieces, again.schools, "{name}: contiguity is required");
    }
}

/// Figures of a plan, worked out from the case's own tables and `assignment.csv` alone.
struct Recomputed {
    pupil_m: f64,
    overload: f64,
    pieces: usize,
    schools: usize,
}

impl Recomputed {
    fn of(folder: &Path, assignment: &Path) -> Self {
        let data = |name: &str| rows(&folder.join("data").join(name));
        let distance: BTreeMap<(String, String), f64> = data("distances.csv")
            .into_iter()
            .map(|r| {
                (
                    (r["area_code"].clone(), r["school_code"].clone()),
                    r["distance_m"].parse().expect("a number"),
                )
            })
            .collect();
        let mut neighbours: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for row in data("adjacency.csv") {
            let (a, b) = (row["area_code"].clone(), row["neighbour_code"].clone());
            neighbours.entry(a.clone()).or_default().push(b.clone());
            neighbours.entry(b).or_default().push(a);
        }
        let schools = data("schools.csv");
        let home = homes(&folder.join("data"), &schools);
        let (mut pupil_m, mut load, mut catchment) = (0.0, BTreeMap::new(), BTreeMap::new());
        for row in rows(assignment) {
            let (area, school) = (row["area_code"].clone(), row["school_code"].clone());
            let pupils: f64 = row["pupils"].parse().expect("a number");
            pupil_m += pupils * distance[&(area.clone(), school.clone())];
            *load.entry(school.clone()).or_insert(0.0) += pupils;
            catchment.entry(school).or_insert_with(BTreeSet::new).insert(area);
        }
        let (mut overload, mut pieces) = (0.0, 0);
        for row in &schools {
            let code = &row["school_code"];
            let seats: f64 = row["capacity"].parse().expect("a number");
            overload += (load.get(code).copied().unwrap_or(0.0) - seats).max(0.0);
            let mut areas: BTreeSet<String> = catchment.remove(code).unwrap_or_default();
            areas.extend(home.get(code).cloned());
            pieces += components(&areas, &neighbours);
        }
        Self { pupil_m, overload, pieces, schools: schools.len() }
    }
}

/// The area each school stands in: given, else the one whose outline holds it.
fn homes(data: &Path, schools: &[BTreeMap<String, String>]) -> BTreeMap<String, String> {
    let given: BTreeMap<String, String> = schools
        .iter()
        .filter_map(|s| Some((s["school_code"].clone(), s.get("area_code")?.clone())))
        .collect();
    if !given.is_empty() {
        return given;
    }
    let text = std::fs::read_to_string(data.join("areas.geojson")).expect("outlines");
    let outlines: Value = serde_json::from_str(&text).expect("GeoJSON");
    let mut homes = BTreeMap::new();
    for school in schools {
        let point: [f64; 2] = ["lon", "lat"].map(|key| school[key].parse().expect("a number"));
        for feature in outlines["features"].as_array().expect("features") {
            if inside(&feature["geometry"], point) {
                let area = feature["properties"]["area_code"].as_str().expect("a code");
                homes.insert(school["school_code"].clone(), area.to_owned());
            }
        }
    }
    homes
}

/// Even-odd rule over all rings of a polygon or multipolygon.
fn inside(geometry: &Value, point: [f64; 2]) -> bool {
    let coordinates = geometry["coordinates"].as_array().expect("coordinates");
    let rings: Vec<&Value> = if geometry["type"] == "Polygon" {
        coordinates.iter().collect()
    } else {
        coordinates.iter().flat_map(|part| part.as_array().expect("rings")).collect()
    };
    let mut odd = false;
    for ring in rings {
        let points: Vec<[f64; 2]> = ring
            .as_array()
            .expect("points")
            .iter()
            .map(|p| [p[0].as_f64().expect("lon"), p[1].as_f64().expect("lat")])
            .collect();
        for pair in points.windows(2) {
            let ([x1, y1], [x2, y2]) = (pair[0], pair[1]);
            if (y1 > point[1]) != (y2 > point[1]) {
                odd ^= point[0] < (x2 - x1) * (point[1] - y1) / (y2 - y1) + x1;
            }
        }
    }
    odd
}

fn components(areas: &BTreeSet<String>, neighbours: &BTreeMap<String, Vec<String>>) -> usize {
    let mut left = areas.clone();
    let mut count = 0;
    while let Some(first) = left.pop_first() {
        count += 1;
        let mut open = vec![first];
        while let Some(area) = open.pop() {
            for next in neighbours.get(&area).into_iter().flatten() {
                if left.remove(next) {
                    open.push(next.clone());
                }
            }
        }
    }
    count
}

/// A plain CSV without quotes, as rows by column name.
fn rows(path: &Path) -> Vec<BTreeMap<String, String>> {
    let text = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let mut lines = text.lines();
    let heading: Vec<String> =
        lines.next().expect("a heading").split(',').map(str::to_owned).collect();
    lines
        .map(|line| heading.iter().cloned().zip(line.split(',').map(str::to_owned)).collect())
        .collect()
}

//! A made-up ward of nine square areas and two primary schools, small enough to break on purpose.

use std::fs;
use std::path::{Path, PathBuf};

use crate::command::fresh_folder;

/// The folder of a tiny ward.
pub struct Tiny {
    pub root: PathBuf,
}

/// Pupils of the areas A1 … A9.
pub const PUPILS: [u32; 9] = [20, 10, 20, 10, 30, 10, 20, 10, 20];

impl Tiny {
    /// Writes a sound ward: schools in A1 and A9, 80 seats each, 150 pupils.
    pub fn new(name: &str) -> Self {
        let tiny = Self { root: fresh_folder(name) };
        fs::create_dir_all(tiny.root.join("data")).expect("data folder");
        tiny.write(
            "phantuyen.toml",
            "[ward]\nname = \"Mẫu (hư cấu)\"\ncode = \"00000\"\nschool_year = 2027\nmade_up = true\nterrain = \"plain\"\n\
             [allocation]\ngrades = [\"1\"]\n",
        );
        let areas = (1..=9).map(|n| format!("A{n},Khu phố {n}\n")).collect::<String>();
        tiny.write("data/areas.csv", &format!("area_code,name\n{areas}"));
        let demand = (1..=9).map(|n| format!("A{n},{}\n", PUPILS[n - 1])).collect::<String>();
        tiny.write("data/demand.csv", &format!("area_code,pupils\n{demand}"));
        tiny.write(
            "data/schools.csv",
            "school_code,name,level,area_code,capacity\nS1,Tiểu học Mẫu 1,primary,A1,80\nS2,Tiểu học Mẫu 2,primary,A9,80\n",
        );
        let squares: Vec<String> = (1..=9).map(|n| square(&format!("A{n}"), n - 1, 1.0)).collect();
        tiny.write_squares(&squares);
        tiny
    }

    /// Writes a file of the project.
    pub fn write(&self, name: &str, text: &str) {
        fs::write(self.root.join(name), text).expect("a file is written");
    }

    /// Replaces a part of a file.
    pub fn change(&self, name: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.root.join(name)).expect("a file");
        assert!(text.contains(from), "{name} has no `{from}`");
        self.write(name, &text.replacen(from, to, 1));
    }

    /// Writes the outlines.
    pub fn write_squares(&self, squares: &[String]) {
        let features = squares.join(",");
        self.write(
            "data/areas.geojson",
            &format!("{{\"type\":\"FeatureCollection\",\"features\":[{features}]}}"),
        );
    }

    /// Gives the ward six registers of one child per area and age, by residents' counts.
    pub fn with_registers(&self) {
        let mut rows = String::from("area_code,as_of,birth_year,headcount\n");
        for year in 2021..=2026 {
            for area in 1..=9 {
                for age in 0..=14 {
                    rows.push_str(&format!("A{area},{year}-12-31,{},{}\n", year - age, 10 + area));
                }
            }
        }
        self.write("data/cohorts.csv", &rows);
    }

    /// Whether nothing was written: neither results nor half of them.
    pub fn is_untouched(&self) -> bool {
        let results = self.root.join("results");
        !results.exists() || fs::read_dir(results).expect("a folder").next().is_none()
    }
}

/// One cell of the 3×3 grid near 107° E 11.8° N, about a kilometre wide, stretched to the east.
pub fn square(code: &str, place: usize, stretch: f64) -> String {
    let (row, column) = (place / 3, place % 3);
    let (west, south) = (107.0 + 0.01 * column as f64, 11.8 + 0.01 * row as f64);
    let (east, north) = (west + 0.01 * stretch, south + 0.01);
    format!(
        "{{\"type\":\"Feature\",\"properties\":{{\"area_code\":\"{code}\"}},\"geometry\":{{\"type\":\"Polygon\",\
         \"coordinates\":[[[{west:.6},{south:.6}],[{east:.6},{south:.6}],[{east:.6},{north:.6}],[{west:.6},{north:.6}],[{west:.6},{south:.6}]]]}}}}"
    )
}

/// The path of a project as text.
pub fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

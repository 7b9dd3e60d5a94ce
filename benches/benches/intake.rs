//! How long it takes to read and check the lists that wards have, as a table:
//!
//! ```text
//! cargo bench --workspace --bench intake
//! ```
//!
//! Made-up persons in a temporary folder: 50,000 rows of XLSX and 100,000 rows of CSV, with a fault
//! in every thousandth row, so that findings and the rows that go back are part of the time.

#![expect(clippy::print_stdout, reason = "the table is its result")]

use phantuyen_benches::residents;
use phantuyen_data::{ReadOptions, read_ward};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;
use std::{fs, io};

/// Runs of each; the median is told.
const RUNS: usize = 5;

fn main() -> io::Result<()> {
    println!("| list | rows | used | seconds, median of {RUNS} |\n|---|---|---|---|");
    let csv = folder("csv")?;
    fs::write(csv.join("data/residents.csv"), residents::csv(100_000))?;
    measure("CSV", &csv);
    let xlsx = folder("xlsx")?;
    fs::write(xlsx.join("data/residents.xlsx"), residents::xlsx(50_000))?;
    measure("XLSX", &xlsx);
    fs::remove_dir_all(csv)?;
    fs::remove_dir_all(xlsx)
}

/// A project with a list of areas.
fn folder(name: &str) -> io::Result<PathBuf> {
    let root = std::env::temp_dir().join(format!("phantuyen-{}-{name}", std::process::id()));
    fs::create_dir_all(root.join("data"))?;
    fs::write(root.join("data/areas.csv"), residents::areas())?;
    Ok(root)
}

fn measure(list: &str, project: &Path) {
    let options = ReadOptions { ward_code: "W".to_owned(), ..ReadOptions::default() };
    let mut seconds = Vec::new();
    let mut told = (0, 0);
    for _ in 0..RUNS {
        let begun = Instant::now();
        let ward = read_ward(project, &BTreeMap::new(), &options).expect("readable");
        seconds.push(begun.elapsed().as_secs_f64());
        let count = ward.tables.iter().find(|count| count.table == "residents");
        told = count.map_or((0, 0), |count| (count.rows, count.used));
    }
    seconds.sort_by(f64::total_cmp);
    println!("| {list} | {} | {} | {:.2} |", told.0, told.1, seconds[RUNS / 2]);
}

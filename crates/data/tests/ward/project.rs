//! A project folder for one test, removed when the test ends.

use phantuyen_data::{ReadOptions, WardData, read_ward};
use phantuyen_model::{Finding, FindingCode};
use phantuyen_words::{Catalogue, Lang};
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

static NEXT: AtomicU32 = AtomicU32::new(0);

pub struct Project {
    pub path: PathBuf,
    pub options: ReadOptions,
    pub named: BTreeMap<String, String>,
}

impl Project {
    /// A project with two areas and two schools.
    pub fn new() -> Self {
        Self::empty()
            .with("areas.csv", "area_code,name,parent_code\nKP1,Khu phố 1,W\nKP2,Khu phố 2,W\n")
            .with(
                "schools.csv",
                "school_code,name,level,rooms\nTH1,A,primary,10\nCS1,B,lower_secondary,8\n",
            )
    }

    pub fn empty() -> Self {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("ward-{}-{number}", std::process::id());
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(path.join("data")).expect("a folder");
        let options = ReadOptions { ward_code: "W".into(), ..ReadOptions::default() };
        Self { path, options, named: BTreeMap::new() }
    }

    pub fn with(self, file: &str, text: &str) -> Self {
        self.with_bytes(file, text.as_bytes())
    }

    pub fn with_bytes(self, file: &str, bytes: &[u8]) -> Self {
        fs::write(self.path.join("data").join(file), bytes).expect("a file");
        self
    }

    pub fn dated(mut self, date: &str) -> Self {
        self.options.as_of = Some(date.parse().expect("a date"));
        self
    }

    /// Reads, and makes sure that no row was lost.
    pub fn read(&self) -> WardData {
        let data = read_ward(&self.path, &self.named, &self.options).expect("readable");
        for count in &data.tables {
            assert_eq!(count.rows, count.used + count.reported, "{}", count.table);
            let explained =
                data.findings.iter().any(|finding| finding.table.as_ref() == Some(&count.table));
            assert!(count.reported == 0 || explained, "{} reports without a word", count.table);
        }
        each_finding_fills_its_sentences(&data);
        data
    }
}

/// A sentence with a place left open would show `{name}` to the reader.
fn each_finding_fills_its_sentences(data: &WardData) {
    let catalogue = Catalogue::shipped().expect("the catalogue");
    for finding in &data.findings {
        for lang in [Lang::Vi, Lang::En] {
            for text in [catalogue.message(lang, finding), catalogue.help(lang, finding)] {
                assert!(!text.contains('{'), "{text}: {finding:#?}");
            }
        }
    }
}

impl Drop for Project {
    fn drop(&mut self) {
        // A folder left behind harms nobody; the next run uses another name.
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// The one finding of a code.
pub fn only(data: &WardData, code: FindingCode) -> &Finding {
    let found: Vec<&Finding> = data.findings.iter().filter(|f| f.code == code).collect();
    assert_eq!(found.len(), 1, "{code}: {:#?}", data.findings);
    found[0]
}

/// Rows, used, reported of a table.
pub fn counts(data: &WardData, table: &str) -> (u64, u64, u64) {
    let count = data.tables.iter().find(|count| count.table == table).expect("the table was read");
    (count.rows, count.used, count.reported)
}

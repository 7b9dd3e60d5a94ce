//! Frozen Decembers on disk: one file a forecast below `.phantuyen/forecasts`, added and never
//! changed.

use crate::december::December;
use crate::results::{is_locked, sha256};
use crate::{PipelineError, Project, blocking};
use phantuyen_data::WardData;
use phantuyen_model::{
    Finding, FindingCode, FrozenForecast, FrozenSettings, InputFile, RegisterYear,
};
use serde::Serialize;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// What kind of file it is, and in which shape.
const SCHEMA: &str = "phantuyen.frozen/1";

/// Where they lie in a project.
const FOLDER: &str = ".phantuyen/forecasts";

/// What became of a forecast that was to be kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Kept {
    /// `stored`, `unchanged`, or `not_stored`.
    pub state: &'static str,
    /// The file, relative to the project; none where it was not stored.
    pub path: Option<String>,
    /// 1 for the first forecast from this register.
    pub version: Option<u32>,
    /// SHA-256 of the file.
    pub sha256: Option<String>,
}

impl Kept {
    fn not_stored() -> Self {
        Self { state: "not_stored", path: None, version: None, sha256: None }
    }
}

/// A forecast as it is to be kept. `version` is set when it is stored.
pub fn freeze(
    project: &Project,
    ward: &WardData,
    december: &December,
    program: &str,
) -> FrozenForecast {
    let later_rolls = ward.enrollment.iter().chain(&ward.actuals);
    let later_rolls = later_rolls.map(|row| row.school_year.0).max();
    let registers = ward.cohorts.iter().filter_map(|row| RegisterYear::of(row.as_of));
    let is_later = registers.max().is_some_and(|last| last > december.origin)
        || later_rolls.is_some_and(|last| last > december.origin.0);
    FrozenForecast {
        schema: SCHEMA.to_owned(),
        origin: december.origin,
        version: 1,
        hindsight: is_later,
        program: program.to_owned(),
        settings: FrozenSettings {
            horizon: project.settings.forecast.horizon,
            history_years: project.settings.forecast.history_years,
            levels_pct: project.levels.iter().map(|level| level * 100.0).collect(),
            seed: project.settings.forecast.seed,
        },
        inputs: inputs(ward),
        said: phantuyen_forecast::said(&december.projected),
    }
}

/// The files of the tables that a forecast rests on.
fn inputs(ward: &WardData) -> Vec<InputFile> {
    let files: Vec<&str> = ward
        .tables
        .iter()
        .filter(|table| blocking::FORECAST.reads(&table.table))
        .map(|table| table.file.as_str())
        .collect();
    ward.files.iter().filter(|file| files.contains(&file.path.as_str())).cloned().collect()
}

/// Keeps a forecast. The same forecast from the same inputs is no change; another one from the same
/// register becomes a further file, and a finding says so. A project that cannot be written gets
/// a finding too: the forecast itself stands.
///
/// # Errors
/// Never for forecasts of this program; serde asks for it.
pub fn keep(
    project: &Project,
    frozen: &FrozenForecast,
    findings: &mut Vec<Finding>,
) -> Result<Kept, PipelineError> {
    let folder = project.root.join(FOLDER);
    let cannot = |findings: &mut Vec<Finding>| {
        findings.push(Finding::new(FindingCode::ForecastNotKept).fact("origin", frozen.origin));
        Ok(Kept::not_stored())
    };
    if is_locked(&project.root) {
        return cannot(findings);
    }
    let mut version = 1;
    loop {
        let name = file_name(frozen.origin, version);
        let path = folder.join(&name);
        let shown = format!("{FOLDER}/{name}");
        match fs::read(&path) {
            Ok(bytes) => {
                if says_the_same(&bytes, frozen)? {
                    return Ok(Kept {
                        state: "unchanged",
                        path: Some(shown),
                        version: Some(version),
                        sha256: Some(sha256(&bytes)),
                    });
                }
                version += 1;
            }
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => {
                let bytes = written(&FrozenForecast { version, ..frozen.clone() })?;
                match add(&folder, &path, &bytes) {
                    Ok(()) => {
                        if version > 1 {
                            findings.push(
                                Finding::new(FindingCode::ForecastKeptAgain)
                                    .file(&shown)
                                    .fact("origin", frozen.origin)
                                    .fact("version", version),
                            );
                        }
                        return Ok(Kept {
                            state: "stored",
                            path: Some(shown),
                            version: Some(version),
                            sha256: Some(sha256(&bytes)),
                        });
                    }
                    // Another run was first: look at what it wrote.
                    Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists => {}
                    Err(_) => return cannot(findings),
                }
            }
            Err(_) => return cannot(findings),
        }
    }
}

/// Every forecast that was kept, by origin and version. A file that cannot be read as one is left
/// alone and told.
pub fn kept(project: &Project, findings: &mut Vec<Finding>) -> Vec<FrozenForecast> {
    let Ok(entries) = fs::read_dir(project.root.join(FOLDER)) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|ending| ending == "json"))
        .collect();
    paths.sort();
    let mut forecasts = Vec::new();
    for path in paths {
        let read: Option<FrozenForecast> =
            fs::read(&path).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
        match read.filter(|read| read.schema == SCHEMA) {
            Some(read) => forecasts.push(read),
            None => {
                let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
                let shown = format!("{FOLDER}/{}", name.unwrap_or_default());
                findings.push(Finding::new(FindingCode::KeptForecastUnreadable).file(shown));
            }
        }
    }
    forecasts.sort_by_key(|frozen| (frozen.origin, frozen.version));
    forecasts
}

/// Whether a file says the same from the same inputs, whichever program and version wrote it.
/// Compared byte by byte: a number that is read may be a last digit off the one that was written.
fn says_the_same(old: &[u8], new: &FrozenForecast) -> Result<bool, PipelineError> {
    let Ok(read) = serde_json::from_slice::<FrozenForecast>(old) else { return Ok(false) };
    let FrozenForecast { version, program, hindsight, .. } = read;
    let as_old = FrozenForecast { version, program, hindsight, ..new.clone() };
    Ok(written(&as_old)? == old)
}

fn file_name(origin: RegisterYear, version: u32) -> String {
    if version == 1 { format!("{origin}.json") } else { format!("{origin}_{version}.json") }
}

/// The file: the head over several lines, then one line for each number said.
fn written(frozen: &FrozenForecast) -> Result<Vec<u8>, PipelineError> {
    let head = FrozenForecast { said: Vec::new(), ..frozen.clone() };
    let head = serde_json::to_string_pretty(&head).map_err(PipelineError::fault)?;
    let head = head.trim_end_matches(['}', ']', '[', '\n', ' ']);
    let mut bytes = format!("{head} [").into_bytes();
    for (place, row) in frozen.said.iter().enumerate() {
        bytes.extend(if place == 0 { b"\n    ".as_slice() } else { b",\n    ".as_slice() });
        serde_json::to_writer(&mut bytes, row).map_err(PipelineError::fault)?;
    }
    bytes.extend(b"\n  ]\n}\n");
    Ok(bytes)
}

/// Writes a new file whole or not at all; one that is there already is left as it is.
fn add(folder: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let temporary = path.with_extension(format!("{}.tmp", std::process::id()));
    let done = fs::File::create(&temporary)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
        .and_then(|()| place(&temporary, path));
    // Whether it was put in its place or not, the temporary name is not needed any more.
    let _ = fs::remove_file(&temporary);
    done
}

/// Gives a finished file its name unless the name is taken. Disks that know no second name for a
/// file get a plain renaming.
fn place(temporary: &Path, path: &Path) -> io::Result<()> {
    match fs::hard_link(temporary, path) {
        Ok(()) => Ok(()),
        Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists => Err(cause),
        Err(_) if path.exists() => Err(io::Error::from(io::ErrorKind::AlreadyExists)),
        Err(_) => fs::rename(temporary, path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use phantuyen_model::{Grade, SaidRow, SchoolYear};

    fn frozen() -> FrozenForecast {
        FrozenForecast {
            schema: SCHEMA.to_owned(),
            origin: RegisterYear(2026),
            version: 1,
            hindsight: false,
            program: "phantuyen 0.1.0".into(),
            settings: FrozenSettings {
                horizon: 5,
                history_years: None,
                levels_pct: vec![80.0],
                seed: 0,
            },
            inputs: Vec::new(),
            said: vec![SaidRow {
                grade: Grade::G1,
                area_code: None,
                school_year: SchoolYear(2027),
                horizon: 1,
                is_intake: true,
                mean: 0.5,
                pupils: 0,
                ranges: vec![(0.0, 1.0)],
                start: Some(1.0),
                children: None,
                housing: 0.0,
                captured: None,
            }],
        }
    }

    #[test]
    fn a_file_reads_back_to_the_same_numbers() {
        for said in [frozen().said, Vec::new(), [frozen().said, frozen().said].concat()] {
            let frozen = FrozenForecast { said, ..frozen() };
            let bytes = written(&frozen).expect("bytes");
            assert_eq!(serde_json::from_slice::<FrozenForecast>(&bytes).expect("JSON"), frozen);
        }
    }

    #[test]
    fn another_program_that_says_the_same_is_no_change() {
        let mut frozen = frozen();
        frozen.said[0].mean = 0.1 + 0.2;
        let old = written(&frozen).expect("bytes");
        let newer = FrozenForecast { program: "phantuyen 9".into(), version: 3, ..frozen.clone() };
        assert!(says_the_same(&old, &newer).expect("compared"));
        frozen.said[0].pupils = 1;
        assert!(!says_the_same(&old, &frozen).expect("compared"));
    }
}

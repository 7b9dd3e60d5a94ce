//! Which file holds which table.

use crate::book::Book;
use crate::cells::{self, Cells};
use crate::confirmed::Confirmed;
use crate::intake::{Intake, Said};
use crate::layouts;
use crate::log::Log;
use crate::schema::{NOT_USED, POLYGONS, READ, Table, table_names};
use crate::{ReadError, corrections, paths};
use chrono::NaiveDate;
use phantuyen_model::{Finding, FindingCode, InputFile};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::{fs, io};

/// What a file's ending says it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Csv,
    Xlsx,
    Xls,
    Xlsb,
    Ods,
    Parquet,
}

/// The formats of tables, in the order in which they are preferred.
const FORMATS: [(&str, Format); 8] = [
    ("csv", Format::Csv),
    ("tsv", Format::Csv),
    ("xlsx", Format::Xlsx),
    ("xlsm", Format::Xlsx),
    ("xls", Format::Xls),
    ("xlsb", Format::Xlsb),
    ("ods", Format::Ods),
    ("parquet", Format::Parquet),
];

/// Endings of files that somebody may have meant as an input.
const MEANT_AS_INPUT: [&str; 12] = [
    "csv", "tsv", "xlsx", "xls", "xlsb", "xlsm", "ods", "parquet", "geojson", "gpkg", "shp", "kml",
];

/// Outlines in formats that this version does not read.
const OTHER_OUTLINES: [&str; 3] = ["areas.gpkg", "areas.shp", "areas.kml"];

/// The inputs of a project: its folder `data` and the paths of its settings.
pub(crate) struct Folder<'a> {
    project: &'a Path,
    named: &'a BTreeMap<String, String>,
    /// Files of `data`, by their name in lower case.
    files: BTreeMap<String, PathBuf>,
    /// What users have confirmed, and the words of the ward's offices.
    pub(crate) intake: Intake,
    /// Workbooks of corrections that came back, in the order of their names.
    pub(crate) corrections: Vec<PathBuf>,
    /// Files whose names are no table's, by the table that their columns are those of.
    recognised: BTreeMap<&'static str, PathBuf>,
    /// Files of which something was said already, or that hold tables.
    told: BTreeSet<PathBuf>,
}

impl<'a> Folder<'a> {
    /// Lists the project, and reports files and settings that no table will use.
    pub(crate) fn list(
        project: &'a Path,
        named: &'a BTreeMap<String, String>,
        as_of: Option<NaiveDate>,
        log: &mut Log,
    ) -> Result<Self, ReadError> {
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| ReadError::Folder { path, source }
        };
        fs::read_dir(project).map_err(failed(project))?;
        let data = project.join("data");
        let mut files = BTreeMap::new();
        let mut corrections = Vec::new();
        let mut no_files = BTreeMap::new();
        match fs::read_dir(&data) {
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => {}
            Err(cause) => return Err(failed(&data)(cause)),
            Ok(entries) => {
                for entry in entries {
                    let entry = entry.map_err(failed(&data))?;
                    let name = entry.file_name().to_string_lossy().to_lowercase();
                    if paths::is_lock_or_hidden(&name) {
                        continue;
                    }
                    let path = entry.path();
                    if path.is_file() && corrections::is_name(&name) {
                        corrections.push(path);
                    } else if path.is_file() {
                        files.insert(name, path);
                    } else {
                        no_files.insert(name, path);
                    }
                }
            }
        }
        corrections.sort();
        let (confirmed, unreadable) = Confirmed::read(project)?;
        unreadable.into_iter().for_each(|finding| log.add(finding));
        let intake = Intake::of(confirmed, as_of);
        let (recognised, told) = (BTreeMap::new(), BTreeSet::new());
        let mut folder = Self { project, named, files, intake, corrections, recognised, told };
        folder.recognise(log)?;
        folder.report_unused(log);
        folder.report_no_files(&no_files, log);
        Ok(folder)
    }

    /// Looks into files whose names are no table's, each opened once. What the user confirmed
    /// holds. Otherwise, where the columns of a sheet are those of exactly one table, and no other
    /// file is that table's, the file is taken for it; what is less sure is said with what it may
    /// be.
    fn recognise(&mut self, log: &mut Log) -> Result<(), ReadError> {
        let settings: Vec<PathBuf> = self.named.values().map(|path| self.resolve(path)).collect();
        let intake = &self.intake;
        let mut claims: BTreeMap<&'static str, BTreeMap<PathBuf, bool>> = BTreeMap::new();
        for (name, path) in &self.files {
            let stem = name.split_once('.').map_or(name.as_str(), |(stem, _)| stem);
            let known = table_of(name).is_some() || NOT_USED.contains(&stem);
            let Some(format) = format_of(name).filter(|_| !known && !settings.contains(path))
            else {
                continue;
            };
            let file = paths::shown(self.project, path);
            for (sheet, likely) in tables_like(&read(path)?, format, &file, intake) {
                match (intake.said(&file, sheet.as_deref()), likely.as_slice()) {
                    (Some(Said::Nothing), _) => {
                        self.told.insert(path.clone());
                    }
                    (Some(Said::Table(table)), _) => {
                        if let Some(table) = READ.iter().find(|known| known.name == table) {
                            claims.entry(table.name).or_default().insert(path.clone(), true);
                        }
                    }
                    (None, []) => {}
                    (None, [table]) => {
                        claims.entry(table).or_default().entry(path.clone()).or_insert(false);
                    }
                    (None, likely) => {
                        let finding = Finding::new(FindingCode::FileUnsure).file(&file);
                        let finding = Finding { sheet, ..finding };
                        self.told.insert(path.clone());
                        log.add_alone(finding.fact("tables", likely.join(", ")));
                    }
                }
            }
        }
        for (table, paths) in claims {
            let shown = |path: &PathBuf| paths::shown(self.project, path);
            let finding = |code, path| Finding::new(code).table(table).file(shown(path));
            let confirmed: Vec<&PathBuf> =
                paths.iter().filter(|(_, said)| **said).map(|(path, _)| path).collect();
            let sure: Vec<&PathBuf> = match confirmed.is_empty() {
                true => paths.keys().collect(),
                false => confirmed,
            };
            self.told.extend(paths.keys().cloned());
            match sure.as_slice() {
                [path] if !self.has(table) => {
                    log.add(finding(FindingCode::FileRecognised, *path));
                    self.recognised.insert(table, (*path).clone());
                }
                paths => {
                    for path in paths {
                        log.add_alone(
                            finding(FindingCode::FileUnsure, *path).fact("tables", table),
                        );
                    }
                }
            }
        }
        Ok(())
    }

    /// Reports what has a table's name and is no file: a folder, or a link to nothing. Where the
    /// settings name another file for the table, it is in nobody's way.
    fn report_no_files(&self, entries: &BTreeMap<String, PathBuf>, log: &mut Log) {
        for (name, path) in entries {
            if let Some(table) = table_of(name).filter(|table| !self.named.contains_key(*table)) {
                let file = paths::shown(self.project, path);
                log.add(Finding::new(FindingCode::UnreadableFile).table(table).file(file));
            }
        }
    }

    fn report_unused(&self, log: &mut Log) {
        let known = table_names();
        for (table, path) in self.named {
            if NOT_USED.contains(&table.as_str()) || !known.contains(&table.as_str()) {
                let file = paths::from_settings(path);
                log.add(Finding::new(FindingCode::TableNotUsed).table(table).file(file));
            }
        }
        let named: Vec<PathBuf> = self.named.values().map(|path| self.resolve(path)).collect();
        for (name, path) in &self.files {
            if named.contains(path) {
                continue;
            }
            if table_of(name).is_some() || self.told.contains(path) {
                continue;
            }
            let stem = name.split_once('.').map_or(name.as_str(), |(stem, _)| stem);
            let file = paths::shown(self.project, path);
            let ending = name.rsplit('.').next().unwrap_or("");
            if NOT_USED.contains(&stem) {
                log.add(Finding::new(FindingCode::TableNotUsed).table(stem).file(file));
            } else if OTHER_OUTLINES.contains(&name.as_str()) {
                log.add(Finding::new(FindingCode::TableNotUsed).table(POLYGONS).file(file));
            } else if MEANT_AS_INPUT.contains(&ending) {
                log.add(Finding::new(FindingCode::UnknownFile).file(file));
            }
        }
    }

    /// A file as results show it.
    pub(crate) fn shown(&self, path: &Path) -> String {
        paths::shown(self.project, path)
    }

    fn resolve(&self, path: &str) -> PathBuf {
        self.project.join(paths::from_settings(path))
    }

    /// Whether a table has a file.
    pub(crate) fn has(&self, table: &'static str) -> bool {
        self.find(table, &mut Log::default()).is_some()
    }

    /// The file of a table: the one that the settings name, else the first of its formats in
    /// `data`. `None` when there is none, or none that can be opened, which is then reported.
    fn find(&self, table: &'static str, log: &mut Log) -> Option<PathBuf> {
        let names = match table {
            POLYGONS => vec![POLYGONS.to_owned()],
            _ => FORMATS.iter().map(|(ending, _)| format!("{table}.{ending}")).collect(),
        };
        let mut present: Vec<PathBuf> =
            names.iter().filter_map(|name| self.files.get(name).cloned()).collect();
        present.extend(self.recognised.get(table).cloned());
        if let Some(text) = self.named.get(table) {
            let path = self.resolve(text);
            let shown = paths::shown(self.project, &path);
            if paths::has_reserved_name(&paths::from_settings(text)) || !path.is_file() {
                let code = match path.is_dir() {
                    true => FindingCode::UnreadableFile,
                    false => FindingCode::MissingFile,
                };
                log.add(Finding::new(code).table(table).file(shown));
                return None;
            }
            present.retain(|other| *other != path);
            present.insert(0, path);
        }
        let first = present.first()?.clone();
        if present.len() > 1 {
            let finding = Finding::new(FindingCode::SeveralFiles)
                .table(table)
                .file(paths::shown(self.project, &first));
            for other in &present[1..] {
                log.add_value(finding.clone(), &paths::shown(self.project, other));
            }
        }
        Some(first)
    }

    /// The bytes of a table's file and their hash.
    ///
    /// # Errors
    /// [`ReadError::File`] when the file is there and cannot be read.
    pub(crate) fn bytes(
        &self,
        table: &'static str,
        log: &mut Log,
    ) -> Result<Option<(Vec<u8>, InputFile)>, ReadError> {
        let Some(path) = self.find(table, log) else { return Ok(None) };
        let bytes = read(&path)?;
        let sha256 = sha256(&bytes);
        Ok(Some((bytes, InputFile { path: paths::shown(self.project, &path), sha256 })))
    }
}

/// Reads a file as if it held a table.
type ReadAs<'f> = Box<dyn Fn(&Table) -> Vec<Cells> + 'f>;

/// For each sheet of a file (one without a name where the format has none) the tables whose
/// columns it has: every one that the table must have, and of the tables of which that holds those
/// that have most of its columns.
fn tables_like(
    bytes: &[u8],
    format: Format,
    file: &str,
    intake: &Intake,
) -> Vec<(Option<String>, Vec<&'static str>)> {
    let parts_as: ReadAs<'_> = match format {
        Format::Csv | Format::Parquet => {
            Box::new(|table| cells::read(bytes, format, file, table, intake).unwrap_or_default())
        }
        _ => match Book::open(bytes, format) {
            Ok(book) => Box::new(move |table| book.heads(file, table, intake)),
            Err(_) => return Vec::new(),
        },
    };
    // A sheet may hold several tables, each under its own header.
    type Headed = (Option<String>, Vec<String>);
    let mut best: BTreeMap<Headed, (usize, Vec<&'static str>)> = BTreeMap::new();
    for table in READ {
        for part in parts_as(table) {
            let sheet = part.sheet.clone().unwrap_or_default();
            let header = &part.header;
            let titles: Vec<&str> = part.title_texts.iter().map(String::as_str).collect();
            let entry = best.entry((part.sheet.clone(), header.clone())).or_insert((1, Vec::new()));
            if !layouts::complete(table, header, &sheet, &titles, intake) {
                continue;
            }
            let named = intake.headers.columns_meant(table, header).iter().flatten().count();
            let own = match table.is_personal() && layouts::survey::is_survey(&sheet) {
                true => table.columns.len(),
                false => named.max(layouts::years_in(header)),
            };
            if own > entry.0 {
                *entry = (own, Vec::new());
            }
            if own == entry.0 && !entry.1.contains(&table.name) {
                entry.1.push(table.name);
            }
        }
    }
    best.into_iter().map(|((sheet, _), (_, tables))| (sheet, tables)).collect()
}

/// The table whose name a file in `data` has, or `None`; `name` is in lower case.
fn table_of(name: &str) -> Option<&'static str> {
    if name == POLYGONS {
        return Some(POLYGONS);
    }
    let (stem, rest) = name.split_once('.')?;
    if !FORMATS.iter().any(|(ending, _)| *ending == rest) {
        return None;
    }
    READ.iter().find(|table| table.name == stem).map(|table| table.name)
}

/// The format that a file's ending says, or `None` for an ending that is no table's.
pub(crate) fn format_of(file: &str) -> Option<Format> {
    let ending = file.rsplit('.').next()?.to_lowercase();
    FORMATS.iter().find(|(known, _)| *known == ending).map(|(_, format)| *format)
}

/// All bytes of a file.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, ReadError> {
    fs::read(path).map_err(|source| ReadError::File { path: path.to_owned(), source })
}

/// SHA-256 of bytes, hexadecimal, lower case.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

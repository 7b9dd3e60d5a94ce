//! The results folder: written whole to a temporary place, then renamed; never overwritten.

use crate::{PipelineError, Project};
use chrono::NaiveDate;
use phantuyen_model::{Finding, FindingCode, InputFile, Rule};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A file of a result, before it is written. Its name uses `/` and is relative to the folder.
#[derive(Clone, Debug)]
pub struct ResultFile {
    /// Where in the folder.
    pub name: String,
    /// What it holds.
    pub bytes: Vec<u8>,
}

impl ResultFile {
    /// A file of this name and content.
    pub fn new(name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self { name: name.into(), bytes: bytes.into() }
    }
}

/// Where and under which date results are stored.
#[derive(Clone, Debug)]
pub struct Destination {
    /// A folder given by the user, in place of the results folder.
    pub out: Option<PathBuf>,
    /// The day of the run.
    pub date: NaiveDate,
    /// Whether to go on without storing where the project cannot be written.
    pub may_skip: bool,
    /// Compute only, store nothing.
    pub dry_run: bool,
}

/// `MANIFEST.json`: where the files of a folder come from.
#[derive(Serialize)]
struct Manifest<'a> {
    schema: &'static str,
    program: &'a str,
    verb: &'a str,
    arguments: &'a [String],
    date: NaiveDate,
    made_up: bool,
    seed: u64,
    inputs: &'a [InputFile],
    rules: &'a [Rule],
    outputs: Vec<InputFile>,
}

/// What a folder of results says about its making.
pub struct Provenance<'a> {
    /// Name and version of the program.
    pub program: &'a str,
    /// The command.
    pub verb: &'a str,
    /// Its arguments that change a result, without the places of files.
    pub arguments: &'a [String],
    /// The inputs.
    pub inputs: &'a [InputFile],
    /// The rules used.
    pub rules: &'a [Rule],
}

/// Whether results were stored, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stored {
    /// In this folder.
    At(PathBuf),
    /// Nowhere: the project cannot be written, or nothing was to be stored.
    Nowhere,
}

/// SHA-256 of bytes, hexadecimal, lower case.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Stores files with their manifest, all or none.
///
/// # Errors
/// When the folder of the user holds something, or a file cannot be written.
pub fn store(
    project: &Project,
    destination: &Destination,
    provenance: &Provenance<'_>,
    files: &[ResultFile],
    findings: &mut Vec<Finding>,
) -> Result<Stored, PipelineError> {
    if destination.dry_run {
        return Ok(Stored::Nowhere);
    }
    let (parent, name) = match place(project, destination, provenance.verb)? {
        Some(place) => place,
        None => {
            findings.push(Finding::new(FindingCode::NotStored));
            return Ok(Stored::Nowhere);
        }
    };
    fs::create_dir_all(&parent).map_err(|cause| unwritable(&parent, &cause))?;
    let temporary = parent.join(format!(".{name}.{}.tmp", std::process::id()));
    let manifest = manifest(project, destination, provenance, files)?;
    let written = write_all(&temporary, files, &manifest);
    if let Err((path, cause)) = written {
        // The first fault is the one to tell; a left-over folder is harmless beside it.
        let _ = fs::remove_dir_all(&temporary);
        return Err(unwritable(&path, &cause));
    }
    let target = free_name(&parent, &name, destination.out.is_some());
    if destination.out.is_some() && target.is_dir() {
        fs::remove_dir(&target).map_err(|cause| unwritable(&target, &cause))?;
    }
    fs::rename(&temporary, &target).map_err(|cause| {
        let _ = fs::remove_dir_all(&temporary);
        unwritable(&target, &cause)
    })?;
    Ok(Stored::At(target))
}

/// The parent folder and the name of the results folder, or `None` where nothing can be stored.
fn place(
    project: &Project,
    destination: &Destination,
    verb: &str,
) -> Result<Option<(PathBuf, String)>, PipelineError> {
    if let Some(out) = &destination.out {
        let taken = out.is_file() || fs::read_dir(out).is_ok_and(|mut dir| dir.next().is_some());
        if taken {
            return Err(PipelineError::NotEmpty { folder: out.clone() });
        }
        let parent = out.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let name =
            out.file_name().map_or_else(|| "out".into(), |n| n.to_string_lossy().into_owned());
        return Ok(Some((parent.to_owned(), name)));
    }
    let results = project.root.join("results");
    let failed = if is_locked(&project.root) {
        Some(io::Error::from(io::ErrorKind::PermissionDenied))
    } else {
        fs::create_dir_all(&results).err()
    };
    match failed {
        None => Ok(Some((results, format!("{}_{verb}", destination.date)))),
        Some(_) if destination.may_skip => Ok(None),
        Some(cause) => Err(unwritable(&results, &cause)),
    }
}

/// Whether a folder has no write permission at all: it is left alone even by an almighty user.
pub(crate) fn is_locked(folder: &Path) -> bool {
    fs::metadata(folder).is_ok_and(|meta| meta.permissions().readonly())
}

fn manifest(
    project: &Project,
    destination: &Destination,
    provenance: &Provenance<'_>,
    files: &[ResultFile],
) -> Result<Vec<u8>, PipelineError> {
    let mut outputs: Vec<InputFile> = files
        .iter()
        .map(|file| InputFile { path: file.name.clone(), sha256: sha256(&file.bytes) })
        .collect();
    outputs.sort();
    let manifest = Manifest {
        schema: "phantuyen.manifest/1",
        program: provenance.program,
        verb: provenance.verb,
        arguments: provenance.arguments,
        date: destination.date,
        made_up: project.settings.ward.made_up,
        seed: project.settings.allocation.seed,
        inputs: provenance.inputs,
        rules: provenance.rules,
        outputs,
    };
    let mut bytes = serde_json::to_vec_pretty(&manifest).map_err(PipelineError::fault)?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn write_all(
    folder: &Path,
    files: &[ResultFile],
    manifest: &[u8],
) -> Result<(), (PathBuf, io::Error)> {
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.join(name);
        let parent = path.parent().unwrap_or(folder);
        fs::create_dir_all(parent)
            .and_then(|()| fs::write(&path, bytes))
            .map_err(|cause| (path.clone(), cause))
    };
    for file in files {
        write(&file.name, &file.bytes)?;
    }
    write("MANIFEST.json", manifest)
}

/// A second run on one day gets `_2`, the next `_3`.
fn free_name(parent: &Path, name: &str, fixed: bool) -> PathBuf {
    let first = parent.join(name);
    if fixed || !first.exists() {
        return first;
    }
    (2_u32..)
        .map(|n| parent.join(format!("{name}_{n}")))
        .find(|path| !path.exists())
        .unwrap_or(first)
}

fn unwritable(path: &Path, cause: &io::Error) -> PipelineError {
    PipelineError::Write { path: path.to_owned(), cause: cause.to_string() }
}

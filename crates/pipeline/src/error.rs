//! What ends a command before it has a result.

use crate::settings::SettingProblem;
use phantuyen_model::Finding;
use std::path::PathBuf;

/// Why a command has no result. Each kind has its own exit code in the command line.
#[derive(Debug, thiserror::Error)]
pub enum PipelineError {
    /// The folder holds no `phantuyen.toml`.
    #[error("no project in {folder}")]
    NoProject {
        /// The folder.
        folder: PathBuf,
    },
    /// The settings cannot be used.
    #[error("{} problems in the settings", .0.len())]
    Settings(Vec<SettingProblem>),
    /// The data has errors that the step cannot pass over.
    #[error("{} findings block the step", .0.len())]
    Blocked(Vec<Finding>),
    /// A file cannot be read.
    #[error("cannot read {path}: {cause}")]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        cause: String,
    },
    /// A file cannot be written.
    #[error("cannot write {path}: {cause}")]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system says.
        cause: String,
    },
    /// A name on the command line that the ward does not have.
    #[error("no {kind} {asked}")]
    UnknownName {
        /// `area` or `school`.
        kind: &'static str,
        /// What was asked for.
        asked: String,
        /// Names that are near.
        near: Vec<String>,
    },
    /// A change on the command line that cannot be understood.
    #[error("cannot understand the change {asked}")]
    BadChange {
        /// What was asked for.
        asked: String,
    },
    /// What is confirmed on the command line cannot be understood.
    #[error("cannot understand the confirmation {asked}")]
    BadConfirmation {
        /// What was confirmed.
        asked: String,
    },
    /// Changes on the command line that concern no grade; nothing where none was named.
    #[error("the changes concern no grade: {asked}")]
    NothingToTry {
        /// What was asked for.
        asked: String,
    },
    /// The folder for the results is not empty.
    #[error("{folder} is not empty")]
    NotEmpty {
        /// The folder.
        folder: PathBuf,
    },
    /// We failed.
    #[error("{0}")]
    Fault(String),
}

impl PipelineError {
    /// A fault of ours, in the words of the part that failed.
    pub fn fault(cause: impl std::fmt::Display) -> Self {
        Self::Fault(cause.to_string())
    }
}

//! Exit codes: the contract with scripts.

use std::process::ExitCode;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Done = 0,
    /// We failed.
    Fault = 1,
    /// Wrong usage or settings.
    Usage = 2,
    /// Errors in the data block the step.
    Data = 3,
    /// Done, with warnings, under `--strict`.
    Warnings = 4,
    /// No plan satisfies the hard rules, or none was found.
    NoPlan = 5,
    /// A file cannot be read or written.
    File = 6,
    /// Interrupted; the best so far is written.
    Interrupted = 130,
}

impl Exit {
    /// The number that the shell sees.
    pub fn code(self) -> u8 {
        self as u8
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

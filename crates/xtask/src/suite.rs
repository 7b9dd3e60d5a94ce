//! Format, clippy, tests and doc tests, from one set of third-party crates.

use crate::counts::{Counts, third_party};
use crate::run::{Ran, cargo, said, watched};
use crate::{Done, Failure, built};
use std::env::consts::EXE_SUFFIX;
use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

/// Runs everything, and ends with one line: `N passed, N failed, N skipped`.
///
/// Clippy is not run as `cargo clippy`, which would compile every third-party crate once more.
/// Its driver stands in for the compiler of our own crates instead: the same pass that builds
/// the tests also lints them, and any warning stops it.
pub(crate) fn suite() -> Done {
    let clippy = clippy_driver()?;
    let linted = |arguments: &[&str]| {
        let mut command = cargo(arguments);
        command.env("RUSTC_WORKSPACE_WRAPPER", &clippy);
        command.env("CLIPPY_ARGS", "-Dwarnings__CLIPPY_HACKERY__");
        command
    };
    let mut report = Report { all_is_built: built::is_marked()?, ..Report::default() };
    report.phase("fmt", &mut cargo(&["fmt", "--all", "--check"]))?;
    let lints = ["build", "--workspace", "--all-targets", "--keep-going"];
    if report.phase("clippy", &mut linted(&lints))? {
        report.all_is_built = true;
        let targets = ["--lib", "--bins", "--tests", "--examples"];
        let tests = [&["test", "--workspace", "--no-fail-fast"][..], &targets].concat();
        let show = ["--", "--show-output"];
        report.phase("tests", &mut linted(&[&tests[..], &show].concat()))?;
        let docs = ["test", "--workspace", "--no-fail-fast", "--doc"];
        report.phase("doc tests", &mut linted(&[&docs[..], &show].concat()))?;
    }
    report.end()
}

/// What was done so far.
#[derive(Default)]
struct Report {
    /// Whether no phase has a reason to compile a third-party crate any more.
    all_is_built: bool,
    counts: Counts,
    compiled: usize,
    failed: Vec<String>,
    times: Vec<String>,
}

impl Report {
    /// Runs one phase; tells whether it succeeded.
    fn phase(&mut self, name: &str, command: &mut Command) -> Done<bool> {
        println!("== {name}");
        let started = Instant::now();
        let Ran { success, stdout, stderr } = watched(command)?;
        self.times.push(format!("{name} {:.0} s", started.elapsed().as_secs_f64()));
        self.counts += Counts::read(&stdout);
        if !success {
            self.failed.push(name.to_owned());
        }
        let compiled = third_party(&stderr);
        self.compiled += compiled.len();
        if self.all_is_built && !compiled.is_empty() {
            self.failed.push(format!("{name} compiled again: {}", compiled.join(", ")));
        }
        Ok(success)
    }

    /// Prints the sums; fails when anything did.
    fn end(self) -> Done {
        println!("\n{}", self.times.join(", "));
        println!("third-party crates compiled: {}", self.compiled);
        for failed in &self.failed {
            println!("failed: {failed}");
        }
        println!("{}", self.counts);
        let fine = self.failed.is_empty() && self.counts.failed == 0;
        if fine { Ok(()) } else { Err(Failure::new("")) }
    }
}

/// Clippy's driver beside the compiler in use.
fn clippy_driver() -> Done<PathBuf> {
    let sysroot = said(Command::new("rustc").args(["--print", "sysroot"]))?;
    let driver = PathBuf::from(sysroot).join("bin").join(format!("clippy-driver{EXE_SUFFIX}"));
    if driver.is_file() {
        Ok(driver)
    } else {
        Err(Failure::usage("Clippy is absent: rustup component add clippy rustfmt"))
    }
}

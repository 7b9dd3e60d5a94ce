//! Running other programs.

use crate::{Done, Failure};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::{env, io, thread};

/// What a program did and said; what it said was shown while it ran.
pub(crate) struct Ran {
    pub(crate) success: bool,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// The folder of the workspace.
pub(crate) fn root() -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).map_or_else(|| here.clone(), PathBuf::from)
}

/// The folder of what cargo builds.
pub(crate) fn target() -> PathBuf {
    root().join(env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into()))
}

/// A program that the build made.
pub(crate) fn built(program: &str) -> Command {
    let mut command = Command::new(
        target().join("debug").join(program).with_extension(env::consts::EXE_EXTENSION),
    );
    command.current_dir(root());
    command
}

/// The cargo that started this chore, in the folder of the workspace.
///
/// It is told to say what it compiles and without colours, so that its words can be read.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(root());
    command.env("CARGO_TERM_QUIET", "false").env("CARGO_TERM_COLOR", "never");
    command
}

/// What a program prints on stdout, without the white space around it.
pub(crate) fn said(command: &mut Command) -> Done<String> {
    let output = command.output().map_err(|error| not_run(command, &error))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    } else {
        Err(Failure::new(format!("{command:?}: {}", output.status)))
    }
}

/// Runs a program to its end, shows what it says and keeps it.
pub(crate) fn watched(command: &mut Command) -> Done<Ran> {
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| not_run(command, &error))?;
    let (out, err) = (child.stdout.take(), child.stderr.take());
    let errors = thread::spawn(move || show(err, io::stderr()));
    let stdout = show(out, io::stdout());
    let stderr = errors.join().unwrap_or_default();
    let status = child.wait().map_err(|error| not_run(command, &error))?;
    Ok(Ran { success: status.success(), stdout, stderr })
}

/// Runs a program that must succeed, with our own stdout and stderr.
pub(crate) fn must(command: &mut Command) -> Done {
    let status = command.status().map_err(|error| not_run(command, &error))?;
    if status.success() { Ok(()) } else { Err(Failure::new(format!("{command:?}: {status}"))) }
}

/// Copies line by line; what cannot be shown is still kept.
fn show(from: Option<impl Read>, mut to: impl Write) -> String {
    let mut kept = String::new();
    let Some(from) = from else { return kept };
    for line in BufReader::new(from).split(b'\n').map_while(Result::ok) {
        let line = String::from_utf8_lossy(&line);
        writeln!(to, "{line}").unwrap_or_default();
        kept.push_str(&line);
        kept.push('\n');
    }
    kept
}

fn not_run(command: &Command, error: &io::Error) -> Failure {
    Failure::new(format!("{}: {error}", command.get_program().to_string_lossy()))
}

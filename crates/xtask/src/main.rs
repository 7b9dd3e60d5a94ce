//! The chores of the project: `cargo xtask demo`, `test`, `fixtures`, `codes`, `fuzz`, `setup`.
//!
//! Depends on nothing but the standard library, for it must run before the tools that the
//! solver needs are installed.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a chore speaks to its user")]

mod built;
mod counts;
mod demo;
mod run;
mod setup;
mod suite;

use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask demo      set up, build, make the forecast and the maps of the bundled ward
cargo xtask test      format, clippy, all tests and doc tests; ends with the counts
cargo xtask fixtures  write the bundled wards again from their seed
cargo xtask codes     write docs/data/codes.md again from the code
cargo xtask fuzz --minutes N  read spoilt files for so long; nothing may panic or get lost
cargo xtask setup     see that the tools of the C++ parts are there (first step of all others)";

fn main() -> ExitCode {
    let chore = std::env::args().nth(1).unwrap_or_default();
    let done = match chore.as_str() {
        "demo" => setup::ensure().and_then(|()| demo::demo()),
        "test" => setup::ensure().and_then(|()| suite::suite()),
        "fixtures" => setup::ensure().and_then(|()| demo::fixtures()),
        "codes" => setup::ensure().and_then(|()| demo::codes()),
        "fuzz" => setup::ensure().and_then(|()| demo::fuzz()),
        "setup" => setup::ensure(),
        _ => Err(Failure::usage(USAGE)),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            if !failure.message.is_empty() {
                eprintln!("{}", failure.message);
            }
            ExitCode::from(failure.code)
        }
    }
}

/// Why a chore was not done, and the exit code that says so.
#[derive(Debug)]
struct Failure {
    code: u8,
    message: String,
}

impl Failure {
    /// Something went wrong on the way.
    fn new(message: impl Into<String>) -> Self {
        Self { code: 1, message: message.into() }
    }

    /// The user has to do something first.
    fn usage(message: impl Into<String>) -> Self {
        Self { code: 2, message: message.into() }
    }
}

type Done<T = ()> = Result<T, Failure>;

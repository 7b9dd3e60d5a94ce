//! The mark that the demo leaves once everything is built.
//!
//! It holds all that decides which third-party crates are compiled, and how. As long as it is
//! the same, no later build has a reason to compile one of them again.

use crate::run::{root, said, target};
use crate::{Done, Failure};
use std::path::PathBuf;
use std::process::Command;
use std::{env, fs};

/// Leaves the mark.
pub(crate) fn mark() -> Done {
    fs::write(place(), state()?).map_err(|error| Failure::new(format!("{:?}: {error}", place())))
}

/// Whether the demo built everything for the present state.
pub(crate) fn is_marked() -> Done<bool> {
    let now = state()?;
    Ok(fs::read_to_string(place()).is_ok_and(|then| then == now))
}

/// Takes the mark away, before a build that may not end well.
pub(crate) fn unmark() -> Done {
    match fs::remove_file(place()) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Failure::new(format!("{:?}: {error}", place())))
        }
        _ => Ok(()),
    }
}

fn place() -> PathBuf {
    target().join("debug").join(".phantuyen-demo")
}

/// The compiler, its flags, the lock file and every manifest.
fn state() -> Done<String> {
    let mut state = said(Command::new("rustc").arg("-vV"))?;
    for flags in ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_BUILD_TARGET"] {
        state.push_str(&format!("\n{flags}={}", env::var(flags).unwrap_or_default()));
    }
    let mut manifests: Vec<PathBuf> = fs::read_dir(root().join("crates"))
        .map_err(|error| Failure::new(format!("crates: {error}")))?
        .filter_map(|entry| Some(entry.ok()?.path().join("Cargo.toml")))
        .collect();
    manifests.sort();
    let others = ["Cargo.lock", "Cargo.toml", ".cargo/config.toml", "fixtures/Cargo.toml"];
    manifests.extend(others.map(|file| root().join(file)));
    manifests.push(root().join("benches/Cargo.toml"));
    for file in manifests {
        state.push_str(&format!("\n# {}\n", file.display()));
        state.push_str(&fs::read_to_string(&file).unwrap_or_default());
    }
    Ok(state)
}

//! Runs the program and reads what it says.

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What a run left behind.
pub struct Ran {
    pub exit: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Ran {
    /// The JSON document on stdout.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|e| panic!("{e}: {}\n{}", self.stdout, self.stderr))
    }

    /// The codes of all findings in the document.
    pub fn codes(&self) -> Vec<String> {
        let document = self.json();
        let findings = document["findings"].as_array().expect("findings");
        findings.iter().map(|f| f["code"].as_str().expect("a code").to_owned()).collect()
    }
}

/// Runs `phantuyen` with these arguments on a project.
pub fn phantuyen(project: &Path, arguments: &[&str]) -> Ran {
    let output = Command::new(env!("CARGO_BIN_EXE_phantuyen"))
        .args(arguments)
        .arg("--project")
        .arg(project)
        .env_remove("PHANTUYEN_LANG")
        .output()
        .expect("phantuyen starts");
    Ran {
        exit: output.status.code().expect("an exit code"),
        stdout: String::from_utf8(output.stdout).expect("UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}

/// An empty folder of this test's own.
pub fn fresh_folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if folder.exists() {
        std::fs::remove_dir_all(&folder).expect("old folder goes");
    }
    std::fs::create_dir_all(&folder).expect("new folder");
    folder
}

/// The root of the workspace.
pub fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every file below a folder with its bytes, in the order of their paths.
pub fn files_below(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(&next).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(folder).expect("below").to_string_lossy().into_owned();
                files.push((name, std::fs::read(&path).expect("a file")));
            }
        }
    }
    files.sort();
    files
}

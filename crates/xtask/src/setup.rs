//! The tools of the C++ parts: the solver HiGHS is built by CMake, its header read by libclang.

use crate::run::{must, said};
use crate::{Done, Failure};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// A tool that the build needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tool {
    Cmake,
    Compiler,
    Make,
    Libclang,
}

/// Sees that every tool is there. Where apt is, and we are root, installs what is missing;
/// elsewhere says exactly what to do and fails with exit code 2. Silent when all is there.
pub(crate) fn ensure() -> Done {
    let missing = missing();
    if missing.is_empty() {
        return Ok(());
    }
    if !cfg!(target_os = "linux") || !on_path("apt-get") {
        return Err(Failure::usage(format!("Thiếu / missing: {missing:?}\n{}", by_hand())));
    }
    let is_root = said(Command::new("id").arg("-u")).is_ok_and(|id| id == "0");
    if !is_root {
        let command = format!("{INSTALL} {}", packages(&missing)?.join(" "));
        return Err(Failure::usage(format!(
            "Hãy chạy lệnh sau rồi thử lại / run this and try again:\n  sudo apt-get update && sudo {command}"
        )));
    }
    must(Command::new("apt-get").arg("update"))?;
    let mut words = INSTALL.split(' ');
    let mut install = Command::new(words.next().unwrap_or_default());
    must(install.args(words).args(packages(&missing)?).env("DEBIAN_FRONTEND", "noninteractive"))
}

const INSTALL: &str = "apt-get install -y --no-install-recommends";

fn missing() -> Vec<Tool> {
    let mut missing = Vec::new();
    if !on_path("cmake") {
        missing.push(Tool::Cmake);
    }
    // On Windows the compiler and its make come with Visual Studio and are on no path.
    if cfg!(unix) && !(on_path("c++") || on_path("g++")) {
        missing.push(Tool::Compiler);
    }
    if cfg!(unix) && !on_path("make") {
        missing.push(Tool::Make);
    }
    if !has_libclang() {
        missing.push(Tool::Libclang);
    }
    missing
}

fn on_path(program: &str) -> bool {
    let folders = env::var_os("PATH").unwrap_or_default();
    let file = format!("{program}{}", env::consts::EXE_SUFFIX);
    env::split_paths(&folders).any(|folder| folder.join(&file).is_file())
}

/// Whether a shared libclang lies where the header reader looks for it.
fn has_libclang() -> bool {
    if let Some(told) = env::var_os("LIBCLANG_PATH").map(PathBuf::from)
        && (told.is_file() || holds_libclang(&told))
    {
        return true;
    }
    let fixed = [
        "/usr/lib",
        "/usr/lib64",
        "/usr/local/lib",
        "/Library/Developer/CommandLineTools/usr/lib",
        "/Applications/Xcode.app/Contents/Developer/Toolchains/XcodeDefault.xctoolchain/usr/lib",
        "C:\\Program Files\\LLVM\\bin",
    ];
    let below = folders_of("/usr/lib").flat_map(|folder| [folder.join("lib"), folder]);
    fixed.into_iter().map(PathBuf::from).chain(below).any(|folder| holds_libclang(&folder))
}

fn folders_of(folder: &str) -> impl Iterator<Item = PathBuf> {
    fs::read_dir(folder).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path()))
}

fn holds_libclang(folder: &Path) -> bool {
    let files = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    files.map(|entry| entry.file_name()).any(|name| is_libclang(&name.to_string_lossy()))
}

/// `libclang.so.1`, `libclang-14.so.13`, `libclang.dylib`, `libclang.dll`; not `libclang-cpp`.
fn is_libclang(file: &str) -> bool {
    let Some(rest) = file.strip_prefix("libclang") else { return false };
    let version = rest.trim_start_matches(|c: char| c == '-' || c == '.' || c.is_ascii_digit());
    let plain = rest.starts_with(['.', '-']);
    plain && ["so", "dylib", "dll"].iter().any(|kind| version.starts_with(kind))
}

/// The packages of Debian and its kin that bring the missing tools.
fn packages(missing: &[Tool]) -> Done<Vec<String>> {
    let package = |tool: &Tool| match tool {
        Tool::Cmake => Ok("cmake".to_owned()),
        Tool::Compiler => Ok("g++".to_owned()),
        Tool::Make => Ok("make".to_owned()),
        Tool::Libclang => {
            let search = ["search", "--names-only", "^libclang1-[0-9]+$"];
            let offered = said(Command::new("apt-cache").args(search))?;
            newest_libclang(&offered)
                .ok_or_else(|| Failure::usage("apt has no package libclang1-*"))
        }
    };
    missing.iter().map(package).collect()
}

/// The package of the highest version in the answer of `apt-cache search`.
fn newest_libclang(offered: &str) -> Option<String> {
    let names = offered.lines().filter_map(|line| line.split_whitespace().next());
    let versions = names.filter_map(|name| name.strip_prefix("libclang1-")?.parse::<u32>().ok());
    versions.max().map(|version| format!("libclang1-{version}"))
}

/// What to install where apt is not.
fn by_hand() -> &'static str {
    if cfg!(windows) {
        "Visual Studio Build Tools (C++, CMake), LLVM (libclang) và/and LIBCLANG_PATH: docs/guide/build-windows.md"
    } else if cfg!(target_os = "macos") {
        "xcode-select --install && brew install cmake llvm\nexport LIBCLANG_PATH=\"$(brew --prefix llvm)/lib\""
    } else {
        "Hãy cài / install: cmake, g++, make, libclang (Fedora: sudo dnf install cmake gcc-c++ make clang-libs)"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_libclang_is_the_highest_number_not_the_last_word() {
        let offered = "libclang1-9 - C interface\nlibclang1-16 - C interface\nlibclang1-14 - C";
        assert_eq!(newest_libclang(offered).as_deref(), Some("libclang1-16"));
        assert_eq!(newest_libclang("libclang1-14t64 - odd\n"), None);
        assert_eq!(newest_libclang(""), None);
    }

    #[test]
    fn shared_libraries_are_told_from_their_neighbours() {
        for file in ["libclang.so", "libclang.so.1", "libclang-14.so.13", "libclang-14.so"] {
            assert!(is_libclang(file), "{file}");
        }
        for file in ["libclang-cpp.so.14", "libclangAST.a", "libclang.a", "libclang-14.a"] {
            assert!(!is_libclang(file), "{file}");
        }
        assert!(is_libclang("libclang.dylib") && is_libclang("libclang.dll"));
    }

    #[test]
    fn each_plain_tool_has_its_package() {
        let tools = [Tool::Cmake, Tool::Compiler, Tool::Make];
        assert_eq!(packages(&tools).unwrap(), ["cmake", "g++", "make"]);
    }
}

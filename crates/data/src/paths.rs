//! File names as Windows offices have them: either slash, any case, reserved names, lock files.

use std::path::Path;

/// Names that Windows keeps for devices, with or without an ending.
const RESERVED: [&str; 4] = ["con", "prn", "aux", "nul"];

/// Devices that are numbered 1 to 9.
const RESERVED_NUMBERED: [&str; 2] = ["com", "lpt"];

/// A path as results show it: relative to the project where it lies inside, always with `/`.
pub(crate) fn shown(project: &Path, path: &Path) -> String {
    let inside = path.strip_prefix(project).unwrap_or(path);
    inside.to_string_lossy().replace('\\', "/").trim_start_matches("./").to_owned()
}

/// A path of the settings in the form of this system: both slashes separate folders.
pub(crate) fn from_settings(text: &str) -> String {
    text.trim().replace('\\', "/")
}

/// Whether a file is the mark that an office program leaves while it has a workbook open
/// (`~$areas.xlsx`, `.~lock.areas.ods#`), or hidden.
pub(crate) fn is_lock_or_hidden(name: &str) -> bool {
    name.starts_with("~$") || name.starts_with('.')
}

/// Whether some part of the path is a device on Windows (`CON`, `nul.csv`, `COM1`), which no
/// program may open as a file there.
pub(crate) fn has_reserved_name(path: &str) -> bool {
    path.split('/').any(|part| {
        let stem = part.split('.').next().unwrap_or(part).trim_end().to_lowercase();
        let numbered = RESERVED_NUMBERED.iter().any(|device| {
            stem.strip_prefix(device)
                .is_some_and(|rest| rest.len() == 1 && matches!(rest.as_bytes()[0], b'1'..=b'9'))
        });
        numbered || RESERVED.contains(&stem.as_str())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_shown_with_forward_slashes_relative_to_the_project() {
        let project = Path::new("/wards/one");
        assert_eq!(shown(project, Path::new("/wards/one/data/areas.csv")), "data/areas.csv");
        assert_eq!(shown(project, Path::new("/lists/areas.csv")), "/lists/areas.csv");
        assert_eq!(shown(project, Path::new("data\\areas.csv")), "data/areas.csv");
        assert_eq!(from_settings(" data\\areas.csv"), "data/areas.csv");
    }

    #[test]
    fn devices_of_windows_are_known_by_any_case_and_ending() {
        for name in ["CON", "nul.csv", "data/Com1.xlsx", "lpt9", "AUX .csv"] {
            assert!(has_reserved_name(name), "{name}");
        }
        for name in ["console.csv", "com0.csv", "com10.csv", "data/areas.csv", "null.csv"] {
            assert!(!has_reserved_name(name), "{name}");
        }
    }

    #[test]
    fn marks_of_open_workbooks_are_no_tables() {
        assert!(is_lock_or_hidden("~$areas.xlsx"));
        assert!(is_lock_or_hidden(".~lock.areas.ods#"));
        assert!(!is_lock_or_hidden("areas.xlsx"));
    }
}

//! The main job on the bundled ward, for somebody who sees the project for the first time.

use crate::run::{built, cargo, must, root, target};
use crate::{Done, Failure, built};
use std::path::{Path, PathBuf};
use std::time::Instant;
use std::{fs, io};

/// What the demo makes: file, Vietnamese, English.
const PRODUCTS: [(&str, &str, &str); 6] = [
    ("DU-BAO_2027-2028.xlsx", "Dự báo và chỉ tiêu", "Forecast and quota"),
    ("bieu-do_du-bao.png", "Biểu đồ dự báo", "Forecast chart"),
    ("BAN-DO_lop-1.png", "Bản đồ lớp 1", "Map of grade 1"),
    ("BAN-DO_lop-1.svg", "Bản đồ lớp 1 (SVG)", "Map of grade 1 (SVG)"),
    ("BAN-DO_lop-6.png", "Bản đồ lớp 6", "Map of grade 6"),
    ("BAN-DO_lop-6.svg", "Bản đồ lớp 6 (SVG)", "Map of grade 6 (SVG)"),
];

/// Builds everything, runs the main job and says where its products lie.
pub(crate) fn demo() -> Done {
    let started = Instant::now();
    build()?;
    println!("\nĐã biên dịch / built: {:.0} s\n", started.elapsed().as_secs_f64());

    let folder = target().join("demo").join("phuoc-binh");
    empty(&folder)?;
    let project = ["run", "--project", "fixtures/phuoc-binh", "--date", "2026-12-15", "-y", "-o"];
    must(built("phantuyen").args(project).arg(&folder))?;

    println!("\nKết quả / results");
    for (file, vietnamese, english) in PRODUCTS {
        let path = find(&folder, file)
            .ok_or_else(|| Failure::new(format!("{file}: không có / absent in {folder:?}")))?;
        println!("  {vietnamese} / {english}:\n    {}", path.display());
    }
    Ok(())
}

/// Writes the bundled wards again from their seed.
pub(crate) fn fixtures() -> Done {
    build()?;
    must(built("fixtures").arg(root().join("fixtures")))
}

/// Writes the list of codes again: a test keeps it, and the same test writes it when asked.
pub(crate) fn codes() -> Done {
    let test = ["test", "--workspace", "--test", "codes", "the_document"];
    must(cargo(&test).env("PHANTUYEN_WRITE", "1"))
}

/// Reads spoilt files for some minutes, one without `--minutes`.
pub(crate) fn fuzz() -> Done {
    let arguments: Vec<String> = std::env::args().skip(2).collect();
    let minutes = match arguments.as_slice() {
        [] => Some(1),
        [flag, minutes] if flag == "--minutes" => minutes.parse::<u64>().ok(),
        _ => None,
    };
    let minutes = minutes.ok_or_else(|| Failure::usage("cargo xtask fuzz --minutes N"))?;
    let test = ["test", "--workspace", "--test", "ward", "whatever_comes"];
    must(cargo(&test).env("PHANTUYEN_FUZZ_SECONDS", (minutes * 60).to_string()))
}

/// Builds programs, tests and benches at once: only then are the third-party crates compiled
/// with the very features that the tests need too, and never again.
fn build() -> Done {
    built::unmark()?;
    must(&mut cargo(&["build", "--workspace", "--all-targets"]))?;
    built::mark()
}

/// Removes an earlier result.
fn empty(folder: &Path) -> Done {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(Failure::new(format!("{}: {error}", folder.display())))
        }
        _ => Ok(()),
    }
}

/// A file of this name anywhere under the folder, the first in the order of paths.
fn find(folder: &Path, name: &str) -> Option<PathBuf> {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).ok()?.filter_map(|entry| Some(entry.ok()?.path())).collect();
    entries.sort();
    let here = entries.iter().find(|path| path.is_file() && path.ends_with(name)).cloned();
    here.or_else(|| entries.iter().filter(|path| path.is_dir()).find_map(|path| find(path, name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_product_is_found_in_a_folder_below_and_an_absent_one_is_not() {
        let folder = std::env::temp_dir().join(format!("xtask-find-{}", std::process::id()));
        fs::create_dir_all(folder.join("a/maps")).unwrap();
        fs::write(folder.join("a/maps/BAN-DO_lop-1.png"), "").unwrap();
        assert_eq!(find(&folder, "BAN-DO_lop-1.png"), Some(folder.join("a/maps/BAN-DO_lop-1.png")));
        assert_eq!(find(&folder, "lop-1.png"), None);
        empty(&folder).unwrap();
        empty(&folder).unwrap();
        assert!(!folder.exists());
    }
}

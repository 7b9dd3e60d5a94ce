//! A folder of office files as a new user has it: check, three corrections, the forecast. And
//! nobody in those files is named in anything that the program writes or says.

use crate::command::{Ran, files_below, fresh_folder, phantuyen};
use std::fs;
use std::io::{Cursor, Read, Write};
use std::path::{Path, PathBuf};
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

/// What the lists hold about people: names, ids, addresses, births, and what nobody may keep.
const MARKS: [&str; 9] = [
    "MẬTDANH",
    "mậtdanh",
    "079299",
    "ĐƯỜNGMẬT",
    "2019-07-13",
    "13/07/2019",
    "DÂNTỘCMẬT",
    "TÔNGIÁOMẬT",
    "KHUYẾTTẬTMẬT",
];

/// Three faults that a clerk can mend: a day that no month has, an area, a birth left empty.
const FAULTS: [(&str, &str); 3] =
    [("2019-02-31", "2019-02-28"), ("KP 99", "Khu phố 3"), ("", "2018-07-01")];

fn project(name: &str) -> PathBuf {
    let root = fresh_folder(name);
    fs::create_dir_all(root.join("data")).expect("a folder");
    let write = |name: &str, text: &str| fs::write(root.join(name), text).expect("a file");
    write(
        "phantuyen.toml",
        "[ward]\nname = \"Mẫu (hư cấu)\"\ncode = \"00000\"\nschool_year = 2027\nmade_up = true\nterrain = \"plain\"\n",
    );
    let areas: String = (1..=6).map(|n| format!("A{n};Khu phố {n}\n")).collect();
    write("data/areas.csv", &format!("Mã khu phố;Tên khu phố\n{areas}"));
    let mut rows = String::from(
        "Họ và tên,Số CCCD,Ngày sinh,Khu phố,Nơi ở hiện tại,Dân tộc,Tôn giáo,Khuyết tật,Tính đến ngày\n",
    );
    let mut person = 0;
    let mut add = |born: &str, area: &str, year: i32| {
        person += 1;
        rows.push_str(&format!(
            "Trần Thị MẬTDANH {person},079299{person:06},{born},{area},{person} ĐƯỜNGMẬT,DÂNTỘCMẬT,TÔNGIÁOMẬT,KHUYẾTTẬTMẬT,{year}-12-31\n"
        ));
    };
    for year in 2022..=2026 {
        for age in 0..=14 {
            for area in 1..=6 {
                for child in 0..4 + area {
                    let born = match (year - age, child) {
                        (2019, _) => "2019-07-13".to_owned(),
                        (born, child) => format!("{born}-0{}-1{}", 1 + child % 9, child % 9),
                    };
                    add(&born, &format!("KP{area}"), year);
                }
            }
        }
    }
    add(FAULTS[0].0, "KP1", 2026);
    add("2019-07-13", FAULTS[1].0, 2026);
    add(FAULTS[2].0, "KP2", 2026);
    write("data/residents.csv", &rows);
    root
}

fn run(root: &Path, arguments: &[&str]) -> Ran {
    let ran = phantuyen(root, arguments);
    for mark in MARKS {
        assert!(!ran.stdout.contains(mark) && !ran.stderr.contains(mark), "{mark} is said");
    }
    ran
}

/// The only file below a folder whose path ends so.
fn file(root: &Path, end: &str) -> PathBuf {
    let found = files_below(root).into_iter().filter(|(name, _)| name.ends_with(end));
    let found: Vec<PathBuf> = found.map(|(name, _)| root.join(name)).collect();
    assert_eq!(found.len(), 1, "{found:?}");
    found[0].clone()
}

/// The members of an archive, unpacked.
fn members(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).expect("an archive");
    (0..archive.len())
        .map(|at| {
            let mut member = archive.by_index(at).expect("a member");
            let mut content = Vec::new();
            member.read_to_end(&mut content).expect("readable");
            (member.name().expect("a name").into_owned(), content)
        })
        .collect()
}

/// The workbook with the three faults mended, as a clerk would type it: two texts in the place of
/// others, and a day in the empty cell of the third row.
fn typed(bytes: &[u8]) -> Vec<u8> {
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    let mut changed = 0;
    for (name, content) in members(bytes) {
        let mut content = content;
        if name == "xl/sharedStrings.xml" {
            let mut text = String::from_utf8(content).expect("UTF-8");
            for (wrong, right) in &FAULTS[..2] {
                let (wrong, right) = (format!("<t>{wrong}</t>"), format!("<t>{right}</t>"));
                changed += text.matches(&wrong).count();
                text = text.replace(&wrong, &right);
            }
            content = text.into_bytes();
        } else if name == "xl/worksheets/sheet1.xml" {
            let text = String::from_utf8(content).expect("UTF-8");
            let (before, cell) = text.split_once("<c r=\"F6\"").expect("the empty cell");
            let (look, after) = cell.split_once("/>").expect("its end");
            let day = format!("{look} t=\"inlineStr\"><is><t>{}</t></is></c>", FAULTS[2].1);
            changed += 1;
            content = format!("{before}<c r=\"F6\"{day}{after}").into_bytes();
        }
        out.start_file(name, SimpleFileOptions::default()).expect("a member");
        out.write_all(&content).expect("written");
    }
    assert_eq!(changed, 3);
    out.finish().expect("an archive").into_inner()
}

/// Whatever was written, members of archives included, but for the inputs and the workbooks that
/// go back to their sender.
fn nobody_is_named_below(root: &Path) {
    let mut seen = 0;
    for (name, bytes) in files_below(root) {
        if name.starts_with("data/") || name.contains("CAN-SUA_") {
            continue;
        }
        let parts = match bytes.starts_with(b"PK\x03\x04") {
            true => members(&bytes),
            false => vec![(String::new(), bytes)],
        };
        for (member, content) in parts {
            let text = String::from_utf8_lossy(&content);
            for mark in MARKS {
                assert!(!text.contains(mark), "{mark} stands in {name} {member}");
            }
            seen += 1;
        }
    }
    assert!(seen >= 5, "only {seen} files were looked at");
}

#[test]
fn three_corrections_make_the_forecast_run() {
    let root = project("intake");
    let source = fs::read(root.join("data/residents.csv")).expect("the list");
    let first = run(&root, &["check", "--date", "2026-12-31"]);
    assert_eq!(first.exit, 3, "{}{}", first.stdout, first.stderr);
    assert_eq!(run(&root, &["forecast"]).exit, 3, "three errors stop the forecast");
    let book = file(&root, "CAN-SUA_residents.xlsx");
    file(&root, "kiem-tra.html");
    nobody_is_named_below(&root);

    let bytes = fs::read(&book).expect("the workbook");
    let says_so = members(&bytes).into_iter().any(|(name, content)| {
        name == "xl/sharedStrings.xml"
            && String::from_utf8_lossy(&content).contains("CÓ DỮ LIỆU CÁ NHÂN")
    });
    assert!(says_so, "the workbook says what it holds");
    fs::write(root.join("data/CAN-SUA_residents.xlsx"), typed(&bytes)).expect("dropped into data");
    let second = run(&root, &["check", "--date", "2027-01-03", "--format", "json"]);
    assert_eq!(second.exit, 0, "{}", second.stdout);
    assert!(second.codes().iter().any(|code| code == "corrections_used"));
    assert_eq!(fs::read(root.join("data/residents.csv")).expect("the list"), source);
    for table in second.json()["data"]["tables"].as_array().expect("tables") {
        assert_eq!(
            table["rows"].as_u64(),
            Some(table["used"].as_u64().unwrap_or(0) + table["reported"].as_u64().unwrap_or(0))
        );
    }
    let forecast = run(&root, &["forecast", "--date", "2027-01-03", "--format", "json"]);
    assert_eq!(forecast.exit, 0, "{}", forecast.stderr);
    let report = run(&root, &["report", "--date", "2027-01-04"]);
    assert_eq!(report.exit, 0, "{}", report.stderr);
    nobody_is_named_below(&root);
}

#[test]
fn what_was_confirmed_is_not_asked_again() {
    let root = project("intake-confirmed");
    let unknown = |ran: &Ran| ran.codes().iter().any(|code| code == "unknown_area");
    assert!(unknown(&run(&root, &["check", "-n", "--format", "json"])));
    let confirm = ["check", "-n", "--format", "json", "--confirm", "KP 99=Khu phố 3"];
    assert!(!unknown(&run(&root, &confirm)));
    assert!(!unknown(&run(&root, &["check", "-n", "--format", "json"])));
}

#[test]
fn what_is_no_answer_is_refused_and_nothing_is_kept() {
    let root = project("intake-confirm");
    for wrong in ["KP 99", "=A3", "residents.csv=nothing"] {
        assert_eq!(run(&root, &["check", "-n", "--confirm", wrong]).exit, 2, "{wrong}");
    }
    assert_eq!(run(&root, &["check", "-n", "--confirm", "KP 99=Nowhere"]).exit, 2);
    assert!(!root.join(".phantuyen").exists());
}

#[test]
fn the_page_of_findings_can_be_read_by_anybody() {
    let root = project("intake-page");
    for (lang, title) in [("vi", "Kiểm tra dữ liệu"), ("en", "Check of the data")] {
        let out = root.join(format!("out-{lang}"));
        let out = out.to_string_lossy();
        assert_eq!(run(&root, &["check", "--lang", lang, "-o", &out]).exit, 3);
        let page = fs::read_to_string(Path::new(&*out).join("kiem-tra.html")).expect("the page");
        assert!(page.contains(&format!("<html lang=\"{lang}\">")));
        assert!(page.contains(&format!("<h1>{title}</h1>")));
        assert!(!page.contains("http"), "no network");
        assert!(!page.contains("<script"), "nothing runs");
        assert_eq!(page.matches("<th scope=").count(), page.matches("<th").count() - 1);
        assert!(!page.contains('⟨'), "each sentence is there");
        for heading in ["<h2>", "<h3>"] {
            assert!(page.contains(heading));
        }
        assert!(page.contains("[bad_value]") && page.contains("[unknown_area]"));
    }
}

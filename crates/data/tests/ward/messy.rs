//! The bundled ward once tidy and once as an office would keep it: the same children.
//!
//! Every tenth resident is taken, so that the workbook is small; it is written here and not kept.

use crate::project::{Project, counts, only};
use phantuyen_data::{Confirmed, WardData};
use phantuyen_model::FindingCode;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet, XlsxError};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Each so many-th resident.
const STEP: usize = 10;

fn bundled(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/phuoc-binh/data");
    fs::read_to_string(folder.join(name)).expect("the bundled ward")
}

/// Rows of the register: id, birth, sex, residence, area, arrived, left.
fn residents() -> Vec<Vec<String>> {
    let text = bundled("residents.csv");
    let rows = text.lines().skip(1).step_by(STEP);
    rows.map(|line| line.split(',').map(str::to_owned).collect()).collect()
}

/// The ways in which clerks write an area, one after the other.
fn ways(code: &str, name: &str, unit: &str) -> Vec<String> {
    let rest = name.trim_start_matches("Khu phố ");
    let old = unit.trim_start_matches("Phường ").trim_start_matches("Xã ");
    let mut ways = vec![
        format!("KP {rest}"),
        format!("Kp.{rest}"),
        name.to_uppercase(),
        format!("{name} {old}"),
        format!("khu  phố {rest}"),
        format!("  {name}\u{200b}"),
        code.to_owned(),
    ];
    if code == "KP-13" {
        // Without its accents it is only suggested, and must be confirmed.
        ways.push("Phu Chau".to_owned());
    }
    ways
}

/// The areas in all their ways of writing, by code; the former one by its name.
fn spellings() -> BTreeMap<String, Vec<String>> {
    let text = bundled("areas.csv");
    let mut all: BTreeMap<String, Vec<String>> = text
        .lines()
        .skip(1)
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            (cells[0].to_owned(), ways(cells[0], cells[1], cells[6]))
        })
        .collect();
    let former = ["LP-05", "Khu phố 5 (Long Phước cũ)", "KP5 Long Phước cũ"];
    all.insert("LP-05".to_owned(), former.map(str::to_owned).to_vec());
    all
}

/// The list of an office: titles, the header again and again, sums, hidden rows, areas in many
/// spellings, days as days and as text.
fn office(rows: &[Vec<String>]) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    write(sheet, rows).expect("a sheet");
    book.save_to_buffer().expect("a workbook")
}

fn write(sheet: &mut Worksheet, rows: &[Vec<String>]) -> Result<(), XlsxError> {
    const HEADER: [&str; 7] =
        ["Số ĐDCN/CCCD", "Ngày sinh", "Giới tính", "Diện cư trú", "Khu phố", "Ngày đến", "Ngày đi"];
    let spellings = spellings();
    let day = Format::new().set_num_format("dd/mm/yyyy");
    sheet.write_string(0, 0, "CÔNG AN PHƯỜNG MẪU (HƯ CẤU)")?;
    sheet.write_string(1, 0, "DANH SÁCH NHÂN KHẨU")?;
    sheet.write_row(3, 0, HEADER)?;
    let mut at = 4;
    for (place, row) in rows.iter().enumerate() {
        if place > 0 && place % 500 == 0 {
            sheet.write_string(at, 0, "Cộng")?.write_number(at, 1, 500)?;
            sheet.write_row(at + 1, 0, HEADER)?;
            at += 2;
        }
        let own = &spellings[&row[4]];
        let sex = if row[2] == "F" { "Nữ" } else { "Nam" };
        let kind = if row[3] == "permanent" { "Thường trú" } else { "Tạm trú" };
        sheet.write_string(at, 0, &row[0])?.write_string(at, 2, sex)?.write_string(at, 3, kind)?;
        sheet.write_string(at, 4, &own[place % own.len()])?;
        for column in [1_u16, 5, 6] {
            let text = &row[usize::from(column)];
            match (text.is_empty(), place % 3) {
                (true, _) => {}
                (_, 0) => {
                    let date = ExcelDateTime::parse_from_str(text)?;
                    sheet.write_datetime_with_format(at, column, date, &day)?;
                }
                (_, 1) => drop(sheet.write_string(at, column, text)?),
                _ => {
                    let parts: Vec<&str> = text.split('-').collect();
                    let turned = format!("{}/{}/{}", parts[2], parts[1], parts[0]);
                    sheet.write_string(at, column, turned)?;
                }
            }
        }
        if place % 37 == 0 {
            sheet.set_row_hidden(at)?;
        }
        at += 1;
    }
    Ok(())
}

fn project() -> Project {
    let areas = bundled("areas.csv");
    let changes = bundled("area_changes.csv");
    let mut project = Project::empty()
        .with("areas.csv", &areas)
        .with("area_changes.csv", &changes)
        .dated("2026-12-31");
    project.options.ward_code = "25220".to_owned();
    project
}

fn same_children(one: &WardData, other: &WardData) {
    assert_eq!(one.cohorts, other.cohorts);
    assert_eq!(one.women, other.women);
    assert_eq!(one.moves, other.moves);
}

#[test]
fn the_office_s_form_of_the_ward_has_the_same_children() {
    let rows = residents();
    let header = "person_id,birth_date,sex,residence,area_code,arrived,left\n";
    let text: Vec<String> = rows.iter().map(|row| row.join(",")).collect();
    let tidy = project().with("residents.csv", &(header.to_owned() + &text.join("\n"))).read();
    assert!(tidy.cohorts.iter().map(|row| u64::from(row.headcount)).sum::<u64>() > 10_000);

    let messy = project().with_bytes("residents.xlsx", &office(&rows));
    let asked = messy.read();
    let doubt = only(&asked, FindingCode::UnknownArea);
    let of_phu_chau = rows.iter().enumerate().filter(|(_, row)| row[4] == "KP-13");
    let unclear = of_phu_chau.filter(|(place, _)| place % 8 == 7).count() as u64;
    assert!(unclear > 0);
    assert_eq!(doubt.count, unclear, "only the name without accents is asked about");

    let areas = BTreeMap::from([("Phu Chau".to_owned(), "KP-13".to_owned())]);
    Confirmed { areas, ..Confirmed::default() }.write(&messy.path).expect("writable");
    let answered = messy.read();
    same_children(&answered, &tidy);
    let (all, used, reported) = counts(&answered, "residents");
    assert_eq!(all, used + reported);
    assert!(all >= counts(&tidy, "residents").0, "sums and headers are counted, too");
}

//! The same rows give the same data, whatever the file.

use crate::project::{Project, counts, only};
use chrono::NaiveDate;
use phantuyen_data::{WardData, sha256_file};
use phantuyen_model::FindingCode;
use polars::prelude::{Column, DataFrame, DataType, NamedFrom, Series};
use polars_io::parquet::write::ParquetWriter;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

const COHORTS: &str = "area_code,as_of,birth_year,headcount,residence\n01,2026-12-31,2020,12,permanent\n01,2026-12-31,2021,7,\n12,2026-12-31,2020,3,temporary\n";
const AREAS: &str = "area_code,name\n01,Một\n12,Hai\n";

fn rows() -> Vec<Vec<String>> {
    let lines = COHORTS.lines().skip(1);
    lines.map(|line| line.split(',').map(str::to_owned).collect()).collect()
}

/// Codes and numbers as an office would type them: numbers as numbers, days as days.
fn workbook() -> Vec<u8> {
    let mut book = Workbook::new();
    book.add_worksheet().set_name("Notes").expect("a sheet").write(0, 0, "x").expect("a cell");
    let sheet = book.add_worksheet().set_name("Cohorts").expect("a sheet");
    for (column, name) in (0..).zip(COHORTS.lines().next().expect("header").split(',')) {
        sheet.write(0, column, name).expect("a cell");
    }
    let day = Format::new().set_num_format("dd/mm/yyyy");
    for (row, cells) in (1..).zip(rows()) {
        let number = |text: &str| text.parse::<f64>().expect("a number");
        if cells[0] == "01" {
            sheet.write(row, 0, "01").expect("a cell");
        } else {
            sheet.write(row, 0, number(&cells[0])).expect("a cell");
        }
        let date = ExcelDateTime::from_ymd(2026, 12, 31).expect("a date");
        sheet.write_with_format(row, 1, &date, &day).expect("a cell");
        sheet.write(row, 2, number(&cells[2])).expect("a cell");
        sheet.write(row, 3, number(&cells[3])).expect("a cell");
        sheet.write(row, 4, cells[4].as_str()).expect("a cell");
    }
    book.save_to_buffer().expect("a workbook")
}

fn parquet() -> Vec<u8> {
    let rows = rows();
    let texts = |at: usize| -> Vec<Option<String>> {
        rows.iter().map(|row| Some(row[at].clone()).filter(|text| !text.is_empty())).collect()
    };
    let days: Vec<i32> = rows
        .iter()
        .map(|row| {
            let date: NaiveDate = row[1].parse().expect("a date");
            i32::try_from((date - NaiveDate::default()).num_days()).expect("days since 1970")
        })
        .collect();
    let number = |at: usize| rows.iter().map(move |row| row[at].clone());
    let years: Vec<i64> = number(2).map(|text| text.parse().expect("a year")).collect();
    let heads: Vec<f64> = number(3).map(|text| text.parse().expect("a count")).collect();
    let days = Series::new("as_of".into(), days).cast(&DataType::Date).expect("days");
    let mut frame = DataFrame::new_infer_height(vec![
        Column::new("area_code".into(), texts(0)),
        days.into(),
        Column::new("birth_year".into(), years),
        Column::new("headcount".into(), heads),
        Column::new("residence".into(), texts(4)),
    ])
    .expect("a table");
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes).finish(&mut frame).expect("a file");
    bytes
}

fn without_files(mut data: WardData) -> WardData {
    data.files.clear();
    data.findings.retain(|finding| finding.code != FindingCode::SheetNotRead);
    for count in &mut data.tables {
        count.file.clear();
    }
    data
}

#[test]
fn csv_workbook_and_parquet_give_the_same_data() {
    let project = || Project::empty().with("areas.csv", AREAS);
    let csv = project().with("cohorts.csv", COHORTS).read();
    assert_eq!(csv.cohorts.len(), 3);
    assert!(csv.findings.is_empty(), "{:#?}", csv.findings);

    let book = project().with_bytes("Cohorts.XLSX", &workbook()).read();
    assert_eq!(only(&book, FindingCode::SheetNotRead).facts["values"], "Notes");
    assert_eq!(without_files(book), without_files(csv.clone()));

    let columns = project().with_bytes("cohorts.parquet", &parquet()).read();
    assert_eq!(without_files(columns), without_files(csv));
}

#[test]
fn line_endings_marks_and_the_order_of_rows_change_nothing() {
    let project = || Project::empty().with("areas.csv", AREAS);
    let plain = project().with("cohorts.csv", COHORTS).read();
    let office = format!("\u{feff}{}", COHORTS.replace('\n', "\r\n"));
    let office = project().with("cohorts.csv", &office).read();
    assert_eq!(without_files(office), without_files(plain.clone()));

    let mut lines: Vec<&str> = COHORTS.lines().collect();
    lines[1..].reverse();
    let reversed = project().with("cohorts.csv", &lines.join("\n")).read();
    assert_eq!(without_files(reversed), without_files(plain));
}

#[test]
fn files_are_hashed_and_never_changed() {
    let project = Project::empty().with("areas.csv", AREAS).with("cohorts.csv", COHORTS);
    let path = project.path.join("data/cohorts.csv");
    let before = std::fs::metadata(&path).expect("a file").modified().expect("a time");
    let data = project.read();
    let paths: Vec<&str> = data.files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(paths, ["data/areas.csv", "data/cohorts.csv"]);
    assert_eq!(data.files[1].sha256, sha256_file(&path).expect("a hash"));
    assert_eq!(std::fs::read_to_string(&path).expect("a file"), COHORTS);
    assert_eq!(std::fs::metadata(&path).expect("a file").modified().expect("a time"), before);
    // `printf 'abc' | sha256sum`.
    let project = project.with("abc", "abc");
    let known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(sha256_file(&project.path.join("data/abc")).expect("a hash"), known);
}

#[test]
fn a_damaged_file_of_each_format_is_told() {
    for file in ["cohorts.csv", "cohorts.xlsx", "cohorts.ods", "cohorts.parquet"] {
        let bytes = b"area_code,\xFF\xFE\n\"x";
        let data = Project::empty().with("areas.csv", AREAS).with_bytes(file, bytes).read();
        assert_eq!(
            only(&data, FindingCode::UnreadableFile).table.as_deref(),
            Some("cohorts"),
            "{file}"
        );
        assert_eq!(counts(&data, "cohorts"), (0, 0, 0));
    }
}

//! Rows with errors go back to their sender, and what comes back stands over the source.

use crate::project::{Project, counts, only};
use calamine::{Data, Reader, Xlsx, open_workbook_from_rs};
use phantuyen_data::{WardData, correction_workbooks, sha256_file};
use phantuyen_model::FindingCode;
use phantuyen_words::{Catalogue, Lang};
use rust_xlsxwriter::Workbook;
use std::io::Cursor;

const RESIDENTS: &str = "\
person_id,birth_date,area_code,as_of\n\
079212000001,2019-05-04,KP1,2026-12-31\n\
079212000002,2019-02-31,KP1,2026-12-31\n\
079212000003,2020-05-04,KP 9,2026-12-31\n\
079212000004,2020-05-05,KP2,2026-12-31\n\
079212000005,,KP2,2026-12-31\n";

const SCHOOLS: &str = "\
school_code,name,level,rooms\n\
TH1,TH Hòa Bình,primary,12\n\
TH2,TH Lê Lợi,primary,x\n";

/// The sheets of a workbook: their names and their cells as text.
type Sheets = Vec<(String, Vec<Vec<String>>)>;

fn sheets(bytes: &[u8]) -> Sheets {
    let mut book: Xlsx<_> = open_workbook_from_rs(Cursor::new(bytes)).expect("a workbook");
    let names = book.sheet_names();
    let text = |cell: &Data| match cell {
        Data::Empty => String::new(),
        other => other.to_string(),
    };
    names
        .into_iter()
        .map(|name| {
            let range = book.worksheet_range(&name).expect("a sheet");
            (name, range.rows().map(|row| row.iter().map(text).collect()).collect())
        })
        .collect()
}

/// A workbook as another program would save it.
fn saved(sheets: &Sheets) -> Vec<u8> {
    let mut book = Workbook::new();
    for (name, rows) in sheets {
        let sheet = book.add_worksheet();
        sheet.set_name(name).expect("a name");
        for (row, cells) in (0..).zip(rows) {
            for (column, cell) in (0..).zip(cells) {
                sheet.write_string(row, column, cell).expect("a cell");
            }
        }
    }
    book.save_to_buffer().expect("a workbook")
}

fn returned(data: &WardData) -> Sheets {
    let words = Catalogue::shipped().expect("the catalogue");
    let books = correction_workbooks(data, &words, Lang::Vi).expect("workbooks");
    assert_eq!(books.len(), 1);
    assert_eq!(books[0].name, "CAN-SUA_residents.xlsx");
    sheets(&books[0].bytes)
}

/// The row of the first sheet that stands for a row of the source.
fn row<'a>(sheets: &'a mut Sheets, number: &str) -> &'a mut Vec<String> {
    sheets[0].1.iter_mut().find(|row| row[0] == number).expect("the row")
}

fn project() -> Project {
    Project::new().with("residents.csv", RESIDENTS)
}

#[test]
fn only_bad_rows_go_back_with_the_problem_in_front() {
    let book = returned(&project().read());
    let rows = &book[0].1;
    assert!(rows[0][0].contains("DỮ LIỆU CÁ NHÂN"), "the first line says what it is");
    assert!(rows[1][0].contains("CAN-SUA_residents.xlsx"));
    assert_eq!(rows[2][3..], ["person_id", "birth_date", "area_code", "as_of"]);
    let numbers: Vec<&str> = rows[3..].iter().map(|row| row[0].as_str()).collect();
    assert_eq!(numbers, ["3", "4", "6"]);
    assert_eq!(rows[3][3..], ["079212000002", "2019-02-31", "KP1", "2026-12-31"]);
    assert!(rows[3][1].contains("Không đọc được"));
    assert_eq!(book[1].1[0][0], "Khu phố 1", "areas to choose from");
}

#[test]
fn what_comes_back_stands_over_the_source_and_the_source_never_changes() {
    let project = project();
    let source = project.path.join("data/residents.csv");
    let before = sha256_file(&source).expect("a hash");
    let mut book = returned(&project.read());
    row(&mut book, "3")[4] = "2019-02-28".into();
    row(&mut book, "4")[5] = "Khu phố 2".into();
    row(&mut book, "6")[4] = "2020-07-01".into();
    let project = project.with_bytes("CAN-SUA_residents.xlsx", &saved(&book));
    let data = project.read();
    assert_eq!(counts(&data, "residents"), (5, 5, 0));
    assert_eq!(only(&data, FindingCode::CorrectionsUsed).count, 3);
    let tidy = Project::new().with(
        "residents.csv",
        "person_id,birth_date,area_code,as_of\n\
         079212000001,2019-05-04,KP1,2026-12-31\n079212000002,2019-02-28,KP1,2026-12-31\n\
         079212000003,2020-05-04,KP2,2026-12-31\n079212000004,2020-05-05,KP2,2026-12-31\n\
         079212000005,2020-07-01,KP2,2026-12-31\n",
    );
    assert_eq!(data.cohorts, tidy.read().cohorts);
    assert_eq!(sha256_file(&source).expect("a hash"), before);
    let words = Catalogue::shipped().expect("the catalogue");
    assert!(correction_workbooks(&data, &words, Lang::Vi).expect("workbooks").is_empty());
    let inputs: Vec<&str> = data.files.iter().map(|file| file.path.as_str()).collect();
    assert!(
        inputs.contains(&"data/CAN-SUA_residents.xlsx"),
        "a correction is an input: {inputs:?}"
    );
}

#[test]
fn a_new_workbook_carries_what_was_corrected_before() {
    let project = project();
    let mut book = returned(&project.read());
    row(&mut book, "3")[4] = "2019-02-28".into();
    for cell in &mut row(&mut book, "6")[3..] {
        cell.clear();
    }
    let project = project.with_bytes("CAN-SUA_residents.xlsx", &saved(&book));
    let data = project.read();
    assert_eq!(counts(&data, "residents"), (5, 3, 2));
    assert_eq!(only(&data, FindingCode::RowLeftOut).row, Some(6));
    let mut next = returned(&data);
    let numbers: Vec<&str> = next[0].1[3..].iter().map(|row| row[0].as_str()).collect();
    assert_eq!(numbers, ["3", "4", "6"]);
    assert_eq!(row(&mut next, "3")[4], "2019-02-28");
    row(&mut next, "4")[5] = "KP2".into();
    let project = project.with_bytes("CAN-SUA_residents.xlsx", &saved(&next));
    assert_eq!(counts(&project.read(), "residents"), (5, 4, 1));
}

#[test]
fn a_row_with_too_many_cells_can_be_written_anew() {
    let rows = "person_id,birth_date,area_code,as_of\n1,2019-05-04,KP1,2026-12-31,x\n";
    let project = Project::new().with("residents.csv", rows);
    let mut book = returned(&project.read());
    let own = row(&mut book, "2");
    own.resize(7, String::new());
    own[3..].clone_from_slice(&["1", "2019-05-04", "KP1", "2026-12-31"].map(str::to_owned));
    let project = project.with_bytes("CAN-SUA_residents.xlsx", &saved(&book));
    assert_eq!(counts(&project.read(), "residents"), (1, 1, 0));
}

#[test]
fn corrections_of_a_file_that_changed_are_told_and_not_used() {
    let project = project();
    let mut book = returned(&project.read());
    row(&mut book, "3")[4] = "2019-02-28".into();
    let project = project
        .with_bytes("CAN-SUA_residents.xlsx", &saved(&book))
        .with("residents.csv", &RESIDENTS.replace("2020-05-05", "2020-05-06"));
    let data = project.read();
    assert_eq!(counts(&data, "residents"), (5, 2, 3));
    let stale = only(&data, FindingCode::CorrectionsStale);
    assert_eq!((stale.count, stale.facts["source"].as_str()), (3, "data/residents.csv"));
}

#[test]
fn two_workbooks_that_differ_and_one_that_is_none_are_told() {
    let project = project();
    let mut book = returned(&project.read());
    row(&mut book, "3")[4] = "2019-02-27".into();
    let first = saved(&book);
    row(&mut book, "3")[4] = "2019-02-28".into();
    let project = project
        .with_bytes("CAN-SUA_residents.xlsx", &first)
        .with_bytes("CAN-SUA_residents_2.xlsx", &saved(&book))
        .with_bytes("CAN-SUA_x.xlsx", b"none");
    let data = project.read();
    let clash = only(&data, FindingCode::CorrectionsClash);
    assert_eq!(clash.facts["values"], "data/CAN-SUA_residents_2.xlsx");
    let none = only(&data, FindingCode::CorrectionsUnreadable);
    assert_eq!(none.file.as_deref(), Some("data/CAN-SUA_x.xlsx"));
}

#[test]
fn the_same_rows_give_the_same_workbook() {
    let words = Catalogue::shipped().expect("the catalogue");
    let data = project().read();
    for lang in [Lang::Vi, Lang::En] {
        let once = correction_workbooks(&data, &words, lang).expect("workbooks");
        let again = correction_workbooks(&data, &words, lang).expect("workbooks");
        assert!(once[0].bytes == again[0].bytes);
        assert_eq!((once[0].rows, once[0].source.as_str()), (3, "data/residents.csv"));
    }
}

/// A project without schools and residents.
fn wanting() -> Project {
    Project::empty().with("areas.csv", "area_code,name\nKP1,Khu phố 1\nKP2,Khu phố 2\n")
}

#[test]
fn rows_of_two_tables_in_one_workbook_are_not_taken_for_each_other() {
    let table = |text: &str| -> Vec<Vec<String>> {
        text.lines().take(3).map(|line| line.split(',').map(Into::into).collect()).collect()
    };
    let both =
        vec![("residents".to_owned(), table(RESIDENTS)), ("schools".to_owned(), table(SCHOOLS))];
    let project = wanting().with_bytes("so-lieu.xlsx", &saved(&both));
    let words = Catalogue::shipped().expect("the catalogue");
    let books = correction_workbooks(&project.read(), &words, Lang::Vi).expect("workbooks");
    assert_eq!((books.len(), books[0].rows), (1, 2), "row 3 of each");
    let mut back = sheets(&books[0].bytes);
    for cell in back.iter_mut().flat_map(|(_, rows)| rows).flatten() {
        match cell.as_str() {
            "2019-02-31" => *cell = "2019-02-28".into(),
            "x" => *cell = "7".into(),
            _ => {}
        }
    }
    let data = project.with_bytes(&books[0].name, &saved(&back)).read();
    assert!(correction_workbooks(&data, &words, Lang::Vi).expect("workbooks").is_empty());
    let rooms: Vec<Option<u32>> = data.schools.iter().map(|school| school.rooms).collect();
    assert_eq!(rooms, [Some(12), Some(7)]);
    assert_eq!(counts(&data, "residents"), (2, 2, 0));
}

#[test]
fn files_that_differ_in_their_ending_get_a_workbook_each() {
    let schools = SCHOOLS.replace(',', "\t");
    let project = wanting().with("so-lieu.csv", RESIDENTS).with("so-lieu.tsv", &schools);
    let words = Catalogue::shipped().expect("the catalogue");
    let books = correction_workbooks(&project.read(), &words, Lang::Vi).expect("workbooks");
    let names: std::collections::BTreeSet<&str> = books.iter().map(|b| b.name.as_str()).collect();
    assert_eq!((books.len(), names.len()), (2, 2), "{names:?}");
}

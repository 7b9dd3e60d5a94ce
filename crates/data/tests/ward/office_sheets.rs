//! Sheets as offices lay them out: hidden rows, merged cells, headers of two rows, years side by
//! side, several tables in one workbook, the household survey, catchments in words.

use crate::project::{Project, counts, only};
use phantuyen_data::WardData;
use phantuyen_model::{AreaCode, FindingCode};
use rust_xlsxwriter::{Format, Workbook, Worksheet};

/// Fills a sheet from lines of cells parted by `|`; whole numbers are typed as numbers.
fn fill(sheet: &mut Worksheet, lines: &[&str]) {
    for (row, line) in (0..).zip(lines) {
        for (column, cell) in (0..).zip(line.split('|')) {
            match cell.trim().parse::<f64>() {
                Ok(number) => sheet.write(row, column, number).map(|_| ()),
                Err(_) if cell.trim().is_empty() => Ok(()),
                Err(_) => sheet.write(row, column, cell.trim()).map(|_| ()),
            }
            .expect("a cell");
        }
    }
}

fn book(sheets: &[(&str, &[&str])], more: impl Fn(&mut Workbook)) -> Vec<u8> {
    let mut book = Workbook::new();
    for (name, lines) in sheets {
        fill(book.add_worksheet().set_name(*name).expect("a sheet"), lines);
    }
    more(&mut book);
    book.save_to_buffer().expect("a workbook")
}

fn heads(data: &WardData, area: &str) -> u32 {
    let code = AreaCode::new(area);
    data.cohorts.iter().filter(|row| row.area_code == code).map(|row| row.headcount).sum()
}

#[test]
fn years_side_by_side_under_titles_and_two_headers() {
    let lines = [
        "ỦY BAN NHÂN DÂN PHƯỜNG",
        "THỐNG KÊ TRẺ EM (tính đến ngày 31 tháng 12 năm 2026)",
        "STT|Khu phố|Số trẻ sinh năm||Cộng",
        "||2020|2021|",
        "1|KP 1|12|7|19",
        "2|Khu phố 02|5|1.234|1239",
        "|Tổng cộng|17|1241|1258",
    ];
    let bytes = book(&[("Số liệu", &lines)], |book| {
        let sheet = book.worksheet_from_index(0).expect("the sheet");
        let plain = Format::new();
        sheet.merge_range(2, 2, 2, 3, "Số trẻ sinh năm", &plain).expect("merged");
        sheet.write(5, 3, "1.234").expect("a number as text");
        sheet.set_row_hidden(5).expect("a hidden row");
    });
    let data = Project::new().with_bytes("trẻ theo khu phố.xlsx", &bytes).read();
    assert_eq!((heads(&data, "KP1"), heads(&data, "KP2")), (19, 1239));
    assert_eq!(only(&data, FindingCode::FileRecognised).table.as_deref(), Some("cohorts"));
    assert_eq!(only(&data, FindingCode::ColumnFromTitle).facts["values"], "2026-12-31");
    let hidden = only(&data, FindingCode::RowsHidden);
    assert_eq!((hidden.count, hidden.row, hidden.sheet.as_deref()), (1, Some(6), Some("Số liệu")));
    assert_eq!(counts(&data, "cohorts"), (6, 4, 2), "each of three rows once a year, one a sum");
}

#[test]
fn a_fault_is_told_by_sheet_row_and_cell() {
    let lines = [
        "area_code|as_of|birth_year|headcount",
        "KP1|2026-12-31|2020|3",
        "KP1|2026-12-31|2021|#REF!",
    ];
    let second = ["area_code|as_of|birth_year|headcount", "KP2|2026-12-31|2020|x"];
    let bytes = book(&[("A", &lines), ("B", &second)], |_| {});
    let data = Project::new().with_bytes("cohorts.xlsx", &bytes).read();
    let place = |code| {
        let told = only(&data, code);
        (told.sheet.clone().unwrap_or_default(), told.row, told.cell.clone().unwrap_or_default())
    };
    assert_eq!(place(FindingCode::FormulaFailed), ("A".into(), Some(3), "D3".into()));
    assert_eq!(place(FindingCode::BadValue), ("B".into(), Some(2), "D2".into()));
    assert_eq!(only(&data, FindingCode::SeveralParts).count, 2);
    assert_eq!(heads(&data, "KP1"), 3);
}

#[test]
fn two_tables_on_one_sheet_and_two_in_one_workbook() {
    let lines = [
        "Danh sách khu phố",
        "Mã khu phố|Tên khu phố",
        "KP1|Khu phố 1",
        "KP2|Khu phố 2",
        "",
        "Danh sách trường",
        "Mã trường|Tên trường|Cấp học|Số phòng",
        "TH1|TH Hòa Bình|Tiểu học|10",
    ];
    let others = ["Khu phố|Năm sinh|Tính đến ngày|Số trẻ", "Kp.2|2020|31/12/2026|9"];
    let bytes = book(&[("Chung", &lines), ("Trẻ", &others)], |_| {});
    let data = Project::empty().with_bytes("so-lieu.xlsx", &bytes).read();
    assert_eq!((data.areas.len(), data.schools.len()), (2, 1));
    assert_eq!(heads(&data, "KP2"), 9);
    assert_eq!(data.files.len(), 1, "one workbook is one input");
    assert_eq!(only(&data, FindingCode::OtherTableBelow).row, Some(7));
}

#[test]
fn merged_names_are_filled_and_merged_numbers_are_not() {
    let lines = [
        "area_code|as_of|birth_year|headcount",
        "KP1|2026-12-31|2020|3",
        "|2026-12-31|2021|4",
        "KP2|2026-12-31|2020|5",
        "|2026-12-31|2021|",
    ];
    let bytes = book(&[("cohorts", &lines)], |book| {
        let sheet = book.worksheet_from_index(0).expect("the sheet");
        let plain = Format::new();
        sheet.merge_range(1, 0, 2, 0, "KP1", &plain).expect("merged");
        sheet.merge_range(3, 0, 4, 0, "KP2", &plain).expect("merged");
        sheet.merge_range(3, 3, 4, 3, "", &plain).expect("merged");
        sheet.write(3, 3, 5).expect("a number");
    });
    let data = Project::new().with_bytes("cohorts.xlsx", &bytes).read();
    assert_eq!((heads(&data, "KP1"), heads(&data, "KP2")), (7, 5));
    assert_eq!(only(&data, FindingCode::CellsMerged).count, 2);
    assert_eq!(only(&data, FindingCode::EmptyCell).cell.as_deref(), Some("D5"));
}

/// A line of the household survey; columns `B` to `AT`.
fn survey(family: &str, given: &str, born: [&str; 3], address: &str, mark: &str) -> String {
    let mut cells = vec![""; 46];
    (cells[2], cells[3]) = (family, given);
    cells[4..7].copy_from_slice(&born);
    (cells[13], cells[14], cells[45]) = (address, "12", mark);
    cells.join("|")
}

#[test]
fn the_household_survey_is_known_by_its_columns() {
    let rows = [
        survey("Trần Thị", "An", ["5", "6", "2020"], "Tổ 5, KP1, phường W", ""),
        survey("Trần Thị", "Bình", ["5", "6", "2020"], "Tổ 5, KP1, phường W", ""),
        survey("Lê", "Cường", ["", "", "2019"], "12 Hùng Vương, Khu phố 2", ""),
        survey("Lê", "Dung", ["31", "2", "2019"], "KP2", ""),
        survey("Võ", "Em", ["1", "2", "2019"], "KP2", "Chuyển đi"),
        survey("Võ", "Giang", ["1", "2", "2018"], "KP2", "Đã chết"),
        survey("Trần  Thị", "An", ["5", "6", "2020"], "KP2", ""),
    ];
    let mut lines = vec!["PHIẾU ĐIỀU TRA", "Năm 2026", "STT||Họ|Tên", ""];
    lines.extend(rows.iter().map(String::as_str));
    let bytes = book(&[("MauNhapLieu", &lines)], |_| {});
    let data = Project::new().with_bytes("PCGD 2026.xlsx", &bytes).read();
    assert_eq!(data.cohorts.iter().map(|row| row.headcount).sum::<u32>(), 3);
    assert_eq!(only(&data, FindingCode::BirthImpossible).count, 1);
    assert_eq!(only(&data, FindingCode::PersonMoved).count, 1);
    assert_eq!(only(&data, FindingCode::PersonDead).count, 1);
    assert_eq!(only(&data, FindingCode::SamePersonByName).count, 2);
    let (children, accounted) =
        data.coverage.iter().fold((0, 0), |sum, row| (sum.0 + row.children, sum.1 + row.accounted));
    assert_eq!((children, accounted), (7, 6), "all but the impossible date");
    let told = format!("{data:?}");
    for mark in ["Trần", "Cường", "Hùng Vương"] {
        assert!(!told.contains(mark), "{mark} in {told}");
    }
}

#[test]
fn a_catchment_table_becomes_last_years_plan() {
    let lines = [
        "PHÂN TUYẾN TUYỂN SINH LỚP 1",
        "STT|Trường|Địa bàn",
        "1|TH Hòa Bình|KP1 (tổ 1 đến 5), Khu phố 2",
        "2|Trường tiểu học Hòa Bình 2|KP1 (còn lại), KP2 (nếu còn chỉ tiêu), tổ 9 đến 3",
    ];
    let schools =
        "school_code,name,level,rooms\nTH1,TH Hoà Bình,primary,10\nTH2,TH Hòa Bình 2,primary,8\n";
    let bytes = book(&[("Lớp 1", &lines)], |_| {});
    let data =
        Project::new().with("schools.csv", schools).with_bytes("phan-tuyen.xlsx", &bytes).read();
    let plan: Vec<(&str, &str, f64)> = data
        .current_plan
        .iter()
        .map(|row| (row.area_code.as_str(), row.school_code.as_str(), row.share))
        .collect();
    assert_eq!(plan, [("KP1", "TH1", 0.5), ("KP1", "TH2", 0.5), ("KP2", "TH1", 1.0)]);
    assert_eq!(only(&data, FindingCode::CatchmentShared).count, 1);
    assert_eq!(only(&data, FindingCode::CatchmentReserve).facts["values"], "KP2");
    assert_eq!(only(&data, FindingCode::SchoolByName).count, 3);
    assert!(only(&data, FindingCode::CatchmentDoubtful).facts["values"].contains("9 → 3"));
}

#[test]
fn words_and_confirmations_of_the_project_come_first() {
    let rows = "Địa danh,Năm sinh,Tính đến ngày,Số trẻ\nkhu chợ cũ,2020,31/12/2026,4\n";
    let project = Project::new().with("bang la.csv", rows);
    std::fs::create_dir_all(project.path.join(".phantuyen")).expect("a folder");
    let confirmed = "[areas]\n\"Khu Chợ cũ\" = \"KP2\"\n[files]\n\"data/bang la.csv\" = \"cohorts\"\n\
                     [headers.cohorts]\narea_code = [\"địa danh\"]\n";
    std::fs::write(project.path.join(".phantuyen/confirmed.toml"), confirmed).expect("a file");
    let data = project.read();
    assert_eq!(heads(&data, "KP2"), 4);
    let unread = "[files]\n\"data/bang la.csv\" = \"none\"\n";
    std::fs::write(project.path.join(".phantuyen/confirmed.toml"), unread).expect("a file");
    let data = project.read();
    assert!(data.cohorts.is_empty());
    assert!(data.findings.iter().all(|f| f.code != FindingCode::UnknownFile));
}

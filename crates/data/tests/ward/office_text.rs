//! Files as offices save them: encodings, old fonts, Vietnamese headers, names in place of codes.

use crate::project::{Project, counts, only};
use phantuyen_model::{Area, FindingCode as Code, Grade, Residence};

const AREAS: &str = "Mã;Khu phố;Đơn vị cũ\n\
    A1;Khu phố 1;phường Long Phước\nA2;Khu phố 1;xã Long Giang\n\
    A3;Khu phố Nhơn Hòa 1;\nA4;Khu phố 5;\nA5;Khu phố Lộc Thành;\nA6;Khu phố Lộc Thạnh;\n";

fn names(areas: &[Area]) -> Vec<&str> {
    areas.iter().map(|area| area.name.as_str()).collect()
}

fn utf16(text: &str) -> Vec<u8> {
    format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect()
}

#[test]
fn excels_unicode_text_and_semicolons_are_read() {
    let tabs = AREAS.replace(';', "\t");
    let plain = Project::empty().with("areas.csv", AREAS).read();
    let unicode = Project::empty().with_bytes("areas.csv", &utf16(&tabs)).read();
    assert_eq!(plain.areas, unicode.areas);
    assert_eq!(names(&plain.areas)[2], "Khu phố Nhơn Hòa 1");
    assert_eq!(only(&unicode, Code::EncodingRead).facts["encoding"], "UTF-16");
    let told = &only(&plain, Code::ColumnBySynonym).facts["values"];
    assert!(told.contains("mã → area_code") && told.contains("khu phố → name"), "{told}");
}

#[test]
fn old_fonts_are_read_and_told() {
    let vni = "area_code,name\nA1,Khu phoá Taân Thuaän\nA2,Khu phoá Nhôn Hoøa 1\n";
    let data = Project::empty().with("areas.csv", vni).read();
    assert_eq!(names(&data.areas), ["Khu phố Tân Thuận", "Khu phố Nhơn Hòa 1"]);
    let finding = only(&data, Code::LegacyFont);
    assert_eq!((finding.facts["font"].as_str(), finding.count), ("VNI-Windows", 2));

    // The same in TCVN3, saved by an old Excel in the western set of Windows.
    let abc = b"area_code,name\nA1,Khu ph\xE8 T\xA9n Thu\xCBn\nA2,Khu ph\xE8 Nh\xACn H\xDFa 1\n";
    let data = Project::empty().with_bytes("areas.csv", abc).read();
    assert_eq!(names(&data.areas), ["Khu phố Tân Thuận", "Khu phố Nhơn Hòa 1"]);
    assert_eq!(only(&data, Code::EncodingRead).facts["encoding"], "Windows-1252");
    assert_eq!(only(&data, Code::LegacyFont).facts["font"], "TCVN3 (ABC)");
}

#[test]
fn damaged_letters_are_told_and_left() {
    let text = "area_code,name\nA1,Khu phố neã\u{301}n\nA2,Khu phố 2\n";
    let data = Project::empty().with("areas.csv", text).read();
    let finding = only(&data, Code::LettersDamaged);
    assert_eq!((finding.count, finding.row), (1, Some(2)));
    assert_eq!(names(&data.areas)[0], "Khu phố neã\u{301}n");
}

#[test]
fn areas_may_be_named_in_any_spelling() {
    let demand = "Khu phố;Khối;Số HS\nKP05;Lớp 1;12,5\nKP NHƠN HOÀ 01;1;7\nA5;1;3\n\
        KP1 Long Giang;1;4\nkhu phố lộc thạnh;1;5\n";
    let data = Project::empty().with("areas.csv", AREAS).with("demand.csv", demand).read();
    assert_eq!(counts(&data, "demand"), (5, 5, 0));
    let rows: Vec<(&str, f64, Option<Grade>)> = data
        .demand
        .iter()
        .flatten()
        .map(|row| (row.area_code.as_str(), row.pupils, row.grade))
        .collect();
    let g1 = Some(Grade::G1);
    let expected =
        [("A2", 4.0, g1), ("A3", 7.0, g1), ("A4", 12.5, g1), ("A5", 3.0, g1), ("A6", 5.0, g1)];
    assert_eq!(rows, expected);
    assert_eq!(only(&data, Code::AreaByName).count, 4);
}

#[test]
fn names_that_several_areas_have_are_asked_about() {
    let demand = "area_code,pupils\nKP 1,10\nLoc Thanh,3\nKhuy phố 5,2\n";
    let data = Project::empty().with("areas.csv", AREAS).with("demand.csv", demand).read();
    assert_eq!(counts(&data, "demand"), (3, 0, 3));
    assert_eq!(only(&data, Code::AreaAmbiguous).facts["values"], "KP 1 (→ A1 / A2)");
    let suggested = &only(&data, Code::UnknownArea).facts["values"];
    assert_eq!(suggested, "Loc Thanh (→ A5 / A6?), Khuy phố 5 (→ A4?)");
}

#[test]
fn one_area_by_code_and_by_name_is_one_area() {
    let cohorts = "area_code,as_of,birth_year,headcount\n\
        A4,31/12/2026,2020,12\nKP 5,31/12/2026,2020,12\n";
    let data = Project::empty().with("areas.csv", AREAS).with("cohorts.csv", cohorts).read();
    assert_eq!(counts(&data, "cohorts"), (2, 1, 1));
    assert_eq!(only(&data, Code::DuplicateRow).row, Some(3));
}

#[test]
fn people_listed_in_vietnamese_are_counted_and_never_shown() {
    let residents = "Mã định danh,Ngày sinh,Khu phố,Giới tính,Loại cư trú,as_of\n\
        001,05/09/2021,KP 5,Nữ,Thường trú,31/12/2026\n\
        002,1/2/2020,Nguyễn Văn Mật,Nam,Tạm trú,31/12/2026\n";
    let data = Project::empty().with("areas.csv", AREAS).with("residents.csv", residents).read();
    assert_eq!(counts(&data, "residents"), (2, 1, 1));
    let row = &data.cohorts[0];
    assert_eq!((row.area_code.as_str(), row.headcount), ("A4", 1));
    assert_eq!(row.residence, Some(Residence::Permanent));
    assert!(!format!("{:?}", data.findings).contains("Mật"));
}

/// A sheet as an office lays it out: titles, a header, the header again, sums.
fn office_sheet(rows: &[&[&str]]) -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (row, cells) in (0..).zip(rows) {
        for (column, text) in (0..).zip(*cells) {
            match text.parse::<f64>() {
                Ok(number) => sheet.write(row, column, number),
                Err(_) => sheet.write(row, column, *text),
            }
            .expect("a cell");
        }
    }
    book.save_to_buffer().expect("a workbook")
}

#[test]
fn titles_sums_and_repeated_headers_are_passed_over_and_told() {
    let demand = office_sheet(&[
        &["UBND PHƯỜNG PHƯỚC BÌNH"],
        &["DANH SÁCH TRẺ VÀO LỚP 1 theo khu phố"],
        &[],
        &["STT", "Khu phố", "Số học sinh"],
        &["1", "KP 5", "12"],
        &["2", "Nhơn Hòa 1", "7"],
        &["", "Cộng", "19"],
        &["STT", "Khu phố", "Số học sinh"],
        &["3", "Lộc Thành", "4"],
        &["", "TỔNG CỘNG:", "23"],
    ]);
    let project = Project::empty().with("areas.csv", AREAS);
    let data = project.with_bytes("demand.xlsx", &demand).read();
    assert_eq!(counts(&data, "demand"), (6, 3, 3));
    let pupils: f64 = data.demand.iter().flatten().map(|row| row.pupils).sum();
    assert!((pupils - 23.0).abs() < 1e-9);
    assert_eq!(only(&data, Code::TitlesSkipped).count, 3);
    let sums = only(&data, Code::SumRow);
    assert_eq!((sums.count, sums.row), (2, Some(7)));
    assert_eq!(only(&data, Code::HeaderRepeated).row, Some(8));
}

#[test]
fn a_file_is_known_by_its_columns() {
    let demand = office_sheet(&[&["Khu phố", "Chỗ ở"], &["KP 5", "1"]]);
    let schools = office_sheet(&[
        &["Mã trường", "Tên trường", "Cấp học", "Số phòng học"],
        &["TH1", "Tiểu học A", "Tiểu học", "10"],
    ]);
    let project = Project::empty()
        .with("areas.csv", AREAS)
        .with_bytes("Danh sách trường 2026.xlsx", &schools)
        .with_bytes("linh tinh.xlsx", &demand);
    let data = project.read();
    assert_eq!(data.schools.len(), 1);
    let found = only(&data, Code::FileRecognised);
    assert_eq!(found.table.as_deref(), Some("schools"));
    assert_eq!(only(&data, Code::UnknownFile).file.as_deref(), Some("data/linh tinh.xlsx"));
}

#[test]
fn a_second_file_of_a_table_is_asked_about() {
    let roll = "Năm học,Khối,Số học sinh\n2026,1,100\n";
    let project = Project::empty().with("areas.csv", AREAS).with("so lieu.csv", roll);
    let data = project.read();
    let unsure = only(&data, Code::FileUnsure);
    assert_eq!(unsure.facts["tables"], "actuals, control_totals, enrollment");
    assert!(data.enrollment.is_empty() && data.actuals.is_empty());
}

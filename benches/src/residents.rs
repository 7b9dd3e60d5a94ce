//! Made-up lists of residents, as large as a large ward's.

use rust_xlsxwriter::Workbook;

const AREAS: u32 = 28;
const HEADER: [&str; 6] =
    ["Số ĐDCN/CCCD", "Ngày sinh", "Giới tính", "Khu phố", "Nơi ở hiện tại", "Tính đến ngày"];

/// The list of areas.
pub fn areas() -> String {
    let rows: String = (1..=AREAS).map(|n| format!("KP{n:02},Khu phố {n}\n")).collect();
    format!("area_code,name\n{rows}")
}

/// One person: a child or not yet thirty, in an area written by name.
fn person(number: u32) -> [String; 6] {
    let (year, month, day) = (1998 + number % 29, 1 + number / 7 % 12, 1 + number / 3 % 28);
    // A day that no month has, now and then.
    let day = if number.is_multiple_of(1000) { 32 } else { day };
    [
        format!("075{number:09}"),
        format!("{year}-{month:02}-{day:02}"),
        if number.is_multiple_of(2) { "Nữ" } else { "Nam" }.to_owned(),
        format!("Khu phố {}", 1 + number % AREAS),
        format!("{number} Đường Mẫu"),
        "2026-12-31".to_owned(),
    ]
}

/// A list as CSV.
pub fn csv(rows: u32) -> String {
    let mut text = HEADER.join(",") + "\n";
    for number in 1..=rows {
        text.push_str(&person(number).join(","));
        text.push('\n');
    }
    text
}

/// A list as a workbook, all cells text.
///
/// # Panics
/// Never for lists of fewer rows than a sheet has.
pub fn xlsx(rows: u32) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_row(0, 0, HEADER).expect("a header");
    for number in 1..=rows {
        sheet.write_row(number, 0, person(number)).expect("a row");
    }
    book.save_to_buffer().expect("a workbook")
}

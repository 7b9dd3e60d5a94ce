//! Files that nobody would write: headers, days, names, plans and numbers thrown together, cut and
//! spoilt. Whatever comes, nothing panics, each row is used or told about, and each sentence is
//! filled.
//!
//! A few hundred files in every run of the tests; `cargo xtask fuzz --minutes N` for longer. A fault
//! names its number, and `PHANTUYEN_FUZZ_FROM` begins there again.

use crate::project::Project;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

/// Files of an ordinary run.
const FILES: u64 = 150;

const NAMES: [&str; 10] = [
    "residents.csv",
    "cohorts.csv",
    "current_plan.csv",
    "classes.csv",
    "enrollment.tsv",
    "area_changes.csv",
    "danh-sach.csv",
    "births.csv",
    "demand.csv",
    "housing.csv",
];

const TITLES: [&str; 40] = [
    "person_id",
    "birth_date",
    "birth_year",
    "area_code",
    "as_of",
    "sex",
    "residence",
    "arrived",
    "left",
    "headcount",
    "grade",
    "school_code",
    "share",
    "pupils",
    "school_year",
    "classes",
    "Khu phố",
    "Họ và tên",
    "Ngày sinh",
    "Giới tính",
    "Số ĐDCN/CCCD",
    "Nơi ở hiện tại",
    "Năm sinh",
    "Tính đến ngày",
    "Số trẻ",
    "Trường",
    "Địa bàn",
    "STT",
    "Ngày",
    "Tháng",
    "Năm",
    "Nữ",
    "Ghi chú",
    "Dân tộc",
    "Mã trường",
    "Khối",
    "Lớp",
    "2020",
    "",
    "Hoï vaø teân",
];

const CELLS: [&str; 64] = [
    "KP1",
    "KP2",
    "Khu phố 1",
    "khu pho 2",
    "KP 01",
    "TDP 1",
    "tổ 14",
    "KP3 (tổ 14, 26, 27)",
    "tổ 37 đến 41",
    "(Từ tổ 13 đến tổ 17) KP 4",
    "KP4 (còn lại)",
    "trừ tổ 3",
    "nếu còn chỉ tiêu",
    "tổ1 đến 8",
    "Tổ 16à21",
    "5 à 12",
    "KP1; KP2 + KP3a và KP5",
    "Töø toå 3 ñeáng toå 9",
    "neã́n",
    "Khu phè 1",
    "Khu phoá 1",
    "2019-05-04",
    "04/05/2019",
    "4/5/19",
    "31/02/2020",
    "00/00/2020",
    "43589",
    "43589.5",
    "2020",
    "05/25/2019",
    "99/99/9999",
    "1.234",
    "12,5",
    "-3",
    "1e308",
    "99999999999999999999",
    "NaN",
    "inf",
    "x",
    "Nữ",
    "nam",
    "075219000001",
    "75219000001",
    "7.5E+10",
    "Thường trú",
    "tạm trú",
    "KT3",
    "Cộng",
    "Tổng cộng",
    "TC",
    "#REF!",
    "TH1",
    "CS1",
    "primary",
    "preschool-5",
    "Lớp 1",
    "2026-2027",
    "2026 - 2027",
    "1",
    "0",
    "0.5",
    "2a*",
    "3 tuổi",
    "\u{200b}",
];

const SIGNS: [char; 18] = [
    '/', '-', '.', ',', '(', ')', ';', ' ', '0', '9', 'à', 'đ', '\u{301}', '\u{a0}', '→', '–',
    '\u{feff}', '１',
];

/// Dice that fall the same way for the same seed (xorshift64*).
struct Dice(u64);

impl Dice {
    fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let high = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(high).expect("31 bits") % bound.max(1)
    }

    fn one_of<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len())]
    }

    /// A cell, now and then spoilt.
    fn cell(&mut self, list: &[&str]) -> String {
        let mut text = self.one_of(list).to_owned();
        while self.below(6) == 0 {
            let letters: Vec<char> = text.chars().collect();
            let at = self.below(letters.len() + 1);
            let sign = SIGNS[self.below(SIGNS.len())];
            let (before, after) = letters.split_at(at);
            let rest = &after[self.below(2).min(after.len())..];
            text = before.iter().chain([&sign]).chain(rest).collect();
        }
        if text.contains([',', ';', '\t', '"']) { format!("\"{text}\"") } else { text }
    }

    fn file(&mut self) -> (String, Vec<u8>) {
        let name = self.one_of(&NAMES).to_owned();
        let sign = self.one_of(&[",", ",", ";", "\t"]);
        let width = 1 + self.below(9);
        let mut text = String::new();
        for _ in 0..self.below(3) / 2 {
            text.push_str("PHƯỜNG MẪU\n");
        }
        let row = |dice: &mut Self, list: &[&str], width: usize| {
            let cells: Vec<String> = (0..width).map(|_| dice.cell(list)).collect();
            cells.join(sign) + dice.one_of(&["\n", "\n", "\n", "\r\n"])
        };
        text.push_str(&row(self, &TITLES, width));
        for _ in 0..self.below(12) {
            let width = if self.below(12) == 0 { self.below(12) + 1 } else { width };
            text.push_str(&row(self, &CELLS, width));
        }
        let mut bytes = match self.below(8) {
            0 => std::iter::once(0xFEFF)
                .chain(text.encode_utf16())
                .flat_map(u16::to_le_bytes)
                .collect(),
            1 => format!("\u{feff}{text}").into_bytes(),
            _ => text.into_bytes(),
        };
        if self.below(10) == 0 && !bytes.is_empty() {
            let at = self.below(bytes.len());
            bytes[at] = u8::try_from(self.below(256)).expect("a byte");
        }
        (name, bytes)
    }
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[test]
fn whatever_comes_nothing_panics_and_no_row_is_lost() {
    let long = number("PHANTUYEN_FUZZ_SECONDS").map(Duration::from_secs);
    let from = number("PHANTUYEN_FUZZ_FROM").unwrap_or(1);
    let begun = Instant::now();
    let mut seed = from;
    while long.map_or(seed < from + FILES, |long| begun.elapsed() < long) {
        let mut dice = Dice::new(seed);
        let files: Vec<(String, Vec<u8>)> = (0..1 + dice.below(2)).map(|_| dice.file()).collect();
        let read = catch_unwind(AssertUnwindSafe(|| {
            let mut project = Project::new();
            if dice.below(2) == 0 {
                project = project.dated("2026-12-31");
            }
            for (name, bytes) in &files {
                project = project.with_bytes(name, bytes);
            }
            project.read();
        }));
        let told: Vec<_> =
            files.iter().map(|(name, bytes)| (name, String::from_utf8_lossy(bytes))).collect();
        assert!(read.is_ok(), "PHANTUYEN_FUZZ_FROM={seed}: {told:#?}");
        seed += 1;
    }
}

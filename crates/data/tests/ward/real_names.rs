//! Spellings that offices really wrote, over lists of areas that really are. The lists carry no
//! licence and stay outside; where they are absent, these tests say so and pass.

use crate::project::{Project, only};
use crate::real_cases::say_skipped;
use phantuyen_data::area_named;
use phantuyen_model::{Area, AreaCode, FindingCode};
use std::path::{Path, PathBuf};

fn lists() -> Option<PathBuf> {
    let beside = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared"));
    let shared = std::env::var_os("PHANTUYEN_SHARED").map_or(beside, PathBuf::from);
    let path = shared.join("data/geo/vn-subward-lists");
    if !path.is_dir() {
        say_skipped(&path);
        return None;
    }
    Some(path)
}

fn area(code: usize, name: &str) -> Area {
    Area {
        area_code: AreaCode::new(format!("A{code:02}")),
        name: name.to_owned(),
        parent_code: None,
        place: None,
        old_unit: None,
        aliases: Vec::new(),
        valid_from: None,
        valid_to: None,
    }
}

fn column(file: &Path, place: usize) -> Vec<String> {
    let text = std::fs::read_to_string(file).expect("a list");
    let cell = |line: &str| line.split(',').nth(place).map(str::to_owned);
    text.lines().skip(1).filter_map(cell).collect()
}

/// How each of the spellings is written by the book, where it is not that already but for case and
/// spaces. Those with a slip of the pen are asked about, not resolved.
const SLIPS: [(&str, &str); 7] = [
    ("Khuy phố 4", "Khu phố 4"),
    ("HIEN ĐUC", "Ấp Hiền Đức"),
    ("LONG PHU", "Ấp Long Phú"),
    ("âp Cầu Xéo", "Ấp Cầu Xéo"),
    ("Qưới thạnh", "Ấp Quới Thạnh"),
    ("K liêu", "Ấp K'Liêu"),
    ("Hưng Nghiã", "Ấp Hưng Nghĩa"),
];

#[test]
fn thirty_real_spellings_resolve_or_are_asked_about() {
    let Some(lists) = lists() else { return };
    let written = column(&lists.join("messy_hamlet_names_dong_nai.csv"), 1);
    assert_eq!(written.len(), 30);
    let by_the_book = |name: &String| {
        let slip = SLIPS.iter().find(|(slip, _)| slip == name);
        slip.map_or_else(
            || name.split_whitespace().collect::<Vec<_>>().join(" "),
            |(_, right)| (*right).to_owned(),
        )
    };
    let areas: Vec<Area> =
        (0..).zip(&written).map(|(code, name)| area(code, &by_the_book(name))).collect();
    let mut asked = Vec::new();
    for (own, name) in areas.iter().zip(&written) {
        match area_named(&areas, name) {
            Some(code) => assert_eq!(code, own.area_code, "{name} means another area"),
            None => asked.push(name.as_str()),
        }
    }
    // A tone on another vowel of the same rhyme is the same name; all other slips are asked about.
    let slips: Vec<&str> = SLIPS.iter().map(|(slip, _)| *slip).collect();
    assert!(asked.iter().all(|name| slips.contains(name)), "{asked:?}");
    assert!(asked.len() >= 4, "slips of the pen are not guessed: {asked:?}");
}

#[test]
fn the_lists_of_two_wards_know_their_own_names_in_every_spelling() {
    let Some(lists) = lists() else { return };
    let file = lists.join("khu_pho_case_wards.csv");
    let (wards, names) = (column(&file, 1), column(&file, 2));
    let mut tried = 0;
    for ward in ["Phường Phước Bình", "Phường Phước Long"] {
        let own = wards.iter().zip(&names).filter(|(of, _)| *of == ward).map(|(_, name)| name);
        let mut areas: Vec<Area> = Vec::new();
        for name in own.clone() {
            if area_named(&areas, name).is_none() {
                areas.push(area(areas.len(), name));
            }
        }
        for name in own {
            let code = area_named(&areas, name);
            assert!(code.is_some(), "{name}");
            let short = name.replace("Khu phố ", "KP ");
            for spelling in [name.to_uppercase(), format!("  {name} "), short] {
                assert_eq!(area_named(&areas, &spelling), code, "{spelling}");
                tried += 1;
            }
        }
    }
    assert!(tried > 100, "{tried}");
}

#[test]
fn a_damaged_name_is_only_asked_about() {
    let data = Project::empty()
        .with("areas.csv", "area_code,name\nKP1,Khu phố Bến Đá\n")
        .with("births.csv", "area_code,year,births\nKhu phố Beã\u{301}n Đá,2024,3\n")
        .read();
    assert!(data.births.is_empty());
    assert_eq!(only(&data, FindingCode::LettersDamaged).count, 1);
    assert_eq!(only(&data, FindingCode::UnknownArea).count, 1);
}

//! Sorting as people expect: khu phố 2 before khu phố 10, and Vietnamese letters in their order.

use std::cmp::Ordering;

/// Compares names: digits as numbers, letters in the order of the Vietnamese alphabet
/// (a ă â b c d đ e ê …), tones (ngang huyền hỏi ngã sắc nặng) only where the letters are equal.
///
/// ```
/// use phantuyen_words::natural_order;
///
/// let mut names = ["Khu phố 10", "Khu phố 2", "Đức Hòa", "Dân Hòa"];
/// names.sort_by(|a, b| natural_order(a, b));
/// assert_eq!(names, ["Dân Hòa", "Đức Hòa", "Khu phố 2", "Khu phố 10"]);
/// ```
pub fn natural_order(a: &str, b: &str) -> Ordering {
    let (left, right) = (key(a), key(b));
    left.letters.cmp(&right.letters).then(left.tones.cmp(&right.tones)).then_with(|| a.cmp(b))
}

/// A name without tones and marks, in lower case: only good for offering names that are near,
/// because accents tell places apart.
///
/// ```
/// assert_eq!(phantuyen_words::without_accents("Khu phố Đức Hòa"), "khu pho duc hoa");
/// ```
pub fn without_accents(name: &str) -> String {
    let bare = |letter: char| {
        let row = ALPHABET.iter().find(|row| row.contains(letter));
        match row.and_then(|row| row.chars().next()) {
            Some('ă' | 'â') => 'a',
            Some('đ') => 'd',
            Some('ê') => 'e',
            Some('ô' | 'ơ') => 'o',
            Some('ư') => 'u',
            Some(first) => first,
            None => letter,
        }
    };
    name.chars().flat_map(char::to_lowercase).map(bare).collect()
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Unit {
    Space,
    Number(u64),
    Letter(u32),
}

struct Key {
    letters: Vec<Unit>,
    tones: Vec<u8>,
}

fn key(name: &str) -> Key {
    let mut letters = Vec::new();
    let mut tones = Vec::new();
    let mut number: Option<u64> = None;
    for letter in name.chars().flat_map(char::to_lowercase) {
        if let Some(digit) = letter.to_digit(10) {
            number = Some(number.unwrap_or(0).saturating_mul(10).saturating_add(digit.into()));
            continue;
        }
        letters.extend(number.take().map(Unit::Number));
        let (place, tone) = place_in_alphabet(letter);
        letters.push(if letter.is_whitespace() { Unit::Space } else { Unit::Letter(place) });
        tones.push(tone);
    }
    letters.extend(number.map(Unit::Number));
    Key { letters, tones }
}

/// Each row: one letter of the alphabet with its six tones.
const ALPHABET: [&str; 33] = [
    "aàảãáạ",
    "ăằẳẵắặ",
    "âầẩẫấậ",
    "b",
    "c",
    "d",
    "đ",
    "eèẻẽéẹ",
    "êềểễếệ",
    "f",
    "g",
    "h",
    "iìỉĩíị",
    "j",
    "k",
    "l",
    "m",
    "n",
    "oòỏõóọ",
    "ôồổỗốộ",
    "ơờởỡớợ",
    "p",
    "q",
    "r",
    "s",
    "t",
    "uùủũúụ",
    "ưừửữứự",
    "v",
    "w",
    "x",
    "yỳỷỹýỵ",
    "z",
];

fn place_in_alphabet(letter: char) -> (u32, u8) {
    for (place, row) in (0_u32..).zip(ALPHABET) {
        if let Some((tone, _)) = (0_u8..).zip(row.chars()).find(|(_, known)| *known == letter) {
            return (1000 + place, tone);
        }
    }
    (u32::from(letter), 0)
}

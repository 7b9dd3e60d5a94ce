//! The words of a catchment's text.

use super::Subarea;
use crate::text::normal::normal;
use crate::text::syllable::key;

/// One word or mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// A number, perhaps with a letter.
    Number(Subarea),
    /// A kind of area, as it is written in one form.
    Kind(&'static str),
    /// `tổ`, where it is no `tổ dân phố`.
    Subarea,
    /// `còn lại`.
    Rest,
    /// `trừ`.
    Except,
    /// `nếu còn chỉ tiêu`.
    Reserve,
    /// `đến`, `-`, `→`: between the ends of a range.
    To,
    /// `,`, `;`, `+`, `và`, a new line.
    And,
    /// `:` or a word that says nothing here (`từ`, `gồm`).
    Nothing,
    Open,
    Close,
    /// A word of a name, as it is written.
    Name(String),
}

/// Phrases of several words come before those that they begin with. Compared as [`key`] writes.
const PHRASES: [(&[&str], Word); 38] = [
    (&["nếu", "còn", "chỉ", "tiêu"], Word::Reserve),
    (&["khi", "còn", "chỉ", "tiêu"], Word::Reserve),
    (&["nếu", "còn", "chỗ"], Word::Reserve),
    (&["phần", "còn", "lại"], Word::Rest),
    (&["các", "tổ", "còn", "lại"], Word::Rest),
    (&["tổ", "còn", "lại"], Word::Rest),
    (&["còn", "lại"], Word::Rest),
    (&["ngoại", "trừ"], Word::Except),
    (&["trừ"], Word::Except),
    (&["tổ", "dân", "phố", "số"], Word::Kind("TDP")),
    (&["tổ", "dân", "phố"], Word::Kind("TDP")),
    (&["t", "d", "p"], Word::Kind("TDP")),
    (&["tdp"], Word::Kind("TDP")),
    (&["khu", "phố", "số"], Word::Kind("KP")),
    (&["khu", "phố"], Word::Kind("KP")),
    (&["k", "p"], Word::Kind("KP")),
    (&["kp"], Word::Kind("KP")),
    (&["thôn"], Word::Kind("Thôn")),
    (&["ấp"], Word::Kind("Ấp")),
    (&["bản"], Word::Kind("Bản")),
    (&["buôn"], Word::Kind("Buôn")),
    (&["làng"], Word::Kind("Làng")),
    (&["khóm"], Word::Kind("Khóm")),
    (&["xóm"], Word::Kind("Xóm")),
    (&["đội"], Word::Kind("Đội")),
    (&["tổ", "số"], Word::Subarea),
    (&["các", "tổ"], Word::Subarea),
    (&["tổ"], Word::Subarea),
    (&["cho", "đến"], Word::To),
    (&["đến"], Word::To),
    (&["tới"], Word::To),
    (&["và"], Word::And),
    (&["từ"], Word::Nothing),
    (&["gồm"], Word::Nothing),
    (&["bao", "gồm"], Word::Nothing),
    (&["toàn", "bộ"], Word::Nothing),
    (&["các", "khu", "phố"], Word::Kind("KP")),
    (&["thuộc"], Word::Nothing),
];

/// Takes a text apart.
pub(super) fn words(text: &str) -> Vec<Word> {
    let pieces = pieces(&normal(text));
    let keys: Vec<String> = pieces
        .iter()
        .map(|piece| match piece {
            Piece::Letters(word) => key(&word.to_lowercase()),
            _ => String::new(),
        })
        .collect();
    let mut words = Vec::new();
    let mut at = 0;
    while let Some(piece) = pieces.get(at) {
        match piece {
            Piece::Mark(word) => words.push(word.clone()),
            Piece::Number(number) => words.push(Word::Number(*number)),
            Piece::Letters(word) => {
                // `5 à 12` is what is left of an arrow; so is an `à` behind a number that leads
                // nowhere, which is told.
                let before = at.checked_sub(1).and_then(|before| pieces.get(before));
                if word == "à" && matches!(before, Some(Piece::Number(_))) {
                    words.push(Word::To);
                    at += 1;
                    continue;
                }
                let found = PHRASES.iter().find(|(phrase, _)| {
                    keys.get(at..at + phrase.len()).is_some_and(|here| {
                        here.iter().zip(*phrase).all(|(here, word)| *here == key(word))
                    })
                });
                match found {
                    Some((phrase, word)) => {
                        words.push(word.clone());
                        at += phrase.len();
                        continue;
                    }
                    None => words.push(Word::Name(word.clone())),
                }
            }
        }
        at += 1;
    }
    words
}

enum Piece {
    Letters(String),
    Number(Subarea),
    Mark(Word),
}

/// Letters, numbers and marks. A number takes a single letter behind it along (`3a`, `11A`).
fn pieces(text: &str) -> Vec<Piece> {
    let letters: Vec<char> = text.chars().collect();
    let mut pieces = Vec::new();
    let mut at = 0;
    while let Some(&letter) = letters.get(at) {
        let run = |holds: &dyn Fn(char) -> bool| {
            letters[at..].iter().take_while(|letter| holds(**letter)).count()
        };
        if letter.is_ascii_digit() {
            let length = run(&|letter| letter.is_ascii_digit());
            let digits: String = letters[at..at + length].iter().collect();
            at += length;
            let next = letters.get(at).map(char::to_ascii_lowercase);
            let after = letters.get(at + 1);
            let alone = after.is_none_or(|after| !after.is_alphanumeric());
            let suffix = next.filter(|next| next.is_ascii_lowercase() && alone);
            at += usize::from(suffix.is_some());
            pieces.push(match digits.parse() {
                Ok(number) => Piece::Number(Subarea { number, letter: suffix }),
                Err(_) => Piece::Letters(digits),
            });
            continue;
        }
        if letter.is_alphabetic() {
            // `16à21`: an arrow again, not a letter of a name.
            let length = run(&char::is_alphabetic);
            pieces.push(Piece::Letters(letters[at..at + length].iter().collect()));
            at += length;
            continue;
        }
        match letter {
            '(' | '[' => pieces.push(Piece::Mark(Word::Open)),
            ')' | ']' => pieces.push(Piece::Mark(Word::Close)),
            ',' | ';' | '+' | '\n' | '\r' => pieces.push(Piece::Mark(Word::And)),
            '-' | '–' | '—' | '→' | '÷' => pieces.push(Piece::Mark(Word::To)),
            ':' => pieces.push(Piece::Mark(Word::Nothing)),
            '/' => {
                let date = matches!(pieces.last(), Some(Piece::Number(_)));
                if date {
                    pieces.push(Piece::Letters("/".to_owned()));
                }
            }
            _ => {}
        }
        at += 1;
    }
    pieces
}

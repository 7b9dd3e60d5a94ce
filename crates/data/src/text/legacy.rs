//! Old Vietnamese fonts: TCVN3 (ABC) and VNI-Windows.
//!
//! Before Unicode a font showed Vietnamese in the place of western letters. A file typed in one
//! holds those western letters: `Tæ d©n phè` for *Tổ dân phố* in TCVN3, `Töø toå` for *Từ tổ* in
//! VNI. TCVN3 (TCVN 5712:1993, third set) has one byte for a letter with its tone; VNI writes the
//! mark as a letter of its own behind the vowel.

use super::syllable::is_syllable;
use std::borrow::Cow;

/// An old font.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Legacy {
    /// TCVN3 or ABC: `.VnTime` and its like.
    Tcvn3,
    /// VNI-Windows: `VNI-Times` and its like.
    Vni,
}

impl Legacy {
    /// The name that offices know it by.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Tcvn3 => "TCVN3 (ABC)",
            Self::Vni => "VNI-Windows",
        }
    }
}

/// Western letters and the Vietnamese ones that TCVN3 shows for them.
const TCVN3: &str = "µà¶ả·ã¸á¹ạ¨ă»ằ¼ẳ½ẵ¾ắÆặ©âÇầÈẩÉẫÊấËậ®đÌèÎẻÏẽÐéÑẹªêÒềÓểÔễÕếÖệ×ìØỉÜĩÝíÞịßòáỏâõãóäọ«ôåồæổçỗèốéộ\
    ¬ơêờëởìỡíớîợïùñủòũóúôụ\u{ad}ưõừöử÷ữøứùựúỳûỷüỹýýþỵ¡Ă¢Â£Ê¤Ô¥Ơ¦Ư§Đ";

/// Letters of VNI that stand for one letter by themselves.
const VNI_ALONE: &str = "ììííæỉóĩòịÌÌÍÍÆỈÓĨÒỊôơÔƠöưÖƯîỵÎỴñđÑĐ";

/// A vowel, the letter behind it, and what the two show, in lower case.
const VNI_PAIRS: &str = "aøàaùáaûảaõãaïạaââaáấaàầaåẩaãẫaäậaêăaéắaèằaúẳaüẵaëặ\
    eøèeùéeûẻeõẽeïẹeâêeáếeàềeåểeãễeäệ\
    oøòoùóoûỏoõõoïọoâôoáốoàồoåổoãỗoäộôùớôøờôûởôõỡôïợ\
    uøùuùúuûủuõũuïụöùứöøừöûửöõữöïựyøỳyùýyûỷyõỹ";

/// Text typed in an old font, as Unicode.
pub(crate) fn decode(legacy: Legacy, text: &str) -> String {
    match legacy {
        Legacy::Tcvn3 => text.chars().map(|letter| alone(TCVN3, letter)).collect(),
        Legacy::Vni => vni(text),
    }
}

/// A cell of a column typed in the font, as Unicode; the cell as it is where it is in Unicode
/// already, or the column in no old font.
pub(crate) fn decoded(font: Option<Legacy>, text: &str) -> Cow<'_, str> {
    match font {
        Some(font) if !text.is_ascii() && !is_unicode_vietnamese(text) => {
            Cow::Owned(decode(font, text))
        }
        _ => Cow::Borrowed(text),
    }
}

fn alone(table: &str, letter: char) -> char {
    let mut letters = table.chars();
    while let (Some(shown), Some(meant)) = (letters.next(), letters.next()) {
        if shown == letter {
            return meant;
        }
    }
    letter
}

fn vni(text: &str) -> String {
    let mut decoded = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letters.peek().and_then(|mark| pair(letter, *mark)) {
            Some(meant) => {
                letters.next();
                decoded.push(meant);
            }
            None => decoded.push(alone(VNI_ALONE, letter)),
        }
    }
    decoded
}

/// What a vowel and the letter behind it show. The case is the vowel's: the letter behind an
/// upper-case vowel may have either.
fn pair(vowel: char, mark: char) -> Option<char> {
    let small = |letter: char| letter.to_lowercase().next().unwrap_or(letter);
    let (first, second) = (small(vowel), small(mark));
    let mut letters = VNI_PAIRS.chars();
    while let (Some(a), Some(b), Some(meant)) = (letters.next(), letters.next(), letters.next()) {
        if (a, b) == (first, second) {
            let upper = vowel.is_uppercase();
            return if upper { meant.to_uppercase().next() } else { Some(meant) };
        }
    }
    None
}

/// Letters with marks that Vietnamese has and western languages have not: text with one of them
/// is in Unicode already.
pub(crate) fn is_unicode_vietnamese(text: &str) -> bool {
    text.chars().any(|letter| {
        matches!(letter, 'ă' | 'Ă' | 'đ' | 'Đ' | 'ĩ' | 'Ĩ' | 'ũ' | 'Ũ' | 'ơ' | 'Ơ' | 'ư' | 'Ư')
            || matches!(letter, '\u{1EA0}'..='\u{1EF9}')
    })
}

/// The old font in which a column is typed, or `None` where it is in none.
///
/// 1. Only cells with letters beyond ASCII and without letters that Unicode alone has can tell.
/// 2. Each of their words with such letters is read in either font; a font *explains* a word when
///    the reading is a syllable of Vietnamese and the word as it stands is none.
/// 3. The font that explains more words is the column's, if it explains nine in ten of the words
///    that are no syllables as they stand and leaves no more than that unexplained.
pub(crate) fn detect<'t>(cells: impl Iterator<Item = &'t str>) -> Option<Legacy> {
    let mut foreign = 0_u32;
    let mut explained = [0_u32; 2];
    for cell in cells.filter(|cell| !cell.is_ascii() && !is_unicode_vietnamese(cell)) {
        for word in words(cell).filter(|word| !word.is_ascii() && !is_syllable(word)) {
            foreign += 1;
            for (count, legacy) in explained.iter_mut().zip([Legacy::Tcvn3, Legacy::Vni]) {
                *count += u32::from(is_syllable(&decode(legacy, word)));
            }
        }
    }
    let (best, count) = match explained {
        [tcvn3, vni] if tcvn3 > vni => (Legacy::Tcvn3, tcvn3),
        [tcvn3, vni] if vni > tcvn3 => (Legacy::Vni, vni),
        _ => return None,
    };
    (10 * count >= 9 * foreign).then_some(best)
}

/// Words: runs without white space, digits or the usual punctuation.
fn words(cell: &str) -> impl Iterator<Item = &str> {
    let parts = |letter: char| {
        letter.is_whitespace()
            || letter.is_ascii_digit()
            || (letter.is_ascii_punctuation() && letter != '\'')
            || matches!(letter, '–' | '—' | '“' | '”')
    };
    cell.split(parts).filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    const VNI: &str = "Töø toå 3 ñeán toå 9 KP1 Taân Thuaän Taây";
    const ABC: &str = "Tæ d©n phè 5, Tr\u{ad}êng TiÓu häc";

    #[test]
    fn both_fonts_are_read() {
        assert_eq!(decode(Legacy::Vni, VNI), "Từ tổ 3 đến tổ 9 KP1 Tân Thuận Tây");
        assert_eq!(decode(Legacy::Tcvn3, ABC), "Tổ dân phố 5, Trường Tiểu học");
        assert_eq!(decode(Legacy::Vni, "ÑÖÔØNG NGUYEÃN"), "ĐƯỜNG NGUYỄN");
    }

    #[test]
    fn the_font_is_told_from_the_words() {
        assert_eq!(detect([VNI].into_iter()), Some(Legacy::Vni));
        assert_eq!(detect([ABC, "Khu phè 3"].into_iter()), Some(Legacy::Tcvn3));
    }

    #[test]
    fn unicode_and_western_words_are_left_alone() {
        for text in ["Khu phố Nhơn Hòa 1", "Bình Minh", "Hoà", "KP5", "Ngã ba", "Sân bay"] {
            assert_eq!(detect([text].into_iter()), None, "{text}");
        }
        assert_eq!(detect(["Zürich", "Malmö", "Århus"].into_iter()), None);
    }

    #[test]
    fn each_letter_of_the_alphabet_comes_back() {
        let letters = "àảãáạăằẳẵắặâầẩẫấậđèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵ";
        for meant in letters.chars() {
            let mut table = TCVN3.chars();
            let mut found = false;
            while let (Some(shown), Some(known)) = (table.next(), table.next()) {
                found |= known == meant
                    && decode(Legacy::Tcvn3, &shown.to_string()) == meant.to_string();
            }
            assert!(found, "{meant} in TCVN3");
            let pairs: Vec<char> = VNI_PAIRS.chars().collect();
            let alone: Vec<char> = VNI_ALONE.chars().collect();
            let in_pairs = pairs.chunks(3).any(|three| three[2] == meant);
            let in_alone = alone.chunks(2).any(|two| two[1] == meant);
            assert!(in_pairs || in_alone, "{meant} in VNI");
        }
    }
}

//! Vietnamese syllables: what can be one, and the form in which two spellings of it are equal.
//!
//! A syllable is an onset, a rhyme and one of six tones. A rhyme that ends in a stop (c, ch, p, t)
//! takes the rising or the heavy tone alone. That is enough to tell Vietnamese from the letters
//! that an old font shows in its place: `Trường` is a syllable, `Töø` is none.

use unicode_normalization::UnicodeNormalization;

/// What a syllable can begin with, longer ones before those that they begin with.
const ONSETS: [&str; 28] = [
    "ngh", "ch", "gh", "gi", "kh", "ng", "nh", "ph", "qu", "th", "tr", "b", "c", "d", "đ", "g",
    "h", "k", "l", "m", "n", "p", "r", "s", "t", "v", "x", "",
];

/// What can follow the onset, tones aside, in the order of letters.
const RHYMES: &str = "a ac ach ai am an ang anh ao ap at au ay \
    ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây \
    e ec em en eng eo ep et ê êch êm ên êng ênh êp êt êu \
    i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu \
    o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi \
    om on ong ooc oong op ot ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt \
    u ua uân uâng uât uây uc uê uêch uênh ui um un ung uơ uôc uôi uôm uôn uông uôt up ut \
    uy uya uych uyên uyêt uynh uyt uyp uyu ư ưa ưc ưi ưm ưn ưng ươc ươi ươm ươn ương ươp ươt ươu \
    ưt ưu y yêm yên yêng yêt yêu ych ynh yt";

/// The marks that are tones; the other marks make letters.
const TONES: [char; 5] = ['\u{300}', '\u{301}', '\u{309}', '\u{303}', '\u{323}'];

/// A syllable parted into its letters and its tone.
struct Parted {
    /// Its letters in lower case, `ă â ê ô ơ ư đ` among them.
    letters: String,
    tone: Option<char>,
}

/// Parts a word; `None` when it has two tones.
fn part(word: &str) -> Option<Parted> {
    let mut letters = String::with_capacity(word.len());
    let mut tone = None;
    for letter in word.to_lowercase().nfd() {
        match TONES.contains(&letter) {
            true if tone.is_some() => return None,
            true => tone = Some(letter),
            false => letters.push(letter),
        }
    }
    Some(Parted { letters: letters.nfc().collect(), tone })
}

/// Whether a word, in any case, can be a Vietnamese syllable.
pub(crate) fn is_syllable(word: &str) -> bool {
    let Some(Parted { letters, tone }) = part(word) else { return false };
    let fits = |onset: &&str| {
        let Some(rhyme) = letters.strip_prefix(*onset) else { return false };
        // `gì`: the i of the onset is the rhyme as well.
        (*onset == "gi" && rhyme.is_empty()) || is_rhyme(rhyme)
    };
    let stopped = ["c", "ch", "p", "t"].iter().any(|end| letters.ends_with(end));
    let tone_fits = !stopped || tone.is_none_or(|tone| matches!(tone, '\u{301}' | '\u{323}'));
    tone_fits && ONSETS.iter().any(fits)
}

fn is_rhyme(rhyme: &str) -> bool {
    !rhyme.is_empty() && RHYMES.split_whitespace().any(|known| known == rhyme)
}

/// A word as it is compared: letters in lower case, then its tone, so that it does not matter over
/// which letter the tone stands (`hoà` = `hòa`), and `y` for an `i` that alone follows one
/// consonant (`Lí` = `Lý`, `Mĩ` = `Mỹ`).
pub(crate) fn key(word: &str) -> String {
    let Some(Parted { mut letters, tone }) = part(word) else { return word.to_lowercase() };
    let alone = letters
        .strip_suffix('i')
        .is_some_and(|onset| matches!(onset, "h" | "k" | "l" | "m" | "q" | "s" | "t" | "v"));
    if alone {
        letters.pop();
        letters.push('y');
    }
    letters.extend(tone);
    letters
}

/// A word without any mark, in lower case: only ever good for suggesting.
pub(crate) fn bare(word: &str) -> String {
    let small = word.to_lowercase();
    let letters = small.nfd().filter(|letter| !is_mark(*letter));
    letters.map(|letter| if letter == 'đ' { 'd' } else { letter }).collect()
}

/// Whether a character is a mark that stands over or under the one before.
pub(crate) fn is_mark(letter: char) -> bool {
    unicode_normalization::char::is_combining_mark(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn syllables_are_told_from_what_old_fonts_show() {
        for word in "Trường Tiểu học Nguyễn khu phố giếng gì quý quyết khuỷu ấp thuở hòa hoà Xiết"
            .split(' ')
        {
            assert!(is_syllable(word), "{word}");
        }
        for word in "Tr\u{ad}êng TiÓu häc Töø toå ñeán Thuaän xyz hòà bât̀ cà̀c các̀ kh".split(' ')
        {
            assert!(!is_syllable(word), "{word}");
        }
    }

    #[test]
    fn a_stop_takes_two_tones_alone() {
        assert!(is_syllable("các") && is_syllable("một"));
        assert!(!is_syllable("càc") && !is_syllable("mỗt"));
    }

    #[test]
    fn the_place_of_the_tone_does_not_matter_but_the_tone_does() {
        assert_eq!(key("Hoà"), key("HÒA"));
        assert_eq!(key("thuỷ"), key("thủy"));
        assert_eq!(key("Lí"), key("Lý"));
        assert_ne!(key("Thành"), key("Thạnh"));
        assert_ne!(key("Tô"), key("Tơ"));
        assert_ne!(key("hai"), key("hay"));
        assert_eq!(bare("Đường"), "duong");
    }
}

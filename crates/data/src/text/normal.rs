//! One way of writing each letter: Unicode's composed form, the Vietnamese Đ, plain spaces,
//! plain digits, nothing that has no width.

use super::syllable::is_mark;
use std::borrow::Cow;
use unicode_normalization::{UnicodeNormalization, is_nfc};

/// Text in its one form; the same text where it is in it already.
pub(crate) fn normal(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || (is_nfc(text) && text.chars().all(|letter| plain(letter) == Some(letter)))
    {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.nfc().filter_map(plain).collect())
}

/// What a character is written as; `None` for one that shows nothing.
fn plain(letter: char) -> Option<char> {
    Some(match letter {
        'Ð' | 'Ɖ' => 'Đ',
        'ð' | 'ɖ' => 'đ',
        '\u{A0}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{3000}' => ' ',
        '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}' => return None,
        '０'..='９' => char::from_digit(u32::from(letter) - u32::from('０'), 10)?,
        other => other,
    })
}

/// Whether a mark stands over no letter that it could make, as when the letters of an old font
/// were "normalised" after it had been forgotten: `neã́n`. What was meant can only be guessed.
pub(crate) fn is_damaged(text: &str) -> bool {
    text.nfc().any(is_mark)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_letter_has_one_form() {
        assert_eq!(normal("Khu pho\u{302}\u{301} 5"), "Khu phố 5");
        assert_eq!(normal("Ðức\u{A0}Hòa\u{200B}"), "Đức Hòa");
        assert_eq!(normal("KP０５"), "KP05");
        assert!(matches!(normal("Bình Minh"), Cow::Borrowed(_)));
    }

    #[test]
    fn marks_without_a_letter_are_damage() {
        assert!(is_damaged("neã\u{301}n"));
        assert!(!is_damaged("đe\u{302}\u{301}n"));
    }
}

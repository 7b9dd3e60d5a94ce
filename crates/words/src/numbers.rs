//! Numbers and dates as people of each language write them: 1.234,5 and 1,234.5.

use crate::Lang;
use chrono::NaiveDate;

/// A number with that many decimals: `1.234,5` in Vietnamese.
///
/// ```
/// use phantuyen_words::{Lang, decimal};
///
/// assert_eq!(decimal(Lang::Vi, 1234.56, 1), "1.234,6");
/// assert_eq!(decimal(Lang::En, -1234.56, 1), "−1,234.6");
/// ```
pub fn decimal(lang: Lang, value: f64, decimals: usize) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    let (group, point) = match lang {
        Lang::Vi => ('.', ','),
        Lang::En => (',', '.'),
    };
    let plain = format!("{:.decimals$}", value.abs());
    let (integer, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
    let mut text = String::new();
    let is_zero = plain.bytes().all(|b| matches!(b, b'0' | b'.'));
    if value < 0.0 && !is_zero {
        text.push('−');
    }
    for (place, digit) in integer.chars().enumerate() {
        if place > 0 && (integer.len() - place).is_multiple_of(3) {
            text.push(group);
        }
        text.push(digit);
    }
    if !fraction.is_empty() {
        text.push(point);
        text.push_str(fraction);
    }
    text
}

/// A whole number: `1.234` in Vietnamese.
pub fn whole(lang: Lang, value: f64) -> String {
    decimal(lang, value, 0)
}

/// A whole number with its sign: `+12`, `−3`, `0`.
pub fn signed(lang: Lang, value: f64) -> String {
    let text = whole(lang, value);
    if value > 0.0 && text != "0" { format!("+{text}") } else { text }
}

/// A fraction as per cent with that many decimals: 0.985 is `98,5 %` in Vietnamese.
pub fn per_cent(lang: Lang, fraction: f64, decimals: usize) -> String {
    format!("{} %", decimal(lang, fraction * 100.0, decimals))
}

/// A day: `31/12/2026` in both languages.
pub fn date(day: NaiveDate) -> String {
    day.format("%d/%m/%Y").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_has_no_sign_and_nothing_is_no_number() {
        assert_eq!(decimal(Lang::Vi, -0.01, 1), "0,0");
        assert_eq!(signed(Lang::Vi, 0.2), "0");
        assert_eq!(signed(Lang::Vi, 1200.0), "+1.200");
        assert_eq!(whole(Lang::Vi, f64::NAN), "–");
        assert_eq!(per_cent(Lang::Vi, 0.985, 1), "98,5 %");
    }
}

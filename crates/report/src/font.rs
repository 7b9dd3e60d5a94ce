//! The bundled font, and how wide its words are.

use crate::ReportError;
use std::sync::OnceLock;
use ttf_parser::Face;

/// The family name that drawings give.
pub(crate) const FAMILY: &str = "Be Vietnam Pro";

pub(crate) const REGULAR: &[u8] = include_bytes!("../fonts/BeVietnamPro-Regular.ttf");
pub(crate) const BOLD: &[u8] = include_bytes!("../fonts/BeVietnamPro-Bold.ttf");

/// The two weights that are bundled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// 400.
    Regular,
    /// 700.
    Bold,
}

/// Height of a line of text over its font size, ascenders and stacked tone marks included.
pub(crate) const LINE: f64 = 1.2;

/// Height of the baseline above the foot of a line, over the font size.
pub(crate) const BASELINE: f64 = 0.3;

/// The width of a text in the unit of `size`: the sum of the advances of its letters. Kerning,
/// which mostly draws letters together, is left out; the width errs to the safe side.
///
/// # Errors
/// [`ReportError::Font`] when the bundled font is damaged; the tests exclude it.
pub fn text_width(text: &str, size: f64, weight: Weight) -> Result<f64, ReportError> {
    let face = face(weight)?;
    let unknown = face.units_per_em() / 2;
    let units: u32 = text
        .chars()
        .map(|letter| match face.glyph_index(letter) {
            Some(glyph) => face.glyph_hor_advance(glyph).unwrap_or(unknown),
            None => unknown,
        })
        .map(u32::from)
        .sum();
    Ok(f64::from(units) / f64::from(face.units_per_em()) * size)
}

/// The text, or its beginning with `…` where it is wider than `room`.
pub(crate) fn shorten(
    text: &str,
    size: f64,
    weight: Weight,
    room: f64,
) -> Result<String, ReportError> {
    if text_width(text, size, weight)? <= room {
        return Ok(text.to_owned());
    }
    let mut kept: Vec<char> = text.chars().collect();
    while kept.pop().is_some() {
        let shorter = format!("{}…", kept.iter().collect::<String>().trim_end());
        if text_width(&shorter, size, weight)? <= room {
            return Ok(shorter);
        }
    }
    Ok(String::new())
}

/// The text in lines no wider than `room`, broken at spaces.
pub(crate) fn wrap(
    text: &str,
    size: f64,
    weight: Weight,
    room: f64,
) -> Result<Vec<String>, ReportError> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let longer = lines.last().map(|line| format!("{line} {word}"));
        match (longer, lines.last_mut()) {
            (Some(longer), Some(line)) if text_width(&longer, size, weight)? <= room => {
                *line = longer;
            }
            _ => lines.push(shorten(word, size, weight, room)?),
        }
    }
    Ok(lines)
}

fn face(weight: Weight) -> Result<&'static Face<'static>, ReportError> {
    static FACES: OnceLock<Result<[Face<'static>; 2], String>> = OnceLock::new();
    let parse = |bytes: &'static [u8]| Face::parse(bytes, 0).map_err(|e| e.to_string());
    let faces = FACES.get_or_init(|| Ok([parse(REGULAR)?, parse(BOLD)?]));
    let [regular, bold] = faces.as_ref().map_err(|cause| ReportError::Font(cause.clone()))?;
    Ok(match weight {
        Weight::Regular => regular,
        Weight::Bold => bold,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_vietnamese_letter_is_in_both_weights() {
        let letters =
            "aàảãáạăằẳẵắặâầẩẫấậeèẻẽéẹêềểễếệiìỉĩíịoòỏõóọôồổỗốộơờởỡớợuùủũúụưừửữứựyỳỷỹýỵđ–…−·";
        for weight in [Weight::Regular, Weight::Bold] {
            let face = face(weight).expect("font");
            for letter in letters.chars().chain(letters.to_uppercase().chars()) {
                assert!(face.glyph_index(letter).is_some(), "{letter} in {weight:?}");
            }
        }
    }

    #[test]
    fn width_grows_with_size_and_a_long_name_is_shortened_to_its_room() {
        let one = text_width("Trường Tiểu học", 10.0, Weight::Bold).expect("width");
        let two = text_width("Trường Tiểu học", 20.0, Weight::Bold).expect("width");
        assert!((two - 2.0 * one).abs() < 1e-9);
        let short = shorten("Trường Tiểu học Kim Đồng", 10.0, Weight::Bold, one).expect("text");
        assert!(short.ends_with('…'));
        assert!(text_width(&short, 10.0, Weight::Bold).expect("width") <= one);
    }

    #[test]
    fn wrapping_keeps_every_word() {
        let lines = wrap("một hai ba bốn năm", 8.0, Weight::Regular, 40.0).expect("lines");
        assert!(lines.len() > 1);
        assert_eq!(lines.join(" "), "một hai ba bốn năm");
    }
}

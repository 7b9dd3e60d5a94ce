//! A small writer of SVG text: elements in the order they are given, numbers with two decimals.

use crate::font::{FAMILY, Weight};
use geo_types::{LineString, MultiPolygon};
use std::fmt::Write;

/// How a text is set.
#[derive(Clone, Copy)]
pub(crate) struct Style<'a> {
    pub size: f64,
    pub weight: Weight,
    pub anchor: &'static str,
    pub colour: &'a str,
    /// White around the letters, in the same unit as the size; 0 for none.
    pub halo: f64,
}

/// Dark text on paper.
pub(crate) const INK: &str = "#1a1a1a";

impl Style<'static> {
    /// Dark text of that size, starting at its place.
    pub(crate) fn plain(size: f64) -> Self {
        Self { size, weight: Weight::Regular, anchor: "start", colour: INK, halo: 0.0 }
    }

    /// The same, bold.
    pub(crate) fn bold(size: f64) -> Self {
        Self { weight: Weight::Bold, ..Self::plain(size) }
    }
}

/// SVG text under construction.
#[derive(Default)]
pub(crate) struct Drawing {
    text: String,
}

impl Drawing {
    /// Adds markup as it stands.
    pub(crate) fn raw(&mut self, markup: &str) {
        self.text.push_str(markup);
        self.text.push('\n');
    }

    /// A text at its baseline.
    pub(crate) fn text(&mut self, x: f64, y: f64, style: Style<'_>, words: &str) {
        let weight = match style.weight {
            Weight::Regular => "",
            Weight::Bold => " font-weight=\"700\"",
        };
        let halo = if style.halo > 0.0 {
            format!(
                " stroke=\"#ffffff\" stroke-width=\"{}\" stroke-linejoin=\"round\" paint-order=\"stroke\"",
                number(style.halo)
            )
        } else {
            String::new()
        };
        self.raw(&format!(
            "<text x=\"{}\" y=\"{}\" font-size=\"{}\"{weight} text-anchor=\"{}\" fill=\"{}\"{halo}>{}</text>",
            number(x),
            number(y),
            number(style.size),
            style.anchor,
            style.colour,
            escape(words)
        ));
    }

    /// A rectangle.
    pub(crate) fn rect(&mut self, place: [f64; 4], attributes: &str) {
        let [x, y, width, height] = place.map(number);
        self.raw(&format!(
            "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" {attributes}/>"
        ));
    }

    /// A straight line.
    pub(crate) fn line(&mut self, from: [f64; 2], to: [f64; 2], attributes: &str) {
        let [x1, y1, x2, y2] = [from[0], from[1], to[0], to[1]].map(number);
        self.raw(&format!("<line x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\" {attributes}/>"));
    }

    /// The finished text.
    pub(crate) fn finish(self) -> String {
        self.text
    }
}

/// Opens a drawing of that size in points (1/72 inch), with its title and description for readers
/// who hear it.
pub(crate) fn open(width: f64, height: f64, lang: &str, title: &str, description: &str) -> String {
    let mm = |points: f64| number(points * 25.4 / 72.0);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}mm\" height=\"{}mm\" viewBox=\"0 0 {} {}\" lang=\"{lang}\" xml:lang=\"{lang}\" role=\"img\" aria-labelledby=\"title desc\" font-family=\"'{FAMILY}', sans-serif\">\n<title id=\"title\">{}</title>\n<desc id=\"desc\">{}</desc>",
        mm(width),
        mm(height),
        number(width),
        number(height),
        escape(title),
        escape(description)
    )
}

/// A number with at most two decimals; −0 is 0.
pub(crate) fn number(value: f64) -> String {
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// Text that is safe between tags and inside quoted attributes, without the characters that
/// XML 1.0 forbids (section 2.2): control characters other than tab and line ends, U+FFFE, U+FFFF.
pub(crate) fn escape(text: &str) -> String {
    let allowed = |letter: &char| match *letter {
        '\t' | '\n' | '\r' => true,
        '\u{FFFE}' | '\u{FFFF}' => false,
        other => other >= ' ',
    };
    let text: String = text.chars().filter(allowed).collect();
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The path of polygons with their holes; fill it with the rule "evenodd".
pub(crate) fn path(outline: &MultiPolygon<f64>) -> String {
    let mut data = String::new();
    for polygon in outline {
        ring(&mut data, polygon.exterior());
        for hole in polygon.interiors() {
            ring(&mut data, hole);
        }
    }
    data
}

fn ring(data: &mut String, line: &LineString<f64>) {
    let open = line.0.len().saturating_sub(1);
    for (place, point) in line.0.iter().take(open).enumerate() {
        let verb = if place == 0 { 'M' } else { 'L' };
        // Writing to a String cannot fail.
        let _ = write!(data, "{verb}{} {}", number(point.x), number(point.y));
    }
    data.push('Z');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_text_is_escaped() {
        assert_eq!(number(1.50), "1.5");
        assert_eq!(number(-0.001), "0");
        assert_eq!(escape("<A & \"B\">"), "&lt;A &amp; &quot;B&quot;&gt;");
    }

    #[test]
    fn characters_that_xml_forbids_are_dropped() {
        assert_eq!(escape("Khu\u{0} phố\u{B}\u{1F} 1\t\n\u{FFFE}\u{FFFF}đ"), "Khu phố 1\t\nđ");
    }
}

//! Pages: A4, the margins of the decree, the number in the top margin from the second page on.

use super::{MAIN, XML};

/// Twentieths of a point in a millimetre.
const TWIPS_A_MM: f64 = 1440.0 / 25.4;

/// The short and the long side of A4, and the margins: top, bottom, left (bound), right.
const SHORT_MM: f64 = 210.0;
const LONG_MM: f64 = 297.0;
const TOP_MM: f64 = 20.0;
const BOTTOM_MM: f64 = 20.0;
const LEFT_MM: f64 = 30.0;
const RIGHT_MM: f64 = 15.0;
/// From the paper's edge to the page number.
const NUMBER_MM: f64 = 10.0;

/// Millimetres in twentieths of a point.
pub(super) fn twips(mm: f64) -> u32 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a page's measure")]
    let twips = (mm * TWIPS_A_MM).round() as u32;
    twips
}

/// The width between the margins, in millimetres.
pub(super) fn text_width_mm(landscape: bool) -> f64 {
    (if landscape { LONG_MM } else { SHORT_MM }) - LEFT_MM - RIGHT_MM
}

/// The height between the margins, in millimetres.
pub(super) fn text_height_mm(landscape: bool) -> f64 {
    (if landscape { SHORT_MM } else { LONG_MM }) - TOP_MM - BOTTOM_MM
}

/// The properties of a section: its first page shows no number, and it counts its own pages.
pub(super) fn section(landscape: bool) -> String {
    let (width, height) = if landscape { (LONG_MM, SHORT_MM) } else { (SHORT_MM, LONG_MM) };
    let lie = if landscape { " w:orient=\"landscape\"" } else { "" };
    format!(
        "<w:sectPr><w:headerReference w:type=\"default\" r:id=\"rNumbered\"/>\
         <w:headerReference w:type=\"first\" r:id=\"rEmpty\"/><w:type w:val=\"nextPage\"/>\
         <w:pgSz w:w=\"{}\" w:h=\"{}\"{lie}/>\
         <w:pgMar w:top=\"{}\" w:right=\"{}\" w:bottom=\"{}\" w:left=\"{}\" w:header=\"{}\" \
         w:footer=\"{}\" w:gutter=\"0\"/><w:pgNumType w:start=\"1\"/><w:titlePg/></w:sectPr>",
        twips(width),
        twips(height),
        twips(TOP_MM),
        twips(RIGHT_MM),
        twips(BOTTOM_MM),
        twips(LEFT_MM),
        twips(NUMBER_MM),
        twips(NUMBER_MM),
    )
}

/// The page number, centred.
pub(super) fn numbered_header() -> String {
    let size = super::super::BODY_PT * 2;
    let field = |kind: &str| format!("<w:r><w:fldChar w:fldCharType=\"{kind}\"/></w:r>");
    format!(
        "{XML}<w:hdr xmlns:w=\"{MAIN}\"><w:p><w:pPr><w:jc w:val=\"center\"/></w:pPr>{}\
         <w:r><w:rPr><w:sz w:val=\"{size}\"/></w:rPr><w:instrText xml:space=\"preserve\"> PAGE \
         </w:instrText></w:r>{}<w:r><w:t>2</w:t></w:r>{}</w:p></w:hdr>",
        field("begin"),
        field("separate"),
        field("end"),
    )
}

/// Nothing, for first pages.
pub(super) fn empty_header() -> String {
    format!("{XML}<w:hdr xmlns:w=\"{MAIN}\"><w:p/></w:hdr>")
}

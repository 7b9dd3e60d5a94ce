//! Blocks as the markup of `word/document.xml`.

use super::super::{Align, Block, Paper, Picture, Run, TABLE_PT, Table, TableCell, Text};
use super::page::{section, text_height_mm, text_width_mm, twips};
use super::{MAIN, RELATIONS, XML};
use crate::svg::escape;

/// English Metric Units in a millimetre, the measure of drawings.
const EMU_A_MM: f64 = 36_000.0;

/// The whole part.
pub(super) fn document(paper: &Paper) -> String {
    let mut body = String::new();
    let mut pictures = 0;
    for (place, part) in paper.sections.iter().enumerate() {
        for block in &part.blocks {
            match block {
                Block::Text(text) => body.push_str(&paragraph(text, part.landscape)),
                Block::Table(table) => body.push_str(&framed(table, part.landscape)),
                Block::Halves(left, right) => body.push_str(&halves(left, right, part.landscape)),
                Block::Picture(picture) => {
                    pictures += 1;
                    body.push_str(&drawing(picture, pictures, part.landscape));
                }
            }
        }
        // A section's properties stand in its last paragraph; those of the last at the end.
        let properties = section(part.landscape);
        if place + 1 < paper.sections.len() {
            body.push_str(&format!("<w:p><w:pPr>{properties}</w:pPr></w:p>"));
        } else {
            body.push_str(&properties);
        }
    }
    format!(
        "{XML}<w:document xmlns:w=\"{MAIN}\" xmlns:r=\"{RELATIONS}\" \
         xmlns:wp=\"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing\" \
         xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" \
         xmlns:pic=\"http://schemas.openxmlformats.org/drawingml/2006/picture\">\
         <w:body>{body}</w:body></w:document>"
    )
}

fn paragraph(text: &Text, landscape: bool) -> String {
    paragraph_in(text, twips(text_width_mm(landscape)))
}

/// A paragraph in a column of that width, in twentieths of a point.
fn paragraph_in(text: &Text, width: u32) -> String {
    let align = match text.align {
        Align::Left => "left",
        Align::Centre => "center",
        Align::Right => "right",
        Align::Justified => "both",
    };
    let with_next = if text.with_next { "<w:keepNext/>" } else { "" };
    let first_line = if text.indented {
        format!("<w:ind w:firstLine=\"{}\"/>", twips(10.0))
    } else {
        String::new()
    };
    // A ruled paragraph is followed by an empty one whose upper border is the line.
    let after = if text.ruled { 0 } else { text.after_pt * 20 };
    let runs: String = text.runs.iter().map(run).collect();
    let mut markup = format!(
        "<w:p><w:pPr>{with_next}<w:spacing w:after=\"{after}\"/>{first_line}\
         <w:jc w:val=\"{align}\"/></w:pPr>{runs}</w:p>"
    );
    if text.ruled {
        let side = width / 3;
        let after = text.after_pt * 20;
        markup.push_str(&format!(
            "<w:p><w:pPr><w:pBdr><w:top w:val=\"single\" w:sz=\"6\" w:space=\"1\" \
             w:color=\"000000\"/></w:pBdr><w:spacing w:before=\"40\" w:after=\"{after}\" \
             w:line=\"120\" w:lineRule=\"exact\"/>\
             <w:ind w:left=\"{side}\" w:right=\"{side}\"/></w:pPr></w:p>"
        ));
    }
    markup
}

fn run(run: &Run) -> String {
    let flag = |on: bool, markup: &'static str| if on { markup } else { "" };
    let size = run.size_pt * 2;
    // The order of the properties is that of the schema (ECMA-376, CT_RPr).
    format!(
        "<w:r><w:rPr>{}{}<w:sz w:val=\"{size}\"/><w:szCs w:val=\"{size}\"/>{}</w:rPr>\
         <w:t xml:space=\"preserve\">{}</w:t></w:r>",
        flag(run.bold, "<w:b/>"),
        flag(run.italic, "<w:i/>"),
        flag(run.marked, "<w:highlight w:val=\"yellow\"/>"),
        escape(&run.text)
    )
}

/// Columns of these proportions over the width between the margins.
fn grid(widths: &[u32], landscape: bool) -> Vec<u32> {
    let whole = u64::from(twips(text_width_mm(landscape)));
    let sum: u64 = widths.iter().map(|width| u64::from(*width)).sum::<u64>().max(1);
    let share = |width: &u32| u32::try_from(u64::from(*width) * whole / sum).unwrap_or(0);
    widths.iter().map(share).collect()
}

fn framed(table: &Table, landscape: bool) -> String {
    let widths = grid(&table.widths, landscape);
    let side = |name: &str| {
        format!("<w:{name} w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"000000\"/>")
    };
    let borders: String =
        ["top", "left", "bottom", "right", "insideH", "insideV"].map(side).concat();
    let columns: String =
        widths.iter().map(|width| format!("<w:gridCol w:w=\"{width}\"/>")).collect();
    let header: Vec<TableCell> = table.header.iter().map(TableCell::centred).collect();
    let mut rows = row(&header, &widths, Manner { bold: true, header: true, with_next: false });
    for (place, line) in table.rows.iter().enumerate() {
        // No page ends behind a heading of rows or before a sum.
        let before_sum = table.rows.get(place + 1).is_some_and(|next| next.bold && !next.heads());
        let with_next = line.heads() || before_sum;
        rows.push_str(&row(
            &line.cells,
            &widths,
            Manner { bold: line.bold, with_next, ..Manner::default() },
        ));
    }
    format!(
        "<w:tbl><w:tblPr><w:tblW w:w=\"{}\" w:type=\"dxa\"/><w:jc w:val=\"center\"/>\
         <w:tblBorders>{borders}</w:tblBorders><w:tblLayout w:type=\"fixed\"/>\
         <w:tblCellMar><w:left w:w=\"70\" w:type=\"dxa\"/><w:right w:w=\"70\" w:type=\"dxa\"/>\
         </w:tblCellMar></w:tblPr><w:tblGrid>{columns}</w:tblGrid>{rows}</w:tbl>\
         <w:p><w:pPr><w:spacing w:after=\"60\" w:line=\"200\" w:lineRule=\"exact\"/></w:pPr></w:p>",
        widths.iter().sum::<u32>()
    )
}

/// How a row is set.
#[derive(Clone, Copy, Default)]
struct Manner {
    bold: bool,
    /// Whether it comes again on each page.
    header: bool,
    /// Whether the page must not end behind it.
    with_next: bool,
}

/// A row that no page break cuts.
fn row(cells: &[TableCell], widths: &[u32], manner: Manner) -> String {
    let repeated = if manner.header { "<w:tblHeader/>" } else { "" };
    let mut markup = format!("<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>");
    let mut place = 0;
    for cell in cells {
        let reach = usize::try_from(cell.columns).unwrap_or(1).max(1);
        let width: u32 = widths.iter().skip(place).take(reach).sum();
        place += reach;
        let span =
            if reach > 1 { format!("<w:gridSpan w:val=\"{reach}\"/>") } else { String::new() };
        let line = Text::line(&cell.text, TABLE_PT, cell.align);
        let line = if manner.bold { line.bold() } else { line };
        let line = Text { with_next: manner.with_next, ..line };
        markup.push_str(&format!(
            "<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/>{span}\
             <w:vAlign w:val=\"center\"/></w:tcPr>{}</w:tc>",
            paragraph_in(&line, width)
        ));
    }
    markup.push_str("</w:tr>");
    markup
}

/// Two columns without a frame, the right one wider: the national name is long.
fn halves(left: &[Text], right: &[Text], landscape: bool) -> String {
    let widths = grid(&[38, 62], landscape);
    let cell = |texts: &[Text], width: u32| {
        let lines: String = texts.iter().map(|text| paragraph_in(text, width)).collect();
        let lines = if lines.is_empty() { "<w:p/>".to_owned() } else { lines };
        format!("<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/></w:tcPr>{lines}</w:tc>")
    };
    format!(
        "<w:tbl><w:tblPr><w:tblW w:w=\"{}\" w:type=\"dxa\"/><w:jc w:val=\"center\"/>\
         <w:tblLayout w:type=\"fixed\"/></w:tblPr><w:tblGrid><w:gridCol w:w=\"{}\"/>\
         <w:gridCol w:w=\"{}\"/></w:tblGrid><w:tr><w:trPr><w:cantSplit/></w:trPr>{}{}</w:tr>\
         </w:tbl><w:p/>",
        widths[0] + widths[1],
        widths[0],
        widths[1],
        cell(left, widths[0]),
        cell(right, widths[1]),
    )
}

/// A picture as large as the page allows beside its heading, its proportions kept.
fn drawing(picture: &Picture, number: usize, landscape: bool) -> String {
    let (wide, high) = png_size(&picture.png).unwrap_or((4, 3));
    let proportion = f64::from(high) / f64::from(wide.max(1));
    let room = text_height_mm(landscape) - picture.above_mm;
    let width = text_width_mm(landscape).min(room / proportion);
    let emu = |mm: f64| format!("{:.0}", mm * EMU_A_MM);
    let (width, height) = (emu(width), emu(width * proportion));
    let alt = escape(&picture.alt);
    format!(
        "<w:p><w:pPr><w:jc w:val=\"center\"/></w:pPr><w:r><w:drawing>\
         <wp:inline distT=\"0\" distB=\"0\" distL=\"0\" distR=\"0\">\
         <wp:extent cx=\"{width}\" cy=\"{height}\"/>\
         <wp:docPr id=\"{number}\" name=\"picture{number}\" descr=\"{alt}\"/>\
         <a:graphic><a:graphicData uri=\"http://schemas.openxmlformats.org/drawingml/2006/picture\">\
         <pic:pic><pic:nvPicPr><pic:cNvPr id=\"{number}\" name=\"picture{number}\"/><pic:cNvPicPr/>\
         </pic:nvPicPr><pic:blipFill><a:blip r:embed=\"rPicture{number}\"/><a:stretch><a:fillRect/>\
         </a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x=\"0\" y=\"0\"/>\
         <a:ext cx=\"{width}\" cy=\"{height}\"/></a:xfrm><a:prstGeom prst=\"rect\"><a:avLst/>\
         </a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing>\
         </w:r></w:p>"
    )
}

/// Width and height of a PNG in dots, from its first chunk.
fn png_size(png: &[u8]) -> Option<(u32, u32)> {
    let number = |at: usize| {
        let bytes: [u8; 4] = png.get(at..at + 4)?.try_into().ok()?;
        Some(u32::from_be_bytes(bytes))
    };
    Some((number(16)?, number(20)?))
}

//! Administrative documents as blocks, apart from the file format that holds them.
//!
//! The form is that of Decree 30/2020/NĐ-CP, Annex I: a letterhead of two halves, a subject, body
//! text of 14 points, tables, a signature, annexes that count their own pages.

mod docx;

pub(crate) use docx::docx;

use phantuyen_words::Lang;

/// A document.
pub(crate) struct Paper {
    /// Its title, for the file's properties.
    pub title: String,
    /// Who issues it, for the file's properties.
    pub author: String,
    /// Where its figures come from, for the file's properties.
    pub provenance: String,
    /// The language of its text.
    pub lang: Lang,
    /// The document itself and then its annexes; each counts its own pages.
    pub sections: Vec<Section>,
}

/// A part of a document that begins on a new page and counts its own pages.
pub(crate) struct Section {
    /// Whether the page lies on its long side.
    pub landscape: bool,
    /// What stands on its pages.
    pub blocks: Vec<Block>,
}

/// What stands on a page.
pub(crate) enum Block {
    /// A paragraph.
    Text(Text),
    /// A table with a frame, its header repeated on each page.
    Table(Table),
    /// Two columns without a frame: letterhead, signature.
    Halves(Vec<Text>, Vec<Text>),
    /// A picture over the width of the page.
    Picture(Picture),
}

/// A paragraph.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Text {
    pub runs: Vec<Run>,
    pub align: Align,
    /// Whether its first line is drawn in, as body text is.
    pub indented: bool,
    /// Whether a line stands below it, over the middle of its width.
    pub ruled: bool,
    /// Space after it, in points.
    pub after_pt: u16,
    /// Whether the page must not end behind it.
    pub with_next: bool,
}

/// How the lines of a paragraph are set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Align {
    Left,
    Centre,
    Right,
    Justified,
}

/// Letters that look alike.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Run {
    pub text: String,
    /// In points.
    pub size_pt: u16,
    pub bold: bool,
    pub italic: bool,
    /// Whether it is marked in yellow: to be filled in or checked before signing.
    pub marked: bool,
}

/// A table with a frame.
pub(crate) struct Table {
    /// Widths of the columns; only their proportions matter.
    pub widths: Vec<u32>,
    pub header: Vec<String>,
    pub rows: Vec<TableRow>,
}

/// A row of a table.
pub(crate) struct TableRow {
    pub cells: Vec<TableCell>,
    /// Whether it is a sum or a heading of rows.
    pub bold: bool,
}

/// A cell of a table.
pub(crate) struct TableCell {
    pub text: String,
    pub align: Align,
    /// Over how many columns it reaches.
    pub columns: u32,
}

/// A picture as PNG.
pub(crate) struct Picture {
    pub png: Vec<u8>,
    /// Said in place of the picture to those who hear the document.
    pub alt: String,
    /// Height of the page that what stands above it takes, in millimetres.
    pub above_mm: f64,
}

/// The size of body text; Decree 30 has 13 to 14 points.
pub(crate) const BODY_PT: u16 = 14;
/// The size of text in tables.
pub(crate) const TABLE_PT: u16 = 12;

impl Run {
    /// Letters of that size.
    pub(crate) fn plain(text: impl Into<String>, size_pt: u16) -> Self {
        Self { text: text.into(), size_pt, bold: false, italic: false, marked: false }
    }
}

impl Text {
    /// A paragraph of letters that look alike.
    pub(crate) fn line(text: impl Into<String>, size_pt: u16, align: Align) -> Self {
        let runs = marked_runs(&text.into(), size_pt);
        Self { runs, align, indented: false, ruled: false, after_pt: 0, with_next: false }
    }

    /// A paragraph of body text.
    pub(crate) fn body(text: impl Into<String>) -> Self {
        let line = Self::line(text, BODY_PT, Align::Justified);
        Self { indented: true, after_pt: 6, ..line }
    }

    /// A heading of the body: bold, kept with what follows.
    pub(crate) fn heading(text: impl Into<String>) -> Self {
        Self { with_next: true, ..Self::body(text).bold() }
    }

    /// The same in bold letters.
    pub(crate) fn bold(mut self) -> Self {
        self.runs.iter_mut().for_each(|run| run.bold = true);
        self
    }

    /// The same in italic letters.
    pub(crate) fn italic(mut self) -> Self {
        self.runs.iter_mut().for_each(|run| run.italic = true);
        self
    }

    /// The same with a line below.
    pub(crate) fn ruled(self) -> Self {
        Self { ruled: true, ..self }
    }

    /// The same with space below.
    pub(crate) fn after(self, after_pt: u16) -> Self {
        Self { after_pt, ..self }
    }
}

/// What stands between `[[` and `]]` is to be filled in or checked before signing.
fn marked_runs(text: &str, size_pt: u16) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut rest = text;
    while let Some((before, (inside, after))) =
        rest.split_once("[[").and_then(|(before, tail)| Some((before, tail.split_once("]]")?)))
    {
        if !before.is_empty() {
            runs.push(Run::plain(before, size_pt));
        }
        runs.push(Run { marked: true, ..Run::plain(format!("[{inside}]"), size_pt) });
        rest = after;
    }
    if !rest.is_empty() || runs.is_empty() {
        runs.push(Run::plain(rest, size_pt));
    }
    runs
}

impl TableCell {
    /// A cell of text.
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), align: Align::Left, columns: 1 }
    }

    /// A cell in the middle of its column.
    pub(crate) fn centred(text: impl Into<String>) -> Self {
        Self { align: Align::Centre, ..Self::text(text) }
    }

    /// A number.
    pub(crate) fn number(text: impl Into<String>) -> Self {
        Self { align: Align::Right, ..Self::text(text) }
    }
}

impl TableRow {
    /// A row like any other.
    pub(crate) fn plain(cells: Vec<TableCell>) -> Self {
        Self { cells, bold: false }
    }

    /// Whether it heads the rows below it.
    pub(crate) fn heads(&self) -> bool {
        self.cells.len() == 1
    }

    /// A row that heads the rows below it, over all columns.
    pub(crate) fn heading(text: impl Into<String>, columns: usize) -> Self {
        let columns = u32::try_from(columns).unwrap_or(1);
        Self { cells: vec![TableCell { columns, ..TableCell::text(text) }], bold: true }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_to_be_checked_is_marked() {
        let runs = marked_runs("Căn cứ [[số, ngày]] của Sở;", 14);
        let seen: Vec<(&str, bool)> = runs.iter().map(|r| (r.text.as_str(), r.marked)).collect();
        assert_eq!(seen, [("Căn cứ ", false), ("[số, ngày]", true), (" của Sở;", false)]);
        assert_eq!(marked_runs("a [[b", 14), [Run::plain("a [[b", 14)]);
        assert_eq!(marked_runs("", 14), [Run::plain("", 14)]);
    }
}

//! How every sheet looks: title, tables with a head that repeats in print, paper, widths.

use super::WorkbookInput;
use crate::ReportError;
use phantuyen_words::Catalogue;
use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, Workbook, Worksheet};

/// What stands in a cell.
#[derive(Clone, Debug)]
pub(super) enum Cell {
    /// Nothing is known.
    Unknown,
    /// Text; written as text even where it begins like a formula.
    Text(String),
    /// A count, shown without decimals.
    Count(f64),
    /// A mean, shown with one decimal.
    Mean(f64),
    /// A difference of counts, shown with its sign.
    Signed(f64),
    /// A difference of means, shown with its sign and one decimal.
    SignedMean(f64),
    /// A fraction, shown as per cent with one decimal.
    Share(f64),
    /// A fraction with its sign, shown as per cent with one decimal.
    SignedShare(f64),
    /// Any number, shown as it is.
    Number(f64),
}

impl Cell {
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    pub(super) fn count(value: Option<impl Into<f64>>) -> Self {
        value.map_or(Self::Unknown, |value| Self::Count(value.into()))
    }

    pub(super) fn share(value: Option<f64>) -> Self {
        value.map_or(Self::Unknown, Self::Share)
    }

    fn number_format(&self) -> &'static str {
        match self {
            Self::Unknown | Self::Text(_) | Self::Number(_) => "General",
            Self::Count(_) => "#,##0",
            Self::Mean(_) => "#,##0.0",
            Self::Signed(_) => "+#,##0;-#,##0;0",
            Self::SignedMean(_) => "+#,##0.0;-#,##0.0;0.0",
            Self::Share(_) => "0.0%",
            Self::SignedShare(_) => "+0.0%;-0.0%;0.0%",
        }
    }
}

/// A column of a table: heading and width in letters.
pub(super) struct Column {
    pub heading: String,
    pub width: f64,
}

/// How a row stands out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Emphasis {
    None,
    Total,
    /// Red, for a shortage or a missed aim.
    Alarm,
}

/// A row of a table.
pub(super) struct Row {
    pub cells: Vec<Cell>,
    pub emphasis: Emphasis,
}

impl Row {
    pub(super) fn plain(cells: Vec<Cell>) -> Self {
        Self { cells, emphasis: Emphasis::None }
    }
}

/// A sheet under construction: the next free row, and the width of the text lines in columns.
pub(super) struct Sheet<'b> {
    pub sheet: &'b mut Worksheet,
    pub row: u32,
    last_column: u16,
}

const HEAD_COLOUR: u32 = 0x001F_4E79;
const BAND: u32 = 0x00E8_EEF4;
const GRID: u32 = 0x00BF_C7D1;
const ALARM: u32 = 0x009B_1C1C;
const FONT: &str = "Times New Roman";
/// A4 in Excel's list of papers.
const A4: u8 = 9;

fn base() -> Format {
    Format::new().set_font_name(FONT).set_font_size(11)
}

impl<'b> Sheet<'b> {
    /// Adds a sheet of that name with its title, subtitle and made-up banner. `columns` is how
    /// many columns its table has.
    pub(super) fn add(
        book: &'b mut Workbook,
        input: &WorkbookInput<'_>,
        words: &Catalogue,
        name: &str,
        title: &str,
        columns: usize,
    ) -> Result<Self, ReportError> {
        let sheet = book.add_worksheet();
        sheet.set_name(sheet_name(name))?;
        let lang = input.lang;
        let ward = input.provenance.ward(lang, words);
        let until = [("date", input.provenance.data_until.clone())];
        let until = words.say(lang, "doc.data_until", &until);
        sheet.set_paper_size(A4).set_landscape().set_print_fit_to_pages(1, 0);
        sheet.set_margins(0.5, 0.5, 0.7, 0.7, 0.3, 0.3);
        sheet.set_header(format!("&L{}&R{}", no_codes(&ward), no_codes(&until)));
        let made_up = if input.provenance.made_up {
            format!("&C{}", no_codes(&words.term(lang, "doc.made_up")))
        } else {
            String::new()
        };
        let page = words.term(lang, "doc.book.page");
        sheet.set_footer(format!(
            "&L{}{made_up}&R{page} &P/&N",
            no_codes(&input.provenance.school_year.to_string())
        ));
        let last_column = u16::try_from(columns.max(2) - 1).unwrap_or(u16::MAX);
        let mut this = Self { sheet, row: 0, last_column };
        this.title(title)?;
        if input.provenance.made_up {
            this.banner(&format!(
                "{} – {}",
                words.term(lang, "doc.made_up"),
                words.term(lang, "doc.made_up_purpose")
            ))?;
        }
        let subtitle = words.say(
            lang,
            "doc.book.subtitle",
            &[
                ("ward", ward),
                ("year", input.provenance.school_year.to_string()),
                ("date", input.provenance.data_until.clone()),
            ],
        );
        this.line(&subtitle)?;
        this.row += 1;
        Ok(this)
    }

    fn title(&mut self, text: &str) -> Result<(), ReportError> {
        let format = base().set_bold().set_font_size(16).set_font_color(Color::RGB(HEAD_COLOUR));
        self.sheet.set_row_height(self.row, 24)?;
        self.sheet.write_string_with_format(self.row, 0, text, &format)?;
        self.row += 1;
        Ok(())
    }

    fn banner(&mut self, text: &str) -> Result<(), ReportError> {
        let format = base()
            .set_bold()
            .set_font_size(12)
            .set_font_color(Color::White)
            .set_background_color(Color::RGB(ALARM))
            .set_align(FormatAlign::Center);
        self.sheet.merge_range(self.row, 0, self.row, self.last_column, text, &format)?;
        self.row += 1;
        Ok(())
    }

    /// A bold line over a block.
    pub(super) fn heading(&mut self, text: &str) -> Result<(), ReportError> {
        self.row += 1;
        let format = base().set_bold().set_font_size(12).set_font_color(Color::RGB(HEAD_COLOUR));
        self.sheet.write_string_with_format(self.row, 0, text, &format)?;
        self.row += 1;
        Ok(())
    }

    /// A line of text over the width of the table, as many lines high as it needs.
    pub(super) fn line(&mut self, text: &str) -> Result<(), ReportError> {
        self.line_in(text, 110)
    }

    /// The same, where the table is `letters` wide.
    pub(super) fn line_in(&mut self, text: &str, letters: usize) -> Result<(), ReportError> {
        let format = base().set_text_wrap().set_align(FormatAlign::Top);
        self.sheet.merge_range(self.row, 0, self.row, self.last_column, "", &format)?;
        self.sheet.write_string_with_format(self.row, 0, text, &format)?;
        let lines = u32::try_from(text.chars().count().div_ceil(letters)).unwrap_or(1).max(1);
        self.sheet.set_row_height(self.row, f64::from(lines) * 15.5)?;
        self.row += 1;
        Ok(())
    }

    /// The main table of the sheet: its head stays in sight and repeats in print, its widths
    /// become those of the sheet.
    pub(super) fn main_table(
        &mut self,
        columns: &[Column],
        rows: &[Row],
    ) -> Result<(), ReportError> {
        self.widths(columns)?;
        let head = self.row;
        self.sheet.set_repeat_rows(0, head)?;
        self.sheet.set_freeze_panes(head + 1, FROZEN.min(self.last_column))?;
        let last = head + u32::try_from(rows.len()).unwrap_or(u32::MAX);
        let data_end = match rows.last() {
            Some(row) if row.emphasis == Emphasis::Total => last - 1,
            _ => last,
        };
        if data_end > head {
            let width = u16::try_from(columns.len()).unwrap_or(1).max(1) - 1;
            self.sheet.autofilter(head, 0, data_end, width)?;
        }
        self.table(columns, rows)
    }

    /// Gives the sheet the widths of a table.
    pub(super) fn widths(&mut self, columns: &[Column]) -> Result<(), ReportError> {
        for (place, column) in (0_u16..).zip(columns) {
            self.sheet.set_column_width(place, column.width)?;
        }
        Ok(())
    }

    /// A table without frozen panes, in the widths that the sheet has.
    pub(super) fn table(&mut self, columns: &[Column], rows: &[Row]) -> Result<(), ReportError> {
        let head = base()
            .set_bold()
            .set_font_color(Color::White)
            .set_background_color(Color::RGB(HEAD_COLOUR))
            .set_align(FormatAlign::Center)
            .set_align(FormatAlign::VerticalCenter)
            .set_text_wrap()
            .set_border(FormatBorder::Thin)
            .set_border_color(Color::RGB(GRID));
        self.sheet.set_row_height(self.row, 48)?;
        for (place, column) in (0_u16..).zip(columns) {
            self.sheet.write_string_with_format(self.row, place, &column.heading, &head)?;
        }
        self.row += 1;
        for row in rows {
            let mut lines: f64 = 1.0;
            for ((place, cell), column) in (0_u16..).zip(&row.cells).zip(columns) {
                self.cell(place, cell, row.emphasis)?;
                lines = lines.max(lines_of(cell, column.width));
            }
            let height = if lines > 1.0 { lines * 15.5 } else { ROW_HEIGHT };
            self.sheet.set_row_height(self.row, height.min(TALLEST))?;
            self.row += 1;
        }
        Ok(())
    }

    fn cell(&mut self, place: u16, cell: &Cell, emphasis: Emphasis) -> Result<(), ReportError> {
        let mut format = base()
            .set_num_format(cell.number_format())
            .set_border(FormatBorder::Thin)
            .set_border_color(Color::RGB(GRID))
            .set_align(FormatAlign::VerticalCenter);
        match emphasis {
            Emphasis::None => {}
            Emphasis::Total => {
                format = format.set_bold().set_background_color(Color::RGB(BAND));
            }
            Emphasis::Alarm => format = format.set_bold().set_font_color(Color::RGB(ALARM)),
        }
        match cell {
            Cell::Unknown => {
                let format = format.set_align(FormatAlign::Center);
                self.sheet.write_string_with_format(self.row, place, "–", &format)?
            }
            Cell::Text(text) => {
                let format = format.set_text_wrap().set_indent(1);
                self.sheet.write_string_with_format(self.row, place, text, &format)?
            }
            Cell::Number(value) => {
                let format = format.set_align(FormatAlign::Center);
                self.sheet.write_number_with_format(self.row, place, *value, &format)?
            }
            Cell::Count(value)
            | Cell::Mean(value)
            | Cell::Signed(value)
            | Cell::SignedMean(value)
            | Cell::Share(value)
            | Cell::SignedShare(value) => {
                self.sheet.write_number_with_format(self.row, place, *value, &format)?
            }
        };
        Ok(())
    }
}

/// How many lines a cell takes in a column of that width.
fn lines_of(cell: &Cell, width: f64) -> f64 {
    let Cell::Text(text) = cell else { return 1.0 };
    let letters = f64::from(u32::try_from(text.chars().count()).unwrap_or(u32::MAX));
    (letters / (width * 0.98)).ceil()
}

/// Height of a row of one line, in points.
const ROW_HEIGHT: f64 = 17.5;

/// The tallest row that Excel shows, in points.
const TALLEST: f64 = 409.0;

/// Columns that stay in sight: number and name.
const FROZEN: u16 = 2;

/// A name that Excel takes: at most 31 letters, none of `[]:*?/\`.
pub(super) fn sheet_name(name: &str) -> String {
    const LONGEST: usize = 31;
    name.chars()
        .map(|letter| if "[]:*?/\\".contains(letter) { '-' } else { letter })
        .take(LONGEST)
        .collect::<String>()
        .trim_matches('\'')
        .to_owned()
}

/// `&` begins a code in headers and footers; doubled it stands for itself.
fn no_codes(text: &str) -> String {
    text.replace('&', "&&")
}

/// A column with its heading from the catalogue.
pub(super) fn column(
    input: &WorkbookInput<'_>,
    words: &Catalogue,
    name: &str,
    width: f64,
) -> Column {
    Column { heading: words.term(input.lang, &format!("term.column.{name}")), width }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sheet_names_are_those_that_excel_takes() {
        assert_eq!(sheet_name("Lớp 1/2: thử"), "Lớp 1-2- thử");
        assert_eq!(sheet_name(&"ă".repeat(80)).chars().count(), 31);
    }
}

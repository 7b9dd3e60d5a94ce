//! The workbook that goes back to the sender of the rows.

use super::keep::{BadRow, BadSheet, Slip, Suggestion};
use super::{ABOVE, FRONT, MARK, MARK_SHEET, NAME};
use crate::text::names::{AreaNames, Meaning};
use crate::{ReadError, WardData};
use phantuyen_model::AreaCode;
use phantuyen_words::{Catalogue, Lang, whole};
use rust_xlsxwriter::{
    Color, DataValidation, DataValidationErrorStyle, DocProperties, ExcelDateTime, Format,
    FormatAlign, FormatBorder, Formula, Note, Workbook, Worksheet, XlsxError,
};
use std::collections::BTreeMap;

/// The hidden sheet of names to choose from: areas, then schools.
const LISTS: &str = "_danh-muc";

/// Widths of the columns in front, and of the sender's own, in letters.
const WIDTHS: [f64; FRONT] = [9.0, 46.0, 34.0];
const OWN_WIDTH: f64 = 18.0;

/// A workbook of rows to be corrected. **Personal data**, for the sender of the rows alone.
#[derive(Clone)]
pub struct CorrectionWorkbook {
    /// What it is to be called: `CAN-SUA_<file>.xlsx`.
    pub name: String,
    /// The file whose rows it holds.
    pub source: String,
    /// How many rows are to be corrected.
    pub rows: u64,
    /// Its bytes; the same for the same rows and language.
    pub bytes: Vec<u8>,
}

/// Writes a workbook for each file that has rows with errors: only those rows, in the sender's own
/// columns, the problem and a suggestion in front, bad cells marked, areas and schools to choose
/// from. Rows that were corrected before go along, so that the new workbook can replace the old.
///
/// # Errors
/// [`ReadError::Correction`] when a workbook cannot be made.
pub fn correction_workbooks(
    ward: &WardData,
    words: &Catalogue,
    lang: Lang,
) -> Result<Vec<CorrectionWorkbook>, ReadError> {
    let mut by_file: BTreeMap<&str, Vec<&BadSheet>> = BTreeMap::new();
    for sheet in &ward.bad_rows.sheets {
        by_file.entry(&sheet.input.path).or_default().push(sheet);
    }
    let writer = Writer { ward, words, lang, choices: Choices::of(ward) };
    let names: Vec<String> = by_file.keys().map(|source| book_name(source)).collect();
    let made = by_file.into_iter().map(|(source, sheets)| {
        let bad = sheets.iter().flat_map(|sheet| &sheet.rows);
        let rows = bad.filter(|row| !row.faults.is_empty()).count() as u64;
        let mut name = book_name(source);
        // Two files that differ in folder or ending alone get a workbook each.
        if names.iter().filter(|other| **other == name).count() > 1 {
            name = format!("{NAME}{}.xlsx", source.replace('/', "_"));
        }
        let bytes = writer.workbook(&sheets, &name)?;
        let source = source.to_owned();
        Ok(CorrectionWorkbook { name, source, rows, bytes })
    });
    made.collect::<Result<_, XlsxError>>().map_err(ReadError::Correction)
}

/// What the workbook of a file is called.
fn book_name(source: &str) -> String {
    format!("{NAME}{}.xlsx", stem(source))
}

/// The name of a file without its folder and ending.
fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// What a sender can choose from.
struct Choices {
    /// Names of areas that mean one area for certain, else their codes.
    areas: Vec<String>,
    schools: Vec<String>,
    by_code: BTreeMap<AreaCode, String>,
}

impl Choices {
    fn of(ward: &WardData) -> Self {
        let names = AreaNames::of(&ward.areas);
        let told = |area: &phantuyen_model::Area| match names.meaning(&area.name) {
            Meaning::Area(code) if code == area.area_code => area.name.clone(),
            _ => area.area_code.to_string(),
        };
        let areas = ward.areas.iter().map(told).collect();
        let by_code = ward.areas.iter().map(|a| (a.area_code.clone(), told(a))).collect();
        let schools = ward.schools.iter().map(|school| school.school_code.to_string()).collect();
        Self { areas, schools, by_code }
    }
}

struct Writer<'a> {
    ward: &'a WardData,
    words: &'a Catalogue,
    lang: Lang,
    choices: Choices,
}

impl Writer<'_> {
    fn term(&self, key: &str) -> String {
        self.words.term(self.lang, key)
    }

    fn workbook(&self, sheets: &[&BadSheet], file: &str) -> Result<Vec<u8>, XlsxError> {
        let mut workbook = Workbook::new();
        // The day of the calendar on which every such workbook is made: its bytes depend on its
        // rows alone.
        let created = ExcelDateTime::from_ymd(2000, 1, 1)?;
        let title = self.term("correction.title");
        workbook.set_properties(
            &DocProperties::new().set_title(&title).set_creation_datetime(&created),
        );
        let name = |place: usize| match place {
            0 => title.clone(),
            _ => format!("{title} {}", place + 1),
        };
        for (place, sheet) in sheets.iter().enumerate() {
            let page = workbook.add_worksheet();
            page.set_name(name(place))?;
            self.page(page, sheet, file)?;
        }
        let lists = workbook.add_worksheet();
        lists.set_name(LISTS)?.set_hidden(true);
        for (column, list) in (0..).zip([&self.choices.areas, &self.choices.schools]) {
            lists.write_column(0, column, list)?;
        }
        let mark = workbook.add_worksheet();
        mark.set_name(MARK_SHEET)?.set_very_hidden(true);
        mark.write_string(0, 0, MARK)?;
        for (place, sheet) in sheets.iter().enumerate() {
            let row = u32::try_from(place + 1).unwrap_or(u32::MAX);
            let width = sheet.titles.len().to_string();
            let table = sheet.table.to_owned();
            let cells = [&name(place), &sheet.input.path, &sheet.input.sha256, &width, &table];
            for (column, text) in (0..).zip(cells) {
                mark.write_string(row, column, text)?;
            }
        }
        workbook.save_to_buffer()
    }

    fn page(&self, page: &mut Worksheet, sheet: &BadSheet, file: &str) -> Result<(), XlsxError> {
        let bad = sheet.rows.iter().filter(|row| !row.faults.is_empty()).count();
        let facts = [
            ("file", sheet.input.path.clone()),
            ("count", whole(self.lang, bad as f64)),
            ("name", file.to_owned()),
        ];
        let notice = Format::new().set_bold().set_font_color(Color::RGB(0x9B_1C1C));
        page.write_string_with_format(0, 0, self.term("correction.personal"), &notice)?;
        page.write_string(1, 0, self.words.say(self.lang, "correction.what_to_do", &facts))?;
        let head = look(Color::RGB(0x1F_4E79)).set_bold().set_font_color(Color::White);
        let head_row = number(ABOVE - 1);
        let own = sheet.titles.iter().cloned();
        let front = ["row", "problem", "suggestion"].map(|c| self.term(&format!("correction.{c}")));
        for (column, title) in (0_u16..).zip(front.into_iter().chain(own)) {
            page.write_string_with_format(head_row, column, title, &head)?;
            let width = WIDTHS.get(usize::from(column)).copied().unwrap_or(OWN_WIDTH);
            page.set_column_width(column, width)?;
        }
        for (at, row) in sheet.rows.iter().enumerate() {
            self.row(page, number(ABOVE + at), row, sheet.titles.len())?;
        }
        let last = number(ABOVE + sheet.rows.len() - 1);
        self.choose(page, &sheet.areas, ("A", self.choices.areas.len()), last)?;
        self.choose(page, &sheet.schools, ("B", self.choices.schools.len()), last)?;
        let width = u16::try_from(FRONT + sheet.titles.len()).unwrap_or(u16::MAX);
        page.autofilter(head_row, 0, last, width - 1)?;
        page.set_freeze_panes(number(ABOVE), 1)?;
        page.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
        page.set_repeat_rows(head_row, head_row)?;
        Ok(())
    }

    fn row(
        &self,
        page: &mut Worksheet,
        at: u32,
        row: &BadRow,
        width: usize,
    ) -> Result<(), XlsxError> {
        let (said, tips): (Vec<String>, Vec<String>) =
            row.faults.iter().map(|slip| (self.problem(slip), self.tip(slip))).unzip();
        let tips: Vec<String> = tips.into_iter().filter(|tip| !tip.is_empty()).collect();
        let is_left_out = row.cells.iter().all(Option::is_none) && row.faults.is_empty();
        let said = match (row.faults.is_empty(), is_left_out) {
            (true, true) => self.term("correction.left_out"),
            (true, false) => self.term("correction.done"),
            _ => said.join("\n"),
        };
        let front = look(Color::RGB(0xF4_F6F8)).set_text_wrap();
        page.write_number_with_format(at, 0, row.number, &front)?;
        page.write_string_with_format(at, 1, said, &front)?;
        page.write_string_with_format(at, 2, tips.join("\n"), &front)?;
        // As text, so that a spreadsheet leaves zeros in front and dates as they were typed.
        let plain = look(Color::White).set_num_format("@");
        let marked = look(Color::RGB(0xF8_D0D0)).set_num_format("@").set_bold();
        for place in 0..width {
            let column = u16::try_from(FRONT + place).unwrap_or(u16::MAX);
            let text = row.cells.get(place).cloned().flatten().unwrap_or_default();
            let slip = row.faults.iter().find(|slip| slip.column == Some(place));
            let format = if slip.is_some() { &marked } else { &plain };
            page.write_string_with_format(at, column, text, format)?;
            if let Some(slip) = slip {
                let note = Note::new(self.problem(slip)).add_author_prefix(false);
                page.insert_note(at, column, &note)?;
            }
        }
        Ok(())
    }

    /// A list to choose from. Whoever knows better may write something else.
    fn choose(
        &self,
        page: &mut Worksheet,
        columns: &[usize],
        (letter, count): (&str, usize),
        last: u32,
    ) -> Result<(), XlsxError> {
        if count == 0 {
            return Ok(());
        }
        let list = Formula::new(format!("='{LISTS}'!${letter}$1:${letter}${count}"));
        let choice = DataValidation::new()
            .allow_list_formula(list)
            .set_error_style(DataValidationErrorStyle::Warning);
        for place in columns {
            let column = u16::try_from(FRONT + place).unwrap_or(u16::MAX);
            page.add_data_validation(number(ABOVE), column, last, column, &choice)?;
        }
        Ok(())
    }

    /// What is wrong, in the short words of a cell.
    fn problem(&self, slip: &Slip) -> String {
        let key = format!("correction.problem.{}", slip.finding.code);
        match self.words.has(&key) {
            true => self.term(&key),
            false => self.words.message(self.lang, &slip.finding),
        }
    }

    fn tip(&self, slip: &Slip) -> String {
        match &slip.suggestion {
            Suggestion::None => String::new(),
            Suggestion::Like(example) => {
                self.words.say(self.lang, "correction.like", &[("example", (*example).to_owned())])
            }
            Suggestion::Areas(codes) if codes.is_empty() => match self.ward.areas.is_empty() {
                true => String::new(),
                false => self.term("correction.choose"),
            },
            Suggestion::Areas(codes) => {
                let told = |code| self.choices.by_code.get(code).cloned();
                let areas: Vec<String> = codes.iter().filter_map(told).collect();
                let facts = [("areas", areas.join(" / "))];
                self.words.say(self.lang, "correction.perhaps", &facts)
            }
        }
    }
}

/// A cell with thin borders, its text at the top.
fn look(background: Color) -> Format {
    Format::new()
        .set_background_color(background)
        .set_border(FormatBorder::Thin)
        .set_border_color(Color::RGB(0x8A_97A3))
        .set_align(FormatAlign::Top)
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

//! CSV in every form that an office's programs write: UTF-8, UTF-16 or a Windows set; commas,
//! semicolons or tabs; either line ending.

use crate::cells::{Cells, Unreadable, header_names};
use crate::intake::Intake;
use crate::layouts;
use crate::schema::Table;
use crate::text::encoding;
use phantuyen_model::FindingCode;
use polars::prelude::{BooleanChunked, ChunkFilter, DataFrame, DataType, StringChunked};
use polars_io::SerReader;
use polars_io::csv::read::{CsvParseOptions, CsvReadOptions};
use std::io::Cursor;

/// Under how many rows of titles the header is looked for.
const TITLES: usize = 20;

const UNREADABLE: Unreadable = Unreadable(FindingCode::UnreadableFile);

/// Reads the whole file with every column as text.
///
/// Polars splits the cells. It would cut off cells beyond the header without a word, so the
/// records are also counted here ([`records`]); rows that are too long are set aside by number,
/// and where the two counts differ (a quotation mark that is never closed) the file is refused.
pub(crate) fn read(
    bytes: &[u8],
    table: &Table,
    intake: &Intake,
) -> Result<Option<Cells>, Unreadable> {
    let (text, encoding) = encoding::text(bytes).ok_or(UNREADABLE)?;
    let bytes = text.as_bytes();
    let leading = bytes.iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
    let (blank, bytes) = bytes.split_at(leading);
    let blank_lines = number(blank.iter().filter(|byte| **byte == b'\n').count())?;
    if bytes.is_empty() {
        return Ok(None);
    }
    let separator = separator(bytes);
    let fields = records(bytes, separator).ok_or(UNREADABLE)?;
    let width = fields.first().copied().unwrap_or(0);
    let frame = frame(bytes, separator)?;
    if frame.height() != fields.len() || frame.width() != width {
        return Err(UNREADABLE);
    }

    let texts: Vec<&StringChunked> = frame
        .columns()
        .iter()
        .map(|column| column.str().map_err(|_| UNREADABLE))
        .collect::<Result<_, _>>()?;
    let names_of = |record: usize| -> Vec<String> {
        let titles: Vec<&str> =
            texts.iter().map(|text| text.get(record).unwrap_or("").trim()).collect();
        header_names(&titles)
    };
    let header_at = header_row(fields.len(), names_of, table, intake);
    let header = names_of(header_at);

    let mut columns = Vec::with_capacity(width);
    let keep: BooleanChunked = fields
        .iter()
        .enumerate()
        .map(|(record, count)| Some(*count <= width && record > header_at))
        .collect();
    for text in &texts {
        columns.push(text.filter(&keep).map_err(|_| UNREADABLE)?.rechunk().into_owned());
    }
    let mut numbers = Vec::with_capacity(fields.len());
    let mut too_long = Vec::new();
    for (record, count) in fields.iter().enumerate().skip(header_at + 1) {
        let place = number(record)? + 1 + blank_lines;
        if *count <= width { numbers.push(place) } else { too_long.push(place) }
    }
    let above = (0..header_at).flat_map(|record| texts.iter().map(move |text| text.get(record)));
    let title_texts = above.flatten().map(str::to_owned).collect();
    Ok(Some(Cells {
        places: (0..).take(header.len()).collect(),
        written: texts.iter().map(|text| text.get(header_at).unwrap_or("").to_owned()).collect(),
        header,
        columns,
        numbers,
        too_long,
        corrected: Vec::new(),
        left_out: Vec::new(),
        titles: number(header_at)?,
        title_texts,
        other_sheets: Vec::new(),
        encoding,
        sheet: None,
        hidden: Vec::new(),
        merged: 0,
        two_rows: false,
        from_titles: Vec::new(),
        meant: Vec::new(),
        part_of: 0,
        notes: Vec::new(),
        laid_out: false,
    }))
}

/// The header is the first row, unless that names at most one column of the table and a row below
/// it names more: then what stands above are titles.
fn header_row(
    records: usize,
    names_of: impl Fn(usize) -> Vec<String>,
    table: &Table,
    intake: &Intake,
) -> usize {
    let named = |record: usize| {
        let names = names_of(record);
        let known = intake.headers.columns_meant(table, &names).iter().flatten().count();
        known.max(layouts::years_in(&names))
    };
    let mut best = (named(0).max(1), 0);
    if best.0 > 1 {
        return 0;
    }
    for record in 1..records.min(TITLES) {
        if named(record) > best.0 {
            best = (named(record), record);
        }
    }
    best.1
}

fn number(count: usize) -> Result<u32, Unreadable> {
    u32::try_from(count).map_err(|_| UNREADABLE)
}

/// What stands between the cells: of comma, semicolon and tab the one that the first line has most
/// of outside quotation marks; the comma where it has none.
fn separator(bytes: &[u8]) -> u8 {
    const SEPARATORS: [u8; 3] = *b",;\t";
    let mut counts = [0_usize; 3];
    let mut quoted = false;
    for byte in bytes.iter().take_while(|byte| **byte != b'\n') {
        quoted ^= *byte == b'"';
        let found = SEPARATORS.iter().position(|known| known == byte).filter(|_| !quoted);
        if let Some(count) = found.and_then(|place| counts.get_mut(place)) {
            *count += 1;
        }
    }
    let most = counts.iter().max().copied().unwrap_or(0);
    let place = counts.iter().position(|count| *count == most).unwrap_or(0);
    SEPARATORS[place]
}

fn frame(bytes: &[u8], separator: u8) -> Result<DataFrame, Unreadable> {
    let parse =
        CsvParseOptions::default().with_separator(separator).with_truncate_ragged_lines(true);
    CsvReadOptions::default()
        .with_has_header(false)
        .with_infer_schema_length(Some(0))
        .with_raise_if_empty(false)
        .with_rechunk(true)
        .with_parse_options(parse)
        .into_reader_with_file_handle(Cursor::new(bytes))
        .finish()
        .ok()
        .filter(|frame| frame.columns().iter().all(|column| *column.dtype() == DataType::String))
        .ok_or(UNREADABLE)
}

/// How many cells each record has, or `None` when a quotation mark is never closed.
///
/// A cell is quoted when its first byte is `"`; inside it `""` stands for one mark, and separators
/// and line ends belong to the cell.
fn records(bytes: &[u8], separator: u8) -> Option<Vec<usize>> {
    let mut fields = Vec::new();
    let mut count = 1;
    let mut cell = Cell::Start;
    for &byte in bytes {
        cell = match (cell, byte) {
            (Cell::Quoted, b'"') => Cell::Mark,
            (Cell::Quoted, _) | (Cell::Start | Cell::Mark, b'"') => Cell::Quoted,
            (_, byte) if byte == separator => {
                count += 1;
                Cell::Start
            }
            (_, b'\n') => {
                fields.push(count);
                count = 1;
                Cell::Start
            }
            _ => Cell::Plain,
        };
    }
    if bytes.last() != Some(&b'\n') {
        fields.push(count);
    }
    (cell != Cell::Quoted).then_some(fields)
}

/// Where the walk over a record stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cell {
    Start,
    Plain,
    Quoted,
    /// Behind a mark inside a quoted cell: its end, or the first of a doubled one.
    Mark,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(cells: &Cells) -> Vec<Vec<Option<&str>>> {
        let rows = 0..cells.numbers.len();
        rows.map(|row| (0..cells.header.len()).map(|column| cells.get(column, row)).collect())
            .collect()
    }

    fn cells(text: &str) -> Cells {
        plain(text.as_bytes()).expect("readable").expect("not empty")
    }

    fn plain(bytes: &[u8]) -> Result<Option<Cells>, Unreadable> {
        read(bytes, &crate::schema::AREAS, &Intake::default())
    }

    #[test]
    fn either_line_ending_and_a_mark_make_no_difference() {
        let plain = cells("code,name\n007,Bình\n012,\n");
        let office = cells("\u{feff}Code , name\r\n007,Bình\r\n012,\r\n");
        assert_eq!(plain.header, ["code", "name"]);
        assert_eq!(plain.header, office.header);
        assert_eq!(texts(&plain), [[Some("007"), Some("Bình")], [Some("012"), None]]);
        assert_eq!(texts(&plain), texts(&office));
    }

    #[test]
    fn quoted_cells_may_hold_commas_line_ends_and_marks() {
        let read = cells("a,b\n\"x, y\",\"say \"\"no\"\"\"\n\"1\n2\",3\n");
        assert_eq!(read.numbers, [2, 3]);
        assert_eq!(texts(&read)[0][0], Some("x, y"));
        assert_eq!(texts(&read)[1], [Some("1\n2"), Some("3")]);
    }

    #[test]
    fn rows_are_numbered_as_a_spreadsheet_does() {
        let read = cells("a,b\n1,2\n\n3,4\n5,6,7\n8\n");
        assert_eq!(read.numbers, [2, 3, 4, 6]);
        assert_eq!(read.too_long, [5]);
        assert!(read.is_blank(1));
        assert_eq!(texts(&read)[3], [Some("8"), None]);
    }

    #[test]
    fn cells_may_stand_between_semicolons_or_tabs() {
        for text in ["mã;tên\n1;\"a;b\"\n", "mã\ttên\n1\t\"a;b\"\n"] {
            let read = cells(text);
            assert_eq!(read.header, ["mã", "tên"]);
            assert_eq!(texts(&read), [[Some("1"), Some("a;b")]]);
        }
        assert_eq!(cells("a,\"x;y;z\"\n1,2\n").header, ["a", "x;y;z"]);
    }

    #[test]
    fn what_is_no_table_is_refused() {
        let refused = |bytes: &[u8]| plain(bytes).err().map(|unreadable| unreadable.0);
        assert_eq!(refused(b"a,b\n1,\x00\xD4\n"), Some(FindingCode::UnreadableFile));
        assert_eq!(refused(b"a,b\n1,\"2\n3,4\n"), Some(FindingCode::UnreadableFile));
        assert!(matches!(plain(b"\n\r\n"), Ok(None)));
    }
}

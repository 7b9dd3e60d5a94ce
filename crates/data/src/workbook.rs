//! Workbooks: XLSX, XLS, XLSB and ODS, one sheet a table.

use crate::cells::{Cells, Unreadable, header_name, header_names};
use crate::folder::Format;
use crate::headers::columns_meant;
use crate::schema::Table;
use crate::text::encoding::Encoding;
use calamine::{Data, Ods, Range, Reader, Xls, Xlsb, Xlsx};
use phantuyen_model::FindingCode;
use polars::prelude::{NewChunkedArray, StringChunked};
use std::io::Cursor;

const UNREADABLE: Unreadable = Unreadable(FindingCode::UnreadableFile);

/// Under how many rows of titles the header is looked for.
const TITLES: usize = 20;

/// Reads the sheet named like the table, or the first one.
pub(crate) fn read(
    bytes: &[u8],
    format: Format,
    table: &Table,
) -> Result<Option<Cells>, Unreadable> {
    let bytes = Cursor::new(bytes);
    match format {
        Format::Ods => sheet(Ods::new(bytes).map_err(|_| UNREADABLE)?, table),
        Format::Xls => sheet(Xls::new(bytes).map_err(|_| UNREADABLE)?, table),
        Format::Xlsb => sheet(Xlsb::new(bytes).map_err(|_| UNREADABLE)?, table),
        _ => sheet(Xlsx::new(bytes).map_err(|_| UNREADABLE)?, table),
    }
}

fn sheet<'a, R: Reader<Cursor<&'a [u8]>>>(
    mut workbook: R,
    table: &Table,
) -> Result<Option<Cells>, Unreadable> {
    let mut names = workbook.sheet_names();
    let wanted = names.iter().position(|name| header_name(name) == table.name).unwrap_or(0);
    if names.is_empty() {
        return Ok(None);
    }
    let name = names.remove(wanted);
    let range = workbook.worksheet_range(&name).map_err(|_| UNREADABLE)?;
    cells(&range, table, names)
}

/// The header is the row, of the first with anything in them, that names most of the table's
/// columns; the first of all where none names two. Rows above it are titles.
fn cells(
    range: &Range<Data>,
    table: &Table,
    other_sheets: Vec<String>,
) -> Result<Option<Cells>, Unreadable> {
    let Some((first_row, _)) = range.start() else { return Ok(None) };
    let names_of = |row: &[Data]| {
        let titles: Vec<String> = row.iter().map(|cell| text(cell).unwrap_or_default()).collect();
        header_names(&titles)
    };
    let mut best = (1, 0);
    for (place, row) in range.rows().take(TITLES).enumerate() {
        let named = columns_meant(table, &names_of(row)).iter().flatten().count();
        if named > best.0 {
            best = (named, place);
        }
    }
    let titles = best.1;
    let mut rows = range.rows().skip(titles);
    let Some(own) = rows.next() else { return Ok(None) };
    let header = names_of(own);
    let width = header.iter().rposition(|name| !name.is_empty()).map_or(0, |last| last + 1);
    let titles = u32::try_from(titles).map_err(|_| UNREADABLE)?;

    let mut columns: Vec<Vec<Option<String>>> = vec![Vec::new(); width];
    let mut numbers = Vec::new();
    let mut too_long = Vec::new();
    for (place, row) in (first_row + titles + 2..).zip(rows) {
        if row[width..].iter().any(|cell| text(cell).is_some()) {
            too_long.push(place);
            continue;
        }
        for (column, cell) in columns.iter_mut().zip(row) {
            column.push(text(cell));
        }
        numbers.push(place);
    }
    let columns = header.iter().zip(columns).map(|(name, cells)| {
        StringChunked::from_iter_options(name.as_str().into(), cells.into_iter())
    });
    Ok(Some(Cells {
        columns: columns.collect(),
        header: header[..width].to_vec(),
        written: own[..width].iter().map(|cell| text(cell).unwrap_or_default()).collect(),
        numbers,
        too_long,
        corrected: Vec::new(),
        left_out: Vec::new(),
        titles,
        other_sheets,
        encoding: Encoding::Utf8,
    }))
}

/// A cell as text: whole numbers without a decimal point, days as ISO.
pub(crate) fn text(cell: &Data) -> Option<String> {
    match cell {
        Data::Empty => None,
        Data::String(text) => Some(text.clone()).filter(|text| !text.trim().is_empty()),
        Data::Int(number) => Some(number.to_string()),
        Data::Float(number) => Some(number.to_string()),
        Data::Bool(yes) => Some(yes.to_string()),
        Data::DateTimeIso(moment) | Data::DurationIso(moment) => Some(moment.clone()),
        Data::DateTime(moment) => {
            let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
            let date = format!("{year:04}-{month:02}-{day:02}");
            Some(match (hour, minute, second) {
                (0, 0, 0) => date,
                _ => format!("{date}T{hour:02}:{minute:02}:{second:02}"),
            })
        }
        Data::Error(error) => Some(error.to_string()),
    }
}

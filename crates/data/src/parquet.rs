//! Parquet: typed columns, turned back into text.

use crate::book::decimal;
use crate::cells::{Cells, Unreadable, header_names};
use crate::text::encoding::Encoding;
use phantuyen_model::FindingCode;
use polars::prelude::{Column, DataType, NewChunkedArray, StringChunked, TimeUnit};
use polars_io::SerReader;
use polars_io::parquet::read::ParquetReader;
use std::io::Cursor;

/// Reads the whole file.
pub(crate) fn read(bytes: &[u8]) -> Result<Option<Cells>, Unreadable> {
    let unreadable = Unreadable(FindingCode::UnreadableFile);
    let frame = ParquetReader::new(Cursor::new(bytes)).finish().map_err(|_| unreadable)?;
    if frame.width() == 0 {
        return Ok(None);
    }
    let rows = u32::try_from(frame.height()).map_err(|_| unreadable)?;
    let titles: Vec<&str> = frame.columns().iter().map(|column| column.name().as_str()).collect();
    let header = header_names(&titles);
    let places = (0..).take(header.len()).collect();
    let columns = frame.columns().iter().map(text).collect::<Option<_>>().ok_or(unreadable)?;
    Ok(Some(Cells {
        header,
        written: titles.into_iter().map(str::to_owned).collect(),
        columns,
        numbers: (2..2 + rows).collect(),
        too_long: Vec::new(),
        corrected: Vec::new(),
        left_out: Vec::new(),
        titles: 0,
        title_texts: Vec::new(),
        other_sheets: Vec::new(),
        encoding: Encoding::Utf8,
        sheet: None,
        places,
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

/// A column as text: whole numbers without a decimal point, days as ISO.
fn text(column: &Column) -> Option<StringChunked> {
    let name = column.name().clone();
    let cast = match column.dtype() {
        DataType::Float32 | DataType::Float64 => {
            let numbers = column.cast(&DataType::Float64).ok()?;
            let numbers = numbers.f64().ok()?;
            let texts = numbers.iter().map(|number| number.map(decimal));
            StringChunked::from_iter_options(name, texts)
        }
        DataType::Datetime(_, _) => {
            let moments = column.cast(&DataType::Datetime(TimeUnit::Milliseconds, None)).ok()?;
            moments.cast(&DataType::String).ok()?.str().ok()?.clone()
        }
        _ => column.cast(&DataType::String).ok()?.str().ok()?.clone(),
    };
    Some(cast.rechunk().into_owned())
}

//! The cells of a table in one way of writing, and what had to be done to them.

use super::legacy::{self, Legacy};
use super::normal::{is_damaged, normal};
use crate::cells::Cells;
use polars::prelude::{NewChunkedArray, StringChunked};

/// What was found in one column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tidied {
    /// The place of the column.
    pub(crate) column: usize,
    /// The old font its cells were typed in, and how many of them.
    pub(crate) legacy: Option<(Legacy, u64)>,
    /// Rows, as a spreadsheet counts, with marks over no letter.
    pub(crate) damaged: Vec<u32>,
}

/// Brings every cell into Unicode's one form, old fonts included. Tells of columns typed in an old
/// font and of cells whose letters are damaged, which stay as they are.
pub(crate) fn tidy(cells: &mut Cells) -> Vec<Tidied> {
    let mut told = Vec::new();
    for (place, column) in cells.columns.iter_mut().enumerate() {
        if column.iter().flatten().all(str::is_ascii) {
            continue;
        }
        let font = legacy::detect(column.iter().flatten());
        let mut repaired = 0;
        let mut damaged = Vec::new();
        let texts: Vec<Option<String>> = column
            .iter()
            .zip(&cells.numbers)
            .map(|(cell, row)| {
                let cell = cell?;
                let read = legacy::decoded(font, cell);
                repaired += u64::from(read != cell);
                if is_damaged(&read) {
                    damaged.push(*row);
                }
                Some(normal(&read).into_owned())
            })
            .collect();
        let name = column.name().clone();
        *column = StringChunked::from_iter_options(name, texts.into_iter());
        let legacy = font.filter(|_| repaired > 0).map(|font| (font, repaired));
        if legacy.is_some() || !damaged.is_empty() {
            told.push(Tidied { column: place, legacy, damaged });
        }
    }
    told
}

//! What a sheet shows besides its cells, read from its XML: hidden rows and merged cells.

use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read};
use zip::ZipArchive;

/// How one sheet looks; rows and columns count from 0.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Look {
    /// Rows that are hidden, by hand or by a filter.
    pub(crate) hidden: BTreeSet<u32>,
    /// Merged cells: first row, last row, column.
    pub(crate) merged: Vec<Region>,
}

/// Cells that are merged into one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Region {
    pub(crate) rows: (u32, u32),
    pub(crate) columns: (u32, u32),
}

/// The most rows that a sheet has; a larger repeat of an empty row only fills it up.
const MOST_ROWS: u32 = 1 << 20;

/// The looks of the sheets of an XLSX workbook, by name; what cannot be read looks plain.
pub(crate) fn xlsx(bytes: &[u8]) -> BTreeMap<String, Look> {
    let Ok(mut archive) = ZipArchive::new(Cursor::new(bytes)) else { return BTreeMap::new() };
    let book = part(&mut archive, "xl/workbook.xml");
    let relations = part(&mut archive, "xl/_rels/workbook.xml.rels");
    let mut targets: BTreeMap<String, String> = BTreeMap::new();
    each_start(&relations, |tag| {
        if let (Some(id), Some(target)) = (attribute(tag, "Id"), attribute(tag, "Target")) {
            targets.insert(id, target);
        }
    });
    let mut sheets = Vec::new();
    each_start(&book, |tag| {
        if tag.local_name().as_ref() == "sheet" {
            sheets.extend(attribute(tag, "name").zip(attribute(tag, "id")));
        }
    });
    let mut looks = BTreeMap::new();
    for (name, id) in sheets {
        let Some(target) = targets.get(&id) else { continue };
        let path = match target.strip_prefix('/') {
            Some(whole) => whole.to_owned(),
            None => format!("xl/{target}"),
        };
        looks.insert(name, xlsx_sheet(&part(&mut archive, &path)));
    }
    looks
}

fn xlsx_sheet(xml: &[u8]) -> Look {
    let mut look = Look::default();
    let has = |needle: &[u8]| xml.windows(needle.len()).any(|window| window == needle);
    // Most sheets show all they have; then the walk is spared.
    if !has(b" hidden=") && !has(b"<mergeCell") {
        return look;
    }
    let mut next_row = 0;
    each_start(xml, |tag| match tag.local_name().as_ref() {
        "row" => {
            let row = attribute(tag, "r").and_then(|row| row.parse::<u32>().ok());
            let row = row.and_then(|row| row.checked_sub(1)).unwrap_or(next_row);
            next_row = row.saturating_add(1);
            if attribute(tag, "hidden").is_some_and(|hidden| hidden == "1" || hidden == "true") {
                look.hidden.insert(row);
            }
        }
        "mergeCell" => look.merged.extend(attribute(tag, "ref").and_then(|text| region(&text))),
        _ => {}
    });
    look
}

/// `B2:D5` → rows 1 to 4, columns 1 to 3.
fn region(text: &str) -> Option<Region> {
    let (first, last) = text.split_once(':')?;
    let (first, last) = (cell(first)?, cell(last)?);
    Some(Region { rows: (first.0, last.0), columns: (first.1, last.1) })
}

/// `B2` → row 1, column 1.
fn cell(text: &str) -> Option<(u32, u32)> {
    let letters = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (letters, row) = text.split_at_checked(letters)?;
    let column = letters.bytes().try_fold(0_u32, |column, letter| {
        let digit = u32::from(letter.to_ascii_uppercase() - b'A') + 1;
        column.checked_mul(26)?.checked_add(digit)
    })?;
    Some((row.parse::<u32>().ok()?.checked_sub(1)?, column.checked_sub(1)?))
}

/// The looks of the sheets of an ODS workbook, by name.
pub(crate) fn ods(bytes: &[u8]) -> BTreeMap<String, Look> {
    let Ok(mut archive) = ZipArchive::new(Cursor::new(bytes)) else { return BTreeMap::new() };
    let content = part(&mut archive, "content.xml");
    let mut looks: BTreeMap<String, Look> = BTreeMap::new();
    let (mut sheet, mut next, mut row, mut column) = (String::new(), 0_u32, 0_u32, 0_u32);
    each_start(&content, |tag| {
        let number = |name: &str| attribute(tag, name).and_then(|text| text.parse::<u32>().ok());
        match tag.local_name().as_ref() {
            "table" => {
                sheet = attribute(tag, "name").unwrap_or_default();
                next = 0;
            }
            "table-row" => {
                (row, column) = (next, 0);
                let repeated = number("number-rows-repeated").unwrap_or(1).min(MOST_ROWS);
                next = row.saturating_add(repeated);
                let hidden = attribute(tag, "visibility")
                    .is_some_and(|visibility| visibility == "collapse" || visibility == "filter");
                if hidden {
                    looks.entry(sheet.clone()).or_default().hidden.extend(row..next);
                }
            }
            "table-cell" | "covered-table-cell" => {
                let wide = number("number-columns-spanned").unwrap_or(1).max(1);
                let high = number("number-rows-spanned").unwrap_or(1).max(1);
                if wide > 1 || high > 1 {
                    let rows = (row, row.saturating_add(high - 1));
                    let columns = (column, column.saturating_add(wide - 1));
                    looks.entry(sheet.clone()).or_default().merged.push(Region { rows, columns });
                }
                let repeated = number("number-columns-repeated").unwrap_or(1);
                column = column.saturating_add(repeated);
            }
            _ => {}
        }
    });
    looks
}

/// One file inside a workbook; empty where there is none.
fn part(archive: &mut ZipArchive<Cursor<&[u8]>>, name: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Ok(mut file) = archive.by_name(name)
        && file.read_to_end(&mut bytes).is_err()
    {
        bytes.clear();
    }
    bytes
}

/// Walks over the opening tags of a file, as far as it is sound.
fn each_start(xml: &[u8], mut visit: impl FnMut(&BytesStart<'_>)) {
    let mut reader = Reader::from_reader(xml);
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag) | Event::Empty(tag)) => visit(&tag),
            Ok(Event::Eof) | Err(_) => return,
            Ok(_) => {}
        }
    }
}

/// An attribute by its name without prefix.
fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = tag.attributes().flatten();
    let found = attributes.find(|attribute| attribute.key.local_name().as_ref() == name)?;
    Some(unescape(&found.value).ok()?.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_found_by_their_letters() {
        assert_eq!(cell("A1"), Some((0, 0)));
        assert_eq!(cell("AA10"), Some((9, 26)));
        assert_eq!((cell("A0"), cell("7")), (None, None));
        let merged = Region { rows: (1, 4), columns: (1, 3) };
        assert_eq!(region("B2:D5"), Some(merged));
    }

    #[test]
    fn hidden_rows_and_merged_cells_of_a_sheet() {
        let xml = br#"<worksheet><sheetData><row r="1"/><row r="2" hidden="1"/><row/>
            </sheetData><mergeCells><mergeCell ref="A1:A3"/></mergeCells></worksheet>"#;
        let look = xlsx_sheet(xml);
        assert_eq!(look.hidden.into_iter().collect::<Vec<u32>>(), [1]);
        assert_eq!(look.merged, [Region { rows: (0, 2), columns: (0, 0) }]);
    }

    #[test]
    fn what_is_no_workbook_looks_plain() {
        assert!(xlsx(b"PK").is_empty());
        assert!(ods(b"").is_empty());
    }
}

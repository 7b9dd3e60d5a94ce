//! A published catchment table: one school a row, its areas in words.

use crate::catchment::{Catchment, CatchmentDoubt, Within};
use crate::cells::{Cells, Note};
use crate::intake::Intake;
use crate::schema::CURRENT_PLAN;
use crate::text::syllable::bare;
use phantuyen_model::FindingCode;
use polars::prelude::{NewChunkedArray, StringChunked};
use std::collections::BTreeMap;

/// What stands over areas in words, without accents.
const WORDS: [&str; 9] = [
    "dia ban",
    "dia ban tuyen sinh",
    "tuyen tuyen sinh",
    "phan tuyen",
    "dia ban phan tuyen",
    "khu vuc tuyen sinh",
    "dia ban duoc phan tuyen",
    "catchment",
    "pham vi tuyen sinh",
];

/// The column of the areas in words, where a header has one and a school beside it.
fn column_of_words(header: &[String], intake: &Intake) -> Option<usize> {
    let meant = intake.headers.columns_meant(&CURRENT_PLAN, header);
    let has_school = meant.contains(&Some("school_code"));
    header.iter().position(|name| has_school && WORDS.contains(&bare(name).as_str()))
}

/// Whether a header is one of a catchment table.
pub(super) fn is_list(header: &[String], intake: &Intake) -> bool {
    column_of_words(header, intake).is_some()
}

/// One row for each area that a school's row names. An area of which several schools have a part
/// is shared between them equally, since no table tells how many children a subarea has.
pub(super) fn tidy(cells: Cells, intake: &Intake) -> Cells {
    let Some(place) = column_of_words(&cells.header, intake) else { return cells };
    let mut rows: Vec<(usize, Option<String>, bool)> = Vec::new();
    let mut notes = Vec::new();
    for row in 0..cells.numbers.len() {
        let Some(text) = cells.get(place, row) else {
            rows.push((row, None, true));
            continue;
        };
        let (catchment, doubts) = Catchment::parse(text);
        let number = cells.numbers[row];
        notes.extend(doubts.iter().map(|doubt| Note {
            code: FindingCode::CatchmentDoubtful,
            row: number,
            value: told(doubt),
        }));
        if catchment.parts.is_empty() {
            rows.push((row, Some(text.to_owned()), true));
        }
        for part in catchment.parts {
            if part.if_places_remain {
                let value = part.area.clone();
                notes.push(Note { code: FindingCode::CatchmentReserve, row: number, value });
            }
            let whole = part.within == Within::Whole;
            // A reserve is told, and no area of last year's plan.
            if !part.if_places_remain {
                rows.push((row, Some(part.area), whole));
            }
        }
    }
    let mut sharing: BTreeMap<&str, (u32, bool, usize)> = BTreeMap::new();
    for (row, area, whole) in &rows {
        let Some(area) = area else { continue };
        let entry = sharing.entry(area).or_insert((0, false, *row));
        entry.0 += 1;
        entry.1 |= !whole;
    }
    for (area, (schools, parted, row)) in &sharing {
        if *parted && *schools > 1 {
            let value = format!("{area} (1/{schools})");
            let row = cells.numbers[*row];
            notes.push(Note { code: FindingCode::CatchmentShared, row, value });
        }
    }
    let shares: Vec<Option<String>> = rows
        .iter()
        .map(|(_, area, _)| {
            let (schools, parted, _) = sharing.get(area.as_deref()?)?;
            (*parted && *schools > 1).then(|| (1.0 / f64::from(*schools)).to_string())
        })
        .collect();
    let taken = |at: usize| -> StringChunked {
        let texts = rows.iter().map(|(row, area, _)| match at == place {
            true => area.clone(),
            false => cells.columns[at].get(*row).map(str::to_owned),
        });
        StringChunked::from_iter_options(cells.header[at].as_str().into(), texts)
    };
    let columns: Vec<StringChunked> = (0..cells.columns.len()).map(taken).collect();
    let numbers = rows.iter().map(|(row, _, _)| cells.numbers[*row]).collect();
    let mut tidy = Cells { columns, numbers, laid_out: true, ..cells };
    if let Some(name) = tidy.header.get_mut(place) {
        "area_code".clone_into(name);
    }
    tidy.add_column("share", None);
    if let Some(column) = tidy.columns.last_mut() {
        *column = StringChunked::from_iter_options("share".into(), shares.into_iter());
    }
    tidy.notes.extend(notes);
    tidy
}

/// A doubt as a finding shows it; the same in both languages.
fn told(doubt: &CatchmentDoubt) -> String {
    match doubt {
        CatchmentDoubt::NotRead(text) => format!("“{text}”?"),
        CatchmentDoubt::EitherArea(area) => format!("{area} (tổ …)?"),
        CatchmentDoubt::SubareasAlone => "tổ … (?)".to_owned(),
        CatchmentDoubt::BadRange(from, to) => format!("{from} → {to}?"),
        CatchmentDoubt::Twice(area) => format!("{area} ×2"),
    }
}

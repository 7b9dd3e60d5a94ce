//! Counts with a column for each year of birth: each becomes rows of its own.

use crate::cells::Cells;
use crate::headers::Headers;
use crate::schema::COHORTS;
use polars::prelude::{NewChunkedArray, StringChunked};

/// How many columns of years make a wide table.
const LEAST: usize = 2;

/// Years of birth of children that a list may count.
const BORN: std::ops::RangeInclusive<i32> = 1990..=2100;

/// Words that may stand about a year in a header, as [`crate::cells::header_name`] writes them.
const ABOUT: [&str; 9] = ["năm", "sinh", "trẻ", "ns", "sn", "s.năm", "số", "cháu", "em"];

/// Words about a year that tell a kind of residence.
const KINDS: [(&str, &str); 4] = [
    ("thường trú", "permanent"),
    ("tạm trú", "temporary"),
    ("hiện ở", "current"),
    ("nơi ở hiện tại", "current"),
];

/// The year of birth, and the kind of residence, that a column counts.
pub(crate) fn year_of(name: &str) -> Option<(i32, Option<&'static str>)> {
    let mut rest = name.to_owned();
    let mut kind = None;
    for (words, residence) in KINDS {
        if rest.contains(words) {
            rest = rest.replace(words, " ");
            kind = Some(residence);
        }
    }
    let mut year = None;
    for word in rest.split_whitespace() {
        let number = word.trim_matches(['(', ')', ':']).parse::<i32>().ok();
        match number.filter(|number| BORN.contains(number)) {
            Some(found) if year.is_none() => year = Some(found),
            None if ABOUT.contains(&word) => {}
            _ => return None,
        }
    }
    year.map(|year| (year, kind))
}

/// How many columns of a header are years of birth.
pub(crate) fn years_in(header: &[String]) -> usize {
    header.iter().filter(|name| year_of(name).is_some()).count()
}

pub(super) fn is_wide(header: &[String], headers: &Headers) -> bool {
    let meant = headers.columns_meant(&COHORTS, header);
    years_in(header) >= LEAST
        && meant.contains(&Some("area_code"))
        && !meant.contains(&Some("birth_year"))
}

/// One part for each year; the columns that are no year stand in each.
pub(super) fn tidy(cells: Cells) -> Vec<Cells> {
    let years: Vec<(usize, i32, Option<&str>)> = cells
        .header
        .iter()
        .enumerate()
        .filter_map(|(place, name)| year_of(name).map(|(year, kind)| (place, year, kind)))
        .collect();
    let others: Vec<usize> = (0..cells.header.len())
        .filter(|place| years.iter().all(|(of_year, _, _)| of_year != place))
        .collect();
    let parts = years.iter().enumerate().map(|(number, (place, year, kind))| {
        let first = number == 0;
        // Only what counts children of the year; other columns are told with the first year.
        let keep: Vec<usize> = others.iter().copied().chain([*place]).collect();
        let filled: Vec<usize> = (0..cells.numbers.len())
            .filter(|row| first || cells.get(*place, *row).is_some())
            .collect();
        let column = |at: usize| -> StringChunked {
            let texts = filled.iter().map(|row| cells.columns[at].get(*row));
            StringChunked::from_iter_options(cells.header[at].as_str().into(), texts)
        };
        let mut part = Cells {
            header: keep.iter().map(|at| cells.header[*at].clone()).collect(),
            columns: keep.iter().map(|at| column(*at)).collect(),
            numbers: filled.iter().map(|row| cells.numbers[*row]).collect(),
            written: Vec::new(),
            corrected: Vec::new(),
            left_out: Vec::new(),
            too_long: if first { cells.too_long.clone() } else { Vec::new() },
            titles: if first { cells.titles } else { 0 },
            title_texts: cells.title_texts.clone(),
            other_sheets: if first { cells.other_sheets.clone() } else { Vec::new() },
            encoding: cells.encoding,
            sheet: cells.sheet.clone(),
            places: keep.iter().map(|at| cells.places[*at]).collect(),
            hidden: if first { cells.hidden.clone() } else { Vec::new() },
            merged: if first { cells.merged } else { 0 },
            two_rows: first && cells.two_rows,
            from_titles: Vec::new(),
            meant: Vec::new(),
            part_of: number,
            notes: Vec::new(),
            laid_out: true,
        };
        if let Some(name) = part.header.last_mut() {
            "headcount".clone_into(name);
        }
        part.add_column("birth_year", Some(&year.to_string()));
        if let Some(kind) = kind {
            part.add_column("residence", Some(kind));
        }
        part
    });
    parts.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_are_known_among_their_words() {
        assert_eq!(year_of("2020"), Some((2020, None)));
        assert_eq!(year_of("sinh năm 2020"), Some((2020, None)));
        assert_eq!(year_of("tạm trú 2019"), Some((2019, Some("temporary"))));
        for name in ["năm học 2020", "2020 2021", "tổng", "12"] {
            assert_eq!(year_of(name), None, "{name}");
        }
    }
}

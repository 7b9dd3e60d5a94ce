//! The sheet `MauNhapLieu` of the household survey for universal education. Its header differs
//! from office to office, its columns do not: they are known by their places, data from row 5.

use crate::cells::{Cells, header_name};
use phantuyen_model::RegisterYear;

/// The first row with data, as a spreadsheet counts.
const FIRST_ROW: u32 = 5;

/// Columns, by their place from `A` = 0, that are read. Ethnicity, religion, priority, disability
/// and telephone are not.
const COLUMNS: [(u32, &str); 11] = [
    (2, "family_name"),
    (3, "given_name"),
    (4, "birth_day"),
    (5, "birth_month"),
    (6, "birth_year"),
    (7, "female"),
    (13, "area_code"),
    (14, "household"),
    (15, "residence"),
    (16, "status"),
    (45, "event"),
];

/// Whether a sheet is the survey's.
pub(crate) fn is_survey(sheet: &str) -> bool {
    let name = header_name(sheet);
    name == "maunhaplieu" || name == "mẫu nhập liệu" || name == "mau nhap lieu"
}

/// The header and the first row of data, both counted from the first row that is given.
pub(crate) fn layout(first_row: u32, width: usize) -> (Vec<String>, usize) {
    let body = usize::try_from((FIRST_ROW - 1).saturating_sub(first_row)).unwrap_or(0);
    ((0..width).map(|place| format!("({})", place + 1)).collect(), body)
}

/// The columns that are read, under the names of the table; the others are told by their place.
pub(super) fn tidy(mut cells: Cells) -> Cells {
    let year = cells.title_texts.iter().find_map(|text| year_in(text));
    let own: Vec<(usize, &str)> = COLUMNS
        .iter()
        .filter_map(|(place, name)| {
            Some((cells.places.iter().position(|known| known == place)?, *name))
        })
        .collect();
    let keep: Vec<usize> =
        (0..cells.numbers.len()).filter(|row| cells.numbers[*row] >= FIRST_ROW).collect();
    let take = |at: usize| {
        let texts = keep.iter().map(|row| cells.columns[at].get(*row));
        use polars::prelude::{NewChunkedArray, StringChunked};
        StringChunked::from_iter_options(cells.columns[at].name().clone(), texts)
    };
    let columns = own.iter().map(|(at, _)| take(*at)).collect();
    let places = own.iter().map(|(at, _)| cells.places[*at]).collect();
    let header = own.iter().map(|(_, name)| (*name).to_owned()).collect();
    let numbers = keep.iter().map(|row| cells.numbers[*row]).collect();
    cells = Cells { header, columns, places, numbers, laid_out: true, ..cells };
    if let Some(year) = year {
        cells.add_column("as_of", Some(&RegisterYear(year).date().to_string()));
    }
    cells
}

/// The year of the survey in its title.
fn year_in(text: &str) -> Option<i32> {
    const YEARS: std::ops::RangeInclusive<i32> = 2000..=2100;
    let numbers = text.split(|c: char| !c.is_ascii_digit());
    let mut years = numbers.filter_map(|number| number.parse().ok());
    years.find(|year| YEARS.contains(year))
}

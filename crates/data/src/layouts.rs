//! Sheets as offices lay them out, turned into the rows of a table.
//!
//! - `titles`: what stands above the header once and holds for every row
//! - `wide`: a column for each year of birth
//! - `survey`: the sheet `MauNhapLieu` of the household survey, known by the places of its columns
//! - `catchments`: one school a row, its areas in words

pub(crate) mod catchments;
pub(crate) mod survey;
mod titles;
mod wide;

use crate::cells::Cells;
use crate::intake::Intake;
use crate::schema::{self, Table};
use titles::Titles;

pub(crate) use wide::{year_of, years_in};

/// Whether a sheet with this header has all that the table must have. `sheet` is its name and
/// `titles` what stands above the header.
pub(crate) fn complete(
    table: &Table,
    header: &[String],
    sheet: &str,
    titles: &[&str],
    intake: &Intake,
) -> bool {
    if table.name == schema::RESIDENTS.name && survey::is_survey(sheet) {
        return true;
    }
    if table.name == schema::COHORTS.name && wide::is_wide(header, &intake.headers) {
        return true;
    }
    if table.name == schema::CURRENT_PLAN.name && catchments::is_list(header, intake) {
        return true;
    }
    let told = Titles::of(titles.iter().copied().chain([sheet]));
    let mut names = header.to_vec();
    names.extend(told.columns(table, header, intake).map(|(name, _)| name.to_owned()));
    // Titles alone make no table.
    let own = intake.headers.columns_meant(table, header).iter().flatten().count();
    own >= table.columns.len().min(2) && intake.headers.complete(table, &names)
}

/// The parts of a file as rows of the table, each column known by what it means.
pub(crate) fn tidy(cells: Cells, table: &Table, intake: &Intake) -> Vec<Cells> {
    let sheet = cells.sheet.clone().unwrap_or_default();
    let parts = if table.name == schema::RESIDENTS.name && survey::is_survey(&sheet) {
        vec![survey::tidy(cells)]
    } else if table.name == schema::COHORTS.name && wide::is_wide(&cells.header, &intake.headers) {
        wide::tidy(cells)
    } else if table.name == schema::CURRENT_PLAN.name && catchments::is_list(&cells.header, intake)
    {
        vec![catchments::tidy(cells, intake)]
    } else {
        vec![cells]
    };
    parts.into_iter().map(|cells| named(cells, table, intake)).collect()
}

/// Adds the columns that titles tell, and what each column means.
fn named(mut cells: Cells, table: &Table, intake: &Intake) -> Cells {
    let sheet = cells.sheet.clone().unwrap_or_default();
    let titles = Titles::of(cells.title_texts.iter().map(String::as_str).chain([sheet.as_str()]));
    let told: Vec<(&str, String)> = titles.columns(table, &cells.header, intake).collect();
    for (name, value) in told {
        cells.add_column(name, Some(&value));
        cells.from_titles.push((name, value));
    }
    let as_of = schema::AS_OF;
    let wants_date = table.name == schema::COHORTS.name || table.name == schema::WOMEN.name;
    let meant = intake.headers.columns_meant(table, &cells.header);
    if let Some(date) = intake.as_of.filter(|_| wants_date && !meant.contains(&Some(as_of))) {
        cells.add_column(as_of, Some(&date.to_string()));
    }
    cells.meant = intake.headers.columns_meant(table, &cells.header);
    cells
}

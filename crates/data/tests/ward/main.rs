//! Whole projects read from disk: the promises of the seam "read" and "count".

mod area_changes;
mod bad_rows;
mod confirmed;
mod corrections;
mod formats;
mod fuzz;
mod information;
mod messy;
mod nasty;
mod office_sheets;
mod office_text;
mod people;
mod people_lists;
mod privacy;
mod project;
mod real_cases;
mod real_names;

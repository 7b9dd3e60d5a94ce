//! The seam *read* and *count*: from the files of a ward to the words of the model.
//!
//! Promises, each tested:
//!
//! - every row is used or reported, and nothing is dropped without a word ([`TableCount`]);
//! - what was parsed is what was hashed, and source files are never changed;
//! - the same rows give the same data from CSV, XLSX, ODS and Parquet, in any order;
//! - head counts add up to the residents of the age range, and **no person passes this line**:
//!   no name, id, birth date or address stands in any result, finding or error.
//!
//! What a table must hold stands in one place (`schema.rs`); most findings follow from it.

mod book;
pub mod catchment;
mod cells;
mod checks;
mod confirmed;
mod corrections;
mod count;
mod coverage;
mod crosswalk;
mod dates;
mod delimited;
mod error;
mod folder;
mod given_counts;
mod headers;
mod information;
mod intake;
mod layouts;
mod log;
mod moves;
mod parquet;
mod paths;
mod persons;
mod polygons;
mod reader;
mod registers;
mod residents;
mod rows;
mod schema;
mod sheet_look;
mod split;
mod standing;
mod tables;
mod text;
mod units;
mod value;
mod walker;
mod ward;

pub use confirmed::{CONFIRMED_FILE, Confirmed};
pub use corrections::{BadRows, CorrectionWorkbook, correction_workbooks};
pub use coverage::CoverageRow;
pub use error::ReadError;
pub use schema::table_names;
pub use text::names::area_named;
pub use ward::{ReadOptions, TableCount, WardData, read_demand, read_ward, sha256_file};

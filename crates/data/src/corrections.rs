//! Corrections: rows with errors go back to their sender in a workbook of their own, and what the
//! sender writes there stands over the rows of the source, which is never changed.
//!
//! **The workbook is personal data**: it holds whole rows. Only this crate can write it, it goes
//! back to the one who sent the rows, and its first line says so. Here nothing that holds cells
//! has a `Debug` that shows them.

mod apply;
mod keep;
mod write;

pub(crate) use apply::Corrections;
pub use keep::BadRows;
pub use write::{CorrectionWorkbook, correction_workbooks};

/// What the name of a workbook of corrections begins with.
const NAME: &str = "CAN-SUA_";

/// The hidden sheet that says which rows of which file a workbook corrects.
const MARK_SHEET: &str = "_phantuyen";

/// The first cell of that sheet: the form of the workbook.
const MARK: &str = "phantuyen.correction/1";

/// Columns in front of the sender's own: row of the source, problem, suggestion.
const FRONT: usize = 3;

/// Rows above the first corrected one: what the workbook is, what to do, the header.
const ABOVE: usize = 3;

/// Whether a file is a workbook of corrections by its name, which is in lower case.
pub(crate) fn is_name(name: &str) -> bool {
    name.strip_prefix(&NAME.to_lowercase())
        .is_some_and(|rest| [".xlsx", ".xlsm", ".ods"].iter().any(|end| rest.ends_with(end)))
}

//! The few ways in which reading itself can fail; everything else is a finding.

use std::path::PathBuf;

/// The disk did not give us what is there. What is wrong *inside* a file is never an error but a
/// [`phantuyen_model::Finding`].
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The project folder cannot be listed.
    #[error("the folder {} cannot be read", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The bytes of a file cannot be read: locked, forbidden, or gone since the listing.
    #[error("the file {} cannot be read", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The counting of residents failed: a fault of ours, not of the data.
    #[error("the residents could not be counted")]
    Count(#[source] polars::error::PolarsError),
    /// The workbook of rows to be corrected could not be made: a fault of ours.
    #[error("the workbook of rows to be corrected could not be made")]
    Correction(#[source] rust_xlsxwriter::XlsxError),
}

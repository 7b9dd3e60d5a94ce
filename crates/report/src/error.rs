//! What can go wrong while drawing or writing.

/// A picture, workbook or text that could not be made.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// A map needs outlines, and no area of the plan has one.
    #[error("no area of the plan has an outline; a map cannot be drawn")]
    NoOutlines,
    /// The bundled font cannot be read.
    #[error("the bundled font cannot be read: {0}")]
    Font(String),
    /// A drawing cannot be turned into a picture.
    #[error("the drawing cannot be turned into a picture: {0}")]
    Picture(String),
    /// A chart cannot be drawn.
    #[error("the chart cannot be drawn: {0}")]
    Chart(String),
    /// A workbook cannot be written.
    #[error("the workbook cannot be written: {0}")]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
    /// A GeoJSON text cannot be written.
    #[error("the GeoJSON text cannot be written: {0}")]
    Json(#[from] serde_json::Error),
    /// The parts of a document cannot be packed.
    #[error("the document cannot be packed: {0}")]
    Package(String),
}

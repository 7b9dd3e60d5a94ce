//! Draws and writes: catchment maps, forecast charts, the scorecard, workbooks, the papers of April,
//! the page for parents, GeoJSON and CSV.
//!
//! Everything here is a function from figures to text or bytes. Nothing is solved, no input is
//! read and no file is written; the same figures give the same bytes. Sentences come from the
//! catalogue of `phantuyen-words`, letters from the bundled font Be Vietnam Pro.

mod chart;
mod check_page;
mod colours;
mod counts;
mod dossier;
mod error;
mod font;
mod geojson_files;
mod lookup;
mod map;
mod paper;
mod picture;
mod provenance;
mod scorecard;
mod svg;
mod tables;
mod workbook;

pub use chart::{ChartInput, YearPoint, forecast_chart};
pub use check_page::{CheckPage, ReturnedWorkbook, TableLine, check_page};
pub use colours::{Hatch, SchoolColours, Swatch};
pub use dossier::{DossierInput, NearSchools, catchment_annex, enrolment_plan};
pub use error::ReportError;
pub use font::{Weight, text_width};
pub use geojson_files::{areas_geojson, catchments_geojson};
pub use lookup::lookup_page;
pub use map::{LabelBox, LabelKind, MapInput, catchment_map, map_labels};
pub use picture::png;
pub use provenance::{Provenance, ward_title};
pub use scorecard::{ScorecardInput, scorecard_chart, scorecard_page};
pub use tables::{assignment_csv, forecasts_csv, scores_csv};
pub use workbook::{QuotaSheet, RoomRow, WorkbookBase, WorkbookInput, forecast_workbook};

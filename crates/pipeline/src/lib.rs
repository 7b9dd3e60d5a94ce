//! The stories end to end: from the ward's files to forecast, plan, maps and report.
//!
//! - [`december`]: register → cohorts → forecast → how good it would have been
//! - [`rooms`]: forecast → classes and rooms of the years ahead
//! - [`frozen`]: what was said is kept, and held against what happens
//! - [`catchments`]: demand → seats → way to school → plan, judged and explained
//! - [`publication`]: plans and forecasts → maps, sheets, tables
//!
//! Nothing here prints, parses arguments or draws; each arrow is one call into the crate that
//! knows how.

pub mod answers;
mod blocking;
pub mod catchments;
mod confirm;
pub mod december;
pub mod demand;
pub mod document;
mod error;
pub mod frozen;
mod posing;
mod project;
pub mod publication;
mod results;
pub mod rooms;
mod rules_used;
pub mod scenario;
pub mod sentences;
mod settings;
mod steps;
mod tables;
pub mod way;

pub use confirm::confirm;
pub use error::PipelineError;
pub use phantuyen_allocation::{SearchProgress, Watch};
pub use phantuyen_data::CoverageRow;
pub use phantuyen_forecast::Backtest;
pub use project::{Overrides, Project, SETTINGS_FILE};
pub use publication::Voice;
pub use results::{Destination, Provenance, ResultFile, Stored, store};
pub use rules_used::settle as settle_rules;
pub use settings::{SettingProblem, Settings, WardKind};
pub use steps::{Checked, Desk, Done, settle};

/// Sets how many threads the loops may use; all of the machine's where `None`. Results do not
/// depend on it.
///
/// # Errors
/// When the threads cannot be started.
pub fn use_threads(threads: Option<usize>) -> Result<(), PipelineError> {
    let Some(threads) = threads else { return Ok(()) };
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads.max(1))
        .build_global()
        .map_err(PipelineError::fault)
}

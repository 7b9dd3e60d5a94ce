//! Projects school-age cohorts into the demand for entry grades, with intervals, and scores itself
//! on the past.
//!
//! The unknown is net movement of known cohorts, then births, then the share of the children who
//! enrol in the ward's own schools. So a forecast is made of
//!
//! ```text
//! children(area, age a+1, Dec T+1) = ratio(area, a → a+1) × children(area, age a, Dec T)
//! intake(area, grade, S)           = capture(area, grade) × children(area, entry age, Dec S)
//! ```
//!
//! and each part lives in the file of its name. `docs/method/forecast.md` tells the method with
//! its sources and what it has been measured at.

mod backtest;
mod beyond;
mod births;
mod capture;
mod causes;
mod choice;
mod covariates;
mod december;
mod draws;
mod edits;
mod frozen;
mod history;
mod housing;
mod interval;
mod learner;
mod news;
mod normal;
mod panel;
mod participation;
mod past;
mod paths;
mod practice;
mod project;
mod pull;
mod quantile;
mod ratios;
mod reading;
mod registered;
mod rolls;
mod runs;
mod scores;
mod settings;
mod shrink;
mod together;
mod tree;

pub use backtest::{Backtest, backtest, backtest_without};
pub use choice::Choice;
pub use december::{BaseRow, Projected, forecast};
pub use draws::draws;
pub use frozen::{said, score_frozen};
pub use history::{History, Information};
pub use normal::normal_quantile;
pub use past::past_intakes;
pub use reading::Ingredient;
pub use settings::{ForecastError, ForecastSettings};

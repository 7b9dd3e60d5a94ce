//! Why a number of the forecast is what it is, and how far to trust it.

use crate::{AreaCode, Grade, Parts, SchoolYear};
use serde::{Deserialize, Serialize};

/// Why one number of the forecast is what it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Why {
    /// The grade.
    pub grade: Grade,
    /// The area, or `None` for the whole ward.
    pub area_code: Option<AreaCode>,
    /// The school year.
    pub school_year: SchoolYear,
    /// Whole children expected.
    pub pupils: u64,
    /// Low end of the range.
    pub lower: f64,
    /// High end of the range.
    pub upper: f64,
    /// How often the range should hold, in per cent.
    pub level_pct: f64,
    /// The parts of the number before it is rounded; they add up to it.
    pub parts: Parts,
    /// The latest intake that is known.
    pub last_intake: Option<u32>,
    /// The change on it, split into causes that add up to it.
    pub change: Option<Parts>,
    /// Weight of the area's own history against the ward's, 0 to 1.
    pub own_weight: f64,
    /// All this as people say it.
    pub sentence: String,
}

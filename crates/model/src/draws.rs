//! Possible futures of the demand, for plans that must hold in most of them.

use crate::{AreaCode, Grade, SchoolYear};
use serde::{Deserialize, Serialize};

/// Possible pupils of one grade and school year, area by area, future by future.
///
/// Future `k` is the same one in every grade and year: a future in which many children come to an
/// area this year is one in which more than expected come to it next year, too, as far as past
/// errors went together. Each area's futures spread as its interval says, their sum as the ward's
/// interval says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DemandDraws {
    /// The grade.
    pub grade: Grade,
    /// The school year.
    pub school_year: SchoolYear,
    /// The areas, in the order of their codes.
    pub areas: Vec<AreaCode>,
    /// Future × area: pupils, not rounded, never negative.
    pub draws: Vec<Vec<f64>>,
}

impl DemandDraws {
    /// Pupils of the ward in each future.
    pub fn ward(&self) -> impl Iterator<Item = f64> {
        self.draws.iter().map(|areas| areas.iter().sum())
    }
}

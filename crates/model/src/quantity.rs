//! Quantities with their units.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A length on the ground, in metres (or driving seconds where the project says `unit = "s"`).
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Metres(pub f64);

impl fmt::Display for Metres {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.0} m", self.0)
    }
}

/// What the numbers of a distance table mean.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum DistanceUnit {
    /// Metres along the way.
    #[default]
    #[serde(rename = "m")]
    Metres,
    /// Seconds of travel.
    #[serde(rename = "s")]
    Seconds,
}

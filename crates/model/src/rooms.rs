//! Classes that schools will need in the years to come, beside the classes that their rooms serve.

use crate::{Grade, Level, SchoolCode, SchoolYear};
use serde::{Deserialize, Serialize};

/// Where the classes of a grade in a coming year come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClassesFrom {
    /// The forecast of an entry grade, shared by last year's catchments or rolls.
    Forecast,
    /// The classes of the grade below, a year before.
    MovedUp,
    /// As many as in the last known year, where nothing tells more.
    Repeated,
    /// What the school itself says of that year, in the table `classes`.
    Told,
}

impl ClassesFrom {
    /// The name used in files and in the catalogue.
    pub fn name(self) -> &'static str {
        match self {
            Self::Forecast => "forecast",
            Self::MovedUp => "moved_up",
            Self::Repeated => "repeated",
            Self::Told => "told",
        }
    }
}

/// Whether rooms suffice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shortage {
    /// They do, even if as many pupils come as the range allows.
    None,
    /// They do for the pupils expected, not for the upper end of the range.
    Possible,
    /// They do not for the pupils expected.
    Likely,
}

impl Shortage {
    /// The name used in files and in the catalogue.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Possible => "possible",
            Self::Likely => "likely",
        }
    }

    /// From the classes short as expected and at the upper end of the range.
    pub fn of(expected: u32, upper: u32) -> Self {
        match (expected, upper) {
            (0, 0) => Self::None,
            (0, _) => Self::Possible,
            _ => Self::Likely,
        }
    }
}

/// Classes as expected and at both ends of the range.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClassCount {
    /// For the pupils expected.
    pub expected: u32,
    /// For the low end of the range.
    pub lower: u32,
    /// For the high end of the range.
    pub upper: u32,
}

/// One grade of one school in one coming year.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GradeRooms {
    /// The grade.
    pub grade: Grade,
    /// Pupils expected; `None` where classes are repeated and their pupils unknown.
    pub pupils: Option<f64>,
    /// Low end of the pupils.
    pub lower: Option<f64>,
    /// High end of the pupils.
    pub upper: Option<f64>,
    /// Pupils that one class should have.
    pub class_size: u32,
    /// Classes needed.
    pub classes: ClassCount,
    /// Where they come from.
    pub from: ClassesFrom,
    /// Of the classes short at the school: those of this grade.
    pub short_classes: ClassCount,
    /// Whether this grade lacks rooms; `None` where the rooms are unknown.
    pub shortage: Option<Shortage>,
}

/// One level of one school, or of all schools of the ward, in one coming year.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LevelRooms {
    /// The school; `None` for all schools of the ward together.
    pub school_code: Option<SchoolCode>,
    /// The level.
    pub level: Level,
    /// The school year.
    pub school_year: SchoolYear,
    /// Rooms of the level, where they are known.
    pub rooms: Option<u32>,
    /// Classes that the rooms serve; `None` where nothing tells.
    pub usable_classes: Option<u32>,
    /// Classes needed by all grades of the level.
    pub needed_classes: ClassCount,
    /// Classes without a room.
    pub short_classes: ClassCount,
    /// Whether rooms suffice; `None` where the rooms are unknown.
    pub shortage: Option<Shortage>,
    /// The grades of the level, youngest first.
    pub grades: Vec<GradeRooms>,
}

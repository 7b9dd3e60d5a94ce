//! Schools, their rooms and seats, and what is fixed before any plan is drawn.

use crate::{AreaCode, Grade, Level, LonLat, SchoolCode, SchoolYear};
use serde::{Deserialize, Serialize};

/// One line of the table `schools`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct School {
    /// The code, unique in the ward.
    pub school_code: SchoolCode,
    /// The name as people write it.
    pub name: String,
    /// The levels it teaches, at least one.
    pub levels: Vec<Level>,
    /// Where it stands.
    pub place: Option<LonLat>,
    /// The area it stands in; found from its place and the outlines where missing.
    pub area_code: Option<AreaCode>,
    /// Class rooms.
    pub rooms: Option<u32>,
    /// Classes that one room serves, where the school departs from the rule book.
    pub classes_per_room: Option<f64>,
    /// Pupils per class, where the school departs from the rule book.
    pub class_size: Option<u32>,
    /// Seats for the entry grade; overrides rooms.
    pub capacity: Option<f64>,
    /// First school year in which it teaches, open if absent.
    pub open_from: Option<SchoolYear>,
    /// Last school year in which it teaches, open if absent.
    pub open_to: Option<SchoolYear>,
    /// Whether areas are assigned to it.
    pub catchment: bool,
}

impl School {
    /// Whether it takes pupils from a catchment of this grade in this year.
    pub fn takes(&self, grade: Grade, year: SchoolYear) -> bool {
        self.catchment
            && self.levels.contains(&grade.level())
            && self.open_from.is_none_or(|from| from <= year)
            && self.open_to.is_none_or(|to| year <= to)
    }
}

/// One line of the table `seats`: what a school offers one grade, over the table `schools`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SeatsRow {
    /// The school.
    pub school_code: SchoolCode,
    /// The grade.
    pub grade: Grade,
    /// Rooms of that level.
    pub rooms: Option<u32>,
    /// Classes that the grade may open.
    pub classes: Option<u32>,
    /// Pupils per class.
    pub class_size: Option<u32>,
    /// Seats.
    pub capacity: Option<f64>,
}

/// One line of the table `siblings`: pupils whose older brother or sister is at a school already.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SiblingsRow {
    /// The entry grade of the younger ones.
    pub grade: Grade,
    /// Where they live.
    pub area_code: AreaCode,
    /// The school of the older ones.
    pub school_code: SchoolCode,
    /// How many younger ones there are.
    pub pupils: f64,
}

/// One line of the table `feeders`: where the pupils of a primary school go on to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FeederRow {
    /// The primary school.
    pub from_school: SchoolCode,
    /// The lower secondary school.
    pub to_school: SchoolCode,
    /// The part of the primary school's pupils that goes there, 0 to 1.
    pub share: f64,
}

/// Whether a lock binds an area to a school or keeps it away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LockRule {
    /// The area must go to the school.
    Must,
    /// The area must not go to the school.
    Never,
}

/// One line of the table `locks`: a decision that was taken before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lock {
    /// The grade it holds for.
    pub grade: Grade,
    /// The area.
    pub area_code: AreaCode,
    /// The school.
    pub school_code: SchoolCode,
    /// Bound or kept away.
    pub rule: LockRule,
    /// Why, in the words of the office.
    pub reason: Option<String>,
}

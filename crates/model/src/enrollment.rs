//! What schools report: intakes, classes, last year's catchments, demand given from outside.

use crate::{AreaCode, Grade, SchoolCode, SchoolYear};
use serde::{Deserialize, Serialize};

/// One line of the tables `enrollment` and `actuals`: the September roll of a grade.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrollmentRow {
    /// The school year; the roll is that of 5 September of its first calendar year.
    pub school_year: SchoolYear,
    /// The grade.
    pub grade: Grade,
    /// Pupils on the roll of the ward's public schools, with `from_outside` and `repeaters`,
    /// without `private` and `to_outside`.
    pub pupils: u32,
    /// The school, where rows are by school.
    pub school_code: Option<SchoolCode>,
    /// The area in which the pupils live, where rows are by area.
    pub area_code: Option<AreaCode>,
    /// Of `pupils`: living outside the ward.
    pub from_outside: Option<u32>,
    /// Of `pupils`: repeating the grade.
    pub repeaters: Option<u32>,
    /// Living in the ward, at school outside it.
    pub to_outside: Option<u32>,
    /// Living in the ward, at a private school.
    pub private: Option<u32>,
}

/// One line of the table `classes`: rooms taken by a grade of a school.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClassesRow {
    /// The school year.
    pub school_year: SchoolYear,
    /// The school.
    pub school_code: SchoolCode,
    /// The grade.
    pub grade: Grade,
    /// How many classes it has.
    pub classes: u32,
    /// How many pupils sit in them.
    pub pupils: u32,
}

/// One line of the table `current_plan`: last year's official catchments.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlanRow {
    /// The grade.
    pub grade: Grade,
    /// The area.
    pub area_code: AreaCode,
    /// The school it goes to.
    pub school_code: SchoolCode,
    /// The share of the area that goes there, 1 when the area is whole.
    pub share: f64,
}

/// One line of the table `demand`: pupils to be seated, given instead of a forecast.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DemandRow {
    /// The area.
    pub area_code: AreaCode,
    /// Pupils, perhaps a fraction.
    pub pupils: f64,
    /// Low end of what may happen.
    pub lower: Option<f64>,
    /// High end of what may happen.
    pub upper: Option<f64>,
    /// The grade; absent when the table is for one grade only.
    pub grade: Option<Grade>,
}

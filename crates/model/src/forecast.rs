//! The December forecast, as numbers.

use crate::{AreaCode, Grade, RegisterYear, SchoolYear};
use serde::{Deserialize, Serialize};

/// Whether a number is of one area, of a unit of the area tree, or of the whole ward.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnitLevel {
    /// One area.
    Area,
    /// The whole ward.
    Ward,
}

/// How a cohort was carried to the school year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ForecastMethod {
    /// Children already in the register, moved along by cohort change ratios.
    Cohort,
    /// Children not yet born at the register, from children under 1 and women aged 20 to 39.
    Births,
}

/// Children expected to enter a grade of the ward's public schools in one year.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ForecastRow {
    /// The grade.
    pub grade: Grade,
    /// The calendar year of birth of its cohort.
    pub birth_year: i32,
    /// The area, or `None` for the whole ward.
    pub area_code: Option<AreaCode>,
    /// What the row is about.
    pub level: UnitLevel,
    /// The school year.
    pub school_year: SchoolYear,
    /// Years from the register to the school year, 1 for the next one.
    pub horizon: u32,
    /// Expected children. The means of the areas add up to the ward's.
    pub mean: f64,
    /// As many futures lie above as below.
    pub median: f64,
    /// Low end of the interval.
    pub lower: f64,
    /// High end of the interval.
    pub upper: f64,
    /// How often the interval should contain what happens, in per cent.
    pub level_pct: f64,
    /// Whole children; those of the areas add up to the ward's.
    pub pupils: u64,
    /// How the cohort was carried.
    pub method: ForecastMethod,
    /// Weight of the area's own history against the ward's, 0 to 1; 1 for the ward.
    pub own_weight: f64,
}

/// A December forecast: rows in the order grade, school year, ward first, then areas by code,
/// then interval level.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Forecast {
    /// The register it starts from.
    pub origin: RegisterYear,
    /// The rows.
    pub rows: Vec<ForecastRow>,
}

impl Forecast {
    /// The rows of one grade and school year, at the first interval level, areas and ward.
    pub fn of(&self, grade: Grade, year: SchoolYear) -> impl Iterator<Item = &ForecastRow> {
        let first = self.rows.first().map_or(0.0, |row| row.level_pct);
        self.rows.iter().filter(move |row| {
            row.grade == grade && row.school_year == year && row.level_pct == first
        })
    }

    /// The ward's row of one grade and school year.
    pub fn ward(&self, grade: Grade, year: SchoolYear) -> Option<&ForecastRow> {
        self.of(grade, year).find(|row| row.level == UnitLevel::Ward)
    }
}

//! Frozen Decembers: what a forecast said, kept as it was said and later held against what happened.

use crate::{AreaCode, Grade, InputFile, RegisterYear, SchoolYear, UnitLevel};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A December forecast as it was said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FrozenForecast {
    /// `phantuyen.frozen/1`.
    pub schema: String,
    /// The register it starts from.
    pub origin: RegisterYear,
    /// 1 for the first forecast from this register, 2 for one made again with other inputs.
    pub version: u32,
    /// Whether later registers or rolls lay in the project when it was made. They were not used,
    /// but then it is a look back and nobody was told so at the time.
    pub hindsight: bool,
    /// Name and version of the program.
    pub program: String,
    /// The settings that change a number.
    pub settings: FrozenSettings,
    /// The files that the forecast rests on.
    pub inputs: Vec<InputFile>,
    /// What was said, in the order of the forecast's rows.
    pub said: Vec<SaidRow>,
}

/// The settings that change a number of the forecast.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FrozenSettings {
    /// Years ahead.
    pub horizon: u32,
    /// Registers looked back on; all where `None`.
    pub history_years: Option<u32>,
    /// Interval levels in per cent.
    pub levels_pct: Vec<f64>,
    /// Seed of anything random.
    pub seed: u64,
}

/// What was said of one grade, unit and school year.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SaidRow {
    /// The grade.
    pub grade: Grade,
    /// The area, or `None` for the whole ward.
    pub area_code: Option<AreaCode>,
    /// The school year.
    pub school_year: SchoolYear,
    /// Years from the register to the school year.
    pub horizon: u32,
    /// Whether pupils were forecast; resident children of the age where not.
    pub is_intake: bool,
    /// Expected.
    pub mean: f64,
    /// Whole children.
    pub pupils: u64,
    /// The range at each interval level of the settings: low and high end.
    pub ranges: Vec<(f64, f64)>,
    /// Children that the cohort started with: those in the register, or the births expected.
    pub start: Option<f64>,
    /// Children of the entry age who were expected to live here, housing included.
    pub children: Option<f64>,
    /// Of these, children of families expected in new housing.
    pub housing: f64,
    /// Pupils that these children make by the capture alone, before rolls, edits and totals from
    /// above.
    pub captured: Option<f64>,
}

/// A part of the error of a forecast.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorPart {
    /// The cohort was larger or smaller from the start: births, or a register corrected since.
    Cohort,
    /// More or fewer families moved.
    Movement,
    /// More or fewer came with new housing.
    Housing,
    /// Another share of the children enrolled.
    Capture,
}

impl ErrorPart {
    /// In the order in which they arise.
    pub const ALL: [Self; 4] = [Self::Cohort, Self::Movement, Self::Housing, Self::Capture];

    /// The name used in files and in the catalogue.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cohort => "cohort",
            Self::Movement => "movement",
            Self::Housing => "housing",
            Self::Capture => "capture",
        }
    }
}

/// The error of one forecast, taken apart: all parts and `adjusted` and `together` add up to it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ErrorParts {
    /// Of the cohort's start; `None` where it cannot be told.
    pub cohort: Option<f64>,
    /// Of movement.
    pub movement: Option<f64>,
    /// Of new housing.
    pub housing: Option<f64>,
    /// Of capture.
    pub capture: Option<f64>,
    /// What rolls, edits and totals from above added to the number said.
    pub adjusted: f64,
    /// The parts of `not_told` together.
    pub together: f64,
    /// Parts that cannot be told apart, since what happened in between is not known.
    pub not_told: Vec<ErrorPart>,
}

impl ErrorParts {
    /// One part, where it can be told.
    pub fn part(&self, part: ErrorPart) -> Option<f64> {
        match part {
            ErrorPart::Cohort => self.cohort,
            ErrorPart::Movement => self.movement,
            ErrorPart::Housing => self.housing,
            ErrorPart::Capture => self.capture,
        }
    }

    /// Sets one part.
    pub fn set(&mut self, part: ErrorPart, value: f64) {
        let place = match part {
            ErrorPart::Cohort => &mut self.cohort,
            ErrorPart::Movement => &mut self.movement,
            ErrorPart::Housing => &mut self.housing,
            ErrorPart::Capture => &mut self.capture,
        };
        *place = Some(value);
    }

    /// The whole error.
    pub fn sum(&self) -> f64 {
        let told: f64 = ErrorPart::ALL.into_iter().filter_map(|part| self.part(part)).sum();
        told + self.adjusted + self.together
    }
}

/// One number of a frozen forecast beside what happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FrozenScore {
    /// The register it started from.
    pub origin: RegisterYear,
    /// Which of the forecasts from this register.
    pub version: u32,
    /// Whether it was made looking back.
    pub hindsight: bool,
    /// The grade.
    pub grade: Grade,
    /// The area, or `None` for the whole ward.
    pub area_code: Option<AreaCode>,
    /// What the row is about.
    pub level: UnitLevel,
    /// The school year.
    pub school_year: SchoolYear,
    /// Years ahead.
    pub horizon: u32,
    /// Whether pupils were forecast, or resident children of the age.
    pub is_intake: bool,
    /// What was expected.
    pub said: f64,
    /// Low end of the range at the first level.
    pub lower: f64,
    /// High end.
    pub upper: f64,
    /// The level in per cent.
    pub level_pct: f64,
    /// What happened.
    pub happened: f64,
    /// Said less happened: + = too many were expected.
    pub error: f64,
    /// Whether what happened lies in the range.
    pub is_inside: bool,
    /// The error taken apart.
    pub parts: ErrorParts,
}

/// Of the forecasts kept from one register the one that people were told last: the latest that
/// was not made looking back, or else the latest.
pub fn told_at_the_time(frozen: &[FrozenScore]) -> Vec<&FrozenScore> {
    let origins: BTreeSet<_> = frozen.iter().map(|score| score.origin).collect();
    let mut told = Vec::new();
    for origin in origins {
        let own: Vec<&FrozenScore> = frozen.iter().filter(|s| s.origin == origin).collect();
        let last = own.iter().max_by_key(|score| (!score.hindsight, score.version));
        let version = last.map(|score| score.version);
        told.extend(own.into_iter().filter(|score| Some(score.version) == version));
    }
    told
}

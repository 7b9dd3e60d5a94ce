//! The words of phantuyen: years, grades, areas, schools, head counts, forecasts, plans, rules
//! and findings.
//!
//! Every other crate speaks in these types and adds none of its own for the same thing. Nothing
//! here reads a file, asks the clock or draws a random number. The English words are those of
//! `docs/glossary.md`; each stands for one Vietnamese word of the ward office.
//!
//! ```
//! use phantuyen_model::{Grade, SchoolYear};
//!
//! let year = SchoolYear(2027);
//! assert_eq!(year.to_string(), "2027-2028");
//! assert_eq!(Grade::G1.birth_year(year), 2021);
//! ```

mod area;
mod codes;
mod cohort;
mod conflict;
mod draws;
mod enrollment;
mod explanation;
mod finding;
mod forecast;
mod frozen;
mod grade;
mod information;
mod parts;
mod plan;
mod provenance;
mod quantity;
mod rooms;
mod rounding;
mod rules;
mod school;
mod score;
mod why;
mod year;

pub use area::{Adjacency, Area, AreaShape, AreaTree, Distances, LonLat, TreeUnit};
pub use codes::{AreaCode, SchoolCode};
pub use cohort::{BirthsRow, CohortRow, Cohorts, OLDEST_AGE, Residence, Women, WomenRow};
pub use conflict::{Clash, Repair, RepairStep, RulePrice, WardRule};
pub use draws::DemandDraws;
pub use enrollment::{ClassesRow, DemandRow, EnrollmentRow, PlanRow};
pub use explanation::{Barrier, Explanation, Filling, Nearer, Shift, WayChange, WayOut, WhatIf};
pub use finding::{Finding, FindingCode, Severity};
pub use forecast::{Forecast, ForecastMethod, ForecastRow, UnitLevel};
pub use frozen::{
    ErrorPart, ErrorParts, FrozenForecast, FrozenScore, FrozenSettings, SaidRow, told_at_the_time,
};
pub use grade::{Grade, Level, UnknownGrade, UnknownLevel};
pub use information::{
    Adjustment, ControlTotal, Edit, HousingRow, HousingStandard, MovesRow, TargetRow,
};
pub use parts::{CaptureParts, Parts};
pub use plan::{
    Assignment, Baselines, GoalFigures, Plan, PlanFigures, PlanStatus, Reason, SchoolFigures,
    SchoolRisk, SchoolYearFigures, SplitUnit, StoppedBy, Tier, YearFigures,
};
pub use provenance::InputFile;
pub use quantity::{DistanceUnit, Metres};
pub use rooms::{ClassCount, ClassesFrom, GradeRooms, LevelRooms, Shortage};
pub use rounding::{largest_remainder, round_half_up};
pub use rules::{MissingRule, Rule, RuleBook, RuleError};
pub use school::{FeederRow, Lock, LockRule, School, SeatsRow, SiblingsRow};
pub use score::{AccuracyAim, BacktestError, Score, SizeClass, Verdict};
pub use why::Why;
pub use year::{RegisterYear, SchoolYear};

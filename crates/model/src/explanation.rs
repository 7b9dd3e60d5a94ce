//! Answers to parents: why an area passes a nearer school, and what would have to change.

use crate::{AreaCode, SchoolCode};
use serde::Serialize;

/// One area that does not go to its nearest school, explained school by school.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explanation {
    /// The area.
    pub area_code: AreaCode,
    /// Its pupils.
    pub pupils: f64,
    /// The school the plan gives it.
    pub school_code: SchoolCode,
    /// The way there, in the project's unit; `None` where it is unknown.
    pub distance_m: Option<f64>,
    /// Last year's school.
    pub present_school: Option<SchoolCode>,
    /// The schools it passes, nearest first; of known distance only.
    pub nearer: Vec<Nearer>,
    /// What would have to change for it to go to the nearest of them, least first.
    pub ways_out: Vec<WayOut>,
}

/// A school nearer than the one the plan gives.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Nearer {
    /// The school.
    pub school_code: SchoolCode,
    /// The way there.
    pub distance_m: f64,
    /// Areas of its catchment that live nearer to it than this one.
    pub nearer_areas: u32,
    /// Pupils of those areas.
    pub nearer_pupils: f64,
    /// What would happen if the area alone went there.
    pub what_if: WhatIf,
    /// The rules that stand against it, gravest first. None only where the plan is not proven best
    /// and this move would better it.
    pub barriers: Vec<Barrier>,
}

/// The plan with one area moved, against the plan.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WhatIf {
    /// The school that would take the area.
    pub joined: Filling,
    /// The school that would lose it.
    pub left: Filling,
    /// More pupils without a seat in the whole ward (fewer: negative).
    pub overload_pupils: f64,
    /// More pupil-metres in the whole ward.
    pub pupil_m: f64,
    /// More pupils whose school differs from last year's; `None` without a present plan.
    pub moved_pupils: Option<f64>,
}

/// How full a school is before and after.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Filling {
    /// The school.
    pub school_code: SchoolCode,
    /// Its seats.
    pub seats: f64,
    /// Classes it may open, where known.
    pub classes: Option<u32>,
    /// Pupils a class may have, where known.
    pub class_size: Option<u32>,
    /// Pupils in the plan.
    pub pupils_before: f64,
    /// Pupils after the move.
    pub pupils_after: f64,
    /// Pupils per class in the plan.
    pub per_class_before: Option<f64>,
    /// Pupils per class after the move.
    pub per_class_after: Option<f64>,
}

/// A rule that stands against a move.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "rule", rename_all = "snake_case")]
pub enum Barrier {
    /// A decision binds the area to the school it has.
    Lock {
        /// The words of the office.
        reason: Option<String>,
    },
    /// A decision keeps the area from the school.
    Never {
        /// The words of the office.
        reason: Option<String>,
    },
    /// No border and no declared link leads to the school: it lies across water.
    Water,
    /// The way is longer than the alarm, which may not be passed.
    Alarm {
        /// The alarm.
        alarm_m: f64,
    },
    /// Pupils who walk to school today would no longer, which the ward does not allow.
    Walkers,
    /// Areas with a school go to it (`own_area = "must"`).
    OwnArea {
        /// The school in the area.
        school_code: SchoolCode,
    },
    /// Too few seats.
    Seats {
        /// Seats still free before the move.
        free: f64,
        /// Pupils who would have none.
        missing: f64,
    },
    /// A catchment would fall into pieces.
    Split {
        /// Whose catchment.
        school_code: SchoolCode,
        /// The areas that would be cut off from their school; the moved area itself where it would
        /// not touch its new catchment.
        cut_off: Vec<AreaCode>,
    },
    /// More pupils would change school than the ward allows.
    Moved {
        /// Pupils who would have moved.
        moved: f64,
        /// What is allowed.
        limit: f64,
    },
    /// No rule is broken, but a goal of the plan that comes before the way to school gets worse.
    Worse {
        /// The goal: the name of a tier.
        goal: String,
        /// By how much, in the unit of the tier.
        by: f64,
    },
}

impl Barrier {
    /// The name used in files.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Lock { .. } => "lock",
            Self::Never { .. } => "never",
            Self::Water => "water",
            Self::Alarm { .. } => "alarm",
            Self::Walkers => "walkers",
            Self::OwnArea { .. } => "own_area",
            Self::Seats { .. } => "seats",
            Self::Split { .. } => "split",
            Self::Moved { .. } => "moved",
            Self::Worse { .. } => "worse",
        }
    }
}

/// Something that would let the area go to its nearest school.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum WayOut {
    /// Classes more at the school.
    Classes {
        /// The school.
        school_code: SchoolCode,
        /// How many.
        classes: u32,
    },
    /// Other areas change school with it, every rule kept. Checked by the judge.
    Exchange {
        /// The others; the area itself is not among them.
        shifts: Vec<Shift>,
        /// More pupil-metres in the whole ward, the area's own shorter way counted.
        pupil_m: f64,
    },
    /// A decision of the table `locks` is lifted.
    Unlock,
    /// A bridge or ferry that pupils may use is declared in the table `links`.
    Link,
    /// The alarm distance is raised.
    Alarm {
        /// To so much at least.
        to_m: f64,
    },
    /// More pupils may change school.
    MovedLimit {
        /// So many at least.
        to: f64,
    },
}

/// An area that changes school.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Shift {
    /// The area.
    pub area_code: AreaCode,
    /// Its pupils.
    pub pupils: f64,
    /// The school it leaves.
    pub from: SchoolCode,
    /// The school it joins.
    pub to: SchoolCode,
    /// The way before.
    pub before_m: Option<f64>,
    /// The way after.
    pub after_m: Option<f64>,
}

/// The way to school of one area before and after something changes.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WayChange {
    /// The area.
    pub area_code: AreaCode,
    /// Its pupils.
    pub pupils: f64,
    /// Its school before.
    pub from: SchoolCode,
    /// Its school after.
    pub to: SchoolCode,
    /// The way before.
    pub before_m: Option<f64>,
    /// The way after.
    pub after_m: Option<f64>,
    /// Whether its pupils have a longer way: mergers must not lengthen the way to school.
    pub is_longer: bool,
}

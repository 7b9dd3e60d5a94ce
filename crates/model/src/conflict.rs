//! Why no plan keeps all rules, what would mend it, and what each rule costs.

use crate::{AreaCode, LockRule, SchoolCode};
use serde::Serialize;

/// A rule that holds in a plan and could be given up.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "rule", rename_all = "snake_case")]
pub enum WardRule {
    /// No school above its seats.
    Overload,
    /// Nobody beyond the alarm.
    BeyondAlarm,
    /// A limit on pupils who change school.
    Moved,
    /// Catchments in one piece, or no new pieces.
    Contiguity,
    /// Areas with a school go to it.
    OwnArea,
    /// Areas that walk to school keep doing so.
    Walkers,
    /// The limit on how likely a school is to lack seats.
    Chance,
    /// The fewest pupils for whom a class is opened.
    SmallClass,
    /// Units above the areas are split only where it pays.
    WholeUnits,
    /// One decision of the table `locks`.
    Lock {
        /// The area.
        area_code: AreaCode,
        /// The school.
        school_code: SchoolCode,
        /// Bound or kept away.
        lock: LockRule,
    },
    /// The classes of one school: given up means one class more.
    Classes {
        /// The school.
        school_code: SchoolCode,
    },
}

impl WardRule {
    /// The name used in files.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Overload => "overload",
            Self::BeyondAlarm => "beyond_alarm",
            Self::Moved => "moved",
            Self::Contiguity => "contiguity",
            Self::OwnArea => "own_area",
            Self::Walkers => "walkers",
            Self::Chance => "chance",
            Self::SmallClass => "small_class",
            Self::WholeUnits => "whole_units",
            Self::Lock { .. } => "lock",
            Self::Classes { .. } => "classes",
        }
    }
}

/// A conflict: these rules and these areas admit no plan, whatever happens elsewhere.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Clash {
    /// The rules that cannot all be kept.
    pub rules: Vec<WardRule>,
    /// The areas concerned.
    pub areas: Vec<AreaCode>,
    /// The schools that these areas may use under the rules.
    pub schools: Vec<SchoolCode>,
    /// Pupils of the areas.
    pub pupils: f64,
    /// Seats of the schools.
    pub seats: f64,
    /// Seats that are missing by counting; 0 where the seats would do and the areas, being whole
    /// and tied together, do not fit all the same.
    pub missing_seats: f64,
    /// Whether giving up any one of the rules resolves it (nothing in it is idle).
    pub is_minimal: bool,
}

/// A change after which the conflicts are resolved, checked by solving again.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Repair {
    /// What to do; all of it together.
    pub steps: Vec<RepairStep>,
    /// Pupils whom it concerns: those of new classes, of a split part, of an area unlocked, of
    /// fuller classes. Repairs of one kind are ranked by it.
    pub pupils: f64,
    /// Whether the seats of the rule book or the room of the school are exceeded, which the ward
    /// cannot decide alone.
    pub needs_approval: bool,
}

/// One step of a repair.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum RepairStep {
    /// Classes more.
    Classes {
        /// The school.
        school_code: SchoolCode,
        /// How many.
        classes: u32,
        /// Seats that they bring.
        seats: f64,
    },
    /// Seats more where nobody knows the classes of the school.
    Seats {
        /// The school.
        school_code: SchoolCode,
        /// How many.
        seats: f64,
    },
    /// Fuller classes.
    ClassSize {
        /// The school.
        school_code: SchoolCode,
        /// Pupils per class by the rule.
        from: u32,
        /// Pupils per class that it takes.
        to: u32,
    },
    /// One area goes to two schools.
    SplitArea {
        /// The area.
        area_code: AreaCode,
        /// The school that keeps the larger part.
        from: SchoolCode,
        /// The school that takes the rest.
        to: SchoolCode,
        /// Pupils of the rest.
        pupils: f64,
    },
    /// A decision is lifted.
    Unlock {
        /// The area.
        area_code: AreaCode,
        /// The school.
        school_code: SchoolCode,
        /// What kind it was.
        lock: LockRule,
    },
    /// Two areas count as touching: pupils may cross between them.
    Link {
        /// One.
        area_code: AreaCode,
        /// The other.
        area_code_2: AreaCode,
    },
    /// The alarm is raised, or passed by exception.
    Alarm {
        /// To so much.
        to_m: f64,
        /// Pupils beyond the alarm of today.
        pupils: f64,
    },
    /// More pupils may change school.
    MovedLimit {
        /// So many.
        to: f64,
    },
    /// Catchments may lie in pieces.
    Pieces {
        /// Pieces beyond those allowed, over all schools.
        pieces: u32,
    },
    /// Areas with a school need not go to it.
    OwnArea,
    /// Another rule of the ward is given up.
    GiveUp {
        /// Which: the name of a rule.
        rule_given_up: String,
        /// Pupils for whom it does not hold in the best plan without it.
        pupils: f64,
        /// What that plan comes to: the smallest class, the greatest likelihood that a school lacks
        /// seats; `None` for rules without a figure.
        to: Option<f64>,
    },
}

impl RepairStep {
    /// The name used in files.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Classes { .. } => "classes",
            Self::Seats { .. } => "seats",
            Self::ClassSize { .. } => "class_size",
            Self::SplitArea { .. } => "split_area",
            Self::Unlock { .. } => "unlock",
            Self::Link { .. } => "link",
            Self::Alarm { .. } => "alarm",
            Self::MovedLimit { .. } => "moved_limit",
            Self::Pieces { .. } => "pieces",
            Self::OwnArea => "own_area",
            Self::GiveUp { .. } => "give_up",
        }
    }
}

/// What one rule costs: the best plan without it, against the best plan with it. Negative = the
/// ward would have less of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RulePrice {
    /// The rule given up.
    #[serde(flatten)]
    pub rule: WardRule,
    /// Whether both plans are proven best, so that the difference is exact.
    pub is_proven: bool,
    /// Pupils without a seat.
    pub overload_pupils: f64,
    /// Pupils beyond the alarm; `None` without an alarm.
    pub beyond_alarm: Option<f64>,
    /// Pupil-metres.
    pub pupil_m: f64,
    /// Metres of the mean way.
    pub mean_m: f64,
    /// Pupils whose school differs from last year's; `None` without a present plan.
    pub moved_pupils: Option<f64>,
    /// Areas whose school differs between the two plans.
    pub changed_areas: u32,
}

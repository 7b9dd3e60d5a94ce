//! Catchment plans and the figures that judge them.

use crate::{AreaCode, Grade, SchoolCode, SchoolYear};
use serde::{Deserialize, Serialize};

/// How far a plan is from proven best.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlanStatus {
    /// The gap is at most the one asked for.
    Optimal,
    /// A plan, with a larger gap.
    Feasible,
    /// Proven: no plan satisfies the hard rules.
    Infeasible,
    /// A limit was reached before a plan or a proof was found.
    NotFound,
}

/// What ended the search.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StoppedBy {
    /// The gap was reached.
    Gap,
    /// The limit of work (solver nodes, rounds) was reached: the same on every machine.
    Work,
    /// The clock or the user: not the same on every machine.
    Time,
}

/// One tier of the objective, in the order of importance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tier {
    /// `overload`, `beyond_alarm`, `travel`, `moved`, `siblings`, `feeders`, `splits`, `balance`,
    /// or `sum` with weights.
    pub name: String,
    /// Its value in the plan.
    pub value: f64,
    /// No plan can be below this, given the tiers above.
    pub bound: f64,
}

/// Why an area goes where it goes, with the numbers that say so.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "reason_code", rename_all = "snake_case")]
pub enum Reason {
    /// It goes to its nearest school.
    Nearest,
    /// A lock decided it.
    Locked,
    /// The nearest school has no seats left for it.
    NearestFull {
        /// Seats of the nearest school.
        seats: f64,
        /// Pupils the plan gives to the nearest school.
        taken: f64,
        /// Pupils of the area.
        pupils: f64,
    },
    /// With the area, a catchment would fall into pieces.
    WouldSplit,
    /// The nearest school's seats would do, but giving it the area makes the whole ward worse.
    BetterForAll {
        /// Pupil-metres added if the area alone went to its nearest school; may be negative when
        /// another rule than travel stands against it.
        extra_pupil_m: f64,
    },
    /// The area may not go to its nearest school.
    Forbidden,
    /// Years of the present plan weigh more than the shorter way.
    KeepsPresentSchool,
}

impl Reason {
    /// The name used in files.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Nearest => "nearest",
            Self::Locked => "locked",
            Self::NearestFull { .. } => "nearest_full",
            Self::WouldSplit => "would_split",
            Self::BetterForAll { .. } => "better_for_all",
            Self::Forbidden => "forbidden",
            Self::KeepsPresentSchool => "keeps_present_school",
        }
    }
}

/// One area of a plan.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Assignment {
    /// The area.
    pub area_code: AreaCode,
    /// The school it goes to.
    pub school_code: SchoolCode,
    /// Its pupils.
    pub pupils: f64,
    /// Its distance, `None` when the pair has none (a lock or a present plan may use such a pair).
    pub distance_m: Option<f64>,
    /// The school nearest to it among those it may use.
    pub nearest_school: Option<SchoolCode>,
    /// Why.
    pub reason: Reason,
}

/// One school of a plan.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SchoolFigures {
    /// The school.
    pub school_code: SchoolCode,
    /// How many areas go there.
    pub areas: u32,
    /// How many pupils.
    pub pupils: f64,
    /// Low end of its pupils, where the demand has one.
    pub lower: Option<f64>,
    /// High end of its pupils.
    pub upper: Option<f64>,
    /// Classes needed; `None` where neither rooms nor a class size are known.
    pub classes: Option<u32>,
    /// Seats.
    pub seats: f64,
    /// Legal class size.
    pub class_size: Option<u32>,
    /// Mean distance of its pupils.
    pub mean_m: Option<f64>,
    /// Distance of its farthest area with pupils.
    pub farthest_m: Option<f64>,
    /// Connected pieces of its catchment together with the area it stands in.
    pub pieces: u32,
    /// How sure its seats are.
    #[serde(flatten)]
    pub risk: SchoolRisk,
}

/// How sure it is that a school's seats suffice.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct SchoolRisk {
    /// Whether the high end of its pupils exceeds its seats; `None` where the demand has none.
    pub may_lack_seats: Option<bool>,
    /// The share of futures planned with in which it has more pupils than seats, in its worst
    /// year; `None` without futures.
    pub overload_probability: Option<f64>,
    /// The same over futures that the search has not seen: what to believe.
    pub overload_probability_unseen: Option<f64>,
    /// Whether its pupils of the grade are so few that they join a class with other grades.
    pub mixed_class: bool,
}

/// What a plan does for the goals beyond seats, ways and moves.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct GoalFigures {
    /// Pupils above the common fullness of the ward: as many would have to sit elsewhere for all
    /// schools to be equally full. `None` without seats.
    pub uneven_pupils: Option<f64>,
    /// Pupils within the walk zone of their school; `None` without a walk zone.
    pub walkers: Option<f64>,
    /// Pupils parted from a brother or sister; `None` where none are known.
    pub siblings_apart: Option<f64>,
    /// Pupils off the schools that their primary school feeds; `None` without the table.
    pub off_feeder_pupils: Option<f64>,
    /// Further lower secondary schools of primary schools; `None` where no primaries are known.
    pub split_feeders: Option<u32>,
    /// Units above the areas whose areas go to several schools; `None` without such units.
    pub split_units: Option<Vec<SplitUnit>>,
    /// The years that the plan serves, where it serves several.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub years: Vec<YearFigures>,
}

/// A unit above the areas that is split between schools.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SplitUnit {
    /// Its code.
    pub unit: String,
    /// The schools that its areas go to.
    pub schools: Vec<SchoolCode>,
}

/// One year of a plan that serves several.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct YearFigures {
    /// The school year.
    pub school_year: SchoolYear,
    /// Pupils of all areas.
    pub pupils: f64,
    /// Σ pupils × distance.
    pub pupil_m: f64,
    /// Pupils above the seats.
    pub overload_pupils: f64,
    /// By school, in the order of their codes.
    pub schools: Vec<SchoolYearFigures>,
}

/// One school in one year of a plan.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SchoolYearFigures {
    /// The school.
    pub school_code: SchoolCode,
    /// Its pupils.
    pub pupils: f64,
    /// Its seats.
    pub seats: f64,
    /// Pupils above the seats.
    pub overload_pupils: f64,
    /// The share of futures planned with in which it has more pupils than seats.
    pub overload_probability: Option<f64>,
    /// The same over futures that the search has not seen.
    pub overload_probability_unseen: Option<f64>,
}

/// The figures that judge a plan; recomputed by the checker from the assignment alone.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PlanFigures {
    /// All pupils assigned.
    pub pupils: f64,
    /// Σ pupils × distance, in the project's unit.
    pub pupil_m: f64,
    /// Mean distance of a pupil.
    pub mean_m: f64,
    /// Distance of the farthest area with pupils.
    pub farthest_m: f64,
    /// Pupils farther than the target; `None` without a target.
    pub beyond_target: Option<f64>,
    /// Pupils farther than the alarm; `None` without an alarm.
    pub beyond_alarm: Option<f64>,
    /// Pupils above the seats, over all schools.
    pub overload_pupils: f64,
    /// Schools with more pupils than seats.
    pub overloaded_schools: u32,
    /// Pupils whose school differs from the present plan; `None` without a present plan.
    pub moved_pupils: Option<f64>,
    /// Areas whose school differs from the present plan.
    pub moved_areas: Option<u32>,
    /// Pieces of all catchments together.
    pub pieces: u32,
    /// The goals beyond seats, ways and moves.
    #[serde(flatten)]
    pub goals: GoalFigures,
    /// By school, in the order of their codes.
    pub schools: Vec<SchoolFigures>,
    /// By area, in the order of their codes.
    pub assignment: Vec<Assignment>,
}

/// A plan for one grade, judged.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Plan {
    /// The grade.
    pub grade: Grade,
    /// The school year it is for.
    pub school_year: SchoolYear,
    /// How far from proven best.
    pub status: PlanStatus,
    /// What ended the search.
    pub stopped_by: StoppedBy,
    /// The objective (`docs/method/allocation.md`).
    pub objective: f64,
    /// No plan can be below this.
    pub bound: f64,
    /// (objective − bound) / max(1, |objective|).
    pub gap: f64,
    /// The tiers, most important first.
    pub tiers: Vec<Tier>,
    /// The figures.
    #[serde(flatten)]
    pub figures: PlanFigures,
}

/// The plans that people compare with.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Baselines {
    /// Last year's catchments with this year's pupils.
    pub current: Option<PlanFigures>,
    /// Every area to its nearest school.
    pub nearest: PlanFigures,
    /// As practised: nearest first until the quota is full, then the next nearest.
    pub nearest_first_quota: PlanFigures,
}

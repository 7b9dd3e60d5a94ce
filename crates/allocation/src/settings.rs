//! What the ward may choose about its plan: `[allocation]` of `phantuyen.toml`.

/// Whether a catchment must hang together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Contiguity {
    /// Each catchment together with the area its school stands in is in one piece.
    #[default]
    Required,
    /// Catchments may lie anywhere.
    NotRequired,
    /// No school gets more pieces than the present plan gives it.
    NoNewPieces,
}

/// Whether the area a school stands in goes to that school.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OwnArea {
    /// Among plans that are otherwise equal.
    #[default]
    Prefer,
    /// Always.
    Must,
}

/// Whether a rule may be broken at a price.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Strictness {
    /// It may, and the plan is worse for it.
    #[default]
    Penalise,
    /// It may not.
    Forbid,
}

/// The choices of the ward. Lengths and weights are in the unit of the distances.
#[derive(Clone, Debug, PartialEq)]
pub struct AllocationSettings {
    /// Whether catchments must hang together.
    pub contiguity: Contiguity,
    /// Whether the area a school stands in goes to that school.
    pub own_area: OwnArea,
    /// Nobody should live farther than this; only counted.
    pub target_m: Option<f64>,
    /// Farther than this is an alarm.
    pub alarm_m: Option<f64>,
    /// Whether the alarm may be passed.
    pub beyond_alarm: Strictness,
    /// Whether a school may take more pupils than it has seats.
    pub overload: Strictness,
    /// Pupil-metres that one pupil without a seat counts as; set, all goals become one sum.
    pub overload_weight_m: Option<f64>,
    /// Pupil-metres that one moved pupil counts as; set, all goals become one sum.
    pub moved_weight_m: Option<f64>,
    /// At most this share of all pupils may change school against the present plan.
    pub max_moved_share: Option<f64>,
    /// At most this many pupils may change school against the present plan.
    pub max_moved_pupils: Option<f64>,
    /// Whether any plan that keeps the rules will do: nothing is made shorter, only the pupils
    /// without a seat are made few. For asking whether rules can be kept at all.
    pub only_rules: bool,
    /// A plan this close to its bound counts as optimal; a share of the objective.
    pub gap: f64,
    /// Ceiling on the wall clock, in seconds; a run that hits it says so.
    pub time_limit_s: Option<f64>,
    /// Ceiling on branch-and-bound nodes, over all solves; the same on every machine.
    pub work_limit: Option<u64>,
    /// Seed of the solver.
    pub seed: u64,
}

impl Default for AllocationSettings {
    fn default() -> Self {
        Self {
            contiguity: Contiguity::default(),
            own_area: OwnArea::default(),
            target_m: None,
            alarm_m: None,
            beyond_alarm: Strictness::default(),
            overload: Strictness::default(),
            overload_weight_m: None,
            moved_weight_m: None,
            max_moved_share: None,
            max_moved_pupils: None,
            only_rules: false,
            gap: 1e-4,
            time_limit_s: None,
            work_limit: None,
            seed: 0,
        }
    }
}

//! What the ward may choose about its plan: `[allocation]` of `phantuyen.toml`.

use std::collections::BTreeMap;

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

/// Whether a unit above the areas (a khu phố over its tổ) may be split between schools.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SplitUnits {
    /// Among plans that are otherwise equal, or within the tolerances, fewer are split.
    #[default]
    Avoid,
    /// Only where that seats more pupils or brings them within the alarm.
    OnlyWhereItPays,
    /// As the other goals want it.
    Freely,
}

/// The names of the goals that can stand in tiers, most important first. `splits` stands before
/// `travel` where units may be split only where it pays, else before `balance`.
pub const TIER_NAMES: [&str; 8] =
    ["overload", "beyond_alarm", "travel", "moved", "siblings", "feeders", "splits", "balance"];

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
    /// Up to this distance the way is a walk.
    pub walk_zone_m: Option<f64>,
    /// Whether an area whose present school is a walk away keeps it; an area without a present
    /// school that is a walk away from some school goes to one of those.
    pub keep_walkers: bool,
    /// Whether a school may take more pupils than it has seats.
    pub overload: Strictness,
    /// In each year planned for, each school has more pupils than seats in at most this share of
    /// the futures.
    pub max_overload_probability: Option<f64>,
    /// A school opens no class for fewer pupils of the grade.
    pub min_class: Option<f64>,
    /// Up to so many pupils join a mixed or multi-grade class instead of one of their own.
    pub mixed_class: Option<f64>,
    /// Whether units above the areas may be split.
    pub split_units: SplitUnits,
    /// By how much, as a share of its value, a tier may be given up for the tiers below it.
    pub tolerance: BTreeMap<String, f64>,
    /// Pupil-metres that one pupil without a seat counts as; set, all goals become one sum.
    pub overload_weight_m: Option<f64>,
    /// Pupil-metres that one moved pupil counts as; set, all goals become one sum.
    pub moved_weight_m: Option<f64>,
    /// Pupil-metres that one pupil above the ward's common fullness counts as.
    pub balance_weight: Option<f64>,
    /// Pupil-metres that one class counts as.
    pub class_weight_m: Option<f64>,
    /// Pupil-metres that each further school of one primary school counts as, or one pupil off
    /// the schools that the table `feeders` names.
    pub feeder_weight_m: Option<f64>,
    /// Pupil-metres that one pupil parted from a brother or sister counts as.
    pub sibling_weight_m: Option<f64>,
    /// Pupil-metres that each further school of one unit above the areas counts as.
    pub split_weight_m: Option<f64>,
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
            walk_zone_m: None,
            keep_walkers: false,
            overload: Strictness::default(),
            max_overload_probability: None,
            min_class: None,
            mixed_class: None,
            split_units: SplitUnits::default(),
            tolerance: BTreeMap::new(),
            overload_weight_m: None,
            moved_weight_m: None,
            balance_weight: None,
            class_weight_m: None,
            feeder_weight_m: None,
            sibling_weight_m: None,
            split_weight_m: None,
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

impl AllocationSettings {
    /// Whether all goals are one sum: any weight makes it so.
    pub fn is_weighted(&self) -> bool {
        let weights = [
            self.overload_weight_m,
            self.moved_weight_m,
            self.balance_weight,
            self.class_weight_m,
            self.feeder_weight_m,
            self.sibling_weight_m,
            self.split_weight_m,
        ];
        weights.iter().any(Option::is_some)
    }

    /// By how much a tier may be given up for those below it, as a share of its value.
    pub fn tolerance(&self, tier: &str) -> f64 {
        self.tolerance.get(tier).copied().unwrap_or(0.0)
    }

    /// Whether any tier may be given up a little, so that the tiers below it have a say.
    pub fn has_tolerance(&self) -> bool {
        self.tolerance.values().any(|share| *share > 0.0)
    }
}

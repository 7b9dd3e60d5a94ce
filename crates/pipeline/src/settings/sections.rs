//! The sections of `phantuyen.toml`, each with its defaults.

use phantuyen_model::{DistanceUnit, Grade, SchoolYear};
use serde::Deserialize;
use std::collections::BTreeMap;

/// What kind of unit the project is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WardKind {
    /// Phường.
    #[default]
    Ward,
    /// Xã.
    Commune,
    /// Đặc khu.
    SpecialZone,
    /// Tỉnh, thành phố.
    Province,
}

impl WardKind {
    /// The name used in files and in the catalogue.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ward => "ward",
            Self::Commune => "commune",
            Self::SpecialZone => "special_zone",
            Self::Province => "province",
        }
    }
}

/// The lie of the land, which sets the target for the way to school.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Terrain {
    /// Đồng bằng.
    Plain,
    /// Miền núi.
    Mountain,
    /// Hải đảo.
    Island,
}

/// `[ward]`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Ward {
    /// Its name, as printed.
    pub name: String,
    /// Its code, five digits.
    pub code: String,
    /// The province.
    pub province: String,
    /// The code of the province.
    pub province_code: String,
    /// Ward, commune, special zone or province.
    pub kind: WardKind,
    /// The first school year to be planned.
    pub school_year: Option<SchoolYear>,
    /// Whether people and schools are made up.
    pub made_up: bool,
    /// Region 1, 2 or 3 of TT 20/2023.
    pub region: Option<u8>,
    /// Plain, mountain or island.
    pub terrain: Option<Terrain>,
    /// Whether it is a town.
    pub urban: Option<bool>,
    /// Whether it is a difficult area.
    pub difficult: Option<bool>,
}

/// `[forecast]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(default)]
pub struct ForecastKeys {
    /// Years ahead.
    pub horizon: u32,
    /// Registers to look back on; all where absent.
    pub history_years: Option<u32>,
    /// How often the interval should contain what happens, 0 to 1.
    pub level: f64,
    /// Seed of anything random.
    pub seed: u64,
}

impl Default for ForecastKeys {
    fn default() -> Self {
        Self { horizon: 5, history_years: None, level: 0.80, seed: 0 }
    }
}

/// Where distances come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DistanceMethod {
    /// The table `distances`.
    Table,
    /// The walking network of an OpenStreetMap extract.
    Roads,
    /// Straight line × detour.
    Straight,
}

/// What happens to a pair that the table does not have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MissingDistance {
    /// The pair is never used.
    #[default]
    Forbid,
    /// It is estimated by straight line × detour.
    Straight,
}

/// `[distance]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(default)]
pub struct DistanceKeys {
    /// Where distances come from; the table where there is one, else straight lines.
    pub method: Option<DistanceMethod>,
    /// How much longer the way is than the straight line.
    pub detour: f64,
    /// What happens to missing pairs.
    pub missing: MissingDistance,
    /// Metres or seconds.
    pub unit: DistanceUnit,
}

impl Default for DistanceKeys {
    fn default() -> Self {
        Self {
            method: None,
            detour: 1.3,
            missing: MissingDistance::Forbid,
            unit: DistanceUnit::Metres,
        }
    }
}

/// A number for all grades, or a table by grade.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum ByGrade {
    /// The same for all.
    All(f64),
    /// By the name of the grade.
    Each(BTreeMap<Grade, f64>),
}

impl ByGrade {
    /// All numbers given.
    pub fn values(&self) -> Vec<f64> {
        match self {
            Self::All(value) => vec![*value],
            Self::Each(values) => values.values().copied().collect(),
        }
    }

    /// The number of a grade.
    pub fn of(&self, grade: Grade) -> Option<f64> {
        match self {
            Self::All(value) => Some(*value),
            Self::Each(values) => values.get(&grade).copied(),
        }
    }
}

/// `true`, `false` or a name.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum ContiguityKey {
    /// Required or not.
    Flag(bool),
    /// `no-new-pieces`.
    Name(ContiguityName),
}

/// The one contiguity rule with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum ContiguityName {
    /// No more pieces than the present plan has.
    #[serde(rename = "no-new-pieces")]
    NoNewPieces,
}

/// Whether a school's own area must go to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OwnAreaKey {
    /// Where nothing else speaks against it.
    #[default]
    Prefer,
    /// Always.
    Must,
}

/// Whether a rule may be broken at a price.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StrictnessKey {
    /// Shown and kept as small as possible.
    #[default]
    Penalise,
    /// Never broken.
    Forbid,
}

/// `[allocation]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(default)]
pub struct AllocationKeys {
    /// Grades that get catchments.
    pub grades: Vec<Grade>,
    /// Which future to plan for: 0.5 is the middle one.
    pub planning_quantile: f64,
    /// Whether catchments are connected.
    pub contiguity: ContiguityKey,
    /// Whether a school's own area must go to it.
    pub own_area: OwnAreaKey,
    /// Distance that the way to school should not exceed.
    pub target_m: Option<ByGrade>,
    /// Distance from which the way is too long.
    pub alarm_m: Option<ByGrade>,
    /// Whether the alarm may be exceeded.
    pub beyond_alarm: StrictnessKey,
    /// Share of pupils that may change school.
    pub max_moved_share: Option<f64>,
    /// Pupils that may change school.
    pub max_moved_pupils: Option<f64>,
    /// Pupils that may change school from one year of several to the next; each year then has
    /// a plan of its own.
    pub max_moved_per_year: Option<f64>,
    /// Distance up to which the way to school is a walk.
    pub walk_zone_m: Option<ByGrade>,
    /// Whether those who walk today keep a walk.
    pub keep_walkers: bool,
    /// Whether seats may be exceeded.
    pub overload: StrictnessKey,
    /// How likely it may be that a school has more pupils than seats, in each year; 0 to 1.
    pub max_overload_probability: Option<f64>,
    /// Futures drawn from the forecast, to plan with; as many again only judge the plan.
    pub draws: u32,
    /// School years that the plan must serve, the first included.
    pub years: u32,
    /// Classes that a school may open beyond those of the table `seats`, rooms permitting.
    pub extra_classes: u32,
    /// Pupils below which a school opens no class of the grade.
    pub min_class: Option<ByGrade>,
    /// Whether fewer pupils than `min_class` may be taught in a mixed or multi-grade class.
    pub mixed_classes: bool,
    /// Whether units above the areas may be split: freely, or only where seats or the alarm ask
    /// for it; a tie-break where absent.
    pub split_areas: Option<bool>,
    /// By how much, as a share of its value, goals may be given up for those below them.
    pub tolerance: BTreeMap<String, f64>,
    /// Metres that one pupil above the seats costs.
    pub overload_weight_m: Option<f64>,
    /// Metres that one pupil costs who changes school.
    pub moved_weight_m: Option<f64>,
    /// Metres that one pupil costs by whom a school is fuller than the ward.
    pub balance_weight: Option<f64>,
    /// Metres that one class costs.
    pub class_weight_m: Option<f64>,
    /// Metres that each further lower secondary school of one primary school costs, or each pupil
    /// off the schools that the table `feeders` names.
    pub feeder_weight_m: Option<f64>,
    /// Metres that one pupil costs who goes to another school than a brother or sister.
    pub sibling_weight_m: Option<f64>,
    /// Metres that each further school of one unit above the areas costs.
    pub split_weight_m: Option<f64>,
    /// Gap at which the search ends.
    pub gap: f64,
    /// Seconds after which the search ends.
    pub time_limit_s: Option<f64>,
    /// Work after which the search ends.
    pub work_limit: Option<u64>,
    /// Threads.
    pub threads: Option<usize>,
    /// Seed of anything random.
    pub seed: u64,
}

impl Default for AllocationKeys {
    fn default() -> Self {
        Self {
            grades: vec![Grade::Preschool5, Grade::G1, Grade::G6],
            planning_quantile: 0.5,
            contiguity: ContiguityKey::Flag(true),
            own_area: OwnAreaKey::Prefer,
            target_m: None,
            alarm_m: None,
            beyond_alarm: StrictnessKey::Penalise,
            max_moved_share: None,
            max_moved_pupils: None,
            max_moved_per_year: None,
            walk_zone_m: None,
            keep_walkers: false,
            overload: StrictnessKey::Penalise,
            max_overload_probability: None,
            draws: 200,
            years: 1,
            extra_classes: 0,
            min_class: None,
            mixed_classes: false,
            split_areas: None,
            tolerance: BTreeMap::new(),
            overload_weight_m: None,
            moved_weight_m: None,
            balance_weight: None,
            class_weight_m: None,
            feeder_weight_m: None,
            sibling_weight_m: None,
            split_weight_m: None,
            gap: 1e-4,
            time_limit_s: None,
            work_limit: None,
            threads: None,
            seed: 0,
        }
    }
}

/// `[publish]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(default)]
pub struct PublishKeys {
    /// Counts below this are hidden in public files.
    pub suppress_below: u32,
    /// Language of the documents.
    pub lang: Option<String>,
}

impl Default for PublishKeys {
    fn default() -> Self {
        Self { suppress_below: 5, lang: None }
    }
}

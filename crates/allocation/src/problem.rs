//! A well-posed problem: who has to be seated where, or everything that speaks against it.

mod refuse;

use crate::constraints::chance::Futures;
use crate::constraints::classes::ClassRule;
use crate::constraints::feeders::Feeders;
use crate::constraints::units::Grouping;
use crate::constraints::years::PlannedYear;
use crate::{AllocationSettings, Contiguity, SchoolSeats, Strictness};
use phantuyen_model::{
    Adjacency, AreaCode, DemandDraws, Distances, FeederRow, Finding, Grade, Lock, PlanRow,
    SchoolCode, SchoolYear, SiblingsRow,
};
pub(crate) use refuse::Codes;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Up to this part of a distance, two distances are taken to be the same.
const TIE: f64 = 1e-9;

/// Pupils of one area that need a seat.
#[derive(Clone, Debug, PartialEq)]
pub struct Demand {
    /// The area.
    pub area_code: AreaCode,
    /// Its pupils, perhaps a fraction, perhaps none.
    pub pupils: f64,
    /// Low end of what may happen.
    pub lower: Option<f64>,
    /// High end of what may happen.
    pub upper: Option<f64>,
}

/// A further school year that the same plan must serve.
#[derive(Clone, Debug, PartialEq)]
pub struct YearParts {
    /// The school year.
    pub school_year: SchoolYear,
    /// Pupils by area; an area that is not named has those of the first year.
    pub demand: Vec<Demand>,
    /// Seats by school; a school that is not named has none.
    pub schools: Vec<SchoolSeats>,
}

/// What is known of the primary schools that an area's pupils come from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Primaries {
    /// The primary school of each area.
    pub of_area: BTreeMap<AreaCode, SchoolCode>,
    /// The table `feeders`, where there is one.
    pub feeders: Option<Vec<FeederRow>>,
}

/// What a problem is made of. `demand` names every area that is assigned, those without pupils
/// included; rows of `present` and `locks` for other grades are left aside.
#[derive(Clone, Debug)]
pub struct ProblemParts {
    /// The grade.
    pub grade: Grade,
    /// The school year.
    pub school_year: SchoolYear,
    /// Pupils by area.
    pub demand: Vec<Demand>,
    /// The error that all areas share, as a fraction of the pupils: half the ward's own range over
    /// its pupils; 0 when it is not known. The ranges of schools rest on it.
    pub common_error: f64,
    /// Seats by school.
    pub schools: Vec<SchoolSeats>,
    /// Distances, in the project's unit; a missing pair is never used.
    pub distances: Distances,
    /// Which areas touch, declared links included.
    pub adjacency: Adjacency,
    /// Last year's catchments.
    pub present: Vec<PlanRow>,
    /// Decisions taken before.
    pub locks: Vec<Lock>,
    /// Pupils with an older brother or sister at a school; rows of other grades are left aside.
    pub siblings: Vec<SiblingsRow>,
    /// The primary schools, for grade 6.
    pub primaries: Primaries,
    /// The unit above an area that should stay whole: the khu phố of a tổ.
    pub units: BTreeMap<AreaCode, String>,
    /// The years after the first one that the plan must serve.
    pub later_years: Vec<YearParts>,
    /// Futures of the pupils to plan with, by year; rows of other grades are left aside.
    pub draws: Vec<DemandDraws>,
    /// Futures that only judge the plan.
    pub unseen_draws: Vec<DemandDraws>,
    /// The choices of the ward.
    pub settings: AllocationSettings,
}

impl ProblemParts {
    /// The parts of a problem without any: for `..ProblemParts::of(grade, year)`.
    pub fn of(grade: Grade, school_year: SchoolYear) -> Self {
        Self {
            grade,
            school_year,
            demand: Vec::new(),
            common_error: 0.0,
            schools: Vec::new(),
            distances: Distances::default(),
            adjacency: Adjacency::default(),
            present: Vec::new(),
            locks: Vec::new(),
            siblings: Vec::new(),
            primaries: Primaries::default(),
            units: BTreeMap::new(),
            later_years: Vec::new(),
            draws: Vec::new(),
            unseen_draws: Vec::new(),
            settings: AllocationSettings::default(),
        }
    }
}

/// A problem that can be solved: areas and schools stand in the order of their codes and are
/// known by their place in that order.
#[derive(Clone, Debug)]
pub struct Problem {
    /// What it was made of, so that it can be posed again with a rule less.
    pub(crate) parts: Arc<ProblemParts>,
    pub(crate) grade: Grade,
    pub(crate) school_year: SchoolYear,
    pub(crate) demand: Vec<Demand>,
    pub(crate) common_error: f64,
    pub(crate) schools: Vec<SchoolSeats>,
    /// The area each school stands in.
    pub(crate) roots: Vec<Option<usize>>,
    /// By area, then school.
    pub(crate) distance: Vec<Option<f64>>,
    /// The longest of them, at least 1.
    pub(crate) longest: f64,
    pub(crate) neighbours: Vec<Vec<usize>>,
    /// The school each area goes to today.
    pub(crate) present: Vec<Option<usize>>,
    /// Whether any present plan was given for the grade.
    pub(crate) has_present: bool,
    /// The school a decision binds the area to.
    pub(crate) must: Vec<Option<usize>>,
    /// Whether an area may go to a school, by area, then school; distance alarms aside.
    pub(crate) allowed: Vec<bool>,
    /// Pieces that the catchment of each school may have.
    pub(crate) pieces_allowed: Vec<u32>,
    /// Pairs that keeping the walkers rules out, by area, then school; empty where that is no rule.
    pub(crate) walkers_elsewhere: Vec<bool>,
    /// Pupils parted from a brother or sister, by area, then school; empty where none are known.
    pub(crate) siblings_apart: Vec<f64>,
    /// Primary schools, for grade 6.
    pub(crate) feeders: Feeders,
    /// Units above the areas that should stay whole.
    pub(crate) units: Grouping,
    /// The years that the plan must serve, the first one first.
    pub(crate) years: Vec<PlannedYear>,
    /// Futures to plan with, by year.
    pub(crate) futures: Vec<Futures>,
    /// Futures that only judge, by year.
    pub(crate) unseen: Vec<Futures>,
    /// How the pupils of each school make classes.
    pub(crate) class_rules: Vec<ClassRule>,
    pub(crate) settings: AllocationSettings,
    /// A plan to begin from besides those that the search makes itself.
    pub(crate) hint: Option<Vec<usize>>,
}

impl Problem {
    /// Puts the parts together.
    ///
    /// An area may go to a school when their distance is known, no lock stands against it, and,
    /// where catchments must hang together, borders and links lead from it to the school. A lock
    /// may bind it to a school beyond that; such an area on an island of its own is a piece that
    /// the lock allows.
    ///
    /// # Errors
    /// Every finding of the parts, warnings included, when one of them is an error.
    pub fn new(parts: ProblemParts) -> Result<(Self, Vec<Finding>), Vec<Finding>> {
        refuse::pose(parts)
    }

    /// What the problem was made of, sorted, each area and school once.
    pub fn parts(&self) -> &ProblemParts {
        &self.parts
    }

    /// The areas, in order.
    pub fn areas(&self) -> impl ExactSizeIterator<Item = &AreaCode> {
        self.demand.iter().map(|demand| &demand.area_code)
    }

    /// The schools, in order.
    pub fn schools(&self) -> impl ExactSizeIterator<Item = &SchoolCode> {
        self.schools.iter().map(|school| &school.school_code)
    }

    pub(crate) fn area_count(&self) -> usize {
        self.demand.len()
    }

    pub(crate) fn school_count(&self) -> usize {
        self.schools.len()
    }

    pub(crate) fn pupils(&self, area: usize) -> f64 {
        self.demand[area].pupils
    }

    /// Pupils of an area, averaged over the years that the plan must serve.
    pub(crate) fn mean_pupils(&self, area: usize) -> f64 {
        let all: f64 = self.years.iter().map(|year| year.pupils[area]).sum();
        all * self.year_weight()
    }

    /// What one of the years counts in an average over them.
    pub(crate) fn year_weight(&self) -> f64 {
        u32::try_from(self.years.len()).map_or(1.0, |years| f64::from(years.max(1)).recip())
    }

    pub(crate) fn all_pupils(&self) -> f64 {
        self.demand.iter().map(|demand| demand.pupils).sum::<f64>() + 0.0
    }

    pub(crate) fn all_seats(&self) -> f64 {
        self.schools.iter().map(|school| school.seats).sum::<f64>() + 0.0
    }

    pub(crate) fn distance(&self, area: usize, school: usize) -> Option<f64> {
        self.distance[area * self.school_count() + school]
    }

    pub(crate) fn allows(&self, area: usize, school: usize) -> bool {
        self.allowed[area * self.school_count() + school]
    }

    /// Whether the pair lies beyond an alarm that may not be passed. Locks stand above it.
    pub(crate) fn is_alarm_forbidden(&self, area: usize, school: usize) -> bool {
        self.settings.beyond_alarm == Strictness::Forbid
            && self.must[area] != Some(school)
            && self.is_beyond_alarm(area, school)
    }

    /// Whether keeping the walkers rules the pair out.
    pub(crate) fn is_walker_forbidden(&self, area: usize, school: usize) -> bool {
        let place = area * self.school_count() + school;
        self.walkers_elsewhere.get(place).copied().unwrap_or(false)
    }

    /// Pupils of the area parted from a brother or sister at another school than this one.
    pub(crate) fn siblings_apart(&self, area: usize, school: usize) -> f64 {
        let place = area * self.school_count() + school;
        self.siblings_apart.get(place).copied().unwrap_or(0.0)
    }

    /// Whether the area's primary school feeds other schools than this one.
    pub(crate) fn is_off_feeder(&self, area: usize, school: usize) -> bool {
        let place = area * self.school_count() + school;
        self.feeders.off.get(place).copied().unwrap_or(false)
    }

    pub(crate) fn is_beyond_alarm(&self, area: usize, school: usize) -> bool {
        match (self.settings.alarm_m, self.distance(area, school)) {
            (Some(alarm), Some(distance)) => distance > alarm,
            _ => false,
        }
    }

    pub(crate) fn is_contiguous(&self) -> bool {
        self.settings.contiguity != Contiguity::NotRequired
    }

    /// Whether sending the area to the school moves it away from its present one.
    pub(crate) fn moves(&self, area: usize, school: usize) -> bool {
        self.present[area].is_some_and(|now| now != school)
    }

    /// Pupils that may be moved, where the ward sets a limit.
    pub(crate) fn moved_limit(&self) -> Option<f64> {
        let share = self.settings.max_moved_share.map(|share| share * self.all_pupils());
        match (share, self.settings.max_moved_pupils) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        }
    }

    /// The nearest school the area may use; of equals the first by code.
    pub(crate) fn nearest(&self, area: usize) -> Option<usize> {
        self.by_nearness(area).first().copied()
    }

    /// The nearest school the area may use; the given one where it is exactly as near.
    pub(crate) fn nearest_beside(&self, area: usize, school: usize) -> Option<usize> {
        let nearest = self.nearest(area)?;
        Some(if self.is_as_near(area, school, nearest) { school } else { nearest })
    }

    /// Whether two schools are at the same distance, up to [`TIE`] of it.
    pub(crate) fn is_as_near(&self, area: usize, school: usize, other: usize) -> bool {
        match (self.distance(area, school), self.distance(area, other)) {
            (Some(here), Some(there)) => (here - there).abs() <= TIE * there,
            _ => false,
        }
    }

    /// The schools the area may use, nearest first, equals by code; those of unknown distance
    /// (only a lock allows them) last.
    pub(crate) fn by_nearness(&self, area: usize) -> Vec<usize> {
        let mut schools: Vec<usize> = (0..self.school_count())
            .filter(|&s| self.allows(area, s) && !self.is_alarm_forbidden(area, s))
            .filter(|&s| !self.is_walker_forbidden(area, s))
            .collect();
        let far = |s: usize| self.distance(area, s).unwrap_or(f64::INFINITY);
        schools.sort_by(|&a, &b| far(a).total_cmp(&far(b)).then(a.cmp(&b)));
        schools
    }
}

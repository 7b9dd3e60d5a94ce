//! What is known beyond counts, beside the panel: news by area, registered births, and what housing
//! of the past has taught, year by year.

use crate::History;
use crate::covariates::{Covariates, Features, Verdict};
use crate::housing::{self, Estates, Lesson, Shares};
use crate::news::{Day, News};
use crate::panel::AGES;
use crate::tree::Units;
use phantuyen_model::{Cohorts, MovesRow, OLDEST_AGE, RegisterYear};
use std::collections::BTreeMap;

/// Ages that have a next one.
const STEPS: usize = AGES - 1;

/// What is known beyond counts.
pub(crate) struct Beyond {
    /// News by area.
    pub(crate) news: News,
    /// Registered births of the ward by year, `NaN` where unknown.
    pub(crate) births: Vec<f64>,
    /// The origin from which today's forecast is made, where one is.
    pub(crate) today: Option<RegisterYear>,
    /// By year: the shares of planned children that past handovers had brought by then.
    shares: Vec<Shares>,
    /// By year: what covariates say at its end; empty where none are known.
    verdicts: Vec<Verdict>,
}

impl Beyond {
    /// Lays out what the history knows, and takes what past handovers brought out of `arrived`
    /// (year × age × unit, as `left`): each year by what was known at its end.
    pub(crate) fn new(
        history: &History,
        first_year: i32,
        years: usize,
        units: &Units,
        left: &[f64],
        arrived: &mut [f64],
    ) -> Self {
        let mut beyond = Self {
            news: News::new(history, history.cohorts.areas()),
            births: births(history, first_year, years),
            today: None,
            shares: vec![[1.0; 2]; years],
            verdicts: Vec::new(),
        };
        let mut lessons = [Lesson::default(); 2];
        let block = STEPS * units.len();
        for (year, before) in (1..years).zip(first_year..) {
            let cells = (year - 1) * block..year * block;
            let (left, arrived) = (&left[cells.clone()], &mut arrived[cells]);
            let before = RegisterYear(before);
            let day = Day::Past(RegisterYear(before.0 + 1).date());
            let planned = Estates::new(&beyond.news, day, [1.0; 2]).arrivals(before);
            learn(&mut lessons, &planned, units, left, arrived);
            let shares = lessons.map(|lesson| lesson.share());
            beyond.shares[year] = shares;
            let estates = Estates::new(&beyond.news, day, shares);
            for (area, children) in planned {
                take_out(area, |age| children * estates.come(age), units, arrived);
            }
        }
        beyond.weigh_covariates(history, first_year, years, units, left, arrived);
        beyond
    }

    /// Lets covariates foretell every year from the years before it.
    fn weigh_covariates(
        &mut self,
        history: &History,
        first_year: i32,
        years: usize,
        units: &Units,
        left: &[f64],
        arrived: &[f64],
    ) {
        let Some(told) = Told::of(history) else { return };
        let block = STEPS * units.len();
        let mut covariates = Covariates::new(units.ward());
        let mut features = told.features(RegisterYear(first_year));
        self.verdicts.push(covariates.verdict(&features));
        for year in 1..years {
            let cells = (year - 1) * block..year * block;
            covariates.see(&features, units, &left[cells.clone()], &arrived[cells]);
            let register = first_year + i32::try_from(year).unwrap_or(i32::MAX - first_year);
            features = told.features(RegisterYear(register));
            self.verdicts.push(covariates.verdict(&features));
        }
    }

    /// What covariates say at the end of a year; `None` where none are known.
    pub(crate) fn verdict(&self, year: usize) -> Option<&Verdict> {
        self.verdicts.get(year)
    }

    /// The day up to which news is known at an origin.
    pub(crate) fn day(&self, origin: RegisterYear) -> Day {
        if self.today == Some(origin) { Day::Today } else { Day::Past(origin.date()) }
    }

    /// The shares of planned children that past handovers had brought by a year.
    pub(crate) fn shares(&self, year: usize) -> Shares {
        self.shares.get(year).copied().unwrap_or([1.0; 2])
    }

    /// The handovers known at an origin, the year of that number.
    pub(crate) fn estates(&self, origin: RegisterYear, year: usize) -> Estates {
        Estates::new(&self.news, self.day(origin), self.shares(year))
    }
}

/// What is told of single areas beside head counts.
struct Told<'a> {
    history: &'a History,
    moves: BTreeMap<(RegisterYear, usize), (f64, f64)>,
}

impl<'a> Told<'a> {
    /// `None` where nothing is told.
    fn of(history: &'a History) -> Option<Self> {
        let information = &history.information;
        let areas = history.cohorts.areas();
        let place = |row: &MovesRow| areas.binary_search(&row.area_code).ok();
        let counts = |row: &MovesRow| (f64::from(row.arrived), f64::from(row.left));
        let moves: BTreeMap<_, _> = information
            .moves
            .iter()
            .filter_map(|row| Some(((row.register, place(row)?), counts(row))))
            .collect();
        let is_told = information.temporary.is_some() || !moves.is_empty();
        is_told.then_some(Self { history, moves })
    }

    /// Temporary residents, arrivals and departures for each child of each area, less the ward's.
    fn features(&self, register: RegisterYear) -> Features {
        let areas = self.history.cohorts.areas().len();
        let children: Vec<f64> =
            (0..areas).map(|area| all_ages(&self.history.cohorts, area, register)).collect();
        let temporary = |area: usize| {
            let temporary = self.history.information.temporary.as_ref();
            temporary.map_or(f64::NAN, |cohorts| all_ages(cohorts, area, register))
        };
        let has_moves = self.moves.range((register, 0)..=(register, usize::MAX)).next().is_some();
        let moved = |area: usize| match self.moves.get(&(register, area)) {
            Some(moved) => *moved,
            None if has_moves => (0.0, 0.0),
            None => (f64::NAN, f64::NAN),
        };
        [
            against_ward((0..areas).map(temporary), &children),
            against_ward((0..areas).map(|area| moved(area).0), &children),
            against_ward((0..areas).map(|area| moved(area).1), &children),
        ]
    }
}

/// Children of all ages of an area in a register, `NaN` where it does not know the area.
fn all_ages(cohorts: &Cohorts, area: usize, register: RegisterYear) -> f64 {
    let counts = (0..=OLDEST_AGE).filter_map(|age| cohorts.get(area, register, age));
    counts.fold(f64::NAN, |sum: f64, count| if sum.is_nan() { 0.0 } else { sum } + f64::from(count))
}

/// Counts for each child, less the same of the ward; `NaN` where either is unknown.
fn against_ward(counts: impl Iterator<Item = f64>, children: &[f64]) -> Vec<f64> {
    let counts: Vec<f64> = counts.collect();
    let both = counts.iter().zip(children).filter(|(count, _)| !count.is_nan());
    let known = both.filter(|(_, children)| !children.is_nan());
    let (sum, whole) =
        known.fold((0.0, 0.0), |(a, b), (count, children)| (a + count, b + children));
    counts.iter().zip(children).map(|(count, children)| count / children - sum / whole).collect()
}

/// Births of the ward by year: its own row, else those of its areas together.
fn births(history: &History, first_year: i32, years: usize) -> Vec<f64> {
    let mut ward = vec![f64::NAN; years];
    let mut areas = ward.clone();
    for row in &history.births {
        let Ok(year) = usize::try_from(row.year - first_year) else { continue };
        let of = if row.area_code.is_none() { &mut ward } else { &mut areas };
        if let Some(births) = of.get_mut(year) {
            *births = if births.is_nan() { 0.0 } else { *births } + f64::from(row.births);
        }
    }
    ward.into_iter()
        .zip(areas)
        .map(|(ward, areas)| if ward.is_nan() { areas } else { ward })
        .collect()
}

/// Sets planned arrivals against what their areas gained beyond the areas without any.
fn learn(
    lessons: &mut [Lesson; 2],
    planned: &[(usize, f64)],
    units: &Units,
    left: &[f64],
    arrived: &[f64],
) {
    let mut by_area = vec![0.0; units.ward()];
    planned.iter().for_each(|(area, children)| by_area[*area] += children);
    let cell = |age: usize, area: usize| age * units.len() + area;
    let of_others: Vec<f64> = (0..STEPS)
        .map(|age| {
            let others = (0..units.ward()).filter(|area| by_area[*area] == 0.0);
            let (before, after) = others.fold((0.0, 0.0), |(before, after), area| {
                (before + left[cell(age, area)], after + arrived[cell(age, area)])
            });
            if before > 0.0 { after / before } else { 1.0 }
        })
        .collect();
    for (area, children) in by_area.iter().enumerate().filter(|(_, children)| **children > 0.0) {
        // Children before, gained beyond the others' ratios, and planned: of small and of older ones.
        let mut sums = [(0.0, 0.0, 0.0); 2];
        for (age, ratio) in of_others.iter().enumerate() {
            let (before, surplus, planned) = &mut sums[housing::group(age + 1)];
            *before += left[cell(age, area)];
            *surplus += arrived[cell(age, area)] - ratio * left[cell(age, area)];
            *planned += children * housing::shape(age + 1);
        }
        for (lesson, (before, surplus, planned)) in lessons.iter_mut().zip(sums) {
            if before > 0.0 {
                lesson.see(planned, surplus, before);
            }
        }
    }
}

/// Takes children who moved into housing out of an area's arrivals and of the units above it.
fn take_out(area: usize, children: impl Fn(usize) -> f64, units: &Units, arrived: &mut [f64]) {
    for age in 0..STEPS {
        let row = age * units.len();
        let gone = children(age + 1).min(arrived[row + area]);
        let mut unit = area;
        arrived[row + unit] -= gone;
        while unit != units.ward() {
            unit = units.parent(unit);
            arrived[row + unit] -= gone;
        }
    }
}

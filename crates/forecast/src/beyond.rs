//! What is known beyond counts, beside the panel: news by area, registered births, and what housing
//! of the past has taught, year by year.

use crate::History;
use crate::housing::{self, Estates, Lesson};
use crate::news::{Day, News};
use crate::panel::AGES;
use crate::tree::Units;
use phantuyen_model::RegisterYear;

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
    /// By year: the share of planned children that past handovers had brought by then.
    shares: Vec<f64>,
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
            shares: vec![1.0; years],
        };
        let mut lesson = Lesson::default();
        let block = STEPS * units.len();
        for (year, before) in (1..years).zip(first_year..) {
            let cells = (year - 1) * block..year * block;
            let (left, arrived) = (&left[cells.clone()], &mut arrived[cells]);
            let before = RegisterYear(before);
            let day = Day::Past(RegisterYear(before.0 + 1).date());
            let planned = Estates::new(&beyond.news, day, 1.0).arrivals(before);
            learn(&mut lesson, &planned, units, left, arrived);
            beyond.shares[year] = lesson.share();
            for (area, children) in planned {
                take_out(area, children * lesson.share(), units, arrived);
            }
        }
        beyond
    }

    /// The day up to which news is known at an origin.
    pub(crate) fn day(&self, origin: RegisterYear) -> Day {
        if self.today == Some(origin) { Day::Today } else { Day::Past(origin.date()) }
    }

    /// The share of planned children that past handovers had brought by a year.
    pub(crate) fn share(&self, year: usize) -> f64 {
        self.shares.get(year).copied().unwrap_or(1.0)
    }

    /// The handovers known at an origin, the year of that number.
    pub(crate) fn estates(&self, origin: RegisterYear, year: usize) -> Estates {
        Estates::new(&self.news, self.day(origin), self.share(year))
    }
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
    lesson: &mut Lesson,
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
        let (mut before, mut surplus, mut shapes) = (0.0, 0.0, 0.0);
        for (age, ratio) in of_others.iter().enumerate() {
            before += left[cell(age, area)];
            surplus += arrived[cell(age, area)] - ratio * left[cell(age, area)];
            shapes += housing::shape(age + 1);
        }
        if before > 0.0 {
            lesson.see(children * shapes, surplus, before);
        }
    }
}

/// Takes children who moved into housing out of an area's arrivals and of the units above it.
fn take_out(area: usize, children: f64, units: &Units, arrived: &mut [f64]) {
    for age in 0..STEPS {
        let row = age * units.len();
        let gone = (children * housing::shape(age + 1)).min(arrived[row + area]);
        let mut unit = area;
        arrived[row + unit] -= gone;
        while unit != units.ward() {
            unit = units.parent(unit);
            arrived[row + unit] -= gone;
        }
    }
}

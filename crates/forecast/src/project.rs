//! The point forecast of one origin: every cohort moved on, year by year.

use crate::births::{self, Births};
use crate::capture::{self, Capture};
use crate::panel::{AGES, Known};
use crate::ratios::{self, Ratios};
use crate::{ForecastSettings, practice, rolls};
use phantuyen_model::{CaptureParts, ForecastMethod, Grade, Parts};

/// How the cohorts are moved: the model of this program, or the practice it is measured against.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// Ratios smoothed over years and drawn to the ward.
    Model,
    /// Each area's own last three ratios, weights 3-2-1.
    Practice,
}

/// Expected entrants of one origin, by grade and horizon.
pub(crate) struct Points {
    grades: Vec<Grade>,
    horizon: usize,
    areas: usize,
    /// Grade × horizon × area.
    mean: Vec<f64>,
    /// Grade × horizon × area: weight of the area's own record.
    own: Vec<f64>,
    /// How the means came about.
    way: WayOfMeans,
    /// The ward's grade 6 as its primary rolls foretell it, by horizon.
    pub(crate) grade_6_from_rolls: Vec<Option<f64>>,
    /// By grade; `None` where children are forecast, not pupils.
    pub(crate) captures: Vec<Option<Capture>>,
    /// By grade, whether the forecast is of what will be reported: not so where intakes are known in
    /// some year, but none up to the origin beside children of the age. It is then of children.
    pub(crate) is_of_target: Vec<bool>,
    /// Grade × horizon: whether no register up to the origin knows the cohort in any area and
    /// nothing else foretells it. The means are then zero and say nothing.
    missing: Vec<bool>,
    /// Areas whose children to be born cannot rest on women, since these were never counted.
    pub(crate) areas_without_women: usize,
}

/// How the means came about, grade × horizon × area.
#[derive(Default)]
pub(crate) struct WayOfMeans {
    /// Children of the cohort at the origin, or when they are born.
    roots: Vec<f64>,
    /// Children of the entry age.
    children: Vec<f64>,
    /// Pupils, before rolls of the primary grades speak.
    captured: Vec<f64>,
}

impl Points {
    /// The parts of each area's mean.
    pub(crate) fn parts(&self, grade: usize, horizon: usize) -> Vec<Parts> {
        let start = self.cell(grade, horizon);
        let is_born = u32::try_from(horizon)
            .is_ok_and(|h| method(self.grades[grade], h) == ForecastMethod::Cohort);
        let part = |area: usize| {
            let cell = start + area;
            let (root, children) = (self.way.roots[cell], self.way.children[cell]);
            let captured = self.way.captured[cell];
            let other = captured - children;
            Parts {
                cohort: if is_born { root } else { 0.0 },
                births: if is_born { 0.0 } else { root },
                movement: children - root,
                capture: CaptureParts { other, ..CaptureParts::default() },
                rolls: self.mean[cell] - captured,
                ..Parts::default()
            }
        };
        (0..self.areas).map(part).collect()
    }

    /// Expected entrants of each area, `horizon` years (from 1) after the origin.
    pub(crate) fn areas(&self, grade: usize, horizon: usize) -> &[f64] {
        let start = self.cell(grade, horizon);
        &self.mean[start..start + self.areas]
    }

    /// Weights of the areas' own records in [`Points::areas`].
    pub(crate) fn own(&self, grade: usize, horizon: usize) -> &[f64] {
        let start = self.cell(grade, horizon);
        &self.own[start..start + self.areas]
    }

    /// Whether nothing is known from which the cohort could be forecast.
    pub(crate) fn is_missing(&self, grade: usize, horizon: usize) -> bool {
        self.missing[grade * self.horizon + horizon - 1]
    }

    /// Expected entrants of the ward: the sum over its areas.
    pub(crate) fn ward(&self, grade: usize, horizon: usize) -> f64 {
        self.areas(grade, horizon).iter().sum()
    }

    /// Brings the ward to another number; the areas share the change by their size. An empty ward
    /// stays empty: there is nobody to share it.
    pub(crate) fn bring_ward_to(&mut self, grade: usize, horizon: usize, ward: f64) {
        let sum = self.ward(grade, horizon);
        if sum > 0.0 {
            let start = self.cell(grade, horizon);
            for mean in &mut self.mean[start..start + self.areas] {
                *mean *= ward / sum;
            }
        }
    }

    /// The place of grade 6 among the grades.
    pub(crate) fn grade_6(&self) -> Option<usize> {
        self.grades.iter().position(|grade| *grade == Grade::G6)
    }

    fn cell(&self, grade: usize, horizon: usize) -> usize {
        (grade * self.horizon + horizon - 1) * self.areas
    }
}

/// Whether the cohort of a grade is born by the origin.
pub(crate) fn method(grade: Grade, horizon: u32) -> ForecastMethod {
    if horizon <= grade.age() { ForecastMethod::Cohort } else { ForecastMethod::Births }
}

/// Children of one age by area, and how much of their way rests on the area's own record.
#[derive(Clone)]
struct Cohort {
    /// How many there were at the origin, or when they were born.
    roots: Vec<f64>,
    children: Vec<f64>,
    own: Vec<f64>,
    steps: Vec<f64>,
}

impl Cohort {
    /// Whether no area's children are known.
    fn is_missing(&self) -> bool {
        !self.children.is_empty() && self.children.iter().all(|count| count.is_nan())
    }
}

/// Projects the settings' grades from the origin.
///
/// 1. Learn ratios, births and captures from what is known.
/// 2. Start from the register of the origin; an area or an age that it does not know starts from
///    the latest one that does, and is moved on to the origin first. A cohort that no register
///    knows is missing, not empty.
/// 3. Each year, every cohort is multiplied by its area's ratio, and a new one is born.
/// 4. The cohort of the entry age, times capture, is the intake.
pub(crate) fn points(
    known: &Known<'_>,
    settings: &ForecastSettings,
    is_intake: &[bool],
    way: Way,
) -> Points {
    let (ratios, births) = match way {
        Way::Model => {
            (ratios::fit(known, settings.history_years), births::fit(known, settings.history_years))
        }
        Way::Practice => (practice::ratios(known), practice::births(known)),
    };
    let fading = match way {
        Way::Model => capture::decayed,
        Way::Practice => practice::fading,
    };
    let captures: Vec<Option<Capture>> = settings
        .grades
        .iter()
        .zip(is_intake)
        .map(|(grade, intake)| intake.then(|| capture::fit(known, *grade, fading)).flatten())
        .collect();

    let (areas, horizon) = (known.areas(), usize::try_from(settings.horizon).unwrap_or(0));
    let size = settings.grades.len() * horizon * areas;
    let (mut mean, mut own) = (vec![0.0; size], vec![0.0; size]);
    let mut way = WayOfMeans { roots: mean.clone(), children: mean.clone(), captured: Vec::new() };
    let mut missing = vec![false; settings.grades.len() * horizon];
    let mut cohorts = start(known, &ratios, births.as_ref());
    for step in 1..=settings.horizon {
        let newborn = born(step, births.as_ref(), &cohorts[0]);
        cohorts = a_year_on(cohorts, newborn, &ratios);
        for (place, grade) in settings.grades.iter().enumerate() {
            let Some(cohort) = usize::try_from(grade.age()).ok().and_then(|a| cohorts.get(a))
            else {
                continue;
            };
            let cell = place * horizon + usize::try_from(step).unwrap_or(1) - 1;
            if cohort.is_missing() {
                missing[cell] = true;
                continue;
            }
            let start = cell * areas;
            for area in 0..areas {
                let capture = captures[place].as_ref().map_or(1.0, |c| c.areas[area]);
                mean[start + area] = cohort.children[area] * capture;
                way.roots[start + area] = cohort.roots[area];
                way.children[start + area] = cohort.children[area];
                own[start + area] = cohort.own[area] / cohort.steps[area].max(1.0);
            }
        }
    }
    let mut points = Points {
        grades: settings.grades.clone(),
        horizon,
        areas,
        mean,
        own,
        way,
        grade_6_from_rolls: (1..=horizon).map(|h| rolls::grade_6_from_rolls(known, h)).collect(),
        is_of_target: is_intake
            .iter()
            .zip(&captures)
            .map(|(intake, capture)| !intake || capture.is_some())
            .collect(),
        captures,
        missing,
        areas_without_women: births.map_or(areas, |births| births.areas_without_women()),
    };
    points.reach_ward_captures();
    points.way.captured.clone_from(&points.mean);
    points
}

impl Points {
    /// Where areas have captures of their own, their sum is brought to the ward's capture, which
    /// also knows pupils from outside.
    fn reach_ward_captures(&mut self) {
        for grade in 0..self.grades.len() {
            let Some(capture) = &self.captures[grade] else { continue };
            let rates = capture.areas.clone();
            let ward_rate = capture.ward;
            for horizon in 1..=self.horizon {
                let means = self.areas(grade, horizon);
                let children = means.iter().zip(&rates).filter(|(_, rate)| **rate > 0.0);
                let children: f64 = children.map(|(mean, rate)| mean / rate).sum();
                self.bring_ward_to(grade, horizon, children * ward_rate);
            }
        }
    }
}

/// The children of the origin by age, each area and age from the latest register that knows it.
/// An area that no register tells of has nobody; an age that none tells of in any area is `NaN`.
fn start(known: &Known<'_>, ratios: &Ratios, births: Option<&Births>) -> Vec<Cohort> {
    let areas = known.areas();
    let nobody = Cohort {
        roots: Vec::new(),
        children: vec![f64::NAN; areas],
        own: vec![0.0; areas],
        steps: vec![0.0; areas],
    };
    let mut cohorts = vec![nobody; AGES];
    for year in first_needed(known)..=known.last {
        if year > 0 {
            let newborn = born(0, births, &cohorts[0]);
            cohorts = a_year_on(cohorts, newborn, ratios);
        }
        for (age, cohort) in cohorts.iter_mut().enumerate() {
            let counts = known.children(year, age);
            for (area, count) in counts.iter().enumerate().filter(|(_, count)| !count.is_nan()) {
                cohort.children[area] = *count;
                cohort.own[area] = 0.0;
                cohort.steps[area] = 0.0;
            }
        }
    }
    for cohort in cohorts.iter_mut().filter(|cohort| !cohort.is_missing()) {
        for count in cohort.children.iter_mut().filter(|count| count.is_nan()) {
            *count = 0.0;
        }
    }
    for cohort in &mut cohorts {
        cohort.roots.clone_from(&cohort.children);
    }
    cohorts
}

/// The earliest of the years in which cohorts of areas were last known: usually the origin's.
fn first_needed(known: &Known<'_>) -> usize {
    let knows = |year: usize, age: usize, area: usize| !known.children(year, age)[area].is_nan();
    let cohort_seen = |age: usize, area: usize| {
        let back = (0..=age.min(known.last)).find(|b| knows(known.last - b, age - b, area));
        back.map(|back| known.last - back)
    };
    let births_seen = |area: usize| (0..=known.last).rev().find(|year| knows(*year, 0, area));
    let mut first = known.last;
    for area in 0..known.areas() {
        let seen = (0..AGES).filter_map(|age| cohort_seen(age, area)).chain(births_seen(area));
        first = seen.fold(first, usize::min);
    }
    first
}

/// The cohort born some years after the origin; where women are not counted, as many as last time.
fn born(years: u32, births: Option<&Births>, last_born: &Cohort) -> Cohort {
    let mut cohort = last_born.clone();
    let Some(births) = births else { return cohort };
    for (area, (level, own)) in births.after(years).zip(births.own()).enumerate() {
        if !level.is_nan() {
            cohort.children[area] = level;
            cohort.own[area] = *own;
            cohort.steps[area] = 1.0;
        }
    }
    cohort.roots.clone_from(&cohort.children);
    cohort
}

/// Everyone a year older, the oldest gone, a new cohort at age 0.
fn a_year_on(cohorts: Vec<Cohort>, newborn: Cohort, ratios: &Ratios) -> Vec<Cohort> {
    let mut older: Vec<Cohort> = Vec::with_capacity(cohorts.len());
    older.push(newborn);
    for (age, mut cohort) in cohorts.into_iter().take(AGES - 1).enumerate() {
        for (children, ratio) in cohort.children.iter_mut().zip(ratios.at(age)) {
            *children *= ratio;
        }
        for (own, here) in cohort.own.iter_mut().zip(ratios.own(age)) {
            *own += here;
        }
        cohort.steps.iter_mut().for_each(|steps| *steps += 1.0);
        older.push(cohort);
    }
    older
}

//! Paths: the cohorts of an origin, moved on year by year to the ages of entry.

use crate::ForecastSettings;
use crate::births::{Births, areas_without_women};
use crate::housing::Estates;
use crate::panel::{AGES, Known};
use crate::ratios::Ratios;
use crate::registered::Registered;
use crate::shrink::DECAY;
use phantuyen_model::RegisterYear;

/// Children of the entry ages to come, as one origin sees them.
#[derive(Default)]
pub(crate) struct Paths {
    /// Grade × horizon × area: children of the entry age.
    pub(crate) children: Vec<f64>,
    /// Grade × horizon × area: children of the cohort at the origin, or when they are born.
    pub(crate) roots: Vec<f64>,
    /// Grade × horizon × area: of the children, those of families who move into new housing; empty
    /// where none is known.
    pub(crate) housing: Vec<f64>,
    /// Grade × horizon × area: weight of the area's own record.
    pub(crate) own: Vec<f64>,
    /// Grade × horizon: whether no register up to the origin knows the cohort in any area. Its
    /// children are then zero and say nothing.
    pub(crate) missing: Vec<bool>,
    /// Areas whose children to be born cannot rest on women, since these were never counted.
    pub(crate) areas_without_women: usize,
    /// What registered births change, where they are known.
    pub(crate) registered: Option<Registered>,
}

/// Moves the cohorts of the origin on, as far as the horizon.
///
/// 1. Start from the register of the origin; an area or an age that it does not know starts from
///    the latest one that does, and is moved on to the origin first. A cohort that no register
///    knows is missing, not empty.
/// 2. Each year, every cohort moves as the ratios tell, and a new one is born.
pub(crate) fn walk(
    known: &Known<'_>,
    settings: &ForecastSettings,
    ratios: &Ratios,
    births: Option<&Births>,
) -> Paths {
    let (areas, horizon) = (known.areas(), usize::try_from(settings.horizon).unwrap_or(0));
    let size = settings.grades.len() * horizon * areas;
    let mut paths = Paths {
        children: vec![0.0; size],
        roots: vec![0.0; size],
        housing: Vec::new(),
        own: vec![0.0; size],
        missing: vec![false; settings.grades.len() * horizon],
        areas_without_women: areas_without_women(known),
        registered: births.and_then(Births::registered).copied(),
    };
    let mut cohorts = start(known, ratios, births);
    if let Some(registered) = births.and_then(Births::registered) {
        cohorts[0].children.iter_mut().for_each(|children| *children *= registered.start);
    }
    let estates = known.estates();
    if !estates.is_empty() {
        paths.housing = vec![0.0; size];
        cohorts.iter_mut().for_each(|cohort| cohort.housing = vec![0.0; areas]);
    }
    for step in 1..=settings.horizon {
        let newborn = born(step, births, &cohorts[0]);
        cohorts = a_year_on(cohorts, newborn, ratios);
        if let Some(told) = known.covariates() {
            tilt(&mut cohorts[1..], &told.tilt, step);
        }
        if !estates.is_empty() {
            move_in(&mut cohorts, &estates, known.origin(), step);
        }
        for (place, grade) in settings.grades.iter().enumerate() {
            let Some(cohort) = usize::try_from(grade.age()).ok().and_then(|a| cohorts.get(a))
            else {
                continue;
            };
            let cell = place * horizon + usize::try_from(step).unwrap_or(1) - 1;
            if cohort.is_missing() {
                paths.missing[cell] = true;
                continue;
            }
            let start = cell * areas;
            paths.children[start..start + areas].copy_from_slice(&cohort.children);
            paths.roots[start..start + areas].copy_from_slice(&cohort.roots);
            if !estates.is_empty() {
                paths.housing[start..start + areas].copy_from_slice(&cohort.housing);
            }
            let own = cohort.own.iter().zip(&cohort.steps).map(|(own, steps)| own / steps.max(1.0));
            paths.own[start..start + areas].iter_mut().zip(own).for_each(|(to, own)| *to = own);
        }
    }
    paths
}

/// Children of one age by area, and how much of their way rests on the area's own record.
#[derive(Clone)]
struct Cohort {
    /// How many there were at the origin, or when they were born.
    roots: Vec<f64>,
    children: Vec<f64>,
    /// Of these, those of families who move into new housing; empty where none is known.
    housing: Vec<f64>,
    own: Vec<f64>,
    steps: Vec<f64>,
}

impl Cohort {
    /// Whether no area's children are known.
    fn is_missing(&self) -> bool {
        !self.children.is_empty() && self.children.iter().all(|count| count.is_nan())
    }
}

/// The children of the origin by age, each area and age from the latest register that knows it.
/// An area that no register tells of has nobody; an age that none tells of in any area is `NaN`.
fn start(known: &Known<'_>, ratios: &Ratios, births: Option<&Births>) -> Vec<Cohort> {
    let areas = known.areas();
    let nobody = Cohort {
        roots: Vec::new(),
        children: vec![f64::NAN; areas],
        housing: Vec::new(),
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
    for (children, housing) in cohort.children.iter_mut().zip(&cohort.housing) {
        *children -= housing;
    }
    let Some(births) = births else {
        cohort.roots.clone_from(&cohort.children);
        cohort.housing.fill(0.0);
        return cohort;
    };
    for (area, (level, own)) in births.after(years).zip(births.own()).enumerate() {
        if !level.is_nan() {
            cohort.children[area] = level;
            cohort.own[area] = *own;
            cohort.steps[area] = 1.0;
        }
    }
    cohort.roots.clone_from(&cohort.children);
    cohort.housing.fill(0.0);
    cohort
}

/// Moves cohorts on as covariates say, beside their ratios; what is known of areas fades with the years.
fn tilt(cohorts: &mut [Cohort], tilt: &[f64], step: u32) {
    let fading = DECAY.powi(i32::try_from(step).unwrap_or(i32::MAX) - 1);
    for cohort in cohorts {
        for (children, tilt) in cohort.children.iter_mut().zip(tilt) {
            *children *= 1.0 + fading * (tilt - 1.0);
        }
    }
}

/// Families move into new housing in the year before the register `step` years after the origin.
/// Who is born there counts from the origin on: the women who bear them are not in its register.
fn move_in(cohorts: &mut [Cohort], estates: &Estates, origin: RegisterYear, step: u32) {
    let later = RegisterYear(origin.school_year(step).0);
    let earlier = RegisterYear(later.0 - 1);
    for (age, cohort) in cohorts.iter_mut().enumerate() {
        let arrivals =
            if age == 0 { estates.between(origin, later) } else { estates.arrivals(earlier) };
        for (area, children) in arrivals {
            let come = children * estates.come(age);
            cohort.children[area] += come;
            cohort.housing[area] += come;
        }
    }
}

/// Everyone a year older, the oldest gone, a new cohort at age 0.
fn a_year_on(cohorts: Vec<Cohort>, newborn: Cohort, ratios: &Ratios) -> Vec<Cohort> {
    let present: Vec<&[f64]> = cohorts.iter().map(|cohort| cohort.children.as_slice()).collect();
    let pull = ratios.pull(&present);
    let areas = newborn.children.len();
    let mut older: Vec<Cohort> = Vec::with_capacity(cohorts.len());
    older.push(newborn);
    for (age, mut cohort) in cohorts.into_iter().take(AGES - 1).enumerate() {
        if let Some(pull) = &pull {
            let pull = &pull[age * areas..(age + 1) * areas];
            cohort.children.iter_mut().zip(pull).for_each(|(children, pull)| *children += pull);
        }
        for (children, ratio) in cohort.children.iter_mut().zip(ratios.at(age)) {
            *children *= ratio;
        }
        for (housing, ratio) in cohort.housing.iter_mut().zip(ratios.at(age)) {
            *housing *= ratio;
        }
        for (own, here) in cohort.own.iter_mut().zip(ratios.own(age)) {
            *own += here;
        }
        cohort.steps.iter_mut().for_each(|steps| *steps += 1.0);
        older.push(cohort);
    }
    older
}

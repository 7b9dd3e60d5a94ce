//! The point forecast of one origin: cohorts moved on to the entry age, times capture.

use crate::capture::{self, Capture, Fading};
use crate::panel::Known;
use crate::paths::Paths;
use crate::registered::Registered;
use crate::{ForecastSettings, rolls};
use phantuyen_model::{CaptureParts, ForecastMethod, Grade, Parts, RegisterYear, SchoolYear};

/// Expected entrants of one origin, by grade and horizon.
pub(crate) struct Points {
    origin: RegisterYear,
    grades: Vec<Grade>,
    horizon: usize,
    areas: usize,
    /// Grade × horizon × area.
    mean: Vec<f64>,
    /// Grade × horizon × area: weight of the area's own record.
    own: Vec<f64>,
    /// How the means came about.
    stages: Stages,
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
    /// What registered births change, where they are known.
    pub(crate) registered: Option<Registered>,
}

/// How the means came about, grade × horizon × area.
#[derive(Default)]
struct Stages {
    /// Children of the cohort at the origin, or when they are born.
    roots: Vec<f64>,
    /// Of the children, those of families who move into new housing; empty where none is known.
    housing: Vec<f64>,
    /// Children of the entry age.
    children: Vec<f64>,
    /// Pupils, before rolls of the primary grades speak.
    captured: Vec<f64>,
    /// After them, before edits; `None` where there are neither edits nor totals from above.
    rolled: Option<Vec<f64>>,
    /// After edits, before totals from above; likewise.
    edited: Option<Vec<f64>>,
}

impl Points {
    /// The parts of each area's mean.
    pub(crate) fn parts(&self, grade: usize, horizon: usize) -> Vec<Parts> {
        let start = self.cell(grade, horizon);
        let is_born = u32::try_from(horizon)
            .is_ok_and(|h| method(self.grades[grade], h) == ForecastMethod::Cohort);
        let part = |area: usize| {
            let cell = start + area;
            let (root, children) = (self.stages.roots[cell], self.stages.children[cell]);
            let housing = self.stages.housing.get(cell).copied().unwrap_or(0.0);
            let captured = self.stages.captured[cell];
            let stage =
                |stage: &Option<Vec<f64>>| stage.as_ref().map_or(self.mean[cell], |s| s[cell]);
            let (rolled, edited) = (stage(&self.stages.rolled), stage(&self.stages.edited));
            Parts {
                cohort: if is_born { root } else { 0.0 },
                births: if is_born { 0.0 } else { root },
                movement: children - root - housing,
                housing,
                capture: self.capture_parts(grade, horizon, area, captured - children),
                rolls: rolled - captured,
                edits: edited - rolled,
                control: self.mean[cell] - edited,
            }
        };
        (0..self.areas).map(part).collect()
    }

    /// Where the difference between pupils and children comes from; it adds up to `difference`.
    fn capture_parts(
        &self,
        grade: usize,
        horizon: usize,
        area: usize,
        difference: f64,
    ) -> CaptureParts {
        let Some(capture) = &self.captures[grade] else { return CaptureParts::default() };
        let children = self.stages.children[self.cell(grade, horizon) + area];
        let mut parts = capture.parts(area).times(children);
        parts.participation = children * capture.gain(area, self.school_year(horizon));
        parts.other += difference - parts.sum();
        parts
    }

    /// The parts of the ward's mean: those of its areas together.
    pub(crate) fn ward_parts(&self, grade: usize, horizon: usize) -> Parts {
        let mut ward = Parts::default();
        self.parts(grade, horizon).into_iter().for_each(|area| ward += area);
        ward
    }

    /// The school year so many years after the origin.
    fn school_year(&self, horizon: usize) -> SchoolYear {
        self.origin.school_year(u32::try_from(horizon).unwrap_or(u32::MAX))
    }

    /// Keeps the means as they are before edits.
    pub(crate) fn mark_rolled(&mut self) {
        self.stages.rolled = Some(self.mean.clone());
    }

    /// Keeps the means as they are after edits, before totals from above.
    pub(crate) fn mark_edited(&mut self) {
        self.stages.edited = Some(self.mean.clone());
    }

    /// The means of the areas, to be edited.
    pub(crate) fn areas_mut(&mut self, grade: usize, horizon: usize) -> &mut [f64] {
        let start = self.cell(grade, horizon);
        &mut self.mean[start..start + self.areas]
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

/// What cohorts that move on mean for the settings' grades: the children of the entry age, times
/// the capture that the past tells, are the intake.
pub(crate) fn points(
    known: &Known<'_>,
    settings: &ForecastSettings,
    is_intake: &[bool],
    paths: Paths,
    fading: Fading,
) -> Points {
    let captures: Vec<Option<Capture>> = settings
        .grades
        .iter()
        .zip(is_intake)
        .map(|(grade, intake)| intake.then(|| capture::fit(known, *grade, fading)).flatten())
        .collect();

    let (areas, horizon) = (known.areas(), usize::try_from(settings.horizon).unwrap_or(0));
    let Paths { children, roots, housing, own, missing, areas_without_women, registered } = paths;
    let mut mean = children.clone();
    for (cell, means) in mean.chunks_exact_mut(areas.max(1)).enumerate() {
        let Some(capture) = &captures[cell / horizon.max(1)] else { continue };
        let ahead = u32::try_from(cell % horizon.max(1)).unwrap_or(u32::MAX) + 1;
        let year = known.school_year(ahead);
        for (area, mean) in means.iter_mut().enumerate() {
            *mean *= capture.areas[area] + capture.gain(area, year);
        }
    }
    let mut points = Points {
        origin: known.origin(),
        grades: settings.grades.clone(),
        horizon,
        areas,
        mean,
        own,
        stages: Stages { roots, housing, children, ..Stages::default() },
        grade_6_from_rolls: (1..=horizon).map(|h| rolls::grade_6_from_rolls(known, h)).collect(),
        is_of_target: is_intake
            .iter()
            .zip(&captures)
            .map(|(intake, capture)| !intake || capture.is_some())
            .collect(),
        captures,
        missing,
        areas_without_women,
        registered,
    };
    points.reach_ward_captures();
    points.stages.captured.clone_from(&points.mean);
    points
}

impl Points {
    /// Where areas have captures of their own, their sum is brought to the ward's capture, which
    /// also knows pupils from outside.
    fn reach_ward_captures(&mut self) {
        for grade in 0..self.grades.len() {
            for horizon in 1..=self.horizon {
                let Some(capture) = &self.captures[grade] else { continue };
                let start = self.cell(grade, horizon);
                let children: f64 = self.stages.children[start..start + self.areas].iter().sum();
                let ward = children * capture.ward_in(self.school_year(horizon));
                self.bring_ward_to(grade, horizon, ward);
            }
        }
    }
}

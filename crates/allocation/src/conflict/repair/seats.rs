//! Classes and seats more, as few as will do.

use super::{Ladder, Then, Try, Workshop};
use crate::ProblemParts;
use crate::conflict::lift::{add_classes, rows_of};
use crate::explain::Draft;
use crate::rounding::{PART_OF_A_PUPIL, classes_for};
use phantuyen_model::{Clash, RepairStep, SchoolCode, WardRule};

/// Schools tried for new classes.
const TRIED: usize = 3;
/// Classes tried beyond those that counting says are missing.
const SPARE: u32 = 2;

impl Workshop<'_> {
    /// As few classes as counting allows, one or two more where that is too tight, each where the
    /// least bad plan lacks most seats.
    pub(super) fn classes_spread(&self, draft: &Draft<'_>) -> Ladder {
        let problem = self.problem;
        let mut lacking: Vec<f64> = (0..problem.school_count()).map(|s| draft.above(s)).collect();
        let mut missing: f64 = self.clashes.iter().map(|clash| clash.missing_seats).sum();
        let mut opened = vec![0_u32; problem.school_count()];
        let mut spare = SPARE;
        let mut ladder = Ladder::new();
        while missing > PART_OF_A_PUPIL || spare > 0 {
            let sized = |s: &usize| {
                problem.schools[*s].classes.is_some() && problem.schools[*s].class_size.is_some()
            };
            let most = (0..problem.school_count())
                .filter(sized)
                .max_by(|&a, &b| lacking[a].total_cmp(&lacking[b]).then(b.cmp(&a)));
            let Some(school) = most else { break };
            let size = f64::from(problem.schools[school].class_size.unwrap_or(0).max(1));
            lacking[school] -= size;
            opened[school] += 1;
            if missing > PART_OF_A_PUPIL {
                missing -= size;
            } else {
                spare -= 1;
            }
            if missing > PART_OF_A_PUPIL {
                continue;
            }
            let step = |(school, &classes): (usize, &u32)| {
                let size = f64::from(problem.schools[school].class_size.unwrap_or(0));
                let school_code = problem.schools[school].school_code.clone();
                let seats = f64::from(classes) * size;
                (classes > 0).then_some(RepairStep::Classes { school_code, classes, seats })
            };
            ladder.push(self.with(opened.iter().enumerate().filter_map(step).collect()));
        }
        ladder
    }

    /// The fewest classes more at one school of a conflict; where there are several conflicts, the
    /// school of each that is nearest to its areas.
    pub(super) fn classes(&self) -> Vec<Ladder> {
        let by_seats = |clash: &&Clash| clash.rules.contains(&WardRule::Overload);
        let clashes: Vec<&Clash> = self.clashes.iter().filter(by_seats).collect();
        if clashes.len() != self.clashes.len() {
            return Vec::new();
        }
        match clashes[..] {
            [] => Vec::new(),
            [only] => {
                let at = |code: &SchoolCode| {
                    let step = |more| self.step_at(code, only, more).map(|step| vec![step]);
                    (0..2).filter_map(step).map(|steps| self.with(steps)).collect()
                };
                self.nearest_schools(only).iter().take(TRIED).map(at).collect()
            }
            _ => {
                let nearest = |clash: &&Clash| {
                    let school = self.nearest_schools(clash).into_iter().next()?;
                    self.step_at(&school, clash, 0)
                };
                let steps: Option<Vec<RepairStep>> = clashes.iter().map(nearest).collect();
                steps.map(|steps| vec![self.with(steps)]).into_iter().collect()
            }
        }
    }

    /// Enough classes (and `more`) at a school for what counting says is missing.
    fn step_at(&self, code: &SchoolCode, clash: &Clash, more: u32) -> Option<RepairStep> {
        let school = self.problem.schools.iter().find(|school| school.school_code == *code)?;
        let missing = clash.missing_seats.max(1.0);
        match school.class_size.filter(|size| *size > 0 && school.classes.is_some()) {
            Some(size) => {
                let classes = classes_for(missing, size).max(1) + more;
                let seats = f64::from(classes) * f64::from(size);
                Some(RepairStep::Classes { school_code: code.clone(), classes, seats })
            }
            None => {
                let seats = missing.ceil() * f64::from(1 + more);
                Some(RepairStep::Seats { school_code: code.clone(), seats })
            }
        }
    }

    /// The ward with classes and seats more.
    fn with(&self, steps: Vec<RepairStep>) -> Try {
        let mut parts: ProblemParts = self.parts().clone();
        for step in &steps {
            match step {
                RepairStep::Classes { school_code, classes, .. } => {
                    add_classes(&mut parts, school_code, *classes);
                }
                RepairStep::Seats { school_code, seats } => {
                    rows_of(&mut parts, school_code).for_each(|school| school.seats += seats);
                }
                _ => {}
            }
        }
        let pupils = seats_of(&steps);
        Try { parts, then: Then::Told(steps, pupils) }
    }

    /// The schools of a conflict, those on the shortest way for its pupils first.
    fn nearest_schools(&self, clash: &Clash) -> Vec<SchoolCode> {
        let problem = self.problem;
        let way = |school: &SchoolCode| -> f64 {
            let place = problem.schools.iter().position(|s| s.school_code == *school);
            let of_area = |area: usize| {
                let far = place.and_then(|school| problem.distance(area, school));
                problem.pupils(area) * far.unwrap_or(problem.longest)
            };
            let areas = 0..problem.area_count();
            let here = areas.filter(|&a| clash.areas.contains(&problem.demand[a].area_code));
            here.map(of_area).sum()
        };
        let mut schools = clash.schools.clone();
        schools.sort_by(|a, b| way(a).total_cmp(&way(b)).then(a.cmp(b)));
        schools
    }
}

/// Classes for so many pupils above the seats; seats where nobody knows the school's classes.
pub(super) fn seats_step(school: &crate::SchoolSeats, above: f64) -> RepairStep {
    let school_code = school.school_code.clone();
    match school.class_size.filter(|size| *size > 0 && school.classes.is_some()) {
        Some(size) => {
            let classes = classes_for(above, size).max(1);
            let seats = f64::from(classes) * f64::from(size);
            RepairStep::Classes { school_code, classes, seats }
        }
        None => RepairStep::Seats { school_code, seats: above.ceil() },
    }
}

/// The seats that steps bring.
pub(super) fn seats_of(steps: &[RepairStep]) -> f64 {
    let seats = |step: &RepairStep| match step {
        RepairStep::Classes { seats, .. } | RepairStep::Seats { seats, .. } => *seats,
        _ => 0.0,
    };
    steps.iter().map(seats).sum()
}

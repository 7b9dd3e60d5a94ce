//! Repairs that the least bad plan shows without another search.

use super::seats::{seats_of, seats_step};
use super::{Workshop, repair};
use crate::explain::Draft;
use crate::rounding::PART_OF_A_PUPIL;
use phantuyen_model::{Repair, RepairStep};

impl Workshop<'_> {
    /// An area split, fuller classes, the classes that its schools lack.
    pub(super) fn shown_by(&self, draft: &Draft<'_>) -> Vec<Repair> {
        let shown = [self.split_areas(draft), self.fuller_classes(draft), self.lacking(draft)];
        shown.into_iter().flatten().filter(|repair| !repair.steps.is_empty()).collect()
    }

    /// Pupils above the seats go next door as a part of one area that touches the other catchment.
    fn split_areas(&self, draft: &Draft<'_>) -> Option<Repair> {
        let problem = self.problem;
        let free = |s: usize| problem.schools[s].seats - draft.load[s];
        let mut left: Vec<f64> = (0..problem.school_count()).map(free).collect();
        let mut steps = Vec::new();
        let mut pupils = 0.0;
        for from in 0..problem.school_count() {
            // Whole pupils change school.
            let above = (draft.above(from) - PART_OF_A_PUPIL).ceil();
            if above <= 0.0 {
                continue;
            }
            let mut best: Option<(f64, usize, usize)> = None;
            for area in draft.members(from).filter(|&a| problem.pupils(a) > above) {
                if problem.must[area].is_some() {
                    continue;
                }
                for to in (0..problem.school_count()).filter(|&to| to != from) {
                    let fits = left[to] + PART_OF_A_PUPIL >= above && draft.may(area, to);
                    if !fits || (problem.is_contiguous() && !draft.touches(area, to)) {
                        continue;
                    }
                    let extra = above * draft.extra_travel(area, to) / problem.pupils(area);
                    if best.is_none_or(|(known, ..)| extra < known) {
                        best = Some((extra, area, to));
                    }
                }
            }
            let (_, area, to) = best?;
            left[to] -= above;
            pupils += above;
            steps.push(RepairStep::SplitArea {
                area_code: problem.demand[area].area_code.clone(),
                from: problem.schools[from].school_code.clone(),
                to: problem.schools[to].school_code.clone(),
                pupils: above,
            });
        }
        Some(repair(steps, pupils))
    }

    /// The least bad plan with fuller classes.
    fn fuller_classes(&self, draft: &Draft<'_>) -> Option<Repair> {
        let mut steps = Vec::new();
        let mut pupils = 0.0;
        for (place, school) in self.problem.schools.iter().enumerate() {
            if draft.above(place) <= PART_OF_A_PUPIL {
                continue;
            }
            let (open, from) = (classes_open(school)?, school.class_size?);
            let to = (draft.load[place] / f64::from(open) - PART_OF_A_PUPIL).ceil();
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "pupils of a class"
            )]
            let to = to as u32;
            pupils += draft.load[place];
            steps.push(RepairStep::ClassSize { school_code: school.school_code.clone(), from, to });
        }
        Some(Repair { needs_approval: true, ..repair(steps, pupils) })
    }

    /// The least bad plan with the classes that its schools lack.
    fn lacking(&self, draft: &Draft<'_>) -> Option<Repair> {
        let mut steps = Vec::new();
        for (place, school) in self.problem.schools.iter().enumerate() {
            let above = draft.above(place);
            if above > PART_OF_A_PUPIL {
                steps.push(seats_step(school, above));
            }
        }
        let pupils = seats_of(&steps);
        Some(repair(steps, pupils))
    }
}

fn classes_open(school: &crate::SchoolSeats) -> Option<u32> {
    let by_size = || {
        let size = f64::from(school.class_size.filter(|size| *size > 0)?);
        let classes = (school.seats / size).round();
        // Seats that are no whole classes say nothing about classes.
        if (classes * size - school.seats).abs() > PART_OF_A_PUPIL {
            return None;
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "classes")]
        let classes = classes as u32;
        Some(classes)
    };
    school.classes.or_else(by_size).filter(|classes| *classes > 0)
}

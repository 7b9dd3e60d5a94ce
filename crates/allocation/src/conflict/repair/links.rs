//! Ways over water.

use super::{Ladder, Then, Try, Workshop};
use crate::explain::{Draft, reaches};
use crate::rounding::PART_OF_A_PUPIL;
use phantuyen_model::RepairStep;

/// Links tried.
const TRIED: usize = 3;

impl Workshop<'_> {
    /// A link from an area of a conflict over water to a school with free seats, the shortest ways
    /// first.
    pub(super) fn links(&self, draft: Option<&Draft<'_>>) -> Vec<Ladder> {
        let problem = self.problem;
        let [clash] = self.clashes else { return Vec::new() };
        let mut candidates: Vec<(f64, usize, usize)> = Vec::new();
        for area in 0..problem.area_count() {
            if !clash.areas.contains(&problem.demand[area].area_code) {
                continue;
            }
            for school in 0..problem.school_count() {
                let (Some(root), Some(far)) =
                    (problem.roots[school], problem.distance(area, school))
                else {
                    continue;
                };
                let taken = draft.map_or(0.0, |draft| draft.load[school]);
                let free = problem.schools[school].seats - taken;
                if !reaches(problem, area, school) && free > PART_OF_A_PUPIL {
                    candidates.push((far, area, root));
                }
            }
        }
        candidates.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)).then(a.2.cmp(&b.2)));
        let joined = |(_, area, root): (f64, usize, usize)| {
            let code = |area: usize| problem.demand[area].area_code.clone();
            let mut parts = self.parts().clone();
            parts.adjacency.join(code(area), code(root));
            let step = RepairStep::Link { area_code: code(area), area_code_2: code(root) };
            vec![Try { parts, then: Then::Told(vec![step], problem.pupils(area)) }]
        };
        candidates.into_iter().take(TRIED).map(joined).collect()
    }
}

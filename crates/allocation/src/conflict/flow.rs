//! Seats by counting: who cannot be seated even if the pupils of an area could part.

use crate::Problem;
use crate::rounding::PART_OF_A_PUPIL;
use std::collections::VecDeque;

/// Areas whose schools together have too few seats.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Deficit {
    pub(super) areas: Vec<usize>,
    pub(super) schools: Vec<usize>,
    pub(super) missing: f64,
}

/// Every group of areas that the seats they may use cannot hold, apart where they share no school.
///
/// A maximum flow from areas to seats, by shortest augmenting paths; the areas and schools that are
/// still reached from pupils left over are those of a smallest cut, so each group's pupils exceed
/// its seats by exactly what is left over in it.
pub(super) fn deficits(problem: &Problem) -> Vec<Deficit> {
    let mut flow = Flow::new(problem);
    flow.fill();
    flow.groups()
}

struct Flow<'a> {
    problem: &'a Problem,
    usable: Vec<Vec<usize>>,
    /// Pupils of an area without a seat yet.
    left: Vec<f64>,
    free: Vec<f64>,
    /// Pupils of each area at each school.
    seated: Vec<Vec<f64>>,
}

impl<'a> Flow<'a> {
    fn new(problem: &'a Problem) -> Self {
        let areas = 0..problem.area_count();
        Self {
            problem,
            usable: areas.clone().map(|area| problem.by_nearness(area)).collect(),
            left: areas.clone().map(|area| problem.pupils(area)).collect(),
            free: problem.schools.iter().map(|school| school.seats).collect(),
            seated: areas.map(|_| vec![0.0; problem.school_count()]).collect(),
        }
    }

    fn fill(&mut self) {
        for area in 0..self.left.len() {
            for &school in &self.usable[area].clone() {
                let pupils = self.left[area].min(self.free[school]);
                self.seat(area, school, pupils);
                self.left[area] -= pupils;
                self.free[school] -= pupils;
            }
        }
        for area in 0..self.left.len() {
            while self.left[area] > PART_OF_A_PUPIL && self.augment(area) {}
        }
    }

    fn seat(&mut self, area: usize, school: usize, pupils: f64) {
        self.seated[area][school] += pupils;
    }

    /// Seats pupils of an area by letting others move on; whether any were seated.
    fn augment(&mut self, area: usize) -> bool {
        let reach = self.reach(&[area]);
        let Some(&last) = reach.order.iter().find(|&&s| self.free[s] > PART_OF_A_PUPIL) else {
            return false;
        };
        // Back along the path: school ← area ← school ← … ← the area.
        let mut path = Vec::new();
        let mut school = last;
        while let Some(from) = reach.by_area[school] {
            let before = reach.by_school[from];
            path.push((from, school, before));
            match before {
                Some(before) => school = before,
                None => break,
            }
        }
        let mut pupils = self.left[area].min(self.free[last]);
        for &(from, _, before) in &path {
            if let Some(before) = before {
                pupils = pupils.min(self.seated[from][before]);
            }
        }
        for &(from, to, before) in &path {
            self.seat(from, to, pupils);
            if let Some(before) = before {
                self.seat(from, before, -pupils);
            }
        }
        self.left[area] -= pupils;
        self.free[last] -= pupils;
        pupils > PART_OF_A_PUPIL
    }

    /// Schools and areas that pupils of these areas could push into.
    fn reach(&self, from: &[usize]) -> Reach {
        let (areas, schools) = (self.left.len(), self.free.len());
        let mut reach = Reach {
            order: Vec::new(),
            by_area: vec![None; schools],
            by_school: vec![None; areas],
            seen: vec![false; areas],
        };
        let mut queue: VecDeque<usize> = from.iter().copied().collect();
        from.iter().for_each(|&area| reach.seen[area] = true);
        while let Some(area) = queue.pop_front() {
            for &school in &self.usable[area] {
                if reach.by_area[school].is_some() {
                    continue;
                }
                reach.by_area[school] = Some(area);
                reach.order.push(school);
                for other in 0..areas {
                    if !reach.seen[other] && self.seated[other][school] > PART_OF_A_PUPIL {
                        reach.seen[other] = true;
                        reach.by_school[other] = Some(school);
                        queue.push_back(other);
                    }
                }
            }
        }
        reach
    }

    fn groups(&self) -> Vec<Deficit> {
        let mut done = vec![false; self.left.len()];
        let mut groups: Vec<Deficit> = Vec::new();
        for area in 0..self.left.len() {
            if done[area] || self.left[area] <= PART_OF_A_PUPIL {
                continue;
            }
            let mut group = self.group(&[area]);
            // Others that are short of the same seats belong to the same group.
            loop {
                let shares = |&other: &usize| {
                    self.left[other] > PART_OF_A_PUPIL
                        && !group.areas.contains(&other)
                        && self.usable[other].iter().any(|school| group.schools.contains(school))
                };
                let Some(more) = (0..self.left.len()).find(shares) else { break };
                let mut from = group.areas.clone();
                from.push(more);
                group = self.group(&from);
            }
            group.areas.iter().for_each(|&area| done[area] = true);
            groups.push(group);
        }
        groups
    }

    fn group(&self, from: &[usize]) -> Deficit {
        let reach = self.reach(from);
        let areas: Vec<usize> = (0..self.left.len()).filter(|&area| reach.seen[area]).collect();
        let mut schools = reach.order;
        schools.sort_unstable();
        let pupils: f64 = areas.iter().map(|&area| self.problem.pupils(area)).sum();
        let seats: f64 = schools.iter().map(|&s| self.problem.schools[s].seats).sum();
        Deficit { areas, schools, missing: pupils - seats }
    }
}

struct Reach {
    /// Schools in the order in which they were reached.
    order: Vec<usize>,
    /// The area from which a school was reached.
    by_area: Vec<Option<usize>>,
    /// The school from which an area was reached; none for the first ones.
    by_school: Vec<Option<usize>>,
    seen: Vec<bool>,
}

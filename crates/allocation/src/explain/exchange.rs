//! Which other areas would have to change school with one, so that it can go where it wants.

use super::draft::Draft;
use crate::Problem;
use crate::check::weigh;
use crate::rounding::PART_OF_A_PUPIL;

/// Steps of an exchange at most; a piece that moves as a whole is one step.
const STEPS: usize = 3;
/// Ways to go on that are looked at from one draft, shortest ways first.
const WIDTH: usize = 16;
/// Areas of a piece, or between an area and its new catchment, that may move as one.
const LONGEST: usize = 4;

/// Other areas that move, each with its new school, and what it all adds to the travel of the ward.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Exchange {
    pub(crate) moves: Vec<(usize, usize)>,
    pub(crate) pupil_m: f64,
}

/// The exchange with the fewest steps, and of these the least travel, that lets the area go to the
/// school: no seat short that is not short today, no catchment in more pieces, no rule broken that
/// is kept today. The judge confirms it.
///
/// 1. Move the area; look for what is wrong: a school above its seats, then a broken catchment.
/// 2. A school above its seats sends one of its areas to a catchment that the area touches; a piece
///    that hangs in the air joins a catchment beside it; an area that does not touch its new
///    catchment takes those between along.
/// 3. Again from 1, up to three steps, fewest first.
///
/// `None` when there is none within these limits, or when `work` (areas looked at) is used up.
pub(crate) fn exchange(
    problem: &Problem,
    plan: &[usize],
    area: usize,
    to: usize,
    work: &mut u64,
) -> Option<Exchange> {
    let before = Draft::new(problem, plan);
    let allowed = Allowed::of(&before);
    for steps in 1..=STEPS {
        let mut hunt = Hunt { before: &before, allowed: &allowed, area, best: None, work };
        let mut moved = vec![area];
        hunt.go(&before.with(area, to), &mut moved, steps);
        if hunt.best.is_some() {
            return hunt.best;
        }
    }
    None
}

/// What each school may have: what the rules say, or what it has today where that is more.
struct Allowed {
    load: Vec<f64>,
    pieces: Vec<u32>,
}

impl Allowed {
    fn of(before: &Draft<'_>) -> Self {
        let problem = before.problem;
        let schools = 0..problem.school_count();
        let load = |s: usize| before.load[s].max(problem.schools[s].seats);
        let pieces = |s: usize| before.pieces(s).max(problem.pieces_allowed[s]);
        Self { load: schools.clone().map(load).collect(), pieces: schools.map(pieces).collect() }
    }
}

enum Defect {
    Full(usize),
    Broken(usize),
}

struct Hunt<'h, 'a> {
    before: &'h Draft<'a>,
    allowed: &'h Allowed,
    area: usize,
    best: Option<Exchange>,
    work: &'h mut u64,
}

impl Hunt<'_, '_> {
    fn go(&mut self, draft: &Draft<'_>, moved: &mut Vec<usize>, steps: usize) {
        let cost = u64::try_from(draft.school_of.len()).unwrap_or(u64::MAX);
        if *self.work < cost {
            return;
        }
        *self.work -= cost;
        let Some(defect) = self.defect(draft, moved) else {
            self.note(draft, moved);
            return;
        };
        if steps == 0 {
            return;
        }
        for step in self.steps(draft, moved, &defect) {
            let mut next = draft.clone();
            let known = moved.len();
            for &(area, to) in &step {
                next.send(area, to);
                moved.push(area);
            }
            self.go(&next, moved, steps - 1);
            moved.truncate(known);
        }
    }

    fn defect(&self, draft: &Draft<'_>, moved: &[usize]) -> Option<Defect> {
        let mut touched: Vec<usize> = moved
            .iter()
            .flat_map(|&area| [self.before.school_of[area], draft.school_of[area]])
            .collect();
        touched.sort_unstable();
        touched.dedup();
        let full = |&s: &usize| draft.load[s] > self.allowed.load[s] + PART_OF_A_PUPIL;
        if let Some(&school) = touched.iter().find(|s| full(s)) {
            return Some(Defect::Full(school));
        }
        let broken =
            |&s: &usize| draft.problem.is_contiguous() && draft.pieces(s) > self.allowed.pieces[s];
        touched.iter().find(|s| broken(s)).map(|&school| Defect::Broken(school))
    }

    /// What could be done about a defect, the least travel first.
    fn steps(
        &self,
        draft: &Draft<'_>,
        moved: &[usize],
        defect: &Defect,
    ) -> Vec<Vec<(usize, usize)>> {
        let mut steps: Vec<Vec<(usize, usize)>> = Vec::new();
        match *defect {
            Defect::Full(school) => {
                let going = draft
                    .members(school)
                    .filter(|area| draft.problem.pupils(*area) > 0.0 && !moved.contains(area));
                for area in going {
                    steps.extend(self.homes(draft, &[area], school));
                }
            }
            Defect::Broken(school) => {
                for piece in draft.detached(school) {
                    if piece.contains(&self.area) {
                        steps.extend(bridge(draft, &piece, moved, school));
                    } else if piece.len() <= LONGEST && !piece.iter().any(|a| moved.contains(a)) {
                        steps.extend(self.homes(draft, &piece, school));
                    }
                }
            }
        }
        let travel = |step: &[(usize, usize)]| -> f64 {
            step.iter().map(|&(area, to)| draft.extra_travel(area, to)).sum()
        };
        steps.sort_by(|a, b| travel(a).total_cmp(&travel(b)).then(a.cmp(b)));
        steps.truncate(WIDTH);
        steps
    }

    /// The other schools that areas could go to together.
    fn homes(&self, draft: &Draft<'_>, areas: &[usize], from: usize) -> Vec<Vec<(usize, usize)>> {
        let free = |school: usize| {
            school != from
                && areas
                    .iter()
                    .all(|&area| draft.may(area, school) && draft.problem.must[area].is_none())
                && (!draft.problem.is_contiguous()
                    || areas.iter().any(|&area| draft.touches(area, school)))
        };
        (0..draft.problem.school_count())
            .filter(|&school| free(school))
            .map(|school| areas.iter().map(|&area| (area, school)).collect())
            .collect()
    }

    fn note(&mut self, draft: &Draft<'_>, moved: &[usize]) {
        let problem = draft.problem;
        let travel = |of: &[usize]| -> f64 {
            let far = |(area, &school): (usize, &usize)| {
                let way = problem.distance(area, school).unwrap_or(problem.longest);
                problem.pupils(area) * way
            };
            of.iter().enumerate().map(far).sum()
        };
        let pupil_m = travel(&draft.school_of) - travel(&self.before.school_of);
        if self.best.as_ref().is_some_and(|best| best.pupil_m <= pupil_m) {
            return;
        }
        if !keeps_what_was_kept(problem, &self.before.school_of, &draft.school_of) {
            return;
        }
        let others = moved.iter().filter(|&&area| area != self.area);
        let moves = others.map(|&area| (area, draft.school_of[area])).collect();
        self.best = Some(Exchange { moves, pupil_m });
    }
}

/// The areas between a piece and the rest of its catchment, sent there with it.
fn bridge(
    draft: &Draft<'_>,
    piece: &[usize],
    moved: &[usize],
    school: usize,
) -> Option<Vec<(usize, usize)>> {
    let mut came_from: Vec<Option<usize>> = vec![None; draft.school_of.len()];
    let mut seen = vec![false; draft.school_of.len()];
    let mut queue: std::collections::VecDeque<usize> = piece.iter().copied().collect();
    piece.iter().for_each(|&area| seen[area] = true);
    while let Some(area) = queue.pop_front() {
        for &beside in &draft.problem.neighbours[area] {
            if seen[beside] {
                continue;
            }
            if draft.school_of[beside] == school || draft.problem.roots[school] == Some(beside) {
                let mut path = Vec::new();
                let mut at = area;
                while !piece.contains(&at) {
                    path.push((at, school));
                    at = came_from[at]?;
                }
                return (!path.is_empty() && path.len() <= LONGEST).then_some(path);
            }
            let free = draft.problem.must[beside].is_none() && !moved.contains(&beside);
            if free && draft.may(beside, school) {
                seen[beside] = true;
                came_from[beside] = Some(area);
                queue.push_back(beside);
            }
        }
    }
    None
}

/// Whether the judge finds nothing in the second plan that it does not find in the first.
fn keeps_what_was_kept(problem: &Problem, before: &[usize], after: &[usize]) -> bool {
    let judged = |plan: &[usize]| {
        let assignment: Vec<Option<usize>> = plan.iter().map(|&school| Some(school)).collect();
        weigh(problem, &assignment)
    };
    let (before, after) = (judged(before), judged(after));
    let no_more = |a: f64, b: f64| a <= b + PART_OF_A_PUPIL;
    after.violations.iter().all(|broken| before.violations.contains(broken))
        && no_more(after.figures.overload_pupils, before.figures.overload_pupils)
        && no_more(
            after.figures.beyond_alarm.unwrap_or(0.0),
            before.figures.beyond_alarm.unwrap_or(0.0),
        )
}

//! Which areas part an area from a school: smallest vertex cuts in the graph of borders.

use crate::Problem;
use std::collections::VecDeque;

/// The borders between the areas that a school may have, seen from the area it stands in.
pub(crate) struct Separator<'a> {
    problem: &'a Problem,
    school: usize,
    root: usize,
    /// Flow through each area and along each of its borders, of the search under way.
    through: Vec<f64>,
    along: Vec<Vec<f64>>,
}

/// Flow below this is rounding.
const DROP: f64 = 1e-9;

impl<'a> Separator<'a> {
    pub(crate) fn new(problem: &'a Problem, school: usize, root: usize) -> Self {
        let along = problem.neighbours.iter().map(|n| vec![0.0; n.len()]).collect();
        let through = vec![0.0; problem.area_count()];
        Self { problem, school, root, through, along }
    }

    fn may_have(&self, area: usize) -> bool {
        area == self.root || self.problem.allows(area, self.school)
    }

    /// The areas of a separating set that are needed: those which the school reaches without
    /// crossing the set.
    pub(crate) fn smallest(&self, set: &[usize]) -> Vec<usize> {
        let mut wall = vec![false; self.problem.area_count()];
        set.iter().for_each(|&area| wall[area] = true);
        let mut seen = vec![false; self.problem.area_count()];
        let mut needed = Vec::new();
        let mut queue = vec![self.root];
        seen[self.root] = true;
        while let Some(area) = queue.pop() {
            for &next in &self.problem.neighbours[area] {
                if seen[next] || !self.may_have(next) {
                    continue;
                }
                seen[next] = true;
                if wall[next] {
                    needed.push(next);
                } else {
                    queue.push(next);
                }
            }
        }
        needed
    }

    /// For each area, the largest share that one path from the school carries all the way to its
    /// door; infinite beside the school. Enough of it means that no cut is violated.
    pub(crate) fn widest_paths(&self, shares: &[f64]) -> Vec<f64> {
        let mut reach = vec![0.0; shares.len()];
        reach[self.root] = f64::INFINITY;
        let mut open: Vec<usize> = vec![self.root];
        // Few areas have a share, so a plain scan for the widest is fast enough.
        while let Some(place) =
            (0..open.len()).max_by(|&a, &b| reach[open[a]].total_cmp(&reach[open[b]]))
        {
            let area = open.swap_remove(place);
            let door =
                if area == self.root { f64::INFINITY } else { reach[area].min(shares[area]) };
            for &next in &self.problem.neighbours[area] {
                if door > reach[next] && self.may_have(next) {
                    if shares[next] > DROP {
                        open.push(next);
                    }
                    reach[next] = door;
                }
            }
        }
        reach
    }

    /// A set of areas between `area` and the school whose shares sum to less than that of `area`
    /// by more than `by`; `None` where there is none. Augmenting paths from the area until its
    /// share has arrived or no path is left; the areas that are full at the edge of what is then
    /// reached are the set.
    pub(crate) fn violated(&mut self, area: usize, shares: &[f64], by: f64) -> Option<Vec<usize>> {
        self.through.iter_mut().for_each(|flow| *flow = 0.0);
        self.along.iter_mut().for_each(|flows| flows.iter_mut().for_each(|flow| *flow = 0.0));
        let mut arrived = 0.0;
        loop {
            let walk = self.walk(area, shares);
            let Some(path) = walk.path else {
                let edge: Vec<usize> = (0..shares.len())
                    .filter(|&v| walk.entered[v] && !walk.left[v] && v != self.root && v != area)
                    .collect();
                return (arrived + by < shares[area]).then(|| self.smallest(&edge));
            };
            arrived += self.push(&path, shares);
            if arrived + by >= shares[area] {
                return None;
            }
        }
    }

    /// Breadth first over what can still take flow. Each area is entered, then left; going back
    /// along a flow cancels it.
    fn walk(&self, from: usize, shares: &[f64]) -> Walk {
        let areas = shares.len();
        let mut walk = Walk { entered: vec![false; areas], left: vec![false; areas], path: None };
        // State 2v: at the entrance of v; 2v + 1: at its exit.
        let mut came_from = vec![usize::MAX; 2 * areas];
        let mut queue = VecDeque::from([2 * from + 1]);
        walk.left[from] = true;
        walk.entered[from] = true;
        while let Some(state) = queue.pop_front() {
            let area = state / 2;
            let mut visit = |next: usize, walk: &mut Walk| {
                let seen = if next.is_multiple_of(2) { &mut walk.entered } else { &mut walk.left };
                if !std::mem::replace(&mut seen[next / 2], true) {
                    came_from[next] = state;
                    queue.push_back(next);
                }
            };
            if state % 2 == 1 {
                for &next in &self.problem.neighbours[area] {
                    if self.may_have(next) {
                        visit(2 * next, &mut walk);
                    }
                }
                if area != from && self.through[area] > DROP {
                    visit(2 * area, &mut walk);
                }
            } else {
                if shares[area] - self.through[area] > DROP {
                    visit(2 * area + 1, &mut walk);
                }
                for &before in &self.problem.neighbours[area] {
                    if self.flow(before, area) > DROP {
                        visit(2 * before + 1, &mut walk);
                    }
                }
            }
            if walk.entered[self.root] {
                walk.path = Some(trace(&came_from, 2 * self.root));
                break;
            }
        }
        walk
    }

    /// Sends as much as the path takes.
    fn push(&mut self, path: &[usize], shares: &[f64]) -> f64 {
        let room = |step: &[usize]| {
            let (a, b) = (step[0] / 2, step[1] / 2);
            match (a == b, step[0] % 2) {
                (true, 0) => shares[a] - self.through[a],
                (true, _) => self.through[a],
                (false, 1) => f64::INFINITY,
                (false, _) => self.flow(b, a),
            }
        };
        // A path beside the school has room without end; one whole area is all that is asked.
        let amount = path.windows(2).map(room).fold(1.0, f64::min);
        for step in path.windows(2) {
            let (a, b) = (step[0] / 2, step[1] / 2);
            match (a == b, step[0] % 2) {
                (true, 0) => self.through[a] += amount,
                (true, _) => self.through[a] -= amount,
                (false, 1) => self.add_flow(a, b, amount),
                (false, _) => self.add_flow(b, a, -amount),
            }
        }
        amount
    }

    fn flow(&self, from: usize, to: usize) -> f64 {
        let place = self.problem.neighbours[from].iter().position(|&next| next == to);
        place.map_or(0.0, |place| self.along[from][place])
    }

    fn add_flow(&mut self, from: usize, to: usize, amount: f64) {
        if let Some(place) = self.problem.neighbours[from].iter().position(|&next| next == to) {
            self.along[from][place] += amount;
        }
    }
}

struct Walk {
    entered: Vec<bool>,
    left: Vec<bool>,
    path: Option<Vec<usize>>,
}

fn trace(came_from: &[usize], end: usize) -> Vec<usize> {
    let mut path = vec![end];
    let mut state = end;
    while came_from[state] != usize::MAX {
        state = came_from[state];
        path.push(state);
    }
    path.reverse();
    path
}

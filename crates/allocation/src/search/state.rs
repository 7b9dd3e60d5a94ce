//! A complete plan under change: loads, pieces and merit, kept up to date move by move.

use super::Rules;
use crate::Problem;
use crate::bound::Scope;
use crate::objective::Measure;

/// What plans are compared by, most important first; smaller is better. Places: pieces too many,
/// moved pupils too many, up to eight tiers, own areas elsewhere, Σ distance over areas (so that
/// areas without pupils go to a near school too).
pub(crate) type Merit = [f64; 12];

const PIECES: usize = 0;
const MOVED: usize = 1;
const TIERS: usize = 2;
const OWN_AREA: usize = 10;
const DISTANCE: usize = 11;

/// Differences below this share of the larger number are rounding.
const ROUNDING: f64 = 1e-10;

/// A plan that moves are tried on.
#[derive(Clone)]
pub(crate) struct State<'a> {
    pub(crate) problem: &'a Problem,
    pub(crate) rules: &'a Rules,
    tiers: &'a [Measure],
    school_of: Vec<usize>,
    members: Vec<Vec<usize>>,
    load: Vec<f64>,
    pieces: Vec<u32>,
    moved: f64,
    /// Size of each place of the merit, against which rounding is measured.
    size: Merit,
    stamp: Vec<u32>,
    now: u32,
}

impl<'a> State<'a> {
    pub(crate) fn new(
        problem: &'a Problem,
        rules: &'a Rules,
        tiers: &'a [Measure],
        school_of: Vec<usize>,
    ) -> Self {
        let mut state = Self {
            problem,
            rules,
            tiers,
            members: vec![Vec::new(); problem.school_count()],
            load: vec![0.0; problem.school_count()],
            pieces: vec![0; problem.school_count()],
            moved: Measure::Moved.of_plan(problem, &school_of),
            size: [1.0; 12],
            stamp: vec![0; problem.area_count()],
            now: 0,
            school_of,
        };
        for area in 0..problem.area_count() {
            let school = state.school_of[area];
            state.members[school].push(area);
            state.load[school] += problem.pupils(area);
        }
        for school in 0..problem.school_count() {
            state.pieces[school] = state.count_pieces(school, &[]);
        }
        for (place, tier) in tiers.iter().enumerate() {
            state.size[TIERS + place] = tier.of_plan(problem, &state.school_of).max(1.0);
        }
        state
    }

    pub(crate) fn school_of(&self, area: usize) -> usize {
        self.school_of[area]
    }

    pub(crate) fn members(&self, school: usize) -> &[usize] {
        &self.members[school]
    }

    pub(crate) fn plan(&self) -> &[usize] {
        &self.school_of
    }

    /// Whether the plan keeps all hard rules but overload.
    pub(crate) fn keeps_rules(&self) -> bool {
        let pieces = (0..self.pieces.len())
            .all(|s| self.pieces[s] <= self.rules.pieces_allowed(self.problem, s));
        let allowed = self.school_of.iter().enumerate();
        pieces
            && self.moved_excess(self.moved) <= 1e-6
            && allowed.into_iter().all(|(a, &s)| self.rules.allows(self.problem, a, s))
    }

    /// Makes the moves if the plan is better for them.
    pub(crate) fn improve(&mut self, moves: &[(usize, usize)]) -> bool {
        let problem = self.problem;
        if moves.iter().any(|&(a, s)| problem.must[a].is_some_and(|must| must != s)) {
            return false;
        }
        let mut change = self.change(moves);
        let has_excess = self.excess(&self.pieces) > 0;
        if !has_excess && !self.is_better(&change) {
            return false;
        }
        let pieces = self.pieces_after(moves);
        change[PIECES] = f64::from(self.excess(&pieces)) - f64::from(self.excess(&self.pieces));
        if !self.is_better(&change) {
            return false;
        }
        self.pieces = pieces;
        for &(area, to) in moves {
            self.put(area, to);
        }
        true
    }

    fn put(&mut self, area: usize, to: usize) {
        let from = std::mem::replace(&mut self.school_of[area], to);
        self.members[from].retain(|&member| member != area);
        self.members[to].push(area);
        self.load[from] -= self.problem.pupils(area);
        self.load[to] += self.problem.pupils(area);
        self.moved += Measure::Moved.of_pair(self.problem, area, to)
            - Measure::Moved.of_pair(self.problem, area, from);
    }

    fn is_better(&self, change: &Merit) -> bool {
        let real = |place: usize| change[place].abs() > ROUNDING * self.size[place];
        (0..change.len()).find(|&place| real(place)).is_some_and(|place| change[place] < 0.0)
    }

    /// The change of merit, pieces left aside.
    fn change(&self, moves: &[(usize, usize)]) -> Merit {
        let problem = self.problem;
        let mut change = [0.0; 12];
        let over = self.overload_change(moves);
        let sum = |measure: Measure| -> f64 {
            let of = |a, s| measure.of_pair(problem, a, s);
            let pairs = moves.iter().map(|&(a, to)| of(a, to) - of(a, self.school_of[a]));
            pairs.sum::<f64>() + measure.of_overload(problem) * over
        };
        if self.rules.moved.is_some() {
            let after = self.moved + sum(Measure::Moved);
            change[MOVED] = self.moved_excess(after) - self.moved_excess(self.moved);
        }
        for (place, &tier) in self.tiers.iter().enumerate() {
            change[TIERS + place] = sum(tier);
        }
        for &(area, to) in moves {
            let from = self.school_of[area];
            let own = |school: usize| f64::from(problem.roots[school] == Some(area));
            change[OWN_AREA] += own(from) - own(to);
            let far = |school| problem.distance(area, school).unwrap_or(0.0);
            change[DISTANCE] += far(to) - far(from);
        }
        change
    }

    fn overload_change(&self, moves: &[(usize, usize)]) -> f64 {
        let mut loads: Vec<(usize, f64)> = Vec::with_capacity(2 * moves.len());
        let mut add =
            |school: usize, pupils: f64| match loads.iter_mut().find(|(known, _)| *known == school)
            {
                Some((_, load)) => *load += pupils,
                None => loads.push((school, self.load[school] + pupils)),
            };
        for &(area, to) in moves {
            add(self.school_of[area], -self.problem.pupils(area));
            add(to, self.problem.pupils(area));
        }
        let above = |school: usize, load: f64| (load - self.problem.schools[school].seats).max(0.0);
        loads.iter().map(|&(s, load)| above(s, load) - above(s, self.load[s])).sum()
    }

    fn moved_excess(&self, moved: f64) -> f64 {
        self.rules.moved.map_or(0.0, |limit| (moved - limit).max(0.0))
    }

    fn excess(&self, pieces: &[u32]) -> u32 {
        let over =
            |(s, &n): (usize, &u32)| n.saturating_sub(self.rules.pieces_allowed(self.problem, s));
        pieces.iter().enumerate().map(over).sum()
    }

    fn pieces_after(&mut self, moves: &[(usize, usize)]) -> Vec<u32> {
        let mut pieces = self.pieces.clone();
        if !self.rules.contiguous {
            return pieces;
        }
        let mut touched: Vec<usize> =
            moves.iter().flat_map(|&(area, to)| [self.school_of[area], to]).collect();
        touched.sort_unstable();
        touched.dedup();
        for school in touched {
            pieces[school] = self.count_pieces(school, moves);
        }
        pieces
    }

    /// Pieces of a catchment with the area of its school, as if the moves were made.
    fn count_pieces(&mut self, school: usize, moves: &[(usize, usize)]) -> u32 {
        let root = self.problem.roots[school];
        let arriving = moves.iter().filter(|&&(_, to)| to == school).map(|&(area, _)| area);
        let starts: Vec<usize> =
            self.members[school].iter().copied().chain(arriving).chain(root).collect();
        let mut stamp = std::mem::take(&mut self.stamp);
        self.now += 1;
        let now = self.now;
        let belongs = |area: usize| {
            let goes = moves.iter().find(|&&(moved, _)| moved == area).map(|&(_, to)| to);
            goes.unwrap_or(self.school_of[area]) == school || root == Some(area)
        };
        let mut pieces = 0;
        let mut queue = Vec::new();
        for start in starts {
            if stamp[start] == now || !belongs(start) {
                continue;
            }
            pieces += 1;
            stamp[start] = now;
            queue.push(start);
            while let Some(area) = queue.pop() {
                for &next in &self.problem.neighbours[area] {
                    if stamp[next] != now && belongs(next) {
                        stamp[next] = now;
                        queue.push(next);
                    }
                }
            }
        }
        self.stamp = stamp;
        pieces
    }

    /// Mends a partial or broken assignment of a scope into a plan that keeps the rules, the
    /// areas outside the scope left where they are; `None` when growing alone does not mend it.
    pub(crate) fn mend(
        problem: &Problem,
        rules: &Rules,
        school_of: &[Option<usize>],
        scope: &Scope,
    ) -> Option<Vec<usize>> {
        let plan = super::grow::grow(problem, rules, school_of, &scope.schools)?;
        let state = State::new(problem, rules, &[], plan);
        state.keeps_rules().then(|| state.plan().to_vec())
    }
}

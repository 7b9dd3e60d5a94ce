//! The anytime engine: a first plan at once, better ones as long as it may go on.

use super::anneal::{Schedule, Walk, walk};
use super::dice::Dice;
use super::flow::{Flow, flow};
use super::partition::best_partition;
use super::rings::Rings;
use super::start::mend;
use super::territory::{Penalty, Territory};
use super::{Effort, Rules};
use crate::Problem;
use crate::bound::SolverFault;
use crate::objective::Measure;
use crate::pool::Pool;
use crate::terms::Terms;
use rayon::prelude::*;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// Walks of one round, side by side; the same number whatever the threads.
const LANES: u64 = 4;
/// Lanes that begin anew; the others go on from the best plan.
const FRESH: u64 = 2;
/// Proposals of the walks of the first round, for each area and at least.
const PROPOSALS: (u64, u64) = (500, 4_000);
/// Each round is so much longer than the one before, up to a length.
const LONGER: f64 = 1.5;
const LONGEST: f64 = 40.0;
/// Moves evaluated that count as one node of branch and bound.
const MOVES_PER_NODE: u64 = 20_000;
/// Heat of fresh walks, by turns, and of those that go on, and where both end, in parts of what moving one
/// area usually costs.
const HOT: [f64; 4] = [1.0, 8.0, 2.0, 4.0];
const WARM: [f64; 2] = [0.1, 0.5];
const COLD: f64 = 0.01;
/// What one more border between areas of different schools costs, in parts of the heat. It keeps
/// catchments compact while they are hot: with none they grow into each other and freeze so.
const TENSION: f64 = 0.8;
/// What a pupil of excess costs in the end, in parts of the dearest seat, and at first in parts
/// of that: in fresh walks, and in those that go on.
const STRICT: f64 = 3.0;
const SOFT: f64 = 0.02;
const SOFT_ON: f64 = 0.2;
const LEARNING: f64 = 0.005;

/// Walks once through the plans of a problem, on one thread, and says how many moves were
/// evaluated, borders asked where a move would be taken: for measuring.
pub fn walk_moves(problem: &Problem, proposals: u64) -> u64 {
    let objective = if problem.settings.is_weighted() { Measure::Sum } else { Measure::Travel };
    let limit = (objective == Measure::Travel).then_some((Measure::Overload, 0.0));
    let terms = Terms::of(problem, &Rules::all(problem), objective, limit.as_slice());
    let Some(anytime) = Anytime::new(&terms, None, problem.settings.seed) else { return 0 };
    let effort = Effort::new(None, None, Arc::new(AtomicBool::new(false)));
    anytime.walk_for(0, Some(proposals), &effort).moves
}

/// A tier under search.
pub(crate) struct Anytime<'t> {
    terms: &'t Terms,
    rings: Rings,
    flow: Flow,
    start: Vec<usize>,
    best: Option<(f64, Vec<usize>)>,
    /// The last plan of a walk that broke the rules least, while none keeps them.
    nearest: (f64, Vec<usize>),
    pool: Pool,
    round: u64,
    seed: u64,
    moves: u64,
}

impl<'t> Anytime<'t> {
    /// `None` when an area may use no school.
    pub(crate) fn new(terms: &'t Terms, given: Option<&[usize]>, seed: u64) -> Option<Self> {
        let flow = flow(terms);
        let start = mend(terms, &flow, &flow.leaning)?;
        let mut anytime = Self {
            terms,
            rings: Rings::new(&terms.borders, terms.area_count()),
            flow,
            nearest: (f64::INFINITY, start.clone()),
            start,
            best: None,
            pool: Pool::default(),
            round: 0,
            seed,
            moves: 0,
        };
        for plan in given.map(<[usize]>::to_vec).into_iter().chain([anytime.start.clone()]) {
            if terms.keeps_rules(&plan) {
                anytime.take(terms.value(&terms.goal, &plan), plan);
            }
        }
        Some(anytime)
    }

    /// What no plan can be below, pupils flowing freely.
    pub(crate) fn bound(&self) -> f64 {
        self.flow.bound
    }

    /// The catchments seen, for other engines.
    pub(crate) fn into_pool(self) -> Pool {
        self.pool
    }

    /// The best plan that keeps all rules.
    pub(crate) fn best(&self) -> Option<(f64, &[usize])> {
        self.best.as_ref().map(|(value, plan)| (*value, &plan[..]))
    }

    /// A plan that breaks the rules by little, where none is known that keeps them.
    pub(crate) fn nearest(&self) -> &[usize] {
        &self.nearest.1
    }

    /// Goes on from a plan found elsewhere, if it is better.
    pub(crate) fn hear_of(&mut self, plan: &[usize]) {
        if self.terms.keeps_rules(plan) {
            self.pool.add_plan(self.terms, plan);
            self.take(self.terms.value(&self.terms.goal, plan), plan.to_vec());
        }
    }

    /// One round: walks side by side, then the best plan out of all catchments seen. Says whether
    /// the best plan is a better one.
    pub(crate) fn go_on(&mut self, effort: &mut Effort) -> Result<bool, SolverFault> {
        let before = self.value();
        let lanes: Vec<Walk> =
            (0..LANES).into_par_iter().map(|lane| self.walk(lane, effort)).collect();
        self.round += 1;
        for lane in lanes {
            effort.spend(lane.moves / MOVES_PER_NODE);
            self.moves += lane.moves;
            self.pool.merge(lane.pool);
            if lane.last.0 < self.nearest.0 {
                self.nearest = lane.last;
            }
            if let Some((value, plan)) = lane.best {
                self.pool.add_plan(self.terms, &plan);
                self.take(value, plan);
            }
        }
        if let (Some((_, plan)), false) = (&self.best, effort.is_over()) {
            let better = best_partition(self.terms, &self.pool, &plan.clone(), effort)?;
            if let Some(plan) = better {
                self.take(self.terms.value(&self.terms.goal, &plan), plan);
            }
        }
        Ok(self.value() < before)
    }

    fn value(&self) -> f64 {
        self.best.as_ref().map_or(f64::INFINITY, |best| best.0)
    }

    fn take(&mut self, value: f64, plan: Vec<usize>) {
        if value < self.value() {
            self.best = Some((value, plan));
        }
    }

    fn walk(&self, lane: u64, effort: &Effort) -> Walk {
        self.walk_for(lane, None, effort)
    }

    fn walk_for(&self, lane: u64, asked: Option<u64>, effort: &Effort) -> Walk {
        let terms = self.terms;
        // Without a plan that keeps the rules, the one that breaks them least is gone on from.
        let known = match &self.best {
            Some((_, plan)) => Some(plan),
            None => Some(&self.nearest.1).filter(|_| self.nearest.0.is_finite()),
        };
        let known = known.filter(|_| lane >= FRESH);
        let (fresh, plan) = (known.is_none(), known.unwrap_or(&self.start));
        let mut territory = Territory::new(terms, &self.rings, plan);
        let areas = u32::try_from(terms.area_count()).unwrap_or(u32::MAX);
        let pupils: f64 = territory.pupils.iter().sum::<f64>().max(1.0);
        let scale = terms.value(&terms.goal, &self.start).abs().max(1e-6);
        let per_area = scale / f64::from(areas.max(1));
        let dearest = self.flow.price.iter().copied().filter(|price| *price < self.flow.dear);
        let dearest = dearest.fold(0.3 * scale / pupils, f64::max);
        let pupils_of_area = pupils / f64::from(areas.max(1));
        let mut penalty = Penalty {
            excess: 0.0,
            step: pupils_of_area,
            budgets: vec![STRICT * dearest; terms.budgets.len()],
            price: self.flow.price.iter().map(|price| price.min(dearest)).collect(),
            over: 0.0,
            tension: 0.0,
        };
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a number of proposals"
        )]
        let proposals = {
            let first = (PROPOSALS.0 * u64::from(areas)).max(PROPOSALS.1);
            let times = LONGER.powi(i32::try_from(self.round).unwrap_or(i32::MAX)).min(LONGEST);
            (first as f64 * times) as u64
        };
        let usual = usual_cost(&territory, &penalty).unwrap_or(per_area);
        let place = |of: u64, heats: usize| usize::try_from(of).unwrap_or(0) % heats;
        let hot = match fresh {
            true => HOT[place(FRESH * self.round + lane, HOT.len())],
            false => WARM[place(lane, WARM.len())],
        };
        let hot = usual * hot;
        let schedule = Schedule {
            proposals: asked.unwrap_or(proposals),
            hot,
            cold: usual * COLD,
            strict: STRICT * dearest,
            soft: if fresh { SOFT } else { SOFT_ON },
            tension: TENSION,
            learning: LEARNING * dearest / pupils_of_area,
        };
        let mut dice = Dice::of(self.seed, self.round, lane);
        walk(&mut territory, &mut penalty, schedule, &mut dice, &|| effort.is_over())
    }
}

/// What moving an area across its border costs or saves, in the middle of all such moves; `None`
/// where nothing can move.
fn usual_cost(territory: &Territory<'_>, penalty: &Penalty) -> Option<f64> {
    let terms = territory.terms;
    let mut costs = Vec::new();
    for &area in territory.border() {
        let from = territory.of(area);
        let around = terms.borders.of(area as usize).iter().map(|&next| territory.of(next));
        let least = around
            .filter(|&to| to != from && terms.allows(area as usize, to as usize))
            .map(|to| territory.difference(&[(area, to)], penalty).abs())
            .filter(|cost| *cost > 0.0)
            .min_by(f64::total_cmp);
        costs.extend(least);
    }
    let middle = costs.len() / 2;
    (!costs.is_empty()).then(|| *costs.select_nth_unstable_by(middle, f64::total_cmp).1)
}

#[cfg(test)]
mod tests {
    use super::Anytime;
    use crate::search::Effort;
    use crate::terms::grid;
    use std::sync::Arc;
    use std::sync::atomic::AtomicBool;

    fn effort() -> Effort {
        Effort::new(None, None, Arc::new(AtomicBool::new(false)))
    }

    #[test]
    fn rounds_keep_the_rules_and_any_number_of_threads_finds_the_same() {
        let terms = grid(8, &[9, 14, 36, 54]);
        let with = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
            pool.expect("threads").install(|| {
                let mut anytime = Anytime::new(&terms, None, 7).expect("a start");
                let mut effort = effort();
                anytime.go_on(&mut effort).expect("no fault");
                anytime.go_on(&mut effort).expect("no fault");
                let (value, plan) = anytime.best().expect("a plan");
                assert!(terms.keeps_rules(plan) && value >= anytime.bound());
                (value, plan.to_vec(), anytime.pool.len())
            })
        };
        let one = with(1);
        assert_eq!(one, with(3));
        // Areas split at will save no more than this here.
        let bound = Anytime::new(&terms, None, 7).expect("a start").bound();
        assert!(one.0 <= 1.02 * bound, "{} {bound}", one.0);
    }
}

//! Asks whether rules can be kept at all.

use super::flow::deficits;
use crate::allocate::{AllocateError, Watch, allocate};
use crate::check::weigh;
use crate::{Problem, ProblemParts, Strictness};
use phantuyen_model::PlanStatus;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Nodes that the question whether rules clash may cost: no must be proven.
const NODES: u64 = 500;
/// Nodes that the question whether a repair is enough may cost: one with room to spare finds its
/// plan at once, and one that takes longer is not the repair to recommend.
const NODES_TO_MEND: u64 = 20;

/// Answers questions about feasibility, each from the least bad plan.
pub(super) struct Oracle<'w> {
    watch: &'w Watch<'w>,
    least_bad: &'w [usize],
}

impl<'w> Oracle<'w> {
    pub(super) fn new(watch: &'w Watch<'w>, least_bad: &'w [usize]) -> Self {
        Self { watch, least_bad }
    }

    /// Whether some plan keeps all rules; `None` where that could not be settled.
    pub(super) fn can_be_kept(&self, parts: ProblemParts) -> Result<Option<bool>, AllocateError> {
        self.ask(parts, NODES)
    }

    /// Whether it is certain that a plan keeps all rules.
    pub(super) fn is_mended(&self, parts: ProblemParts) -> Result<bool, AllocateError> {
        Ok(self.ask(parts, NODES_TO_MEND)? == Some(true))
    }

    /// Counting and the least bad plan answer what they can; the rest is searched for.
    fn ask(&self, mut parts: ProblemParts, nodes: u64) -> Result<Option<bool>, AllocateError> {
        if self.interrupted().load(Ordering::Relaxed) {
            return Ok(None);
        }
        parts.settings.only_rules = true;
        let nodes = parts.settings.work_limit.map_or(nodes, |limit| limit.min(nodes));
        parts.settings.work_limit = Some(nodes);
        if parts.settings.max_overload_probability.is_none() {
            // Futures only tell how likely overload is; no rule asks for them.
            parts.draws.clear();
            parts.unseen_draws.clear();
        }
        let Ok((mut problem, _)) = Problem::new(parts) else { return Ok(None) };
        if is_short(&problem) {
            return Ok(Some(false));
        }
        let least_bad: Vec<Option<usize>> = self.least_bad.iter().map(|&s| Some(s)).collect();
        if weigh(&problem, &least_bad).violations.is_empty() {
            return Ok(Some(true));
        }
        problem.hint = Some(self.least_bad.to_vec());
        let quiet = Watch { interrupted: self.interrupted(), progress: &|_| {} };
        Ok(match allocate(&problem, &quiet)?.plan.status {
            PlanStatus::Optimal | PlanStatus::Feasible => Some(true),
            PlanStatus::Infeasible => Some(false),
            PlanStatus::NotFound => None,
        })
    }

    /// Set when the user wants to stop.
    pub(super) fn interrupted(&self) -> &'w AtomicBool {
        self.watch.interrupted
    }
}

/// Whether counting alone rules out every plan.
pub(crate) fn is_short(problem: &Problem) -> bool {
    (0..problem.area_count()).any(|area| problem.by_nearness(area).is_empty())
        || (problem.settings.overload == Strictness::Forbid && !deficits(problem).is_empty())
}

/// The answers to so many questions, in their order, worked on side by side.
///
/// Each answer rests on its question alone, so that any number of threads gives the same. The
/// threads are not rayon's: each question waits for a search that works with those.
pub(crate) fn side_by_side<T: Send>(
    questions: usize,
    answer: impl Fn(usize) -> T + Sync,
) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut answers = Vec::new();
        loop {
            let question = next.fetch_add(1, Ordering::Relaxed);
            if question >= questions {
                return answers;
            }
            answers.push((question, answer(question)));
        }
    };
    let threads = rayon::current_num_threads().min(questions).max(1);
    let mut answers: Vec<(usize, T)> = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
        let mut answers = work();
        for other in others {
            match other.join() {
                Ok(more) => answers.extend(more),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        answers
    });
    answers.sort_by_key(|(question, _)| *question);
    answers.into_iter().map(|(_, answer)| answer).collect()
}

#[cfg(test)]
mod tests {
    use super::side_by_side;

    #[test]
    fn answers_come_in_the_order_of_their_questions() {
        let squares: Vec<usize> = (0..50).map(|n| n * n).collect();
        assert_eq!(side_by_side(50, |n| n * n), squares);
        assert!(side_by_side(0, |n| n).is_empty());
    }
}

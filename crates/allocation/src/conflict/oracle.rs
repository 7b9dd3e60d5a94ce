//! Asks whether rules can be kept at all.

use crate::allocate::{AllocateError, Watch, allocate};
use crate::{Problem, ProblemParts};
use phantuyen_model::PlanStatus;
use std::sync::atomic::AtomicBool;

/// Questions that one diagnosis may ask.
const QUESTIONS: u32 = 60;
/// Nodes that the question whether rules clash may cost: no must be proven.
const NODES: u64 = 500;
/// Nodes that the question whether a repair is enough may cost: one with room to spare finds its
/// plan at once, and one that takes longer is not the repair to recommend.
const NODES_TO_MEND: u64 = 20;

/// Answers questions about feasibility, until it has answered enough of them.
pub(super) struct Oracle<'w> {
    watch: &'w Watch<'w>,
    left: u32,
}

impl<'w> Oracle<'w> {
    pub(super) fn new(watch: &'w Watch<'w>) -> Self {
        Self { watch, left: QUESTIONS }
    }

    /// Whether some plan keeps all rules; `None` where that could not be settled.
    pub(super) fn can_be_kept(
        &mut self,
        parts: &ProblemParts,
    ) -> Result<Option<bool>, AllocateError> {
        self.ask(parts, NODES)
    }

    fn ask(&mut self, parts: &ProblemParts, nodes: u64) -> Result<Option<bool>, AllocateError> {
        if self.left == 0 {
            return Ok(None);
        }
        self.left -= 1;
        let mut parts = parts.clone();
        parts.settings.only_rules = true;
        let nodes = parts.settings.work_limit.map_or(nodes, |limit| limit.min(nodes));
        parts.settings.work_limit = Some(nodes);
        if parts.settings.max_overload_probability.is_none() {
            // Futures only tell how likely overload is; no rule asks for them.
            parts.draws.clear();
            parts.unseen_draws.clear();
        }
        let Ok((problem, _)) = Problem::new(parts) else { return Ok(None) };
        let quiet = Watch { interrupted: self.watch.interrupted, progress: &|_| {} };
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

    /// Whether it is certain that a plan keeps all rules.
    pub(super) fn is_mended(&mut self, parts: &ProblemParts) -> Result<bool, AllocateError> {
        Ok(self.ask(parts, NODES_TO_MEND)? == Some(true))
    }
}

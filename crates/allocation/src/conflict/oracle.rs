//! Asks whether rules can be kept at all.

use crate::allocate::{AllocateError, Watch, allocate};
use crate::{Problem, ProblemParts};
use phantuyen_model::PlanStatus;
use std::sync::atomic::AtomicBool;

/// Questions that one diagnosis may ask.
const QUESTIONS: u32 = 60;
/// Nodes that one question may cost.
const NODES: u64 = 2_000;

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
        if self.left == 0 {
            return Ok(None);
        }
        self.left -= 1;
        let mut parts = parts.clone();
        parts.settings.only_rules = true;
        let nodes = parts.settings.work_limit.map_or(NODES, |limit| limit.min(NODES));
        parts.settings.work_limit = Some(nodes);
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
        Ok(self.can_be_kept(parts)? == Some(true))
    }
}

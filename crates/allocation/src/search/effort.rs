//! What the search may still spend: branch-and-bound nodes, seconds, the user's patience.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Nodes of a search whose ward sets no limit of its own.
const NODES: u64 = 200_000;

/// The budget of one search.
#[derive(Clone, Debug)]
pub(crate) struct Effort {
    nodes: u64,
    deadline: Option<Instant>,
    stop: Arc<AtomicBool>,
}

impl Effort {
    pub(crate) fn new(nodes: Option<u64>, seconds: Option<f64>, stop: Arc<AtomicBool>) -> Self {
        let span = seconds.and_then(|s| Duration::try_from_secs_f64(s.max(0.0)).ok());
        let deadline = span.and_then(|span| Instant::now().checked_add(span));
        Self { nodes: nodes.unwrap_or(NODES), deadline, stop }
    }

    pub(crate) fn nodes_left(&self) -> u64 {
        self.nodes
    }

    /// Leaves no more than so many nodes for now; the rest is given back with [`Self::give_back`].
    pub(crate) fn hold_back_all_but(&mut self, nodes: u64) -> u64 {
        let rest = self.nodes.saturating_sub(nodes);
        self.nodes -= rest;
        rest
    }

    pub(crate) fn give_back(&mut self, nodes: u64) {
        self.nodes += nodes;
    }

    pub(crate) fn spend(&mut self, nodes: u64) {
        self.nodes = self.nodes.saturating_sub(nodes);
    }

    pub(crate) fn seconds_left(&self) -> Option<f64> {
        let deadline = self.deadline?;
        Some(deadline.saturating_duration_since(Instant::now()).as_secs_f64())
    }

    /// Whether the clock or the user ends the search.
    pub(crate) fn is_over(&self) -> bool {
        self.stop.load(Ordering::Relaxed) || self.seconds_left().is_some_and(|left| left <= 0.0)
    }
}

//! Proof by columns that are themselves connected catchments: a set-partitioning program priced
//! by a rooted connected knapsack, with subset-row cuts, fixing and branching.

mod ask;
mod begin;
mod engine;
mod fix;
mod mask;
mod master;
mod nudge;
mod partition;
mod persuade;
mod pricing;
mod prove;
mod tighten;
mod triples;

#[cfg(test)]
mod tests;

pub(crate) use prove::{fits, prove};

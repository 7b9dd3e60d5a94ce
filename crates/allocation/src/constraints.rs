//! The rules of the business, one file each: what a rule reads, refuses and measures.
//!
//! Rules that are older than this folder stand where they grew: locks, own areas, paths and the
//! present plan in `problem/refuse.rs`, seats in `seats.rs`.

pub(crate) mod chance;
pub(crate) mod classes;
pub(crate) mod feeders;
pub(crate) mod siblings;
pub(crate) mod units;
pub(crate) mod walkers;
pub(crate) mod years;

//! Readings: a few sound ways to read the same past. None is the best everywhere, so all of them are
//! made, and [`crate::choice`] weighs them by how they would have foretold this ward's own past.

/// Against what a cohort is large or small for its area.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Memory {
    /// The same age in the area's registers so far.
    OwnPast,
    /// The other ages in the same register.
    OtherAges,
}

/// One way to read the past.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Reading {
    /// What cohorts are pulled to.
    pub(crate) memory: Memory,
    /// How much a year counts against the year after it.
    pub(crate) decay: f64,
    /// How much a neighbouring age counts in the movement level of an age, for each year between.
    pub(crate) neighbour: f64,
    /// By how much units are drawn to their parents more than the record asks for (factor of κ).
    pub(crate) caution: f64,
}

/// The readings that are weighed against each other.
pub(crate) const READINGS: [Reading; 4] = [
    Reading { memory: Memory::OwnPast, decay: 0.85, neighbour: 0.5, caution: 1.0 },
    Reading { memory: Memory::OwnPast, decay: 1.0, neighbour: 0.7, caution: 2.0 },
    Reading { memory: Memory::OtherAges, decay: 0.85, neighbour: 0.5, caution: 1.0 },
    Reading { memory: Memory::OtherAges, decay: 0.7, neighbour: 0.7, caution: 1.0 },
];

/// What the readings are called in findings, in their order.
pub(crate) const READING_NAMES: [&str; READINGS.len()] =
    ["own_past_pct", "own_past_cautious_pct", "other_ages_pct", "other_ages_recent_pct"];

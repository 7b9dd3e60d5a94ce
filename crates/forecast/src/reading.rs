//! Readings: two sound ways to read the same past. Neither is the best everywhere, so both are
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
    /// What cohorts are pulled to, if to anything.
    pub(crate) memory: Option<Memory>,
    /// How much a year counts against the year after it.
    pub(crate) decay: f64,
    /// How much a neighbouring age counts in the movement level of an age, for each year between.
    pub(crate) neighbour: f64,
    /// By how much units are drawn to their parents more than the record asks for (factor of κ).
    pub(crate) caution: f64,
    /// Whether an age may depart from the level of its unit.
    pub(crate) own_index: bool,
    /// Whether years in which borders changed are left out.
    pub(crate) leaves_out_breaks: bool,
}

impl Reading {
    const fn new(memory: Memory, decay: f64) -> Self {
        Self {
            memory: Some(memory),
            decay,
            neighbour: 0.6,
            caution: 1.5,
            own_index: true,
            leaves_out_breaks: true,
        }
    }

    /// κ as this reading takes it; none at all where units are not drawn to their parents.
    pub(crate) fn draw(&self, kappa: f64) -> f64 {
        if self.caution > 0.0 { self.caution * kappa } else { 0.0 }
    }
}

/// The readings that are weighed against each other: the long past of the place itself, and the
/// other ages in the years of late. More of them, with other fadings, foretold no better.
const READINGS: [Reading; 2] =
    [Reading::new(Memory::OwnPast, 1.0), Reading::new(Memory::OtherAges, 0.85)];

/// How many readings there are.
pub(crate) const READING_COUNT: usize = READINGS.len();

/// A part of the method that can be left out, to measure what it buys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ingredient {
    /// The pull of cohorts back to their usual size.
    Pull,
    /// The pull towards the area's own past: cohorts are measured against other ages alone.
    OwnPast,
    /// The pull towards the other ages: cohorts are measured against the area's past alone.
    OtherAges,
    /// The movement level that neighbouring ages share.
    Level,
    /// The index of the single age beside that level.
    OwnIndex,
    /// Drawing units to their parents.
    Drawing,
    /// The fading of old years.
    Fading,
    /// Leaving out years in which borders changed.
    Breaks,
    /// Weighing the readings by past forecasts: all count alike instead.
    Choice,
    /// Several readings: the first one alone instead.
    Readings,
    /// Children under 1 of late beside women, for children not yet born.
    RecentChildren,
    /// The units between areas and ward.
    Tree,
}

impl Ingredient {
    /// All of them, in the order of the method.
    pub const ALL: [Self; 12] = [
        Self::Pull,
        Self::OwnPast,
        Self::OtherAges,
        Self::Level,
        Self::OwnIndex,
        Self::Drawing,
        Self::Fading,
        Self::Breaks,
        Self::Choice,
        Self::Readings,
        Self::RecentChildren,
        Self::Tree,
    ];
}

/// The readings, but for one ingredient.
pub(crate) fn readings(without: Option<Ingredient>) -> [Reading; READING_COUNT] {
    let first = READINGS[0];
    READINGS.map(|reading| match without {
        Some(Ingredient::Pull) => Reading { memory: None, ..reading },
        Some(Ingredient::OwnPast) => Reading { memory: Some(Memory::OtherAges), ..reading },
        Some(Ingredient::OtherAges) => Reading { memory: Some(Memory::OwnPast), ..reading },
        Some(Ingredient::Level) => Reading { neighbour: 0.0, ..reading },
        Some(Ingredient::OwnIndex) => Reading { own_index: false, ..reading },
        Some(Ingredient::Drawing) => Reading { caution: 0.0, ..reading },
        Some(Ingredient::Fading) => Reading { decay: 1.0, ..reading },
        Some(Ingredient::Breaks) => Reading { leaves_out_breaks: false, ..reading },
        Some(Ingredient::Readings) => first,
        _ => reading,
    })
}

/// What the readings are called in findings, in their order.
pub(crate) const READING_NAMES: [&str; READING_COUNT] = ["own_past_pct", "other_ages_pct"];

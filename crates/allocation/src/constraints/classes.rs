//! Seats come in whole classes.
//!
//! ```text
//! classes(s) = ⌈pupils / class size⌉, 0 where the pupils join a mixed or multi-grade class
//! ```
//!
//! A school with fewer pupils than the least class opens none: they go elsewhere, or, where the
//! rules allow it, into a class with pupils of other grades.

use crate::rounding::PART_OF_A_PUPIL;
use crate::{AllocationSettings, SchoolSeats};

/// How the pupils of one school make classes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct ClassRule {
    /// Pupils per class; `None` where it is not known, then nothing is counted.
    pub(crate) size: Option<f64>,
    /// A class of its own needs at least so many.
    pub(crate) least: f64,
    /// Up to so many may be taught with other grades.
    pub(crate) mixed: f64,
}

impl ClassRule {
    /// The rule of a school under the settings of the ward.
    pub(crate) fn of(school: &SchoolSeats, settings: &AllocationSettings) -> Self {
        Self {
            size: school.class_size.filter(|size| *size > 0).map(f64::from),
            least: settings.min_class.unwrap_or(0.0),
            mixed: settings.min_class.and(settings.mixed_class).unwrap_or(0.0),
        }
    }

    /// Whether so few pupils are taught with other grades.
    pub(crate) fn is_mixed(&self, pupils: f64) -> bool {
        let few = pupils > PART_OF_A_PUPIL && pupils < self.least - PART_OF_A_PUPIL;
        few && pupils <= self.mixed + PART_OF_A_PUPIL
    }

    /// Whether the school would have too few pupils for a class and may not mix them.
    pub(crate) fn is_too_small(&self, pupils: f64) -> bool {
        let few = pupils > PART_OF_A_PUPIL && pupils < self.least - PART_OF_A_PUPIL;
        few && !self.is_mixed(pupils)
    }

    /// How many pupils a class of its own lacks where it would be too small and may not be mixed.
    pub(crate) fn missing(&self, pupils: f64) -> f64 {
        if self.is_too_small(pupils) { self.least - pupils } else { 0.0 }
    }

    /// Classes that the pupils need for themselves.
    pub(crate) fn classes(&self, pupils: f64) -> f64 {
        match self.size {
            Some(size) if !self.is_mixed(pupils) => {
                ((pupils - PART_OF_A_PUPIL) / size).ceil().max(0.0)
            }
            _ => 0.0,
        }
    }
}

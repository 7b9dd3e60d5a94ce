//! What a forecast number is made of.

use serde::{Deserialize, Serialize};
use std::ops::{AddAssign, Sub};

/// The parts of one number of pupils. They add up to it exactly.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Parts {
    /// Children of the cohort in the register, before they grow older.
    pub cohort: f64,
    /// Children who were not born yet at the register.
    pub births: f64,
    /// Children who come, less those who go, until the school year.
    pub movement: f64,
    /// Children of families who move into new housing.
    pub housing: f64,
    /// Pupils less children of the age, by where the difference comes from.
    pub capture: CaptureParts,
    /// What the rolls of the primary grades change.
    pub rolls: f64,
    /// What the staff's edits change.
    pub edits: f64,
    /// What a total set by a higher office changes.
    pub control: f64,
}

/// Why there are more or fewer pupils than children of the entry age. Those who are away count
/// below zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CaptureParts {
    /// At a private school (below zero).
    pub private: f64,
    /// At a school outside the ward (below zero).
    pub to_outside: f64,
    /// Pupils who live outside the ward.
    pub from_outside: f64,
    /// Pupils who repeat the grade.
    pub repeaters: f64,
    /// More children at school than in the past, as the ward's targets want it.
    pub participation: f64,
    /// What no column explains: late or early entry, children at no school, slips of the lists.
    pub other: f64,
}

impl CaptureParts {
    /// Pupils less children of the age.
    pub fn sum(&self) -> f64 {
        self.private
            + self.to_outside
            + self.from_outside
            + self.repeaters
            + self.participation
            + self.other
    }

    /// All parts multiplied.
    #[must_use]
    pub fn times(self, factor: f64) -> Self {
        Self {
            private: self.private * factor,
            to_outside: self.to_outside * factor,
            from_outside: self.from_outside * factor,
            repeaters: self.repeaters * factor,
            participation: self.participation * factor,
            other: self.other * factor,
        }
    }
}

impl Parts {
    /// The number that the parts make.
    pub fn sum(&self) -> f64 {
        self.cohort
            + self.births
            + self.movement
            + self.housing
            + self.capture.sum()
            + self.rolls
            + self.edits
            + self.control
    }
}

impl AddAssign for CaptureParts {
    fn add_assign(&mut self, other: Self) {
        self.private += other.private;
        self.to_outside += other.to_outside;
        self.from_outside += other.from_outside;
        self.repeaters += other.repeaters;
        self.participation += other.participation;
        self.other += other.other;
    }
}

impl AddAssign for Parts {
    fn add_assign(&mut self, other: Self) {
        self.cohort += other.cohort;
        self.births += other.births;
        self.movement += other.movement;
        self.housing += other.housing;
        self.capture += other.capture;
        self.rolls += other.rolls;
        self.edits += other.edits;
        self.control += other.control;
    }
}

impl Sub for CaptureParts {
    type Output = Self;

    fn sub(mut self, other: Self) -> Self {
        self += other.times(-1.0);
        self
    }
}

impl Sub for Parts {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self {
            cohort: self.cohort - other.cohort,
            births: self.births - other.births,
            movement: self.movement - other.movement,
            housing: self.housing - other.housing,
            capture: self.capture - other.capture,
            rolls: self.rolls - other.rolls,
            edits: self.edits - other.edits,
            control: self.control - other.control,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_of_parts_adds_up_to_the_difference() {
        let capture = CaptureParts { private: -2.0, from_outside: 3.0, ..CaptureParts::default() };
        let now = Parts { cohort: 20.0, movement: 1.5, capture, ..Parts::default() };
        let before = Parts { cohort: 24.0, movement: -1.0, ..Parts::default() };
        assert_eq!(now.sum(), 22.5);
        assert_eq!((now - before).sum(), now.sum() - before.sum());
        assert_eq!((now - before).cohort, -4.0);
    }
}

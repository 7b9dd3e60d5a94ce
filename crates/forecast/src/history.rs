//! Everything a forecast may look at.

use phantuyen_model::{AreaTree, BirthsRow, Cohorts, EnrollmentRow, RegisterYear, Women};

/// Everything a forecast may look at.
#[derive(Clone, Debug)]
pub struct History {
    /// Children by area, register and age.
    pub cohorts: Cohorts,
    /// Women aged 20 to 39.
    pub women: Women,
    /// Births by the civil registry. Not used by the present method: children under 1 are.
    pub births: Vec<BirthsRow>,
    /// September rolls.
    pub enrollment: Vec<EnrollmentRow>,
    /// The units above the areas.
    pub tree: AreaTree,
}

impl History {
    /// What was known on 31 December of the origin: registers up to it, births of its year and
    /// before, and the roll of its September.
    pub fn until(&self, origin: RegisterYear) -> Self {
        let births = self.births.iter().filter(|row| row.year <= origin.0);
        let enrollment = self.enrollment.iter().filter(|row| row.school_year.0 <= origin.0);
        Self {
            cohorts: self.cohorts.until(origin),
            women: self.women.until(origin),
            births: births.cloned().collect(),
            enrollment: enrollment.cloned().collect(),
            tree: self.tree.clone(),
        }
    }
}

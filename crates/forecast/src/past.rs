//! What happened in the ward in past years, counted as the forecast counts it.

use crate::History;
use crate::panel::Panel;
use phantuyen_model::{Grade, RegisterYear, SchoolYear, round_half_up};

/// The ward's entry intakes of the school years up to the origin, grade by grade, oldest first:
/// the September rolls, or the children of the entry age where no roll of the grade is known.
pub fn past_intakes(history: &History, origin: RegisterYear) -> Vec<(Grade, SchoolYear, u32)> {
    let history = history.until(origin);
    let Some(panel) = Panel::new(&history) else { return Vec::new() };
    let mut intakes = Vec::new();
    for grade in Grade::ENTRY {
        for year in panel.span() {
            let ward = panel.actual(grade, year).and_then(|actual| actual.ward);
            let whole = ward.and_then(|ward| u32::try_from(round_half_up(ward)).ok());
            intakes.extend(whole.map(|pupils| (grade, SchoolYear(year), pupils)));
        }
    }
    intakes
}

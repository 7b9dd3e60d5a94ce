//! Capture: pupils of an entry grade for each child of the entry age in the same December.
//!
//! ```text
//! capture(ward) = Σ wₛ intake(S) / Σ wₛ children(entry age, register S)
//! ```
//!
//! Where intakes are reported by area, each area's capture against the ward's is drawn towards 1;
//! otherwise every area has the ward's.

use crate::panel::Known;
use crate::shrink::{self, DECAY, Record};
use phantuyen_model::Grade;

/// The capture of one grade.
pub(crate) struct Capture {
    /// Of the ward.
    pub(crate) ward: f64,
    /// Of each area.
    pub(crate) areas: Vec<f64>,
}

/// The weight of a year `back` years before the origin.
pub(crate) type Fading = fn(usize) -> f64;

/// The usual fading of years.
pub(crate) fn decayed(back: usize) -> f64 {
    DECAY.powi(i32::try_from(back).unwrap_or(i32::MAX))
}

/// Learns the capture of a grade from the years up to the origin; `None` without any intake.
pub(crate) fn fit(known: &Known<'_>, grade: Grade, fading: Fading) -> Option<Capture> {
    let age = usize::try_from(grade.age()).ok()?;
    let mut ward = Record::default();
    let mut areas = vec![Record::default(); known.areas()];
    let mut by_area = false;
    for year in 0..=known.last {
        let weight = fading(known.last - year);
        let children = known.ward_children(year, age);
        if let Some(intake) = known.roll(grade, year) {
            ward.add(weight, intake, children);
        }
        let Some(intakes) = known.area_rolls(grade, year) else { continue };
        let total: f64 = intakes.iter().sum();
        if children > 0.0 && total > 0.0 {
            by_area = true;
            let of_areas = known.children(year, age);
            for ((record, intake), children_here) in areas.iter_mut().zip(intakes).zip(of_areas) {
                record.add(weight, *intake, children_here * total / children);
            }
        }
    }
    let ward = ward.index()?;
    let areas = if by_area {
        let kappa = shrink::kappa(areas.iter());
        areas.iter().map(|record| (ward * shrink::shrunk(record, kappa).0).max(0.0)).collect()
    } else {
        vec![ward; known.areas()]
    };
    Some(Capture { ward, areas })
}

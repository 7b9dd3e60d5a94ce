//! Pull: a cohort that is large or small for its place drifts back to the usual size.
//!
//! Ratios alone take it that families come in proportion to the children who are there already. But
//! flats are let to families with children of any age: where many leave and many come, a
//! year of few children fills up and a year of many thins out. So a cohort moves by
//!
//! ```text
//! children a year later = ratio × (children + pull × (usual − children))
//! ```
//!
//! What is usual for an age and area is read in one of two ways ([`Usual`]), and the strength of the
//! pull is learnt for each age from all areas together.

use crate::panel::AGES;

/// How much a register counts in an area's own past against the one after it.
const PAST: f64 = 0.95;

/// How much a neighbouring age counts, for each year between.
const AGE: f64 = 0.9;

/// The strongest pull: six tenths of what is missing within a year.
const STRONGEST: f64 = 0.6;

/// Squared pulls, in children, that a strength must be told by to count half.
const PRIOR: f64 = 25.0;

/// How much the evidence of the next age counts for an age.
const NEXT_AGE: f64 = 0.5;

/// Against what a cohort is large or small.
#[derive(Clone, Debug)]
pub(crate) enum Usual {
    /// The area's share of the ward's children of this age in its registers so far.
    OwnPast(OwnPast),
    /// The area's share of the ward's children of the other ages in the same register.
    OtherAges,
    /// The present size itself: no pull.
    Present,
}

/// Children of an age and area in past registers, and of the ward at the same times, fading.
#[derive(Clone, Debug)]
pub(crate) struct OwnPast {
    /// Age × area.
    area: Vec<f64>,
    /// Age × area: of the ward, in the registers that know the area.
    ward: Vec<f64>,
}

impl Usual {
    /// The area's own past, of which nothing is known yet.
    pub(crate) fn own_past(areas: usize) -> Self {
        let nothing = vec![0.0; AGES * areas];
        Self::OwnPast(OwnPast { area: nothing.clone(), ward: nothing })
    }

    /// Takes the next register into the past.
    pub(crate) fn see(&mut self, register: &[&[f64]]) {
        let Self::OwnPast(past) = self else { return };
        for (age, children) in register.iter().enumerate() {
            let ward = known_sum(children);
            let row = age * children.len()..(age + 1) * children.len();
            let cells = past.area[row.clone()].iter_mut().zip(&mut past.ward[row]);
            for ((area, of_ward), children) in cells.zip(*children) {
                (*area, *of_ward) = (PAST * *area, PAST * *of_ward);
                if !children.is_nan() {
                    *area += children;
                    *of_ward += ward;
                }
            }
        }
    }

    /// Begins an area's past anew: its borders have changed.
    pub(crate) fn forget(&mut self, area: usize) {
        if let Self::OwnPast(past) = self {
            let areas = past.area.len() / AGES;
            for cell in (area..past.area.len()).step_by(areas.max(1)) {
                (past.area[cell], past.ward[cell]) = (0.0, 0.0);
            }
        }
    }

    /// Usual less present children, age × area; zero where either is unknown.
    pub(crate) fn gaps(&self, children: &[&[f64]]) -> Vec<f64> {
        let areas = children.first().map_or(0, |row| row.len());
        let wards: Vec<f64> = children.iter().map(|row| known_sum(row)).collect();
        let gap = |ward: f64, part: f64, whole: f64, now: f64| {
            let gap = ward * part / whole - now;
            if whole > 0.0 && gap.is_finite() { gap } else { 0.0 }
        };
        match self {
            Self::Present => vec![0.0; children.len() * areas],
            Self::OwnPast(past) => {
                let mut gaps = Vec::with_capacity(children.len() * areas);
                for (age, (row, ward)) in children.iter().zip(wards).enumerate() {
                    let cells = age * areas..(age + 1) * areas;
                    let past = past.area[cells.clone()].iter().zip(&past.ward[cells]);
                    gaps.extend(row.iter().zip(past).map(|(now, (a, w))| gap(ward, *a, *w, *now)));
                }
                gaps
            }
            Self::OtherAges => {
                let mut part = Vec::with_capacity(children.len() * areas);
                let mut whole = Vec::with_capacity(children.len() * areas);
                for (row, ward) in children.iter().zip(&wards) {
                    part.extend(row.iter().map(|now| if now.is_nan() { 0.0 } else { *now }));
                    whole.extend(row.iter().map(|now| if now.is_nan() { 0.0 } else { *ward }));
                }
                let (part, whole) =
                    (with_neighbours(&part, areas, AGE), with_neighbours(&whole, areas, AGE));
                let cells = children
                    .iter()
                    .zip(wards)
                    .flat_map(|(row, ward)| row.iter().map(move |now| (ward, *now)));
                cells
                    .zip(part.iter().zip(&whole))
                    .map(|((ward, now), (part, whole))| gap(ward, *part, *whole, now))
                    .collect()
            }
        }
    }
}

/// The strength of the pull at each age: least squares through the origin, drawn to zero, with the
/// evidence of the ages beside it. `products` and `squares` are sums of pull × surplus and pull².
pub(crate) fn strengths(products: &[f64], squares: &[f64]) -> Vec<f64> {
    let near = |sums: &[f64], age: usize| {
        let beside = |other: Option<usize>| other.and_then(|a| sums.get(a)).map_or(0.0, |s| *s);
        sums[age] + NEXT_AGE * (beside(age.checked_sub(1)) + beside(Some(age + 1)))
    };
    let strength = |age: usize| near(products, age) / (near(squares, age) + PRIOR);
    (0..products.len()).map(|age| strength(age).clamp(0.0, STRONGEST)).collect()
}

/// Each age's numbers and its neighbours', fading with the years between: once up the ages, once
/// down, the age itself counted once. Shape: age × place.
pub(crate) fn with_neighbours(own: &[f64], places: usize, fading: f64) -> Vec<f64> {
    let mut up = own.to_vec();
    for cell in places..own.len() {
        up[cell] += fading * up[cell - places];
    }
    let mut above = vec![0.0; places];
    for (ups, owns) in up.chunks_exact_mut(places.max(1)).zip(own.chunks_exact(places.max(1))).rev()
    {
        for ((up, own), above) in ups.iter_mut().zip(owns).zip(&mut above) {
            *up += *above;
            *above = fading * (*above + own);
        }
    }
    up
}

/// The sum of what is known, `NaN` where nothing is.
fn known_sum(row: &[f64]) -> f64 {
    let (sum, known) = row
        .iter()
        .filter(|count| !count.is_nan())
        .fold((0.0, false), |(sum, _), count| (sum + count, true));
    if known { sum } else { f64::NAN }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_count_half_for_each_year_between() {
        // 1 + 2/2 + 4/4 = 3, 1/2 + 2 + 4/2 = 4.5, 1/4 + 2/2 + 4 = 5.25, and a second place of 0.
        let own = [1.0, 0.0, 2.0, 0.0, 4.0, 0.0];
        assert_eq!(with_neighbours(&own, 2, 0.5), [3.0, 0.0, 4.5, 0.0, 5.25, 0.0]);
        assert!(with_neighbours(&[], 0, 0.5).is_empty());
    }

    #[test]
    fn a_cohort_is_measured_against_the_areas_own_past() {
        let mut usual = Usual::own_past(2);
        usual.see(&[&[30.0, 10.0]]);
        // Three quarters of 60 are 45, one quarter 15.
        let Usual::OwnPast(past) = &usual else { panic!("own past") };
        assert_eq!(past.area[..2], [30.0, 10.0]);
        assert_eq!(usual.gaps(&[&[20.0, 40.0]]), [25.0, -25.0]);
        usual.forget(0);
        assert_eq!(usual.gaps(&[&[20.0, 40.0]]), [0.0, -25.0]);
        assert_eq!(usual.gaps(&[&[20.0, f64::NAN]]), [0.0, 0.0]);
    }

    #[test]
    fn a_cohort_is_measured_against_the_other_ages() {
        // The area has half of the ward at either age but for 4 children: (10 + 0.9·14) of
        // (24 + 0.9·24) of 24 are 11.894.
        let gaps = Usual::OtherAges.gaps(&[&[10.0, 14.0], &[14.0, 10.0]]);
        let usual = 24.0 * (10.0 + 0.9 * 14.0) / (24.0 + 0.9 * 24.0);
        assert!((gaps[0] - (usual - 10.0)).abs() < 1e-12);
        assert!((gaps[0] + gaps[1]).abs() < 1e-12);
    }

    #[test]
    fn a_strength_needs_evidence_and_stays_in_bounds() {
        assert_eq!(strengths(&[0.0], &[0.0]), [0.0]);
        assert_eq!(strengths(&[-50.0], &[100.0]), [0.0]);
        assert_eq!(strengths(&[900.0], &[1000.0]), [0.6]);
        // (10 + 5) / (50 + 25 + 25) and the same the other way round.
        assert_eq!(strengths(&[10.0, 10.0], &[50.0, 50.0]), [0.15, 0.15]);
    }
}

//! Cohort change ratios: of the children of an age, how many there are a year later.
//!
//! 1. The ward's ratio of each age: children a year later over children, years fading.
//! 2. A unit's **movement level**: all its ages together against its parent's ratios, drawn
//!    towards 1 (families move with all their children, so ages share one level).
//! 3. A unit's **own ratio of the age** against parent's ratio × level, drawn towards 1.
//! 4. From the ward down, units between first, then areas.

use crate::panel::{AGES, Known};
use crate::shrink::{self, DECAY, Record};
use std::ops::Range;

/// No ratio departs from the parent's by more than this factor: a jump beyond it is a new estate
/// or a clerk's correction, and will not come every year.
const CAP: f64 = 2.0;

/// Ratios from each age to the next.
pub(crate) struct Ratios {
    /// Age × area.
    ratio: Vec<f64>,
    /// Age × area: weight of the area's own record.
    own: Vec<f64>,
    areas: usize,
}

impl Ratios {
    /// The ratios from `age` to the next one, by area.
    pub(crate) fn at(&self, age: usize) -> &[f64] {
        &self.ratio[age * self.areas..(age + 1) * self.areas]
    }

    /// The weights of the areas' own records in [`Ratios::at`].
    pub(crate) fn own(&self, age: usize) -> &[f64] {
        &self.own[age * self.areas..(age + 1) * self.areas]
    }

    /// Ratios given by hand, age × area.
    pub(crate) fn given(ratio: Vec<f64>, areas: usize) -> Self {
        Self { own: vec![1.0; ratio.len()], ratio, areas }
    }
}

/// Learns the ratios from the years up to the origin, at most `history_years` of them.
pub(crate) fn fit(known: &Known<'_>, history_years: Option<u32>) -> Ratios {
    let units = known.units;
    let years = window(known, history_years);
    let records = records(known, years.clone());

    let ward = units.ward();
    let mut ratio = vec![1.0; (AGES - 1) * units.len()];
    let mut own = vec![0.0; ratio.len()];
    for age in 0..AGES - 1 {
        let cell = age * units.len() + ward;
        ratio[cell] = records[cell].index().unwrap_or(1.0);
    }
    for tier in units.tiers() {
        fit_tier(known, years.clone(), tier, &records, &mut ratio, &mut own);
    }
    let areas = units.ward();
    let of_areas = |cells: &[f64]| -> Vec<f64> {
        cells.chunks_exact(units.len()).flat_map(|row| row[..areas].iter().copied()).collect()
    };
    Ratios { ratio: of_areas(&ratio), own: of_areas(&own), areas }
}

/// The years from which a ratio to the next year can be learnt.
pub(crate) fn window(known: &Known<'_>, history_years: Option<u32>) -> Range<usize> {
    let most = history_years.and_then(|years| usize::try_from(years).ok()).unwrap_or(usize::MAX);
    known.last.saturating_sub(most)..known.last
}

/// Age × unit: the record of children against children a year before.
fn records(known: &Known<'_>, years: Range<usize>) -> Vec<Record> {
    let units = known.units.len();
    let mut records = vec![Record::default(); (AGES - 1) * units];
    let mut weight = 1.0;
    for year in years.rev() {
        for (age, row) in records.chunks_exact_mut(units).enumerate() {
            let (left, arrived) = known.moves(year, age);
            for ((record, left), arrived) in row.iter_mut().zip(left).zip(arrived) {
                record.add(weight, *arrived, *left);
            }
        }
        weight *= DECAY;
    }
    records
}

/// Fills ratios and weights of one tier, whose parents are done.
fn fit_tier(
    known: &Known<'_>,
    years: Range<usize>,
    tier: Range<usize>,
    records: &[Record],
    ratio: &mut [f64],
    own: &mut [f64],
) {
    let units = known.units.len();
    let levels = levels(known, years, tier.clone(), ratio);
    let level_kappa = shrink::kappa(levels.iter());

    // Each age against what the parent's ratio and the unit's level make of it.
    let mut prior = vec![1.0; (AGES - 1) * tier.len()];
    let mut level_weight = vec![0.0; tier.len()];
    for (place, unit) in tier.clone().enumerate() {
        let (level, weight) = shrink::shrunk(&levels[place], level_kappa);
        level_weight[place] = weight;
        for age in 0..AGES - 1 {
            let above = ratio[age * units + known.units.parent(unit)];
            prior[age * tier.len() + place] = above * level;
        }
    }
    let against: Vec<Record> = prior
        .iter()
        .enumerate()
        .map(|(cell, prior)| {
            let (age, place) = (cell / tier.len(), cell % tier.len());
            let record = records[age * units + tier.start + place];
            if *prior > 0.0 { record.times(*prior) } else { Record::default() }
        })
        .collect();
    let age_kappa = shrink::kappa(against.iter());
    for (cell, record) in against.iter().enumerate() {
        let (age, place) = (cell / tier.len(), cell % tier.len());
        let unit = tier.start + place;
        let above = ratio[age * units + known.units.parent(unit)];
        let (index, weight) = shrink::shrunk(record, age_kappa);
        ratio[age * units + unit] = (prior[cell] * index).clamp(above / CAP, above * CAP);
        own[age * units + unit] = 1.0 - (1.0 - weight) * (1.0 - level_weight[place]);
    }
}

/// The record of each unit of the tier, all ages together, against its parent's ratios.
fn levels(
    known: &Known<'_>,
    years: Range<usize>,
    tier: Range<usize>,
    ratio: &[f64],
) -> Vec<Record> {
    let units = known.units.len();
    let mut levels = vec![Record::default(); tier.len()];
    let mut weight = 1.0;
    for year in years.rev() {
        let (mut seen, mut expected) = (vec![0.0; tier.len()], vec![0.0; tier.len()]);
        for age in 0..AGES - 1 {
            let (left, arrived) = known.moves(year, age);
            for (place, unit) in tier.clone().enumerate() {
                seen[place] += arrived[unit];
                expected[place] += left[unit] * ratio[age * units + known.units.parent(unit)];
            }
        }
        for ((level, seen), expected) in levels.iter_mut().zip(seen).zip(expected) {
            level.add(weight, seen, expected);
        }
        weight *= DECAY;
    }
    levels
}

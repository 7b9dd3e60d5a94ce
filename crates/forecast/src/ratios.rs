//! Cohort change ratios: of the children of an age, how many there are a year later.
//!
//! 1. The ward's ratio of each age: children a year later over children, years fading.
//! 2. A unit's **movement level** at an age: the age and its neighbours together against the
//!    parent's ratios, drawn towards 1 (families move with all their children, so neighbouring
//!    ages tell the same story; the parent keeps the shape over ages).
//! 3. A unit's **own ratio of the age** against parent's ratio × level, drawn towards 1.
//! 4. From the ward down, units between first, then areas. How far each is drawn (κ) is learnt for
//!    each tier and age, since young families move more, and more lastingly, than older ones.

use crate::panel::{AGES, Known};
use crate::shrink::{self, DECAY, Record};
use std::ops::Range;

/// No ratio departs from the parent's by more than this factor: a jump beyond it is a new estate
/// or a clerk's correction, and will not come every year.
const CAP: f64 = 2.0;

/// How much a neighbouring age counts in the movement level of an age: half for each year between.
const NEIGHBOUR: f64 = 0.5;

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
    let level_kappa = kappas(&levels, tier.len());

    // Each age against what the parent's ratio and the unit's level make of it.
    let mut prior = vec![1.0; (AGES - 1) * tier.len()];
    let mut level_weight = vec![0.0; prior.len()];
    for (cell, record) in levels.iter().enumerate() {
        let (age, place) = (cell / tier.len(), cell % tier.len());
        let above = ratio[age * units + known.units.parent(tier.start + place)];
        let (level, weight) = shrink::shrunk(record, level_kappa[age]);
        prior[cell] = above * level;
        level_weight[cell] = weight;
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
    let age_kappa = kappas(&against, tier.len());
    for (cell, record) in against.iter().enumerate() {
        let (age, place) = (cell / tier.len(), cell % tier.len());
        let unit = tier.start + place;
        let above = ratio[age * units + known.units.parent(unit)];
        let (index, weight) = shrink::shrunk(record, age_kappa[age]);
        ratio[age * units + unit] = (prior[cell] * index).clamp(above / CAP, above * CAP);
        own[age * units + unit] = 1.0 - (1.0 - weight) * (1.0 - level_weight[cell]);
    }
}

/// The record of each age and unit of the tier together with the ages around it, fading by
/// [`NEIGHBOUR`], against the parent's ratios. Shape: age × place in the tier.
fn levels(
    known: &Known<'_>,
    years: Range<usize>,
    tier: Range<usize>,
    ratio: &[f64],
) -> Vec<Record> {
    let units = known.units.len();
    let mut levels = vec![Record::default(); (AGES - 1) * tier.len()];
    let mut weight = 1.0;
    let (mut seen, mut expected) = (vec![0.0; levels.len()], vec![0.0; levels.len()]);
    for year in years.rev() {
        for age in 0..AGES - 1 {
            let (left, arrived) = known.moves(year, age);
            for (place, unit) in tier.clone().enumerate() {
                let above = ratio[age * units + known.units.parent(unit)];
                seen[age * tier.len() + place] = arrived[unit];
                expected[age * tier.len() + place] = left[unit] * above;
            }
        }
        let seen = with_neighbours(&seen, tier.len());
        let expected = with_neighbours(&expected, tier.len());
        for ((level, seen), expected) in levels.iter_mut().zip(seen).zip(expected) {
            level.add(weight, seen, expected);
        }
        weight *= DECAY;
    }
    levels
}

/// Each age's numbers and its neighbours', fading with the years between: once up the ages, once
/// down, the age itself counted once. Shape: age × place.
fn with_neighbours(own: &[f64], places: usize) -> Vec<f64> {
    let (mut up, mut down) = (own.to_vec(), own.to_vec());
    for cell in places..own.len() {
        up[cell] += NEIGHBOUR * up[cell - places];
    }
    for cell in (places..own.len()).rev() {
        down[cell - places] += NEIGHBOUR * down[cell];
    }
    up.iter().zip(&down).zip(own).map(|((up, down), own)| up + down - own).collect()
}

/// κ of each age, from the records of the age and of those next to it. Shape: age × place.
fn kappas(records: &[Record], places: usize) -> Vec<f64> {
    let ages = if places == 0 { 0 } else { records.len() / places };
    let near = |age: usize| age.saturating_sub(1) * places..(age + 2).min(ages) * places;
    (0..ages).map(|age| shrink::kappa(records[near(age)].iter())).collect()
}

//! Learning the ratios: a running record of every area and age, one year added at a time.
//!
//! 1. A year of a unit is set against what the parent's ratio **of the same year** foretold, so that a
//!    year in which the whole ward grew is no news about the area. The ward's own ratio is that of
//!    its years, fading.
//! 2. A unit's **movement level** at an age: the age and its neighbours together, drawn towards 1
//!    (families move with all their children, so neighbouring ages tell the same story; the parent
//!    keeps the shape over ages).
//! 3. A unit's **own index of the age** against that level, drawn towards 1.
//! 4. A **pull** back to the usual size of the cohort ([`crate::pull`]).
//! 5. From the ward down, tier by tier. How far each is drawn (κ) is learnt for each tier and age,
//!    since young families move more, and more lastingly, than older ones.
//!
//! The record is a sum that fades, so that a new year costs the same whatever the length of
//! the past.

use crate::panel::{AGES, Known};
use crate::pull::{self, Usual, with_neighbours};
use crate::ratios::Ratios;
use crate::reading::{Memory, Reading};
use crate::shrink::{Record, Spread, own_weight};
use crate::tree::Units;

/// No ratio departs from the parent's by more than this factor: a jump beyond it is a new estate
/// or a clerk's correction, and will not come every year.
const CAP: f64 = 2.0;

/// A unit whose children of all ages grow or fall by more than this factor beyond its parent, and
/// by more than [`BREAK_CHILDREN`], has changed its borders: such a year teaches nothing.
const BREAK: f64 = 1.5;

/// See [`BREAK`].
const BREAK_CHILDREN: f64 = 10.0;

/// Ages that have a next one.
const STEPS: usize = AGES - 1;

/// The record of one age and unit.
#[derive(Clone, Copy, Default)]
struct Cell {
    /// Children a year later against those foretold by the parent.
    own: Record,
    /// Σ w and Σ w·n²/e of the age together with its neighbours.
    level_weight: f64,
    level_square: f64,
    /// Σ w·(what a full pull would have added).
    pull: f64,
    /// Σ w·pull·n/s and Σ w·pull·e/s, s the larger of the numbers without and with the full pull.
    pull_seen: f64,
    pull_expected: f64,
}

/// What one reading of the past has learnt so far.
pub(crate) struct Learner<'a> {
    reading: Reading,
    units: &'a Units,
    /// Age × unit.
    cells: Vec<Cell>,
    /// By age: Σ w·pull²/s.
    pull_square: Vec<f64>,
    usual: Usual,
    /// Age × unit: the unit's index against its parent as last fitted.
    index: Vec<f64>,
}

impl<'a> Learner<'a> {
    /// Knows nothing yet.
    pub(crate) fn new(reading: Reading, units: &'a Units) -> Self {
        let cells = STEPS * units.len();
        Self {
            reading,
            units,
            cells: vec![Cell::default(); cells],
            pull_square: vec![0.0; STEPS],
            usual: match reading.memory {
                Some(Memory::OwnPast) => Usual::own_past(units.ward()),
                Some(Memory::OtherAges) => Usual::OtherAges,
                None => Usual::Present,
            },
            index: vec![1.0; cells],
        }
    }

    /// Takes in the last year of what is known: how the children of the register before moved, and
    /// how many there are now.
    pub(crate) fn see(&mut self, known: &Known<'_>) {
        if let Some(before) = known.last.checked_sub(1) {
            self.fade();
            self.add(known, before);
        }
        self.usual.see(&known.register(known.last));
    }

    fn fade(&mut self) {
        let by = self.reading.decay;
        for cell in &mut self.cells {
            cell.own.fade(by);
            cell.level_weight *= by;
            cell.level_square *= by;
            cell.pull *= by;
            cell.pull_seen *= by;
            cell.pull_expected *= by;
        }
        self.pull_square.iter_mut().for_each(|square| *square *= by);
    }

    /// Adds the moves from the register of `year` to the next one.
    fn add(&mut self, known: &Known<'_>, year: usize) {
        let (units, ward) = (self.units.len(), self.units.ward());
        let gaps = self.gaps(known, year);
        let mut seen = vec![0.0; STEPS * units];
        let (mut expected, mut pull) = (seen.clone(), seen.clone());
        for age in 0..STEPS {
            let (left, arrived) = known.moves(year, age);
            for unit in 0..units {
                let cell = age * units + unit;
                let above = self.units.parent(unit);
                let ratio = if unit == ward { 1.0 } else { arrived[above] / left[above] };
                if left[above] > 0.0 && ratio > 0.0 {
                    seen[cell] = arrived[unit];
                    expected[cell] = left[unit] * ratio;
                    // What the parent lacks as a whole is in its own ratio already.
                    let of_parent = gaps[age * units + above] * left[unit] / left[above];
                    pull[cell] = (gaps[cell] - of_parent) * ratio;
                }
            }
        }
        if self.reading.leaves_out_breaks {
            self.leave_out_breaks(&mut seen, &mut expected, &mut pull);
        }

        let fading = self.reading.neighbour;
        let (level_seen, level_expected) =
            (with_neighbours(&seen, units, fading), with_neighbours(&expected, units, fading));
        for (place, cell) in self.cells.iter_mut().enumerate() {
            let (n, e, z) = (seen[place], expected[place], pull[place]);
            if e > 0.0 {
                cell.own.add(1.0, n, e);
                cell.pull += z;
            }
            if level_expected[place] > 0.0 {
                cell.level_weight += 1.0;
                cell.level_square += level_seen[place] * level_seen[place] / level_expected[place];
            }
            if place % units < ward {
                let by = z / e.max(e + z).max(1.0);
                cell.pull_seen += by * n;
                cell.pull_expected += by * e;
                self.pull_square[place / units] += by * z;
            }
        }
    }

    /// Age × unit: what the register of `year` lacks to the usual, over areas that it and the next
    /// one know.
    fn gaps(&self, known: &Known<'_>, year: usize) -> Vec<f64> {
        let (areas, units) = (self.units.ward(), self.units.len());
        let of_areas = self.usual.gaps(&known.register(year));
        let mut gaps = vec![0.0; STEPS * units];
        for (age, row) in gaps.chunks_exact_mut(units).enumerate() {
            let later = known.children(year + 1, age + 1);
            let of_areas = &of_areas[age * areas..(age + 1) * areas];
            for ((gap, of_area), later) in row.iter_mut().zip(of_areas).zip(later) {
                *gap = if later.is_nan() { 0.0 } else { *of_area };
            }
            self.units.add_up(row);
        }
        gaps
    }

    /// Forgets the year of units whose borders have changed, and the past of such areas.
    fn leave_out_breaks(&mut self, seen: &mut [f64], expected: &mut [f64], pull: &mut [f64]) {
        let units = self.units.len();
        let all_ages = |row: &[f64]| {
            let mut sums = vec![0.0; units];
            for row in row.chunks_exact(units) {
                sums.iter_mut().zip(row).for_each(|(sum, count)| *sum += count);
            }
            sums
        };
        let (seen_at_all, expected_at_all) = (all_ages(seen), all_ages(expected));
        for unit in (0..units).filter(|unit| *unit != self.units.ward()) {
            let (n, e) = (seen_at_all[unit], expected_at_all[unit]);
            let is_break = (n > BREAK * e || e > BREAK * n) && (n - e).abs() > BREAK_CHILDREN;
            if is_break {
                for cell in (unit..seen.len()).step_by(units) {
                    (seen[cell], expected[cell], pull[cell]) = (0.0, 0.0, 0.0);
                }
                if unit < self.units.ward() {
                    self.usual.forget(unit);
                }
            }
        }
    }

    /// The ratios that the record supports.
    pub(crate) fn ratios(&mut self) -> Ratios {
        let (areas, units) = (self.units.ward(), self.units.len());
        let strength = self.pull_strengths();
        let levels = self.levels(&strength);
        let mut ratio = vec![1.0; STEPS * units];
        let mut own = vec![0.0; STEPS * units];
        for (age, row) in ratio.chunks_exact_mut(units).enumerate() {
            row[areas] = self.cells[age * units + areas].own.index().unwrap_or(1.0);
        }
        for tier in self.units.tiers() {
            let level_kappa = self.kappas(tier, |cell| levels[cell]);
            // Each age against what the unit's level makes of it.
            let level = |cell: usize| {
                let weight = own_weight(&levels[cell], level_kappa[cell / units]);
                (1.0 + weight * (levels[cell].index().unwrap_or(1.0) - 1.0), weight)
            };
            let against = |cell: usize| {
                let record = self.cells[cell].own;
                let expected = record.expected() + strength[cell / units] * self.cells[cell].pull;
                let factor = level(cell).0 * expected / record.expected();
                if factor > 0.0 { record.times(factor) } else { Record::default() }
            };
            let age_kappa = if self.reading.own_index {
                self.kappas(tier, against)
            } else {
                vec![f64::INFINITY; STEPS]
            };
            for (age, kappa) in age_kappa.iter().enumerate() {
                for unit in tier.clone() {
                    let cell = age * units + unit;
                    let (level, level_weight) = level(cell);
                    let record = against(cell);
                    let weight = own_weight(&record, *kappa);
                    let index = level * (1.0 + weight * (record.index().unwrap_or(1.0) - 1.0));
                    let index = index.clamp(CAP.recip(), CAP);
                    ratio[cell] = ratio[age * units + self.units.parent(unit)] * index;
                    own[cell] = 1.0 - (1.0 - weight) * (1.0 - level_weight);
                    self.index[cell] = index;
                }
            }
        }
        let of_areas = |cells: &[f64]| -> Vec<f64> {
            cells.chunks_exact(units).flat_map(|row| row[..areas].iter().copied()).collect()
        };
        Ratios::pulled(of_areas(&ratio), of_areas(&own), areas, self.usual.clone(), strength)
    }

    /// The strength of the pull at each age: what is left of the surplus of areas when their index,
    /// as last fitted, is taken off.
    fn pull_strengths(&self) -> Vec<f64> {
        let units = self.units.len();
        let surplus = |(cell, index): (&Cell, &f64)| cell.pull_seen - index * cell.pull_expected;
        let products: Vec<f64> = self
            .cells
            .chunks_exact(units)
            .zip(self.index.chunks_exact(units))
            .map(|(cells, index)| cells.iter().zip(index).map(surplus).sum())
            .collect();
        pull::strengths(&products, &self.pull_square)
    }

    /// Age × unit: the record of each age together with its neighbours, pull included.
    fn levels(&self, strength: &[f64]) -> Vec<Record> {
        let units = self.units.len();
        let sums = |of: &dyn Fn(usize, &Cell) -> f64| {
            let own: Vec<f64> = self
                .cells
                .iter()
                .enumerate()
                .map(|(place, cell)| of(place / units, cell))
                .collect();
            with_neighbours(&own, units, self.reading.neighbour)
        };
        let seen = sums(&|_, cell| cell.own.seen());
        let expected = sums(&|_, cell| cell.own.expected());
        let squared = sums(&|_, cell| cell.own.weights_squared());
        let pulled = sums(&|age, cell| cell.own.expected() + strength[age] * cell.pull);
        let level = |place: usize| {
            let cell = &self.cells[place];
            let record = Record::of_sums(
                cell.level_weight,
                seen[place],
                expected[place],
                squared[place],
                cell.level_square,
            );
            let factor = pulled[place] / expected[place];
            if factor > 0.0 { record.times(factor) } else { Record::default() }
        };
        (0..self.cells.len()).map(level).collect()
    }

    /// κ of each age for a tier, from the records of the age and of those next to it.
    fn kappas(&self, tier: &std::ops::Range<usize>, record: impl Fn(usize) -> Record) -> Vec<f64> {
        let units = self.units.len();
        let spreads: Vec<Spread> = (0..STEPS)
            .map(|age| {
                let mut spread = Spread::default();
                tier.clone().for_each(|unit| spread.add(&record(age * units + unit)));
                spread
            })
            .collect();
        let near = |age: usize| &spreads[age.saturating_sub(1)..(age + 2).min(STEPS)];
        (0..STEPS)
            .map(|age| near(age).iter().fold(Spread::default(), |sum, spread| sum.and(spread)))
            .map(|spread| self.reading.draw(spread.kappa()))
            .collect()
    }
}

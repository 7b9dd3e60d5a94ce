//! Joint futures: many possible intakes of all areas, grades and years at once.
//!
//! 1. Every grade, year and area gets a standard normal number for its own error and every grade
//!    and year one for the ward's. They go together over years (each year repeats the one before
//!    with weight φ) and over grades (a shared part of weight √ψ) as past errors did.
//! 2. The ward's number takes the place of what the areas' numbers have in common, `uᵀε`, where `u`
//!    points to the areas by the width of their intervals, and counts γ times:
//!
//! ```text
//! zᵢ = (εᵢ + uᵢ·(γ·w − uᵀε)) / √(1 + (γ² − 1)·uᵢ²)
//! ```
//!
//!    Each zᵢ is standard normal whatever γ is; γ is the one under which the sum over areas spreads
//!    as the ward's interval says. γ above 1 is an error that all areas share, below 1 families who
//!    only move from area to area.
//! 3. zᵢ becomes pupils through the area's own intervals: straight lines between the ends of the
//!    levels that the forecast gives, nothing below zero, the mean kept.
//!
//! Future k comes from its own stream of the seeded generator, so that neither the number of futures
//! nor of threads changes it.

use crate::december::Projected;
use crate::normal::normal_quantile;
use crate::together::Together;
use phantuyen_model::{AreaCode, DemandDraws, ForecastRow, Grade, SchoolYear, UnitLevel};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use rayon::prelude::*;

/// Draws `count` joint futures of everything that is forecast, in the order of its rows: by grade,
/// then school year. The same seed gives the same futures, and more of them only add to the list.
pub fn draws(projected: &Projected, count: usize, seed: u64) -> Vec<DemandDraws> {
    let cells = cells(&projected.forecast.rows);
    let futures: Vec<Vec<Vec<f64>>> = (0..count)
        .into_par_iter()
        .map(|future| Future::of(seed, future, projected.together).draw(&cells))
        .collect();
    let mut drawn: Vec<DemandDraws> = cells
        .into_iter()
        .map(|cell| DemandDraws {
            grade: cell.grade,
            school_year: cell.school_year,
            areas: cell.areas,
            draws: Vec::with_capacity(count),
        })
        .collect();
    for future in futures {
        for (cell, pupils) in drawn.iter_mut().zip(future) {
            cell.draws.push(pupils);
        }
    }
    drawn
}

/// One grade and school year.
struct Cell {
    grade: Grade,
    school_year: SchoolYear,
    areas: Vec<AreaCode>,
    spreads: Vec<Spread>,
    /// `u` of step 2.
    towards: Vec<f64>,
    /// γ of step 2.
    common: f64,
}

/// From a standard normal number to pupils.
struct Spread {
    /// Pupils at zero: the mean, but lower where the interval is cut below, so that the mean of
    /// the futures is the forecast's.
    centre: f64,
    /// Standard normal quantile, lower and upper end; the narrowest level first.
    ends: Vec<(f64, f64, f64)>,
}

/// What a spread is like: mean, standard deviation, and its slope on the normal number.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Moments {
    mean: f64,
    deviation: f64,
    slope: f64,
}

impl Spread {
    /// The distribution that the rows of one unit, one for each interval level, tell of.
    fn of(rows: &[&ForecastRow], grid: &[f64]) -> Self {
        /// Each step leaves less than half of what the mean is off.
        const STEPS: usize = 12;
        let mean = rows.first().map_or(0.0, |row| row.mean);
        let z = |row: &ForecastRow| normal_quantile(f64::midpoint(1.0, row.level_pct / 100.0));
        let mut ends: Vec<(f64, f64, f64)> =
            rows.iter().map(|row| (z(row), row.lower.min(mean), row.upper.max(mean))).collect();
        ends.sort_by(|a, b| a.0.total_cmp(&b.0));
        let is_even = ends.iter().all(|(_, lower, upper)| {
            (upper + lower - 2.0 * mean).abs() <= 1e-9 * mean.max(1.0) && *lower > 0.0
        });
        let mut spread = Self { centre: mean, ends };
        if !is_even {
            let (lower, upper) = spread.ends.first().map_or((mean, mean), |end| (end.1, end.2));
            for _ in 0..STEPS {
                let off = spread.moments(grid).mean - mean;
                spread.centre = (spread.centre - off).clamp(lower, upper);
            }
        }
        spread
    }

    fn moments(&self, grid: &[f64]) -> Moments {
        let (mut sum, mut squares, mut products) = (0.0, 0.0, 0.0);
        for z in grid {
            let pupils = self.pupils(*z);
            sum += pupils;
            squares += pupils * pupils;
            products += pupils * z;
        }
        let count = f64::from(u32::try_from(grid.len()).unwrap_or(u32::MAX));
        let mean = sum / count;
        let variance = (squares / count - mean * mean).max(0.0);
        Moments { mean, deviation: variance.sqrt(), slope: products / count }
    }

    fn pupils(&self, z: f64) -> f64 {
        let side = |end: &(f64, f64, f64)| if z < 0.0 { end.1 } else { end.2 };
        let far = z.abs();
        let (mut from, mut at) = (0.0, self.centre);
        for (place, end) in self.ends.iter().enumerate() {
            if far <= end.0 || place + 1 == self.ends.len() {
                let slope = (side(end) - at) / (end.0 - from);
                return (at + slope * (far - from)).max(0.0);
            }
            (from, at) = (end.0, side(end));
        }
        self.centre
    }
}

/// Normal numbers that stand for the whole distribution, evenly in probability.
fn grid() -> Vec<f64> {
    const POINTS: u32 = 64;
    let points: Vec<f64> = (0..POINTS)
        .map(|place| normal_quantile((f64::from(place) + 0.5) / f64::from(POINTS)))
        .collect();
    // Midpoints miss the tails; stretched to the variance that they stand for.
    let variance = points.iter().map(|z| z * z).sum::<f64>() / f64::from(POINTS);
    points.into_iter().map(|z| z / variance.sqrt()).collect()
}

/// Gathers the rows of each grade and school year.
fn cells(rows: &[ForecastRow]) -> Vec<Cell> {
    let same =
        |a: &ForecastRow, b: &ForecastRow| (a.grade, a.school_year) == (b.grade, b.school_year);
    let grid = grid();
    rows.chunk_by(same).filter_map(|rows| cell(rows, &grid)).collect()
}

fn cell(rows: &[ForecastRow], grid: &[f64]) -> Option<Cell> {
    let first = rows.first()?;
    let ward: Vec<&ForecastRow> = rows.iter().filter(|row| row.level == UnitLevel::Ward).collect();
    let of_areas: Vec<&ForecastRow> = rows.iter().filter(|row| row.area_code.is_some()).collect();
    let by_area: Vec<&[&ForecastRow]> =
        of_areas.chunk_by(|a, b| a.area_code == b.area_code).collect();
    let areas = by_area.iter().filter_map(|rows| rows[0].area_code.clone()).collect();
    let spreads: Vec<Spread> = by_area.iter().map(|rows| Spread::of(rows, grid)).collect();
    let moments: Vec<Moments> = spreads.iter().map(|spread| spread.moments(grid)).collect();
    let length = moments.iter().map(|area| area.slope * area.slope).sum::<f64>().sqrt();
    let towards: Vec<f64> =
        moments.iter().map(|area| if length > 0.0 { area.slope / length } else { 0.0 }).collect();
    let common = common(&moments, &towards, half_width(&ward));
    Some(Cell {
        grade: first.grade,
        school_year: first.school_year,
        areas,
        spreads,
        towards,
        common,
    })
}

/// The ward's standard deviation by the first of its levels.
fn half_width(ward: &[&ForecastRow]) -> f64 {
    ward.first().map_or(0.0, |row| {
        let z = normal_quantile(f64::midpoint(1.0, row.level_pct / 100.0));
        (row.upper - row.lower.min(row.mean)) / 2.0 / z
    })
}

/// γ: how often the ward's number counts, for the sum over areas to spread like the ward.
///
/// The covariance of two areas is taken as the product of their slopes and of the correlation of
/// their normal numbers; it is exact where intervals are even.
fn common(moments: &[Moments], towards: &[f64], ward: f64) -> f64 {
    /// Beyond it all areas move as one.
    const MOST: f64 = 1e4;
    let spread = |gamma: f64| {
        let (mut own, mut scaled_squares, mut shared) = (0.0, 0.0, 0.0);
        for (area, u) in moments.iter().zip(towards) {
            let scaled = area.slope / unit(gamma, *u);
            own += area.deviation * area.deviation - area.slope * area.slope;
            scaled_squares += scaled * scaled;
            shared += scaled * u;
        }
        let together = scaled_squares + (gamma * gamma - 1.0) * shared * shared;
        (own + together).max(0.0).sqrt()
    };
    let (mut low, mut high) = (0.0, MOST);
    for _ in 0..80 {
        let middle = f64::midpoint(low, high);
        if spread(middle) < ward { low = middle } else { high = middle }
    }
    f64::midpoint(low, high)
}

/// The standard deviation of `εᵢ + uᵢ·(γ·w − uᵀε)`.
fn unit(gamma: f64, u: f64) -> f64 {
    (1.0 + (gamma * gamma - 1.0) * u * u).max(f64::EPSILON).sqrt()
}

/// The random numbers of one future.
struct Future {
    random: ChaCha8Rng,
    together: Together,
}

impl Future {
    fn of(seed: u64, future: usize, together: Together) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        random.set_stream(u64::try_from(future).unwrap_or(u64::MAX));
        Self { random, together }
    }

    /// Pupils of each cell and area.
    fn draw(mut self, cells: &[Cell]) -> Vec<Vec<f64>> {
        let mut years: Vec<SchoolYear> = cells.iter().map(|cell| cell.school_year).collect();
        years.sort_unstable();
        years.dedup();
        let areas = cells.first().map_or(0, |cell| cell.areas.len());
        let mut drawn = vec![Vec::new(); cells.len()];
        // The numbers of each grade in the year before.
        let mut before: Vec<(Grade, Vec<f64>)> = Vec::new();
        for year in years {
            // The last number of each list is the ward's.
            let shared = self.normals(areas + 1);
            for (place, cell) in cells.iter().enumerate().filter(|(_, c)| c.school_year == year) {
                let fresh = self.normals(areas + 1);
                let mixed = self.across_grades(&shared, fresh);
                let known = before.iter().position(|(grade, _)| *grade == cell.grade);
                let numbers = match known {
                    Some(at) => self.across_years(&before[at].1, mixed),
                    None => mixed,
                };
                drawn[place] = cell.pupils(&numbers);
                match known {
                    Some(at) => before[at].1 = numbers,
                    None => before.push((cell.grade, numbers)),
                }
            }
        }
        drawn
    }

    /// Standard normal numbers.
    fn normals(&mut self, count: usize) -> Vec<f64> {
        let normal = |bits: u64| {
            #[expect(clippy::cast_precision_loss, reason = "53 bits are what a float holds")]
            let share = ((bits >> 11) as f64 + 0.5) / (1_u64 << 53) as f64;
            normal_quantile(share)
        };
        (0..count).map(|_| normal(self.random.next_u64())).collect()
    }

    fn across_grades(&self, shared: &[f64], fresh: Vec<f64>) -> Vec<f64> {
        let (areas, ward) = (self.together.area_grades, self.together.ward_grades);
        mixed(shared, fresh, areas.sqrt(), ward.sqrt())
    }

    fn across_years(&self, before: &[f64], fresh: Vec<f64>) -> Vec<f64> {
        mixed(before, fresh, self.together.area_years, self.together.ward_years)
    }
}

/// `weight·old + √(1 − weight²)·fresh`, the last number by the ward's weight.
fn mixed(old: &[f64], mut fresh: Vec<f64>, area: f64, ward: f64) -> Vec<f64> {
    let last = fresh.len().saturating_sub(1);
    for (place, (fresh, old)) in fresh.iter_mut().zip(old).enumerate() {
        let weight = if place == last { ward } else { area };
        *fresh = weight * old + (1.0 - weight * weight).sqrt() * *fresh;
    }
    fresh
}

impl Cell {
    /// Steps 2 and 3; the last number is the ward's.
    fn pupils(&self, numbers: &[f64]) -> Vec<f64> {
        let Some((ward, own)) = numbers.split_last() else { return Vec::new() };
        let in_common: f64 = own.iter().zip(&self.towards).map(|(e, u)| e * u).sum();
        let shift = self.common * ward - in_common;
        let units = self.spreads.iter().zip(&self.towards).zip(own);
        units
            .map(|((spread, u), own)| spread.pupils((own + u * shift) / unit(self.common, *u)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn even(deviation: f64) -> Moments {
        Moments { mean: 50.0, deviation, slope: deviation }
    }

    #[test]
    fn the_sum_spreads_as_the_ward_does() {
        let deviations = [3.0, 4.0, 12.0];
        let towards = deviations.map(|s| s / 13.0);
        let moments = deviations.map(even);
        // Independent: √(9 + 16 + 144) = 13. All as one: 19.
        assert!((common(&moments, &towards, 13.0) - 1.0).abs() < 1e-6);
        for ward in [8.0, 11.0, 15.0, 18.0] {
            let gamma = common(&moments, &towards, ward);
            // z = D⁻¹(I + (γ − 1) u uᵀ) ε; the variance of Σ sᵢzᵢ summed over the ε.
            let of_own = |j: usize| -> f64 {
                let loading = |i: usize| {
                    f64::from(u8::from(i == j)) + (gamma - 1.0) * towards[i] * towards[j]
                };
                (0..3).map(|i| deviations[i] * loading(i) / unit(gamma, towards[i])).sum()
            };
            let variance: f64 = (0..3).map(|j| of_own(j).powi(2)).sum();
            assert!((variance.sqrt() - ward).abs() < 1e-6, "{ward}: {}", variance.sqrt());
        }
    }

    #[test]
    fn pupils_meet_the_ends_of_every_level() {
        let spread = Spread { centre: 20.0, ends: vec![(1.0, 16.0, 25.0), (2.0, 10.0, 32.0)] };
        let pupils = [-2.0, -1.0, 0.0, 1.0, 2.0, 3.0, -9.0].map(|z| spread.pupils(z));
        assert_eq!(pupils, [10.0, 16.0, 20.0, 25.0, 32.0, 39.0, 0.0]);
    }

    #[test]
    fn an_interval_cut_at_zero_keeps_the_mean() {
        let grid = grid();
        let row = |mean: f64, lower: f64, upper: f64| ForecastRow {
            grade: Grade::G1,
            birth_year: 2021,
            area_code: None,
            level: UnitLevel::Ward,
            school_year: SchoolYear(2027),
            horizon: 1,
            mean,
            median: mean,
            lower,
            upper,
            level_pct: 80.0,
            pupils: 0,
            method: phantuyen_model::ForecastMethod::Cohort,
            own_weight: 1.0,
        };
        let cut = Spread::of(&[&row(2.0, 0.0, 5.0)], &grid);
        assert!(cut.centre < 2.0 && (cut.moments(&grid).mean - 2.0).abs() < 0.01);
        let even = Spread::of(&[&row(20.0, 15.0, 25.0)], &grid);
        let moments = even.moments(&grid);
        assert!((moments.deviation - 5.0 / 1.281_55).abs() < 0.01, "{moments:?}");
        assert!((moments.slope - moments.deviation).abs() < 1e-9);
    }
}

//! The practice of many planning offices, as a yardstick: each area's own cohort survival ratios
//! of the last three years, weighted 3-2-1 (Hertfordshire among others), nothing drawn together.

use crate::births::{Births, LATEST_YEARS, latest_women};
use crate::panel::{AGES, Known};
use crate::project::{self, Points};
use crate::ratios::Ratios;
use crate::{ForecastSettings, paths};

/// What the practice would have said.
pub(crate) fn points(known: &Known<'_>, settings: &ForecastSettings, is_intake: &[bool]) -> Points {
    let (ratios, births) = (ratios(known), births(known));
    let paths = paths::walk(known, settings, &ratios, births.as_ref());
    project::points(known, settings, is_intake, paths, fading)
}

/// The mean of the last three ratios of each area and age, weighted 3-2-1; 1 where none is known.
fn ratios(known: &Known<'_>) -> Ratios {
    let areas = known.areas();
    let mut ratio = Vec::with_capacity((AGES - 1) * areas);
    for age in 0..AGES - 1 {
        let years = (0..known.last).rev().map(|year| known.moves(year, age));
        let latest: Vec<_> = years.zip(LATEST_YEARS).collect();
        ratio.extend((0..areas).map(|area| {
            let told = latest.iter().map(|((left, arrived), by)| (left[area], arrived[area], *by));
            weighted(told).unwrap_or(1.0)
        }));
    }
    Ratios::given(ratio, areas)
}

/// Each area's women times its own children under 1 for each woman, weighted 3-2-1.
fn births(known: &Known<'_>) -> Option<Births> {
    let women = latest_women(known);
    if !women.iter().any(|women| *women > 0.0) {
        return None;
    }
    let years = (0..=known.last).rev().map(|year| (known.women(year), known.children(year, 0)));
    let latest: Vec<_> = years.zip(LATEST_YEARS).collect();
    let rate = |area: usize| {
        let told = latest.iter().map(|((women, born), by)| (women[area], born[area], *by));
        weighted(told)
    };
    let rates: Vec<Option<f64>> = (0..known.areas()).map(rate).collect();
    if rates.iter().all(Option::is_none) {
        return None;
    }
    let level = rates.iter().zip(&women).map(|(rate, women)| women * rate.unwrap_or(0.0));
    Some(Births::given(level.collect()))
}

/// The weight of a year before the origin.
fn fading(back: usize) -> f64 {
    LATEST_YEARS.get(back).copied().unwrap_or(0.0)
}

/// The weighted mean of `after / before` over years that know both and had somebody.
fn weighted(years: impl Iterator<Item = (f64, f64, f64)>) -> Option<f64> {
    let told = years.filter(|(before, after, _)| *before > 0.0 && !after.is_nan());
    let (sum, weight) =
        told.fold((0.0, 0.0), |(s, w), (before, after, by)| (s + by * after / before, w + by));
    (weight > 0.0).then(|| sum / weight)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_years_weigh_three_two_one() {
        // (3·1.2 + 2·0.9 + 1·1.0) / 6 = 6.4 / 6
        let years = [(10.0, 12.0, 3.0), (10.0, 9.0, 2.0), (5.0, 5.0, 1.0)];
        assert!((weighted(years.into_iter()).expect("a mean") - 6.4 / 6.0).abs() < 1e-12);
        assert_eq!(weighted([(0.0, 3.0, 3.0)].into_iter()), None);
    }
}

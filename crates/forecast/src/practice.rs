//! The habits of planning offices, as yardsticks: each area's own cohort survival ratios of the last
//! years, nothing drawn together.

use crate::births::{Births, LATEST_YEARS, latest_women};
use crate::capture::Fading;
use crate::panel::{AGES, Known};
use crate::project::{self, Points};
use crate::ratios::Ratios;
use crate::{ForecastSettings, paths};

/// How an office takes the last years together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Habit {
    /// The ratios of three years, weighted 3-2-1 (Hertfordshire among others).
    ThreeTwoOne,
    /// The children of five years together: cohort survival as most handbooks write it.
    FiveYears,
}

impl Habit {
    /// Weights of the latest years, latest first.
    fn weights(self) -> &'static [f64] {
        match self {
            Self::ThreeTwoOne => &LATEST_YEARS,
            Self::FiveYears => &[1.0; 5],
        }
    }

    /// The weight of a year before the origin in the capture.
    fn fading(self) -> Fading {
        match self {
            Self::ThreeTwoOne => |back| LATEST_YEARS.get(back).copied().unwrap_or(0.0),
            Self::FiveYears => |back| if back < 5 { 1.0 } else { 0.0 },
        }
    }

    /// `after / before` of years that know both and had somebody, latest first, taken together.
    fn together(self, years: impl Iterator<Item = (f64, f64)>) -> Option<f64> {
        let told = years
            .zip(self.weights())
            .filter(|((before, after), _)| *before > 0.0 && !after.is_nan());
        let (sum, whole) =
            told.fold((0.0, 0.0), |(sum, whole), ((before, after), by)| match self {
                Self::ThreeTwoOne => (sum + by * after / before, whole + by),
                Self::FiveYears => (sum + by * after, whole + by * before),
            });
        (whole > 0.0).then(|| sum / whole)
    }
}

/// What an office of this habit would have said.
pub(crate) fn points(
    known: &Known<'_>,
    settings: &ForecastSettings,
    is_intake: &[bool],
    habit: Habit,
) -> Points {
    let (ratios, births) = (ratios(known, habit), births(known, habit));
    let paths = paths::walk(known, settings, &ratios, births.as_ref());
    project::points(known, settings, is_intake, paths, habit.fading())
}

/// Each area's own ratios of the last years; 1 where none is known.
fn ratios(known: &Known<'_>, habit: Habit) -> Ratios {
    let areas = known.areas();
    let mut ratio = Vec::with_capacity((AGES - 1) * areas);
    for age in 0..AGES - 1 {
        let years = (0..known.last).rev().take(habit.weights().len());
        let latest: Vec<_> = years.map(|year| known.moves(year, age)).collect();
        ratio.extend((0..areas).map(|area| {
            let told = latest.iter().map(|(left, arrived)| (left[area], arrived[area]));
            habit.together(told).unwrap_or(1.0)
        }));
    }
    Ratios::given(ratio, areas)
}

/// Each area's women times its own children under 1 for each woman of the last years.
fn births(known: &Known<'_>, habit: Habit) -> Option<Births> {
    let women = latest_women(known);
    if !women.iter().any(|women| *women > 0.0) {
        return None;
    }
    let years = (0..=known.last).rev().take(habit.weights().len());
    let latest: Vec<_> = years.map(|year| (known.women(year), known.children(year, 0))).collect();
    let rate =
        |area: usize| habit.together(latest.iter().map(|(women, born)| (women[area], born[area])));
    let rates: Vec<Option<f64>> = (0..known.areas()).map(rate).collect();
    if rates.iter().all(Option::is_none) {
        return None;
    }
    let level = rates.iter().zip(&women).map(|(rate, women)| women * rate.unwrap_or(0.0));
    Some(Births::given(level.collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_are_taken_together_by_habit() {
        // (3·1.2 + 2·0.9 + 1·1.0) / 6 = 6.4 / 6, and 26 children of 25.
        let years = [(10.0, 12.0), (10.0, 9.0), (5.0, 5.0)];
        let by = |habit: Habit| habit.together(years.into_iter()).expect("a ratio");
        assert!((by(Habit::ThreeTwoOne) - 6.4 / 6.0).abs() < 1e-12);
        assert!((by(Habit::FiveYears) - 26.0 / 25.0).abs() < 1e-12);
        assert_eq!(Habit::FiveYears.together([(0.0, 3.0)].into_iter()), None);
    }
}

//! How past errors went together: over the years ahead, and over the grades.
//!
//! An area's error of year h and of year h + 1 share the movement of h years; an area that drew
//! more families than expected has more children in every grade. Both are learnt from past
//! forecasts as plain correlations of scaled errors, drawn towards a documented prior by as many
//! imagined pairs as [`IMAGINED`].

use crate::panel::Panel;
use crate::runs::Run;
use crate::{ForecastSettings, interval};
use phantuyen_model::RegisterYear;

/// Prior correlation of the errors of two following years ahead: year h + 1 repeats the errors of
/// h years and adds one of its own, so it lies well above a half.
const PRIOR_YEARS: f64 = 0.7;

/// Prior correlation of the errors of two grades.
const PRIOR_GRADES: f64 = 0.1;

/// How many pairs of errors the prior is worth.
const IMAGINED: f64 = 10.0;

/// Correlations of errors, 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Together {
    /// Of areas, from one year ahead to the next.
    pub(crate) area_years: f64,
    /// Of areas, from one grade to another.
    pub(crate) area_grades: f64,
    /// Of the ward, from one year ahead to the next.
    pub(crate) ward_years: f64,
    /// Of the ward, from one grade to another.
    pub(crate) ward_grades: f64,
}

impl Together {
    /// Where no past forecast can be compared.
    pub(crate) const PRIOR: Self = Self {
        area_years: PRIOR_YEARS,
        area_grades: PRIOR_GRADES,
        ward_years: PRIOR_YEARS,
        ward_grades: PRIOR_GRADES,
    };
}

/// Sums of products of scaled errors.
#[derive(Clone, Copy, Default)]
struct Products {
    pairs: f64,
    both: f64,
    first: f64,
    second: f64,
}

impl Products {
    fn add(&mut self, first: f64, second: f64) {
        if first.is_finite() && second.is_finite() {
            self.pairs += 1.0;
            self.both += first * second;
            self.first += first * first;
            self.second += second * second;
        }
    }

    /// The correlation, drawn towards the prior.
    fn correlation(&self, prior: f64) -> f64 {
        let spread = (self.first * self.second).sqrt();
        let told = if spread > 0.0 { self.both / spread } else { prior };
        let drawn = (self.pairs * told + IMAGINED * prior) / (self.pairs + IMAGINED);
        drawn.clamp(0.0, 0.99)
    }
}

/// Learns from the runs before `place` whose targets were seen by its origin.
pub(crate) fn learn(
    panel: &Panel,
    runs: &[Run],
    place: usize,
    settings: &ForecastSettings,
) -> Together {
    let mut sums = [Products::default(); 4];
    let now = runs[place].origin;
    for run in runs[..place].iter().filter(|run| run.is_scored) {
        let errors: Vec<Vec<Option<Errors>>> = (0..settings.grades.len())
            .map(|grade| {
                (1..=settings.horizon)
                    .map(|h| errors(panel, run, grade, h, settings, now))
                    .collect()
            })
            .collect();
        for (grade, by_year) in errors.iter().enumerate() {
            for pair in by_year.windows(2) {
                if let [Some(first), Some(second)] = pair {
                    first.pair_up(second, &mut sums, (0, 2));
                }
            }
            for other in &errors[grade + 1..] {
                for (first, second) in by_year.iter().flatten().zip(other.iter().flatten()) {
                    first.pair_up(second, &mut sums, (1, 3));
                }
            }
        }
    }
    let area_years = sums[0].correlation(PRIOR_YEARS);
    let area_grades = sums[1].correlation(PRIOR_GRADES);
    Together {
        area_years,
        area_grades,
        ward_years: sums[2].correlation(area_years),
        ward_grades: sums[3].correlation(area_grades),
    }
}

/// Scaled errors of one run, grade and year ahead.
struct Errors {
    ward: f64,
    /// Less what they have in common, which is the ward's.
    areas: Vec<f64>,
}

impl Errors {
    /// Adds the pairs to the products of areas and of the ward.
    fn pair_up(&self, other: &Self, sums: &mut [Products; 4], (areas, ward): (usize, usize)) {
        for (first, second) in self.areas.iter().zip(&other.areas) {
            sums[areas].add(*first, *second);
        }
        sums[ward].add(self.ward, other.ward);
    }
}

fn errors(
    panel: &Panel,
    run: &Run,
    grade: usize,
    horizon: u32,
    settings: &ForecastSettings,
    now: RegisterYear,
) -> Option<Errors> {
    let step = usize::try_from(horizon).ok()?;
    let year = run.origin.school_year(horizon).0;
    if year > now.0 || !run.points.is_of_target[grade] || run.points.is_missing(grade, step) {
        return None;
    }
    let actual = panel.actual(settings.grades[grade], year)?;
    let means = run.points.areas(grade, step);
    let scaled =
        |actual: f64, mean: f64| (actual - mean) / interval::scale(mean, f64::from(horizon));
    let mut areas: Vec<f64> = actual.areas.map_or_else(Vec::new, |actuals| {
        actuals.iter().zip(means).map(|(actual, mean)| scaled(*actual, *mean)).collect()
    });
    let (sum, count) = areas
        .iter()
        .filter(|error| error.is_finite())
        .fold((0.0, 0.0), |(sum, count), error| (sum + error, count + 1.0));
    areas.iter_mut().for_each(|error| *error -= sum / count);
    let ward = actual.ward.map_or(f64::NAN, |actual| scaled(actual, run.points.ward(grade, step)));
    Some(Errors { ward, areas })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_pairs_leave_the_prior_and_many_overrule_it() {
        assert_eq!(Products::default().correlation(0.7), 0.7);
        let mut many = Products::default();
        (0..490).for_each(|at| many.add(f64::from(at % 2), f64::from(at % 2)));
        assert!((many.correlation(0.1) - (490.0 + 1.0) / 500.0).abs() < 1e-9);
        many.add(f64::NAN, 1.0);
        assert_eq!(many.pairs, 490.0);
    }
}

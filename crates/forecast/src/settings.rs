//! What to forecast, and what is wrong with such a wish.

use phantuyen_model::{Grade, OLDEST_AGE};

/// What to forecast.
#[derive(Clone, Debug, PartialEq)]
pub struct ForecastSettings {
    /// The grades.
    pub grades: Vec<Grade>,
    /// How many school years ahead, at least 1.
    pub horizon: u32,
    /// From how many past years ratios are learnt; all if absent.
    pub history_years: Option<u32>,
    /// Interval levels in per cent, each between 0 and 100, such as 80 and 90.
    pub levels_pct: Vec<f64>,
}

/// Settings that no forecast can be made from.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ForecastError {
    /// No year ahead, or more than a childhood of them.
    #[error("the horizon is {0} years; it must be 1 to {OLDEST_AGE}")]
    Horizon(u32),
    /// Ratios cannot be learnt from no years.
    #[error("history_years is 0; it must be at least 1")]
    NoHistoryYears,
    /// No interval level, or one that is no share of a hundred.
    #[error("interval level {0:?} is not between 0 and 100 per cent")]
    Level(Option<f64>),
    /// Nothing to forecast.
    #[error("no grade to forecast")]
    NoGrade,
}

impl ForecastSettings {
    /// The settings with grades in order and once each, fit to be used.
    pub(crate) fn checked(&self) -> Result<Self, ForecastError> {
        if !(1..=OLDEST_AGE).contains(&self.horizon) {
            return Err(ForecastError::Horizon(self.horizon));
        }
        if self.history_years == Some(0) {
            return Err(ForecastError::NoHistoryYears);
        }
        let bad = self.levels_pct.iter().find(|level| !(**level > 0.0 && **level < 100.0));
        if bad.is_some() || self.levels_pct.is_empty() {
            return Err(ForecastError::Level(bad.copied()));
        }
        if self.grades.is_empty() {
            return Err(ForecastError::NoGrade);
        }
        let mut checked = self.clone();
        checked.grades.sort();
        checked.grades.dedup();
        Ok(checked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wishes_that_cannot_be_met_are_named() {
        let good = ForecastSettings {
            grades: vec![Grade::G6, Grade::G1, Grade::G6],
            horizon: 5,
            history_years: None,
            levels_pct: vec![80.0],
        };
        assert_eq!(good.checked().expect("good").grades, [Grade::G1, Grade::G6]);
        let horizon = ForecastSettings { horizon: 0, ..good.clone() };
        assert_eq!(horizon.checked(), Err(ForecastError::Horizon(0)));
        let level = ForecastSettings { levels_pct: vec![80.0, 100.0], ..good.clone() };
        assert_eq!(level.checked(), Err(ForecastError::Level(Some(100.0))));
        let years = ForecastSettings { history_years: Some(0), ..good.clone() };
        assert_eq!(years.checked(), Err(ForecastError::NoHistoryYears));
        let grades = ForecastSettings { grades: vec![], ..good };
        assert_eq!(grades.checked(), Err(ForecastError::NoGrade));
    }
}

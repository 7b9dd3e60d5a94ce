//! How good forecasts of the past would have been.

use crate::{AreaCode, Grade, MissingRule, RegisterYear, Rule, RuleBook, UnitLevel};
use serde::{Deserialize, Serialize};

/// Areas by the size of their entry cohort at the origin, in children.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum SizeClass {
    /// Every size.
    #[serde(rename = "all")]
    All,
    /// 0 to 9 children.
    #[serde(rename = "0-9")]
    To9,
    /// 10 to 19 children.
    #[serde(rename = "10-19")]
    To19,
    /// 20 to 39 children.
    #[serde(rename = "20-39")]
    To39,
    /// 40 to 79 children.
    #[serde(rename = "40-79")]
    To79,
    /// 80 to 199 children.
    #[serde(rename = "80-199")]
    To199,
    /// 200 children and more.
    #[serde(rename = "200+")]
    From200,
}

impl SizeClass {
    /// The class of a head count.
    pub fn of(headcount: u32) -> Self {
        match headcount {
            0..=9 => Self::To9,
            10..=19 => Self::To19,
            20..=39 => Self::To39,
            40..=79 => Self::To79,
            80..=199 => Self::To199,
            _ => Self::From200,
        }
    }

    /// The name used in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::To9 => "0-9",
            Self::To19 => "10-19",
            Self::To39 => "20-39",
            Self::To79 => "40-79",
            Self::To199 => "80-199",
            Self::From200 => "200+",
        }
    }
}

/// Past forecasts of one grade, level, size class and horizon, scored together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// The grade.
    pub grade: Grade,
    /// Areas or the ward.
    pub level: UnitLevel,
    /// Size of the entry cohort at the origin.
    pub size_class: SizeClass,
    /// Years ahead.
    pub horizon: u32,
    /// Interval level in per cent.
    pub level_pct: f64,
    /// How many origins.
    pub origins: u32,
    /// How many forecasts.
    pub n: u32,
    /// Σ|error| / Σactual, a fraction; accuracy is one less this.
    pub wape: Option<f64>,
    /// Mean of |error| / actual over forecasts with an actual above zero, a fraction.
    pub mape: Option<f64>,
    /// Σ(forecast − actual) / Σactual, a fraction; + = too high.
    pub bias: Option<f64>,
    /// Share of forecasts within 10 % of the actual.
    pub within_10: Option<f64>,
    /// Share of actuals inside the interval.
    pub coverage: Option<f64>,
    /// Σ(upper − lower) / Σactual.
    pub interval_width: Option<f64>,
    /// Mean |error| over that of "same as last year".
    pub mase: Option<f64>,
    /// wape of "same as last year".
    pub wape_same_as_last_year: Option<f64>,
    /// wape of cohort survival with 3-2-1 weights, the practice of many offices.
    pub wape_practice: Option<f64>,
    /// wape of cohort survival over five years, each area by itself.
    pub wape_survival_5: Option<f64>,
    /// Where the intervals came from: `conformal` or `prior`.
    pub method_interval: String,
}

/// One past forecast beside what happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BacktestError {
    /// The grade.
    pub grade: Grade,
    /// The area, or `None` for the whole ward.
    pub area_code: Option<AreaCode>,
    /// The register the forecast started from.
    pub origin: RegisterYear,
    /// Years ahead.
    pub horizon: u32,
    /// What happened.
    pub actual: f64,
    /// What was expected.
    pub mean: f64,
    /// Low end.
    pub lower: f64,
    /// High end.
    pub upper: f64,
    /// Interval level in per cent.
    pub level_pct: f64,
}

/// How right the plan of the ward asks forecasts to be, as shares of the ward's intake.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AccuracyAim {
    /// At least this.
    pub least: f64,
    /// Better still.
    pub aim: f64,
}

/// A past forecast of the ward's total against the aim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Better than the aim.
    Above,
    /// Between the least and the aim.
    Within,
    /// Below the least.
    Below,
}

impl Verdict {
    /// The name used in files and in the catalogue.
    pub fn name(self) -> &'static str {
        match self {
            Self::Above => "above",
            Self::Within => "within",
            Self::Below => "below",
        }
    }
}

impl AccuracyAim {
    /// The aim of the rule book as it is now, and the rules it stands on.
    ///
    /// # Errors
    /// [`MissingRule`] when the book has none.
    pub fn of(rules: &RuleBook) -> Result<(Self, [Rule; 2]), MissingRule> {
        let least = rules.newest("forecast_accuracy.least")?;
        let aim = rules.newest("forecast_accuracy.aim")?;
        Ok((Self { least: least.value, aim: aim.value }, [least.clone(), aim.clone()]))
    }

    /// The verdict on a score of the ward's total. Single areas get none: a bare percentage of a
    /// dozen children says nothing, their interval does.
    pub fn verdict(&self, score: &Score) -> Option<Verdict> {
        let accuracy = 1.0 - score.wape.filter(|_| score.level == UnitLevel::Ward)?;
        Some(if accuracy >= self.aim {
            Verdict::Above
        } else if accuracy >= self.least {
            Verdict::Within
        } else {
            Verdict::Below
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn score(level: UnitLevel, wape: f64) -> Score {
        Score {
            grade: Grade::G1,
            level,
            size_class: SizeClass::All,
            horizon: 1,
            level_pct: 80.0,
            origins: 3,
            n: 3,
            wape: Some(wape),
            mape: None,
            bias: None,
            within_10: None,
            coverage: None,
            interval_width: None,
            mase: None,
            wape_same_as_last_year: None,
            wape_practice: None,
            wape_survival_5: None,
            method_interval: "conformal".into(),
        }
    }

    #[test]
    fn the_verdict_follows_the_rule_book_and_spares_small_areas() {
        let book = RuleBook::shipped().expect("shipped rules");
        let (aim, _) = AccuracyAim::of(&book).expect("rules");
        let verdict = |wape| aim.verdict(&score(UnitLevel::Ward, wape));
        assert_eq!(verdict(0.04), Some(Verdict::Above));
        assert_eq!(verdict(0.09), Some(Verdict::Within));
        assert_eq!(verdict(0.11), Some(Verdict::Below));
        assert_eq!(aim.verdict(&score(UnitLevel::Area, 0.01)), None);
    }
}

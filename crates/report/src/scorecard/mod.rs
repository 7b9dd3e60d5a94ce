//! The scorecard: how right forecasts have been, for a chairman who has one minute.
//!
//! The same lines are drawn as a chart, printed as a page and written as a sheet. The whole ward
//! is judged against the aim of its plan. Areas of fewer than 20 children never get a bare
//! percentage, which says nothing of a dozen children: of them it is told how wide the range is,
//! in children, and how often it held.

mod chart;
mod page;

pub use chart::scorecard_chart;
pub use page::scorecard_page;

use crate::Provenance;
use phantuyen_model::{
    AccuracyAim, BacktestError, FrozenScore, Grade, Score, SizeClass, UnitLevel, Verdict,
};
use phantuyen_words::Lang;
use std::collections::BTreeMap;

/// What the scorecard rests on.
pub struct ScorecardInput<'a> {
    /// What the page says about itself.
    pub provenance: &'a Provenance,
    /// The language.
    pub lang: Lang,
    /// How right the plan asks forecasts to be.
    pub aim: AccuracyAim,
    /// Scores of past forecasts.
    pub scores: &'a [Score],
    /// Past forecasts one by one.
    pub errors: &'a [BacktestError],
    /// Forecasts that were said at the time, beside what happened.
    pub frozen: &'a [FrozenScore],
    /// What the method chose from the ward's own past, in sentences.
    pub choices: &'a [String],
}

/// How right forecasts of the ward's total were, for one grade and so many years ahead.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct WardLine {
    pub grade: Grade,
    pub horizon: u32,
    /// How many past forecasts.
    pub n: u32,
    /// One less Σ|error| / Σactual.
    pub accuracy: f64,
    /// Σ(forecast − actual) / Σactual.
    pub bias: f64,
    /// The deviation of each past forecast, as a share of what happened, oldest first.
    pub deviations: Vec<f64>,
    /// How many of them had what happened in their range.
    pub inside: u32,
    /// The range's level in per cent.
    pub level_pct: f64,
    pub same_as_last_year: Option<f64>,
    pub practice: Option<f64>,
    pub verdict: Verdict,
}

impl WardLine {
    /// The lowest and the highest deviation.
    pub(crate) fn range(&self) -> (f64, f64) {
        let low = self.deviations.iter().copied().fold(f64::INFINITY, f64::min);
        let high = self.deviations.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if low <= high { (low, high) } else { (self.bias, self.bias) }
    }
}

/// How forecasts of areas did, by the children expected there; one year ahead.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct AreaLine {
    pub grade: Grade,
    pub size: SizeClass,
    /// How many past forecasts.
    pub n: u32,
    /// How many of them had what happened in their range.
    pub inside: u32,
    /// Half the width of the range, in children.
    pub half_width: f64,
    /// Mean |error|, in children.
    pub error: f64,
    /// One less Σ|error| / Σactual; `None` for few children.
    pub accuracy: Option<f64>,
}

impl ScorecardInput<'_> {
    /// Whether any past forecast of the ward could be scored.
    pub fn has_scores(&self) -> bool {
        !self.ward_lines().is_empty()
    }

    /// By grade and years ahead.
    pub(crate) fn ward_lines(&self) -> Vec<WardLine> {
        ward_lines(self.scores, self.errors, self.aim)
    }

    /// By grade and size, smallest first.
    pub(crate) fn area_lines(&self) -> Vec<AreaLine> {
        area_lines(self.errors)
    }
}

/// The scores of the ward's total at the first interval level.
pub(crate) fn ward_lines(
    scores: &[Score],
    errors: &[BacktestError],
    aim: AccuracyAim,
) -> Vec<WardLine> {
    let first = scores.first().map_or(0.0, |score| score.level_pct);
    let of_ward = scores.iter().filter(|score| {
        score.level == UnitLevel::Ward
            && score.size_class == SizeClass::All
            && score.level_pct == first
    });
    let line = |score: &Score| {
        let own: Vec<&BacktestError> = errors
            .iter()
            .filter(|error| {
                error.area_code.is_none()
                    && error.grade == score.grade
                    && error.horizon == score.horizon
                    && error.level_pct == first
            })
            .collect();
        let deviation =
            |error: &&BacktestError| (error.mean - error.actual) / error.actual.max(1.0);
        let inside = own.iter().filter(|error| holds(error)).count();
        Some(WardLine {
            grade: score.grade,
            horizon: score.horizon,
            n: score.n,
            accuracy: 1.0 - score.wape?,
            bias: score.bias?,
            deviations: own.iter().map(deviation).collect(),
            inside: u32::try_from(inside).unwrap_or(u32::MAX),
            level_pct: score.level_pct,
            same_as_last_year: score.wape_same_as_last_year.map(|wape| 1.0 - wape),
            practice: score.wape_practice.map(|wape| 1.0 - wape),
            verdict: aim.verdict(score)?,
        })
    };
    of_ward.filter_map(line).collect()
}

/// Areas by the children that were expected there, a year ahead, at the first interval level.
pub(crate) fn area_lines(errors: &[BacktestError]) -> Vec<AreaLine> {
    #[derive(Default)]
    struct Sums {
        n: u32,
        inside: u32,
        width: f64,
        error: f64,
        actual: f64,
    }
    let first = errors.first().map_or(0.0, |error| error.level_pct);
    let mut sums: BTreeMap<(Grade, SizeClass), Sums> = BTreeMap::new();
    let rows = errors.iter().filter(|error| {
        error.area_code.is_some() && error.horizon == 1 && error.level_pct == first
    });
    for row in rows {
        let expected = u32::try_from(phantuyen_model::round_half_up(row.mean)).unwrap_or(0);
        let sum = sums.entry((row.grade, SizeClass::of(expected))).or_default();
        sum.n += 1;
        sum.inside += u32::from(holds(row));
        sum.width += row.upper - row.lower;
        sum.error += (row.mean - row.actual).abs();
        sum.actual += row.actual;
    }
    let line = |((grade, size), sum): ((Grade, SizeClass), Sums)| {
        let n = f64::from(sum.n);
        let accuracy = (!is_few(size) && sum.actual > 0.0).then(|| 1.0 - sum.error / sum.actual);
        AreaLine {
            grade,
            size,
            n: sum.n,
            inside: sum.inside,
            half_width: sum.width / n / 2.0,
            error: sum.error / n,
            accuracy,
        }
    };
    sums.into_iter().map(line).collect()
}

/// Whether a percentage says nothing of so few children.
pub(crate) fn is_few(size: SizeClass) -> bool {
    matches!(size, SizeClass::To9 | SizeClass::To19)
}

/// What the catalogue calls a verdict.
pub(crate) fn verdict_key(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Above => "doc.score.above",
        Verdict::Within => "doc.score.within",
        Verdict::Below => "doc.score.below",
    }
}

fn holds(error: &BacktestError) -> bool {
    (error.lower..=error.upper).contains(&error.actual)
}

#[cfg(test)]
mod tests {
    use super::*;
    use phantuyen_model::{AreaCode, RegisterYear};

    fn error(area: Option<&str>, origin: i32, mean: f64, actual: f64) -> BacktestError {
        BacktestError {
            grade: Grade::G1,
            area_code: area.map(AreaCode::new),
            origin: RegisterYear(origin),
            horizon: 1,
            actual,
            mean,
            lower: mean - 3.0,
            upper: mean + 3.0,
            level_pct: 80.0,
        }
    }

    #[test]
    fn few_children_get_a_range_and_no_percentage() {
        let errors = [
            error(Some("A"), 2020, 12.0, 10.0),
            error(Some("A"), 2021, 14.0, 18.0),
            error(Some("B"), 2020, 30.0, 33.0),
        ];
        let lines = area_lines(&errors);
        assert_eq!(lines.len(), 2);
        assert_eq!((lines[0].size, lines[0].n, lines[0].inside), (SizeClass::To19, 2, 1));
        assert_eq!((lines[0].half_width, lines[0].error, lines[0].accuracy), (3.0, 3.0, None));
        let accuracy = lines[1].accuracy.expect("enough children");
        assert!((accuracy - (1.0 - 3.0 / 33.0)).abs() < 1e-12);
    }
}

//! `forecast` and `backtest`.

use super::{Said, Teller, csv};
use crate::exit::Exit;
use crate::screen::december as text;
use phantuyen_model::{Finding, FindingCode, RegisterYear, SizeClass};
use phantuyen_pipeline::PipelineError;
use serde_json::json;

impl Teller<'_> {
    pub(super) fn forecast(&self) -> Result<Exit, PipelineError> {
        self.screen.step("forecasting");
        let done = self.desk.forecast()?;
        let december = &done.data.december;
        let said = Said {
            text: text::forecast(self.screen, &done.data, &self.desk.speaker()),
            csv: csv(&done.files, "forecasts.csv"),
            data: json!({
                "origin": december.origin.date(),
                "forecasts": super::json(&december.projected.forecast.rows)?,
                "explanations": super::json(&done.data.whys)?,
                "rooms": super::json(&done.data.rooms)?,
                "frozen": super::json(&done.data.frozen)?,
            }),
            keep: Some(done.data.to_keep.clone()),
        };
        self.finish(done, &said, Exit::Done)
    }

    /// `only_kept`: text and CSV leave out all but forecasts that were kept.
    pub(super) fn backtest(
        &self,
        origins: &[RegisterYear],
        only_kept: bool,
    ) -> Result<Exit, PipelineError> {
        self.screen.step("backtesting");
        let mut done = self.desk.backtest(origins)?;
        let (aim, rules) = self.desk.aim()?;
        done.rules.extend(rules);
        if only_kept && done.data.frozen.is_empty() {
            done.findings.push(Finding::new(FindingCode::NothingKept));
        }
        let backtest = &done.data.backtest;
        let verdicts = backtest.scores.iter().filter_map(|score| {
            let verdict = aim.verdict(score).filter(|_| score.size_class == SizeClass::All)?;
            Some(json!({
                "grade": score.grade, "level": score.level, "horizon": score.horizon,
                "accuracy": 1.0 - score.wape?, "verdict": verdict,
            }))
        });
        let table = if only_kept { "frozen.csv" } else { "scores.csv" };
        let said = Said {
            text: text::backtest(self.screen, &done.data, aim, only_kept),
            csv: csv(&done.files, table),
            data: json!({
                "scores": super::json(&backtest.scores)?,
                "errors": super::json(&backtest.errors)?,
                "verdicts": verdicts.collect::<Vec<_>>(),
                "frozen": super::json(&done.data.frozen)?,
            }),
            keep: None,
        };
        self.finish(done, &said, Exit::Done)
    }
}

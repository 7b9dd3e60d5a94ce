//! `run`: every step after the other, in one folder with a part for each.

use super::{Said, Teller, plan_exit};
use crate::exit::Exit;
use crate::screen::{december, text};
use phantuyen_model::{Finding, FrozenForecast, Rule, Severity};
use phantuyen_pipeline::december::LookedBack;
use phantuyen_pipeline::publication::map_pictures;
use phantuyen_pipeline::{Done, PipelineError, ResultFile, Watch, settle, settle_rules};
use serde_json::json;

impl Teller<'_> {
    /// check → forecast → backtest → allocate → map → report.
    ///
    /// A ward without registers (its demand is given) skips the forecast and what rests on it; one
    /// without schools skips the catchments. A step that the data block ends the run; what was done
    /// before it is kept.
    pub(super) fn run(&self, watch: &Watch<'_>) -> Result<Exit, PipelineError> {
        let mut record = Record::default();
        let mut text = String::new();
        self.go(watch, &mut record, &mut text)?;
        self.finish_run(record, text)
    }

    fn go(
        &self,
        watch: &Watch<'_>,
        record: &mut Record,
        text: &mut String,
    ) -> Result<(), PipelineError> {
        let (desk, screen) = (self.desk, self.screen);
        screen.step("checking");
        let checked = desk.check()?;
        let errors = checked.findings.iter().any(|f| f.severity == Severity::Error);
        text.push_str(&text::checked(screen, &checked.data));
        record.add("check", if errors { Exit::Data } else { Exit::Done }, checked);
        if errors && !self.arguments.global.provisional {
            return Ok(());
        }

        let mut looked_ahead = None;
        if desk.has_registers() || desk.ward.demand.is_none() {
            screen.step("forecasting");
            let Some(outlook) = record.step("forecast", desk.forecast())? else { return Ok(()) };
            text.push_str(&december::forecast(screen, &outlook, &desk.speaker()));
            record.keep = Some(outlook.to_keep.clone());
            screen.step("backtesting");
            let Some(looked_back) = record.step("backtest", desk.backtest(&[]))? else {
                return Ok(());
            };
            // The forecast before has told of the kept ones already.
            let shown = LookedBack { frozen: Vec::new(), ..looked_back.clone() };
            text.push_str(&december::backtest(screen, &shown, desk.aim()?.0, false));
            looked_ahead = Some((outlook, looked_back));
        }

        let mut planned = None;
        let mut maps = Vec::new();
        if !desk.ward.schools.is_empty() {
            screen.step("allocating");
            let Some((way, catchments)) = record.step("allocate", desk.allocate(watch))? else {
                return Ok(());
            };
            text.push_str(&text::allocate(screen, &catchments, &desk.speaker()));
            let exit = plan_exit(catchments.all_hold());
            record.ended("allocate", exit);
            screen.step("drawing");
            let drawn = desk.map(&way, &catchments)?;
            maps = map_pictures(&drawn.files);
            record.add("map", exit, drawn);
            planned = Some(catchments);
        }

        if let Some((outlook, looked_back)) = looked_ahead {
            screen.step("writing");
            settle(&mut record.findings);
            let planned = planned.as_ref();
            let report = desk.report(&outlook, &looked_back, planned, &maps, &record.findings)?;
            record.add("report", Exit::Done, report);
        }
        Ok(())
    }

    fn finish_run(&self, record: Record, text: String) -> Result<Exit, PipelineError> {
        let worst = record.steps.iter().map(|(_, exit)| *exit).max_by_key(|exit| exit.code());
        let steps = record.steps.clone();
        let done =
            Done { data: (), findings: record.findings, rules: record.rules, files: record.files };
        let keep = record.keep;
        let said = Said { text, csv: String::new(), data: json!({ "steps": [] }), keep };
        self.finish_with(done, &said, worst.unwrap_or(Exit::Done), |data, folder| {
            data["steps"] = steps
                .iter()
                .map(|(verb, exit)| {
                    let folder = folder.map(|folder| format!("{folder}/{verb}"));
                    json!({ "verb": verb, "exit": exit.code(), "folder": folder })
                })
                .collect();
        })
    }
}

/// What the steps of `run` leave behind.
#[derive(Default)]
struct Record {
    steps: Vec<(&'static str, Exit)>,
    findings: Vec<Finding>,
    rules: Vec<Rule>,
    files: Vec<ResultFile>,
    /// The forecast that is to be kept.
    keep: Option<FrozenForecast>,
}

impl Record {
    /// Notes a step that came to an end, and gives back what it worked out. A step that the data
    /// block is noted with its findings and gives nothing.
    fn step<T>(
        &mut self,
        verb: &'static str,
        done: Result<Done<T>, PipelineError>,
    ) -> Result<Option<T>, PipelineError> {
        match done {
            Ok(done) => {
                let Done { data, findings, rules, files } = done;
                self.add(verb, Exit::Done, Done { data: (), findings, rules, files });
                Ok(Some(data))
            }
            Err(PipelineError::Blocked(findings)) => {
                self.steps.push((verb, Exit::Data));
                self.findings.extend(findings);
                Ok(None)
            }
            Err(fault) => Err(fault),
        }
    }

    /// Notes with which exit a step ended after all.
    fn ended(&mut self, verb: &str, exit: Exit) {
        for (_, known) in self.steps.iter_mut().filter(|(name, _)| *name == verb) {
            *known = exit;
        }
    }

    fn add<T>(&mut self, verb: &'static str, exit: Exit, done: Done<T>) {
        self.steps.push((verb, exit));
        self.findings.extend(done.findings);
        self.rules.extend(done.rules);
        settle_rules(&mut self.rules);
        let files = done.files.into_iter();
        self.files.extend(files.map(|f| ResultFile::new(format!("{verb}/{}", f.name), f.bytes)));
    }
}

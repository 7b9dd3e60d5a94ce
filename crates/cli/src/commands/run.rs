//! `run`: every step after the other, in one folder with a part for each.

use super::{Said, Teller, plan_exit};
use crate::exit::Exit;
use crate::screen::text;
use phantuyen_model::{Finding, Rule, Severity};
use phantuyen_pipeline::{Done, PipelineError, ResultFile, Watch, settle};
use serde_json::json;

impl Teller<'_> {
    /// check → forecast → backtest → allocate → map → report.
    pub(super) fn run(&self, watch: &Watch<'_>) -> Result<Exit, PipelineError> {
        let mut record = Record::default();
        self.screen.step("checking");
        let checked = self.desk.check()?;
        let errors = checked.findings.iter().any(|f| f.severity == Severity::Error);
        let blocked = errors && !self.arguments.global.provisional;
        let mut text = text::checked(self.screen, &checked.data);
        record.add("check", if errors { Exit::Data } else { Exit::Done }, checked);
        if blocked {
            return self.finish_run(record, text);
        }
        self.screen.step("forecasting");
        let mut december = self.desk.forecast()?;
        text.push_str(&text::forecast(self.screen, &december.data));
        record.add("forecast", Exit::Done, take(&mut december));
        self.screen.step("backtesting");
        let mut backtest = self.desk.backtest(&[])?;
        text.push_str(&text::backtest(self.screen, &backtest.data, self.desk.aim()?.0));
        record.add("backtest", Exit::Done, take(&mut backtest));
        self.screen.step("allocating");
        let mut planned = self.desk.allocate(watch)?;
        let (way, catchments) = &planned.data;
        text.push_str(&text::allocate(self.screen, catchments, &self.desk.speaker()));
        let exit = plan_exit(catchments.all_hold());
        self.screen.step("drawing");
        let maps = self.desk.map(way, catchments)?;
        let files = take_files(&mut planned.files, &mut planned.findings, &mut planned.rules);
        record.add("allocate", exit, files);
        record.add("map", exit, maps);
        self.screen.step("writing");
        settle(&mut record.findings);
        let report = self.desk.report(
            &december.data,
            &backtest.data,
            Some(&planned.data.1),
            &record.findings,
        )?;
        record.add("report", exit, report);
        self.finish_run(record, text)
    }

    fn finish_run(&self, record: Record, text: String) -> Result<Exit, PipelineError> {
        let worst = record.steps.iter().map(|(_, exit)| *exit).max_by_key(|exit| exit.code());
        let steps = record.steps.clone();
        let done =
            Done { data: (), findings: record.findings, rules: record.rules, files: record.files };
        let said = Said { text, csv: String::new(), data: json!({ "steps": [] }) };
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
}

impl Record {
    fn add<T>(&mut self, verb: &'static str, exit: Exit, done: Done<T>) {
        self.steps.push((verb, exit));
        self.findings.extend(done.findings);
        self.rules.extend(done.rules);
        self.rules.sort_by(|a, b| a.id.cmp(&b.id).then(a.valid_from.cmp(&b.valid_from)));
        self.rules.dedup();
        let files = done.files.into_iter();
        self.files.extend(files.map(|f| ResultFile::new(format!("{verb}/{}", f.name), f.bytes)));
    }
}

/// The files and findings of a step, leaving its data in place.
fn take<T>(done: &mut Done<T>) -> Done<()> {
    take_files(&mut done.files, &mut done.findings, &mut done.rules)
}

fn take_files(
    files: &mut Vec<ResultFile>,
    findings: &mut Vec<Finding>,
    rules: &mut Vec<Rule>,
) -> Done<()> {
    Done {
        data: (),
        findings: std::mem::take(findings),
        rules: std::mem::take(rules),
        files: std::mem::take(files),
    }
}

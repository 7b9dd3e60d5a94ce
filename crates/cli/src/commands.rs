//! The commands: open the project, run the steps, store, say.

use crate::arguments::{Arguments, Format, PlanArgs, Verb};
use crate::exit::Exit;
use crate::interrupt;
use crate::screen::{Screen, text};
use chrono::{DateTime, NaiveDate};
use phantuyen_model::{Finding, Rule, Severity, SizeClass};
use phantuyen_pipeline::{
    Desk, Destination, Done, Overrides, PipelineError, Project, Provenance, ResultFile,
    SearchProgress, Stored, Voice, Watch, document, settle, store, use_threads,
};
use serde_json::{Value, json};
use std::time::{Duration, SystemTime};

/// Name and version, as every result carries them.
pub const PROGRAM: &str = concat!("phantuyen ", env!("CARGO_PKG_VERSION"));

/// Runs the command that was typed.
///
/// # Errors
/// Whatever leaves the command without a result.
pub fn run(arguments: &Arguments, screen: &Screen<'_>) -> Result<Exit, PipelineError> {
    let global = &arguments.global;
    let interrupted = interrupt::listen();
    let project = Project::open(&global.project, &overrides(arguments))?;
    use_threads(global.threads.or(project.settings.allocation.threads))?;
    screen.step("reading");
    let mut desk = Desk::open(&project, PROGRAM, Voice { words: screen.words, lang: screen.lang })?;
    if let Some(plan) = plan_arguments(&arguments.verb) {
        desk.grades.clone_from(&plan.grade);
        if let Some(path) = &plan.demand {
            desk.take_demand(path)?;
        }
    }
    let progress = |search: &SearchProgress| screen.search(search);
    let watch = Watch { interrupted, progress: &progress };
    let teller = Teller { arguments, screen, desk: &desk };
    match &arguments.verb {
        Verb::Check => teller.check(),
        Verb::Forecast(_) => teller.forecast(),
        Verb::Backtest(asked) => teller.backtest(&asked.registers()),
        Verb::Allocate(_) => teller.allocate(&watch),
        Verb::Map(_) => teller.map(&watch),
        Verb::Report(_) => teller.report(&watch),
        Verb::Run(_) => teller.run(&watch),
    }
}

fn overrides(arguments: &Arguments) -> Overrides {
    let global = &arguments.global;
    let (as_of, horizon) = match &arguments.verb {
        Verb::Forecast(asked) => (asked.as_of, asked.horizon),
        Verb::Backtest(asked) => (asked.as_of, asked.horizon),
        _ => (None, None),
    };
    Overrides {
        as_of,
        levels: global.level.clone(),
        horizon,
        seed: global.seed,
        time_limit_s: global.time_limit,
        provisional: global.provisional,
    }
}

fn plan_arguments(verb: &Verb) -> Option<&PlanArgs> {
    match verb {
        Verb::Allocate(plan) | Verb::Map(plan) | Verb::Report(plan) | Verb::Run(plan) => Some(plan),
        _ => None,
    }
}

/// Today in Việt Nam (UTC+7), where the program is used.
fn today() -> NaiveDate {
    let hanoi = SystemTime::now() + Duration::from_secs(7 * 3600);
    DateTime::<chrono::Utc>::from(hanoi).date_naive()
}

/// Runs steps and tells their results.
struct Teller<'a> {
    arguments: &'a Arguments,
    screen: &'a Screen<'a>,
    desk: &'a Desk<'a>,
}

/// What a command says at its end.
struct Said {
    text: String,
    csv: String,
    data: Value,
}

impl Teller<'_> {
    fn check(&self) -> Result<Exit, PipelineError> {
        self.screen.step("checking");
        let done = self.desk.check()?;
        let said = Said {
            text: text::checked(self.screen, &done.data),
            csv: csv(&done.files, "kiem-tra.csv"),
            data: json(&done.data)?,
        };
        let errors = done.findings.iter().any(|f| f.severity == Severity::Error);
        let exit = if errors { Exit::Data } else { Exit::Done };
        self.finish(done, &said, exit)
    }

    fn forecast(&self) -> Result<Exit, PipelineError> {
        self.screen.step("forecasting");
        let done = self.desk.forecast()?;
        let said = Said {
            text: text::forecast(self.screen, &done.data),
            csv: csv(&done.files, "forecasts.csv"),
            data: json!({
                "origin": done.data.origin.date(),
                "forecasts": json(&done.data.projected.forecast.rows)?,
            }),
        };
        self.finish(done, &said, Exit::Done)
    }

    fn backtest(&self, origins: &[phantuyen_model::RegisterYear]) -> Result<Exit, PipelineError> {
        self.screen.step("backtesting");
        let mut done = self.desk.backtest(origins)?;
        let (aim, rules) = self.desk.aim()?;
        done.rules.extend(rules);
        let verdicts = done.data.scores.iter().filter_map(|score| {
            let verdict = aim.verdict(score).filter(|_| score.size_class == SizeClass::All)?;
            Some(json!({
                "grade": score.grade, "level": score.level, "horizon": score.horizon,
                "accuracy": 1.0 - score.wape?, "verdict": verdict,
            }))
        });
        let said = Said {
            text: text::backtest(self.screen, &done.data, aim),
            csv: csv(&done.files, "scores.csv"),
            data: json!({
                "scores": json(&done.data.scores)?,
                "errors": json(&done.data.errors)?,
                "verdicts": verdicts.collect::<Vec<_>>(),
            }),
        };
        self.finish(done, &said, Exit::Done)
    }

    fn allocate(&self, watch: &Watch<'_>) -> Result<Exit, PipelineError> {
        self.screen.step("allocating");
        let done = self.desk.allocate(watch)?;
        let catchments = &done.data.1;
        let said = Said {
            text: text::allocate(self.screen, catchments, &self.desk.speaker()),
            csv: csv(&done.files, "assignment.csv"),
            data: document::allocate_data(catchments, &self.desk.speaker())
                .map_err(PipelineError::fault)?,
        };
        let exit = plan_exit(catchments.all_hold());
        self.finish(done, &said, exit)
    }

    fn map(&self, watch: &Watch<'_>) -> Result<Exit, PipelineError> {
        self.screen.step("allocating");
        let planned = self.desk.allocate(watch)?;
        self.screen.step("drawing");
        let mut done = self.desk.map(&planned.data.0, &planned.data.1)?;
        done.findings.extend(planned.findings);
        settle(&mut done.findings);
        let exit = plan_exit(planned.data.1.all_hold());
        let said = self.files_said(&done.files);
        self.finish(done, &said, exit)
    }

    fn report(&self, watch: &Watch<'_>) -> Result<Exit, PipelineError> {
        self.screen.step("forecasting");
        let december = self.desk.forecast()?;
        self.screen.step("backtesting");
        let backtest = self.desk.backtest(&[])?;
        let mut findings = december.findings.clone();
        let planned = if self.desk.ward.schools.is_empty() {
            None
        } else {
            self.screen.step("allocating");
            Some(self.desk.allocate(watch)?)
        };
        findings.extend(backtest.findings.iter().cloned());
        findings.extend(planned.iter().flat_map(|done| done.findings.iter().cloned()));
        settle(&mut findings);
        self.screen.step("writing");
        let catchments = planned.as_ref().map(|done| &done.data.1);
        let mut done = self.desk.report(&december.data, &backtest.data, catchments, &findings)?;
        done.findings = findings;
        let exit = plan_exit(catchments.is_none_or(|c| c.all_hold()));
        let said = self.files_said(&done.files);
        self.finish(done, &said, exit)
    }

    /// check → forecast → backtest → allocate → map → report, in one folder with a part for each.
    fn run(&self, watch: &Watch<'_>) -> Result<Exit, PipelineError> {
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

    fn files_said(&self, files: &[ResultFile]) -> Said {
        let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
        Said {
            text: String::new(),
            csv: names.iter().fold("file\n".to_owned(), |text, name| text + name + "\n"),
            data: json!({ "files": names }),
        }
    }

    fn finish<T>(&self, done: Done<T>, said: &Said, exit: Exit) -> Result<Exit, PipelineError> {
        self.finish_with(done, said, exit, |_, _| {})
    }

    /// Stores the files, says the result on stdout and the findings on stderr.
    fn finish_with<T>(
        &self,
        mut done: Done<T>,
        said: &Said,
        exit: Exit,
        complete: impl FnOnce(&mut Value, Option<&str>),
    ) -> Result<Exit, PipelineError> {
        let (global, verb) = (&self.arguments.global, self.arguments.verb.name());
        let inputs = self.desk.inputs();
        let destination = Destination {
            out: global.out.clone(),
            date: global.date.unwrap_or_else(today),
            may_skip: global.format == Format::Json,
            dry_run: global.dry_run,
        };
        let arguments = told_arguments(self.arguments);
        let provenance = Provenance {
            program: PROGRAM,
            verb,
            arguments: &arguments,
            inputs: &inputs,
            rules: &done.rules,
        };
        let stored =
            store(self.desk.project, &destination, &provenance, &done.files, &mut done.findings)?;
        settle(&mut done.findings);
        let folder = match &stored {
            Stored::At(folder) => Some(folder.to_string_lossy().replace('\\', "/")),
            Stored::Nowhere => None,
        };
        let mut data = said.data.clone();
        complete(&mut data, folder.as_deref());
        match global.format {
            Format::Text => self.screen.result(&said.text),
            Format::Csv => self.screen.result(&said.csv),
            Format::Json => {
                let document = document::envelope(
                    verb,
                    PROGRAM,
                    &inputs,
                    &done.findings,
                    data,
                    self.screen.words,
                    self.screen.lang,
                );
                self.screen.json(&document)?;
            }
        }
        self.screen.findings(&done.findings);
        self.screen.stored(folder.as_deref(), &done.files, verb);
        Ok(self.exit(exit, &done.findings))
    }

    fn exit(&self, exit: Exit, findings: &[Finding]) -> Exit {
        let warned = findings.iter().any(|finding| finding.severity == Severity::Warning);
        if interrupt::heard() {
            Exit::Interrupted
        } else if exit == Exit::Done && warned && self.arguments.global.strict {
            Exit::Warnings
        } else {
            exit
        }
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

fn plan_exit(all_hold: bool) -> Exit {
    if all_hold { Exit::Done } else { Exit::NoPlan }
}

fn csv(files: &[ResultFile], name: &str) -> String {
    let file = files.iter().find(|file| file.name == name);
    file.map(|file| String::from_utf8_lossy(&file.bytes).into_owned()).unwrap_or_default()
}

fn json(value: &impl serde::Serialize) -> Result<Value, PipelineError> {
    serde_json::to_value(value).map_err(PipelineError::fault)
}

/// The arguments that change a result, in one order, without places and ways of speaking.
fn told_arguments(arguments: &Arguments) -> Vec<String> {
    let global = &arguments.global;
    let mut told = Vec::new();
    let mut tell = |name: &str, value: Option<String>| {
        told.extend(value.map(|value| format!("--{name}={value}")));
    };
    let list = |values: &[f64]| {
        let texts: Vec<String> = values.iter().map(f64::to_string).collect();
        (!texts.is_empty()).then(|| texts.join(","))
    };
    if let Some(plan) = plan_arguments(&arguments.verb) {
        let grades: Vec<&str> = plan.grade.iter().map(|grade| grade.name()).collect();
        tell("grade", (!grades.is_empty()).then(|| grades.join(",")));
        let file = plan.demand.as_ref().and_then(|path| path.file_name());
        tell("demand", file.map(|name| name.to_string_lossy().into_owned()));
    }
    let changed = overrides(arguments);
    tell("as-of", changed.as_of.map(|day| day.to_string()));
    tell("horizon", changed.horizon.map(|years| years.to_string()));
    if let Verb::Backtest(asked) = &arguments.verb {
        let range = asked.origins.as_ref();
        tell("origins", range.map(|range| format!("{}..{}", range.start(), range.end())));
    }
    tell("level", list(&global.level));
    tell("seed", global.seed.map(|seed| seed.to_string()));
    tell("time-limit", global.time_limit.map(|seconds| seconds.to_string()));
    tell("provisional", global.provisional.then(|| "true".to_owned()));
    told
}

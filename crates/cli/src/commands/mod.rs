//! The commands: open the project, run the steps, store, say.

mod answers;
mod december;
mod run;
mod told;

use crate::arguments::{Arguments, Format, PlanArgs, Verb};
use crate::exit::Exit;
use crate::interrupt;
use crate::screen::{Screen, text};
use chrono::{DateTime, NaiveDate};
use phantuyen_model::{Finding, FrozenForecast, Severity};
use phantuyen_pipeline::publication::map_pictures;
use phantuyen_pipeline::{
    Desk, Destination, Done, Overrides, PipelineError, Project, Provenance, ResultFile,
    SearchProgress, Stored, Voice, Watch, document, frozen, settle, store, use_threads,
};
use serde_json::{Value, json};
use std::time::{Duration, SystemTime};
use told::told_arguments;

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
    if let Verb::Check(asked) = &arguments.verb
        && !asked.confirm.is_empty()
    {
        phantuyen_pipeline::confirm(&project, &desk.ward, &asked.confirm)?;
        desk.ward = project.read()?;
    }
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
        Verb::Check(_) => teller.check(),
        Verb::Forecast(_) => teller.forecast(),
        Verb::Backtest(asked) => teller.backtest(&asked.registers(), asked.frozen),
        Verb::Allocate(_) => teller.allocate(&watch),
        Verb::Explain(asked) => teller.explain(asked, &watch),
        Verb::Simulate(asked) => teller.simulate(asked, &watch),
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
        Verb::Explain(asked) => Some(&asked.of),
        Verb::Simulate(asked) => Some(&asked.of),
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
    /// A forecast that is to be kept in the project.
    keep: Option<FrozenForecast>,
}

impl Teller<'_> {
    fn check(&self) -> Result<Exit, PipelineError> {
        self.screen.step("checking");
        let done = self.desk.check()?;
        let said = Said {
            text: text::checked(self.screen, &done.data),
            csv: csv(&done.files, "kiem-tra.csv"),
            data: json(&done.data)?,
            keep: None,
        };
        let errors = done.findings.iter().any(|f| f.severity == Severity::Error);
        let exit = if errors { Exit::Data } else { Exit::Done };
        self.finish(done, &said, exit)
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
            keep: None,
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
        let maps = match &planned {
            Some(planned) => {
                self.screen.step("drawing");
                map_pictures(&self.desk.map(&planned.data.0, &planned.data.1)?.files)
            }
            None => Vec::new(),
        };
        self.screen.step("writing");
        let catchments = planned.as_ref().map(|done| &done.data.1);
        let (outlook, looked_back) = (&december.data, &backtest.data);
        let mut done = self.desk.report(outlook, looked_back, catchments, &maps, &findings)?;
        done.findings = findings;
        let exit = plan_exit(catchments.is_none_or(|c| c.all_hold()));
        let said = self.files_said(&done.files);
        self.finish(done, &said, exit)
    }

    fn files_said(&self, files: &[ResultFile]) -> Said {
        let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
        Said {
            text: String::new(),
            csv: names.iter().fold("file\n".to_owned(), |text, name| text + name + "\n"),
            data: json!({ "files": names }),
            keep: None,
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
            // An answer is given, not filed: nothing to store.
            dry_run: global.dry_run || done.files.is_empty(),
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
        let kept = match &said.keep {
            Some(frozen) if !global.dry_run => {
                Some(frozen::keep(self.desk.project, frozen, &mut done.findings)?)
            }
            _ => None,
        };
        settle(&mut done.findings);
        let folder = match &stored {
            Stored::At(folder) => Some(folder.to_string_lossy().replace('\\', "/")),
            Stored::Nowhere => None,
        };
        let mut data = said.data.clone();
        if let Some(kept) = &kept {
            data["kept"] = json(kept)?;
        }
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
        let next = if exit == Exit::Data { "mend" } else { verb };
        self.screen.stored(folder.as_deref(), &done.files, next);
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

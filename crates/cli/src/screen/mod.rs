//! What people see: results on stdout, everything else on stderr.

pub mod answers;
pub mod december;
mod failure;
mod findings;
mod goals;
mod table;
pub mod text;

use crate::arguments::Global;
use crate::exit::Exit;
use indicatif::{ProgressBar, ProgressStyle};
use phantuyen_model::Finding;
use phantuyen_pipeline::{PipelineError, ResultFile, SearchProgress};
use phantuyen_words::{Catalogue, Lang, decimal, whole};
use serde_json::Value;
use std::io::{IsTerminal, Write};
use std::time::Duration;

/// The terminal of the user, and how they want to be spoken to.
pub struct Screen<'a> {
    /// The sentences.
    pub words: &'a Catalogue,
    /// The language.
    pub lang: Lang,
    quiet: bool,
    verbose: bool,
    colour: bool,
    bar: Option<ProgressBar>,
}

impl<'a> Screen<'a> {
    /// A screen as the options ask for it. Progress is drawn only on a terminal.
    pub fn new(global: &Global, words: &'a Catalogue, lang: Lang) -> Self {
        let terminal = std::io::stderr().is_terminal();
        let plain = global.no_color
            || std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
            || std::env::var("TERM").is_ok_and(|term| term == "dumb");
        let bar = (terminal && !global.quiet && !global.no_progress).then(|| {
            let bar = ProgressBar::new_spinner();
            bar.set_style(ProgressStyle::default_spinner());
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        });
        Self {
            words,
            lang,
            quiet: global.quiet,
            verbose: global.verbose,
            colour: terminal && !plain,
            bar,
        }
    }

    /// A term of the catalogue.
    pub fn term(&self, key: &str) -> String {
        self.words.term(self.lang, key)
    }

    /// A sentence of the catalogue.
    pub fn say(&self, key: &str, facts: &[(&str, String)]) -> String {
        self.words.say(self.lang, key, facts)
    }

    /// Tells which step begins.
    pub fn step(&self, step: &str) {
        if let Some(bar) = &self.bar {
            bar.set_message(self.term(&format!("step.{step}")));
        }
    }

    /// Tells how far a search has come.
    pub fn search(&self, search: &SearchProgress) {
        if let Some(bar) = &self.bar {
            let number = |value: Option<f64>| {
                value.map_or_else(|| "–".to_owned(), |value| whole(self.lang, value))
            };
            let gap = match (search.best, search.bound) {
                (Some(best), Some(bound)) => {
                    let share = (best - bound) / best.abs().max(1.0);
                    format!("{} %", decimal(self.lang, 100.0 * share.max(0.0), 2))
                }
                _ => "–".to_owned(),
            };
            bar.set_message(self.say(
                "step.search",
                &[("round", search.round.to_string()), ("best", number(search.best)), ("gap", gap)],
            ));
        }
    }

    /// The result, for people or as CSV.
    pub fn result(&self, text: &str) {
        self.clear();
        out(text);
    }

    /// The result as one JSON document.
    ///
    /// # Errors
    /// Never for documents of this program; serde asks for it.
    pub fn json(&self, document: &Value) -> Result<(), PipelineError> {
        self.clear();
        let text = serde_json::to_string_pretty(document).map_err(PipelineError::fault)?;
        out(&format!("{text}\n"));
        Ok(())
    }

    /// What is questionable, grouped.
    pub fn findings(&self, found: &[Finding]) {
        self.err(&findings::grouped(self, found, self.quiet, self.verbose));
    }

    /// Where the files lie, and what to do next (`next.*` of the catalogue).
    pub fn stored(&self, folder: Option<&str>, files: &[ResultFile], next: &str) {
        if self.quiet {
            return;
        }
        let Some(folder) = folder else { return };
        let mut text = format!("\n{}\n", self.say("stored.at", &[("folder", folder.to_owned())]));
        for file in files {
            let key = format!("file.{}", kind_of(&file.name));
            let about = if self.words.has(&key) { self.term(&key) } else { String::new() };
            text.push_str(&format!("   {:<34} {about}\n", file.name));
        }
        let next = format!("next.{next}");
        if self.words.has(&next) {
            text.push_str(&format!("{}\n", self.term(&next)));
        }
        self.err(&text);
    }

    /// Why there is no result: on stderr, and under `--format json` (the command is then given) as
    /// a document on stdout, so that a script always finds one.
    pub fn failure(&self, failure: &PipelineError, verb: Option<&str>) -> Exit {
        let (text, exit) = failure::told(self, failure);
        if let Some(verb) = verb {
            let document = failure::document(self, failure, verb, exit, &text);
            // A document of text and numbers can always be written out.
            let _ = self.json(&document);
        }
        self.err(&text);
        exit
    }

    /// A heading in bold where the terminal can.
    pub fn strong(&self, text: &str) -> String {
        if self.colour { format!("\u{1b}[1m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    fn clear(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    fn err(&self, text: &str) {
        self.clear();
        // A closed stderr leaves nobody to tell.
        let _ = std::io::stderr().write_all(text.as_bytes());
    }
}

/// The catalogue of sentences itself is damaged: the one fault that has no sentence.
pub fn broken(fault: &impl std::fmt::Display) -> Exit {
    let _ = writeln!(std::io::stderr(), "phantuyen: {fault}");
    Exit::Fault
}

/// What a file is, by its name: `map/BAN-DO_lop-1.png` is a `BAN-DO`.
fn kind_of(name: &str) -> &str {
    let name = name.rsplit('/').next().unwrap_or(name);
    name.split(['.', '_']).next().unwrap_or(name)
}

fn out(text: &str) {
    // A reader that closed the pipe has seen enough.
    let _ = std::io::stdout().write_all(text.as_bytes());
}

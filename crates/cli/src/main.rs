//! `phantuyen`: enrolment forecasts and school catchments for wards and communes.

mod arguments;
mod commands;
mod exit;
mod help;
mod interrupt;
mod screen;

use arguments::{Arguments, Format};
use clap::FromArgMatches;
use exit::Exit;
use phantuyen_words::{Catalogue, Lang};
use screen::Screen;
use std::process::ExitCode;

fn main() -> ExitCode {
    let raw: Vec<String> = std::env::args().collect();
    let lang = help::language(&raw, std::env::var("PHANTUYEN_LANG").ok().as_deref());
    let words = match Catalogue::shipped() {
        Ok(words) => words,
        Err(fault) => return screen::broken(&fault).into(),
    };
    let parsed = help::command(&words, lang)
        .try_get_matches_from(&raw)
        .and_then(|matches| Arguments::from_arg_matches(&matches));
    match parsed {
        Ok(arguments) => start(&arguments, &words, lang).into(),
        Err(asked) => help::answer(&asked, &words, lang).into(),
    }
}

fn start(arguments: &Arguments, words: &Catalogue, lang: Lang) -> Exit {
    let screen = Screen::new(&arguments.global, words, lang);
    commands::run(arguments, &screen).unwrap_or_else(|failure| {
        let as_json = arguments.global.format == Format::Json;
        screen.failure(&failure, as_json.then(|| arguments.verb.name()))
    })
}

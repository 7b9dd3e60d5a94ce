//! Help and usage errors in the language of the user, from the catalogue.

use crate::arguments::Arguments;
use crate::exit::Exit;
use clap::{Arg, ArgAction, Command, CommandFactory, error::ErrorKind};
use phantuyen_words::{Catalogue, Lang};
use std::io::Write;

/// The language, which must be known before the command line is read: `--lang`, else the
/// environment, else Vietnamese.
pub fn language(raw: &[String], environment: Option<&str>) -> Lang {
    let spoken = raw.iter().enumerate().find_map(|(place, word)| match word.as_str() {
        "--lang" => raw.get(place + 1).map(String::as_str),
        other => other.strip_prefix("--lang="),
    });
    spoken.or(environment).and_then(|name| name.parse().ok()).unwrap_or_default()
}

/// The command line with its help texts.
pub fn command(words: &Catalogue, lang: Lang) -> Command {
    let term = |key: &str| words.term(lang, key);
    let template = format!(
        "{{about-with-newline}}\n{}: {{usage}}\n\n{{all-args}}{{after-help}}",
        term("help.usage")
    );
    let speak = |command: Command, key: &str| {
        let mut command = command
            .about(term(&format!("help.verb.{key}")))
            .help_template(template.clone())
            .subcommand_help_heading(term("help.commands"))
            .subcommand_value_name(term("help.verb_name"))
            .disable_help_flag(true)
            .disable_version_flag(true)
            .arg(Arg::new("help").short('h').long("help").action(ArgAction::Help))
            .arg(Arg::new("version").short('V').long("version").action(ArgAction::Version));
        let ids: Vec<String> =
            command.get_arguments().map(|argument| argument.get_id().to_string()).collect();
        for id in ids {
            command = command.mut_arg(&id, |argument| {
                argument.help(term(&format!("help.option.{id}"))).help_heading(term("help.options"))
            });
        }
        command
    };
    let mut root = speak(Arguments::command(), "phantuyen")
        .disable_help_subcommand(true)
        .after_help(term("help.examples"));
    let verbs: Vec<String> =
        root.get_subcommands().map(|verb| verb.get_name().to_owned()).collect();
    for verb in verbs {
        root = root.mut_subcommand(&verb, |command| speak(command, &verb));
    }
    root
}

/// Shows what was asked for (help, version) or what was wrong.
pub fn answer(asked: &clap::Error, words: &Catalogue, lang: Lang) -> Exit {
    match asked.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            let _ = write!(std::io::stdout(), "{asked}");
            Exit::Done
        }
        _ => {
            let line = words.term(lang, "usage.wrong");
            let _ = write!(std::io::stderr(), "{line}\n{asked}");
            Exit::Usage
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_command_and_option_has_its_help() {
        let words = Catalogue::shipped().expect("catalogue");
        let mut command = command(&words, Lang::Vi);
        command.build();
        let mut missing = Vec::new();
        for verb in command.get_subcommands().chain([&command]) {
            let about = verb.get_about().map(ToString::to_string).unwrap_or_default();
            missing.extend(about.contains('⟨').then_some(about));
            for argument in verb.get_arguments() {
                let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
                missing.extend(help.contains('⟨').then_some(help));
            }
        }
        assert!(missing.is_empty(), "{missing:#?}");
    }

    #[test]
    fn the_language_is_found_in_both_spellings() {
        let line = |words: &[&str]| words.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(language(&line(&["x", "--lang", "en"]), None), Lang::En);
        assert_eq!(language(&line(&["x", "--lang=en"]), None), Lang::En);
        assert_eq!(language(&line(&["x"]), Some("en")), Lang::En);
        assert_eq!(language(&line(&["x", "--lang", "xx"]), None), Lang::Vi);
    }
}

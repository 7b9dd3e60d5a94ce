//! Why a command has no result, as sentences and an exit code.

use super::{Screen, findings};
use crate::commands::PROGRAM;
use crate::exit::Exit;
use phantuyen_model::FindingCode;
use phantuyen_pipeline::{PipelineError, SettingProblem, document};
use serde_json::{Value, json};

/// The text for stderr and the exit code.
pub fn told(screen: &Screen<'_>, failure: &PipelineError) -> (String, Exit) {
    let path = |path: &std::path::Path| path.display().to_string();
    match failure {
        PipelineError::NoProject { folder } => {
            (line(screen, "failure.no_project", &[("folder", path(folder))]), Exit::Usage)
        }
        PipelineError::Settings(problems) => (settings(screen, problems), Exit::Usage),
        PipelineError::Blocked(found) => {
            let unreadable = found.iter().any(|f| f.code == FindingCode::UnreadableFile);
            let text = findings::grouped(screen, found, false, false);
            let end = line(screen, "failure.blocked", &[]);
            (format!("{text}\n{end}"), if unreadable { Exit::File } else { Exit::Data })
        }
        PipelineError::UnknownName { kind, asked, near } => {
            let facts = [("asked", asked.clone()), ("near", near.join(", "))];
            let key = if near.is_empty() { "unknown" } else { "near" };
            (line(screen, &format!("failure.{key}_{kind}"), &facts), Exit::Usage)
        }
        PipelineError::NothingToTry { asked } => {
            let key = if asked.is_empty() { "nothing_to_try" } else { "concerns_nothing" };
            let facts = [("asked", asked.clone())];
            (line(screen, &format!("failure.{key}"), &facts), Exit::Usage)
        }
        PipelineError::BadChange { asked } => {
            (line(screen, "failure.bad_change", &[("asked", asked.clone())]), Exit::Usage)
        }
        PipelineError::BadConfirmation { asked } => {
            (line(screen, "failure.bad_confirmation", &[("asked", asked.clone())]), Exit::Usage)
        }
        PipelineError::Read { path: file, cause } => {
            let facts = [("path", path(file)), ("cause", cause.clone())];
            (line(screen, "failure.read", &facts), Exit::File)
        }
        PipelineError::Write { path: file, cause } => {
            let facts = [("path", path(file)), ("cause", cause.clone())];
            (line(screen, "failure.write", &facts), Exit::File)
        }
        PipelineError::NotEmpty { folder } => {
            (line(screen, "failure.not_empty", &[("folder", path(folder))]), Exit::File)
        }
        PipelineError::Fault(cause) => {
            (line(screen, "failure.fault", &[("cause", cause.clone())]), Exit::Fault)
        }
    }
}

/// The same as a document: the findings that block, and the sentences.
pub fn document(
    screen: &Screen<'_>,
    failure: &PipelineError,
    verb: &str,
    exit: Exit,
    text: &str,
) -> Value {
    let findings = match failure {
        PipelineError::Blocked(found) => found.as_slice(),
        _ => &[],
    };
    let (words, lang) = (screen.words, screen.lang);
    let mut document = document::envelope(verb, PROGRAM, &[], findings, json!({}), words, lang);
    document["error"] = json!({ "exit": exit.code(), "message": text.trim() });
    document
}

fn line(screen: &Screen<'_>, key: &str, facts: &[(&str, String)]) -> String {
    format!("{}\n", screen.say(key, facts))
}

fn settings(screen: &Screen<'_>, problems: &[SettingProblem]) -> String {
    let count = [("count", problems.len().to_string())];
    let mut text = format!("{}\n", screen.strong(&screen.say("failure.settings", &count)));
    for problem in problems {
        let facts = [
            ("key", problem.key.clone()),
            ("read", problem.read.clone()),
            ("expected", problem.expected.clone()),
        ];
        text.push_str(&format!("  {}\n", screen.say(&format!("setting.{}", problem.kind), &facts)));
        if problem.kind == "unknown_key" && !problem.expected.is_empty() {
            text.push_str(&format!("      → {}\n", screen.say("setting.did_you_mean", &facts)));
        }
    }
    text
}

//! Findings for people: grouped by kind, gravest first, at most five examples a group.

use super::Screen;
use phantuyen_model::{Finding, FindingCode, Severity};

/// Examples shown of one kind, unless everything is asked for.
const EXAMPLES: usize = 5;

/// All findings as text. Quiet keeps only what stops the work.
pub fn grouped(screen: &Screen<'_>, findings: &[Finding], quiet: bool, verbose: bool) -> String {
    let mut text = String::new();
    for severity in [Severity::Error, Severity::Warning, Severity::Info] {
        if quiet && severity != Severity::Error {
            continue;
        }
        let of_severity: Vec<&Finding> =
            findings.iter().filter(|finding| finding.severity == severity).collect();
        if of_severity.is_empty() {
            continue;
        }
        let key = match severity {
            Severity::Error => "findings.errors",
            Severity::Warning => "findings.warnings",
            Severity::Info => "findings.infos",
        };
        let count = of_severity.len().to_string();
        text.push_str(&format!("\n{}\n", screen.strong(&screen.say(key, &[("count", count)]))));
        for group in of_severity.chunk_by(|a, b| a.code == b.code) {
            text.push_str(&kind(screen, group[0].code, group, verbose));
        }
    }
    text
}

fn kind(screen: &Screen<'_>, code: FindingCode, group: &[&Finding], verbose: bool) -> String {
    let mut text = String::new();
    let shown = if verbose { group.len() } else { EXAMPLES.min(group.len()) };
    let help = |finding: &Finding| screen.words.help(screen.lang, finding);
    for (place, finding) in group[..shown].iter().enumerate() {
        text.push_str(&format!("  [{code}] {}\n", screen.words.message(screen.lang, finding)));
        // Messages in a row with the same remedy are told it once, under the last of them.
        let next = group[..shown].get(place + 1);
        if next.is_none_or(|next| help(next) != help(finding)) {
            text.push_str(&format!("      → {}\n", help(finding)));
        }
    }
    if shown < group.len() {
        let rest = (group.len() - shown).to_string();
        text.push_str(&format!("      {}\n", screen.say("findings.more", &[("count", rest)])));
    }
    text
}

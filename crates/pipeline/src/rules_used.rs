//! The rules that a result used: each once, unverified ones flagged.

use phantuyen_model::{Finding, FindingCode, Rule};

/// Puts rules in the order of their names, each once.
pub fn settle(rules: &mut Vec<Rule>) {
    rules.sort_by(|a, b| a.id.cmp(&b.id).then(a.valid_from.cmp(&b.valid_from)));
    rules.dedup();
}

/// One finding for each rule whose number nobody has checked in its source.
pub fn unverified(rules: &[Rule]) -> Vec<Finding> {
    rules
        .iter()
        .filter(|rule| !rule.verified)
        .map(|rule| {
            Finding::new(FindingCode::RuleUnverified)
                .fact("rule", &rule.id)
                .fact("id", &rule.id)
                .fact("value", rule.value)
                .fact("unit", &rule.unit)
                .fact("source", &rule.source)
        })
        .collect()
}

//! Collects findings and groups those of one kind at one place.

use phantuyen_model::{AreaCode, Finding, FindingCode, Severity};
use std::collections::BTreeMap;

/// How many different values a grouped finding shows.
const EXAMPLES: usize = 5;

type Place = (FindingCode, Option<String>, Option<String>, Option<String>, Option<AreaCode>);

struct Group {
    finding: Finding,
    values: Vec<String>,
}

/// Faults of rows, by row as a spreadsheet counts.
pub(crate) type RowFaults = BTreeMap<u32, Vec<Finding>>;

/// All findings so far; those that agree in code, table, file, column and area are one.
#[derive(Default)]
pub(crate) struct Log {
    groups: BTreeMap<Place, Group>,
    alone: Vec<Finding>,
    /// Errors of rows one by one, by file, until somebody takes them.
    faults: BTreeMap<String, RowFaults>,
}

impl Log {
    /// Adds a finding that is never counted to another.
    pub(crate) fn add_alone(&mut self, finding: Finding) {
        self.alone.push(finding);
    }

    /// Adds a finding, or counts it to the group it belongs to.
    pub(crate) fn add(&mut self, finding: Finding) {
        self.group(finding);
    }

    /// Adds a finding with the value that caused it. The caller must have made sure that the value
    /// is not personal: see [`shape`].
    pub(crate) fn add_value(&mut self, finding: Finding, value: &str) {
        let values = &mut self.group(finding).values;
        if values.len() < EXAMPLES && !values.iter().any(|known| known == value) {
            values.push(value.to_owned());
        }
    }

    /// The errors of the rows of a file, each row's in the order in which they were found.
    pub(crate) fn take_faults(&mut self, file: &str) -> RowFaults {
        self.faults.remove(file).unwrap_or_default()
    }

    /// Keeps an error of one row for the workbook that goes back to its sender.
    fn keep_fault(&mut self, finding: &Finding) {
        if let (Severity::Error, Some(row), Some(file)) =
            (finding.severity, finding.row, &finding.file)
        {
            let rows = self.faults.entry(file.clone()).or_default();
            rows.entry(row).or_default().push(finding.clone());
        }
    }

    fn group(&mut self, finding: Finding) -> &mut Group {
        self.keep_fault(&finding);
        let place = (
            finding.code,
            finding.table.clone(),
            finding.file.clone(),
            finding.column.clone(),
            finding.area_code.clone(),
        );
        self.groups
            .entry(place)
            .and_modify(|group| {
                group.finding.count += finding.count;
                group.finding.row = match (group.finding.row, finding.row) {
                    (Some(known), Some(new)) => Some(known.min(new)),
                    (known, new) => known.or(new),
                };
            })
            .or_insert_with(|| Group { finding, values: Vec::new() })
    }

    /// The findings, gravest first.
    pub(crate) fn into_findings(self) -> Vec<Finding> {
        let mut findings: Vec<Finding> = self
            .groups
            .into_values()
            .map(|group| match group.values.is_empty() {
                true => group.finding,
                false => group.finding.fact("values", group.values.join(", ")),
            })
            .collect();
        findings.extend(self.alone);
        findings.sort();
        findings
    }
}

/// The shape of a personal value: every digit is 9, every letter a, so that a clerk sees the kind
/// of fault (`99/99/9999`) and nobody learns the value.
pub(crate) fn shape(value: &str) -> String {
    const LONGEST: usize = 16;
    let masked = value.chars().map(|letter| match letter {
        '0'..='9' => '9',
        '/' | '-' | '.' | ':' | ' ' => letter,
        _ => 'a',
    });
    masked.take(LONGEST).collect()
}

/// A value that may be personal as a finding may show it: a short code (`KP05`, `KP-05`) as it
/// stands, anything else as its [`shape`].
pub(crate) fn masked(value: &str) -> String {
    if is_short_code(value) { value.to_owned() } else { shape(value) }
}

/// One to four letters, then one to four digits. Without a digit it could be a person's name,
/// without a letter a year of birth.
pub(crate) fn is_short_code(value: &str) -> bool {
    let letters = value.bytes().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let rest = value.get(letters..).unwrap_or("");
    let digits = rest.strip_prefix(['-', '.']).unwrap_or(rest);
    (1..=4).contains(&letters)
        && (1..=4).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_short_codes_are_shown_as_they_stand() {
        for code in ["KP1", "KP-05", "A.1234", "TDPX9999"] {
            assert_eq!(masked(code), code);
        }
        for value in ["Lan", "Minh", "1987", "012345678901", "KP12345", "B1234567", "Đ1", "KP 1"] {
            assert_eq!(masked(value), shape(value), "{value}");
        }
    }

    #[test]
    fn findings_of_one_kind_at_one_place_are_one() {
        let mut log = Log::default();
        for (row, value) in [(9, "x"), (4, "y"), (7, "x")] {
            let finding = Finding::new(FindingCode::BadValue).file("a.csv").column("c").row(row);
            log.add_value(finding, value);
        }
        log.add(Finding::new(FindingCode::BadValue).file("a.csv").column("d").row(2));
        let findings = log.into_findings();
        assert_eq!(findings.len(), 2);
        let grouped = findings.iter().find(|f| f.column.as_deref() == Some("c")).expect("group");
        assert_eq!((grouped.count, grouped.row), (3, Some(4)));
        assert_eq!(grouped.facts["values"], "x, y");
    }

    #[test]
    fn the_shape_of_a_value_hides_it() {
        assert_eq!(shape("31/02/2020"), "99/99/9999");
        assert_eq!(shape("Nguyễn Văn A"), "aaaaaa aaa a");
    }
}

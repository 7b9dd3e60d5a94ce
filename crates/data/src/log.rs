//! Collects findings and groups those of one kind at one place.

use phantuyen_model::{AreaCode, Finding, FindingCode, Severity};
use std::collections::BTreeMap;

/// How many different values a grouped finding shows.
const EXAMPLES: usize = 5;

type Place = (FindingCode, Option<String>, Option<String>, Option<String>, Option<AreaCode>);

/// What one part of a file adds to the numbers of its rows while it is read, so that a row of a
/// file with several parts has one number. No sheet has as many rows.
pub(crate) const PART: u32 = 1 << 21;

struct Group {
    finding: Finding,
    values: Vec<String>,
}

/// Where a table stands in one part of a file.
#[derive(Clone, Debug, Default)]
struct Layout {
    sheet: Option<String>,
    /// The column of the sheet, from 0, of each column of the table.
    columns: BTreeMap<String, u32>,
}

/// Faults of rows, by row as a spreadsheet counts.
pub(crate) type RowFaults = BTreeMap<u32, Vec<Finding>>;

/// All findings so far; those that agree in code, table, file, column and area are one.
#[derive(Default)]
pub(crate) struct Log {
    groups: BTreeMap<Place, Group>,
    alone: Vec<Finding>,
    /// The parts of the file of each table.
    layouts: BTreeMap<(String, String), Vec<Layout>>,
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

    /// Notes a part of a table's file: the sheet it is from. Rows of part `n` are numbered from
    /// `n` times [`PART`] on.
    pub(crate) fn begin_part(&mut self, table: &str, file: &str, sheet: Option<&str>) {
        let parts = self.layouts.entry((table.to_owned(), file.to_owned())).or_default();
        parts.push(Layout { sheet: sheet.map(str::to_owned), columns: BTreeMap::new() });
    }

    /// Notes where the columns of a table stand in a part of its file.
    pub(crate) fn lay_out(
        &mut self,
        table: &str,
        file: &str,
        part: usize,
        columns: impl Iterator<Item = (&'static str, u32)>,
    ) {
        let parts = self.layouts.get_mut(&(table.to_owned(), file.to_owned()));
        if let Some(layout) = parts.and_then(|parts| parts.get_mut(part)) {
            layout.columns = columns.map(|(name, place)| (name.to_owned(), place)).collect();
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
        let Self { groups, alone, layouts, .. } = self;
        let grouped = groups.into_values().map(|group| match group.values.is_empty() {
            true => group.finding,
            false => group.finding.fact("values", group.values.join(", ")),
        });
        let placed = |finding: Finding| placed(finding, &layouts);
        let mut findings: Vec<Finding> = grouped.chain(alone).map(placed).collect();
        findings.sort();
        findings
    }
}

/// A finding with its sheet, its row in it and its cell.
fn placed(mut finding: Finding, layouts: &BTreeMap<(String, String), Vec<Layout>>) -> Finding {
    let (Some(table), Some(file)) = (&finding.table, &finding.file) else { return finding };
    let Some(parts) = layouts.get(&(table.clone(), file.clone())) else { return finding };
    let part = match (parts.len(), finding.row) {
        (0, _) => return finding,
        (1, _) => 0,
        (_, Some(row)) => usize::try_from(row / PART).unwrap_or(usize::MAX),
        (_, None) => return finding,
    };
    let Some(layout) = parts.get(part) else { return finding };
    finding.sheet = finding.sheet.or_else(|| layout.sheet.clone());
    if parts.len() > 1 {
        finding.row = finding.row.map(|row| row % PART);
    }
    let column = finding.column.as_ref().and_then(|name| layout.columns.get(name));
    finding.cell =
        column.zip(finding.row).map(|(column, row)| format!("{}{row}", letters(*column)));
    finding
}

/// A column, from 0, as a spreadsheet names it: `A`, `Z`, `AA`.
fn letters(column: u32) -> String {
    let mut name = Vec::new();
    let mut rest = Some(column);
    while let Some(column) = rest {
        let digit = u8::try_from(column % 26).unwrap_or(0);
        name.push(char::from(b'A' + digit));
        rest = (column / 26).checked_sub(1);
    }
    name.iter().rev().collect()
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
    fn a_row_of_a_part_is_told_by_sheet_and_cell() {
        let mut log = Log::default();
        for sheet in ["A", "B"] {
            log.begin_part("areas", "a.xlsx", Some(sheet));
        }
        log.lay_out("areas", "a.xlsx", 1, [("name", 27)].into_iter());
        let finding = Finding::new(FindingCode::BadValue).table("areas").file("a.xlsx");
        log.add(finding.column("name").row(PART + 7));
        let findings = log.into_findings();
        let told = &findings[0];
        assert_eq!(
            (told.sheet.as_deref(), told.row, told.cell.as_deref()),
            (Some("B"), Some(7), Some("AB7"))
        );
    }

    #[test]
    fn the_shape_of_a_value_hides_it() {
        assert_eq!(shape("31/02/2020"), "99/99/9999");
        assert_eq!(shape("Nguyễn Văn A"), "aaaaaa aaa a");
    }
}

//! `Căn cứ`: from which files, by which rules and by which method; what is questionable.

use super::WorkbookInput;
use super::sheet::{Cell, Emphasis, Row, Sheet, column};
use crate::ReportError;
use phantuyen_model::Severity;
use phantuyen_words::Catalogue;
use rust_xlsxwriter::Workbook;

/// Lines of the method, in order.
const METHOD: [&str; 8] = [
    "doc.book.method_1",
    "doc.book.method_2",
    "doc.book.method_3",
    "doc.book.method_4",
    "doc.book.method_5",
    "doc.book.method_6",
    "doc.book.method_7",
    "doc.book.method_8",
];

const COLUMNS: usize = 6;

pub(super) fn write(
    book: &mut Workbook,
    input: &WorkbookInput<'_>,
    words: &Catalogue,
) -> Result<(), ReportError> {
    let term = |key: &str| words.term(input.lang, key);
    let (name, title) = (term("doc.book.basis"), term("doc.book.basis_title"));
    let mut sheet = Sheet::add(book, input, words, &name, &title, COLUMNS)?;
    for (place, width) in (0_u16..).zip([32.0, 68.0, 40.0, 28.0, 14.0, 14.0]) {
        sheet.sheet.set_column_width(place, width)?;
    }
    const LETTERS: usize = 180;
    sheet.heading(&term("doc.book.method"))?;
    for (number, key) in (1..).zip(METHOD) {
        sheet.line_in(&format!("{number}. {}", term(key)), LETTERS)?;
    }
    sheet.heading(&term("doc.book.rules"))?;
    rules(&mut sheet, input, words)?;
    sheet.heading(&term("doc.book.files"))?;
    files(&mut sheet, input, words)?;
    sheet.heading(&term("doc.book.findings"))?;
    findings(&mut sheet, input, words)?;
    sheet.heading(&term("doc.book.run"))?;
    sheet.line_in(&input.provenance.line, LETTERS)
}

fn rules(
    sheet: &mut Sheet<'_>,
    input: &WorkbookInput<'_>,
    words: &Catalogue,
) -> Result<(), ReportError> {
    let columns = [
        column(input, words, "rule", 32.0),
        column(input, words, "source", 68.0),
        column(input, words, "article", 40.0),
        column(input, words, "rule_unit", 28.0),
        column(input, words, "value", 14.0),
        column(input, words, "verified", 14.0),
    ];
    let rows: Vec<Row> = input
        .rules
        .iter()
        .map(|rule| {
            let verified = if rule.verified { "term.yes" } else { "term.no" };
            Row {
                cells: vec![
                    Cell::text(rule_name(input, words, &rule.id)),
                    Cell::text(rule_source(input, words, &rule.source)),
                    Cell::text(&rule.article),
                    Cell::text(rule_unit(input, words, &rule.unit)),
                    Cell::Number(rule.value),
                    Cell::text(words.term(input.lang, verified)),
                ],
                emphasis: if rule.verified { Emphasis::None } else { Emphasis::Alarm },
            }
        })
        .collect();
    sheet.table(&columns, &rows)
}

/// The name of a rule for people, its id where the catalogue has none.
fn rule_name(input: &WorkbookInput<'_>, words: &Catalogue, id: &str) -> String {
    let key = format!("term.rule.{id}");
    if words.has(&key) { words.term(input.lang, &key) } else { id.to_owned() }
}

/// The unit of a rule for people, as the rule book writes it where the catalogue has none.
fn rule_unit(input: &WorkbookInput<'_>, words: &Catalogue, unit: &str) -> String {
    let key = format!("term.unit.{}", unit.replace(' ', "_"));
    if words.has(&key) { words.term(input.lang, &key) } else { unit.to_owned() }
}

/// The text that sets a rule; the rule book's word for an unknown one in the language of the sheet.
fn rule_source(input: &WorkbookInput<'_>, words: &Catalogue, source: &str) -> String {
    const NOT_NAMED: &str = "chưa ghi tên văn bản";
    if source == NOT_NAMED {
        words.term(input.lang, "term.source_not_named")
    } else {
        source.to_owned()
    }
}

fn files(
    sheet: &mut Sheet<'_>,
    input: &WorkbookInput<'_>,
    words: &Catalogue,
) -> Result<(), ReportError> {
    let columns = [column(input, words, "file", 32.0), column(input, words, "sha256", 68.0)];
    let rows: Vec<Row> = input
        .files
        .iter()
        .map(|file| Row::plain(vec![Cell::text(&file.path), Cell::text(&file.sha256)]))
        .collect();
    sheet.table(&columns, &rows)
}

fn findings(
    sheet: &mut Sheet<'_>,
    input: &WorkbookInput<'_>,
    words: &Catalogue,
) -> Result<(), ReportError> {
    if input.findings.is_empty() {
        return sheet.line(&words.term(input.lang, "doc.book.no_findings"));
    }
    let columns = [
        column(input, words, "severity", 32.0),
        column(input, words, "message", 68.0),
        column(input, words, "help", 40.0),
    ];
    let rows: Vec<Row> = input
        .findings
        .iter()
        .map(|finding| {
            let severity = match finding.severity {
                Severity::Error => "term.severity.error",
                Severity::Warning => "term.severity.warning",
                Severity::Info => "term.severity.info",
            };
            Row::plain(vec![
                Cell::text(words.term(input.lang, severity)),
                Cell::text(words.message(input.lang, finding)),
                Cell::text(words.help(input.lang, finding)),
            ])
        })
        .collect();
    sheet.table(&columns, &rows)
}

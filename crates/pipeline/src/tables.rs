//! Result tables that only the pipeline knows: plain CSV for machines and for Excel.

use phantuyen_model::{BacktestError, CohortRow, Finding, Residence};
use phantuyen_words::{Catalogue, Lang};

/// Findings with their sentences. Starts with the mark by which Excel knows UTF-8.
pub fn findings(findings: &[Finding], words: &Catalogue, lang: Lang) -> String {
    let mut text = String::from("\u{feff}");
    line(
        &mut text,
        &[
            "severity",
            "code",
            "table",
            "file",
            "row",
            "column",
            "area_code",
            "count",
            "message",
            "help",
        ],
    );
    for finding in findings {
        let severity = words.term(lang, &format!("severity.{:?}", finding.severity).to_lowercase());
        let row = finding.row.map(|row| row.to_string()).unwrap_or_default();
        line(
            &mut text,
            &[
                &severity,
                finding.code.text(),
                finding.table.as_deref().unwrap_or_default(),
                finding.file.as_deref().unwrap_or_default(),
                &row,
                finding.column.as_deref().unwrap_or_default(),
                finding.area_code.as_ref().map_or("", |code| code.as_str()),
                &finding.count.to_string(),
                &words.message(lang, finding),
                &words.help(lang, finding),
            ],
        );
    }
    text
}

/// Children by area, register, birth year and residence.
pub fn cohorts(rows: &[CohortRow]) -> String {
    let mut text = String::new();
    line(&mut text, &["area_code", "as_of", "birth_year", "headcount", "residence"]);
    for row in rows {
        let residence = row.residence.map_or("", |residence| match residence {
            Residence::Permanent => "permanent",
            Residence::Temporary => "temporary",
            Residence::Current => "current",
        });
        line(
            &mut text,
            &[
                row.area_code.as_str(),
                &row.as_of.to_string(),
                &row.birth_year.to_string(),
                &row.headcount.to_string(),
                residence,
            ],
        );
    }
    text
}

/// Past forecasts beside what happened.
pub fn errors(rows: &[BacktestError]) -> String {
    let mut text = String::new();
    line(
        &mut text,
        &[
            "grade",
            "area_code",
            "origin",
            "horizon",
            "actual",
            "mean",
            "lower",
            "upper",
            "level_pct",
        ],
    );
    for row in rows {
        let area = row.area_code.as_ref().map_or("", |code| code.as_str());
        let numbers = [row.actual, row.mean, row.lower, row.upper, row.level_pct];
        let mut cells = vec![
            row.grade.to_string(),
            area.to_owned(),
            row.origin.0.to_string(),
            row.horizon.to_string(),
        ];
        cells.extend(numbers.map(|number| number.to_string()));
        line(&mut text, &cells.iter().map(String::as_str).collect::<Vec<_>>());
    }
    text
}

fn line(text: &mut String, cells: &[&str]) {
    for (place, cell) in cells.iter().enumerate() {
        if place > 0 {
            text.push(',');
        }
        if cell.contains([',', '"', '\n', '\r']) {
            text.push('"');
            text.push_str(&cell.replace('"', "\"\""));
            text.push('"');
        } else {
            text.push_str(cell);
        }
    }
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn cells_with_commas_and_quotes_are_quoted() {
        let mut text = String::new();
        line(&mut text, &["a", "b,c", "d\"e", ""]);
        assert_eq!(text, "a,\"b,c\",\"d\"\"e\",\n");
    }
}

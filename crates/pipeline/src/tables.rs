//! Result tables that only the pipeline knows: plain CSV for machines and for Excel.

use phantuyen_model::{
    BacktestError, ClassCount, CohortRow, ErrorPart, Finding, FrozenScore, LevelRooms, Residence,
    Shortage,
};
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

/// Classes and rooms to come, one row a school, grade and year; the school's own totals of the
/// level stand in every row of it. Rows without a school are of all schools together.
pub fn rooms(levels: &[LevelRooms]) -> String {
    let mut text = String::from(
        "school_code,level,grade,school_year,pupils,lower,upper,class_size,classes,classes_lower,\
         classes_upper,from,short_classes,short_upper,shortage,level_rooms,level_usable_classes,\
         level_needed_classes,level_needed_lower,level_needed_upper,level_short_classes,\
         level_short_upper,level_shortage\n",
    );
    let number = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
    let count = |value: Option<u32>| value.map(|value| value.to_string()).unwrap_or_default();
    let shortage = |value: Option<Shortage>| value.map_or("", Shortage::name).to_owned();
    let all = |count: ClassCount| [count.expected, count.lower, count.upper].map(|n| n.to_string());
    for level in levels {
        for row in &level.grades {
            let school = level.school_code.as_ref().map_or("", |code| code.as_str());
            let mut cells = vec![
                school.to_owned(),
                level.level.to_string(),
                row.grade.to_string(),
                level.school_year.0.to_string(),
                number(row.pupils),
                number(row.lower),
                number(row.upper),
                row.class_size.to_string(),
            ];
            cells.extend(all(row.classes));
            cells.push(row.from.name().to_owned());
            cells.extend(
                [row.short_classes.expected, row.short_classes.upper].map(|n| n.to_string()),
            );
            cells.push(shortage(row.shortage));
            cells.extend([count(level.rooms), count(level.usable_classes)]);
            cells.extend(all(level.needed_classes));
            cells.extend(
                [level.short_classes.expected, level.short_classes.upper].map(|n| n.to_string()),
            );
            cells.push(shortage(level.shortage));
            line(&mut text, &cells.iter().map(String::as_str).collect::<Vec<_>>());
        }
    }
    text
}

/// Kept forecasts beside what happened, the error taken apart; a part that cannot be told is empty
/// and counted in `together`.
pub fn frozen(scores: &[FrozenScore]) -> String {
    let mut text = String::from(
        "origin,version,hindsight,grade,area_code,level,school_year,horizon,is_intake,said,lower,\
         upper,level_pct,happened,error,is_inside,cohort,movement,housing,capture,adjusted,together,\
         not_told\n",
    );
    for score in scores {
        let area = score.area_code.as_ref().map_or("", |code| code.as_str());
        let level = if score.area_code.is_some() { "area" } else { "ward" };
        let mut cells = vec![
            score.origin.0.to_string(),
            score.version.to_string(),
            score.hindsight.to_string(),
            score.grade.to_string(),
            area.to_owned(),
            level.to_owned(),
            score.school_year.0.to_string(),
            score.horizon.to_string(),
            score.is_intake.to_string(),
        ];
        let numbers =
            [score.said, score.lower, score.upper, score.level_pct, score.happened, score.error];
        cells.extend(numbers.map(|number| number.to_string()));
        cells.push(score.is_inside.to_string());
        let part = |part| score.parts.part(part).map(|n| n.to_string()).unwrap_or_default();
        cells.extend(ErrorPart::ALL.map(part));
        cells.extend([score.parts.adjusted, score.parts.together].map(|n| n.to_string()));
        let not_told: Vec<&str> = score.parts.not_told.iter().map(|part| part.name()).collect();
        cells.push(not_told.join(" "));
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

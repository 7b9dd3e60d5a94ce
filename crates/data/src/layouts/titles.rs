//! What the titles of a sheet tell of all its rows: the day of a list, a school year, a grade.

use crate::intake::Intake;
use crate::schema::{AS_OF, GRADE, RESIDENTS, SCHOOL_YEAR, Table};
use crate::text::normal::normal;
use crate::value;
use chrono::NaiveDate;

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Titles {
    as_of: Option<NaiveDate>,
    school_year: Option<String>,
    grade: Option<String>,
}

impl Titles {
    /// Reads titles; of two that tell the same thing differently neither is believed.
    pub(super) fn of<'t>(texts: impl Iterator<Item = &'t str>) -> Self {
        let mut told = [None, None, None];
        let mut clash = [false; 3];
        for text in texts {
            let text = normal(text).to_lowercase();
            let found =
                [day_in(&text).map(|day| day.to_string()), school_year_in(&text), grade_in(&text)];
            for ((known, clash), found) in told.iter_mut().zip(&mut clash).zip(found) {
                match (&*known, found) {
                    (Some(known), Some(found)) => *clash |= *known != found,
                    (None, found) => *known = found,
                    (Some(_), None) => {}
                }
            }
        }
        let [day, year, grade] = told;
        let [day_clash, year_clash, grade_clash] = clash;
        Self {
            as_of: day.filter(|_| !day_clash).and_then(|day| day.parse().ok()),
            school_year: year.filter(|_| !year_clash),
            grade: grade.filter(|_| !grade_clash),
        }
    }

    /// The columns that the table has, the header lacks and the titles tell, with their value.
    pub(super) fn columns(
        &self,
        table: &Table,
        header: &[String],
        intake: &Intake,
    ) -> impl Iterator<Item = (&'static str, String)> {
        let meant = intake.headers.columns_meant(table, header);
        // A list with days of coming and going is no list of one day.
        let stays = table.name == RESIDENTS.name
            && (meant.contains(&Some("arrived")) || meant.contains(&Some("left")));
        let told = [
            (AS_OF, self.as_of.map(|day| day.to_string()).filter(|_| !stays)),
            (SCHOOL_YEAR, self.school_year.clone()),
            (GRADE, self.grade.clone()),
        ];
        let wanted: Vec<(&'static str, String)> = told
            .into_iter()
            .filter(|(name, _)| {
                table.columns.iter().any(|column| column.name == *name)
                    && !meant.contains(&Some(*name))
            })
            .filter_map(|(name, value)| Some((name, value?)))
            .collect();
        wanted.into_iter()
    }
}

/// `ngày 31 tháng 12 năm 2026`, or a date in figures.
fn day_in(text: &str) -> Option<NaiveDate> {
    let words: Vec<&str> =
        text.split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | ',' | ';')).collect();
    let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
    let spelt = words.windows(6).find_map(|w| match w {
        ["ngày", day, "tháng", month, "năm", year] => {
            value::date(&format!("{day}/{month}/{}", year.trim_end_matches('.')))
        }
        _ => None,
    });
    spelt.or_else(|| words.iter().find_map(|word| value::date(word.trim_end_matches('.'))))
}

/// `năm học 2026 - 2027`.
fn school_year_in(text: &str) -> Option<String> {
    let (_, rest) = text.split_once("năm học")?;
    let figures: String = rest
        .trim_start_matches([' ', ':'])
        .chars()
        .take_while(|c| c.is_ascii_digit() || matches!(c, ' ' | '-' | '–' | '/'))
        .collect();
    let written = figures.trim().replace('/', "-").replace(' ', "");
    value::school_year(&written).map(|year| year.0.to_string())
}

/// `lớp 1`, `trẻ 5 tuổi`; only the grades of an entry.
fn grade_in(text: &str) -> Option<String> {
    let after = |word: &str| {
        let (_, rest) = text.split_once(word)?;
        let digits: String = rest.trim_start().chars().take_while(char::is_ascii_digit).collect();
        Some(digits).filter(|digits| digits == "1" || digits == "6")
    };
    let five = ["5 tuổi", "mẫu giáo 5", "lớp lá"].iter().any(|word| text.contains(word));
    match after("lớp ") {
        Some(grade) => Some(grade),
        None => five.then(|| "preschool-5".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_tell_days_years_and_grades() {
        let told = Titles::of(
            [
                "THỐNG KÊ TRẺ (tính đến ngày 30 tháng 11 năm 2026)",
                "Năm học 2026 - 2027",
                "Tuyển sinh lớp 1",
            ]
            .into_iter(),
        );
        assert_eq!(told.as_of, NaiveDate::from_ymd_opt(2026, 11, 30));
        assert_eq!(told.school_year.as_deref(), Some("2026"));
        assert_eq!(told.grade.as_deref(), Some("1"));
        let told = Titles::of(["đến 31/12/2026", "lớp 1 và lớp 6", "lớp 6"].into_iter());
        assert_eq!(told.as_of, NaiveDate::from_ymd_opt(2026, 12, 31));
        assert_eq!(told.grade, None, "two grades: neither");
    }
}

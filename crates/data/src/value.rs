//! One cell, read as what its column holds.

use crate::schema::Kind;
use chrono::{Datelike, NaiveDate};
use phantuyen_model::{
    AreaCode, FindingCode, Grade, Level, LockRule, Residence, SchoolCode, SchoolYear,
};
use std::borrow::Cow;
use std::ops::RangeInclusive;

/// Years that a living person, a register or a school year can have; others are slips of the pen.
const YEARS: RangeInclusive<i32> = 1900..=2100;

/// The largest head count, number of rooms, of seats or of metres that a ward can have; beyond it
/// stands a telephone number or an id, and sums could overflow.
const LARGEST: u32 = 10_000_000;

/// How many pupils a class can have.
const CLASS_SIZES: RangeInclusive<u32> = 1..=1000;

/// How many classes can share a room.
const CLASSES_PER_ROOM: RangeInclusive<f64> = 0.1..=10.0;

/// The most days of a month.
const MOST_DAYS: u32 = 31;

/// What spreadsheets show where a formula failed.
const SHEET_ERRORS: [&str; 8] =
    ["#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#DATA!"];

/// A cell that was understood.
#[derive(Clone, PartialEq)]
pub(crate) enum Value<'a> {
    Empty,
    Text(&'a str),
    Area(AreaCode),
    School(SchoolCode),
    Count(u32),
    Number(f64),
    Year(i32),
    SchoolYear(SchoolYear),
    Date(NaiveDate),
    Yes(bool),
    Female(bool),
    Grade(Grade),
    Levels(Vec<Level>),
    Residence(Residence),
    LockRule(LockRule),
}

/// Reads a cell; `text` is trimmed and not empty.
///
/// # Errors
/// The code of the finding that says what is wrong.
pub(crate) fn read(kind: Kind, text: &str) -> Result<Value<'_>, FindingCode> {
    if text.starts_with('#') && SHEET_ERRORS.contains(&text) {
        return Err(FindingCode::FormulaFailed);
    }
    let value = match kind {
        Kind::Code | Kind::Text | Kind::Person | Kind::Name | Kind::Status | Kind::NotUsed => {
            Some(Value::Text(text))
        }
        Kind::BirthPart => count(text).ok().filter(|part| *part <= MOST_DAYS).map(Value::Count),
        Kind::Mark => mark(text).map(Value::Yes),
        // Of some children the year alone is known.
        Kind::BirthDate => date(text).map(Value::Date).or_else(|| year(text).map(Value::Year)),
        Kind::Area => Some(Value::Area(AreaCode::new(text))),
        Kind::School => Some(Value::School(SchoolCode::new(text))),
        Kind::Count => return count(text).map(Value::Count),
        Kind::ClassSize => {
            let size = count(text)?;
            CLASS_SIZES.contains(&size).then_some(Value::Count(size))
        }
        Kind::ClassesPerRoom => {
            let classes = number(text)?;
            CLASSES_PER_ROOM.contains(&classes).then_some(Value::Number(classes))
        }
        Kind::Number => return number(text).map(Value::Number),
        Kind::Share => share(text).map(Value::Number),
        Kind::ShareOrRest => match text.to_lowercase().as_str() {
            "còn lại" | "phần còn lại" | "rest" => Some(Value::Empty),
            _ => share(text).map(Value::Number),
        },
        Kind::Degrees => decimal(text).filter(|d: &f64| d.is_finite()).map(Value::Number),
        Kind::Year | Kind::BirthYear => year(text).map(Value::Year),
        Kind::SchoolYear => school_year(text).map(Value::SchoolYear),
        Kind::Date => date(text).map(Value::Date),
        Kind::YesNo => yes_no(text).map(Value::Yes),
        Kind::Sex => female(text).map(Value::Female),
        Kind::Grade => grade(text).map(Value::Grade),
        Kind::Levels => levels(text).map(Value::Levels),
        Kind::Residence => residence(text).map(Value::Residence),
        Kind::Ages => (text == Kind::Ages.example()).then_some(Value::Text(text)),
        Kind::LockRule => lock_rule(text).map(Value::LockRule),
    };
    value.ok_or(FindingCode::BadValue)
}

/// Digits, perhaps with points between the thousands (`1.234`): a count has no decimals, so they can
/// mean nothing else. What no ward can count is refused.
fn count(text: &str) -> Result<u32, FindingCode> {
    let (sign, written) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let digits = without_thousands(written);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(FindingCode::BadValue);
    }
    let value: u32 = digits.parse().map_err(|_| FindingCode::BadValue)?;
    match value {
        1.. if sign == "-" => Err(FindingCode::NegativeCount),
        0..=LARGEST => Ok(value),
        _ => Err(FindingCode::BadValue),
    }
}

/// `1.234` → `1234`, `1 234 567` → `1234567`; anything else as it stands.
fn without_thousands(text: &str) -> Cow<'_, str> {
    let Some(mark) = text.chars().find(|letter| matches!(letter, '.' | ' ')) else {
        return Cow::Borrowed(text);
    };
    let mut groups = text.split(mark);
    let first = groups.next().is_some_and(|group| (1..=3).contains(&group.len()));
    if first && groups.all(|group| group.len() == 3) {
        Cow::Owned(text.replace(mark, ""))
    } else {
        Cow::Borrowed(text)
    }
}

/// A share: `0.6`, `0,6`, or `60%`.
fn share(text: &str) -> Option<f64> {
    let share = match text.strip_suffix('%') {
        Some(percent) => number(percent.trim_end()).ok()? / 100.0,
        None => number(text).ok()?,
    };
    (share <= 1.0).then_some(share)
}

fn number(text: &str) -> Result<f64, FindingCode> {
    let value = decimal(text).ok_or(FindingCode::BadValue)?;
    match value {
        _ if !value.is_finite() => Err(FindingCode::BadValue),
        _ if value < 0.0 => Err(FindingCode::NegativeCount),
        _ if value > f64::from(LARGEST) => Err(FindingCode::BadValue),
        _ => Ok(value),
    }
}

/// A number with a point or, as Vietnamese writes it, a comma before its decimals, and then perhaps
/// points between the thousands (`1.234,5`). `1,234` may be one and a bit or a thousand, so it is
/// refused.
fn decimal(text: &str) -> Option<f64> {
    match text.split_once(',') {
        Some((_, decimals)) if decimals.len() == 3 || decimals.contains(['.', ',']) => None,
        Some((whole, decimals)) => {
            let whole = without_thousands(whole);
            (!whole.contains('.')).then(|| format!("{whole}.{decimals}").parse().ok())?
        }
        None => text.parse().ok(),
    }
}

fn year(text: &str) -> Option<i32> {
    text.parse().ok().filter(|year| YEARS.contains(year))
}

pub(crate) fn school_year(text: &str) -> Option<SchoolYear> {
    match text.split_once(['-', '–']) {
        None => year(text).map(SchoolYear),
        Some((first, second)) => {
            let first = year(first.trim())?;
            (year(second.trim())? == first + 1).then_some(SchoolYear(first))
        }
    }
}

/// `2026-12-31`, or day, month and year as Vietnamese writes them (`31/12/2026`); the midnight that
/// spreadsheets and Parquet put behind a day is left off.
pub(crate) fn date(text: &str) -> Option<NaiveDate> {
    iso_date(text).or_else(|| day_first(text))
}

/// `1/9/2020`, `01-09-2020`, `1.9.2020`: the day first, the year in full.
fn day_first(text: &str) -> Option<NaiveDate> {
    let separator = text.chars().find(|letter| matches!(letter, '/' | '-' | '.'))?;
    let mut parts = text.split(separator).map(str::trim);
    let mut part = |longest: usize| -> Option<u32> {
        let digits = parts.next().filter(|part| (1..=longest).contains(&part.len()))?;
        digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
    };
    let (day, month, year) = (part(2)?, part(2)?, part(4).filter(|year| *year >= 1000)?);
    let date = NaiveDate::from_ymd_opt(year.cast_signed(), month, day)?;
    (parts.next().is_none() && YEARS.contains(&date.year())).then_some(date)
}

fn iso_date(text: &str) -> Option<NaiveDate> {
    let (day, rest) = text.split_at_checked(10)?;
    let is_midnight =
        rest.chars().all(|letter| matches!(letter, 'T' | 'Z' | ' ' | ':' | '.' | '0'));
    let mut parts = day.split('-');
    let mut part = |length: usize| -> Option<u32> {
        let digits = parts.next().filter(|part| part.len() == length)?;
        digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
    };
    let (year, month, day) = (part(4)?, part(2)?, part(2)?);
    NaiveDate::from_ymd_opt(year.cast_signed(), month, day)
        .filter(|date| is_midnight && YEARS.contains(&date.year()))
}

fn yes_no(text: &str) -> Option<bool> {
    match text.to_lowercase().as_str() {
        "yes" | "true" | "1" | "có" | "co" => Some(true),
        "no" | "false" | "0" | "không" | "khong" => Some(false),
        _ => None,
    }
}

/// A mark in the column of women: `x`, and whatever else is a mark.
fn mark(text: &str) -> Option<bool> {
    match text.to_lowercase().as_str() {
        "x" | "×" | "v" | "✓" | "✔" | "1" | "nữ" | "nu" | "true" => Some(true),
        "0" | "-" | "nam" | "false" => Some(false),
        _ => None,
    }
}

fn female(text: &str) -> Option<bool> {
    match text.to_lowercase().as_str() {
        "f" | "female" | "nữ" | "nu" | "gái" | "bé gái" => Some(true),
        "m" | "male" | "nam" | "trai" | "bé trai" => Some(false),
        _ => None,
    }
}

/// A grade by its name, or as schools write it: `Lớp 1`, `khối 6`, `5 tuổi`, `mẫu giáo 5 tuổi`, and
/// a class for its grade (`1A`, `6/2`, `5.3`).
fn grade(text: &str) -> Option<Grade> {
    let small = text.to_lowercase();
    let small = small.trim_end_matches(['*', '!', ' ']);
    let bare = ["lớp ", "khối ", "lớp", "khối"].iter().find_map(|word| small.strip_prefix(word));
    let age = ["mẫu giáo ", "mg ", "lớp ", ""].iter().find_map(|word| {
        small.strip_prefix(word).and_then(|age| age.strip_suffix("tuổi")).map(str::trim)
    });
    if let Some(grade) = age.and_then(|age| format!("preschool-{age}").parse().ok()) {
        return Some(grade);
    }
    match small {
        "nhà trẻ" | "nt" => return Some(Grade::Nursery),
        "mầm" | "lớp mầm" => return Some(Grade::Preschool3),
        "chồi" | "lớp chồi" => return Some(Grade::Preschool4),
        "lá" | "lớp lá" => return Some(Grade::Preschool5),
        _ => {}
    }
    let name = bare.unwrap_or(small).trim();
    name.parse().ok().or_else(|| {
        let (number, class) = name.split_at_checked(1)?;
        let of_class = class.starts_with(|c: char| c.is_alphabetic() || matches!(c, '/' | '.'));
        (of_class && class.chars().count() <= 3).then(|| number.parse().ok())?
    })
}

fn level(text: &str) -> Option<Level> {
    match text.to_lowercase().as_str() {
        "mầm non" | "mn" | "mẫu giáo" | "mg" | "nhà trẻ" => Some(Level::Preschool),
        "tiểu học" | "th" | "cấp 1" | "cấp i" => Some(Level::Primary),
        "trung học cơ sở" | "thcs" | "cấp 2" | "cấp ii" => Some(Level::LowerSecondary),
        name => name.parse().ok(),
    }
}

fn levels(text: &str) -> Option<Vec<Level>> {
    let mut levels: Vec<Level> = text
        .split([';', ',', '+'])
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(level)
        .collect::<Option<_>>()?;
    levels.sort_unstable();
    levels.dedup();
    (!levels.is_empty()).then_some(levels)
}

fn residence(text: &str) -> Option<Residence> {
    match text.to_lowercase().as_str() {
        "permanent" | "thường trú" | "hktt" | "tt" | "hộ khẩu thường trú" | "kt1" => {
            Some(Residence::Permanent)
        }
        "temporary" | "tạm trú" | "kt2" | "kt3" | "kt4" | "tạm trú dài hạn" => {
            Some(Residence::Temporary)
        }
        "current" | "nơi ở hiện tại" | "hiện tại" | "hiện ở" | "thực tế" => {
            Some(Residence::Current)
        }
        _ => None,
    }
}

fn lock_rule(text: &str) -> Option<LockRule> {
    match text.to_lowercase().as_str() {
        "must" | "bắt buộc" | "phải" => Some(LockRule::Must),
        "never" | "không được" | "cấm" => Some(LockRule::Never),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_is_digits_and_nothing_else() {
        assert_eq!(count("0035"), Ok(35));
        assert_eq!(count("-3"), Err(FindingCode::NegativeCount));
        assert_eq!((count("1.234"), count("1.234.567")), (Ok(1234), Ok(1_234_567)));
        for text in ["12,5", "1.23", "1.2345", "1e3", "-", "+3", "99999999999"] {
            assert_eq!(count(text), Err(FindingCode::BadValue), "{text}");
        }
    }

    #[test]
    fn what_no_ward_can_have_is_refused() {
        assert_eq!(count("10000000"), Ok(10_000_000));
        assert_eq!(count("-4000000000"), Err(FindingCode::NegativeCount));
        for text in ["10000001", "4000000000"] {
            assert_eq!(count(text), Err(FindingCode::BadValue), "{text}");
        }
        assert_eq!(number("10000000"), Ok(1e7));
        for text in ["10000000.5", "1e300"] {
            assert_eq!(number(text), Err(FindingCode::BadValue), "{text}");
        }
        let fault = |kind, text| read(kind, text).err();
        for (text, expected) in [
            ("1", None),
            ("1000", None),
            ("0", Some(FindingCode::BadValue)),
            ("1001", Some(FindingCode::BadValue)),
            ("-1", Some(FindingCode::NegativeCount)),
        ] {
            assert_eq!(fault(Kind::ClassSize, text), expected, "{text}");
        }
        for (text, expected) in [
            ("0.1", None),
            ("10", None),
            ("0", Some(FindingCode::BadValue)),
            ("0.01", Some(FindingCode::BadValue)),
            ("11", Some(FindingCode::BadValue)),
            ("-1", Some(FindingCode::NegativeCount)),
        ] {
            assert_eq!(fault(Kind::ClassesPerRoom, text), expected, "{text}");
        }
    }

    #[test]
    fn a_date_is_iso_and_exists() {
        let day = NaiveDate::from_ymd_opt(2026, 12, 31);
        assert_eq!(date("2026-12-31"), day);
        assert_eq!(date("2026-12-31T00:00:00"), day);
        assert_eq!(date("2026-12-31 00:00:00.000"), day);
        for text in ["31/12/2026", "31-12-2026", "31.12.2026", "31/12/ 2026"] {
            assert_eq!(date(text), day, "{text}");
        }
        assert_eq!(date("1/9/2020"), NaiveDate::from_ymd_opt(2020, 9, 1));
        for text in [
            "12/31/2026",
            "31/02/2020",
            "00/00/2020",
            "1/9/2020/1",
            "2026-02-31",
            "0026-12-31",
            "2026-12-31 07:30",
            "2026-1-1",
            "+026-12-31",
        ] {
            assert_eq!(date(text), None, "{text}");
        }
    }

    #[test]
    fn a_school_year_may_be_written_in_full() {
        assert_eq!(school_year("2027"), Some(SchoolYear(2027)));
        assert_eq!(school_year("2027-2028"), Some(SchoolYear(2027)));
        assert_eq!(school_year("2027 - 2028"), Some(SchoolYear(2027)));
        assert_eq!(school_year("2027-2029"), None);
    }

    #[test]
    fn what_is_no_number_is_refused() {
        assert_eq!(number("12.5"), Ok(12.5));
        assert_eq!(number("12,5"), Ok(12.5));
        assert_eq!(number("-0.1"), Err(FindingCode::NegativeCount));
        assert_eq!(number("1.234,5"), Ok(1234.5));
        for text in ["1,234", "1.23,5", "nan", "inf", "1.2.3", ","] {
            assert_eq!(number(text), Err(FindingCode::BadValue), "{text}");
        }
        assert!(read(Kind::Share, "1.2").is_err());
        assert_eq!(read(Kind::Text, "#REF!").err(), Some(FindingCode::FormulaFailed));
    }

    #[test]
    fn words_of_both_languages_are_understood() {
        assert_eq!(yes_no("Có"), Some(true));
        assert_eq!(female("Nữ"), Some(true));
        assert_eq!(female("x"), None);
        assert_eq!(residence("Tạm trú"), Some(Residence::Temporary));
        assert_eq!(grade("Lớp 1"), Some(Grade::G1));
        for text in ["mẫu giáo 5 tuổi", "5 tuổi", "Lớp lá", "MG 5 tuổi"] {
            assert_eq!(grade(text), Some(Grade::Preschool5), "{text}");
        }
        for text in ["1A", "1/2", "1.3", "lớp 1A*", "Khối 1"] {
            assert_eq!(grade(text), Some(Grade::G1), "{text}");
        }
        assert_eq!((grade("12"), grade("1 và 2")), (None, None));
        assert_eq!((mark("x"), mark("Nam"), mark("?")), (Some(true), Some(false), None));
        assert!(read(Kind::BirthDate, "2019") == Ok(Value::Year(2019)));
        assert_eq!(levels("Tiểu học; THCS"), Some(vec![Level::Primary, Level::LowerSecondary]));
        assert_eq!(
            levels("primary; lower_secondary"),
            Some(vec![Level::Primary, Level::LowerSecondary])
        );
        assert_eq!(levels(";"), None);
    }
}

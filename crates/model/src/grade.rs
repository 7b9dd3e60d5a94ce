//! Grades and the levels of school that teach them.

use crate::SchoolYear;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A grade, from nursery to the last year of lower secondary school.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Grade {
    /// Nhà trẻ, by months of age.
    Nursery,
    /// Mẫu giáo of children aged 3.
    Preschool3,
    /// Mẫu giáo of children aged 4.
    Preschool4,
    /// Mẫu giáo of children aged 5.
    Preschool5,
    /// Lớp 1.
    G1,
    /// Lớp 2.
    G2,
    /// Lớp 3.
    G3,
    /// Lớp 4.
    G4,
    /// Lớp 5.
    G5,
    /// Lớp 6.
    G6,
    /// Lớp 7.
    G7,
    /// Lớp 8.
    G8,
    /// Lớp 9.
    G9,
}

impl Grade {
    /// All grades, youngest first.
    pub const ALL: [Self; 13] = [
        Self::Nursery,
        Self::Preschool3,
        Self::Preschool4,
        Self::Preschool5,
        Self::G1,
        Self::G2,
        Self::G3,
        Self::G4,
        Self::G5,
        Self::G6,
        Self::G7,
        Self::G8,
        Self::G9,
    ];

    /// The grades that children enter from home or from another level: those that are forecast.
    pub const ENTRY: [Self; 5] =
        [Self::Preschool3, Self::Preschool4, Self::Preschool5, Self::G1, Self::G6];

    /// The name used in files: `preschool-5`, `1`, …
    pub fn name(self) -> &'static str {
        match self {
            Self::Nursery => "nursery",
            Self::Preschool3 => "preschool-3",
            Self::Preschool4 => "preschool-4",
            Self::Preschool5 => "preschool-5",
            Self::G1 => "1",
            Self::G2 => "2",
            Self::G3 => "3",
            Self::G4 => "4",
            Self::G5 => "5",
            Self::G6 => "6",
            Self::G7 => "7",
            Self::G8 => "8",
            Self::G9 => "9",
        }
    }

    /// The age that children of the grade reach in the calendar year in which the school year
    /// opens. Nursery takes children below 3 and counts as 2.
    pub fn age(self) -> u32 {
        match self {
            Self::Nursery => 2,
            Self::Preschool3 => 3,
            Self::Preschool4 => 4,
            Self::Preschool5 => 5,
            Self::G1 => 6,
            Self::G2 => 7,
            Self::G3 => 8,
            Self::G4 => 9,
            Self::G5 => 10,
            Self::G6 => 11,
            Self::G7 => 12,
            Self::G8 => 13,
            Self::G9 => 14,
        }
    }

    /// The calendar year in which the children who enter this grade in `year` were born.
    pub fn birth_year(self, year: SchoolYear) -> i32 {
        year.0 - self.age().cast_signed()
    }

    /// The level of school that teaches the grade.
    pub fn level(self) -> Level {
        match self {
            Self::Nursery | Self::Preschool3 | Self::Preschool4 | Self::Preschool5 => {
                Level::Preschool
            }
            Self::G1 | Self::G2 | Self::G3 | Self::G4 | Self::G5 => Level::Primary,
            Self::G6 | Self::G7 | Self::G8 | Self::G9 => Level::LowerSecondary,
        }
    }

    /// The grade that these pupils attended a year before, inside the same level.
    pub fn previous_in_level(self) -> Option<Self> {
        let before = Self::ALL.iter().take_while(|g| **g != self).last()?;
        (before.level() == self.level()).then_some(*before)
    }

    /// Whether the grade is one of [`Grade::ENTRY`].
    pub fn is_entry(self) -> bool {
        Self::ENTRY.contains(&self)
    }
}

impl fmt::Display for Grade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A text that names no grade.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is not a grade: nursery, preschool-3 … preschool-5, 1 … 9")]
pub struct UnknownGrade(pub String);

impl FromStr for Grade {
    type Err = UnknownGrade;

    fn from_str(text: &str) -> Result<Self, UnknownGrade> {
        Self::ALL
            .into_iter()
            .find(|grade| grade.name() == text.trim())
            .ok_or_else(|| UnknownGrade(text.to_owned()))
    }
}

impl TryFrom<String> for Grade {
    type Error = UnknownGrade;

    fn try_from(text: String) -> Result<Self, UnknownGrade> {
        text.parse()
    }
}

impl From<Grade> for String {
    fn from(grade: Grade) -> Self {
        grade.name().to_owned()
    }
}

/// A level of school: mầm non, tiểu học, trung học cơ sở.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Mầm non: nursery and preschool.
    Preschool,
    /// Tiểu học: grades 1 to 5.
    Primary,
    /// Trung học cơ sở: grades 6 to 9.
    LowerSecondary,
}

impl Level {
    /// The name used in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Preschool => "preschool",
            Self::Primary => "primary",
            Self::LowerSecondary => "lower_secondary",
        }
    }

    /// The grades taught at this level, youngest first.
    pub fn grades(self) -> impl Iterator<Item = Grade> {
        Grade::ALL.into_iter().filter(move |g| g.level() == self)
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A text that names no level of school.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is not a level: preschool, primary, lower_secondary")]
pub struct UnknownLevel(pub String);

impl FromStr for Level {
    type Err = UnknownLevel;

    fn from_str(text: &str) -> Result<Self, UnknownLevel> {
        [Self::Preschool, Self::Primary, Self::LowerSecondary]
            .into_iter()
            .find(|level| level.name() == text.trim())
            .ok_or_else(|| UnknownLevel(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back() {
        for grade in Grade::ALL {
            assert_eq!(grade.name().parse::<Grade>().expect("a name"), grade);
        }
    }

    #[test]
    fn entry_cohorts_are_those_of_the_law() {
        let year = SchoolYear(2027);
        let born: Vec<i32> = Grade::ENTRY.iter().map(|g| g.birth_year(year)).collect();
        assert_eq!(born, [2024, 2023, 2022, 2021, 2016]);
    }

    #[test]
    fn the_first_grade_of_a_level_has_no_grade_before_it() {
        assert_eq!(Grade::G1.previous_in_level(), None);
        assert_eq!(Grade::G6.previous_in_level(), None);
        assert_eq!(Grade::G2.previous_in_level(), Some(Grade::G1));
        assert_eq!(Grade::Preschool5.previous_in_level(), Some(Grade::Preschool4));
    }
}

//! Classes and rooms of the years to come: entry grades as forecast, every other grade the classes
//! of the grade below a year before, set beside the classes that the rooms serve.

mod roll;
mod short;

use crate::classes::ClassRules;
use chrono::NaiveDate;
use phantuyen_model::{
    ClassesRow, Finding, FindingCode, Grade, Level, LevelRooms, MissingRule, Rule, RuleBook,
    School, SchoolCode, SchoolYear, SeatsRow,
};
use roll::Progression;
use std::collections::BTreeMap;

/// Pupils of an entry grade whom a school is to expect in one year.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Entering {
    /// As expected.
    pub expected: f64,
    /// Low end of the school's own range.
    pub lower: f64,
    /// High end of the school's own range.
    pub upper: f64,
    /// Its pupils if the whole ward came to the low end of its range.
    pub ward_lower: f64,
    /// Its pupils if the whole ward came to the high end of its range.
    pub ward_upper: f64,
}

/// Entering pupils by school, grade and year. A grade of a school without an entry is not
/// forecast: its classes move up or are repeated.
pub type EnteringPupils = BTreeMap<(SchoolCode, Grade, SchoolYear), Entering>;

/// What rooms to come are worked out from.
pub struct RoomsParts<'a> {
    /// The first school year, one after the register.
    pub first: SchoolYear,
    /// The last school year that is forecast.
    pub last: SchoolYear,
    /// The day on which the rules of each school year are read.
    pub rule_day: &'a dyn Fn(SchoolYear) -> NaiveDate,
    /// The schools.
    pub schools: &'a [School],
    /// What schools offer one grade, over the table `schools`.
    pub seats: &'a [SeatsRow],
    /// Classes of past years, and of coming years where a school says that it regroups.
    pub classes: &'a [ClassesRow],
    /// Pupils of the entry grades.
    pub entering: &'a EnteringPupils,
    /// The rules.
    pub rules: &'a RuleBook,
}

/// Classes and rooms of all schools, and what they rest on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RoomsFound {
    /// By level and school year: all schools together first, then school by school.
    pub levels: Vec<LevelRooms>,
    /// The rules that were used, each once, in the order of their names.
    pub rules: Vec<Rule>,
    /// What is questionable.
    pub findings: Vec<Finding>,
}

/// Classes that each school will need from `first` to `last`, and the rooms that it lacks.
///
/// 1. Year by year from the last one that the table `classes` knows, each grade of a level gets
///    its classes: what the school itself tells of that year; else for an entry grade
///    `⌈pupils / class size⌉`; else the classes of the grade below, their number kept. Nursery
///    and an entry grade without a forecast are repeated.
/// 2. Pupils of the grades that stay on follow the ward's own progression of the last three years,
///    or stay as many where none is known. Classes are not regrouped for it.
/// 3. Steps 1 and 2 are taken for the pupils expected and for both ends of the school's range;
///    and, for the sum over all schools, for both ends of the ward's range.
/// 4. Classes without a room are those above the classes that the rooms serve. They are named
///    after the entry grades, youngest first: the five-year-olds' places are kept longest.
///
/// Shortage is *likely* where the pupils expected lack rooms, *possible* where only the upper end
/// does. The row of all schools lacks what no other line between the catchments could mend.
///
/// # Errors
/// [`MissingRule`] when a rule that is needed is not in force.
pub fn rooms_to_come(parts: &RoomsParts<'_>) -> Result<RoomsFound, MissingRule> {
    let progression = Progression::of(parts.classes, parts.first);
    let mut found = RoomsFound::default();
    let mut schools: Vec<&School> = parts.schools.iter().collect();
    schools.sort_by(|a, b| a.school_code.cmp(&b.school_code));
    for level in [Level::Preschool, Level::Primary, Level::LowerSecondary] {
        let mut rolled = Vec::new();
        for school in schools.iter().filter(|school| school.levels.contains(&level)) {
            rolled.extend(roll::forward(parts, school, level, &progression, &mut found)?);
        }
        if !rolled.is_empty() && progression.is_unknown(level) {
            let finding = Finding::new(FindingCode::ProgressionUnknown).table("classes");
            found.findings.push(finding.fact("level", level));
        }
        found.levels.extend(short::by_year(level, rolled));
    }
    found.rules.sort_by(|a, b| a.id.cmp(&b.id).then(a.valid_from.cmp(&b.valid_from)));
    found.rules.dedup();
    Ok(found)
}

/// How far the sum of some numbers may lie off, from how far each may and from the error that is
/// common to all of them, as the judge of plans reckons the range of a school.
pub fn error_of_sum(parts: &[f64], common: f64) -> f64 {
    crate::check::together(parts, common)
}

/// The rules of a year, its reading noted in `found`.
fn with_rules<T>(
    parts: &RoomsParts<'_>,
    year: SchoolYear,
    found: &mut RoomsFound,
    read: impl FnOnce(&mut ClassRules<'_>) -> Result<T, MissingRule>,
) -> Result<T, MissingRule> {
    let mut rules = ClassRules::on((parts.rule_day)(year), parts.rules);
    let value = read(&mut rules)?;
    for rule in rules.used {
        if !found.rules.contains(&rule) {
            found.rules.push(rule);
        }
    }
    Ok(value)
}

#[cfg(test)]
mod tests;

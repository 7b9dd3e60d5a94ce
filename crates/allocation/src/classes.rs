//! Classes of a school: how large the rules let them be, how many its rooms serve, and how they
//! move up a grade each year. Seats of the next year and rooms of the years after rest on the same
//! three rules.

use chrono::NaiveDate;
use phantuyen_model::{ClassesRow, Grade, Level, MissingRule, Rule, RuleBook, SchoolYear};

/// Reads the rules of one day and notes which it read.
pub(crate) struct ClassRules<'a> {
    day: NaiveDate,
    book: &'a RuleBook,
    /// The rules that were read, each once.
    pub(crate) used: Vec<Rule>,
}

impl<'a> ClassRules<'a> {
    /// The rules in force on `day`.
    pub(crate) fn on(day: NaiveDate, book: &'a RuleBook) -> Self {
        Self { day, book, used: Vec::new() }
    }

    /// Pupils of one class of the grade: what the school says, else the rule. A size of 0 counts
    /// as not given.
    pub(crate) fn class_size(
        &mut self,
        grade: Grade,
        given: Option<u32>,
    ) -> Result<u32, MissingRule> {
        if let Some(size) = given.filter(|size| *size > 0) {
            return Ok(size);
        }
        let id = match grade {
            Grade::Nursery => "class_size.nursery_25_36_months",
            Grade::Preschool3 => "class_size.preschool_3",
            Grade::Preschool4 => "class_size.preschool_4",
            Grade::Preschool5 => "class_size.preschool_5",
            grade if grade.level() == Level::Primary => "class_size.primary",
            _ => "class_size.lower_secondary",
        };
        let size = self.value(id)?.max(0.0).floor();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a class size is a small whole number"
        )]
        let size = size as u32;
        Ok(size)
    }

    /// Classes that rooms of a level serve: `⌊rooms × classes_per_room + 1e-9⌋`.
    pub(crate) fn usable_classes(
        &mut self,
        level: Level,
        rooms: u32,
        classes_per_room: Option<f64>,
    ) -> Result<u32, MissingRule> {
        let per_room = match classes_per_room {
            Some(per_room) => per_room,
            None => self.value(&format!("rooms_per_class.{level}"))?.recip(),
        };
        // The small addend keeps 6 × 1/0.6 at 10 classes.
        let usable = (f64::from(rooms) * per_room + 1e-9).floor().max(0.0);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "classes of one school"
        )]
        let usable = usable as u32;
        Ok(usable)
    }

    fn value(&mut self, id: &str) -> Result<f64, MissingRule> {
        let rule = self.book.get(id, self.day)?;
        if !self.used.iter().any(|used| used.id == rule.id) {
            self.used.push(rule.clone());
        }
        Ok(rule.value)
    }
}

/// Classes of a grade that are known from an earlier year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct MovedUp {
    /// How many, where any row tells.
    pub(crate) classes: Option<u32>,
    /// The grade that they had in the last known year.
    pub(crate) source: Grade,
    /// Whether the last known year leaves the grade out, so that the year before it counts.
    pub(crate) is_older: bool,
}

/// The classes that `grade` takes over from the year `last`, `years` before: a class keeps its
/// number as it moves up. Where `last` leaves the grade out although the year before had classes
/// that became it, those count. `told` knows the classes of a year and grade.
pub(crate) fn moved_up(
    told: impl Fn(SchoolYear, Grade) -> Option<u32>,
    last: SchoolYear,
    years: i32,
    grade: Grade,
) -> MovedUp {
    let source = grade_before(grade, years);
    if let Some(classes) = told(last, source) {
        return MovedUp { classes: Some(classes), source, is_older: false };
    }
    let before = SchoolYear(last.0 - 1);
    let classes = told(before, grade_before(source, 1)).filter(|classes| *classes > 0);
    MovedUp { classes, source, is_older: classes.is_some() }
}

/// The last year before `year` in which the school told of classes of the level.
pub(crate) fn last_known(
    classes: &[&ClassesRow],
    level: Level,
    year: SchoolYear,
) -> Option<SchoolYear> {
    let known = classes.iter().filter(|row| row.grade.level() == level);
    known.map(|row| row.school_year).filter(|known| *known < year).max()
}

/// Classes of a grade in a year; `None` where no row tells.
pub(crate) fn classes_of(classes: &[&ClassesRow], year: SchoolYear, grade: Grade) -> Option<u32> {
    let rows = classes.iter().filter(|row| row.school_year == year && row.grade == grade);
    rows.map(|row| row.classes).reduce(u32::saturating_add)
}

/// Whether pupils of the grade come from outside the level each year.
pub(crate) fn enters(grade: Grade) -> bool {
    grade == Grade::Preschool3 || grade.previous_in_level().is_none()
}

/// The grade that these classes had `years` before, no younger than where classes enter the
/// level from outside it. Nursery and the youngest preschool class enter anew each year.
fn grade_before(grade: Grade, years: i32) -> Grade {
    let mut before = grade;
    for _ in 0..years {
        match before.previous_in_level() {
            Some(younger) if !enters(before) => before = younger,
            _ => break,
        }
    }
    before
}

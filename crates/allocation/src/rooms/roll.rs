//! One school rolled forward, year by year, in several futures at once.

use super::{Entering, RoomsFound, RoomsParts, with_rules};
use crate::classes::{classes_of, enters, last_known, moved_up};
use crate::rounding::classes_for;
use phantuyen_model::{
    ClassesFrom, ClassesRow, Finding, FindingCode, Grade, Level, MissingRule, School, SchoolCode,
    SchoolYear, SeatsRow,
};
use std::collections::BTreeMap;

/// How many past years tell how pupils progress.
const PROGRESSION_YEARS: i32 = 3;

/// The futures that are rolled forward, in the order of [`Futures`].
const FUTURES: [fn(&Entering) -> f64; 5] =
    [|e| e.expected, |e| e.lower, |e| e.upper, |e| e.ward_lower, |e| e.ward_upper];

/// One number for each future: expected, the school's lower and upper, the ward's lower and upper.
pub(super) type Futures<T> = [T; 5];

/// Pupils of a grade for each pupil of the grade below a year before, over all schools.
pub(super) struct Progression {
    ratios: BTreeMap<Grade, f64>,
}

impl Progression {
    /// From the years before `first`, schools that tell of both years pooled.
    pub(super) fn of(classes: &[ClassesRow], first: SchoolYear) -> Self {
        let mut pupils: BTreeMap<(&SchoolCode, Grade, SchoolYear), f64> = BTreeMap::new();
        for row in classes.iter().filter(|row| row.school_year < first) {
            let key = (&row.school_code, row.grade, row.school_year);
            *pupils.entry(key).or_default() += f64::from(row.pupils);
        }
        let mut ratios = BTreeMap::new();
        for grade in Grade::ALL.into_iter().filter(|grade| !enters(*grade)) {
            let Some(below) = grade.previous_in_level() else { continue };
            let (mut before, mut after) = (0.0, 0.0);
            for (&(school, now, year), &arrived) in &pupils {
                let earlier = pupils.get(&(school, below, SchoolYear(year.0 - 1)));
                let is_recent = year.0 >= first.0 - PROGRESSION_YEARS;
                if let Some(left) = earlier.filter(|_| now == grade && is_recent) {
                    before += left;
                    after += arrived;
                }
            }
            if before > 0.0 {
                ratios.insert(grade, after / before);
            }
        }
        Self { ratios }
    }

    /// Whether nothing is known of a level that has grades to move up.
    pub(super) fn is_unknown(&self, level: Level) -> bool {
        !self.ratios.keys().any(|grade| grade.level() == level)
    }

    fn into(&self, grade: Grade) -> f64 {
        self.ratios.get(&grade).copied().unwrap_or(1.0)
    }
}

/// One grade of a school in one year, in every future.
pub(super) struct GradeRolled {
    pub(super) grade: Grade,
    pub(super) from: ClassesFrom,
    pub(super) class_size: u32,
    pub(super) pupils: Option<Futures<f64>>,
    pub(super) classes: Futures<u32>,
}

/// One level of a school in one year.
pub(super) struct Rolled {
    pub(super) school_code: SchoolCode,
    pub(super) year: SchoolYear,
    pub(super) rooms: Option<u32>,
    pub(super) usable: Option<u32>,
    /// Seats of an entry grade that are given in place of rooms.
    pub(super) capacity: Option<(Grade, f64)>,
    pub(super) grades: Vec<GradeRolled>,
}

/// The years `first` to `last` of one level of a school.
pub(super) fn forward(
    parts: &RoomsParts<'_>,
    school: &School,
    level: Level,
    progression: &Progression,
    found: &mut RoomsFound,
) -> Result<Vec<Rolled>, MissingRule> {
    let own: Vec<&ClassesRow> =
        parts.classes.iter().filter(|row| row.school_code == school.school_code).collect();
    let known = last_known(&own, level, parts.first);
    let finding = |code| {
        let finding = Finding::new(code).table("classes").fact("school", &school.school_code);
        finding.fact("grade", entry_of(level)).fact("school_year", parts.first)
    };
    match known {
        None => found.findings.push(finding(FindingCode::ClassesMissing)),
        Some(known) if known.0 < parts.first.0 - 1 => {
            found.findings.push(finding(FindingCode::ClassesOld).fact("known", known));
        }
        Some(_) => {}
    }
    let start = known.map_or(parts.first.0, |known| known.0 + 1);
    let mut timeline = Timeline::new(&own, level, parts.first);
    let mut years = Vec::new();
    for year in (start..=parts.last.0).map(SchoolYear) {
        let mut grades = Vec::new();
        for grade in level.grades() {
            let row = seats_row(parts.seats, school, grade);
            let given = row.and_then(|row| row.class_size).or(school.class_size);
            let size = with_rules(parts, year, found, |rules| rules.class_size(grade, given))?;
            let entering = parts.entering.get(&(school.school_code.clone(), grade, year)).copied();
            grades.extend(timeline.add(year, grade, size.max(1), entering, progression));
        }
        if year >= parts.first && is_open(school, year) {
            years.push(with_room(parts, school, level, year, grades, found)?);
        }
    }
    if years.iter().all(|year| year.usable.is_none() && year.capacity.is_none()) {
        found
            .findings
            .push(finding(FindingCode::RoomsUnknown).table("schools").fact("level", level));
    }
    Ok(years)
}

/// Puts the classes that the rooms serve beside the classes needed.
fn with_room(
    parts: &RoomsParts<'_>,
    school: &School,
    level: Level,
    year: SchoolYear,
    grades: Vec<GradeRolled>,
    found: &mut RoomsFound,
) -> Result<Rolled, MissingRule> {
    let rows: Vec<&SeatsRow> =
        level.grades().filter_map(|grade| seats_row(parts.seats, school, grade)).collect();
    let split = rows.iter().find_map(|row| row.rooms);
    let rooms = split.or(school.rooms.filter(|_| school.levels.len() == 1));
    let mut rolled = Rolled {
        school_code: school.school_code.clone(),
        year,
        rooms,
        usable: None,
        capacity: None,
        grades,
    };
    if let Some(rooms) = rooms {
        let per_room = school.classes_per_room;
        let usable =
            with_rules(parts, year, found, |rules| rules.usable_classes(level, rooms, per_room))?;
        rolled.usable = Some(usable);
    } else if let Some((row, classes)) = rows.iter().find_map(|row| Some((row, row.classes?))) {
        // Classes given for one grade: the other grades have the rooms that they have now.
        let others = rolled.grades.iter().filter(|grade| grade.grade != row.grade);
        let others: u32 = others.map(|grade| grade.classes[0]).sum();
        rolled.usable = Some(classes.saturating_add(others));
    } else {
        let of_row = rows.iter().find_map(|row| Some((row.grade, row.capacity?)));
        let entry = rolled.grades.iter().find(|grade| grade.from == ClassesFrom::Forecast);
        let of_school = entry.and_then(|entry| Some((entry.grade, school.capacity?)));
        rolled.capacity = of_row.or(of_school);
    }
    Ok(rolled)
}

/// Classes and pupils of one level of a school as they are filled in, year by year.
struct Timeline<'a> {
    told: &'a [&'a ClassesRow],
    classes: BTreeMap<(Grade, SchoolYear), Futures<u32>>,
    pupils: BTreeMap<(Grade, SchoolYear), Futures<f64>>,
}

impl<'a> Timeline<'a> {
    /// Starts from the years before `first`.
    fn new(told: &'a [&'a ClassesRow], level: Level, first: SchoolYear) -> Self {
        let mut timeline = Self { told, classes: BTreeMap::new(), pupils: BTreeMap::new() };
        let past = told.iter().filter(|row| row.grade.level() == level && row.school_year < first);
        for row in past {
            let key = (row.grade, row.school_year);
            let classes = timeline.classes.entry(key).or_default();
            *classes = classes.map(|count| count.saturating_add(row.classes));
            let pupils = timeline.pupils.entry(key).or_default();
            *pupils = pupils.map(|count| count + f64::from(row.pupils));
        }
        timeline
    }

    /// Fills in one grade of one year; `None` where nothing tells of any class.
    fn add(
        &mut self,
        year: SchoolYear,
        grade: Grade,
        class_size: u32,
        entering: Option<Entering>,
        progression: &Progression,
    ) -> Option<GradeRolled> {
        let (from, pupils, classes) = match (classes_of(self.told, year, grade), entering) {
            (Some(told), _) => (ClassesFrom::Told, Some(self.told_pupils(year, grade)), [told; 5]),
            (None, Some(entering)) => {
                let pupils = FUTURES.map(|future| future(&entering));
                let classes = pupils.map(|pupils| classes_for(pupils, class_size));
                (ClassesFrom::Forecast, Some(pupils), classes)
            }
            (None, None) => self.carried_over(year, grade, progression)?,
        };
        self.classes.insert((grade, year), classes);
        if let Some(pupils) = pupils {
            self.pupils.insert((grade, year), pupils);
        }
        Some(GradeRolled { grade, from, class_size, pupils, classes })
    }

    fn told_pupils(&self, year: SchoolYear, grade: Grade) -> Futures<f64> {
        let rows = self.told.iter().filter(|row| row.school_year == year && row.grade == grade);
        [rows.map(|row| f64::from(row.pupils)).sum(); 5]
    }

    fn carried_over(
        &self,
        year: SchoolYear,
        grade: Grade,
        progression: &Progression,
    ) -> Option<(ClassesFrom, Option<Futures<f64>>, Futures<u32>)> {
        let last = SchoolYear(year.0 - 1);
        let mut classes = [0; 5];
        for (future, count) in classes.iter_mut().enumerate() {
            let told = |year, grade| Some(self.classes.get(&(grade, year))?[future]);
            *count = moved_up(told, last, 1, grade).classes?;
        }
        let below = grade.previous_in_level().filter(|_| !enters(grade));
        let before = self.pupils.get(&(below.unwrap_or(grade), last));
        let ratio = below.map_or(1.0, |_| progression.into(grade));
        let pupils = before.map(|before| before.map(|pupils| pupils * ratio));
        let from = if below.is_some() { ClassesFrom::MovedUp } else { ClassesFrom::Repeated };
        Some((from, pupils, classes))
    }
}

/// The grade by which people speak of the entry to a level.
fn entry_of(level: Level) -> Grade {
    match level {
        Level::Preschool => Grade::Preschool5,
        Level::Primary => Grade::G1,
        Level::LowerSecondary => Grade::G6,
    }
}

fn seats_row<'a>(seats: &'a [SeatsRow], school: &School, grade: Grade) -> Option<&'a SeatsRow> {
    seats.iter().find(|row| row.school_code == school.school_code && row.grade == grade)
}

fn is_open(school: &School, year: SchoolYear) -> bool {
    school.open_from.is_none_or(|from| from <= year) && school.open_to.is_none_or(|to| year <= to)
}

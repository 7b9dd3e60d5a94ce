//! Classes beside rooms: what is short, at which grade, in which school and in all of them.

use super::roll::{Futures, GradeRolled, Rolled};
use crate::rounding::classes_for;
use phantuyen_model::{
    ClassCount, ClassesFrom, Grade, GradeRooms, Level, LevelRooms, SchoolYear, Shortage,
};
use std::collections::{BTreeMap, BTreeSet};

/// Where the school's own range stands among the futures: expected, lower, upper.
const SCHOOL: [usize; 3] = [0, 1, 2];

/// Where the whole ward's range stands.
const WARD: [usize; 3] = [0, 3, 4];

/// The rows of one level: by school year, all schools together first.
pub(super) fn by_year(level: Level, rolled: Vec<Rolled>) -> Vec<LevelRooms> {
    let years: BTreeSet<SchoolYear> = rolled.iter().map(|rolled| rolled.year).collect();
    let mut rows = Vec::new();
    for year in years {
        let schools: Vec<&Rolled> = rolled.iter().filter(|rolled| rolled.year == year).collect();
        rows.push(together(level, year, &schools));
        rows.extend(schools.into_iter().map(|rolled| of_school(level, rolled)));
    }
    rows
}

fn of_school(level: Level, rolled: &Rolled) -> LevelRooms {
    let grades: Vec<GradeRooms> = rolled.grades.iter().map(|g| of_grade(g, SCHOOL)).collect();
    let needed = sum(grades.iter().map(|grade| grade.classes));
    let mut row = LevelRooms {
        school_code: Some(rolled.school_code.clone()),
        level,
        school_year: rolled.year,
        rooms: rolled.rooms,
        usable_classes: rolled.usable,
        needed_classes: needed,
        short_classes: ClassCount::default(),
        shortage: None,
        grades,
    };
    if let Some(usable) = rolled.usable {
        share_shortage(&mut row, beyond(needed, usable));
    } else if let Some((entry, seats)) = rolled.capacity {
        let short = rolled.grades.iter().find(|grade| grade.grade == entry);
        let short = short.map_or_else(ClassCount::default, |grade| {
            let pupils = grade.pupils.unwrap_or_default();
            count(pupils.map(|pupils| classes_for(pupils - seats, grade.class_size)), SCHOOL)
        });
        share_shortage(&mut row, short);
    }
    row
}

/// All schools of a level in one year. The ends of its range are those of the ward's own range,
/// and no school's spare room is lost: what is short here, no other catchments could mend.
fn together(level: Level, year: SchoolYear, schools: &[&Rolled]) -> LevelRooms {
    let mut by_grade: BTreeMap<Grade, Vec<GradeRooms>> = BTreeMap::new();
    for grade in schools.iter().flat_map(|school| &school.grades) {
        by_grade.entry(grade.grade).or_default().push(of_grade(grade, WARD));
    }
    let grades: Vec<GradeRooms> = by_grade.into_values().filter_map(|rows| joined(&rows)).collect();
    let needed = sum(grades.iter().map(|grade| grade.classes));
    let usable: Option<Vec<u32>> = schools.iter().map(|school| school.usable).collect();
    let rooms: Option<Vec<u32>> = schools.iter().map(|school| school.rooms).collect();
    let mut row = LevelRooms {
        school_code: None,
        level,
        school_year: year,
        rooms: rooms.map(|rooms| rooms.into_iter().sum()),
        usable_classes: usable.map(|usable| usable.into_iter().fold(0, u32::saturating_add)),
        needed_classes: needed,
        short_classes: ClassCount::default(),
        shortage: None,
        grades,
    };
    if let Some(usable) = row.usable_classes {
        share_shortage(&mut row, beyond(needed, usable));
    }
    row
}

/// The same grade of several schools. Its source is the one most worth knowing: forecast before
/// moved up before repeated.
fn joined(rows: &[GradeRooms]) -> Option<GradeRooms> {
    let first = rows.first()?;
    let total = |of: fn(&GradeRooms) -> Option<f64>| -> Option<f64> {
        rows.iter().map(of).sum::<Option<f64>>()
    };
    Some(GradeRooms {
        pupils: total(|row| row.pupils),
        lower: total(|row| row.lower),
        upper: total(|row| row.upper),
        class_size: rows.iter().map(|row| row.class_size).max().unwrap_or(first.class_size),
        classes: sum(rows.iter().map(|row| row.classes)),
        from: rows.iter().map(|row| row.from).min().unwrap_or(first.from),
        ..first.clone()
    })
}

fn of_grade(rolled: &GradeRolled, range: [usize; 3]) -> GradeRooms {
    let [expected, lower, upper] = range.map(|future| rolled.pupils.map(|p| p[future]));
    GradeRooms {
        grade: rolled.grade,
        pupils: expected,
        lower,
        upper,
        class_size: rolled.class_size,
        classes: count(rolled.classes, range),
        from: rolled.from,
        short_classes: ClassCount::default(),
        shortage: None,
    }
}

/// Names classes without a room after the grades that bring them: entry grades youngest first,
/// then the others youngest first.
fn share_shortage(row: &mut LevelRooms, short: ClassCount) {
    row.short_classes = short;
    row.shortage = Some(Shortage::of(short.expected, short.upper));
    let mut left = short;
    let (entry, others): (Vec<_>, Vec<_>) =
        row.grades.iter_mut().partition(|grade| grade.from == ClassesFrom::Forecast);
    for grade in entry.into_iter().chain(others) {
        let take = |left: &mut u32, classes: u32| {
            let taken = classes.min(*left);
            *left -= taken;
            taken
        };
        grade.short_classes = ClassCount {
            expected: take(&mut left.expected, grade.classes.expected),
            lower: take(&mut left.lower, grade.classes.lower),
            upper: take(&mut left.upper, grade.classes.upper),
        };
        grade.shortage =
            Some(Shortage::of(grade.short_classes.expected, grade.short_classes.upper));
    }
}

fn beyond(needed: ClassCount, usable: u32) -> ClassCount {
    ClassCount {
        expected: needed.expected.saturating_sub(usable),
        lower: needed.lower.saturating_sub(usable),
        upper: needed.upper.saturating_sub(usable),
    }
}

fn count(classes: Futures<u32>, [expected, lower, upper]: [usize; 3]) -> ClassCount {
    ClassCount { expected: classes[expected], lower: classes[lower], upper: classes[upper] }
}

fn sum(counts: impl Iterator<Item = ClassCount>) -> ClassCount {
    counts.fold(ClassCount::default(), |sum, count| ClassCount {
        expected: sum.expected.saturating_add(count.expected),
        lower: sum.lower.saturating_add(count.lower),
        upper: sum.upper.saturating_add(count.upper),
    })
}

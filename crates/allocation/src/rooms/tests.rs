//! Rooms to come, by hand.

use super::*;
use phantuyen_model::{ClassCount, ClassesFrom, Shortage};

fn school(code: &str, level: Level, rooms: Option<u32>) -> School {
    School {
        school_code: SchoolCode::new(code),
        name: code.into(),
        levels: vec![level],
        place: None,
        area_code: None,
        rooms,
        classes_per_room: None,
        class_size: None,
        capacity: None,
        open_from: None,
        open_to: None,
        catchment: true,
    }
}

fn class_row(year: i32, code: &str, grade: Grade, classes: u32, pupils: u32) -> ClassesRow {
    let school_code = SchoolCode::new(code);
    ClassesRow { school_year: SchoolYear(year), school_code, grade, classes, pupils }
}

fn primary(year: i32, code: &str, classes: [u32; 5]) -> Vec<ClassesRow> {
    let grades = Level::Primary.grades();
    grades.zip(classes).map(|(grade, n)| class_row(year, code, grade, n, n * 30)).collect()
}

fn entering(code: &str, grade: Grade, years: &[(i32, f64, f64, f64)]) -> EnteringPupils {
    let key = |year| (SchoolCode::new(code), grade, SchoolYear(year));
    let row = |&(year, lower, expected, upper): &(i32, f64, f64, f64)| {
        let pupils = Entering { expected, lower, upper, ward_lower: lower, ward_upper: upper };
        (key(year), pupils)
    };
    years.iter().map(row).collect()
}

fn found(
    schools: &[School],
    seats: &[SeatsRow],
    classes: &[ClassesRow],
    entering: &EnteringPupils,
    years: (i32, i32),
) -> RoomsFound {
    let book = RuleBook::shipped().expect("shipped rules");
    let rule_day = |year: SchoolYear| NaiveDate::from_ymd_opt(year.0, 9, 5).expect("a day");
    rooms_to_come(&RoomsParts {
        first: SchoolYear(years.0),
        last: SchoolYear(years.1),
        rule_day: &rule_day,
        schools,
        seats,
        classes,
        entering,
        rules: &book,
    })
    .expect("rules")
}

fn of_school<'a>(found: &'a RoomsFound, code: &str, year: i32) -> &'a LevelRooms {
    let is_it = |row: &&LevelRooms| {
        row.school_code == Some(SchoolCode::new(code)) && row.school_year == SchoolYear(year)
    };
    found.levels.iter().find(is_it).expect("a row")
}

fn classes(row: &LevelRooms) -> Vec<u32> {
    row.grades.iter().map(|grade| grade.classes.expected).collect()
}

fn count(expected: u32, lower: u32, upper: u32) -> ClassCount {
    ClassCount { expected, lower, upper }
}

#[test]
fn classes_move_up_and_the_entry_grade_follows_the_forecast() {
    // 2026: 5 4 3 2 6 classes. 2027: ⌈141/35⌉ = 5 new, then 5 4 3 2; 2028: ⌈36/35⌉ = 2, 5 5 4 3.
    let schools = [school("S", Level::Primary, Some(19))];
    let pupils = entering("S", Grade::G1, &[(2027, 140.0, 141.0, 176.0), (2028, 36.0, 36.0, 36.0)]);
    let found = found(&schools, &[], &primary(2026, "S", [5, 4, 3, 2, 6]), &pupils, (2027, 2028));
    let first = of_school(&found, "S", 2027);
    assert_eq!(classes(first), [5, 5, 4, 3, 2]);
    assert_eq!(first.grades[0].classes, count(5, 4, 6));
    assert_eq!(first.grades[0].from, ClassesFrom::Forecast);
    assert_eq!(first.grades[1].from, ClassesFrom::MovedUp);
    // 19 classes for 19 rooms; 20 at the upper end.
    assert_eq!(first.needed_classes, count(19, 18, 20));
    assert_eq!(first.short_classes, count(0, 0, 1));
    assert_eq!(first.shortage, Some(Shortage::Possible));
    assert_eq!(first.grades[0].shortage, Some(Shortage::Possible));
    assert_eq!(first.grades[1].shortage, Some(Shortage::None));
    // The range of the classes that entered moves up with them.
    let second = of_school(&found, "S", 2028);
    assert_eq!(classes(second), [2, 5, 5, 4, 3]);
    assert_eq!(second.grades[1].classes, count(5, 4, 6));
}

#[test]
fn the_first_year_leaves_the_entry_grade_what_its_seats_say() {
    let schools = [school("S", Level::Primary, Some(20))];
    let rows = primary(2026, "S", [5, 4, 3, 2, 6]);
    let pupils = entering("S", Grade::G1, &[(2027, 0.0, 0.0, 0.0)]);
    let rooms = found(&schools, &[], &rows, &pupils, (2027, 2027));
    let row = of_school(&rooms, "S", 2027);
    let book = RuleBook::shipped().expect("shipped rules");
    let day = NaiveDate::from_ymd_opt(2027, 9, 5).expect("a day");
    let seats = crate::entry_seats(Grade::G1, SchoolYear(2027), day, &schools, &[], &rows, &book)
        .expect("rules");
    let free = row.usable_classes.expect("rooms") - row.needed_classes.expected;
    assert_eq!(seats.schools[0].classes, Some(free));
}

#[test]
fn pupils_that_stay_follow_the_progression_of_the_ward() {
    // Grade 1 → 2: 54 + 66 of 60 + 60 pupils, that is 1. Grade 2 → 3: 57 of 60 = 0.95.
    let schools = [school("A", Level::Primary, Some(9)), school("B", Level::Primary, Some(9))];
    let rows = [
        class_row(2025, "A", Grade::G1, 2, 60),
        class_row(2026, "A", Grade::G2, 2, 54),
        class_row(2025, "B", Grade::G1, 2, 60),
        class_row(2026, "B", Grade::G2, 2, 66),
        class_row(2025, "A", Grade::G2, 2, 60),
        class_row(2026, "A", Grade::G3, 2, 57),
    ];
    let found = found(&schools, &[], &rows, &EnteringPupils::new(), (2027, 2027));
    let a = of_school(&found, "A", 2027);
    let grade_3 = a.grades.iter().find(|grade| grade.grade == Grade::G3).expect("grade 3");
    assert!((grade_3.pupils.expect("pupils") - 54.0 * 0.95).abs() < 1e-9);
    assert_eq!(grade_3.classes.expected, 2);
}

#[test]
fn a_school_that_says_it_regroups_is_believed() {
    let schools = [school("S", Level::Primary, Some(20))];
    let mut rows = primary(2026, "S", [5, 4, 3, 2, 6]);
    rows.push(class_row(2027, "S", Grade::G2, 4, 140));
    let pupils = entering("S", Grade::G1, &[(2027, 70.0, 70.0, 70.0), (2028, 70.0, 70.0, 70.0)]);
    let found = found(&schools, &[], &rows, &pupils, (2027, 2028));
    assert_eq!(of_school(&found, "S", 2027).grades[1].from, ClassesFrom::Told);
    assert_eq!(classes(of_school(&found, "S", 2027)), [2, 4, 4, 3, 2]);
    assert_eq!(classes(of_school(&found, "S", 2028)), [2, 2, 4, 4, 3]);
}

#[test]
fn spare_rooms_of_one_school_help_the_ward_but_not_the_other_school() {
    let schools = [school("A", Level::Primary, Some(1)), school("B", Level::Primary, Some(5))];
    let mut pupils = entering("A", Grade::G1, &[(2027, 71.0, 71.0, 71.0)]);
    pupils.extend(entering("B", Grade::G1, &[(2027, 35.0, 35.0, 35.0)]));
    let found = found(&schools, &[], &[], &pupils, (2027, 2027));
    let ward = &found.levels[0];
    assert_eq!((ward.school_code.as_ref(), ward.usable_classes), (None, Some(6)));
    assert_eq!((ward.needed_classes.expected, ward.shortage), (4, Some(Shortage::None)));
    let a = of_school(&found, "A", 2027);
    assert_eq!((a.short_classes.expected, a.shortage), (2, Some(Shortage::Likely)));
    let codes: Vec<FindingCode> = found.findings.iter().map(|finding| finding.code).collect();
    assert_eq!(
        codes,
        [FindingCode::ClassesMissing, FindingCode::ClassesMissing, FindingCode::ProgressionUnknown]
    );
}

#[test]
fn the_youngest_give_way_first_and_nursery_stays() {
    // 10 rooms; nursery 2 repeated, 3 + 4 + 5 classes forecast: 14 needed, 4 short.
    let schools = [school("M", Level::Preschool, Some(10))];
    let rows = [class_row(2026, "M", Grade::Nursery, 2, 40)];
    let mut pupils = entering("M", Grade::Preschool3, &[(2027, 75.0, 75.0, 75.0)]);
    pupils.extend(entering("M", Grade::Preschool4, &[(2027, 120.0, 120.0, 120.0)]));
    pupils.extend(entering("M", Grade::Preschool5, &[(2027, 175.0, 175.0, 175.0)]));
    let found = found(&schools, &[], &rows, &pupils, (2027, 2027));
    let row = of_school(&found, "M", 2027);
    assert_eq!(classes(row), [2, 3, 4, 5]);
    let short: Vec<u32> = row.grades.iter().map(|grade| grade.short_classes.expected).collect();
    assert_eq!(short, [0, 3, 1, 0]);
    assert_eq!(row.grades[0].from, ClassesFrom::Repeated);
}

#[test]
fn seats_given_in_place_of_rooms_are_kept_to() {
    // 99 seats, 140 pupils expected: 41 without a seat need 2 classes of 35.
    let mut capped = school("S", Level::Primary, None);
    capped.capacity = Some(99.0);
    let pupils = entering("S", Grade::G1, &[(2027, 90.0, 140.0, 170.0)]);
    let found = found(&[capped], &[], &primary(2026, "S", [1; 5]), &pupils, (2027, 2027));
    let row = of_school(&found, "S", 2027);
    assert_eq!((row.usable_classes, row.short_classes), (None, count(2, 0, 3)));
    assert_eq!(row.grades[0].shortage, Some(Shortage::Likely));
}

#[test]
fn unknown_rooms_are_said_and_never_called_enough() {
    let schools = [school("S", Level::Primary, None)];
    let pupils = entering("S", Grade::G1, &[(2027, 35.0, 35.0, 35.0)]);
    let found = found(&schools, &[], &primary(2026, "S", [1; 5]), &pupils, (2027, 2027));
    assert_eq!(of_school(&found, "S", 2027).shortage, None);
    assert!(found.findings.iter().any(|finding| finding.code == FindingCode::RoomsUnknown));
}

#[test]
fn a_closed_school_has_no_rows_after_its_last_year() {
    let mut closing = school("S", Level::Primary, Some(10));
    closing.open_to = Some(SchoolYear(2027));
    let pupils = entering("S", Grade::G1, &[(2027, 35.0, 35.0, 35.0), (2028, 35.0, 35.0, 35.0)]);
    let found = found(&[closing], &[], &primary(2026, "S", [1; 5]), &pupils, (2027, 2028));
    assert!(found.levels.iter().all(|row| row.school_year == SchoolYear(2027)));
}

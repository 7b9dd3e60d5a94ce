//! How many seats each school has for an entry grade: rooms that the grades which stay on leave
//! free, times the class size in force.

use crate::classes::{ClassRules, classes_of, last_known, moved_up};
use chrono::NaiveDate;
use phantuyen_model::{
    AreaCode, ClassesRow, Finding, FindingCode, Grade, MissingRule, Rule, RuleBook, School,
    SchoolCode, SchoolYear, SeatsRow,
};

/// Seats of one school for the grade.
#[derive(Clone, Debug, PartialEq)]
pub struct SchoolSeats {
    /// The school.
    pub school_code: SchoolCode,
    /// The area it stands in.
    pub area_code: Option<AreaCode>,
    /// Seats for the grade.
    pub seats: f64,
    /// Classes it may open; `None` where seats were given directly.
    pub classes: Option<u32>,
    /// Pupils per class.
    pub class_size: Option<u32>,
    /// How rooms became classes; `None` where classes or seats were given directly.
    pub rooms: Option<RoomsUsed>,
}

/// Rooms of a school and the classes that fill them before the entry grade.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoomsUsed {
    /// Rooms of the level.
    pub rooms: u32,
    /// Classes that the rooms serve.
    pub usable_classes: u32,
    /// Of these, classes of the other grades of the level.
    pub staying_classes: u32,
}

/// Seats of all schools that take the grade, and what they rest on.
#[derive(Clone, Debug, PartialEq)]
pub struct SeatsFound {
    /// In the order of their codes.
    pub schools: Vec<SchoolSeats>,
    /// The rules that were used, each once, in the order of their names.
    pub rules: Vec<Rule>,
    /// What is questionable.
    pub findings: Vec<Finding>,
}

/// The seats of every school that takes `grade` in `year`, by the rules in force on `day`.
///
/// For each school the most particular statement counts: capacity, classes or rooms of the table
/// `seats`, then capacity or rooms of the table `schools`. From rooms:
///
/// ```text
/// usable  = ⌊rooms × classes_per_room + 1e-9⌋
/// classes = usable − Σ classes that the other grades of the level will have
/// seats   = classes × class size
/// ```
///
/// Classes move up one grade a year from the last `classes` rows before `year`, their number
/// kept. Where that is more than a year back, the entry classes of the years between are not
/// known and those of the last known year are repeated. The youngest preschool groups are always
/// repeated: for `preschool-5`, this year's nursery, preschool-3 and preschool-4 classes stand
/// for next year's need of rooms. A grade that has no row in the last known year although the year
/// before had classes that became it takes those, and a finding says so. A class size of 0 counts
/// as not given.
///
/// # Errors
/// [`MissingRule`] when a rule that is needed is not in force.
pub fn entry_seats(
    grade: Grade,
    year: SchoolYear,
    day: NaiveDate,
    schools: &[School],
    seats: &[SeatsRow],
    classes: &[ClassesRow],
    rules: &RuleBook,
) -> Result<SeatsFound, MissingRule> {
    let mut office =
        Office { grade, year, rules: ClassRules::on(day, rules), findings: Vec::new() };
    let mut taking: Vec<&School> = schools.iter().filter(|s| s.takes(grade, year)).collect();
    taking.sort_by(|a, b| a.school_code.cmp(&b.school_code));
    if taking.is_empty() {
        office.find(FindingCode::NoSchoolForGrade, "schools", None);
    }
    let mut found = Vec::new();
    for school in taking {
        let own = |code: &SchoolCode| *code == school.school_code;
        let row = seats.iter().find(|row| row.grade == grade && own(&row.school_code));
        let classes: Vec<&ClassesRow> =
            classes.iter().filter(|row| own(&row.school_code)).collect();
        found.extend(office.of_school(school, row, &classes)?);
    }
    let mut rules = office.rules.used;
    rules.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(SeatsFound { schools: found, rules, findings: office.findings })
}

/// Lets each school open up to `extra` classes beyond those planned for it, as far as its rooms
/// go: `by_rooms` are the seats of the same grade and year with planned classes and capacities
/// left out ([`without_planned`]). A school whose seats were given directly keeps them.
pub fn open_more(planned: &mut SeatsFound, by_rooms: &SeatsFound, extra: u32) {
    for school in &mut planned.schools {
        let same = |other: &&SchoolSeats| other.school_code == school.school_code;
        let free = by_rooms.schools.iter().find(same).and_then(|other| other.classes);
        if let (Some(classes), Some(free), Some(size)) = (school.classes, free, school.class_size) {
            let open = classes.max(free.min(classes.saturating_add(extra)));
            school.classes = Some(open);
            school.seats = f64::from(open) * f64::from(size);
        }
    }
}

/// The schools and their rows of the table `seats` as if only rooms were known of them.
pub fn without_planned(schools: &[School], seats: &[SeatsRow]) -> (Vec<School>, Vec<SeatsRow>) {
    let bare = |school: &School| School { capacity: None, ..school.clone() };
    let rows = |row: &SeatsRow| SeatsRow { classes: None, capacity: None, ..row.clone() };
    (schools.iter().map(bare).collect(), seats.iter().map(rows).collect())
}

/// Works through the schools and notes rules and findings as it goes.
struct Office<'a> {
    grade: Grade,
    year: SchoolYear,
    rules: ClassRules<'a>,
    findings: Vec<Finding>,
}

impl Office<'_> {
    fn of_school(
        &mut self,
        school: &School,
        row: Option<&SeatsRow>,
        classes: &[&ClassesRow],
    ) -> Result<Option<SchoolSeats>, MissingRule> {
        let row_size = row.and_then(|row| row.class_size).filter(|size| *size > 0);
        let given_size = row_size.or(school.class_size.filter(|size| *size > 0));
        let result = |seats: f64, classes: Option<u32>, class_size: u32| SchoolSeats {
            school_code: school.school_code.clone(),
            area_code: school.area_code.clone(),
            seats,
            classes,
            class_size: Some(class_size),
            rooms: None,
        };
        let of_row = row.is_some_and(|row| row.classes.is_some() || row.rooms.is_some());
        let school_capacity = school.capacity.filter(|_| !of_row);
        if let Some(capacity) = row.and_then(|row| row.capacity).or(school_capacity) {
            let class_size = self.class_size(given_size)?;
            return Ok(Some(result(capacity, None, class_size)));
        }
        if let Some(open) = row.and_then(|row| row.classes) {
            let class_size = self.class_size(given_size)?;
            let seats = f64::from(open) * f64::from(class_size);
            return Ok(Some(result(seats, Some(open), class_size)));
        }
        let rooms = match row.and_then(|row| row.rooms) {
            Some(rooms) => rooms,
            None if school.rooms.is_some() && school.levels.len() > 1 => {
                self.find(FindingCode::RoomsNotSplit, "seats", Some(school));
                return Ok(None);
            }
            None => match school.rooms {
                Some(rooms) => rooms,
                None => {
                    self.find(FindingCode::SeatsUnknown, "schools", Some(school));
                    return Ok(None);
                }
            },
        };
        let class_size = self.class_size(given_size)?;
        let usable = self.usable_classes(rooms, school)?;
        let staying = self.staying_classes(school, classes);
        let open = usable.saturating_sub(staying);
        if open == 0 {
            self.find(FindingCode::NoRoomLeft, "classes", Some(school));
        }
        let rooms = RoomsUsed { rooms, usable_classes: usable, staying_classes: staying };
        let seats = f64::from(open) * f64::from(class_size);
        let seats = result(seats, Some(open), class_size);
        Ok(Some(SchoolSeats { rooms: Some(rooms), ..seats }))
    }

    fn class_size(&mut self, given: Option<u32>) -> Result<u32, MissingRule> {
        self.rules.class_size(self.grade, given)
    }

    fn usable_classes(&mut self, rooms: u32, school: &School) -> Result<u32, MissingRule> {
        self.rules.usable_classes(self.grade.level(), rooms, school.classes_per_room)
    }

    /// Classes that the other grades of the level will fill when the year opens.
    fn staying_classes(&mut self, school: &School, classes: &[&ClassesRow]) -> u32 {
        let level = self.grade.level();
        let Some(last) = last_known(classes, level, self.year) else {
            self.find(FindingCode::ClassesMissing, "classes", Some(school));
            return 0;
        };
        let years_back = self.year.0 - last.0;
        if years_back > 1 {
            let finding = self.finding(FindingCode::ClassesOld, "classes", Some(school));
            self.findings.push(finding.fact("known", last));
        }
        let back = if self.grade == Grade::Preschool5 { 0 } else { years_back };
        let entry = self.grade;
        let mut staying = 0_u32;
        let mut incomplete: Vec<Grade> = Vec::new();
        let of = |year, grade| classes_of(classes, year, grade);
        for grade in level.grades().filter(|grade| *grade != entry) {
            let told = moved_up(of, last, back, grade);
            if told.is_older && !incomplete.contains(&told.source) {
                incomplete.push(told.source);
            }
            staying = staying.saturating_add(told.classes.unwrap_or(0));
        }
        for grade in incomplete {
            let finding = self.finding(FindingCode::ClassesIncomplete, "classes", Some(school));
            self.findings.push(finding.fact("grade", grade).fact("year", last));
        }
        staying
    }

    fn find(&mut self, code: FindingCode, table: &str, school: Option<&School>) {
        let finding = self.finding(code, table, school);
        self.findings.push(finding);
    }

    fn finding(&self, code: FindingCode, table: &str, school: Option<&School>) -> Finding {
        let finding = Finding::new(code)
            .table(table)
            .fact("grade", self.grade)
            .fact("school_year", self.year);
        match school {
            Some(school) => finding.fact("school", &school.school_code),
            None => finding,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use phantuyen_model::Level;

    fn school(code: &str, levels: Vec<Level>, rooms: Option<u32>) -> School {
        School {
            school_code: SchoolCode::new(code),
            name: code.into(),
            levels,
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

    fn classes(year: i32, code: &str, rows: &[(Grade, u32)]) -> Vec<ClassesRow> {
        let row = |&(grade, classes): &(Grade, u32)| ClassesRow {
            school_year: SchoolYear(year),
            school_code: SchoolCode::new(code),
            grade,
            classes,
            pupils: classes * 30,
        };
        rows.iter().map(row).collect()
    }

    fn primary_rows() -> Vec<(Grade, u32)> {
        vec![(Grade::G1, 5), (Grade::G2, 4), (Grade::G3, 3), (Grade::G4, 2), (Grade::G5, 6)]
    }

    fn found(
        grade: Grade,
        year: i32,
        schools: &[School],
        seats: &[SeatsRow],
        classes: &[ClassesRow],
    ) -> SeatsFound {
        let book = RuleBook::shipped().expect("shipped rules");
        let opening = NaiveDate::from_ymd_opt(year, 9, 5).expect("a real date");
        entry_seats(grade, SchoolYear(year), opening, schools, seats, classes, &book)
            .expect("rules")
    }

    fn codes(found: &SeatsFound) -> Vec<FindingCode> {
        found.findings.iter().map(|f| f.code).collect()
    }

    #[test]
    fn grades_one_to_four_move_up_and_grade_five_leaves() {
        // 20 rooms − (5 + 4 + 3 + 2) = 6 classes of 35.
        let schools = [school("S", vec![Level::Primary], Some(20))];
        let found = found(Grade::G1, 2027, &schools, &[], &classes(2026, "S", &primary_rows()));
        assert_eq!(found.schools[0].classes, Some(6));
        assert_eq!(found.schools[0].seats, 210.0);
        assert_eq!(codes(&found), []);
        let rules: Vec<&str> = found.rules.iter().map(|r| r.id.as_str()).collect();
        assert_eq!(rules, ["class_size.primary", "rooms_per_class.primary"]);
    }

    #[test]
    fn two_years_ahead_the_entry_classes_repeat_and_a_finding_says_so() {
        // Grade 2 and 3 come from the repeated 5, grade 4 from grade 2 (4), grade 5 from grade 3.
        let schools = [school("S", vec![Level::Primary], Some(20))];
        let found = found(Grade::G1, 2028, &schools, &[], &classes(2026, "S", &primary_rows()));
        assert_eq!(found.schools[0].classes, Some(20 - 5 - 5 - 4 - 3));
        assert_eq!(codes(&found), [FindingCode::ClassesOld]);
    }

    #[test]
    fn grades_left_out_of_the_last_year_come_from_the_year_before() {
        // 2026 tells of grade 1 only (5): the other three are 5, 4 and 3 of 2025, moved up.
        let schools = [school("S", vec![Level::Primary], Some(20))];
        let mut rows = classes(2025, "S", &primary_rows());
        rows.extend(classes(2026, "S", &[(Grade::G1, 5)]));
        let found = found(Grade::G1, 2027, &schools, &[], &rows);
        assert_eq!(found.schools[0].classes, Some(20 - 5 - 5 - 4 - 3));
        assert_eq!(codes(&found), [FindingCode::ClassesIncomplete; 3]);
        let facts = &found.findings[0].facts;
        assert_eq!(facts.get("grade"), Some(&Grade::G2.to_string()));
        assert_eq!(facts.get("year"), Some(&SchoolYear(2026).to_string()));
    }

    #[test]
    fn absurd_rooms_and_a_class_size_of_nothing_do_no_harm() {
        let mut huge = school("S", vec![Level::Primary], Some(u32::MAX));
        huge.class_size = Some(0);
        let found = found(Grade::G1, 2027, &[huge], &[], &[]);
        assert_eq!(found.schools[0].class_size, Some(35));
        assert_eq!(found.schools[0].seats, f64::from(u32::MAX) * 35.0);
    }

    #[test]
    fn lower_secondary_rooms_serve_two_shifts() {
        // ⌊6 / 0.6⌋ = 10 classes − 2 − 2 − 2 = 4 classes of 45.
        let schools = [school("S", vec![Level::LowerSecondary], Some(6))];
        let rows = [(Grade::G6, 2), (Grade::G7, 2), (Grade::G8, 2), (Grade::G9, 2)];
        let found = found(Grade::G6, 2027, &schools, &[], &classes(2026, "S", &rows));
        assert_eq!(found.schools[0].seats, 180.0);
    }

    #[test]
    fn five_year_olds_get_what_the_younger_leave() {
        let schools = [school("S", vec![Level::Preschool], Some(10))];
        let rows = [
            (Grade::Nursery, 2),
            (Grade::Preschool3, 2),
            (Grade::Preschool4, 3),
            (Grade::Preschool5, 4),
        ];
        let found = found(Grade::Preschool5, 2027, &schools, &[], &classes(2026, "S", &rows));
        assert_eq!(found.schools[0].classes, Some(3));
        assert_eq!(found.schools[0].seats, 105.0);
    }

    #[test]
    fn a_full_school_has_no_seats_and_a_finding() {
        let schools = [school("S", vec![Level::Primary], Some(10))];
        let found = found(Grade::G1, 2027, &schools, &[], &classes(2026, "S", &primary_rows()));
        assert_eq!(found.schools[0].seats, 0.0);
        assert_eq!(codes(&found), [FindingCode::NoRoomLeft]);
    }

    #[test]
    fn rooms_of_two_levels_must_be_split_and_the_seats_table_splits_them() {
        let schools = [school("S", vec![Level::Primary, Level::LowerSecondary], Some(30))];
        let mut row = SeatsRow {
            school_code: SchoolCode::new("S"),
            grade: Grade::G1,
            rooms: None,
            classes: None,
            class_size: Some(30),
            capacity: None,
        };
        let rows = classes(2026, "S", &primary_rows());
        let unsplit = found(Grade::G1, 2027, &schools, &[row.clone()], &rows);
        assert_eq!(codes(&unsplit), [FindingCode::RoomsNotSplit]);
        row.rooms = Some(16);
        let split = found(Grade::G1, 2027, &schools, &[row], &rows);
        assert_eq!(split.schools[0].seats, 60.0);
    }

    #[test]
    fn capacity_overrides_rooms_and_nothing_known_is_an_error() {
        let mut with = school("A", vec![Level::Primary], Some(20));
        with.capacity = Some(99.0);
        let without = school("B", vec![Level::Primary], None);
        let found = found(Grade::G1, 2027, &[without, with], &[], &[]);
        assert_eq!(found.schools.len(), 1);
        assert_eq!((found.schools[0].seats, found.schools[0].classes), (99.0, None));
        assert_eq!(codes(&found), [FindingCode::SeatsUnknown]);
    }

    #[test]
    fn a_class_more_is_opened_only_where_a_room_is_free() {
        // 10 rooms − (2 + 2 + 2 + 2) leave 2 classes; 1 is planned.
        let schools = [school("S", vec![Level::Primary], Some(10))];
        let row = SeatsRow {
            school_code: SchoolCode::new("S"),
            grade: Grade::G1,
            rooms: None,
            classes: Some(1),
            class_size: None,
            capacity: None,
        };
        let rows: Vec<(Grade, u32)> = primary_rows().iter().map(|(g, _)| (*g, 2)).collect();
        let rows = classes(2026, "S", &rows);
        let (bare, bare_rows) = without_planned(&schools, std::slice::from_ref(&row));
        let by_rooms = found(Grade::G1, 2027, &bare, &bare_rows, &rows);
        for (extra, seats) in [(0, 35.0), (1, 70.0), (5, 70.0)] {
            let mut planned = found(Grade::G1, 2027, &schools, std::slice::from_ref(&row), &rows);
            open_more(&mut planned, &by_rooms, extra);
            assert_eq!(planned.schools[0].seats, seats, "{extra} more");
        }
    }

    #[test]
    fn without_classes_all_rooms_are_free_and_a_finding_says_so() {
        let schools = [school("S", vec![Level::Primary], Some(2))];
        let found = found(Grade::G1, 2027, &schools, &[], &[]);
        assert_eq!(found.schools[0].seats, 70.0);
        assert_eq!(codes(&found), [FindingCode::ClassesMissing]);
    }
}

//! From residents to head counts: conservation, registers, addresses, privacy.

use crate::project::{Project, counts, only};
use chrono::NaiveDate;
use phantuyen_data::WardData;
use phantuyen_model::{FindingCode, Residence, Severity};
use proptest::prelude::*;
use std::fmt::Write;

fn heads(data: &WardData) -> u32 {
    data.cohorts.iter().map(|row| row.headcount).sum()
}

fn dates(data: &WardData) -> Vec<String> {
    let mut dates: Vec<String> = data.cohorts.iter().map(|row| row.as_of.to_string()).collect();
    dates.sort();
    dates.dedup();
    dates
}

#[test]
fn a_stay_counts_at_every_register_between_arrival_and_departure() {
    let data = Project::new()
        .with(
            "residents.csv",
            "person_id,birth_date,area_code,sex,arrived,left\n\
             1,2018-03-01,KP1,f,2018-03-01,2025-01-01\n\
             2,2024-06-01,KP1,m,2024-06-01,\n\
             3,1995-01-01,KP2,female,2001-01-01,\n\
             4,1960-01-01,KP2,m,,\n\
             5,2015-01-01,KP2,m,2025-02-01,2025-03-01\n",
        )
        .dated("2026-12-31")
        .read();
    // Departures begin in 2025, so that the list is taken to be kept from that year on.
    assert_eq!(dates(&data), ["2024-12-31", "2025-12-31", "2026-12-31"]);
    let told = only(&data, FindingCode::RegistersFromStays);
    assert_eq!((told.count, told.facts["first"].as_str()), (3, "2024-12-31"));
    let cells: Vec<(i32, i32, u32)> = data
        .cohorts
        .iter()
        .map(|row| (chrono::Datelike::year(&row.as_of), row.birth_year, row.headcount))
        .collect();
    assert_eq!(cells, [(2024, 2018, 1), (2024, 2024, 1), (2025, 2024, 1), (2026, 2024, 1)]);
    let women: Vec<(&str, u32)> =
        data.women.iter().map(|row| (row.area_code.as_str(), row.headcount)).collect();
    assert_eq!(women, [("KP2", 1); 3]);
    assert_eq!(only(&data, FindingCode::BeyondAgeRange).count, 1);
    assert_eq!(only(&data, FindingCode::OutsideRegisters).count, 1);
    assert_eq!(counts(&data, "residents"), (5, 3, 2));
}

#[test]
fn one_address_counts_for_each_person_and_register() {
    let rows = "person_id,birth_year,area_code,residence,as_of\n\
                1,2019,KP1,permanent,2026-12-31\n\
                1,2019,KP2,current,2026-12-31\n\
                2,2019,KP1,temporary,2026-12-31\n\
                2,2019,KP2,permanent,2026-12-31\n";
    let project = Project::new().with("residents.csv", rows);
    let data = project.read();
    let cells: Vec<(&str, Option<Residence>, u32)> = data
        .cohorts
        .iter()
        .map(|row| (row.area_code.as_str(), row.residence, row.headcount))
        .collect();
    let expected = [("KP1", Some(Residence::Temporary), 1), ("KP2", Some(Residence::Current), 1)];
    assert_eq!(cells, expected);
    assert_eq!(only(&data, FindingCode::SamePersonTwice).count, 2);
    assert_eq!(counts(&data, "residents"), (4, 2, 2));

    let mut project = project;
    project.options.count_at = vec![Residence::Permanent];
    let permanent = project.read();
    assert!(permanent.cohorts.iter().all(|row| row.residence == Some(Residence::Permanent)));
    assert_eq!(heads(&permanent), 2);
}

#[test]
fn snapshots_and_stays_are_not_mixed() {
    let rows = "person_id,birth_year,area_code,as_of,arrived,left\n\
                1,2019,KP1,2026-12-31,,\n2,2019,KP1,,2020-01-01,\n";
    let data = Project::new().with("residents.csv", rows).read();
    assert_eq!(counts(&data, "residents"), (2, 0, 2));
    assert_eq!(only(&data, FindingCode::MixedRegisterForms).count, 2);
    assert!(data.cohorts.is_empty());
}

#[test]
fn stays_without_a_date_end_with_their_latest_arrival_and_say_so() {
    let rows = "person_id,birth_year,area_code,arrived,left\n1,2019,KP1,2026-11-20,\n2,2018,KP1,2019-01-01,2099-01-01\n";
    let data = Project::new().with("residents.csv", rows).read();
    assert_eq!(dates(&data).last().map(String::as_str), Some("2026-11-20"));
    let told = only(&data, FindingCode::RegisterDateTaken);
    assert_eq!((told.severity, told.facts["date"].as_str()), (Severity::Warning, "2026-11-20"));
    assert_eq!(counts(&data, "residents"), (2, 2, 0));
}

#[test]
fn departures_alone_date_no_list() {
    let rows = "person_id,birth_year,area_code,left\n1,2019,KP1,2099-01-01\n2,2018,KP1,\n";
    let data = Project::new().with("residents.csv", rows).read();
    assert_eq!(only(&data, FindingCode::RegisterDateMissing).severity, Severity::Error);
    assert_eq!(counts(&data, "residents"), (2, 0, 2));
    assert!(data.cohorts.is_empty());
}

#[test]
fn a_plain_list_needs_a_date() {
    let rows = "person_id,birth_year,area_code\n1,2019,KP1\n";
    let undated = Project::new().with("residents.csv", rows).read();
    assert_eq!(only(&undated, FindingCode::RegisterDateMissing).severity, Severity::Error);
    assert_eq!(counts(&undated, "residents"), (1, 0, 1));
    let dated = Project::new().with("residents.csv", rows).dated("2026-12-31").read();
    assert_eq!(counts(&dated, "residents"), (1, 1, 0));
}

#[test]
fn the_youngest_cohort_of_an_early_register_is_scaled_up() {
    // 31 October is day 304 of 365.
    let rows = "area_code,as_of,birth_year,headcount\n\
                KP1,2026-10-31,2026,10\nKP2,2026-10-31,2026,5\nKP1,2026-10-31,2025,10\n";
    let data = Project::new().with("cohorts.csv", rows).read();
    let cells: Vec<u32> = data.cohorts.iter().map(|row| row.headcount).collect();
    // 15 × 365 / 304 = 18.01; parts 12.01 and 6.003.
    assert_eq!(cells, [10, 12, 6]);
    let told = only(&data, FindingCode::RegisterEarly);
    assert_eq!((told.facts["before"].as_str(), told.facts["after"].as_str()), ("15", "18"));
}

#[test]
fn registers_far_from_december_and_second_lists_are_not_counted() {
    let rows = "area_code,as_of,birth_year,headcount\n\
                KP1,2026-06-30,2020,1\nKP1,2026-12-31,2020,2\nKP1,2027-01-15,2020,4\nKP1,2026-12-31,2027,8\nKP1,2026-12-31,2000,16\n";
    let project = Project::new().with("cohorts.csv", rows);
    let data = project.read();
    assert_eq!(heads(&data), 2);
    assert_eq!(counts(&data, "cohorts"), (5, 1, 4));
    assert_eq!(only(&data, FindingCode::RegisterDateFar).facts["values"], "2026-06-30");
    assert_eq!(only(&data, FindingCode::RegisterTwice).facts["values"], "2027-01-15");
    assert_eq!(only(&data, FindingCode::BirthAfterRegister).count, 1);
    assert_eq!(only(&data, FindingCode::BeyondAgeRange).count, 1);
    let vouched = project.dated("2026-06-30").read();
    assert_eq!(dates(&vouched), ["2025-12-31"]);
    assert_eq!(only(&vouched, FindingCode::AfterAsOf).count, 4);
}

#[test]
fn nothing_dated_after_the_day_asked_for_is_used() {
    let cohorts = "area_code,as_of,birth_year,headcount\n\
                   KP1,2025-12-31,2020,1\nKP1,2026-11-30,2020,2\nKP1,2027-01-05,2020,4\n";
    let women = "area_code,as_of,headcount\nKP1,2026-11-30,9\nKP1,2027-01-05,8\n";
    let project = Project::new().with("cohorts.csv", cohorts).with("women.csv", women);
    let all = project.read();
    assert_eq!(
        (dates(&all), heads(&all)),
        (vec!["2025-12-31".to_owned(), "2027-01-05".to_owned()], 5)
    );
    let then = project.dated("2026-12-31").read();
    assert_eq!(
        (dates(&then), heads(&then)),
        (vec!["2025-12-31".to_owned(), "2026-11-30".to_owned()], 3)
    );
    assert_eq!(then.women.iter().map(|row| row.headcount).collect::<Vec<u32>>(), [9]);
    assert_eq!((counts(&then, "cohorts"), counts(&then, "women")), ((3, 2, 1), (2, 1, 1)));
    let told = then.findings.iter().filter(|finding| finding.code == FindingCode::AfterAsOf);
    let told: Vec<(Option<&str>, u64, Severity)> =
        told.map(|finding| (finding.table.as_deref(), finding.count, finding.severity)).collect();
    assert_eq!(told, [(Some("cohorts"), 1, Severity::Info), (Some("women"), 1, Severity::Info)]);

    let rows = "person_id,birth_year,area_code,as_of\n\
                1,2019,KP1,2026-12-31\n1,2019,KP1,2027-01-15\n2,2019,KP2,2027-01-15\n";
    let data = Project::new().with("residents.csv", rows).dated("2026-12-31").read();
    assert_eq!((dates(&data), heads(&data)), (vec!["2026-12-31".to_owned()], 1));
    assert_eq!(only(&data, FindingCode::AfterAsOf).count, 2);
    assert_eq!(counts(&data, "residents"), (3, 1, 2));
}

#[test]
fn an_area_that_falls_out_of_the_list_is_told() {
    let rows = "area_code,as_of,birth_year,headcount\n\
                KP1,2025-12-31,2020,5\nKP2,2025-12-31,2020,7\nKP1,2026-12-31,2020,5\n";
    let data = Project::new().with("cohorts.csv", rows).read();
    let told = only(&data, FindingCode::AreaWithoutChildren);
    assert_eq!(told.area_code.as_ref().map(|area| area.as_str()), Some("KP2"));
    let facts = (told.facts["register"].as_str(), told.facts["before"].as_str());
    assert_eq!((facts, told.severity), (("2026", "7"), Severity::Warning));
}

#[test]
fn a_list_that_the_user_vouches_for_is_dated_by_its_register() {
    let rows = "person_id,birth_year,area_code,sex,as_of\n\
                1,2019,KP1,m,2026-06-30\n2,1990,KP1,f,2026-06-30\n3,2026,KP1,f,2026-06-30\n";
    let data = Project::new().with("residents.csv", rows).dated("2026-06-30").read();
    assert_eq!(dates(&data), ["2025-12-31"]);
    assert_eq!(data.women[0].as_of.to_string(), "2025-12-31");
    assert_eq!(only(&data, FindingCode::BornAfterRegisterYear).count, 1);
    assert_eq!(counts(&data, "residents"), (3, 2, 1));
}

#[test]
fn residents_come_before_cohorts_and_that_is_told() {
    let data = Project::new()
        .with("residents.csv", "person_id,birth_year,area_code,as_of\n1,2019,KP1,2026-12-31\n")
        .with("cohorts.csv", "area_code,as_of,birth_year,headcount\nKP1,2026-12-31,2019,50\n")
        .read();
    assert_eq!(heads(&data), 1);
    assert_eq!(counts(&data, "cohorts"), (1, 0, 1));
    assert_eq!(only(&data, FindingCode::CohortsGivenTwice).count, 1);
}

#[test]
fn nothing_personal_leaves_the_list() {
    let rows = "person_id,birth_date,birth_year,area_code,sex,residence,arrived,left,Họ tên\n\
                MARKID1,31/02/1987,,KP1,f,current,2020-01-01,,MARKNAME\n\
                MARKID2,,1987x,KP1,f,current,2020-01-01,,MARKNAME\n\
                MARKID3,1987-03-04,,KP1,f,current,2020-01-01,,MARKNAME\n\
                MARKID3,1987-03-04,,KP2,f,current,2020-01-01,,MARKNAME\n\
                MARKID4,1987-03-04,,KP2,f,current,2020-01-01,2019-01-01,MARKNAME\n\
                MARKID5,2987-03-04,,KP2,m,current,2020-01-01,,MARKNAME\n";
    let data = Project::new().with("residents.csv", rows).dated("2026-12-31").read();
    let told = format!("{data:?}");
    for mark in ["MARK", "1987", "31/02", "03-04"] {
        assert!(!told.contains(mark), "{mark} in {told}");
    }
    assert!(told.contains("99/99/9999"), "the kind of fault is told");
    assert_eq!(counts(&data, "residents"), (6, 1, 5));
}

/// A row of residents, sound or not.
fn any_row() -> impl Strategy<Value = String> {
    let id = prop_oneof![9 => (0..40_u32).prop_map(|id| id.to_string()), 1 => Just(String::new())];
    let born = prop_oneof![
        8 => (1980..2030_i32, 1..13_u32).prop_map(|(year, month)| format!("{year}-{month:02}-15")),
        1 => Just("31/02/2019".to_owned()),
        1 => Just(String::new()),
    ];
    let area = prop_oneof![8 => Just("KP1"), 4 => Just("KP2"), 1 => Just("KP9"), 1 => Just("")];
    let sex = prop_oneof![Just("f"), Just("m"), Just(""), Just("x")];
    let kind = prop_oneof![Just("permanent"), Just("temporary"), Just("current"), Just("")];
    let day = || prop_oneof![2 => (2015..2028_i32).prop_map(|y| format!("{y}-07-01")), 1 => Just(String::new())];
    (id, born, area, sex, kind, day(), day()).prop_map(|(id, born, area, sex, kind, from, to)| {
        format!("{id},{born},{area},{sex},{kind},{from},{to}")
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// Whatever the rows: each is used or reported, the order does not matter, and the head
    /// counts of a register never exceed the people who are there.
    #[test]
    fn no_row_is_lost_and_nobody_is_counted_twice(rows in prop::collection::vec(any_row(), 1..60)) {
        let header = "person_id,birth_date,area_code,sex,residence,arrived,left\n";
        let mut text = header.to_owned();
        for row in &rows {
            writeln!(text, "{row}").expect("text");
        }
        let project = Project::new().with("residents.csv", &text).dated("2026-12-31");
        let data = project.read();
        let not_blank = rows.iter().filter(|row| row.chars().any(|letter| letter != ','));
        let (read, _, _) = counts(&data, "residents");
        prop_assert_eq!(read, u64::try_from(not_blank.count()).expect("few"));

        let mut people: Vec<&str> = rows.iter().filter_map(|row| row.split(',').next()).collect();
        people.sort_unstable();
        people.dedup();
        let mut registers: Vec<NaiveDate> = data.cohorts.iter().map(|row| row.as_of).collect();
        registers.dedup();
        for register in registers {
            let there = data.cohorts.iter().filter(|row| row.as_of == register);
            let women = data.women.iter().filter(|row| row.as_of == register);
            let counted: u32 = there.map(|row| row.headcount).sum::<u32>()
                + women.map(|row| row.headcount).sum::<u32>();
            prop_assert!(usize::try_from(counted).expect("few") <= people.len());
        }

        let mut reversed = header.to_owned();
        for row in rows.iter().rev() {
            writeln!(reversed, "{row}").expect("text");
        }
        let other = Project::new().with("residents.csv", &reversed).dated("2026-12-31").read();
        prop_assert_eq!(heads(&other), heads(&data));
    }
}

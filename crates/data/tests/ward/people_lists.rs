//! Lists of the police: people twice, gone, without ids, in areas that were split.

use crate::project::{Project, counts, only};
use phantuyen_model::{AreaCode, FindingCode};

const HEADER: &str =
    "Họ và tên,Ngày sinh,Giới tính,Số ĐDCN/CCCD,Khu phố,Tình trạng,Ngày đến,Ngày cập nhật\n";

#[test]
fn each_row_is_settled_by_a_rule_or_asked_about() {
    let rows = "Trần An,5/6/2020,Nữ,075320001234,KP1,,1/9/2025,10/9/2025\n\
                Trần An,05/06/2020,Nữ,75320001234,KP2,,1/10/2025,1/12/2025\n\
                Trần An,05.06.2020,Nữ,,KP2,đang ở,1/10/2025,\n\
                Trần Bình,5/6/2020,Nữ,075320001235,KP1,,1/9/2025,10/9/2025\n\
                Lê Chi,7/8/2019,Nữ,,KP1,đã chết,1/9/2020,\n\
                Lê Dũng,2018,Nam,,KP1,tạm hoãn,1/9/2020,\n\
                Võ Em,30/02/2018,Nam,,KP1,,1/9/2020,\n";
    let project = Project::new().with("residents.csv", &format!("{HEADER}{rows}"));
    let data = project.dated("2026-12-31").read();
    assert_eq!(data.cohorts.iter().map(|row| row.headcount).sum::<u32>(), 3);
    assert_eq!(counts(&data, "residents"), (7, 3, 4));
    assert_eq!(only(&data, FindingCode::IdZerosLost).count, 1);
    assert_eq!(only(&data, FindingCode::SamePersonByName).count, 1);
    assert_eq!(only(&data, FindingCode::SamePersonTwice).count, 2);
    assert_eq!(only(&data, FindingCode::PersonDead).count, 1);
    assert_eq!(only(&data, FindingCode::StatusUnknown).count, 1);
    let sum =
        |of: fn(&phantuyen_data::CoverageRow) -> u64| data.coverage.iter().map(of).sum::<u64>();
    assert_eq!((sum(|row| row.children), sum(|row| row.accounted)), (7, 6));
    assert_eq!((sum(|row| row.changes), sum(|row| row.in_time)), (3, 2));
    for mark in ["Trần", "0753", "tạm hoãn", "05.06"] {
        assert!(!format!("{data:?}").contains(mark), "{mark}");
    }
}

#[test]
fn history_of_an_area_that_was_split_is_shared_and_nobody_is_lost() {
    let areas = "area_code,name\nA1,Khu phố 1\nA2,Khu phố 2\n";
    let changes =
        "old_code,new_code,share,effective\nOLD,A1,60%,2025-07-01\nOLD,A2,còn lại,2025-07-01\n";
    let mut people = "person_id,birth_year,area_code,as_of\n".to_owned();
    for person in 0..10 {
        people.push_str(&format!("{person},2020,OLD,2024-12-31\n{person},2020,A1,2025-12-31\n"));
    }
    let pupils = "school_year,grade,pupils,area_code\n2024,1,7,OLD\n";
    let plan = "grade,area_code,school_code\n1,OLD,TH1\n";
    let data = Project::empty()
        .with("areas.csv", areas)
        .with("area_changes.csv", changes)
        .with("schools.csv", "school_code,name,level,rooms\nTH1,A,primary,10\n")
        .with("residents.csv", &people)
        .with("enrollment.csv", pupils)
        .with("current_plan.csv", plan)
        .read();
    let heads = |area: &str, year: &str| -> u32 {
        let of = |row: &&phantuyen_model::CohortRow| {
            row.area_code == AreaCode::new(area) && row.as_of.to_string().starts_with(year)
        };
        data.cohorts.iter().filter(of).map(|row| row.headcount).sum()
    };
    assert_eq!((heads("A1", "2024"), heads("A2", "2024")), (6, 4));
    assert_eq!(heads("A1", "2025"), 10);
    let pupils: Vec<u32> = data.enrollment.iter().map(|row| row.pupils).collect();
    assert_eq!(pupils, [4, 3]);
    assert_eq!(data.current_plan.len(), 2, "both parts keep their school");
    assert!(data.moves.is_empty(), "who lived in the old area may have stayed");
    assert!(data.findings.iter().any(|finding| finding.code == FindingCode::AreaShared));
}

#[test]
fn what_nobody_took_over_is_told() {
    let data = Project::empty()
        .with("areas.csv", "area_code,name\nA1,Khu phố 1\n")
        .with("area_changes.csv", "old_code,new_code,share,effective\nOLD,A1,0.6,2025-07-01\n")
        .with("births.csv", "area_code,year,births\nOLD,2024,10\n")
        .read();
    assert_eq!(data.births[0].births, 6);
    assert_eq!(only(&data, FindingCode::ChangeSharesUneven).facts["values"], "OLD: 0.600");
    assert_eq!(only(&data, FindingCode::AreaPartLost).facts["values"], "OLD (0.400)");
}

#[test]
fn one_name_under_two_ids_is_two_people_and_a_row_without_an_id_is_asked_about() {
    let rows = "Trần An,5/6/2020,Nữ,075320001234,KP1,,1/9/2025,\n\
                Trần An,5/6/2020,Nữ,075320009999,KP2,,1/9/2025,\n\
                Trần An,5/6/2020,Nữ,,KP2,,1/9/2025,\n";
    let project = Project::new().with("residents.csv", &format!("{HEADER}{rows}"));
    let data = project.dated("2026-12-31").read();
    assert_eq!(data.cohorts.iter().map(|row| row.headcount).sum::<u32>(), 2);
    assert_eq!(only(&data, FindingCode::PerhapsSamePerson).count, 2);
    assert_eq!(only(&data, FindingCode::PersonUnclear).count, 1);
}

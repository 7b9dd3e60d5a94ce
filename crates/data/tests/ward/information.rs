//! Housing, targets, edits, totals and moves: what is known beyond head counts.

use crate::project::{Project, counts, only};
use phantuyen_model::{Edit, FindingCode as Code, RegisterYear};

#[test]
fn births_are_read() {
    let data = Project::new().with("births.csv", "ward,year,births\nW,2025,80\n").read();
    assert_eq!((data.births.len(), counts(&data, "births")), (1, (1, 1, 0)));
    assert!(data.findings.iter().all(|finding| finding.code != Code::TableNotUsed));
}

#[test]
fn housing_needs_an_area_and_a_day_by_which_it_was_known() {
    let data = Project::new()
        .dated("2026-12-31")
        .with(
            "housing.csv",
            "project,area_code,dwellings,handover,yield_per_dwelling,announced\n\
             Estate,KP2,100,2027-06-30,0.05,2026-01-15\n\
             Estate,,50,2028-06-30,,2026-01-15\n\
             Late,KP1,50,2029-06-30,,2027-02-01\n\
             Untold,KP1,20,2028-01-01,,\n",
        )
        .read();
    assert_eq!(counts(&data, "housing"), (4, 2, 2));
    assert_eq!(only(&data, Code::HousingWithoutArea).row, Some(3));
    assert_eq!(only(&data, Code::AfterAsOf).row, Some(4));
    let names: Vec<&str> = data.housing.iter().map(|row| row.project.as_str()).collect();
    assert_eq!(names, ["Untold", "Estate"]);
    assert_eq!(data.housing[1].yield_per_dwelling, Some(0.05));
}

#[test]
fn targets_above_100_per_cent_are_told_and_kept() {
    let data = Project::new()
        .with(
            "targets.csv",
            "indicator,level,year,target_pct,decided\n\
             participation,preschool,2030,104,2026-05-01\n\
             participation,preschool-3,2030-2031,80.1,\n",
        )
        .read();
    assert_eq!(counts(&data, "targets"), (2, 2, 0));
    let told = only(&data, Code::TargetAbove100);
    assert_eq!((told.row, told.facts["values"].as_str()), (Some(2), "104"));
    assert_eq!(data.targets[1].year.0, 2030);
}

#[test]
fn an_edit_is_a_factor_or_a_number_and_names_who_when_and_why() {
    let data = Project::new()
        .with(
            "adjustments.csv",
            "grade,area_code,school_year,factor,pupils,who,decided,reason\n\
             1,KP1,2027,1.2,,Văn phòng,2026-12-20,Khu nhà trọ mới\n\
             1,,2027,,310,Văn phòng,2026-12-20,Thống nhất với nhà trường\n\
             1,KP1,2027,1.2,30,Văn phòng,2026-12-20,Hai cách cùng lúc\n\
             1,KP2,2027,,,Văn phòng,2026-12-20,Chưa ghi số\n\
             1,KP2,2027,0.9,,,2026-12-20,Không rõ ai sửa\n",
        )
        .read();
    assert_eq!(counts(&data, "adjustments"), (5, 2, 3));
    let edits: Vec<Edit> = data.adjustments.iter().map(|row| row.edit).collect();
    assert_eq!(edits, [Edit::Pupils(310.0), Edit::Factor(1.2)]);
    assert_eq!(only(&data, Code::BadValue).row, Some(4));
}

#[test]
fn a_total_of_one_grade_and_year_stands_once() {
    let data = Project::new()
        .with(
            "control_totals.csv",
            "grade,school_year,pupils,source\n1,2027,300,UBND\n1,2027,310,UBND\n6,2027,280,\n",
        )
        .read();
    assert_eq!(counts(&data, "control_totals"), (3, 2, 1));
    assert_eq!(only(&data, Code::DuplicateRow).row, Some(3));
}

#[test]
fn persons_who_can_be_followed_are_counted_as_they_move() {
    let data = Project::new()
        .with(
            "residents.csv",
            "person_id,birth_date,area_code,as_of\n\
             a,2018-03-01,KP1,2025-12-31\na,2018-03-01,KP2,2026-12-31\n\
             b,2019-03-01,KP1,2025-12-31\n\
             c,2020-03-01,KP2,2026-12-31\nd,2026-03-01,KP2,2026-12-31\n",
        )
        .read();
    let moves: Vec<(&str, RegisterYear, u32, u32)> = data
        .moves
        .iter()
        .map(|row| (row.area_code.as_str(), row.register, row.arrived, row.left))
        .collect();
    let year = RegisterYear(2026);
    assert_eq!(moves, [("KP1", year, 0, 2), ("KP2", year, 2, 0)]);
}

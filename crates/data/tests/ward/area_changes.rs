//! Old codes are carried to today's areas, and no child is lost on the way.

use crate::project::{Project, counts, only};
use phantuyen_model::FindingCode;

const CHANGES: &str = "old_code,new_code,share,effective\nOLD1,KP1,1,2025-07-01\nOLD2,KP1,1,2025-07-01\nKP0,KP1,0.5,2025-07-01\nKP0,KP2,0.5,2025-07-01\n";

fn project() -> Project {
    Project::new().with("area_changes.csv", CHANGES)
}

#[test]
fn totals_are_conserved_to_the_child() {
    let data = project()
        .with("cohorts.csv", "area_code,as_of,birth_year,headcount\nOLD1,2024-12-31,2018,11\nOLD2,2024-12-31,2018,5\nKP1,2025-12-31,2018,17\nKP2,2024-12-31,2018,2\n")
        .with("enrollment.csv", "school_year,grade,area_code,pupils,private\n2024,1,OLD1,9,1\n2024,1,OLD2,4,\n")
        .with("demand.csv", "area_code,pupils\nOLD1,1.5\nOLD2,2\nKP1,3\n")
        .read();
    assert_eq!(counts(&data, "cohorts"), (4, 4, 0));
    let cells: Vec<(&str, u32)> =
        data.cohorts.iter().map(|row| (row.area_code.as_str(), row.headcount)).collect();
    assert_eq!(cells, [("KP1", 16), ("KP1", 17), ("KP2", 2)]);
    assert_eq!((data.enrollment[0].pupils, data.enrollment[0].private), (13, Some(1)));
    let demand = data.demand.expect("given");
    assert_eq!((demand.len(), demand[0].pupils), (1, 6.5));
    let carried = data.findings.iter().find(|finding| {
        finding.code == FindingCode::AreaCarried && finding.table.as_deref() == Some("cohorts")
    });
    let carried = carried.expect("told");
    assert_eq!((carried.count, carried.facts["values"].as_str()), (2, "OLD1 → KP1, OLD2 → KP1"));
}

#[test]
fn areas_that_became_one_bring_equal_parts_to_their_schools() {
    let data = project()
        .with(
            "current_plan.csv",
            "grade,area_code,school_code\n1,OLD1,TH1\n1,OLD2,CS1\n6,OLD1,CS1\n6,OLD2,CS1\n",
        )
        .read();
    let shares: Vec<(&str, f64)> =
        data.current_plan.iter().map(|row| (row.school_code.as_str(), row.share)).collect();
    assert_eq!(shares, [("CS1", 0.5), ("TH1", 0.5), ("CS1", 1.0)]);
}

#[test]
fn counts_of_a_split_area_are_shared_and_what_cannot_be_is_reported() {
    let data = project()
        .with("cohorts.csv", "area_code,as_of,birth_year,headcount\nKP0,2024-12-31,2018,11\n")
        .with("distances.csv", "area_code,school_code,distance_m\nKP0,TH1,500\n")
        .read();
    assert_eq!(counts(&data, "cohorts"), (1, 1, 0));
    assert_eq!(data.cohorts.iter().map(|row| row.headcount).sum::<u32>(), 11);
    assert_eq!(data.cohorts.len(), 2);
    assert_eq!(counts(&data, "distances"), (1, 0, 1));
    assert_eq!(only(&data, FindingCode::AreaSplit).facts["values"], "KP0");
}

#[test]
fn an_ended_area_is_no_area_of_today() {
    let data = Project::empty()
        .with("areas.csv", "area_code,name,valid_from,valid_to\nKP1,A,,\nKP5,Old,,2025-06-30\nKP5,New,2025-07-01,\nKP6,Gone,,2025-06-30\n")
        .with("area_changes.csv", "old_code,new_code,share,effective\nKP5,KP1,1,2025-07-01\nKP6,KP5,1,2025-07-01\n")
        .with("cohorts.csv", "area_code,as_of,birth_year,headcount\nKP5,2024-12-31,2018,3\nKP6,2024-12-31,2018,4\nKP5,2025-12-31,2018,4\n")
        .dated("2025-12-31")
        .read();
    let names: Vec<&str> = data.areas.iter().map(|area| area.name.as_str()).collect();
    assert_eq!(names, ["A", "New"]);
    assert_eq!(only(&data, FindingCode::AreaEnded).count, 2);
    let cells: Vec<(&str, u32)> =
        data.cohorts.iter().map(|row| (row.area_code.as_str(), row.headcount)).collect();
    assert_eq!(cells, [("KP1", 3), ("KP5", 4), ("KP5", 4)]);
}

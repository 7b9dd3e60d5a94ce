//! For each table a good row and each kind of bad one.

use crate::project::{Project, counts, only};
use phantuyen_model::{FindingCode as Code, Grade, Severity};

/// A table, its header, a good row, a bad one, the code and the column of its finding.
type Case = (&'static str, &'static str, &'static str, &'static str, Code, Option<&'static str>);

/// Each table with a good row, and a bad row with the finding it must give.
#[test]
fn every_table_keeps_good_rows_and_reports_bad_ones() {
    let cases: [Case; 17] = [
        ("area_tree", "code,name,parent_code", "D1,D,W", ",D,W", Code::EmptyCell, Some("code")),
        (
            "area_changes",
            "old_code,new_code,share,effective",
            "KP0,KP1,1,2025-01-01",
            "KP9,KP1,1.2,2025-01-01",
            Code::BadValue,
            Some("share"),
        ),
        (
            "seats",
            "school_code,grade,capacity",
            "TH1,1,70",
            "TH9,1,70",
            Code::UnknownSchool,
            Some("school_code"),
        ),
        (
            "classes",
            "school_year,school_code,grade,classes,pupils",
            "2026,TH1,2,3,100",
            "2026,TH1,12,3,100",
            Code::BadValue,
            Some("grade"),
        ),
        (
            "enrollment",
            "school_year,grade,pupils,school_code",
            "2026-2027,1,100,TH1",
            "2026,1,-100,TH1",
            Code::NegativeCount,
            Some("pupils"),
        ),
        (
            "actuals",
            "school_year,grade,area_code,pupils",
            "2026,1,KP1,50",
            "2026,1,KP9,50",
            Code::UnknownArea,
            Some("area_code"),
        ),
        (
            "cohorts",
            "area_code,as_of,birth_year,headcount",
            "KP1,2026-12-31,2020,12",
            "KP1,2026-12-31,2020,12",
            Code::DuplicateRow,
            None,
        ),
        (
            "women",
            "area_code,as_of,headcount",
            "KP1,2026-12-31,90",
            "KP1,31/13/26,90",
            Code::BadValue,
            Some("as_of"),
        ),
        ("births", "ward,year,births", "W,2025,80", "W,2026,1.23", Code::BadValue, Some("births")),
        ("demand", "area_code,pupils", "KP1,10.5", "KP2,\"1,234\"", Code::BadValue, Some("pupils")),
        (
            "links",
            "area_code,area_code_2",
            "KP1,KP2",
            "KP1,KP9",
            Code::UnknownArea,
            Some("area_code_2"),
        ),
        (
            "distances",
            "area_code,school_code,distance_m",
            "KP1,TH1,900",
            "KP2,TH1,-1",
            Code::NegativeCount,
            Some("distance_m"),
        ),
        (
            "adjacency",
            "area_code,neighbour_code",
            "KP1,KP2",
            "KP1,",
            Code::EmptyCell,
            Some("neighbour_code"),
        ),
        (
            "current_plan",
            "grade,area_code,school_code",
            "1,KP1,TH1",
            "1,KP2,TH1,1",
            Code::RowTooLong,
            None,
        ),
        (
            "locks",
            "grade,area_code,school_code,rule",
            "6,KP1,CS1,must",
            "6,KP2,CS1,may",
            Code::BadValue,
            Some("rule"),
        ),
        (
            "residents",
            "person_id,birth_date,area_code,as_of",
            "1,2019-05-01,KP1,2026-12-31",
            "2,2027-05-01,KP1,2026-12-31",
            Code::BirthAfterRegister,
            Some("birth_date"),
        ),
        (
            "residents",
            "person_id,birth_year,area_code,arrived,left",
            "1,2019,KP1,2019-05-01,",
            "2,2019,KP1,2025-05-01,2024-05-01",
            Code::LeftBeforeArrived,
            Some("left"),
        ),
    ];
    for (table, header, good, bad, code, column) in cases {
        let text = format!("{header}\n{good}\n{bad}\n");
        let data = Project::new().with(&format!("{table}.csv"), &text).dated("2026-12-31").read();
        assert_eq!(counts(&data, table), (2, 1, 1), "{table}: {:#?}", data.findings);
        let finding = only(&data, code);
        assert_eq!((finding.row, finding.column.as_deref()), (Some(3), column), "{table}");
        assert_eq!(finding.severity, Severity::Error);
        let errors = data.findings.iter().filter(|finding| finding.severity == Severity::Error);
        assert_eq!(errors.count(), 1, "{table}: {:#?}", data.findings);
    }
}

#[test]
fn areas_and_schools_are_checked_like_the_rest() {
    let data = Project::empty()
        .with("areas.csv", "area_code,name,parent_code,lon,lat\n01,A,W,106.9,10.9\n02,B,X,577170,1307252\n01,C,W,,\n")
        .with("schools.csv", "school_code,name,level,area_code,catchment\nS1,A,primary;lower_secondary,01,no\nS2,B,school,01,\nS3,C,primary,03,maybe\n")
        .read();
    assert_eq!(counts(&data, "areas"), (3, 2, 1));
    assert_eq!(only(&data, Code::UnknownParent).facts["values"], "X");
    assert_eq!(only(&data, Code::CoordinatesNotDegrees).row, Some(3));
    assert_eq!(data.areas[1].place, None);
    assert_eq!(data.areas[0].area_code.as_str(), "01", "leading zeros stay");
    assert_eq!(counts(&data, "schools"), (3, 1, 2));
    assert!(!data.schools[0].catchment && data.schools[0].levels.len() == 2);
    assert_eq!(only(&data, Code::UnknownArea).count, 1);
}

#[test]
fn all_faults_of_a_row_are_told_at_once() {
    let rows = "area_code,as_of,birth_year,headcount\nKP9,2026,20,-1\nKP1,,2020,x\n";
    let data = Project::new().with("cohorts.csv", rows).read();
    assert_eq!(counts(&data, "cohorts"), (2, 0, 2));
    let columns = |code| -> Vec<&str> {
        let found = data.findings.iter().filter(|finding| finding.code == code);
        found.filter_map(|finding| finding.column.as_deref()).collect()
    };
    assert_eq!(columns(Code::BadValue), ["as_of", "birth_year", "headcount"]);
    assert_eq!(columns(Code::NegativeCount), ["headcount"]);
    assert_eq!(columns(Code::UnknownArea), ["area_code"]);
    assert_eq!(columns(Code::EmptyCell), ["as_of"]);
    let bad = data.findings.iter().find(|f| f.column.as_deref() == Some("birth_year"));
    assert_eq!(bad.expect("told").facts["expected"], "2021");
}

#[test]
fn columns_missing_and_unknown_are_told_and_no_row_is_lost() {
    let data = Project::new()
        .with("demand.csv", "area_code,pupil,note\nKP1,3,x\nKP2,4,\n,,\n")
        .with("locks.csv", "grade,area_code,school_code,rule\n")
        .read();
    assert_eq!(only(&data, Code::MissingColumn).column.as_deref(), Some("pupils"));
    assert_eq!(only(&data, Code::UnknownColumn).facts["values"], "pupil, note");
    assert_eq!(counts(&data, "demand"), (2, 0, 2));
    assert_eq!(only(&data, Code::EmptyTable).table.as_deref(), Some("locks"));
    assert_eq!(data.demand, Some(vec![]));
}

#[test]
fn files_that_no_table_uses_are_told() {
    let mut project = Project::new()
        .with("roads.csv", "x\n")
        .with("areas.kml", "<kml/>")
        .with("enrolment.csv", "x\n")
        .with("README.md", "words")
        .with("~$areas.xlsx", "lock")
        .with("areas.xlsx", "not read, since the CSV is")
        .with("demand.xlsx", "no workbook at all")
        .with("links.csv", "area_code;area_code_2\nKP1;KP2\n");
    project.named.insert("locks".into(), "data\\missing.csv".into());
    project.named.insert("seats".into(), "data/nul.csv".into());
    let data = project.read();
    let files = |code| -> Vec<&str> {
        let found = data.findings.iter().filter(|finding| finding.code == code);
        found.filter_map(|finding| finding.file.as_deref()).collect()
    };
    assert_eq!(files(Code::TableNotUsed), ["data/areas.kml", "data/roads.csv"]);
    assert_eq!(files(Code::UnknownFile), ["data/enrolment.csv"]);
    assert_eq!(files(Code::MissingFile), ["data/missing.csv", "data/nul.csv"]);
    assert_eq!(files(Code::UnreadableFile), ["data/demand.xlsx"]);
    assert_eq!(only(&data, Code::SeveralFiles).facts["values"], "data/areas.xlsx");
    assert_eq!(data.areas.len(), 2);
}

#[test]
fn a_folder_in_the_place_of_a_file_is_told() {
    let mut project = Project::empty().with("areas.csv", "area_code,name\nKP1,A\n");
    for folder in ["schools.csv", "areas.geojson", "notes.csv", "other"] {
        std::fs::create_dir(project.path.join("data").join(folder)).expect("a folder");
    }
    project.named.insert("seats".into(), "data/other".into());
    let data = project.read();
    let found = data.findings.iter().filter(|finding| finding.code == Code::UnreadableFile);
    let files: Vec<&str> = found.filter_map(|finding| finding.file.as_deref()).collect();
    assert_eq!(files, ["data/areas.geojson", "data/schools.csv", "data/other"]);
    assert!(data.schools.is_empty());
}

#[test]
fn what_no_ward_can_have_is_reported_and_not_added_up() {
    let data = Project::new()
        .with("cohorts.csv", "area_code,as_of,birth_year,headcount\nKP1,2026-12-31,2020,4000000000\nKP1,2026-12-31,2021,4000000000\nKP2,2026-12-31,2020,10000000\n")
        .with("classes.csv", "school_year,school_code,grade,classes,pupils\n2026,TH1,2,10000001,1\n2026,TH1,3,1,10000001\n")
        .with("seats.csv", "school_code,grade,class_size,capacity\nTH1,1,0,\nTH1,2,1001,\nTH1,3,,1e300\nTH1,4,35,70\n")
        .with("demand.csv", "area_code,grade,pupils,lower,upper\nKP1,1,1e300,,\nKP1,2,5,9,3\nKP1,3,5,3,9\nKP1,4,-1,,\n")
        .read();
    assert_eq!(counts(&data, "cohorts"), (3, 1, 2));
    assert_eq!(counts(&data, "classes"), (2, 0, 2));
    assert_eq!(counts(&data, "seats"), (4, 1, 3));
    assert_eq!(counts(&data, "demand"), (4, 1, 3));
    let bad = |table: &str, column: &str| -> u64 {
        let found = data.findings.iter().filter(|finding| {
            finding.code == Code::BadValue
                && finding.table.as_deref() == Some(table)
                && finding.column.as_deref() == Some(column)
        });
        found.map(|finding| finding.count).sum()
    };
    assert_eq!(bad("cohorts", "headcount"), 2);
    assert_eq!((bad("classes", "classes"), bad("classes", "pupils")), (1, 1));
    assert_eq!((bad("seats", "class_size"), bad("seats", "capacity")), (2, 1));
    assert_eq!((bad("demand", "pupils"), bad("demand", "lower")), (1, 1));
    let told = data.findings.iter().find(|finding| finding.column.as_deref() == Some("lower"));
    assert_eq!(told.expect("told").facts["values"], "9 > 3");
    assert_eq!(only(&data, Code::NegativeCount).table.as_deref(), Some("demand"));
}

#[test]
fn without_a_list_of_areas_that_is_what_is_told() {
    let rows = "area_code,pupils\nKP1,3\n";
    let data = Project::empty().with("demand.csv", rows).read();
    assert_eq!(only(&data, Code::MissingTable).table.as_deref(), Some("areas"));
    assert_eq!(counts(&data, "demand"), (1, 1, 0));
}

#[test]
fn demand_from_a_file_of_its_own_knows_the_areas() {
    let project = Project::new();
    let areas = project.read().areas;
    let project =
        project.with("other.csv", "area_code,grade,pupils,lower\nKP2,1,3.5,2\nKP9,1,1,1\n");
    let path = project.path.join("data/other.csv");
    let (rows, findings, input) = phantuyen_data::read_demand(&path, &areas).expect("readable");
    assert_eq!((rows.len(), rows[0].grade, rows[0].lower), (1, Some(Grade::G1), Some(2.0)));
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].code, Code::UnknownArea);
    assert_eq!(input.sha256, phantuyen_data::sha256_file(&path).expect("readable"));
    assert!(phantuyen_data::read_demand(&project.path.join("none.csv"), &areas).is_err());
}

#[test]
fn siblings_add_up_and_bad_rows_of_siblings_and_feeders_are_told() {
    let data = Project::new()
        .with(
            "siblings.csv",
            "grade,area_code,school_code,pupils\n1,KP1,TH1,3\n1,KP2,TH1,2.5\n1,KP9,TH1,1\n1,KP1,XX,1\n1,KP1,TH1,4\n",
        )
        .with("feeders.csv", "from_school,to_school,share\nTH1,CS1,0.8\nTH1,CS9,0.2\nTH1,CS1,2\n")
        .read();
    let read: Vec<(&str, f64)> =
        data.siblings.iter().map(|row| (row.area_code.as_str(), row.pupils)).collect();
    assert_eq!(read, [("KP1", 3.0), ("KP2", 2.5)]);
    assert_eq!(counts(&data, "siblings"), (5, 2, 3));
    let feeders = data.feeders.as_ref().expect("a table");
    assert_eq!((feeders.len(), feeders[0].share), (1, 0.8));
    assert_eq!(counts(&data, "feeders"), (3, 1, 2));
}

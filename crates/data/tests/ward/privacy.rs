//! Whatever is wrong with a list of residents: no name, id, birth date or telephone number of it
//! stands in any result or finding.

use crate::project::{Project, counts, only};
use phantuyen_data::WardData;
use phantuyen_model::FindingCode;

/// Parts of what the lists below hold about people.
const MARKS: [&str; 8] =
    ["MARK", "mark", "Trần", "trần", "079212", "0912345", "2019-05-04", "1987-03-04"];

fn read(rows: &str) -> WardData {
    nobody_in(Project::new().with("residents.csv", rows).dated("2026-12-31").read())
}

fn nobody_in(data: WardData) -> WardData {
    let told = format!("{data:?}");
    for mark in MARKS {
        assert!(!told.contains(mark), "{mark} in {:#?}", data.findings);
    }
    data
}

#[test]
fn a_list_without_a_header_tells_the_places_of_its_columns() {
    let data = read(
        "079212000001,2019-05-04,KP1,Trần MARKNAME,markname,0912345678\n\
         079212000002,1987-03-04,KP1,Trần MARKNAME,markname,0912345679\n",
    );
    assert_eq!(counts(&data, "residents"), (1, 0, 1));
    let told = &only(&data, FindingCode::UnknownColumn).facts["values"];
    assert_eq!(told, "(1), (2), (3), (4), (5)");
    let missing = data.findings.iter().filter(|finding| finding.code == FindingCode::MissingColumn);
    assert_eq!(missing.count(), 2);
}

#[test]
fn a_title_above_the_header_is_not_told() {
    let data = read(
        "Hộ Trần MARKNAME,mark_name,,,\n\
         person_id,birth_date,area_code,sex,as_of\n\
         079212000001,2019-05-04,KP1,f,2026-12-31\n",
    );
    assert_eq!(counts(&data, "residents"), (1, 1, 0));
    assert_eq!(only(&data, FindingCode::TitlesSkipped).count, 1);
}

#[test]
fn an_unknown_column_is_named_where_the_name_is_a_column_s() {
    let data = read(
        "person_id,birth_date,area_code,as_of,birthplace,Trần MARK,0912345678\n\
         079212000001,2019-05-04,KP1,2026-12-31,MARKPLACE,MARK,MARK\n",
    );
    assert_eq!(only(&data, FindingCode::UnknownColumn).facts["values"], "birthplace, (6), (7)");
    assert_eq!(counts(&data, "residents"), (1, 1, 0));
}

#[test]
fn shifted_columns_are_told_by_their_shapes() {
    let data = read(
        "person_id,birth_date,area_code,sex,residence,as_of\n\
         1,079212000001,Trần MARKNAME,2019-05-04,f,permanent\n\
         079212000002,Trần MARKNAME,1987-03-04,MARK,0912345678,Trần MARKNAME\n",
    );
    assert_eq!(counts(&data, "residents"), (2, 0, 2));
    let told: Vec<&str> = data
        .findings
        .iter()
        .filter(|finding| finding.code == FindingCode::BadValue)
        .filter(|finding| finding.column.as_deref() == Some("sex"))
        .map(|finding| finding.facts["values"].as_str())
        .collect();
    assert_eq!(told, ["9999-99-99, aaaa"]);
}

#[test]
fn an_id_for_an_area_is_told_by_its_shape_and_a_short_code_as_it_stands() {
    let data = read(
        "person_id,birth_date,area_code,as_of\n\
         1,2019-05-04,079212000001,2026-12-31\n\
         2,2019-05-04,KP-99,2026-12-31\n\
         3,2019-05-04,Mark,2026-12-31\n",
    );
    let told = &only(&data, FindingCode::UnknownArea).facts["values"];
    assert_eq!(told, "999999999999, KP-99, aaaa");
    assert_eq!(counts(&data, "residents"), (3, 0, 3));
}

#[test]
fn words_of_sex_and_residence_are_never_told() {
    let data = read(
        "person_id,birth_date,area_code,sex,residence,as_of\n\
         1,2019-05-04,KP1,Trần MARK,markname,2026-12-31\n\
         2,2019-05-04,KP1,MA12,MK1,2026-12-31\n",
    );
    let told: Vec<&str> = data
        .findings
        .iter()
        .filter(|finding| finding.code == FindingCode::BadValue)
        .map(|finding| finding.facts["values"].as_str())
        .collect();
    assert_eq!(told, ["aaaaaaaa, aa9", "aaaa aaaa, aa99"]);
}

#[test]
fn a_birth_date_in_the_place_of_the_register_s_is_not_told() {
    let data = read(
        "person_id,birth_date,area_code,as_of\n\
         1,1986-03-04,KP1,1987-03-04\n2,2026-12-31,KP1,2019-05-04\n",
    );
    assert_eq!(only(&data, FindingCode::RegisterDateFar).facts["values"], "9999-99-99");
    assert_eq!(counts(&data, "residents"), (2, 0, 2));
}

#[test]
fn without_a_list_of_areas_no_name_becomes_an_area() {
    let rows = "person_id,birth_date,area_code,as_of\n\
                1,2019-05-04,Trần MARKNAME,2026-12-31\n2,2019-05-04,KP1,2026-12-31\n";
    let data = nobody_in(Project::empty().with("residents.csv", rows).read());
    assert_eq!(counts(&data, "residents"), (2, 1, 1));
    assert_eq!(only(&data, FindingCode::UnknownArea).facts["values"], "aaaa aaaaaaaa");
}

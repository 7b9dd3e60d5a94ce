//! The forecast workbook, read back with another library and compared with its input.

mod common;

use calamine::{Data, Range, Reader, Xlsx};
use common::{Ward, day, forecast, history, scores, show, ward};
use phantuyen_model::*;
use phantuyen_report::*;
use phantuyen_words::{Catalogue, Lang};
use std::io::Cursor;

/// A sentence for each area of the plan.
fn reasons(ward: &Ward) -> Vec<(Grade, AreaCode, String)> {
    let lines = ward.plan.figures.assignment.iter();
    lines
        .map(|line| {
            let sentence = format!("{} học tại {}.", line.area_code, line.school_code);
            (Grade::G1, line.area_code.clone(), sentence)
        })
        .collect()
}

fn bytes(ward: &Ward, forecast: &Forecast, lang: Lang) -> Vec<u8> {
    let words = Catalogue::shipped().expect("catalogue");
    let book = RuleBook::shipped().expect("rules");
    let rules: Vec<Rule> = ["class_size.primary"]
        .iter()
        .map(|id| book.get(id, day(2026, 12, 31)).expect("rule").clone())
        .collect();
    let files = [InputFile { path: "data/residents.csv".into(), sha256: "3f".repeat(32) }];
    let findings = [Finding::new(FindingCode::MissingTable).table("enrollment")];
    let base = ward
        .areas
        .iter()
        .map(|area| Some(area.area_code.clone()))
        .chain([None])
        .map(|area_code| WorkbookBase {
            grade: Grade::G1,
            children_now: Some(if area_code.is_some() { 40 } else { 1120 }),
            area_code,
            capture: Some(0.934),
            last_intake: None,
        })
        .collect();
    let years = [Grade::Preschool5, Grade::G1, Grade::G6].map(|grade| {
        let counted = history().into_iter().filter(|row| row.0 == grade).map(|row| YearPoint {
            school_year: row.1,
            value: f64::from(row.2),
            lower: None,
            upper: None,
            observed: true,
        });
        let wards = forecast.rows.iter().filter(|r| r.grade == grade && r.area_code.is_none());
        let expected = wards.map(|row| YearPoint {
            school_year: row.school_year,
            value: row.mean,
            lower: Some(row.lower),
            upper: Some(row.upper),
            observed: false,
        });
        (grade, counted.chain(expected).collect())
    });
    let chart = ChartInput { provenance: &ward.provenance, series: years.to_vec(), lang };
    let chart = png(&forecast_chart(&chart, &words).expect("chart"), 1800).expect("picture");
    let rooms = ward
        .plan
        .figures
        .schools
        .iter()
        .map(|school| RoomRow {
            school_code: school.school_code.clone(),
            rooms: Some(30),
            usable_classes: Some(30),
            staying_classes: Some(24),
            free_classes: school.classes,
            class_size: Some(35),
            seats: school.seats,
        })
        .collect();
    let input = WorkbookInput {
        provenance: &ward.provenance,
        lang,
        areas: &ward.areas,
        forecast,
        history: history(),
        base,
        scores: &scores(),
        whys: &[],
        errors: &[],
        frozen: &[],
        rooms: &[],
        schools: &ward.schools,
        score_png: None,
        aim: AccuracyAim { least: 0.90, aim: 0.95 },
        quotas: vec![QuotaSheet {
            grade: Grade::G1,
            plan: Some(&ward.plan),
            schools: &ward.schools,
            rooms,
        }],
        reasons: reasons(ward),
        present: &ward.present,
        files: &files,
        rules: &rules,
        findings: &findings,
        chart_png: Some(chart),
        date: Some(day(2026, 12, 15)),
    };
    forecast_workbook(&input, &words).expect("workbook")
}

fn open(bytes: Vec<u8>) -> Xlsx<Cursor<Vec<u8>>> {
    Xlsx::new(Cursor::new(bytes)).expect("xlsx")
}

/// The cell below a heading, in the row that begins (in the column `by`) with that text.
fn cell<'r>(sheet: &'r Range<Data>, by: &str, row: &str, heading: &str) -> &'r Data {
    let is = |cell: &Data, text: &str| matches!(cell, Data::String(s) if s == text);
    let head =
        sheet.rows().position(|cells| cells.iter().any(|cell| is(cell, by))).expect("a head");
    let column = |text: &str| {
        let cells = sheet.rows().nth(head).expect("head");
        cells.iter().position(|cell| is(cell, text)).unwrap_or_else(|| panic!("column {text}"))
    };
    let line = sheet.rows().skip(head + 1).find(|cells| is(&cells[column(by)], row));
    &line.unwrap_or_else(|| panic!("row {row}"))[column(heading)]
}

#[test]
fn the_sheets_hold_the_numbers_of_the_forecast() {
    let ward = ward(7, 4, 7);
    let forecast = forecast(&ward);
    let bytes = bytes(&ward, &forecast, Lang::Vi);
    show("forecast.xlsx", &bytes);
    let mut book = open(bytes);
    assert_eq!(
        book.sheet_names(),
        [
            "Tóm tắt",
            "Mẫu giáo 5 tuổi",
            "Lớp 1",
            "Lớp 6",
            "Nhiều năm",
            "Phòng học và chỉ tiêu",
            "Phân tuyến",
            "Phân tuyến theo trường",
            "Phiếu điểm",
            "Độ chính xác",
            "Căn cứ",
            "Giải thích"
        ]
    );
    let sheet = book.worksheet_range("Lớp 1").expect("sheet");
    let year = SchoolYear(2027);
    for row in forecast.of(Grade::G1, year) {
        let name = match &row.area_code {
            None => "Toàn địa bàn".to_owned(),
            Some(code) => {
                let area = ward.areas.iter().find(|area| area.area_code == *code);
                area.expect("area").name.clone()
            }
        };
        let read = |heading: &str| cell(&sheet, "Khu phố / thôn", &name, heading);
        assert_eq!(*read("Dự báo 2027-2028"), Data::Float(row.pupils as f64), "{name}");
        assert_eq!(*read("Thấp"), Data::Float(row.lower), "{name}");
        assert_eq!(*read("Cao"), Data::Float(row.upper), "{name}");
        assert_eq!(*read("Tỉ lệ ra lớp"), Data::Float(0.934));
    }
}

#[test]
fn the_range_of_the_ward_is_not_the_sum_of_the_ranges() {
    let ward = ward(7, 4, 7);
    let forecast = forecast(&ward);
    let mut book = open(bytes(&ward, &forecast, Lang::Vi));
    let sheet = book.worksheet_range("Lớp 1").expect("sheet");
    let upper = |name: &str| match cell(&sheet, "Khu phố / thôn", name, "Cao") {
        Data::Float(value) => *value,
        other => panic!("{other:?}"),
    };
    let sum: f64 = ward.areas.iter().map(|area| upper(&area.name)).sum();
    assert!(upper("Toàn địa bàn") < sum);
}

#[test]
fn seats_and_pupils_are_those_of_the_plan() {
    let ward = ward(7, 4, 7);
    let forecast = forecast(&ward);
    let mut book = open(bytes(&ward, &forecast, Lang::Vi));
    let sheet = book.worksheet_range("Phòng học và chỉ tiêu").expect("sheet");
    for school in &ward.schools {
        let figures = &ward.plan.figures.schools;
        let figures =
            figures.iter().find(|f| f.school_code == school.school_code).expect("figures");
        let read = |heading: &str| cell(&sheet, "Trường", &school.name, heading);
        assert_eq!(*read("Chỉ tiêu (chỗ)"), Data::Float(figures.seats));
        assert_eq!(*read("Dự kiến trong địa bàn"), Data::Float(figures.pupils));
        assert_eq!(*read("Dư (+) / thiếu (−)"), Data::Float(figures.seats - figures.pupils));
    }
    let total = cell(&sheet, "Trường", "Cộng", "Dự kiến trong địa bàn");
    assert_eq!(*total, Data::Float(ward.plan.figures.pupils));
}

#[test]
fn an_overloaded_school_does_not_look_comfortable() {
    let ward = ward(7, 4, 7);
    let forecast = forecast(&ward);
    let mut book = open(bytes(&ward, &forecast, Lang::Vi));
    let sheet = book.worksheet_range("Phòng học và chỉ tiêu").expect("sheet");
    let short: Vec<&SchoolFigures> =
        ward.plan.figures.schools.iter().filter(|f| f.pupils > f.seats).collect();
    assert!(!short.is_empty());
    for figures in short {
        let school = ward.schools.iter().find(|s| s.school_code == figures.school_code);
        let name = &school.expect("school").name;
        let read = |heading: &str| cell(&sheet, "Trường", name, heading);
        let missing = phantuyen_words::whole(Lang::Vi, figures.pupils - figures.seats);
        assert_eq!(*read("Nhận xét"), Data::String(format!("Thiếu {missing} chỗ")));
        assert_eq!(*read("Xa nhất (m)"), Data::Float(900.0));
        match figures.classes.filter(|classes| *classes > 0) {
            Some(classes) => {
                let each = figures.pupils / f64::from(classes);
                assert!(each > 35.0);
                assert_eq!(*read("Học sinh mỗi lớp"), Data::Float(each));
            }
            None => assert_eq!(*read("Học sinh mỗi lớp"), Data::String("–".into())),
        }
    }
}

#[test]
fn the_plan_says_for_each_area_which_school_how_far_and_why() {
    let ward = ward(7, 4, 7);
    let forecast = forecast(&ward);
    let mut book = open(bytes(&ward, &forecast, Lang::Vi));
    let sheet = book.worksheet_range("Phân tuyến").expect("sheet");
    let name_of = |code: &SchoolCode| {
        let school = ward.schools.iter().find(|school| school.school_code == *code);
        school.expect("school").name.clone()
    };
    let lines = ward.plan.figures.assignment.iter().zip(&ward.present);
    for ((line, before), area) in lines.zip(&ward.areas) {
        let read = |heading: &str| cell(&sheet, "Khu phố / thôn", &area.name, heading);
        assert_eq!(*read("Khối lớp"), Data::String("Lớp 1".into()));
        assert_eq!(*read("Trường"), Data::String(name_of(&line.school_code)));
        assert_eq!(*read("Số trẻ"), Data::Float(line.pupils));
        assert_eq!(*read("Đường đi (m)"), Data::Float(line.distance_m.expect("distance")));
        assert_eq!(*read("Trường năm trước"), Data::String(name_of(&before.school_code)));
        let reason = format!("{} học tại {}.", line.area_code, line.school_code);
        assert_eq!(*read("Lý do"), Data::String(reason));
    }

    // Khu phố 2 stands before Khu phố 10.
    let listed: Vec<String> =
        sheet.rows().flatten().map(ToString::to_string).filter(|text| is_area(text)).collect();
    let expected: Vec<String> = ward.areas.iter().map(|area| area.name.clone()).collect();
    assert_eq!(listed, expected);
}

fn is_area(text: &str) -> bool {
    text.strip_prefix("Khu phố ").is_some_and(|rest| rest.parse::<u32>().is_ok())
}

#[test]
fn each_school_has_its_territory_in_words() {
    let ward = ward(4, 3, 2);
    let forecast = forecast(&ward);
    let mut book = open(bytes(&ward, &forecast, Lang::Vi));
    let sheet = book.worksheet_range("Phân tuyến theo trường").expect("sheet");
    for school in &ward.schools {
        let figures = &ward.plan.figures.schools;
        let figures =
            figures.iter().find(|f| f.school_code == school.school_code).expect("figures");
        let read = |heading: &str| cell(&sheet, "Trường", &school.name, heading);
        assert_eq!(*read("Số trẻ"), Data::Float(figures.pupils));
        assert_eq!(*read("Số chỗ"), Data::Float(figures.seats));
        let territory = read("Địa bàn").to_string();
        assert!(territory.starts_with("Khu phố "), "{territory}");
    }
}

#[test]
fn units_and_unknown_sources_of_rules_are_said_in_the_language_of_the_sheet() {
    let words = Catalogue::shipped().expect("catalogue");
    let book = RuleBook::shipped().expect("rules");
    for id in book.ids() {
        let unit = &book.newest(id).expect("rule").unit;
        let key = format!("term.unit.{}", unit.replace(' ', "_"));
        assert!(words.has(&key), "{key}");
    }
    let ward = ward(4, 3, 2);
    let forecast = forecast(&ward);
    let mut book = open(bytes(&ward, &forecast, Lang::Vi));
    let sheet = book.worksheet_range("Căn cứ").expect("sheet");
    let unit = cell(&sheet, "Quy định", "Sĩ số lớp tiểu học", "Đơn vị");
    assert_eq!(*unit, Data::String("học sinh/lớp".into()));
}

#[test]
fn no_sentence_is_missing_in_either_language() {
    let ward = ward(4, 3, 2);
    let forecast = forecast(&ward);
    for lang in [Lang::Vi, Lang::En] {
        let mut book = open(bytes(&ward, &forecast, lang));
        for name in book.sheet_names() {
            let sheet = book.worksheet_range(&name).expect("sheet");
            for cell in sheet.rows().flatten() {
                let missing = matches!(cell, Data::String(text) if text.contains("⟨doc") || text.contains("⟨term"));
                assert!(!missing, "{name}: {cell}");
            }
        }
    }
}

#[test]
fn the_same_forecast_gives_the_same_bytes() {
    let ward = ward(4, 3, 2);
    let forecast = forecast(&ward);
    assert_eq!(bytes(&ward, &forecast, Lang::Vi), bytes(&ward, &forecast, Lang::Vi));
}

#[test]
fn a_name_that_begins_like_a_formula_stays_text() {
    let mut ward = ward(4, 3, 2);
    ward.areas[0].name = "=1+1".into();
    let forecast = forecast(&ward);
    let mut book = open(bytes(&ward, &forecast, Lang::Vi));
    let formulas = book.worksheet_formula("Lớp 1").expect("formulas");
    assert!(formulas.rows().flatten().all(String::is_empty));
    let sheet = book.worksheet_range("Lớp 1").expect("sheet");
    assert!(sheet.rows().flatten().any(|cell| *cell == Data::String("=1+1".into())));
}

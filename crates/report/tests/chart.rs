//! The forecast chart of a made-up ward.

mod common;

use common::{forecast, history, provenance, show, ward};
use phantuyen_model::Grade;
use phantuyen_report::*;
use phantuyen_words::{Catalogue, Lang};

fn series() -> Vec<(Grade, Vec<YearPoint>)> {
    let forecast = forecast(&ward(7, 4, 7));
    [Grade::Preschool5, Grade::G1, Grade::G6]
        .map(|grade| {
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
        })
        .to_vec()
}

fn draw(series: Vec<(Grade, Vec<YearPoint>)>) -> Result<String, ReportError> {
    let words = Catalogue::shipped().expect("catalogue");
    let provenance = provenance();
    forecast_chart(&ChartInput { provenance: &provenance, series, lang: Lang::Vi }, &words)
}

#[test]
fn the_chart_names_each_grade_and_number() {
    let svg = draw(series()).expect("chart");
    show("chart.svg", svg.as_bytes());
    show("chart.png", &png(&svg, 1800).expect("picture"));
    for words in ["Mẫu giáo 5 tuổi", "Lớp 1", "Lớp 6", "DỮ LIỆU HƯ CẤU", "Be Vietnam Pro"]
    {
        assert!(svg.contains(words), "{words}");
    }
    assert!(!svg.contains('⟨'));
    let last = history().last().map(|row| phantuyen_words::whole(Lang::Vi, f64::from(row.2)));
    assert!(svg.contains(&format!("năm học 2026-2027: đã tuyển {}", last.expect("a year"))));
}

#[test]
fn the_same_years_give_the_same_bytes_in_any_order() {
    let mut turned = series();
    for (_, years) in &mut turned {
        years.reverse();
    }
    assert_eq!(draw(series()).expect("chart"), draw(turned).expect("chart"));
}

#[test]
fn one_year_and_equal_numbers_can_be_drawn_and_nothing_cannot() {
    let year = |value| YearPoint {
        school_year: phantuyen_model::SchoolYear(2027),
        value,
        lower: None,
        upper: None,
        observed: false,
    };
    assert!(draw(vec![(Grade::G1, vec![year(0.0)])]).is_ok());
    assert!(matches!(draw(vec![(Grade::G1, vec![])]), Err(ReportError::Chart(_))));
}

//! The scorecard: what a chairman reads, and what nobody may be misled by.

use phantuyen_model::{
    AccuracyAim, AreaCode, BacktestError, ErrorParts, FrozenScore, Grade, RegisterYear, SchoolYear,
    Score, SizeClass, UnitLevel,
};
use phantuyen_report::{Provenance, ScorecardInput, scorecard_chart, scorecard_page};
use phantuyen_words::{Catalogue, Lang};

fn provenance() -> Provenance {
    Provenance {
        ward_name: "Mẫu".into(),
        ward_kind: "ward".into(),
        school_year: SchoolYear(2027),
        made_up: true,
        data_until: "31/12/2026".into(),
        line: "phantuyen 0.1.0 · dữ liệu 000000000000".into(),
    }
}

fn score(horizon: u32, wape: f64) -> Score {
    Score {
        grade: Grade::G1,
        level: UnitLevel::Ward,
        size_class: SizeClass::All,
        horizon,
        level_pct: 80.0,
        origins: 2,
        n: 2,
        wape: Some(wape),
        mape: None,
        bias: Some(0.02),
        within_10: None,
        coverage: None,
        interval_width: None,
        mase: None,
        wape_same_as_last_year: Some(0.08),
        wape_practice: None,
        wape_survival_5: None,
        method_interval: "conformal".into(),
    }
}

fn error(area: Option<&str>, horizon: u32, mean: f64, actual: f64) -> BacktestError {
    BacktestError {
        grade: Grade::G1,
        area_code: area.map(AreaCode::new),
        origin: RegisterYear(2024),
        horizon,
        actual,
        mean,
        lower: mean - 3.0,
        upper: mean + 3.0,
        level_pct: 80.0,
    }
}

fn page(lang: Lang, scores: &[Score], errors: &[BacktestError], frozen: &[FrozenScore]) -> String {
    let words = Catalogue::shipped().expect("catalogue");
    let input = ScorecardInput {
        provenance: &provenance(),
        lang,
        aim: AccuracyAim { least: 0.90, aim: 0.95 },
        scores,
        errors,
        frozen,
        choices: &[],
    };
    let page = scorecard_page(&input, &words).expect("a page");
    assert_eq!(page, scorecard_page(&input, &words).expect("a page"), "not the same bytes");
    assert_eq!(input.has_scores(), scorecard_chart(&input, &words).is_ok());
    page
}

fn cells(page: &str, caption: &str) -> Vec<Vec<String>> {
    let table = page.split(&format!("<caption>{caption}")).nth(1).expect("the table");
    let body =
        table.split("<tbody>").nth(1).and_then(|b| b.split("</tbody>").next()).expect("rows");
    body.lines()
        .filter(|line| line.starts_with("<tr>"))
        .map(|line| {
            let cells = line.split("<t").skip(2);
            cells
                .filter_map(|c| Some(c.split_once('>')?.1.split("</").next()?.to_owned()))
                .collect()
        })
        .collect()
}

#[test]
fn the_ward_gets_a_verdict_and_few_children_get_a_range() {
    let scores = [score(1, 0.03), score(2, 0.12)];
    let errors = [
        error(None, 1, 103.0, 100.0),
        error(None, 2, 112.0, 100.0),
        error(Some("A"), 1, 12.0, 10.0),
        error(Some("B"), 1, 30.0, 33.0),
    ];
    let vietnamese = page(Lang::Vi, &scores, &errors, &[]);
    assert!(vietnamese.contains("<html lang=\"vi\">") && vietnamese.contains("DỮ LIỆU HƯ CẤU"));
    let ward = cells(&vietnamese, "Cả địa bàn");
    assert_eq!(ward[0][..4], ["Lớp 1", "1", "★ Vượt yêu cầu", "97,0 %"]);
    assert_eq!(ward[1][..4], ["Lớp 1", "2", "▲ Chưa đạt yêu cầu", "88,0 %"]);
    let areas = cells(&vietnamese, "Khu phố theo số em dự báo");
    assert_eq!(areas[0], ["Lớp 1", "10-19", "± 3,0", "1/1 lần", "2,0", "dùng khoảng"]);
    assert!(areas[1][5].ends_with('%'));
    let english = page(Lang::En, &scores, &errors, &[]);
    assert!(english.contains("one year ahead 97.0 % right"));
    // Heard as well as seen: every table has a caption and heads, the chart a title and a text.
    for part in ["<caption>", "<th scope=\"col\">", "<th scope=\"row\">", "<desc id=\"desc\">"] {
        assert!(english.contains(part), "{part}");
    }
    assert!(!english.contains("http-equiv") && !english.contains("src="), "needs a network");
}

#[test]
fn kept_forecasts_stand_beside_what_happened() {
    let told = FrozenScore {
        origin: RegisterYear(2024),
        version: 1,
        hindsight: false,
        grade: Grade::G1,
        area_code: None,
        level: UnitLevel::Ward,
        school_year: SchoolYear(2025),
        horizon: 1,
        is_intake: true,
        said: 40.0,
        lower: 35.0,
        upper: 45.0,
        level_pct: 80.0,
        happened: 36.0,
        error: 4.0,
        is_inside: true,
        parts: ErrorParts {
            cohort: Some(0.0),
            movement: Some(8.0),
            housing: Some(0.0),
            capture: Some(-4.0),
            ..ErrorParts::default()
        },
    };
    let again = FrozenScore { version: 2, said: 41.0, ..told.clone() };
    let looking_back = FrozenScore { version: 3, hindsight: true, said: 99.0, ..told.clone() };
    let page = page(Lang::Vi, &[], &[], &[told, again, looking_back]);
    let rows = cells(&page, "Dự báo đã lưu");
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0][3..7], ["41", "35 – 45", "36", "+4"]);
    assert_eq!(rows[0][7..], ["0", "+8", "0", "−4", "0"]);
    assert!(page.contains("Chưa chấm điểm được"));
}

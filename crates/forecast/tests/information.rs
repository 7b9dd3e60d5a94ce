//! What is known beyond counts, against wards whose truth is known.

use phantuyen_forecast::{ForecastSettings, History, Information, Projected, backtest, forecast};
use phantuyen_model::{
    Adjustment, AreaCode, AreaTree, BirthsRow, CohortRow, Cohorts, ControlTotal, Edit,
    EnrollmentRow, FindingCode, Grade, HousingRow, HousingStandard, RegisterYear, SchoolYear,
    TargetRow, Women, WomenRow,
};

const FIRST: i32 = 2010;
const LAST: i32 = 2019;
const AREAS: [&str; 4] = ["A", "B", "C", "D"];

/// Registers of 2010 to 2019 as the count of area, year and age tells.
fn ward(count: impl Fn(usize, i32, i32) -> f64) -> History {
    let areas = AREAS.map(AreaCode::new);
    let mut rows = Vec::new();
    for (area, code) in areas.iter().enumerate() {
        for year in FIRST..=LAST {
            rows.extend((0..18).map(|age| CohortRow {
                area_code: code.clone(),
                as_of: RegisterYear(year).date(),
                birth_year: year - age,
                headcount: count(area, year, age).round() as u32,
                residence: None,
            }));
        }
    }
    History {
        cohorts: Cohorts::from_rows(areas, &rows),
        women: Women::default(),
        births: Vec::new(),
        enrollment: Vec::new(),
        tree: AreaTree::default(),
        information: Information {
            housing_standard: Some(HousingStandard {
                yield_per_dwelling: 0.05,
                lived_in: [0.5, 0.8, 0.9],
                largest_yield: 0.15,
            }),
            ..Information::default()
        },
    }
}

/// Every area keeps a hundred children of each age.
fn steady() -> History {
    ward(|_, _, _| 100.0)
}

fn settings(grades: &[Grade], horizon: u32) -> ForecastSettings {
    ForecastSettings {
        grades: grades.to_vec(),
        horizon,
        history_years: None,
        levels_pct: vec![80.0],
    }
}

fn made(history: &History, origin: i32, grades: &[Grade]) -> Projected {
    forecast(history, RegisterYear(origin), &settings(grades, 5)).expect("good settings")
}

/// The mean of an area, or of the ward.
fn mean(made: &Projected, grade: Grade, year: i32, area: Option<&str>) -> f64 {
    let area = area.map(AreaCode::new);
    let mut rows = made.forecast.of(grade, SchoolYear(year));
    rows.find(|row| row.area_code == area).expect("a row").mean
}

fn parts(made: &Projected, year: i32, area: Option<&str>) -> phantuyen_model::Parts {
    let area = area.map(AreaCode::new);
    let mut rows = made.base.iter().filter(|row| row.school_year == SchoolYear(year));
    rows.find(|row| row.area_code == area).expect("a row").parts
}

fn has(made: &Projected, code: FindingCode) -> bool {
    made.findings.iter().any(|finding| finding.code == code)
}

fn handover(year: i32, announced: Option<i32>) -> HousingRow {
    HousingRow {
        project: format!("P{year}"),
        area_code: AreaCode::new("B"),
        dwellings: 400,
        handover: RegisterYear(year).date(),
        yield_per_dwelling: Some(0.05),
        announced: announced.map(|year| RegisterYear(year).date()),
    }
}

fn day(year: i32) -> chrono::NaiveDate {
    RegisterYear(year).date()
}

#[test]
fn a_handover_brings_its_children_year_by_year() {
    let mut history = steady();
    let before = made(&history, LAST, &[Grade::G1]);
    history.information.housing = vec![handover(2020, Some(2018))];
    let after = made(&history, LAST, &[Grade::G1]);
    let gain =
        |year| mean(&after, Grade::G1, year, Some("B")) - mean(&before, Grade::G1, year, Some("B"));
    // 400 dwellings × 0.05 children: none by December 2020, then a half, eight tenths, nine tenths.
    for (year, expected) in [(2020, 0.0), (2021, 10.0), (2022, 16.0), (2023, 18.0), (2024, 18.0)] {
        assert!((gain(year) - expected).abs() < 0.5, "{year}: {}", gain(year));
        assert!((parts(&after, year, Some("B")).housing - gain(year)).abs() < 0.5);
    }
    assert_eq!(mean(&after, Grade::G1, 2022, Some("A")), mean(&before, Grade::G1, 2022, Some("A")));
    assert!(has(&after, FindingCode::HousingUsed) && !has(&after, FindingCode::InformationUndated));
}

/// Area B gains `share` of what 400 dwellings of 2014 are planned to bring.
fn with_past_estate(share: f64) -> History {
    let lived_in = |year: i32| match year - 2014 {
        ..=0 => 0.0,
        1 => 0.5,
        2 => 0.8,
        _ => 0.9,
    };
    ward(move |area, year, age| {
        let older = 0.95_f64.powi((age - 6).max(0));
        100.0 + if area == 1 { 20.0 * share * lived_in(year) * older } else { 0.0 }
    })
}

#[test]
fn past_handovers_teach_which_share_of_the_plan_comes() {
    for share in [0.3, 1.0, 1.6] {
        let mut history = with_past_estate(share);
        history.information.housing = vec![handover(2014, Some(2012)), handover(2020, Some(2018))];
        let made = made(&history, LAST, &[Grade::G1]);
        let housing = parts(&made, 2022, Some("B")).housing;
        assert!((housing / 16.0 - share).abs() < 0.15, "{share}: {housing}");
    }
}

#[test]
fn a_year_of_handing_over_is_not_taken_for_a_habit() {
    let history = |with: bool| {
        let mut history = with_past_estate(1.0);
        if with {
            history.information.housing = vec![handover(2014, Some(2012))];
        }
        history
    };
    // The truth after 2016 is 118 children; whoever takes the arrivals for a habit expects more.
    let error = |with: bool| {
        let made = made(&history(with), 2016, &[Grade::G1]);
        (mean(&made, Grade::G1, 2019, Some("B")) - 118.0).abs()
    };
    assert!(error(true) < error(false), "{} {}", error(true), error(false));
    assert!(error(true) < 3.0, "{}", error(true));
}

#[test]
fn what_was_not_known_yet_changes_no_look_back() {
    let mut history = steady();
    history.enrollment = rolls(|_| 0.8);
    let all = settings(&[Grade::Preschool3, Grade::G1], 5);
    let before = backtest(&history, &[], &all).expect("good settings");
    let information = &mut history.information;
    information.housing = vec![handover(2014, None), handover(2015, Some(2019))];
    information.targets = vec![target(2015, 95.0, None), target(2016, 90.0, Some(2019))];
    information.adjustments = vec![edit(None, None, Edit::Factor(2.0), 2019)];
    information.control_totals = vec![total(2015, 900.0, None), total(2016, 900.0, Some(2019))];
    let after = backtest(&history, &[], &all).expect("good settings");
    assert_eq!(before.errors, after.errors);
    let undated = after.findings.iter().filter(|f| f.code == FindingCode::InformationUndated);
    assert_eq!(undated.count(), 3);

    // Known in time, each of them does change it; cutting the history changes nothing.
    history.information.housing[1].announced = Some(day(2013));
    let known = backtest(&history, &[], &all).expect("good settings");
    assert_ne!(known.errors, after.errors);
    for origin in [2013, 2015, 2018] {
        let origin = RegisterYear(origin);
        let whole = forecast(&history, origin, &all).expect("good settings");
        let cut = forecast(&history.until(origin), origin, &all).expect("good settings");
        assert_eq!((&whole.forecast, &whole.base), (&cut.forecast, &cut.base));
        assert_eq!(whole.findings, cut.findings);
    }
}

#[test]
fn a_forecast_of_today_uses_what_has_no_date_and_says_so() {
    let mut history = steady();
    history.information.housing = vec![handover(2020, None)];
    let today = made(&history, LAST, &[Grade::G1]);
    assert!(has(&today, FindingCode::InformationUndated));
    assert!(mean(&today, Grade::G1, 2023, Some("B")) > 115.0);
    let past = made(&history, LAST - 1, &[Grade::G1]);
    assert!((mean(&past, Grade::G1, 2023, Some("B")) - 100.0).abs() < 1e-6);
}

#[test]
fn odd_housing_is_told_and_never_a_silent_number() {
    let mut history = steady();
    let row = |given| HousingRow { yield_per_dwelling: given, ..handover(2020, Some(2018)) };
    history.information.housing = vec![row(None)];
    let assumed = made(&history, LAST, &[Grade::G1]);
    assert!(has(&assumed, FindingCode::HousingYieldAssumed));
    history.information.housing = vec![row(Some(0.9))];
    let high = made(&history, LAST, &[Grade::G1]);
    assert!(has(&high, FindingCode::HousingYieldHigh));
    assert!(parts(&high, 2024, Some("B")).housing < 35.0);
    history.information.housing = vec![row(None)];
    history.information.housing_standard = None;
    let unknown = made(&history, LAST, &[Grade::G1]);
    assert!(has(&unknown, FindingCode::HousingYieldMissing));
    assert_eq!(parts(&unknown, 2024, None).housing, 0.0);
}

fn rolls(capture: impl Fn(i32) -> f64) -> Vec<EnrollmentRow> {
    let row = |year: i32, grade| EnrollmentRow {
        school_year: SchoolYear(year),
        grade,
        pupils: (400.0 * capture(year)).round() as u32,
        school_code: None,
        area_code: None,
        from_outside: Some(8),
        repeaters: None,
        to_outside: Some(4),
        private: Some(20),
    };
    (FIRST..=LAST).map(|year| row(year, Grade::Preschool3)).collect()
}

fn target(year: i32, target_pct: f64, decided: Option<i32>) -> TargetRow {
    TargetRow {
        indicator: "participation".into(),
        level: "preschool".into(),
        year: SchoolYear(year),
        target_pct,
        decided: decided.map(day),
    }
}

#[test]
fn participation_reaches_its_target_in_even_steps() {
    let mut history = steady();
    history.enrollment = rolls(|_| 0.74);
    let grades = [Grade::Preschool3];
    let before = made(&history, LAST, &grades);
    assert!((mean(&before, Grade::Preschool3, 2020, None) - 296.0).abs() < 1e-6);
    history.information.targets = vec![target(2023, 98.0, Some(2018))];
    let after = made(&history, LAST, &grades);
    // 296 − 8 + 4 + 20 = 312 of 400 go somewhere: 78 %. In 2023 it is 98 %, in 2021 88 %.
    for (year, rate) in [(2020, 0.83), (2021, 0.88), (2023, 0.98), (2024, 0.98)] {
        let expected = 296.0 * rate / 0.78;
        let mean = mean(&after, Grade::Preschool3, year, None);
        assert!((mean - expected).abs() < 1e-6, "{year}: {mean} {expected}");
        let gained = parts(&after, year, None).capture.participation;
        assert!((gained - (expected - 296.0)).abs() < 1e-6);
    }
    let capture = parts(&after, 2021, None).capture;
    assert!((capture.private + 20.0).abs() < 1e-9 && (capture.from_outside - 8.0).abs() < 1e-9);
    assert!(has(&after, FindingCode::TargetsUsed));

    // Above 100 is 100; what is reached already is left alone.
    history.information.targets = vec![target(2024, 130.0, Some(2018))];
    let full = made(&history, LAST, &grades);
    assert!((mean(&full, Grade::Preschool3, 2024, None) - 296.0 / 0.78).abs() < 1e-6);
    history.information.targets = vec![target(2024, 60.0, Some(2018))];
    assert_eq!(made(&history, LAST, &grades).forecast, before.forecast);
}

#[test]
fn targets_that_cannot_be_used_are_told() {
    let mut history = steady();
    let other = TargetRow { indicator: "two_sessions".into(), ..target(2024, 100.0, Some(2018)) };
    let odd = TargetRow { level: "khu phố".into(), ..target(2024, 100.0, Some(2018)) };
    history.information.targets = vec![target(2024, 98.0, Some(2018)), other, odd];
    let made = made(&history, LAST, &[Grade::Preschool3]);
    let codes = [
        FindingCode::TargetWithoutRolls,
        FindingCode::TargetsNotForecast,
        FindingCode::TargetLevelUnknown,
    ];
    assert!(codes.into_iter().all(|code| has(&made, code)), "{:#?}", made.findings);
    assert!((mean(&made, Grade::Preschool3, 2020, None) - 400.0).abs() < 1e-6);
}

fn edit(area: Option<&str>, year: Option<i32>, edit: Edit, decided: i32) -> Adjustment {
    Adjustment {
        grade: Grade::G1,
        area_code: area.map(AreaCode::new),
        school_year: year.map(SchoolYear),
        edit,
        who: "UBND".into(),
        decided: day(decided),
        reason: "Khu nhà trọ mới".into(),
    }
}

#[test]
fn edits_have_the_last_word_area_before_ward() {
    let mut history = steady();
    history.information.adjustments = vec![
        edit(Some("A"), Some(2020), Edit::Pupils(130.0), 2018),
        edit(Some("B"), None, Edit::Factor(0.5), 2018),
        edit(None, Some(2020), Edit::Pupils(480.0), 2018),
        edit(None, Some(2021), Edit::Factor(1.1), 2018),
    ];
    let made = made(&history, LAST, &[Grade::G1]);
    let areas = |year| AREAS.map(|area| mean(&made, Grade::G1, year, Some(area)).round());
    // A and B stand; C and D share what is left of 480.
    assert_eq!(areas(2020), [130.0, 50.0, 150.0, 150.0]);
    assert_eq!(areas(2021), [110.0, 50.0, 110.0, 110.0]);
    assert_eq!(areas(2022), [100.0, 50.0, 100.0, 100.0]);
    assert!((parts(&made, 2020, Some("A")).edits - 30.0).abs() < 1e-6);
    // Each number knows the edit that it answers to, with who decided it and why.
    let answers_to = |year: i32, area: &str| {
        let code = AreaCode::new(area);
        let row = made.base.iter().find(|row| {
            row.school_year == SchoolYear(year) && row.area_code.as_ref() == Some(&code)
        });
        row.expect("a row").edit.as_ref().map(|edit| edit.edit)
    };
    assert_eq!(answers_to(2020, "A"), Some(Edit::Pupils(130.0)));
    assert_eq!(answers_to(2021, "A"), Some(Edit::Factor(1.1)));
    assert_eq!(answers_to(2021, "B"), Some(Edit::Factor(0.5)));
    assert_eq!(answers_to(2022, "A"), None);
    assert!(has(&made, FindingCode::AdjustmentUsed));
    assert!(!has(&made, FindingCode::AdjustmentsClash) && !has(&made, FindingCode::AdjustmentIdle));
}

#[test]
fn edits_that_clash_or_do_nothing_are_told() {
    let mut history = steady();
    history.information.adjustments = vec![
        edit(Some("A"), Some(2020), Edit::Factor(2.0), 2018),
        edit(Some("A"), Some(2020), Edit::Factor(3.0), 2017),
        edit(Some("A"), Some(2040), Edit::Factor(3.0), 2017),
    ];
    let clash = made(&history, LAST, &[Grade::G1]);
    assert!((mean(&clash, Grade::G1, 2020, Some("A")) - 200.0).abs() < 1e-6);
    assert!(has(&clash, FindingCode::AdjustmentsClash) && has(&clash, FindingCode::AdjustmentIdle));
    // Areas that are edited beyond the ward's number share what is wrong with it.
    history.information.adjustments = AREAS
        .map(|area| edit(Some(area), None, Edit::Pupils(50.0), 2018))
        .into_iter()
        .chain([edit(None, None, Edit::Pupils(100.0), 2018)])
        .collect();
    let scaled = made(&history, LAST, &[Grade::G1]);
    assert!((mean(&scaled, Grade::G1, 2020, None) - 100.0).abs() < 1e-6);
}

fn total(year: i32, pupils: f64, decided: Option<i32>) -> ControlTotal {
    ControlTotal {
        grade: Grade::G1,
        school_year: SchoolYear(year),
        pupils,
        source: Some("UBND thành phố".into()),
        decided: decided.map(day),
    }
}

#[test]
fn a_total_from_above_is_met_and_its_change_shown() {
    let mut history = steady();
    history.information.control_totals = vec![
        total(2020, 420.0, Some(2018)),
        total(2021, 800.0, Some(2018)),
        total(2050, 1.0, None),
    ];
    let made = made(&history, LAST, &[Grade::G1]);
    assert!((mean(&made, Grade::G1, 2020, None) - 420.0).abs() < 1e-6);
    assert!((parts(&made, 2020, Some("A")).control - 5.0).abs() < 1e-6);
    assert!((mean(&made, Grade::G1, 2021, None) - 800.0).abs() < 1e-6);
    let codes = [
        FindingCode::ControlTotalUsed,
        FindingCode::ControlTotalFar,
        FindingCode::ControlTotalIdle,
    ];
    assert!(codes.into_iter().all(|code| has(&made, code)));
    let whole: u64 = made.forecast.of(Grade::G1, SchoolYear(2020)).skip(1).map(|r| r.pupils).sum();
    assert_eq!(whole, 420);
}

/// Births of 300 to 500 a year that all turn up by the age of 1, while the register of December
/// holds a share of the youngest that wavers when registration is `late`.
fn with_births(late: bool, noise: i32) -> History {
    let born = |year: i32| f64::from(400 + (year * 37).rem_euclid(101) - 50);
    let held =
        |year: i32| if late { 0.6 + 0.05 * f64::from((year * 5).rem_euclid(7)) } else { 0.95 };
    let mut history =
        ward(|_, year, age| born(year - age) / 4.0 * if age == 0 { held(year) } else { 1.0 });
    history.births = (FIRST..=LAST)
        .map(|year| BirthsRow {
            area_code: None,
            year,
            births: (born(year) + f64::from((year * 53).rem_euclid(61) * noise)).round() as u32,
        })
        .collect();
    history
}

#[test]
fn registered_births_help_where_registration_is_late() {
    let born = |year: i32| f64::from(400 + (year * 37).rem_euclid(101) - 50);
    let mut history = with_births(true, 0);
    let with = made(&history, LAST, &[Grade::Preschool3]);
    assert!(has(&with, FindingCode::BirthsUsed), "{:#?}", with.findings);
    history.births.clear();
    let without = made(&history, LAST, &[Grade::Preschool3]);
    // The cohort of 2019 enters in 2022.
    let error = |made: &Projected| (mean(made, Grade::Preschool3, 2022, None) - born(LAST)).abs();
    assert!(error(&with) < 0.5 * error(&without), "{} {}", error(&with), error(&without));
}

#[test]
fn registered_births_are_left_out_where_they_only_add_noise() {
    let mut history = with_births(false, 8);
    let women = AREAS.map(AreaCode::new).into_iter().flat_map(|area_code| {
        (FIRST..=LAST).map(move |year| WomenRow {
            area_code: area_code.clone(),
            as_of: day(year),
            headcount: 1000,
        })
    });
    history.women = Women::from_rows(&women.collect::<Vec<_>>());
    let with = made(&history, LAST, &[Grade::Preschool3]);
    assert!(has(&with, FindingCode::BirthsLeftOut), "{:#?}", with.findings);
    history.births.clear();
    assert_eq!(with.forecast, made(&history, LAST, &[Grade::Preschool3]).forecast);
}

/// Forty areas of short history; those of temporary residents lose a tenth each year when `told`.
fn with_temporary(told: bool) -> (History, Vec<f64>) {
    let codes: Vec<AreaCode> = (0..40).map(|area| AreaCode::new(format!("T{area:02}"))).collect();
    let (mut rows, mut of_temporary) = (Vec::new(), Vec::new());
    let share = |area: i32| f64::from(area % 8) / 8.0;
    let mut truth = Vec::new();
    for (area, code) in (0..).zip(&codes) {
        let mut children = [60.0_f64; 18];
        for year in 2014..=2019 {
            for (age, count) in (0..).zip(children) {
                let row = |headcount: f64| CohortRow {
                    area_code: code.clone(),
                    as_of: day(year),
                    birth_year: year - age,
                    headcount: headcount.round() as u32,
                    residence: None,
                };
                rows.push(row(count));
                of_temporary.push(row(count * share(area)));
            }
            let moves = if told { 1.0 - 0.2 * (share(area) - 0.44) } else { 1.0 };
            let mut older = [60.0; 18];
            for age in 1..18 {
                let wobble =
                    f64::from((area * 37 + year * 101 + age as i32 * 61).rem_euclid(21) - 10);
                older[age] = (children[age - 1] * moves + 0.8 * wobble).max(0.0);
            }
            if year == LAST {
                truth.push(children[5] * moves);
            }
            children = older;
        }
    }
    let mut history = steady();
    history.cohorts = Cohorts::from_rows(codes.clone(), &rows);
    history.information.temporary = Some(Cohorts::from_rows(codes, &of_temporary));
    (history, truth)
}

#[test]
fn temporary_residents_speak_where_the_past_says_that_they_should() {
    let miss = |history: &History, truth: &[f64]| -> f64 {
        let made = made(history, LAST, &[Grade::G1]);
        let rows = made.forecast.of(Grade::G1, SchoolYear(2020)).skip(1);
        rows.zip(truth).map(|(row, truth)| (row.mean - truth).abs()).sum()
    };
    let (mut history, truth) = with_temporary(true);
    assert!(has(&made(&history, LAST, &[Grade::G1]), FindingCode::CovariatesUsed));
    let with = miss(&history, &truth);
    history.information.temporary = None;
    let without = miss(&history, &truth);
    assert!(with < without, "{with} {without}");

    let (mut history, _) = with_temporary(false);
    let with = made(&history, LAST, &[Grade::G1]);
    assert!(has(&with, FindingCode::CovariatesLeftOut));
    history.information.temporary = None;
    assert_eq!(with.forecast, made(&history, LAST, &[Grade::G1]).forecast);
}

//! What a forecast promises, on made-up wards.

use phantuyen_forecast::{ForecastError, ForecastSettings, History, Projected, backtest, forecast};
use phantuyen_model::{
    AreaCode, AreaTree, CohortRow, Cohorts, EnrollmentRow, FindingCode, ForecastMethod, Grade,
    Parts, RegisterYear, SchoolCode, SchoolYear, UnitLevel, Women, WomenRow,
};
use proptest::prelude::*;

const FIRST: i32 = 2010;

/// A ward whose head counts are given by area, register year and age.
fn ward(areas: &[&str], years: i32, count: impl Fn(usize, i32, i32) -> Option<u32>) -> History {
    let mut rows = Vec::new();
    for (area, code) in areas.iter().enumerate() {
        for year in FIRST..FIRST + years {
            for age in 0..18 {
                rows.extend(count(area, year, age).map(|headcount| CohortRow {
                    area_code: AreaCode::new(code),
                    as_of: RegisterYear(year).date(),
                    birth_year: year - age,
                    headcount,
                    residence: None,
                }));
            }
        }
    }
    History {
        cohorts: Cohorts::from_rows(areas.iter().map(AreaCode::new), &rows),
        women: Women::default(),
        births: vec![],
        enrollment: vec![],
        tree: AreaTree::default(),
        information: phantuyen_forecast::Information::default(),
    }
}

fn women(areas: &[&str], years: i32, count: impl Fn(usize, i32) -> u32) -> Women {
    let rows: Vec<WomenRow> = (FIRST..FIRST + years)
        .flat_map(|year| areas.iter().enumerate().map(move |(area, code)| (year, area, code)))
        .map(|(year, area, code)| WomenRow {
            area_code: AreaCode::new(code),
            as_of: RegisterYear(year).date(),
            headcount: count(area, year),
        })
        .collect();
    Women::from_rows(&rows)
}

fn roll(year: i32, grade: Grade, pupils: u32, area: Option<&str>) -> EnrollmentRow {
    EnrollmentRow {
        school_year: SchoolYear(year),
        grade,
        pupils,
        school_code: area.is_none().then(|| SchoolCode::new("S")),
        area_code: area.map(AreaCode::new),
        from_outside: None,
        repeaters: None,
        to_outside: None,
        private: None,
    }
}

fn settings(grades: &[Grade], horizon: u32) -> ForecastSettings {
    ForecastSettings {
        grades: grades.to_vec(),
        horizon,
        history_years: None,
        levels_pct: vec![80.0, 90.0],
    }
}

fn made(history: &History, origin: i32, settings: &ForecastSettings) -> Projected {
    forecast(history, RegisterYear(origin), settings).expect("settings are good")
}

fn mean(made: &Projected, grade: Grade, year: i32, area: Option<&str>) -> f64 {
    let code = area.map(AreaCode::new);
    let mut rows = made.forecast.of(grade, SchoolYear(year));
    rows.find(|row| row.area_code == code).expect("a row").mean
}

fn has(made: &Projected, code: FindingCode) -> bool {
    made.findings.iter().any(|finding| finding.code == code)
}

/// Numbers that waver, the same each time.
fn noise(area: usize, year: i32, age: i32) -> u32 {
    let mixed = (area as i32 * 7919 + (year - age) * 104_729 + age * 1299) % 23;
    u32::try_from(mixed.abs()).expect("not negative")
}

/// Checks everything that every forecast promises.
fn assert_coherent(made: &Projected, areas: usize) {
    let levels = 2;
    for block in made.forecast.rows.chunks((areas + 1) * levels) {
        let (ward, parts) = block.split_at(levels);
        assert!(ward.iter().all(|row| row.level == UnitLevel::Ward && row.area_code.is_none()));
        assert!(parts.is_sorted_by_key(|row| row.area_code.clone()));
        let first = parts.iter().step_by(levels);
        let sum: f64 = first.clone().map(|row| row.mean).sum();
        assert!((sum - ward[0].mean).abs() < 1e-9, "{sum} is not {}", ward[0].mean);
        assert_eq!(first.map(|row| row.pupils).sum::<u64>(), ward[0].pupils);
    }
    for pair in made.forecast.rows.chunks(levels) {
        assert!(pair[0].lower >= pair[1].lower && pair[0].upper <= pair[1].upper);
    }
    for row in &made.forecast.rows {
        assert!([row.mean, row.lower, row.upper, row.own_weight].iter().all(|v| v.is_finite()));
        assert!(0.0 <= row.lower && row.lower <= row.median && row.median <= row.upper);
        assert!(row.lower <= row.mean && row.mean <= row.upper);
        assert!((0.0..=1.0).contains(&row.own_weight));
        assert!((row.mean - row.pupils as f64).abs() < 1.0 + 1e-9);
        assert_eq!(row.birth_year, row.school_year.0 - row.grade.age().cast_signed());
    }
    assert_eq!(made.base.len() * levels, made.forecast.rows.len());
    let rows = made.forecast.rows.iter().step_by(levels);
    for (row, base) in rows.zip(&made.base) {
        assert_eq!(row.area_code, base.area_code);
        assert!((base.parts.sum() - row.mean).abs() < 1e-9 * row.mean.max(1.0));
        let change = base.change().map(|change| change.sum());
        let last = base.last_parts.map(|last| last.sum());
        assert!(last.zip(change).is_none_or(|(last, change)| {
            (last + change - row.mean).abs() < 1e-9 * row.mean.max(1.0)
        }));
    }
    for block in made.base.chunks(areas + 1) {
        let mut sum = Parts::default();
        block[1..].iter().for_each(|base| sum += base.parts);
        assert_eq!(sum, block[0].parts);
    }
}

#[test]
fn known_ratios_are_recovered() {
    // Area A keeps its children, area B loses one in ten each year, area C gains one in five.
    let factor = [1.0_f64, 0.9, 1.2];
    let history = ward(&["A", "B", "C"], 6, |area, _, age| {
        Some((40_000.0 * factor[area].powi(age)).round() as u32)
    });
    let made = made(&history, 2015, &settings(&[Grade::G1], 3));
    for (area, code) in ["A", "B", "C"].into_iter().enumerate() {
        let expected = 40_000.0 * factor[area].powi(6);
        for year in 2016..=2018 {
            let mean = mean(&made, Grade::G1, year, Some(code));
            assert!((mean / expected - 1.0).abs() < 1e-3, "{code} {year}: {mean} {expected}");
        }
    }
}

#[test]
fn one_register_carries_cohorts_unchanged_and_says_so() {
    let history = ward(&["A", "B"], 1, |area, _, age| Some(10 * (area as u32 + 1) + age as u32));
    let made = made(&history, 2010, &settings(&[Grade::G1], 3));
    assert!(has(&made, FindingCode::ShortHistory) && has(&made, FindingCode::PriorInterval));
    assert!(has(&made, FindingCode::EnrollmentMissing));
    // Children of 5, 4 and 3 in the register, as they are.
    let means = [2011, 2012, 2013].map(|year| mean(&made, Grade::G1, year, Some("B")));
    assert_eq!(means, [25.0, 24.0, 23.0]);
    assert_eq!(mean(&made, Grade::G1, 2011, None), 15.0 + 25.0);
    assert_coherent(&made, 2);
}

#[test]
fn children_not_yet_born_follow_the_women() {
    let areas = ["A", "B"];
    let mut history = ward(&areas, 6, |area, _, _| Some([50, 150][area]));
    let settings = settings(&[Grade::Preschool3], 5);
    let without = made(&history, 2015, &settings);
    assert!(has(&without, FindingCode::WomenMissing));
    assert_eq!(mean(&without, Grade::Preschool3, 2020, Some("A")), 50.0);

    // 1 child to 10 women until 2014; in 2015 the women of the ward grow by half, evenly: the rate
    // of the last three years is (3·(1/15) + 2·(1/10) + 1·(1/10)) / 6 = 1/12. The other half of the
    // guess is A's share of the children under 1 of late, 50.
    history.women =
        women(&areas, 6, |area, year| [500, 1500][area] * if year == 2015 { 3 } else { 2 } / 2);
    let with = made(&history, 2015, &settings);
    assert!(!has(&with, FindingCode::WomenMissing));
    assert!(
        (mean(&with, Grade::Preschool3, 2019, Some("A")) - (750.0 / 12.0 + 50.0) / 2.0).abs()
            < 1e-6
    );
    let methods: Vec<ForecastMethod> = (2016..=2020)
        .map(|year| with.forecast.ward(Grade::Preschool3, SchoolYear(year)).expect("a row"))
        .map(|row| row.method)
        .collect();
    use ForecastMethod::{Births, Cohort};
    assert_eq!(methods, [Cohort, Cohort, Cohort, Births, Births]);
}

#[test]
fn intakes_set_the_capture() {
    let mut history = ward(&["A", "B"], 6, |area, _, _| Some([100, 300][area]));
    let years = FIRST..FIRST + 6;
    history.enrollment = years.clone().map(|y| roll(y, Grade::G1, 360, None)).collect();
    let by_ward = made(&history, 2015, &settings(&[Grade::G1], 2));
    assert!(!has(&by_ward, FindingCode::EnrollmentMissing));
    assert!((mean(&by_ward, Grade::G1, 2016, Some("A")) - 90.0).abs() < 1e-9);
    let base = &by_ward.base[1];
    assert_eq!((base.children_now, base.last_intake), (Some(100), None));
    assert!((base.capture.expect("a capture") - 0.9).abs() < 1e-12);

    // By area: all of A's children come and 60 live outside: the sum is the schools' 400.
    for year in years {
        history.enrollment.push(roll(year, Grade::G1, 100, Some("A")));
        history.enrollment.push(roll(year, Grade::G1, 240, Some("B")));
        history.enrollment.push(roll(year, Grade::G1, 40, None));
    }
    let by_area = made(&history, 2015, &settings(&[Grade::G1], 2));
    assert!((mean(&by_area, Grade::G1, 2016, None) - 400.0).abs() < 1e-9);
    // Shares 100 : 240 of the areas, scaled to 400.
    let a = mean(&by_area, Grade::G1, 2016, Some("A"));
    assert!((a - 400.0 * 100.0 / 340.0).abs() < 1e-6, "{a}");
    assert_eq!(by_area.base[1].last_intake, Some(100));
    assert!(!has(&by_area, FindingCode::CaptureHigh));

    history.enrollment = vec![roll(2015, Grade::G1, 500, None)];
    assert!(has(&made(&history, 2015, &settings(&[Grade::G1], 1)), FindingCode::CaptureHigh));
}

#[test]
fn grade_6_learns_from_grade_5_when_that_was_the_better_guide() {
    // Registers say 200 each year; schools see 150, 170, … and next year's grade 6 follows them.
    let mut history = ward(&["A", "B"], 10, |_, _, _| Some(100));
    let pupils = |birth: i32| u32::try_from(150 + 20 * (birth.rem_euclid(4))).expect("a count");
    for year in FIRST..FIRST + 10 {
        for grade in [Grade::G1, Grade::G2, Grade::G3, Grade::G4, Grade::G5, Grade::G6] {
            let birth = year - grade.age().cast_signed();
            history.enrollment.push(roll(year, grade, pupils(birth), None));
        }
    }
    let made = made(&history, 2019, &settings(&[Grade::G6], 5));
    assert!(has(&made, FindingCode::RollsUsed));
    assert_coherent(&made, 2);
    for year in 2020..=2022 {
        let (mean, actual) = (mean(&made, Grade::G6, year, None), f64::from(pupils(year - 11)));
        assert!((mean - actual).abs() < 8.0, "{year}: {mean} {actual}");
    }
}

#[test]
fn gaps_unknown_areas_and_empty_cohorts_do_no_harm() {
    // No register of 2013, area C unknown until 2014, area D never lives, E vanishes after 2014.
    let mut history = ward(&["A", "B", "C", "D", "E"], 7, |area, year, age| {
        let known = year != 2013 && (area != 2 || year >= 2014) && (area != 4 || year <= 2014);
        known.then(|| if area == 3 { 0 } else { 5 + noise(area, year, age) })
    });
    history.women = women(&["A", "C"], 7, |_, _| 60);
    let settings = settings(&Grade::ENTRY, 6);
    for origin in [2010, 2012, 2014, 2015, 2016] {
        let made = made(&history, origin, &settings);
        assert_eq!(made.forecast.rows.len(), 5 * 6 * 6 * 2);
        assert_coherent(&made, 5);
        assert_eq!(mean(&made, Grade::G1, origin + 1, Some("D")), 0.0);
    }
    // E is moved on from the last register that knew it: its children of 4 in 2014 enter in 2017.
    assert!(mean(&made(&history, 2016, &settings), Grade::G1, 2017, Some("E")) > 0.0);
    let none = made(&history, 2013, &settings);
    assert!(none.forecast.rows.is_empty() && has(&none, FindingCode::NoRegister));

    let back = backtest(&history, &[RegisterYear(2013)], &settings).expect("good settings");
    assert!(back.scores.is_empty());
    assert_eq!(back.findings[0].code, FindingCode::OriginSkipped);
}

#[test]
fn children_registered_from_three_on_leave_later_years_out() {
    let history = ward(&["A", "B"], 6, |_, _, age| (age >= 3).then_some(50));
    let settings = settings(&[Grade::G1], 5);
    let without = made(&history, 2015, &settings);
    assert_coherent(&without, 2);
    // Children of 5, 4 and 3 enter in 2016 to 2018; those who enter later are not registered yet.
    let years: std::collections::BTreeSet<i32> =
        without.forecast.rows.iter().map(|row| row.school_year.0).collect();
    assert_eq!(years.into_iter().collect::<Vec<_>>(), [2016, 2017, 2018]);
    assert_eq!(mean(&without, Grade::G1, 2018, None), 100.0);
    let finding = without.findings.iter().find(|f| f.code == FindingCode::AgesMissing);
    let finding = finding.expect("a finding");
    assert_eq!(finding.facts.get("years").map(String::as_str), Some("2019-2020, 2020-2021"));
    assert!(!has(&without, FindingCode::WomenMissing));
    let back = backtest(&history, &[], &settings).expect("good settings");
    assert!(!back.errors.is_empty());
    assert!(back.errors.iter().all(|error| error.horizon <= 3 && error.mean > 49.0));
}

#[test]
fn ages_unknown_at_the_origin_come_from_the_register_before() {
    // The register of 2015 leaves out children under 3; that of 2014 knows every age.
    let history = ward(&["A", "B"], 6, |_, year, age| (year < 2015 || age >= 3).then_some(50));
    let with = made(&history, 2015, &settings(&[Grade::G1], 5));
    assert_coherent(&with, 2);
    for year in 2016..=2020 {
        assert!((mean(&with, Grade::G1, year, Some("A")) - 50.0).abs() < 1e-9);
    }
    assert!(!has(&with, FindingCode::AgesMissing));
}

#[test]
fn rolls_that_disagree_are_told() {
    let mut history = ward(&["A"], 6, |_, _, _| Some(100));
    let mut of_ward = roll(2015, Grade::G1, 90, None);
    of_ward.school_code = None;
    history.enrollment = vec![of_ward, roll(2015, Grade::G1, 20, None)];
    let made = made(&history, 2015, &settings(&[Grade::G1], 1));
    assert!(has(&made, FindingCode::RollsDisagree));
    assert!((mean(&made, Grade::G1, 2016, None) - 90.0).abs() < 1e-9);
}

#[test]
fn an_empty_history_is_no_fault() {
    let history = ward(&[], 0, |_, _, _| None);
    let settings = settings(&Grade::ENTRY, 2);
    assert!(has(&made(&history, 2020, &settings), FindingCode::NoRegister));
    let back = backtest(&history, &[], &settings).expect("good settings");
    assert!(back.errors.is_empty());
    assert_eq!(back.findings[0].code, FindingCode::NothingToScore);
    let wrong = ForecastSettings { horizon: 0, ..settings };
    assert_eq!(backtest(&history, &[], &wrong).err(), Some(ForecastError::Horizon(0)));
}

/// A ward with women and rolls of every primary grade and grade 6, all wavering.
fn full_ward() -> History {
    let areas = ["A", "B", "C", "D"];
    let mut history = ward(&areas, 10, |area, year, age| Some(20 + noise(area, year, age)));
    history.women = women(&areas, 10, |area, year| 300 + noise(area, year, 0));
    for year in FIRST..FIRST + 10 {
        for grade in [Grade::G1, Grade::G2, Grade::G3, Grade::G4, Grade::G5, Grade::G6] {
            let age = grade.age().cast_signed();
            history.enrollment.push(roll(year, grade, 100 + noise(5, year, age), None));
        }
        history.enrollment.push(roll(year, Grade::G1, 15 + noise(6, year, 6), Some("B")));
    }
    history
}

#[test]
fn nothing_dated_after_the_origin_is_used() {
    let history = full_ward();
    let settings = settings(&Grade::ENTRY, 5);
    for origin in 2011..=2018 {
        let origin = RegisterYear(origin);
        let whole = forecast(&history, origin, &settings).expect("good settings");
        let cut = forecast(&history.until(origin), origin, &settings).expect("good settings");
        assert_eq!(whole.forecast, cut.forecast);
        assert_eq!((whole.findings, whole.base), (cut.findings, cut.base));
    }
}

#[test]
fn the_backtest_scores_the_very_forecasts_of_the_time() {
    let history = full_ward();
    let settings = settings(&Grade::ENTRY, 5);
    let back = backtest(&history, &[], &settings).expect("good settings");
    let origins: std::collections::BTreeSet<i32> = back.errors.iter().map(|e| e.origin.0).collect();
    assert_eq!(origins.into_iter().collect::<Vec<_>>(), (2011..=2018).collect::<Vec<_>>());
    for origin in 2011..=2018 {
        let made = made(&history, origin, &settings);
        for error in back.errors.iter().filter(|error| error.origin.0 == origin) {
            let year = error.origin.school_year(error.horizon);
            let row = made.forecast.rows.iter().find(|row| {
                (row.grade, row.school_year, &row.area_code, row.level_pct)
                    == (error.grade, year, &error.area_code, error.level_pct)
            });
            let row = row.expect("a row");
            assert_eq!((row.mean, row.lower, row.upper), (error.mean, error.lower, error.upper));
        }
    }
}

#[test]
fn one_thread_and_two_give_the_same() {
    let history = full_ward();
    let settings = settings(&Grade::ENTRY, 5);
    let run = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        pool.install(|| {
            let back = backtest(&history, &[], &settings).expect("good settings");
            (back.scores, back.errors, made(&history, 2019, &settings).forecast)
        })
    };
    assert_eq!(run(1), run(2));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Coherence: whatever the counts, gaps and rolls, areas add up to the ward before and after
    /// rounding, nothing is negative or undefined, and intervals hold their means.
    #[test]
    fn areas_always_add_up(
        counts in prop::collection::vec(prop::option::weighted(0.9, 0_u32..60), 3 * 5 * 18),
        rolls in prop::collection::vec((0_i32..5, 0_usize..13, 0_u32..200, 0_usize..5), 0..30),
        with_women in any::<bool>(),
    ) {
        let areas = ["A", "B", "C"];
        let mut history = ward(&areas, 5, |area, year, age| {
            counts[(area * 5 + (year - FIRST) as usize) * 18 + age as usize]
        });
        if with_women {
            history.women = women(&areas, 5, |area, year| noise(area, year, 0));
        }
        history.enrollment = rolls
            .into_iter()
            .map(|(year, grade, pupils, area)| {
                roll(FIRST + year, Grade::ALL[grade], pupils, areas.get(area).copied())
            })
            .collect();
        let settings = settings(&Grade::ENTRY, 6);
        assert_coherent(&made(&history, 2014, &settings), 3);
        let back = backtest(&history, &[], &settings).expect("good settings");
        prop_assert!(back.errors.iter().all(|e| e.mean.is_finite() && e.lower <= e.upper));
    }
}

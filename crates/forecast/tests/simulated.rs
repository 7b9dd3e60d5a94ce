//! Made-up wards whose truth is known, and histories as crooked as offices have them.

mod common;

use common::Made;
use phantuyen_forecast::{ForecastSettings, History, backtest, forecast};
use phantuyen_model::{
    AreaCode, CohortRow, Cohorts, FindingCode, Grade, OLDEST_AGE, RegisterYear, Score, SizeClass,
    UnitLevel,
};

const FIRST: i32 = 2001;

fn settings(grades: &[Grade]) -> ForecastSettings {
    ForecastSettings {
        grades: grades.to_vec(),
        horizon: 5,
        history_years: None,
        levels_pct: vec![80.0, 90.0],
    }
}

/// The same history with other counts: by area, year and age; `None` where nothing is told.
fn with_counts(history: &History, count: impl Fn(usize, i32, u32, u32) -> Option<u32>) -> History {
    let cohorts = &history.cohorts;
    let mut rows = Vec::new();
    for (area, code) in cohorts.areas().iter().enumerate() {
        for register in cohorts.registers() {
            for age in 0..=OLDEST_AGE {
                let Some(now) = cohorts.get(area, *register, age) else { continue };
                rows.extend(count(area, register.0, age, now).map(|headcount| CohortRow {
                    area_code: code.clone(),
                    as_of: register.date(),
                    birth_year: register.0 - age.cast_signed(),
                    headcount,
                    residence: None,
                }));
            }
        }
    }
    let cohorts = Cohorts::from_rows(cohorts.areas().iter().cloned(), &rows);
    History { cohorts, ..history.clone() }
}

fn usual_ward() -> History {
    let made = Made {
        areas: 30,
        years: 10,
        usual: (10.0, 60.0),
        leave: 0.06,
        differ: 0.3,
        shock: 0.0,
        seed: 7,
    };
    made.history().0
}

/// Forecasts and scores a history, and checks what must hold whatever it is.
fn sound(history: &History, origin: i32) -> Vec<phantuyen_model::ForecastRow> {
    let settings = settings(&Grade::ENTRY);
    let made = forecast(history, RegisterYear(origin), &settings).expect("good settings");
    for row in &made.forecast.rows {
        let numbers = [row.mean, row.median, row.lower, row.upper, row.own_weight];
        assert!(numbers.iter().all(|number| number.is_finite() && *number >= 0.0), "{row:?}");
        assert!(row.lower <= row.mean && row.mean <= row.upper, "{row:?}");
        assert!(row.own_weight <= 1.0, "{row:?}");
    }
    for choice in &made.choices {
        assert!((choice.shares.iter().sum::<f64>() - 1.0).abs() < 1e-9, "{choice:?}");
        assert!(choice.shares.iter().all(|share| *share >= 0.0), "{choice:?}");
    }
    let back = backtest(history, &[], &settings).expect("good settings");
    assert!(back.errors.iter().all(|error| {
        [error.mean, error.lower, error.upper].iter().all(|n| n.is_finite() && *n >= 0.0)
    }));
    made.forecast.rows
}

/// The mean of grade 1, so many years ahead.
fn mean(rows: &[phantuyen_model::ForecastRow], area: Option<&str>, horizon: u32) -> f64 {
    let code = area.map(AreaCode::new);
    let row = rows
        .iter()
        .find(|row| row.grade == Grade::G1 && row.horizon == horizon && row.area_code == code);
    row.expect("a row").mean
}

/// Children of an age in an area in a register.
fn children(history: &History, area: usize, year: i32, age: u32) -> f64 {
    f64::from(history.cohorts.get(area, RegisterYear(year), age).expect("a count"))
}

#[test]
fn the_true_growth_of_areas_is_recovered() {
    let made = Made {
        areas: 60,
        years: 14,
        usual: (150.0, 300.0),
        leave: 0.1,
        differ: 0.4,
        shock: 0.0,
        seed: 3,
    };
    let (history, growth) = made.history();
    let last = FIRST + 13;
    let projected = forecast(&history, RegisterYear(last), &settings(&[Grade::G6])).expect("good");
    let (mut error, mut carried) = (0.0, 0.0);
    for (area, growth) in growth.iter().enumerate() {
        let code = &history.cohorts.areas()[area];
        let row = projected.forecast.rows.iter().find(|row| {
            row.area_code.as_ref() == Some(code) && row.horizon == 5 && row.level_pct == 80.0
        });
        let now = children(&history, area, last, 6);
        let truth = now * (1.0 + growth).powi(5);
        error += (row.expect("a row").mean - truth).abs() / truth;
        carried += (now - truth).abs() / truth;
    }
    // Five years of growth at some 4 % a year from area to area, seen through Poisson noise.
    assert!(error < 0.35 * carried, "{error} against {carried}");
    assert!(error / 60.0 < 0.05, "{error}");
}

#[test]
fn intervals_cover_as_they_say_in_every_size_class() {
    let made = Made {
        areas: 240,
        years: 18,
        usual: (2.0, 110.0),
        leave: 0.08,
        differ: 0.25,
        shock: 0.0,
        seed: 11,
    };
    let (history, _) = made.history();
    let origins: Vec<RegisterYear> = (FIRST + 8..=FIRST + 13).map(RegisterYear).collect();
    let made = backtest(&history, &origins, &settings(&[Grade::G1, Grade::G6])).expect("good");
    let of_areas = |score: &&Score| score.level == UnitLevel::Area;
    for score in made.scores.iter().filter(of_areas) {
        let coverage = 100.0 * score.coverage.expect("scored");
        // Five years ahead rests on the scores of few origins, and errs on the wide side.
        let slack = if score.size_class == SizeClass::All { 5.0 } else { 8.0 };
        let is_told = score.n >= 250;
        assert!(!is_told || (coverage - score.level_pct).abs() <= slack, "{score:?}");
        assert_eq!(score.method_interval, "conformal");
    }
}

#[test]
fn intervals_cover_wards_that_are_moved_as_a_whole() {
    // Every year the whole ward gains or loses some 3 % beyond what it is used to, so that the
    // errors of an origin are one large error: only many wards tell whether intervals hold.
    let (mut inside, mut all) = (0.0, 0.0);
    for seed in 0..24 {
        let made = Made {
            areas: 40,
            years: 13,
            usual: (10.0, 90.0),
            leave: 0.08,
            differ: 0.25,
            shock: 0.03,
            seed,
        };
        let origins: Vec<RegisterYear> = (FIRST + 6..=FIRST + 9).map(RegisterYear).collect();
        let settings = ForecastSettings { horizon: 3, ..settings(&[Grade::G1]) };
        let made = backtest(&made.history().0, &origins, &settings).expect("good");
        let wanted = |score: &&Score| score.level_pct == 80.0 && score.size_class == SizeClass::All;
        for score in made.scores.iter().filter(wanted).filter(|s| s.level == UnitLevel::Area) {
            inside += f64::from(score.n) * score.coverage.expect("scored");
            all += f64::from(score.n);
        }
    }
    let coverage = 100.0 * inside / all;
    assert!((76.0..=88.0).contains(&coverage), "{coverage} % of {all}");
}

#[test]
fn choices_and_intervals_use_nothing_dated_later() {
    let history = usual_ward();
    let settings = settings(&Grade::ENTRY);
    for origin in FIRST..FIRST + 10 {
        let origin = RegisterYear(origin);
        let whole = forecast(&history, origin, &settings).expect("good settings");
        let cut = forecast(&history.until(origin), origin, &settings).expect("good settings");
        assert_eq!(whole.choices, cut.choices);
        assert_eq!(whole.forecast, cut.forecast);
    }
    let late = forecast(&history, RegisterYear(FIRST + 9), &settings).expect("good settings");
    assert!(late.findings.iter().any(|finding| finding.code == FindingCode::PastWeighed));
    assert!(late.choices.iter().all(|choice| choice.seen > 0));
    let early = forecast(&history, RegisterYear(FIRST + 1), &settings).expect("good settings");
    assert!(early.choices.iter().all(|choice| choice.seen == 0 && choice.shares == [0.5; 2]));
}

#[test]
fn thin_cells_and_empty_cohorts() {
    let thin = with_counts(&usual_ward(), |area, year, age, count| {
        let is_empty = (area + age as usize + year as usize).is_multiple_of(4);
        Some(if is_empty || area == 3 { 0 } else { count % 4 })
    });
    let rows = sound(&thin, FIRST + 9);
    // Nobody under 18, but women: a child or so may be born and draw others of the age after it.
    assert!(mean(&rows, Some("A0003"), 3) < 0.1);
    let nobody = with_counts(&usual_ward(), |_, _, _, _| Some(0));
    assert_eq!(mean(&sound(&nobody, FIRST + 9), None, 2), 0.0);
}

#[test]
fn a_new_area_without_history_moves_like_the_ward() {
    let new = with_counts(&usual_ward(), |area, year, _, count| {
        (area != 5 || year == FIRST + 9).then_some(count)
    });
    let rows = sound(&new, FIRST + 9);
    let now = children(&new, 5, FIRST + 9, 4);
    assert!((mean(&rows, Some("A0005"), 2) / now - 1.0).abs() < 0.25);
}

#[test]
fn a_merged_area_goes_on_at_its_new_size() {
    // Area 1 joins area 0 from the seventh register on.
    let before = usual_ward();
    let merged = with_counts(&before, |area, year, age, count| match (area, year >= FIRST + 6) {
        (0, true) => {
            let joined = before.cohorts.get(1, RegisterYear(year), age)?;
            Some(count + joined)
        }
        (1, true) => None,
        _ => Some(count),
    });
    let rows = sound(&merged, FIRST + 9);
    let now = children(&merged, 0, FIRST + 9, 3);
    assert!((mean(&rows, Some("A0000"), 3) / now - 1.0).abs() < 0.2, "{now}");
    let apart = sound(&before, FIRST + 9);
    let sum = mean(&apart, Some("A0000"), 3) + mean(&apart, Some("A0001"), 3);
    assert!((mean(&rows, Some("A0000"), 3) / sum - 1.0).abs() < 0.2);
}

#[test]
fn missing_doubled_and_outlying_years() {
    let usual = usual_ward();
    let truth = mean(&sound(&usual, FIRST + 9), None, 3);
    let missing = with_counts(&usual, |_, year, _, count| (year != FIRST + 5).then_some(count));
    assert!((mean(&sound(&missing, FIRST + 9), None, 3) / truth - 1.0).abs() < 0.05);

    // One area is counted with its neighbour for a year; the ward is hardly touched.
    let doubled = with_counts(&usual, |area, year, _, count| {
        Some(if area == 2 && year == FIRST + 6 { 2 * count } else { count })
    });
    let rows = sound(&doubled, FIRST + 9);
    let expected = mean(&sound(&usual, FIRST + 9), Some("A0002"), 5);
    assert!((mean(&rows, Some("A0002"), 5) / expected - 1.0).abs() < 0.15);

    // A cohort of one area grows tenfold in a year and shrinks again.
    let outlier = with_counts(&usual, |area, year, age, count| {
        Some(if area == 4 && year == FIRST + 7 && age == 3 { 10 * count } else { count })
    });
    let rows = sound(&outlier, FIRST + 9);
    let expected = mean(&sound(&usual, FIRST + 9), Some("A0004"), 2);
    assert!((mean(&rows, Some("A0004"), 2) / expected - 1.0).abs() < 0.35);
}

#[test]
fn one_year_of_history_carries_cohorts_and_says_so() {
    let one = with_counts(&usual_ward(), |_, year, _, count| (year == FIRST + 9).then_some(count));
    let rows = sound(&one, FIRST + 9);
    for area in [0, 9] {
        let now = children(&one, area, FIRST + 9, 4);
        assert_eq!(mean(&rows, Some(&format!("A{area:04}")), 2), now);
    }
    let made = forecast(&one, RegisterYear(FIRST + 9), &settings(&[Grade::G1])).expect("good");
    let has = |code| made.findings.iter().any(|finding| finding.code == code);
    assert!(has(FindingCode::ShortHistory) && has(FindingCode::PriorInterval));
    // Two years: ratios of the ward, but still no past error to make an interval of.
    let two = with_counts(&usual_ward(), |_, year, _, count| (year >= FIRST + 8).then_some(count));
    sound(&two, FIRST + 9);
}

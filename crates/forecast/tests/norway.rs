//! The open bench: 383 register units of Norway, forecast from 2009 to 2012.
//!
//! Needs `../shared/cases/norway` (or `PHANTUYEN_SHARED`); says so and stops where it is absent.

#![expect(clippy::print_stdout, reason = "the table is what the bench is read for")]

mod common;

use phantuyen_forecast::{Backtest, ForecastSettings, backtest};
use phantuyen_model::{Grade, RegisterYear, Score, SizeClass, UnitLevel};

/// Unit WAPE in per cent of the mean of shrunk and pooled ratios, by horizon (the bar).
const BAR: [(Grade, [f64; 5]); 3] = [
    (Grade::Preschool3, [2.05, 3.19, 4.41, 7.12, 7.47]),
    (Grade::G1, [1.73, 2.51, 3.22, 3.89, 4.54]),
    (Grade::G6, [1.26, 1.75, 2.26, 2.70, 3.01]),
];

/// The least accuracy of units with 200 children and more, five years ahead.
const TOWNS: [(Grade, f64); 2] = [(Grade::G1, 0.96), (Grade::G6, 0.975)];

/// How far the coverage of 80 and of 90 per cent intervals may lie from their name.
const SLACK: [f64; 2] = [4.0, 3.0];

const LEVELS: [f64; 2] = [80.0, 90.0];

/// The scores of all sizes, by horizon.
fn row(made: &Backtest, grade: Grade, level: UnitLevel, level_pct: f64) -> Vec<&Score> {
    let wanted = |score: &&Score| {
        score.grade == grade
            && score.level == level
            && score.size_class == SizeClass::All
            && score.level_pct == level_pct
    };
    made.scores.iter().filter(wanted).collect()
}

fn show(name: &str, scores: &[&Score], value: impl Fn(&Score) -> Option<f64>) {
    let cells: Vec<String> =
        scores.iter().map(|s| format!("{:6.2}", 100.0 * value(s).unwrap_or(f64::NAN))).collect();
    println!("{name:<32}{}", cells.join(" "));
}

/// Coverage and number of forecasts in each size class.
fn show_sizes(made: &Backtest, grade: Grade) {
    let mut sizes: Vec<SizeClass> = made.scores.iter().map(|score| score.size_class).collect();
    sizes.sort();
    sizes.dedup();
    for size in sizes {
        let of_size = |score: &&Score| {
            score.grade == grade && score.level == UnitLevel::Area && score.size_class == size
        };
        let scores: Vec<&Score> =
            made.scores.iter().filter(of_size).step_by(LEVELS.len()).collect();
        show(&format!("  {} children, accuracy", size.name()), &scores, |s| Some(1.0 - s.wape?));
        let counts: Vec<String> = scores.iter().map(|score| score.n.to_string()).collect();
        println!("  of {}", counts.join(" "));
        for level_pct in LEVELS {
            let of = |score: &&Score| {
                score.grade == grade
                    && score.level == UnitLevel::Area
                    && score.size_class == size
                    && score.level_pct == level_pct
            };
            let scores: Vec<&Score> = made.scores.iter().filter(of).collect();
            let name = format!("  {} children, {level_pct} %", size.name());
            show(&name, &scores, |score| score.coverage);
        }
    }
}

#[test]
fn errors_and_intervals_reach_the_bar() {
    let folder = common::shared().join("cases/norway/data");
    if !folder.is_dir() {
        println!("skipped: {} absent", folder.display());
        return;
    }
    let settings = ForecastSettings {
        grades: vec![Grade::Preschool3, Grade::G1, Grade::G6],
        horizon: 5,
        history_years: None,
        levels_pct: LEVELS.to_vec(),
    };
    let origins: Vec<RegisterYear> = (2009..=2012).map(RegisterYear).collect();
    let made = backtest(&common::history(&folder), &origins, &settings).expect("settings are good");
    assert!(made.findings.is_empty(), "{:?}", made.findings);

    for grade in settings.grades.iter().copied() {
        for level in [UnitLevel::Area, UnitLevel::Ward] {
            println!("grade {grade}, {level:?}");
            let scores = row(&made, grade, level, LEVELS[0]);
            show("  wape %", &scores, |s| s.wape);
            show("  same as last year", &scores, |s| s.wape_same_as_last_year);
            show("  practice", &scores, |s| s.wape_practice);
            show("  bias %", &scores, |s| s.bias);
            for level_pct in LEVELS {
                let scores = row(&made, grade, level, level_pct);
                show(&format!("  coverage of {level_pct} % intervals"), &scores, |s| s.coverage);
                let methods: Vec<&str> =
                    scores.iter().map(|s| s.method_interval.as_str()).collect();
                println!("  from {}", methods.join(" "));
            }
            if level == UnitLevel::Area {
                show_sizes(&made, grade);
            }
        }
    }
    for (grade, bar) in BAR {
        for (score, bar) in row(&made, grade, UnitLevel::Area, LEVELS[0]).iter().zip(bar) {
            let wape = 100.0 * score.wape.expect("scored");
            assert!(wape <= bar, "grade {grade}, year {}: {wape:.3} > {bar}", score.horizon);
        }
        for (level_pct, slack) in LEVELS.into_iter().zip(SLACK) {
            for score in row(&made, grade, UnitLevel::Area, level_pct) {
                let coverage = 100.0 * score.coverage.expect("scored");
                assert!((coverage - level_pct).abs() <= slack, "{score:?}");
            }
        }
    }
    for (grade, least) in TOWNS {
        let wanted = |score: &&Score| {
            (score.grade, score.level, score.size_class, score.horizon)
                == (grade, UnitLevel::Area, SizeClass::From200, 5)
        };
        let towns = made.scores.iter().find(wanted).expect("a score");
        assert!(1.0 - towns.wape.expect("scored") >= least, "{towns:?}");
    }
}

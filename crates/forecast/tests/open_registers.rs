//! Open registers beside Norway's: Berlin's areas and the schools of Eau Claire, made into project
//! folders and forecast. `cargo test --workspace --test open_registers -- --nocapture` prints
//! the table, `… -- --nocapture --ignored` what each part of the method buys.
//!
//! Needs `../shared` (or `PHANTUYEN_SHARED`); says so and stops where it is absent.

#![expect(clippy::print_stdout, reason = "the tables are what these are read for")]

mod common;

use common::Made;
use phantuyen_fixtures::ProjectFile;
use phantuyen_forecast::{ForecastSettings, History, Ingredient, backtest_without};
use phantuyen_model::{BacktestError, Grade, RegisterYear, Score, SizeClass, UnitLevel};
use std::path::{Path, PathBuf};

/// A register to measure on.
struct Open {
    name: &'static str,
    history: History,
    grades: Vec<Grade>,
    origins: std::ops::RangeInclusive<i32>,
}

/// The registers that are there.
fn open() -> Vec<Open> {
    let shared = common::shared();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let mut open = Vec::new();
    let mut add = |name, history, grades: &[Grade], origins| {
        open.push(Open { name, history, grades: grades.to_vec(), origins });
    };
    let norway = shared.join("cases/norway/data");
    let berlin = shared.join("data/forecast/berlin-2001-2008.csv");
    let schools = shared.join("data/forecast/eau-claire-1998-2024.csv");
    for path in [&norway, &berlin, &schools].into_iter().filter(|path| !path.exists()) {
        println!("skipped: {} absent", path.display());
    }
    if norway.is_dir() {
        let grades = [Grade::Preschool3, Grade::G1, Grade::G6];
        add("Norway 2009-2012", common::history(&norway), &grades, 2009..=2012);
        add("Norway 2013-2016", common::history(&norway), &grades, 2013..=2016);
    }
    if berlin.is_file() {
        let data = written(&berlin, phantuyen_fixtures::berlin, &folder.join("berlin"));
        add("Berlin 2003-2007", common::history(&data), &[Grade::Preschool5], 2003..=2007);
    }
    if schools.is_file() {
        let data = written(&schools, phantuyen_fixtures::eau_claire, &folder.join("eau-claire"));
        add("Eau Claire 2004-2023", common::history(&data), &[Grade::G6], 2004..=2023);
    }
    let made = Made {
        areas: 60,
        years: 14,
        usual: (5.0, 60.0),
        leave: 0.08,
        differ: 0.3,
        shock: 0.0,
        seed: 5,
    };
    add("made-up ward 2006-2011", made.history().0, &[Grade::G1, Grade::G6], 2006..=2011);
    open
}

/// The data of the project folder that is made of an open register.
fn written(file: &Path, register: fn(&str) -> Option<Vec<ProjectFile>>, folder: &Path) -> PathBuf {
    let text = std::fs::read_to_string(file).expect("a readable file");
    for (name, bytes) in register(&text).expect("rows of the register") {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, bytes).expect("written");
    }
    folder.join("data")
}

/// Past forecasts of a register, without one ingredient or with all.
fn scored(open: &Open, without: Option<Ingredient>) -> (Vec<Score>, Vec<BacktestError>) {
    let settings = ForecastSettings {
        grades: open.grades.clone(),
        horizon: 5,
        history_years: None,
        levels_pct: vec![80.0, 90.0],
    };
    let origins: Vec<RegisterYear> = open.origins.clone().map(RegisterYear).collect();
    let made =
        backtest_without(&open.history, &origins, &settings, without).expect("good settings");
    (made.scores, made.errors)
}

/// The scores of areas of all sizes at a level, by horizon.
fn row(scores: &[Score], grade: Grade, level_pct: f64) -> Vec<&Score> {
    let wanted = |score: &&Score| {
        score.grade == grade
            && score.level == UnitLevel::Area
            && score.size_class == SizeClass::All
            && score.level_pct == level_pct
    };
    scores.iter().filter(wanted).collect()
}

fn show(name: &str, values: impl Iterator<Item = Option<f64>>) {
    let cells: Vec<String> =
        values.map(|value| format!("{:6.2}", 100.0 * value.unwrap_or(f64::NAN))).collect();
    println!("  {name:<34}{}", cells.join(" "));
}

/// Unit WAPE by horizon of a rule that says the intake from the register of the origin alone or with
/// that of `h` years before: what children there were, are, and when.
fn by_rule(
    open: &Open,
    errors: &[BacktestError],
    grade: Grade,
    rule: impl Fn(f64, Option<(f64, f64)>) -> f64,
) -> Vec<Option<f64>> {
    let cohorts = &open.history.cohorts;
    let of_horizon = |horizon: u32| {
        let (mut error, mut whole) = (0.0, 0.0);
        let wanted = errors
            .iter()
            .filter(|e| e.grade == grade && e.horizon == horizon && e.level_pct == 80.0);
        for past in wanted {
            let Some(code) = &past.area_code else { continue };
            let area = cohorts.areas().binary_search(code).ok()?;
            let age = grade.age().checked_sub(horizon)?;
            let count =
                |year: i32, age: u32| cohorts.get(area, RegisterYear(year), age).map(f64::from);
            let now = count(past.origin.0, age).unwrap_or(0.0);
            let before = past.origin.0 - horizon.cast_signed();
            let moved = count(before, age).zip(count(past.origin.0, grade.age()));
            error += (rule(now, moved) - past.actual).abs();
            whole += past.actual;
        }
        (whole > 0.0).then(|| error / whole)
    };
    (1..=5).map(of_horizon).collect()
}

#[test]
fn the_program_is_better_than_the_habits_on_every_open_register() {
    for open in open() {
        let (scores, errors) = scored(&open, None);
        for grade in &open.grades {
            println!("{}, grade {grade}, areas: WAPE % in years 1 to 5", open.name);
            let row_80 = row(&scores, *grade, 80.0);
            show("this program", row_80.iter().map(|s| s.wape));
            show("carry the cohort", by_rule(&open, &errors, *grade, |now, _| now).into_iter());
            // Hamilton–Perry, the plain way: the cohort of the origin times what became of the
            // cohort of the same age h years before; carried where there was nobody.
            let plain = |now: f64, moved: Option<(f64, f64)>| match moved {
                Some((before, after)) if before > 0.0 => now * after / before,
                _ => now,
            };
            show("Hamilton-Perry", by_rule(&open, &errors, *grade, plain).into_iter());
            show("practice, 3-2-1", row_80.iter().map(|s| s.wape_practice));
            show("cohort survival, 5 years", row_80.iter().map(|s| s.wape_survival_5));
            show("same as last year", row_80.iter().map(|s| s.wape_same_as_last_year));
            show("bias", row_80.iter().map(|s| s.bias));
            show("coverage of 80 % intervals", row_80.iter().map(|s| s.coverage));
            show(
                "coverage of 90 % intervals",
                row(&scores, *grade, 90.0).iter().map(|s| s.coverage),
            );
            for score in row_80 {
                let own = score.wape.expect("scored");
                let habits = [score.wape_practice, score.wape_survival_5];
                assert!(habits.iter().flatten().all(|habit| own <= *habit), "{score:?}");
            }
        }
    }
}

#[test]
#[ignore = "a dozen backtests of every register; run by name"]
fn what_each_part_buys() {
    println!("WAPE of areas in per cent, mean of years 1 to 5, and what leaving a part out adds");
    for open in open() {
        let mean = |without| {
            let (scores, _) = scored(&open, without);
            let mean = |grade: &Grade| {
                let wapes: Vec<f64> =
                    row(&scores, *grade, 80.0).iter().filter_map(|s| s.wape).collect();
                100.0 * wapes.iter().sum::<f64>() / wapes.len() as f64
            };
            open.grades.iter().map(mean).collect::<Vec<f64>>()
        };
        let whole = mean(None);
        let cells = |values: &[f64]| -> String {
            values.iter().map(|value| format!("{value:8.3}")).collect()
        };
        println!("{} ({})", open.name, cells(&whole));
        for part in Ingredient::ALL {
            let added: Vec<f64> =
                mean(Some(part)).iter().zip(&whole).map(|(without, with)| without - with).collect();
            println!("  without {:<28}{}", format!("{part:?}"), cells(&added));
        }
    }
}

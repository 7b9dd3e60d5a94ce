//! The open bench: 383 register units of Norway, forecast from 2009 to 2012.
//!
//! Needs `../shared/cases/norway` (or `PHANTUYEN_SHARED`); says so and stops where it is absent.

#![expect(clippy::print_stdout, reason = "the table is what the bench is read for")]

use phantuyen_forecast::{Backtest, ForecastSettings, History, backtest};
use phantuyen_model::{
    Area, AreaCode, AreaTree, CohortRow, Cohorts, Grade, RegisterYear, Score, SizeClass, TreeUnit,
    UnitLevel, Women, WomenRow,
};
use std::path::{Path, PathBuf};

/// Unit WAPE in per cent of plain cohort survival over five years, by horizon (the bar).
const FIVE_YEARS: [(Grade, [f64; 5]); 2] =
    [(Grade::G1, [1.83, 2.63, 3.34, 4.09, 4.76]), (Grade::G6, [1.37, 1.90, 2.40, 2.88, 3.25])];

const LEVELS: [f64; 2] = [80.0, 90.0];

fn shared() -> PathBuf {
    std::env::var_os("PHANTUYEN_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        PathBuf::from,
    )
}

/// The cells of a file, line by line; none of these files quotes a comma.
fn cells(folder: &Path, file: &str) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(folder.join(file)).expect("a readable file");
    let lines = text.lines().skip(1);
    lines.map(|line| line.split(',').map(str::to_owned).collect()).collect()
}

fn number<T: std::str::FromStr>(cell: &str) -> T
where
    T::Err: std::fmt::Debug,
{
    cell.parse().expect("a number")
}

fn history(folder: &Path) -> History {
    let areas: Vec<Area> = cells(folder, "areas.csv")
        .into_iter()
        .map(|row| Area {
            area_code: AreaCode::new(&row[0]),
            name: row[1].clone(),
            parent_code: Some(row[2].clone()),
            place: None,
            old_unit: None,
            aliases: vec![],
            valid_from: None,
            valid_to: None,
        })
        .collect();
    let units: Vec<TreeUnit> = cells(folder, "area_tree.csv")
        .into_iter()
        .map(|row| TreeUnit {
            code: row[0].clone(),
            name: row[1].clone(),
            parent_code: Some(row[2].clone()),
        })
        .collect();
    let cohorts: Vec<CohortRow> = cells(folder, "cohorts.csv")
        .into_iter()
        .map(|row| CohortRow {
            area_code: AreaCode::new(&row[0]),
            as_of: number(&row[1]),
            birth_year: number(&row[2]),
            headcount: number(&row[3]),
            residence: None,
        })
        .collect();
    let women: Vec<WomenRow> = cells(folder, "women.csv")
        .into_iter()
        .map(|row| WomenRow {
            area_code: AreaCode::new(&row[0]),
            as_of: number(&row[1]),
            headcount: number(&row[2]),
        })
        .collect();
    History {
        cohorts: Cohorts::from_rows(areas.iter().map(|area| area.area_code.clone()), &cohorts),
        women: Women::from_rows(&women),
        births: vec![],
        enrollment: vec![],
        tree: AreaTree::new(&areas, &units),
        information: phantuyen_forecast::Information::default(),
    }
}

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
fn the_error_is_at_most_that_of_plain_cohort_survival() {
    let folder = shared().join("cases/norway/data");
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
    let made = backtest(&history(&folder), &origins, &settings).expect("settings are good");
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
    for (grade, bar) in FIVE_YEARS {
        for (score, bar) in row(&made, grade, UnitLevel::Area, LEVELS[0]).iter().zip(bar) {
            let wape = 100.0 * score.wape.expect("scored");
            assert!(wape <= bar, "grade {grade}, year {}: {wape:.3} > {bar}", score.horizon);
        }
    }
}

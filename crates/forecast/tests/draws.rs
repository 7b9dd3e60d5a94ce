//! Joint futures: their marginals, their sums, their seed.

use phantuyen_forecast::{ForecastSettings, History, Information, Projected, draws, forecast};
use phantuyen_model::{
    AreaCode, AreaTree, CohortRow, Cohorts, DemandDraws, Grade, RegisterYear, UnitLevel, Women,
};

const COUNT: usize = 4000;

/// A number from −3 to 3 that looks like chance, the same each time.
fn chance(area: i32, year: i32, age: i32) -> i32 {
    let mut bits = (area as u64) << 40 ^ (year as u64) << 20 ^ age as u64;
    for factor in [0xbf58_476d_1ce4_e5b9_u64, 0x94d0_49bb_1331_11eb] {
        bits = (bits ^ bits >> 29).wrapping_mul(factor);
    }
    i32::try_from((bits >> 33) % 7).expect("small") - 3
}

/// Ten areas of very different sizes whose cohorts waver, most of them together when `shared`.
fn made(shared: i32) -> Projected {
    let areas: Vec<AreaCode> = (0..10).map(|area| AreaCode::new(format!("A{area}"))).collect();
    let mut rows = Vec::new();
    for (area, code) in (0..).zip(&areas) {
        let mut children = [0_i32; 18].map(|_| 10 + 25 * area);
        for year in 2008..=2019 {
            rows.extend((0..).zip(children).map(|(age, count)| CohortRow {
                area_code: code.clone(),
                as_of: RegisterYear(year).date(),
                birth_year: year - age,
                headcount: u32::try_from(count).expect("children"),
                residence: None,
            }));
            for age in (1..18).rev() {
                let own = chance(area, year, age as i32) * (2 + area) / 4;
                let together = chance(99, year, 0) * shared * (1 + area) / 3;
                children[age] = (children[age - 1] + own + together).max(0);
            }
            children[0] = 10 + 25 * area;
        }
    }
    let history = History {
        cohorts: Cohorts::from_rows(areas, &rows),
        women: Women::default(),
        births: Vec::new(),
        enrollment: Vec::new(),
        tree: AreaTree::default(),
        information: Information::default(),
    };
    let settings = ForecastSettings {
        grades: vec![Grade::G1, Grade::G6],
        horizon: 4,
        history_years: None,
        levels_pct: vec![80.0, 95.0],
    };
    forecast(&history, RegisterYear(2019), &settings).expect("good settings")
}

fn share(values: impl Iterator<Item = f64>, holds: impl Fn(f64) -> bool) -> f64 {
    let (all, held) = values.fold((0.0, 0.0), |(all, held), value| {
        (all + 1.0, held + f64::from(u8::from(holds(value))))
    });
    held / all
}

fn deviation(values: &[f64]) -> f64 {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / count).sqrt()
}

#[test]
fn marginals_match_the_intervals_and_sums_the_wards() {
    for shared in [0, 1] {
        let made = made(shared);
        let drawn = draws(&made, COUNT, 7);
        assert_eq!(drawn.len(), 2 * 4);
        for cell in &drawn {
            let rows = made
                .forecast
                .rows
                .iter()
                .filter(|row| (row.grade, row.school_year) == (cell.grade, cell.school_year));
            for row in rows {
                let inside = |value: f64| (row.lower..=row.upper).contains(&value);
                match &row.area_code {
                    Some(code) => {
                        let area = cell.areas.binary_search(code).expect("an area");
                        let covered = share(cell.draws.iter().map(|areas| areas[area]), inside);
                        assert!(
                            (covered - row.level_pct / 100.0).abs() < 0.025,
                            "{code}: {covered} of {}",
                            row.level_pct
                        );
                    }
                    // At the first level; the others are Student's t of few years.
                    None if row.level_pct == 80.0 => {
                        let wards: Vec<f64> = cell.ward().collect();
                        let expected = (row.upper - row.lower) / 2.0 / 1.281_55;
                        // Wider than all areas together no sum can be: marginals come first.
                        let most: f64 = (0..cell.areas.len())
                            .map(|area| cell.draws.iter().map(|areas| areas[area]).collect())
                            .map(|values: Vec<f64>| deviation(&values))
                            .sum();
                        let ratio = deviation(&wards) / expected.min(most);
                        assert!((ratio - 1.0).abs() < 0.06, "ward: {ratio}");
                        let mean = wards.iter().sum::<f64>() / COUNT as f64;
                        assert!((mean - row.mean).abs() < 0.1 * expected, "{mean} {}", row.mean);
                    }
                    None => {}
                }
            }
        }
    }
}

#[test]
fn areas_that_erred_together_are_drawn_together() {
    // How much wider the sum is than of areas that know nothing of each other.
    let joint = |shared: i32| {
        let made = made(shared);
        let drawn = draws(&made, COUNT, 1);
        let cell = &drawn[0];
        let of_areas: f64 = (0..cell.areas.len())
            .map(|area| {
                let values: Vec<f64> = cell.draws.iter().map(|areas| areas[area]).collect();
                deviation(&values).powi(2)
            })
            .sum();
        let wards: Vec<f64> = cell.ward().collect();
        deviation(&wards) / of_areas.sqrt()
    };
    assert!(joint(1) > joint(0) + 0.3, "{} {}", joint(1), joint(0));
}

#[test]
fn years_follow_each_other() {
    let drawn = draws(&made(1), COUNT, 3);
    let of = |cell: &DemandDraws| -> Vec<f64> { cell.ward().collect() };
    let (first, second) = (of(&drawn[0]), of(&drawn[1]));
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let covariance = first
        .iter()
        .zip(&second)
        .map(|(a, b)| (a - mean(&first)) * (b - mean(&second)))
        .sum::<f64>()
        / COUNT as f64;
    let correlation = covariance / deviation(&first) / deviation(&second);
    assert!(correlation > 0.2, "{correlation}");
}

#[test]
fn a_seed_gives_the_same_futures_at_any_count_and_number_of_threads() {
    let made = made(1);
    let run = |threads, count, seed| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        pool.install(|| draws(&made, count, seed))
    };
    let (one, two, fewer) = (run(1, 50, 9), run(2, 50, 9), run(2, 20, 9));
    assert_eq!(one, two);
    assert_eq!(one[3].draws[..20], fewer[3].draws[..]);
    assert_ne!(one[0].draws[0], run(1, 1, 10)[0].draws[0]);
    assert!(draws(&made, 0, 9).iter().all(|cell| cell.draws.is_empty()));
}

#[test]
fn futures_have_every_area_and_nothing_negative() {
    let made = made(0);
    let areas = made.forecast.rows.iter().filter(|row| row.level == UnitLevel::Area);
    let drawn = draws(&made, 200, 5);
    let codes: std::collections::BTreeSet<_> =
        areas.filter_map(|row| row.area_code.as_ref()).collect();
    assert!(
        drawn
            .iter()
            .all(|cell| cell.areas.iter().collect::<std::collections::BTreeSet<_>>() == codes)
    );
    let mut pupils = drawn.iter().flat_map(|cell| cell.draws.iter().flatten());
    assert!(pupils.all(|pupils| pupils.is_finite() && *pupils >= 0.0));
}

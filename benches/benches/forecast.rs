//! How long past forecasts take: `cargo bench --workspace --bench forecast`.

use divan::{Bencher, black_box};
use phantuyen_forecast::{ForecastSettings, backtest};
use phantuyen_model::{Grade, RegisterYear};

fn main() {
    divan::main();
}

/// Areas × 12 origins × 5 horizons × 3 grades: a ward, a large commune, a province.
#[divan::bench(args = [50, 500, 5000], sample_count = 3, sample_size = 1)]
fn twelve_origins(bencher: Bencher<'_, '_>, areas: u32) {
    let history = phantuyen_benches::history(areas, RegisterYear(2002), RegisterYear(2023), 1);
    let origins: Vec<RegisterYear> = (2007..=2018).map(RegisterYear).collect();
    let settings = ForecastSettings {
        grades: vec![Grade::Preschool5, Grade::G1, Grade::G6],
        horizon: 5,
        history_years: None,
        levels_pct: vec![80.0],
    };
    bencher.bench(|| backtest(black_box(&history), &origins, &settings).expect("sound settings"));
}

//! How long a plan takes: `cargo bench --workspace --bench allocation`.

use divan::{Bencher, black_box};
use phantuyen_allocation::{Problem, Watch, allocate};
use std::sync::atomic::AtomicBool;

fn main() {
    divan::main();
}

/// A ward: 28 areas, 7 schools, tight seats; to a gap of 1 % or for half a minute.
#[divan::bench(args = [1, 2, 3], sample_count = 3, sample_size = 1)]
fn ward(bencher: Bencher<'_, '_>, seed: u64) {
    let parts = phantuyen_benches::entry_problem(7, 4, 7, seed);
    let (problem, _) = Problem::new(parts).expect("a well-posed problem");
    let interrupted = AtomicBool::new(false);
    bencher.bench(|| {
        let watch = Watch { interrupted: &interrupted, progress: &|_| {} };
        allocate(black_box(&problem), &watch).expect("a plan")
    });
}

/// A robust plan: 200 areas, 20 schools, 5 years with 200 joint futures each, every school short of
/// seats in at most 5 % of the futures of a year; to a gap of 1 % or for twenty seconds.
#[divan::bench(args = [1, 2, 3], sample_count = 1, sample_size = 1)]
fn robust(bencher: Bencher<'_, '_>, seed: u64) {
    let mut parts = phantuyen_benches::robust_problem((20, 10), 20, 5, 200, seed);
    parts.settings.time_limit_s = Some(20.0);
    let (problem, _) = Problem::new(parts).expect("a well-posed problem");
    let interrupted = AtomicBool::new(false);
    bencher.bench(|| {
        let watch = Watch { interrupted: &interrupted, progress: &|_| {} };
        let plan = allocate(black_box(&problem), &watch).expect("a plan").plan;
        assert!(plan.gap <= 0.01, "a gap of {}", plan.gap);
    });
}

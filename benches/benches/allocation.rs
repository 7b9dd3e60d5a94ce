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

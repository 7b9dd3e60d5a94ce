//! Made-up wards and registers to measure on. Same seed, same ward.

mod cases;
mod register;
pub mod residents;
mod robust;
mod ward;

pub use cases::{CASES, best_known, case_problem, folder};
pub use register::history;
pub use robust::robust_problem;
pub use ward::entry_problem;

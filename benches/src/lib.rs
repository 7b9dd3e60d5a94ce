//! Made-up wards and registers to measure on. Same seed, same ward.

mod register;
mod robust;
mod ward;

pub use register::history;
pub use robust::robust_problem;
pub use ward::entry_problem;

//! Made-up wards and registers to measure on. Same seed, same ward.

mod register;
mod ward;

pub use register::history;
pub use ward::entry_problem;

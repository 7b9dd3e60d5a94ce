//! The program as its users run it: whole commands on whole projects.

#![expect(clippy::print_stdout, reason = "a test without its data says that it was skipped")]

mod bad_input;
mod bundled;
mod command;
mod complaints;
mod contract;
mod intake;
mod islands;
mod kept;
mod real_cases;
mod tiny;
mod ward_rules;
mod wording;

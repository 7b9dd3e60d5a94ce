//! The program as its users run it: whole commands on whole projects.

mod bad_input;
mod bundled;
mod command;
mod contract;
mod real_cases;
mod tiny;

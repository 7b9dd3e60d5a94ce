//! Proof: what no plan can beat, by linear relaxation, separator cuts and branch and bound.

mod covers;
mod cuts;
mod flow;
mod layout;
mod program;
mod relax;
mod rounds;
mod stage;

pub(crate) use cuts::{CutPool, detached_pieces};
pub(crate) use program::{Column, GrowingProgram, Leash, Program, Row, SolverFault, Verdict};
pub(crate) use relax::relax;
pub(crate) use rounds::{Ended, Plea, solve_in_rounds};
pub(crate) use stage::{Scope, Stage};

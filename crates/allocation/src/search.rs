//! The search: a first plan by growing catchments, better ones by moves and by re-solving a few
//! schools, the best by proof, tier after tier.

mod anneal;
mod anytime;
mod dice;
mod effort;
mod flow;
mod grow;
mod keep;
mod moves;
mod neighbourhood;
mod partition;
mod rings;
mod rules;
mod start;
mod state;
mod story;
mod territory;
mod tier;

pub(crate) use anytime::Anytime;
pub use anytime::walk_moves;
pub(crate) use effort::Effort;
pub(crate) use rules::Rules;
pub(crate) use state::State;
pub(crate) use story::{Found, TierFound, search};

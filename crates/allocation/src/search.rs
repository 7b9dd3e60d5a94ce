//! The search: a first plan by growing catchments, better ones by moves and by re-solving a few
//! schools, the best by proof, tier after tier.

mod effort;
mod grow;
mod keep;
mod moves;
mod neighbourhood;
mod rules;
mod state;
mod story;
mod tier;

pub(crate) use effort::Effort;
pub(crate) use rules::Rules;
pub(crate) use state::State;
pub(crate) use story::{Found, TierFound, search};

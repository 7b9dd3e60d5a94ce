//! Assigns areas to schools under class-size and distance constraints, proves how good the plan
//! is, and explains each choice.
//!
//! The story: rooms become seats ([`entry_seats`]); demand, seats, distances and borders become a
//! [`Problem`] or are refused with everything that is wrong; [`allocate`] finds a plan with a
//! bound; [`judge`], which shares no code with the search, recomputes every figure from the plan
//! alone. The method is told in `docs/method/allocation.md`.

mod allocate;
mod baselines;
mod bound;
mod check;
mod classes;
mod columns;
mod conflict;
mod constraints;
mod explain;
mod objective;
mod pool;
mod prices;
mod problem;
mod rooms;
mod rounding;
mod search;
mod seats;
mod settings;
mod simulate;
mod terms;

pub use allocate::{AllocateError, Allocated, Conflict, HardRule, SearchProgress, Watch, allocate};
pub use check::{Judgement, Violation, judge};
pub use conflict::{Diagnosis, diagnose};
pub use explain::explain;
pub use prices::prices;
pub use problem::{Demand, Primaries, Problem, ProblemParts, YearParts};
pub use rooms::{Entering, EnteringPupils, RoomsFound, RoomsParts, error_of_sum, rooms_to_come};
pub use search::walk_moves;
pub use seats::{RoomsUsed, SchoolSeats, SeatsFound, entry_seats, open_more, without_planned};
pub use settings::{AllocationSettings, Contiguity, OwnArea, SplitUnits, Strictness, TIER_NAMES};
pub use simulate::{Change, Forecast, SimulateError, Simulated, simulate};

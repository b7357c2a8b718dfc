//! Kidney exchange.
mod explain;
mod graph;
mod objective;
mod page;
mod pool;
mod read;
mod solution;
mod solve;
mod verify;

pub use explain::{Reason, back_ups, line, to_json, to_text, unmatched};
pub use objective::{Failure, Objective, UnknownObjective};
pub use page::{PageError, to_html};
pub use pool::{Donor, LARGEST_WEIGHT, Match, Pair, Pool, PoolError};
pub use read::{ReadError, read};
pub use solution::{Achieved, Exchange, Solution, value};
pub use solve::{Options, OptionsError, Progress, solve};
pub use verify::{Impossible, verify};

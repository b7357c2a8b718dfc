//! Kidney exchange.
mod graph;
mod objective;
mod pool;
mod read;
mod solution;
mod solve;
mod verify;

pub use objective::{Failure, Objective, UnknownObjective};
pub use pool::{Donor, LARGEST_WEIGHT, Match, Pair, Pool, PoolError};
pub use read::{ReadError, read};
pub use solution::{Achieved, Exchange, Solution, value};
pub use solve::{Options, OptionsError, Progress, solve};
pub use verify::{Impossible, verify};

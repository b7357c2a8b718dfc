//! Kidney exchange: the best cycles and chains in a pool of incompatible pairs and altruistic donors.
//!
//! What comes in: a [`Pool`] (from a file with [`read`], made up by [`generate`], or put together), and
//! [`Options`]: how long cycles and chains may be, and what is wanted, in order. What goes out: a
//! [`Solution`], the chosen [`Exchange`]s with a proof that no others are better, or with the gap that was
//! left when time was up.
//!
//! ```text
//!   file ──► Pool ──► graph ──► one stage for each objective ──► Solution ──► text, JSON, HTML
//!                               │ bound: linear programme over all cycles and chains, priced
//!                               └ choice: all columns within the gap, cuts, branch and bound
//! ```
//!
//! Three promises:
//!
//! 1. **The same exchanges.** No clock and no order of a hash map decides anything but when a time limit stops.
//! 2. **Safe proofs.** Bounds are computed in whole numbers from rounded prices; rounding cannot make them wrong.
//! 3. **No list of all chains.** They are searched for, and only those within the gap are ever kept.
//!
//! ```
//! use hailsham_exchange::{Donor, Match, Objective, Options, Pair, Pool, solve};
//!
//! // Pairs 0 and 1 can swap; an altruist could start a chain through 0, 1 and 2.
//! let pairs = (0..3).map(|i| Pair { name: i.to_string(), ..Pair::default() }).collect();
//! let mut donors: Vec<Donor> = (0..3).map(|i| Donor { pair: Some(i), ..Donor::default() }).collect();
//! donors.push(Donor::default());
//! let give = |donor, pair| Match { donor, pair, weight: 1.0 };
//! let pool = Pool::new(pairs, donors, vec![give(0, 1), give(1, 0), give(1, 2), give(3, 0)])?;
//!
//! let options = Options { max_cycle: 3, max_chain: 3, objectives: vec![Objective::Transplants], ..Options::default() };
//! let solution = solve(&pool, &options, &mut |_| {})?;
//! assert!(solution.is_optimal());
//! assert_eq!(solution.achieved[0].value, 3.0);
//! assert_eq!(solution.exchanges[0].donors(), [3, 0, 1, 2]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A pool in time, with arrivals, departures, failures and a matching run every few weeks, is in [`programme`].
//!
//! What is not here yet: objectives with chances of failure that differ between arcs.

mod explain;
pub mod generate;
mod graph;
mod objective;
mod page;
mod pool;
pub mod programme;
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

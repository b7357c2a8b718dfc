//! The exact solver.
//!
//! ```text
//!   ordered ──► stage ──► master (lp, pricing over the graph) ──► bound
//!                 └─────► packing (lp, cuts, branches over a list) ──► best choice
//! ```

mod column;
mod cuts;
mod lp;
mod master;
mod ordered;
mod packing;
mod pricing;
mod problem;
mod stage;

pub use ordered::{Options, OptionsError, Progress, solve};

//! The donation system, one person at a time: one submodel a file, named as in its specification.
//!
//! What comes in: a checked [`Programme`], a seed and a scale. What goes out: the event log, and the
//! world at its end as tables. Everything else that is said of a run is computed from the log (see
//! [`replay`]).
//!
//! ```text
//!   Programme ──► World ──► handlers (submodels/) ──► records ──► log on disk
//!                                                          └────► replay: audit, yearly series
//! ```
//!
//! ```
//! use std::sync::Arc;
//! use hailsham_model::{Options, Programme, built_in, metrics, simulate};
//! use hailsham_scenario::{Source, load};
//!
//! let sets = ["donation.cap = 3".to_owned()];
//! let scenario = load::<Programme>(&Source::Name("programme".into()), built_in(), &sets)?;
//! let options = Options { scale: 0.01, ..Options::default() };
//! let run = simulate(&Arc::new(scenario.value), &options, None, &[], &mut |_, _| true)?;
//! assert_eq!(run.replayed.findings.violations, 0);
//! let summary = metrics(&run);
//! assert!(summary.iter().any(|(name, value)| *name == "completed_operation_4" && *value == Some(0.0)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod event;
pub mod groups;
pub mod history;
pub mod mind;
pub mod network;
pub mod person;
pub mod place;
pub mod policies;
pub mod programme;
pub mod purpose;
pub mod replay;
pub mod statistics;
pub mod submodels;

mod builtin;
mod directory;
mod lock;
mod maths;
mod metrics;
mod roster;
mod rows;
mod run;
mod tables;
#[cfg(test)]
mod trial;
mod world;

pub use directory::{Directory, DirectoryError, Incomplete};
pub use lock::Lock;
pub use metrics::{METRICS, MetricInfo};
pub use programme::Programme;
pub use run::{Finished, Kept, Options, RunError, Summary, replay_file, simulate};
pub use submodels::stories::STORIES;
pub use submodels::ties::TIES;
pub use submodels::works::WORKS;
pub use tables::counts::COUNTS;
pub use tables::{KINDS, PERSONS, PLACES};
pub use world::{Clock, Queue, StopReason, Topics, World};

/// The scenarios that come with the program; the first is the one that runs when none is named.
pub fn built_in() -> &'static [hailsham_scenario::BuiltIn] {
    builtin::BUILT_IN
}

/// What is expected of the built-in scenarios, under their names: texts for the room that tests it.
pub fn built_in_expectations() -> &'static [hailsham_scenario::BuiltIn] {
    builtin::EXPECTATIONS
}

/// What is known of the worlds of the built-in scenarios, under their names: texts for the room that
/// checks it.
pub fn built_in_facts() -> &'static [hailsham_scenario::BuiltIn] {
    builtin::FACTS
}

/// What witnesses tell of the worlds of the built-in scenarios, under their names: texts for the room
/// that sets them against a run.
pub fn built_in_testimony() -> &'static [hailsham_scenario::BuiltIn] {
    builtin::TESTIMONY
}

/// Writes `persons.parquet` alone, for those who compare lives and keep nothing else of a run.
pub fn write_persons(
    path: &std::path::Path,
    run: &Finished,
) -> Result<(), hailsham_engine::table::TableError> {
    tables::write_persons(path, &run.world.0, &[])
}

/// Every metric of a run, by name; none where there is nothing to take it of.
pub type Metrics = Vec<(&'static str, Option<f64>)>;

/// The metrics of a run.
pub fn metrics(run: &Finished) -> Metrics {
    metrics::compute(&run.world.0, &run.replayed)
}

//! Expectations: what should come out of a scenario though no rule of it says so, tested over many
//! runs. Facts: what must be true of every run. And the list of levers, what-ifs that the sources
//! invite. Testimony: what rival witnesses say of one thing, each version set against a run.
//!
//! **What comes in.** A scenario, and a file of expectations: each names a metric, a direction, and
//! the arms that are compared, as changes of the scenario. Or a scenario or the directory of a run,
//! and a file of facts: each selects rows of the run's tables, and says what must hold of them.
//!
//! **What goes out.** For each expectation whether it holds, with the effect and its interval
//! ([`check`]); whether the effect vanishes without the mechanism behind it ([`ablate`]). For each
//! fact whether it holds in a run ([`evaluate`]), or in a few runs of a scenario ([`check_facts`]),
//! with the rows that show it. For each version of what witnesses tell whether the log of a run agrees
//! with it, in what it differs, or why nobody can know ([`weigh`]).
//!
//! ```text
//!   expectations.toml ──► Expected ──► runs (each once, on all processors) ──► paired differences
//!   scenario.toml     ──►                                                         └──► Outcome
//!
//!   facts.toml        ──► Facts     ─┐
//!   testimony.toml    ──► Testimony ─┴► one pass over each table of a run ──► FactOutcome, Weighed
//! ```
//!
//! ```
//! use hailsham_scenario::Source;
//! use hailsham_study::{CheckOptions, Expected, Status, check};
//!
//! let expected = Expected::load(&Source::Name("hailsham".into()), &[])?;
//! let ids = expected.select(&["D-25".into()])?;
//! let options = CheckOptions { seed: 1, replicates: Some(3), scale: Some(0.03), threads: 2 };
//! let outcomes = check(&expected, &ids, &options, &|_, _| true)?;
//! assert_eq!(outcomes[0].status, Status::Holds);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Studies of whole scenarios, with directories that can be resumed, are in [`studies`]: replicates,
//! comparisons, sweeps, calibrations. Their methods know nothing of runs: [`bootstrap`], [`design`],
//! [`sensitivity`], [`abc`]. The statistics, with their sources, are in [`statistics`].

pub mod abc;
pub mod bootstrap;
pub mod design;
pub mod levers;
pub mod sensitivity;
pub mod statistics;
pub mod studies;

mod accounts;
mod check;
mod claims;
mod expectations;
mod facts;
mod keep;
mod runner;
mod runs;
mod system;
mod testimony;

pub use accounts::METRICS as ACCOUNT_METRICS;
pub use check::{
    Ablation, CheckOptions, FAMILY_LEVEL, INTERVAL_LEVEL, Outcome, Status, Watch, ablate, check,
};
pub use claims::{CLAIMS, CLAIMS_FILE};
pub use expectations::{
    Direction, Expectation, Expectations, Expected, LoadError, is_expectation, meant,
};
pub use facts::{
    Basis, CHECKS_FILE, FACTS_FILE, Fact, FactOutcome, Facts, How, Seeds, Shown, Wanted,
    check_facts, evaluate, is_run,
};
pub use keep::{Findings, write_findings};
pub use runner::StudyError;
pub use runs::PassingRun;
pub use system::{Scenario, System, all_built_in};
pub use testimony::{
    Cited, Disagreement, Field, PersonClaim, Said, Standing, Subject, SubjectOutcome,
    TESTIMONY_FILE, Testimony, Version, VersionOutcome, WEIGHED_FILE, Weighed, Witness, weigh,
};

//! Studies: many runs of one scenario, or of several, of which the numbers are kept.
//!
//! **What comes in.** A [`Plan`]: which scenarios, which seeds, what is asked of them.
//!
//! **What goes out.** A directory. Each finished replicate is a small file of its own, durable as soon
//! as it is there, so that a study that was interrupted, killed or met a full disk goes on from where
//! it stood ([`Study::resume`]) and comes to the same bytes. When all are there, the final tables are
//! made from these files alone, and an [`Outcome`].
//!
//! ```text
//!   Plan ──► Study ──► replicates/*.tsv ──► summary, differences,
//!                                              indices, posterior ──► Parquet, JSON
//! ```
//!
//! | file | does |
//! |---|---|
//! | `plan.rs` | what can be asked |
//! | `directory.rs`, `record.rs` | what is on disk while it goes on |
//! | `jobs.rs` | makes the replicates that are missing |
//! | `replicates.rs`, `summary.rs` | many runs of one scenario |
//! | `comparison.rs`, `lives.rs` | two scenarios, seed by seed and life by life |
//! | `sweep.rs`, `vary.rs` | parameters varied together, and what answers to them |
//! | `calibration.rs`, `targets.rs` | parameters sought, and what is known of metrics |
//! | `tables.rs` | the final tables |
//!
//! Nothing that is written depends on the number of threads, the clock or the machine.

mod calibration;
mod comparison;
mod directory;
mod jobs;
mod lives;
mod plan;
pub(crate) mod record;
mod replicates;
mod study;
mod summary;
mod sweep;
mod tables;
mod targets;
mod vary;

pub use crate::system::known_metric;
pub use calibration::{Calibration, Fit, Marginal, Step};
pub use comparison::{Comparison, Difference, HEADLINES, Reduction};
pub use directory::{STUDY_FILE, is_study};
pub use lives::{Fates, Lives};
pub use plan::{Kind, MOST_UNTIL_NARROW, Plan, Until, Variant};
pub use replicates::Replicates;
pub use study::{Arm, Outcome, Study};
pub use summary::Summary;
pub use sweep::{Dependence, Heat, LeftOut, Sensitivity, Sweep, Swept};
pub use targets::Target;
pub use vary::{Over, Vary};

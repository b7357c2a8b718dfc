//! One life of a run: read from its directory, told as it happened and as it is remembered.
//!
//! What comes in: the directory that a run left, and a person's number or name. What goes out: a
//! [`Life`], everything in the log that the person did, underwent, saw or was told, in order, with
//! the people and places that it names.
//!
//! A life is read without reading the log: the index beside it says which pages have records of the
//! person ([`hailsham_engine::log::Lookup`]), and of those the rows are taken that are the person's.
//!
//! ```text
//! RUN/events.index ──► pages ──► RUN/events.parquet: their people ──► rows ──► Life
//! ```

mod error;
mod experience;
pub mod lexicon;
mod life;
mod person;
mod run;
pub mod tell;

pub use error::LifeError;
pub use experience::Remembrance;
pub use hailsham_memory::Channel;
pub use life::{Happening, Life, Role, UNDERGONE, is_done_by_other};
pub use person::{Person, Sex};
pub use run::{Place, Run};
pub use tell::{Sentences, Telling, remembered, tell};

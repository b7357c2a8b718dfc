//! What can go wrong with a report.

use std::path::PathBuf;

use hailsham_engine::table::TableError;

use crate::lexicon::LexiconError;

/// The error with what caused it: an included template hides its own.
fn whole(error: &minijinja::Error) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReportError {
    /// A file of the run directory is missing or cannot be read.
    #[error("cannot read {}: {source}; a report is made from a whole run directory", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A JSON file of the run directory is not what it must be.
    #[error("{} is not as a run writes it: {source}", path.display())]
    Json {
        /// The file.
        path: PathBuf,
        /// What is wrong, with line and column.
        source: serde_json::Error,
    },
    /// A value in the run directory makes no sense.
    #[error("{}: {what}", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong, and what is allowed.
        what: String,
    },
    /// A table of the run directory cannot be read, or has no such column.
    #[error(transparent)]
    Table(#[from] TableError),
    /// A life cannot be read or told.
    #[error(transparent)]
    Life(#[from] hailsham_lives::LifeError),
    /// The words cannot be used.
    #[error(transparent)]
    Lexicon(#[from] LexiconError),
    /// The page's template failed: a defect of this room.
    #[error("the report's template failed: {}", whole(.0))]
    Template(#[from] minijinja::Error),
    /// The report cannot be written.
    #[error("cannot write {}: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

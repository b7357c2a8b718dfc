//! What can go wrong when a life is read.

use std::path::PathBuf;

use hailsham_engine::log::LogError;
use hailsham_engine::table::TableError;

/// Why a life could not be read. Every message says where, and what would do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LifeError {
    /// A table of the run could not be read.
    #[error(transparent)]
    Table(#[from] TableError),
    /// The log or its index could not be read.
    #[error(transparent)]
    Log(#[from] LogError),
    /// A file of the run could not be read, or does not say what it should.
    #[error("{}: {problem}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// A directory that no run left.
    #[error("{} is not the directory of a run: it has no manifest.json", path.display())]
    NotARun {
        /// The directory.
        path: PathBuf,
    },
    /// A run that did not keep the records of a life.
    #[error(
        "the run in {} kept no records to tell a life from (--log none); run it again with \
         --log full, sample:P or named", path.display()
    )]
    NoLog {
        /// The directory.
        path: PathBuf,
    },
    /// A run that kept the records of others.
    #[error(
        "the run in {} has of {called} only what stands in the records of others (--log {log}): too little to tell a \
         life from; run it again with --log full", path.display()
    )]
    NotKept {
        /// The directory.
        path: PathBuf,
        /// Who was asked for.
        called: String,
        /// What was kept.
        log: String,
    },
    /// The sentences in which lives are told are wrong.
    #[error(transparent)]
    Sentences(#[from] crate::tell::SentenceError),
    /// Nobody of that name or number.
    #[error("nobody in the run is called {asked:?}{hint}")]
    Nobody {
        /// What was asked for.
        asked: String,
        /// The nearest names, or which numbers there are.
        hint: String,
    },
    /// More than one of that name.
    #[error("{count} people in the run are called {asked:?}: say one by number, as {numbers}")]
    Several {
        /// What was asked for.
        asked: String,
        /// How many there are.
        count: usize,
        /// The first of their numbers.
        numbers: String,
    },
}

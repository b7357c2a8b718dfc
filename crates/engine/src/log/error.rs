//! What can go wrong with a log.

use crate::table::TableError;
use std::io;
use std::path::PathBuf;

/// Why a log could not be written or read. Every message says where and what is allowed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LogError {
    /// The file on disk could not be written or read.
    #[error(transparent)]
    Table(TableError),
    /// The writer's thread could not be started.
    #[error("cannot start the log's writer thread: {0}; write the log inline instead")]
    Thread(io::Error),
    /// The fold or the filter panicked in the writer's thread: a defect.
    #[error("the log's writer stopped on a defect: {message}")]
    Panicked {
        /// The panic's message.
        message: String,
    },
    /// More names than codes.
    #[error("the log has {found} names of {what}s; at most {allowed} are allowed")]
    TooManyNames {
        /// `event` or `topic`.
        what: &'static str,
        /// How many there are.
        found: usize,
        /// How many there may be.
        allowed: usize,
    },
    /// Two codes with one name.
    #[error("{what}s {first} and {second} are both called `{name}`; names must differ")]
    SameName {
        /// `event` or `topic`.
        what: &'static str,
        /// The name.
        name: String,
        /// The first code of this name.
        first: usize,
        /// The second code of this name.
        second: usize,
    },
    /// A name that the reader does not know.
    #[error("{}: row {row} has the {what} `{name}`, which is not among the {known} known ones: the file was written with other names", path.display())]
    UnknownName {
        /// The file.
        path: PathBuf,
        /// The row, from 0.
        row: u64,
        /// `event` or `topic`.
        what: &'static str,
        /// The name in the file.
        name: String,
        /// How many names are known.
        known: usize,
    },
    /// A file that does not say what a log says in its footer.
    #[error("{} is not an event log: its key `{key}` {problem}", path.display())]
    NotALog {
        /// The file.
        path: PathBuf,
        /// The key in the footer.
        key: &'static str,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The index beside a log could not be written or read.
    #[error("the index {}: {problem}", path.display())]
    Lookup {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
}

//! What can go wrong with a table on disk.

use super::ColumnKind;
use parquet::errors::ParquetError;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

/// Why a table could not be written or read. Every message names the file and says what to do.
///
/// After an error while writing, the file is not whole: it has no footer, and no reader opens it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TableError {
    /// The device or the quota is full.
    #[error("no space left on the device while writing {}: free some space, or write elsewhere", path.display())]
    NoSpace {
        /// The file being written.
        path: PathBuf,
    },
    /// The file cannot be made.
    #[error("cannot create {}: {source}; the folder must exist and be writable", path.display())]
    Create {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The system refused a write.
    #[error("cannot write {}: {source}", path.display())]
    Write {
        /// The file being written.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file cannot be opened.
    #[error("cannot open {}: {source}", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file is not a whole Parquet file.
    #[error("{} is not a whole Parquet file ({detail}): it was cut short, changed, or never finished; write it again", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What the reader found.
        detail: String,
    },
    /// The encoder refused a column: a defect of the caller or of this room.
    #[error("cannot encode {}: {detail}", path.display())]
    Encode {
        /// The file being written.
        path: PathBuf,
        /// What the encoder said.
        detail: String,
    },
    /// A column was given out of turn.
    #[error("{}: column `{given}` was given where {due} is due; columns come in the order of their declaration", path.display())]
    Order {
        /// The file being written.
        path: PathBuf,
        /// The name that was given.
        given: String,
        /// What was due: a column, or the end of the group.
        due: String,
    },
    /// A group was closed before its last column.
    #[error("{}: the group ends where `{due}` is due; every group needs every column", path.display())]
    Missing {
        /// The file being written.
        path: PathBuf,
        /// The first column that was not given.
        due: String,
    },
    /// Two columns of one name, or no column at all.
    #[error("{}: {detail}", path.display())]
    Declaration {
        /// The file being written.
        path: PathBuf,
        /// What is wrong with the list of columns.
        detail: String,
    },
    /// A column is of another kind.
    #[error("{}: column `{column}` is {found}, not {asked}", path.display())]
    Kind {
        /// The file.
        path: PathBuf,
        /// The column.
        column: String,
        /// What was asked for, or given.
        asked: ColumnKind,
        /// What the column is: a kind's name, or the Parquet type of a file from elsewhere.
        found: String,
    },
    /// A required column has a null.
    #[error("{}: row {row} of column `{column}` has no value, and the column requires one", path.display())]
    Null {
        /// The file being written.
        path: PathBuf,
        /// The column.
        column: String,
        /// The row, from 0: of the group when writing, of the file when reading.
        row: usize,
    },
    /// A code without a label.
    #[error("{}: row {row} of column `{column}` has code {code}, but there are {labels} labels", path.display())]
    Label {
        /// The file being written.
        path: PathBuf,
        /// The column.
        column: String,
        /// The row in its group, from 0.
        row: usize,
        /// The code.
        code: usize,
        /// How many labels there are; codes run from 0 to one less.
        labels: usize,
    },
    /// The table has no such column.
    #[error("{} has no column `{column}`; it has {}", path.display(), available.join(", "))]
    NoColumn {
        /// The file.
        path: PathBuf,
        /// The name that was asked for.
        column: String,
        /// The names there are.
        available: Vec<String>,
    },
}

impl TableError {
    /// An error of the system while writing.
    pub(crate) fn writing(path: &Path, source: io::Error) -> Self {
        let path = path.to_path_buf();
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::NoSpace { path },
            _ => Self::Write { path, source },
        }
    }

    /// An error of the encoder, which may carry one of the system.
    pub(crate) fn encoding(path: &Path, error: ParquetError) -> Self {
        match system_error(error) {
            Ok(source) => Self::writing(path, source),
            Err(error) => Self::Encode {
                path: path.to_path_buf(),
                detail: detail(&error),
            },
        }
    }

    /// Decodes with `work`, which gives an error for most damage to a file but panics for some (a
    /// code beyond its dictionary, an impossible length): a file must never stop a program.
    pub(crate) fn guard<T>(
        path: &Path,
        work: impl FnOnce() -> Result<T, ParquetError>,
    ) -> Result<T, Self> {
        // What `work` may have left half done is thrown away with the error.
        match catch_unwind(AssertUnwindSafe(work)) {
            Ok(done) => done.map_err(|error| Self::decoding(path, error)),
            Err(_) => Err(Self::Damaged {
                path: path.to_path_buf(),
                detail: "its content is impossible".to_owned(),
            }),
        }
    }

    /// An error of the decoder, which may carry one of the system.
    fn decoding(path: &Path, error: ParquetError) -> Self {
        let path = path.to_path_buf();
        match system_error(error) {
            Ok(source) if source.kind() == io::ErrorKind::UnexpectedEof => Self::Damaged {
                path,
                detail: source.to_string(),
            },
            Ok(source) => Self::Open { path, source },
            Err(error) => Self::Damaged {
                path,
                detail: detail(&error),
            },
        }
    }
}

/// The error of the system inside `error`, if that is what it is.
fn system_error(error: ParquetError) -> Result<io::Error, ParquetError> {
    match error {
        ParquetError::External(inner) => match inner.downcast::<io::Error>() {
            Ok(source) => Ok(*source),
            Err(inner) => Err(ParquetError::External(inner)),
        },
        other => Err(other),
    }
}

/// The decoder's words without its prefix.
fn detail(error: &ParquetError) -> String {
    let text = error.to_string();
    text.strip_prefix("Parquet error: ")
        .map(str::to_owned)
        .unwrap_or(text)
}

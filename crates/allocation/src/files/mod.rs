//! Reading tables that other programs wrote.
//!
//! A [`Sheet`] is a file, CSV or Parquet, read row by row; what is wrong goes into [`Problems`], so that a file is read to its
//! end and everything is reported at once: each problem once, with the file, the column, the first row and how
//! many rows have it.

mod moment;
mod problems;
mod rows;
mod sheet;

use std::path::{Path, PathBuf};

pub use moment::Moment;
pub use problems::{FileError, Problem, Problems, Severity};
pub use sheet::{Column, Origin, Sheet};

/// The file of a table in a folder: the CSV file of this name, or, if there is none, the Parquet file that is called
/// the same but for its ending. The CSV file where neither is there.
pub fn file_of(folder: &Path, name: &str) -> PathBuf {
    let text = folder.join(name);
    let table = text.with_extension(rows::PARQUET);
    if !text.exists() && table.exists() {
        table
    } else {
        text
    }
}

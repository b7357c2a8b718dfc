//! Reading tables that other programs wrote.
//!
//! A [`Sheet`] is a CSV file read row by row; what is wrong goes into [`Problems`], so that a file is read to its
//! end and everything is reported at once: each problem once, with the file, the column, the first row and how
//! many rows have it.

mod moment;
mod problems;
mod sheet;

pub use moment::Moment;
pub use problems::{FileError, Problem, Problems, Severity};
pub use sheet::{Column, Origin, Sheet};

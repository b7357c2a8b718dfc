//! What is wrong with tables, gathered.

use std::fmt;

use thiserror::Error;

/// Whether a problem stops the reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Nothing can be computed from this table.
    Error,
    /// The row is left out, or read in the way that the message says.
    Warning,
}

/// One thing that is wrong, in one row or more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Whether it stops the reading.
    pub severity: Severity,
    /// The file, as it was asked for.
    pub file: String,
    /// The column, if it is about one.
    pub column: Option<String>,
    /// The first row that has it, counted as an editor counts lines: the row of names is 1.
    pub row: Option<u64>,
    /// What is wrong.
    pub message: String,
    /// In how many rows.
    pub rows: u64,
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.severity == Severity::Warning {
            write!(out, "warning: ")?;
        }
        write!(out, "{}", self.file)?;
        if let Some(row) = self.row {
            write!(out, ", row {row}")?;
        }
        if let Some(column) = &self.column {
            write!(out, ", column `{column}`")?;
        }
        write!(out, ": {}", self.message)?;
        if self.rows > 1 {
            write!(out, " (and {} more rows)", self.rows - 1)?;
        }
        Ok(())
    }
}

/// Everything that is wrong with the tables read so far.
#[derive(Debug, Clone, Default)]
pub struct Problems {
    all: Vec<Problem>,
    left_out: u64,
}

/// Different problems kept; of more than these only the number is.
const MOST: usize = 200;

impl Problems {
    /// Adds a problem, or counts one more row of one that is there.
    pub fn add(
        &mut self,
        severity: Severity,
        file: &str,
        column: Option<&str>,
        row: Option<u64>,
        message: String,
    ) {
        let same = |other: &&mut Problem| {
            other.message == message
                && other.file == file
                && other.column.as_deref() == column
                && other.severity == severity
        };
        if let Some(other) = self.all.iter_mut().find(same) {
            other.rows += 1;
        } else if self.all.len() >= MOST {
            self.left_out += 1;
        } else {
            self.all.push(Problem {
                severity,
                file: file.to_owned(),
                column: column.map(str::to_owned),
                row,
                message,
                rows: 1,
            });
        }
    }

    /// All of them, in the order in which they were found.
    pub fn all(&self) -> &[Problem] {
        &self.all
    }

    /// The warnings alone.
    pub fn warnings(&self) -> impl Iterator<Item = &Problem> {
        let all = self.all.iter();
        all.filter(|problem| problem.severity == Severity::Warning)
    }

    /// Whether a problem stops the reading.
    pub fn has_errors(&self) -> bool {
        self.left_out > 0 || self.all.iter().any(|one| one.severity == Severity::Error)
    }

    /// The value if nothing stops it.
    pub fn settle<T>(self, value: T) -> Result<(T, Self), FileError> {
        if self.has_errors() {
            Err(FileError(self))
        } else {
            Ok((value, self))
        }
    }
}

/// Tables that cannot be used, with everything that is wrong with them.
#[derive(Debug, Clone, Error)]
pub struct FileError(pub Problems);

impl fmt::Display for FileError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.all.iter().enumerate() {
            let line = if index == 0 { "" } else { "\n" };
            write!(out, "{line}{problem}")?;
        }
        if self.0.left_out > 0 {
            write!(out, "\nand {} more", self.0.left_out)?;
        }
        Ok(())
    }
}

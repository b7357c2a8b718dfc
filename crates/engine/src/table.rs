//! Tables on disk: named, typed columns with units, in Parquet.
//!
//! What comes in: a list of [`ColumnSpec`]s and, for each group of rows, one closure per column that
//! gives the value of a row. What goes out: a file that any reader of Parquet opens, with the unit
//! and the meaning of each column inside it (key `hailsham.columns`, a JSON list of
//! `{name, kind, unit, text, required}`).
//!
//! The same values give the same bytes: nothing in the file depends on the clock, the machine or
//! the number of threads.
//!
//! How each kind is stored (measured on logs and tables of people):
//!
//! | kind | Parquet type | encoding |
//! |---|---|---|
//! | `U32`, `U64` | `INT32`, `INT64`, unsigned | delta, bit-packed |
//! | `I32` | `INT32` | delta, bit-packed |
//! | `Timestamp` | `INT64`, milliseconds since 1970, local time | delta, bit-packed |
//! | `F32`, `F64` | `FLOAT`, `DOUBLE` | byte stream split |
//! | `Bool` | `BOOLEAN` | plain |
//! | `Text`, coded | `BYTE_ARRAY`, UTF-8 | dictionary, as it is given |
//! | `Text`, free | `BYTE_ARRAY`, UTF-8 | dictionary while it is small |
//!
//! Free texts and the times of the log are compressed by zstd, level 1; elsewhere compression would
//! cost as much as the encoding itself and take away one byte in twenty.
//!
//! ```
//! use hailsham_engine::table::{ColumnKind, ColumnSpec, TableReader, TableWriter};
//!
//! const COLUMNS: &[ColumnSpec] = &[
//!     ColumnSpec { name: "id", kind: ColumnKind::U32, unit: "", text: "the person", required: true },
//!     ColumnSpec { name: "abo", kind: ColumnKind::Text, unit: "", text: "blood group", required: false },
//!     ColumnSpec { name: "wait", kind: ColumnKind::F32, unit: "days", text: "time on the list", required: false },
//! ];
//! # let folder = tempfile::tempdir()?;
//! let path = folder.path().join("people.parquet");
//! let wait = [Some(12.5_f32), None, Some(40.0)];
//!
//! let mut writer = TableWriter::create(&path, COLUMNS, &[])?;
//! let mut group = writer.group(3)?;
//! group.u32("id", |row| Some(row as u32))?;
//! group.coded("abo", &["O", "A"], |row| Some(row % 2))?;
//! group.f32("wait", |row| wait[row])?;
//! group.close()?;
//! writer.close()?;
//!
//! let table = TableReader::open(&path)?;
//! assert_eq!(table.rows(), 3);
//! assert_eq!(table.f32("wait")?, wait);
//! assert_eq!(table.coded("abo")?.label(1), Some("A"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod bits;
mod chunk;
mod delta;
mod error;
mod hybrid;
mod reader;
mod schema;
mod source;
mod writer;

pub(crate) use bits::{Bits, gather};
pub(crate) use chunk::{Chunk, PAGE};
pub use error::TableError;
pub(crate) use reader::check_levels;
pub use reader::{Coded, ColumnInfo, TableReader};
pub use writer::{GroupWriter, TableWriter};

use std::fmt;

/// What the values of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ColumnKind {
    /// Unsigned 32-bit integers: ids, counts.
    U32,
    /// Unsigned 64-bit integers: stable identities.
    U64,
    /// Signed 32-bit integers: years, small numbers.
    I32,
    /// 32-bit floats: traits, measures.
    F32,
    /// 64-bit floats: sums, means.
    F64,
    /// True or false.
    Bool,
    /// UTF-8 text, coded or free.
    Text,
    /// A moment in milliseconds since 1970-01-01 00:00, in the scenario's own local time.
    Timestamp,
}

impl ColumnKind {
    /// Every kind, in the order of the declaration.
    pub const ALL: [Self; 8] = [
        Self::U32,
        Self::U64,
        Self::I32,
        Self::F32,
        Self::F64,
        Self::Bool,
        Self::Text,
        Self::Timestamp,
    ];

    /// The name of the kind, as in `hailsham.columns`: `u32`, `text`, ...
    pub const fn name(self) -> &'static str {
        match self {
            Self::U32 => "u32",
            Self::U64 => "u64",
            Self::I32 => "i32",
            Self::F32 => "f32",
            Self::F64 => "f64",
            Self::Bool => "bool",
            Self::Text => "text",
            Self::Timestamp => "timestamp",
        }
    }
}

impl fmt::Display for ColumnKind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

/// The declaration of one column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ColumnSpec {
    /// The column's name, unique in its table.
    pub name: &'static str,
    /// What its values are.
    pub kind: ColumnKind,
    /// The unit of its values (`days`, `years`, `km`, ...); empty for ids, codes and pure numbers.
    pub unit: &'static str,
    /// One line: what the value means.
    pub text: &'static str,
    /// Whether every row has a value. A null in a required column is an error.
    pub required: bool,
}

/// A list of [`ColumnSpec`]s: `name Kind required "unit" "what";` each.
///
/// ```
/// use hailsham_engine::columns;
/// use hailsham_engine::table::{ColumnKind, ColumnSpec};
///
/// const COLUMNS: &[ColumnSpec] = columns! {
///     id U32 true "" "Number of the person.";
///     waited F32 false "days" "Time on the list.";
/// };
/// assert_eq!(COLUMNS[1].kind, ColumnKind::F32);
/// ```
#[macro_export]
macro_rules! columns {
    ($($name:ident $kind:ident $required:literal $unit:literal $text:literal;)+) => {
        &[$($crate::table::ColumnSpec {
            name: stringify!($name),
            kind: $crate::table::ColumnKind::$kind,
            unit: $unit,
            text: $text,
            required: $required,
        },)+]
    };
}

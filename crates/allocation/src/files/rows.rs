//! The rows of a table as text, cell by cell, from CSV or from Parquet.

use std::fs::File;
use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use csv::{ByteRecord, Position};
use parquet::errors::{ParquetError, Result as ParquetResult};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use parquet::record::reader::RowIter;

use super::Moment;

/// How the names of Parquet files end.
pub(crate) const PARQUET: &str = "parquet";

/// What is wrong with a file, and in which row, where that is known.
pub(super) struct Broken {
    pub(super) row: Option<u64>,
    pub(super) message: String,
}

impl From<csv::Error> for Broken {
    fn from(error: csv::Error) -> Self {
        let message = match error.kind() {
            csv::ErrorKind::UnequalLengths {
                expected_len, len, ..
            } => {
                format!("{len} cells where {expected_len} are expected: is the file cut off?")
            }
            csv::ErrorKind::Io(error) => format!("cannot be read: {error}"),
            _ => format!("is not CSV: {error}"),
        };
        Self {
            row: error.position().map(Position::line),
            message,
        }
    }
}

impl From<ParquetError> for Broken {
    fn from(error: ParquetError) -> Self {
        Self {
            row: None,
            message: format!("is not whole Parquet: {error}"),
        }
    }
}

/// The decoder may panic over a damaged file; that is an error of the file.
fn guard<T>(work: impl FnOnce() -> ParquetResult<T>) -> Result<T, Broken> {
    // What `work` may have left half done is thrown away with the error.
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(done) => done.map_err(Broken::from),
        Err(_) => Err(ParquetError::General("its content is impossible".to_owned()).into()),
    }
}

/// A file of rows.
pub(super) enum Rows {
    Text(csv::Reader<Box<dyn Read>>),
    /// With the number of the last row, from 1.
    Table(RowIter<'static>, u64),
}

impl Rows {
    /// The rows of a CSV text, and the names of its columns.
    pub(super) fn of_text(source: Box<dyn Read>) -> Result<(Self, Vec<String>), Broken> {
        let mut reader = csv::ReaderBuilder::new().from_reader(source);
        let names = reader.headers()?.iter().map(str::to_owned).collect();
        Ok((Self::Text(reader), names))
    }

    /// The rows of a file, and the names of its columns: of Parquet where its name ends so, else of CSV.
    pub(super) fn open(path: &Path) -> Result<(Self, Vec<String>), Broken> {
        let file = File::open(path).map_err(csv::Error::from)?;
        if path.extension().is_none_or(|end| end != PARQUET) {
            return Self::of_text(Box::new(file));
        }
        guard(|| {
            let reader = SerializedFileReader::new(file)?;
            let schema = reader.metadata().file_metadata().schema();
            let names = schema.get_fields().iter();
            let names = names.map(|field| field.name().to_owned()).collect();
            Ok((Self::Table(reader.into_iter(), 0), names))
        })
    }

    /// Reads the next row. False at the end.
    pub(super) fn read(&mut self, cells: &mut ByteRecord) -> Result<bool, Broken> {
        match self {
            Self::Text(reader) => Ok(reader.read_byte_record(cells)?),
            Self::Table(rows, last) => {
                let Some(row) = guard(|| rows.next().transpose())? else {
                    return Ok(false);
                };
                *last += 1;
                cells.clear();
                let mut text = String::new();
                for (name, field) in row.get_column_iter() {
                    text.clear();
                    if !write(&mut text, field) {
                        return Err(Broken {
                            row: Some(*last),
                            message: format!("column `{name}` is of a kind that is not read"),
                        });
                    }
                    cells.push_field(text.as_bytes());
                }
                Ok(true)
            }
        }
    }

    /// The number of the row that was read last: of CSV its line, of Parquet its place, from 1.
    pub(super) fn row(&self, cells: &ByteRecord) -> u64 {
        match self {
            Self::Text(_) => cells.position().map_or(0, Position::line),
            Self::Table(_, last) => *last,
        }
    }
}

/// Writes a value as a CSV file would hold it. False if it is no single value.
fn write(text: &mut String, field: &Field) -> bool {
    use std::fmt::Write as _;
    const MICROSECONDS: i64 = 1_000_000;
    let written = match field {
        Field::Null => Ok(()),
        Field::Bool(truth) => write!(text, "{}", u8::from(*truth)),
        Field::Byte(number) => write!(text, "{number}"),
        Field::Short(number) => write!(text, "{number}"),
        Field::Int(number) => write!(text, "{number}"),
        Field::Long(number) => write!(text, "{number}"),
        Field::UByte(number) => write!(text, "{number}"),
        Field::UShort(number) => write!(text, "{number}"),
        Field::UInt(number) => write!(text, "{number}"),
        Field::ULong(number) => write!(text, "{number}"),
        // Programs that have no empty numbers write these for them.
        Field::Float(number) if number.is_nan() => Ok(()),
        Field::Double(number) if number.is_nan() => Ok(()),
        Field::Float(number) => write!(text, "{number}"),
        Field::Double(number) => write!(text, "{number}"),
        Field::Str(value) => {
            text.push_str(value);
            Ok(())
        }
        Field::Date(days) => write!(text, "{}", Moment::of_unix(i64::from(*days) * 86_400)),
        Field::TimestampMillis(time) => {
            write!(text, "{}", Moment::of_unix(time.div_euclid(1000)))
        }
        Field::TimestampMicros(time) => {
            write!(text, "{}", Moment::of_unix(time.div_euclid(MICROSECONDS)))
        }
        _ => Err(std::fmt::Error),
    };
    written.is_ok()
}

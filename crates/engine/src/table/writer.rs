//! Writing a table: one row group at a time, one column at a time.

use super::coded::{self, CodedChunk};
use super::{ColumnKind, ColumnSpec, TableError, schema};
use parquet::data_type::{
    BoolType, ByteArray, ByteArrayType, DataType, DoubleType, FloatType, Int32Type, Int64Type,
};
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::{SchemaDescPtr, SchemaDescriptor};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Rows that are gathered before they are handed to the encoder: small enough for the first
/// levels of cache, large enough that the hand-over costs nothing.
const CHUNK: usize = 8_192;

/// Writes a table. The file is whole only after [`close`](Self::close).
pub struct TableWriter {
    path: PathBuf,
    columns: Vec<ColumnSpec>,
    schema: SchemaDescPtr,
    file: SerializedFileWriter<File>,
    scratch: Scratch,
}

/// Buffers that every group reuses, one for each physical type.
#[derive(Default)]
struct Scratch {
    levels: Vec<i16>,
    i32s: Vec<i32>,
    i64s: Vec<i64>,
    f32s: Vec<f32>,
    f64s: Vec<f64>,
    bools: Vec<bool>,
    texts: Vec<ByteArray>,
    code_levels: Vec<u16>,
    codes: Vec<u16>,
}

impl TableWriter {
    /// Makes the file and replaces one that is there.
    ///
    /// `key_values` are written beside the columns' units; keys that begin with `hailsham.` are
    /// this project's own.
    ///
    /// Fails when the file cannot be made, or when two columns have one name.
    pub fn create(
        path: impl AsRef<Path>,
        columns: &[ColumnSpec],
        key_values: &[(String, String)],
    ) -> Result<Self, TableError> {
        let path = path.as_ref().to_path_buf();
        schema::check(&path, columns)?;
        let encoding = |error| TableError::encoding(&path, error);
        let schema = schema::schema(columns).map_err(encoding)?;
        let properties = schema::properties(columns, key_values).map_err(encoding)?;
        let file = File::create(&path).map_err(|source| TableError::Create {
            path: path.clone(),
            source,
        })?;
        let file = SerializedFileWriter::new(file, Arc::clone(&schema), Arc::new(properties))
            .map_err(encoding)?;
        Ok(Self {
            columns: columns.to_vec(),
            schema: Arc::new(SchemaDescriptor::new(schema)),
            file,
            scratch: Scratch::default(),
            path,
        })
    }

    /// Opens a row group of `rows` rows. Its columns follow in the order of their declaration.
    pub fn group(&mut self, rows: usize) -> Result<GroupWriter<'_>, TableError> {
        let row_group = self
            .file
            .next_row_group()
            .map_err(|error| TableError::encoding(&self.path, error))?;
        Ok(GroupWriter {
            path: &self.path,
            columns: &self.columns,
            schema: &self.schema,
            row_group,
            scratch: &mut self.scratch,
            rows,
            next: 0,
        })
    }

    /// Writes the footer. Returns the size of the file in bytes.
    pub fn close(mut self) -> Result<u64, TableError> {
        self.file
            .finish()
            .map_err(|error| TableError::encoding(&self.path, error))?;
        Ok(self.file.bytes_written() as u64)
    }
}

/// Writes one row group. Each method takes the next column's name and a function from a row
/// (0 to `rows` - 1) to its value; `None` is a null.
///
/// A name out of turn, another kind than declared, or a null in a required column is an error.
/// A group dropped before [`close`](Self::close) leaves a file that must be thrown away.
pub struct GroupWriter<'a> {
    path: &'a Path,
    columns: &'a [ColumnSpec],
    schema: &'a SchemaDescriptor,
    row_group: SerializedRowGroupWriter<'a, File>,
    scratch: &'a mut Scratch,
    rows: usize,
    next: usize,
}

impl GroupWriter<'_> {
    /// A column of kind [`U32`](ColumnKind::U32).
    pub fn u32(
        &mut self,
        name: &str,
        mut value: impl FnMut(usize) -> Option<u32>,
    ) -> Result<(), TableError> {
        self.due(name, ColumnKind::U32)?;
        let mut buffer = std::mem::take(&mut self.scratch.i32s);
        let done = self.column::<Int32Type>(&mut buffer, |row| value(row).map(u32::cast_signed));
        self.scratch.i32s = buffer;
        done
    }

    /// A column of kind [`U64`](ColumnKind::U64).
    pub fn u64(
        &mut self,
        name: &str,
        mut value: impl FnMut(usize) -> Option<u64>,
    ) -> Result<(), TableError> {
        self.due(name, ColumnKind::U64)?;
        let mut buffer = std::mem::take(&mut self.scratch.i64s);
        let done = self.column::<Int64Type>(&mut buffer, |row| value(row).map(u64::cast_signed));
        self.scratch.i64s = buffer;
        done
    }

    /// A column of kind [`I32`](ColumnKind::I32).
    pub fn i32(
        &mut self,
        name: &str,
        value: impl FnMut(usize) -> Option<i32>,
    ) -> Result<(), TableError> {
        self.due(name, ColumnKind::I32)?;
        let mut buffer = std::mem::take(&mut self.scratch.i32s);
        let done = self.column::<Int32Type>(&mut buffer, value);
        self.scratch.i32s = buffer;
        done
    }

    /// A column of kind [`F32`](ColumnKind::F32). A NaN is written as it is: say `None` for a null.
    pub fn f32(
        &mut self,
        name: &str,
        value: impl FnMut(usize) -> Option<f32>,
    ) -> Result<(), TableError> {
        self.due(name, ColumnKind::F32)?;
        let mut buffer = std::mem::take(&mut self.scratch.f32s);
        let done = self.column::<FloatType>(&mut buffer, value);
        self.scratch.f32s = buffer;
        done
    }

    /// A column of kind [`F64`](ColumnKind::F64). A NaN is written as it is: say `None` for a null.
    pub fn f64(
        &mut self,
        name: &str,
        value: impl FnMut(usize) -> Option<f64>,
    ) -> Result<(), TableError> {
        self.due(name, ColumnKind::F64)?;
        let mut buffer = std::mem::take(&mut self.scratch.f64s);
        let done = self.column::<DoubleType>(&mut buffer, value);
        self.scratch.f64s = buffer;
        done
    }

    /// A column of kind [`Bool`](ColumnKind::Bool).
    pub fn bool(
        &mut self,
        name: &str,
        value: impl FnMut(usize) -> Option<bool>,
    ) -> Result<(), TableError> {
        self.due(name, ColumnKind::Bool)?;
        let mut buffer = std::mem::take(&mut self.scratch.bools);
        let done = self.column::<BoolType>(&mut buffer, value);
        self.scratch.bools = buffer;
        done
    }

    /// A column of kind [`Timestamp`](ColumnKind::Timestamp): milliseconds since 1970-01-01 00:00.
    pub fn timestamp(
        &mut self,
        name: &str,
        value: impl FnMut(usize) -> Option<i64>,
    ) -> Result<(), TableError> {
        self.due(name, ColumnKind::Timestamp)?;
        let mut buffer = std::mem::take(&mut self.scratch.i64s);
        let done = self.column::<Int64Type>(&mut buffer, value);
        self.scratch.i64s = buffer;
        done
    }

    /// A column of kind [`Text`](ColumnKind::Text) whose values are few: `code` gives an index
    /// into `labels`. An index without a label is an error, and so are more than 65,536 labels.
    /// The whole list of labels is written with every group.
    pub fn coded(
        &mut self,
        name: &str,
        labels: &[impl AsRef<str>],
        mut code: impl FnMut(usize) -> Option<usize>,
    ) -> Result<(), TableError> {
        self.due(name, ColumnKind::Text)?;
        if labels.len() > coded::MOST_LABELS {
            return Err(TableError::Encode {
                path: self.path.to_path_buf(),
                detail: format!(
                    "column `{name}` has {} labels; at most {} are allowed",
                    labels.len(),
                    coded::MOST_LABELS
                ),
            });
        }
        let encoding = |error| TableError::encoding(self.path, error);
        let required = self.columns[self.next].required;
        let Scratch {
            code_levels: levels,
            codes,
            ..
        } = &mut *self.scratch;
        let column = self.schema.column(self.next);
        let mut chunk = CodedChunk::new(column, labels).map_err(encoding)?;
        for start in (0..self.rows).step_by(coded::PAGE) {
            let end = (start + coded::PAGE).min(self.rows);
            levels.clear();
            codes.clear();
            for row in start..end {
                let code = code(row);
                levels.push(u16::from(code.is_some()));
                if let Some(code) = code {
                    if code >= labels.len() {
                        return Err(TableError::Label {
                            path: self.path.to_path_buf(),
                            column: name.to_owned(),
                            row,
                            code,
                            labels: labels.len(),
                        });
                    }
                    codes.push(code as u16);
                }
            }
            if required {
                no_hole(
                    self.path,
                    name,
                    start,
                    levels.iter().position(|level| *level == 0),
                )?;
            }
            chunk.page(levels, codes).map_err(encoding)?;
        }
        let (bytes, close) = chunk.close().map_err(encoding)?;
        self.row_group
            .append_column(&bytes, close)
            .map_err(encoding)?;
        self.next += 1;
        Ok(())
    }

    /// A column of kind [`Text`](ColumnKind::Text) whose values are free: `value` appends to an
    /// empty string and returns true, or returns false for a null.
    pub fn text(
        &mut self,
        name: &str,
        mut value: impl FnMut(usize, &mut String) -> bool,
    ) -> Result<(), TableError> {
        self.due(name, ColumnKind::Text)?;
        let mut text = String::new();
        let mut buffer = std::mem::take(&mut self.scratch.texts);
        let done = self.column::<ByteArrayType>(&mut buffer, |row| {
            text.clear();
            value(row, &mut text).then(|| ByteArray::from(text.as_str()))
        });
        self.scratch.texts = buffer;
        done
    }

    /// Ends the group. A column that was not given is an error.
    pub fn close(self) -> Result<(), TableError> {
        if let Some(column) = self.columns.get(self.next) {
            return Err(TableError::Missing {
                path: self.path.to_path_buf(),
                due: column.name.to_owned(),
            });
        }
        self.row_group
            .close()
            .map(drop)
            .map_err(|error| TableError::encoding(self.path, error))
    }

    /// Checks that `name` is the next column and of this kind.
    fn due(&self, name: &str, kind: ColumnKind) -> Result<(), TableError> {
        let Some(column) = self.columns.get(self.next) else {
            return Err(self.out_of_turn(name, "the end of the group"));
        };
        if column.name != name {
            return Err(self.out_of_turn(name, &format!("`{}`", column.name)));
        }
        if column.kind != kind {
            return Err(TableError::Kind {
                path: self.path.to_path_buf(),
                column: name.to_owned(),
                asked: kind,
                found: column.kind.to_string(),
            });
        }
        Ok(())
    }

    fn out_of_turn(&self, given: &str, due: &str) -> TableError {
        TableError::Order {
            path: self.path.to_path_buf(),
            given: given.to_owned(),
            due: due.to_owned(),
        }
    }

    /// Writes the column that is due, a chunk of rows at a time through `values`.
    fn column<T: DataType>(
        &mut self,
        values: &mut Vec<T::T>,
        mut value: impl FnMut(usize) -> Option<T::T>,
    ) -> Result<(), TableError> {
        let spec = self.columns[self.next];
        let encoding = |error| TableError::encoding(self.path, error);
        let Some(mut column) = self.row_group.next_column().map_err(encoding)? else {
            return Err(TableError::Encode {
                path: self.path.to_path_buf(),
                detail: format!("there is no place for column `{}`", spec.name),
            });
        };
        self.next += 1;
        let writer = column.typed::<T>();
        let levels = &mut self.scratch.levels;
        let mut start = 0;
        while start < self.rows {
            let end = (start + CHUNK).min(self.rows);
            // Every value is stored, and a null is overwritten by the next one: no branch, because
            // nobody can predict which rows have a value.
            let mut present = 0;
            values.resize_with(end - start, T::T::default);
            levels.clear();
            levels.extend((start..end).map(|row| {
                let value = value(row);
                let is_some = value.is_some();
                values[present] = value.unwrap_or_default();
                present += usize::from(is_some);
                i16::from(is_some)
            }));
            let values = &values[..present];
            if spec.required {
                no_hole(
                    self.path,
                    spec.name,
                    start,
                    levels.iter().position(|level| *level == 0),
                )?;
                writer.write_batch(values, None, None)
            } else {
                writer.write_batch(values, Some(levels), None)
            }
            .map_err(encoding)?;
            start = end;
        }
        values.clear();
        column.close().map_err(encoding)
    }
}

/// Refuses a null in a required column: `hole` rows after `start`.
fn no_hole(path: &Path, column: &str, start: usize, hole: Option<usize>) -> Result<(), TableError> {
    match hole {
        None => Ok(()),
        Some(hole) => Err(TableError::Null {
            path: path.to_path_buf(),
            column: column.to_owned(),
            row: start + hole,
        }),
    }
}

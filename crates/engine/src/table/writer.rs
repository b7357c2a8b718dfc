//! Writing a table: one row group at a time, one column at a time.

use super::bits::{Bits, take_apart};
use super::chunk::{Chunk, MOST_LABELS, PAGE};
use super::{ColumnKind, ColumnSpec, TableError, schema};
use parquet::data_type::{ByteArray, ByteArrayType, Int64Type};
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::{SchemaDescPtr, SchemaDescriptor};
use std::fs::File;
use std::io::BufWriter;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Rows of free text that are gathered before they are handed to the encoder.
const TEXTS: usize = 8_192;

/// Bytes that go to the file at once.
const AT_ONCE: usize = 1 << 18;

/// Where a table goes.
type Output = BufWriter<File>;

/// Writes a table. The file is whole only after [`close`](Self::close).
pub struct TableWriter {
    path: PathBuf,
    columns: Vec<ColumnSpec>,
    schema: SchemaDescPtr,
    file: SerializedFileWriter<Output>,
    scratch: Scratch,
}

/// Buffers that every column reuses, one for each physical type.
#[derive(Default)]
struct Scratch {
    present: Bits,
    i32s: Vec<i32>,
    i64s: Vec<i64>,
    f32s: Vec<f32>,
    f64s: Vec<f64>,
    bools: Vec<bool>,
    bits: Bits,
    codes: Vec<u16>,
    levels: Vec<i16>,
    texts: Vec<ByteArray>,
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
        let file = BufWriter::with_capacity(AT_ONCE, file);
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

    /// A chunk for the column of this number, with room for so many bytes, to be filled a page at a
    /// time and given to [`append`](Self::append). A column of codes is given its labels first.
    pub(crate) fn chunk(&self, column: usize, bytes: usize) -> Chunk {
        Chunk::new(self.schema.column(column), bytes)
    }

    /// Writes a row group that was encoded a page at a time: the first column, required timestamps
    /// in order, as they are, and a chunk with as many rows for each of the others, in the order of
    /// their declaration.
    ///
    /// The timestamps are encoded by the `parquet` crate, which compresses what it packs: of times
    /// in order, two thirds go away, because each difference is a whole number of minutes.
    pub(crate) fn append(
        &mut self,
        timestamps: &[i64],
        chunks: impl IntoIterator<Item = Chunk>,
    ) -> Result<(), TableError> {
        let write = || {
            let mut row_group = self.file.next_row_group()?;
            if let Some(mut column) = row_group.next_column()? {
                let writer = column.typed::<Int64Type>();
                writer.write_batch(timestamps, None, None)?;
                column.close()?;
            }
            for chunk in chunks {
                append(&mut row_group, chunk)?;
            }
            row_group.close().map(drop)
        };
        write().map_err(|error| TableError::encoding(&self.path, error))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
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
    row_group: SerializedRowGroupWriter<'a, Output>,
    scratch: &'a mut Scratch,
    rows: usize,
    next: usize,
}

/// Gathers the values of some rows: which have one, and what they are.
type Gather<'a, T> = &'a mut dyn FnMut(Range<usize>, &mut Bits, &mut Vec<T>);

/// Writes a page of values.
type Encode<'a, T> = &'a mut dyn FnMut(&mut Chunk, &Bits, &[T]) -> parquet::errors::Result<()>;

impl GroupWriter<'_> {
    /// A column of kind [`U32`](ColumnKind::U32).
    pub fn u32(
        &mut self,
        name: &str,
        mut value: impl FnMut(usize) -> Option<u32>,
    ) -> Result<(), TableError> {
        let value = |row| value(row).map(u32::cast_signed);
        self.column(
            name,
            ColumnKind::U32,
            value,
            |scratch| &mut scratch.i32s,
            &mut Chunk::i32s,
        )
    }

    /// A column of kind [`U64`](ColumnKind::U64).
    pub fn u64(
        &mut self,
        name: &str,
        mut value: impl FnMut(usize) -> Option<u64>,
    ) -> Result<(), TableError> {
        let value = |row| value(row).map(u64::cast_signed);
        self.column(
            name,
            ColumnKind::U64,
            value,
            |scratch| &mut scratch.i64s,
            &mut Chunk::i64s,
        )
    }

    /// A column of kind [`I32`](ColumnKind::I32).
    pub fn i32(
        &mut self,
        name: &str,
        value: impl FnMut(usize) -> Option<i32>,
    ) -> Result<(), TableError> {
        self.column(
            name,
            ColumnKind::I32,
            value,
            |scratch| &mut scratch.i32s,
            &mut Chunk::i32s,
        )
    }

    /// A column of kind [`F32`](ColumnKind::F32). A NaN is written as it is: say `None` for a null.
    pub fn f32(
        &mut self,
        name: &str,
        value: impl FnMut(usize) -> Option<f32>,
    ) -> Result<(), TableError> {
        self.column(
            name,
            ColumnKind::F32,
            value,
            |scratch| &mut scratch.f32s,
            &mut Chunk::f32s,
        )
    }

    /// A column of kind [`F64`](ColumnKind::F64). A NaN is written as it is: say `None` for a null.
    pub fn f64(
        &mut self,
        name: &str,
        value: impl FnMut(usize) -> Option<f64>,
    ) -> Result<(), TableError> {
        self.column(
            name,
            ColumnKind::F64,
            value,
            |scratch| &mut scratch.f64s,
            &mut Chunk::f64s,
        )
    }

    /// A column of kind [`Bool`](ColumnKind::Bool).
    pub fn bool(
        &mut self,
        name: &str,
        value: impl FnMut(usize) -> Option<bool>,
    ) -> Result<(), TableError> {
        let mut bits = std::mem::take(&mut self.scratch.bits);
        let done = self.column(
            name,
            ColumnKind::Bool,
            value,
            |scratch| &mut scratch.bools,
            &mut |chunk: &mut Chunk, present: &Bits, values: &[bool]| {
                bits.clear();
                for word in values.chunks(64) {
                    let bit = |word, (place, bit): (usize, &bool)| word | u64::from(*bit) << place;
                    bits.push(word.iter().enumerate().fold(0, bit), word.len());
                }
                chunk.bools(present, &bits)
            },
        );
        self.scratch.bits = bits;
        done
    }

    /// A column of kind [`Timestamp`](ColumnKind::Timestamp): milliseconds since 1970-01-01 00:00.
    pub fn timestamp(
        &mut self,
        name: &str,
        value: impl FnMut(usize) -> Option<i64>,
    ) -> Result<(), TableError> {
        let kind = ColumnKind::Timestamp;
        self.column(
            name,
            kind,
            value,
            |scratch| &mut scratch.i64s,
            &mut Chunk::timestamps,
        )
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
        let mut chunk = self.chunk();
        labelled(&mut chunk, self.path, name, labels)?;
        let mut wrong = None;
        let mut value = |row| {
            let code = code(row)?;
            if code >= labels.len() && wrong.is_none() {
                wrong = Some((row, code));
            }
            Some(code as u16)
        };
        let gather: Gather<'_, u16> =
            &mut |rows, present, values| take_apart(rows, &mut value, present, values);
        self.pages(
            &mut chunk,
            gather,
            |scratch| &mut scratch.codes,
            &mut Chunk::codes,
        )?;
        if let Some((row, code)) = wrong {
            return Err(TableError::Label {
                path: self.path.to_path_buf(),
                column: name.to_owned(),
                row,
                code,
                labels: labels.len(),
            });
        }
        self.append(chunk)
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
        let done = self.texts(&mut buffer, |row| {
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

    /// Writes a column of values of a fixed size: `buffer` says where they are gathered, `encode`
    /// how a page of them is written.
    fn column<T: Copy + Default>(
        &mut self,
        name: &str,
        kind: ColumnKind,
        mut value: impl FnMut(usize) -> Option<T>,
        buffer: fn(&mut Scratch) -> &mut Vec<T>,
        encode: Encode<'_, T>,
    ) -> Result<(), TableError> {
        self.due(name, kind)?;
        let mut chunk = self.chunk();
        let gather: Gather<'_, T> =
            &mut |rows, present, values| take_apart(rows, &mut value, present, values);
        self.pages(&mut chunk, gather, buffer, encode)?;
        self.append(chunk)
    }

    /// A chunk for the column that is due.
    fn chunk(&self) -> Chunk {
        Chunk::new(self.schema.column(self.next), 0)
    }

    /// Writes the pages of the column that is due. It knows the kind of the values and not where
    /// they come from, so that it is compiled once for each kind and not for each of some hundred
    /// columns.
    fn pages<T>(
        &mut self,
        chunk: &mut Chunk,
        gather: Gather<'_, T>,
        buffer: fn(&mut Scratch) -> &mut Vec<T>,
        encode: Encode<'_, T>,
    ) -> Result<(), TableError> {
        let spec = self.columns[self.next];
        let mut values = std::mem::take(buffer(self.scratch));
        let present = &mut self.scratch.present;
        for start in (0..self.rows).step_by(PAGE) {
            let end = (start + PAGE).min(self.rows);
            gather(start..end, present, &mut values);
            if spec.required {
                no_hole(self.path, spec.name, start, present.first_zero())?;
            }
            encode(chunk, present, &values)
                .map_err(|error| TableError::encoding(self.path, error))?;
        }
        *buffer(self.scratch) = values;
        Ok(())
    }

    /// Ends a chunk that was written by hand and puts it into the file.
    fn append(&mut self, chunk: Chunk) -> Result<(), TableError> {
        self.next += 1;
        append(&mut self.row_group, chunk).map_err(|error| TableError::encoding(self.path, error))
    }

    /// Writes the column of free texts that is due by the encoder of the `parquet` crate.
    fn texts(
        &mut self,
        values: &mut Vec<ByteArray>,
        mut value: impl FnMut(usize) -> Option<ByteArray>,
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
        let writer = column.typed::<ByteArrayType>();
        let levels = &mut self.scratch.levels;
        for start in (0..self.rows).step_by(TEXTS) {
            let end = (start + TEXTS).min(self.rows);
            values.clear();
            levels.clear();
            for row in start..end {
                let value = value(row);
                levels.push(i16::from(value.is_some()));
                values.extend(value);
            }
            if spec.required {
                let hole = levels.iter().position(|level| *level == 0);
                no_hole(self.path, spec.name, start, hole)?;
                writer.write_batch(values, None, None)
            } else {
                writer.write_batch(values, Some(levels), None)
            }
            .map_err(encoding)?;
        }
        values.clear();
        column.close().map_err(encoding)
    }
}

/// Puts a chunk into a row group as its next column.
fn append(
    row_group: &mut SerializedRowGroupWriter<'_, Output>,
    chunk: Chunk,
) -> parquet::errors::Result<()> {
    let (bytes, close) = chunk.close()?;
    row_group.append_column(&bytes, close)
}

/// Gives a chunk its labels, unless they are too many.
fn labelled(
    chunk: &mut Chunk,
    path: &Path,
    name: &str,
    labels: &[impl AsRef<str>],
) -> Result<(), TableError> {
    if labels.len() > MOST_LABELS {
        return Err(TableError::Encode {
            path: path.to_path_buf(),
            detail: format!(
                "column `{name}` has {} labels; at most {MOST_LABELS} are allowed",
                labels.len(),
            ),
        });
    }
    chunk
        .labels(labels)
        .map_err(|error| TableError::encoding(path, error))
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

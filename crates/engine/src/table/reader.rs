//! Reading a table: whole columns by name.

use super::source::Source;
use super::{ColumnKind, TableError, schema};
use parquet::column::reader::get_typed_column_reader;
use parquet::data_type::{
    BoolType, ByteArray, ByteArrayType, DataType, DoubleType, FloatType, Int32Type, Int64Type,
};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::serialized_reader::ReadOptionsBuilder;
use std::collections::HashMap;
use std::fs::File;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// Memory is asked for at once for this many rows, and for more as they are found: the number in
/// the footer of a damaged file may be any.
const PLAUSIBLE_ROWS: usize = 1 << 22;

/// Rows that are looked through at once.
const AT_ONCE: usize = 8_192;

/// Codes kept by address while a text column is read. A dictionary of short labels is no longer than
/// this in bytes, so that each has a place of its own.
const LIKELY_CODES: usize = 256;

/// What a file says about one of its columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnInfo {
    /// The column's name.
    pub name: String,
    /// What its values are; `None` for a type that this room does not write.
    pub kind: Option<ColumnKind>,
    /// Whether every row has a value.
    pub required: bool,
    /// The unit of its values; empty when there is none, or when the file does not say.
    pub unit: String,
    /// One line: what the value means; empty when the file does not say.
    pub text: String,
}

/// A text column as labels and codes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coded {
    /// The different values, in the order of their first appearance.
    pub labels: Vec<String>,
    /// For each row an index into `labels`, or `None` for a null.
    pub codes: Vec<Option<u32>>,
}

impl Coded {
    /// The text of a row; `None` for a null and for a row that is not there.
    pub fn label(&self, row: usize) -> Option<&str> {
        let code = (*self.codes.get(row)?)?;
        self.labels.get(code as usize).map(String::as_str)
    }
}

/// Reads a table. Opening reads the footer alone; each column is read when it is asked for.
///
/// Asking for a column that is not there, or as another kind than it has, is an error.
pub struct TableReader {
    path: PathBuf,
    file: SerializedFileReader<Source>,
    columns: Vec<ColumnInfo>,
    /// The row groups that are read.
    groups: Vec<usize>,
    /// The rows that are read, if not all: ranges of the file's rows, in order and apart.
    chosen: Option<Vec<Range<usize>>>,
}

impl TableReader {
    /// Opens a table. A file that is cut short or is not Parquet is an error here.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, TableError> {
        Self::open_with(path.as_ref(), false)
    }

    /// Opens a table of which a few rows are wanted: also reads where each page begins, so that
    /// [`choose`](Self::choose) steps over the pages between.
    pub fn open_for_rows(path: impl AsRef<Path>) -> Result<Self, TableError> {
        Self::open_with(path.as_ref(), true)
    }

    fn open_with(path: &Path, pages: bool) -> Result<Self, TableError> {
        let path = path.to_path_buf();
        let opened = File::open(&path).and_then(Source::new);
        let file = opened.map_err(|source| TableError::Open {
            path: path.clone(),
            source,
        })?;
        let mut options = ReadOptionsBuilder::new();
        if pages {
            options = options.with_page_index();
        }
        let file = TableError::guard(&path, || {
            SerializedFileReader::new_with_options(file, options.build())
        })?;
        let columns = describe(&file);
        let groups = (0..file.num_row_groups()).collect();
        Ok(Self {
            path,
            file,
            columns,
            groups,
            chosen: None,
        })
    }

    /// From now on reads these rows alone: ranges of the file's rows, in order and apart. What a
    /// column gives is as if the others were not there.
    pub fn choose(&mut self, rows: Vec<Range<usize>>) {
        debug_assert!(rows.windows(2).all(|pair| pair[0].end <= pair[1].start));
        self.chosen = Some(rows);
    }

    /// The number of rows.
    pub fn rows(&self) -> usize {
        // The numbers of a damaged file may be any.
        self.group_rows().into_iter().fold(0, usize::saturating_add)
    }

    /// The number of rows in each row group, in their order.
    pub fn group_rows(&self) -> Vec<usize> {
        let rows = |group: &usize| self.file.metadata().row_group(*group).num_rows();
        self.groups
            .iter()
            .map(|group| usize::try_from(rows(group)).unwrap_or(0))
            .collect()
    }

    /// Leaves out the row groups for whose place in [`group_rows`](Self::group_rows) `keep` says
    /// false. From now on the table is as if they were not there: columns are shorter, and what is
    /// not wanted is not read.
    #[must_use]
    pub fn with_groups(mut self, keep: impl Fn(usize) -> bool) -> Self {
        let mut place = 0;
        self.groups.retain(|_| {
            place += 1;
            keep(place - 1)
        });
        self
    }

    /// The names of the columns, in their order.
    pub fn columns(&self) -> Vec<&str> {
        self.columns
            .iter()
            .map(|column| column.name.as_str())
            .collect()
    }

    /// What the file says about each of its columns, in their order.
    pub fn column_infos(&self) -> &[ColumnInfo] {
        &self.columns
    }

    /// What the file says about a column.
    pub fn column(&self, name: &str) -> Option<&ColumnInfo> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// A value that was written beside the columns.
    pub fn key_value(&self, key: &str) -> Option<&str> {
        key_value(&self.file, key)
    }

    /// A column of kind [`U32`](ColumnKind::U32).
    pub fn u32(&self, name: &str) -> Result<Vec<Option<u32>>, TableError> {
        self.read::<Int32Type, _>(name, ColumnKind::U32, |value| value.cast_unsigned())
    }

    /// The rows, among those that are read, whose value in a column of kind
    /// [`U32`](ColumnKind::U32) is this one, by their number in the file. Little memory is used,
    /// however many rows there are.
    pub fn rows_where(&self, name: &str, wanted: u32) -> Result<Vec<usize>, TableError> {
        let index = self.find(name, ColumnKind::U32)?;
        let nullable = !self.columns[index].required;
        let wanted = wanted.cast_signed();
        let mut found = Vec::new();
        let (mut levels, mut values) = (Vec::new(), Vec::new());
        for (group, parts) in self.due() {
            let first = self.first_row(group);
            let read = || -> parquet::errors::Result<()> {
                let row_group = self.file.get_row_group(group)?;
                let column = row_group.get_column_reader(index)?;
                let mut reader = get_typed_column_reader::<Int32Type>(column);
                let mut at = 0;
                for mut part in parts {
                    while !part.is_empty() {
                        let now = part.start..part.end.min(part.start + AT_ONCE);
                        part.start = now.end;
                        if now.start > at {
                            reader.skip_records(now.start - at)?;
                        }
                        at = now.end;
                        levels.clear();
                        values.clear();
                        reader.read_records(now.len(), Some(&mut levels), None, &mut values)?;
                        if !values.contains(&wanted) {
                            continue;
                        }
                        if !nullable {
                            levels.clear();
                            levels.resize(values.len(), 1);
                        }
                        let mut left = values.iter();
                        for (row, level) in levels.iter().enumerate() {
                            if *level == 1 && left.next() == Some(&wanted) {
                                found.push(first + now.start + row);
                            }
                        }
                    }
                }
                Ok(())
            };
            TableError::guard(&self.path, read)?;
        }
        Ok(found)
    }

    /// The file's row that a row group begins with.
    fn first_row(&self, group: usize) -> usize {
        let rows = |group| self.file.metadata().row_group(group).num_rows();
        (0..group).fold(0_usize, |sum, group| {
            sum.saturating_add(usize::try_from(rows(group)).unwrap_or(0))
        })
    }

    /// A column of kind [`U64`](ColumnKind::U64).
    pub fn u64(&self, name: &str) -> Result<Vec<Option<u64>>, TableError> {
        self.read::<Int64Type, _>(name, ColumnKind::U64, |value| value.cast_unsigned())
    }

    /// A column of kind [`I32`](ColumnKind::I32).
    pub fn i32(&self, name: &str) -> Result<Vec<Option<i32>>, TableError> {
        self.read::<Int32Type, _>(name, ColumnKind::I32, |value| *value)
    }

    /// A column of kind [`F32`](ColumnKind::F32).
    pub fn f32(&self, name: &str) -> Result<Vec<Option<f32>>, TableError> {
        self.read::<FloatType, _>(name, ColumnKind::F32, |value| *value)
    }

    /// A column of kind [`F64`](ColumnKind::F64).
    pub fn f64(&self, name: &str) -> Result<Vec<Option<f64>>, TableError> {
        self.read::<DoubleType, _>(name, ColumnKind::F64, |value| *value)
    }

    /// A column of kind [`Bool`](ColumnKind::Bool).
    pub fn bool(&self, name: &str) -> Result<Vec<Option<bool>>, TableError> {
        self.read::<BoolType, _>(name, ColumnKind::Bool, |value| *value)
    }

    /// A column of kind [`Timestamp`](ColumnKind::Timestamp): milliseconds since 1970-01-01 00:00.
    pub fn timestamp(&self, name: &str) -> Result<Vec<Option<i64>>, TableError> {
        self.read::<Int64Type, _>(name, ColumnKind::Timestamp, |value| *value)
    }

    /// A column of kind [`Text`](ColumnKind::Text), one string per row.
    pub fn text(&self, name: &str) -> Result<Vec<Option<String>>, TableError> {
        let coded = self.coded(name)?;
        Ok((0..coded.codes.len())
            .map(|row| coded.label(row).map(str::to_owned))
            .collect())
    }

    /// A column of kind [`Text`](ColumnKind::Text) as labels and codes: the lean way to read a
    /// column with few different values.
    pub fn coded(&self, name: &str) -> Result<Coded, TableError> {
        let mut labels: Vec<ByteArray> = Vec::new();
        let mut known: HashMap<Vec<u8>, u32> = HashMap::new();
        // A dictionary gives equal values at one address, and few of them. Where a value lies says
        // which code to try; whether it is the right one, its bytes say.
        let mut likely = [0_u32; LIKELY_CODES];
        let codes = self.read::<ByteArrayType, _>(name, ColumnKind::Text, |value| {
            let data = value.data();
            let slot = data.as_ptr() as usize % LIKELY_CODES;
            let tried = likely[slot];
            if labels
                .get(tried as usize)
                .is_some_and(|label| label.data() == data)
            {
                return tried;
            }
            let code = known.get(data).copied().unwrap_or_else(|| {
                let code = labels.len() as u32;
                labels.push(value.clone());
                known.insert(data.to_vec(), code);
                code
            });
            likely[slot] = code;
            code
        })?;
        let labels = TableError::guard(&self.path, || {
            labels
                .iter()
                .map(|label| label.as_utf8().map(str::to_owned))
                .collect()
        })?;
        Ok(Coded { labels, codes })
    }

    /// Reads a whole column, row group by row group.
    fn read<T: DataType, U>(
        &self,
        name: &str,
        kind: ColumnKind,
        mut convert: impl FnMut(&T::T) -> U,
    ) -> Result<Vec<Option<U>>, TableError> {
        let index = self.find(name, kind)?;
        let due = self.due();
        let rows: usize = due
            .iter()
            .flat_map(|(_, parts)| parts)
            .map(Range::len)
            .sum();
        let mut column = Vec::with_capacity(rows.min(PLAUSIBLE_ROWS));
        let mut levels = Vec::new();
        let mut values = Vec::new();
        for (group, parts) in due {
            TableError::guard(&self.path, || {
                self.read_group::<T>(group, index, &parts, &mut levels, &mut values)
            })?;
            let rows = parts.iter().map(Range::len).sum();
            if self.columns[index].required {
                levels.clear();
                levels.resize(values.len(), 1);
            }
            check_levels(&self.path, name, rows, &levels, values.len())?;
            let mut present = values.iter();
            column.extend(levels.iter().map(|level| {
                if *level == 1 {
                    present.next().map(&mut convert)
                } else {
                    None
                }
            }));
        }
        Ok(column)
    }

    /// The row groups to read, and of each the rows to read, counted from its first.
    fn due(&self) -> Vec<(usize, Vec<Range<usize>>)> {
        let rows_of = |group: usize| {
            let rows = self.file.metadata().row_group(group).num_rows();
            usize::try_from(rows).unwrap_or(0)
        };
        let Some(chosen) = &self.chosen else {
            let whole = |group: &usize| (*group, std::iter::once(0..rows_of(*group)).collect());
            return self.groups.iter().map(whole).collect();
        };
        let mut due = Vec::new();
        let mut first = 0_usize;
        for group in 0..self.file.num_row_groups() {
            let end = first.saturating_add(rows_of(group));
            let from = chosen.partition_point(|range| range.end <= first);
            let parts: Vec<_> = chosen[from..]
                .iter()
                .take_while(|range| range.start < end)
                .map(|range| range.start.max(first) - first..range.end.min(end) - first)
                .collect();
            if !parts.is_empty() && self.groups.contains(&group) {
                due.push((group, parts));
            }
            first = end;
        }
        due
    }

    /// Reads parts of one column of one row group: a level (0 null, 1 value) per row unless the
    /// column is required, and the values that are there.
    fn read_group<T: DataType>(
        &self,
        group: usize,
        column: usize,
        parts: &[Range<usize>],
        levels: &mut Vec<i16>,
        values: &mut Vec<T::T>,
    ) -> parquet::errors::Result<()> {
        levels.clear();
        values.clear();
        let row_group = self.file.get_row_group(group)?;
        let mut reader = get_typed_column_reader::<T>(row_group.get_column_reader(column)?);
        let mut at = 0;
        for part in parts {
            if part.start > at {
                reader.skip_records(part.start - at)?;
            }
            reader.read_records(part.len(), Some(levels), None, values)?;
            at = part.end;
        }
        Ok(())
    }

    /// The file's path.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The file's decoder, for those who read by row group.
    pub(crate) fn file(&self) -> &SerializedFileReader<Source> {
        &self.file
    }

    /// The position of a column.
    pub(crate) fn index(&self, name: &str) -> Result<usize, TableError> {
        self.columns
            .iter()
            .position(|column| column.name == name)
            .ok_or_else(|| TableError::NoColumn {
                path: self.path.clone(),
                column: name.to_owned(),
                available: self.columns.iter().map(|c| c.name.clone()).collect(),
            })
    }

    /// The position of a column of this kind.
    pub(crate) fn find(&self, name: &str, kind: ColumnKind) -> Result<usize, TableError> {
        let index = self.index(name)?;
        if self.columns[index].kind == Some(kind) {
            return Ok(index);
        }
        let found = if let Some(found) = self.columns[index].kind {
            found.to_string()
        } else {
            let metadata = self.file.metadata().file_metadata();
            let column = metadata.schema_descr().column(index);
            format!("of the Parquet type {}", column.physical_type())
        };
        Err(TableError::Kind {
            path: self.path.clone(),
            column: name.to_owned(),
            asked: kind,
            found,
        })
    }
}

/// Checks what was read of a column: a level for each of `rows` rows, and as many values as levels
/// say.
pub(crate) fn check_levels(
    path: &Path,
    column: &str,
    rows: usize,
    levels: &[i16],
    values: usize,
) -> Result<(), TableError> {
    let present = levels.iter().filter(|level| **level == 1).count();
    if levels.len() == rows && present == values {
        return Ok(());
    }
    Err(TableError::Damaged {
        path: path.to_path_buf(),
        detail: format!(
            "column `{column}` has {values} values in {} rows where {present} in {rows} are due",
            levels.len()
        ),
    })
}

/// A key's value in the footer.
pub(crate) fn key_value<'a>(file: &'a SerializedFileReader<Source>, key: &str) -> Option<&'a str> {
    file.metadata()
        .file_metadata()
        .key_value_metadata()?
        .iter()
        .find(|pair| pair.key == key)?
        .value
        .as_deref()
}

/// The columns of a file: name and kind from the schema, unit and meaning from the footer.
fn describe(file: &SerializedFileReader<Source>) -> Vec<ColumnInfo> {
    let about: serde_json::Value = key_value(file, schema::COLUMNS_KEY)
        .and_then(|json| serde_json::from_str(json).ok())
        .unwrap_or_default();
    let said = |name: &str, what: &str| -> String {
        about
            .as_array()
            .and_then(|list| list.iter().find(|column| column["name"] == name))
            .and_then(|column| column[what].as_str())
            .unwrap_or_default()
            .to_owned()
    };
    let metadata = file.metadata().file_metadata();
    metadata
        .schema_descr()
        .columns()
        .iter()
        .map(|column| ColumnInfo {
            name: column.path().string(),
            kind: schema::kind_of(column),
            required: column.max_def_level() == 0,
            unit: said(&column.path().string(), "unit"),
            text: said(&column.path().string(), "text"),
        })
        .collect()
}

//! Reading a log again, a batch at a time, so that an auditor can replay a file.

use super::file::{COLUMNS, EVENT, EVENTS_KEY, FIRST_DAY_KEY, TOPIC, TOPICS_KEY, check_names};
use super::{BATCH, LogError, Record};
use crate::table::{TableError, TableReader, check_levels};
use crate::time::{Epoch, Time};
use parquet::column::reader::{ColumnReaderImpl, get_typed_column_reader};
use parquet::data_type::{
    BoolType, ByteArray, ByteArrayType, DataType, FloatType, Int32Type, Int64Type,
};
use parquet::file::reader::{FileReader, RowGroupReader};
use std::collections::HashMap;
use std::path::Path;

/// Reads an event log. Memory does not grow with the file: one batch and one page of each column.
///
/// The codes of the records are those of the file, as [`events`](Self::events) and
/// [`topics`](Self::topics) list them, or the caller's own: see [`with_names`](Self::with_names).
pub struct LogReader {
    table: TableReader,
    epoch: Epoch,
    events: Names,
    topics: Names,
    group: Option<Group>,
    next_group: usize,
    /// Rows that were read before.
    row: u64,
}

/// Names and their codes.
struct Names {
    what: &'static str,
    list: Vec<String>,
    codes: HashMap<Vec<u8>, u8>,
    /// The code that a name at an address had last: a page gives equal names at one address. Whether
    /// it is the right one, the bytes say.
    likely: [u8; LIKELY_NAMES],
}

/// Names kept by address while a column is read.
const LIKELY_NAMES: usize = 1024;

/// The row group being read.
struct Group {
    left: usize,
    time: Column<Int64Type>,
    event: Column<ByteArrayType>,
    who: Column<Int32Type>,
    whom: Column<Int32Type>,
    place: Column<Int32Type>,
    topic: Column<ByteArrayType>,
    object: Column<Int32Type>,
    n: Column<Int32Type>,
    value: Column<FloatType>,
    pinned: Column<BoolType>,
}

/// One column of a row group.
struct Column<T: DataType> {
    name: &'static str,
    reader: ColumnReaderImpl<T>,
    nullable: bool,
    levels: Vec<i16>,
    values: Vec<T::T>,
}

impl LogReader {
    /// Opens a log.
    ///
    /// A file that is cut short, is not a log, or lacks a column is an error here.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, LogError> {
        let table = TableReader::open(path)?;
        for column in COLUMNS {
            table.find(column.name, column.kind)?;
        }
        let epoch = first_day(&table)?;
        let events = Names::new(EVENT, names(&table, EVENTS_KEY)?)?;
        let topics = Names::new(TOPIC, names(&table, TOPICS_KEY)?)?;
        Ok(Self {
            table,
            epoch,
            events,
            topics,
            group: None,
            next_group: 0,
            row: 0,
        })
    }

    /// Gives records the codes of these lists instead of the file's own. A name in the file that
    /// is not listed is an error when its row is read.
    pub fn with_names(
        mut self,
        events: &[impl AsRef<str>],
        topics: &[impl AsRef<str>],
    ) -> Result<Self, LogError> {
        self.events = Names::new(EVENT, owned(events))?;
        self.topics = Names::new(TOPIC, owned(topics))?;
        Ok(self)
    }

    /// The number of records in the file.
    pub fn rows(&self) -> u64 {
        self.table.rows() as u64
    }

    /// The scenario's calendar.
    pub fn epoch(&self) -> Epoch {
        self.epoch
    }

    /// The names of the events, by code.
    pub fn events(&self) -> &[String] {
        &self.events.list
    }

    /// The names of the topics, by code.
    pub fn topics(&self) -> &[String] {
        &self.topics.list
    }

    /// A value that was written into the footer.
    pub fn key_value(&self, key: &str) -> Option<&str> {
        self.table.key_value(key)
    }

    /// Replaces what is in `batch` by the next records, in the order of the file. Returns false,
    /// and leaves `batch` empty, when there are no more.
    pub fn next_batch(&mut self, batch: &mut Vec<Record>) -> Result<bool, LogError> {
        batch.clear();
        let group = loop {
            match &mut self.group {
                Some(group) if group.left > 0 => break group,
                _ if self.next_group == self.table.file().num_row_groups() => return Ok(false),
                group => {
                    *group = Some(Group::open(&self.table, self.next_group)?);
                    self.next_group += 1;
                }
            }
        };
        let rows = group.left.min(BATCH);
        batch.resize(rows, Record::at(Time::START, 0));
        let place = Place {
            path: self.table.path(),
            row: self.row,
        };
        group.read(
            batch,
            self.epoch,
            &mut self.events,
            &mut self.topics,
            &place,
        )?;
        group.left -= rows;
        self.row += rows as u64;
        Ok(true)
    }
}

/// Where a batch stands, for messages.
struct Place<'a> {
    path: &'a Path,
    /// Rows of the file before the batch.
    row: u64,
}

impl Group {
    fn open(table: &TableReader, index: usize) -> Result<Self, LogError> {
        let rows = TableError::guard(table.path(), || table.file().get_row_group(index))?;
        let rows = rows.as_ref();
        Ok(Self {
            left: usize::try_from(rows.metadata().num_rows()).unwrap_or(0),
            time: Column::open(table, rows, "time")?,
            event: Column::open(table, rows, "event")?,
            who: Column::open(table, rows, "who")?,
            whom: Column::open(table, rows, "whom")?,
            place: Column::open(table, rows, "place")?,
            topic: Column::open(table, rows, "topic")?,
            object: Column::open(table, rows, "object")?,
            n: Column::open(table, rows, "n")?,
            value: Column::open(table, rows, "value")?,
            pinned: Column::open(table, rows, "pinned")?,
        })
    }

    /// Fills `batch` column by column. Where a value is absent, the record says so already.
    fn read(
        &mut self,
        batch: &mut [Record],
        epoch: Epoch,
        events: &mut Names,
        topics: &mut Names,
        place: &Place<'_>,
    ) -> Result<(), LogError> {
        let rows = batch.len();
        for (row, time) in self.time.read_all(rows, place)? {
            batch[row].time = epoch.time_from_milliseconds(*time);
        }
        for (row, name) in self.event.read_all(rows, place)? {
            batch[row].event = events.code(name, row, place)?;
        }
        for (row, who) in self.who.read(rows, place)? {
            batch[row].who = who.cast_unsigned();
        }
        for (row, whom) in self.whom.read(rows, place)? {
            batch[row].whom = whom.cast_unsigned();
        }
        for (row, at) in self.place.read(rows, place)? {
            batch[row].place = at.cast_unsigned();
        }
        for (row, name) in self.topic.read(rows, place)? {
            batch[row].topic = topics.code(name, row, place)?;
        }
        for (row, object) in self.object.read(rows, place)? {
            batch[row].object = object.cast_unsigned();
        }
        for (row, n) in self.n.read(rows, place)? {
            batch[row].n = *n;
        }
        for (row, value) in self.value.read(rows, place)? {
            batch[row].value = *value;
        }
        for (row, pinned) in self.pinned.read_all(rows, place)? {
            batch[row].pinned = *pinned;
        }
        Ok(())
    }
}

impl<T: DataType> Column<T> {
    fn open(
        table: &TableReader,
        rows: &dyn RowGroupReader,
        name: &'static str,
    ) -> Result<Self, LogError> {
        let index = table.index(name)?;
        let reader = TableError::guard(table.path(), || rows.get_column_reader(index))?;
        Ok(Self {
            name,
            reader: get_typed_column_reader(reader),
            nullable: !table.column_infos()[index].required,
            levels: Vec::new(),
            values: Vec::new(),
        })
    }

    /// The next `rows` rows: those that have a value, by their number from 0.
    fn read(
        &mut self,
        rows: usize,
        place: &Place<'_>,
    ) -> Result<impl Iterator<Item = (usize, &T::T)>, LogError> {
        self.levels.clear();
        self.values.clear();
        TableError::guard(place.path, || {
            self.reader
                .read_records(rows, Some(&mut self.levels), None, &mut self.values)
        })?;
        if !self.nullable {
            self.levels.resize(self.values.len(), 1);
        }
        check_levels(place.path, self.name, rows, &self.levels, self.values.len())?;
        let present = self
            .levels
            .iter()
            .enumerate()
            .filter(|(_, level)| **level == 1);
        Ok(present.map(|(row, _)| row).zip(&self.values))
    }

    /// The next `rows` rows, each of which must have a value.
    fn read_all(
        &mut self,
        rows: usize,
        place: &Place<'_>,
    ) -> Result<impl Iterator<Item = (usize, &T::T)>, LogError> {
        // A second look at the levels, because the iterator of `read` borrows them.
        drop(self.read(rows, place)?);
        if let Some(hole) = self.levels.iter().position(|level| *level == 0) {
            return Err(LogError::Table(TableError::Null {
                path: place.path.to_path_buf(),
                column: self.name.to_owned(),
                row: place.row as usize + hole,
            }));
        }
        Ok(self.values.iter().enumerate())
    }
}

impl Names {
    fn new(what: &'static str, list: Vec<String>) -> Result<Self, LogError> {
        check_names(what, &list)?;
        let codes = list
            .iter()
            .enumerate()
            .map(|(code, name)| (name.clone().into_bytes(), code as u8))
            .collect();
        Ok(Self {
            what,
            list,
            codes,
            likely: [0; LIKELY_NAMES],
        })
    }

    fn code(&mut self, name: &ByteArray, row: usize, place: &Place<'_>) -> Result<u8, LogError> {
        let data = name.data();
        let slot = data.as_ptr() as usize % LIKELY_NAMES;
        let tried = self.likely[slot];
        if let Some(known) = self.list.get(usize::from(tried))
            && known.as_bytes() == data
        {
            return Ok(tried);
        }
        let code = self.codes.get(data).copied();
        let code = code.ok_or_else(|| LogError::UnknownName {
            path: place.path.to_path_buf(),
            row: place.row + row as u64,
            what: self.what,
            name: String::from_utf8_lossy(data).into_owned(),
            known: self.list.len(),
        })?;
        self.likely[slot] = code;
        Ok(code)
    }
}

fn owned(names: &[impl AsRef<str>]) -> Vec<String> {
    names.iter().map(|name| name.as_ref().to_owned()).collect()
}

/// A value that every log's footer has.
fn footer<'a>(table: &'a TableReader, key: &'static str) -> Result<&'a str, LogError> {
    table
        .key_value(key)
        .ok_or_else(|| not_a_log(table, key, "is missing"))
}

fn not_a_log(table: &TableReader, key: &'static str, problem: &'static str) -> LogError {
    LogError::NotALog {
        path: table.path().to_path_buf(),
        key,
        problem,
    }
}

/// The scenario's calendar, from the footer.
fn first_day(table: &TableReader) -> Result<Epoch, LogError> {
    let mut parts = footer(table, FIRST_DAY_KEY)?.splitn(3, '-');
    let epoch = (|| {
        let year = parts.next()?.parse().ok()?;
        let month = parts.next()?.parse().ok()?;
        let day = parts.next()?.parse().ok()?;
        Epoch::new(year, month, day).ok()
    })();
    epoch.ok_or_else(|| not_a_log(table, FIRST_DAY_KEY, "is not a date like 1955-01-01"))
}

/// A list of names, from the footer.
fn names(table: &TableReader, key: &'static str) -> Result<Vec<String>, LogError> {
    serde_json::from_str(footer(table, key)?)
        .map_err(|_| not_a_log(table, key, "is not a JSON list of texts"))
}

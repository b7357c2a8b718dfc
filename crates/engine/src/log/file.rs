//! The log's columns on disk.

use super::lookup::{Keys, LookupWriter};
use super::{LogError, Record};
use crate::columns;
use crate::table::{Bits, Chunk, ColumnSpec, PAGE, TableError, TableWriter, gather};
use crate::time::{Epoch, Time};
use parquet::errors::ParquetError;
use std::path::Path;

/// The key of the scenario's first day, as `1955-01-01`.
pub(super) const FIRST_DAY_KEY: &str = "hailsham.first_day";
/// The key of the names of all events, in the order of their codes: a JSON list.
pub(super) const EVENTS_KEY: &str = "hailsham.events";
/// The key of the names of all topics, in the order of their codes: a JSON list.
pub(super) const TOPICS_KEY: &str = "hailsham.topics";

/// What a code of an event is called, in messages and as a column.
pub(super) const EVENT: &str = "event";
/// What a code of a topic is called, in messages and as a column.
pub(super) const TOPIC: &str = "topic";

/// The columns of the log, in their order.
pub const COLUMNS: &[ColumnSpec] = columns! {
    time Timestamp true "local time" "when it happened, to the minute";
    event Text true "" "what happened";
    who U32 false "" "who did it, or to whom it happened";
    whom U32 false "" "the other person concerned";
    place U32 false "" "where";
    topic Text false "" "what it was about";
    object U32 false "" "the thing concerned";
    n I32 false "" "a count or code; see the event";
    value F32 false "" "a measure; see the event for its unit";
    pinned Bool true "" "whether it is known history that the run was made to contain";
};

/// What a log's file needs to know beside the records.
#[derive(Clone, Debug)]
pub struct LogSpec {
    /// The names of the events, by code. At most 256, all different.
    pub events: Vec<&'static str>,
    /// The names of the topics, by code. At most 255, all different.
    pub topics: Vec<String>,
    /// The scenario's calendar, for the timestamps.
    pub epoch: Epoch,
    /// More to write into the footer; keys that begin with `hailsham.` are this project's own.
    pub key_values: Vec<(String, String)>,
    /// Under which keys each record is to be found by a [`Lookup`](super::Lookup), written beside the
    /// log with the extension `index`; `None`: it is not written.
    pub keys: Option<Keys>,
}

/// Records in a row group: a whole number of pages.
pub(super) const ROW_GROUP: usize = 262_144;

const _: () = assert!(ROW_GROUP.is_multiple_of(PAGE));

/// A log's file.
pub(super) struct LogFile {
    table: TableWriter,
    lookup: Option<LookupWriter>,
    spec: LogSpec,
    group: Option<Group>,
    /// The bytes of the last row group's chunks, which those of the next will be about as long as.
    lengths: [usize; COLUMNS.len() - 1],
    /// The times of the row group under way, in milliseconds.
    times: Vec<i64>,
    buffers: Buffers,
}

/// The row group being encoded, but for its times.
struct Group {
    event: Chunk,
    who: Chunk,
    whom: Chunk,
    place: Chunk,
    topic: Chunk,
    object: Chunk,
    n: Chunk,
    value: Chunk,
    pinned: Chunk,
}

/// What the records of a page are taken apart into, a column at a time.
#[derive(Default)]
struct Buffers {
    present: Bits,
    codes: Vec<u16>,
    i32s: Vec<i32>,
    f32s: Vec<f32>,
    bits: Bits,
}

impl LogFile {
    pub(super) fn create(path: &Path, spec: LogSpec) -> Result<Self, LogError> {
        check_names(EVENT, &spec.events)?;
        check_names(TOPIC, &spec.topics)?;
        let first = spec.epoch.date(Time::START);
        let mut about = vec![
            (
                FIRST_DAY_KEY.to_owned(),
                format!("{:04}-{:02}-{:02}", first.year, first.month, first.day),
            ),
            (
                EVENTS_KEY.to_owned(),
                serde_json::json!(spec.events).to_string(),
            ),
            (
                TOPICS_KEY.to_owned(),
                serde_json::json!(spec.topics).to_string(),
            ),
        ];
        about.extend(spec.key_values.iter().cloned());
        let table = TableWriter::create(path, COLUMNS, &about)?;
        let lookup = match spec.keys {
            Some(keys) => Some(LookupWriter::create(path, keys)?),
            None => None,
        };
        Ok(Self {
            table,
            lookup,
            spec,
            group: None,
            lengths: [0; COLUMNS.len() - 1],
            times: Vec::with_capacity(ROW_GROUP),
            buffers: Buffers::default(),
        })
    }

    /// Encodes a page, and writes the row group when it is full. Only the last page of the log has
    /// fewer than [`PAGE`] records.
    pub(super) fn page(&mut self, records: &[Record]) -> Result<(), LogError> {
        let mut group = match self.group.take() {
            Some(group) => group,
            None => Group::new(&self.table, &self.spec, self.lengths)
                .map_err(|error| self.failed(error))?,
        };
        self.check_codes(records)?;
        let time = |record: &Record| self.spec.epoch.milliseconds(record.time);
        self.times.extend(records.iter().map(time));
        group
            .page(records, &mut self.buffers)
            .map_err(|error| self.failed(error))?;
        self.group = Some(group);
        if let Some(lookup) = &mut self.lookup {
            lookup.page(records)?;
        }
        if self.times.len() == ROW_GROUP {
            self.write_group()?;
        }
        Ok(())
    }

    fn write_group(&mut self) -> Result<(), LogError> {
        if let Some(group) = self.group.take() {
            let chunks = group.chunks();
            self.lengths = chunks.each_ref().map(Chunk::len);
            self.table.append(&self.times, chunks)?;
            self.times.clear();
        }
        Ok(())
    }

    /// Writes what is left and the end of the file. Returns its size in bytes.
    pub(super) fn close(mut self) -> Result<u64, LogError> {
        self.write_group()?;
        if let Some(lookup) = self.lookup {
            lookup.close()?;
        }
        Ok(self.table.close()?)
    }

    fn failed(&self, error: ParquetError) -> LogError {
        LogError::Table(TableError::encoding(self.table.path(), error))
    }

    /// Refuses a code without a name.
    fn check_codes(&self, records: &[Record]) -> Result<(), LogError> {
        let (events, topics) = (self.spec.events.len(), self.spec.topics.len());
        let is_wrong = |record: &Record| {
            usize::from(record.event) >= events
                || (usize::from(record.topic) >= topics && record.topic != Record::NO_TOPIC)
        };
        // All are looked at without a branch, because none is wrong.
        if !records
            .iter()
            .fold(false, |any, record| any | is_wrong(record))
        {
            return Ok(());
        }
        let row = records.iter().position(is_wrong).unwrap_or(0);
        let (event, topic) = (records[row].event, records[row].topic);
        let (column, code, labels) = if usize::from(event) >= events {
            (EVENT, event, events)
        } else {
            (TOPIC, topic, topics)
        };
        Err(LogError::Table(TableError::Label {
            path: self.table.path().to_path_buf(),
            column: column.to_owned(),
            row: self.times.len() + row,
            code: usize::from(code),
            labels,
        }))
    }
}

impl Group {
    fn new(
        table: &TableWriter,
        spec: &LogSpec,
        lengths: [usize; COLUMNS.len() - 1],
    ) -> parquet::errors::Result<Self> {
        // An eighth more than the last time: where that is enough, nothing is copied to grow.
        let chunk = |column: usize| table.chunk(column, lengths[column - 1] / 8 * 9);
        // The numbers of the columns are their places in `COLUMNS`.
        let mut group = Self {
            event: chunk(1),
            who: chunk(2),
            whom: chunk(3),
            place: chunk(4),
            topic: chunk(5),
            object: chunk(6),
            n: chunk(7),
            value: chunk(8),
            pinned: chunk(9),
        };
        group.event.labels(&spec.events)?;
        group.topic.labels(&spec.topics)?;
        Ok(group)
    }

    /// Adds a page to every chunk. The codes are known to have names.
    fn page(&mut self, records: &[Record], buffers: &mut Buffers) -> parquet::errors::Result<()> {
        let Buffers {
            present,
            codes,
            i32s,
            f32s,
            bits,
        } = buffers;
        let event = |record: &Record| u16::from(record.event);
        gather(records, |_| true, event, present, codes);
        self.event.codes(present, codes)?;

        // Each column has a loop of its own, in which what it looks at is known.
        macro_rules! ids {
            ($($column:ident)*) => {$(
                let there = |record: &Record| record.$column != Record::NONE;
                let value = |record: &Record| record.$column.cast_signed();
                gather(records, there, value, present, i32s);
                self.$column.i32s(present, i32s)?;
            )*};
        }
        ids!(who whom place object);

        let there = |record: &Record| record.topic != Record::NO_TOPIC;
        let topic = |record: &Record| u16::from(record.topic);
        gather(records, there, topic, present, codes);
        self.topic.codes(present, codes)?;

        let there = |record: &Record| record.n != Record::NO_NUMBER;
        gather(records, there, |record| record.n, present, i32s);
        self.n.i32s(present, i32s)?;

        let there = |record: &Record| !record.value.is_nan();
        gather(records, there, |record| record.value, present, f32s);
        self.value.f32s(present, f32s)?;

        present.clear();
        bits.clear();
        for records in records.chunks(64) {
            let bit =
                |word, (row, record): (usize, &Record)| word | u64::from(record.pinned) << row;
            bits.push(records.iter().enumerate().fold(0, bit), records.len());
            present.push(u64::MAX >> (64 - records.len()), records.len());
        }
        self.pinned.bools(present, bits)
    }

    /// The chunks in the order of the columns, of which the first is the time.
    fn chunks(self) -> [Chunk; COLUMNS.len() - 1] {
        [
            self.event,
            self.who,
            self.whom,
            self.place,
            self.topic,
            self.object,
            self.n,
            self.value,
            self.pinned,
        ]
    }
}

/// Refuses names that cannot be told apart by a code of one byte, or by their text.
pub(super) fn check_names(what: &'static str, names: &[impl AsRef<str>]) -> Result<(), LogError> {
    let allowed = if what == TOPIC {
        usize::from(Record::NO_TOPIC)
    } else {
        usize::from(u8::MAX) + 1
    };
    if names.len() > allowed {
        return Err(LogError::TooManyNames {
            what,
            found: names.len(),
            allowed,
        });
    }
    for (code, name) in names.iter().enumerate() {
        let name = name.as_ref();
        if let Some(first) = names[..code]
            .iter()
            .position(|other| other.as_ref() == name)
        {
            return Err(LogError::SameName {
                what,
                name: name.to_owned(),
                first,
                second: code,
            });
        }
    }
    Ok(())
}

//! The log's columns on disk.

use super::{LogError, Record};
use crate::table::{ColumnKind, ColumnSpec, TableWriter};
use crate::time::{Epoch, Time};
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

const fn column(
    name: &'static str,
    kind: ColumnKind,
    required: bool,
    text: &'static str,
) -> ColumnSpec {
    ColumnSpec {
        name,
        kind,
        unit: "",
        text,
        required,
    }
}

/// The columns of the log, in their order.
pub const COLUMNS: &[ColumnSpec] = &[
    ColumnSpec {
        name: "time",
        kind: ColumnKind::Timestamp,
        unit: "local time",
        text: "when it happened, to the minute",
        required: true,
    },
    column("event", ColumnKind::Text, true, "what happened"),
    column(
        "who",
        ColumnKind::U32,
        false,
        "who did it, or to whom it happened",
    ),
    column("whom", ColumnKind::U32, false, "the other person concerned"),
    column("place", ColumnKind::U32, false, "where"),
    column("topic", ColumnKind::Text, false, "what it was about"),
    column("object", ColumnKind::U32, false, "the thing concerned"),
    column(
        "n",
        ColumnKind::I32,
        false,
        "a count or code; see the event",
    ),
    column(
        "value",
        ColumnKind::F32,
        false,
        "a measure; see the event for its unit",
    ),
    column(
        "pinned",
        ColumnKind::Bool,
        true,
        "whether it is known history that the run was made to contain",
    ),
];

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
}

/// A log's file.
pub(super) struct LogFile {
    table: TableWriter,
    spec: LogSpec,
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
        Ok(Self { table, spec })
    }

    /// Writes a row group.
    pub(super) fn write(&mut self, records: &[Record]) -> Result<(), LogError> {
        let id = |id: u32| (id != Record::NONE).then_some(id);
        let LogSpec {
            events,
            topics,
            epoch,
            ..
        } = &self.spec;
        let mut group = self.table.group(records.len())?;
        group.timestamp("time", |row| Some(epoch.milliseconds(records[row].time)))?;
        group.coded("event", events, |row| Some(usize::from(records[row].event)))?;
        group.u32("who", |row| id(records[row].who))?;
        group.u32("whom", |row| id(records[row].whom))?;
        group.u32("place", |row| id(records[row].place))?;
        group.coded("topic", topics, |row| {
            let topic = records[row].topic;
            (topic != Record::NO_TOPIC).then_some(usize::from(topic))
        })?;
        group.u32("object", |row| id(records[row].object))?;
        group.i32("n", |row| {
            let n = records[row].n;
            (n != Record::NO_NUMBER).then_some(n)
        })?;
        group.f32("value", |row| {
            let value = records[row].value;
            (!value.is_nan()).then_some(value)
        })?;
        group.bool("pinned", |row| Some(records[row].pinned))?;
        group.close()?;
        Ok(())
    }

    /// Writes the end of the file. Returns its size in bytes.
    pub(super) fn close(self) -> Result<u64, LogError> {
        Ok(self.table.close()?)
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

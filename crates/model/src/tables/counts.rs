//! `counts.parquet`: how often everything happened, by year, by age and upbringing, by topic and
//! age, by topic and year. What the report draws of the inner life it reads here, whether or not the log was kept.

use std::path::Path;

use hailsham_engine::columns;
use hailsham_engine::table::{ColumnSpec, TableError, TableWriter};

use crate::event::Event;
use crate::place::SchoolKind;
use crate::replay::tally::{AGES, Tally};
use crate::world::World;

/// The columns of `counts.parquet`.
pub const COUNTS: &[ColumnSpec] = columns! {
    event Text true "" "The event counted.";
    year I32 false "year" "Calendar year; null in the rows that count all years together.";
    age U32 false "year" "Age of the student concerned in whole years, 63 for all beyond; null in the rows by year, and where no student is concerned: of recipients, staff and places.";
    school_kind Text false "" "humane or ordinary: upbringing of the student concerned; null in the rows by year or by topic.";
    topic Text false "" "The topic; null in the rows by year alone or by upbringing.";
    count U32 true "records" "Records of the log.";
};

/// One row: what is counted, and of what.
#[derive(Default)]
struct Row {
    event: usize,
    year: Option<i32>,
    age: Option<u32>,
    humane: Option<bool>,
    topic: Option<usize>,
    count: u32,
}

/// Every count that is not nothing, event by event.
fn rows(tally: &Tally, world: &World) -> Vec<Row> {
    let mut rows = Vec::new();
    let topics = world.topics.labels().len();
    for event in Event::ALL {
        let row = Row {
            event: *event as usize,
            ..Row::default()
        };
        for (year, count) in world.clock.calendar_years().zip(tally.by_year(*event)) {
            rows.push(Row {
                year: Some(i32::from(year)),
                count: *count,
                ..row
            });
        }
        for age in 0..AGES {
            for humane in [true, false] {
                rows.push(Row {
                    age: Some(age as u32),
                    humane: Some(humane),
                    count: tally.at_age(*event, age, humane),
                    ..row
                });
            }
        }
        for topic in 0..topics {
            for (age, count) in tally.by_topic(*event, topic as u8).iter().enumerate() {
                rows.push(Row {
                    topic: Some(topic),
                    age: Some(age as u32),
                    count: *count,
                    ..row
                });
            }
            rows.push(Row {
                topic: Some(topic),
                count: tally.without_student(*event, topic as u8),
                ..row
            });
            let years = tally.by_topic_and_year(*event, topic as u8);
            for (year, count) in world.clock.calendar_years().zip(years) {
                rows.push(Row {
                    topic: Some(topic),
                    year: Some(i32::from(year)),
                    count: *count,
                    ..row
                });
            }
        }
    }
    rows.retain(|row| row.count > 0);
    rows
}

/// Writes the counts.
pub(crate) fn write(
    path: &Path,
    tally: &Tally,
    world: &World,
    key_values: &[(String, String)],
) -> Result<(), TableError> {
    let rows = rows(tally, world);
    let events: Vec<&str> = Event::ALL.iter().map(|event| event.name()).collect();
    let topics: Vec<&str> = world.topics.labels().iter().map(String::as_str).collect();
    let mut writer = TableWriter::create(path, COUNTS, key_values)?;
    let mut group = writer.group(rows.len())?;
    group.coded("event", &events, |row| Some(rows[row].event))?;
    group.i32("year", |row| rows[row].year)?;
    group.u32("age", |row| rows[row].age)?;
    group.coded("school_kind", &SchoolKind::LABELS, |row| {
        rows[row].humane.map(|humane| usize::from(!humane))
    })?;
    group.coded("topic", &topics, |row| rows[row].topic)?;
    group.u32("count", |row| Some(rows[row].count))?;
    group.close()?;
    writer.close().map(|_| ())
}

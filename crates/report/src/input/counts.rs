//! `counts.parquet`: how often everything happened.

use std::path::Path;

use hailsham_engine::table::TableReader;

use crate::ReportError;

/// Ages that are told apart: the last stands for all beyond.
pub(crate) const AGES: usize = 64;

/// One count.
struct Row {
    event: u32,
    year: Option<i32>,
    age: Option<u32>,
    topic: Option<u32>,
    count: u32,
}

/// All counts of a run.
pub(crate) struct Counts {
    events: Vec<String>,
    topics: Vec<String>,
    rows: Vec<Row>,
}

impl Counts {
    /// Reads the table.
    pub(crate) fn read(path: &Path) -> Result<Counts, ReportError> {
        let reader = TableReader::open(path)?;
        let events = reader.coded("event")?;
        let topics = reader.coded("topic")?;
        let (years, ages) = (reader.i32("year")?, reader.u32("age")?);
        let counts = reader.u32("count")?;
        let rows = (0..counts.len())
            .filter_map(|row| {
                Some(Row {
                    event: events.codes[row]?,
                    year: years[row],
                    age: ages[row],
                    topic: topics.codes[row],
                    count: counts[row]?,
                })
            })
            .collect();
        Ok(Counts {
            events: events.labels,
            topics: topics.labels,
            rows,
        })
    }

    fn of<'a>(&'a self, event: &str) -> impl Iterator<Item = &'a Row> + 'a {
        let code = number(&self.events, event);
        self.rows.iter().filter(move |row| Some(row.event) == code)
    }

    /// Records of an event in each of these years.
    pub(crate) fn by_year(&self, event: &str, years: &[i32]) -> Vec<f64> {
        let mut counts = vec![0.0; years.len()];
        for row in self.of(event) {
            let at = row.year.and_then(|year| years.binary_search(&year).ok());
            if let Some(at) = at {
                counts[at] += f64::from(row.count);
            }
        }
        counts
    }

    /// Records of an event with a topic, by age of the student concerned in whole years.
    pub(crate) fn by_age(&self, event: &str, topic: &str) -> [f64; AGES] {
        let code = number(&self.topics, topic);
        let mut counts = [0.0; AGES];
        for row in self
            .of(event)
            .filter(|row| row.topic.is_some() && row.topic == code)
        {
            if let Some(age) = row.age {
                counts[(age as usize).min(AGES - 1)] += f64::from(row.count);
            }
        }
        counts
    }

    /// All records of an event.
    pub(crate) fn total(&self, event: &str) -> f64 {
        self.of(event)
            .filter(|row| row.year.is_some())
            .map(|row| f64::from(row.count))
            .sum()
    }
}

fn number(labels: &[String], label: &str) -> Option<u32> {
    labels
        .iter()
        .position(|known| known == label)
        .map(|code| code as u32)
}

//! `counts.parquet`: how often everything happened.

use std::path::Path;

use hailsham_engine::table::TableReader;

use crate::ReportError;

/// Ages that are told apart: the last stands for all beyond.
pub(crate) const AGES: usize = 64;

/// Every event whose counts the report reads. A name that no event has would give an empty chart and
/// no error; a test holds this list to the model's list of events.
pub const EVENTS_READ: &[&str] = &[
    "agreed_to_leave",
    "attempted_to_leave",
    "came_to_believe",
    "came_to_doubt",
    "collected",
    "confessed",
    "coupled",
    "evidence_shown",
    "evidence_turned_round",
    "exhibited",
    "forgave",
    "heard",
    "interfered",
    "kept_apart",
    "love_hidden",
    "made_work",
    "parted",
    "petition_heard",
    "petition_refused",
    "public_shock",
    "raged",
    "resented",
    "reunited",
    "schemed",
    "small_joy",
    "sold",
    "story_arose",
    "story_refuted",
    "supported",
    "told_of_the_past",
    "told_story",
    "understood",
];

/// Every topic by which the report reads counts; held to the model's words, facts and stories.
pub const TOPICS_READ: &[&str] = &[
    "completion",
    "deferral",
    "donation",
    "escape",
    "gallery",
    "lost_corner",
    "lying",
    "originals",
    "possessing",
    "undermining",
];

/// One count.
struct Row {
    event: u32,
    year: Option<i32>,
    age: Option<u32>,
    /// Whether the upbringing was humane.
    humane: Option<bool>,
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
        let kinds = reader.coded("school_kind")?;
        let rows = (0..counts.len())
            .filter_map(|row| {
                Some(Row {
                    event: events.codes[row]?,
                    year: years[row],
                    age: ages[row],
                    humane: kinds.label(row).map(|kind| kind == "humane"),
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
        debug_assert!(
            EVENTS_READ.contains(&event),
            "{event} is read and not listed"
        );
        let code = number(&self.events, event);
        self.rows.iter().filter(move |row| Some(row.event) == code)
    }

    fn of_topic<'a>(&'a self, event: &str, topic: &str) -> impl Iterator<Item = &'a Row> + 'a {
        debug_assert!(
            TOPICS_READ.contains(&topic),
            "{topic} is read and not listed"
        );
        let code = number(&self.topics, topic);
        self.of(event)
            .filter(move |row| row.topic.is_some() && row.topic == code)
    }

    /// Records of an event in each of these years.
    pub(crate) fn by_year(&self, event: &str, years: &[i32]) -> Vec<f64> {
        in_years(self.of(event).filter(|row| row.topic.is_none()), years)
    }

    /// Records of an event with a topic in each of these years.
    pub(crate) fn by_topic_and_year(&self, event: &str, topic: &str, years: &[i32]) -> Vec<f64> {
        in_years(self.of_topic(event, topic), years)
    }

    /// Records of an event with a topic, by age of the student concerned in whole years.
    pub(crate) fn by_age(&self, event: &str, topic: &str) -> [f64; AGES] {
        let mut counts = [0.0; AGES];
        for row in self.of_topic(event, topic) {
            if let Some(age) = row.age {
                counts[(age as usize).min(AGES - 1)] += f64::from(row.count);
            }
        }
        counts
    }

    /// All records of an event.
    pub(crate) fn total(&self, event: &str) -> f64 {
        self.of(event)
            .filter(|row| row.year.is_some() && row.topic.is_none())
            .map(|row| f64::from(row.count))
            .sum()
    }

    /// All records of an event with a topic, whatever the age, and where there is none.
    pub(crate) fn total_of(&self, event: &str, topic: &str) -> f64 {
        self.of_topic(event, topic)
            .filter(|row| row.year.is_none())
            .map(|row| f64::from(row.count))
            .sum()
    }

    /// Records of an event that concern a student of one upbringing.
    pub(crate) fn by_upbringing(&self, event: &str, humane: bool) -> f64 {
        self.of(event)
            .filter(|row| row.humane == Some(humane))
            .map(|row| f64::from(row.count))
            .sum()
    }
}

/// The sums of counts in each of these years, which ascend.
fn in_years<'a>(rows: impl Iterator<Item = &'a Row>, years: &[i32]) -> Vec<f64> {
    let mut counts = vec![0.0; years.len()];
    for row in rows {
        let at = row.year.and_then(|year| years.binary_search(&year).ok());
        if let Some(at) = at {
            counts[at] += f64::from(row.count);
        }
    }
    counts
}

fn number(labels: &[String], label: &str) -> Option<u32> {
    labels
        .iter()
        .position(|known| known == label)
        .map(|code| code as u32)
}

//! What is read of a run directory, and nothing more: the manifest, the parameters, the metrics,
//! the yearly series and the counts, the versions of stories, what became of works, the ties around a
//! few students, and of every person the few columns that a table or plot needs.
//!
//! A missing file or column is an error that names it. People are split by kind while reading, so
//! that at most one whole column is held at a time.

mod counts;
mod files;
mod people;
mod series;
mod stories;
mod ties;
mod works;

pub(crate) use counts::{AGES, Counts};
pub use counts::{EVENTS_READ, TOPICS_READ};
pub(crate) use files::{Change, Check, Manifest, Metric, Parameter, Rival, json, metrics};
pub(crate) use people::{Cause, Outcome, Recipients, Stage, Students};
pub(crate) use series::Series;
pub(crate) use stories::Stories;
pub(crate) use ties::{Circle, Closeness, Member, Tie};
pub(crate) use works::Works;

use std::path::Path;

use hailsham_engine::time::{DAYS_PER_YEAR, Epoch, MINUTES_PER_DAY, Time};

use crate::ReportError;

/// Everything that a report is computed from.
pub(crate) struct Run {
    pub(crate) manifest: Manifest,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) metrics: Vec<Metric>,
    pub(crate) series: Series,
    pub(crate) counts: Counts,
    pub(crate) students: Students,
    pub(crate) recipients: Recipients,
    /// Every version of every story.
    pub(crate) stories: Stories,
    pub(crate) works: Works,
    /// The ties around a few students.
    pub(crate) circles: Vec<Circle>,
    /// What came out of the facts; empty where the scenario has none.
    pub(crate) checks: Vec<Check>,
    /// The scale for which the facts were written, where there are facts.
    pub(crate) facts_scale: Option<f64>,
    /// What is told in more than one way, each version set against the log; empty where the scenario
    /// has no testimony.
    pub(crate) rivals: Vec<Rival>,
    /// When the run ended.
    pub(crate) end: Minute,
}

impl Run {
    /// Reads a run directory.
    pub(crate) fn read(directory: &Path) -> Result<Run, ReportError> {
        let manifest: Manifest = files::json(&directory.join("manifest.json"))?;
        let parameters = files::json(&directory.join("parameters.json"))?;
        let metrics = files::metrics(directory)?;
        let series = Series::read(&directory.join("series.parquet"))?;
        let counts = Counts::read(&directory.join("counts.parquet"))?;
        let (students, recipients) = people::read(&directory.join("persons.parquet"))?;
        let stories = Stories::read(&directory.join("stories.parquet"))?;
        let works = Works::read(&directory.join("works.parquet"))?;
        let circles = ties::circles(directory, &students)?;
        let checks = files::checks(directory)?;
        let facts_scale = files::facts_scale(directory)?;
        let rivals = files::rivals(directory)?;
        let end = manifest.end().ok_or_else(|| ReportError::Content {
            path: directory.join("manifest.json"),
            what: format!(
                "first_day is {:?}, not a date like 1955-01-01",
                manifest.first_day
            ),
        })?;
        Ok(Run {
            manifest,
            parameters,
            metrics,
            series,
            counts,
            students,
            recipients,
            stories,
            works,
            circles,
            checks,
            facts_scale,
            rivals,
            end,
        })
    }

    /// A metric by name; `None` if the run does not have it.
    pub(crate) fn metric(&self, name: &str) -> Option<f64> {
        self.metrics
            .iter()
            .find(|metric| metric.name == name)?
            .value
    }
}

/// Minutes since 1970, the resolution of the clock; half the size of a timestamp.
pub(crate) type Minute = i32;

/// Years between two moments; never less than nothing.
pub(crate) fn years(from: Minute, to: Minute) -> f64 {
    (f64::from(to) - f64::from(from)).max(0.0) / (DAYS_PER_YEAR * f64::from(MINUTES_PER_DAY))
}

/// The date of a moment, as 1972-06-23.
pub(crate) fn date(at: Minute) -> String {
    // Minutes are counted from the first day of 1970, which every calendar has.
    let Ok(epoch) = Epoch::new(1970, 1, 1) else {
        return String::new();
    };
    let text = epoch.iso(Time::from_minutes(at));
    text.split(' ').next().unwrap_or_default().to_owned()
}

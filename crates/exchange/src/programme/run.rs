//! A run: the programme with its own interval, and the same arrivals with others beside it.

use std::fs;
use std::path::{Path, PathBuf};

use hailsham_engine::table::TableError;
use serde::Serialize;
use serde_json::{Value, json};

use super::course::{Course, GoOn, simulate};
use super::metrics::{HEADLINES, METRICS, counted, metrics};
use super::parameters::ExchangeProgramme;
use super::tables;

/// What came out, as the report reads it.
const RESULT_FILE: &str = "result.json";

/// What an interval comes to.
#[derive(Clone, PartialEq, Debug)]
pub struct Swept {
    /// Time between two matching runs, weeks.
    pub interval: f64,
    /// Every metric.
    pub metrics: Vec<(&'static str, Option<f64>)>,
}

/// What came out of a run.
#[derive(Clone, PartialEq, Debug)]
pub struct Findings {
    /// The course with the scenario's own interval.
    pub course: Course,
    /// Its metrics.
    pub metrics: Vec<(&'static str, Option<f64>)>,
    /// Every interval, from the shortest on, the scenario's own among them.
    pub swept: Vec<Swept>,
}

/// Runs a programme with its own interval, and with those that it is compared with. None: it was stopped.
///
/// `scale` multiplies the arrivals; `go_on` is told of the time within each course.
pub fn run(
    parameters: &ExchangeProgramme,
    seed: u64,
    scale: f64,
    go_on: GoOn<'_>,
) -> Option<Findings> {
    let own = parameters.matching.interval;
    let course = simulate(parameters, own, seed, scale, go_on)?;
    let found = metrics(parameters, &course);
    let mut intervals = parameters.matching.compared.clone();
    intervals.push(own);
    intervals.sort_by(f64::total_cmp);
    intervals.dedup();
    let mut swept = Vec::new();
    for interval in intervals {
        let metrics = if interval == own {
            found.clone()
        } else {
            metrics(
                parameters,
                &simulate(parameters, interval, seed, scale, go_on)?,
            )
        };
        swept.push(Swept { interval, metrics });
    }
    Some(Findings {
        course,
        metrics: found,
        swept,
    })
}

/// `result.json`: what every interval came to, for the report.
#[derive(Serialize)]
struct Told<'a> {
    /// The scenario's own interval, weeks.
    interval: f64,
    /// Years in which pairs are counted.
    years: f64,
    intervals: Vec<ToldInterval>,
    metrics: &'a [ToldMetric],
}

/// The metrics of an interval, in the order of `metrics`.
#[derive(Serialize)]
struct ToldInterval {
    interval: f64,
    values: Vec<Option<f64>>,
}

#[derive(Serialize)]
struct ToldMetric {
    name: &'static str,
    unit: &'static str,
    text: &'static str,
    headline: bool,
}

/// Writes the tables and the numbers of a run into its directory.
///
/// # Errors
///
/// A file that cannot be written.
pub fn write_results(
    folder: &Path,
    parameters: &ExchangeProgramme,
    findings: &Findings,
    key_values: &[(String, String)],
) -> Result<(), ResultError> {
    tables::write(folder, parameters, findings, key_values)?;
    let summary: serde_json::Map<String, Value> = findings
        .metrics
        .iter()
        .map(|(name, value)| ((*name).to_owned(), json!(value)))
        .collect();
    write_json(&folder.join("summary.json"), &Value::Object(summary))?;
    let told: Vec<ToldMetric> = METRICS
        .iter()
        .map(|metric| ToldMetric {
            name: metric.name,
            unit: metric.unit,
            text: metric.text,
            headline: HEADLINES.contains(&metric.name),
        })
        .collect();
    write_json(&folder.join("metrics.json"), &json!(told))?;
    let (from, until) = counted(parameters);
    let told = Told {
        interval: findings.course.interval,
        years: (until - from).years(),
        intervals: findings
            .swept
            .iter()
            .map(|swept| ToldInterval {
                interval: swept.interval,
                values: swept.metrics.iter().map(|(_, value)| *value).collect(),
            })
            .collect(),
        metrics: &told,
    };
    write_json(&folder.join(RESULT_FILE), &json!(told))
}

/// Why the results of a run could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ResultError {
    /// A table.
    #[error(transparent)]
    Table(#[from] TableError),
    /// Another file.
    #[error("cannot write {}: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

fn write_json(path: &Path, value: &Value) -> Result<(), ResultError> {
    fs::write(path, format!("{value:#}\n")).map_err(|source| ResultError::Write {
        path: path.to_owned(),
        source,
    })
}

//! The report of a study: what stands in its `study.json` and `result.json`, as tables and charts.

mod calibration;
mod comparison;
mod replicates;
mod sweep;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::ReportError;
use crate::chart::{Cell, Chart, Column, Table};

/// What a study's page shows.
#[derive(Serialize)]
pub(crate) struct StudyReport {
    study: Value,
    outcome: Value,
    /// The folder of data that all its runs are on, where they are.
    data: Option<String>,
    pub(crate) title: String,
    replicates: u32,
    pub(crate) charts: BTreeMap<&'static str, Chart>,
    tables: BTreeMap<&'static str, Table>,
}

/// Charts and tables of one kind of study.
#[derive(Default)]
struct Parts {
    title: String,
    replicates: u32,
    charts: Vec<Chart>,
    tables: Vec<(&'static str, Table)>,
}

/// The mean and spread of a number, as a study writes them.
#[derive(Deserialize)]
struct Summary {
    metric: String,
    unit: String,
    mean: Option<f64>,
    sd: Option<f64>,
    ci_low: Option<f64>,
    ci_high: Option<f64>,
    quantiles: Option<[f64; 5]>,
}

/// The kind of study.
#[derive(Deserialize)]
struct Kind {
    study: String,
}

/// What `study.json` says of a metric.
#[derive(Deserialize)]
struct Told {
    name: String,
    unit: String,
    text: String,
}

/// The metrics of the runs, by name; none in a study of an older version.
#[derive(Default)]
struct Metrics(BTreeMap<String, Told>);

impl Metrics {
    fn of(study: &Value) -> Metrics {
        let told: Vec<Told> = serde_json::from_value(study["metrics"].clone()).unwrap_or_default();
        let by_name = told.into_iter().map(|told| (told.name.clone(), told));
        Metrics(by_name.collect())
    }

    /// What it is, in a sentence; empty where that is not known.
    fn text(&self, metric: &str) -> &str {
        self.0.get(metric).map_or("", |told| &told.text)
    }

    /// `completed (deaths)`.
    fn named(&self, metric: &str) -> String {
        named(metric, self.0.get(metric).map_or("", |told| &told.unit))
    }

    /// Each of these with what it is; none where nothing is known of any.
    fn table<'a>(&self, names: impl IntoIterator<Item = &'a String>) -> Option<Table> {
        let names: BTreeSet<&String> = names.into_iter().collect();
        let known = names.into_iter().filter(|name| self.0.contains_key(*name));
        let rows: Vec<Vec<Cell>> = known
            .map(|name| vec![self.named(name).into(), self.text(name).into()])
            .collect();
        let columns = heads(&["Metric", "What it is"]);
        (!rows.is_empty()).then_some(Table { columns, rows })
    }
}

impl StudyReport {
    /// Reads a study's directory.
    pub(crate) fn read(directory: &Path) -> Result<StudyReport, ReportError> {
        let study: Value = json(directory, "study.json")?;
        let outcome: Value = json(directory, "result.json")?;
        let kind: Kind = json(directory, "result.json")?;
        let metrics = Metrics::of(&study);
        let parts = match kind.study.as_str() {
            "replicates" => replicates::parts(&json(directory, "result.json")?, &metrics),
            "comparison" => comparison::parts(&json(directory, "result.json")?, &metrics),
            "sweep" => sweep::parts(&json(directory, "result.json")?, &metrics),
            "calibration" => calibration::parts(&json(directory, "result.json")?, &metrics),
            other => {
                return Err(ReportError::Content {
                    path: directory.join("result.json"),
                    what: format!("there is no page for a study of the kind `{other}`"),
                });
            }
        };
        let of_arm = |arm: &str| study["plan"][arm]["data"].as_str().map(str::to_owned);
        Ok(StudyReport {
            data: of_arm("scenario").or_else(|| of_arm("a")),
            study,
            outcome,
            title: parts.title,
            replicates: parts.replicates,
            charts: parts
                .charts
                .into_iter()
                .filter(|chart| !chart.is_empty())
                .map(|chart| (chart.id, chart))
                .collect(),
            tables: parts.tables.into_iter().collect(),
        })
    }
}

fn json<T: DeserializeOwned>(directory: &Path, name: &str) -> Result<T, ReportError> {
    let path = directory.join(name);
    let text = std::fs::read_to_string(&path).map_err(|source| ReportError::Read {
        path: path.clone(),
        source,
    })?;
    serde_json::from_str(&text).map_err(|source| ReportError::Json { path, source })
}

/// Headings of a table that is not drawn; numbers are texts already, since each row has its own size.
fn heads(labels: &[&str]) -> Vec<Column> {
    let column = |label: &&str| Column::new(label, label, 0);
    labels.iter().map(column).collect()
}

/// A number of any size; a dash where there is none.
fn shown(number: Option<f64>) -> Cell {
    number.map_or("–".to_owned(), crate::text::measure).into()
}

/// `1.2 to 1.4`.
fn interval(low: Option<f64>, high: Option<f64>) -> Cell {
    match (low, high) {
        (Some(low), Some(high)) => {
            let measure = crate::text::measure;
            format!("{} to {}", measure(low), measure(high)).into()
        }
        _ => "–".into(),
    }
}

/// The plain name of a group: `heart_disease` is heart disease, `humane` a kind of school.
fn plain(group: &str) -> String {
    match group {
        "humane" | "ordinary" => format!("{group} school"),
        other => other.replace('_', " "),
    }
}

/// `completed (deaths)`.
fn named(metric: &str, unit: &str) -> String {
    let metric = metric.replace('_', " ");
    if unit.is_empty() {
        metric
    } else {
        format!("{metric} ({unit})")
    }
}

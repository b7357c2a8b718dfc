//! The report of a study: what stands in its `study.json` and `result.json`, as tables and charts.

mod calibration;
mod comparison;
mod replicates;
mod sweep;

use std::collections::BTreeMap;
use std::path::Path;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::ReportError;
use crate::chart::{Cell, Chart, Column, Named, Table};
use crate::text::{in_unit, measure};

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

/// What `study.json` says of a metric or of a parameter.
#[derive(Deserialize)]
struct Told {
    #[serde(alias = "path")]
    name: String,
    unit: String,
    text: String,
}

/// The metrics of the runs and the parameters that are varied, by name; none in a study of an older version.
#[derive(Default)]
struct Known(BTreeMap<String, Told>);

impl Known {
    fn of(study: &Value) -> Known {
        let told = ["metrics", "parameters"].into_iter().flat_map(|list| {
            serde_json::from_value::<Vec<Told>>(study[list].clone()).unwrap_or_default()
        });
        Known(told.map(|told| (told.name.clone(), told)).collect())
    }

    /// What it is, in a sentence; empty where that is not known.
    fn text(&self, name: &str) -> &str {
        self.0.get(name).map_or("", |told| &told.text)
    }

    fn unit(&self, name: &str) -> &str {
        self.0.get(name).map_or("", |told| &told.unit)
    }

    /// A metric with what it is, and the unit in which a page tells it.
    fn metric(&self, name: &str, unit: &str) -> Cell {
        let (text, unit) = (self.text(name), in_unit(None, unit).1);
        Named { text, name, unit }.into()
    }

    /// A parameter with what it is; its values are told as they are set.
    fn parameter(&self, path: &str) -> Cell {
        let (text, unit) = (self.text(path), self.unit(path));
        Named {
            text,
            name: path,
            unit,
        }
        .into()
    }

    /// What it is, where that is short enough to stand beside a row or above a chart; else its name.
    fn short(&self, name: &str) -> String {
        const LONGEST: usize = 90;
        let text = self.text(name).trim_end_matches('.');
        if text.is_empty() || text.chars().count() > LONGEST {
            spoken(name)
        } else {
            text.to_owned()
        }
    }
}

/// What the labels of a chart mean, for a page that has room to say so.
#[derive(Default)]
struct Meanings(BTreeMap<String, String>);

impl Meanings {
    /// Notes what a label means and gives it back.
    fn note(&mut self, label: String, meaning: String) -> Cell {
        self.0.insert(label.clone(), meaning);
        label.into()
    }

    /// Leaves what was noted with the chart. Labels that would read alike keep their names beside it.
    fn leave(self, chart: &mut Chart) {
        let alike = |meaning: &str| self.0.values().filter(|other| *other == meaning).count() > 1;
        let told = self.0.iter().map(|(label, meaning)| {
            let meaning = if alike(meaning) && meaning != label {
                format!("{meaning}: {label}")
            } else {
                meaning.clone()
            };
            (label.clone(), meaning)
        });
        chart.options["means"] = told.collect::<Value>();
    }
}

impl StudyReport {
    /// Reads a study's directory.
    pub(crate) fn read(directory: &Path) -> Result<StudyReport, ReportError> {
        let study: Value = json(directory, "study.json")?;
        let outcome: Value = json(directory, "result.json")?;
        let kind: Kind = json(directory, "result.json")?;
        let known = Known::of(&study);
        let parts = match kind.study.as_str() {
            "replicates" => replicates::parts(&json(directory, "result.json")?, &known),
            "comparison" => comparison::parts(&json(directory, "result.json")?, &known),
            "sweep" => sweep::parts(&json(directory, "result.json")?, &known),
            "calibration" => calibration::parts(&json(directory, "result.json")?, &known),
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
    number.map_or("–".to_owned(), measure).into()
}

/// The same, in the unit in which a page tells it.
fn told(number: Option<f64>, unit: &str) -> Cell {
    shown(in_unit(number, unit).0)
}

/// `1.2 to 1.4`.
fn interval(low: Option<f64>, high: Option<f64>) -> Cell {
    match (low, high) {
        (Some(low), Some(high)) => format!("{} to {}", measure(low), measure(high)).into(),
        _ => "–".into(),
    }
}

/// The same, in the unit in which a page tells it.
fn interval_told(low: Option<f64>, high: Option<f64>, unit: &str) -> Cell {
    interval(in_unit(low, unit).0, in_unit(high, unit).0)
}

/// The plain name of a group: `heart_disease` is heart disease, `humane` a kind of school.
fn plain(group: &str) -> String {
    match group {
        "humane" | "ordinary" => format!("{group} school"),
        other => spoken(other),
    }
}

/// A name as it is spoken: `years_lost` is years lost.
fn spoken(name: &str) -> String {
    name.replace('_', " ")
}

/// `died of donating (%)`.
fn with_unit(name: &str, unit: &str) -> String {
    if unit.is_empty() {
        name.to_owned()
    } else {
        format!("{name} ({unit})")
    }
}

//! The JSON files of a run directory.

use std::path::Path;

use hailsham_engine::time::{Epoch, Span, Time};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Minute;
use crate::ReportError;

/// `manifest.json`: what was run, when, and what the auditor found.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Manifest {
    pub(crate) hailsham: String,
    pub(crate) scenario: String,
    pub(crate) scenario_hash: String,
    #[serde(default)]
    pub(crate) summary: String,
    pub(crate) seed: u64,
    pub(crate) scale: f64,
    #[serde(default)]
    pub(crate) log: String,
    pub(crate) started: String,
    #[serde(default)]
    pub(crate) finished: String,
    #[serde(default)]
    pub(crate) seconds: Option<f64>,
    pub(crate) status: String,
    pub(crate) first_day: String,
    pub(crate) horizon_years: f64,
    #[serde(default)]
    pub(crate) counts: Counts,
    #[serde(default)]
    pub(crate) audit: Option<Audit>,
    #[serde(default)]
    pub(crate) command: String,
    #[serde(default)]
    pub(crate) changed: Vec<Change>,
}

#[derive(Clone, Default, Debug, Serialize, Deserialize)]
pub(crate) struct Counts {
    /// Records of the log.
    #[serde(default)]
    pub(crate) events: Option<u64>,
    /// Scheduled events that the run handled.
    #[serde(default)]
    pub(crate) events_handled: Option<u64>,
    #[serde(default)]
    pub(crate) log_bytes: Option<u64>,
}

/// What the auditor checked, and what broke.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Audit {
    pub(crate) checked: u64,
    pub(crate) violations: u64,
    #[serde(default)]
    pub(crate) rules: Vec<Rule>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Rule {
    #[serde(rename = "rule")]
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) violations: u64,
    #[serde(default)]
    pub(crate) first: Option<String>,
}

/// A parameter that is not at its default.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Change {
    pub(crate) path: String,
    pub(crate) from: Value,
    pub(crate) to: Value,
    #[serde(default)]
    pub(crate) origin: String,
}

/// A parameter with its value and where the value comes from.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Parameter {
    pub(crate) path: String,
    #[serde(default)]
    pub(crate) unit: Option<String>,
    #[serde(default)]
    pub(crate) default: Value,
    #[serde(default)]
    pub(crate) value: Value,
    #[serde(default)]
    pub(crate) range: Option<[Option<f64>; 2]>,
    #[serde(default)]
    pub(crate) allowed: Vec<String>,
    #[serde(default)]
    pub(crate) source: Option<String>,
    #[serde(default)]
    pub(crate) text: String,
}

/// A fact that was checked against the run, and what came out.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Check {
    pub(crate) id: String,
    /// `holds`, `fails` or `unknown`.
    pub(crate) status: String,
    #[serde(default)]
    pub(crate) value: Option<String>,
    #[serde(default)]
    pub(crate) detail: String,
    #[serde(default)]
    pub(crate) how: String,
    #[serde(default)]
    pub(crate) text: String,
    #[serde(default)]
    pub(crate) source: String,
    /// The first rows that show it.
    #[serde(default)]
    pub(crate) rows: Vec<CheckRow>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct CheckRow {
    #[serde(default)]
    pub(crate) time: Option<String>,
    pub(crate) what: String,
    #[serde(default)]
    pub(crate) who: Option<String>,
    #[serde(default)]
    pub(crate) whom: Option<String>,
    #[serde(default)]
    pub(crate) place: Option<String>,
    #[serde(default)]
    pub(crate) topic: Option<String>,
    #[serde(default)]
    pub(crate) n: Option<String>,
}

impl Parameter {
    /// Where the value comes from; empty if the parameter does not say.
    pub(crate) fn source(&self) -> &str {
        self.source.as_deref().unwrap_or("")
    }

    /// Whether the value is assumed, wholly or in part.
    pub(crate) fn assumed(&self) -> bool {
        self.source().contains("assumed")
    }
}

impl Change {
    /// Whether a built-in scenario made it, and not the one who ran it.
    pub(crate) fn built_in(&self) -> bool {
        self.origin.starts_with('<')
    }
}

/// A metric with what it means and its value in this run.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Metric {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) unit: Option<String>,
    #[serde(default)]
    pub(crate) text: String,
    #[serde(skip)]
    pub(crate) value: Option<f64>,
}

impl Manifest {
    fn calendar(&self) -> Option<Epoch> {
        let mut parts = self.first_day.splitn(3, '-');
        let year = parts.next()?.parse().ok()?;
        let (month, day) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        Epoch::new(year, month, day).ok()
    }

    /// When the run ended: `horizon_years` after the first day, by the calendar.
    pub(crate) fn end(&self) -> Option<Minute> {
        let calendar = self.calendar()?;
        minute(
            calendar,
            calendar.years_later(Time::START, self.horizon_years),
        )
    }

    /// The moment that is so long after the beginning of the first day.
    pub(crate) fn since_first(&self, passed: Span) -> Option<Minute> {
        minute(self.calendar()?, Time::START + passed)
    }
}

fn minute(calendar: Epoch, at: Time) -> Option<Minute> {
    (calendar.milliseconds(at) / 60_000).try_into().ok()
}

/// Reads a JSON file of a known shape.
pub(crate) fn json<T: DeserializeOwned>(path: &Path) -> Result<T, ReportError> {
    let text = std::fs::read(path).map_err(|source| ReportError::Read {
        path: path.to_owned(),
        source,
    })?;
    serde_json::from_slice(&text).map_err(|source| ReportError::Json {
        path: path.to_owned(),
        source,
    })
}

/// Reads `checks.json`; empty where there is none, since not every scenario has facts.
pub(crate) fn checks(directory: &Path) -> Result<Vec<Check>, ReportError> {
    let path = directory.join("checks.json");
    if path.exists() {
        json(&path)
    } else {
        Ok(Vec::new())
    }
}

/// The scale for which the facts of a run were written; none where it has no facts.
pub(crate) fn facts_scale(directory: &Path) -> Result<Option<f64>, ReportError> {
    #[derive(Deserialize)]
    struct Written {
        scale: Option<f64>,
    }
    let path = directory.join("facts.toml");
    if !path.exists() {
        return Ok(None);
    }
    let text = std::fs::read_to_string(&path).map_err(|source| ReportError::Read {
        path: path.clone(),
        source,
    })?;
    let written: Written = toml::from_str(&text).map_err(|error| ReportError::Content {
        path,
        what: error.to_string(),
    })?;
    Ok(written.scale)
}

/// Something that is told in more than one way.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Rival {
    key: String,
    id: String,
    text: String,
    kind: Vec<String>,
    says: Vec<Value>,
    versions: Vec<Version>,
    people: Vec<Value>,
}

/// One way in which it is told.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Version {
    text: String,
    witnesses: Vec<Value>,
    fields: Vec<String>,
    standing: Value,
}

/// Reads `testimony.json`; empty where there is none, since not every scenario has testimony.
pub(crate) fn rivals(directory: &Path) -> Result<Vec<Rival>, ReportError> {
    #[derive(Deserialize)]
    struct Weighed {
        subjects: Vec<Rival>,
    }
    let path = directory.join("testimony.json");
    if path.exists() {
        Ok(json::<Weighed>(&path)?.subjects)
    } else {
        Ok(Vec::new())
    }
}

/// Reads `metrics.json` (what they mean) and `summary.json` (their values).
pub(crate) fn metrics(directory: &Path) -> Result<Vec<Metric>, ReportError> {
    let mut metrics: Vec<Metric> = json(&directory.join("metrics.json"))?;
    let mut values: serde_json::Map<String, Value> = json(&directory.join("summary.json"))?;
    for metric in &mut metrics {
        metric.value = values.remove(&metric.name).and_then(|value| value.as_f64());
    }
    Ok(metrics)
}

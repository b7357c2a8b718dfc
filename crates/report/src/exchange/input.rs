//! What is read of the directory of an exchange programme's run: the manifest, parameters, metrics, what every interval
//! came to, and the tables of members, matching runs and transplants.

use std::path::Path;

use hailsham_engine::table::TableReader;
use serde::Deserialize;

use crate::ReportError;
use crate::input::{Manifest, Metric, Parameter, json, metrics};

/// `result.json`: every interval that was run.
#[derive(Deserialize)]
pub(super) struct Outcome {
    /// The scenario's own interval, weeks.
    pub(super) interval: f64,
    /// Years in which pairs are counted.
    pub(super) years: f64,
    pub(super) intervals: Vec<Interval>,
    /// The metrics that an interval has a value of, in this order.
    metrics: Vec<Named>,
}

#[derive(Deserialize)]
pub(super) struct Interval {
    /// Weeks.
    pub(super) interval: f64,
    values: Vec<Option<f64>>,
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

/// A pair that is counted.
pub(super) struct Pair {
    /// Blood groups of the patient and of the donor.
    pub(super) groups: [String; 2],
    /// The patient's level of sensitisation.
    pub(super) sensitisation: String,
    pub(super) outcome: String,
    /// Days from arrival to the transplant by exchange, of who had one.
    pub(super) waited: Option<f64>,
}

/// A matching run.
pub(super) struct MatchRun {
    /// Days from the first one on.
    pub(super) days: f64,
    pub(super) pairs: u32,
    pub(super) altruists: u32,
    pub(super) agreed: u32,
    /// None where the transplants were due after the end.
    pub(super) done: Option<u32>,
}

/// Everything that the report is computed from.
pub(crate) struct Run {
    pub(super) manifest: Manifest,
    pub(super) parameters: Vec<Parameter>,
    pub(super) metrics: Vec<Metric>,
    pub(super) result: Outcome,
    pub(super) pairs: Vec<Pair>,
    pub(super) match_runs: Vec<MatchRun>,
}

impl Run {
    /// Reads a run directory.
    pub(crate) fn read(directory: &Path) -> Result<Run, ReportError> {
        Ok(Run {
            manifest: json(&directory.join("manifest.json"))?,
            parameters: json(&directory.join("parameters.json"))?,
            metrics: metrics(directory)?,
            result: json(&directory.join("result.json"))?,
            pairs: pairs(directory)?,
            match_runs: match_runs(&directory.join("match_runs.parquet"))?,
        })
    }

    /// The value of a metric at an interval, by their places.
    pub(super) fn value(&self, metric: &str, at: usize) -> Option<f64> {
        let place = self.result.metrics.iter();
        let place = place.clone().position(|found| found.name == metric)?;
        *self.result.intervals.get(at)?.values.get(place)?
    }
}

fn pairs(directory: &Path) -> Result<Vec<Pair>, ReportError> {
    let table = TableReader::open(directory.join("members.parquet"))?;
    let (counted, outcome) = (table.bool("counted")?, table.text("outcome")?);
    let (patient, donor) = (table.text("patient_group")?, table.text("donor_group")?);
    let sensitisation = table.text("sensitisation")?;
    let mut waited = vec![None; counted.len()];
    let done = TableReader::open(directory.join("transplants.parquet"))?;
    for (member, days) in done.u32("to_member")?.into_iter().zip(done.f64("waited")?) {
        if let Some(of) = member.and_then(|member| waited.get_mut(member as usize)) {
            *of = days;
        }
    }
    let text = |cell: &Option<String>| cell.clone().unwrap_or_default();
    let rows = (0..counted.len()).filter(|row| {
        // Altruists have no patient.
        counted[*row] == Some(true) && patient[*row].is_some()
    });
    Ok(rows
        .map(|row| Pair {
            groups: [text(&patient[row]), text(&donor[row])],
            sensitisation: text(&sensitisation[row]),
            outcome: text(&outcome[row]),
            waited: waited[row],
        })
        .collect())
}

fn match_runs(path: &Path) -> Result<Vec<MatchRun>, ReportError> {
    let table = TableReader::open(path)?;
    let mut columns = Vec::new();
    for count in ["pairs", "altruists", "agreed", "done"] {
        columns.push(table.u32(count)?);
    }
    let count = |column: usize, row: usize| columns[column][row].unwrap_or_default();
    let days = table.f64("time")?.into_iter().flatten().enumerate();
    Ok(days
        .map(|(row, days)| MatchRun {
            days,
            pairs: count(0, row),
            altruists: count(1, row),
            agreed: count(2, row),
            done: columns[3][row],
        })
        .collect())
}

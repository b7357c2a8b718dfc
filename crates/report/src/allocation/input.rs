//! What is read of the directory of a run of kidney allocation: the manifest, parameters, metrics, and the tables of
//! transplants, groups and months.

use std::path::Path;

use hailsham_engine::table::{TableError, TableReader};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::ReportError;
use crate::input::{Change, Metric, Parameter, json, metrics};

/// `manifest.json`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Manifest {
    pub(crate) hailsham: String,
    pub(crate) scenario: String,
    pub(crate) scenario_hash: String,
    pub(crate) summary: String,
    pub(crate) seed: u64,
    pub(crate) scale: f64,
    /// The folder of data, of a run that has one.
    pub(crate) data: Option<String>,
    pub(crate) command: String,
    /// The names of the rules of the general and of the Senior Programme.
    pub(crate) policies: Vec<String>,
    /// How offers were answered.
    pub(crate) acceptance: String,
    pub(crate) changed: Vec<Change>,
    pub(crate) warnings: Vec<String>,
    pub(crate) status: String,
    /// As 2014-01-01.
    pub(crate) first_day: String,
    /// How long the run is, in days.
    pub(crate) days: f64,
    /// When it was made.
    #[serde(default)]
    pub(crate) started: Option<String>,
}

/// What became of a group of registrations, or of transplants.
pub(super) struct Group {
    pub(super) by: String,
    pub(super) name: String,
    pub(super) registrations: u32,
    pub(super) transplants: u32,
    pub(super) deaths: u32,
    pub(super) removals: u32,
    pub(super) waiting: u32,
    pub(super) years: f64,
    pub(super) dialysis: Option<f64>,
}

/// One transplant.
pub(super) struct Transplant {
    pub(super) programme: String,
    pub(super) from: String,
    pub(super) country: String,
    pub(super) age: f64,
    /// Years on dialysis.
    pub(super) dialysis: f64,
    pub(super) vpra: f64,
    /// At HLA-A, -B and -DR.
    pub(super) mismatches: [u32; 3],
    /// Days to the loss of the graft or death.
    pub(super) lost: Option<f64>,
}

/// One month of one country.
pub(super) struct Month {
    /// From 0.
    pub(super) number: u32,
    pub(super) country: String,
    pub(super) listed: u32,
    pub(super) transplants: u32,
    pub(super) deaths: u32,
    pub(super) removals: u32,
    pub(super) waiting: u32,
    pub(super) received: u32,
    pub(super) given: u32,
}

/// Everything that the report is computed from.
pub(crate) struct Run {
    pub(crate) manifest: Manifest,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) metrics: Vec<Metric>,
    pub(super) groups: Vec<Group>,
    pub(super) transplants: Vec<Transplant>,
    pub(super) months: Vec<Month>,
}

impl Run {
    /// Reads a run directory.
    pub(crate) fn read(directory: &Path) -> Result<Run, ReportError> {
        Ok(Run {
            manifest: json(&directory.join("manifest.json"))?,
            parameters: json(&directory.join("parameters.json"))?,
            metrics: metrics(directory)?,
            groups: groups(&directory.join("groups.parquet"))?,
            transplants: transplants(&directory.join("transplants.parquet"))?,
            months: months(&directory.join("months.parquet"))?,
        })
    }

    /// The value of a parameter that is a number.
    pub(super) fn parameter(&self, path: &str) -> Option<f64> {
        let found = self.parameters.iter().find(|found| found.path == path);
        found.map(|found| &found.value).and_then(Value::as_f64)
    }
}

/// The columns of a table, which has a value in each row of them.
struct Columns(TableReader);

impl Columns {
    fn u32(&self, name: &str) -> Result<Vec<u32>, TableError> {
        Ok(self.0.u32(name)?.into_iter().flatten().collect())
    }

    fn f64(&self, name: &str) -> Result<Vec<f64>, TableError> {
        Ok(self.0.f64(name)?.into_iter().flatten().collect())
    }

    fn text(&self, name: &str) -> Result<Vec<String>, TableError> {
        Ok(self.0.text(name)?.into_iter().flatten().collect())
    }
}

fn groups(path: &Path) -> Result<Vec<Group>, ReportError> {
    let table = Columns(TableReader::open(path)?);
    let (by, name) = (table.text("by")?, table.text("group")?);
    let counts = [
        "registrations",
        "transplants",
        "deaths",
        "removals",
        "waiting",
    ];
    let mut columns = Vec::new();
    for count in counts {
        columns.push(table.u32(count)?);
    }
    let (years, dialysis) = (table.f64("years")?, table.0.f64("dialysis")?);
    let rows = by.into_iter().zip(name).enumerate();
    Ok(rows
        .map(|(row, (by, name))| Group {
            by,
            name,
            registrations: columns[0][row],
            transplants: columns[1][row],
            deaths: columns[2][row],
            removals: columns[3][row],
            waiting: columns[4][row],
            years: years[row],
            dialysis: dialysis[row],
        })
        .collect())
}

fn transplants(path: &Path) -> Result<Vec<Transplant>, ReportError> {
    let table = Columns(TableReader::open(path)?);
    let (programme, from) = (table.text("program")?, table.text("donor_country")?);
    let (country, age) = (table.text("country")?, table.f64("age")?);
    let (dialysis, vpra) = (table.f64("dialysis")?, table.f64("vpra")?);
    let mut mismatches = Vec::new();
    for locus in ["mismatches_a", "mismatches_b", "mismatches_dr"] {
        mismatches.push(table.u32(locus)?);
    }
    let lost = table.0.f64("lost")?;
    let rows = programme.into_iter().zip(from).zip(country).enumerate();
    Ok(rows
        .map(|(row, ((programme, from), country))| Transplant {
            programme,
            from,
            country,
            age: age[row],
            dialysis: dialysis[row],
            vpra: vpra[row],
            mismatches: [0, 1, 2].map(|locus: usize| mismatches[locus][row]),
            lost: lost[row],
        })
        .collect())
}

fn months(path: &Path) -> Result<Vec<Month>, ReportError> {
    let table = Columns(TableReader::open(path)?);
    let (numbers, country) = (table.u32("month")?, table.text("country")?);
    let counts = [
        "listed",
        "transplants",
        "deaths",
        "removals",
        "waiting",
        "received",
        "given",
    ];
    let mut columns = Vec::new();
    for count in counts {
        columns.push(table.u32(count)?);
    }
    let rows = numbers.into_iter().zip(country).enumerate();
    Ok(rows
        .map(|(row, (number, country))| Month {
            number,
            country,
            listed: columns[0][row],
            transplants: columns[1][row],
            deaths: columns[2][row],
            removals: columns[3][row],
            waiting: columns[4][row],
            received: columns[5][row],
            given: columns[6][row],
        })
        .collect())
}

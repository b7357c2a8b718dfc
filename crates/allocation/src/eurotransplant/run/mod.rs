//! One run of the scenario, from its parameters to a directory.
//!
//! ```text
//!   Scenario ──► population (drawn, or the simulator's files) ──► Programmes ──► Record ──► tables, summary, page
//! ```
//!
//! The directory is written under a temporary name, `NAME.incomplete`, and renamed when it is whole.

mod drawn;
mod metrics;
mod months;
mod prepared;
mod record;
mod tables;

use std::fs;
use std::path::{Path, PathBuf};

use hailsham_engine::table::TableError;
use hailsham_scenario::{Loaded, ScenarioError, describe};
use indexmap::IndexMap;
use serde_json::json;
use thiserror::Error;

pub use drawn::Drawn;
pub use metrics::{GROUP_HEADLINES, GroupTold, HEADLINES, MEASURES, METRICS, Told};
pub use prepared::Prepared;

use super::input::FILES;
use super::scenario::Scenario;
use super::simulation::{Course, Programmes};
use crate::files::{FileError, file_of};
use record::Record;
use tables::MatchLists;

/// How a run is made.
#[derive(Debug, Clone)]
pub struct Options {
    /// The seed of every random number.
    pub seed: u64,
    /// What the numbers of donors and registrations are multiplied by; of files, nothing is.
    pub scale: f64,
    /// The directory to write.
    pub out: PathBuf,
    /// A folder with the simulator's files, instead of a population that is drawn.
    pub data: Option<PathBuf>,
    /// Whether every ranked candidate of every list is written.
    pub match_lists: bool,
    /// The command that repeats the run, for the manifest.
    pub command: String,
    /// Writes a report into the directory once all else is there; an error says what is wrong.
    pub report: Option<Report>,
}

/// Writes a report of the tables in a directory.
pub type Report = fn(&Path) -> Result<(), String>;

/// What a run came to.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The directory.
    pub directory: PathBuf,
    /// The summary, by the names of its numbers.
    pub summary: IndexMap<String, f64>,
    /// What was odd about the files, but did not stop the run.
    pub warnings: Vec<String>,
}

/// Why there is no run.
#[derive(Debug, Error)]
pub enum RunError {
    /// A policy or the setting is wrong.
    #[error("{}", .0.render(false))]
    Rules(Box<ScenarioError>),
    /// The files are wrong.
    #[error(transparent)]
    Files(#[from] FileError),
    /// There is something of that name.
    #[error("{} exists already; choose another --out, or move it away", .0.display())]
    Exists(PathBuf),
    /// A file of data could not be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file could not be written.
    #[error("cannot write {}: {source}", path.display())]
    Write {
        /// The file or directory.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A table could not be written.
    #[error(transparent)]
    Table(#[from] TableError),
    /// The report could not be written.
    #[error("{0}")]
    Report(String),
    /// A date of the scenario is wrong.
    #[error("the dates of the scenario are wrong")]
    Dates,
}

impl From<ScenarioError> for RunError {
    fn from(error: ScenarioError) -> Self {
        Self::Rules(Box::new(error))
    }
}

fn write(path: PathBuf, text: impl AsRef<[u8]>) -> Result<(), RunError> {
    fs::write(&path, text).map_err(|source| RunError::Write { path, source })
}

/// The folder that has the files: the one that is given, or `input` within it.
fn folder_of(data: &Path) -> PathBuf {
    let within = data.join("input");
    let is_there = |folder: &Path| file_of(folder, FILES[0]).exists();
    if !is_there(data) && is_there(&within) {
        within
    } else {
        data.to_owned()
    }
}

/// A folder beside or above the data that has all of these files.
fn tables_of(data: &Path, files: &[&str]) -> Option<PathBuf> {
    let places = [
        data.to_owned(),
        data.join("tables"),
        data.join("..").join("tables"),
    ];
    let mut places = places.into_iter();
    places.find(|place| files.iter().all(|file| place.join(file).is_file()))
}

/// Runs a scenario and writes its directory.
///
/// # Errors
///
/// What is wrong with the rules or the files, or could not be written.
pub fn run(loaded: &Loaded<Scenario>, options: &Options) -> Result<Outcome, RunError> {
    let prepared = Prepared::read(&loaded.value, options.data.as_deref())?;
    if options.out.symlink_metadata().is_ok() {
        return Err(RunError::Exists(options.out.clone()));
    }
    let population = prepared.population(options.seed, options.scale)?;
    let warnings = &population.warnings;
    let programmes = prepared.programmes(&population.input);
    let work = temporary(&options.out)?;
    let mut lists = options
        .match_lists
        .then(|| MatchLists::create(&work, prepared.policies()))
        .transpose()?;
    let mut failed = None;
    let (record, course) = prepared.simulate(&programmes, options.seed, |list| {
        if let Some(lists) = &mut lists
            && failed.is_none()
        {
            failed = lists.add(list).err();
        }
    });
    if let Some(error) = failed {
        return Err(error.into());
    }
    if let Some(lists) = lists {
        lists.close()?;
    }
    let summary = record.summary(&course.counts);
    let names = prepared.names.each_ref();
    leave(
        &work,
        loaded,
        options,
        &programmes,
        &record,
        &summary,
        &names,
        warnings,
        &course,
    )?;
    fs::rename(&work, &options.out).map_err(|source| RunError::Write {
        path: options.out.clone(),
        source,
    })?;
    Ok(Outcome {
        directory: options.out.clone(),
        summary,
        warnings: warnings.clone(),
    })
}

/// The directory under its temporary name. What an earlier run of that name left unfinished is replaced.
fn temporary(out: &Path) -> Result<PathBuf, RunError> {
    let mut name = out.file_name().unwrap_or_default().to_owned();
    name.push(".incomplete");
    let work = out.with_file_name(name);
    let wrong = |source| RunError::Write {
        path: work.clone(),
        source,
    };
    if work.symlink_metadata().is_ok() {
        if !work.join("manifest.json").is_file() {
            return Err(RunError::Exists(work));
        }
        fs::remove_dir_all(&work).map_err(wrong)?;
    }
    fs::create_dir_all(&work).map_err(wrong)?;
    write(work.join("manifest.json"), "{ \"status\": \"running\" }\n")?;
    Ok(work)
}

#[allow(clippy::too_many_arguments)] // All that a directory holds.
fn leave(
    work: &Path,
    loaded: &Loaded<Scenario>,
    options: &Options,
    programmes: &Programmes<'_>,
    record: &Record,
    summary: &IndexMap<String, f64>,
    names: &[&String; 2],
    warnings: &[String],
    course: &Course,
) -> Result<(), RunError> {
    let pretty = |value: &serde_json::Value| format!("{value:#}\n");
    tables::write_transplants(work, programmes, record, course)?;
    tables::write_groups(work, record)?;
    tables::write_months(work, programmes, record)?;
    write(work.join("scenario.toml"), &loaded.text)?;
    write(work.join("summary.json"), pretty(&json!(summary)))?;
    write(work.join("metrics.json"), pretty(&json!(METRICS)))?;
    let parameters = describe(Some(&loaded.value));
    write(work.join("parameters.json"), pretty(&json!(parameters)))?;
    let manifest = json!({
        "hailsham": env!("CARGO_PKG_VERSION"),
        "scenario": loaded.name,
        "scenario_hash": loaded.hash,
        "summary": loaded.summary,
        "seed": options.seed,
        "scale": options.scale,
        "data": options.data,
        "command": options.command,
        "first_day": loaded.value.time.first_day,
        "days": programmes.period.end.days_since(programmes.period.start),
        "policies": names,
        "acceptance": loaded.value.allocation.acceptance,
        "changed": loaded.changed,
        "counts": {
            "lists": course.counts.lists,
            "ranked": course.counts.ranked,
            "registrations": programmes.input.registrations.len(),
            "donors": programmes.input.donors.len(),
            "transplants": record.transplants.len(),
        },
        "warnings": warnings,
        "status": "complete",
    });
    write(work.join("manifest.json"), pretty(&manifest))?;
    options
        .report
        .map_or(Ok(()), |report| report(work))
        .map_err(RunError::Report)
}

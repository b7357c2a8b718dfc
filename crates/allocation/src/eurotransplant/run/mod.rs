//! One run of the scenario, from its parameters to the files of a directory.
//!
//! ```text
//!   Scenario ──► Prepared ──► Cohort (drawn, or the simulator's files) ──► Programmes ──► Record ──► tables, summary
//! ```

mod drawn;
mod metrics;
mod months;
mod prepared;
mod record;
mod tables;

use std::fs;
use std::path::{Path, PathBuf};

use hailsham_engine::table::TableError;
use hailsham_engine::time::{Span, Time};
use hailsham_scenario::ScenarioError;
use indexmap::IndexMap;
use serde_json::{Value, json};
use thiserror::Error;

pub use drawn::Drawn;
pub use metrics::{GROUP_HEADLINES, GroupTold, HEADLINES, MEASURES, METRICS, Told};
pub use prepared::{Cohort, Prepared};

use super::input::FILES;
use crate::files::{FileError, file_of};
use tables::MatchLists;

/// What a run came to.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The summary, by the names of its numbers.
    pub summary: IndexMap<String, f64>,
    /// What else the manifest is to say of it.
    pub told: Vec<(&'static str, Value)>,
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
    /// Whoever watched did not want to go on.
    #[error("interrupted")]
    Interrupted,
    /// The policies of the two programmes differ in an oddity of what they share.
    #[error(
        "the oddity `{oddity}` is on in {on} and off in {off}, but the general and the Senior Programme share the list \
         and the balances that it is about: turn it on or off in both, or leave both to `allocation.profile`"
    )]
    Oddities {
        /// The oddity.
        oddity: &'static str,
        /// The policy that has it on.
        on: String,
        /// The policy that has it off.
        off: String,
    },
    /// A date of the scenario is wrong.
    #[error("the dates of the scenario are wrong")]
    Dates,
}

impl From<ScenarioError> for RunError {
    fn from(error: ScenarioError) -> Self {
        Self::Rules(Box::new(error))
    }
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

/// Simulates a cohort and writes what came of it into a directory that is there: the tables and the summary, and with
/// `match_lists` every ranked candidate of every list. After each list `watch` is told how far the run
/// has come and where it ends, and says whether to go on.
///
/// # Errors
///
/// What could not be written; an interruption, and then nothing but match lists is there.
pub fn run(
    prepared: &Prepared,
    cohort: &Cohort,
    seed: u64,
    match_lists: bool,
    directory: &Path,
    watch: &mut dyn FnMut(Time, Time) -> bool,
) -> Result<Outcome, RunError> {
    let programmes = prepared.programmes(&cohort.input);
    let days = programmes.period.end.days_since(programmes.period.start);
    let mut lists = match_lists
        .then(|| MatchLists::create(directory, prepared.policies()))
        .transpose()?;
    let after = |days| Time::START + Span::from_days(days);
    let mut stopped = None;
    let (record, course) = prepared.simulate(&programmes, seed, |list| {
        let added = lists.as_mut().map_or(Ok(()), |lists| lists.add(list));
        let added = added.map_err(RunError::from);
        let going = added.and_then(|()| {
            let goes_on = watch(after(list.donor.time), after(days));
            goes_on.then_some(()).ok_or(RunError::Interrupted)
        });
        stopped = going.err();
        stopped.is_none()
    });
    if let Some(error) = stopped {
        return Err(error);
    }
    if let Some(lists) = lists {
        lists.close()?;
    }
    let summary = record.summary(&course.counts);
    tables::write_transplants(directory, &programmes, &record, &course)?;
    tables::write_groups(directory, &record)?;
    tables::write_months(directory, &programmes, &record)?;
    let write = |name: &str, value: &Value| {
        let path = directory.join(name);
        fs::write(&path, format!("{value:#}\n")).map_err(|source| RunError::Write { path, source })
    };
    write("summary.json", &json!(summary))?;
    write("metrics.json", &json!(METRICS))?;
    let counts = json!({
        "lists": course.counts.lists,
        "ranked": course.counts.ranked,
        "registrations": programmes.input.registrations.len(),
        "donors": programmes.input.donors.len(),
        "transplants": record.transplants.len(),
    });
    let told = vec![
        ("days", json!(days)),
        ("policies", json!(prepared.names)),
        ("acceptance", json!(prepared.acceptance())),
        ("counts", counts),
        ("warnings", json!(cohort.warnings)),
    ];
    Ok(Outcome { summary, told })
}

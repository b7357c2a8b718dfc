//! Whole runs in directories of their own, for what reads a run's tables.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use hailsham_engine::time::Time;
use hailsham_model::{Directory, Finished, Options, Programme, RunError, StopReason, simulate};
use hailsham_scenario::{Loaded, describe};

use crate::runner::StudyError;

/// A folder that vanishes with what is in it.
pub(crate) fn folder() -> Result<tempfile::TempDir, StudyError> {
    let made = tempfile::Builder::new().prefix("hailsham-check-").tempdir();
    made.map_err(|error| StudyError::File {
        path: std::env::temp_dir(),
        problem: error.to_string(),
    })
}

/// Runs a scenario into a directory: its log and its tables, without a report. `watch` is told the time
/// reached and the end, and says whether to go on.
///
/// # Errors
///
/// A run that fails or was stopped; a directory that cannot be written.
pub(crate) fn make(
    scenario: &Loaded<Programme>,
    options: &Options,
    target: &Path,
    watch: &mut dyn FnMut(Time, Time) -> bool,
) -> Result<PathBuf, StudyError> {
    keep(scenario, options, target, watch).map(|(run, _)| run)
}

/// The same, with what the run ended as.
pub(crate) fn keep(
    scenario: &Loaded<Programme>,
    options: &Options,
    target: &Path,
    watch: &mut dyn FnMut(Time, Time) -> bool,
) -> Result<(PathBuf, Finished), StudyError> {
    let parameters = describe(Some(&scenario.value));
    let mut directory = Directory::create(target, scenario, &parameters, options, "")?;
    let finished = simulate(
        &Arc::new(scenario.value.clone()),
        options,
        Some(&directory.log_file()),
        directory.key_values(),
        watch,
    )
    .map_err(|error| match error {
        RunError::Stopped(StopReason::Interrupted) => StudyError::Interrupted,
        error => StudyError::Run {
            sets: scenario.name.clone(),
            seed: options.seed,
            error,
        },
    })?;
    directory.write_results(&finished)?;
    Ok((directory.commit()?, finished))
}

/// A run in a directory that vanishes when this is dropped.
#[derive(Debug)]
pub struct PassingRun {
    path: PathBuf,
    // Held for its end.
    _folder: tempfile::TempDir,
}

impl PassingRun {
    /// Runs a scenario: its log and its tables, without a report. `watch` is told the time reached and
    /// the end, and says whether to go on.
    ///
    /// # Errors
    ///
    /// A run that fails or was stopped; a directory that cannot be written.
    pub fn make(
        scenario: &Loaded<Programme>,
        options: &Options,
        watch: &mut dyn FnMut(Time, Time) -> bool,
    ) -> Result<PassingRun, StudyError> {
        let folder = folder()?;
        let path = make(scenario, options, &folder.path().join("run"), watch)?;
        Ok(PassingRun {
            path,
            _folder: folder,
        })
    }

    /// The run's directory.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

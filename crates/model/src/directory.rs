//! A run's directory: written under a temporary name, and given its own when it is whole.
//!
//! While it is being written it is called `NAME.incomplete`, and its manifest says `running`, then
//! `finishing`. Only [`Directory::commit`] writes `complete` and renames it. Whatever ends the process before that leaves a directory whose
//! name and manifest both say that it is not whole. While the process lives it holds a [`Lock`] on the directory, so that
//! no other run takes it for one that was left.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use hailsham_engine::table::TableError;
use hailsham_scenario::{Loaded, ParameterInfo};
use serde_json::{Value, json};

use crate::lock::Lock;
use crate::programme::Programme;
use crate::run::{Finished, Kept, Options};
use crate::submodels::stories;
use crate::submodels::ties;
use crate::{Metrics, metrics, tables};

const MANIFEST: &str = "manifest.json";
/// The manifest while it is written.
const UNFINISHED: &str = "manifest.json.part";

/// Why a run's directory could not be written.
#[derive(Debug, thiserror::Error)]
pub enum DirectoryError {
    /// There is something of that name.
    #[error("{} exists already; choose another --out, or move it away", .0.display())]
    Exists(PathBuf),
    /// Another run is being written there, or was in this moment.
    #[error("{} is in use by another run; choose another --out, or wait until it is done", .0.display())]
    InUse(PathBuf),
    /// What stands there under the temporary name is not a run's.
    #[error("{} is in the way and is no unfinished run; move it away", .0.display())]
    InTheWay(PathBuf),
    /// A file could not be written.
    #[error("cannot write {}: {source}", path.display())]
    Write {
        /// The file or directory.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A table could not be written.
    #[error(transparent)]
    Table(#[from] TableError),
}

/// What an unfinished directory says of itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Incomplete {
    /// The run is under way, or its process was killed.
    Running,
    /// The tables are whole; the report is being written, or the process was killed then.
    Finishing,
    /// Somebody stopped the run.
    Interrupted,
    /// The run met an error.
    Failed,
}

impl Incomplete {
    fn word(self) -> &'static str {
        match self {
            Incomplete::Running => "running",
            Incomplete::Finishing => "finishing",
            Incomplete::Interrupted => "interrupted",
            Incomplete::Failed => "failed",
        }
    }
}

/// A run's directory while it is being written.
pub struct Directory {
    target: PathBuf,
    work: PathBuf,
    lock: Lock,
    manifest: Value,
    key_values: Vec<(String, String)>,
    started: jiff::Timestamp,
}

impl Directory {
    /// What the manifest says of the kind of a run of the donation programme.
    pub const KIND: &str = "donation";

    /// The name that the directory of a run has until it is whole.
    pub fn before(target: &Path) -> PathBuf {
        let mut name = target.file_name().unwrap_or_default().to_owned();
        name.push(".incomplete");
        target.with_file_name(name)
    }

    /// Makes the directory under its temporary name, with the scenario and a manifest that says
    /// `running`. What an earlier run of that name left unfinished is replaced; one that is being written
    /// by another process is refused.
    pub fn create(
        target: &Path,
        scenario: &Loaded<Programme>,
        parameters: &[ParameterInfo],
        options: &Options,
        command: &str,
    ) -> Result<Directory, DirectoryError> {
        let time = &scenario.value.time;
        let period = (time.first_day.as_str(), time.horizon);
        let kind = Directory::KIND;
        Directory::create_for(target, kind, scenario, period, parameters, options, command)
    }

    /// The same for a scenario of another kind, with its first day and its length in years. What is in it is written
    /// by the room of that kind; [`Directory::finish`] then says so.
    pub fn create_for<T>(
        target: &Path,
        kind: &str,
        scenario: &Loaded<T>,
        period: (&str, f64),
        parameters: &[ParameterInfo],
        options: &Options,
        command: &str,
    ) -> Result<Directory, DirectoryError> {
        if target.symlink_metadata().is_ok() {
            return Err(DirectoryError::Exists(target.to_owned()));
        }
        let work = Directory::before(target);
        let lock = take(&work)?;
        let started = jiff::Timestamp::now();
        let kept = match options.kept {
            Kept::Full => "full".to_owned(),
            Kept::Named => "named".to_owned(),
            Kept::Sample(share) => format!("sample:{share}"),
            Kept::Nothing => "none".to_owned(),
        };
        let version = env!("CARGO_PKG_VERSION");
        let manifest = json!({
            "hailsham": version,
            "kind": kind,
            "scenario": scenario.name,
            "scenario_hash": scenario.hash,
            "summary": scenario.summary,
            "seed": options.seed,
            "scale": options.scale,
            "log": kept,
            "command": command,
            "first_day": period.0,
            "horizon_years": period.1,
            "changed": scenario.changed,
            "started": started.to_string(),
            "status": Incomplete::Running.word(),
        });
        let key_values = [
            ("hailsham.version", version.to_owned()),
            ("hailsham.scenario", scenario.name.clone()),
            ("hailsham.scenario_hash", scenario.hash.clone()),
            ("hailsham.seed", options.seed.to_string()),
            ("hailsham.scale", options.scale.to_string()),
        ]
        .map(|(key, value)| (key.to_owned(), value))
        .to_vec();
        let directory = Directory {
            target: target.to_owned(),
            work,
            lock,
            manifest,
            key_values,
            started,
        };
        let begun = directory
            .write_manifest()
            .and_then(|()| directory.write("scenario.toml", scenario.text.as_bytes()))
            .and_then(|()| directory.write_json("parameters.json", &json!(parameters)));
        if let Err(error) = begun {
            // Nothing of value is lost: the run has not begun.
            let _ = fs::remove_dir_all(&directory.work);
            return Err(error);
        }
        Ok(directory)
    }

    /// Where the files are while the run goes on.
    pub fn path(&self) -> &Path {
        &self.work
    }

    /// Where the log goes.
    pub fn log_file(&self) -> PathBuf {
        self.work.join("events.parquet")
    }

    /// What is written into the footer of every table.
    pub fn key_values(&self) -> &[(String, String)] {
        &self.key_values
    }

    /// Writes the tables, the metrics and what the manifest says of a finished run. Its status is
    /// `finishing` until the directory is committed. Returns the [`metrics`](crate::metrics).
    pub fn write_results(&mut self, run: &Finished) -> Result<Metrics, DirectoryError> {
        let world = &run.world.0;
        let keys = &self.key_values;
        tables::write_series(&self.work.join("series.parquet"), &run.replayed.years, keys)?;
        tables::write_places(&self.work.join("places.parquet"), world, keys)?;
        tables::write_persons(&self.work.join("persons.parquet"), world, keys)?;
        let works = self.work.join("works.parquet");
        crate::submodels::works::write_table(&works, world, keys)?;
        ties::write_ties(&self.work.join("ties.parquet"), world, keys)?;
        let counts = self.work.join("counts.parquet");
        tables::counts::write(&counts, &run.replayed.tally, world, keys)?;
        stories::write(&self.work.join("stories.parquet"), world, keys)?;
        let values = crate::metrics(run);
        let summary: serde_json::Map<String, Value> = values
            .iter()
            .map(|(name, value)| ((*name).to_owned(), json!(value)))
            .collect();
        self.write_json("summary.json", &Value::Object(summary))?;
        self.write_json("metrics.json", &json!(*metrics::METRICS))?;
        if let Some(policies) = world.programme.policies().filter(|all| !all.is_empty()) {
            self.manifest["policies"] = json!(policies.by_organ());
        }
        let counts = json!({
            "students": run.world.students(),
            "recipients": run.world.recipients(),
            "staff": run.world.staff(),
            "events_handled": run.world.events_handled(),
            "events": run.totals.pushed,
            "events_written": run.totals.written,
            "log_bytes": run.totals.bytes,
        });
        let audit = json!(run.replayed.findings);
        self.finish(&[("counts", counts), ("audit", audit)])?;
        Ok(values)
    }

    /// Says in the manifest that the tables are whole, when that was, and what else there is to say of the run.
    pub fn finish(&mut self, said: &[(&str, Value)]) -> Result<(), DirectoryError> {
        let finished = jiff::Timestamp::now();
        let seconds = (finished.as_millisecond() - self.started.as_millisecond()) as f64 / 1000.0;
        self.manifest["status"] = json!(Incomplete::Finishing.word());
        self.manifest["finished"] = json!(finished.to_string());
        self.manifest["seconds"] = json!(seconds);
        for (key, value) in said {
            self.manifest[*key] = value.clone();
        }
        self.write_manifest()
    }

    /// Says in the manifest why the directory is not whole.
    pub fn give_up(mut self, why: Incomplete) -> Result<PathBuf, DirectoryError> {
        self.manifest["status"] = json!(why.word());
        self.write_manifest()?;
        Ok(self.work)
    }

    /// Gives the directory its name: from now on it is whole.
    pub fn commit(mut self) -> Result<PathBuf, DirectoryError> {
        // A rename onto an empty directory would succeed: somebody else's of that name stays.
        if self.target.symlink_metadata().is_ok() {
            return Err(DirectoryError::Exists(self.target));
        }
        self.manifest["status"] = json!("complete");
        self.write_manifest()?;
        let Directory {
            target, work, lock, ..
        } = self;
        // Windows renames no directory in which a file is open. Elsewhere nobody can take it until it has its name.
        let lock = (!cfg!(windows)).then_some(lock);
        fs::rename(&work, &target).map_err(|source| DirectoryError::Write {
            path: target.clone(),
            source,
        })?;
        if let Some(mut lock) = lock {
            lock.is_now_in(&target);
        }
        Ok(target)
    }

    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), DirectoryError> {
        let path = self.work.join(name);
        fs::write(&path, bytes).map_err(|source| DirectoryError::Write { path, source })
    }

    fn write_json(&self, name: &str, value: &Value) -> Result<(), DirectoryError> {
        // Pretty printing of a value that is already in memory cannot fail.
        let mut text = format!("{value:#}");
        text.push('\n');
        self.write(name, text.as_bytes())
    }

    /// The manifest is replaced as a whole: at no moment is there half of one.
    fn write_manifest(&self) -> Result<(), DirectoryError> {
        self.write_json(UNFINISHED, &self.manifest)?;
        let path = self.work.join(MANIFEST);
        fs::rename(self.work.join(UNFINISHED), &path)
            .map_err(|source| DirectoryError::Write { path, source })
    }
}

/// Makes the directory of a run under its temporary name, empty but for its lock. Of those who try at once one has it.
fn take(work: &Path) -> Result<Lock, DirectoryError> {
    let failed = |source| DirectoryError::Write {
        path: work.to_owned(),
        source,
    };
    if let Some(folder) = work.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    match fs::create_dir(work) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            if !is_unfinished_run(work) {
                return Err(DirectoryError::InTheWay(work.to_owned()));
            }
        }
        made => made.map_err(failed)?,
    }
    let in_use = || DirectoryError::InUse(work.to_owned());
    let lock = match Lock::alone(work) {
        // Whoever had it has just given it its name, or has taken it away.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(in_use()),
        lock => lock.map_err(failed)?.ok_or_else(in_use)?,
    };
    clear(work).map_err(failed)?;
    Ok(lock)
}

/// Removes what is in a directory, but for its lock; last what says that it is a run's.
fn clear(directory: &Path) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let name = entry.file_name();
        if entry.file_type()?.is_dir() {
            fs::remove_dir_all(entry.path())?;
        } else if name != Lock::FILE && name != MANIFEST {
            fs::remove_file(entry.path())?;
        }
    }
    match fs::remove_file(directory.join(MANIFEST)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}

/// Whether a directory is a run that was not finished: only such a one may be replaced.
fn is_unfinished_run(path: &Path) -> bool {
    let Ok(text) = fs::read_to_string(path.join(MANIFEST)) else {
        // Killed before its first manifest was there: it holds nothing else.
        let own = [UNFINISHED, Lock::FILE];
        return fs::read_dir(path).is_ok_and(|mut entries| {
            entries.all(|entry| entry.is_ok_and(|e| own.iter().any(|own| e.file_name() == *own)))
        });
    };
    serde_json::from_str::<Value>(&text).is_ok_and(|manifest| manifest.get("hailsham").is_some())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use hailsham_scenario::{Source, load};

    use super::*;
    use crate::built_in;

    #[test]
    fn a_run_that_is_under_way_is_not_taken_for_one_that_was_left() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("deep/run");
        let source = Source::Name("programme".to_owned());
        let scenario = load::<Programme>(&source, built_in(), &[]).unwrap();
        let create = || Directory::create(&target, &scenario, &[], &Options::default(), "");
        let first = create().unwrap();
        assert!(matches!(create(), Err(DirectoryError::InUse(_))));
        let left = first.give_up(Incomplete::Failed).unwrap();
        fs::create_dir(left.join("tables")).unwrap();
        fs::write(left.join("tables/old"), "").unwrap();

        let second = create().unwrap();
        assert!(!left.join("tables").exists(), "what was left is replaced");
        assert!(matches!(create(), Err(DirectoryError::InUse(_))));
        second.commit().unwrap();
        let mut names: Vec<_> = fs::read_dir(&target).unwrap().flatten().collect();
        names.sort_by_key(fs::DirEntry::file_name);
        let names: Vec<_> = names.iter().map(fs::DirEntry::file_name).collect();
        assert_eq!(names, ["manifest.json", "parameters.json", "scenario.toml"]);
        assert!(matches!(create(), Err(DirectoryError::Exists(_))));
    }
}

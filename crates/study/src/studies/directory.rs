//! A study's directory: what is in it at any moment is whole.
//!
//! Every file is written under a name that ends in `.part`, brought to the disk, and renamed. Whatever
//! ends the process leaves files that are whole, and perhaps a `.part`, which nobody reads.
//!
//! Who begins a study has its [`Lock`] alone until it says what it is; whoever works on it, together with
//! others who do the same. The last of them tidies up.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use hailsham_model::Lock;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::plan::{NamedRules, Plan};
use super::record::Record;
use crate::runner::StudyError;

/// What a study says of itself.
pub const STUDY_FILE: &str = "study.json";
/// What came out of it.
pub(crate) const RESULT_FILE: &str = "result.json";
const REPLICATES: &str = "replicates";
const PART: &str = "part";
const SCENARIOS: &str = "scenario";

/// Whether a path is the directory of a study.
pub fn is_study(path: &Path) -> bool {
    path.join(STUDY_FILE).is_file()
}

/// `study.json`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct StudyFile {
    /// Version of the program.
    pub(crate) hailsham: String,
    /// The command that makes the study again.
    pub(crate) command: String,
    /// `running` or `complete`.
    pub(crate) status: String,
    /// What is asked.
    pub(crate) plan: Plan,
    /// The scenarios.
    pub(crate) arms: Vec<ArmNote>,
    /// Rules that values of a sweep or a calibration name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) named: Vec<NamedRules>,
    /// The metrics of its runs: what the names mean that stand in its tables.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) metrics: Vec<MetricNote>,
    /// The parameters that are varied or sought.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) parameters: Vec<ParameterNote>,
}

/// What is noted of a parameter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct ParameterNote {
    /// Its path.
    pub(crate) path: String,
    /// Its unit; empty for a plain number or word.
    pub(crate) unit: String,
    /// What it is, in a line.
    pub(crate) text: String,
}

/// What is noted of a metric.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct MetricNote {
    /// Its name.
    pub(crate) name: String,
    /// Its unit.
    pub(crate) unit: String,
    /// What it is, in a sentence.
    pub(crate) text: String,
}

/// What is noted of a scenario.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct ArmNote {
    /// `a` or `b`.
    pub(crate) arm: String,
    /// Its name.
    pub(crate) scenario: String,
    /// It in a line.
    pub(crate) summary: String,
    /// Hash of its resolved values.
    pub(crate) scenario_hash: String,
    /// Hashes of the rules and of the data that it only names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) rules: Vec<String>,
    /// What differs from the scenario below.
    pub(crate) changed: Json,
}

/// A directory that is a study's.
pub(crate) struct Directory {
    path: PathBuf,
    /// Until it is tidied up.
    lock: Option<Lock>,
}

impl Directory {
    /// Makes it. A directory that is there and holds something is refused, and so is one in which another
    /// study is being begun.
    pub(crate) fn create(path: &Path) -> Result<Directory, StudyError> {
        fs::create_dir_all(path).map_err(|error| failed(path, &error))?;
        refuse_another(path)?;
        let lock = Lock::alone(path).map_err(|error| failed(path, &error))?;
        let lock = lock.ok_or_else(|| {
            StudyError::Taken(format!(
                "{} is in use by another study; choose another --out",
                path.display()
            ))
        })?;
        // Once more, now that nobody else begins one here.
        refuse_another(path)?;
        Ok(Directory {
            path: path.to_owned(),
            lock: Some(lock),
        })
    }

    /// Lets others work on it, now that it says what it is.
    pub(crate) fn share(&mut self) -> Result<(), StudyError> {
        self.lock = None;
        self.lock = Some(work_on(&self.path)?);
        Ok(())
    }

    /// Opens one that is there, and reads what it says of itself.
    pub(crate) fn open(path: &Path) -> Result<(Directory, StudyFile), StudyError> {
        if !is_study(path) {
            return Err(StudyError::Refused(format!(
                "{} is no study: it holds no {STUDY_FILE}",
                path.display()
            )));
        }
        // Before it is read: what it needs stays from now on, if it is not complete.
        let lock = work_on(path)?;
        let file = path.join(STUDY_FILE);
        let text = fs::read_to_string(&file).map_err(|error| failed(&file, &error))?;
        let said: Said = serde_json::from_str(&text).map_err(|error| StudyError::File {
            path: file.clone(),
            problem: error.to_string(),
        })?;
        // Another version may say other things of a study, so this comes before the rest is read.
        let version = env!("CARGO_PKG_VERSION");
        if said.hailsham != version {
            return Err(StudyError::Refused(format!(
                "the study in {} was begun by version {} and this is {version}: a study of two \
                 versions would be none of either; finish it with that version, or begin it again",
                path.display(),
                said.hailsham
            )));
        }
        let read = serde_json::from_str(&text).map_err(|error| StudyError::File {
            path: file,
            problem: error.to_string(),
        })?;
        let directory = Directory {
            path: path.to_owned(),
            lock: Some(lock),
        };
        Ok((directory, read))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The folder of the replicates; made when it is not there.
    fn replicates(&self) -> Result<PathBuf, StudyError> {
        let folder = self.path.join(REPLICATES);
        fs::create_dir_all(&folder).map_err(|error| failed(&folder, &error))?;
        Ok(folder)
    }

    fn record_file(&self, key: &str) -> PathBuf {
        self.path.join(REPLICATES).join(format!("{key}.tsv"))
    }

    /// Whether a replicate is finished.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.record_file(key).is_file()
    }

    /// Where the people of a replicate go while its study is not complete.
    pub(crate) fn persons_file(&self, key: &str) -> PathBuf {
        self.path
            .join(REPLICATES)
            .join(format!("{key}.persons.parquet"))
    }

    /// Keeps a finished replicate.
    pub(crate) fn put(&self, key: &str, record: &Record) -> Result<(), StudyError> {
        let file = self.replicates()?.join(format!("{key}.tsv"));
        replace(&file, record.text().as_bytes())
    }

    /// Keeps a file that is written by `write` under the name that it is given.
    pub(crate) fn put_file(
        &self,
        file: &Path,
        write: impl FnOnce(&Path) -> Result<(), StudyError>,
    ) -> Result<(), StudyError> {
        self.replicates()?;
        let part = part_of(file);
        let written = write(&part).and_then(|()| {
            File::open(&part)
                .and_then(|written| written.sync_all())
                .and_then(|()| fs::rename(&part, file))
                .map_err(|error| failed(file, &error))
        });
        written.inspect_err(|_| {
            // On a full disk what is half there would take the room of what follows.
            let _ = fs::remove_file(&part);
        })
    }

    /// Reads a finished replicate.
    pub(crate) fn get(&self, key: &str) -> Result<Record, StudyError> {
        let file = self.record_file(key);
        let text = fs::read_to_string(&file).map_err(|error| failed(&file, &error))?;
        Record::read(&text).map_err(|problem| StudyError::File {
            path: file,
            problem: format!("{problem}; remove it, and the replicate is made again"),
        })
    }

    /// Replaces a file of the study as a whole.
    pub(crate) fn write(&self, name: &str, bytes: &[u8]) -> Result<(), StudyError> {
        replace(&self.path.join(name), bytes)
    }

    /// The same with JSON.
    pub(crate) fn write_json(&self, name: &str, value: &impl Serialize) -> Result<(), StudyError> {
        let mut text = serde_json::to_string_pretty(value).map_err(|error| StudyError::File {
            path: self.path.join(name),
            problem: error.to_string(),
        })?;
        text.push('\n');
        self.write(name, text.as_bytes())
    }

    /// The resolved scenario of an arm.
    pub(crate) fn write_scenario(&self, arm: &str, text: &str) -> Result<(), StudyError> {
        self.write(&format!("{SCENARIOS}-{arm}.toml"), text.as_bytes())
    }

    /// Removes what was kept only until the study is complete, and what a killed process left half. While
    /// other processes work on it they need what is there, and the last of them does it.
    pub(crate) fn tidy(&mut self) -> Result<(), StudyError> {
        if !self.lock.as_mut().is_some_and(Lock::is_alone) {
            return Ok(());
        }
        let replicates = self.replicates()?;
        for (folder, people) in [(self.path(), false), (&replicates, true)] {
            let entries = fs::read_dir(folder).map_err(|error| failed(folder, &error))?;
            for path in entries.flatten().map(|entry| entry.path()) {
                let of_people = people && path.extension().is_some_and(|end| end == "parquet");
                if is_part(&path) || of_people {
                    fs::remove_file(&path).map_err(|error| failed(&path, &error))?;
                }
            }
        }
        self.lock = None;
        Ok(())
    }
}

/// The lock of who works on a study.
fn work_on(path: &Path) -> Result<Lock, StudyError> {
    Lock::with_others(path).map_err(|error| failed(&path.join(Lock::FILE), &error))
}

/// Refuses a directory that holds anything but what a study leaves that was killed before it had said what
/// it is.
fn refuse_another(path: &Path) -> Result<(), StudyError> {
    let mut entries = fs::read_dir(path).map_err(|error| failed(path, &error))?;
    let begun = |path: &Path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        is_part(path) || name == Lock::FILE || name.starts_with(&format!("{SCENARIOS}-"))
    };
    if entries.all(|entry| entry.is_ok_and(|entry| begun(&entry.path()))) {
        return Ok(());
    }
    Err(StudyError::Taken(if is_study(path) {
        format!(
            "{} is a study already; finish it with --resume, or choose another --out",
            path.display()
        )
    } else {
        format!(
            "{} exists already; choose another --out, or move it away",
            path.display()
        )
    }))
}

/// What is read of a study before anything else.
#[derive(Deserialize)]
struct Said {
    hailsham: String,
}

pub(crate) fn failed(path: &Path, error: &io::Error) -> StudyError {
    StudyError::File {
        path: path.to_owned(),
        problem: error.to_string(),
    }
}

fn is_part(path: &Path) -> bool {
    path.extension().is_some_and(|end| end == PART)
}

/// The name of a file while it is written: of this process alone, so that two that finish the same
/// study do not write into each other's files.
fn part_of(file: &Path) -> PathBuf {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.{PART}", std::process::id()));
    file.with_file_name(name)
}

/// Writes a file so that it is there as a whole or not at all, whatever happens meanwhile.
fn replace(file: &Path, bytes: &[u8]) -> Result<(), StudyError> {
    let part = part_of(file);
    let written = File::create(&part)
        .and_then(|mut out| {
            out.write_all(bytes)?;
            out.sync_all()
        })
        .and_then(|()| fs::rename(&part, file));
    written.map_err(|error| {
        // The error that is told is the one that mattered.
        let _ = fs::remove_file(&part);
        failed(file, &error)
    })?;
    // The new name is on the disk when the folder is. Not every system lets a folder be opened.
    if let Some(folder) = file.parent().and_then(|folder| File::open(folder).ok()) {
        let _ = folder.sync_all();
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn files(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    /// Two at work on a study: the first to be done takes nothing away from the other.
    #[test]
    fn the_last_one_tidies_up() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("study");
        let mut one = Directory::create(&path).unwrap();
        assert!(matches!(
            Directory::create(&path),
            Err(StudyError::Taken(_))
        ));
        one.write(STUDY_FILE, b"{}").unwrap();
        one.share().unwrap();
        assert!(matches!(
            Directory::create(&path),
            Err(StudyError::Taken(_))
        ));
        let lock = Some(work_on(&path).unwrap());
        let mut other = Directory {
            path: path.clone(),
            lock,
        };
        let people = other.persons_file("a-000001");
        other
            .put_file(&people, |part| {
                fs::write(part, "everybody").unwrap();
                one.tidy()
            })
            .unwrap();
        assert_eq!(fs::read_to_string(&people).unwrap(), "everybody");
        // What a process left that was killed.
        fs::write(path.join("result.json.1.part"), "").unwrap();
        one.tidy().unwrap();
        assert!(people.is_file());
        other.tidy().unwrap();
        assert_eq!(files(&path), [REPLICATES, STUDY_FILE]);
        assert!(files(&path.join(REPLICATES)).is_empty());
    }
}

//! Shared pieces of the tests across the rooms: whole runs on disk, their logs and tables, and the
//! few statistics that the tests compare with.
//!
//! What comes in: changes to the built-in scenario (as with `--set`), and [`Options`]. What goes
//! out: a [`Run`], written to a directory of its own that is gone when the run is dropped. The tests
//! read what is on disk, as any stranger would.
//!
//! Every test runs at fixed seeds: it passes always or never. The bounds are chosen so that of a
//! thousand seeds, or many more, one would be expected outside them if the program is right.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::missing_panics_doc)]

pub mod statistics;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use hailsham_engine::log::{LogReader, Record};
use hailsham_engine::table::TableReader;
use hailsham_engine::time::{Epoch, Time};
use hailsham_model::event::Event;
use hailsham_model::{
    Directory, Finished, Kept, Options, Programme, Topics, built_in, metrics, simulate,
};
use hailsham_scenario::{Loaded, Source, load};
use tempfile::TempDir;

/// The built-in scenario that the tests run.
pub const SCENARIO: &str = "programme";

/// Settings under which nobody falls ill: for tests that are about students alone.
pub const NOBODY_ILL: [&str; 1] = ["recipients.incidence_factor=0"];

/// Settings under which minds are not followed: for tests of bodies, beds and arrivals at a scale at
/// which meetings would take most of the time.
pub const BODIES_ALONE: [&str; 1] = ["contacts.inner_life=false"];

/// The built-in scenario with changes, each as `path=value`.
pub fn scenario(sets: &[&str]) -> Loaded<Programme> {
    scenario_named(SCENARIO, sets)
}

fn scenario_named(name: &str, sets: &[&str]) -> Loaded<Programme> {
    let sets: Vec<String> = sets.iter().map(|set| (*set).to_owned()).collect();
    match load::<Programme>(&Source::Name(name.to_owned()), built_in(), &sets) {
        Ok(loaded) => loaded,
        Err(error) => panic!("{}", error.render(false)),
    }
}

/// Options of a small run: everything as by default but the scale and the seed.
pub fn small(scale: f64, seed: u64) -> Options {
    Options {
        seed,
        scale,
        ..Options::default()
    }
}

/// A run that reached its horizon, with its directory.
pub struct Run {
    /// The scenario it ran.
    pub programme: Arc<Programme>,
    /// How it was run.
    pub options: Options,
    /// What the simulation gave back.
    pub finished: Finished,
    directory: PathBuf,
    topics: Vec<String>,
    // Dropped last: with it the files go.
    _folder: TempDir,
}

impl Run {
    /// Runs the built-in scenario with changes and writes its directory.
    pub fn of(sets: &[&str], options: Options) -> Run {
        Run::of_scenario(SCENARIO, sets, options)
    }

    /// The same of another built-in scenario.
    pub fn of_scenario(name: &str, sets: &[&str], options: Options) -> Run {
        let scenario = scenario_named(name, sets);
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("run");
        let mut directory = Directory::create(&target, &scenario, &[], &options, "").unwrap();
        let programme = Arc::new(scenario.value);
        let finished = simulate(
            &programme,
            &options,
            Some(&directory.log_file()),
            directory.key_values(),
            &mut |_, _| true,
        )
        .unwrap();
        directory.write_results(&finished).unwrap();
        let directory = directory.commit().unwrap();
        Run {
            topics: Topics::new(&programme).labels().to_vec(),
            programme,
            options,
            finished,
            directory,
            _folder: folder,
        }
    }

    /// Where its files are.
    pub fn path(&self) -> &Path {
        &self.directory
    }

    /// Its log on disk.
    pub fn log_file(&self) -> PathBuf {
        self.directory.join("events.parquet")
    }

    /// Its calendar.
    pub fn epoch(&self) -> Epoch {
        self.programme.epoch()
    }

    /// Every record of its log, read from disk.
    pub fn records(&self) -> Vec<Record> {
        let mut records = Vec::new();
        self.each_record(|record| records.push(*record));
        records
    }

    /// Shows every record of its log on disk to `see`, in order: for logs too long to hold.
    pub fn each_record(&self, see: impl FnMut(&Record)) {
        assert_eq!(self.options.kept, Kept::Full, "only a full log is read");
        let events: Vec<&str> = Event::ALL.iter().map(|event| event.name()).collect();
        let mut reader = LogReader::open(self.log_file())
            .and_then(|reader| reader.with_names(&events, &self.topics))
            .unwrap();
        let (mut batch, mut see) = (Vec::new(), see);
        while reader.next_batch(&mut batch).unwrap() {
            batch.iter().for_each(&mut see);
        }
    }

    /// The word of a record's topic.
    pub fn topic(&self, record: &Record) -> &str {
        &self.topics[usize::from(record.topic)]
    }

    /// The number of a word among the topics.
    pub fn topic_number(&self, word: &str) -> u8 {
        let position = self.topics.iter().position(|topic| topic == word);
        position.expect("a topic of the scenario") as u8
    }

    /// One of its tables.
    pub fn table(&self, name: &str) -> TableReader {
        TableReader::open(self.directory.join(name)).unwrap()
    }

    /// A metric that has a value.
    pub fn metric(&self, name: &str) -> f64 {
        let found = metrics(&self.finished)
            .into_iter()
            .find(|(metric, _)| *metric == name);
        let (_, value) = found.unwrap_or_else(|| panic!("no metric is called {name}"));
        value.unwrap_or_else(|| panic!("{name} has no value"))
    }

    /// The time of a timestamp in its tables.
    pub fn time(&self, milliseconds: i64) -> Time {
        self.epoch().time_from_milliseconds(milliseconds)
    }

    /// Every file of the run with this extension, by name.
    pub fn files(&self, extension: &str) -> BTreeMap<String, Vec<u8>> {
        files_of(&self.directory, extension)
    }
}

/// Every file of a directory with this extension, by name.
pub fn files_of(directory: &Path, extension: &str) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|found| found == extension) {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            files.insert(name, fs::read(&path).unwrap());
        }
    }
    files
}

/// What happened in a record.
pub fn event_of(record: &Record) -> Event {
    Event::from_code(record.event).expect("an event of this version")
}

//! A run's directory, opened for questions about single people.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use hailsham_engine::log::Keep;
use hailsham_engine::table::{Coded, TableReader};
use hailsham_engine::time::{Epoch, Time};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::LifeError;
use crate::person::{People, Person};

/// Names offered where one is not found.
const OFFERED: usize = 3;

/// What the manifest says.
#[derive(Deserialize)]
struct Manifest {
    scenario: String,
    seed: u64,
    log: String,
    first_day: String,
    horizon_years: f64,
}

/// What a telling depends on of the run's parameters.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// How memory works.
    pub(crate) memory: hailsham_memory::Parameters,
    /// Most operations of a donor.
    pub(crate) cap: f64,
}

/// A place.
#[derive(Clone, PartialEq, Debug)]
pub struct Place {
    /// Number in the run.
    pub id: u32,
    /// Name.
    pub name: String,
    /// `school`, `cottages`, `recovery_centre` or `landmark`.
    pub kind: String,
    /// `humane` or `ordinary`, of a school.
    pub school_kind: Option<String>,
}

/// A run whose people can be asked for.
pub struct Run {
    /// The directory.
    pub path: PathBuf,
    /// The scenario's name.
    pub scenario: String,
    /// The seed.
    pub seed: u64,
    /// The calendar.
    pub epoch: Epoch,
    /// When the run ended.
    pub end: Time,
    /// The places, by number.
    pub places: BTreeMap<u32, Place>,
    pub(crate) people: People,
    kept: Kept,
    /// The same as the manifest says it.
    log: String,
}

/// Whose records the log has.
#[derive(Clone, Copy, Debug)]
enum Kept {
    Everybody,
    /// The cast of the history.
    Cast,
    /// A share of all.
    Share(f64),
}

impl Kept {
    /// As the manifest says it; none where it is no such word, or where nothing was kept.
    fn read(log: &str) -> Option<Kept> {
        match log {
            "full" => Some(Kept::Everybody),
            "named" => Some(Kept::Cast),
            _ => log.strip_prefix("sample:")?.parse().ok().map(Kept::Share),
        }
    }

    fn holds(self, person: &Person) -> bool {
        match self {
            Kept::Everybody => true,
            Kept::Cast => person.cast.is_some(),
            Kept::Share(share) => Keep::samples(share, person.id),
        }
    }
}

impl Run {
    /// Opens a run's directory.
    ///
    /// Fails when there is no run, or when a table is missing or damaged.
    pub fn open(path: impl AsRef<Path>) -> Result<Run, LifeError> {
        let path = path.as_ref().to_path_buf();
        let manifest_file = path.join("manifest.json");
        if !manifest_file.is_file() {
            return Err(LifeError::NotARun { path });
        }
        let manifest: Manifest = json(&manifest_file)?;
        let Some(kept) = Kept::read(&manifest.log) else {
            return Err(LifeError::NoLog { path });
        };
        let epoch = first_day(&manifest.first_day).ok_or_else(|| LifeError::File {
            path: manifest_file,
            problem: format!(
                "first_day is {:?}, no date like 1955-01-01",
                manifest.first_day
            ),
        })?;
        Ok(Run {
            scenario: manifest.scenario,
            seed: manifest.seed,
            end: epoch.years_later(Time::START, manifest.horizon_years),
            places: places(&TableReader::open(path.join("places.parquet"))?)?,
            people: People::open(&path.join("persons.parquet"), epoch)?,
            epoch,
            path,
            kept,
            log: manifest.log,
        })
    }

    /// Refuses the life of somebody of whom the log has only what it has of others: it would look whole.
    pub(crate) fn refuse_not_kept(&self, person: &Person) -> Result<(), LifeError> {
        if self.kept.holds(person) {
            return Ok(());
        }
        Err(LifeError::NotKept {
            path: self.path.clone(),
            called: person.called(),
            log: self.log.clone(),
        })
    }

    /// The number of a person who is asked for by number, by the key of the cast, or by name; of
    /// names, case does not matter, and the given name alone will do where one person has it.
    pub fn find(&mut self, asked: &str) -> Result<u32, LifeError> {
        let asked = asked.trim();
        // A number that nobody could have is one all the same, and no name.
        if let Ok(number) = asked.parse::<i128>() {
            let id = u32::try_from(number).ok();
            let id = id.filter(|id| self.people.ids().binary_search(id).is_ok());
            return id.ok_or_else(|| LifeError::Nobody {
                asked: asked.to_owned(),
                hint: self.numbers(),
            });
        }
        let (cast, names) = (self.people.whole("cast")?, self.people.whole("name")?);
        let wanted = asked.to_lowercase();
        if let Some(row) = rows_of(&cast, |label| label.to_lowercase() == wanted).first() {
            return Ok(self.people.ids()[*row]);
        }
        let mut found = rows_of(&names, |label| label.to_lowercase() == wanted);
        if found.is_empty() {
            let given = |label: &str| {
                let label = label.to_lowercase();
                label
                    .split_once(' ')
                    .is_some_and(|(given, _)| given == wanted)
            };
            found = rows_of(&names, given);
        }
        match found.as_slice() {
            [] => Err(LifeError::Nobody {
                asked: asked.to_owned(),
                hint: nearest(&wanted, cast.labels.iter().chain(&names.labels)),
            }),
            [row] => Ok(self.people.ids()[*row]),
            rows => {
                let numbers = rows.iter().take(OFFERED).map(|row| self.people.ids()[*row]);
                let numbers: Vec<_> = numbers.map(|id| id.to_string()).collect();
                Err(LifeError::Several {
                    asked: asked.to_owned(),
                    count: rows.len(),
                    numbers: numbers.join(", "),
                })
            }
        }
    }

    /// These people, by number; who is not in the run is left out.
    pub fn persons(&mut self, ids: &[u32]) -> Result<BTreeMap<u32, Person>, LifeError> {
        let people = self.people.read(ids)?;
        Ok(people
            .into_iter()
            .map(|person| (person.id, person))
            .collect())
    }

    /// The parameters of memory, and what else a telling depends on. Those that the run's file does
    /// not have are as by default.
    pub(crate) fn settings(&self) -> Result<Settings, LifeError> {
        #[derive(Deserialize)]
        struct Parameter {
            path: String,
            value: serde_json::Value,
        }
        let path = self.path.join("parameters.json");
        let parameters: Vec<Parameter> = json(&path)?;
        let mut memory = serde_json::Map::new();
        let mut cap = f64::INFINITY;
        for Parameter { path, value } in parameters {
            if let Some(key) = path.strip_prefix("memory.") {
                memory.insert(key.to_owned(), value);
            } else if path == "donation.cap" {
                // A cap of none is as many as the plan has.
                let given = value.as_f64().filter(|given| *given > 0.0);
                cap = cap.min(given.unwrap_or(cap));
            } else if path == "donation.plan" {
                cap = cap.min(value.as_array().map_or(cap, |plan| plan.len() as f64));
            }
        }
        let memory = serde_json::from_value(serde_json::Value::Object(memory));
        let memory = memory.map_err(|error| LifeError::File {
            path,
            problem: error.to_string(),
        })?;
        Ok(Settings { memory, cap })
    }

    /// Everybody whom the scenario's history names, by number.
    pub fn cast(&mut self) -> Result<BTreeMap<u32, Person>, LifeError> {
        let cast = self.people.whole("cast")?;
        let ids: Vec<_> = rows_of(&cast, |_| true)
            .iter()
            .map(|row| self.people.ids()[*row])
            .collect();
        self.persons(&ids)
    }

    /// The numbers of everybody in the run, in order.
    pub fn everybody(&self) -> &[u32] {
        self.people.ids()
    }

    /// Which numbers there are.
    fn numbers(&self) -> String {
        let ids = self.people.ids();
        let mut stretches: Vec<(u32, u32)> = Vec::new();
        for id in ids {
            match stretches.last_mut() {
                Some((_, last)) if *last + 1 == *id => *last = *id,
                _ => stretches.push((*id, *id)),
            }
        }
        let shown: Vec<_> = stretches
            .iter()
            .map(|(first, last)| match last - first {
                0 => first.to_string(),
                _ => format!("{first} to {last}"),
            })
            .collect();
        format!(": people have the numbers {}", shown.join(", "))
    }
}

/// The rows whose label is wanted.
fn rows_of(column: &Coded, wanted: impl Fn(&str) -> bool) -> Vec<usize> {
    let is_wanted: Vec<bool> = column.labels.iter().map(|label| wanted(label)).collect();
    let rows = column.codes.iter().enumerate();
    rows.filter(|(_, code)| code.is_some_and(|code| is_wanted[code as usize]))
        .map(|(row, _)| row)
        .collect()
}

/// The names most like the one that was asked for.
fn nearest<'a>(asked: &str, names: impl Iterator<Item = &'a String>) -> String {
    let mut near: Vec<(f64, &String)> = names
        .map(|name| (strsim::jaro_winkler(asked, &name.to_lowercase()), name))
        .filter(|(likeness, _)| *likeness > 0.8)
        .collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    near.truncate(OFFERED);
    let names: Vec<_> = near.iter().map(|(_, name)| name.as_str()).collect();
    if names.is_empty() {
        return "; `persons.parquet` has everybody's number and name".to_owned();
    }
    format!("; the nearest names are {}", names.join(", "))
}

pub(crate) fn json<T: DeserializeOwned>(path: &Path) -> Result<T, LifeError> {
    let wrong = |problem: String| LifeError::File {
        path: path.to_owned(),
        problem,
    };
    let bytes = std::fs::read(path).map_err(|error| wrong(error.to_string()))?;
    serde_json::from_slice(&bytes).map_err(|error| wrong(error.to_string()))
}

fn first_day(text: &str) -> Option<Epoch> {
    let mut parts = text.splitn(3, '-');
    let year = parts.next()?.parse().ok()?;
    let (month, day) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    Epoch::new(year, month, day).ok()
}

fn places(table: &TableReader) -> Result<BTreeMap<u32, Place>, LifeError> {
    let (ids, names) = (table.u32("id")?, table.coded("name")?);
    let (kinds, schools) = (table.coded("kind")?, table.coded("school_kind")?);
    let label = |column: &Coded, row: usize| column.label(row).map(str::to_owned);
    let rows = ids.into_iter().enumerate();
    let places = rows.filter_map(|(row, id)| {
        let place = Place {
            id: id?,
            name: label(&names, row)?,
            kind: label(&kinds, row)?,
            school_kind: label(&schools, row),
        };
        Some((place.id, place))
    });
    Ok(places.collect())
}

//! A run's directory: what was run, its calendar, its places.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use hailsham_engine::table::{Coded, TableReader};
use hailsham_engine::time::{Epoch, Time};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;

use super::columns::Table;
use super::compile::Rows;
use super::people::People;
use super::select::in_years;
use crate::runner::StudyError;

const MANIFEST: &str = "manifest.json";

/// Whether a path is the directory of a run.
pub fn is_run(path: &Path) -> bool {
    path.join(MANIFEST).is_file()
}

/// What the manifest says.
#[derive(Deserialize)]
pub(crate) struct Manifest {
    pub(crate) seed: u64,
    pub(crate) log: String,
    pub(crate) first_day: String,
    pub(crate) horizon_years: f64,
    #[serde(default)]
    pub(crate) audit: Option<Audit>,
}

/// What the auditor found.
#[derive(Deserialize)]
pub(crate) struct Audit {
    #[serde(default)]
    pub(crate) rules: Vec<Rule>,
}

#[derive(Deserialize)]
pub(crate) struct Rule {
    pub(crate) rule: String,
    pub(crate) violations: u64,
}

/// A place as the run has it.
pub(crate) struct PlaceRow {
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) school_kind: Option<String>,
}

/// The days of a run. Times are minutes from its first day; in expressions, calendar years with a
/// fraction.
#[derive(Clone, Copy)]
pub(crate) struct Calendar {
    pub(crate) epoch: Epoch,
    pub(crate) horizon: Time,
}

impl Calendar {
    pub(crate) fn years(&self, minutes: f64) -> f64 {
        in_years(self.epoch, Time::from_minutes(minutes as i32))
    }

    /// The minute of a calendar year with a fraction.
    pub(crate) fn minutes(&self, years: f64) -> f64 {
        if years.is_infinite() {
            return years;
        }
        let year = years.floor();
        let start = self.epoch.start_of_year(year as i16);
        let next = self.epoch.start_of_year((year as i16).saturating_add(1));
        let length = f64::from((next - start).minutes());
        f64::from(start.minutes()) + ((years - year) * length).round()
    }

    /// The day of a calendar year with a fraction, as 1992-03-04; none far from the run's own years:
    /// a time less a year is a number of years.
    pub(crate) fn day(&self, years: f64) -> Option<String> {
        const NEAR: f64 = 500.0;
        ((years - self.years(0.0)).abs() < NEAR).then(|| {
            let date = self
                .epoch
                .date(Time::from_minutes(self.minutes(years) as i32));
            format!("{:04}-{:02}-{:02}", date.year, date.month, date.day)
        })
    }
}

/// A run whose tables can be read.
pub(crate) struct RunFiles {
    pub(crate) path: PathBuf,
    pub(crate) manifest: Manifest,
    pub(crate) calendar: Calendar,
    pub(crate) metrics: serde_json::Map<String, Json>,
    pub(crate) places: HashMap<u32, PlaceRow>,
    pub(crate) people: People,
}

impl RunFiles {
    pub(crate) fn open(path: &Path) -> Result<RunFiles, StudyError> {
        let manifest: Manifest = json(&path.join(MANIFEST))?;
        let calendar = calendar(&manifest).ok_or_else(|| StudyError::File {
            path: path.join(MANIFEST),
            problem: format!("first_day is {:?}, no date", manifest.first_day),
        })?;
        let places = places(&TableReader::open(file(path, Table::Places))?)?;
        let people = People::read(&file(path, Table::Persons), calendar)?;
        Ok(RunFiles {
            path: path.to_owned(),
            metrics: json(&path.join("summary.json"))?,
            calendar,
            places,
            people,
            manifest,
        })
    }

    /// The same, of a run whose log can be trusted.
    pub(crate) fn whole(path: &Path) -> Result<RunFiles, StudyError> {
        let files = RunFiles::open(path)?;
        match files.broken() {
            Some(rule) => Err(StudyError::Broken {
                run: format!("in {} (seed {})", path.display(), files.manifest.seed),
                rule: rule.to_owned(),
            }),
            None => Ok(files),
        }
    }

    /// Whether the run has kept all that these rows are taken from.
    pub(crate) fn can_answer(&self, rows: &Rows) -> bool {
        let of = |table: Table| rows.selections.iter().any(|of| of.table == table);
        (self.manifest.log == "full" || !rows.reads_events())
            && (!of(Table::Claims) || file(&self.path, Table::Claims).is_file())
    }

    /// The first rule that the log breaks.
    fn broken(&self) -> Option<&str> {
        let rules = &self.manifest.audit.as_ref()?.rules;
        let broken = rules.iter().find(|rule| rule.violations > 0)?;
        Some(&broken.rule)
    }
}

/// Where a table of a run stands.
pub(crate) fn file(run: &Path, table: Table) -> PathBuf {
    run.join(table.name()).with_extension("parquet")
}

/// Reads a JSON file of a known shape.
pub(crate) fn json<T: DeserializeOwned>(path: &Path) -> Result<T, StudyError> {
    let wrong = |problem: String| StudyError::File {
        path: path.to_owned(),
        problem,
    };
    let bytes = std::fs::read(path).map_err(|error| wrong(error.to_string()))?;
    serde_json::from_slice(&bytes).map_err(|error| wrong(error.to_string()))
}

fn calendar(manifest: &Manifest) -> Option<Calendar> {
    let mut parts = manifest.first_day.splitn(3, '-');
    let year = parts.next()?.parse().ok()?;
    let (month, day) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    let epoch = Epoch::new(year, month, day).ok()?;
    let horizon = epoch.years_later(Time::START, manifest.horizon_years);
    Some(Calendar { epoch, horizon })
}

fn places(table: &TableReader) -> Result<HashMap<u32, PlaceRow>, StudyError> {
    let (ids, names) = (table.u32("id")?, table.coded("name")?);
    let (kinds, schools) = (table.coded("kind")?, table.coded("school_kind")?);
    let label = |column: &Coded, row: usize| column.label(row).map(str::to_owned);
    let rows = ids.into_iter().enumerate();
    let places = rows.filter_map(|(row, id)| {
        let place = PlaceRow {
            name: label(&names, row)?,
            kind: label(&kinds, row)?,
            school_kind: label(&schools, row),
        };
        Some((id?, place))
    });
    Ok(places.collect())
}

//! Who is who in a run: when they were born, of which kind they are, what they are called.

use std::collections::HashMap;
use std::path::Path;

use hailsham_engine::table::{Coded, TableError, TableReader};
use hailsham_engine::time::Time;
use hailsham_model::KINDS;
use hailsham_model::person::{FIRST_RECIPIENT, FIRST_STAFF};

use super::run::Calendar;

/// Everyone, by number.
pub(crate) struct People {
    /// The number of each row.
    ids: Vec<u32>,
    /// The cast: key and number.
    pub(crate) cast: HashMap<String, u32>,
    /// In minutes from the first day.
    born: Vec<f64>,
    /// Among [`KINDS`].
    kinds: Vec<Option<u8>>,
    names: Coded,
}

impl People {
    pub(crate) fn read(path: &Path, calendar: Calendar) -> Result<People, TableError> {
        let table = TableReader::open(path)?;
        let ids: Vec<u32> = table.u32("id")?.into_iter().flatten().collect();
        let mut cast = HashMap::new();
        if table.column("cast").is_some() {
            let keys = table.coded("cast")?;
            for (row, id) in ids.iter().enumerate() {
                if let Some(key) = keys.label(row) {
                    cast.insert(key.to_owned(), *id);
                }
            }
        }
        let minutes = |at: i64| f64::from(calendar.epoch.time_from_milliseconds(at).minutes());
        let born = table.timestamp("born")?.into_iter();
        let kinds = table.coded("kind")?;
        let code = |label: &String| KINDS.iter().position(|kind| kind == label);
        let codes: Vec<Option<usize>> = kinds.labels.iter().map(code).collect();
        let kind = |code: Option<u32>| Some((*codes.get(code? as usize)?)? as u8);
        Ok(People {
            born: born.map(|at| at.map_or(f64::NAN, minutes)).collect(),
            kinds: kinds.codes.into_iter().map(kind).collect(),
            names: table.coded("name")?,
            ids,
            cast,
        })
    }

    /// The row of a person. Numbers ascend, and those of students begin at 0 with few left out.
    fn row(&self, person: u32) -> Option<usize> {
        if self.ids.get(person as usize) == Some(&person) {
            return Some(person as usize);
        }
        self.ids.binary_search(&person).ok()
    }

    /// The age in years at a time, in minutes; not a number where it is not known.
    pub(crate) fn age(&self, person: u32, minutes: f64) -> f64 {
        let born = self.row(person).and_then(|row| self.born.get(row).copied());
        born.filter(|born| !born.is_nan()).map_or(f64::NAN, |born| {
            let at = |minutes: f64| Time::from_minutes(minutes as i32);
            hailsham_engine::time::age(at(born), at(minutes))
        })
    }

    /// The kind, as a number among [`KINDS`]; not a number where it is not known.
    pub(crate) fn kind(&self, person: u32) -> f64 {
        // Those of which there are many are told by their numbers.
        if person < FIRST_RECIPIENT {
            return 0.0;
        }
        if person < FIRST_STAFF {
            return 1.0;
        }
        let kind = self.row(person).and_then(|row| *self.kinds.get(row)?);
        kind.map_or(f64::NAN, f64::from)
    }

    /// The key of one of the cast.
    pub(crate) fn key(&self, person: u32) -> Option<&str> {
        let found = self.cast.iter().find(|(_, number)| **number == person);
        found.map(|(key, _)| key.as_str())
    }

    /// The name, if there is one.
    pub(crate) fn name(&self, person: u32) -> Option<&str> {
        self.names.label(self.row(person)?)
    }

    /// What a reader knows a person by.
    pub(crate) fn shown(&self, person: u32) -> String {
        match (self.name(person), self.key(person)) {
            (Some(name), Some(_)) => name.to_owned(),
            (Some(name), None) => format!("{name} ({person})"),
            (None, Some(key)) => key.to_owned(),
            (None, None) => {
                let kind = self.kind(person);
                let kind = KINDS.get(kind as usize).filter(|_| !kind.is_nan());
                format!("{} {person}", kind.unwrap_or(&"person"))
            }
        }
    }
}

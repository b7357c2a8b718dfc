//! A run in a few numbers: enough to say whether two runs are the same in what concerns a room of the
//! model, until which day they are the same in everything, and whether the same people are in both.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hasher};

use hailsham_engine::log::{Record, Workers};
use hailsham_engine::time::{Epoch, Time};
use hailsham_model::event::Event;
use hailsham_model::{Options, metrics};
use hailsham_tests::{Run, event_of, small};

use crate::rooms::Room;

/// What is given to a student at making and to one of the public at falling ill, as columns of
/// `persons.parquet` (`abo`, blood group; `death_without`, the death that is drawn beforehand).
const SHARES: [&str; 8] = [
    "empathy",
    "frailty",
    "talent",
    "insecurity",
    "ambition",
    "irascibility",
    "curiosity",
    "boldness",
];
const WORDS: [&str; 3] = ["kind", "sex", "abo"];
const TIMES: [&str; 2] = ["born", "death_without"];

/// What two runs are compared by.
pub(crate) struct Digest {
    pub(crate) epoch: Epoch,
    metrics: HashMap<&'static str, Option<f64>>,
    counts: Vec<u32>,
    /// By event: the first day on which it happened.
    first: Vec<Option<usize>>,
    /// Hash of the log up to the end of each day.
    days: Vec<u64>,
    /// By room: hash of its records up to the end of each year of the run.
    rooms: Vec<Vec<u64>>,
    /// Share of donors who were given a carer of their own school, of all who were given one.
    pub(crate) schoolmates: f64,
    /// By identity: what is given to a person, by trait.
    people: HashMap<u64, Vec<u64>>,
}

/// Adds a record to a hash, with the bits of its measure.
fn add(hasher: &mut DefaultHasher, record: &Record) {
    hasher.write_i32(record.time.minutes());
    for number in [record.who, record.whom, record.place, record.object] {
        hasher.write_u32(number);
    }
    hasher.write_i32(record.n);
    hasher.write_u32(record.value.to_bits());
    hasher.write_u8(record.event);
    hasher.write_u8(record.topic);
}

/// Number of a day of the run.
pub(crate) fn day(time: Time) -> usize {
    const MINUTES: i32 = 24 * 60;
    usize::try_from(time.minutes() / MINUTES).expect("nothing happens before the first day")
}

const YEAR: usize = 365;

impl Digest {
    /// Runs the scenario with changes.
    pub(crate) fn of(sets: &[&str], scale: f64, seed: u64) -> Digest {
        let options = Options {
            // The runs share the processors; a second thread for each would only wait.
            workers: Workers::Inline,
            ..small(scale, seed)
        };
        let run = Run::of(sets, options);
        let mut log = DefaultHasher::new();
        let mut hashers = vec![DefaultHasher::new(); Room::ALL.len()];
        let mut rooms = vec![Vec::new(); Room::ALL.len()];
        let mut counts = vec![0; Event::ALL.len()];
        let mut first = vec![None; Event::ALL.len()];
        let mut days = Vec::new();
        let schools = run.table("persons.parquet").u32("school").unwrap();
        let mut carers = Vec::new();
        run.each_record(|record| {
            let today = day(record.time);
            days.resize(today, log.finish());
            let event = event_of(record);
            let room = Room::of(event) as usize;
            rooms[room].resize(today / YEAR, hashers[room].finish());
            add(&mut log, record);
            add(&mut hashers[room], record);
            counts[event as usize] += 1;
            first[event as usize].get_or_insert(today);
            if event == Event::CarerAssigned {
                // Students stand first in the table, by their numbers.
                let school = |person: u32| schools[person as usize];
                carers.push(f64::from(school(record.who) == school(record.whom)));
            }
        });
        days.push(log.finish());
        for (room, hasher) in rooms.iter_mut().zip(&hashers) {
            room.resize(days.len() / YEAR + 1, hasher.finish());
        }
        Digest {
            epoch: run.epoch(),
            metrics: metrics(&run.finished).into_iter().collect(),
            counts,
            first,
            days,
            rooms,
            schoolmates: carers.iter().sum::<f64>() / carers.len() as f64,
            people: people(&run),
        }
    }

    /// A metric; none where there is nothing to take it of.
    pub(crate) fn metric(&self, name: &str) -> Option<f64> {
        *self
            .metrics
            .get(name)
            .unwrap_or_else(|| panic!("no metric is called {name}"))
    }

    /// How often an event happened.
    pub(crate) fn count(&self, event: Event) -> u32 {
        self.counts[event as usize]
    }

    /// The first day on which an event happened.
    pub(crate) fn first(&self, event: Event) -> Option<usize> {
        self.first[event as usize]
    }

    /// The first day on which the two logs differ.
    pub(crate) fn parting(&self, other: &Digest) -> Option<usize> {
        let differs = self.days.iter().zip(&other.days).position(|(a, b)| a != b);
        differs
            .or((self.days.len() != other.days.len())
                .then_some(self.days.len().min(other.days.len())))
    }

    /// The year of the run, counted from 0, by whose end the records of a room differ.
    pub(crate) fn room_parting(&self, other: &Digest, room: Room) -> Option<usize> {
        let (mine, theirs) = (&self.rooms[room as usize], &other.rooms[room as usize]);
        mine.iter().zip(theirs).position(|(a, b)| a != b)
    }

    /// Of those who are in both runs: their number, and the traits that are not the same of all.
    pub(crate) fn people(&self, other: &Digest) -> (usize, Vec<&'static str>) {
        let names: Vec<&'static str> = SHARES.into_iter().chain(WORDS).chain(TIMES).collect();
        let mut both = 0;
        let mut differs = vec![false; names.len()];
        for (identity, mine) in &self.people {
            if let Some(theirs) = other.people.get(identity) {
                both += 1;
                for (column, differs) in differs.iter_mut().enumerate() {
                    *differs |= mine[column] != theirs[column];
                }
            }
        }
        let names = names.into_iter().zip(differs);
        (
            both,
            names.filter(|(_, is)| *is).map(|(name, _)| name).collect(),
        )
    }

    /// How many people it has.
    pub(crate) fn size(&self) -> usize {
        self.people.len()
    }
}

/// What was given to each student and each of the ill, by identity.
fn people(run: &Run) -> HashMap<u64, Vec<u64>> {
    let persons = run.table("persons.parquet");
    let kinds = persons.coded("kind").unwrap();
    let mut columns: Vec<Vec<u64>> = Vec::new();
    for name in SHARES {
        let values = persons.f32(name).unwrap();
        let bits = |value: Option<f32>| value.map_or(u64::MAX, |value| u64::from(value.to_bits()));
        columns.push(values.into_iter().map(bits).collect());
    }
    for name in WORDS {
        let words = persons.coded(name).unwrap();
        let hash = |row: usize| {
            let mut hasher = DefaultHasher::new();
            hasher.write(words.label(row).unwrap_or_default().as_bytes());
            hasher.finish()
        };
        columns.push((0..persons.rows()).map(hash).collect());
    }
    for name in TIMES {
        let times = persons.timestamp(name).unwrap();
        columns.push(
            times
                .into_iter()
                .map(|time| time.map_or(u64::MAX, |at| at as u64))
                .collect(),
        );
    }
    let identities = persons.u64("identity").unwrap();
    (0..persons.rows())
        .filter(|row| matches!(kinds.label(*row), Some("student" | "recipient")))
        .map(|row| {
            let given = columns.iter().map(|column| column[row]).collect();
            (identities[row].expect("everybody has one"), given)
        })
        .collect()
}

//! One person's records of the log, in order: what was done, undergone and witnessed.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use hailsham_engine::log::Lookup;
use hailsham_engine::table::TableReader;
use hailsham_engine::time::Time;

use crate::LifeError;
use crate::person::{Person, ranges};
use crate::run::Run;

/// What the key of a place begins at in the index.
const FIRST_PLACE_KEY: u32 = 0xF000_0000;

/// Events whose column `object` is a person: the third of three.
const OF_THREE: [&str; 2] = ["interfered", "kept_apart"];

/// What a person is in a record.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Role {
    /// Who did it, or to whom it happened: the column `who`.
    Who,
    /// The other one concerned: the column `whom`.
    Whom,
    /// The third one of three: the column `object`, of the events that have a person there.
    Third,
    /// Neither: one of those who were at the place and saw it.
    Present,
}

/// One record, as it concerns the person.
#[derive(Clone, PartialEq, Debug)]
pub struct Happening {
    /// Number of the record in the log, from 0.
    pub row: u64,
    /// When.
    pub at: Time,
    /// What: the name of the event.
    pub event: String,
    /// What the person is in it.
    pub role: Role,
    /// Who did it, or to whom it happened.
    pub who: Option<u32>,
    /// The other one concerned.
    pub whom: Option<u32>,
    /// The third one, where three are concerned.
    pub third: Option<u32>,
    /// Where.
    pub place: Option<u32>,
    /// What it was about.
    pub topic: Option<String>,
    /// The thing concerned.
    pub object: Option<u32>,
    /// A count or code; see the event.
    pub n: Option<i32>,
    /// A measure; see the event.
    pub value: Option<f32>,
    /// Whether it is known history that the run was made to contain.
    pub pinned: bool,
}

impl Happening {
    /// The other one, seen from the person: `whom` where the person is `who`, and `who` otherwise.
    pub fn other(&self) -> Option<u32> {
        if self.role == Role::Who {
            self.whom
        } else {
            self.who
        }
    }
}

/// Everything that the log has of one person.
#[derive(Clone, PartialEq, Debug)]
pub struct Life {
    /// Whose life it is.
    pub person: Person,
    /// What happened, in the order of the log.
    pub happenings: Vec<Happening>,
    /// Everybody whom it names, by number, the person among them.
    pub people: BTreeMap<u32, Person>,
    /// The end: death, or the end of the run.
    pub end: Time,
}

impl Run {
    /// The life of a person.
    ///
    /// Fails when the person is not in the run, or when a table or the index is damaged. A run
    /// without an index is read from end to end.
    pub fn life(&mut self, id: u32) -> Result<Life, LifeError> {
        let person = self.persons(&[id])?.remove(&id);
        let person = person.ok_or_else(|| LifeError::Nobody {
            asked: id.to_string(),
            hint: String::new(),
        })?;
        let mut log = Log::open(self)?;
        let mut happenings = log.of(id)?;
        let stays = stays(&person, &happenings);
        let schools: BTreeSet<u32> = stays.iter().map(|(place, _)| *place).collect();
        let known: BTreeSet<u32> = happenings
            .iter()
            .flat_map(|of| [of.who, of.whom, of.third])
            .flatten()
            .collect();
        for place in schools {
            let seen = log.at(place)?;
            let present = |at: Time| {
                stays
                    .iter()
                    .any(|(where_, when)| *where_ == place && when.contains(&at))
            };
            // Of what a single one did, those who had to do with that one are told apart from a crowd.
            let concerns = |seen: &Happening| {
                !OF_THE_KNOWN.contains(&seen.event.as_str())
                    || seen.who.is_some_and(|who| known.contains(&who))
            };
            let seen = seen.into_iter().filter(|seen| present(seen.at));
            happenings.extend(seen.filter(concerns));
        }
        happenings.sort_by_key(|happening| (happening.row, happening.role));
        happenings.dedup_by_key(|happening| happening.row);
        let mut ids: BTreeSet<u32> = BTreeSet::from([id]);
        for happening in &happenings {
            ids.extend(happening.who);
            ids.extend(happening.whom);
            ids.extend(happening.third);
        }
        let ids: Vec<u32> = ids.into_iter().collect();
        let people = self.persons(&ids)?;
        let end = person.died.unwrap_or(self.end);
        Ok(Life {
            person,
            happenings,
            people,
            end,
        })
    }
}

/// Where a student lived while at school, and when: until it closed, or until leaving.
fn stays(person: &Person, happenings: &[Happening]) -> Vec<(u32, Range<Time>)> {
    let mut stays: Vec<(u32, Range<Time>)> = Vec::new();
    for happening in happenings.iter().filter(|of| of.role == Role::Who) {
        let moves = matches!(
            happening.event.as_str(),
            "created" | "transferred" | "left_school"
        );
        if !moves {
            continue;
        }
        if let Some((_, stay)) = stays.last_mut() {
            // What closes a school happens at the very minute of the move.
            stay.end = stay
                .end
                .min(happening.at + hailsham_engine::time::Span::from_minutes(1));
        }
        if let (Some(place), true) = (happening.place, happening.event != "left_school") {
            stays.push((place, happening.at..person.died.unwrap_or(Time::NEVER)));
        }
    }
    stays
}

/// The log, open for questions about a few of its rows.
struct Log<'a> {
    run: &'a Run,
    table: TableReader,
    lookup: Option<Lookup>,
}

impl<'a> Log<'a> {
    fn open(run: &'a Run) -> Result<Log<'a>, LifeError> {
        let path = run.path.join("events.parquet");
        Ok(Log {
            run,
            lookup: Lookup::open(&path)?,
            table: TableReader::open_for_rows(&path)?,
        })
    }

    /// The rows among which the records of a key are.
    fn rows(&mut self, key: u32) -> Result<Vec<Range<usize>>, LifeError> {
        let all = self.table.group_rows().iter().sum();
        let rows = match &mut self.lookup {
            Some(lookup) => lookup.rows(key)?,
            None => std::iter::once(0..all).collect(),
        };
        let within = |range: Range<usize>| range.start.min(all)..range.end.min(all);
        Ok(rows.into_iter().map(within).collect())
    }

    /// The records that concern a person.
    fn of(&mut self, id: u32) -> Result<Vec<Happening>, LifeError> {
        let pages = self.rows(id)?;
        self.table.choose(pages);
        let mut rows = Vec::new();
        for column in ["who", "whom", "object"] {
            rows.append(&mut self.table.rows_where(column, id)?);
        }
        rows.sort_unstable();
        rows.dedup();
        let mut found = self.read(&rows)?;
        // The number of a thing may be that of the person too.
        let is = |cell: Option<u32>| cell == Some(id);
        found.retain_mut(|happening| {
            happening.role = if is(happening.who) {
                Role::Who
            } else if is(happening.whom) {
                Role::Whom
            } else {
                Role::Third
            };
            happening.role != Role::Third || is(happening.third)
        });
        Ok(found)
    }

    /// The records with an audience at a place.
    fn at(&mut self, place: u32) -> Result<Vec<Happening>, LifeError> {
        if self.lookup.is_none() {
            return Ok(Vec::new());
        }
        let pages = self.rows(FIRST_PLACE_KEY + place)?;
        self.table.choose(pages);
        let mut rows = self.table.rows_where("place", place)?;
        self.table.choose(ranges(&rows));
        let events = self.table.coded("event")?;
        let is_public: Vec<bool> = events
            .labels
            .iter()
            .map(|event| WITH_AUDIENCE.contains(&event.as_str()))
            .collect();
        let mut codes = events.codes.iter();
        rows.retain(|_| {
            let code = codes.next().copied().flatten();
            code.is_some_and(|code| is_public[code as usize])
        });
        self.read(&rows)
    }

    /// These rows, as seen by one who was present.
    fn read(&mut self, rows: &[usize]) -> Result<Vec<Happening>, LifeError> {
        self.table.choose(ranges(rows));
        let table = &self.table;
        let time = table.timestamp("time")?;
        let event = table.coded("event")?;
        let (who, whom) = (table.u32("who")?, table.u32("whom")?);
        let (place, object) = (table.u32("place")?, table.u32("object")?);
        let topic = table.coded("topic")?;
        let (n, value) = (table.i32("n")?, table.f32("value")?);
        let pinned = table.bool("pinned")?;
        let happening = |(at, row): (usize, &usize)| {
            let event = event.label(at).unwrap_or_default().to_owned();
            let third = OF_THREE
                .contains(&event.as_str())
                .then_some(object[at])
                .flatten();
            Happening {
                row: *row as u64,
                at: self
                    .run
                    .epoch
                    .time_from_milliseconds(time[at].unwrap_or_default()),
                role: Role::Present,
                who: who[at],
                whom: whom[at],
                place: place[at],
                topic: topic.label(at).map(str::to_owned),
                object: if third.is_some() { None } else { object[at] },
                third,
                n: n[at],
                value: value[at],
                pinned: pinned[at].unwrap_or_default(),
                event,
            }
        };
        Ok(rows.iter().enumerate().map(happening).collect())
    }
}

/// Events that those at the place see. The model finds their records by place.
const WITH_AUDIENCE: [&str; 12] = [
    "opened",
    "closed",
    "hinted",
    "spoke_out",
    "dismissed",
    "left_post",
    "sale_held",
    "collector_visited",
    "raged",
    "attempted_to_leave",
    "escaped",
    "brought_back",
];

/// Of these, what is noticed of somebody whom one knows, and passes by of others.
const OF_THE_KNOWN: [&str; 2] = ["raged", "left_post"];

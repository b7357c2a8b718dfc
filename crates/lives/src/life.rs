//! One person's records of the log, in order: what was done, undergone and witnessed.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use hailsham_engine::log::{LogReader, Lookup, Record};
use hailsham_engine::table::TableReader;
use hailsham_engine::time::{Epoch, Span, Time};

use crate::LifeError;
use crate::person::{Person, ranges};
use crate::run::Run;

/// What the key of a place begins at in the index.
const FIRST_PLACE_KEY: u32 = 0xF000_0000;

/// Events whose column `object` is a person: the third of three.
const OF_THREE: [&str; 2] = ["interfered", "kept_apart"];

/// Events that happen to `who`, and that `whom` does.
pub const UNDERGONE: [&str; 12] = [
    "collected",
    "condescended",
    "confronted",
    "corrected",
    "disclosed",
    "heard",
    "learnt_address",
    "reassured",
    "story_refuted",
    "teased",
    "was_given",
    "witnessed",
];

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

    /// Whether it was the other who did it, and not the person: see [`is_done_by_other`].
    pub fn is_done_by_other(&self) -> bool {
        is_done_by_other(&self.event, self.role)
    }
}

/// Whether an event is done by the other, and not by the one who has this role in it.
pub fn is_done_by_other(event: &str, role: Role) -> bool {
    match role {
        Role::Who => UNDERGONE.contains(&event),
        Role::Whom => !UNDERGONE.contains(&event),
        Role::Third | Role::Present => true,
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
    /// Fails when the person is not in the run, when the log was kept of others alone, or when a table or the index is
    /// damaged. A run without an index is read from end to end.
    pub fn life(&mut self, id: u32) -> Result<Life, LifeError> {
        let person = self.persons(&[id])?.remove(&id).ok_or_else(|| nobody(id))?;
        self.refuse_not_kept(&person)?;
        let Some(mut log) = Log::open(self)? else {
            let mut lives = self.lives(&[id])?;
            return lives.pop().ok_or_else(|| nobody(id));
        };
        let own = log.of(id)?;
        let stays = stays(&person, &own);
        let schools: BTreeSet<u32> = stays.iter().map(|(place, _)| *place).collect();
        let mut seen = Vec::new();
        for place in schools {
            seen.append(&mut log.at(place)?);
        }
        let happenings = together(own, &stays, seen.iter());
        let people = self.persons(&named(id, &happenings))?;
        Ok(life(self, person, happenings, &people))
    }

    /// The lives of many at once: the log is read once, from end to end. Who is not in the run is
    /// left out.
    pub fn lives(&mut self, ids: &[u32]) -> Result<Vec<Life>, LifeError> {
        let wanted: BTreeSet<u32> = ids.iter().copied().collect();
        let (mut own, public) = whole_log(self, &wanted)?;
        let persons = self.persons(ids)?;
        let mut lives = Vec::new();
        let mut everybody = BTreeSet::new();
        for (id, person) in persons {
            let own = own.remove(&id).unwrap_or_default();
            let stays = stays(&person, &own);
            let happenings = together(own, &stays, public.iter());
            everybody.extend(named(id, &happenings));
            lives.push((person, happenings));
        }
        let everybody: Vec<u32> = everybody.into_iter().collect();
        let people = self.persons(&everybody)?;
        let lives = lives.into_iter();
        Ok(lives
            .map(|(person, happenings)| life(self, person, happenings, &people))
            .collect())
    }
}

fn nobody(id: u32) -> LifeError {
    LifeError::Nobody {
        asked: id.to_string(),
        hint: String::new(),
    }
}

/// A life, with those of these people whom it names.
fn life(
    run: &Run,
    person: Person,
    happenings: Vec<Happening>,
    people: &BTreeMap<u32, Person>,
) -> Life {
    let named = named(person.id, &happenings).into_iter();
    Life {
        end: person.died.unwrap_or(run.end),
        people: named
            .filter_map(|id| Some((id, people.get(&id)?.clone())))
            .collect(),
        person,
        happenings,
    }
}

/// Everybody whom these records name, and the person.
fn named(id: u32, happenings: &[Happening]) -> Vec<u32> {
    let named = happenings.iter().flat_map(|of| [of.who, of.whom, of.third]);
    let mut ids: BTreeSet<u32> = named.flatten().collect();
    ids.insert(id);
    ids.into_iter().collect()
}

/// A person's own records, and of those with an audience the ones that the person was there for.
fn together<'a>(
    own: Vec<Happening>,
    stays: &[(u32, Range<Time>)],
    seen: impl Iterator<Item = &'a Happening>,
) -> Vec<Happening> {
    let known: BTreeSet<u32> = own
        .iter()
        .flat_map(|of| [of.who, of.whom, of.third])
        .flatten()
        .collect();
    let present = |seen: &&Happening| {
        stays
            .iter()
            .any(|(place, when)| Some(*place) == seen.place && when.contains(&seen.at))
    };
    // Of what a single one did, those who had to do with that one are told apart from a crowd.
    let concerns = |seen: &&Happening| {
        !OF_THE_KNOWN.contains(&seen.event.as_str())
            || seen.who.is_some_and(|who| known.contains(&who))
    };
    let mut happenings = own;
    happenings.extend(seen.filter(present).filter(concerns).cloned());
    happenings.sort_by_key(|happening| (happening.row, happening.role));
    happenings.dedup_by_key(|happening| happening.row);
    happenings
}

/// One person's records, or those of many by person.
type ByPerson = BTreeMap<u32, Vec<Happening>>;

/// The records of these people, and those with an audience.
fn whole_log(run: &Run, wanted: &BTreeSet<u32>) -> Result<(ByPerson, Vec<Happening>), LifeError> {
    let mut reader = LogReader::open(run.path.join("events.parquet"))?;
    let events = reader.events().to_vec();
    let topics = reader.topics().to_vec();
    let is_public: Vec<bool> = events
        .iter()
        .map(|event| WITH_AUDIENCE.contains(&event.as_str()))
        .collect();
    let is_of_three: Vec<bool> = events
        .iter()
        .map(|event| OF_THREE.contains(&event.as_str()))
        .collect();
    let (mut own, mut public) = (ByPerson::new(), Vec::new());
    let mut batch = Vec::new();
    let mut row = 0;
    while reader.next_batch(&mut batch)? {
        for record in &batch {
            let code = usize::from(record.event);
            let third = if is_of_three[code] {
                record.object
            } else {
                Record::NONE
            };
            let make = |role: Role| happening(row, record, role, third, &events, &topics);
            let of = [
                (record.who, Role::Who),
                (record.whom, Role::Whom),
                (third, Role::Third),
            ];
            for (place, (id, role)) in of.into_iter().enumerate() {
                let is_again = of[..place].iter().any(|(other, _)| *other == id);
                if id != Record::NONE && wanted.contains(&id) && !is_again {
                    own.entry(id).or_default().push(make(role));
                }
            }
            if is_public[code] && record.place != Record::NONE {
                public.push(make(Role::Present));
            }
            row += 1;
        }
    }
    Ok((own, public))
}

fn happening(
    row: u64,
    record: &Record,
    role: Role,
    third: u32,
    events: &[String],
    topics: &[String],
) -> Happening {
    let some = |id: u32| (id != Record::NONE).then_some(id);
    Happening {
        row,
        at: record.time,
        event: events[usize::from(record.event)].clone(),
        role,
        who: some(record.who),
        whom: some(record.whom),
        third: some(third),
        place: some(record.place),
        topic: topics.get(usize::from(record.topic)).cloned(),
        object: if third == Record::NONE {
            some(record.object)
        } else {
            None
        },
        n: Some(record.n).filter(|n| *n != Record::NO_NUMBER),
        value: Some(record.value).filter(|value| !value.is_nan()),
        pinned: record.pinned,
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
            stay.end = stay.end.min(happening.at + Span::from_minutes(1));
        }
        if let (Some(place), true) = (happening.place, happening.event != "left_school") {
            stays.push((place, happening.at..person.died.unwrap_or(Time::NEVER)));
        }
    }
    stays
}

/// The log, open for questions about a few of its rows.
struct Log {
    epoch: Epoch,
    table: TableReader,
    lookup: Lookup,
}

impl Log {
    /// The log, if it has its index.
    fn open(run: &Run) -> Result<Option<Log>, LifeError> {
        let path = run.path.join("events.parquet");
        let Some(lookup) = Lookup::open(&path)? else {
            return Ok(None);
        };
        Ok(Some(Log {
            epoch: run.epoch,
            lookup,
            table: TableReader::open_for_rows(&path)?,
        }))
    }

    /// The rows among which the records of a key are.
    fn rows(&mut self, key: u32) -> Result<Vec<Range<usize>>, LifeError> {
        let all = self.table.group_rows().iter().sum();
        let within = |range: Range<usize>| range.start.min(all)..range.end.min(all);
        Ok(self.lookup.rows(key)?.into_iter().map(within).collect())
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

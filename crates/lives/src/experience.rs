//! What of a life can be remembered: from records of the log to experiences, and who tells of them.
//!
//! Of what the log has of a person, not all is known to that person: who looked on unseen, to whom an
//! organ went, that somebody came between two. What is known came in one of three ways: it was
//! lived, seen, or told.

use std::collections::{BTreeMap, BTreeSet};

use hailsham_engine::random::{identity, name_hash};
use hailsham_engine::time::{Epoch, Span, Time};
use hailsham_memory::{Account, Acquaintance, Anchor, Channel, Experience, Teller, recollect};

use crate::LifeError;
use crate::life::{Happening, Life, Role};
use crate::person::Person;
use crate::run::{Run, Settings};
use crate::tell::{Profile, Sentences};

/// Everything that a person could tell of, and what keeps it alive.
#[derive(Clone, Debug)]
pub struct Remembrance {
    /// What was experienced, in order.
    pub experiences: Vec<Experience>,
    /// Which happening of the life each one is.
    pub happenings: Vec<usize>,
    /// Experiences of which the other is nobody that the person knows, and until when.
    strangers: Vec<(usize, Time)>,
    anchors: Vec<Anchor>,
    losses: Vec<Time>,
    moves: Vec<(Time, u32)>,
    tellings: Vec<Time>,
    people: Vec<Acquaintance>,
    /// When the person was called up, and each operation.
    steps: Vec<Time>,
    born: Time,
    identity: u64,
    epoch: Epoch,
    seed: u64,
    settings: Settings,
}

impl Remembrance {
    /// What a person could tell of a life, each happening felt as the sentences say.
    ///
    /// Fails when the parameters of the run cannot be read.
    pub fn of(run: &Run, life: &Life, sentences: &Sentences) -> Result<Remembrance, LifeError> {
        let settings = run.settings()?;
        let mut kinds: BTreeMap<(&str, Role), u16> = BTreeMap::new();
        let mut experiences = Vec::new();
        let mut happenings = Vec::new();
        let mut strangers = Vec::new();
        let mut last: Option<(Time, &str, BTreeSet<u32>)> = None;
        let names = names(life);
        for (place, happening) in life.happenings.iter().enumerate() {
            let felt = sentences.profile(&happening.event, happening.role);
            let learnt = learnt(sentences, life, happening);
            let is_known = |felt: &Profile| learnt.map_or(felt.known, |at| at != Time::NEVER);
            let Some(felt) = felt.filter(|felt| is_known(felt) && !is_own_end(happening)) else {
                continue;
            };
            let felt = felt.at(happening.value);
            // What two do to each other is logged once from each side, and lived once.
            let concerned = [happening.who, happening.whom].into_iter().flatten();
            let this = (happening.at, happening.event.as_str(), concerned.collect());
            if last.as_ref() == Some(&this) {
                continue;
            }
            last = Some(this);
            let next = kinds.len() as u16;
            let kind = (happening.event.as_str(), happening.role);
            experiences.push(Experience {
                name: names[place],
                at: happening.at,
                learnt,
                kind: *kinds.entry(kind).or_insert(next),
                channel: learnt.map_or_else(|| channel(happening), |_| Channel::Told),
                salience: felt.salience,
                pain: felt.pain,
                valence: felt.valence,
                other: happening.other(),
                third: third(happening, life.person.id),
                place: happening.place,
                thing: happening.object,
                counts: 1,
            });
            if let Some(until) = strange_until(life, happening) {
                strangers.push((happenings.len(), until));
            }
            happenings.push(place);
        }
        let mine = |event: &'static str| {
            let of = life.happenings.iter().filter(|of| of.role == Role::Who);
            of.filter(move |of| of.event == event)
        };
        let losses = mine("bereaved").chain(mine("parted")).map(|of| of.at);
        let tellings = mine("told_of_the_past").map(|of| of.at);
        let steps = mine("called_up").chain(mine("operated")).map(|of| of.at);
        let first = life.happenings.first().map_or(Time::START, |of| of.at);
        let grown = Span::from_years(settings.memory.childhood_full);
        Ok(Remembrance {
            anchors: anchors(life, &names),
            losses: losses.collect(),
            moves: moves(life),
            tellings: tellings.collect(),
            people: acquaintances(life, &happenings, &experiences),
            steps: steps.collect(),
            // Of staff no birth is known: they are grown when they come.
            born: life.person.born.unwrap_or(first - grown),
            identity: life.person.identity,
            epoch: run.epoch,
            strangers,
            seed: run.seed,
            settings,
            experiences,
            happenings,
        })
    }

    /// What the person tells at a time.
    pub fn account(&self, at: Time) -> Account {
        let teller = Teller {
            key: self.identity,
            seed: self.seed,
            epoch: self.epoch,
            born: self.born,
            at,
            nearness: self.nearness(at),
            losses: &self.losses,
            moves: &self.moves,
            tellings: &self.tellings,
            anchors: &self.anchors,
            people: &self.people,
        };
        if self.strangers.is_empty() {
            return recollect(&self.settings.memory, &teller, &self.experiences);
        }
        let mut experiences = self.experiences.clone();
        for (place, until) in &self.strangers {
            if at < *until {
                experiences[*place].other = None;
            }
        }
        recollect(&self.settings.memory, &teller, &experiences)
    }

    /// Whether the other of an experience is somebody unknown to the person at a time.
    pub fn is_stranger(&self, experience: usize, at: Time) -> bool {
        let mut strangers = self.strangers.iter();
        strangers.any(|(place, until)| *place == experience && at < *until)
    }

    /// Friends and partners lost until a time.
    pub fn losses_until(&self, at: Time) -> usize {
        self.losses.iter().filter(|loss| **loss <= at).count()
    }

    /// The things that are kept at a time.
    pub fn kept_at(&self, at: Time) -> BTreeSet<u32> {
        let kept = self
            .anchors
            .iter()
            .filter(|of| of.from <= at && at < of.until);
        kept.filter_map(|anchor| anchor.thing).collect()
    }

    /// The middle of the life that somebody looks back on at a time.
    pub fn middle(&self, at: Time) -> Time {
        self.born + Span::from_minutes((at - self.born).minutes() / 2)
    }

    /// How near death is at a time, 0 to 1, as far as the person knows: the steps towards the last
    /// operation that are taken, of which the first is the call.
    pub fn nearness(&self, at: Time) -> f64 {
        let taken = self.steps.iter().filter(|step| **step <= at).count();
        (taken as f64 / (self.settings.cap + 1.0)).min(1.0)
    }
}

/// A third person in a happening, beside the one whose life it is and the other.
fn third(happening: &Happening, own: u32) -> Option<u32> {
    let concerned = [happening.who, happening.whom, happening.third];
    let mut rest = concerned.into_iter().flatten();
    rest.find(|id| *id != own && Some(*id) != happening.other())
}

/// When a person learnt of what was done unseen: never, if nobody told. `None` of what is known, or is not, as it
/// happens.
pub(crate) fn learnt(sentences: &Sentences, life: &Life, happening: &Happening) -> Option<Time> {
    let by = |of: &Happening| sentences.learnt_from(&of.event, of.role, of.topic.as_deref());
    let told_by = by(happening)?;
    let mut tellings = life.happenings.iter().filter(|of| {
        (of.event.as_str(), of.role) == ("act", Role::Whom)
            && of.topic.as_deref() == Some(told_by)
            && of.who == happening.other()
    });
    // Who tells of one thing has not told of every other like it: it is the one on record, or else the last.
    let told_of = |telling: &Happening| {
        let unseen = life.happenings.iter().filter(|of| {
            (&of.event, of.role, of.other())
                == (&happening.event, happening.role, happening.other())
                && by(of) == Some(told_by)
                && of.at <= telling.at
        });
        unseen.max_by_key(|of| (of.pinned, of.at))
    };
    let told = tellings.find(|of| told_of(of).is_some_and(|told| std::ptr::eq(told, happening)));
    Some(told.map_or(Time::NEVER, |of| of.at))
}

/// Until when a person does not know who the other of a happening is: an organ is given without the name of the
/// donor, whom recipients know only if they come to meet.
fn strange_until(life: &Life, happening: &Happening) -> Option<Time> {
    let own = |of: &Happening, event: &str| of.role == Role::Who && of.event == event;
    if !own(happening, "transplanted") {
        return None;
    }
    let mut meetings = life.happenings.iter().filter(|of| own(of, "met_donor"));
    let met = meetings.find(|of| of.whom == happening.whom);
    Some(met.map_or(Time::NEVER, |of| of.at))
}

/// Nobody tells of their own death.
fn is_own_end(happening: &Happening) -> bool {
    happening.role == Role::Who && matches!(happening.event.as_str(), "completed" | "died")
}

/// How a happening came to the person.
fn channel(happening: &Happening) -> Channel {
    let event = happening.event.as_str();
    match happening.role {
        Role::Present => Channel::Seen,
        Role::Who if TOLD_TO_WHO.contains(&event) => Channel::Told,
        Role::Whom if TOLD_TO_WHOM.contains(&event) => Channel::Told,
        Role::Who | Role::Whom | Role::Third => Channel::Lived,
    }
}

/// What comes to the first one concerned by being told.
const TOLD_TO_WHO: [&str; 4] = ["heard", "disclosed", "learnt_address", "story_refuted"];
/// What comes to the other one concerned by being told.
const TOLD_TO_WHOM: [&str; 5] = [
    "told_story",
    "told_of_the_past",
    "denied_story",
    "confessed",
    "address_given",
];

/// Everybody whom the person met in what is known to the person, and when at first: whoever did something unseen, when
/// it was told.
fn acquaintances(life: &Life, known: &[usize], experiences: &[Experience]) -> Vec<Acquaintance> {
    let mut met: BTreeMap<u32, Time> = BTreeMap::new();
    for (place, experience) in known.iter().zip(experiences) {
        let happening = &life.happenings[*place];
        if strange_until(life, happening).is_some() {
            continue;
        }
        let at = experience.learnt.unwrap_or(happening.at);
        let concerned = [happening.who, happening.whom, happening.third];
        for other in concerned.into_iter().flatten() {
            let first = met.entry(other).or_insert(at);
            *first = at.min(*first);
        }
    }
    // Nobody takes another for themselves.
    met.remove(&life.person.id);
    let met = met.into_iter();
    met.filter_map(|(id, met)| {
        let person = life.people.get(&id)?;
        Some(Acquaintance {
            person: id,
            key: person.identity,
            kind: kind_of(person),
            met,
            born: person.born,
            died: person.died.unwrap_or(Time::NEVER),
        })
    })
    .collect()
}

/// What kind of person somebody is to those who remember: a head is one of the guardians.
fn kind_of(person: &Person) -> u16 {
    match person.kind.as_str() {
        "student" => 0,
        "recipient" => 1,
        "guardian" | "head" => 2,
        _ => 3,
    }
}

/// A name for each happening, made of what it is: when, what, of whom and where, and a count where all that is the
/// same. So a life's memories hang on that life alone, and not on how much else the log has.
pub(crate) fn names(life: &Life) -> Vec<u64> {
    let mut equals: BTreeMap<u64, u64> = BTreeMap::new();
    let person = |id: Option<u32>| {
        let of = |id: u32| life.people.get(&id).map_or(u64::from(id), |of| of.identity);
        id.map_or(NOBODY, of)
    };
    let name = |of: &Happening| {
        let event = identity(&[
            of.at.minutes() as u64,
            name_hash(&of.event),
            of.role as u64,
            person(of.who),
            person(of.whom),
            person(of.third),
            of.place.map_or(NOBODY, u64::from),
        ]);
        let before = equals.entry(event).or_default();
        *before += 1;
        identity(&[event, *before])
    };
    life.happenings.iter().map(name).collect()
}

/// Stands in a name for a person or a place that there is not.
const NOBODY: u64 = u64::MAX;

/// The things that were kept, from getting them until losing them or giving them away.
fn anchors(life: &Life, names: &[u64]) -> Vec<Anchor> {
    let mut anchors: Vec<Anchor> = Vec::new();
    for (happening, name) in life.happenings.iter().zip(names) {
        match (happening.event.as_str(), happening.role) {
            ("found_belonging" | "bought_belonging" | "was_given" | "found_again", Role::Who) => {
                anchors.push(Anchor {
                    name: *name,
                    thing: happening.object,
                    other: happening.whom,
                    place: None,
                    from: happening.at,
                    until: Time::NEVER,
                });
            }
            ("lost_belonging", Role::Who) | ("was_given", Role::Whom) => {
                let kept = anchors.iter_mut().rev();
                let mut gone = kept.filter(|anchor| anchor.thing == happening.object);
                if let Some(anchor) = gone.next() {
                    anchor.until = happening.at;
                }
            }
            _ => {}
        }
    }
    anchors
}

/// Where the person lived, from when.
fn moves(life: &Life) -> Vec<(Time, u32)> {
    const MOVES: [&str; 7] = [
        "created",
        "transferred",
        "left_school",
        "became_carer",
        "called_up",
        "retired",
        "taken_on",
    ];
    let mut moves: Vec<(Time, u32)> = Vec::new();
    for happening in life.happenings.iter().filter(|of| of.role == Role::Who) {
        if !MOVES.contains(&happening.event.as_str()) {
            continue;
        }
        // A carer has a phase of life of its own, and no place in the log.
        let before = moves.last().map(|(_, place)| *place);
        if let Some(place) = happening.place.or(before) {
            moves.push((happening.at, place));
        }
    }
    moves
}

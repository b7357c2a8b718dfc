//! The state of a history during a run, and what it holds back.
//!
//! What has no cast costs one comparison. Submodels ask here before they do what cannot be taken back:
//! whether somebody is still needed in an earlier stage of life ([`holds_back`]), whether an event of
//! two people is to come at its own time ([`awaits`]), whether what a pin began must last ([`keeps`]).

use hailsham_engine::time::{Span, Time};

use super::kinds::{self, Stage};
use super::plan::{Plan, Step};
use super::{CastRole, Member};
use crate::event::Event;
use crate::person::{FIRST_STAFF, NOBODY, StudentId};
use crate::place::PlaceId;
use crate::programme::Programme;
use crate::submodels::contacts::TERM;
use crate::submodels::staff::Role;
use crate::world::World;

/// The history of a run under way.
#[derive(Default)]
pub(crate) struct State {
    pub(super) plan: Plan,
    /// By step of the plan, whether it is done, or being done.
    pub(super) done: Vec<bool>,
    /// By member of the cast, the person's number once there is one.
    people: Vec<u32>,
    /// Numbers of the cast with their members, in order.
    members: Vec<(u32, usize)>,
    /// What could not be, and why: the run has ended by it.
    pub(crate) conflict: Option<String>,
    /// What was let go, each with the reason.
    pub(crate) let_go: Vec<String>,
}

impl State {
    pub(crate) fn new(plan: Plan) -> State {
        State {
            done: vec![false; plan.steps.len()],
            people: vec![NOBODY; plan.born.len()],
            members: Vec::new(),
            conflict: None,
            let_go: plan.let_go.clone(),
            plan,
        }
    }

    /// The member of the cast that a person is.
    #[inline]
    pub(super) fn member(&self, person: u32) -> Option<usize> {
        if self.members.is_empty() {
            return None;
        }
        let at = self
            .members
            .binary_search_by_key(&person, |(number, _)| *number)
            .ok()?;
        Some(self.members[at].1)
    }

    /// The key and the entry of the cast that a person has, if any.
    pub(crate) fn cast_of<'a>(
        &self,
        programme: &'a Programme,
        person: u32,
    ) -> Option<(&'a str, &'a Member)> {
        let (key, member) = programme.history.cast.get_index(self.member(person)?)?;
        Some((key.as_str(), member))
    }

    /// Whether a person is of the cast.
    #[inline]
    pub(crate) fn is_cast(&self, person: u32) -> bool {
        self.member(person).is_some()
    }

    /// The person that a member of the cast is, once there is one.
    pub(crate) fn person(&self, member: usize) -> Option<u32> {
        self.people
            .get(member)
            .copied()
            .filter(|person| *person != NOBODY)
    }

    /// A member of the cast has a number from now on.
    pub(crate) fn appears(&mut self, member: usize, person: u32) {
        self.people[member] = person;
        self.plan.named.add(person);
        let at = self.members.partition_point(|(number, _)| *number < person);
        self.members.insert(at, (person, member));
    }

    /// When a student of the cast is made.
    pub(crate) fn born(&self, member: usize) -> Option<Time> {
        self.plan.born.get(member).copied()
    }

    /// Steps that are not done yet.
    fn pending(&self) -> impl Iterator<Item = &Step> {
        let steps = self.plan.steps.iter().zip(&self.done);
        steps.filter(|(_, done)| !**done).map(|(step, _)| step)
    }

    /// Whether two people have something in common that must not end yet: what a pin began and keeps,
    /// or a tie that a pin is still to come for.
    pub(crate) fn keeps(&self, at: Time, event: Event, one: StudentId, other: StudentId) -> bool {
        let Some(member) = self.member(one.person()) else {
            return false;
        };
        let other = self.member(other.person());
        let steps = self.plan.steps.iter().zip(&self.done);
        let mut steps = steps.filter(|(step, _)| step.is_of(Some(member), other));
        steps.any(|(step, done)| {
            if *done {
                step.kind.event == event && at < step.until
            } else {
                event == Event::Befriended
            }
        })
    }
}

impl Step {
    /// The stages that it needs somebody of the cast to be in.
    fn needs_of(&self, member: usize) -> Option<kinds::Stages> {
        if self.who == Some(member) {
            self.needs[0]
        } else if self.whom == Some(member) {
            self.needs[1]
        } else if self.third == Some(member) {
            Some(self.kind.needs_of_third())
        } else {
            None
        }
    }

    fn is_of(&self, one: Option<usize>, other: Option<usize>) -> bool {
        one.is_some()
            && other.is_some()
            && ((self.who == one && self.whom == other) || (self.who == other && self.whom == one))
    }
}

/// Until when somebody may not come to a stage of life, if what is to come needs an earlier one.
pub(crate) fn holds_back(world: &World, student: StudentId, to: Stage) -> Option<Time> {
    let member = world.history.member(student.person())?;
    let held = world
        .history
        .pending()
        .filter(|step| step.needs_of(member).is_some_and(|(_, last)| last < to));
    held.map(|step| step.at + Span::from_minutes(1)).max()
}

/// The last moment for which a member of the cast is needed alive.
pub(crate) fn needs_life_until(state: &State, member: usize) -> Option<Time> {
    let steps = state.plan.steps.iter();
    steps
        .filter(|step| step.needs_of(member).is_some())
        .map(|step| step.at)
        .max()
}

/// Whether an event between two people is pinned for a later moment: the model does not make it
/// before.
pub(crate) fn awaits(world: &World, event: Event, one: StudentId, other: StudentId) -> bool {
    let history = &world.history;
    let Some(member) = history.member(one.person()) else {
        return false;
    };
    let other = history.member(other.person());
    history
        .pending()
        .any(|step| step.kind.event == event && step.is_of(Some(member), other))
}

/// Whether an event of one person is pinned for a later moment.
pub(crate) fn governs(world: &World, event: Event, person: u32) -> bool {
    let history = &world.history;
    let Some(member) = history.member(person) else {
        return false;
    };
    let mut pending = history.pending();
    pending.any(|step| {
        step.kind.event == event && (step.who == Some(member) || step.whom == Some(member))
    })
}

/// How many events with somebody are pinned for later moments.
pub(crate) fn expected(world: &World, event: Event, whom: u32) -> usize {
    let history = &world.history;
    let Some(member) = history.member(whom) else {
        return 0;
    };
    let pending = history.pending();
    pending
        .filter(|step| step.kind.event == event && step.whom == Some(member))
        .count()
}

/// Whether an event of one person with that topic is pinned for a later moment.
pub(crate) fn has_topic(world: &World, event: Event, person: u32, topic: &str) -> bool {
    let history = &world.history;
    let Some(member) = history.member(person) else {
        return false;
    };
    let pins = &world.programme.history.pins;
    let mut pending = history.pending();
    pending.any(|step| {
        let pin = step.pin.and_then(|pin| pins.get_index(pin));
        step.kind.event == event
            && step.who == Some(member)
            && pin.is_some_and(|(_, pin)| pin.topic == topic)
    })
}

/// [`State::keeps`] of a world.
pub(crate) fn keeps(
    world: &World,
    at: Time,
    event: Event,
    one: StudentId,
    other: StudentId,
) -> bool {
    world.history.keeps(at, event, one, other)
}

/// Students of the cast who were never made, since their school took nobody in on that day.
pub(crate) fn absent(world: &World) -> Vec<String> {
    let cast = world.programme.history.cast.iter().enumerate();
    let missing = cast.filter(|(member, (_, person))| {
        let planned = *member < world.history.people.len();
        planned && person.role == CastRole::Student && world.history.person(*member).is_none()
    });
    missing
        .map(|(member, (key, person))| {
            let born = world.history.plan.born[member];
            format!(
                "{} (`{key}`) was not made: `{}` takes nobody in on {}",
                person.name,
                person.school,
                world.clock.epoch.iso(born)
            )
        })
        .collect()
}

/// What a student of the cast is called.
pub(crate) fn cast_name(world: &World, member: usize) -> &str {
    let cast = world.programme.history.cast.get_index(member);
    cast.map_or("", |(_, member)| member.name.as_str())
}

/// The member of the cast who takes a post on the staff, if there is one who has none yet.
pub(crate) fn takes_post(
    world: &World,
    at: Time,
    place: PlaceId,
    role: Role,
) -> Option<(usize, &Member)> {
    let history = &world.programme.history;
    if world.history.plan.born.is_empty() {
        return None;
    }
    let epoch = world.clock.epoch;
    let wanted = match role {
        Role::Guardian => CastRole::Guardian,
        Role::Head => CastRole::Head,
        Role::Collector => CastRole::Collector,
    };
    let cast = history.cast.values().enumerate();
    let mut fits = cast.filter(|(member, person)| {
        let there = person.role == CastRole::Collector || {
            place_of(world, &person.school) == Some(place)
        };
        let serves =
            super::dates::window(epoch, &person.serves_from).map_or(Time::START, |(from, _)| from);
        // Posts are filled when a term ends: at the one nearest to the day.
        let nearest = serves <= at + Span::from_minutes(TERM.minutes() / 2);
        person.role == wanted && there && nearest && world.history.person(*member).is_none()
    });
    fits.next()
}

/// The place of a key: an institution, Cottages, a landmark or a centre of which there is one.
pub(crate) fn place_of(world: &World, key: &str) -> Option<PlaceId> {
    let programme = &world.programme;
    let name = if let Some(school) = programme.institutions.get(key) {
        &school.name
    } else if let Some(site) = programme.cottages.places.get(key) {
        &site.name
    } else if let Some(landmark) = programme.landmarks.get(key) {
        &landmark.name
    } else {
        &programme.donation.centres.get(key)?.name
    };
    let mut places = world.places.iter();
    places
        .find(|(_, place)| place.name == *name)
        .map(|(id, _)| id)
}

/// What draws two of the cast to each other, if the scenario says so.
#[inline]
pub(crate) fn affinity(world: &World, one: StudentId, other: StudentId) -> Option<f64> {
    let (one, other) = (
        world.history.member(one.person())?,
        world.history.member(other.person())?,
    );
    let cast = &world.programme.history.cast;
    let (first, second) = (cast.get_index(one)?, cast.get_index(other)?);
    let said = first
        .1
        .affinity
        .get(second.0)
        .or_else(|| second.1.affinity.get(first.0));
    said.copied()
}

/// Whether a member of staff stays in post whatever the model would do: those of the cast leave by a
/// pin, or when the school closes.
pub(crate) fn post_is_kept(world: &World, row: u32) -> bool {
    world.history.is_cast(FIRST_STAFF + row)
}

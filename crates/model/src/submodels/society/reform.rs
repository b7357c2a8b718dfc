//! What the public asks for, and what comes of it: a campaign of evidence, humane schools that open and
//! close, an end to use.
//!
//! A humane school whose dates the scenario leaves open is founded while kindness is wanted, in the
//! order of the scenario, and closed when it has been wanted no more for some years, the last founded
//! first. Both happen on a leaving day. A date of the scenario's own is kept.

use hailsham_engine::time::{Span, Time};

use crate::event::{Event, Word};
use crate::person::{FIRST_SOURCE, Phase, StudentId};
use crate::place::SchoolKind;
use crate::programme::Programme;
use crate::purpose::Slot;
use crate::submodels::donation;
use crate::submodels::institutions::{self, Institution, School};
use crate::world::World;

/// What the public asks for, the cheapest first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub(super) enum Response {
    Proof,
    Kindness,
    EndOfUse,
}

impl Response {
    const ALL: [Response; 3] = [Response::Proof, Response::Kindness, Response::EndOfUse];

    fn word(self) -> Word {
        match self {
            Response::Proof => Word::Proof,
            Response::Kindness => Word::Kindness,
            Response::EndOfUse => Word::EndOfUse,
        }
    }
}

/// Where the reform stands.
#[derive(Default)]
pub(super) struct State {
    /// By response: whether it is asked for now, and since when it first was.
    asked: [bool; 3],
    first: [Option<i16>; 3],
    /// Years for which kindness has been wanted no more.
    unwanted: u32,
    /// Years for which concern has exceeded the stake.
    resolved: u32,
    abolished: bool,
}

impl State {
    /// Calendar year in which a response was first asked for.
    pub(super) fn first(&self, response: Response) -> Option<i16> {
        self.first[response as usize]
    }
}

/// Whether concern decides when a school opens, and when it closes.
pub(crate) fn governed(programme: &Programme, school: &Institution) -> (bool, bool) {
    let by_concern = programme.society.governs_schools && school.kind == SchoolKind::Humane;
    (
        by_concern && school.opens == 0,
        by_concern && school.closes == 0,
    )
}

/// Whether the law forbids what is due: after an end to use nobody is made, called up or operated on,
/// and nobody begins or ends a service.
#[inline]
pub(crate) fn forbids(world: &World, slot: Slot) -> bool {
    world.inner.society.reform.abolished
        && matches!(
            slot,
            Slot::Intake
                | Slot::Birth
                | Slot::LeaveCottages
                | Slot::Review
                | Slot::CallUp
                | Slot::Operation
        )
}

/// Whether works are shown: proof was asked for, and a humane school is open to plead for.
pub(super) fn campaigns(world: &World, at: Time) -> bool {
    let humane_and_open = |school: &School| {
        let place = world.places.get(school.place);
        place.school_kind == Some(SchoolKind::Humane) && place.open(at)
    };
    world.inner.society.reform.first(Response::Proof).is_some()
        && world.institutions.schools.iter().any(humane_and_open)
}

/// The public responds to its concern, once a year.
pub(super) fn respond(world: &mut World, at: Time, year: i16) {
    let rules = &world.programme.society;
    let (price_of_proof, price_of_kindness) = (rules.price_of_proof, rules.price_of_kindness);
    let (lapses, patience) = (rules.kindness_lapses, rules.patience);
    let (inertia, resolve) = (rules.inertia, rules.resolve);
    let mood = world.inner.society.mood;
    for response in Response::ALL {
        let index = response as usize;
        let price = match response {
            Response::Proof => price_of_proof,
            Response::Kindness => price_of_kindness,
            Response::EndOfUse => 1.0,
        };
        let asked = world.inner.society.reform.asked[index];
        // What is held to is let go later than it is asked for.
        let held = match response {
            Response::Kindness => lapses.min(price),
            _ => price,
        };
        let line = match response {
            Response::EndOfUse => mood.stake.max(inertia),
            _ if asked => held * mood.stake,
            _ => price * mood.stake,
        };
        let asks = mood.concern > line;
        if asks == asked {
            continue;
        }
        let event = if asks {
            Event::PublicResponse
        } else {
            Event::ResponseLapsed
        };
        world.log.push(
            event
                .at(at)
                .topic(world.topics.word(response.word()))
                .value(mood.concern as f32),
        );
        let reform = &mut world.inner.society.reform;
        reform.asked[index] = asks;
        if asks && reform.first[index].is_none() {
            reform.first[index] = Some(year);
        }
    }
    let reform = &mut world.inner.society.reform;
    let count = |holds: bool, years: u32| if holds { years.saturating_add(1) } else { 0 };
    let [_, kindness, end] = reform.asked;
    // What was never wanted is not wanted no more.
    let wanted_once = reform.first[Response::Kindness as usize].is_some();
    reform.unwanted = count(wanted_once && !kindness, reform.unwanted);
    reform.resolved = count(end, reform.resolved);
    let abolishes = !reform.abolished && reform.resolved >= resolve;
    let (gives_up, abolished) = (reform.unwanted > patience, reform.abolished || abolishes);
    if abolishes {
        abolish(world, at);
    }
    if kindness && mood.concern > price_of_kindness * mood.stake && !abolished {
        found_schools(world, at);
    } else if gives_up {
        close_schools(world, at);
    }
}

/// The leaving day on which what is decided now can be done.
fn prepared(world: &World, at: Time) -> Time {
    let preparation = Span::from_years(world.programme.society.preparation);
    institutions::next_leaving_day(world, at + preparation)
}

fn found_schools(world: &mut World, at: Time) {
    let opens = prepared(world, at);
    let mut left = world.programme.society.foundings;
    for source in 0..world.institutions.schools.len() {
        let school = &world.institutions.schools[source];
        let place = school.place;
        let waits = school.governed.0 && world.places.get(place).opened == Time::NEVER;
        // A school that would close before it opens, by a date of its own, is not founded.
        if left == 0 || !waits || world.places.get(place).closed <= opens {
            continue;
        }
        left -= 1;
        world.places.get_mut(place).opened = opens;
        let entity = FIRST_SOURCE + source as u32;
        world.schedule(opens, entity, Slot::Opening);
        world.schedule(opens, entity, Slot::Intake);
    }
}

fn close_schools(world: &mut World, at: Time) {
    let closes = prepared(world, at);
    let mut left = world.programme.society.closings;
    // The last of the scenario were founded last.
    for source in (0..world.institutions.schools.len()).rev() {
        let school = &world.institutions.schools[source];
        let place = school.place;
        let stands = school.governed.1
            && world.places.get(place).opened < closes
            && world.places.get(place).closed == Time::NEVER;
        if left == 0 || !stands {
            continue;
        }
        left -= 1;
        world.places.get_mut(place).closed = closes;
        let entity = FIRST_SOURCE + source as u32;
        world.schedule(closes, entity, Slot::Closing);
    }
}

/// The use of students ends: those who have been called up are released, and nothing that the law
/// forbids comes due any more ([`forbids`]).
fn abolish(world: &mut World, at: Time) {
    world.inner.society.reform.abolished = true;
    let concern = world.inner.society.mood.concern;
    let record = Event::Abolished.at(at);
    world.log.push(record.value(concern as f32));
    for student in 0..world.students.len() as u32 {
        if world.students.phase[student as usize] == Phase::Donor {
            donation::release(world, at, StudentId(student));
        }
    }
}

/// Whether the law has ended the use of students.
pub(crate) fn abolished(world: &World) -> bool {
    world.inner.society.reform.abolished
}

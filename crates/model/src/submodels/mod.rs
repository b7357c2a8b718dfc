//! The list of submodels, one file each, named and numbered as in the model's specification
//! (`docs/odd.md`): parameters, state, handlers, tests, in this order.
//!
//! To add one: its file, its section in [`crate::programme::Programme`], and its slots in
//! `dispatch`.

pub mod belongings;
pub mod carers;
pub mod conditioning;
pub mod consent;
pub mod contacts;
pub mod cottages;
pub mod creation;
pub mod deferral;
pub mod donation;
pub mod institutions;
pub mod knowledge;
pub mod landmarks;
pub mod ledger;
pub mod mediation;
pub mod mortality;
pub mod originals;
pub mod outings;
pub mod recipients;
pub mod resistance;
pub mod service;
pub mod society;
pub mod staff;
pub mod standing;
pub mod stories;
pub mod ties;
pub mod works;

use hailsham_engine::calendar::Pending;
use hailsham_engine::prefetch::{Ahead, prefetch_row, prefetch_start};
use hailsham_engine::random::Draw;
use hailsham_engine::time::Time;

use crate::history;
use crate::metrics::Metric;
use crate::mind::Settling;
use crate::person::{FIRST_CARER, FIRST_RECIPIENT, FIRST_SOURCE, Phase, RecipientId, StudentId};
use crate::place::PlaceId;
use crate::programme::Programme;
use crate::purpose::{Purpose, Slot};
use crate::world::World;
use contacts::{Meeting, Names, Reflection};

/// Hands a due event to the submodel that scheduled it.
pub(crate) fn dispatch(world: &mut World, event: Pending) {
    let at = event.time;
    let student = StudentId(event.entity);
    let recipient = RecipientId(event.entity.wrapping_sub(FIRST_RECIPIENT));
    let source = event.entity.wrapping_sub(FIRST_SOURCE);
    let slot = Slot::ALL[usize::from(event.slot)];
    if slot.is_step() {
        world.step_taken(student);
    }
    if society::forbids(world, slot) {
        return;
    }
    match slot {
        Slot::Opening => institutions::on_opening(world, at, source),
        Slot::Closing => institutions::on_closing(world, at, source),
        Slot::Intake => creation::on_intake(world, at, source),
        Slot::Birth => creation::on_birth(world, at, student),
        Slot::LeaveSchool => institutions::on_leave_school(world, at, student),
        Slot::LeaveCottages => cottages::on_leave(world, at, student),
        Slot::Review => carers::on_review(world, at, student),
        Slot::CallUp => carers::on_term_end(world, at, student),
        Slot::Visit => carers::on_visit(world, at, event.entity.wrapping_sub(FIRST_CARER)),
        Slot::Operation => donation::on_operation_due(world, at, student),
        Slot::Discharge => donation::on_discharge(world, at, student),
        Slot::Decline => donation::on_decline(world, at, student),
        Slot::NaturalDeath => mortality::on_natural_death(world, at, student),
        Slot::Arrival => recipients::on_arrival(world, at, source),
        Slot::Listing => recipients::on_listing(world, at, recipient),
        Slot::Urgent => recipients::on_urgent(world, at, recipient),
        Slot::GraftFailure => recipients::on_graft_failure(world, at, recipient),
        Slot::RecipientDeath => recipients::on_death(world, at, recipient),
        Slot::Day => contacts::on_day(world, at),
        Slot::Term => contacts::on_term(world, at, source),
        Slot::Month => contacts::on_month(world, at, event.entity),
        Slot::Year => contacts::on_year(world, at),
        Slot::Petition => deferral::on_petition(world, at, student),
        Slot::Dismissal => staff::on_dismissal(world, at, event.entity),
        Slot::Pin => history::on_pin(world, at, event.entity),
    }
}

/// Asks for the memory of the row that an event some way ahead begins with.
#[inline]
pub(crate) fn prefetch_first(world: &World, event: Pending) {
    if event.slot == Slot::Visit as u8 {
        let carer = event.entity.wrapping_sub(FIRST_CARER) as usize;
        prefetch_start(&world.carers.rows, carer);
    } else if (Slot::Listing as u8..=Slot::RecipientDeath as u8).contains(&event.slot) {
        let recipient = event.entity.wrapping_sub(FIRST_RECIPIENT) as usize;
        prefetch_row(&world.recipients_state.people.patients, recipient);
    } else {
        world.students.prefetch_life(StudentId(event.entity));
    }
}

/// Asks for the memory of the row that the first one points to.
#[inline]
pub(crate) fn prefetch_second(world: &World, event: Pending) {
    if event.slot == Slot::Visit as u8 {
        let carer = event.entity.wrapping_sub(FIRST_CARER) as usize;
        if let Some(donor) = carers::next_donor(&world.carers, carer) {
            prefetch_row(&world.donation.visited, donor);
        }
    } else if event.slot == Slot::Urgent as u8 || event.slot == Slot::RecipientDeath as u8 {
        let recipient = RecipientId(event.entity.wrapping_sub(FIRST_RECIPIENT));
        recipients::prefetch_place(&world.recipients_state, recipient);
    } else if event.slot == Slot::Review as u8 || event.slot == Slot::CallUp as u8 {
        if let Some(carer) = world.students.carer_row.get(event.entity as usize) {
            prefetch_row(&world.carers.rows, *carer as usize);
        }
    } else if let Some(donor) = world.students.donor_row.get(event.entity as usize) {
        prefetch_row(&world.donation.rows, *donor as usize);
        if event.slot == Slot::Operation as u8 {
            let student = StudentId(event.entity);
            world.students.prefetch_body(student);
            world.minds.prefetch_understood(student);
        }
    }
}

/// Whom each of those who will meet knows will be asked for.
pub(crate) fn ahead_of_known(world: &World, meetings: &[Meeting], ahead: &mut Ahead) {
    for meeting in meetings {
        world.network.ahead_of_known(meeting.who, ahead);
        world.network.ahead_of_known(meeting.whom, ahead);
    }
}

/// What meetings touch will be needed: whom the two know is at hand already.
pub(crate) fn ahead_of_meetings(world: &World, meetings: &[Meeting], ahead: &mut Ahead) {
    for meeting in meetings {
        let Meeting { who, whom, .. } = *meeting;
        for (one, other) in [(who, whom), (whom, who)] {
            world.network.ahead_of_tie(one, other, ahead);
            world.minds.ahead(one, ahead);
            if world.students.phase[one.row()] == Phase::Resident {
                world.inner.outings.ahead(one, ahead);
            }
        }
        world.inner.belongings.ahead(who, ahead);
    }
}

/// The minds of those who will look back will be needed, and whom they know.
pub(crate) fn ahead_of_minds(world: &World, students: &[u32], ahead: &mut Ahead) {
    for student in students.iter().copied().map(StudentId) {
        world.minds.ahead(student, ahead);
        world.network.ahead_of_known(student, ahead);
    }
}

/// What reflections touch besides will be needed: the minds are at hand already.
pub(crate) fn ahead_of_reflections(world: &World, students: &[u32], ahead: &mut Ahead) {
    for student in students.iter().copied().map(StudentId) {
        world.network.ahead_of_ties(student, ahead);
        world.inner.works.ahead(student, ahead);
        world.inner.standing.ahead(student, ahead);
        world.inner.belongings.ahead(student, ahead);
        world.inner.outings.ahead(student, ahead);
        world.inner.originals.ahead(student, ahead);
        stories::ahead(world, student, ahead);
    }
}

/// What the submodels of the inner life keep for themselves.
#[derive(Default)]
pub(crate) struct Inner {
    pub(crate) contacts: contacts::State,
    pub(crate) consent: consent::State,
    pub(crate) staff: staff::State,
    pub(crate) works: works::State,
    pub(crate) standing: standing::State,
    pub(crate) ties: ties::State,
    pub(crate) stories: stories::State,
    pub(crate) originals: originals::State,
    pub(crate) belongings: belongings::State,
    pub(crate) outings: outings::State,
    pub(crate) deferral: deferral::State,
    pub(crate) society: society::State,
    pub(crate) resistance: resistance::State,
}

impl Inner {
    pub(crate) fn new(_programme: &Programme) -> Inner {
        Inner::default()
    }

    /// Room for one more student.
    pub(crate) fn push(&mut self) {
        self.contacts.push();
        self.consent.push();
        self.stories.push();
        self.originals.push();
        self.deferral.push();
        self.works.push();
        self.standing.push();
        self.belongings.push();
        self.outings.push();
        self.ties.push();
    }
}

/// What is measured of each submodel of the inner life.
pub(crate) const METRICS: &[&[Metric]] = &[
    conditioning::METRICS,
    service::METRICS,
    knowledge::METRICS,
    staff::METRICS,
    works::METRICS,
    standing::METRICS,
    ties::METRICS,
    stories::METRICS,
    originals::METRICS,
    belongings::METRICS,
    outings::METRICS,
    deferral::METRICS,
    society::METRICS,
    resistance::METRICS,
    mediation::METRICS,
];

/// Students meet, two by two: what each submodel makes of it, in this order. `names` name the draws of
/// the meetings.
pub(crate) fn meet(world: &mut World, meetings: &[Meeting], names: &mut Names, ahead: &mut Ahead) {
    let mut all = Together {
        world,
        all: meetings,
        names,
        ahead,
    };
    all.each(ties::meet);
    all.drawn(Purpose::Teasing, standing::meet);
    all.each(outings::meet);
    all.each(conditioning::meet);
    all.drawn(Purpose::Whisper, knowledge::meet);
    all.each(stories::meet);
    all.drawn(Purpose::Gift, belongings::meet);
    all.drawn(Purpose::Quarrel, mediation::meet);
}

/// Students look back on half a year. `names` name the draws of the reflections.
pub(crate) fn reflect(
    world: &mut World,
    reflections: &[Reflection],
    names: &mut Names,
    ahead: &mut Ahead,
) {
    let settling = Settling::over(contacts::HALF_A_YEAR, &world.programme.character);
    let mut all = Together {
        world,
        all: reflections,
        names,
        ahead,
    };
    all.each(|world, reflection| settling.settle(world.minds.of_mut(reflection.who)));
    all.each(conditioning::reflect);
    all.each(knowledge::reflect);
    all.each(service::reflect);
    all.drawn(Purpose::WorksMade, works::reflect);
    all.drawn(Purpose::Brooding, standing::reflect);
    all.drawn(Purpose::Interference, ties::reflect);
    all.each(stories::reflect);
    all.drawn(Purpose::Origin, originals::reflect);
    all.drawn(Purpose::Find, belongings::reflect);
    all.each(outings::reflect);
    all.each(deferral::reflect);
    all.drawn(Purpose::Scheme, resistance::scheme);
    all.drawn(Purpose::Telling, resistance::tell);
    all.drawn(Purpose::SmallJoy, resistance::enjoy);
    all.each(resistance::agree);
    all.drawn(Purpose::Intent, conditioning::leaving::consider);
}

/// Meetings or reflections that go through the submodels together. What the next ones will touch is
/// asked for meanwhile.
struct Together<'a, T> {
    world: &'a mut World,
    all: &'a [T],
    names: &'a mut Names,
    ahead: &'a mut Ahead,
}

impl<T> Together<'_, T> {
    /// A submodel takes part in each.
    #[inline]
    fn each(&mut self, submodel: impl Fn(&mut World, &T)) {
        for one in self.all {
            self.ahead.step();
            submodel(self.world, one);
        }
    }

    /// The same for a submodel that draws for one purpose at nearly every one of them: these draws are
    /// made together.
    #[inline]
    fn drawn(&mut self, purpose: Purpose, submodel: impl Fn(&mut World, &T, Draw)) {
        let draws = self.names.draws(self.world.clock.streams, purpose);
        for (one, draw) in self.all.iter().zip(draws) {
            self.ahead.step();
            submodel(self.world, one, draw);
        }
    }
}

/// A term of a school has ended.
pub(crate) fn term(world: &mut World, at: Time, school: u32, number: u32) {
    staff::term(world, at, school, number);
    conditioning::term(world, at, school, number);
    knowledge::term(world, at, school, number);
    works::term(world, at, school, number);
}

/// A month has gone by at a place where leavers wait.
pub(crate) fn month(world: &mut World, at: Time, place: PlaceId, number: u32) {
    outings::month(world, at, place, number);
}

/// A year has gone by in the country.
pub(crate) fn year(world: &mut World, at: Time, number: u32) {
    society::year(world, at, number);
}

/// A school has opened.
pub(crate) fn school_opened(world: &mut World, at: Time, school: u32) {
    staff::opened(world, at, school);
    contacts::begin_terms(world, at, school);
}

/// A school has closed, and its pupils have been moved.
pub(crate) fn school_closed(world: &mut World, at: Time, school: u32) {
    staff::closed(world, at, school);
}

/// A student has moved from one place to another.
pub(crate) fn moved(world: &mut World, at: Time, student: StudentId) {
    ties::moved(world, at, student);
    belongings::moved(world, at, student);
    outings::moved(world, at, student);
}

/// A student has died, or is gone for good (`Phase::Away`).
pub(crate) fn ended(world: &mut World, at: Time, student: StudentId) {
    ties::ended(world, at, student);
    deferral::ended(world, at, student);
}

/// Before anything has happened.
pub(crate) fn start(world: &mut World) {
    institutions::start(world);
    recipients::start(world);
    contacts::start(world);
    society::start(world);
    history::start(world);
}

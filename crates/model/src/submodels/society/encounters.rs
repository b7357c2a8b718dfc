//! Where the public meets students one by one: those who pass by, recipients who meet their donors,
//! a life that is told.

use hailsham_engine::time::Time;

use super::Mood;
use crate::event::Event;
use crate::mind;
use crate::person::{Phase, RecipientId, StudentId};
use crate::place::PlaceId;
use crate::purpose::Purpose;
use crate::world::World;

/// Visible pain in public: do those who pass by stop?
pub(crate) fn pass_by(world: &mut World, at: Time, student: StudentId, place: PlaceId) {
    let rules = &world.programme.society;
    let solace = rules.solace;
    let help = rules.help * (1.0 - world.inner.society.mood.distance);
    // A person has at most one scene a minute: the minute numbers it.
    let mut draw = world.draw(student, Purpose::PassersBy, at.minutes() as u32);
    let passed = draw.poisson(rules.passers_by) as u32;
    let helped = (0..passed).filter(|_| draw.bernoulli(help)).count();
    let mind = world.minds.of_mut(student);
    for _ in 0..helped {
        mind::lower(&mut mind.distress, solace);
        mind::raise(&mut mind.hope, solace);
    }
    world.log.push(
        Event::PassedBy
            .at(at)
            .who(student.person())
            .place(place.number())
            .n(helped as i32)
            .value(passed as f32),
    );
}

/// An organ has been transplanted: recipient and donor meet, if they must and the donor lives.
pub(crate) fn transplanted(world: &mut World, at: Time, recipient: RecipientId, donor: StudentId) {
    let state = &mut world.inner.society;
    state.transplants += 1;
    let share = world.programme.society.recipients_meet;
    if share <= 0.0 || !world.students.alive(donor) {
        return;
    }
    let patient = &world.recipients_state.people.patients[recipient.row()];
    let meets = world
        .clock
        .streams
        .entity(patient.identity)
        .purpose(Purpose::MeetingDonor)
        .draw(u32::from(patient.transplants))
        .bernoulli(share);
    if meets {
        world.inner.society.meetings += 1;
        world.log.push(
            Event::MetDonor
                .at(at)
                .who(recipient.person())
                .whom(donor.person()),
        );
    }
}

/// The carer who has served for longest tells of a life, and the account reaches some of the public.
pub(super) fn tell_a_life(world: &mut World, at: Time, mood: &mut Mood) {
    let teller = world
        .carers
        .services()
        .filter(|carer| world.students.phase[carer.student.row()] == Phase::Carer)
        .min_by_key(|carer| (carer.started, carer.student))
        .map(|carer| carer.student);
    let Some(teller) = teller else {
        return;
    };
    let rules = &world.programme.society;
    let reached = rules.testimony_reach;
    super::raise(&mut mood.recognition, reached * mood.attention);
    mood.news += rules.testimony * reached;
    world.log.push(
        Event::LifeTold
            .at(at)
            .who(teller.person())
            .value(reached as f32),
    );
}

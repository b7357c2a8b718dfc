//! 7.5 The collector: comes, chooses, is uneasy, may see what was not meant to be seen, and takes
//! part all the same (A-034, A-055, A-080, A-195; D-41).

use hailsham_engine::time::Time;

use super::{Left, conduct, person, take_on};
use crate::event::Event;
use crate::mind::{self, Fact};
use crate::person::StudentId;
use crate::purpose::Purpose;
use crate::submodels::works;
use crate::world::World;

/// A term of a humane school has ended: the collector may have come.
pub(super) fn visit(world: &mut World, at: Time, school: u32, number: u32) {
    if !works::is_collected(world) {
        return;
    }
    let collectors = &world.inner.staff.collectors;
    let Some(post) = (school as usize).checked_rem(collectors.len()) else {
        return;
    };
    let row = collectors[post];
    let rules = &world.programme.staff;
    let (unease, witnesses) = (rules.unease, rules.witness);
    let place = world.institutions.schools[school as usize].place;
    let key = world.institutions.schools[school as usize].key;
    let streams = world.clock.streams.entity(key);
    let mut draw = streams.purpose(Purpose::Collection).draw(number);
    // Three terms a year, at most one visit in each.
    if !draw.bernoulli(rules.visits / 3.0) {
        return;
    }
    let taken = works::collect(world, at, school, person(row));
    let member = &mut world.inner.staff.members[row as usize];
    mind::raise(&mut member.conscience, unease);
    let conscience = member.conscience;
    world.log.push(
        Event::CollectorVisited
            .at(at)
            .who(person(row))
            .place(place.number())
            .n(taken as i32)
            .value(conscience),
    );
    let mut draw = streams.purpose(Purpose::Witness).draw(number);
    let pupils = world.roster.at(place).len() as u32;
    if pupils > 0 && draw.bernoulli(witnesses) {
        let student = StudentId(world.roster.at(place)[draw.below(pupils) as usize]);
        let reached = world.programme.knowledge.reached as f32;
        // A song about a child is danced to by somebody to whom the words of it mean something.
        if world.minds.of(student).heard[Fact::Childlessness as usize] >= reached {
            witness(world, at, student, person(row));
        }
    }
    conduct::choose(world, at, row);
    if world.inner.staff.members[row as usize].left == Left::Conscience {
        let place = world.inner.staff.members[row as usize].place;
        let role = world.inner.staff.members[row as usize].role;
        let successor = take_on(world, at, place, role, post as u32);
        world.inner.staff.collectors[post] = successor;
    }
}

/// The collector sees a private act of a pupil.
pub(crate) fn witness(world: &mut World, at: Time, student: StudentId, collector: u32) {
    let more = world.programme.staff.witness_unease;
    let row = (collector - crate::person::FIRST_STAFF) as usize;
    let member = &mut world.inner.staff.members[row];
    mind::raise(&mut member.conscience, more);
    let conscience = member.conscience;
    let place = world.students.place[student.row()];
    world.log.push(
        Event::Witnessed
            .at(at)
            .who(student.person())
            .whom(collector)
            .place(place.number())
            .value(conscience),
    );
}

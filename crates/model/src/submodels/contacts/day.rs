//! A day of the inner life: who meets whom, who looks back, and how they go through the submodels.

use hailsham_engine::prefetch::Ahead;
use hailsham_engine::random::{Block, Draw, Streams};
use hailsham_engine::time::Time;

use super::{
    BETWEEN_REFLECTIONS, HALF_A_YEAR, Meeting, Reflection, day_of, expect_contact, schedule_day,
};
use crate::event::Event;
use crate::history;
use crate::network::{Fading, Tie};
use crate::person::{Phase, StudentId};
use crate::purpose::Purpose;
use crate::submodels::{self, carers, donation, ties};
use crate::world::World;

/// Contacts or reflections that go through the submodels together: their people stay in the cache
/// meanwhile. Another number would give another order of what happens within a minute.
const GROUP: usize = 64;

/// Those who are due on a day, and what they do. It is kept for its room.
#[derive(Default)]
pub(super) struct Day {
    people: Vec<StudentId>,
    choices: Vec<Choice>,
    meetings: Vec<Meeting>,
    reflections: Vec<Reflection>,
    names: Names,
    ahead: Ahead,
}

/// What names the draws of a group: whose they are, and which of that life's. The draws of one purpose
/// are made together, in a fraction of the time that they take one by one.
#[derive(Default)]
pub(crate) struct Names {
    identities: Vec<u64>,
    numbers: Vec<u32>,
    blocks: Vec<Block>,
}

impl Names {
    fn clear(&mut self) {
        self.identities.clear();
        self.numbers.clear();
    }

    fn push(&mut self, identity: u64, number: u32) {
        self.identities.push(identity);
        self.numbers.push(number);
    }

    /// The group's draws for a purpose, in its order.
    pub(crate) fn draws(
        &mut self,
        streams: Streams,
        purpose: Purpose,
    ) -> impl Iterator<Item = Draw> + '_ {
        let Names {
            identities,
            numbers,
            blocks,
        } = self;
        streams.blocks(purpose, identities, numbers, blocks);
        let names = identities.iter().zip(numbers);
        names.zip(blocks).map(move |((identity, number), block)| {
            let stream = streams.entity(*identity).purpose(purpose);
            stream.draw_from(*number, *block)
        })
    }
}

/// A day has ended: those meet whose contacts were due, and those look back whose half-years are over.
pub(crate) fn on_day(world: &mut World, at: Time) {
    let today = day_of(at);
    let mut day = std::mem::take(&mut world.inner.contacts.day);
    let due = world.inner.contacts.contacts.take(today);
    choose(world, at, &due, &mut day);
    meet(world, &mut day);
    world.count(due.len());
    world.inner.contacts.contacts.give_back(due);
    let due = world.inner.contacts.reflections.take(today);
    look_back(world, at, &due, &mut day);
    world.count(due.len());
    world.inner.contacts.reflections.give_back(due);
    world.inner.contacts.day = day;
    schedule_day(world, today + 1);
}

/// A group of a list, by its number; after the last, nobody.
fn group_of<T>(all: &[T], number: usize) -> &[T] {
    let start = (number * GROUP).min(all.len());
    &all[start..(start + GROUP).min(all.len())]
}

/// Who is due for a contact today chooses whom to meet, before anybody meets.
fn choose(world: &mut World, at: Time, due: &[u32], day: &mut Day) {
    /// People whose memory is asked for in one step and read in the next.
    const STEP: usize = 256;
    let today = day_of(at);
    let streams = world.clock.streams;
    let fading = world.programme.ties.friendship.fading();
    let Day {
        people,
        choices,
        meetings,
        names,
        ..
    } = day;
    meetings.clear();
    for due in due.chunks(STEP) {
        people.clear();
        choices.clear();
        names.clear();
        for student in due.iter().copied().map(StudentId) {
            // Nobody is asked to take back the contacts of the dead: they are passed over.
            if world.students.alive(student) {
                let count = &mut world.inner.contacts.counts[student.row()].0;
                *count += 1;
                people.push(student);
                names.push(world.students.identity[student.row()], *count);
                world.network.prefetch_known(student);
                world.minds.prefetch_understood(student);
                world.roster.prefetch(student);
            }
        }
        let draws = names.draws(streams, Purpose::Contact);
        for (student, mut draw) in people.iter().zip(draws) {
            let phase = world.students.phase[student.row()];
            let state = &mut world.inner.contacts;
            expect_contact(state, today, *student, phase, &mut draw);
        }
        let draws = names.draws(streams, Purpose::Partner);
        choices.extend(people.iter().zip(draws).map(|(student, draw)| {
            let (number, _) = world.inner.contacts.counts[student.row()];
            Choice::of(world, *student, number, draw)
        }));
        for (index, student) in people.iter().enumerate() {
            let number = names.numbers[index];
            if let Some((whom, together)) = partner(world, at, fading, *student, &choices[index])
                && (together || !is_kept_for_later(world, *student, whom))
            {
                meetings.push(Meeting {
                    at,
                    who: *student,
                    whom,
                    number,
                    together,
                });
            }
        }
    }
}

/// Whether it is on record that two who would meet at a bedside do so again only later.
fn is_kept_for_later(world: &World, one: StudentId, other: StudentId) -> bool {
    let donates = |student: StudentId| world.students.phase[student.row()] == Phase::Donor;
    (donates(one) || donates(other)) && history::awaits(world, Event::Reunited, one, other)
}

/// Those who chose each other meet, a group at a time. What the next two groups will touch is asked for
/// meanwhile.
fn meet(world: &mut World, day: &mut Day) {
    let Day {
        meetings,
        names,
        ahead,
        ..
    } = day;
    submodels::ahead_of_known(world, group_of(meetings, 0), ahead);
    submodels::ahead_of_known(world, group_of(meetings, 1), ahead);
    ahead.finish();
    submodels::ahead_of_meetings(world, group_of(meetings, 0), ahead);
    ahead.finish();
    for (number, group) in meetings.chunks(GROUP).enumerate() {
        names.clear();
        for meeting in group {
            let identity = world.students.identity[meeting.who.row()];
            names.push(identity, meeting.number);
        }
        submodels::ahead_of_meetings(world, group_of(meetings, number + 1), ahead);
        submodels::ahead_of_known(world, group_of(meetings, number + 2), ahead);
        submodels::meet(world, group, names, ahead);
        ahead.finish();
    }
}

/// Whom a student turns to.
enum Choice {
    /// The closer of two that come to mind, by their places among the ties; and a uniform number: they
    /// meet if it is below the probability that the one can be reached.
    Tie([usize; 2], f64),
    /// Somebody of the same school year, by number.
    SameYear(usize),
    /// Somebody of the place, by number.
    There(usize),
    /// A donor in care, or the donor's carer.
    InCare(StudentId),
    Nobody,
}

impl Choice {
    /// What is read of the one chosen is asked for.
    fn of(world: &World, student: StudentId, number: u32, mut draw: Draw) -> Choice {
        let rules = &world.programme.contacts;
        let students = &world.students;
        let phase = students.phase[student.row()];
        if world.inner.contacts.hazards.of(phase) <= 0.0 {
            return Choice::Nobody;
        }
        // Who knows that time is short spends more of it with those already known.
        let with_ties = rules.with_ties
            + (1.0 - rules.with_ties) * rules.selectivity * ties::short_horizon(world, student);
        let known = world.network.known_to(student).len() as u32;
        let with_ties = if known > 0 { with_ties } else { 0.0 };
        let u = draw.uniform();
        // Below a threshold, and above it, a uniform number is uniform still.
        if u < with_ties {
            let two = draw.below(known * known);
            let two = [two / known, two % known].map(|position| position as usize);
            for position in two {
                world.network.prefetch_tie(student, position);
            }
            return Choice::Tie(two, u / with_ties);
        }
        let rest = (u - with_ties) / (1.0 - with_ties);
        if matches!(phase, Phase::Carer | Phase::Donor) {
            let mut draw = world.draw(student, Purpose::CareMeeting, number);
            if draw.uniform() < rules.in_care {
                let other = if phase == Phase::Carer {
                    carers::some_donor(world, student, &mut draw)
                } else {
                    donation::carer_of(world, student)
                };
                return other.map_or(Choice::Nobody, Choice::InCare);
            }
        }
        if phase == Phase::Carer {
            return Choice::Nobody;
        }
        if phase == Phase::Pupil && rest < rules.same_year {
            let other = world.roster.another_schoolmate(student, &mut draw);
            return other.map_or(Choice::Nobody, Choice::SameYear);
        }
        let place = students.place[student.row()];
        let other = world.roster.another_at(place, student, &mut draw);
        other.map_or(Choice::Nobody, Choice::There)
    }
}

/// Whether two live at one place: those who serve as carers live on the road.
pub(crate) fn lives_with(world: &World, one: StudentId, other: StudentId) -> bool {
    let students = &world.students;
    let at_home = |student: StudentId| students.phase[student.row()] != Phase::Carer;
    students.place[one.row()] == students.place[other.row()] && at_home(one) && at_home(other)
}

/// Probability that one who thinks of another can reach them, and whether the two live at one place.
pub(crate) fn reach(world: &World, one: StudentId, other: StudentId) -> (f64, bool) {
    if lives_with(world, one, other) {
        return (1.0, true);
    }
    let rules = &world.programme.contacts;
    let phases = [one, other].map(|student| world.students.phase[student.row()]);
    let travels = phases.contains(&Phase::Carer);
    if phases.contains(&Phase::Pupil) {
        return (rules.reach_school, false);
    }
    let carer = if travels { rules.reach_carer } else { 0.0 };
    let bedside = phases.contains(&Phase::Donor);
    let donor = if bedside { rules.reach_bedside } else { 0.0 };
    (rules.reach.max(carer).max(donor), false)
}

/// Whom a student meets who turned to somebody, and whether the two live at one place.
fn partner(
    world: &World,
    at: Time,
    fading: Fading,
    student: StudentId,
    choice: &Choice,
) -> Option<(StudentId, bool)> {
    let students = &world.students;
    match *choice {
        Choice::Nobody => None,
        Choice::InCare(other) => Some((other, false)),
        Choice::Tie(two, number) => {
            let [first, second] = two.map(|position| &world.network.of(student)[position]);
            let [mine, others] = [first, second].map(|tie| tie.friendship_at(at, fading));
            let tie = if others > mine { second } else { first };
            if tie.is(Tie::DEAD) || !students.alive(tie.other()) {
                return None;
            }
            let other = tie.other();
            let (reach, together) = reach(world, student, other);
            (number < reach).then_some((other, together))
        }
        Choice::SameYear(index) => {
            let other = world.roster.schoolmates(student)[index];
            Some((StudentId(other), true))
        }
        Choice::There(index) => {
            let place = students.place[student.row()];
            let other = world.roster.met_at(place)[index];
            Some((StudentId(other), true))
        }
    }
}

/// Those who are due look back, a group at a time. What the next group will touch is asked for meanwhile.
fn look_back(world: &mut World, at: Time, due: &[u32], day: &mut Day) {
    let today = day_of(at);
    let Day {
        reflections,
        names,
        ahead,
        ..
    } = day;
    submodels::ahead_of_minds(world, group_of(due, 0), ahead);
    submodels::ahead_of_minds(world, group_of(due, 1), ahead);
    ahead.finish();
    submodels::ahead_of_reflections(world, group_of(due, 0), ahead);
    ahead.finish();
    for (number, group) in due.chunks(GROUP).enumerate() {
        reflections.clear();
        names.clear();
        for student in group.iter().copied().map(StudentId) {
            if !world.students.alive(student) {
                continue;
            }
            let state = &mut world.inner.contacts;
            let count = &mut state.counts[student.row()].1;
            *count += 1;
            let number = *count;
            if number == 1 {
                let place = world.students.place[student.row()];
                world.roster.is_met(student, place);
            }
            let state = &mut world.inner.contacts;
            state.reflections.add(today + BETWEEN_REFLECTIONS, student);
            names.push(world.students.identity[student.row()], number);
            reflections.push(Reflection {
                at,
                who: student,
                number,
                years: HALF_A_YEAR,
                age: (at - world.students.born[student.row()]).years(),
            });
        }
        submodels::ahead_of_reflections(world, group_of(due, number + 1), ahead);
        submodels::ahead_of_minds(world, group_of(due, number + 2), ahead);
        submodels::reflect(world, reflections, names, ahead);
        ahead.finish();
    }
}

//! How each pinned event is made to happen: by the functions of the submodels that make it happen to
//! anybody, at the moment that was drawn.
//!
//! The record that the event leaves is marked as pinned. A pin that the state makes impossible ends the
//! run with both sides: the pin with its source, and what stands against it.

use hailsham_engine::time::Time;

use super::Impossible;
use super::guard::place_of;
use super::kinds::{self, Stages};
use super::plan::Step;
use crate::event::Event;
use crate::mind::{Fact, Story};
use crate::person::{FIRST_SOURCE, FIRST_STAFF, NOBODY, Phase, StudentId};
use crate::purpose::Slot;
use crate::submodels::contacts::{self, Meeting};
use crate::submodels::{
    belongings, carers, creation, deferral, donation, knowledge, mediation, originals, outings,
    resistance, society, staff, standing, stories, ties, works,
};
use crate::world::{StopReason, World};

/// Number of the first step of a history in the future event list.
const FIRST_STEP: u32 = FIRST_SOURCE + 30_000_000;
/// Draws of a pinned meeting lie above those of the meetings of a life.
const FIRST_DRAW: u32 = 1 << 30;

/// Schedules what is pinned. Schools keep dates of their own, which were set when they were made.
pub(crate) fn start(world: &mut World) {
    for number in 0..world.history.plan.steps.len() {
        let Step { at, kind, .. } = world.history.plan.steps[number];
        if !matches!(kind.event, Event::Opened | Event::Closed) {
            world.schedule(at, FIRST_STEP + number as u32, Slot::Pin);
        }
    }
}

/// A pinned event is due.
pub(crate) fn on_pin(world: &mut World, at: Time, entity: u32) {
    let number = (entity - FIRST_STEP) as usize;
    let step = world.history.plan.steps[number].clone();
    // From now on it holds nothing back.
    world.history.done[number] = true;
    if let Err(because) = attempt(world, at, number, &step) {
        conflict(world, at, &step, &because);
    }
}

/// The run ends: something on record cannot be.
fn conflict(world: &mut World, at: Time, step: &Step, because: &str) {
    let history = &world.programme.history;
    let what = match step.pin.and_then(|pin| history.pins.get_index(pin)) {
        Some((id, pin)) => format!("the pinned event {}", pin.shown(id)),
        None => format!(
            "`{}`, which was filled in between pinned events",
            step.kind.event.name()
        ),
    };
    if history.impossible == Impossible::LetGo {
        return let_go(world, at, step, format!("{what}: {because}"));
    }
    let date = world.clock.epoch.iso(at);
    world.history.conflict = Some(format!("{what} cannot happen on {date}: {because}"));
    world.stop(StopReason::Impossible);
}

/// What is on record and cannot be is let go, and that is written.
fn let_go(world: &mut World, at: Time, step: &Step, what: String) {
    world.log.unmark();
    let person = |member: Option<usize>| world.history.person(member?);
    let mut record = Event::LetGo.at(at);
    if let Some(who) = person(step.who).filter(|who| lives(world, *who)) {
        record = record.who(who);
    }
    world.log.push(record);
    world.history.let_go.push(what);
}

fn lives(world: &World, person: u32) -> bool {
    person >= FIRST_STAFF || world.students.alive(StudentId(person))
}

/// Those whom a step concerns, with their numbers.
struct Cast {
    who: Option<u32>,
    whom: Option<u32>,
    third: Option<u32>,
}

fn attempt(world: &mut World, at: Time, number: usize, step: &Step) -> Result<(), String> {
    let person = |member: Option<usize>| match member {
        None => Ok(None),
        Some(member) => match world.history.person(member) {
            Some(person) => Ok(Some(person)),
            None => Err(format!("{} is not there yet", name(world, member))),
        },
    };
    let cast = Cast {
        who: person(step.who)?,
        whom: person(step.whom)?,
        third: person(step.third)?,
    };
    for (person, member, needs) in [
        (cast.who, step.who, step.needs[0]),
        (cast.whom, step.whom, step.needs[1]),
        (cast.third, step.third, Some(step.kind.needs_of_third())),
    ] {
        if let (Some(person), Some(member), Some(needs)) = (person, member, needs) {
            fits(world, StudentId(person), member, needs)?;
        }
    }
    let event = step.kind.event;
    // Nobody takes a further step towards donating once the law has ended it, whatever is on record.
    if society::abolished(world) && step.kind.is_a_step() {
        return Err("the law has ended the use of students".to_owned());
    }
    // Of an outing it is the record of the one who leads, which names nobody else.
    let whom = cast.whom.filter(|_| event != Event::WentOut);
    let [who, whom] = [cast.who, whom].map(|person| person.unwrap_or(NOBODY));
    world.log.mark(event, who, whom);
    perform(world, at, number, step, &cast)?;
    if world.log.unmark() {
        Ok(())
    } else {
        Err(format!("what makes `{}` did not come about", event.name()))
    }
}

fn name(world: &World, member: usize) -> String {
    let cast = world.programme.history.cast.get_index(member);
    cast.map_or_else(String::new, |(key, member)| {
        if member.source.is_empty() {
            format!("{} (`{key}`)", member.name)
        } else {
            format!("{} (`{key}`, {})", member.name, member.source)
        }
    })
}

/// Whether a student is in the stages that a step needs.
fn fits(world: &World, student: StudentId, member: usize, needs: Stages) -> Result<(), String> {
    let row = student.row();
    let phase = world.students.phase[row];
    let donor = world.donation.donor(world.students.donor_row[row]);
    let stage = kinds::stage_of(phase, donor.map_or(0, |donor| donor.donations));
    if (needs.0..=needs.1).contains(&stage) {
        return Ok(());
    }
    let (first, last) = (kinds::stage_name(needs.0), kinds::stage_name(needs.1));
    let needed = match needs {
        kinds::ALIVE => "alive".to_owned(),
        (from, to) if from == to => first,
        (from, kinds::LAST) if stage == kinds::RELEASED => {
            format!("{} or later, and not released", kinds::stage_name(from))
        }
        (from, kinds::LAST | kinds::RELEASED) => format!("{} or later", kinds::stage_name(from)),
        _ => format!("from {first} to {last}"),
    };
    let mut since = String::new();
    let died = world.students.died[row];
    if died != Time::NEVER {
        since = format!(" since {}", world.clock.epoch.iso(died));
    }
    Err(format!(
        "{} must then be {needed}, and is {}{since}",
        name(world, member),
        if stage == kinds::GONE {
            Phase::LABELS[phase as usize].to_owned()
        } else {
            kinds::stage_name(stage)
        }
    ))
}

/// What a pin says, as the model has it.
struct Said {
    topic: String,
    place: Option<crate::place::PlaceId>,
}

fn said(world: &World, step: &Step) -> Said {
    let pin = step
        .pin
        .and_then(|pin| world.programme.history.pins.get_index(pin));
    let (topic, place) = pin.map_or(("", ""), |(_, pin)| {
        (pin.topic.as_str(), pin.place.as_str())
    });
    Said {
        topic: topic.to_owned(),
        place: place_of(world, place),
    }
}

#[allow(clippy::too_many_lines)] // One line an event: to cut it up would hide the table that it is.
fn perform(
    world: &mut World,
    at: Time,
    number: usize,
    step: &Step,
    cast: &Cast,
) -> Result<(), String> {
    let Said { topic, place } = said(world, step);
    let topic = topic.as_str();
    let who_number = cast.who.unwrap_or(NOBODY);
    let whom_number = cast.whom.unwrap_or(NOBODY);
    let (who, whom) = (StudentId(who_number), StudentId(whom_number));
    let fact = || Fact::ALL[position(&Fact::LABELS, topic)];
    let story = || Story::ALL[position(&Story::LABELS, topic)];
    let meeting = |world: &World| Meeting {
        at,
        who,
        whom,
        number: FIRST_DRAW + number as u32,
        together: contacts::lives_with(world, who, whom),
    };
    let draw_number = FIRST_DRAW + number as u32;
    match step.kind.event {
        Event::BecameCarer => {
            world.cancel_step(who);
            carers::begin_service(world, at, who);
        }
        Event::CalledUp => {
            world.cancel_step(who);
            if world.students.phase[who.row()] == Phase::Carer {
                carers::end_service(world, at, who);
                donation::call_up_to(world, at, who, donation::Reason::Review, place);
            } else {
                donation::call_up_to(world, at, who, donation::Reason::Direct, place);
            }
        }
        Event::Operated => donation::operate_on_record(world, at, who, false),
        Event::Completed if topic == "decline" => donation::decline_on_record(world, at, who),
        Event::Completed => donation::operate_on_record(world, at, who, true),
        Event::CarerAssigned => carers::assign_on_record(world, at, who, whom)?,

        Event::Befriended => ties::befriend_on_record(world, at, who, whom),
        Event::Coupled => ties::couple_on_record(world, at, who, whom),
        Event::Parted => ties::part_on_record(world, at, who, whom)?,
        Event::LoveHidden => ties::hide_love_on_record(world, at, who, whom),
        Event::Quarrelled => mediation::quarrel(world, at, who, whom),
        Event::Mediated => mediation::mediate_on_record(world, at, who, whom),
        Event::Interfered => {
            let held = StudentId(cast.third.unwrap_or(NOBODY));
            ties::interfere_on_record(world, at, who, whom, held, topic);
        }
        Event::Confessed => {
            let meeting = meeting(world);
            ties::confess_on_record(world, &meeting);
        }
        Event::Forgave => ties::forgive_on_record(world, at, who, whom),
        Event::AddressGiven => ties::give_address(world, at, who, whom),
        Event::Reunited => ties::reunite_on_record(world, at, who, whom),
        Event::ToldOfThePast => resistance::tell_of_the_past(world, at, who, whom),

        Event::Teased => {
            let meeting = meeting(world);
            standing::tease_on_record(world, &meeting);
        }
        Event::Raged => standing::rage(world, at, who, NOBODY, place),
        Event::Reassured => standing::reassure(world, at, who, whom_number),
        Event::PassedBy => {
            let home = world.students.place[who.row()];
            society::pass_by(world, at, who, place.unwrap_or(home));
        }

        Event::MadeWork => works::make_on_record(world, at, who, works::Asked::Form(topic)),
        Event::Graded => works::make_on_record(world, at, who, works::Asked::Verdict(topic)),
        Event::Collected => works::collect_on_record(world, at, who),
        Event::DrewAgain => works::make_on_record(world, at, who, works::Asked::Again),

        Event::Hinted => staff::hint_on_record(world, at, who_number, fact(), draw_number)?,
        Event::SpokeOut => staff::speak_out_on_record(world, at, who_number, draw_number)?,
        Event::Dismissed => staff::on_dismissal(world, at, who_number),
        Event::Witnessed => staff::witness(world, at, who, whom_number),

        Event::Heard => knowledge::hear_on_record(world, at, who, whom_number, fact()),
        Event::CameToBelieve => stories::believe_on_record(world, at, who, story()),
        Event::StoryTold => {
            let meeting = meeting(world);
            stories::tell_on_record(world, &meeting, story());
        }

        Event::PlayedPossibles => originals::play_on_record(world, at, who),
        Event::InventedOrigin => originals::invent(world, at, who),
        Event::ClaimedPossible => originals::claim_on_record(world, at, who, place),
        Event::Expedition => originals::go_on_record(world, at, who, place, draw_number),
        Event::JoinedExpedition => originals::join_on_record(world, at, who, whom, place),
        Event::BitterTheory => originals::turn_bitter(world, at, who, place),

        Event::FoundBelonging => belongings::find_on_record(world, at, who, topic),
        Event::LostBelonging => belongings::lose_on_record(world, at, who, topic)?,
        Event::SearchedFor => belongings::search_on_record(world, at, who, cast.whom, topic, place),

        Event::WentOut => {
            let along: Vec<StudentId> = [cast.whom, cast.third]
                .into_iter()
                .flatten()
                .map(StudentId)
                .collect();
            outings::go_out_on_record(world, at, who, &along, place);
        }
        Event::Imitated => {
            let meeting = meeting(world);
            outings::copy_on_record(world, &meeting);
        }
        Event::Confronted => {
            let meeting = meeting(world);
            outings::hold_against(world, &meeting, who, whom);
        }

        Event::PetitionPlanned => deferral::plan_on_record(world, at, who, whom),
        Event::PetitionJourney => deferral::ask_on_record(world, at, who, whom),
        Event::PetitionHeard => deferral::hear_on_record(world, at, who, whom)?,
        _ => act(world, at, step, cast, topic, place),
    }
    Ok(())
}

fn position(labels: &[&str], topic: &str) -> usize {
    // The scenario was checked: the topic is one of them.
    labels.iter().position(|label| *label == topic).unwrap_or(0)
}

/// What no submodel makes: it is written, and changes nobody.
fn act(
    world: &mut World,
    at: Time,
    step: &Step,
    cast: &Cast,
    topic: &str,
    place: Option<crate::place::PlaceId>,
) {
    let mut record = Event::Act.at(at).topic(world.topics.act(topic));
    if let Some(who) = cast.who {
        record = record.who(who);
        let is_student = step.needs[0].is_some();
        if place.is_none() && is_student {
            record = record.place(world.home_of(StudentId(who)));
        }
    }
    if let Some(whom) = cast.whom {
        record = record.whom(whom);
    }
    if let Some(place) = place {
        record = record.place(place.number());
    }
    world.log.push(record);
}

/// The students of the cast who are made by a school between two times.
pub(crate) fn born_between(
    world: &World,
    place: crate::place::PlaceId,
    from: Time,
    until: Time,
) -> Vec<usize> {
    let cast = world.programme.history.cast.values().enumerate();
    cast.filter(|(member, person)| {
        let born = world.history.born(*member);
        person.role == super::CastRole::Student
            && born.is_some_and(|born| (from..until).contains(&born))
            && place_of(world, &person.school) == Some(place)
    })
    .map(|(member, _)| member)
    .collect()
}

/// A student of the cast has a row from now on: what is fixed of the person is set.
pub(crate) fn appear(world: &mut World, student: StudentId, member: usize) {
    world.history.appears(member, student.person());
    creation::fix(world, student, member);
}

/// A member of staff of the cast has been taken on.
pub(crate) fn appear_on_staff(world: &mut World, row: u32, member: usize) {
    world.history.appears(member, FIRST_STAFF + row);
}

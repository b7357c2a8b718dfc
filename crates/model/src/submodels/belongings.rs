//! 7.11 Belongings, lost things, Norfolk.
//!
//! A student has at most two belongings. They are found by chance, bought at Sales, given by
//! friends; they are lost on the move and by chance, and what was lost is searched for: where one
//! lives, and once in Norfolk by those who hold that lost things gather there. What is held for
//! longer means more: attachment 1 − 2^(−years / attachment) is the part of it that comforts, and
//! that hurts when it is gone. Whether a copy is found there is not told (E-40), and a search in
//! vain ends the belief. Everything but the pattern is assumed.

use hailsham_engine::prefetch::Ahead;
use hailsham_engine::random::Draw;
use hailsham_engine::time::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use crate::event::{Event, Word};
use crate::history;
use crate::maths::{halved, within};
use crate::metrics::{Facts, Metric, mean, metrics};
use crate::mind::{self, Story};
use crate::network::Tie;
use crate::person::{NOBODY, Phase, StudentId};
use crate::place::PlaceId;
use crate::purpose::Purpose;
use crate::rows::Rows;
use crate::submodels::contacts::{Meeting, Reflection, lives_with};
use crate::submodels::landmarks::{self, LandmarkKind};
use crate::submodels::{carers, stories, ties};
use crate::world::World;

/// Belongings, lost things, Norfolk.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, SmartDefault)]
#[serde(default, deny_unknown_fields)]
pub struct Belongings {
    /// Things found by chance that are kept.
    #[schemars(range(min = 0.0, max = 100.0), extend("unit" = "per year", "source" = "assumed: a chance find (A-079)"))]
    #[default = 0.06]
    pub found: f64,
    /// Probability that one gives the other something of one's own at a meeting of the best friends.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "probability", "source" = "assumed"))]
    #[default = 0.03]
    pub given: f64,
    /// Friendship that a gift adds.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share of what is left", "source" = "assumed"))]
    #[default = 0.1]
    pub gift_friendship: f64,
    /// Things lost by chance.
    #[schemars(range(min = 0.0, max = 100.0), extend("unit" = "per year", "source" = "assumed: how it was lost is not told (A-079)", "lever" = "E-40"))]
    #[default = 0.05]
    pub lost: f64,
    /// Probability that a thing is lost on a move.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "probability", "source" = "assumed", "lever" = "E-40"))]
    #[default = 0.15]
    pub lost_moving: f64,
    /// Time after which a thing means half as much as it ever will.
    #[schemars(range(min = 0.01, max = 100.0), extend("unit" = "years", "source" = "assumed: treasured (A-079)"))]
    #[default = 1.0]
    pub attachment: f64,
    /// Meaning that a year with a thing one is wholly attached to adds.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share of what is left per year", "source" = "assumed: a private ritual (A-079, A-080)"))]
    #[default = 0.1]
    pub comfort: f64,
    /// Distress at its loss.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share of what is left", "source" = "assumed (A-079)"))]
    #[default = 0.3]
    pub loss: f64,
    /// Searches for what was lost, where one lives, by one who was wholly attached to it.
    #[schemars(range(min = 0.0, max = 100.0), extend("unit" = "per year", "source" = "assumed: searched (A-079)"))]
    #[default = 1.0]
    pub search: f64,
    /// Probability that such a search finds it.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "probability", "source" = "assumed", "lever" = "E-40"))]
    #[default = 0.1]
    pub found_again: f64,
    /// Outings from the Cottages to Norfolk, to search, by one who wholly believes in the lost corner.
    #[schemars(range(min = 0.0, max = 100.0), extend("unit" = "per year", "source" = "assumed: tested (A-083)"))]
    #[default = 1.0]
    pub norfolk: f64,
    /// Probability that a copy is found in Norfolk.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "probability", "source" = "assumed: the outcome is not told (A-079, gap 17)", "lever" = "E-40"))]
    #[default = 0.2]
    pub copy_found: f64,
    /// Meaning that finding it again adds.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share of what is left", "source" = "assumed (A-083)"))]
    #[default = 0.3]
    pub joy: f64,
}

/// What a thing is; all kinds are equally common.
const KINDS: [Word; 4] = [Word::Tape, Word::Book, Word::Toy, Word::Garment];

/// Most things a person keeps.
const MOST: usize = 2;

/// How somebody came by a thing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
enum How {
    Found,
    Bought,
    Given,
    Again,
}

/// One thing.
#[derive(Clone, Copy, Debug)]
struct Thing {
    /// Its number in the log, or `NOBODY`.
    object: u32,
    /// Who gave it, or `NOBODY`.
    from: u32,
    /// Since when the person has had it.
    since: Time,
    kind: u8,
    how: How,
}

impl Thing {
    const NONE: Thing = Thing {
        object: NOBODY,
        from: NOBODY,
        since: Time::NEVER,
        kind: 0,
        how: How::Found,
    };

    fn is(&self) -> bool {
        self.object != NOBODY
    }
}

/// A person's things: one cache line.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
struct Row {
    kept: [Thing; MOST],
    /// The last thing that was lost and not found again.
    missing: Thing,
    /// Attachment to it when it was lost.
    missed: f32,
    losses: u16,
    /// Has looked for it in Norfolk.
    been: bool,
}

impl Default for Row {
    fn default() -> Row {
        Row::EMPTY
    }
}

impl Row {
    const EMPTY: Row = Row {
        kept: [Thing::NONE; MOST],
        missing: Thing::NONE,
        missed: 0.0,
        losses: 0,
        been: false,
    };

    fn free(&self) -> Option<usize> {
        self.kept.iter().position(|thing| !thing.is())
    }
}

/// What the submodel keeps for itself.
#[derive(Default)]
pub(crate) struct State {
    /// By student.
    rows: Rows<Row>,
    /// By student: how often the person has moved.
    moves: Vec<u16>,
    /// Things so far: the next one's number.
    things: u32,
    /// Things whose find is on record: whose, and which.
    on_record: Vec<(StudentId, u32)>,
}

impl State {
    /// A student's row will be needed.
    #[inline]
    pub(crate) fn ahead(&self, student: StudentId, ahead: &mut Ahead) {
        ahead.add_row(self.rows.begun(), student.row());
    }

    /// Room for one more student.
    pub(crate) fn push(&mut self) {
        self.moves.push(0);
    }
}

/// What is measured of it.
pub(crate) const METRICS: &[Metric] = metrics! {
    belongings_got "things" "Things found, bought or given." |f| {
        let got = [Event::FoundBelonging, Event::BoughtBelonging, Event::WasGiven];
        got.iter().map(|event| f.count(*event)).sum()
    };
    belongings_lost "things" "Things lost." |f| f.count(Event::LostBelonging);
    belongings_replaced "things" "Lost things that were found again, or of which a copy was found." |f| f.count(Event::FoundAgain);
    belongings_kept "things" "Mean number of things of those alive at the end." |f| {
        let kept: Vec<f64> = f.students().filter(|student| f.world.students.alive(*student))
            .map(|student| things_of(f.world, student).count() as f64).collect();
        mean(&kept)
    };
    belongings_years "years" "Mean time for which those alive at the end have had each of their things." |f| {
        let years: Vec<f64> = f.students().filter(|student| f.world.students.alive(*student))
            .flat_map(|student| things_of(f.world, student))
            .map(|thing| (f.world.clock.horizon - thing.since).years()).collect();
        mean(&years)
    };
    belongings_gifts "share" "Share of the things of those alive at the end that a friend gave." |f| share_of_kept(f, |_, thing| thing.how == How::Given);
    belongings_of_the_dead "share" "Share of the things of those alive at the end whose giver has died." |f| share_of_kept(f, |f, thing| {
        thing.from != NOBODY && !f.world.students.alive(StudentId(thing.from))
    });
    searches "searches" "Searches for lost things." |f| f.count(Event::SearchedFor);
    searches_norfolk "searches" "Searches for something lost that were made in Norfolk." |f| f64::from(f.replayed.tally.of_topic(Event::SearchedFor, f.world.topics.story(Story::LostCorner)));
};

/// Share of the things that the living have of which something is true.
fn share_of_kept(facts: &Facts, is: fn(&Facts, &Thing) -> bool) -> f64 {
    let all: Vec<f64> = facts
        .students()
        .filter(|student| facts.world.students.alive(*student))
        .flat_map(|student| things_of(facts.world, student))
        .map(|thing| f64::from(u8::from(is(facts, thing))))
        .collect();
    mean(&all)
}

fn things_of(world: &World, student: StudentId) -> impl Iterator<Item = &Thing> {
    let row = &world.inner.belongings.rows[student.row()];
    row.kept.iter().filter(|thing| thing.is())
}

/// How much a thing means to somebody who has had it for some years: 0 to 1.
fn attachment(rules: &Belongings, years: f64) -> f64 {
    1.0 - halved(years / rules.attachment)
}

/// Somebody has a thing from now on, in a free place.
fn keep(world: &mut World, student: StudentId, place: usize, thing: Thing) {
    world.inner.belongings.rows[student.row()].kept[place] = thing;
}

/// A thing that nobody of the programme had before.
fn new_thing(world: &mut World, at: Time, kind: u8, how: How) -> Thing {
    let object = world.inner.belongings.things;
    world.inner.belongings.things += 1;
    Thing {
        object,
        from: NOBODY,
        since: at,
        kind,
        how,
    }
}

/// The kind of a thing, by a number from 0 to 1.
fn kind_of(share: f64) -> u8 {
    ((share * KINDS.len() as f64) as u8).min(KINDS.len() as u8 - 1)
}

fn word(world: &World, kind: u8) -> u8 {
    world.topics.word(KINDS[usize::from(kind)])
}

/// A pupil buys a thing at a Sale, of the kind of a number from 0 to 1. False if there is no room
/// for it.
pub(crate) fn buy(
    world: &mut World,
    at: Time,
    student: StudentId,
    place: PlaceId,
    kind: f64,
    price: u32,
) -> bool {
    let Some(free) = world.inner.belongings.rows[student.row()].free() else {
        return false;
    };
    let thing = new_thing(world, at, kind_of(kind), How::Bought);
    keep(world, student, free, thing);
    let record = Event::BoughtBelonging.at(at).who(student.person());
    world.log.push(
        record
            .place(place.number())
            .topic(word(world, thing.kind))
            .object(thing.object)
            .n(price as i32),
    );
    true
}

/// Two students meet: one may give the other something.
pub(crate) fn meet(world: &mut World, meeting: &Meeting, mut draw: Draw) {
    let (giver, other) = (meeting.who, meeting.whom);
    let rows = &world.inner.belongings.rows;
    let Some(own) = rows[giver.row()].kept.iter().position(Thing::is) else {
        return;
    };
    if is_kept_for(world, giver, rows[giver.row()].kept[own]) {
        return;
    }
    let given = world.programme.belongings.given;
    let u = draw.uniform();
    // Friendship and what the other has are looked up only where they would matter.
    if u >= given {
        return;
    }
    let Some(free) = rows[other.row()].free() else {
        return;
    };
    let tie = world.network.between(giver, other);
    if u >= given * tie.map_or(0.0, |tie| f64::from(tie.friendship)) {
        return;
    }
    let rows = &mut world.inner.belongings.rows;
    let thing = std::mem::replace(&mut rows[giver.row()].kept[own], Thing::NONE);
    let thing = Thing {
        from: giver.person(),
        since: meeting.at,
        how: How::Given,
        ..thing
    };
    keep(world, other, free, thing);
    let record = Event::WasGiven.at(meeting.at).who(other.person());
    world.log.push(
        record
            .whom(giver.person())
            .place(world.home_of(other))
            .topic(word(world, thing.kind))
            .object(thing.object),
    );
    let part = world.programme.belongings.gift_friendship;
    ties::strengthen(world, meeting.at, giver, other, part);
}

/// Half a year of a student's life has gone by.
pub(crate) fn reflect(world: &mut World, reflection: &Reflection, mut draw: Draw) {
    hold(world, reflection);
    find(world, reflection, &mut draw);
    // Who has put other things in the place of what was lost looks for it no more.
    let row = &world.inner.belongings.rows[reflection.who.row()];
    if row.missing.is() && row.free().is_some() {
        search(world, reflection);
        search_norfolk(world, reflection);
    }
}

/// What things do while they are held, and that they may be lost.
fn hold(world: &mut World, reflection: &Reflection) {
    let (at, student) = (reflection.at, reflection.who);
    let kept = world.inner.belongings.rows[student.row()].kept;
    if kept.iter().all(|thing| !thing.is()) {
        return;
    }
    let rules = &world.programme.belongings;
    let loses = within(rules.lost * reflection.years);
    let comfort = rules.comfort * reflection.years;
    let mut draw = reflection.draw(world, Purpose::Lost);
    for (place, thing) in kept.iter().enumerate() {
        let lost = draw.bernoulli(loses);
        if !thing.is() {
            continue;
        }
        let held = attachment(&world.programme.belongings, (at - thing.since).years());
        mind::raise(&mut world.minds.of_mut(student).meaning, comfort * held);
        if lost {
            lose(world, at, student, place);
        }
    }
}

/// Chance finds, while there is room for them.
fn find(world: &mut World, reflection: &Reflection, draw: &mut Draw) {
    let (at, student) = (reflection.at, reflection.who);
    let rate = world.programme.belongings.found;
    let Some(free) = world.inner.belongings.rows[student.row()].free() else {
        return;
    };
    if rate <= 0.0 {
        return;
    }
    if !draw.happens(rate * reflection.years) {
        return;
    }
    let kind = kind_of(draw.uniform());
    have_found(world, at, student, free, kind);
}

/// A thing is found by chance and kept.
fn have_found(world: &mut World, at: Time, student: StudentId, free: usize, kind: u8) {
    let thing = new_thing(world, at, kind, How::Found);
    keep(world, student, free, thing);
    let home = carers::whereabouts(world, student);
    let place = match world.students.phase[student.row()] {
        Phase::Pupil => home,
        _ => landmarks::nearest(world, LandmarkKind::Town, home).unwrap_or(home),
    };
    let record = Event::FoundBelonging.at(at).who(student.person());
    world.log.push(
        record
            .place(place.number())
            .topic(word(world, thing.kind))
            .object(thing.object),
    );
}

/// A thing is gone.
fn lose(world: &mut World, at: Time, student: StudentId, place: usize) {
    // When it is lost is on record: not yet.
    if is_kept_for(
        world,
        student,
        world.inner.belongings.rows[student.row()].kept[place],
    ) {
        return;
    }
    drop_thing(world, at, student, place);
}

/// Whether it is on record that somebody will lose a thing of this kind: the one whose find is on record,
/// if there is one.
fn is_kept_for(world: &World, student: StudentId, thing: Thing) -> bool {
    let topic = Word::LABELS[KINDS[usize::from(thing.kind)] as usize];
    history::has_topic(world, Event::LostBelonging, student.person(), topic)
        && found_on_record(world, student, thing.kind).is_none_or(|object| object == thing.object)
}

/// The number of the thing of a kind that somebody has, and whose find is on record.
fn found_on_record(world: &World, student: StudentId, kind: u8) -> Option<u32> {
    let state = &world.inner.belongings;
    let kept = &state.rows[student.row()].kept;
    let mut found = state.on_record.iter().rev();
    let object = found.find(|(finder, object)| {
        let is = |thing: &Thing| thing.object == *object && thing.kind == kind;
        *finder == student && kept.iter().any(is)
    });
    object.map(|(_, object)| *object)
}

fn kind_named(topic: &str) -> Option<u8> {
    let mut kinds = KINDS.iter();
    let position = kinds.position(|kind| Word::LABELS[*kind as usize] == topic)?;
    Some(position as u8)
}

/// A find that is on record; where there is no room for it, the oldest thing is lost.
pub(crate) fn find_on_record(world: &mut World, at: Time, student: StudentId, topic: &str) {
    let row = &world.inner.belongings.rows[student.row()];
    let oldest = (0..MOST).min_by_key(|place| row.kept[*place].since);
    let (free, oldest) = (row.free(), oldest.unwrap_or(0));
    if free.is_none() {
        drop_thing(world, at, student, oldest);
    }
    let kind = kind_named(topic).unwrap_or(0);
    let object = world.inner.belongings.things;
    have_found(world, at, student, free.unwrap_or(oldest), kind);
    world.inner.belongings.on_record.push((student, object));
}

/// A loss that is on record.
pub(crate) fn lose_on_record(
    world: &mut World,
    at: Time,
    student: StudentId,
    topic: &str,
) -> Result<(), String> {
    let kind = kind_named(topic).unwrap_or(0);
    let named = found_on_record(world, student, kind);
    let kept = &world.inner.belongings.rows[student.row()].kept;
    let fits = |thing: &Thing| {
        thing.is() && thing.kind == kind && named.is_none_or(|object| object == thing.object)
    };
    let place = kept.iter().position(fits);
    let place = place.ok_or_else(|| format!("there is no {topic} to be lost"))?;
    drop_thing(world, at, student, place);
    Ok(())
}

/// A search that is on record, in Norfolk or elsewhere: whether a copy is found is not.
pub(crate) fn search_on_record(
    world: &mut World,
    at: Time,
    student: StudentId,
    friend: Option<u32>,
    topic: &str,
    place: Option<PlaceId>,
) {
    let place = place.unwrap_or(world.students.place[student.row()]);
    let topic = if landmarks::norfolk(world) == Some(place) {
        world.topics.story(Story::LostCorner)
    } else {
        word(world, kind_named(topic).unwrap_or(0))
    };
    let row = &mut world.inner.belongings.rows[student.row()];
    row.been = true;
    let missing = row.missing;
    let mut record = Event::SearchedFor
        .at(at)
        .who(student.person())
        .whom(friend.unwrap_or(NOBODY))
        .place(place.number())
        .topic(topic);
    if missing.is() {
        record = record.object(missing.object);
    }
    world.log.push(record);
    if let Some(friend) = friend {
        let part = world.programme.belongings.gift_friendship;
        ties::strengthen(world, at, student, StudentId(friend), part);
    }
}

fn drop_thing(world: &mut World, at: Time, student: StudentId, place: usize) {
    let row = &mut world.inner.belongings.rows[student.row()];
    let thing = std::mem::replace(&mut row.kept[place], Thing::NONE);
    let rules = &world.programme.belongings;
    let missed = attachment(rules, (at - thing.since).years());
    row.missing = thing;
    row.missed = missed as f32;
    row.been = false;
    row.losses += 1;
    let losses = u32::from(row.losses);
    let distress = &mut world.minds.of_mut(student).distress;
    mind::raise(distress, rules.loss * missed);
    let record = Event::LostBelonging.at(at).who(student.person());
    world.log.push(
        record
            .place(world.home_of(student))
            .topic(word(world, thing.kind))
            .object(thing.object)
            .value(missed as f32),
    );
    stories::unexplained(world, at, student, Story::LostCorner, losses);
}

/// A search where one lives.
fn search(world: &mut World, reflection: &Reflection) {
    let (at, student) = (reflection.at, reflection.who);
    let rules = &world.programme.belongings;
    let found_again = rules.found_again;
    let row = &world.inner.belongings.rows[student.row()];
    let rate = rules.search * f64::from(row.missed);
    let (kind, object) = (row.missing.kind, row.missing.object);
    if rate <= 0.0 {
        return;
    }
    let mut draw = reflection.draw(world, Purpose::Search);
    if !draw.happens(rate * reflection.years) {
        return;
    }
    let place = world.home_of(student);
    let record = Event::SearchedFor.at(at).who(student.person());
    world
        .log
        .push(record.place(place).topic(word(world, kind)).object(object));
    if draw.bernoulli(found_again) {
        let thing = world.inner.belongings.rows[student.row()].missing;
        have_again(world, at, student, place, thing);
    }
}

/// The one search in Norfolk, by a resident who believes that lost things gather there.
fn search_norfolk(world: &mut World, reflection: &Reflection) {
    let (at, student) = (reflection.at, reflection.who);
    let row = &world.inner.belongings.rows[student.row()];
    if world.students.phase[student.row()] != Phase::Resident || !row.missing.is() || row.been {
        return;
    }
    let rules = &world.programme.belongings;
    let copy_found = rules.copy_found;
    let belief = world.minds.of(student).belief[Story::LostCorner as usize];
    let rate = rules.norfolk * f64::from(belief);
    let (kind, object) = (row.missing.kind, row.missing.object);
    let Some(place) = landmarks::norfolk(world).filter(|_| rate > 0.0) else {
        return;
    };
    let mut draw = reflection.draw(world, Purpose::Norfolk);
    if !draw.happens(rate * reflection.years) {
        return;
    }
    world.inner.belongings.rows[student.row()].been = true;
    let friend = companion(world, at, student);
    let record = Event::SearchedFor.at(at).who(student.person());
    world.log.push(
        record
            .whom(friend.map_or(NOBODY, StudentId::person))
            .place(place.number())
            .topic(world.topics.story(Story::LostCorner))
            .object(object),
    );
    if let Some(friend) = friend {
        let part = world.programme.belongings.gift_friendship;
        ties::strengthen(world, at, student, friend, part);
    }
    if draw.bernoulli(copy_found) {
        let copy = new_thing(world, at, kind, How::Again);
        have_again(world, at, student, place.number(), copy);
    } else {
        stories::refute(world, at, student, Story::LostCorner);
    }
}

/// The closest friend who lives with a student.
fn companion(world: &World, at: Time, student: StudentId) -> Option<StudentId> {
    let fading = world.programme.ties.friendship.fading();
    let here = |tie: &&Tie| {
        let other = tie.other();
        !tie.is(Tie::DEAD) && world.students.alive(other) && lives_with(world, student, other)
    };
    let now = |tie: &Tie| tie.friendship_at(at, fading);
    let closest = |one: &&Tie, other: &&Tie| now(one).total_cmp(&now(other));
    let ties = world.network.of(student).iter();
    ties.filter(here).max_by(closest).map(Tie::other)
}

/// What was lost is there again, or a copy of it.
fn have_again(world: &mut World, at: Time, student: StudentId, place: u32, thing: Thing) {
    let row = &mut world.inner.belongings.rows[student.row()];
    let Some(free) = row.free() else {
        return;
    };
    let lost = std::mem::replace(&mut row.missing, Thing::NONE);
    // What is found again means what it meant; a copy has to come to it.
    let since = if thing.object == lost.object {
        lost.since
    } else {
        at
    };
    row.kept[free] = Thing { since, ..thing };
    let joy = world.programme.belongings.joy;
    mind::raise(&mut world.minds.of_mut(student).meaning, joy);
    let record = Event::FoundAgain.at(at).who(student.person());
    world.log.push(
        record
            .place(place)
            .topic(word(world, thing.kind))
            .object(thing.object)
            .n(lost.object as i32),
    );
}

/// A student has moved from one place to another: things may get lost.
pub(crate) fn moved(world: &mut World, at: Time, student: StudentId) {
    let state = &mut world.inner.belongings;
    let moves = &mut state.moves[student.row()];
    *moves += 1;
    let (moves, kept) = (u32::from(*moves), state.rows[student.row()].kept);
    if kept.iter().all(|thing| !thing.is()) {
        return;
    }
    let mut draw = world.draw(student, Purpose::LostMoving, moves);
    for (place, thing) in kept.iter().enumerate() {
        let lost = draw.bernoulli(world.programme.belongings.lost_moving);
        if lost && thing.is() {
            lose(world, at, student, place);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::Finished;
    use crate::trial::{self, count};

    fn run(sets: &[&str]) -> Finished {
        let always = ["recipients.incidence_factor=0", "time.horizon=35"];
        trial::run(0.05, &[&always, sets].concat())
    }

    #[test]
    fn every_thing_is_somewhere_or_lost() {
        let run = run(&[]);
        let world = &run.world.0;
        let state = &world.inner.belongings;
        let mut kept: Vec<u32> = state
            .rows
            .begun()
            .iter()
            .flat_map(|row| row.kept)
            .filter(Thing::is)
            .map(|thing| thing.object)
            .collect();
        let held = kept.len();
        kept.sort_unstable();
        kept.dedup();
        // Nothing is in two hands.
        assert_eq!(kept.len(), held);
        // What was got and not lost since is kept, or was in the hands of somebody who died.
        let got = count(&run, Event::FoundBelonging) + count(&run, Event::BoughtBelonging);
        let back = count(&run, Event::FoundAgain);
        let lost = count(&run, Event::LostBelonging);
        assert!(lost > 100 && back > 5, "{lost} {back}");
        assert_eq!(held as u32, got + back - lost);
        assert_eq!(run.replayed.findings.violations, 0);
    }

    #[test]
    fn nothing_is_lost_where_nothing_can_be() {
        let run = run(&["belongings.lost=0", "belongings.lost_moving=0"]);
        assert!(count(&run, Event::FoundBelonging) > 100);
        assert_eq!(count(&run, Event::LostBelonging), 0);
        assert_eq!(count(&run, Event::SearchedFor), 0);
    }

    #[test]
    fn what_is_kept_for_longer_means_more() {
        let rules = Belongings::default();
        assert_eq!(attachment(&rules, 0.0), 0.0);
        assert!((attachment(&rules, rules.attachment) - 0.5).abs() < 1e-12);
        assert!((attachment(&rules, 2.0 * rules.attachment) - 0.75).abs() < 1e-12);
    }
}

//! 7.8 Ties, couples, interference.
//!
//! A dynamic network of at most twelve ties a person. What draws two people to each other, their
//! affinity, is given; friendship grows with every meeting by what affinity allows, and
//! fades without one: slowly where the two live together, quickly when duties have dispersed them
//! (D-68). On these ties stand
//!
//! - couples, and love that is not told ([`couples`]);
//! - interference between two who are drawn to each other, by somebody who fears to be left
//!   ([`interference`]);
//! - guilt, which is spoken near death, forgiveness and what follows from it ([`confession`]);
//! - grief, and the meaning that ties give ([`mourning`]).
//!
//! How a group is woven and comes undone is written nowhere: it is what meetings,
//! moves and deaths make of the ties.

pub mod confession;
pub mod couples;
pub mod friendship;
pub mod interference;
pub mod mourning;

mod measures;
mod table;

use std::collections::BTreeMap;

use hailsham_engine::random::Draw;
use hailsham_engine::time::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use crate::event::Word;
use crate::network::Tie;
use crate::person::{Phase, StudentId};
use crate::submodels::contacts::{Meeting, Reflection};
use crate::world::World;

pub(crate) use confession::give_address;
pub(crate) use measures::METRICS;
pub use table::TIES;
pub(crate) use table::write_ties;

/// Ties, couples, interference.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, SmartDefault)]
#[serde(default, deny_unknown_fields)]
pub struct Ties {
    /// How friendship comes and goes.
    pub friendship: friendship::Friendship,
    /// Who becomes a couple, and for how long.
    pub couples: couples::Couples,
    /// Coming between two others.
    pub interference: interference::Interference,
    /// Owning up to it.
    pub confession: confession::Confession,
    /// What ties give, and what their loss takes.
    pub mourning: mourning::Mourning,
}

/// What is kept of one person beside the ties themselves.
#[derive(Clone, Copy)]
struct Past {
    /// Since when the person has been part of the present couple.
    couple_since: Time,
    /// Times the person came between two others.
    interfered: u16,
    /// Whether the person had a partner when called up.
    loved: bool,
}

/// Two people whom somebody came between.
#[derive(Clone, Copy)]
struct Matter {
    by: StudentId,
    /// When they would have become a couple for the first time, had nobody come between them.
    kept_apart: Time,
    /// When they became one all the same.
    united: Time,
    /// When the one who came between them owned up to it: then they are kept apart no longer.
    confessed: Time,
    /// When one of the two died, or was gone.
    ended: Time,
}

impl Matter {
    fn of(by: StudentId) -> Matter {
        Matter {
            by,
            kept_apart: Time::NEVER,
            united: Time::NEVER,
            confessed: Time::NEVER,
            ended: Time::NEVER,
        }
    }

    /// Years for which the two were kept apart, up to a time; none if they never would have become a couple.
    fn years_apart(&self, at: Time) -> Option<f64> {
        let until = self.united.min(self.confessed).min(self.ended).min(at);
        (self.kept_apart != Time::NEVER).then(|| (until - self.kept_apart).years())
    }
}

/// What the submodel keeps for itself.
#[derive(Default)]
pub(crate) struct State {
    past: Vec<Past>,
    /// By the numbers of the two, the lower first.
    matters: BTreeMap<(u32, u32), Matter>,
    /// Those that were over when somebody came between the same two once more.
    past_matters: Vec<((u32, u32), Matter)>,
    sums: measures::Sums,
}

impl State {
    pub(crate) fn push(&mut self) {
        self.past.push(Past {
            couple_since: Time::NEVER,
            interfered: 0,
            loved: false,
        });
    }

    fn matter(&mut self, one: StudentId, other: StudentId) -> Option<&mut Matter> {
        self.matters.get_mut(&pair(one, other))
    }

    /// Somebody has come between two who were free to become a couple.
    fn begin_matter(&mut self, by: StudentId, one: StudentId, other: StudentId) {
        let pair = pair(one, other);
        if let Some(past) = self.matters.insert(pair, Matter::of(by)) {
            self.past_matters.push((pair, past));
        }
    }
}

/// Two people as a key, whichever is named first.
fn pair(one: StudentId, other: StudentId) -> (u32, u32) {
    (one.0.min(other.0), one.0.max(other.0))
}

/// How near death a person is, as far as it shows: 0 before the first operation, then with the
/// operations undergone and the strength lost, up to 1 at the last.
pub(crate) fn nearness(world: &World, student: StudentId) -> f64 {
    if world.students.phase[student.row()] != Phase::Donor {
        return 0.0;
    }
    let donor = world.students.donor_row[student.row()] as usize;
    let donor = &world.donation.rows[donor];
    let most = world.programme.donation.plan.len().max(1);
    let left = 1.0 - f64::from(donor.donations) / most as f64;
    1.0 - left.max(0.0) * f64::from(donor.strength)
}

/// How short a person's own time is known to be: what is understood of the end, or seen of it.
pub(crate) fn short_horizon(world: &World, student: StudentId) -> f64 {
    let understood = world.minds.of(student).understood[crate::mind::Fact::Completion as usize];
    1.0 - (1.0 - f64::from(understood)) * (1.0 - nearness(world, student))
}

/// Two students meet.
pub(crate) fn meet(world: &mut World, meeting: &Meeting) {
    if !friendship::contact(world, meeting.at, meeting.who, meeting.whom) {
        return;
    }
    confession::meet(world, meeting);
    couples::meet(world, meeting);
}

/// Half a year of a student's life has gone by.
pub(crate) fn reflect(world: &mut World, reflection: &Reflection, draw: Draw) {
    let Some(closest) = friendship::look_back(world, reflection) else {
        return;
    };
    mourning::reflect(world, reflection, &closest);
    couples::reflect(world, reflection, &closest);
    interference::reflect(world, reflection, &closest, draw);
}

/// A student has moved from one place to another.
pub(crate) fn moved(world: &mut World, at: Time, student: StudentId) {
    friendship::disperse(world, at, student);
    if world.students.phase[student.row()] == Phase::Donor {
        world.inner.ties.past[student.row()].loved = world.network.partner(student).is_some();
    }
}

/// A student has taken to the road, without another home.
pub(crate) fn took_to_the_road(world: &mut World, at: Time, student: StudentId) {
    friendship::disperse(world, at, student);
}

/// A donor has been given a carer: if they know each other, they meet again.
pub(crate) fn assigned(world: &mut World, at: Time, donor: StudentId, carer: StudentId) {
    if world.network.between(donor, carer).is_some() {
        friendship::contact(world, at, carer, donor);
    }
}

/// A student has died.
pub(crate) fn ended(world: &mut World, at: Time, student: StudentId) {
    for tie in world.network.of(student) {
        if tie.is(Tie::BLOCKED)
            && let Some(matter) = world.inner.ties.matter(student, tie.other())
        {
            matter.ended = matter.ended.min(at);
        }
    }
    mourning::ended(world, at, student);
}

/// Something done together brings two students closer: `part` of what is left of friendship, on
/// both sides.
pub(crate) fn strengthen(world: &mut World, at: Time, one: StudentId, other: StudentId, part: f64) {
    if one != other && friendship::acquaint(world, at, one, other) {
        friendship::grow(world, at, [one, other], part);
    }
}

/// A person's friend of friends: the closest tie among those alive, with what else a look at all
/// ties has found.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Closest {
    /// The closest friend, and how close.
    pub(crate) friend: StudentId,
    pub(crate) friendship: f64,
    /// The partner, if there is one.
    pub(crate) partner: Option<StudentId>,
    /// How many friends are left.
    pub(crate) friends: u32,
}

/// The acts between two people that a history can pin, made as the model makes them: the two know each
/// other, whatever draws them.
pub(crate) fn befriend_on_record(world: &mut World, at: Time, one: StudentId, other: StudentId) {
    friendship::befriend(world, at, one, other);
}

pub(crate) fn couple_on_record(world: &mut World, at: Time, one: StudentId, other: StudentId) {
    friendship::befriend(world, at, one, other);
    couples::unite_on_record(world, at, one, other);
}

pub(crate) fn part_on_record(
    world: &mut World,
    at: Time,
    one: StudentId,
    other: StudentId,
) -> Result<(), String> {
    if !has(world, one, other, Tie::COUPLE) {
        return Err("the two are not a couple".to_owned());
    }
    couples::part(world, at, one, other, Word::Estrangement);
    Ok(())
}

pub(crate) fn hide_love_on_record(world: &mut World, at: Time, one: StudentId, other: StudentId) {
    friendship::introduce(world, at, one, other);
    couples::hide_love(world, at, one, other);
}

pub(crate) fn interfere_on_record(
    world: &mut World,
    at: Time,
    who: StudentId,
    friend: StudentId,
    held: StudentId,
    kind: &str,
) {
    for (one, other) in [(who, friend), (who, held), (friend, held)] {
        friendship::introduce(world, at, one, other);
    }
    interference::on_record(world, at, who, [friend, held], kind);
}

pub(crate) fn confess_on_record(world: &mut World, meeting: &Meeting) {
    let Meeting { at, who, whom, .. } = *meeting;
    friendship::introduce(world, at, who, whom);
    confession::confess(world, meeting, who, whom, nearness(world, who));
}

pub(crate) fn forgive_on_record(world: &mut World, at: Time, victim: StudentId, who: StudentId) {
    friendship::introduce(world, at, victim, who);
    confession::forgive(world, at, victim, who);
}

pub(crate) fn reunite_on_record(world: &mut World, at: Time, one: StudentId, other: StudentId) {
    friendship::introduce(world, at, one, other);
    friendship::meet_again(world, at, one, other);
}

/// Sets a flag on both ends of a tie.
fn mark(world: &mut World, one: StudentId, other: StudentId, flag: u32) {
    if let Some(ends) = world.network.ends_mut(one, other) {
        for end in ends {
            end.flags |= flag;
        }
    }
}

/// Takes a flag from both ends of a tie.
fn unmark(world: &mut World, one: StudentId, other: StudentId, flag: u32) {
    if let Some(ends) = world.network.ends_mut(one, other) {
        for end in ends {
            end.flags &= !flag;
        }
    }
}

/// Whether a tie has a flag.
fn has(world: &World, one: StudentId, other: StudentId, flag: u32) -> bool {
    world
        .network
        .between(one, other)
        .is_some_and(|tie: &Tie| tie.is(flag))
}

#[cfg(test)]
mod tests;

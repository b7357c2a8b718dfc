//! Friendship: with a meeting it grows by a part of what is left to 1,
//!
//! ```text
//! Δf = contact · logistic(affinity_weight · affinity) · (1 − guarded · (1 − trust)) · (1 − grievance) · (1 − f)
//! ```
//!
//! and in between it fades with a half-life, which is long for those who live at one place and short
//! for those who do not (D-68: assumed sizes, stated direction). Nobody opens up to one who is not
//! trusted: trust grows with every meeting, lies take it, and owning up repairs it. A person has room
//! for twelve ties: for one more the weakest gives way, if it is weaker than the new one is at its
//! beginning.

use hailsham_engine::time::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use super::Closest;
use crate::event::Event;
use crate::history;
use crate::maths::logistic;
use crate::mind::raise;
use crate::network::{self, Fading, Tie};
use crate::person::{Phase, StudentId};
use crate::submodels::contacts::{Reflection, lives_with};
use crate::world::World;

/// How friendship comes and goes.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, SmartDefault)]
#[serde(default, deny_unknown_fields)]
pub struct Friendship {
    /// What a meeting adds at most, as a share of what is left of friendship.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed"))]
    #[default = 0.38]
    pub contact: f64,
    /// How much more a meeting adds with each standard deviation of affinity.
    #[schemars(range(min = 0.0, max = 10.0), extend("unit" = "log-odds", "source" = "assumed: affinity is latent (A-165)"))]
    #[default = 1.5]
    pub affinity: f64,
    /// Affinity from which a meeting leaves a tie.
    #[schemars(range(min = -10.0, max = 10.0), extend("unit" = "standard deviations", "source" = "assumed"))]
    #[default = 0.0]
    pub acquaintance: f64,
    /// Time in which friendship fades by half where the two live together.
    #[schemars(range(min = 0.01, max = 1000.0), extend("unit" = "years", "source" = "assumed"))]
    #[default = 4.0]
    pub half_life_together: f64,
    /// Time in which friendship fades by half where they do not.
    #[schemars(range(min = 0.01, max = 1000.0), extend("unit" = "years", "source" = "D-68 states that ties unravel quickly; the size assumed"))]
    #[default = 1.0]
    pub half_life_apart: f64,
    /// Friendship from which two are friends.
    #[schemars(range(min = 0.01, max = 1.0), extend("unit" = "share", "source" = "assumed"))]
    #[default = 0.5]
    pub friends_from: f64,
    /// Friendship below which friends have grown apart.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed"))]
    #[default = 0.25]
    pub apart_below: f64,
    /// How much less friendship grows where there is no trust at all; 0: trust makes no difference.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed: lies wear ties down (A-094, A-162), and owning up mends them (D-28)"))]
    #[default = 0.5]
    pub guarded: f64,
    /// Trust in somebody newly met.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed"))]
    #[default = 0.5]
    pub trust: f64,
    /// Trust gained at a meeting, as a share of what is left.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed"))]
    #[default = 0.05]
    pub trust_contact: f64,
    /// Time without contact after which friends who meet at a bedside are reunited.
    #[schemars(range(min = 0.0, max = 100.0), extend("unit" = "years", "source" = "assumed: friends meet again after years (A-118)"))]
    #[default = 1.0]
    pub reunion_after: f64,
    /// What a reunion adds beside the meeting, as a share of what is left of friendship.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed: a bond that lasts (A-165)"))]
    #[default = 0.4]
    pub reunion: f64,
}

impl Friendship {
    /// The half-lives.
    pub fn fading(&self) -> Fading {
        Fading::by_half_lives(self.half_life_together, self.half_life_apart)
    }

    /// What a meeting of two of an affinity adds at most.
    fn growth(&self, affinity: f64) -> f64 {
        self.contact * logistic(self.affinity * affinity)
    }

    /// How open somebody is to one who is trusted so far: the share of it that is added.
    fn openness(&self, trust: f64) -> f64 {
        1.0 - self.guarded * (1.0 - trust)
    }

    /// The same of an end of a tie, with what is held against the other.
    fn openness_of(&self, tie: &Tie) -> f64 {
        self.openness(f64::from(tie.trust)) * (1.0 - f64::from(tie.grievance))
    }
}

/// Whether two do not live at one place.
pub(super) fn apart(world: &World, one: StudentId, other: StudentId) -> bool {
    !lives_with(world, one, other)
}

/// Two students are in contact. Says whether there is a tie between them.
pub(super) fn contact(world: &mut World, at: Time, one: StudentId, other: StudentId) -> bool {
    let mut ends = world.network.ends(one, other);
    if ends.is_none() && acquaint(world, at, one, other) {
        ends = world.network.ends(one, other);
    }
    let Some(ends) = ends else {
        return false;
    };
    let rules = &world.programme.ties.friendship;
    let Some([mine, theirs]) = world.network.ends_at(one, other, ends) else {
        return false;
    };
    let mut part = rules.growth(f64::from(mine.affinity));
    let were_friends = mine.is(Tie::FRIENDS | Tie::LOVE) || theirs.is(Tie::FRIENDS | Tie::LOVE);
    let away = if mine.is(Tie::APART) && were_friends {
        (at - mine.last).years()
    } else {
        0.0
    };
    for end in [mine, theirs] {
        if end.is(Tie::HARMED | Tie::TOLD) {
            let told = !end.is(Tie::HARMED);
            world.inner.ties.sums.met(told, rules.openness_of(end));
        }
        end.last = at;
        raise(&mut end.trust, rules.trust_contact);
    }
    if away > rules.reunion_after {
        part += (1.0 - part) * reunite(world, at, [one, other], away);
    }
    grow_at(world, at, [one, other], ends, part);
    true
}

/// A reunion at a bedside that is on record.
pub(super) fn meet_again(world: &mut World, at: Time, visitor: StudentId, donor: StudentId) {
    let last = world
        .network
        .between(visitor, donor)
        .map_or(at, |tie| tie.last);
    let part = world.programme.ties.friendship.reunion;
    say_reunited(world, at, visitor, donor, (at - last).years());
    for (one, other) in [(visitor, donor), (donor, visitor)] {
        if let Some(tie) = world.network.between_mut(one, other) {
            tie.last = at;
        }
    }
    grow(world, at, [visitor, donor], part);
}

fn say_reunited(world: &mut World, at: Time, visitor: StudentId, donor: StudentId, away: f64) {
    world.log.push(
        Event::Reunited
            .at(at)
            .who(visitor.person())
            .whom(donor.person())
            .place(world.students.place[donor.row()].number())
            .value(away as f32),
    );
}

/// Friends meet again after a long time: at a bedside, it is a reunion. Gives what it adds to
/// friendship.
fn reunite(world: &mut World, at: Time, [one, other]: [StudentId; 2], away: f64) -> f64 {
    let phase = |student: StudentId| world.students.phase[student.row()];
    let (visitor, donor) = match (phase(one), phase(other)) {
        (_, Phase::Donor) => (one, other),
        (Phase::Donor, _) => (other, one),
        _ => return 0.0,
    };
    if history::awaits(world, Event::Reunited, visitor, donor) {
        return 0.0;
    }
    say_reunited(world, at, visitor, donor, away);
    world.programme.ties.friendship.reunion
}

/// Two students have a tie from now on, if they are drawn to each other enough and both have room.
/// Says whether there is one.
pub(super) fn acquaint(world: &mut World, at: Time, one: StudentId, other: StudentId) -> bool {
    if world.network.between(one, other).is_some() {
        return true;
    }
    let rules = &world.programme.ties.friendship;
    let affinity = affinity(world, one, other);
    if affinity < rules.acquaintance {
        return false;
    }
    let begins = rules.growth(affinity) * rules.openness(rules.trust);
    let fading = rules.fading();
    let mut give_way = [None; 2];
    for (student, gives_way) in [one, other].into_iter().zip(&mut give_way) {
        if world.network.is_full(student) {
            match weakest(world, student, at, fading) {
                Some((weakest, friendship)) if friendship < begins => *gives_way = Some(weakest),
                _ => return false,
            }
        }
    }
    join(world, at, [one, other], give_way, affinity);
    true
}

/// What draws two people to each other: by who they are, or as the scenario has it.
fn affinity(world: &World, one: StudentId, other: StudentId) -> f64 {
    let identities = &world.students.identity;
    history::affinity(world, one, other).unwrap_or_else(|| {
        network::affinity(
            world.clock.streams,
            identities[one.row()],
            identities[other.row()],
        )
    })
}

/// Two who are on record as knowing each other have a tie, whatever draws them.
pub(super) fn introduce(world: &mut World, at: Time, one: StudentId, other: StudentId) {
    if world.network.between(one, other).is_none() {
        let affinity = affinity(world, one, other);
        let fading = world.programme.ties.friendship.fading();
        let give_way = [one, other].map(|student| {
            let full = world.network.is_full(student);
            let weakest = full.then(|| weakest(world, student, at, fading));
            weakest.flatten().map(|(weakest, _)| weakest)
        });
        join(world, at, [one, other], give_way, affinity);
    }
}

/// A tie from now on; where there was no room for it, another gives way.
fn join(
    world: &mut World,
    at: Time,
    [one, other]: [StudentId; 2],
    give_way: [Option<StudentId>; 2],
    affinity: f64,
) {
    let trust = world.programme.ties.friendship.trust as f32;
    for (student, gives_way) in [one, other].into_iter().zip(give_way) {
        if let Some(gives_way) = gives_way {
            let_go(world, at, student, gives_way);
        }
    }
    let flags = if apart(world, one, other) {
        Tie::APART
    } else {
        0
    };
    for (student, whom) in [(one, other), (other, one)] {
        if world.network.tie(student, whom, at)
            && let Some(tie) = world.network.between_mut(student, whom)
        {
            tie.flags = flags;
            tie.affinity = affinity as f32;
            tie.trust = trust;
        }
    }
}

/// The weakest of a person's ties that may give way, and how strong it is. Partners stay, and so
/// does what is not settled between two: on either side, as long as it can be settled.
fn weakest(
    world: &World,
    student: StudentId,
    at: Time,
    fading: Fading,
) -> Option<(StudentId, f64)> {
    world
        .network
        .of(student)
        .iter()
        .filter(|tie| !tie.is(Tie::COUPLE | Tie::WRONGED | Tie::BLOCKED))
        .filter(|tie| !tie.is(Tie::HARMED) || tie.is(Tie::DEAD))
        .filter(|tie| !history::keeps(world, at, Event::Befriended, student, tie.other()))
        .map(|tie| (tie.other(), tie.friendship_at(at, fading)))
        .min_by(|one, other| one.1.total_cmp(&other.1))
}

/// Two lose sight of each other. The ties of the dead stay as they were.
fn let_go(world: &mut World, at: Time, one: StudentId, other: StudentId) {
    let ends = [(one, other), (other, one)];
    for (student, whom) in ends {
        if !world.students.alive(student) {
            continue;
        }
        if let Some(tie) = world.network.between(student, whom).copied() {
            world.network.untie(student, whom);
            if tie.is(Tie::FRIENDS) && !tie.is(Tie::DEAD) {
                grew_apart(world, at, student, &tie);
            }
        }
    }
}

fn grew_apart(world: &mut World, at: Time, student: StudentId, tie: &Tie) {
    world.log.push(
        Event::GrewApart
            .at(at)
            .who(student.person())
            .whom(tie.other)
            .value((at - tie.last).years() as f32),
    );
}

/// Friendship grows on both sides by a part of what is left, as far as each is open to the other;
/// who becomes a friend is written down.
pub(super) fn grow(world: &mut World, at: Time, [one, other]: [StudentId; 2], part: f64) {
    if let Some(ends) = world.network.ends(one, other) {
        grow_at(world, at, [one, other], ends, part);
    }
}

/// The same for a tie whose ends stand where [`Network::ends`](crate::network::Network::ends) says.
fn grow_at(world: &mut World, at: Time, [one, other]: [StudentId; 2], ends: [usize; 2], part: f64) {
    let rules = &world.programme.ties.friendship;
    let fading = rules.fading();
    let awaited = history::awaits(world, Event::Befriended, one, other);
    let Some(ends) = world.network.ends_at(one, other, ends) else {
        return;
    };
    for (student, end) in [one, other].into_iter().zip(ends) {
        end.settle(at, fading);
        let part = part * rules.openness_of(end);
        raise(&mut end.friendship, part);
        if f64::from(end.friendship) >= rules.friends_from && !end.is(Tie::FRIENDS) && !awaited {
            end.flags |= Tie::FRIENDS;
            world.log.push(
                Event::Befriended
                    .at(at)
                    .who(student.person())
                    .whom(end.other)
                    .value(end.affinity),
            );
        }
    }
}

/// Two become friends, as is on record.
pub(super) fn befriend(world: &mut World, at: Time, one: StudentId, other: StudentId) {
    introduce(world, at, one, other);
    let rules = &world.programme.ties.friendship;
    let (needed, fading) = (rules.friends_from, rules.fading());
    for (student, whom) in [(one, other), (other, one)] {
        if let Some(tie) = world.network.between_mut(student, whom) {
            tie.settle(at, fading);
            tie.friendship = tie.friendship.max(needed as f32);
            tie.last = at;
        }
    }
    let part = world.programme.ties.friendship.contact;
    grow(world, at, [one, other], part);
}

/// A student looks at all ties: friends from whom one has grown apart are friends no more. None if
/// nobody is left.
pub(super) fn look_back(world: &mut World, reflection: &Reflection) -> Option<Closest> {
    let Reflection { at, who, .. } = *reflection;
    let rules = &world.programme.ties.friendship;
    let (fading, below) = (rules.fading(), rules.apart_below);
    let mut closest: Option<Closest> = None;
    let mut partner = None;
    let mut friends = 0;
    let mut lost = 0;
    let (history, network, log) = (&world.history, &mut world.network, &mut world.log);
    let kept = |other: StudentId| history.keeps(at, Event::Befriended, who, other);
    for tie in network.of_mut(who) {
        if tie.is(Tie::DEAD) {
            continue;
        }
        // Friendship fades: whoever is no friend, and was less close than another still is, is passed over.
        let closer = closest.is_some_and(|closest| closest.friendship >= f64::from(tie.friendship));
        if closer && !tie.is(Tie::FRIENDS | Tie::COUPLE) {
            continue;
        }
        let friendship = tie.friendship_at(at, fading);
        if tie.is(Tie::FRIENDS) {
            if friendship < below && !kept(tie.other()) {
                tie.flags &= !Tie::FRIENDS;
                log.push(
                    Event::GrewApart
                        .at(at)
                        .who(who.person())
                        .whom(tie.other)
                        .value((at - tie.last).years() as f32),
                );
                lost += 1;
            } else {
                friends += 1;
            }
        }
        if tie.is(Tie::COUPLE) {
            partner = Some(tie.other());
        }
        if closest.is_none_or(|closest| friendship > closest.friendship) {
            closest = Some(Closest {
                friend: tie.other(),
                friendship,
                partner: None,
                friends: 0,
            });
        }
    }
    let phase = world.students.phase[who.row()];
    world.inner.ties.sums.friends(phase, friends, lost);
    closest.map(|closest| Closest {
        partner,
        friends,
        ..closest
    })
}

/// A student lives elsewhere from now on: ties fade as fits.
pub(super) fn disperse(world: &mut World, at: Time, student: StudentId) {
    let fading = world.programme.ties.friendship.fading();
    for index in 0..world.network.of(student).len() {
        let tie = world.network.of(student)[index];
        if tie.is(Tie::DEAD) {
            continue;
        }
        let other = tie.other();
        let now_apart = apart(world, student, other);
        if now_apart == tie.is(Tie::APART) {
            continue;
        }
        if let Some(ends) = world.network.ends_mut(student, other) {
            for end in ends {
                end.settle(at, fading);
                end.flags ^= Tie::APART;
            }
        }
    }
}

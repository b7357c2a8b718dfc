//! Owning up (A-119 to A-121, A-164, A-166).
//!
//! Guilt is spoken when the one who did wrong and one who was wronged meet, with probability
//!
//! ```text
//! p = telling · logistic(reserve + guilt · g + nearness · d)
//! ```
//!
//! *g* being guilt and *d* the nearness of death (D-27). What follows: those who were kept apart are
//! kept apart no longer, and if the one who came between them is the partner of one of the two, the
//! couple parts; trust is repaired; the wronged forgives or does not; and who has heard of the
//! deferral may pass on the address where it is asked for (A-120).

use hailsham_engine::time::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use super::{couples, has, nearness, pair, unmark};
use crate::event::{Event, Word};
use crate::history;
use crate::maths::logistic;
use crate::mind::{Hearer, Story, lower, raise};
use crate::network::{MOST_TIES, Tie};
use crate::person::{Phase, StudentId};
use crate::purpose::Purpose;
use crate::submodels::contacts::Meeting;
use crate::submodels::deferral;
use crate::world::World;

/// Owning up to having come between others.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, SmartDefault)]
#[serde(default, deny_unknown_fields)]
pub struct Confession {
    /// What the probability of a confession is multiplied by; 0: nobody confesses.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "ratio", "source" = "the scenario as told is 1", "lever" = "E-31"))]
    #[default = 1.0]
    pub telling: f64,
    /// How unlikely a confession is at a meeting, without guilt and far from death.
    #[schemars(range(min = -50.0, max = 50.0), extend("unit" = "log-odds", "source" = "assumed: guilt is long carried (A-164)"))]
    #[default(-6.5)]
    pub reserve: f64,
    /// How guilt makes it likelier.
    #[schemars(range(min = 0.0, max = 50.0), extend("unit" = "log-odds", "source" = "assumed (A-164)"))]
    #[default = 3.0]
    pub guilt: f64,
    /// How the nearness of death makes it likelier.
    #[schemars(range(min = 0.0, max = 50.0), extend("unit" = "log-odds", "source" = "D-27 states the effect; its size assumed"))]
    #[default = 5.0]
    pub nearness: f64,
    /// What owning up takes of guilt.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed"))]
    #[default = 0.6]
    pub relief: f64,
    /// How likely a wrong is forgiven by somebody whose friendship is gone.
    #[schemars(range(min = -50.0, max = 50.0), extend("unit" = "log-odds", "source" = "assumed"))]
    #[default = 0.5]
    pub forgiving: f64,
    /// How much likelier it is forgiven by the closest of friends.
    #[schemars(range(min = 0.0, max = 50.0), extend("unit" = "log-odds", "source" = "friendship outlasts betrayal (A-166, D-33); the size assumed"))]
    #[default = 3.0]
    pub friendship: f64,
    /// Trust that is repaired, as a share of what is left: in the one who confessed, if forgiven, and between those who were kept apart.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed (D-28)"))]
    #[default = 0.6]
    pub repair: f64,
    /// Grievance that is left where it is not forgiven, as a share of what is left.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed"))]
    #[default = 0.5]
    pub grievance: f64,
    /// Probability that somebody who confesses to one of a pair that was kept apart, and has heard of the deferral, passes on the address.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "probability", "source" = "assumed (A-120)"))]
    #[default = 0.5]
    pub address: f64,
}

/// Two who have a tie meet.
pub(super) fn meet(world: &mut World, meeting: &Meeting) {
    let Meeting { who, whom, .. } = *meeting;
    let mine = has(world, who, whom, Tie::WRONGED);
    let theirs = has(world, whom, who, Tie::WRONGED);
    if !mine && !theirs {
        return;
    }
    let mut draw = meeting.draw(world, Purpose::Confession);
    // Each side has a number of its own, whether the other has anything to confess or not.
    let numbers = [draw.uniform(), draw.uniform()];
    let sides = [(mine, who, whom), (theirs, whom, who)];
    for ((guilty, one, other), number) in sides.into_iter().zip(numbers) {
        if guilty {
            consider(world, meeting, one, other, number);
        }
    }
}

/// Whether somebody owns up to another, given the number drawn for it.
fn consider(world: &mut World, meeting: &Meeting, who: StudentId, victim: StudentId, number: f64) {
    let near = nearness(world, who);
    let rules = &world.programme.ties.confession;
    let log_odds =
        rules.reserve + rules.guilt * f64::from(world.minds.of(who).guilt) + rules.nearness * near;
    // Where it is on record when it is told, it is not told before.
    let tells = number < rules.telling * logistic(log_odds)
        && !history::awaits(world, Event::Confessed, who, victim);
    let dying = world.students.phase[who.row()] == Phase::Donor;
    world.inner.ties.sums.occasion(dying, tells);
    if tells {
        confess(world, meeting, who, victim, near);
    }
}

pub(super) fn confess(
    world: &mut World,
    meeting: &Meeting,
    who: StudentId,
    victim: StudentId,
    near: f64,
) {
    let at = meeting.at;
    let donor = world.students.donor_row[who.row()];
    let donations = world
        .donation
        .donor(donor)
        .map_or(0, |donor| i32::from(donor.donations));
    world.log.push(
        Event::Confessed
            .at(at)
            .who(who.person())
            .whom(victim.person())
            .n(donations)
            .value(near as f32),
    );
    let rules = &world.programme.ties.confession;
    lower(&mut world.minds.of_mut(who).guilt, rules.relief);
    if let Some([guilty, harmed]) = world.network.ends_mut(who, victim) {
        guilty.flags &= !Tie::WRONGED;
        harmed.flags &= !Tie::HARMED;
    }
    answer(world, meeting, who, victim);
    set_free(world, meeting, who, victim);
}

/// The wronged forgives or does not.
fn answer(world: &mut World, meeting: &Meeting, who: StudentId, victim: StudentId) {
    let at = meeting.at;
    if history::awaits(world, Event::Forgave, who, victim) {
        return;
    }
    let mut draw = meeting.draw(world, Purpose::Forgiveness);
    // The number belongs to the side that forgives, as with confessions.
    let numbers = [draw.uniform(), draw.uniform()];
    let number = numbers[usize::from(who == meeting.whom)];
    let fading = world.programme.ties.friendship.fading();
    let rules = &world.programme.ties.confession;
    let Some(tie) = world.network.between_mut(victim, who) else {
        return;
    };
    tie.flags |= Tie::TOLD;
    let friendship = tie.friendship_at(at, fading);
    let forgives = number < logistic(rules.forgiving + rules.friendship * friendship);
    if forgives {
        return forgive(world, at, victim, who);
    }
    raise(&mut tie.grievance, rules.grievance);
    lower(&mut tie.trust, rules.repair);
    world.log.push(
        Event::Resented
            .at(at)
            .who(victim.person())
            .whom(who.person())
            .value(friendship as f32),
    );
}

/// A wrong is forgiven.
pub(super) fn forgive(world: &mut World, at: Time, victim: StudentId, who: StudentId) {
    let fading = world.programme.ties.friendship.fading();
    let repair = world.programme.ties.confession.repair;
    let Some(tie) = world.network.between_mut(victim, who) else {
        return;
    };
    let friendship = tie.friendship_at(at, fading);
    tie.grievance = 0.0;
    raise(&mut tie.trust, repair);
    world.log.push(
        Event::Forgave
            .at(at)
            .who(victim.person())
            .whom(who.person())
            .value(friendship as f32),
    );
}

/// Those whom the one who confesses has kept from the victim are kept away no longer.
fn set_free(world: &mut World, meeting: &Meeting, who: StudentId, victim: StudentId) {
    let at = meeting.at;
    let mut kept = [None; MOST_TIES];
    for (slot, tie) in kept.iter_mut().zip(world.network.of(victim)) {
        if tie.is(Tie::BLOCKED) && !tie.is(Tie::DEAD) {
            *slot = Some(tie.other());
        }
    }
    let mut would_unite = false;
    for other in kept.into_iter().flatten() {
        let Some(matter) = world.inner.ties.matters.get_mut(&pair(victim, other)) else {
            continue;
        };
        if matter.by != who {
            continue;
        }
        matter.confessed = at;
        would_unite |= matter.kept_apart != Time::NEVER;
        unmark(world, victim, other, Tie::BLOCKED);
        let repair = world.programme.ties.confession.repair;
        if let Some(ends) = world.network.ends_mut(victim, other) {
            for end in ends {
                raise(&mut end.trust, repair);
            }
        }
        // Who loves another is let go.
        if has(world, victim, other, Tie::LOVE) {
            would_unite = true;
            for partner in [victim, other] {
                if has(world, who, partner, Tie::COUPLE) && !couples::stays(world, at, who, partner)
                {
                    couples::part(world, at, who, partner, Word::Reparation);
                }
            }
        }
    }
    if would_unite {
        pass_on(world, meeting, who, victim);
    }
}

/// The address where a deferral is asked for, by one who has heard of it.
fn pass_on(world: &mut World, meeting: &Meeting, who: StudentId, victim: StudentId) {
    let heard = world.minds.of(who).hearer[Story::Deferral as usize] != Hearer::Ignorant;
    let probability = world.programme.ties.confession.address;
    let mut draw = meeting.draw(world, Purpose::AddressPassed);
    // The number belongs to the side that owns up, as with confessions.
    let numbers = [draw.uniform(), draw.uniform()];
    let number = numbers[usize::from(who == meeting.whom)];
    if heard && number < probability && !history::awaits(world, Event::AddressGiven, who, victim) {
        give_address(world, meeting.at, who, victim);
    }
}

/// Somebody tells another where a deferral is asked for.
pub(crate) fn give_address(world: &mut World, at: Time, who: StudentId, whom: StudentId) {
    world.log.push(
        Event::AddressGiven
            .at(at)
            .who(who.person())
            .whom(whom.person()),
    );
    deferral::learn_address(world, at, whom, who);
}

//! Quarrels and mediation: two friends quarrel, and one who is a friend to both goes between.
//!
//! A meeting of two who know each other ends in a quarrel with probability
//! `quarrel · mean irascibility`, and each then holds something against the other. At a later
//! meeting the friend of one of them who is tied to both makes peace with probability
//! `peace · empathy`. The book builds this file step by step in *Adding a submodel*.

use hailsham_engine::random::Draw;
use hailsham_engine::time::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use crate::event::Event;
use crate::metrics::{Metric, metrics};
use crate::mind::{lower, raise};
use crate::person::StudentId;
use crate::purpose::Purpose;
use crate::submodels::contacts::Meeting;
use crate::world::World;

/// Quarrels of friends, and who goes between.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, SmartDefault)]
#[serde(default, deny_unknown_fields)]
pub struct Mediation {
    /// Probability of a quarrel at a meeting of two irascible acquaintances.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "probability", "source" = "assumed (A-208)"))]
    #[default = 0.05]
    pub quarrel: f64,
    /// What a quarrel leaves: part of what can still be held against the other.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed"))]
    #[default = 0.3]
    pub grievance: f64,
    /// Probability that a friend of full empathy makes peace at a meeting; 0: nobody mediates.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "probability", "source" = "assumed (A-208)"))]
    #[default = 0.3]
    pub peace: f64,
}

/// What is measured of it.
pub(crate) const METRICS: &[Metric] = metrics! {
    quarrels_mediated "ratio" "Times that a friend of both made peace between two at odds, for each quarrel." |facts| {
        let count = |event| facts.count(event);
        count(Event::Mediated) / count(Event::Quarrelled)
    };
};

/// Two students meet.
pub(crate) fn meet(world: &mut World, meeting: &Meeting, mut draw: Draw) {
    let (one, other) = (meeting.who, meeting.whom);
    let (Some(mine), Some(theirs)) = (
        world.network.between(one, other),
        world.network.between(other, one),
    ) else {
        return;
    };
    if mine.grievance > 0.0 || theirs.grievance > 0.0 {
        return make_peace(world, meeting);
    }
    let anger = world.minds.of(one).irascibility + world.minds.of(other).irascibility;
    let probability = world.programme.mediation.quarrel * f64::from(anger) / 2.0;
    if draw.bernoulli(probability) {
        quarrel(world, meeting.at, one, other);
    }
}

/// Two quarrel.
pub(crate) fn quarrel(world: &mut World, at: Time, one: StudentId, other: StudentId) {
    let part = world.programme.mediation.grievance;
    for (this, that) in [(one, other), (other, one)] {
        if let Some(tie) = world.network.between_mut(this, that) {
            raise(&mut tie.grievance, part);
        }
    }
    let record = Event::Quarrelled.at(at).who(one.person());
    world.log.push(record.whom(other.person()));
}

/// Somebody goes between two, as is on record: the other one is whom the first is at odds with most.
pub(crate) fn mediate_on_record(world: &mut World, at: Time, friend: StudentId, one: StudentId) {
    let ties = world.network.of(one).iter();
    let worst = ties.max_by(|a, b| a.grievance.total_cmp(&b.grievance));
    let other = worst.map_or(friend, crate::network::Tie::other);
    reconcile(world, at, friend, [one, other]);
}

/// Somebody tied to both goes between.
fn make_peace(world: &mut World, meeting: &Meeting) {
    let (one, other) = (meeting.who, meeting.whom);
    let knows_both = |friend: &StudentId| world.network.between(*friend, other).is_some();
    let mut friends = world.network.of(one).iter().map(crate::network::Tie::other);
    let between = friends.find(|friend| world.students.alive(*friend) && knows_both(friend));
    let Some(friend) = between else { return };
    let empathy = f64::from(world.students.empathy[friend.row()]);
    let probability = world.programme.mediation.peace * empathy;
    if !meeting
        .draw(world, Purpose::Mediation)
        .bernoulli(probability)
    {
        return;
    }
    reconcile(world, meeting.at, friend, [one, other]);
}

fn reconcile(world: &mut World, at: Time, friend: StudentId, [one, other]: [StudentId; 2]) {
    for (this, that) in [(one, other), (other, one)] {
        if let Some(tie) = world.network.between_mut(this, that) {
            lower(&mut tie.grievance, 1.0);
        }
    }
    let record = Event::Mediated.at(at).who(friend.person());
    world.log.push(record.whom(one.person()));
}

//! What ties give, and what their loss takes.
//!
//! The closest tie gives meaning for as long as it lasts, and being a couple adds to it. At a death
//! everybody who had a tie to the dead grieves by its strength, and meaning is lost in proportion;
//! the tie stays as it was, and the circle of the living is one smaller. Nothing of it acts on when
//! anyone dies (D-15): love has no path to it.

use hailsham_engine::time::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use super::Closest;
use crate::event::Event;
use crate::mind::{lower, raise};
use crate::network::Tie;
use crate::person::StudentId;
use crate::submodels::contacts::Reflection;
use crate::world::World;

/// What ties give, and what their loss takes.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, SmartDefault)]
#[serde(default, deny_unknown_fields)]
pub struct Mourning {
    /// Meaning that the closest of friends gives in a year, as a share of what is left.
    #[schemars(range(min = 0.0, max = 10.0), extend("unit" = "per year", "source" = "A-167 states the effect; its size assumed"))]
    #[default = 0.6]
    pub meaning: f64,
    /// What being a couple adds to the strength of a tie, as a share of what is left.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed (A-167)"))]
    #[default = 0.5]
    pub love: f64,
    /// Grief at the death of somebody to whom the tie is as strong as can be, as a share of what is left.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "D-16 states the effect; its size assumed"))]
    #[default = 0.7]
    pub grief: f64,
    /// Meaning lost at such a death, as a share of what there is.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed (D-16)"))]
    #[default = 0.4]
    pub loss: f64,
    /// Distress at such a death, as a share of what is left.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed"))]
    #[default = 0.4]
    pub distress: f64,
    /// Strength of the tie from which a death is a bereavement.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed: acquaintances of former days count (F-037)"))]
    #[default = 0.05]
    pub from: f64,
}

/// Half a year has gone by for somebody with ties: the closest of them gives meaning.
pub(super) fn reflect(world: &mut World, reflection: &Reflection, closest: &Closest) {
    let rules = &world.programme.ties.mourning;
    let love = if closest.partner.is_some() {
        rules.love
    } else {
        0.0
    };
    let strength = closest.friendship + love * (1.0 - closest.friendship);
    let mind = world.minds.of_mut(reflection.who);
    raise(
        &mut mind.meaning,
        rules.meaning * strength * reflection.years,
    );
    let meaning = f64::from(mind.meaning);
    world.inner.ties.sums.bearing.add(strength, meaning);
}

/// A student has died: those with ties to the dead are bereaved.
pub(super) fn ended(world: &mut World, at: Time, student: StudentId) {
    let rules = &world.programme.ties.mourning;
    let fading = world.programme.ties.friendship.fading();
    for index in 0..world.network.of(student).len() {
        let own = &mut world.network.of_mut(student)[index];
        if own.is(Tie::DEAD) {
            continue;
        }
        own.settle(at, fading);
        let mourner = own.other();
        if !world.students.alive(mourner) {
            continue;
        }
        let Some(tie) = world.network.between_mut(mourner, student) else {
            continue;
        };
        tie.settle(at, fading);
        let mut strength = f64::from(tie.friendship);
        if tie.is(Tie::COUPLE) {
            strength += rules.love * (1.0 - strength);
        }
        tie.flags = (tie.flags | Tie::DEAD) & !(Tie::COUPLE | Tie::WRONGED | Tie::BLOCKED);
        if strength < rules.from {
            continue;
        }
        let left = world
            .network
            .of(mourner)
            .iter()
            .filter(|tie| tie.is(Tie::FRIENDS) && !tie.is(Tie::DEAD))
            .count();
        let mind = world.minds.of_mut(mourner);
        let before = mind.grief;
        raise(&mut mind.grief, rules.grief * strength);
        raise(&mut mind.distress, rules.distress * strength);
        lower(&mut mind.meaning, rules.loss * strength);
        let grief = f64::from(mind.grief - before);
        world.inner.ties.sums.grieving.add(strength, grief);
        world.log.push(
            Event::Bereaved
                .at(at)
                .who(mourner.person())
                .whom(student.person())
                .n(left as i32)
                .value(strength as f32),
        );
    }
}

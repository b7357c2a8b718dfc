//! Coming between two others (A-094, A-095, A-160 to A-163).
//!
//! Who holds on to somebody, a partner or else the closest friend, and has other friends, may act
//! against the bond that one of these has with the one held on to. The hazard is
//!
//! ```text
//! hazard = jealousy · rate · exp(insecurity·i + horizon·h + power·s + bond·b)
//! ```
//!
//! with *i* insecurity and *h* how short one's own time is known to be (D-29), *s* how little other
//! power there is: low standing and felt agency (D-30), and *b* the bond that is perceived between
//! the two (D-31). The act is aimed at the friend whose bond with the one held on to is strongest.
//! It is one of three: undermining takes worth from the friend, lying takes trust from the two, who then
//! open up less to each other and speak less of love, possessing keeps them from each other. Each may
//! leave the two blocked: they do not become a couple until the truth is told. Each leaves guilt.

use hailsham_engine::random::Draw;
use hailsham_engine::random::happens;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use super::Closest;
use crate::event::{Event, Word};
use crate::maths::exponential;
use crate::mind::{lower, raise};
use crate::network::Tie;
use crate::person::StudentId;
use crate::purpose::Purpose;
use crate::submodels::contacts::Reflection;
use crate::world::World;
use hailsham_engine::time::Time;

/// Coming between two others.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, SmartDefault)]
#[serde(default, deny_unknown_fields)]
pub struct Interference {
    /// What the hazard of interference is multiplied by; 0: nobody interferes.
    #[schemars(range(min = 0.0, max = 100.0), extend("unit" = "ratio", "source" = "the scenario as told is 1", "lever" = "E-30"))]
    #[default = 1.0]
    pub jealousy: f64,
    /// Hazard of interference by the most secure, without any bond to see.
    #[schemars(range(min = 0.0, max = 10.0), extend("unit" = "per year", "source" = "assumed"))]
    #[default = 0.006]
    pub rate: f64,
    /// How insecurity raises it.
    #[schemars(range(min = 0.0, max = 20.0), extend("unit" = "log hazard ratio", "source" = "D-29 states the effect; its size assumed"))]
    #[default = 3.0]
    pub insecurity: f64,
    /// How knowing that one's time is short raises it.
    #[schemars(range(min = 0.0, max = 20.0), extend("unit" = "log hazard ratio", "source" = "D-29 states the effect; its size assumed"))]
    #[default = 1.0]
    pub horizon: f64,
    /// How having little other power raises it.
    #[schemars(range(min = 0.0, max = 20.0), extend("unit" = "log hazard ratio", "source" = "D-30 (A-163); its size assumed"))]
    #[default = 1.0]
    pub power: f64,
    /// How a bond between the two others raises it, if it is perceived whole.
    #[schemars(range(min = 0.0, max = 20.0), extend("unit" = "log hazard ratio", "source" = "D-31 (A-161) states the effect; its size assumed"))]
    #[default = 3.0]
    pub bond: f64,
    /// Share of a bond that others perceive.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed"))]
    #[default = 0.8]
    pub perception: f64,
    /// Weights of undermining, lying and possessing among the acts.
    #[schemars(length(equal = 3), extend("unit" = "weight", "source" = "assumed (A-094, A-095, A-162)"))]
    #[default([1.0, 1.0, 1.0])]
    pub kinds: [f64; 3],
    /// What undermining takes of the friend's self-worth.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed (A-094)"))]
    #[default = 0.3]
    pub undermining: f64,
    /// What lying takes of the trust between the two.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed (A-162)"))]
    #[default = 0.5]
    pub lying: f64,
    /// What possessing takes of the friendship between the two.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed (A-095)"))]
    #[default = 0.3]
    pub possessing: f64,
    /// Probability that an act leaves the two blocked.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "probability", "source" = "assumed (A-161: the pair was kept apart for years)"))]
    #[default = 0.6]
    pub block: f64,
    /// Guilt that an act leaves, as a share of what is left.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed (A-164)"))]
    #[default = 0.3]
    pub guilt: f64,
    /// Share of acts in place of which a friend is supported: a policy of friendship.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "the scenario as told is 0", "lever" = "E-48"))]
    #[default = 0.0]
    pub support: f64,
    /// What support gives of friendship and self-worth, as a share of what is left.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed", "lever" = "E-48"))]
    #[default = 0.2]
    pub support_gain: f64,
}

const KINDS: [Word; 3] = [Word::Undermining, Word::Lying, Word::Possessing];

/// What moves somebody to interfere, beside the bond that is seen.
#[derive(Clone, Copy)]
pub(super) struct Motives {
    pub(super) insecurity: f64,
    pub(super) horizon: f64,
    pub(super) scarcity: f64,
}

impl Interference {
    /// The hazard of an act, given a perceived bond.
    fn hazard(&self, motives: Motives, bond: f64) -> f64 {
        self.jealousy
            * self.rate
            * exponential(
                self.insecurity * motives.insecurity
                    + self.horizon * motives.horizon
                    + self.power * motives.scarcity
                    + self.bond * bond,
            )
    }
}

/// Half a year has gone by for somebody with ties.
pub(super) fn reflect(
    world: &mut World,
    reflection: &Reflection,
    closest: &Closest,
    mut draw: Draw,
) {
    let Reflection { at, who, years, .. } = *reflection;
    let rules = &world.programme.ties.interference;
    // Somebody to hold on to, and a friend to fear.
    if closest.friends < 2 || rules.jealousy <= 0.0 {
        return;
    }
    let mind = world.minds.of(who);
    let motives = Motives {
        insecurity: f64::from(mind.insecurity),
        horizon: super::short_horizon(world, who),
        scarcity: 1.0 - f64::from(f32::midpoint(mind.standing, mind.agency)),
    };
    world.inner.ties.sums.chances.add(motives, None);
    let u = draw.uniform();
    let acts = |bond: f64| happens(u, rules.hazard(motives, bond) * years);
    // Most look no further: no bond could move them. The ties of others are looked at by few.
    if !acts(1.0) {
        return;
    }
    let held = closest.partner.unwrap_or(closest.friend);
    let Some((friend, bond)) = rival(world, at, who, held) else {
        return;
    };
    let sums = &mut world.inner.ties.sums;
    sums.looks.add(motives, Some(bond));
    if !acts(bond) {
        return;
    }
    sums.acts.add(motives, Some(bond));
    let supports = reflection
        .draw(world, Purpose::Support)
        .bernoulli(rules.support);
    if supports {
        support(world, at, who, friend);
    } else {
        let mut draw = reflection.draw(world, Purpose::InterferenceKind);
        let mut cumulative = world.programme.ties.interference.kinds;
        crate::submodels::creation::accumulate(&mut cumulative);
        let kind = KINDS[draw.categorical(&cumulative).min(KINDS.len() - 1)];
        let blocks = reflection
            .draw(world, Purpose::Block)
            .bernoulli(world.programme.ties.interference.block);
        let act = Act {
            who,
            held,
            friend,
            bond,
            kind,
            blocks,
        };
        interfere(world, at, &act);
    }
}

/// The friend whose bond with the one held on to seems strongest; without a bond, any friend.
fn rival(world: &World, at: Time, who: StudentId, held: StudentId) -> Option<(StudentId, f64)> {
    let rules = &world.programme.ties;
    let fading = rules.friendship.fading();
    let mut found: Option<(StudentId, f64)> = None;
    for tie in world.network.of(who) {
        if tie.other() == held || !tie.is(Tie::FRIENDS) || tie.is(Tie::DEAD) {
            continue;
        }
        let bond = world
            .network
            .between(tie.other(), held)
            .map_or(0.0, |tie| tie.friendship_at(at, fading))
            * rules.interference.perception;
        if found.is_none_or(|(_, strongest)| bond > strongest) {
            found = Some((tie.other(), bond));
        }
    }
    found
}

/// In place of rivalry: a friend is held up.
fn support(world: &mut World, at: Time, who: StudentId, friend: StudentId) {
    let part = world.programme.ties.interference.support_gain;
    raise(&mut world.minds.of_mut(friend).worth, part);
    world.log.push(
        Event::Supported
            .at(at)
            .who(who.person())
            .whom(friend.person()),
    );
    super::strengthen(world, at, who, friend, part);
}

/// One act of coming between two others.
#[derive(Clone, Copy)]
struct Act {
    who: StudentId,
    held: StudentId,
    friend: StudentId,
    /// The bond that is perceived between the two.
    bond: f64,
    kind: Word,
    /// Whether it leaves them blocked.
    blocks: bool,
}

/// Interference that is on record, and leaves the two blocked.
pub(super) fn on_record(
    world: &mut World,
    at: Time,
    who: StudentId,
    [friend, held]: [StudentId; 2],
    kind: &str,
) {
    let fading = world.programme.ties.friendship.fading();
    let tie = world.network.between(friend, held);
    let bond = tie.map_or(0.0, |tie| tie.friendship_at(at, fading))
        * world.programme.ties.interference.perception;
    let named = |word: &&Word| Word::LABELS[**word as usize] == kind;
    let act = Act {
        who,
        held,
        friend,
        bond,
        kind: KINDS.iter().find(named).copied().unwrap_or(KINDS[0]),
        blocks: true,
    };
    interfere(world, at, &act);
}

fn interfere(world: &mut World, at: Time, act: &Act) {
    let Act {
        who,
        held,
        friend,
        bond,
        kind,
        blocks,
    } = *act;
    let rules = &world.programme.ties.interference;
    let fading = world.programme.ties.friendship.fading();
    let mind = world.minds.of_mut(who);
    raise(&mut mind.guilt, rules.guilt);
    if kind == Word::Undermining {
        lower(&mut world.minds.of_mut(friend).worth, rules.undermining);
    }
    let mut comes_between = false;
    if let Some(ends) = world.network.ends_mut(held, friend) {
        for end in ends {
            end.settle(at, fading);
            match kind {
                Word::Lying => lower(&mut end.trust, rules.lying),
                Word::Possessing => lower(&mut end.friendship, rules.possessing),
                _ => {}
            }
            if blocks {
                comes_between = !end.is(Tie::BLOCKED);
                end.flags |= Tie::BLOCKED;
            }
        }
    }
    // What was done is not known to those to whom it was done.
    for victim in [held, friend] {
        if let Some([guilty, harmed]) = world.network.ends_mut(who, victim) {
            guilty.flags |= Tie::WRONGED;
            harmed.flags |= Tie::HARMED;
        }
    }
    let state = &mut world.inner.ties;
    let done = &mut state.past[who.row()].interfered;
    *done = done.saturating_add(1);
    if comes_between {
        state.begin_matter(who, held, friend);
    }
    world.log.push(
        Event::Interfered
            .at(at)
            .who(who.person())
            .whom(friend.person())
            .topic(world.topics.word(kind))
            .object(held.person())
            .value(bond as f32),
    );
}

//! 7.14 Consent: whether a donor may refuse, and does (E-07, E-08).
//!
//! By default nobody is asked. Where refusing is allowed, a donor whose operation is due refuses
//! with the log-odds
//!
//! ```text
//! intercept + wish − cost
//! ```
//!
//! in which the wish is the same that moves somebody to leave (7.3). Who refuses is asked again
//! later; where donating is voluntary, everything is explained at call-up and who refuses is
//! released for good. A donation counts as consented to if it could have been refused, was
//! understood, and was not refused.

use hailsham_engine::time::{Span, Time};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use crate::event::Event;
use crate::maths::logistic;
use crate::mind;
use crate::person::StudentId;
use crate::purpose::{Purpose, Slot};
use crate::submodels::{conditioning, donation, knowledge};
use crate::world::World;

/// Whether donors may refuse.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, SmartDefault)]
#[serde(default, deny_unknown_fields)]
pub struct Consent {
    /// Whether a donor may refuse an operation; who does is asked again later.
    #[schemars(extend("unit" = "", "source" = "nobody is asked (A-110)", "lever" = "E-07"))]
    #[default = false]
    pub refusal: bool,
    /// What refusing costs: fear that keeps from it.
    #[schemars(range(min = 0.0, max = 50.0), extend("unit" = "log-odds", "source" = "assumed", "lever" = "E-07"))]
    #[default = 0.0]
    pub cost: f64,
    /// Whether donating is voluntary: everything is explained at call-up, and who refuses is released for good.
    #[schemars(extend("unit" = "", "source" = "words only dress it as voluntary (A-187)", "lever" = "E-08"))]
    #[default = false]
    pub voluntary: bool,
    /// How much of what was not understood the explanation makes plain, where donating is voluntary.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed", "lever" = "E-08"))]
    #[default = 0.9]
    pub explained: f64,
    /// Log-odds of refusing of somebody without conditioning, pride, soft words, options and understanding.
    #[schemars(range(min = -50.0, max = 50.0), extend("unit" = "log-odds", "source" = "assumed"))]
    #[default = 0.0]
    pub intercept: f64,
    /// Days until somebody who refused is asked again.
    #[schemars(range(min = 1.0, max = 10_000.0), extend("unit" = "days", "source" = "assumed"))]
    #[default = 365.0]
    pub asked_again: f64,
    /// Felt agency that refusing leaves, of what was not felt.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed"))]
    #[default = 0.3]
    pub agency: f64,
}

impl Consent {
    /// Whether a donor may refuse at all.
    pub fn refusable(&self) -> bool {
        self.refusal || self.voluntary
    }
}

/// What the submodel keeps for itself.
#[derive(Default)]
pub(crate) struct State {
    /// By student: how often the person was asked.
    asked: Vec<u16>,
}

impl State {
    pub(crate) fn push(&mut self) {
        self.asked.push(0);
    }
}

/// Somebody was called up: where donating is voluntary, everything is explained.
pub(crate) fn called_up(world: &mut World, at: Time, student: StudentId) {
    let rules = &world.programme.consent;
    if rules.voluntary {
        let part = rules.explained;
        knowledge::explain(world, at, student, part);
    }
}

/// An operation is due: whether the donor may refuse, and does. If so, what follows is arranged.
pub(crate) fn refuses(world: &mut World, at: Time, student: StudentId, number: u32) -> bool {
    let rules = &world.programme.consent;
    if !rules.refusable() {
        return false;
    }
    let voluntary = rules.voluntary;
    let again = at + Span::from_days(rules.asked_again);
    let agency = rules.agency;
    let leaving = &world.programme.conditioning.leaving;
    let wish = conditioning::wish(leaving, world.minds.of(student));
    let probability = logistic(rules.intercept + wish - rules.cost);
    let asked = &mut world.inner.consent.asked[student.row()];
    *asked = asked.saturating_add(1);
    let times = u32::from(*asked);
    let mut draw = world.draw(student, Purpose::Refusal, times);
    if !draw.bernoulli(probability) {
        return false;
    }
    world.log.push(
        Event::Refused
            .at(at)
            .who(student.person())
            .n(number as i32)
            .value(probability as f32),
    );
    mind::raise(&mut world.minds.of_mut(student).agency, agency);
    if voluntary {
        donation::retire(world, at, student);
    } else {
        world.schedule_step(student, again, Slot::Operation);
    }
    true
}

/// A donor is operated on: what the ledger notes of consent.
pub(crate) fn operated(world: &mut World, at: Time, student: StudentId, number: i32) {
    if !knowledge::understands(world, student) {
        return;
    }
    let who = student.person();
    world
        .log
        .push(Event::DonatedKnowing.at(at).who(who).n(number));
    if world.programme.consent.refusable() {
        world.log.push(Event::Consented.at(at).who(who).n(number));
    }
}

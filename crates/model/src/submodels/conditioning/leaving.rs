//! 7.3 Leaving without leave (A-069, A-153 to A-155; D-01, D-02, D-54).
//!
//! At each reflection somebody old enough may try to leave. The yearly probability is
//!
//! ```text
//! log-odds = intercept + options·o + understood·u·(1 − κ) − conditioning·κ − pride·p − words·w
//!            − hope·h − peers·(mean κ of those one has ties to)
//! ```
//!
//! Doors are open: `enforcement` acts on the success of an attempt, never on the wish. Who is not
//! stopped still needs a footing outside, and comes back without one.

use hailsham_engine::random::Draw;
use hailsham_engine::time::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use super::{learn, wish};
use crate::event::{Event, Word};
use crate::history;
use crate::maths::logistic;
use crate::mind;
use crate::network::Tie;
use crate::person::{Phase, StudentId};
use crate::purpose::{Purpose, Slot};
use crate::submodels::contacts::Reflection;
use crate::submodels::{carers, donation, resistance};
use crate::world::World;

/// Leaving without leave.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, SmartDefault)]
#[serde(default, deny_unknown_fields)]
pub struct Leaving {
    /// Age from which somebody may try to leave.
    #[schemars(range(min = 0.0, max = 60.0), extend("unit" = "years", "source" = "assumed"))]
    #[default = 12.0]
    pub from_age: f64,
    /// Log-odds of trying within a year of somebody without conditioning, pride, soft words, hope, peers, options and understanding.
    #[schemars(range(min = -50.0, max = 50.0), extend("unit" = "log-odds", "source" = "assumed"))]
    #[default(-2.7)]
    pub intercept: f64,
    /// What full options add.
    #[schemars(range(min = -50.0, max = 50.0), extend("unit" = "log-odds", "source" = "assumed"))]
    #[default = 4.0]
    pub options: f64,
    /// What full understanding of the end adds without conditioning.
    #[schemars(range(min = -50.0, max = 50.0), extend("unit" = "log-odds", "source" = "assumed"))]
    #[default = 2.0]
    pub understood: f64,
    /// What full conditioning takes away.
    #[schemars(range(min = -50.0, max = 50.0), extend("unit" = "log-odds", "source" = "so complete that no one thinks of it (A-068); size assumed"))]
    #[default = 7.0]
    pub conditioning: f64,
    /// What full pride takes away.
    #[schemars(range(min = -50.0, max = 50.0), extend("unit" = "log-odds", "source" = "assumed (A-066)"))]
    #[default = 1.0]
    pub pride: f64,
    /// What full use of soft words takes away.
    #[schemars(range(min = -50.0, max = 50.0), extend("unit" = "log-odds", "source" = "assumed (D-49)"))]
    #[default = 1.0]
    pub words: f64,
    /// What full hope takes away.
    #[schemars(range(min = -50.0, max = 50.0), extend("unit" = "log-odds", "source" = "who hopes goes quietly (A-132, D-14); size assumed"))]
    #[default = 1.0]
    pub hope: f64,
    /// What wholly conditioned peers take away.
    #[schemars(range(min = -50.0, max = 50.0), extend("unit" = "log-odds", "source" = "assumed (A-154)", "lever" = "E-51"))]
    #[default = 2.0]
    pub peers: f64,
    /// How far barriers stop who tries: 0 open doors, 1 guards whom nobody passes.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "probability", "source" = "none needed (A-153)", "lever" = "E-09"))]
    #[default = 0.0]
    pub enforcement: f64,
    /// Probability of finding a footing outside without any option held; with all of them it is sure.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "probability", "source" = "assumed"))]
    #[default = 0.4]
    pub footing: f64,
    /// Share of what is left that conditioning gains, and of options that is lost, by being back again.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed"))]
    #[default = 0.3]
    pub lesson: f64,
    /// Distress of being back again, of what is left.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed"))]
    #[default = 0.4]
    pub distress: f64,
}

/// Mean conditioning of those whom somebody has ties to; nothing without ties.
pub(super) fn peers(world: &World, student: StudentId) -> f64 {
    let (mut sum, mut count) = (0.0, 0_u32);
    for tie in world.network.of(student) {
        if !tie.is(Tie::DEAD) {
            sum += f64::from(world.minds.of(tie.other()).conditioning);
            count += 1;
        }
    }
    sum / f64::from(count.max(1))
}

/// Yearly probability of trying to leave, as somebody is and is held by others.
pub(crate) fn intent(world: &World, student: StudentId) -> f64 {
    let rules = &world.programme.conditioning;
    let held = rules.peer_policing * rules.leaving.peers * peers(world, student);
    let mind = world.minds.of(student);
    logistic(rules.leaving.intercept + wish(&rules.leaving, mind) - held)
}

/// Whether somebody tries to leave in the half year that ends: the last of what a reflection does,
/// since nobody who is gone does anything more.
pub(crate) fn consider(world: &mut World, reflection: &Reflection, mut draw: Draw) {
    let rules = &world.programme.conditioning.leaving;
    let student = reflection.who;
    let chance = draw.uniform();
    // Without peers the yearly probability is at its highest: nearly always that is enough to know.
    if rules.peers >= 0.0 {
        let mind = world.minds.of(student);
        if chance >= logistic(rules.intercept + wish(rules, mind)) {
            return;
        }
    }
    let yearly = intent(world, student);
    let within = -libm::expm1(reflection.years * libm::log1p(-yearly));
    if chance < within && able(world, reflection.at, student) {
        attempt(world, reflection.at, student);
    }
}

/// Whether somebody is old enough to leave, belongs to the programme, is in no bed and is not on record
/// later.
pub(crate) fn able(world: &World, at: Time, student: StudentId) -> bool {
    let row = student.row();
    let phase = world.students.phase[row];
    let age = (at - world.students.born[row]).years();
    age >= world.programme.conditioning.leaving.from_age
        && phase.alive()
        && phase != Phase::Retired
        && !donation::in_bed(world, student)
        && history::holds_back(world, student, history::GONE).is_none()
}

/// Somebody tries to leave.
pub(crate) fn attempt(world: &mut World, at: Time, student: StudentId) {
    let number = resistance::tries(world, student);
    let row = student.row();
    let place = world.home_of(student);
    let age = (at - world.students.born[row]).years();
    let intent = intent(world, student);
    world.log.push(
        Event::AttemptedToLeave
            .at(at)
            .who(student.person())
            .place(place)
            .topic(world.topics.word(Word::Escape))
            .n(age as i32)
            .value(intent as f32),
    );
    let rules = &world.programme.conditioning.leaving;
    let options = f64::from(world.minds.of(student).options);
    let footing = rules.footing + (1.0 - rules.footing) * options;
    let mut draw = world.draw(student, Purpose::Attempt, number);
    if draw.bernoulli((1.0 - rules.enforcement) * footing) {
        depart(world, at, student);
        return;
    }
    world
        .log
        .push(Event::BroughtBack.at(at).who(student.person()).place(place));
    let mind = world.minds.of_mut(student);
    learn(&mut mind.conditioning, rules.lesson, 1.0);
    mind::lower(&mut mind.options, rules.lesson);
    mind::raise(&mut mind.distress, rules.distress);
}

/// Somebody is gone, and no longer of the programme: nothing stays due.
fn depart(world: &mut World, at: Time, student: StudentId) {
    let row = student.row();
    let place = world.students.place[row];
    world.log.push(
        Event::Escaped
            .at(at)
            .who(student.person())
            .place(world.home_of(student))
            .topic(world.topics.word(Word::Escape)),
    );
    world.cancel_step(student);
    world.cancel(
        world.students.natural_death[row],
        student.person(),
        Slot::NaturalDeath,
    );
    let phase = std::mem::replace(&mut world.students.phase[row], Phase::Away);
    world.roster.leave(student, place);
    match phase {
        Phase::Carer => carers::end_service(world, at, student),
        Phase::Donor => donation::withdraw(world, at, student),
        _ => {}
    }
    crate::submodels::ended(world, at, student);
}

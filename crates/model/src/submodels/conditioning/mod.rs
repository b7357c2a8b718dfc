//! 7.3 Conditioning, pride, soft words, images and options (A-065 to A-069, A-152 to A-158, A-187,
//! A-188); leaving without leave stands in `leaving`.
//!
//! Lessons act by Rescorla and Wagner (1972): after each term of a pupil who is old enough
//!
//! ```text
//! Δκ = α · (λ − κ)        and the same for pride
//! ```
//!
//! with α and λ of the kind of school. λ is `strength` times the school's, less what the pupil's
//! curiosity withholds. Every half year the use of soft words drifts towards that of the place, and
//! at each meeting towards that of the other. Images of ordinary life and options (the belief that
//! another life is possible for oneself) come as far as isolation lets them, options only as far as
//! conditioning leaves room. Someone who speaks of another life may be corrected by a peer.
//!
//! That conditioning is thorough, starts early and goes on is stated; all sizes are assumed.

use hailsham_engine::time::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use crate::event::Event;
use crate::mind::{self, Fact, Mind};
use crate::person::{Phase, StudentId};
use crate::place::SchoolKind;
use crate::purpose::Purpose;
use crate::submodels::contacts::{Meeting, Reflection};
use crate::world::World;

pub(crate) mod leaving;
mod measures;

pub use leaving::Leaving;
pub(crate) use measures::METRICS;

/// Conditioning, pride, words, images and options.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, SmartDefault)]
#[serde(default, deny_unknown_fields)]
pub struct Conditioning {
    /// How strong conditioning is: multiplies what lessons tend to; 0: none.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "ratio", "source" = "thorough (A-068); the scale is assumed", "lever" = "E-10"))]
    #[default = 1.0]
    pub strength: f64,
    /// Age from which lessons condition.
    #[schemars(range(min = 0.0, max = 60.0), extend("unit" = "years", "source" = "from the start (A-068); the age is assumed", "lever" = "E-10"))]
    #[default = 3.0]
    pub start_age: f64,
    /// Share of the way to its end that conditioning goes in a term of a humane school.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share per term", "source" = "form: Rescorla and Wagner 1972; size assumed"))]
    #[default = 0.08]
    pub rate_humane: f64,
    /// The same in an ordinary school.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share per term", "source" = "form: Rescorla and Wagner 1972; size assumed"))]
    #[default = 0.06]
    pub rate_ordinary: f64,
    /// What conditioning tends to in a humane school.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed: kindness deepens acceptance (D-18)"))]
    #[default = 0.95]
    pub end_humane: f64,
    /// The same in an ordinary school.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed"))]
    #[default = 0.88]
    pub end_ordinary: f64,
    /// Share of that end that curiosity withholds from the most curious.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed: pupils differ"))]
    #[default = 0.2]
    pub independence: f64,
    /// How far pride in a special purpose is taught; 0: not at all.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "ratio", "source" = "taught (A-066); the scale is assumed", "lever" = "E-52"))]
    #[default = 1.0]
    pub pride_teaching: f64,
    /// Share of the way to its end that pride goes in a term.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share per term", "source" = "form: Rescorla and Wagner 1972; size assumed"))]
    #[default = 0.05]
    pub pride_rate: f64,
    /// What pride tends to in a humane school.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed (A-066)"))]
    #[default = 0.85]
    pub pride_humane: f64,
    /// The same in an ordinary school.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed"))]
    #[default = 0.5]
    pub pride_ordinary: f64,
    /// How far plain words stand in place of soft ones: 1 everywhere, 0 nowhere.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "soft words rule (A-187)", "lever" = "E-27"))]
    #[default = 0.0]
    pub plain_language: f64,
    /// Use of soft words that a humane school tends to.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed (A-187)"))]
    #[default = 0.6]
    pub words_humane: f64,
    /// The same in an ordinary school.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed"))]
    #[default = 0.5]
    pub words_ordinary: f64,
    /// The same at the Cottages.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed"))]
    #[default = 0.7]
    pub words_cottages: f64,
    /// The same among those who serve and donate.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed: the longer in the system, the more (D-48)"))]
    #[default = 0.95]
    pub words_service: f64,
    /// Share of the way to the place's words that is gone in half a year.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share per half year", "source" = "assumed"))]
    #[default = 0.1]
    pub words_drift: f64,
    /// Share of the way to the other's words that is gone at a meeting.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share per meeting", "source" = "assumed: hearing leads to use (A-188)"))]
    #[default = 0.02]
    pub words_peer: f64,
    /// How far a humane school is cut off from ordinary life: 1 wholly, 0 not at all.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "cut off (A-067); that lessons and books let a little in is assumed", "lever" = "E-11"))]
    #[default = 0.85]
    pub isolation: f64,
    /// The same of an ordinary school.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "cut off (A-067); the scale is assumed", "lever" = "E-11"))]
    #[default = 0.9]
    pub isolation_ordinary: f64,
    /// The same after school.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed: the doors are open, and the country is seen from a distance (D-54)", "lever" = "E-11"))]
    #[default = 0.6]
    pub isolation_later: f64,
    /// Images of ordinary life that half a year without isolation would bring, of those not yet held.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share per half year", "source" = "assumed"))]
    #[default = 0.15]
    pub images: f64,
    /// Options that half a year without isolation and conditioning would bring, of those not yet held.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share per half year", "source" = "assumed: no claim on action (E-11)"))]
    #[default = 0.05]
    pub options: f64,
    /// Share of a glimpse of ordinary life that becomes an option.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed: longing, not action (D-55)"))]
    #[default = 0.01]
    pub glimpse_options: f64,
    /// Share of a glimpse of ordinary life that becomes longing.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed (D-55)"))]
    #[default = 0.6]
    pub glimpse_longing: f64,
    /// Longing that images keep alive, as a share of them.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed"))]
    #[default = 0.4]
    pub longing: f64,
    /// Share of the way to that longing that is gone in half a year.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share per half year", "source" = "assumed"))]
    #[default = 0.2]
    pub longing_drift: f64,
    /// How far peers keep each other in line: 1 as told of, 0 not at all.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "ratio", "source" = "told of (A-154); the scale is assumed", "lever" = "E-51"))]
    #[default = 1.0]
    pub peer_policing: f64,
    /// Options below which nobody speaks of another life.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed"))]
    #[default = 0.05]
    pub unspoken: f64,
    /// Probability that someone with full options is corrected when meeting somebody fully conditioned.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "probability", "source" = "assumed (A-154)"))]
    #[default = 0.1]
    pub correction: f64,
    /// What a correction does: share of options lost, and of the way to the other's conditioning.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed (A-154)"))]
    #[default = 0.2]
    pub correction_effect: f64,
    /// Conditioning from which somebody counts as having accepted the end.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed: where the log draws the line"))]
    #[default = 0.5]
    pub accepted_at: f64,
    /// Longing from which it is written in the log.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed: where the log draws the line"))]
    #[default = 0.3]
    pub longed_at: f64,
    /// What acceptance of the end is made of.
    pub acceptance: Acceptance,
    /// Leaving without leave.
    pub leaving: Leaving,
}

/// Acceptance of the end: conditioning, pride and soft words together, as weights beside that of conditioning, which is
/// one; less what distress takes of it. It is what expectations call acceptance, and it restrains rage.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, SmartDefault)]
#[serde(default, deny_unknown_fields)]
pub struct Acceptance {
    /// Weight of pride.
    #[schemars(range(min = 0.0, max = 10.0), extend("unit" = "ratio", "source" = "assumed (A-066)"))]
    #[default = 0.5]
    pub pride: f64,
    /// Weight of soft words.
    #[schemars(range(min = 0.0, max = 10.0), extend("unit" = "ratio", "source" = "assumed (A-187)"))]
    #[default = 0.5]
    pub words: f64,
    /// Share of it that full distress takes away.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed"))]
    #[default = 0.5]
    pub distress: f64,
}

impl Acceptance {
    /// How far somebody accepts the end, 0 to 1.
    pub(crate) fn of(&self, mind: &Mind) -> f64 {
        let held = f64::from(mind.conditioning)
            + self.pride * f64::from(mind.pride)
            + self.words * f64::from(mind.words);
        held / (1.0 + self.pride + self.words) * (1.0 - self.distress * f64::from(mind.distress))
    }
}

/// Who has come to accept: the lowest bit of a mind's flags.
const ACCEPTED: u32 = 1;

/// One trial of Rescorla and Wagner.
fn learn(strength: &mut f32, rate: f64, end: f64) {
    *strength += rate as f32 * (end as f32 - *strength);
}

/// What a kind of school teaches: rate and end of conditioning, end of pride.
fn lessons(rules: &Conditioning, kind: SchoolKind) -> (f64, f64, f64) {
    let (rate, end, pride) = match kind {
        SchoolKind::Humane => (rules.rate_humane, rules.end_humane, rules.pride_humane),
        SchoolKind::Ordinary => (
            rules.rate_ordinary,
            rules.end_ordinary,
            rules.pride_ordinary,
        ),
    };
    (rate, rules.strength * end, rules.pride_teaching * pride)
}

/// A term of a school has ended: what its lessons have left.
pub(crate) fn term(world: &mut World, at: Time, school: u32, _number: u32) {
    let place = world.institutions.schools[school as usize].place;
    let kind = world.places.get(place).school_kind.unwrap_or_default();
    let rules = &world.programme.conditioning;
    let (rate, end, pride) = lessons(rules, kind);
    for &pupil in world.roster.at(place) {
        let student = StudentId(pupil);
        let age = (at - world.students.born[student.row()]).years();
        if age < rules.start_age {
            continue;
        }
        let mind = world.minds.of_mut(student);
        let withheld = rules.independence * f64::from(mind.curiosity);
        learn(&mut mind.conditioning, rate, end * (1.0 - withheld));
        learn(&mut mind.pride, rules.pride_rate, pride);
    }
}

/// Writes, once, that somebody takes what lies ahead for natural, if that is so now: nobody accepts what
/// no word has come of.
fn come_to_accept(world: &mut World, at: Time, student: StudentId) {
    let line = world.programme.conditioning.accepted_at as f32;
    let reached = world.programme.knowledge.reached as f32;
    let mind = world.minds.of_mut(student);
    let heard = [Fact::Donation, Fact::Completion]
        .into_iter()
        .any(|fact| mind.heard[fact as usize] >= reached);
    if mind.flags & ACCEPTED != 0 || mind.conditioning < line || !heard {
        return;
    }
    mind.flags |= ACCEPTED;
    let age = (at - world.students.born[student.row()]).years();
    world.log.push(
        Event::Accepted
            .at(at)
            .who(student.person())
            .place(world.home_of(student))
            .value(age as f32),
    );
}

/// Two students meet: words pass between them, and who speaks of another life may be corrected.
pub(crate) fn meet(world: &mut World, meeting: &Meeting) {
    let rules = &world.programme.conditioning;
    let (words, options) = {
        let mind = world.minds.of(meeting.who);
        (mind.words, mind.options)
    };
    let other = world.minds.of_mut(meeting.whom);
    let (others_words, others_conditioning) = (other.words, other.conditioning);
    let passed = rules.words_peer as f32 * (others_words - words);
    other.words -= passed;
    world.minds.of_mut(meeting.who).words += passed;
    if f64::from(options) < rules.unspoken || rules.peer_policing <= 0.0 {
        return;
    }
    let probability =
        rules.peer_policing * rules.correction * f64::from(options * others_conditioning);
    if !meeting
        .draw(world, Purpose::Correction)
        .bernoulli(probability)
    {
        return;
    }
    let effect = rules.correction_effect;
    let mind = world.minds.of_mut(meeting.who);
    mind::lower(&mut mind.options, effect);
    if others_conditioning > mind.conditioning {
        learn(
            &mut mind.conditioning,
            effect,
            f64::from(others_conditioning),
        );
    }
    world.log.push(
        Event::Corrected
            .at(meeting.at)
            .who(meeting.who.person())
            .whom(meeting.whom.person())
            .value(options),
    );
}

/// Half a year of a student's life has gone by: words, images, options and longing move.
pub(crate) fn reflect(world: &mut World, reflection: &Reflection) {
    let rules = &world.programme.conditioning;
    let row = reflection.who.row();
    let phase = world.students.phase[row];
    let (words, isolation) = match phase {
        Phase::Pupil => {
            let school = world.places.get(world.students.place[row]);
            match school.school_kind {
                Some(SchoolKind::Humane) => (rules.words_humane, rules.isolation),
                _ => (rules.words_ordinary, rules.isolation_ordinary),
            }
        }
        // Who is released lives at the Cottages again.
        Phase::Resident | Phase::Retired => (rules.words_cottages, rules.isolation_later),
        _ => (rules.words_service, rules.isolation_later),
    };
    let mind = world.minds.of_mut(reflection.who);
    learn(
        &mut mind.words,
        rules.words_drift,
        words * (1.0 - rules.plain_language),
    );
    let seen = 1.0 - isolation;
    mind::raise(&mut mind.images, rules.images * seen);
    let room = 1.0 - f64::from(mind.conditioning);
    mind::raise(&mut mind.options, rules.options * seen * room);
    let longing = rules.longing * f64::from(mind.images);
    let before = mind.longing;
    learn(&mut mind.longing, rules.longing_drift, longing);
    longed(world, reflection.at, reflection.who, before);
    come_to_accept(world, reflection.at, reflection.who);
}

/// Ordinary life is seen: `part` of the images not yet held, and longing with them.
pub(crate) fn glimpse(world: &mut World, at: Time, student: StudentId, part: f64) {
    let rules = &world.programme.conditioning;
    let mind = world.minds.of_mut(student);
    let before = mind.longing;
    mind::raise(&mut mind.images, part);
    mind::raise(&mut mind.longing, part * rules.glimpse_longing);
    mind::raise(&mut mind.options, part * rules.glimpse_options);
    longed(world, at, student, before);
}

/// Writes that somebody has come to long for an ordinary life, if that is so now.
fn longed(world: &mut World, at: Time, student: StudentId, before: f32) {
    let line = world.programme.conditioning.longed_at as f32;
    let now = world.minds.of(student).longing;
    if before < line && now >= line {
        let row = student.row();
        let age = (at - world.students.born[row]).years();
        world.log.push(
            Event::Longed
                .at(at)
                .who(student.person())
                .place(world.home_of(student))
                .value(age as f32),
        );
    }
}

/// What all that holds somebody makes of the wish to do otherwise, as log-odds: options and what is
/// understood without acceptance for it; conditioning, pride, soft words and hope against it.
pub(crate) fn wish(leaving: &Leaving, mind: &Mind) -> f64 {
    let conditioning = f64::from(mind.conditioning);
    let understood = f64::from(mind.understood[Fact::Completion as usize]);
    leaving.options * f64::from(mind.options)
        + leaving.understood * understood * (1.0 - conditioning)
        - leaving.conditioning * conditioning
        - leaving.pride * f64::from(mind.pride)
        - leaving.words * f64::from(mind.words)
        - leaving.hope * f64::from(mind.hope)
}

#[cfg(test)]
mod tests;

//! Expressive resistance (A-156, A-173, A-213; C-26): schemes, tellings and small joys, each with a
//! hazard of its own, and what would be needed for more.
//!
//! Rage, works and petitions belong to other submodels; metrics count all kinds together. Every act is
//! classified by its aim: to express, or to escape. The yearly rates are
//!
//! ```text
//! scheme     scheming · boldness · ambition · (1 − agency)
//! telling    telling · (remembering + (1 − remembering) · grief), to a friend who can be reached (7.8)
//! small joy  joys · (1 + short_horizon · u · h)
//! ```
//!
//! where u is how far the end is understood and h how near it is: 0 before service, rising with the
//! donations behind (D-69). Acts move moods and ties and nothing that decides a life's course (D-60).
//!
//! Who is told of the past remembers those who are gone (`remembered.rs`); without tellings they are
//! remembered by those who knew them, and by nobody after these (E-41).
//!
//! With collective action (E-43; off by default) those who mean to leave make it known along their
//! ties, and when enough of them agree, they try together.

mod remembered;

use hailsham_engine::random::Draw;
use hailsham_engine::time::{Span, Time};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use crate::event::{Event, Word};
use crate::metrics::{Facts, Metric, metrics};
use crate::mind::{Fact, raise};
use crate::network::{MOST_TIES, Tie};
use crate::person::{NOBODY, Phase, StudentId};
use crate::purpose::Purpose;
use crate::replay::series::Year;
use crate::rows::Rows;
use crate::statistics::correlation;
use crate::submodels::conditioning::leaving;
use crate::submodels::contacts::{self, Reflection};
use crate::submodels::ties;
use crate::world::World;
use remembered::ToldOf;

/// Expressive resistance.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, SmartDefault)]
#[serde(default, deny_unknown_fields)]
pub struct Resistance {
    /// Age from which acts are followed.
    #[schemars(range(min = 0.0, max = 60.0), extend("unit" = "years", "source" = "assumed"))]
    #[default = 8.0]
    pub from_age: f64,
    /// Schemes of somebody wholly bold, ambitious and without agency.
    #[schemars(range(min = 0.0, max = 100.0), extend("unit" = "per year", "source" = "assumed (0:164)"))]
    #[default = 0.3]
    pub scheming: f64,
    /// Tellings of the past by somebody in full grief; 0: nobody tells, and those who remember die unheard.
    #[schemars(range(min = 0.0, max = 100.0), extend("unit" = "per year", "source" = "assumed (A-045, 0:280)", "lever" = "E-41"))]
    #[default = 2.0]
    pub telling: f64,
    /// Share of that rate of somebody without grief.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed"))]
    #[default = 0.03]
    pub remembering: f64,
    /// Small joys of consequence of somebody far from the end.
    #[schemars(range(min = 0.0, max = 100.0), extend("unit" = "per year", "source" = "assumed (A-105, 1:28)"))]
    #[default = 0.4]
    pub joys: f64,
    /// How many times as many more somebody has who understands the end and is close to it; 0: no difference.
    #[schemars(range(min = 0.0, max = 100.0), extend("unit" = "ratio", "source" = "assumed (D-69)"))]
    #[default = 2.0]
    pub short_horizon: f64,
    /// How near the end a carer is, as a share of the way from the beginning of service to the last donation.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed"))]
    #[default = 0.2]
    pub carer_horizon: f64,
    /// Meaning that an act gives, of what is left.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed: small joys and telling bear up (A-045, 1:28)"))]
    #[default = 0.1]
    pub meaning: f64,
    /// Agency that a scheme gives, of what is left.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed (0:164)"))]
    #[default = 0.1]
    pub agency: f64,
    /// How much closer a joy or a telling brings two people: part of what is left.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed"))]
    #[default = 0.1]
    pub bond: f64,
    /// How far people who mean to leave win over those they have ties to; 0: each is alone.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "absent (0:218)", "lever" = "E-43"))]
    #[default = 0.0]
    pub collective: f64,
    /// How many must agree to leave together.
    #[schemars(range(min = 2, max = 12), extend("unit" = "students", "source" = "assumed"))]
    #[default = 3]
    pub agreement: u32,
    /// Age up to which acts count as early in the comparison of outcomes.
    #[schemars(range(min = 1.0, max = 60.0), extend("unit" = "years", "source" = "of the comparison's own making"))]
    #[default = 20.0]
    pub early: f64,
}

/// What somebody has done and was told.
#[derive(Clone, Copy, Default)]
struct Acts {
    /// The dead of whom the person was told.
    told_of: ToldOf,
    /// Acts until the age that is called early.
    early: u16,
    /// Times that the person tried to leave: what draws of it are numbered by.
    tries: u16,
    /// Means to leave with others.
    means_to_leave: bool,
}

/// What the submodel keeps for itself.
#[derive(Default)]
pub(crate) struct State {
    /// By student.
    rows: Rows<Acts>,
}

/// Records of an event whose topic is an aim.
fn aimed(facts: &Facts, event: Event, aim: Word) -> f64 {
    let topic = facts.world.topics.word(aim);
    f64::from(facts.replayed.tally.of_topic(event, topic))
}

/// Acts that express, and acts that aim at escape. A scheme may be either.
fn acts(facts: &Facts) -> (f64, f64) {
    let expressing = [Event::ToldOfThePast, Event::SmallJoy, Event::Raged];
    let escaping = [Event::AttemptedToLeave, Event::AgreedToLeave];
    let count = |events: &[Event]| events.iter().map(|event| facts.count(*event)).sum::<f64>();
    (
        count(&expressing) + aimed(facts, Event::Schemed, Word::Expression),
        count(&escaping) + aimed(facts, Event::Schemed, Word::Escape),
    )
}

/// Correlation of the number of early acts with the age at death, among those made early enough for
/// everyone's course to be over.
fn outcome(facts: &Facts) -> f64 {
    const COURSE: f64 = 40.0;
    let students = &facts.world.students;
    let before = facts.world.clock.horizon - Span::from_years(COURSE);
    let pairs: Vec<(f64, f64)> = facts
        .students()
        .filter(|student| {
            let row = student.row();
            students.born[row] < before && students.phase[row] == Phase::Completed
        })
        .map(|student| {
            let row = student.row();
            let age = (students.died[row] - students.born[row]).years();
            (f64::from(facts.world.inner.resistance.rows[row].early), age)
        })
        .collect();
    correlation(&pairs)
}

/// Small joys of a phase of life for each year lived in it.
fn joys_in(facts: &Facts, phase: Phase, lived: impl Fn(&Year) -> u32) -> f64 {
    f64::from(facts.replayed.tally.in_phase(Event::SmallJoy, phase)) / facts.sum(lived)
}

/// What is measured of it.
pub(crate) const METRICS: &[Metric] = metrics! {
    schemes "acts" "Schemes." |f| f.count(Event::Schemed);
    tellings "acts" "Times that a student told another of the past." |f| f.count(Event::ToldOfThePast);
    dead_remembered "share" "Share of the dead whom somebody living at the end had a tie to or was told of." |f| remembered::shares(f).0;
    dead_remembered_by_telling "share" "Share of the dead whom nobody living at the end had a tie to, and of whom somebody was told." |f| remembered::shares(f).1;
    small_joys "acts" "Small joys." |f| f.count(Event::SmallJoy);
    resistance_expressive "share" "Share of schemes, tellings, small joys, rages, attempts to leave and agreements to try that were not aimed at escape." |f| {
        let (expressive, escaping) = acts(f);
        expressive / (expressive + escaping)
    };
    resistance_by_age_at_death "correlation" "Correlation of acts of resistance up to the age of 20 (`resistance.early`) with the age at death, among those made 40 years before the end and dead of donating." |f| outcome(f);
    small_joys_carers "per year" "Small joys in a year as a carer." |f| joys_in(f, Phase::Carer, |y| y.carers);
    small_joys_donors "per year" "Small joys in a year as a donor." |f| joys_in(f, Phase::Donor, |y| y.donors);
    agreements_to_leave "acts" "Times that students agreed to leave together." |f| f.count(Event::AgreedToLeave);
};

/// How near the end somebody is: 0 before service and for who is released from it, 1 after the last
/// donation.
fn nearness(world: &World, student: StudentId) -> f64 {
    let row = student.row();
    let carer = world.programme.resistance.carer_horizon;
    match world.students.phase[row] {
        Phase::Carer => carer,
        Phase::Donor => {
            let donor = &world.donation.rows[world.students.donor_row[row] as usize];
            let plan = world.programme.donation.plan.len().max(1) as f64;
            carer + (1.0 - carer) * (f64::from(donor.donations) / plan).min(1.0)
        }
        _ => 0.0,
    }
}

/// Whether a reflection is one of somebody who may act: old enough.
fn may_act(world: &World, reflection: &Reflection) -> bool {
    reflection.age >= world.programme.resistance.from_age && world.students.alive(reflection.who)
}

/// The same for acts that somebody whom the programme has let go has no reason for.
fn may_resist(world: &World, reflection: &Reflection) -> bool {
    let phase = world.students.phase[reflection.who.row()];
    may_act(world, reflection) && phase != Phase::Retired
}

fn done(world: &mut World, at: Time, student: StudentId) {
    let age = (at - world.students.born[student.row()]).years();
    if age <= world.programme.resistance.early {
        let acts = &mut world.inner.resistance.rows[student.row()];
        acts.early = acts.early.saturating_add(1);
    }
}

/// Half a year has gone by: a student may scheme.
pub(crate) fn scheme(world: &mut World, reflection: &Reflection, mut draw: Draw) {
    if !may_resist(world, reflection) {
        return;
    }
    let rules = &world.programme.resistance;
    let student = reflection.who;
    let mind = world.minds.of(student);
    let rate = rules.scheming * f64::from(mind.boldness * mind.ambition * (1.0 - mind.agency));
    if rate <= 0.0 {
        return;
    }
    if !draw.happens(rate * reflection.years) {
        return;
    }
    // What somebody schemes for is to get away as often as that is meant at all.
    let escape = draw.bernoulli(leaving::intent(world, student));
    let aim = if escape {
        Word::Escape
    } else {
        Word::Expression
    };
    let gained = rules.agency;
    raise(&mut world.minds.of_mut(student).agency, gained);
    done(world, reflection.at, student);
    world.log.push(
        Event::Schemed
            .at(reflection.at)
            .who(student.person())
            .place(world.home_of(student))
            .topic(world.topics.word(aim)),
    );
}

/// One of those whom somebody has ties to and who live, by a uniform number.
fn friend(world: &World, student: StudentId, uniform: f64) -> Option<StudentId> {
    let ties = world.network.of(student);
    let position = (uniform * ties.len() as f64) as usize;
    let tie = ties.get(position)?;
    let lives = !tie.is(Tie::DEAD) && world.students.alive(tie.other());
    lives.then(|| tie.other())
}

/// Half a year has gone by: a student may tell of the past.
pub(crate) fn tell(world: &mut World, reflection: &Reflection, mut draw: Draw) {
    if !may_act(world, reflection) {
        return;
    }
    let rules = &world.programme.resistance;
    let student = reflection.who;
    let grief = f64::from(world.minds.of(student).grief);
    let rate = rules.telling * (rules.remembering + (1.0 - rules.remembering) * grief);
    if rate <= 0.0 {
        return;
    }
    if !draw.happens(rate * reflection.years) {
        return;
    }
    let Some(listener) = friend(world, student, draw.uniform()) else {
        return;
    };
    // Who is elsewhere has to be reached first, as for any meeting.
    let (reach, together) = contacts::reach(world, student, listener);
    if !together && draw.uniform() >= reach {
        return;
    }
    tell_of_the_past(world, reflection.at, student, listener);
}

/// A student tells another of the past.
pub(crate) fn tell_of_the_past(
    world: &mut World,
    at: Time,
    student: StudentId,
    listener: StudentId,
) {
    let rules = &world.programme.resistance;
    let (meaning, bond) = (rules.meaning, rules.bond);
    let ties = world.network.of(student);
    let gone = ties.iter().filter(|tie| tie.is(Tie::DEAD)).count();
    raise(&mut world.minds.of_mut(student).meaning, meaning);
    done(world, at, student);
    ties::strengthen(world, at, student, listener, bond);
    remembered::pass_on(world, student, listener);
    world.log.push(
        Event::ToldOfThePast
            .at(at)
            .who(student.person())
            .whom(listener.person())
            .topic(world.topics.word(Word::Expression))
            .n(gone as i32),
    );
}

/// Half a year has gone by: a student may have a small joy.
pub(crate) fn enjoy(world: &mut World, reflection: &Reflection, mut draw: Draw) {
    if !may_act(world, reflection) {
        return;
    }
    let rules = &world.programme.resistance;
    let student = reflection.who;
    let understood = f64::from(world.minds.of(student).understood[Fact::Completion as usize]);
    let weight = rules.short_horizon * understood * nearness(world, student);
    let rate = rules.joys * (1.0 + weight);
    if rate <= 0.0 {
        return;
    }
    if !draw.happens(rate * reflection.years) {
        return;
    }
    let (meaning, bond) = (rules.meaning, rules.bond);
    let friend = friend(world, student, draw.uniform())
        .filter(|friend| contacts::lives_with(world, student, *friend));
    raise(&mut world.minds.of_mut(student).meaning, meaning);
    done(world, reflection.at, student);
    let mut record = Event::SmallJoy
        .at(reflection.at)
        .who(student.person())
        .place(world.home_of(student))
        .topic(world.topics.word(Word::Expression));
    if let Some(friend) = friend {
        record = record.whom(friend.person());
        ties::strengthen(world, reflection.at, student, friend, bond);
    }
    world.log.push(record);
}

/// Whoever means to leave makes it known, and those who are tied to enough others who mean it too try
/// together.
pub(crate) fn agree(world: &mut World, reflection: &Reflection) {
    if world.programme.resistance.collective <= 0.0 || !may_resist(world, reflection) {
        return;
    }
    let rules = &world.programme.resistance;
    let (collective, agreement) = (rules.collective, rules.agreement as usize);
    let student = reflection.who;
    if !leaving::able(world, reflection.at, student) {
        return;
    }
    let mut others = [StudentId(NOBODY); MOST_TIES];
    let mut count = 0;
    for tie in world.network.of(student) {
        let other = tie.other();
        if !tie.is(Tie::DEAD)
            && world.inner.resistance.rows[other.row()].means_to_leave
            && leaving::able(world, reflection.at, other)
        {
            others[count] = other;
            count += 1;
        }
    }
    let ties = world.network.of(student).len().max(1) as f64;
    let alone = leaving::intent(world, student);
    let yearly = alone + (1.0 - alone) * collective * count as f64 / ties;
    let hazard = -libm::log1p(-yearly.min(1.0)) * reflection.years;
    let means = reflection.draw(world, Purpose::Agreement).happens(hazard);
    world.inner.resistance.rows[student.row()].means_to_leave = means;
    if !means || count + 1 < agreement {
        return;
    }
    world.log.push(
        Event::AgreedToLeave
            .at(reflection.at)
            .who(student.person())
            .place(world.home_of(student))
            .topic(world.topics.word(Word::Escape))
            .n(count as i32 + 1),
    );
    for &leaver in std::iter::once(&student).chain(&others[..count]) {
        world.inner.resistance.rows[leaver.row()].means_to_leave = false;
        leaving::attempt(world, reflection.at, leaver);
    }
}

/// Somebody tries to leave once more: the number of the try, from 1.
pub(crate) fn tries(world: &mut World, student: StudentId) -> u32 {
    let tries = &mut world.inner.resistance.rows[student.row()].tries;
    *tries = tries.saturating_add(1);
    u32::from(*tries)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::Finished;
    use crate::trial::{metric, students_alone as run};

    #[test]
    fn acts_express_and_change_nobodys_death() {
        let acting = run(0.03, &[]);
        for metric in METRICS {
            let name = metric.info.name;
            eprintln!("{name}: {}", self::metric(&acting, name));
        }
        assert_eq!(acting.replayed.findings.violations, 0);
        assert!(metric(&acting, "resistance_expressive") > 0.999);
        for event in [Event::Schemed, Event::SmallJoy] {
            assert!(acting.replayed.tally.of(event).count > 0, "{event:?}");
        }
        let still = run(
            0.03,
            &[
                "resistance.scheming=0",
                "resistance.telling=0",
                "resistance.joys=0",
            ],
        );
        assert_eq!(
            metric(&still, "small_joys") + metric(&still, "tellings") + metric(&still, "schemes"),
            0.0
        );
        // The same people meet the same chances: their deaths fall on the same minutes.
        assert_eq!(acting.world.0.students.died, still.world.0.students.died);
    }

    /// Who is released has joys and tellings, and nothing to ask for or to scheme against.
    #[test]
    fn the_released_live_on_at_the_cottages() {
        let run = run(0.05, &["donation.retire_after=1", "deferral.address=1"]);
        let of = |event, phase| run.replayed.tally.in_phase(event, phase);
        for event in [Event::SmallJoy, Event::ToldOfThePast] {
            assert!(of(event, Phase::Retired) > 100, "{event:?}");
        }
        assert_eq!(of(Event::Schemed, Phase::Retired), 0);
        // Where one of a couple is released, the other goes to ask for what is still ahead.
        let asked = |phase| of(Event::PetitionHeard, phase);
        let others = asked(Phase::Resident) + asked(Phase::Carer) + asked(Phase::Donor);
        let released = asked(Phase::Retired);
        assert!(others > 5 && released <= others, "{released} {others}");
        // They speak as at the Cottages, where the words of service are not used.
        let words = |phase| {
            let world = &run.world.0;
            let all = world.students.phase.iter().zip(world.minds.rows());
            let of = all.filter(|(is, _)| **is == phase);
            let words: Vec<f64> = of.map(|(_, mind)| f64::from(mind.words)).collect();
            crate::metrics::mean(&words)
        };
        let (released, carers) = (words(Phase::Retired), words(Phase::Carer));
        let residents = words(Phase::Resident);
        assert!(released < carers - 0.05, "{released} {residents} {carers}");
    }

    #[test]
    fn joys_weigh_more_the_nearer_the_end() {
        let weigh = run(0.02, &[]);
        let alike = run(0.02, &["resistance.short_horizon=0"]);
        let ratio =
            |run: &Finished| metric(run, "small_joys_donors") / metric(run, "small_joys_carers");
        assert!(
            ratio(&weigh) > 1.1 * ratio(&alike),
            "{} {}",
            ratio(&weigh),
            ratio(&alike)
        );
    }

    #[test]
    fn nobody_leaves_together_unless_that_is_possible_and_wanted() {
        let wanted = [
            "conditioning.strength=0",
            "conditioning.leaving.intercept=0",
            "resistance.collective=1",
        ];
        let agreements = |sets: &[&str]| metric(&run(0.02, sets), "agreements_to_leave");
        assert_eq!(agreements(&[]), 0.0);
        assert_eq!(agreements(&wanted[..2]), 0.0);
        // Possible, and not wanted: conditioning is enough.
        assert_eq!(agreements(&wanted[2..]), 0.0);
        assert!(agreements(&wanted) > 0.0);
    }
}

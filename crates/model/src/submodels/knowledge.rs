//! 7.4 Knowledge and disclosure (A-059 to A-064, A-070 to A-072, A-189 to A-196; C-13).
//!
//! Of each fact a person has *heard* so far and *understood* so far, both from 0 to 1: told and not
//! told is the gap between the two. What is heard comes through channels (lessons that omit the
//! purpose, what is overheard, hints, outbursts, whispers among students, service, a disclosure by
//! the rules, the late full account); a whisper passes on a part of what the teller has heard and
//! the other has not. Understanding follows:
//!
//! ```text
//! dU/dt = pace · maturity(age) · heard · (1 − U) · (1 − damping · κ)
//! maturity(age) = 1 / (1 + exp(−(age − mature_at) / mature_over))
//! ```
//!
//! integrated exactly over each half year. What is grasped of the end shakes whoever is not
//! conditioned, and the more the suddener it comes, since moods mend (D-04); plain words make it
//! harder to bear than soft ones (D-49).

use std::sync::Arc;

use hailsham_engine::log::Record;
use hailsham_engine::random::Draw;
use hailsham_engine::time::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use crate::event::Event;
use crate::maths::within;
use crate::metrics::{Facts, Metric, mean, metrics};
use crate::mind::{self, Fact};
use crate::person::{FIRST_STAFF, NOBODY, Phase, StudentId};
use crate::place::{PlaceId, SchoolKind};
use crate::replay::tally::AGES;
use crate::submodels::contacts::{Meeting, Reflection};
use crate::world::World;

/// Who is told what by the rules.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Disclosure {
    /// Nobody is told anything: lessons leave all of it out, and no guardian speaks.
    Never,
    /// As told of: lessons omit the purpose, some guardians hint, one may speak out.
    #[default]
    Canon,
    /// Besides, everything is told at an age.
    Full,
}

/// Knowledge and disclosure.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, SmartDefault)]
#[serde(default, deny_unknown_fields)]
pub struct Knowledge {
    /// Who is told what by the rules: never, canon or full.
    #[schemars(extend("unit" = "", "source" = "told and not told (A-059, A-062)", "lever" = "E-03, E-04"))]
    pub disclosure: Disclosure,
    /// Age at which everything is told, where disclosure is full.
    #[schemars(range(min = 5.0, max = 60.0), extend("unit" = "years", "source" = "assumed", "lever" = "E-03"))]
    #[default = 15.0]
    pub disclosure_age: f64,
    /// Years over which it is told, piece by piece; 0: in one day.
    #[schemars(range(min = 0.0, max = 30.0), extend("unit" = "years", "source" = "assumed", "lever" = "E-03"))]
    #[default = 0.0]
    pub disclosure_over: f64,
    /// Age from which lessons speak of what may be said.
    #[schemars(range(min = 0.0, max = 60.0), extend("unit" = "years", "source" = "assumed"))]
    #[default = 6.0]
    pub teaching_age: f64,
    /// Part of what was not heard yet that a term's lessons say of being a clone.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share per term", "source" = "assumed (A-190)"))]
    #[default = 0.03]
    pub teaching_clone: f64,
    /// The same of donation, in soft words and without the purpose.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share per term", "source" = "assumed (A-062, A-190)"))]
    #[default = 0.015]
    pub teaching_donation: f64,
    /// The same of childlessness.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share per term", "source" = "assumed"))]
    #[default = 0.02]
    pub teaching_childlessness: f64,
    /// How much of that an ordinary school says, beside a humane one.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "ratio", "source" = "assumed"))]
    #[default = 0.6]
    pub teaching_ordinary: f64,
    /// Part of donation, completion and origin that is overheard in a term, whatever the rules.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share per term", "source" = "assumed: osmosis (A-071, E-04)"))]
    #[default = 0.004]
    pub overheard: f64,
    /// Probability that a meeting turns to one of the facts.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "probability", "source" = "assumed (A-192)"))]
    #[default = 0.1]
    pub whisper: f64,
    /// Difference in what two have heard of a fact from which it is worth a word.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed"))]
    #[default = 0.02]
    pub worth_a_word: f64,
    /// Part of the difference in what was heard that a whisper passes on.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed: only a part (A-071)"))]
    #[default = 0.25]
    pub passed_on: f64,
    /// Part of donation and completion that half a year of service, or of donating, shows.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share per half year", "source" = "assumed (A-106)"))]
    #[default = 0.3]
    pub service: f64,
    /// Part of donation that half a year of television and cast-off print brings to those at the Cottages.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share per half year", "source" = "assumed: little, and never the end (A-088, A-089)"))]
    #[default = 0.02]
    pub media: f64,
    /// What was heard from which the words of a fact have reached somebody.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed: where the log draws the line"))]
    #[default = 0.1]
    pub reached: f64,
    /// Understanding from which somebody has understood a fact.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed: where the log and the ledger draw the line"))]
    #[default = 0.5]
    pub understood_at: f64,
    /// Pace at which somebody mature and unconditioned understands what was wholly heard.
    #[schemars(range(min = 0.0, max = 100.0), extend("unit" = "per year", "source" = "assumed"))]
    #[default = 0.6]
    pub pace: f64,
    /// Age at which half of maturity is reached.
    #[schemars(range(min = 0.0, max = 60.0), extend("unit" = "years", "source" = "assumed: the lag shrinks with age (D-05)"))]
    #[default = 15.0]
    pub mature_at: f64,
    /// How gradually maturity comes: the scale of its logistic curve.
    #[schemars(range(min = 0.01, max = 60.0), extend("unit" = "years", "source" = "assumed"))]
    #[default = 2.0]
    pub mature_over: f64,
    /// How far full conditioning slows understanding.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed (A-062)"))]
    #[default = 0.7]
    pub damping: f64,
    /// Distress of grasping the whole end at once without conditioning, of what is left.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed (D-04)"))]
    #[default = 0.8]
    pub shock: f64,
    /// Distress gained in half a year from which somebody was shaken.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed: where the log draws the line"))]
    #[default = 0.02]
    pub shaken_at: f64,
    /// Distress that half a year of knowing the end brings, without conditioning and in plain words, of what is left.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share per half year", "source" = "assumed: soft words hide it (D-49)"))]
    #[default = 0.3]
    pub dread: f64,
}

/// How a fact comes to somebody.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub(crate) enum Channel {
    /// Lessons: what may be said.
    Teaching,
    /// A guardian's hint.
    Hint,
    /// A guardian's outburst.
    Outburst,
    /// Disclosure by the rules of the school or of the country.
    Disclosure,
    /// Another student.
    Whisper,
    /// Television and cast-off print.
    Media,
    /// Those who have been at the Cottages for longer.
    Veterans,
    /// The late full account.
    FullAccount,
    /// What guardians say among themselves.
    Overheard,
    /// What carers and donors see.
    Service,
}

/// Somebody hears of a fact: `part` of what was not heard yet. The teller is a person's number, or
/// `NOBODY`.
pub(crate) fn hear(
    world: &mut World,
    at: Time,
    student: StudentId,
    fact: Fact,
    channel: Channel,
    teller: u32,
    part: f64,
) {
    if reach(world, student, fact, part) {
        let record = told(world, at, student, fact, channel, teller);
        world.log.push(record);
    }
}

/// Adds `part` of what was not heard yet of a fact. Says whether its words have reached the student now.
fn reach(world: &mut World, student: StudentId, fact: Fact, part: f64) -> bool {
    let line = world.programme.knowledge.reached as f32;
    let heard = &mut world.minds.of_mut(student).heard[fact as usize];
    let before = *heard;
    mind::raise(heard, part);
    before < line && *heard >= line
}

/// The late full account: all that there is to know is told to somebody, at a place where nobody lives.
pub(crate) fn full_account(
    world: &mut World,
    at: Time,
    student: StudentId,
    place: Option<PlaceId>,
) {
    for fact in Fact::ALL {
        if reach(world, student, fact, 1.0) {
            let record = told(world, at, student, fact, Channel::FullAccount, NOBODY);
            world.log.push(match place {
                Some(place) => record.place(place.number()),
                None => record,
            });
        }
    }
}

fn told(
    world: &World,
    at: Time,
    student: StudentId,
    fact: Fact,
    channel: Channel,
    teller: u32,
) -> Record {
    let record = Event::Heard
        .at(at)
        .who(student.person())
        .place(world.home_of(student))
        .topic(world.topics.fact(fact))
        .n(channel as i32);
    if teller == NOBODY {
        record
    } else {
        record.whom(teller)
    }
}

/// Somebody hears of a fact, as is on record: enough to have been reached by its words.
pub(crate) fn hear_on_record(
    world: &mut World,
    at: Time,
    student: StudentId,
    teller: u32,
    fact: Fact,
) {
    let channel = if teller >= FIRST_STAFF {
        Channel::Hint
    } else {
        Channel::Whisper
    };
    let reached = world.programme.knowledge.reached;
    let heard = &mut world.minds.of_mut(student).heard[fact as usize];
    // Who had been reached before hears it again.
    if f64::from(*heard) >= reached {
        let record = told(world, at, student, fact, channel, teller);
        world.log.push(record);
    } else {
        let part = world.programme.knowledge.passed_on.max(reached);
        hear(world, at, student, fact, channel, teller, part);
    }
}

/// Everything is told to somebody: written as a disclosure, and heard through its channel.
pub(crate) fn disclose(
    world: &mut World,
    at: Time,
    student: StudentId,
    facts: &[Fact],
    channel: Channel,
    teller: u32,
    part: f64,
) {
    let mut record = Event::Disclosed
        .at(at)
        .who(student.person())
        .place(world.home_of(student))
        .n(channel as i32)
        .value(part as f32);
    if teller != NOBODY {
        record = record.whom(teller);
    }
    world.log.push(record);
    for &fact in facts {
        hear(world, at, student, fact, channel, teller, part);
    }
}

/// A term of a school has ended: what its lessons said, and what was overheard.
pub(crate) fn term(world: &mut World, at: Time, school: u32, _number: u32) {
    let place = world.institutions.schools[school as usize].place;
    let programme = Arc::clone(&world.programme);
    let rules = &programme.knowledge;
    let share = match (rules.disclosure, world.places.get(place).school_kind) {
        (Disclosure::Never, _) => 0.0,
        (_, Some(SchoolKind::Humane)) => 1.0,
        _ => rules.teaching_ordinary,
    };
    let said = [
        (Fact::Clone, Channel::Teaching, share * rules.teaching_clone),
        (
            Fact::Donation,
            Channel::Teaching,
            share * rules.teaching_donation,
        ),
        (
            Fact::Childlessness,
            Channel::Teaching,
            share * rules.teaching_childlessness,
        ),
        (Fact::Donation, Channel::Overheard, rules.overheard),
        (Fact::Completion, Channel::Overheard, rules.overheard),
        (Fact::Origin, Channel::Overheard, rules.overheard),
    ];
    for index in 0..world.roster.at(place).len() {
        let student = StudentId(world.roster.at(place)[index]);
        let age = (at - world.students.born[student.row()]).years();
        if age < rules.teaching_age {
            continue;
        }
        for (fact, channel, part) in said {
            hear(world, at, student, fact, channel, NOBODY, part);
        }
    }
}

/// Two students meet: talk may turn to a fact, of which one of them has heard more.
pub(crate) fn meet(world: &mut World, meeting: &Meeting, mut draw: Draw) {
    let rules = &world.programme.knowledge;
    let worth = rules.worth_a_word as f32;
    let (one, other) = (meeting.who, meeting.whom);
    let (heard, others) = (world.minds.of(one).heard, world.minds.of(other).heard);
    let news = (0..Fact::COUNT).any(|fact| (heard[fact] - others[fact]).abs() > worth);
    if !news {
        return;
    }
    if !draw.bernoulli(rules.whisper) {
        return;
    }
    let fact = Fact::ALL[draw.below(Fact::COUNT as u32) as usize];
    let (mine, theirs) = (heard[fact as usize], others[fact as usize]);
    let (teller, listener, more, less) = if mine > theirs {
        (one, other, mine, theirs)
    } else {
        (other, one, theirs, mine)
    };
    // Who has not been reached by the words has nothing to tell, and nobody tells all of it.
    if f64::from(more) < rules.reached || more <= less {
        return;
    }
    let part = rules.passed_on * f64::from((more - less) / (1.0 - less));
    let students = &world.students;
    let veteran = students.phase[listener.row()] == Phase::Resident
        && students.left_school[teller.row()] < students.left_school[listener.row()];
    let channel = if veteran {
        Channel::Veterans
    } else {
        Channel::Whisper
    };
    hear(
        world,
        meeting.at,
        listener,
        fact,
        channel,
        teller.person(),
        part,
    );
}

/// Maturity gathered between two ages, in years of full maturity: the integral of its logistic
/// curve.
fn matured(rules: &Knowledge, from: f64, to: f64) -> f64 {
    let scale = rules.mature_over;
    let log_of = |age: f64| {
        let x = (age - rules.mature_at) / scale;
        // ln(1 + e^x), which is x where e^x would not fit.
        x.max(0.0) + libm::log1p(libm::exp(-x.abs()))
    };
    scale * (log_of(to) - log_of(from))
}

/// Half a year of a student's life has gone by: what was heard sinks in.
pub(crate) fn reflect(world: &mut World, reflection: &Reflection) {
    let student = reflection.who;
    by_the_rules(world, reflection);
    let (media, service) = (
        world.programme.knowledge.media,
        world.programme.knowledge.service,
    );
    let shown: &[(Fact, Channel, f64)] = match world.students.phase[student.row()] {
        Phase::Resident | Phase::Retired => &[(Fact::Donation, Channel::Media, media)],
        Phase::Carer | Phase::Donor => &[
            (Fact::Donation, Channel::Service, service),
            (Fact::Completion, Channel::Service, service),
        ],
        _ => &[],
    };
    for &(fact, channel, part) in shown {
        hear(world, reflection.at, student, fact, channel, NOBODY, part);
    }
    understand(world, reflection);
}

/// Understanding of half a year, and what it does to whoever understands.
fn understand(world: &mut World, reflection: &Reflection) {
    /// What is left to understand below which nothing changes any more.
    const LEAST: f32 = 1e-4;
    let rules = &world.programme.knowledge;
    let mind = world.minds.of_mut(reflection.who);
    let from = reflection.age - reflection.years;
    let slowed = 1.0 - rules.damping * f64::from(mind.conditioning);
    // Found out when the first fact asks for it: many have nothing left to understand.
    let mut most = None;
    let line = rules.understood_at as f32;
    let mut grasped = 0.0;
    for fact in Fact::ALL {
        let (heard, before) = (mind.heard[fact as usize], mind.understood[fact as usize]);
        let left = 1.0 - before;
        if heard <= 0.0 || left < LEAST {
            continue;
        }
        let most =
            *most.get_or_insert_with(|| rules.pace * slowed * matured(rules, from, reflection.age));
        let gained = f64::from(left) * within(most * f64::from(heard));
        let now = before + gained as f32;
        mind.understood[fact as usize] = now;
        if matches!(fact, Fact::Donation | Fact::Completion) {
            grasped += 0.5 * gained;
        }
        if before < line && now >= line {
            let topic = world.topics.fact(fact);
            let (at, age) = (reflection.at, reflection.age);
            world
                .log
                .push(understanding(at, reflection.who, topic, age));
        }
    }
    let bare = 1.0 - f64::from(mind.conditioning);
    let shock = rules.shock * grasped * bare;
    let known = f64::from(mind.understood[Fact::Completion as usize]);
    let plain = 1.0 - f64::from(mind.words);
    mind::raise(&mut mind.distress, shock);
    mind::raise(&mut mind.distress, rules.dread * known * bare * plain);
    if shock >= rules.shaken_at {
        world.log.push(
            Event::Shaken
                .at(reflection.at)
                .who(reflection.who.person())
                .value(shock as f32),
        );
    }
}

/// Everything is explained to somebody: all the words, and `part` of what was not understood yet.
pub(crate) fn explain(world: &mut World, at: Time, student: StudentId, part: f64) {
    disclose(
        world,
        at,
        student,
        &Fact::ALL,
        Channel::FullAccount,
        NOBODY,
        1.0,
    );
    for fact in Fact::ALL {
        grasp(world, at, student, fact, part);
    }
}

/// Somebody understands `part` of what was not understood yet of a fact, there and then.
pub(crate) fn grasp(world: &mut World, at: Time, student: StudentId, fact: Fact, part: f64) {
    let line = world.programme.knowledge.understood_at as f32;
    let age = (at - world.students.born[student.row()]).years();
    let understood = &mut world.minds.of_mut(student).understood[fact as usize];
    let before = *understood;
    mind::raise(understood, part);
    if before < line && *understood >= line {
        let topic = world.topics.fact(fact);
        world.log.push(understanding(at, student, topic, age));
    }
}

fn understanding(at: Time, student: StudentId, topic: u8, age: f64) -> Record {
    Event::Understood
        .at(at)
        .who(student.person())
        .topic(topic)
        .value(age as f32)
}

/// What the rules have somebody be told in the half year that ends.
fn by_the_rules(world: &mut World, reflection: &Reflection) {
    let rules = &world.programme.knowledge;
    if rules.disclosure != Disclosure::Full {
        return;
    }
    let (first, over) = (rules.disclosure_age, rules.disclosure_over);
    let from = reflection.age - reflection.years;
    if reflection.age <= first || from > first + over {
        return;
    }
    // The rest in equal parts: the last time everything that is left.
    let times_left = libm::ceil((first + over - reflection.age).max(0.0) / reflection.years) + 1.0;
    let (student, channel) = (reflection.who, Channel::Disclosure);
    let part = 1.0 / times_left;
    disclose(
        world,
        reflection.at,
        student,
        &Fact::ALL,
        channel,
        NOBODY,
        part,
    );
}

/// Whether somebody understands what donating is and how it ends.
pub(crate) fn understands(world: &World, student: StudentId) -> bool {
    let line = world.programme.knowledge.understood_at as f32;
    let understood = &world.minds.of(student).understood;
    understood[Fact::Donation as usize] >= line && understood[Fact::Completion as usize] >= line
}

/// Mean age at which an event came with a fact as its topic, in years.
fn mean_age(facts: &Facts, event: Event, fact: Fact) -> f64 {
    let topic = facts.world.topics.fact(fact);
    let by_age = facts.replayed.tally.by_topic(event, topic);
    let (mut sum, mut count) = (0.0, 0.0);
    for (age, number) in by_age.iter().enumerate().take(AGES) {
        // A whole year of age stands for its middle.
        sum += (age as f64 + 0.5) * f64::from(*number);
        count += f64::from(*number);
    }
    sum / count
}

/// Mean gap between what was heard of donating and what was understood, over pupils and residents
/// between two ages at the end.
fn gap(facts: &Facts, from: f64, to: f64) -> f64 {
    let world = facts.world;
    let donation = Fact::Donation as usize;
    let values: Vec<f64> = facts
        .students()
        .filter(|student| world.students.alive(*student))
        .filter(|student| {
            let age = (world.clock.horizon - world.students.born[student.row()]).years();
            (from..to).contains(&age)
        })
        .map(|student| {
            let mind = world.minds.of(student);
            f64::from(mind.heard[donation] - mind.understood[donation])
        })
        .collect();
    mean(&values)
}

fn share_reached(facts: &Facts, event: Event, fact: Fact) -> f64 {
    let topic = facts.world.topics.fact(fact);
    let tally = &facts.replayed.tally;
    f64::from(tally.of_topic(event, topic)) / f64::from(tally.of(Event::Created).count)
}

/// What is measured of it.
pub(crate) const METRICS: &[Metric] = metrics! {
    age_heard_donation "years" "Mean age at which the words of donating reached somebody." |f| mean_age(f, Event::Heard, Fact::Donation);
    age_understood_donation "years" "Mean age at which donating was understood." |f| mean_age(f, Event::Understood, Fact::Donation);
    age_heard_completion "years" "Mean age at which the words of the end reached somebody." |f| mean_age(f, Event::Heard, Fact::Completion);
    age_understood_completion "years" "Mean age at which the end was understood." |f| mean_age(f, Event::Understood, Fact::Completion);
    told_and_not_told_years "years" "From hearing of donating to understanding it: the difference of the mean ages." |f| mean_age(f, Event::Understood, Fact::Donation) - mean_age(f, Event::Heard, Fact::Donation);
    told_and_not_told_at_school "0 to 1" "What was heard of donating less what was understood, of those aged 10 to 16 at the end." |f| gap(f, 10.0, 16.0);
    told_and_not_told_later "0 to 1" "What was heard of donating less what was understood, of those aged 24 and over at the end." |f| gap(f, 24.0, 200.0);
    share_heard_donation "share" "Share of all students whom the words of donating reached." |f| share_reached(f, Event::Heard, Fact::Donation);
    share_understood_completion "share" "Share of all students who understood the end." |f| share_reached(f, Event::Understood, Fact::Completion);
    disclosures "disclosures" "Times that a student was told by a guardian or by the rules." |f| f.count(Event::Disclosed);
    shaken_per_thousand "times" "Times that what was grasped shook a student, for each thousand students made." |f| 1000.0 * f.count(Event::Shaken) / f.count(Event::Created);
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::{metric, students_alone as run};

    #[test]
    fn maturity_is_the_integral_of_its_curve() {
        let rules = Knowledge::default();
        let curve = |age: f64| crate::maths::logistic((age - rules.mature_at) / rules.mature_over);
        for (from, to) in [(5.0, 5.5), (14.0, 16.0), (15.0, 15.5), (60.0, 90.0)] {
            // Simpson's rule over many small pieces.
            let pieces = 1000;
            let step = (to - from) / f64::from(pieces);
            let by_pieces: f64 = (0..pieces)
                .map(|piece| {
                    let a = from + f64::from(piece) * step;
                    (curve(a) + 4.0 * curve(a + step / 2.0) + curve(a + step)) * step / 6.0
                })
                .sum();
            let exact = matured(&rules, from, to);
            assert!((exact - by_pieces).abs() < 1e-9, "{from} to {to}");
        }
        // At the middle of the curve half of each year counts.
        let half = matured(&rules, rules.mature_at - 0.01, rules.mature_at + 0.01);
        assert!((half - 0.01).abs() < 1e-6);
    }

    #[test]
    fn what_was_heard_is_understood_late_and_osmosis_carries_without_disclosure() {
        let canon = run(0.01, &[]);
        let never = run(0.01, &["knowledge.disclosure=never"]);
        let full = run(
            0.01,
            &["knowledge.disclosure=full", "knowledge.disclosure_age=10"],
        );
        for run in [&canon, &never, &full] {
            assert_eq!(run.replayed.findings.violations, 0);
            assert!(metric(run, "told_and_not_told_years") > 0.0);
        }
        let by_eighteen = |run| metric(run, "told_and_not_told_at_school");
        assert!(by_eighteen(&canon) > 0.05);
        assert!(metric(&never, "share_heard_donation") > 0.3);
        assert!(metric(&full, "disclosures") > metric(&canon, "disclosures"));
        let late = |run| metric(run, "age_understood_completion");
        assert!(late(&full) < late(&canon));
        assert_eq!(metric(&never, "hints") + metric(&never, "outbursts"), 0.0);
    }

    #[test]
    fn the_same_told_in_one_day_shakes_more_than_told_over_years() {
        let full = "knowledge.disclosure=full";
        let sudden = run(0.01, &[full, "knowledge.disclosure_age=18"]);
        let years = ["knowledge.disclosure_age=8", "knowledge.disclosure_over=10"];
        let gradual = run(0.01, &[full, years[0], years[1]]);
        let shaken = |run| metric(run, "shaken_per_thousand");
        assert!(shaken(&sudden) > 1.2 * shaken(&gradual));
    }
}

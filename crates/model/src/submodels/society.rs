//! 7.17 Society and reform (A-026, A-029, A-134 to A-143): how the public stands, in one row moved once
//! a year.
//!
//! ```text
//! stake       = b / (b + stake_half)            b: ill, grafted and dead of the year, per million
//! attention   → 1 − ignorance · benefit         benefit: share of those in need who live with an organ
//! contact     = siting · (1 − distance) · n / (n + contact_half)      n: students outside, per million
//! unease      + unease_gain · contact, faded;   distance + distancing · unease, faded
//! recognition + contact_recognition · contact + reach · attention · inner life of what is shown, faded
//! news        decays at rate alarm into concern
//! concern     decays at rate ln 2 / half_life · (1 + cost · stake)
//! ```
//!
//! News and concern are the issue-attention cycle of Downs (1972): alarmed discovery, realising the
//! cost, gradual decline. A shock, whose date is a parameter, is news. Evidence is news only as far as
//! recognition exceeds the stake of families (A-134); what falls short is turned round, into a reason to
//! go on (A-142), which eases unease. Unease feeds distance, and neither feeds concern (A-135, A-137).
//!
//! A response comes when concern exceeds its price times the stake, the cheapest first: proof, then
//! kindness, then an end to use (D-74). Kindness opens humane schools and lets them close
//! (`reform.rs`). That these things hang together is stated; every size is assumed.

mod encounters;
mod reform;

use hailsham_engine::time::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use crate::event::{Event, Word};
use crate::metrics::{Facts, Metric, metrics};
use crate::person::Phase;
use crate::replay::series::Year;
use crate::statistics::correlation;
use crate::submodels::recipients::{self, Burden};
use crate::submodels::works;
use crate::world::World;
pub(crate) use encounters::{pass_by, transplanted};
pub(crate) use reform::{abolished, forbids, governed};

/// Society and reform.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, SmartDefault)]
#[serde(default, deny_unknown_fields)]
pub struct Society {
    /// Whether humane schools without dates of their own open and close by concern; if not, they open on the first day and do not close.
    #[schemars(extend("unit" = "", "source" = "reform window (A-140)", "lever" = "E-12"))]
    #[default = true]
    pub governs_schools: bool,
    /// Time at which news of the students' lives shakes the public, as a year with its fraction.
    #[schemars(range(min = 1000.0, max = 3000.0), extend("unit" = "year", "source" = "assumed: dates are not said (A-140)"))]
    #[default = 1956.6]
    pub shock_year: f64,
    /// Size of that news: the concern that it would give if none faded.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed (A-140)"))]
    #[default = 0.9]
    pub shock: f64,
    /// Rate at which news becomes concern.
    #[schemars(range(min = 0.001, max = 100.0), extend("unit" = "per year", "source" = "assumed: alarmed discovery, Downs 1972"))]
    #[default = 0.7]
    pub alarm: f64,
    /// How long it takes concern to fade by half where nobody has anything at stake.
    #[schemars(range(min = 0.01, max = 1000.0), extend("unit" = "years", "source" = "assumed: the window is short (A-140)", "lever" = "E-20"))]
    #[default = 16.0]
    pub half_life: f64,
    /// How much faster concern fades where every family has something at stake.
    #[schemars(range(min = 0.0, max = 100.0), extend("unit" = "ratio", "source" = "assumed: realising the cost, Downs 1972"))]
    #[default = 0.8]
    pub cost: f64,
    /// Burden of disease at which half of the families have something at stake: ill, living with a graft, and dead of the year.
    #[schemars(range(min = 0.001, max = 1_000_000.0), extend("unit" = "per million", "source" = "assumed: own family first (A-134)"))]
    #[default = 150.0]
    pub stake_half: f64,
    /// Share of attention that is lost where everyone in need lives with an organ.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "wilful ignorance (A-136); size assumed"))]
    #[default = 0.9]
    pub ignorance: f64,
    /// Share of the way that attention goes within a year to where benefit leaves it.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed"))]
    #[default = 0.3]
    pub attention_speed: f64,
    /// How near to the public students live: 0 out of sight, 1 in shared towns.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "remote sites (A-028, A-137); size assumed", "lever" = "E-19"))]
    #[default = 0.2]
    pub siting: f64,
    /// Students outside of schools at which contact is half of what it can be.
    #[schemars(range(min = 0.001, max = 1_000_000.0), extend("unit" = "per million", "source" = "assumed"))]
    #[default = 200.0]
    pub contact_half: f64,
    /// Unease that a year of full contact gives, of what is left.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed (A-135)"))]
    #[default = 0.8]
    pub unease_gain: f64,
    /// Share of distance that a year of full unease adds, of what is left.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed (A-137, D-44)"))]
    #[default = 0.4]
    pub distancing: f64,
    /// Share of unease and of distance that a year takes.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed"))]
    #[default = 0.1]
    pub fading: f64,
    /// Recognition that a year of full contact gives, of what is left.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed (A-139, D-41)"))]
    #[default = 0.1]
    pub contact_recognition: f64,
    /// Share of recognition that a year takes.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed"))]
    #[default = 0.05]
    pub forgetting: f64,
    /// Works shown to the public in a year, if as many were collected.
    #[schemars(range(min = 0.0, max = 1_000_000.0), extend("unit" = "works per year", "source" = "assumed (A-141)", "lever" = "E-16"))]
    #[default = 200.0]
    pub shown: f64,
    /// Share of the public that a year's shows reach.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed (A-141)", "lever" = "E-16"))]
    #[default = 0.1]
    pub reach: f64,
    /// News that evidence makes for each unit by which recognition exceeds the stake of families.
    #[schemars(range(min = 0.0, max = 100.0), extend("unit" = "ratio", "source" = "assumed (A-141)", "lever" = "E-15"))]
    #[default = 0.1]
    pub persuasion: f64,
    /// Share of the evidence seen that is turned into a reason to go on, for each unit by which recognition falls short of the stake.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed (A-142)"))]
    #[default = 0.1]
    pub turned_round: f64,
    /// Share of unease that a full justification takes away within a year.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed (A-138, A-142)"))]
    #[default = 0.2]
    pub ease: f64,
    /// Price of asking for proof, as a share of the stake.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed: sought first (D-74)"))]
    #[default = 0.2]
    pub price_of_proof: f64,
    /// Price of kindness, as a share of the stake.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed: before an end to use (D-74)"))]
    #[default = 0.6]
    pub price_of_kindness: f64,
    /// Concern below which kindness is let go, as a share of the stake.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed (A-143)"))]
    #[default = 0.2]
    pub kindness_lapses: f64,
    /// Humane schools that are founded in a year while kindness is wanted.
    #[schemars(range(min = 0, max = 1000), extend("unit" = "schools per year", "source" = "assumed", "lever" = "E-13"))]
    #[default = 1]
    pub foundings: u32,
    /// Time from the decision to found a school or to close it to the leaving day on which that is done.
    #[schemars(range(min = 0.0, max = 50.0), extend("unit" = "years", "source" = "assumed"))]
    #[default = 0.5]
    pub preparation: f64,
    /// Years for which humane schools outlive kindness.
    #[schemars(range(min = 0, max = 200), extend("unit" = "years", "source" = "schools close after concern fades (A-143); size assumed", "lever" = "E-12"))]
    #[default = 3]
    pub patience: u32,
    /// Humane schools that are closed in a year when they are wanted no more.
    #[schemars(range(min = 1, max = 1000), extend("unit" = "schools per year", "source" = "assumed"))]
    #[default = 1]
    pub closings: u32,
    /// Concern that an end to use takes even where hardly a family has anything at stake.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed: what stands is let stand"))]
    #[default = 0.8]
    pub inertia: f64,
    /// Years for which concern must exceed the stake for the use of students to end.
    #[schemars(range(min = 1, max = 200), extend("unit" = "years", "source" = "it never does (A-134); assumed"))]
    #[default = 3]
    pub resolve: u32,
    /// Mean number of people who pass by somebody in visible pain.
    #[schemars(range(min = 0.0, max = 100.0), extend("unit" = "people", "source" = "assumed: cars pass (A-023)"))]
    #[default = 4.0]
    pub passers_by: f64,
    /// Probability that one of them helps, where no distance is kept.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "probability", "source" = "nobody stops (D-47); size assumed", "lever" = "E-42"))]
    #[default = 0.005]
    pub help: f64,
    /// Distress that one helper takes, of what there is, and hope that one gives, of what is left.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed: a sign of solidarity (1:27)"))]
    #[default = 0.1]
    pub solace: f64,
    /// Share of recipients who must meet their donors.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "none meets (A-137)", "lever" = "E-50"))]
    #[default = 0.0]
    pub recipients_meet: f64,
    /// Contact that it gives if every recipient of a year has met the donor.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed"))]
    #[default = 0.5]
    pub meeting_contact: f64,
    /// Share of the public that one student's account of a life reaches; 0: nobody is told.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "told for memory's sake (A-045)", "lever" = "E-47"))]
    #[default = 0.0]
    pub testimony_reach: f64,
    /// Year at whose end that account comes out.
    #[schemars(range(min = 1000, max = 3000), extend("unit" = "year", "source" = "the telling falls about 1993 to 1997 (A-045)"))]
    #[default = 1995]
    pub testimony_year: i16,
    /// News that such an account makes where it reaches everyone.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "open; assumed"))]
    #[default = 0.5]
    pub testimony: f64,
}

/// How the public stands. Shares from 0 to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Mood {
    /// Families that have something at stake.
    pub(crate) stake: f64,
    /// Discomfort at the students' existence.
    pub(crate) unease: f64,
    /// Distance that is kept.
    pub(crate) distance: f64,
    /// News that has not become concern yet.
    pub(crate) news: f64,
    /// Concern for the students' welfare.
    pub(crate) concern: f64,
    /// How far students are seen as human.
    pub(crate) recognition: f64,
    /// Readiness to look.
    pub(crate) attention: f64,
    /// How right going on is held to be, for what was shown.
    pub(crate) justification: f64,
    /// Those in need whom organs keep alive.
    pub(crate) benefit: f64,
}

/// What the submodel keeps for itself.
#[derive(Default)]
pub(crate) struct State {
    pub(crate) mood: Mood,
    reform: reform::State,
    /// Transplants, and meetings of recipients with their donors, since the last year's end.
    transplants: u32,
    meetings: u32,
}

fn moods(world: &World, mood: &Mood) -> [(u8, f64); 7] {
    let topic = |word| world.topics.word(word);
    [
        (topic(Word::FamilyStake), mood.stake),
        (topic(Word::Unease), mood.unease),
        (topic(Word::Concern), mood.concern),
        (topic(Word::Recognition), mood.recognition),
        (topic(Word::Attention), mood.attention),
        (topic(Word::Distance), mood.distance),
        (topic(Word::Benefit), mood.benefit),
    ]
}

fn first_year(facts: &Facts, of: impl Fn(&Year) -> bool) -> f64 {
    let year = facts.replayed.years.iter().find(|year| of(year));
    year.map_or(f64::NAN, |year| f64::from(year.year))
}

fn last(facts: &Facts, of: impl Fn(&Year) -> f64) -> f64 {
    facts.replayed.years.last().map_or(f64::NAN, of)
}

/// First calendar year with a record of an event and a topic.
fn responded(facts: &Facts, response: reform::Response) -> f64 {
    match facts.world.inner.society.reform.first(response) {
        Some(year) => f64::from(year),
        None => f64::NAN,
    }
}

/// What is measured of it.
pub(crate) const METRICS: &[Metric] = metrics! {
    concern_peak "share" "Highest concern of the public for the students' welfare at the end of a year." |f| f.replayed.years.iter().map(|y| y.concern).fold(f64::NAN, f64::max);
    concern_at_end "share" "Concern of the public for the students' welfare at the end." |f| last(f, |y| y.concern);
    stake_at_end "share" "Share of families that have something at stake at the end." |f| last(f, |y| y.stake);
    unease_at_end "share" "Discomfort of the public at the students' existence at the end." |f| last(f, |y| y.unease);
    distance_at_end "share" "Distance that the public keeps at the end." |f| last(f, |y| y.distance);
    recognition_at_end "share" "How far the public sees students as human at the end." |f| last(f, |y| y.recognition);
    attention_at_end "share" "Readiness of the public to look at the end." |f| last(f, |y| y.attention);
    attention_by_benefit "correlation" "Correlation over the years of the public's readiness to look with the share of those in need whom organs keep alive." |f| {
        let pairs: Vec<(f64, f64)> = f.replayed.years.iter().map(|y| (y.benefit, y.attention)).collect();
        correlation(&pairs)
    };
    distance_by_unease "correlation" "Correlation over the years of the distance that the public keeps with its unease." |f| {
        let pairs: Vec<(f64, f64)> = f.replayed.years.iter().map(|y| (y.unease, y.distance)).collect();
        correlation(&pairs)
    };
    humane_schools_most "schools" "Most humane schools open at the end of a year." |f| f.replayed.years.iter().map(|y| f64::from(y.humane_schools_open)).fold(f64::NAN, f64::max);
    humane_schools_at_end "schools" "Humane schools open at the end." |f| last(f, |y| f64::from(y.humane_schools_open));
    humane_schools_from "year" "First year at whose end a humane school is open." |f| first_year(f, |y| y.humane_schools_open > 0);
    humane_schools_until "year" "Year in which the last humane school closes; missing where one is open at the end." |f| {
        let open = |y: &&Year| y.humane_schools_open > 0;
        let last = f.replayed.years.iter().rposition(|y| open(&y));
        let after = last.and_then(|last| f.replayed.years.get(last + 1));
        after.map_or(f64::NAN, |y| f64::from(y.year))
    };
    humane_school_years "years" "Years for which humane schools were open, summed over the schools." |f| f.replayed.years.iter().map(|y| f64::from(y.humane_schools_open)).sum();
    proof_sought_from "year" "Year in which the public first asks for proof." |f| responded(f, reform::Response::Proof);
    kindness_from "year" "Year in which the public first wants students to be treated kindly." |f| responded(f, reform::Response::Kindness);
    end_of_use_from "year" "Year in which the public first wants the use of students to end." |f| responded(f, reform::Response::EndOfUse);
    abolished "laws" "Whether the law has ended the use of students: 1 or 0." |f| f.count(Event::Abolished);
    evidence_shown "works" "Works of students that were shown to the public." |f| f.replayed.tally.of(Event::EvidenceShown).n as f64;
    evidence_turned_round "years" "Years in which what was shown was taken as a reason to go on." |f| f.count(Event::EvidenceTurnedRound);
    public_scenes "scenes" "Times that somebody was in visible pain where others passed by." |f| f.count(Event::PassedBy);
    help_rate "share" "Share of those who passed by somebody in visible pain who helped." |f| {
        let sums = f.replayed.tally.of(Event::PassedBy);
        sums.n as f64 / sums.value
    };
    recipients_met "meetings" "Meetings of recipients with their donors." |f| f.count(Event::MetDonor);
};

/// Before anything has happened.
pub(crate) fn start(world: &mut World) {
    let rules = &world.programme.society;
    let b = recipients::burden(world, Time::START).per_million();
    world.inner.society.mood = Mood {
        stake: b / (b + rules.stake_half),
        attention: 1.0,
        ..Mood::default()
    };
}

/// News and concern after some years without a shock: news decays at rate `alarm` into concern, which
/// decays at rate `decay` (the equations of Bateman 1910).
fn fade((news, concern): (f64, f64), years: f64, alarm: f64, decay: f64) -> (f64, f64) {
    let (left, held) = (libm::exp(-alarm * years), libm::exp(-decay * years));
    // Where the rates are as good as equal, the difference quotient is its limit.
    let gained = if (alarm - decay).abs() < 1e-9 {
        alarm * years * held
    } else {
        alarm / (alarm - decay) * (held - left)
    };
    (news * left, concern * held + news * gained)
}

/// A year of the issue-attention cycle. The year begins at `year`; a shock within it is news from
/// then on.
fn attend(rules: &Society, mood: &mut Mood, year: f64) {
    let decay = core::f64::consts::LN_2 / rules.half_life * (1.0 + rules.cost * mood.stake);
    let now = (mood.news, mood.concern);
    let until = (rules.shock_year - year).clamp(0.0, 1.0);
    let (news, concern) = fade(now, until, rules.alarm, decay);
    let shock = if (year..year + 1.0).contains(&rules.shock_year) {
        rules.shock
    } else {
        0.0
    };
    let (news, concern) = fade((news + shock, concern), 1.0 - until, rules.alarm, decay);
    mood.news = news;
    mood.concern = concern.min(1.0);
}

fn raise(share: &mut f64, part: f64) {
    *share += (1.0 - *share) * part.clamp(0.0, 1.0);
}

fn lower(share: &mut f64, part: f64) {
    *share -= *share * part.clamp(0.0, 1.0);
}

/// Students outside of schools, for each million of the public.
fn students_outside(world: &World, burden: &Burden) -> f64 {
    const MILLION: f64 = 1e6;
    let outside = world.students.phase.iter().filter(|phase| {
        matches!(
            phase,
            Phase::Resident | Phase::Carer | Phase::Donor | Phase::Retired
        )
    });
    if burden.people > 0.0 {
        outside.count() as f64 / burden.people * MILLION
    } else {
        0.0
    }
}

/// Contact of the year moves unease, distance and recognition.
fn meet_students(rules: &Society, mood: &mut Mood, outside: f64, met: f64) {
    let near = rules.siting * (1.0 - mood.distance);
    let contact = near * outside / (outside + rules.contact_half);
    let contact = (contact + rules.meeting_contact * met).min(1.0);
    raise(&mut mood.unease, rules.unease_gain * contact);
    lower(&mut mood.unease, rules.ease * mood.justification);
    lower(&mut mood.unease, rules.fading);
    raise(&mut mood.distance, rules.distancing * mood.unease);
    lower(&mut mood.distance, rules.fading);
    raise(&mut mood.recognition, rules.contact_recognition * contact);
    lower(&mut mood.recognition, rules.forgetting);
}

/// What is shown of the students' inner life is recognised by those who look. Only what exceeds the
/// stake of families is news; what falls short of it is a reason to go on.
fn weigh_evidence(rules: &Society, mood: &mut Mood, inner_life: f64) {
    let seen = rules.reach * mood.attention * inner_life;
    raise(&mut mood.recognition, seen);
    mood.news += rules.persuasion * (mood.recognition - mood.stake).max(0.0);
    let short = (mood.stake - mood.recognition).max(0.0);
    raise(&mut mood.justification, rules.turned_round * seen * short);
}

/// A year has gone by.
pub(crate) fn year(world: &mut World, at: Time, _number: u32) {
    let rules = world.programme.society.clone();
    let year = world.clock.year_of(at);
    let burden = recipients::burden(world, at);
    let outside = students_outside(world, &burden);
    let b = burden.per_million();
    let state = &mut world.inner.society;
    let (transplants, meetings) = (
        std::mem::take(&mut state.transplants),
        std::mem::take(&mut state.meetings),
    );
    let mut mood = state.mood;
    mood.stake = if b > 0.0 {
        b / (b + rules.stake_half)
    } else {
        0.0
    };
    mood.benefit = burden.benefit();
    let look = 1.0 - rules.ignorance * mood.benefit;
    mood.attention += (look - mood.attention) * rules.attention_speed;
    let met = f64::from(meetings) / f64::from(transplants.max(1));
    meet_students(&rules, &mut mood, outside, met);

    let wanted = libm::ceil(rules.shown * world.clock.scale) as u32;
    if wanted > 0 && reform::campaigns(world, at) {
        let (shown, inner_life) = works::exhibit(world, at, wanted);
        if shown > 0 {
            let justified = mood.justification;
            let share = f64::from(shown) / f64::from(wanted);
            weigh_evidence(&rules, &mut mood, inner_life * share);
            world.log.push(
                Event::EvidenceShown
                    .at(at)
                    .n(shown as i32)
                    .value(inner_life as f32),
            );
            if mood.justification > justified {
                let record = Event::EvidenceTurnedRound.at(at);
                world.log.push(record.value(mood.justification as f32));
            }
        }
    }
    if rules.testimony_reach > 0.0 && rules.testimony_year == year {
        encounters::tell_a_life(world, at, &mut mood);
    }
    let shaken = f64::from(year) <= rules.shock_year && rules.shock_year < f64::from(year) + 1.0;
    if shaken && rules.shock > 0.0 {
        let record = Event::PublicShock.at(at);
        world.log.push(record.value(rules.shock as f32));
    }
    attend(&rules, &mut mood, f64::from(year));
    world.inner.society.mood = mood;
    reform::respond(world, at, year);
    let mood = world.inner.society.mood;
    for (topic, value) in moods(world, &mood) {
        let record = Event::PublicMood.at(at);
        world.log.push(record.topic(topic).value(value as f32));
    }
}

#[cfg(test)]
mod tests;

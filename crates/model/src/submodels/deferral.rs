//! 7.15 Deferral (A-125 to A-133; D-11, D-14, D-15).
//!
//! A couple that believes in the deferral, loves each other and knows where to ask may decide to go,
//! with a hazard of
//!
//! ```text
//! petitions · belief · love · (1 + grip · nearness)            a year
//! ```
//!
//! where belief is that of the less believing of the two and love is the weaker of the friendships.
//! They travel some weeks later, once neither is in bed after an operation, are heard, and are
//! answered by the policy before they leave the house. With `none` there is no such thing, and they
//! are told all there is to know (A-130): belief is refuted, that there is none is understood, and
//! both go back to the schedule (A-131). With `granted` it is given under rules of stage, proof and number, and
//! puts the next step of both lives off by its length: the end of the stay at the Cottages, the
//! call-up or the next operation, whichever comes next, and with it all that follows.
//!
//! The petition and its refusal are stated; that a deferral could be real is a lever.

use hailsham_engine::large_pages;
use hailsham_engine::log::Record;
use hailsham_engine::time::{Span, Time};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use crate::event::{Event, Word};
use crate::history;
use crate::metrics::{Facts, Metric, mean, metrics};
use crate::mind::{Fact, Story, raise};
use crate::network::Tie;
use crate::person::{NOBODY, Phase, StudentId};
use crate::place::PlaceId;
use crate::purpose::{Purpose, Slot};
use crate::replay::series::Year;
use crate::submodels::contacts::Reflection;
use crate::submodels::knowledge;
use crate::submodels::landmarks::{self, LandmarkKind};
use crate::submodels::stories::{self, BELIEVES, nearness};
use crate::submodels::{carers, donation, society, standing};
use crate::world::World;

/// What a couple is told.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Policy {
    /// There is no such thing.
    #[default]
    None,
    /// It is granted, by the rules below.
    Granted,
}

/// Until when a couple is eligible.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Eligible {
    /// As long as neither has donated.
    #[default]
    BeforeFirst,
    /// At any time.
    AnyStage,
}

/// Deferral.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, SmartDefault)]
#[serde(default, deny_unknown_fields)]
pub struct Deferral {
    /// Whether there is such a thing.
    #[schemars(extend("unit" = "", "source" = "A-130: there is not, and never was", "lever" = "E-01"))]
    pub policy: Policy,
    /// How long it is, where it is granted.
    #[schemars(range(min = 0.0, max = 50.0), extend("unit" = "years", "source" = "a few years, as believed (0:292)", "lever" = "E-01"))]
    #[default = 3.0]
    pub length: f64,
    /// Friendship that both must have for each other, as proof of love.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed: proof of love (A-125)", "lever" = "E-01"))]
    #[default = 0.5]
    pub love_needed: f64,
    /// Most couples granted it in a calendar year; 0: as many as come.
    #[schemars(range(min = 0, max = 1_000_000), extend("unit" = "couples", "source" = "assumed", "lever" = "E-01"))]
    #[default = 0]
    pub quota: u32,
    /// Until when it can be had.
    #[schemars(extend("unit" = "", "source" = "the rumour speaks of the time before (0:292)", "lever" = "E-02"))]
    pub eligible: Eligible,
    /// How many couples are granted it although there is no such thing: the first who come.
    #[schemars(range(min = 0, max = 1_000_000), extend("unit" = "couples", "source" = "none (A-130)", "lever" = "E-53"))]
    #[default = 0]
    pub exceptions: u32,
    /// Hazard that a couple that fully believes and loves, and knows where, decides to ask.
    #[schemars(range(min = 0.0, max = 100.0), extend("unit" = "per year", "source" = "assumed (A-128)"))]
    #[default = 0.6]
    pub petitions: f64,
    /// What the end adds to that hazard, from nothing at school to all of it at the last operation.
    #[schemars(range(min = 0.0, max = 100.0), extend("unit" = "ratio", "source" = "D-11 infers the effect; its size assumed"))]
    #[default = 4.0]
    pub grip: f64,
    /// Hazard that a student beyond school who fully believes learns the address otherwise than by confession.
    #[schemars(range(min = 0.0, max = 10.0), extend("unit" = "per year", "source" = "assumed: how it was found is not said (A-127)"))]
    #[default = 0.005]
    pub address: f64,
    /// Mean time between the decision and the journey.
    #[schemars(range(min = 0.0, max = 1000.0), extend("unit" = "days", "source" = "assumed"))]
    #[default = 30.0]
    pub preparation: f64,
    /// Time from the arrival at the house to the answer: what they bring is looked at first.
    #[schemars(range(min = 0.0, max = 24.0), extend("unit" = "hours", "source" = "assumed: the work is shown before the answer (A-129, A-130)"))]
    #[default = 2.0]
    pub hearing: f64,
    /// What the refusal adds to distress, as a share of what is left.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed (A-131)"))]
    #[default = 0.6]
    pub despair: f64,
    /// Probability that one as irascible as can be breaks into rage on the way back.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "probability", "source" = "assumed (A-131)"))]
    #[default = 0.9]
    pub rage: f64,
}

impl Deferral {
    /// By how many years a step can be put off.
    pub(crate) fn longest(&self) -> f64 {
        if self.policy == Policy::Granted || self.exceptions > 0 {
            self.length
        } else {
            0.0
        }
    }
}

const HOURS_A_DAY: f64 = 24.0;

/// What is kept of one student.
#[derive(Clone, Copy)]
struct Hopes {
    /// With whom, where a journey is planned or under way; the one for whom the journey or the answer
    /// is due keeps the time.
    with: u32,
    due: Time,
    /// At the house, and not answered yet.
    at_house: bool,
    /// Deferral granted that has not put anything off yet.
    owed: Span,
    knows_address: bool,
    asked: bool,
}

/// What the submodel keeps for itself.
#[derive(Default)]
pub(crate) struct State {
    rows: Vec<Hopes>,
    /// Couples granted so far, in all and in the calendar year.
    granted: u32,
    granted_in: (i16, u32),
}

impl State {
    /// Makes room for so many students, if there is as much memory.
    pub(crate) fn reserve(&mut self, students: usize) {
        large_pages::reserve(&mut self.rows, students);
    }

    /// Room for one more student.
    pub(crate) fn push(&mut self) {
        self.rows.push(Hopes {
            with: NOBODY,
            due: Time::NEVER,
            at_house: false,
            owed: Span::ZERO,
            knows_address: false,
            asked: false,
        });
    }

    fn of(&mut self, student: StudentId) -> &mut Hopes {
        &mut self.rows[student.row()]
    }
}

/// A student learns where to ask, from another who says in the log that it was told.
pub(crate) fn learn_address(world: &mut World, at: Time, student: StudentId, from: StudentId) {
    learn(world, at, student, from.person());
}

/// Whether a student knows where to ask.
#[cfg(test)]
pub(crate) fn knows_address(world: &World, student: StudentId) -> bool {
    world.inner.deferral.rows[student.row()].knows_address
}

fn learn(world: &mut World, at: Time, student: StudentId, from: u32) {
    let knew = std::mem::replace(&mut world.inner.deferral.of(student).knows_address, true);
    if knew {
        return;
    }
    let mut record = Event::LearntAddress.at(at).who(student.person());
    if from != NOBODY {
        record = record.whom(from);
    }
    world.log.push(record);
}

/// Half a year of a student's life has gone by.
pub(crate) fn reflect(world: &mut World, reflection: &Reflection) {
    let (at, student) = (reflection.at, reflection.who);
    let believes = world.minds.of(student).belief[Story::Deferral as usize];
    if believes <= 0.0 || world.students.phase[student.row()] == Phase::Pupil {
        return;
    }
    let rules = &world.programme.deferral;
    let mut draw = reflection.draw(world, Purpose::Address);
    if draw.happens(rules.address * f64::from(believes) * reflection.years) {
        learn(world, at, student, NOBODY);
    }
    let Some(partner) = world.network.partner(student) else {
        return;
    };
    let rows = &world.inner.deferral.rows;
    let (own, other) = (rows[student.row()], rows[partner.row()]);
    let free = |row: Hopes| !row.asked && row.with == NOBODY;
    let beyond_school = world.students.phase[partner.row()] != Phase::Pupil;
    let know = own.knows_address || other.knows_address;
    if on_record(world, student) || on_record(world, partner) {
        return;
    }
    if !(know && free(own) && free(other) && beyond_school && world.students.alive(partner)) {
        return;
    }
    if !is_concerned(world, [student, partner]) {
        return;
    }
    let belief = believes.min(world.minds.of(partner).belief[Story::Deferral as usize]);
    let near = nearness(world, student).max(nearness(world, partner));
    let rules = &world.programme.deferral;
    // Each of the two looks back twice a year, and either may speak first.
    let rate = rules.petitions
        * f64::from(belief)
        * love(world, reflection.at, student, partner)
        * (1.0 + rules.grip * near)
        / 2.0;
    if reflection
        .draw(world, Purpose::Petition)
        .happens(rate * reflection.years)
    {
        plan(world, reflection, partner, near);
    }
}

/// Whether a couple has something to put off: one of the two at least is not released.
fn is_concerned(world: &World, couple: [StudentId; 2]) -> bool {
    let phase = |student: StudentId| world.students.phase[student.row()];
    couple.map(phase) != [Phase::Retired; 2]
}

/// The weaker of the friendships of two people, 0 to 1.
fn love(world: &World, at: Time, one: StudentId, other: StudentId) -> f64 {
    let fading = world.programme.ties.friendship.fading();
    let of = |from: StudentId, to: StudentId| {
        let tie = world.network.between(from, to);
        tie.map_or(0.0, |tie| tie.friendship_at(at, fading))
    };
    of(one, other).min(of(other, one))
}

/// A couple's decision that is on record; the journey may be on record too, or comes as it would.
pub(crate) fn plan_on_record(world: &mut World, at: Time, one: StudentId, other: StudentId) {
    let near = nearness(world, one).max(nearness(world, other));
    say_planned(world, at, [one, other], near);
}

/// A petition that is on record: the two go, a couple or not, and are heard and answered by the policy,
/// when that is on record or after the usual time.
pub(crate) fn ask_on_record(world: &mut World, at: Time, one: StudentId, other: StudentId) {
    for student in [one, other] {
        give_up(world, at, student);
    }
    ask(world, at, one, other);
}

/// An answer that is on record: given by the policy, to two who are at the house.
pub(crate) fn hear_on_record(
    world: &mut World,
    at: Time,
    one: StudentId,
    other: StudentId,
) -> Result<(), String> {
    let here = world.inner.deferral.of(one);
    if !here.at_house || here.with != other.person() {
        return Err("the two have not come to ask".to_owned());
    }
    decide(world, at, one, other);
    Ok(())
}

/// Whether it is on record when somebody asks for a deferral.
fn on_record(world: &World, student: StudentId) -> bool {
    [
        Event::PetitionPlanned,
        Event::PetitionJourney,
        Event::PetitionHeard,
    ]
    .into_iter()
    .any(|event| history::governs(world, event, student.person()))
}

fn say_planned(world: &mut World, at: Time, [student, partner]: [StudentId; 2], near: f64) {
    for (one, other) in [(student, partner), (partner, student)] {
        let record = Event::PetitionPlanned
            .at(at)
            .who(one.person())
            .whom(other.person())
            .value(near as f32);
        world.log.push(record);
    }
}

fn plan(world: &mut World, reflection: &Reflection, partner: StudentId, near: f64) {
    let (at, student) = (reflection.at, reflection.who);
    let mean = world.programme.deferral.preparation;
    let days = if mean > 0.0 {
        reflection
            .draw(world, Purpose::PetitionJourney)
            .exponential(1.0 / mean)
    } else {
        0.0
    };
    let due = at + Span::from_days(days);
    let rows = &mut world.inner.deferral;
    rows.of(student).with = partner.person();
    rows.of(student).due = due;
    rows.of(partner).with = student.person();
    world.schedule(due, student.person(), Slot::Petition);
    say_planned(world, at, [student, partner], near);
}

/// A journey that was planned is taken back, if one was; who waits for the answer goes without it.
fn give_up(world: &mut World, at: Time, student: StudentId) {
    world.inner.deferral.of(student).at_house = false;
    let with = std::mem::replace(&mut world.inner.deferral.of(student).with, NOBODY);
    let due = std::mem::replace(&mut world.inner.deferral.of(student).due, Time::NEVER);
    world.cancel(due, student.person(), Slot::Petition);
    if with != NOBODY && world.students.alive(student) {
        let record = Event::PetitionGivenUp.at(at).who(student.person());
        let other = StudentId(with);
        world.log.push(if world.students.alive(other) {
            record.whom(other.person())
        } else {
            record
        });
    }
}

/// A student has died.
pub(crate) fn ended(world: &mut World, at: Time, student: StudentId) {
    let with = world.inner.deferral.of(student).with;
    give_up(world, at, student);
    if with != NOBODY {
        give_up(world, at, StudentId(with));
    }
}

/// Where the two who are asked live, if the map has the house.
fn house(world: &World) -> Option<PlaceId> {
    let houses = landmarks::all(world, LandmarkKind::HouseByTheSea);
    houses.first().copied()
}

/// A couple goes to ask, or is answered.
pub(crate) fn on_petition(world: &mut World, at: Time, student: StudentId) {
    let row = world.inner.deferral.of(student);
    row.due = Time::NEVER;
    let partner = StudentId(row.with);
    if row.at_house {
        decide(world, at, student, partner);
        return;
    }
    let coupled = world
        .network
        .between(student, partner)
        .is_some_and(|tie| tie.is(Tie::COUPLE));
    let concerned = coupled && is_concerned(world, [student, partner]);
    if !concerned || !world.students.alive(partner) {
        give_up(world, at, student);
        give_up(world, at, partner);
        return;
    }
    if donation::in_bed(world, student) || donation::in_bed(world, partner) {
        // They go once both are up again.
        return;
    }
    ask(world, at, student, partner);
}

/// A donor has left the bed: a journey that was waiting for it is made.
pub(crate) fn up_again(world: &mut World, at: Time, student: StudentId) {
    let rows = &world.inner.deferral.rows;
    let Hopes { with, at_house, .. } = rows[student.row()];
    if with == NOBODY || at_house {
        return;
    }
    let partner = StudentId(with);
    let planned = [student, partner].map(|one| rows[one.row()].due);
    // Where it is due still, its own time comes.
    if planned == [Time::NEVER; 2] {
        on_petition(world, at, student);
    }
}

/// What is written of one of two at the house.
fn at_house(world: &World, at: Time, event: Event, one: StudentId, other: StudentId) -> Record {
    let record = event.at(at).who(one.person()).whom(other.person());
    match house(world) {
        Some(place) => record.place(place.number()),
        None => record,
    }
}

/// The two have come to the house, and will be answered.
fn ask(world: &mut World, at: Time, student: StudentId, partner: StudentId) {
    for (one, other) in [(student, partner), (partner, student)] {
        let row = world.inner.deferral.of(one);
        row.with = other.person();
        row.at_house = true;
        row.asked = true;
        let record = at_house(world, at, Event::PetitionJourney, one, other);
        world.log.push(record);
    }
    // Where it is on record when they are heard, it comes at its own time.
    if history::awaits(world, Event::PetitionHeard, student, partner) {
        return;
    }
    let due = at + Span::from_days(world.programme.deferral.hearing / HOURS_A_DAY);
    world.inner.deferral.of(student).due = due;
    world.schedule(due, student.person(), Slot::Petition);
}

/// The two are heard, and answered.
fn decide(world: &mut World, at: Time, student: StudentId, partner: StudentId) {
    let refused = answer(world, at, student, partner);
    for (one, other) in [(student, partner), (partner, student)] {
        let row = world.inner.deferral.of(one);
        row.with = NOBODY;
        row.at_house = false;
        let belief = world.minds.of(one).belief[Story::Deferral as usize];
        let heard = at_house(world, at, Event::PetitionHeard, one, other);
        world.log.push(heard.value(belief));
        match refused {
            None => grant(world, at, one, other),
            Some(reason) => refuse(world, at, one, other, reason),
        }
    }
    if refused.is_some() {
        way_back(world, at, student);
        way_back(world, at, partner);
    }
}

fn grant(world: &mut World, at: Time, one: StudentId, other: StudentId) {
    let length = world.programme.deferral.length;
    world.inner.deferral.of(one).owed = Span::from_years(length);
    let record = at_house(world, at, Event::PetitionGranted, one, other);
    world.log.push(record.value(length as f32));
    stories::confirm(world, at, one, Story::Deferral);
}

fn refuse(world: &mut World, at: Time, one: StudentId, other: StudentId, reason: Word) {
    let despair = world.programme.deferral.despair;
    let mind = world.minds.of_mut(one);
    raise(&mut mind.distress, despair);
    let distress = mind.distress;
    let refusal = at_house(world, at, Event::PetitionRefused, one, other)
        .topic(world.topics.word(reason))
        .value(distress);
    world.log.push(refusal);
    if reason == Word::NoSuchThing {
        let place = house(world);
        knowledge::full_account(world, at, one, place);
        // What one has asked about oneself, and been told to one's face, is taken in there and then.
        knowledge::grasp(world, at, one, Fact::NoDeferral, 1.0);
        stories::refute(world, at, one, Story::Deferral);
        stories::refute(world, at, one, Story::Gallery);
    }
}

/// Why a couple is refused; none if it is granted.
fn answer(world: &mut World, at: Time, one: StudentId, other: StudentId) -> Option<Word> {
    let year = world.clock.year_of(at);
    let rules = &world.programme.deferral;
    let state = &world.inner.deferral;
    let granted_this_year = match state.granted_in {
        (in_year, count) if in_year == year => count,
        _ => 0,
    };
    let donated = |student: StudentId| {
        let donor = world.students.donor_row[student.row()];
        let row = world.donation.donor(donor);
        row.is_some_and(|row| row.donations > 0)
    };
    if rules.policy == Policy::None {
        if state.granted >= rules.exceptions {
            return Some(Word::NoSuchThing);
        }
    } else if rules.eligible == Eligible::BeforeFirst && (donated(one) || donated(other)) {
        return Some(Word::NotEligible);
    } else if love(world, at, one, other) < rules.love_needed {
        return Some(Word::NoProof);
    } else if rules.quota > 0 && granted_this_year >= rules.quota {
        return Some(Word::Quota);
    }
    let state = &mut world.inner.deferral;
    state.granted += 1;
    state.granted_in = (year, granted_this_year + 1);
    None
}

/// After a refusal: rage on the open road, or not, and then back to the schedule (A-131). Where it is on
/// record what came of it, that comes at its own time, and once.
fn way_back(world: &mut World, at: Time, student: StudentId) {
    let scenes = [Event::Raged, Event::PassedBy];
    if scenes
        .into_iter()
        .any(|scene| history::governs(world, scene, student.person()))
    {
        return;
    }
    // One's own petition is asked once in a life: the number of no reflection.
    let mut draw = world.draw(student, Purpose::PetitionJourney, 0);
    let irascibility = f64::from(world.minds.of(student).irascibility);
    if draw.bernoulli(world.programme.deferral.rage * irascibility) {
        let home = carers::whereabouts(world, student);
        let road = landmarks::nearest(world, LandmarkKind::Roadside, home).unwrap_or(home);
        standing::rage(world, at, student, NOBODY, Some(road));
        society::pass_by(world, at, student, road);
    }
}

/// A step of a life is due. Says whether a deferral puts it off; it is then scheduled anew.
pub(crate) fn puts_off(world: &mut World, at: Time, student: StudentId, slot: Slot) -> bool {
    let state = &mut world.inner.deferral;
    // Before anybody was granted one, nobody's row has to be looked at.
    if state.granted == 0 || state.of(student).owed == Span::ZERO {
        return false;
    }
    let owed = std::mem::replace(&mut state.of(student).owed, Span::ZERO);
    let record = Event::Deferred
        .at(at)
        .who(student.person())
        .value(owed.years() as f32);
    world.log.push(record);
    world.schedule_step(student, at + owed, slot);
    true
}

fn couples(facts: &Facts, event: Event) -> f64 {
    facts.count(event) / 2.0
}

/// Mean age at death of donating, of those who asked or of the others.
fn age_completed(facts: &Facts, asked: bool) -> f64 {
    let students = &facts.world.students;
    let ages: Vec<f64> = facts
        .students()
        .filter(|student| students.phase[student.row()] == Phase::Completed)
        .filter(|student| facts.world.inner.deferral.rows[student.row()].asked == asked)
        .map(|student| (students.died[student.row()] - students.born[student.row()]).years())
        .collect();
    mean(&ages)
}

/// Decisions to ask in some phases of life, for each thousand years lived in them.
fn petition_rate(facts: &Facts, phases: &[Phase], lived: impl Fn(&Year) -> u32) -> f64 {
    let planned = |phase: &Phase| {
        facts
            .replayed
            .tally
            .in_phase(Event::PetitionPlanned, *phase)
    };
    let decided: u32 = phases.iter().map(planned).sum();
    1000.0 * f64::from(decided) / facts.sum(lived)
}

fn believers(facts: &Facts) -> f64 {
    let minds = facts
        .students()
        .map(|student| facts.world.minds.of(student));
    minds
        .filter(|mind| mind.belief[Story::Deferral as usize] >= BELIEVES)
        .count() as f64
}

pub(crate) const METRICS: &[Metric] = metrics! {
    petitions_planned "couples" "Couples who decided to ask for a deferral." |f| couples(f, Event::PetitionPlanned);
    petitions_heard "couples" "Couples who asked." |f| couples(f, Event::PetitionHeard);
    petitions_refused "couples" "Couples who were refused." |f| couples(f, Event::PetitionRefused);
    petitions_granted "couples" "Couples who were granted a deferral." |f| couples(f, Event::PetitionGranted);
    deferred "steps" "Steps of a life that a deferral put off." |f| f.count(Event::Deferred);
    petition_rate_donors "per thousand years" "Decisions to ask in a thousand years of donors." |f| petition_rate(f, &[Phase::Donor], |y| y.donors);
    petition_rate_before "per thousand years" "Decisions to ask in a thousand years of residents of the Cottages and carers." |f| petition_rate(f, &[Phase::Resident, Phase::Carer], |y| y.residents + y.carers);
    petition_nearness "0 to 1" "Mean share of life's course that was behind when a couple decided to ask." |f| {
        let planned = f.replayed.tally.of(Event::PetitionPlanned);
        planned.value / f64::from(planned.count)
    };
    deferral_believers "students" "Students who believe in the deferral at the end, or did at death." believers;
    age_completed_who_asked "years" "Mean age at death of donating of those who asked for a deferral." |f| age_completed(f, true);
    age_completed_others "years" "Mean age at death of donating of those who never asked for a deferral." |f| age_completed(f, false);
};

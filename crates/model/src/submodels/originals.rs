//! 7.10 Originals and possibles (A-003 to A-005, A-072, A-073, A-098 to A-100, A-104; D-56).
//!
//! Each student copies one model. A share of the models is marginal; nobody tells a student which is
//! theirs. A student who sees a stranger, on an outing or in print, may claim to have seen the model:
//!
//! ```text
//! claim = logit⁻¹(base + resemblance · ln(r / (1 − r)) + wish · w)
//! w     = mean of curiosity, insecurity and longing
//! ```
//!
//! where `r` is uniform: the share of strangers who resemble less. Friends at the same place come
//! along to look closely. The stranger is the model with probability `true_link` only, and a search
//! lowers hope and self-worth, most where one had invented a respectable origin; it may end in the
//! bitter theory that outcasts are copied, told to those who came along and passed on from there as
//! a version of the story (7.9).
//!
//! The search, the disappointment and the theory are stated; all sizes are assumed.

use hailsham_engine::prefetch::Ahead;
use hailsham_engine::random::{Draw, EntityStream, identity, name_hash};
use hailsham_engine::time::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use crate::event::{Event, Word};
use crate::history;
use crate::maths::logistic;
use crate::metrics::{Facts, Metric, mean, metrics};
use crate::mind::{Fact, Hearer, Mind, Story, lower, raise};
use crate::network::MOST_TIES;
use crate::person::{Phase, StudentId};
use crate::place::PlaceId;
use crate::purpose::Purpose;
use crate::submodels::contacts::{Reflection, lives_with};
use crate::submodels::stories::{self, variants::Claim};
use crate::world::World;

/// Originals and possibles.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, SmartDefault)]
#[serde(default, deny_unknown_fields)]
pub struct Originals {
    /// Share of models who are outcasts.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "claimed, not known (A-003): assumed", "lever" = "E-37"))]
    #[default = 0.7]
    pub share_marginal: f64,
    /// Share of students whose model was copied more than once.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "0: not said (A-004)"))]
    #[default = 0.0]
    pub shared: f64,
    /// How many models those are copied from.
    #[schemars(range(min = 1, max = 100_000_000), extend("unit" = "models", "source" = "assumed"))]
    #[default = 1000]
    pub shared_models: u32,
    /// Whether records are open, so that a search finds the model.
    #[schemars(extend("unit" = "", "source" = "no record is open to students (A-004)", "lever" = "E-36"))]
    #[default = false]
    pub records_open: bool,
    /// Probability that a possible is the model.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "probability", "source" = "assumed: a confirmed link is never shown (A-004)"))]
    #[default = 0.0001]
    pub true_link: f64,
    /// Hazard that a fully curious student beyond school finds a likeness in print.
    #[schemars(range(min = 0.0, max = 100.0), extend("unit" = "per year", "source" = "assumed: magazines are looked through (A-005)"))]
    #[default = 0.2]
    pub print: f64,
    /// Readiness to claim a stranger of middling resemblance without any wish.
    #[schemars(range(min = -20.0, max = 20.0), extend("unit" = "log-odds", "source" = "assumed (A-098)"))]
    #[default(-6.0)]
    pub claim: f64,
    /// What resemblance adds: log-odds of the claim by log-odds of the resemblance.
    #[schemars(range(min = 0.0, max = 20.0), extend("unit" = "ratio", "source" = "assumed (A-098)"))]
    #[default = 1.0]
    pub resemblance: f64,
    /// What a full wish adds.
    #[schemars(range(min = 0.0, max = 20.0), extend("unit" = "log-odds", "source" = "assumed: glance and wish make a claim (A-098)"))]
    #[default = 5.0]
    pub wish: f64,
    /// Probability that friends have gone to look half a year after a claim.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "probability", "source" = "assumed (A-099)"))]
    #[default = 0.5]
    pub goes: f64,
    /// Most friends who come along.
    #[schemars(range(min = 0, max = 12), extend("unit" = "students", "source" = "four are told of beside her, in some accounts (A-099)"))]
    #[default = 4]
    pub companions: u32,
    /// Share of hope and of self-worth that a failed search takes.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "D-56 states the effect; its size assumed"))]
    #[default = 0.3]
    pub disappointment: f64,
    /// The same for meeting the model, which is no cure.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed: meeting does not cure loneliness (1:11)", "lever" = "E-36"))]
    #[default = 0.1]
    pub found_disappointment: f64,
    /// Share of what the one who searched feels that those who came along feel.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed"))]
    #[default = 0.3]
    pub shared_disappointment: f64,
    /// Probability that one as irascible as can be answers a failed search with the bitter theory.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "probability", "source" = "assumed (A-100)"))]
    #[default = 0.8]
    pub bitterness: f64,
    /// Hazard that a fully ambitious pupil who knows of originals leads a game of possibles.
    #[schemars(range(min = 0.0, max = 100.0), extend("unit" = "per year", "source" = "assumed (A-073)"))]
    #[default = 0.3]
    pub games: f64,
    /// What a game adds to the leader's self-worth, as a share of what is left.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed: linked to the world (A-073)"))]
    #[default = 0.05]
    pub game_worth: f64,
    /// Hazard of the first worry over inherited traits in one who is fully curious and understands being a clone.
    #[schemars(range(min = 0.0, max = 100.0), extend("unit" = "per year", "source" = "assumed (A-005)"))]
    #[default = 0.2]
    pub worry: f64,
    /// By how much more often one who worries looks through print: 1 is twice as often.
    #[schemars(range(min = 0.0, max = 100.0), extend("unit" = "ratio", "source" = "worry drives the looking (A-005); size assumed"))]
    #[default = 1.0]
    pub worry_print: f64,
    /// What worry adds to the wish to have seen the model, as a share of what is left.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "worry drives the hunting (A-005); size assumed"))]
    #[default = 0.2]
    pub worry_wish: f64,
    /// Hazard that one without any self-worth, fully ambitious and insecure, invents a respectable origin.
    #[schemars(range(min = 0.0, max = 100.0), extend("unit" = "per year", "source" = "assumed (A-104)"))]
    #[default = 0.5]
    pub invention: f64,
    /// What the invention adds to self-worth, as a share of what is left.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed: a lie for status (A-104)"))]
    #[default = 0.2]
    pub invention_worth: f64,
}

/// A claim that nobody has looked into yet.
#[derive(Clone, Copy, Default)]
struct Origins {
    /// Strangers seen so far: numbers the draws.
    sightings: u16,
    /// Where the possible claimed was seen.
    claimed: Option<PlaceId>,
    worried: bool,
    /// Invented a respectable origin, which nothing has spoken against yet.
    invented: bool,
}

/// What the submodel keeps for itself.
#[derive(Default)]
pub(crate) struct State {
    rows: Vec<Origins>,
}

impl State {
    /// A student's row will be needed.
    #[inline]
    pub(crate) fn ahead(&self, student: StudentId, ahead: &mut Ahead) {
        ahead.add_row(&self.rows, student.row());
    }

    /// Room for one more student.
    pub(crate) fn push(&mut self) {
        self.rows.push(Origins::default());
    }
}

/// Who is copied: an identity on whose streams sex, blood group and tissue type of the copy hang.
/// One's own, unless the model was copied more than once.
pub(crate) fn model_of(rules: &Originals, own: u64, streams: EntityStream) -> u64 {
    let mut draw = streams.purpose(Purpose::Model).draw(0);
    if draw.bernoulli(rules.shared) {
        identity(&[
            name_hash("model"),
            u64::from(draw.below(rules.shared_models)),
        ])
    } else {
        own
    }
}

/// Whether a student's model is an outcast: nobody is told.
pub(crate) fn marginal(world: &World, student: StudentId) -> bool {
    let rules = &world.programme.originals;
    let streams = world.students.streams(world.clock.streams, student);
    let model = model_of(rules, world.students.identity[student.row()], streams);
    let mut draw = world
        .clock
        .streams
        .entity(model)
        .purpose(Purpose::ModelStanding)
        .draw(0);
    draw.bernoulli(rules.share_marginal)
}

/// How much one wishes to have seen the model; `worry` is what worry adds, of what is left.
fn wish(mind: &Mind, worry: f64) -> f64 {
    let calm = f64::from(mind.curiosity + mind.insecurity + mind.longing) / 3.0;
    calm + (1.0 - calm) * worry
}

/// A student sees strangers at a place: one may resemble, and be claimed.
pub(crate) fn sight(world: &mut World, at: Time, student: StudentId, place: PlaceId) {
    look(world, at, student, place, false);
}

fn look(world: &mut World, at: Time, student: StudentId, place: PlaceId, in_print: bool) {
    let rules = &world.programme.originals;
    let mind = world.minds.of(student);
    // Who has not heard of being a copy looks for nobody.
    if mind.heard[Fact::Clone as usize] <= 0.0 {
        return;
    }
    let sightings = &mut world.inner.originals.rows[student.row()].sightings;
    *sightings = sightings.saturating_add(1);
    let number = u32::from(*sightings);
    let worried = world.inner.originals.rows[student.row()].worried;
    let worry = if worried { rules.worry_wish } else { 0.0 };
    let mut draw = world.draw(student, Purpose::Sighting, number);
    let resembles = draw.uniform();
    let alike = libm::log(resembles / (1.0 - resembles));
    let claims = logistic(rules.claim + rules.resemblance * alike + rules.wish * wish(mind, worry));
    let claimed = &mut world.inner.originals.rows[student.row()].claimed;
    let claims = claimed.is_none() && draw.bernoulli(claims);
    // A stranger who is not claimed is noted from the odds at which a full wish would be as likely to claim
    // as not.
    let noted = alike * rules.resemblance + rules.claim + rules.wish >= 0.0;
    if claims {
        *claimed = Some(place);
    } else if !noted {
        return;
    }
    let record = |event: Event| {
        let record = event.at(at).who(student.person()).value(resembles as f32);
        if in_print {
            record
        } else {
            record.place(place.number())
        }
    };
    let mut seen = record(Event::SawPossible);
    if in_print {
        seen = seen.topic(world.topics.word(Word::Print));
    }
    world.log.push(seen);
    if claims {
        world.log.push(record(Event::ClaimedPossible));
    }
}

/// Half a year of a student's life has gone by.
pub(crate) fn reflect(world: &mut World, reflection: &Reflection, mut draw: Draw) {
    let student = reflection.who;
    let mind = world.minds.of(student);
    if mind.heard[Fact::Clone as usize] <= 0.0 {
        return;
    }
    if world.inner.originals.rows[student.row()].claimed.is_some() {
        search(world, reflection);
    }
    ponder(world, reflection, &mut draw);
}

/// Games, worries, inventions, and looking through print.
fn ponder(world: &mut World, reflection: &Reflection, draw: &mut Draw) {
    let (at, student) = (reflection.at, reflection.who);
    let rules = &world.programme.originals;
    let mind = world.minds.of(student);
    let phase = world.students.phase[student.row()];
    let of = |share: f32| f64::from(share);
    let knows = mind.hearer[Story::Originals as usize] != Hearer::Ignorant;
    let understood = of(mind.understood[Fact::Clone as usize]);
    // Pupils play games of it; those who left look through print.
    let pupil = phase == Phase::Pupil;
    let pastime = match phase {
        Phase::Pupil if knows => rules.games * of(mind.ambition),
        Phase::Pupil => 0.0,
        _ if world.inner.originals.rows[student.row()].worried => {
            rules.print * (1.0 + rules.worry_print) * of(mind.curiosity)
        }
        _ => rules.print * of(mind.curiosity),
    };
    let worry = rules.worry * of(mind.curiosity) * understood;
    let need = of((1.0 - mind.worth) * mind.ambition * mind.insecurity);
    let invention = if knows { rules.invention * need } else { 0.0 };
    // Each matter has its own number of the draw; the last is not drawn where it cannot come true.
    let mut happens = |rate: f64| draw.happens(rate * reflection.years);
    let (pastime, worry) = (happens(pastime), happens(worry));
    let invention = invention > 0.0 && happens(invention);
    let (games, print) = (pupil && pastime, !pupil && pastime);
    let worth = rules.game_worth;
    if games {
        raise(&mut world.minds.of_mut(student).worth, worth);
        play(world, reflection);
    }
    if worry && !std::mem::replace(&mut world.inner.originals.rows[student.row()].worried, true) {
        world
            .log
            .push(Event::WorriedTraits.at(at).who(student.person()));
    }
    let dignified = Some(Claim::Respectable);
    if invention && stories::claim_of(world, student, Story::Originals) != dignified {
        invent(world, at, student);
    }
    if print {
        let place = world.students.place[student.row()];
        look(world, at, student, place, true);
    }
}

/// A student says to come from somebody respectable.
pub(crate) fn invent(world: &mut World, at: Time, student: StudentId) {
    let worth = world.programme.originals.invention_worth;
    stories::claim(world, at, student, Story::Originals, Claim::Respectable);
    raise(&mut world.minds.of_mut(student).worth, worth);
    world.inner.originals.rows[student.row()].invented = true;
    let record = Event::InventedOrigin
        .at(at)
        .who(student.person())
        .object(world.minds.of(student).variant[Story::Originals as usize]);
    world.log.push(record);
}

/// Friends who live with a student: at most so many, in the order of their friendship.
fn companions(world: &World, at: Time, student: StudentId) -> ([StudentId; MOST_TIES], usize) {
    let fading = world.programme.ties.friendship.fading();
    let mut there = [(student, 0.0); MOST_TIES];
    let mut count = 0;
    for tie in world.network.of(student) {
        let other = tie.other();
        if world.students.alive(other) && lives_with(world, student, other) {
            there[count] = (other, tie.friendship_at(at, fading));
            count += 1;
        }
    }
    there[..count].sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let most = world.programme.originals.companions as usize;
    (there.map(|(friend, _)| friend), count.min(most))
}

/// A game of possibles: the others hear what the leader holds of originals.
fn play(world: &mut World, reflection: &Reflection) {
    let (at, student) = (reflection.at, reflection.who);
    let (friends, count) = companions(world, at, student);
    if count == 0 {
        return;
    }
    say_played(world, at, student, count);
    tell_all(world, reflection, &friends[..count], Purpose::Origin);
}

fn say_played(world: &mut World, at: Time, student: StudentId, count: usize) {
    let record = Event::PlayedPossibles
        .at(at)
        .who(student.person())
        .place(world.students.place[student.row()].number())
        .n(count as i32);
    world.log.push(record);
}

/// A game that is on record.
pub(crate) fn play_on_record(world: &mut World, at: Time, student: StudentId) {
    let (_, count) = companions(world, at, student);
    say_played(world, at, student, count);
}

/// A claim to have seen the model that is on record: with how much resemblance is drawn among those
/// that would be claimed.
pub(crate) fn claim_on_record(
    world: &mut World,
    at: Time,
    student: StudentId,
    place: Option<PlaceId>,
) {
    let place = place.unwrap_or(world.students.place[student.row()]);
    world.inner.originals.rows[student.row()].claimed = Some(place);
    let record = Event::ClaimedPossible.at(at).who(student.person());
    world.log.push(record.place(place.number()));
}

/// An expedition that is on record. Whom the others are is on record by themselves, or they are the
/// friends who live there.
pub(crate) fn go_on_record(
    world: &mut World,
    at: Time,
    student: StudentId,
    place: Option<PlaceId>,
    number: u32,
) {
    let claimed = world.inner.originals.rows[student.row()].claimed.take();
    let home = world.students.place[student.row()];
    let place = place.or(claimed).unwrap_or(home);
    let named = history::expected(world, Event::JoinedExpedition, student.person());
    let (friends, count) = companions(world, at, student);
    let friends = if named > 0 { &[] } else { &friends[..count] };
    let link = world.draw(student, Purpose::Expedition, number).uniform();
    let rules = &world.programme.originals;
    let found = rules.records_open || link < rules.true_link;
    expedition(world, at, student, place, (friends, named), found);
}

/// Somebody comes along, as is on record.
pub(crate) fn join_on_record(
    world: &mut World,
    at: Time,
    friend: StudentId,
    student: StudentId,
    place: Option<PlaceId>,
) {
    let place = place.unwrap_or(world.students.place[student.row()]);
    let rules = &world.programme.originals;
    let loss = rules.disappointment * rules.shared_disappointment;
    join(world, at, friend, student, place, loss);
}

/// A student says that only outcasts are copied.
pub(crate) fn turn_bitter(world: &mut World, at: Time, student: StudentId, place: Option<PlaceId>) {
    let place = place.unwrap_or(world.students.place[student.row()]);
    stories::claim(world, at, student, Story::Originals, Claim::Marginal);
    let record = Event::BitterTheory
        .at(at)
        .who(student.person())
        .place(place.number())
        .object(world.minds.of(student).variant[Story::Originals as usize]);
    world.log.push(record);
}

fn join(
    world: &mut World,
    at: Time,
    friend: StudentId,
    student: StudentId,
    place: PlaceId,
    loss: f64,
) {
    let record = Event::JoinedExpedition
        .at(at)
        .who(friend.person())
        .whom(student.person())
        .place(place.number());
    world.log.push(record);
    sadden(world, friend, loss);
}

fn tell_all(world: &mut World, reflection: &Reflection, to: &[StudentId], purpose: Purpose) {
    for friend in to {
        // The friend's own stream: a telling draws as many numbers as it needs.
        let mut draw = world.draw(*friend, purpose, first_of_others(world, reflection));
        let story = Story::Originals;
        stories::tell_to(
            world,
            reflection.at,
            reflection.who,
            *friend,
            story,
            &mut draw,
        );
    }
}

/// Draws that are numbered by the reflections of somebody else lie above one's own, and hang on who
/// that is.
fn first_of_others(world: &World, reflection: &Reflection) -> u32 {
    let who = world.students.identity[reflection.who.row()];
    (1 << 31) | (identity(&[who, u64::from(reflection.number)]) as u32 >> 1)
}

/// Whether friends go to look, and what they find.
fn search(world: &mut World, reflection: &Reflection) {
    let (at, student) = (reflection.at, reflection.who);
    let rules = &world.programme.originals;
    // Pupils do not leave the grounds; donors and carers have lost the time for it.
    if world.students.phase[student.row()] != Phase::Resident {
        return;
    }
    let mut draw = reflection.draw(world, Purpose::Expedition);
    let (goes, link, bitter) = (draw.uniform(), draw.uniform(), draw.uniform());
    let on_record = history::governs(world, Event::Expedition, student.person());
    if goes >= rules.goes || on_record {
        return;
    }
    let Some(place) = world.inner.originals.rows[student.row()].claimed.take() else {
        return;
    };
    let found = rules.records_open || link < rules.true_link;
    let bitter =
        !found && bitter < rules.bitterness * f64::from(world.minds.of(student).irascibility);
    let (friends, count) = companions(world, at, student);
    expedition(world, at, student, place, (&friends[..count], 0), found);
    if bitter {
        turn_bitter(world, at, student, Some(place));
        tell_all(world, reflection, &friends[..count], Purpose::Expedition);
    }
}

/// Friends go to look, and find the model or a stranger. Beside those given, so many come who are on
/// record by themselves.
fn expedition(
    world: &mut World,
    at: Time,
    student: StudentId,
    place: PlaceId,
    (friends, named): (&[StudentId], usize),
    found: bool,
) {
    let rules = &world.programme.originals;
    let (loss, along) = (
        if found {
            rules.found_disappointment
        } else {
            rules.disappointment
        },
        rules.shared_disappointment,
    );
    let record = Event::Expedition
        .at(at)
        .who(student.person())
        .place(place.number())
        .n((friends.len() + named) as i32);
    world.log.push(record);
    for friend in friends {
        join(world, at, *friend, student, place, loss * along);
    }
    let mut change = sadden(world, student, loss);
    let dignified = Some(Claim::Respectable);
    let held = stories::claim_of(world, student, Story::Originals) == dignified;
    let invented = &mut world.inner.originals.rows[student.row()].invented;
    if !found && held && std::mem::take(invented) {
        // What the invention had added falls with it.
        let mind = world.minds.of_mut(student);
        let before = mind.worth;
        lower(&mut mind.worth, world.programme.originals.invention_worth);
        change += mind.worth - before;
    }
    let event = if found {
        Event::FoundOriginal
    } else {
        Event::PossibleRefuted
    };
    let record = event
        .at(at)
        .who(student.person())
        .place(place.number())
        .value(change);
    world.log.push(record);
}

/// Hope and self-worth fall. Gives by how much, together.
fn sadden(world: &mut World, student: StudentId, part: f64) -> f32 {
    let mind = world.minds.of_mut(student);
    let before = mind.hope + mind.worth;
    lower(&mut mind.hope, part);
    lower(&mut mind.worth, part);
    mind.hope + mind.worth - before
}

fn worth(facts: &Facts, of: impl Fn(Option<Claim>) -> bool) -> f64 {
    let world = facts.world;
    let values: Vec<f64> = facts
        .students()
        .filter(|student| world.students.alive(*student))
        .filter(|student| of(stories::claim_of(world, *student, Story::Originals)))
        .map(|student| f64::from(world.minds.of(student).worth))
        .collect();
    mean(&values)
}

pub(crate) const METRICS: &[Metric] = metrics! {
    possibles_seen "sightings" "Strangers who were noted as possibles." |f| f.count(Event::SawPossible);
    possibles_claimed "claims" "Claims to have seen the model." |f| f.count(Event::ClaimedPossible);
    expeditions "expeditions" "Expeditions to look at a possible." |f| f.count(Event::Expedition);
    originals_found "students" "Students who met their model." |f| f.count(Event::FoundOriginal);
    mood_after_search "-2 to 2" "Mean change of hope and self-worth together by a search that failed." |f| f.replayed.tally.of(Event::PossibleRefuted).value / f.count(Event::PossibleRefuted);
    mood_after_meeting "-2 to 2" "Mean change of hope and self-worth together by a search that found the model." |f| f.replayed.tally.of(Event::FoundOriginal).value / f.count(Event::FoundOriginal);
    bitter_theories "claims" "Times that a failed search ended in the claim that outcasts are copied." |f| f.count(Event::BitterTheory);
    worth_of_outcasts_claim "0 to 1" "Mean self-worth of the living at the end whose version says that outcasts are copied." |f| worth(f, |claim| claim == Some(Claim::Marginal));
    worth_of_other_claims "0 to 1" "Mean self-worth of the living at the end who hold another version." |f| worth(f, |claim| claim.is_some_and(|claim| claim != Claim::Marginal));
    models_marginal "share" "Share of students whose model is an outcast." |f| mean(&f.students().map(|s| f64::from(u8::from(marginal(f.world, s)))).collect::<Vec<_>>());
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::students_alone;

    /// Whoever invented a respectable origin has more to lose by a search in vain, once; who only heard of
    /// one has not.
    #[test]
    fn an_invention_falls_for_who_made_it() {
        let sets = ["time.horizon=22"];
        let mut world = students_alone(0.02, &sets).world.0;
        let at = world.clock.horizon;
        let student = StudentId(0);
        let place = world.students.place[student.row()];
        let lost = |world: &mut World| {
            world.minds.of_mut(student).worth = 0.5;
            expedition(world, at, student, place, (&[], 0), false);
            0.5 - f64::from(world.minds.of(student).worth)
        };
        stories::claim(
            &mut world,
            at,
            student,
            Story::Originals,
            Claim::Respectable,
        );
        let rules = world.programme.originals.clone();
        let by_hearing = lost(&mut world);
        assert!((by_hearing - 0.5 * rules.disappointment).abs() < 1e-6);
        invent(&mut world, at, student);
        let by_inventing = lost(&mut world);
        let besides = 0.5 * (1.0 - rules.disappointment) * rules.invention_worth;
        assert!((by_inventing - by_hearing - besides).abs() < 1e-6);
        assert_eq!(lost(&mut world), by_hearing);
    }
}

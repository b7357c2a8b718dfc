//! 7.9 Stories (A-070 to A-073, A-125, A-126, A-192; D-06 to D-14).
//!
//! A story arises without an author where something is heard of and not explained: the hazard of a
//! place is the sum over those there who do not know the story,
//!
//! ```text
//! hazard = arises(story) · heard · (1 − understood)            a year, for the fact it is about
//! ```
//!
//! and for each work taken away and each thing lost, a probability. It spreads at meetings as the
//! stochastic rumour of Daley and Kendall (1965) by the rule of Maki and Thompson (1973): who tells
//! it to somebody who knows it may tell it no more ([`pass_on`]). Whether it is taken for true, and
//! to which belief one comes back when dwelling on it, is its plausibility to the person,
//!
//! ```text
//! plausible = logit⁻¹(base(story) + couple · in a couple + near · nearness of the end
//!                     + gallery_lifts · belief in the Gallery + proof − known · understood)
//! ```
//!
//! where the first three terms after the base are for the deferral, and only if its version concerns
//! the person. Terms may change in passing ([`variants`]). Hope follows belief in the deferral and
//! distress falls with it; a refutation crushes hope, and reaches those who hear of it from the
//! disabused, by the same rule of spreading.
//!
//! That stories have no source, change, feed hope and outlive their witnesses is stated (D-07, D-08,
//! D-12); every size is assumed.

mod measures;
mod rules;
pub mod variants;

use hailsham_engine::prefetch::Ahead;
use hailsham_engine::random::Draw;
use hailsham_engine::time::Time;

use crate::event::Event;
use crate::history;
use crate::maths::{logistic, survival};
use crate::mind::{Fact, Hearer, Mind, Story, lower, raise};
use crate::person::{NOBODY, Phase, StudentId};
use crate::place::SchoolKind;
use crate::purpose::Purpose;
use crate::submodels::contacts::{Meeting, Reflection};
use crate::submodels::knowledge::{self, Channel};
use crate::world::World;

pub use measures::STORIES;
pub(crate) use measures::{METRICS, write};
pub use rules::{Criterion, Stories};
use variants::{Beneficiary, Claim, Stage, Terms, Variants};

/// Who has learnt that a story is not true, and who says so: the highest bits of a mind's flags, one
/// for each story.
const DISABUSED: u32 = 1 << 24;
const DENIES: u32 = 1 << 28;
const ANY_DENIES: u32 = 0xf << 28;
/// Who has taken for true that outcasts are copied: the bit below.
const ASHAMED: u32 = 1 << 23;

/// Belief from which somebody is said to believe.
pub(crate) const BELIEVES: f32 = 0.5;

/// What the submodel keeps for itself.
#[derive(Default)]
pub(crate) struct State {
    pub(crate) variants: Variants,
    /// By student and story: through how many mouths the story came.
    hops: Vec<[u8; Story::COUNT]>,
}

impl State {
    /// Room for one more student.
    pub(crate) fn push(&mut self) {
        self.hops.push([0; Story::COUNT]);
    }
}

/// One telling, by the rule of Maki and Thompson (1973, *Mathematical Models and Applications*): who
/// did not know the story tells it from now on, if it is taken for true; who tells it to somebody
/// who knows it stops telling it, if that tires. With both always so, on a large complete graph,
/// the share of those who never hear it is the root of `ln x + 2 (1 − x) = 0` below 1.
pub fn pass_on(teller: &mut Hearer, hearer: &mut Hearer, adopts: bool, tires: bool) {
    if *hearer == Hearer::Ignorant {
        *hearer = if adopts {
            Hearer::Spreader
        } else {
            Hearer::Stifler
        };
    } else if tires {
        *teller = Hearer::Stifler;
    }
}

/// Whether somebody has learnt that a story is not true.
pub(crate) fn disabused(mind: &Mind, story: Story) -> bool {
    mind.flags & (DISABUSED << story as u32) != 0
}

/// What there would be to understand instead of a story.
fn fact_behind(story: Story) -> Option<Fact> {
    match story {
        Story::Gallery => Some(Fact::PurposeOfArt),
        Story::Deferral => Some(Fact::NoDeferral),
        Story::Originals => Some(Fact::Origin),
        Story::LostCorner => None,
    }
}

/// What of a life's course is behind a student, from 0 at school to 1 at the last operation: each
/// step of the course and each operation counts as one.
pub(crate) fn nearness(world: &World, student: StudentId) -> f64 {
    let operations = world.programme.donation.plan.len() as f64;
    let donor = world.students.donor_row[student.row()];
    let steps = Phase::Donor as u8 - Phase::Pupil as u8;
    let behind = match world.students.phase[student.row()] {
        Phase::Resident => f64::from(Phase::Resident as u8 - Phase::Pupil as u8),
        Phase::Carer => f64::from(Phase::Carer as u8 - Phase::Pupil as u8),
        Phase::Donor => {
            let donations = world
                .donation
                .rows
                .get(donor as usize)
                .map_or(0, |row| row.donations);
            f64::from(steps) + f64::from(donations)
        }
        _ => 0.0,
    };
    behind / (f64::from(steps) + operations)
}

/// Whether a version of the deferral could be for this person.
fn concerns(world: &World, terms: Terms, student: StudentId) -> bool {
    let row = student.row();
    let place = world.students.school[row];
    let of_humane = world.places.get(place).school_kind == Some(SchoolKind::Humane);
    let donor = world.students.donor_row[row];
    let donated = world
        .donation
        .donor(donor)
        .is_some_and(|row| row.donations > 0);
    (terms.beneficiary != Beneficiary::HumaneCouples || of_humane)
        && (terms.stage == Stage::Any || !donated)
}

/// How plausible a version of a story is to somebody, 0 to 1.
fn plausible(world: &World, student: StudentId, story: Story, variant: u32) -> f64 {
    let rules = &world.programme.stories;
    let mind = world.minds.of(student);
    let variant = world.inner.stories.variants.get(variant);
    let mut log_odds = match story {
        Story::Gallery => rules.gallery_plausible,
        Story::Deferral => {
            let lifted = rules.gallery_lifts * f64::from(mind.belief[Story::Gallery as usize]);
            let need = if concerns(world, variant.terms, student) {
                let coupled = world.network.partner(student).is_some();
                rules.couple * f64::from(u8::from(coupled)) + rules.near * nearness(world, student)
            } else {
                0.0
            };
            rules.deferral_plausible + lifted + need
        }
        Story::Originals => {
            // What is known of the models shows through: 1 if all are outcasts, -1 if none is.
            let shown = 2.0 * world.programme.originals.share_marginal - 1.0;
            rules.originals_plausible
                + match variant.terms.claim {
                    Claim::Marginal => rules.scraps * shown,
                    Claim::Respectable => -rules.scraps * shown,
                    _ => 0.0,
                }
        }
        Story::LostCorner => rules.lost_corner_plausible,
    };
    if variant.proven {
        log_odds += rules.proof;
    }
    if let Some(fact) = fact_behind(story) {
        log_odds -= rules.known * f64::from(mind.understood[fact as usize]);
    }
    logistic(log_odds)
}

/// Changes a belief and says so when it crosses the line.
fn believe(world: &mut World, at: Time, student: StudentId, story: Story, belief: f32) {
    let mut belief = belief;
    let label = Story::LABELS[story as usize];
    if belief >= BELIEVES
        && history::has_topic(world, Event::CameToBelieve, student.person(), label)
    {
        // It is on record when somebody came to believe: until then a doubt is left.
        belief = BELIEVES - f32::EPSILON;
    }
    let mind = world.minds.of_mut(student);
    let before = std::mem::replace(&mut mind.belief[story as usize], belief);
    let event = match (before >= BELIEVES, belief >= BELIEVES) {
        (false, true) => Event::CameToBelieve,
        (true, false) => Event::CameToDoubt,
        _ => return,
    };
    let variant = mind.variant[story as usize];
    let record = event
        .at(at)
        .who(student.person())
        .topic(world.topics.story(story))
        .object(variant)
        .value(belief);
    world.log.push(record);
}

/// What is told raises belief, as far as it is plausible.
fn convince(world: &mut World, at: Time, student: StudentId, story: Story, plausible: f64) {
    let mut belief = world.minds.of(student).belief[story as usize];
    raise(&mut belief, world.programme.stories.weight * plausible);
    believe(world, at, student, story, belief);
}

/// A version of a story that came from nobody present: the student begins to tell it.
fn begin(world: &mut World, at: Time, student: StudentId, story: Story, number: u32) {
    world.inner.stories.variants.adopted(number);
    world.inner.stories.hops[student.row()][story as usize] = 0;
    let mind = world.minds.of_mut(student);
    mind.hearer[story as usize] = Hearer::Spreader;
    mind.variant[story as usize] = number;
    let plausible = plausible(world, student, story, number);
    convince(world, at, student, story, plausible);
}

/// A story is there, and nobody said it: somebody at the place begins to tell it.
fn arise(world: &mut World, at: Time, student: StudentId, story: Story) {
    let terms = world.programme.stories.first_terms(story);
    let number = world.inner.stories.variants.begin(story, terms, at, NOBODY);
    let record = Event::StoryArose
        .at(at)
        .place(world.home_of(student))
        .topic(world.topics.story(story))
        .object(number);
    world.log.push(record);
    begin(world, at, student, story, number);
}

/// Somebody makes a claim of their own: their version of the story, changed, or a new one.
pub(crate) fn claim(world: &mut World, at: Time, student: StudentId, story: Story, claim: Claim) {
    let mind = world.minds.of(student);
    let by = student.person();
    let variants = &mut world.inner.stories.variants;
    let number = if mind.hearer[story as usize] == Hearer::Ignorant {
        let terms = Terms {
            claim,
            ..world.programme.stories.first_terms(story)
        };
        variants.begin(story, terms, at, by)
    } else {
        let held = mind.variant[story as usize];
        let terms = Terms {
            claim,
            ..variants.get(held).terms
        };
        if terms == variants.get(held).terms {
            held
        } else {
            variants.child(held, terms, false, at, by)
        }
    };
    begin(world, at, student, story, number);
}

/// What was told came true for somebody, who tells it from now on as a case.
pub(crate) fn confirm(world: &mut World, at: Time, student: StudentId, story: Story) {
    let mind = world.minds.of(student);
    if mind.hearer[story as usize] == Hearer::Ignorant {
        arise(world, at, student, story);
    }
    let held = world.minds.of(student).variant[story as usize];
    let variants = &mut world.inner.stories.variants;
    let terms = variants.get(held).terms;
    let proven = variants.child(held, terms, true, at, student.person());
    begin(world, at, student, story, proven);
    believe(world, at, student, story, 1.0);
}

/// Something unexplained happened to somebody: a work was taken away, a thing was lost. The story
/// that it breeds may arise. `number` is that of the work or thing, and numbers the draw.
pub(crate) fn unexplained(
    world: &mut World,
    at: Time,
    student: StudentId,
    story: Story,
    number: u32,
) {
    if world.minds.of(student).hearer[story as usize] != Hearer::Ignorant {
        return;
    }
    let understood = fact_behind(story).map_or(0.0, |fact| {
        f64::from(world.minds.of(student).understood[fact as usize])
    });
    let rules = &world.programme.stories;
    let arises = rules.arises(story) * (1.0 - understood);
    let mut draw = world.draw(student, Purpose::Unexplained, number);
    // One draw a work or thing, a number of it for each story.
    for _ in 0..story as u32 {
        draw.bits();
    }
    if draw.bernoulli(arises) {
        arise(world, at, student, story);
    }
}

fn purpose(story: Story) -> Purpose {
    match story {
        Story::Gallery => Purpose::GalleryTold,
        Story::Deferral => Purpose::DeferralTold,
        Story::Originals => Purpose::OriginalsTold,
        Story::LostCorner => Purpose::LostCornerTold,
    }
}

/// What somebody does with the stories: tells them, denies them, or neither.
#[derive(Clone, Copy)]
struct Stance {
    hearer: [Hearer; Story::COUNT],
    flags: u32,
}

impl Stance {
    fn of(mind: &Mind) -> Stance {
        Stance {
            hearer: mind.hearer,
            flags: mind.flags,
        }
    }

    fn tells(self, story: Story) -> bool {
        self.hearer[story as usize] == Hearer::Spreader
    }

    fn denies(self, story: Story) -> bool {
        self.flags & (DENIES << story as u32) != 0
    }

    fn is_silent(self) -> bool {
        self.flags & ANY_DENIES == 0 && !self.hearer.contains(&Hearer::Spreader)
    }
}

/// Two students meet.
pub(crate) fn meet(world: &mut World, meeting: &Meeting) {
    // As they came, whatever they hear from each other.
    let one = Stance::of(world.minds.of(meeting.who));
    let other = Stance::of(world.minds.of(meeting.whom));
    if one.is_silent() && other.is_silent() {
        return;
    }
    for story in Story::ALL {
        // One of the two speaks: the one whose contact it is first.
        if one.tells(story) || other.tells(story) {
            let pair = in_turn(meeting, one.tells(story));
            tell_at(world, meeting, pair, story);
        } else if one.denies(story) || other.denies(story) {
            let pair = in_turn(meeting, one.denies(story));
            deny_at(world, meeting, pair, story);
        }
    }
}

fn in_turn(meeting: &Meeting, who_speaks: bool) -> (StudentId, StudentId) {
    if who_speaks {
        (meeting.who, meeting.whom)
    } else {
        (meeting.whom, meeting.who)
    }
}

fn tell_at(
    world: &mut World,
    meeting: &Meeting,
    (teller, hearer): (StudentId, StudentId),
    story: Story,
) {
    let mut draw = meeting.draw(world, purpose(story));
    if draw.bernoulli(world.programme.stories.telling) {
        tell(world, meeting.at, (teller, hearer), story, &mut draw);
    }
}

/// A story is told by one to another, and changes in passing, or not.
fn tell(
    world: &mut World,
    at: Time,
    (teller, hearer): (StudentId, StudentId),
    story: Story,
    draw: &mut Draw,
) {
    let rules = &world.programme.stories;
    let topic = story as usize;
    let (changes, believes, tires) = (
        draw.bernoulli(rules.mutation),
        draw.uniform(),
        draw.bernoulli(rules.tiring),
    );
    let held = world.minds.of(teller).variant[topic];
    let mut told = held;
    if changes {
        let of = world.inner.stories.variants.get(held);
        let (terms, proven) = (of.terms.changed(story, draw), of.proven);
        let by = teller.person();
        told = world
            .inner
            .stories
            .variants
            .child(held, terms, proven, at, by);
    }
    let plausible = plausible(world, hearer, story, told);
    let knew = world.minds.of(hearer).hearer[topic];
    let deaf = disabused(world.minds.of(hearer), story);
    let adopts = believes < plausible && !deaf;
    let (mut from, mut to) = (world.minds.of(teller).hearer[topic], knew);
    pass_on(&mut from, &mut to, adopts, tires);
    world.minds.of_mut(teller).hearer[topic] = from;
    let variants = &mut world.inner.stories.variants;
    let proves = variants.get(told).proven;
    let mind = world.minds.of_mut(hearer);
    mind.hearer[topic] = to;
    // A version is taken over with the story; a case that came true replaces what was held before.
    let replaces = adopts && proves && !variants.get(mind.variant[topic]).proven;
    if knew == Hearer::Ignorant || replaces {
        mind.variant[topic] = told;
        let hops = world.inner.stories.hops[teller.row()][topic];
        world.inner.stories.hops[hearer.row()][topic] = hops.saturating_add(1);
        if adopts {
            variants.adopted(told);
        }
    }
    // It may be taken for true long after it was first heard.
    let of_outcasts = |number: u32| variants.get(number).terms.claim == Claim::Marginal;
    let taken = adopts && of_outcasts(told) && of_outcasts(mind.variant[topic]);
    if taken && mind.flags & ASHAMED == 0 {
        mind.flags |= ASHAMED;
        lower(&mut mind.worth, rules.shame * plausible);
    }
    let record = Event::StoryTold
        .at(at)
        .who(teller.person())
        .whom(hearer.person())
        .topic(world.topics.story(story))
        .object(told)
        .n(held as i32);
    world.log.push(record);
    if adopts {
        convince(world, at, hearer, story, plausible);
    }
}

/// A story is told outside of the meetings' rhythm, as on an outing.
pub(crate) fn tell_to(
    world: &mut World,
    at: Time,
    teller: StudentId,
    hearer: StudentId,
    story: Story,
    draw: &mut Draw,
) {
    if world.minds.of(teller).hearer[story as usize] != Hearer::Ignorant {
        tell(world, at, (teller, hearer), story, draw);
    }
}

/// One who was disabused says that a story is not true: a rumour of its own, which spreads by the
/// same rule.
fn deny_at(
    world: &mut World,
    meeting: &Meeting,
    (teller, hearer): (StudentId, StudentId),
    story: Story,
) {
    let mut draw = meeting.draw(world, purpose(story));
    let rules = &world.programme.stories;
    let (says, believed, tires) = (
        draw.bernoulli(rules.denial),
        draw.bernoulli(rules.denial_believed),
        draw.bernoulli(rules.tiring),
    );
    let mind = world.minds.of(hearer);
    // To one who has not heard the story there is nothing to deny.
    if !says || mind.hearer[story as usize] == Hearer::Ignorant {
        return;
    }
    let (mut from, mut to) = (Hearer::Spreader, Hearer::Ignorant);
    if disabused(mind, story) {
        to = Hearer::Stifler;
    }
    let knew = to != Hearer::Ignorant;
    pass_on(&mut from, &mut to, believed, tires);
    if from == Hearer::Stifler {
        world.minds.of_mut(teller).flags &= !(DENIES << story as u32);
    }
    if !knew {
        let record = Event::StoryDenied
            .at(meeting.at)
            .who(teller.person())
            .whom(hearer.person())
            .topic(world.topics.story(story));
        world.log.push(record);
    }
    if !knew && to == Hearer::Spreader {
        disabuse(world, meeting.at, hearer, story, teller.person());
    }
}

/// Somebody comes to believe a story, as is on record.
pub(crate) fn believe_on_record(world: &mut World, at: Time, student: StudentId, story: Story) {
    if world.minds.of(student).hearer[story as usize] == Hearer::Ignorant {
        arise(world, at, student, story);
    }
    // Whoever believed in the meantime, or has just been told, has come to it now.
    let belief = world.minds.of(student).belief[story as usize].max(BELIEVES);
    world.minds.of_mut(student).belief[story as usize] = 0.0;
    believe(world, at, student, story, belief);
}

/// Somebody tells another a story, as is on record.
pub(crate) fn tell_on_record(world: &mut World, meeting: &Meeting, story: Story) {
    let Meeting { at, who, whom, .. } = *meeting;
    if world.minds.of(who).hearer[story as usize] == Hearer::Ignorant {
        arise(world, at, who, story);
    }
    let mut draw = meeting.draw(world, purpose(story));
    tell(world, at, (who, whom), story, &mut draw);
}

/// Somebody learns that a story is not true.
pub(crate) fn refute(world: &mut World, at: Time, student: StudentId, story: Story) {
    disabuse(world, at, student, story, NOBODY);
}

/// Belief ends, and what hung on it: hope is crushed below what it would be without the story.
fn disabuse(world: &mut World, at: Time, student: StudentId, story: Story, by: u32) {
    let rules = &world.programme.stories;
    let mind = world.minds.of_mut(student);
    if disabused(mind, story) {
        return;
    }
    mind.flags |= DISABUSED << story as u32;
    if mind.hearer[story as usize] == Hearer::Ignorant {
        return;
    }
    mind.flags |= DENIES << story as u32;
    mind.hearer[story as usize] = Hearer::Stifler;
    let belief = std::mem::take(&mut mind.belief[story as usize]);
    if story == Story::Deferral {
        lower(&mut mind.hope, rules.crushed * f64::from(belief));
        raise(&mut mind.distress, rules.anguish * f64::from(belief));
    }
    let mut record = Event::StoryRefuted
        .at(at)
        .who(student.person())
        .topic(world.topics.story(story))
        .object(mind.variant[story as usize]);
    if story == Story::Deferral {
        record = record.value(mind.hope);
    }
    if by != NOBODY {
        record = record.whom(by);
    }
    world.log.push(record);
}

/// The versions of stories that a student holds will be needed.
pub(crate) fn ahead(world: &World, student: StudentId, ahead: &mut Ahead) {
    let mind = world.minds.of(student);
    for (hearer, variant) in mind.hearer.iter().zip(mind.variant) {
        if *hearer != Hearer::Ignorant {
            ahead.add_row(world.inner.stories.variants.rows(), variant as usize);
        }
    }
}

/// Half a year of a student's life has gone by.
pub(crate) fn reflect(world: &mut World, reflection: &Reflection) {
    let student = reflection.who;
    told_by_rule(world, reflection);
    // Works and losses breed their stories when they happen; the other two grow in silence.
    for story in [Story::Deferral, Story::Originals] {
        may_arise(world, reflection, story);
    }
    let kept = survival(world.programme.stories.dwelling * reflection.years);
    for story in Story::ALL {
        let mind = world.minds.of(student);
        let hearer = mind.hearer[story as usize];
        if hearer == Hearer::Ignorant || disabused(mind, story) {
            continue;
        }
        let plausible = plausible(world, student, story, mind.variant[story as usize]);
        let before = f64::from(mind.belief[story as usize]);
        let belief = plausible + (before - plausible) * kept;
        believe(world, reflection.at, student, story, belief as f32);
        if hearer == Hearer::Stifler {
            may_revive(world, reflection, story, belief);
        }
    }
    let rules = &world.programme.stories;
    let mind = world.minds.of_mut(student);
    let belief = f64::from(mind.belief[Story::Deferral as usize]);
    if belief > 0.0 {
        let part = |rate: f64| 1.0 - survival(rate * belief * reflection.years);
        raise(&mut mind.hope, part(rules.hope));
        lower(&mut mind.distress, part(rules.calm));
    }
}

/// The public refutation, where there is one.
fn told_by_rule(world: &mut World, reflection: &Reflection) {
    let rules = &world.programme.stories;
    let by_date = rules.refuted_in != 0 && world.clock.year_of(reflection.at) >= rules.refuted_in;
    let by_age = rules.refuted_at_age > 0.0 && reflection.age >= rules.refuted_at_age;
    let story = Story::Deferral;
    if !(by_date || by_age) || disabused(world.minds.of(reflection.who), story) {
        return;
    }
    let (at, student) = (reflection.at, reflection.who);
    let channel = Channel::Disclosure;
    knowledge::hear(world, at, student, Fact::NoDeferral, channel, NOBODY, 1.0);
    refute(world, at, student, story);
}

fn may_arise(world: &mut World, reflection: &Reflection, story: Story) {
    let mind = world.minds.of(reflection.who);
    // What the story is bred by is heard of; what would answer it is not understood.
    let heard = match story {
        Story::Deferral => mind.heard[Fact::Completion as usize],
        _ => mind.heard[Fact::Clone as usize],
    };
    let arises = world.programme.stories.arises(story);
    let ignorant = mind.hearer[story as usize] == Hearer::Ignorant;
    if !ignorant || heard <= 0.0 || arises <= 0.0 || disabused(mind, story) {
        return;
    }
    let understood = fact_behind(story).map_or(0.0, |fact| mind.understood[fact as usize]);
    let rate = arises * f64::from(heard * (1.0 - understood));
    let purpose = match story {
        Story::Deferral => Purpose::DeferralArises,
        _ => Purpose::OriginalsArises,
    };
    let mut draw = reflection.draw(world, purpose);
    if draw.happens(rate * reflection.years) {
        arise(world, reflection.at, reflection.who, story);
    }
}

/// One who has stopped telling a story may take it up again, the sooner the more it is needed.
fn may_revive(world: &mut World, reflection: &Reflection, story: Story, belief: f64) {
    let rules = &world.programme.stories;
    let student = reflection.who;
    let need = if story == Story::Deferral {
        let coupled = f64::from(u8::from(world.network.partner(student).is_some()));
        rules.revival_need * (coupled + nearness(world, student))
    } else {
        0.0
    };
    let rate = rules.revival * belief * (1.0 + need);
    // One draw a half-year, a number of it for each story.
    let mut draw = reflection.draw(world, Purpose::StoryRevived);
    for _ in 0..story as u32 {
        draw.bits();
    }
    if draw.happens(rate * reflection.years) {
        world.minds.of_mut(student).hearer[story as usize] = Hearer::Spreader;
    }
}

/// What a student's version of a story claims; none for who has not heard it.
pub(crate) fn claim_of(world: &World, student: StudentId, story: Story) -> Option<Claim> {
    let mind = world.minds.of(student);
    (mind.hearer[story as usize] != Hearer::Ignorant).then(|| {
        let variant = mind.variant[story as usize];
        world.inner.stories.variants.get(variant).terms.claim
    })
}

#[cfg(test)]
mod tests;

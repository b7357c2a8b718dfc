//! 7.12 The Cottages: mixing, veterans, mimicry, media, outings, drift (A-085 to A-105).
//!
//! Each month some groups of residents go out: friends of the one who leads first, then others of the
//! house. In a town they see ordinary life, which raises images and longing (D-55), and strangers, one
//! of whom may be a possible. What is done together brings people closer. Television and cast-off print
//! do the same at home, less strongly.
//!
//! Rank at the Cottages is worldliness, not art. It follows
//!
//! ```text
//! target = seniority · t / (t + seniority_half) + worldly · images + manner · m + schooling · [humane]
//! ```
//!
//! where t are the years since school and m is the manner copied from others. Who is insecure and
//! ambitious copies those who have been there for longer and stand higher (D-58). Leavers of different
//! upbringing are curious about each other, and the higher condescend to the lower (A-036). Who was at
//! school with somebody knows which manner is copied, and may say so (A-097). That these things happen
//! is stated; every size is assumed.

use hailsham_engine::prefetch::Ahead;
use hailsham_engine::random::{identity, name_hash};
use hailsham_engine::time::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use crate::event::Event;
use crate::maths::halved;
use crate::metrics::{Facts, Metric, mean, metrics};
use crate::mind::{lower, raise};
use crate::person::{Phase, StudentId};
use crate::place::{PlaceId, SchoolKind};
use crate::purpose::Purpose;
use crate::statistics::correlation;
use crate::submodels::contacts::{Meeting, Reflection};
use crate::submodels::landmarks::{self, LandmarkKind};
use crate::submodels::{conditioning, originals, society, ties};
use crate::world::World;

/// The Cottages: mixing, veterans, mimicry, media, outings, drift.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, SmartDefault)]
#[serde(default, deny_unknown_fields)]
pub struct Outings {
    /// Outings that a resident goes on.
    #[schemars(range(min = 0.0, max = 100.0), extend("unit" = "per year", "source" = "assumed: outings are told of (A-087), how many is not", "lever" = "E-11"))]
    #[default = 4.0]
    pub per_year: f64,
    /// Mean number of companions of the one who leads.
    #[schemars(range(min = 0.0, max = 7.0), extend("unit" = "students", "source" = "assumed: groups of a few (C-03)"))]
    #[default = 2.5]
    pub companions: f64,
    /// Share of outings that go to the seaside town; most go to the nearest town.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed"))]
    #[default = 0.05]
    pub to_seaside: f64,
    /// Share of outings that go to the shore, where the boat lies.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed (A-105)"))]
    #[default = 0.05]
    pub to_shore: f64,
    /// Glimpse of ordinary life on an outing to a town: part of the images not yet held.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed (D-55)"))]
    #[default = 0.04]
    pub glimpse: f64,
    /// Glimpse that half a year of television gives.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed (A-089)", "lever" = "E-11"))]
    #[default = 0.05]
    pub television: f64,
    /// Glimpse that half a year of cast-off books and magazines gives.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed (A-088, A-217)", "lever" = "E-11"))]
    #[default = 0.04]
    pub print: f64,
    /// How much closer an outing brings the one who leads and each companion: part of what is left.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed (A-105)"))]
    #[default = 0.05]
    pub bond: f64,
    /// Meaning and hope that an outing gives, of what is left.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed: small joys (A-105)"))]
    #[default = 0.02]
    pub joy: f64,
    /// Probability that somebody in full distress shows it in the street.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "probability", "source" = "assumed (A-023)"))]
    #[default = 0.02]
    pub visible_pain: f64,
    /// Agency and meaning that half a year of idle waiting takes, of what there is.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed: aimless days (A-087)"))]
    #[default = 0.05]
    pub drift: f64,
    /// Weight of time since school in rank.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed (A-091)"))]
    #[default = 0.35]
    pub seniority: f64,
    /// Time since school at which half of that weight is reached.
    #[schemars(range(min = 0.01, max = 20.0), extend("unit" = "years", "source" = "assumed"))]
    #[default = 1.0]
    pub seniority_half: f64,
    /// Weight of images of ordinary life in rank.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed (A-093)"))]
    #[default = 0.25]
    pub worldly: f64,
    /// Weight of a copied manner in rank.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed (A-092)"))]
    #[default = 0.25]
    pub manner: f64,
    /// Weight of a humane schooling in rank.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "prestige of the one school (A-090); size assumed"))]
    #[default = 0.15]
    pub schooling: f64,
    /// How long it takes rank to come half the way to what it follows.
    #[schemars(range(min = 0.01, max = 20.0), extend("unit" = "years", "source" = "assumed"))]
    #[default = 0.5]
    pub rank_half_life: f64,
    /// Probability that somebody wholly insecure copies, at a meeting, a veteran who stands higher by a full rank.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "probability", "source" = "assumed (A-092, D-58)"))]
    #[default = 0.6]
    pub mimicry: f64,
    /// How far ambition counts in that: 0 not at all, 1 nobody without it copies.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed (A-044)"))]
    #[default = 0.5]
    pub ambition: f64,
    /// What copying once adds to the manner, of what is left.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed"))]
    #[default = 0.15]
    pub copied: f64,
    /// Probability that somebody wholly curious asks, at a meeting, about a schooling that was humane.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "probability", "source" = "assumed: curiosity (A-036)"))]
    #[default = 0.05]
    pub curiosity: f64,
    /// Probability that somebody who stands higher by a full rank condescends, at a meeting, to one of another upbringing.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "probability", "source" = "assumed: condescension (A-036)"))]
    #[default = 0.2]
    pub condescension: f64,
    /// What being asked adds to self-worth, as a share of what is left.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed: a schooling that others wonder at (A-036)"))]
    #[default = 0.02]
    pub asked: f64,
    /// Self-worth that condescension and being confronted take, of what there is.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed"))]
    #[default = 0.05]
    pub slight: f64,
    /// Share of the leavers of ordinary schools who have had a humane education.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "none is told of", "lever" = "E-39"))]
    #[default = 0.0]
    pub humane_education: f64,
    /// Probability that somebody wholly bold confronts, at a meeting, a schoolmate whose manner is wholly copied.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "probability", "source" = "assumed (A-097)"))]
    #[default = 0.1]
    pub confronting: f64,
    /// Share of a copied manner that is given up when confronted.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed"))]
    #[default = 0.4]
    pub given_up: f64,
    /// Agency that confronting gives, of what is left.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed: growth (A-097)"))]
    #[default = 0.05]
    pub relief: f64,
}

/// Most people on one outing.
const MOST: usize = 8;
const MONTHS: f64 = 12.0;

/// What a resident has been through.
#[derive(Clone, Copy, Default)]
struct Resident {
    /// Manner copied from others, 0 to 1.
    manner: f32,
    outings: u16,
    imitations: u16,
}

/// What the submodel keeps for itself.
#[derive(Default)]
pub(crate) struct State {
    rows: Vec<Resident>,
    /// Sum of ranks and number of reflections of residents from humane and from ordinary schools.
    ranks: [(f64, u32); 2],
}

impl State {
    /// A student's row will be needed.
    #[inline]
    pub(crate) fn ahead(&self, student: StudentId, ahead: &mut Ahead) {
        ahead.add_row(&self.rows, student.row());
    }

    /// Room for one more student.
    pub(crate) fn push(&mut self) {
        self.rows.push(Resident::default());
    }

    /// Mean rank of leavers of humane schools above that of leavers of ordinary ones.
    fn rank_gap(&self) -> f64 {
        let [humane, ordinary] = self.ranks.map(|(sum, count)| sum / f64::from(count));
        humane - ordinary
    }
}

fn residents<'a>(facts: &'a Facts) -> impl Iterator<Item = StudentId> + 'a {
    let phase = &facts.world.students.phase;
    facts
        .students()
        .filter(|student| phase[student.row()] == Phase::Resident)
}

/// What is measured of it.
pub(crate) const METRICS: &[Metric] = metrics! {
    outings "outings" "Times that a resident of the Cottages went out." |f| f.count(Event::WentOut);
    images_residents "share" "Mean images of ordinary life held by residents of the Cottages at the end." |f| {
        let held: Vec<f64> = residents(f).map(|s| f64::from(f.world.minds.of(s).images)).collect();
        mean(&held)
    };
    longing_residents "share" "Mean longing for an ordinary life among residents of the Cottages at the end." |f| {
        let held: Vec<f64> = residents(f).map(|s| f64::from(f.world.minds.of(s).longing)).collect();
        mean(&held)
    };
    options_residents "share" "Mean belief that another life is possible for oneself among residents of the Cottages at the end." |f| {
        let held: Vec<f64> = residents(f).map(|s| f64::from(f.world.minds.of(s).options)).collect();
        mean(&held)
    };
    longing_by_outings "correlation" "Correlation of longing with the number of outings among residents of the Cottages at the end." |f| {
        let pairs: Vec<(f64, f64)> = residents(f).map(|s| {
            let outings = f.world.inner.outings.rows[s.row()].outings;
            (f64::from(outings), f64::from(f.world.minds.of(s).longing))
        }).collect();
        correlation(&pairs)
    };
    imitations "times" "Times that a resident copied the manner of a veteran." |f| f.count(Event::Imitated);
    imitations_by_insecurity "correlation" "Correlation of insecurity with the number of times that somebody copied veterans, among those who have been through the Cottages." |f| {
        let students = &f.world.students;
        let through = |s: &StudentId| !matches!(students.phase[s.row()], Phase::Pupil | Phase::Resident) && students.left_school[s.row()] != Time::NEVER;
        let pairs: Vec<(f64, f64)> = f.students().filter(through).map(|s| {
            (f64::from(f.world.minds.of(s).insecurity), f64::from(f.world.inner.outings.rows[s.row()].imitations))
        }).collect();
        correlation(&pairs)
    };
    rank_gap "rank" "Mean rank at the Cottages of leavers of humane schools less that of leavers of ordinary ones, over the run." |f| f.world.inner.outings.rank_gap();
    condescended "times" "Times that somebody was condescended to by a resident of another upbringing." |f| f.count(Event::Condescended);
    asked_about_school "times" "Times that a resident asked about a humane schooling." |f| f.count(Event::AskedAboutSchool);
    confronted "times" "Times that somebody was confronted with a copied manner." |f| f.count(Event::Confronted);
};

fn from_humane(world: &World, student: StudentId) -> bool {
    let school = world.students.school[student.row()];
    world.places.get(school).school_kind == Some(SchoolKind::Humane)
}

/// Whether somebody has had a humane education, at a humane school or elsewhere.
fn humanely_schooled(world: &World, student: StudentId) -> bool {
    let share = world.programme.outings.humane_education;
    from_humane(world, student)
        || (share > 0.0
            && world
                .draw(student, Purpose::HumaneEducation, 0)
                .bernoulli(share))
}

/// The rank that a resident's follows.
fn rank_followed(world: &World, at: Time, student: StudentId) -> f64 {
    let rules = &world.programme.outings;
    let years = (at - world.students.left_school[student.row()]).years();
    let images = f64::from(world.minds.of(student).images);
    let manner = f64::from(world.inner.outings.rows[student.row()].manner);
    let schooling = if humanely_schooled(world, student) {
        rules.schooling
    } else {
        0.0
    };
    let seniority = rules.seniority * years / (years + rules.seniority_half);
    (seniority + rules.worldly * images + rules.manner * manner + schooling).min(1.0)
}

/// A student has moved: a leaver who comes to the Cottages begins at the rank of a newcomer.
pub(crate) fn moved(world: &mut World, at: Time, student: StudentId) {
    if world.students.phase[student.row()] == Phase::Resident {
        let rank = rank_followed(world, at, student);
        world.minds.of_mut(student).standing = rank as f32;
    }
}

/// Two residents meet: one may copy, condescend to, ask or confront the other.
pub(crate) fn meet(world: &mut World, meeting: &Meeting) {
    let (one, other) = (meeting.who, meeting.whom);
    let students = &world.students;
    if !meeting.together
        || students.phase[one.row()] != Phase::Resident
        || students.phase[other.row()] != Phase::Resident
    {
        return;
    }
    let (mine, theirs) = (
        students.left_school[one.row()],
        students.left_school[other.row()],
    );
    if mine > theirs {
        imitate(world, meeting, one, other);
    } else if theirs > mine {
        imitate(world, meeting, other, one);
    }
    if humanely_schooled(world, one) != humanely_schooled(world, other) {
        compare(world, meeting);
    }
    if world.students.school[one.row()] == world.students.school[other.row()] {
        let rows = &world.inner.outings.rows;
        if rows[one.row()].manner > rows[other.row()].manner {
            confront(world, meeting, one, other);
        } else {
            confront(world, meeting, other, one);
        }
    }
}

/// A newcomer may copy the manner of a veteran who stands higher.
fn imitate(world: &mut World, meeting: &Meeting, newcomer: StudentId, veteran: StudentId) {
    let rules = &world.programme.outings;
    let mind = world.minds.of(newcomer);
    let gap = f64::from(world.minds.of(veteran).standing - mind.standing);
    let ambitious = 1.0 - rules.ambition * (1.0 - f64::from(mind.ambition));
    let probability = rules.mimicry * gap * f64::from(mind.insecurity) * ambitious;
    if probability <= 0.0
        || !meeting
            .draw(world, Purpose::Imitation)
            .bernoulli(probability)
    {
        return;
    }
    copy_manner(world, meeting, newcomer, veteran);
}

/// A newcomer copies the manner of a veteran, as is on record: the veteran is looked up to, and stands no
/// lower than the newcomer from then on.
pub(crate) fn copy_on_record(world: &mut World, meeting: &Meeting) {
    let (newcomer, veteran) = (meeting.who, meeting.whom);
    let least = world.minds.of(newcomer).standing;
    let standing = &mut world.minds.of_mut(veteran).standing;
    *standing = standing.max(least);
    copy_manner(world, meeting, newcomer, veteran);
}

/// A newcomer takes over the manner of a veteran.
fn copy_manner(world: &mut World, meeting: &Meeting, newcomer: StudentId, veteran: StudentId) {
    let gap = world.minds.of(veteran).standing - world.minds.of(newcomer).standing;
    let copied = world.programme.outings.copied;
    let row = &mut world.inner.outings.rows[newcomer.row()];
    raise(&mut row.manner, copied);
    row.imitations = row.imitations.saturating_add(1);
    let place = world.students.place[newcomer.row()].number();
    world.log.push(
        Event::Imitated
            .at(meeting.at)
            .who(newcomer.person())
            .whom(veteran.person())
            .place(place)
            .value(gap),
    );
}

/// Two of different upbringing: the higher may condescend to the lower, and the one who was not
/// humanely schooled may ask about it.
fn compare(world: &mut World, meeting: &Meeting) {
    let rules = &world.programme.outings;
    let (one, other) = (meeting.who, meeting.whom);
    let place = world.students.place[one.row()].number();
    let gap = f64::from(world.minds.of(one).standing - world.minds.of(other).standing);
    let (higher, below) = if gap > 0.0 {
        (one, other)
    } else {
        (other, one)
    };
    let (asks, asked) = if humanely_schooled(world, one) {
        (other, one)
    } else {
        (one, other)
    };
    let curious = rules.curiosity * f64::from(world.minds.of(asks).curiosity);
    let slight = rules.slight;
    let condescends = meeting
        .draw(world, Purpose::Condescension)
        .bernoulli(rules.condescension * gap.abs());
    let wonders = meeting
        .draw(world, Purpose::AskingAboutSchool)
        .bernoulli(curious);
    if condescends {
        lower(&mut world.minds.of_mut(below).worth, slight);
        world.log.push(
            Event::Condescended
                .at(meeting.at)
                .who(below.person())
                .whom(higher.person())
                .place(place)
                .value(gap.abs() as f32),
        );
    }
    if wonders {
        let esteem = rules.asked;
        raise(&mut world.minds.of_mut(asked).worth, esteem);
        world.log.push(
            Event::AskedAboutSchool
                .at(meeting.at)
                .who(asks.person())
                .whom(asked.person())
                .place(place),
        );
    }
}

/// Somebody's copied manner is known to a schoolmate, who may say so.
fn confront(world: &mut World, meeting: &Meeting, pretender: StudentId, schoolmate: StudentId) {
    let rules = &world.programme.outings;
    let manner = world.inner.outings.rows[pretender.row()].manner;
    let boldness = f64::from(world.minds.of(schoolmate).boldness);
    let probability = rules.confronting * f64::from(manner) * boldness;
    if probability <= 0.0
        || !meeting
            .draw(world, Purpose::Confronting)
            .bernoulli(probability)
    {
        return;
    }
    hold_against(world, meeting, pretender, schoolmate);
}

/// A copied manner is held against somebody, who gives some of it up.
pub(crate) fn hold_against(
    world: &mut World,
    meeting: &Meeting,
    pretender: StudentId,
    schoolmate: StudentId,
) {
    let rules = &world.programme.outings;
    let manner = world.inner.outings.rows[pretender.row()].manner;
    let (given_up, slight, relief) = (rules.given_up, rules.slight, rules.relief);
    lower(
        &mut world.inner.outings.rows[pretender.row()].manner,
        given_up,
    );
    lower(&mut world.minds.of_mut(pretender).worth, slight);
    raise(&mut world.minds.of_mut(schoolmate).agency, relief);
    world.log.push(
        Event::Confronted
            .at(meeting.at)
            .who(pretender.person())
            .whom(schoolmate.person())
            .place(world.students.place[pretender.row()].number())
            .value(manner),
    );
}

/// Half a year at the Cottages: television and print, idle waiting, rank.
pub(crate) fn reflect(world: &mut World, reflection: &Reflection) {
    let (student, at) = (reflection.who, reflection.at);
    if world.students.phase[student.row()] != Phase::Resident {
        return;
    }
    let rules = &world.programme.outings;
    let (television, print, drift) = (rules.television, rules.print, rules.drift);
    let towards = 1.0 - halved(reflection.years / rules.rank_half_life);
    for part in [television, print] {
        if part > 0.0 {
            conditioning::glimpse(world, at, student, part);
        }
    }
    let followed = rank_followed(world, at, student);
    let mind = world.minds.of_mut(student);
    lower(&mut mind.agency, drift);
    lower(&mut mind.meaning, drift);
    mind.standing += ((followed - f64::from(mind.standing)) * towards) as f32;
    let standing = f64::from(mind.standing);
    let group = usize::from(!from_humane(world, student));
    let (sum, count) = &mut world.inner.outings.ranks[group];
    *sum += standing;
    *count += 1;
}

/// A month has gone by at a place where students wait: who went out, and where?
pub(crate) fn month(world: &mut World, at: Time, place: PlaceId, number: u32) {
    let rules = &world.programme.outings;
    let (per_year, companions) = (rules.per_year, rules.companions);
    if per_year <= 0.0 {
        return;
    }
    let here = world
        .roster
        .at(place)
        .iter()
        .filter(|&&student| world.students.phase[student as usize] == Phase::Resident)
        .count();
    if here == 0 {
        return;
    }
    let key = identity(&[
        name_hash("outings"),
        name_hash(&world.places.get(place).name),
        u64::from(number),
    ]);
    let groups = per_year / MONTHS * here as f64 / (1.0 + companions);
    let groups = world
        .clock
        .streams
        .entity(key)
        .purpose(Purpose::Outings)
        .draw(0)
        .poisson(groups) as u32;
    for group in 0..groups {
        go_out(world, at, place, key, group);
    }
}

/// Those who go on an outing, the one who leads first.
struct Party {
    members: [StudentId; MOST],
    size: usize,
}

impl Party {
    fn of(&self) -> &[StudentId] {
        &self.members[..self.size]
    }

    /// Takes somebody along, if there is room and the person lives there and is not along yet.
    fn take(&mut self, world: &World, place: PlaceId, student: StudentId, most: usize) {
        let row = student.row();
        if self.size < most.min(MOST)
            && world.students.phase[row] == Phase::Resident
            && world.students.place[row] == place
            && !self.of().contains(&student)
        {
            self.members[self.size] = student;
            self.size += 1;
        }
    }
}

/// An outing that is on record: the one who leads, and those who go along.
pub(crate) fn go_out_on_record(
    world: &mut World,
    at: Time,
    leader: StudentId,
    along: &[StudentId],
    place: Option<PlaceId>,
) {
    let place = place.unwrap_or(world.students.place[leader.row()]);
    let (companions, bond) = (along.len() as i32, world.programme.outings.bond);
    let record = |student: StudentId| {
        let record = Event::WentOut.at(at).who(student.person());
        record.place(place.number()).n(companions)
    };
    world.log.push(record(leader));
    enjoy(world, leader);
    for &student in along {
        ties::strengthen(world, at, leader, student, bond);
        world.log.push(record(student).whom(leader.person()));
        enjoy(world, student);
    }
}

/// What a day out does to somebody. Gives the number of the outing.
fn enjoy(world: &mut World, student: StudentId) -> u32 {
    let joy = world.programme.outings.joy;
    let row = &mut world.inner.outings.rows[student.row()];
    row.outings = row.outings.saturating_add(1);
    let number = u32::from(row.outings);
    let mind = world.minds.of_mut(student);
    raise(&mut mind.meaning, joy);
    raise(&mut mind.hope, joy);
    number
}

fn go_out(world: &mut World, at: Time, place: PlaceId, key: u64, group: u32) {
    let rules = &world.programme.outings;
    let (glimpse, bond, visible) = (rules.glimpse, rules.bond, rules.visible_pain);
    let mut draw = world
        .clock
        .streams
        .entity(key)
        .purpose(Purpose::OutingGroup)
        .draw(group);
    let where_to = draw.uniform();
    let kind = if where_to < rules.to_shore {
        LandmarkKind::Shore
    } else if where_to < rules.to_shore + rules.to_seaside {
        LandmarkKind::SeasideTown
    } else {
        LandmarkKind::Town
    };
    let Some(to) = landmarks::nearest(world, kind, place) else {
        return;
    };
    let most = 1 + draw.poisson(rules.companions) as usize;
    let there = world.roster.at(place);
    let mut party = Party {
        members: [StudentId(0); MOST],
        size: 0,
    };
    // One of the residents leads: another is drawn until it is one, so that each is as likely.
    while party.size == 0 {
        let number = draw.below(there.len() as u32) as usize;
        party.take(world, place, StudentId(there[number]), 1);
    }
    let leader = party.members[0];
    for tie in world.network.of(leader) {
        party.take(world, place, tie.other(), most);
    }
    let from = draw.below(there.len() as u32) as usize;
    for &student in there[from..].iter().chain(&there[..from]) {
        if party.size >= most.min(MOST) {
            break;
        }
        party.take(world, place, StudentId(student), most);
    }
    for &student in party.of() {
        let mut record = Event::WentOut
            .at(at)
            .who(student.person())
            .place(to.number())
            .n(party.size as i32 - 1);
        if student != leader {
            record = record.whom(leader.person());
            ties::strengthen(world, at, leader, student, bond);
        }
        world.log.push(record);
        let number = enjoy(world, student);
        let mind = world.minds.of(student);
        if kind == LandmarkKind::Shore {
            continue;
        }
        let distress = f64::from(mind.distress);
        conditioning::glimpse(world, at, student, glimpse);
        originals::sight(world, at, student, to);
        let shown = world
            .draw(student, Purpose::VisiblePain, number)
            .bernoulli(visible * distress);
        if shown {
            society::pass_by(world, at, student, to);
        }
    }
}

#[cfg(test)]
mod tests;

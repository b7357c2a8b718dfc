//! Couples (A-041, A-115), and love that is not told (A-042, A-096).
//!
//! Whenever two friends meet who are old enough, one of them may speak:
//!
//! ```text
//! p = logistic(shyness + affinity · a + boldness · b − distrust · (1 − t)) · (same_sex, if they are of one sex)
//! ```
//!
//! with *a* their affinity, *b* the boldness of the bolder, and *t* the trust of the less trusting: who
//! has been lied to about the other keeps silent. If both are free they are a couple from then on. If
//! one of them is not, love is felt and kept back: for the sake of the friendship, or since it is too
//! late. If somebody has come between them, they are kept apart. A couple parts with a hazard that
//! grows as friendship fades.

use hailsham_engine::time::{Span, Time};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use super::{Closest, has, mark, unmark};
use crate::event::{Event, Word};
use crate::history;
use crate::maths::logistic;
use crate::mind::{Fact, raise};
use crate::network::Tie;
use crate::person::StudentId;
use crate::purpose::Purpose;
use crate::submodels::contacts::{Meeting, Reflection};
use crate::world::World;

/// Who becomes a couple, and for how long.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, SmartDefault)]
#[serde(default, deny_unknown_fields)]
pub struct Couples {
    /// Age from which students can be a couple.
    #[schemars(range(min = 0.0, max = 100.0), extend("unit" = "years", "source" = "assumed: no rule is told of (A-041)"))]
    #[default = 14.0]
    pub from_age: f64,
    /// Age until which only those who are near in age can be a couple.
    #[schemars(range(min = 0.0, max = 100.0), extend("unit" = "years", "source" = "assumed: attachments of schoolmates"))]
    #[default = 18.0]
    pub of_age: f64,
    /// How far two may be apart in age while one of them is younger than that.
    #[schemars(range(min = 0.0, max = 100.0), extend("unit" = "years", "source" = "assumed"))]
    #[default = 1.5]
    pub apart: f64,
    /// Friendship that a couple begins from.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed"))]
    #[default = 0.4]
    pub friendship: f64,
    /// How unlikely two who trust each other are to become a couple at a meeting, without affinity or boldness.
    #[schemars(range(min = -50.0, max = 50.0), extend("unit" = "log-odds", "source" = "assumed"))]
    #[default(-5.5)]
    pub shyness: f64,
    /// How much more likely with each standard deviation of affinity.
    #[schemars(range(min = 0.0, max = 50.0), extend("unit" = "log-odds", "source" = "assumed"))]
    #[default = 1.2]
    pub affinity: f64,
    /// How much more likely if one of the two is bold.
    #[schemars(range(min = 0.0, max = 50.0), extend("unit" = "log-odds", "source" = "assumed (A-096)"))]
    #[default = 2.0]
    pub boldness: f64,
    /// How much less likely where one of the two has no trust in the other.
    #[schemars(range(min = 0.0, max = 50.0), extend("unit" = "log-odds", "source" = "assumed: what was lied about is not spoken of (A-161, A-162)"))]
    #[default = 2.0]
    pub distrust: f64,
    /// How likely two of one sex are to become a couple, beside two of different sexes.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "ratio", "source" = "assumed: not said"))]
    #[default = 0.05]
    pub same_sex: f64,
    /// Hazard that a couple parts whose friendship is gone; in proportion less while it lasts.
    #[schemars(range(min = 0.0, max = 100.0), extend("unit" = "per year", "source" = "assumed (A-103)"))]
    #[default = 0.6]
    pub parting: f64,
    /// Whether students can have children.
    #[schemars(extend("unit" = "", "source" = "A-013: they cannot", "lever" = "E-35"))]
    #[default = false]
    pub children: bool,
    /// Longing that a year as a couple leaves in those who understand that they will have no children, as a share of what is left.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "per year", "source" = "assumed: the future that is mourned (E-35)"))]
    #[default = 0.1]
    pub childless: f64,
}

/// Two who have a tie meet.
pub(super) fn meet(world: &mut World, meeting: &Meeting) {
    let Meeting { at, who, whom, .. } = *meeting;
    let rules = &world.programme.ties.couples;
    let Some(tie) = world.network.between(who, whom).copied() else {
        return;
    };
    if f64::from(tie.friendship) < rules.friendship || tie.is(Tie::COUPLE) {
        return;
    }
    let old_enough = Span::from_years(rules.from_age);
    let students = &world.students;
    let (one, other) = (who.row(), whom.row());
    let (older, younger) = (
        students.born[one].min(students.born[other]),
        students.born[one].max(students.born[other]),
    );
    let age = at - younger;
    if age < old_enough {
        return;
    }
    // Whoever is not of age loves somebody of about that age.
    if age < Span::from_years(rules.of_age) && younger - older > Span::from_years(rules.apart) {
        return;
    }
    let back = world.network.between(whom, who);
    let trust = back.map_or(tie.trust, |back| back.trust.min(tie.trust));
    let boldness = world
        .minds
        .of(who)
        .boldness
        .max(world.minds.of(whom).boldness);
    let log_odds = rules.shyness
        + rules.affinity * f64::from(tie.affinity)
        + rules.boldness * f64::from(boldness)
        - rules.distrust * (1.0 - f64::from(trust));
    let same_sex = if students.sex[one] == students.sex[other] {
        rules.same_sex
    } else {
        1.0
    };
    let speaks = meeting
        .draw(world, Purpose::Couple)
        .bernoulli(logistic(log_odds) * same_sex);
    if !speaks {
        return;
    }
    mark(world, who, whom, Tie::LOVE);
    if tie.is(Tie::BLOCKED) {
        keep_apart(world, at, who, whom);
    } else if history::awaits(world, Event::Coupled, who, whom) {
        // It is on record when they become a couple: not yet.
    } else if world.network.partner(who).is_none() && world.network.partner(whom).is_none() {
        unite(world, at, who, whom);
    } else if !tie.is(Tie::LOVE) {
        hide_love(world, at, who, whom);
    }
}

/// Somebody loves another and keeps it back.
pub(super) fn hide_love(world: &mut World, at: Time, who: StudentId, whom: StudentId) {
    let affinity = world
        .network
        .between(who, whom)
        .map_or(0.0, |tie| tie.affinity);
    mark(world, who, whom, Tie::LOVE);
    world.log.push(
        Event::LoveHidden
            .at(at)
            .who(who.person())
            .whom(whom.person())
            .value(affinity),
    );
}

/// Two become a couple, as is on record: whom they were with is left, and nobody comes between them.
pub(super) fn unite_on_record(world: &mut World, at: Time, one: StudentId, other: StudentId) {
    for student in [one, other] {
        if let Some(partner) = world.network.partner(student)
            && partner != one
            && partner != other
        {
            part(world, at, student, partner, Word::Estrangement);
        }
    }
    if !has(world, one, other, Tie::COUPLE) {
        unmark(world, one, other, Tie::BLOCKED);
        mark(world, one, other, Tie::LOVE);
        unite(world, at, one, other);
    }
}

/// Two would have become a couple, but somebody has come between them.
fn keep_apart(world: &mut World, at: Time, one: StudentId, other: StudentId) {
    if let Some(matter) = world.inner.ties.matter(one, other)
        && matter.kept_apart == Time::NEVER
    {
        matter.kept_apart = at;
        world.log.push(
            Event::KeptApart
                .at(at)
                .who(one.person())
                .whom(other.person())
                .object(matter.by.person()),
        );
    }
}

fn unite(world: &mut World, at: Time, one: StudentId, other: StudentId) {
    mark(world, one, other, Tie::COUPLE);
    let state = &mut world.inner.ties;
    for student in [one, other] {
        state.past[student.row()].couple_since = at;
    }
    let mut record = Event::Coupled.at(at).who(one.person()).whom(other.person());
    if let Some(matter) = state.matter(one, other)
        && let Some(years) = matter.years_apart(at)
        && matter.united == Time::NEVER
    {
        matter.united = at;
        record = record.value(years as f32);
    }
    world.log.push(record);
}

/// Whether it is on record that a couple is still one, or when it parts.
pub(super) fn stays(world: &World, at: Time, one: StudentId, other: StudentId) -> bool {
    history::keeps(world, at, Event::Coupled, one, other)
        || history::awaits(world, Event::Parted, one, other)
}

/// A couple parts.
pub(super) fn part(world: &mut World, at: Time, one: StudentId, other: StudentId, why: Word) {
    unmark(world, one, other, Tie::COUPLE);
    let since = world.inner.ties.past[one.row()].couple_since;
    world.log.push(
        Event::Parted
            .at(at)
            .who(one.person())
            .whom(other.person())
            .topic(world.topics.word(why))
            .value((at - since).years() as f32),
    );
}

/// Half a year has gone by for somebody with ties.
pub(super) fn reflect(world: &mut World, reflection: &Reflection, closest: &Closest) {
    let Some(partner) = closest.partner else {
        return;
    };
    let Reflection { at, who, years, .. } = *reflection;
    let rules = &world.programme.ties.couples;
    if !rules.children {
        let mind = world.minds.of_mut(who);
        let understood = f64::from(mind.understood[Fact::Childlessness as usize]);
        raise(&mut mind.longing, rules.childless * understood * years);
    }
    // A couple has two reflections in half a year: one of them decides.
    if partner < who {
        return;
    }
    let fading = world.programme.ties.friendship.fading();
    let friendship = world
        .network
        .between(who, partner)
        .map_or(0.0, |tie| tie.friendship_at(at, fading));
    let hazard = rules.parting * (1.0 - friendship);
    let parts = reflection
        .draw(world, Purpose::Parting)
        .happens(hazard * years);
    if parts && !stays(world, at, who, partner) {
        part(world, at, who, partner, Word::Estrangement);
    }
}

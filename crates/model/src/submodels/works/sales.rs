//! Sales, the collector, and what is shown.
//!
//! Sales are told of, and that the best leave for the Gallery; what is paid is not (gap 1). Assumed:
//! once a term every pupil of a humane school is given `allowance` tokens. Guardians set the best
//! `set_aside` of the term's works aside for the collector. Each of the others, the best first, is
//! looked at by `viewers` pupils, one after another; one who has the tokens buys it with probability
//! `appetite` · score, and the maker is paid as many tokens as its grade. Then goods from outside are
//! sold in the same way, for tokens that go back to the school. A Sale neither makes nor loses a
//! token.
//!
//! The collector takes the best `share` of the works that are still their makers' and not older than
//! `window`; whatever else was looked at is passed over for good. Nobody is told what for
//! unless the rule says so.

use hailsham_engine::random::Draw;
use hailsham_engine::time::{Span, Time};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use super::{Fate, Store, Work};
use crate::event::Event;
use crate::mind::{self, Fact, Story};
use crate::person::{NOBODY, Phase, StudentId};
use crate::place::{PlaceId, SchoolKind};
use crate::purpose::Purpose;
use crate::submodels::knowledge::{self, Channel};
use crate::submodels::{belongings, staff, standing, stories};
use crate::world::World;

/// Sales at humane schools: declared assumptions (gap 1).
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, SmartDefault)]
#[serde(default, deny_unknown_fields)]
pub struct Sales {
    /// Tokens given to each pupil for a Sale.
    #[schemars(range(min = 0, max = 1000), extend("unit" = "tokens per term", "source" = "assumed (gap 1)"))]
    #[default = 3]
    pub allowance: u32,
    /// Share of a term's works, the best, set aside for the collector.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed: only the best leave (A-054)"))]
    #[default = 0.1]
    pub set_aside: f64,
    /// Pupils who look at a work or a thing.
    #[schemars(range(min = 0, max = 1000), extend("unit" = "students", "source" = "assumed"))]
    #[default = 3]
    pub viewers: u32,
    /// Probability that one of them buys, for a work of the highest score.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "probability", "source" = "assumed"))]
    #[default = 0.35]
    pub appetite: f64,
    /// Things from outside on a Sale, for each pupil.
    #[schemars(range(min = 0.0, max = 100.0), extend("unit" = "things", "source" = "assumed: whether outside goods change hands is not said (A-053)"))]
    #[default = 0.1]
    pub goods: f64,
    /// What one of them costs.
    #[schemars(range(min = 0, max = 1000), extend("unit" = "tokens", "source" = "assumed (gap 1)"))]
    #[default = 4]
    pub goods_price: u32,
}

/// Whether works are taken, and what is said of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Collecting {
    /// They are taken, and nobody says what for.
    #[default]
    Unexplained,
    /// They are taken, and the pupils of the school are told what for.
    Explained,
    /// None is taken or set aside, and nobody comes for them.
    Stopped,
}

/// What is taken away.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, SmartDefault)]
#[serde(default, deny_unknown_fields)]
pub struct Collection {
    /// Whether works are taken, and what is said of it.
    #[schemars(extend("unit" = "", "source" = "regular, and never explained (A-055)", "lever" = "E-33"))]
    pub rule: Collecting,
    /// Share of the works shown to the collector that are taken.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share", "source" = "assumed: few are chosen (A-054)"))]
    #[default = 0.05]
    pub share: f64,
    /// Age beyond which a work is not shown to the collector any more.
    #[schemars(range(min = 0.0, max = 100.0), extend("unit" = "years", "source" = "assumed"))]
    #[default = 1.0]
    pub window: f64,
    /// What being chosen adds to self-worth.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share of what is left", "source" = "assumed: validation for the chosen (A-054)"))]
    #[default = 0.3]
    pub worth: f64,
    /// Where the collection is explained: how much of its purpose is taken in each time.
    #[schemars(range(min = 0.0, max = 1.0), extend("unit" = "share of what is left", "source" = "assumed"))]
    #[default = 0.5]
    pub told: f64,
}

/// How many of `count` make up a share of them: the nearest whole number.
fn share_of(count: usize, share: f64) -> usize {
    ((count as f64 * share + 0.5) as usize).min(count)
}

/// Puts the best works first; of equals, the older.
fn best_first(works: &[Work], numbers: &mut [u32]) {
    numbers.sort_unstable_by(|one, other| {
        let score = |number: &u32| works[*number as usize].score;
        score(other)
            .total_cmp(&score(one))
            .then_with(|| one.cmp(other))
    });
}

/// Whether a work is still its maker's, who lives as a pupil at the place where it was made.
fn at_school(world: &World, work: &Work) -> bool {
    let row = work.maker as usize;
    work.fate == Fate::Kept
        && world.students.phase[row] == Phase::Pupil
        && world.students.place[row].number() == work.place
}

/// A term of a school has ended: a Sale, where the school is of the humane kind.
pub(crate) fn term(world: &mut World, at: Time, school: u32, number: u32) {
    let (place, key) = {
        let school = &world.institutions.schools[school as usize];
        (school.place, school.key)
    };
    if world.places.get(place).school_kind != Some(SchoolKind::Humane) {
        return;
    }
    let pupils = give_tokens(world, at, place);
    if pupils == 0 {
        return;
    }
    // The list is taken out while others are changed, and put back to be used again.
    let mut offered = std::mem::take(&mut world.inner.works.store(place).term);
    offered.retain(|number| at_school(world, &world.inner.works.works[*number as usize]));
    best_first(&world.inner.works.works, &mut offered);
    let set_aside = if is_collected(world) {
        world.programme.works.sales.set_aside
    } else {
        0.0
    };
    let aside = share_of(offered.len(), set_aside);
    let (mut sold, mut paid) = (0, 0);
    for &object in &offered[aside..] {
        if let Some(price) = offer(world, at, place, object) {
            sold += 1;
            paid += price;
        }
    }
    offered.clear();
    world.inner.works.store(place).term = offered;
    let mut draw = world
        .clock
        .streams
        .entity(key)
        .purpose(Purpose::SaleGoods)
        .draw(number);
    for _ in 0..share_of(pupils, world.programme.works.sales.goods) {
        paid += offer_thing(world, at, place, &mut draw);
    }
    let record = Event::SaleHeld.at(at).place(place.number());
    world.log.push(record.n(sold).value(paid as f32));
    // What the collector has not seen in time is not shown any more.
    let from = at - Span::from_years(world.programme.works.collection.window);
    let state = &mut world.inner.works;
    let works = &state.works;
    state.stores[place.row()]
        .unseen
        .retain(|number| works[*number as usize].made >= from);
}

/// Every pupil of an age to remember it is given tokens. Gives how many pupils there are.
fn give_tokens(world: &mut World, at: Time, place: PlaceId) -> usize {
    let allowance = world.programme.works.sales.allowance;
    let mut pupils = 0;
    for &student in world.roster.at(place) {
        if takes_part(world, at, StudentId(student)) {
            world.inner.works.makers[student as usize].tokens += allowance;
            pupils += 1;
        }
    }
    world.inner.works.issued += pupils as u64 * u64::from(allowance);
    pupils
}

fn takes_part(world: &World, at: Time, student: StudentId) -> bool {
    let row = student.row();
    let age = (at - world.students.born[row]).years();
    world.students.phase[row] == Phase::Pupil && age >= world.programme.contacts.from_age
}

/// Somebody of a place who looks at what is offered, if it is a pupil who can pay.
fn viewer(
    world: &World,
    at: Time,
    place: PlaceId,
    price: u32,
    draw: &mut Draw,
) -> Option<StudentId> {
    let there = world.roster.at(place);
    let student = StudentId(there[draw.below(there.len() as u32) as usize]);
    let tokens = world.inner.works.makers[student.row()].tokens;
    (tokens >= price && takes_part(world, at, student)).then_some(student)
}

/// A work is offered. Gives what was paid for it, if it was bought.
fn offer(world: &mut World, at: Time, place: PlaceId, object: u32) -> Option<u32> {
    let sales = &world.programme.works.sales;
    let work = world.inner.works.works[object as usize];
    let price = u32::from(work.grade);
    let maker = StudentId(work.maker);
    let mut draw = world.draw(maker, Purpose::SaleBuyers, work.number);
    for _ in 0..sales.viewers {
        let buyer = viewer(world, at, place, price, &mut draw);
        let wants = draw.bernoulli(sales.appetite * f64::from(work.score));
        let Some(buyer) = buyer.filter(|buyer| *buyer != maker && wants) else {
            continue;
        };
        let state = &mut world.inner.works;
        state.makers[buyer.row()].tokens -= price;
        state.makers[maker.row()].tokens += price;
        let work = &mut state.works[object as usize];
        work.fate = Fate::Sold;
        work.owner = buyer.person();
        work.parted = at;
        let record = Event::Sold.at(at).who(maker.person());
        world.log.push(
            record
                .whom(buyer.person())
                .place(place.number())
                .object(object)
                .n(price as i32),
        );
        return Some(price);
    }
    None
}

/// A thing from outside is offered. Gives what was paid for it.
fn offer_thing(world: &mut World, at: Time, place: PlaceId, draw: &mut Draw) -> u32 {
    let sales = &world.programme.works.sales;
    let (price, viewers, appetite) = (sales.goods_price, sales.viewers, sales.appetite);
    for _ in 0..viewers {
        let buyer = viewer(world, at, place, price, draw);
        let wants = draw.bernoulli(appetite);
        let kind = draw.uniform();
        let Some(buyer) = buyer.filter(|_| wants) else {
            continue;
        };
        if belongings::buy(world, at, buyer, place, kind, price) {
            let state = &mut world.inner.works;
            state.makers[buyer.row()].tokens -= price;
            state.store(place).purse += u64::from(price);
            return price;
        }
    }
    0
}

/// Whether somebody comes for works at all.
pub(crate) fn is_collected(world: &World) -> bool {
    world.programme.works.collection.rule != Collecting::Stopped
}

/// The collector takes the best works of a school. Gives how many were taken.
pub(crate) fn collect(world: &mut World, at: Time, school: u32, collector: u32) -> u32 {
    let place = world.institutions.schools[school as usize].place;
    let rules = &world.programme.works.collection;
    let (rule, share) = (rules.rule, rules.share);
    let from = at - Span::from_years(rules.window);
    let mut shown = std::mem::take(&mut world.inner.works.store(place).unseen);
    shown.retain(|number| {
        let work = &world.inner.works.works[*number as usize];
        work.made >= from && at_school(world, work)
    });
    best_first(&world.inner.works.works, &mut shown);
    let taken = share_of(shown.len(), share);
    for &object in &shown[..taken] {
        take_one(world, at, object, collector);
    }
    shown.clear();
    let Store { unseen, .. } = world.inner.works.store(place);
    *unseen = shown;
    if rule == Collecting::Explained {
        explain(world, at, place);
    }
    taken as u32
}

/// A work is taken away.
fn take_one(world: &mut World, at: Time, object: u32, collector: u32) {
    let rules = &world.programme.works.collection;
    let (rule, worth) = (rules.rule, rules.worth);
    let work = &mut world.inner.works.works[object as usize];
    work.fate = Fate::Collected;
    work.owner = collector;
    work.parted = at;
    let (maker, score, number) = (StudentId(work.maker), work.score, work.number);
    let place = work.place;
    world.inner.works.unshown.push_back(object);
    let record = Event::Collected.at(at).who(maker.person());
    world.log.push(
        record
            .whom(collector)
            .place(place)
            .object(object)
            .value(score),
    );
    mind::raise(&mut world.minds.of_mut(maker).worth, worth);
    standing::chosen(world, maker);
    if rule == Collecting::Unexplained {
        stories::unexplained(world, at, maker, Story::Gallery, number);
    }
}

/// A work is taken by the collector between visits, as is on record.
pub(super) fn take(world: &mut World, at: Time, object: u32) {
    let collector = staff::collector(world).unwrap_or(NOBODY);
    let maker = world.inner.works.works[object as usize].maker as usize;
    let place = world.students.place[maker];
    // It is not shown again at the next visit.
    let store = world.inner.works.store(place);
    store.unseen.retain(|number| *number != object);
    take_one(world, at, object, collector);
}

/// The pupils of a school are told what their works are taken for.
fn explain(world: &mut World, at: Time, place: PlaceId) {
    let told = world.programme.works.collection.told;
    for index in 0..world.roster.at(place).len() {
        let student = StudentId(world.roster.at(place)[index]);
        if takes_part(world, at, student) {
            let (fact, channel) = (Fact::PurposeOfArt, Channel::Disclosure);
            knowledge::hear(world, at, student, fact, channel, NOBODY, told);
        }
    }
}

/// Up to so many of the works that were collected and never shown are shown to the public, those
/// first that were collected first. Gives how many, and the mean inner life that they reveal, 0 to
/// 1; 0 where nothing is shown.
pub(crate) fn exhibit(world: &mut World, at: Time, number: u32) -> (u32, f64) {
    let (mut shown, mut sum) = (0_u32, 0.0);
    while shown < number
        && let Some(object) = world.inner.works.unshown.pop_front()
    {
        let work = &mut world.inner.works.works[object as usize];
        work.fate = Fate::Exhibited;
        let (maker, inner_life) = (StudentId(work.maker), work.inner_life);
        shown += 1;
        sum += f64::from(inner_life);
        let mut record = Event::Exhibited.at(at).object(object).value(inner_life);
        // The dead do nothing, and their works are shown all the same.
        if world.students.alive(maker) {
            record = record.who(maker.person());
        }
        world.log.push(record);
    }
    (shown, sum / f64::from(shown.max(1)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::submodels::works::Form;

    fn work(score: f32) -> Work {
        Work {
            maker: 0,
            owner: NOBODY,
            made: Time::START,
            parted: Time::NEVER,
            merit: score,
            inner_life: score,
            score,
            number: 1,
            place: 0,
            form: Form::Poem,
            fate: Fate::Kept,
            grade: 1,
        }
    }

    #[test]
    fn the_top_share_is_exactly_the_best_and_of_equals_the_older() {
        let scores = [0.4, 0.9, 0.1, 0.7, 0.9, 0.3, 0.2, 0.8, 0.6, 0.5];
        let works: Vec<Work> = scores.map(work).to_vec();
        let mut numbers: Vec<u32> = (0..10).rev().collect();
        best_first(&works, &mut numbers);
        assert_eq!(numbers[..share_of(10, 0.3)], [1, 4, 7]);
        assert_eq!(share_of(10, 0.0), 0);
        assert_eq!(share_of(10, 0.04), 0);
        assert_eq!(share_of(10, 0.05), 1);
        assert_eq!(share_of(3, 1.0), 3);
    }
}

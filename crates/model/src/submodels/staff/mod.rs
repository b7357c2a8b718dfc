//! 7.5 Staff: guardians, heads, the collector.
//!
//! Each school has a head and guardians, humane schools share one or more collectors who come from
//! outside. Conscience grows with contact (D-39). What a guardian does in a term is drawn by logit
//! from duty, candour and conscience (`conduct`); who speaks out tells those present, and may be
//! dismissed for it. Every post that falls vacant is filled, since the school goes on (D-38).
//!
//! That there are such conducts, hints, one outburst and one dismissal is stated; numbers, sizes
//! and frequencies are assumed.

use hailsham_engine::random::{Draw, EntityStream, Streams, identity, name_hash};
use hailsham_engine::time::Time;

use crate::event::{Event, Word};
use crate::history;
use crate::maths::logistic;
use crate::mind::{self, Fact};
use crate::person::{FIRST_STAFF, Sex, StudentId};
use crate::place::{PlaceId, SchoolKind};
use crate::purpose::Purpose;
use crate::submodels::standing;
use crate::world::World;

mod collector;
mod conduct;
mod measures;
mod parameters;
#[cfg(test)]
mod tests;

pub(crate) use collector::witness;
pub(crate) use conduct::{Conduct, on_dismissal};
pub(crate) use measures::METRICS;
pub use parameters::{Mix, Staff};

/// What somebody is employed as.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub(crate) enum Role {
    Guardian,
    Head,
    Collector,
}

impl Role {
    /// How many there are.
    pub(crate) const COUNT: usize = 3;

    fn word(self) -> Word {
        match self {
            Role::Guardian => Word::Guardian,
            Role::Head => Word::Head,
            Role::Collector => Word::Collector,
        }
    }
}

/// Why a post was left.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub(crate) enum Left {
    /// Still in post.
    Not,
    /// Of one's own conscience.
    Conscience,
    /// At the end of a working life.
    Retirement,
    /// The school closed.
    Closing,
    /// Dismissed.
    Dismissal,
}

impl Left {
    /// Labels on disk, by number: the phase of a member of staff.
    pub(crate) const LABELS: [&'static str; 5] = [
        "in_post",
        "left_for_conscience",
        "left_at_retirement",
        "left_at_closing",
        "dismissed",
    ];
}

/// One member of staff: rows stay when a post is left.
pub(crate) struct Member {
    pub(crate) identity: u64,
    pub(crate) role: Role,
    pub(crate) sex: Sex,
    /// The school, or for a collector the first of those visited.
    pub(crate) place: PlaceId,
    /// The number of the post among those of the place and role.
    post: u32,
    pub(crate) duty: f32,
    pub(crate) candour: f32,
    /// Conscience; a collector's unease.
    pub(crate) conscience: f32,
    pub(crate) taken_on: Time,
    pub(crate) ended: Time,
    pub(crate) left: Left,
    conduct: Conduct,
    /// Terms in each conduct.
    pub(crate) terms: [u16; Conduct::COUNT],
    spoke_out: Time,
}

impl Member {
    /// How many terms were served: what draws are numbered by.
    fn served(&self) -> u32 {
        self.terms.iter().map(|terms| u32::from(*terms)).sum()
    }

    fn streams(&self, streams: Streams) -> EntityStream {
        streams.entity(self.identity)
    }
}

/// What the submodel keeps for itself.
#[derive(Default)]
pub(crate) struct State {
    /// Everybody ever employed, in the order of being taken on.
    pub(crate) members: Vec<Member>,
    /// By school: those in post, as rows among the members.
    posts: Vec<Vec<u32>>,
    /// Collectors in post.
    collectors: Vec<u32>,
}

/// The number of a member of staff as a person.
pub(crate) fn person(row: u32) -> u32 {
    FIRST_STAFF + row
}

/// Somebody is taken on at a place. `post` numbers the posts of the place, and the number of people
/// who had it before tells its holders apart.
fn take_on(world: &mut World, at: Time, place: PlaceId, role: Role, post: u32) -> u32 {
    let rules = &world.programme.staff;
    let row = world.inner.staff.members.len() as u32;
    let before = world.inner.staff.members.iter();
    let before = before.filter(|one| (one.place, one.role, one.post) == (place, role, post));
    let identity = identity(&[
        name_hash("staff"),
        name_hash(&world.places.get(place).name),
        role as u64,
        u64::from(post),
        before.count() as u64,
    ]);
    let mut draw = world
        .clock
        .streams
        .entity(identity)
        .purpose(Purpose::StaffTraits)
        .draw(0);
    let (duty, candour, conscience) = rules.traits();
    let mut of = |middle: f64| {
        let log_odds = libm::log(middle / (1.0 - middle)) + rules.spread * draw.normal();
        logistic(log_odds) as f32
    };
    let (duty, candour) = (of(duty), of(candour));
    let sex = if draw.bernoulli(rules.share_female) {
        Sex::Female
    } else {
        Sex::Male
    };
    let mut traits = (duty, candour, conscience as f32);
    let cast = history::takes_post(world, at, place, role);
    let sex = cast.map_or(sex, |(_, named)| Sex::from(named.sex));
    if let Some((_, named)) = cast {
        let set = |trait_: &mut f32, fixed: Option<f64>| {
            *trait_ = fixed.map_or(*trait_, |fixed| fixed as f32);
        };
        set(&mut traits.0, named.duty);
        set(&mut traits.1, named.candour);
        set(&mut traits.2, named.conscience);
    }
    let named = cast.map(|(member, _)| member);
    let (duty, candour, conscience) = traits;
    world.inner.staff.members.push(Member {
        identity,
        role,
        sex,
        place,
        post,
        duty,
        candour,
        conscience,
        taken_on: at,
        ended: Time::NEVER,
        left: Left::Not,
        conduct: Conduct::Loyal,
        terms: [0; Conduct::COUNT],
        spoke_out: Time::NEVER,
    });
    if let Some(member) = named {
        history::appear_on_staff(world, row, member);
    }
    world.log.push(
        Event::TakenOn
            .at(at)
            .who(person(row))
            .place(place.number())
            .topic(world.topics.word(role.word())),
    );
    row
}

/// Somebody leaves a post, other than by dismissal.
fn leave(world: &mut World, at: Time, row: u32, why: Left) {
    let member = &mut world.inner.staff.members[row as usize];
    member.ended = at;
    member.left = why;
    let word = match why {
        Left::Closing => Word::Closing,
        Left::Retirement => Word::Retirement,
        _ => Word::Leaving,
    };
    let tenure = (at - member.taken_on).years();
    let place = member.place.number();
    world.log.push(
        Event::LeftPost
            .at(at)
            .who(person(row))
            .place(place)
            .topic(world.topics.word(word))
            .value(tenure as f32),
    );
}

/// A post of a school is given to a successor.
fn replace(world: &mut World, at: Time, school: u32, post: usize) {
    let row = world.inner.staff.posts[school as usize][post];
    let member = &world.inner.staff.members[row as usize];
    let (place, role) = (member.place, member.role);
    let successor = take_on(world, at, place, role, post as u32);
    world.inner.staff.posts[school as usize][post] = successor;
}

/// A school has opened: its staff are taken on, and with the first humane one the collectors.
pub(crate) fn opened(world: &mut World, at: Time, school: u32) {
    let place = world.institutions.schools[school as usize].place;
    let humane = world.places.get(place).school_kind == Some(SchoolKind::Humane);
    let rules = &world.programme.staff;
    let guardians = if humane {
        rules.guardians_humane
    } else {
        rules.guardians_ordinary
    };
    let collectors = rules.collectors;
    let staff = &mut world.inner.staff;
    let schools = world.institutions.schools.len();
    staff.posts.resize_with(schools, Vec::new);
    for post in 0..=guardians {
        let role = if post == 0 {
            Role::Head
        } else {
            Role::Guardian
        };
        let row = take_on(world, at, place, role, post);
        world.inner.staff.posts[school as usize].push(row);
    }
    if humane && world.inner.staff.collectors.is_empty() {
        for post in 0..collectors {
            let row = take_on(world, at, place, Role::Collector, post);
            world.inner.staff.collectors.push(row);
        }
    }
}

/// A school has closed: its staff leave, and with the last humane one the collectors.
pub(crate) fn closed(world: &mut World, at: Time, school: u32) {
    let Some(posts) = world.inner.staff.posts.get_mut(school as usize) else {
        return;
    };
    for row in std::mem::take(posts) {
        leave(world, at, row, Left::Closing);
    }
    let any = world.institutions.schools.iter().any(|other| {
        let place = world.places.get(other.place);
        place.school_kind == Some(SchoolKind::Humane) && place.open(at)
    });
    if !any {
        for row in std::mem::take(&mut world.inner.staff.collectors) {
            leave(world, at, row, Left::Closing);
        }
    }
}

/// A term of a school has ended: what its staff did in it, and whether the collector came.
pub(crate) fn term(world: &mut World, at: Time, school: u32, number: u32) {
    let place = world.institutions.schools[school as usize].place;
    let pupils = world.roster.at(place).len();
    let posts = world
        .inner
        .staff
        .posts
        .get(school as usize)
        .map_or(0, Vec::len);
    for post in 0..posts {
        let row = world.inner.staff.posts[school as usize][post];
        if pupils > 0 {
            let growth = world.programme.staff.conscience_growth;
            let member = &mut world.inner.staff.members[row as usize];
            mind::raise(&mut member.conscience, growth);
        }
        attend(world, at, row, place);
        conduct::choose(world, at, row);
        if world.inner.staff.members[row as usize].left == Left::Not {
            retire(world, at, row);
        }
        let row = world.inner.staff.posts[school as usize][post];
        let role = world.inner.staff.members[row as usize].role;
        // Somebody on record makes room for nobody, and has room made.
        if world.inner.staff.members[row as usize].left == Left::Not
            && !history::post_is_kept(world, row)
            && history::takes_post(world, at, place, role).is_some()
        {
            leave(world, at, row, Left::Retirement);
        }
        if world.inner.staff.members[row as usize].left != Left::Not {
            replace(world, at, school, post);
        }
    }
    if world.places.get(place).school_kind == Some(SchoolKind::Humane) {
        collector::visit(world, at, school, number);
    }
}

/// The end of a working life may come.
fn retire(world: &mut World, at: Time, row: u32) {
    let mean = world.programme.staff.tenure;
    let member = &world.inner.staff.members[row as usize];
    let mut draw = member
        .streams(world.clock.streams)
        .purpose(Purpose::Turnover)
        .draw(member.served());
    let within_a_term = -libm::expm1(-1.0 / (3.0 * mean));
    if draw.bernoulli(within_a_term) && !history::post_is_kept(world, row) {
        leave(world, at, row, Left::Retirement);
    }
}

/// A guardian looks at some pupils, and has a private word with those in distress.
fn attend(world: &mut World, at: Time, row: u32, place: PlaceId) {
    let rules = &world.programme.staff;
    let (noticed, line, kindness) = (rules.noticed, rules.distressed_at, rules.kindness);
    let member = &world.inner.staff.members[row as usize];
    let pupils = world.roster.at(place).len() as u32;
    if pupils == 0 || member.role != Role::Guardian {
        return;
    }
    let kind = kindness * f64::from(member.conscience);
    let mut draw = member
        .streams(world.clock.streams)
        .purpose(Purpose::Attention)
        .draw(member.served());
    for _ in 0..noticed {
        let student = StudentId(world.roster.at(place)[draw.below(pupils) as usize]);
        let chance = draw.uniform();
        if f64::from(world.minds.of(student).distress) >= line && chance < kind {
            standing::reassure(world, at, student, person(row));
        }
    }
}

/// The collector who comes first, if there is one.
pub(crate) fn collector(world: &World) -> Option<u32> {
    world.inner.staff.collectors.first().map(|row| person(*row))
}

/// The row of a member of staff who is in post.
fn in_post(world: &World, number: u32) -> Result<u32, String> {
    let row = number - crate::person::FIRST_STAFF;
    let member = &world.inner.staff.members[row as usize];
    if member.left == Left::Not {
        return Ok(row);
    }
    let since = world.clock.epoch.iso(member.ended);
    Err(format!("the guardian has not been in post since {since}"))
}

/// The row of a guardian in post, and the draw of a speech that is on record.
fn speech(world: &World, number: u32, draw: u32) -> Result<(u32, Draw), String> {
    let row = in_post(world, number)?;
    let streams = world.inner.staff.members[row as usize].streams(world.clock.streams);
    Ok((row, streams.purpose(Purpose::Speech).draw(draw)))
}

/// A guardian hints at a fact, as is on record.
pub(crate) fn hint_on_record(
    world: &mut World,
    at: Time,
    number: u32,
    fact: Fact,
    draw: u32,
) -> Result<(), String> {
    let (row, mut draw) = speech(world, number, draw)?;
    conduct::hint(world, at, row, fact, &mut draw);
    Ok(())
}

/// A guardian speaks out, as is on record.
pub(crate) fn speak_out_on_record(
    world: &mut World,
    at: Time,
    number: u32,
    draw: u32,
) -> Result<(), String> {
    let (row, mut draw) = speech(world, number, draw)?;
    conduct::speak_out(world, at, row, &mut draw);
    Ok(())
}

//! 7.5 What a guardian does in a term (A-060, A-061, A-063, A-145; D-38, D-40).
//!
//! With duty d, candour c and conscience s, the weights of the logit are
//!
//! ```text
//! loyal          loyalty · d · (1 − s)
//! rationalising  rationalising + pull · d · s
//! hinting        hinting + pull · c · s
//! speaking out   outburst + pull · c · s · (1 − d)
//! leaving        leaving + pull · (1 − c) · s · (1 − d)
//! ```
//!
//! A collector, who hardly speaks to pupils, neither hints nor speaks out; nobody does where the
//! rules forbid all disclosure.

use hailsham_engine::random::Draw;
use hailsham_engine::time::{Span, Time};

use super::{Left, Member, Role, Staff, leave, person, replace};
use crate::event::{Event, Word};
use crate::history;
use crate::mind::Fact;
use crate::person::{FIRST_STAFF, StudentId};
use crate::purpose::{Purpose, Slot};
use crate::submodels::knowledge::{self, Channel, Disclosure};
use crate::world::World;

/// What somebody of the staff does in a term.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub(crate) enum Conduct {
    Loyal,
    Rationalising,
    Hinting,
    SpeakingOut,
    Leaving,
}

impl Conduct {
    /// How many there are.
    pub(crate) const COUNT: usize = 5;
    const ALL: [Conduct; Conduct::COUNT] = [
        Conduct::Loyal,
        Conduct::Rationalising,
        Conduct::Hinting,
        Conduct::SpeakingOut,
        Conduct::Leaving,
    ];

    fn word(self) -> Word {
        match self {
            Conduct::Loyal => Word::Loyal,
            Conduct::Rationalising => Word::Rationalising,
            Conduct::Hinting => Word::Hinting,
            Conduct::SpeakingOut => Word::SpeakingOut,
            Conduct::Leaving => Word::Leaving,
        }
    }
}

/// What is said to those present at an outburst: the purpose is still not named.
const SPOKEN: [Fact; 3] = [Fact::Donation, Fact::Completion, Fact::Childlessness];

/// Probability of each conduct.
pub(super) fn probabilities(rules: &Staff, member: &Member, may_speak: bool) -> [f64; 5] {
    let (d, c, s) = (
        f64::from(member.duty),
        f64::from(member.candour),
        f64::from(member.conscience),
    );
    let mut weights = [
        rules.loyalty * d * (1.0 - s),
        rules.rationalising + rules.pull * d * s,
        rules.hinting + rules.pull * c * s,
        rules.outburst + rules.pull * c * s * (1.0 - d),
        rules.leaving + rules.pull * (1.0 - c) * s * (1.0 - d),
    ]
    .map(libm::exp);
    if !may_speak {
        weights[Conduct::Hinting as usize] = 0.0;
        weights[Conduct::SpeakingOut as usize] = 0.0;
    }
    let sum: f64 = weights.iter().sum();
    weights.map(|weight| weight / sum)
}

/// What somebody does in the term that ends, and what follows from it.
pub(super) fn choose(world: &mut World, at: Time, row: u32) {
    let rules = &world.programme.staff;
    let member = &world.inner.staff.members[row as usize];
    let may_speak =
        member.role != Role::Collector && world.programme.knowledge.disclosure != Disclosure::Never;
    let mut cumulative = probabilities(rules, member, may_speak);
    crate::submodels::creation::accumulate(&mut cumulative);
    let served = member.served();
    let streams = member.streams(world.clock.streams);
    let mut draw = streams.purpose(Purpose::Conduct).draw(served);
    let conduct = Conduct::ALL[draw.categorical(&cumulative)];
    let member = &mut world.inner.staff.members[row as usize];
    let before = std::mem::replace(&mut member.conduct, conduct);
    member.terms[conduct as usize] = member.terms[conduct as usize].saturating_add(1);
    if conduct != before {
        let (place, conscience) = (member.place.number(), member.conscience);
        world.log.push(
            Event::ConductChanged
                .at(at)
                .who(person(row))
                .place(place)
                .topic(world.topics.word(conduct.word()))
                .value(conscience),
        );
    }
    let mut draw = streams.purpose(Purpose::Speech).draw(served);
    match conduct {
        Conduct::Hinting => {
            let fact = SPOKEN[draw.below(SPOKEN.len() as u32) as usize];
            hint(world, at, row, fact, &mut draw);
        }
        Conduct::SpeakingOut if !history::post_is_kept(world, row) => {
            speak_out(world, at, row, &mut draw);
        }
        Conduct::Leaving if !history::post_is_kept(world, row) => {
            leave(world, at, row, Left::Conscience);
        }
        // When somebody of a cast speaks out, or leaves, is on record.
        Conduct::Loyal | Conduct::Rationalising | Conduct::SpeakingOut | Conduct::Leaving => {}
    }
}

/// Calls `tell` for each pupil of a class of two years whom a guardian talks to, and gives how many
/// there were.
fn class(
    world: &mut World,
    at: Time,
    row: u32,
    draw: &mut Draw,
    mut tell: impl FnMut(&mut World, StudentId),
) -> u32 {
    let rules = &world.programme.staff;
    let ages = rules.class_to.saturating_sub(rules.class_from) + 1;
    let age = f64::from(rules.class_from + draw.below(ages));
    let place = world.inner.staff.members[row as usize].place;
    let mut present = 0;
    for index in 0..world.roster.at(place).len() {
        let student = StudentId(world.roster.at(place)[index]);
        let years = (at - world.students.born[student.row()]).years();
        if (age..age + 2.0).contains(&years) {
            present += 1;
            tell(world, student);
        }
    }
    present
}

/// A guardian hints at something to a class.
pub(super) fn hint(world: &mut World, at: Time, row: u32, fact: Fact, draw: &mut Draw) {
    let part = world.programme.staff.hint_part;
    let teller = person(row);
    let present = class(world, at, row, draw, |world, student| {
        knowledge::hear(world, at, student, fact, Channel::Hint, teller, part);
    });
    let place = world.inner.staff.members[row as usize].place.number();
    world.log.push(
        Event::Hinted
            .at(at)
            .who(teller)
            .place(place)
            .topic(world.topics.fact(fact))
            .n(present as i32),
    );
}

/// A guardian speaks out to a class, and may be dismissed for it.
pub(super) fn speak_out(world: &mut World, at: Time, row: u32, draw: &mut Draw) {
    let rules = &world.programme.staff;
    let (part, dismissal, delay) = (rules.outburst_part, rules.dismissal, rules.dismissal_delay);
    let teller = person(row);
    let member = &mut world.inner.staff.members[row as usize];
    let again = member.spoke_out != Time::NEVER;
    member.spoke_out = member.spoke_out.min(at);
    let (place, conscience) = (member.place.number(), member.conscience);
    let present = class(world, at, row, draw, |world, student| {
        let channel = Channel::Outburst;
        knowledge::disclose(world, at, student, &SPOKEN, channel, teller, part);
    });
    world.log.push(
        Event::SpokeOut
            .at(at)
            .who(teller)
            .place(place)
            .n(present as i32)
            .value(conscience),
    );
    // Whether the first time costs the post decides for good: dissent is tolerated or not.
    let dismissed = draw.bernoulli(dismissal);
    let days = draw.exponential(1.0 / delay);
    if dismissed && !again && !history::post_is_kept(world, row) {
        world.schedule(at + Span::from_days(days), teller, Slot::Dismissal);
    }
}

/// A guardian who spoke out is dismissed, and the post is filled.
pub(crate) fn on_dismissal(world: &mut World, at: Time, entity: u32) {
    let row = entity - FIRST_STAFF;
    let member = &mut world.inner.staff.members[row as usize];
    // Who has left in the meantime is passed over.
    if member.left != Left::Not {
        return;
    }
    member.left = Left::Dismissal;
    member.ended = at;
    let (place, since) = (member.place, member.spoke_out);
    world.log.push(
        Event::Dismissed
            .at(at)
            .who(entity)
            .place(place.number())
            .n((at - since).days() as i32),
    );
    let posts = world.inner.staff.posts.iter().enumerate();
    let found = posts
        .flat_map(|(school, posts)| {
            posts
                .iter()
                .enumerate()
                .map(move |(post, of)| (school, post, *of))
        })
        .find(|(_, _, of)| *of == row);
    if let Some((school, post, _)) = found {
        replace(world, at, school as u32, post);
    }
}

//! Who knows whom: a dynamic network with at most twelve ties a person.
//!
//! Each end of a tie has its own row of it, since friendship, trust and grievance need not be
//! returned; between the living both ends are always there. Friendship decays with time, faster once
//! the two no longer live together; it is kept as it was when it last changed and worked out when
//! asked for, so that a tie that nobody touches costs nothing.
//!
//! Whom somebody knows stands apart from what the ties are like: a search then looks at one cache
//! line, and a meeting at two more.

use hailsham_engine::prefetch::{Ahead, prefetch, prefetch_row};
use hailsham_engine::random::{Streams, identity};
use hailsham_engine::time::{Span, Time};

use crate::maths::halved;
use crate::person::{NOBODY, StudentId};
use crate::purpose::Purpose;
use crate::rows::Rows;

/// Most ties of one person.
pub const MOST_TIES: usize = 12;

/// How fast friendship fades: half-lives a minute.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Fading {
    together: f64,
    apart: f64,
}

impl Fading {
    /// By half-lives in years, both above 0: of those who live at one place, and of those who do not.
    pub fn by_half_lives(together: f64, apart: f64) -> Fading {
        let a_minute = |years: f64| Span::from_minutes(1).years() / years;
        Fading {
            together: a_minute(together),
            apart: a_minute(apart),
        }
    }
}

/// One end of a tie.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(32))]
pub struct Tie {
    /// The person at the other end, or `NOBODY`.
    pub other: u32,
    /// See the constants.
    pub flags: u32,
    /// Friendship when it last changed, 0 to 1: see [`friendship_at`](Self::friendship_at).
    pub friendship: f32,
    /// When friendship last changed.
    pub settled: Time,
    /// When they were last in contact.
    pub last: Time,
    /// Trust, 0 to 1.
    pub trust: f32,
    /// Grievance: what the other is held to have done, 0 to 1.
    pub grievance: f32,
    /// What draws the two to each other: see [`affinity`].
    pub affinity: f32,
}

const _: () = assert!(size_of::<Tie>() == 32);

impl Tie {
    /// The two are a couple.
    pub const COUPLE: u32 = 1;
    /// They were friends: it was written in the log when it began.
    pub const FRIENDS: u32 = 2;
    /// This person has wronged the other, who does not know it.
    pub const WRONGED: u32 = 4;
    /// The two do not live at one place any more.
    pub const APART: u32 = 8;
    /// The other has died, or is gone for good.
    pub const DEAD: u32 = 16;
    /// This person loves, or has loved, the other: with or without being a couple.
    pub const LOVE: u32 = 32;
    /// Somebody has come between the two.
    pub const BLOCKED: u32 = 64;
    /// This person has been told of a wrong that the other did.
    pub const TOLD: u32 = 128;
    /// The other has wronged this person, who does not know it: the other side of [`WRONGED`](Tie::WRONGED).
    pub const HARMED: u32 = 256;

    const NONE: Tie = Tie {
        other: NOBODY,
        flags: 0,
        friendship: 0.0,
        settled: Time::START,
        last: Time::START,
        trust: 0.0,
        grievance: 0.0,
        affinity: 0.0,
    };

    /// Whether a flag is set.
    pub fn is(&self, flag: u32) -> bool {
        self.flags & flag != 0
    }

    /// The person at the other end.
    pub fn other(&self) -> StudentId {
        StudentId(self.other)
    }

    /// Friendship at a time: what it was, halved with each half-life since. With the dead it stays
    /// as it was.
    pub fn friendship_at(&self, at: Time, fading: Fading) -> f64 {
        let friendship = f64::from(self.friendship);
        if self.is(Tie::DEAD) {
            return friendship;
        }
        let half_lives = if self.is(Tie::APART) {
            fading.apart
        } else {
            fading.together
        };
        friendship * halved(f64::from((at - self.settled).minutes()) * half_lives)
    }

    /// Writes friendship down as it is now.
    pub(crate) fn settle(&mut self, at: Time, fading: Fading) {
        self.friendship = self.friendship_at(at, fading) as f32;
        self.settled = at;
    }
}

/// Whom somebody knows.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
struct Known {
    others: [u32; MOST_TIES],
    count: u8,
}

/// Everybody's ties.
pub struct Network {
    known: Rows<Known>,
    rows: Rows<[Tie; MOST_TIES]>,
}

impl Default for Network {
    /// Nobody knows anybody.
    fn default() -> Network {
        Network {
            known: Rows::of(Known {
                others: [NOBODY; MOST_TIES],
                count: 0,
            }),
            rows: Rows::of([Tie::NONE; MOST_TIES]),
        }
    }
}

impl Network {
    /// Makes room for the ties of so many, if there is as much memory.
    pub(crate) fn reserve(&mut self, students: usize) {
        self.known.reserve(students);
        self.rows.reserve(students);
    }

    /// Asks for the memory of whom a person knows.
    #[inline]
    pub(crate) fn prefetch_known(&self, student: StudentId) {
        prefetch_row(self.known.begun(), student.row());
    }

    /// Asks for the memory of one of a person's ties.
    #[inline]
    pub(crate) fn prefetch_tie(&self, student: StudentId, position: usize) {
        if let Some(ties) = self.rows.begun().get(student.row()) {
            prefetch(&ties[position]);
        }
    }

    /// Whom a person knows will be needed.
    #[inline]
    pub(crate) fn ahead_of_known(&self, student: StudentId, ahead: &mut Ahead) {
        ahead.add_row(self.known.begun(), student.row());
    }

    /// A person's tie to another will be needed; where there is none, the place for one, or all others,
    /// one of which may have to give way.
    #[inline]
    pub(crate) fn ahead_of_tie(&self, student: StudentId, other: StudentId, ahead: &mut Ahead) {
        let Some(ties) = self.rows.begun().get(student.row()) else {
            return;
        };
        let count = self.count(student);
        match self
            .position(student, other)
            .or((count < MOST_TIES).then_some(count))
        {
            Some(position) => ahead.add(&ties[position]),
            None => ahead.add(ties),
        }
    }

    /// All of a person's ties will be needed.
    #[inline]
    pub(crate) fn ahead_of_ties(&self, student: StudentId, ahead: &mut Ahead) {
        ahead.add_row(self.rows.begun(), student.row());
    }

    fn count(&self, student: StudentId) -> usize {
        usize::from(self.known[student.row()].count)
    }

    /// A person's ties, in no particular order.
    #[inline]
    pub fn of(&self, student: StudentId) -> &[Tie] {
        &self.rows[student.row()][..self.count(student)]
    }

    /// A person's ties, to change: but not whom they are to.
    #[inline]
    pub(crate) fn of_mut(&mut self, student: StudentId) -> &mut [Tie] {
        match self.count(student) {
            0 => &mut [],
            count => &mut self.rows[student.row()][..count],
        }
    }

    /// Whom a person knows, in the order of the ties.
    #[inline]
    pub fn known_to(&self, student: StudentId) -> &[u32] {
        let known = &self.known[student.row()];
        &known.others[..usize::from(known.count)]
    }

    fn position(&self, student: StudentId, other: StudentId) -> Option<usize> {
        self.known[student.row()]
            .others
            .iter()
            .position(|known| *known == other.0)
    }

    /// A person's tie to another.
    pub fn between(&self, student: StudentId, other: StudentId) -> Option<&Tie> {
        let position = self.position(student, other)?;
        Some(&self.rows[student.row()][position])
    }

    /// A person's tie to another, to change.
    pub(crate) fn between_mut(&mut self, student: StudentId, other: StudentId) -> Option<&mut Tie> {
        let position = self.position(student, other)?;
        Some(&mut self.rows[student.row()][position])
    }

    /// Both ends of the tie of two people, to change: the first one's, then the other's. None if
    /// either end is not there.
    pub(crate) fn ends_mut(&mut self, one: StudentId, other: StudentId) -> Option<[&mut Tie; 2]> {
        let ends = self.ends(one, other)?;
        self.ends_at(one, other, ends)
    }

    /// Where the ends of the tie of two people stand among the ties of each: good until somebody has one
    /// tie more or less.
    #[inline]
    pub(crate) fn ends(&self, one: StudentId, other: StudentId) -> Option<[usize; 2]> {
        Some([self.position(one, other)?, self.position(other, one)?])
    }

    /// The ends of a tie that stand there, to change.
    #[inline]
    pub(crate) fn ends_at(
        &mut self,
        one: StudentId,
        other: StudentId,
        [mine, theirs]: [usize; 2],
    ) -> Option<[&mut Tie; 2]> {
        let [first, second] = self.rows.two_mut(one.row(), other.row())?;
        Some([&mut first[mine], &mut second[theirs]])
    }

    /// The person with whom someone is a couple.
    pub fn partner(&self, student: StudentId) -> Option<StudentId> {
        self.of(student)
            .iter()
            .find(|tie| tie.is(Tie::COUPLE))
            .map(Tie::other)
    }

    /// Whether a person has as many ties as one can have.
    pub fn is_full(&self, student: StudentId) -> bool {
        self.count(student) == MOST_TIES
    }

    /// A new end of a tie; false if the person has no room for one.
    pub(crate) fn tie(&mut self, student: StudentId, other: StudentId, at: Time) -> bool {
        let row = student.row();
        let known = &mut self.known[row];
        let count = usize::from(known.count);
        let Some(free) = self.rows[row].get_mut(count) else {
            return false;
        };
        *free = Tie {
            other: other.0,
            settled: at,
            last: at,
            ..Tie::NONE
        };
        known.others[count] = other.0;
        known.count += 1;
        true
    }

    /// Takes one end of a tie away.
    pub(crate) fn untie(&mut self, student: StudentId, other: StudentId) {
        let Some(position) = self.position(student, other) else {
            return;
        };
        let row = student.row();
        let known = &mut self.known[row];
        known.count -= 1;
        let last = usize::from(known.count);
        known.others[position] = known.others[last];
        known.others[last] = NOBODY;
        self.rows[row][position] = self.rows[row][last];
    }
}

/// What draws two people to each other, the same seen from both: a standard normal number that
/// hangs on who they are, and so is the same in every scenario.
pub fn affinity(streams: Streams, one: u64, other: u64) -> f64 {
    let pair = identity(&[one.min(other), one.max(other)]);
    streams
        .entity(pair)
        .purpose(Purpose::Affinity)
        .draw(0)
        .normal()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_are_bounded_and_taken_away_whole() {
        let mut network = Network::default();
        let me = StudentId(0);
        for other in 1..=MOST_TIES as u32 {
            assert!(network.tie(me, StudentId(other), Time::START));
        }
        assert!(!network.tie(me, StudentId(99), Time::START));
        network.untie(me, StudentId(1));
        assert!(network.between(me, StudentId(1)).is_none());
        assert_eq!(network.of(me).len(), MOST_TIES - 1);
        assert!(network.tie(me, StudentId(99), Time::START));
        assert!(network.partner(me).is_none());
        if let Some(tie) = network.between_mut(me, StudentId(99)) {
            tie.flags |= Tie::COUPLE;
        }
        assert_eq!(network.partner(me), Some(StudentId(99)));
    }

    #[test]
    fn friendship_alone_follows_its_half_life() {
        let fading = Fading::by_half_lives(4.0, 1.0);
        let mut tie = Tie {
            friendship: 0.8,
            ..Tie::NONE
        };
        let years = |years: f64| Time::START + Span::from_years(years);
        for half_lives in [0.25, 1.0, 3.0] {
            let left = 0.8 * libm::pow(0.5, half_lives);
            tie.flags = 0;
            let together = tie.friendship_at(years(4.0 * half_lives), fading);
            assert!((together - left).abs() < 1e-6, "{together} {left}");
            tie.flags = Tie::APART;
            let apart = tie.friendship_at(years(half_lives), fading);
            assert!((apart - left).abs() < 1e-6, "{apart} {left}");
        }
        // Writing it down on the way changes nothing, and the dead are kept.
        tie.settle(years(0.5), fading);
        tie.settle(years(0.75), fading);
        let left = 0.8 * libm::pow(0.5, 2.0);
        assert!((tie.friendship_at(years(2.0), fading) - left).abs() < 1e-6);
        tie.flags |= Tie::DEAD;
        assert_eq!(
            tie.friendship_at(years(30.0), fading),
            f64::from(tie.friendship)
        );
    }

    #[test]
    fn both_ends_are_found_together() {
        let mut network = Network::default();
        let (one, other) = (StudentId(0), StudentId(1));
        network.tie(one, other, Time::START);
        assert!(network.ends_mut(one, other).is_none());
        network.tie(other, one, Time::START);
        if let Some([mine, theirs]) = network.ends_mut(one, other) {
            mine.friendship = 0.25;
            theirs.friendship = 0.75;
        }
        assert_eq!(network.of(one)[0].friendship, 0.25);
        assert_eq!(network.of(other)[0].friendship, 0.75);
        assert_eq!(network.known_to(other), [0]);
    }

    #[test]
    fn affinity_is_the_same_from_both_sides() {
        let streams = Streams::new(7);
        assert_eq!(affinity(streams, 3, 8), affinity(streams, 8, 3));
        assert_ne!(affinity(streams, 3, 8), affinity(streams, 3, 9));
    }
}

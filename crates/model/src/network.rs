//! Who knows whom: a dynamic network with at most twelve ties a person.
//!
//! Each end of a tie has its own row of it, since friendship, trust and grievance need not be
//! returned. Friendship decays with time since the last contact, faster once the two no longer live
//! together; it is kept as it was at the last contact and worked out when asked for, so that a tie
//! that nobody touches costs nothing.

use hailsham_engine::random::{Streams, identity};
use hailsham_engine::time::Time;

use crate::person::{NOBODY, StudentId};
use crate::purpose::Purpose;

/// Most ties of one person.
pub const MOST_TIES: usize = 12;

/// One end of a tie.
#[derive(Clone, Copy, Debug)]
pub struct Tie {
    /// The person at the other end, or `NOBODY`.
    pub other: u32,
    /// Friendship at the last contact, 0 to 1.
    pub friendship: f32,
    /// Trust, 0 to 1.
    pub trust: f32,
    /// Grievance: what the other is held to have done, 0 to 1.
    pub grievance: f32,
    /// When they were last in contact.
    pub last: Time,
    /// See the constants.
    pub flags: u32,
}

impl Tie {
    /// The two are a couple.
    pub const COUPLE: u32 = 1;
    /// They were friends: it was written in the log when it began.
    pub const FRIENDS: u32 = 2;
    /// This person has wronged the other, who does not know it.
    pub const WRONGED: u32 = 4;
    /// The two do not live at one place any more.
    pub const APART: u32 = 8;
    /// The other has died.
    pub const DEAD: u32 = 16;

    const NONE: Tie = Tie {
        other: NOBODY,
        friendship: 0.0,
        trust: 0.0,
        grievance: 0.0,
        last: Time::START,
        flags: 0,
    };

    /// Whether a flag is set.
    pub fn is(&self, flag: u32) -> bool {
        self.flags & flag != 0
    }

    /// The person at the other end.
    pub fn other(&self) -> StudentId {
        StudentId(self.other)
    }
}

/// Everybody's ties.
#[derive(Default)]
pub struct Network {
    rows: Vec<[Tie; MOST_TIES]>,
    counts: Vec<u8>,
}

impl Network {
    /// Room for one more student.
    pub(crate) fn push(&mut self) {
        self.rows.push([Tie::NONE; MOST_TIES]);
        self.counts.push(0);
    }

    /// A person's ties, in no particular order.
    #[inline]
    pub fn of(&self, student: StudentId) -> &[Tie] {
        let row = student.row();
        &self.rows[row][..usize::from(self.counts[row])]
    }

    /// A person's ties, to change.
    #[inline]
    pub(crate) fn of_mut(&mut self, student: StudentId) -> &mut [Tie] {
        let row = student.row();
        &mut self.rows[row][..usize::from(self.counts[row])]
    }

    /// A person's tie to another.
    pub fn between(&self, student: StudentId, other: StudentId) -> Option<&Tie> {
        self.of(student).iter().find(|tie| tie.other == other.0)
    }

    /// A person's tie to another, to change.
    pub(crate) fn between_mut(&mut self, student: StudentId, other: StudentId) -> Option<&mut Tie> {
        self.of_mut(student)
            .iter_mut()
            .find(|tie| tie.other == other.0)
    }

    /// The person with whom someone is a couple.
    pub fn partner(&self, student: StudentId) -> Option<StudentId> {
        self.of(student)
            .iter()
            .find(|tie| tie.is(Tie::COUPLE))
            .map(Tie::other)
    }

    /// A new end of a tie; false if the person has no room for one.
    pub(crate) fn tie(&mut self, student: StudentId, other: StudentId, at: Time) -> bool {
        let row = student.row();
        let count = usize::from(self.counts[row]);
        let Some(free) = self.rows[row].get_mut(count) else {
            return false;
        };
        *free = Tie {
            other: other.0,
            last: at,
            ..Tie::NONE
        };
        self.counts[row] += 1;
        true
    }

    /// Takes one end of a tie away.
    pub(crate) fn untie(&mut self, student: StudentId, other: StudentId) {
        let row = student.row();
        let count = usize::from(self.counts[row]);
        let ties = &mut self.rows[row];
        if let Some(position) = ties[..count].iter().position(|tie| tie.other == other.0) {
            ties[position] = ties[count - 1];
            self.counts[row] -= 1;
        }
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
        network.push();
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
    fn affinity_is_the_same_from_both_sides() {
        let streams = Streams::new(7);
        assert_eq!(affinity(streams, 3, 8), affinity(streams, 8, 3));
        assert_ne!(affinity(streams, 3, 8), affinity(streams, 3, 9));
    }
}

//! Who of the dead is remembered: those whom somebody living knew, and those of
//! whom somebody living was told.
//!
//! Whoever tells of the past tells of the dead to whom there was a tie, and of those of whom the teller
//! was told in turn; so a life can be known of when all who shared it are gone. The listener keeps as
//! many as one can have ties, the last ones told of. Nothing of it acts on anyone: it shows what is lost
//! where nobody tells (E-41).

use crate::metrics::Facts;
use crate::network::{MOST_TIES, Tie};
use crate::person::{NOBODY, Phase, StudentId};
use crate::world::World;

/// The dead of whom somebody was told.
#[derive(Clone, Copy)]
pub(super) struct ToldOf {
    dead: [u32; MOST_TIES],
    /// How many in all; the last ones have taken the places of the first.
    count: u32,
}

impl Default for ToldOf {
    fn default() -> ToldOf {
        ToldOf {
            dead: [NOBODY; MOST_TIES],
            count: 0,
        }
    }
}

impl ToldOf {
    fn hear(&mut self, dead: u32) {
        if !self.dead.contains(&dead) {
            self.dead[self.count as usize % MOST_TIES] = dead;
            self.count += 1;
        }
    }

    fn each(&self) -> impl Iterator<Item = u32> {
        self.dead.into_iter().filter(|dead| *dead != NOBODY)
    }
}

/// A student tells another of those who are gone. Whom the listener knew is nothing new.
pub(super) fn pass_on(world: &mut World, teller: StudentId, listener: StudentId) {
    let rows = &mut world.inner.resistance.rows;
    let hearsay = rows[teller.row()].told_of;
    let lost = world.network.of(teller).iter();
    let lost = lost.filter(|tie| tie.is(Tie::DEAD)).map(|tie| tie.other);
    for dead in hearsay.each().chain(lost) {
        if world.network.between(listener, StudentId(dead)).is_none() {
            rows[listener.row()].told_of.hear(dead);
        }
    }
}

/// How somebody dead is remembered at the end.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Memory {
    Lost,
    Told,
    Known,
}

/// Shares of the dead of whom somebody living was told or whom somebody living knew, and of whom
/// somebody was told whom nobody living knew.
pub(super) fn shares(facts: &Facts) -> (f64, f64) {
    let world = facts.world;
    let mut memories = vec![Memory::Lost; world.students.len()];
    for living in facts.students().filter(|one| world.students.alive(*one)) {
        for tie in world.network.of(living) {
            memories[tie.other().row()] = Memory::Known;
        }
        for dead in world.inner.resistance.rows[living.row()].told_of.each() {
            let memory = &mut memories[StudentId(dead).row()];
            *memory = (*memory).max(Memory::Told);
        }
    }
    let (mut dead, mut remembered, mut told) = (0_u32, 0_u32, 0_u32);
    for (phase, memory) in world.students.phase.iter().zip(memories) {
        if matches!(phase, Phase::Completed | Phase::Dead) {
            dead += 1;
            remembered += u32::from(memory != Memory::Lost);
            told += u32::from(memory == Memory::Told);
        }
    }
    let share = |part: u32| f64::from(part) / f64::from(dead);
    (share(remembered), share(told))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::{metric, students_alone};

    #[test]
    fn the_last_told_of_take_the_places_of_the_first() {
        let mut told = ToldOf::default();
        for dead in 0..MOST_TIES as u32 + 3 {
            told.hear(dead);
            told.hear(dead);
        }
        let mut kept: Vec<u32> = told.each().collect();
        kept.sort_unstable();
        let last: Vec<u32> = (3..MOST_TIES as u32 + 3).collect();
        assert_eq!(kept, last);
    }

    #[test]
    fn where_nobody_tells_the_dead_are_remembered_by_those_who_knew_them_alone() {
        let told = students_alone(0.05, &[]);
        let silent = students_alone(0.05, &["resistance.telling=0"]);
        let (remembered, by_telling) = ("dead_remembered", "dead_remembered_by_telling");
        eprintln!(
            "remembered {} and {}, by telling {}",
            metric(&told, remembered),
            metric(&silent, remembered),
            metric(&told, by_telling)
        );
        assert_eq!(metric(&silent, by_telling), 0.0);
        assert!(metric(&told, by_telling) > 0.05);
        assert!(metric(&told, remembered) > 1.1 * metric(&silent, remembered));
        // Some died young and many years ago, others last year: neither all nor none are remembered.
        assert!(metric(&silent, remembered) > 0.05 && metric(&told, remembered) < 1.0);
    }
}

//! Who is where: the living students of each place, for those who meet by living together.

use crate::person::{NOBODY, StudentId};
use crate::place::PlaceId;

/// The students of every place.
#[derive(Default)]
pub(crate) struct Roster {
    places: Vec<Vec<u32>>,
    /// By student: position in the list of the place, or `NOBODY`.
    positions: Vec<u32>,
}

impl Roster {
    /// A roster of so many places.
    pub(crate) fn new(places: usize) -> Roster {
        Roster {
            places: vec![Vec::new(); places],
            positions: Vec::new(),
        }
    }

    /// Room for one more student, who is nowhere yet.
    pub(crate) fn push(&mut self) {
        self.positions.push(NOBODY);
    }

    /// Those at a place, in an order that the run's history has given.
    pub(crate) fn at(&self, place: PlaceId) -> &[u32] {
        &self.places[place.row()]
    }

    /// Somebody comes to a place.
    pub(crate) fn enter(&mut self, student: StudentId, place: PlaceId) {
        let list = &mut self.places[place.row()];
        self.positions[student.row()] = list.len() as u32;
        list.push(student.0);
    }

    /// Somebody leaves a place, if there.
    pub(crate) fn leave(&mut self, student: StudentId, place: PlaceId) {
        let position = std::mem::replace(&mut self.positions[student.row()], NOBODY);
        if position == NOBODY {
            return;
        }
        let list = &mut self.places[place.row()];
        list.swap_remove(position as usize);
        if let Some(&moved) = list.get(position as usize) {
            self.positions[moved as usize] = position;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_leaves_is_gone_and_the_others_stay() {
        let mut roster = Roster::new(1);
        let place = PlaceId(0);
        for student in 0..4 {
            roster.push();
            roster.enter(StudentId(student), place);
        }
        roster.leave(StudentId(1), place);
        roster.leave(StudentId(1), place);
        let mut there = roster.at(place).to_vec();
        there.sort_unstable();
        assert_eq!(there, [0, 2, 3]);
        roster.leave(StudentId(3), place);
        roster.leave(StudentId(0), place);
        assert_eq!(roster.at(place), [2]);
    }
}

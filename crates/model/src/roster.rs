//! Who is where: the living students of each place, and those of them whom others meet by living
//! together. Carers live on the road and stand in no list; infants are at their school, and are met
//! by nobody yet.

use std::collections::BTreeMap;

use hailsham_engine::prefetch::prefetch_row;
use hailsham_engine::random::Draw;

use crate::person::{NOBODY, StudentId};
use crate::place::PlaceId;

/// The students of every place.
#[derive(Default)]
pub(crate) struct Roster {
    /// By place: everybody there.
    places: Vec<Vec<u32>>,
    /// By place: those who are met there.
    met: Vec<Vec<u32>>,
    /// By school year: those of it who are met.
    years: Vec<Vec<u32>>,
    /// By student.
    seats: Vec<Seat>,
    /// The number of the school year that a school has, by the calendar year in which that ends.
    numbers: BTreeMap<(PlaceId, i32), u32>,
}

/// Where a student stands: positions in the lists, or `NOBODY`.
#[derive(Clone, Copy)]
struct Seat {
    there: u32,
    met: u32,
    in_year: u32,
    /// The school year, or `NOBODY` for who has left school.
    year: u32,
}

impl Roster {
    /// A roster of so many places.
    pub(crate) fn new(places: usize) -> Roster {
        Roster {
            places: vec![Vec::new(); places],
            met: vec![Vec::new(); places],
            ..Roster::default()
        }
    }

    /// Room for one more student of a school year, who is nowhere yet.
    pub(crate) fn push(&mut self, year: u32) {
        self.seats.push(Seat {
            there: NOBODY,
            met: NOBODY,
            in_year: NOBODY,
            year,
        });
    }

    /// The number of a school's year, by the calendar year in which that ends.
    pub(crate) fn year(&mut self, school: PlaceId, ends: i32) -> u32 {
        *self.numbers.entry((school, ends)).or_insert_with(|| {
            self.years.push(Vec::new());
            self.years.len() as u32 - 1
        })
    }

    /// Those at a place, in an order that the run's history has given.
    pub(crate) fn at(&self, place: PlaceId) -> &[u32] {
        &self.places[place.row()]
    }

    /// Those who are met at a place, likewise.
    pub(crate) fn met_at(&self, place: PlaceId) -> &[u32] {
        &self.met[place.row()]
    }

    /// Those who are met of a pupil's school year, likewise.
    pub(crate) fn schoolmates(&self, pupil: StudentId) -> &[u32] {
        let year = self.seats[pupil.row()].year;
        self.years.get(year as usize).map_or(&[], Vec::as_slice)
    }

    /// One of the others who are met at a place, by number in the list.
    pub(crate) fn another_at(
        &self,
        place: PlaceId,
        student: StudentId,
        draw: &mut Draw,
    ) -> Option<usize> {
        another(self.met_at(place), self.seats[student.row()].met, draw)
    }

    /// One of the others who are met of a pupil's school year, by number in the list.
    pub(crate) fn another_schoolmate(&self, pupil: StudentId, draw: &mut Draw) -> Option<usize> {
        another(
            self.schoolmates(pupil),
            self.seats[pupil.row()].in_year,
            draw,
        )
    }

    /// A student's row will be needed.
    #[inline]
    pub(crate) fn prefetch(&self, student: StudentId) {
        prefetch_row(&self.seats, student.row());
    }

    /// Somebody comes to a place.
    pub(crate) fn enter(&mut self, student: StudentId, place: PlaceId) {
        let list = &mut self.places[place.row()];
        self.seats[student.row()].there = append(list, student);
    }

    /// Somebody is met from now on, where the person is, if that is at the place.
    pub(crate) fn is_met(&mut self, student: StudentId, place: PlaceId) {
        let seat = &mut self.seats[student.row()];
        if seat.there == NOBODY || seat.met != NOBODY {
            return;
        }
        seat.met = append(&mut self.met[place.row()], student);
        if let Some(list) = self.years.get_mut(seat.year as usize) {
            seat.in_year = append(list, student);
        }
    }

    /// A pupil who has come from another school is of a year there.
    pub(crate) fn join_year(&mut self, pupil: StudentId, year: u32) {
        let seat = &mut self.seats[pupil.row()];
        seat.year = year;
        if seat.met != NOBODY {
            seat.in_year = append(&mut self.years[year as usize], pupil);
        }
    }

    /// Somebody leaves a place and a school year, if there.
    pub(crate) fn leave(&mut self, student: StudentId, place: PlaceId) {
        let gone = Seat {
            there: NOBODY,
            met: NOBODY,
            in_year: NOBODY,
            year: NOBODY,
        };
        let seat = std::mem::replace(&mut self.seats[student.row()], gone);
        let seats = &mut self.seats;
        if let Some(moved) = take(&mut self.places[place.row()], seat.there) {
            seats[moved].there = seat.there;
        }
        if let Some(moved) = take(&mut self.met[place.row()], seat.met) {
            seats[moved].met = seat.met;
        }
        if let Some(list) = self.years.get_mut(seat.year as usize)
            && let Some(moved) = take(list, seat.in_year)
        {
            seats[moved].in_year = seat.in_year;
        }
    }
}

/// Somebody is the last of a list. Gives the position.
fn append(list: &mut Vec<u32>, student: StudentId) -> u32 {
    list.push(student.0);
    list.len() as u32 - 1
}

/// Whoever is at a position is taken from a list, and the last one comes there. Gives the row of that
/// one, if it is another.
fn take(list: &mut Vec<u32>, position: u32) -> Option<usize> {
    if position == NOBODY {
        return None;
    }
    list.swap_remove(position as usize);
    list.get(position as usize).map(|moved| *moved as usize)
}

/// One of a list by number, evenly, but not the one who stands at a position; its memory is asked for.
/// None if there is nobody else.
fn another(list: &[u32], own: u32, draw: &mut Draw) -> Option<usize> {
    let others = list.len() as u32 - u32::from(own != NOBODY);
    if others == 0 {
        return None;
    }
    let number = draw.below(others);
    // `NOBODY` is above every number.
    let number = (number + u32::from(number >= own)) as usize;
    prefetch_row(list, number);
    Some(number)
}

#[cfg(test)]
mod tests {
    use hailsham_engine::random::Streams;

    use super::*;
    use crate::purpose::Purpose;

    const PLACE: PlaceId = PlaceId(0);
    const ELSEWHERE: PlaceId = PlaceId(1);

    /// Four of a school year who are met.
    fn four() -> Roster {
        let mut roster = Roster::new(2);
        let year = roster.year(PLACE, 1980);
        for student in (0..4).map(StudentId) {
            roster.push(year);
            roster.enter(student, PLACE);
            roster.is_met(student, PLACE);
        }
        roster
    }

    fn sorted(list: &[u32]) -> Vec<u32> {
        let mut list = list.to_vec();
        list.sort_unstable();
        list
    }

    #[test]
    fn who_leaves_is_gone_and_the_others_stay() {
        let mut roster = four();
        roster.leave(StudentId(1), PLACE);
        roster.leave(StudentId(1), PLACE);
        for list in [
            roster.at(PLACE),
            roster.met_at(PLACE),
            roster.schoolmates(StudentId(0)),
        ] {
            assert_eq!(sorted(list), [0, 2, 3]);
        }
        assert!(roster.schoolmates(StudentId(1)).is_empty());
        roster.leave(StudentId(3), PLACE);
        roster.leave(StudentId(0), PLACE);
        assert_eq!(roster.at(PLACE), [2]);
        assert_eq!(roster.met_at(PLACE), [2]);
        assert_eq!(roster.schoolmates(StudentId(2)), [2]);
    }

    #[test]
    fn nobody_is_met_before_that_or_on_the_road() {
        let mut roster = four();
        let infant = StudentId(4);
        let year = roster.year(PLACE, 1985);
        roster.push(year);
        roster.enter(infant, PLACE);
        assert_eq!(roster.at(PLACE).len(), 5);
        assert_eq!(roster.met_at(PLACE).len(), 4);
        assert!(roster.schoolmates(infant).is_empty());
        // Who has left is not met where the person was.
        roster.leave(infant, PLACE);
        roster.is_met(infant, PLACE);
        assert_eq!(roster.met_at(PLACE).len(), 4);
    }

    #[test]
    fn who_comes_to_another_school_is_of_the_year_there() {
        let mut roster = four();
        let year = roster.year(ELSEWHERE, 1980);
        let native = StudentId(4);
        roster.push(year);
        roster.enter(native, ELSEWHERE);
        roster.is_met(native, ELSEWHERE);
        let moved = StudentId(2);
        roster.leave(moved, PLACE);
        roster.enter(moved, ELSEWHERE);
        roster.is_met(moved, ELSEWHERE);
        roster.join_year(moved, year);
        assert_eq!(sorted(roster.schoolmates(native)), [2, 4]);
        assert_eq!(sorted(roster.schoolmates(moved)), [2, 4]);
        assert_eq!(sorted(roster.schoolmates(StudentId(0))), [0, 1, 3]);
    }

    /// Everybody else is drawn, evenly; nobody draws oneself.
    #[test]
    fn another_is_never_oneself() {
        const DRAWS: u32 = 6000;
        let mut roster = four();
        let one = StudentId(1);
        let stream = Streams::new(1).entity(7).purpose(Purpose::Partner);
        let mut drawn = [0_u32; 4];
        for number in 0..DRAWS {
            let mut draw = stream.draw(number);
            let there = roster.another_at(PLACE, one, &mut draw).unwrap();
            drawn[roster.met_at(PLACE)[there] as usize] += 1;
        }
        assert_eq!(drawn[one.row()], 0);
        let third = DRAWS / 3;
        for of in [drawn[0], drawn[2], drawn[3]] {
            // Four standard deviations of a binomial count.
            assert!(of.abs_diff(third) < 4 * 37, "{drawn:?}");
        }
        for other in [0, 2, 3] {
            roster.leave(StudentId(other), PLACE);
        }
        let mut draw = stream.draw(DRAWS);
        assert_eq!(roster.another_at(PLACE, one, &mut draw), None);
        assert_eq!(roster.another_schoolmate(one, &mut draw), None);
    }
}

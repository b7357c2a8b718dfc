//! Who is due on which day: a list of students for each day to come.
//!
//! What is due on a day is due at its end, for everybody alike, and so needs no place in the future event
//! list: a number appended to its day, and a sort when the day has come.

use crate::person::StudentId;

/// Lists of students by day. What is after the last day is never due.
#[derive(Default)]
pub(super) struct Agenda {
    days: Vec<Vec<u32>>,
    /// Lists of days that are over, to be used again: no list grows twice.
    spare: Vec<Vec<u32>>,
}

impl Agenda {
    /// Nobody is due on any of so many days.
    pub(super) fn new(days: usize) -> Agenda {
        Agenda {
            days: vec![Vec::new(); days],
            spare: Vec::new(),
        }
    }

    /// A student is due on a day, counted from the first.
    #[inline]
    pub(super) fn add(&mut self, day: u32, student: StudentId) {
        let Some(list) = self.days.get_mut(day as usize) else {
            return;
        };
        if list.capacity() == 0
            && let Some(spare) = self.spare.pop()
        {
            *list = spare;
        }
        list.push(student.0);
    }

    /// Who is due on a day, in the order of their numbers, whatever the order in which they came to it.
    /// The list is given back when the day is over.
    pub(super) fn take(&mut self, day: u32) -> Vec<u32> {
        let mut list = self
            .days
            .get_mut(day as usize)
            .map_or_else(Vec::new, std::mem::take);
        list.sort_unstable();
        list
    }

    /// A list of a day that is over.
    pub(super) fn give_back(&mut self, mut list: Vec<u32>) {
        list.clear();
        self.spare.push(list);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_due_comes_once_and_in_order() {
        let mut agenda = Agenda::new(3);
        for (day, who) in [(1, 7), (0, 4), (1, 2), (3, 5), (1, 9)] {
            agenda.add(day, StudentId(who));
        }
        assert_eq!(agenda.take(0), [4]);
        let list = agenda.take(1);
        assert_eq!(list, [2, 7, 9]);
        agenda.give_back(list);
        assert!(agenda.take(1).is_empty());
        agenda.add(2, StudentId(8));
        assert_eq!(agenda.take(2), [8]);
        assert!(agenda.take(3).is_empty());
    }
}

//! Which selections a record of the log is shown to: those of its event, and of those that are made of
//! certain people's records alone none where it names nobody like them. Most records name strangers, and
//! most selections are of somebody.

use hailsham_engine::log::Record;

use super::sources::{Events, Source};
use super::tally::Sieve;

/// People are told apart by the last byte of their numbers: whoever shares it is shown to a selection,
/// which looks for itself.
const MARKS: usize = 256;

/// The way of each record.
pub(crate) struct Routes {
    /// By event: the selections that anybody's records can belong to.
    anybody: Vec<Vec<usize>>,
    /// By event: those that only certain people's can.
    somebody: Vec<Vec<usize>>,
    who: [bool; MARKS],
    whom: [bool; MARKS],
}

impl Routes {
    /// Those of a log with so many events.
    pub(crate) fn new(events: usize) -> Routes {
        Routes {
            anybody: vec![Vec::new(); events],
            somebody: vec![Vec::new(); events],
            who: [false; MARKS],
            whom: [false; MARKS],
        }
    }

    /// Shows the records of an event to a selection, by its number.
    pub(crate) fn add(
        &mut self,
        event: usize,
        number: usize,
        sieves: &[Sieve],
        source: &Events<'_>,
    ) {
        let of = |column: &str| {
            let slot = source.slot(column);
            let mut sieves = sieves.iter().filter(|sieve| Some(sieve.slot) == slot);
            sieves.find_map(Sieve::only)
        };
        let (people, marks) = match (of("who"), of("whom")) {
            (Some(people), _) => (people, &mut self.who),
            (None, Some(people)) => (people, &mut self.whom),
            (None, None) => {
                if let Some(all) = self.anybody.get_mut(event) {
                    all.push(number);
                }
                return;
            }
        };
        for person in people {
            marks[person as u32 as usize % MARKS] = true;
        }
        if let Some(all) = self.somebody.get_mut(event) {
            all.push(number);
        }
    }

    /// The selections that a record may belong to.
    pub(crate) fn of(&self, record: &Record) -> impl Iterator<Item = usize> + '_ {
        let marked = |marks: &[bool; MARKS], person: u32| {
            person != Record::NONE && marks[person as usize % MARKS]
        };
        let named = marked(&self.who, record.who) || marked(&self.whom, record.whom);
        let event = usize::from(record.event);
        let anybody = self.anybody.get(event).into_iter().flatten();
        let somebody = self.somebody.get(event).filter(|_| named);
        anybody.chain(somebody.into_iter().flatten()).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_of_strangers_are_shown_to_those_who_ask_for_anybody() {
        let mut routes = Routes::new(2);
        routes.anybody[0].push(7);
        routes.somebody[0].push(8);
        routes.who[5] = true;
        routes.whom[6] = true;
        let of = |event, who, whom| -> Vec<usize> {
            let mut record = Record::at(hailsham_engine::time::Time::START, event);
            (record.who, record.whom) = (who, whom);
            routes.of(&record).collect()
        };
        assert_eq!(of(0, 4, Record::NONE), [7]);
        assert_eq!(of(0, 5, Record::NONE), [7, 8]);
        assert_eq!(of(0, 6, 4), [7]);
        assert_eq!(of(0, 4, 6), [7, 8]);
        assert_eq!(of(0, 256 + 5, 4), [7, 8], "it may be shown to more");
        assert_eq!(of(0, Record::NONE, Record::NONE), [7]);
        assert!(of(1, 5, 6).is_empty());
    }
}

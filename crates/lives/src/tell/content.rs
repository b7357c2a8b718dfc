//! What one sentence is to say, before it is put into words.

use hailsham_engine::time::Time;

use super::condition::{Condition, Flag, Quantity, Term};
use super::sentences::{Entry, Form};
use crate::life::{Happening, Life};

/// How finely a time is told.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Grain {
    /// To the day, the month or the season, as it reads best.
    #[default]
    Free,
    /// To the day.
    Day,
    /// To the month.
    Month,
    /// To the season.
    Season,
    /// To the year.
    Year,
    /// Only in which phase of life, which the chapter says.
    Phase,
    /// Not at all.
    Nothing,
}

/// How somebody or something stands in the memory of it.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Known {
    /// As it was.
    #[default]
    Known,
    /// Not remembered.
    Forgotten,
    /// Taken for another: its number in the run.
    Mistaken(u32),
}

/// How one thing is told: as it happened, or as it is remembered.
#[derive(Clone, Copy, PartialEq, Default, Debug)]
pub struct Aspect {
    /// How finely the time is told.
    pub grain: Grain,
    /// When it is said to have been, if not when it was.
    pub told_time: Option<Time>,
    /// The other person.
    pub other: Known,
    /// The place.
    pub place: Known,
    /// Whether it is told from memory.
    pub is_remembered: bool,
    /// Whether it was held back for long.
    pub is_late: bool,
    /// A mark of doubt, the stronger the nearer to 1; none where it is absent.
    pub hedge: Option<f64>,
}

/// What one sentence is to say.
#[derive(Clone)]
#[allow(clippy::struct_excessive_bools)] // what a form may ask of it, one thing at a time
pub(crate) struct Content<'a> {
    pub(crate) entry: Option<&'a Entry>,
    pub(crate) forms: &'a [Form],
    pub(crate) rows: &'a [usize],
    pub(crate) with: &'a [usize],
    pub(crate) at: Time,
    pub(crate) from: Time,
    pub(crate) until: Time,
    pub(crate) is_many: bool,
    pub(crate) is_first: bool,
    pub(crate) is_last: bool,
    /// A period is said already in this paragraph.
    pub(crate) is_period_said: bool,
    /// Whether the chapter is the whole period.
    pub(crate) is_whole: bool,
    pub(crate) leftovers: &'a [(&'a Entry, Vec<usize>)],
    pub(crate) home: Option<u32>,
    pub(crate) aspect: Aspect,
}

impl<'a> Content<'a> {
    /// Nothing but forms and a time: for what is said of a chapter or a life as a whole.
    pub(crate) fn frame(forms: &'a [Form], at: Time) -> Content<'a> {
        Content {
            entry: None,
            forms,
            rows: &[],
            with: &[],
            at,
            from: at,
            until: at,
            is_many: false,
            is_first: true,
            is_last: true,
            is_period_said: false,
            is_whole: true,
            leftovers: &[],
            home: None,
            aspect: Aspect::default(),
        }
    }

    /// The record that is spoken of.
    pub(crate) fn main<'l>(&self, life: &'l Life) -> Option<&'l Happening> {
        self.rows.first().map(|row| &life.happenings[*row])
    }

    /// The other person, as told.
    pub(crate) fn other(&self, life: &Life) -> Option<u32> {
        match self.aspect.other {
            Known::Known => self
                .main(life)?
                .other()
                .filter(|other| *other != life.person.id),
            Known::Forgotten => None,
            Known::Mistaken(other) => Some(other),
        }
    }

    /// The place, as told.
    pub(crate) fn place(&self, life: &Life) -> Option<u32> {
        match self.aspect.place {
            Known::Known => self.main(life)?.place,
            Known::Forgotten => None,
            Known::Mistaken(place) => Some(place),
        }
    }

    /// The place, unless it is where the person lives just then.
    pub(crate) fn away(&self, life: &Life) -> Option<u32> {
        self.place(life).filter(|place| self.home != Some(*place))
    }

    /// The different others of all rows, the most frequent first.
    pub(crate) fn people(&self, life: &Life) -> Vec<u32> {
        if self.aspect.other != Known::Known {
            return self.other(life).into_iter().collect();
        }
        tally(
            self.rows
                .iter()
                .filter_map(|row| life.happenings[*row].other()),
        )
        .into_iter()
        .map(|(id, _)| id)
        .filter(|id| *id != life.person.id)
        .collect()
    }

    /// Forms for many, where one minute has several records that differ.
    pub(crate) fn more_forms(&self) -> &'a [Form] {
        match self.entry {
            Some(entry) if !self.is_many && self.rows.len() > 1 => &entry.many,
            _ => &[],
        }
    }

    /// Whether the records differ in the other person or in the topic.
    pub(crate) fn several(&self, life: &Life) -> Several {
        let Some(main) = self.main(life) else {
            return Several::default();
        };
        let rest = || self.rows[1..].iter().map(|row| &life.happenings[*row]);
        Several {
            people: rest().any(|of| of.other() != main.other()),
            topics: rest().any(|of| of.topic != main.topic),
        }
    }

    /// Whether a form may be used.
    pub(crate) fn allows(
        &self,
        condition: &Condition,
        life: &Life,
        after: Option<&str>,
        knows: impl Fn(u32) -> bool,
        age: Option<u32>,
    ) -> bool {
        let main = self.main(life);
        condition.terms.iter().all(|(is_meant, term)| {
            let holds = match term {
                Term::Topic(topic) => {
                    main.and_then(|main| main.topic.as_deref()) == Some(topic)
                        && self.rows.iter().all(|row| {
                            life.happenings[*row].topic.as_ref()
                                == main.and_then(|main| main.topic.as_ref())
                        })
                }
                Term::Number(quantity, comparison, than) => {
                    let number = match quantity {
                        Quantity::N => main.and_then(|main| main.n).map(f64::from),
                        Quantity::Value => main.and_then(|main| main.value).map(f64::from),
                        Quantity::Count => Some(self.rows.len() as f64),
                        Quantity::People => Some(self.people(life).len() as f64),
                        Quantity::Age => age.map(f64::from),
                    };
                    number.is_some_and(|number| comparison.holds(number, *than))
                }
                Term::With(event) => self
                    .with
                    .iter()
                    .any(|row| life.happenings[*row].event == *event),
                Term::Every(event) => {
                    let of = |row: &&usize| life.happenings[**row].event == *event;
                    self.with.iter().filter(of).count() >= self.rows.len()
                }
                Term::After(event) => after == Some(event),
                Term::OtherIs(kind) => self
                    .other(life)
                    .and_then(|other| life.people.get(&other))
                    .is_some_and(|other| other.kind == *kind),
                Term::Flag(flag) => match flag {
                    Flag::First => self.is_first,
                    Flag::Last => self.is_last,
                    Flag::Pinned => main.is_some_and(|main| main.pinned),
                    Flag::Place => self.place(life).is_some(),
                    Flag::Other => self.other(life).is_some(),
                    Flag::Third => main.is_some_and(|main| main.third.is_some()),
                    Flag::Mutual => main.is_some_and(|main| {
                        self.with.iter().any(|row| {
                            let with = &life.happenings[*row];
                            with.event == main.event && with.other() == main.other()
                        })
                    }),
                    Flag::Dies => life.person.died.is_some(),
                    Flag::Student => life.person.kind == "student",
                    Flag::Else => true,
                    Flag::Remembered => self.aspect.is_remembered,
                    Flag::Known => self.other(life).is_some_and(&knows),
                },
            };
            holds == *is_meant
        })
    }
}

/// In what several records of one minute differ.
#[derive(Clone, Copy, Default)]
pub(crate) struct Several {
    pub(crate) people: bool,
    pub(crate) topics: bool,
}

/// Different things with how often each is there, the most frequent first, else in order of
/// appearance.
pub(crate) fn tally<T: PartialEq>(things: impl Iterator<Item = T>) -> Vec<(T, i64)> {
    let mut counts: Vec<(T, i64)> = Vec::new();
    for thing in things {
        match counts.iter_mut().find(|(of, _)| *of == thing) {
            Some((_, count)) => *count += 1,
            None => counts.push((thing, 1)),
        }
    }
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counts
}

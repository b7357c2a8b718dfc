//! How often everything happened: every event counted by year, by age and upbringing of the one
//! whom it concerns, and by topic and age or topic and year, with the sums of `n` and `value`.
//!
//! What metrics and the report say of the inner life is counted here, in the same way for every
//! event, so that a new event needs no counter of its own.

use hailsham_engine::log::Record;
use hailsham_engine::time::Time;

use super::{Rules, Student};
use crate::event::Event;
use crate::person::Phase;

/// Ages are counted in whole years, the last for all beyond.
pub const AGES: usize = 64;
/// Humane, ordinary.
const KINDS: usize = 2;
const PHASES: usize = Phase::LABELS.len();
/// What is counted of a topic: each age, and beside these what concerns no student.
const CELLS: usize = AGES + 1;
const NO_STUDENT: usize = AGES;

/// A count with its sums.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sums {
    /// Records.
    pub count: u32,
    /// Sum of their `n`.
    pub n: i64,
    /// Sum of their `value`, of those that have one.
    pub value: f64,
}

/// What is counted of one event, whatever the length of the run.
#[derive(Clone, Copy, Debug)]
struct Counts {
    sums: Sums,
    by_phase: [u32; PHASES],
    by_age: [[u32; KINDS]; AGES],
}

impl Counts {
    const NOTHING: Counts = Counts {
        sums: Sums {
            count: 0,
            n: 0,
            value: 0.0,
        },
        by_phase: [0; PHASES],
        by_age: [[0; KINDS]; AGES],
    };

    #[inline]
    fn add(&mut self, record: &Record) {
        self.sums.count += 1;
        if record.n != Record::NO_NUMBER {
            self.sums.n += i64::from(record.n);
        }
        if !record.value.is_nan() {
            self.sums.value += f64::from(record.value);
        }
    }

    /// Counts the student as well, whose age in whole years it gives.
    #[inline]
    fn add_student(&mut self, record: &Record, student: &Student) -> usize {
        let years = (record.time - student.life).years();
        let age = (years.max(0.0) as usize).min(AGES - 1);
        self.by_age[age][usize::from(!student.humane())] += 1;
        self.by_phase[student.phase as usize] += 1;
        age
    }
}

/// Counts of every event.
#[derive(Clone, Debug)]
pub struct Tally {
    years: usize,
    topics: usize,
    events: Vec<Counts>,
    by_year: Vec<u32>,
    /// Allocated for an event when it first comes with a topic.
    by_topic: Vec<Vec<u32>>,
    /// The same by calendar year.
    topic_years: Vec<Vec<u32>>,
    /// Index of the calendar year under way, and when it ends.
    index: usize,
    until: Time,
}

impl Tally {
    pub(super) fn new(rules: &Rules) -> Tally {
        let events = Event::ALL.len();
        Tally {
            years: rules.years.len(),
            topics: rules.body.len(),
            events: vec![Counts::NOTHING; events],
            by_year: vec![0; events * rules.years.len()],
            by_topic: vec![Vec::new(); events],
            topic_years: vec![Vec::new(); events],
            index: 0,
            until: rules.end_of_year(0),
        }
    }

    /// Counts a visit, by its carer.
    #[inline]
    pub(super) fn visit(&mut self, record: &Record, carer: &Student, rules: &Rules) {
        let event = Event::Visited as usize;
        self.turn_to(record.time, rules);
        self.by_year[event * self.years + self.index] += 1;
        let counts = &mut self.events[event];
        counts.add(record);
        counts.add_student(record, carer);
    }

    /// Counts a record, given the student whom it concerns, if it is one: as the student was before it, or
    /// at the making.
    pub(super) fn add(&mut self, record: &Record, student: Option<&Student>, rules: &Rules) {
        let event = usize::from(record.event);
        self.turn_to(record.time, rules);
        self.by_year[event * self.years + self.index] += 1;
        let counts = &mut self.events[event];
        counts.add(record);
        let age = student.map_or(NO_STUDENT, |student| counts.add_student(record, student));
        if record.topic != Record::NO_TOPIC {
            self.count_topic(record, age);
        }
    }

    #[inline]
    fn turn_to(&mut self, at: Time, rules: &Rules) {
        while at >= self.until && self.until != Time::NEVER {
            self.index += 1;
            self.until = rules.end_of_year(self.index);
        }
    }

    fn count_topic(&mut self, record: &Record, age: usize) {
        let event = usize::from(record.event);
        let by_topic = &mut self.by_topic[event];
        let years = &mut self.topic_years[event];
        if by_topic.is_empty() {
            by_topic.resize(self.topics * CELLS, 0);
            years.resize(self.topics * self.years, 0);
        }
        let topic = usize::from(record.topic);
        if let Some(cell) = by_topic.get_mut(topic * CELLS + age) {
            *cell += 1;
        }
        if let Some(cell) = years.get_mut(topic * self.years + self.index) {
            *cell += 1;
        }
    }

    fn counts(&self, event: Event) -> &Counts {
        self.events.get(event as usize).unwrap_or(&Counts::NOTHING)
    }

    /// All records of an event.
    pub fn of(&self, event: Event) -> Sums {
        self.counts(event).sums
    }

    /// Records of an event in every calendar year of the run.
    pub fn by_year(&self, event: Event) -> &[u32] {
        let from = event as usize * self.years;
        self.by_year.get(from..from + self.years).unwrap_or(&[])
    }

    /// Records of an event whose student was of an age, in whole years, and of an upbringing.
    pub fn at_age(&self, event: Event, age: usize, humane: bool) -> u32 {
        self.counts(event).by_age[age.min(AGES - 1)][usize::from(!humane)]
    }

    /// Records of an event whose student was of an upbringing.
    pub fn of_kind(&self, event: Event, humane: bool) -> u32 {
        (0..AGES).map(|age| self.at_age(event, age, humane)).sum()
    }

    /// Records of an event whose student was in a phase of life.
    pub fn in_phase(&self, event: Event, phase: Phase) -> u32 {
        self.counts(event).by_phase[phase as usize]
    }

    fn cells(&self, event: Event, topic: u8) -> &[u32] {
        let from = usize::from(topic) * CELLS;
        self.by_topic
            .get(event as usize)
            .and_then(|cells| cells.get(from..from + CELLS))
            .unwrap_or(&[])
    }

    /// Records of an event with a topic, by age of the student concerned in whole years.
    pub fn by_topic(&self, event: Event, topic: u8) -> &[u32] {
        self.cells(event, topic).get(..AGES).unwrap_or(&[])
    }

    /// Records of an event with a topic that concern no student.
    pub fn without_student(&self, event: Event, topic: u8) -> u32 {
        self.cells(event, topic)
            .get(NO_STUDENT)
            .copied()
            .unwrap_or(0)
    }

    /// Records of an event with a topic, in every calendar year of the run.
    pub fn by_topic_and_year(&self, event: Event, topic: u8) -> &[u32] {
        let from = usize::from(topic) * self.years;
        self.topic_years
            .get(event as usize)
            .and_then(|cells| cells.get(from..from + self.years))
            .unwrap_or(&[])
    }

    /// Records of an event with a topic.
    pub fn of_topic(&self, event: Event, topic: u8) -> u32 {
        self.cells(event, topic).iter().sum()
    }
}

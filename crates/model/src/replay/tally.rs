//! How often everything happened: every event counted by year, by age and upbringing of the one
//! whom it concerns, and by topic and age or topic and year, with the sums of `n` and `value`.
//!
//! What metrics and the report say of the inner life is counted here, in the same way for every
//! event, so that a new event needs no counter of its own.

use hailsham_engine::log::Record;

use super::{Rules, State};
use crate::event::Event;
use crate::person::{FIRST_RECIPIENT, Phase};

/// Ages are counted in whole years, the last for all beyond.
pub const AGES: usize = 64;
/// Humane, ordinary.
const KINDS: usize = 2;
const PHASES: usize = Phase::LABELS.len();

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

/// Counts of every event.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    years: usize,
    topics: usize,
    events: Vec<Sums>,
    by_year: Vec<u32>,
    by_age: Vec<u32>,
    by_phase: Vec<u32>,
    /// Allocated for an event when it first comes with a topic.
    by_topic: Vec<Vec<u32>>,
    /// The same by calendar year.
    topic_years: Vec<Vec<u32>>,
    index: usize,
}

impl Tally {
    pub(super) fn new(rules: &Rules) -> Tally {
        let events = Event::ALL.len();
        Tally {
            years: rules.years.len(),
            topics: rules.body.len(),
            events: vec![Sums::default(); events],
            by_year: vec![0; events * rules.years.len()],
            by_age: vec![0; events * AGES * KINDS],
            by_phase: vec![0; events * PHASES],
            by_topic: vec![Vec::new(); events],
            topic_years: vec![Vec::new(); events],
            index: 0,
        }
    }

    /// Counts a record, given the state before it.
    #[inline]
    pub(super) fn add(&mut self, record: &Record, state: &State, rules: &Rules) {
        while rules
            .years
            .get(self.index + 1)
            .is_some_and(|(_, next)| record.time >= *next)
        {
            self.index += 1;
        }
        let event = usize::from(record.event);
        let sums = &mut self.events[event];
        sums.count += 1;
        if record.n != Record::NO_NUMBER {
            sums.n += i64::from(record.n);
        }
        if !record.value.is_nan() {
            sums.value += f64::from(record.value);
        }
        self.by_year[event * self.years + self.index] += 1;
        let mut age = 0;
        if record.who < FIRST_RECIPIENT
            && let Some(student) = state.student(record.who)
        {
            let years = (record.time - state.begun(record.who).life).years();
            age = (years.max(0.0) as usize).min(AGES - 1);
            let kind = usize::from(!student.humane);
            self.by_age[(event * AGES + age) * KINDS + kind] += 1;
            self.by_phase[event * PHASES + student.phase as usize] += 1;
        }
        if record.topic != Record::NO_TOPIC {
            let by_topic = &mut self.by_topic[event];
            let years = &mut self.topic_years[event];
            if by_topic.is_empty() {
                by_topic.resize(self.topics * AGES, 0);
                years.resize(self.topics * self.years, 0);
            }
            let topic = usize::from(record.topic);
            if let Some(cell) = by_topic.get_mut(topic * AGES + age) {
                *cell += 1;
            }
            if let Some(cell) = years.get_mut(topic * self.years + self.index) {
                *cell += 1;
            }
        }
    }

    /// All records of an event.
    pub fn of(&self, event: Event) -> Sums {
        self.events.get(event as usize).copied().unwrap_or_default()
    }

    /// Records of an event in every calendar year of the run.
    pub fn by_year(&self, event: Event) -> &[u32] {
        let from = event as usize * self.years;
        self.by_year.get(from..from + self.years).unwrap_or(&[])
    }

    /// Records of an event whose student was of an age, in whole years, and of an upbringing.
    pub fn at_age(&self, event: Event, age: usize, humane: bool) -> u32 {
        let cell = (event as usize * AGES + age.min(AGES - 1)) * KINDS + usize::from(!humane);
        self.by_age.get(cell).copied().unwrap_or(0)
    }

    /// Records of an event whose student was of an upbringing.
    pub fn of_kind(&self, event: Event, humane: bool) -> u32 {
        (0..AGES).map(|age| self.at_age(event, age, humane)).sum()
    }

    /// Records of an event whose student was in a phase of life.
    pub fn in_phase(&self, event: Event, phase: Phase) -> u32 {
        let cell = event as usize * PHASES + phase as usize;
        self.by_phase.get(cell).copied().unwrap_or(0)
    }

    /// Records of an event with a topic, by age in whole years.
    pub fn by_topic(&self, event: Event, topic: u8) -> &[u32] {
        let from = usize::from(topic) * AGES;
        self.by_topic
            .get(event as usize)
            .and_then(|cells| cells.get(from..from + AGES))
            .unwrap_or(&[])
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
        self.by_topic(event, topic).iter().sum()
    }
}

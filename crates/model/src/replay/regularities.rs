//! What regularities of care and donation are measured by: what the log tells of one person in two
//! records that lie apart, and how bodies fare operation by operation.

use hailsham_engine::log::Record;
use hailsham_engine::time::{Span, Time};

use super::{Rules, State};
use crate::event::Event;
use crate::person::{Cause, Phase};
use crate::statistics::Moments;
use crate::submodels::donation::MAX_OPERATIONS;

/// Years before the end in which a carer must have begun to be asked whether a call-up came.
const LONG_AGO: f64 = 15.0;

/// What the log says of the course of care and donation.
#[derive(Clone, Debug, Default)]
pub struct Regularities {
    /// Carers with a first review, and a first operation since: rank among the carers at that
    /// review, 0 to 1, and age at that operation in years.
    pub excellence_and_call: Vec<(f64, f64)>,
    /// Carers who began long enough before the end and did not die in service, and how many of
    /// these were called up.
    pub long_ago: (u32, u32),
    /// By number of the operation, from the first: operations, and deaths at them.
    pub operations: [(u32, u32); MAX_OPERATIONS],
    /// By number of the operation, from the first: strength on leaving the bed.
    pub strength: [Moments; MAX_OPERATIONS],
    /// By student: rank at the first review; not a number before there is one.
    first_rank: Vec<f32>,
}

impl Regularities {
    /// Share of the operations of one number, from 1, that killed; not a number where there was
    /// none.
    pub fn death_share(&self, number: usize) -> f64 {
        let (operations, deaths) = self.operations[number - 1];
        f64::from(deaths) / f64::from(operations)
    }

    /// Takes one more record, before the state knows of it.
    pub(super) fn add(&mut self, record: &Record, event: Event, state: &State, rules: &Rules) {
        let row = record.who as usize;
        // Events that carry no number have the least there is, which is no operation's either.
        let index = record.n.wrapping_sub(1) as usize;
        match event {
            Event::Reviewed if record.n == 1 => {
                if row >= self.first_rank.len() {
                    self.first_rank.resize(row + 1, f32::NAN);
                }
                self.first_rank[row] = record.value;
            }
            Event::CalledUp if served_long_ago(record.who, state, rules) => {
                self.long_ago.0 += 1;
                self.long_ago.1 += 1;
            }
            Event::Operated => {
                if let Some((operations, _)) = self.operations.get_mut(index) {
                    *operations += 1;
                }
                let rank = self.first_rank.get(row).filter(|rank| !rank.is_nan());
                if let (1, Some(rank)) = (record.n, rank) {
                    let age = record.time - state.life_of(record.who);
                    self.excellence_and_call
                        .push((f64::from(*rank), age.years()));
                }
            }
            Event::Completed if record.topic == Cause::Operation as u8 => {
                if let Some((_, deaths)) = self.operations.get_mut(index) {
                    *deaths += 1;
                }
            }
            Event::Discharged => {
                if let Some(strength) = self.strength.get_mut(index) {
                    strength.add(f64::from(record.value));
                }
            }
            _ => {}
        }
    }

    /// Counts those who still serve at the end.
    pub(super) fn finish(mut self, state: &State, rules: &Rules) -> Regularities {
        let serving = (0..state.students.len() as u32).filter(|who| {
            let phase = state.student(*who).map(|student| student.phase);
            phase == Some(Phase::Carer) && served_long_ago(*who, state, rules)
        });
        self.long_ago.0 += serving.count() as u32;
        self.first_rank = Vec::new();
        self
    }
}

/// Whether a student became a carer long enough before the end.
fn served_long_ago(who: u32, state: &State, rules: &Rules) -> bool {
    let began = state.service_of(who);
    began != Time::NEVER && rules.horizon - began >= Span::from_years(LONG_AGO)
}

//! 7.4 Knowledge and disclosure.

use hailsham_engine::time::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use crate::metrics::Metric;
use crate::mind::Fact;
use crate::person::StudentId;
use crate::submodels::contacts::Meeting;
use crate::submodels::contacts::Reflection;
use crate::world::World;

/// Knowledge and disclosure.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, SmartDefault)]
#[serde(default, deny_unknown_fields)]
pub struct Knowledge {}

/// What is measured of it.
pub(crate) const METRICS: &[Metric] = &[];

/// What the submodel keeps for itself.
#[derive(Default)]
pub(crate) struct State {}

/// A term of a school has ended.
pub(crate) fn term(_world: &mut World, _at: Time, _school: u32, _number: u32) {}

/// Two students meet.
pub(crate) fn meet(_world: &mut World, _meeting: &Meeting) {}

/// Half a year of a student's life has gone by.
pub(crate) fn reflect(_world: &mut World, _reflection: &Reflection) {}

/// How a fact comes to somebody.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub(crate) enum Channel {
    /// Lessons: what may be said.
    Teaching,
    /// A guardian's hint.
    Hint,
    /// A guardian's outburst.
    Outburst,
    /// Disclosure by the rules of the school or of the country.
    Disclosure,
    /// Another student.
    Whisper,
    /// Television and cast-off print.
    Media,
    /// Those who have been at the Cottages for longer.
    Veterans,
    /// The late full account.
    FullAccount,
}

/// Somebody hears of a fact: `part` of what was not heard yet. The teller is a person's number, or
/// `NOBODY`.
pub(crate) fn hear(
    _world: &mut World,
    _at: Time,
    _student: StudentId,
    _fact: Fact,
    _channel: Channel,
    _teller: u32,
    _part: f64,
) {
}

//! 7.8 Ties, couples, interference.

use hailsham_engine::time::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use crate::metrics::Metric;
use crate::person::StudentId;
use crate::submodels::contacts::Meeting;
use crate::submodels::contacts::Reflection;
use crate::world::World;

/// Ties, couples, interference.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, SmartDefault)]
#[serde(default, deny_unknown_fields)]
pub struct Ties {}

/// What is measured of it.
pub(crate) const METRICS: &[Metric] = &[];

/// What the submodel keeps for itself.
#[derive(Default)]
pub(crate) struct State {}

/// Two students meet.
pub(crate) fn meet(_world: &mut World, _meeting: &Meeting) {}

/// Half a year of a student's life has gone by.
pub(crate) fn reflect(_world: &mut World, _reflection: &Reflection) {}

/// A student has moved from one place to another.
pub(crate) fn moved(_world: &mut World, _at: Time, _student: StudentId) {}

/// A student has died.
pub(crate) fn ended(_world: &mut World, _at: Time, _student: StudentId) {}

/// Something done together brings two students closer: `part` of what is left of friendship, on
/// both sides.
pub(crate) fn strengthen(
    _world: &mut World,
    _at: Time,
    _one: StudentId,
    _other: StudentId,
    _part: f64,
) {
}

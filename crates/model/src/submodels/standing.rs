//! 7.7 Standing, teasing, rage.

use hailsham_engine::time::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use crate::metrics::Metric;
use crate::person::StudentId;
use crate::submodels::contacts::Meeting;
use crate::submodels::contacts::Reflection;
use crate::world::World;

/// Standing, teasing, rage.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, SmartDefault)]
#[serde(default, deny_unknown_fields)]
pub struct Standing {}

/// What is measured of it.
pub(crate) const METRICS: &[Metric] = &[];

/// What the submodel keeps for itself.
#[derive(Default)]
pub(crate) struct State {}

/// Two students meet.
pub(crate) fn meet(_world: &mut World, _meeting: &Meeting) {}

/// Half a year of a student's life has gone by.
pub(crate) fn reflect(_world: &mut World, _reflection: &Reflection) {}

/// Rage breaks out: `provoked_by` is a person's number, or `NOBODY`.
pub(crate) fn rage(_world: &mut World, _at: Time, _student: StudentId, _provoked_by: u32) {}

/// A guardian tells a student that failing at art is all right.
pub(crate) fn reassure(_world: &mut World, _at: Time, _student: StudentId, _guardian: u32) {}

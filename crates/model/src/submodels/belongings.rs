//! 7.11 Belongings, lost things, Norfolk.

use hailsham_engine::time::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use crate::metrics::Metric;
use crate::person::StudentId;
use crate::submodels::contacts::Meeting;
use crate::submodels::contacts::Reflection;
use crate::world::World;

/// Belongings, lost things, Norfolk.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, SmartDefault)]
#[serde(default, deny_unknown_fields)]
pub struct Belongings {}

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

//! Expressive resistance (A-156, A-173, A-213; C-26).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use crate::metrics::Metric;
use crate::submodels::contacts::Meeting;
use crate::submodels::contacts::Reflection;
use crate::world::World;

/// Expressive resistance.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, SmartDefault)]
#[serde(default, deny_unknown_fields)]
pub struct Resistance {}

/// What is measured of it.
pub(crate) const METRICS: &[Metric] = &[];

/// What the submodel keeps for itself.
#[derive(Default)]
pub(crate) struct State {}

/// Half a year of a student's life has gone by.
pub(crate) fn reflect(_world: &mut World, _reflection: &Reflection) {}

/// Two students meet.
pub(crate) fn meet(_world: &mut World, _meeting: &Meeting) {}

//! 7.17 Society and reform.

use hailsham_engine::time::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use crate::metrics::Metric;
use crate::person::StudentId;
use crate::world::World;

/// Society and reform.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, SmartDefault)]
#[serde(default, deny_unknown_fields)]
pub struct Society {}

/// What is measured of it.
pub(crate) const METRICS: &[Metric] = &[];

/// What the submodel keeps for itself.
#[derive(Default)]
pub(crate) struct State {}

/// Before anything has happened.
pub(crate) fn start(_world: &mut World) {}

/// A year has gone by.
pub(crate) fn year(_world: &mut World, _at: Time, _number: u32) {}

/// Visible pain in public: do those who pass by stop?
pub(crate) fn pass_by(_world: &mut World, _at: Time, _student: StudentId) {}

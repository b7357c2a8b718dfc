//! 7.6 Works, Sales, collection, the Gallery.

use hailsham_engine::time::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use crate::metrics::Metric;
use crate::submodels::contacts::Reflection;
use crate::world::World;

/// Works, Sales, collection, the Gallery.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, SmartDefault)]
#[serde(default, deny_unknown_fields)]
pub struct Works {}

/// What is measured of it.
pub(crate) const METRICS: &[Metric] = &[];

/// What the submodel keeps for itself.
#[derive(Default)]
pub(crate) struct State {}

/// A term of a school has ended.
pub(crate) fn term(_world: &mut World, _at: Time, _school: u32, _number: u32) {}

/// Half a year of a student's life has gone by.
pub(crate) fn reflect(_world: &mut World, _reflection: &Reflection) {}

/// The collector takes the best works of a school. Gives how many were taken.
pub(crate) fn collect(_world: &mut World, _at: Time, _school: u32, _collector: u32) -> u32 {
    0
}

/// Up to so many of the works that were collected and never shown are shown to the public. Gives how
/// many, and the mean inner life that they reveal, 0 to 1.
pub(crate) fn exhibit(_world: &mut World, _at: Time, _number: u32) -> (u32, f64) {
    (0, 0.0)
}

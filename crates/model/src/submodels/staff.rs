//! 7.5 Staff.

use hailsham_engine::time::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use crate::metrics::Metric;
use crate::world::World;

/// Staff.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, SmartDefault)]
#[serde(default, deny_unknown_fields)]
pub struct Staff {}

/// What is measured of it.
pub(crate) const METRICS: &[Metric] = &[];

/// What the submodel keeps for itself.
#[derive(Default)]
pub(crate) struct State {}

/// A school has opened.
pub(crate) fn opened(_world: &mut World, _at: Time, _school: u32) {}

/// A term of a school has ended.
pub(crate) fn term(_world: &mut World, _at: Time, _school: u32, _number: u32) {}

/// A school has closed.
pub(crate) fn closed(_world: &mut World, _at: Time, _school: u32) {}

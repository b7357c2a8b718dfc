//! 7.12 The Cottages: mixing, veterans, mimicry, media, outings, drift.

use hailsham_engine::time::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use crate::metrics::Metric;
use crate::place::PlaceId;
use crate::submodels::contacts::Meeting;
use crate::submodels::contacts::Reflection;
use crate::world::World;

/// The Cottages: mixing, veterans, mimicry, media, outings, drift.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, SmartDefault)]
#[serde(default, deny_unknown_fields)]
pub struct Outings {}

/// What is measured of it.
pub(crate) const METRICS: &[Metric] = &[];

/// What the submodel keeps for itself.
#[derive(Default)]
pub(crate) struct State {}

/// Two students meet.
pub(crate) fn meet(_world: &mut World, _meeting: &Meeting) {}

/// Half a year of a student's life has gone by.
pub(crate) fn reflect(_world: &mut World, _reflection: &Reflection) {}

/// A month has gone by at a place where students wait.
pub(crate) fn month(_world: &mut World, _at: Time, _place: PlaceId, _number: u32) {}

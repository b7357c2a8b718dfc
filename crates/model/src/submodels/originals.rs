//! 7.10 Originals and possibles.

use hailsham_engine::time::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use crate::metrics::Metric;
use crate::person::StudentId;
use crate::place::PlaceId;
use crate::submodels::contacts::Reflection;
use crate::world::World;

/// Originals and possibles.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, SmartDefault)]
#[serde(default, deny_unknown_fields)]
pub struct Originals {}

/// What is measured of it.
pub(crate) const METRICS: &[Metric] = &[];

/// What the submodel keeps for itself.
#[derive(Default)]
pub(crate) struct State {}

/// Half a year of a student's life has gone by.
pub(crate) fn reflect(_world: &mut World, _reflection: &Reflection) {}

/// A student is among ordinary people, at a place, and may see somebody who could be the original.
pub(crate) fn sight(_world: &mut World, _at: Time, _student: StudentId, _place: PlaceId) {}

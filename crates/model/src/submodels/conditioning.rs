//! 7.3 Conditioning, pride, words, intent to leave.

use hailsham_engine::time::Time;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smart_default::SmartDefault;

use crate::metrics::Metric;
use crate::person::StudentId;
use crate::submodels::contacts::Meeting;
use crate::submodels::contacts::Reflection;
use crate::world::World;

/// Conditioning, pride, words, intent to leave.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, SmartDefault)]
#[serde(default, deny_unknown_fields)]
pub struct Conditioning {}

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

/// A glimpse of ordinary life: on an outing, on television, in cast-off print. It raises images and
/// longing by `part` of what is left of them (D-55).
pub(crate) fn glimpse(_world: &mut World, _at: Time, _student: StudentId, _part: f64) {}

//! `works.parquet`: every work, who made it and what became of it.

use std::path::Path;

use hailsham_engine::table::{ColumnSpec, TableError, TableWriter};
use hailsham_engine::time::Time;

use super::{Fate, Form, Work};
use crate::person::NOBODY;
use crate::world::World;
use hailsham_engine::columns;

/// The columns of `works.parquet`.
pub const WORKS: &[ColumnSpec] = columns! {
    id U32 true "" "Number of the work: the `object` of its events.";
    maker U32 true "" "Who made it.";
    form Text true "" "drawing, poem or other_work.";
    made Timestamp true "" "When it was made.";
    place U32 false "" "Where it was made; null for a work of a carer, who lives on the road.";
    merit F32 true "0 to 1" "Artistic merit.";
    inner_life F32 true "0 to 1" "How much it reveals of the maker.";
    grade U32 false "1 to 5" "What guardians gave it; null outside school.";
    fate Text true "" "kept, sold, collected or exhibited.";
    owner U32 false "" "Who bought it or took it.";
    parted Timestamp false "" "When it was bought or taken.";
};

/// Rows a row group: what is held in memory at once.
const GROUP: usize = 65_536;

/// Writes the works.
pub(crate) fn write(
    path: &Path,
    world: &World,
    key_values: &[(String, String)],
) -> Result<(), TableError> {
    let epoch = world.clock.epoch;
    let mut writer = TableWriter::create(path, WORKS, key_values)?;
    for (number, works) in world.inner.works.works.chunks(GROUP).enumerate() {
        let first = number * GROUP;
        let mut group = writer.group(works.len())?;
        let f32 = |of: fn(&Work) -> f32| move |row: usize| Some(of(&works[row]));
        group.u32("id", |row| Some((first + row) as u32))?;
        group.u32("maker", |row| Some(works[row].maker))?;
        group.coded("form", &Form::LABELS, |row| Some(works[row].form as usize))?;
        group.timestamp("made", |row| Some(epoch.milliseconds(works[row].made)))?;
        group.u32("place", |row| {
            Some(works[row].place).filter(|place| *place != NOBODY)
        })?;
        group.f32("merit", f32(|work| work.merit))?;
        group.f32("inner_life", f32(|work| work.inner_life))?;
        group.u32("grade", |row| {
            Some(u32::from(works[row].grade)).filter(|grade| *grade > 0)
        })?;
        group.coded("fate", &Fate::LABELS, |row| Some(works[row].fate as usize))?;
        group.u32("owner", |row| {
            Some(works[row].owner).filter(|owner| *owner != NOBODY)
        })?;
        group.timestamp("parted", |row| {
            let parted = works[row].parted;
            (parted != Time::NEVER).then(|| epoch.milliseconds(parted))
        })?;
        group.close()?;
    }
    writer.close().map(|_| ())
}

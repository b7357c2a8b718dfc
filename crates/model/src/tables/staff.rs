//! The columns of staff in `persons.parquet`.

use hailsham_engine::table::{GroupWriter, TableError};

use super::{Rows, Share};
use crate::submodels::staff::Member;

pub(super) fn write(group: &mut GroupWriter<'_>, of: &Rows<'_>) -> Result<(), TableError> {
    let columns: [Share<Member>; 3] = [
        ("duty", |member| member.duty),
        ("candour", |member| member.candour),
        ("conscience", |member| member.conscience),
    ];
    for (name, value) in columns {
        group.f32(name, |row| of.staff(row, |member| Some(value(member))))?;
    }
    group.timestamp("taken_on", |row| {
        of.staff(row, |member| of.happened(member.taken_on))
    })?;
    group.timestamp("post_left", |row| {
        of.staff(row, |member| of.happened(member.ended))
    })
}

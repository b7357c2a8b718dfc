//! The table of ties: `ties.parquet`.

use std::path::Path;

use hailsham_engine::table::{ColumnSpec, TableError, TableWriter};

use crate::network::Tie;
use crate::person::StudentId;
use crate::tables::GROUP;
use crate::world::World;
use hailsham_engine::columns;

/// The columns of `ties.parquet`.
pub const TIES: &[ColumnSpec] = columns! {
    who U32 true "" "Whose end of the tie it is.";
    whom U32 true "" "The person at the other end.";
    affinity F32 true "standard deviations" "What draws the two to each other: the same at both ends, and in every scenario.";
    friendship F32 true "0 to 1" "Friendship at the end of the run, or at the death of either.";
    trust F32 true "0 to 1" "Trust: how far the owner opens up to the other.";
    grievance F32 true "0 to 1" "What is held against the other.";
    last_contact Timestamp true "" "When they were last in contact.";
    couple Bool true "" "Whether the two are a couple, or were at the death of the owner.";
    friends Bool true "" "Whether the owner counts the other as a friend.";
    love Bool true "" "Whether the owner loves, or has loved, the other.";
    apart Bool true "" "Whether they do not live at one place.";
    dead Bool true "" "Whether the other died first.";
    wronged Bool true "" "Whether the owner has wronged the other, who does not know it.";
    blocked Bool true "" "Whether somebody has come between the two.";
    told Bool true "" "Whether the owner was told of a wrong that the other did.";
};

/// Writes every end of every tie, in the order of the numbers of the two.
pub(crate) fn write_ties(
    path: &Path,
    world: &World,
    key_values: &[(String, String)],
) -> Result<(), TableError> {
    let mut writer = TableWriter::create(path, TIES, key_values)?;
    let mut rows: Vec<(StudentId, Tie)> = Vec::with_capacity(GROUP);
    for student in (0..world.students.len() as u32).map(StudentId) {
        let from = rows.len();
        rows.extend(world.network.of(student).iter().map(|tie| (student, *tie)));
        rows[from..].sort_unstable_by_key(|(_, tie)| tie.other);
        if rows.len() + crate::network::MOST_TIES > GROUP {
            write_group(&mut writer, world, &rows)?;
            rows.clear();
        }
    }
    if !rows.is_empty() {
        write_group(&mut writer, world, &rows)?;
    }
    writer.close().map(|_| ())
}

fn write_group(
    writer: &mut TableWriter,
    world: &World,
    rows: &[(StudentId, Tie)],
) -> Result<(), TableError> {
    let fading = world.programme.ties.friendship.fading();
    let epoch = world.clock.epoch;
    let end = |student: StudentId| world.students.died[student.row()].min(world.clock.horizon);
    let mut group = writer.group(rows.len())?;
    group.u32("who", |row| Some(rows[row].0.person()))?;
    group.u32("whom", |row| Some(rows[row].1.other))?;
    group.f32("affinity", |row| Some(rows[row].1.affinity))?;
    group.f32("friendship", |row| {
        let (student, tie) = rows[row];
        Some(tie.friendship_at(end(student), fading) as f32)
    })?;
    group.f32("trust", |row| Some(rows[row].1.trust))?;
    group.f32("grievance", |row| Some(rows[row].1.grievance))?;
    group.timestamp("last_contact", |row| {
        Some(epoch.milliseconds(rows[row].1.last))
    })?;
    let flags = [
        ("couple", Tie::COUPLE),
        ("friends", Tie::FRIENDS),
        ("love", Tie::LOVE),
        ("apart", Tie::APART),
        ("dead", Tie::DEAD),
        ("wronged", Tie::WRONGED),
        ("blocked", Tie::BLOCKED),
        ("told", Tie::TOLD),
    ];
    for (name, flag) in flags {
        group.bool(name, |row| Some(rows[row].1.is(flag)))?;
    }
    group.close()
}

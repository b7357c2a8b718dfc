//! The columns of the inner life in `persons.parquet`.

use hailsham_engine::table::{GroupWriter, TableError};

use super::{Rows, Share};
use crate::mind::{Fact, Mind, Story};
use crate::person::StudentId;

/// The columns of the inner life.
pub(super) fn write(group: &mut GroupWriter<'_>, of: &Rows<'_>) -> Result<(), TableError> {
    let minds = of.world.minds.rows();
    let columns: [Share<Mind>; 21] = [
        ("talent", |mind| mind.talent),
        ("insecurity", |mind| mind.insecurity),
        ("ambition", |mind| mind.ambition),
        ("irascibility", |mind| mind.irascibility),
        ("curiosity", |mind| mind.curiosity),
        ("boldness", |mind| mind.boldness),
        ("conditioning", |mind| mind.conditioning),
        ("pride", |mind| mind.pride),
        ("soft_words", |mind| mind.words),
        ("images", |mind| mind.images),
        ("options", |mind| mind.options),
        ("longing", |mind| mind.longing),
        ("standing", |mind| mind.standing),
        ("exclusion", |mind| mind.exclusion),
        ("hope", |mind| mind.hope),
        ("distress", |mind| mind.distress),
        ("worth", |mind| mind.worth),
        ("agency", |mind| mind.agency),
        ("meaning", |mind| mind.meaning),
        ("guilt", |mind| mind.guilt),
        ("grief", |mind| mind.grief),
    ];
    for (name, value) in columns {
        group.f32(name, |row| {
            of.student(row, |student| Some(value(&minds[student])))
        })?;
    }
    for (number, fact) in Fact::LABELS.iter().enumerate() {
        group.f32(&format!("heard_{fact}"), |row| {
            of.student(row, |student| Some(minds[student].heard[number]))
        })?;
        group.f32(&format!("understood_{fact}"), |row| {
            of.student(row, |student| Some(minds[student].understood[number]))
        })?;
    }
    for (number, story) in Story::LABELS.iter().enumerate() {
        group.f32(&format!("belief_{story}"), |row| {
            of.student(row, |student| Some(minds[student].belief[number]))
        })?;
    }
    group.u32("ties", |row| {
        of.student(row, |student| {
            Some(of.world.network.of(StudentId(student as u32)).len() as u32)
        })
    })
}

//! The made-up tables of the inner life: counts of events, stories, works and ties.

use std::path::Path;

use hailsham_engine::table::{ColumnKind, ColumnSpec, TableWriter};

use super::{HORIZON_YEARS, Person, START, YEAR, column};

/// Made-up counts: events by year, by upbringing, by age and by topic.
pub(super) fn counts(path: &Path) -> Result<(), Box<dyn std::error::Error>> {
    const COLUMNS: &[ColumnSpec] = &[
        column("event", ColumnKind::Text),
        column("year", ColumnKind::I32),
        column("age", ColumnKind::U32),
        column("school_kind", ColumnKind::Text),
        column("topic", ColumnKind::Text),
        column("count", ColumnKind::U32),
    ];
    const EVENTS: [&str; 16] = [
        "made_work",
        "collected",
        "heard",
        "understood",
        "coupled",
        "raged",
        "exhibited",
        "told_story",
        "came_to_believe",
        "interfered",
        "confessed",
        "small_joy",
        "attempted_to_leave",
        "schemed",
        "public_shock",
        "evidence_shown",
    ];
    const TOPICS: [&str; 7] = [
        "donation",
        "completion",
        "deferral",
        "gallery",
        "undermining",
        "lying",
        "escape",
    ];
    #[derive(Clone, Copy, Default)]
    struct Row {
        event: usize,
        year: Option<i32>,
        age: Option<u32>,
        humane: Option<bool>,
        topic: Option<usize>,
        count: u32,
    }
    let mut rows: Vec<Row> = Vec::new();
    for year in 1955..1955 + HORIZON_YEARS as i32 {
        let row = Row {
            year: Some(year),
            ..Row::default()
        };
        let more = (year % 7) as u32;
        for (event, many) in [
            (0, 300),
            (1, 20),
            (4, 12),
            (5, 7),
            (6, 15),
            (7, 900),
            (9, 200),
            (10, 5),
            (11, 800),
            (13, 30),
            (15, 1),
        ] {
            rows.push(Row {
                event,
                count: many + more,
                ..row
            });
        }
        for (event, topic, many) in [(7, 2, 500), (7, 3, 400), (8, 2, 60)] {
            rows.push(Row {
                event,
                topic: Some(topic),
                count: many + more,
                ..row
            });
        }
    }
    for (event, year) in [(12, 1980), (14, 1985)] {
        rows.push(Row {
            event,
            year: Some(year),
            count: 1,
            ..Row::default()
        });
    }
    for age in 6..20 {
        let row = Row {
            age: Some(age),
            ..Row::default()
        };
        for (event, topic, count) in [
            (2, 0, 40),
            (3, 0, 20),
            (2, 1, 25),
            (3, 1, 10),
            (8, 2, 190),
            (9, 4, 300),
            (9, 5, 250),
        ] {
            rows.push(Row {
                event,
                topic: Some(topic),
                count,
                ..row
            });
        }
        for (event, humane, count) in [(5, true, 9), (5, false, 20), (11, false, 2500)] {
            rows.push(Row {
                event,
                humane: Some(humane),
                count,
                ..row
            });
        }
    }
    rows.push(Row {
        event: 12,
        age: Some(17),
        topic: Some(6),
        count: 1,
        ..Row::default()
    });
    let mut writer = TableWriter::create(path, COLUMNS, &[])?;
    let mut group = writer.group(rows.len())?;
    group.coded("event", &EVENTS, |row| Some(rows[row].event))?;
    group.i32("year", |row| rows[row].year)?;
    group.u32("age", |row| rows[row].age)?;
    group.coded("school_kind", &["humane", "ordinary"], |row| {
        rows[row].humane.map(|humane| usize::from(!humane))
    })?;
    group.coded("topic", &TOPICS, |row| rows[row].topic)?;
    group.u32("count", |row| Some(rows[row].count))?;
    group.close()?;
    writer.close()?;
    Ok(())
}

/// A made-up family of versions, each a change of one before; none without students.
pub(super) fn stories(path: &Path, students: usize) -> Result<(), Box<dyn std::error::Error>> {
    const COLUMNS: &[ColumnSpec] = &[
        column("id", ColumnKind::U32),
        column("story", ColumnKind::Text),
        column("parent", ColumnKind::U32),
        column("claim", ColumnKind::Text),
        column("beneficiary", ColumnKind::Text),
        column("stage", ColumnKind::Text),
        column("length_years", ColumnKind::U32),
        column("proven", ColumnKind::Bool),
        column("first_told", ColumnKind::Timestamp),
        column("adopters", ColumnKind::U32),
        column("holders", ColumnKind::U32),
    ];
    let rows = if students > 0 { 30 } else { 0 };
    let deferral = |row: usize| row % 5 < 4;
    let mut writer = TableWriter::create(path, COLUMNS, &[])?;
    let mut group = writer.group(rows)?;
    group.u32("id", |row| Some(row as u32))?;
    group.coded("story", &["deferral", "gallery"], |row| {
        Some(usize::from(!deferral(row)))
    })?;
    group.u32("parent", |row| {
        (row > 3 && deferral(row))
            .then(|| (row as u32 / 2).saturating_sub(u32::from(row / 2 % 5 == 4)))
    })?;
    group.coded("claim", &["art", "words", "shown"], |row| {
        Some(if deferral(row) { row / 8 % 2 } else { 2 })
    })?;
    group.coded("beneficiary", &["couples", "anyone"], |row| {
        deferral(row).then_some(row / 4 % 2)
    })?;
    group.coded("stage", &["before_first", "any"], |row| {
        deferral(row).then_some(row / 2 % 2)
    })?;
    group.u32("length_years", |row| {
        deferral(row).then_some(2 + row as u32 % 3)
    })?;
    group.bool("proven", |_| Some(false))?;
    group.timestamp("first_told", |row| Some(START + (10 + row as i64) * YEAR))?;
    group.u32("adopters", |row| Some(400 / (1 + row as u32)))?;
    group.u32("holders", |row| Some(row as u32 % 4 * 20))?;
    group.close()?;
    writer.close()?;
    Ok(())
}

/// Made-up works, as many as students.
pub(super) fn works(path: &Path, works: usize) -> Result<(), Box<dyn std::error::Error>> {
    const COLUMNS: &[ColumnSpec] = &[
        column("fate", ColumnKind::Text),
        column("merit", ColumnKind::F32),
        column("inner_life", ColumnKind::F32),
    ];
    let mut writer = TableWriter::create(path, COLUMNS, &[])?;
    let mut group = writer.group(works)?;
    group.coded("fate", &["kept", "sold", "collected", "exhibited"], |row| {
        Some(row % 4)
    })?;
    group.f32("merit", |row| Some((row * 7 % 100) as f32 / 100.0))?;
    group.f32("inner_life", |row| Some((row * 11 % 100) as f32 / 100.0))?;
    group.close()?;
    writer.close()?;
    Ok(())
}

/// Made-up ties: everybody knows the next four; the next is a friend, the second is loved by some.
pub(super) fn ties(path: &Path, people: &[Person]) -> Result<(), Box<dyn std::error::Error>> {
    const COLUMNS: &[ColumnSpec] = &[
        column("who", ColumnKind::U32),
        column("whom", ColumnKind::U32),
        column("friendship", ColumnKind::F32),
        column("grievance", ColumnKind::F32),
        column("couple", ColumnKind::Bool),
        column("friends", ColumnKind::Bool),
        column("love", ColumnKind::Bool),
        column("wronged", ColumnKind::Bool),
        column("blocked", ColumnKind::Bool),
        column("told", ColumnKind::Bool),
    ];
    const EACH: usize = 4;
    let students = people.iter().filter(|person| person.student).count();
    let rows = students.saturating_sub(EACH) * EACH;
    let (who, step) = (|row: usize| row / EACH, |row: usize| row % EACH);
    let mut writer = TableWriter::create(path, COLUMNS, &[])?;
    let mut group = writer.group(rows)?;
    group.u32("who", |row| Some(who(row) as u32))?;
    group.u32("whom", |row| Some((who(row) + step(row) + 1) as u32))?;
    group.f32("friendship", |row| Some(0.8 - 0.2 * step(row) as f32))?;
    group.f32("grievance", |_| Some(0.0))?;
    group.bool("couple", |_| Some(false))?;
    group.bool("friends", |row| Some(step(row) == 0))?;
    group.bool("love", |row| Some(step(row) == 1 && who(row) % 3 == 0))?;
    group.bool("wronged", |row| Some(step(row) == 2 && who(row) % 2 == 0))?;
    group.bool("blocked", |row| Some(step(row) == 3))?;
    group.bool("told", |_| Some(false))?;
    group.close()?;
    writer.close()?;
    Ok(())
}

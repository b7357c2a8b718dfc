//! Claims: what the people whom a scenario names would tell of their lives, one row a recollection.
//!
//! Each of them is asked at the steps of the life (the beginning of care, the first operation) and at
//! its end. The rows are a table of the run, `claims.parquet`, so that facts can be about accounts as
//! they are about events.

use std::path::Path;

use hailsham_engine::columns;
use hailsham_engine::table::{ColumnSpec, TableWriter};
use hailsham_engine::time::{Epoch, Time};
use hailsham_lives::{Happening, LifeError, Person, Remembrance, Run, Sentences};
use hailsham_memory::{Dated, Departure, Experience, Recollection};

/// The name of the table's file.
pub const CLAIMS_FILE: &str = "claims.parquet";

/// The columns of `claims.parquet`.
pub const CLAIMS: &[ColumnSpec] = columns! {
    teller U32 true "" "Number of the person who tells.";
    telling U32 true "" "Which telling of that person, from 1: at the beginning of care, at the first operation, at the end of life or of the run.";
    told_at Timestamp true "" "When it is told.";
    turn U32 true "" "Place in the telling, from 1.";
    record U32 true "" "Number of the record in the log, from 0.";
    about Text true "" "The event told of.";
    role Text true "" "What the teller is in it: who, whom or present.";
    channel Text true "" "How it came to the teller: lived, seen or told.";
    time Timestamp true "" "When it happened.";
    told_time Timestamp false "" "When it was, as told; absent where no time is told.";
    dated Text true "" "How finely the time is told: day, month, season, year, phase or none.";
    event_age F32 true "years" "How long ago it is at the telling.";
    other U32 false "" "The other person.";
    told_other U32 false "" "The other person, as told; absent where none comes.";
    place U32 false "" "Where.";
    told_place U32 false "" "Where, as told; absent where none comes.";
    pain F32 true "0 to 1" "How much it hurt.";
    valence F32 true "-1 to 1" "How good it felt.";
    told_valence F32 true "-1 to 1" "How good it was, as told.";
    tone F32 true "0 to 1" "How much feeling the telling shows: of the valence as told what is not held down by soft words.";
    detail F32 true "0 to 1" "Part of the particulars that come.";
    certainty F32 true "0 to 1" "How sure the teller is.";
    hedged Bool true "" "Whether a mark of doubt is said.";
    surfaced Bool true "" "Whether it was held back at first, and came late.";
    merged U32 true "events" "Like events that have run into it.";
    differs Text false "" "In what it departs from the log: teller, time, place, number or motive, with commas between; absent where in nothing.";
};

/// One recollection, with whose and when.
struct Claim<'a> {
    teller: &'a Person,
    telling: u32,
    told_at: Time,
    turn: u32,
    happening: &'a Happening,
    experience: Experience,
    told: Recollection,
}

impl Claim<'_> {
    /// In what it departs from the log.
    fn differs(&self) -> Option<String> {
        let mut fields: Vec<&str> = self.told.departures.iter().map(field).collect();
        fields.dedup();
        (!fields.is_empty()).then(|| fields.join(","))
    }
}

/// The field of a claim that a departure changes.
fn field(departure: &Departure) -> &'static str {
    match departure {
        Departure::Source { .. } => "teller",
        Departure::Time { .. } => "time",
        Departure::Place { .. } => "place",
        Departure::Merged { .. } => "number",
        Departure::Idealised { .. } => "motive",
    }
}

/// Asks the people whom the scenario names, and writes what they tell into the run's directory.
///
/// # Errors
///
/// A table, the log or its index cannot be read; the file cannot be written.
pub fn write_claims(directory: &Path) -> Result<(), LifeError> {
    let mut run = Run::open(directory)?;
    let sentences = Sentences::built_in()?;
    let cast: Vec<u32> = run.cast()?.into_keys().collect();
    let mut lives = Vec::new();
    for id in cast {
        lives.push(run.life(id)?);
    }
    let mut claims = Vec::new();
    for life in &lives {
        let remembrance = Remembrance::of(&run, life, &sentences)?;
        let person = &life.person;
        let steps = [person.care_started, person.first_donation, Some(life.end)];
        let mut at: Vec<Time> = steps.into_iter().flatten().filter(|at| *at <= life.end).collect();
        at.dedup();
        for (number, told_at) in (1..).zip(at) {
            for (turn, told) in (1..).zip(remembrance.account(told_at).recollections) {
                claims.push(Claim {
                    teller: person,
                    telling: number,
                    told_at,
                    turn,
                    happening: &life.happenings[remembrance.happenings[told.experience]],
                    experience: remembrance.experiences[told.experience],
                    told,
                });
            }
        }
    }
    Ok(table(&directory.join(CLAIMS_FILE), &claims, run.epoch)?)
}

fn table(
    path: &Path,
    claims: &[Claim<'_>],
    epoch: Epoch,
) -> Result<(), hailsham_engine::table::TableError> {
    const ROLES: [&str; 4] = ["who", "whom", "third", "present"];
    const CHANNELS: [&str; 3] = ["lived", "seen", "told"];
    const DATED: [&str; 6] = ["day", "month", "season", "year", "phase", "none"];
    let mut table = TableWriter::create(path, CLAIMS, &[])?;
    let mut group = table.group(claims.len())?;
    let at = |time: Time| Some(epoch.milliseconds(time));
    group.u32("teller", |row| Some(claims[row].teller.id))?;
    group.u32("telling", |row| Some(claims[row].telling))?;
    group.timestamp("told_at", |row| at(claims[row].told_at))?;
    group.u32("turn", |row| Some(claims[row].turn))?;
    group.u32("record", |row| Some(claims[row].happening.row as u32))?;
    group.text("about", |row, out| {
        out.push_str(&claims[row].happening.event);
        true
    })?;
    group.coded("role", &ROLES, |row| Some(claims[row].happening.role as usize))?;
    group.coded("channel", &CHANNELS, |row| Some(claims[row].experience.channel as usize))?;
    group.timestamp("time", |row| at(claims[row].experience.at))?;
    group.timestamp("told_time", |row| {
        let told = &claims[row].told;
        if told.dated == Dated::None { None } else { at(told.told_at_time) }
    })?;
    group.coded("dated", &DATED, |row| Some(claims[row].told.dated as usize))?;
    group.f32("event_age", |row| {
        let claim = &claims[row];
        Some((claim.told_at - claim.experience.at).years() as f32)
    })?;
    group.u32("other", |row| claims[row].experience.other)?;
    group.u32("told_other", |row| claims[row].told.other)?;
    group.u32("place", |row| claims[row].experience.place)?;
    group.u32("told_place", |row| claims[row].told.place)?;
    group.f32("pain", |row| Some(claims[row].experience.pain))?;
    group.f32("valence", |row| Some(claims[row].experience.valence))?;
    group.f32("told_valence", |row| Some(claims[row].told.valence as f32))?;
    group.f32("tone", |row| {
        let claim = &claims[row];
        let held_down = claim.teller.soft_words.unwrap_or_default();
        Some(claim.told.valence.abs() as f32 * (1.0 - held_down))
    })?;
    group.f32("detail", |row| Some(claims[row].told.detail as f32))?;
    group.f32("certainty", |row| Some(claims[row].told.certainty as f32))?;
    group.bool("hedged", |row| Some(claims[row].told.hedged))?;
    group.bool("surfaced", |row| Some(claims[row].told.surfaced))?;
    group.u32("merged", |row| Some(claims[row].told.merged.len() as u32))?;
    group.text("differs", |row, out| {
        claims[row].differs().is_some_and(|fields| {
            out.push_str(&fields);
            true
        })
    })?;
    group.close()?;
    table.close().map(drop)
}

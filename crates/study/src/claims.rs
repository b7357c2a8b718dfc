//! Claims: what the people whom a scenario names would tell of their lives, one row a recollection,
//! and what its outside witnesses say, one row a version and witness.
//!
//! Each person is asked at the steps of the life (the beginning of care, the first operation) and at
//! its end. The rows are a table of the run, `claims.parquet`, so that facts can be about accounts as
//! they are about events, and testimony can set both side by side.

use std::collections::BTreeMap;
use std::path::Path;

use hailsham_engine::columns;
use hailsham_engine::table::{ColumnSpec, TableError, TableReader, TableWriter};
use hailsham_engine::time::{Epoch, Time};
use hailsham_lives::{
    Happening, LifeError, Person, Remembrance, Role, Run, Sentences, is_done_by_other,
};
use hailsham_memory::{Dated, Departure, Experience, Recollection};

use crate::testimony::{Field, Testimony};

/// The name of the table's file.
pub const CLAIMS_FILE: &str = "claims.parquet";

/// The columns of `claims.parquet`.
pub const CLAIMS: &[ColumnSpec] = columns! {
    teller U32 false "" "Number of the person who tells; absent of an outside witness.";
    witness Text false "" "The outside witness who tells.";
    subject Text false "" "Of a witness: the subject.";
    version Text false "" "Of a witness: the version of it.";
    wording Text false "" "Of a witness: what is told.";
    telling U32 false "" "Which telling of that person, from 1: at the beginning of care, at the first operation, at the end of life or of the run.";
    told_at Timestamp false "" "When it is told.";
    turn U32 false "" "Place in the telling, from 1.";
    in_order Bool false "" "Whether what is told just before it happened before it, or at once with it.";
    record U32 false "" "Number of the record in the log, from 0.";
    about Text false "" "The event told of.";
    role Text false "" "What the teller is in it: who, whom, third (the third of three) or present.";
    channel Text false "" "How it came to the teller: lived, seen or told.";
    time Timestamp false "" "When it happened.";
    told_time Timestamp false "" "When it was, as told; absent where no time is told.";
    dated Text false "" "How finely the time is told: day, month, season, year, phase or none. A time is told wrongly if it was not in the day, month, season, year or phase that is named.";
    event_age F32 false "years" "How long ago it is at the telling.";
    other U32 false "" "The other person.";
    told_other U32 false "" "The other person, as told; absent where none comes.";
    place U32 false "" "Where.";
    told_place U32 false "" "Where, as told; absent where none comes.";
    pain F32 false "0 to 1" "How much it hurt.";
    valence F32 false "-1 to 1" "How good it felt.";
    told_valence F32 false "-1 to 1" "How good it was, as told.";
    tone F32 false "0 to 1" "How much feeling the telling shows: of the valence as told what is not held down by soft words.";
    detail F32 false "0 to 1" "Part of the particulars that come.";
    certainty F32 false "0 to 1" "How sure the teller is.";
    hedged Bool false "" "Whether a mark of doubt is said.";
    surfaced Bool false "" "Whether it was held back at first, and came late.";
    merged U32 false "events" "Like events that have run into it.";
    differs Text false "" "In what it departs from the log: teller or audience (the other person, who did it or not), time, place, number or motive, with commas between; absent where in nothing.";
};

/// One recollection, with whose and when.
struct Claim<'a> {
    teller: &'a Person,
    telling: u32,
    told_at: Time,
    turn: u32,
    in_order: bool,
    happening: &'a Happening,
    experience: Experience,
    told: Recollection,
}

impl Claim<'_> {
    /// In what it departs from the log.
    fn differs(&self) -> Option<String> {
        let other = other_is(self.happening.is_done_by_other());
        let departures = self.told.departures.iter();
        let fields: Vec<&str> = departures.map(|of| field(of, other).word()).collect();
        (!fields.is_empty()).then(|| fields.join(","))
    }
}

/// The field of a claim that the other person fills: who did it, or to whom it was done.
pub(crate) fn other_is(doer: bool) -> Field {
    if doer { Field::Teller } else { Field::Audience }
}

/// The field of a claim that a departure changes.
fn field(departure: &Departure, other: Field) -> Field {
    match departure {
        Departure::Source { .. } => other,
        Departure::Time { .. } => Field::Time,
        Departure::Place { .. } => Field::Place,
        Departure::Merged { .. } => Field::Number,
        Departure::Idealised { .. } => Field::Motive,
    }
}

/// How the parts that somebody has in a record are written.
const ROLES: [(&str, Role); 4] = [
    ("who", Role::Who),
    ("whom", Role::Whom),
    ("third", Role::Third),
    ("present", Role::Present),
];

/// What an outside witness says: subject, version, witness, wording.
type Loaded<'a> = (&'a str, &'a str, &'a str, &'a str);

/// Asks the people whom the scenario names, and writes what they tell, and what the witnesses of its
/// testimony say, into the run's directory.
///
/// # Errors
///
/// A table, the log or its index cannot be read; the file cannot be written.
pub(crate) fn write_claims(
    directory: &Path,
    testimony: Option<&Testimony>,
) -> Result<(), LifeError> {
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
        let mut at: Vec<Time> = steps
            .into_iter()
            .flatten()
            .filter(|at| *at <= life.end)
            .collect();
        at.dedup();
        for (number, told_at) in (1..).zip(at) {
            let mut before = Time::START;
            for (turn, told) in (1..).zip(remembrance.account(told_at).recollections) {
                let experience = remembrance.experiences[told.experience];
                let in_order = before <= experience.at;
                before = experience.at;
                claims.push(Claim {
                    teller: person,
                    telling: number,
                    told_at,
                    turn,
                    in_order,
                    happening: &life.happenings[remembrance.happenings[told.experience]],
                    experience,
                    told,
                });
            }
        }
    }
    let loaded: Vec<Loaded<'_>> = testimony.map_or_else(Vec::new, Testimony::claims);
    Ok(table(
        &directory.join(CLAIMS_FILE),
        &claims,
        &loaded,
        run.epoch,
    )?)
}

fn table(
    path: &Path,
    claims: &[Claim<'_>],
    loaded: &[Loaded<'_>],
    epoch: Epoch,
) -> Result<(), TableError> {
    const CHANNELS: [&str; 3] = ["lived", "seen", "told"];
    const DATED: [&str; 6] = ["day", "month", "season", "year", "phase", "none"];
    let roles = ROLES.map(|(name, _)| name);
    let mut table = TableWriter::create(path, CLAIMS, &[])?;
    let mut group = table.group(claims.len() + loaded.len())?;
    // First what people tell, then what witnesses say.
    let of = |row: usize| claims.get(row);
    let from = |row: usize| loaded.get(row.wrapping_sub(claims.len()));
    let at = |time: Time| epoch.milliseconds(time);
    let put = |text: Option<&str>, out: &mut String| {
        out.push_str(text.unwrap_or_default());
        text.is_some()
    };
    group.u32("teller", |row| Some(of(row)?.teller.id))?;
    group.text("witness", |row, out| put(from(row).map(|said| said.2), out))?;
    group.text("subject", |row, out| put(from(row).map(|said| said.0), out))?;
    group.text("version", |row, out| put(from(row).map(|said| said.1), out))?;
    group.text("wording", |row, out| put(from(row).map(|said| said.3), out))?;
    group.u32("telling", |row| Some(of(row)?.telling))?;
    group.timestamp("told_at", |row| Some(at(of(row)?.told_at)))?;
    group.u32("turn", |row| Some(of(row)?.turn))?;
    group.bool("in_order", |row| Some(of(row)?.in_order))?;
    group.u32("record", |row| Some(of(row)?.happening.row as u32))?;
    group.text("about", |row, out| {
        put(of(row).map(|claim| claim.happening.event.as_str()), out)
    })?;
    group.coded("role", &roles, |row| Some(of(row)?.happening.role as usize))?;
    group.coded("channel", &CHANNELS, |row| {
        Some(of(row)?.experience.channel as usize)
    })?;
    group.timestamp("time", |row| Some(at(of(row)?.experience.at)))?;
    group.timestamp("told_time", |row| {
        let told = &of(row)?.told;
        (told.dated != Dated::None).then(|| at(told.told_at_time))
    })?;
    group.coded("dated", &DATED, |row| Some(of(row)?.told.dated as usize))?;
    group.f32("event_age", |row| {
        let claim = of(row)?;
        Some((claim.told_at - claim.experience.at).years() as f32)
    })?;
    group.u32("other", |row| of(row)?.experience.other)?;
    group.u32("told_other", |row| of(row)?.told.other)?;
    group.u32("place", |row| of(row)?.experience.place)?;
    group.u32("told_place", |row| of(row)?.told.place)?;
    group.f32("pain", |row| Some(of(row)?.experience.pain))?;
    group.f32("valence", |row| Some(of(row)?.experience.valence))?;
    group.f32("told_valence", |row| Some(of(row)?.told.valence as f32))?;
    group.f32("tone", |row| {
        let claim = of(row)?;
        let held_down = claim.teller.soft_words.unwrap_or_default();
        Some(claim.told.valence.abs() as f32 * (1.0 - held_down))
    })?;
    group.f32("detail", |row| Some(of(row)?.told.detail as f32))?;
    group.f32("certainty", |row| Some(of(row)?.told.certainty as f32))?;
    group.bool("hedged", |row| Some(of(row)?.told.hedged))?;
    group.bool("surfaced", |row| Some(of(row)?.told.surfaced))?;
    group.u32("merged", |row| Some(of(row)?.told.merged.len() as u32))?;
    group.text("differs", |row, out| {
        let fields = of(row).and_then(Claim::differs);
        put(fields.as_deref(), out)
    })?;
    group.close()?;
    table.close().map(drop)
}

/// What somebody tells at last of one record, as the table has it.
pub(crate) struct LastTold {
    pub(crate) teller: u32,
    pub(crate) told_at: Time,
    pub(crate) record: u64,
    pub(crate) told_time: Option<Time>,
    pub(crate) dated: String,
    /// The phase of life in which it was, as told.
    pub(crate) told_phase: Option<&'static str>,
    /// What the other person is in it.
    pub(crate) other_is: Field,
    pub(crate) told_other: Option<u32>,
    pub(crate) told_place: Option<u32>,
    pub(crate) certainty: f64,
    pub(crate) differs: String,
}

/// What everybody tells at last, by record; nothing where the table is not there.
pub(crate) fn last_told(
    directory: &Path,
    epoch: Epoch,
) -> Result<BTreeMap<u64, Vec<LastTold>>, LifeError> {
    let path = directory.join(CLAIMS_FILE);
    let mut by_record: BTreeMap<u64, Vec<LastTold>> = BTreeMap::new();
    if !path.is_file() {
        return Ok(by_record);
    }
    let table = TableReader::open(path)?;
    let (teller, telling) = (table.u32("teller")?, table.u32("telling")?);
    let (told_at, told_time) = (table.timestamp("told_at")?, table.timestamp("told_time")?);
    let (record, dated) = (table.u32("record")?, table.coded("dated")?);
    let (other, place) = (table.u32("told_other")?, table.u32("told_place")?);
    let (about, role) = (table.coded("about")?, table.coded("role")?);
    let (certainty, differs) = (table.f32("certainty")?, table.coded("differs")?);
    let mut last: BTreeMap<u32, u32> = BTreeMap::new();
    for (teller, telling) in teller.iter().zip(&telling) {
        if let (Some(teller), Some(telling)) = (teller, telling) {
            let known = last.entry(*teller).or_default();
            *known = (*known).max(*telling);
        }
    }
    let time = |at: i64| epoch.time_from_milliseconds(at);
    let tellers: Vec<u32> = last.keys().copied().collect();
    let tellers = if tellers.is_empty() {
        BTreeMap::new()
    } else {
        Run::open(directory)?.persons(&tellers)?
    };
    let role_of = |name: Option<&str>| ROLES.iter().find(|(word, _)| Some(*word) == name);
    for row in 0..teller.len() {
        let (Some(teller), Some(record), Some(told_at)) = (teller[row], record[row], told_at[row])
        else {
            continue;
        };
        if last.get(&teller) != telling[row].as_ref() {
            continue;
        }
        let told_at_time = told_time[row].map(time);
        let teller_then = tellers.get(&teller);
        let role = role_of(role.label(row)).map_or(Role::Who, |(_, role)| *role);
        by_record
            .entry(u64::from(record))
            .or_default()
            .push(LastTold {
                teller,
                told_at: time(told_at),
                record: u64::from(record),
                told_time: told_at_time,
                told_phase: told_at_time.and_then(|at| teller_then?.phase_at(at)),
                other_is: other_is(is_done_by_other(about.label(row).unwrap_or_default(), role)),
                dated: dated.label(row).unwrap_or_default().to_owned(),
                told_other: other[row],
                told_place: place[row],
                certainty: f64::from(certainty[row].unwrap_or_default()),
                differs: differs.label(row).unwrap_or_default().to_owned(),
            });
    }
    Ok(by_record)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::collections::BTreeSet;

    use hailsham_model::{Options, built_in};
    use hailsham_scenario::{Source, load};

    use super::*;
    use crate::runs::PassingRun;

    /// The claims of a small run of the novel, a row a text a column.
    fn claims() -> (PassingRun, TableReader) {
        let source = Source::Name("hailsham".to_owned());
        let scenario = load(&source, built_in(), &[]).unwrap();
        let options = Options {
            scale: 0.02,
            ..Options::default()
        };
        let run = PassingRun::make(&scenario, &options, &mut |_, _| true).unwrap();
        write_claims(run.path(), None).unwrap();
        let table = TableReader::open(run.path().join(CLAIMS_FILE)).unwrap();
        (run, table)
    }

    #[test]
    fn claims_depart_in_what_they_say_and_name_people_met_by_then() {
        let (directory, table) = claims();
        let mut run = Run::open(directory.path()).unwrap();
        let epoch = run.epoch;
        let (teller, dated) = (table.u32("teller").unwrap(), table.coded("dated").unwrap());
        let (time, told_time) = (
            table.timestamp("time").unwrap(),
            table.timestamp("told_time").unwrap(),
        );
        let (other, told_other) = (
            table.u32("other").unwrap(),
            table.u32("told_other").unwrap(),
        );
        let (about, role) = (table.coded("about").unwrap(), table.coded("role").unwrap());
        let differs = table.coded("differs").unwrap();
        let (mut dates, mut people) = (BTreeMap::new(), BTreeSet::new());
        let mut lives: BTreeMap<u32, hailsham_lives::Life> = BTreeMap::new();
        for row in 0..teller.len() {
            let fields: Vec<&str> = differs.label(row).unwrap_or_default().split(',').collect();
            // A date is wrong if it is not the same to the length that is told of it.
            let length = match dated.label(row) {
                Some("day") => Some(10),
                Some("month") => Some(7),
                Some("year") => Some(4),
                _ => None,
            };
            if let (Some(length), Some(was), Some(told)) = (length, time[row], told_time[row]) {
                let [was, told] = [was, told].map(|at| epoch.iso(epoch.time_from_milliseconds(at)));
                let wrong = was[..length] != told[..length];
                assert_eq!(fields.contains(&"time"), wrong, "{was} {told} {length}");
                *dates.entry((length, wrong)).or_insert(0) += 1;
            }
            let (Some(was), Some(told)) = (other[row], told_other[row]) else {
                continue;
            };
            let is_other = ["teller", "audience"]
                .iter()
                .any(|field| fields.contains(field));
            assert_eq!(is_other, was != told);
            if was == told {
                continue;
            }
            // Who told or teased is a teller, though the record begins with whom it was done to.
            let heard = ["heard", "teased"].contains(&about.label(row).unwrap());
            let doer = (role.label(row) == Some("who")) == heard;
            if ["heard", "teased", "told_story", "visited"].contains(&about.label(row).unwrap()) {
                assert_eq!(fields.contains(&"teller"), doer, "{:?}", about.label(row));
            }
            people.insert(doer);
            let id = teller[row].unwrap();
            if let std::collections::btree_map::Entry::Vacant(place) = lives.entry(id) {
                place.insert(run.life(id).unwrap());
            }
            let at = epoch.time_from_milliseconds(time[row].unwrap());
            let met = lives[&id]
                .happenings
                .iter()
                .any(|of| of.at < at && [of.who, of.whom, of.third].contains(&Some(told)));
            assert!(met, "{id} had not met {told} by {}", epoch.iso(at));
        }
        assert!(dates.len() >= 5, "{dates:?}");
        assert_eq!(people.len(), 2, "both kinds of others are confused");
    }
}

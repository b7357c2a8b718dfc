//! Three lives, chosen by rule: one who cared, one who died early of donating, one who received. Each
//! as it happened and as the person would tell it at its end.

use std::collections::BTreeMap;

use hailsham_engine::time::{Span, Time};
use hailsham_lives::lexicon::Words;
use hailsham_lives::{Life, Remembrance, Run, Sentences, Telling, remembered, tell};
use serde::Serialize;
use serde_json::json;

use super::capital;
use crate::ReportError;
use crate::chart::{Cell, Chart, Column, Kind};
use crate::input::{Recipients, Students, years};
use crate::lexicon::{LexiconError, Speaker};

/// Most people whose stretch of the life is drawn.
const BESIDE: usize = 12;
/// Letters of a sentence that a mark is labelled with.
const LABEL: usize = 140;

/// One life as the page shows it.
#[derive(Serialize)]
pub(crate) struct ShownLife {
    /// Why this one: `carer`, `donor`, `recipient`, or `asked` where it was asked for.
    pub(crate) chosen: &'static str,
    /// Number of the person.
    pub(crate) person: u32,
    /// What the person is called, as a heading begins.
    pub(crate) name: String,
    /// Dates of birth and death, as far as they are known.
    pub(crate) born: Option<String>,
    pub(crate) died: Option<String>,
    /// When it is told, and at which age.
    pub(crate) told_at: String,
    pub(crate) told_age: Option<u32>,
    /// The chart's id.
    pub(crate) chart: &'static str,
    /// What the log has of it: records, those after the telling, and those that are not the person's to tell.
    pub(crate) records: usize,
    pub(crate) later: usize,
    pub(crate) unknown: usize,
    /// How many could be told; of these, how many are, have run into one that is, are forgotten and held back.
    pub(crate) lived: usize,
    pub(crate) told: usize,
    pub(crate) merged: usize,
    pub(crate) forgotten: usize,
    pub(crate) withheld: usize,
    pub(crate) departing: usize,
    pub(crate) hedged: usize,
    pub(crate) happened: Telling,
    pub(crate) remembered: Telling,
}

/// Whose lives a run's report shows: who served longest as a carer; who died of the fewest operations
/// after having been a carer, the youngest first; who had most transplants. Those whom the scenario
/// names come before others.
pub(crate) fn choose(students: &Students, recipients: &Recipients) -> Vec<(&'static str, u32)> {
    let rows = 0..students.len();
    let named = |row: &usize| students.named[*row];
    let carer = rows
        .clone()
        .filter(|row| students.care_started[*row].is_some())
        .max_by_key(|row| {
            let from = students.care_started[*row];
            let until = students.care_ended[*row];
            let service = from
                .zip(until)
                .map_or(0.0, |(from, until)| years(from, until));
            (
                named(row),
                (service * 1000.0) as i64,
                std::cmp::Reverse(*row),
            )
        });
    let donor = rows
        .filter(|row| {
            students.donations[*row] > 0
                && students.died[*row].is_some()
                && students.care_started[*row].is_some()
                && Some(*row) != carer
        })
        .max_by_key(|row| {
            let lived = students.born[*row].zip(students.died[*row]);
            let lived = lived.map_or(i64::MAX, |(from, until)| i64::from(until) - i64::from(from));
            let few = std::cmp::Reverse(students.donations[*row]);
            (
                named(row),
                few,
                std::cmp::Reverse(lived),
                std::cmp::Reverse(*row),
            )
        });
    let mut chosen = Vec::new();
    chosen.extend(carer.and_then(|row| Some(("carer", students.id[row]?))));
    chosen.extend(donor.and_then(|row| Some(("donor", students.id[row]?))));
    chosen.extend(recipients.most_transplants.map(|id| ("recipient", id)));
    chosen
}

/// One life, with its chart.
///
/// # Errors
///
/// The life cannot be read from the run.
pub(crate) fn show(
    run: &mut Run,
    sentences: &Sentences,
    (speaker, words): (&Speaker, Words),
    (chosen, id): (&'static str, u32),
    at: Option<Time>,
) -> Result<(ShownLife, Chart), ReportError> {
    let life = run.life(id)?;
    let remembrance = Remembrance::of(run, &life, sentences)?;
    let at = at.unwrap_or(life.end).min(life.end);
    let account = remembrance.account(at);
    let happened = tell(run, &life, sentences, words);
    let remembered = remembered(run, &life, sentences, &remembrance, &account, at, words);
    let mut chart = chart(
        run,
        &life,
        &remembrance,
        &account,
        &happened,
        at,
        chart_id(chosen),
    );
    chart.options["phases"] = json!(phases(run, &life, speaker)?);
    let date = |time: Time| {
        run.epoch
            .iso(time)
            .split(' ')
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    let recollections = &account.recollections;
    let merged = recollections.iter().map(|of| of.merged.len()).sum();
    let lived = recollections.len() + merged + account.forgotten.len() + account.withheld.len();
    let later = life.happenings.iter().filter(|of| of.at > at).count();
    let shown = ShownLife {
        chosen,
        person: id,
        name: capital(&life.person.called()),
        born: life.person.born.map(date),
        died: life.person.died.map(date),
        told_at: date(at),
        told_age: life.person.age(at).map(|age| age as u32),
        chart: chart.id,
        records: life.happenings.len(),
        later,
        unknown: life.happenings.len().saturating_sub(later + lived),
        lived,
        told: recollections.len(),
        merged,
        forgotten: account.forgotten.len(),
        withheld: account.withheld.len(),
        departing: recollections
            .iter()
            .filter(|of| !of.departures.is_empty())
            .count(),
        hedged: recollections.iter().filter(|of| of.hedged).count(),
        happened,
        remembered,
    };
    Ok((shown, chart))
}

fn chart_id(chosen: &str) -> &'static str {
    match chosen {
        "carer" => "life-carer",
        "donor" => "life-donor",
        "recipient" => "life-recipient",
        _ => "life",
    }
}

/// The line of time: what happened below it, what is remembered above, and who walked beside.
fn chart(
    run: &Run,
    life: &Life,
    remembrance: &Remembrance,
    account: &hailsham_memory::Account,
    happened: &Telling,
    at: Time,
    id: &'static str,
) -> Chart {
    let columns = vec![
        Column::new("part", "Part", 0),
        Column::new("from", "When, or since when", 0),
        Column::new("until", "As told, or until when", 0),
        Column::new("stood_out", "How much it stood out, %", 0),
        Column::new("certainty", "Certainty, %", 0),
        Column::new("what", "What, or who", 0),
    ];
    let date = |time: Time| {
        run.epoch
            .iso(time)
            .split(' ')
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    let sentence: BTreeMap<u64, &str> = happened
        .sentences()
        .flat_map(|told| told.rows.iter().map(|row| (*row, told.text.as_str())))
        .collect();
    let told: BTreeMap<usize, &hailsham_memory::Recollection> = account
        .recollections
        .iter()
        .map(|told| (told.experience, told))
        .collect();
    let options = json!({
        "told": date(at),
        "end": date(life.end),
    });
    let mut chart = Chart::new(id, Kind::Life, columns, options);
    for (place, experience) in remembrance.experiences.iter().enumerate() {
        if experience.at > at {
            continue;
        }
        let recollection = told.get(&place);
        let row = life.happenings[remembrance.happenings[place]].row;
        let what = sentence.get(&row).copied().unwrap_or_default();
        chart.push(vec![
            if recollection.is_some() {
                "remembered"
            } else {
                "forgotten"
            }
            .into(),
            date(experience.at).into(),
            recollection.map_or(Cell::Missing, |told| date(told.told_at_time).into()),
            (100.0 * f64::from(experience.salience)).into(),
            recollection.map_or(Cell::Missing, |told| (100.0 * told.certainty).into()),
            shortened(what).into(),
        ]);
    }
    for (name, from, until, count) in beside(run, life) {
        chart.push(vec![
            "beside".into(),
            date(from).into(),
            date(until).into(),
            (count as f64).into(),
            Cell::Missing,
            name.into(),
        ]);
    }
    chart
}

/// The phases of a life: name and beginning.
fn phases(
    run: &Run,
    life: &Life,
    speaker: &Speaker,
) -> Result<Vec<(String, String)>, LexiconError> {
    let person = &life.person;
    let date = |time: Time| {
        run.epoch
            .iso(time)
            .split(' ')
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    let known = [
        (
            "School".to_owned(),
            person.born.filter(|_| person.left_school.is_some()),
        ),
        (speaker.label("V-17", "label")?, person.left_school),
        ("Carer".to_owned(), person.care_started),
        ("Donor".to_owned(), person.called_up),
    ];
    let there = known.into_iter();
    Ok(there
        .filter_map(|(name, at)| Some((name, date(at?))))
        .collect())
}

/// Those with whom most is shared: name, first and last record shared, and how many.
fn beside(run: &Run, life: &Life) -> Vec<(String, Time, Time, usize)> {
    let mut shared: BTreeMap<u32, (Time, Time, usize)> = BTreeMap::new();
    for happening in &life.happenings {
        for id in [happening.who, happening.whom].into_iter().flatten() {
            if id != life.person.id {
                let entry = shared.entry(id).or_insert((happening.at, happening.at, 0));
                entry.1 = happening.at;
                entry.2 += 1;
            }
        }
    }
    let mut closest: Vec<_> = shared.into_iter().collect();
    closest.sort_by_key(|(id, (.., count))| (std::cmp::Reverse(*count), *id));
    closest.truncate(BESIDE);
    closest.sort_by_key(|(id, (from, ..))| (*from, *id));
    let day = Span::from_days(1.0);
    closest
        .into_iter()
        .filter_map(|(id, (from, until, count))| {
            let person = life.people.get(&id)?;
            let died = person.died.filter(|died| *died <= until + day);
            let year = died.map(|died| format!(" (d. {})", run.epoch.year_of(died)));
            Some((
                person.called() + &year.unwrap_or_default(),
                from,
                until,
                count,
            ))
        })
        .collect()
}

/// The beginning of a sentence, to the end of a word.
fn shortened(text: &str) -> String {
    if text.chars().count() <= LABEL {
        return text.to_owned();
    }
    let head: String = text.chars().take(LABEL).collect();
    let end = head.rfind(' ').unwrap_or(head.len());
    format!("{} …", &head[..end])
}

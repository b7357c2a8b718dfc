//! Recipients by disease: how long they waited and what became of them.

use serde::Serialize;
use serde_json::json;

use super::ages::row_of;
use super::flow::capital;
use crate::chart::{Chart, Column, Kind, Table};
use crate::input::{Minute, Outcome, Recipients, Run, years};
use crate::statistics::{Spread, share};
use crate::survival::{CumulativeIncidence, Ending, Observation};

/// Recipients in a few numbers.
#[derive(Serialize)]
pub(crate) struct Numbers {
    transplanted_share: Option<f64>,
    within_a_year: Option<f64>,
    died_waiting_share: Option<f64>,
    median_wait_days: Option<f64>,
}

const OUTCOMES: [(Outcome, &str, &str, &str); 7] = [
    (
        Outcome::Transplanted,
        "transplanted",
        "Living with a graft",
        "graft",
    ),
    (
        Outcome::DiedAfterTransplant,
        "died_after",
        "Died after a transplant",
        "gained",
    ),
    (Outcome::Waiting, "waiting", "Waiting at the end", "waiting"),
    (
        Outcome::Cured,
        "cured",
        "Cured without a donor’s organ",
        "carer",
    ),
    (
        Outcome::NotListed,
        "not_listed",
        "Ill at the end, not listed",
        "living",
    ),
    (
        Outcome::DiedWaiting,
        "died_waiting",
        "Died of the disease, without an organ",
        "lost",
    ),
    (
        Outcome::DiedOtherwise,
        "died_otherwise",
        "Died of another cause, without an organ",
        "other",
    ),
];

/// What became of the ill, by disease, in shares.
pub(crate) fn outcomes(run: &Run) -> Chart {
    let recipients = &run.recipients;
    let mut columns = vec![Column::new("disease", "Disease", 0)];
    columns.extend(OUTCOMES.map(|(_, key, label, colour)| Column::drawn(key, label, 0, colour)));
    let options = json!({ "axis": "share of the ill", "horizontal": true, "percent": true });
    let mut chart = Chart::new("recipients-outcome", Kind::Bars, columns, options);
    for (name, rows) in &recipients.by_disease {
        let mut row = vec![disease_name(name).into()];
        for (outcome, ..) in OUTCOMES {
            let found = rows
                .iter()
                .filter(|row| recipients.outcome[**row as usize] == outcome)
                .count();
            row.push(found.into());
        }
        chart.push(row);
    }
    chart
}

/// Days from listing to the first organ, of those who got one.
pub(crate) fn waiting(run: &Run) -> Chart {
    let recipients = &run.recipients;
    let columns = vec![
        Column::new("disease", "Disease", 0),
        Column::new("people", "People", 0),
        Column::new("p5", "5 %", 0),
        Column::new("p25", "25 %", 0),
        Column::new("median", "Median", 0),
        Column::new("p75", "75 %", 0),
        Column::new("p95", "95 %", 0),
    ];
    let options = json!({ "axis": "days from listing to the first organ", "colours": ["gained"] });
    let mut chart = Chart::new("waiting", Kind::Boxes, columns, options);
    for (name, rows) in &recipients.by_disease {
        let waits = rows
            .iter()
            .filter_map(|row| wait_days(recipients, *row))
            .collect();
        chart.push(row_of(&disease_name(name), Spread::of(waits)));
    }
    chart
}

/// The table by disease, and the numbers of all together.
pub(crate) fn table(run: &Run) -> (Table, Numbers) {
    let recipients = &run.recipients;
    let columns = [
        ("disease", "Disease", 0),
        ("fell_ill", "Fell ill", 0),
        ("listed", "Listed", 0),
        ("transplanted", "Transplanted", 0),
        ("within_a_year", "Within a year of listing, %", 1),
        ("median_days", "Median wait, days", 0),
        ("died_waiting", "Died of the disease without an organ", 0),
        ("died_after", "Died after a transplant", 0),
        ("waiting", "Waiting at the end", 0),
    ];
    let mut table = Table {
        columns: columns
            .map(|(key, label, decimals)| Column::new(key, label, decimals))
            .to_vec(),
        rows: Vec::new(),
    };
    for (name, rows) in &recipients.by_disease {
        let outcome = |wanted: Outcome| {
            rows.iter()
                .filter(|row| recipients.outcome[**row as usize] == wanted)
                .count()
        };
        let there = |column: &[Option<Minute>]| {
            rows.iter()
                .filter(|row| column[**row as usize].is_some())
                .count()
        };
        table.rows.push(vec![
            disease_name(name).into(),
            rows.len().into(),
            there(&recipients.listed).into(),
            there(&recipients.transplanted).into(),
            within_a_year(run, rows).map(|share| share * 100.0).into(),
            median_wait(recipients, rows).into(),
            outcome(Outcome::DiedWaiting).into(),
            outcome(Outcome::DiedAfterTransplant).into(),
            outcome(Outcome::Waiting).into(),
        ]);
    }
    let everyone: Vec<u32> = (0..recipients.len() as u32).collect();
    let listed = recipients.listed.iter().flatten().count();
    let of_listed = |wanted: &dyn Fn(usize) -> bool| {
        let found = everyone
            .iter()
            .filter(|row| recipients.listed[**row as usize].is_some() && wanted(**row as usize));
        share(found.count(), listed)
    };
    let numbers = Numbers {
        transplanted_share: of_listed(&|row| recipients.transplanted[row].is_some()),
        within_a_year: within_a_year(run, &everyone),
        died_waiting_share: of_listed(&|row| recipients.outcome[row] == Outcome::DiedWaiting),
        median_wait_days: median_wait(recipients, &everyone),
    };
    (table, numbers)
}

/// The name of a disease as a heading.
pub(crate) fn disease_name(name: &str) -> String {
    capital(&name.replace('_', " "))
}

fn wait_days(recipients: &Recipients, row: u32) -> Option<f64> {
    let row = row as usize;
    let (listed, transplanted) = (recipients.listed[row]?, recipients.transplanted[row]?);
    Some((f64::from(transplanted) - f64::from(listed)).max(0.0) / (24.0 * 60.0))
}

fn median_wait(recipients: &Recipients, rows: &[u32]) -> Option<f64> {
    let waits = rows
        .iter()
        .filter_map(|row| wait_days(recipients, *row))
        .collect();
    Spread::of(waits).map(|waits| waits.median)
}

/// The share of the listed who got an organ within a year, death being a competing ending.
fn within_a_year(run: &Run, rows: &[u32]) -> Option<f64> {
    let recipients = &run.recipients;
    let observe = |row: &u32| -> Option<Observation> {
        let row = *row as usize;
        let listed = recipients.listed[row]?;
        Some(match (recipients.transplanted[row], recipients.died[row]) {
            (Some(transplanted), _) => (years(listed, transplanted), Ending::Event),
            (None, Some(died)) => (years(listed, died), Ending::Competing),
            (None, None) => (years(listed, run.end), Ending::Censored),
        })
    };
    let observations: Vec<Observation> = rows.iter().filter_map(observe).collect();
    (!observations.is_empty()).then(|| CumulativeIncidence::estimate(observations).at(1.0))
}

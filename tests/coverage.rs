//! `docs/coverage.md` against the program: every row of the reading of the sources is there, in
//! order and once, and what it names exists. A row that is said to be simulated names at least one
//! event, and each event it names is looked up in the log of a run of the built-in scenario.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use hailsham_engine::log::Record;
use hailsham_model::METRICS;
use hailsham_model::event::Event;
use hailsham_tests::{Run, event_of, small};

const BOOK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/coverage.md");
const SCENARIOS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../scenarios");
const EXPECTATIONS: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../scenarios/hailsham/expectations.toml"
);
/// Rows.
const ROWS: usize = 218;

/// A row of the book's table: number, kind, and what shows it.
struct Row {
    id: String,
    kind: String,
    shown_by: Vec<String>,
}

fn rows() -> Vec<Row> {
    let book = fs::read_to_string(BOOK).unwrap();
    book.lines()
        .filter(|line| line.starts_with("| A-"))
        .map(|line| {
            let cells: Vec<&str> = line.split('|').map(str::trim).collect();
            assert_eq!(cells.len(), 7, "a row of five cells: {line}");
            let shown_by = cells[5]
                .split('`')
                .skip(1)
                .step_by(2)
                .map(str::to_owned)
                .collect();
            Row {
                id: cells[1].to_owned(),
                kind: cells[3].to_owned(),
                shown_by,
            }
        })
        .collect()
}

#[test]
fn no_row_is_missing_and_none_stands_twice() {
    let found: Vec<String> = rows().into_iter().map(|row| row.id).collect();
    let expected: Vec<String> = (1..=ROWS).map(|n| format!("A-{n:03}")).collect();
    assert_eq!(found, expected);
}

#[test]
fn what_is_simulated_happens() {
    let run = Run::of(&[], small(0.1, 1));
    // Events by their names, and with the name of their topic.
    let mut happened = BTreeSet::new();
    run.each_record(|record| {
        let event = event_of(record).name();
        happened.insert(event.to_owned());
        if record.topic != Record::NO_TOPIC {
            happened.insert(format!("{event} {}", run.topic(record)));
        }
    });
    let known: BTreeSet<&str> = Event::ALL.iter().map(|event| event.name()).collect();
    let is_known = |event: &str| known.contains(event.split(' ').next().unwrap_or_default());
    let mut wrong = Vec::new();
    for row in rows() {
        match row.kind.as_str() {
            "simulated" if row.shown_by.is_empty() => {
                wrong.push(format!("{} names no event", row.id));
            }
            "simulated" => {
                for event in &row.shown_by {
                    if !is_known(event) {
                        wrong.push(format!("{}: `{event}` is no event", row.id));
                    } else if !happened.contains(event) {
                        wrong.push(format!("{}: `{event}` did not happen", row.id));
                    }
                }
            }
            "data" | "told" | "observer" => {}
            kind => wrong.push(format!("{} is of no known kind: {kind}", row.id)),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_told_is_held_by_a_check() {
    let read = |name: &str| {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../scenarios/hailsham/");
        fs::read_to_string(format!("{path}{name}")).unwrap()
    };
    let checks = [
        ("facts.toml", "[facts."),
        ("expectations.toml", "[expectations."),
        ("testimony.toml", "[subjects."),
    ]
    .map(|(file, heading)| (read(file), heading));
    for row in rows().iter().filter(|row| row.kind == "told") {
        // Of weather as a mood nothing is claimed, so that nothing can hold it.
        assert_eq!(row.shown_by.is_empty(), row.id == "A-202", "{}", row.id);
        for name in &row.shown_by {
            let found = checks
                .iter()
                .any(|(text, heading)| text.contains(&format!("\n{heading}{name}]")));
            assert!(found, "{}: no check {name}", row.id);
        }
    }
}

#[test]
fn what_an_observer_holds_is_expected_measured_or_shown() {
    let expectations = fs::read_to_string(EXPECTATIONS).unwrap();
    let metrics: Vec<&str> = METRICS.iter().map(|metric| metric.name).collect();
    for row in rows().iter().filter(|row| row.kind == "observer") {
        assert!(!row.shown_by.is_empty(), "{} names no expectation", row.id);
        for expectation in &row.shown_by {
            let heading = format!("[expectations.{expectation}");
            let name = expectation.as_str();
            assert!(
                expectations.contains(&heading)
                    || metrics.contains(&name)
                    || Path::new(SCENARIOS).join(name).is_dir(),
                "{}: no expectation, metric or scenario {name}",
                row.id
            );
        }
    }
}

/// Names of the events of a run at a tenth of the scale.
fn happened(sets: &[&str], seed: u64) -> BTreeSet<&'static str> {
    events_of(&Run::of(sets, small(0.1, seed)))
}

fn events_of(run: &Run) -> BTreeSet<&'static str> {
    let mut happened = BTreeSet::new();
    run.each_record(|record| {
        happened.insert(event_of(record).name());
    });
    happened
}

#[test]
fn every_event_but_those_that_levers_bring_happens_by_itself() {
    let mut happened = happened(&[], 1);
    // What a history alone brings: acts on record, and what a changed rule lets go of them.
    let closes = ["institutions.hailsham.closes=1975"];
    let novel = Run::of_scenario("hailsham", &closes, small(0.02, 1));
    happened.extend(events_of(&novel));
    let by_lever = |name: &str| BY_LEVER.iter().any(|(_, events)| events.contains(&name));
    let never: Vec<&str> = Event::ALL
        .iter()
        .map(|event| event.name())
        .filter(|name| !happened.contains(name) && !by_lever(name))
        .collect();
    assert!(never.is_empty(), "never happened: {never:?}");
}

#[test]
fn what_only_a_lever_brings_happens_when_it_is_pulled() {
    let mut never = Vec::new();
    for (sets, events) in BY_LEVER {
        let happened = happened(sets, 2);
        for event in *events {
            if !happened.contains(event) {
                never.push(format!("{event} with {}", sets.join(" ")));
            }
        }
    }
    assert!(never.is_empty(), "never happened: {never:#?}");
}

/// Events that only a changed rule brings about, or that are too rare for a run this small, with
/// the changes that bring them.
const BY_LEVER: &[(&[&str], &[&str])] = &[
    (&["donation.retire_after=2"], &["retired"]),
    (&["donation.cap=2"], &["series_ended"]),
    (
        &["conditioning.strength=0", "resistance.collective=1"],
        &["escaped", "shaken", "agreed_to_leave"],
    ),
    (
        &["consent.refusal=true", "conditioning.strength=0"],
        &["refused"],
    ),
    (
        &[
            "consent.voluntary=true",
            "originals.records_open=true",
            "recipients.demand_factor=0.5",
        ],
        &["consented", "treated_otherwise", "found_original"],
    ),
    (
        &[
            "deferral.policy=granted",
            "deferral.address=1",
            "deferral.preparation=300",
            "ties.interference.support=1",
        ],
        &[
            "petition_granted",
            "deferred",
            "gave_up_petition",
            "supported",
        ],
    ),
    (
        &["society.recipients_meet=1", "society.testimony_reach=1"],
        &["met_donor", "life_told"],
    ),
    (
        // A shock to a country in which no family has anything at stake.
        &[
            "society.shock_year=1985",
            "society.shock=1",
            "society.alarm=5",
            "society.inertia=0",
            "society.stake_half=1000000",
        ],
        &["abolished"],
    ),
];

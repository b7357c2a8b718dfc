//! The same scenario and seed give the same bits: in every table, whoever writes the log and
//! whichever future event list is used, and whether or not a log is kept. (Two processes, and the
//! number of threads as it is typed, are tested with the command, in `crates/cli/tests`.)
//!
//! Beside it stands a baseline of the results themselves. A change of results is a decision: when a
//! change of the model is meant, the baseline is refreshed by
//!
//! ```text
//! INSTA_UPDATE=always cargo test -p hailsham-tests --test same_bits
//! ```
//!
//! and the changelog says what changed.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeMap;

use hailsham_engine::log::Workers;
use hailsham_model::{Kept, Options, Queue};
use hailsham_tests::{Run, small};

const SCALE: f64 = 0.02;

/// Tables and summary of a run, by name of the file.
fn results(options: Options) -> BTreeMap<String, Vec<u8>> {
    let run = Run::of(&[], options);
    let mut files = run.files("parquet");
    let summary = run.files("json").remove("summary.json").unwrap();
    files.insert("summary.json".to_owned(), summary);
    files
}

fn assert_same(found: &BTreeMap<String, Vec<u8>>, expected: &BTreeMap<String, Vec<u8>>) {
    assert!(found.keys().eq(expected.keys()));
    for (name, bytes) in found {
        assert!(*bytes == expected[name], "{name} differs");
    }
}

#[test]
fn tables_do_not_depend_on_the_writer_or_the_queue() {
    let expected = results(Options {
        workers: Workers::Inline,
        queue: Queue::Heap,
        ..small(SCALE, 1)
    });
    for table in ["events", "persons", "places", "series"] {
        assert!(expected[&format!("{table}.parquet")].len() > 1000);
    }
    for (workers, queue) in [
        (Workers::Inline, Queue::Calendar),
        (Workers::Background, Queue::Heap),
        (Workers::Background, Queue::Calendar),
        (Workers::Background, Queue::Calendar),
    ] {
        let options = Options {
            workers,
            queue,
            ..small(SCALE, 1)
        };
        assert_same(&results(options), &expected);
    }
}

#[test]
fn what_is_kept_of_the_log_changes_nothing_else() {
    let mut expected = results(small(SCALE, 1));
    let full = expected.remove("events.parquet").unwrap().len();
    for kept in [Kept::Nothing, Kept::Sample(0.3)] {
        let mut found = results(Options {
            kept,
            ..small(SCALE, 1)
        });
        let log = found.remove("events.parquet").unwrap().len();
        assert!(log < full / 2, "{kept:?}: {log} bytes of {full}");
        assert_same(&found, &expected);
    }
}

#[test]
fn another_seed_is_another_run() {
    let (one, other) = (results(small(SCALE, 1)), results(small(SCALE, 2)));
    for name in [
        "events.parquet",
        "persons.parquet",
        "series.parquet",
        "summary.json",
    ] {
        assert!(one[name] != other[name], "{name} is the same");
    }
}

#[test]
fn the_summary_is_that_of_the_baseline() {
    let run = Run::of(&[], small(SCALE, 1));
    let summary = run.files("json").remove("summary.json").unwrap();
    insta::assert_snapshot!("summary", String::from_utf8(summary).unwrap());
}

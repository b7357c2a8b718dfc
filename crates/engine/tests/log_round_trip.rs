//! What is pushed is what is read, whoever writes it and whatever is kept.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use hailsham_engine::log::{EventLog, Fold, Keep, LogReader, LogSpec, LogTotals, Record, Workers};
use hailsham_engine::time::{Epoch, Time};
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::path::Path;

/// Sees everything.
#[derive(Default)]
struct Seen(Vec<Record>);

impl Fold for Seen {
    fn fold(&mut self, batch: &[Record]) {
        self.0.extend_from_slice(batch);
    }
}

fn spec() -> LogSpec {
    LogSpec {
        events: vec!["born", "visited", "made a work", "died"],
        topics: vec!["donation".to_owned(), "origin \"x\"".to_owned()],
        epoch: Epoch::new(1955, 1, 1).unwrap(),
        key_values: vec![("seed".to_owned(), "7".to_owned())],
        keys: None,
    }
}

/// Two records are the same when their bits are: NaN, the absent value, equals itself.
fn bits(record: &Record) -> (Record, u32) {
    (
        Record {
            value: 0.0,
            ..*record
        },
        if record.value.is_nan() {
            f32::NAN.to_bits()
        } else {
            record.value.to_bits()
        },
    )
}

#[track_caller]
fn assert_same(found: &[Record], expected: &[Record]) {
    assert_eq!(found.len(), expected.len());
    for (row, (found, expected)) in found.iter().zip(expected).enumerate() {
        assert_eq!(bits(found), bits(expected), "row {row}");
    }
}

fn write(path: &Path, records: &[Record], keep: Keep, workers: Workers) -> (Seen, LogTotals) {
    let target = Some((path, spec()));
    let mut log = EventLog::start(Seen::default(), target, keep, workers).unwrap();
    for record in records {
        log.push(*record);
    }
    assert_eq!(log.len(), records.len() as u64);
    assert!(!log.is_broken());
    log.finish().unwrap()
}

fn read(path: &Path) -> Vec<Record> {
    let mut reader = LogReader::open(path).unwrap();
    let (mut all, mut batch) = (Vec::new(), Vec::new());
    while reader.next_batch(&mut batch).unwrap() {
        assert!(!batch.is_empty() && batch.len() <= 32_768);
        all.extend_from_slice(&batch);
    }
    assert!(batch.is_empty());
    assert!(!reader.next_batch(&mut batch).unwrap(), "the end stays");
    assert_eq!(reader.rows(), all.len() as u64);
    all
}

/// Any bits at all, with the absent values more often than chance would have them.
fn any_record() -> impl Strategy<Value = Record> {
    let id = || prop_oneof![Just(Record::NONE), any::<u32>(), 0..9_u32];
    let number = prop_oneof![Just(Record::NO_NUMBER), any::<i32>()];
    let value = prop_oneof![
        Just(f32::NAN),
        Just(-0.0),
        Just(f32::INFINITY),
        any::<u32>().prop_map(f32::from_bits),
    ];
    let codes = (0..4_u8, prop_oneof![Just(Record::NO_TOPIC), 0..2_u8]);
    (
        any::<i32>(),
        (id(), id(), id(), id()),
        number,
        value,
        codes,
        any::<bool>(),
    )
        .prop_map(
            |(time, (who, whom, place, object), n, value, (event, topic), pinned)| {
                Record::at(Time::from_minutes(time), event)
                    .who(who)
                    .whom(whom)
                    .place(place)
                    .object(object)
                    .n(n)
                    .value(value)
                    .topic(topic)
                    .pinned(pinned)
            },
        )
}

/// A long log without a generator of random numbers: every field varies with the row.
fn long(rows: u32) -> Vec<Record> {
    (0..rows)
        .map(|row| {
            let mixed = row.wrapping_mul(2_654_435_761);
            let mut record = Record::at(Time::from_minutes((row / 3) as i32), (mixed >> 30) as u8)
                .who(row % 977);
            if mixed % 3 == 0 {
                record = record.whom(mixed >> 20).n((mixed >> 8) as i32);
            }
            if mixed % 5 == 0 {
                record = record.value(mixed as f32 / 7.0).topic((row % 2) as u8);
            }
            record.place(row % 11).pinned(mixed % 97 == 0)
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn random_records_come_back(records in prop::collection::vec(any_record(), 0..200)) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("events.parquet");
        let (seen, totals) = write(&path, &records, Keep::All, Workers::Inline);
        assert_same(&seen.0, &records);
        assert_same(&read(&path), &records);
        prop_assert_eq!(totals.pushed, records.len() as u64);
        prop_assert_eq!(totals.written, records.len() as u64);
        prop_assert_eq!(totals.bytes, std::fs::metadata(&path).unwrap().len());
    }
}

#[test]
fn who_writes_does_not_matter() {
    let folder = tempfile::tempdir().unwrap();
    let inline = folder.path().join("inline.parquet");
    let background = folder.path().join("background.parquet");
    // More than one row group, and a last batch that is not full.
    let records = long(600_123);
    let (seen, totals) = write(&inline, &records, Keep::All, Workers::Inline);
    assert_same(&seen.0, &records);
    let (seen, other) = write(&background, &records, Keep::All, Workers::Background);
    assert_same(&seen.0, &records);
    assert_eq!(totals, other);
    assert!(std::fs::read(&inline).unwrap() == std::fs::read(&background).unwrap());
    assert_same(&read(&background), &records);
}

#[test]
fn a_filter_keeps_rows_and_the_fold_sees_all() {
    let folder = tempfile::tempdir().unwrap();
    let records = long(700_000);
    let wanted = |record: &Record| record.who.is_multiple_of(2);
    let expected: Vec<Record> = records.iter().copied().filter(wanted).collect();
    let mut files = Vec::new();
    for workers in [Workers::Inline, Workers::Background] {
        let path = folder.path().join(format!("{workers:?}.parquet"));
        let (seen, totals) = write(&path, &records, Keep::If(Box::new(wanted)), workers);
        assert_eq!(seen.0.len(), records.len());
        assert_eq!(totals.pushed, 700_000);
        assert_eq!(totals.written, expected.len() as u64);
        assert_same(&read(&path), &expected);
        files.push(std::fs::read(&path).unwrap());
    }
    assert!(files[0] == files[1]);

    // What is kept decides the bytes, not what was dropped on the way.
    let path = folder.path().join("alone.parquet");
    write(&path, &expected, Keep::All, Workers::Inline);
    assert!(std::fs::read(&path).unwrap() == files[0]);
}

#[test]
fn nothing_kept_and_nothing_pushed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("events.parquet");
    let (seen, totals) = write(&path, &long(40_000), Keep::Nothing, Workers::Background);
    assert_eq!((seen.0.len(), totals.written), (40_000, 0));
    assert!(read(&path).is_empty());

    let (seen, totals) = write(&path, &[], Keep::All, Workers::Background);
    assert_eq!((seen.0.len(), totals.pushed), (0, 0));
    assert!(read(&path).is_empty());
    assert_eq!(LogReader::open(&path).unwrap().events().len(), 4);
}

#[test]
fn without_a_file_the_fold_still_sees_all() {
    for workers in [Workers::Inline, Workers::Background] {
        let mut log = EventLog::start(Seen::default(), None, Keep::All, workers).unwrap();
        assert!(log.is_empty());
        let records = long(100_000);
        for record in &records {
            log.push(*record);
        }
        let (seen, totals) = log.finish().unwrap();
        assert_same(&seen.0, &records);
        assert_eq!(
            totals,
            LogTotals {
                pushed: 100_000,
                written: 0,
                bytes: 0
            }
        );
    }
}

#[test]
fn buffers_are_recycled() {
    /// Where each batch stood in memory.
    #[derive(Default)]
    struct Places(BTreeSet<usize>);
    impl Fold for Places {
        fn fold(&mut self, batch: &[Record]) {
            self.0.insert(batch.as_ptr().addr());
        }
    }
    for (workers, most) in [(Workers::Inline, 1), (Workers::Background, 4)] {
        let mut log = EventLog::start(Places::default(), None, Keep::All, workers).unwrap();
        // Sixty-one full batches, and some more.
        for row in 0..2_000_000 {
            log.push(Record::at(Time::from_minutes(row), 0));
        }
        let (places, totals) = log.finish().unwrap();
        assert_eq!(totals.pushed, 2_000_000);
        assert!(
            places.0.len() <= most,
            "{workers:?}: {} buffers",
            places.0.len()
        );
    }
}

#[test]
fn the_file_says_what_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("events.parquet");
    write(&path, &long(10), Keep::All, Workers::Inline);
    let reader = LogReader::open(&path).unwrap();
    assert_eq!(reader.epoch(), Epoch::new(1955, 1, 1).unwrap());
    assert_eq!(reader.events(), spec().events);
    assert_eq!(reader.topics(), spec().topics);
    assert_eq!(reader.key_value("seed"), Some("7"));
}

#[test]
fn a_reader_may_bring_its_own_codes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("events.parquet");
    let records = long(5_000);
    write(&path, &records, Keep::All, Workers::Inline);
    let (mut events, mut topics) = (spec().events, spec().topics);
    events.reverse();
    topics.reverse();
    let mut reader = LogReader::open(&path)
        .unwrap()
        .with_names(&events, &topics)
        .unwrap();
    let mut batch = Vec::new();
    assert!(reader.next_batch(&mut batch).unwrap());
    for (found, written) in batch.iter().zip(&records) {
        assert_eq!(found.event, 3 - written.event);
        if written.topic == Record::NO_TOPIC {
            assert_eq!(found.topic, Record::NO_TOPIC);
        } else {
            assert_eq!(found.topic, 1 - written.topic);
        }
    }

    let mut reader = LogReader::open(&path)
        .unwrap()
        .with_names(&["born", "visited", "died"], &topics)
        .unwrap();
    let error = reader.next_batch(&mut batch).unwrap_err().to_string();
    assert!(
        error.contains("the event `made a work`") && error.contains("events.parquet"),
        "{error}"
    );
}

//! What goes wrong is told once, clearly, and never leaves a file that looks whole.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use hailsham_engine::log::{EventLog, Fold, Keep, LogError, LogReader, LogSpec, Record, Workers};
use hailsham_engine::table::TableError;
use hailsham_engine::time::{Epoch, Time};
use std::path::Path;

const BOTH: [Workers; 2] = [Workers::Inline, Workers::Background];

fn spec() -> LogSpec {
    LogSpec {
        events: vec!["one", "two"],
        topics: Vec::new(),
        epoch: Epoch::new(1955, 1, 1).unwrap(),
        key_values: Vec::new(),
        keys: None,
    }
}

fn start(path: &Path, workers: Workers) -> Result<EventLog<()>, LogError> {
    EventLog::start((), Some((path, spec())), Keep::All, workers)
}

/// Records that do not compress to nothing.
fn record(row: u32) -> Record {
    let mixed = row.wrapping_mul(2_654_435_761) ^ (row << 7);
    Record::at(Time::from_minutes(row as i32), (row % 2) as u8)
        .who(mixed)
        .value(f32::from_bits(mixed >> 2))
}

#[test]
fn a_folder_that_is_not_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("nowhere").join("events.parquet");
    for workers in BOTH {
        let error = start(&path, workers).err().unwrap();
        assert!(matches!(error, LogError::Table(TableError::Create { .. })));
        let text = error.to_string();
        assert!(
            text.starts_with("cannot create ") && text.contains("nowhere"),
            "{text}"
        );
    }
}

#[test]
fn a_full_disk_stops_the_run() {
    let full = Path::new("/dev/full");
    if !full.exists() {
        println!("skipped: this system has no device that is always full");
        return;
    }
    for workers in BOTH {
        let mut log = start(full, workers).unwrap();
        let mut row = 0;
        // Three row groups would do; the limit keeps a defect from running for ever.
        while !log.is_broken() && row < 4_000_000 {
            log.push(record(row));
            row += 1;
        }
        assert!(log.is_broken(), "{workers:?} never noticed");
        let error = log.finish().err().unwrap();
        assert!(
            matches!(error, LogError::Table(TableError::NoSpace { .. })),
            "{error}"
        );
        assert!(
            error
                .to_string()
                .starts_with("no space left on the device while writing /dev/full")
        );

        // A short log meets the error when it is finished.
        let mut log = start(full, workers).unwrap();
        log.push(record(1));
        assert!(!log.is_broken());
        let error = log.finish().err().unwrap();
        assert!(
            matches!(error, LogError::Table(TableError::NoSpace { .. })),
            "{error}"
        );
    }
}

#[test]
fn a_log_cut_anywhere_is_not_a_log() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("events.parquet");
    let mut log = start(&path, Workers::Inline).unwrap();
    for row in 0..1_000 {
        log.push(record(row));
    }
    log.finish().unwrap();
    let whole = std::fs::read(&path).unwrap();
    for length in (0..whole.len()).step_by(97).chain([whole.len() - 1]) {
        std::fs::write(&path, &whole[..length]).unwrap();
        let error = LogReader::open(&path).err().unwrap();
        assert!(
            matches!(error, LogError::Table(TableError::Damaged { .. })),
            "{length} bytes: {error}"
        );
        assert!(error.to_string().contains("events.parquet is not a whole"));
    }
}

#[test]
fn damage_is_an_error_or_unseen_and_never_a_panic() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("events.parquet");
    let mut log = start(&path, Workers::Inline).unwrap();
    for row in 0..500 {
        log.push(record(row).n(row as i32));
    }
    log.finish().unwrap();
    let whole = std::fs::read(&path).unwrap();
    let (mut seen, mut unseen) = (0, 0);
    // The pages are checked by no sum, so that a change of a value can pass; everything that does
    // not must be told.
    for at in (0..whole.len()).step_by(5) {
        let bit = at % 8;
        let mut damaged = whole.clone();
        damaged[at] ^= 1 << bit;
        std::fs::write(&path, &damaged).unwrap();
        let read = || -> Result<usize, LogError> {
            let mut reader = LogReader::open(&path)?;
            let (mut rows, mut batch) = (0, Vec::new());
            while reader.next_batch(&mut batch)? {
                rows += batch.len();
            }
            Ok(rows)
        };
        match read() {
            Ok(rows) => {
                assert!(rows <= 500, "byte {at}, bit {bit}: {rows} rows");
                unseen += 1;
            }
            Err(error) => {
                assert!(error.to_string().contains("events.parquet"), "{error}");
                seen += 1;
            }
        }
    }
    assert!(seen > 100, "{seen} of {} were seen", seen + unseen);
}

#[test]
fn a_log_that_was_dropped_is_not_whole() {
    let folder = tempfile::tempdir().unwrap();
    for workers in BOTH {
        let path = folder.path().join(format!("{workers:?}.parquet"));
        let mut log = start(&path, workers).unwrap();
        for row in 0..300_000 {
            log.push(record(row));
        }
        drop(log);
        assert!(matches!(
            LogReader::open(&path).err().unwrap(),
            LogError::Table(TableError::Damaged { .. })
        ));
    }
}

#[test]
fn a_panic_of_the_fold_is_an_error() {
    struct Breaks;
    impl Fold for Breaks {
        fn fold(&mut self, _batch: &[Record]) {
            panic!("the ledger does not add up");
        }
    }
    let mut log = EventLog::start(Breaks, None, Keep::All, Workers::Background).unwrap();
    let mut row = 0;
    while !log.is_broken() && row < 4_000_000 {
        log.push(record(row));
        row += 1;
    }
    assert!(log.is_broken());
    let error = log.finish().err().unwrap();
    assert!(matches!(error, LogError::Panicked { .. }));
    assert!(error.to_string().ends_with("the ledger does not add up"));
}

#[test]
fn a_code_without_a_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("events.parquet");
    for workers in BOTH {
        let mut log = start(&path, workers).unwrap();
        log.push(Record::at(Time::START, 1));
        log.push(Record::at(Time::START, 2));
        let error = log.finish().err().unwrap().to_string();
        assert!(
            error.contains("row 1 of column `event` has code 2, but there are 2 labels"),
            "{error}"
        );
    }
}

#[test]
fn names_must_be_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("events.parquet");
    let mut twice = spec();
    twice.events.push("one");
    let error = EventLog::start((), Some((&path, twice)), Keep::All, Workers::Inline)
        .err()
        .unwrap();
    assert_eq!(
        error.to_string(),
        "events 0 and 2 are both called `one`; names must differ"
    );
    let mut many = spec();
    many.topics = (0..256).map(|code| code.to_string()).collect();
    let error = EventLog::start((), Some((&path, many)), Keep::All, Workers::Inline)
        .err()
        .unwrap();
    assert_eq!(
        error.to_string(),
        "the log has 256 names of topics; at most 255 are allowed"
    );
    assert!(!path.exists(), "nothing is made before the names are good");
}

#[test]
fn another_table_is_not_a_log() {
    use hailsham_engine::table::{ColumnKind, ColumnSpec, TableWriter};
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("places.parquet");
    let columns = [ColumnSpec {
        name: "time",
        kind: ColumnKind::Timestamp,
        unit: "",
        text: "",
        required: true,
    }];
    TableWriter::create(&path, &columns, &[])
        .unwrap()
        .close()
        .unwrap();
    let error = LogReader::open(&path).err().unwrap().to_string();
    assert!(
        error.contains("has no column `event`; it has time"),
        "{error}"
    );
}

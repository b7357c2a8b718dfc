//! What a row of the log costs: pushed, written to Parquet and read again.
//!
//! `cargo bench -p hailsham-engine --bench log_rows`
//!
//! The rows look like those of a run: times in order, some twenty kinds of events of unequal
//! frequency, persons without order, and half of the fields absent.

#![allow(clippy::expect_used)]

use divan::{Bencher, counter::ItemsCount};
use hailsham_engine::log::{EventLog, Keep, LogReader, LogSpec, Record, Workers};
use hailsham_engine::time::{Epoch, Time};
use std::error::Error;
use std::path::Path;

/// Rows of one log: four row groups.
const ROWS: u32 = 1 << 20;

fn main() {
    divan::main();
}

fn spec() -> Result<LogSpec, Box<dyn Error>> {
    Ok(LogSpec {
        events: vec![
            "born",
            "left_school",
            "moved",
            "became_carer",
            "visited",
            "reviewed",
            "postponed",
            "called_up",
            "operated",
            "recovered",
            "completed",
            "fell_ill",
            "listed",
            "offered",
            "transplanted",
            "graft_failed",
            "relisted",
            "died",
            "opened",
            "closed",
        ],
        topics: vec!["donation".to_owned(), "origin".to_owned()],
        epoch: Epoch::new(1955, 1, 1)?,
        key_values: Vec::new(),
        keys: None,
    })
}

/// A fixed sequence without pattern (splitmix64), so that the benchmark does not depend on the
/// random streams of this crate.
fn mixed(row: u32) -> u64 {
    let mut bits = u64::from(row)
        .wrapping_add(1)
        .wrapping_mul(0x9E37_79B9_7F4A_7C15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}

fn records() -> Vec<Record> {
    let mut now = 0;
    (0..ROWS)
        .map(|row| {
            let bits = mixed(row);
            now += (bits & 31) as i32;
            // The product of two uniform codes: small ones are more frequent.
            let event = ((bits >> 5) % 20 * ((bits >> 12) % 20) / 20) as u8;
            let mut record = Record::at(Time::from_minutes(now), event)
                .who((bits >> 20) as u32 % 100_000)
                .place((bits >> 40) as u32 % 40);
            if event.is_multiple_of(3) {
                record = record.whom((bits >> 33) as u32 % 100_000);
            }
            if event.is_multiple_of(4) {
                record = record.n((bits >> 44) as i32 % 400).object(row);
            }
            if event.is_multiple_of(5) {
                record = record.value((bits >> 40) as f32 / 16_777_216.0);
            }
            record
        })
        .collect()
}

fn write(path: &Path, records: &[Record], workers: Workers) -> Result<u64, Box<dyn Error>> {
    let mut log = EventLog::start((), Some((path, spec()?)), Keep::All, workers)?;
    for record in records {
        log.push(*record);
    }
    Ok(log.finish()?.1.bytes)
}

/// Inline, all of the work is in the caller's time: the CPU cost of a row.
#[divan::bench(args = [Workers::Inline, Workers::Background], sample_count = 7, sample_size = 1)]
fn written(bencher: Bencher<'_, '_>, workers: Workers) {
    let records = records();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("events.parquet");
    bencher
        .counter(ItemsCount::new(ROWS))
        .bench_local(|| write(&path, &records, workers).expect("the log is written"));
}

/// Without a file: what remains in the way of the run.
#[divan::bench(sample_count = 7, sample_size = 1)]
fn pushed_only(bencher: Bencher<'_, '_>) {
    let records = records();
    bencher.counter(ItemsCount::new(ROWS)).bench_local(|| {
        let mut log = EventLog::start((), None, Keep::All, Workers::Inline).expect("starts");
        for record in &records {
            log.push(*record);
        }
        log.finish().expect("finishes").1
    });
}

#[divan::bench(sample_count = 7, sample_size = 1)]
fn read_again(bencher: Bencher<'_, '_>) {
    let records = records();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("events.parquet");
    let bytes = write(&path, &records, Workers::Inline).expect("the log is written");
    println!("{:.2} bytes a row on disk", bytes as f64 / f64::from(ROWS));
    let mut batch = Vec::new();
    bencher.counter(ItemsCount::new(ROWS)).bench_local(|| {
        let mut reader = LogReader::open(&path).expect("a log");
        let mut sum = 0_u64;
        while reader.next_batch(&mut batch).expect("whole") {
            sum += batch
                .iter()
                .map(|record| u64::from(record.who))
                .sum::<u64>();
        }
        sum
    });
}

//! Nothing is allocated per event: a larger run allocates hardly more often than a small one.
//!
//! What a run sets up and what it writes at its end are there in both; of what the larger one does
//! beyond the smaller, each record of the log may cost three hundredths of an allocation: tables that grow, and
//! pages of the log that are written, not people or events by themselves.
// A global allocator that counts is the only way to show it, and `GlobalAlloc` is an unsafe trait.
#![allow(unsafe_code, clippy::unwrap_used)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use hailsham_engine::log::Workers;
use hailsham_model::{Options, simulate};
use hailsham_tests::{scenario, small};

/// Allocations of all threads: a run may have some of its own.
static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);

struct Counting;

// SAFETY: every call is passed on unchanged to the system's allocator; the counter is a static.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: the caller's promise is passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: the caller's promise is passed on.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: the caller's promise is passed on.
        unsafe { System.realloc(block, layout, size) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise is passed on.
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Most allocations of a further record.
const MOST: f64 = 0.03;

/// Allocations and records of a run.
fn counted(scale: f64) -> (f64, f64) {
    let programme = Arc::new(scenario(&[]).value);
    let folder = tempfile::tempdir().unwrap();
    let options = Options {
        workers: Workers::Inline,
        ..small(scale, 1)
    };
    let before = ALLOCATIONS.load(Ordering::Relaxed);
    let log = folder.path().join("events.parquet");
    let finished = simulate(&programme, &options, Some(&log), &[], &mut |_, _| true).unwrap();
    let allocations = ALLOCATIONS.load(Ordering::Relaxed) - before;
    (
        allocations as f64,
        finished.replayed.findings.checked as f64,
    )
}

#[test]
fn a_further_event_allocates_nothing() {
    let (less, few) = counted(0.02);
    let (more, many) = counted(0.06);
    let each = (more - less) / (many - few);
    println!("{less} allocations for {few} records, {more} for {many}: {each:.4} a further one");
    assert!(less > 0.0, "the counter does not count");
    assert!(many > 2.0 * few, "the larger run is not larger");
    assert!(each < MOST, "{each} allocations for each further record");
}

//! After warm-up, a million events go through the calendar without one allocation.
// A global allocator that counts is the only way to show it, and `GlobalAlloc` is an unsafe trait.
#![allow(unsafe_code)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use hailsham_engine::calendar::CalendarQueue;
use hailsham_engine::random::Streams;
use hailsham_engine::time::{Span, Time};

thread_local! {
    /// Allocations of this thread; the test harness allocates on others as it pleases.
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
}

struct Counting;

// SAFETY: every call is passed on unchanged to the system's allocator. The counter is a
// const-initialised thread-local without destructor: touching it never allocates.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        // SAFETY: the caller's promise is passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
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

const PEOPLE: u32 = 20_000;
const WARM_UP: u32 = 1_000_000;
const COUNTED: u32 = 1_000_000;

#[test]
fn a_million_events_allocate_nothing() {
    let mut future = CalendarQueue::new(Time::START + Span::from_years(100.0));
    let streams = Streams::new(3);
    let wait = |entity: u32, n: u32| {
        let days = streams
            .entity(entity.into())
            .purpose(0_u16)
            .draw(n)
            .exponential(0.01);
        Span::from_days(days)
    };
    for entity in 0..PEOPLE {
        future.schedule(Time::START + wait(entity, 0), entity, 0);
    }
    // When each person's second process, if any, is due.
    let mut pending_alarm = vec![Time::NEVER; PEOPLE as usize];
    let mut before = 0;
    let mut cancelled = 0;
    for n in 1..=WARM_UP + COUNTED {
        if n == WARM_UP {
            before = ALLOCATIONS.get();
            cancelled = 0;
        }
        let Some(event) = future.pop() else {
            panic!("ran dry after {n} events");
        };
        let alarm = &mut pending_alarm[event.entity as usize];
        if event.slot == 1 {
            *alarm = Time::NEVER;
            continue;
        }
        // The next event of this person, sometimes on the same day.
        future.schedule(event.time + wait(event.entity, n), event.entity, 0);
        // Every third moves an alarm: one cancelled, one scheduled.
        if n % 3 == 0 {
            if *alarm != Time::NEVER {
                future.cancel(*alarm, event.entity, 1);
                cancelled += 1;
            }
            *alarm = event.time + wait(event.entity, n + (1 << 30));
            future.schedule(*alarm, event.entity, 1);
        }
    }
    let allocations = ALLOCATIONS.get() - before;
    assert!(before > 0, "the counter does not count");
    assert!(cancelled > COUNTED / 20, "only {cancelled} cancellations");
    assert_eq!(
        future.beyond_horizon(),
        0,
        "the horizon must stay out of this"
    );
    assert_eq!(allocations, 0, "in {COUNTED} events");
}

//! Time, the future event list, random streams, the event log and tables on disk.
//!
//! This room knows nothing of people or organs. What comes in: a first day, a seed, a horizon, and
//! the events that a model schedules. What goes out: the same events in one total order that
//! depends neither on the order of insertion nor on threads, and everything that happened, as
//! Parquet.
//!
//! ```text
//!   schedule ──► future event list ──pop──► a handler of the model ──► event log ──► Parquet
//!                 (calendar)          ▲         │ draws from
//!                                     └─────────┴──── random streams (keyed, counter-based)
//! ```
//!
//! Three promises hold everything together:
//!
//! 1. **One order.** Pending events are ordered by (time, entity, slot) and by nothing else.
//! 2. **Named draws.** A random number is a pure function of (seed, entity, purpose, number).
//! 3. **One log.** What happened is written once, in order, and everything else is computed from it.
//!
//! A machine that fails and is repaired, twenty times or until the horizon:
//!
//! ```
//! use hailsham_engine::calendar::FutureEventList;
//! use hailsham_engine::calendar::CalendarQueue;
//! use hailsham_engine::random::Streams;
//! use hailsham_engine::time::{Span, Time};
//!
//! let horizon = Time::START + Span::from_years(10.0);
//! let mut future = FutureEventList::Calendar(CalendarQueue::new(horizon));
//! let failures = Streams::new(1).entity(7).purpose(0_u16);
//! future.schedule(Time::START, 7, 0);
//! let mut count = 0;
//! while let Some(event) = future.pop() {
//!     count += 1;
//!     let wait = Span::from_days(failures.draw(count).exponential(1.0 / 30.0));
//!     if count < 20 {
//!         future.schedule(event.time + wait, event.entity, event.slot);
//!     }
//! }
//! assert_eq!(count, 20);
//! ```

pub mod calendar;
pub mod distributions;
pub mod large_pages;
pub mod log;
pub mod metric;
pub mod prefetch;
pub mod random;
pub mod table;
pub mod time;

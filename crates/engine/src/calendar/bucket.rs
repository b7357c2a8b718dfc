//! The fast future event list: a bucket of unsorted keys for every day, sorted when it is reached.
//!
//! Most events lie far ahead and are touched twice: when they are scheduled (one word appended to
//! their day) and when their day comes (one sort of a small array that fits the first-level cache).
//! Only the events of the current day are kept in order.
//!
//! ```text
//!   buckets:  [ day 0 ][ day 1 ][ day 2 ] ...        one 8-byte head a day
//!                         │
//!                         ▼
//!   pool:     ┌─32 words─┐   ┌─32 words─┐            chunks of 256 bytes; a chunk that was
//!             │ 7 used   │──►│ 32 used  │──► none    emptied is used again, newest first
//!             └──────────┘   └──────────┘
//!
//!   day reached ──gather, sort, cancel──► today: [k, k, k, ...]  ──┐ smaller of the two
//!   scheduled for today or before ──────► late:  a small heap    ──┴──► pop
//! ```
//!
//! Chunks rather than a growing array for each day: arrays would each keep the room of their
//! largest day and allocate whenever a day outgrows its last, while chunks go round among all days,
//! so that nothing is allocated once the pool has reached the size of what is pending.

use std::cmp::Reverse;

use super::order::sort;
use super::{CANCEL, Ledger, MAX_TIME, Pending, TIME_BITS, TIME_SHIFT, WordHeap, settle};
use crate::large_pages;
use crate::prefetch::prefetch_row;
use crate::time::{MINUTES_PER_DAY, Time};

/// Words in a chunk: 256 bytes.
const CHUNK_WORDS: usize = 32;

/// How many chunks ahead a bucket's memory is asked for. Its words were written long ago and lie in no
/// cache.
const AHEAD: usize = 4;

/// Binary places of the reciprocal of a width: enough for two numbers of 28 bits.
const RECIPROCAL_BITS: u32 = 2 * TIME_BITS;

/// No chunk.
const NONE: u32 = u32::MAX;

#[derive(Clone, Debug)]
#[repr(align(64))]
struct Chunk([u64; CHUNK_WORDS]);

const _: () = assert!(size_of::<Chunk>() == 256);

/// The newest chunk of a bucket, the only one that is not full.
#[derive(Clone, Copy, Debug)]
struct Head {
    chunk: u32,
    /// Words used in that chunk.
    used: u32,
}

impl Head {
    const EMPTY: Head = Head {
        chunk: NONE,
        used: CHUNK_WORDS as u32,
    };
}

/// A future event list as a calendar: O(1) for scheduling and cancelling, and for popping the cost
/// of sorting one day, shared among its events.
///
/// Memory: 8 bytes for each day to the horizon, 256 bytes for each day that holds anything, and
/// 8.1 bytes for each further event or cancellation whose day has not come. The contract is that of
/// the [module](super).
#[derive(Clone, Debug)]
pub struct CalendarQueue {
    ledger: Ledger,
    /// One over the minutes in a bucket, as a multiple of 2^-56 and rounded up: the product with a
    /// time is exact enough for its whole part to be the bucket, since both are below 2^28. A
    /// division would cost more than the rest of scheduling.
    reciprocal: u64,
    buckets: Vec<Head>,
    /// The first bucket that has not been gathered. Words for earlier ones go to `late`.
    upcoming: usize,
    pool: Vec<Chunk>,
    /// For each chunk of the pool the next one of its bucket, or of the free chunks. Apart from the
    /// chunks: who follows them waits for no words.
    links: Vec<u32>,
    /// The first free chunk of the pool.
    free: u32,
    /// The words of the bucket gathered last, in order, cancellations applied.
    today: Vec<u64>,
    /// Room for putting `today` in order: its words, and how many each minute has.
    aside: Vec<u64>,
    minutes: Vec<u32>,
    /// The first word of `today` that has not been popped.
    cursor: usize,
    /// Words for buckets that have been gathered, and cancellations of words in `today`.
    late: WordHeap,
}

impl CalendarQueue {
    /// An empty list with a bucket for each day up to `horizon`; what is then or later will be
    /// dropped.
    pub fn new(horizon: Time) -> CalendarQueue {
        CalendarQueue::with_width(horizon, MINUTES_PER_DAY as u32)
    }

    /// An empty list with buckets of `minutes` (at least 1). The width changes the speed and never
    /// the order; a day is right for events that are days to decades apart.
    pub fn with_width(horizon: Time, minutes: u32) -> CalendarQueue {
        let ledger = Ledger::new(horizon);
        let width = minutes.clamp(1, MAX_TIME.minutes() as u32);
        let count = (ledger.horizon.minutes() as u32).div_ceil(width);
        CalendarQueue {
            ledger,
            reciprocal: (1 << RECIPROCAL_BITS) / u64::from(width) + 1,
            buckets: vec![Head::EMPTY; count as usize],
            upcoming: 0,
            pool: Vec::new(),
            links: Vec::new(),
            free: NONE,
            today: Vec::new(),
            aside: Vec::new(),
            minutes: Vec::new(),
            cursor: 0,
            late: WordHeap::new(),
        }
    }

    /// Makes room for so many pending events: [`FutureEventList::reserve`](super::FutureEventList::reserve).
    pub fn reserve(&mut self, events: usize) {
        large_pages::reserve(&mut self.pool, events / CHUNK_WORDS);
    }

    /// Adds an event: [`FutureEventList::schedule`](super::FutureEventList::schedule).
    #[inline]
    pub fn schedule(&mut self, time: Time, entity: u32, slot: u8) {
        if let Some(word) = self.ledger.schedule(time, entity, slot) {
            self.hold(word);
        }
    }

    /// Takes an event back: [`FutureEventList::cancel`](super::FutureEventList::cancel).
    #[inline]
    pub fn cancel(&mut self, time: Time, entity: u32, slot: u8) {
        if let Some(word) = self.ledger.cancel(time, entity, slot) {
            self.hold(word);
        }
    }

    /// The next event; none when nothing is pending.
    #[inline]
    pub fn pop(&mut self) -> Option<Pending> {
        self.pop_key().map(Pending::from_key)
    }

    /// The key of the next event.
    #[inline]
    pub(super) fn pop_key(&mut self) -> Option<u64> {
        // Nothing came late, as nearly always: the next word of the day.
        let word = if self.late.is_empty()
            && let Some(&word) = self.today.get(self.cursor)
        {
            self.cursor += 1;
            word
        } else {
            self.next()?
        };
        self.ledger.pop(word);
        Some(word)
    }

    /// The next word that is not cancelled, wherever it is.
    #[inline(never)]
    fn next(&mut self) -> Option<u64> {
        loop {
            let word = self.pop_merged();
            if word.is_some() || !self.gather() {
                return word;
            }
        }
    }

    /// An event of today that will be popped soon:
    /// [`FutureEventList::upcoming`](super::FutureEventList::upcoming).
    #[inline]
    pub fn upcoming(&self, ahead: usize) -> Option<Pending> {
        let word = self.today.get(self.cursor + ahead)?;
        Some(Pending::from_key(*word))
    }

    /// How many events are pending.
    #[inline]
    pub fn len(&self) -> usize {
        self.ledger.len()
    }

    /// Whether nothing is pending.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The time of the last popped event.
    #[inline]
    pub fn now(&self) -> Time {
        self.ledger.now
    }

    /// How many events were dropped because they were at the horizon or later.
    #[inline]
    pub fn beyond_horizon(&self) -> u64 {
        self.ledger.beyond_horizon
    }

    /// Puts a word where it belongs.
    #[inline]
    fn hold(&mut self, word: u64) {
        let product = u128::from(word >> TIME_SHIFT) * u128::from(self.reciprocal);
        let index = (product >> RECIPROCAL_BITS) as usize;
        if index < self.upcoming {
            self.late.push(Reverse(word));
            return;
        }
        let head = &mut self.buckets[index];
        if head.used as usize == CHUNK_WORDS {
            let chunk = if self.free == NONE {
                self.pool.push(Chunk([0; CHUNK_WORDS]));
                self.links.push(NONE);
                (self.pool.len() - 1) as u32
            } else {
                let chunk = self.free;
                self.free = self.links[chunk as usize];
                chunk
            };
            self.links[chunk as usize] = head.chunk;
            *head = Head { chunk, used: 0 };
        }
        self.pool[head.chunk as usize].0[head.used as usize] = word;
        head.used += 1;
    }

    /// The next word of `today` and `late` together that is not cancelled.
    fn pop_merged(&mut self) -> Option<u64> {
        loop {
            let word = match (self.today.get(self.cursor), self.late.peek()) {
                (None, None) => return None,
                (Some(&today), late) if late.is_none_or(|late| today <= late.0) => {
                    self.cursor += 1;
                    today
                }
                _ => self.late.pop()?.0,
            };
            if word & CANCEL != 0 {
                self.ledger.orphan(word);
                continue;
            }
            // All copies at once, wherever they are: a cancellation takes away one of them, and only
            // `late` holds cancellations.
            let mut copies = 1;
            while self.today.get(self.cursor) == Some(&word) {
                self.cursor += 1;
                copies += 1;
            }
            let copies = settle(&mut self.ledger, &mut self.late, word, copies);
            if copies > 0 {
                // One now, the others next.
                self.late
                    .extend(std::iter::repeat_n(Reverse(word), copies - 1));
                return Some(word);
            }
        }
    }

    /// Moves the next bucket that holds anything into `today`, in order. False when there is none.
    fn gather(&mut self) -> bool {
        self.today.clear();
        self.cursor = 0;
        if self.ledger.events == 0 && self.ledger.cancels == 0 {
            // The days ahead are all empty: leave them to be filled.
            return false;
        }
        let Some(skipped) = self.buckets[self.upcoming..]
            .iter()
            .position(|head| head.chunk != NONE)
        else {
            return false;
        };
        let index = self.upcoming + skipped;
        self.upcoming = index + 1;
        let mut head = std::mem::replace(&mut self.buckets[index], Head::EMPTY);
        let mut ahead = head.chunk;
        for _ in 0..AHEAD {
            ahead = self.ask_for(ahead);
        }
        while head.chunk != NONE {
            ahead = self.ask_for(ahead);
            let chunk = &self.pool[head.chunk as usize];
            self.today.extend_from_slice(&chunk.0[..head.used as usize]);
            let next = std::mem::replace(&mut self.links[head.chunk as usize], self.free);
            self.free = head.chunk;
            head = Head {
                chunk: next,
                used: CHUNK_WORDS as u32,
            };
        }
        sort(&mut self.today, &mut self.aside, &mut self.minutes);
        self.apply_cancellations();
        true
    }

    /// Asks for the memory of a chunk, if it is one. Returns the next.
    fn ask_for(&self, chunk: u32) -> u32 {
        let Some(next) = self.links.get(chunk as usize) else {
            return NONE;
        };
        prefetch_row(&self.pool, chunk as usize);
        *next
    }

    /// Removes cancellations and what they cancel from the sorted `today`.
    fn apply_cancellations(&mut self) {
        let mut kept = 0;
        for read in 0..self.today.len() {
            let word = self.today[read];
            if word & CANCEL == 0 {
                self.today[kept] = word;
                kept += 1;
            } else if kept > 0 && self.today[kept - 1] == word ^ CANCEL {
                kept -= 1;
                self.ledger.annihilate();
            } else {
                self.ledger.orphan(word);
            }
        }
        self.today.truncate(kept);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first and the last minute of buckets of every kind of width, against the division.
    #[test]
    fn the_reciprocal_divides_exactly() {
        let largest = MAX_TIME.minutes() as u32;
        let widths = [
            1,
            2,
            3,
            7,
            60,
            1439,
            1440,
            1441,
            10_080,
            525_949,
            largest - 1,
            largest,
        ];
        for width in (1..5000).chain(widths) {
            // No buckets: only the reciprocal is wanted.
            let reciprocal = CalendarQueue::with_width(Time::START, width).reciprocal;
            let last = largest / width;
            for bucket in [0, 1, 2, last / 2, last.saturating_sub(1), last] {
                for minute in [bucket * width, (bucket * width + width - 1).min(largest)] {
                    let product = u128::from(minute) * u128::from(reciprocal);
                    assert_eq!(
                        (product >> RECIPROCAL_BITS) as u32,
                        minute / width,
                        "{minute} / {width}"
                    );
                }
            }
        }
    }
}

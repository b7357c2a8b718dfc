//! The future event list: what is still to happen, in one total order.
//!
//! What comes in: events of a time, an entity and a slot (an entity's few concurrent processes:
//! health, school, service...), and cancellations of them. What goes out: the events, one by one,
//! in the order of (time, entity, slot).
//!
//! # Contract
//!
//! - **Order.** Events come by time; those of the same minute by entity, those of the same entity
//!   by slot. The order of scheduling plays no part, and so any two queues can be checked against
//!   each other bit for bit.
//! - **Now.** The time of the last popped event, [`Time::START`] before the first. Nothing can be
//!   scheduled before now. At now it can, and then it is popped next in the same order among what
//!   is left.
//! - **Horizon.** What is at the horizon or later never happens: it is dropped and counted
//!   ([`FutureEventList::beyond_horizon`]). Cancelling it does nothing. No horizon is later than
//!   [`MAX_TIME`].
//! - **Cancelling** takes away exactly one pending event of that time, entity and slot. To
//!   reschedule, cancel and schedule. What was cancelled is never popped; its place is given back
//!   when its time is reached.
//! - **Twice.** The same key may be scheduled more than once and is popped as often.
//!
//! Breaking the contract is a mistake in the caller, and a debug build panics. A release build goes
//! on: an event scheduled before now happens now; cancelling before now does nothing; cancelling
//! what is not pending waits for its minute and does nothing there, unless the same key is scheduled
//! in the meantime, which it then cancels. In every build an entity or a slot that does not fit the
//! key panics, since it would be somebody else's event.
//!
//! # Key
//!
//! An event is one word, and comparing words compares events:
//!
//! ```text
//!   63           36 35             7 6      1   0
//!  ┌───────────────┬────────────────┬────────┬───┐
//!  │ time, minutes │ entity         │ slot   │ c │   c = 1: cancels the same key with c = 0,
//!  │ 28 bits       │ 29 bits        │ 6 bits │   │   right behind which it sorts
//!  └───────────────┴────────────────┴────────┴───┘
//! ```
//!
//! # Two queues
//!
//! [`CalendarQueue`] is the fast one; [`HeapQueue`] is a plain heap of the same words, there to be
//! compared with. [`FutureEventList`] is either.
//!
//! ```
//! use hailsham_engine::calendar::{CalendarQueue, Pending};
//! use hailsham_engine::time::Time;
//!
//! let minute = Time::from_minutes;
//! let mut future = CalendarQueue::new(minute(10_000));
//! future.schedule(minute(500), 2, 0);
//! future.schedule(minute(500), 1, 0);
//! future.schedule(minute(90), 3, 1);
//! future.cancel(minute(90), 3, 1);
//! future.schedule(minute(20_000), 3, 1);
//!
//! assert_eq!(future.pop(), Some(Pending { time: minute(500), entity: 1, slot: 0 }));
//! assert_eq!(future.pop(), Some(Pending { time: minute(500), entity: 2, slot: 0 }));
//! assert_eq!(future.pop(), None);
//! assert_eq!(future.beyond_horizon(), 1);
//! ```

mod bucket;
mod heap;
mod order;

pub use bucket::CalendarQueue;
pub use heap::HeapQueue;

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::time::Time;

const SLOT_BITS: u32 = 6;
const ENTITY_BITS: u32 = 29;
const TIME_BITS: u32 = 28;

const SLOT_SHIFT: u32 = 1;
const ENTITY_SHIFT: u32 = SLOT_SHIFT + SLOT_BITS;
const TIME_SHIFT: u32 = ENTITY_SHIFT + ENTITY_BITS;
const _: () = assert!(TIME_SHIFT + TIME_BITS == u64::BITS);

/// The cancellation bit of a key.
const CANCEL: u64 = 1;

/// The largest entity that fits the key: 536,870,911.
pub const MAX_ENTITY: u32 = (1 << ENTITY_BITS) - 1;

/// The largest slot that fits the key: 63.
pub const MAX_SLOT: u8 = (1 << SLOT_BITS) - 1;

/// The latest time that fits the key: about 510 years after the start.
pub const MAX_TIME: Time = Time::from_minutes((1 << TIME_BITS) - 1);

/// An event that is still to happen. Its order is the order of happening.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Pending {
    /// When.
    pub time: Time,
    /// Whose event it is, up to [`MAX_ENTITY`].
    pub entity: u32,
    /// Which of the entity's processes, up to [`MAX_SLOT`].
    pub slot: u8,
}

impl Pending {
    /// The key of an event between the start and [`MAX_TIME`].
    #[inline]
    fn key(self) -> u64 {
        assert!(
            self.entity <= MAX_ENTITY,
            "entity {} does not fit the event's key: allowed are 0 to {MAX_ENTITY}",
            self.entity
        );
        assert!(
            self.slot <= MAX_SLOT,
            "slot {} does not fit the event's key: allowed are 0 to {MAX_SLOT}",
            self.slot
        );
        debug_assert!(self.time >= Time::START && self.time <= MAX_TIME);
        (self.time.minutes() as u64) << TIME_SHIFT
            | u64::from(self.entity) << ENTITY_SHIFT
            | u64::from(self.slot) << SLOT_SHIFT
    }

    #[inline]
    fn from_key(key: u64) -> Pending {
        Pending {
            time: time_of(key),
            entity: (key >> ENTITY_SHIFT) as u32 & MAX_ENTITY,
            slot: (key >> SLOT_SHIFT) as u8 & MAX_SLOT,
        }
    }
}

#[inline]
fn time_of(key: u64) -> Time {
    Time::from_minutes((key >> TIME_SHIFT) as i32)
}

/// What the two queues share: the checks at the door and the counts.
#[derive(Clone, Debug)]
struct Ledger {
    now: Time,
    horizon: Time,
    /// Words of events that are held.
    events: usize,
    /// Words of cancellations that are held.
    cancels: usize,
    beyond_horizon: u64,
}

impl Ledger {
    fn new(horizon: Time) -> Ledger {
        Ledger {
            now: Time::START,
            horizon: horizon.clamp(Time::START, MAX_TIME),
            events: 0,
            cancels: 0,
            beyond_horizon: 0,
        }
    }

    /// The word to hold for a new event; none beyond the horizon.
    #[inline]
    fn schedule(&mut self, time: Time, entity: u32, slot: u8) -> Option<u64> {
        debug_assert!(
            time >= self.now,
            "entity {entity}, slot {slot}: scheduled for {time:?}, which is before now, {:?}",
            self.now
        );
        let time = time.max(self.now);
        if time >= self.horizon {
            self.beyond_horizon += 1;
            return None;
        }
        let key = Pending { time, entity, slot }.key();
        self.events += 1;
        Some(key)
    }

    /// The word to hold for a cancellation; none beyond the horizon or before now.
    #[inline]
    fn cancel(&mut self, time: Time, entity: u32, slot: u8) -> Option<u64> {
        debug_assert!(
            time >= self.now,
            "entity {entity}, slot {slot}: cancelled at {time:?}, which is before now, {:?}",
            self.now
        );
        if time >= self.horizon || time < self.now {
            return None;
        }
        let key = Pending { time, entity, slot }.key();
        self.cancels += 1;
        Some(key | CANCEL)
    }

    /// An event and its cancellation have met.
    #[inline]
    fn annihilate(&mut self) {
        self.events -= 1;
        self.cancels -= 1;
    }

    /// A cancellation has met nothing.
    #[cold]
    fn orphan(&mut self, word: u64) {
        self.cancels -= 1;
        debug_assert!(
            false,
            "cancelled, but was not pending: {:?}",
            Pending::from_key(word)
        );
    }

    /// An event happens.
    #[inline]
    fn pop(&mut self, key: u64) {
        self.events -= 1;
        self.now = time_of(key);
    }

    /// Events that are pending. Exact as long as the contract is kept.
    #[inline]
    fn len(&self) -> usize {
        self.events.saturating_sub(self.cancels)
    }
}

/// A heap of words, the least on top.
type WordHeap = BinaryHeap<Reverse<u64>>;

/// Takes from the top of a heap all that concerns the event `word`, `copies` of which were taken
/// already: further copies, then cancellations. Returns how many copies are not cancelled.
fn settle(ledger: &mut Ledger, heap: &mut WordHeap, word: u64, mut copies: usize) -> usize {
    while heap.peek() == Some(&Reverse(word)) {
        heap.pop();
        copies += 1;
    }
    while heap.peek() == Some(&Reverse(word | CANCEL)) {
        heap.pop();
        if copies > 0 {
            copies -= 1;
            ledger.annihilate();
        } else {
            ledger.orphan(word);
        }
    }
    copies
}

/// A future event list of one kind or the other. See the [module](self) for the contract.
#[derive(Clone, Debug)]
pub enum FutureEventList {
    /// The fast one.
    Calendar(CalendarQueue),
    /// The plain one, to compare with.
    Heap(HeapQueue),
}

impl FutureEventList {
    /// Makes room for about so many pending events, in [large pages](crate::large_pages), if there is as
    /// much memory. A hint; the heap takes none.
    pub fn reserve(&mut self, events: usize) {
        if let FutureEventList::Calendar(queue) = self {
            queue.reserve(events);
        }
    }

    /// Adds an event, at now or later. At the horizon or later it is dropped and counted.
    ///
    /// # Panics
    ///
    /// If `entity` is above [`MAX_ENTITY`] or `slot` above [`MAX_SLOT`]; in a debug build, if
    /// `time` is before now.
    #[inline]
    pub fn schedule(&mut self, time: Time, entity: u32, slot: u8) {
        match self {
            FutureEventList::Calendar(queue) => queue.schedule(time, entity, slot),
            FutureEventList::Heap(queue) => queue.schedule(time, entity, slot),
        }
    }

    /// Takes back one pending event of exactly this time, entity and slot. Beyond the horizon it
    /// does nothing.
    ///
    /// # Panics
    ///
    /// If `entity` is above [`MAX_ENTITY`] or `slot` above [`MAX_SLOT`]; in a debug build, if
    /// `time` is before now, and later, when the time is reached, if no such event was pending.
    #[inline]
    pub fn cancel(&mut self, time: Time, entity: u32, slot: u8) {
        match self {
            FutureEventList::Calendar(queue) => queue.cancel(time, entity, slot),
            FutureEventList::Heap(queue) => queue.cancel(time, entity, slot),
        }
    }

    /// The next event; none when nothing is pending. Its time becomes now.
    #[inline]
    pub fn pop(&mut self) -> Option<Pending> {
        // A key, since a call returns it in a register: an event would come back in memory, and who
        // reads it there as soon as it is written waits for all that was written before.
        let key = match self {
            FutureEventList::Calendar(queue) => queue.pop_key(),
            FutureEventList::Heap(queue) => queue.pop_key(),
        };
        key.map(Pending::from_key)
    }

    /// An event that will be popped soon, `ahead` events from the next (0), for
    /// [asking for its memory](crate::prefetch) in advance. A hint and no promise: it may be
    /// cancelled, others may come before it, and near the end of a day, or from the heap, there is
    /// none.
    #[inline]
    pub fn upcoming(&self, ahead: usize) -> Option<Pending> {
        match self {
            FutureEventList::Calendar(queue) => queue.upcoming(ahead),
            FutureEventList::Heap(_) => None,
        }
    }

    /// How many events are pending.
    #[inline]
    pub fn len(&self) -> usize {
        match self {
            FutureEventList::Calendar(queue) => queue.len(),
            FutureEventList::Heap(queue) => queue.len(),
        }
    }

    /// Whether nothing is pending.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The time of the last popped event.
    #[inline]
    pub fn now(&self) -> Time {
        match self {
            FutureEventList::Calendar(queue) => queue.now(),
            FutureEventList::Heap(queue) => queue.now(),
        }
    }

    /// How many events were dropped because they were at the horizon or later.
    #[inline]
    pub fn beyond_horizon(&self) -> u64 {
        match self {
            FutureEventList::Calendar(queue) => queue.beyond_horizon(),
            FutureEventList::Heap(queue) => queue.beyond_horizon(),
        }
    }
}

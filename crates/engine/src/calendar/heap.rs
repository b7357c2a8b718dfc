//! The plain future event list: a binary heap of keys, against which the fast one is checked.

use std::cmp::Reverse;

use super::{CANCEL, Ledger, Pending, WordHeap, settle};
use crate::time::Time;

/// A future event list as a binary heap: O(log n) for scheduling and popping.
///
/// A cancellation is one more key in the heap. The contract is that of the [module](super).
#[derive(Clone, Debug)]
pub struct HeapQueue {
    ledger: Ledger,
    heap: WordHeap,
}

impl HeapQueue {
    /// An empty list; what is at `horizon` or later will be dropped.
    pub fn new(horizon: Time) -> HeapQueue {
        HeapQueue {
            ledger: Ledger::new(horizon),
            heap: WordHeap::new(),
        }
    }

    /// Adds an event: [`FutureEventList::schedule`](super::FutureEventList::schedule).
    pub fn schedule(&mut self, time: Time, entity: u32, slot: u8) {
        if let Some(word) = self.ledger.schedule(time, entity, slot) {
            self.heap.push(Reverse(word));
        }
    }

    /// Takes an event back: [`FutureEventList::cancel`](super::FutureEventList::cancel).
    pub fn cancel(&mut self, time: Time, entity: u32, slot: u8) {
        if let Some(word) = self.ledger.cancel(time, entity, slot) {
            self.heap.push(Reverse(word));
        }
    }

    /// The next event; none when nothing is pending.
    pub fn pop(&mut self) -> Option<Pending> {
        self.pop_key().map(Pending::from_key)
    }

    /// The key of the next event.
    pub(super) fn pop_key(&mut self) -> Option<u64> {
        while let Some(Reverse(word)) = self.heap.pop() {
            if word & CANCEL != 0 {
                self.ledger.orphan(word);
                continue;
            }
            let copies = settle(&mut self.ledger, &mut self.heap, word, 1);
            if copies > 0 {
                // One now, the others next.
                self.heap
                    .extend(std::iter::repeat_n(Reverse(word), copies - 1));
                self.ledger.pop(word);
                return Some(word);
            }
        }
        None
    }

    /// How many events are pending.
    pub fn len(&self) -> usize {
        self.ledger.len()
    }

    /// Whether nothing is pending.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The time of the last popped event.
    pub fn now(&self) -> Time {
        self.ledger.now
    }

    /// How many events were dropped because they were at the horizon or later.
    pub fn beyond_horizon(&self) -> u64 {
        self.ledger.beyond_horizon
    }
}

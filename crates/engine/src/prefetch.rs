//! Asking for memory before it is needed.
//!
//! In a large run an event touches rows that no cache holds, and waits for each: some 100 ns on the
//! machines this was measured on, more than all arithmetic of the event. What will be touched is
//! known some events ahead, so a model asks for it then
//! ([`FutureEventList::upcoming`](crate::calendar::FutureEventList::upcoming)), and the wait passes
//! while other events are handled. The gain is in `docs/performance.md`.
#![allow(unsafe_code)] // One instruction that has no safe form; the reason stands where it is.

/// Bytes that arrive together.
const LINE: usize = 64;

/// Asks for a value's memory, and does not wait for it. A hint: results never depend on it, and on
/// processors other than x86-64 it does nothing.
#[inline]
pub fn prefetch<T>(value: &T) {
    let start = std::ptr::from_ref(value).cast::<u8>();
    let mut offset = 0;
    while offset < size_of::<T>() {
        line(start.wrapping_add(offset));
        offset += LINE;
    }
}

/// Asks for the memory of a row of a table, if there is such a row.
#[inline]
pub fn prefetch_row<T>(rows: &[T], row: usize) {
    if let Some(value) = rows.get(row) {
        prefetch(value);
    }
}

/// Asks for the memory that a row of a table begins with, if there is such a row: the first 64 bytes
/// of one that begins with a cache line.
#[inline]
pub fn prefetch_start<T>(rows: &[T], row: usize) {
    if let Some(value) = rows.get(row) {
        line(std::ptr::from_ref(value).cast());
    }
}

/// Memory that will be needed before long, to be asked for a little at a time while something else is
/// done: a processor waits for about ten lines at once, and who asks for more stands still meanwhile.
///
/// It remembers addresses and no borrows. One that has become stale is asked for in vain.
#[derive(Debug, Default)]
pub struct Ahead {
    /// Addresses, as numbers: nothing is ever read through them.
    lines: Vec<usize>,
    /// How many of them were asked for.
    asked: usize,
}

impl Ahead {
    /// Lines asked for at a step.
    const STEP: usize = 2;

    /// A value's memory will be needed.
    #[inline]
    pub fn add<T>(&mut self, value: &T) {
        let start = std::ptr::from_ref(value).addr();
        let mut address = start & !(LINE - 1);
        while address < start + size_of::<T>() {
            self.lines.push(address);
            address += LINE;
        }
    }

    /// The memory of a row of a table will be needed, if there is such a row.
    #[inline]
    pub fn add_row<T>(&mut self, rows: &[T], row: usize) {
        if let Some(value) = rows.get(row) {
            self.add(value);
        }
    }

    /// Asks for the next few lines.
    #[inline]
    pub fn step(&mut self) {
        for address in self.lines.iter().skip(self.asked).take(Self::STEP) {
            line(std::ptr::without_provenance(*address));
        }
        self.asked += Self::STEP;
    }

    /// Asks for all that is left, and forgets it.
    pub fn finish(&mut self) {
        for address in self.lines.iter().skip(self.asked) {
            line(std::ptr::without_provenance(*address));
        }
        self.lines.clear();
        self.asked = 0;
    }
}

#[cfg(all(target_arch = "x86_64", not(miri)))]
#[inline]
fn line(address: *const u8) {
    use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
    // SAFETY: a prefetch reads nothing that a program can see and faults at no address; every
    // x86-64 processor has the instruction (SSE is part of the architecture).
    unsafe { _mm_prefetch::<_MM_HINT_T0>(address.cast::<i8>()) }
}

#[cfg(not(all(target_arch = "x86_64", not(miri))))]
#[inline]
fn line(_address: *const u8) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn asking_changes_nothing() {
        let rows = vec![[7_u64; 32]; 4];
        prefetch_row(&rows, 2);
        prefetch_row(&rows, 4);
        prefetch_start(&rows, 3);
        prefetch_start(&rows, 4);
        prefetch(&rows[0]);
        prefetch(&());
        let mut ahead = Ahead::default();
        for row in 0..5 {
            ahead.add_row(&rows, row);
            ahead.step();
        }
        ahead.add(&());
        ahead.finish();
        ahead.step();
        ahead.finish();
        assert!(rows.iter().flatten().all(|value| *value == 7));
    }

    #[test]
    fn every_line_of_a_value_is_asked_for_once() {
        #[repr(align(64))]
        struct Aligned([u8; 192]);
        let value = Aligned([0; 192]);
        let mut ahead = Ahead::default();
        ahead.add(&value);
        assert_eq!(ahead.lines.len(), 3);
        // Two bytes on either side of where a line ends.
        let across: &[u8; 2] = value.0[63..65].try_into().unwrap_or(&[0; 2]);
        ahead.add(across);
        assert_eq!(ahead.lines.len(), 5);
        assert_eq!(ahead.lines[3..], ahead.lines[..2]);
    }
}

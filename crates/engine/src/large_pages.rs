//! Room for large tables, in large pages of memory.
//!
//! A processor finds the address of a row by the page that it lies in, and remembers some two thousand
//! pages. In a table of a hundred megabytes whose rows are visited in no order, nearly every visit is to
//! a page of 4 KiB that it has forgotten, and waits for its place before it can wait for the row. Pages
//! of 2 MiB are few enough. The gain is in `docs/performance.md`.
#![allow(unsafe_code)] // One call that has no safe form; the reason stands where it is.

/// Makes room for so many more rows in a table, and asks that memory which is not in use yet come in
/// large pages.
///
/// For a table whose length is known beforehand: it never moves, and takes no memory before it is
/// filled. If there is not as much memory, nothing is done, and the table grows as it is filled. All this
/// is a hint: results never depend on it, and on systems other than Linux the pages are what they are.
pub fn reserve<T>(table: &mut Vec<T>, rows: usize) {
    if table.try_reserve_exact(rows).is_ok() {
        let room = table.spare_capacity_mut();
        ask(room.as_ptr().addr(), size_of_val(room));
    }
}

/// Asks for large pages for the memory of so many bytes from an address on, as far as they are whole.
#[cfg(all(target_os = "linux", not(miri)))]
fn ask(address: usize, bytes: usize) {
    use rustix::io::Errno;
    use rustix::mm::{Advice, madvise};
    /// The pages of every Linux that has larger ones are at most this large.
    const SMALL: usize = 1 << 16;
    const LARGE: usize = 2 << 20;
    let start = address.next_multiple_of(SMALL);
    let Some(bytes) = (address + bytes).checked_sub(start) else {
        return;
    };
    if bytes >= LARGE {
        let start = std::ptr::without_provenance_mut(start);
        // SAFETY: the advice neither reads nor changes what a program can see at any address, in use or
        // not; it says how pages are to be provided that are touched for the first time.
        let asked = unsafe { madvise(start, bytes / SMALL * SMALL, Advice::LinuxHugepage) };
        // A system without large pages says so, and its small ones do as well.
        debug_assert!(asked != Err(Errno::NOMEM));
    }
}

#[cfg(not(all(target_os = "linux", not(miri))))]
fn ask(_address: usize, _bytes: usize) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_room_and_nothing_else_has_changed() {
        let mut table = vec![1_u64, 2, 3];
        for rows in [0, 10, 1_000_000] {
            reserve(&mut table, rows);
            assert!(table.capacity() >= 3 + rows);
            assert_eq!(table, [1, 2, 3]);
        }
        table.resize(900_000, 7);
        assert_eq!(table.iter().sum::<u64>(), 6 + 7 * 899_997);
    }

    #[test]
    fn more_than_there_is_does_no_harm() {
        let mut table = vec![1_u8];
        reserve(&mut table, usize::MAX);
        assert_eq!(table, [1]);
        let mut nothing = vec![(); 3];
        reserve(&mut nothing, 1_000);
        assert_eq!(nothing.len(), 3);
    }
}

//! Room for large tables, in large pages of memory.
//!
//! A processor finds the address of a row by the page that it lies in, and remembers some two thousand
//! pages. In a table of a hundred megabytes whose rows are visited in no order, nearly every visit is to
//! a page of 4 KiB that it has forgotten, and waits for its place before it can wait for the row. Pages
//! of 2 MiB are few enough. The gain is in `docs/performance.md`.
//!
//! A page is cleared by the system when it is touched for the first time, and whoever touched it waits. For
//! tables that are certain to be filled a thread of its own can touch them beforehand ([`Certain`]).
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
fn ask(address: usize, bytes: usize) {
    let asked = system::large(address, bytes);
    debug_assert!(asked, "there is no memory at {address}");
}

/// The room of tables that is certain to be used.
#[derive(Debug, Default)]
pub struct Certain {
    /// Addresses and lengths in bytes. Nothing is read or written through them.
    rooms: Vec<(usize, usize)>,
}

impl Certain {
    /// All that a table has room for is certain to be used.
    pub fn add<T>(&mut self, table: &mut Vec<T>) {
        let room = table.spare_capacity_mut();
        self.rooms.push((room.as_ptr().addr(), size_of_val(room)));
    }

    /// Has the memory provided by a thread of its own, a page at a time. A hint: where there is no such
    /// thread, or a table has moved or is gone by then, pages are provided when they are touched.
    pub fn provide(self) {
        let provide = move || {
            for (address, bytes) in self.rooms {
                let start = address.next_multiple_of(system::LARGE);
                // Whole pages only; one by one, so that nobody who asks for other memory waits for all.
                let end = (address + bytes).saturating_sub(system::LARGE - 1);
                for page in (start..end).step_by(system::LARGE) {
                    if !system::provide(page, system::LARGE) {
                        return;
                    }
                }
            }
        };
        let thread = std::thread::Builder::new().name("large pages".to_owned());
        // Without a thread the pages come as they are touched.
        let _ = thread.spawn(provide);
    }
}

/// What is asked of the system. Each says whether there is memory at the address.
#[cfg(all(target_os = "linux", not(miri)))]
mod system {
    use rustix::io::Errno;
    use rustix::mm::{Advice, madvise};

    /// The pages of every Linux that has larger ones are at most this large.
    const SMALL: usize = 1 << 16;
    pub(super) const LARGE: usize = 2 << 20;

    /// For memory that is not in use yet: that it come in large pages, as far as they are whole.
    pub(super) fn large(address: usize, bytes: usize) -> bool {
        let start = address.next_multiple_of(SMALL);
        match (address + bytes).checked_sub(start) {
            Some(bytes) if bytes >= LARGE => {
                advise(start, bytes / SMALL * SMALL, Advice::LinuxHugepage)
            }
            _ => true,
        }
    }

    /// That memory be provided now, as if it had been written to: what is there stays.
    pub(super) fn provide(address: usize, bytes: usize) -> bool {
        advise(address, bytes, Advice::LinuxPopulateWrite)
    }

    fn advise(address: usize, bytes: usize, advice: Advice) -> bool {
        let start = std::ptr::without_provenance_mut(address);
        // SAFETY: neither advice reads or changes what a program can see at any address, in use or
        // not. They say how pages are to be provided that are touched for the first time, and when.
        let asked = unsafe { madvise(start, bytes, advice) };
        // A system without such advice says so, and its pages do as well.
        asked != Err(Errno::NOMEM)
    }
}

#[cfg(not(all(target_os = "linux", not(miri))))]
mod system {
    pub(super) const LARGE: usize = 2 << 20;

    pub(super) fn large(_address: usize, _bytes: usize) -> bool {
        true
    }

    pub(super) fn provide(_address: usize, _bytes: usize) -> bool {
        false
    }
}

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
    fn what_is_provided_is_what_it_was() {
        let mut table: Vec<u64> = Vec::new();
        reserve(&mut table, 2_000_000);
        table.extend(0..500_000);
        let mut gone: Vec<u64> = Vec::new();
        reserve(&mut gone, 1_000_000);
        let mut certain = Certain::default();
        certain.add(&mut table);
        certain.add(&mut gone);
        certain.add(&mut Vec::<u64>::new());
        certain.provide();
        drop(gone);
        table.extend(500_000..2_000_000);
        assert!(table.iter().copied().eq(0..2_000_000));
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

//! `best` allocates nothing; a counting allocator watches.

#![allow(clippy::unwrap_used, unsafe_code)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use hailsham_allocation::{Abo, AboRule, Candidate, Donor, Hla, Policy, WaitingList};

struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
}

// SAFETY: every call goes on to the system's allocator unchanged; counting touches only a
// thread-local number that needs no allocation and no destructor.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.with(|count| count.set(count.get() + 1));
        // SAFETY: the caller keeps the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the pointer came from `System.alloc` with this layout.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn allocations(work: impl FnOnce()) -> u64 {
    let before = ALLOCATIONS.get();
    work();
    ALLOCATIONS.get() - before
}

#[test]
fn best_allocates_nothing() {
    let mut list = WaitingList::new(Policy {
        urgent_first: true,
        abo: AboRule::IdenticalFirst,
        points_per_year_waiting: 1.0,
        points_per_match: 1.0,
        max_mismatches: 6,
    })
    .unwrap();
    let hla = |number: u64| {
        Hla::from_bits(number.wrapping_mul(0x9E37_79B9_7F4A_7C15) & 0x0810_2040_8102_0408)
    };
    for id in 0..5_000 {
        let abo = Abo::ALL[id as usize % 4];
        list.add(Candidate {
            id,
            abo,
            hla: hla(u64::from(id)),
            urgent: id % 50 == 0,
            listed: id as i32,
        });
    }
    let mut offers = 0;
    let counted = allocations(|| {
        for number in 0..1_000_u64 {
            let donor = Donor {
                abo: Abo::ALL[number as usize % 4],
                hla: hla(number * 31),
            };
            offers += u32::from(list.best(&donor, 10_000).is_some());
            assert!(list.any_compatible(&donor));
            assert!(list.count_compatible(&donor) > 0);
        }
    });
    assert_eq!((offers, counted), (1_000, 0));
    // The count is alive: a ranked list is allocated.
    let donor = Donor {
        abo: Abo::A,
        hla: Hla::EMPTY,
    };
    assert!(allocations(|| drop(list.ranked(&donor, 10_000, 5))) > 0);
}

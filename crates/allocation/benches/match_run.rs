//! What one match run costs, by the length of the list: `cargo bench -p hailsham-allocation`.
//!
//! The lists are made as a real one is: blood groups, ten years of listings, two antigens at each
//! of the loci A, B and DR from a skewed distribution. Donors come from the same population. The
//! figures to look at: `best` against `every_candidate`, which does what a plain loop over the
//! list does, and how either grows from row to row; the column of allocations, which stays empty.

use divan::{AllocProfiler, Bencher, black_box};
use hailsham_allocation::{Abo, AboRule, Candidate, Donor, Hla, Policy, WaitingList};

#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

const LENGTHS: [u32; 4] = [500, 5_000, 50_000, 500_000];
const YEAR: i32 = 525_960;
const NOW: i32 = 10 * YEAR;

const POLICY: Policy = Policy {
    urgent_first: true,
    abo: AboRule::IdenticalFirst,
    points_per_year_waiting: 1.0,
    points_per_match: 1.0,
    max_mismatches: 6,
};

fn main() {
    divan::main();
}

/// A small generator of numbers, the same on every machine (splitmix64).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ mixed >> 31
    }

    fn below(&mut self, end: u32) -> u32 {
        (((self.next() >> 32) * u64::from(end)) >> 32) as u32
    }

    fn abo(&mut self) -> Abo {
        // Per hundred, about as in Great Britain.
        match self.below(100) {
            0..45 => Abo::O,
            45..87 => Abo::A,
            87..96 => Abo::B,
            _ => Abo::Ab,
        }
    }

    /// Two antigens of each locus; the lower the number within the locus, the more frequent.
    fn hla(&mut self) -> Hla {
        let mut set = Hla::EMPTY;
        for (first, antigens) in [(0, 18), (18, 32), (50, 14)] {
            for _ in 0..2 {
                let skewed = self.below(antigens).min(self.below(antigens));
                set = set.with((first + skewed) as u8);
            }
        }
        set
    }

    fn donor(&mut self) -> Donor {
        Donor {
            abo: self.abo(),
            hla: self.hla(),
        }
    }

    fn candidate(&mut self, id: u32) -> Candidate {
        Candidate {
            id,
            abo: self.abo(),
            hla: self.hla(),
            urgent: self.below(50) == 0,
            listed: self.below(NOW as u32) as i32,
        }
    }
}

fn candidates(length: u32) -> Vec<Candidate> {
    let mut numbers = Numbers(u64::from(length));
    (0..length).map(|id| numbers.candidate(id)).collect()
}

fn list(policy: Policy, candidates: &[Candidate]) -> WaitingList {
    let Ok(mut list) = WaitingList::new(policy) else {
        unreachable!("the weights are in range")
    };
    for candidate in candidates {
        list.add(*candidate);
    }
    list
}

fn bench_best(bencher: Bencher<'_, '_>, policy: Policy, length: u32) {
    let list = list(policy, &candidates(length));
    let mut numbers = Numbers(7);
    bencher
        .with_inputs(|| numbers.donor())
        .bench_local_values(|donor| list.best(&donor, NOW));
}

/// Waiting and matches, the urgent first: few urgent candidates, and the first class decides.
#[divan::bench(args = LENGTHS)]
fn best_urgent_first(bencher: Bencher<'_, '_>, length: u32) {
    bench_best(bencher, POLICY, length);
}

/// Waiting and matches, all in one class: the whole list competes.
#[divan::bench(args = LENGTHS)]
fn best_one_class(bencher: Bencher<'_, '_>, length: u32) {
    let policy = Policy {
        urgent_first: false,
        abo: AboRule::Compatible,
        ..POLICY
    };
    bench_best(bencher, policy, length);
}

/// Waiting alone: the head of a list is the answer.
#[divan::bench(args = LENGTHS)]
fn best_by_waiting(bencher: Bencher<'_, '_>, length: u32) {
    let policy = Policy {
        urgent_first: false,
        points_per_match: 0.0,
        ..POLICY
    };
    bench_best(bencher, policy, length);
}

/// Matches alone: the hardest case, since no waiting time ends the search before a full match.
#[divan::bench(args = LENGTHS)]
fn best_by_matches(bencher: Bencher<'_, '_>, length: u32) {
    let policy = Policy {
        urgent_first: false,
        points_per_year_waiting: 0.0,
        ..POLICY
    };
    bench_best(bencher, policy, length);
}

/// The baseline: a plain loop over an array of candidates with the rule of `best_one_class`.
#[divan::bench(args = LENGTHS)]
fn every_candidate(bencher: Bencher<'_, '_>, length: u32) {
    use hailsham_allocation::Compatibility::Incompatible;
    let candidates = candidates(length);
    let mut numbers = Numbers(7);
    bencher
        .with_inputs(|| numbers.donor())
        .bench_local_values(|donor| {
            black_box(&candidates)
                .iter()
                .filter(|candidate| donor.abo.donor_to(candidate.abo) != Incompatible)
                .max_by_key(|candidate| {
                    let matches = i64::from(Hla::matches(donor.hla, candidate.hla));
                    let points = i64::from(NOW - candidate.listed) + matches * i64::from(YEAR);
                    (points, -candidate.listed, !candidate.id)
                })
                .map(|candidate| candidate.id)
        });
}

/// Someone is served and leaves, someone else is listed today.
#[divan::bench(args = LENGTHS)]
fn remove_and_add_at_the_end(bencher: Bencher<'_, '_>, length: u32) {
    turnover(bencher, length, |_, step| NOW + step as i32);
}

/// Someone becomes urgent or comes back: the date of listing is an old one.
#[divan::bench(args = LENGTHS)]
fn remove_and_add_anywhere(bencher: Bencher<'_, '_>, length: u32) {
    turnover(bencher, length, |numbers, _| {
        numbers.below(NOW as u32) as i32
    });
}

fn turnover(bencher: Bencher<'_, '_>, length: u32, listed: fn(&mut Numbers, u32) -> i32) {
    let mut waiting = candidates(length);
    let mut list = list(POLICY, &waiting);
    let mut numbers = Numbers(9);
    let mut step = 0;
    bencher.bench_local(|| {
        let place = numbers.below(length) as usize;
        let removed = list.remove(&waiting[place]);
        step += 1;
        let listed = listed(&mut numbers, step);
        waiting[place] = Candidate {
            listed,
            id: length + step,
            ..waiting[place]
        };
        removed && list.add(waiting[place])
    });
}

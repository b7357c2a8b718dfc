//! The future event list against a plain loop, and the draws, in nanoseconds.
//!
//! `cargo bench -p hailsham-benches --bench life_events` runs all of it and ends with the ratios,
//! taken in turns within the run; it fails if the calendar takes more than twice the plain loop.

use divan::Bencher;
use divan::counter::ItemsCount;
use hailsham_benches::{
    EVENTS, People, by_calendar, by_heap, day_buckets, person_by_person, shortest,
};
use hailsham_engine::distributions::GompertzMakeham;
use hailsham_engine::random::{Draw, Streams};

const PEOPLE: [u32; 2] = [100_000, 1_000_000];

/// How many times the time of the plain loop the calendar may take.
const ALLOWED: f64 = 2.0;

fn main() {
    divan::main();
    // Listing benchmarks or trying each once measures nothing.
    if std::env::args().any(|a| a == "--list" || a == "--test") {
        return;
    }
    println!("\nlife_events, shortest of 5 turns, ns an event:");
    for people in PEOPLE {
        let [floor, plain, calendar] =
            shortest(people, 5, [person_by_person, day_buckets, by_calendar]);
        let ratio = calendar / plain;
        println!(
            "{people:>9} people: no queue {floor:.0}, plain loop {plain:.0}, calendar \
             {calendar:.0}; calendar / plain loop {ratio:.2}"
        );
        assert!(
            ratio <= ALLOWED,
            "the calendar takes {ratio:.2} times the plain loop: allowed are {ALLOWED}"
        );
    }
}

fn lives(bencher: Bencher, people: u32, run: fn(u32) -> People) {
    bencher
        .counter(ItemsCount::new(people * u32::from(EVENTS)))
        .bench(|| run(divan::black_box(people)));
}

#[divan::bench(args = PEOPLE, sample_count = 3, sample_size = 1)]
fn a_no_queue(bencher: Bencher, people: u32) {
    lives(bencher, people, person_by_person);
}

#[divan::bench(args = PEOPLE, sample_count = 3, sample_size = 1)]
fn b_plain_day_buckets(bencher: Bencher, people: u32) {
    lives(bencher, people, day_buckets);
}

#[divan::bench(args = PEOPLE, sample_count = 3, sample_size = 1)]
fn c_calendar(bencher: Bencher, people: u32) {
    lives(bencher, people, by_calendar);
}

#[divan::bench(args = PEOPLE, sample_count = 2, sample_size = 1)]
fn d_heap(bencher: Bencher, people: u32) {
    lives(bencher, people, by_heap);
}

/// One draw each for a thousand people: the time shown is that of a thousand draws.
mod thousand_draws {
    use super::{Bencher, Draw, GompertzMakeham, ItemsCount, Streams};

    fn draws(bencher: Bencher, value: impl Fn(&mut Draw) -> f64 + Sync) {
        const COUNT: u64 = 1000;
        let streams = Streams::new(divan::black_box(7));
        bencher.counter(ItemsCount::new(COUNT)).bench(|| {
            (0..COUNT)
                .map(|person| value(&mut streams.entity(person).purpose(0_u16).draw(0)))
                .sum::<f64>()
        });
    }

    #[divan::bench(sample_count = 20, sample_size = 20)]
    fn uniform(bencher: Bencher) {
        draws(bencher, Draw::uniform);
    }

    #[divan::bench(sample_count = 20, sample_size = 20)]
    fn exponential(bencher: Bencher) {
        draws(bencher, |d| d.exponential(0.3));
    }

    #[divan::bench(sample_count = 20, sample_size = 20)]
    fn weibull(bencher: Bencher) {
        draws(bencher, |d| d.weibull(1.4, 12.0));
    }

    #[divan::bench(sample_count = 20, sample_size = 20)]
    fn gompertz_makeham(bencher: Bencher) {
        let table = GompertzMakeham {
            makeham: 5e-4,
            level: 5e-5,
            slope: 0.09,
        };
        draws(bencher, move |d| d.gompertz_makeham_remaining(30.0, &table));
    }

    #[divan::bench(sample_count = 20, sample_size = 20)]
    fn normal(bencher: Bencher) {
        draws(bencher, Draw::normal);
    }

    #[divan::bench(sample_count = 20, sample_size = 20)]
    fn lognormal(bencher: Bencher) {
        draws(bencher, |d| d.lognormal(1.0, 0.5));
    }

    #[divan::bench(sample_count = 20, sample_size = 20, args = [0.3, 4.0, 100.0])]
    fn gamma(bencher: Bencher, shape: f64) {
        draws(bencher, move |d| d.gamma(shape, 1.0));
    }

    #[divan::bench(sample_count = 20, sample_size = 20, args = [0.5, 20.0, 1000.0])]
    fn poisson(bencher: Bencher, mean: f64) {
        draws(bencher, move |d| d.poisson(mean) as f64);
    }

    #[divan::bench(sample_count = 20, sample_size = 20)]
    fn categorical(bencher: Bencher) {
        let cumulative = [0.1, 0.3, 0.35, 0.6, 0.9, 0.95, 0.99, 1.0];
        draws(bencher, move |d| d.categorical(&cumulative) as f64);
    }
}

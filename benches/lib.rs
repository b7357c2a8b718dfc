//! Shared pieces of the benchmarks: the model `life_events` and the plain ways to run it.
//!
//! The model asks of a simulator as little as a model of lives can: N people, each with twenty
//! events at exponential waiting times of a year on average, the last of which is death. What
//! happens at an event reads and writes three columns of the person. So the future event list
//! decides the time, and what a framework adds to it can be told apart.
//!
//! Every way of running it uses the same keyed draws and whole minutes, and so must end in the same
//! state: [`People::checksum`].
//!
//! ```
//! use hailsham_benches::{by_calendar, by_heap, day_buckets, person_by_person};
//!
//! let floor = person_by_person(1000).checksum();
//! assert_eq!(day_buckets(1000).checksum(), floor);
//! assert_eq!(by_calendar(1000).checksum(), floor);
//! assert_eq!(by_heap(1000).checksum(), floor);
//! ```

use hailsham_engine::calendar::{CalendarQueue, HeapQueue};
use hailsham_engine::prefetch::prefetch_row;
use hailsham_engine::random::Streams;
use hailsham_engine::time::{MINUTES_PER_DAY, Span, Time};

/// Events in a life, death included.
pub const EVENTS: u8 = 20;

/// The horizon in years. A life is 20 years long on average with a standard deviation of 4.5; none
/// of a million comes near this.
pub const HORIZON_YEARS: f64 = 80.0;

const WAITS_PER_DAY: f64 = 1.0 / 365.0;
const STREAMS: Streams = Streams::new(2005);

/// The wait that follows event `n` of a person; number 0 is the wait for the first.
#[inline]
pub fn wait(person: u32, n: u8) -> Span {
    let mut draw = STREAMS.entity(person.into()).purpose(0_u16).draw(n.into());
    Span::from_days(draw.exponential(WAITS_PER_DAY))
}

/// The state of everybody, by columns.
pub struct People {
    /// Events so far.
    pub events: Vec<u8>,
    /// The time of the last one.
    pub last: Vec<Time>,
    /// What the waits have left behind: a number that depends on their order.
    pub wear: Vec<u32>,
}

impl People {
    /// So many people to whom nothing has happened.
    pub fn new(count: u32) -> People {
        let count = count as usize;
        People {
            events: vec![0; count],
            last: vec![Time::START; count],
            wear: vec![0; count],
        }
    }

    /// An event of a person. Returns the time of the next one, if it was not the last.
    #[inline]
    pub fn happen(&mut self, person: u32, now: Time) -> Option<Time> {
        let row = person as usize;
        let waited = now - self.last[row];
        self.last[row] = now;
        self.wear[row] = wear_out(self.wear[row], waited);
        self.events[row] += 1;
        (self.events[row] < EVENTS).then(|| now + wait(person, self.events[row]))
    }

    /// Asks for a person's row.
    #[inline]
    fn prefetch(&self, person: u32) {
        let row = person as usize;
        prefetch_row(&self.events, row);
        prefetch_row(&self.last, row);
        prefetch_row(&self.wear, row);
    }

    /// One number for the final state, which two runs share only if every life went the same way.
    ///
    /// # Panics
    ///
    /// If a life has not ended.
    pub fn checksum(&self) -> u64 {
        let rows = self.events.iter().zip(&self.last).zip(&self.wear);
        rows.fold(0, |sum: u64, ((&events, last), &wear)| {
            assert_eq!(events, EVENTS, "a life that did not end");
            let row = u64::from(wear) << 32 | u64::from(last.minutes() as u32);
            sum.rotate_left(7) ^ row.wrapping_mul(0x9e37_79b9_7f4a_7c15)
        })
    }
}

/// What one wait adds to the wear.
#[inline]
pub fn wear_out(wear: u32, waited: Span) -> u32 {
    wear.wrapping_mul(31).wrapping_add(waited.minutes() as u32)
}

/// Without any queue, one life after the other: what the draws and the columns cost by themselves.
/// No model whose people meet can be run so.
pub fn person_by_person(count: u32) -> People {
    let mut people = People::new(count);
    for person in 0..count {
        let mut next = Some(Time::START + wait(person, 0));
        while let Some(now) = next {
            next = people.happen(person, now);
        }
    }
    people
}

/// What one writes by hand for this model alone: a vector of keys for every day, sorted when the
/// day comes. No cancelling, no slots, no checks.
pub fn day_buckets(count: u32) -> People {
    let key = |time: Time, person: u32| (time.minutes() as u64) << 32 | u64::from(person);
    let day_of = |time: Time| (time.minutes() / MINUTES_PER_DAY) as usize;
    let days = day_of(Time::START + Span::from_years(HORIZON_YEARS));
    let mut people = People::new(count);
    let mut buckets: Vec<Vec<u64>> = vec![Vec::new(); days];
    for person in 0..count {
        let time = Time::START + wait(person, 0);
        buckets[day_of(time)].push(key(time, person));
    }
    for day in 0..days {
        let mut bucket = std::mem::take(&mut buckets[day]);
        bucket.sort_unstable();
        let mut index = 0;
        while let Some(&word) = bucket.get(index) {
            index += 1;
            let (now, person) = (Time::from_minutes((word >> 32) as i32), word as u32);
            if let Some(next) = people.happen(person, now) {
                let word = key(next, person);
                if day_of(next) == day {
                    let place = index + bucket[index..].partition_point(|&w| w < word);
                    bucket.insert(place, word);
                } else {
                    buckets[day_of(next)].push(word);
                }
            }
        }
    }
    people
}

/// By the engine's calendar, used as the model of donation uses it: the rows of an event to come are
/// asked for in advance.
pub fn by_calendar(count: u32) -> People {
    /// Events between asking for a row and using it.
    const AHEAD: usize = 8;

    let horizon = Time::START + Span::from_years(HORIZON_YEARS);
    let mut people = People::new(count);
    let mut future = CalendarQueue::new(horizon);
    for person in 0..count {
        future.schedule(Time::START + wait(person, 0), person, 0);
    }
    while let Some(event) = future.pop() {
        if let Some(soon) = future.upcoming(AHEAD) {
            people.prefetch(soon.entity);
        }
        if let Some(next) = people.happen(event.entity, event.time) {
            future.schedule(next, event.entity, 0);
        }
    }
    people
}

/// By the engine's heap.
pub fn by_heap(count: u32) -> People {
    let horizon = Time::START + Span::from_years(HORIZON_YEARS);
    let mut people = People::new(count);
    let mut future = HeapQueue::new(horizon);
    for person in 0..count {
        future.schedule(Time::START + wait(person, 0), person, 0);
    }
    while let Some(event) = future.pop() {
        if let Some(next) = people.happen(event.entity, event.time) {
            future.schedule(next, event.entity, 0);
        }
    }
    people
}

/// Ways to run the model, each timed in turn, `rounds` times over: what the machine does besides
/// hits all of them alike. Returns the shortest time of each in nanoseconds per event.
///
/// # Panics
///
/// If two of them do not end in the same state.
pub fn shortest<const N: usize>(count: u32, rounds: u32, ways: [fn(u32) -> People; N]) -> [f64; N] {
    let mut best = [f64::INFINITY; N];
    let expected = person_by_person(count).checksum();
    for _ in 0..rounds {
        for (best, way) in best.iter_mut().zip(ways) {
            let start = std::time::Instant::now();
            let people = way(count);
            let spent = start.elapsed();
            assert_eq!(people.checksum(), expected, "another end of the same lives");
            let events = f64::from(count) * f64::from(EVENTS);
            *best = best.min(spent.as_nanos() as f64 / events);
        }
    }
    best
}

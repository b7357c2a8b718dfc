//! Candidates in the order of a policy, as far as it is asked for.

use std::cmp::Ordering;

use super::attribute::Population;
use super::plan::{BATCH, Id, Operations, Program};
use super::policy::{MOST_RANKS, Policy};

/// A candidate in a ranking.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Entry {
    /// The row, as it was given.
    pub row: u32,
    /// The tier, as a place in [`Policy::tiers`].
    pub tier: u16,
    /// Points.
    pub points: f64,
}

/// What orders candidates: less comes first. Numbers are kept as whole numbers of the same order, so that nothing
/// depends on how floats are compared. Small, since it is moved about; what decides between equals stays where it is.
#[derive(Debug, Clone, Copy)]
struct Key {
    /// The class, which is 0 but where somebody has put certain candidates before the others, and the tier.
    group: u64,
    /// The first of the ranks.
    first: u64,
    place: u32,
}

impl Key {
    fn new(class: i32, tier: u16, first: u64, place: u32) -> Self {
        // Of the same order as the classes, and not below 0.
        let class = u64::from(class.cast_unsigned() ^ (1 << 31));
        Self {
            group: class << 16 | u64::from(tier),
            first,
            place,
        }
    }

    fn tier(&self) -> u16 {
        (self.group & 0xffff) as u16
    }
}

/// What comes before the points, the points, and what comes after them, as [`descending`] numbers: a column each.
type Ranks = [Vec<u64>; MOST_RANKS];

#[inline]
fn order(ranks: &[Vec<u64>], one: &Key, other: &Key) -> Ordering {
    let head = |key: &Key| u128::from(key.group) << 64 | u128::from(key.first);
    let rest = || {
        let (one, other) = (one.place as usize, other.place as usize);
        let columns = ranks.iter().map(|column| column[one].cmp(&column[other]));
        columns.fold(Ordering::Equal, Ordering::then)
    };
    head(one)
        .cmp(&head(other))
        .then_with(rest)
        .then(one.place.cmp(&other.place))
}

/// A whole number that is the smaller, the larger the number.
fn descending(number: f64) -> u64 {
    // −0 and 0 are the same.
    let bits = (number + 0.0).to_bits();
    let rising = if bits >> 63 == 1 {
        !bits
    } else {
        bits | 1 << 63
    };
    !rising
}

fn number(descending: u64) -> f64 {
    let rising = !descending;
    f64::from_bits(if rising >> 63 == 1 {
        rising & !(1 << 63)
    } else {
        !rising
    })
}

/// The candidates for one donor. Used again for the next one, it allocates nothing more.
///
/// Cost: all rows are tested and the eligible given their points, 128 at a time; only the part that is looked at is
/// put in order, first a few, then about four times as many.
#[derive(Debug, Clone, Default)]
pub struct Ranking {
    filter: Program,
    scores: Program,
    detail: Program,
    eligible: Vec<u32>,
    /// Of each of the eligible.
    ranks: Ranks,
    /// How many of the columns of ranks are in use.
    used: usize,
    keys: Vec<Key>,
    sorted: usize,
    /// Which of the ranks are the points.
    points: usize,
}

/// About so many are put in order at first.
const FIRST: usize = 32;

/// So many keys tell where to cut.
const SAMPLE: usize = 64;

/// Brings the first of the keys to the front, about as many as are wanted and at least one, and says how many they
/// are. One pass in which hardly anything is moved, since a sample tells where to cut.
fn cut(keys: &mut [Key], wanted: usize, ranks: &[Vec<u64>]) -> usize {
    if keys.len() < 4 * wanted.max(SAMPLE) {
        return keys.len();
    }
    let step = keys.len() / SAMPLE;
    let mut sample: [Key; SAMPLE] = std::array::from_fn(|at| keys[at * step]);
    sample.sort_unstable_by(|one, other| order(ranks, one, other));
    let limit = sample[(wanted / step).max(1)];
    let mut count = 0;
    for at in 0..keys.len() {
        if order(ranks, &keys[at], &limit).is_lt() {
            keys.swap(at, count);
            count += 1;
        }
    }
    count
}

impl Ranking {
    /// A ranking of nobody.
    pub fn new() -> Self {
        Self::default()
    }

    /// Ranks the eligible among `rows` for the population's donor. Of candidates that are alike in everything, the
    /// one that comes earlier in `rows` comes first.
    pub fn rank(&mut self, policy: &Policy, population: &impl Population, rows: &[u32]) {
        let (catalogue, operations) = (&policy.catalogue, &policy.operations);
        self.keys.clear();
        self.sorted = 0;
        self.points = policy.points - 1;
        self.used = (policy.ranks.len() - 1).min(MOST_RANKS);
        for column in &mut self.ranks {
            column.clear();
        }
        self.filter
            .prepare(operations, &policy.eligible, catalogue, population);
        self.scores
            .prepare(operations, &policy.ranks, catalogue, population);
        self.eligible.clear();
        match self.filter.fixed(0) {
            Some(0.0) => return,
            Some(_) => self.eligible.extend_from_slice(rows),
            None => {
                // Written without a branch, since nobody can guess who is eligible.
                self.eligible.resize(rows.len(), 0);
                let mut count = 0;
                for batch in rows.chunks(BATCH) {
                    self.filter.run(operations, population, batch);
                    for (row, holds) in batch.iter().zip(self.filter.results(0)) {
                        self.eligible[count] = *row;
                        count += usize::from(*holds != 0.0);
                    }
                    // At once, while the caches hold what has been read of them.
                    while count - self.keys.len() >= BATCH {
                        self.score(operations, population, self.keys.len() + BATCH);
                    }
                }
                self.eligible.truncate(count);
            }
        }
        while self.keys.len() < self.eligible.len() {
            let until = self.eligible.len().min(self.keys.len() + BATCH);
            self.score(operations, population, until);
        }
    }

    /// Makes the keys of the eligible up to a place, which are a batch at most.
    fn score(&mut self, operations: &Operations, population: &impl Population, until: usize) {
        let batch = &self.eligible[self.keys.len()..until];
        self.scores.run(operations, population, batch);
        let results = |result| &self.scores.results(result)[..batch.len()];
        for (rank, column) in self.ranks[..self.used].iter_mut().enumerate() {
            column.extend(results(1 + rank).iter().map(|value| descending(*value)));
        }
        let place = self.keys.len();
        let firsts = &self.ranks[0][place..];
        let candidates = (place as u32..).zip(results(0).iter().zip(firsts));
        self.keys.extend(
            candidates.map(|(place, (tier, first))| Key::new(0, *tier as u16, *first, place)),
        );
    }

    /// Puts candidates with a larger priority before those with a smaller one; among those of one priority, the
    /// order stays what it is. Equal priorities for all give the order of the policy again.
    pub fn prefer(&mut self, priority: impl Fn(u32) -> i32) {
        for key in &mut self.keys {
            let priority = priority(self.eligible[key.place as usize]);
            *key = Key::new(-priority, key.tier(), key.first, key.place);
        }
        self.sorted = 0;
    }

    /// How many candidates there are.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The candidate at a place from 0, or none behind the last.
    pub fn get(&mut self, place: usize) -> Option<Entry> {
        while place >= self.sorted && self.sorted < self.keys.len() {
            let (rest, ranks) = (&mut self.keys[self.sorted..], &self.ranks[..self.used]);
            let more = cut(rest, FIRST.max(3 * self.sorted), ranks);
            rest[..more].sort_unstable_by(|one, other| order(ranks, one, other));
            self.sorted += more;
        }
        self.keys.get(place).map(|key| self.entry(key))
    }

    /// The place of a row, and what stands there; none if it is not eligible. Nothing is put in order for it.
    pub fn find(&self, row: u32) -> Option<(usize, Entry)> {
        let is_it = |key: &Key| self.eligible[key.place as usize] == row;
        let (ordered, rest) = self.keys.split_at(self.sorted);
        if let Some(place) = ordered.iter().position(is_it) {
            return Some((place, self.entry(&ordered[place])));
        }
        let key = rest.iter().find(|key| is_it(key))?;
        let ranks = &self.ranks[..self.used];
        let before = rest.iter().filter(|other| order(ranks, other, key).is_lt());
        Some((self.sorted + before.count(), self.entry(key)))
    }

    fn entry(&self, key: &Key) -> Entry {
        Entry {
            row: self.eligible[key.place as usize],
            tier: key.tier(),
            points: number(self.ranks[self.points][key.place as usize]),
        }
    }

    /// For each of the `rows`, the points before rounding and then each component, as the policy shows them.
    pub fn details(
        &mut self,
        policy: &Policy,
        population: &impl Population,
        rows: &[u32],
    ) -> Vec<Vec<f64>> {
        self.values(policy, &policy.details, population, rows)
    }

    /// The value of a term or scale of the policy for each of the `rows`; none if there is no such term. Flags are 0
    /// and 1, words their numbers.
    pub fn term(
        &mut self,
        policy: &Policy,
        name: &str,
        population: &impl Population,
        rows: &[u32],
    ) -> Option<Vec<f64>> {
        let (id, _) = policy.terms.get(name)?;
        let values = self.values(policy, &[*id], population, rows);
        Some(values.into_iter().flatten().collect())
    }

    fn values(
        &mut self,
        policy: &Policy,
        results: &[Id],
        population: &impl Population,
        rows: &[u32],
    ) -> Vec<Vec<f64>> {
        let operations = &policy.operations;
        self.detail
            .prepare(operations, results, &policy.catalogue, population);
        let mut all = Vec::with_capacity(rows.len());
        for batch in rows.chunks(BATCH) {
            self.detail.run(operations, population, batch);
            all.extend((0..batch.len()).map(|at| {
                let results = 0..results.len();
                results
                    .map(|result| self.detail.results(result)[at])
                    .collect()
            }));
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn larger_numbers_come_first_and_lead_back_to_themselves() {
        let numbers = [f64::INFINITY, 3.5, 3.0, 1e-300, 0.0, -1e-300, -2.0, -1e9];
        let keys = numbers.map(descending);
        assert!(keys.is_sorted());
        assert_eq!(keys.map(number), numbers);
        assert_eq!(descending(-0.0), descending(0.0));
    }
}

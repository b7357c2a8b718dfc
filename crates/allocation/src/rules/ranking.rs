//! Candidates in the order of a policy, as far as it is asked for.
//!
//! A list comes in parts. What is known of a part bounds the tiers and points of its candidates, and as long as a
//! candidate comes before the bounds of all parts that were not looked at, nobody of these is given points. Parts are
//! taken in the order of their bounds. Where tiers differ within a part, they are looked at first, and only those who
//! stand before its last tier are given points at once; the others wait, bounded by that tier.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::attribute::{Parts, Population};
use super::key::{Bound, Key, Table};
use super::plan::{BATCH, Id, Program};
use super::policy::Policy;

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

/// Candidates who have no points yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Unseen {
    /// A part.
    Part(u32),
    /// Those of a part who stand in its last tier: from where to where they are held.
    Held(u32, u32),
}

/// The candidates for one donor. Used again for the next one, it allocates nothing more.
///
/// Cost: a few operations a part, and those on candidates for the parts that are looked at, 128 candidates at a time;
/// only what is asked for is put in order, first a few, then about four times as many.
#[derive(Debug, Clone, Default)]
pub struct Ranking {
    filter: Program,
    scores: Program,
    tiers: Program,
    detail: Program,
    unseen: BinaryHeap<Reverse<(Bound, Unseen)>>,
    /// Parts in which tiers may differ, as long as nobody has looked.
    mixed: Vec<(Bound, u32)>,
    /// Eligible candidates in the last tiers of their parts.
    held: Vec<u32>,
    /// Parts that are being looked at, and where each ends.
    opened: Vec<u32>,
    ends: Vec<usize>,
    /// Candidates who are to have points.
    fresh: Vec<u32>,
    table: Table,
    keys: Vec<Key>,
    sorted: usize,
}

/// About so many are put in order at first.
const FIRST: usize = 32;

/// So many keys tell where to cut.
const SAMPLE: usize = 64;

/// Brings the keys for which something holds to the front, and says how many they are.
fn gather(keys: &mut [Key], holds: impl Fn(&Key) -> bool) -> usize {
    let mut count = 0;
    for at in 0..keys.len() {
        if holds(&keys[at]) {
            keys.swap(at, count);
            count += 1;
        }
    }
    count
}

/// Brings the first of the keys to the front, about as many as are wanted and at least one, and says how many they
/// are. One pass in which hardly anything is moved, since a sample tells where to cut.
fn cut(keys: &mut [Key], wanted: usize, table: &Table) -> usize {
    if keys.len() < 4 * wanted.max(SAMPLE) {
        return keys.len();
    }
    let step = keys.len() / SAMPLE;
    let mut sample: [Key; SAMPLE] = std::array::from_fn(|at| keys[at * step]);
    sample.sort_unstable_by(|one, other| table.order(one, other));
    let limit = sample[(wanted / step).max(1)];
    gather(keys, |key| table.order(key, &limit).is_lt())
}

/// Leaves only the eligible: of each range, which ends where the next begins, and of which the ends are moved.
fn leave_eligible<P: Population>(
    program: &mut Program,
    policy: &Policy,
    population: &P,
    rows: &mut Vec<u32>,
    ends: &mut [usize],
) {
    if program.fixed(0).is_some() {
        // Where nobody is eligible, nothing is looked at.
        return;
    }
    let (mut count, mut part) = (0, 0);
    let mut begin = 0;
    while begin < rows.len() {
        let end = rows.len().min(begin + BATCH);
        program.run(&policy.operations, population, &rows[begin..end]);
        let holds = program.results(0);
        let mut at = begin;
        while at < end {
            let until = ends.get(part).map_or(end, |part| end.min(*part));
            // Written without a branch, since nobody can guess who is eligible.
            for at in at..until {
                rows[count] = rows[at];
                count += usize::from(holds[at - begin] != 0.0);
            }
            while ends.get(part) == Some(&until) {
                ends[part] = count;
                part += 1;
            }
            at = until;
        }
        begin = end;
    }
    rows.truncate(count);
}

impl Ranking {
    /// A ranking of nobody.
    pub fn new() -> Self {
        Self::default()
    }

    /// Ranks the eligible among `rows` for the population's donor. Of candidates that are alike in everything, the
    /// one that comes earlier in `rows` comes first.
    pub fn rank<'a, P: Population>(
        &'a mut self,
        policy: &'a Policy,
        population: &'a P,
        rows: &'a [u32],
    ) -> Ranked<'a, P, [u32]> {
        self.rank_parts(policy, population, rows)
    }

    /// Ranks the eligible of a list in parts for the population's donor.
    pub fn rank_parts<'a, P: Population, L: Parts + ?Sized>(
        &'a mut self,
        policy: &'a Policy,
        population: &'a P,
        list: &'a L,
    ) -> Ranked<'a, P, L> {
        let (catalogue, operations) = (&policy.catalogue, &policy.operations);
        let ranks = policy.ranks.len() - 1;
        self.table.clear(ranks);
        self.keys.clear();
        self.sorted = 0;
        self.unseen.clear();
        self.mixed.clear();
        self.held.clear();
        let [filter, scores] = [&mut self.filter, &mut self.scores];
        filter.prepare(operations, &policy.eligible, catalogue, population);
        if filter.fixed(0) != Some(0.0) {
            scores.prepare(operations, &policy.ranks, catalogue, population);
            let parts = list.count();
            filter.run_on_parts(operations, population, parts);
            scores.run_on_parts(operations, population, parts);
            for part in 0..parts {
                let nobody = filter.span(0, part).value() == Some(0.0);
                if nobody || list.rows(part).is_empty() {
                    continue;
                }
                let tier = scores.span(0, part);
                let bound = Bound::new(tier.low, scores.span(1, part).high);
                if parts == 1 || tier.value().is_some() {
                    let part = Unseen::Part(part as u32);
                    self.unseen.push(Reverse((bound, part)));
                } else {
                    self.mixed.push((bound, part as u32));
                }
            }
            if !self.mixed.is_empty() {
                let tier = &policy.ranks[..1];
                self.tiers.prepare(operations, tier, catalogue, population);
            }
        }
        Ranked {
            ranking: self,
            policy,
            population,
            list,
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

/// The candidates of a list for one donor.
#[derive(Debug)]
pub struct Ranked<'a, P, L: ?Sized> {
    ranking: &'a mut Ranking,
    policy: &'a Policy,
    population: &'a P,
    list: &'a L,
}

/// The candidates of a list, some of them before the others whatever the policy says: see [`Ranked::prefer`].
#[derive(Debug)]
pub struct Preferred<'r, 'a, P: Population, L: Parts + ?Sized, F: Fn(u32) -> i32> {
    ranked: &'r mut Ranked<'a, P, L>,
    priority: F,
}

impl<P: Population, L: Parts + ?Sized, F: Fn(u32) -> i32> Preferred<'_, '_, P, L, F> {
    /// The candidate at a place from 0, or none behind the last.
    pub fn get(&mut self, place: usize) -> Option<Entry> {
        self.ranked.get_by(place, &self.priority)
    }
}

impl<P: Population, L: Parts + ?Sized, F: Fn(u32) -> i32> Drop for Preferred<'_, '_, P, L, F> {
    fn drop(&mut self) {
        self.ranked.classify(&alike);
    }
}

/// Nobody is preferred.
fn alike(_row: u32) -> i32 {
    0
}

impl<'a, P: Population, L: Parts + ?Sized> Ranked<'a, P, L> {
    /// Looks at tiers, where they are not known, or else at the points of the next parts.
    fn look_on(&mut self, priority: &impl Fn(u32) -> i32) {
        self.ranking.fresh.clear();
        if self.ranking.mixed.is_empty() {
            // So many more each time, that not much is looked through again and again.
            self.look_at(BATCH.max(self.ranking.keys.len() / 2));
        } else {
            self.look_at_tiers();
        }
        self.score(priority);
    }

    /// Gives everybody points.
    fn look_at_all(&mut self) {
        let own = &mut *self.ranking;
        own.fresh.clear();
        let mixed = own.mixed.drain(..);
        own.unseen
            .extend(mixed.map(|(bound, part)| Reverse((bound, Unseen::Part(part)))));
        self.look_at(usize::MAX);
        self.score(&alike);
    }

    /// Makes about so many candidates fresh, of the parts with the least bounds.
    fn look_at(&mut self, wanted: usize) {
        let own = &mut *self.ranking;
        let (mut whole, mut count) = (Vec::new(), 0);
        while count < wanted {
            let Some(Reverse((bound, unseen))) = own.unseen.pop() else {
                break;
            };
            match unseen {
                Unseen::Part(part) => {
                    whole.push((bound, part));
                    count += self.list.rows(part as usize).len();
                }
                Unseen::Held(from, until) => {
                    let held = &own.held[from as usize..until as usize];
                    own.fresh.extend_from_slice(held);
                    count += held.len();
                }
            }
        }
        self.open(&mut whole);
        let own = &mut *self.ranking;
        own.fresh.extend_from_slice(&own.opened);
    }

    /// Finds the eligible of some parts, and where each part of them ends. Parts in which everybody is eligible are put
    /// last, since they need not be looked through.
    fn open(&mut self, parts: &mut [(Bound, u32)]) {
        let Ranking {
            filter,
            opened,
            ends,
            ..
        } = &mut *self.ranking;
        opened.clear();
        ends.clear();
        let are_all = |part: u32| filter.span(0, part as usize).value().is_some();
        parts.sort_by_key(|(_, part)| are_all(*part));
        let some = parts.partition_point(|(_, part)| !are_all(*part));
        let (some, all) = parts.split_at(some);
        for (_, part) in some {
            opened.extend_from_slice(self.list.rows(*part as usize));
            ends.push(opened.len());
        }
        leave_eligible(filter, self.policy, self.population, opened, ends);
        for (_, part) in all {
            opened.extend_from_slice(self.list.rows(*part as usize));
            ends.push(opened.len());
        }
    }

    /// Of parts with several tiers, those before the last tier are fresh, and the others held.
    fn look_at_tiers(&mut self) {
        let mut parts = std::mem::take(&mut self.ranking.mixed);
        self.open(&mut parts);
        let own = &mut *self.ranking;
        let (opened, ends) = (&mut own.opened, &mut own.ends);
        let mut tiers = Vec::with_capacity(opened.len());
        for batch in opened.chunks(BATCH) {
            own.tiers
                .run(&self.policy.operations, self.population, batch);
            tiers.extend_from_slice(&own.tiers.results(0)[..batch.len()]);
        }
        let mut begin = 0;
        for ((bound, _), end) in parts.drain(..).zip(ends) {
            let range = begin..*end;
            begin = *end;
            let (rows, tiers) = (&opened[range.clone()], &tiers[range]);
            let last = tiers
                .iter()
                .fold(0.0, |last, tier| if *tier > last { *tier } else { last });
            let from = own.held.len();
            if tiers.iter().all(|tier| *tier == last) {
                own.held.extend_from_slice(rows);
            } else {
                for (row, tier) in rows.iter().zip(tiers) {
                    let to = if *tier == last {
                        &mut own.held
                    } else {
                        &mut own.fresh
                    };
                    to.push(*row);
                }
            }
            if own.held.len() > from {
                let held = Unseen::Held(from as u32, own.held.len() as u32);
                own.unseen.push(Reverse((bound.in_tier(last), held)));
            }
        }
    }

    /// Gives the fresh their points, and their classes by priority.
    fn score(&mut self, priority: &impl Fn(u32) -> i32) {
        let own = &mut *self.ranking;
        let known = own.keys.len();
        for rows in own.fresh.chunks(BATCH) {
            own.scores
                .run(&self.policy.operations, self.population, rows);
            let before = own.keys.len() as u64..;
            let turns = rows.iter().zip(before);
            let turns = turns.map(|(row, before)| self.list.turn(*row, before));
            let candidates = (rows, turns);
            let results = |result| own.scores.results(result);
            let values = |rank| results(1 + rank);
            own.table
                .extend(&mut own.keys, candidates, results(0), values);
        }
        for key in &mut own.keys[known..] {
            *key = key.of_class(-priority(own.table.rows[key.place as usize]));
        }
    }

    /// The candidate at a place from 0, or none behind the last.
    pub fn get(&mut self, place: usize) -> Option<Entry> {
        self.get_by(place, &alike)
    }

    fn get_by(&mut self, place: usize, priority: &impl Fn(u32) -> i32) -> Option<Entry> {
        while place >= self.ranking.sorted {
            let own = &mut *self.ranking;
            let (table, rest) = (&own.table, &mut own.keys[own.sorted..]);
            let certain = match own.unseen.peek() {
                _ if !own.mixed.is_empty() => 0,
                None if rest.is_empty() => return None,
                None => rest.len(),
                Some(Reverse((bound, _))) => gather(rest, |key| bound.is_behind(key)),
            };
            if certain == 0 {
                self.look_on(priority);
                continue;
            }
            let more = cut(&mut rest[..certain], FIRST.max(3 * own.sorted), table);
            rest[..more].sort_unstable_by(|one, other| table.order(one, other));
            own.sorted += more;
        }
        self.ranking.keys.get(place).map(|key| self.entry(key))
    }

    /// How many candidates there are. Whether they are eligible is looked at for all.
    pub fn len(&mut self) -> usize {
        let own = &*self.ranking;
        let (mut parts, mut held) = (own.mixed.clone(), 0);
        for Reverse((bound, unseen)) in &own.unseen {
            match unseen {
                Unseen::Part(part) => parts.push((*bound, *part)),
                Unseen::Held(from, until) => held += (until - from) as usize,
            }
        }
        self.open(&mut parts);
        self.ranking.keys.len() + held + self.ranking.opened.len()
    }

    /// Whether there is none.
    pub fn is_empty(&mut self) -> bool {
        self.get(0).is_none()
    }

    /// The same list with candidates of a larger priority before those of a smaller one; among those of one priority,
    /// the order stays what it is. When it is dropped, the order is that of the policy again.
    pub fn prefer<F: Fn(u32) -> i32>(&mut self, priority: F) -> Preferred<'_, 'a, P, L, F> {
        self.classify(&priority);
        Preferred {
            ranked: self,
            priority,
        }
    }

    /// Puts everybody into classes by priority, and the bounds of those who have no points yet into the best class of
    /// any of them.
    fn classify(&mut self, priority: &impl Fn(u32) -> i32) {
        let Ranking {
            unseen,
            mixed,
            held,
            table,
            keys,
            sorted,
            ..
        } = &mut *self.ranking;
        for key in keys {
            *key = key.of_class(-priority(table.rows[key.place as usize]));
        }
        *sorted = 0;
        let class = |rows: &[u32]| {
            let best = rows.iter().map(|row| priority(*row)).max();
            -best.unwrap_or_default()
        };
        for (bound, part) in mixed {
            *bound = bound.of_class(class(self.list.rows(*part as usize)));
        }
        let mut bounds = std::mem::take(unseen).into_vec();
        for Reverse((bound, unseen)) in &mut bounds {
            let rows = match unseen {
                Unseen::Part(part) => self.list.rows(*part as usize),
                Unseen::Held(from, until) => &held[*from as usize..*until as usize],
            };
            *bound = bound.of_class(class(rows));
        }
        *unseen = bounds.into();
    }

    /// The place of a row, and what stands there; none if it is not eligible. Nothing is put in order for it.
    pub fn find(&mut self, row: u32) -> Option<(usize, Entry)> {
        let rows = &self.ranking.table.rows;
        let is_it = |key: &&Key| rows[key.place as usize] == row;
        let ordered = &self.ranking.keys[..self.ranking.sorted];
        if let Some(place) = ordered.iter().position(|key| is_it(&key)) {
            return Some((place, self.entry(&ordered[place])));
        }
        self.look_at_all();
        let own = &*self.ranking;
        let (ordered, rest) = own.keys.split_at(own.sorted);
        let is_it = |key: &&Key| own.table.rows[key.place as usize] == row;
        let key = rest.iter().find(is_it)?;
        let before = rest
            .iter()
            .filter(|other| own.table.order(other, key).is_lt());
        Some((ordered.len() + before.count(), self.entry(key)))
    }

    /// For each of the `rows`, the points before rounding and then each component, as the policy shows them.
    pub fn details(&mut self, rows: &[u32]) -> Vec<Vec<f64>> {
        self.ranking.details(self.policy, self.population, rows)
    }

    fn entry(&self, key: &Key) -> Entry {
        Entry {
            row: self.ranking.table.rows[key.place as usize],
            tier: key.tier(),
            points: self.ranking.table.value(self.policy.points - 1, key),
        }
    }
}

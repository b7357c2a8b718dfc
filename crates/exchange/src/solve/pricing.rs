//! Which cycles and chains are worth more than the prices of their rows.
//!
//! Both searches go depth first and turn back where no continuation, even one that visits a patient
//! twice, could be worth more than the floor. Chains are bounded by position: the best that can
//! follow from a vertex at position p (Dickerson et al. 2016). A cycle is looked for from its dearest
//! vertex, which is where the way back costs most, and is found once.

use super::master::Clock;
use super::problem::{PricedArcs, Prices, Problem};

/// Takes what a search finds.
pub(crate) trait Sink {
    /// Only what is worth more than this is looked for. May rise during the search.
    fn floor(&self) -> i64;
    /// A cycle or chain and its reduced value. `false`: stop the search.
    fn take(&mut self, vertices: &[u32], reduced: i64) -> bool;
    /// The search goes on from another vertex.
    fn next(&mut self) {}
}

/// So many arcs are looked at between two looks at the clock.
const BETWEEN_QUESTIONS: usize = 1 << 16;

/// Asks the clock now and then, by the arcs that were looked at, so that a limit on steps ends a search at the same
/// place everywhere.
struct Watch<'a> {
    clock: &'a mut dyn Clock,
    left: usize,
}

impl<'a> Watch<'a> {
    fn new(clock: &'a mut dyn Clock) -> Watch<'a> {
        Watch {
            clock,
            left: BETWEEN_QUESTIONS,
        }
    }

    /// Whether time is up, with so many more arcs to look at.
    #[inline]
    fn is_over(&mut self, arcs: usize) -> bool {
        if arcs < self.left {
            self.left -= arcs;
            return false;
        }
        self.left = BETWEEN_QUESTIONS;
        self.clock.is_over()
    }
}

/// No chain ends there, or no way leads back.
const NOBODY: i64 = i64::MIN;
/// For cycles of so many pairs the ways of two arcs back are looked up before a search goes on.
const SHORTEST_LOOKED_BACK: usize = 4;

pub(crate) struct Pricer<'a> {
    problem: &'a Problem<'a>,
    prices: &'a Prices,
    arcs: PricedArcs,
    /// Order of the dearest first; `u32::MAX`-free: 0 for rows that are blocked, which come before all.
    rank: Vec<u32>,
    additive: (bool, bool),
}

impl<'a> Pricer<'a> {
    /// Prices all arcs. Vertices of blocked rows are in no cycle or chain.
    pub(crate) fn new(
        problem: &'a Problem<'a>,
        prices: &'a Prices,
        blocked: &[bool],
    ) -> Pricer<'a> {
        let graph = problem.graph;
        let mut order: Vec<u32> = (0..graph.rows as u32)
            .filter(|&r| !blocked[r as usize])
            .collect();
        order.sort_by_key(|&r| (std::cmp::Reverse(prices.row[r as usize]), r));
        let mut of_row = vec![0_u32; graph.rows];
        for (k, &r) in order.iter().enumerate() {
            of_row[r as usize] = k as u32 + 1;
        }
        let rank = graph.row.iter().map(|&r| of_row[r as usize]).collect();
        Pricer {
            problem,
            prices,
            arcs: PricedArcs::new(problem, prices),
            rank,
            additive: problem.additive(),
        }
    }

    /// All cycles above the sink's floor. `false`: the sink or the clock ended the search.
    pub(crate) fn cycles(&self, sink: &mut impl Sink, clock: &mut dyn Clock) -> bool {
        let graph = self.problem.graph;
        let most = self.problem.max_cycle;
        if most < 2 {
            return true;
        }
        let n = graph.vertices();
        // The best that up to j arcs can add from each vertex.
        let mut walk: Vec<Vec<i64>> = vec![vec![0; n]];
        for j in 1..most.saturating_sub(1) {
            let mut next = vec![0_i64; n];
            for v in 0..n as u32 {
                if self.rank[v as usize] == 0 {
                    continue;
                }
                let mut best = 0;
                for a in graph.out(v) {
                    let h = graph.head[a] as usize;
                    if self.rank[h] > 0 {
                        best = best.max(self.arcs.cycle[a] + walk[j - 1][h]);
                    }
                }
                next[v as usize] = best;
            }
            walk.push(next);
        }
        let mut search = CycleSearch {
            pricer: self,
            most,
            walk: &walk,
            close: vec![u32::MAX; n],
            two_back: vec![NOBODY; n],
            path: Vec::with_capacity(most),
            start: 0,
            best_way_back: 0,
            values: Vec::new(),
            watch: Watch::new(clock),
        };
        let mut starts: Vec<u32> = (0..n as u32)
            .filter(|&v| self.rank[v as usize] > 0)
            .collect();
        starts.sort_by_key(|&v| (self.rank[v as usize], v));
        for s in starts {
            let mut best_way_back = i64::MIN;
            let rank = self.rank[s as usize];
            for &a in graph.incoming(s) {
                if self.rank[graph.tail[a as usize] as usize] > rank {
                    search.close[graph.tail[a as usize] as usize] = a;
                    best_way_back = best_way_back.max(self.arcs.cycle[a as usize]);
                }
            }
            if best_way_back > i64::MIN {
                search.start = s;
                search.look_back(s);
                search.best_way_back = best_way_back;
                search.path.push(s);
                let go_on = search.extend(s, 0, sink);
                search.path.clear();
                if !go_on {
                    sink.next();
                    return false;
                }
            }
            for &a in graph.incoming(s) {
                search.close[graph.tail[a as usize] as usize] = u32::MAX;
            }
            sink.next();
        }
        true
    }

    /// The best that can follow in a chain from each vertex at each position, nothing being 0.
    fn follow(&self) -> Vec<Vec<i64>> {
        let graph = self.problem.graph;
        let (n, most) = (graph.vertices(), self.problem.max_chain);
        let mut follow = vec![vec![0_i64; n]; most + 1];
        for p in (0..most).rev() {
            let arcs = self.arcs.in_chain(p);
            let (now, later) = follow.split_at_mut(p + 1);
            for v in 0..n as u32 {
                if self.rank[v as usize] == 0 {
                    continue;
                }
                let mut best = 0;
                for a in graph.out(v) {
                    let h = graph.head[a] as usize;
                    if self.rank[h] > 0 {
                        best = best.max(arcs[a] + later[0][h]);
                    }
                }
                now[p][v as usize] = best;
            }
        }
        follow
    }

    /// All chains above the sink's floor. `false`: the sink or the clock ended the search.
    pub(crate) fn chains(&self, sink: &mut impl Sink, clock: &mut dyn Clock) -> bool {
        let graph = self.problem.graph;
        if self.problem.max_chain == 0 || graph.altruists.is_empty() {
            return true;
        }
        let follow = self.follow();
        let mut search = ChainSearch {
            pricer: self,
            follow: &follow,
            path: Vec::new(),
            values: Vec::new(),
            watch: Watch::new(clock),
        };
        for &a in &graph.altruists {
            if self.rank[a as usize] == 0 {
                continue;
            }
            let value = -self.prices.row[graph.row[a as usize] as usize];
            if value + follow[0][a as usize] > sink.floor() {
                search.path.push(a);
                let go_on = search.extend(a, 0, value, sink);
                search.path.clear();
                if !go_on {
                    sink.next();
                    return false;
                }
            }
            sink.next();
        }
        true
    }

    /// One good chain for each vertex that a chain could end at, found by position without going back:
    /// quick, and not all there are.
    pub(crate) fn some_chains(&self, sink: &mut impl Sink) {
        let graph = self.problem.graph;
        let (n, most) = (graph.vertices(), self.problem.max_chain);
        if most == 0 || graph.altruists.is_empty() {
            return;
        }
        let mut value = vec![vec![NOBODY; n]; most + 1];
        let mut before = vec![vec![u32::MAX; n]; most + 1];
        for &a in &graph.altruists {
            if self.rank[a as usize] > 0 {
                value[0][a as usize] = -self.prices.row[graph.row[a as usize] as usize];
            }
        }
        for p in 0..most {
            let arcs = self.arcs.in_chain(p);
            for v in 0..n as u32 {
                let so_far = value[p][v as usize];
                if so_far == NOBODY {
                    continue;
                }
                for a in graph.out(v) {
                    let h = graph.head[a];
                    let now = so_far + arcs[a];
                    if now > value[p + 1][h as usize] && self.rank[h as usize] > 0 {
                        // Only who is not on the way already.
                        let (mut at, mut q, row) = (v, p, graph.row[h as usize]);
                        let free = loop {
                            if graph.row[at as usize] == row {
                                break false;
                            }
                            if q == 0 {
                                break true;
                            }
                            at = before[q][at as usize];
                            q -= 1;
                        };
                        if free {
                            value[p + 1][h as usize] = now;
                            before[p + 1][h as usize] = v;
                        }
                    }
                }
            }
        }
        let mut path = Vec::new();
        let mut values = Vec::new();
        for v in 0..n as u32 {
            let Some(p) = (1..=most).max_by_key(|&p| (value[p][v as usize], std::cmp::Reverse(p)))
            else {
                continue;
            };
            if value[p][v as usize] <= sink.floor() {
                continue;
            }
            path.clear();
            path.push(v);
            let (mut at, mut q) = (v, p);
            while q > 0 {
                at = before[q][at as usize];
                q -= 1;
                path.push(at);
            }
            path.reverse();
            let reduced = self.exact(&path, true, value[p][v as usize], &mut values);
            if reduced > sink.floor() {
                sink.take(&path, reduced);
            }
        }
    }

    /// The exact reduced value of a column whose arcs add up to `sum`.
    fn exact(&self, path: &[u32], chain: bool, sum: i64, values: &mut Vec<i64>) -> i64 {
        if if chain {
            self.additive.1
        } else {
            self.additive.0
        } {
            return sum;
        }
        self.problem.values(path, chain, values);
        self.prices.reduced(&self.problem.graph.row, path, values)
    }
}

struct CycleSearch<'a> {
    pricer: &'a Pricer<'a>,
    most: usize,
    walk: &'a [Vec<i64>],
    /// The arc from each vertex back to the start.
    close: Vec<u32>,
    /// The best that two arcs from each vertex back to the start can add, where cycles are long enough for that to
    /// save work.
    two_back: Vec<i64>,
    path: Vec<u32>,
    start: u32,
    best_way_back: i64,
    values: Vec<i64>,
    watch: Watch<'a>,
}

impl CycleSearch<'_> {
    /// Fills in the ways of two arcs back to the start.
    fn look_back(&mut self, start: u32) {
        if self.most < SHORTEST_LOOKED_BACK {
            return;
        }
        let graph = self.pricer.problem.graph;
        self.two_back.fill(NOBODY);
        for &last in graph.incoming(start) {
            let middle = graph.tail[last as usize];
            if self.close[middle as usize] == u32::MAX {
                continue;
            }
            let home = self.pricer.arcs.cycle[last as usize];
            for &a in graph.incoming(middle) {
                let best = &mut self.two_back[graph.tail[a as usize] as usize];
                *best = (*best).max(home + self.pricer.arcs.cycle[a as usize]);
            }
        }
    }

    /// The most that can follow from a vertex with so many more to come, up to the start.
    fn way_back(&self, v: u32, left: usize) -> i64 {
        if self.most < SHORTEST_LOOKED_BACK || left > 1 {
            return self.walk[left][v as usize] + self.best_way_back;
        }
        let close = self.close[v as usize];
        let direct = if close == u32::MAX {
            NOBODY
        } else {
            self.pricer.arcs.cycle[close as usize]
        };
        if left == 0 {
            direct
        } else {
            direct.max(self.two_back[v as usize])
        }
    }

    fn extend(&mut self, v: u32, value: i64, sink: &mut impl Sink) -> bool {
        let pricer = self.pricer;
        let graph = pricer.problem.graph;
        let length = self.path.len();
        let rank = pricer.rank[self.start as usize];
        let left = self.most - 1 - length;
        if self.watch.is_over(1 + graph.out(v).len()) {
            return false;
        }
        if left == 0 {
            return self.close(v, value, sink);
        }
        for a in graph.out(v) {
            let h = graph.head[a];
            if pricer.rank[h as usize] <= rank {
                continue;
            }
            let so_far = value + pricer.arcs.cycle[a];
            if so_far.saturating_add(self.way_back(h, left)) <= sink.floor() {
                continue;
            }
            let row = graph.row[h as usize];
            if length > 1 && self.path[1..].iter().any(|&p| graph.row[p as usize] == row) {
                continue;
            }
            self.path.push(h);
            let close = self.close[h as usize];
            if close != u32::MAX {
                let sum = so_far + pricer.arcs.cycle[close as usize];
                if sum > sink.floor() {
                    let reduced = pricer.exact(&self.path, false, sum, &mut self.values);
                    if reduced > sink.floor() && !sink.take(&self.path, reduced) {
                        return false;
                    }
                }
            }
            if !self.extend(h, so_far, sink) {
                return false;
            }
            self.path.pop();
        }
        true
    }

    /// The last vertex of a cycle: one from which an arc leads back to the start. Most of the work of a search is here.
    fn close(&mut self, v: u32, value: i64, sink: &mut impl Sink) -> bool {
        let pricer = self.pricer;
        let graph = pricer.problem.graph;
        let arcs = &pricer.arcs.cycle;
        for a in graph.out(v) {
            let h = graph.head[a];
            let close = self.close[h as usize];
            if close == u32::MAX {
                continue;
            }
            let sum = value + arcs[a] + arcs[close as usize];
            let row = graph.row[h as usize];
            if sum <= sink.floor() || self.path[1..].iter().any(|&p| graph.row[p as usize] == row) {
                continue;
            }
            self.path.push(h);
            let reduced = pricer.exact(&self.path, false, sum, &mut self.values);
            if reduced > sink.floor() && !sink.take(&self.path, reduced) {
                return false;
            }
            self.path.pop();
        }
        true
    }
}

struct ChainSearch<'a> {
    pricer: &'a Pricer<'a>,
    follow: &'a [Vec<i64>],
    path: Vec<u32>,
    values: Vec<i64>,
    watch: Watch<'a>,
}

impl ChainSearch<'_> {
    fn extend(&mut self, v: u32, position: usize, value: i64, sink: &mut impl Sink) -> bool {
        let pricer = self.pricer;
        let graph = pricer.problem.graph;
        let arcs = pricer.arcs.in_chain(position);
        let follow = &self.follow[position + 1];
        let most = pricer.problem.max_chain;
        if self.watch.is_over(1 + graph.out(v).len()) {
            return false;
        }
        for a in graph.out(v) {
            let h = graph.head[a];
            let so_far = value + arcs[a];
            if so_far + follow[h as usize] <= sink.floor() || pricer.rank[h as usize] == 0 {
                continue;
            }
            let row = graph.row[h as usize];
            if self.path.iter().any(|&p| graph.row[p as usize] == row) {
                continue;
            }
            self.path.push(h);
            if so_far > sink.floor() {
                let reduced = pricer.exact(&self.path, true, so_far, &mut self.values);
                if reduced > sink.floor() && !sink.take(&self.path, reduced) {
                    return false;
                }
            }
            if position + 1 < most && !self.extend(h, position + 1, so_far, sink) {
                return false;
            }
            self.path.pop();
        }
        true
    }
}

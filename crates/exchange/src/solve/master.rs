//! The linear programme over cycles and chains, and the columns it has met so far.

use std::collections::HashSet;

use super::column::Columns;
use super::lp::{Lp, Repair};
use super::pricing::{Pricer, Sink};
use super::problem::{Prices, Problem};

/// Most columns that one round of pricing keeps of each starting vertex.
const KEPT_OF_A_START: usize = 4;

/// A dive that leads to nothing releases so many of the columns fixed last,
const FEWEST_RELEASED: usize = 4;
/// doubled from no time to one less than this, in turn.
const DOUBLINGS: u32 = 7;

/// Work that may be stopped.
pub(crate) trait Clock {
    /// Whether time is up.
    fn is_over(&mut self) -> bool;
}

/// What a linear programme came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Outcome {
    /// Optimal, and no column that is not in it would make it better.
    Converged,
    /// Time was up first.
    Stopped,
}

pub(crate) struct Master<'a> {
    pub problem: &'a Problem<'a>,
    pub lp: Lp,
    pub columns: Columns,
    /// Column of the programme for each of `columns`.
    pub of: Vec<u32>,
    /// And back; `u32::MAX` for slacks.
    pub back: Vec<u32>,
    /// Units of the aim in a cost of 1.
    unit: f64,
    /// Units of each kept objective in an entry of 1.
    kept_unit: Vec<f64>,
    pub scale: i64,
    known: HashSet<Vec<u32>>,
    /// Rows that may not be used by new columns.
    pub blocked: Vec<bool>,
    /// Best bound so far, in units; `i64::MAX` before there is one.
    pub bound: i64,
    /// No cycle or chain is worth more than this above the prices of the last bound.
    pub excess: i64,
    pub rounds: u32,
}

impl<'a> Master<'a> {
    pub(crate) fn new(problem: &'a Problem<'a>) -> Master<'a> {
        let rows = problem.graph.rows;
        let largest = |arcs: &[i64]| arcs.iter().fold(1_i64, |m, v| m.max(v.abs()));
        let unit = largest(&problem.aim.arc);
        let total = unit.saturating_mul(rows as i64 + 1);
        // Prices of what must be kept can be thousands of times the largest value: there is room for that.
        let scale = 1_i64 << (48 - (64 - total.leading_zeros() as i64)).clamp(4, 32);
        let mut lp = Lp::new(&vec![1.0; rows]);
        let mut kept_unit = Vec::new();
        for (valuation, target) in &problem.kept {
            let size = largest(&valuation.arc) as f64;
            lp.add_row(-(*target as f64) / size, &[], true);
            kept_unit.push(size);
        }
        let mut back = Vec::new();
        back.resize(lp.columns(), u32::MAX);
        Master {
            problem,
            lp,
            columns: Columns::new(1 + problem.kept.len()),
            of: Vec::new(),
            back,
            unit: unit as f64,
            kept_unit,
            scale,
            known: HashSet::new(),
            blocked: vec![false; rows],
            bound: i64::MAX,
            excess: 0,
            rounds: 0,
        }
    }

    /// Adds a cycle or chain unless it is there already.
    pub(crate) fn add(&mut self, vertices: &[u32], chain: bool) -> bool {
        if !self.known.insert(vertices.to_vec()) {
            return false;
        }
        let mut values = Vec::new();
        self.problem.values(vertices, chain, &mut values);
        self.columns.push(vertices, chain, &values);
        let graph = self.problem.graph;
        let cost = values[0] as f64 / self.unit;
        let rows = vertices.iter().map(|&v| (graph.row[v as usize], 1.0));
        let kept = values[1..].iter().zip(&self.kept_unit).enumerate();
        let kept = kept
            .filter(|(_, (v, _))| **v != 0)
            .map(|(k, (&v, &size))| (graph.rows as u32 + k as u32, -(v as f64) / size));
        let column = self.lp.add_column(cost, rows.chain(kept));
        self.of.push(column as u32);
        self.back.resize(column + 1, u32::MAX);
        self.back[column] = self.of.len() as u32 - 1;
        true
    }

    /// The value of the linear programme, in units of the aim.
    pub(crate) fn value(&self) -> f64 {
        self.lp.objective() * self.unit
    }

    /// The present prices, in whole numbers.
    pub(crate) fn prices(&self) -> Prices {
        let rows = self.problem.graph.rows;
        let all = (0..rows + self.kept_unit.len()).map(|r| self.lp.price(r));
        let factor = Prices::factor(self.unit * self.scale as f64, all);
        let row = (0..rows)
            .map(|r| (self.lp.price(r) * factor).ceil().max(0.0) as i64)
            .collect();
        let kept = (0..self.kept_unit.len())
            .map(|k| {
                let price = self.lp.price(rows + k) * factor / self.kept_unit[k];
                price.round().max(0.0) as i64
            })
            .collect();
        Prices {
            scale: self.scale,
            row,
            kept,
        }
    }

    /// What a column may be worth above its prices and count as nothing.
    pub(crate) fn slackness(&self) -> i64 {
        (self.unit * self.scale as f64 * 1e-8) as i64
    }

    /// What the arc that is worth most is worth, in prices.
    pub(crate) fn unit_of_price(&self) -> i64 {
        (self.unit * self.scale as f64) as i64
    }

    /// A bound on every solution when no column is worth more than `excess` above these prices: before
    /// rounding, in prices, and in units.
    pub(crate) fn sum(&self, prices: &Prices, excess: i64) -> (i128, i64) {
        let mut sum: i128 = prices.row.iter().map(|&p| i128::from(p)).sum();
        for (price, (_, target)) in prices.kept.iter().zip(&self.problem.kept) {
            sum -= i128::from(*price) * i128::from(*target);
        }
        sum += i128::from(excess.max(0)) * (self.problem.graph.pairs as i128);
        let units = sum.div_euclid(i128::from(self.scale)) as i64;
        (
            sum,
            units.div_euclid(self.problem.aim.step) * self.problem.aim.step,
        )
    }

    /// Solves the linear programme over the columns that it has. `false`: stopped, or nothing is feasible.
    fn settle(&mut self, clock: &mut dyn Clock) -> bool {
        self.lp.repair(&mut || clock.is_over(), u32::MAX) == Repair::Feasible
            && self.lp.solve(&mut || clock.is_over(), u32::MAX)
    }

    /// Columns with a value, the greatest first.
    fn support(&self) -> Vec<(u32, f64)> {
        let mut support: Vec<(u32, f64)> = self
            .lp
            .basic()
            .iter()
            .filter(|&&place| self.back[place as usize] != u32::MAX)
            .map(|&place| (self.back[place as usize], self.lp.value(place as usize)))
            .filter(|&(_, x)| x > 1e-7)
            .collect();
        support.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        support
    }

    /// Fixes the column with the greatest value, solves again, and so on down to a whole solution; new
    /// columns are looked for only where the bound `wanted` is out of reach without. Gives the best
    /// solution met that is worth more than `beat`.
    ///
    /// Where nothing better can be reached any more, the columns fixed last are released, the very last is refused
    /// and the dive goes on from there, at most `returns` times. `turn` makes one dive differ from another: it begins
    /// with another column.
    pub(crate) fn dive(
        &mut self,
        wanted: i64,
        beat: i64,
        turn: u32,
        mut returns: u32,
        clock: &mut dyn Clock,
    ) -> Option<Vec<u32>> {
        let basis = self.lp.basis();
        let mut best: Option<(i64, Vec<u32>)> = None;
        let mut fixed: Vec<u32> = Vec::new();
        // Columns that led to nothing.
        let mut refused: Vec<u32> = Vec::new();
        let graph = self.problem.graph;
        'dive: loop {
            let support = self.support();
            // What is chosen when the rest is taken as it comes.
            let mut used = self.blocked.clone();
            let mut chosen = fixed.clone();
            for &(c, _) in &support {
                let rows = self
                    .columns
                    .vertices(c as usize)
                    .iter()
                    .map(|&v| graph.row[v as usize] as usize);
                if rows.clone().all(|r| !used[r]) {
                    rows.for_each(|r| used[r] = true);
                    chosen.push(c);
                }
            }
            let value = self.worth(&chosen);
            if value.is_some_and(|v| v > best.as_ref().map_or(beat, |b| b.0)) {
                best = Some((value.unwrap_or(beat), chosen));
                if value >= Some(wanted.max(self.bound)) {
                    break;
                }
            }
            let next: Vec<(u32, f64)> = support
                .iter()
                .copied()
                .filter(|(c, _)| self.is_free(*c))
                .collect();
            let Some(&(mut first, _)) = next.first() else {
                break;
            };
            let mut now: Vec<u32> = next
                .iter()
                .take_while(|(_, x)| *x > 0.99)
                .map(|&(c, _)| c)
                .collect();
            if turn > 0 && fixed.is_empty() {
                // Another beginning: one of those that are in part chosen.
                let parts: Vec<u32> = next
                    .iter()
                    .filter(|(_, x)| *x < 0.99)
                    .map(|&(c, _)| c)
                    .collect();
                if !parts.is_empty() {
                    first = parts[(turn as usize * 7919) % parts.len()];
                    now.clear();
                }
            }
            if now.is_empty() {
                now.push(first);
            }
            for c in now {
                if self.is_free(c) {
                    self.block(c);
                    fixed.push(c);
                }
            }
            let beat = best.as_ref().map_or(beat, |b| b.0);
            while !self.reaches(&fixed, &refused, (wanted, beat), clock) {
                let (Some(&last), false) = (fixed.last(), returns == 0 || clock.is_over()) else {
                    break 'dive;
                };
                returns -= 1;
                refused.push(last);
                let released = FEWEST_RELEASED << (returns % DOUBLINGS);
                fixed.truncate(fixed.len().saturating_sub(released));
                self.blocked.fill(false);
                for &c in &fixed {
                    self.block(c);
                }
            }
        }
        self.blocked.fill(false);
        for c in 0..self.columns.len() {
            self.lp.set_open(self.of[c] as usize, true);
        }
        self.lp.restore(&basis);
        best.map(|(_, chosen)| chosen)
    }

    /// Whether the linear programme is worth more than `beat` with these columns chosen and those refused; new ones
    /// are looked for where it is worth less than `wanted`.
    fn reaches(
        &mut self,
        chosen: &[u32],
        refused: &[u32],
        (wanted, beat): (i64, i64),
        clock: &mut dyn Clock,
    ) -> bool {
        for c in 0..self.columns.len() as u32 {
            let open = self.is_free(c) && !refused.contains(&c) || chosen.contains(&c);
            self.lp.set_open(self.of[c as usize] as usize, open);
        }
        self.settle(clock)
            && (self.value() + 1e-6 >= wanted as f64
                || self.converge(wanted as f64, clock) == Outcome::Converged)
            && self.value() + 1e-6 >= (beat + self.problem.aim.step) as f64
    }

    /// Bars the rows of a column for others.
    fn block(&mut self, column: u32) {
        for &v in self.columns.vertices(column as usize) {
            self.blocked[self.problem.graph.row[v as usize] as usize] = true;
        }
    }

    /// Whether no row of a column is blocked.
    fn is_free(&self, column: u32) -> bool {
        let mut vertices = self.columns.vertices(column as usize).iter();
        vertices.all(|&v| !self.blocked[self.problem.graph.row[v as usize] as usize])
    }

    /// The value of a choice; none if it does not keep what must be kept.
    pub(crate) fn worth(&self, chosen: &[u32]) -> Option<i64> {
        for (k, (_, target)) in self.problem.kept.iter().enumerate() {
            if chosen
                .iter()
                .map(|&c| self.columns.values(c as usize)[k + 1])
                .sum::<i64>()
                < *target
            {
                return None;
            }
        }
        Some(chosen.iter().map(|&c| self.columns.value(c as usize)).sum())
    }

    /// Solves the linear programme over all cycles and chains of the graph (without blocked rows), or until
    /// its value is `enough`.
    pub(crate) fn converge(&mut self, enough: f64, clock: &mut dyn Clock) -> Outcome {
        loop {
            if !self.settle(clock) {
                return Outcome::Stopped;
            }
            self.rounds += 1;
            if self.value() + 1e-6 >= enough {
                return Outcome::Converged;
            }
            let prices = self.prices();
            let floor = self.slackness();
            let problem = self.problem;
            let pricer = Pricer::new(problem, &prices, &self.blocked);
            let mut best = BestOfStarts::new(floor, KEPT_OF_A_START);
            let mut whole = pricer.cycles(&mut best, clock);
            let mut added = self.take(&best, false);
            let mut chains = BestOfStarts::new(floor, usize::MAX);
            pricer.some_chains(&mut chains);
            chains.next();
            added += self.take(&chains, true);
            if added == 0 {
                let mut exact = BestOfStarts::new(floor, KEPT_OF_A_START);
                whole = whole && pricer.chains(&mut exact, clock);
                added = self.take(&exact, true);
                // What was not searched to the end may hold something better: no bound follows from it.
                if added == 0 && whole {
                    if !self.blocked.iter().any(|&b| b) {
                        // Prices are rounded, so that columns of the programme itself may be worth more than
                        // the floor.
                        self.excess = best.highest.max(exact.highest);
                        self.bound = self.bound.min(self.sum(&prices, self.excess).1);
                    }
                    return Outcome::Converged;
                }
            }
            if !whole || clock.is_over() {
                return Outcome::Stopped;
            }
        }
    }

    /// Columns of the programme taken as they come, those with the greatest values first and then those that are worth
    /// most: a solution without further work.
    pub(crate) fn take_as_they_come(&self) -> Vec<u32> {
        let graph = self.problem.graph;
        let mut order: Vec<u32> = (0..self.columns.len() as u32).collect();
        order.sort_by_key(|&c| std::cmp::Reverse(self.columns.value(c as usize)));
        let worth_something = order
            .into_iter()
            .filter(|&c| self.columns.value(c as usize) > 0);
        let support = self.support().into_iter().map(|(c, _)| c);
        let mut used = vec![false; graph.rows];
        let mut chosen = Vec::new();
        for c in support.chain(worth_something) {
            let vertices = self.columns.vertices(c as usize).iter();
            let rows = vertices.map(|&v| graph.row[v as usize] as usize);
            if rows.clone().all(|r| !used[r]) {
                rows.for_each(|r| used[r] = true);
                chosen.push(c);
            }
        }
        chosen
    }

    fn take(&mut self, found: &BestOfStarts, chain: bool) -> usize {
        found.paths().filter(|path| self.add(path, chain)).count()
    }
}

/// Keeps the best few columns of each start.
pub(crate) struct BestOfStarts {
    floor: i64,
    lowest: i64,
    /// The best of all, and at least the lowest floor.
    highest: i64,
    most: usize,
    /// Of the present start, sorted from the best.
    present: Vec<(i64, Vec<u32>)>,
    done: Vec<Vec<u32>>,
}

impl BestOfStarts {
    pub(crate) fn new(lowest: i64, most: usize) -> BestOfStarts {
        BestOfStarts {
            floor: lowest,
            lowest,
            highest: lowest,
            most,
            present: Vec::new(),
            done: Vec::new(),
        }
    }

    pub(crate) fn paths(&self) -> impl Iterator<Item = &[u32]> {
        self.done.iter().map(Vec::as_slice)
    }
}

impl Sink for BestOfStarts {
    fn floor(&self) -> i64 {
        self.floor
    }

    fn take(&mut self, vertices: &[u32], reduced: i64) -> bool {
        self.highest = self.highest.max(reduced);
        if self.present.len() == self.most {
            self.present.pop();
        }
        if self.most == usize::MAX {
            self.present.push((reduced, vertices.to_vec()));
            return true;
        }
        let at = self.present.partition_point(|(r, _)| *r >= reduced);
        self.present.insert(at, (reduced, vertices.to_vec()));
        if self.present.len() == self.most {
            self.floor = self.present[self.most - 1].0;
        }
        true
    }

    fn next(&mut self) {
        self.done
            .extend(self.present.drain(..).map(|(_, path)| path));
        self.floor = self.lowest;
    }
}

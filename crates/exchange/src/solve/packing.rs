//! The best choice among listed cycles and chains, by branch and bound with cuts.
//!
//! All columns that could be part of a better solution are listed beforehand (their reduced values
//! are within the gap), so that cuts and branches need no search in the graph: pricing is a pass over
//! the list, and whatever the bound rules out leaves the list for good.

mod branching;
mod cutting;
mod neighbourhood;
mod prices;
mod rounding;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use branching::Tried;

use super::column::Columns;
use super::lp::{Basis, Lp};
use super::master::Clock;
use super::problem::Problem;

/// Values nearer to a whole number are whole.
const WHOLE: f64 = 1e-6;
/// So many columns are tried in every way: it is quicker, and exact where prices are not.
const FEW: usize = 12;
/// So many columns are looked at first when a node is entered.
const NEAR: usize = 600;
/// A search of so many nodes is long.
pub(crate) const LONG: u32 = 60;
/// Not in the linear programme.
const ABSENT: u32 = u32::MAX;

/// How hard to search.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Effort {
    /// Most nodes.
    pub nodes: u32,
    /// Most rounds of cuts.
    pub rounds: u32,
    /// Whether to look in the neighbourhoods of solutions where the search is long.
    pub neighbourhoods: bool,
}

/// What came out.
#[derive(Clone, Debug)]
pub(crate) struct Packed {
    /// The best solution found that is better than the one to beat: places in the list.
    pub chosen: Option<Vec<u32>>,
    /// Its value, or the one to beat, in units of the aim.
    pub value: i64,
    /// No choice among the listed columns is worth more.
    pub bound: i64,
    /// Nodes searched.
    pub nodes: u32,
}

struct Node {
    bound: i64,
    columns: Vec<u32>,
    covered: Vec<u32>,
    basis: Basis,
    depth: u32,
}

#[derive(Clone, Copy, Debug)]
enum Branch {
    Row(u32),
    Together(u32, u32),
    Column(u32),
}

impl Branch {
    /// The rows that it is about.
    fn rows(self) -> [Option<u32>; 2] {
        match self {
            Branch::Row(r) => [Some(r), None],
            Branch::Together(i, j) => [Some(i), Some(j)],
            Branch::Column(_) => [None, None],
        }
    }

    /// What tells it from others.
    fn key(self) -> (u32, u32) {
        match self {
            Branch::Row(r) => (r, r),
            Branch::Together(i, j) => (i, j),
            Branch::Column(c) => (ABSENT, c),
        }
    }
}

pub(crate) struct Packing<'a> {
    problem: &'a Problem<'a>,
    list: &'a Columns,
    /// Rows of each column of the list, one after the other.
    rows: Vec<u32>,
    first: Vec<u32>,
    lp: Lp,
    /// Column of the programme of each of the list.
    of: Vec<u32>,
    back: Vec<u32>,
    unit: f64,
    kept_unit: Vec<f64>,
    scale: i64,
    /// Right-hand side of each cut.
    cuts: Vec<i64>,
    /// Cuts of each column of the list, and its entry in each.
    cuts_of: Vec<Vec<(u32, i32)>>,
    /// Columns that hold each row.
    of_row: Vec<Vec<u32>>,
    /// Columns in each cut, with their entries.
    of_cut: Vec<Vec<(u32, i32)>>,
    /// How many columns these two cover.
    indexed: usize,
    /// Work space: a number of each column.
    sums: Vec<i32>,
    covered: Vec<bool>,
    /// Nodes searched.
    nodes: u32,
    /// How many columns the next repair looks at first; 0: at all.
    near: usize,
    best: Option<Vec<u32>>,
    /// What is to be beaten: branches that cannot are not followed.
    best_value: i64,
    /// The value of the best solution known, which may be less.
    known: i64,
    /// Columns that the cuts of the root have left.
    left: Vec<u32>,
    /// The fractional point of the root.
    around: Vec<(u32, f64)>,
    /// What came of the branches tried so far.
    tried: HashMap<(u32, u32), Tried>,
    reduced: Vec<i64>,
    allowed: Vec<bool>,
}

/// Prices in whole numbers.
struct Priced {
    /// What a unit of the aim earns.
    worth: i64,
    row: Vec<i64>,
    kept: Vec<i64>,
    cut: Vec<i64>,
}

/// A programme with its rows and no columns yet.
fn frame(problem: &Problem, kept_unit: &[f64], cuts: &[i64]) -> Lp {
    let mut lp = Lp::new(&vec![1.0; problem.graph.rows]);
    for ((_, target), size) in problem.kept.iter().zip(kept_unit) {
        lp.add_row(-(*target as f64) / size, &[], true);
    }
    for &right in cuts {
        lp.add_row(right as f64, &[], false);
    }
    lp
}

/// The state of the linear programme at a node.
struct Solved {
    bound: i64,
    /// The bound before rounding, in prices.
    sum: i128,
}

impl<'a> Packing<'a> {
    /// Prepares to choose from `list` something worth more than `beat` units. What is worth more than `known` is
    /// taken on the way. `start`: places of columns
    /// to begin with.
    pub(crate) fn new(
        problem: &'a Problem<'a>,
        list: &'a Columns,
        scale: i64,
        (known, beat): (i64, i64),
        start: &[u32],
    ) -> Packing<'a> {
        let graph = problem.graph;
        let largest = |arcs: &[i64]| arcs.iter().fold(1_i64, |m, v| m.max(v.abs())) as f64;
        let kept_unit: Vec<f64> = problem
            .kept
            .iter()
            .map(|(valuation, _)| largest(&valuation.arc))
            .collect();
        let lp = frame(problem, &kept_unit, &[]);
        let (mut rows, mut first) = (Vec::new(), vec![0]);
        for c in 0..list.len() {
            rows.extend(list.vertices(c).iter().map(|&v| graph.row[v as usize]));
            first.push(rows.len() as u32);
        }
        let back = vec![ABSENT; lp.columns()];
        let mut packing = Packing {
            problem,
            list,
            rows,
            first,
            lp,
            of: vec![ABSENT; list.len()],
            back,
            unit: largest(&problem.aim.arc),
            kept_unit,
            scale,
            cuts: Vec::new(),
            cuts_of: vec![Vec::new(); list.len()],
            of_row: Vec::new(),
            of_cut: Vec::new(),
            indexed: usize::MAX,
            sums: vec![0; list.len()],
            covered: vec![false; graph.rows],
            nodes: 0,
            near: 0,
            best: None,
            best_value: beat.max(known),
            known,
            left: Vec::new(),
            around: Vec::new(),
            tried: HashMap::new(),
            reduced: vec![0; list.len()],
            allowed: vec![true; list.len()],
        };
        for &c in start {
            packing.enter(c);
        }
        packing
    }

    /// Says which solution is known: places of its columns.
    pub(crate) fn begin_from(&mut self, solution: Vec<u32>) {
        self.best = Some(solution);
    }

    /// Builds the programme again from the cuts that bind and the columns that are left: every pivot that
    /// follows costs less.
    fn shrink(&mut self, columns: &[u32]) {
        let first = self.problem.graph.rows + self.kept_unit.len();
        let mut place = vec![ABSENT; self.cuts.len()];
        let mut cuts = Vec::new();
        for (k, &right) in self.cuts.iter().enumerate() {
            if self.lp.price(first + k) > 1e-7 {
                place[k] = cuts.len() as u32;
                cuts.push(right);
            }
        }
        self.cuts = cuts;
        for of in &mut self.cuts_of {
            of.retain(|&(k, _)| place[k as usize] != ABSENT);
            for (k, _) in of {
                *k = place[*k as usize];
            }
        }
        self.lp = frame(self.problem, &self.kept_unit, &self.cuts);
        self.back = vec![ABSENT; self.lp.columns()];
        let before = std::mem::replace(&mut self.of, vec![ABSENT; self.list.len()]);
        for &c in columns {
            if before[c as usize] != ABSENT {
                self.enter(c);
            }
        }
    }

    fn rows_of(&self, column: u32) -> &[u32] {
        &self.rows[self.first[column as usize] as usize..self.first[column as usize + 1] as usize]
    }

    fn enter(&mut self, column: u32) {
        if self.of[column as usize] != ABSENT {
            return;
        }
        let c = column as usize;
        let values = self.list.values(c);
        let (rows, kept) = (self.problem.graph.rows as u32, self.kept_unit.len() as u32);
        let own = self.rows[self.first[c] as usize..self.first[c + 1] as usize]
            .iter()
            .map(|&r| (r, 1.0));
        let units = values[1..].iter().zip(&self.kept_unit).enumerate();
        let units = units
            .filter(|(_, (v, _))| **v != 0)
            .map(|(k, (&v, &size))| (rows + k as u32, -(v as f64) / size));
        let in_cuts = self.cuts_of[c]
            .iter()
            .map(|&(k, a)| (rows + kept + k, f64::from(a)));
        let place = self.lp.add_column(
            values[0] as f64 / self.unit,
            own.chain(units).chain(in_cuts),
        );
        self.of[c] = place as u32;
        self.back.resize(place + 1, ABSENT);
        self.back[place] = column;
    }

    /// Searches. What is found and proven stands in the answer.
    pub(crate) fn search(&mut self, effort: Effort, clock: &mut dyn Clock) -> Packed {
        let step = self.problem.aim.step;
        let mut columns: Vec<u32> = (0..self.list.len() as u32).collect();
        let mut open: Vec<Node> = Vec::new();
        let Some(mut solved) = self.converge(&columns, clock) else {
            return self.answer(i64::MAX);
        };
        self.around = self.support();
        self.round_up(&columns);
        let mut last = f64::INFINITY;
        let mut stalled = 0;
        // Where every column has two rows, these cuts are all there are (Edmonds 1965): there it pays to go on.
        let pairs_only = (0..self.list.len() as u32).all(|c| self.rows_of(c).len() == 2);
        let patience = if pairs_only { 10 * effort.rounds } else { 4 };
        for _ in 0..if pairs_only {
            10 * effort.rounds
        } else {
            effort.rounds
        } {
            self.prune(&mut columns, &solved);
            if solved.bound <= self.best_value {
                return self.answer(self.best_value);
            }
            if columns.is_empty() {
                // No column can be in anything better: what is left is to choose none, if that keeps what must be kept.
                let keeps = self.problem.kept.iter().all(|(_, target)| *target <= 0);
                let none = if keeps { 0 } else { self.best_value };
                return self.answer(solved.bound.min(none.max(self.best_value)));
            }
            if columns.len() < self.indexed / 2 {
                self.keep(&columns);
            }
            let added = self.cut();
            if added == 0 {
                break;
            }
            let Some(again) = self.converge(&columns, clock) else {
                return self.answer(solved.bound);
            };
            solved = again;
            self.around = self.support();
            self.round_up(&columns);
            let value = solved.sum as f64 / self.scale as f64;
            stalled = if last - value < 0.01 * (value - self.best_value as f64).max(0.0) {
                stalled + 1
            } else {
                0
            };
            last = value;
            if stalled >= patience {
                break;
            }
        }
        self.prune(&mut columns, &solved);
        self.shrink(&columns);
        self.keep(&columns);
        let Some(solved) = self.converge(&columns, clock) else {
            return self.answer(solved.bound);
        };
        self.dive(&columns, clock);
        let Some(solved) = self.converge(&columns, clock) else {
            return self.answer(solved.bound);
        };
        self.prune(&mut columns, &solved);
        let mut bound = solved.bound;
        self.left.clone_from(&columns);
        open.push(Node {
            bound,
            columns,
            covered: Vec::new(),
            basis: self.lp.basis(),
            depth: 0,
        });
        let mut closed_bound = i64::MIN;
        while let Some(at) = (0..open.len()).max_by_key(|&k| (open[k].bound, open[k].depth, k)) {
            let node = open.swap_remove(at);
            if node.bound < self.best_value + step {
                continue;
            }
            if self.nodes >= effort.nodes || clock.is_over() {
                closed_bound = closed_bound.max(node.bound);
                open.push(node);
                break;
            }
            self.nodes += 1;
            if self.nodes == LONG && effort.neighbourhoods {
                let left = std::mem::take(&mut self.left);
                self.improve(&left, neighbourhood::PATIENCE, clock);
            }
            bound = node.bound;
            self.enter_node(&node);
            let mut columns = node.columns;
            let Some(solved) = self.converge(&columns, clock) else {
                closed_bound = closed_bound.max(bound);
                break;
            };
            let here = solved.bound.min(bound);
            if here < self.best_value + step {
                continue;
            }
            self.round_up(&columns);
            self.prune(&mut columns, &solved);
            if columns.len() <= FEW {
                self.try_all(&columns);
                continue;
            }
            let Some(branch) = self.choose(&columns, solved.bound, clock) else {
                continue;
            };
            let basis = self.lp.basis();
            for yes in [true, false] {
                let child: Vec<u32> = columns
                    .iter()
                    .copied()
                    .filter(|&c| self.fits(c, branch, yes))
                    .collect();
                let mut covered = node.covered.clone();
                if yes {
                    match branch {
                        Branch::Row(r) => covered.push(r),
                        Branch::Together(i, j) => covered.extend([i, j]),
                        Branch::Column(c) => covered.extend_from_slice(self.rows_of(c)),
                    }
                }
                open.push(Node {
                    bound: here,
                    columns: child,
                    covered,
                    basis: basis.clone(),
                    depth: node.depth + 1,
                });
            }
        }
        let bound = open
            .iter()
            .map(|n| n.bound)
            .max()
            .unwrap_or(i64::MIN)
            .max(closed_bound)
            .max(self.best_value);
        self.answer(bound)
    }

    fn answer(&self, bound: i64) -> Packed {
        Packed {
            chosen: self.best.clone(),
            value: self.known,
            bound,
            nodes: self.nodes,
        }
    }

    /// Opens the columns of a node, and shuts the slacks of what it covers.
    fn enter_node(&mut self, node: &Node) {
        self.cover(&node.covered);
        self.lp.restore(&node.basis);
        self.allow(&node.columns);
        self.near = NEAR;
    }

    fn cover(&mut self, rows: &[u32]) {
        for r in 0..self.covered.len() {
            if self.covered[r] {
                self.covered[r] = false;
                self.lp.set_open(self.lp.slack(r), true);
            }
        }
        for &r in rows {
            self.covered[r as usize] = true;
            self.lp.set_open(self.lp.slack(r as usize), false);
        }
    }

    /// Shuts all columns but these.
    fn allow(&mut self, columns: &[u32]) {
        self.allowed.fill(false);
        for &c in columns {
            self.allowed[c as usize] = true;
        }
        for place in 0..self.back.len() {
            let c = self.back[place];
            if c != ABSENT {
                self.lp.set_open(place, self.allowed[c as usize]);
            }
        }
    }

    /// Drops the columns that no better solution can hold.
    fn prune(&self, columns: &mut Vec<u32>, solved: &Solved) {
        let least = i128::from(self.best_value + self.problem.aim.step) * i128::from(self.scale);
        columns.retain(|&c| solved.sum + i128::from(self.reduced[c as usize]) >= least);
    }

    /// Columns with a value at the present point, and their values.
    fn support(&self) -> Vec<(u32, f64)> {
        let mut support: Vec<(u32, f64)> = self
            .lp
            .basic()
            .iter()
            .filter(|&&place| self.back[place as usize] != ABSENT)
            .map(|&place| (self.back[place as usize], self.lp.value(place as usize)))
            .filter(|&(_, x)| x > 1e-9)
            .collect();
        support.sort_by_key(|&(c, _)| c);
        support
    }
}

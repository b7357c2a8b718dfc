//! The best choice among listed cycles and chains, by branch and bound with cuts.
//!
//! All columns that could be part of a better solution are listed beforehand (their reduced values
//! are within the gap), so that cuts and branches need no search in the graph: pricing is a pass over
//! the list, and whatever the bound rules out leaves the list for good.

use super::column::Columns;
use super::cuts;
use super::lp::{Basis, Lp, Repair};
use super::master::Clock;
use super::problem::Problem;

/// Values nearer to a whole number are whole.
const WHOLE: f64 = 1e-6;
/// Not in the linear programme.
const ABSENT: u32 = u32::MAX;

/// How hard to search.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Effort {
    /// Most nodes.
    pub nodes: u32,
    /// Most rounds of cuts.
    pub rounds: u32,
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
    covered: Vec<bool>,
    best: Option<Vec<u32>>,
    best_value: i64,
    reduced: Vec<i64>,
    allowed: Vec<bool>,
    /// Whether to tell how it goes, on stderr.
    pub trace: bool,
}

/// Prices in whole numbers.
struct Priced {
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
    /// Prepares to choose from `list` something worth more than `beat` units. `start`: places of columns
    /// to begin with.
    pub(crate) fn new(
        problem: &'a Problem<'a>,
        list: &'a Columns,
        scale: i64,
        beat: i64,
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
            covered: vec![false; graph.rows],
            best: None,
            best_value: beat,
            reduced: vec![0; list.len()],
            allowed: vec![true; list.len()],
            trace: false,
        };
        for &c in start {
            packing.enter(c);
        }
        packing
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
        let mut nodes = 0;
        let Some(mut solved) = self.converge(&columns, clock) else {
            return self.answer(i64::MAX);
        };
        self.round_up(&columns);
        let mut last = f64::INFINITY;
        let mut stalled = 0;
        // Where every column has two rows, these cuts are all there are (Edmonds 1965): there it pays to go on.
        let pairs_only = (0..self.list.len() as u32).all(|c| self.rows_of(c).len() == 2);
        let patience = if pairs_only { 10 * effort.rounds } else { 4 };
        for round in 0..if pairs_only {
            10 * effort.rounds
        } else {
            effort.rounds
        } {
            self.prune(&mut columns, &solved);
            if solved.bound <= self.best_value || columns.is_empty() {
                return self.answer(solved.bound.max(self.best_value));
            }
            let added = self.cut();
            if added == 0 {
                break;
            }
            let Some(again) = self.converge(&columns, clock) else {
                return self.answer(solved.bound);
            };
            solved = again;
            self.round_up(&columns);
            let value = solved.sum as f64 / self.scale as f64;
            if self.trace {
                eprintln!(
                    "  round {round} cuts {} value {value:.2} best {} columns {} lp {}x{} pivots {}",
                    self.cuts.len(),
                    self.best_value,
                    columns.len(),
                    self.lp.rows(),
                    self.lp.columns(),
                    self.lp.pivots
                );
            }
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
        let Some(solved) = self.converge(&columns, clock) else {
            return self.answer(solved.bound);
        };
        self.dive(&columns, clock);
        let Some(solved) = self.converge(&columns, clock) else {
            return self.answer(solved.bound);
        };
        self.prune(&mut columns, &solved);
        let mut bound = solved.bound;
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
            if nodes >= effort.nodes || clock.is_over() {
                closed_bound = closed_bound.max(node.bound);
                open.push(node);
                break;
            }
            nodes += 1;
            bound = node.bound;
            if self.trace && nodes % 10 == 0 {
                eprintln!(
                    "  node {nodes} open {} bound {bound} best {} depth {} columns {} pivots {}",
                    open.len(),
                    self.best_value,
                    node.depth,
                    node.columns.len(),
                    self.lp.pivots
                );
            }
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
            let Some(branch) = self.choose(&columns, clock) else {
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
            value: self.best_value,
            bound,
        }
    }

    /// Opens the columns of a node, and shuts the slacks of what it covers.
    fn enter_node(&mut self, node: &Node) {
        self.cover(&node.covered);
        self.lp.restore(&node.basis);
        self.allow(&node.columns);
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

    /// Prices of rows in whole numbers, moved along the ray by `far`.
    fn prices(&self, far: f64) -> Priced {
        let rows = self.problem.graph.rows;
        let factor = self.unit * self.scale as f64;
        let limit = (1_i64 << 57) as f64;
        let price = |row: usize, by: f64| {
            let ray = if far == 0.0 {
                0.0
            } else {
                far * self.lp.ray()[row]
            };
            ((self.lp.price(row) + ray) * factor / by).clamp(-limit, limit)
        };
        let row = (0..rows)
            .map(|r| {
                let p = price(r, 1.0).ceil() as i64;
                if self.covered[r] { p } else { p.max(0) }
            })
            .collect();
        let kept = self
            .kept_unit
            .iter()
            .enumerate()
            .map(|(k, &by)| price(rows + k, by).round().clamp(0.0, limit / (16.0 * by)) as i64)
            .collect();
        let cuts = rows + self.kept_unit.len();
        let cut = (0..self.cuts.len())
            .map(|k| (price(cuts + k, 1.0).ceil() as i64).max(0))
            .collect();
        Priced { row, kept, cut }
    }

    /// Reduced values of the given columns; those that are not in the programme and would make it better.
    /// And by how much the others may be above zero.
    fn look_through(&mut self, columns: &[u32], prices: &Priced) -> (Vec<(i64, u32)>, i64) {
        let floor = (self.unit * self.scale as f64 * 1e-7) as i64;
        let mut better: Vec<(i64, u32)> = Vec::new();
        let mut excess = floor;
        for &c in columns {
            let values = self.list.values(c as usize);
            let mut reduced = self.scale * values[0];
            for (v, p) in values[1..].iter().zip(&prices.kept) {
                reduced += v * p;
            }
            for &r in self.rows_of(c) {
                reduced -= prices.row[r as usize];
            }
            for &(k, a) in &self.cuts_of[c as usize] {
                reduced -= prices.cut[k as usize] * i64::from(a);
            }
            self.reduced[c as usize] = reduced;
            if reduced > floor {
                if self.of[c as usize] == ABSENT {
                    better.push((reduced, c));
                } else {
                    excess = excess.max(reduced);
                }
            }
        }
        (better, excess)
    }

    fn bound(&self, prices: &Priced, excess: i64) -> Solved {
        let mut sum: i128 = prices.row.iter().map(|&p| i128::from(p)).sum();
        for (price, right) in prices.cut.iter().zip(&self.cuts) {
            sum += i128::from(*price) * i128::from(*right);
        }
        for (price, (_, target)) in prices.kept.iter().zip(&self.problem.kept) {
            sum -= i128::from(*price) * i128::from(*target);
        }
        sum += i128::from(excess) * self.problem.graph.pairs as i128;
        let step = self.problem.aim.step;
        let units = sum
            .div_euclid(i128::from(self.scale))
            .clamp(-(1 << 60), 1 << 60) as i64;
        Solved {
            bound: units.div_euclid(step) * step,
            sum,
        }
    }

    /// Solves the programme over the given columns. `None`: time was up.
    fn converge(&mut self, columns: &[u32], clock: &mut dyn Clock) -> Option<Solved> {
        let rows = self.problem.graph.rows;
        loop {
            let mut far = 0.0;
            match self.lp.repair(&mut || clock.is_over(), u32::MAX) {
                Repair::Feasible => {
                    if !self.lp.solve(&mut || clock.is_over(), u32::MAX) {
                        return None;
                    }
                }
                Repair::Unfinished => return None,
                Repair::Infeasible { fall } => {
                    // As far as the value falls below what is to be beaten.
                    far = ((self.lp.objective() - self.best_value as f64 / self.unit).max(0.0)
                        + 1.0)
                        / fall;
                }
            }
            let prices = self.prices(far);
            let (mut better, excess) = self.look_through(columns, &prices);
            if better.is_empty() {
                return Some(self.bound(&prices, excess));
            }
            better.sort_by_key(|&(r, c)| (std::cmp::Reverse(r), c));
            better.truncate(rows);
            for (_, c) in better {
                self.enter(c);
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

    /// Adds violated cuts; says how many.
    fn cut(&mut self) -> usize {
        let support = self.support();
        let view: Vec<(&[u32], f64)> = support.iter().map(|&(c, x)| (self.rows_of(c), x)).collect();
        let rows = self.problem.graph.rows;
        let mut sets: Vec<Vec<u32>> = cuts::separate(&view, rows, 60, 5)
            .into_iter()
            .map(|cut| cut.to_vec())
            .collect();
        // Rows of patients and altruists, then those of the cuts.
        let mut sparse: Vec<cuts::Sparse> = (0..rows)
            .map(|_| cuts::Sparse {
                odd: Vec::new(),
                slack: 1.0,
                right_is_odd: true,
            })
            .collect();
        sparse.extend(self.cuts.iter().map(|&right| cuts::Sparse {
            odd: Vec::new(),
            slack: right as f64,
            right_is_odd: right % 2 != 0,
        }));
        let fractional: Vec<(u32, f64)> = support
            .iter()
            .copied()
            .filter(|&(_, x)| x < 1.0 - WHOLE)
            .collect();
        for &(c, x) in &support {
            if x >= 1.0 - WHOLE {
                for &r in self.rows_of(c) {
                    // A row that is settled takes no part.
                    sparse[r as usize].slack = 2.0;
                }
                for &(k, a) in &self.cuts_of[c as usize] {
                    sparse[rows + k as usize].slack -= f64::from(a) * x;
                    if a % 2 != 0 {
                        sparse[rows + k as usize].slack += 2.0;
                    }
                }
            }
        }
        for (k, &(c, x)) in fractional.iter().enumerate() {
            for &r in self.rows_of(c) {
                sparse[r as usize].slack -= x;
                sparse[r as usize].odd.push(k as u32);
            }
            for &(cut, a) in &self.cuts_of[c as usize] {
                sparse[rows + cut as usize].slack -= f64::from(a) * x;
                if a % 2 != 0 {
                    sparse[rows + cut as usize].odd.push(k as u32);
                }
            }
        }
        let values: Vec<f64> = fractional.iter().map(|&(_, x)| x).collect();
        let halves = cuts::zero_half(&sparse, &values, 60, 8);
        sets.extend(
            halves
                .into_iter()
                .filter(|s| s.len() != 3 || s.iter().any(|&r| r as usize >= rows)),
        );
        let count = sets.len();
        for set in sets {
            self.add_cut(&set);
        }
        count
    }

    /// Adds half the sum of some rows and cuts, rounded down.
    fn add_cut(&mut self, set: &[u32]) {
        let rows = self.problem.graph.rows;
        let k = self.cuts.len() as u32;
        let mut marked = vec![false; rows + self.cuts.len()];
        let mut right = 0;
        for &r in set {
            marked[r as usize] = true;
            right += if (r as usize) < rows {
                1
            } else {
                self.cuts[r as usize - rows]
            };
        }
        let mut entries = Vec::new();
        for c in 0..self.list.len() as u32 {
            let mut sum = self
                .rows_of(c)
                .iter()
                .filter(|&&r| marked[r as usize])
                .count() as i32;
            for &(cut, a) in &self.cuts_of[c as usize] {
                if marked[rows + cut as usize] {
                    sum += a;
                }
            }
            if sum >= 2 {
                self.cuts_of[c as usize].push((k, sum / 2));
                if self.of[c as usize] != ABSENT {
                    entries.push((self.of[c as usize], f64::from(sum / 2)));
                }
            }
        }
        self.lp.add_row((right / 2) as f64, &entries, false);
        self.back.resize(self.lp.columns(), ABSENT);
        self.cuts.push(right / 2);
    }

    /// Takes a solution if it is the best so far. Says whether it is.
    fn offer(&mut self, chosen: Vec<u32>) -> bool {
        let value: i64 = chosen.iter().map(|&c| self.list.value(c as usize)).sum();
        if value <= self.best_value {
            return false;
        }
        for (k, (_, target)) in self.problem.kept.iter().enumerate() {
            let kept: i64 = chosen
                .iter()
                .map(|&c| self.list.values(c as usize)[k + 1])
                .sum();
            if kept < *target {
                return false;
            }
        }
        self.best_value = value;
        self.best = Some(chosen);
        true
    }

    /// A solution from the present point: columns by their values, then whatever still fits.
    fn round_up(&mut self, columns: &[u32]) {
        let mut support = self.support();
        support.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let mut used = vec![false; self.problem.graph.rows];
        let mut chosen = Vec::new();
        let mut fill: Vec<u32> = columns
            .iter()
            .copied()
            .filter(|&c| self.reduced[c as usize] >= -self.scale * self.unit as i64)
            .collect();
        fill.sort_by_key(|&c| (std::cmp::Reverse(self.reduced[c as usize]), c));
        let present = support.len();
        for (k, c) in support.iter().map(|&(c, _)| c).chain(fill).enumerate() {
            if (k < present || self.list.value(c as usize) > 0)
                && self.rows_of(c).iter().all(|&r| !used[r as usize])
            {
                for &r in self.rows_of(c) {
                    used[r as usize] = true;
                }
                chosen.push(c);
            }
        }
        self.offer(chosen);
    }

    /// Fixes the column with the greatest value, solves, and so on down to a whole solution.
    fn dive(&mut self, columns: &[u32], clock: &mut dyn Clock) {
        let basis = self.lp.basis();
        let mut left = columns.to_vec();
        let mut fixed: Vec<u32> = Vec::new();
        loop {
            let support = self.support();
            let mut next: Vec<(u32, f64)> = support
                .into_iter()
                .filter(|(c, _)| !fixed.contains(c) && self.allowed_in(&left, *c))
                .collect();
            if next.is_empty() {
                break;
            }
            next.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
            let sure = next
                .iter()
                .take_while(|(_, x)| *x > 1.0 - WHOLE)
                .count()
                .max(1);
            for &(c, _) in &next[..sure] {
                if self
                    .rows_of(c)
                    .iter()
                    .any(|r| fixed.iter().any(|&f| self.rows_of(f).contains(r)))
                {
                    continue;
                }
                fixed.push(c);
                let mine = self.rows_of(c).to_vec();
                left.retain(|&o| o == c || self.rows_of(o).iter().all(|r| !mine.contains(r)));
            }
            self.allow(&left);
            let Some(solved) = self.converge(&left, clock) else {
                break;
            };
            if solved.bound <= self.best_value {
                break;
            }
            self.round_up(&left);
        }
        self.lp.restore(&basis);
        self.allow(columns);
    }

    fn allowed_in(&self, _left: &[u32], c: u32) -> bool {
        self.allowed[c as usize]
    }

    fn fits(&self, column: u32, branch: Branch, yes: bool) -> bool {
        let rows = self.rows_of(column);
        match branch {
            Branch::Row(r) => yes || !rows.contains(&r),
            Branch::Together(i, j) => {
                let (i, j) = (rows.contains(&i), rows.contains(&j));
                if yes { i == j } else { !(i && j) }
            }
            Branch::Column(c) if column == c => yes,
            Branch::Column(c) => !yes || rows.iter().all(|r| !self.rows_of(c).contains(r)),
        }
    }

    /// What to branch on. `None`: the point is whole, and was taken as a solution.
    fn choose(&mut self, columns: &[u32], clock: &mut dyn Clock) -> Option<Branch> {
        let support = self.support();
        let mut by_row = vec![0.0_f64; self.problem.graph.rows];
        let mut by_pair: std::collections::BTreeMap<(u32, u32), f64> =
            std::collections::BTreeMap::new();
        let mut split: Option<(f64, u32)> = None;
        for &(c, x) in &support {
            let away = (x - 0.5).abs();
            if x > WHOLE && x < 1.0 - WHOLE && split.is_none_or(|(best, _)| away < best) {
                split = Some((away, c));
            }
            let rows = self.rows_of(c);
            for (k, &i) in rows.iter().enumerate() {
                by_row[i as usize] += x;
                for &j in &rows[k + 1..] {
                    *by_pair.entry((i.min(j), i.max(j))).or_default() += x;
                }
            }
        }
        let (_, split) = split?;
        let part = |x: f64| x > 1e-5 && x < 1.0 - 1e-5;
        let mut candidates: Vec<(f64, Branch)> = Vec::new();
        // A branch must change something on both sides, or the tree would have no end.
        for (r, &x) in by_row.iter().enumerate() {
            if part(x) && !self.covered[r] {
                candidates.push(((x - 0.5).abs(), Branch::Row(r as u32)));
            }
        }
        for (&(i, j), &x) in &by_pair {
            let branch = Branch::Together(i, j);
            let covers = !self.covered[i as usize] || !self.covered[j as usize];
            if part(x) && (covers || columns.iter().any(|&c| !self.fits(c, branch, true))) {
                candidates.push(((x - 0.5).abs(), branch));
            }
        }
        if candidates.is_empty() {
            return Some(Branch::Column(split));
        }
        candidates.sort_by(|a, b| a.0.total_cmp(&b.0));
        candidates.truncate(8);
        // Try each both ways, for a few pivots.
        let saved = self.lp.save();
        let before = self.lp.objective();
        let covered: Vec<u32> = (0..self.covered.len() as u32)
            .filter(|&r| self.covered[r as usize])
            .collect();
        let mut best = (f64::NEG_INFINITY, candidates[0].1);
        for &(_, branch) in &candidates {
            let mut fall = [0.0_f64; 2];
            for (side, yes) in [true, false].into_iter().enumerate() {
                let child: Vec<u32> = columns
                    .iter()
                    .copied()
                    .filter(|&c| self.fits(c, branch, yes))
                    .collect();
                self.allow(&child);
                let mut more = covered.clone();
                match (yes, branch) {
                    (true, Branch::Row(r)) => more.push(r),
                    (true, Branch::Together(i, j)) => more.extend([i, j]),
                    _ => {}
                }
                self.cover(&more);
                fall[side] = match self.lp.repair(&mut || clock.is_over(), 15) {
                    Repair::Infeasible { .. } => f64::INFINITY,
                    _ => (before - self.lp.objective()).max(1e-6),
                };
                self.lp.load(&saved);
            }
            // A fall beyond what ends a node counts no more than that.
            let enough = (before * self.unit - self.best_value as f64).max(1.0) / self.unit;
            let score = fall[0].min(enough) * fall[1].min(enough);
            if score > best.0 {
                best = (score, branch);
            }
        }
        self.cover(&covered);
        self.allow(columns);
        Some(best.1)
    }
}

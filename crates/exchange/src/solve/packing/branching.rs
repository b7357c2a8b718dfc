//! What to branch on: whether a row is covered, whether two are in one column, or one column.

use super::super::lp::Repair;
use super::super::master::Clock;
use super::{ABSENT, Branch, Packing};

/// Values nearer to a whole number than this are not branched on; it is above what a shut column may keep.
const PART: f64 = 2e-4;

/// So many branches are tried at a node, or more where the end is more than so many times the best of these away:
const CANDIDATES: usize = 8;
const FAR: f64 = 12.0;
/// up to so many, until so many branches are known,
const CANDIDATES_AT_FIRST: usize = 30;
const KNOWN_ENOUGH: usize = 300;
/// of which so many are tried again, and then so many.
const KNOWN_AT_FIRST: usize = 2;
const KNOWN: usize = 4;
/// Most pivots of a trial.
const PIVOTS: u32 = 15;
/// A trial looks at so many columns.
const NEAR_IN_TRIALS: usize = 300;

/// What came of the trials of a branch: how far the bound fell on either side, in all.
#[derive(Clone, Copy, Default)]
pub(super) struct Tried {
    falls: [f64; 2],
    times: u32,
}

impl Tried {
    fn add(&mut self, falls: [f64; 2]) {
        self.falls[0] += falls[0];
        self.falls[1] += falls[1];
        self.times += 1;
    }

    fn score(&self) -> f64 {
        self.falls[0] * self.falls[1] / f64::from(self.times).powi(2)
    }
}

impl Packing<'_> {
    pub(super) fn fits(&self, column: u32, branch: Branch, yes: bool) -> bool {
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

    /// What to branch on. `None`: the point is whole and a solution, which was taken if it is the best so far.
    pub(super) fn choose(
        &mut self,
        columns: &[u32],
        bound: i64,
        clock: &mut dyn Clock,
    ) -> Option<Branch> {
        // A shut column may keep a value that is nearly nothing: a branch on it would change nothing.
        let mut support = self.support();
        support.retain(|&(c, _)| self.allowed[c as usize]);
        let mut by_row = vec![0.0_f64; self.problem.graph.rows];
        let mut by_pair: std::collections::BTreeMap<(u32, u32), f64> =
            std::collections::BTreeMap::new();
        let part = |x: f64| x > PART && x < 1.0 - PART;
        let mut split: Option<(f64, u32)> = None;
        for &(c, x) in &support {
            let away = (x - 0.5).abs();
            if part(x) && split.is_none_or(|(best, _)| away < best) {
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
        let Some((_, split)) = split else {
            return self.unlike(columns, &support, bound);
        };
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
        Some(self.try_out(columns, &candidates, clock))
    }

    /// The candidates in the order in which they are to be tried: a few of those under which the bound fell most at other
    /// nodes, a few that are new, in the order given, then others.
    fn in_order(&self, candidates: &[(f64, Branch)]) -> Vec<Branch> {
        let mut old: Vec<(f64, Branch)> = Vec::new();
        let mut new: Vec<Branch> = Vec::new();
        for &(_, branch) in candidates {
            match self.tried.get(&branch.key()) {
                Some(tried) => old.push((tried.score(), branch)),
                None => new.push(branch),
            }
        }
        old.sort_by(|a, b| b.0.total_cmp(&a.0));
        let old: Vec<Branch> = old.into_iter().map(|(_, branch)| branch).collect();
        let (known, most) = if self.tried.len() >= KNOWN_ENOUGH {
            (KNOWN, CANDIDATES + KNOWN)
        } else {
            (KNOWN_AT_FIRST, CANDIDATES_AT_FIRST)
        };
        let known = known.min(old.len());
        let unknown = (CANDIDATES - known).min(new.len());
        let (first, more) = (&old[..known], &old[known..]);
        let (second, rest) = new.split_at(unknown);
        let order = [first, second, more, rest].concat();
        order.into_iter().take(most).collect()
    }

    /// Tries candidates both ways, for a few pivots, and gives the one under which the bound falls most.
    fn try_out(
        &mut self,
        columns: &[u32],
        candidates: &[(f64, Branch)],
        clock: &mut dyn Clock,
    ) -> Branch {
        let order = self.in_order(candidates);
        let saved = self.lp.save();
        let before = self.lp.objective();
        self.lp.focus(NEAR_IN_TRIALS);
        let present: Vec<u32> = columns
            .iter()
            .copied()
            .filter(|&c| self.of[c as usize] != ABSENT)
            .collect();
        // A fall beyond what ends a node counts no more than that.
        let enough = (before * self.unit - self.best_value as f64).max(1.0) / self.unit;
        let mut best = (f64::NEG_INFINITY, candidates[0].1);
        let mut closed: Vec<usize> = Vec::new();
        for (k, &branch) in order.iter().enumerate() {
            if k >= CANDIDATES && best.0.sqrt() * FAR > enough {
                break;
            }
            let mut falls = [0.0_f64; 2];
            for (fall, yes) in falls.iter_mut().zip([true, false]) {
                closed.clear();
                let shut = present.iter().filter(|&&c| !self.fits(c, branch, yes));
                closed.extend(shut.map(|&c| self.of[c as usize] as usize));
                if yes {
                    let rows = branch.rows().into_iter().flatten();
                    let rows = rows.filter(|&r| !self.covered[r as usize]);
                    closed.extend(rows.map(|r| self.lp.slack(r as usize)));
                }
                for &c in &closed {
                    self.lp.close(c);
                }
                *fall = match self.lp.repair(&mut || clock.is_over(), PIVOTS) {
                    Repair::Infeasible { .. } => enough,
                    _ => (before - self.lp.objective()).max(1e-6),
                };
                for &c in &closed {
                    self.lp.reopen(c);
                }
                self.lp.load(&saved);
            }
            let score = falls[0].min(enough) * falls[1].min(enough);
            self.tried.entry(branch.key()).or_default().add(falls);
            if score > best.0 {
                best = (score, branch);
            }
        }
        self.lp.unfocus();
        best.1
    }

    /// What to branch on at a whole point. It can miss what must be kept, or use a row twice, or be worth less than the bound, by
    /// less than the linear programme sees; then the search goes on by single columns. `None`: nothing better is left.
    fn unlike(&mut self, columns: &[u32], support: &[(u32, f64)], bound: i64) -> Option<Branch> {
        let chosen: Vec<u32> = support
            .iter()
            .filter(|&&(_, x)| x > 0.5)
            .map(|&(c, _)| c)
            .collect();
        if self.is_solution(&chosen) {
            self.offer(chosen.clone());
            if bound <= self.best_value {
                return None;
            }
        }
        // A branch that leaves less to decide on both sides.
        let open = chosen.iter().chain(columns).copied().find(|&c| {
            let branch = Branch::Column(c);
            self.rows_of(c).iter().any(|&r| !self.covered[r as usize])
                || columns.iter().any(|&o| !self.fits(o, branch, true))
        });
        if open.is_none() {
            // All that is left is fixed.
            self.offer(columns.to_vec());
        }
        open.map(Branch::Column)
    }
}

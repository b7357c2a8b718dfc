//! What to branch on: whether a row is covered, whether two are in one column, or one column.

use super::super::lp::Repair;
use super::super::master::Clock;
use super::{Branch, Packing};

/// Values nearer to a whole number than this are not branched on; it is above what a shut column may keep.
const PART: f64 = 2e-4;

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

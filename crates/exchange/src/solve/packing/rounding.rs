//! Whole solutions from fractional points.

use super::super::master::Clock;
use super::{Packing, WHOLE};

impl Packing<'_> {
    /// Whether a choice uses no row twice and keeps what earlier objectives reached.
    pub(super) fn is_solution(&self, chosen: &[u32]) -> bool {
        let mut used = vec![false; self.problem.graph.rows];
        for &c in chosen {
            for &r in self.rows_of(c) {
                if std::mem::replace(&mut used[r as usize], true) {
                    return false;
                }
            }
        }
        let mut kept = self.problem.kept.iter().enumerate();
        kept.all(|(k, (_, target))| {
            let values = chosen.iter().map(|&c| self.list.values(c as usize)[k + 1]);
            values.sum::<i64>() >= *target
        })
    }

    /// Takes a solution if it is the best so far. Says whether it is.
    pub(super) fn offer(&mut self, chosen: Vec<u32>) -> bool {
        let value: i64 = chosen.iter().map(|&c| self.list.value(c as usize)).sum();
        if value <= self.known || !self.is_solution(&chosen) {
            return false;
        }
        self.known = value;
        self.best_value = self.best_value.max(value + self.problem.aim.slack);
        self.best = Some(chosen);
        true
    }

    /// Takes the best solution of a few columns.
    pub(super) fn try_all(&mut self, columns: &[u32]) {
        for set in 0..1_u32 << columns.len() {
            let chosen = columns.iter().enumerate();
            let chosen = chosen.filter(|(k, _)| set >> k & 1 == 1).map(|(_, &c)| c);
            if chosen
                .clone()
                .map(|c| self.list.value(c as usize))
                .sum::<i64>()
                > self.known
            {
                self.offer(chosen.collect());
            }
        }
    }

    /// A solution from the present point: columns by their values, then whatever still fits.
    pub(super) fn round_up(&mut self, columns: &[u32]) {
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
    pub(super) fn dive(&mut self, columns: &[u32], clock: &mut dyn Clock) {
        let basis = self.lp.basis();
        let mut left = columns.to_vec();
        let mut fixed: Vec<u32> = Vec::new();
        loop {
            let support = self.support();
            let mut next: Vec<(u32, f64)> = support
                .into_iter()
                .filter(|&(c, _)| self.allowed[c as usize] && !fixed.contains(&c))
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
            if solved.bound <= self.known {
                break;
            }
            self.round_up(&left);
        }
        self.lp.restore(&basis);
        self.allow(columns);
    }
}

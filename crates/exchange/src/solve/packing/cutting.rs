//! Cuts of the present point, and their entries in all columns of the list.

use super::super::cuts;
use super::{ABSENT, Packing, WHOLE};

impl Packing<'_> {
    /// Writes down which columns hold each row and are in each cut, of those given; the others are shut for good.
    pub(super) fn keep(&mut self, columns: &[u32]) {
        self.allow(columns);
        self.of_row = vec![Vec::new(); self.problem.graph.rows];
        self.of_cut = vec![Vec::new(); self.cuts.len()];
        for &c in columns {
            let rows = self.first[c as usize] as usize..self.first[c as usize + 1] as usize;
            for &r in &self.rows[rows] {
                self.of_row[r as usize].push(c);
            }
            for &(k, a) in &self.cuts_of[c as usize] {
                self.of_cut[k as usize].push((c, a));
            }
        }
        self.indexed = columns.len();
    }

    /// Adds violated cuts; says how many.
    pub(super) fn cut(&mut self) -> usize {
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
    pub(super) fn add_cut(&mut self, set: &[u32]) {
        let rows = self.problem.graph.rows;
        let k = self.cuts.len() as u32;
        let mut right = 0;
        let mut touched: Vec<u32> = Vec::new();
        for &r in set {
            let r = r as usize;
            if r < rows {
                right += 1;
                for &c in &self.of_row[r] {
                    if self.sums[c as usize] == 0 {
                        touched.push(c);
                    }
                    self.sums[c as usize] += 1;
                }
            } else {
                right += self.cuts[r - rows];
                for &(c, a) in &self.of_cut[r - rows] {
                    if self.sums[c as usize] == 0 {
                        touched.push(c);
                    }
                    self.sums[c as usize] += a;
                }
            }
        }
        let (mut entries, mut members) = (Vec::new(), Vec::new());
        for c in touched {
            let half = std::mem::take(&mut self.sums[c as usize]) / 2;
            if half > 0 {
                members.push((c, half));
                self.cuts_of[c as usize].push((k, half));
                if self.of[c as usize] != ABSENT {
                    entries.push((self.of[c as usize], f64::from(half)));
                }
            }
        }
        self.of_cut.push(members);
        self.lp.add_row((right / 2) as f64, &entries, false);
        self.back.resize(self.lp.columns(), ABSENT);
        self.cuts.push(right / 2);
    }
}

//! Prices in whole numbers, the bound that follows from them, and columns that would make it better.

use super::super::lp::Repair;
use super::super::master::Clock;
use super::super::problem::Prices;
use super::{ABSENT, Packing, Priced, Solved};

/// The largest price of a ray by itself.
const RAY: f64 = (1_i64 << 50) as f64;

impl Packing<'_> {
    /// Prices of rows in whole numbers, moved along the ray by `far`.
    pub(super) fn prices(&self, far: f64) -> Priced {
        let at = |row: usize| {
            let ray = if far == 0.0 {
                0.0
            } else {
                far * self.lp.ray()[row]
            };
            self.lp.price(row) + ray
        };
        let full = self.unit * self.scale as f64;
        self.in_whole_numbers(at, self.scale, full)
    }

    /// The ray by itself as prices: where a choice would have to earn something at these, whatever it is worth, there is none
    /// (Farkas 1902).
    fn ray_alone(&self) -> Priced {
        let largest = self.lp.ray().iter().fold(0.0_f64, |m, v| m.max(v.abs()));
        let at = |row: usize| self.lp.ray()[row] / largest.max(f64::MIN_POSITIVE);
        self.in_whole_numbers(at, 0, RAY)
    }

    /// Prices in whole numbers, `full` to one, or fewer where these would be too large.
    fn in_whole_numbers(&self, at: impl Fn(usize) -> f64, worth: i64, full: f64) -> Priced {
        let rows = self.problem.graph.rows;
        let cuts = rows + self.kept_unit.len();
        let all = (0..cuts + self.cuts.len()).map(&at);
        let factor = Prices::factor(full, all);
        let price = |row: usize, by: f64| at(row) * factor / by;
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
            .map(|(k, &by)| price(rows + k, by).round().max(0.0) as i64)
            .collect();
        let cut = (0..self.cuts.len())
            .map(|k| (price(cuts + k, 1.0).ceil() as i64).max(0))
            .collect();
        Priced {
            worth,
            row,
            kept,
            cut,
        }
    }

    /// Reduced values of the given columns; those that are not in the programme and earn more than `floor`.
    /// And by how much the others may be above zero.
    pub(super) fn look_through(
        &mut self,
        columns: &[u32],
        prices: &Priced,
        floor: i64,
    ) -> (Vec<(i64, u32)>, i64) {
        let mut better: Vec<(i64, u32)> = Vec::new();
        let mut excess = 0;
        for &c in columns {
            let values = self.list.values(c as usize);
            let mut reduced = prices.worth * values[0];
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
            if reduced > floor && self.of[c as usize] == ABSENT {
                better.push((reduced, c));
            } else {
                excess = excess.max(reduced);
            }
        }
        (better, excess)
    }

    /// Columns that are not in the programme and would bring it nearer to a feasible point, with what they earn
    /// at its prices. These are too large for whole numbers as long as a row is held by an artificial column.
    fn that_help(&self, columns: &[u32]) -> Vec<(f64, u32)> {
        let (rows, kept) = (self.problem.graph.rows, self.kept_unit.len());
        let mut helps = Vec::new();
        for &c in columns {
            if self.of[c as usize] != ABSENT {
                continue;
            }
            let values = self.list.values(c as usize);
            let mut earns = values[0] as f64 / self.unit;
            for (k, (&v, &size)) in values[1..].iter().zip(&self.kept_unit).enumerate() {
                earns += v as f64 / size * self.lp.price(rows + k);
            }
            for &r in self.rows_of(c) {
                earns -= self.lp.price(r as usize);
            }
            for &(k, a) in &self.cuts_of[c as usize] {
                earns -= f64::from(a) * self.lp.price(rows + kept + k as usize);
            }
            if earns > 1e-6 {
                helps.push((earns, c));
            }
        }
        helps
    }

    /// What is reached where no choice is left.
    fn nothing(&self) -> Solved {
        Solved {
            bound: self.best_value,
            sum: i128::from(self.best_value) * i128::from(self.scale),
        }
    }

    pub(super) fn bound(&self, prices: &Priced, excess: i64) -> Solved {
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
    pub(super) fn converge(&mut self, columns: &[u32], clock: &mut dyn Clock) -> Option<Solved> {
        let rows = self.problem.graph.rows;
        let mut near = std::mem::take(&mut self.near);
        loop {
            let mut far = 0.0;
            let stop = &mut || clock.is_over();
            let repaired = if near > 0 {
                self.lp.repair_among(near, stop)
            } else {
                self.lp.repair(stop, u32::MAX)
            };
            near = 0;
            match repaired {
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
            if far == 0.0 && self.lp.is_held() {
                let mut helps = self.that_help(columns);
                if !helps.is_empty() {
                    helps.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
                    helps.truncate(rows);
                    for (_, c) in helps {
                        self.enter(c);
                    }
                    continue;
                }
            }
            let prices = self.prices(far);
            let floor = (self.unit * self.scale as f64 * 1e-7) as i64;
            let (mut better, excess) = self.look_through(columns, &prices, floor);
            if better.is_empty() || (far == 0.0 && self.lp.is_held()) {
                let excess = better.iter().fold(excess, |m, &(r, _)| m.max(r));
                let solved = self.bound(&prices, excess);
                if far == 0.0 || solved.bound < self.best_value + self.problem.aim.step {
                    return Some(solved);
                }
                // The dual method ended at prices that columns of the programme itself are worth more than, which no
                // step along the ray need mend. A node with no point at all must end all the same: every way of
                // parting its columns would have to be tried.
                let ray = self.ray_alone();
                let (helps, excess) = self.look_through(columns, &ray, (RAY * 1e-7) as i64);
                if helps.is_empty() {
                    return Some(if self.bound(&ray, excess).sum < 0 {
                        self.nothing()
                    } else {
                        solved
                    });
                }
                better = helps;
            }
            better.sort_by_key(|&(r, c)| (std::cmp::Reverse(r), c));
            better.truncate(rows);
            for (_, c) in better {
                self.enter(c);
            }
        }
    }
}

//! The primal simplex method: from a feasible point to the best one.

use super::{ARTIFICIAL, DUAL_TOLERANCE, Lp, OUT, PIVOT_TOLERANCE, State};

/// Entries smaller than this do not make a shut column leave.
const SHUT_PIVOT: f64 = 1e-5;

impl Lp {
    /// Makes the basis optimal, with at most so many pivots. `false`: it is not, or `stop` said so before it was.
    pub(crate) fn solve(&mut self, stop: &mut dyn FnMut() -> bool, most: u32) -> bool {
        self.weight.fill(1.0);
        let mut since = 0_u32;
        loop {
            if self.stale || self.factor.is_old() {
                self.refresh();
            }
            self.list();
            since += 1;
            if since > most || (since.is_multiple_of(64) && stop()) {
                self.give_true_values();
                return false;
            }
            let Some(entering) = self.entering() else {
                if self.factor.age() > 0 {
                    self.refresh();
                    if self.entering().is_some() {
                        continue;
                    }
                }
                self.give_true_values();
                return true;
            };
            self.pivot(entering);
        }
    }

    fn entering(&self) -> Option<u32> {
        let (mut best, mut best_score) = (None, 0.0);
        for &c in &self.open {
            let k = c as usize;
            let d = self.reduced[k];
            if d > DUAL_TOLERANCE && self.state[k] == State::Open && self.place[k] == OUT {
                let score = d * d / self.weight[k];
                if score > best_score {
                    best_score = score;
                    best = Some(c);
                }
            }
        }
        best
    }

    fn pivot(&mut self, entering: u32) {
        self.compute_column(entering);
        // The reduced cost again, now exactly.
        let mut d = self.cost[entering as usize];
        for &(i, v) in &self.alpha {
            d -= self.cost[self.head[i as usize] as usize] * v;
        }
        let estimate = self.reduced[entering as usize];
        self.reduced[entering as usize] = d;
        if d <= DUAL_TOLERANCE {
            if (d - estimate).abs() > 1e-6 && self.factor.age() > 0 {
                self.stale = true;
            }
            return;
        }
        // Who leaves: two passes, the first with a little tolerance, the second for the largest pivot.
        let mut limit = f64::INFINITY;
        for &(i, v) in &self.alpha {
            if v > PIVOT_TOLERANCE {
                limit = limit.min((self.point[i as usize].max(0.0) + 1e-10) / v);
            }
        }
        let mut leaving: Option<(u32, f64)> = None;
        for &(i, v) in &self.alpha {
            if v > PIVOT_TOLERANCE
                && self.point[i as usize] <= limit * v
                && leaving.is_none_or(|(_, best)| v > best)
            {
                leaving = Some((i, v));
            }
        }
        // A shut column of the basis may not rise: it leaves at once.
        for &(i, v) in &self.alpha {
            if v < -SHUT_PIVOT
                && self.state[self.head[i as usize] as usize] == State::Shut
                && leaving.is_none_or(|(_, b)| b > 0.0 || v < b)
            {
                leaving = Some((i, v));
            }
        }
        let Some((place, pivot)) = leaving else {
            // Unbounded: cannot be in packing, where every column is in some row; a column of noise.
            self.state[entering as usize] = State::Shut;
            return;
        };
        let place = place as usize;
        let step = (self.point[place] / pivot).max(0.0);
        self.compute_row(place);
        let ratio = d / pivot;
        let heavy = self.weight[entering as usize];
        for &c in &self.touched {
            let c = c as usize;
            let a = std::mem::take(&mut self.row[c]);
            if self.place[c] == OUT && a != 0.0 {
                self.reduced[c] -= ratio * a;
                let q = a / pivot;
                let w = q * q * heavy;
                if w > self.weight[c] {
                    self.weight[c] = w;
                }
            }
        }
        self.touched.clear();
        for &(i, v) in &self.alpha {
            self.point[i as usize] -= step * v;
        }
        self.point[place] = step;
        let out = self.head[place] as usize;
        self.place[out] = OUT;
        self.reduced[out] = -ratio;
        self.weight[out] = (heavy / (pivot * pivot)).max(1.0);
        if self.cost[out] == ARTIFICIAL {
            self.state[out] = State::Shut;
        }
        self.head[place] = entering;
        self.place[entering as usize] = place as u32;
        self.reduced[entering as usize] = 0.0;
        self.factor.replace(place, &self.alpha);
        self.pivots += 1;
    }
}

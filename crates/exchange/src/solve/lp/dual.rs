//! The dual simplex method: back to a feasible point after rows were added or columns shut.

use super::{
    CONTRADICTION, DUAL_TOLERANCE, FEASIBILITY, Lp, OUT, PIVOT_TOLERANCE, Repair, State, scatter,
};

/// What a column whose cost is lowered keeps short of coming in, at least.
const LEFT: f64 = 1e-6;

impl Lp {
    /// Makes a basis feasible whose prices are right, by the dual simplex method: after rows were added
    /// or columns shut. A shut column must go to zero; the slack of a shut row makes it an equation.
    ///
    /// The value never rises on the way, so it is a bound at any time.
    pub(crate) fn repair(&mut self, stop: &mut dyn FnMut() -> bool, most: u32) -> Repair {
        self.row_weight.clear();
        self.row_weight.resize(self.size, 1.0);
        let mut highest = self.highest();
        let mut since = 0_u32;
        let mut fresh = true;
        loop {
            if self.stale || self.factor.is_old() {
                self.refresh();
                highest = self.highest();
                fresh = true;
            }
            self.list();
            since += 1;
            if since > most || (since.is_multiple_of(64) && stop()) {
                self.raise();
                self.give_true_values();
                return Repair::Unfinished;
            }
            let mut leaving: Option<(usize, f64)> = None;
            for (i, (&x, &highest)) in self.point.iter().zip(&highest).enumerate() {
                let wrong = if x < -FEASIBILITY {
                    -x
                } else if x > highest {
                    x
                } else {
                    continue;
                };
                if self.row_weight[i] == f64::INFINITY && wrong >= CONTRADICTION {
                    self.row_weight[i] = 1.0;
                }
                let score = wrong * wrong / self.row_weight[i];
                if score > leaving.map_or(0.0, |(_, best)| best) {
                    leaving = Some((i, score));
                }
            }
            let Some((place, _)) = leaving else {
                self.raise();
                self.give_true_values();
                return Repair::Feasible;
            };
            if fresh {
                self.lower();
                fresh = false;
            }
            let rises = self.point[place] < 0.0;
            self.compute_row(place);
            // Entries that help are negative when the value must rise, positive when it must fall.
            let sign = if rises { -1.0 } else { 1.0 };
            let mut limit = f64::INFINITY;
            for &c in &self.touched {
                let c = c as usize;
                let a = sign * self.row[c];
                if a > PIVOT_TOLERANCE && self.place[c] == OUT && self.state[c] == State::Open {
                    limit = limit.min(((-self.reduced[c]).max(0.0) + DUAL_TOLERANCE) / a);
                }
            }
            let mut entering: Option<(u32, f64)> = None;
            for &c in &self.touched {
                let k = c as usize;
                let a = sign * self.row[k];
                if a > PIVOT_TOLERANCE
                    && self.place[k] == OUT
                    && self.state[k] == State::Open
                    && (-self.reduced[k]).max(0.0) <= limit * a
                    && entering.is_none_or(|(best_c, best)| a > best || (a == best && c < best_c))
                {
                    entering = Some((c, a));
                }
            }
            let Some((entering, _)) = entering else {
                for &c in &self.touched {
                    self.row[c as usize] = 0.0;
                }
                self.touched.clear();
                if self.factor.age() > 0 {
                    self.stale = true;
                    continue;
                }
                if self.point[place].abs() < CONTRADICTION {
                    self.row_weight[place] = f64::INFINITY;
                    continue;
                }
                // Prices may move along this row of the inverse for ever.
                self.ray.clear();
                self.ray.extend(self.rho.iter().map(|v| -sign * v));
                let short = if rises {
                    -self.point[place]
                } else {
                    self.point[place]
                };
                self.raise();
                self.give_true_values();
                return Repair::Infeasible { fall: short };
            };
            self.compute_column(entering);
            let pivot = self
                .alpha
                .iter()
                .find(|&&(i, _)| i as usize == place)
                .map_or(0.0, |&(_, v)| v);
            if (pivot - self.row[entering as usize]).abs() > 1e-6 * (1.0 + pivot.abs())
                || pivot.abs() < 1e-9
            {
                for &c in &self.touched {
                    self.row[c as usize] = 0.0;
                }
                self.touched.clear();
                if self.factor.age() == 0 {
                    self.raise();
                    self.give_true_values();
                    return Repair::Unfinished;
                }
                self.stale = true;
                continue;
            }
            let ratio = self.reduced[entering as usize] / pivot;
            for &c in &self.touched {
                let c = c as usize;
                let a = std::mem::take(&mut self.row[c]);
                if self.place[c] == OUT {
                    self.reduced[c] -= ratio * a;
                }
            }
            self.touched.clear();
            let step = self.point[place] / pivot;
            let heavy = self.row_weight[place];
            for &(i, v) in &self.alpha {
                self.point[i as usize] -= step * v;
                let q = v / pivot;
                let w = q * q * heavy;
                if w > self.row_weight[i as usize] {
                    self.row_weight[i as usize] = w;
                }
            }
            self.row_weight[place] = (heavy / (pivot * pivot)).max(1.0);
            self.point[place] = step;
            let out = self.head[place] as usize;
            self.place[out] = OUT;
            self.reduced[out] = -ratio;
            self.head[place] = entering;
            highest[place] = f64::INFINITY;
            self.place[entering as usize] = place as u32;
            self.reduced[entering as usize] = 0.0;
            self.factor.replace(place, &self.alpha);
            self.pivots += 1;
        }
    }

    /// Lowers the costs of the columns that would come into the basis, so that the prices are right for all of them, until
    /// [`Lp::raise`]: without that the dual method may walk on for ever. Each is left a little to give, unlike the others', or
    /// no step would lower the value.
    pub(super) fn lower(&mut self) {
        for &c in &self.open {
            let reduced = &mut self.reduced[c as usize];
            if *reduced > DUAL_TOLERANCE
                && self.place[c as usize] == OUT
                && self.state[c as usize] == State::Open
            {
                let left = LEFT * (1.0 + scatter(u64::from(c)));
                if self.lowered[c as usize] == 0.0 {
                    self.are_lowered.push(c);
                }
                self.lowered[c as usize] += *reduced + left;
                *reduced = -left;
            }
        }
    }

    /// Takes back what was lowered.
    pub(super) fn raise(&mut self) {
        self.stale |= !self.are_lowered.is_empty();
        for c in self.are_lowered.drain(..) {
            self.lowered[c as usize] = 0.0;
        }
    }

    /// The most that the column at each place of the basis may be worth: a shut one nothing, but for the shifts.
    fn highest(&self) -> Vec<f64> {
        let shut = |&c: &u32| self.state[c as usize] == State::Shut;
        let of = |c: &u32| {
            if shut(c) {
                CONTRADICTION
            } else {
                f64::INFINITY
            }
        };
        self.head.iter().map(of).collect()
    }
}

//! Linear programmes of the packing kind, solved by the primal simplex method, again and again.
//!
//! Maximise `c x` subject to `A x <= b`, `x >= 0`. Columns and rows are added, costs changed and
//! columns shut while the basis stays: a changed cost or a new column leaves it feasible, so the
//! primal method goes on from where it was. A new row that the present point violates gets an
//! artificial column that is driven out.
//!
//! Packing problems are degenerate: the right-hand sides are shifted by tiny amounts, different for
//! each row and the same in every run, so that every pivot makes progress (Charnes 1952). The values
//! given out are those of the true right-hand sides. Prices are by the Devex rule (Harris 1973).

mod dual;
mod factor;
mod primal;
#[cfg(test)]
mod tests;

use factor::Factor;

/// Reduced costs up to this size are zero. Costs are about 1.
const DUAL_TOLERANCE: f64 = 1e-9;
/// Entries smaller than this are no pivots.
const PIVOT_TOLERANCE: f64 = 1e-7;
/// Values down to this are no negative values; it is well below the shifts of the right-hand sides.
const FEASIBILITY: f64 = 1e-9;
/// Equations whose sides are shifted may contradict each other by about the shifts: that is no contradiction.
const CONTRADICTION: f64 = 1e-4;
/// What an artificial column costs. Costs are about 1.
const ARTIFICIAL: f64 = -1e5;
/// Not in the basis.
const OUT: u32 = u32::MAX;

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
enum State {
    #[default]
    Open,
    Shut,
}

/// How a repair ended.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Repair {
    /// The point is feasible, and optimal among the columns that are there.
    Feasible,
    /// No point is. A unit along [`Lp::ray`] lowers the value by this much.
    Infeasible {
        /// In units of the right-hand sides.
        fall: f64,
    },
    /// Stopped before the end.
    Unfinished,
}

/// A basis to come back to.
#[derive(Clone, Debug)]
pub(crate) struct Basis {
    head: Vec<u32>,
}

/// A basis with its factors, to come back to soon: no row or column may be added in between, and no
/// column be open that was not.
#[derive(Clone, Debug)]
pub(crate) struct Saved {
    head: Vec<u32>,
    factor: Factor,
    point: Vec<f64>,
    reduced: Vec<f64>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Lp {
    size: usize,
    start: Vec<u32>,
    rows: Vec<u32>,
    values: Vec<f64>,
    cost: Vec<f64>,
    state: Vec<State>,
    by_row: Vec<Vec<(u32, f64)>>,
    right: Vec<f64>,
    shifted: Vec<f64>,
    slack: Vec<u32>,
    /// Column at each place of the basis.
    head: Vec<u32>,
    /// Place of each column in the basis.
    place: Vec<u32>,
    /// For the shifted right-hand sides.
    point: Vec<f64>,
    /// For the true ones; as of the end of the last solve.
    truth: Vec<f64>,
    duals: Vec<f64>,
    /// Of open columns.
    reduced: Vec<f64>,
    /// By how much the costs of some columns are lowered during a repair, and which they are.
    lowered: Vec<f64>,
    are_lowered: Vec<u32>,
    /// Columns that are open, when `listed`, and those closed for a while; the nearest of them, when `focused`.
    open: Vec<u32>,
    listed: bool,
    focused: bool,
    /// Entries of these columns, when `focused`.
    near_by_row: Vec<Vec<(u32, f64)>>,
    /// Entries of these columns.
    open_entries: usize,
    weight: Vec<f64>,
    factor: Factor,
    /// Whether the factors and all that follows from them must be computed anew.
    stale: bool,
    work: Vec<f64>,
    rho: Vec<f64>,
    alpha: Vec<(u32, f64)>,
    row: Vec<f64>,
    touched: Vec<u32>,
    row_weight: Vec<f64>,
    ray: Vec<f64>,
    /// Pivots made so far.
    pub pivots: u64,
}

/// A number from 0 to 1 that depends on `n` and looks random.
pub(in crate::solve) fn scatter(n: u64) -> f64 {
    let mut z = n.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}

impl Lp {
    /// A programme with rows `<= right`, all right-hand sides at least 0, and no columns yet.
    pub(crate) fn new(right: &[f64]) -> Lp {
        let mut lp = Lp {
            start: vec![0],
            stale: true,
            ..Lp::default()
        };
        for &b in right {
            lp.add_row(b, &[], false);
        }
        lp
    }

    pub(crate) fn columns(&self) -> usize {
        self.cost.len()
    }

    /// The slack of a row.
    pub(crate) fn slack(&self, row: usize) -> usize {
        self.slack[row] as usize
    }

    /// Adds a column; gives its number.
    pub(crate) fn add_column(
        &mut self,
        cost: f64,
        entries: impl Iterator<Item = (u32, f64)>,
    ) -> usize {
        let column = self.cost.len() as u32;
        for (r, v) in entries {
            self.rows.push(r);
            self.values.push(v);
            self.by_row[r as usize].push((column, v));
        }
        self.start.push(self.rows.len() as u32);
        self.cost.push(cost);
        self.state.push(State::Open);
        self.place.push(OUT);
        self.weight.push(1.0);
        self.row.push(0.0);
        self.reduced.push(0.0);
        self.lowered.push(0.0);
        if self.listed {
            self.open.push(column);
        }
        if !self.stale {
            // Its reduced cost by the present prices, which the slacks hold.
            let mut d = cost;
            for k in self.range(column) {
                d -= self.price(self.rows[k] as usize) * self.values[k];
            }
            self.reduced[column as usize] = d;
        }
        column as usize
    }

    /// Adds a row `entries x <= right` over columns that are there. A row that the present point violates gets an
    /// artificial column if that is asked for, and else needs a [`Lp::repair`].
    pub(crate) fn add_row(
        &mut self,
        right: f64,
        entries: &[(u32, f64)],
        artificial: bool,
    ) -> usize {
        let row = self.size;
        let at: f64 = entries
            .iter()
            .map(|&(c, v)| v * self.value(c as usize))
            .sum();
        self.size += 1;
        self.by_row.push(Vec::new());
        self.right.push(right);
        self.shifted
            .push(right + 1e-6 * (1.0 + scatter(row as u64)));
        self.work.push(0.0);
        self.rho.push(0.0);
        if !entries.is_empty() {
            self.insert(row as u32, entries);
        }
        self.stale = true;
        let slack = self.add_column(0.0, std::iter::once((row as u32, 1.0)));
        self.slack.push(slack as u32);
        self.point.push(0.0);
        self.truth.push(0.0);
        self.duals.push(0.0);
        let basic = if artificial && at > self.shifted[row] {
            let artificial = self.add_column(ARTIFICIAL, std::iter::once((row as u32, -1.0)));
            self.state[artificial] = State::Open;
            artificial
        } else {
            slack
        };
        self.head.push(basic as u32);
        self.place[basic] = row as u32;
        row
    }

    /// Writes the entries of a new row into the columns.
    fn insert(&mut self, row: u32, entries: &[(u32, f64)]) {
        let mut of = vec![0.0; self.cost.len()];
        for &(c, v) in entries {
            of[c as usize] = v;
            self.by_row[row as usize].push((c, v));
        }
        let old_rows = std::mem::take(&mut self.rows);
        let old_values = std::mem::take(&mut self.values);
        self.rows.reserve(old_rows.len() + entries.len());
        self.values.reserve(old_rows.len() + entries.len());
        let mut from = 0;
        for (c, &new) in of.iter().enumerate() {
            let to = self.start[c + 1] as usize;
            self.rows.extend_from_slice(&old_rows[from..to]);
            self.values.extend_from_slice(&old_values[from..to]);
            if new != 0.0 {
                self.rows.push(row);
                self.values.push(new);
            }
            self.start[c + 1] = self.rows.len() as u32;
            from = to;
        }
    }

    fn range(&self, column: u32) -> std::ops::Range<usize> {
        self.start[column as usize] as usize..self.start[column as usize + 1] as usize
    }

    /// Whether a column may come into the basis.
    pub(crate) fn set_open(&mut self, column: usize, open: bool) {
        let state = if open { State::Open } else { State::Shut };
        if self.state[column] != state {
            self.state[column] = state;
            self.listed = false;
            // The reduced cost of a shut column is not kept up.
            self.stale |= open;
        }
    }

    /// Shuts a column for a while: until [`Lp::reopen`] and then [`Lp::load`].
    pub(crate) fn close(&mut self, column: usize) {
        self.state[column] = State::Shut;
    }

    /// Opens a column that was closed for a while.
    pub(crate) fn reopen(&mut self, column: usize) {
        self.state[column] = State::Open;
    }

    /// Looks at no more than `most` open columns beside the basis, those nearest to coming in, until [`Lp::unfocus`]. What a
    /// repair comes to is an estimate.
    pub(crate) fn focus(&mut self, most: usize) {
        self.list();
        let (mut kept, mut near): (Vec<u32>, Vec<u32>) =
            (self.open.iter()).partition(|&&c| self.place[c as usize] != OUT);
        if near.len() > most {
            let distance = |c: u32| -self.reduced[c as usize];
            near.select_nth_unstable_by(most, |&a, &b| {
                distance(a).total_cmp(&distance(b)).then(a.cmp(&b))
            });
            near.truncate(most);
        }
        kept.append(&mut near);
        kept.sort_unstable();
        self.near_by_row.resize(self.size, Vec::new());
        for entries in &mut self.near_by_row {
            entries.clear();
        }
        self.open_entries = 0;
        for &c in &kept {
            let range = self.range(c);
            self.open_entries += range.len();
            for k in range {
                self.near_by_row[self.rows[k] as usize].push((c, self.values[k]));
            }
        }
        self.open = kept;
        self.focused = true;
    }

    /// Looks at all columns again.
    pub(crate) fn unfocus(&mut self) {
        self.focused = false;
        self.listed = false;
        self.stale = true;
    }

    /// A [`Lp::repair`] among the nearest columns: feasible, and what is left to the best point is for [`Lp::solve`].
    pub(crate) fn repair_among(&mut self, most: usize, stop: &mut dyn FnMut() -> bool) -> Repair {
        if self.stale {
            self.refresh();
        }
        let before = self.basis();
        self.focus(most);
        let repaired = self.repair(stop, u32::MAX);
        self.unfocus();
        if let Repair::Infeasible { .. } = repaired {
            // From here the prices of the others would be far from right.
            self.restore(&before);
            return self.repair(stop, u32::MAX);
        }
        repaired
    }

    /// The value of a column at the present point.
    pub(crate) fn value(&self, column: usize) -> f64 {
        match self.place[column] {
            OUT => 0.0,
            place => self.truth[place as usize],
        }
    }

    /// The price of a row, as of the end of the last solve.
    pub(crate) fn price(&self, row: usize) -> f64 {
        self.duals[row]
    }

    /// Whether a row is held by an artificial column: no point of the columns that are there is feasible.
    pub(crate) fn is_held(&self) -> bool {
        let held =
            |(&c, &x): (&u32, &f64)| self.cost[c as usize] == ARTIFICIAL && x > CONTRADICTION;
        self.head.iter().zip(&self.truth).any(held)
    }

    /// Columns in the basis.
    pub(crate) fn basic(&self) -> &[u32] {
        &self.head
    }

    pub(crate) fn basis(&self) -> Basis {
        Basis {
            head: self.head.clone(),
        }
    }

    /// Goes back to a basis of the same rows; rows added since get their slacks.
    pub(crate) fn restore(&mut self, basis: &Basis) {
        for &c in &self.head {
            self.place[c as usize] = OUT;
        }
        self.head.clear();
        self.head.extend_from_slice(&basis.head);
        for row in basis.head.len()..self.size {
            self.head.push(self.slack[row]);
        }
        for (place, &c) in self.head.iter().enumerate() {
            self.place[c as usize] = place as u32;
        }
        self.stale = true;
    }

    fn list(&mut self) {
        if !self.listed {
            self.open.clear();
            self.open.extend(
                (0..self.cost.len() as u32).filter(|&c| self.state[c as usize] == State::Open),
            );
            self.open_entries = self.open.iter().map(|&c| self.range(c).len()).sum();
            self.listed = true;
        }
    }

    /// A basis with all that belongs to it.
    pub(crate) fn save(&mut self) -> Saved {
        if self.stale {
            self.refresh();
        }
        Saved {
            head: self.head.clone(),
            factor: self.factor.clone(),
            point: self.point.clone(),
            reduced: self.reduced.clone(),
        }
    }

    /// Goes back to where it was saved.
    pub(crate) fn load(&mut self, saved: &Saved) {
        for &c in &self.head {
            self.place[c as usize] = OUT;
        }
        self.head.copy_from_slice(&saved.head);
        for (place, &c) in self.head.iter().enumerate() {
            self.place[c as usize] = place as u32;
        }
        self.factor.clone_from(&saved.factor);
        self.point.copy_from_slice(&saved.point);
        self.reduced.copy_from_slice(&saved.reduced);
        self.stale = false;
    }

    /// Factors the basis and computes the point and the reduced costs from it.
    fn refresh(&mut self) {
        loop {
            let columns: Vec<(&[u32], &[f64])> = self
                .head
                .iter()
                .map(|&c| (&self.rows[self.range(c)], &self.values[self.range(c)]))
                .collect();
            match Factor::build(self.size, &columns) {
                Ok((factor, pivot_of)) => {
                    self.factor = factor;
                    let old = self.head.clone();
                    for (k, &row) in pivot_of.iter().enumerate() {
                        self.head[row as usize] = old[k];
                        self.place[old[k] as usize] = row;
                    }
                    break;
                }
                Err(singular) => {
                    // The dependent column gives way to the slack of a row without a pivot.
                    let slack = self.slack[singular.row];
                    let out = self.head[singular.column];
                    self.place[out as usize] = OUT;
                    self.head[singular.column] = slack;
                    self.place[slack as usize] = singular.column as u32;
                }
            }
        }
        self.point.copy_from_slice(&self.shifted);
        self.factor.forward(&mut self.point);
        let mut y = std::mem::take(&mut self.work);
        for (place, &c) in self.head.iter().enumerate() {
            y[place] = self.cost[c as usize] - self.lowered[c as usize];
        }
        self.factor.backward(&mut y);
        self.list();
        for &c in &self.open {
            let c = c as usize;
            self.reduced[c] = if self.place[c] == OUT {
                let mut d = self.cost[c] - self.lowered[c];
                for k in self.start[c] as usize..self.start[c + 1] as usize {
                    d -= y[self.rows[k] as usize] * self.values[k];
                }
                d
            } else {
                0.0
            };
        }
        y.fill(0.0);
        self.work = y;
        self.stale = false;
    }

    /// Computes the row of the inverse at a place, and from it the entries of all columns in that row.
    fn compute_row(&mut self, place: usize) {
        self.rho.fill(0.0);
        self.rho[place] = 1.0;
        self.factor.backward(&mut self.rho);
        // By rows where few of them count, by open columns where that is less to read.
        let by_row = if self.focused {
            &self.near_by_row
        } else {
            &self.by_row
        };
        let mut reads = 0;
        for (r, v) in self.rho.iter_mut().enumerate() {
            if v.abs() > 1e-12 {
                reads += by_row[r].len();
            } else {
                *v = 0.0;
            }
        }
        if 2 * reads > self.open_entries {
            for &c in &self.open {
                if self.place[c as usize] == OUT {
                    let mut sum = 0.0;
                    for k in self.start[c as usize] as usize..self.start[c as usize + 1] as usize {
                        sum += self.rho[self.rows[k] as usize] * self.values[k];
                    }
                    if sum.abs() > 1e-12 {
                        self.row[c as usize] = sum;
                        self.touched.push(c);
                    }
                }
            }
            return;
        }
        for (r, &v) in self.rho.iter().enumerate() {
            if v != 0.0 {
                for &(c, a) in &by_row[r] {
                    let at = &mut self.row[c as usize];
                    if *at == 0.0 {
                        self.touched.push(c);
                    }
                    *at += v * a;
                }
            }
        }
    }

    /// Computes the column of a variable by the present basis.
    fn compute_column(&mut self, column: u32) {
        let mut x = std::mem::take(&mut self.work);
        for k in self.range(column) {
            x[self.rows[k] as usize] = self.values[k];
        }
        self.factor.forward(&mut x);
        self.alpha.clear();
        for (i, v) in x.iter_mut().enumerate() {
            if v.abs() > 1e-12 {
                self.alpha.push((i as u32, *v));
            }
            *v = 0.0;
        }
        self.work = x;
    }

    /// Along which the prices of the rows may move when there is no feasible point.
    pub(crate) fn ray(&self) -> &[f64] {
        &self.ray
    }

    /// The point of the true right-hand sides.
    /// And its prices.
    fn give_true_values(&mut self) {
        self.truth.copy_from_slice(&self.right);
        self.factor.forward(&mut self.truth);
        for (dual, &c) in self.duals.iter_mut().zip(&self.head) {
            *dual = self.cost[c as usize];
        }
        self.factor.backward(&mut self.duals);
    }

    /// The value of the present point.
    pub(crate) fn objective(&self) -> f64 {
        self.head
            .iter()
            .zip(&self.truth)
            .map(|(&c, &x)| self.cost[c as usize] * x)
            .sum()
    }
}

//! The inverse of a basis, as factors: `B = L U`, and an eta for each pivot since.
//!
//! A basis of a set-packing problem is nearly triangular: most of its columns are slacks, and most
//! of the others can be peeled off one by one (Suhl and Suhl 1990). What remains, the nucleus, is
//! factored column by column with threshold pivoting. Between two factorisations the inverse is
//! kept in product form (Dantzig and Orchard-Hays 1954).

/// A pivot must be at least this share of the largest candidate of its column.
const THRESHOLD: f64 = 0.1;
/// What is smaller is a zero that rounding left over.
const TINY: f64 = 1e-13;

/// A sparse vector: places and values.
type Entries = Vec<(u32, f64)>;

/// The basis is singular: the column at this place depends on the others.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Singular {
    /// A place whose column has no pivot.
    pub column: usize,
    /// A row without a pivot.
    pub row: usize,
}

/// Sparse columns, one after the other: a row of its own, a pivot, and the other entries.
#[derive(Clone, Debug, Default)]
struct Steps {
    heads: Vec<(u32, f64, u32)>,
    entries: Entries,
}

impl Steps {
    fn push(&mut self, row: u32, pivot: f64, entries: &[(u32, f64)]) {
        self.heads.push((row, pivot, self.entries.len() as u32));
        self.entries.extend_from_slice(entries);
    }

    fn get(&self, k: usize) -> (usize, f64, &[(u32, f64)]) {
        let (row, pivot, start) = self.heads[k];
        let end = self
            .heads
            .get(k + 1)
            .map_or(self.entries.len(), |h| h.2 as usize);
        (row as usize, pivot, &self.entries[start as usize..end])
    }

    fn len(&self) -> usize {
        self.heads.len()
    }

    /// Divides by the pivot and takes the multiple of the other entries away.
    fn eliminate(&self, k: usize, x: &mut [f64]) {
        let (r, pivot, entries) = self.get(k);
        let v = x[r];
        if v != 0.0 {
            let v = v / pivot;
            x[r] = v;
            for &(i, e) in entries {
                x[i as usize] -= e * v;
            }
        }
    }

    /// The transpose of [`Steps::eliminate`].
    fn gather(&self, k: usize, y: &mut [f64]) {
        let (r, pivot, entries) = self.get(k);
        let mut v = y[r];
        for &(i, e) in entries {
            v -= e * y[i as usize];
        }
        y[r] = v / pivot;
    }
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Factor {
    size: usize,
    /// Below the pivots, in the order of elimination: multipliers of the rows that come later.
    lower: Steps,
    /// Above the pivots, in the same order. Columns that are unit vectors have no step.
    upper: Steps,
    /// Pivots since.
    etas: Steps,
}

impl Factor {
    /// How many pivots ago the basis was factored.
    pub(crate) fn age(&self) -> usize {
        self.etas.len()
    }

    /// Whether a new factorisation is due.
    pub(crate) fn is_old(&self) -> bool {
        self.etas.len() >= 100 || self.etas.entries.len() > 2000 + 8 * self.size
    }

    /// Factors the basis of `columns`. Gives for each column the row of its pivot, by which the
    /// caller must reorder the basis: the column that pivots on row r stands at place r.
    pub(crate) fn build(
        size: usize,
        columns: &[(&[u32], &[f64])],
    ) -> Result<(Factor, Vec<u32>), Singular> {
        let mut factor = Factor {
            size,
            ..Factor::default()
        };
        let mut pivot_of = vec![u32::MAX; size];
        let mut taken = vec![false; size];
        // Columns by row.
        let mut first = vec![0_u32; size + 1];
        for (rows, _) in columns {
            for &r in *rows {
                first[r as usize + 1] += 1;
            }
        }
        for r in 0..size {
            first[r + 1] += first[r];
        }
        let mut by_row = vec![0_u32; first[size] as usize];
        let mut fill = first.clone();
        for (c, (rows, _)) in columns.iter().enumerate() {
            for &r in *rows {
                by_row[fill[r as usize] as usize] = c as u32;
                fill[r as usize] += 1;
            }
        }
        let mut in_column: Vec<u32> = columns.iter().map(|(rows, _)| rows.len() as u32).collect();
        let mut in_row: Vec<u32> = (0..size).map(|r| first[r + 1] - first[r]).collect();
        let row_range = |r: usize| first[r] as usize..first[r + 1] as usize;

        // Work space.
        let (mut above, mut below) = (Entries::new(), Entries::new());

        // Columns with one row left.
        let mut queue: Vec<u32> = (0..size as u32)
            .filter(|&c| in_column[c as usize] == 1)
            .collect();
        let mut at = 0;
        while at < queue.len() {
            let c = queue[at] as usize;
            at += 1;
            let Some(k) = columns[c].0.iter().position(|&r| !taken[r as usize]) else {
                continue;
            };
            let r = columns[c].0[k] as usize;
            let value = columns[c].1[k];
            if value.abs() < 1e-9 {
                continue;
            }
            above.clear();
            above.extend(zip(columns[c]).filter(|&(other, _)| other as usize != r));
            if !above.is_empty() || value != 1.0 {
                factor.upper.push(r as u32, value, &above);
            }
            taken[r] = true;
            pivot_of[c] = r as u32;
            for &other in &by_row[row_range(r)] {
                in_column[other as usize] -= 1;
                if in_column[other as usize] == 1 && pivot_of[other as usize] == u32::MAX {
                    queue.push(other);
                }
            }
        }
        // Rows with one column left.
        for r in 0..size {
            in_row[r] = by_row[row_range(r)]
                .iter()
                .filter(|&&c| pivot_of[c as usize] == u32::MAX)
                .count() as u32;
        }
        let mut queue: Vec<u32> = (0..size as u32)
            .filter(|&r| !taken[r as usize] && in_row[r as usize] == 1)
            .collect();
        let mut at = 0;
        while at < queue.len() {
            let r = queue[at] as usize;
            at += 1;
            if taken[r] {
                continue;
            }
            let Some(&c) = by_row[row_range(r)]
                .iter()
                .find(|&&c| pivot_of[c as usize] == u32::MAX)
            else {
                continue;
            };
            let c = c as usize;
            let value = zip(columns[c])
                .find(|&(row, _)| row as usize == r)
                .map_or(0.0, |(_, v)| v);
            let largest = zip(columns[c])
                .filter(|&(row, _)| !taken[row as usize])
                .map(|(_, v)| v.abs())
                .fold(0.0, f64::max);
            if value.abs() < THRESHOLD * largest {
                continue;
            }
            taken[r] = true;
            pivot_of[c] = r as u32;
            above.clear();
            below.clear();
            for (row, v) in zip(columns[c]) {
                if row as usize == r {
                    continue;
                }
                if taken[row as usize] {
                    above.push((row, v));
                } else {
                    below.push((row, v / value));
                    in_row[row as usize] -= 1;
                    if in_row[row as usize] == 1 {
                        queue.push(row);
                    }
                }
            }
            factor.upper.push(r as u32, value, &above);
            if !below.is_empty() {
                factor.lower.push(r as u32, 1.0, &below);
            }
        }
        // The nucleus.
        let mut rest: Vec<u32> = (0..size as u32)
            .filter(|&c| pivot_of[c as usize] == u32::MAX)
            .collect();
        let active = |c: u32, taken: &[bool]| {
            columns[c as usize]
                .0
                .iter()
                .filter(|&&r| !taken[r as usize])
                .count()
        };
        rest.sort_by_cached_key(|&c| (active(c, &taken), c));
        let from = factor.lower.len();
        let mut work = vec![0.0_f64; size];
        let mut mark = vec![false; size];
        let mut touched: Vec<u32> = Vec::new();
        for c in rest {
            for (r, v) in zip(columns[c as usize]) {
                work[r as usize] = v;
                mark[r as usize] = true;
                touched.push(r);
            }
            for k in from..factor.lower.len() {
                let (r, _, below) = factor.lower.get(k);
                let x = work[r];
                if x == 0.0 {
                    continue;
                }
                for &(i, l) in below {
                    if !mark[i as usize] {
                        mark[i as usize] = true;
                        touched.push(i);
                    }
                    work[i as usize] -= l * x;
                }
            }
            let largest = touched
                .iter()
                .filter(|&&r| !taken[r as usize])
                .map(|&r| work[r as usize].abs())
                .fold(0.0, f64::max);
            let pivot = touched
                .iter()
                .filter(|&&r| !taken[r as usize] && work[r as usize].abs() >= THRESHOLD * largest)
                .min_by_key(|&&r| (in_row[r as usize], r))
                .copied();
            let Some(pivot) = pivot.filter(|_| largest > 1e-9) else {
                let row = taken.iter().position(|t| !t).unwrap_or(0);
                return Err(Singular {
                    column: c as usize,
                    row,
                });
            };
            let value = work[pivot as usize];
            above.clear();
            below.clear();
            for &r in &touched {
                let v = work[r as usize];
                if r != pivot && v.abs() > TINY {
                    if taken[r as usize] {
                        above.push((r, v));
                    } else {
                        below.push((r, v / value));
                    }
                }
                work[r as usize] = 0.0;
                mark[r as usize] = false;
            }
            touched.clear();
            taken[pivot as usize] = true;
            pivot_of[c as usize] = pivot;
            factor.upper.push(pivot, value, &above);
            if !below.is_empty() {
                factor.lower.push(pivot, 1.0, &below);
            }
        }
        Ok((factor, pivot_of))
    }

    /// Solves `B x = a`, in place.
    pub(crate) fn forward(&self, x: &mut [f64]) {
        for k in 0..self.lower.len() {
            let (r, _, below) = self.lower.get(k);
            let v = x[r];
            if v != 0.0 {
                for &(i, l) in below {
                    x[i as usize] -= l * v;
                }
            }
        }
        for k in (0..self.upper.len()).rev() {
            self.upper.eliminate(k, x);
        }
        for k in 0..self.etas.len() {
            self.etas.eliminate(k, x);
        }
    }

    /// Solves `B' y = c`, in place.
    pub(crate) fn backward(&self, y: &mut [f64]) {
        for k in (0..self.etas.len()).rev() {
            self.etas.gather(k, y);
        }
        for k in 0..self.upper.len() {
            self.upper.gather(k, y);
        }
        for k in (0..self.lower.len()).rev() {
            self.lower.gather(k, y);
        }
    }

    /// The column at `place` was replaced by one whose solution by the old basis is `alpha`.
    pub(crate) fn replace(&mut self, place: usize, alpha: &[(u32, f64)]) {
        let pivot = alpha
            .iter()
            .find(|&&(i, _)| i as usize == place)
            .map_or(1.0, |&(_, v)| v);
        self.etas.push(place as u32, pivot, &[]);
        self.etas
            .entries
            .extend(alpha.iter().filter(|&&(i, _)| i as usize != place));
    }
}

fn zip<'a>(column: (&'a [u32], &'a [f64])) -> impl Iterator<Item = (u32, f64)> + 'a {
    column.0.iter().copied().zip(column.1.iter().copied())
}

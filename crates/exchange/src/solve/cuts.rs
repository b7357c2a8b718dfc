//! Subset-row cuts: of the columns that hold two or more of three rows, at most one can be chosen
//! (Jepsen, Petersen, Spoorendonk and Pisinger 2008).

/// A cut is added when it is violated by more than this.
const VIOLATION: f64 = 0.02;

/// Finds violated cuts of a fractional point, the most violated first; no row is in more than
/// `most_of_a_row` of them.
///
/// `support` holds the rows of each column with a value, and the value.
pub(crate) fn separate(
    support: &[(&[u32], f64)],
    rows: usize,
    most: usize,
    most_of_a_row: u32,
) -> Vec<[u32; 3]> {
    // Only rows in some column with a fractional value matter.
    let mut local = vec![u32::MAX; rows];
    let mut global = Vec::new();
    for (column, x) in support {
        if *x < 1.0 - 1e-6 {
            for &r in *column {
                if local[r as usize] == u32::MAX {
                    local[r as usize] = global.len() as u32;
                    global.push(r);
                }
            }
        }
    }
    let n = global.len();
    let mut together = vec![0.0_f64; n * n];
    let mut columns_of: Vec<Vec<u32>> = vec![Vec::new(); n];
    for (k, (column, x)) in support.iter().enumerate() {
        if *x >= 1.0 - 1e-6 {
            continue;
        }
        for &r in *column {
            let i = local[r as usize] as usize;
            columns_of[i].push(k as u32);
            for &q in *column {
                if q != r {
                    together[i * n + local[q as usize] as usize] += x;
                }
            }
        }
    }
    let neighbours: Vec<Vec<u32>> = (0..n)
        .map(|i| {
            (0..n as u32)
                .filter(|&j| together[i * n + j as usize] > 1e-9)
                .collect()
        })
        .collect();
    let mut found: Vec<(f64, [u32; 3])> = Vec::new();
    for i in 0..n {
        for (at, &j) in neighbours[i].iter().enumerate() {
            for &k in &neighbours[i][at + 1..] {
                let (j, k) = (j as usize, k as usize);
                let pair_sum = together[i * n + j] + together[i * n + k] + together[j * n + k];
                if pair_sum <= 1.0 + VIOLATION {
                    continue;
                }
                // With an arc of the triangle missing it is seen from its middle only, else from the least.
                if together[j * n + k] > 1e-9 && i > j.min(k) {
                    continue;
                }
                let mut all_three = 0.0;
                for &c in &columns_of[i] {
                    let (column, x) = support[c as usize];
                    if column.contains(&global[j]) && column.contains(&global[k]) {
                        all_three += x;
                    }
                }
                let over = pair_sum - 2.0 * all_three - 1.0;
                if over > VIOLATION {
                    let mut cut = [global[i], global[j], global[k]];
                    cut.sort_unstable();
                    found.push((over, cut));
                }
            }
        }
    }
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    found.dedup_by_key(|(_, cut)| *cut);
    let mut used = vec![0_u32; n];
    let mut chosen = Vec::new();
    for (_, cut) in found {
        if cut
            .iter()
            .all(|&r| used[local[r as usize] as usize] < most_of_a_row)
        {
            for &r in &cut {
                used[local[r as usize] as usize] += 1;
            }
            chosen.push(cut);
            if chosen.len() == most {
                break;
            }
        }
    }
    chosen
}

/// A row of a linear programme as [`zero_half`] sees it.
pub(crate) struct Sparse {
    /// Columns with an odd entry, by their place in the support.
    pub odd: Vec<u32>,
    /// How far the row is from tight.
    pub slack: f64,
    /// Whether its right-hand side is odd.
    pub right_is_odd: bool,
}

/// Finds sets of rows whose half sum, rounded down, is violated: of whole entries, half the sum of some
/// rows can be rounded down on both sides (Caprara and Fischetti 1996; by elimination modulo 2, after
/// Andreello, Caprara and Fischetti 2007). Gives the rows of each set, the most violated first.
pub(crate) fn zero_half(
    rows: &[Sparse],
    values: &[f64],
    most: usize,
    most_of_a_row: u32,
) -> Vec<Vec<u32>> {
    let usable: Vec<u32> = (0..rows.len() as u32)
        .filter(|&r| rows[r as usize].slack < 1.0 - VIOLATION && !rows[r as usize].odd.is_empty())
        .collect();
    let (columns, tags) = (values.len().div_ceil(64), usable.len().div_ceil(64));
    let width = columns + tags;
    let mut bits = vec![0_u64; width * usable.len()];
    let mut slack: Vec<f64> = usable
        .iter()
        .map(|&r| rows[r as usize].slack.max(0.0))
        .collect();
    let mut odd: Vec<bool> = usable
        .iter()
        .map(|&r| rows[r as usize].right_is_odd)
        .collect();
    let mut live = vec![true; usable.len()];
    for (k, &r) in usable.iter().enumerate() {
        for &c in &rows[r as usize].odd {
            bits[k * width + c as usize / 64] |= 1 << (c % 64);
        }
        bits[k * width + columns + k / 64] |= 1 << (k % 64);
    }
    let mut order: Vec<u32> = (0..values.len() as u32).collect();
    order.sort_by(|&a, &b| {
        values[b as usize]
            .total_cmp(&values[a as usize])
            .then(a.cmp(&b))
    });
    let mut found: Vec<(f64, Vec<u32>)> = Vec::new();
    let look = |k: usize, bits: &[u64], slack: f64, found: &mut Vec<(f64, Vec<u32>)>| {
        let mut weight = slack;
        for w in 0..columns {
            let mut word = bits[k * width + w];
            while word != 0 {
                weight += values[w * 64 + word.trailing_zeros() as usize];
                if weight >= 1.0 - 2.0 * VIOLATION {
                    return;
                }
                word &= word - 1;
            }
        }
        let mut set = Vec::new();
        for w in 0..tags {
            let mut word = bits[k * width + columns + w];
            while word != 0 {
                set.push(usable[w * 64 + word.trailing_zeros() as usize]);
                word &= word - 1;
            }
        }
        if set.len() > 1 {
            found.push((weight, set));
        }
    };
    let mut pivot_row = vec![0_u64; width];
    for &c in &order {
        let (word, bit) = (c as usize / 64, 1_u64 << (c % 64));
        let has = |k: usize, bits: &[u64]| bits[k * width + word] & bit != 0;
        let Some(p) = (0..usable.len())
            .filter(|&k| live[k] && has(k, &bits))
            .min_by(|&a, &b| slack[a].total_cmp(&slack[b]).then(a.cmp(&b)))
        else {
            continue;
        };
        live[p] = false;
        pivot_row.copy_from_slice(&bits[p * width..(p + 1) * width]);
        for k in 0..usable.len() {
            if live[k] && has(k, &bits) {
                slack[k] += slack[p];
                if slack[k] >= 1.0 - 2.0 * VIOLATION {
                    live[k] = false;
                    continue;
                }
                for (b, p) in bits[k * width..(k + 1) * width].iter_mut().zip(&pivot_row) {
                    *b ^= p;
                }
                odd[k] ^= odd[p];
                if odd[k] {
                    look(k, &bits, slack[k], &mut found);
                }
            }
        }
    }
    found.sort_by(|a, b| {
        a.0.total_cmp(&b.0)
            .then(a.1.len().cmp(&b.1.len()))
            .then_with(|| a.1.cmp(&b.1))
    });
    found.dedup_by(|a, b| a.1 == b.1);
    let mut used = vec![0_u32; rows.len()];
    let mut chosen = Vec::new();
    for (_, set) in found {
        if set.iter().all(|&r| used[r as usize] < most_of_a_row) {
            for &r in &set {
                used[r as usize] += 1;
            }
            chosen.push(set);
            if chosen.len() == most {
                break;
            }
        }
    }
    chosen
}

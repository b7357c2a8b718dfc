//! Every answer is checked by duality: a point and prices that are both feasible and of the same value are optimal,
//! however they were found.

use proptest::prelude::*;

use super::{DUAL_TOLERANCE, Lp, OUT, Repair, scatter};

/// What rounding and the shifts of the right-hand sides may come to.
const CLOSE: f64 = 1e-3;

/// A packing programme that is kept beside the one under test.
struct Plain {
    columns: Vec<(f64, Vec<u32>, bool)>,
    rows: usize,
    equations: Vec<bool>,
}

impl Plain {
    /// What is wrong with the point and the prices, if anything is.
    fn wrong(&self, lp: &Lp, of: &[usize]) -> Option<String> {
        let mut used = vec![0.0; self.rows];
        let (mut worth, mut price) = (0.0, 0.0);
        for (k, (cost, rows, open)) in self.columns.iter().enumerate() {
            let x = lp.value(of[k]);
            if x < -CLOSE || (!open && x > CLOSE) {
                return Some(format!("column {k} at {x}"));
            }
            worth += cost * x;
            let prices: f64 = rows.iter().map(|&r| lp.price(r as usize)).sum();
            if *open && cost - prices > CLOSE {
                return Some(format!("column {k} earns {}", cost - prices));
            }
            for &r in rows {
                used[r as usize] += x;
            }
        }
        for (r, &used) in used.iter().enumerate() {
            price += lp.price(r);
            if used > 1.0 + CLOSE || (self.equations[r] && used < 1.0 - CLOSE) {
                return Some(format!("row {r} used {used}"));
            }
            if !self.equations[r] && lp.price(r) < -CLOSE {
                return Some(format!("row {r} priced {}", lp.price(r)));
            }
        }
        ((worth - price).abs() > CLOSE * self.rows as f64)
            .then(|| format!("worth {worth}, priced {price}"))
    }
}

/// Whole numbers below a bound, one after the other.
fn drawing(seed: u64) -> impl FnMut(usize) -> usize {
    let mut count = 0_u64;
    move |below| {
        count += 1;
        (scatter(seed.wrapping_add(count << 20)) * below as f64) as usize
    }
}

/// What a column is worth, and its rows.
fn drawn_column(draw: &mut impl FnMut(usize) -> usize, rows: usize) -> (f64, Vec<u32>) {
    let mut own: Vec<u32> = (0..2 + draw(6)).map(|_| draw(rows) as u32).collect();
    own.sort_unstable();
    own.dedup();
    let cost = (own.len() * 10 + draw(30)) as f64 / 70.0;
    (cost, own)
}

proptest! {
    /// As branch and bound uses it: columns come, columns and slacks are shut and opened again, for good or to try what
    /// would come of it; a repair looks at all columns, or at the nearest first.
    #[test]
    fn the_point_and_the_prices_agree(seed: u64, rows in 3_usize..40) {
        let mut draw = drawing(seed);
        let mut lp = Lp::new(&vec![1.0; rows]);
        let mut plain = Plain { columns: Vec::new(), rows, equations: vec![false; rows] };
        let mut of = Vec::new();
        for _ in 0..30 {
            for _ in 0..=draw(rows) {
                let (cost, own) = drawn_column(&mut draw, rows);
                of.push(lp.add_column(cost, own.iter().map(|&r| (r, 1.0))));
                plain.columns.push((cost, own, true));
            }
            for ((_, _, open), &column) in plain.columns.iter_mut().zip(&of) {
                if draw(5) == 0 {
                    *open = draw(3) > 0;
                    lp.set_open(column, *open);
                }
            }
            for r in 0..rows {
                plain.equations[r] = draw(12) == 0;
                lp.set_open(lp.slack(r), !plain.equations[r]);
            }
            // An equation that shut columns contradict stays so for the solver's caller to see.
            let repaired = if draw(2) == 0 {
                let mut questions = 0;
                lp.repair_among(1 + draw(3 * rows), &mut || {
                    questions += 1;
                    questions > 80
                })
            } else {
                lp.repair(&mut || false, 5000)
            };
            match repaired {
                Repair::Feasible => {}
                Repair::Infeasible { fall } => {
                    prop_assert!(fall > 0.0);
                    continue;
                }
                Repair::Unfinished => prop_assert!(false, "the repair goes on for ever"),
            }
            prop_assert!(lp.solve(&mut || false, 5000), "the solve goes on for ever");
            let wrong = plain.wrong(&lp, &of);
            prop_assert!(wrong.is_none(), "{}", wrong.unwrap_or_default());
            // What is tried leaves nothing behind.
            let (saved, value) = (lp.save(), lp.objective());
            lp.focus(1 + draw(3 * rows));
            let closed: Vec<usize> = (plain.columns.iter().zip(&of))
                .filter(|((_, _, open), _)| *open)
                .map(|(_, &column)| column)
                .filter(|_| draw(6) == 0)
                .collect();
            for &column in &closed {
                lp.close(column);
            }
            if let Repair::Feasible = lp.repair(&mut || false, 5) {
                prop_assert!(lp.objective() < value + CLOSE * rows as f64);
            }
            for &column in &closed {
                lp.reopen(column);
            }
            lp.load(&saved);
            lp.unfocus();
            prop_assert!(lp.solve(&mut || false, 5000), "the solve goes on for ever");
            let wrong = plain.wrong(&lp, &of);
            prop_assert!(wrong.is_none(), "after a trial: {}", wrong.unwrap_or_default());
        }
    }

    /// What a repair lowers it lowers to the end, however often the basis is factored: with other costs after each time the
    /// value could rise again, and the dual method come back to where it was.
    #[test]
    fn what_is_lowered_stays_so_until_it_is_raised(seed: u64, rows in 3_usize..40) {
        let mut draw = drawing(seed);
        let mut lp = Lp::new(&vec![1.0; rows]);
        let mut basis = lp.basis();
        for _ in 0..5 {
            for _ in 0..rows {
                let (cost, own) = drawn_column(&mut draw, rows);
                lp.add_column(cost, own.iter().map(|&r| (r, 1.0)));
            }
            // Of fewer columns, so that others are worth more than its prices.
            lp.restore(&basis);
            lp.refresh();
            let before = lp.reduced.clone();
            lp.lower();
            lp.refresh();
            for &c in &lp.open {
                let c = c as usize;
                prop_assert!(lp.place[c] != OUT || lp.reduced[c] <= DUAL_TOLERANCE);
            }
            lp.raise();
            lp.refresh();
            prop_assert!(before.iter().zip(&lp.reduced).all(|(a, b)| (a - b).abs() < 1e-9));
            prop_assert!(lp.solve(&mut || false, 5000));
            basis = lp.basis();
        }
    }
}

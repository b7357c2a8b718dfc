//! Earliest and latest moments under constraints of order: a simple temporal network (Dechter, Meiri
//! and Pearl 1991, Artificial Intelligence 49:61).
//!
//! Every constraint says that one moment is at least so long after another (the gap may be negative:
//! at most so long before). The bounds are tightened until nothing changes; each moment can then be
//! anywhere between its bounds, and fixing one and tightening again keeps the others possible.

/// One moment is at least `gap` minutes after another.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Constraint {
    pub(crate) before: usize,
    pub(crate) after: usize,
    pub(crate) gap: i32,
    /// What it is for: an index of the caller's.
    pub(crate) why: usize,
}

/// The earliest and latest minute of each moment.
#[derive(Clone, Debug)]
pub(crate) struct Bounds {
    pub(crate) low: Vec<i32>,
    pub(crate) high: Vec<i32>,
    /// The constraint that gave each bound, if one did.
    low_by: Vec<Option<usize>>,
    high_by: Vec<Option<usize>>,
}

/// No moment is left for this one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Impossible(pub(crate) usize);

impl Bounds {
    pub(crate) fn new(windows: impl IntoIterator<Item = (i32, i32)>) -> Bounds {
        let (low, high): (Vec<i32>, Vec<i32>) = windows.into_iter().unzip();
        Bounds {
            low_by: vec![None; low.len()],
            high_by: vec![None; low.len()],
            low,
            high,
        }
    }

    /// Tightens the bounds until all constraints hold between them.
    pub(crate) fn tighten(&mut self, constraints: &[Constraint]) -> Result<(), Impossible> {
        if let Some(empty) = (0..self.low.len()).find(|one| self.low[*one] > self.high[*one]) {
            return Err(Impossible(empty));
        }
        loop {
            let mut changed = false;
            for (number, constraint) in constraints.iter().enumerate() {
                let Constraint {
                    before, after, gap, ..
                } = *constraint;
                let low = self.low[before].saturating_add(gap);
                if low > self.low[after] {
                    self.low[after] = low;
                    self.low_by[after] = Some(number);
                    changed = true;
                }
                let high = self.high[after].saturating_sub(gap);
                if high < self.high[before] {
                    self.high[before] = high;
                    self.high_by[before] = Some(number);
                    changed = true;
                }
                for moment in [before, after] {
                    if self.low[moment] > self.high[moment] {
                        return Err(Impossible(moment));
                    }
                }
            }
            if !changed {
                return Ok(());
            }
        }
    }

    /// Fixes a moment.
    pub(crate) fn fix(&mut self, moment: usize, at: i32) {
        self.low[moment] = at;
        self.high[moment] = at;
    }

    /// The constraints that push a moment back to its earliest minute, the nearest first.
    pub(crate) fn pushed_by(&self, moment: usize, constraints: &[Constraint]) -> Vec<usize> {
        chain(&self.low_by, moment, |constraint| {
            constraints[constraint].before
        })
    }

    /// The constraints that hold it to its latest minute, the nearest first.
    pub(crate) fn held_by(&self, moment: usize, constraints: &[Constraint]) -> Vec<usize> {
        chain(&self.high_by, moment, |constraint| {
            constraints[constraint].after
        })
    }
}

fn chain(by: &[Option<usize>], moment: usize, next: impl Fn(usize) -> usize) -> Vec<usize> {
    let mut chain = Vec::new();
    let mut at = moment;
    while let Some(constraint) = by[at] {
        // A cycle of constraints has no end.
        if chain.contains(&constraint) {
            break;
        }
        chain.push(constraint);
        at = next(constraint);
    }
    chain
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn after(before: usize, after: usize, gap: i32) -> Constraint {
        Constraint {
            before,
            after,
            gap,
            why: 0,
        }
    }

    #[test]
    fn an_order_narrows_both_sides() {
        let mut bounds = Bounds::new([(0, 100), (0, 50), (0, 100)]);
        let order = [after(0, 1, 10), after(1, 2, 20)];
        bounds.tighten(&order).unwrap();
        assert_eq!(bounds.low, [0, 10, 30]);
        assert_eq!(bounds.high, [40, 50, 100]);
    }

    #[test]
    fn a_contradiction_names_a_moment_and_why() {
        let mut bounds = Bounds::new([(60, 100), (0, 50)]);
        let order = [after(0, 1, 1)];
        let Impossible(moment) = bounds.tighten(&order).unwrap_err();
        let why = [
            bounds.pushed_by(moment, &order),
            bounds.held_by(moment, &order),
        ];
        assert!(why.concat().contains(&0));
        // A cycle has no solution either.
        let mut bounds = Bounds::new([(0, 100), (0, 100)]);
        assert!(bounds.tighten(&[after(0, 1, 1), after(1, 0, 1)]).is_err());
    }

    proptest! {
        /// Whatever moment is fixed within its bounds, the rest stay possible.
        #[test]
        fn fixing_keeps_the_rest_possible(
            windows in prop::collection::vec((0..500_i32, 0..500_i32), 2..8),
            pairs in prop::collection::vec((0..8_usize, 0..8_usize, -200..100_i32), 0..12),
            share in 0.0..1.0_f64,
        ) {
            let count = windows.len();
            let windows = windows.into_iter().map(|(from, length)| (from, from + length));
            let order: Vec<Constraint> = pairs
                .into_iter()
                .filter(|(one, other, _)| one % count != other % count)
                .map(|(one, other, gap)| after(one % count, other % count, gap))
                .collect();
            let mut bounds = Bounds::new(windows);
            if bounds.tighten(&order).is_ok() {
                for moment in 0..count {
                    let (low, high) = (bounds.low[moment], bounds.high[moment]);
                    bounds.fix(moment, low + (f64::from(high - low) * share) as i32);
                    prop_assert!(bounds.tighten(&order).is_ok());
                }
                for Constraint { before, after, gap, .. } in order {
                    prop_assert!(bounds.low[after] - bounds.low[before] >= gap);
                }
            }
        }
    }
}

//! Sensitivity indices by variance (Sobol' 1993): which share of the variance of a response each
//! parameter brings about by itself (first order), and with all its interactions (total).
//!
//! The estimators are those that Saltelli et al. (2010, "Variance based sensitivity analysis of model
//! output", table 2) find best: (b) for the first order, and Jansen's (f) for the total. Intervals are
//! percentiles of a bootstrap over rows (Archer, Saltelli and Sobol' 1997).

use hailsham_engine::random::{Streams, name_hash};
use serde::{Deserialize, Serialize};

use crate::statistics::quantile;

const RESAMPLES: u32 = 1000;
/// Most of them, as a share, in which the response does not vary: an interval of the others alone would be one of
/// chosen rows.
const MOST_WITHOUT: f64 = 0.1;

/// An estimate with its 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The estimate. Chance may put it a little below 0 or above 1.
    pub value: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// The indices of one parameter.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Indices {
    /// Share of the variance that it brings about by itself.
    pub first: Estimate,
    /// Share with all its interactions.
    pub total: Estimate,
}

/// The indices of every parameter. A row holds the responses at the points of a row of the design: at
/// A, at B, and at A with each of B's sides in turn. None where the response does not vary, or hardly: where
/// it is the same in more than a tenth of the resamples there is no interval, and no index without one. None
/// of fewer than two rows.
pub fn indices(rows: &[Vec<f64>]) -> Option<Vec<Indices>> {
    let sides = rows.first()?.len().checked_sub(2)?;
    if rows.len() < 2 || rows.iter().any(|row| row.len() != sides + 2) {
        return None;
    }
    let all: Vec<usize> = (0..rows.len()).collect();
    let values = of(rows, &all, sides)?;
    let streams = Streams::new(name_hash("sensitivity")).entity(rows.len() as u64);
    let mut resampled: Vec<Vec<(f64, f64)>> = vec![Vec::new(); sides];
    for resample in 0..RESAMPLES {
        let mut taken = Vec::with_capacity(rows.len());
        // A draw holds some 100,000 numbers, and a design has fewer rows.
        let mut draw = streams.purpose(0_u16).draw(resample);
        taken.extend(all.iter().map(|_| draw.below(rows.len() as u32) as usize));
        if let Some(values) = of(rows, &taken, sides) {
            for (list, value) in resampled.iter_mut().zip(values) {
                list.push(value);
            }
        }
    }
    let counted = resampled.first().map_or(0, Vec::len);
    if (counted as f64) < (1.0 - MOST_WITHOUT) * f64::from(RESAMPLES) {
        return None;
    }
    let estimate = |value: f64, mut list: Vec<f64>| {
        list.sort_by(f64::total_cmp);
        Estimate {
            value,
            low: quantile(&list, 0.025),
            high: quantile(&list, 0.975),
        }
    };
    let each = values.into_iter().zip(resampled);
    Some(
        each.map(|((first, total), list)| Indices {
            first: estimate(first, list.iter().map(|pair| pair.0).collect()),
            total: estimate(total, list.iter().map(|pair| pair.1).collect()),
        })
        .collect(),
    )
}

/// First-order and total index of each side, from some of the rows.
fn of(rows: &[Vec<f64>], taken: &[usize], sides: usize) -> Option<Vec<(f64, f64)>> {
    let count = taken.len() as f64;
    let of_both = || taken.iter().flat_map(|row| &rows[*row][..2]);
    // By the values and not by their variance, which rounding may put above 0.
    if of_both().all(|y| *y == rows[taken[0]][0]) {
        return None;
    }
    let mean = of_both().sum::<f64>() / (2.0 * count);
    let variance = of_both().map(|y| (y - mean) * (y - mean)).sum::<f64>() / (2.0 * count);
    let side = |side: usize| {
        let (mut first, mut total) = (0.0, 0.0);
        for row in taken {
            let row = &rows[*row];
            let (a, b, crossed) = (row[0], row[1], row[2 + side]);
            // From the mean: the same in expectation, and with less noise.
            first += (b - mean) * (crossed - a);
            total += (a - crossed) * (a - crossed);
        }
        (first / count / variance, total / (2.0 * count) / variance)
    };
    Some((0..sides).map(side).collect())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use core::f64::consts::PI;

    use super::*;
    use crate::design::{Design, points, row};

    fn rows(sides: usize, count: u32, of: impl Fn(&[f64]) -> f64) -> Vec<Vec<f64>> {
        let points = points(Design::Saltelli, sides, count, 1);
        points
            .chunks_exact(row(sides))
            .map(|row| row.iter().map(|point| of(point)).collect())
            .collect()
    }

    /// The function of Ishigami and Homma (1990), whose indices have a closed form.
    #[test]
    fn indices_of_ishigami_are_those_of_its_closed_form() {
        const A: f64 = 7.0;
        const B: f64 = 0.1;
        let found = indices(&rows(3, 4096, |u| {
            let x: Vec<f64> = u.iter().map(|u| PI * (2.0 * u - 1.0)).collect();
            let (s1, s2) = (libm::sin(x[0]), libm::sin(x[1]));
            s1 + A * s2 * s2 + B * x[2] * x[2] * x[2] * x[2] * s1
        }))
        .unwrap();
        let (p4, p8) = (libm::pow(PI, 4.0), libm::pow(PI, 8.0));
        let v1 = 0.5 * (1.0 + B * p4 / 5.0) * (1.0 + B * p4 / 5.0);
        let v2 = A * A / 8.0;
        let v13 = 8.0 * B * B * p8 / 225.0;
        let v = v1 + v2 + v13;
        let expected = [(v1 / v, (v1 + v13) / v), (v2 / v, v2 / v), (0.0, v13 / v)];
        for (found, (first, total)) in found.iter().zip(expected) {
            for (estimate, truth) in [(found.first, first), (found.total, total)] {
                assert!(
                    (estimate.value - truth).abs() < 0.01,
                    "{estimate:?} {truth}"
                );
                assert!(
                    estimate.low <= truth && truth <= estimate.high,
                    "{estimate:?} {truth}"
                );
                assert!(estimate.high - estimate.low < 0.15);
            }
        }
    }

    /// Of a sum, the variance falls to the terms as the squares of their factors, and nothing interacts.
    #[test]
    fn the_parts_of_a_sum_do_not_interact() {
        let found = indices(&rows(2, 1024, |u| 3.0 * u[0] + u[1])).unwrap();
        for (found, truth) in found.iter().zip([0.9, 0.1]) {
            assert!((found.first.value - truth).abs() < 5e-3, "{found:?}");
            assert!((found.total.value - truth).abs() < 5e-3, "{found:?}");
        }
    }

    #[test]
    fn what_does_not_vary_has_no_indices() {
        assert_eq!(indices(&rows(2, 16, |_| 4.0)), None);
        assert_eq!(indices(&rows(2, 16, |_| 0.1)), None);
        assert_eq!(indices(&[]), None);
    }

    /// One row of sixteen is left out by a resample in three, and then nothing varies.
    #[test]
    fn what_varies_in_a_single_row_has_no_indices() {
        let mut rows = vec![vec![4.0; 3]; 16];
        rows[5] = vec![4.0, 5.0, 5.0];
        assert_eq!(indices(&rows), None);
        for row in &mut rows[..8] {
            row[1] = 5.0;
        }
        assert!(indices(&rows).is_some());
    }
}

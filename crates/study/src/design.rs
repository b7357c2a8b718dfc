//! Where a sweep looks: points in the unit cube, one side a parameter.
//!
//! The Sobol sequence is that of the crate `sobol_burley` (direction numbers of Joe and Kuo 2008, hashed
//! Owen scrambling of Burley 2020). Latin hypercubes are those of `McKay`, Beckman and Conover (1979).

use hailsham_engine::random::{Streams, name_hash};
use serde::{Deserialize, Serialize};

/// Most points of a Sobol sequence.
pub const MOST_SOBOL: u32 = 1 << 16;
/// Most sides of a Sobol sequence. Sensitivity indices take two for each parameter.
pub const MOST_SIDES: usize = 256;

/// How points are chosen.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Design {
    /// Every value of one parameter with every value of the others.
    Grid,
    /// A latin hypercube: each parameter has one point in each of as many slices as there are points.
    Latin,
    /// A Sobol sequence: points that leave no gaps.
    Sobol,
    /// The points that sensitivity indices are computed from (Saltelli et al. 2010).
    Saltelli,
}

/// The points of a design that has `count` of them (of [`Design::Saltelli`], rows) and `sides` sides.
/// A grid is asked for by [`grid`].
pub fn points(design: Design, sides: usize, count: u32, seed: u64) -> Vec<Vec<f64>> {
    match design {
        Design::Grid => Vec::new(),
        Design::Latin => latin(sides, count, seed),
        Design::Sobol => (0..count).map(|n| sobol(n, 0..sides, seed)).collect(),
        Design::Saltelli => (0..count)
            .flat_map(|n| {
                let a = sobol(n, 0..sides, seed);
                let b = sobol(n, sides..2 * sides, seed);
                let crossed = (0..sides).map(|side| {
                    let mut crossed = a.clone();
                    crossed[side] = b[side];
                    crossed
                });
                let crossed: Vec<Vec<f64>> = crossed.collect();
                [a, b].into_iter().chain(crossed).collect::<Vec<_>>()
            })
            .collect(),
    }
}

/// Runs of a row of [`Design::Saltelli`].
pub fn row(sides: usize) -> usize {
    sides + 2
}

/// Every combination of so many values a side, the last side fastest. A value stands in the middle of
/// its share of the side.
pub fn grid(values: &[usize]) -> Vec<Vec<f64>> {
    let mut all = vec![Vec::new()];
    for count in values {
        all = all
            .into_iter()
            .flat_map(|point: Vec<f64>| {
                (0..*count).map(move |place| {
                    let mut point = point.clone();
                    point.push((place as f64 + 0.5) / *count as f64);
                    point
                })
            })
            .collect();
    }
    all
}

fn sobol(number: u32, sides: std::ops::Range<usize>, seed: u64) -> Vec<f64> {
    // The scrambling takes 32 bits.
    let seed = (seed ^ (seed >> 32)) as u32;
    sides
        .map(|side| f64::from(sobol_burley::sample(number, side as u32, seed)))
        .collect()
}

fn latin(sides: usize, count: u32, seed: u64) -> Vec<Vec<f64>> {
    let streams = Streams::new(seed).entity(name_hash("latin hypercube"));
    let mut points = vec![Vec::with_capacity(sides); count as usize];
    for side in 0..sides {
        // The order of the slices: a shuffle of Fisher and Yates.
        let mut slices: Vec<u32> = (0..count).collect();
        for last in (1..count).rev() {
            let mut draw = streams.purpose(2 * side as u16).draw(last);
            slices.swap(last as usize, draw.below(last + 1) as usize);
        }
        for (number, (point, slice)) in points.iter_mut().zip(slices).enumerate() {
            let mut draw = streams.purpose(2 * side as u16 + 1).draw(number as u32);
            point.push((f64::from(slice) + draw.uniform()) / f64::from(count));
        }
    }
    points
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_latin_hypercube_has_one_point_a_slice() {
        let points = points(Design::Latin, 3, 50, 7);
        for side in 0..3 {
            let mut slices: Vec<u32> = points.iter().map(|p| (p[side] * 50.0) as u32).collect();
            let as_given = slices.clone();
            slices.sort_unstable();
            assert_eq!(slices, (0..50).collect::<Vec<_>>());
            assert_ne!(as_given, slices, "the slices are shuffled");
        }
        assert_ne!(points, super::points(Design::Latin, 3, 50, 8));
    }

    /// A Sobol sequence of 2^m points has one in each of 2^m equal slices of every side, and in every
    /// elementary box of its first two sides.
    #[test]
    fn a_sobol_sequence_leaves_no_gaps() {
        let points = points(Design::Sobol, 2, 64, 3);
        for (wide, high) in [(64, 1), (16, 4), (8, 8), (1, 64)] {
            let mut boxes: Vec<usize> = points
                .iter()
                .map(|p| (p[0] * f64::from(wide)) as usize * high + (p[1] * high as f64) as usize)
                .collect();
            boxes.sort_unstable();
            boxes.dedup();
            assert_eq!(boxes.len(), 64, "{wide} x {high}");
        }
    }

    #[test]
    fn rows_differ_in_one_side() {
        let points = points(Design::Saltelli, 3, 4, 1);
        assert_eq!(points.len(), 4 * row(3));
        for of in points.chunks_exact(row(3)) {
            let (a, b) = (&of[0], &of[1]);
            for side in 0..3 {
                let mut expected = a.clone();
                expected[side] = b[side];
                assert_eq!(of[2 + side], expected);
                assert_ne!(a[side], b[side]);
            }
        }
    }

    #[test]
    fn a_grid_has_every_combination() {
        assert_eq!(
            grid(&[2, 2]),
            [[0.25, 0.25], [0.25, 0.75], [0.75, 0.25], [0.75, 0.75]]
        );
    }
}

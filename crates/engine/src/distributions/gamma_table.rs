//! Gamma draws for parameters that are used again and again.

use super::{gamma, positive};
use crate::random::Draw;

/// Cells for each halving of the tail.
const CELLS: usize = 1 << CELL_BITS;
const CELL_BITS: u32 = 5;

/// Halvings of the tail that are tabulated, from 1/2 down: all but one draw in 2^`OCTAVES`.
const OCTAVES: usize = 12;

/// Below, the quantile function near 0 is too steep for its cells.
const SMALLEST_SHAPE: f64 = 0.25;

/// Above, the exact quantiles take so long that a table of them does not pay.
const LARGEST_SHAPE: f64 = 1e4;

/// Bits of the mantissa below those that tell the cell.
const REST_BITS: u32 = f64::MANTISSA_DIGITS - 1 - CELL_BITS;

/// The bits of the smallest tail in the table, those within a cell left out.
const FIRST: u64 = (0.5_f64.to_bits() >> REST_BITS) - (OCTAVES * CELLS) as u64;

/// A gamma distribution with its quantile function in a table: for [`Draw::tabulated_gamma`].
///
/// Between the nodes, which are exact, stands a cubic with the exact slopes at both ends (Hermite's).
/// A node follows the other by a 32nd of an octave of the smaller tail, so that the relative error
/// of a value stays below 1e-6 for shapes of 1/4, and below 1e-7 from 1 on. As the quantile function itself, the table rises with the
/// number drawn. Farther out than 2^-13 in either tail, and for shapes below 1/4 or above 10,000,
/// values are those of [`Draw::gamma`].
#[derive(Clone, Debug)]
pub struct GammaTable {
    shape: f64,
    scale: f64,
    /// The cells of the lower tail and of the upper, from the far end to the median; none where the
    /// shape is not tabulated.
    lower: Vec<Cubic>,
    upper: Vec<Cubic>,
}

/// A cubic by rising powers of the position in its cell, 0 to 1.
type Cubic = [f64; 4];

impl GammaTable {
    /// Gamma with mean `shape * scale` and variance `shape * scale^2`, both parameters above 0.
    ///
    /// With other parameters every draw gives infinity. Takes some half a millisecond.
    pub fn new(shape: f64, scale: f64) -> GammaTable {
        let tabulated = (SMALLEST_SHAPE..=LARGEST_SHAPE).contains(&shape) && positive(scale);
        let side = |of: fn(f64) -> f64| {
            if tabulated {
                cells(|tail| gamma::quantile_and_slope(shape, of(tail)))
            } else {
                Vec::new()
            }
        };
        GammaTable {
            shape,
            scale,
            lower: side(|tail| tail),
            upper: side(|tail| 1.0 - tail),
        }
    }

    /// The value that the variable stays below with probability `p`, 0 < p < 1.
    #[inline]
    fn quantile(&self, p: f64) -> f64 {
        const IN_CELL: u64 = (1 << REST_BITS) - 1;
        const STEP: f64 = 1.0 / (1_u64 << REST_BITS) as f64;
        let (cells, tail) = if p < 0.5 {
            (&self.lower, p)
        } else {
            (&self.upper, 1.0 - p)
        };
        let bits = tail.to_bits();
        // A tail below the table wraps around to a cell that there is not.
        let cell = (bits >> REST_BITS).wrapping_sub(FIRST);
        if let Some([a, b, c, d]) = cells.get(cell as usize) {
            let s = (bits & IN_CELL) as f64 * STEP;
            self.scale * (a + s * (b + s * (c + s * d)))
        } else {
            gamma::value(self.shape, self.scale, p)
        }
    }
}

/// The cells of one tail: `exact` gives a quantile and its slope, the derivative by the probability
/// of the lower tail.
fn cells(exact: impl Fn(f64) -> (f64, f64)) -> Vec<Cubic> {
    let tail = |node: usize| f64::from_bits((FIRST + node as u64) << REST_BITS);
    let mut start = exact(tail(0));
    (0..OCTAVES * CELLS)
        .map(|cell| {
            let width = tail(cell + 1) - tail(cell);
            let end = exact(tail(cell + 1));
            // Towards the median values rise from the lower tail and fall from the upper one.
            let sign = if end.0 > start.0 { width } else { -width };
            let rise = end.0 - start.0;
            let (first, last) = (start.1 * sign, end.1 * sign);
            let cubic = [
                start.0,
                first,
                3.0 * rise - 2.0 * first - last,
                first + last - 2.0 * rise,
            ];
            start = end;
            cubic
        })
        .collect()
}

impl Draw {
    /// A gamma draw by a table, some thirty times as fast as [`Draw::gamma`].
    #[inline]
    pub fn tabulated_gamma(&mut self, table: &GammaTable) -> f64 {
        table.quantile(self.uniform())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHAPES: [f64; 9] = [0.25, 0.5, 0.9, 1.0, 2.0, 4.0, 15.0, 200.0, 1e4];

    /// Tails within the table and beyond its end, three in a cell, off its middle.
    fn probabilities() -> impl Iterator<Item = f64> {
        (1..14 * 96).flat_map(|i| {
            let tail = 0.5 * libm::exp2(-f64::from(i) / 96.0);
            [tail, 1.0 - tail]
        })
    }

    #[test]
    fn as_the_exact_quantile() {
        for shape in SHAPES {
            let table = GammaTable::new(shape, 3.0);
            let worst = probabilities()
                .map(|p| (table.quantile(p) / (3.0 * gamma::quantile(shape, p)) - 1.0).abs())
                .fold(0.0, f64::max);
            let allowed = if shape < 1.0 { 1e-6 } else { 1e-7 };
            assert!(worst < allowed, "shape {shape}: {worst:e}");
        }
    }

    /// In steps far below a cell, over its borders, the table's end and the median.
    #[test]
    fn rises_with_the_number() {
        for shape in SHAPES {
            let table = GammaTable::new(shape, 1.0);
            let mut p = 1.0 / 16_384.0;
            let mut last = table.quantile(p);
            while p < 1.0 - 1.0 / 16_384.0 {
                p += 0.003 * p.min(1.0 - p);
                let value = table.quantile(p);
                assert!(value > last, "shape {shape}, p {p}: {value} after {last}");
                last = value;
            }
            for border in [1.0 / 8192.0, 1.0 / 4096.0, 0.25, 0.5, 0.75, 4095.0 / 4096.0] {
                let (before, after) = (
                    table.quantile(border * (1.0 - 1e-12)),
                    table.quantile(border * (1.0 + 1e-12)),
                );
                let slack = 1e-14 * after;
                assert!(before <= after + slack, "shape {shape}, at {border}");
            }
        }
    }

    /// Shape 1 is the exponential, whose quantile function is closed.
    #[test]
    fn shape_one_is_exponential() {
        let table = GammaTable::new(1.0, 2.0);
        for p in probabilities() {
            let expected = -2.0 * libm::log1p(-p);
            assert!((table.quantile(p) / expected - 1.0).abs() < 1e-7, "{p}");
        }
    }

    #[test]
    fn untabulated_shapes_and_wrong_parameters_are_as_without_a_table() {
        let draw = |number| {
            crate::random::Streams::new(8)
                .entity(1)
                .purpose(0_u16)
                .draw(number)
        };
        for (shape, scale) in [
            (0.1, 1.0),
            (2e4, 1.0),
            (0.0, 1.0),
            (-1.0, 1.0),
            (2.0, 0.0),
            (f64::NAN, 1.0),
            (1.0, f64::NAN),
        ] {
            let table = GammaTable::new(shape, scale);
            for number in 0..20 {
                let (found, expected) = (
                    draw(number).tabulated_gamma(&table),
                    draw(number).gamma(shape, scale),
                );
                assert_eq!(found, expected, "{shape} {scale}");
            }
        }
    }
}

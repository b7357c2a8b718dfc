//! The natural logarithm, quick and the same on every machine.
//!
//! By a table and a short series, in the manner of P. T. P. Tang, "Table-driven implementation of the
//! logarithm function in IEEE floating-point arithmetic", ACM Transactions on Mathematical Software
//! 16 (1990) 378–400, <https://doi.org/10.1145/98267.98294>. A number x is `2^e z` with z from about
//! 1/√2 to √2, and z lies in one of [`CELLS`] cells. With the cell's centre c,
//!
//! ```text
//! ln x = e ln 2 + ln c + ln(1 + r),    r = (z - c) / c,    |r| <= 1 / (2 CELLS)
//! ```
//!
//! Only `+ - *` of IEEE 754 and whole numbers are used. The first two terms are kept in two parts, of
//! which the upper ones add up exactly. A cell is centred on 1, where they vanish and r is exact, so
//! that the relative error stays below 4e-16 there too.

/// Cells in an octave: 24 bytes each, a small part of the fastest cache.
const CELLS: usize = 64;

/// Bits of the mantissa of an `f64`.
const MANTISSA_BITS: u32 = f64::MANTISSA_DIGITS - 1;

/// Bits of the mantissa below those that tell the cell.
const REST_BITS: u32 = MANTISSA_BITS - CELLS.trailing_zeros();

/// How many cells of the octave from 1/2 to 1 lie below the smallest z.
const FIRST: usize = 26;

/// The bits of the smallest centre.
const FIRST_BITS: u64 = (0.5_f64).to_bits() + ((FIRST as u64) << REST_BITS);

/// Binary places of the whole numbers in which the constants are computed.
const PLACES: u32 = 100;

/// Binary places of the upper parts: a sum of them up to 2^10 fits a mantissa.
const UPPER_PLACES: u32 = 42;

/// ln 2 in two parts.
const LN_2: (f64, f64) = parts(logarithm_of_ratio(2, 1));

static TABLE: [Cell; CELLS] = table();

/// What is known of a cell with the centre c.
#[derive(Clone, Copy)]
struct Cell {
    /// 1 / c.
    reciprocal: f64,
    /// ln c in two parts.
    upper: f64,
    lower: f64,
}

const fn table() -> [Cell; CELLS] {
    let mut cells = [Cell {
        reciprocal: 1.0,
        upper: 0.0,
        lower: 0.0,
    }; CELLS];
    let mut cell = 0;
    while cell < CELLS {
        // c as a ratio: in the octave below 1 the cells are half as wide.
        let (over, under) = if FIRST + cell < CELLS {
            (CELLS + FIRST + cell, 2 * CELLS)
        } else {
            (FIRST + cell, CELLS)
        };
        let (upper, lower) = parts(logarithm_of_ratio(over as i128, under as i128));
        cells[cell] = Cell {
            reciprocal: under as f64 / over as f64,
            upper,
            lower,
        };
        cell += 1;
    }
    cells
}

/// `ln(a / b)` with [`PLACES`] binary places, for whole numbers above 0 and below 2^7: twice the
/// series of the inverse hyperbolic tangent of `(a - b) / (a + b)`, DLMF 4.6.4.
const fn logarithm_of_ratio(a: i128, b: i128) -> i128 {
    let (difference, sum) = (a - b, a + b);
    let mut power = (difference << PLACES) / sum;
    let mut total = 0;
    let mut n = 1;
    while power != 0 {
        total += power / n;
        power = power * (difference * difference) / (sum * sum);
        n += 2;
    }
    2 * total
}

/// A number of [`PLACES`] binary places in two parts.
const fn parts(value: i128) -> (f64, f64) {
    const DROPPED: u32 = PLACES - UPPER_PLACES;
    const UNIT: f64 = 1.0 / (1_u64 << UPPER_PLACES) as f64;
    const LOWER_UNIT: f64 = UNIT / (1_u64 << DROPPED) as f64;
    let upper = (value + (1 << (DROPPED - 1))) >> DROPPED;
    let lower = value - (upper << DROPPED);
    (upper as f64 * UNIT, lower as f64 * LOWER_UNIT)
}

/// The natural logarithm of a positive, normal, finite number.
#[inline]
pub(super) fn ln(x: f64) -> f64 {
    /// Half a cell: a number belongs to the nearest centre.
    const HALF: u64 = 1 << (REST_BITS - 1);
    const WITHIN: u64 = (1 << MANTISSA_BITS) - 1;
    const REST: u64 = (1 << REST_BITS) - 1;

    debug_assert!(x.is_normal() && x > 0.0, "no logarithm of {x:e} here");
    let bits = x.to_bits();
    let above = bits.wrapping_add(HALF).wrapping_sub(FIRST_BITS);
    let exponent = (above as i64) >> MANTISSA_BITS;
    let z = f64::from_bits(bits.wrapping_sub((exponent as u64) << MANTISSA_BITS));
    let centre = f64::from_bits((above & WITHIN & !REST) + FIRST_BITS);
    let cell = &TABLE[((above & WITHIN) >> REST_BITS) as usize];
    let e = exponent as f64;

    // The difference is exact: the two are within a factor of two.
    let r = (z - centre) * cell.reciprocal;
    let r2 = r * r;
    // ln(1 + r) = r + r^2 (-1/2 + r/3 - ...): the first term left out is below 2^-59 r.
    let near = -1.0 / 2.0 + r * (1.0 / 3.0);
    let middle = -1.0 / 4.0 + r * (1.0 / 5.0);
    let far = (-1.0 / 6.0 + r * (1.0 / 7.0)) - r2 * (1.0 / 8.0);
    let series = r2 * (near + r2 * (middle + r2 * far));
    (e * LN_2.0 + cell.upper) + (r + (series + (e * LN_2.1 + cell.lower)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_near(x: f64, slack: f64) {
        let (found, expected) = (ln(x), libm::log(x));
        assert!(
            (found - expected).abs() <= slack * expected.abs(),
            "ln {x:e}: {found:e}, not {expected:e}"
        );
    }

    /// Against `libm`, whose error is below one unit of the last place, 2.2e-16: all numbers that a
    /// draw can give at either end, and many between.
    #[test]
    fn agrees_with_libm_over_all_uniforms() {
        const STEP: f64 = 1.0 / (1_u64 << 53) as f64;
        for n in 1..100_000_u64 {
            assert_near(n as f64 * STEP, 5e-16);
            assert_near(((1_u64 << 53) - n) as f64 * STEP, 5e-16);
        }
        let mut x = STEP;
        while x < 1.0 {
            assert_near(x, 5e-16);
            x *= 1.000_03;
        }
        assert_eq!(ln(1.0), 0.0);
    }

    /// And beyond them, up to the ends of the normal numbers.
    #[test]
    fn agrees_with_libm_over_all_normal_numbers() {
        let mut x = f64::MIN_POSITIVE;
        while x < f64::MAX / 1.02 {
            assert_near(x, 5e-16);
            x *= 1.017;
        }
        assert_near(f64::MAX, 5e-16);
    }

    /// The borders of the cells, at either side of them, and the centres.
    #[test]
    fn agrees_with_libm_at_the_borders_of_cells() {
        for half_cell in 0..4 * CELLS {
            let border = 0.5 + half_cell as f64 / (4 * CELLS) as f64;
            for x in [border.next_down(), border, border.next_up()] {
                assert_near(x, 5e-16);
                assert_near(x * 1024.0, 5e-16);
                assert_near(x / 1024.0, 5e-16);
            }
        }
    }

    /// Known to more digits than a float holds: DLMF 4.2(ii), and ln 10 of 4.1.
    #[test]
    fn published_values() {
        assert_eq!(ln(2.0), std::f64::consts::LN_2);
        assert_eq!(ln(10.0), std::f64::consts::LN_10);
        assert_eq!(ln(0.5), -std::f64::consts::LN_2);
    }

    /// ln 2, digit by digit: OEIS A002162, <https://oeis.org/A002162>. And the two parts add up to
    /// it, the upper one being a whole number of its units.
    #[test]
    fn the_constants_are_right_far_beyond_a_float() {
        const DIGITS: &str = "693147180559945309417232121";
        let value = logarithm_of_ratio(2, 1);
        let mut rest = value;
        for expected in DIGITS.chars() {
            rest *= 10;
            let digit = (rest >> PLACES) as u32;
            assert_eq!(char::from_digit(digit, 10), Some(expected));
            rest &= (1 << PLACES) - 1;
        }
        let (upper, lower) = LN_2;
        let unit = (1_u64 << UPPER_PLACES) as f64;
        let whole = (upper * unit).round();
        assert_eq!(whole, upper * unit);
        let left = value - ((whole as i128) << (PLACES - UPPER_PLACES));
        let scale = (1_u64 << 50) as f64 * (1_u64 << 50) as f64;
        assert!((lower * scale / left as f64 - 1.0).abs() < 1e-15);
    }
}

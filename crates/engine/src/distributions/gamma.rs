//! The incomplete gamma functions and the gamma quantile function.
//!
//! `P(a, x)` is the probability that a gamma variable of shape `a` and scale 1 is at most `x`, and
//! `Q = 1 - P`. Definitions and expansions: NIST Digital Library of Mathematical Functions, §8.2,
//! §8.7 and §8.9, <https://dlmf.nist.gov/8>.

use std::f64::consts::PI;

use super::{normal, positive};

/// From this shape on Stirling's series for ln Γ is exact to the last bits.
const STIRLING: f64 = 16.0;

/// How much of ln Γ(a) Stirling's formula `a ln a - a - ln(a / 2π) / 2` misses: DLMF 5.11.1.
fn stirling_error(a: f64) -> f64 {
    let s = 1.0 / (a * a);
    (1.0 / 12.0 - s * (1.0 / 360.0 - s * (1.0 / 1260.0 - s * (1.0 / 1680.0 - s / 1188.0)))) / a
}

/// `x^a exp(-x) / Γ(a)`: the density at `x` times `x`. `ln_x` is the logarithm of `x`, given apart
/// because `x` itself may be too small for an `f64`.
fn kernel(a: f64, x: f64, ln_x: f64) -> f64 {
    if a < STIRLING {
        libm::exp(a * ln_x - x - libm::lgamma(a))
    } else {
        // Around the peak, so that the large terms cancel before they are rounded.
        let off = (x - a) / a;
        libm::sqrt(a / (2.0 * PI)) * libm::exp(-a * (off - libm::log1p(off)) - stirling_error(a))
    }
}

/// The Poisson probability of exactly `k` at mean `mean`.
pub(super) fn poisson_probability(k: f64, mean: f64) -> f64 {
    kernel(k + 1.0, mean, libm::log(mean)) / mean
}

/// `P(a, x)` and `Q(a, x)` with `kernel`: the smaller of the two to full relative precision.
fn incomplete(a: f64, x: f64, kernel: f64) -> (f64, f64) {
    if x < a + 1.0 {
        let p = kernel * lower_series(a, x);
        (p, 1.0 - p)
    } else {
        let q = kernel * upper_fraction(a, x);
        (1.0 - q, q)
    }
}

/// `P / kernel` by its power series, DLMF 8.7.1: quick for `x < a + 1`.
fn lower_series(a: f64, x: f64) -> f64 {
    let mut divisor = a;
    let mut term = 1.0 / a;
    let mut sum = term;
    while term > sum * (f64::EPSILON / 4.0) {
        divisor += 1.0;
        term *= x / divisor;
        sum += term;
    }
    sum
}

/// `Q / kernel` by its continued fraction, DLMF 8.9.2 in its even part, from the front by the
/// modified Lentz method (Thompson and Barnett 1986): quick for `x >= a + 1`, where all its terms
/// are of one sign and no denominator vanishes.
fn upper_fraction(a: f64, x: f64) -> f64 {
    let mut b = x + 1.0 - a;
    let mut c = f64::INFINITY;
    let mut d = 1.0 / b;
    let mut value = d;
    let mut i = 0.0;
    loop {
        i += 1.0;
        let numerator = -i * (i - a);
        b += 2.0;
        d = 1.0 / (numerator * d + b);
        c = b + numerator / c;
        let factor = c * d;
        value *= factor;
        if (factor - 1.0).abs() < f64::EPSILON || !factor.is_finite() {
            return value;
        }
    }
}

/// The probability that a Poisson count of this mean is at most `k`.
pub(super) fn poisson_at_most(k: f64, mean: f64) -> f64 {
    let a = k + 1.0;
    incomplete(a, mean, kernel(a, mean, libm::log(mean))).1
}

/// The value that a gamma variable stays below with probability `p`, 0 < p < 1; infinity for
/// parameters that no gamma distribution has.
pub(super) fn value(shape: f64, scale: f64, p: f64) -> f64 {
    if positive(shape) && positive(scale) && shape.is_finite() {
        scale * quantile(shape, p)
    } else {
        f64::INFINITY
    }
}

/// [`quantile`], and its derivative by `p`: one over the density.
pub(super) fn quantile_and_slope(shape: f64, p: f64) -> (f64, f64) {
    let x = quantile(shape, p);
    (x, x / kernel(shape, x, libm::log(x)))
}

/// The value that a gamma variable of this shape and scale 1 stays below with probability `p`,
/// 0 < p < 1.
///
/// Newton's method for the logarithm of the smaller tail as a function of y = ln x. The density of
/// ln x, proportional to `exp(a y - exp(y))`, is log-concave, hence so are both its tails (Bagnoli
/// and Bergstrom, "Log-concave probability and its applications", Economic Theory 26 (2005) 445):
/// ln P and ln Q lie below their tangents, and the method converges from anywhere.
pub(super) fn quantile(shape: f64, p: f64) -> f64 {
    const ENOUGH_STEPS: u32 = 200;
    const LONGEST_STEP: f64 = 4.0;
    /// Newton's error after a step is of the order of the step squared.
    const SHORT_STEP: f64 = 1e-8;

    let lower = p <= 0.5;
    let ln_target = libm::log(if lower { p } else { 1.0 - p });
    let mut y = first_guess(shape, p);
    for _ in 0..ENOUGH_STEPS {
        let x = libm::exp(y);
        let kernel = kernel(shape, x, y);
        let (at_most, above) = incomplete(shape, x, kernel);
        let step = if lower {
            (ln_target - libm::log(at_most)) * at_most / kernel
        } else {
            (libm::log(above) - ln_target) * above / kernel
        };
        if step.is_nan() {
            // Both tail and density vanish here: the answer is as near as it can be told.
            break;
        }
        y += step.clamp(-LONGEST_STEP, LONGEST_STEP);
        if step.abs() < SHORT_STEP {
            break;
        }
    }
    libm::exp(y)
}

/// The logarithm of a quantile, roughly.
fn first_guess(shape: f64, p: f64) -> f64 {
    // Near 0 the density is a power: P = x^a / Γ(a + 1), a lower bound of x.
    let power = (libm::log(p) + libm::lgamma(shape + 1.0)) / shape;
    // Wilson and Hilferty 1931: the cube root is nearly normal.
    let ninth = 1.0 / (9.0 * shape);
    let root = 1.0 - ninth + normal::quantile(p) * libm::sqrt(ninth);
    if shape < 0.5 || root < 0.2 {
        power
    } else {
        libm::log(shape) + 3.0 * libm::log(root)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn p_and_q(a: f64, x: f64) -> (f64, f64) {
        incomplete(a, x, kernel(a, x, libm::log(x)))
    }

    fn relative(found: f64, expected: f64) -> f64 {
        (found / expected - 1.0).abs()
    }

    /// For whole shapes Q is a Poisson sum, and for half of one it is `erfc`.
    #[test]
    fn incomplete_gamma_against_closed_forms() {
        for x in [0.01, 0.3, 1.0, 2.5, 7.0, 20.0] {
            let mut term = libm::exp(-x);
            let mut sum = term;
            for n in 1..12 {
                let (p, q) = p_and_q(f64::from(n), x);
                assert!(relative(q, sum) < 1e-13, "{n} {x}");
                assert!((p + q - 1.0).abs() < 1e-15, "{n} {x}");
                term *= x / f64::from(n);
                sum += term;
            }
            let (p, q) = p_and_q(0.5, x);
            assert!(relative(p, libm::erf(libm::sqrt(x))) < 1e-13, "{x}");
            assert!(relative(q, libm::erfc(libm::sqrt(x))) < 1e-13, "{x}");
        }
    }

    /// The kernel's two formulas meet, and large shapes stay precise: for shape a the median lies at
    /// a - 1/3 + 8/(405 a) + 184/(25515 a^2) + O(a^-3) (Choi, Proceedings of the American
    /// Mathematical Society 121 (1994) 245).
    #[test]
    fn kernel_is_smooth_and_large_shapes_are_precise() {
        for x in [4.0, 16.0, 40.0] {
            let plain = libm::exp(STIRLING * libm::log(x) - x - libm::lgamma(STIRLING));
            assert!(relative(kernel(STIRLING, x, libm::log(x)), plain) < 1e-13);
        }
        for a in [1e3, 1e5, 1e6] {
            let median = a - 1.0 / 3.0 + 8.0 / (405.0 * a) + 184.0 / (25515.0 * a * a);
            assert!((p_and_q(a, median).0 - 0.5).abs() < 1e-13, "{a}");
        }
    }

    #[test]
    fn the_quantile_inverts_both_tails() {
        for shape in [
            0.01, 0.1, 0.5, 0.9, 1.0, 1.5, 4.0, 10.0, 15.9, 16.1, 100.0, 1e4,
        ] {
            for i in 1..53 {
                let tail = libm::exp2(-f64::from(i));
                for p in [tail, 1.0 - tail] {
                    let x = quantile(shape, p);
                    if x < 1e-300 {
                        continue;
                    }
                    let (at_most, above) = p_and_q(shape, x);
                    // The rounding of x itself moves the tail by its elasticity.
                    let slack = 1e-13 * (1.0 + shape.max(x));
                    let off = if p <= 0.5 {
                        relative(at_most, p)
                    } else {
                        relative(above, tail)
                    };
                    assert!(off < slack, "shape {shape}, p {p:e}: x {x:e}, off {off:e}");
                }
            }
        }
    }

    /// Shape 1 is the exponential.
    #[test]
    fn shape_one_is_exponential() {
        for p in [1e-16, 1e-5, 0.1, 0.5, 0.9, 1.0 - f64::EPSILON] {
            assert!(relative(quantile(1.0, p), -libm::log1p(-p)) < 1e-13, "{p}");
        }
    }
}

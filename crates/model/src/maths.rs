//! Functions whose last bit must not depend on the machine: `libm` in place of the standard
//! library's.

use core::f64::consts::LN_2;

use hailsham_engine::distributions::GammaTable;
use hailsham_engine::random::Draw;
use hailsham_engine::time::{MINUTES_PER_DAY, Span};

/// Parts of an octave in the table of powers.
const PARTS: usize = 64;

/// `2^-(i / PARTS)`.
static POWERS: [f64; PARTS] = powers();

const fn powers() -> [f64; PARTS] {
    let mut powers = [0.0; PARTS];
    let mut part = 0;
    while part < PARTS {
        powers[part] = exponential_series(-LN_2 * part as f64 / PARTS as f64, 24);
        part += 1;
    }
    powers
}

/// The first terms of the series of `e^x`, DLMF 4.2.19.
const fn exponential_series(x: f64, terms: u32) -> f64 {
    let mut sum = 1.0;
    let mut term = terms;
    while term > 0 {
        sum = 1.0 + sum * x / term as f64;
        term -= 1;
    }
    sum
}

/// `2^-x`: what is left of 1 after so many half-lives, 0 or more.
///
/// By a table and a short series, with `+ - *` of IEEE 754 alone, so that it is the same on every
/// machine; within 1e-15 of the value, relatively, in a third of the time that a general
/// exponential takes.
pub(crate) fn halved(half_lives: f64) -> f64 {
    debug_assert!(half_lives >= 0.0 || half_lives.is_nan());
    // Beyond this, next to nothing is left: 2^-1000.
    if half_lives >= 1000.0 {
        return 0.0;
    }
    let parts = (half_lives * PARTS as f64) as u32;
    let rest = LN_2 * (half_lives - f64::from(parts) / PARTS as f64);
    // e^-rest for a rest below ln 2 / PARTS: what is left out is below 4e-18.
    let mut small = 1.0;
    for over in [1.0 / 6.0, 1.0 / 5.0, 1.0 / 4.0, 1.0 / 3.0, 1.0 / 2.0, 1.0] {
        small = 1.0 - rest * over * small;
    }
    let parts = parts as usize;
    let whole = f64::from_bits((1023 - (parts / PARTS) as u64) << (f64::MANTISSA_DIGITS - 1));
    whole * POWERS[parts % PARTS] * small
}

/// `e^-hazard`: the probability that nothing has happened by a cumulative hazard, 0 or more.
pub(crate) fn survival(hazard: f64) -> f64 {
    halved(hazard * core::f64::consts::LOG2_E)
}

/// `1 - e^-hazard`: the probability that something has happened by a cumulative hazard, 0 or more.
///
/// Exact to 1e-15 of 1, and so not of itself where it is small: for shares, not for rare events.
pub(crate) fn within(hazard: f64) -> f64 {
    1.0 - survival(hazard)
}

/// `e^x`.
pub(crate) fn exponential(x: f64) -> f64 {
    let of_size = survival(x.abs());
    if x > 0.0 { 1.0 / of_size } else { of_size }
}

/// The logistic function, the inverse of the log-odds.
pub(crate) fn logistic(log_odds: f64) -> f64 {
    let tail = survival(log_odds.abs());
    let of = if log_odds < 0.0 { tail } else { 1.0 };
    of / (1.0 + tail)
}

/// A gamma distribution given by its mean and standard deviation; the mean itself where there is no
/// spread.
pub(crate) enum GammaByMoments {
    /// Without spread.
    Fixed(f64),
    /// With its quantiles in a table: a model draws from few of these, and often.
    Spread(GammaTable),
}

impl GammaByMoments {
    pub(crate) fn new(mean: f64, sd: f64) -> GammaByMoments {
        if mean <= 0.0 || sd <= 0.0 {
            return GammaByMoments::Fixed(mean.max(0.0));
        }
        let shape = (mean / sd) * (mean / sd);
        GammaByMoments::Spread(GammaTable::new(shape, mean / shape))
    }

    pub(crate) fn draw(&self, draw: &mut Draw) -> f64 {
        match self {
            GammaByMoments::Fixed(mean) => *mean,
            GammaByMoments::Spread(table) => draw.tabulated_gamma(table),
        }
    }
}

/// Exponential decay with a half-life, by whole minutes: what is left of 1 after a span.
///
/// `exp` of a span is the product of `exp` of its parts, so two short tables answer for all spans up
/// to some weeks, in the time of a multiplication.
pub(crate) struct HalfLife {
    /// The half-life in days.
    days: f64,
    /// After so many minutes.
    near: Vec<f64>,
    /// After so many times the length of `near`.
    far: Vec<f64>,
}

impl HalfLife {
    const NEAR: i32 = 64;
    const FAR: i32 = 1024;

    /// Decay with a half-life of `days`, above 0.
    pub(crate) fn new(days: f64) -> HalfLife {
        let left = |minutes: i32| decay(days, minutes);
        HalfLife {
            days,
            near: (0..Self::NEAR).map(left).collect(),
            far: (0..Self::FAR).map(|part| left(part * Self::NEAR)).collect(),
        }
    }

    /// What is left of 1 after a span, which is not negative.
    #[inline]
    pub(crate) fn left_after(&self, span: Span) -> f64 {
        let minutes = span.minutes() as u32;
        let (far, near) = (minutes / Self::NEAR as u32, minutes % Self::NEAR as u32);
        match (self.far.get(far as usize), self.near.get(near as usize)) {
            (Some(far), Some(near)) => far * near,
            _ => decay(self.days, span.minutes()),
        }
    }
}

fn decay(half_life_days: f64, minutes: i32) -> f64 {
    let days = f64::from(minutes) / f64::from(MINUTES_PER_DAY);
    libm::exp(-LN_2 * days / half_life_days)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Against the general exponential, in steps that hit every part of the table.
    #[test]
    fn powers_are_those_of_the_library() {
        for step in 0..60_000 {
            let x = f64::from(step) * 0.016_661;
            let (found, expected) = (halved(x), libm::exp2(-x));
            assert!(
                (found - expected).abs() <= 1e-15 * expected,
                "{x}: {found:e}, not {expected:e}"
            );
        }
        assert!(halved(f64::NAN).is_nan());
        assert_eq!(halved(f64::INFINITY), 0.0);
    }

    #[test]
    fn the_logistic_function_is_that_of_the_library() {
        for step in -4000..=4000 {
            let x = f64::from(step) * 0.01;
            let expected = 1.0 / (1.0 + libm::exp(-x));
            assert!((logistic(x) - expected).abs() <= 1e-14 * expected, "{x}");
        }
    }

    #[test]
    fn shares_and_exponentials_are_those_of_the_library() {
        for step in -4000..=4000 {
            let x = f64::from(step) * 0.01;
            let expected = libm::exp(x);
            assert!((exponential(x) - expected).abs() <= 4e-15 * expected, "{x}");
            if x >= 0.0 {
                assert!((within(x) + libm::expm1(-x)).abs() <= 1e-15, "{x}");
            }
        }
    }

    /// Against powers of two, within the tables, at their end and beyond it.
    #[test]
    fn decay_halves_in_every_half_life() {
        for days in [0.01, 0.7, 5.0, 300.0] {
            let half_life = HalfLife::new(days);
            let end = HalfLife::NEAR * HalfLife::FAR;
            for minutes in (0..3000).chain(end - 70..end + 70).chain([10 * end]) {
                let halvings = f64::from(minutes) / (days * f64::from(MINUTES_PER_DAY));
                let expected = (-halvings).exp2();
                let found = half_life.left_after(Span::from_minutes(minutes));
                // The relative error of a power grows with its exponent.
                let slack = 1e-15 * (2.0 + halvings) * expected + f64::MIN_POSITIVE;
                assert!(
                    (found - expected).abs() <= slack,
                    "{minutes} minutes at {days} days: {found:e}, not {expected:e}"
                );
            }
        }
    }
}

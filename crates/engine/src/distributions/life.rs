//! Lifetimes: the Gompertz–Makeham law.
//!
//! B. Gompertz 1825, W. M. Makeham 1860: the hazard of death is a constant (accidents) plus an
//! exponential of age (ageing). For adults of modern populations it fits to about age 90.

/// A life table by the Gompertz–Makeham law: hazard `makeham + level * exp(slope * age)`, per year.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct GompertzMakeham {
    /// The hazard that does not depend on age, per year, 0 or more.
    pub makeham: f64,
    /// The hazard of ageing at age 0, per year, 0 or more.
    pub level: f64,
    /// By how much the logarithm of the hazard of ageing grows per year of age.
    pub slope: f64,
}

impl GompertzMakeham {
    /// The hazard of death at `age`, per year.
    pub fn hazard(&self, age: f64) -> f64 {
        self.makeham + self.level * libm::exp(self.slope * age)
    }

    /// The probability that somebody of age `from` reaches age `to`; 1 if `to` is not later.
    pub fn survival(&self, from: f64, to: f64) -> f64 {
        if to <= from {
            return 1.0;
        }
        libm::exp(-self.accumulated_hazard(from, to - from))
    }

    /// The mean number of years left to somebody of `age`; infinity if some never die, not a number
    /// if the law or the age is not.
    ///
    /// By Gauss–Legendre quadrature of the survival function, to a relative error below 1e-12.
    pub fn remaining_expectation(&self, age: f64) -> f64 {
        /// Survival beyond this accumulated hazard is below the last bit of the sum.
        const ALL_DEAD: f64 = 45.0;
        const LONGEST: f64 = 1e30;
        const PANELS: u32 = 256;

        if self.accumulated_hazard(age, 1.0).is_nan() {
            return f64::NAN;
        }
        let mut end = 1.0;
        while self.accumulated_hazard(age, end) < ALL_DEAD {
            end *= 2.0;
            if end > LONGEST {
                return f64::INFINITY;
            }
        }
        let mut start = 0.0;
        // To within a few parts in a hundred: it only sets the width of the panels.
        while end - start > 0.05 * end {
            let middle = 0.5 * (start + end);
            if self.accumulated_hazard(age, middle) < ALL_DEAD {
                start = middle;
            } else {
                end = middle;
            }
        }
        let half_width = 0.5 * end / f64::from(PANELS);
        let survival = |t: f64| libm::exp(-self.accumulated_hazard(age, t));
        let mut sum = 0.0;
        for panel in 0..PANELS {
            let middle = f64::from(2 * panel + 1) * half_width;
            for (x, weight) in GAUSS_LEGENDRE_8 {
                let off = x * half_width;
                sum += weight * (survival(middle - off) + survival(middle + off));
            }
        }
        sum * half_width
    }

    /// The integral of the hazard over the `years` after `age`.
    fn accumulated_hazard(&self, age: f64, years: f64) -> f64 {
        let accidents = self.makeham * years;
        let ageing = self.level * libm::exp(self.slope * age);
        if ageing == 0.0 {
            // Not added: its growth may be infinite, and nothing times infinity is not nothing.
            return accidents;
        }
        let grown = if self.slope == 0.0 {
            years
        } else {
            libm::expm1(self.slope * years) / self.slope
        };
        accidents + ageing * grown
    }
}

/// Half of the symmetric abscissas on [-1, 1] and their weights: DLMF §3.5(v).
const GAUSS_LEGENDRE_8: [(f64, f64); 4] = [
    (0.183_434_642_495_649_8, 0.362_683_783_378_362),
    (0.525_532_409_916_329, 0.313_706_645_877_887_3),
    (0.796_666_477_413_626_7, 0.222_381_034_453_374_5),
    (0.960_289_856_497_536_3, 0.101_228_536_290_376_3),
];

/// The years after `age` in which the Gompertz hazard adds up to `accumulated`.
#[allow(clippy::neg_cmp_op_on_partial_ord)] // What is not a number is meant too.
pub(super) fn gompertz_quantile(accumulated: f64, age: f64, level: f64, slope: f64) -> f64 {
    let hazard = level * libm::exp(slope * age);
    // A negated comparison, so that what is not a number takes this way too.
    if !(hazard > 0.0) {
        return f64::INFINITY;
    }
    if slope == 0.0 {
        return accumulated / hazard;
    }
    let growth = slope * accumulated / hazard;
    if growth > -1.0 {
        libm::log1p(growth) / slope
    } else {
        f64::INFINITY
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: GompertzMakeham = GompertzMakeham {
        makeham: 6e-4,
        level: 4e-5,
        slope: 0.095,
    };

    fn assert_near(found: f64, expected: f64, tolerance: f64) {
        assert!(
            (found / expected - 1.0).abs() < tolerance,
            "{found}, not {expected}"
        );
    }

    /// The exponential integral E1 by its power series, DLMF 6.6.2.
    fn exponential_integral(x: f64) -> f64 {
        const EULER: f64 = 0.577_215_664_901_532_9;
        let mut sum = -EULER - x.ln();
        let mut term = 1.0;
        for k in 1..60 {
            term *= -x / f64::from(k);
            sum -= term / f64::from(k);
        }
        sum
    }

    /// Without the Makeham term the expectation is exp(h) E1(h) / slope with h = hazard / slope.
    #[test]
    fn expectation_of_the_gompertz_law() {
        for age in [0.0, 30.0, 60.0, 85.0] {
            let table = GompertzMakeham {
                makeham: 0.0,
                ..TABLE
            };
            let h = table.hazard(age) / table.slope;
            let expected = h.exp() * exponential_integral(h) / table.slope;
            assert_near(table.remaining_expectation(age), expected, 1e-12);
        }
    }

    #[test]
    fn expectation_of_the_exponential_law() {
        for rate in [1e-9, 0.02, 1.0, 1e6] {
            let accidents = GompertzMakeham {
                makeham: rate,
                level: 0.0,
                slope: 0.1,
            };
            assert_near(accidents.remaining_expectation(50.0), 1.0 / rate, 1e-12);
            let flat = GompertzMakeham {
                makeham: 0.0,
                level: rate,
                slope: 0.0,
            };
            assert_near(flat.remaining_expectation(50.0), 1.0 / rate, 1e-12);
        }
    }

    /// e(x) = ∫ survival to y + survival(y) e(y): the recursion of a life table, with all terms.
    #[test]
    fn expectations_of_two_ages_agree() {
        let (young, old) = (20.0, 23.0);
        let steps = 3000_u32;
        let width = (old - young) / f64::from(steps);
        let lived: f64 = (0..steps)
            .map(|i| TABLE.survival(young, young + width * (f64::from(i) + 0.5)) * width)
            .sum();
        let expected = lived + TABLE.survival(young, old) * TABLE.remaining_expectation(old);
        assert_near(TABLE.remaining_expectation(young), expected, 1e-10);
    }

    #[test]
    fn survival_is_the_exponential_of_the_summed_hazard() {
        let steps = 100_000_u32;
        let (from, to) = (15.0, 88.0);
        let width = (to - from) / f64::from(steps);
        let sum: f64 = (0..steps)
            .map(|i| TABLE.hazard(from + width * (f64::from(i) + 0.5)) * width)
            .sum();
        assert_near(TABLE.survival(from, to), (-sum).exp(), 1e-8);
        assert_near(
            TABLE.survival(from, 50.0) * TABLE.survival(50.0, to),
            TABLE.survival(from, to),
            1e-13,
        );
        assert_near(TABLE.survival(50.0, 50.0), 1.0, 1e-15);
        assert_near(TABLE.survival(50.0, 20.0), 1.0, 1e-15);
    }

    #[test]
    fn some_never_die() {
        let falling = GompertzMakeham {
            makeham: 0.0,
            level: 0.1,
            slope: -0.1,
        };
        assert!(falling.remaining_expectation(0.0).is_infinite());
        let nothing = GompertzMakeham {
            makeham: 0.0,
            level: 0.0,
            slope: 0.1,
        };
        assert!(nothing.remaining_expectation(0.0).is_infinite());
        let not_a_number = GompertzMakeham {
            makeham: f64::NAN,
            ..TABLE
        };
        assert!(not_a_number.remaining_expectation(0.0).is_nan());
        // Steep, late and short-lived laws stay in reach.
        let steep = GompertzMakeham {
            makeham: 0.0,
            level: 1e-30,
            slope: 10.0,
        };
        assert!((6.0..7.5).contains(&steep.remaining_expectation(0.0)));
    }
}

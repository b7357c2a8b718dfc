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

    /// The mean number of years left to somebody of `age`; infinity if some never die.
    ///
    /// By Gauss–Legendre quadrature of the survival function, to a relative error below 1e-12 for
    /// any law that has one rise.
    pub fn remaining_expectation(&self, age: f64) -> f64 {
        /// Survival beyond this accumulated hazard is below the last bit of the sum.
        const ALL_DEAD: f64 = 45.0;
        const LONGEST: f64 = 1e30;
        const PANELS: u32 = 256;

        let mut end = 1.0;
        while self.accumulated_hazard(age, end) < ALL_DEAD {
            end *= 2.0;
            if end > LONGEST {
                return f64::INFINITY;
            }
        }
        let mut start = 0.0;
        // To within a few parts in a thousand: it only sets the width of the panels.
        for _ in 0..8 {
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
        let ageing = self.level * libm::exp(self.slope * age);
        let grown = if self.slope == 0.0 {
            years
        } else {
            libm::expm1(self.slope * years) / self.slope
        };
        self.makeham * years + ageing * grown
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
    if growth > -1.0 { libm::log1p(growth) / slope } else { f64::INFINITY }
}

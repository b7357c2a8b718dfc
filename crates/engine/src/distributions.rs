//! Distributions over a [`Draw`], the same bits on every platform.
//!
//! What comes in: a draw and a distribution's parameters. What goes out: a value.
//!
//! **By inversion.** Each value is the distribution's quantile function at one uniform number (two
//! for [`Draw::gompertz_makeham_remaining`]). Inversion is monotone: a larger number gives a larger
//! value, and the same number under a smaller rate gives a later time. So when two scenarios differ
//! in a parameter, the same draws give paired outcomes that move the same way, which is what makes
//! comparisons by common random numbers precise. Rejection methods would be faster for a gamma and
//! would lose this.
//!
//! **By `libm`, not by the platform.** The standard library's `ln`, `exp` and `powf` are the
//! platform's own and differ in their last bit between platforms. Here everything beyond `+ - * /` and
//! rounding is a function of the `libm` crate, or made of these here: the logarithm of the exponential draws,
//! which are the most frequent.
//!
//! **Parameters that no distribution has** (a negative rate, a shape of zero, what is not a number)
//! do not panic. For positive values the answer is `f64::INFINITY`: it never happens. For
//! [`Draw::poisson`] it is 0, for [`Draw::categorical`] the first category. Scenario files are
//! checked before they get here.
//!
//! ```
//! use hailsham_engine::distributions::GompertzMakeham;
//! use hailsham_engine::random::Streams;
//!
//! let stream = Streams::new(1).entity(42).purpose(0_u16);
//! let waiting_years = stream.draw(0).exponential(0.5);
//! assert!(waiting_years > 0.0);
//! // The same number at twice the rate: half the time.
//! assert_eq!(stream.draw(0).exponential(1.0), waiting_years / 2.0);
//!
//! let mortality = GompertzMakeham { makeham: 5e-4, level: 5e-5, slope: 0.09 };
//! let at_twenty = stream.draw(1).gompertz_makeham_remaining(20.0, &mortality);
//! let at_sixty = stream.draw(1).gompertz_makeham_remaining(60.0, &mortality);
//! assert!(at_sixty < at_twenty);
//! ```

mod gamma;
mod gamma_table;
mod life;
mod logarithm;
mod normal;
mod poisson;

pub use gamma_table::GammaTable;
pub use life::GompertzMakeham;

use crate::random::Draw;

/// True for parameters that must be above zero; infinity is allowed, what is not a number is not.
fn positive(parameter: f64) -> bool {
    parameter > 0.0
}

impl Draw {
    /// Exponential with mean 1.
    #[inline(always)]
    #[allow(clippy::inline_always)] // Measured: a draw that is not kept in registers costs 8 % of an event.
    fn standard_exponential(&mut self) -> f64 {
        // One minus the number is exact and never 0.
        -logarithm::ln(1.0 - self.uniform())
    }

    /// Exponential waiting time at `rate` events per unit of time.
    ///
    /// A rate of 0, below, or not a number: infinity.
    #[inline(always)]
    #[allow(clippy::inline_always)] // Measured: a draw that is not kept in registers costs 8 % of an event.
    pub fn exponential(&mut self, rate: f64) -> f64 {
        let waited = self.standard_exponential();
        if positive(rate) {
            waited / rate
        } else {
            f64::INFINITY
        }
    }

    /// Weibull: survival `exp(-(t / scale)^shape)`, both above 0, `scale` in units of time.
    ///
    /// Other parameters: infinity.
    #[inline]
    pub fn weibull(&mut self, shape: f64, scale: f64) -> f64 {
        let waited = self.standard_exponential();
        if positive(shape) && positive(scale) {
            scale * libm::pow(waited, 1.0 / shape)
        } else {
            f64::INFINITY
        }
    }

    /// The years left to somebody of `age` under the Gompertz hazard `level * exp(slope * age)` per
    /// year.
    ///
    /// With a slope of 0 it is exponential; with a slope below 0 some never die: infinity. A level
    /// of 0, below, or not a number: infinity.
    #[inline]
    pub fn gompertz_remaining(&mut self, age: f64, level: f64, slope: f64) -> f64 {
        life::gompertz_quantile(self.standard_exponential(), age, level, slope)
    }

    /// The years left to somebody of `age` under a Gompertz–Makeham life table.
    ///
    /// Exact: the two hazards compete, so the time is the earlier of an exponential and a Gompertz
    /// time. Two numbers, the Makeham one first.
    #[inline]
    pub fn gompertz_makeham_remaining(&mut self, age: f64, table: &GompertzMakeham) -> f64 {
        let accident = self.exponential(table.makeham);
        let ageing = self.gompertz_remaining(age, table.level, table.slope);
        accident.min(ageing)
    }

    /// Standard normal, to full precision, between -8.3 and 8.3.
    #[inline]
    pub fn normal(&mut self) -> f64 {
        normal::quantile(self.uniform())
    }

    /// Lognormal: `exp(mu + sigma * normal)`. The median is `exp(mu)`, the mean
    /// `exp(mu + sigma^2 / 2)`.
    ///
    /// A `sigma` below 0, or what is not a number: infinity.
    #[inline]
    pub fn lognormal(&mut self, mu: f64, sigma: f64) -> f64 {
        let z = self.normal();
        if sigma >= 0.0 && !mu.is_nan() {
            libm::exp(mu + sigma * z)
        } else {
            f64::INFINITY
        }
    }

    /// Gamma with mean `shape * scale` and variance `shape * scale^2`, both parameters above 0.
    ///
    /// Costs about a microsecond: the quantile function has no closed form. For parameters that are
    /// used again and again there is [`GammaTable`]. With a shape far below
    /// 1 a value may be too small for an `f64`; it is then 0.
    ///
    /// Other parameters: infinity.
    pub fn gamma(&mut self, shape: f64, scale: f64) -> f64 {
        gamma::value(shape, scale, self.uniform())
    }

    /// Poisson count with this mean.
    ///
    /// Exact up to a mean of a million. Above, by an expansion of the quantile function that is off
    /// by one count in fewer than one draw in a thousand. A mean of 0, below, or not a number: 0; an
    /// infinite one: `u64::MAX`.
    pub fn poisson(&mut self, mean: f64) -> u64 {
        let u = self.uniform();
        if positive(mean) {
            poisson::quantile(mean, u)
        } else {
            0
        }
    }

    /// A category by its cumulative weights, which do not fall and need not end at 1: category `i`
    /// has the weight `cumulative[i] - cumulative[i - 1]`. A category without weight never comes.
    ///
    /// An empty list, or a last weight that is 0, below, infinite or not a number: 0.
    #[inline]
    pub fn categorical(&mut self, cumulative: &[f64]) -> usize {
        let u = self.uniform();
        let Some((&total, but_last)) = cumulative.split_last() else {
            return 0;
        };
        if !(positive(total) && total.is_finite()) {
            return 0;
        }
        let at = u * total;
        but_last.partition_point(|&c| c <= at)
    }
}

#[cfg(test)]
mod tests;

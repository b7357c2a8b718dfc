//! Functions whose last bit must not depend on the machine: `libm` in place of the standard
//! library's.

use hailsham_engine::random::Draw;

/// The logistic function, the inverse of the log-odds.
pub(crate) fn logistic(log_odds: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-log_odds))
}

/// A gamma draw of a mean and a standard deviation; the mean itself where there is no spread.
pub(crate) fn gamma_by_moments(draw: &mut Draw, mean: f64, sd: f64) -> f64 {
    if mean <= 0.0 || sd <= 0.0 {
        return mean.max(0.0);
    }
    let shape = (mean / sd) * (mean / sd);
    draw.gamma(shape, mean / shape)
}

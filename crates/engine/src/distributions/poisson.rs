//! The Poisson quantile function.

use super::{gamma, normal};

/// Below this mean, adding probabilities from 0 up is quicker than an incomplete gamma function.
const SEARCH_FROM_ZERO: f64 = 30.0;

/// Above this mean the expansion is taken as it is: the exact check costs the root of the mean.
const EXPANSION_ALONE: f64 = 1e6;

/// The smallest count that a Poisson variable of this mean does not exceed with probability at
/// least `p`, 0 < p < 1, mean > 0.
pub(super) fn quantile(mean: f64, p: f64) -> u64 {
    if mean < SEARCH_FROM_ZERO {
        let probability = libm::exp(-mean);
        return climb(0.0, probability, probability, mean, p) as u64;
    }
    if mean.is_infinite() {
        return u64::MAX;
    }
    let guess = expansion(mean, p);
    if mean > EXPANSION_ALONE {
        return guess as u64;
    }
    let mut k = guess;
    let mut probability = gamma::poisson_probability(k, mean);
    let mut at_most = gamma::poisson_at_most(k, mean);
    if at_most < p {
        return climb(k, probability, at_most, mean, p) as u64;
    }
    while k > 0.0 && at_most - probability >= p {
        at_most -= probability;
        probability *= k / mean;
        k -= 1.0;
    }
    k as u64
}

/// From count `k` upwards to the first that is not exceeded with probability `p`.
fn climb(mut k: f64, mut probability: f64, mut at_most: f64, mean: f64, p: f64) -> f64 {
    while at_most < p {
        k += 1.0;
        probability *= mean / k;
        let next = at_most + probability;
        if next <= at_most && k > mean {
            // The rest of the tail is below rounding.
            break;
        }
        at_most = next;
    }
    k
}

/// Cornish and Fisher's expansion for the count with a uniform smear of one, whose distribution
/// function at `k + 1/2` is the count's at `k`: cumulants mean, mean + 1/12, mean, mean - 1/120.
/// The next term is of order 1/mean.
fn expansion(mean: f64, p: f64) -> f64 {
    let z = normal::quantile(p);
    let root = libm::sqrt(mean);
    let smeared = mean + root * z + (z * z - 1.0) / 6.0 + (4.0 * z - z * z * z) / (72.0 * root);
    libm::ceil(smeared - 0.5).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Plain summation in the other direction of work: probabilities from their logarithms.
    fn by_definition(mean: f64, p: f64) -> u64 {
        let mut sum = 0.0;
        let mut k = 0_u64;
        loop {
            let x = k as f64;
            sum += libm::exp(x * libm::log(mean) - mean - libm::lgamma(x + 1.0));
            if sum >= p {
                return k;
            }
            k += 1;
        }
    }

    #[test]
    fn equals_its_definition() {
        for mean in [1e-9, 0.1, 1.0, 4.5, 29.999, 30.0, 31.0, 100.0, 700.0] {
            for i in 1..1000 {
                // Off the lattice of round probabilities, where rounding may decide.
                let p = (f64::from(i) - 0.123) / 1000.0;
                assert_eq!(quantile(mean, p), by_definition(mean, p), "{mean} {p}");
            }
        }
    }

    #[test]
    fn the_ends_are_finite_and_in_order() {
        let (least, most) = (libm::exp2(-53.0), 1.0 - libm::exp2(-53.0));
        for mean in [1e-300, 0.5, 29.0, 30.0, 1e3, 1e6, 1e7, 1e15] {
            let (low, high) = (quantile(mean, least), quantile(mean, most));
            assert!(
                low as f64 <= mean && mean <= high as f64 + 1.0,
                "{mean}: {low} {high}"
            );
            let reach = (high - low) as f64 / libm::sqrt(mean).max(1.0);
            assert!(reach < 30.0, "{mean}: {low} {high}");
        }
        assert_eq!(quantile(f64::INFINITY, 0.5), u64::MAX);
    }

    /// What the documentation says of means above a million, at its worst place.
    #[test]
    fn the_expansion_alone_is_nearly_exact_at_a_million() {
        let draws = 2000;
        let off = (1..draws)
            .filter(|&i| {
                let p = (f64::from(i) - 0.377) / f64::from(draws);
                let exact = quantile(EXPANSION_ALONE, p);
                let guess = expansion(EXPANSION_ALONE, p) as u64;
                assert!(exact.abs_diff(guess) <= 1, "{p}");
                exact != guess
            })
            .count();
        assert!(off * 1000 <= draws as usize, "{off} of {draws}");
    }
}

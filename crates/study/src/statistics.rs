//! The tests that expectations are held to: Student's t for means of paired differences, two
//! one-sided tests for equivalence, Holm's correction for many tests at once.
//!
//! Where all numbers are the same, nothing is known of their spread: there is no interval, and the
//! probability is that of the sign test. Runs with common random numbers often are the same in every
//! bit, so this is no rare case.

use core::f64::consts::{FRAC_2_PI, PI};

/// Probability that Student's t with whole degrees of freedom is `t` or less: the finite sums of
/// Abramowitz and Stegun (1964), 26.7.3 and 26.7.4. Absolute error below 1e-14.
pub fn student_t(t: f64, degrees: u32) -> f64 {
    let theta = libm::atan(t / libm::sqrt(f64::from(degrees)));
    let (sine, cosine) = (libm::sin(theta), libm::cos(theta));
    let square = cosine * cosine;
    // Probability between −t and t, with the sign of t.
    let inside = if degrees.is_multiple_of(2) {
        let mut term = 1.0;
        let mut sum = 1.0;
        for step in 1..degrees / 2 {
            let even = f64::from(2 * step);
            term *= square * (even - 1.0) / even;
            sum += term;
        }
        sine * sum
    } else if degrees == 1 {
        FRAC_2_PI * theta
    } else {
        let mut term = cosine;
        let mut sum = cosine;
        for step in 1..degrees.div_ceil(2) - 1 {
            let even = f64::from(2 * step);
            term *= square * even / (even + 1.0);
            sum += term;
        }
        FRAC_2_PI * (theta + sine * sum)
    };
    (0.5 + 0.5 * inside).clamp(0.0, 1.0)
}

/// The t below which Student's t lies with a probability strictly between 0 and 1: the inverse of
/// [`student_t`], by bisection of the angle.
pub fn student_t_quantile(probability: f64, degrees: u32) -> f64 {
    let root = libm::sqrt(f64::from(degrees));
    let at = |angle: f64| root * libm::tan(angle);
    let (mut low, mut high) = (-PI / 2.0, PI / 2.0);
    // Each step halves the interval: 60 reach the last bit of an angle.
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if student_t(at(middle), degrees) < probability {
            low = middle;
        } else {
            high = middle;
        }
    }
    at(f64::midpoint(low, high))
}

/// Mean and spread of independent numbers, of which there are two at least.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    /// How many there are.
    pub count: u32,
    /// Their mean.
    pub mean: f64,
    /// Standard error of the mean; 0 where all are the same.
    pub standard_error: f64,
}

impl Sample {
    /// Of at least two numbers; none of fewer.
    pub fn of(numbers: &[f64]) -> Option<Sample> {
        let first = *numbers.first()?;
        let count = numbers.len() as f64;
        if numbers.len() < 2 {
            return None;
        }
        if numbers.iter().all(|number| *number == first) {
            return Some(Sample {
                count: numbers.len() as u32,
                mean: first,
                standard_error: 0.0,
            });
        }
        let mean = numbers.iter().sum::<f64>() / count;
        let squares: f64 = numbers.iter().map(|n| (n - mean) * (n - mean)).sum();
        Some(Sample {
            count: numbers.len() as u32,
            mean,
            standard_error: libm::sqrt(squares / (count - 1.0) / count),
        })
    }

    /// Bounds that hold the true mean with probability `level`, a share of 1; none of numbers that are all the same,
    /// which say nothing of their spread.
    pub fn interval(&self, level: f64) -> Option<(f64, f64)> {
        if self.standard_error == 0.0 {
            return None;
        }
        let t = student_t_quantile(f64::midpoint(1.0, level), self.count - 1);
        let half = t * self.standard_error;
        Some((self.mean - half, self.mean + half))
    }

    /// Probability of a mean this large or larger if the true mean were `reference` (one-sided).
    pub fn p_above(&self, reference: f64) -> f64 {
        if self.standard_error == 0.0 {
            return self.sign_test(self.mean > reference);
        }
        student_t(
            (reference - self.mean) / self.standard_error,
            self.count - 1,
        )
    }

    /// Probability of a mean this small or smaller if the true mean were `reference` (one-sided).
    pub fn p_below(&self, reference: f64) -> f64 {
        if self.standard_error == 0.0 {
            return self.sign_test(self.mean < reference);
        }
        student_t(
            (self.mean - reference) / self.standard_error,
            self.count - 1,
        )
    }

    /// Numbers that are all the same say nothing of their spread, and Student's t needs it: few counts, or shares of
    /// something rare, agree by chance. What is left is the sign test, by the side of the reference that all of them
    /// are on.
    fn sign_test(&self, beyond: bool) -> f64 {
        if beyond {
            libm::exp2(-f64::from(self.count))
        } else {
            1.0
        }
    }

    /// The larger probability of two one-sided tests that the true mean lies off `reference` by
    /// `margin` or more (Schuirmann 1987): small where it lies within.
    pub fn p_within(&self, reference: f64, margin: f64) -> f64 {
        self.p_above(reference - margin)
            .max(self.p_below(reference + margin))
    }
}

/// The quantile of sorted numbers, of which there is one at least: linear between the order
/// statistics, the first at 0 and the last at 1 (Hyndman and Fan 1996, definition 7).
pub fn quantile(sorted: &[f64], share: f64) -> f64 {
    let at = share.clamp(0.0, 1.0) * (sorted.len() - 1) as f64;
    let below = libm::floor(at);
    let low = sorted[below as usize];
    match sorted.get(below as usize + 1) {
        Some(high) if at > below => low + (at - below) * (high - low),
        _ => low,
    }
}

/// Adjusted probabilities of many tests (Holm 1979): what stays at or below a level is told wrongly,
/// anywhere among all tests, with a probability of that level at most. In the order given.
pub fn holm(probabilities: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..probabilities.len()).collect();
    order.sort_by(|a, b| probabilities[*a].total_cmp(&probabilities[*b]));
    let mut adjusted = vec![0.0; probabilities.len()];
    let mut so_far: f64 = 0.0;
    for (done, index) in order.into_iter().enumerate() {
        let left = (probabilities.len() - done) as f64;
        so_far = so_far.max((left * probabilities[index]).min(1.0));
        adjusted[index] = so_far;
    }
    adjusted
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use hailsham_engine::random::Streams;

    fn near(found: f64, expected: f64, within: f64) {
        assert!((found - expected).abs() <= within, "{found} for {expected}");
    }

    /// Critical values as any table of the t distribution prints them.
    #[test]
    fn quantiles_are_those_of_the_tables() {
        for (probability, degrees, t) in [
            (0.95, 1, 6.314),
            (0.975, 1, 12.706),
            (0.95, 2, 2.920),
            (0.975, 4, 2.776),
            (0.99, 5, 3.365),
            (0.975, 9, 2.262),
            (0.995, 9, 3.250),
            (0.95, 10, 1.812),
            (0.975, 29, 2.045),
            (0.995, 30, 2.750),
            (0.975, 120, 1.980),
        ] {
            let found = student_t_quantile(probability, degrees);
            near(found, t, 5e-4);
            near(student_t(found, degrees), probability, 1e-12);
            near(
                student_t_quantile(1.0 - probability, degrees),
                -found,
                1e-9 * found,
            );
        }
    }

    /// The densities integrate to the distribution function, whatever the degrees of freedom.
    #[test]
    fn the_distribution_is_the_integral_of_its_density() {
        for degrees in [1_u32, 2, 3, 6, 9, 24, 49] {
            let n = f64::from(degrees);
            let log_norm = libm::lgamma(f64::midpoint(n, 1.0))
                - libm::lgamma(n / 2.0)
                - 0.5 * libm::log(n * PI);
            let density =
                |t: f64| libm::exp(log_norm - f64::midpoint(n, 1.0) * libm::log1p(t * t / n));
            let (steps, to) = (2000, 2.5);
            let width = to / f64::from(2 * steps);
            let sum: f64 = (0..steps)
                .map(|pair| {
                    let at = f64::from(2 * pair) * width;
                    density(at) + 4.0 * density(at + width) + density(at + 2.0 * width)
                })
                .sum();
            near(student_t(to, degrees), 0.5 + sum * width / 3.0, 1e-12);
        }
    }

    /// The soporific drugs of Cushny and Peebles (1905) on which Student (1908) showed his test; the
    /// figures are those that R prints for `t.test(extra ~ group, data = sleep, paired = TRUE)`.
    #[test]
    fn the_paired_test_is_students() {
        let first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0];
        let second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];
        let differences: Vec<f64> = first.iter().zip(second).map(|(a, b)| a - b).collect();
        let sample = Sample::of(&differences).unwrap();
        near(sample.mean, -1.58, 1e-12);
        near(sample.mean / sample.standard_error, -4.0621, 5e-5);
        near(2.0 * sample.p_below(0.0), 0.002_833, 5e-7);
        near(sample.p_above(0.0), 1.0 - sample.p_below(0.0), 1e-12);
        let (low, high) = sample.interval(0.95).unwrap();
        near(low, -2.459_885_8, 5e-8);
        near(high, -0.700_114_2, 5e-8);
    }

    /// Two one-sided tests at a level agree with the interval of twice the error within the margins
    /// (Schuirmann 1987).
    #[test]
    fn equivalence_is_an_interval_within_the_margins() {
        let sample = Sample::of(&[0.3, -0.2, 0.1, 0.4, -0.1, 0.2]).unwrap();
        let (low, high) = sample.interval(0.90).unwrap();
        let edge = high.max(-low);
        assert!(sample.p_within(0.0, edge * 1.001) < 0.05);
        assert!(sample.p_within(0.0, edge * 0.999) > 0.05);
        near(sample.p_within(0.0, edge), 0.05, 1e-9);
        near(sample.p_within(1.0, 1.0 + low.abs()), 0.05, 1e-9);
    }

    #[test]
    fn numbers_that_do_not_vary_are_tested_by_their_signs() {
        let same = Sample::of(&[0.1; 7]).unwrap();
        assert_eq!((same.mean, same.standard_error), (0.1, 0.0));
        assert_eq!(same.interval(0.95), None);
        assert_eq!(
            (same.p_above(0.0), same.p_above(0.1), same.p_above(1.0)),
            (1.0 / 128.0, 1.0, 1.0)
        );
        assert_eq!((same.p_below(1.0), same.p_below(0.1)), (1.0 / 128.0, 1.0));
        assert_eq!(
            (same.p_within(0.0, 0.2), same.p_within(0.0, 0.1)),
            (1.0 / 128.0, 1.0)
        );
        let twice = Sample::of(&[0.0, 0.0]).unwrap();
        assert_eq!(twice.p_within(0.0, 0.1), 0.25);
        assert_eq!(Sample::of(&[1.0]), None);
        assert_eq!(Sample::of(&[]), None);
    }

    /// R: `p.adjust(c(.01, .04, .03, .005), "holm")` gives 0.03 0.06 0.06 0.02.
    #[test]
    fn the_correction_is_holms() {
        for (found, expected) in holm(&[0.01, 0.04, 0.03, 0.005])
            .into_iter()
            .zip([0.03, 0.06, 0.06, 0.02])
        {
            near(found, expected, 1e-12);
        }
        assert_eq!(holm(&[0.9, 0.8]), [1.0, 1.0]);
        assert!(holm(&[]).is_empty());
    }

    /// Where nothing is there to be found, it is "found" as often as the level says, and no more.
    #[test]
    fn errors_come_at_the_rate_that_is_promised() {
        const TRIALS: u32 = 4000;
        const TESTS: usize = 12;
        let streams = Streams::new(20);
        let (mut above, mut below, mut within, mut family, mut covered) = (0, 0, 0, 0, 0);
        for trial in 0..TRIALS {
            let mut probabilities = Vec::new();
            for test in 0..TESTS {
                let draws = streams.entity(u64::from(trial)).purpose(test as u16);
                let numbers: Vec<f64> = (0..10).map(|n| draws.draw(n).normal()).collect();
                let sample = Sample::of(&numbers).unwrap();
                probabilities.push(sample.p_above(0.0));
                if test == 0 {
                    above += u32::from(sample.p_above(0.0) < 0.05);
                    below += u32::from(sample.p_below(0.0) < 0.05);
                    // The true mean lies on the edge of a wide margin.
                    within += u32::from(sample.p_within(-5.0, 5.0) < 0.05);
                    let (low, high) = sample.interval(0.95).unwrap();
                    covered += u32::from(low <= 0.0 && 0.0 <= high);
                }
            }
            family += u32::from(holm(&probabilities).iter().any(|p| *p < 0.05));
        }
        // Four standard errors of a share of 5 % in 4000 trials are 1.4 %.
        let share = |count: u32| f64::from(count) / f64::from(TRIALS);
        near(share(above), 0.05, 0.014);
        near(share(below), 0.05, 0.014);
        near(share(within), 0.05, 0.014);
        near(share(covered), 0.95, 0.014);
        // Of independent tests, Holm's error is a hair below the level.
        near(share(family), 0.05, 0.014);
    }
}

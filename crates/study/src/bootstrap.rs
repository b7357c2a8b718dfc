//! Bootstrap intervals of a mean: bias-corrected and accelerated (`BCa`; Efron 1987), with the levels
//! widened for small samples (Hesterberg 2015, "What teachers should know about the bootstrap",
//! section 4.4: the plain percentile interval is too narrow by `sqrt((n − 1) / n)` and takes the normal
//! quantile for Student's).
//!
//! Resamples are drawn from a named stream and depend on nothing but their number and that of the
//! values, so that the same values give the same interval everywhere.

use core::f64::consts::SQRT_2;

use hailsham_engine::random::{Streams, name_hash};

use crate::statistics::{quantile, student_t_quantile};

/// Resamples. The ends of an interval lie far out among them in small samples: of ten values, the
/// thirtieth or so of this many.
const RESAMPLES: usize = 4000;

/// Fewest values: of fewer there are too few different resamples, and the interval holds the truth more seldom than it
/// says (of five values that are nearly normal, with 92 in a hundred).
pub const FEWEST: usize = 10;

/// Which values each resample takes.
pub struct Resampler {
    count: usize,
    taken: Vec<u32>,
}

impl Resampler {
    /// Resamples of so many values; none of fewer than [`FEWEST`].
    pub fn new(count: usize) -> Option<Resampler> {
        if count < FEWEST {
            return None;
        }
        let bound = u32::try_from(count).ok()?;
        let stream = Streams::new(name_hash("bootstrap")).entity(count as u64);
        let mut taken = Vec::with_capacity(RESAMPLES * count);
        for resample in 0..RESAMPLES {
            // A draw holds more numbers than a study has replicates; each block of them is its own.
            let mut left = count;
            for block in 0_u16.. {
                let mut draw = stream.purpose(block).draw(resample as u32);
                let now = left.min(BLOCK);
                taken.extend((0..now).map(|_| draw.below(bound)));
                left -= now;
                if left == 0 {
                    break;
                }
            }
        }
        Some(Resampler { count, taken })
    }

    /// How many values it is for.
    pub fn count(&self) -> usize {
        self.count
    }

    /// The interval that holds the true mean with probability `level`. The values are as many as the
    /// resampler was made for: none is given for another number of them, nor for values that are all the same.
    pub fn interval(&self, values: &[f64], level: f64) -> Option<(f64, f64)> {
        if values.len() != self.count {
            return None;
        }
        let first = *values.first()?;
        if values.iter().all(|value| *value == first) {
            return None;
        }
        let n = self.count as f64;
        let mean = values.iter().sum::<f64>() / n;
        let mut means: Vec<f64> = self
            .taken
            .chunks_exact(self.count)
            .map(|taken| taken.iter().map(|at| values[*at as usize]).sum::<f64>() / n)
            .collect();
        means.sort_by(f64::total_cmp);
        // Bias: how many of the resamples lie below the mean itself; of equals, half.
        let below = means.partition_point(|resampled| *resampled < mean) as f64;
        let up_to = means.partition_point(|resampled| *resampled <= mean) as f64;
        let share = f64::midpoint(below, up_to) / means.len() as f64;
        let bias = normal_quantile(share.clamp(1e-6, 1.0 - 1e-6));
        // Acceleration: a sixth of the skewness of the jackknife, which for a mean is that of the
        // values.
        let off = || values.iter().map(|value| value - mean);
        let squares: f64 = off().map(|off| off * off).sum();
        let cubes: f64 = off().map(|off| off * off * off).sum();
        let acceleration = cubes / (6.0 * squares * libm::sqrt(squares));
        let out = student_t_quantile(f64::midpoint(1.0, level), self.count as u32 - 1)
            * libm::sqrt(n / (n - 1.0));
        let at = |z: f64| {
            let shifted = bias + z;
            let z = bias + shifted / (1.0 - acceleration * shifted);
            quantile(&means, normal(z))
        };
        Some((at(-out), at(out)))
    }
}

/// Numbers of a draw that are used; below the number after which it would repeat itself.
const BLOCK: usize = 100_000;

/// The standard normal distribution function.
pub(crate) fn normal(z: f64) -> f64 {
    0.5 * libm::erfc(-z / SQRT_2)
}

/// Its inverse, by bisection; for probabilities strictly between 0 and 1.
pub(crate) fn normal_quantile(probability: f64) -> f64 {
    let (mut low, mut high) = (-40.0, 40.0);
    // Each step halves the interval: 70 reach the last bit.
    for _ in 0..70 {
        let middle = f64::midpoint(low, high);
        if normal(middle) < probability {
            low = middle;
        } else {
            high = middle;
        }
    }
    f64::midpoint(low, high)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::statistics::Sample;
    use hailsham_engine::random::Draw;

    #[test]
    fn the_normal_distribution_is_that_of_the_tables() {
        for (z, p) in [
            (0.0, 0.5),
            (1.0, 0.841_344_746_068_542_9),
            (-1.959_963_984_540_054, 0.025),
        ] {
            assert!((normal(z) - p).abs() < 1e-14);
            assert!((normal_quantile(p) - z).abs() < 1e-12);
        }
    }

    #[test]
    fn intervals_follow_the_values() {
        let resampler = Resampler::new(10).unwrap();
        let values: Vec<f64> = (0..10).map(f64::from).collect();
        let (low, high) = resampler.interval(&values, 0.95).unwrap();
        let (t_low, t_high) = Sample::of(&values).unwrap().interval(0.95).unwrap();
        assert!(
            (low - t_low).abs() < 0.3 && (high - t_high).abs() < 0.3,
            "{low} {high}"
        );
        // Moved and stretched values have a moved and stretched interval.
        let moved: Vec<f64> = values.iter().map(|value| 100.0 + 8.0 * value).collect();
        let (a, b) = resampler.interval(&moved, 0.95).unwrap();
        assert!((a - (100.0 + 8.0 * low)).abs() < 1e-9 && (b - (100.0 + 8.0 * high)).abs() < 1e-9);
        assert_eq!(resampler.interval(&[0.25; 10], 0.95), None);
        assert_eq!(resampler.interval(&values[..9], 0.95), None);
        assert!(Resampler::new(FEWEST - 1).is_none());
    }

    /// A long tail above draws the interval upwards, as Efron (1987) means it to.
    #[test]
    fn skewed_values_have_a_skewed_interval() {
        let values: Vec<f64> = (0..30).map(|n| libm::exp(f64::from(n) / 7.0)).collect();
        let mean = values.iter().sum::<f64>() / 30.0;
        let (low, high) = Resampler::new(30).unwrap().interval(&values, 0.95).unwrap();
        assert!(high - mean > 1.2 * (mean - low), "{low} {mean} {high}");
    }

    /// How many of a hundred intervals hold the true mean, of Student's and of the bootstrap's, over samples
    /// from a law.
    fn held(count: usize, mean: f64, law: impl Fn(&dyn Fn(u16) -> Draw) -> f64) -> (f64, f64) {
        const TRIALS: u32 = 3000;
        let resampler = Resampler::new(count).unwrap();
        let (mut t, mut bootstrap) = (0, 0);
        for trial in 0..TRIALS {
            let stream = Streams::new(6).entity(u64::from(trial));
            let values: Vec<f64> = (0..count as u32)
                .map(|value| law(&|what| stream.purpose(what).draw(value)))
                .collect();
            let holds = |(low, high): (f64, f64)| u32::from(low <= mean && mean <= high);
            t += holds(Sample::of(&values).unwrap().interval(0.95).unwrap());
            bootstrap += holds(resampler.interval(&values, 0.95).unwrap());
        }
        let share = |held: u32| 100.0 * f64::from(held) / f64::from(TRIALS);
        (share(t), share(bootstrap))
    }

    const COUNTS: [usize; 3] = [10, 20, 40];

    /// Paired differences of counts that share most of their chance.
    #[test]
    fn intervals_hold_the_truth_as_often_as_they_say() {
        for count in COUNTS {
            let (t, bootstrap) = held(count, -15.0, |draw| {
                let shared = draw(0).poisson(400.0) as f64;
                let a = shared + draw(1).poisson(40.0) as f64;
                let b = shared + draw(2).poisson(25.0) as f64;
                b - a
            });
            println!("counts, {count}: {t:.1} and {bootstrap:.1}");
            for held in [t, bootstrap] {
                assert!((93.0..=97.0).contains(&held), "{held} of {count}");
            }
        }
    }

    /// Differences of a skewness of 2: the bootstrap's interval holds the truth as often as it says, Student's does not
    /// with few pairs. With a long tail (a skewness of 6) no interval of so few does, and the bootstrap's misses less.
    #[test]
    fn skewed_differences_are_held_more_often_by_the_bootstrap() {
        for count in COUNTS {
            let (t, bootstrap) = held(count, 1.0, |draw| draw(0).exponential(1.0));
            println!("exponential, {count}: {t:.1} and {bootstrap:.1}");
            assert!((93.0..=97.0).contains(&bootstrap), "{bootstrap} of {count}");
            assert!(t < bootstrap, "{t} and {bootstrap} of {count}");

            let (t, bootstrap) = held(count, libm::exp(0.5), |draw| draw(0).lognormal(0.0, 1.0));
            println!("lognormal, {count}: {t:.1} and {bootstrap:.1}");
            assert!(
                t < bootstrap && bootstrap < 93.0,
                "{t} and {bootstrap} of {count}"
            );
        }
    }
}

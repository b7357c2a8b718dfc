//! Small statistics of one run, for its metrics: none of an empty group, and no randomness.

/// Mean and spread of numbers that come one by one (Welford 1962, *Technometrics* 4:419).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Moments {
    count: u64,
    mean: f64,
    squares: f64,
}

impl Moments {
    /// Takes one more number.
    pub fn add(&mut self, number: f64) {
        self.count += 1;
        let before = number - self.mean;
        self.mean += before / self.count as f64;
        self.squares += before * (number - self.mean);
    }

    /// How many numbers there were.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Their mean; not a number of nothing.
    pub fn mean(&self) -> f64 {
        if self.count == 0 { f64::NAN } else { self.mean }
    }

    /// Their standard deviation, with the divisor n − 1; not a number of fewer than two.
    pub fn standard_deviation(&self) -> f64 {
        if self.count < 2 {
            return f64::NAN;
        }
        libm::sqrt(self.squares / (self.count - 1) as f64)
    }
}

/// Pearson's correlation of pairs, −1 to 1; not a number where one side does not vary.
pub fn correlation(pairs: &[(f64, f64)]) -> f64 {
    let n = pairs.len() as f64;
    let mean_x = pairs.iter().map(|pair| pair.0).sum::<f64>() / n;
    let mean_y = pairs.iter().map(|pair| pair.1).sum::<f64>() / n;
    let (mut xx, mut yy, mut xy) = (0.0, 0.0, 0.0);
    for (x, y) in pairs {
        let (x, y) = (x - mean_x, y - mean_y);
        xx += x * x;
        yy += y * y;
        xy += x * y;
    }
    if xx == 0.0 || yy == 0.0 {
        return f64::NAN;
    }
    (xy / libm::sqrt(xx * yy)).clamp(-1.0, 1.0)
}

/// Spearman's rank correlation of pairs: Pearson's of the ranks, equals sharing their mean rank.
pub fn rank_correlation(pairs: &[(f64, f64)]) -> f64 {
    let (x, y): (Vec<f64>, Vec<f64>) = pairs.iter().copied().unzip();
    let (x, y) = (ranks(&x), ranks(&y));
    correlation(&x.into_iter().zip(y).collect::<Vec<_>>())
}

/// The rank of each number, from 1; equals share the mean of theirs.
fn ranks(numbers: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..numbers.len()).collect();
    order.sort_by(|a, b| numbers[*a].total_cmp(&numbers[*b]));
    let mut ranks = vec![0.0; numbers.len()];
    let mut first = 0;
    while first < order.len() {
        let value = numbers[order[first]];
        let equals = order[first..]
            .iter()
            .take_while(|index| numbers[**index] == value)
            .count()
            .max(1);
        // Positions first + 1 to first + equals.
        let rank = first as f64 + (equals + 1) as f64 / 2.0;
        for index in &order[first..first + equals] {
            ranks[*index] = rank;
        }
        first += equals;
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: f64, expected: f64) {
        assert!((found - expected).abs() < 5e-5, "{found} for {expected}");
    }

    /// Anscombe (1973), *The American Statistician* 27:17: the first two of his four sets.
    #[test]
    fn correlation_is_that_of_anscombes_sets() {
        let x = [10.0, 8.0, 13.0, 9.0, 11.0, 14.0, 6.0, 4.0, 12.0, 7.0, 5.0];
        let one = [
            8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68,
        ];
        let two = [
            9.14, 8.14, 8.74, 8.77, 9.26, 8.10, 6.13, 3.10, 9.13, 7.26, 4.74,
        ];
        let pairs = |y: [f64; 11]| x.into_iter().zip(y).collect::<Vec<_>>();
        near(correlation(&pairs(one)), 0.81642);
        near(correlation(&pairs(two)), 0.81624);
        // The squared differences of the ranks add up to 40: 1 − 6 · 40 / (11 · 120) = 0.81818.
        near(rank_correlation(&pairs(one)), 0.81818);
    }

    #[test]
    fn ranks_of_equals_are_shared_and_only_order_counts() {
        assert_eq!(ranks(&[3.0, 1.0, 3.0, 2.0]), [3.5, 1.0, 3.5, 2.0]);
        let pairs: Vec<(f64, f64)> = (1..9).map(|x| (f64::from(x), f64::from(x).exp())).collect();
        near(rank_correlation(&pairs), 1.0);
        assert!(rank_correlation(&[(1.0, 2.0), (1.0, 3.0)]).is_nan());
        assert!(rank_correlation(&[]).is_nan());
    }

    #[test]
    fn moments_are_those_of_the_formula() {
        let mut moments = Moments::default();
        assert!(moments.mean().is_nan());
        // Mean 5; squared deviations 9 + 1 + 1 + 1 + 0 + 0 + 4 + 16 = 32, over 7.
        for number in [2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0] {
            moments.add(number);
        }
        assert_eq!(moments.count(), 8);
        near(moments.mean(), 5.0);
        near(moments.standard_deviation(), (32.0_f64 / 7.0).sqrt());
    }
}

//! The statistics that measured numbers are compared by, each with its source.

/// How many standard errors a count of independent trials lies from its expectation, given the
/// variance of the count.
pub fn standardised(count: f64, expected: f64, variance: f64) -> f64 {
    (count - expected) / variance.sqrt()
}

/// Half the width of the band that holds a whole empirical distribution function of `n` values with
/// probability `1 - alpha` or more: the inequality of Dvoretzky, Kiefer and Wolfowitz (1956) with
/// the constant of Massart (1990).
pub fn dkw_band(n: usize, alpha: f64) -> f64 {
    ((2.0 / alpha).ln() / (2.0 * n as f64)).sqrt()
}

/// Greatest distance between the empirical distribution of values and a distribution function.
pub fn kolmogorov_distance(values: &[f64], distribution: impl Fn(f64) -> f64) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    let n = values.len() as f64;
    values
        .iter()
        .enumerate()
        .map(|(index, value)| {
            let expected = distribution(*value);
            let (below, upto) = (index as f64 / n, (index + 1) as f64 / n);
            (expected - below).abs().max((upto - expected).abs())
        })
        .fold(0.0, f64::max)
}

/// Pearson's chi-square of counts against expectations, as standard errors from its mean: with many
/// degrees of freedom `d` it is near normal with mean `d` and variance `2 d`. Cells are merged in
/// their order until each expects `least` or more.
pub fn chi_square(cells: &[(f64, f64)], least: f64) -> ChiSquare {
    let (mut sum, mut degrees) = (0.0, 0_u32);
    let mut open = (0.0, 0.0);
    for (count, expected) in cells {
        open = (open.0 + count, open.1 + expected);
        if open.1 >= least {
            sum += (open.0 - open.1).powi(2) / open.1;
            degrees += 1;
            open = (0.0, 0.0);
        }
    }
    // What is left over at the end is less than a cell; nothing may hide in it.
    assert!(
        open.0 <= 10.0 * least,
        "{} where {} are expected",
        open.0,
        open.1
    );
    ChiSquare { sum, degrees }
}

/// A chi-square statistic of independent counts (no total is fixed, so each cell is a degree).
#[derive(Clone, Copy, Debug)]
pub struct ChiSquare {
    /// Sum over the cells.
    pub sum: f64,
    /// Degrees of freedom.
    pub degrees: u32,
}

impl ChiSquare {
    /// Standard errors above the mean of the distribution.
    pub fn standardised(self) -> f64 {
        let degrees = f64::from(self.degrees);
        (self.sum - degrees) / (2.0 * degrees).sqrt()
    }
}

/// The ratio of two sums over batches, and its standard error: batches long beside the memory of the process are
/// nearly independent, whatever the process does within them (the method of batch means, Law 2015, *Simulation Modeling
/// and Analysis*, 9.5.3), and the ratio of the sums has less bias than the mean of the ratios, which matters where
/// numerator and denominator vary together (Cochran 1977, *Sampling Techniques*, 6.3).
pub fn batch_ratio(batches: &[(f64, f64)]) -> (f64, f64) {
    let n = batches.len() as f64;
    let sum = |of: fn(&(f64, f64)) -> f64| batches.iter().map(of).sum::<f64>();
    let denominator = sum(|batch| batch.1);
    let ratio = sum(|batch| batch.0) / denominator;
    let squares: f64 = batches
        .iter()
        .map(|(above, below)| (above - ratio * below).powi(2))
        .sum();
    (ratio, (squares * n / (n - 1.0)).sqrt() / denominator)
}

/// Integral of a smooth function by Simpson's rule on `2 * pairs` panels.
pub fn simpson(from: f64, to: f64, pairs: u32, of: impl Fn(f64) -> f64) -> f64 {
    let step = (to - from) / f64::from(2 * pairs);
    let at = |index: u32| of(from + f64::from(index) * step);
    let inner: f64 = (0..pairs)
        .map(|pair| {
            let first = 2 * pair;
            at(first) + 4.0 * at(first + 1) + at(first + 2)
        })
        .sum();
    inner * step / 3.0
}

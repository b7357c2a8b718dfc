//! Quantiles and histograms of plain numbers.

use serde::Serialize;

/// Five quantiles of a group, the way a box plot shows them.
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
pub(crate) struct Spread {
    /// How many numbers there were.
    pub(crate) people: usize,
    /// 5 % are at or below.
    pub(crate) p5: f64,
    /// A quarter is at or below.
    pub(crate) p25: f64,
    /// Half are at or below.
    pub(crate) median: f64,
    /// Three quarters are at or below.
    pub(crate) p75: f64,
    /// 95 % are at or below.
    pub(crate) p95: f64,
}

impl Spread {
    /// The quantiles of the numbers, by linear interpolation between order statistics (type 7 of
    /// Hyndman & Fan 1996, the default of R and `NumPy`); `None` of nothing.
    pub(crate) fn of(mut numbers: Vec<f64>) -> Option<Spread> {
        if numbers.is_empty() {
            return None;
        }
        numbers.sort_unstable_by(f64::total_cmp);
        let quantile = |share: f64| {
            let position = share * (numbers.len() - 1) as f64;
            let (below, weight) = (position.floor() as usize, position.fract());
            let above = (below + 1).min(numbers.len() - 1);
            numbers[below] + weight * (numbers[above] - numbers[below])
        };
        Some(Spread {
            people: numbers.len(),
            p5: quantile(0.05),
            p25: quantile(0.25),
            median: quantile(0.5),
            p75: quantile(0.75),
            p95: quantile(0.95),
        })
    }
}

/// Counts in bands of one width, from 0.
pub(crate) struct Bands {
    width: f64,
    counts: Vec<u32>,
}

impl Bands {
    /// No number yet, in bands of `width`.
    pub(crate) fn new(width: f64) -> Bands {
        Bands {
            width,
            counts: Vec::new(),
        }
    }

    /// Counts one number; a negative one falls into the first band.
    pub(crate) fn add(&mut self, number: f64) {
        let band = (number / self.width).max(0.0) as usize;
        if self.counts.len() <= band {
            self.counts.resize(band + 1, 0);
        }
        self.counts[band] += 1;
    }

    /// How many are in a band.
    pub(crate) fn count(&self, band: usize) -> u32 {
        self.counts.get(band).copied().unwrap_or(0)
    }

    /// The first band with someone in it, and the one after the last.
    pub(crate) fn filled(&self) -> Option<(usize, usize)> {
        let first = self.counts.iter().position(|count| *count > 0)?;
        Some((first, self.counts.len()))
    }
}

/// The sum of the numbers that are there, and how many they are.
pub(crate) fn total(numbers: impl Iterator<Item = Option<f32>>) -> (f64, usize) {
    numbers.flatten().fold((0.0, 0), |(sum, count), number| {
        (sum + f64::from(number), count + 1)
    })
}

/// `part` of `whole`, or `None` of nothing.
pub(crate) fn share(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_r() {
        // R: quantile(c(15, 20, 35, 40, 50), c(.05, .25, .5, .75, .95))
        let spread = Spread::of(vec![50.0, 15.0, 35.0, 20.0, 40.0]).unwrap();
        for (found, expected) in [
            (spread.p5, 16.0),
            (spread.p25, 20.0),
            (spread.median, 35.0),
            (spread.p75, 40.0),
            (spread.p95, 48.0),
        ] {
            assert!((found - expected).abs() < 1e-12, "{found} {expected}");
        }
        assert_eq!(Spread::of(Vec::new()), None);
        assert!((Spread::of(vec![3.0]).unwrap().p95 - 3.0).abs() < 1e-12);
    }

    #[test]
    fn bands_begin_at_their_lower_edge() {
        let mut bands = Bands::new(5.0);
        for age in [9.99, 10.0, 14.9, 15.0] {
            bands.add(age);
        }
        assert_eq!(bands.filled(), Some((1, 4)));
        assert_eq!(
            [
                bands.count(1),
                bands.count(2),
                bands.count(3),
                bands.count(9)
            ],
            [1, 2, 1, 0]
        );
    }
}

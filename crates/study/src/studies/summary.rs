//! What many runs say of a number: mean, spread, quantiles, an interval of the mean.

use serde::{Deserialize, Serialize};

use super::record::Columns;
use crate::check::INTERVAL_LEVEL;
use crate::statistics::{Sample, quantile};
use crate::system::System;

/// Shares below the quantiles of a summary.
const SHARES: [f64; 5] = [0.05, 0.25, 0.5, 0.75, 0.95];

/// A number over many runs, in its own unit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// Its name: a metric.
    pub metric: String,
    /// Its unit.
    pub unit: String,
    /// Runs that have a value.
    pub count: u32,
    /// Mean; none where no run has a value.
    pub mean: Option<f64>,
    /// Standard deviation between runs; none of fewer than two.
    pub sd: Option<f64>,
    /// Lower end of the interval of the mean (95 %, Student's t); none of fewer than two, nor of values
    /// that are all the same.
    pub ci_low: Option<f64>,
    /// Upper end.
    pub ci_high: Option<f64>,
    /// Least value.
    pub min: Option<f64>,
    /// The quantiles at 5, 25, 50, 75 and 95 %: those of Hyndman and Fan (1996), definition 7.
    pub quantiles: Option<[f64; 5]>,
    /// Greatest value.
    pub max: Option<f64>,
}

impl Summary {
    /// The summary of the values of some runs, as far as they have one.
    pub fn of(metric: &str, unit: &str, values: &[Option<f64>]) -> Summary {
        let known: Vec<f64> = values.iter().copied().flatten().collect();
        let sample = Sample::of(&known);
        let interval = sample.and_then(|sample| sample.interval(INTERVAL_LEVEL));
        let mut sorted = known.clone();
        sorted.sort_by(f64::total_cmp);
        Summary {
            metric: metric.to_owned(),
            unit: unit.to_owned(),
            count: known.len() as u32,
            mean: sample
                .map(|sample| sample.mean)
                .or_else(|| known.first().copied()),
            sd: sample.map(|s| s.standard_error * libm::sqrt(f64::from(s.count))),
            ci_low: interval.map(|interval| interval.0),
            ci_high: interval.map(|interval| interval.1),
            min: sorted.first().copied(),
            quantiles: (!sorted.is_empty()).then(|| SHARES.map(|share| quantile(&sorted, share))),
            max: sorted.last().copied(),
        }
    }
}

/// The summary of every metric of some runs.
pub(crate) fn of_metrics(system: System, columns: &Columns) -> Vec<Summary> {
    let metrics = system.metrics().iter();
    metrics
        .filter_map(|metric| {
            let values = columns.column(metric.name)?;
            Some(Summary::of(metric.name, metric.unit, values))
        })
        .collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// R: `quantile(c(1, 2, 4, 8, 16), c(.05, .25, .5, .75, .95))` gives 1.2 2.0 4.0 8.0 14.4;
    /// `t.test` of the same numbers gives the interval -1.372 to 13.772.
    #[test]
    fn a_summary_is_that_of_r() {
        let values = [16.0, 1.0, 4.0, 2.0, 8.0].map(Some);
        let summary = Summary::of("x", "years", &[&values[..], &[None]].concat());
        assert_eq!(summary.count, 5);
        assert_eq!(summary.mean, Some(6.2));
        for (found, expected) in summary
            .quantiles
            .unwrap()
            .iter()
            .zip([1.2, 2.0, 4.0, 8.0, 14.4])
        {
            assert!((found - expected).abs() < 1e-12);
        }
        assert!((summary.sd.unwrap() - 37.2_f64.sqrt()).abs() < 1e-12);
        assert!((summary.ci_low.unwrap() + 1.373_1).abs() < 1e-3);
        assert!((summary.ci_high.unwrap() - 13.773_1).abs() < 1e-3);
        assert_eq!((summary.min, summary.max), (Some(1.0), Some(16.0)));
    }

    /// Nothing in ten runs is no proof that there is nothing: an interval of no width would say so.
    #[test]
    fn values_that_do_not_vary_have_no_interval() {
        let never = Summary::of("x", "", &[Some(0.0); 10]);
        assert_eq!((never.mean, never.sd), (Some(0.0), Some(0.0)));
        assert_eq!((never.ci_low, never.ci_high), (None, None));
    }

    #[test]
    fn one_run_has_no_spread_and_none_has_nothing() {
        let one = Summary::of("x", "", &[Some(3.0)]);
        assert_eq!((one.mean, one.sd, one.ci_low), (Some(3.0), None, None));
        let none = Summary::of("x", "", &[None]);
        assert_eq!((none.count, none.mean, none.quantiles), (0, None, None));
    }
}

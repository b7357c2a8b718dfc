//! Two scenarios, seed by seed: what B changes of A.
//!
//! Both have the same seeds (common random numbers): whoever a change does not touch lives the same
//! life in both, so that most of what chance does falls out of the difference. How much is said for
//! each number: `reduction`, the variance of the difference between unpaired runs over that between
//! paired ones, which is how many times as many replicates unpaired runs would need for an interval of
//! the same width.

use hailsham_model::groups::EVERYBODY;
use serde::{Deserialize, Serialize};

use super::jobs::{Keep, make};
use super::lives::{self, Lives};
use super::plan::Kind;
use super::record::{Columns, OF_GROUP};
use super::replicates::{jobs, read, texts};
use super::study::{Arm, Study};
use super::summary::{Summary, of_metrics};
use super::tables;
use crate::bootstrap::Resampler;
use crate::check::{INTERVAL_LEVEL, Watch};
use crate::runner::StudyError;
use crate::statistics::{Sample, holm};
use crate::system::System;

/// The metrics that a comparison of the donation programme begins with: each side of the ledger, and what was understood.
pub const HEADLINES: [&str; 14] = [
    "students_created",
    "completed",
    "age_completed_mean",
    "years_lost",
    "years_lost_per_donor",
    "carers_ever",
    "tenure_mean",
    "deaths_attended",
    "fell_ill",
    "recipients_transplanted",
    "deaths_waiting",
    "years_gained",
    "years_gained_per_recipient",
    "donations_understood",
];

/// From so many times as many replicates on, pairing is worth naming.
const WORTH: f64 = 5.0;
/// From so many times as much on, that one arm varies more than the other is worth naming.
const UNLIKE: f64 = 1.2;

/// What B changes of a number: B minus A.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Difference {
    /// Whom it is of: `run` for a metric of the whole run; `givers`, `carers`, `receivers`; or what is grouped by, such
    /// as `country`.
    pub who: String,
    /// Which of them: `all`, a kind of school, a disease, a country.
    pub group: String,
    /// The metric, or the measure of the group.
    pub metric: String,
    /// Its unit.
    pub unit: String,
    /// Pairs of runs that both have a value.
    pub pairs: u32,
    /// Mean in A, over the pairs.
    pub a: Option<f64>,
    /// Mean in B.
    pub b: Option<f64>,
    /// Mean difference.
    pub difference: Option<f64>,
    /// Standard deviation of the difference between pairs.
    pub sd: Option<f64>,
    /// Lower end of the interval of the mean difference (95 %, Student's t); none of fewer than two pairs,
    /// nor where all pairs differ by the same.
    pub t_low: Option<f64>,
    /// Upper end.
    pub t_high: Option<f64>,
    /// Lower end of the bootstrap interval (95 %; Efron 1987, Hesterberg 2015); none of fewer than
    /// [`FEWEST`](crate::bootstrap::FEWEST) pairs, nor where all pairs differ by the same.
    pub bootstrap_low: Option<f64>,
    /// Upper end.
    pub bootstrap_high: Option<f64>,
    /// Probability of such a mean difference, or a larger one, by chance (two-sided).
    pub p: Option<f64>,
    /// The same, corrected for all metrics of the comparison (Holm 1979); of groups, for all of those.
    pub p_adjusted: Option<f64>,
    /// Correlation between the arms; none where one of them does not vary.
    pub correlation: Option<f64>,
    /// Variance of the difference between unpaired runs over that between paired ones; none where the
    /// difference does not vary.
    pub reduction: Option<f64>,
    /// Whether every pair has the same value, to the last bit, or none in both.
    pub same: bool,
}

/// What pairing did for the metrics of [`HEADLINES`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Reduction {
    /// Headline metrics that B changes in some pair and that vary.
    pub metrics: u32,
    /// Of these, metrics for which unpaired runs would need at least five times as many replicates.
    pub fivefold: u32,
    /// For each of the others, why not.
    pub why_not: Vec<String>,
}

/// What came out of a comparison.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Comparison {
    /// Name of scenario A.
    pub a: String,
    /// Hash of its resolved values.
    pub a_hash: String,
    /// Name of scenario B.
    pub b: String,
    /// Hash of its resolved values.
    pub b_hash: String,
    /// Pairs of runs.
    pub replicates: u32,
    /// What B changes of every metric.
    pub metrics: Vec<Difference>,
    /// What it changes for whom.
    pub groups: Vec<Difference>,
    /// What pairing did.
    pub pairing: Reduction,
    /// The metrics that its report begins with.
    pub headlines: Vec<String>,
    /// Who lives who would have died, and the reverse, where that was asked.
    pub lives: Option<Lives>,
    /// The metrics of A.
    pub summary_a: Vec<Summary>,
    /// The metrics of B.
    pub summary_b: Vec<Summary>,
}

/// Compares a number between two arms, pair by pair.
pub(crate) fn difference(
    name: (&str, &str, &str, &str),
    a: &[Option<f64>],
    b: &[Option<f64>],
    resampler: Option<&Resampler>,
) -> Difference {
    let pairs: Vec<(f64, f64)> = a
        .iter()
        .zip(b)
        .filter_map(|(a, b)| Some(((*a)?, (*b)?)))
        .collect();
    let count = pairs.len() as f64;
    let known = !pairs.is_empty();
    let mean =
        |of: &dyn Fn(&(f64, f64)) -> f64| known.then(|| pairs.iter().map(of).sum::<f64>() / count);
    let differences: Vec<f64> = pairs.iter().map(|(a, b)| beyond_rounding(*a, *b)).collect();
    let sample = Sample::of(&differences);
    let t = sample.and_then(|sample| sample.interval(INTERVAL_LEVEL));
    let bootstrap = match resampler {
        Some(resampler) if resampler.count() == differences.len() => {
            resampler.interval(&differences, INTERVAL_LEVEL)
        }
        // Some pair lacks the number.
        _ => Resampler::new(differences.len())
            .and_then(|own| own.interval(&differences, INTERVAL_LEVEL)),
    };
    let variance =
        |sample: Sample| sample.standard_error * sample.standard_error * f64::from(sample.count);
    let of = |side: &dyn Fn(&(f64, f64)) -> f64| {
        let values: Vec<f64> = pairs.iter().map(side).collect();
        Sample::of(&values).map(variance)
    };
    let spread = of(&|pair| pair.0).zip(of(&|pair| pair.1));
    let paired = sample.map(variance);
    let bits = |value: &Option<f64>| value.map(f64::to_bits);
    let (who, group, metric, unit) = name;
    Difference {
        who: who.to_owned(),
        group: group.to_owned(),
        metric: metric.to_owned(),
        unit: unit.to_owned(),
        pairs: pairs.len() as u32,
        a: mean(&|pair| pair.0),
        b: mean(&|pair| pair.1),
        difference: known.then(|| differences.iter().sum::<f64>() / count),
        sd: paired.map(libm::sqrt),
        t_low: t.map(|t| t.0),
        t_high: t.map(|t| t.1),
        bootstrap_low: bootstrap.map(|ends| ends.0),
        bootstrap_high: bootstrap.map(|ends| ends.1),
        p: sample.map(|s| (2.0 * s.p_above(0.0).min(s.p_below(0.0))).min(1.0)),
        p_adjusted: None,
        correlation: spread.zip(paired).and_then(|((a, b), paired)| {
            (a > 0.0 && b > 0.0)
                .then(|| ((a + b - paired) / (2.0 * libm::sqrt(a * b))).clamp(-1.0, 1.0))
        }),
        reduction: spread
            .zip(paired)
            .and_then(|((a, b), paired)| (paired > 0.0).then(|| (a + b) / paired)),
        same: known && a.iter().map(bits).eq(b.iter().map(bits)),
    }
}

/// How much more `b` is than `a`; nothing, where that is no more than sums of many parts differ by in another order.
fn beyond_rounding(a: f64, b: f64) -> f64 {
    const ROUNDING: f64 = 64.0 * f64::EPSILON;
    let difference = b - a;
    if difference.abs() <= ROUNDING * a.abs().max(b.abs()) {
        0.0
    } else {
        difference
    }
}

/// Corrects the probabilities of some differences for each other.
fn adjust(differences: &mut [Difference]) {
    let known: Vec<f64> = differences.iter().filter_map(|d| d.p).collect();
    let mut adjusted = holm(&known).into_iter();
    for difference in differences.iter_mut().filter(|d| d.p.is_some()) {
        difference.p_adjusted = adjusted.next();
    }
}

/// How many times as much one arm varies as the other, in standard deviations, from their correlation and
/// what pairing does: with variances a² and b² that is (a² + b²) / (a² + b² − 2rab). None where the arms
/// do not correlate.
fn spreads(correlation: f64, reduction: f64) -> Option<f64> {
    // a/b + b/a
    let sum = 2.0 * correlation * reduction / (reduction - 1.0);
    (sum.is_finite() && sum >= 2.0).then(|| f64::midpoint(sum, libm::sqrt(sum * sum - 4.0)))
}

/// What pairing did for the headline metrics, and where it did little, why.
fn pairing(system: System, metrics: &[Difference]) -> Reduction {
    let mut said = Reduction {
        metrics: 0,
        fivefold: 0,
        why_not: Vec::new(),
    };
    let headlines = metrics
        .iter()
        .filter(|d| system.headlines().contains(&d.metric.as_str()) && !d.same);
    for of in headlines {
        let name = &of.metric;
        match (of.reduction, of.correlation) {
            // Where the difference does not vary, one pair says it all.
            (None, Some(_)) => {
                said.metrics += 1;
                said.fivefold += 1;
            }
            (None, None) => {}
            (Some(reduction), correlation) => {
                said.metrics += 1;
                if reduction >= WORTH {
                    said.fivefold += 1;
                    continue;
                }
                let because = match correlation {
                    Some(r) => match spreads(r, reduction) {
                        Some(times) if times >= UNLIKE => format!(
                            "the arms correlate with {r:.2}, and one varies {times:.1} times as much as the other"
                        ),
                        _ => format!("the arms correlate with {r:.2}"),
                    },
                    None => "it does not vary in one of the arms".to_owned(),
                };
                said.why_not
                    .push(format!("{name}: {reduction:.1} times, {because}"));
            }
        }
    }
    said
}

/// What B changes of every metric, and for whom.
pub(crate) fn differences(
    system: System,
    a: &Columns,
    b: &Columns,
) -> (Vec<Difference>, Vec<Difference>) {
    let resampler = Resampler::new(a.rows());
    let none = || vec![None; a.rows()];
    let of = |name: &str, about: (&str, &str, &str, &str)| {
        let side = |columns: &Columns| columns.column(name).map_or_else(none, <[_]>::to_vec);
        difference(about, &side(a), &side(b), resampler.as_ref())
    };
    let mut metrics: Vec<Difference> = system
        .metrics()
        .iter()
        .map(|metric| of(metric.name, ("run", EVERYBODY, metric.name, metric.unit)))
        .collect();
    let mut names: Vec<&String> = a
        .names()
        .iter()
        .filter(|n| n.starts_with(OF_GROUP))
        .collect();
    // A disease that only B has stands at the end.
    let known: std::collections::HashSet<&String> = names.iter().copied().collect();
    let others = b.names().iter().filter(|n| n.starts_with(OF_GROUP));
    names.extend(others.filter(|name| !known.contains(name)));
    let mut groups: Vec<Difference> = names
        .into_iter()
        .filter_map(|name| {
            let (who, group, measure) = group_of(name)?;
            let unit = system.unit_of_measure(who, measure)?;
            Some(of(name, (who, group, measure, unit)))
        })
        .collect();
    adjust(&mut metrics);
    adjust(&mut groups);
    (metrics, groups)
}

/// Who, which group and which measure a name of a record stands for.
pub(crate) fn group_of(name: &str) -> Option<(&str, &str, &str)> {
    let (who, rest) = name.strip_prefix(OF_GROUP)?.split_once('/')?;
    // The name of a disease may hold anything; those of measures do not.
    let (group, measure) = rest.rsplit_once('/')?;
    Some((who, group, measure))
}

pub(crate) fn carry_out(
    study: &Study,
    threads: usize,
    watch: Watch<'_>,
) -> Result<Comparison, StudyError> {
    let (Kind::Comparison { lives, .. }, [a, b]) = (&study.plan.kind, study.arms.as_slice()) else {
        return Err(StudyError::Refused("it is no comparison".to_owned()));
    };
    let system = study.system();
    let seeds: Vec<u64> = study.plan.seeds().collect();
    let keep = Keep {
        groups: true,
        persons: *lives,
    };
    let mut all = Vec::new();
    // Seed by seed, so that what is there after an interruption are pairs.
    let (of_a, of_b) = (jobs(study, a, &seeds, keep), jobs(study, b, &seeds, keep));
    for (a, b) in of_a.into_iter().zip(of_b) {
        all.extend([a, b]);
    }
    make(&study.directory, &all, all.len(), threads, watch)?;
    let columns = |arm: &Arm| read(&study.directory, arm.name, &seeds);
    let (of_a, of_b) = (columns(a)?, columns(b)?);
    let lives = if *lives {
        Some(lives::compare(study, &seeds)?)
    } else {
        None
    };
    let (metrics, groups) = differences(system, &of_a, &of_b);
    let arms = [(a.name, &seeds[..], &of_a), (b.name, &seeds[..], &of_b)];
    tables::write_replicates(study, &arms)?;
    tables::write_groups(study, &arms)?;
    tables::write_differences(study, &[&metrics[..], &groups[..]].concat())?;
    Ok(Comparison {
        a: a.loaded.name().to_owned(),
        a_hash: a.loaded.hash().to_owned(),
        b: b.loaded.name().to_owned(),
        b_hash: b.loaded.hash().to_owned(),
        replicates: seeds.len() as u32,
        pairing: pairing(system, &metrics),
        headlines: texts(system.headlines()),
        metrics,
        groups,
        lives,
        summary_a: of_metrics(system, &of_a),
        summary_b: of_metrics(system, &of_b),
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn of(a: &[f64], b: &[f64]) -> Difference {
        let side = |values: &[f64]| values.iter().copied().map(Some).collect::<Vec<_>>();
        difference(
            ("run", "all", "completed", "deaths"),
            &side(a),
            &side(b),
            None,
        )
    }

    /// Student's (1908) drugs again, as R prints them: `t.test(extra ~ group, data = sleep, paired =
    /// TRUE)`, `cor`, `var`.
    /// A sum of the same parts in another order has other last bits, and is no difference.
    #[test]
    fn rounding_is_no_difference() {
        let rounded = of(&[0.1 + 0.2 + 0.3, 5.0], &[0.3 + 0.2 + 0.1, 5.0]);
        assert!(!rounded.same);
        assert_eq!(rounded.difference, Some(0.0));
        assert_eq!((rounded.t_low, rounded.reduction), (None, None));
        assert_eq!(
            of(&[1.0, 5.0], &[1.0 + 1e-12, 5.0]).difference,
            Some((1.0 + 1e-12 - 1.0) / 2.0)
        );
    }

    #[test]
    fn a_difference_is_that_of_r() {
        let first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0];
        let second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];
        let found = of(&first, &second);
        let near = |found: Option<f64>, expected: f64, within: f64| {
            assert!(
                (found.unwrap() - expected).abs() < within,
                "{found:?} {expected}"
            );
        };
        near(found.difference, 1.58, 1e-12);
        near(found.t_low, 0.700_114_2, 5e-8);
        near(found.t_high, 2.459_885_8, 5e-8);
        near(found.p, 0.002_833, 5e-7);
        near(found.correlation, 0.795_170_2, 5e-8);
        // var(first) = 3.200556, var(second) = 4.009, var(second - first) = 1.512889.
        near(found.reduction, (3.200_556 + 4.009) / 1.512_889, 1e-5);
        assert!(found.bootstrap_low.unwrap() > 0.0 && !found.same);
    }

    #[test]
    fn what_is_not_touched_is_the_same() {
        let found = of(&[1.0, 2.0, 5.0], &[1.0, 2.0, 5.0]);
        assert!(found.same);
        assert_eq!((found.difference, found.p), (Some(0.0), Some(1.0)));
        assert_eq!((found.t_low, found.t_high), (None, None));
        assert_eq!(found.reduction, None);
        let one = of(&[1.0], &[4.0]);
        assert_eq!((one.difference, one.t_low, one.p), (Some(3.0), None, None));
    }

    /// What only one of the two scenarios has in some run is a difference, though no pair shows it.
    #[test]
    fn a_value_that_one_arm_alone_has_is_a_difference() {
        let of = |a: [Option<f64>; 3], b: [Option<f64>; 3]| {
            difference(("run", "all", "tenure_mean", "years"), &a, &b, None)
        };
        let lacks = of(
            [Some(1.0), Some(2.0), None],
            [Some(1.0), Some(2.0), Some(3.0)],
        );
        assert_eq!((lacks.pairs, lacks.same), (2, false));
        let neither = of([Some(1.0), None, None], [Some(1.0), None, None]);
        assert_eq!((neither.pairs, neither.same), (1, true));
    }

    #[test]
    fn pairing_that_does_little_is_explained() {
        let good = of(&[100.0, 200.0, 300.0, 400.0], &[101.0, 203.0, 302.0, 404.0]);
        let mut poor = of(&[1.0, 5.0, 2.0, 4.0], &[4.0, 1.0, 3.0, 2.0]);
        poor.metric = "tenure_mean".to_owned();
        let said = pairing(System::Donation, &[good, poor]);
        assert_eq!((said.metrics, said.fivefold), (2, 1));
        assert!(said.why_not[0].starts_with("tenure_mean: 0.5 times, the arms correlate with -0"));
    }

    /// The second arm is the first three times over: r = 1, and (1 + 9) / (3 - 1)² = 2.5.
    #[test]
    fn arms_that_vary_unlike_are_told_apart() {
        let mut unlike = of(&[1.0, 2.0, 4.0], &[3.0, 6.0, 12.0]);
        unlike.metric = "tenure_mean".to_owned();
        assert_eq!(
            pairing(System::Donation, &[unlike]).why_not,
            [
                "tenure_mean: 2.5 times, the arms correlate with 1.00, and one varies 3.0 times as much as the other"
            ]
        );
    }

    #[test]
    fn a_group_may_have_any_name() {
        assert_eq!(
            group_of("@receivers/lungs/both/fell_ill"),
            Some(("receivers", "lungs/both", "fell_ill"))
        );
        assert_eq!(group_of("completed"), None);
    }
}

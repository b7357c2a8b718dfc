//! Expectations against runs: what is run, what it is compared with, what is said of it.

use std::collections::HashMap;
use std::sync::Arc;

use serde::Serialize;

use crate::expectations::{Direction, Expectation, Expected};
use crate::runner::{Asked, Job, StudyError, run_all};
use crate::statistics::{Sample, holm};
use crate::studies::record::Record;
use crate::system::{Model, Scenario};

/// Probability of telling, of any of all expectations tested together, that it holds where it does
/// not.
pub const FAMILY_LEVEL: f64 = 0.05;

/// Probability with which an interval holds the true effect, expectation by expectation.
pub const INTERVAL_LEVEL: f64 = 0.95;

/// How expectations are tested, where not as their file says.
#[derive(Clone, Copy, Debug)]
pub struct CheckOptions {
    /// The first seed; the others follow it one by one.
    pub seed: u64,
    /// Runs of each arm, 2 or more.
    pub replicates: Option<u32>,
    /// What the numbers of people and places are multiplied by.
    pub scale: Option<f64>,
    /// Runs at once. What comes out does not depend on it; memory does.
    pub threads: usize,
}

impl CheckOptions {
    /// So many seeds.
    pub(crate) fn seeds(&self, count: u32) -> impl Iterator<Item = u64> + use<> {
        let first = self.seed;
        (0..u64::from(count)).map(move |number| first.wrapping_add(number))
    }
}

/// How far it is, in runs: how many are done, and of how many. Says whether to go on.
pub type Watch<'a> = &'a (dyn Fn(usize, usize) -> bool + Sync);

/// What came out for an expectation.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// It is as expected, beyond what chance would do.
    Holds,
    /// It was not shown to be as expected.
    Fails,
    /// The metric has no value in some run.
    Unknown,
}

/// An expectation, tested.
#[derive(Clone, Debug, Serialize)]
pub struct Outcome {
    /// Its id.
    pub id: String,
    /// `expectation`, beside other kinds of check.
    pub kind: &'static str,
    /// What came out.
    pub status: Status,
    /// Mean of the metric in the first arm, in the metric's unit.
    pub value: Option<f64>,
    /// What was expected, in words.
    pub expected: String,
    /// What decided.
    pub detail: String,
    /// Mean difference between the arms, run by run, or from the reference; in the metric's unit.
    pub effect: Option<f64>,
    /// Lower end of its interval (95 %, Student's t); none where all runs have the same effect.
    pub ci_low: Option<f64>,
    /// Upper end.
    pub ci_high: Option<f64>,
    /// Runs of each arm.
    pub replicates: u32,
    /// The probability of such an effect by chance, corrected for all that were tested with it.
    pub p: Option<f64>,
    /// The metric.
    pub metric: String,
    /// What is expected, in a sentence.
    pub text: String,
}

/// What the effect of an expectation is without the mechanism behind it.
#[derive(Clone, Debug, Serialize)]
pub struct Ablation {
    /// Its id.
    pub id: String,
    /// The effect in the scenario, in the metric's unit.
    pub effect: Option<f64>,
    /// The effect without the mechanism.
    pub without: Option<f64>,
    /// Interval of that (95 %, Student's t); none where all runs have the same.
    pub interval: Option<(f64, f64)>,
    /// Whether it vanished. An effect that was not there, or has no value, cannot.
    pub vanished: bool,
}

/// Tests some of the expectations, by id, in the order given.
///
/// Replicates are the seeds 1, 2, 3, ... in every arm, so that arms are compared seed by seed (common
/// random numbers). Equal runs are made once, whatever expects something of them.
pub fn check(
    expected: &Expected,
    ids: &[&str],
    options: &CheckOptions,
    watch: Watch<'_>,
) -> Result<Vec<Outcome>, StudyError> {
    let mut plan = Plan::new(expected, options);
    let mut measures = Vec::new();
    for (id, expectation) in chosen(expected, ids) {
        measures.push((id, expectation, plan.measure(expectation, &[])?));
    }
    let runs = plan.run(watch)?;
    let measured: Vec<Result<Measured, String>> = measures
        .iter()
        .map(|(_, expectation, measure)| measure.of(expectation, &runs))
        .collect();
    // What has no value is not tested, and needs no correction.
    let known = || measures.iter().zip(&measured).filter(|(_, m)| m.is_ok());
    let probabilities: Vec<f64> = known()
        .filter_map(|((_, expectation, _), m)| Some(m.as_ref().ok()?.probability(expectation)))
        .collect();
    let mut adjusted = holm(&probabilities).into_iter().zip(probabilities);
    let mut outcomes = Vec::new();
    for ((id, expectation, measure), measured) in measures.iter().zip(measured) {
        let verdict = measured.and_then(|measured| {
            let probabilities = adjusted.next().ok_or("it was not tested")?;
            Ok((measured, probabilities))
        });
        outcomes.push(outcome(id, expectation, measure.replicates(), verdict));
    }
    Ok(outcomes)
}

/// Measures the effects of some expectations with and without the mechanism that each names in its
/// `ablation`, and tells whether they vanish: whether the interval then holds 0 or lies on the other
/// side of it, or the effect is below `share` of the original. An expectation that two things are the
/// same loses its ground when they are no longer shown to be. Those that name no ablation are left
/// out.
pub fn ablate(
    expected: &Expected,
    ids: &[&str],
    share: f64,
    options: &CheckOptions,
    watch: Watch<'_>,
) -> Result<Vec<Ablation>, StudyError> {
    let mut plan = Plan::new(expected, options);
    let mut measures = Vec::new();
    for (id, expectation) in chosen(expected, ids) {
        if !expectation.ablation.is_empty() {
            let with = plan.measure(expectation, &[])?;
            let without = plan.measure(expectation, &expectation.ablation)?;
            measures.push((id, expectation, with, without));
        }
    }
    let runs = plan.run(watch)?;
    let ablation = |(id, expectation, with, without): &(&str, &Expectation, Measure, Measure)| {
        let with = with.of(expectation, &runs).ok().map(|m| m.effect);
        let without = without.of(expectation, &runs).ok().map(|m| m.effect);
        let vanished = match (with, without) {
            (Some(with), Some(without)) => vanished(expectation, with, without, share),
            _ => false,
        };
        Ablation {
            id: (*id).to_owned(),
            effect: with.map(|sample| sample.mean),
            without: without.map(|sample| sample.mean),
            interval: without.and_then(|sample| sample.interval(INTERVAL_LEVEL)),
            vanished,
        }
    };
    Ok(measures.iter().map(ablation).collect())
}

fn vanished(expectation: &Expectation, with: Sample, without: Sample, share: f64) -> bool {
    let interval = without.interval(INTERVAL_LEVEL);
    let (low, high) = interval.unwrap_or((without.mean, without.mean));
    match expectation.direction {
        Direction::Zero => without.p_within(0.0, expectation.margin) > FAMILY_LEVEL,
        Direction::Up | Direction::Positive => {
            with.mean > 0.0 && (low <= 0.0 || without.mean < share * with.mean)
        }
        Direction::Down | Direction::Negative => {
            with.mean < 0.0 && (high >= 0.0 || without.mean > share * with.mean)
        }
    }
}

fn chosen<'a>(
    expected: &'a Expected,
    ids: &'a [&'a str],
) -> impl Iterator<Item = (&'a str, &'a Expectation)> {
    ids.iter()
        .filter_map(|id| Some((*id, expected.expectations.get(*id)?)))
}

/// The runs that are needed, each once.
struct Plan<'a> {
    expected: &'a Expected,
    options: &'a CheckOptions,
    jobs: Vec<Job>,
    /// Scenarios by their changes, each with what its runs share.
    scenarios: HashMap<Vec<String>, (Arc<Scenario>, Model)>,
    /// Numbers of jobs, by hash of the scenario, bits of the scale, and seed.
    known: HashMap<(String, u64, u64), usize>,
}

impl<'a> Plan<'a> {
    fn new(expected: &'a Expected, options: &'a CheckOptions) -> Plan<'a> {
        Plan {
            expected,
            options,
            jobs: Vec::new(),
            scenarios: HashMap::new(),
            known: HashMap::new(),
        }
    }

    /// The runs of every arm of an expectation, with further changes in each.
    fn measure(
        &mut self,
        expectation: &Expectation,
        further: &[String],
    ) -> Result<Measure, StudyError> {
        let mut arms = Vec::new();
        for arm in &expectation.arms {
            let sets = [&expectation.set, arm, further].concat();
            arms.push(self.arm(&sets, expectation)?);
        }
        Ok(Measure { arms })
    }

    fn arm(
        &mut self,
        sets: &[String],
        expectation: &Expectation,
    ) -> Result<Vec<usize>, StudyError> {
        let (scenario, model) = if let Some(known) = self.scenarios.get(sets) {
            known.clone()
        } else {
            let all = [&self.expected.sets[..], sets].concat();
            let loaded = Scenario::load(&self.expected.source, &all)?;
            let model = loaded.model(None)?;
            let made = (Arc::new(loaded), model);
            self.scenarios.insert(sets.to_vec(), made.clone());
            made
        };
        let accounts = expectation.asks_for_accounts();
        let groups = expectation.asks_for_groups();
        let scale = self.options.scale.unwrap_or(expectation.scale);
        let replicates = self.options.replicates.unwrap_or(expectation.replicates);
        let numbers = self.options.seeds(replicates).map(|seed| {
            let number = *self
                .known
                .entry((scenario.hash().to_owned(), scale.to_bits(), seed))
                .or_insert_with(|| {
                    let asked = Asked {
                        model: model.clone(),
                        sets: sets.to_vec(),
                        scale,
                        seed,
                        groups: false,
                    };
                    self.jobs.push(Job {
                        scenario: Arc::clone(&scenario),
                        asked,
                        accounts: false,
                    });
                    self.jobs.len() - 1
                });
            self.jobs[number].accounts |= accounts;
            self.jobs[number].asked.groups |= groups;
            number
        });
        Ok(numbers.collect())
    }

    fn run(&self, watch: Watch<'_>) -> Result<Vec<Record>, StudyError> {
        let count = self.jobs.len();
        run_all(&self.jobs, self.options.threads, &|done| watch(done, count))
    }
}

/// Where the values of an expectation are: for each arm the numbers of its runs, seed by seed.
struct Measure {
    arms: Vec<Vec<usize>>,
}

/// What was measured of an expectation.
struct Measured {
    /// Mean of the metric in the first arm.
    value: f64,
    effect: Sample,
}

impl Measure {
    fn replicates(&self) -> u32 {
        self.arms.first().map_or(0, Vec::len) as u32
    }

    /// The values of an arm, or what keeps them from being known.
    fn values(
        expectation: &Expectation,
        arm: &[usize],
        runs: &[Record],
    ) -> Result<Vec<f64>, String> {
        let values: Vec<f64> = arm
            .iter()
            .filter_map(|run| {
                let run = runs.get(*run)?;
                let minus = match expectation.minus.as_str() {
                    "" => 0.0,
                    name => run.value(name)?,
                };
                Some(run.value(&expectation.metric)? - minus)
            })
            .collect();
        if values.len() < arm.len() {
            return Err(format!(
                "no value in {} of {} runs",
                arm.len() - values.len(),
                arm.len()
            ));
        }
        Ok(values)
    }

    fn of(&self, expectation: &Expectation, runs: &[Record]) -> Result<Measured, String> {
        let mut arms = Vec::new();
        for arm in &self.arms {
            arms.push(Measure::values(expectation, arm, runs)?);
        }
        let first = arms.first().ok_or("it has no arm")?;
        let differences: Vec<f64> = match arms.get(1) {
            Some(second) => first.iter().zip(second).map(|(a, b)| a - b).collect(),
            None => first.iter().map(|a| a - expectation.reference).collect(),
        };
        let effect = Sample::of(&differences).ok_or("a single run shows no spread")?;
        let value = first.iter().sum::<f64>() / first.len() as f64;
        Ok(Measured { value, effect })
    }
}

impl Measured {
    /// The probability of an effect like this one where the expectation is wrong.
    fn probability(&self, expectation: &Expectation) -> f64 {
        match expectation.direction {
            Direction::Up | Direction::Positive => self.effect.p_above(0.0),
            Direction::Down | Direction::Negative => self.effect.p_below(0.0),
            Direction::Zero => self.effect.p_within(0.0, expectation.margin),
        }
    }
}

/// What is said of an expectation; with what was measured come the corrected probability and the
/// plain one.
fn outcome(
    id: &str,
    expectation: &Expectation,
    replicates: u32,
    verdict: Result<(Measured, (f64, f64)), String>,
) -> Outcome {
    let mut outcome = Outcome {
        id: id.to_owned(),
        kind: "expectation",
        status: Status::Unknown,
        value: None,
        expected: in_words(expectation),
        detail: String::new(),
        effect: None,
        ci_low: None,
        ci_high: None,
        replicates,
        p: None,
        metric: expectation.metric.clone(),
        text: expectation.text.clone(),
    };
    match verdict {
        Err(why) => outcome.detail = why,
        Ok((measured, (adjusted, plain))) => {
            let interval = measured.effect.interval(INTERVAL_LEVEL);
            let holds = adjusted <= FAMILY_LEVEL;
            outcome.status = if holds { Status::Holds } else { Status::Fails };
            outcome.value = Some(measured.value);
            outcome.effect = Some(measured.effect.mean);
            outcome.ci_low = interval.map(|interval| interval.0);
            outcome.ci_high = interval.map(|interval| interval.1);
            outcome.p = Some(adjusted);
            let why = match (holds, plain <= FAMILY_LEVEL) {
                (true, _) => "beyond chance",
                (false, true) => "may be chance, among so many tests",
                (false, false) => "not shown",
            };
            outcome.detail = format!(
                "{why}: p = {}, {} after correction",
                probability(plain),
                probability(adjusted)
            );
        }
    }
    outcome
}

fn probability(p: f64) -> String {
    if p < 1e-4 {
        "below 0.0001".to_owned()
    } else {
        format!("{p:.4}")
    }
}

/// What is expected, in words: `tenure_mean higher than with carers.excellence=0`.
fn in_words(expectation: &Expectation) -> String {
    let with = |arm: Option<&Vec<String>>| match arm.map(Vec::as_slice) {
        None | Some([]) => "as it is".to_owned(),
        Some(sets) => format!("with {}", sets.join(" ")),
    };
    let Expectation {
        metric,
        minus,
        reference,
        margin,
        ..
    } = expectation;
    let what = if minus.is_empty() {
        metric.clone()
    } else {
        format!("{metric} - {minus}")
    };
    let second = expectation.arms.get(1);
    let (first, second) = match (expectation.arms.first(), second) {
        (Some(first), _) if first.is_empty() => (what, with(second)),
        (first, _) => (format!("{what} {}", with(first)), with(second)),
    };
    match expectation.direction {
        Direction::Up => format!("{first} higher than {second}"),
        Direction::Down => format!("{first} lower than {second}"),
        Direction::Positive => format!("{first} above {reference}"),
        Direction::Negative => format!("{first} below {reference}"),
        Direction::Zero if expectation.arms.len() > 1 => {
            format!("{first} within {margin} of that {second}")
        }
        Direction::Zero => format!("{first} within {margin} of {reference}"),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn expectation(direction: Direction, margin: f64) -> Expectation {
        Expectation {
            text: "It is so.".to_owned(),
            metric: "completed".to_owned(),
            minus: String::new(),
            direction,
            reference: 0.0,
            margin,
            arms: vec![Vec::new(), vec!["donation.cap=1".to_owned()]],
            set: Vec::new(),
            scale: 0.1,
            replicates: 3,
            because: String::new(),
            ablation: Vec::new(),
            source: String::new(),
        }
    }

    fn runs(values: &[Option<f64>]) -> Vec<Record> {
        let each = values.iter();
        each.map(|v| Record::of(vec![("completed", *v)])).collect()
    }

    #[test]
    fn arms_are_compared_seed_by_seed() {
        let runs = runs(&[
            Some(1.0),
            Some(20.0),
            Some(5.0),
            Some(0.0),
            Some(18.0),
            Some(4.0),
        ]);
        let measure = Measure {
            arms: vec![vec![0, 1, 2], vec![3, 4, 5]],
        };
        let up = expectation(Direction::Up, 0.0);
        let measured = measure.of(&up, &runs).unwrap();
        // Differences 1, 2, 1: the mean of the first arm varies far more.
        assert!((measured.effect.mean - 4.0 / 3.0).abs() < 1e-12);
        assert!((measured.effect.standard_error - 1.0 / 3.0).abs() < 1e-12);
        assert!((measured.value - 26.0 / 3.0).abs() < 1e-12);
        assert!(measured.probability(&up) < 0.05);
        assert!(measured.probability(&expectation(Direction::Down, 0.0)) > 0.95);
        assert!(measured.probability(&expectation(Direction::Zero, 1.0)) > 0.5);
        assert!(measured.probability(&expectation(Direction::Zero, 3.0)) < 0.05);
    }

    #[test]
    fn what_has_no_value_is_unknown() {
        let runs = runs(&[Some(1.0), None, Some(1.0), Some(0.0)]);
        let measure = Measure {
            arms: vec![vec![0, 1], vec![2, 3]],
        };
        let up = expectation(Direction::Up, 0.0);
        let why = measure.of(&up, &runs).err().unwrap();
        assert_eq!(why, "no value in 1 of 2 runs");
        let outcome = outcome("D-1", &up, 2, Err(why));
        assert_eq!(outcome.status, Status::Unknown);
        assert_eq!(outcome.effect, None);
    }

    #[test]
    fn an_effect_vanishes_when_nothing_much_is_left_of_it() {
        let sample = |numbers: &[f64]| Sample::of(numbers).unwrap();
        let strong = sample(&[10.0, 11.0, 12.0]);
        let (up, down) = (
            expectation(Direction::Up, 0.0),
            expectation(Direction::Down, 0.0),
        );
        assert!(!vanished(&up, strong, sample(&[8.0, 9.0, 10.0]), 0.2));
        // Certain, but small; uncertain; reversed.
        assert!(vanished(&up, strong, sample(&[1.0, 1.0, 1.1]), 0.2));
        assert!(vanished(&up, strong, sample(&[-8.0, 9.0, 10.0]), 0.2));
        assert!(vanished(&up, strong, sample(&[-8.0, -9.0, -10.0]), 0.2));
        // What was not there cannot vanish.
        assert!(!vanished(&down, strong, sample(&[0.0, 0.0, 0.0]), 0.2));
        let zero = expectation(Direction::Zero, 0.5);
        let same = sample(&[0.0, 0.1, 0.0]);
        assert!(!vanished(&zero, same, same, 0.2));
        assert!(vanished(&zero, same, strong, 0.2));
    }

    #[test]
    fn what_is_expected_is_said() {
        let mut said = expectation(Direction::Up, 0.0);
        assert_eq!(in_words(&said), "completed higher than with donation.cap=1");
        said.arms.swap(0, 1);
        assert_eq!(
            in_words(&said),
            "completed with donation.cap=1 higher than as it is"
        );
        said.direction = Direction::Zero;
        said.margin = 0.5;
        said.arms.truncate(1);
        said.minus = "listed".to_owned();
        assert_eq!(
            in_words(&said),
            "completed - listed with donation.cap=1 within 0.5 of 0"
        );
    }
}

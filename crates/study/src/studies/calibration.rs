//! Calibration: which values of some parameters bring metrics to what is known of them.

use serde::{Deserialize, Serialize};

use super::jobs::{Job, Keep, Origin, key, make};
use super::plan::Kind;
use super::study::Study;
use super::tables;
use super::targets::{self, Target};
use super::vary::{Over, Vary, sets};
use crate::abc::{
    Generation, OUTSIDE, Particle, Settings, calibrate, weighted_moments, weighted_quantile,
};
use crate::check::Watch;
use crate::runner::StudyError;
use crate::statistics::quantile;

/// The posterior as a scenario: the mean of each parameter, or its likeliest value.
pub(crate) const POSTERIOR_SCENARIO: &str = "posterior.toml";
/// Proposals a particle before a generation is given up: one in fifty is still worth it.
const PATIENCE: u32 = 50;
/// Seeds between the generations, more than one of them can use.
const SEEDS: u64 = 1 << 32;

/// A generation, in short.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Step {
    /// The distance within which its particles are, in tolerances; none for the first, the prior.
    pub within: Option<f64>,
    /// Proposals until there were enough: simulations, but for those that the scenario did not take.
    pub proposals: u32,
    /// Median distance of its particles; none where half of them have no value.
    pub median: Option<f64>,
}

/// What is known of a parameter after the calibration.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Marginal {
    /// Its path.
    pub parameter: String,
    /// Its values, where they were listed; the numbers below are then numbers of them, from 1.
    pub values: Vec<String>,
    /// Least and greatest value before.
    pub prior: (f64, f64),
    /// Mean.
    pub mean: f64,
    /// Standard deviation.
    pub sd: f64,
    /// Quantiles at 5, 50 and 95 %.
    pub quantiles: [f64; 3],
    /// What the scenario of the posterior has.
    pub taken: String,
}

/// How a target is met.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Fit {
    /// The target.
    #[serde(flatten)]
    pub target: Target,
    /// Mean of the metric over the posterior; none where it has no value.
    pub mean: Option<f64>,
    /// Least and greatest value among the particles.
    pub ends: Option<(f64, f64)>,
}

/// What came out of a calibration.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Calibration {
    /// The scenario.
    pub scenario: String,
    /// Hash of its resolved values.
    pub scenario_hash: String,
    /// Runs of each particle.
    pub replicates: u32,
    /// Whether all particles meet all targets within their tolerances.
    pub reached: bool,
    /// The generations.
    pub steps: Vec<Step>,
    /// The parameters.
    pub posterior: Vec<Marginal>,
    /// The targets.
    pub targets: Vec<Fit>,
    /// Why there is no scenario of the posterior: the values taken, one by one, need not go together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_scenario: Option<String>,
}

/// Refuses what cannot be calibrated.
pub(crate) fn refuse(priors: &[Vary], targets: &[Target]) -> Result<(), String> {
    if priors.is_empty() || targets.is_empty() {
        return Err(
            "a calibration needs a parameter with its range, --prior PATH=LO..HI, and a target, \
             --target METRIC=VALUE:TOLERANCE or --targets FILE"
                .to_owned(),
        );
    }
    targets::refuse(targets)?;
    let mut each = priors.iter();
    each.try_for_each(|prior| prior.refuse_steps("values are drawn from the whole range"))?;
    let mut paths: Vec<&str> = priors.iter().map(|prior| prior.path.as_str()).collect();
    paths.sort_unstable();
    match paths.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(twice) => Err(format!("`{}` has two priors", twice[0])),
        None => Ok(()),
    }
}

/// The runs of a proposal.
struct Proposals<'a> {
    study: &'a Study,
    priors: &'a [Vary],
    targets: &'a [Target],
}

impl Proposals<'_> {
    fn key(generation: u32, proposal: u32, seed: u64) -> String {
        key(&format!("g{generation:03}n{proposal:06}"), seed)
    }

    /// The seeds of a proposal: its own, so that chance is part of what is calibrated.
    fn seeds(&self, generation: u32, proposal: u32) -> impl Iterator<Item = u64> + use<> {
        let plan = &self.study.plan;
        let count = u64::from(plan.replicates);
        let first = plan
            .seed
            .wrapping_add(u64::from(generation) * SEEDS + u64::from(proposal) * count);
        (0..count).map(move |number| first.wrapping_add(number))
    }

    fn jobs(&self, generation: u32, proposal: u32, at: &[f64]) -> Vec<Job> {
        let sets = sets(self.priors, &self.places(at));
        let variant = self.study.arms.first().map(|arm| arm.variant.with(&sets));
        let jobs = variant.map(|variant| {
            let of = |seed| Job {
                key: Proposals::key(generation, proposal, seed),
                origin: Origin::Variant(variant.clone()),
                sets: sets.clone(),
                seed,
                scale: self.study.plan.scale,
                keep: Keep::default(),
            };
            self.seeds(generation, proposal).map(of).collect()
        });
        jobs.unwrap_or_default()
    }

    /// Whether the scenario takes the values of a proposal together. Its runs say so where there are some.
    fn is_taken(&self, generation: u32, proposal: u32, at: &[f64]) -> Result<bool, StudyError> {
        let mut seeds = self.seeds(generation, proposal);
        let has = |seed| {
            let key = Proposals::key(generation, proposal, seed);
            self.study.directory.has(&key)
        };
        let Some(arm) = self.study.arms.first() else {
            return Ok(false);
        };
        let sets = sets(self.priors, &self.places(at));
        if seeds.any(has) || arm.variant.with(&sets).load().is_ok() {
            return Ok(true);
        }
        // Without them it must be what it was: a file that is gone says nothing of the values.
        let is_same = arm.variant.load()?.hash() == arm.loaded.hash();
        if is_same {
            Ok(false)
        } else {
            Err(StudyError::Refused(format!(
                "the scenario `{}` has changed since the study was begun",
                arm.variant.scenario
            )))
        }
    }

    fn places(&self, at: &[f64]) -> Vec<f64> {
        let sides = self.priors.iter().zip(at);
        sides.map(|(prior, share)| prior.place(*share)).collect()
    }

    /// The metrics of the targets, each a mean over the replicates that have it.
    fn found(&self, generation: u32, proposal: u32) -> Result<Vec<Option<f64>>, StudyError> {
        let mut sums = vec![(0.0, 0_u32); self.targets.len()];
        for seed in self.seeds(generation, proposal) {
            let key = Proposals::key(generation, proposal, seed);
            let record = self.study.directory.get(&key)?;
            for (name, value) in record.iter() {
                let targets = self.targets.iter().zip(&mut sums);
                for ((_, sum), value) in targets.filter(|(t, _)| t.metric == name).zip(value) {
                    sum.0 += value;
                    sum.1 += 1;
                }
            }
        }
        let mean = |(sum, count): (f64, u32)| (count > 0).then(|| sum / f64::from(count));
        Ok(sums.into_iter().map(mean).collect())
    }

    /// The greatest distance from a target, in its tolerances.
    fn distance(&self, found: &[Option<f64>]) -> f64 {
        let off = |(target, found): (&Target, &Option<f64>)| {
            found.map_or(f64::INFINITY, |found| {
                (found - target.value).abs() / target.tolerance
            })
        };
        self.targets.iter().zip(found).map(off).fold(0.0, f64::max)
    }
}

pub(crate) fn carry_out(
    study: &Study,
    threads: usize,
    watch: Watch<'_>,
) -> Result<Calibration, StudyError> {
    let (
        Kind::Calibration {
            priors,
            targets,
            particles,
            generations,
            ..
        },
        Some(arm),
    ) = (&study.plan.kind, study.arms.first())
    else {
        return Err(StudyError::Refused("it is no calibration".to_owned()));
    };
    let of = Proposals {
        study,
        priors,
        targets,
    };
    let settings = Settings {
        particles: *particles,
        generations: *generations,
        patience: PATIENCE,
        goal: 1.0,
        seed: study.plan.seed,
    };
    let cube = vec![(0.0, 1.0); priors.len()];
    let mut before = 0;
    let all = calibrate(&cube, &settings, &mut |generation, batch| {
        let taken = batch
            .iter()
            .map(|(proposal, at)| of.is_taken(generation, *proposal, at))
            .collect::<Result<Vec<bool>, StudyError>>()?;
        let proposals = batch.iter().zip(&taken).filter(|(_, taken)| **taken);
        let jobs: Vec<Job> = proposals
            .flat_map(|((proposal, at), _)| of.jobs(generation, *proposal, at))
            .collect();
        let to = before + jobs.len();
        make(&study.directory, &jobs, to, threads, &|done, to| {
            watch(before + done, to)
        })?;
        before = to;
        let found = batch.iter().zip(taken).map(|((proposal, _), taken)| {
            if taken {
                Ok(of.distance(&of.found(generation, *proposal)?))
            } else {
                Ok(OUTSIDE)
            }
        });
        found.collect::<Result<Vec<f64>, StudyError>>()
    })?;
    let steps: Vec<Step> = all.iter().map(step).collect();
    let (Some(last), Some(number)) = (all.last(), all.len().checked_sub(1)) else {
        return Err(StudyError::Refused(
            "nothing was calibrated: the scenario takes next to none of the values of the priors together; narrow them"
                .to_owned(),
        ));
    };
    let placed: Vec<Particle> = last
        .particles
        .iter()
        .map(|particle| Particle {
            at: of.places(&particle.at),
            ..particle.clone()
        })
        .collect();
    let mut found = Vec::new();
    for particle in &placed {
        found.push(of.found(number as u32, particle.number)?);
    }
    let posterior: Vec<Marginal> = priors
        .iter()
        .enumerate()
        .map(|(side, prior)| marginal(prior, &placed, side))
        .collect();
    write_table(study, priors, targets, &placed, &found)?;
    let no_scenario = write_scenario(study, &posterior)?;
    Ok(Calibration {
        scenario: arm.loaded.name().to_owned(),
        scenario_hash: arm.loaded.hash().to_owned(),
        replicates: study.plan.replicates,
        reached: placed.iter().all(|particle| particle.distance <= 1.0),
        steps,
        posterior,
        targets: targets
            .iter()
            .enumerate()
            .map(|(number, target)| fit(number, target, &placed, &found))
            .collect(),
        no_scenario,
    })
}

fn step(generation: &Generation) -> Step {
    let mut distances: Vec<f64> = generation.particles.iter().map(|p| p.distance).collect();
    distances.sort_by(f64::total_cmp);
    let median = quantile(&distances, 0.5);
    Step {
        within: generation.within.filter(|within| within.is_finite()),
        proposals: generation.proposals,
        median: median.is_finite().then_some(median),
    }
}

fn marginal(prior: &Vary, particles: &[Particle], side: usize) -> Marginal {
    let (mean, sd) = weighted_moments(particles, side);
    let end = |share| weighted_quantile(particles, side, share).unwrap_or(mean);
    let taken = match &prior.over {
        Over::Range { whole: false, .. } => mean,
        // Between whole numbers, or values of a list, there is none: the likeliest.
        _ => likeliest(particles, side).unwrap_or(mean),
    };
    let set = prior.set(taken);
    Marginal {
        parameter: prior.path.clone(),
        values: match &prior.over {
            Over::Range { .. } => Vec::new(),
            Over::Values(values) => values.clone(),
        },
        prior: prior.ends(),
        mean,
        sd,
        quantiles: [0.05, 0.5, 0.95].map(end),
        taken: set
            .split_once('=')
            .map_or_else(String::new, |(_, value)| value.to_owned()),
    }
}

/// The place with most weight; of equals the least.
fn likeliest(particles: &[Particle], side: usize) -> Option<f64> {
    let mut places: Vec<(f64, f64)> = Vec::new();
    for particle in particles {
        match places
            .iter_mut()
            .find(|(place, _)| *place == particle.at[side])
        {
            Some((_, weight)) => *weight += particle.weight,
            None => places.push((particle.at[side], particle.weight)),
        }
    }
    places.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.total_cmp(&b.0)));
    places.first().map(|(place, _)| *place)
}

fn fit(number: usize, target: &Target, particles: &[Particle], found: &[Vec<Option<f64>>]) -> Fit {
    let known: Vec<(f64, f64)> = particles
        .iter()
        .zip(found)
        .filter_map(|(particle, found)| Some((particle.weight, found[number]?)))
        .collect();
    let weight: f64 = known.iter().map(|(weight, _)| weight).sum();
    let least = known.iter().map(|(_, v)| *v).fold(f64::INFINITY, f64::min);
    let greatest = known
        .iter()
        .map(|(_, v)| *v)
        .fold(f64::NEG_INFINITY, f64::max);
    let mean = known.iter().map(|(weight, v)| weight * v).sum::<f64>() / weight;
    Fit {
        target: target.clone(),
        mean: (!known.is_empty()).then_some(mean),
        ends: (!known.is_empty()).then_some((least, greatest)),
    }
}

fn write_table(
    study: &Study,
    priors: &[Vary],
    targets: &[Target],
    particles: &[Particle],
    found: &[Vec<Option<f64>>],
) -> Result<(), StudyError> {
    use tables::{Column, Values};
    let number = |of: &dyn Fn(&Particle) -> f64| {
        Values::F64(
            particles
                .iter()
                .map(|p| Some(of(p)).filter(|v| v.is_finite()))
                .collect(),
        )
    };
    let mut columns = vec![
        Column::new(
            "proposal",
            "",
            "Number of the particle among the proposals of its generation.",
            Values::U64(particles.iter().map(|p| u64::from(p.number)).collect()),
        ),
        Column::new(
            "weight",
            "",
            "Its weight; all sum to 1.",
            number(&|p| p.weight),
        ),
        Column::new(
            "distance",
            "tolerances",
            "Its greatest distance from a target.",
            number(&|p| p.distance),
        ),
    ];
    for (side, prior) in priors.iter().enumerate() {
        let values = match &prior.over {
            Over::Range { .. } => number(&|p| p.at[side]),
            Over::Values(list) => Values::Text(
                particles
                    .iter()
                    .map(|p| list[p.at[side] as usize - 1].clone())
                    .collect(),
            ),
        };
        columns.push(Column::new(&prior.path, "", "The parameter.", values));
    }
    for (place, target) in targets.iter().enumerate() {
        let info = study
            .system()
            .metrics()
            .iter()
            .find(|m| m.name == target.metric);
        let (unit, text) = info.map_or(("", ""), |info| (info.unit, info.text));
        let values = Values::F64(found.iter().map(|found| found[place]).collect());
        columns.push(Column::new(&target.metric, unit, text, values));
    }
    tables::write(study, tables::POSTERIOR_FILE, &columns)
}

/// The scenario of the posterior, resolved: every parameter with its value. Why there is none, where it does
/// not take the values together.
fn write_scenario(study: &Study, posterior: &[Marginal]) -> Result<Option<String>, StudyError> {
    let Some(arm) = study.arms.first() else {
        return Ok(None);
    };
    let sets: Vec<String> = posterior
        .iter()
        .map(|marginal| format!("{}={}", marginal.parameter, marginal.taken))
        .collect();
    match arm.variant.with(&sets).load() {
        Ok(loaded) => {
            let text = loaded.text().as_bytes();
            study.directory.write(POSTERIOR_SCENARIO, text)?;
            Ok(None)
        }
        Err(error) => Ok(Some(error.to_string())),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::studies::plan::{Plan, Variant};

    #[test]
    fn the_likeliest_place_has_most_weight() {
        let particle = |at: f64, weight: f64| Particle {
            number: 0,
            at: vec![at],
            distance: 0.0,
            weight,
        };
        let all = [particle(3.0, 0.3), particle(1.0, 0.4), particle(3.0, 0.3)];
        assert_eq!(likeliest(&all, 0), Some(3.0));
        assert_eq!(likeliest(&[], 0), None);
    }

    /// Two whole numbers, each the likeliest by itself, of which one must not be below the other.
    #[test]
    fn values_that_do_not_go_together_make_no_scenario() {
        let folder = tempfile::tempdir().unwrap();
        let scenario = Variant::new("programme", &[]);
        let parameters = scenario.load().unwrap().parameters();
        let priors = [
            "institutions.ordinary.opens=1960..1980",
            "institutions.ordinary.closes=1970..1990",
        ]
        .map(|text| Vary::read(text, &parameters).unwrap());
        let plan = Plan {
            kind: Kind::Calibration {
                scenario,
                priors: priors.to_vec(),
                targets: vec![Target::read("completed=1:1").unwrap()],
                particles: 2,
                generations: 1,
            },
            seed: 1,
            replicates: 1,
            scale: 0.01,
        };
        let study = Study::create(&folder.path().join("study"), plan, "").unwrap();
        let taken = |places: [f64; 2]| -> Vec<Marginal> {
            let sides = priors.iter().zip(places);
            sides
                .map(|(prior, place)| {
                    let particle = Particle {
                        number: 0,
                        at: vec![place],
                        distance: 0.0,
                        weight: 1.0,
                    };
                    marginal(prior, &[particle], 0)
                })
                .collect()
        };
        let file = study.path().join(POSTERIOR_SCENARIO);
        let why = write_scenario(&study, &taken([1980.0, 1970.0])).unwrap();
        assert!(why.is_some() && !file.exists());
        let why = write_scenario(&study, &taken([1970.0, 1980.0])).unwrap();
        assert!(why.is_none() && file.is_file());
    }
}

//! Calibration without a likelihood: approximate Bayesian computation by sequential Monte Carlo (Toni,
//! Welch, Strelkowa, Ipsen and Stumpf 2009).
//!
//! A generation is a population of particles whose simulations came within a distance of the targets.
//! The next one is drawn from it: a particle by its weight, moved by a normal kernel of twice the
//! population's variance in each parameter (Beaumont, Cornuet, Marin and Robert 2009), kept if its own
//! simulation comes within a smaller distance, the median of the last. Weights take out what was put in
//! by drawing from the last population and not from the prior, which is uniform over a box.
//!
//! Every proposal is a pure function of the seed, the generation, its number in it and the population
//! before it, and those that are kept are the first in this order: what comes out does not depend on how
//! many are simulated at once.

use hailsham_engine::random::{Streams, name_hash};
use serde::{Deserialize, Serialize};

use crate::statistics::quantile;

/// How a calibration is carried out.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// Particles of a generation; 2 or more.
    pub particles: u32,
    /// Most generations.
    pub generations: u32,
    /// A generation for which more proposals a particle are needed is given up, and the one before it
    /// is the last.
    pub patience: u32,
    /// The distance at which it is done.
    pub goal: f64,
    /// The seed of the proposals.
    pub seed: u64,
}

/// One set of parameters that is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Particle {
    /// Its number among the proposals of its generation.
    pub number: u32,
    /// Its parameters.
    pub at: Vec<f64>,
    /// How far its simulation is from the targets.
    pub distance: f64,
    /// Its weight; those of a generation sum to 1.
    pub weight: f64,
}

/// A population.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Generation {
    /// The distance within which its particles are; none for the first, which is the prior.
    pub within: Option<f64>,
    /// Proposals that were simulated until there were enough.
    pub proposals: u32,
    /// The particles.
    pub particles: Vec<Particle>,
}

/// Sides of the prior: least and greatest value.
pub type Prior = [(f64, f64)];

/// The distance of a proposal that lies outside the prior though it is within its sides: it is never kept.
pub const OUTSIDE: f64 = f64::NAN;

/// Simulates proposals of a generation, each with its number, and gives their distances in the same
/// order; infinite where there is none, [`OUTSIDE`] where the prior has no density.
pub type Simulate<'a, E> = &'a mut dyn FnMut(u32, &[(u32, Vec<f64>)]) -> Result<Vec<f64>, E>;

/// All generations, the first of them drawn from the prior. The last is the posterior.
pub fn calibrate<E>(
    prior: &Prior,
    settings: &Settings,
    simulate: Simulate<'_, E>,
) -> Result<Vec<Generation>, E> {
    let mut all: Vec<Generation> = Vec::new();
    for number in 0..settings.generations.max(1) {
        let within = all.last().map(|last| {
            let mut distances: Vec<f64> = last.particles.iter().map(|p| p.distance).collect();
            distances.sort_by(f64::total_cmp);
            // Infinite distances have no middle: linear interpolation between them has none either.
            let half = quantile(&distances, 0.5);
            let half = if half.is_nan() { f64::INFINITY } else { half };
            half.max(settings.goal)
        });
        let Some(next) = generation(prior, settings, number, within, all.last(), simulate)? else {
            break;
        };
        all.push(next);
        if within.is_some_and(|within| within <= settings.goal) {
            break;
        }
    }
    Ok(all)
}

/// One generation; none where it takes more proposals than there is patience for.
fn generation<E>(
    prior: &Prior,
    settings: &Settings,
    number: u32,
    within: Option<f64>,
    last: Option<&Generation>,
    simulate: Simulate<'_, E>,
) -> Result<Option<Generation>, E> {
    let wanted = settings.particles.max(2) as usize;
    let spread = last.map(|last| spread(last, prior.len()));
    let mut particles: Vec<Particle> = Vec::new();
    let mut proposals = 0;
    while particles.len() < wanted {
        if proposals >= settings.patience.saturating_mul(settings.particles) {
            return Ok(None);
        }
        let batch: Vec<(u32, Vec<f64>)> = (proposals..proposals + settings.particles.max(2))
            .map(|proposal| {
                let at = propose(
                    prior,
                    settings.seed,
                    (number, proposal),
                    last,
                    spread.as_deref(),
                );
                (proposal, at)
            })
            .collect();
        proposals += batch.len() as u32;
        let distances = simulate(number, &batch)?;
        for ((proposal, at), distance) in batch.into_iter().zip(distances) {
            let near = !distance.is_nan() && within.is_none_or(|within| distance <= within);
            if near && particles.len() < wanted {
                particles.push(Particle {
                    number: proposal,
                    weight: weight(&at, last, spread.as_deref()),
                    at,
                    distance,
                });
            }
        }
    }
    let sum: f64 = particles.iter().map(|particle| particle.weight).sum();
    for particle in &mut particles {
        particle.weight /= sum;
    }
    Ok(Some(Generation {
        within,
        proposals: particles.last().map_or(0, |last| last.number + 1),
        particles,
    }))
}

/// Standard deviations of the kernel: twice the weighted variance of the population.
fn spread(last: &Generation, sides: usize) -> Vec<f64> {
    let moment = |of: &dyn Fn(&Particle) -> f64| -> f64 {
        last.particles.iter().map(|p| p.weight * of(p)).sum()
    };
    (0..sides)
        .map(|side| {
            let mean = moment(&|p| p.at[side]);
            let variance = moment(&|p| (p.at[side] - mean) * (p.at[side] - mean));
            libm::sqrt(2.0 * variance)
        })
        .collect()
}

/// What the draws of a proposal are for.
const OF_PARTICLE: u16 = 0;
const OF_SIDES: u16 = 1;
/// Tries to stay within the prior before the particle is taken as it is.
const TRIES: u32 = 10_000;

fn propose(
    prior: &Prior,
    seed: u64,
    (generation, proposal): (u32, u32),
    last: Option<&Generation>,
    spread: Option<&[f64]>,
) -> Vec<f64> {
    let identity = name_hash("calibration") ^ (u64::from(generation) << 32 | u64::from(proposal));
    let stream = Streams::new(seed).entity(identity);
    let (Some(last), Some(spread)) = (last, spread) else {
        let mut draw = stream.purpose(OF_SIDES).draw(0);
        let side = |(low, high): &(f64, f64)| low + (high - low) * draw.uniform();
        return prior.iter().map(side).collect();
    };
    for attempt in 0..TRIES {
        let from = chosen(last, stream.purpose(OF_PARTICLE).draw(attempt).uniform());
        let mut draw = stream.purpose(OF_SIDES).draw(attempt);
        let moved: Vec<f64> = from
            .iter()
            .zip(spread)
            .map(|(at, spread)| at + spread * draw.normal())
            .collect();
        let inside = |(at, (low, high)): (&f64, &(f64, f64))| low <= at && at <= high;
        // Outside, another particle is drawn too: else those at the edge would be moved inwards.
        if moved.iter().zip(prior).all(inside) {
            return moved;
        }
    }
    last.particles
        .first()
        .map(|p| p.at.clone())
        .unwrap_or_default()
}

/// The particle at a share of the weights.
fn chosen(last: &Generation, share: f64) -> &[f64] {
    let mut sum = 0.0;
    for particle in &last.particles {
        sum += particle.weight;
        if share < sum {
            return &particle.at;
        }
    }
    last.particles.last().map_or(&[], |last| &last.at)
}

/// The prior over the density with which a particle was proposed, up to a factor.
fn weight(at: &[f64], last: Option<&Generation>, spread: Option<&[f64]>) -> f64 {
    let (Some(last), Some(spread)) = (last, spread) else {
        return 1.0;
    };
    let density = |from: &Particle| {
        let squares: f64 = at
            .iter()
            .zip(&from.at)
            .zip(spread)
            .filter(|(_, spread)| **spread > 0.0)
            .map(|((at, from), spread)| (at - from) / spread)
            .map(|off| off * off)
            .sum();
        from.weight * libm::exp(-0.5 * squares)
    };
    1.0 / last.particles.iter().map(density).sum::<f64>()
}

/// The quantile of a side of the posterior: the least value with so much of the weight at or below it.
pub fn weighted_quantile(particles: &[Particle], side: usize, share: f64) -> Option<f64> {
    let mut order: Vec<&Particle> = particles.iter().collect();
    order.sort_by(|a, b| a.at[side].total_cmp(&b.at[side]));
    let mut sum = 0.0;
    for particle in &order {
        sum += particle.weight;
        if sum >= share {
            return Some(particle.at[side]);
        }
    }
    order.last().map(|last| last.at[side])
}

/// Mean and standard deviation of a side of the posterior.
pub fn weighted_moments(particles: &[Particle], side: usize) -> (f64, f64) {
    let sum = |of: &dyn Fn(f64) -> f64| -> f64 {
        particles.iter().map(|p| p.weight * of(p.at[side])).sum()
    };
    let mean = sum(&|x| x);
    (mean, libm::sqrt(sum(&|x| (x - mean) * (x - mean))))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const SETTINGS: Settings = Settings {
        particles: 1000,
        generations: 20,
        patience: 60,
        goal: 1.0,
        seed: 3,
    };

    fn noise(generation: u32, proposal: u32, what: u16) -> f64 {
        let identity = u64::from(generation) << 32 | u64::from(proposal);
        Streams::new(99)
            .entity(identity)
            .purpose(what)
            .draw(0)
            .normal()
    }

    /// One observation y of θ with normal error σ, told to be y₀ within h: under a wide uniform prior the
    /// posterior has the mean y₀ and the variance σ² + h²/3, that of the error and of the tolerance.
    #[test]
    fn the_posterior_of_a_normal_mean_is_that_of_its_closed_form() {
        let (observed, sigma, tolerance) = (2.0, 0.5, 0.3);
        let mut simulate = |generation: u32, batch: &[(u32, Vec<f64>)]| {
            Ok::<_, ()>(
                batch
                    .iter()
                    .map(|(proposal, at)| {
                        let y = at[0] + sigma * noise(generation, *proposal, 0);
                        (y - observed).abs() / tolerance
                    })
                    .collect(),
            )
        };
        let all = calibrate(&[(-10.0, 10.0)], &SETTINGS, &mut simulate).unwrap();
        let last = all.last().unwrap();
        assert_eq!(last.within, Some(1.0));
        assert!(last.particles.iter().all(|p| p.distance <= 1.0));
        let (mean, sd) = weighted_moments(&last.particles, 0);
        let expected = libm::sqrt(sigma * sigma + tolerance * tolerance / 3.0);
        assert!((mean - observed).abs() < 0.06, "{mean}");
        assert!((sd / expected - 1.0).abs() < 0.08, "{sd} {expected}");
        let low = weighted_quantile(&last.particles, 0, 0.05).unwrap();
        assert!((low - (observed - 1.645 * expected)).abs() < 0.12, "{low}");
    }

    /// Known parameters come back from the targets that they gave.
    #[test]
    fn known_parameters_are_recovered() {
        let (truth, prior) = ([0.7, 3.0], [(0.0, 1.0), (0.0, 10.0)]);
        let model = |at: &[f64]| [10.0 * at[0] * at[1], at[1] - 2.0 * at[0]];
        let targets = model(&truth);
        let mut simulate = |generation: u32, batch: &[(u32, Vec<f64>)]| {
            Ok::<_, ()>(
                batch
                    .iter()
                    .map(|(proposal, at)| {
                        let found = model(at);
                        let off = |n: usize, tolerance: f64| {
                            let error = 0.05 * noise(generation, *proposal, n as u16);
                            (found[n] + error - targets[n]).abs() / tolerance
                        };
                        off(0, 0.5).max(off(1, 0.1))
                    })
                    .collect(),
            )
        };
        let settings = Settings {
            particles: 300,
            ..SETTINGS
        };
        let all = calibrate(&prior, &settings, &mut simulate).unwrap();
        let last = all.last().unwrap();
        for (side, truth) in truth.iter().enumerate() {
            let (mean, sd) = weighted_moments(&last.particles, side);
            let end = |share| weighted_quantile(&last.particles, side, share).unwrap();
            assert!((mean - truth).abs() < 0.05 * truth, "{mean} {truth}");
            assert!(end(0.05) <= *truth && *truth <= end(0.95), "{truth}");
            let width = prior[side].1 - prior[side].0;
            assert!(
                sd < 0.05 * width,
                "the posterior is narrower than the prior: {sd}"
            );
        }
    }

    /// An edge of the prior draws nothing towards itself: a flat response keeps the prior flat.
    #[test]
    fn without_information_the_posterior_is_the_prior() {
        let mut simulate = |generation: u32, batch: &[(u32, Vec<f64>)]| {
            Ok::<_, ()>(
                batch
                    .iter()
                    .map(|(proposal, _)| 2.0 * noise(generation, *proposal, 0).abs())
                    .collect(),
            )
        };
        let all = calibrate(&[(0.0, 1.0)], &SETTINGS, &mut simulate).unwrap();
        assert!(all.len() > 1);
        let (mean, sd) = weighted_moments(&all.last().unwrap().particles, 0);
        assert!((mean - 0.5).abs() < 0.03, "{mean}");
        assert!((sd - libm::sqrt(1.0 / 12.0)).abs() < 0.02, "{sd}");
    }

    /// Of a box of which one corner alone is the prior, nothing else is kept, in the first generation or later.
    #[test]
    fn what_lies_outside_the_prior_is_never_kept() {
        let mut simulate = |_: u32, batch: &[(u32, Vec<f64>)]| {
            let distance = |at: &[f64]| if at[0] + at[1] < 1.0 { at[0] } else { OUTSIDE };
            Ok::<_, ()>(batch.iter().map(|(_, at)| distance(at)).collect())
        };
        let settings = Settings {
            particles: 100,
            generations: 3,
            goal: 0.0,
            ..SETTINGS
        };
        let all = calibrate(&[(0.0, 1.0), (0.0, 1.0)], &settings, &mut simulate).unwrap();
        assert_eq!(all.len(), 3);
        let mut kept = all.iter().flat_map(|generation| &generation.particles);
        assert!(kept.all(|particle| particle.at[0] + particle.at[1] < 1.0));
        let mut nothing =
            |_: u32, batch: &[(u32, Vec<f64>)]| Ok::<_, ()>(vec![OUTSIDE; batch.len()]);
        assert!(
            calibrate(&[(0.0, 1.0)], &settings, &mut nothing)
                .unwrap()
                .is_empty()
        );
    }

    #[test]
    fn a_goal_that_is_out_of_reach_is_given_up() {
        let mut simulate = |generation: u32, batch: &[(u32, Vec<f64>)]| {
            Ok::<_, ()>(vec![if generation == 0 { 5.0 } else { 6.0 }; batch.len()])
        };
        let settings = Settings {
            particles: 20,
            patience: 3,
            ..SETTINGS
        };
        let all = calibrate(&[(0.0, 1.0)], &settings, &mut simulate).unwrap();
        assert_eq!(all.len(), 1);
        assert_eq!(all[0].within, None);
    }
}

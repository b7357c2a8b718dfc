//! The burden of disease, as the public feels it: how many are ill, live with a graft, or have died.
//!
//! Before the lists open nobody is followed one by one, and those who fell ill before are not in the
//! run. They are counted by expectation: with a constant number of cases, those who fell ill more than
//! T years ago and live without an organ are `cases · ∫ S(u) du` over u from T on, where S is the
//! Weibull survival of the disease.

use hailsham_engine::time::Time;

use super::arrivals::people;
use super::{Condition, State};
use crate::person::Cause;
use crate::world::World;

/// Of everyone who needs an organ, at a time: people, and deaths of the year before.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Burden {
    /// Ill or waiting for an organ.
    pub(crate) ill: f64,
    /// Living with an organ.
    pub(crate) grafted: f64,
    /// Died of the disease, or of the failure of a graft, within the last year.
    pub(crate) dead: f64,
    /// The public they are a part of.
    pub(crate) people: f64,
}

impl Burden {
    /// People concerned, for each million of the public.
    pub(crate) fn per_million(&self) -> f64 {
        const MILLION: f64 = 1e6;
        if self.people > 0.0 {
            (self.ill + self.grafted + self.dead) / self.people * MILLION
        } else {
            0.0
        }
    }

    /// Share of those who need an organ and live who live with one.
    pub(crate) fn benefit(&self) -> f64 {
        let need = self.ill + self.grafted;
        if need > 0.0 { self.grafted / need } else { 0.0 }
    }
}

/// Steps of the sum over past years of onset, and how far back it reaches.
const STEP: f64 = 0.25;
const REACH: f64 = 80.0;

/// Survival of a Weibull law.
fn survival((shape, scale): (f64, f64), years: f64) -> f64 {
    libm::exp(-libm::pow(years / scale, shape))
}

/// Years lived without an organ beyond `from` years after onset, by the midpoint rule.
fn years_beyond(law: (f64, f64), from: f64) -> f64 {
    let steps = libm::ceil((REACH - from).max(0.0) / STEP) as u32;
    (0..steps)
        .map(|step| STEP * survival(law, from + (f64::from(step) + 0.5) * STEP))
        .sum()
}

/// Expected number of those who fell ill more than `since` years ago and are not followed: alive, and
/// dead within the last year.
fn unfollowed(state: &State, year: i16, since: f64, multiplier: f64) -> (f64, f64) {
    let (mut ill, mut dead) = (0.0, 0.0);
    for illness in &state.illnesses {
        let rates = state.rates(illness, year);
        let cases = illness.years[rates].0 * multiplier;
        ill += cases * years_beyond(illness.survival, since);
        dead += cases * survival(illness.survival, since);
    }
    (ill, dead)
}

/// The burden at a time.
pub(crate) fn burden(world: &World, at: Time) -> Burden {
    let state = &world.recipients_state;
    let rules = &world.programme.recipients;
    let year = world.clock.year_of(at);
    let since = (at - state.lists_open).years().max(0.0);
    let multiplier = rules.incidence_factor * rules.demand_factor * world.clock.scale;
    let (ill, dead) = unfollowed(state, year, since, multiplier);
    let mut burden = Burden {
        ill,
        dead,
        people: public(world, year),
        ..Burden::default()
    };
    for patient in &state.people.patients {
        match patient.condition {
            Condition::Ill | Condition::Waiting => burden.ill += 1.0,
            Condition::Transplanted => burden.grafted += 1.0,
            Condition::Dead => {
                let of_it = matches!(patient.cause, Some(Cause::Disease | Cause::GraftFailure));
                burden.dead += f64::from(u8::from(of_it && (at - patient.died).years() <= 1.0));
            }
            Condition::Cured => {}
        }
    }
    burden
}

/// The public, in people.
fn public(world: &World, year: i16) -> f64 {
    const MILLION: f64 = 1e6;
    let population = &world.programme.population;
    let year = f64::from(year) + 0.5;
    let groups = population.age_bounds.len().saturating_sub(1);
    let millions: f64 = (0..groups)
        .map(|group| {
            people(population, year, |census| &census.female, group)
                + people(population, year, |census| &census.male, group)
        })
        .sum();
    millions * MILLION * world.clock.scale
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_beyond_are_those_of_the_exponential_law() {
        // With shape 1 the integral of the survival from T on is scale · exp(−T / scale).
        for (scale, from) in [(2.0, 0.0), (5.0, 3.0), (1.0, 7.0)] {
            let exact = scale * libm::exp(-from / scale);
            let found = years_beyond((1.0, scale), from);
            assert!((found / exact - 1.0).abs() < 0.01, "{scale} {from} {found}");
        }
    }

    #[test]
    fn benefit_is_the_share_that_lives_with_an_organ() {
        let burden = Burden {
            ill: 30.0,
            grafted: 10.0,
            dead: 5.0,
            people: 1e6,
        };
        assert_eq!(burden.benefit(), 0.25);
        assert_eq!(burden.per_million(), 45.0);
        assert_eq!(Burden::default().benefit(), 0.0);
        assert_eq!(Burden::default().per_million(), 0.0);
    }
}

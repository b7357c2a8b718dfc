//! Runs of the built-in scenario for the tests of the submodels.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::sync::Arc;

use hailsham_scenario::{Source, load};

use crate::event::Event;
use crate::{Finished, Kept, Options, Programme, built_in, metrics, simulate};

/// Humane schools alone, which stay open: the world where art is rank.
pub(crate) const HUMANE: [&str; 6] = [
    "institutions.hailsham.opens=1958",
    "institutions.hailsham.closes=2050",
    "institutions.progressive.opens=1960",
    "institutions.progressive.closes=2050",
    "institutions.ordinary.count=0",
    "recipients.incidence_factor=0",
];

/// The built-in scenario with changes, each as `path=value`.
pub(crate) fn programme(sets: &[&str]) -> Arc<Programme> {
    let sets: Vec<String> = sets.iter().map(|set| (*set).to_owned()).collect();
    match load::<Programme>(&Source::Name("programme".to_owned()), built_in(), &sets) {
        Ok(loaded) => Arc::new(loaded.value),
        Err(error) => panic!("{}", error.render(false)),
    }
}

/// A run of it at a scale, with seed 1 and no log kept, which broke no rule.
pub(crate) fn run(scale: f64, sets: &[&str]) -> Finished {
    let options = Options {
        scale,
        kept: Kept::Nothing,
        ..Options::default()
    };
    let run = simulate(&programme(sets), &options, None, &[], &mut |_, _| true).unwrap();
    assert_eq!(run.replayed.findings.violations, 0);
    run
}

/// The same without the public: nobody falls ill, and nobody is made because somebody is.
pub(crate) fn students_alone(scale: f64, sets: &[&str]) -> Finished {
    let alone = ["recipients.incidence_factor=0", "donation.by_demand=false"];
    run(scale, &[&alone, sets].concat())
}

/// A metric of a run; not a number where the run has none.
pub(crate) fn metric(run: &Finished, name: &str) -> f64 {
    let found = metrics(run).into_iter().find(|(known, _)| *known == name);
    found.unwrap().1.unwrap_or(f64::NAN)
}

/// How often an event happened.
pub(crate) fn count(run: &Finished, event: Event) -> u32 {
    run.replayed.tally.of(event).count
}

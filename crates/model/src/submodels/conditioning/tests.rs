//! Lessons against their closed form, attempts against their causes, the levers against their
//! neutral values.

use std::sync::Arc;

use hailsham_scenario::{Source, load};

use super::*;
use crate::metrics;
use crate::run::{Finished, Kept, Options, simulate};
use crate::{Programme, built_in};

/// A run of the built-in scenario with changes, small and of the students alone.
pub(crate) fn run(scale: f64, sets: &[&str]) -> Finished {
    let mut all = vec![
        "recipients.incidence_factor=0".to_owned(),
        "donation.by_demand=false".to_owned(),
    ];
    all.extend(sets.iter().map(|set| (*set).to_owned()));
    let source = Source::Name("hailsham".to_owned());
    let loaded = match load::<Programme>(&source, built_in(), &all) {
        Ok(loaded) => loaded,
        Err(error) => panic!("{}", error.render(false)),
    };
    let options = Options {
        scale,
        kept: Kept::Nothing,
        ..Options::default()
    };
    let programme = Arc::new(loaded.value);
    simulate(&programme, &options, None, &[], &mut |_, _| true).unwrap()
}

/// The value of a metric of a run.
pub(crate) fn metric(run: &Finished, name: &str) -> f64 {
    let all = metrics::compute(&run.world.0, &run.replayed);
    let found = all.iter().find(|(known, _)| *known == name);
    found.and_then(|(_, value)| *value).unwrap_or(f64::NAN)
}

#[test]
fn lessons_alone_follow_the_closed_form() {
    // κ_n = λ − (λ − κ_0)·(1 − α)^n
    let (rate, end, start) = (0.07, 0.9, 0.2);
    let mut strength = start as f32;
    for n in 1..=60 {
        learn(&mut strength, rate, end);
        let closed = end - (end - start) * (1.0_f64 - rate).powi(n);
        assert!((f64::from(strength) - closed).abs() < 1e-5, "trial {n}");
    }
}

#[test]
#[ignore = "prints, for setting defaults"]
fn survey() {
    for sets in [
        &[][..],
        &["conditioning.strength=0"],
        &["conditioning.strength=0.5"],
    ] {
        let run = run(0.05, sets);
        println!(
            "== {sets:?} violations {}",
            run.replayed.findings.violations
        );
        for rule in &run.replayed.findings.rules {
            if rule.violations > 0 {
                println!("{} {:?}", rule.rule, rule.first);
            }
        }
        for event in Event::ALL {
            let sums = run.replayed.tally.of(*event);
            println!(
                "{:24} {:9} {:12.3}",
                event.name(),
                sums.count,
                sums.value / f64::from(sums.count)
            );
        }
        for (name, value) in metrics::compute(&run.world.0, &run.replayed) {
            println!("    {name} {value:?}");
        }
    }
}

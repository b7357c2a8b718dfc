use std::sync::Arc;

use hailsham_scenario::{Source, load};

use super::*;
use crate::replay::tally::Tally;
use crate::run::{Finished, Options, simulate};
use crate::{Kept, Programme, built_in, metrics};

fn run(scale: f64, sets: &[&str]) -> Finished {
    let sets: Vec<String> = sets.iter().map(|set| (*set).to_owned()).collect();
    let scenario = load::<Programme>(&Source::Name("hailsham".into()), built_in(), &sets).unwrap();
    let options = Options {
        scale,
        kept: Kept::Nothing,
        ..Options::default()
    };
    let run = simulate(
        &Arc::new(scenario.value),
        &options,
        None,
        &[],
        &mut |_, _| true,
    )
    .unwrap();
    assert_eq!(run.replayed.findings.violations, 0);
    run
}

fn metric(run: &Finished, name: &str) -> f64 {
    let found = metrics(run).into_iter().find(|(metric, _)| *metric == name);
    found.unwrap().1.unwrap()
}

#[test]
#[ignore = "prints what a run has of the stories, for looking"]
fn print() {
    let scale = std::env::var("SCALE").map_or(0.02, |scale| scale.parse().unwrap());
    let sets = std::env::var("SETS").unwrap_or_default();
    let sets: Vec<&str> = sets.split_whitespace().collect();
    let started = std::time::Instant::now();
    let run = run(scale, &sets);
    println!("{:?}, {} records", started.elapsed(), run.totals.pushed);
    let tally: &Tally = &run.replayed.tally;
    for event in Event::ALL {
        let of = tally.of(*event);
        println!(
            "{:24} {:9} {:10.3}",
            event.name(),
            of.count,
            of.value / f64::from(of.count)
        );
    }
    for (name, value) in metrics(&run) {
        println!("{name:32} {value:?}");
    }
}

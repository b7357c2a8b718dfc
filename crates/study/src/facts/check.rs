//! Facts of a scenario, over a few seeds: it is run into a directory that vanishes, and each run is
//! read.

use hailsham_engine::log::Workers;
use hailsham_model::{Options, Programme};
use hailsham_scenario::Loaded;

use super::Facts;
use super::evaluate::{FactOutcome, Seeds, evaluate};
use crate::check::{CheckOptions, Status, Watch};
use crate::claims::write_claims;
use crate::runner::{StudyError, in_parallel};
use crate::runs;
use crate::testimony::Testimony;

/// Seeds that a fact is checked on, where not as asked.
const SEEDS: u32 = 5;

/// Checks some of the facts of a scenario, by id, on some seeds: a fact holds if it holds on all of them.
pub fn check_facts(
    facts: &Facts,
    ids: &[&str],
    scenario: &Loaded<Programme>,
    options: &CheckOptions,
    watch: Watch<'_>,
) -> Result<Vec<FactOutcome>, StudyError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let seeds: Vec<u64> = options.seeds(options.replicates.unwrap_or(SEEDS)).collect();
    let scale = options.scale.unwrap_or(facts.scale);
    let folder = runs::folder()?;
    let work = |seed: &u64, go_on: &dyn Fn() -> bool| {
        let options = Options {
            seed: *seed,
            scale,
            // The runs share the processors.
            workers: Workers::Inline,
            ..Options::default()
        };
        let target = folder.path().join(format!("seed-{seed}"));
        let run = runs::make(scenario, &options, &target, &mut |_, _| go_on())?;
        if facts.read_claims(ids) {
            write_claims(&run, Testimony::of_run(&run, None)?.as_ref())?;
        }
        let outcomes = evaluate(facts, ids, &run)?;
        // The next run needs the room; what is left vanishes with the folder.
        let _ = std::fs::remove_dir_all(run);
        Ok(outcomes)
    };
    let each = in_parallel(
        &seeds,
        options.threads,
        &|done| watch(done, seeds.len()),
        &work,
    )?;
    Ok(together(&seeds, each))
}

/// One outcome a fact, of those of each run.
fn together(seeds: &[u64], runs: Vec<Vec<FactOutcome>>) -> Vec<FactOutcome> {
    let mut by_fact: Vec<Vec<FactOutcome>> = Vec::new();
    for run in runs {
        by_fact.resize_with(run.len(), Vec::new);
        for (fact, outcome) in by_fact.iter_mut().zip(run) {
            fact.push(outcome);
        }
    }
    by_fact
        .into_iter()
        .filter_map(|outcomes| one(seeds, outcomes))
        .collect()
}

fn one(seeds: &[u64], outcomes: Vec<FactOutcome>) -> Option<FactOutcome> {
    let of = |status: Status| -> Vec<String> {
        let each = seeds.iter().zip(&outcomes);
        each.filter(|(_, outcome)| outcome.status == status)
            .map(|(seed, _)| seed.to_string())
            .collect()
    };
    let (holds, fails) = (of(Status::Holds), of(Status::Fails));
    let status = if !fails.is_empty() {
        Status::Fails
    } else if holds.len() == outcomes.len() {
        Status::Holds
    } else {
        Status::Unknown
    };
    let counts = Seeds {
        holds: holds.len() as u32,
        of: outcomes.len() as u32,
    };
    // The first run that shows it: where it fails, if it does.
    let mut outcome = outcomes
        .into_iter()
        .find(|outcome| outcome.status == status)?;
    match status {
        Status::Holds => {
            outcome.detail = format!("holds on {} of {} seeds", counts.holds, counts.of);
        }
        Status::Fails => {
            let word = if fails.len() == 1 { "seed" } else { "seeds" };
            outcome.detail = format!("does not hold on {word} {}", fails.join(", "));
        }
        // The reason stands there.
        Status::Unknown => {}
    }
    outcome.seeds = counts;
    Some(FactOutcome { status, ..outcome })
}

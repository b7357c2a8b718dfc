//! `hailsham run eurotransplant`: kidney allocation in Eurotransplant, on a synthetic population or on files.

use std::fmt::Write as _;

use hailsham_allocation::eurotransplant::{
    Options, Outcome, RunError, is_eurotransplant, load_scenario, run as allocate,
};
use hailsham_scenario::Source;
use serde_json::json;

use crate::arguments::Run;
use crate::error::Failure;
use crate::progress::Progress;
use crate::run::{command_of, grouped, next_free, quoted};
use crate::table::{print, print_json, table};

/// Whether this scenario is asked for.
pub(crate) fn is_asked(arguments: &Run) -> bool {
    is_eurotransplant(&Source::from_argument(&arguments.chosen.scenario))
}

/// Says that options of this scenario mean nothing for another.
pub(crate) fn refuse(arguments: &Run) -> Result<(), Failure> {
    let own = [
        ("--data", arguments.data.is_some()),
        ("--acceptance", arguments.acceptance.is_some()),
        ("--match-lists", arguments.match_lists),
    ];
    match own.into_iter().find(|(_, given)| *given) {
        None => Ok(()),
        Some((option, _)) => Err(Failure::Message(format!(
            "{option} is for the scenario eurotransplant, or one that extends it, and not for {}",
            arguments.chosen.scenario
        ))),
    }
}

impl From<RunError> for Failure {
    fn from(error: RunError) -> Failure {
        match error {
            RunError::Rules(error) => Failure::Scenario(error),
            error => Failure::Message(error.to_string()),
        }
    }
}

/// `hailsham run eurotransplant`
pub(crate) fn run(arguments: &Run) -> Result<(), Failure> {
    if arguments.replicates.is_some() || arguments.resume.is_some() || !arguments.until.is_empty() {
        return Err(Failure::Message(
            "many runs at once are not made of the scenario eurotransplant; run it with one seed after another"
                .to_owned(),
        ));
    }
    let mut sets = arguments.chosen.sets.clone();
    if let Some(acceptance) = arguments.acceptance {
        sets.push(format!("allocation.acceptance={}", acceptance.word()));
    }
    let source = Source::from_argument(&arguments.chosen.scenario);
    let loaded = load_scenario(&source, &sets)?;
    let options = Options {
        seed: arguments.seed,
        scale: arguments.scale,
        out: match &arguments.out {
            Some(directory) => directory.clone(),
            None => next_free(&loaded.name),
        },
        data: arguments.data.clone(),
        match_lists: arguments.match_lists,
        command: command(arguments),
    };
    let progress = Progress::new(arguments.quiet);
    progress.now("allocating kidneys");
    let outcome = allocate(&loaded, &options);
    progress.done();
    let outcome = outcome?;
    if !arguments.quiet {
        for warning in &outcome.warnings {
            eprintln!("{warning}");
        }
    }
    tell(&outcome, arguments)
}

/// The command that repeats the run.
fn command(arguments: &Run) -> String {
    let mut command = command_of(arguments);
    if let Some(data) = &arguments.data {
        let _ = write!(command, " --data {}", quoted(&data.display().to_string()));
    }
    if let Some(acceptance) = arguments.acceptance {
        let _ = write!(command, " --acceptance {}", acceptance.word());
    }
    if arguments.match_lists {
        command += " --match-lists";
    }
    command
}

/// Says what happened and where it is.
fn tell(outcome: &Outcome, arguments: &Run) -> Result<(), Failure> {
    let report = outcome.directory.join("report.html");
    if arguments.json {
        return print_json(&json!({
            "run": outcome.directory,
            "report": report,
            "seed": arguments.seed,
            "scale": arguments.scale,
            "summary": outcome.summary,
            "warnings": outcome.warnings,
        }));
    }
    if arguments.quiet {
        return Ok(());
    }
    let rows = outcome.summary.iter().map(|(name, value)| {
        let digits = if value.fract() == 0.0 { 0 } else { 3 };
        vec![name.replace('_', " "), grouped(*value, digits)]
    });
    print(&table(&["kidneys", ""], rows.collect()))?;
    print(&format!(
        "\nwritten to {}\nreport: {}\n",
        outcome.directory.display(),
        report.display()
    ))
}

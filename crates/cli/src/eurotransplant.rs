//! `hailsham run eurotransplant`: kidney allocation in Eurotransplant, on a synthetic population or on files.

use std::fmt::Write as _;

use hailsham_allocation::eurotransplant::{Options, Outcome, RunError, Scenario, run as allocate};
use hailsham_scenario::Loaded;
use hailsham_study::System;
use serde_json::json;

use crate::arguments::Run;
use crate::error::{Failure, say};
use crate::progress::Progress;
use crate::run::{command_of, grouped, next_free, quoted, what_ran};
use crate::study::is_asked;
use crate::table::{print, print_json, table};
use crate::unfinished;

/// Refuses options of this scenario where they mean nothing: for another, and the lists of one run for many.
pub(crate) fn refuse(arguments: &Run, system: System) -> Result<(), Failure> {
    const MATCH_LISTS: &str = "--match-lists";
    let options = [
        (MATCH_LISTS, arguments.match_lists),
        ("--data", arguments.data.is_some()),
        ("--acceptance", arguments.acceptance.is_some()),
    ];
    let mut given = options.into_iter().filter(|(_, given)| *given);
    match given.next().map(|(option, _)| option) {
        Some(option) if system != System::Eurotransplant => Err(Failure::Message(format!(
            "{option} is for the scenario eurotransplant, or one that extends it, and not for {}",
            arguments.chosen.scenario
        ))),
        // Many runs that are resumed are of the system that they were begun with.
        Some(option) if option == MATCH_LISTS && is_asked(arguments) => {
            Err(Failure::Message(format!(
                "{option} is for a single run: leave out --replicates, --until and --resume, of whose runs the numbers \
             alone are kept"
            )))
        }
        _ => Ok(()),
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
pub(crate) fn run(loaded: &Loaded<Scenario>, arguments: &Run) -> Result<(), Failure> {
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
        report: Some(|directory| {
            let written = hailsham_report::write_allocation(directory);
            written.map(drop).map_err(|error| error.to_string())
        }),
    };
    let progress = Progress::new(arguments.printed.quiet);
    progress.now("allocating kidneys");
    let remains = unfinished::remains(&options.out);
    let outcome = allocate(loaded, &options);
    progress.done();
    let outcome = outcome?;
    unfinished::tell_replaced(remains.as_deref(), arguments.printed.quiet);
    if !arguments.printed.quiet {
        for warning in &outcome.warnings {
            say(warning);
        }
    }
    tell(&outcome, loaded, arguments)
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
fn tell(outcome: &Outcome, loaded: &Loaded<Scenario>, arguments: &Run) -> Result<(), Failure> {
    let report = outcome.directory.join("report.html");
    if arguments.printed.json {
        let mut told = what_ran(&outcome.directory, &loaded.name, &loaded.hash, arguments);
        told["summary"] = json!(outcome.summary);
        told["warnings"] = json!(outcome.warnings);
        return print_json(&told);
    }
    if arguments.printed.quiet {
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

//! `hailsham run eurotransplant`: kidney allocation in Eurotransplant, on a synthetic population or on files.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::atomic::Ordering;

use hailsham_allocation::eurotransplant::{
    METRICS, Outcome, Prepared, RunError, Scenario, run as allocate,
};
use hailsham_model::{Kept, Options};
use hailsham_scenario::{Loaded, describe};
use hailsham_study::System;
use serde_json::json;

use crate::arguments::Run;
use crate::error::{Failure, say};
use crate::run::{Beginning, command_of, in_directory, quoted, what_ran};
use crate::study::is_asked;
use crate::table::{measured, print, print_json, shown, table};

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
            RunError::Interrupted => Failure::Interrupted(error.to_string()),
            error => Failure::Message(error.to_string()),
        }
    }
}

/// `hailsham run eurotransplant`
pub(crate) fn run(scenario: &Loaded<Scenario>, arguments: &Run) -> Result<(), Failure> {
    // What is wrong with rules and files is said before anything is written.
    let prepared = Prepared::read(&scenario.value, arguments.data.as_deref())?;
    let cohort = prepared.cohort(arguments.seed, arguments.scale)?;
    let options = Options {
        seed: arguments.seed,
        scale: arguments.scale,
        kept: Kept::Nothing,
        ..Options::default()
    };
    let time = &scenario.value.time;
    let beginning = Beginning {
        system: System::Eurotransplant,
        scenario,
        period: (&time.first_day, prepared.years()),
        parameters: &describe(Some(&scenario.value)),
        options: &options,
        command: &command(arguments),
    };
    let done = in_directory(&beginning, arguments, |directory, progress, interrupted| {
        let outcome = allocate(
            &prepared,
            &cohort,
            arguments.seed,
            arguments.match_lists,
            directory.path(),
            &mut |at, end| {
                progress.reached(at, end);
                !interrupted.load(Ordering::Relaxed)
            },
        )?;
        let data = ("data", json!(arguments.data.as_deref().map(shown)));
        let told: Vec<_> = outcome.told.iter().cloned().chain([data]).collect();
        directory.finish(&told)?;
        progress.now("writing the report");
        hailsham_report::write_allocation(directory.path())?;
        Ok(outcome)
    });
    let (directory, outcome) = done?;
    if !arguments.printed.quiet {
        for warning in &cohort.warnings {
            say(warning);
        }
    }
    tell(&directory, &outcome, &cohort.warnings, scenario, arguments)
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
fn tell(
    run: &Path,
    outcome: &Outcome,
    warnings: &[String],
    scenario: &Loaded<Scenario>,
    arguments: &Run,
) -> Result<(), Failure> {
    let report = run.join("report.html");
    if arguments.printed.json {
        let mut told = what_ran(run, &scenario.name, &scenario.hash, arguments);
        told["summary"] = json!(outcome.summary);
        told["warnings"] = json!(warnings);
        return print_json(&told);
    }
    if arguments.printed.quiet {
        return Ok(());
    }
    let rows = METRICS
        .iter()
        .filter_map(|metric| Some((metric, *outcome.summary.get(metric.name)?)))
        .map(|(metric, value)| {
            let (number, unit) = measured(Some(value), metric.unit);
            vec![metric.text.to_owned(), number, unit.to_owned()]
        });
    print(&table(&["kidneys", "number", "unit"], rows.collect()))?;
    print(&format!(
        "\nwritten to {}\nreport: {}\n",
        run.display(),
        report.display()
    ))
}

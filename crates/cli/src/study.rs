//! Studies at the command line: begun or resumed, carried out, told. And the simplest of them, many
//! runs of one scenario (`hailsham run --replicates`).

use std::path::Path;
use std::sync::atomic::Ordering;

use hailsham_study::StudyError;
use hailsham_study::studies::{
    Kind, MOST_UNTIL_NARROW, Outcome, Plan, Study, Summary, Until, Variant,
};
use serde_json::json;

use crate::arguments::{Run, Threads};
use crate::check::rounded;
use crate::error::Failure;
use crate::progress::Progress;
use crate::run::{in_free, quoted, stem, watch_for_interrupt};
use crate::table::{print, print_json, shown, table};

/// How a study is carried out, and where.
pub(crate) struct How<'a> {
    /// The subcommand, for messages.
    pub(crate) command: &'a str,
    pub(crate) threads: &'a Threads,
    pub(crate) quiet: bool,
}

/// Begins a study in the directory that was asked for, or in the first of its name that is free.
pub(crate) fn create(
    out: Option<&Path>,
    name: &str,
    plan: &Plan,
    command: &str,
) -> Result<Study, Failure> {
    let taken = |error: &StudyError| matches!(error, StudyError::Taken(_));
    let begin = |target: &Path| Study::create(target, plan.clone(), command);
    Ok(in_free(out, name, &taken, &begin)?)
}

/// ` --set a --set b`, as a shell takes it.
pub(crate) fn typed(option: &str, values: &[String]) -> String {
    let each = values.iter();
    each.flat_map(|value| [format!(" {option} "), quoted(value)])
        .collect()
}

/// ` --data DIR`, where there is one.
pub(crate) fn typed_data(data: Option<&Path>) -> String {
    let data = data.map(|folder| folder.display().to_string());
    typed("--data", data.as_slice())
}

/// Carries a study out, with a progress bar, and writes its report.
pub(crate) fn carry_out(study: &mut Study, how: &How<'_>) -> Result<Outcome, Failure> {
    let interrupted = watch_for_interrupt()?;
    let progress = Progress::of_runs(how.quiet);
    let watch = |done: usize, of: usize| {
        progress.runs(done, of);
        !interrupted.load(Ordering::Relaxed)
    };
    let result = study.carry_out(how.threads.or_processors(), &watch);
    progress.done();
    let left = || {
        format!(
            "what is finished is kept: go on with `hailsham {} --resume {}`",
            how.command,
            quoted(&study.path().to_string_lossy())
        )
    };
    let outcome = result.map_err(|error| match error {
        StudyError::Interrupted => Failure::Interrupted(format!("interrupted; {}", left())),
        error if error.is_of_files() => Failure::Message(format!("{error}\n       {}", left())),
        error => error.into(),
    })?;
    // A full disk may have room for the tables and none for the page.
    hailsham_report::write_study(study.path())
        .map_err(|error| Failure::Message(format!("{error}\n       {}", left())))?;
    Ok(outcome)
}

/// The end of what is told of every study.
pub(crate) fn where_it_is(study: &Study) -> String {
    let path = study.path();
    let on_data = study.arms().iter().any(|arm| arm.variant.data.is_some());
    let what_varies = if on_data {
        "\nThe runs have the same donors and candidates, and differ in decisions alone: so do the intervals.\n"
    } else {
        ""
    };
    format!(
        "{what_varies}\nwritten to {}\nreport: {}\n",
        path.display(),
        path.join("report.html").display()
    )
}

/// The outcome as JSON, with where it is.
pub(crate) fn print_outcome(study: &Study, outcome: &Outcome) -> Result<(), Failure> {
    let mut value = json!(outcome);
    value["directory"] = json!(shown(study.path()));
    value["report"] = json!(shown(&study.path().join("report.html")));
    print_json(&value)
}

/// A study of another kind than the subcommand makes.
pub(crate) fn another_kind(study: &Study) -> Failure {
    Failure::Message(format!(
        "{} is a study of another kind: its study.json says with which command it was begun",
        study.path().display()
    ))
}

/// Whether `hailsham run` is asked for many runs.
pub(crate) fn is_asked(arguments: &Run) -> bool {
    arguments.replicates.is_some() || !arguments.until.is_empty() || arguments.resume.is_some()
}

/// `hailsham run --replicates`
pub(crate) fn replicates(arguments: &Run) -> Result<(), Failure> {
    let mut study = match &arguments.resume {
        Some(directory) => Study::resume(directory)?,
        None => begin(arguments)?,
    };
    if !matches!(study.plan().kind, Kind::Replicates { .. }) {
        return Err(another_kind(&study));
    }
    let how = How {
        command: "run",
        threads: &arguments.threads,
        quiet: arguments.printed.quiet,
    };
    let outcome = carry_out(&mut study, &how)?;
    if arguments.printed.json {
        return print_outcome(&study, &outcome);
    }
    match outcome {
        Outcome::Replicates(made) if !arguments.printed.quiet => {
            let table = summary(&made.metrics, &made.headlines);
            let stopped = match made.narrow {
                None => "",
                Some(true) => "; every interval that was asked for is as narrow as that",
                Some(false) => {
                    "; an interval that was asked for is still wider than that, or there is none since nothing varies"
                }
            };
            let line = format!(
                "\n{} run{} of `{}`{stopped}; every metric is in summary.parquet",
                made.replicates,
                if made.replicates == 1 { "" } else { "s" },
                made.scenario
            );
            print(&(table + &line + &where_it_is(&study)))
        }
        _ => Ok(()),
    }
}

fn begin(arguments: &Run) -> Result<Study, Failure> {
    if arguments.wants_log() {
        return Err(Failure::Message(
            "of many runs the numbers alone are kept, and no log: leave out --log, or make a single run of the seed \
             whose events you want"
                .to_owned(),
        ));
    }
    let until: Vec<Until> = arguments
        .until
        .iter()
        .map(|text| Until::read(text))
        .collect::<Result<_, _>>()
        .map_err(Failure::Message)?;
    let chosen = &arguments.chosen;
    let sets = arguments.sets();
    let plan = Plan {
        kind: Kind::Replicates {
            scenario: Variant::new(&chosen.scenario, &sets).on(arguments.data.as_deref()),
            until,
        },
        seed: arguments.seed,
        replicates: arguments.replicates.unwrap_or(MOST_UNTIL_NARROW),
        scale: arguments.scale,
    };
    let command = format!(
        "hailsham run {}{}{}{} --replicates {} --seed {} --scale {}",
        quoted(&chosen.scenario),
        typed("--set", &sets),
        typed_data(arguments.data.as_deref()),
        typed("--until", &arguments.until),
        plan.replicates,
        plan.seed,
        plan.scale
    );
    let name = format!("{}-replicates", stem(&chosen.scenario));
    create(arguments.out.as_deref(), &name, &plan, &command)
}

/// A table of some metrics.
pub(crate) fn summary(metrics: &[Summary], chosen: &[String]) -> String {
    let rows = metrics
        .iter()
        .filter(|summary| chosen.contains(&summary.metric))
        .map(|summary| {
            let number = |value: Option<f64>| value.map_or_else(String::new, rounded);
            let quantiles = summary.quantiles.map_or_else(String::new, |all| {
                format!(
                    "{} / {} / {}",
                    rounded(all[0]),
                    rounded(all[2]),
                    rounded(all[4])
                )
            });
            vec![
                format!("{} ({})", summary.metric, summary.unit),
                number(summary.mean),
                interval(summary.ci_low, summary.ci_high, summary.sd),
                number(summary.sd),
                quantiles,
            ]
        })
        .collect();
    table(&["metric", "mean", "95 %", "sd", "5 / 50 / 95 %"], rows)
}

/// What stands in place of an interval where all values are the same.
pub(crate) const NO_SPREAD: &str = "no spread";

/// `1.2 to 1.4`; of values that do not vary that they do not; or nothing.
pub(crate) fn interval(low: Option<f64>, high: Option<f64>, sd: Option<f64>) -> String {
    match (low, high, sd) {
        (Some(low), Some(high), _) => format!("{} to {}", rounded(low), rounded(high)),
        (_, _, Some(0.0)) => NO_SPREAD.to_owned(),
        _ => String::new(),
    }
}

//! `hailsham check`: expectations of a scenario, tested over many runs.

use std::path::Path;
use std::sync::atomic::Ordering;

use hailsham_model::built_in;
use hailsham_scenario::Source;
use hailsham_study::{CheckOptions, Expected, FAMILY_LEVEL, Outcome, Status, check as test};

use crate::arguments::Check;
use crate::error::Failure;
use crate::progress::Progress;
use crate::run::watch_for_interrupt;
use crate::table::{print, print_json, table};

/// `hailsham check`
pub(crate) fn check(arguments: &Check) -> Result<(), Failure> {
    let name = arguments.chosen.scenario.as_str();
    if Path::new(name).is_dir() && !built_in().iter().any(|scenario| scenario.name == name) {
        return Err(Failure::Message(format!(
            "`{name}` is a directory: facts of a run cannot be checked yet; give a scenario, whose \
             expectations are tested over runs of their own"
        )));
    }
    let source = Source::from_argument(name);
    let expected = Expected::load(&source, &arguments.chosen.sets)?;
    let ids = expected.select(&arguments.only).map_err(Failure::Message)?;
    let options = CheckOptions {
        replicates: arguments.replicates,
        scale: arguments.scale,
        threads: arguments.threads.map_or_else(
            || std::thread::available_parallelism().map_or(1, usize::from),
            usize::from,
        ),
    };
    let interrupted = watch_for_interrupt()?;
    let progress = Progress::of_runs(arguments.quiet);
    let outcomes = test(&expected, &ids, &options, &|done, of| {
        progress.runs(done, of);
        !interrupted.load(Ordering::Relaxed)
    });
    progress.done();
    let outcomes = outcomes?;
    if arguments.json {
        print_json(&outcomes)?;
    } else if !arguments.quiet {
        print(&told(&outcomes))?;
    }
    failure(&outcomes)
}

/// The failure of a check in which something failed.
fn failure(outcomes: &[Outcome]) -> Result<(), Failure> {
    let failed: Vec<&str> = outcomes
        .iter()
        .filter(|outcome| outcome.status == Status::Fails)
        .map(|outcome| outcome.id.as_str())
        .collect();
    if failed.is_empty() {
        return Ok(());
    }
    Err(Failure::Check(format!(
        "not as expected: {}",
        failed.join(", ")
    )))
}

/// A table, and a line that sums it up.
fn told(outcomes: &[Outcome]) -> String {
    let rows = outcomes.iter().map(row).collect();
    let count = |status| {
        outcomes
            .iter()
            .filter(|outcome| outcome.status == status)
            .count()
    };
    format!(
        "{}\n{} expectations: {} hold, {} fail, {} unknown\nThe chance that any of them is told wrongly \
         to hold is at most {} %.\n",
        table(
            &["id", "", "what is expected", "effect (95 %)", "runs"],
            rows
        ),
        outcomes.len(),
        count(Status::Holds),
        count(Status::Fails),
        count(Status::Unknown),
        FAMILY_LEVEL * 100.0,
    )
}

fn row(outcome: &Outcome) -> Vec<String> {
    let status = match outcome.status {
        Status::Holds => "holds",
        Status::Fails => "FAILS",
        Status::Unknown => "unknown",
    };
    let effect = match (outcome.effect, outcome.ci_low, outcome.ci_high) {
        (Some(effect), Some(low), Some(high)) => format!(
            "{} ({} to {})",
            rounded(effect),
            rounded(low),
            rounded(high)
        ),
        _ => outcome.detail.clone(),
    };
    let text = match outcome.status {
        Status::Holds => format!("{} ({})", outcome.text, outcome.expected),
        _ => format!(
            "{} ({}; {})",
            outcome.text, outcome.expected, outcome.detail
        ),
    };
    vec![
        outcome.id.clone(),
        status.to_owned(),
        text,
        effect,
        outcome.replicates.to_string(),
    ]
}

/// Three significant digits, and all before the point.
fn rounded(number: f64) -> String {
    if number == 0.0 {
        return "0".to_owned();
    }
    let whole = number.abs().log10().floor() as i32 + 1;
    let digits = usize::try_from(3 - whole).unwrap_or(0).min(6);
    format!("{number:.digits$}")
}

#[cfg(test)]
mod tests {
    use super::rounded;

    #[test]
    fn numbers_have_three_digits_that_count() {
        for (number, shown) in [
            (0.0, "0"),
            (0.123_456, "0.123"),
            (-0.001_234_5, "-0.00123"),
            (1.0, "1.00"),
            (12.345, "12.3"),
            (1234.5, "1234"),
            (1e-9, "0.000000"),
        ] {
            assert_eq!(rounded(number), shown);
        }
    }
}

//! `hailsham run` of a kidney exchange programme in time.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use hailsham_exchange::programme::{
    self, ExchangeProgramme, Findings, HEADLINES, METRICS, write_results,
};
use hailsham_model::{Directory, Kept, Options};
use hailsham_scenario::{Loaded, describe};
use serde_json::{Value, json};

use crate::arguments::{Log, Run};
use crate::check::rounded;
use crate::error::Failure;
use crate::progress::Progress;
use crate::run::{Beginning, command_of, in_directory, what_ran};
use crate::table::{print, print_json, table};

/// What the manifest says of the kind of such a run.
const KIND: &str = "exchange";

/// What is told of every interval.
const TOLD: [&str; 5] = [
    "share_transplanted",
    "wait_mean",
    "days_in_programme_mean",
    "share_transplanted_sensitised",
    "share_failed",
];

/// Runs the scenario's interval and those beside it, and writes tables and a report.
pub(crate) fn run(scenario: &Loaded<ExchangeProgramme>, arguments: &Run) -> Result<(), Failure> {
    if matches!(arguments.log(), Log::Named | Log::Sample(_)) {
        return Err(Failure::Message(
            "an exchange programme has no event log: its tables hold everybody and every transplant".to_owned(),
        ));
    }
    let options = Options {
        seed: arguments.seed,
        scale: arguments.scale,
        kept: Kept::Nothing,
        ..Options::default()
    };
    let time = &scenario.value.time;
    let beginning = Beginning {
        scenario,
        period: (&time.first_day, time.horizon),
        parameters: &describe(Some(&scenario.value)),
        options: &options,
        command: &command_of(arguments),
    };
    let (run, findings) =
        in_directory(&beginning, arguments, |directory, progress, interrupted| {
            carry_out(scenario, directory, progress, interrupted, arguments)
        })?;
    tell(&run, scenario, &findings, arguments)
}

fn carry_out(
    scenario: &Loaded<ExchangeProgramme>,
    directory: &mut Directory,
    progress: &Progress,
    interrupted: &AtomicBool,
    arguments: &Run,
) -> Result<Findings, Failure> {
    let (seed, scale) = (arguments.seed, arguments.scale);
    let findings = programme::run(&scenario.value, seed, scale, &mut |at, horizon| {
        progress.reached(at, horizon);
        !interrupted.load(Ordering::Relaxed)
    });
    let Some(findings) = findings else {
        return Err(Failure::Interrupted("interrupted".to_owned()));
    };
    progress.now("writing tables");
    let failed = |error: &dyn std::fmt::Display| Failure::Message(error.to_string());
    write_results(
        directory.path(),
        &scenario.value,
        &findings,
        directory.key_values(),
    )
    .map_err(|error| failed(&error))?;
    let course = &findings.course;
    let counts = json!({
        "members": course.members.len(),
        "match_runs": course.runs.len(),
        "transplants": course.transplants.len(),
    });
    directory.finish(&[("kind", json!(KIND)), ("counts", counts)])?;
    hailsham_report::write_exchange(directory.path())?;
    Ok(findings)
}

/// Whether a directory is that of such a run.
pub(crate) fn is_run(path: &Path) -> bool {
    let manifest = std::fs::read_to_string(path.join("manifest.json"));
    let manifest = manifest
        .ok()
        .and_then(|text| serde_json::from_str::<Value>(&text).ok());
    manifest.is_some_and(|manifest| manifest["kind"] == KIND)
}

fn tell(
    run: &Path,
    scenario: &Loaded<ExchangeProgramme>,
    findings: &Findings,
    arguments: &Run,
) -> Result<(), Failure> {
    let report = run.join("report.html");
    if arguments.printed.json {
        let named = |metrics: &[(&'static str, Option<f64>)]| -> Value {
            let pairs = metrics.iter();
            Value::Object(
                pairs
                    .map(|(name, value)| ((*name).to_owned(), json!(value)))
                    .collect(),
            )
        };
        let intervals: Vec<Value> = findings
            .swept
            .iter()
            .map(|swept| json!({ "interval": swept.interval, "summary": named(&swept.metrics) }))
            .collect();
        let mut told = what_ran(run, &scenario.name, &scenario.hash, arguments);
        told["summary"] = named(&findings.metrics);
        told["intervals"] = json!(intervals);
        return print_json(&told);
    }
    if arguments.printed.quiet {
        return Ok(());
    }
    let number = |value: Option<f64>| value.map_or_else(|| "none".to_owned(), rounded);
    let rows = METRICS
        .iter()
        .zip(&findings.metrics)
        .filter(|(metric, _)| HEADLINES.contains(&metric.name))
        .map(|(metric, (name, value))| vec![format!("{name} ({})", metric.unit), number(*value)])
        .collect();
    let head = format!("every {} weeks", findings.course.interval);
    let own = table(&[&head, ""], rows);
    let rows = findings
        .swept
        .iter()
        .map(|swept| {
            let value = |name: &&str| swept.metrics.iter().find(|(metric, _)| metric == name)?.1;
            let mut row = vec![swept.interval.to_string()];
            row.extend(TOLD.iter().map(|name| number(value(name))));
            row
        })
        .collect();
    let mut head = vec!["weeks between runs"];
    head.extend(TOLD);
    print(&format!(
        "{own}\n{}\nThe same pairs and altruists, put through each interval.\nwritten to {}\nreport: {}\n",
        table(&head, rows),
        run.display(),
        report.display()
    ))
}

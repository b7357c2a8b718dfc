//! `hailsham run` of a kidney exchange programme in time.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use hailsham_engine::metric::MetricInfo;
use hailsham_exchange::programme::{
    self, ExchangeProgramme, Findings, HEADLINES, METRICS, Swept, write_results,
};
use hailsham_model::{Directory, Kept, Options};
use hailsham_scenario::{Loaded, describe};
use hailsham_study::System;
use serde_json::{Value, json};

use crate::arguments::Run;
use crate::error::Failure;
use crate::progress::Progress;
use crate::run::{Beginning, command_of, in_directory, what_ran};
use crate::table::{measured, print, print_json, table};

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
    let options = Options {
        seed: arguments.seed,
        scale: arguments.scale,
        kept: Kept::Nothing,
        ..Options::default()
    };
    let time = &scenario.value.time;
    let beginning = Beginning {
        system: System::Exchange,
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
    directory.finish(&[("counts", counts)])?;
    hailsham_report::write_exchange(directory.path())?;
    Ok(findings)
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
    let rows = METRICS
        .iter()
        .zip(&findings.metrics)
        .filter(|(metric, _)| HEADLINES.contains(&metric.name))
        .map(|(metric, (_, value))| {
            let (number, unit) = measured(*value, metric.unit);
            vec![metric.text.to_owned(), number, unit.to_owned()]
        })
        .collect();
    let head = format!("every {}", weeks(findings.course.interval));
    let own = table(&[&head, "number", "unit"], rows);
    let rows = METRICS
        .iter()
        .filter(|metric| TOLD.contains(&metric.name))
        .map(|metric| at_each(findings, metric))
        .collect();
    let intervals: Vec<String> = findings
        .swept
        .iter()
        .map(|swept| swept.interval.to_string())
        .collect();
    let mut head = vec!["weeks between runs"];
    head.extend(intervals.iter().map(String::as_str));
    head.push("unit");
    print(&format!(
        "{own}\n{}\nThe same pairs and altruists, put through each interval.\nwritten to {}\nreport: {}\n",
        table(&head, rows),
        run.display(),
        report.display()
    ))
}

/// `week`, or `4 weeks`.
fn weeks(interval: f64) -> String {
    if interval.total_cmp(&1.0).is_eq() {
        "week".to_owned()
    } else {
        format!("{interval} weeks")
    }
}

/// A metric at every interval, with its unit.
fn at_each(findings: &Findings, metric: &MetricInfo) -> Vec<String> {
    let value = |swept: &Swept| {
        let mut all = swept.metrics.iter();
        let (_, value) = all.find(|(name, _)| *name == metric.name)?;
        *value
    };
    let mut row = vec![metric.text.to_owned()];
    let swept = findings.swept.iter();
    row.extend(swept.map(|swept| measured(value(swept), metric.unit).0));
    row.push(measured(None, metric.unit).1.to_owned());
    row
}

//! The commands that run a scenario and write its report.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use hailsham_engine::log::Workers;
use hailsham_model::replay::audit::Findings;
use hailsham_model::{
    Directory, DirectoryError, Finished, Incomplete, Kept, Metrics, Options, Programme, RunError,
    simulate,
};
use hailsham_scenario::{Loaded, ParameterInfo, Source, describe};
use hailsham_study::studies::is_study;
use hailsham_study::{FactOutcome, Facts, Scenario, System, Testimony, write_findings};
use serde_json::{Value, json};

use crate::arguments::{Log, Report, Run, Words};
use crate::check::{counts, tally};
use crate::error::{Failure, INTERRUPTED, say};
use crate::progress::Progress;
use crate::table::{print, print_json, shown, table};
use crate::{eurotransplant, exchange_run, study, unfinished};

/// `hailsham run`
pub(crate) fn run(arguments: &Run) -> Result<(), Failure> {
    let source = Source::from_argument(&arguments.chosen.scenario);
    let system = System::of(&source);
    eurotransplant::refuse(arguments, system)?;
    refuse_without(arguments, system)?;
    if study::is_asked(arguments) {
        return study::replicates(arguments);
    }
    let scenario = match Scenario::load(&source, &arguments.sets())? {
        Scenario::Donation(scenario) => *scenario,
        Scenario::Exchange(scenario) => return exchange_run::run(&scenario, arguments),
        Scenario::Eurotransplant(scenario) => return eurotransplant::run(&scenario, arguments),
    };
    let facts = Facts::load(&scenario, &source, None)?;
    let testimony = Testimony::load(&scenario, &source, None)?;
    let options = Options {
        seed: arguments.seed,
        scale: arguments.scale,
        kept: match arguments.log() {
            Log::Full => Kept::Full,
            Log::Sample(share) => Kept::Sample(share),
            Log::None => Kept::Nothing,
            Log::Named if scenario.value.history.is_followed() => Kept::Named,
            Log::Named => {
                return Err(Failure::Message(format!(
                    "the scenario `{}` has no named people, so `--log named` would keep nothing; \
                     use full, sample:P or none",
                    scenario.name
                )));
            }
        },
        workers: if arguments.threads.given == Some(1) {
            Workers::Inline
        } else {
            Workers::Background
        },
        ..Options::default()
    };
    // A history is told by its events, and stands in `scenario.toml`: it is no list of parameters.
    let told = ["history.cast.", "history.pins."];
    let mut parameters = describe(Some(&scenario.value));
    parameters.retain(|parameter| !told.iter().any(|path| parameter.path.starts_with(path)));
    let command = command_of(arguments);
    let time = &scenario.value.time;
    let beginning = Beginning {
        system: System::Donation,
        scenario: &scenario,
        period: (&time.first_day, time.horizon),
        parameters: &parameters,
        options: &options,
        command: &command,
    };
    let work = Work {
        scenario: &scenario,
        facts: facts.as_ref(),
        testimony: testimony.as_ref(),
        options: &options,
    };
    let (run, done) = in_directory(&beginning, arguments, |directory, progress, interrupted| {
        carry_out(&work, directory, progress, interrupted, arguments)
    })?;
    tell(&run, &scenario, done, arguments)
}

/// Refuses options of the donation programme where they mean nothing: its runs alone have a log, and words of their own.
fn refuse_without(arguments: &Run, system: System) -> Result<(), Failure> {
    let chosen = arguments.chosen_log().filter(|log| *log != Log::None);
    match system.without_log() {
        Some(why) if chosen.is_some() => Err(Failure::Message(format!("{why}; leave out --log"))),
        Some(_) if arguments.words.is_some() => {
            Err(Failure::Message(without_words(&arguments.chosen.scenario)))
        }
        _ => Ok(()),
    }
}

/// What the directory of a run begins with, whatever the kind of its scenario.
pub(crate) struct Beginning<'a, T> {
    pub(crate) system: System,
    pub(crate) scenario: &'a Loaded<T>,
    /// The first day, and how many years there are.
    pub(crate) period: (&'a str, f64),
    pub(crate) parameters: &'a [ParameterInfo],
    pub(crate) options: &'a Options,
    pub(crate) command: &'a str,
}

/// Carries out a run in a directory of its own, which gets its name once all is there. What is at work looks at the flag
/// now and then, which Ctrl-C sets.
pub(crate) fn in_directory<T, R>(
    beginning: &Beginning<'_, T>,
    arguments: &Run,
    carry_out: impl FnOnce(&mut Directory, &Progress, &AtomicBool) -> Result<R, Failure>,
) -> Result<(PathBuf, R), Failure> {
    let quiet = arguments.printed.quiet;
    let interrupted = watch_for_interrupt()?;
    let create = |target: &Path| {
        let remains = unfinished::remains(target);
        let directory = Directory::create_for(
            target,
            beginning.system.kind(),
            beginning.scenario,
            beginning.period,
            beginning.parameters,
            beginning.options,
            beginning.command,
        )?;
        unfinished::tell_replaced(remains.as_deref(), quiet);
        Ok(directory)
    };
    let name = stem(&arguments.chosen.scenario);
    let mut directory = in_free(arguments.out.as_deref(), &name, &is_taken, &create)?;
    let progress = Progress::new(quiet);
    let result = carry_out(&mut directory, &progress, &interrupted);
    progress.done();
    match result {
        Ok(done) => Ok((directory.commit()?, done)),
        Err(failure) => Err(give_up(directory, failure)),
    }
}

/// Leaves the directory of a run that has no result; the failure with where that is.
fn give_up(directory: Directory, failure: Failure) -> Failure {
    let interrupted = matches!(failure, Failure::Interrupted(_));
    let why = if interrupted {
        Incomplete::Interrupted
    } else {
        Incomplete::Failed
    };
    let left = directory.path().to_owned();
    // The reason for giving up is what matters, also where the disk takes no manifest.
    let _ = directory.give_up(why);
    match failure {
        Failure::Interrupted(_) => Failure::Interrupted(format!(
            "interrupted; what was written is in {} and says that it is not whole",
            left.display()
        )),
        Failure::Message(message) => Failure::Message(format!(
            "{message}\n       what was written is in {} and says that it is not whole",
            left.display()
        )),
        other => other,
    }
}

/// What is run, what must be true of it, and what is told of it.
struct Work<'a> {
    scenario: &'a Loaded<Programme>,
    facts: Option<&'a Facts>,
    testimony: Option<&'a Testimony>,
    options: &'a Options,
}

/// What is told of a run that is done.
struct Done {
    metrics: Metrics,
    findings: Findings,
    /// What is on record and was let go.
    let_go: Vec<String>,
    checks: Vec<FactOutcome>,
    /// The scale for which the facts were written.
    facts_scale: f64,
}

/// Simulates, writes the tables, checks the facts and the testimony, writes the report.
fn carry_out(
    work: &Work<'_>,
    directory: &mut Directory,
    progress: &Progress,
    interrupted: &AtomicBool,
    arguments: &Run,
) -> Result<Done, Failure> {
    let stopped = || Failure::from(RunError::Stopped(hailsham_model::StopReason::Interrupted));
    let finished = simulate(
        &Arc::new(work.scenario.value.clone()),
        work.options,
        Some(&directory.log_file()),
        directory.key_values(),
        &mut |at, horizon| {
            progress.reached(at, horizon);
            !interrupted.load(Ordering::Relaxed)
        },
    )?;
    progress.now("writing tables");
    let metrics = directory.write_results(&finished)?;
    let Finished {
        world, replayed, ..
    } = finished;
    let findings = replayed.findings;
    let let_go = world.let_go().to_vec();
    // The report is made from the files. A large world takes a while to be given back to the system: a
    // thread does it, if there may be one and there is.
    let give_back = move || drop(world);
    match work.options.workers {
        Workers::Inline => give_back(),
        Workers::Background => drop(thread::Builder::new().spawn(give_back)),
    }
    if interrupted.load(Ordering::Relaxed) {
        return Err(stopped());
    }
    // Nothing in a log that breaks rules is to be trusted.
    let checks = if findings.violations == 0 {
        progress.now("checking facts");
        write_findings(work.facts, work.testimony, directory.path())?.facts
    } else {
        Vec::new()
    };
    if interrupted.load(Ordering::Relaxed) {
        return Err(stopped());
    }
    progress.now("writing the report");
    hailsham_report::write(directory.path(), words(arguments.words))?;
    if interrupted.load(Ordering::Relaxed) {
        return Err(stopped());
    }
    Ok(Done {
        metrics,
        findings,
        let_go,
        checks,
        facts_scale: work.facts.map_or(0.0, |facts| facts.scale),
    })
}

/// Refuses the run of another system than the donation programme.
pub(crate) fn of_donation(run: &Path, command: &str) -> Result<(), Failure> {
    let called = run.display().to_string();
    Ok(System::of_run(run).only_donation(&called, command)?)
}

/// A flag that Ctrl-C sets. What is at work looks at it now and then; who asks a second time does not wait for that.
pub(crate) fn watch_for_interrupt() -> Result<Arc<AtomicBool>, Failure> {
    let flag = Arc::new(AtomicBool::new(false));
    let set = Arc::clone(&flag);
    let interrupt = move || {
        let again = set.swap(true, Ordering::Relaxed);
        if again {
            std::process::exit(INTERRUPTED);
        }
    };
    ctrlc::set_handler(interrupt)
        .map_err(|error| Failure::Message(format!("cannot watch for Ctrl-C: {error}")))?;
    Ok(flag)
}

/// Begins something in the directory that was asked for, or else in `runs/NAME-1` or the first number that is free.
/// Another process may have taken that in the same moment: `taken` says whether an error means this, and then the next
/// is tried.
pub(crate) fn in_free<T, E>(
    out: Option<&Path>,
    name: &str,
    taken: &dyn Fn(&E) -> bool,
    begin: &dyn Fn(&Path) -> Result<T, E>,
) -> Result<T, E> {
    if let Some(out) = out {
        return begin(out);
    }
    for target in free(name) {
        match begin(&target) {
            Err(error) if taken(&error) => {}
            begun => return begun,
        }
    }
    begin(&next_free(name))
}

/// What a scenario is called in the name of a directory: as the file or the built-in one that was asked for.
pub(crate) fn stem(scenario: &str) -> String {
    let path = Path::new(scenario);
    path.file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

/// Whether a directory is that of another run, which is done or under way.
fn is_taken(error: &DirectoryError) -> bool {
    matches!(error, DirectoryError::Exists(_) | DirectoryError::InUse(_))
}

/// `runs/NAME-1`, or the first number that is free.
pub(crate) fn next_free(name: &str) -> PathBuf {
    let first = free(name).next();
    first.unwrap_or_else(|| Path::new("runs").join(name))
}

/// Those of `runs/NAME-1`, `-2`, … that are not there.
fn free(name: &str) -> impl Iterator<Item = PathBuf> + use<> {
    let name: String = name
        .chars()
        .map(|letter| {
            if letter.is_alphanumeric() || "-_.".contains(letter) {
                letter
            } else {
                '-'
            }
        })
        .collect();
    (1..=u32::MAX)
        .map(move |number| Path::new("runs").join(format!("{name}-{number}")))
        .filter(|path| path.symlink_metadata().is_err())
}

/// The command that repeats a run.
pub(crate) fn command_of(arguments: &Run) -> String {
    let sets: String = arguments
        .chosen
        .sets
        .iter()
        .flat_map(|set| [" --set ".to_owned(), quoted(set)])
        .collect();
    let Run { seed, scale, .. } = arguments;
    let scenario = quoted(&arguments.chosen.scenario);
    let log = arguments.chosen_log();
    let log = log.map_or_else(String::new, |log| format!(" --log {log}"));
    format!("hailsham run {scenario}{sets} --seed {seed} --scale {scale}{log}")
}

/// As a shell takes it: in single quotes where it has to be.
pub(crate) fn quoted(text: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_./=:,+".contains(letter);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}

/// What the JSON of every run begins with.
pub(crate) fn what_ran(run: &Path, scenario: &str, hash: &str, arguments: &Run) -> Value {
    json!({
        "run": shown(run),
        "report": shown(&run.join("report.html")),
        "scenario": scenario,
        "scenario_hash": hash,
        "seed": arguments.seed,
        "scale": arguments.scale,
    })
}

/// Says what happened and where it is.
fn tell(
    run: &Path,
    scenario: &Loaded<Programme>,
    done: Done,
    arguments: &Run,
) -> Result<(), Failure> {
    let report = run.join("report.html");
    let Done {
        metrics,
        findings,
        let_go,
        checks,
        facts_scale,
    } = done;
    let statuses = checks.iter().map(|outcome| outcome.status);
    if arguments.printed.json {
        let [hold, fail, unknown] = tally(statuses);
        let summary: serde_json::Map<String, Value> = metrics
            .into_iter()
            .map(|(name, value)| (name.to_owned(), json!(value)))
            .collect();
        let mut told = what_ran(run, &scenario.name, &scenario.hash, arguments);
        told["summary"] = json!(summary);
        told["audit"] = json!(findings);
        told["let_go"] = json!(let_go);
        told["facts"] = json!({ "hold": hold, "fail": fail, "unknown": unknown });
        print_json(&told)?;
    } else if !arguments.printed.quiet {
        let value = |name: &str| {
            metrics
                .iter()
                .find(|(metric, _)| *metric == name)
                .and_then(|(_, value)| *value)
        };
        print(&headlines(&value))?;
        if !checks.is_empty() {
            let written_for = if arguments.scale < facts_scale {
                format!(" (written for scale {facts_scale})")
            } else {
                String::new()
            };
            print(&format!("\nfacts: {}{written_for}\n", counts(statuses)))?;
        }
        print(&format!(
            "\n{} records in the log, {} of them against the rules; written to {}\nreport: {}\n",
            grouped(findings.checked as f64, 0),
            findings.violations,
            run.display(),
            report.display()
        ))?;
    }
    if !let_go.is_empty() && !arguments.printed.quiet {
        say(format_args!(
            "note: {} of what is on record was let go, since the rules or the run did not allow it:\n  {}",
            let_go.len(),
            let_go.join("\n  ")
        ));
    }
    if findings.violations > 0 {
        let broken: Vec<String> = findings
            .rules
            .iter()
            .filter(|rule| rule.violations > 0)
            .map(|rule| format!("{} ({}): {}", rule.rule, rule.violations, rule.text))
            .collect();
        return Err(Failure::Check(format!(
            "the log breaks rules: {}",
            broken.join("; ")
        )));
    }
    Ok(())
}

/// The ledger in a few lines, each side by itself.
fn headlines(value: &dyn Fn(&str) -> Option<f64>) -> String {
    let number = |name: &str, digits: usize| {
        value(name).map_or_else(|| "none".to_owned(), |value| grouped(value, digits))
    };
    let rows = [
        (
            "those who give",
            "students made",
            number("students_created", 0),
        ),
        ("", "died of donating", number("completed", 0)),
        (
            "",
            "mean age at that death",
            number("age_completed_mean", 1),
        ),
        (
            "",
            "years of life lost, mean",
            number("years_lost_per_donor", 1),
        ),
        ("those who care", "became carers", number("carers_ever", 0)),
        ("", "years of service, mean", number("tenure_mean", 1)),
        ("", "deaths attended", number("deaths_attended", 0)),
        ("those who receive", "fell ill", number("fell_ill", 0)),
        (
            "",
            "received an organ",
            number("recipients_transplanted", 0),
        ),
        ("", "died waiting", number("deaths_waiting", 0)),
        (
            "",
            "years of life gained, mean",
            number("years_gained_per_recipient", 1),
        ),
    ];
    let rows = rows
        .into_iter()
        .map(|(who, what, value)| vec![who.to_owned(), what.to_owned(), value])
        .collect();
    table(&["the ledger", "", ""], rows)
}

/// A number with its thousands apart.
pub(crate) fn grouped(value: f64, digits: usize) -> String {
    let text = format!("{value:.digits$}");
    let (whole, rest) = text
        .split_once('.')
        .map_or((text.as_str(), ""), |(whole, rest)| (whole, rest));
    let (sign, whole) = whole
        .strip_prefix('-')
        .map_or(("", whole), |whole| ("-", whole));
    let mut out = String::from(sign);
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if !rest.is_empty() {
        out.push('.');
        out.push_str(rest);
    }
    out
}

/// The words of a report: everybody's, where nothing is said.
fn words(asked: Option<Words>) -> hailsham_report::Words {
    asked.unwrap_or(Words::Plain).into()
}

/// Why there is no choice of words.
fn without_words(of: &str) -> String {
    format!(
        "--words is for runs of the donation programme, which has words of its own, and not for {of}"
    )
}

/// `hailsham report`
pub(crate) fn report(arguments: &Report) -> Result<(), Failure> {
    unfinished::refuse_run(&arguments.run)?;
    unfinished::refuse_study(&arguments.run)?;
    let run = arguments.run.as_path();
    let of_donation = !is_study(run) && System::of_run(run) == System::Donation;
    if arguments.words.is_some() && !of_donation {
        return Err(Failure::Message(without_words(&run.display().to_string())));
    }
    let path = if is_study(run) {
        hailsham_report::write_study(run)?
    } else {
        match System::of_run(run) {
            System::Donation => hailsham_report::write(run, words(arguments.words))?,
            System::Exchange => hailsham_report::write_exchange(run)?,
            System::Eurotransplant => hailsham_report::write_allocation(run)?,
        }
    };
    if arguments.printed.json {
        print_json(&json!({ "report": shown(&path) }))
    } else if arguments.printed.quiet {
        Ok(())
    } else {
        print(&format!("report: {}\n", path.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_apart() {
        assert_eq!(grouped(1_234_567.0, 0), "1,234,567");
        assert_eq!(grouped(-1234.56, 1), "-1,234.6");
        assert_eq!(grouped(12.0, 0), "12");
        assert_eq!(grouped(999.96, 1), "1,000.0");
    }

    #[test]
    fn a_command_can_be_typed_again() {
        assert_eq!(quoted("donation.cap=3"), "donation.cap=3");
        assert_eq!(quoted("a b"), "'a b'");
        assert_eq!(quoted("it's"), "'it'\\''s'");
        assert_eq!(quoted(""), "''");
    }
}

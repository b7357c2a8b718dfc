//! `hailsham check`: facts of a scenario or a run, expectations of a scenario.

use std::path::Path;
use std::sync::atomic::Ordering;

use hailsham_scenario::Source;
use hailsham_study::{
    CheckOptions, Expected, FAMILY_LEVEL, FactOutcome, Facts, How, LoadError, Outcome, Scenario,
    Status, System, all_built_in, check as test, check_facts, evaluate, is_expectation, is_run,
    meant,
};
use serde::Serialize;

use crate::arguments::{Check, CheckKind};
use crate::error::Failure;
use crate::progress::Progress;
use crate::run::watch_for_interrupt;
use crate::study::NO_SPREAD;
use crate::table::{print, print_json, table};
use crate::unfinished;

/// Where expectations are tested.
const OF_SCENARIOS: &str = "expectations are tested over runs of their own: give a scenario";

/// The first seed where none is given.
const FIRST_SEED: u64 = 1;

/// One thing that was checked.
#[derive(Serialize)]
#[serde(untagged)]
enum Checked {
    Fact(Box<FactOutcome>),
    Expectation(Box<Outcome>),
}

impl Checked {
    fn id(&self) -> &str {
        match self {
            Checked::Fact(outcome) => &outcome.id,
            Checked::Expectation(outcome) => &outcome.id,
        }
    }

    fn status(&self) -> Status {
        match self {
            Checked::Fact(outcome) => outcome.status,
            Checked::Expectation(outcome) => outcome.status,
        }
    }
}

/// `hailsham check`
pub(crate) fn check(arguments: &Check) -> Result<(), Failure> {
    let name = arguments.scenario.as_str();
    let directory = Path::new(name);
    let (checked, system) = if !directory.is_dir()
        || all_built_in().iter().any(|known| known.name == name)
    {
        let source = Source::from_argument(name);
        (of_scenario(&source, arguments)?, System::of(&source))
    } else if is_run(directory) {
        (of_run(directory, arguments)?, System::Donation)
    } else {
        return Err(Failure::Message(format!(
            "`{name}` is a directory and no run: it holds no manifest.json; give a scenario or the \
             directory of a run"
        )));
    };
    if arguments.printed.json {
        print_json(&checked)?;
    } else if !arguments.printed.quiet {
        print(&told(&checked, system))?;
    }
    failure(&checked)
}

/// The facts of a run.
fn of_run(run: &Path, arguments: &Check) -> Result<Vec<Checked>, Failure> {
    unfinished::refuse_run(run)?;
    if let Some(why) = System::of_run(run).without_facts() {
        return Err(Failure::Message(format!("{why}; {OF_SCENARIOS}")));
    }
    if arguments.kind == Some(CheckKind::Expectations) {
        return Err(Failure::Message(OF_SCENARIOS.to_owned()));
    }
    let numbers = [arguments.replicates.is_some(), arguments.seed.is_some()];
    if !arguments.sets.is_empty() || arguments.scale.is_some() || numbers.contains(&true) {
        return Err(Failure::Message(
            "a run is as it is: --set, --seed, --scale and --replicates belong to the check of a scenario"
                .to_owned(),
        ));
    }
    let Some(facts) = Facts::of_run(run, arguments.facts.as_deref())? else {
        return Err(Failure::Message(format!(
            "the run in {} has no facts; give a file of them with --facts",
            run.display()
        )));
    };
    let ids: Vec<&str> = facts.ids().collect();
    let ids = meant(&ids, &arguments.only, "fact of the run").map_err(|unknown| {
        let mut only = arguments.only.iter();
        Failure::Message(match only.find(|id| is_expectation(id)) {
            Some(id) => format!(
                "{id} is an expectation, and no fact of the run: {OF_SCENARIOS}, as in \
                 `hailsham check SCENARIO --only {id}`"
            ),
            None => unknown,
        })
    })?;
    let outcomes = evaluate(&facts, &ids, run)?;
    Ok(outcomes.into_iter().map(fact).collect())
}

fn fact(outcome: FactOutcome) -> Checked {
    Checked::Fact(Box::new(outcome))
}

/// The facts of a scenario over a few runs, and its expectations over many.
fn of_scenario(source: &Source, arguments: &Check) -> Result<Vec<Checked>, Failure> {
    let scenario = Scenario::load(source, &arguments.sets)?;
    if arguments.kind == Some(CheckKind::Expectations) && arguments.facts.is_some() {
        return Err(Failure::Message(
            "--kind expectations leaves facts out, and so the file of --facts: leave out one of them".to_owned(),
        ));
    }
    let asked = arguments.kind == Some(CheckKind::Facts) || arguments.facts.is_some();
    if let (Some(why), true) = (scenario.system().without_facts(), asked) {
        return Err(Failure::Message(why));
    }
    let facts = match (&scenario, arguments.kind) {
        (Scenario::Donation(loaded), None | Some(CheckKind::Facts)) => {
            let facts = Facts::load(loaded, source, arguments.facts.as_deref())?;
            facts.map(|facts| (facts, loaded))
        }
        _ => None,
    };
    let expected = match arguments.kind {
        Some(CheckKind::Facts) if facts.is_some() => None,
        Some(CheckKind::Facts) => {
            return Err(Failure::Message(format!(
                "there are no facts of `{}`; give a file of them with --facts",
                scenario.name()
            )));
        }
        _ => match Expected::load(source, &arguments.sets) {
            Err(LoadError::None { .. }) if facts.is_some() => None,
            result => Some(result?),
        },
    };
    let of_facts: Vec<&str> = facts.iter().flat_map(|(facts, _)| facts.ids()).collect();
    let of_expectations: Vec<&str> = expected
        .iter()
        .flat_map(|expected| expected.expectations.keys().map(String::as_str))
        .collect();
    let all = [of_facts.as_slice(), of_expectations.as_slice()].concat();
    let chosen = meant(&all, &arguments.only, "fact and no expectation");
    let chosen = chosen.map_err(|unknown| {
        Failure::Message(left_out(&scenario, source, arguments).unwrap_or(unknown))
    })?;
    let among = |ids: &[&str]| -> Vec<&str> {
        let chosen = chosen.iter().copied();
        chosen.filter(|id| ids.contains(id)).collect()
    };
    let options = CheckOptions {
        seed: arguments.seed.unwrap_or(FIRST_SEED),
        replicates: arguments.replicates,
        scale: arguments.scale,
        threads: arguments.threads.or_processors(),
    };
    let interrupted = watch_for_interrupt()?;
    let progress = Progress::of_runs(arguments.printed.quiet);
    let watch = |done: usize, of: usize| {
        progress.runs(done, of);
        !interrupted.load(Ordering::Relaxed)
    };
    let checked = || -> Result<Vec<Checked>, Failure> {
        let mut checked = Vec::new();
        if let Some((facts, scenario)) = &facts {
            let outcomes = check_facts(facts, &among(&of_facts), scenario, &options, &watch)?;
            checked.extend(outcomes.into_iter().map(fact));
        }
        if let Some(expected) = &expected {
            let outcomes = test(expected, &among(&of_expectations), &options, &watch)?;
            let outcomes = outcomes.into_iter().map(Box::new);
            checked.extend(outcomes.map(Checked::Expectation));
        }
        Ok(checked)
    };
    let checked = checked();
    progress.done();
    checked
}

/// What to say of an id that there is, and that `--kind` leaves out.
fn left_out(scenario: &Scenario, source: &Source, arguments: &Check) -> Option<String> {
    let is_one = |ids: &[&str], id: &String| meant(ids, std::slice::from_ref(id), "").is_ok();
    let mut only = arguments.only.iter();
    match (arguments.kind?, scenario) {
        (CheckKind::Facts, _) => {
            let expected = Expected::load(source, &arguments.sets).ok()?;
            let ids: Vec<&str> = expected.expectations.keys().map(String::as_str).collect();
            let id = only.find(|id| is_one(&ids, id))?;
            Some(format!(
                "{id} is an expectation, and --kind facts leaves those out"
            ))
        }
        (CheckKind::Expectations, Scenario::Donation(loaded)) => {
            let facts = Facts::load(loaded, source, None).ok()??;
            let ids: Vec<&str> = facts.ids().collect();
            let id = only.find(|id| is_one(&ids, id))?;
            Some(format!(
                "{id} is a fact, and --kind expectations leaves those out"
            ))
        }
        (CheckKind::Expectations, _) => None,
    }
}

/// The failure of a check in which something failed.
fn failure(checked: &[Checked]) -> Result<(), Failure> {
    let failed: Vec<&str> = checked
        .iter()
        .filter(|checked| checked.status() == Status::Fails)
        .map(Checked::id)
        .collect();
    if failed.is_empty() {
        return Ok(());
    }
    Err(Failure::Check(format!(
        "not as expected: {}",
        failed.join(", ")
    )))
}

/// A table, a line that sums it up, and what was not asked.
fn told(checked: &[Checked], system: System) -> String {
    let (facts, expectations): (Vec<&Checked>, Vec<&Checked>) = checked
        .iter()
        .partition(|checked| matches!(checked, Checked::Fact(_)));
    let sums: Vec<String> = [("facts", &facts), ("expectations", &expectations)]
        .into_iter()
        .filter(|(_, checked)| !checked.is_empty())
        .map(|(name, checked)| {
            let statuses = checked.iter().map(|checked| checked.status());
            format!("{name}: {}", counts(statuses))
        })
        .collect();
    let chance = if expectations.is_empty() {
        String::new()
    } else {
        format!(
            "The chance that any expectation is told wrongly to hold is at most {} %.\n",
            FAMILY_LEVEL * 100.0
        )
    };
    let no_facts = system.without_facts();
    let no_facts = no_facts.map_or_else(String::new, |why| format!("Facts do not apply: {why}.\n"));
    format!(
        "{}\n{}\n{chance}{no_facts}",
        table(
            &["id", "", "kind", "what", "value, or effect (95 %)", "runs"],
            checked.iter().map(row).collect()
        ),
        sums.join("; "),
    )
}

/// How many hold, fail, are unknown.
pub(crate) fn tally(statuses: impl Iterator<Item = Status>) -> [usize; 3] {
    let mut counts = [0; 3];
    for status in statuses {
        let place = match status {
            Status::Holds => 0,
            Status::Fails => 1,
            Status::Unknown => 2,
        };
        counts[place] += 1;
    }
    counts
}

/// The same in words: `3 hold, 1 fail, 0 unknown`.
pub(crate) fn counts(statuses: impl Iterator<Item = Status>) -> String {
    let [hold, fail, unknown] = tally(statuses);
    format!("{hold} hold, {fail} fail, {unknown} unknown")
}

fn row(checked: &Checked) -> Vec<String> {
    let status = match checked.status() {
        Status::Holds => "holds",
        Status::Fails => "FAILS",
        Status::Unknown => "unknown",
    };
    let (kind, what, value, runs) = match checked {
        Checked::Fact(outcome) => of_fact(outcome),
        Checked::Expectation(outcome) => of_expectation(outcome),
    };
    vec![
        checked.id().to_owned(),
        status.to_owned(),
        kind.to_owned(),
        what,
        value,
        runs,
    ]
}

/// Kind, text, value and runs.
type Cells = (&'static str, String, String, String);

fn of_fact(outcome: &FactOutcome) -> Cells {
    let how = match outcome.how {
        How::Pinned => "pinned",
        How::Given => "given",
        How::Produced => "produced",
        How::Account => "account",
    };
    let detail = match outcome.status {
        Status::Holds => String::new(),
        _ => format!("; {}", outcome.detail),
    };
    (
        "fact",
        format!("{} ({how}; {}{detail})", outcome.text, outcome.source),
        outcome.value.clone().unwrap_or_default(),
        format!("{} of {}", outcome.seeds.holds, outcome.seeds.of),
    )
}

fn of_expectation(outcome: &Outcome) -> Cells {
    let effect = match (outcome.effect, outcome.ci_low, outcome.ci_high) {
        (Some(effect), Some(low), Some(high)) => format!(
            "{} ({} to {})",
            rounded(effect),
            rounded(low),
            rounded(high)
        ),
        (Some(effect), _, _) => format!("{} ({NO_SPREAD})", rounded(effect)),
        _ => outcome.detail.clone(),
    };
    let text = match outcome.status {
        Status::Holds => format!("{} ({})", outcome.text, outcome.expected),
        _ => format!(
            "{} ({}; {})",
            outcome.text, outcome.expected, outcome.detail
        ),
    };
    ("expectation", text, effect, outcome.replicates.to_string())
}

/// Three significant digits, and all before the point.
pub(crate) fn rounded(number: f64) -> String {
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

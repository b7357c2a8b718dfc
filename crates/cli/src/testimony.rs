//! `hailsham testimony`: rival accounts side by side, each set against the log of a run.

use std::path::Path;

use hailsham_scenario::Source;
use hailsham_study::{
    Disagreement, Field, PersonClaim, Scenario, Shown, Standing, SubjectOutcome, Testimony,
    VersionOutcome, Weighed, all_built_in, is_run, weigh,
};
use serde_json::json;

use crate::arguments::{TESTIMONY_SCALE, Testimony as Arguments};
use crate::error::Failure;
use crate::passing;
use crate::progress::Progress;
use crate::run::of_donation;
use crate::table::{folded, print, print_json, table, width};
use crate::unfinished;

/// `hailsham testimony`
pub(crate) fn testimony(arguments: &Arguments) -> Result<(), Failure> {
    let (place, subject) = meant(arguments);
    if arguments.all && subject.is_some() {
        return Err(Failure::Message(
            "--all lists every subject: leave out it or the subject".to_owned(),
        ));
    }
    let found = match place {
        Some(directory) if Path::new(directory).is_dir() && !is_built_in(directory) => {
            of_run(Path::new(directory), subject, arguments)?
        }
        scenario => of_scenario(scenario.unwrap_or("hailsham"), subject, arguments)?,
    };
    if arguments.printed.json {
        return print_json(&json!({
            "witnesses": found.witnesses,
            "subjects": found.subjects,
        }));
    }
    if subject.is_some() {
        let told: Vec<String> = found.subjects.iter().map(told).collect();
        print(&told.join("\n"))
    } else {
        print(&listed(&found.subjects))
    }
}

/// What is asked, and of what: a single argument that is neither a directory nor a scenario is a
/// subject.
fn meant(arguments: &Arguments) -> (Option<&str>, Option<&str>) {
    let (first, second) = (arguments.run.as_deref(), arguments.subject.as_deref());
    match (first, second) {
        (Some(only), None) if !is_place(only) => (None, Some(only)),
        other => other,
    }
}

fn is_built_in(name: &str) -> bool {
    all_built_in().iter().any(|known| known.name == name)
}

fn is_place(name: &str) -> bool {
    Path::new(name).is_dir() || Source::is_path(name) || is_built_in(name)
}

/// Some of the subjects, or all.
fn of_run(run: &Path, subject: Option<&str>, arguments: &Arguments) -> Result<Weighed, Failure> {
    if !is_run(run) {
        return Err(Failure::Message(format!(
            "{} is a directory and no run: it holds no manifest.json",
            run.display()
        )));
    }
    unfinished::refuse_run(run)?;
    of_donation(run, "testimony")?;
    passing::refuse_of_run(&arguments.made)?;
    // What came out when the run was made is there to be read.
    if arguments.claims.is_none()
        && let Some(weighed) = Weighed::of_run(run)?
    {
        let subjects = match subject {
            Some(subject) => {
                let found = weighed.find(subject).map_err(Failure::Message)?;
                found.into_iter().cloned().collect()
            }
            None => weighed.subjects,
        };
        return Ok(Weighed {
            subjects,
            witnesses: weighed.witnesses,
        });
    }
    let testimony = Testimony::of_run(run, arguments.claims.as_deref())?;
    let Some(testimony) = testimony else {
        return Err(none(&format!("the run in {}", run.display())));
    };
    Ok(weigh(&testimony, &keys(&testimony, subject)?, run)?)
}

/// The same of a scenario, which is run for it.
fn of_scenario(
    name: &str,
    subject: Option<&str>,
    arguments: &Arguments,
) -> Result<Weighed, Failure> {
    let source = Source::from_argument(name);
    let scenario = Scenario::load_donation(&source, &arguments.made.sets, "testimony")?;
    let testimony = Testimony::load(&scenario, &source, arguments.claims.as_deref())?;
    let Some(testimony) = testimony else {
        return Err(none(&format!("the scenario `{}`", scenario.name)));
    };
    // A wrong name is told before the run, and not after it.
    let keys = keys(&testimony, subject)?;
    let progress = Progress::new(arguments.printed.quiet);
    let made = passing::make(&scenario, &arguments.made, TESTIMONY_SCALE, &progress)?;
    progress.now("reading the log");
    let weighed = weigh(&testimony, &keys, made.path());
    progress.done();
    Ok(weighed?)
}

fn keys<'a>(testimony: &'a Testimony, subject: Option<&str>) -> Result<Vec<&'a str>, Failure> {
    match subject {
        Some(subject) => testimony.find(subject).map_err(Failure::Message),
        None => Ok(testimony.keys().collect()),
    }
}

fn none(what: &str) -> Failure {
    Failure::Message(format!(
        "there is no testimony of {what}; give a file of it with --claims"
    ))
}

/// All subjects in a table, and a line that sums them up.
fn listed(subjects: &[SubjectOutcome]) -> String {
    let mut sums = [0; 3];
    let rows = subjects.iter().map(|subject| {
        let tally = subject.tally();
        for (sum, count) in sums.iter_mut().zip(tally) {
            *sum += count;
        }
        let count = |number: usize| match number {
            0 => String::new(),
            number => number.to_string(),
        };
        let mut row = vec![
            subject.id.clone(),
            subject.key.clone(),
            subject.text.clone(),
            subject.versions.len().to_string(),
        ];
        row.extend(tally.map(count));
        row
    });
    let rows = rows.collect();
    let head = [
        "id",
        "subject",
        "what is disagreed on",
        "versions",
        "agree",
        "differ",
        "unknown",
    ];
    let [agree, differ, unknown] = sums;
    let sum = format!(
        "{} subjects, {} versions: {agree} agree with the log, {differ} differ from it, {unknown} cannot be known\n",
        subjects.len(),
        agree + differ + unknown,
    );
    format!("{}\n{}", table(&head, rows), folded(&sum, width()))
}

/// A subject with its versions side by side.
fn told(subject: &SubjectOutcome) -> String {
    let names: Vec<&str> = [subject.id.as_str(), &subject.key, &subject.subject]
        .into_iter()
        .filter(|name| !name.is_empty())
        .collect();
    let kinds: Vec<&str> = subject
        .kind
        .iter()
        .map(|kind| Disagreement::words(*kind))
        .collect();
    let heading = format!(
        "{}\n{}\n({})\n\n",
        names.join("  "),
        subject.text,
        kinds.join("; ")
    );
    let mut out = folded(&heading, width());
    let mut notes: Vec<&str> = Vec::new();
    let versions = subject.versions.iter().map(|version| {
        vec![
            version.version.replace('_', " "),
            version.text.clone(),
            cited(version),
            stands(version, &mut notes),
        ]
    });
    let versions = versions.collect();
    out += &table(
        &["version", "what is told", "by", "against the log"],
        versions,
    );
    if !subject.people.is_empty() {
        let people = subject.people.iter().map(|claim| person(claim, &mut notes));
        let people = people.collect();
        out += "\n";
        out += &table(
            &[
                "people in the run",
                "what is told",
                "how surely",
                "against the log",
            ],
            people,
        );
    }
    if !notes.is_empty() {
        let notes = notes.iter().enumerate();
        let notes = notes.map(|(at, note)| vec![format!("({})", at + 1), (*note).to_owned()]);
        out += "\n";
        out += &table(&["", "why it cannot be known"], notes.collect());
    }
    if !subject.says.is_empty() {
        let says = subject.says.iter().map(|said| {
            let value = said.value.clone();
            vec![
                said.what.clone(),
                value.unwrap_or_else(|| "nothing".to_owned()),
            ]
        });
        out += "\n";
        out += &table(&["what the log says", ""], says.collect());
    }
    if !subject.about.is_empty() {
        out += "\n";
        out += &table(&["on", "what happened", "who", "where"], events(subject));
    }
    out
}

/// Who tells a version, and in which lines.
fn cited(version: &VersionOutcome) -> String {
    let each = version.witnesses.iter().map(|cited| {
        let (witness, name, lines) = (&cited.witness, &cited.name, &cited.lines);
        format!("{witness} {name} ({lines})")
    });
    each.collect::<Vec<_>>().join("\n")
}

fn words(fields: &[Field]) -> String {
    let words: Vec<&str> = fields.iter().map(|field| field.word()).collect();
    words.join(", ")
}

/// How a version stands; a reason goes to the notes.
fn stands<'a>(version: &'a VersionOutcome, notes: &mut Vec<&'a str>) -> String {
    let silent = match version.silent.as_slice() {
        [] => String::new(),
        silent => format!("\nnot in the log: {}", words(silent)),
    };
    format!("{}{silent}", verdict(&version.standing, notes))
}

fn verdict<'a>(standing: &'a Standing, notes: &mut Vec<&'a str>) -> String {
    match standing {
        Standing::Agrees => "agrees".to_owned(),
        Standing::Differs { fields } => format!("differs: {}", words(fields)),
        Standing::CannotBeKnown { why } => {
            let known = notes.iter().position(|note| note == why);
            let number = known.unwrap_or(notes.len()) + 1;
            if known.is_none() {
                notes.push(why);
            }
            format!("cannot be known ({number})")
        }
    }
}

/// The first events that a subject is about, and how many more there are.
fn events(subject: &SubjectOutcome) -> Vec<Vec<String>> {
    const MOST: usize = 12;
    let cell = |cell: &Option<String>| cell.clone().unwrap_or_default();
    let row = |row: &Shown| {
        let time = cell(&row.time);
        let day = time.split(' ').next().unwrap_or(&time).to_owned();
        let people: Vec<String> = [&row.who, &row.whom]
            .into_iter()
            .flatten()
            .cloned()
            .collect();
        let what = match &row.topic {
            // What an act is, its topic says.
            Some(topic) if row.what == "act" => topic.clone(),
            Some(topic) => format!("{}: {topic}", row.what),
            None => row.what.clone(),
        };
        let what = what.replace('_', " ");
        let pinned = if row.pinned { " (on record)" } else { "" };
        vec![
            day,
            format!("{what}{pinned}"),
            people.join(", "),
            cell(&row.place),
        ]
    };
    let mut rows: Vec<Vec<String>> = subject.about.iter().take(MOST).map(row).collect();
    let more = subject.events.saturating_sub(rows.len() as u64);
    if more > 0 {
        rows.push(vec![
            String::new(),
            format!("and {more} more"),
            String::new(),
            String::new(),
        ]);
    }
    rows
}

fn person<'a>(claim: &'a PersonClaim, notes: &mut Vec<&'a str>) -> Vec<String> {
    let values: Vec<String> = claim
        .values
        .iter()
        .map(|(field, value)| format!("{}: {value}", field.word()))
        .collect();
    vec![
        format!("{}, {}", claim.teller, claim.told_at),
        values.join("\n"),
        format!("{:.0} %", claim.certainty * 100.0),
        verdict(&claim.verdict, notes),
    ]
}

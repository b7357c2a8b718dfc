//! The commands that list something: scenarios, parameters, levers, events, metrics, words.

use hailsham_model::event::Event;
use hailsham_report::lexicon::Lexicon;
use hailsham_scenario::{ParameterInfo, Source};
use hailsham_study::{Scenario, all_built_in};
use serde_json::json;

use crate::arguments::{Listing, Metrics, Params};
use crate::error::Failure;
use crate::table::{markdown, print, print_json, table};

/// Prints rows the way that was asked for.
fn show(
    listing: &Listing,
    head: &[&str],
    rows: Vec<Vec<String>>,
    as_json: impl FnOnce() -> serde_json::Value,
) -> Result<(), Failure> {
    if listing.json {
        print_json(&as_json())
    } else if listing.markdown {
        print(&markdown(head, &rows))
    } else {
        print(&table(head, rows))
    }
}

/// `hailsham scenarios`
pub(crate) fn scenarios(listing: &Listing) -> Result<(), Failure> {
    let scenarios = all_built_in();
    let rows = scenarios
        .iter()
        .map(|scenario| vec![scenario.name.to_owned(), scenario.summary.to_owned()])
        .collect();
    show(listing, &["scenario", "what it is"], rows, || {
        scenarios
            .iter()
            .map(|scenario| json!({"name": scenario.name, "summary": scenario.summary}))
            .collect()
    })
}

/// `hailsham params`
pub(crate) fn params(options: &Params) -> Result<(), Failure> {
    let source = Source::from_argument(&options.chosen.scenario);
    let scenario = Scenario::load(&source, &options.chosen.sets)?;
    if options.schema {
        return print_json(&scenario.system().schema());
    }
    let all = scenario.parameters();
    let only = options.only.as_deref().unwrap_or("");
    let parameters: Vec<ParameterInfo> = all
        .into_iter()
        .filter(|parameter| parameter.path.contains(only))
        .collect();
    if parameters.is_empty() {
        return Err(Failure::Message(format!(
            "no parameter's path contains `{only}`"
        )));
    }
    let rows = parameters.iter().map(row).collect();
    show(
        &options.listing,
        &["parameter", "value", "range", "what it is"],
        rows,
        || json!(parameters),
    )
}

fn row(parameter: &ParameterInfo) -> Vec<String> {
    let range = allowed(parameter.range, &parameter.allowed);
    let value = match &parameter.value {
        serde_json::Value::String(text) => text.clone(),
        value => value.to_string(),
    };
    let lever = parameter
        .lever
        .as_ref()
        .map(|lever| format!(" [{lever}]"))
        .unwrap_or_default();
    let source = match parameter.source.trim_end_matches('.') {
        "" => String::new(),
        source => format!(" Source: {source}."),
    };
    vec![
        parameter.path.clone(),
        format!("{} {}", shortened(&value), parameter.unit)
            .trim_end()
            .to_owned(),
        range,
        format!("{}{lever}{source}", parameter.text),
    ]
}

/// What a parameter may be: its bounds, or the values of a choice; of others nothing is said.
fn allowed(range: Option<[f64; 2]>, values: &[String]) -> String {
    range.map_or_else(|| values.join(", "), bounds)
}

/// Least and greatest value; an open end is left empty.
fn bounds([low, high]: [f64; 2]) -> String {
    let end = |bound: f64| {
        if bound.is_finite() {
            bound.to_string()
        } else {
            String::new()
        }
    };
    format!("{}..{}", end(low), end(high))
}

/// Long lists are cut in a table for people; `--json` has them whole.
fn shortened(value: &str) -> String {
    const LONGEST: usize = 60;
    if value.chars().count() <= LONGEST {
        return value.to_owned();
    }
    let start: String = value.chars().take(LONGEST).collect();
    format!("{start}...")
}

/// `hailsham levers`
pub(crate) fn levers(listing: &Listing) -> Result<(), Failure> {
    let levers = hailsham_study::levers::levers()?;
    let rows = levers
        .iter()
        .map(|lever| {
            let pulls: Vec<String> = lever
                .parameters
                .iter()
                .map(|parameter| {
                    let allowed = allowed(parameter.range, &parameter.allowed);
                    let allowed = if allowed.is_empty() {
                        &parameter.kind
                    } else {
                        &allowed
                    };
                    format!("{} ({allowed})", parameter.path)
                })
                .collect();
            let pulls = if pulls.is_empty() {
                lever.status.to_owned()
            } else {
                pulls.join(", ")
            };
            vec![lever.id.clone(), lever.text.clone(), pulls]
        })
        .collect();
    show(listing, &["lever", "what if", "parameters"], rows, || {
        json!(levers)
    })
}

/// `hailsham events`
pub(crate) fn events(listing: &Listing) -> Result<(), Failure> {
    let rows = Event::INFO
        .iter()
        .map(|info| {
            let columns: Vec<String> = info
                .columns
                .iter()
                .map(|filled| format!("{}: {}", filled.column, filled.meaning))
                .collect();
            vec![
                info.event.to_owned(),
                info.text.to_owned(),
                columns.join("; "),
            ]
        })
        .collect();
    show(
        listing,
        &["event", "what happened", "columns filled"],
        rows,
        || json!(Event::INFO),
    )
}

/// `hailsham metrics`
pub(crate) fn metrics(options: &Metrics) -> Result<(), Failure> {
    let listing = &options.listing;
    // A scenario that cannot be read is of no system, and has no metrics.
    let scenario = Scenario::load(&Source::from_argument(&options.scenario), &[])?;
    let metrics = scenario.system().metrics();
    let rows = metrics
        .iter()
        .map(|metric| {
            vec![
                metric.name.to_owned(),
                metric.unit.to_owned(),
                metric.text.to_owned(),
            ]
        })
        .collect();
    show(listing, &["metric", "unit", "what it is"], rows, || {
        json!(metrics)
    })
}

/// `hailsham glossary`
pub(crate) fn glossary(listing: &Listing) -> Result<(), Failure> {
    let lexicon = Lexicon::built_in().map_err(|error| Failure::Message(error.to_string()))?;
    let rows = lexicon
        .words
        .iter()
        .map(|word| {
            let class: Vec<String> = word
                .class
                .iter()
                .map(|class| format!("{class:?}").to_lowercase())
                .collect();
            vec![
                word.id.clone(),
                word.term.clone(),
                class.join(", "),
                word.plain.clone(),
            ]
        })
        .collect();
    show(
        listing,
        &["id", "word", "kind", "what it means"],
        rows,
        || json!(lexicon.words),
    )
}

//! What the run rests on: parameters changed from the default, and every parameter with its source.

use serde::Serialize;
use serde_json::Value;

use crate::input::{Change, Parameter, Run};

/// The scenario's parameters, as they are shown.
#[derive(Serialize)]
pub(crate) struct Assumptions<'a> {
    changed: Vec<ShownChange<'a>>,
    total: usize,
    assumed: usize,
    groups: Vec<Group<'a>>,
}

#[derive(Serialize)]
struct ShownChange<'a> {
    change: &'a Change,
    from: String,
    to: String,
}

/// The parameters of one section of the scenario.
#[derive(Serialize)]
struct Group<'a> {
    name: &'a str,
    assumed: usize,
    parameters: Vec<Shown<'a>>,
}

#[derive(Serialize)]
struct Shown<'a> {
    path: &'a str,
    value: String,
    unit: &'a str,
    range: String,
    assumed: bool,
    source: &'a str,
    text: &'a str,
}

/// Groups them by the first part of the path, in the order of the file.
pub(crate) fn of(run: &Run) -> Assumptions<'_> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for parameter in &run.parameters {
        let name = parameter.path.split('.').next().unwrap_or(&parameter.path);
        let at = groups.iter().position(|group| group.name == name).unwrap_or_else(|| {
            groups.push(Group { name, assumed: 0, parameters: Vec::new() });
            groups.len() - 1
        });
        groups[at].assumed += usize::from(parameter.assumed());
        groups[at].parameters.push(shown(parameter));
    }
    Assumptions {
        changed: run
            .manifest
            .changed
            .iter()
            .map(|change| ShownChange {
                change,
                from: value_text(&change.from),
                to: value_text(&change.to),
            })
            .collect(),
        total: run.parameters.len(),
        assumed: run.parameters.iter().filter(|parameter| parameter.assumed()).count(),
        groups,
    }
}

fn shown(parameter: &Parameter) -> Shown<'_> {
    Shown {
        path: &parameter.path,
        value: value_text(&parameter.value),
        unit: parameter.unit.as_deref().unwrap_or(""),
        range: value_text(&parameter.range),
        assumed: parameter.assumed(),
        source: parameter.source.as_deref().unwrap_or("assumed"),
        text: &parameter.text,
    }
}

/// A value as a person reads it: text without quotes, long lists cut.
fn value_text(value: &Value) -> String {
    const LONGEST: usize = 60;
    let text = match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string().replace(',', ", "),
    };
    if text.chars().count() <= LONGEST {
        return text;
    }
    text.chars().take(LONGEST - 1).chain(['…']).collect()
}

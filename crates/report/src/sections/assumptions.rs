//! What the run rests on: parameters changed from the default, and every parameter with its source.

use serde::Serialize;
use serde_json::Value;

use crate::input::{Change, Parameter};

/// The scenario's parameters, as they are shown.
#[derive(Serialize)]
pub(crate) struct Assumptions<'a> {
    /// What a file or the command line changed.
    changed: Vec<ShownChange<'a>>,
    /// What the built-in scenario itself sets.
    built_in: Vec<ShownChange<'a>>,
    total: usize,
    /// Parameters that are assumed, wholly or in part.
    assumed: usize,
    /// Parameters that say no source: names, numbers of places.
    unsourced: usize,
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
pub(crate) fn of<'a>(parameters: &'a [Parameter], changed: &'a [Change]) -> Assumptions<'a> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for parameter in parameters {
        let name = parameter.path.split('.').next().unwrap_or(&parameter.path);
        let at = groups
            .iter()
            .position(|group| group.name == name)
            .unwrap_or_else(|| {
                groups.push(Group {
                    name,
                    assumed: 0,
                    parameters: Vec::new(),
                });
                groups.len() - 1
            });
        groups[at].assumed += usize::from(parameter.assumed());
        groups[at].parameters.push(shown(parameter));
    }
    let changes = |built_in: bool| -> Vec<ShownChange<'_>> {
        let changes = changed.iter();
        changes
            .filter(|change| change.built_in() == built_in)
            .map(shown_change)
            .collect()
    };
    Assumptions {
        changed: changes(false),
        built_in: changes(true),
        unsourced: parameters.iter().filter(|p| p.source().is_empty()).count(),
        total: parameters.len(),
        assumed: parameters
            .iter()
            .filter(|parameter| parameter.assumed())
            .count(),
        groups,
    }
}

fn shown_change(change: &Change) -> ShownChange<'_> {
    ShownChange {
        change,
        from: value_text(&change.from),
        to: value_text(&change.to),
    }
}

fn shown(parameter: &Parameter) -> Shown<'_> {
    Shown {
        path: &parameter.path,
        value: value_text(&parameter.value),
        unit: parameter.unit.as_deref().unwrap_or(""),
        range: allowed(parameter),
        assumed: parameter.assumed(),
        source: parameter.source(),
        text: &parameter.text,
    }
}

/// What values are allowed: a range, open or closed, or words.
fn allowed(parameter: &Parameter) -> String {
    let number = |number: f64| value_text(&Value::from(number));
    match parameter.range {
        Some([Some(least), Some(greatest)]) => format!("{} to {}", number(least), number(greatest)),
        Some([Some(least), None]) => format!("{} or more", number(least)),
        Some([None, Some(greatest)]) => format!("{} or less", number(greatest)),
        _ => parameter.allowed.join(", "),
    }
}

/// A value as a person reads it: text without quotes, long lists cut.
fn value_text(value: &Value) -> String {
    const LONGEST: usize = 60;
    let text = match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        // 4.0 is 4 in a table.
        Value::Number(number) => number
            .as_f64()
            .map_or_else(String::new, |number| number.to_string()),
        other => other.to_string().replace(',', ", "),
    };
    if text.chars().count() <= LONGEST {
        return text;
    }
    text.chars().take(LONGEST - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_and_ranges_as_a_person_reads_them() {
        let found = [
            json!(4.0),
            json!(0.25),
            json!("none"),
            json!([1, 2]),
            json!(null),
        ];
        assert_eq!(
            found.each_ref().map(value_text),
            ["4", "0.25", "none", "[1, 2]", ""]
        );
        assert_eq!(value_text(&json!("x".repeat(99))).chars().count(), 60);
        let of = |range: Value| {
            let parameter = json!({ "path": "a.b", "range": range, "allowed": ["yes", "no"] });
            serde_json::from_value(parameter).map(|parameter: Parameter| allowed(&parameter))
        };
        assert!(matches!(of(json!([0, 1])).as_deref(), Ok("0 to 1")));
        assert!(matches!(of(json!([0, null])).as_deref(), Ok("0 or more")));
        assert!(matches!(of(json!(null)).as_deref(), Ok("yes, no")));
    }
}

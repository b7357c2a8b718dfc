//! The list of parameters, and the JSON Schema for editors.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::{Map, Value as Json, json};

use crate::Parameters;
use crate::check::REMOVE;
use crate::shape::{Field, Kind, Shape, join};
use crate::unit::that_fit;

/// One parameter, as `params` prints it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ParameterInfo {
    /// Where it stands: `donation.cap`. In a keyed table, `institutions.<name>.beds` stands for
    /// every record when no scenario is given; in a list of records, `cast.<number>.name` for every
    /// element.
    pub path: String,
    /// `number`, `integer`, `text`, `boolean`, `choice`, or a list or table of these; ` or none`
    /// when it may be off.
    #[serde(rename = "type")]
    pub kind: String,
    /// The unit of its values; empty for a plain number or word.
    pub unit: String,
    /// The value it has when nothing sets it; null when it must be given, or is off.
    pub default: Json,
    /// The value in the scenario that was asked about; null when none was.
    pub value: Json,
    /// Least and greatest value (of a list: of each element), both allowed unless `text` says
    /// otherwise; an open end is infinite (null in JSON).
    pub range: Option<[f64; 2]>,
    /// The words that a choice allows; empty for other types.
    pub allowed: Vec<String>,
    /// Where the default comes from: a citation, or `assumed`.
    pub source: String,
    /// The lever that it is, for those that policies turn.
    pub lever: Option<String>,
    /// What it is, in a line.
    pub text: String,
}

/// Every parameter of `T` in the order of declaration, with its values in `loaded`.
///
/// With a scenario the records of keyed tables are listed by name; without one, or where there are
/// none, a row `institutions.<name>.beds` describes each field once.
pub fn describe<T: Parameters>(loaded: Option<&T>) -> Vec<ParameterInfo> {
    let defaults = T::default().to_json().unwrap_or_default();
    let values = loaded.and_then(|value| value.to_json().ok());
    let mut rows = Vec::new();
    walk(
        &mut rows,
        &Shape::of::<T>(),
        "",
        Some(&defaults),
        values.as_ref(),
    );
    rows
}

fn walk(
    rows: &mut Vec<ParameterInfo>,
    shape: &Shape,
    path: &str,
    default: Option<&Json>,
    value: Option<&Json>,
) {
    match &shape.kind {
        Kind::Record(fields) => {
            for Field { name, shape, .. } in fields {
                // A record that is not there by default still has defaults for its fields.
                let default = get(default, name).or(Some(&shape.default));
                walk(rows, shape, &join(path, name), default, get(value, name));
            }
        }
        Kind::Keyed(inner, keys) => {
            let present = value
                .and_then(Json::as_object)
                .filter(|entries| !entries.is_empty());
            if present.is_none() {
                walk(rows, inner, &join(path, keys.placeholder()), None, None);
            }
            for (key, value) in present.into_iter().flatten() {
                walk(
                    rows,
                    inner,
                    &join(path, key),
                    get(default, key),
                    Some(value),
                );
            }
        }
        _ => {
            rows.push(row(shape, path, default, value));
            if let Kind::List(list) = &shape.kind
                && matches!(list.element(0).kind, Kind::Record(_))
            {
                walk(rows, list.element(0), &join(path, "<number>"), None, None);
            }
        }
    }
}

fn get<'j>(table: Option<&'j Json>, key: &str) -> Option<&'j Json> {
    table?.get(key)
}

fn row(shape: &Shape, path: &str, default: Option<&Json>, value: Option<&Json>) -> ParameterInfo {
    // Of a list, those of its elements.
    let one = match &shape.kind {
        Kind::List(list) => list.element(0),
        _ => shape,
    };
    let (range, allowed) = match &one.kind {
        Kind::Number(bounds) | Kind::Integer(bounds) => (bounds.range(), Vec::new()),
        Kind::Choice(names) => (None, names.clone()),
        _ => (None, Vec::new()),
    };
    ParameterInfo {
        path: path.to_owned(),
        kind: shape.type_name(),
        unit: shape.unit.clone(),
        default: tidy(shape, default),
        value: tidy(shape, value),
        range,
        allowed,
        source: shape.source.clone(),
        lever: shape.lever.clone(),
        text: shape.text.split_whitespace().collect::<Vec<_>>().join(" "),
    }
}

/// The value as it was written: a number of single precision without the digits that double
/// precision adds.
fn tidy(shape: &Shape, value: Option<&Json>) -> Json {
    let value = value.cloned().unwrap_or_default();
    match (&shape.kind, value.as_f64()) {
        (Kind::Number(bounds), Some(number)) if bounds.single => (number as f32)
            .to_string()
            .parse::<f64>()
            .map_or(value, Json::from),
        _ => value,
    }
}

/// The JSON Schema (draft 2020-12) of a scenario file for `T`, for editors that complete and check
/// while one types.
///
/// It allows what a file may hold and the type alone does not say: `name`, `summary` and `extends`;
/// quantities in quotes; `"none"`; and in keyed tables `remove`, and records that give only what
/// they change.
pub fn schema<T: Parameters>() -> Json {
    let mut schema = schemars::schema_for!(T).to_value();
    let mut keyed = BTreeSet::new();
    keyed_records(&schema, &mut keyed);
    relax(&mut schema);
    for name in keyed {
        let definition = schema.pointer_mut(&format!("/$defs/{name}"));
        let Some(definition) = definition.and_then(Json::as_object_mut) else {
            continue;
        };
        definition.remove("required");
        let text = "Takes the inherited record of this name out.";
        add_property(
            definition,
            REMOVE,
            json!({"const": true, "description": text}),
        );
    }
    if let Some(root) = schema.as_object_mut() {
        root.remove("required");
        for (name, text) in [
            ("name", "The scenario's name."),
            ("summary", "The scenario in a line."),
            (
                "extends",
                "What this one changes: a built-in scenario's name, or a file's relative path.",
            ),
        ] {
            add_property(root, name, json!({"type": "string", "description": text}));
        }
    }
    schema
}

/// Collects the definitions that stand as records in a keyed table.
fn keyed_records(schema: &Json, names: &mut BTreeSet<String>) {
    let mut note = |value: &Json| {
        let name = value.get("$ref").and_then(Json::as_str);
        names.extend(
            name.and_then(|name| name.strip_prefix("#/$defs/"))
                .map(str::to_owned),
        );
    };
    match schema {
        Json::Object(object) => {
            if let Some(value) = object.get("additionalProperties") {
                note(value);
            }
            if let Some(Json::Object(patterns)) = object.get("patternProperties") {
                patterns.values().for_each(note);
            }
            object
                .values()
                .for_each(|value| keyed_records(value, names));
        }
        Json::Array(items) => items.iter().for_each(|item| keyed_records(item, names)),
        _ => {}
    }
}

fn add_property(object: &mut Map<String, Json>, name: &str, property: Json) {
    if let Some(properties) = object.get_mut("properties").and_then(Json::as_object_mut) {
        properties.entry(name).or_insert(property);
    }
}

/// Lets numbers with a unit be written as quantities, and options as `"none"`.
fn relax(schema: &mut Json) {
    match schema {
        Json::Object(object) => {
            let unit = object
                .get("unit")
                .and_then(Json::as_str)
                .unwrap_or_default();
            let quantity = !that_fit(unit).is_empty();
            if let Some(kinds) = object.get_mut("type") {
                let mut names: Vec<Json> = match &*kinds {
                    Json::Array(names) => names.clone(),
                    other => vec![other.clone()],
                };
                let numeric = names
                    .iter()
                    .any(|name| name == "number" || name == "integer");
                let optional = names.iter().any(|name| name == "null");
                let has_text = names.iter().any(|name| name == "string");
                if (numeric && quantity || optional) && !has_text {
                    names.push(json!("string"));
                    *kinds = Json::Array(names);
                }
            }
            if let Some(options) = object.get_mut("anyOf").and_then(Json::as_array_mut)
                && options
                    .iter()
                    .any(|option| option.get("type").is_some_and(|kind| kind == "null"))
            {
                options.push(json!({"const": "none"}));
            }
            for (name, value) in object.iter_mut() {
                // What follows is a value, not a schema.
                if !matches!(name.as_str(), "default" | "const" | "enum" | "examples") {
                    relax(value);
                }
            }
        }
        Json::Array(items) => items.iter_mut().for_each(relax),
        _ => {}
    }
}

//! The resolved scenario as TOML, and its hash.

use serde_json::{Map, Value as Json};

use crate::check::REMOVE;
use crate::shape::{Kind, Shape, join, quoted, quoted_key};

/// Every parameter with its value, each followed by its unit and source, as a file that loads to
/// the same scenario.
///
/// `values` is the scenario, `defaults` that of its type: a file without `extends` starts from the
/// defaults, so what the scenario lacks of them is taken out by `remove`.
pub(crate) fn text(
    shape: &Shape,
    values: &Json,
    defaults: &Json,
    name: &str,
    summary: &str,
) -> String {
    let mut out = String::new();
    out.push_str("# The resolved scenario: every parameter with its value, unit and source.\n");
    out.extend(["name = ", &quoted(name), "\n"]);
    if !summary.is_empty() {
        out.extend(["summary = ", &quoted(summary), "\n"]);
    }
    table(&mut out, shape, values, defaults, "");
    out
}

/// The body of a table: first its values, then the tables in it, each under a heading.
fn table(out: &mut String, shape: &Shape, values: &Json, defaults: &Json, path: &str) {
    let nothing = Map::new();
    let values = values.as_object().unwrap_or(&nothing);
    let defaults = defaults.as_object().unwrap_or(&nothing);
    for (key, value, inner) in entries(shape, values) {
        let default = defaults.get(key).unwrap_or(&Json::Null);
        if !heads(inner, value) {
            line(out, inner, key, value, default);
        }
    }
    for (key, value, inner) in entries(shape, values) {
        let default = defaults.get(key).unwrap_or(&Json::Null);
        let here = join(path, key);
        match (&inner.kind, value) {
            (Kind::List(list), Json::Array(items)) if heads(inner, value) => {
                for (index, item) in items.iter().enumerate() {
                    heading(
                        out,
                        &format!("[[{here}]]"),
                        if index == 0 { &inner.text } else { "" },
                    );
                    table(out, list.element(index), item, &Json::Null, &here);
                }
            }
            _ if heads(inner, value) => {
                // The text of the records of a keyed table is the same for each.
                let text = if matches!(shape.kind, Kind::Keyed(..)) {
                    ""
                } else {
                    &inner.text
                };
                heading(out, &format!("[{here}]"), text);
                table(out, inner, value, default, &here);
            }
            _ => {}
        }
    }
    if matches!(&shape.kind, Kind::Keyed(value, _) if matches!(value.kind, Kind::Record(_))) {
        for key in defaults.keys().filter(|key| !values.contains_key(*key)) {
            heading(out, &format!("[{}]", join(path, key)), "");
            out.extend([REMOVE, " = true\n"]);
        }
    }
}

/// The entries of a table in the order of their declaration, each with its shape.
fn entries<'a>(
    shape: &'a Shape,
    values: &'a Map<String, Json>,
) -> Vec<(&'a str, &'a Json, &'a Shape)> {
    match &shape.kind {
        Kind::Keyed(inner, _) => values
            .iter()
            .map(|(key, value)| (key.as_str(), value, &**inner))
            .collect(),
        _ => shape
            .fields()
            .iter()
            .filter_map(|field| Some((field.name.as_str(), values.get(&field.name)?, &field.shape)))
            .collect(),
    }
}

/// Whether a value gets a heading (or several) of its own.
fn heads(shape: &Shape, value: &Json) -> bool {
    match (&shape.kind, value) {
        (Kind::Record(_) | Kind::Keyed(_, _), Json::Object(_)) => true,
        (Kind::List(list), Json::Array(items)) => {
            !items.is_empty()
                && (0..items.len()).all(|index| matches!(list.element(index).kind, Kind::Record(_)))
        }
        _ => false,
    }
}

fn heading(out: &mut String, heading: &str, text: &str) {
    out.push('\n');
    for line in text.lines() {
        out.push_str(format!("# {}", line.trim()).trim_end());
        out.push('\n');
    }
    out.push_str(heading);
    out.push('\n');
}

fn line(out: &mut String, shape: &Shape, key: &str, value: &Json, default: &Json) {
    let key = quoted_key(key);
    let comment: Vec<&str> = [shape.unit.as_str(), shape.source.as_str()]
        .into_iter()
        .filter(|word| !word.is_empty())
        .collect();
    let comment = comment.join("; ").replace(['\n', '\r'], " ");
    let comment = if comment.is_empty() {
        comment
    } else {
        format!("  # {comment}")
    };
    if value.is_null() {
        // TOML has no null: what is off by default is shown as a comment, what was turned off is
        // said.
        let hash = if default.is_null() { "# " } else { "" };
        out.extend([hash, &key, " = \"none\"", &comment, "\n"]);
    } else {
        out.extend([&key, " = ", &inline(Some(shape), value), &comment, "\n"]);
    }
}

/// A value on one line.
pub(crate) fn inline(shape: Option<&Shape>, value: &Json) -> String {
    match value {
        Json::Null => "\"none\"".to_owned(),
        Json::Bool(truth) => truth.to_string(),
        Json::Number(number) => match (number.as_i64(), number.as_u64(), number.as_f64()) {
            (Some(whole), _, _) => whole.to_string(),
            (_, Some(whole), _) => whole.to_string(),
            (_, _, Some(number)) => float(shape, number),
            _ => "nan".to_owned(),
        },
        Json::String(text) => quoted(text),
        Json::Array(items) => {
            let items = items.iter().enumerate().map(|(index, item)| {
                let inner = match shape.map(|shape| &shape.kind) {
                    Some(Kind::List(list)) => Some(list.element(index)),
                    _ => None,
                };
                inline(inner, item)
            });
            format!("[{}]", items.collect::<Vec<_>>().join(", "))
        }
        Json::Object(entries) => {
            let entries =
                entries
                    .iter()
                    .filter(|(_, value)| !value.is_null())
                    .map(|(key, value)| {
                        let inner = match shape.map(|shape| &shape.kind) {
                            Some(Kind::Keyed(inner, _)) => Some(&**inner),
                            _ => shape
                                .and_then(|shape| shape.field(key))
                                .map(|field| &field.shape),
                        };
                        format!("{} = {}", quoted_key(key), inline(inner, value))
                    });
            let entries = entries.collect::<Vec<_>>().join(", ");
            if entries.is_empty() {
                "{}".to_owned()
            } else {
                format!("{{ {entries} }}")
            }
        }
    }
}

/// The shortest text that reads back as the same number in the parameter's precision; always with a
/// point or an exponent, so that it stays a float.
fn float(shape: Option<&Shape>, number: f64) -> String {
    match shape.map(|shape| &shape.kind) {
        Some(Kind::Number(bounds)) if bounds.single => format!("{:?}", number as f32),
        _ => format!("{number:?}"),
    }
}

/// 64 bits of FNV-1a over every path and value in order, as 16 hexadecimal digits. Names,
/// summaries, comments and units as written play no part: two files that resolve to the same values
/// have the same hash.
pub(crate) fn hash(values: &Json) -> String {
    let mut state = 0xcbf2_9ce4_8422_2325;
    feed(&mut state, values);
    format!("{state:016x}")
}

fn feed(state: &mut u64, value: &Json) {
    let mut bytes = |bytes: &[u8]| {
        for byte in bytes {
            *state = (*state ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    };
    match value {
        // A tag and a length before each, so that no two values run into each other.
        Json::Null => bytes(b"0"),
        Json::Bool(truth) => bytes(if *truth { b"t" } else { b"f" }),
        Json::Number(number) => {
            // 3 and 3.0 are one value; both zeros are one.
            let float = number.as_f64().unwrap_or(f64::NAN) + 0.0;
            match (number.as_i64(), number.as_u64()) {
                (Some(whole), _) if whole as f64 as i128 != i128::from(whole) => {
                    bytes(b"i");
                    bytes(&whole.to_le_bytes());
                }
                (None, Some(whole)) if whole as f64 as u128 != u128::from(whole) => {
                    bytes(b"u");
                    bytes(&whole.to_le_bytes());
                }
                _ => {
                    bytes(b"n");
                    bytes(&float.to_bits().to_le_bytes());
                }
            }
        }
        Json::String(text) => {
            bytes(b"s");
            bytes(&(text.len() as u64).to_le_bytes());
            bytes(text.as_bytes());
        }
        Json::Array(items) => {
            bytes(b"a");
            bytes(&(items.len() as u64).to_le_bytes());
            for item in items {
                feed(state, item);
            }
        }
        Json::Object(entries) => {
            bytes(b"o");
            bytes(&(entries.len() as u64).to_le_bytes());
            for (key, value) in entries {
                feed(state, &Json::from(key.as_str()));
                feed(state, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{hash, inline};
    use serde_json::json;

    #[test]
    fn the_hash_tells_values_apart_and_is_stable() {
        assert_eq!(hash(&json!({})), hash(&json!({})));
        assert_eq!(hash(&json!({"a": 3})), hash(&json!({"a": 3.0})));
        let different = [
            json!({"a": 1, "b": 2}),
            json!({"b": 2, "a": 1}),
            json!({"a": 12}),
            json!({"a": "12"}),
            json!({"a": [1, 2]}),
            json!({"a": [[1], 2]}),
            json!({"a": [1, [2]]}),
            json!({"a": null}),
            json!({"a": false}),
            json!({"a": 9_007_199_254_740_993_u64}),
            json!({"a": 9_007_199_254_740_992_u64}),
            json!({"a": u64::MAX}),
            json!({"a": u64::MAX - 1}),
        ];
        let hashes: std::collections::BTreeSet<String> = different.iter().map(hash).collect();
        assert_eq!(hashes.len(), different.len());
        // Published runs carry it: it may not change with a version.
        assert_eq!(
            hash(&json!({"donation": {"cap": 4, "choice": "nearest"}})),
            "0b1efdbeeabfffe1"
        );
    }

    #[test]
    fn numbers_keep_their_type() {
        assert_eq!(inline(None, &json!(3.0)), "3.0");
        assert_eq!(inline(None, &json!(1e-7)), "1e-7");
        assert_eq!(inline(None, &json!(1e300)), "1e300");
        assert_eq!(inline(None, &json!(3)), "3");
        assert_eq!(
            inline(None, &json!({"a b": [1, {"c": "\u{1}\"\\"}]})),
            r#"{ "a b" = [1, { c = "\u0001\"\\" }] }"#
        );
    }
}

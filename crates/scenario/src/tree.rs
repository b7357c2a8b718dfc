//! The tree of values, each with the place it came from.

use indexmap::IndexMap;
use serde_json::Value as Json;

use crate::error::Place;
use crate::shape::{Kind, Shape};

/// A value and where it was written; no place means that it is a default.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) value: Value,
    pub(crate) place: Option<Place>,
    /// Where its key stands.
    pub(crate) key: Option<Place>,
}

/// A checked value: already in the parameter's type and unit.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    /// An option that is off.
    None,
    /// `remove = true`: takes the inherited record out. Never stands in a merged tree.
    Removed,
    Boolean(bool),
    /// Wide enough for every integer of Rust's that TOML can write.
    Integer(i128),
    Number(f64),
    Text(String),
    List(Vec<Node>),
    Table(IndexMap<String, Node>),
}

impl Node {
    pub(crate) fn table() -> Node {
        Node {
            value: Value::Table(IndexMap::new()),
            place: None,
            key: None,
        }
    }

    /// A tree of defaults.
    pub(crate) fn from_json(json: &Json) -> Node {
        let value = match json {
            Json::Null => Value::None,
            Json::Bool(truth) => Value::Boolean(*truth),
            Json::Number(number) => match (number.as_i64(), number.as_u64()) {
                (Some(whole), _) => Value::Integer(whole.into()),
                (None, Some(whole)) => Value::Integer(whole.into()),
                (None, None) => Value::Number(number.as_f64().unwrap_or(f64::NAN)),
            },
            Json::String(text) => Value::Text(text.clone()),
            Json::Array(items) => Value::List(items.iter().map(Node::from_json).collect()),
            Json::Object(entries) => Value::Table(
                entries
                    .iter()
                    .map(|(key, value)| (key.clone(), Node::from_json(value)))
                    .collect(),
            ),
        };
        Node {
            value,
            place: None,
            key: None,
        }
    }

    pub(crate) fn to_json(&self) -> Json {
        match &self.value {
            Value::None | Value::Removed => Json::Null,
            Value::Boolean(truth) => Json::Bool(*truth),
            Value::Integer(whole) => match (i64::try_from(*whole), u64::try_from(*whole)) {
                (Ok(whole), _) => Json::from(whole),
                (_, Ok(whole)) => Json::from(whole),
                _ => Json::from(*whole as f64),
            },
            Value::Number(number) => Json::from(*number),
            Value::Text(text) => Json::from(text.as_str()),
            Value::List(items) => items.iter().map(Node::to_json).collect(),
            Value::Table(entries) => Json::Object(
                entries
                    .iter()
                    .map(|(key, node)| (key.clone(), node.to_json()))
                    .collect(),
            ),
        }
    }

    pub(crate) fn child(&self, key: &str) -> Option<&Node> {
        match &self.value {
            Value::Table(entries) => entries.get(key),
            Value::List(items) => items.get(key.parse::<usize>().ok()?),
            _ => None,
        }
    }

    /// Follows `keys` as far as they lead, and gives the place of the last node that was written
    /// somewhere, with whether that node is the one asked for.
    pub(crate) fn locate(&self, keys: &[String]) -> (Option<&Place>, bool) {
        let mut node = self;
        let mut found = None;
        for (depth, key) in keys.iter().enumerate() {
            let Some(next) = node.child(key) else { break };
            node = next;
            if let Some(place) = node.place.as_ref() {
                found = Some((place, depth + 1 == keys.len()));
            }
        }
        found.map_or((None, false), |(place, exact)| (Some(place), exact))
    }
}

/// A `remove` that found nothing.
pub(crate) struct NothingToRemove {
    pub(crate) path: Vec<String>,
    pub(crate) place: Option<Place>,
    /// The keys that could have been removed.
    pub(crate) present: Vec<String>,
}

/// Lays trees on each other and keeps what the result does not show.
#[derive(Default)]
pub(crate) struct Merger {
    /// Where it is: the keys from the root.
    pub(crate) path: Vec<String>,
    pub(crate) nothing: Vec<NothingToRemove>,
    /// The records taken out, and by what.
    pub(crate) removed: Vec<(Vec<String>, Option<Place>)>,
}

impl Merger {
    /// Lays `over` on `base`: tables merge by key, a removed record goes, anything else replaces.
    pub(crate) fn lay(&mut self, shape: &Shape, base: &mut Node, over: Node) {
        if !(shape.is_table() && matches!(over.value, Value::Table(_))) {
            *base = over;
            return;
        }
        if !matches!(base.value, Value::Table(_)) {
            base.value = Value::Table(IndexMap::new());
        }
        if over.place.is_some() {
            base.place = over.place;
            base.key = over.key;
        }
        let (Value::Table(entries), Value::Table(new)) = (&mut base.value, over.value) else {
            return;
        };
        for (key, node) in new {
            self.path.push(key.clone());
            let inner = match &shape.kind {
                Kind::Keyed(value, _) => Some(&**value),
                _ => shape.field(&key).map(|field| &field.shape),
            };
            if matches!(node.value, Value::Removed) {
                self.remove(entries, &key, node);
            } else if let Some(inner) = inner {
                // A new table is merged too, into an empty one, so that a `remove` inside it is
                // found out.
                let entry = entries.entry(key).or_insert_with(Node::table);
                self.lay(inner, entry, node);
            }
            self.path.pop();
        }
    }

    fn remove(&mut self, entries: &mut IndexMap<String, Node>, key: &str, node: Node) {
        let (path, place) = (self.path.clone(), node.key.or(node.place));
        // The order of the others is part of the scenario.
        if entries.shift_remove(key).is_some() {
            self.removed.push((path, place));
        } else {
            let present = entries.keys().cloned().collect();
            self.nothing.push(NothingToRemove {
                path,
                place,
                present,
            });
        }
    }
}

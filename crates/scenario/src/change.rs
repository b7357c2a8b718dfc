//! What a scenario changes of what it builds on.

use serde::Serialize;
use serde_json::{Map, Value as Json};

use crate::error::{SourceKind, SourceText};
use crate::set::keys;
use crate::shape::{Kind, Shape, join};
use crate::tree::Node;
use crate::write::inline;

/// One parameter that differs from the scenario below.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The parameter's path.
    pub path: String,
    /// Its value below, as TOML; `absent` for a record that is new.
    pub from: String,
    /// Its value now, as TOML; `removed` for a record that was taken out.
    pub to: String,
    /// What set it: the file, or `--set path=value`.
    pub origin: String,
}

/// The differences between two resolved scenarios of one shape, in the order of declaration.
pub(crate) fn changes(
    shape: &Shape,
    from: &Json,
    to: &Json,
    tree: &Node,
    sources: &[SourceText],
) -> Vec<Change> {
    let mut all = Vec::new();
    walk(&mut all, shape, Some(from), Some(to), "");
    for change in &mut all {
        change.origin = origin(&change.path, tree, sources);
    }
    all
}

fn walk(all: &mut Vec<Change>, shape: &Shape, from: Option<&Json>, to: Option<&Json>, path: &str) {
    if from == to {
        return;
    }
    if let (true, Some(Json::Object(from)), Some(Json::Object(to))) = (shape.is_table(), from, to) {
        match &shape.kind {
            Kind::Keyed(inner, _) => {
                for key in union(from, to) {
                    walk(all, inner, from.get(key), to.get(key), &join(path, key));
                }
            }
            _ => {
                for field in shape.fields() {
                    let name = &field.name;
                    walk(
                        all,
                        &field.shape,
                        from.get(name),
                        to.get(name),
                        &join(path, name),
                    );
                }
            }
        }
        return;
    }
    let written = |value: Option<&Json>, absent: &str| {
        value.map_or(absent.to_owned(), |v| inline(Some(shape), v))
    };
    all.push(Change {
        path: path.to_owned(),
        from: written(from, "absent"),
        to: written(to, "removed"),
        origin: String::new(),
    });
}

/// The keys of both, those of the first in its order and then what the second adds.
fn union<'a>(
    a: &'a Map<String, Json>,
    b: &'a Map<String, Json>,
) -> impl Iterator<Item = &'a String> {
    a.keys().chain(b.keys().filter(|key| !a.contains_key(*key)))
}

/// The text that set the value at `path`: for a record taken out, the last that wrote in its table.
fn origin(path: &str, tree: &Node, sources: &[SourceText]) -> String {
    let keys: Vec<String> = keys(path)
        .unwrap_or_default()
        .into_iter()
        .map(|key| key.name)
        .collect();
    let source = tree
        .locate(&keys)
        .0
        .and_then(|place| sources.get(place.source));
    source.map_or_else(String::new, |source| match source.kind {
        SourceKind::Set => format!("--set {}", source.text),
        _ => source.name.clone(),
    })
}

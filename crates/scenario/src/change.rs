//! What a scenario changes of what it builds on.

use serde::Serialize;
use serde_json::{Map, Value as Json};

use crate::error::{Place, SourceKind, SourceText, rank};
use crate::set::keys;
use crate::shape::{Kind, Shape, join};
use crate::tree::{Node, Value};
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
pub(crate) fn changes(shape: &Shape, from: &Json, to: &Json, origins: &Origins<'_>) -> Vec<Change> {
    let mut all = Vec::new();
    walk(&mut all, shape, Some(from), Some(to), "");
    for change in &mut all {
        change.origin = origins.of(&change.path);
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

/// What is needed to say where a value comes from.
pub(crate) struct Origins<'a> {
    pub(crate) tree: &'a Node,
    pub(crate) removed: &'a [(Vec<String>, Option<Place>)],
    pub(crate) sources: &'a [SourceText],
    /// How many of the sources are files or built-in scenarios.
    pub(crate) files: usize,
}

impl Origins<'_> {
    /// The last text that wrote at `path` or in it; where none did, the last that wrote around it.
    fn of(&self, path: &str) -> String {
        let keys: Vec<String> = keys(path)
            .unwrap_or_default()
            .into_iter()
            .map(|key| key.name)
            .collect();
        let node = keys.iter().try_fold(self.tree, |node, key| node.child(key));
        let removal = self.removed.iter().rev().find(|(path, _)| *path == keys);
        let source = match (node, removal) {
            (None, Some((_, place))) => place.as_ref().map(|place| place.source),
            _ => node.and_then(|node| self.last(node)),
        };
        let source = source.or_else(|| self.tree.locate(&keys).0.map(|place| place.source));
        source
            .and_then(|source| self.sources.get(source))
            .map_or_else(String::new, |source| match source.kind {
                SourceKind::Set => format!("--set {}", source.text),
                _ => source.name.clone(),
            })
    }

    /// The source of a node or of anything in it, whichever was laid on last.
    fn last(&self, node: &Node) -> Option<usize> {
        let own = node.place.as_ref().map(|place| place.source);
        let inner: Vec<&Node> = match &node.value {
            Value::Table(entries) => entries.values().collect(),
            Value::List(items) => items.iter().collect(),
            _ => Vec::new(),
        };
        let inner = inner.into_iter().filter_map(|node| self.last(node));
        inner
            .chain(own)
            .max_by_key(|source| rank(*source, self.files))
    }
}

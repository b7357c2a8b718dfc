//! `--set path=value`: one value laid over a merged scenario.

use std::ops::Range;
use std::sync::Arc;

use indexmap::IndexMap;
use toml::Spanned;
use toml::de::DeValue;

use crate::check::{Checker, REMOVE, listed, unknown};
use crate::error::{Diagnostic, Place, ProblemKind, excerpt};
use crate::nearest::nearest;
use crate::shape::{Kind, Shape, join};
use crate::tree::{Node, NothingToRemove, Value, merge};

/// One part of a dotted path, with its place in the text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Key {
    pub(crate) name: String,
    pub(crate) span: Range<usize>,
}

/// Lays one `--set` on the tree, or notes what is wrong with it.
pub(crate) fn apply(
    shape: &Shape,
    tree: &mut Node,
    source: usize,
    text: &Arc<str>,
    problems: &mut Vec<Diagnostic>,
) {
    let whole = Place {
        source,
        span: 0..text.len(),
    };
    let Some((path, value)) = split(text) else {
        let message = format!("`--set {}` has no value", excerpt(text));
        let problem = Diagnostic::new(ProblemKind::BadSet, "", message).at(Some(whole));
        problems.push(problem.label("expected path=value, as in donation.cap=3"));
        return;
    };
    let keys = match keys(path) {
        Ok(keys) => keys,
        Err(span) => {
            let message = format!("`{}` is not a path", excerpt(path));
            let problem =
                Diagnostic::new(ProblemKind::BadSet, "", message).at(Some(Place { source, span }));
            problems.push(problem.label("expected keys joined by points, as in donation.cap=3"));
            return;
        }
    };
    let checker = Checker {
        root: shape,
        source,
        offset: 0,
        problems: Vec::new(),
    };
    let mut setter = Setter {
        checker,
        keys: &keys,
        text: value,
        at: path.len() + 1,
        nothing: Vec::new(),
    };
    setter.descend(shape, tree, 0, "");
    let nothing = std::mem::take(&mut setter.nothing);
    problems.append(&mut setter.checker.problems);
    problems.extend(nothing.into_iter().map(NothingToRemove::into_problem));
}

struct Setter<'a> {
    checker: Checker<'a>,
    keys: &'a [Key],
    /// The value as written, and where it starts.
    text: &'a str,
    at: usize,
    nothing: Vec<NothingToRemove>,
}

impl Setter<'_> {
    fn descend(&mut self, shape: &Shape, node: &mut Node, depth: usize, path: &str) {
        let Some(key) = self.keys.get(depth) else {
            self.lay(shape, node, path);
            return;
        };
        let inner = join(path, &key.name);
        let last = depth + 1 == self.keys.len();
        match &shape.kind {
            Kind::Record(_) => {
                let Some(field) = shape.field(&key.name) else {
                    let problem = unknown(self.checker.root, shape, path, &key.name, !last);
                    self.note(problem, key);
                    return;
                };
                let Some(entries) = entries(node) else { return };
                let fresh = !entries.contains_key(&key.name);
                let child = entries
                    .entry(key.name.clone())
                    .or_insert_with(|| absent(&field.shape));
                self.descend(&field.shape, child, depth + 1, &inner);
                if fresh && child.place.is_none() && child.key.is_none() && !touched(child) {
                    entries.shift_remove(&key.name);
                }
            }
            Kind::Keyed(value) => self.keyed(value, node, depth, path, key, last),
            Kind::List(list) => {
                let Value::List(items) = &mut node.value else {
                    self.no_element(path, key, 0);
                    return;
                };
                let count = items.len();
                let index = key.name.parse::<usize>().ok();
                match index.and_then(|index| Some((index, items.get_mut(index)?))) {
                    Some((index, item)) => {
                        self.descend(list.element(index), item, depth + 1, &inner)
                    }
                    None => self.no_element(path, key, count),
                }
            }
            _ => {
                let message = format!(
                    "`{}` is {} and has no keys in it",
                    excerpt(path),
                    shape.allowed()
                );
                let problem = Diagnostic::new(ProblemKind::UnknownKey, &inner, message);
                self.note(problem.label("does not lead anywhere"), key);
            }
        }
    }

    fn keyed(
        &mut self,
        value: &Shape,
        node: &mut Node,
        depth: usize,
        path: &str,
        key: &Key,
        last: bool,
    ) {
        let inner = join(path, &key.name);
        let Some(entries) = entries(node) else { return };
        let removes = value.is_table()
            && value.field(REMOVE).is_none()
            && depth + 2 == self.keys.len()
            && self
                .keys
                .get(depth + 1)
                .is_some_and(|next| next.name == REMOVE);
        if !last && !entries.contains_key(&key.name) {
            let present: Vec<String> = entries.keys().cloned().collect();
            let place = Some(self.checker.place(key.span.clone()));
            let problem = NothingToRemove::not_there(&inner, place, &key.name, &present);
            self.checker.problems.push(if removes {
                problem
            } else {
                problem.help(format!("a new one is added whole: {inner}={{…}}"))
            });
            return;
        }
        if removes {
            if self.text.trim() == "true" {
                entries.shift_remove(&key.name);
            } else {
                let message = format!("`{inner}.{REMOVE}` cannot be {}", excerpt(self.text.trim()));
                let place = self.checker.place(self.at..self.at + self.text.len());
                let problem =
                    Diagnostic::new(ProblemKind::WrongType, &inner, message).at(Some(place));
                self.checker
                    .problems
                    .push(problem.label("the only value is true"));
            }
            return;
        }
        let fresh = !entries.contains_key(&key.name);
        let child = entries
            .entry(key.name.clone())
            .or_insert_with(|| absent(value));
        self.descend(value, child, depth + 1, &inner);
        if fresh && !touched(child) {
            entries.shift_remove(&key.name);
        }
    }

    /// Reads the value for `shape` and lays it on `node`.
    fn lay(&mut self, shape: &Shape, node: &mut Node, path: &str) {
        let lead = self.text.len() - self.text.trim_start().len();
        let text = self.text.trim();
        self.checker.offset = self.at + lead;
        let words = matches!(shape.kind, Kind::Text | Kind::Choice(_));
        let bare_allowed =
            words || shape.optional || matches!(shape.kind, Kind::Number(_) | Kind::Integer(_));
        let bare = || Spanned::new(0..text.len(), DeValue::String(text.into()));
        let value = match DeValue::parse(text) {
            // `name=1955` is the text 1955.
            Ok(value) if words && !value.get_ref().is_str() => bare(),
            Ok(value) => value,
            // A word, `18 months` or `30 %`, not broken TOML.
            Err(_)
                if bare_allowed && !text.is_empty() && !text.starts_with(['"', '\'', '[', '{']) =>
            {
                bare()
            }
            Err(error) => {
                let place = self.checker.place(error.span().unwrap_or(0..text.len()));
                let message = format!(
                    "`{path}` is {}, and {} is not a value",
                    shape.allowed(),
                    shown(text)
                );
                let problem = Diagnostic::new(ProblemKind::BadSet, path, message).at(Some(place));
                self.checker.problems.push(problem.label(error.message()));
                return;
            }
        };
        let span = self
            .keys
            .first()
            .map(|key| key.span.start)
            .zip(self.keys.last().map(|key| key.span.end));
        let Some(new) = self.checker.value(shape, path, None, &value) else {
            return;
        };
        let key = span.map(|(start, end)| Place {
            source: self.checker.source,
            span: start..end,
        });
        let mut steps = self.keys.iter().map(|key| key.name.clone()).collect();
        merge(
            shape,
            node,
            Node { key, ..new },
            &mut steps,
            &mut self.nothing,
        );
    }

    fn no_element(&mut self, path: &str, key: &Key, count: usize) {
        let message = format!("`{}` has no element {}", excerpt(path), excerpt(&key.name));
        let label = match count {
            0 => "the list is empty".to_owned(),
            count => format!("expected 0 to {}", count - 1),
        };
        let problem =
            Diagnostic::new(ProblemKind::UnknownKey, &join(path, &key.name), message).label(label);
        self.note(
            problem.help(format!("a list is replaced whole by {}=[…]", excerpt(path))),
            key,
        );
    }

    fn note(&mut self, problem: Diagnostic, key: &Key) {
        let place = self.checker.place(key.span.clone());
        self.checker.problems.push(problem.at(Some(place)));
    }
}

impl NothingToRemove {
    pub(crate) fn into_problem(self) -> Diagnostic {
        let path = self
            .path
            .iter()
            .fold(String::new(), |path, key| join(&path, key));
        let name = self.path.last().map_or("", String::as_str);
        let mut problem = NothingToRemove::not_there(&path, self.place, name, &self.present);
        problem.kind = ProblemKind::NothingToRemove;
        problem
    }

    fn not_there(path: &str, place: Option<Place>, name: &str, present: &[String]) -> Diagnostic {
        let names: Vec<&str> = present.iter().map(String::as_str).collect();
        let near =
            nearest(name, names.iter().copied()).map(|near| format!("did you mean `{near}`?"));
        let list = if names.is_empty() {
            "there are none".to_owned()
        } else {
            format!("there are: {}", listed(&names))
        };
        let message = format!("there is no `{}`", excerpt(path));
        let problem = Diagnostic::new(ProblemKind::UnknownKey, path, message).at(place);
        problem
            .label("not inherited and not in this scenario")
            .help_with(near)
            .help(list)
    }
}

fn shown(text: &str) -> String {
    if text.is_empty() {
        "nothing".to_owned()
    } else {
        format!("`{}`", excerpt(text))
    }
}

/// The entries of a table; an option that is off becomes an empty table first.
fn entries(node: &mut Node) -> Option<&mut IndexMap<String, Node>> {
    if !matches!(node.value, Value::Table(_)) {
        node.value = Value::Table(IndexMap::new());
    }
    match &mut node.value {
        Value::Table(entries) => Some(entries),
        _ => None,
    }
}

/// What stands for a value before it is set.
fn absent(shape: &Shape) -> Node {
    if shape.is_table() {
        Node::table()
    } else {
        Node {
            value: Value::None,
            place: None,
            key: None,
        }
    }
}

/// Whether anything was written into a fresh node.
fn touched(node: &Node) -> bool {
    node.place.is_some()
        || matches!(&node.value, Value::Table(entries) if entries.values().any(touched))
}

/// Cuts at the first `=` outside quotes.
fn split(text: &str) -> Option<(&str, &str)> {
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if c == open => quote = None,
            (None, '=') => return Some((&text[..at], &text[at + 1..])),
            _ => {}
        }
    }
    None
}

/// The keys of a dotted path; on error the span at fault. Quotes keep a point inside a key.
pub(crate) fn keys(path: &str) -> Result<Vec<Key>, Range<usize>> {
    let mut keys = Vec::new();
    let mut start = 0;
    let mut quote = None;
    let ends = path
        .char_indices()
        .map(|(at, c)| (at, Some(c)))
        .chain([(path.len(), None)]);
    for (at, c) in ends {
        match (quote, c) {
            (None, Some('"' | '\'')) => quote = c,
            (Some(open), Some(c)) if c == open => quote = None,
            (None, Some('.') | None) => {
                let part = &path[start..at];
                let lead = part.len() - part.trim_start().len();
                let part = part.trim();
                let span = start + lead..start + lead + part.len();
                let inner = part
                    .strip_prefix('"')
                    .and_then(|rest| rest.strip_suffix('"'))
                    .or_else(|| {
                        part.strip_prefix('\'')
                            .and_then(|rest| rest.strip_suffix('\''))
                    });
                if part.is_empty() {
                    return Err(start..at.max(start + 1).min(path.len()));
                }
                keys.push(Key {
                    name: inner.unwrap_or(part).to_owned(),
                    span,
                });
                start = at + 1;
            }
            (Some(_), None) => return Err(start..path.len()),
            _ => {}
        }
    }
    Ok(keys)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::{keys, split};

    fn names(path: &str) -> Vec<String> {
        keys(path)
            .unwrap()
            .into_iter()
            .map(|key| key.name)
            .collect()
    }

    #[test]
    fn paths_are_cut_at_points_outside_quotes() {
        assert_eq!(names("a.b.0"), ["a", "b", "0"]);
        assert_eq!(names(" a . \"b.c\" .'d'"), ["a", "b.c", "d"]);
        assert_eq!(keys("ab. c").unwrap()[1].span, 4..5);
        for wrong in ["", ".", "a.", ".a", "a..b", "\"a"] {
            assert!(keys(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_first_equals_sign_outside_quotes_cuts() {
        assert_eq!(split("a.b=c=d"), Some(("a.b", "c=d")));
        assert_eq!(split("\"a=b\".c=1"), Some(("\"a=b\".c", "1")));
        assert_eq!(split("a.b"), None);
        assert_eq!(split(""), None);
    }
}

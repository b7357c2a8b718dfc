//! `--set path=value`: one value laid over a merged scenario.
//!
//! The path is walked along the shape, and the value becomes a tree that holds nothing else; that
//! tree is merged like any other. Only an element of a list needs to know what stands there: a list
//! is replaced whole, so the new one is the old one with that element changed.

use std::ops::Range;
use std::sync::Arc;

use indexmap::IndexMap;
use toml::Spanned;
use toml::de::DeValue;

use crate::check::names::{listed, unknown};
use crate::check::{Checker, REMOVE};
use crate::error::{Diagnostic, Place, ProblemKind, excerpt};
use crate::nearest::nearest;
use crate::read::HEADER;
use crate::shape::{Keys, Kind, List, Shape, join};
use crate::tree::{Merger, Node, NothingToRemove, Value};

/// One part of a dotted path, with its place in the text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Key {
    pub(crate) name: String,
    pub(crate) span: Range<usize>,
}

/// Lays one `--set` on the tree of what is called `kind`, or notes what is wrong with it.
pub(crate) fn apply(
    shape: &Shape,
    kind: &'static str,
    tree: &mut Node,
    source: usize,
    text: &Arc<str>,
    merger: &mut Merger,
    problems: &mut Vec<Diagnostic>,
) {
    let bad = |message: String, span: Range<usize>, label: &str| {
        Diagnostic::new(ProblemKind::BadSet, "", message)
            .at(Some(Place { source, span }))
            .label(label)
    };
    let Some((path, value)) = split(text) else {
        let message = if text.trim().is_empty() {
            "an empty `--set`".to_owned()
        } else {
            format!("`--set {}` has no value", excerpt(text))
        };
        problems.push(bad(
            message,
            0..text.len(),
            "expected path=value, as in donation.cap=3",
        ));
        return;
    };
    let keys = match keys(path) {
        Ok(keys) => keys,
        Err(span) => {
            let message = format!("`{}` is not a path", excerpt(path));
            problems.push(bad(
                message,
                span,
                "expected keys joined by points, as in donation.cap=3",
            ));
            return;
        }
    };
    let mut setter = Setter {
        checker: Checker::new(shape, kind, source),
        keys: &keys,
        text: value,
        at: path.len() + 1,
    };
    let built = setter.build(shape, Some(tree), 0, "");
    problems.append(&mut setter.checker.problems);
    let Some(over) = built else { return };
    merger.lay(shape, tree, over);
}

struct Setter<'a> {
    checker: Checker<'a>,
    keys: &'a [Key],
    /// The value as written, and where it starts.
    text: &'a str,
    at: usize,
}

impl Setter<'_> {
    /// The tree from the key at `depth` down; `now` is what stands there so far. None when
    /// something is wrong.
    fn build(
        &mut self,
        shape: &Shape,
        now: Option<&Node>,
        depth: usize,
        path: &str,
    ) -> Option<Node> {
        let Some(key) = self.keys.get(depth).cloned() else {
            return self.read(shape, path, false);
        };
        match &shape.kind {
            Kind::Record(_) => {
                let Some(field) = shape.field(&key.name) else {
                    let more = depth + 1 < self.keys.len();
                    let mut problem = unknown(&self.checker, shape, path, &key.name, more);
                    if path.is_empty() && HEADER.contains(&key.name.as_str()) {
                        problem.help =
                            vec![format!("`{}` stands in a file, not in --set", key.name)];
                    }
                    self.checker.note(problem, key.span);
                    return None;
                };
                let below = now.and_then(|now| now.child(&key.name));
                let child = self.build(&field.shape, below, depth + 1, &join(path, &key.name))?;
                Some(around(key.name, child))
            }
            Kind::Keyed(value, keys) => {
                let child = self.entry(value, *keys, now, depth, path, &key)?;
                Some(around(key.name, child))
            }
            Kind::List(list) => self.element(list, now, depth, path, &key),
            _ => {
                let inner = join(path, &key.name);
                let message = format!("unknown key `{}`", excerpt(&inner));
                let label = format!(
                    "`{}` is {}: no key follows it",
                    excerpt(path),
                    shape.allowed()
                );
                self.checker.note(
                    Diagnostic::new(ProblemKind::UnknownKey, &inner, message).label(label),
                    key.span,
                );
                None
            }
        }
    }

    /// An entry of a keyed table: a key of one that is there, a whole one, or the removal of one.
    fn entry(
        &mut self,
        value: &Shape,
        keys: Keys,
        now: Option<&Node>,
        depth: usize,
        path: &str,
        key: &Key,
    ) -> Option<Node> {
        let inner = join(path, &key.name);
        if !keys.allow(&key.name) {
            self.checker
                .note(keys.refuse(path, &inner), key.span.clone());
            return None;
        }
        let below = now.and_then(|now| now.child(&key.name));
        let removes = matches!(&self.keys[depth + 1..], [next] if next.name == REMOVE)
            && matches!(value.kind, Kind::Record(_))
            && value.field(REMOVE).is_none();
        if removes && self.text.trim() == "true" {
            let place = Some(self.checker.place(key.span.clone()));
            return Some(Node {
                value: Value::Removed,
                place: place.clone(),
                key: place,
            });
        }
        if removes {
            let message = format!("`{inner}.{REMOVE}` cannot be {}", excerpt(self.text.trim()));
            let problem = Diagnostic::new(ProblemKind::WrongType, &inner, message)
                .label("the only value is true");
            self.checker
                .note(problem, self.at..self.at + self.text.len());
            return None;
        }
        if depth + 1 == self.keys.len() {
            return self.read(value, &inner, true);
        }
        if below.is_none() {
            // A slip in a name must not make a new record of defaults.
            let present = match now.map(|now| &now.value) {
                Some(Value::Table(entries)) => entries.keys().cloned().collect(),
                _ => Vec::new(),
            };
            let problem = not_there(&inner, None, &key.name, &present);
            self.checker.note(
                problem.help(format!("a new one is added whole: {inner}={{…}}")),
                key.span.clone(),
            );
            return None;
        }
        self.build(value, below, depth + 1, &inner)
    }

    /// The list with one element changed.
    fn element(
        &mut self,
        list: &List,
        now: Option<&Node>,
        depth: usize,
        path: &str,
        key: &Key,
    ) -> Option<Node> {
        let none = Vec::new();
        let items = match now.map(|now| &now.value) {
            Some(Value::List(items)) => items,
            _ => &none,
        };
        let inner = join(path, &key.name);
        let Some((index, item)) = key
            .name
            .parse()
            .ok()
            .and_then(|at: usize| Some((at, items.get(at)?)))
        else {
            let message = format!("`{}` has no element {}", excerpt(path), excerpt(&key.name));
            let label = match items.len() {
                0 => "the list is empty".to_owned(),
                count => format!("expected 0 to {}", count - 1),
            };
            let problem = Diagnostic::new(ProblemKind::UnknownKey, &inner, message)
                .label(label)
                .help(format!("a list is replaced whole by {}=[…]", excerpt(path)));
            self.checker.note(problem, key.span.clone());
            return None;
        };
        let shape = list.element(index);
        let child = self.build(shape, Some(item), depth + 1, &inner)?;
        let mut items = items.clone();
        Merger::default().lay(shape, &mut items[index], child);
        let place = now.and_then(|now| now.place.clone());
        Some(Node {
            value: Value::List(items),
            place,
            key: None,
        })
    }

    /// Reads the value as TOML, or as a bare word or quantity where the parameter is not a list or
    /// table.
    fn read(&mut self, shape: &Shape, path: &str, entry: bool) -> Option<Node> {
        let text = self.text.trim();
        self.checker.offset = self.at + self.text.len() - self.text.trim_start().len();
        if text.is_empty() {
            let message = format!("`--set {path}=` has no value");
            let problem = Diagnostic::new(ProblemKind::BadSet, path, message);
            self.checker
                .note(problem.label(format!("expected {}", shape.allowed())), 0..0);
            return None;
        }
        let word = matches!(shape.kind, Kind::Text | Kind::Choice(_));
        let bare = || Spanned::new(0..text.len(), DeValue::String(text.into()));
        let value = match DeValue::parse(text) {
            // `title=1955` is the text 1955.
            Ok(value) if word && !value.get_ref().is_str() => bare(),
            Ok(value) => value,
            // `nearest`, `18 months` or `30 %`; what opens a quote or bracket was meant as TOML.
            Err(_) if !text.starts_with(['"', '\'', '[', '{']) => bare(),
            Err(error) => {
                let message = format!("the value of `{path}` is not TOML: {}", excerpt(text));
                let problem =
                    Diagnostic::new(ProblemKind::BadSet, path, message).label(error.message());
                self.checker
                    .note(problem, error.span().unwrap_or(0..text.len()));
                return None;
            }
        };
        if entry {
            self.checker.entry(shape, path, None, &value)
        } else {
            self.checker.value(shape, path, None, &value)
        }
    }
}

/// A table of one entry, which was written nowhere itself.
fn around(key: String, child: Node) -> Node {
    Node {
        value: Value::Table(IndexMap::from([(key, child)])),
        place: None,
        key: None,
    }
}

impl NothingToRemove {
    pub(crate) fn into_problem(self) -> Diagnostic {
        let path = self
            .path
            .iter()
            .fold(String::new(), |path, key| join(&path, key));
        let name = self.path.last().map_or("", String::as_str);
        Diagnostic {
            kind: ProblemKind::NothingToRemove,
            ..not_there(&path, self.place, name, &self.present)
        }
    }
}

/// The problem of a key that a keyed table does not have.
fn not_there(path: &str, place: Option<Place>, name: &str, present: &[String]) -> Diagnostic {
    let names: Vec<&str> = present.iter().map(String::as_str).collect();
    let near = nearest(name, names.iter().copied()).map(|near| format!("did you mean `{near}`?"));
    let list = if names.is_empty() {
        "there are none".to_owned()
    } else {
        format!("there are: {}", listed(&names))
    };
    Diagnostic::new(
        ProblemKind::UnknownKey,
        path,
        format!("there is no `{}`", excerpt(path)),
    )
    .at(place)
    .label("not in what this builds on")
    .help_with(near)
    .help(list)
}

/// Cuts at the first `=` outside quotes.
fn split(text: &str) -> Option<(&str, &str)> {
    let mut quotes = Quotes::default();
    let at = text
        .char_indices()
        .find(|(_, c)| !quotes.hold(*c) && *c == '=')?
        .0;
    Some((&text[..at], &text[at + 1..]))
}

/// The keys of a dotted path; on error the span at fault. Quotes keep a point inside a key.
pub(crate) fn keys(path: &str) -> Result<Vec<Key>, Range<usize>> {
    let mut quotes = Quotes::default();
    let points = path
        .char_indices()
        .filter(|(_, c)| !quotes.hold(*c) && *c == '.');
    let ends: Vec<usize> = points.map(|(at, _)| at).chain([path.len()]).collect();
    let mut keys = Vec::new();
    let mut start = 0;
    for end in ends {
        let part = &path[start..end];
        let lead = part.len() - part.trim_start().len();
        let part = part.trim();
        let span = start + lead..start + lead + part.len();
        let name = if part.starts_with(['"', '\'']) {
            // A quoted key is written like a text.
            let value = DeValue::parse(part).map_err(|_| span.clone())?;
            value.get_ref().as_str().ok_or(span.clone())?.to_owned()
        } else {
            part.to_owned()
        };
        if part.is_empty() {
            return Err(start..end.max(start + 1).min(path.len()));
        }
        keys.push(Key { name, span });
        start = end + 1;
    }
    Ok(keys)
}

/// Follows TOML's quotes through a text.
#[derive(Default)]
struct Quotes {
    open: Option<char>,
    escaped: bool,
}

impl Quotes {
    /// Whether this character belongs to a quoted stretch.
    fn hold(&mut self, c: char) -> bool {
        let Some(open) = self.open else {
            self.open = Some(c).filter(|c| matches!(c, '"' | '\''));
            return self.open.is_some();
        };
        if self.escaped {
            self.escaped = false;
        } else if c == '\\' && open == '"' {
            self.escaped = true;
        } else if c == open {
            self.open = None;
        }
        true
    }
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
        assert_eq!(names(r#""a\".\u00e9".'b\'"#), ["a\".é", "b\\"]);
        assert_eq!(keys("ab. c").unwrap()[1].span, 4..5);
        for wrong in ["", ".", "a.", ".a", "a..b", "\"a", "\"a\"b", "'a'.\"\\q\""] {
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

//! Checks one text's values against the shape, and turns them into the parameters' own types and
//! units.
//!
//! A text may say only part of a scenario; what is missing is found by [`missing`] once all texts
//! are merged.

pub(crate) mod names;
mod number;

use std::ops::Range;

use indexmap::IndexMap;
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

use crate::error::{Diagnostic, Place, ProblemKind, excerpt};
use crate::nearest::nearest;
use crate::shape::{Keys, Kind, List, Shape, join, quoted};
use crate::tree::{Node, Value};
use names::unknown;

/// The key that takes an inherited record out.
pub(crate) const REMOVE: &str = "remove";
/// As many problems are noted in one text; a file of megabytes may be wrong in every line.
const NOTED: usize = 1000;

/// Checks values of one source.
pub(crate) struct Checker<'a> {
    /// The shape of the whole scenario, to look for a name elsewhere.
    pub(crate) root: &'a Shape,
    /// What such a text is called.
    pub(crate) kind: &'static str,
    pub(crate) source: usize,
    /// Where the parsed text starts in its source.
    pub(crate) offset: usize,
    pub(crate) problems: Vec<Diagnostic>,
}

/// A parameter and where a value for it stands.
struct Spot<'s> {
    shape: &'s Shape,
    path: &'s str,
    span: Range<usize>,
}

impl Checker<'_> {
    pub(crate) fn new<'a>(root: &'a Shape, kind: &'static str, source: usize) -> Checker<'a> {
        Checker {
            root,
            kind,
            source,
            offset: 0,
            problems: Vec::new(),
        }
    }

    pub(crate) fn place(&self, span: Range<usize>) -> Place {
        Place {
            source: self.source,
            span: span.start + self.offset..span.end + self.offset,
        }
    }

    /// Notes a problem, unless there are more already than anyone reads.
    pub(crate) fn note(&mut self, problem: Diagnostic, span: Range<usize>) {
        if self.problems.len() < NOTED {
            let place = self.place(span);
            self.problems.push(problem.at(Some(place)));
        }
    }

    /// Notes that a value is not what the parameter allows.
    fn refuse(&mut self, kind: ProblemKind, spot: &Spot<'_>, message: String) {
        let problem = Diagnostic::new(kind, spot.path, message);
        self.note(
            problem.label(format!("expected {}", spot.shape.allowed())),
            spot.span.clone(),
        );
    }

    /// The value as a node of the tree; none when it is wrong, which is then noted.
    pub(crate) fn value(
        &mut self,
        shape: &Shape,
        path: &str,
        key: Option<Range<usize>>,
        found: &Spanned<DeValue<'_>>,
    ) -> Option<Node> {
        let spot = Spot {
            shape,
            path,
            span: found.span(),
        };
        let value = self.bare(&spot, found.get_ref())?;
        let place = Some(self.place(spot.span));
        Some(Node {
            value,
            place,
            key: key.map(|key| self.place(key)),
        })
    }

    fn bare(&mut self, spot: &Spot<'_>, found: &DeValue<'_>) -> Option<Value> {
        if spot.shape.optional && found.as_str() == Some("none") {
            return Some(Value::None);
        }
        match (&spot.shape.kind, found) {
            (Kind::Record(_), DeValue::Table(table)) => {
                Some(self.record(spot.shape, spot.path, table))
            }
            (Kind::Keyed(value, keys), DeValue::Table(table)) => {
                Some(self.keyed(value, *keys, spot.path, table))
            }
            (Kind::List(list), DeValue::Array(items)) => self.list(list, spot, items),
            (Kind::Boolean, DeValue::Boolean(truth)) => Some(Value::Boolean(*truth)),
            (Kind::Text, DeValue::String(text)) => Some(Value::Text(text.to_string())),
            // A bare date is a text to whoever reads dates from texts.
            (Kind::Text, DeValue::Datetime(date)) => Some(Value::Text(date.to_string())),
            (Kind::Choice(names), DeValue::String(text)) => self.choice(names, spot, text),
            (Kind::Number(_) | Kind::Integer(_), _) => self.numeric(spot, found),
            (Kind::Any, any) => self.any(spot, any),
            (_, other) => {
                self.wrong_type(spot, other);
                None
            }
        }
    }

    fn wrong_type(&mut self, spot: &Spot<'_>, found: &DeValue<'_>) {
        let message = format!("`{}` cannot be {}", spot.path, describe(found));
        self.refuse(ProblemKind::WrongType, spot, message);
    }

    pub(crate) fn record(&mut self, shape: &Shape, path: &str, table: &DeTable<'_>) -> Value {
        let mut entries = IndexMap::new();
        for (key, found) in table {
            let name: &str = key.get_ref();
            let Some(field) = shape.field(name) else {
                // Looking for the nearest name costs more than the rest of the check.
                if self.problems.len() < NOTED {
                    let is_table = found.get_ref().is_table();
                    let problem = unknown(self, shape, path, name, is_table);
                    self.note(problem, key.span());
                }
                continue;
            };
            if let Some(node) = self.value(&field.shape, &join(path, name), Some(key.span()), found)
            {
                entries.insert(name.to_owned(), node);
            }
        }
        Value::Table(entries)
    }

    fn keyed(&mut self, shape: &Shape, keys: Keys, path: &str, table: &DeTable<'_>) -> Value {
        let mut entries = IndexMap::new();
        for (key, found) in table {
            let name: &str = key.get_ref();
            let inner = join(path, name);
            if !keys.allow(name) {
                self.note(keys.refuse(path, &inner), key.span());
                continue;
            }
            let node = self.entry(shape, &inner, Some(key.span()), found);
            if let Some(node) = node {
                entries.insert(name.to_owned(), node);
            }
        }
        Value::Table(entries)
    }

    /// An entry of a keyed table, or its removal.
    pub(crate) fn entry(
        &mut self,
        shape: &Shape,
        path: &str,
        key: Option<Range<usize>>,
        found: &Spanned<DeValue<'_>>,
    ) -> Option<Node> {
        match removal(shape, found.get_ref()) {
            Some(flag) => self.removal(path, key, flag, found),
            None => self.value(shape, path, key, found),
        }
    }

    /// A record that says `remove`: nothing else may stand beside it.
    fn removal(
        &mut self,
        path: &str,
        key: Option<Range<usize>>,
        flag: &Spanned<DeValue<'_>>,
        record: &Spanned<DeValue<'_>>,
    ) -> Option<Node> {
        let alone = record
            .get_ref()
            .as_table()
            .is_some_and(|table| table.len() == 1);
        let problem = if flag.get_ref().as_bool() != Some(true) {
            let message = format!("`{path}.{REMOVE}` cannot be {}", describe(flag.get_ref()));
            Diagnostic::new(ProblemKind::WrongType, path, message)
                .label("the only value is true; without the line the record stays")
        } else if !alone {
            let message = format!("`{path}` is removed and given values at once");
            Diagnostic::new(ProblemKind::Contradiction, path, message)
                .label("takes the whole inherited record out")
        } else {
            let place = Some(self.place(record.span()));
            return Some(Node {
                value: Value::Removed,
                place,
                key: key.map(|key| self.place(key)),
            });
        };
        self.note(problem, flag.span());
        None
    }

    fn list(&mut self, list: &List, spot: &Spot<'_>, items: &DeArray<'_>) -> Option<Value> {
        let count = items.len();
        if count < list.least || list.most.is_some_and(|most| count > most) {
            let message = format!("`{}` cannot have {count} elements", spot.path);
            self.refuse(ProblemKind::OutOfRange, spot, message);
            return None;
        }
        let nodes: Vec<Option<Node>> = items
            .iter()
            .enumerate()
            .map(|(index, item)| {
                let path = join(spot.path, &index.to_string());
                self.value(list.element(index), &path, None, item)
            })
            .collect();
        // Collected first: every wrong element is noted, not only the first.
        nodes
            .into_iter()
            .collect::<Option<Vec<Node>>>()
            .map(Value::List)
    }

    fn choice(&mut self, names: &[String], spot: &Spot<'_>, text: &str) -> Option<Value> {
        if names.iter().any(|name| name == text) {
            return Some(Value::Text(text.to_owned()));
        }
        let near = nearest(text, names.iter().map(String::as_str));
        let message = format!("`{}` cannot be {}", spot.path, quoted(&excerpt(text)));
        let problem = Diagnostic::new(ProblemKind::NotOneOf, spot.path, message)
            .label(format!("expected {}", spot.shape.allowed()))
            .help_with(near.map(|near| format!("did you mean \"{near}\"?")));
        self.note(problem, spot.span.clone());
        None
    }

    /// A value of a shape that only serde knows, as it stands.
    fn any(&mut self, spot: &Spot<'_>, found: &DeValue<'_>) -> Option<Value> {
        let shape = Shape::unknown();
        match found {
            DeValue::String(text) => Some(Value::Text(text.to_string())),
            DeValue::Datetime(date) => Some(Value::Text(date.to_string())),
            DeValue::Boolean(truth) => Some(Value::Boolean(*truth)),
            DeValue::Integer(_) | DeValue::Float(_) => self.any_number(spot, found),
            DeValue::Array(items) => {
                let list = List {
                    first: Vec::new(),
                    rest: Box::new(shape),
                    least: 0,
                    most: None,
                };
                self.list(&list, spot, items)
            }
            DeValue::Table(table) => Some(self.keyed(&shape, Keys::Any, spot.path, table)),
        }
    }
}

/// The `remove` of a record in a keyed table, unless records of this shape have a field of that
/// name.
fn removal<'a, 'i>(shape: &Shape, found: &'a DeValue<'i>) -> Option<&'a Spanned<DeValue<'i>>> {
    if !matches!(shape.kind, Kind::Record(_)) || shape.field(REMOVE).is_some() {
        return None;
    }
    found.as_table()?.get(REMOVE)
}

impl Keys {
    pub(crate) fn refuse(self, path: &str, inner: &str) -> Diagnostic {
        let message = format!("`{}` cannot be a key of `{path}`", excerpt(inner));
        Diagnostic::new(ProblemKind::UnknownKey, inner, message)
            .label(format!("expected {}", self.allowed()))
    }
}

/// Notes every key without a default that no text gave.
pub(crate) fn missing(shape: &Shape, node: &Node, path: &str, problems: &mut Vec<Diagnostic>) {
    match (&shape.kind, &node.value) {
        (Kind::Record(fields), Value::Table(entries)) => {
            for field in fields {
                let inner = join(path, &field.name);
                match entries.get(&field.name) {
                    Some(value) => missing(&field.shape, value, &inner, problems),
                    None if field.required && problems.len() < NOTED => {
                        let message = format!("missing key `{inner}`");
                        let place = node.place.clone().or_else(|| node.key.clone());
                        let problem = Diagnostic::new(ProblemKind::MissingKey, &inner, message)
                            .at(place)
                            .label(format!("has no `{}`", field.name))
                            .help(format!(
                                "add `{} = …`: {}",
                                field.name,
                                field.shape.allowed()
                            ));
                        problems.push(problem);
                    }
                    None => {}
                }
            }
        }
        (Kind::Keyed(value, _), Value::Table(entries)) => {
            for (key, entry) in entries {
                missing(value, entry, &join(path, key), problems);
            }
        }
        (Kind::List(list), Value::List(items)) => {
            for (index, item) in items.iter().enumerate() {
                missing(
                    list.element(index),
                    item,
                    &join(path, &index.to_string()),
                    problems,
                );
            }
        }
        _ => {}
    }
}

/// A value as a message names it.
pub(crate) fn describe(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => format!("the text {}", quoted(&excerpt(text))),
        DeValue::Integer(whole) => format!("the number {}", excerpt(&whole.to_string())),
        DeValue::Float(number) => format!("the number {}", excerpt(number.as_str())),
        DeValue::Boolean(truth) => truth.to_string(),
        DeValue::Datetime(date) => format!("the date {date}"),
        DeValue::Array(_) => "a list".to_owned(),
        DeValue::Table(_) => "a table".to_owned(),
    }
}

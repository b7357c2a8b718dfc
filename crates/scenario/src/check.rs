//! Checks one text's values against the shape, and turns them into the parameters' own types and units.
//!
//! A text may say only part of a scenario; what is missing is found by [`missing`] once all texts are merged.

use std::ops::Range;

use indexmap::IndexMap;
use toml::Spanned;
use toml::de::{DeArray, DeFloat, DeInteger, DeTable, DeValue};

use crate::error::{Diagnostic, Place, ProblemKind, excerpt};
use crate::nearest::nearest;
use crate::shape::{Bounds, Kind, List, Shape, join, quoted};
use crate::tree::{Node, Value};
use crate::unit::{QuantityError, quantity, that_fit};

/// The key that takes an inherited record out.
pub(crate) const REMOVE: &str = "remove";
/// As many names are listed in a message.
const LISTED: usize = 12;

/// Checks values of one source.
pub(crate) struct Checker<'a> {
    /// The shape of the whole scenario, to look for a name elsewhere.
    pub(crate) root: &'a Shape,
    pub(crate) source: usize,
    /// Where the parsed text starts in its source.
    pub(crate) offset: usize,
    pub(crate) problems: Vec<Diagnostic>,
}

impl Checker<'_> {
    pub(crate) fn place(&self, span: Range<usize>) -> Place {
        Place {
            source: self.source,
            span: span.start + self.offset..span.end + self.offset,
        }
    }

    fn wrong(
        &mut self,
        kind: ProblemKind,
        path: &str,
        span: Range<usize>,
        message: String,
        label: String,
    ) {
        let place = self.place(span);
        self.problems.push(
            Diagnostic::new(kind, path, message)
                .at(Some(place))
                .label(label),
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
        let span = found.span();
        let value = self.bare(shape, path, found)?;
        Some(Node {
            value,
            place: Some(self.place(span)),
            key: key.map(|key| self.place(key)),
        })
    }

    fn bare(&mut self, shape: &Shape, path: &str, found: &Spanned<DeValue<'_>>) -> Option<Value> {
        let span = found.span();
        if shape.optional && found.get_ref().as_str() == Some("none") {
            return Some(Value::None);
        }
        match (&shape.kind, found.get_ref()) {
            (Kind::Record(_), DeValue::Table(table)) => Some(self.record(shape, path, table)),
            (Kind::Keyed(value), DeValue::Table(table)) => Some(self.keyed(value, path, table)),
            (Kind::List(list), DeValue::Array(items)) => self.list(list, path, &span, items),
            (Kind::Boolean, DeValue::Boolean(truth)) => Some(Value::Boolean(*truth)),
            (Kind::Text, DeValue::String(text)) => Some(Value::Text(text.to_string())),
            // A bare date is a text to whoever reads dates from texts.
            (Kind::Text, DeValue::Datetime(date)) => Some(Value::Text(date.to_string())),
            (Kind::Choice(names), DeValue::String(text)) => {
                self.choice(shape, names, path, span, text)
            }
            (Kind::Number(bounds), DeValue::Integer(whole)) => {
                let number = integer(whole).map(|whole| whole as f64);
                self.number(shape, bounds, path, span, number, &whole.to_string())
            }
            (Kind::Number(bounds), DeValue::Float(number)) => {
                self.number(shape, bounds, path, span, float(number), number.as_str())
            }
            (Kind::Integer(bounds), DeValue::Integer(whole)) => self.integer(
                shape,
                bounds,
                path,
                span,
                integer(whole),
                &whole.to_string(),
            ),
            (Kind::Integer(bounds), DeValue::Float(number)) => {
                self.whole(shape, bounds, path, span, float(number), number.as_str())
            }
            (Kind::Number(_) | Kind::Integer(_), DeValue::String(text)) => {
                self.quantity(shape, path, span, text)
            }
            (Kind::Any, any) => self.any(path, span, any),
            (_, other) => {
                let message = format!(
                    "`{path}` is {}, and {} was found",
                    shape.allowed(),
                    describe(other)
                );
                self.wrong(
                    ProblemKind::WrongType,
                    path,
                    span,
                    message,
                    format!("expected {}", shape.allowed()),
                );
                None
            }
        }
    }

    pub(crate) fn record(&mut self, shape: &Shape, path: &str, table: &DeTable<'_>) -> Value {
        let mut entries = IndexMap::new();
        for (key, found) in table {
            let name: &str = key.get_ref();
            let Some(field) = shape.field(name) else {
                let problem = unknown(self.root, shape, path, name, found.get_ref().is_table());
                let place = self.place(key.span());
                self.problems.push(problem.at(Some(place)));
                continue;
            };
            if let Some(node) = self.value(&field.shape, &join(path, name), Some(key.span()), found)
            {
                entries.insert(name.to_owned(), node);
            }
        }
        Value::Table(entries)
    }

    fn keyed(&mut self, shape: &Shape, path: &str, table: &DeTable<'_>) -> Value {
        let mut entries = IndexMap::new();
        for (key, found) in table {
            let name: &str = key.get_ref();
            let inner = join(path, name);
            let node = match removal(shape, found.get_ref()) {
                Some(flag) => self.removal(&inner, key.span(), flag, found),
                None => self.value(shape, &inner, Some(key.span()), found),
            };
            if let Some(node) = node {
                entries.insert(name.to_owned(), node);
            }
        }
        Value::Table(entries)
    }

    /// A record that says `remove`: nothing else may stand beside it.
    fn removal(
        &mut self,
        path: &str,
        key: Range<usize>,
        flag: &Spanned<DeValue<'_>>,
        record: &Spanned<DeValue<'_>>,
    ) -> Option<Node> {
        let alone = record
            .get_ref()
            .as_table()
            .is_some_and(|table| table.len() == 1);
        if flag.get_ref().as_bool() != Some(true) {
            let message = format!("`{path}.{REMOVE}` is {}", describe(flag.get_ref()));
            let label = "the only value is true; without the line the record stays".to_owned();
            self.wrong(ProblemKind::WrongType, path, flag.span(), message, label);
            return None;
        }
        if !alone {
            let message = format!("`{path}` is removed and given values at once");
            let label = "takes the whole inherited record out".to_owned();
            self.wrong(
                ProblemKind::Contradiction,
                path,
                flag.span(),
                message,
                label,
            );
            return None;
        }
        Some(Node {
            value: Value::Removed,
            place: Some(self.place(record.span())),
            key: Some(self.place(key)),
        })
    }

    fn list(
        &mut self,
        list: &List,
        path: &str,
        span: &Range<usize>,
        items: &DeArray<'_>,
    ) -> Option<Value> {
        let count = items.len();
        if count < list.least || list.most.is_some_and(|most| count > most) {
            let wanted = match (list.least, list.most) {
                (least, Some(most)) if least == most => format!("exactly {least}"),
                (least, Some(most)) => format!("{least} to {most}"),
                (least, None) => format!("at least {least}"),
            };
            let message = format!("`{path}` has {count} elements");
            self.wrong(
                ProblemKind::OutOfRange,
                path,
                span.clone(),
                message,
                format!("{wanted} are allowed"),
            );
            return None;
        }
        let before = self.problems.len();
        let nodes: Vec<Node> = items
            .iter()
            .enumerate()
            .filter_map(|(index, item)| {
                self.value(
                    list.element(index),
                    &join(path, &index.to_string()),
                    None,
                    item,
                )
            })
            .collect();
        (self.problems.len() == before).then_some(Value::List(nodes))
    }

    fn choice(
        &mut self,
        shape: &Shape,
        names: &[String],
        path: &str,
        span: Range<usize>,
        text: &str,
    ) -> Option<Value> {
        if names.iter().any(|name| name == text) {
            return Some(Value::Text(text.to_owned()));
        }
        let near = nearest(text, names.iter().map(String::as_str))
            .map(|name| format!("did you mean \"{name}\"?"));
        let message = format!("`{path}` cannot be \"{}\"", excerpt(text));
        let place = self.place(span);
        let problem = Diagnostic::new(ProblemKind::NotOneOf, path, message).at(Some(place));
        self.problems.push(
            problem
                .label(format!("expected {}", shape.allowed()))
                .help_with(near),
        );
        None
    }

    fn number(
        &mut self,
        shape: &Shape,
        bounds: &Bounds,
        path: &str,
        span: Range<usize>,
        number: Option<f64>,
        written: &str,
    ) -> Option<Value> {
        let number = number.filter(|number| number.is_finite());
        if let Some(number) = number.filter(|number| bounds.hold(*number)) {
            return Some(Value::Number(number));
        }
        let label = format!("expected {}", shape.allowed());
        if number.is_none() {
            let message = format!(
                "`{path}` must be finite, and {} was found",
                excerpt(written)
            );
            self.wrong(ProblemKind::NotFinite, path, span, message, label);
        } else {
            self.out_of_range(path, span, written, label);
        }
        None
    }

    fn integer(
        &mut self,
        shape: &Shape,
        bounds: &Bounds,
        path: &str,
        span: Range<usize>,
        whole: Option<i128>,
        written: &str,
    ) -> Option<Value> {
        let fits = |whole: &i128| {
            bounds.hold(*whole as f64)
                && (i64::try_from(*whole).is_ok() || u64::try_from(*whole).is_ok())
        };
        if let Some(whole) = whole.filter(fits) {
            return Some(Value::Integer(whole));
        }
        self.out_of_range(path, span, written, format!("expected {}", shape.allowed()));
        None
    }

    /// A number with a point where a whole one is wanted.
    fn whole(
        &mut self,
        shape: &Shape,
        bounds: &Bounds,
        path: &str,
        span: Range<usize>,
        number: Option<f64>,
        written: &str,
    ) -> Option<Value> {
        let number = number.filter(|number| number.is_finite());
        let Some(number) = number else {
            return self.number(shape, bounds, path, span, number, written);
        };
        // Conversions between units may leave the last bit.
        if (number - number.round()).abs() <= 1e-9 * number.abs().max(1.0) {
            return self.integer(
                shape,
                bounds,
                path,
                span,
                Some(number.round() as i128),
                written,
            );
        }
        let message = format!(
            "`{path}` is a whole number, and {} was found",
            excerpt(written)
        );
        self.wrong(
            ProblemKind::WrongType,
            path,
            span,
            message,
            format!("expected {}", shape.allowed()),
        );
        None
    }

    fn out_of_range(&mut self, path: &str, span: Range<usize>, written: &str, label: String) {
        let message = format!("`{path}` cannot be {}", excerpt(written));
        self.wrong(ProblemKind::OutOfRange, path, span, message, label);
    }

    fn quantity(
        &mut self,
        shape: &Shape,
        path: &str,
        span: Range<usize>,
        text: &str,
    ) -> Option<Value> {
        let error = match quantity(text, &shape.unit) {
            Ok(number) => {
                let written = format!("{} ({number} {})", excerpt(text), shape.unit);
                return match &shape.kind {
                    Kind::Integer(bounds) => {
                        self.whole(shape, bounds, path, span, Some(number), &written)
                    }
                    Kind::Number(bounds) => {
                        self.number(shape, bounds, path, span, Some(number), &written)
                    }
                    _ => None,
                };
            }
            Err(error) => error,
        };
        let place = self.place(span);
        let expected = format!("expected {}", shape.allowed());
        let problem = match error {
            QuantityError::WrongUnit { found } => {
                let fits = that_fit(&shape.unit);
                let help = if fits.is_empty() {
                    format!(
                        "`{path}` is a plain number: write it without a unit and without quotes"
                    )
                } else {
                    format!("units that fit: {}", fits.join(", "))
                };
                let message = if shape.unit.is_empty() {
                    format!(
                        "`{path}` has no unit, and \"{}\" was found",
                        excerpt(&found)
                    )
                } else {
                    format!(
                        "`{path}` is in {}, and \"{}\" does not convert into it",
                        shape.unit,
                        excerpt(&found)
                    )
                };
                Diagnostic::new(ProblemKind::WrongUnit, path, message)
                    .label(expected)
                    .help(help)
            }
            QuantityError::NoUnit => {
                let message = format!("`{path}` is {}, and text was found", shape.allowed());
                let help = format!("write it without quotes: {}", excerpt(text.trim()));
                Diagnostic::new(ProblemKind::WrongType, path, message)
                    .label(expected)
                    .help(help)
            }
            QuantityError::NoNumber => {
                let message = format!(
                    "`{path}` is {}, and {} was found",
                    shape.allowed(),
                    quote(text)
                );
                Diagnostic::new(ProblemKind::WrongType, path, message).label(expected)
            }
        };
        self.problems.push(problem.at(Some(place)));
        None
    }

    /// A value of a shape that only serde knows.
    fn any(&mut self, path: &str, span: Range<usize>, found: &DeValue<'_>) -> Option<Value> {
        Some(match found {
            DeValue::String(text) => Value::Text(text.to_string()),
            DeValue::Datetime(date) => Value::Text(date.to_string()),
            DeValue::Boolean(truth) => Value::Boolean(*truth),
            DeValue::Integer(whole) => {
                let Some(whole) = integer(whole).filter(|whole| i64::try_from(*whole).is_ok())
                else {
                    self.out_of_range(
                        path,
                        span,
                        &whole.to_string(),
                        "expected a 64-bit whole number".to_owned(),
                    );
                    return None;
                };
                Value::Integer(whole)
            }
            DeValue::Float(number) => {
                let any = Shape {
                    optional: false,
                    ..Shape::number()
                };
                return self.number(
                    &any,
                    &Bounds::default(),
                    path,
                    span,
                    float(number),
                    number.as_str(),
                );
            }
            DeValue::Array(items) => {
                let shape = Shape {
                    kind: Kind::Any,
                    ..Shape::number()
                };
                let nodes = items.iter().enumerate().map(|(index, item)| {
                    self.value(&shape, &join(path, &index.to_string()), None, item)
                });
                Value::List(nodes.collect::<Option<Vec<Node>>>()?)
            }
            DeValue::Table(table) => {
                let shape = Shape {
                    kind: Kind::Any,
                    ..Shape::number()
                };
                let mut entries = IndexMap::new();
                for (key, item) in table {
                    let node =
                        self.value(&shape, &join(path, key.get_ref()), Some(key.span()), item)?;
                    entries.insert(key.get_ref().to_string(), node);
                }
                Value::Table(entries)
            }
        })
    }
}

/// The `remove` of a record in a keyed table, unless records of this shape have a field of that name.
fn removal<'a, 'i>(shape: &Shape, found: &'a DeValue<'i>) -> Option<&'a Spanned<DeValue<'i>>> {
    if !matches!(shape.kind, Kind::Record(_)) || shape.field(REMOVE).is_some() {
        return None;
    }
    found.as_table()?.get(REMOVE)
}

/// The problem of a key that `shape`, which stands at `path`, does not have.
pub(crate) fn unknown(
    root: &Shape,
    shape: &Shape,
    path: &str,
    name: &str,
    is_table: bool,
) -> Diagnostic {
    let here = join(path, name);
    let shown = excerpt(&here);
    let message = if path.is_empty() && is_table {
        format!("unknown section `[{shown}]`")
    } else {
        format!("unknown key `{shown}`")
    };
    let siblings: Vec<&str> = shape
        .fields()
        .iter()
        .map(|field| field.name.as_str())
        .collect();
    let near = nearest(name, siblings.iter().copied())
        .map(|near| format!("did you mean `{near}`?"))
        .or_else(|| elsewhere(root, &here, name).map(|path| format!("did you mean `{path}`?")));
    let owner = if path.is_empty() {
        "the scenario".to_owned()
    } else {
        format!("`{}`", excerpt(path))
    };
    let label = if siblings.is_empty() {
        format!("{owner} has no keys")
    } else {
        format!("not a key of {owner}")
    };
    let mut problem = Diagnostic::new(ProblemKind::UnknownKey, &here, message)
        .label(label)
        .help_with(near);
    if !siblings.is_empty() {
        problem = problem.help(format!("{owner} has: {}", listed(&siblings)));
    }
    problem
}

/// A parameter of another section that the name may have been meant for.
fn elsewhere(root: &Shape, path: &str, name: &str) -> Option<String> {
    let mut same_name = None;
    let mut all = Vec::new();
    root.paths("", &mut |candidate| {
        if same_name.is_none() && candidate.rsplit('.').next() == Some(name) {
            same_name = Some(candidate.to_owned());
        }
        all.push(candidate.to_owned());
    });
    same_name.or_else(|| nearest(path, all.iter().map(String::as_str)).map(str::to_owned))
}

/// Names for a message: the first dozen, and how many more.
pub(crate) fn listed(names: &[&str]) -> String {
    let mut text = names
        .iter()
        .take(LISTED)
        .map(|name| excerpt(name))
        .collect::<Vec<_>>()
        .join(", ");
    if names.len() > LISTED {
        text.push_str(&format!(" and {} more", names.len() - LISTED));
    }
    text
}

/// Notes every key without a default that no text gave.
pub(crate) fn missing(shape: &Shape, node: &Node, path: &str, problems: &mut Vec<Diagnostic>) {
    match (&shape.kind, &node.value) {
        (Kind::Record(fields), Value::Table(entries)) => {
            for field in fields {
                let inner = join(path, &field.name);
                match entries.get(&field.name) {
                    Some(value) => missing(&field.shape, value, &inner, problems),
                    None if field.required => {
                        let message = format!("missing key `{inner}`");
                        let place = node.place.clone().or_else(|| node.key.clone());
                        let help = format!("add `{} = …`: {}", field.name, field.shape.allowed());
                        let problem =
                            Diagnostic::new(ProblemKind::MissingKey, &inner, message).at(place);
                        problems.push(problem.label(format!("has no `{}`", field.name)).help(help));
                    }
                    None => {}
                }
            }
        }
        (Kind::Keyed(value), Value::Table(entries)) => {
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

fn integer(whole: &DeInteger<'_>) -> Option<i128> {
    i128::from_str_radix(whole.as_str(), whole.radix()).ok()
}

fn float(number: &DeFloat<'_>) -> Option<f64> {
    number.as_str().parse().ok()
}

fn quote(text: &str) -> String {
    format!("the text {}", quoted(&excerpt(text)))
}

/// A value as a message names it.
pub(crate) fn describe(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => quote(text),
        DeValue::Integer(whole) => format!("the whole number {}", excerpt(&whole.to_string())),
        DeValue::Float(number) => format!("the number {}", excerpt(number.as_str())),
        DeValue::Boolean(truth) => truth.to_string(),
        DeValue::Datetime(date) => format!("the date {date}"),
        DeValue::Array(_) => "a list".to_owned(),
        DeValue::Table(_) => "a table".to_owned(),
    }
}

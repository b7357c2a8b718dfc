//! What an expression may say: every name, and what kind of value each part has.

use std::ops::Range;

use hailsham_model::METRICS;
use serde_json::Value as Json;

use super::columns::{Column, Role};
use super::scope::Scope;
use super::select::{Selection, interval, near};
use super::syntax::{Argument, ArgumentKind, Kind, Node, Operator, Trouble};

/// What kind of value a part of an expression has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Type {
    Number,
    Time,
    Text,
    Truth,
    /// A parameter that has no value: it fits everywhere, and nothing that it stands in holds.
    Nothing,
}

impl Type {
    fn describe(self) -> &'static str {
        match self {
            Type::Number => "a number",
            Type::Time => "a time",
            Type::Text => "a text",
            Type::Truth => "true or false",
            Type::Nothing => "nothing",
        }
    }

    /// Times are calendar years with a fraction, so they can stand beside numbers.
    fn counts(self) -> bool {
        matches!(self, Type::Number | Type::Time | Type::Nothing)
    }
}

/// Every function, as it is written.
pub(crate) const FUNCTIONS: [(&str, &str); 20] = [
    ("count", "count(S)"),
    ("first", "first(S)"),
    ("last", "last(S)"),
    ("years", "years(S)"),
    ("age", "age(S)"),
    ("distinct", "distinct(S.column)"),
    ("mean", "mean(S.column)"),
    ("median", "median(S.column)"),
    ("min", "min(S.column)"),
    ("max", "max(S.column)"),
    ("sum", "sum(S.column)"),
    ("text", "text(S.column)"),
    ("share", "share(A, B)"),
    ("every", "every(S, A)"),
    ("metric", "metric('name')"),
    ("parameter", "parameter('path')"),
    ("word", "word('key')"),
    ("date", "date('1985-06-23')"),
    ("start", "start()"),
    ("end", "end()"),
];

/// What is asked of a selection.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Need {
    /// The people of its rows.
    People,
    /// How many different values a column has.
    Distinct(Column),
    /// Mean, least, greatest and sum of a column.
    Sums(Column),
    /// All values of a column.
    Values(Column),
    /// The first row.
    First(Column),
    /// The rows themselves, the first ones.
    Rows,
}

/// Checks expressions, and notes what they ask of which selection.
pub(crate) struct Checker<'a> {
    pub(crate) scope: &'a Scope,
    pub(crate) selections: &'a [Selection],
    pub(crate) needs: Vec<(usize, Need)>,
    /// The selections that are named.
    pub(crate) named: Vec<usize>,
}

fn wrong<T>(
    within: &Range<usize>,
    message: impl Into<String>,
    help: Option<String>,
) -> Result<T, Trouble> {
    Err(Trouble {
        within: within.clone(),
        message: message.into(),
        help,
    })
}

impl<'a> Checker<'a> {
    pub(crate) fn new(scope: &'a Scope, selections: &'a [Selection]) -> Checker<'a> {
        Checker {
            scope,
            selections,
            needs: Vec::new(),
            named: Vec::new(),
        }
    }

    /// Checks that an expression holds or does not.
    pub(crate) fn claim(&mut self, node: &Node) -> Result<(), Trouble> {
        match self.check(node)? {
            Type::Truth | Type::Nothing => Ok(()),
            other => {
                let help = "compare it with something, as `count(S) == 1`".to_owned();
                let message = format!(
                    "this is {}, which neither holds nor fails",
                    other.describe()
                );
                wrong(&node.span, message, Some(help))
            }
        }
    }

    /// Checks that an expression is a time.
    pub(crate) fn moment(&mut self, node: &Node) -> Result<(), Trouble> {
        let found = self.check(node)?;
        if found.counts() {
            return Ok(());
        }
        let help = "give a time, as `first(other)` or `first(other) + 0.5`".to_owned();
        wrong(
            &node.span,
            format!("this is {}", found.describe()),
            Some(help),
        )
    }

    pub(crate) fn check(&mut self, node: &Node) -> Result<Type, Trouble> {
        match &node.kind {
            Kind::Number(_) => Ok(Type::Number),
            Kind::Text(_) => Ok(Type::Text),
            Kind::Truth(_) => Ok(Type::Truth),
            Kind::Call(name, arguments) => self.call(node, name, arguments),
            Kind::Minus(inner) => {
                self.number(inner)?;
                Ok(Type::Number)
            }
            Kind::Arithmetic(left, operator, right) => {
                let (a, b) = (self.number(left)?, self.number(right)?);
                match (operator, a, b) {
                    (Operator::Plus, Type::Time, Type::Time) => wrong(
                        &node.span,
                        "two times cannot be added",
                        Some("the difference of two times is a number of years".to_owned()),
                    ),
                    (Operator::Plus, Type::Time, _) | (Operator::Plus, _, Type::Time) => {
                        Ok(Type::Time)
                    }
                    (Operator::Minus, Type::Time, Type::Number) => Ok(Type::Time),
                    _ => Ok(Type::Number),
                }
            }
            Kind::Comparison(operands, relations) => {
                let mut types = Vec::new();
                for operand in operands {
                    types.push(self.check(operand)?);
                }
                for (index, relation) in relations.iter().enumerate() {
                    let (Some(left), Some(right)) = (types.get(index), types.get(index + 1)) else {
                        continue;
                    };
                    let nothing = [left, right].contains(&&Type::Nothing);
                    if !(left == right || (left.counts() && right.counts()) || nothing) {
                        let message = format!(
                            "{} cannot be compared with {}",
                            left.describe(),
                            right.describe()
                        );
                        return wrong(&node.span, message, None);
                    }
                    if relation.orders() && !(left.counts() && right.counts()) {
                        let message = format!("{} has no order", left.describe());
                        let help = "it is compared with `==` or `!=`".to_owned();
                        return wrong(&node.span, message, Some(help));
                    }
                }
                Ok(Type::Truth)
            }
            Kind::Not(inner) => {
                self.claim(inner)?;
                Ok(Type::Truth)
            }
            Kind::And(parts) | Kind::Or(parts) => {
                for part in parts {
                    self.claim(part)?;
                }
                Ok(Type::Truth)
            }
        }
    }

    fn number(&mut self, node: &Node) -> Result<Type, Trouble> {
        let found = self.check(node)?;
        if found.counts() {
            return Ok(found);
        }
        let message = format!("one cannot reckon with {}", found.describe());
        wrong(&node.span, message, None)
    }

    fn call(&mut self, node: &Node, name: &str, arguments: &[Argument]) -> Result<Type, Trouble> {
        let Some((_, usage)) = FUNCTIONS.iter().find(|(other, _)| *other == name) else {
            let names = FUNCTIONS.iter().map(|(name, _)| *name);
            let list: Vec<&str> = FUNCTIONS.iter().map(|(_, usage)| *usage).collect();
            let help = near(name, names, &format!("expected one of {}", list.join(", ")));
            let within = node.span.start..node.span.start + name.len();
            return wrong(&within, format!("there is no function `{name}`"), help);
        };
        let amiss = |within: &Range<usize>, found: &str| {
            let help = Some(format!("write {usage}"));
            wrong(within, format!("{name} is not given {found}"), help)
        };
        let kinds: Vec<&ArgumentKind> = arguments.iter().map(|argument| &argument.kind).collect();
        let first = arguments.first();
        match (name, kinds.as_slice()) {
            ("start" | "end", []) => Ok(Type::Time),
            ("count", [ArgumentKind::Selection(_)]) => {
                self.selection(first)?;
                Ok(Type::Number)
            }
            ("first" | "last" | "years", [ArgumentKind::Selection(_)]) => {
                let (_, selection) = self.selection(first)?;
                if selection.table.time().is_none() {
                    let message = format!("rows of {} have no time", selection.table.name());
                    return wrong(&node.span, message, None);
                }
                Ok(if name == "years" {
                    Type::Number
                } else {
                    Type::Time
                })
            }
            ("age", [ArgumentKind::Selection(_)]) => {
                let (index, selection) = self.selection(first)?;
                let Some(column) = selection.table.column("age") else {
                    let message = format!("rows of {} are at no age", selection.table.name());
                    return wrong(&node.span, message, Some("only events are".to_owned()));
                };
                self.needs.push((index, Need::First(column)));
                Ok(Type::Number)
            }
            ("share", [ArgumentKind::Selection(_), ArgumentKind::Selection(_)]) => {
                self.selection(first)?;
                self.selection(arguments.get(1))?;
                Ok(Type::Number)
            }
            ("every", [ArgumentKind::Selection(_), ArgumentKind::Selection(_)]) => {
                for argument in arguments {
                    let (index, selection) = self.selection(Some(argument))?;
                    if selection.table.person().is_none() {
                        let message = format!("rows of {} are nobody's", selection.table.name());
                        return wrong(&argument.span, message, None);
                    }
                    self.needs.push((index, Need::People));
                }
                Ok(Type::Truth)
            }
            (
                "distinct" | "mean" | "median" | "min" | "max" | "sum" | "text",
                [ArgumentKind::Column(..)],
            ) => self.column(name, first),
            ("metric", [ArgumentKind::Text(metric)]) => {
                if Scope::has_metric(metric) {
                    return Ok(Type::Number);
                }
                let names = METRICS.iter().map(|metric| metric.name);
                let help = near(metric, names, "`hailsham metrics` lists all");
                let span = first.map_or(&node.span, |first| &first.span);
                wrong(span, format!("there is no metric `{metric}`"), help)
            }
            ("date", [ArgumentKind::Text(text)]) => match interval(text) {
                Ok(_) => Ok(Type::Time),
                Err((message, help)) => {
                    wrong(first.map_or(&node.span, |first| &first.span), message, help)
                }
            },
            ("parameter", [ArgumentKind::Text(path)]) => {
                let span = first.map_or(&node.span, |first| &first.span);
                self.parameter(path, span)
            }
            ("word", [ArgumentKind::Text(key)]) => {
                if self.scope.word(key).is_some() {
                    return Ok(Type::Text);
                }
                let words = self.scope.words.iter();
                let names = words.flat_map(|word| [word.id.as_str(), word.term.as_str()]);
                let help = near(key, names, "`hailsham glossary` lists all");
                let span = first.map_or(&node.span, |first| &first.span);
                wrong(span, format!("there is no word `{key}`"), help)
            }
            (_, []) => amiss(&node.span, "anything"),
            (
                _,
                [ArgumentKind::Selection(_) | ArgumentKind::Column(..) | ArgumentKind::Text(_)],
            ) => {
                let span = first.map_or(&node.span, |first| &first.span);
                amiss(span, "what it takes")
            }
            _ => amiss(&node.span, "what it takes"),
        }
    }

    fn selection(
        &mut self,
        argument: Option<&Argument>,
    ) -> Result<(usize, &'a Selection), Trouble> {
        let Some(argument) = argument else {
            return wrong(&(0..0), "a selection is missing", None);
        };
        let name = match &argument.kind {
            ArgumentKind::Selection(name) | ArgumentKind::Column(name, _) => name,
            ArgumentKind::Text(text) => text,
        };
        let found = self.selections.iter().position(|other| other.name == *name);
        if let Some((index, selection)) =
            found.and_then(|index| Some((index, self.selections.get(index)?)))
        {
            self.named.push(index);
            return Ok((index, selection));
        }
        let names: Vec<&str> = self.selections.iter().map(|s| s.name.as_str()).collect();
        let allowed = if names.is_empty() {
            "nothing is selected: add a table `select.NAME`".to_owned()
        } else {
            format!("expected one of {}", names.join(", "))
        };
        let help = near(name, names.iter().copied(), &allowed);
        let within = argument.span.start..argument.span.start + name.len();
        wrong(&within, format!("there is no selection `{name}`"), help)
    }

    fn column(&mut self, function: &str, argument: Option<&Argument>) -> Result<Type, Trouble> {
        let (index, selection) = self.selection(argument)?;
        let Some(Argument {
            kind: ArgumentKind::Column(_, name),
            span,
        }) = argument
        else {
            return wrong(&(0..0), "a column is missing", None);
        };
        let Some(column) = selection.table.column(name) else {
            let names: Vec<&str> = selection.table.columns().map(|c| c.name).collect();
            let allowed = format!("expected one of {}", names.join(", "));
            let help = near(name, names.into_iter(), &allowed);
            let message = format!("{} have no column `{name}`", selection.table.name());
            return wrong(&(span.end - name.len()..span.end), message, help);
        };
        let (need, result) = match (function, column.role) {
            ("distinct", _) => (Need::Distinct(column), Type::Number),
            ("text", Role::Word(_) | Role::Person | Role::Place) => {
                (Need::First(column), Type::Text)
            }
            ("mean" | "min" | "max", Role::Time) => (Need::Sums(column), Type::Time),
            ("median", Role::Time) => (Need::Values(column), Type::Time),
            ("median", Role::Number | Role::Single) => (Need::Values(column), Type::Number),
            ("mean" | "sum", Role::Truth)
            | ("mean" | "min" | "max" | "sum", Role::Number | Role::Single) => {
                (Need::Sums(column), Type::Number)
            }
            _ => {
                let message = format!("there is no {function} of `{name}`");
                let help = if function == "text" {
                    "it is no text; for a number take `min`, `max` or `mean`"
                } else {
                    "it takes a column of numbers"
                };
                return wrong(span, message, Some(help.to_owned()));
            }
        };
        self.needs.push((index, need));
        Ok(result)
    }

    fn parameter(&self, path: &str, span: &Range<usize>) -> Result<Type, Trouble> {
        match self.scope.parameter(path) {
            Some(Json::Number(_)) => Ok(Type::Number),
            Some(Json::String(_)) => Ok(Type::Text),
            Some(Json::Bool(_)) => Ok(Type::Truth),
            Some(Json::Null) => Ok(Type::Nothing),
            Some(_) => {
                let message = format!("the parameter `{path}` is no single value");
                let help = "go on with a point and the key, or the number of an element from 0";
                wrong(span, message, Some(help.to_owned()))
            }
            None => {
                let paths = self.scope.parameters();
                let names = paths.iter().map(String::as_str);
                let help = near(path, names, "`hailsham params` lists all");
                wrong(span, format!("there is no parameter `{path}`"), help)
            }
        }
    }
}

//! What the terms of an expression are in a run, and whether it holds.
//!
//! What has no value is neither true nor false, and neither is what rests on it (Kleene's strong
//! logic): `not` of it is not true either, `or` may still be.

use serde_json::Value as Json;

use super::run::Calendar;
use super::scope::Scope;
use super::select::{Selection, interval};
use super::sources::shown;
use super::syntax::{Argument, ArgumentKind, Kind, Node, Operator, Relation};
use super::tally::Answer;

/// A value of a part of an expression.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Value {
    Number(f64),
    /// In calendar years with a fraction.
    Time(f64),
    Text(String),
    Truth(bool),
}

/// Everything that a term can be of.
pub(crate) struct World<'a> {
    pub(crate) scope: &'a Scope,
    pub(crate) calendar: Calendar,
    pub(crate) metrics: &'a serde_json::Map<String, Json>,
    pub(crate) selections: &'a [Selection],
    /// What is known so far of each of them.
    pub(crate) answers: &'a [Option<Answer>],
}

impl World<'_> {
    /// Whether an expression holds.
    pub(crate) fn holds(&self, node: &Node) -> bool {
        self.value(node) == Some(Value::Truth(true))
    }

    /// A time in minutes, of an expression that is one.
    pub(crate) fn moment(&self, node: &Node) -> Option<f64> {
        match self.value(node)? {
            Value::Number(years) | Value::Time(years) => Some(self.calendar.minutes(years)),
            _ => None,
        }
    }

    /// The expression with the value of each term beside it.
    pub(crate) fn told(&self, node: &Node) -> String {
        node.print_with(&|node| match &node.kind {
            Kind::Comparison(operands, relations) => {
                let mut out = String::new();
                for (index, operand) in operands.iter().enumerate() {
                    if let Some(relation) = index.checked_sub(1).and_then(|at| relations.get(at)) {
                        out.extend([" ", relation.sign(), " "]);
                    }
                    out.push_str(&self.term(operand));
                }
                Some(out)
            }
            Kind::Call(..) => Some(self.term(node)),
            _ => None,
        })
    }

    /// What is known of a selection.
    pub(crate) fn selected(&self, name: &str) -> Option<&Answer> {
        let mut all = self.selections.iter();
        let index = all.position(|selection| selection.name == name)?;
        self.answers.get(index)?.as_ref()
    }

    fn term(&self, node: &Node) -> String {
        if node.is_literal() {
            return node.to_string();
        }
        let value = match self.value(node) {
            None => "nothing".to_owned(),
            Some(Value::Text(text)) => format!("'{text}'"),
            Some(value) => self.shown(&value),
        };
        format!("{node} = {value}")
    }

    /// A value as a reader sees it.
    pub(crate) fn shown(&self, value: &Value) -> String {
        match value {
            Value::Number(number) => shown(*number),
            // The difference of a time and a year is no year.
            Value::Time(years) => self.calendar.day(*years).unwrap_or_else(|| shown(*years)),
            Value::Text(text) => text.clone(),
            Value::Truth(truth) => truth.to_string(),
        }
    }

    fn number(&self, node: &Node) -> Option<f64> {
        match self.value(node)? {
            Value::Number(number) | Value::Time(number) => Some(number),
            _ => None,
        }
    }

    pub(crate) fn value(&self, node: &Node) -> Option<Value> {
        match &node.kind {
            Kind::Number(number) => Some(Value::Number(*number)),
            Kind::Text(text) => Some(Value::Text(text.clone())),
            Kind::Truth(truth) => Some(Value::Truth(*truth)),
            Kind::Minus(inner) => Some(Value::Number(-self.number(inner)?)),
            Kind::Arithmetic(left, operator, right) => self.arithmetic(left, *operator, right),
            Kind::Comparison(operands, relations) => {
                let mut truth = Some(true);
                for (index, relation) in relations.iter().enumerate() {
                    let sides = (operands.get(index), operands.get(index + 1));
                    let (Some(left), Some(right)) = sides else {
                        continue;
                    };
                    let holds = self
                        .value(left)
                        .zip(self.value(right))
                        .and_then(|(left, right)| compare(&left, *relation, &right));
                    truth = and(truth, holds);
                }
                truth.map(Value::Truth)
            }
            Kind::Not(inner) => Some(Value::Truth(!self.truth(inner)?)),
            Kind::And(parts) => {
                let truths = parts.iter().map(|part| self.truth(part));
                truths.fold(Some(true), and).map(Value::Truth)
            }
            Kind::Or(parts) => {
                // Not true is the and of what is not true.
                let truths = parts
                    .iter()
                    .map(|part| self.truth(part).map(|truth| !truth));
                truths.fold(Some(true), and).map(|none| Value::Truth(!none))
            }
            Kind::Call(name, arguments) => self.call(name, arguments),
        }
    }

    /// Whether an expression holds; none where it has no value.
    pub(crate) fn truth(&self, node: &Node) -> Option<bool> {
        match self.value(node)? {
            Value::Truth(truth) => Some(truth),
            _ => None,
        }
    }

    fn arithmetic(&self, left: &Node, operator: Operator, right: &Node) -> Option<Value> {
        let (left, right) = (self.value(left)?, self.value(right)?);
        let number = |value: &Value| match value {
            Value::Number(number) | Value::Time(number) => Some(*number),
            _ => None,
        };
        let (a, b) = (number(&left)?, number(&right)?);
        let result = match operator {
            Operator::Plus => a + b,
            Operator::Minus => a - b,
            Operator::Times => a * b,
            Operator::Over => a / b,
        };
        let is_time = |value: &Value| matches!(value, Value::Time(_));
        let time = match operator {
            Operator::Plus => is_time(&left) || is_time(&right),
            Operator::Minus => is_time(&left) && !is_time(&right),
            _ => false,
        };
        let value = if time { Value::Time } else { Value::Number };
        result.is_finite().then(|| value(result))
    }

    fn call(&self, name: &str, arguments: &[Argument]) -> Option<Value> {
        let time = |minutes: f64| Value::Time(self.calendar.years(minutes));
        let kinds: Vec<&ArgumentKind> = arguments.iter().map(|argument| &argument.kind).collect();
        let selected = |name: &str| self.selected(name);
        match (name, kinds.as_slice()) {
            ("start", []) => Some(time(0.0)),
            ("end", []) => Some(time(f64::from(self.calendar.horizon.minutes()))),
            ("count", [ArgumentKind::Selection(of)]) => {
                Some(Value::Number(selected(of)?.count as f64))
            }
            ("first", [ArgumentKind::Selection(of)]) => selected(of)?.first.map(time),
            ("last", [ArgumentKind::Selection(of)]) => selected(of)?.last.map(time),
            ("years", [ArgumentKind::Selection(of)]) => {
                let rows = selected(of)?;
                let at = |minutes: f64| hailsham_engine::time::Time::from_minutes(minutes as i32);
                let span = at(rows.last?) - at(rows.first?);
                Some(Value::Number(span.years()))
            }
            ("age", [ArgumentKind::Selection(of)]) => {
                selected(of)?.number("first", "age").map(Value::Number)
            }
            ("share", [ArgumentKind::Selection(of), ArgumentKind::Selection(among)]) => {
                let (of, among) = (selected(of)?.count, selected(among)?.count);
                (among > 0).then(|| Value::Number(of as f64 / among as f64))
            }
            ("every", [ArgumentKind::Selection(of), ArgumentKind::Selection(among)]) => {
                let (of, among) = (selected(of)?, selected(among)?);
                let there = |person: &u32| {
                    *person != u32::MAX && among.people.binary_search(person).is_ok()
                };
                (of.count > 0).then(|| Value::Truth(of.people.iter().all(there)))
            }
            ("text", [ArgumentKind::Column(of, column)]) => {
                let text = selected(of)?.texts.get(column.as_str())?;
                Some(Value::Text(text.clone()))
            }
            (function, [ArgumentKind::Column(of, column)]) => {
                let rows = selected(of)?;
                let number = rows.number(function, column)?;
                let is_time = function != "distinct" && rows.is_time(column);
                Some(if is_time {
                    time(number)
                } else {
                    Value::Number(number)
                })
            }
            ("metric", [ArgumentKind::Text(name)]) => {
                self.metrics.get(name)?.as_f64().map(Value::Number)
            }
            ("parameter", [ArgumentKind::Text(path)]) => match self.scope.parameter(path)? {
                Json::Number(number) => number.as_f64().map(Value::Number),
                Json::String(text) => Some(Value::Text(text.clone())),
                Json::Bool(truth) => Some(Value::Truth(*truth)),
                _ => None,
            },
            ("word", [ArgumentKind::Text(key)]) => self.scope.word(key).map(Value::Text),
            ("date", [ArgumentKind::Text(date)]) => {
                interval(date).ok().map(|(start, ..)| Value::Time(start))
            }
            _ => None,
        }
    }
}

/// Whether both hold; known as soon as one is known not to.
fn and(left: Option<bool>, right: Option<bool>) -> Option<bool> {
    match (left, right) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

fn compare(left: &Value, relation: Relation, right: &Value) -> Option<bool> {
    let ordering = match (left, right) {
        (Value::Number(a) | Value::Time(a), Value::Number(b) | Value::Time(b)) => {
            a.partial_cmp(b)?
        }
        (Value::Text(a), Value::Text(b)) => a.cmp(b),
        (Value::Truth(a), Value::Truth(b)) => a.cmp(b),
        _ => return None,
    };
    Some(match relation {
        Relation::Equal => ordering.is_eq(),
        Relation::Unequal => ordering.is_ne(),
        Relation::Less => ordering.is_lt(),
        Relation::AtMost => ordering.is_le(),
        Relation::More => ordering.is_gt(),
        Relation::AtLeast => ordering.is_ge(),
    })
}

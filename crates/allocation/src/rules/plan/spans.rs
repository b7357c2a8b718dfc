//! A program run on what is known of each part of a list, instead of on its candidates.

use super::{Action, Operations, Program, Two, Value};
use crate::rules::attribute::Population;
use crate::rules::span::Span;

impl Program {
    /// Computes between which values the results lie for the candidates of each part.
    pub(in crate::rules) fn run_on_parts(
        &mut self,
        operations: &Operations,
        population: &impl Population,
        parts: usize,
    ) {
        let columns = self.columns.len();
        self.spans.resize_with(columns, Vec::new);
        for column in &mut self.spans {
            column.resize(parts, Span::UNKNOWN);
        }
        for line in &self.lines {
            let mut column = std::mem::take(&mut self.spans[line.out]);
            let out = column.as_mut_slice();
            let spans = &self.spans;
            let [x, y, z] = line.operands;
            match line.action {
                Action::Attribute(attribute) => population.of_parts(attribute, out),
                Action::One(op) => each(out, spans, x, |x| Span::one(op, x)),
                Action::Steps(steps) => {
                    let steps = &operations.steps[steps];
                    each(out, spans, x, |x| Span::steps(steps, x));
                }
                Action::Choose => {
                    for (part, out) in out.iter_mut().enumerate() {
                        let [x, y, z] = [x, y, z].map(|value| at(spans, value, part));
                        *out = Span::choose(x, y, z);
                    }
                }
                Action::Two(op) => pairs(op, out, spans, x, y),
            }
            self.spans[line.out] = column;
        }
    }

    /// A result of the last run on parts.
    pub(in crate::rules) fn span(&self, result: usize, part: usize) -> Span {
        let result = self.results[result];
        result
            .fixed
            .map_or_else(|| self.spans[result.column][part], Span::of)
    }
}

#[inline]
fn at(spans: &[Vec<Span>], value: Value, part: usize) -> Span {
    match value {
        Value::Column(column) => spans[column][part],
        Value::Number(number) => Span::of(number),
    }
}

fn each(out: &mut [Span], spans: &[Vec<Span>], x: Value, function: impl Fn(Span) -> Span) {
    match x {
        Value::Column(x) => {
            for (out, x) in out.iter_mut().zip(&spans[x]) {
                *out = function(*x);
            }
        }
        Value::Number(x) => out.fill(function(Span::of(x))),
    }
}

fn both(
    out: &mut [Span],
    spans: &[Vec<Span>],
    x: Value,
    y: Value,
    function: impl Fn(Span, Span) -> Span,
) {
    match (x, y) {
        (Value::Column(x), Value::Column(y)) => {
            for ((out, x), y) in out.iter_mut().zip(&spans[x]).zip(&spans[y]) {
                *out = function(*x, *y);
            }
        }
        (x, Value::Number(y)) => each(out, spans, x, |x| function(x, Span::of(y))),
        (Value::Number(x), y) => each(out, spans, y, |y| function(Span::of(x), y)),
    }
}

/// The operation is chosen outside the loop.
fn pairs(op: Two, out: &mut [Span], spans: &[Vec<Span>], x: Value, y: Value) {
    macro_rules! chosen {
        ($($name:ident)*) => {
            match op {
                $(Two::$name => both(out, spans, x, y, |x, y| Span::two(Two::$name, x, y)),)*
            }
        };
    }
    chosen!(Add Subtract Multiply Divide Smaller Larger Power Less AtMost Equal And Or);
}

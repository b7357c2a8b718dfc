//! A program run on what is known of each part of a list, instead of on its candidates.

use super::{Action, Operations, Program, Value};
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
                Action::One(op) => each(out, spans, [x], |[x]| Span::one(op, x)),
                Action::Steps(steps) => {
                    let steps = &operations.steps[steps];
                    each(out, spans, [x], |[x]| Span::steps(steps, x));
                }
                Action::Choose => {
                    each(out, spans, [x, y, z], |[x, y, z]| Span::choose(x, y, z));
                }
                Action::Two(op) => each(out, spans, [x, y], |[x, y]| Span::two(op, x, y)),
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

fn each<const N: usize>(
    out: &mut [Span],
    spans: &[Vec<Span>],
    operands: [Value; N],
    function: impl Fn([Span; N]) -> Span,
) {
    for (part, out) in out.iter_mut().enumerate() {
        *out = function(operands.map(|operand| match operand {
            Value::Column(column) => spans[column][part],
            Value::Number(number) => Span::of(number),
        }));
    }
}

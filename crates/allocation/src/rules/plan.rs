//! Rules as operations on columns.
//!
//! A policy is compiled once into a list of operations without repetition. For each donor the list is made
//! shorter: what depends on the donor alone becomes a number, and what a number decides falls away, so that the
//! rules of other countries cost nothing. What is left is computed for a batch of candidates at a time.

// The operations are compiled for two kinds of processor: see the loops over columns. What is not laid into them would
// be compiled for the lesser kind alone.
#![expect(clippy::inline_always)]

mod columns;

use super::attribute::{About, Catalogue, Population};
use super::span::{Span, least, most};

/// The number of an operation.
pub(crate) type Id = usize;

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum One {
    Minus,
    Not,
    Absolute,
    Floor,
    /// Half up.
    Round,
    /// Towards zero.
    Cut,
    Exp,
    Ln,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Two {
    Add,
    Subtract,
    Multiply,
    Divide,
    Smaller,
    Larger,
    Power,
    Less,
    AtMost,
    Equal,
    And,
    Or,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Op {
    Number(f64),
    Attribute(usize),
    One(One, Id),
    Two(Two, Id, Id),
    /// The second where the first holds, else the third.
    Choose(Id, Id, Id),
    /// A function of steps, by its number.
    Steps(usize, Id),
}

/// A function of steps: from each bound on, a value; below the first bound, 0.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Steps {
    pub(crate) from: Vec<f64>,
    pub(crate) gives: Vec<f64>,
}

impl Steps {
    pub(super) fn at(&self, x: f64) -> f64 {
        self.after(self.from.partition_point(|bound| *bound <= x))
    }

    /// The value once so many bounds are passed.
    pub(super) fn after(&self, passed: usize) -> f64 {
        if passed == 0 {
            0.0
        } else {
            self.gives[passed - 1]
        }
    }
}

/// Half up, of numbers of any size: −0.5 becomes 0, −0.7 becomes −1. What is no number stays none.
#[inline(always)]
pub(crate) fn rounded(x: f64) -> f64 {
    (x + 0.5).floor()
}

#[inline(always)]
pub(super) fn one(op: One, x: f64) -> f64 {
    match op {
        One::Minus => -x,
        One::Not => 1.0 - x,
        One::Absolute => x.abs(),
        One::Floor => x.floor(),
        One::Round => rounded(x),
        One::Cut => x.trunc(),
        One::Exp => libm::exp(x),
        One::Ln => libm::log(x),
    }
}

#[inline(always)]
pub(super) fn two(op: Two, x: f64, y: f64) -> f64 {
    let flag = |truth: bool| f64::from(u8::from(truth));
    match op {
        Two::Add => x + y,
        Two::Subtract => x - y,
        Two::Multiply | Two::And => x * y,
        Two::Divide => x / y,
        Two::Smaller => least(x, y),
        Two::Larger | Two::Or => most(x, y),
        Two::Power => libm::pow(x, y),
        Two::Less => flag(x < y),
        Two::AtMost => flag(x <= y),
        Two::Equal => flag(x == y),
    }
}

/// All operations of a policy, each after those that it needs.
#[derive(Debug, Clone, Default)]
pub(crate) struct Operations {
    pub(crate) ops: Vec<Op>,
    pub(crate) steps: Vec<Steps>,
}

impl Operations {
    /// The number of an operation, which is added if there is none like it.
    pub(crate) fn push(&mut self, op: Op) -> Id {
        let known = self.ops.iter().position(|other| *other == op);
        known.unwrap_or_else(|| {
            self.ops.push(op);
            self.ops.len() - 1
        })
    }
}

/// What an operation has become for one donor.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Value {
    Number(f64),
    Column(usize),
}

/// Candidates computed at a time: their columns stay in the nearest cache.
pub(crate) const BATCH: usize = 128;

/// The operations of some results for one donor. Kept and used again for the next, so that nothing is allocated.
#[derive(Debug, Clone, Default)]
pub(crate) struct Program {
    values: Vec<Value>,
    /// Operations that are left, in order.
    lines: Vec<Line>,
    needed: Vec<bool>,
    /// The line that reads each line last, and the column of each.
    last: Vec<Option<usize>>,
    places: Vec<usize>,
    free: Vec<usize>,
    /// Of [`BATCH`] candidates each.
    columns: Vec<Vec<f64>>,
    /// The same of parts of a list.
    spans: Vec<Vec<Span>>,
    results: Vec<Outcome>,
}

#[derive(Debug, Clone, Copy)]
struct Outcome {
    /// The number, where it is one for all.
    fixed: Option<f64>,
    column: usize,
}

#[derive(Debug, Clone, Copy)]
enum Action {
    Attribute(usize),
    One(One),
    Two(Two),
    Choose,
    Steps(usize),
}

/// An operation on columns or numbers.
#[derive(Debug, Clone, Copy)]
struct Line {
    action: Action,
    /// As many as the action takes, and then numbers that nobody reads.
    operands: [Value; 3],
    /// The column that it fills.
    out: usize,
}

impl Program {
    /// Makes the program for a donor, with these results.
    pub(crate) fn prepare(
        &mut self,
        operations: &Operations,
        results: &[Id],
        catalogue: &Catalogue,
        population: &impl Population,
    ) {
        self.needed.clear();
        self.needed.resize(operations.ops.len(), false);
        for result in results {
            self.needed[*result] = true;
        }
        for id in (0..operations.ops.len()).rev() {
            if self.needed[id] {
                let mut need = |id: Id| self.needed[id] = true;
                match operations.ops[id] {
                    Op::Number(_) | Op::Attribute(_) => {}
                    Op::One(_, x) | Op::Steps(_, x) => need(x),
                    Op::Two(_, x, y) => {
                        need(x);
                        need(y);
                    }
                    Op::Choose(x, y, z) => {
                        need(x);
                        need(y);
                        need(z);
                    }
                }
            }
        }
        self.values.clear();
        self.lines.clear();
        for (id, op) in operations.ops.iter().enumerate() {
            let value = if self.needed[id] {
                self.reduce(*op, operations, catalogue, population)
            } else {
                Value::Number(0.0)
            };
            self.values.push(value);
        }
        self.settle(results);
    }

    fn line<const N: usize>(&mut self, action: Action, operands: [Value; N]) -> Value {
        let mut all = [Value::Number(0.0); 3];
        all[..N].copy_from_slice(&operands);
        self.lines.push(Line {
            action,
            operands: all,
            out: 0,
        });
        Value::Column(self.lines.len() - 1)
    }

    fn reduce(
        &mut self,
        op: Op,
        operations: &Operations,
        catalogue: &Catalogue,
        population: &impl Population,
    ) -> Value {
        use Value::{Column, Number};
        match op {
            Op::Number(number) => Number(number),
            Op::Attribute(attribute) => match catalogue.attributes[attribute].about {
                About::Donor => Number(population.of_donor(attribute)),
                About::Candidate => match population.of_all(attribute) {
                    Some(number) => Number(number),
                    None => self.line(Action::Attribute(attribute), []),
                },
            },
            Op::One(op, x) => match self.values[x] {
                Number(x) => Number(one(op, x)),
                x @ Column(_) => self.line(Action::One(op), [x]),
            },
            Op::Steps(steps, x) => match self.values[x] {
                Number(x) => Number(operations.steps[steps].at(x)),
                x @ Column(_) => self.line(Action::Steps(steps), [x]),
            },
            Op::Choose(condition, yes, no) => match self.values[condition] {
                Number(condition) if condition != 0.0 => self.values[yes],
                Number(_) => self.values[no],
                condition @ Column(_) => {
                    let operands = [condition, self.values[yes], self.values[no]];
                    self.line(Action::Choose, operands)
                }
            },
            Op::Two(op, x, y) => match (op, self.values[x], self.values[y]) {
                (op, Number(x), Number(y)) => Number(two(op, x, y)),
                (Two::And, Number(truth), other) | (Two::And, other, Number(truth)) => {
                    if truth == 0.0 { Number(0.0) } else { other }
                }
                (Two::Or, Number(truth), other) | (Two::Or, other, Number(truth)) => {
                    if truth == 0.0 { other } else { Number(1.0) }
                }
                (Two::Add, Number(0.0), other)
                | (Two::Add, other, Number(0.0))
                | (Two::Multiply, Number(1.0), other)
                | (Two::Multiply, other, Number(1.0)) => other,
                (op, x, y) => self.line(Action::Two(op), [x, y]),
            },
        }
    }

    /// Takes out the lines that no result needs any more, and gives the others columns. A column is filled again
    /// once nobody reads it any more: so few are needed that they stay in the nearest cache.
    fn settle(&mut self, results: &[Id]) {
        let lines = self.lines.len();
        self.last.clear();
        self.last.resize(lines, None);
        for result in results {
            if let Value::Column(line) = self.values[*result] {
                self.last[line] = Some(lines);
            }
        }
        for at in (0..lines).rev() {
            if self.last[at].is_some() {
                for operand in self.lines[at].operands {
                    if let Value::Column(line) = operand {
                        self.last[line].get_or_insert(at);
                    }
                }
            }
        }
        self.places.clear();
        self.free.clear();
        let (mut columns, mut kept) = (0, 0);
        for at in 0..lines {
            self.places.push(0);
            if self.last[at].is_none() {
                continue;
            }
            let mut line = self.lines[at];
            line.out = self.free.pop().unwrap_or_else(|| {
                columns += 1;
                columns - 1
            });
            self.places[at] = line.out;
            for operand in &mut line.operands {
                if let Value::Column(other) = operand {
                    let column = self.places[*other];
                    if self.last[*other].take_if(|last| *last == at).is_some() {
                        self.free.push(column);
                    }
                    *other = column;
                }
            }
            self.lines[kept] = line;
            kept += 1;
        }
        self.lines.truncate(kept);
        self.results.clear();
        for result in results {
            let outcome = match self.values[*result] {
                Value::Column(line) => Outcome {
                    fixed: None,
                    column: self.places[line],
                },
                Value::Number(number) => {
                    columns += 1;
                    Outcome {
                        fixed: Some(number),
                        column: columns - 1,
                    }
                }
            };
            self.results.push(outcome);
        }
        if self.columns.len() < columns {
            self.columns.resize_with(columns, || vec![0.0; BATCH]);
        }
        for result in &self.results {
            if let Some(number) = result.fixed {
                self.columns[result.column].fill(number);
            }
        }
    }

    /// Computes the results for at most [`BATCH`] candidates.
    pub(crate) fn run<P: Population>(
        &mut self,
        operations: &Operations,
        population: &P,
        rows: &[u32],
    ) {
        let Some(last) = rows.len().min(BATCH).checked_sub(1) else {
            return;
        };
        let people: [P::Person<'_>; BATCH] =
            std::array::from_fn(|at| population.person(rows[at.min(last)]));
        let people = &people[..=last];
        let attribute = |number, out: &mut [f64]| population.of_candidates(number, people, out);
        let columns = &mut self.columns;
        columns::run(&self.lines, operations, columns, people.len(), attribute);
    }

    /// A result of the last run, for every candidate of the batch; what stands behind its end means nothing.
    pub(crate) fn results(&self, result: usize) -> &[f64] {
        &self.columns[self.results[result].column]
    }

    /// Computes between which values the results lie for the candidates of each part of a list.
    pub(crate) fn run_on_parts(
        &mut self,
        operations: &Operations,
        population: &impl Population,
        parts: usize,
    ) {
        self.spans.resize_with(self.columns.len(), Vec::new);
        for column in &mut self.spans {
            column.resize(parts, Span::UNKNOWN);
        }
        let attribute = |number, out: &mut [Span]| population.of_parts(number, out);
        columns::run(&self.lines, operations, &mut self.spans, parts, attribute);
    }

    /// What is known of a result of the last run on parts.
    pub(crate) fn span(&self, result: usize, part: usize) -> Span {
        let result = self.results[result];
        result
            .fixed
            .map_or_else(|| self.spans[result.column][part], Span::of)
    }

    /// A result that is the same for all candidates of this donor.
    pub(crate) fn fixed(&self, result: usize) -> Option<f64> {
        self.results[result].fixed
    }
}

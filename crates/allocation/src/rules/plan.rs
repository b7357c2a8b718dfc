//! Rules as operations on columns.
//!
//! A policy is compiled once into a list of operations without repetition. For each donor the list is made
//! shorter: what depends on the donor alone becomes a number, and what a number decides falls away, so that the
//! rules of other countries cost nothing. What is left is computed for a batch of candidates at a time.

use std::borrow::Cow;

use super::attribute::{About, Catalogue, Population};

/// The number of an operation.
pub(crate) type Id = usize;

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum One {
    Minus,
    Not,
    Absolute,
    Floor,
    /// Half up, and then towards zero.
    Round,
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
    fn at(&self, x: f64) -> f64 {
        let passed = self.from.partition_point(|bound| *bound <= x);
        if passed == 0 {
            0.0
        } else {
            self.gives[passed - 1]
        }
    }
}

/// Half up and then towards zero: −0.7 becomes 0, −1.7 becomes −1.
pub(crate) fn rounded(x: f64) -> f64 {
    f64::from((x + 0.5) as i32)
}

fn one(op: One, x: f64) -> f64 {
    match op {
        One::Minus => -x,
        One::Not => 1.0 - x,
        One::Absolute => x.abs(),
        One::Floor => x.floor(),
        One::Round => rounded(x),
        One::Exp => libm::exp(x),
        One::Ln => libm::log(x),
    }
}

fn two(op: Two, x: f64, y: f64) -> f64 {
    let flag = |truth: bool| f64::from(u8::from(truth));
    match op {
        Two::Add => x + y,
        Two::Subtract => x - y,
        Two::Multiply | Two::And => x * y,
        Two::Divide => x / y,
        Two::Smaller => x.min(y),
        Two::Larger | Two::Or => x.max(y),
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
    /// Operations that are left, in order, with operands that are columns or numbers.
    lines: Vec<Line>,
    needed: Vec<bool>,
    columns: Vec<[f64; BATCH]>,
    results: Vec<Value>,
}

#[derive(Debug, Clone, Copy)]
enum Line {
    Attribute(usize),
    One(One, usize),
    Two(Two, Value, Value),
    Choose(usize, Value, Value),
    Steps(usize, usize),
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
        self.results.clear();
        self.results
            .extend(results.iter().map(|id| self.values[*id]));
        self.drop_unused();
        if self.columns.len() < self.lines.len() {
            self.columns.resize(self.lines.len(), [0.0; BATCH]);
        }
    }

    fn line(&mut self, line: Line) -> Value {
        self.lines.push(line);
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
                    None => self.line(Line::Attribute(attribute)),
                },
            },
            Op::One(op, x) => match self.values[x] {
                Number(x) => Number(one(op, x)),
                Column(x) => self.line(Line::One(op, x)),
            },
            Op::Steps(steps, x) => match self.values[x] {
                Number(x) => Number(operations.steps[steps].at(x)),
                Column(x) => self.line(Line::Steps(steps, x)),
            },
            Op::Choose(condition, yes, no) => match self.values[condition] {
                Number(condition) if condition != 0.0 => self.values[yes],
                Number(_) => self.values[no],
                Column(condition) => {
                    self.line(Line::Choose(condition, self.values[yes], self.values[no]))
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
                (Two::Add, Number(0.0), other) | (Two::Add, other, Number(0.0)) => other,
                (op, x, y) => self.line(Line::Two(op, x, y)),
            },
        }
    }

    /// Takes out the lines that no result needs any more.
    fn drop_unused(&mut self) {
        let used = |needed: &mut Vec<bool>, value: Value| {
            if let Value::Column(column) = value {
                needed[column] = true;
            }
        };
        self.needed.clear();
        self.needed.resize(self.lines.len(), false);
        for result in &self.results {
            used(&mut self.needed, *result);
        }
        for at in (0..self.lines.len()).rev() {
            if self.needed[at] {
                match self.lines[at] {
                    Line::Attribute(_) => {}
                    Line::One(_, x) | Line::Steps(_, x) => self.needed[x] = true,
                    Line::Two(_, x, y) => {
                        used(&mut self.needed, x);
                        used(&mut self.needed, y);
                    }
                    Line::Choose(x, y, z) => {
                        self.needed[x] = true;
                        used(&mut self.needed, y);
                        used(&mut self.needed, z);
                    }
                }
            }
        }
        // The new place of each line; `values` is not needed any more and serves for it.
        self.values.clear();
        let mut kept = 0;
        for at in 0..self.lines.len() {
            self.values.push(Value::Column(kept));
            let moved = |column: usize| match self.values[column] {
                Value::Column(column) => column,
                Value::Number(_) => column,
            };
            let moved_value = |value: Value| match value {
                Value::Column(column) => self.values[column],
                number @ Value::Number(_) => number,
            };
            if self.needed[at] {
                self.lines[kept] = match self.lines[at] {
                    line @ Line::Attribute(_) => line,
                    Line::One(op, x) => Line::One(op, moved(x)),
                    Line::Steps(steps, x) => Line::Steps(steps, moved(x)),
                    Line::Two(op, x, y) => Line::Two(op, moved_value(x), moved_value(y)),
                    Line::Choose(x, y, z) => Line::Choose(moved(x), moved_value(y), moved_value(z)),
                };
                kept += 1;
            }
        }
        self.lines.truncate(kept);
        for result in &mut self.results {
            if let Value::Column(column) = *result {
                *result = self.values[column];
            }
        }
    }

    /// Computes the results for at most [`BATCH`] candidates.
    pub(crate) fn run(
        &mut self,
        operations: &Operations,
        population: &impl Population,
        rows: &[u32],
    ) {
        let count = rows.len().min(BATCH);
        for (at, line) in self.lines.iter().enumerate() {
            let (before, rest) = self.columns.split_at_mut(at);
            let out = &mut rest[0][..count];
            let column = |column: usize| &before[column][..count];
            match *line {
                Line::Attribute(attribute) => {
                    population.of_candidates(attribute, &rows[..count], out);
                }
                Line::One(One::Round, x) => each(out, column(x), rounded),
                Line::One(One::Not, x) => each(out, column(x), |x| 1.0 - x),
                Line::One(op, x) => each(out, column(x), |x| one(op, x)),
                Line::Steps(steps, x) => {
                    each(out, column(x), |x| operations.steps[steps].at(x));
                }
                Line::Choose(condition, yes, no) => {
                    let pick = |value: Value, at: usize| match value {
                        Value::Number(number) => number,
                        Value::Column(column) => before[column][at],
                    };
                    for (at, (out, holds)) in out.iter_mut().zip(column(condition)).enumerate() {
                        let (yes, no) = (pick(yes, at), pick(no, at));
                        *out = if *holds == 0.0 { no } else { yes };
                    }
                }
                Line::Two(op, x, y) => pairs(op, out, before, x, y),
            }
        }
    }

    /// A result of the last run, for the candidate at a place in the batch.
    pub(crate) fn result(&self, result: usize, at: usize) -> f64 {
        match self.results[result] {
            Value::Number(number) => number,
            Value::Column(column) => self.columns[column][at],
        }
    }

    /// A result of the last run, for every candidate of the batch; what stands behind its end means nothing.
    pub(crate) fn results(&self, result: usize) -> Cow<'_, [f64; BATCH]> {
        match self.results[result] {
            Value::Number(number) => Cow::Owned([number; BATCH]),
            Value::Column(column) => Cow::Borrowed(&self.columns[column]),
        }
    }

    /// A result that is the same for all candidates of this donor.
    pub(crate) fn fixed(&self, result: usize) -> Option<f64> {
        match self.results[result] {
            Value::Number(number) => Some(number),
            Value::Column(_) => None,
        }
    }
}

fn each(out: &mut [f64], column: &[f64], function: impl Fn(f64) -> f64) {
    for (out, x) in out.iter_mut().zip(column) {
        *out = function(*x);
    }
}

/// The operation is chosen outside the loop, so that each loop is one that the compiler turns into vectors.
fn pairs(op: Two, out: &mut [f64], columns: &[[f64; BATCH]], x: Value, y: Value) {
    fn both(
        out: &mut [f64],
        columns: &[[f64; BATCH]],
        x: Value,
        y: Value,
        function: impl Fn(f64, f64) -> f64,
    ) {
        match (x, y) {
            (Value::Column(x), Value::Column(y)) => {
                for ((out, x), y) in out.iter_mut().zip(&columns[x]).zip(&columns[y]) {
                    *out = function(*x, *y);
                }
            }
            (Value::Column(x), Value::Number(y)) => each(out, &columns[x], |x| function(x, y)),
            (Value::Number(x), Value::Column(y)) => each(out, &columns[y], |y| function(x, y)),
            (Value::Number(x), Value::Number(y)) => out.fill(function(x, y)),
        }
    }
    match op {
        Two::Add => both(out, columns, x, y, |x, y| two(Two::Add, x, y)),
        Two::Subtract => both(out, columns, x, y, |x, y| two(Two::Subtract, x, y)),
        Two::Multiply | Two::And => both(out, columns, x, y, |x, y| two(Two::Multiply, x, y)),
        Two::Divide => both(out, columns, x, y, |x, y| two(Two::Divide, x, y)),
        Two::Smaller => both(out, columns, x, y, |x, y| if x < y { x } else { y }),
        Two::Larger | Two::Or => both(out, columns, x, y, |x, y| if x > y { x } else { y }),
        Two::Power => both(out, columns, x, y, |x, y| two(Two::Power, x, y)),
        Two::Less => both(out, columns, x, y, |x, y| two(Two::Less, x, y)),
        Two::AtMost => both(out, columns, x, y, |x, y| two(Two::AtMost, x, y)),
        Two::Equal => both(out, columns, x, y, |x, y| two(Two::Equal, x, y)),
    }
}

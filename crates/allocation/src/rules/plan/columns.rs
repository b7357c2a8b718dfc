//! Operations on columns: of candidates' numbers, or of what is known of the parts of a list.

use super::{Action, Line, One, Operations, Steps, Two, Value, one, two};
use crate::rules::span::{Span, least, most};

/// What a column holds.
pub(super) trait Lane: Copy {
    fn of(number: f64) -> Self;
    fn one(op: One, x: Self) -> Self;
    fn two(op: Two, x: Self, y: Self) -> Self;
    fn choose(condition: Self, yes: Self, no: Self) -> Self;
    fn steps(steps: &Steps, x: Self) -> Self;
}

impl Lane for f64 {
    fn of(number: f64) -> Self {
        number
    }

    #[inline]
    fn one(op: One, x: Self) -> Self {
        one(op, x)
    }

    #[inline]
    fn two(op: Two, x: Self, y: Self) -> Self {
        match op {
            Two::Smaller => least(x, y),
            Two::Larger | Two::Or => most(x, y),
            op => two(op, x, y),
        }
    }

    #[inline]
    fn choose(condition: Self, yes: Self, no: Self) -> Self {
        if condition == 0.0 { no } else { yes }
    }

    fn steps(steps: &Steps, x: Self) -> Self {
        steps.at(x)
    }
}

impl Lane for Span {
    fn of(number: f64) -> Self {
        Span::of(number)
    }

    #[inline]
    fn one(op: One, x: Self) -> Self {
        Span::one(op, x)
    }

    #[inline]
    fn two(op: Two, x: Self, y: Self) -> Self {
        Span::two(op, x, y)
    }

    #[inline]
    fn choose(condition: Self, yes: Self, no: Self) -> Self {
        Span::choose(condition, yes, no)
    }

    fn steps(steps: &Steps, x: Self) -> Self {
        Span::steps(steps, x)
    }
}

/// Runs the lines of a program, each on the first `count` of its columns. `attribute` fills a column with an attribute.
pub(super) fn run<T: Lane>(
    lines: &[Line],
    operations: &Operations,
    columns: &mut [Vec<T>],
    count: usize,
    attribute: impl Fn(usize, &mut [T]),
) {
    for line in lines {
        // No line reads the column that it fills.
        let mut column = std::mem::take(&mut columns[line.out]);
        let out = &mut column[..count];
        let all = &*columns;
        let [x, y, z] = line.operands;
        match line.action {
            Action::Attribute(number) => attribute(number, out),
            Action::One(op) => singles(op, out, all, x),
            Action::Steps(steps) => {
                let steps = &operations.steps[steps];
                each(out, all, x, |x| T::steps(steps, x));
            }
            Action::Choose => choose(out, all, x, y, z),
            Action::Two(op) => pairs(op, out, all, x, y),
        }
        columns[line.out] = column;
    }
}

fn each<T: Lane>(out: &mut [T], columns: &[Vec<T>], x: Value, function: impl Fn(T) -> T) {
    match x {
        Value::Column(x) => {
            for (out, x) in out.iter_mut().zip(&columns[x]) {
                *out = function(*x);
            }
        }
        Value::Number(x) => out.fill(function(T::of(x))),
    }
}

fn both<T: Lane>(
    out: &mut [T],
    columns: &[Vec<T>],
    x: Value,
    y: Value,
    function: impl Fn(T, T) -> T,
) {
    match (x, y) {
        (Value::Column(x), Value::Column(y)) => {
            for ((out, x), y) in out.iter_mut().zip(&columns[x]).zip(&columns[y]) {
                *out = function(*x, *y);
            }
        }
        (x, Value::Number(y)) => each(out, columns, x, |x| function(x, T::of(y))),
        (Value::Number(x), y) => each(out, columns, y, |y| function(T::of(x), y)),
    }
}

/// The second where the first is not 0, else the third.
fn choose<T: Lane>(out: &mut [T], columns: &[Vec<T>], condition: Value, yes: Value, no: Value) {
    match (condition, yes, no) {
        (Value::Column(condition), Value::Column(yes), Value::Column(no)) => {
            let columns = columns[condition]
                .iter()
                .zip(&columns[yes])
                .zip(&columns[no]);
            for (out, ((holds, yes), no)) in out.iter_mut().zip(columns) {
                *out = T::choose(*holds, *yes, *no);
            }
        }
        (condition, Value::Number(yes), no) => {
            both(out, columns, condition, no, |holds, no| {
                T::choose(holds, T::of(yes), no)
            });
        }
        (condition, yes, Value::Number(no)) => {
            both(out, columns, condition, yes, |holds, yes| {
                T::choose(holds, yes, T::of(no))
            });
        }
        (Value::Number(holds), yes, no) => {
            both(out, columns, yes, no, |yes, no| {
                T::choose(T::of(holds), yes, no)
            });
        }
    }
}

/// A match over operations with a loop for each: the operation is chosen outside the loop, so that each loop is one
/// that the compiler turns into vectors.
macro_rules! chosen {
    ($op:ident, $kind:ident: $($name:ident)*, $name_of:ident => $loop:expr) => {
        match $op {
            $($kind::$name => {
                let $name_of = $kind::$name;
                $loop
            })*
        }
    };
}

fn singles<T: Lane>(op: One, out: &mut [T], columns: &[Vec<T>], x: Value) {
    chosen!(op, One: Minus Not Absolute Floor Round Exp Ln, op => {
        each(out, columns, x, |x| T::one(op, x));
    });
}

fn pairs<T: Lane>(op: Two, out: &mut [T], columns: &[Vec<T>], x: Value, y: Value) {
    chosen!(
        op,
        Two: Add Subtract Multiply Divide Smaller Larger Power Less AtMost Equal And Or,
        op => both(out, columns, x, y, |x, y| T::two(op, x, y))
    );
}

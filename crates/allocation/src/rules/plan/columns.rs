//! Operations on columns: of candidates' numbers, or of what is known of the parts of a list.

use multiversion::multiversion;

use super::{Action, Line, One, Operations, Steps, Two, Value, one, two};
use crate::rules::span::Span;

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

    #[inline(always)]
    fn one(op: One, x: Self) -> Self {
        one(op, x)
    }

    #[inline(always)]
    fn two(op: Two, x: Self, y: Self) -> Self {
        two(op, x, y)
    }

    #[inline(always)]
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

    #[inline(always)]
    fn one(op: One, x: Self) -> Self {
        Span::one(op, x)
    }

    #[inline(always)]
    fn two(op: Two, x: Self, y: Self) -> Self {
        Span::two(op, x, y)
    }

    #[inline(always)]
    fn choose(condition: Self, yes: Self, no: Self) -> Self {
        Span::choose(condition, yes, no)
    }

    fn steps(steps: &Steps, x: Self) -> Self {
        Span::steps(steps, x)
    }
}

/// A column of what an expression makes of a column or a number. These loops are macros and not functions of functions,
/// so that all of each of them is compiled for the target at hand.
macro_rules! each {
    ($out:expr, $columns:expr, $x:expr, $name:ident => $value:expr) => {
        match $x {
            Value::Column(x) => {
                for (out, $name) in $out.iter_mut().zip(&$columns[x]) {
                    let $name = *$name;
                    *out = $value;
                }
            }
            Value::Number(x) => {
                let $name = T::of(x);
                $out.fill($value);
            }
        }
    };
}

/// The same of two.
macro_rules! both {
    ($out:expr, $columns:expr, $x:expr, $y:expr, $one:ident, $other:ident => $value:expr) => {
        match ($x, $y) {
            (Value::Column(x), Value::Column(y)) => {
                let columns = $columns[x].iter().zip(&$columns[y]);
                for (out, ($one, $other)) in $out.iter_mut().zip(columns) {
                    let ($one, $other) = (*$one, *$other);
                    *out = $value;
                }
            }
            (x, Value::Number(y)) => {
                let $other = T::of(y);
                each!($out, $columns, x, $one => $value);
            }
            (Value::Number(x), y) => {
                let $one = T::of(x);
                each!($out, $columns, y, $other => $value);
            }
        }
    };
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

/// Runs the lines of a program, each on the first `count` of its columns. `attribute` fills a column with an attribute.
#[multiversion(targets("x86_64+avx+avx2"))]
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
            Action::One(op) => {
                chosen!(op, One: Minus Not Absolute Floor Round Cut Exp Ln, op => {
                    each!(out, all, x, x => T::one(op, x));
                });
            }
            Action::Two(op) => {
                chosen!(
                    op,
                    Two: Add Subtract Multiply Divide Smaller Larger Power Less AtMost Equal And Or,
                    op => both!(out, all, x, y, x, y => T::two(op, x, y))
                );
            }
            Action::Steps(steps) => {
                let steps = &operations.steps[steps];
                each!(out, all, x, x => T::steps(steps, x));
            }
            Action::Choose => match (x, y, z) {
                (Value::Column(condition), Value::Column(yes), Value::Column(no)) => {
                    let columns = all[condition].iter().zip(&all[yes]).zip(&all[no]);
                    for (out, ((holds, yes), no)) in out.iter_mut().zip(columns) {
                        *out = T::choose(*holds, *yes, *no);
                    }
                }
                (condition, Value::Number(yes), no) => {
                    let yes = T::of(yes);
                    both!(out, all, condition, no, holds, no => T::choose(holds, yes, no));
                }
                (condition, yes, Value::Number(no)) => {
                    let no = T::of(no);
                    both!(out, all, condition, yes, holds, yes => T::choose(holds, yes, no));
                }
                (Value::Number(holds), yes, no) => {
                    let holds = T::of(holds);
                    both!(out, all, yes, no, yes, no => T::choose(holds, yes, no));
                }
            },
        }
        columns[line.out] = column;
    }
}

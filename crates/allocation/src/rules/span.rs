//! What is known of a number before it is known: its least and its largest value.
//!
//! Every operation that computers do on floats is rounded, but never so that a larger operand gives a smaller sum. The
//! ends of a span, computed by the same operations in the same order, therefore hold for every value to the last bit.

#![expect(clippy::inline_always)] // As in the plan: see there.

use super::plan::{One, Steps, Two, rounded};

/// A least and a largest value. With both ends infinite, nothing is known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Span {
    /// No value is smaller.
    pub low: f64,
    /// No value is larger.
    pub high: f64,
}

/// The smaller of two numbers, in one instruction.
#[inline(always)]
pub(super) fn least(x: f64, y: f64) -> f64 {
    if x < y { x } else { y }
}

/// The larger of two numbers, in one instruction.
#[inline(always)]
pub(super) fn most(x: f64, y: f64) -> f64 {
    if x > y { x } else { y }
}

impl Span {
    /// Anything.
    pub const UNKNOWN: Self = Self {
        low: f64::NEG_INFINITY,
        high: f64::INFINITY,
    };
    /// True or false.
    pub const FLAG: Self = Self {
        low: 0.0,
        high: 1.0,
    };
    /// Nothing yet: with another span it makes that one.
    pub const EMPTY: Self = Self {
        low: f64::INFINITY,
        high: f64::NEG_INFINITY,
    };

    /// One value alone.
    #[inline(always)]
    pub fn of(value: f64) -> Self {
        Self {
            low: value,
            high: value,
        }
    }

    /// From one end to the other. What is not a number makes it unknown.
    #[inline(always)]
    pub fn between(low: f64, high: f64) -> Self {
        if low <= high {
            Self { low, high }
        } else {
            Self::UNKNOWN
        }
    }

    /// True for certain, false for certain, or one of the two.
    #[inline(always)]
    pub fn flag(certain: bool, possible: bool) -> Self {
        let number = |truth: bool| f64::from(u8::from(truth));
        Self {
            low: number(certain),
            high: number(possible),
        }
    }

    /// The values of both.
    #[inline(always)]
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self {
            low: least(self.low, other.low),
            high: most(self.high, other.high),
        }
    }

    /// Whether a value of one may be one of the other.
    #[inline(always)]
    pub fn meets(self, other: Self) -> bool {
        self.low <= other.high && other.low <= self.high
    }

    /// The one value, if there is but one.
    #[inline(always)]
    pub(super) fn value(self) -> Option<f64> {
        (self.low == self.high).then_some(self.low)
    }

    #[inline(always)]
    pub(super) fn is_unknown(self) -> bool {
        self.low == f64::NEG_INFINITY && self.high == f64::INFINITY
    }

    /// What an operation makes of a span.
    #[inline(always)]
    pub(super) fn one(op: One, x: Self) -> Self {
        match op {
            One::Minus => Self::between(-x.high, -x.low),
            One::Not => Self::between(1.0 - x.high, 1.0 - x.low),
            One::Absolute if x.low >= 0.0 => x,
            One::Absolute if x.high <= 0.0 => Self::between(-x.high, -x.low),
            One::Absolute => Self::between(0.0, x.high.max(-x.low)),
            One::Floor => Self::between(x.low.floor(), x.high.floor()),
            One::Round => Self::between(rounded(x.low), rounded(x.high)),
            One::Cut => Self::between(x.low.trunc(), x.high.trunc()),
            // A library promises no order of what it rounds.
            One::Exp | One::Ln => Self::UNKNOWN,
        }
    }

    /// What an operation makes of two spans.
    #[inline(always)]
    pub(super) fn two(op: Two, x: Self, y: Self) -> Self {
        match op {
            Two::Add => Self::between(x.low + y.low, x.high + y.high),
            Two::Subtract => Self::between(x.low - y.high, x.high - y.low),
            Two::Multiply | Two::And => Self::corners(x, y, |x, y| x * y),
            Two::Divide if y.low > 0.0 || y.high < 0.0 => Self::corners(x, y, |x, y| x / y),
            // What is not a number may come of it, and be one of the two.
            Two::Smaller | Two::Larger | Two::Or if x.is_unknown() || y.is_unknown() => {
                Self::UNKNOWN
            }
            Two::Smaller => Self::between(least(x.low, y.low), least(x.high, y.high)),
            Two::Larger | Two::Or => Self::between(most(x.low, y.low), most(x.high, y.high)),
            Two::Less => Self::flag(x.high < y.low, x.low < y.high),
            Two::AtMost => Self::flag(x.high <= y.low, x.low <= y.high),
            Two::Equal => Self::flag(x.value().is_some() && x == y, x.meets(y)),
            Two::Divide | Two::Power => Self::UNKNOWN,
        }
    }

    /// Of an operation whose extremes lie at the ends of its operands.
    #[inline(always)]
    fn corners(x: Self, y: Self, function: impl Fn(f64, f64) -> f64) -> Self {
        let [a, b] = [function(x.low, y.low), function(x.low, y.high)];
        let [c, d] = [function(x.high, y.low), function(x.high, y.high)];
        if (a + b + c + d).is_nan() {
            return Self::UNKNOWN;
        }
        Self {
            low: least(least(a, b), least(c, d)),
            high: most(most(a, b), most(c, d)),
        }
    }

    /// The second where the first holds, else the third.
    #[inline(always)]
    pub(super) fn choose(condition: Self, yes: Self, no: Self) -> Self {
        if condition.low > 0.0 || condition.high < 0.0 {
            yes
        } else if condition == Self::of(0.0) {
            no
        } else {
            yes.with(no)
        }
    }

    /// What a function of steps makes of a span.
    pub(super) fn steps(steps: &Steps, x: Self) -> Self {
        let passed = |x: f64| steps.from.partition_point(|bound| *bound <= x);
        let (least, most) = (passed(x.low), passed(x.high));
        (least..=most)
            .map(|passed| Self::of(steps.after(passed)))
            .fold(Self::EMPTY, Self::with)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every operation on values of the operands gives a value of the span.
    #[test]
    fn no_value_lies_outside() {
        use crate::rules::plan::{one, two};
        let ends = [-2.5, -1.0, 0.0, 0.3, 1.0, 7.25];
        let spans = || {
            ends.iter().enumerate().flat_map(|(at, low)| {
                let high = ends[at..].iter();
                high.map(|high| Span::between(*low, *high))
            })
        };
        let values = |span: Span| {
            let inside = ends
                .iter()
                .filter(move |value| (span.low..=span.high).contains(*value));
            inside.copied()
        };
        let holds =
            |value: f64, span: Span| span.is_unknown() || (span.low..=span.high).contains(&value);
        let ones = [
            One::Minus,
            One::Not,
            One::Absolute,
            One::Floor,
            One::Round,
            One::Cut,
            One::Exp,
            One::Ln,
        ];
        let twos = [
            Two::Add,
            Two::Subtract,
            Two::Multiply,
            Two::Divide,
            Two::Smaller,
            Two::Larger,
            Two::Power,
            Two::Less,
            Two::AtMost,
            Two::Equal,
        ];
        let steps = Steps {
            from: vec![-1.0, 0.5, 1.0],
            gives: vec![3.0, -4.0, 2.0],
        };
        for x in spans() {
            for value in values(x) {
                for op in ones {
                    let span = Span::one(op, x);
                    assert!(holds(one(op, value), span), "{op:?} {x:?} {value}");
                }
                let span = Span::steps(&steps, x);
                assert!(holds(steps.at(value), span), "{x:?} {value} {span:?}");
            }
            for y in spans() {
                for (value, other) in values(x).flat_map(|x| values(y).map(move |y| (x, y))) {
                    for op in twos {
                        let span = Span::two(op, x, y);
                        let result = two(op, value, other);
                        assert!(holds(result, span), "{op:?} {x:?} {y:?} {value} {other}");
                    }
                    let chosen = if value == 0.0 { other } else { -other };
                    let span = Span::choose(x, Span::one(One::Minus, y), y);
                    assert!(holds(chosen, span), "{x:?} {y:?}");
                }
            }
        }
    }

    #[test]
    fn what_is_certain_is_one_value() {
        let (half, whole) = (Span::of(0.5), Span::of(1.0));
        assert_eq!(Span::two(Two::Add, half, half), whole);
        assert_eq!(Span::two(Two::Less, half, whole), whole);
        assert_eq!(Span::two(Two::Equal, half, whole), Span::of(0.0));
        assert_eq!(Span::two(Two::Equal, half, half), whole);
        assert_eq!(Span::choose(whole, half, whole), half);
        assert_eq!(Span::choose(Span::of(0.0), half, whole), whole);
        let unknown = Span::two(Two::Subtract, Span::UNKNOWN, Span::UNKNOWN);
        assert!(unknown.is_unknown());
        assert!(Span::two(Two::Multiply, Span::of(0.0), Span::UNKNOWN).is_unknown());
    }
}

//! Whether a rule can ever hold, and one for a tier given the rules before it.
//!
//! A condition is taken apart into what must hold, each by itself. A rule is never reached if it implies an earlier
//! one, part by part, and can never hold if two of its parts contradict each other. Comparisons of one quantity with
//! numbers are intervals, so that `age < 18 years` implies `age < 65 years` and contradicts `age >= 65 years`.

use super::plan::{Id, One, Op, Operations, Two};

/// Why no candidate can meet a rule that comes after others, each with its name and its tier.
pub(crate) fn unreachable(
    operations: &Operations,
    before: &[(&str, Id, usize)],
    rule: Id,
) -> Option<String> {
    let parts = conjuncts(operations, rule);
    for (name, other, _) in before {
        if implies(operations, &parts, *other) {
            return Some(format!(
                "this rule is never reached: whoever meets it meets `{name}` before"
            ));
        }
    }
    contradict_each_other(operations, &parts)
        .then(|| "this rule can never hold: its parts contradict each other".to_owned())
}

/// Why nobody can meet a condition, or not together with others that must hold as well, each with its name.
pub(crate) fn unmeetable(
    operations: &Operations,
    others: &[(&str, Id)],
    condition: Id,
) -> Option<String> {
    let parts = conjuncts(operations, condition);
    if let [part] = parts[..]
        && operations.ops[part] == Op::Number(0.0)
    {
        return Some("nobody can meet this condition".to_owned());
    }
    if contradict_each_other(operations, &parts) {
        return Some("nobody can meet this condition: its parts contradict each other".to_owned());
    }
    let denied = others.iter().find(|(_, other)| {
        let other = conjuncts(operations, *other);
        let mut pairs = parts
            .iter()
            .flat_map(|part| other.iter().map(move |other| (*part, *other)));
        pairs.any(|(part, other)| contradict(operations, part, other))
    });
    denied.map(|(name, _)| format!("nobody can meet both this condition and `{name}`"))
}

/// Whether one of the parts never holds, or two of them never together.
fn contradict_each_other(operations: &Operations, parts: &[Id]) -> bool {
    parts.iter().enumerate().any(|(at, part)| {
        operations.ops[*part] == Op::Number(0.0)
            || parts[..at]
                .iter()
                .any(|other| contradict(operations, *part, *other))
    })
}

/// What must hold, each by itself.
fn conjuncts(operations: &Operations, id: Id) -> Vec<Id> {
    match operations.ops[id] {
        Op::Two(Two::And, x, y) => {
            let mut all = conjuncts(operations, x);
            all.extend(conjuncts(operations, y));
            all
        }
        _ => vec![id],
    }
}

/// Whether a condition holds wherever all the parts do.
fn implies(operations: &Operations, parts: &[Id], condition: Id) -> bool {
    match operations.ops[condition] {
        Op::Number(number) => number != 0.0,
        Op::Two(Two::And, x, y) => implies(operations, parts, x) && implies(operations, parts, y),
        Op::Two(Two::Or, x, y) => implies(operations, parts, x) || implies(operations, parts, y),
        _ => parts.iter().any(|part| {
            *part == condition
                || matches!(
                    (interval(operations, *part), interval(operations, condition)),
                    (Some(one), Some(other)) if one.lies_in(&other)
                )
        }),
    }
}

fn contradict(operations: &Operations, one: Id, other: Id) -> bool {
    let denies = |one: Id, other: Id| operations.ops[one] == Op::One(One::Not, other);
    denies(one, other)
        || denies(other, one)
        || matches!(
            (interval(operations, one), interval(operations, other)),
            (Some(one), Some(other)) if one.misses(&other)
        )
}

/// The values of a quantity for which a comparison holds.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Interval {
    of: Id,
    /// The least value, and whether it is one of them.
    low: (f64, bool),
    /// The largest value, and whether it is one of them.
    high: (f64, bool),
}

impl Interval {
    fn lies_in(&self, other: &Self) -> bool {
        let low =
            self.low.0 > other.low.0 || (self.low.0 == other.low.0 && (other.low.1 || !self.low.1));
        let high = self.high.0 < other.high.0
            || (self.high.0 == other.high.0 && (other.high.1 || !self.high.1));
        self.of == other.of && low && high
    }

    fn misses(&self, other: &Self) -> bool {
        let below = |one: &Self, two: &Self| {
            one.high.0 < two.low.0 || (one.high.0 == two.low.0 && !(one.high.1 && two.low.1))
        };
        self.of == other.of && (below(self, other) || below(other, self))
    }
}

fn interval(operations: &Operations, id: Id) -> Option<Interval> {
    let number = |id: Id| match operations.ops[id] {
        Op::Number(number) => Some(number),
        _ => None,
    };
    let (op, x, y, holds) = match operations.ops[id] {
        Op::Two(op, x, y) => (op, x, y, true),
        Op::One(One::Not, inner) => match operations.ops[inner] {
            Op::Two(op, x, y) => (op, x, y, false),
            _ => return None,
        },
        _ => return None,
    };
    let (least, most) = ((f64::NEG_INFINITY, false), (f64::INFINITY, false));
    let between = |of, low, high| Some(Interval { of, low, high });
    match (op, number(x), number(y), holds) {
        (Two::Less, None, Some(bound), true) => between(x, least, (bound, false)),
        (Two::Less, None, Some(bound), false) => between(x, (bound, true), most),
        (Two::AtMost, None, Some(bound), true) => between(x, least, (bound, true)),
        (Two::AtMost, None, Some(bound), false) => between(x, (bound, false), most),
        (Two::Less, Some(bound), None, true) => between(y, (bound, false), most),
        (Two::Less, Some(bound), None, false) => between(y, least, (bound, true)),
        (Two::AtMost, Some(bound), None, true) => between(y, (bound, true), most),
        (Two::AtMost, Some(bound), None, false) => between(y, least, (bound, false)),
        (Two::Equal, None, Some(value), true) => between(x, (value, true), (value, true)),
        (Two::Equal, Some(value), None, true) => between(y, (value, true), (value, true)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bounds(low: (f64, bool), high: (f64, bool)) -> Interval {
        Interval { of: 0, low, high }
    }

    #[test]
    fn ends_belong_to_intervals_or_not() {
        let closed = bounds((18.0, true), (65.0, true));
        let open = bounds((18.0, false), (65.0, false));
        assert!(open.lies_in(&closed) && closed.lies_in(&closed));
        assert!(!closed.lies_in(&open));
        let above = bounds((65.0, true), (f64::INFINITY, false));
        assert!(above.misses(&open) && open.misses(&above));
        assert!(!above.misses(&closed));
        assert!(!Interval { of: 1, ..above }.misses(&open));
    }
}

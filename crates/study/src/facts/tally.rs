//! What is kept of the rows of a selection while a table is read: sums, and no more than was asked.

use std::collections::{HashMap, HashSet};

use super::columns::{Role, Table};
use super::evaluate::Shown;
use super::select::{Bounds, Condition, Wish};
use super::sources::{Names, Source};
use super::types::Need;

/// As many rows of a selection are shown.
const SHOWN: usize = 5;
/// As many where the rows themselves are asked for.
const SHOWN_WHEN_ASKED: usize = 50;

/// A wish in the numbers of a run.
#[derive(Clone, Debug, PartialEq)]
enum Test {
    Is(f64),
    Among(Vec<f64>),
    NotAmong(Vec<f64>),
    Within(Bounds),
    Outside(Bounds),
    Missing,
    Present,
}

impl Test {
    fn accepts(&self, value: f64) -> bool {
        match self {
            Test::Is(number) => value == *number,
            Test::Among(numbers) => numbers.contains(&value),
            Test::NotAmong(numbers) => !value.is_nan() && !numbers.contains(&value),
            Test::Within(bounds) => bounds.hold(value),
            Test::Outside(bounds) => !value.is_nan() && !bounds.hold(value),
            Test::Missing => value.is_nan(),
            Test::Present => !value.is_nan(),
        }
    }
}

/// A condition in the numbers of a run: where the value stands, and what it may be.
#[derive(Clone, Debug)]
pub(crate) struct Sieve {
    pub(crate) slot: usize,
    any: Vec<Test>,
}

impl Sieve {
    pub(crate) fn new(condition: &Condition, slot: usize, names: &Names<'_>) -> Sieve {
        let number = |bounds: &Bounds| names.bounds(condition.column.role, bounds);
        let test = |wish: &Wish| match wish {
            Wish::Is(text) => match names.numbers(condition.column, text).as_slice() {
                [one] => Test::Is(*one),
                several => Test::Among(several.to_vec()),
            },
            Wish::IsNot(text) => Test::NotAmong(names.numbers(condition.column, text)),
            Wish::Within(bounds) => Test::Within(number(bounds)),
            Wish::Outside(bounds) => Test::Outside(number(bounds)),
            Wish::Missing => Test::Missing,
            Wish::Present => Test::Present,
        };
        Sieve {
            slot,
            any: condition.any.iter().map(test).collect(),
        }
    }

    /// The numbers that it lets through, if these are all that can pass.
    pub(crate) fn only(&self) -> Option<Vec<f64>> {
        let mut all = Vec::new();
        for test in &self.any {
            match test {
                Test::Is(number) => all.push(*number),
                Test::Among(numbers) => all.extend(numbers),
                Test::Within(bounds) if bounds.low == bounds.high => all.push(bounds.low),
                _ => return None,
            }
        }
        Some(all)
    }

    pub(crate) fn accepts(&self, value: f64) -> bool {
        self.any.iter().any(|test| test.accepts(value))
    }
}

/// Numbers of a column, as far as they are asked for.
#[derive(Clone, Debug)]
enum Gathered {
    People(Vec<u32>),
    Distinct(HashSet<u64>),
    Sums {
        count: u64,
        sum: f64,
        least: f64,
        greatest: f64,
    },
    Values(Vec<f64>),
    First(Option<f64>),
}

/// The rows of a selection, taken one after the other.
pub(crate) struct Tally<R> {
    /// Where the time of a row stands, and its person.
    time: Option<usize>,
    gathered: Vec<(Need, usize, Gathered)>,
    count: u64,
    first: f64,
    last: f64,
    shown: Vec<R>,
    /// As many rows are shown at most.
    most: usize,
}

impl<R: Copy> Tally<R> {
    /// An empty one, which will answer these needs.
    pub(crate) fn new<S: Source<Row = R>>(
        needs: impl Iterator<Item = Need>,
        source: &S,
    ) -> Tally<R> {
        let table = source.table();
        let slot = |name: Option<&str>| name.and_then(|name| source.slot(name));
        let mut gathered: Vec<(Need, usize, Gathered)> = Vec::new();
        let mut most = SHOWN;
        for need in needs {
            let (name, empty) = match need {
                Need::Rows => {
                    most = SHOWN_WHEN_ASKED;
                    continue;
                }
                Need::People => (table.person(), Gathered::People(Vec::new())),
                Need::Distinct(column) => (Some(column.name), Gathered::Distinct(HashSet::new())),
                Need::Sums(column) => (
                    Some(column.name),
                    Gathered::Sums {
                        count: 0,
                        sum: 0.0,
                        least: f64::INFINITY,
                        greatest: f64::NEG_INFINITY,
                    },
                ),
                Need::Values(column) => (Some(column.name), Gathered::Values(Vec::new())),
                Need::First(column) => (Some(column.name), Gathered::First(None)),
            };
            let known = gathered.iter().any(|(other, ..)| *other == need);
            if let (Some(slot), false) = (slot(name), known) {
                gathered.push((need, slot, empty));
            }
        }
        Tally {
            time: slot(table.time()),
            gathered,
            count: 0,
            first: f64::INFINITY,
            last: f64::NEG_INFINITY,
            shown: Vec::new(),
            most,
        }
    }

    pub(crate) fn take<S: Source<Row = R>>(&mut self, row: R, source: &S) {
        self.count += 1;
        if self.shown.len() < self.most {
            self.shown.push(row);
        }
        if let Some(time) = self.time {
            // What is not a number is neither smaller nor greater.
            let time = source.value(row, time);
            self.first = self.first.min(time);
            self.last = self.last.max(time);
        }
        for (_, slot, gathered) in &mut self.gathered {
            let value = source.value(row, *slot);
            match gathered {
                Gathered::First(first @ None) => *first = Some(value),
                Gathered::First(_) => {}
                // A row without a person is nobody's.
                Gathered::People(people) if value.is_nan() => people.push(u32::MAX),
                Gathered::People(people) => people.push(value as u32),
                _ if value.is_nan() => {}
                Gathered::Distinct(values) => {
                    values.insert(value.to_bits());
                }
                Gathered::Sums {
                    count,
                    sum,
                    least,
                    greatest,
                } => {
                    *count += 1;
                    *sum += value;
                    *least = least.min(value);
                    *greatest = greatest.max(value);
                }
                Gathered::Values(values) => values.push(value),
            }
        }
    }

    /// What is known once all rows were taken.
    pub(crate) fn finish<S: Source<Row = R>>(self, selection: &str, source: &S) -> Answer {
        let shown = self.shown.iter().map(|row| source.show(*row, selection));
        let mut answer = Answer {
            table: source.table(),
            count: self.count,
            first: (self.first.is_finite()).then_some(self.first),
            last: (self.last.is_finite()).then_some(self.last),
            people: Vec::new(),
            numbers: HashMap::new(),
            texts: HashMap::new(),
            shown: shown.collect(),
        };
        for (need, _, gathered) in self.gathered {
            let name = match need {
                Need::People | Need::Rows => "",
                Need::Distinct(column)
                | Need::Sums(column)
                | Need::Values(column)
                | Need::First(column) => column.name,
            };
            let mut tell = |function: &'static str, number: f64| {
                answer.numbers.insert((function, name), number);
            };
            match gathered {
                Gathered::People(mut people) => {
                    people.sort_unstable();
                    people.dedup();
                    answer.people = people;
                }
                Gathered::Distinct(values) if self.count > 0 => {
                    tell("distinct", values.len() as f64);
                }
                Gathered::Sums {
                    count,
                    sum,
                    least,
                    greatest,
                } if count > 0 => {
                    tell("sum", sum);
                    tell("mean", sum / count as f64);
                    tell("min", least);
                    tell("max", greatest);
                }
                Gathered::Values(mut values) => {
                    values.sort_unstable_by(f64::total_cmp);
                    if let Some(median) = median(&values) {
                        tell("median", median);
                    }
                }
                Gathered::First(Some(value)) if !value.is_nan() => {
                    tell("first", value);
                    if let Need::First(column) = need
                        && let Some(text) = source.text(column, value)
                    {
                        answer.texts.insert(name, text);
                    }
                }
                _ => {}
            }
        }
        answer
    }
}

/// The middle of sorted values, or the mean of the two in the middle.
fn median(sorted: &[f64]) -> Option<f64> {
    let upper = *sorted.get(sorted.len() / 2)?;
    if sorted.len() % 2 == 1 {
        return Some(upper);
    }
    let lower = *sorted.get(sorted.len() / 2 - 1)?;
    Some(f64::midpoint(lower, upper))
}

/// What is known of the rows of a selection.
pub(crate) struct Answer {
    pub(crate) table: Table,
    pub(crate) count: u64,
    /// The earliest and the latest time, in minutes.
    pub(crate) first: Option<f64>,
    pub(crate) last: Option<f64>,
    /// The people of its rows, sorted, if they were asked for; `u32::MAX` for a row of nobody.
    pub(crate) people: Vec<u32>,
    /// What functions say of columns.
    pub(crate) numbers: HashMap<(&'static str, &'static str), f64>,
    /// What stands in the columns of the first row.
    pub(crate) texts: HashMap<&'static str, String>,
    /// The first rows.
    pub(crate) shown: Vec<Shown>,
}

impl Answer {
    /// What a function says of a column.
    pub(crate) fn number(&self, function: &str, column: &str) -> Option<f64> {
        let mut numbers = self.numbers.iter();
        let found = numbers.find(|((f, c), _)| *f == function && *c == column);
        found.map(|(_, number)| *number)
    }

    /// Whether a column holds times.
    pub(crate) fn is_time(&self, column: &str) -> bool {
        let column = self.table.column(column);
        column.is_some_and(|column| column.role == Role::Time)
    }
}

#[cfg(test)]
mod tests {
    use super::median;

    #[test]
    fn the_median_is_the_middle() {
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[3.0]), Some(3.0));
        assert_eq!(median(&[1.0, 2.0, 10.0]), Some(2.0));
        assert_eq!(median(&[1.0, 2.0, 10.0, 11.0]), Some(6.0));
    }
}

//! When a sentence form may be used: terms joined by `and`, each of which may be turned by `not`.
//!
//! | term | holds when |
//! |---|---|
//! | `topic == "tape"` | the record is about that |
//! | `n > 2`, `value <= 0.5`, `count`, `people`, `age` | the number compares so |
//! | `with graded` | records of that event are told along |
//! | `every graded` | each record has one of that event told along |
//! | `after teased` | the sentence before told of that event |
//! | `first`, `pinned`, `place`, `other`, `third`, `mutual` | as the word says |
//! | `other_is "guardian"` | the other is of that kind |

/// A parsed condition: all of its terms hold.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Condition {
    pub(crate) terms: Vec<(bool, Term)>,
}

/// One term.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Term {
    Topic(String),
    Number(Quantity, Comparison, f64),
    With(String),
    Every(String),
    After(String),
    OtherIs(String),
    Flag(Flag),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Quantity {
    N,
    Value,
    Count,
    People,
    Age,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Comparison {
    Less,
    AtMost,
    Equal,
    AtLeast,
    More,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Flag {
    /// The first of its kind in this life.
    First,
    /// The last of its kind in this life.
    Last,
    /// Known history.
    Pinned,
    /// The place is known.
    Place,
    /// There is one other.
    Other,
    /// There is a third.
    Third,
    /// The record has its mirror image: both did it to each other.
    Mutual,
    /// The person is dead at the end of the life told.
    Dies,
    /// Told as the life of a student, and not of a recipient or of staff.
    Student,
    /// The other has been named before in this telling.
    Known,
    /// Told from memory.
    Remembered,
    /// No other form can be used.
    Else,
}

const FLAGS: [(&str, Flag); 12] = [
    ("first", Flag::First),
    ("last", Flag::Last),
    ("pinned", Flag::Pinned),
    ("place", Flag::Place),
    ("other", Flag::Other),
    ("third", Flag::Third),
    ("mutual", Flag::Mutual),
    ("dies", Flag::Dies),
    ("student", Flag::Student),
    ("known", Flag::Known),
    ("remembered", Flag::Remembered),
    ("else", Flag::Else),
];

impl Comparison {
    pub(crate) fn holds(self, a: f64, b: f64) -> bool {
        match self {
            Comparison::Less => a < b,
            Comparison::AtMost => a <= b,
            Comparison::Equal => (a - b).abs() < 1e-9,
            Comparison::AtLeast => a >= b,
            Comparison::More => a > b,
        }
    }
}

impl Condition {
    /// Whether the form is for where no other can be used.
    pub(crate) fn is_last_resort(&self) -> bool {
        self.terms.contains(&(true, Term::Flag(Flag::Else)))
    }

    /// Parses a condition; the error has the byte that it is about.
    pub(crate) fn parse(text: &str) -> Result<Condition, (usize, String)> {
        let mut terms = Vec::new();
        let mut words = Words { text, at: 0 };
        loop {
            let (mut at, mut word) = words.next();
            let is_meant = word != "not";
            if !is_meant {
                (at, word) = words.next();
            }
            terms.push((is_meant, term(at, word, &mut words)?));
            match words.next() {
                (_, "") => return Ok(Condition { terms }),
                (_, "and") => {}
                (at, other) => return Err((at, format!("`and` was expected, not `{other}`"))),
            }
        }
    }
}

fn term(at: usize, word: &str, words: &mut Words<'_>) -> Result<Term, (usize, String)> {
    let quantity = match word {
        "n" => Some(Quantity::N),
        "value" => Some(Quantity::Value),
        "count" => Some(Quantity::Count),
        "people" => Some(Quantity::People),
        "age" => Some(Quantity::Age),
        _ => None,
    };
    if let Some(quantity) = quantity {
        let (at, sign) = words.next();
        let comparison = match sign {
            "<" => Comparison::Less,
            "<=" => Comparison::AtMost,
            "==" => Comparison::Equal,
            ">=" => Comparison::AtLeast,
            ">" => Comparison::More,
            _ => return Err((at, format!("`{sign}` compares nothing: write < <= == >= >"))),
        };
        let (at, number) = words.next();
        let number = number
            .parse()
            .map_err(|_| (at, format!("`{number}` is not a number")))?;
        return Ok(Term::Number(quantity, comparison, number));
    }
    match word {
        "topic" => {
            let (at, sign) = words.next();
            if sign != "==" {
                return Err((at, "write topic == \"tape\"".to_owned()));
            }
            Ok(Term::Topic(unquoted(words.next())?))
        }
        "other_is" => Ok(Term::OtherIs(unquoted(words.next())?)),
        "with" => Ok(Term::With(words.next().1.to_owned())),
        "every" => Ok(Term::Every(words.next().1.to_owned())),
        "after" => Ok(Term::After(words.next().1.to_owned())),
        _ => FLAGS
            .iter()
            .find(|(name, _)| *name == word)
            .map(|(_, flag)| Term::Flag(*flag))
            .ok_or_else(|| (at, format!("`{word}` is nothing that can be asked"))),
    }
}

fn unquoted((at, word): (usize, &str)) -> Result<String, (usize, String)> {
    word.strip_prefix('"')
        .and_then(|word| word.strip_suffix('"'))
        .map(str::to_owned)
        .ok_or_else(|| (at, format!("`{word}` should stand in quotation marks")))
}

struct Words<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Words<'a> {
    /// The next word and where it begins; empty at the end.
    fn next(&mut self) -> (usize, &'a str) {
        let rest = &self.text[self.at..];
        let from = self.at + (rest.len() - rest.trim_start().len());
        let rest = &self.text[from..];
        let length = rest.find(char::is_whitespace).unwrap_or(rest.len());
        self.at = from + length;
        (from, &rest[..length])
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_read() {
        let condition = Condition::parse("topic == \"tape\" and not first and n >= 2").unwrap();
        assert_eq!(
            condition.terms,
            [
                (true, Term::Topic("tape".to_owned())),
                (false, Term::Flag(Flag::First)),
                (true, Term::Number(Quantity::N, Comparison::AtLeast, 2.0)),
            ]
        );
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        for (text, at) in [
            ("frist", 0),
            ("first or n > 2", 6),
            ("n is 2", 2),
            ("n > two", 4),
            ("topic == tape", 9),
            ("not", 3),
        ] {
            assert_eq!(Condition::parse(text).unwrap_err().0, at, "{text}");
        }
    }
}

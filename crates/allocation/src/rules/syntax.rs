//! From the text of a rule to its parts.
//!
//! ```text
//!   or         = and { "or" and }
//!   and        = not { "and" not }
//!   not        = "not" not | comparison
//!   comparison = sum [ ( "==" | "!=" | "<" | "<=" | ">" | ">=" ) sum | [ "not" ] "in" "[" sum { "," sum } "]" ]
//!   sum        = product { ( "+" | "-" ) product }
//!   product    = signed { ( "*" | "/" ) signed }
//!   signed     = "-" signed | term
//!   term       = number [ unit ] | text | "true" | "false" | name | name "(" or { "," or } ")" | "(" or ")"
//! ```

use std::ops::Range;

use super::unit::{Dimension, UNITS};

/// What is wrong with a text, and which bytes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// The bytes.
    pub within: Range<usize>,
    /// What is wrong, in a line.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl Trouble {
    pub(crate) fn new(within: &Range<usize>, message: impl Into<String>) -> Self {
        Trouble {
            within: within.clone(),
            message: message.into(),
            help: None,
        }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) kind: Kind,
    pub(crate) span: Range<usize>,
}

/// Two are the same wherever they stand.
impl PartialEq for Node {
    fn eq(&self, other: &Node) -> bool {
        self.kind == other.kind
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kind {
    Number(f64, Dimension),
    Text(String),
    Truth(bool),
    Name(String),
    Call(String, Vec<Node>),
    Minus(Box<Node>),
    Arithmetic(Box<Node>, char, Box<Node>),
    Comparison(Box<Node>, &'static str, Box<Node>),
    /// Whether the first is one of the others.
    In(Box<Node>, Vec<Node>),
    Not(Box<Node>),
    And(Vec<Node>),
    Or(Vec<Node>),
}

/// Words that are no names.
const RESERVED: [&str; 6] = ["and", "or", "not", "in", "true", "false"];

/// Whether a term of a policy may be called so.
pub(crate) fn is_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && text.chars().all(in_name)
        && !RESERVED.contains(&text)
}

fn in_name(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_'
}

/// Brackets and signs in each other, at most: a text of nothing else must not exhaust the stack.
const DEEPEST: usize = 32;

/// Most signs, `and` and `or` that join the parts of an expression: each of a chain lies in the next.
const MOST_LINKS: usize = 1000;

const SIGNS: [&str; 16] = [
    "==", "!=", "<=", ">=", "<", ">", "(", ")", "[", "]", ",", "+", "-", "*", "/", "%",
];

#[derive(Debug, Clone, PartialEq)]
enum Part {
    Number(f64),
    Text(String),
    Word(String),
    Sign(&'static str),
}

impl Part {
    fn describe(&self) -> String {
        match self {
            Part::Number(number) => format!("the number {number}"),
            Part::Text(text) => format!("the text \"{text}\""),
            Part::Word(word) => format!("`{word}`"),
            Part::Sign(sign) => format!("`{sign}`"),
        }
    }
}

type Token = (Part, Range<usize>);

fn tokens(text: &str) -> Result<Vec<Token>, Trouble> {
    let mut all = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        }
        let rest = &text[at..];
        let (part, length) = if first == '"' || first == '\'' {
            let end = rest[1..].find(first).ok_or_else(|| {
                Trouble::new(&(at..text.len()), "a text without an end")
                    .help("it ends with the same quote that it begins with")
            })?;
            (Part::Text(rest[1..=end].to_owned()), end + 2)
        } else if first.is_ascii_digit() {
            let digits = |letter: char| letter.is_ascii_digit() || letter == '.' || letter == '_';
            let length = rest.find(|letter| !digits(letter)).unwrap_or(rest.len());
            let written = &rest[..length];
            let number = written.replace('_', "").parse();
            let number = number.map_err(|_| {
                Trouble::new(&(at..at + length), format!("`{written}` is not a number"))
            })?;
            (Part::Number(number), length)
        } else if in_name(first) {
            let length = rest.find(|c| !in_name(c)).unwrap_or(rest.len());
            (Part::Word(rest[..length].to_owned()), length)
        } else {
            let sign = SIGNS.into_iter().find(|sign| rest.starts_with(sign));
            let sign = sign.ok_or_else(|| {
                let within = at..at + first.len_utf8();
                let trouble = Trouble::new(&within, format!("`{first}` means nothing here"));
                match first {
                    '=' => trouble.help("two are compared with `==`"),
                    '&' => trouble.help("write `and`"),
                    '|' => trouble.help("write `or`"),
                    '!' => trouble.help("write `not`"),
                    _ => trouble,
                }
            })?;
            (Part::Sign(sign), sign.len())
        };
        all.push((part, at..at + length));
        at += length;
    }
    Ok(all)
}

/// The expression that a text is. Fails at the first thing that is wrong.
pub(crate) fn parse(text: &str) -> Result<Node, Trouble> {
    let tokens = tokens(text)?;
    let mut parser = Parser {
        tokens: &tokens,
        at: 0,
        depth: 0,
        links: 0,
        end: text.len(),
    };
    let node = parser.either()?;
    match parser.tokens.get(parser.at) {
        None => Ok(node),
        Some((part, span)) => Err(Trouble::new(
            span,
            format!("{} cannot stand here", part.describe()),
        )
        .help("expected `and`, `or`, a comparison, or the end")),
    }
}

struct Parser<'a> {
    tokens: &'a [Token],
    at: usize,
    depth: usize,
    /// Signs and words that have joined parts so far.
    links: usize,
    /// The length of the text: where what is missing is missing.
    end: usize,
}

type Parsed = Result<Node, Trouble>;

impl Parser<'_> {
    fn part(&self) -> Option<&Part> {
        self.tokens.get(self.at).map(|(part, _)| part)
    }

    fn span(&self) -> Range<usize> {
        let token = self.tokens.get(self.at);
        token.map_or(self.end..self.end, |(_, span)| span.clone())
    }

    fn sign(&mut self, sign: &str) -> bool {
        let found = matches!(self.part(), Some(Part::Sign(found)) if *found == sign);
        self.at += usize::from(found);
        found
    }

    fn word(&mut self, word: &str) -> bool {
        let found = matches!(self.part(), Some(Part::Word(found)) if found == word);
        self.at += usize::from(found);
        found
    }

    fn expected(&self, what: &str) -> Trouble {
        let message = self.part().map_or_else(
            || "something is missing at the end".to_owned(),
            |part| format!("{} cannot stand here", part.describe()),
        );
        Trouble::new(&self.span(), message).help(format!("expected {what}"))
    }

    fn need(&mut self, sign: &str) -> Result<(), Trouble> {
        if self.sign(sign) {
            Ok(())
        } else {
            Err(self.expected(&format!("`{sign}`")))
        }
    }

    fn deeper(&mut self, parse: impl FnOnce(&mut Self) -> Parsed) -> Parsed {
        if self.depth == DEEPEST {
            let message = format!("more than {DEEPEST} brackets, signs and words in each other");
            return Err(Trouble::new(&self.span(), message));
        }
        self.depth += 1;
        let parsed = parse(self);
        self.depth -= 1;
        parsed
    }

    /// Counts a sign or word that has just been read and joins two parts.
    fn link(&mut self) -> Result<(), Trouble> {
        self.links += 1;
        if self.links > MOST_LINKS {
            let message = format!("more than {MOST_LINKS} parts joined by signs, `and` and `or`");
            let (_, span) = &self.tokens[self.at - 1];
            return Err(Trouble::new(span, message).help("name parts of it in `terms`"));
        }
        Ok(())
    }

    fn several(
        &mut self,
        word: &str,
        next: fn(&mut Self) -> Parsed,
        make: fn(Vec<Node>) -> Kind,
    ) -> Parsed {
        let first = next(self)?;
        let mut all = vec![first];
        while self.word(word) {
            self.link()?;
            all.push(next(self)?);
        }
        let span = all[0].span.start..all[all.len() - 1].span.end;
        match <[Node; 1]>::try_from(all) {
            Ok([only]) => Ok(only),
            Err(all) => Ok(Node {
                kind: make(all),
                span,
            }),
        }
    }

    fn either(&mut self) -> Parsed {
        self.several("or", Self::both, Kind::Or)
    }

    fn both(&mut self) -> Parsed {
        self.several("and", Self::negation, Kind::And)
    }

    fn negation(&mut self) -> Parsed {
        let start = self.span().start;
        if self.word("not") {
            let inner = self.deeper(Self::negation)?;
            return Ok(Node {
                span: start..inner.span.end,
                kind: Kind::Not(Box::new(inner)),
            });
        }
        self.comparison()
    }

    fn comparison(&mut self) -> Parsed {
        let left = self.sum()?;
        let relations = ["==", "!=", "<=", ">=", "<", ">"];
        if let Some(relation) = relations.into_iter().find(|relation| self.sign(relation)) {
            let right = self.sum()?;
            if let Some(Part::Sign(sign)) = self.part()
                && relations.contains(sign)
            {
                return Err(self.expected("one comparison; join two with `and`"));
            }
            return Ok(Node {
                span: left.span.start..right.span.end,
                kind: Kind::Comparison(Box::new(left), relation, Box::new(right)),
            });
        }
        let before = self.at;
        let denied = self.word("not");
        if !self.word("in") {
            self.at = before;
            return Ok(left);
        }
        self.need("[")?;
        let mut among = vec![self.sum()?];
        while self.sign(",") {
            among.push(self.sum()?);
        }
        let span = left.span.start..self.span().end;
        self.need("]")?;
        let node = Node {
            span: span.clone(),
            kind: Kind::In(Box::new(left), among),
        };
        Ok(if denied {
            Node {
                span,
                kind: Kind::Not(Box::new(node)),
            }
        } else {
            node
        })
    }

    fn chain(&mut self, signs: [(&str, char); 2], next: fn(&mut Self) -> Parsed) -> Parsed {
        let mut left = next(self)?;
        while let Some((_, sign)) = signs.into_iter().find(|(sign, _)| self.sign(sign)) {
            self.link()?;
            let right = next(self)?;
            left = Node {
                span: left.span.start..right.span.end,
                kind: Kind::Arithmetic(Box::new(left), sign, Box::new(right)),
            };
        }
        Ok(left)
    }

    fn sum(&mut self) -> Parsed {
        self.chain([("+", '+'), ("-", '-')], Self::product)
    }

    fn product(&mut self) -> Parsed {
        self.chain([("*", '*'), ("/", '/')], Self::signed)
    }

    fn signed(&mut self) -> Parsed {
        let start = self.span().start;
        if self.sign("-") {
            let inner = self.deeper(Self::signed)?;
            return Ok(Node {
                span: start..inner.span.end,
                kind: Kind::Minus(Box::new(inner)),
            });
        }
        self.term()
    }

    fn term(&mut self) -> Parsed {
        let mut span = self.span();
        let kind = match self.part().cloned() {
            Some(Part::Number(number)) => {
                self.at += 1;
                let after = self.span().end;
                let unit = UNITS
                    .into_iter()
                    .find(|(name, _, _)| self.word(name) || self.sign(name));
                let (dimension, size) =
                    unit.map_or((Dimension::PLAIN, 1.0), |(_, dimension, size)| {
                        span.end = after;
                        (dimension, size)
                    });
                Kind::Number(number * size, dimension)
            }
            Some(Part::Text(text)) => {
                self.at += 1;
                Kind::Text(text)
            }
            Some(Part::Sign("(")) => {
                self.at += 1;
                let inner = self.deeper(Self::either)?;
                self.need(")")?;
                return Ok(inner);
            }
            Some(Part::Word(word)) if word == "true" || word == "false" => {
                self.at += 1;
                Kind::Truth(word == "true")
            }
            Some(Part::Word(word)) if is_name(&word) => {
                self.at += 1;
                if self.sign("(") {
                    let mut arguments = vec![self.deeper(Self::either)?];
                    while self.sign(",") {
                        arguments.push(self.deeper(Self::either)?);
                    }
                    span.end = self.span().end;
                    self.need(")")?;
                    Kind::Call(word, arguments)
                } else {
                    Kind::Name(word)
                }
            }
            _ => return Err(self.expected("a number, a name, a text or a bracket")),
        };
        Ok(Node { kind, span })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn units_belong_to_their_numbers_and_the_signs_bind_as_in_arithmetic() {
        let node = parse("1 + 2 * 73.05 days").unwrap();
        let Kind::Arithmetic(_, '+', right) = node.kind else {
            panic!("{node:?}")
        };
        let Kind::Arithmetic(_, '*', days) = right.kind else {
            panic!("{right:?}")
        };
        let Kind::Number(years, dimension) = days.kind else {
            panic!("{days:?}")
        };
        assert!((years - 0.2).abs() < 1e-12);
        assert_eq!(dimension, Dimension::TIME);
        assert_eq!(days.span, 8..18);
    }

    #[test]
    fn what_is_wrong_is_pointed_at() {
        for (text, within, message) in [
            ("a = b", 2..3, "`=` means nothing here"),
            ("a and", 5..5, "something is missing at the end"),
            ("1.2.3", 0..5, "`1.2.3` is not a number"),
            ("a in [1", 7..7, "something is missing at the end"),
            ("a < b < c", 6..7, "`<` cannot stand here"),
            ("min(1 2)", 6..7, "the number 2 cannot stand here"),
            ("'open", 0..5, "a text without an end"),
        ] {
            let trouble = parse(text).unwrap_err();
            assert_eq!(
                (trouble.within, trouble.message.as_str()),
                (within, message)
            );
        }
        let deep = "(".repeat(100_000);
        assert!(
            parse(&deep)
                .unwrap_err()
                .message
                .starts_with("more than 32")
        );
        for (first, more) in [("1", "+1"), ("a", " and a"), ("a", " or a")] {
            let chain = |links: usize| first.to_owned() + &more.repeat(links);
            assert!(parse(&chain(MOST_LINKS)).is_ok());
            let trouble = parse(&chain(20_000)).unwrap_err();
            assert!(trouble.message.starts_with("more than 1000 parts"));
            let at = first.len() + MOST_LINKS * more.len();
            assert_eq!(
                &chain(20_000)[trouble.within.clone()],
                more.trim_end_matches(['1', 'a']).trim()
            );
            assert!((at..at + more.len()).contains(&trouble.within.start));
        }
    }
}

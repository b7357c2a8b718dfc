//! From the text of an expression to its parts.
//!
//! ```text
//!   or         = and { "or" and }
//!   and        = not { "and" not }
//!   not        = "not" not | comparison
//!   comparison = sum { ( "==" | "!=" | "<" | "<=" | ">" | ">=" ) sum }
//!   sum        = product { ( "+" | "-" ) product }
//!   product    = signed { ( "*" | "/" ) signed }
//!   signed     = "-" signed | term
//!   term       = number | text | "true" | "false" | "(" or ")" | name "(" [ argument { "," argument } ] ")"
//!   argument   = text | name [ "." name ]
//! ```

use std::ops::Range;

use super::syntax::{Argument, ArgumentKind, Kind, Node, Operator, Relation, Trouble};

/// Brackets and signs in each other, at most: a text of nothing else must not exhaust the stack.
const DEEPEST: usize = 32;

/// Words that are no names.
pub(crate) const RESERVED: [&str; 5] = ["and", "or", "not", "true", "false"];

/// Whether a selection may be called so.
pub(crate) fn is_name(text: &str) -> bool {
    let mut letters = text.chars();
    letters
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && letters.all(in_name)
        && !RESERVED.contains(&text)
}

fn in_name(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_'
}

/// The expression that a text is.
///
/// # Errors
///
/// The first thing that is wrong, and where.
pub(crate) fn parse(text: &str) -> Result<Node, Trouble> {
    let tokens = tokens(text)?;
    let mut parser = Parser {
        tokens: &tokens,
        at: 0,
        depth: 0,
        end: text.len(),
    };
    let node = parser.either()?;
    match parser.next_token() {
        None => Ok(node),
        Some(token) => Err(wrong(
            token.span.clone(),
            format!("{} cannot stand here", token.part.describe()),
            Some("expected `and`, `or`, a comparison, or the end"),
        )),
    }
}

fn wrong(within: Range<usize>, message: String, help: Option<&str>) -> Trouble {
    Trouble {
        within,
        message,
        help: help.map(str::to_owned),
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Part {
    Number(f64),
    Text(String),
    /// A name, or a word such as `and`.
    Name(String),
    Relation(Relation),
    Operator(Operator),
    Open,
    Close,
    Comma,
    Point,
}

impl Part {
    fn describe(&self) -> String {
        match self {
            Part::Number(number) => format!("the number {number}"),
            Part::Text(text) => format!("the text '{text}'"),
            Part::Name(name) => format!("`{name}`"),
            Part::Relation(relation) => format!("`{}`", relation.sign()),
            Part::Operator(operator) => format!("`{}`", operator.sign()),
            Part::Open => "`(`".to_owned(),
            Part::Close => "`)`".to_owned(),
            Part::Comma => "`,`".to_owned(),
            Part::Point => "`.`".to_owned(),
        }
    }
}

#[derive(Clone, Debug)]
struct Token {
    part: Part,
    span: Range<usize>,
}

/// The text in its smallest parts.
fn tokens(text: &str) -> Result<Vec<Token>, Trouble> {
    let mut all = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        }
        let (part, length) = token(&text[at..], first, at)?;
        all.push(Token {
            part,
            span: at..at + length,
        });
        at += length;
    }
    Ok(all)
}

fn token(rest: &str, first: char, at: usize) -> Result<(Part, usize), Trouble> {
    let single = |part| Ok((part, 1));
    match first {
        '(' => single(Part::Open),
        ')' => single(Part::Close),
        ',' => single(Part::Comma),
        '+' => single(Part::Operator(Operator::Plus)),
        '-' => single(Part::Operator(Operator::Minus)),
        '*' => single(Part::Operator(Operator::Times)),
        '/' => single(Part::Operator(Operator::Over)),
        '.' if !rest[1..].starts_with(|next: char| next.is_ascii_digit()) => single(Part::Point),
        '\'' | '"' => match rest[1..].find(first) {
            Some(length) => Ok((Part::Text(rest[1..=length].to_owned()), length + 2)),
            None => Err(wrong(
                at..at + rest.len(),
                "a text without an end".to_owned(),
                Some("it ends with the same quote that it begins with"),
            )),
        },
        _ if first.is_ascii_digit() || first == '.' => number(rest, at),
        _ if in_name(first) => {
            let length = rest.find(|c| !in_name(c)).unwrap_or(rest.len());
            Ok((Part::Name(rest[..length].to_owned()), length))
        }
        _ => {
            let found = Relation::ALL
                .iter()
                .find(|(sign, _)| rest.starts_with(sign));
            if let Some((sign, relation)) = found {
                return Ok((Part::Relation(*relation), sign.len()));
            }
            let help = match first {
                '=' => Some("two are compared with `==`"),
                '&' => Some("write `and`"),
                '|' => Some("write `or`"),
                '!' => Some("write `not`"),
                _ => None,
            };
            let within = at..at + first.len_utf8();
            Err(wrong(within, format!("`{first}` means nothing here"), help))
        }
    }
}

fn number(rest: &str, at: usize) -> Result<(Part, usize), Trouble> {
    let digits = |from: usize| {
        let rest = &rest[from..];
        from + rest
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(rest.len())
    };
    let mut end = digits(0);
    if rest[end..].starts_with('.') {
        end = digits(end + 1);
    }
    if rest[end..].starts_with(['e', 'E']) {
        let sign = usize::from(rest[end + 1..].starts_with(['+', '-']));
        let exponent = digits(end + 1 + sign);
        if exponent > end + 1 + sign {
            end = exponent;
        }
    }
    // What goes on as a name is no number: `3rd`.
    let written = rest[end..]
        .find(|c| !in_name(c))
        .map_or(rest.len(), |more| end + more);
    match rest[..written].parse::<f64>() {
        Ok(number) if number.is_finite() && written == end => Ok((Part::Number(number), end)),
        _ => Err(wrong(
            at..at + written,
            format!("`{}` is not a number", &rest[..written]),
            None,
        )),
    }
}

struct Parser<'a> {
    tokens: &'a [Token],
    at: usize,
    depth: usize,
    /// The length of the text: where what is missing is missing.
    end: usize,
}

impl Parser<'_> {
    fn next_token(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn takes(&mut self, part: &Part) -> bool {
        let found = self.next_token().is_some_and(|token| token.part == *part);
        self.at += usize::from(found);
        found
    }

    fn takes_word(&mut self, word: &str) -> bool {
        let found =
            matches!(self.next_token(), Some(Token { part: Part::Name(name), .. }) if name == word);
        self.at += usize::from(found);
        found
    }

    /// What is missing, or stands in its place.
    fn expected(&self, what: &str) -> Trouble {
        let help = format!("expected {what}");
        match self.next_token() {
            Some(token) => wrong(
                token.span.clone(),
                format!("{} cannot stand here", token.part.describe()),
                Some(&help),
            ),
            None => wrong(
                self.end..self.end,
                "something is missing at the end".to_owned(),
                Some(&help),
            ),
        }
    }

    fn require(&mut self, part: &Part, what: &str) -> Result<usize, Trouble> {
        let end = self.next_token().map_or(self.end, |token| token.span.end);
        if self.takes(part) {
            Ok(end)
        } else {
            Err(self.expected(what))
        }
    }

    fn deeper<T>(
        &mut self,
        parse: impl FnOnce(&mut Self) -> Result<T, Trouble>,
    ) -> Result<T, Trouble> {
        if self.depth == DEEPEST {
            let within = self
                .next_token()
                .map_or(self.end..self.end, |t| t.span.clone());
            let message = format!("more than {DEEPEST} brackets or signs in each other");
            return Err(wrong(within, message, None));
        }
        self.depth += 1;
        let result = parse(self);
        self.depth -= 1;
        result
    }

    fn either(&mut self) -> Result<Node, Trouble> {
        let mut parts = vec![self.both()?];
        while self.takes_word("or") {
            parts.push(self.both()?);
        }
        Ok(joined(parts, Kind::Or))
    }

    fn both(&mut self) -> Result<Node, Trouble> {
        let mut parts = vec![self.negation()?];
        while self.takes_word("and") {
            parts.push(self.negation()?);
        }
        Ok(joined(parts, Kind::And))
    }

    fn negation(&mut self) -> Result<Node, Trouble> {
        let start = self.next_token().map_or(self.end, |token| token.span.start);
        if !self.takes_word("not") {
            return self.comparison();
        }
        let inner = self.deeper(Self::negation)?;
        Ok(Node {
            span: start..inner.span.end,
            kind: Kind::Not(Box::new(inner)),
        })
    }

    fn comparison(&mut self) -> Result<Node, Trouble> {
        let mut operands = vec![self.sum()?];
        let mut relations = Vec::new();
        while let Some(Part::Relation(relation)) = self.next_token().map(|token| &token.part) {
            relations.push(*relation);
            self.at += 1;
            operands.push(self.sum()?);
        }
        Ok(joined(operands, |operands| {
            Kind::Comparison(operands, relations)
        }))
    }

    fn sum(&mut self) -> Result<Node, Trouble> {
        self.chain(&[Operator::Plus, Operator::Minus], Self::product)
    }

    fn product(&mut self) -> Result<Node, Trouble> {
        self.chain(&[Operator::Times, Operator::Over], Self::signed)
    }

    fn chain(
        &mut self,
        operators: &[Operator],
        operand: fn(&mut Self) -> Result<Node, Trouble>,
    ) -> Result<Node, Trouble> {
        let mut left = operand(self)?;
        let mut length = 0;
        while let Some(Part::Operator(operator)) = self.next_token().map(|token| token.part.clone())
        {
            if !operators.contains(&operator) {
                break;
            }
            length += 1;
            if length > DEEPEST {
                let message = format!("more than {DEEPEST} terms in a row");
                return Err(wrong(left.span, message, None));
            }
            self.at += 1;
            let right = operand(self)?;
            left = Node {
                span: left.span.start..right.span.end,
                kind: Kind::Arithmetic(Box::new(left), operator, Box::new(right)),
            };
        }
        Ok(left)
    }

    fn signed(&mut self) -> Result<Node, Trouble> {
        let start = self.next_token().map_or(self.end, |token| token.span.start);
        if !self.takes(&Part::Operator(Operator::Minus)) {
            return self.term();
        }
        let inner = self.deeper(Self::signed)?;
        Ok(Node {
            span: start..inner.span.end,
            kind: Kind::Minus(Box::new(inner)),
        })
    }

    fn term(&mut self) -> Result<Node, Trouble> {
        const WHAT: &str = "a number, a text, a function such as count(...), or `(`";
        let Some(token) = self.next_token().cloned() else {
            return Err(self.expected(WHAT));
        };
        let plain = |kind| {
            Ok(Node {
                kind,
                span: token.span.clone(),
            })
        };
        match &token.part {
            Part::Number(number) => {
                self.at += 1;
                plain(Kind::Number(*number))
            }
            Part::Text(text) => {
                self.at += 1;
                plain(Kind::Text(text.clone()))
            }
            Part::Name(name) if name == "true" || name == "false" => {
                self.at += 1;
                plain(Kind::Truth(name == "true"))
            }
            Part::Name(name) if !RESERVED.contains(&name.as_str()) => {
                self.at += 1;
                self.call(name, token.span.clone())
            }
            Part::Open => {
                self.at += 1;
                let inner = self.deeper(Self::either)?;
                let end = self.require(&Part::Close, "`)`")?;
                Ok(Node {
                    kind: inner.kind,
                    span: token.span.start..end,
                })
            }
            _ => Err(self.expected(WHAT)),
        }
    }

    fn call(&mut self, name: &str, span: Range<usize>) -> Result<Node, Trouble> {
        if !self.takes(&Part::Open) {
            let help = format!("a selection stands in a function, as count({name})");
            return Err(wrong(span, format!("`{name}` is not a term"), Some(&help)));
        }
        let mut arguments = Vec::new();
        if !self.takes(&Part::Close) {
            loop {
                arguments.push(self.argument()?);
                if self.takes(&Part::Comma) {
                    continue;
                }
                self.require(&Part::Close, "`,` or `)`")?;
                break;
            }
        }
        let end = self.tokens.get(self.at - 1).map_or(0, |t| t.span.end);
        Ok(Node {
            kind: Kind::Call(name.to_owned(), arguments),
            span: span.start..end,
        })
    }

    fn argument(&mut self) -> Result<Argument, Trouble> {
        const WHAT: &str = "the name of a selection, a column of one as S.column, or a text";
        let Some(token) = self.next_token().cloned() else {
            return Err(self.expected(WHAT));
        };
        match token.part {
            Part::Text(text) => {
                self.at += 1;
                Ok(Argument {
                    kind: ArgumentKind::Text(text),
                    span: token.span,
                })
            }
            Part::Name(name) if !RESERVED.contains(&name.as_str()) => {
                self.at += 1;
                if !self.takes(&Part::Point) {
                    return Ok(Argument {
                        kind: ArgumentKind::Selection(name),
                        span: token.span,
                    });
                }
                let Some(Token {
                    part: Part::Name(column),
                    span,
                }) = self.next_token().cloned()
                else {
                    return Err(self.expected("the name of a column"));
                };
                self.at += 1;
                Ok(Argument {
                    kind: ArgumentKind::Column(name, column),
                    span: token.span.start..span.end,
                })
            }
            _ => Err(self.expected(WHAT)),
        }
    }
}

/// One part as it is; several as `whole` says.
fn joined(mut parts: Vec<Node>, whole: impl FnOnce(Vec<Node>) -> Kind) -> Node {
    let span = parts.first().map_or(0, |first| first.span.start)
        ..parts.last().map_or(0, |last| last.span.end);
    match (parts.len(), parts.pop()) {
        (1, Some(only)) => only,
        (_, last) => {
            parts.extend(last);
            Node {
                kind: whole(parts),
                span,
            }
        }
    }
}

//! What an expression is made of, and how it is printed.

use std::fmt;
use std::ops::Range;

/// What is wrong with a text, and which bytes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Trouble {
    pub(crate) within: Range<usize>,
    pub(crate) message: String,
    pub(crate) help: Option<String>,
}

/// A part of an expression, and where it stands in the text.
#[derive(Clone, Debug)]
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

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Kind {
    Number(f64),
    Text(String),
    Truth(bool),
    /// A function of selections, columns of them, or texts.
    Call(String, Vec<Argument>),
    Minus(Box<Node>),
    /// A sum, a difference, a product or a quotient.
    Arithmetic(Box<Node>, Operator, Box<Node>),
    /// `a < b <= c`: one operator fewer than operands, of which there are two at least.
    Comparison(Vec<Node>, Vec<Relation>),
    Not(Box<Node>),
    /// Two or more.
    And(Vec<Node>),
    /// Two or more.
    Or(Vec<Node>),
}

/// What a function is given.
#[derive(Clone, Debug)]
pub(crate) struct Argument {
    pub(crate) kind: ArgumentKind,
    pub(crate) span: Range<usize>,
}

impl PartialEq for Argument {
    fn eq(&self, other: &Argument) -> bool {
        self.kind == other.kind
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ArgumentKind {
    Selection(String),
    Column(String, String),
    Text(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    Plus,
    Minus,
    Times,
    Over,
}

impl Operator {
    pub(crate) fn sign(self) -> &'static str {
        match self {
            Operator::Plus => "+",
            Operator::Minus => "-",
            Operator::Times => "*",
            Operator::Over => "/",
        }
    }

    fn binds(self) -> u8 {
        match self {
            Operator::Plus | Operator::Minus => SUM,
            Operator::Times | Operator::Over => PRODUCT,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Relation {
    Equal,
    Unequal,
    Less,
    AtMost,
    More,
    AtLeast,
}

impl Relation {
    /// Every relation with its sign; a sign stands before those that it begins with.
    pub(crate) const ALL: [(&'static str, Relation); 6] = [
        ("==", Relation::Equal),
        ("!=", Relation::Unequal),
        ("<=", Relation::AtMost),
        (">=", Relation::AtLeast),
        ("<", Relation::Less),
        (">", Relation::More),
    ];

    pub(crate) fn sign(self) -> &'static str {
        let all = Relation::ALL.iter();
        all.clone()
            .find(|(_, relation)| *relation == self)
            .map_or("", |(sign, _)| sign)
    }

    /// Whether it asks for more than whether two are the same.
    pub(crate) fn orders(self) -> bool {
        !matches!(self, Relation::Equal | Relation::Unequal)
    }
}

// How tightly the parts of an expression bind; what binds less stands in brackets.
const OR: u8 = 0;
const AND: u8 = 1;
const NOT: u8 = 2;
const COMPARISON: u8 = 3;
const SUM: u8 = 4;
const PRODUCT: u8 = 5;
const SIGNED: u8 = 6;
const TERM: u8 = 7;

impl Node {
    fn binds(&self) -> u8 {
        match &self.kind {
            Kind::Or(_) => OR,
            Kind::And(_) => AND,
            Kind::Not(_) => NOT,
            Kind::Comparison(..) => COMPARISON,
            Kind::Arithmetic(_, operator, _) => operator.binds(),
            Kind::Minus(_) => SIGNED,
            _ => TERM,
        }
    }

    /// Whether it says nothing but itself, as a number or a text.
    pub(crate) fn is_literal(&self) -> bool {
        match &self.kind {
            Kind::Number(_) | Kind::Text(_) | Kind::Truth(_) => true,
            Kind::Minus(inner) => inner.is_literal(),
            _ => false,
        }
    }

    /// Prints it, each comparison as `show` says it.
    pub(crate) fn print_with(&self, show: &dyn Fn(&Node) -> Option<String>) -> String {
        let mut out = String::new();
        // Writing into a String cannot fail.
        let _ = self.print(&mut out, OR, show);
        out
    }

    fn print(
        &self,
        out: &mut dyn fmt::Write,
        least: u8,
        show: &dyn Fn(&Node) -> Option<String>,
    ) -> fmt::Result {
        if let Some(shown) = show(self) {
            return out.write_str(&shown);
        }
        let brackets = self.binds() < least;
        if brackets {
            out.write_char('(')?;
        }
        match &self.kind {
            Kind::Number(number) => write!(out, "{number}")?,
            Kind::Text(text) => write_text(out, text)?,
            Kind::Truth(truth) => write!(out, "{truth}")?,
            Kind::Call(name, arguments) => write_call(out, name, arguments)?,
            Kind::Minus(inner) => {
                out.write_char('-')?;
                inner.print(out, SIGNED, show)?;
            }
            Kind::Arithmetic(left, operator, right) => {
                left.print(out, operator.binds(), show)?;
                write!(out, " {} ", operator.sign())?;
                right.print(out, operator.binds() + 1, show)?;
            }
            Kind::Comparison(operands, relations) => {
                for (index, operand) in operands.iter().enumerate() {
                    if let Some(relation) = index.checked_sub(1).and_then(|at| relations.get(at)) {
                        write!(out, " {} ", relation.sign())?;
                    }
                    operand.print(out, SUM, show)?;
                }
            }
            Kind::Not(inner) => {
                out.write_str("not ")?;
                inner.print(out, NOT, show)?;
            }
            Kind::And(parts) => write_all(out, parts, " and ", NOT, show)?,
            Kind::Or(parts) => write_all(out, parts, " or ", AND, show)?,
        }
        if brackets {
            out.write_char(')')?;
        }
        Ok(())
    }
}

fn write_all(
    out: &mut dyn fmt::Write,
    parts: &[Node],
    between: &str,
    least: u8,
    show: &dyn Fn(&Node) -> Option<String>,
) -> fmt::Result {
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            out.write_str(between)?;
        }
        part.print(out, least, show)?;
    }
    Ok(())
}

fn write_text(out: &mut dyn fmt::Write, text: &str) -> fmt::Result {
    // A text has no escapes, so it holds one kind of quotes at most.
    let quote = if text.contains('\'') { '"' } else { '\'' };
    write!(out, "{quote}{text}{quote}")
}

fn write_call(out: &mut dyn fmt::Write, name: &str, arguments: &[Argument]) -> fmt::Result {
    write!(out, "{name}(")?;
    for (index, argument) in arguments.iter().enumerate() {
        if index > 0 {
            out.write_str(", ")?;
        }
        match &argument.kind {
            ArgumentKind::Selection(selection) => out.write_str(selection)?,
            ArgumentKind::Column(selection, column) => write!(out, "{selection}.{column}")?,
            ArgumentKind::Text(text) => write_text(out, text)?,
        }
    }
    out.write_char(')')
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.print(f, OR, &|_| None)
    }
}

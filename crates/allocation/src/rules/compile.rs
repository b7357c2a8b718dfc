//! From the parts of an expression to operations, with every type checked.

use std::ops::Range;

use hailsham_scenario::nearest;
use indexmap::IndexMap;

use super::attribute::{Catalogue, Sort};
use super::plan::{Id, One, Op, Operations, Steps, Two};
use super::syntax::{Kind, Node, Trouble};
use super::unit::Dimension;

/// What a part of an expression is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Type {
    Flag,
    Number(Dimension),
    /// One of the words of an attribute, by the attribute's number.
    Word(usize),
    /// A text, which is a word once it is known of what.
    Text(String),
}

impl Type {
    fn describe(&self, catalogue: &Catalogue) -> String {
        match self {
            Type::Flag => "true or false".to_owned(),
            Type::Number(dimension) if *dimension == Dimension::PLAIN => dimension.to_string(),
            Type::Number(dimension) => format!("a number in {dimension}"),
            Type::Word(attribute) => {
                format!("a word of `{}`", catalogue.attributes[*attribute].name)
            }
            Type::Text(text) => format!("the text \"{text}\""),
        }
    }
}

/// A part of an expression, compiled.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Typed {
    pub(crate) id: Id,
    pub(crate) of: Type,
}

/// Compiles expressions over a catalogue and the terms that were defined before.
pub(crate) struct Compiler<'a> {
    pub(crate) catalogue: &'a Catalogue,
    pub(crate) operations: Operations,
    pub(crate) terms: IndexMap<String, Typed>,
    /// The names of attributes and terms that were asked for.
    pub(crate) asked: Vec<String>,
}

type Compiled = Result<Typed, Trouble>;

/// The functions, with the number of their arguments.
const FUNCTIONS: [(&str, usize); 10] = [
    ("min", 2),
    ("max", 2),
    ("abs", 1),
    ("floor", 1),
    ("round", 1),
    ("exp", 1),
    ("ln", 1),
    ("power", 2),
    ("choose", 3),
    ("number", 1),
];

/// What is said of a name that stands for nothing.
pub(crate) const NO_SUCH_NAME: &str = "there is no attribute or term";

/// Whether a function is called so.
pub(crate) fn is_function(name: &str) -> bool {
    FUNCTIONS.iter().any(|(function, _)| *function == name)
}

impl<'a> Compiler<'a> {
    pub(crate) fn new(catalogue: &'a Catalogue) -> Self {
        Self {
            catalogue,
            operations: Operations::default(),
            terms: IndexMap::new(),
            asked: Vec::new(),
        }
    }

    /// Each term with its operation, and what it is in words.
    pub(crate) fn named_terms(&self) -> IndexMap<String, (Id, String)> {
        let terms = self.terms.iter();
        terms
            .map(|(name, typed)| (name.clone(), (typed.id, self.describe(&typed.of))))
            .collect()
    }

    pub(crate) fn push(&mut self, op: Op) -> Id {
        self.operations.push(op)
    }

    pub(crate) fn number(&mut self, number: f64) -> Id {
        self.push(Op::Number(number))
    }

    pub(crate) fn two(&mut self, two: Two, x: Id, y: Id) -> Id {
        self.push(Op::Two(two, x, y))
    }

    pub(crate) fn steps(&mut self, steps: Steps, of: Id) -> Id {
        let known = self
            .operations
            .steps
            .iter()
            .position(|other| *other == steps);
        let number = known.unwrap_or_else(|| {
            self.operations.steps.push(steps);
            self.operations.steps.len() - 1
        });
        self.push(Op::Steps(number, of))
    }

    fn describe(&self, of: &Type) -> String {
        of.describe(self.catalogue)
    }

    /// An expression that must be true or false.
    pub(crate) fn flag(&mut self, node: &Node) -> Result<Id, Trouble> {
        let typed = self.compile(node)?;
        if typed.of == Type::Flag {
            return Ok(typed.id);
        }
        let found = self.describe(&typed.of);
        Err(
            Trouble::new(&node.span, format!("expected true or false, found {found}"))
                .help("compare it with something"),
        )
    }

    /// An expression that must be a number; which dimension it has is the answer.
    pub(crate) fn quantity(&mut self, node: &Node) -> Result<(Id, Dimension), Trouble> {
        let typed = self.compile(node)?;
        if let Type::Number(dimension) = typed.of {
            return Ok((typed.id, dimension));
        }
        let found = self.describe(&typed.of);
        let trouble = Trouble::new(&node.span, format!("expected a number, found {found}"));
        Err(match typed.of {
            Type::Flag => trouble.help("`number(…)` makes 1 of true and 0 of false"),
            _ => trouble,
        })
    }

    fn plain(&mut self, node: &Node) -> Result<Id, Trouble> {
        let (id, dimension) = self.quantity(node)?;
        if dimension == Dimension::PLAIN {
            Ok(id)
        } else {
            Err(Trouble::new(
                &node.span,
                format!("expected a plain number, found one in {dimension}"),
            )
            .help(format!(
                "divide it by one of its unit: {}",
                one_of(dimension)
            )))
        }
    }

    pub(crate) fn compile(&mut self, node: &Node) -> Compiled {
        match &node.kind {
            Kind::Number(number, dimension) => Ok(Typed {
                id: self.number(*number),
                of: Type::Number(*dimension),
            }),
            Kind::Truth(truth) => Ok(Typed {
                id: self.number(f64::from(u8::from(*truth))),
                of: Type::Flag,
            }),
            Kind::Text(text) => Ok(Typed {
                id: self.number(0.0),
                of: Type::Text(text.clone()),
            }),
            Kind::Name(name) => self.name(name, &node.span),
            Kind::Call(name, arguments) => self.call(name, arguments, &node.span),
            Kind::Minus(inner) => {
                let (id, dimension) = self.quantity(inner)?;
                Ok(Typed {
                    id: self.push(Op::One(One::Minus, id)),
                    of: Type::Number(dimension),
                })
            }
            Kind::Not(inner) => {
                let id = self.flag(inner)?;
                Ok(Typed {
                    id: self.push(Op::One(One::Not, id)),
                    of: Type::Flag,
                })
            }
            Kind::And(parts) => self.fold(parts, Two::And),
            Kind::Or(parts) => self.fold(parts, Two::Or),
            Kind::Arithmetic(left, sign, right) => self.arithmetic(left, *sign, right),
            Kind::Comparison(left, relation, right) => {
                let left_typed = self.compile(left)?;
                self.compare(&left_typed, left, relation, right)
            }
            Kind::In(what, among) => {
                let what_typed = self.compile(what)?;
                let mut any: Option<Id> = None;
                for other in among {
                    let equal = self.compare(&what_typed, what, "==", other)?.id;
                    any = Some(match any {
                        Some(so_far) => self.two(Two::Or, so_far, equal),
                        None => equal,
                    });
                }
                Ok(Typed {
                    id: any.unwrap_or_else(|| self.number(0.0)),
                    of: Type::Flag,
                })
            }
        }
    }

    fn fold(&mut self, parts: &[Node], two: Two) -> Compiled {
        let mut all: Option<Id> = None;
        for part in parts {
            let id = self.flag(part)?;
            all = Some(match all {
                Some(so_far) => self.two(two, so_far, id),
                None => id,
            });
        }
        Ok(Typed {
            id: all.unwrap_or_else(|| self.number(0.0)),
            of: Type::Flag,
        })
    }

    fn name(&mut self, name: &str, span: &Range<usize>) -> Compiled {
        if !self.asked.iter().any(|other| other == name) {
            self.asked.push(name.to_owned());
        }
        if let Some(typed) = self.terms.get(name) {
            return Ok(typed.clone());
        }
        if let Some((number, attribute)) = self.catalogue.find(name) {
            let of = match &attribute.sort {
                Sort::Flag => Type::Flag,
                Sort::Number(dimension) => Type::Number(*dimension),
                Sort::Word(_) => Type::Word(number),
            };
            return Ok(Typed {
                id: self.push(Op::Attribute(number)),
                of,
            });
        }
        let terms = self.terms.keys().map(String::as_str);
        let attributes = self.catalogue.attributes.iter().map(|one| one.name);
        let trouble = Trouble::new(span, format!("{NO_SUCH_NAME} `{name}`"));
        let help = nearest(name, terms.chain(attributes.clone())).map_or_else(
            || {
                let known: Vec<&str> = attributes.collect();
                format!(
                    "the attributes are {}; a term must be defined above the one that uses it",
                    known.join(", ")
                )
            },
            |like| format!("did you mean `{like}`?"),
        );
        Err(trouble.help(help))
    }

    fn call(&mut self, name: &str, arguments: &[Node], span: &Range<usize>) -> Compiled {
        let Some((_, count)) = FUNCTIONS.into_iter().find(|(known, _)| *known == name) else {
            let trouble = Trouble::new(span, format!("there is no function `{name}`"));
            let names = FUNCTIONS.iter().map(|(known, _)| *known);
            let help = nearest(name, names.clone()).map_or_else(
                || format!("there are {}", names.collect::<Vec<_>>().join(", ")),
                |like| format!("did you mean `{like}`?"),
            );
            return Err(trouble.help(help));
        };
        if arguments.len() != count {
            let found = arguments.len();
            return Err(Trouble::new(
                span,
                format!("`{name}` takes {count} arguments, not {found}"),
            ));
        }
        let number = |id, dimension| Typed {
            id,
            of: Type::Number(dimension),
        };
        let first = &arguments[0];
        match name {
            "min" | "max" => {
                let (x, dimension) = self.quantity(first)?;
                let (y, other) = self.quantity(&arguments[1])?;
                self.alike(dimension, other, &arguments[1])?;
                let two = if name == "min" {
                    Two::Smaller
                } else {
                    Two::Larger
                };
                Ok(number(self.two(two, x, y), dimension))
            }
            "abs" => {
                let (x, dimension) = self.quantity(first)?;
                Ok(number(self.push(Op::One(One::Absolute, x)), dimension))
            }
            "floor" | "round" | "exp" | "ln" => {
                let x = self.plain(first)?;
                let one = match name {
                    "floor" => One::Floor,
                    "round" => One::Round,
                    "exp" => One::Exp,
                    _ => One::Ln,
                };
                Ok(number(self.push(Op::One(one, x)), Dimension::PLAIN))
            }
            "power" => {
                let (x, y) = (self.plain(first)?, self.plain(&arguments[1])?);
                Ok(number(self.two(Two::Power, x, y), Dimension::PLAIN))
            }
            "number" => Ok(number(self.flag(first)?, Dimension::PLAIN)),
            _ => {
                let condition = self.flag(first)?;
                let (yes, no) = (self.compile(&arguments[1])?, self.compile(&arguments[2])?);
                if yes.of != no.of {
                    let (one, other) = (self.describe(&yes.of), self.describe(&no.of));
                    return Err(Trouble::new(
                        span,
                        format!("`choose` gives {one} or {other}; both must be alike"),
                    ));
                }
                Ok(Typed {
                    id: self.push(Op::Choose(condition, yes.id, no.id)),
                    of: yes.of,
                })
            }
        }
    }

    fn alike(&self, left: Dimension, right: Dimension, node: &Node) -> Result<(), Trouble> {
        if left == right {
            return Ok(());
        }
        let found = self.describe(&Type::Number(right));
        let trouble = Trouble::new(
            &node.span,
            format!("expected a number in {left}, found {found}"),
        );
        Err(match node.kind {
            Kind::Number(number, Dimension::PLAIN) => trouble.help(format!(
                "the unit is missing: {}",
                one_of(left).replacen('1', &number.to_string(), 1)
            )),
            _ => trouble,
        })
    }

    fn arithmetic(&mut self, left: &Node, sign: char, right: &Node) -> Compiled {
        let (x, one) = self.quantity(left)?;
        let (y, other) = self.quantity(right)?;
        let (two, dimension) = match sign {
            '*' => (Two::Multiply, one.times(other)),
            '/' => (Two::Divide, one.over(other)),
            _ => {
                self.alike(one, other, right)?;
                let two = if sign == '+' { Two::Add } else { Two::Subtract };
                (two, one)
            }
        };
        Ok(Typed {
            id: self.two(two, x, y),
            of: Type::Number(dimension),
        })
    }

    fn compare(
        &mut self,
        left: &Typed,
        left_node: &Node,
        relation: &str,
        right: &Node,
    ) -> Compiled {
        let mut right_typed = self.compile(right)?;
        let mut left = left.clone();
        match (&left.of, &right_typed.of) {
            (Type::Word(attribute), Type::Text(text)) => {
                right_typed = self.word(*attribute, text, &right.span)?;
            }
            (Type::Text(text), Type::Word(attribute)) => {
                left = self.word(*attribute, text, &left_node.span)?;
            }
            _ => {}
        }
        let ordered = !matches!(relation, "==" | "!=");
        match (&left.of, &right_typed.of) {
            (Type::Number(one), Type::Number(other)) => self.alike(*one, *other, right)?,
            (Type::Word(one), Type::Word(other)) if self.same_words(*one, *other) && !ordered => {}
            (Type::Flag, Type::Flag) if !ordered => {}
            (one, other) => {
                let (one, other) = (self.describe(one), self.describe(other));
                let span = left_node.span.start..right.span.end;
                return Err(Trouble::new(
                    &span,
                    format!("`{relation}` cannot compare {one} with {other}"),
                ));
            }
        }
        let (x, y) = (left.id, right_typed.id);
        let id = match relation {
            "<" => self.two(Two::Less, x, y),
            "<=" => self.two(Two::AtMost, x, y),
            ">" => self.two(Two::Less, y, x),
            ">=" => self.two(Two::AtMost, y, x),
            "==" => self.two(Two::Equal, x, y),
            _ => {
                let equal = self.two(Two::Equal, x, y);
                self.push(Op::One(One::Not, equal))
            }
        };
        Ok(Typed { id, of: Type::Flag })
    }

    fn same_words(&self, one: usize, other: usize) -> bool {
        self.catalogue.attributes[one].sort == self.catalogue.attributes[other].sort
    }

    fn word(&mut self, attribute: usize, text: &str, span: &Range<usize>) -> Compiled {
        let known = match &self.catalogue.attributes[attribute].sort {
            Sort::Word(words) => words.as_slice(),
            _ => &[],
        };
        if let Some(number) = known.iter().position(|word| word == text) {
            return Ok(Typed {
                id: self.number(number as f64),
                of: Type::Word(attribute),
            });
        }
        let name = self.catalogue.attributes[attribute].name;
        let trouble = Trouble::new(span, format!("`{name}` is never \"{text}\""));
        let like = nearest(text, known.iter().map(String::as_str));
        Err(match like {
            Some(like) => trouble.help(format!("did you mean \"{like}\"?")),
            None if known.len() <= 12 => trouble.help(format!("it is one of {}", known.join(", "))),
            None => trouble,
        })
    }
}

/// One of a dimension, as it is written.
fn one_of(dimension: Dimension) -> &'static str {
    match dimension {
        Dimension::TIME => "`1 years`",
        Dimension::SHARE => "`1 %`",
        Dimension::DISTANCE => "`1 nautical_miles`",
        Dimension::LENGTH => "`1 cm`",
        Dimension::MASS => "`1 kg`",
        Dimension::CONCENTRATION => "`1 mg_per_dl`",
        _ => "its units",
    }
}

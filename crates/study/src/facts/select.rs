//! Selections: rows of a table whose columns are as wanted. What is written becomes conditions, each
//! checked against what its column can hold.

use hailsham_engine::time::{Epoch, Time};
use hailsham_model::KINDS;
use hailsham_model::event::Event;
use hailsham_model::person::Phase;
use hailsham_model::place::{PlaceKind, SchoolKind};
use hailsham_scenario::nearest;

use super::Wanted;
use super::columns::{Column, Role, Table, Vocabulary};
use super::expression::parse;
use super::scope::Scope;
use super::syntax::{Node, Relation, Trouble};

/// Rows of a table.
#[derive(Clone, Debug)]
pub(crate) struct Selection {
    pub(crate) name: String,
    pub(crate) table: Table,
    /// All of them must hold.
    pub(crate) conditions: Vec<Condition>,
    /// Rows later than this, and no others.
    pub(crate) after: Option<Node>,
    /// Rows earlier than this, and no others.
    pub(crate) before: Option<Node>,
}

/// What a column must be: any of these.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Condition {
    pub(crate) column: Column,
    pub(crate) any: Vec<Wish>,
}

#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Wish {
    /// A word, a person's key, a place.
    Is(String),
    IsNot(String),
    /// A number, a person by number; of times, calendar years with a fraction; 1 for true.
    Within(Bounds),
    Outside(Bounds),
    /// There is no value.
    Missing,
    /// There is one, whichever.
    Present,
}

/// From one number to another.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Bounds {
    pub(crate) low: f64,
    pub(crate) high: f64,
    /// Whether the lower end belongs to it, and the upper.
    pub(crate) closed: (bool, bool),
}

impl Bounds {
    fn exactly(number: f64) -> Bounds {
        Bounds {
            low: number,
            high: number,
            closed: (true, true),
        }
    }

    pub(crate) fn hold(&self, number: f64) -> bool {
        let above = if self.closed.0 {
            number >= self.low
        } else {
            number > self.low
        };
        let below = if self.closed.1 {
            number <= self.high
        } else {
            number < self.high
        };
        above && below
    }
}

/// What is wrong with a selection: under which of its keys, and at which element of a list.
pub(crate) struct Wrong {
    pub(crate) key: String,
    pub(crate) trouble: Trouble,
    /// Whether the trouble's place means something: not where the value is no text.
    pub(crate) pointed: bool,
}

impl Wrong {
    pub(crate) fn new(key: &str, message: String, help: Option<String>) -> Wrong {
        Wrong {
            key: key.to_owned(),
            trouble: Trouble {
                within: 0..0,
                message,
                help,
            },
            pointed: false,
        }
    }
}

/// Compiles a selection; everything that is wrong with it.
pub(crate) fn compile<'a>(
    name: &str,
    wanted: impl Iterator<Item = (&'a String, &'a Wanted)> + Clone,
    scope: &Scope,
) -> Result<Selection, Vec<Wrong>> {
    let mut wrong = Vec::new();
    let from = wanted.clone().find(|(key, _)| *key == "from");
    let table = match from {
        None => Some(Table::Events),
        Some((_, Wanted::Text(name))) => {
            let found = Table::of(name);
            if found.is_none() {
                let names = Table::ALL.map(Table::name);
                let help = near(
                    name,
                    names.into_iter(),
                    &format!("one of {}", names.join(", ")),
                );
                wrong.push(Wrong::new(
                    "from",
                    format!("there is no table `{name}`"),
                    help,
                ));
            }
            found
        }
        Some(_) => {
            let help = Some("the name of a table in quotes".to_owned());
            wrong.push(Wrong::new(
                "from",
                "a table is named by a text".to_owned(),
                help,
            ));
            None
        }
    };
    let Some(table) = table else {
        return Err(wrong);
    };
    let mut selection = Selection {
        name: name.to_owned(),
        table,
        conditions: Vec::new(),
        after: None,
        before: None,
    };
    // Topics of acts are words of the writer's own.
    let acts = wanted
        .clone()
        .any(|(key, value)| key == "event" && value.texts().any(|text| text == "act"));
    for (key, value) in wanted {
        match key.as_str() {
            "from" => {}
            "after" | "before" => match moment(table, key, value) {
                Ok(node) if key == "after" => selection.after = Some(node),
                Ok(node) => selection.before = Some(node),
                Err(error) => wrong.push(error),
            },
            _ => {
                let Some(column) = table.column(key) else {
                    wrong.push(no_column(table, key));
                    continue;
                };
                let open = acts && column.role == Role::Word(Vocabulary::Topics);
                match condition(column, key, value, scope, open) {
                    Ok(condition) => selection.conditions.push(condition),
                    Err(more) => wrong.extend(more),
                }
            }
        }
    }
    if wrong.is_empty() {
        Ok(selection)
    } else {
        Err(wrong)
    }
}

fn no_column(table: Table, key: &str) -> Wrong {
    let names = table.columns().map(|column| column.name);
    let all: Vec<&str> = names.chain(["from", "after", "before"]).collect();
    let allowed = format!("expected one of {}", all.join(", "));
    let help = near(key, all.into_iter(), &allowed);
    let message = format!("{} have no column `{key}`", table.name());
    Wrong::new(key, message, help)
}

fn moment(table: Table, key: &str, value: &Wanted) -> Result<Node, Wrong> {
    if table.time().is_none() {
        let message = format!("rows of {} have no time of their own", table.name());
        return Err(Wrong::new(key, message, None));
    }
    let Wanted::Text(text) = value else {
        let help = Some("an expression that gives a time, as \"first(other)\"".to_owned());
        return Err(Wrong::new(
            key,
            "it is an expression in quotes".to_owned(),
            help,
        ));
    };
    parse(text).map_err(|trouble| Wrong {
        key: key.to_owned(),
        trouble,
        pointed: true,
    })
}

/// The nearest name as a question, or else what is allowed.
pub(crate) fn near<'a>(
    wanted: &str,
    names: impl Iterator<Item = &'a str>,
    allowed: &str,
) -> Option<String> {
    match nearest(wanted, names) {
        Some(near) => Some(format!("did you mean `{near}`?")),
        None if allowed.is_empty() => None,
        None => Some(allowed.to_owned()),
    }
}

fn condition(
    column: Column,
    key: &str,
    value: &Wanted,
    scope: &Scope,
    open: bool,
) -> Result<Condition, Vec<Wrong>> {
    let wish = |key: &str, value: &Wanted| {
        wish(column, value, scope, open).map_err(|(message, help)| Wrong::new(key, message, help))
    };
    let Wanted::List(items) = value else {
        let any = vec![wish(key, value).map_err(|wrong| vec![wrong])?];
        return Ok(Condition { column, any });
    };
    if items.is_empty() {
        let help = Some("a list says which values it may be, any of them".to_owned());
        return Err(vec![Wrong::new(key, "an empty list".to_owned(), help)]);
    }
    let mut any = Vec::new();
    let mut wrong = Vec::new();
    for (index, item) in items.iter().enumerate() {
        match wish(&format!("{key}.{index}"), item) {
            Ok(wish) => any.push(wish),
            Err(error) => wrong.push(error),
        }
    }
    if wrong.is_empty() {
        Ok(Condition { column, any })
    } else {
        Err(wrong)
    }
}

/// What is wrong, and what to do about it.
type Refusal = (String, Option<String>);

fn wish(column: Column, value: &Wanted, scope: &Scope, open: bool) -> Result<Wish, Refusal> {
    let name = column.name;
    match (value, column.role) {
        (Wanted::Text(text), _) if text == "none" => Ok(Wish::Missing),
        (Wanted::Text(text), _) if text == "!=none" => Ok(Wish::Present),
        (Wanted::Truth(truth), Role::Truth) => {
            Ok(Wish::Within(Bounds::exactly(f64::from(u8::from(*truth)))))
        }
        (Wanted::Number(number), Role::Number | Role::Single | Role::Person) => {
            Ok(Wish::Within(Bounds::exactly(*number)))
        }
        (Wanted::Number(number), Role::Time) => {
            within(Relation::Equal, interval(&number.to_string())?)
        }
        (Wanted::Text(text), Role::Number | Role::Single) => {
            let number = |text: &str| {
                let number = text.trim().parse::<f64>().ok().filter(|n| n.is_finite());
                let number = number.ok_or_else(|| {
                    let help = "a number, a comparison as \"<18\", or a range as \"2..4\"";
                    (format!("`{text}` is not a number"), Some(help.to_owned()))
                })?;
                Ok((number, number, true))
            };
            compared(text, number)
        }
        (Wanted::Text(text), Role::Time) => compared(text, interval),
        (Wanted::Text(text), Role::Truth) => Err((
            format!("`{name}` is true or false, and no text"),
            (text == "true" || text == "false").then(|| format!("write {text} without quotes")),
        )),
        (Wanted::Text(text), Role::Word(_) | Role::Person | Role::Place) => {
            let (relation, text) = relation(text);
            if relation.is_some_and(Relation::orders) {
                let help = "`!=` is the one comparison that there is".to_owned();
                return Err((format!("`{name}` has no order"), Some(help)));
            }
            if !open {
                known(column.role, text, scope)?;
            }
            Ok(match relation {
                Some(Relation::Unequal) => Wish::IsNot(text.to_owned()),
                _ => Wish::Is(text.to_owned()),
            })
        }
        (Wanted::List(_), _) => Err(("a list in a list".to_owned(), None)),
        (value, role) => {
            let expected = match role {
                Role::Number | Role::Single => "a number, or a text as \"<18\" or \"2..4\"",
                Role::Time => "a date, a year, or a text as \">=1975\" or \"1975..1980-06\"",
                Role::Truth => "true or false",
                Role::Word(_) => "a word in quotes",
                Role::Person => "the key of one of the cast, or a person's number",
                Role::Place => "the name of a place, or a kind of place",
            };
            let message = format!("`{name}` cannot be {}", value.describe());
            Err((message, Some(format!("expected {expected}"))))
        }
    }
}

/// The relation that a text begins with, and the rest.
fn relation(text: &str) -> (Option<Relation>, &str) {
    for (sign, relation) in Relation::ALL {
        if let Some(rest) = text.strip_prefix(sign) {
            return (Some(relation), rest.trim());
        }
    }
    (None, text)
}

/// From where to where something written lies, and whether the end belongs to it.
type Interval = (f64, f64, bool);

fn compared(text: &str, read: impl Fn(&str) -> Result<Interval, Refusal>) -> Result<Wish, Refusal> {
    if let Some((first, last)) = text.split_once("..") {
        let (first, last) = (read(first)?, read(last)?);
        if first.0 > last.1 {
            return Err(("the range ends before it begins".to_owned(), None));
        }
        return Ok(Wish::Within(Bounds {
            low: first.0,
            high: last.1,
            closed: (true, last.2),
        }));
    }
    let (relation, rest) = relation(text);
    within(relation.unwrap_or(Relation::Equal), read(rest)?)
}

fn within(relation: Relation, (start, end, closed): Interval) -> Result<Wish, Refusal> {
    let bounds = |low, high, closed| Ok(Wish::Within(Bounds { low, high, closed }));
    match relation {
        Relation::Equal => bounds(start, end, (true, closed)),
        Relation::Unequal => Ok(Wish::Outside(Bounds {
            low: start,
            high: end,
            closed: (true, closed),
        })),
        Relation::Less => bounds(f64::NEG_INFINITY, start, (true, false)),
        Relation::AtMost => bounds(f64::NEG_INFINITY, end, (true, closed)),
        Relation::More => bounds(end, f64::INFINITY, (!closed, true)),
        Relation::AtLeast => bounds(start, f64::INFINITY, (true, true)),
    }
}

/// A day, a month, a year, or a point as a year with a fraction; in calendar years.
pub(crate) fn interval(text: &str) -> Result<Interval, Refusal> {
    let text = text.trim();
    let wrong = || {
        let help = "a year as 1985, a month as 1985-06, a day as 1985-06-23".to_owned();
        (format!("`{text}` is no date"), Some(help))
    };
    if text.contains('.') {
        let point = text.parse::<f64>().map_err(|_| wrong())?;
        return Ok((point, point, true));
    }
    let mut parts = text.splitn(3, '-');
    let year: i16 = parts
        .next()
        .and_then(|p| p.parse().ok())
        .ok_or_else(wrong)?;
    let month: Option<i8> = parts
        .next()
        .map(str::parse)
        .transpose()
        .map_err(|_| wrong())?;
    let day: Option<i8> = parts
        .next()
        .map(str::parse)
        .transpose()
        .map_err(|_| wrong())?;
    let calendar = Epoch::new(year, 1, 1).map_err(|_| wrong())?;
    let at = |year, month, day| calendar.time(year, month, day).map_err(|_| wrong());
    let start = at(year, month.unwrap_or(1), day.unwrap_or(1))?;
    let end = match (month, day) {
        (_, Some(_)) => start + hailsham_engine::time::Span::from_days(1.0),
        (Some(12) | None, None) => at(year + 1, 1, 1)?,
        (Some(month), None) => at(year, month + 1, 1)?,
    };
    Ok((in_years(calendar, start), in_years(calendar, end), false))
}

/// A time as calendar years with a fraction: 1985.5 is the middle of 1985.
pub(crate) fn in_years(calendar: Epoch, at: Time) -> f64 {
    let year = calendar.year_of(at);
    let start = calendar.start_of_year(year);
    let next = calendar.start_of_year(year.saturating_add(1));
    let minutes = |from: Time, to: Time| f64::from((to - from).minutes());
    f64::from(year) + minutes(start, at) / minutes(start, next)
}

/// Whether a word can stand in a column.
fn known(role: Role, text: &str, scope: &Scope) -> Result<(), Refusal> {
    let refuse = |what: &str, names: &[&str], allowed: String| {
        let help = near(text, names.iter().copied(), &allowed);
        Err((format!("there is no {what} `{text}`"), help))
    };
    let listed = |what: &str, names: &[&str]| {
        if names.contains(&text) {
            return Ok(());
        }
        refuse(what, names, format!("expected one of {}", names.join(", ")))
    };
    match role {
        Role::Word(Vocabulary::Events) => {
            let names: Vec<&str> = Event::ALL.iter().map(|event| event.name()).collect();
            if names.contains(&text) {
                return Ok(());
            }
            refuse("event", &names, "`hailsham events` lists all".to_owned())
        }
        Role::Word(Vocabulary::Topics) => {
            let names: Vec<&str> = scope.topics.iter().map(String::as_str).collect();
            listed("topic", &names)
        }
        Role::Word(Vocabulary::Phases) => listed("phase", &Phase::LABELS[1..]),
        Role::Word(Vocabulary::Kinds) => listed("kind of person", &KINDS),
        Role::Word(Vocabulary::PlaceKinds) => listed("kind of place", &PlaceKind::LABELS),
        Role::Word(Vocabulary::SchoolKinds) => listed("kind of school", &SchoolKind::LABELS),
        Role::Word(Vocabulary::Cast) | Role::Person => {
            let names: Vec<&str> = scope.cast.iter().map(String::as_str).collect();
            if names.contains(&text) {
                return Ok(());
            }
            let allowed = if names.is_empty() {
                "the scenario has no cast; give a person's number".to_owned()
            } else {
                format!("expected one of {}, or a person's number", names.join(", "))
            };
            refuse("person", &names, allowed)
        }
        Role::Place => {
            let known = scope.places.iter();
            let is_kind = PlaceKind::LABELS.contains(&text) || SchoolKind::LABELS.contains(&text);
            if is_kind
                || known.clone().any(|place| {
                    [&place.key, &place.name].contains(&&text.to_owned()) || place.names(text)
                })
            {
                return Ok(());
            }
            let names: Vec<&str> = known
                .flat_map(|place| [place.name.as_str(), place.key.as_str()])
                .chain(PlaceKind::LABELS)
                .chain(SchoolKind::LABELS)
                .collect();
            listed("place", &names)
        }
        _ => Ok(()),
    }
}

//! Selections and the expressions over them, compiled together: every name and type is checked
//! against the scenario.

use indexmap::IndexMap;

use super::Wanted;
use super::expression::{is_name, parse};
use super::scope::Scope;
use super::select::{self, Selection, Wrong};
use super::syntax::{Node, Trouble};
use super::types::{Checker, Need};

/// Rows as they are written: selections by name, and what the columns of each must be.
pub(crate) type Select = IndexMap<String, IndexMap<String, Wanted>>;

/// Selections, and what expressions ask of them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rows {
    pub(crate) selections: Vec<Selection>,
    pub(crate) needs: Vec<(usize, Need)>,
    /// The selections in an order in which each comes after those that its `after` and `before` name.
    pub(crate) order: Vec<usize>,
}

/// What an expression must be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Sought {
    /// Something that holds or does not.
    Truth,
    /// Anything that has a value.
    Value,
}

/// An expression as it is written, under its key.
pub(crate) struct Written<'a> {
    pub(crate) key: String,
    pub(crate) text: &'a str,
    pub(crate) sought: Sought,
}

/// An expression that was checked.
#[derive(Clone, Debug)]
pub(crate) struct Compiled {
    pub(crate) node: Node,
    /// The selections that it rests on, with those that these wait for.
    pub(crate) rests_on: Vec<usize>,
}

fn pointed(key: &str, trouble: Trouble) -> Wrong {
    Wrong {
        key: key.to_owned(),
        trouble,
        pointed: true,
    }
}

/// Compiles selections with the expressions over them; everything that is wrong with them.
pub(crate) fn compile(
    select: &Select,
    written: &[Written<'_>],
    scope: &Scope,
) -> Result<(Rows, Vec<Compiled>), Vec<Wrong>> {
    let mut wrong = Vec::new();
    let selections = selections(select, scope, &mut wrong);
    let mut parsed = Vec::new();
    for expression in written {
        match parse(expression.text) {
            Ok(node) => parsed.push((expression, node)),
            Err(trouble) => wrong.push(pointed(&expression.key, trouble)),
        }
    }
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let mut checker = Checker::new(scope, &selections);
    let mut rests_on = Vec::new();
    for selection in &selections {
        let mut named = Vec::new();
        for (key, moment) in [("after", &selection.after), ("before", &selection.before)] {
            let Some(moment) = moment else { continue };
            checker.named.clear();
            if let Err(trouble) = checker.moment(moment) {
                wrong.push(pointed(
                    &format!("select.{}.{key}", selection.name),
                    trouble,
                ));
            }
            named.append(&mut checker.named);
        }
        rests_on.push(named);
    }
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let order = order(&selections, &rests_on)?;
    let mut compiled = Vec::new();
    for (expression, node) in parsed {
        checker.named.clear();
        let checked = match expression.sought {
            Sought::Truth => checker.claim(&node),
            Sought::Value => checker.check(&node).map(|_| ()),
        };
        match checked {
            Ok(()) => compiled.push(Compiled {
                rests_on: with_those_before(&checker.named, &rests_on),
                node,
            }),
            Err(trouble) => wrong.push(pointed(&expression.key, trouble)),
        }
    }
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let mut needs = checker.needs;
    needs.dedup();
    let rows = Rows {
        selections,
        needs,
        order,
    };
    Ok((rows, compiled))
}

/// Selections, each once, with those that they wait for.
fn with_those_before(named: &[usize], rests_on: &[Vec<usize>]) -> Vec<usize> {
    let mut all: Vec<usize> = Vec::new();
    let mut open = named.to_vec();
    while let Some(next) = open.pop() {
        if !all.contains(&next) {
            all.push(next);
            open.extend(rests_on.get(next).into_iter().flatten());
        }
    }
    all.sort_unstable();
    all
}

fn selections(select: &Select, scope: &Scope, wrong: &mut Vec<Wrong>) -> Vec<Selection> {
    let mut selections = Vec::new();
    for (name, wanted) in select {
        if !is_name(name) {
            wrong.push(Wrong::new(
                &format!("select.\"{}\"", name.replace('"', "\\\"")),
                format!("`{name}` cannot be the name of a selection"),
                Some("letters, digits and `_`, not beginning with a digit".to_owned()),
            ));
            continue;
        }
        match select::compile(name, wanted.iter(), scope) {
            Ok(selection) => selections.push(selection),
            Err(more) => wrong.extend(more.into_iter().map(|mut wrong| {
                wrong.key = format!("select.{name}.{}", quoted(&wrong.key));
                wrong
            })),
        }
    }
    selections
}

/// The first part of a key of a selection in quotes where it needs them; an element of a list stands
/// behind a point.
fn quoted(key: &str) -> String {
    match key.rsplit_once('.') {
        Some((column, element)) if element.bytes().all(|byte| byte.is_ascii_digit()) => {
            format!("{}.{element}", quoted(column))
        }
        _ if is_name(key) => key.to_owned(),
        _ => format!("\"{}\"", key.replace('"', "\\\"")),
    }
}

/// The selections, each after those that it rests on.
fn order(selections: &[Selection], rests_on: &[Vec<usize>]) -> Result<Vec<usize>, Vec<Wrong>> {
    let mut order: Vec<usize> = Vec::new();
    while order.len() < selections.len() {
        let ready = (0..selections.len()).find(|index| {
            !order.contains(index)
                && rests_on
                    .get(*index)
                    .is_none_or(|others| others.iter().all(|other| order.contains(other)))
        });
        if let Some(ready) = ready {
            order.push(ready);
            continue;
        }
        let circle: Vec<&Selection> = (0..selections.len())
            .filter(|index| !order.contains(index))
            .filter_map(|index| selections.get(index))
            .collect();
        let names: Vec<&str> = circle.iter().map(|s| s.name.as_str()).collect();
        let first = circle.first();
        let key = if first.is_some_and(|first| first.after.is_some()) {
            "after"
        } else {
            "before"
        };
        return Err(vec![Wrong::new(
            &format!("select.{}.{key}", names.first().unwrap_or(&"")),
            format!("selections that wait for each other: {}", names.join(", ")),
            Some("let one of them begin or end without the others".to_owned()),
        )]);
    }
    Ok(order)
}

//! A policy, checked and compiled.

use hailsham_scenario::{Pointed, Problem};
use indexmap::IndexMap;

use super::attribute::Catalogue;
use super::compile::{Compiler, NO_SUCH_NAME, Type, Typed, is_function};
use super::file::{Points, PolicyFile, Quirks, Rounding, Scale, Tie};
use super::plan::{Id, One, Op, Operations, Steps, Two};
use super::reach::{unmeetable, unreachable};
use super::syntax::{Trouble, is_name, parse};
use super::unit::Dimension;

/// What decides within a tier before the points, at most.
const MOST_AHEAD: usize = 1;

/// What decides between equals, at most.
const MOST_TIES: usize = 3;

/// What decides within a tier, at most.
pub(crate) const MOST_RANKS: usize = MOST_AHEAD + 1 + MOST_TIES;

/// A policy that is whole and right, ready to rank.
#[derive(Debug, Clone, Default)]
pub struct Policy {
    pub(crate) catalogue: Catalogue,
    pub(crate) operations: Operations,
    /// Who may be offered an organ.
    pub(crate) eligible: Vec<Id>,
    /// Tier, what comes before points, points, and what decides between equals.
    pub(crate) ranks: Vec<Id>,
    /// Which of these are the points.
    pub(crate) points: usize,
    /// Points before rounding, then the components.
    pub(crate) details: Vec<Id>,
    tiers: Vec<String>,
    /// The place of the last tier that is offered organs in the regular phase; none if all are.
    regular_until: Option<usize>,
    components: Vec<String>,
    /// What the quantity of each component is measured in.
    units: Vec<Dimension>,
    /// Each term and scale with its operation, and what it is in words.
    pub(crate) terms: IndexMap<String, (Id, String)>,
    quirks: Quirks,
}

/// Problems gathered, with their places.
struct Wrong(Vec<Pointed>);

impl Wrong {
    fn at(&mut self, path: &str, trouble: Trouble) {
        self.0.push(Pointed {
            problem: Problem {
                path: path.to_owned(),
                message: trouble.message,
                help: trouble.help,
            },
            within: Some(trouble.within),
        });
    }

    fn whole(&mut self, path: &str, message: String, help: &str) {
        self.0.push(
            Problem {
                path: path.to_owned(),
                message,
                help: Some(help.to_owned()),
            }
            .into(),
        );
    }

    /// Whether a rule asks for an attribute or a term that there is not.
    fn asks_for_what_is_not_there(&self) -> bool {
        let mut messages = self.0.iter().map(|wrong| &wrong.problem.message);
        messages.any(|message| message.starts_with(NO_SUCH_NAME))
    }

    /// The value, or none and the trouble written down.
    fn keep<T>(&mut self, path: &str, result: Result<T, Trouble>) -> Option<T> {
        result.map_err(|trouble| self.at(path, trouble)).ok()
    }
}

impl Policy {
    /// Checks and compiles a policy over the attributes of a catalogue.
    ///
    /// # Errors
    ///
    /// Everything that is wrong, each with its place in the file.
    pub fn new(file: &PolicyFile, catalogue: &Catalogue) -> Result<Self, Vec<Pointed>> {
        let mut wrong = Wrong(Vec::new());
        let mut compiler = Compiler::new(catalogue);
        terms(file, &mut compiler, &mut wrong);

        let eligible = eligibility(file, &mut compiler, &mut wrong);
        let (tier, listed) = tiers(file, &mut compiler, &mut wrong);
        let eligible = compiler.two(Two::And, eligible, listed);

        let regular_until = regular_until(file, catalogue, &mut wrong);

        let (total, details, units) = points(file, &mut compiler, &mut wrong);
        let mut ranks = vec![tier];
        quantities(
            "ahead",
            &file.ahead,
            MOST_AHEAD,
            &mut compiler,
            &mut wrong,
            &mut ranks,
        );
        let points = ranks.len();
        ranks.push(total);
        quantities(
            "ties",
            &file.ties,
            MOST_TIES,
            &mut compiler,
            &mut wrong,
            &mut ranks,
        );
        let quirks = file.quirks.named().into_iter();
        for (name, _) in quirks.filter(|(_, on)| *on && !catalogue.quirks) {
            let message =
                "this oddity is of another program, and none of those who are ranked here"
                    .to_owned();
            let help = "take it out: only Eurotransplant's candidates are ranked with oddities";
            wrong.whole(&format!("quirks.{name}"), message, help);
        }
        if !wrong.0.is_empty() {
            return Err(of_another_system(file, catalogue)
                .filter(|_| wrong.asks_for_what_is_not_there())
                .into_iter()
                .chain(wrong.0)
                .collect());
        }
        let terms = compiler.named_terms();
        Ok(Self {
            catalogue: catalogue.clone(),
            operations: compiler.operations,
            eligible: vec![eligible],
            ranks,
            points,
            details,
            tiers: file.order.clone(),
            regular_until,
            components: file.points.keys().cloned().collect(),
            units,
            terms,
            quirks: file.quirks,
        })
    }

    /// The names of the tiers, the best first.
    pub fn tiers(&self) -> &[String] {
        &self.tiers
    }

    /// Whether a tier, by its place, is offered organs in the regular phase; else in the extended phase alone.
    pub fn is_regular(&self, tier: usize) -> bool {
        self.regular_until.is_none_or(|last| tier <= last)
    }

    /// The names of the components of the points.
    pub fn components(&self) -> &[String] {
        &self.components
    }

    /// What the quantity of each component of the points is measured in, before its weight.
    pub fn units(&self) -> &[Dimension] {
        &self.units
    }

    /// What a term or scale is, in words: `true or false`, `a number in years`. None if there is no such term.
    pub fn term(&self, name: &str) -> Option<&str> {
        self.terms.get(name).map(|(_, kind)| kind.as_str())
    }

    /// The oddities that are turned on.
    pub fn quirks(&self) -> Quirks {
        self.quirks
    }

    /// How many operations the rules have become, before a donor is known.
    pub fn operations(&self) -> usize {
        self.operations.ops.len()
    }
}

/// What is said first where a policy is of another system than those who are ranked: much else may follow from it.
fn of_another_system(file: &PolicyFile, catalogue: &Catalogue) -> Option<Pointed> {
    let ranked = catalogue.system;
    let problem = Problem {
        path: "system".to_owned(),
        message: format!(
            "this policy is of the system `{}`, and asks for what those who are ranked here, of the system `{ranked}`, do \
             not have",
            file.system
        ),
        help: Some(format!(
            "take a policy of `{ranked}`, or one that extends it; others can be checked, shown and compared by `hailsham \
             policy`"
        )),
    };
    (!ranked.is_empty() && file.system != ranked).then(|| problem.into())
}

/// Adds the quantities by which candidates are ordered before or after the points.
fn quantities(
    section: &str,
    rules: &IndexMap<String, Tie>,
    most: usize,
    compiler: &mut Compiler<'_>,
    wrong: &mut Wrong,
    ranks: &mut Vec<Id>,
) {
    if rules.len() > most {
        let message = format!("{} rules where at most {most} are allowed", rules.len());
        wrong.whole(section, message, "make one rule of several");
    }
    for (name, tie) in rules {
        let quantity = parse(&tie.more).and_then(|node| compiler.quantity(&node));
        if let Some((id, _)) = wrong.keep(&format!("{section}.{name}.more"), quantity) {
            ranks.push(id);
        }
    }
}

fn terms(file: &PolicyFile, compiler: &mut Compiler<'_>, wrong: &mut Wrong) {
    let named = |name: &str, path: &str, compiler: &Compiler<'_>, wrong: &mut Wrong| {
        if !is_name(name) {
            let help =
                "letters, digits and `_`, a letter first, and none of the words of the language";
            wrong.whole(path, format!("`{name}` cannot be a name"), help);
        } else if compiler.catalogue.find(name).is_some() {
            let message = format!("`{name}` is an attribute already");
            wrong.whole(path, message, "choose another name");
        } else if is_function(name) {
            let message = format!("`{name}` is a function already");
            wrong.whole(path, message, "choose another name");
        } else if path.starts_with("terms.") && file.scales.contains_key(name) {
            let message = format!("`{name}` is a scale already");
            wrong.whole(path, message, "choose another name");
        }
    };
    // Scales may use attributes and terms, and terms may use scales that use no terms: these come first.
    let mut later = Vec::new();
    for (name, scale) in &file.scales {
        named(name, &format!("scales.{name}.of"), compiler, wrong);
        if parse(&scale.of).is_ok_and(|node| compiler.compile(&node).is_ok()) {
            one_scale(name, scale, compiler, wrong);
        } else {
            later.push((name, scale));
        }
    }
    for (name, term) in &file.terms {
        let path = format!("terms.{name}.is");
        named(name, &path, compiler, wrong);
        let compiled = parse(&term.is).and_then(|node| compiler.compile(&node));
        if let Some(typed) = wrong.keep(&path, compiled) {
            compiler.terms.insert(name.clone(), typed);
        }
        later.retain(|(name, scale)| {
            let ready = parse(&scale.of).is_ok_and(|node| compiler.compile(&node).is_ok());
            if ready {
                one_scale(name, scale, compiler, wrong);
            }
            !ready
        });
    }
    for (name, scale) in later {
        one_scale(name, scale, compiler, wrong);
    }
}

fn one_scale(name: &str, scale: &Scale, compiler: &mut Compiler<'_>, wrong: &mut Wrong) {
    let path = format!("scales.{name}");
    let of = parse(&scale.of).and_then(|node| compiler.quantity(&node));
    let Some((of, dimension)) = wrong.keep(&format!("{path}.of"), of) else {
        return;
    };
    let mut from = Vec::new();
    for bound in &scale.from {
        let number = parse(bound).and_then(|node| {
            let (id, found) = compiler.quantity(&node)?;
            match compiler.operations.ops[id] {
                Op::Number(number) if found == dimension => Ok(number),
                Op::Number(_) => Err(Trouble::new(
                    &node.span,
                    format!("the steps are in {dimension}, this is {found}"),
                )
                .help("write the unit behind the number")),
                _ => Err(Trouble::new(&node.span, "a step begins at a number")),
            }
        });
        match number {
            Ok(number) => from.push(number),
            Err(trouble) => wrong.whole(
                &format!("{path}.from"),
                format!("`{bound}`: {}", trouble.message),
                trouble.help.as_deref().unwrap_or("write a number"),
            ),
        }
    }
    if scale.from.len() != scale.gives.len() {
        let message = format!("{} steps, {} values", scale.from.len(), scale.gives.len());
        wrong.whole(
            &format!("{path}.gives"),
            message,
            "each step gives one value",
        );
    } else if !from.is_sorted_by(|one, other| one < other) {
        let message = "the steps do not rise".to_owned();
        wrong.whole(
            &format!("{path}.from"),
            message,
            "write them from the lowest to the highest",
        );
    } else if from.len() == scale.gives.len() {
        let steps = Steps {
            from,
            gives: scale.gives.clone(),
        };
        let id = compiler.steps(steps, of);
        let typed = Typed {
            id,
            of: Type::Number(Dimension::PLAIN),
        };
        compiler.terms.insert(name.to_owned(), typed);
    }
}

/// Whether all conditions of eligibility hold.
fn eligibility(file: &PolicyFile, compiler: &mut Compiler<'_>, wrong: &mut Wrong) -> Id {
    let mut eligible = compiler.number(1.0);
    let mut before: Vec<(&str, Id)> = Vec::new();
    for (name, rule) in &file.eligibility {
        let path = format!("eligibility.{name}.when");
        let condition = parse(&rule.when).and_then(|node| compiler.flag(&node));
        let Some(id) = wrong.keep(&path, condition) else {
            continue;
        };
        if let Some(why) = unmeetable(&compiler.operations, &before, id) {
            wrong.whole(&path, why, "take the rule out, or change it");
        }
        before.push((name, id));
        eligible = compiler.two(Two::And, eligible, id);
    }
    eligible
}

/// The number of the tier, and whether there is one.
fn tiers(file: &PolicyFile, compiler: &mut Compiler<'_>, wrong: &mut Wrong) -> (Id, Id) {
    let mut rules: Vec<(&str, Id, usize)> = Vec::new();
    for (name, rule) in &file.tiers {
        let place = file.order.iter().position(|tier| *tier == rule.tier);
        if place.is_none() {
            let help = format!("there are {}", file.order.join(", "));
            let message = format!("`{}` is not in `order`", rule.tier);
            wrong.whole(&format!("tiers.{name}.tier"), message, &help);
        }
        let path = format!("tiers.{name}.when");
        let condition = parse(&rule.when).and_then(|node| compiler.flag(&node));
        let Some(id) = wrong.keep(&path, condition) else {
            continue;
        };
        if let Some(why) = unreachable(&compiler.operations, &rules, id) {
            wrong.whole(
                &path,
                why,
                "put it before that rule, change it, or take it out",
            );
        }
        rules.push((name, id, place.unwrap_or(0)));
    }
    for (place, tier) in file.order.iter().enumerate() {
        if file.order[..place].contains(tier) {
            let message = format!("tier `{tier}` stands twice");
            wrong.whole("order", message, "each tier has one place in the order");
        } else if !file.tiers.values().any(|rule| rule.tier == *tier) {
            let message = format!("nobody can be in tier `{tier}`: no rule leads to it");
            wrong.whole(
                "order",
                message,
                "add a rule to `tiers`, or take it out of `order`",
            );
        }
    }
    if rules.is_empty() {
        return (compiler.number(0.0), compiler.number(1.0));
    }
    let mut tier = compiler.number(0.0);
    let mut listed = compiler.number(0.0);
    for (_, condition, place) in rules.into_iter().rev() {
        let number = compiler.number(place as f64);
        tier = compiler.push(Op::Choose(condition, number, tier));
        listed = compiler.two(Two::Or, condition, listed);
    }
    (tier, listed)
}

/// The place of the last tier of the regular phase, where the policy names one.
fn regular_until(file: &PolicyFile, catalogue: &Catalogue, wrong: &mut Wrong) -> Option<usize> {
    const PATH: &str = "regular_until";
    let last = file.regular_until.as_str();
    if last.is_empty() {
        return None;
    }
    if !catalogue.phases {
        let message = "there are no phases in which organs are offered here".to_owned();
        wrong.whole(
            PATH,
            message,
            "take it out: only Eurotransplant's have a regular and an extended phase",
        );
    }
    let place = file.order.iter().position(|tier| tier == last);
    if place.is_none() {
        let message = format!("`{last}` is not in `order`");
        let help = format!("there are {}", file.order.join(", "));
        wrong.whole(PATH, message, &help);
    }
    place
}

/// The points by which candidates are ranked; those before rounding and the components; what these are measured in.
fn points(
    file: &PolicyFile,
    compiler: &mut Compiler<'_>,
    wrong: &mut Wrong,
) -> (Id, Vec<Id>, Vec<Dimension>) {
    let zero = compiler.number(0.0);
    let (mut exact, mut sum) = (zero, zero);
    let mut components = Vec::new();
    let mut units = Vec::new();
    for (name, rule) in &file.points {
        let Some((value, unit)) = component(name, rule, compiler, wrong) else {
            continue;
        };
        exact = compiler.two(Two::Add, exact, value);
        let shown = if file.rounding == Rounding::Components {
            rounded(file, value, compiler)
        } else {
            value
        };
        sum = compiler.two(Two::Add, sum, shown);
        components.push(shown);
        units.push(unit);
    }
    if file.rounding == Rounding::Sum {
        sum = rounded(file, exact, compiler);
    }
    components.insert(0, exact);
    (sum, components, units)
}

/// To whole numbers, half up.
fn rounded(file: &PolicyFile, value: Id, compiler: &mut Compiler<'_>) -> Id {
    if file.quirks.rounding_cuts {
        let half = compiler.number(0.5);
        let above = compiler.two(Two::Add, value, half);
        compiler.push(Op::One(One::Cut, above))
    } else {
        compiler.push(Op::One(One::Round, value))
    }
}

fn component(
    name: &str,
    rule: &Points,
    compiler: &mut Compiler<'_>,
    wrong: &mut Wrong,
) -> Option<(Id, Dimension)> {
    let path = |key: &str| format!("points.{name}.{key}");
    let weight = parse(&rule.weight).and_then(|node| compiler.quantity(&node));
    let weight = wrong.keep(&path("weight"), weight);
    let of = parse(&rule.of).and_then(|node| compiler.quantity(&node));
    let of = wrong.keep(&path("of"), of);
    let when = parse(&rule.when).and_then(|node| compiler.flag(&node));
    let when = wrong.keep(&path("when"), when);
    let ((weight, per), (of, dimension), when) = (weight?, of?, when?);
    // A plain `false` turns the points off, and is no mistake.
    let off = compiler.operations.ops[when] == Op::Number(0.0);
    if !off && unmeetable(&compiler.operations, &[], when).is_some() {
        let message =
            "nobody has these points: the parts of the condition contradict each other".to_owned();
        wrong.whole(
            &path("when"),
            message,
            "change the condition, or take the points out",
        );
    }
    let found = per.times(dimension);
    if found != Dimension::PLAIN {
        let message = format!("the points would be in {found}, not plain numbers");
        let help = if per == Dimension::PLAIN {
            format!(
                "the unit of the weight is missing: the quantity is in {dimension}; divide the weight by 1 of them, as `{} / 1 year`",
                rule.weight
            )
        } else {
            format!("the weight is {per}, the quantity in {dimension}")
        };
        wrong.whole(&path("weight"), message, &help);
        return None;
    }
    let value = compiler.two(Two::Multiply, weight, of);
    if compiler.operations.ops[when] == Op::Number(1.0) {
        return Some((value, dimension));
    }
    let zero = compiler.number(0.0);
    Some((compiler.push(Op::Choose(when, value, zero)), dimension))
}

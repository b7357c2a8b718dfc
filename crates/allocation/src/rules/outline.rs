//! A policy as a person reads it: each rule with its unit and the document it comes from.

use std::fmt::Write as _;

use serde::Serialize;

use super::file::{PolicyFile, Rounding};
use super::policy::Policy;
use super::unit::Dimension;

/// One rule of a policy.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// Its name.
    pub name: String,
    /// The expression: a condition, a quantity, or for points the weight times the quantity.
    pub rule: String,
    /// When it applies; empty where it always does.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub when: String,
    /// The tier that a rule for tiers leads to; empty for others.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub tier: String,
    /// What the rule is measured in: `true or false`, `years`, `a plain number`.
    pub unit: String,
    /// What the file says of its source; empty where it says nothing of this rule.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub source: String,
    /// The document it comes from: that of the policy.
    pub document: String,
}

/// A policy as a person reads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outline {
    /// Its name.
    pub name: String,
    /// It in a line.
    pub summary: String,
    /// The built-in policies that it is or extends, the nearest first.
    pub built_on: Vec<String>,
    /// Whose attributes it asks about.
    pub system: String,
    /// The document it comes from.
    pub document: String,
    /// When points become whole numbers.
    pub rounding: Rounding,
    /// Names for expressions, and functions of steps.
    pub terms: Vec<Rule>,
    /// Who may be offered an organ: all of these.
    pub eligibility: Vec<Rule>,
    /// The tiers, the best first.
    pub order: Vec<String>,
    /// The last tier that is offered organs in the regular phase; empty where all are.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub regular_until: String,
    /// Rules for tiers; the first that holds decides.
    pub tiers: Vec<Rule>,
    /// What decides within a tier before the points.
    pub ahead: Vec<Rule>,
    /// Points, which are added.
    pub points: Vec<Rule>,
    /// What decides between equals: more comes first.
    pub ties: Vec<Rule>,
    /// Oddities that are turned on.
    pub quirks: Vec<String>,
}

const FLAG: &str = "true or false";

impl Outline {
    /// The outline of a policy, from its file and what it was compiled to.
    pub fn new(
        name: &str,
        summary: &str,
        built_on: &[String],
        file: &PolicyFile,
        policy: &Policy,
    ) -> Self {
        let rule = |name: &str, rule: &str, unit: &str, source: &str| Rule {
            name: name.to_owned(),
            rule: rule.to_owned(),
            unit: unit.to_owned(),
            source: source.to_owned(),
            document: file.document.clone(),
            ..Rule::default()
        };
        let kind = |name: &str| policy.term(name).unwrap_or("");
        let steps = file.scales.iter().map(|(name, scale)| {
            let steps = scale.from.iter().zip(&scale.gives);
            let steps: Vec<String> = steps
                .map(|(from, gives)| format!("{from}: {gives}"))
                .collect();
            let text = format!("steps of {}, from {}", scale.of, steps.join(", "));
            rule(name, &text, kind(name), &scale.source)
        });
        let terms = file
            .terms
            .iter()
            .map(|(name, term)| rule(name, &term.is, kind(name), &term.source));
        let points = file.points.iter().zip(policy.units());
        let ahead = file.ahead.iter();
        let ties = file.ties.iter();
        Self {
            name: name.to_owned(),
            summary: summary.to_owned(),
            built_on: built_on.to_vec(),
            system: file.system.clone(),
            document: file.document.clone(),
            rounding: file.rounding,
            terms: steps.chain(terms).collect(),
            eligibility: file
                .eligibility
                .iter()
                .map(|(name, one)| rule(name, &one.when, FLAG, &one.source))
                .collect(),
            order: file.order.clone(),
            regular_until: file.regular_until.clone(),
            tiers: file
                .tiers
                .iter()
                .map(|(name, one)| Rule {
                    tier: one.tier.clone(),
                    ..rule(name, &one.when, FLAG, &one.source)
                })
                .collect(),
            ahead: ahead
                .map(|(name, one)| rule(name, &one.more, "", &one.source))
                .collect(),
            points: points
                .map(|((name, one), unit)| Rule {
                    when: condition(&one.when),
                    ..rule(
                        name,
                        &product(&one.weight, &one.of),
                        &measure(*unit),
                        &one.source,
                    )
                })
                .collect(),
            ties: ties
                .map(|(name, one)| rule(name, &one.more, "", &one.source))
                .collect(),
            quirks: file
                .quirks
                .named()
                .into_iter()
                .filter(|(_, on)| *on)
                .map(|(name, _)| name.to_owned())
                .collect(),
        }
    }

    /// The outline as text.
    pub fn text(&self) -> String {
        let mut out = format!("{}: {}\n", self.name, self.summary);
        let rounding = match self.rounding {
            Rounding::None => "points are not rounded",
            Rounding::Sum => "the sum of the points is rounded half up",
            Rounding::Components => "each component of the points is rounded half up",
        };
        let below: Vec<&str> = self
            .built_on
            .iter()
            .filter(|name| **name != self.name)
            .map(String::as_str)
            .collect();
        if !below.is_empty() {
            let _ = writeln!(out, "extends {}", below.join(", "));
        }
        let _ = writeln!(out, "attributes of {}; {rounding}", self.system);
        let _ = writeln!(out, "from {}", self.document);
        section(&mut out, "terms", &self.terms);
        section(
            &mut out,
            "who may be offered an organ: all of these",
            &self.eligibility,
        );
        if !self.order.is_empty() {
            let tiers = format!(
                "tiers, the best first: {}; the first rule that holds decides",
                self.order.join(", ")
            );
            section(&mut out, &tiers, &self.tiers);
        }
        if !self.regular_until.is_empty() {
            let last = &self.regular_until;
            let _ = writeln!(
                out,
                "\ntiers behind {last} are offered organs in the extended phase alone"
            );
        }
        section(&mut out, "ahead of the points", &self.ahead);
        section(&mut out, "points, added", &self.points);
        section(&mut out, "between equals, more comes first", &self.ties);
        if !self.quirks.is_empty() {
            let _ = writeln!(out, "\noddities\n  {}", self.quirks.join("\n  "));
        }
        out
    }
}

fn condition(when: &str) -> String {
    if when == "true" {
        String::new()
    } else {
        when.to_owned()
    }
}

fn product(weight: &str, of: &str) -> String {
    let bracket = |text: &str| {
        if text.contains(' ') {
            format!("({text})")
        } else {
            text.to_owned()
        }
    };
    match (weight, of) {
        (weight, "1") => weight.to_owned(),
        ("1", of) => of.to_owned(),
        (weight, of) => format!("{} * {}", bracket(weight), bracket(of)),
    }
}

/// What a quantity is measured in, in words.
fn measure(dimension: Dimension) -> String {
    if dimension == Dimension::PLAIN {
        "points".to_owned()
    } else {
        format!("points for a quantity in {dimension}")
    }
}

fn section(out: &mut String, title: &str, rules: &[Rule]) {
    if rules.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n{title}");
    let longest = rules.iter().map(|rule| rule.name.len()).max().unwrap_or(0);
    for rule in rules {
        let mut line = String::new();
        if !rule.tier.is_empty() {
            let _ = write!(line, "{} when ", rule.tier);
        }
        line.push_str(&rule.rule);
        if !rule.when.is_empty() {
            let _ = write!(line, ", when {}", rule.when);
        }
        if !rule.unit.is_empty() && rule.unit != FLAG && rule.unit != "points" {
            let _ = write!(line, "  [{}]", rule.unit);
        }
        if !rule.source.is_empty() {
            let _ = write!(line, "  ({})", rule.source);
        }
        let _ = writeln!(out, "  {:longest$}  {line}", rule.name);
    }
}

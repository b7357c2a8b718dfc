//! What differs between two policies, rule by rule.

use serde::Serialize;
use serde_json::{Map, Value};

use super::file::PolicyFile;

/// How a rule differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// The second policy alone has it.
    Added,
    /// The first policy alone has it.
    Removed,
    /// Both have it, and it says something else.
    Changed,
    /// Both have the same rules of this section, in another order, which counts.
    Moved,
}

/// One thing that a rule says, in both policies; none where a policy does not have the rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Part {
    /// Its key: `when`, `weight`, `of`, ...
    pub key: String,
    /// As the first policy says it.
    pub a: Option<String>,
    /// As the second policy says it.
    pub b: Option<String>,
}

/// A rule that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The section: `eligibility`, `tiers`, `points`, ...; for what stands in no section, its own name.
    pub section: String,
    /// The name of the rule; empty for what stands in no section.
    pub rule: String,
    /// How it differs.
    pub change: Change,
    /// What differs in it, or all that it says if one policy alone has it.
    pub parts: Vec<Part>,
}

/// Sections whose rules are tried in their order.
const IN_ORDER: [&str; 2] = ["tiers", "ties"];

/// Everything that differs between two policies, in the order of a file.
pub fn differences(a: &PolicyFile, b: &PolicyFile) -> Vec<Difference> {
    let (a, b) = (object(a), object(b));
    let mut all = Vec::new();
    for (section, before) in &a {
        let Some(after) = b.get(section) else {
            continue;
        };
        match (before, after) {
            (Value::Object(before), Value::Object(after)) => {
                rules(section, before, after, &mut all);
            }
            _ if before != after => all.push(Difference {
                section: section.clone(),
                rule: String::new(),
                change: Change::Changed,
                parts: vec![part(section, Some(before), Some(after))],
            }),
            _ => {}
        }
    }
    all
}

/// The policy as data; a policy is always an object.
fn object(policy: &PolicyFile) -> Map<String, Value> {
    match serde_json::to_value(policy) {
        Ok(Value::Object(object)) => object,
        _ => Map::new(),
    }
}

fn rules(
    section: &str,
    before: &Map<String, Value>,
    after: &Map<String, Value>,
    all: &mut Vec<Difference>,
) {
    let mut add = |rule: &str, change, parts| {
        all.push(Difference {
            section: section.to_owned(),
            rule: rule.to_owned(),
            change,
            parts,
        });
    };
    for (rule, old) in before {
        match after.get(rule) {
            None => add(rule, Change::Removed, parts(Some(old), None)),
            Some(new) if new != old => add(rule, Change::Changed, parts(Some(old), Some(new))),
            Some(_) => {}
        }
    }
    for (rule, new) in after {
        if !before.contains_key(rule) {
            add(rule, Change::Added, parts(None, Some(new)));
        }
    }
    let kept = |one: &Map<String, Value>, other: &Map<String, Value>| -> Vec<String> {
        let names = one.keys().filter(|name| other.contains_key(*name));
        names.cloned().collect()
    };
    let (first, second) = (kept(before, after), kept(after, before));
    if IN_ORDER.contains(&section) && first != second {
        let part = Part {
            key: "order of the rules".to_owned(),
            a: Some(first.join(", ")),
            b: Some(second.join(", ")),
        };
        add("", Change::Moved, vec![part]);
    }
}

/// What differs between the two forms of a rule.
fn parts(old: Option<&Value>, new: Option<&Value>) -> Vec<Part> {
    let fields = |value: Option<&Value>| match value {
        Some(Value::Object(fields)) => fields.clone(),
        // A rule that is one value, such as an oddity.
        Some(value) => Map::from_iter([("value".to_owned(), value.clone())]),
        None => Map::new(),
    };
    let (old, new) = (fields(old), fields(new));
    let added = new.keys().filter(|key| !old.contains_key(*key));
    let keys: Vec<&String> = old.keys().chain(added).collect();
    let parts = keys
        .into_iter()
        .map(|key| part(key, old.get(key), new.get(key)));
    parts
        .filter(|part| part.a != part.b && !(part.key == "source" && is_blank(part)))
        .collect()
}

fn is_blank(part: &Part) -> bool {
    let blank = |text: &Option<String>| text.as_deref().is_none_or(str::is_empty);
    blank(&part.a) && blank(&part.b)
}

fn part(key: &str, a: Option<&Value>, b: Option<&Value>) -> Part {
    Part {
        key: key.to_owned(),
        a: a.map(written),
        b: b.map(written),
    }
}

fn written(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(written).collect::<Vec<_>>().join(", "),
        value => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::file::{Eligibility, Tier};
    use super::*;

    fn tier(when: &str) -> Tier {
        Tier {
            when: when.to_owned(),
            tier: "A".to_owned(),
            source: String::new(),
        }
    }

    #[test]
    fn rules_are_added_removed_changed_and_moved() {
        let with = |order: &[&str]| PolicyFile {
            order: order.iter().map(|tier| (*tier).to_owned()).collect(),
            ..PolicyFile::default()
        };
        let mut a = with(&["A"]);
        a.tiers.insert("one".into(), tier("x"));
        a.tiers.insert("two".into(), tier("y"));
        a.eligibility.insert(
            "old".into(),
            Eligibility {
                when: "z".into(),
                source: "page 3".into(),
            },
        );
        assert!(differences(&a, &a).is_empty());

        let mut b = with(&["A", "B"]);
        b.tiers.insert("two".into(), tier("y"));
        b.tiers.insert("one".into(), tier("x and w"));
        b.tiers.insert("three".into(), tier("v"));
        b.quirks.later_registrations_stay = true;
        let found = differences(&a, &b);
        let brief: Vec<_> = found
            .iter()
            .map(|one| (one.section.as_str(), one.rule.as_str(), one.change))
            .collect();
        assert_eq!(
            brief,
            [
                ("order", "", Change::Changed),
                ("eligibility", "old", Change::Removed),
                ("tiers", "one", Change::Changed),
                ("tiers", "three", Change::Added),
                ("tiers", "", Change::Moved),
                ("quirks", "later_registrations_stay", Change::Changed),
            ]
        );
        let when = Part {
            key: "when".into(),
            a: Some("x".into()),
            b: Some("x and w".into()),
        };
        assert_eq!(found[2].parts, [when]);
        assert_eq!(found[1].parts.len(), 2);
    }
}

//! `hailsham policy`: checks, shows and compares the rules of allocation policies.

use std::fmt::Write as _;

use hailsham_allocation::rules::{
    Change, Difference, Outline, Policy as Rules, PolicyFile, differences,
};
use hailsham_model::policies;
use hailsham_scenario::{Loaded, Source};
use serde_json::json;

use crate::arguments::{OnePolicy, Policy, ShownPolicy, TwoPolicies};
use crate::error::Failure;
use crate::table::{folded, print, print_json, table, width};

/// `hailsham policy`
pub(crate) fn policy(asked: &Policy) -> Result<(), Failure> {
    match asked {
        Policy::Check(options) => check(options),
        Policy::Show(options) => show(options),
        Policy::Diff(options) => diff(options),
    }
}

fn read(name: &str, sets: &[String]) -> Result<(Loaded<PolicyFile>, Rules), Failure> {
    Ok(policies::read(&Source::from_argument(name), sets)?)
}

fn outline(loaded: &Loaded<PolicyFile>, rules: &Rules) -> Outline {
    Outline::new(
        &loaded.name,
        &loaded.summary,
        &loaded.built_on,
        &loaded.value,
        rules,
    )
}

/// `hailsham policy check POLICY`
fn check(options: &OnePolicy) -> Result<(), Failure> {
    let (loaded, rules) = read(&options.policy, &options.sets)?;
    let file = &loaded.value;
    let counts = [
        ("terms", file.terms.len() + file.scales.len()),
        ("eligibility", file.eligibility.len()),
        ("tiers", file.order.len()),
        ("points", file.points.len()),
        ("operations", rules.operations()),
    ];
    if options.printed.json {
        let counts: serde_json::Map<String, serde_json::Value> = counts
            .iter()
            .map(|(name, count)| ((*name).to_owned(), json!(count)))
            .collect();
        print_json(&json!({
            "policy": loaded.name,
            "hash": loaded.hash,
            "system": file.system,
            "right": true,
            "counts": counts,
        }))
    } else if options.printed.quiet {
        Ok(())
    } else {
        let [terms, eligibility, tiers, points, operations] = counts.map(|(_, count)| count);
        print(&format!(
            "{} is right (terms: {terms}, conditions of eligibility: {eligibility}, tiers: {tiers}, components of \
             the points: {points}, operations: {operations})\n",
            loaded.name
        ))
    }
}

/// `hailsham policy show [POLICY]`
fn show(options: &ShownPolicy) -> Result<(), Failure> {
    let Some(name) = &options.policy else {
        let all = policies::built_in();
        if options.json {
            let all = all
                .iter()
                .map(|one| json!({ "policy": one.name, "summary": one.summary }));
            return print_json(&all.collect::<Vec<_>>());
        }
        let rows = all
            .iter()
            .map(|one| vec![one.name.to_owned(), one.summary.to_owned()]);
        return print(&table(&["policy", "what it is"], rows.collect()));
    };
    let (loaded, rules) = read(name, &options.sets)?;
    let outline = outline(&loaded, &rules);
    if options.json {
        print_json(&outline)
    } else {
        print(&folded(&outline.text(), width()))
    }
}

/// `hailsham policy diff A B`
fn diff(options: &TwoPolicies) -> Result<(), Failure> {
    let (a, _) = read(&options.a, &[])?;
    let (b, _) = read(&options.b, &[])?;
    let all = differences(&a.value, &b.value);
    if options.json {
        return print_json(&json!({ "a": a.name, "b": b.name, "differences": all }));
    }
    let mut text = if all.is_empty() {
        format!("{} and {} say the same\n", a.name, b.name)
    } else {
        format!("from {} to {}\n", a.name, b.name)
    };
    for one in &all {
        text.push_str(&told(one));
    }
    print(&folded(&text, width()))
}

/// One difference as lines, with `-` before what is gone and `+` before what has come.
fn told(one: &Difference) -> String {
    let what = match one.change {
        Change::Added => "added",
        Change::Removed => "removed",
        Change::Changed => "changed",
        Change::Moved => "in another order",
    };
    let name = if one.rule.is_empty() {
        one.section.clone()
    } else {
        format!("{}.{}", one.section, one.rule)
    };
    let mut text = format!("\n{name}: {what}\n");
    for part in &one.parts {
        let sides = [("-", &part.a), ("+", &part.b)];
        for (sign, value) in sides {
            if let Some(value) = value.as_ref().filter(|value| !value.is_empty()) {
                let _ = writeln!(text, "  {sign} {}: {value}", part.key);
            }
        }
    }
    text
}

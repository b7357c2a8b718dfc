//! `hailsham policy`: what it shows, how it compares, and what it says of wrong policies.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use std::fs;

use common::{Folder, hailsham, spawn, stdout, text};
use serde_json::Value;

fn json(folder: &Folder, arguments: &[&str]) -> Value {
    serde_json::from_str(&stdout(folder.path(), arguments)).unwrap()
}

/// What is said on stderr of a policy that is wrong, with exit code 2.
fn wrong(policy: &str) -> String {
    let folder = Folder::new();
    fs::write(folder.join("my.toml"), policy).unwrap();
    let output = hailsham(folder.path(), &["policy", "check", "my.toml"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    text(&output.stderr)
}

#[test]
fn policies_are_listed_and_shown() {
    let folder = Folder::new();
    insta::assert_snapshot!("policy_list", stdout(folder.path(), &["policy", "show"]));
    insta::assert_snapshot!(
        "policy_show",
        stdout(folder.path(), &["policy", "show", "etkas-2021"])
    );
    let shown = json(&folder, &["policy", "show", "optn-kidney-2025", "--json"]);
    assert_eq!(shown["system"], "kidneys");
    let wait = &shown["points"][0];
    assert_eq!(wait["name"], "wait");
    assert_eq!(wait["unit"], "points for a quantity in years");
    assert!(wait["document"].as_str().unwrap().contains("Policy 8"));
    assert_eq!(shown["tiers"].as_array().unwrap().len(), 132);
}

#[test]
fn every_built_in_policy_is_right() {
    let folder = Folder::new();
    let all = json(&folder, &["policy", "show", "--json"]);
    for one in all.as_array().unwrap() {
        let name = one["policy"].as_str().unwrap();
        let checked = json(&folder, &["policy", "check", name, "--json"]);
        assert_eq!(checked["right"], true);
    }
    insta::assert_snapshot!(
        "policy_check",
        stdout(folder.path(), &["policy", "check", "esp-2021"])
    );
}

#[test]
fn the_exit_code_tells_where_nobody_reads_what_is_said() {
    let folder = Folder::new();
    fs::write(folder.join("my.toml"), "extends = 'etkas'").unwrap();
    let mut child = spawn(folder.path(), &["policy", "check", "my.toml"]);
    drop(child.stderr.take());
    assert_eq!(child.wait().unwrap().code(), Some(2));
}

#[test]
fn a_variant_is_compared_rule_by_rule() {
    let folder = Folder::new();
    let variant = "extends = 'etkas-2021'\n\
        [terms.hla_points]\nis = '400 - 40 * mismatches_a - 40 * mismatches_b - 120 * mismatches_dr'\n\
        [points.vpra]\nweight = '133'\nof = '(power(5, vpra / 100 %) - 1) / (5 - 1)'\n";
    fs::write(folder.join("sliding.toml"), variant).unwrap();
    let arguments = ["policy", "diff", "etkas-2021", "sliding.toml"];
    insta::assert_snapshot!("policy_diff", stdout(folder.path(), &arguments));
    let same = stdout(
        folder.path(),
        &["policy", "diff", "etkas-2021", "etkas-2021"],
    );
    assert_eq!(same, "etkas-2021 and etkas-2021 say the same\n");
    let found = json(
        &folder,
        &["policy", "diff", "etkas-2021", "sliding.toml", "--json"],
    );
    let changes: Vec<&str> = found["differences"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["change"].as_str().unwrap())
        .collect();
    assert_eq!(changes, ["changed", "added"]);
    // A change on the command line is checked like one in a file.
    let set = [
        "policy",
        "check",
        "etkas-2021",
        "--set",
        "points.hu.weight=250 years",
    ];
    let output = hailsham(folder.path(), &set);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn mistakes_are_shown_at_their_place() {
    let unit =
        "extends = 'etkas-2021'\n[points]\nwait = { weight = '33.3', of = 'dialysis_time' }\n";
    insta::assert_snapshot!("policy_wrong_unit", wrong(unit));
    let name = "extends = 'etkas-2021'\n[eligibility]\nold = { when = 'agee >= 65 years' }\n";
    insta::assert_snapshot!("policy_wrong_name", wrong(name));
    let kind =
        "extends = 'etkas-2021'\n[eligibility]\nold = { when = 'age >= 65 years and vpra' }\n";
    insta::assert_snapshot!("policy_wrong_type", wrong(kind));
    let tier = "extends = 'etkas-2021'\n[tiers]\nlast = { tier = 'B', when = 'high_urgency' }\n";
    insta::assert_snapshot!("policy_wrong_tier", wrong(tier));
    let folder = Folder::new();
    let output = hailsham(folder.path(), &["policy", "show", "etkas-2012"]);
    assert_eq!(output.status.code(), Some(2));
    insta::assert_snapshot!("policy_wrong_policy", text(&output.stderr));
}

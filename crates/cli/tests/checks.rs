//! `hailsham check` as a user runs it: exit codes, tables and JSON, files of expectations.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use std::fs;

use common::{Folder, hailsham, stdout, text};
use serde_json::Value;

/// Quick: what is tested here is not the model.
const SMALL: [&str; 4] = ["--scale", "0.02", "--replicates", "6"];

fn check<'a>(arguments: &[&'a str]) -> Vec<&'a str> {
    [&["check"], arguments, &SMALL].concat()
}

/// A scenario with expectations of its own: one that holds, one that cannot.
fn own(folder: &Folder, expectations: &str) {
    let scenario = "extends = \"programme\"\n\n[donation]\ncap = 2\n";
    fs::write(folder.join("mine.toml"), scenario).unwrap();
    fs::create_dir(folder.join("mine")).unwrap();
    fs::write(folder.join("mine/expectations.toml"), expectations).unwrap();
}

const TWO: &str = r#"
[expectations.capped]
text = "Nobody dies of a fourth operation."
metric = "completed_operation_4"
direction = "zero"
margin = 0.5

[expectations.wrong]
text = "Yet somebody dies of a third."
metric = "completed_operation_3"
direction = "positive"
"#;

#[test]
fn what_holds_is_told_with_code_0() {
    let folder = Folder::new();
    let arguments = check(&["--only", "D-25,D-24a"]);
    let output = hailsham(folder.path(), &arguments);
    let told = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{told}");
    assert_eq!(text(&output.stderr), "");
    assert!(
        told.contains("expectations: 2 hold, 0 fail, 0 unknown"),
        "{told}"
    );
    assert!(
        told.lines().all(|line| line.chars().count() <= 100),
        "{told}"
    );
    // In the order of the file, a row by its number.
    let list = stdout(folder.path(), &check(&["--only", "D-25,D-24", "--json"]));
    let list: Value = serde_json::from_str(&list).unwrap();
    let ids: Vec<&str> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|o| o["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids, ["D-24a", "D-24b", "D-24c", "D-24d", "D-24e", "D-25"]);
}

#[test]
fn what_fails_is_told_with_code_1() {
    let folder = Folder::new();
    own(&folder, TWO);
    let output = hailsham(folder.path(), &check(&["mine.toml"]));
    let told = text(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert_eq!(text(&output.stderr), "not as expected: wrong\n");
    assert!(
        told.contains("expectations: 1 hold, 1 fail, 0 unknown"),
        "{told}"
    );

    let output = hailsham(folder.path(), &check(&["mine.toml", "--quiet"]));
    assert_eq!(
        (output.status.code(), text(&output.stdout)),
        (Some(1), String::new())
    );

    let output = hailsham(folder.path(), &check(&["mine.toml", "--json"]));
    assert_eq!(output.status.code(), Some(1));
    let list: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(list[0]["id"], "capped");
    assert_eq!(list[0]["kind"], "expectation");
    assert_eq!(list[0]["status"], "holds");
    assert_eq!(list[0]["expected"], "completed_operation_4 within 0.5 of 0");
    assert_eq!(list[1]["status"], "fails");
    for key in ["value", "effect"] {
        assert_eq!(list[1][key], 0.0, "{key}");
    }
    // The same in all runs: there is no spread to make an interval of.
    assert!(list[1]["ci_low"].is_null() && list[1]["ci_high"].is_null());
    assert_eq!(list[1]["replicates"], 6);
    assert!(list[1]["detail"].is_string());

    // A change for all runs: without the cap, there are deaths at a third operation.
    let lifted = check(&["mine.toml", "--only", "wrong", "--set", "donation.cap=0"]);
    let output = hailsham(folder.path(), &lifted);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
}

/// Other seeds are other runs, and the same seeds the same.
#[test]
fn the_first_seed_may_be_chosen() {
    let folder = Folder::new();
    own(
        &folder,
        TWO.replace("completed_operation_3", "completed").as_str(),
    );
    let value = |arguments: &[&str]| {
        let only = ["mine.toml", "--only", "wrong", "--json"];
        let list = stdout(folder.path(), &check(&[&only[..], arguments].concat()));
        let list: Value = serde_json::from_str(&list).unwrap();
        list[0]["value"].as_f64().unwrap()
    };
    let first = value(&[]);
    assert_eq!(value(&["--seed", "1"]), first);
    assert_ne!(value(&["--seed", "40"]), first);
}

#[test]
fn what_has_no_value_is_unknown_and_no_failure() {
    let folder = Folder::new();
    let nobody = check(&["--only", "D-25", "--set", "donation.cap=1"]);
    let output = hailsham(folder.path(), &nobody);
    let told = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{told}");
    assert!(told.contains("0 hold, 0 fail, 1 unknown"), "{told}");
    assert!(told.contains("no value in 6 of 6 runs"), "{told}");
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let folder = Folder::new();
    let only = ["--only", "D-20,D-26", "--json", "--threads"];
    let one = stdout(folder.path(), &check(&[&only[..], &["1"]].concat()));
    let five = stdout(folder.path(), &check(&[&only[..], &["5"]].concat()));
    assert_eq!(one, five);
}

#[test]
fn a_scenario_without_a_file_has_those_that_it_builds_on() {
    let folder = Folder::new();
    fs::write(folder.join("mine.toml"), "extends = \"programme\"\n").unwrap();
    let own = stdout(
        folder.path(),
        &check(&["mine.toml", "--only", "D-25", "--json"]),
    );
    let built_in = stdout(
        folder.path(),
        &check(&["programme", "--only", "D-25", "--json"]),
    );
    assert_eq!(own, built_in);
}

#[test]
fn a_wrong_file_is_shown_where_it_is_wrong() {
    let folder = Folder::new();
    own(
        &folder,
        r#"
[expectations.one]
text = "A metric that is none."
metric = "tenure_men"
direction = "positive"

[expectations.two]
text = "Changes that are none."
metric = "tenure_mean"
direction = "up"
arms = [["carers.excellence=0", "carers.excelence=1"], []]
ablation = ["donation.cap=30"]

[expectations.three]
text = "An arm too few, and no margin."
metric = "tenure_mean"
direction = "down"

[expectations.four]
text = "No margin."
metric = "tenure_mean"
direction = "zero"
"#,
    );
    let refused = |folder: &Folder| {
        let output = hailsham(folder.path(), &["check", "mine.toml"]);
        assert_eq!(output.status.code(), Some(2));
        assert_eq!(text(&output.stdout), "");
        text(&output.stderr)
    };
    insta::assert_snapshot!("wrong_expectations", refused(&folder));
    // What the scenario does not take is told once the rest is right.
    let file = fs::read_to_string(folder.join("mine/expectations.toml")).unwrap();
    let file = file
        .replace("tenure_men\"", "tenure_mean\"")
        .replace("direction = \"down\"", "direction = \"negative\"")
        .replace("direction = \"zero\"", "direction = \"zero\"\nmargin = 1");
    fs::write(folder.join("mine/expectations.toml"), &file).unwrap();
    insta::assert_snapshot!("wrong_arms", refused(&folder));
    let file = file
        .replace("because", "becuase")
        .replace("margin = 1", "margn = 1");
    fs::write(folder.join("mine/expectations.toml"), &file).unwrap();
    insta::assert_snapshot!("wrong_key", refused(&folder));
}

/// What the book says of expectations of one's own.
#[test]
fn the_example_of_the_book_is_checked() {
    let book = include_str!("../../../docs/checks.md");
    let example = book.split("## Your own").nth(1).unwrap();
    let example = example.split("```toml\n").nth(1).unwrap();
    let example = example.split("```").next().unwrap();
    assert!(example.contains("extends = \"hailsham\""), "{example}");
    let folder = Folder::new();
    fs::create_dir(folder.join("release")).unwrap();
    fs::write(folder.join("release/expectations.toml"), example).unwrap();
    for base in ["hailsham", "programme"] {
        fs::write(
            folder.join("release.toml"),
            format!("extends = \"{base}\"\n"),
        )
        .unwrap();
        let own = [
            "check",
            "release.toml",
            "--kind",
            "expectations",
            "--only",
            "longer,D-25",
            "--replicates",
            "2",
            "--scale",
            "0.03",
            "--json",
        ];
        let output = hailsham(folder.path(), &own);
        let told = text(&output.stderr);
        assert!(matches!(output.status.code(), Some(0 | 1)), "{told}");
        let all: Value = serde_json::from_slice(&output.stdout).unwrap();
        let ids: Vec<&Value> = all
            .as_array()
            .unwrap()
            .iter()
            .map(|one| &one["id"])
            .collect();
        assert_eq!(ids, ["D-25", "longer"]);
        let removed = [
            "check",
            "release.toml",
            "--kind",
            "expectations",
            "--only",
            "D-24e",
        ];
        let output = hailsham(folder.path(), &removed);
        assert_eq!(output.status.code(), Some(2));
    }
}

#[test]
fn a_scenario_that_builds_on_nothing_has_no_expectations() {
    let folder = Folder::new();
    fs::write(folder.join("alone.toml"), "time.horizon = 10\n").unwrap();
    let output = hailsham(folder.path(), &["check", "alone.toml"]);
    let told = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert!(told.contains("alone/expectations.toml"), "{told}");
}

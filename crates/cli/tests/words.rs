//! What the command says: help, lists, the result of a run.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use common::{Folder, hailsham, json, stdout, text};
use serde_json::Value;

/// Numbers, and what is as wide as they are, are another test's concern (`tests/same_bits.rs`).
fn without_numbers(text: &str) -> String {
    let mut settings = String::new();
    let mut in_number = false;
    for letter in text.chars() {
        let number = letter.is_ascii_digit() || (in_number && ".,".contains(letter));
        if number && !in_number {
            settings.push('N');
        } else if !number {
            settings.push(letter);
        }
        in_number = number;
    }
    let mut out = String::new();
    for line in settings.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        let line = words.join(" ");
        out.push_str(if line.starts_with('─') || line.starts_with('═') {
            "---"
        } else {
            &line
        });
        out.push('\n');
    }
    out
}

#[test]
fn help_of_every_command() {
    let folder = Folder::new();
    let commands = [
        "",
        "run",
        "check",
        "life",
        "testimony",
        "exchange",
        "compare",
        "sweep",
        "calibrate",
        "report",
        "scenarios",
        "params",
        "levers",
        "events",
        "metrics",
        "glossary",
    ];
    for command in commands {
        let mut arguments = vec![command, "--help"];
        arguments.retain(|argument| !argument.is_empty());
        let name = if command.is_empty() {
            "hailsham"
        } else {
            command
        };
        insta::assert_snapshot!(format!("help_{name}"), stdout(folder.path(), &arguments));
    }
    let version = stdout(folder.path(), &["--version"]);
    assert_eq!(version, format!("hailsham {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn lists_are_tables() {
    let folder = Folder::new();
    let first_lines = |arguments: &[&str]| -> String {
        let text = stdout(folder.path(), arguments);
        text.lines()
            .take(12)
            .map(|line| line.to_owned() + "\n")
            .collect()
    };
    insta::assert_snapshot!("scenarios", stdout(folder.path(), &["scenarios"]));
    let params = [
        "params",
        "--only",
        "donation.cap",
        "--set",
        "donation.cap=3",
    ];
    insta::assert_snapshot!("params", stdout(folder.path(), &params));
    insta::assert_snapshot!("levers", first_lines(&["levers"]));
    insta::assert_snapshot!("events", first_lines(&["events"]));
    insta::assert_snapshot!("metrics", first_lines(&["metrics"]));
    insta::assert_snapshot!("glossary", first_lines(&["glossary"]));
}

#[test]
fn lists_are_data_when_asked() {
    let folder = Folder::new();
    for (command, keys) in [
        ("scenarios", &["name", "summary"][..]),
        (
            "params",
            &["path", "type", "unit", "default", "range", "source", "text"],
        ),
        (
            "levers",
            &["id", "path", "type", "default", "range", "text", "status"],
        ),
        ("events", &["event", "text", "columns"]),
        ("metrics", &["name", "unit", "text"]),
        ("glossary", &["id", "term", "plain"]),
    ] {
        let text = stdout(folder.path(), &[command, "--json"]);
        let list: Value = serde_json::from_str(&text).unwrap();
        let list = list.as_array().unwrap();
        assert!(!list.is_empty(), "{command}");
        for entry in list {
            for key in keys {
                assert!(entry.get(key).is_some(), "{command}: {entry} has no {key}");
            }
            let text = entry["text"].as_str().unwrap_or_default();
            assert_eq!(text, text.trim(), "{command}");
        }
    }
    let schema = stdout(folder.path(), &["params", "--schema"]);
    let schema: Value = serde_json::from_str(&schema).unwrap();
    assert!(schema["properties"]["donation"].is_object());
}

#[test]
fn a_run_says_what_happened_and_where_it_is() {
    let folder = Folder::new();
    let output = hailsham(folder.path(), &["run", "--scale", "0.01", "--out", "here"]);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(text(&output.stderr), "");
    insta::assert_snapshot!("run", without_numbers(&text(&output.stdout)));
    common::assert_whole(&folder.join("here"));

    let again = stdout(folder.path(), &["report", "here"]);
    assert_eq!(again, format!("report: {}\n", "here/report.html"));
    let programme = ["report", "here", "--words", "programme", "--quiet"];
    let plain = std::fs::read(folder.join("here/report.html")).unwrap();
    assert_eq!(stdout(folder.path(), &programme), "");
    let spoken = std::fs::read(folder.join("here/report.html")).unwrap();
    assert!(plain != spoken, "the words of the report do not change");
}

#[test]
fn without_a_name_runs_are_numbered() {
    let folder = Folder::new();
    for _ in 0..2 {
        stdout(folder.path(), &["run", "--scale", "0.001", "--quiet"]);
    }
    let names = common::names(&folder.join("runs"));
    assert_eq!(names, ["hailsham-1", "hailsham-2"]);
}

#[test]
fn json_is_one_object_and_nothing_else() {
    let folder = Folder::new();
    let arguments = [
        "run", "--scale", "0.01", "--seed", "7", "--out", "here", "--json",
    ];
    let output = hailsham(folder.path(), &arguments);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(text(&output.stderr), "");
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(told["seed"], 7);
    assert_eq!(told["run"], "here");
    assert_eq!(told["summary"], json(&folder.join("here/summary.json")));
    assert_eq!(told["audit"]["violations"], 0);
    let metrics = json(&folder.join("here/metrics.json"));
    let names = metrics
        .as_array()
        .unwrap()
        .iter()
        .map(|metric| &metric["name"]);
    let keys = told["summary"].as_object().unwrap().keys();
    assert!(
        names.eq(keys.map(String::as_str).collect::<Vec<_>>()),
        "as `metrics` lists them"
    );
    let report = stdout(folder.path(), &["report", "here", "--json"]);
    let report: Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report["report"], "here/report.html");
}

#[test]
fn quiet_prints_nothing() {
    let folder = Folder::new();
    let output = hailsham(
        folder.path(),
        &["run", "--scale", "0.01", "--out", "here", "--quiet"],
    );
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stdout.is_empty() && output.stderr.is_empty());
    common::assert_whole(&folder.join("here"));
}

/// `hailsham params | head -1`: the reader goes, the writer ends in silence.
#[test]
fn a_closed_pipe_is_no_failure() {
    let folder = Folder::new();
    for arguments in [&["params"][..], &["params", "--json"], &["glossary"]] {
        let mut child = common::spawn(folder.path(), arguments);
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(text(&output.stderr), "", "{arguments:?}");
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
    }
}

//! Shared pieces of the tests of the command: the command itself, folders, and what a whole
//! directory of a run is.
// Each test binary uses a part of them.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use assert_cmd::Command;
use hailsham_engine::log::LogReader;
use hailsham_engine::table::TableReader;
use serde_json::Value;

/// Where the command is.
pub(crate) const BINARY: &str = env!("CARGO_BIN_EXE_hailsham");

/// The command in a folder, as someone types it without a terminal.
pub(crate) fn hailsham(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(BINARY)
        .current_dir(folder)
        .args(arguments)
        .env("NO_COLOR", "1")
        .env_remove("COLUMNS")
        .env_remove("LINES")
        .output()
        .unwrap()
}

/// The command as a process of its own, which is left to go on.
pub(crate) fn spawn(folder: &Path, arguments: &[&str]) -> std::process::Child {
    std::process::Command::new(BINARY)
        .current_dir(folder)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Standard output of a command that must succeed.
pub(crate) fn stdout(folder: &Path, arguments: &[&str]) -> String {
    let output = hailsham(folder, arguments);
    let errors = text(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {errors}");
    text(&output.stdout)
}

/// Bytes as text; the command writes nothing else.
pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Names of what is in a folder.
pub(crate) fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// A JSON file.
pub(crate) fn json(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// What the manifest of a directory says of its status.
pub(crate) fn status(directory: &Path) -> String {
    let manifest = json(&directory.join("manifest.json"));
    manifest["status"].as_str().unwrap().to_owned()
}

/// Every table of a run, by name.
pub(crate) fn tables(directory: &Path) -> BTreeMap<String, Vec<u8>> {
    let names = names(directory).into_iter();
    names
        .filter(|name| name.ends_with(".parquet"))
        .map(|name| {
            let bytes = fs::read(directory.join(&name)).unwrap();
            (name, bytes)
        })
        .collect()
}

/// Every file of a directory, by its path in it.
pub(crate) fn files(directory: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    let mut folders = vec![directory.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(directory).unwrap();
                let name = name.to_string_lossy().into_owned();
                all.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    all
}

/// Files that every run has.
pub(crate) const FILES: [&str; 15] = [
    "counts.parquet",
    "events.index",
    "events.parquet",
    "manifest.json",
    "metrics.json",
    "parameters.json",
    "persons.parquet",
    "places.parquet",
    "report.html",
    "scenario.toml",
    "series.parquet",
    "stories.parquet",
    "summary.json",
    "ties.parquet",
    "works.parquet",
];

/// A directory that has a run's name must be whole: every file is there and opens, and the counts of
/// the manifest are those of the tables.
pub(crate) fn assert_whole(directory: &Path) {
    // Facts and testimony are there where the scenario has some.
    let some = [
        "checks.json",
        "claims.parquet",
        "facts.toml",
        "testimony.json",
        "testimony.toml",
    ];
    let mut found = names(directory);
    found.retain(|name| !some.contains(&name.as_str()));
    assert_eq!(found, FILES);
    assert_eq!(status(directory), "complete");
    let counts = &json(&directory.join("manifest.json"))["counts"];
    let rows = |name: &str| TableReader::open(directory.join(name)).unwrap().rows() as u64;
    let people: u64 = ["students", "recipients", "staff"]
        .into_iter()
        .map(|kind| counts[kind].as_u64().unwrap())
        .sum();
    assert_eq!(rows("persons.parquet"), people);
    let log = LogReader::open(directory.join("events.parquet")).unwrap();
    assert_eq!(log.rows(), counts["events_written"].as_u64().unwrap());
    assert!(rows("series.parquet") > 0 && rows("places.parquet") > 0);
    assert!(json(&directory.join("summary.json")).is_object());
    assert!(json(&directory.join("metrics.json")).is_array());
    assert!(json(&directory.join("parameters.json")).is_array());
    let report = fs::read_to_string(directory.join("report.html")).unwrap();
    assert!(
        report.trim_end().ends_with("</html>"),
        "the report is cut short"
    );
}

/// A folder of its own for a test.
pub(crate) struct Folder(tempfile::TempDir);

impl Folder {
    pub(crate) fn new() -> Folder {
        Folder(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn join(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
}

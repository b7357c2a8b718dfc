//! Testimony as a user asks for it: of a run, of a scenario, with claims of one's own.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use std::fs;

use common::{Folder, hailsham, json, stdout, text};
use serde_json::Value;

/// A folder with a small run of the novel in `made`.
fn made(sets: &[&str]) -> Folder {
    let folder = Folder::new();
    let mut run = vec!["run", "--scale", "0.02", "--quiet", "--out", "made"];
    for set in sets {
        run.extend(["--set", set]);
    }
    stdout(folder.path(), &run);
    folder
}

fn asked(folder: &Folder, arguments: &[&str]) -> Value {
    let json = stdout(
        folder.path(),
        &[&["testimony"], arguments, &["--json"]].concat(),
    );
    serde_json::from_str(&json).unwrap()
}

/// How a version stands.
fn standing<'a>(told: &'a Value, subject: usize, name: &str) -> &'a str {
    let versions = told["subjects"][subject]["versions"].as_array().unwrap();
    let found = versions.iter().find(|version| version["version"] == name);
    found.unwrap()["standing"]["is"].as_str().unwrap()
}

#[test]
fn a_run_keeps_its_testimony_and_tells_it() {
    let folder = made(&[]);
    let kept = json(&folder.join("made/testimony.json"));
    assert_eq!(kept["subjects"].as_array().unwrap().len(), 81);
    assert!(folder.join("made/testimony.toml").is_file());
    common::assert_whole(&folder.join("made"));
    // As it was written, whole and in part.
    assert_eq!(asked(&folder, &["made"]), kept);
    assert_eq!(asked(&folder, &["made", "--all"]), kept);
    let one = asked(&folder, &["made", "saying:river"]);
    assert_eq!(one["subjects"].as_array().unwrap().len(), 1);
    assert_eq!(one["subjects"][0], kept["subjects"][0]);
    assert_eq!(standing(&one, 0, "kathy"), "agrees");
    assert_eq!(standing(&one, 0, "tommy"), "differs");
    // The same is found of the run's own file and its log.
    fs::remove_file(folder.join("made/testimony.json")).unwrap();
    assert_eq!(asked(&folder, &["made"]), kept);
    // And of a run that was made before there was any.
    fs::remove_file(folder.join("made/testimony.toml")).unwrap();
    assert_eq!(asked(&folder, &["made"]), kept);
}

#[test]
fn versions_stand_side_by_side() {
    let folder = made(&[]);
    let told = stdout(folder.path(), &["testimony", "made", "C-01"]);
    insta::assert_snapshot!("testimony_river", told);
    let all = stdout(folder.path(), &["testimony", "made", "--all"]);
    let lines: Vec<&str> = all.lines().collect();
    let count = |row: &str| {
        all.lines()
            .filter(|line| line.trim().starts_with(row))
            .count()
    };
    assert_eq!(count("C-"), 80);
    assert!(
        lines
            .last()
            .unwrap()
            .starts_with("81 subjects, 228 versions: "),
        "{all}"
    );
    assert_eq!(all, stdout(folder.path(), &["testimony", "made"]));
    // Several that are parts of one, in nothing wider than a terminal.
    let parts = stdout(folder.path(), &["testimony", "made", "trip:possible"]);
    for id in ["C-03  ", "C-04  ", "C-50  ", "C-51  "] {
        assert!(parts.contains(id), "{parts}");
    }
    for told in [told, all, parts] {
        let widest = told.lines().map(|line| line.chars().count()).max();
        assert!(widest <= Some(100), "{told}");
    }
}

#[test]
fn what_is_followed_is_what_agrees() {
    let folder = made(&["history.record.river_saying=W4"]);
    let told = asked(&folder, &["made", "river_image"]);
    assert_eq!(standing(&told, 0, "kathy"), "differs");
    assert_eq!(standing(&told, 0, "tommy"), "agrees");
    // Without a run the scenario is run for it.
    let small = ["--scale", "0.02", "--quiet"];
    let told = asked(&folder, &[&["C-01"], &small[..]].concat());
    assert_eq!(standing(&told, 0, "kathy"), "agrees");
    let set = ["--set", "history.record.river_saying=W4"];
    let told = asked(&folder, &[&["hailsham", "C-01"], &small[..], &set].concat());
    assert_eq!(standing(&told, 0, "kathy"), "differs");
    assert_eq!(
        common::names(folder.path()),
        ["made"],
        "nothing is left behind"
    );
}

const CLAIMS: &str = r#"
[witnesses.letter]
name = "a letter"

[subjects.river_image.versions.nobody]
text = "Nobody says it."
witnesses = { letter = "page 2" }
fields = ["teller"]
holds = "count(said) == 0"

[subjects.letters]
text = "Whether Kathy writes."
kind = ["tension"]
[subjects.letters.versions.writes]
text = "She does."
witnesses = { letter = "page 1" }
fields = ["other"]
unknown = "There are no letters in a log."
[subjects.letters.versions.does_not]
text = "She does not."
witnesses = { W2 = "0:56" }
fields = ["other"]
unknown = "And so it cannot lack one."
"#;

#[test]
fn claims_of_ones_own_are_added() {
    let folder = made(&[]);
    fs::write(folder.join("mine.toml"), CLAIMS).unwrap();
    let claims = ["--claims", "mine.toml"];
    let told = asked(&folder, &[&["made"], &claims[..]].concat());
    assert_eq!(told["subjects"].as_array().unwrap().len(), 82);
    assert_eq!(standing(&told, 0, "nobody"), "differs");
    assert_eq!(standing(&told, 81, "writes"), "cannot_be_known");
    assert_eq!(told["witnesses"]["letter"]["name"], "a letter");
    let letters = stdout(
        folder.path(),
        &["testimony", "made", "letters", "--claims", "mine.toml"],
    );
    assert!(letters.contains("cannot be known (2)"), "{letters}");
    assert!(
        letters.contains("There are no letters in a log."),
        "{letters}"
    );

    let wrong = CLAIMS.replace("W2 = \"0:56\"", "W2 = \"0:62\"");
    fs::write(folder.join("mine.toml"), wrong).unwrap();
    let output = hailsham(
        folder.path(),
        &["testimony", "made", "--claims", "mine.toml"],
    );
    assert_eq!(output.status.code(), Some(2));
    insta::assert_snapshot!("wrong_claims", text(&output.stderr));
}

#[test]
fn mistakes_get_one_message_and_code_2() {
    let folder = made(&[]);
    fs::create_dir(folder.join("empty")).unwrap();
    fs::write(folder.join("alone.toml"), "time.horizon = 3\n").unwrap();
    for (arguments, said) in [
        (&["made", "river_imge"][..], "did you mean `river_image`?"),
        (&["made", "C-81"], "no subject is called `C-81`"),
        (&["saying:rivr"], "did you mean `saying:river`?"),
        (&["empty", "C-01"], "no manifest.json"),
        (&["made", "C-01", "--scale", "1"], "a run is as it is"),
        (&["made", "C-01", "--seed", "2"], "a run is as it is"),
        (&["made", "C-01", "--all"], "--all lists every subject"),
        (&["alone.toml", "C-01"], "give a file of it with --claims"),
        (&["made", "--claims", "none.toml"], "does not exist"),
    ] {
        let output = hailsham(folder.path(), &[&["testimony"], arguments].concat());
        let errors = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {errors}");
        assert!(errors.contains(said), "{arguments:?}: {errors}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
    }
}

//! A life as a user asks for it: of a run, of a scenario, by number and by name, in three forms.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use std::fs;

use common::{Folder, hailsham, stdout, text};
use serde_json::Value;

/// A folder with a small run of the novel in `made`.
fn made() -> Folder {
    let folder = Folder::new();
    let run = ["run", "--scale", "0.02", "--quiet", "--out", "made"];
    stdout(folder.path(), &run);
    folder
}

/// What is wrong with a question, with exit code 2.
fn refused(folder: &Folder, arguments: &[&str]) -> String {
    let output = hailsham(folder.path(), arguments);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    assert!(output.stdout.is_empty());
    text(&output.stderr)
}

fn of_json(folder: &Folder, arguments: &[&str]) -> Value {
    let printed = stdout(folder.path(), &[&["life"], arguments, &["--json"]].concat());
    serde_json::from_str(&printed).unwrap()
}

#[test]
fn a_life_is_told_of_a_run() {
    let folder = made();
    let asked =
        |arguments: &[&str]| stdout(folder.path(), &[&["life", "made"], arguments].concat());

    // By key, name, given name and number it is the same life, and the same text each time.
    let happened = asked(&["kathy"]);
    assert!(happened.starts_with("Kathy H.\n"), "{happened}");
    let person = of_json(&folder, &["made", "kathy"])["person"].to_string();
    for who in ["Kathy H.", "kathy h.", &person] {
        assert_eq!(asked(&[who]), happened, "{who}");
    }
    assert!(happened.lines().all(|line| line.chars().count() <= 92));

    // From memory it is told in the first person, and the log stands in brackets beside it.
    let remembered = asked(&["kathy", "--remembered-at", "31"]);
    assert_eq!(remembered, asked(&["kathy", "--remembered-at", "31"]));
    assert_ne!(remembered, asked(&["kathy", "--remembered-at", "25"]));
    assert!(remembered.contains(" I ") && remembered.contains("[the log:"));
    assert!(!happened.contains(" I ") && !happened.contains("[the log:"));

    // Of whom no birth is known, by the calendar; the end of a year is that of its last day.
    let then = asked(&["emily", "--remembered-at", "1980"]);
    assert!(
        then.starts_with("Miss Emily\n") && then.contains("1980\n"),
        "{then}"
    );
    assert_eq!(then, asked(&["emily", "--remembered-at", "1980-12-31"]));
    assert_ne!(then, asked(&["emily", "--remembered-at", "1979"]));

    // The programme's own words turn it round.
    let programme = asked(&["tommy", "--words", "programme"]);
    assert!(programme.contains("completed") && !asked(&["tommy"]).contains("completed"));

    // As data, and as a page.
    let told = of_json(&folder, &["made", "tommy", "--remembered-at", "28"]);
    assert_eq!(told["voice"], "first");
    let page = asked(&["tommy", "--format", "html"]);
    assert!(page.contains("Tommy D.") && page.contains("</html>"));
    assert!(page.contains("As it is remembered"));
    // Headings go down one level at a time, and phases are named in the words that were asked for.
    assert!(page.contains("<h2 class=\"title\"") && page.contains("<h3>As it happened</h3>"));
    assert!(page.contains("Waiting houses") && !page.contains("\"The Cottages\""));
    let page = asked(&["tommy", "--format", "html", "--words", "programme"]);
    assert!(page.contains("\"The Cottages\"") && !page.contains("Waiting houses"));

    // Without the index the whole log is read, and says the same.
    fs::remove_file(folder.join("made/events.index")).unwrap();
    assert_eq!(asked(&["kathy"]), happened);
    fs::write(folder.join("made/events.index"), "no index").unwrap();
    assert!(refused(&folder, &["life", "made", "kathy"]).contains("events.index"));
}

#[test]
fn what_cannot_be_told_is_said_in_one_message() {
    let folder = made();
    let wrong = |arguments: &[&str]| refused(&folder, &[&["life", "made"], arguments].concat());
    insta::assert_snapshot!("life_no_such_name", wrong(&["kathi"]));
    insta::assert_snapshot!("life_no_such_number", wrong(&["400000000"]));
    assert!(wrong(&["-1"]).contains("\"-1\": people have the numbers 0 to "));
    assert!(wrong(&["5000000000"]).contains("people have the numbers 0 to "));
    insta::assert_snapshot!(
        "life_an_age_not_reached",
        wrong(&["kathy", "--remembered-at", "99"])
    );
    insta::assert_snapshot!(
        "life_no_birth_known",
        wrong(&["emily", "--remembered-at", "30"])
    );
    insta::assert_snapshot!(
        "life_before_the_post",
        wrong(&["emily", "--remembered-at", "1950"])
    );
    let early = wrong(&["100000000", "--remembered-at", "0"]);
    assert!(
        early.contains("the record of recipient 100000000 begins at "),
        "{early}"
    );
    // From the age that is named on there is something to tell.
    let from = early.split("begins at ").nth(1).unwrap();
    let from = from.split(';').next().unwrap();
    let told = stdout(
        folder.path(),
        &["life", "made", "100000000", "--remembered-at", from],
    );
    assert!(told.lines().count() > 4, "{told}");
    for no_time in ["1999-02-30", "19x5", "1995-06", "201"] {
        assert!(wrong(&["emily", "--remembered-at", no_time]).contains("--remembered-at"));
    }
    insta::assert_snapshot!("life_a_run_is_as_it_is", wrong(&["kathy", "--seed", "4"]));
    fs::create_dir(folder.join("empty")).unwrap();
    insta::assert_snapshot!("life_no_run", refused(&folder, &["life", "empty", "kathy"]));
    let run = [
        "run", "--scale", "0.01", "--log", "none", "--quiet", "--out", "bare",
    ];
    stdout(folder.path(), &run);
    insta::assert_snapshot!("life_no_log", refused(&folder, &["life", "bare", "kathy"]));
    let run = [
        "run", "--scale", "0.01", "--log", "named", "--quiet", "--out", "cast",
    ];
    stdout(folder.path(), &run);
    insta::assert_snapshot!("life_not_kept", refused(&folder, &["life", "cast", "20"]));
    let told = stdout(folder.path(), &["life", "cast", "kathy"]);
    assert!(told.starts_with("Kathy H.\n"), "{told}");
}

/// Whoever is in a sample has the life that the whole log tells of what they did and underwent; of nobody else there is one.
#[test]
fn a_sample_tells_the_lives_of_its_people() {
    let folder = Folder::new();
    for (log, out) in [("full", "whole"), ("sample:0.3", "part")] {
        let run = ["run", "programme", "--scale", "0.01", "--log", log];
        stdout(
            folder.path(),
            &[&run[..], &["--quiet", "--out", out]].concat(),
        );
    }
    let manifest = common::json(&folder.join("part/manifest.json"));
    let command = manifest["command"].as_str().unwrap();
    assert!(command.ends_with(" --log sample:0.3"), "{command}");
    let mut whole = hailsham_lives::Run::open(folder.join("whole")).unwrap();
    let mut part = hailsham_lives::Run::open(folder.join("part")).unwrap();
    let (mut told, mut not_kept) = (0, 0);
    for id in 0..60 {
        match part.life(id) {
            Ok(life) => {
                let own = |life: &hailsham_lives::Life| -> Vec<_> {
                    use hailsham_lives::Role::{Who, Whom};
                    let happenings = life.happenings.iter();
                    let own = happenings.filter(|of| [Who, Whom].contains(&of.role));
                    own.map(|of| (of.at, of.event.clone(), of.who, of.whom))
                        .collect()
                };
                assert_eq!(own(&life), own(&whole.life(id).unwrap()), "{id}");
                told += 1;
            }
            Err(hailsham_lives::LifeError::NotKept { .. }) => not_kept += 1,
            Err(error) => panic!("{id}: {error}"),
        }
    }
    assert!(told > 5 && not_kept > 20, "{told} {not_kept}");
}

#[test]
fn a_scenario_is_run_for_a_life() {
    let folder = Folder::new();
    let life = ["life", "ruth", "--scale", "0.02", "--quiet"];
    let told = stdout(folder.path(), &life);
    assert!(told.starts_with("Ruth C.\n"), "{told}");
    assert_eq!(
        fs::read_dir(folder.path()).unwrap().count(),
        0,
        "nothing is kept"
    );
}

//! Facts as a user checks them: of a scenario, of a run, in files of one's own, in the report.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use std::fs;

use common::{Folder, hailsham, stdout, text};
use serde_json::Value;

/// What is true of the programme whatever the seed, what is not, and what nobody can tell.
const FACTS: &str = r#"
scale = 0.02

[facts.called]
text = "Whoever dies of donating was called up before."
kind = "stated"
how = "produced"
source = "0:42"
expect = "count(death) > 0 and every(death, call) and first(call) < first(death)"
[facts.called.select]
death = { event = "completed" }
call = { event = "called_up", kind = "student" }

[facts.donors]
text = "Nobody but a donor is operated on, and nobody under 16."
kind = "inferred"
how = "produced"
expect = "count(others) == 0 and count(young) == 0 and count(all) > 0"
[facts.donors.select]
all = { event = "operated" }
others = { event = "operated", phase = "!=donor" }
young = { event = "operated", age = "<16" }

[facts.capped]
text = "Nobody is operated on for a third time."
kind = "claim"
how = "given"
expect = "count(third) == 0 and parameter('donation.cap') == 2"
[facts.capped.select]
third = { event = "operated", n = ">2" }

[facts.wrong]
text = "The school stands for as long as the programme."
kind = "claim"
how = "produced"
expect = "count(closed) == 0"
[facts.wrong.select]
closed = { event = "closed" }

[facts.untold]
text = "Somebody remembers it differently."
kind = "claim"
how = "produced"
unknown = "It is about an account."
"#;

/// A scenario with facts of its own beside it.
fn own() -> Folder {
    let folder = Folder::new();
    let scenario = "extends = \"hailsham\"\n\n[donation]\ncap = 2\n";
    fs::write(folder.join("mine.toml"), scenario).unwrap();
    fs::create_dir(folder.join("mine")).unwrap();
    fs::write(folder.join("mine/facts.toml"), FACTS).unwrap();
    folder
}

fn list(json: &[u8]) -> Vec<Value> {
    let list: Value = serde_json::from_slice(json).unwrap();
    list.as_array().unwrap().clone()
}

#[test]
fn facts_of_a_scenario_hold_on_every_seed_or_fail() {
    let folder = own();
    let check = ["check", "mine.toml", "--kind", "facts", "--replicates", "2"];
    let output = hailsham(folder.path(), &check);
    let told = text(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert_eq!(text(&output.stderr), "not as expected: wrong\n");
    assert!(
        told.contains("facts: 3 hold, 1 fail, 1 unknown\n"),
        "{told}"
    );
    assert!(
        told.lines().all(|line| line.chars().count() <= 100),
        "{told}"
    );

    let output = hailsham(folder.path(), &[&check[..], &["--json"]].concat());
    let facts = list(&output.stdout);
    let of = |key: &str| -> Vec<&str> {
        let values = facts
            .iter()
            .map(|fact| fact[key].as_str().unwrap_or("none"));
        values.collect()
    };
    assert_eq!(of("id"), ["called", "donors", "capped", "wrong", "untold"]);
    assert_eq!(of("kind"), ["fact"; 5]);
    assert_eq!(
        of("status"),
        ["holds", "holds", "holds", "fails", "unknown"]
    );
    assert_eq!(of("how")[..3], ["produced", "produced", "given"]);
    assert_eq!(facts[0]["detail"], "holds on 2 of 2 seeds");
    assert_eq!(facts[3]["detail"], "does not hold on seeds 1, 2");
    assert_eq!(facts[3]["seeds"]["holds"], 0);
    assert_eq!(facts[3]["expected"], "count(closed) == 0");
    assert!(
        facts[3]["value"]
            .as_str()
            .unwrap()
            .starts_with("count(closed) = ")
    );
    assert_eq!(facts[3]["rows"][0]["what"], "closed");
    assert_eq!(facts[4]["detail"], "It is about an account.");
    assert_eq!(facts[4]["value"], Value::Null);

    // A change for all runs.
    let lifted = ["--set", "donation.cap=0", "--only", "capped"];
    let output = hailsham(folder.path(), &[&check[..], &lifted].concat());
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn facts_and_expectations_stand_in_one_list() {
    let folder = own();
    let small = ["--replicates", "2", "--scale", "0.02", "--json"];
    let check = ["check", "mine.toml", "--only", "called,D-25"];
    let output = hailsham(folder.path(), &[&check[..], &small].concat());
    let list = list(&output.stdout);
    let kinds: Vec<&str> = list.iter().map(|o| o["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["fact", "expectation"]);

    // Those of another file.
    fs::write(
        folder.join("other.toml"),
        FACTS.replace("[facts.called", "[facts.other"),
    )
    .unwrap();
    let check = ["check", "--facts", "other.toml", "--only", "other"];
    let built_in = stdout(folder.path(), &[&check[..], &small].concat());
    assert!(built_in.contains("\"id\": \"other\""));

    let output = hailsham(folder.path(), &["check", "mine.toml", "--only", "caled"]);
    assert_eq!(output.status.code(), Some(2));
    let said = text(&output.stderr);
    assert_eq!(
        said,
        "error: no fact and no expectation is called caled: did you mean called?\n"
    );
    fs::write(folder.join("alone.toml"), "time.horizon = 10\n").unwrap();
    let output = hailsham(folder.path(), &["check", "alone.toml", "--kind", "facts"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("--facts"));
}

#[test]
fn a_run_keeps_its_facts_and_shows_them() {
    let folder = own();
    let run = ["run", "mine.toml", "--scale", "0.02", "--out", "made"];
    let told = stdout(folder.path(), &run);
    assert!(
        told.contains("facts: 3 hold, 1 fail, 1 unknown\n"),
        "{told}"
    );
    let kept = list(&fs::read(folder.join("made/checks.json")).unwrap());
    assert_eq!(kept.len(), 5);

    let page = fs::read_to_string(folder.join("made/report.html")).unwrap();
    assert!(page.contains("<h2>The checks</h2>"));
    for id in ["called", "donors", "capped", "wrong", "untold"] {
        assert!(page.contains(&format!("id=\"fact-{id}\"")), "{id}");
    }
    let first = kept[3]["rows"][0]["time"].as_str().unwrap();
    assert!(page.contains(first), "the first closing stands in the page");

    // Again, of the run alone: the same, from the facts in its directory.
    let output = hailsham(folder.path(), &["check", "made", "--json"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(list(&output.stdout), kept);
    let output = hailsham(folder.path(), &["check", "made", "--only", "called"]);
    assert_eq!(output.status.code(), Some(0));
    let told = text(&output.stdout);
    assert!(told.contains("facts: 1 hold, 0 fail, 0 unknown"), "{told}");

    for (arguments, said) in [
        (&["--set", "donation.cap=3"][..], "a run is as it is"),
        (&["--scale", "1"], "a run is as it is"),
        (&["--replicates", "3"], "a run is as it is"),
        (&["--seed", "3"], "a run is as it is"),
        (&["--kind", "expectations"], "give a scenario"),
    ] {
        let output = hailsham(folder.path(), &[&["check", "made"], arguments].concat());
        assert_eq!(output.status.code(), Some(2));
        assert!(
            text(&output.stderr).contains(said),
            "{}",
            text(&output.stderr)
        );
    }
    // Of a run there are facts alone.
    let output = hailsham(folder.path(), &["check", "made", "--only", "D-20"]);
    assert_eq!(output.status.code(), Some(2));
    let told = text(&output.stderr);
    assert!(
        told.contains("D-20 is an expectation")
            && told.contains("`hailsham check SCENARIO --only D-20`")
            && !told.contains("did you mean"),
        "{told}"
    );
    let output = hailsham(folder.path(), &["check", "mine"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("no manifest.json"));
}

#[test]
fn a_run_without_facts_is_checked_with_a_file_of_them() {
    let folder = Folder::new();
    fs::write(folder.join("alone.toml"), "time.horizon = 3\n").unwrap();
    stdout(
        folder.path(),
        &["run", "alone.toml", "--out", "made", "--scale", "0.02"],
    );
    assert!(!folder.join("made/checks.json").exists());
    assert!(!folder.join("made/facts.toml").exists());
    let page = fs::read_to_string(folder.join("made/report.html")).unwrap();
    assert!(!page.contains("The checks"));
    let output = hailsham(folder.path(), &["check", "made"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("has no facts; give a file of them with --facts"));
    let fact = "[facts.start]\ntext = \"It begins in 1955.\"\nkind = \"stated\"\nhow = \"given\"\n\
                expect = \"start() == 1955 and count(death) == 0\"\n\
                select.death = { event = \"completed\" }\n";
    fs::write(folder.join("facts.toml"), fact).unwrap();
    let told = stdout(folder.path(), &["check", "made", "--facts", "facts.toml"]);
    assert!(told.contains("facts: 1 hold, 0 fail, 0 unknown"), "{told}");

    // A log that was not kept in full tells less.
    let run = [
        "run",
        "alone.toml",
        "--out",
        "sampled",
        "--scale",
        "0.02",
        "--log",
        "sample:0.5",
    ];
    stdout(folder.path(), &run);
    let told = stdout(
        folder.path(),
        &["check", "sampled", "--facts", "facts.toml"],
    );
    assert!(told.contains("facts: 0 hold, 0 fail, 1 unknown"), "{told}");
}

#[test]
fn a_wrong_file_of_facts_is_shown_where_it_is_wrong() {
    let folder = own();
    let wrong = r#"
[facts.one]
text = "Names that are none."
kind = "stated"
how = "produced"
expect = "count(deth) == 1 and mean(death.value) > 0"
[facts.one.select.death]
event = "compleeted"
who = "ruth"
place = ["Hailsham", "Halsham"]
vlaue = 3

[facts.two]
text = "An expression that is none."
kind = "stated"
how = "produced"
expect = "count(death) = 1"
select.death = { event = "completed" }

[facts.three]
text = "A function that is none, in a text with escapes."
kind = "stated"
how = "produced"
expect = """
\"a\" == \"b\" or
cuont(death) > 1"""
select.death = { event = "completed", after = "frist(death)" }

[facts.four]
text = "Nothing."
kind = "stated"
how = "pinned"
"#;
    fs::write(folder.join("mine/facts.toml"), wrong).unwrap();
    let refused = |arguments: &[&str]| {
        let output = hailsham(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(2));
        assert_eq!(text(&output.stdout), "");
        text(&output.stderr)
    };
    insta::assert_snapshot!("wrong_fact", refused(&["check", "mine.toml"]));
    let file = wrong.replace("how = \"pinned\"", "how = \"given\"\nunknown = \"why\"");
    fs::write(folder.join("mine/facts.toml"), &file).unwrap();
    let told = refused(&["check", "mine.toml"]);
    insta::assert_snapshot!("wrong_names", told);
    // A run is not begun.
    assert_eq!(refused(&["run", "mine.toml", "--out", "made"]), told);
    assert!(!folder.join("made").exists());
    // What is right but for one thing that comes after the others.
    let file = file
        .replace("deth", "death")
        .replace("compleeted", "completed")
        .replace("who = \"ruth\"", "who = 3")
        .replace("Halsham", "humane")
        .replace("vlaue", "value")
        .replace("(death) = 1", "(death) == 1")
        .replace("frist", "first");
    fs::write(folder.join("mine/facts.toml"), &file).unwrap();
    insta::assert_snapshot!("wrong_circle", refused(&["check", "mine.toml"]));
    let file = file.replace(", after = \"first(death)\"", "");
    fs::write(folder.join("mine/facts.toml"), &file).unwrap();
    insta::assert_snapshot!("wrong_function", refused(&["check", "mine.toml"]));
    fs::write(folder.join("mine/facts.toml"), "").unwrap();
    assert!(refused(&["check", "mine.toml"]).contains("empty"));
}

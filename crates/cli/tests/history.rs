//! What a person is told whose history of a scenario contradicts itself: each wrong file gets one clear
//! message before anything is simulated, with the place, both sides and their sources.
#![allow(clippy::unwrap_used)]

mod common;

use std::fs;

use common::{Folder, hailsham, names, text};

/// Two students and a guardian, and pins that are right.
const RIGHT: &str = r#"extends = "programme"

[history.cast.ann]
name = "Ann B."
school = "hailsham"
sex = "female"
born = "1965-02"

[history.cast.ben]
name = "Ben C."
school = "hailsham"
sex = "male"
born = "1965-05-01"

[history.cast.miss]
name = "Miss D."
role = "guardian"
school = "hailsham"

[history.pins.opens]
event = "opened"
place = "hailsham"
at = "1961"

[history.pins.cares]
event = "became_carer"
who = "ann"
at = "1986"
source = "register, page 1"

[history.pins.dies]
event = "completed"
who = "ann"
topic = "operation"
n = 4
at = "1992"
source = "register, page 9"
"#;

/// Runs a scenario of the right history with more pins, and gives the message.
fn refused(pins: &str) -> String {
    let folder = Folder::new();
    fs::write(folder.join("wrong.toml"), format!("{RIGHT}\n{pins}")).unwrap();
    let output = hailsham(folder.path(), &["run", "wrong.toml", "--scale", "0.01"]);
    let message = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{message}");
    assert!(output.stdout.is_empty());
    assert_eq!(names(folder.path()), ["wrong.toml"]);
    message
}

#[test]
fn ten_wrong_pins_get_ten_messages() {
    let wrong = [
        (
            "unknown person",
            "[history.pins.meets]\nevent = \"befriended\"\nwho = \"ann\"\nwhom = \"bem\"\n",
        ),
        (
            "dead person acts",
            "[history.pins.paints]\nevent = \"made_work\"\nwho = \"ann\"\ntopic = \"drawing\"\nat = \"1994\"\nsource = \"letter 3\"\n",
        ),
        (
            "wrong order",
            "[history.pins.called]\nevent = \"called_up\"\nwho = \"ann\"\nat = \"1985\"\nsource = \"letter 4\"\n",
        ),
        (
            "two places at once",
            "[history.pins.here]\nevent = \"act\"\nwho = \"ben\"\ntopic = \"stood\"\nplace = \"roadside\"\nat = \"1990-05-01\"\nsource = \"a\"\n\
             [history.pins.there]\nevent = \"act\"\nwho = \"ben\"\ntopic = \"stood\"\nplace = \"field\"\nat = \"1990-05-01\"\nsource = \"b\"\n",
        ),
        (
            "empty window",
            "[history.pins.late]\nevent = \"raged\"\nwho = \"ben\"\nat = \"1980..1979\"\n",
        ),
        (
            "a cycle",
            "[history.pins.hen]\nevent = \"raged\"\nwho = \"ben\"\nafter = [\"egg\"]\n\
             [history.pins.egg]\nevent = \"raged\"\nwho = \"ben\"\nafter = [\"hen\"]\n",
        ),
        (
            "age against date",
            "[history.pins.young]\nevent = \"raged\"\nwho = \"ben\"\nage = \"12\"\nat = \"1990\"\n",
        ),
        (
            "unknown event",
            "[history.pins.walks]\nevent = \"walked_out\"\nwho = \"ben\"\n",
        ),
        (
            "outside the run",
            "[history.pins.far]\nevent = \"raged\"\nwho = \"ben\"\nat = \"2014\"\n",
        ),
        (
            "a fifth donation",
            "[history.pins.fifth]\nevent = \"operated\"\nwho = \"ben\"\nn = 5\nat = \"1995\"\nsource = \"letter 5\"\n",
        ),
    ];
    let told: Vec<String> = wrong
        .iter()
        .map(|(what, pins)| format!("## {what}\n{}", refused(pins)))
        .collect();
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn more_wrong_histories_get_messages_too() {
    for (pins, said) in [
        (
            "[history.pins.x]\nevent = \"transplanted\"\nwho = \"ben\"\n",
            "cannot be pinned",
        ),
        (
            "[history.pins.x]\nevent = \"raged\"\n",
            "needs a student as `who`",
        ),
        (
            "[history.pins.x]\nevent = \"raged\"\nwho = \"miss\"\n",
            "must be a student",
        ),
        (
            "[history.pins.x]\nevent = \"raged\"\nwho = \"ben\"\nwhom = \"ann\"\n",
            "has no `whom`",
        ),
        (
            "[history.pins.x]\nevent = \"quarrelled\"\nwho = \"ben\"\nwhom = \"ben\"\n",
            "on both sides",
        ),
        (
            "[history.pins.x]\nevent = \"graded\"\nwho = \"ben\"\ntopic = \"fine\"\n",
            "no topic of",
        ),
        (
            "[history.pins.x]\nevent = \"act\"\nwho = \"ben\"\ntopic = \"Danced!\"\n",
            "no word for an act",
        ),
        (
            "[history.pins.x]\nevent = \"went_out\"\nwho = \"ben\"\nplace = \"nowhere\"\n",
            "no such place",
        ),
        (
            "[history.pins.x]\nevent = \"went_out\"\nwho = \"ben\"\n",
            "needs a place",
        ),
        (
            "[history.pins.x]\nevent = \"raged\"\nwho = \"ben\"\nn = 2\n",
            "has no number",
        ),
        (
            "[history.pins.x]\nevent = \"raged\"\nwho = \"ben\"\nphase = \"donors\"\n",
            "did you mean `donor`?",
        ),
        (
            "[history.pins.x]\nevent = \"raged\"\nwho = \"ben\"\nafter = [\"dyes\"]\n",
            "did you mean `dies`?",
        ),
        (
            "[history.pins.x]\nevent = \"raged\"\nwho = \"ben\"\nwithin = 3\n",
            "`within` without `after`",
        ),
        (
            "[history.pins.x]\nevent = \"raged\"\nwho = \"ben\"\nat = \"May 1980\"\n",
            "neither a day, a month nor a year",
        ),
        (
            "[history.pins.x]\nevent = \"raged\"\nwho = \"ben\"\nage = \"old\"\n",
            "no age in years",
        ),
        (
            "[history.pins.x]\nevent = \"raged\"\nwho = \"ben\"\nversions = [\"A\"]\n",
            "versions of no subject",
        ),
        (
            "[history.pins.x]\nevent = \"raged\"\nwho = \"ben\"\nsubject = \"s\"\nversions = [\"A\"]\n",
            "does not say which version",
        ),
        (
            "[history.cast.eve]\nname = \"Eve\"\nschool = \"halsham\"\nborn = \"1966\"\n",
            "did you mean `hailsham`?",
        ),
        (
            "[history.cast.eve]\nname = \"Eve\"\nschool = \"ordinary\"\nborn = \"1966\"\n",
            "stands for 28 schools",
        ),
        (
            "[history.cast.eve]\nname = \"Eve\"\nschool = \"hailsham\"\nborn = \"2016\"\n",
            "outside the run",
        ),
        (
            "[history.cast.eve]\nname = \"Eve\"\nschool = \"hailsham\"\nborn = \"1966\"\naffinity = { bob = 1 }\n",
            "not another student",
        ),
        (
            "[history.record]\ns = \"B\"\n[history.pins.x]\nevent = \"raged\"\nwho = \"ben\"\nsubject = \"s\"\nversions = [\"A\"]\n",
            "no version `B`",
        ),
        (
            "[history.record]\nt = \"A\"\n",
            "`history.record.t`: no pin has the subject `t`",
        ),
        ("[donation]\ncap = 3\n", "`donation.cap` is 3"),
    ] {
        let message = refused(pins);
        assert!(message.contains(said), "{pins}\n{message}");
    }
}

/// A slip in the name of a contested matter follows nobody else: it is told, with the nearest.
#[test]
fn a_matter_that_is_none_is_shown_with_the_nearest() {
    let folder = Folder::new();
    let wrong = [
        "history.record.ruth_dise=W7",
        "history.record.\"no such\"=W1",
    ];
    let set = |set| hailsham(folder.path(), &["run", "--set", set]);
    let told = wrong.map(|wrong| {
        let output = set(wrong);
        assert_eq!(output.status.code(), Some(2), "{wrong}");
        text(&output.stderr)
    });
    insta::assert_snapshot!(told.join("\n"));
    // In a file; and a version of nothing, for one who takes the pins of a matter out.
    let file = "extends = \"hailsham\"\n[history.record]\nruth_dise = \"W7\"\n";
    fs::write(folder.join("own.toml"), file).unwrap();
    let output = hailsham(folder.path(), &["params", "own.toml"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("own.toml:3:13"));
    fs::write(folder.join("own.toml"), file.replace("W7", "")).unwrap();
    let output = hailsham(folder.path(), &["params", "own.toml"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
}

/// What shows only during a run ends it, and names both sides: here the school is not there yet.
#[test]
fn what_shows_only_during_a_run_ends_it_with_both_sides() {
    let folder = Folder::new();
    let late = RIGHT.replace("at = \"1961\"", "at = \"1970\"");
    fs::write(folder.join("late.toml"), late).unwrap();
    let output = hailsham(
        folder.path(),
        &["run", "late.toml", "--scale", "0.01", "--out", "run"],
    );
    let message = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{message}");
    assert!(message.contains("`cares` (register, page 1)"), "{message}");
    assert!(message.contains("Ann B."), "{message}");
    assert!(message.contains("not there yet"), "{message}");
    assert!(!folder.join("run/summary.json").exists());
}

/// Somebody of the cast who is never made is told, with or without pins.
#[test]
fn who_is_never_made_is_told() {
    let folder = Folder::new();
    let cast = RIGHT.split("[history.pins.opens]").next().unwrap();
    let late = format!("{cast}[institutions.hailsham]\nopens = 1970\n");
    fs::write(folder.join("late.toml"), &late).unwrap();
    let run = ["run", "late.toml", "--scale", "0.01", "--out", "run"];
    let output = hailsham(folder.path(), &run);
    let message = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{message}");
    assert!(
        message.contains("`hailsham` takes nobody in on 1965-"),
        "{message}"
    );
    // Where rules go first, it is a note.
    let lenient = [&run[..], &["--set", "history.impossible=\"let_go\""]].concat();
    let output = hailsham(folder.path(), &lenient);
    let message = text(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{message}");
    assert!(
        message.contains("2 of what is on record was let go"),
        "{message}"
    );
}

/// The book's example of a register is one that runs.
#[test]
fn the_example_of_the_book_runs() {
    let book = include_str!("../../../docs/histories.md");
    let example = book.split("```toml\n").nth(1).unwrap();
    let example = example.split("```").next().unwrap();
    let folder = Folder::new();
    fs::write(folder.join("register.toml"), example).unwrap();
    let arguments = [
        "run",
        "register.toml",
        "--scale",
        "0.01",
        "--json",
        "--out",
        "run",
    ];
    let output = hailsham(folder.path(), &arguments);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
}

/// What is right runs, is marked in the log, and the auditor counts it.
#[test]
fn what_is_right_happens() {
    let folder = Folder::new();
    fs::write(folder.join("right.toml"), RIGHT).unwrap();
    for seed in ["1", "2", "3"] {
        let output = hailsham(
            folder.path(),
            &[
                "run",
                "right.toml",
                "--scale",
                "0.01",
                "--seed",
                seed,
                "--out",
                seed,
                "--quiet",
            ],
        );
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    }
}

/// Who is released lives on, so that things can be on record of them; what a donor alone can do they cannot, and the reason
/// that is given is that.
#[test]
fn a_released_donor_can_be_on_record() {
    const RELEASED: &str = r#"
[donation]
retire_after = 1

[history.pins.first]
event = "operated"
who = "ben"
n = 1
at = "1987"
source = "register, theatre"

[history.pins.dance]
event = "act"
who = "ben"
topic = "dance"
at = "1995-06"

[history.pins.rage]
event = "raged"
who = "ben"
at = "1996"

[history.pins.friends]
event = "befriended"
who = "ann"
whom = "ben"
at = "1988..1990"

[history.pins.tape]
event = "found_belonging"
who = "ben"
topic = "tape"
at = "1997"
"#;
    let before_death = RIGHT.split("[history.pins.dies]").next().unwrap();
    let run = |more: &str| {
        let folder = Folder::new();
        let file = format!("{before_death}{RELEASED}{more}");
        fs::write(folder.join("mine.toml"), file).unwrap();
        let command = ["run", "mine.toml", "--scale", "0.01", "--out", "made"];
        let output = hailsham(folder.path(), &command);
        let told = text(&output.stdout) + &text(&output.stderr);
        (output.status.code(), told)
    };
    let (code, told) = run("");
    assert_eq!(code, Some(0), "{told}");
    let (code, told) = run(
        "[history.pins.meets]\nevent = \"reunited\"\nwho = \"ann\"\nwhom = \"ben\"\nat = \"1994\"\n",
    );
    assert_eq!(code, Some(2), "{told}");
    let reason = "must then be a donor before the first operation or later, and not released, and is a released donor";
    assert!(told.contains(reason), "{told}");
}

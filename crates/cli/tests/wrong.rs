//! Bad input and places that cannot be written: exit code 2, one message, nothing that looks whole.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use std::fs;

use common::{Folder, hailsham, names, status, text};

/// A directory is not taken for a person, and nothing is simulated to find that out.
#[test]
fn a_directory_is_no_person() {
    let folder = Folder::new();
    fs::create_dir(folder.join("made")).unwrap();
    let message = refused(&folder, &["life", "made"]);
    assert!(message.contains("`hailsham life made PERSON`"), "{message}");
}

/// Runs a command that must fail, and gives what it says on stderr.
fn refused(folder: &Folder, arguments: &[&str]) -> String {
    let output = hailsham(folder.path(), arguments);
    let errors = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {errors}");
    assert_eq!(text(&output.stdout), "", "{arguments:?}");
    assert!(!errors.contains("panicked"), "{errors}");
    errors
}

#[test]
fn a_wrong_file_is_shown_where_it_is_wrong() {
    let folder = Folder::new();
    let file = "extends = \"hailsham\"\n\n[donation]\ncap = 3\nrecovry_mean = 20\n";
    fs::write(folder.join("wrong.toml"), file).unwrap();
    let message = refused(&folder, &["run", "wrong.toml", "--out", "here"]);
    assert!(message.contains("^^^^"), "there is no caret: {message}");
    insta::assert_snapshot!("wrong_file", message);
    assert_eq!(names(folder.path()), ["wrong.toml"]);
}

#[test]
fn a_path_that_is_no_parameter_is_shown_with_the_nearest() {
    let folder = Folder::new();
    let arguments = ["run", "--set", "donation.capp=3", "--out", "here"];
    insta::assert_snapshot!("wrong_set", refused(&folder, &arguments));
    let arguments = ["run", "halsham", "--out", "here"];
    insta::assert_snapshot!("wrong_name", refused(&folder, &arguments));
    let arguments = ["run", "--set", "donation.cap=30", "--out", "here"];
    insta::assert_snapshot!("wrong_value", refused(&folder, &arguments));
    assert!(names(folder.path()).is_empty());
}

#[test]
fn wrong_arguments_are_told() {
    let folder = Folder::new();
    for (arguments, told) in [
        (&["run", "--scale", "0"][..], "above 0 and up to 1000"),
        (&["run", "--scale", "many"], "above 0 and up to 1000"),
        (&["run", "--log", "half"], "full, named, sample:P"),
        (
            &["run", "programme", "--log", "named"],
            "has no named people",
        ),
        (&["run", "--threads", "0"], "--threads"),
        (&["run", "--threads", "-1"], "-1 is not in 1..=65535"),
        (&["run", "--seed", "many"], "--seed"),
        (
            &["run", "--seed", "-1"],
            "a whole number from 0 to 18446744073709551615",
        ),
        (&["life", "--seed", "-1", "kathy"], "a whole number from 0"),
        (&["sweep", "--seed", "-1"], "a whole number from 0"),
        (&["run", "--replicates", "-1"], "-1 is not in 1..=100000"),
        (&["sweep", "--points", "-1"], "-1 is not in 2..=65536"),
        (
            &["exchange", "pool.json", "--max-cycle", "-1"],
            "a whole number, 0 or more",
        ),
        (
            &["exchange", "pool.json", "--max-chain", "1.5"],
            "a whole number, 0 or more",
        ),
        (
            &["exchange", "pool.json", "--time-limit", "-1"],
            "a number of seconds from 0 to 1e9",
        ),
        (
            &["exchange", "pool.json", "--arc-failure", "-1"],
            "a number from 0 to 1",
        ),
        (&["report", "nowhere"], "nowhere"),
        (&["check", "--replicates", "1"], "--replicates"),
        (&["check", "--only", "D-2O"], "did you mean D-2"),
        (&["check", "--only", "zebra"], "zebra"),
        (&["check", "."], "is a directory"),
        (&["check", "halsham"], "did you mean \"hailsham\"?"),
        (&["params", "--only", "zebra"], "zebra"),
        (
            &["check", "--kind", "facts", "--only", "D-20"],
            "D-20 is an expectation, and --kind facts leaves those out",
        ),
        (
            &["check", "--kind", "expectations", "--only", "F-063"],
            "F-063 is a fact, and --kind expectations leaves those out",
        ),
        (
            &["check", "--kind", "facts", "--only", "D-2O"],
            "no fact and no expectation is called D-2O",
        ),
        (
            &["check", "--kind", "expectations", "--facts", "none.toml"],
            "leave out one of them",
        ),
        (
            &["run", "exchange", "--log", "sample:0.3"],
            "have no event log",
        ),
        (
            &["run", "eurotransplant", "--log", "sample:0.3"],
            "have no event log",
        ),
        (
            &["run", "exchange", "--words", "programme"],
            "--words is for runs of the donation programme",
        ),
        (
            &["run", "eurotransplant", "--words", "plain"],
            "--words is for runs of the donation programme",
        ),
        (&["policy", "show", "--set", "a=b"], "<POLICY>"),
        (&["params", "--schema", "--only", "x"], "cannot be used"),
        (&["walk"], "walk"),
        (&[], "Usage"),
    ] {
        let message = refused(&folder, arguments);
        assert!(message.contains(told), "{arguments:?}: {message}");
    }
    assert!(names(folder.path()).is_empty());
}

/// A scenario that is none, or is wrong, has no metrics and no schema: what is listed would be another's.
#[test]
fn lists_of_what_is_no_scenario_are_refused() {
    let folder = Folder::new();
    fs::write(folder.join("broken.toml"), "extends = \"exchange\n").unwrap();
    fs::write(folder.join("empty.toml"), "").unwrap();
    fs::create_dir(folder.join("folder")).unwrap();
    for (scenario, told) in [
        ("nosuch", "there is no built-in scenario \"nosuch\""),
        ("exchnage", "did you mean \"exchange\"?"),
        ("nosuch.toml", "the file `nosuch.toml` does not exist"),
        ("broken.toml", "this is not TOML"),
        ("empty.toml", "`empty.toml` is empty"),
        ("folder/", "is a directory, not a scenario file"),
    ] {
        for arguments in [
            &["metrics", scenario][..],
            &["params", scenario, "--schema"],
        ] {
            let message = refused(&folder, arguments);
            assert!(message.contains(told), "{arguments:?}: {message}");
        }
    }
}

/// What a file is laid on says what it is of: a section of another kind of scenario is a slip in this file.
#[test]
fn a_slip_is_told_in_the_file_that_has_it() {
    let folder = Folder::new();
    for section in ["matching", "allocation"] {
        let slip = format!("extends = \"programme\"\n[{section}]\ninterval = 3\n");
        fs::write(folder.join("slip.toml"), slip).unwrap();
        let message = refused(&folder, &["run", "slip.toml"]);
        assert!(message.contains("--> slip.toml:2"), "{message}");
        assert!(!message.contains("<programme>"), "{message}");
    }
}

/// A pipe is read once, whatever it holds.
#[cfg(unix)]
#[test]
fn a_scenario_comes_through_a_pipe() {
    let folder = Folder::new();
    let params = |text: &str| {
        let output = assert_cmd::Command::new(common::BINARY)
            .current_dir(folder.path())
            .args(["params", "/dev/stdin", "--only", "interval"])
            .write_stdin(text)
            .output()
            .unwrap();
        (output.status.code(), text_of(&output))
    };
    let (code, told) = params("extends = \"exchange\"\nmatching.interval = 7\n");
    assert_eq!(code, Some(0), "{told}");
    assert!(told.contains("matching.interval"), "{told}");
    let (code, told) = params("extends = \"exchange\"\nmatching.intervl = 7\n");
    assert_eq!(code, Some(2), "{told}");
    assert!(told.contains("--> /dev/stdin:2"), "{told}");
}

/// Everything that a command said.
#[cfg(unix)]
fn text_of(output: &std::process::Output) -> String {
    text(&output.stdout) + &text(&output.stderr)
}

/// The directory of a run is no scenario; the scenario that it is of stands in it.
#[test]
fn a_directory_is_told_from_a_name() {
    let folder = Folder::new();
    fs::create_dir(folder.join("made")).unwrap();
    fs::create_dir(folder.join("empty")).unwrap();
    fs::write(folder.join("made/scenario.toml"), "").unwrap();
    fs::write(folder.join("made/facts.toml"), "").unwrap();
    let slash = format!("made{}", std::path::MAIN_SEPARATOR);
    for arguments in [
        &["run", "made"][..],
        &["run", &slash],
        &["params", "made"],
        &["compare", "made", "--set", "donation.cap=2"],
    ] {
        let message = refused(&folder, arguments);
        assert!(message.contains("is a directory"), "{message}");
        assert!(message.contains("its scenario is `made"), "{message}");
    }
    let message = refused(&folder, &["run", "empty"]);
    assert!(message.contains("`empty` is a directory"), "{message}");
    let message = refused(&folder, &["policy", "check", "made"]);
    assert!(message.contains("not a policy file"), "{message}");
    assert!(!message.contains("its scenario"), "{message}");
}

/// A message names the kind of file that was to be read.
#[test]
fn files_are_called_what_they_are() {
    let folder = Folder::new();
    fs::write(folder.join("empty.toml"), "").unwrap();
    fs::write(folder.join("bin.toml"), b"a\0b").unwrap();
    fs::write(
        folder.join("typo.toml"),
        "extends = \"etkas-2021\"\nsytem = \"x\"\n",
    )
    .unwrap();
    fs::create_dir(folder.join("mine")).unwrap();
    fs::write(folder.join("mine.toml"), "extends = \"programme\"\n").unwrap();
    fs::write(
        folder.join("mine/expectations.toml"),
        "extends = \"halsham\"\n",
    )
    .unwrap();
    let prior = ["calibrate", "programme", "--prior", "donation.cap=1..4"];
    let target = |file| [&prior[..], &["--targets", file]].concat();
    for (arguments, told) in [
        (
            vec!["check", "--facts", "empty.toml"],
            "the smallest file of facts is one line: extends = \"hailsham\"",
        ),
        (
            vec!["check", "--facts", "bin.toml"],
            "a file of facts is TOML text",
        ),
        (
            vec!["testimony", "--all", "--claims", "empty.toml"],
            "the smallest file of claims is one line: extends = \"hailsham\"",
        ),
        (
            vec!["testimony", "--all", "--claims", "bin.toml"],
            "a file of claims is TOML text",
        ),
        (target("bin.toml"), "a file of targets is TOML text"),
        (target("empty.toml"), "a file of targets has at least one"),
        (target("none/"), "the file `none/` does not exist"),
        (
            vec!["check", "mine.toml"],
            "there is no built-in file of expectations \"halsham\"",
        ),
        (
            vec!["policy", "check", "typo.toml"],
            "not a key of the policy",
        ),
        (
            vec!["policy", "check", "etkas-2021", "--set", "sytem=x"],
            "not a key of the policy",
        ),
        (
            vec!["policy", "check", "bin.toml"],
            "a policy file is TOML text",
        ),
    ] {
        let message = refused(&folder, &arguments);
        assert!(message.contains(told), "{arguments:?}: {message}");
        assert!(!message.contains("scenario"), "{arguments:?}: {message}");
    }
}

/// What a scenario names is told at the parameter that names it.
#[test]
fn a_policy_that_is_none_is_shown_where_it_is_named() {
    let folder = Folder::new();
    let set = ["run", "--set", "recipients.policy=urgency-frist"];
    insta::assert_snapshot!("wrong_policy_name", refused(&folder, &set));
    let file = "extends = \"programme\"\norgans.liver.policy = \"mine.toml\"\n";
    fs::write(folder.join("own.toml"), file).unwrap();
    insta::assert_snapshot!("wrong_policy_file", refused(&folder, &["run", "own.toml"]));
    assert_eq!(names(folder.path()), ["own.toml"]);
}

#[test]
fn what_exists_is_not_written_over() {
    let folder = Folder::new();
    fs::create_dir(folder.join("here")).unwrap();
    fs::write(folder.join("here/mine.txt"), "mine").unwrap();
    fs::write(folder.join("file"), "mine, too").unwrap();
    for out in ["here", "file"] {
        let message = refused(&folder, &["run", "--scale", "0.001", "--out", out]);
        assert!(
            message.contains(&format!("{out} exists already")),
            "{message}"
        );
    }
    assert_eq!(names(folder.path()), ["file", "here"]);
    assert_eq!(names(&folder.join("here")), ["mine.txt"]);
    assert_eq!(
        fs::read_to_string(folder.join("file")).unwrap(),
        "mine, too"
    );
}

/// Only what a run left unfinished is replaced; anything else of that name stays.
#[test]
fn what_stands_under_the_temporary_name_stays_unless_a_run_left_it() {
    let folder = Folder::new();
    fs::create_dir(folder.join("here.incomplete")).unwrap();
    fs::write(folder.join("here.incomplete/mine.txt"), "mine").unwrap();
    let message = refused(&folder, &["run", "--scale", "0.001", "--out", "here"]);
    assert!(message.contains("is in the way"), "{message}");
    assert_eq!(names(folder.path()), ["here.incomplete"]);
    assert_eq!(names(&folder.join("here.incomplete")), ["mine.txt"]);
}

#[test]
fn a_target_that_cannot_be_made_is_named() {
    let folder = Folder::new();
    fs::write(folder.join("file"), "").unwrap();
    // Nobody, not even root, makes a directory inside a file.
    let message = refused(&folder, &["run", "--scale", "0.001", "--out", "file/run"]);
    assert!(message.contains("file/run"), "{message}");
    assert_eq!(names(folder.path()), ["file"]);
}

/// A disk that is full, as a limit on the size of files: any write beyond it is an error.
#[cfg(unix)]
#[test]
fn a_full_disk_is_an_error_and_leaves_nothing_that_looks_whole() {
    let folder = Folder::new();
    // Files of half a megabyte, or of one where a block is 1024 bytes: too few for the log of the
    // first run, enough for all tables of the second but not for its report.
    for (scale, named) in [("0.1", "events.parquet"), ("0.001", "report.html")] {
        let script = format!(
            "trap '' XFSZ; ulimit -f 1000 && exec '{}' run programme --scale {scale} --out here",
            common::BINARY
        );
        let output = assert_cmd::Command::new("sh")
            .current_dir(folder.path())
            .args(["-c", &script])
            .output()
            .unwrap();
        let errors = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{errors}");
        assert!(errors.contains(named), "{named} is not named: {errors}");
        assert!(errors.contains("says that it is not whole"), "{errors}");
        assert!(!errors.contains("panicked"), "{errors}");
        assert_eq!(names(folder.path()), ["here.incomplete"]);
        assert_eq!(status(&folder.join("here.incomplete")), "failed");
    }
    // The same name again, now that there is room.
    common::stdout(
        folder.path(),
        &["run", "--scale", "0.001", "--out", "here", "--quiet"],
    );
    assert_eq!(names(folder.path()), ["here"]);
    common::assert_whole(&folder.join("here"));
}

/// A directory whose name is no text is told all the same, once all is written there.
#[cfg(target_os = "linux")]
#[test]
fn a_path_that_is_no_text_is_told_in_json() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;

    let folder = Folder::new();
    let told = |arguments: &[&str], last: &[u8]| {
        let output = assert_cmd::Command::new(common::BINARY)
            .current_dir(folder.path())
            .args(arguments)
            .arg(OsStr::from_bytes(last))
            .output()
            .unwrap();
        let errors = text(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {errors}");
        let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let report = told["report"].as_str().unwrap();
        assert!(report.contains("caf\u{fffd}"), "{arguments:?}: {report}");
    };
    let small = [
        "--scale",
        "0.001",
        "--set",
        "contacts.inner_life=false",
        "--json",
    ];
    let run = [&["run", "programme"], &small[..], &["--out"]].concat();
    told(&run, b"caf\xe9");
    told(&["report", "--json"], b"caf\xe9");
    let compare = ["compare", "programme", "programme", "--replicates", "2"];
    let compare = [&compare[..], &small, &["--out"]].concat();
    told(&compare, b"caf\xe9-compared");
    let short = ["time.horizon=3", "time.warm_up=0.5", "time.follow_up=0.5"];
    let short: Vec<&str> = short.iter().flat_map(|set| ["--set", set]).collect();
    let exchange = ["run", "exchange", "--scale", "0.2", "--json"];
    let exchange = [&exchange[..], &short, &["--out"]].concat();
    told(&exchange, b"caf\xe9-exchange");
}

/// What is printed cannot be written either.
#[cfg(target_os = "linux")]
#[test]
fn a_list_that_cannot_be_written_is_an_error() {
    let full = fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let output = std::process::Command::new(common::BINARY)
        .arg("events")
        .stdout(full)
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap()
        .wait_with_output()
        .unwrap();
    let errors = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{errors}");
    assert!(
        errors.starts_with("error: cannot write to stdout: "),
        "{errors}"
    );
}

/// Nor can the help; and where its reader has had enough, nothing is wrong.
#[cfg(target_os = "linux")]
#[test]
fn help_that_nobody_reads_is_no_error() {
    use std::process::{Command, Stdio};

    let said = |script: &str| {
        let output = Command::new("bash")
            .args(["-c", &script.replace("COMMAND", common::BINARY)])
            .stdin(Stdio::null())
            .output()
            .unwrap();
        (output.status.code(), text(&output.stderr))
    };
    let full = said("COMMAND --help > /dev/full");
    assert_eq!(full.0, Some(2));
    assert!(
        full.1.starts_with("error: cannot write to stdout: "),
        "{}",
        full.1
    );
    // A reader that is gone before anything is written.
    let closed = said("set -o pipefail; (sleep 0.3; COMMAND --help) | true");
    assert_eq!(closed, (Some(0), String::new()));
}

//! Runs as processes: the same bits in each, and nothing that looks whole when one is stopped.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use std::fs;
#[cfg(unix)]
use std::path::Path;

use common::{Folder, assert_whole, names, stdout, tables};

#[test]
fn two_processes_and_any_number_of_threads_write_the_same_bytes() {
    let folder = Folder::new();
    let run = |out: &str, threads: &str| {
        let arguments = [
            "run",
            "--scale",
            "0.02",
            "--threads",
            threads,
            "--out",
            out,
            "--quiet",
        ];
        stdout(folder.path(), &arguments);
        let summary = fs::read(folder.join(out).join("summary.json")).unwrap();
        (tables(&folder.join(out)), summary)
    };
    let expected = run("one", "1");
    assert_eq!(expected.0.len(), 9);
    for (out, threads) in [("two", "2"), ("again", "2"), ("many", "16")] {
        let found = run(out, threads);
        for (name, bytes) in &found.0 {
            assert!(*bytes == expected.0[name], "{out}: {name} differs");
        }
        assert!(found == expected, "{out}: the summary differs");
    }
}

#[test]
fn without_a_log_the_summary_is_the_same() {
    let folder = Folder::new();
    let summary = |out: &str, log: &str| {
        let arguments = [
            "run", "--scale", "0.02", "--log", log, "--out", out, "--quiet",
        ];
        stdout(folder.path(), &arguments);
        assert_whole(&folder.join(out));
        fs::read(folder.join(out).join("summary.json")).unwrap()
    };
    let expected = summary("full", "full");
    assert!(summary("none", "none") == expected);
    assert!(summary("some", "sample:0.1") == expected);
}

/// `RUN/scenario.toml` is the whole scenario: it runs again and gives the same tables.
#[test]
fn a_resolved_scenario_runs_again() {
    let folder = Folder::new();
    let first = [
        "run",
        "--set",
        "donation.cap=3",
        "--set",
        "carers.share=0.4",
        "--scale",
        "0.01",
        "--out",
        "first",
        "--quiet",
    ];
    stdout(folder.path(), &first);
    let again = [
        "run",
        "first/scenario.toml",
        "--scale",
        "0.01",
        "--out",
        "again",
        "--quiet",
    ];
    stdout(folder.path(), &again);
    let (mut first, again) = (tables(&folder.join("first")), tables(&folder.join("again")));
    // Testimony and claims belong to the scenario's name, and not to its values.
    first.retain(|name, _| name != "claims.parquet");
    for (name, bytes) in &first {
        assert!(*bytes == again[name], "{name} differs");
    }
}

/// Killed at any moment, a run leaves its temporary name or the whole: from the first moment to the
/// last, in steps of a share of the time that a whole run takes here.
#[cfg(unix)]
#[test]
fn a_killed_run_leaves_nothing_that_looks_whole() {
    const STEPS: u32 = 14;
    let folder = Folder::new();
    let arguments = ["run", "--scale", "0.05", "--out", "here", "--quiet"];
    let begun = std::time::Instant::now();
    stdout(folder.path(), &arguments);
    let whole = begun.elapsed();
    assert_whole(&folder.join("here"));
    fs::remove_dir_all(folder.join("here")).unwrap();

    let mut unfinished = 0;
    for step in 0..STEPS {
        let mut child = common::spawn(folder.path(), &arguments);
        std::thread::sleep(whole * step / STEPS);
        // Kill: no handler, no unwinding, as when the power fails.
        child.kill().unwrap();
        child.wait().unwrap();
        for name in names(folder.path()) {
            match name.as_str() {
                "here" => assert_whole(&folder.join("here")),
                "here.incomplete" => unfinished += 1,
                other => panic!("{other} was left"),
            }
        }
        if folder.join("here").exists() {
            fs::remove_dir_all(folder.join("here")).unwrap();
        }
    }
    // Each run but the first began over the leftover of the one before; the last goes to its end.
    assert!(unfinished > 0, "no run was killed under way");
    stdout(folder.path(), &arguments);
    assert_eq!(names(folder.path()), ["here"]);
    assert_whole(&folder.join("here"));
}

/// Of two runs into one place the second is refused while the first lives, and nothing of the first is touched.
#[test]
fn a_run_under_way_is_left_alone() {
    let folder = Folder::new();
    let wait = |child: &mut std::process::Child, file: &str| {
        while !folder.join(file).exists() {
            let ended = child.try_wait().unwrap();
            assert!(ended.is_none(), "the run ended by itself: {ended:?}");
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
    };
    let mut child = common::spawn(folder.path(), &["run", "--scale", "2", "--out", "here"]);
    wait(&mut child, "here.incomplete/events.parquet");
    let small = ["run", "--scale", "0.001", "--quiet"];
    let here = [&small[..], &["--out", "here"]].concat();
    let output = common::hailsham(folder.path(), &here);
    let errors = common::text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{errors}");
    assert!(errors.contains("in use by another run"), "{errors}");
    assert_eq!(names(folder.path()), ["here.incomplete"]);
    assert_eq!(common::status(&folder.join("here.incomplete")), "running");
    child.kill().unwrap();
    child.wait().unwrap();
    stdout(folder.path(), &here);
    assert_eq!(names(folder.path()), ["here"]);
    assert_whole(&folder.join("here"));

    // Without --out the next number is taken.
    let mut child = common::spawn(folder.path(), &["run", "--scale", "2"]);
    wait(&mut child, "runs/hailsham-1.incomplete/events.parquet");
    stdout(folder.path(), &small);
    let runs = folder.join("runs");
    assert_eq!(names(&runs), ["hailsham-1.incomplete", "hailsham-2"]);
    assert_whole(&runs.join("hailsham-2"));
    child.kill().unwrap();
    child.wait().unwrap();
    stdout(folder.path(), &small);
    assert_eq!(names(&runs), ["hailsham-1", "hailsham-2"]);
    assert_whole(&runs.join("hailsham-1"));
}

/// Waits until a process at work has made a file.
#[cfg(unix)]
fn until_there(child: &mut std::process::Child, file: &Path) {
    while !file.exists() {
        let ended = child.try_wait().unwrap();
        assert!(ended.is_none(), "it ended by itself: {ended:?}");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
}

/// Ctrl-C.
#[cfg(unix)]
fn interrupt(child: &std::process::Child) {
    let killed = std::process::Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(killed.success());
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_says_so() {
    let folder = Folder::new();
    // A run of many seconds, interrupted as soon as its log is begun.
    let mut child = common::spawn(folder.path(), &["run", "--scale", "2", "--out", "here"]);
    let left = folder.join("here.incomplete");
    until_there(&mut child, &left.join("events.parquet"));
    interrupt(&child);
    let output = child.wait_with_output().unwrap();
    let errors = common::text(&output.stderr);
    assert_eq!(output.status.code(), Some(130), "{errors}");
    assert!(
        errors.contains("interrupted; what was written is in here.incomplete"),
        "{errors}"
    );
    assert_eq!(common::text(&output.stdout), "");
    assert_eq!(names(folder.path()), ["here.incomplete"]);
    assert_eq!(common::status(&left), "interrupted");

    // Whoever goes on with what was left is told what it is.
    for arguments in [
        &["life", "here.incomplete", "kathy"][..],
        &["check", "here.incomplete"],
        &["testimony", "here.incomplete", "--all"],
        &["report", "here.incomplete"],
    ] {
        let output = common::hailsham(folder.path(), arguments);
        let errors = common::text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {errors}");
        assert_eq!(
            errors,
            "error: the run in here.incomplete was interrupted: what was written is not whole; make it again with \
             `hailsham run hailsham --seed 1 --scale 2`\n",
            "{arguments:?}"
        );
    }

    let again = ["run", "--scale", "0.001", "--out", "here"];
    let output = common::hailsham(folder.path(), &again);
    let errors = common::text(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{errors}");
    assert!(
        errors.contains("note: here.incomplete, which an unfinished run had left, is replaced\n"),
        "{errors}"
    );
    assert_eq!(names(folder.path()), ["here"]);
    assert_whole(&folder.join("here"));
}

/// So does a run of kidney allocation, of which each list is a moment to look.
#[cfg(unix)]
#[test]
fn an_interrupted_allocation_says_so() {
    let folder = Folder::new();
    let run = ["run", "eurotransplant", "--match-lists", "--out", "here"];
    let long = [&run[..], &["--scale", "4"]].concat();
    let mut child = common::spawn(folder.path(), &long);
    let left = folder.join("here.incomplete");
    until_there(&mut child, &left.join("match_lists.parquet"));
    // While it lives nobody else writes there.
    let output = common::hailsham(folder.path(), &run);
    let errors = common::text(&output.stderr);
    assert!(errors.contains("in use by another run"), "{errors}");
    interrupt(&child);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    assert_eq!(common::status(&left), "interrupted");
    let short = [&run[..], &["--scale", "0.01", "--quiet"]].concat();
    stdout(folder.path(), &short);
    assert_eq!(names(folder.path()), ["here"]);
    assert_eq!(common::status(&folder.join("here")), "complete");
}

/// What is at work looks at the first Ctrl-C when it can, here after a run; a second one does not wait for that.
#[cfg(unix)]
#[test]
fn a_second_interrupt_ends_the_process_at_once() {
    let folder = Folder::new();
    let arguments = [
        "run",
        "eurotransplant",
        "--replicates",
        "1",
        "--scale",
        "2",
        "--out",
        "here",
    ];
    let mut child = common::spawn(folder.path(), &arguments);
    until_there(&mut child, &folder.join("here/study.json"));
    for _ in 0..2 {
        // Time to look at the one before, and before the first to begin to look.
        std::thread::sleep(std::time::Duration::from_millis(500));
        interrupt(&child);
    }
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    // It was ended before it could say so.
    assert_eq!(common::text(&output.stderr), "");

    let output = common::hailsham(folder.path(), &["report", "here"]);
    let errors = common::text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{errors}");
    assert!(
        errors.contains("was interrupted") && errors.contains("`hailsham run --resume here`"),
        "{errors}"
    );
}

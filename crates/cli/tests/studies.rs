//! Studies as a user makes them: killed and finished, on any number of threads, each replicate alone.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use common::{files, hailsham, json, spawn, stdout, text};
use hailsham_engine::random::Streams;
use hailsham_engine::table::TableReader;

/// A study that takes a second or two: bodies alone, at a hundredth of the country.
const SMALL: [&str; 4] = ["--set", "contacts.inner_life=false", "--scale", "0.01"];

fn command<'a>(start: &[&'a str], rest: &[&'a str]) -> Vec<&'a str> {
    [start, &SMALL, rest].concat()
}

fn same(a: &Path, b: &Path) {
    let (a, b) = (files(a), files(b));
    let names = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&a), names(&b));
    for (name, bytes) in a {
        assert!(b[&name] == bytes, "{name} differs");
    }
}

/// Whether there is a study in a folder that says that it is complete.
fn complete(study: &Path) -> bool {
    let file = study.join("study.json");
    file.is_file() && json(&file)["status"] == "complete"
}

/// The arguments that go on with a study, or begin it where it had not said yet what it is.
fn onward<'a>(begin: &[&'a str], folder: &Path, out: &'a str) -> Vec<&'a str> {
    if folder.join(out).join("study.json").is_file() {
        vec![begin[0], "--resume", out, "-q"]
    } else {
        [begin, &["--out", out, "-q"]].concat()
    }
}

/// Kills a study at random moments, again and again, until it is complete, and compares it with one that
/// nobody touched. Begins others until so many kills in all have hit one at work.
fn survives_kills(start: &[&str], rest: &[&str], kills: u32) {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let begin = command(start, rest);
    let started = Instant::now();
    stdout(folder, &onward(&begin, folder, "whole"));
    // On a slow machine the moments lie as far apart as the study takes longer.
    let pause = started.elapsed().as_secs_f64() / f64::from(kills);
    let stream = Streams::new(9).entity(1).purpose(0_u16);
    let (mut kill, mut hit, mut round) = (0, 0, 0);
    while hit < kills {
        round += 1;
        let name = format!("killed-{round}");
        loop {
            let mut process = spawn(folder, &onward(&begin, folder, &name));
            let moment = 2.0 * pause * stream.draw(kill).uniform();
            kill += 1;
            std::thread::sleep(Duration::from_secs_f64(moment));
            // SIGKILL, where there is such a thing.
            process.kill().unwrap();
            if process.wait().unwrap().success() {
                break;
            }
            hit += 1;
        }
        let target = folder.join(&name);
        assert!(complete(&target));
        // One that was complete before its page was written gets its page.
        stdout(folder, &onward(&begin, folder, &name));
        same(&folder.join("whole"), &target);
    }
}

#[test]
fn a_killed_comparison_is_finished_to_the_same_bytes() {
    let start = ["compare", "programme"];
    let rest = [
        "--set-both",
        "donation.cap=3",
        "--replicates",
        "30",
        "--lives",
    ];
    survives_kills(&start, &rest, 20);
}

#[test]
fn a_killed_calibration_is_finished_to_the_same_bytes() {
    let start = ["calibrate", "programme"];
    let rest = [
        "--prior",
        "donation.cap=1..4",
        "--target",
        "donations_at_completion_mean=2:0.2",
        "--particles",
        "12",
        "--generations",
        "3",
    ];
    survives_kills(&start, &rest, 6);
}

/// What the scenario does not take together has no prior density, and the rest is calibrated.
#[test]
fn a_calibration_passes_over_values_that_do_not_go_together() {
    let folder = tempfile::tempdir().unwrap();
    let rest = [
        "--prior",
        "institutions.ordinary.opens=1960..1980",
        "--prior",
        "institutions.ordinary.closes=1970..1990",
        "--target",
        "completed=30:100",
        "--particles",
        "24",
        "--generations",
        "2",
        "--out",
        "study",
        "-q",
    ];
    stdout(folder.path(), &command(&["calibrate", "programme"], &rest));
    let table = TableReader::open(folder.path().join("study/posterior.parquet")).unwrap();
    let opens = table.f64("institutions.ordinary.opens").unwrap();
    let closes = table.f64("institutions.ordinary.closes").unwrap();
    assert_eq!(opens.len(), 24);
    assert!(
        opens
            .iter()
            .zip(&closes)
            .all(|(opens, closes)| opens < closes)
    );
}

/// Two processes that finish the same study: neither takes away what the other needs.
#[test]
fn two_processes_finish_a_study() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let rest = [
        "--set-both",
        "donation.cap=3",
        "--replicates",
        "8",
        "--lives",
    ];
    let begin = command(&["compare", "programme"], &rest);
    stdout(folder, &onward(&begin, folder, "whole"));
    for round in 0..3 {
        let name = format!("shared-{round}");
        let mut first = spawn(folder, &onward(&begin, folder, &name));
        while !folder.join(&name).join("study.json").is_file() {
            assert!(first.try_wait().unwrap().is_none());
            std::thread::sleep(Duration::from_millis(1));
        }
        let second = spawn(folder, &onward(&begin, folder, &name));
        for process in [first, second] {
            let output = process.wait_with_output().unwrap();
            assert!(output.status.success(), "{}", text(&output.stderr));
        }
        same(&folder.join("whole"), &folder.join(&name));
    }
}

/// A study takes no directory in which another is begun, and without `--out` the next one.
#[test]
fn studies_that_are_begun_at_once_have_directories_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let begin = |cap: &'static str| {
        let set = ["--set", cap, "--replicates", "1", "-q"];
        spawn(folder, &command(&["run", "programme"], &set))
    };
    let all = ["donation.cap=1", "donation.cap=2", "donation.cap=3"].map(begin);
    for process in all {
        let output = process.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", text(&output.stderr));
    }
    let mut caps: Vec<String> = (1..=3)
        .map(|number| {
            let study = folder.join(format!("runs/programme-replicates-{number}"));
            assert!(complete(&study));
            json(&study.join("study.json"))["command"].to_string()
        })
        .collect();
    caps.sort();
    caps.dedup();
    assert_eq!(caps.len(), 3);
}

#[test]
fn replicates_are_the_same_alone_and_on_any_number_of_threads() {
    let folder = tempfile::tempdir().unwrap();
    let many = command(
        &["run", "programme"],
        &["--replicates", "3", "--seed", "5", "-q"],
    );
    stdout(
        folder.path(),
        &[&many[..], &["--threads", "1", "--out", "one"]].concat(),
    );
    stdout(
        folder.path(),
        &[&many[..], &["--threads", "3", "--out", "three"]].concat(),
    );
    same(&folder.path().join("one"), &folder.path().join("three"));
    let alone = command(
        &["run", "programme"],
        &["--seed", "6", "--log", "none", "--out", "alone", "-q"],
    );
    stdout(folder.path(), &alone);
    let summary = fs::read_to_string(folder.path().join("alone/summary.json")).unwrap();
    let table = TableReader::open(folder.path().join("one/replicates.parquet")).unwrap();
    assert_eq!(table.u64("seed").unwrap(), [5, 6, 7].map(Some));
    let mut compared = 0;
    // The numbers are read as they stand, by another reader than the command's.
    for line in summary.lines().filter(|line| line.contains(':')) {
        let (name, value) = line.split_once(':').unwrap();
        let (name, value) = (
            name.trim().trim_matches('"'),
            value.trim().trim_end_matches(','),
        );
        let value = (value != "null").then(|| value.parse::<f64>().unwrap());
        assert_eq!(table.f64(name).unwrap()[1], value, "{name}");
        compared += 1;
    }
    assert!(compared > 100, "{compared} metrics");
}

#[test]
fn a_study_stops_when_its_interval_is_narrow() {
    let folder = tempfile::tempdir().unwrap();
    let until = |width: &str| -> serde_json::Value {
        let width = format!("students_created={width}");
        let rest = ["--until", &width, "--replicates", "13", "--json"];
        let arguments = command(&["run", "programme"], &rest);
        serde_json::from_str(&stdout(folder.path(), &arguments)).unwrap()
    };
    let wide = until("50%");
    assert_eq!(
        (wide["replicates"].as_u64(), wide["narrow"].as_bool()),
        (Some(10), Some(true))
    );
    let never = until("0.000001");
    assert_eq!(
        (never["replicates"].as_u64(), never["narrow"].as_bool()),
        (Some(13), Some(false))
    );
}

/// What happens in none of ten runs may happen in the eleventh: an interval without width is none.
#[test]
fn a_metric_that_does_not_vary_stops_no_study() {
    let folder = tempfile::tempdir().unwrap();
    let rest = [
        "--until",
        "petitions_granted=1%",
        "--replicates",
        "13",
        "--log",
        "none",
        "--out",
        "study",
    ];
    let told = stdout(folder.path(), &command(&["run", "programme"], &rest));
    assert!(told.contains("13 runs of `programme`"), "{told}");
    let result = json(&folder.path().join("study/result.json"));
    assert_eq!(result["narrow"], false);
    let metrics = result["metrics"].as_array().unwrap();
    let granted = metrics.iter().find(|m| m["metric"] == "petitions_granted");
    let granted = granted.unwrap();
    assert_eq!(
        (&granted["mean"], &granted["sd"]),
        (&0.0.into(), &0.0.into())
    );
    assert!(granted["ci_low"].is_null(), "{granted}");
}

/// A run and studies of one file have its name, whatever the scenario calls itself.
#[test]
fn directories_are_called_by_the_file() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("mine.toml"),
        "name = \"aux/../../../etc\"\nextends = \"programme\"\n",
    )
    .unwrap();
    for rest in [
        &["run", "mine.toml"][..],
        &["run", "mine.toml", "--replicates", "1"],
        &[
            "compare",
            "mine.toml",
            "--replicates",
            "1",
            "--set",
            "donation.cap=2",
        ],
        &["sweep", "mine.toml", "--vary", "donation.cap=2,3"],
    ] {
        stdout(folder.path(), &command(rest, &["-q"]));
    }
    assert_eq!(
        common::names(&folder.path().join("runs")),
        [
            "mine-1",
            "mine-changed-1",
            "mine-replicates-1",
            "mine-sweep-1"
        ]
    );
}

/// What is counted life by life is what the two runs count.
#[test]
fn lives_add_up_to_the_metrics() {
    let folder = tempfile::tempdir().unwrap();
    let rest = [
        "--set",
        "donation.cap=1",
        "--replicates",
        "2",
        "--lives",
        "--json",
        "--out",
        "study",
    ];
    // `--set` belongs to B alone: both are bodies alone here.
    let arguments = [
        "compare",
        "programme",
        "--set-both",
        "contacts.inner_life=false",
        "--scale",
        "0.01",
    ];
    let arguments = [&arguments[..], &rest].concat();
    let result: serde_json::Value =
        serde_json::from_str(&stdout(folder.path(), &arguments)).unwrap();
    let metric = |name: &str| {
        let all = result["metrics"].as_array().unwrap();
        all.iter().find(|m| m["metric"] == name).unwrap()["difference"]
            .as_f64()
            .unwrap()
    };
    let fates = result["lives"]["fates"].as_array().unwrap();
    let of = |who: &str| {
        fates
            .iter()
            .find(|f| f["who"] == who && f["group"] == "all")
            .unwrap()
    };
    let students = of("students");
    let net = students["net"][0].as_f64().unwrap();
    assert!(
        net > 0.0,
        "whoever donates once at most lives longer: {net}"
    );
    assert!(of("recipients")["net"][0].as_f64().unwrap() < 0.0);
    // The table has a row for everybody whose fate is another.
    let table = TableReader::open(folder.path().join("study/lives.parquet")).unwrap();
    let fate = table.coded("fate").unwrap();
    let kind = table.coded("kind").unwrap();
    let (died_a, died_b) = (
        table.timestamp("died_a").unwrap(),
        table.timestamp("died_b").unwrap(),
    );
    let students = (0..table.rows()).filter(|row| kind.label(*row) == Some("student"));
    let (mut lives, mut alive) = (0.0, 0.0);
    for row in students {
        let one =
            f64::from(u8::from(died_b[row].is_none())) - f64::from(u8::from(died_a[row].is_none()));
        match fate.label(row).unwrap() {
            "lives" | "dies" => {
                lives += one;
                alive += one;
            }
            "only_in_a" => alive -= f64::from(u8::from(died_a[row].is_none())),
            "only_in_b" => alive += f64::from(u8::from(died_b[row].is_none())),
            _ => assert_eq!(one, 0.0),
        }
    }
    // Two seeds.
    assert!((lives / 2.0 - net).abs() < 1e-9);
    assert!((alive / 2.0 - metric("students_alive")).abs() < 1e-9);
    let page = fs::read_to_string(folder.path().join("study/report.html")).unwrap();
    assert!(page.contains("Life by life") && page.contains("data-chart=\"whom\""));
}

#[test]
fn a_sweep_gives_indices_and_one_table() {
    let folder = tempfile::tempdir().unwrap();
    let rest = [
        "--vary",
        "donation.cap=1..4",
        "--vary",
        "recipients.incidence_factor=0.5..1.5",
        "--design",
        "indices",
        "--points",
        "16",
        "--metrics",
        "completed,fell_ill",
        "--json",
        "--out",
        "sweep",
    ];
    let arguments = command(&["sweep", "programme"], &rest);
    let result: serde_json::Value =
        serde_json::from_str(&stdout(folder.path(), &arguments)).unwrap();
    let total = |metric: &str, parameter: &str| {
        let all = result["indices"].as_array().unwrap();
        let found = all
            .iter()
            .find(|i| i["metric"] == metric && i["parameter"] == parameter);
        found.unwrap()["total"]["value"].as_f64().unwrap()
    };
    // Who falls ill does not ask how often anyone donates.
    assert_eq!(total("fell_ill", "donation.cap"), 0.0);
    assert!(total("fell_ill", "recipients.incidence_factor") > 0.8);
    assert!(total("completed", "donation.cap") > 0.5);
    let table = TableReader::open(folder.path().join("sweep/sweep.parquet")).unwrap();
    assert_eq!(table.rows(), 16 * 4);
    let cap = table.f64("donation.cap").unwrap();
    assert!(
        cap.iter()
            .flatten()
            .all(|cap| cap.fract() == 0.0 && (1.0..=4.0).contains(cap))
    );
    let page = fs::read_to_string(folder.path().join("sweep/report.html")).unwrap();
    for chart in ["tornado", "shares", "dependence", "heat"] {
        assert!(page.contains(&format!("data-chart=\"{chart}\"")), "{chart}");
    }
}

/// What is told of a complete study is what was told when it was made, to the last bit; and where its outcome is damaged,
/// it is made again of what is there.
#[test]
fn a_complete_study_tells_the_same_again() {
    let folder = tempfile::tempdir().unwrap();
    let rest = [
        "--set",
        "donation.cap=2",
        "--replicates",
        "3",
        "--lives",
        "--json",
        "--out",
        "study",
    ];
    let first = stdout(folder.path(), &command(&["compare", "programme"], &rest));
    let again = || stdout(folder.path(), &["compare", "--resume", "study", "--json"]);
    assert!(first == again(), "the second telling has other numbers");
    let study = folder.path().join("study");
    let whole = files(&study);
    for damaged in ["{", "{\"study\": \"comparison\"}"] {
        fs::write(study.join("result.json"), damaged).unwrap();
        assert!(first == again(), "made again, it has other numbers");
        assert!(files(&study) == whole);
    }
    fs::remove_file(study.join("result.json")).unwrap();
    assert!(first == again());
    assert!(files(&study) == whole);
}

#[test]
fn what_has_changed_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let scenario = folder.path().join("mine.toml");
    fs::write(
        &scenario,
        "extends = \"programme\"\n[contacts]\ninner_life = false\n",
    )
    .unwrap();
    let begin = [
        "run",
        "mine.toml",
        "--scale",
        "0.01",
        "--replicates",
        "2",
        "--out",
        "study",
        "-q",
    ];
    stdout(folder.path(), &begin);
    let refused = |arguments: &[&str], says: &[&str]| {
        let output = hailsham(folder.path(), arguments);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{said}");
        for part in says {
            assert!(said.contains(part), "{said}");
        }
    };
    refused(&begin, &["is a study already", "--resume"]);
    refused(&["compare", "--resume", "study"], &["another kind"]);
    refused(&["compare", "programme"], &["needs two scenarios"]);
    // A study is finished as it was begun: nothing that would begin another is passed over in silence.
    for other in [
        &["run", "programme"][..],
        &["run", "--seed", "2"],
        &["compare", "programme"],
        &["compare", "--lives"],
        &["compare", "--replicates", "3"],
        &["sweep", "programme"],
        &["sweep", "--points", "4"],
        &["sweep", "--scale", "0.2"],
        &["calibrate", "programme"],
        &["calibrate", "--targets", "targets.toml"],
        &["calibrate", "--particles", "4"],
    ] {
        let both = [&other[..1], &["--resume", "study"], &other[1..]].concat();
        refused(&both, &["'--resume <DIR>' cannot be used with"]);
    }
    refused(&["run", "--resume", "nowhere"], &["is no study"]);
    fs::write(&scenario, "extends = \"programme\"\n[donation]\ncap = 1\n").unwrap();
    refused(
        &["run", "--resume", "study"],
        &["mine.toml", "has changed since it was begun"],
    );
    let file = folder.path().join("study/study.json");
    let version = env!("CARGO_PKG_VERSION");
    let other = fs::read_to_string(&file)
        .unwrap()
        .replace(&format!("\"{version}\""), "\"0.0.9\"");
    fs::write(&file, other).unwrap();
    refused(
        &["run", "--resume", "study"],
        &["0.0.9", version, "two versions"],
    );
}

/// What is wrong with a study's question is told before anything is made.
#[test]
fn wrong_questions_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let targets = "[targets.service]\nmetric = \"tenure_men\"\nvalue = 6\ntolerence = 0.5\n";
    fs::write(folder.path().join("targets.toml"), targets).unwrap();
    fs::write(folder.path().join("empty.toml"), "").unwrap();
    let prior = ["calibrate", "programme", "--prior", "donation.cap=1..4"];
    let said = |arguments: &[&str]| {
        let output = hailsham(folder.path(), arguments);
        let errors = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {errors}");
        assert!(!errors.contains("panicked"), "{errors}");
        errors
    };
    let wrong = said(&[&prior[..], &["--targets", "targets.toml"]].concat());
    insta::assert_snapshot!("wrong_targets", wrong);
    for (arguments, told) in [
        (&["--targets", "empty.toml"][..], "`empty.toml` is empty"),
        (&["--targets", "nowhere.toml"], "nowhere.toml"),
        (&["--target", "completd=3:1"], "did you mean `completed`?"),
        (&["--target", "completed=3"], "METRIC=VALUE:TOLERANCE"),
        (
            &["--target", "completed=3:1", "--target", "completed=4:1"],
            "two targets",
        ),
    ] {
        let errors = said(&[&prior[..], arguments].concat());
        assert!(errors.contains(told), "{arguments:?}: {errors}");
    }
    for (arguments, told) in [
        (
            &["run", "--until", "completd=1"][..],
            "did you mean `completed`?",
        ),
        (&["run", "--until", "completed"], "METRIC=WIDTH"),
        (&["run", "--until", "completed=0%"], "is a number above 0"),
        (&["run", "--replicates", "0"], "--replicates"),
        (
            &["run", "--replicates", "2", "--log", "full"],
            "of many runs the numbers alone are kept, and no log",
        ),
        (
            &["run", "--replicates", "2", "--words", "plain"],
            "cannot be used with",
        ),
        (
            &["compare", "programme", "programm"],
            "did you mean \"programme\"?",
        ),
        (&["sweep", "programme"], "--vary"),
        (
            &["sweep", "--vary", "donation.cp=1..4"],
            "did you mean `donation.cap`?",
        ),
        (&["sweep", "--vary", "donation.cap=4..1"], "greater"),
        (
            &["sweep", "--vary", "donation.cap=1..4:9"],
            "there are 4 whole values, and not 9",
        ),
        (
            &["sweep", "--vary", "donation.cap=1..30"],
            "--> --vary:1:14",
        ),
        (
            &[
                "calibrate",
                "programme",
                "--set",
                "time.horizon=20",
                "--prior",
                "donation.cap=2,none",
                "--target",
                "completed=3:1",
            ],
            "--> --prior:1:14",
        ),
        (
            &[
                "sweep",
                "--vary",
                "donation.cap=1..2",
                "--vary",
                "donation.cap=1..3",
            ],
            "`donation.cap` is varied twice",
        ),
        (
            &[
                "sweep",
                "--vary",
                "donation.cap=1..2",
                "--set",
                "donation.cap=3",
            ],
            "`--set donation.cap=3` would have no effect, since --vary gives",
        ),
        (
            &[
                "calibrate",
                "--prior",
                "donation.cap=1..2",
                "--set",
                " donation.cap = 3",
            ],
            "would have no effect, since --prior gives",
        ),
        (
            &[
                "sweep",
                "--vary",
                "donation.cap=1..4",
                "--metrics",
                "completd",
            ],
            "did you mean `completed`?",
        ),
        (
            &["sweep", "--vary", "donation.cap=1..4", "--points", "8"],
            "--design",
        ),
        (
            &[
                "sweep",
                "--vary",
                "donation.cap=1..4",
                "--design",
                "indices",
                "--points",
                "8",
            ],
            "16 rows",
        ),
        (
            &[
                "sweep",
                "programme",
                "--vary",
                "institutions.ordinary.opens=1960..1980:3",
                "--vary",
                "institutions.ordinary.closes=1970..1990:3",
            ],
            "institutions.ordinary.opens=1970 institutions.ordinary.closes=1970",
        ),
    ] {
        let errors = said(arguments);
        assert!(errors.contains(told), "{arguments:?}: {errors}");
    }
    assert_eq!(
        common::names(folder.path()),
        ["empty.toml", "targets.toml"],
        "nothing was begun"
    );
}

/// Every built-in variant is whole, differs from the programme in what it says, and runs.
#[test]
fn variants_run_and_differ() {
    let folder = tempfile::tempdir().unwrap();
    let list: serde_json::Value =
        serde_json::from_str(&stdout(folder.path(), &["scenarios", "--json"])).unwrap();
    let names: Vec<&str> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|s| s["name"].as_str().unwrap())
        .collect();
    assert_eq!(names.len(), 12);
    for name in names
        .iter()
        .filter(|name| !["hailsham", "programme", "exchange", "eurotransplant"].contains(name))
    {
        let arguments = [
            "compare",
            "programme",
            name,
            "--replicates",
            "1",
            "--scale",
            "0.01",
            "--json",
            "--out",
            name,
        ];
        let result: serde_json::Value =
            serde_json::from_str(&stdout(folder.path(), &arguments)).unwrap();
        let metrics = result["metrics"].as_array().unwrap();
        assert!(
            metrics.iter().any(|metric| metric["same"] == false),
            "{name}"
        );
        let value = |metric: &str| {
            let found = metrics.iter().find(|m| m["metric"] == metric).unwrap();
            (found["a"].as_f64(), found["b"].as_f64())
        };
        match *name {
            "no-programme" => {
                assert_eq!(value("students_created").1, Some(0.0));
                assert_eq!(value("recipients_transplanted").1, Some(0.0));
                let (a, b) = value("fell_ill");
                assert_eq!(a, b, "the same people fall ill");
            }
            "right-to-refuse" | "voluntary" => {
                assert_eq!(value("donations_refusable").0, Some(0.0));
                assert!(value("donations_refused").1 > Some(0.0), "{name}");
            }
            "full-disclosure" => {
                let (a, b) = value("donations_understood");
                assert!(b > a, "{a:?} {b:?}");
            }
            "no-postponement" => {
                let (a, b) = value("tenure_mean");
                assert!(b < a, "{a:?} {b:?}");
            }
            _ => {}
        }
    }
}

//! Scenarios of every kind: what studies make of kidney allocation in Eurotransplant, what commands for the donation
//! programme say of other scenarios, and the walk of the book.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use std::fs;

use common::{Folder, files, hailsham, json, stdout, text};
use hailsham_engine::table::TableReader;
use serde_json::Value;

/// The variant of the book.
const SLIDING: &str = "extends = \"etkas-2021\"\n[points.vpra]\nweight = \"133\"\n\
                       of = \"(power(5, vpra / 100 %) - 1) / (5 - 1)\"\n";

/// Kidney allocation that takes a moment.
const SMALL: [&str; 5] = [
    "eurotransplant",
    "--scale",
    "0.03",
    "--set",
    "population.panel=200",
];

fn told(folder: &Folder, command: &str, rest: &[&str]) -> Value {
    let arguments = [&[command], &SMALL[..], rest, &["--json"]].concat();
    serde_json::from_str(&stdout(folder.path(), &arguments)).unwrap()
}

fn of<'a>(list: &'a Value, key: &str, name: &str) -> &'a Value {
    let all = list.as_array().unwrap();
    all.iter().find(|one| one[key] == name).unwrap()
}

/// What a command that must be refused says.
fn refused(folder: &Folder, arguments: &[&str]) -> String {
    let output = hailsham(folder.path(), arguments);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    text(&output.stderr)
}

#[test]
fn replicates_are_single_runs_and_go_on_after_an_interruption() {
    let folder = Folder::new();
    let many = told(
        &folder,
        "run",
        &["--replicates", "3", "--acceptance", "half", "--out", "many"],
    );
    let transplants = of(&many["metrics"], "metric", "transplants");
    let table = TableReader::open(folder.join("many/replicates.parquet")).unwrap();
    let counts: Vec<f64> = table
        .f64("transplants")
        .unwrap()
        .into_iter()
        .flatten()
        .collect();
    let mean = counts.iter().sum::<f64>() / 3.0;
    assert!((transplants["mean"].as_f64().unwrap() - mean).abs() < 1e-9);
    // The second of them, alone.
    let one = told(
        &folder,
        "run",
        &["--seed", "2", "--acceptance", "half", "--out", "one"],
    );
    assert_eq!(one["summary"]["transplants"], counts[1]);
    // A replicate is lost, and made again with the same bytes.
    let before = files(&folder.join("many"));
    let study = json(&folder.join("many/study.json")).to_string();
    let running = study.replace("\"complete\"", "\"running\"");
    fs::write(folder.join("many/study.json"), running).unwrap();
    fs::remove_file(folder.join("many/replicates/a-000002.tsv")).unwrap();
    stdout(folder.path(), &["run", "--resume", "many", "-q"]);
    assert!(files(&folder.join("many")) == before);
    // An interval that decides.
    let until = told(
        &folder,
        "run",
        &["--until", "transplants=50%", "--replicates", "40"],
    );
    assert_eq!(
        (&until["replicates"], &until["narrow"]),
        (&10.into(), &true.into())
    );
}

/// The same people and the same decisions in both: what the rules do not touch is the same to the last bit.
#[test]
fn rules_are_compared_on_the_same_decisions() {
    let folder = Folder::new();
    fs::write(folder.join("sliding.toml"), SLIDING).unwrap();
    let rest = ["--replicates", "4", "--lives", "--out", "made"];
    let mut command = vec![
        "compare",
        SMALL[0],
        "--json",
        "--scale",
        SMALL[2],
        "--set-both",
        SMALL[4],
    ];
    command.extend(rest);
    command.extend(["--set", "allocation.etkas=sliding.toml"]);
    let made: Value = serde_json::from_str(&stdout(folder.path(), &command)).unwrap();
    let metrics = &made["metrics"];
    for name in ["registrations", "donors"] {
        assert_eq!(of(metrics, "metric", name)["same"], true, "{name}");
    }
    assert_eq!(of(metrics, "metric", "transplants")["same"], false);
    // Points for the sensitised move kidneys to them.
    let groups = made["groups"].as_array().unwrap();
    let moved = |group: &str| {
        let found = groups.iter().find(|of| {
            of["who"] == "unacceptable donors"
                && of["group"] == group
                && of["metric"] == "transplants"
        });
        found.unwrap()["difference"].as_f64().unwrap()
    };
    assert!(moved("5 to 84 %") + moved("85 to 97 %") > 0.0);
    assert!(moved("0 to 4 %") < 0.0);
    assert!(
        groups
            .iter()
            .any(|of| of["who"] == "country" && of["group"] == "Germany")
    );
    // Life by life: deaths of B less deaths of A are those who die less those who live.
    let fates = &made["lives"]["fates"][0];
    let deaths = of(metrics, "metric", "deaths_waiting")["difference"]
        .as_f64()
        .unwrap();
    let net = fates["dies"].as_f64().unwrap() - fates["lives"].as_f64().unwrap();
    assert!((net - deaths).abs() < 1e-9, "{net} {deaths}");
    let registrations = of(metrics, "metric", "registrations")["a"]
        .as_f64()
        .unwrap();
    assert_eq!(fates["only_in_a"], 0.0);
    assert!(fates["in_both"].as_f64().unwrap() >= registrations);
    // Rules that a scenario names belong to it: changed ones are not mixed with the old.
    let study = json(&folder.join("made/study.json")).to_string();
    let running = study.replace("\"complete\"", "\"running\"");
    fs::write(folder.join("made/study.json"), running).unwrap();
    fs::write(folder.join("sliding.toml"), SLIDING.replace("133", "50")).unwrap();
    let changed = refused(&folder, &["compare", "--resume", "made"]);
    assert!(
        changed.contains("rules that the scenario `eurotransplant`"),
        "{changed}"
    );
    // The same rules under another name are the same.
    fs::write(folder.join("again.toml"), "extends = \"etkas-2021\"\n").unwrap();
    let mut command = command[..command.len() - 7].to_vec();
    command.extend(["--replicates", "2", "--set", "allocation.etkas=again.toml"]);
    let made: Value = serde_json::from_str(&stdout(folder.path(), &command)).unwrap();
    let all = made["metrics"].as_array().unwrap();
    assert!(all.iter().all(|of| of["same"] == true));
}

#[test]
fn rules_and_populations_are_swept_and_calibrated() {
    let folder = Folder::new();
    fs::write(folder.join("sliding.toml"), SLIDING).unwrap();
    let vary = "allocation.etkas=etkas-2021,sliding.toml";
    let made = told(
        &folder,
        "sweep",
        &["--vary", vary, "--metrics", "sensitised_share"],
    );
    let points = made["dependence"].as_array().unwrap();
    assert_eq!(points.len(), 2);
    let made = told(
        &folder,
        "calibrate",
        &[
            "--prior",
            "population.death=0.01..0.2",
            "--target",
            "deaths_waiting=60:20%",
            "--particles",
            "4",
            "--generations",
            "4",
        ],
    );
    assert_eq!(made["posterior"][0]["parameter"], "population.death");
    let wrong = refused(
        &folder,
        &[
            "sweep",
            "eurotransplant",
            "--vary",
            "allocation.etkas=etkas-2021,etkas-2012",
        ],
    );
    assert!(wrong.contains("did you mean \"etkas-2021\"?"), "{wrong}");
    assert!(!folder.join("runs/eurotransplant-sweep-2").exists());
}

#[test]
fn lists_know_every_kind() {
    let folder = Folder::new();
    fs::write(folder.join("own.toml"), "extends = \"eurotransplant\"\n").unwrap();
    for scenario in ["eurotransplant", "own.toml"] {
        assert!(stdout(folder.path(), &["metrics", scenario]).contains("kidneys_discarded"));
        assert!(stdout(folder.path(), &["params", scenario]).contains("population.arrivals"));
        let schema = stdout(folder.path(), &["params", scenario, "--schema"]);
        assert!(schema.contains("balances_from"));
    }
    assert!(stdout(folder.path(), &["scenarios"]).contains("eurotransplant"));
}

/// One line that says what the scenario or the run is, and which commands there are for it.
#[test]
fn commands_of_the_donation_programme_say_what_else_there_is() {
    let folder = Folder::new();
    let small = [
        "run",
        "eurotransplant",
        "--scale",
        "0.01",
        "--out",
        "made",
        "-q",
    ];
    stdout(folder.path(), &small);
    let of_words = [
        ("eurotransplant", "kidney allocation in Eurotransplant"),
        ("exchange", "a kidney exchange programme in time"),
        ("made", "kidney allocation in Eurotransplant"),
    ];
    for (called, words) in of_words {
        for command in ["check", "testimony", "life"] {
            let mut arguments = vec![command, called];
            arguments.extend((command == "life").then_some("1"));
            let said = refused(&folder, &arguments);
            let expected = format!(
                "error: `{called}` is {words}, and `hailsham {command}` is for the donation programme: for this there \
                 are run, compare, sweep, calibrate, params and metrics\n"
            );
            assert_eq!(said, expected);
        }
    }
    assert!(
        refused(&folder, &["report", "made"]).contains("`hailsham report` is for the donation")
    );
    let said = refused(&folder, &["compare", "eurotransplant", "exchange"]);
    assert!(said.contains("two kinds"), "{said}");
    for (arguments, expected) in [
        (
            vec![
                "run",
                "eurotransplant",
                "--replicates",
                "2",
                "--match-lists",
            ],
            "a single run",
        ),
        (
            vec!["run", "programme", "--acceptance", "half"],
            "for the scenario eurotransplant",
        ),
        (
            vec![
                "compare",
                "exchange",
                "--set",
                "matching.interval=2",
                "--lives",
            ],
            "lives are not compared",
        ),
    ] {
        let said = refused(&folder, &arguments);
        assert!(said.contains(expected), "{said}");
    }
}

/// The commands of a chapter of the book, as they stand there but for the numbers of runs and people. Says which they
/// were.
fn walk(folder: &Folder, chapter: &str) -> Vec<String> {
    let chapter = format!("{}/../../docs/{chapter}", env!("CARGO_MANIFEST_DIR"));
    let chapter = fs::read_to_string(chapter).unwrap();
    let blocks: Vec<(&str, &str)> = chapter
        .split("```")
        .skip(1)
        .step_by(2)
        .filter_map(|block| block.split_once('\n'))
        .collect();
    for (_, file) in blocks.iter().filter(|(kind, _)| *kind == "toml") {
        let name = file.lines().next().unwrap().strip_prefix("# ").unwrap();
        fs::write(folder.join(name), file).unwrap();
    }
    let mut walked = Vec::new();
    for (_, commands) in blocks.iter().filter(|(kind, _)| *kind == "sh") {
        for line in commands.replace("\\\n", " ").lines() {
            let mut arguments: Vec<&str> = line.split_whitespace().collect();
            assert_eq!(arguments.remove(0), "hailsham");
            for at in 1..arguments.len() {
                match arguments[at - 1] {
                    "--scale" => arguments[at] = "0.02",
                    "--replicates" => arguments[at] = "2",
                    _ => {}
                }
            }
            stdout(folder.path(), &arguments);
            walked.push(arguments[0].to_owned());
        }
    }
    walked
}

#[test]
fn the_walk_of_the_book_can_be_walked() {
    let folder = Folder::new();
    let walked = walk(&folder, "comparing-rules.md");
    assert!(walked.len() >= 4, "{walked:?}");
    let compared = walked.iter().filter(|command| *command == "compare");
    assert!(compared.count() >= 2 && folder.join("sliding/report.html").is_file());
}

#[test]
fn one_population_is_given_organs_by_many_rules() {
    let folder = Folder::new();
    let walked = walk(&folder, "one-population.md");
    for command in ["policy", "compare", "sweep", "run"] {
        assert!(walked.contains(&command.to_owned()), "{walked:?}");
    }
    // The population is the same whatever the rule: as many fall ill in every pair of runs.
    let again = ["compare", "--resume", "waiting", "--json"];
    let made: Value = serde_json::from_str(&stdout(folder.path(), &again)).unwrap();
    assert_eq!(of(&made["metrics"], "metric", "fell_ill")["same"], true);
    let gained = of(&made["metrics"], "metric", "years_gained");
    assert_eq!(gained["same"], false);
    // The manifest of a run says by which rules its organs were given, and which rules these are.
    let manifest = json(&folder.join("children/manifest.json"));
    let policies = manifest["policies"].as_object().unwrap();
    assert_eq!(policies.len(), 6);
    assert_eq!(policies["heart"]["policy"], "children");
    let hash = policies["heart"]["hash"].as_str().unwrap();
    let shown: Value = serde_json::from_str(&stdout(
        folder.path(),
        &["policy", "check", "children.toml", "--json"],
    ))
    .unwrap();
    assert_eq!(shown["hash"], hash);
    // Rules that its recipients cannot be ranked by are refused before anything is run.
    let set = "recipients.policy=etkas-2021";
    let said = refused(&folder, &["run", "programme", "--set", set, "--out", "not"]);
    assert!(
        said.contains("there is no attribute or term `dialysis_time`"),
        "{said}"
    );
    assert!(said.contains("illness_time"), "{said}");
    assert!(!folder.join("not").exists() && !folder.join("not.incomplete").exists());
    let set = "allocation.etkas=optn-kidney-2025";
    let said = refused(
        &folder,
        &["run", "eurotransplant", "--set", set, "--out", "not"],
    );
    assert!(
        said.contains("there is no attribute or term `donor_"),
        "{said}"
    );
}

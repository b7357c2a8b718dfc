//! `hailsham run eurotransplant`: its directory, its options together, and what it says of wrong ones.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use std::fs;

use common::{Folder, hailsham, json, names, stdout, text};
use serde_json::Value;

#[test]
fn a_run_leaves_a_directory() {
    let folder = Folder::new();
    let arguments = [
        "run",
        "eurotransplant",
        "--scale",
        "0.02",
        "--match-lists",
        "--acceptance",
        "half",
        "--set",
        "allocation.profile=etkidney",
        "--json",
    ];
    let told: Value = serde_json::from_str(&stdout(folder.path(), &arguments)).unwrap();
    let run = folder.join("runs/eurotransplant-1");
    assert_eq!(
        names(&run),
        [
            "groups.parquet",
            "manifest.json",
            "match_lists.parquet",
            "metrics.json",
            "months.parquet",
            "parameters.json",
            "report.html",
            "scenario.toml",
            "summary.json",
            "transplants.parquet",
        ]
    );
    let manifest = json(&run.join("manifest.json"));
    assert_eq!(manifest["status"], "complete");
    assert_eq!(
        manifest["policies"],
        serde_json::json!(["etkidney-etkas", "etkidney-esp"])
    );
    assert_eq!(manifest["acceptance"], "half");
    assert_eq!(told["summary"], json(&run.join("summary.json")));
    let page = fs::read_to_string(run.join("report.html")).unwrap();
    for title in [
        "Balances between countries",
        "Who waits, by country",
        "From where to where",
        "Every parameter",
    ] {
        assert!(page.contains(title), "{title}");
    }
    let date = &manifest["started"].as_str().unwrap()[..10];
    assert!(page.contains(&format!(", run on {date}.</p>")), "{date}");
    // A report can be written again, from the directory alone.
    fs::remove_file(run.join("report.html")).unwrap();
    stdout(folder.path(), &["report", "runs/eurotransplant-1"]);
    assert_eq!(fs::read_to_string(run.join("report.html")).unwrap(), page);
    assert!(
        manifest["command"]
            .as_str()
            .unwrap()
            .ends_with("--acceptance half --match-lists")
    );
    // What kind of run it is its manifest says, whatever else is there.
    assert_eq!(manifest["kind"], "eurotransplant");
    fs::remove_file(run.join("scenario.toml")).unwrap();
    for (command, told) in [
        (
            &["life", "runs/eurotransplant-1", "kathy"][..],
            "is kidney allocation in Eurotransplant",
        ),
        (
            &["report", "runs/eurotransplant-1", "--words", "programme"],
            "--words is for runs of the donation programme",
        ),
    ] {
        let output = hailsham(folder.path(), command);
        assert_eq!(output.status.code(), Some(2));
        let message = text(&output.stderr);
        assert!(message.contains(told), "{message}");
    }
    // A file that extends the scenario is run the same way.
    let own = "extends = \"eurotransplant\"\n[allocation]\nacceptance = \"first\"\n";
    fs::write(folder.join("own.toml"), own).unwrap();
    let arguments = ["run", "own.toml", "--scale", "0.01", "--out", "own"];
    let printed = stdout(folder.path(), &arguments);
    // Each number with what it is and its unit, and shares in per cent.
    for (text, unit) in [
        ("Time on the list within the run", "years"),
        ("Transplants by the Senior Programme.", "%"),
    ] {
        let line = printed.lines().find(|line| line.contains(text));
        let line = line.unwrap_or_else(|| panic!("{text}: {printed}"));
        assert!(line.trim_end().ends_with(unit), "{line}");
    }
    assert!(!printed.contains("share"), "{printed}");
    assert_eq!(
        json(&folder.join("own/manifest.json"))["acceptance"],
        "first"
    );
}

#[test]
fn what_is_wrong_is_said() {
    let folder = Folder::new();
    let message = |arguments: &[&str]| {
        let output = hailsham(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(2));
        text(&output.stderr)
    };
    let profile = message(&[
        "run",
        "eurotransplant",
        "--set",
        "allocation.profile=etkidny",
    ]);
    assert!(
        profile.contains("there is no profile \"etkidny\""),
        "{profile}"
    );
    let policy = message(&[
        "run",
        "eurotransplant",
        "--set",
        "allocation.etkas=etkas-2012",
    ]);
    assert!(policy.contains("did you mean \"etkas-2021\"?"), "{policy}");
    fs::create_dir(folder.join("empty")).unwrap();
    let data = message(&["run", "eurotransplant", "--data", "empty"]);
    assert!(data.contains("patients.csv: cannot be read"), "{data}");
    let other = message(&["run", "programme", "--match-lists"]);
    assert!(
        other.contains("--match-lists is for the scenario eurotransplant"),
        "{other}"
    );
    // Nothing is left behind that looks whole.
    assert!(!folder.join("runs").exists());
}

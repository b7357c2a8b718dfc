//! `hailsham exchange`: its answers, its JSON, its page, and what it says of malformed files.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use std::fs;
use std::path::Path;

use common::{Folder, hailsham, names, stdout, text};
use hailsham_engine::table::{ColumnInfo, ColumnKind, TableReader};

/// Three pairs and an altruist: a cycle of two, or a chain through all.
const INPUT: &str = "4 4\n0 1 3\n1 0 5\n1 2 1\n2 3 1.5\n-1 -1 -1\n";
const NDDS: &str = "1 1\n0 0 2\n-1 -1 -1\n";

fn pool() -> Folder {
    let folder = Folder::new();
    fs::write(folder.join("small.input"), INPUT).unwrap();
    fs::write(folder.join("small.ndds"), NDDS).unwrap();
    folder
}

#[test]
fn the_answer_is_readable() {
    let folder = pool();
    let answer = stdout(folder.path(), &["exchange", "small.input"]);
    assert!(answer.ends_with('\n'));
    insta::assert_snapshot!("exchange_answer", answer);
    let none = [
        "exchange",
        "small.input",
        "--max-chain",
        "0",
        "--objective",
        "weight",
    ];
    insta::assert_snapshot!("exchange_cycle", stdout(folder.path(), &none));
}

#[test]
fn json_is_one_object_with_the_promised_keys() {
    let folder = pool();
    let arguments = [
        "exchange",
        "small.input",
        "--json",
        "--objective",
        "transplants,weight",
        "--max-chain",
        "4",
    ];
    let json: serde_json::Value = serde_json::from_str(&stdout(folder.path(), &arguments)).unwrap();
    assert_eq!(json["status"], "optimal");
    assert_eq!(json["objective"], serde_json::json!([4, 7.5]));
    assert_eq!(
        (&json["bound"], &json["gap"]),
        (&serde_json::json!(7.5), &serde_json::json!(0.0))
    );
    assert_eq!(json["cycles"], serde_json::json!([]));
    assert_eq!(
        json["chains"],
        serde_json::json!([{"altruist": 0, "pairs": [0, 1, 2, 3]}])
    );
    assert!(json["seconds"].as_f64().unwrap() >= 0.0);
}

/// The score of the United Kingdom goes by ages, which this format does not have: that is said, in words, JSON and the page.
#[test]
fn a_score_without_ages_is_told() {
    let folder = pool();
    let note = "No donor has an age: `uk` is the weights alone.";
    let uk = ["exchange", "small.input", "--objective", "uk"];
    assert!(stdout(folder.path(), &uk).contains(note));
    let json = stdout(
        folder.path(),
        &[&uk[..], &["--json", "--html", "page.html"]].concat(),
    );
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["notes"], serde_json::json!([note]));
    let page = fs::read_to_string(folder.join("page.html")).unwrap();
    assert!(page.contains("No donor has an age"), "{page}");
    assert!(!stdout(folder.path(), &["exchange", "small.input"]).contains("age"));
}

#[test]
fn the_page_holds_everything_it_needs() {
    let folder = pool();
    let arguments = ["exchange", "small.input", "--quiet", "--html", "page.html"];
    assert_eq!(stdout(folder.path(), &arguments), "");
    let page = fs::read_to_string(folder.join("page.html")).unwrap();
    assert!(
        page.contains("<svg") && page.contains("altruist 0 → pair 0"),
        "{page}"
    );
    assert!(
        !page.contains("http://") && !page.contains("https://"),
        "{page}"
    );
    // Who stands where can be read, and one altruist is one.
    assert!(page.contains("4 pairs, 1 altruist, "), "{page}");
    assert_eq!(page.matches("</text>").count(), 5, "{page}");
    assert!(!page.contains(".0</td>"), "counts are whole: {page}");
    // Every column says what it holds, and every colour what it means.
    assert!(!page.contains("<th></th>"), "{page}");
    for class in ["in", "altruist"] {
        let legend = &page[page.find("class=\"legend\"").unwrap()..];
        assert!(
            legend.contains(&format!("circle class=\"{class}\"")),
            "{class}"
        );
    }
}

/// A page takes the place of an earlier page, and of nothing else.
#[test]
fn a_page_is_written_over_no_other_file() {
    let folder = pool();
    fs::write(folder.join("notes.txt"), "mine").unwrap();
    for file in ["small.input", "small.ndds", "notes.txt"] {
        let before = fs::read(folder.join(file)).unwrap();
        let output = hailsham(folder.path(), &["exchange", "small.input", "--html", file]);
        assert_eq!(output.status.code(), Some(2));
        assert!(text(&output.stderr).contains("which is no page"), "{file}");
        assert_eq!(fs::read(folder.join(file)).unwrap(), before, "{file}");
    }
    let twice = ["exchange", "small.input", "--quiet", "--html", "page.html"];
    stdout(folder.path(), &twice);
    let page = fs::read_to_string(folder.join("page.html")).unwrap();
    fs::write(folder.join("page.html"), &page[..page.len() / 2]).unwrap();
    stdout(folder.path(), &twice);
    let page = fs::read_to_string(folder.join("page.html")).unwrap();
    assert!(page.trim_end().ends_with("</html>"));
}

#[test]
fn malformed_files_are_refused_with_a_reason() {
    let folder = Folder::new();
    let mut said = String::new();
    for (name, bytes) in [
        ("duplicate.input", "2\t2\n0\t1\t1\n0\t1\t1\n-1\t-1\t-1\n"),
        ("few.input", "3 4\n0 1 1\n0 2 1\n1 2 1\n-1 -1 -1\n"),
        ("many.input", "3 2\n0 1 1\n0 2 1\n1 2 1\n-1 -1 -1\n"),
        ("range.input", "2 1\n2 1\n-1 -1 -1\n"),
        ("loop.input", "2\t1\n1\t1\t1\n-1\t-1\t-1\n"),
        ("end.input", "2 1\n0 1 1\n"),
        ("graph.wmd", "2,1\n1,Pair 1\n2,Pair 2\n0,2,1\n"),
        ("broken.json", "{\"data\": [}"),
        ("broken.xml", "<data><entry></data>"),
        ("pool.csv", ""),
    ] {
        fs::write(folder.join(name), bytes).unwrap();
        let output = hailsham(folder.path(), &["exchange", name]);
        assert_eq!(output.status.code(), Some(2), "{name}");
        assert_eq!(text(&output.stdout), "", "{name}");
        said += &text(&output.stderr);
    }
    insta::assert_snapshot!("exchange_malformed", said);
    let before = names(folder.path()).len();
    for wrong in [
        &["exchange", "none.input"][..],
        &["exchange", "loop.input", "--objective", "most"],
        &["exchange", "loop.input", "--max-cycle", "99"],
    ] {
        let output = hailsham(folder.path(), wrong);
        assert_eq!(output.status.code(), Some(2), "{wrong:?}");
    }
    for (wrong, said) in [
        (
            ["--objective", "uk-ordr"],
            "did you mean `uk-order`?; there are transplants, ",
        ),
        (
            ["--arc-failure", "0.2"],
            "--arc-failure would have no effect",
        ),
        (
            ["--vertex-failure", "0.1"],
            "--vertex-failure would have no effect",
        ),
        (
            ["--objective", "expected"],
            "`expected` would be `transplants`",
        ),
    ] {
        let output = hailsham(
            folder.path(),
            &[&["exchange", "loop.input"], &wrong[..]].concat(),
        );
        assert_eq!(output.status.code(), Some(2), "{wrong:?}");
        let stderr = text(&output.stderr);
        assert!(stderr.contains(said), "{stderr}");
    }
    assert_eq!(names(folder.path()).len(), before);
}

/// A programme in time that is quick to run.
const SHORT: [&str; 6] = [
    "--set",
    "time.horizon=3",
    "--set",
    "time.warm_up=0.5",
    "--set",
    "time.follow_up=0.5",
];

#[test]
fn a_programme_in_time_is_run_and_told() {
    let folder = Folder::new();
    let mut command = vec![
        "run", "exchange", "--scale", "0.2", "--out", "made", "--json",
    ];
    command.extend(SHORT);
    command.extend(["--set", "matching.compared=[4, 26]"]);
    let told: serde_json::Value = serde_json::from_str(&stdout(folder.path(), &command)).unwrap();
    let intervals: Vec<f64> = told["intervals"]
        .as_array()
        .unwrap()
        .iter()
        .map(|of| of["interval"].as_f64().unwrap())
        .collect();
    assert_eq!(intervals, [4.0, 13.0, 26.0]);
    assert_eq!(told["intervals"][1]["summary"], told["summary"]);
    assert!(told["summary"]["pairs_transplanted"].as_f64().unwrap() > 0.0);
    let manifest = fs::read_to_string(folder.join("made/manifest.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
    assert_eq!(
        (&manifest["kind"], &manifest["status"]),
        (&"exchange".into(), &"complete".into())
    );
    // The report is made again from what the run left.
    let report = folder.join("made/report.html");
    let first = fs::read_to_string(&report).unwrap();
    fs::remove_file(&report).unwrap();
    stdout(folder.path(), &["report", "made"]);
    let again = fs::read_to_string(&report).unwrap();
    assert!(first == again && first.contains("Weeks between matching runs"));
    // Every chart of the page has its rows: none is left out for lack of what it shows.
    for chart in [
        "transplanted",
        "ends",
        "waited",
        "stayed",
        "pool",
        "became-sensitised",
        "waited-patient",
    ] {
        assert!(
            first.contains(&format!("data-chart=\"{chart}\"")),
            "{chart}"
        );
    }
    // Each number with what it is and its unit, and shares in per cent.
    let mut printed = vec!["run", "exchange", "--scale", "0.05", "--out", "small"];
    printed.extend(SHORT);
    printed.extend(["--set", "matching.compared=[4, 26]"]);
    let printed = stdout(folder.path(), &printed);
    let failed = printed.lines().filter(|line| line.contains("not done"));
    assert_eq!(
        failed.count(),
        2,
        "of the run, and by the interval: {printed}"
    );
    let row = printed
        .lines()
        .find(|line| line.contains("died in the programme"));
    assert!(row.unwrap().trim_end().ends_with("pairs"), "{printed}");
    assert!(
        !printed.contains("share_") && printed.contains('%'),
        "{printed}"
    );
    // The scenario that it left is run as it was.
    let scenario = folder.join("made/scenario.toml");
    let scenario = scenario.to_str().unwrap();
    let again = [
        "run", scenario, "--scale", "0.2", "--out", "again", "--json",
    ];
    let again: serde_json::Value = serde_json::from_str(&stdout(folder.path(), &again)).unwrap();
    assert_eq!(again["summary"], told["summary"]);
    for table in ["members", "match_runs", "transplants", "intervals"] {
        let cells = |run: &str| cells(&folder.join(run).join(format!("{table}.parquet")));
        let made = cells("made");
        assert!(made.iter().all(|(_, cells)| !cells.is_empty()), "{table}");
        assert_eq!(made, cells("again"), "{table}");
    }
}

/// Every column of a table with its cells.
fn cells(file: &Path) -> Vec<(String, Vec<String>)> {
    fn told<T: std::fmt::Debug>(cells: Vec<T>) -> Vec<String> {
        cells.into_iter().map(|cell| format!("{cell:?}")).collect()
    }
    let table = TableReader::open(file).unwrap();
    let column = |of: &ColumnInfo| {
        let cells = match of.kind {
            Some(ColumnKind::U32) => told(table.u32(&of.name).unwrap()),
            Some(ColumnKind::F64) => told(table.f64(&of.name).unwrap()),
            Some(ColumnKind::Bool) => told(table.bool(&of.name).unwrap()),
            Some(ColumnKind::Text) => told(table.text(&of.name).unwrap()),
            other => panic!("{}: {other:?}", of.name),
        };
        (of.name.clone(), cells)
    };
    table.column_infos().iter().map(column).collect()
}

#[test]
fn programmes_in_time_are_compared_and_swept() {
    let folder = Folder::new();
    let mut command = vec![
        "compare",
        "exchange",
        "--json",
        "--scale",
        "0.3",
        "--replicates",
        "4",
    ];
    for set in SHORT {
        command.push(if set == "--set" { "--set-both" } else { set });
    }
    command.extend(["--set", "matching.interval=2"]);
    let told: serde_json::Value = serde_json::from_str(&stdout(folder.path(), &command)).unwrap();
    let metrics = told["metrics"].as_array().unwrap();
    let of = |name: &str| {
        metrics
            .iter()
            .find(|metric| metric["metric"] == name)
            .unwrap()
    };
    // The same pairs arrive in both, and are matched more often in the second.
    assert_eq!(of("pairs")["same"], true);
    assert!(of("match_runs")["difference"].as_f64().unwrap() > 30.0);
    assert!(of("wait_mean")["difference"].as_f64().unwrap() < 0.0);

    let mut command = vec!["sweep", "exchange", "--json", "--scale", "0.2"];
    command.extend(SHORT);
    command.extend([
        "--vary",
        "matching.interval=2,13",
        "--metrics",
        "match_runs",
    ]);
    let told: serde_json::Value = serde_json::from_str(&stdout(folder.path(), &command)).unwrap();
    let means: Vec<f64> = told["dependence"]
        .as_array()
        .unwrap()
        .iter()
        .map(|of| of["mean"].as_f64().unwrap())
        .collect();
    assert_eq!(means, [52.0, 8.0]);

    for (command, said) in [
        (vec!["compare", "exchange", "programme"], "two kinds"),
        (
            vec![
                "sweep",
                "exchange",
                "--vary",
                "matching.interval=2,13",
                "--metrics",
                "completed",
            ],
            "no metric `completed`",
        ),
        (vec!["run", "exchange", "--log", "named"], "no event log"),
    ] {
        let refused = hailsham(folder.path(), &command);
        assert_eq!(refused.status.code(), Some(2));
        assert!(
            text(&refused.stderr).contains(said),
            "{}",
            text(&refused.stderr)
        );
    }
    assert!(stdout(folder.path(), &["metrics", "exchange"]).contains("wait_median"));
    assert!(stdout(folder.path(), &["params", "exchange"]).contains("matching.interval"));
}
